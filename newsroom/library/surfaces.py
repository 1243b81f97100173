"""What the library shows beside an issue: the few words about the authors and series that it names, what
readers said about the publication, and the files that they can take with them.

They stand on pages of their own, whatever issue they were written for. It reads and judges nothing. What is
in a file nobody can read here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Protocol

from newsroom.library import queries
from newsroom.library.queries import AuthorCard, SeriesCard
from newsroom.pictures import queries as pictures
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
            yield from _author(author)
    for slug in dict.fromkeys(section.series_slug for section in sections if section.series_slug):
        if series := queries.series(slug):
            yield from _series(series)


def _author(author: AuthorCard) -> Iterator[Passage]:
    where, path = f"Author “{author.name}”", f"/desk/library/authors/{author.slug}"
    yield Passage(where, "the author’s name", author.name, field="name", path=path)
    yield Passage(where, "the words about the author", author.bio, field="words", path=path)
    if shown := pictures.at([author.picture]).get(author.picture) if author.picture else None:
        yield Passage(where, "the description of the author’s picture", shown.alt, path=path)


def _series(series: SeriesCard) -> Iterator[Passage]:
    where, path = f"Series “{series.name}”", f"/desk/library/series/{series.slug}"
    yield Passage(where, "the name of the series", series.name, field="name", path=path)
    yield Passage(where, "the words about the series", series.description, field="words", path=path)
    yield Passage(where, "the stages of the series", "\n".join(series.stages), field="stages", path=path)


def _said(_document: _Document, _rendering: Any) -> Iterator[Passage]:
    for each in queries.public_testimonials():
        where, path = f"Testimonial of {each.said.who}", f"/desk/library/testimonials/{each.public_id}"
        yield Passage(where, "the words of the testimonial", each.said.words, field="words", path=path)
        yield Passage(where, "who said it", f"{each.said.who}\n{each.said.role}", field="who", path=path)


def _offered(_document: _Document, _rendering: Any) -> Iterator[Passage]:
    for each in queries.downloads():
        where, path = f"Download “{each.offered.title}”", f"/desk/library/downloads/{each.public_id}"
        yield Passage(where, "its title", each.offered.title, field="title", path=path)
        yield Passage(where, "its address and file name", f"{each.address}\n{each.offered.file}", path=path)


SURFACES: tuple[Surface, ...] = (
    Surface("authors and series", frozenset({"descriptions"}), _described),
    Surface("testimonials", frozenset({"archive.testimonials"}), _said),
    Surface("downloads", frozenset({"library.download"}), _offered),
)

FREE: dict[str, str] = {}
