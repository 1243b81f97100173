"""Breaks a good letter on purpose, so that it can be seen whether a judge notices.

Each function gives a new letter; unless it says otherwise, the broken message is signed anew.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from judges.keys import SELECTOR, private_key
from judges.letters import JudgedLetter, JudgedMessage
from newsroom.platform.mail.message import entity, multipart, wire_domain
from newsroom.platform.mail.signing import signer
from newsroom.platform.settings import current

Words = Callable[[str], str]
Bytes = Callable[[bytes], bytes]

_SIGNATURE = re.compile(rb"DKIM-Signature:.*\r\n(?:[ \t].*\r\n)*", re.IGNORECASE)
_MIME = re.compile(rb"(?im)^(?:MIME-Version|Content-[A-Za-z-]+):.*\r\n(?:[ \t].*\r\n)*")
_LIMIT = "=_broken_on_purpose"


def in_html(letter: JudgedLetter, change: Words) -> JudgedLetter:
    """The letter with another HTML part."""
    return _each(letter, lambda message: _with_parts(letter, message, html=change(message.html)))


def in_text(letter: JudgedLetter, change: Words) -> JudgedLetter:
    """The letter with another text part."""
    return _each(letter, lambda message: _with_parts(letter, message, text=change(message.text)))


def in_bytes(letter: JudgedLetter, change: Bytes) -> JudgedLetter:
    """The letter with other bytes, and a signature over them."""
    return _each(
        letter,
        lambda message: replace(message, raw=_signed(letter, change(_unsigned(message.raw))), retried=b""),
    )


def tampered(letter: JudgedLetter, change: Bytes) -> JudgedLetter:
    """The letter as if somebody changed it on its way: the signature stays."""
    return _each(letter, lambda message: replace(message, raw=change(message.raw), retried=b""))


def header(name: str, value: str | None) -> Bytes:
    """A change for `in_bytes`: this header with another value, written as it is; None takes it out."""
    field = re.compile(rb"(?im)^" + name.encode() + rb":.*\r\n(?:[ \t].*\r\n)*")
    written = b"" if value is None else f"{name}: {value}\r\n".encode()

    def change(raw: bytes) -> bytes:
        head, empty, body = raw.partition(b"\r\n\r\n")
        return written + field.sub(b"", head + b"\r\n").removesuffix(b"\r\n") + empty + body

    return change


def _each(letter: JudgedLetter, change: Callable[[JudgedMessage], JudgedMessage]) -> JudgedLetter:
    return replace(letter, messages=tuple(change(message) for message in letter.messages), remade=None)


def _with_parts(
    letter: JudgedLetter, message: JudgedMessage, html: str | None = None, text: str | None = None
) -> JudgedMessage:
    head = _unsigned(message.raw).partition(b"\r\n\r\n")[0] + b"\r\n"
    head = _MIME.sub(b"", head) + b"MIME-Version: 1.0\r\n"
    parts = [entity("plain", message.text if text is None else text)]
    if message.format == "html":
        parts.append(entity("html", message.html if html is None else html))
    body = multipart("alternative", _LIMIT, parts) if len(parts) > 1 else parts[0]
    return replace(message, raw=_signed(letter, head + body), retried=b"")


def _unsigned(raw: bytes) -> bytes:
    return _SIGNATURE.sub(b"", raw, count=1)


def _signed(letter: JudgedLetter, raw: bytes) -> bytes:
    settings = current().model_copy(
        update={
            "dkim_key": private_key(),
            "dkim_selector": SELECTOR,
            "dkim_domain": wire_domain(letter.domain),
        }
    )
    return signer(settings)(raw)
