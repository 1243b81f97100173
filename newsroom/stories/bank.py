"""The story bank: what is ready for print, what is coming, and for how many issues that is enough.

Reads only. It knows the cadence and no issue: each one takes one column, so the bank lasts as many cadences
as there are stories in it that may be taken.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, select

from newsroom.platform import clock
from newsroom.platform.db import db
from newsroom.platform.markup import parse_note
from newsroom.publication.queries import publication
from newsroom.stories import rules
from newsroom.stories.models import ApprovalRequest, Story, StoryGlance, StoryRevision
from newsroom.stories.rules import State

FEWEST_ISSUES = 2
"""With less than this in the bank, somebody should look for stories."""

_MOST_SHOWN = 200


@dataclass(frozen=True)
class Banked:
    """A story that may be printed; one on hold says why it may not be taken now."""

    public_id: str
    verdict: str
    title: str
    criticality: int
    behaviours: tuple[str, ...]
    word_count: int
    ready_at: datetime
    on_hold_reason: str


@dataclass(frozen=True)
class Coming:
    """A story on its way to the bank; `due_at` is until when its author can answer, where they are asked."""

    public_id: str
    verdict: str
    title: str
    state: State
    since: datetime
    due_at: datetime | None


@dataclass(frozen=True)
class Runway:
    """For how many issues the bank is enough, and until which day."""

    count: int
    cadence_days: int
    lasts_until: date

    @property
    def is_short(self) -> bool:
        """Whether somebody should look for stories."""
        return self.count < FEWEST_ISSUES


def ready() -> list[Banked]:
    """Everything in the bank, the longest-waiting first."""
    query = (
        select(Story, StoryGlance, StoryRevision.note, StoryRevision.title)
        .outerjoin(StoryGlance, StoryGlance.story_id == Story.id)
        .outerjoin(
            StoryRevision, (StoryRevision.story_id == Story.id) & (StoryRevision.version == Story.version)
        )
        .where(Story.state == State.READY)
        .order_by(Story.state_changed_at, Story.id)
        .limit(_MOST_SHOWN)
    )
    return [
        Banked(
            story.public_id,
            story.verdict,
            title or "",
            story.criticality,
            _behaviours(note or ""),
            _word_count(glance),
            story.state_changed_at,
            story.on_hold_reason,
        )
        for story, glance, note, title in db.session.execute(query)
    ]


def coming() -> list[Coming]:
    """What its author looks at or has agreed to, whose answer is due first at the top."""
    open_request = (ApprovalRequest.story_id == Story.id) & (ApprovalRequest.verdict == "")
    query = (
        select(Story, StoryGlance.title, ApprovalRequest.due_at)
        .outerjoin(StoryGlance, StoryGlance.story_id == Story.id)
        .outerjoin(ApprovalRequest, open_request)
        .where(Story.state.in_([State.AWAITING_APPROVAL, State.APPROVED]))
        .order_by(ApprovalRequest.due_at.is_(None), ApprovalRequest.due_at, Story.state_changed_at, Story.id)
        .limit(_MOST_SHOWN)
    )
    return [
        Coming(
            story.public_id,
            story.verdict,
            title or "",
            State(story.state),
            story.state_changed_at,
            due_at,
        )
        for story, title, due_at in db.session.execute(query)
    ]


def runway() -> Runway:
    """How far what is ready and not on hold carries, counted from today."""
    settings = publication()
    free = select(func.count()).where(Story.state == State.READY, Story.on_hold_reason == "")
    count = db.session.scalar(free) or 0
    days = max(1, settings.cadence_days)
    # A bank for centuries is a bank for long enough; dates end some day.
    last = clock.today(settings.time_zone) + timedelta(days=min(count * days, 36_500))
    return Runway(count, days, last)


def is_due_soon(due_at: datetime | None) -> bool:
    """Whether an author's time to answer runs out within a few days."""
    return due_at is not None and due_at - clock.now() < rules.APPROVAL_LIFE - rules.REMINDER_AFTER


def _word_count(glance: StoryGlance | None) -> int:
    return glance.word_count if glance else 0


def _behaviours(note: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(card.behaviour for card in parse_note(note).takeaways if card.behaviour))
