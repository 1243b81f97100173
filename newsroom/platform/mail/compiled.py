"""One message for many recipients: rendered and encoded once, joined with each recipient's own words.

Pure.  `slot("name")` gives a marker to put into the parts (an address, a Message-ID, a link in a body);
`compile_message(parts)` encodes everything else; `CompiledMessage.join(slots)` puts a recipient's values in,
with no template and no MIME library.  In quoted-printable a slot stands between soft line breaks, so that
the lines around it never have to be set again.  In base64 the text between two slots is encoded beforehand
in the three ways in which its bytes can fall into groups, so that only those around a slot are encoded anew.

A text that happens to hold what looks like a marker needs a value like any other: compare `slots` with what
you mean to give before anything is sent.

It will not decide who gets the message, sign it, or know what a slot means.  The return path is no slot: it
is the envelope's, and is given to the transport.
"""

from __future__ import annotations

import binascii
import html
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from newsroom.platform.mail.message import (
    Field,
    Mailbox,
    MessageParts,
    base64_lines,
    boundary,
    clean_body,
    encode_base64,
    encode_quoted_printable,
    entity_head,
    fields,
    multipart_head,
    wants_base64,
    write_field,
)

_MARKER = re.compile(r"zqSLOT([a-z]+)0*QZ")
_NAME = re.compile(r"[a-z]+")
_NEEDS_NO_ENCODING = re.compile(r"[!-<>-~]+")
_SOFT_BREAK = b"=\r\n"
_ROOM = 75
"""Characters of a quoted-printable line before its soft line break (RFC 2045 6.7)."""


class MissingSlot(KeyError):
    """A recipient's values lack one that the message needs."""

    def __str__(self) -> str:
        return f"The message needs a value for the slot “{self.args[0]}”."


def slot(name: str, length: int = 0) -> str:
    """Give the marker for a slot: ASCII letters and digits only, so that no renderer changes it.

    `name` is lower-case ASCII letters.  `length` pads the marker to the length its value will have, so that
    a text edition is typeset as it will be read.
    """
    if not _NAME.fullmatch(name):
        raise ValueError(f"{name!r} is no name for a slot: lower-case letters a to z only.")
    marker = f"zqSLOT{name}QZ"
    return f"zqSLOT{name}{'0' * max(0, length - len(marker))}QZ"


def fill(parts: MessageParts, slots: Mapping[str, str]) -> MessageParts:
    """Give the parts with the values in place of the markers, escaped in the HTML."""
    return replace(
        parts,
        sender=_fill_mailbox(parts.sender, slots),
        to=_fill_mailbox(parts.to, slots),
        reply_to=None if parts.reply_to is None else _fill_mailbox(parts.reply_to, slots),
        subject=_fill(parts.subject, slots),
        message_id=_fill(parts.message_id, slots),
        list_unsubscribe=None if parts.list_unsubscribe is None else _fill(parts.list_unsubscribe, slots),
        list_unsubscribe_mailto=(
            None if parts.list_unsubscribe_mailto is None else _fill(parts.list_unsubscribe_mailto, slots)
        ),
        headers={name: _fill(value, slots) for name, value in parts.headers.items()},
        text=_fill(parts.text, slots),
        html=None if parts.html is None else _fill(parts.html, {k: html.escape(v) for k, v in slots.items()}),
    )


def _fill(text: str, slots: Mapping[str, str]) -> str:
    def value(found: re.Match[str]) -> str:
        try:
            return slots[found[1]]
        except KeyError:
            raise MissingSlot(found[1]) from None

    return _MARKER.sub(value, text)


def _fill_mailbox(mailbox: Mailbox, slots: Mapping[str, str]) -> Mailbox:
    return Mailbox(_fill(mailbox.address, slots), _fill(mailbox.name, slots))


@dataclass(frozen=True)
class _OpenField:
    """A header that waits for values."""

    field: Field

    def filled(self, slots: Mapping[str, str]) -> list[bytes]:
        value = self.field.value
        if isinstance(value, tuple):
            own = replace(self.field, value=tuple(_fill_mailbox(each, slots) for each in value))
        else:
            own = replace(self.field, value=_fill(value, slots))
        return [write_field(own)]


