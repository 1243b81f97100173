"""Writing a message by the letter of the standards."""

import re
from dataclasses import replace
from datetime import datetime
from email.header import decode_header, make_header
from email.parser import BytesParser
from email.policy import compat32
from email.utils import parseaddr

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from newsroom.platform.mail.message import (
    BadAddress,
    HeaderInjection,
    Mailbox,
    Unsendable,
    build,
    clean_body,
    needs_smtputf8,
    wire_address,
)
from tests.platform.mail.samples import content, parsed, parts

UNSUBSCRIBE = "https://service-bell.example/unsubscribe/"
ONE_LINE = st.text(st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp")), min_size=1, max_size=250)
BODIES = st.text(st.characters(exclude_categories=("Cs",)), max_size=2000)
CONTROLS = [*map(chr, [*range(9), *range(10, 32), *range(127, 160)]), "\u2028", "\u2029", "\ud83d"]


def tidy(text: str) -> str:
    return re.sub(" +", " ", text).strip(" ")


def old_header(raw: bytes, name: str) -> str:
    """What a reader with only RFC 2047 sees."""
    return str(make_header(decode_header(BytesParser(policy=compat32).parsebytes(raw)[name])))


def lines_of(raw: bytes) -> list[bytes]:
    assert raw.count(b"\n") == raw.count(b"\r") == raw.count(b"\r\n")
    return raw.split(b"\r\n")


@given(subject=ONE_LINE, text=BODIES, html=BODIES)
@example(subject="=?utf-8?q?not_ours?=", text="", html=".")
@example(subject="x" * 200, text="From me\n.\n..\n", html="é" * 2000)
@example(subject="Wörter, " * 30, text="a \n b\t\r\nc\rd", html="x" * 76 + "\n" + "=" * 40)
@example(subject="電話をもう一度" * 12, text="trailing   ", html="\x85\x9f")
def test_what_was_said_is_what_is_read(subject: str, text: str, html: str) -> None:
    raw = build(parts(subject=subject, text=text, html=html))
    message = parsed(raw)
    assert message["Subject"] == tidy(subject)
    assert old_header(raw, "Subject") == tidy(subject)
    assert content(message, "plain") == clean_body(text)
    assert content(message, "html") == clean_body(html)
    assert message.defects == []


@given(subject=ONE_LINE, name=ONE_LINE, text=BODIES, html=BODIES)
def test_no_line_is_longer_than_the_standards_allow(subject: str, name: str, text: str, html: str) -> None:
    raw = build(parts(subject=subject, to=Mailbox("a@reader.example", name), text=text, html=html))
    head, _, body = raw.partition(b"\r\n\r\n")
    assert max(map(len, lines_of(head))) <= 78
    assert max(map(len, lines_of(body))) <= 76
    assert body.isascii()
    assert not any(line and not line.strip() for line in lines_of(head))


@given(name=ONE_LINE)
@example(name='Duarte, Ana "the bell" \\o/')
@example(name="Ana (editor) <ana@else.example>")
@example(name="🔔 The Service Bell " * 8)
@example(name="=?utf-8?q?trick?=")
@example(name="a" * 200)
def test_a_name_of_any_kind_stays_one_name_with_one_address(name: str) -> None:
    raw = build(parts(sender=Mailbox("letters@service-bell.example", name)))
    (address,) = parsed(raw)["From"].addresses
    assert address.addr_spec == "letters@service-bell.example"
    shown, plain = parseaddr(BytesParser(policy=compat32).parsebytes(raw)["From"])
    assert plain == "letters@service-bell.example"
    assert str(make_header(decode_header(shown))) == tidy(name)


@pytest.mark.parametrize("name", ["Ana Duarte", "Duarte, Ana", 'The "Bell"', "Zoë 🔔 Ōta", "長い名前" * 3])
def test_the_modern_parser_reads_the_same_name(name: str) -> None:
    assert parsed(build(parts(to=Mailbox("a@reader.example", name))))["To"].addresses[0].display_name == name


@pytest.mark.parametrize("length", [40, 90, 400, 900])
def test_the_unsubscribe_address_is_never_broken_nor_encoded(length: int) -> None:
    address = UNSUBSCRIBE + "t" * length
    raw = build(parts(list_unsubscribe=address))
    unfolded = raw.replace(b"\r\n ", b" ")
    assert b"List-Unsubscribe: <" + address.encode() + b">\r\n" in unfolded
    assert b"List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n" in raw


def test_web_and_mail_ways_out_stand_side_by_side() -> None:
    message = parsed(
        build(
            parts(
                list_unsubscribe=UNSUBSCRIBE + "x", list_unsubscribe_mailto="mailto:out@service-bell.example"
            )
        )
    )
    assert message["List-Unsubscribe"] == f"<{UNSUBSCRIBE}x>, <mailto:out@service-bell.example>"


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "https://a.example/ b",
        "https://a.example/>,<x",
        "https://a.example/>, <https://b.example/",
        "https://ü.example/",
    ],
)
def test_what_cannot_be_a_way_out_is_refused(address: str) -> None:
    with pytest.raises(Unsendable):
        build(parts(list_unsubscribe=address))


def test_every_header_stands_once_and_in_the_usual_order() -> None:
    raw = build(
        parts(
            reply_to=Mailbox("editor@service-bell.example", "Ines Carvell"),
            list_id="letter.service-bell.example",
            list_name="The Service Bell, fortnightly",
            list_unsubscribe=UNSUBSCRIBE + "x",
            precedence="bulk",
            auto_submitted="auto-generated",
            language="en-GB",
            headers={"Feedback-ID": "81:issue:letter:bell", "List-Post": "NO"},
        )
    )
    message = parsed(raw)
    assert message.keys() == [
        "From", "To", "Reply-To", "Subject", "Date", "Message-ID", "List-Id", "List-Unsubscribe",
        "List-Unsubscribe-Post", "Precedence", "Auto-Submitted", "Content-Language", "Feedback-ID",
        "List-Post", "MIME-Version", "Content-Type",
    ]  # fmt: skip
    assert message["List-Id"] == '"The Service Bell, fortnightly" <letter.service-bell.example>'
    assert message["Date"] == "Tue, 17 Nov 2026 09:00:00 +0000"
    assert message["Feedback-ID"] == "81:issue:letter:bell"


