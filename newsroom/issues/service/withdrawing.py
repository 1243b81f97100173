"""Taking what is published off the web, and putting it back; what was sent stays sealed as it is.

A story leaves by verbs of its own floor, of which `tombstone` is told, and never comes back. Everything else
a publisher takes out here, with a reason of `rules.TAKEN_BACK`.
"""

from __future__ import annotations

from dataclasses import asdict

from sqlalchemy import select, update

from newsroom.accounts.service import audit
from newsroom.issues import kinds, rules
from newsroom.issues.document import Section
from newsroom.issues.events import piece_taken_back
from newsroom.issues.models import Issue, IssueCorrection, PublishedPiece
from newsroom.issues.models import Section as SectionRow
from newsroom.issues.rules import Refused
from newsroom.issues.service.changing import changed, hold
from newsroom.platform import clock
from newsroom.platform.db import db


def take_back(row: Issue, position: int, because: str, *, by_label: str = "") -> None:
    """Take what a sent issue printed at that place off the web, wherever else it was printed.

    `by_label` is who did it, where nobody is signed in who could be asked.
    Raises Refused for a story, for what is off the web already, and without a reason of `rules.TAKEN_BACK`.
    """
    hold(row)
    piece = _printed_at(row, position)
    if because not in rules.TAKEN_BACK:
        raise Refused("Choose why it leaves the web; readers are told.")
    _refuse_story(piece, "A story leaves the web on its own page at the desk, and its author is told.")
    if piece.withdrawn_at is not None:
        raise Refused(f"“{piece.title}” is off the web already.")
    tombstone(piece.piece_id, because, "a piece of it was taken off the web")
    _note("taken off the web", piece, because, by_label)
    piece_taken_back.send(public_id=piece.piece_id)


def put_back(row: Issue, position: int, *, by_label: str = "") -> None:
    """Put back on the web what a publisher took out, wherever it was printed. Raises Refused for a story."""
    hold(row)
    piece = _printed_at(row, position)
    _refuse_story(piece, "A story that left the web never comes back: its author may count on that.")
    if piece.withdrawn_at is None:
        raise Refused(f"“{piece.title}” is on the web.")
    db.session.execute(
        update(PublishedPiece)
        .where(PublishedPiece.piece_id == piece.piece_id)
        .values(withdrawn_at=None, withdrawn_because="", returned_at=clock.now())
    )
    _note("put back on the web", piece, "", by_label)


def _note(verb: str, piece: PublishedPiece, why: str, by_label: str) -> None:
    facts = (
        f"{piece.kind} “{piece.title}” of issue {piece.issue.number}",
        why,
        by_label and f"by {by_label}",
    )
    audit(verb, f"piece {piece.piece_id}", ", ".join(filter(None, facts)))


def _printed_at(row: Issue, position: int) -> PublishedPiece:
    query = select(PublishedPiece).where(
        PublishedPiece.issue_id == row.id, PublishedPiece.position == position
    )
    found = db.session.execute(query.with_for_update()).scalar_one_or_none()
    if found is None:
        raise Refused(f"Issue {row.number} has printed nothing at that place.")
    return found


def _refuse_story(piece: PublishedPiece, sentence: str) -> None:
    if kinds.kind_of(piece.kind).source == "story":
        raise Refused(sentence)


def tombstone(public_id: str, because: str, what: str = "a story of it was withdrawn") -> None:
    """A piece or story was taken back: it leaves what is published, and every issue that has not gone out.

    `because` is for the words of the tombstone: `author`, `consent`, or one of `rules.TAKEN_BACK`. `what` is
    why an approval of an issue that holds it is void.
    """
    db.session.execute(
        update(PublishedPiece)
        .where(PublishedPiece.piece_id == public_id, PublishedPiece.withdrawn_at.is_(None))
        .values(withdrawn_at=clock.now(), withdrawn_because=because)
    )
    _change_holders(public_id, what)


def story_allows_other(public_id: str) -> None:
    """A story's author allows more or less than before: no approval of an issue that holds it stands."""
    _change_holders(public_id, "the consent to a story of it changed")


def _change_holders(public_id: str, what: str) -> None:
    held = db.session.execute(select(SectionRow).where(SectionRow.piece_id == public_id)).scalars()
    for section in held:
        if rules.may("edit", section.issue.state):
            changed(section.issue, what, section.issue.updated_by_id)


def forget_story(public_id: str) -> None:
    """The words of a story that is not in print were destroyed: the archive forgets what its pages showed.

    So do the corrections of it. What was sent stays in the sealed record of its issue, which no page shows.
    """
    gone = select(PublishedPiece).where(
        PublishedPiece.piece_id == public_id, PublishedPiece.withdrawn_at.is_not(None)
    )
    for piece in db.session.execute(gone).scalars():
        piece.title = piece.slug = ""
        piece.section = asdict(Section(kind=piece.kind, title="", id=public_id))
        db.session.execute(
            update(IssueCorrection)
            .where(IssueCorrection.issue_id == piece.issue_id, IssueCorrection.position == piece.position)
            .values(words="")
        )
