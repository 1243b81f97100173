"""Every write to the library: pieces (`pieces`), and the authors and series that they name (`named`).

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

__all__ = [
    "AlreadyMade",
    "NameTaken",
    "PieceConflict",
    "UnknownName",
    "UnknownPiece",
    "WordsConflict",
    "add_author",
    "describe_author",
    "describe_series",
    "make_piece",
    "put_author_back",
    "put_piece_back",
    "remove_author",
    "restore_piece",
    "retire_piece",
    "revise_piece",
    "save_author",
    "save_piece",
    "save_series",
]
