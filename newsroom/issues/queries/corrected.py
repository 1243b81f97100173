"""Reads of the dated corrections of what was sent; one about a withdrawn piece is not there."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Select, and_, select

from newsroom.issues import rules
from newsroom.issues.models import Issue, IssueCorrection, PublishedPiece
from newsroom.issues.overlay import Correction
from newsroom.issues.queries.archived import Published, as_published
from newsroom.platform.db import db
from newsroom.publication.queries import publication


@dataclass(frozen=True)
class Corrected:
    """A correction with the issue that it is of, and with the piece where it is about one."""

    correction: Correction
    issue_number: int
    issue_on: date
    piece: Published | None
    at: datetime
    by_label: str

    @property
    def path(self) -> str:
        """Where readers find it: on the page of its piece, or of its issue."""
        own = self.piece.path.partition("#")[0] if self.piece else f"/issues/{self.issue_number}"
        return f"{own}#{self.correction.anchor}"


def corrections() -> list[Corrected]:
    """All that readers may see, the newest first."""
    return _read(_shown())


def corrections_in(numbers: Iterable[int]) -> list[Corrected]:
    """Those of some issues, the newest first."""
    return _read(_shown().where(Issue.number.in_(list(numbers))))


def correction(correction_id: int) -> Corrected | None:
    """One of them; None for what is not there, or is not shown any more."""
    found = _read(_shown().where(IssueCorrection.id == correction_id))
    return found[0] if found else None


# The last of the three is None where a correction is of the issue as a whole.
_Rows = Select[IssueCorrection, Issue, PublishedPiece]


def _shown() -> _Rows:
    place = and_(
        PublishedPiece.issue_id == IssueCorrection.issue_id,
        PublishedPiece.position == IssueCorrection.position,
    )
    return (
        select(IssueCorrection, Issue, PublishedPiece)
        .join(Issue, Issue.id == IssueCorrection.issue_id)
        .outerjoin(PublishedPiece, place)
        .where(Issue.state == rules.SENT, PublishedPiece.withdrawn_at.is_(None), IssueCorrection.words != "")
        .order_by(IssueCorrection.at.desc(), IssueCorrection.id.desc())
    )


def _read(query: _Rows) -> list[Corrected]:
    zone = ZoneInfo(publication().time_zone)
    found = []
    for row, issue, place in db.session.execute(query):
        piece = as_published(place) if row.position is not None else None
        said = Correction(
            number=row.id,
            day=row.at.astimezone(zone).date(),
            words=row.words,
            section_id=piece.piece_id if piece else "",
            title=piece.title if piece else "",
        )
        found.append(Corrected(said, issue.number, issue.issue_on, piece, row.at, row.by_label))
    return found
