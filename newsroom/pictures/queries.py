"""Every read of the pictures; nothing here writes or opens a file."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from flask_sqlalchemy.pagination import Pagination
from sqlalchemy import or_, select

from newsroom.pictures import rules
from newsroom.pictures.models import Picture
from newsroom.platform.db import db


@dataclass(frozen=True)
class PictureCard:
    """A picture with what was decided about it. Width and height are in pixels."""

    key: str
    name: str
    width: int
    height: int
    byte_count: int
    file_name: str
    alt: str
    is_decorative: bool
    caption: str
    credit: str
    version: int
    created_at: datetime

    @property
    def address(self) -> str:
        """The path at which it is served."""
        return rules.address_of(self.name)

    @property
    def line(self) -> str:
        """The line of Markdown that shows it."""
        return rules.line_to_copy(self.alt, self.name, self.caption, self.credit)

    @property
    def said_below(self) -> str:
        """Caption and credit as they are read below it."""
        return rules.said_below(self.caption, self.credit)

    @property
    def called(self) -> str:
        """How the desk names it to a person."""
        return self.alt or self.file_name or "A picture that only decorates"


def picture(key: str) -> PictureCard | None:
    """The picture of that key; None where there is none."""
    row = db.session.execute(select(Picture).where(Picture.key == key)).scalar_one_or_none()
    return _as_value(row) if row else None


def newest(words: str = "", page: int = 1, per_page: int = 24) -> Pagination:
    """A page of pictures, newest first, with those words in description, caption, credit or file name."""
    query = select(Picture).order_by(Picture.id.desc())
    if words:
        told = (Picture.alt, Picture.caption, Picture.credit, Picture.file_name)
        query = query.where(or_(*(column.icontains(words, autoescape=True) for column in told)))
    found = db.paginate(query, page=page, per_page=per_page, error_out=False)
    found.items = [_as_value(row) for row in found.items]
    return found


def at(addresses: Iterable[str]) -> dict[str, PictureCard]:
    """The pictures that are served at these paths, by path; what is none of ours is not there."""
    wanted = {rules.key_in(address) for address in addresses}
    if not wanted:
        return {}
    rows = db.session.execute(select(Picture).where(Picture.key.in_(wanted))).scalars()
    return {card.address: card for card in map(_as_value, rows)}


def _as_value(row: Picture) -> PictureCard:
    return PictureCard(
        key=row.key,
        name=rules.name_of(row.key, row.width, row.height, row.extension),
        width=row.width,
        height=row.height,
        byte_count=row.byte_count,
        file_name=row.file_name,
        alt=row.alt,
        is_decorative=row.is_decorative,
        caption=row.caption,
        credit=row.credit,
        version=row.version,
        created_at=row.created_at,
    )
