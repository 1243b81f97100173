"""Not a word of an issue is lost in any edition, and bodies keep the order of their words."""

from collections.abc import Callable, Iterable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsroom.issues import kinds, render, wording
from newsroom.issues.document import IssueDocument, Section
from newsroom.platform import markup
from newsroom.platform.text import clean_line, words_in
from tests.issues.documents import BASE_URL, STANDING, bare, specimen
from tests.webpage import WebPage

# What is printed as an address, not as words; `contents` is a name in the list, where `no` is an order.
ADDRESSES = frozenset({"link", "download"})
SHOWN: dict[str, Callable[[str], str]] = {
    "when": wording.days,
    "until": wording.short_day,
    "offer": wording.offer,
    "materials": lambda value: "Materials will follow" if value == "later" else "",
}


def letter(document: IssueDocument) -> str:
    return WebPage(BASE_URL, 200, render.letter_html(document, BASE_URL, render.SAMPLE_LINKS)).words


def web(document: IssueDocument) -> str:
    return WebPage(BASE_URL, 200, str(render.web_fragment(document, ""))).words


def text(document: IssueDocument) -> str:
    return render.text_edition(document, BASE_URL)


EDITIONS = pytest.mark.parametrize("edition", [letter, text, web])
Edition = Callable[[IssueDocument], str]


def stand_in_order(words: Iterable[str], page: Iterable[str]) -> bool:
    """Whether the page has these words in this order, others between them or not."""
    remaining = iter(page)
    return all(word in remaining for word in words)


def expected(section: Section) -> list[list[str]]:
    """The runs of words that must be found of a section, each in its own order."""
    dialect = kinds.kind_of(section.kind).dialect
    return [
        markup.words(section.title, markup.Dialect.LINE),
        markup.words(section.body, dialect),
        markup.words(section.note, markup.Dialect.ARTICLE),
        *(
            _words_of_key(key, clean_line(value))
            for key, value in section.fields.items()
            if key not in ADDRESSES
        ),
    ]


def _words_of_key(key: str, value: str) -> list[str]:
    if key == "contents" and value.lower() == "no":
        return []
    return words_in(SHOWN.get(key, str)(value))


WORDS = st.text(alphabet="abcdeéßñ日Ж'’-,.;:!?“”&<>\"#*_[]()1234 ", min_size=1, max_size=40)
PLAIN = st.lists(
    st.sampled_from("bell clerk Ünder 日本 queue it’s e-mail 1986. #59 A&B <b> [her]".split()),
    min_size=1,
    max_size=8,
)
PIECES = PLAIN.map(" ".join) | WORDS
SOURCES = st.lists(
    st.one_of(
        PIECES,
        PIECES.map(lambda words: f"## {words}"),
        st.tuples(PIECES, PIECES).map(lambda pair: f"- **{pair[0]}** {pair[1]} [a tag]\n- {pair[1]}"),
        st.tuples(PIECES, PIECES).map(lambda pair: f"1. {pair[0]}\n2. {pair[1]}\n   - {pair[0]}"),
        PIECES.map(lambda words: f"> {words}"),
        st.tuples(PIECES, PIECES).map(lambda pair: f"**Clerk:** {pair[0]}\n\n**Guest:** {pair[1]}"),
        PIECES.map(lambda words: f"[{words}](https://quay.example/a) and [here](/b)"),
    ),
    min_size=1,
    max_size=5,
).map("\n\n".join)
DATES = st.dates().map(lambda day: day.isoformat())


def values_of(key: kinds.Key) -> st.SearchStrategy[str]:
    by_check = {
        "day": DATES,
        "days": DATES,
        "whole_number": st.integers(1, 9999).map(str),
        "address": st.sampled_from(["https://quay.example/a", "/share"]),
        "address_or_later": st.sampled_from(["https://quay.example/a", "later"]),
        "offer": st.sampled_from(["LETTER30", "LETTER30 until 2026-10-31"]),
    }
    return by_check.get(key.check.__name__, PIECES.map(clean_line))


@st.composite
def sections(draw: st.DrawFn) -> Section:
    kind = kinds.kind_of(draw(st.sampled_from(kinds.names())))
    # What a key with a few values of its own says is no word of the section.
    lines = [key for key in kind.all_keys if not key.choices]
    fields = {key.name: draw(values_of(key)) for key in lines if draw(st.booleans())}
    return Section(
        kind=kind.name,
        title=draw(PIECES),
        body=draw(SOURCES),
        note=draw(SOURCES) if kind.source == "story" else "",
        fields=fields,
        id=draw(st.sampled_from(["", "k3y0fkinds01"])),
        slug=draw(st.sampled_from(["", "a-slug"])),
    )


@EDITIONS
@given(drawn=st.lists(sections(), min_size=1, max_size=3))
def test_no_word_of_any_section_is_lost(edition: Edition, drawn: list[Section]) -> None:
    document = replace(bare(*drawn, editor="Ines Carvell"), standing=STANDING)
    page = words_in(edition(document))
    for section in drawn:
        for run in expected(section):
            assert stand_in_order(run, page), (section.kind, run)


@EDITIONS
def test_no_word_of_the_specimen_is_lost(edition: Edition) -> None:
    document = specimen()
    page = words_in(edition(document))
    for section in document.sections:
        for run in expected(section):
            assert stand_in_order(run, page), (section.kind, run)


@EDITIONS
def test_every_address_of_the_specimen_is_printed(edition: Edition) -> None:
    document = specimen()
    source = {
        letter: lambda: render.letter_html(document, BASE_URL, render.SAMPLE_LINKS),
        web: lambda: str(render.web_fragment(document, "")),
        text: lambda: render.text_edition(document, BASE_URL),
    }[edition]()
    for section in document.sections:
        for key in ("link", "download", "materials"):
            address = section.value(key)
            assert address in source or address == "later"


@EDITIONS
def test_the_sections_stand_in_the_order_of_the_issue(edition: Edition) -> None:
    document = specimen()
    page = edition(document)
    start = page.index("In this issue")
    for section in document.sections:
        start = page.index(f"\n{section.title}\n", start) + len(section.title)


def test_letter_and_text_say_the_same() -> None:
    document = specimen()
    html = words_in(letter(document))
    plain = words_in(render.letter_text(document, BASE_URL, render.SAMPLE_LINKS))
    missing = [word for word in set(html) if word not in plain]
    assert missing == []
