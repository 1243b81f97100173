"""What nobody should have typed arrives as it was meant, or a sentence says what to do instead."""

import email.policy
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.parser import BytesParser
from email.utils import parseaddr
from typing import Any

import html5lib
import pytest

from newsroom.issues import kinds, letter, manuscript, preflight, render
from newsroom.issues.document import IssueDocument, Section
from newsroom.issues.forms import HeadForm
from newsroom.issues.preflight import Facts, Finding
from newsroom.platform.lines import display_width
from newsroom.platform.mail.message import Unsendable
from newsroom.platform.text import clean_line, words_in
from tests.issues.conftest import read
from tests.issues.documents import BASE_URL, IMPRINT, STANDING, bare

AT = datetime(2026, 12, 1, 9, tzinfo=UTC)
LONG = "Donaudampfschifffahrtsgesellschaft" * 30
ADDRESS = "https://quay.example/" + "a-very-long-path/" * 40

# What is typed in a field of one line, as it comes to stand there.
ODD = {
    "line breaks": "Tides\r\nBcc: everybody@reader.example\r\n\r\nand more",
    "line separators": "Tides\u2028Bcc: x@reader.example\u2029\x0b\x0c\x85more",
    "an encoded word": "=?utf-8?q?Free_tides?= today",
    "a broken encoded word": "=?utf-8?b?8J+UlA=?= =?x",
    "emoji": "🔔 Tides 👩🏽‍🚀 🏴󠁧󠁢󠁳󠁣󠁴󠁿 🇬🇧",
    "an override": "Tides \u202efdp.exe\u202c and \u2066more\u2069",
    "a thousand characters": ("A word or two of tides. " * 42)[:1000],
    "a thousand without a space": LONG[:1000],
    "marks of an address": 'Duarte, Ana <ana@else.example>; "the bell" \\',
    "signs of a page": "<b>Tides</b> & {curly} 100% #1",
    "other scripts": "Приливы 潮の満ち干 المد والجزر",
    "control characters": "Ti\x00d\x1b[31mes\x7f",
}
EVERY = pytest.mark.parametrize("typed", ODD.values(), ids=ODD)


@dataclass(frozen=True)
class Sender:
    name: str
    sender_name: str = ""
    sender_address: str = "letters@service-bell.example"
    reply_address: str = "reply@service-bell.example"


def whole(*sections: Section, **masthead: Any) -> IssueDocument:
    document = bare(*(sections or (Section("Note", "A note", "Words."),)), **masthead)
    return replace(document, preheader="One sentence.", imprint=IMPRINT, standing=STANDING)


def sent(document: IssueDocument, sender: Sender) -> tuple[EmailMessage, bytes]:
    raw = letter.sample(letter.rendered(document, BASE_URL), BASE_URL, sender, AT)
    return BytesParser(policy=email.policy.default).parsebytes(raw), raw  # type: ignore[return-value]


def both(document: IssueDocument) -> tuple[str, str]:
    """The letter as it is read: its HTML part without tags, and its text part."""
    html = html5lib.parse(html_of(document), namespaceHTMLElements=False)
    return " ".join(html.find("body").itertext()), text_of(document)


def html_of(document: IssueDocument) -> str:
    return render.letter_html(document, BASE_URL, render.SAMPLE_LINKS)


def text_of(document: IssueDocument) -> str:
    return render.letter_text(document, BASE_URL, render.SAMPLE_LINKS)


def found(document: IssueDocument) -> list[Finding]:
    rendering = render.rendering(document, BASE_URL, render.SAMPLE_LINKS)
    return list(preflight.check(document, rendering, Facts()))


def says(words: str, page: str) -> bool:
    """Whether all the words stand on the page, one after the other, however they are broken into lines."""
    return "".join(words_in(words)) in "".join(words_in(page))


# Subjects and names


@EVERY
def test_a_subject_arrives_as_it_was_typed(typed: str) -> None:
    subject = clean_line(typed)
    document = replace(whole(), subject=subject)
    message, raw = sent(document, Sender("The Bell"))
    assert message["Subject"] == subject
    assert "Bcc" not in message
    assert max(map(len, raw.partition(b"\r\n\r\n")[0].split(b"\r\n"))) <= 78
    tree = html5lib.parse(html_of(document), namespaceHTMLElements=False)
    assert tree.find("head/title").text == subject


