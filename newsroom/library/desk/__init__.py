"""The desk's doors to the library: `authors`, `series`, `testimonials` and `downloads`, and what their
editors have in common (`editor`).

Pieces are written on the floor of issues, which knows the kinds and what each of them asks for.
"""

from newsroom.library.desk import authors, downloads, series, testimonials
from newsroom.library.desk.blueprint import bp

__all__ = ["authors", "bp", "downloads", "series", "testimonials"]
