"""Stories led into every state by the verbs that really lead there, and their authors at the page of the four
words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from newsroom.platform.clock import now
from newsroom.platform.db import unit_of_work
from newsroom.stories import receipts, rules, service
from newsroom.stories.rules import State
from newsroom.stories.submission import Submission
from tests.databases import SECRET
from tests.stories.conftest import NOTE, STORY, sign_redaction, stored

EDITED = STORY.replace("the lamp", "a lamp").replace(" and for nothing else", "")
TITLE = "Third time"
QUESTION = "Was it the same man each time?"


@dataclass(frozen=True)
class Told:
    """A story that somebody told, and the four words that they were given."""

    public_id: str
    words: str
    staff_id: int


def tell(staff_id: int, *, suspicion: str = "", **different: Any) -> Told:
    """A complaint whose author wants to see the edited version first."""
    plain = {"verdict": "down", "story": STORY, "level": 2, "wants_preview": True}
    with unit_of_work():
        received = service.submit(Submission(**{**plain, **different}), suspicion=suspicion)
    return Told(received.public_id, receipts.words(received.receipt_seed, SECRET), staff_id)


def do(verb: Callable[..., Any], *args: Any, **named: Any) -> None:
    """One verb in a unit of work of its own."""
    with unit_of_work():
        verb(*args, **named)


def save(told: Told, text: str = EDITED, *, title: str = TITLE, attribution: str = "") -> None:
    """Save what an editor made of it."""
    do(
        service.save_revision,
        told.public_id,
        version=stored(told.public_id).version,
        title=title,
        text=text,
        attribution=attribution,
        note=NOTE,
        actor_id=told.staff_id,
    )


def ask_approval(told: Told, text: str = EDITED, **different: Any) -> None:
    """Edit it and show it to its author."""
    if stored(told.public_id).state == State.RECEIVED:
        do(service.start_editing, told.public_id, actor_id=told.staff_id)
    save(told, text, **different)
    do(
        service.ask_approval,
        told.public_id,
        version=stored(told.public_id).version,
        actor_id=told.staff_id,
    )


def approve(told: Told) -> None:
    do(service.approve, told.public_id, version=stored(told.public_id).version)


def lead(told: Told, state: State, clock: Any) -> None:
    """Lead a story that was just received where it is wanted."""
    ways[state](told, clock)
    assert stored(told.public_id).state == state


def _ready(told: Told) -> None:
    ask_approval(told)
    approve(told)
    do(sign_redaction, told.public_id, told.staff_id)
    do(
        service.mark_ready,
        told.public_id,
        version=stored(told.public_id).version,
        actor_id=told.staff_id,
    )


def _scheduled(told: Told) -> None:
    _ready(told)
    do(service.schedule, told.public_id)


def _published(told: Told) -> None:
    _scheduled(told)
    do(service.publish, told.public_id, stored(told.public_id).version, now())


def _unpublished(told: Told) -> None:
    _published(told)
    do(service.unpublish, told.public_id, "The company was wrongly accused.")


def _expired(told: Told, clock: Any) -> None:
    ask_approval(told)
    clock.shift(rules.APPROVAL_LIFE + timedelta(days=1))
    do(service.remind_and_expire)


def _approved(told: Told) -> None:
    ask_approval(told)
    approve(told)


ways: dict[State, Callable[[Told, Any], Any]] = {
    State.RECEIVED: lambda told, clock: None,
    State.TRIAGE: lambda told, clock: do(service.claim, told.public_id, actor_id=told.staff_id),
    State.NEEDS_INFO: lambda told, clock: do(service.ask, told.public_id, QUESTION, actor_id=told.staff_id),
    State.EDITING: lambda told, clock: do(service.start_editing, told.public_id, actor_id=told.staff_id),
    State.AWAITING_APPROVAL: lambda told, clock: ask_approval(told),
    State.APPROVED: lambda told, clock: _approved(told),
    State.READY: lambda told, clock: _ready(told),
    State.SCHEDULED: lambda told, clock: _scheduled(told),
    State.PUBLISHED: lambda told, clock: _published(told),
    State.SPAM: lambda told, clock: do(service.shelve_as_spam, told.public_id),
    State.DECLINED: lambda told, clock: do(service.decline, told.public_id, "It is about a price."),
    State.DUPLICATE: lambda told, clock: do(
        service.merge, told.public_id, tell(told.staff_id, story=STORY + " Again and again.").public_id
    ),
    State.EXPIRED: _expired,
    State.WITHDRAWN: lambda told, clock: do(service.withdraw, told.public_id),
    State.UNPUBLISHED: lambda told, clock: _unpublished(told),
}


def look(reader: Any, told: Told) -> None:
    """Open the status with the four words."""
    reader.visit("/status")
    reader.submit("Show me", receipt=told.words)


def offered(reader: Any) -> set[str]:
    """The last parts of the addresses that the forms of the page are sent to."""
    return {
        form.action.rpartition("/")[2].partition("?")[0]
        for form in reader.page.forms
        if "/status/page/" in form.action
    }
