"""What the library's pages of pieces show: a list of them, one with its versions, one in its form.

They stand on the floor of issues, because only here is known what a kind asks for and which issue printed
what. It reads only.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from flask_sqlalchemy.pagination import Pagination
from markupsafe import Markup

from newsroom.issues import kinds, queries, render, seen
from newsroom.issues.document import IssueDocument, Section
from newsroom.issues.forms import SectionForm, key_field_name, section_form
from newsroom.issues.kinds import Kind
from newsroom.issues.manuscript import LONGEST_BODY, Manuscript
from newsroom.library import queries as library
from newsroom.library.events import Place
from newsroom.library.queries import PieceVersion
from newsroom.library.rules import numbering
from newsroom.platform.db import new_public_id
from newsroom.platform.differences import Paragraph, compared
from newsroom.platform.text import clean_text, slugify, word_count

SHOWN = {"": "On the shelf or printed", "unprinted": "Never printed yet", "retired": "Retired"}
"""Which pieces a list shows, by what stands in its address."""

MODES: Mapping[str, str] = {
    seen.WEB: "On the web",
    seen.DESKTOP: "In the letter",
    seen.PHONE: "On a phone",
    seen.DARK: "In the dark",
    seen.TEXT: "Plain text",
}
"""How a piece can be looked at before it is printed: some of the modes of an issue's preview."""

# As many series are named with their next part; the others are found on their own page.
_MOST_SERIES = 6


def of_library() -> tuple[Kind, ...]:
    """The kinds whose words live in the library, by name."""
    return tuple(kind for kind in kinds.by_name.values() if kind.source == "library")


def names_of_library() -> tuple[str, ...]:
    """The names of these kinds."""
    return tuple(kind.name for kind in of_library())


def on_shelf(kind: str = "", words: str = "", shown: str = "", page: int = 1) -> Pagination:
    """A page of pieces, newest first; `shown` is one of `SHOWN`."""
    return library.newest_pieces(
        kind,
        words,
        page,
        kinds=names_of_library(),
        retired=shown == "retired",
        none_of=queries.printed_pieces() if shown == "unprinted" else None,
    )


@dataclass(frozen=True)
class Comparison:
    """Two versions of a piece, and what differs between them, field by field."""

    earlier: int
    later: int
    fields: tuple[tuple[str, tuple[Paragraph, ...]], ...]


@dataclass(frozen=True)
class PiecePage:
    """One piece at one version, with all others and where it stands."""

    piece: PieceVersion
    kind: Kind | None
    versions: Sequence[PieceVersion]
    facts: Sequence[tuple[str, str]]
    places: Sequence[Place]
    compared: Comparison | None

    @property
    def word_count(self) -> int:
        """How many words its text has."""
        return word_count(self.piece.body)


def piece_page(public_id: str, args: Mapping[str, Any]) -> PiecePage | None:
    """The page of a piece; `args` may say which `version`, and which two to compare."""
    versions = library.revisions(public_id) if public_id.isalnum() else []
    if not versions:
        return None
    by_number = {each.version: each for each in versions}
    shown = by_number.get(_number(args.get("version"), versions[0].version))
    if shown is None:
        return None
    kind = kinds.by_name.get(shown.kind)
    return PiecePage(
        piece=shown,
        kind=kind,
        versions=versions,
        facts=[(_label(kind, name), value) for name, value in shown.fields.items() if value],
        places=queries.places_of([public_id]).get(public_id, []),
        compared=_compared(by_number, kind, args),
    )


def _compared(
    by_number: Mapping[int, PieceVersion], kind: Kind | None, args: Mapping[str, Any]
) -> Comparison | None:
    """The two versions that were asked for, else the newest and the one before it."""
    if len(by_number) < 2:
        return None
    newest = max(by_number)
    later = _number(args.get("to"), newest)
    later = later if later in by_number else newest
    earlier = _number(args.get("from"), later - 1)
    earlier = earlier if earlier in by_number else min(by_number)
    was, now = by_number[earlier], by_number[later]
    names = [*was.fields, *(name for name in now.fields if name not in was.fields)]
    pairs = [("Title", was.title, now.title), ("Text", was.body, now.body)]
    pairs += [(_label(kind, name), was.fields.get(name, ""), now.fields.get(name, "")) for name in names]
    differing = ((label, compared(old, new)) for label, old, new in pairs if old != new)
    return Comparison(earlier, later, tuple(differing))


def _label(kind: Kind | None, name: str) -> str:
    key = kind.key(name) if kind else None
    return key.label if key else name.capitalize()


def _number(asked: Any, otherwise: int) -> int:
    typed = str(asked or "")
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else otherwise


