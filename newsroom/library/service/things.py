"""Writes to testimonials and downloads: made, revised, deleted for good; and the files of downloads.

The row of a file is written before the file, inside the same unit of work: of two who keep or delete the same
file in the same moment, the second waits for the first.
"""

from __future__ import annotations

from sqlalchemy import delete, select

from newsroom.accounts.service import audit
from newsroom.library import folder, queries, things
from newsroom.library.events import FileUse, uses_of_file
from newsroom.library.filetypes import FileType
from newsroom.library.models import Piece, PieceRevision, StoredFile
from newsroom.library.queries import PieceVersion
from newsroom.library.service.named import WordsConflict
from newsroom.library.service.pieces import PieceConflict, UnknownPiece, make_piece, revise_piece
from newsroom.library.things import DOWNLOAD, TESTIMONIAL, Offered, Said
from newsroom.platform import clock
from newsroom.platform.db import db, insert_into


class StillUsed(Exception):
    """A download that something leads to is not deleted; `uses` says where."""

    def __init__(self, uses: list[FileUse]) -> None:
        self.uses = uses
        super().__init__("This download is used; take it out there first.")


def add_testimonial(public_id: str, said: Said, *, actor_id: int | None) -> PieceVersion:
    """Keep a testimonial; `public_id` was chosen when its form was opened, so that sent twice it is one.

    Raises AlreadyMade where that form has made another one before.
    """
    return _made(TESTIMONIAL, public_id, said, actor_id)


def save_testimonial(public_id: str, said: Said, *, base_version: int, actor_id: int | None) -> int:
    """A new version of a testimonial, and its number. Raises WordsConflict, and UnknownPiece."""
    return _saved(TESTIMONIAL, public_id, said, base_version, actor_id)


def add_download(public_id: str, offered: Offered, *, actor_id: int | None) -> PieceVersion:
    """Offer a file that was kept; as `add_testimonial`."""
    return _made(DOWNLOAD, public_id, offered, actor_id)


def save_download(public_id: str, offered: Offered, *, base_version: int, actor_id: int | None) -> int:
    """A new version of a download, perhaps with another file, at the same address. Raises as above."""
    return _saved(DOWNLOAD, public_id, offered, base_version, actor_id)


def _made(kind: str, public_id: str, thing: Said | Offered, actor_id: int | None) -> PieceVersion:
    title, body, fields = thing.kept()
    return make_piece(public_id, kind=kind, title=title, body=body, fields=fields, actor_id=actor_id)


def _saved(kind: str, public_id: str, thing: Said | Offered, base_version: int, actor_id: int | None) -> int:
    known = queries.piece(public_id)
    if known is None or known.kind != kind:
        raise UnknownPiece(public_id)
    title, body, fields = thing.kept()
    try:
        saved = revise_piece(
            public_id, base_version=base_version, title=title, body=body, fields=fields, actor_id=actor_id
        )
    except PieceConflict:
        newest = queries.piece(public_id)
        assert newest is not None
        theirs = Said.of(newest) if kind == TESTIMONIAL else Offered.of(newest)
        raise WordsConflict(theirs, newest.version) from None
    return saved.version


def keep_file(data: bytes, found: FileType, own_name: str, *, actor_id: int | None) -> str:
    """Keep the bytes of a download once, and give the name they are kept under. Raises NotKept."""
    name = things.file_of(data, found.ending)
    statement = insert_into(StoredFile).values(
        address=name,
        name=own_name,
        media_type=found.media_type,
        byte_count=len(data),
        created_at=clock.now(),
        created_by_id=actor_id,
    )
    new_id = db.session.scalar(statement.on_conflict_do_nothing().returning(StoredFile.id))
    # Also when it is here already: its file may have been lost, and the same bytes do no harm.
    folder.keep(name, data)
    if new_id is not None:
        audit("file kept", f"file {name}", f"{own_name}, {len(data)} bytes")
    return name


def delete_testimonial(public_id: str) -> None:
    """Destroy a testimonial with all its versions, for whoever takes their permission back."""
    _delete(TESTIMONIAL, public_id)


def delete_download(public_id: str) -> None:
    """Delete a download, and its files where no other one has them. Raises StillUsed, and UnknownPiece."""
    known = queries.download(public_id)
    if known is None:
        raise UnknownPiece(public_id)
    if uses := uses_of_file(known.address):
        raise StillUsed(uses)
    had = {version.words.file for version in queries.download_versions(public_id)}
    _delete(DOWNLOAD, public_id)
    for name in sorted(had - queries.files_in_use()):
        row = db.session.scalar(select(StoredFile).where(StoredFile.address == name).with_for_update())
        if row is not None:
            db.session.delete(row)
            db.session.flush()
        folder.remove(name)


def _delete(kind: str, public_id: str) -> None:
    query = select(Piece).where(Piece.public_id == public_id, Piece.kind == kind).with_for_update()
    row = db.session.scalar(query)
    if row is None:
        raise UnknownPiece(public_id)
    db.session.execute(delete(PieceRevision).where(PieceRevision.piece_id == row.id))
    db.session.expire(row, ["revisions"])
    db.session.delete(row)
    db.session.flush()
    audit("deleted", f"piece {public_id}", kind)
