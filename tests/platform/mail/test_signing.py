"""Signatures: judged by the library's own verifier, as a receiver would."""

import re
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import dkim
import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from newsroom.platform.db import unit_of_work
from newsroom.platform.mail import outbox, signing
from newsroom.platform.mail.flask_mail import Message, mail
from newsroom.platform.mail.message import build
from newsroom.platform.settings import SettingsError, load
from tests.dkim_keys import BOTH_SETTINGS, ED25519_PRIVATE, PRIVATE, PUBLIC_RECORD, SETTINGS, lookup
from tests.mailserver import MailServer
from tests.platform.mail.conftest import make_app, running
from tests.platform.mail.samples import letter, parts

OUT = "https://service-bell.example/unsubscribe/abc"


def settings_with(**more: str) -> Any:
    return load({"NEWSROOM_ENV": "development", "NEWSROOM_SECRET_KEY": "long enough for a test", **more})


@pytest.fixture
def signing_app(tmp_path: Path, smtp: MailServer) -> Iterator[Flask]:
    yield from running(make_app(tmp_path / "instance", **smtp.settings(), **SETTINGS))


@pytest.mark.smtp
def test_a_letter_that_a_server_has_taken_bears_a_signature_that_holds(
    signing_app: Flask, smtp: MailServer
) -> None:
    with unit_of_work():
        outbox.post(letter(list_unsubscribe=OUT))
    assert outbox.work(10) == 1
    (accepted,) = smtp.accepted
    assert dkim.verify(accepted.data, dnsfunc=lookup)
    field = accepted.message["DKIM-Signature"]
    assert "d=service-bell.example" in field
    assert "c=relaxed/relaxed" in field
    covered = re.search(r"h=([^;]+);", field)
    assert covered is not None
    names = re.sub(r"\s", "", covered[1]).split(":")
    assert set(names) == {name.lower() for name in accepted.message} - {"dkim-signature"} | {"cc"}
    assert names.count("from") == names.count("list-unsubscribe") == names.count("list-unsubscribe-post") == 2


@pytest.mark.smtp
@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"Subject: Please", b"Subject: Pay us"),
        (b"</html>", b"!</html>"),
        (b"/unsubscribe/abc", b"/unsubscribe/abd"),
        (b"One-Click", b"Two-Click"),
    ],
)
def test_a_tampered_copy_fails(signing_app: Flask, smtp: MailServer, before: bytes, after: bytes) -> None:
    with unit_of_work():
        outbox.post(letter(list_unsubscribe=OUT))
    outbox.work(10)
    data = smtp.accepted[0].data
    assert data.count(before) >= 1
    assert not dkim.verify(data.replace(before, after), dnsfunc=lookup)


@pytest.mark.smtp
def test_without_a_key_nothing_is_signed(smtp_app: Flask, smtp: MailServer) -> None:
    mail.send(
        Message("The second call", recipients=["ana@reader.example"], body="Hello", sender="l@b.example")
    )
    assert smtp.accepted[0].message["DKIM-Signature"] is None


def test_a_signature_is_put_before_and_changes_nothing_else() -> None:
    message = build(parts())
    signed = signing.signer(settings_with(**SETTINGS))(message)
    assert signed.endswith(message)
    field = signed.removesuffix(message)
    assert field.startswith(b"DKIM-Signature: v=1; a=rsa-sha256;")
    assert field.endswith(b"\r\n")


@given(
    selector=st.from_regex(r"[a-z0-9]{1,40}", fullmatch=True),
    domain=st.from_regex(r"[a-z0-9]{1,40}\.example", fullmatch=True),
    text=st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), max_size=300),
)
def test_every_signature_holds_and_its_lines_are_sound(selector: str, domain: str, text: str) -> None:
    given = {**SETTINGS, "NEWSROOM_DKIM_SELECTOR": selector, "NEWSROOM_DKIM_DOMAIN": domain}
    message = build(parts(subject=text, text=text + "\n", html=f"<p>{text}</p>\n"))
    signed = signing.signer(settings_with(**given))(message)
    name = f"{selector}._domainkey.{domain}."
    assert dkim.verify(signed, dnsfunc=lambda asked, **_: PUBLIC_RECORD if asked.decode() == name else None)
    lines = signed.removesuffix(message).split(b"\r\n")
    assert lines.pop() == b""
    assert all(line.strip() and len(line) <= 78 for line in lines)


