"""One place at the wire: its connection, if it has one, and the letter in hand.

A connection is opened in a thread of its own, because that waits for answers. What is said is in `dialogue`.
It decides nothing about a letter.
"""

from __future__ import annotations

import logging
import selectors
import ssl
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from newsroom.platform.mail.message import Unsendable
from newsroom.platform.mail.parcel import Parcel
from newsroom.platform.mail.reply import Reply, Stage
from newsroom.platform.mail.smtp.dialogue import Dialogue, nothing_was_sent
from newsroom.platform.mail.smtp.loop import Loop
from newsroom.platform.mail.smtp.opening import Link, NotOpened, open_link
from newsroom.platform.mail.smtp.server import Server, Timeouts
from newsroom.platform.mail.smtp.transport import NO_THREAD, STOPPED, closed, unsendable

log = logging.getLogger(__name__)

# Called once a letter, in another thread: with the reply, or with None and the defect of ours.
Answered = Callable[[Reply | None, Exception | None], None]

# RFC 5321 4.5.3.2.7 lets a server hang up after five minutes; we do not keep one of its places that long.
IDLE_SECONDS = 20.0
_READ = 65_536


@dataclass(frozen=True)
class Order:
    """A letter to hand over, the one that will most likely follow it, and who wants to know."""

    parcel: Parcel
    following: Parcel | None
    answered: Answered


