"""The outbox folder: messages as `.eml` files that any mail client opens, instead of a mail server.

`write` puts one in, whole or not at all; `listing` and `parse` show what lies there.  A name that came from
an address bar can reach nothing but an `.eml` file directly in the folder.

It will not send, delete, or know who may look.
"""

from __future__ import annotations

import itertools
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.parser import BytesHeaderParser
from email.policy import default
from pathlib import Path

from newsroom.platform import clock
from newsroom.platform.settings import current

OUTBOX = "outbox"
_NAME = re.compile(r"[0-9]{8}T[0-9]{12}Z-[0-9]{6}-[0-9a-f]{8}\.eml")
_counter = itertools.count(1)


@dataclass(frozen=True)
class Filed:
    """One line of the listing."""

    name: str
    written_at: datetime
    sender: str
    to: str
    subject: str
    size: int


@dataclass(frozen=True)
class FiledPage:
    """A page of the listing, newest first; pages count from 1."""

    items: Sequence[Filed]
    page: int
    page_count: int
    total: int


@dataclass(frozen=True)
class Parsed:
    """One message, decoded: its headers in order, its text, its HTML (either may be absent)."""

    name: str
    headers: Sequence[tuple[str, str]]
    text: str | None
    html: str | None
    raw: bytes

    def header(self, name: str) -> str | None:
        """Give the first header of that name, decoded, or None."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)


def write(directory: Path, envelope_from: str, rcpt: str, message: bytes) -> str:
    """Write one message and give its file's name; the names sort by the time of writing.

    Like every final delivery it records the envelope on top (RFC 5321 4.4: Return-Path).  The file appears
    under its name only when it is complete.
    """
    directory.mkdir(parents=True, exist_ok=True)
    name = f"{clock.now():%Y%m%dT%H%M%S%f}Z-{next(_counter) % 1_000_000:06d}-{secrets.token_hex(4)}.eml"
    unfinished = directory / f".{name}.unfinished"
    envelope = f"Return-Path: <{envelope_from}>\r\nDelivered-To: {rcpt}\r\n".encode()
    try:
        unfinished.write_bytes(envelope + message)
        unfinished.replace(directory / name)
    except OSError:
        unfinished.unlink(missing_ok=True)
        raise
    return name


def listing(page: int = 1, per_page: int = 50, directory: Path | None = None) -> FiledPage:
    """Give a page of what lies in the outbox, newest first; only that page's files are opened.

    A page beyond the ends gives the nearest one.
    """
    folder = directory or _directory()
    names = sorted((each.name for each in _files(folder) if _NAME.fullmatch(each.name)), reverse=True)
    page_count = max(1, -(-len(names) // per_page))
    page = min(max(1, page), page_count)
    chosen = names[(page - 1) * per_page : page * per_page]
    items = [each for each in (_filed(folder / name) for name in chosen) if each is not None]
    return FiledPage(items, page, page_count, len(names))


def parse(name: str, directory: Path | None = None) -> Parsed | None:
    """Give a message decoded, or None when there is no such file."""
    if not _NAME.fullmatch(name):
        return None
    try:
        raw = ((directory or _directory()) / name).read_bytes()
    except OSError:
        return None
    message = message_from_bytes(raw, policy=default)
    headers = [(key, str(value)) for key, value in message.items()]
    return Parsed(name, headers, _content(message, "plain"), _content(message, "html"), raw)


def _directory() -> Path:
    return current().instance / OUTBOX


def _files(folder: Path) -> list[Path]:
    return list(folder.iterdir()) if folder.is_dir() else []


def _filed(path: Path) -> Filed | None:
    try:
        with path.open("rb") as file:
            head = BytesHeaderParser(policy=default).parse(file, headersonly=True)
        size = path.stat().st_size
    except OSError:
        # Somebody emptied the folder while we looked.
        return None
    written_at = datetime.strptime(path.name[:22], "%Y%m%dT%H%M%S%fZ").replace(tzinfo=UTC)
    sender, to, subject = (str(head[name] or "") for name in ("From", "To", "Subject"))
    return Filed(path.name, written_at, sender, to, subject, size)


def _content(message: EmailMessage, subtype: str) -> str | None:
    part = message.get_body(preferencelist=(subtype,))
    if part is None or part.get_content_subtype() != subtype:
        return None
    content: str = part.get_content()
    return content.replace("\r\n", "\n")
