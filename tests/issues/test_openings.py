"""A section of which the letter prints the opening alone: what is left out, where it is, what weighs."""

from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from newsroom.issues import document as documents
from newsroom.issues import kinds, manuscript, preflight, queries, render, rules, surfaces
from newsroom.issues.checks.letter import MOST_DECODED_BYTES, MOST_ENCODED_BYTES, excess_of, sizes
from newsroom.issues.document import IssueDocument, Navigation, NavigationLink, Section
from newsroom.issues.forms import section_form
from newsroom.issues.openings import LONGEST_FIRST_BLOCK, LONGEST_OPENING, opening_of
from newsroom.issues.preflight import Facts, Finding, KeptOut
from newsroom.platform.markup import Blocks, Dialect, Heading, parse, plain_text
from newsroom.platform.markup.blocks import texts_of
from newsroom.platform.surfaces import register
from tests.cast import Editor, Publisher
from tests.issues.conftest import read, take_in, the_issue
from tests.issues.documents import BASE_URL, IMPRINT, STANDING, bare, specimen
from tests.webpage import WebPage

FIRST = "The first words stand in the letter."
LAST = "The last words stand on the web."
LONG = "\n\n".join([FIRST, *(f"Paragraph {number} goes on about the tides." for number in range(99)), LAST])
ARTICLE = Section(
    "Article",
    "The tides",
    LONG,
    id="piece0000001",
    slug="the-tides",
    fields={
        "author": "Ana Duarte",
        "prompt": "What do you wait for?",
        "teaser": "Next time: the wind.",
        "download": "https://quay.example/tides.pdf",
        "button": "Order a table",
        "link": "https://quay.example/tables",
        "letter": "opening",
    },
)
COLUMN = Section(
    "Thumbs up",
    "He looked up",
    LONG,
    "“The first words” say it all.\n\n- **Look up.** It costs nothing.",
    id="story0000001",
    slug="he-looked-up",
    fields={
        "lead-in": "A reader who stayed.",
        "attribution": "A reader by the sea",
        "consent": "release on file",
        "letter": "opening",
    },
    consent_level=2,
)


def whole(*sections: Section) -> IssueDocument:
    document = replace(bare(*sections), preheader="One sentence for the inbox.", imprint=IMPRINT)
    return replace(document, standing=STANDING)


def letters(document: IssueDocument) -> tuple[str, str]:
    return (
        render.letter_html(document, BASE_URL, render.SAMPLE_LINKS),
        render.letter_text(document, BASE_URL, render.SAMPLE_LINKS),
    )


def elsewhere(document: IssueDocument) -> tuple[str, ...]:
    """The editions that are read on the web."""
    return (
        str(render.web_fragment(document, "")),
        render.text_edition(document, BASE_URL),
        *(str(render.section_web(section, document, "")) for section in document.sections),
    )


def found(document: IssueDocument) -> list[Finding]:
    rendering = render.rendering(document, BASE_URL, render.SAMPLE_LINKS)
    return [one for one in preflight.check(document, rendering, Facts()) if one.code == "too-large"]


def test_the_letter_prints_the_opening_and_leads_to_the_whole() -> None:
    for letter in letters(whole(ARTICLE)):
        assert ARTICLE.title in letter
        assert "Ana Duarte" in letter
        assert FIRST in letter
        assert LAST not in letter
        assert "Continue on the web" in letter
    html, text = letters(whole(ARTICLE))
    page = WebPage(f"{BASE_URL}/letter", 200, html)
    assert ("Continue on the web", f"{BASE_URL}/articles/the-tides") in page.links
    assert f"Continue on the web:\n  {BASE_URL}/articles/the-tides\n" in text


def test_what_stands_at_the_end_is_left_to_the_web() -> None:
    document = whole(ARTICLE)
    ends = ("What do you wait for?", "Next time: the wind.", "tides.pdf", "https://quay.example/tables")
    for words in (LAST, *ends):
        assert not [letter for letter in letters(document) if words in letter], words
        assert [edition for edition in elsewhere(document) if words not in edition] == [], words


def test_the_note_of_a_story_stays_on_the_web_and_the_button_says_so() -> None:
    document = whole(COLUMN)
    for letter in letters(document):
        assert "A reader who stayed." in letter
        assert FIRST in letter
        assert "release on file" in letter
        assert "It costs nothing" not in letter
        assert "A reader by the sea" not in letter
        assert "Continue on the web, with the Editor’s note" in letter
        assert f"{BASE_URL}/stories/story0000001-he-looked-up" in letter
    for edition in elsewhere(document):
        assert LAST in edition
        assert "It costs nothing" in edition


def test_what_stands_after_a_section_is_left_to_the_web_with_its_end() -> None:
    """What was printed before, and the call for stories: both stand where the reader comes to the end."""
    earlier = {0: (NavigationLink("Another sea", "/stories/another-sea"),)}
    document = replace(whole(COLUMN), navigation=Navigation(earlier_stories=earlier))
    call = document.block("call-for-stories")
    assert call and call.title
    for words in ("View previous stories", "Another sea", call.title):
        assert not [letter for letter in letters(document) if words in letter], words
        assert words in str(render.web_fragment(document, "")), words


