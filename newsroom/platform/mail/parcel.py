"""A finished message with its envelope, and how it stands on the wire. Pure; it sends nothing."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from newsroom.platform.mail.message import needs_smtputf8, wire_address

_HEAD_END = b"\r\n\r\n"


@dataclass(frozen=True)
class Envelope:
    """Sender and recipient as they stand on the wire, the bytes of the message, and what it asks for."""

    sender: str
    recipient: str
    size: int
    needs_smtputf8: bool


@dataclass(frozen=True)
class Parcel:
    """A finished message and its envelope; an empty `envelope_from` is the null sender."""

    envelope_from: str
    rcpt: str
    message: bytes
    doubled: tuple[bytes, ...] | None = None
    """The message in pieces and with its dots doubled, where whoever wrote it has seen to that already."""

    @cached_property
    def envelope(self) -> Envelope:
        """Its envelope on the wire. Raises `Unsendable` for an address that cannot stand there."""
        sender = wire_address(self.envelope_from) if self.envelope_from else ""
        recipient = wire_address(self.rcpt)
        head = self.message[: max(0, self.message.find(_HEAD_END))]
        beyond_ascii = not head.isascii() or needs_smtputf8(sender, recipient)
        return Envelope(sender, recipient, len(self.message), beyond_ascii)

    @cached_property
    def data(self) -> tuple[bytes, ...]:
        """The message as DATA wants it, in pieces: dots doubled, the lone dot at the end (RFC 5321 4.5.2)."""
        pieces = self.doubled if self.doubled is not None else (double_dots(self.message),)
        return (*pieces, b".\r\n" if self.message.endswith(b"\r\n") else b"\r\n.\r\n")


def double_dots(message: bytes) -> bytes:
    """The message with a second dot before each that begins a line (RFC 5321 4.5.2)."""
    return (b"." if message.startswith(b".") else b"") + message.replace(b"\n.", b"\n..")
