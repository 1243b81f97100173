"""Stories as they come in, and the people who work on them."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from newsroom.accounts import service as accounts
from newsroom.accounts.rules import Role
from newsroom.platform import clock
from newsroom.platform.db import db, unit_of_work
from newsroom.stories import queries, service
from newsroom.stories.models import RedactionSignOff, Story
from newsroom.stories.submission import Submission

STORY = (
    "I rang them about the lamp, for the third time that month, and asked if somebody could look at it.\n\n"
    "“Third time,” said the man who answered, before I could say it. He had my card in front of him, came at "
    "lunch, and charged me for the cable and for nothing else. I have told everyone at work."
)
PLAIN = Submission(verdict="up", story=STORY, level=2, wants_preview=False, company="Kettlewick Heating")
NOTE = "He knew.\n\n- **Have the card in front of you.** Nobody has to begin anew. [know the history]"


@pytest.fixture
def tell() -> Callable[..., str]:
    """Give a function that submits a story, with differences from the plain one, and gives its public id.

    Its receipt letter is written, as if the worker had come by.
    """

    def submit(*, suspicion: str = "", **different: Any) -> str:
        with unit_of_work():
            public_id = service.submit(replace(PLAIN, **different), suspicion=suspicion).public_id
        if not suspicion:
            with unit_of_work():
                story_id = db.session.scalar(select(Story.id).where(Story.public_id == public_id))
                service.write_receipt(story_id or 0)
        return public_id

    return submit


@pytest.fixture
def staff() -> Callable[..., int]:
    """Give a function that hires an editor and gives their number."""

    def hire(email: str = "nuala@service-bell.example") -> int:
        with unit_of_work():
            return accounts.add(email, "Nuala Fenwick", [Role.EDITOR]).id

    return hire


def sign_redaction(public_id: str, actor_id: int | None = None) -> None:
    """As if somebody had gone through the redaction checklist: a signature for the newest words.

    What is still open stays open. Joins the unit of work that it is called in.
    """
    story = queries.story(public_id)
    assert story is not None
    story.redaction_sign_offs.append(
        RedactionSignOff(
            version=story.version,
            words_sha256=queries.words_redacted(story, queries.newest_revision(story)),
            checklist={},
            by_id=actor_id,
            at=clock.now(),
        )
    )
    db.session.flush()


@pytest.fixture
def in_state() -> Callable[[str, str], None]:
    """Give a function that puts a story into a state by force, also into those that no verb leads to yet."""

    def force(public_id: str, state: str) -> None:
        with unit_of_work():
            story = queries.story(public_id)
            assert story is not None
            story.state = state
            if state in ("scheduled", "published", "ready") and not story.version:
                story.state = "editing"
                service.save_revision(
                    public_id,
                    version=0,
                    title="The cable",
                    text=STORY,
                    attribution="",
                    note=NOTE,
                    actor_id=None,
                )
                sign_redaction(public_id)
                story.state = state

    return force


def stored(public_id: str) -> Story:
    """The story as the database has it."""
    db.session.rollback()
    found = queries.story(public_id)
    assert found is not None
    return found


def letters(app: Flask) -> list[tuple[str, str]]:
    """The kind and the recipient of every letter, in their order."""
    from newsroom.platform.mail import outbox

    return [(row.kind, row.to) for row in reversed(outbox.letters().items)]