def test_what_has_no_page_of_its_own_is_continued_at_its_place_in_the_issue() -> None:
    note = Section("Note", "About tides", LONG, fields={"letter": "opening"}, id="note00000001")
    for letter in letters(whole(note)):
        assert f"{BASE_URL}/issues/7#note00000001" in letter


@pytest.mark.parametrize("section", specimen().sections, ids=lambda section: section.kind)
def test_a_section_of_each_kind_can_be_continued_and_ties_to_others_are_still_said(section: Section) -> None:
    document = whole(replace(section, body=LONG, fields={**section.fields, "letter": "opening"}))
    for letter in letters(document):
        assert FIRST in letter
        assert LAST not in letter
        assert letter.count("Continue on the web") == 1
        assert section.value("disclosure") in letter
        assert section.value("sponsored") in letter
    for edition in elsewhere(document):
        assert LAST in edition
        assert "Continue on the web" not in edition


def test_what_is_no_longer_than_its_opening_stays_as_it_is() -> None:
    short = Section("Note", "A note", "Some words.", fields={"button": "More", "link": "/share"})
    asked = replace(short, fields={**short.fields, "letter": "opening"})
    assert letters(whole(asked)) == letters(whole(short))


ARTICLES = st.lists(
    st.one_of(
        st.integers(1, 900).map(lambda length: "w" * length),
        st.integers(1, 40).map(lambda length: f"## {'h' * length}"),
        st.integers(1, 30).map(lambda rows: "\n".join(f"- item {row} of a list" for row in range(rows))),
        st.just("![A quay](https://quay.example/a.png)"),
        st.just("| a | b |\n|---|---|\n| c | d |"),
    ),
    max_size=12,
).map("\n\n".join)


@given(ARTICLES)
def test_an_opening_is_whole_blocks_from_the_first_one_on(source: str) -> None:
    blocks = parse(source, Dialect.ARTICLE)
    opening = opening_of(blocks)
    assert opening == blocks[: len(opening)]
    if opening != blocks:
        assert not (opening and isinstance(opening[-1], Heading))
    if len(opening) > 1 and opening != blocks:
        assert length_of(opening) <= LONGEST_OPENING or not length_of(opening[:-1])


def length_of(blocks: Blocks) -> int:
    return sum(len(plain_text(runs)) for runs in texts_of(blocks))


def test_a_block_is_never_cut_and_one_that_is_no_opening_is_left_out() -> None:
    long, endless = "w" * LONGEST_FIRST_BLOCK, "w" * (LONGEST_FIRST_BLOCK + 1)
    rest = "\n\nAnd more."
    assert len(opening_of(parse(long + rest, Dialect.ARTICLE))) == 1
    assert opening_of(parse(endless + rest, Dialect.ARTICLE)) == ()
    assert opening_of(parse("## A heading\n\n" + endless, Dialect.ARTICLE)) == ()


# What is kept, compared and approved


def test_a_manuscript_says_it_in_one_line_and_the_whole_goes_without_saying() -> None:
    head = "---\nnumber: 81\ndate: 2026-12-01\n---\n\n# Note: Tides\n"
    assert read(f"{head}letter: opening\n\nWords.").sections[0].fields == {"letter": "opening"}
    assert read(f"{head}letter: whole\n\nWords.").sections[0].fields == {}
    with pytest.raises(manuscript.ManuscriptError, match="line out for the whole"):
        read(f"{head}letter: short\n\nWords.")


def test_an_approval_is_for_the_letter_as_it_is_cut_and_older_documents_stay_approved() -> None:
    uncut = replace(ARTICLE, fields={k: v for k, v in ARTICLE.fields.items() if k != "letter"})
    assert documents.content_hash(whole(ARTICLE)) != documents.content_hash(whole(uncut))
    kept = documents.to_json(whole(uncut))
    assert "letter" not in kept["sections"][0]["fields"]
    assert documents.from_json(kept) == whole(uncut)


# What it weighs


@pytest.mark.parametrize(("words", "sixth"), [("tides ", False), ("приливы ", True), ("潮の満ち干 ", True)])
def test_the_letter_is_weighed_as_it_is_sent(words: str, sixth: bool) -> None:
    html = render.letter_html(whole(Section("Note", "Tides", words * 3_000)), BASE_URL, render.SAMPLE_LINKS)
    decoded, encoded = sizes(html)
    assert decoded == len(html.encode())
    # Base64 makes four bytes of three; quoted-printable three of each that is not ASCII.
    assert (encoded > decoded * 1.3) == sixth
    assert encoded < decoded * 1.4


@given(st.integers(1, 300_000), st.floats(1.0, 1.4))
def test_a_letter_that_lost_its_excess_fits(decoded: int, growth: float) -> None:
    encoded = int(decoded * growth)
    left = decoded - excess_of(decoded, encoded)
    assert left <= MOST_DECODED_BYTES
    assert left * encoded / decoded <= MOST_ENCODED_BYTES


