"""What a machine may lack: which parts the suite would like to use, whether they are here, and what to say.

Locally a test whose part is missing is skipped, and one closing line says what to install. With
`REQUIRE_ALL=1`, as in continuous integration, it fails instead: nothing is skipped quietly.
"""

import os
import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import pytest

from judges import npm
from tests import cable, postfix, postgres, rabbitmq

INSTALLER = "scripts/install-test-servers"
_REASON = "this machine has no "


@dataclass(frozen=True)
class Part:
    """One thing outside Python that some tests need; `marker` is how those tests say so."""

    marker: str
    name: str
    is_here: Callable[[], bool]
    installer: str = INSTALLER


def find_browser() -> str | None:
    """Give the path of the machine's Chromium (or Chrome), or None.

    Debian's headless shell is the same engine without windows around it, and what Playwright itself would
    bring along: a page in it costs half of the time, and a new window a fifth.
    """
    for name in ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome"):
        path = shutil.which(name)
        if path:
            return path
    return None


def judges_are_here() -> bool:
    """Say whether what npm brings is here as its lock wants it, and what runs it."""
    return npm.is_here() and all(shutil.which(name) for name in ("node", "java", "openssl"))


PARTS = (
    Part("browser", "Chromium", lambda: find_browser() is not None),
    Part("postgres", "PostgreSQL", postgres.is_available),
    Part("postfix", "Postfix", postfix.is_available),
    Part("rabbitmq", "RabbitMQ", rabbitmq.is_here),
    Part("cable", "network namespaces (root, iproute2)", cable.is_available),
    Part("judges", "judges of letters", judges_are_here, "scripts/install-judges quick"),
)


def everything_is_required() -> bool:
    return os.environ.get("REQUIRE_ALL", "") not in ("", "0")


def settle_missing(markers: Iterable[str]) -> None:
    """Skip (or with REQUIRE_ALL fail) the running test if a part that its markers name is not here."""
    wanted = set(markers)
    for part in PARTS:
        if part.marker in wanted and not part.is_here():
            settle = pytest.fail if everything_is_required() else pytest.skip
            settle(f"{_REASON}{part.name}")


def closing_line(reasons: Iterable[str]) -> str | None:
    """Give the one line that sums up why tests were skipped for want of a part; None when none were.

    >>> closing_line(["Skipped: this machine has no Chromium"])
    'Not tested here for want of Chromium. To install it: scripts/install-test-servers'
    """
    texts = list(reasons)
    missing = [part for part in PARTS if any(f"{_REASON}{part.name}" in text for text in texts)]
    if not missing:
        return None
    pronoun = "it" if len(missing) == 1 else "them"
    names = " and ".join(part.name for part in missing)
    installers = " && ".join(dict.fromkeys(part.installer for part in missing))
    return f"Not tested here for want of {names}. To install {pronoun}: {installers}"
