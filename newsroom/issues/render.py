"""The issue in its editions: the letter as HTML and as text, the text edition, and the web page's fragment.

One document in, the same words out, everywhere: preview, test and real send cannot differ. Pure of database
and clock; it reads the templates in `templates/` through a Jinja environment of its own, so that the worker
and the command line need no request. What is in a part is decided in `parts`, what it says in its kind's
templates.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from functools import cache
from hashlib import sha256
from pathlib import Path
from threading import Lock
from typing import Any

import css_inline
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from newsroom.issues import palette, typesetting, wording
from newsroom.issues.document import IssueDocument, Section
from newsroom.issues.editions import HtmlEdition, LetterEdition, TextEdition
from newsroom.issues.openings import in_letter
from newsroom.issues.overlay import Correction, corrected_text, corrected_web
from newsroom.issues.parts import ContentsRow, Part, contents, grouped, part_alone, parts_of
from newsroom.platform.clock import long_date
from newsroom.platform.languages import direction
from newsroom.platform.lines import directed
from newsroom.platform.text import clean_line

__all__ = [
    "SAMPLE_LINKS",
    "ContentsRow",
    "Correction",
    "RecipientLinks",
    "Rendering",
    "contents",
    "corrected_text",
    "corrected_web",
    "letter_html",
    "letter_text",
    "rendering",
    "section_web",
    "text_edition",
    "web_fragment",
]

TEMPLATES = Path(__file__).parents[2] / "templates"


@dataclass(frozen=True)
class RecipientLinks:
    """What differs from one reader's letter to the next: two addresses, or the slots that stand for them."""

    unsubscribe: str
    preferences: str


SAMPLE_LINKS = RecipientLinks(
    unsubscribe="https://letter.example/unsubscribe/sample",
    preferences="https://letter.example/preferences/sample",
)
"""For previews and checks, where there is no reader."""


@dataclass(frozen=True)
class Rendering:
    """All editions of one document; `web` keeps its links within the site.

    `weights` are the bytes that each section has of the letter's HTML part.
    """

    html: str
    text: str
    web: Markup
    text_edition: str
    subject: str
    preheader: str
    weights: tuple[int, ...]


def rendering(document: IssueDocument, base_url: str, links: RecipientLinks) -> Rendering:
    """Every edition at once. `base_url` is the site's address, such as `https://service-bell.example`."""
    marked = _marked_letter(document, base_url, links)
    return Rendering(
        html=_unmarked(marked),
        text=letter_text(document, base_url, links),
        web=web_fragment(document, ""),
        text_edition=text_edition(document, base_url),
        subject=clean_line(document.subject),
        preheader=clean_line(document.preheader),
        weights=_weights(marked),
    )


def letter_html(document: IssueDocument, base_url: str, links: RecipientLinks) -> str:
    """The letter as an HTML document, its styles written into its elements, its addresses absolute."""
    return _unmarked(_marked_letter(document, base_url, links))


def _marked_letter(document: IssueDocument, base_url: str, links: RecipientLinks) -> str:
    """The letter with a mark at either end of each section, so that one can be weighed as it is sent."""
    day = palette.light(document.masthead.accent_colour)
    edition = LetterEdition(document, base_url)
    html = _template("email/issue.html").render(
        **_around(document, edition.base_url, [in_letter(part) for part in parts_of(document)]),
        edition=edition,
        links=links,
        groups=grouped(contents(document)),
        palette=day,
        night=palette.dark(document.masthead.accent_colour),
        set_part=lambda part: _MARK + _set_html(part, "email.html", edition=edition, palette=day) + _MARK,
    )
    return _inlined(html, _template("email/issue.css").render(day=day, tongue=edition.tongue))


# No words can hold it: what anybody wrote is escaped before it comes here.
_MARK = Markup("<!--=-->")


def _unmarked(marked: str) -> str:
    return _tidied(marked.replace(_MARK, ""))


def _weights(marked: str) -> tuple[int, ...]:
    """The bytes of each section in the letter."""
    return tuple(len(_tidied(part).encode()) for part in marked.split(_MARK)[1::2])


def letter_text(document: IssueDocument, base_url: str, links: RecipientLinks) -> str:
    """The letter's text part: the text edition with the reader's own footer. Lines end in LF."""
    return _text(document, base_url, links)


def text_edition(document: IssueDocument, base_url: str) -> str:
    """The text edition as the archive keeps it at `/issues/N.txt`: 72 columns, lines end in LF."""
    return _text(document, base_url, None)


def web_fragment(document: IssueDocument, base_url: str) -> Markup:
    """Standfirst, contents and parts for a page that brings masthead, folio and the h1.

    With an empty `base_url` the links stay within the site; a feed gives the site's address.
    """
    edition = HtmlEdition(document, base_url)
    return _safe(
        _template("issues/fragment.html").render(
            **_around(document, edition.base_url, parts_of(document)),
            edition=edition,
            rows=contents(document),
            set_part=lambda part: _set_html(part, "web.html", edition=edition, level=2, alone=False),
        )
    )


def section_web(section: Section, document: IssueDocument, base_url: str, level: int = 1) -> Markup:
    """A piece on its own page, its headline at heading level `level`: what belongs to the issue is left out.

    The document gives the editor's name; the section need not be one of its own.
    """
    edition = HtmlEdition(document, base_url)
    part = part_alone(section, document)
    setting = _set_html(part, "web.html", edition=edition, level=level, alone=True)
    return _safe(_template("issues/piece.html").render(part=part, setting=setting))