@pytest.mark.parametrize("control", CONTROLS, ids=lambda c: f"U+{ord(c):04X}")
def test_no_control_character_enters_a_header(control: str) -> None:
    bad = f"Hello{control}Bcc: everyone@reader.example"
    for unfit in (
        parts(subject=bad),
        parts(sender=Mailbox("a@b.example", bad)),
        parts(to=Mailbox("a@b.example", bad)),
        parts(to=Mailbox(f"a{control}@b.example")),
        parts(to=Mailbox(f"a@b{control}.example")),
        parts(reply_to=Mailbox("a@b.example", bad)),
        parts(message_id=f"<a{control}@b.example>"),
        parts(list_name=bad, list_id="l.example"),
        parts(precedence=bad),
        parts(headers={"X-Any": bad}),
        parts(headers={"List-Help": bad}),
        parts(headers={f"X{control}Y": "z"}),
        parts(list_unsubscribe=UNSUBSCRIBE + control),
    ):
        with pytest.raises(HeaderInjection):
            build(unfit)


@pytest.mark.parametrize(
    "name",
    [
        "From",
        "to",
        "Subject",
        "DATE",
        "Message-Id",
        "Bcc",
        "Cc",
        "Sender",
        "List-Unsubscribe",
        "Content-Type",
    ],
)
def test_a_further_header_cannot_double_or_smuggle_one(name: str) -> None:
    with pytest.raises(Unsendable):
        build(parts(headers={name: "x"}))


def test_a_header_given_twice_in_different_case_is_refused() -> None:
    with pytest.raises(Unsendable):
        build(parts(headers={"X-Any": "1", "x-any": "2"}))


@pytest.mark.parametrize(
    "message_id", ["abc@service-bell.example", "<abc>", "<a b@c.example>", "<a@b> <c@d>"]
)
def test_a_message_id_has_its_form(message_id: str) -> None:
    with pytest.raises(Unsendable):
        build(parts(message_id=message_id))


def test_a_date_without_a_zone_is_refused() -> None:
    with pytest.raises(Unsendable):
        build(parts(date=datetime(2026, 11, 17, 9, 0)))


def test_a_header_that_fits_no_line_is_refused() -> None:
    with pytest.raises(Unsendable):
        build(parts(list_unsubscribe=UNSUBSCRIBE + "t" * 1000))


def test_text_comes_first_and_both_parts_name_utf_8() -> None:
    message = parsed(build(parts()))
    assert message.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]
    assert {part.get_content_charset() for part in message.iter_parts()} == {"utf-8"}


def test_a_text_only_message_has_one_part() -> None:
    message = parsed(build(parts(html=None, text="Grüße\n")))
    assert message.get_content_type() == "text/plain"
    assert message.get_content() == "Grüße\r\n"


def test_base64_is_for_what_is_mostly_beyond_ascii() -> None:
    assert parsed(build(parts(html=None, text="é" + "a" * 8)))["Content-Transfer-Encoding"] == "base64"
    assert (
        parsed(build(parts(html=None, text="é" + "a" * 9)))["Content-Transfer-Encoding"] == "quoted-printable"
    )


def test_the_same_parts_give_the_same_bytes() -> None:
    assert build(parts()) == build(replace(parts()))


def test_no_body_can_hold_the_boundary() -> None:
    limit = parsed(build(parts())).get_boundary()
    hostile = f"--{limit}\n--{limit}--\nnot the end\n"
    message = parsed(build(parts(text=hostile, html=hostile + "電話" * 200)))
    assert content(message, "plain") == hostile
    assert content(message, "html") == hostile + "電話" * 200 + "\n"


@pytest.mark.parametrize(
    ("typed", "wire"),
    [
        ("ana@bücher.example", "ana@xn--bcher-kva.example"),
        ("ana@BÜCHER.example", "ana@xn--bcher-kva.example"),
        ("ana@Reader.Example", "ana@Reader.Example"),
        ("zoë@reader.example", "zoë@reader.example"),
        ("a.b+c@reader.example", "a.b+c@reader.example"),
        ('"a b"@reader.example', '"a b"@reader.example'),
        ("a@[192.0.2.1]", "a@[192.0.2.1]"),
    ],
)
def test_domains_travel_in_ascii_and_local_parts_as_they_are(typed: str, wire: str) -> None:
    assert wire_address(typed) == wire


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "ana",
        "@b.example",
        "a@",
        "a b@c.example",
        "a@b@c.example",
        "<a@b.example>",
        "a..b@c.example",
        "a@b..example",
        "a,b@c.example",
        "a@-b.example",
        "x" * 65 + "@b.example",
        'a"b@c.example',
    ],
)
def test_what_is_no_address_is_refused(typed: str) -> None:
    with pytest.raises(BadAddress):
        wire_address(typed)


def test_only_a_local_part_beyond_ascii_needs_smtputf8() -> None:
    assert needs_smtputf8("zoë@reader.example")
    assert not needs_smtputf8("ana@bücher.example", "bo@reader.example")
    raw = build(parts(to=Mailbox("zoë@bücher.example", "Zoë")))
    assert "<zoë@xn--bcher-kva.example>".encode() in raw
