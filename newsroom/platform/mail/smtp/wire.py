"""Many connections to one mail server, and one thread that carries the words of all of them.

A connection is opened in a thread of its own, because that waits for answers; from then on nothing here
waits for one answer while another could be heard. It is kept from one letter to the next, let go of after a
while of idleness, and replaced once, unnoticed, when it has gone meanwhile.

What is said is in `dialogue`. It decides nothing about a letter, and reads no database.
"""

from __future__ import annotations

import logging
import selectors
import socket
import ssl
import threading
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial

from newsroom.platform.mail.message import Unsendable
from newsroom.platform.mail.parcel import Parcel
from newsroom.platform.mail.reply import Reply, Stage
from newsroom.platform.mail.smtp.dialogue import Dialogue, nothing_was_sent
from newsroom.platform.mail.smtp.opening import Link, NotOpened, open_link
from newsroom.platform.mail.smtp.server import Server, Timeouts
from newsroom.platform.mail.smtp.transport import closed, unsendable

log = logging.getLogger(__name__)

# Called once a letter, in another thread: with the reply, or with None and the defect of ours.
Answered = Callable[[Reply | None, Exception | None], None]

# RFC 5321 4.5.3.2.7 lets a server hang up after five minutes; we do not keep one of its places that long.
IDLE_SECONDS = 20.0
# How often somebody looks at the clock.
_LOOK_EVERY_SECONDS = 0.25
_READ = 65_536
_STOPPED = "The worker was told to stop before the mail server had answered."
_NO_THREAD = "This machine has no more threads or files for a connection to the mail server."


@dataclass(frozen=True)
class _Order:
    parcel: Parcel
    following: Parcel | None
    answered: Answered


class Wire:
    """Carries letters to one server over as many connections as there are places."""

    def __init__(self, server: Server, timeouts: Timeouts | None = None) -> None:
        self._loop = _Loop()
        self._lines: dict[int, _Line] = {}
        self._new_line = lambda: _Line(self._loop, server, timeouts or Timeouts())

    def carry(self, place: int, parcel: Parcel, following: Parcel | None, answered: Answered) -> None:
        """Hand over a letter at a place that has none in hand, once `go` is called."""
        if self._loop.is_over:
            # It failed; what was in hand then is answered.
            self._loop = _Loop()
            self._lines.clear()
        line = self._lines.get(place)
        if line is None:
            line = self._lines[place] = self._new_line()
        order = _Order(parcel, following, answered)
        self._loop.later(lambda: line.take(order))

    def go(self) -> None:
        """All letters of this moment are given: they leave now."""
        self._loop.wake()

    def let_go(self, place: int) -> None:
        """What was to follow at this place does not come."""
        line = self._lines.get(place)
        if line is not None:
            self._loop.later(line.let_go)
            self._loop.wake()

    def abort(self) -> None:
        """Wait no longer: each letter in hand is answered at once, as unknown if it had left."""
        for line in list(self._lines.values()):
            self._loop.later(line.abort)
        self._loop.wake()

    def close(self, seconds: float) -> None:
        """Let go of all connections, and wait so long for letters in hand; the rest go on by themselves.

        A letter that is given later begins anew.
        """
        ending, self._loop = self._loop, _Loop()
        self._lines.clear()
        ending.end(seconds)