def _text(document: IssueDocument, base_url: str, links: RecipientLinks | None) -> str:
    edition = TextEdition(document, base_url)
    # Only the letter may print less than there is: the archive's text edition is read on the web.
    parts = parts_of(document) if links is None else [in_letter(part) for part in parts_of(document)]
    rows = [
        (label if place == 0 else "", _marked(row))
        for label, group in grouped(contents(document))
        for place, row in enumerate(group)
    ]
    text = _template("email/issue.txt").render(
        **_around(document, edition.base_url, parts),
        edition=edition,
        links=links,
        rows=rows,
        set_part=lambda part: _set_text(part, document, base_url),
    )
    text = re.sub(r"\n{4,}", "\n\n\n", text).strip("\n") + "\n"
    return directed(text, direction(document.masthead.language))


def _marked(row: ContentsRow) -> str:
    shape = {"up": "▲ ", "down": "▼ "}.get(row.verdict, "")
    return shape + row.title


def _around(document: IssueDocument, base_url: str, parts: Sequence[Part]) -> dict[str, Any]:
    """What stands around the sections in every edition."""
    return {
        "document": document,
        "parts": parts,
        "home": f"{base_url}/issues/{document.number}",
        "previous": document.navigation.previous_issue,
        "about": document.block("about"),
        "forward": document.block("forward"),
        "quick_links": document.block("quick-links"),
        "testimonials": document.block("testimonials"),
        "privacy_note": document.block("privacy-note"),
        "why": f"You get this letter because you subscribed to {document.masthead.publication}.",
    }


def _set_html(part: Part, edition_file: str, *, edition: HtmlEdition, **looks: Any) -> Markup:
    def set_anew() -> str:
        return str(_partial_set(part, edition_file, edition, looks))

    return _safe(_kept(_content(part, edition_file, edition, looks), set_anew))


def _set_text(part: Part, document: IssueDocument, base_url: str) -> str:
    # Each part has an edition of its own, because it numbers its own links.
    edition = TextEdition(document, base_url)

    def set_anew() -> str:
        text = _partial_set(part, "text.txt", edition, {})
        pieces = [text.strip("\n"), edition.links()]
        return re.sub(r"\n(?:[ \t]*\n)+", "\n\n", "\n\n".join(filter(None, pieces)))

    return _kept(_content(part, "text.txt", edition, {}), set_anew)


def _partial_set(
    part: Part, edition_file: str, edition: HtmlEdition | TextEdition, looks: Mapping[str, Any]
) -> str:
    context = {"part": part, "edition": edition, **_words_for(edition), **looks}
    text: str = _partial(part, edition_file).render(**context)
    return text


# What was set before

# As many parts as a few issues have that are being worked on at the same time.
_MOST_KEPT = 256


class _Kept:
    """The settings of parts that were asked for last, by all that they were made from."""

    def __init__(self) -> None:
        self._by_content: OrderedDict[bytes, str] = OrderedDict()
        self._lock = Lock()

    def __call__(self, content: bytes, set_anew: Callable[[], str]) -> str:
        with self._lock:
            if content in self._by_content:
                self._by_content.move_to_end(content)
                return self._by_content[content]
        made = set_anew()
        with self._lock:
            self._by_content[content] = made
            while len(self._by_content) > _MOST_KEPT:
                self._by_content.popitem(last=False)
        return made


_kept = _Kept()


def _content(
    part: Part, edition_file: str, edition: HtmlEdition | TextEdition, looks: Mapping[str, Any]
) -> bytes:
    """A mark of all that a part's setting is made from: its words, and what is around it in the issue."""
    # A kind is the same wherever it stands; written out it would be longer than most parts.
    own = [getattr(part, each.name) for each in fields(part) if each.name != "kind"]
    around = _around_a_part(edition.document)
    written = repr((part.kind.name, own, edition_file, around, edition.base_url, sorted(looks.items())))
    return sha256(written.encode("utf-8", "surrogatepass")).digest()


def _around_a_part(document: IssueDocument) -> IssueDocument:
    """The document without its subject, its preheader and its parts.

    Somebody who types in one of them has one part set anew and not all.
    """
    return replace(document, subject="", preheader="", sections=(), standing=())


def _words_for(edition: HtmlEdition | TextEdition) -> dict[str, Any]:
    return {"publication": edition.document.masthead.publication}


def _partial(part: Part, edition_file: str) -> Any:
    return _template(f"issues/kinds/{part.kind.template}/{edition_file}")


def _template(name: str) -> Any:
    return _environment().get_template(name)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=False,
    )
    environment.globals.update(_VOCABULARY)
    return environment


_VOCABULARY: Mapping[str, Any] = {
    "days": wording.days,
    "fact": wording.fact,
    "file_name": wording.file_name,
    "host": wording.host,
    "long_date": long_date,
    "offer": wording.offer,
    "page": typesetting,
    "rating": wording.rating,
    "said": wording.said,
    "series_line": wording.series_line,
    "short_day": wording.short_day,
}


def _inlined(html: str, sheet: str) -> str:
    """The page with the sheet written into its elements; the sheet in its own head stays as it is."""
    return css_inline.inline(
        html,
        extra_css=sheet,
        inline_style_tags=False,
        keep_style_tags=True,
        minify_css=True,
        load_remote_stylesheets=False,
    )


def _tidied(html: str) -> str:
    """The letter without empty lines and indentation, which would only count towards its size."""
    return re.sub(r"\n\s*", "\n", html).strip() + "\n"


def _safe(html: str) -> Markup:
    return Markup(html)  # noqa: S704 - from our own templates, which escape what they are given.