class Line:
    """A place: its connection, if it has one, and the letter in hand. All of it belongs to the loop."""

    def __init__(self, loop: Loop, server: Server, timeouts: Timeouts) -> None:
        self._loop = loop
        self._server = server
        self._timeouts = timeouts
        self._order: Order | None = None
        self._link: Link | None = None
        self._dialogue = Dialogue(())
        self._events = 0
        # When something last went on, by the monotonic clock.
        self._since = 0.0
        # Which of the attempts to open a connection counts.
        self._opening = 0
        self._was_kept = False
        self._may_announce = True

    @property
    def is_busy(self) -> bool:
        """Whether somebody waits for an answer."""
        return self._order is not None

    def take(self, order: Order) -> None:
        """Hand over a letter."""
        self._order = order
        self._loop.lines.add(self)
        self._guarded(self._begin)

    def attend(self, events: int) -> None:
        """The connection can be read, or written to."""
        self._guarded(lambda: self._go_on(can_read=bool(events & selectors.EVENT_READ)))

    def look_at_clock(self, now: float) -> None:
        """Give up what takes too long, and let go of what nobody needs."""
        if self._link is None:
            return
        if self._order is None:
            if now - self._since > IDLE_SECONDS:
                self.leave()
            return
        patience = self._timeouts.data if self._dialogue.waits_for_message else self._timeouts.command
        if now - self._since > patience:
            silence = self._server.trouble(TimeoutError(), self._dialogue.stage)
            self._dialogue.broke_off(silence.text, is_silence=True)
            self._guarded(self._settle)

    def let_go(self) -> None:
        """What was announced does not come: the server must not wait for it."""
        if self._order is None and self._link is not None and not self._dialogue.expects_nothing:
            self._drop()

    def abort(self) -> None:
        """Wait no longer."""
        if self._order is None:
            return
        self._was_kept = False
        if self._link is None:
            # Whoever opens it finds that nobody waits any more.
            self._opening += 1
            self._answer(Reply(0, STOPPED, Stage.CONNECT))
        else:
            self._dialogue.broke_off(STOPPED)
            self._guarded(self._settle)

    def leave(self) -> None:
        """Let go of the connection politely, which takes a moment."""
        link = self._link
        if link is None:
            return
        if not self._dialogue.expects_nothing:
            self._drop()
            return
        self._forget()
        thread = threading.Thread(target=link.leave, name="goodbye to the mail server", daemon=True)
        try:
            thread.start()
        except RuntimeError:
            # The system has no thread for us.
            link.cut()
            return
        self._loop.leaving.append(thread)

    def fail(self, problem: Exception) -> None:
        """A defect of ours, and nobody knows how far the letter came."""
        self._drop()
        # Whoever opens a connection for it finds that nobody waits any more.
        self._opening += 1
        order, self._order = self._order, None
        self._loop.lines.discard(self)
        if order is not None:
            order.answered(None, problem)

    def _guarded(self, step: Callable[[], None]) -> None:
        try:
            step()
        except Exception as problem:
            log.exception("Handing over a letter failed")
            self.fail(problem)

    # One letter

    def _begin(self) -> None:
        assert self._order is not None
        try:
            envelope = self._order.parcel.envelope
        except Unsendable as problem:
            self._answer(unsendable(problem))
            return
        if self._link is not None and not self._dialogue.may_begin(envelope):
            self._drop()
        self._was_kept = self._link is not None
        if self._was_kept:
            self._talk()
        else:
            self._open()

    def _open(self) -> None:
        self._opening += 1
        if self._loop.is_over:
            self._answer(Reply(0, NO_THREAD, Stage.CONNECT))
            return
        self._loop.lines.add(self)
        arguments = (self._opening,)
        try:
            threading.Thread(target=self._opened, args=arguments, name="opening", daemon=True).start()
        except RuntimeError:
            self._answer(Reply(0, NO_THREAD, Stage.CONNECT))

    def _opened(self, attempt: int) -> None:
        """Open a connection, in a thread of its own."""
        found: Link | Reply | Exception
        try:
            found = open_link(self._server, self._timeouts)
        except NotOpened as end:
            found = end.reply
        except Exception as problem:
            log.exception("A connection to the mail server could not be opened")
            found = problem
        self._loop.later(lambda: self._guarded(lambda: self._take_up(attempt, found)))
        self._loop.wake()

    def _take_up(self, attempt: int, found: Link | Reply | Exception) -> None:
        if attempt != self._opening:
            if isinstance(found, Link):
                found.cut()
        elif isinstance(found, Reply):
            self._answer(found)
        elif isinstance(found, Exception):
            self.fail(found)
        else:
            found.sock.setblocking(False)
            self._link, self._events = found, 0
            self._dialogue = Dialogue(found.offers, may_announce=self._may_announce)
            self._talk()

    def _talk(self) -> None:
        assert self._order is not None
        self._since = time.monotonic()
        self._dialogue.begin(self._order.parcel, self._order.following)
        self._go_on(can_read=False)

    def _go_on(self, *, can_read: bool) -> None:
        link = self._link
        if link is None:
            return
        if can_read:
            self._read(link)
        wanted = self._push(link)
        self._settle()
        if self._link is link and wanted != self._events:
            self._events = wanted
            self._loop.watch(self, link.sock, wanted)

    def _read(self, link: Link) -> None:
        dialogue = self._dialogue
        heard_before = dialogue.heard_count
        try:
            while not dialogue.is_spent:
                words = link.sock.recv(_READ)
                if words:
                    dialogue.received(words)
                else:
                    dialogue.broke_off(closed(self._server))
                if not link.has_more:
                    break
        except (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError):
            pass
        except OSError as problem:
            dialogue.broke_off(self._server.trouble(problem, dialogue.stage).text)
        # Bytes alone are no progress: a server could send one a minute for ever.
        if dialogue.heard_count != heard_before:
            self._since = time.monotonic()

    def _push(self, link: Link) -> int:
        """Send what can be sent now; the events that are waited for from here on."""
        dialogue = self._dialogue
        try:
            while dialogue.unsent and not dialogue.is_spent:
                dialogue.sent(link.send(dialogue.unsent))
                self._since = time.monotonic()
        except (BlockingIOError, ssl.SSLWantWriteError):
            return selectors.EVENT_READ | selectors.EVENT_WRITE
        except ssl.SSLWantReadError:
            return selectors.EVENT_READ
        except OSError as problem:
            # The server may have said why before it hung up.
            self._read(link)
            if not dialogue.is_spent:
                dialogue.broke_off(self._server.trouble(problem, dialogue.stage).text)
        return selectors.EVENT_READ

    def _settle(self) -> None:
        """Draw the conclusions: the letter may be answered, the connection at its end."""
        dialogue = self._dialogue
        reply = dialogue.reply if self._order is not None else None
        self._may_announce = self._may_announce and not dialogue.announcing_is_vain
        if dialogue.is_spent:
            self._drop()
            if reply is not None and self._was_kept and nothing_was_sent(reply):
                self._was_kept = False
                self._open()
                return
        if reply is not None:
            self._answer(reply)

    def _answer(self, reply: Reply) -> None:
        order, self._order = self._order, None
        if self._link is None:
            self._loop.lines.discard(self)
        if order is not None:
            order.answered(reply, None)

    def _drop(self) -> None:
        link = self._link
        if link is not None:
            self._forget()
            link.cut()

    def _forget(self) -> None:
        assert self._link is not None
        self._loop.ignore(self._link.sock)
        self._link = None
        if self._order is None:
            self._loop.lines.discard(self)
