"""Every write to the library: pieces (`pieces`), the authors and series that they name
(`named`), and testimonials and downloads (`things`).

Verbs join the door's unit of work and never commit.
"""

from newsroom.library.service.named import (
    NameTaken,
    UnknownName,
    WordsConflict,
    add_author,
    describe_author,
    describe_series,
    put_author_back,
    remove_author,
    save_author,
    save_series,
)
from newsroom.library.service.pieces import (
    AlreadyMade,
    PieceConflict,
    UnknownPiece,
    make_piece,
    put_piece_back,
    restore_piece,
    retire_piece,
    revise_piece,
    save_piece,
)
from newsroom.library.service.things import (
    StillUsed,
    add_download,
    add_testimonial,
    delete_download,
    delete_testimonial,
    keep_file,
    save_download,
    save_testimonial,
)

__all__ = [
    "AlreadyMade",
    "NameTaken",
    "PieceConflict",
    "StillUsed",
    "UnknownName",
    "UnknownPiece",
    "WordsConflict",
    "add_author",
    "add_download",
    "add_testimonial",
    "delete_download",
    "delete_testimonial",
    "describe_author",
    "describe_series",
    "keep_file",
    "make_piece",
    "put_author_back",
    "put_piece_back",
    "remove_author",
    "restore_piece",
    "retire_piece",
    "revise_piece",
    "save_author",
    "save_download",
    "save_piece",
    "save_series",
    "save_testimonial",
]
