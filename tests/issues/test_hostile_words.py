"""Whatever a writer types, and wherever, no edition of an issue has what harmless words do not make."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import cache
from xml.etree import ElementTree

import pytest

from newsroom.archive import addresses, syndication
from newsroom.issues import kinds, overlay, render, seen
from newsroom.issues.document import (
    Imprint,
    IssueDocument,
    Navigation,
    NavigationLink,
    Section,
    Standing,
)
from newsroom.issues.parts import parts_of
from newsroom.platform.text import clean_line, clean_text
from tests.cast import Editor
from tests.issues.documents import BASE_URL, STANDING, bare, specimen
from tests.issues.test_preview import ask
from tests.platform.markup.oracle import Frame, frame_of, strangers
from tests.platform.markup.payloads import FAMILIES, SHAPES
from tests.platform.markup.test_payloads import HARMLESS

EVERY_FAMILY = pytest.mark.parametrize("family", FAMILIES)
LOGO = "https://x.example/logo.png"


def letter(document: IssueDocument) -> str:
    return render.letter_html(document, BASE_URL, render.SAMPLE_LINKS)


def web(document: IssueDocument, every: int = 6) -> str:
    """The issue's page, and pieces as they stand on their own."""
    # One that stands in the issue is set from the same templates: some of them do for all.
    pieces = (f"<div>{render.section_web(one, document, '')}</div>" for one in document.sections[::every])
    own = [re.sub(r'\s(?:id|aria-labelledby)="[^"]*"', "", piece) for piece in pieces]
    return "\n".join([str(render.web_fragment(document, "")), *own])


def ids_of(document: IssueDocument) -> frozenset[str]:
    """The places of a page: one a section, with its headline, and those of the page itself."""
    anchors = [part.anchor for part in parts_of(document)]
    return frozenset({"contents", *anchors, *(f"{anchor}-title" for anchor in anchors)})


def harmless() -> IssueDocument:
    """Every kind with every key, and every construct of Markdown in a body, a note and a standing block."""
    whole = specimen()
    sections = [replace(section, fields={**section.fields, "letter": ""}) for section in whole.sections]
    article = Section("Article", "A title with [words]", HARMLESS, fields={"author": "Ana", "letter": ""})
    column = Section("Thumbs up", "A [title]", "Words.\n\n- a\n\n1. b\n\n> c [d] *e* **f**", HARMLESS)
    continued = replace(article, fields={"letter": "opening"}, body=HARMLESS + "Words. " * 400)
    return replace(
        whole,
        masthead=replace(whole.masthead, logo_url=LOGO, logo_alt="A bell"),
        sections=(
            *sections,
            article,
            column,
            continued,
            Section("Note", "N", "Words.", fields={"button": "More"}),
            Section("Note", "N", "Words.", fields={"link": "/share"}),
        ),
        standing=tuple(replace(block, body=block.body + "\n\n" + HARMLESS) for block in STANDING),
    )


@cache
def frames() -> tuple[Frame, Frame]:
    """What letters and web pages of harmless words are made of."""
    bare_note = replace(harmless(), standing=(), sections=(Section("Note", "N", "Words."),))
    around = [harmless(), bare_note, replace(harmless(), navigation=Navigation(), preheader="")]
    return (
        _together(frame_of(letter(document)) for document in around),
        _together(frame_of(web(document, 1)) for document in around),
    )


def _together(found: Iterator[Frame]) -> Frame:
    whole = Frame()
    for frame in found:
        whole |= frame
    return whole


def judged(document: IssueDocument) -> dict[str, list[str]]:
    """What is wrong with the editions of a document, by the edition."""
    of_letter, of_web = frames()
    found = {
        "letter": strangers(letter(document), of_letter),
        "web": strangers(web(document), of_web, ids_of(document)),
        "text": unprintable(render.letter_text(document, BASE_URL, render.SAMPLE_LINKS)),
        "text edition": unprintable(render.text_edition(document, BASE_URL)),
    }
    return {edition: wrong for edition, wrong in found.items() if wrong}


def unprintable(text: str) -> list[str]:
    return re.findall("[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff]", text)


def column(shape: str, place: int) -> Section:
    """A story whose title, words, note and fields are all hostile: every dialect at once."""
    line = clean_line(shape)
    return Section(
        "Thumbs down",
        line,
        clean_text(shape),
        clean_text(f"{shape}\n\n- **{shape}** Words. [{clean_line(shape)}]"),
        {key.name: line for key in kinds.kind_of("Thumbs down").keys} | {"contents": line},
        # Some have no place of their own, and are found by what their title says.
        id=f"story{place:07d}" if place % 3 else "",
        slug="x" if place % 2 else "",
    )


@EVERY_FAMILY
def test_no_section_says_more_than_its_words(family: str) -> None:
    sections = [column(shape, place) for place, shape in enumerate(FAMILIES[family])]
    assert judged(bare(*sections)) == {}