# Forms


def new_form(kind: Kind, series: str = "") -> SectionForm:
    """An empty form for a piece of a kind; an article may be begun as the next part of a series (a slug)."""
    data: dict[str, str] = {}
    card = library.series(series) if series else None
    if card is not None and kind.key("series"):
        taken = library.parts_taken().get(card.name, [])
        data = {"key_series": card.name, "key_part": str(numbering(taken).next_part)}
    form = section_form(kind, piece_alone=True)(formdata=None, data=data)
    form.token.data = new_public_id()
    return form


def filled_form(piece: PieceVersion) -> SectionForm:
    """The form of a piece with its newest words."""
    kind = kinds.kind_of(piece.kind)
    data = {"title": piece.title, "body": piece.body, "version": str(piece.version)}
    data |= {key_field_name(key): piece.fields.get(key.name, "") for key in kind.all_keys}
    return section_form(kind, piece_alone=True)(formdata=None, data=data)


def kept_aside(stored: PieceVersion, kind: Kind) -> dict[str, str]:
    """The fields of a piece that its form does not ask for, so that saving the form loses none of them."""
    asked = {key.name for key in kind.all_keys if key.of_piece}
    return {name: value for name, value in stored.fields.items() if name not in asked}


@dataclass(frozen=True)
class Offers:
    """What a form offers for its fields, by their names: what there is of each already, and what is known."""

    choices: Mapping[str, Sequence[str]]
    hints: Mapping[str, str]


def offers(form: SectionForm) -> Offers:
    """What the form of an article offers; nothing for other kinds, whose author is nobody of ours."""
    if form.kind.key("series") is None:
        return Offers({}, {})
    all_series = library.all_series()
    stages = dict.fromkeys(stage for series in all_series for stage in series.stages)
    choices = {
        "key_author": [author.name for author in library.authors()],
        "key_series": [series.name for series in all_series],
        "key_stage": list(stages),
        "key_download": [download.address for download in library.downloads()],
    }
    return Offers(choices, {"key_part": _next_part(form["key_series"].data or "")})


def _next_part(series: str) -> str:
    """Which number the next part of the series would have, or of the newest few where none is named yet."""
    taken = library.parts_taken()
    if series:
        known = next((name for name in taken if name.casefold() == series.casefold()), series)
        return f"The next part of “{known}” is {numbering(taken.get(known, ())).next_part}."
    newest = list(taken.items())[-_MOST_SERIES:]
    named = [f"part {numbering(parts).next_part} of “{name}”" for name, parts in newest]
    return f"What comes next: {', '.join(named)}." if named else ""


# Looking at it


def typed_section(form: SectionForm) -> Section:
    """What stands in a form, right or wrong, to be looked at."""
    said = form.said()
    fields = {name: value for name, value in said.fields.items() if value}
    return replace(said, body=clean_text(said.body[:LONGEST_BODY]), fields=fields)


def stored_section(piece: PieceVersion) -> Section:
    """A stored version, to be looked at."""
    return Section(
        piece.kind,
        piece.title,
        piece.body,
        fields=dict(piece.fields),
        id=piece.public_id,
        slug=piece.slug,
        author_slug=piece.author_slug,
        series_slug=piece.series_slug,
        piece_version=piece.version,
    )


def alone(section: Section) -> IssueDocument:
    """An issue with nothing but this section: the next one, as it would stand in it."""
    number, issue_on = queries.next_number_and_date()
    return queries.document_of(Manuscript(number, issue_on, section.title, "", (section,)))


def web_page(section: Section) -> Markup:
    """The section as its place on the web page."""
    whole = alone(_named(section))
    return render.section_web(whole.sections[0], whole, "", level=2)


def letter(section: Section, mode: str) -> str:
    """The letter of an issue that holds only this section."""
    html = render.letter_html(alone(_named(section)), queries.base_url(), render.SAMPLE_LINKS)
    return seen.by_night(html) if mode == seen.DARK else html


def plain_text(section: Section) -> str:
    """The letter's text part, of an issue that holds only this section."""
    return render.letter_text(alone(_named(section)), queries.base_url(), render.SAMPLE_LINKS)


def _named(section: Section) -> Section:
    """The section with the addresses that its author's and its series' page have, or would get."""
    if kinds.kind_of(section.kind).key("series") is None or section.slug:
        return section
    author = section.value("author")
    known = {card.name: card.slug for card in library.authors()}
    is_removed = bool(author) and author in library.removed_among([author])
    slug = known.get(author) or (slugify(author) if author and not is_removed else "")
    return replace(section, slug=slugify(section.title) if section.title else "", author_slug=slug)
