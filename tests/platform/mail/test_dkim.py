"""What a signature covers: answers from the standards, and the judgement of a verifier that others wrote."""

import base64
import subprocess
from functools import cache
from hashlib import sha256
from pathlib import Path

import dkim as judge
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from newsroom.platform.mail import signing
from newsroom.platform.mail.dkim import COVERED, SEALED, canonical_body, canonical_fields, covered_names
from newsroom.platform.settings import load
from tests.dkim_keys import BOTH_SETTINGS, lookup

# Nothing that is no line end here: a lone CR or LF cannot travel, and `message` lets none into the world.
_WORDS = st.sampled_from(
    [b"word", b"x", b"=20", b".", b":", b";", b"\xc3\xa9", b"\xe9", b"\xe9\x80\x9a", b"From a"]
)
_WHITE = st.sampled_from([b" ", b"  ", b"\t", b" \t "])
_VALUES = st.lists(st.one_of(_WORDS, _WHITE, st.just(b"\r\n x"), st.just(b"\r\n\t  y")), max_size=8).map(
    b"".join
)
_BODIES = st.lists(st.one_of(_WORDS, _WHITE, st.just(b"\r\n")), max_size=30).map(b"".join)
_HEADS = st.lists(
    st.tuples(
        st.sampled_from(
            [b"Subject", b"To", b"LIST-ID", b"list-unsubscribe", b"X-Other", b"Received", b"Feedback-ID"]
        ),
        st.sampled_from([b":", b": ", b":  ", b":\t"]),
        _VALUES,
    ),
    max_size=8,
).map(lambda fields: b"".join(name + mark + value + b"\r\n" for name, mark, value in fields))


@cache
def sign() -> signing.Sign:
    return signing.signer(
        load(
            {"NEWSROOM_ENV": "development", "NEWSROOM_SECRET_KEY": "long enough for a test", **BOTH_SETTINGS}
        )
    )


def holds(message: bytes) -> list[bool]:
    """The judge's word on both signatures, that by RSA first."""
    return [_holds(message, place) for place in range(2)]


def _holds(message: bytes, place: int) -> bool:
    try:
        return bool(judge.DKIM(message).verify(idx=place, dnsfunc=lookup))
    except judge.DKIMException:
        return False


# Known answers


@pytest.mark.parametrize(
    ("body", "canonical"),
    [
        (b" C \r\nD \t E\r\n\r\n\r\n", b" C\r\nD E\r\n"),  # RFC 6376 3.4.5
        (b"", b""),
        (b"\r\n", b""),
        (b"\r\n\r\n\r\n", b""),
        (b" \t \r\n \r\n", b""),
        (b" ", b""),
        (b"a", b"a\r\n"),
        (b"a \t", b"a\r\n"),
        (b"a\r\n\r\nb", b"a\r\n\r\nb\r\n"),
        (b"\r\n\r\na\r\n", b"\r\n\r\na\r\n"),
        (b"\ta\t\tb\r\n", b" a b\r\n"),
        (b"\xc3\xa9  \xe9\r\n", b"\xc3\xa9 \xe9\r\n"),
        (b"a" + b" " * 1000 + b"b\r\n", b"a b\r\n"),
    ],
)
def test_a_body_is_hashed_as_the_standard_has_it(body: bytes, canonical: bytes) -> None:
    assert canonical_body(body) == canonical


def test_the_hashes_of_a_body_are_those_that_the_standards_print() -> None:
    # RFC 8463, appendix A.
    lost = b"Hi.\r\n\r\nWe lost the game.  Are you hungry yet?\r\n\r\nJoe.\r\n"
    digest = base64.b64decode("2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=")
    assert sha256(canonical_body(lost)).digest() == digest
    # RFC 6376 3.4.4: of a body without words the hash is that of nothing at all.
    nothing = base64.b64encode(sha256(canonical_body(b"\r\n")).digest())
    assert nothing == b"47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="


@pytest.mark.parametrize(
    ("head", "canonical"),
    [
        (b"A: X\r\nB : Y\t\r\n\tZ  \r\n", [b"a:X", b"b:Y Z"]),  # RFC 6376 3.4.5
        (b"Subject:\r\n the second call", [b"subject:the second call"]),
        (b"SUBJECT:x:\t y", [b"subject:x: y"]),
        (b"Subject:", [b"subject:"]),
        (b"Subject: caf\xc3\xa9  \xe9", [b"subject:caf\xc3\xa9 \xe9"]),
        (
            b"To: a@b.example,\r\n\tc@d.example,\r\n   e@f.example",
            [b"to:a@b.example, c@d.example, e@f.example"],
        ),
    ],
)
def test_a_header_is_hashed_as_the_standard_has_it(head: bytes, canonical: list[bytes]) -> None:
    assert [line for _, line in canonical_fields(head)] == canonical


