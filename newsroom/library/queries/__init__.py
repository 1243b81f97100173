"""Every read of the library: pieces (`pieces`), and who and what they name (`named`).

Nothing here writes or decides what is public.
"""

from newsroom.library.queries.named import (
    AuthorCard,
    SeriesCard,
    WordsVersion,
    all_series,
    author,
    author_versions,
    authors,
    known_author,
    removed_among,
    removed_authors,
    series,
    series_versions,
)
from newsroom.library.queries.pieces import (
    LAST_PAGE,
    PieceVersion,
    kinds_in_use,
    newest_pieces,
    newest_versions,
    on_shelf,
    parts_of_series,
    parts_taken,
    piece,
    pieces_by,
    pinned,
    places_with,
    revisions,
)

__all__ = [
    "LAST_PAGE",
    "AuthorCard",
    "PieceVersion",
    "SeriesCard",
    "WordsVersion",
    "all_series",
    "author",
    "author_versions",
    "authors",
    "kinds_in_use",
    "known_author",
    "newest_pieces",
    "newest_versions",
    "on_shelf",
    "parts_of_series",
    "parts_taken",
    "piece",
    "pieces_by",
    "pinned",
    "places_with",
    "removed_among",
    "removed_authors",
    "revisions",
    "series",
    "series_versions",
]