@EVERY
def test_a_publication_s_and_a_sender_s_name_arrive_as_they_were_typed(typed: str) -> None:
    name = clean_line(typed)
    document = whole(publication=name)
    for sender in (Sender(name), Sender("The Bell", sender_name=name)):
        message, raw = sent(document, sender)
        (mailbox,) = message["From"].addresses
        assert mailbox.addr_spec == "letters@service-bell.example"
        assert "Bcc" not in message
        # The library's newer parser puts spaces between encoded-words; the older one reads RFC 2047.
        shown, address = parseaddr(BytesParser(policy=email.policy.compat32).parsebytes(raw)["From"])
        assert address == "letters@service-bell.example"
        assert str(make_header(decode_header(shown))) == name
    assert [says(name, edition) for edition in both(document)] == [True, True]


@EVERY
def test_an_author_s_name_stands_in_both_parts_of_the_letter(typed: str) -> None:
    name = clean_line(typed)
    document = whole(Section("Article", "The tides", "Words.", fields={"author": name}))
    assert [says(name, edition) for edition in both(document)] == [True, True]


@EVERY
def test_a_title_and_a_line_around_it_stand_in_both_parts(typed: str) -> None:
    line = clean_line(typed)
    section = Section("Thumbs up", line, "Words.", "Note.", {"lead-in": line, "attribution": line})
    document = replace(whole(section), preheader=line)
    for edition in both(document):
        assert says(line, edition)
        assert not [sign for sign in "\x00\x1b\x7f\u202e\u2066\u2028\x85" if sign in edition]


@pytest.mark.parametrize("field", ["subject", "preheader"])
def test_a_head_that_is_too_long_comes_back_with_a_sentence(app: Any, field: str) -> None:
    with app.test_request_context(method="POST", data={field: "x" * 1000, "issue_on": "2026-12-01"}):
        form = HeadForm()
        form.validate()
        assert f"Keep the {field} to 300 characters" in form[field].errors[0]
        assert form[field].data == "x" * 1000


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("author: " + "x" * 1000, "1000 characters long; keep it to 120"),
        ("author: Ana\u202etxt", "invisible control character (U+202E)"),
        ("author: Ana\x1b[31m", "invisible control character (U+001B)"),
        ("letter: some of it", "write opening, or leave the line out"),
    ],
)
def test_a_manuscript_says_the_line_and_what_to_do(line: str, sentence: str) -> None:
    text = f"---\nnumber: 81\ndate: 2026-12-01\n---\n\n# Article: Tides\n{line}\n\nWords."
    with pytest.raises(manuscript.ManuscriptError) as refused:
        read(text)
    (finding,) = [one for one in refused.value.findings if one.line == 7]
    assert sentence in finding.sentence


@pytest.mark.parametrize("place", ["title", "body", "subject"])
def test_what_looks_like_our_own_mark_is_found_before_anybody_is_written_to(place: str) -> None:
    mark = "zqSLOTanythingQZ"
    fields = {"title": "A note", "body": "Words."} | ({} if place == "subject" else {place: mark})
    document = whole(Section("Note", **fields))
    document = replace(document, subject=mark) if place == "subject" else document
    assert "unfilled-token" in [one.code for one in found(document)]
    proof = letter.Proof(letter.rendered(document, BASE_URL), BASE_URL, Sender("The Bell"), AT)
    with pytest.raises(Unsendable, match="looks like our own mark"):
        proof.to("ana@reader.example", "Ana")
    with pytest.raises(Unsendable, match="looks like our own mark"):
        letter.sample(letter.rendered(document, BASE_URL), BASE_URL, Sender("The Bell"), AT)


# Pictures