def test_a_sealed_name_is_listed_once_more_than_it_stands_there_and_any_other_as_often() -> None:
    names = covered_names(["from", "subject", "list-id", "received", "list-id"])
    assert {name: names.count(name) for name in names} == {
        **dict.fromkeys(SEALED, 1), "from": 2, "subject": 2, "list-id": 2,
    }  # fmt: skip


def test_the_ways_out_are_always_named() -> None:
    assert {"list-unsubscribe", "list-unsubscribe-post"} <= set(covered_names([]))
    assert {"list-id", "feedback-id"} <= set(COVERED)


# The judge


@given(head=_HEADS, body=_BODIES)
@example(head=b"", body=b"")
@example(head=b"Subject: twice\r\nSubject: over\r\n", body=b"\r\n\r\n")
def test_the_judge_believes_every_signature(head: bytes, body: bytes) -> None:
    message = b"From: The Service Bell <letters@service-bell.example>\r\n" + head + b"\r\n" + body
    signed = sign()(message)
    assert signed.endswith(message)
    # The mail server ends the last line where nobody has.
    assert holds(signed if signed.endswith(b"\r\n") else signed + b"\r\n") == [True, True]
    assert max(map(len, signed.removesuffix(message).split(b"\r\n"))) <= 78


@given(head=_HEADS, body=_BODIES, place=st.integers(0, 10_000), by=st.integers(1, 93))
def test_no_letter_of_a_signed_message_can_be_changed(head: bytes, body: bytes, place: int, by: int) -> None:
    subject = b"Subject: The second call\r\n"
    message = b"From: letters@service-bell.example\r\n" + head + subject + b"\r\nHello.\r\n" + body + b"\r\n"
    signatures = sign()(message).removesuffix(message)
    covered = [range(message.index(subject) + 9, message.index(subject) + len(subject) - 2)]
    covered.append(range(message.index(b"\r\n\r\nHello") + 4, len(message)))
    places = [at for part in covered for at in part if message[at] in range(0x21, 0x7F)]
    at = places[place % len(places)]
    other = 0x21 + (message[at] - 0x21 + by) % 94
    assert holds(signatures + message[:at] + bytes([other]) + message[at + 1 :]) == [False, False]


@pytest.mark.parametrize("name", SEALED)
def test_no_second_field_of_a_sealed_name_can_be_added(name: str) -> None:
    signed = sign()(b"From: letters@service-bell.example\r\nSubject: The second call\r\n\r\nHello.\r\n")
    assert holds(signed) == [True, True]
    assert holds(name.title().encode() + b": <https://elsewhere.example/x>\r\n" + signed) == [False, False]


@pytest.mark.parametrize("name", ["List-Id", "List-Archive", "List-Post", "Precedence", "Received"])
def test_a_group_may_hand_a_letter_on_with_list_headers_of_its_own(name: str) -> None:
    head = b"From: letters@service-bell.example\r\n" + name.encode() + b": ours\r\n"
    signed = sign()(head + b"\r\nHello.\r\n")
    assert holds(name.encode() + b": theirs\r\n" + signed) == [True, True]


def test_openssl_says_so_too(tmp_path: Path) -> None:
    """Put together by hand, as RFC 6376 3.7 lists it."""
    signed = sign()(b"From: a@service-bell.example\r\nTo: b@reader.example\r\n\r\n\r\n")
    field = signed[: signed.index(b"DKIM-Signature", 1)].removesuffix(b"\r\n")
    name_and_tags, _, value = field.partition(b"\r\n b=")
    unsigned = b"dkim-signature:" + b" ".join(name_and_tags.partition(b":")[2].split()) + b" b="
    covered = b"from:a@service-bell.example\r\nto:b@reader.example\r\n" + unsigned
    assert verified_by_openssl(tmp_path, covered, base64.b64decode(b"".join(value.split())))
    assert not verified_by_openssl(tmp_path, covered + b"x", base64.b64decode(b"".join(value.split())))


def verified_by_openssl(folder: Path, data: bytes, signature: bytes) -> bool:
    key, kept = folder / "key", folder / "signature"
    key.write_text(BOTH_SETTINGS["NEWSROOM_DKIM_KEY"])
    kept.write_bytes(signature)
    command = ["openssl", "dgst", "-sha256", "-prverify", str(key), "-signature", str(kept)]
    return subprocess.run(command, input=data, capture_output=True, check=False).returncode == 0
