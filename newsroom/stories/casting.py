"""Reads what the redaction desk needs: the list of companies, and the cast of one story. Nothing here writes.

The cast is computed each time; kept are only an editor's marks and decisions. Of a manuscript, whose words
are the publication's own, and of a story whose words were destroyed there is none.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast as typed

from sqlalchemy import select

from newsroom.platform.db import db
from newsroom.stories import consent, redaction
from newsroom.stories.models import ListedCompany, Story, StoryMark, StoryNaming, StoryRevision
from newsroom.stories.redaction import Span
from newsroom.stories.redaction.cast import Cast, Naming, Withheld, cast_of
from newsroom.stories.redaction.disguises import folded
from newsroom.stories.redaction.entities import Verdict
from newsroom.stories.redaction.finds import Mark
from newsroom.stories.redaction.suggestions import Company


def house_list() -> tuple[Company, ...]:
    """The companies that the publication knows, in the order of their names."""
    rows = db.session.scalars(select(ListedCompany).order_by(ListedCompany.key))
    return tuple(
        Company(row.canonical, tuple(row.aliases), tuple(row.domains), tuple(row.slogans), row.descriptor)
        for row in rows
    )


def marks(found: Story) -> tuple[Mark, ...]:
    """What editors said about its passages, in the order of the text."""
    query = select(StoryMark).where(StoryMark.story_id == found.id).order_by(StoryMark.start, StoryMark.end)
    return tuple(
        Mark(row.start, row.end, row.says, row.kind, row.entity) for row in db.session.scalars(query)
    )


def namings(found: Story) -> tuple[Naming, ...]:
    """What editors decided about its entities."""
    query = select(StoryNaming).where(StoryNaming.story_id == found.id).order_by(StoryNaming.entity)
    return tuple(
        Naming(
            row.entity,
            row.kind,
            row.same_as,
            row.stance,
            row.role,
            row.descriptor,
            row.treatment,
            row.reason,
        )
        for row in db.session.scalars(query)
    )


def is_redacted_here(found: Story) -> bool:
    """Whether somebody told it, and its original is still there."""
    return found.source != "manuscript" and found.purged_at is None


def cast_over(found: Story, spans: Sequence[Span]) -> Cast:
    """Who is in a story, and what of them stands in the text of these spans, which are in order."""
    if not is_redacted_here(found):
        return Cast()
    return cast_of(
        found.original.body,
        typed("Verdict", found.verdict),
        spans,
        marks(found),
        namings(found),
        house_list(),
        told_company=found.company,
    )


def cast_in(found: Story, revision: StoryRevision | None) -> Cast:
    """The same for a revision; before the first one it is the original that stands there."""
    spans = redaction.from_json(revision.spans) if revision else ()
    return cast_over(found, redaction.in_order(found.original.body, spans))


def kept_out(found: Story, cast: Cast, level: int | None) -> tuple[Withheld, ...]:
    """The forms that print must not show, with the full name and the address of its author. What the consent
    allows to be printed of them is not among these, even where they signed their story with it."""
    who = found.contributor
    if who is None:
        return cast.forms()
    words = {folded(word) for word in consent.names_allowed(level, who.name, who.town).split()}
    own = [Withheld(who.email, "email")] if who.email else []
    # A first name alone may well be somebody else's.
    own += [Withheld(who.name, "person")] if len(who.name.split()) > 1 else []
    forms = dict.fromkeys((*cast.forms(), *own))
    return tuple(one for one in forms if not words.issuperset(folded(one.form).split()))