def heavy(title: str, kilobytes: int, **different: Any) -> Section:
    body = "\n\n".join(f"{title} {line}: a paragraph of a little under a hundred bytes, each the same." * 2
                       for line in range(kilobytes * 6))  # fmt: skip
    return Section("Note", title, body, id=f"{title.lower():0<12}", **different)


def test_pre_flight_names_what_weighs_most_with_its_weight_and_leads_to_it() -> None:
    sections = [heavy("Small", 10), heavy("Large", 50), heavy("Middle", 40), ARTICLE]
    *others, last = found(whole(*sections))
    assert last.where == "Letter"
    assert "It must lose" in last.sentence
    assert [(one.section_id, one.field, one.severity) for one in others] == [
        ("large0000000", "letter", "blocker"),
    ]  # Its opening alone makes up for what is too much.
    rendering = render.rendering(whole(*sections), BASE_URL, render.SAMPLE_LINKS)
    assert f"{rendering.weights[1]:,} of the letter’s {len(rendering.html.encode()):,} bytes" in (
        others[0].sentence
    )


def test_the_weights_are_bytes_of_the_letter_itself() -> None:
    document = specimen()
    rendering = render.rendering(document, BASE_URL, render.SAMPLE_LINKS)
    assert len(rendering.weights) == len(document.sections)
    around = render.letter_html(replace(document, sections=()), BASE_URL, render.SAMPLE_LINKS)
    rest = len(rendering.html.encode()) - len(around.encode()) - sum(rendering.weights)
    # What is left is the contents list and the table around each section.
    assert 0 < rest < 800 * len(document.sections)


def test_what_has_given_all_it_can_is_not_named_again() -> None:
    many = [Section("Note", f"Note {n}", "A word. " * 60, id=f"note{n:08}") for n in range(100)]
    (only,) = found(whole(*many))
    assert "divide it" in only.sentence


# An issue that is too long, until it is sent


def long_story(name: str, kilobytes: int) -> str:
    paragraph = "We stood at the counter and waited for somebody to come, and nobody came at all."
    return "\n\n".join(f"{paragraph} That was {name}, line {line}." for line in range(kilobytes * 9))


TOO_LONG = f"""---
number: 81
date: 2026-12-01
subject: The second call in the morning
preheader: Why the first answer is rarely the last
---

# Article: Listening twice
author: Ana Duarte

{long_story("the article", 55)}

# Note: The waiting room

{long_story("the note", 50)}

# Thumbs down: Nobody looked up
consent: printed by permission, release on file

We stood in [a shop] for ten minutes, and nobody looked up.

## Editor's note

“Nobody looked up” is all that it takes.

- **Look up.** It costs nothing. [acknowledge presence]
"""


def test_an_issue_that_is_too_long_can_be_sent_once_two_sections_are_openings(
    house: None, publisher: Publisher
) -> None:
    take_in(TOO_LONG)
    publisher.visit("/desk/issues/81/check")
    publisher.sees("3 findings block this issue", "of the letter’s", "Print only its opening")
    for _ in range(2):
        publisher.submit("Print only its opening")
        publisher.sees("The letter prints its opening now")
    assert [section.value("letter") for section in queries.document(the_issue()).sections] == [
        "opening",
        "opening",
        "",
    ]
    publisher.sees("Nothing was found")
    publisher.submit("Approve issue 81", number="81")
    assert the_issue().state == rules.APPROVED


def test_the_composer_asks_for_it_and_saving_it_again_changes_nothing(issue_81: int, editor: Editor) -> None:
    section = the_issue().sections[0].public_id
    address = f"/desk/issues/81?section={section}"
    editor.visit(address)
    editor.submit(f"/sections/{section}", key_letter="opening")
    version = the_issue().version
    editor.visit(address)
    editor.submit(f"/sections/{section}")
    assert the_issue().version == version
    assert queries.document(the_issue()).sections[0].value("letter") == "opening"


def test_a_value_that_was_not_offered_is_refused_with_a_sentence(app: Flask) -> None:
    with app.test_request_context(method="POST", data={"key_letter": "half"}):
        form = section_form(kinds.kind_of("Note"))()
        form.validate()
        assert form.key_letter.errors == ["Choose what “In the letter” says from its list."]


def test_a_name_in_what_the_letter_leaves_out_is_still_a_leak(app: Flask) -> None:
    document = whole(replace(COLUMN, body=COLUMN.body + "\n\nAt Quagwort."))
    rendering = render.rendering(document, BASE_URL, render.SAMPLE_LINKS)
    assert "Quagwort" not in rendering.html
    passages = surfaces.passages(register(app.extensions).surfaces, document, rendering)
    kept_out = [KeptOut(COLUMN.id, COLUMN.title, "Quagwort", "company")]
    (leak,) = (
        one for one in preflight.check(document, rendering, Facts(), passages, kept_out) if one.code == "leak"
    )
    assert (leak.severity, leak.section_id, leak.field) == ("blocker", COLUMN.id, "body")
