"""One connection that hands over a letter now and then, and waits for each answer.

Every answer is a value, never an exception. The connection is kept for the next message, and replaced once,
unnoticed, when it has gone meanwhile. It will not decide what an answer means, nor wait between tries.
One transport belongs to one thread, but for its `abort`.
"""

from __future__ import annotations

import socket
import threading
from concurrent.futures import CancelledError, Future
from contextlib import AbstractContextManager, suppress

from newsroom.platform.mail.message import Unsendable
from newsroom.platform.mail.parcel import Parcel
from newsroom.platform.mail.reply import Reply, Stage
from newsroom.platform.mail.smtp.dialogue import Dialogue, nothing_was_sent
from newsroom.platform.mail.smtp.opening import Link, NotOpened, open_link
from newsroom.platform.mail.smtp.server import Server, Timeouts

_READ = 65_536
STOPPED = "The worker was told to stop before the mail server had answered."
NO_THREAD = "This machine has no more threads or files for a connection to the mail server."


class SmtpTransport(AbstractContextManager["SmtpTransport"]):
    """Speak SMTP with one server over one connection that is kept."""

    def __init__(self, server: Server, timeouts: Timeouts | None = None) -> None:
        self._server = server
        self._timeouts = timeouts or Timeouts()
        self._link: Link | None = None
        self._dialogue: Dialogue | None = None
        # The connection that is being opened, which whoever waits for it may walk away from.
        self._opening: Future[Link] | None = None
        self._is_aborted = False

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
        if self._link is not None:
            # Still known meanwhile, so that an abort ends this wait too.
            self._link.leave()
        self._link = None

    def abort(self) -> None:
        """From another thread: wait no longer, now and ever after. A message that had left is uncertain."""
        self._is_aborted = True
        opening, link = self._opening, self._link
        if opening is not None:
            opening.cancel()
        if link is not None:
            _wake(link)

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
            if self._is_aborted and dialogue.reply is None:
                dialogue.broke_off(STOPPED)
        if dialogue.is_spent:
            self._link = None
            link.cut()
        return dialogue.reply

    def _open(self) -> tuple[Link, Dialogue]:
        if self._link is None or self._dialogue is None:
            self._link = self._opened()
            self._dialogue = Dialogue(self._link.offers)
        return self._link, self._dialogue

    def _opened(self) -> Link:
        """Open a connection in a thread of its own, because nobody can end the many waits of it."""
        self._opening = opening = Future[Link]()
        if self._is_aborted:
            opening.cancel()
        else:
            arguments = (opening, self._server, self._timeouts)
            try:
                threading.Thread(target=_open, args=arguments, name="opening", daemon=True).start()
            except RuntimeError:
                opening.set_exception(NotOpened(Reply(0, NO_THREAD, Stage.CONNECT)))
        try:
            return opening.result()
        except CancelledError:
            raise NotOpened(Reply(0, STOPPED, Stage.CONNECT)) from None
        finally:
            self._opening = None

    def _go_on(self, link: Link, dialogue: Dialogue) -> None:
        patience = self._timeouts.data if dialogue.waits_for_message else self._timeouts.command
        try:
            link.sock.settimeout(patience)
            if dialogue.unsent:
                dialogue.sent(link.send(dialogue.unsent))
                return
            words = link.sock.recv(_READ)
        except OSError as problem:
            reply = self._server.trouble(problem, dialogue.stage)
            dialogue.broke_off(self._why(reply.text))
            return
        if words:
            dialogue.received(words)
        else:
            dialogue.broke_off(self._why(closed(self._server)))

    def _why(self, it_seems: str) -> str:
        """Why nothing comes any more: whoever is aborted sees a connection that ends, whatever the reason."""
        return STOPPED if self._is_aborted else it_seems


def _open(opening: Future[Link], server: Server, timeouts: Timeouts) -> None:
    try:
        link = open_link(server, timeouts)
    except BaseException as problem:
        if opening.set_running_or_notify_cancel():
            opening.set_exception(problem)
        return
    if opening.set_running_or_notify_cancel():
        opening.set_result(link)
    else:
        link.cut()


def _wake(link: Link) -> None:
    """Let whoever waits at this connection see its end; only they may close it.

    By the plain socket's method: that of TLS first forgets its keys, and what another thread sends at that
    moment would leave unprotected.
    """
    with suppress(OSError):
        socket.socket.shutdown(link.sock, socket.SHUT_RDWR)


def unsendable(problem: Unsendable) -> Reply:
    """The answer to an address that cannot stand on the wire, which is asked of nobody."""
    return Reply(553, f"5.1.3 {problem}", Stage.RCPT)


def closed(server: Server) -> str:
    """What is said of a server that hung up."""
    return f"{server.where} closed the connection without an answer."