@dataclass(frozen=True)
class _OpenSlot:
    """A place in a quoted-printable body; `breaks` is what follows the value there."""

    name: str
    escaped: bool
    breaks: bytes

    def filled(self, slots: Mapping[str, str]) -> list[bytes]:
        value = _value(self.name, slots, self.escaped)
        if not _NEEDS_NO_ENCODING.fullmatch(value):
            return [_quoted_run(_clean_value(value))]
        raw = value.encode("ascii")
        lines = [raw[at : at + _ROOM] for at in range(0, len(raw), _ROOM)]
        # A dot alone on a line would end the message for a server that is given it undoubled.
        if lines[-1] == b".":
            return [_quoted_run(value)]
        return [_SOFT_BREAK.join(lines), self.breaks]


def _clean_value(value: str) -> str:
    cleaned = clean_body(value)
    return cleaned if value.endswith(("\n", "\r")) else cleaned.removesuffix("\n")


@dataclass(frozen=True)
class _Run:
    """Text between two slots of a base64 body, in three ways.

    `ways[n]` is for when the group of three bytes that is open before the text lacks `n`: these first bytes,
    what follows them as finished lines, and the last bytes that fill no group.
    """

    ways: tuple[tuple[bytes, bytes, bytes], ...]


def _run(text: str) -> _Run:
    raw = text.replace("\n", "\r\n").encode("utf-8")
    ways = []
    for lacking in range(3):
        end = lacking + max(0, len(raw) - lacking) // 3 * 3
        ways.append((raw[:lacking], base64_lines(raw[lacking:end]), raw[end:]))
    return _Run(tuple(ways))


@dataclass(frozen=True)
class _OpenBase64:
    """A body in base64: the text before its first slot, then each slot's name and the text after it."""

    first: _Run
    others: tuple[tuple[str, _Run], ...]
    escaped: bool

    def filled(self, slots: Mapping[str, str]) -> list[bytes]:
        _, lines, rest = self.first.ways[0]
        written = [lines]
        for name, run in self.others:
            rest += _bytes_of(_value(name, slots, self.escaped))
            first, lines, last = run.ways[-len(rest) % 3]
            rest += first
            # A text of a byte or two may not even fill the group: then all of it is in the rest.
            if len(rest) % 3 == 0:
                written += [base64_lines(rest), lines]
                rest = last
        return [*written, base64_lines(rest)]


def _bytes_of(value: str) -> bytes:
    if _NEEDS_NO_ENCODING.fullmatch(value):
        return value.encode("ascii")
    return _clean_value(value).replace("\n", "\r\n").encode("utf-8")


def _value(name: str, slots: Mapping[str, str], escaped: bool) -> str:
    try:
        value = slots[name]
    except KeyError:
        raise MissingSlot(name) from None
    return html.escape(value) if escaped else value


_Piece = bytes | _OpenField | _OpenSlot | _OpenBase64


@dataclass(frozen=True)
class CompiledMessage:
    """A message of which only the slots are still open."""

    pieces: tuple[_Piece, ...]
    slots: frozenset[str]
    """The names that `join` needs."""

    def join(self, slots: Mapping[str, str]) -> bytes:
        """Give the message for one recipient; raises `MissingSlot`, or `Unsendable` for an unfit value."""
        written: list[bytes] = []
        for each in self.pieces:
            if isinstance(each, bytes):
                written.append(each)
            else:
                written += each.filled(slots)
        # Once and at the end: most of the time goes into copying what is the same for everybody.
        return b"".join(written)

    def join_and_double(self, slots: Mapping[str, str]) -> tuple[bytes, tuple[bytes, ...]]:
        """The same, and in pieces with its dots doubled as DATA wants it (RFC 5321 4.5.2).

        To look for them in each letter would take twice as long as joining it.
        """
        written: list[bytes] = []
        doubled: list[bytes] = []
        begins_line = True
        for piece, doubled_piece in zip(self.pieces, self._doubled_pieces, strict=True):
            if isinstance(piece, bytes):
                own, own_doubled = piece, doubled_piece
            else:
                own = b"".join(piece.filled(slots))
                # Base64 has no dot in its alphabet.
                own_doubled = own if isinstance(piece, _OpenBase64) else own.replace(b"\n.", b"\n..")
            if begins_line and own.startswith(b"."):
                doubled.append(b".")
            written.append(own)
            doubled.append(own_doubled)
            begins_line = own.endswith(b"\n") if own else begins_line
        return b"".join(written), tuple(doubled)

    @cached_property
    def _doubled_pieces(self) -> tuple[bytes, ...]:
        """What is the same for everybody with its dots doubled, but for a first one; the rest is empty."""
        return tuple(
            each.replace(b"\n.", b"\n..") if isinstance(each, bytes) else b"" for each in self.pieces
        )