@pytest.mark.parametrize("kind", kinds.names())
def test_no_kind_lets_a_field_act(kind: str) -> None:
    # An address is checked before it is kept: what is none becomes no link.
    fields = [
        key.name
        for key in kinds.kind_of(kind).all_keys
        if not (key.choices or key.check.__name__.startswith("address"))
    ]
    shapes = [clean_line(shape) for shape in (*FAMILIES["breakouts"][::4], *FAMILIES["handlers"][::6])]
    sections = [Section(kind, shape, shape, fields=dict.fromkeys(fields, shape)) for shape in shapes]
    assert judged(bare(*sections)) == {}


@EVERY_FAMILY
def test_nothing_around_the_sections_acts(family: str) -> None:
    shapes = FAMILIES[family]
    line, text = clean_line(" ".join(shapes)), "\n\n".join(map(clean_text, shapes))
    titled = bare(
        Section("Note", "N", "Words.", id="note00000001"),
        publication=line,
        tagline=line,
        publisher=line,
        editor=line,
        logo_url=LOGO,
        logo_alt=line,
    )
    document = replace(
        titled,
        subject=line,
        preheader=line,
        standing=tuple(Standing(block.key, line, text) for block in STANDING),
        imprint=Imprint(line, line, "letters@x.example"),
        navigation=Navigation(NavigationLink(line, "/issues/6"), {0: (NavigationLink(line, "/articles/x"),)}),
    )
    assert judged(document) == {}


@EVERY_FAMILY
def test_no_feed_and_no_correction_carries_more_than_words(family: str) -> None:
    document = bare(*(column(shape, place) for place, shape in enumerate(FAMILIES[family])))
    corrections = [
        overlay.Correction(
            place, date(2026, 11, 24), clean_text(shape), f"story{place:07d}", clean_line(shape)
        )
        for place, shape in enumerate(FAMILIES[family])
    ]
    page = str(overlay.corrected_web(render.web_fragment(document, ""), corrections))
    content = addresses.absolute_links(page, BASE_URL, "/issues/7")
    feed = _feed(content, clean_line(FAMILIES[family][0]))
    atom = ElementTree.fromstring(syndication.atom(feed)).find(".//{*}content")
    assert atom is not None
    frame = frames()[1] | frame_of(str(overlay.corrected_web("", [_correction("Words.", "", "A title")])))
    frame |= frame_of(str(_correction("Words.").pointer))
    ids = ids_of(document) | {f"correction-{place}" for place in range(len(corrections))}
    carried = {
        "atom": atom.text or "",
        "json": json.loads(syndication.json_feed(feed))["items"][0]["content_html"],
    }
    assert {name: strangers(html, frame, ids) for name, html in carried.items()} == {"atom": [], "json": []}


def _correction(words: str, section_id: str = "", title: str = "") -> overlay.Correction:
    return overlay.Correction(1, date(2026, 11, 24), words, section_id, title)


def _feed(content: str, line: str) -> syndication.Feed:
    at = datetime(2026, 11, 24, tzinfo=UTC)
    url = f"{BASE_URL}/issues/7"
    entry = syndication.Entry("tag:x", url, f"{url}.txt", line, line, content, line, at, at)
    return syndication.Feed(
        "tag:x", line, line, "en", line, BASE_URL, f"{BASE_URL}/a", f"{BASE_URL}/j", at, (entry,)
    )


def test_the_preview_at_the_desk_shows_words_and_nothing_else(issue_81: int, editor: Editor) -> None:
    # A browser sends no half of a pair.
    shapes = [shape.encode("utf-8", "replace").decode() for shape in SHAPES]
    hostile = {
        "title": " ".join(shapes)[:2000],
        "body": "\n\n".join(shapes),
        "note": "\n\n".join(shapes),
        "key_lead_in": " ".join(shapes[::9])[:2000],
    }
    plain = {"title": "A [title]", "body": "- a\n\n1. b\n\n> c [d] *e* **f**", "note": HARMLESS}
    of_letter, of_web = frames()
    for mode in (seen.DESKTOP, seen.WEB, seen.TEXT, seen.INBOX):
        shown = {
            name: ask(editor, mode, about="add=thumbs-down", **typed).get_data(as_text=True)
            for name, typed in (("hostile", hostile), ("plain", plain))
        }
        frame = frame_of(shown["plain"]) | of_letter | of_web
        ids = frozenset(re.findall(r'\sid="([\w-]+)"', shown["plain"]))
        own = frozenset(re.findall(r'<section class="part" id="([\w-]+)"', shown["hostile"]))
        ids |= own | {f"{one}-title" for one in own}
        assert strangers(shown["hostile"], frame, ids) == [], mode


def test_a_letter_whose_words_were_not_escaped_would_be_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    frames()
    monkeypatch.setattr("newsroom.platform.markup.as_html.escape", str)
    monkeypatch.setattr("newsroom.platform.markup.as_html.sanitised", str)
    for family in ("elements", "forms", "handlers", "styles"):
        shape = FAMILIES[family][0] + "."  # Not set before, so that no setting of it is kept.
        found = judged(bare(Section("Note", "N", shape + family)))
        assert {"letter", "web"} <= set(found), family
