"""The headers of an issue's message, as those read them who decide what becomes of it."""

import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.policy import compat32, default
from urllib.parse import unquote

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from newsroom.issues import letter
from newsroom.platform.mail.compiled import compile_message
from newsroom.platform.mail.message import BadAddress, HeaderInjection
from newsroom.platform.text import clean_line
from tests.issues.documents import BASE_URL

TYPED = st.text(st.characters(exclude_categories=("Cs",)), max_size=250)
PLAIN = "letters@service-bell.example"


@dataclass(frozen=True)
class From:
    """Whom a letter is from."""

    name: str = "The Service Bell"
    sender_name: str = ""
    sender_address: str = PLAIN
    reply_address: str = ""


def raw(sender: From | None = None, subject: str = "Two left shoes", **slots: str) -> bytes:
    """The message to one recipient; the keywords are its slots."""
    sender = sender or From()
    parts = letter.parts(
        subject=subject,
        html=f'<p><a href="{letter.SLOT_LINKS.unsubscribe}">Unsubscribe</a></p>',
        text=f"Unsubscribe:\n{letter.SLOT_LINKS.unsubscribe}\n{letter.SLOT_LINKS.preferences}\n",
        number=81,
        language="en-GB",
        sender=sender,
        base_url=BASE_URL,
        at=datetime(2026, 11, 17, 9, 0, tzinfo=UTC),
    )
    given = {
        "address": "rhona@reader.example",
        "name": "Rhona Vale",
        "messageid": "<0123abcd@service-bell.example>",
        "unsubscribe": f"{BASE_URL}/unsubscribe/{'t' * 90}",
        "preferences": f"{BASE_URL}/preferences/{'t' * 90}",
    }
    return compile_message(parts).join({**given, **slots})


def read(data: bytes) -> EmailMessage:
    message = message_from_bytes(data, policy=default)
    assert isinstance(message, EmailMessage)
    return message


def as_rfc_2047_reads(data: bytes, name: str) -> str:
    return str(make_header(decode_header(message_from_bytes(data, policy=compat32)[name])))


def test_the_list_says_who_it_is_where_it_can_be_read_and_who_keeps_it() -> None:
    message = read(raw(From(reply_address="editor@service-bell.example")))
    assert {name: value for name, value in message.items() if name.startswith("List-")} == {
        "List-Id": "The Service Bell <newsletter.service-bell.example>",
        "List-Unsubscribe": f"<{BASE_URL}/unsubscribe/{'t' * 90}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "List-Help": f"<{BASE_URL}/about>",
        "List-Archive": f"<{BASE_URL}/issues>",
        "List-Owner": "<mailto:editor@service-bell.example>",
        "List-Post": "NO",
    }
    assert message["From"] == f"The Service Bell <{PLAIN}>"
    assert message["Reply-To"] == "The Service Bell <editor@service-bell.example>"
    assert message["Precedence"] == "bulk"
    assert message["Auto-Submitted"] is None


def test_each_header_stands_once() -> None:
    names = [name.lower() for name in read(raw(From(reply_address="e@service-bell.example")))]
    assert len(names) == len(set(names))
    assert {"from", "to", "subject", "date", "message-id", "reply-to"} <= set(names)


@pytest.mark.parametrize("length", [40, 90, 400])
@pytest.mark.parametrize("sign", ["t", "-", "_", ".", "A9"])
def test_the_one_click_address_stands_on_one_line_as_it_is(length: int, sign: str) -> None:
    address = f"{BASE_URL}/unsubscribe/{(sign * length)[:length]}"
    head = raw(unsubscribe=address).partition(b"\r\n\r\n")[0]
    assert f"\r\nList-Unsubscribe: <{address}>\r\n".encode() in head
    assert b"\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n" in head


def test_the_feedback_id_has_four_fields_and_is_everybodys() -> None:
    first = read(raw(address="ana@reader.example", name="Ana", messageid="<1@b.example>"))["Feedback-ID"]
    other = read(raw(address="bo@else.example", name="Bo", messageid="<2@b.example>"))["Feedback-ID"]
    assert first == other
    assert re.fullmatch(r"issue-81(:[a-z0-9-]{5,30}){3}", first)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("editor@service-bell.example", "editor@service-bell.example"),
        ("zoë@service-bell.example", "zo%C3%AB@service-bell.example"),
        ("letters@bücher.example", "letters@xn--bcher-kva.example"),
        ("編集@例え.example", "%E7%B7%A8%E9%9B%86@xn--r8jz45g.example"),
        ("a+b%c&d=e/f?g#h@service-bell.example", "a+b%25c%26d%3De%2Ff%3Fg%23h@service-bell.example"),
    ],
)
def test_whoever_keeps_the_list_can_be_written_to_whatever_their_script(typed: str, expected: str) -> None:
    (owner,) = re.findall(rb"\r\nList-Owner: <mailto:([^>\s]+)>\r\n", raw(From(reply_address=typed)))
    assert owner == expected.encode()
    assert unquote(owner.decode()).rpartition("@")[0] == typed.rpartition("@")[0]


