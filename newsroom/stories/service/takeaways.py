"""The takeaways of a story's newest note, filed so that other notes can find them; dropped with its words."""

from __future__ import annotations

from sqlalchemy import delete, insert

from newsroom.platform.db import db
from newsroom.platform.markup import parse_note
from newsroom.stories.behaviours import filed_under
from newsroom.stories.models import Story, StoryTakeaway


def file_takeaways(row: Story, note: str) -> None:
    """File the takeaways of this note as those of the story, instead of any before."""
    drop_takeaways(row)
    cards = parse_note(note).takeaways
    if cards:
        filed = [
            {
                "story_id": row.id,
                "place": place,
                "label": card.label,
                "reason": card.text,
                "behaviour": filed_under(card.behaviour),
            }
            for place, card in enumerate(cards, start=1)
        ]
        db.session.execute(insert(StoryTakeaway), filed)


def drop_takeaways(row: Story) -> None:
    """Let no takeaway of the story be found any more."""
    db.session.execute(delete(StoryTakeaway).where(StoryTakeaway.story_id == row.id))
