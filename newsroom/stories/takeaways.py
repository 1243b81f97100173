"""Takeaways of earlier stories' notes, to be offered for a new one. Reads only.

Only what was fit for print is offered: a takeaway of a story that is ready, in an issue or published.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select, select

from newsroom.platform.db import db
from newsroom.platform.markup import Takeaway
from newsroom.stories.behaviours import filed_under
from newsroom.stories.models import Story, StoryGlance, StoryTakeaway
from newsroom.stories.rules import State

MOST_OFFERED = 5
_PER_BEHAVIOUR = 2
_LIKELIEST = 3
_LOOKED_AT = 60


@dataclass(frozen=True)
class Offered:
    """A takeaway that another story's note has: where it stands, and how that story is called."""

    public_id: str
    place: int
    title: str
    verdict: str
    takeaway: Takeaway

    @property
    def key(self) -> str:
        """What names it in a form."""
        return f"{self.public_id}.{self.place}"


def offered(
    story: Story, behaviours: Sequence[str], *, tag: str = "", besides: Sequence[Takeaway] = ()
) -> tuple[Offered, ...]:
    """A few takeaways for a story: about the behaviour of a tag, else about the likeliest of some.

    The same thumb first, then the newest; never the story's own, nor one like those `besides`.
    """
    wanted = (filed_under(tag),) if tag else tuple(behaviours[:_LIKELIEST])
    known = {_label(one) for one in besides}
    counts: Counter[str] = Counter()
    found: list[Offered] = []
    for one in _candidates(story, wanted) if wanted else ():
        behaviour, label = one.takeaway.behaviour, _label(one.takeaway)
        if label in known or (not tag and counts[behaviour] >= _PER_BEHAVIOUR):
            continue
        known.add(label)
        counts[behaviour] += 1
        found.append(one)
    return tuple(found[:MOST_OFFERED])


def offered_takeaway(key: str) -> Takeaway | None:
    """The takeaway of that key; None for one that is offered no more."""
    public_id, _dot, place = key.partition(".")
    if not place.isdecimal() or len(place) > _LONGEST_PLACE:
        return None
    query = _all().where(
        Story.public_id == public_id[:16].replace("\x00", ""), StoryTakeaway.place == int(place)
    )
    row = db.session.execute(query).first()
    return _takeaway(row[0]) if row else None


_LONGEST_PLACE = 4
_OFFERED_FROM = (State.READY, State.SCHEDULED, State.PUBLISHED)


def _all() -> Select[StoryTakeaway, Story, str]:
    return (
        select(StoryTakeaway, Story, StoryGlance.title)
        .join(Story, Story.id == StoryTakeaway.story_id)
        .outerjoin(StoryGlance, StoryGlance.story_id == Story.id)
        .where(Story.state.in_(_OFFERED_FROM))
    )


def _candidates(story: Story, wanted: Sequence[str]) -> list[Offered]:
    query = (
        _all()
        .where(StoryTakeaway.behaviour.in_(wanted), Story.id != story.id)
        .order_by(
            Story.verdict != story.verdict, Story.submitted_at.desc(), Story.id.desc(), StoryTakeaway.place
        )
        .limit(_LOOKED_AT)
    )
    found = [
        Offered(other.public_id, row.place, title or "", other.verdict, _takeaway(row))
        for row, other, title in db.session.execute(query)
    ]
    return sorted(found, key=lambda one: wanted.index(one.takeaway.behaviour))


def _takeaway(row: StoryTakeaway) -> Takeaway:
    return Takeaway(row.label, row.reason, row.behaviour)


def _label(takeaway: Takeaway) -> str:
    return (takeaway.label or takeaway.text).casefold().strip(" .")