@pytest.mark.parametrize(
    "source",
    ["http://quay.example/a.png", "HTTP://quay.example/a.png", "ftp://quay.example/a", "//quay.example/a"],
)
def test_a_picture_that_is_not_encrypted_is_never_asked_for_and_its_words_stand_there(source: str) -> None:
    body = f'![A quay at low tide]({source})\n\n![A bell]({source} "Rung daily")'
    block = replace(STANDING[0], body=body)
    document = whole(Section("Thumbs up", "T", "Words.", body), Section("Note", "N", body))
    document = replace(document, standing=(block, *STANDING[1:]))
    for edition in (html_of(document), str(render.web_fragment(document, ""))):
        assert "<img" not in edition
        assert "quay.example/a" not in edition
        assert "A quay at low tide" in edition
    assert text_of(document).count("A quay at low tide") == 3
    sentences = [one.sentence for one in found(document) if one.code == "picture-not-shown"]
    assert len(sentences) >= 3
    assert all("https://" in sentence for sentence in sentences)


# What is too wide

COLUMNS = 40
WIDE = "\n".join(
    [
        "| " + " | ".join(f"head{n}" for n in range(COLUMNS)) + " |",
        "|" + "---|" * COLUMNS,
        *("| " + " | ".join(f"cell{row}x{n}" for n in range(COLUMNS)) + " |" for row in range(3)),
    ]
)
ENDLESS = f"| a | {LONG} |\n|---|---|\n| {ADDRESS} | `{LONG}` |"
EVERYWHERE = "\n\n".join(
    [LONG, f"[{ADDRESS}]({ADDRESS})", f"`{LONG}`", f"## {LONG}", f"- {LONG}", f"> {ADDRESS}", ENDLESS, WIDE]
)


def wide() -> IssueDocument:
    """Words and tables without end, wherever words can stand."""
    sections = (
        _with_fields("Article", EVERYWHERE),
        _with_fields("Thumbs down", LONG, f"{EVERYWHERE}\n\n- **{LONG}** Why. [{LONG}]\n\n> {LONG}"),
        _with_fields("Listing", ENDLESS),
        _with_fields("Speaking engagement", WIDE),
        _with_fields("Book recommendation", LONG),
        _with_fields("Message", LONG),
    )
    document = whole(
        *sections, publication=LONG[:120], tagline=LONG[:200], publisher=LONG[:120], editor=LONG[:80]
    )
    blocks = tuple(replace(block, title=LONG[:200], body=EVERYWHERE) for block in STANDING)
    imprint = replace(IMPRINT, postal_address=LONG[:400], telephone="0" * 40)
    return replace(document, preheader=LONG[:300], standing=blocks, imprint=imprint)


def _with_fields(kind: str, body: str, note: str = "") -> Section:
    values = {"address": ADDRESS, "address_or_later": ADDRESS, "day": "2027-01-12", "days": "2027-01-12"}
    values |= {"whole_number": "999999", "how_much": ""}
    keys = kinds.kind_of(kind).all_keys
    fields = {key.name: values.get(key.check.__name__, LONG[:300]) for key in keys}
    return Section(kind, LONG[:200], body, note, fields)


def cells() -> Iterator[str]:
    yield from (f"head{n}" for n in range(COLUMNS))
    yield from (f"cell{row}x{n}" for row in range(3) for n in range(COLUMNS))


def test_a_table_of_forty_columns_is_read_line_by_line_with_its_heads() -> None:
    document = whole(Section("Article", "T", WIDE, fields={"author": "Ana Duarte"}))
    tree = html5lib.parse(html_of(document), namespaceHTMLElements=False)
    assert [table for table in tree.iter("table") if table.get("role") != "presentation"] == []
    for page in both(document):
        assert [word for word in cells() if word not in page] == []
        assert says("head7: cell2x7", page)
    assert [line for line in text_of(document).split("\n") if display_width(line) > 72] == []


def test_the_text_edition_breaks_its_lines_wherever_a_word_lets_it() -> None:
    for line in text_of(wide()).split("\n"):
        # What is longer than a line stands alone, behind its mark or its indent.
        assert display_width(line) <= 72 or len(line.split()) <= 3, line


@pytest.mark.browser
@pytest.mark.parametrize("width", [320, 600, 1000])
def test_no_letter_scrolls_sideways_whatever_stands_in_it(page: Any, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    html = html_of(wide())
    for source in (html, html.replace("<style>", "<style media=print>")):
        page.set_content(source)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
