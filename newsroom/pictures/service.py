"""Every write to the pictures. Verbs join the door's unit of work and never commit.

The row is written before the file, inside the same unit: of two who keep or delete the same picture in the
same moment, the second waits for the first, and finds file and row as the first left them.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from newsroom.accounts.service import audit
from newsroom.pictures import events, folder, queries, rules
from newsroom.pictures.encoding import Encoded
from newsroom.pictures.models import Picture
from newsroom.pictures.queries import PictureCard
from newsroom.platform import clock
from newsroom.platform.db import db, insert_into


@dataclass(frozen=True)
class Words:
    """What is said about a picture. Either it is described or it only decorates."""

    alt: str = ""
    is_decorative: bool = False
    caption: str = ""
    credit: str = ""


class NotDecided(ValueError):
    """A description that is no decision; its text is the sentence of `rules.problem_with_alt`."""


class StillUsed(Exception):
    """A picture that stands somewhere is not deleted; `uses` says where."""

    def __init__(self, uses: list[events.Use]) -> None:
        self.uses = uses
        super().__init__("This picture is used; take it out there first.")


class WordsConflict(Exception):
    """Somebody saved other words meanwhile; `theirs` is the picture as it is now."""

    def __init__(self, theirs: PictureCard) -> None:
        self.theirs = theirs
        super().__init__("Other words were saved meanwhile.")


def keep(made: Encoded, file_name: str, words: Words, *, actor_id: int | None) -> tuple[PictureCard, bool]:
    """Keep a picture; gives it, and whether it is new. One that is here already stays as it is described.

    Raises NotDecided, and NotKept when its bytes could not be written.
    """
    _refuse_undecided(words)
    statement = insert_into(Picture).values(
        key=made.key,
        extension=made.extension,
        width=made.width,
        height=made.height,
        byte_count=len(made.data),
        file_name=rules.own_name(file_name),
        alt=words.alt,
        is_decorative=words.is_decorative,
        caption=words.caption,
        credit=words.credit,
        version=1,
        created_at=clock.now(),
        created_by_id=actor_id,
    )
    new_id = db.session.scalar(statement.on_conflict_do_nothing().returning(Picture.id))
    # Also when it is here already: its file may have been lost, and the same bytes do no harm.
    folder.keep(made.name, made.data)
    if new_id is not None:
        audit("picture uploaded", f"picture {made.key}", f"{made.width} × {made.height} pixels")
    kept = queries.picture(made.key)
    assert kept is not None
    return kept, new_id is not None


def describe(key: str, words: Words, *, version: int) -> PictureCard:
    """Replace what is said about a picture; the same words change nothing.

    Raises NotDecided, LookupError for a picture that is gone, and WordsConflict for another version.
    """
    _refuse_undecided(words)
    row = _held(key)
    before = Words(row.alt, row.is_decorative, row.caption, row.credit)
    if before != words:
        if row.version != version:
            raise WordsConflict(_card(key))
        row.alt, row.is_decorative = words.alt, words.is_decorative
        row.caption, row.credit = words.caption, words.credit
        row.version += 1
        db.session.flush()
        audit("picture described", f"picture {key}")
    return _card(key)


def delete(key: str) -> None:
    """Delete a picture that stands nowhere. Raises StillUsed, and LookupError for one that is gone."""
    row = _held(key)
    card = _card(key)
    if uses := events.uses_of(card.address):
        raise StillUsed(uses)
    db.session.delete(row)
    db.session.flush()
    audit("picture deleted", f"picture {key}", card.called)
    folder.remove(card.name)


def _held(key: str) -> Picture:
    query = select(Picture).where(Picture.key == key).with_for_update()
    row = db.session.execute(query).scalar_one_or_none()
    if row is None:
        raise LookupError("There is no such picture.")
    return row


def _card(key: str) -> PictureCard:
    card = queries.picture(key)
    assert card is not None
    return card


def _refuse_undecided(words: Words) -> None:
    if problem := rules.problem_with_alt(words.alt, words.is_decorative):
        raise NotDecided(problem)
