"""What an issue makes public: every field that somebody wrote, every edition that is set from them, and what
was corrected after it was sent.

Each surface gives its words with the place that mends them. It reads the corrections and nothing else, and
judges nothing: the leak check does.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from newsroom.issues import kinds, queries, render
from newsroom.issues.checks.finding import SETTINGS, place
from newsroom.issues.document import IssueDocument, Section
from newsroom.issues.render import Rendering
from newsroom.platform import markup
from newsroom.platform.markup import Dialect
from newsroom.platform.surfaces import Depth, Passage, Surface

HEAD, LETTER, WEB = "Head", "Letter", "Web page"

# Names of styles and fonts: only our own templates can write them, because authors' words are sanitised.
_DRESS = re.compile(
    r"<style\b.*?</style>|\s(?:style|class|role|bgcolor|align|valign|lang|dir)\s*=\s*(?:\"[^\"]*\"|'[^']*')",
    re.DOTALL | re.IGNORECASE,
)


def undressed(html: str) -> str:
    """A page or letter without its style sheets, and without the attributes that only say how it looks."""
    return _DRESS.sub("", html)


def page_of(section: Section) -> str:
    """The id of the story to whose own page a section's words belong; empty for what is no story."""
    return section.id if kinds.kind_of(section.kind).source == "story" else ""


def in_section(section: Section, field: str, what: str, text: str, depth: Depth = Depth.FIELD) -> Passage:
    """Words of a section, with the way to the field that mends them."""
    return Passage(place(section), what, text, section.id, field, page=page_of(section), depth=depth)


def _head(document: IssueDocument, _rendering: Rendering) -> Iterator[Passage]:
    yield Passage(HEAD, "the subject", document.subject, field="subject")
    yield Passage(HEAD, "the preheader", document.preheader, field="preheader")


def _written(section: Section) -> Iterator[tuple[str, str]]:
    """The fields of a section that are Markdown, with their names."""
    if kinds.kind_of(section.kind).dialect is Dialect.ARTICLE:
        yield "body", section.body
    yield "note", section.note


_NAMED = {"title": "the headline", "body": "the text", "note": "the Editor’s note"}


def _within(name: str) -> str:
    return _NAMED.get(name, f"the field “{name}”")


def _pictures(document: IssueDocument, _rendering: Rendering) -> Iterator[Passage]:
    for section in document.sections:
        for name, text in _written(section):
            for picture in markup.pictures(text, Dialect.ARTICLE):
                for what, words in (
                    ("the description of a picture", picture.alt),
                    ("the caption of a picture", picture.title),
                    ("the address or file name of a picture", picture.source),
                ):
                    yield in_section(section, name, f"{what} in {_within(name)}", words, Depth.PART)


def _links(document: IssueDocument, _rendering: Rendering) -> Iterator[Passage]:
    for section in document.sections:
        for name, text in _written(section):
            for link in markup.links(text, Dialect.ARTICLE):
                what = f"the address of a link in {_within(name)}"
                yield in_section(section, name, what, link.target, Depth.PART)


def _sections(document: IssueDocument, _rendering: Rendering) -> Iterator[Passage]:
    for section in document.sections:
        texts = {"title": section.title, "body": section.body, "note": section.note, **section.fields}
        for name, text in texts.items():
            yield in_section(section, name, _within(name), text)


def _addresses(document: IssueDocument, _rendering: Rendering) -> Iterator[Passage]:
    for section in document.sections:
        for what, slug in (
            ("the address of its page", section.slug),
            ("the address of its author’s page", section.author_slug),
            ("the address of its series’ page", section.series_slug),
        ):
            yield in_section(section, "title", what, slug, Depth.SET)


def _frame(document: IssueDocument, _rendering: Rendering) -> Iterator[Passage]:
    mast, imprint = document.masthead, document.imprint
    for what, text in (
        ("the publication’s name", mast.publication),
        ("the tagline", mast.tagline),
        ("the publisher’s name", mast.publisher),
        ("the editor’s name", mast.editor),
        ("the address of the logo", mast.logo_url),
        ("the description of the logo", mast.logo_alt),
        ("the postal address", imprint.postal_address),
        ("the telephone number", imprint.telephone),
        ("the reply address", imprint.reply_address),
    ):
        yield Passage(SETTINGS, what, text)
    for block in document.standing:
        where = f"Standing block “{block.title or block.key}”"
        path = f"/desk/settings/blocks/{block.key}"
        yield Passage(where, "its title", block.title, field="title", path=path)
        yield Passage(where, "its text", block.body, field="body", path=path)


