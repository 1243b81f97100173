"""One connection that hands over a letter now and then, and waits for each answer.

Every answer is a value, never an exception. The connection is kept for the next message, and replaced once,
unnoticed, when it has gone meanwhile. It will not decide what an answer means, nor wait between tries.
One transport belongs to one thread.
"""

from __future__ import annotations

from contextlib import AbstractContextManager

from newsroom.platform.mail.message import Unsendable
from newsroom.platform.mail.parcel import Parcel
from newsroom.platform.mail.reply import Reply, Stage
from newsroom.platform.mail.smtp.dialogue import Dialogue, nothing_was_sent
from newsroom.platform.mail.smtp.opening import Link, NotOpened, open_link
from newsroom.platform.mail.smtp.server import Server, Timeouts

# Bytes that are given to a socket at once. TLS says nothing of how far it came with what it could not send
# whole, so it is given a record at a time (RFC 8446 5.1), which the server can read whole or not at all.
RECORD, AT_ONCE = 16_384, 262_144
_READ = 65_536


class SmtpTransport(AbstractContextManager["SmtpTransport"]):
    """Speak SMTP with one server over one connection that is kept."""

    def __init__(self, server: Server, timeouts: Timeouts | None = None) -> None:
        self._server = server
        self._timeouts = timeouts or Timeouts()
        self._link: Link | None = None
        self._dialogue: Dialogue | None = None

    def __exit__(self, *_trouble: object) -> None:
        self.close()

    def send(self, envelope_from: str, rcpt: str, message: bytes) -> Reply:
        """Hand over one message to one recipient; an empty `envelope_from` is the null sender."""
        parcel = Parcel(envelope_from, rcpt, message)
        was_kept = self._link is not None
        reply = self._try(parcel)
        if was_kept and self._link is None and nothing_was_sent(reply):
            reply = self._try(parcel)
        return reply

    def close(self) -> None:
        """Say goodbye, and never mind if nobody hears it."""
        link, self._link = self._link, None
        if link is not None:
            link.leave()

    def _try(self, parcel: Parcel) -> Reply:
        try:
            link, dialogue = self._open()
            dialogue.begin(parcel)
        except NotOpened as end:
            return end.reply
        except Unsendable as problem:
            return unsendable(problem)
        while dialogue.reply is None:
            self._go_on(link, dialogue)
        if dialogue.is_spent:
            self._link = None
            link.cut()
        return dialogue.reply

    def _open(self) -> tuple[Link, Dialogue]:
        if self._link is None or self._dialogue is None:
            self._link = open_link(self._server, self._timeouts)
            self._dialogue = Dialogue(self._link.offers)
        return self._link, self._dialogue

    def _go_on(self, link: Link, dialogue: Dialogue) -> None:
        patience = self._timeouts.data if dialogue.waits_for_message else self._timeouts.command
        try:
            link.sock.settimeout(patience)
            if dialogue.unsent:
                dialogue.sent(link.sock.send(dialogue.unsent[: piece_of(link)]))
                return
            words = link.sock.recv(_READ)
        except OSError as problem:
            reply = self._server.trouble(problem, dialogue.stage)
            dialogue.broke_off(reply.text)
            return
        if words:
            dialogue.received(words)
        else:
            dialogue.broke_off(closed(self._server))


def piece_of(link: Link) -> int:
    """How many bytes may be given to its socket at once."""
    return RECORD if link.is_private else AT_ONCE


def unsendable(problem: Unsendable) -> Reply:
    """The answer to an address that cannot stand on the wire, which is asked of nobody."""
    return Reply(553, f"5.1.3 {problem}", Stage.RCPT)


def closed(server: Server) -> str:
    """What is said of a server that hung up."""
    return f"{server.where} closed the connection without an answer."
