"""The thread of the connections: does what it is asked for, and tells each line when it can go on.

It knows nothing of SMTP, of letters and of what is said.
"""

from __future__ import annotations

import logging
import selectors
import socket
import threading
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Protocol

log = logging.getLogger(__name__)

# How often somebody looks at the clock.
_LOOK_EVERY_SECONDS = 0.25


class Line(Protocol):
    """Whatever goes on when its socket can be read or written to."""

    @property
    def is_busy(self) -> bool:
        """Whether somebody waits for an answer."""
        ...

    def attend(self, events: int) -> None:
        """The socket can be read, or written to."""
        ...

    def look_at_clock(self, now: float) -> None:
        """Give up what takes too long; `now` is of the monotonic clock."""
        ...

    def leave(self) -> None:
        """Let go of the connection."""
        ...

    def fail(self, problem: Exception) -> None:
        """Answer whoever waits: a defect of ours ended the thread."""
        ...


class Loop:
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
        self.lines: set[Line] = set()
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

    def watch(self, line: Line, sock: socket.socket, events: int) -> None:
        """Tell a line when its connection can be read, or written to."""
        if sock.fileno() in self._selector.get_map():
            self._selector.modify(sock, events, line)
        else:
            self._selector.register(sock, events, line)

    def ignore(self, sock: socket.socket) -> None:
        """Tell nobody about this connection any more."""
        with suppress(KeyError, ValueError):
            self._selector.unregister(sock)

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
