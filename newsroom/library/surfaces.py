"""What the library shows beside an issue: the few words about the authors and series that it names.

They stand on pages of their own and below articles, whatever issue they were written for. It reads and judges
nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Protocol

from newsroom.library import queries
from newsroom.platform.surfaces import Passage, Surface


class _Section(Protocol):
    """The part of a section that matters here; the floor of issues knows the rest."""

    author_slug: str
    series_slug: str


class _Document(Protocol):
    sections: Iterable[_Section]


def _described(document: _Document, _rendering: Any) -> Iterator[Passage]:
    sections = tuple(document.sections)
    for slug in dict.fromkeys(section.author_slug for section in sections if section.author_slug):
        if author := queries.author(slug):
            where, path = f"Author “{author.name}”", f"/desk/library/authors/{slug}"
            yield Passage(where, "the words about the author", author.bio, field="words", path=path)
    for slug in dict.fromkeys(section.series_slug for section in sections if section.series_slug):
        if series := queries.series(slug):
            where, path = f"Series “{series.name}”", f"/desk/library/series/{slug}"
            yield Passage(where, "the words about the series", series.description, field="words", path=path)


SURFACES: tuple[Surface, ...] = (Surface("authors and series", frozenset({"descriptions"}), _described),)

FREE: dict[str, str] = {}