def compile_message(parts: MessageParts) -> CompiledMessage:
    """Encode all that is the same for everybody; raises `Unsendable` when a part cannot be written."""
    pieces: list[_Piece] = []
    for each in fields(parts):
        pieces.append(_OpenField(each) if _is_open(each) else write_field(each))
    pieces.append(b"MIME-Version: 1.0\r\n")
    if parts.html is None:
        pieces += _entity("plain", parts.text)
    else:
        limit = boundary(parts)
        mark = b"--" + limit.encode("ascii")
        pieces += [multipart_head("alternative", limit), mark + b"\r\n", *_entity("plain", parts.text)]
        pieces += [b"\r\n" + mark + b"\r\n", *_entity("html", parts.html), b"\r\n" + mark + b"--\r\n"]
    return CompiledMessage(tuple(_merged(pieces)), _names(parts))


def _is_open(header: Field) -> bool:
    if isinstance(header.value, tuple):
        return any(_MARKER.search(each.address + " " + each.name) for each in header.value)
    return _MARKER.search(header.value) is not None


def _names(parts: MessageParts) -> frozenset[str]:
    texts = [parts.text, parts.html or ""]
    for each in fields(parts):
        if isinstance(each.value, tuple):
            texts += [text for mailbox in each.value for text in (mailbox.address, mailbox.name)]
        else:
            texts.append(each.value)
    return frozenset(found[1] for text in texts for found in _MARKER.finditer(text))


def _entity(subtype: str, text: str) -> list[_Piece]:
    cleaned = clean_body(text)
    if wants_base64(cleaned):
        return [entity_head(subtype, "base64"), _base64_piece(cleaned, escaped=subtype == "html")]
    return [entity_head(subtype, "quoted-printable"), *_quoted_pieces(cleaned, escaped=subtype == "html")]


def _base64_piece(text: str, escaped: bool) -> _Piece:
    first, *others = _MARKER.split(text)
    if not others:
        return encode_base64(first)
    # The names of the slots and the texts after them take turns.
    runs = [(name, _run(after)) for name, after in zip(others[::2], others[1::2], strict=True)]
    return _OpenBase64(_run(first), tuple(runs), escaped)


def _quoted_pieces(text: str, escaped: bool) -> list[_Piece]:
    literals = _MARKER.split(text)
    pieces: list[_Piece] = []
    for index in range(0, len(literals), 2):
        literal = literals[index]
        is_last = index + 1 == len(literals)
        pieces.append(encode_quoted_printable(literal) if is_last else _quoted_run(literal))
        if not is_last:
            after = literals[index + 2]
            # A line end that follows the value ends its line; anything else begins a new soft one.
            breaks = b"" if after.startswith("\n") else _SOFT_BREAK
            pieces.append(_OpenSlot(literals[index + 1], escaped, breaks))
    return pieces


def _quoted_run(text: str) -> bytes:
    """Encode text that more text follows: what it gives ends at the beginning of a line.

    A stand-in character is encoded after the text and taken off again, which leaves room on the last line
    for the soft line break.
    """
    if not text:
        return b""
    encoded = binascii.b2a_qp(text.encode("utf-8") + b"x", istext=True)[:-1].replace(b"\n", b"\r\n")
    return encoded if encoded.endswith(b"\n") else encoded + _SOFT_BREAK


def _merged(pieces: list[_Piece]) -> list[_Piece]:
    merged: list[_Piece] = []
    for each in pieces:
        if isinstance(each, bytes) and merged and isinstance(merged[-1], bytes):
            merged[-1] += each
        else:
            merged.append(each)
    return merged