def _earlier(document: IssueDocument, _rendering: Rendering) -> Iterator[Passage]:
    around = document.navigation
    links = [around.previous_issue] if around.previous_issue else []
    for row in (*around.earlier_parts.values(), *around.earlier_stories.values()):
        links += row
    for link in dict.fromkeys(links):
        yield Passage("Issue", "the link to what was printed before", f"{link.title}\n{link.path}")


def _letter(_document: IssueDocument, rendering: Rendering) -> Iterator[Passage]:
    yield Passage(LETTER, "the letter’s HTML part", undressed(rendering.html), depth=Depth.SET)
    yield Passage(LETTER, "the letter’s text part", rendering.text, depth=Depth.SET)
    yield Passage(LETTER, "the letter’s subject", rendering.subject, depth=Depth.SET)
    yield Passage(LETTER, "the letter’s preheader", rendering.preheader, depth=Depth.SET)


def _web(_document: IssueDocument, rendering: Rendering) -> Iterator[Passage]:
    yield Passage(WEB, "the web page of the issue", undressed(str(rendering.web)), depth=Depth.SET)
    yield Passage(WEB, "the text edition", rendering.text_edition, depth=Depth.SET)


def _pieces(document: IssueDocument, _rendering: Rendering) -> Iterator[Passage]:
    for section in document.sections:
        html = undressed(str(render.section_web(section, document, "")))
        yield in_section(section, "body", "its own page", html, Depth.SET)


def correction(section: Section | None, words: str, number: int) -> Passage:
    """What a correction of issue `number` says: of a section, or of the issue as a whole.

    As it was typed and as it is read: signs of Markdown inside a name are gone for readers.
    """
    read = " ".join(markup.passages(words, Dialect.STORY))
    words = words if read == words else f"{words}\n\n{read}"
    path = f"/desk/issues/{number}/corrections"
    if section is None:
        return Passage(f"Issue {number}", "the correction", words, path=path)
    return Passage(
        place(section), "the correction", words, section.id, "correction", path=path, page=page_of(section)
    )


def _corrections(document: IssueDocument, _rendering: Rendering) -> Iterator[Passage]:
    for given in queries.corrections_in([document.number]):
        section = document.sections[given.piece.position] if given.piece else None
        yield correction(section, given.correction.words, document.number)


OF_A_DOCUMENT: tuple[Surface, ...] = (
    Surface("pictures", frozenset({"pictures"}), _pictures),
    Surface("links", frozenset({"links"}), _links),
    Surface("subject and preheader", frozenset({"subject", "preheader"}), _head),
    Surface("sections", frozenset({"sections"}), _sections),
    Surface("settings and standing blocks", frozenset({"frame"}), _frame),
    Surface("what was printed before", frozenset({"navigation"}), _earlier),
    Surface("addresses", frozenset({"slugs"}), _addresses),
    Surface("pages of pieces", frozenset({"pieces"}), _pieces),
    Surface(
        "letter",
        frozenset({"html", "text", "email/issue"}),
        _letter,
    ),
    Surface("web edition", frozenset({"web", "text_edition"}), _web),
)
"""Those whose words are all in the document and its renderings."""

SURFACES: tuple[Surface, ...] = (
    *OF_A_DOCUMENT,
    Surface("corrections of what was sent", frozenset({"corrections"}), _corrections),
)

FREE = {
    "email/layout": "the frame of ordinary letters",
    "weights": "how many bytes each section has in the letter",
    "email/parts": "pieces of ordinary letters, set by those that have them",
}


def passages(
    surfaces: Iterable[Surface], document: IssueDocument, rendering: Rendering
) -> tuple[Passage, ...]:
    """Everything that all surfaces make public of an issue, the nearest places first; nothing empty."""
    found = [
        passage
        for surface in surfaces
        for passage in surface.passages(document, rendering)
        if passage.text.strip()
    ]
    return tuple(sorted(found, key=lambda passage: passage.depth))
