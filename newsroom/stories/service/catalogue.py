"""What lists and searches know of a story's words, kept in step with them in the same unit of work.

A list shows a glance and reads no text; a search finds originals, titles, companies and public ids. The
glance of an original that nobody has edited names no person (`opening`). A story that was withdrawn or
destroyed leaves all of it.
"""

from __future__ import annotations

from sqlalchemy import delete, select

from newsroom.platform import search
from newsroom.platform.db import db
from newsroom.platform.jobs import enqueue
from newsroom.platform.text import excerpt, word_count
from newsroom.stories import hints, queries
from newsroom.stories.models import Story, StoryBand, StoryGlance, StoryLikeness
from newsroom.stories.opening import LONGEST, opening
from newsroom.stories.rules import State
from newsroom.stories.service.takeaways import drop_takeaways, file_takeaways

COMPARE = "stories.compare"
"""The task that looks for near-duplicates of a story."""


def catalogue(row: Story, *, is_new: bool = False) -> None:
    """Write down what lists and searches know of its newest words.

    `is_new` says that this is the first time, so that nothing older has to be looked for.
    """
    # Of destroyed words those in print are left, which need not be the newest.
    newest = queries.shown_revision(row) if row.purged_at else queries.newest_revision(row)
    title, words = newest.title if newest else "", queries.text_of(row, newest)
    search.put(
        queries.FOUND_AS,
        row.id,
        title=f"{title}\n{row.company}\n{row.public_id}",
        words=words if row.original.body in words else f"{row.original.body}\n{words}",
    )
    private = hints.hints_in(f"{title}\n{words}")
    known = None if is_new else db.session.get(StoryGlance, row.id)
    glance = known or StoryGlance(story_id=row.id)
    glance.title, glance.opening = title, excerpt(words, LONGEST) if newest else opening(words)
    glance.word_count = word_count(words)
    glance.link_count = sum(hint.kind == "url" for hint in private)
    glance.private_count = len(private) - glance.link_count
    db.session.add(glance)
    if not is_new or newest:
        file_takeaways(row, newest.note if newest else "")


def forget(row: Story) -> None:
    """Let no list and no search know its words any more, nor any other story that it was compared with."""
    search.drop(queries.FOUND_AS, row.id)
    drop_takeaways(row)
    db.session.execute(delete(StoryGlance).where(StoryGlance.story_id == row.id))
    db.session.execute(delete(StoryBand).where(StoryBand.story_id == row.id))
    db.session.execute(
        delete(StoryLikeness).where((StoryLikeness.story_id == row.id) | (StoryLikeness.earlier_id == row.id))
    )


def catalogue_missing(limit: int) -> int:
    """Take up stories that came before there was a catalogue, and have them compared; gives how many."""
    query = (
        select(Story)
        .outerjoin(StoryGlance, StoryGlance.story_id == Story.id)
        .where(StoryGlance.story_id.is_(None), Story.state != State.WITHDRAWN, Story.purged_at.is_(None))
        .order_by(Story.id)
        .limit(limit)
    )
    rows = db.session.scalars(query.with_for_update(of=Story, skip_locked=True)).all()
    for row in rows:
        catalogue(row)
        enqueue(COMPARE, row.id)
    return len(rows)


def catalogue_again(after: int, limit: int) -> int | None:
    """Write down anew what is known of stories with a higher number than `after`; gives the last one's.

    At most `limit` of them; None when there were none left.
    """
    query = (
        select(Story)
        .where(Story.id > after, Story.state != State.WITHDRAWN)
        .order_by(Story.id)
        .limit(limit)
        .with_for_update(of=Story)
    )
    rows = db.session.scalars(query).all()
    for row in rows:
        if row.purged_at is None or row.state == State.PUBLISHED:
            catalogue(row)
    return rows[-1].id if rows else None