class _Loop:
    """The thread: it does what it is asked for, and tells each line when its connection can go on."""

    def __init__(self) -> None:
        self._asked: deque[Callable[[], None]] = deque()
        self._thread: threading.Thread | None = None
        self._bell: socket.socket | None = None
        self._is_ending = False
        # Set when nobody hears the bell any more: then whoever rings does by themselves what was asked for.
        self.is_over = False
        self._next_look = 0.0
        # Lines that have a connection or make one, and threads that say goodbye.
        self.lines: set[_Line] = set()
        self.leaving: list[threading.Thread] = []

    def later(self, step: Callable[[], None]) -> None:
        """From any thread: do this in the loop's own, when it is woken."""
        self._asked.append(step)

    def wake(self) -> None:
        """From any thread: do what was asked for."""
        if self._thread is None and not self.is_over:
            self._start()
        if self._bell is not None:
            # A bell that rings already is loud enough, and one that is gone rings for nobody.
            with suppress(OSError):
                self._bell.send(b".")
        if self.is_over:
            self._do_what_was_asked()

    def end(self, seconds: float) -> None:
        """From another thread: end it when no letter is in hand any more, and wait so long for that."""
        until = time.monotonic() + seconds
        self._is_ending = True
        if self._thread is None:
            return
        self.wake()
        self._thread.join(seconds)
        for thread in self.leaving:
            thread.join(max(0.0, until - time.monotonic()))

    def watch(self, line: _Line, link: Link, events: int) -> None:
        """Tell a line when its connection can be read, or written to."""
        if link.sock.fileno() in self._selector.get_map():
            self._selector.modify(link.sock, events, line)
        else:
            self._selector.register(link.sock, events, line)

    def ignore(self, link: Link) -> None:
        """Tell nobody about this connection any more."""
        with suppress(KeyError, ValueError):
            self._selector.unregister(link.sock)

    def _start(self) -> None:
        try:
            self._selector = selectors.DefaultSelector()
            self._ear, self._bell = socket.socketpair()
            self._ear.setblocking(False)
            self._bell.setblocking(False)
            self._selector.register(self._ear, selectors.EVENT_READ)
            self._thread = threading.Thread(target=self._run, name="mail connections", daemon=True)
            self._thread.start()
        except (OSError, RuntimeError):
            # The system has no more files or threads for us. No letter has left, and that is what is said.
            log.exception("The thread of the mail connections cannot begin")
            self._thread = None
            self._close()

    def _run(self) -> None:
        try:
            while not (self._is_ending and not self._asked and not any(line.is_busy for line in self.lines)):
                self._turn()
        except Exception as problem:
            # Nobody may wait for ever for the answer to a letter.
            log.exception("The thread of the mail connections failed")
            for line in list(self.lines):
                _logged(partial(line.fail, problem))
        for line in list(self.lines):
            _logged(line.leave)
        self._close()

    def _close(self) -> None:
        self.is_over = True
        # A connection may just have been opened, for which nobody waits any more.
        self._do_what_was_asked()
        for name in ("_selector", "_ear", "_bell"):
            held = getattr(self, name, None)
            if held is not None:
                held.close()

    def _do_what_was_asked(self) -> None:
        while True:
            try:
                step = self._asked.popleft()
            except IndexError:
                return
            _logged(step)

    def _turn(self) -> None:
        wait = max(0.0, self._next_look - time.monotonic()) if self.lines else None
        for key, events in self._selector.select(0 if self._asked else wait):
            if key.data is None:
                self._hear_bell()
            else:
                key.data.attend(events)
        self._do_what_was_asked()
        now = time.monotonic()
        if now >= self._next_look:
            self._next_look = now + _LOOK_EVERY_SECONDS
            self.leaving = [thread for thread in self.leaving if thread.is_alive()]
            for line in list(self.lines):
                line.look_at_clock(now)

    def _hear_bell(self) -> None:
        with suppress(BlockingIOError):
            self._ear.recv(4096)


def _logged(step: Callable[[], None]) -> None:
    """What one line meets with ends no other one."""
    try:
        step()
    except Exception:
        log.exception("A step of the mail connections failed")


class _Line:
    """A place: its connection, if it has one, and the letter in hand. All of it belongs to the loop."""

    def __init__(self, loop: _Loop, server: Server, timeouts: Timeouts) -> None:
        self._loop = loop
        self._server = server
        self._timeouts = timeouts
        self._order: _Order | None = None
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

    def take(self, order: _Order) -> None:
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
            self._answer(Reply(0, _STOPPED, Stage.CONNECT))
        else:
            self._dialogue.broke_off(_STOPPED)
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
            self._answer(Reply(0, _NO_THREAD, Stage.CONNECT))
            return
        self._loop.lines.add(self)
        arguments = (self._opening,)
        try:
            threading.Thread(target=self._opened, args=arguments, name="opening", daemon=True).start()
        except RuntimeError:
            self._answer(Reply(0, _NO_THREAD, Stage.CONNECT))

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
            self._loop.watch(self, link, wanted)

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
                # What TLS has already taken from the socket wakes nobody.
                if not (isinstance(link.sock, ssl.SSLSocket) and link.sock.pending()):
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
        self._loop.ignore(self._link)
        self._link = None
        if self._order is None:
            self._loop.lines.discard(self)
