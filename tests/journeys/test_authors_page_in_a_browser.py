"""The page behind the four words in a real browser: for everybody, and by keyboard alone."""

import re
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import expect
from werkzeug.serving import BaseWSGIServer, make_server

from newsroom.stories import links, service
from newsroom.stories.rules import State
from tests.journeys import accessible
from tests.journeys.hands import go, go_by_key
from tests.stories.authors import QUESTION, ask_approval, do, lead, tell
from tests.stories.conftest import staff, stored

__all__ = ["staff"]
pytestmark = pytest.mark.browser

WIDE = {"width": 1280, "height": 720}


@pytest.fixture
def server() -> Iterator[BaseWSGIServer]:
    """A server that waits for its application: forms are taken only from the site's own address, whose port
    has to be known first.
    """
    with make_server("127.0.0.1", 0, Flask("nothing"), threaded=True) as waiting:
        yield waiting


@pytest.fixture
def environment(environment: dict[str, str], server: BaseWSGIServer) -> dict[str, str]:
    return {**environment, "NEWSROOM_BASE_URL": f"http://127.0.0.1:{server.port}"}


@pytest.fixture
def address(app: Flask, environment: dict[str, str], server: BaseWSGIServer) -> Iterator[str]:
    """The product in a thread of this process, so that its stories can be led on while somebody looks."""
    server.app = app
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield environment["NEWSROOM_BASE_URL"]
    server.shutdown()
    thread.join()


def test_in_every_state_it_shuts_nobody_out_and_fits_a_narrow_screen(
    app: Any, address: str, page: Any, staff: Any, clock: Any
) -> None:
    editor, problems = staff(), []
    # The clock is moved for what runs out, and what is there already would run out too: so that comes first.
    for state in sorted(State, key=lambda each: each != State.EXPIRED):
        told = tell(editor, email="rhona@reader.example", name="Rhona Vale", town="Port Ellery")
        do(service.write, told.public_id, "I forgot to say how kind the other man was.")
        lead(told, state, clock)
        page.set_viewport_size(WIDE)
        page.goto(f"{address}/status/page/{links.status_token(told.public_id)}")
        page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
        problems += [f"{state}: {one}" for one in accessible.violations(page)]
        if accessible.sideways(page) > 0:
            problems.append(f"{state}: the page is wider than {accessible.NARROWEST} pixels")
    assert problems == []


def test_yes_is_said_by_keyboard_alone(app: Any, address: str, page: Any, staff: Any, clock: Any) -> None:
    told = tell(staff())
    ask_approval(told)
    page.goto(f"{address}/status")
    _tab_to(page, "Your four words")
    page.keyboard.type(told.words)
    go_by_key(page, "Enter")
    page.wait_for_url("**/status/page/**")
    _tab_to(page, "Changes marked")
    go_by_key(page, "Enter")
    page.wait_for_url("**view=changes**")
    _tab_to(page, "Yes, print it like this")
    go_by_key(page, "Enter")
    page.wait_for_url("**done=approved**")
    expect(page.get_by_role("status")).to_have_text(re.compile(r"^\s*Thank you\. You agreed"))
    assert stored(told.public_id).state == "approved"


def test_an_answer_is_given_without_any_script(
    app: Any, address: str, newcomer: Any, staff: Any, clock: Any
) -> None:
    told = tell(staff())
    do(service.ask, told.public_id, QUESTION, actor_id=told.staff_id)
    page = newcomer(java_script_enabled=False)
    page.goto(f"{address}/status")
    page.get_by_label("Your four words").fill(told.words)
    go(page, page.get_by_role("button", name="Show me"))
    page.get_by_label("Your answer").fill("The same man.")
    go(page, page.get_by_role("button", name="Send my answer"))
    expect(page.locator("main")).to_contain_text("Your answer is with us")
    page.reload()
    assert len(stored(told.public_id).messages) == 2


def _tab_to(page: Any, name: str) -> None:
    """Press Tab until what has the focus is called that."""
    for _ in range(60):
        page.keyboard.press("Tab")
        focused = page.evaluate(
            "() => { const at = document.activeElement;"
            " return (at.labels && at.labels[0] ? at.labels[0] : at).innerText || ''; }"
        )
        if focused.strip().startswith(name):
            return
    raise AssertionError(f"“{name}” is not reached by Tab")
