"""One message for many recipients."""

import html
from base64 import b64decode
from email.message import EmailMessage

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from newsroom.platform.mail.compiled import MissingSlot, compile_message, fill, slot
from newsroom.platform.mail.message import HeaderInjection, Mailbox, MessageParts, build, clean_body
from newsroom.platform.mail.parcel import double_dots
from tests.platform.mail.samples import content, parsed, parts

WORDS = st.text(st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp")), max_size=120)
PROSE = st.lists(
    st.one_of(
        st.text(st.characters(exclude_categories=("Cs",)), max_size=160).filter(lambda t: "zqSLOT" not in t),
        st.sampled_from(
            [slot("link"), slot("name"), slot("link", 43), "\n", "x" * 75, "x" * 76, "é" * 60, "."]
        ),
    ),
    max_size=12,
).map("".join)
TOKENS = st.text("abcdefghijklmnopqrstuvwxyzABCDEFGHIJ0123456789-_.=&", min_size=1, max_size=200)


def open_parts(text: str, page: str) -> MessageParts:
    return parts(
        to=Mailbox(slot("to"), slot("name")),
        message_id=f"<{slot('id')}@service-bell.example>",
        list_unsubscribe=f"https://service-bell.example/unsubscribe/{slot('link')}",
        text=text,
        html=page,
        headers={"List-Help": "<mailto:help@service-bell.example>", "X-Note": f"for {slot('name')}"},
    )


def joined_soft_lines(part: bytes) -> bytes:
    """The text without soft line breaks; a dot that stood alone on its line may be encoded or not."""
    return part.replace(b"=\r\n", b"").replace(b"=2E", b".")


@given(text=PROSE, page=PROSE, name=WORDS, token=TOKENS)
@example(text=slot("link"), page=f"{slot('link')}\n", name="", token=".")
@example(text=slot("link"), page=slot("link") + slot("name"), name="", token="t" * 75)
@example(text="x" * 76 + slot("link") + "\n", page=" " + slot("name") + " \n", name="a b ", token="t" * 76)
@example(text="é" * 400 + slot("link"), page="<p>" + slot("name"), name="<b>&\"'", token="a=b&c")
@example(text=slot("link") + "\n", page=slot("link"), name="", token="t" * 75 + ".")
@example(text="a\n" + slot("name") + "\nb", page="\t" + slot("name"), name="Ω" * 90, token=".")
def test_joining_says_exactly_what_building_would(text: str, page: str, name: str, token: str) -> None:
    slots = {"to": "ana@bücher.example", "name": name, "id": "m1", "link": token}
    whole = open_parts(text, page)
    joined, built = compile_message(whole).join(slots), build(fill(whole, slots))
    joined_head, _, joined_body = joined.partition(b"\r\n\r\n")
    built_head, _, built_body = built.partition(b"\r\n\r\n")
    assert joined_head == built_head
    assert max(map(len, joined_body.split(b"\r\n"))) <= 76
    assert b"\r\n.\r\n" not in joined
    assert joined_body.count(b"\n") == joined_body.count(b"\r\n") == joined_body.count(b"\r")
    mine, theirs = parsed(joined), parsed(built)
    for subtype in ("plain", "html"):
        assert content(mine, subtype) == content(theirs, subtype)
    if encodings(mine) == encodings(theirs) == ["quoted-printable"] * 2 and name.strip() == name:
        assert joined_soft_lines(joined_body) == joined_soft_lines(built_body)


@given(
    text=st.lists(
        st.sampled_from([".", "..", "\n", "\n.", "a", slot("a"), slot("b"), "x" * 74]), max_size=12
    ).map("".join),
    page=PROSE,
    a=st.text(st.sampled_from(list(".\nxé")), max_size=160),
    b=TOKENS,
)
@example(text=slot("a"), page=slot("b"), a="\n.", b="t" * 75 + ".")
@example(text="\n" + slot("a") + ".", page="é" * 300 + slot("b"), a="", b=".")
def test_dots_are_doubled_beforehand_as_they_would_be_in_the_whole_letter(
    text: str, page: str, a: str, b: str
) -> None:
    compiled = compile_message(parts(text=text, html=page, headers={"X-Note": slot("b")}))
    slots = {"a": a, "b": b, "link": b, "name": a}
    message, doubled = compiled.join_and_double(slots)
    assert message == compiled.join(slots)
    assert b"".join(doubled) == double_dots(message)


def encodings(message: EmailMessage) -> list[str]:
    return [part["Content-Transfer-Encoding"] for part in message.iter_parts()]


def test_each_recipient_reads_their_own_words() -> None:
    compiled = compile_message(open_parts(f"Dear {slot('name')}\n{slot('link')}\n", f"<p>{slot('name')}</p>"))
    for name, token in (("Ana & Co", "t1"), ("Zoë <3", "t2" * 60)):
        message = parsed(
            compiled.join({"to": "a@reader.example", "name": name, "id": token[:2], "link": token})
        )
        assert content(message, "plain") == f"Dear {name}\n{token}\n"
        assert content(message, "html") == f"<p>{html.escape(name)}</p>\n"
        assert message["To"].addresses[0].display_name == name
        assert message["Message-ID"] == f"<{token[:2]}@service-bell.example>"
        assert message["List-Unsubscribe"] == f"<https://service-bell.example/unsubscribe/{token}>"


def test_a_base64_part_is_filled_before_it_is_encoded() -> None:
    compiled = compile_message(parts(text="電話" * 50 + slot("link"), html="<p>電話電話</p>"))
    message = parsed(compiled.join({"link": "https://x.example/é"}))
    assert encodings(message) == ["base64", "base64"]
    assert content(message, "plain") == clean_body("電話" * 50 + "https://x.example/é")


PIECES = st.lists(st.sampled_from([slot("a"), slot("b"), "電", "é", "x", "\n", "<"]), max_size=9).map("".join)
VALUES = st.text(st.sampled_from(list("xé電🔔&\n. ")), max_size=120).map(lambda value: value.strip("\n"))


@given(text=PIECES, page=PIECES, a=VALUES, b=VALUES)
@example(text=slot("a") + "x" + slot("b"), page=slot("a") * 3, a="", b="")
@example(text=slot("a") + slot("b") + "é", page="x" + slot("a") + "xx" + slot("b"), a="x", b="x" * 58)
def test_a_base64_part_says_the_same_however_its_bytes_fall_into_groups(
    text: str, page: str, a: str, b: str
) -> None:
    whole, slots = parts(text="電話" * 40 + text, html="電話" * 40 + page), {"a": a, "b": b}
    joined = compile_message(whole).join(slots)
    message, built = parsed(joined), parsed(build(fill(whole, slots)))
    assert encodings(message) == ["base64", "base64"]
    assert message.defects == []
    assert max(map(len, joined.split(b"\r\n"))) <= 78
    for part, other in zip(message.iter_parts(), built.iter_parts(), strict=True):
        encoded = part.get_payload().split()
        assert max(map(len, encoded)) <= 76
        # A slot without words at the very end leaves its line end behind.
        mine = b64decode("".join(encoded), validate=True)
        assert mine.rstrip(b"\r\n") == other.get_payload(decode=True).rstrip(b"\r\n")
        assert not any("=" in line for line in encoded[:-1])


def test_the_compiled_message_says_what_it_needs() -> None:
    compiled = compile_message(open_parts("text", f"<a href='{slot('prefs')}'>x</a>"))
    assert compiled.slots == {"to", "name", "id", "link", "prefs"}
    with pytest.raises(MissingSlot, match="prefs"):
        compiled.join({"to": "a@reader.example", "name": "A", "id": "1", "link": "x"})


def test_a_recipient_cannot_inject_a_header() -> None:
    compiled = compile_message(open_parts("text", "html"))
    with pytest.raises(HeaderInjection):
        compiled.join({"to": "a@reader.example", "name": "A\r\nBcc: b@c.example", "id": "1", "link": "x"})


def test_a_text_only_edition_is_compiled_too() -> None:
    whole = parts(html=None, text=f"Read {slot('link')} today\n")
    assert parsed(compile_message(whole).join({"link": "https://x.example"})).get_content() == (
        "Read https://x.example today\r\n"
    )


def test_a_marker_takes_the_room_its_value_will_take() -> None:
    assert len(slot("link", 43)) == 43
    assert slot("link", 43).isalnum()


@pytest.mark.parametrize("name", ["", "A", "a-b", "a1"])
def test_a_slot_is_named_by_lower_case_letters(name: str) -> None:
    with pytest.raises(ValueError):
        slot(name)
