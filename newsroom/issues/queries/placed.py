"""Where the pieces of the library stand: the issues that hold or printed them. Reads only."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Select, select

from newsroom.issues import rules
from newsroom.issues.models import Issue, PublishedPiece, Section
from newsroom.library.events import Place
from newsroom.platform.db import db


def places_of(public_ids: Collection[str]) -> dict[str, list[Place]]:
    """The issues that hold each of these pieces, by its id, lowest number first; none that were given up."""
    if not public_ids:
        return {}
    query = (
        select(Section, Issue)
        .join(Section.issue)
        .where(Section.piece_id.in_(list(public_ids)), Issue.state != rules.CANCELLED)
        .order_by(Issue.number)
    )
    found: dict[str, list[Place]] = {}
    for section, issue in db.session.execute(query):
        path = f"/desk/issues/{issue.number}?section={section.public_id}"
        state, is_printed = rules.LABELS[issue.state], issue.state == rules.SENT
        place = Place(issue.number, state, path, section.piece_version or 0, is_printed)
        found.setdefault(section.piece_id or "", []).append(place)
    return found


def printed_pieces() -> Select[tuple[str]]:
    """The ids of everything that was printed or is going out now, for a query to embed."""
    going_out = select(Section.piece_id).join(Section.issue).where(Issue.state == rules.GOING_OUT)
    printed = select(PublishedPiece.piece_id)
    ids = going_out.where(Section.piece_id.is_not(None)).union(printed).subquery()
    return select(ids.c.piece_id)


def parts_printed(series_slugs: Collection[str], *, but_in: int) -> dict[tuple[str, int], str]:
    """Which article was printed last as which part of these series, in any issue but that one."""
    query = (
        select(PublishedPiece.series_slug, PublishedPiece.part, PublishedPiece.piece_id)
        .join(PublishedPiece.issue)
        .where(PublishedPiece.series_slug.in_(list(series_slugs)), PublishedPiece.part.is_not(None))
        .where(Issue.number != but_in, PublishedPiece.withdrawn_at.is_(None))
        .order_by(PublishedPiece.id)
    )
    rows = db.session.execute(query) if series_slugs else ()
    return {(slug, part): piece_id for slug, part, piece_id in rows if part is not None}
