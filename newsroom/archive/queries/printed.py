"""Published pieces: as a list shows them, with their words rendered, and an article with its surroundings."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property

from markupsafe import Markup

from newsroom.archive import lessons
from newsroom.archive.queries.changes import local_day
from newsroom.issues import queries as issues
from newsroom.issues import render
from newsroom.issues.document import IssueDocument, Masthead, Section
from newsroom.issues.queries import Published
from newsroom.issues.render import Correction
from newsroom.library import queries as library
from newsroom.library.queries import AuthorCard, SeriesCard
from newsroom.pictures import queries as pictures
from newsroom.pictures.queries import PictureCard
from newsroom.platform.markup import Dialect, to_html, to_text
from newsroom.platform.text import excerpt
from newsroom.publication.queries import publication
from newsroom.stories import queries as stories

VERDICTS = {"Thumbs up": "up", "Thumbs down": "down"}
"""The kinds of section that print a story, and their verdicts."""

ARTICLE = ("Article",)
RECOMMENDATIONS = ("Recommended reading", "Book recommendation")
ENGAGEMENTS = ("Speaking engagement",)
TOPICS = ("Topics",)
CORRECTIONS = ("Correction",)
LISTINGS = ("Listing",)

_TEASER_LENGTH = 240


@dataclass(frozen=True)
class Teaser:
    """A piece in a list: its headline and its first words."""

    piece: Published
    title: Markup
    first_words: str

    @property
    def verdict(self) -> str:
        """`up`, `down`, or nothing for what is no story."""
        return VERDICTS.get(self.piece.kind, "")

    @property
    def takeaways(self) -> list[str]:
        """What an editor made of the story, in a few words each."""
        labels = [each.label.rstrip(".") for each in lessons.takeaways(self.piece.section.note)]
        return [label for label in labels if label]


@dataclass(frozen=True)
class SetPiece:
    """A piece with its words, rendered, and what was wrong in it."""

    piece: Published
    setting: Markup
    corrected: tuple[Correction, ...] = ()


@dataclass(frozen=True)
class ArticlePage:
    """An article, who wrote it, and where it stands in its series.

    `corrected` are the dated corrections of it, `corrections` the sections of later issues that corrected it.
    """

    piece: Published
    setting: Markup
    corrected: tuple[Correction, ...]
    author: AuthorCard | None
    portrait: PictureCard | None
    bio: Markup
    series: SeriesCard | None
    parts: tuple[Published, ...]
    corrections: tuple[Published, ...]
    first_words: str

    @cached_property
    def place(self) -> int:
        """Where it stands among the published parts, from 0."""
        return next(i for i, part in enumerate(self.parts) if part.piece_id == self.piece.piece_id)

    @property
    def part(self) -> int:
        """Its number in the series."""
        return self.piece.part or self.place + 1

    @property
    def part_count(self) -> int:
        """How many parts there are so far."""
        return max([len(self.parts), *(part.part or 0 for part in self.parts)])

    @property
    def previous(self) -> Published | None:
        """The part before."""
        return self.parts[self.place - 1] if self.parts and self.place > 0 else None

    @property
    def following(self) -> Published | None:
        """The part after."""
        return self.parts[self.place + 1] if self.parts and self.place + 1 < len(self.parts) else None


def article_page(piece: Published) -> ArticlePage:
    """The page of a published article."""
    author = library.author(piece.author_slug) if piece.author_slug else None
    series = library.series(piece.series_slug) if piece.series_slug else None
    mentioned = [each for each in corrections_of(piece.issue_number) if _is_about(each, piece)]
    # Whoever was removed has no page: their name stays, and leads nowhere.
    section = piece.section if author else replace(piece.section, author_slug="")
    whole = set_piece(replace(piece, section=section), level=1)
    return ArticlePage(
        piece=piece,
        setting=whole.setting,
        corrected=whole.corrected,
        author=author,
        portrait=portrait(author),
        bio=to_html(author.bio, Dialect.ARTICLE) if author else Markup(""),
        series=series,
        parts=tuple(parts_of(piece.series_slug)) if series else (),
        corrections=tuple(mentioned),
        first_words=teaser(piece).first_words,
    )


def portrait(author: AuthorCard | None) -> PictureCard | None:
    """The picture of an author; None where there is none."""
    if author is None or not author.picture:
        return None
    return pictures.at([author.picture]).get(author.picture)


def _is_about(correction: Published, piece: Published) -> bool:
    return correction.section.value("piece").casefold() == piece.title.casefold()


def corrections_of(number: int) -> tuple[Published, ...]:
    """The published corrections of what stood in an issue, the newest first."""
    corrections = issues.published(kind_names=CORRECTIONS)
    return tuple(piece for piece in corrections if piece.section.value("issue") == str(number))


def parts_of(series_slug: str) -> list[Published]:
    """The published parts of a series in their order, each once."""
    found = once(issues.published(kind_names=ARTICLE, series_slug=series_slug))
    return sorted(found, key=lambda piece: (piece.part or 10**6, piece.issue_number))


def once(pieces: Iterable[Published]) -> list[Published]:
    """Each piece at its newest printing; they come newest first."""
    kept: dict[str, Published] = {}
    for piece in pieces:
        kept.setdefault(piece.piece_id, piece)
    return list(kept.values())


def teaser(piece: Published) -> Teaser:
    """A piece as a list shows it."""
    return Teaser(
        piece=piece,
        title=to_html(piece.title, Dialect.LINE),
        first_words=first_words(piece.section),
    )


def first_words(section: Section) -> str:
    """How a piece begins, for a list and for whoever passes its page on."""
    dialect = Dialect.STORY if section.kind in VERDICTS else Dialect.ARTICLE
    beginning = section.body[: _TEASER_LENGTH * 4]
    return excerpt(to_text(beginning, dialect, width=10**6), _TEASER_LENGTH)


def set_piece(piece: Published, level: int) -> SetPiece:
    """A piece rendered by itself, its headline at that level, with the editor of its own issue."""
    record = issues.frozen(piece.issue_number)
    assert record is not None, "a published piece belongs to an issue that was frozen"
    whole = issues.frozen_document(record)
    setting = render.section_web(piece.section, whole, "", level)
    return SetPiece(piece, setting, _corrected([piece]).get(_place(piece), ()))


def _corrected(pieces: Iterable[Published]) -> dict[tuple[int, int], tuple[Correction, ...]]:
    """The dated corrections of these printings, by issue and place, the oldest first."""
    found: dict[tuple[int, int], tuple[Correction, ...]] = {}
    for given in reversed(issues.corrections_in({piece.issue_number for piece in pieces})):
        if given.piece is not None:
            place = _place(given.piece)
            found[place] = (*found.get(place, ()), given.correction)
    return found


def _place(piece: Published) -> tuple[int, int]:
    return piece.issue_number, piece.position


@dataclass(frozen=True)
class FollowUp:
    """What happened next: the words of a story's author, as they may be printed, and the day they told it."""

    words: Markup
    told_on: date
    printed_at: datetime


def follow_ups(piece: Published) -> list[FollowUp]:
    """What stands below a published story, the oldest first."""
    return [
        FollowUp(to_html(told.text, Dialect.STORY), local_day(told.told_at), told.printed_at)
        for told in stories.follow_ups(piece.piece_id)
    ]


def set_pieces(pieces: Iterable[Published]) -> list[SetPiece]:
    """Pieces without an Editor's note, rendered below headings of level 2; no issue is read for them."""
    settings = publication()
    stand_in = _stand_in(settings.name, settings.language)
    held = list(pieces)
    corrected = _corrected(held)
    return [
        SetPiece(
            piece,
            render.section_web(piece.section, stand_in(piece), "", 2),
            corrected.get(_place(piece), ()),
        )
        for piece in held
    ]


def _stand_in(name: str, language: str) -> Callable[[Published], IssueDocument]:
    """What a piece needs to know of its issue when it stands by itself and has no note to sign."""

    def document(piece: Published) -> IssueDocument:
        masthead = Masthead(
            publication=name, number=piece.issue_number, issue_on=piece.issue_on, language=language
        )
        return IssueDocument(masthead, subject="")

    return document
