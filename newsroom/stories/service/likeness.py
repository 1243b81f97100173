"""Stories that tell the same: found by the worker, put together or told apart by an editor."""

from __future__ import annotations

from collections import Counter

from sqlalchemy import delete, insert, select

from newsroom.platform.db import db
from newsroom.stories import likeness, messages, rules
from newsroom.stories.models import Story, StoryBand, StoryLikeness, StoryOriginal
from newsroom.stories.rules import State, StoryRefusal
from newsroom.stories.service import signoff
from newsroom.stories.service.record import record, reversible_step, story_to_change, takes_back

_MOST_CANDIDATES = 12
_MOST_KEPT = 3
# Of ten thousand copies of one story the first few say all there is to say.
_MOST_OF_A_BAND = 20

_COMPARED = frozenset(State) - {State.WITHDRAWN}
_TAKES_OTHERS = rules.ON_THE_DESK | {State.SCHEDULED, State.PUBLISHED}


def sign(story_id: int) -> None:
    """Keep a story's signature, so that others find it. A story without its original has none."""
    words = _original(story_id)
    db.session.execute(delete(StoryBand).where(StoryBand.story_id == story_id))
    digests = likeness.bands(likeness.shingles(words)) if words else ()
    if digests:
        rows = [
            {"story_id": story_id, "place": place, "digest": digest} for place, digest in enumerate(digests)
        ]
        db.session.execute(insert(StoryBand), rows)


def compare(story_id: int) -> None:
    """Write down which other stories a signed one is much alike, however often it is asked.

    What an editor has told apart stays apart. The number of texts that are read has a limit, so that ten
    thousand copies of one story cost no more than a few.
    """
    words = _original(story_id)
    if not words:
        return
    mine = likeness.shingles(words)
    alike = {}
    for other_id in _candidates(story_id):
        percent = likeness.percent(mine, likeness.shingles(_original(other_id)))
        if percent >= likeness.ALIKE_FROM:
            alike[other_id] = percent
        if percent == 100:
            break
    best = sorted(alike, key=lambda other_id: (-alike[other_id], other_id))[:_MOST_KEPT]
    for other_id in best:
        _keep(max(story_id, other_id), min(story_id, other_id), alike[other_id])


def merge(public_id: str, into: str) -> None:
    """Put a story together with an earlier one that tells the same; both authors hear of it.

    Where the earlier one was merged itself, it goes to where that one went. Raises StoryRefusal when there is
    no such story, or when the earlier one is closed and nobody would ever read the two together.
    """
    row, earlier = _pair_to_change(public_id, into)
    reversible_step(row, "merge", "merged", f"into story {earlier.public_id}")
    signoff.close_open_request(row, "superseded")
    row.duplicate_of_id = earlier.id
    row.on_hold_reason, row.claimed_by_id, row.claimed_at = "", None, None
    record(earlier, "joined by another", f"story {row.public_id}")
    takes_back(row, messages.merged(row))
    takes_back(row, messages.joined(earlier))


def dismiss(public_id: str, other_public_id: str) -> None:
    """Say that two stories are not the same; they are never shown as alike again."""
    one, other = story_to_change(public_id), story_to_change(other_public_id)
    pair = db.session.get(StoryLikeness, (max(one.id, other.id), min(one.id, other.id)))
    if pair is None:
        raise StoryRefusal("These two stories were never held to be alike.")
    if pair.dismissed:
        return
    pair.dismissed = True
    record(one, "told apart", f"from story {other.public_id}")


def _pair_to_change(public_id: str, into: str) -> tuple[Story, Story]:
    first, second = sorted((public_id, into))
    # Always in the same order: two editors who merge two stories crosswise must not wait for each other.
    rows = {name: story_to_change(name) for name in (first, second)}
    row, earlier = rows[public_id], rows[into]
    if earlier.duplicate_of_id is not None:
        found = db.session.scalar(select(Story.public_id).where(Story.id == earlier.duplicate_of_id))
        earlier = story_to_change(found or into)
    if row.id == earlier.id:
        raise StoryRefusal("A story cannot be merged into itself.")
    if earlier.state not in _TAKES_OTHERS:
        said = rules.DESK_WORDS[State(earlier.state)]
        raise StoryRefusal(f"The other story is closed ({said}); open it again first, or decline this one.")
    return row, earlier


def _original(story_id: int) -> str:
    query = (
        select(StoryOriginal.body)
        .join(Story, Story.id == StoryOriginal.story_id)
        .where(Story.id == story_id, Story.state.in_(_COMPARED), Story.purged_at.is_(None))
    )
    return db.session.scalar(query) or ""


def _candidates(story_id: int) -> list[int]:
    """Who shares a band, those with the most of them first and the earliest among equals."""
    mine = db.session.execute(
        select(StoryBand.place, StoryBand.digest).where(StoryBand.story_id == story_id)
    ).all()
    met: Counter[int] = Counter()
    for place, digest in mine:
        others = (
            select(StoryBand.story_id)
            .where(StoryBand.place == place, StoryBand.digest == digest, StoryBand.story_id != story_id)
            .order_by(StoryBand.story_id)
            .limit(_MOST_OF_A_BAND)
        )
        met.update(db.session.scalars(others))
    return sorted(met, key=lambda other_id: (-met[other_id], other_id))[:_MOST_CANDIDATES]


def _keep(later_id: int, earlier_id: int, percent: int) -> None:
    pair = db.session.get(StoryLikeness, (later_id, earlier_id))
    if pair is None:
        db.session.add(StoryLikeness(story_id=later_id, earlier_id=earlier_id, percent=percent))
        db.session.flush()
    else:
        pair.percent = percent