def test_a_sender_at_a_domain_beyond_ascii_is_written_in_ascii_everywhere() -> None:
    data = raw(From(sender_address="letters@Bücher.example", sender_name="Bücher"))
    head = data.partition(b"\r\n\r\n")[0]
    assert head.isascii()
    assert read(data)["From"].addresses[0].addr_spec == "letters@xn--bcher-kva.example"
    assert read(data)["List-Id"] == "The Service Bell <newsletter.xn--bcher-kva.example>"
    assert read(data)["List-Owner"] == "<mailto:letters@xn--bcher-kva.example>"
    assert ":xn-bcher-kva-example:" in read(data)["Feedback-ID"]


@pytest.mark.parametrize("address", ["zoë@reader.example", "電話@reader.example"])
def test_only_a_recipient_whose_name_is_beyond_ascii_has_a_header_beyond_it(address: str) -> None:
    head = raw(address=address).partition(b"\r\n\r\n")[0]
    beyond = [line for line in head.split(b"\r\n") if not line.isascii()]
    assert beyond == [f"To: Rhona Vale <{address}>".encode()]
    assert raw(address="rhona@bücher.example").partition(b"\r\n\r\n")[0].isascii()


NAMES = [
    "Vale, Rhona",
    'Rhona "the bell" Vale',
    "Rhona \\ Vale",
    "🔔 Rhona 🛎️",
    "電話をもう一度" * 16,
    "=?utf-8?q?not_a_word?=",
    "=?utf-8?b?8J+UlA==?= =?",
    "a" * 200,
    "é" * 200,
    "a@b.example, c@d.example; e: f;",
    "<letters@elsewhere.example>",
    "(a comment)",
    "Rhona\r\nBcc: everybody@reader.example",
    "Rhona\x85\x9fVale\u2028\u2029",
    "\u202eelaV anohR",
    ".",
]


@given(name=TYPED, publication=TYPED)
@example(name=NAMES[0], publication=NAMES[5])
@example(name=NAMES[4], publication=NAMES[7])
@example(name=NAMES[12], publication=NAMES[13])
def test_what_was_typed_as_a_name_is_what_is_read(name: str, publication: str) -> None:
    data = raw(From(name=publication or "x", sender_name=publication), name=clean_line(name))
    for header, address, typed in (("From", PLAIN, publication), ("To", "rhona@reader.example", name)):
        addresses = read(data)[header].addresses
        assert [each.addr_spec for each in addresses] == [address]
        # The standard library's newer reader drops spaces between some encoded words; the older one does not.
        shown = as_rfc_2047_reads(data, header)
        expected = clean_line(typed)
        if header == "From" and not expected:
            expected = clean_line(publication or "x")
        assert spelt(shown, address) == expected
    assert_well_formed(data)


def spelt(shown: str, address: str) -> str:
    """The name of a mailbox that was read, without quotation marks and address."""
    name = shown.removesuffix(address).removesuffix("<" + address + ">").rstrip(" ")
    quoted = re.fullmatch(r'"((?:[^"\\]|\\.)*)"', name)
    return re.sub(r"\\(.)", r"\1", quoted[1]) if quoted else name


@pytest.mark.parametrize("name", NAMES)
def test_no_name_becomes_anything_else(name: str) -> None:
    data = raw(From(name=name, sender_name=name), subject=name, name=clean_line(name))
    assert [each.addr_spec for each in read(data)["To"].addresses] == ["rhona@reader.example"]
    assert [each.addr_spec for each in read(data)["From"].addresses] == [PLAIN]
    assert read(data)["Bcc"] is None
    assert_well_formed(data)


@given(subject=st.one_of(TYPED, st.text("aé電🔔 ,=?_", min_size=900, max_size=1000)))
@example(subject="x" * 1000)
@example(subject="電" * 1000)
@example(subject="=?utf-8?q?a?= " * 70)
@example(subject="Two\r\nBcc: everybody@reader.example\r\n\r\nBody")
def test_what_was_typed_as_a_subject_is_what_is_read(subject: str) -> None:
    data = raw(subject=subject)
    assert as_rfc_2047_reads(data, "Subject") == clean_line(subject)
    assert read(data)["Subject"] == clean_line(subject)
    assert read(data).keys() == read(raw()).keys()
    assert_well_formed(data)


def assert_well_formed(data: bytes) -> None:
    head, _, body = data.partition(b"\r\n\r\n")
    assert data.count(b"\r") == data.count(b"\n") == data.count(b"\r\n")
    assert max(map(len, head.split(b"\r\n"))) <= 998
    assert max(map(len, body.split(b"\r\n"))) <= 78
    assert all(line.strip() for line in head.split(b"\r\n"))
    assert not re.search(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]", data)
    assert body.count(b"charset=utf-8") == 2


@pytest.mark.parametrize("slot", ["name", "messageid", "unsubscribe"])
def test_a_line_end_in_a_recipients_own_words_is_refused(slot: str) -> None:
    with pytest.raises(HeaderInjection):
        raw(**{slot: "<x@y.example>\r\nBcc: everybody@reader.example"})


def test_a_sender_without_a_domain_is_refused() -> None:
    with pytest.raises(BadAddress):
        raw(replace(From(), sender_address="letters"))
