"""An issue to work on, somebody who works on it, and the publication that it belongs to."""

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask

from newsroom.accounts import service as accounts
from newsroom.accounts.rules import Role
from newsroom.demo import sample
from newsroom.issues import manuscript, queries, service
from newsroom.issues.manuscript import Manuscript
from newsroom.issues.models import Issue
from newsroom.platform.db import unit_of_work
from newsroom.publication import service as publication

CONTENT = Path(__file__).resolve().parents[2] / "content"

COLUMN = """
# Thumbs down: Nobody looked up
lead-in: A reader who left without buying.
consent: printed by permission, release on file

We stood in [a shop] for ten minutes, and nobody looked up.

## Editor's note

“Nobody looked up” is all that it takes.

- **Look up.** It costs nothing. [acknowledge presence]
"""
WHOLE = (
    """---
number: 81
date: 2026-12-01
subject: The second call in the morning
preheader: Why the first answer is rarely the last
---

# Announcement: Meet us in the autumn

We open the season in November.

# Article: Listening twice
author: Ana Duarte
series: Listening
part: 1

Body, with **emphasis**.
"""
    + COLUMN
)


def read(text: str) -> Manuscript:
    return manuscript.parse(text, "given.md")


def the_issue(number: int = 81) -> Issue:
    row = queries.issue(number)
    assert row is not None
    return row


def take_in(text: str, by_id: int | None = None) -> str:
    """Import a manuscript in a unit of work of its own; says what came of it."""
    with unit_of_work():
        return service.import_manuscript(read(text), by_id=by_id)[1]


def approve(number: int = 81, by_id: int = 1, **different: object) -> None:
    with unit_of_work():
        given: dict[str, object] = {"by_label": "piet@service-bell.example", "four_eyes": False, **different}
        service.approve(the_issue(number), by_id=by_id, **given)  # type: ignore[arg-type]


@pytest.fixture
def house(app: Flask) -> None:
    """The publication has its name and address, so that an issue of it may go out."""
    with unit_of_work():
        publication.set_up(sample.SETTINGS)


@pytest.fixture
def hired(app: Flask) -> Callable[..., int]:
    """Give a function that hires somebody and gives their number."""

    def hire(email: str = "piet@service-bell.example", role: Role = Role.PUBLISHER) -> int:
        with unit_of_work():
            return accounts.add(email, email.partition("@")[0], [role]).id

    return hire


@pytest.fixture
def issue_81(house: None, hired: Callable[..., int]) -> int:
    """Issue 81 in preparation: an announcement, an article, a column; gives the number of a publisher."""
    staff_id = hired()
    take_in(WHOLE)
    return staff_id
