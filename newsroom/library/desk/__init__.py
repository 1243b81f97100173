"""The desk's doors to the library: `authors` and `series`, and what both editors have in common (`editor`).

Pieces are written on the floor of issues, which knows the kinds and what each of them asks for.
"""

from newsroom.library.desk import authors, series
from newsroom.library.desk.blueprint import bp

__all__ = ["authors", "bp", "series"]