def test_a_key_may_come_from_a_file_and_in_either_form(tmp_path: Path) -> None:
    old = subprocess.run(
        ["openssl", "rsa", "-traditional"], input=PRIVATE, capture_output=True, text=True, check=True
    ).stdout
    assert "BEGIN RSA PRIVATE KEY" in old
    for number, text in enumerate([PRIVATE, old, old.replace("\n", "\r\n"), old.replace("\n", "\\n")]):
        path = tmp_path / f"{number}.pem"
        path.write_text(text, newline="")
        given = {name: value for name, value in SETTINGS.items() if name != "NEWSROOM_DKIM_KEY"}
        sign = signing.signer(settings_with(**given, NEWSROOM_DKIM_KEY_FILE=str(path)))
        assert dkim.verify(sign(build(parts())), dnsfunc=lookup)


def _of(bits: int) -> str:
    command = ["openssl", "genrsa", str(bits)]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def _public() -> str:
    key = PUBLIC_RECORD.partition(b"p=")[2].decode()
    return f"-----BEGIN PUBLIC KEY-----\n{key}\n-----END PUBLIC KEY-----"


def _locked(key: str) -> str:
    command = ["openssl", "pkcs8", "-topk8", "-passout", "pass:word"]
    return subprocess.run(command, input=key, capture_output=True, text=True, check=True).stdout


@pytest.mark.parametrize(
    "key",
    [
        lambda: "nonsense",
        lambda: "-----BEGIN PRIVATE KEY-----\nnonsense\n-----END PRIVATE KEY-----",
        lambda: PRIVATE[: len(PRIVATE) // 2] + "\n-----END PRIVATE KEY-----",
        _public,
        lambda: ED25519_PRIVATE,
        lambda: _of(1024),
        lambda: _locked(PRIVATE),
    ],
)
def test_a_key_that_cannot_sign_stops_the_start_with_a_sentence(key: Callable[[], str]) -> None:
    with pytest.raises(SettingsError, match=r"^NEWSROOM_DKIM_KEY .*\.$"):
        signing.init_app(Flask(__name__), settings_with(**{**SETTINGS, "NEWSROOM_DKIM_KEY": key()}))


@pytest.mark.parametrize("key", ["nonsense", PRIVATE, ED25519_PRIVATE.replace("M", "N")])
def test_a_second_key_that_cannot_sign_stops_the_start_with_a_sentence(key: str) -> None:
    with pytest.raises(SettingsError, match=r"^NEWSROOM_DKIM_ED25519_KEY is no .*\.$"):
        signing.signer(settings_with(**{**BOTH_SETTINGS, "NEWSROOM_DKIM_ED25519_KEY": key}))


@pytest.mark.parametrize(
    "without", ["NEWSROOM_DKIM_KEY", "NEWSROOM_DKIM_ED25519_SELECTOR", "NEWSROOM_DKIM_SELECTOR"]
)
def test_a_second_key_needs_the_first_and_a_name_of_its_own(without: str) -> None:
    given = {name: value for name, value in BOTH_SETTINGS.items() if name != without}
    with pytest.raises(SettingsError, match=r"NEWSROOM_DKIM_(ED25519_)?KEY .*needs .*\.$"):
        settings_with(**given)
    same = {**BOTH_SETTINGS, "NEWSROOM_DKIM_ED25519_SELECTOR": SETTINGS["NEWSROOM_DKIM_SELECTOR"]}
    with pytest.raises(SettingsError, match="record of its own"):
        settings_with(**same)


def test_a_second_key_may_come_from_a_file_and_signs_second(tmp_path: Path) -> None:
    path = tmp_path / "ed25519.pem"
    path.write_text(ED25519_PRIVATE)
    given = {name: value for name, value in BOTH_SETTINGS.items() if name != "NEWSROOM_DKIM_ED25519_KEY"}
    sign = signing.signer(settings_with(**given, NEWSROOM_DKIM_ED25519_KEY_FILE=str(path)))
    signed = sign(build(parts()))
    verifier = dkim.DKIM(signed)
    assert [bool(verifier.verify(idx=place, dnsfunc=lookup)) for place in (0, 1)] == [True, True]
    assert re.findall(rb"a=([a-z0-9-]+); .*\r\n d=.*\r\n s=([a-z]+);", signed) == [
        (b"rsa-sha256", b"autumn"), (b"ed25519-sha256", b"winter"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "value"), [("SELECTOR", "two words"), ("DOMAIN", "b.example; x=y"), ("DOMAIN", "[127.0.0.1]")]
)
def test_a_name_that_the_dns_cannot_have_stops_the_start(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=f"NEWSROOM_DKIM_{name} is “"):
        signing.signer(settings_with(**{**SETTINGS, f"NEWSROOM_DKIM_{name}": value}))


def test_a_domain_beyond_ascii_is_signed_as_the_dns_has_it() -> None:
    sign = signing.signer(settings_with(**{**SETTINGS, "NEWSROOM_DKIM_DOMAIN": "bücher.example"}))
    assert b"d=xn--bcher-kva.example" in sign(build(parts()))
