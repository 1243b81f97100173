"""Reads of testimonials and downloads: for their editors, and what of them readers may see."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from newsroom.library import filetypes, things
from newsroom.library.models import Piece, PieceRevision, StoredFile
from newsroom.library.queries.named import WordsVersion
from newsroom.library.queries.pieces import PieceVersion, newest_of, piece, revisions
from newsroom.library.things import DOWNLOAD, TESTIMONIAL, Offered, Said
from newsroom.platform.db import db


@dataclass(frozen=True)
class Testimonial:
    """A testimonial at its newest version."""

    public_id: str
    version: int
    said: Said
    changed_at: datetime


@dataclass(frozen=True)
class Download:
    """A download at its newest version; `byte_count` is 0 where its file is gone."""

    public_id: str
    slug: str
    version: int
    offered: Offered
    changed_at: datetime
    byte_count: int = 0

    @property
    def address(self) -> str:
        """Where readers fetch it."""
        return things.address_of(self.slug)

    @property
    def type(self) -> filetypes.FileType:
        """What sort of file it is."""
        return filetypes.TYPES[self.offered.file.rpartition(".")[2]]

    @property
    def size(self) -> str:
        """How large it is, for people."""
        return filetypes.size_in_words(self.byte_count)

    @property
    def described(self) -> str:
        """What a link says of it: “The checklist, PDF, 240 kB”."""
        return f"{self.offered.title}, {self.type.label}, {self.size}"


def testimonials() -> list[Testimonial]:
    """All testimonials in the order in which they are shown."""
    found = [_testimonial(row) for row in newest_of(TESTIMONIAL)]
    return sorted(found, key=lambda one: (one.said.place, one.public_id))


def public_testimonials() -> list[Testimonial]:
    """Those that readers may see: whoever said it allowed us to print it, and it is not held back."""
    return [one for one in testimonials() if one.said.is_public]


def testimonial(public_id: str) -> Testimonial | None:
    """The testimonial with that id."""
    found = piece(public_id)
    return _testimonial(found) if found and found.kind == TESTIMONIAL else None


def testimonial_versions(public_id: str) -> list[WordsVersion[Said]]:
    """All versions of a testimonial, newest first."""
    return [
        WordsVersion(row.version, Said.of(row), row.created_at, row.created_by_id)
        for row in revisions(public_id)
        if row.kind == TESTIMONIAL
    ]


def downloads() -> list[Download]:
    """All downloads, newest first."""
    return _downloads(newest_of(DOWNLOAD))


def download(public_id: str) -> Download | None:
    """The download with that id."""
    found = piece(public_id)
    return _downloads([found])[0] if found and found.kind == DOWNLOAD else None


def download_called(slug: str) -> Download | None:
    """The download at that address."""
    query = select(Piece.public_id).where(Piece.slug == slug, Piece.kind == DOWNLOAD)
    public_id = db.session.scalar(query)
    return download(public_id) if public_id else None


def downloads_at(addresses: Iterable[str]) -> dict[str, Download]:
    """The downloads at these addresses, by address; what is none of ours is not there."""
    slugs = {things.slug_in(address) for address in addresses} - {""}
    if not slugs:
        return {}
    query = select(Piece.public_id).where(Piece.slug.in_(slugs), Piece.kind == DOWNLOAD)
    ids = set(db.session.scalars(query))
    return {one.address: one for one in downloads() if one.public_id in ids}


def longer_address(address: str) -> bool:
    """Whether another download's address begins with this one: `/downloads/list-2`, `/downloads/list`."""
    slug = things.slug_in(address)
    query = select(Piece.id).where(Piece.kind == DOWNLOAD, Piece.slug.startswith(f"{slug}-", autoescape=True))
    return db.session.scalar(query.limit(1)) is not None


def download_versions(public_id: str) -> list[WordsVersion[Offered]]:
    """All versions of a download, newest first."""
    return [
        WordsVersion(row.version, Offered.of(row), row.created_at, row.created_by_id)
        for row in revisions(public_id)
        if row.kind == DOWNLOAD
    ]


def things_changed_at(kind: str) -> datetime | None:
    """When one of this kind was last written; None where there is none."""
    query = select(func.max(PieceRevision.created_at)).join(PieceRevision.piece).where(Piece.kind == kind)
    return db.session.scalar(query)


def files_in_use() -> frozenset[str]:
    """The names of the files that some version of some download has: it can be restored."""
    query = select(PieceRevision.fields).join(PieceRevision.piece).where(Piece.kind == DOWNLOAD)
    return frozenset(fields.get("file", "") for fields in db.session.scalars(query))


def _testimonial(row: PieceVersion) -> Testimonial:
    return Testimonial(row.public_id, row.version, Said.of(row), row.created_at)


def _downloads(rows: Iterable[PieceVersion]) -> list[Download]:
    held = [(row, Offered.of(row)) for row in rows]
    names = {offered.file for _row, offered in held}
    sizes = select(StoredFile.address, StoredFile.byte_count).where(StoredFile.address.in_(names))
    known = {name: size for name, size in db.session.execute(sizes)}  # noqa: C416 - rows become pairs.
    return [
        Download(row.public_id, row.slug, row.version, offered, row.created_at, known.get(offered.file, 0))
        for row, offered in held
        if offered.file.rpartition(".")[2] in filetypes.TYPES
    ]
