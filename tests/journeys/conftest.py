"""The whole product, running: the site, its worker and a mail server, each on its own."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest


@pytest.fixture
def newcomer(browser: Any, browser_context_args: dict[str, Any]) -> Iterator[Callable[..., Any]]:
    """Make a page in a browser of somebody else's: `newcomer(java_script_enabled=False)`."""
    contexts = []

    def arrive(**habits: Any) -> Any:
        context = browser.new_context(**{**browser_context_args, **habits})
        contexts.append(context)
        return context.new_page()

    yield arrive
    for context in contexts:
        context.close()
