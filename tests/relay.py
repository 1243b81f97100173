"""A piece of network between a program and a server: it carries words, until it is told to carry none.

It closes nothing when it falls silent, as a firewall that has forgotten a connection closes nothing, and goes
on acknowledging what it is sent. It cannot lose packets: for that see `tests/cable.py`.
"""

from __future__ import annotations

import select
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import TracebackType
from typing import Self

from sqlalchemy import make_url

_LOOK_EVERY_SECONDS = 0.02
_AT_ONCE = 65_536


class Relay:
    """Listens on a port of the loopback and hands on to another one, within a `with` statement."""

    def __init__(self, to_port: int) -> None:
        self._to_port = to_port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._is_silent = threading.Event()
        self._is_ending = threading.Event()
        # Connections that were made before it are never served again.
        self._forgotten = 0
        self._made = 0
        self._threads: list[threading.Thread] = []

    def __enter__(self) -> Self:
        self._start(self._accept)
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._is_ending.set()
        for thread in self._threads:
            thread.join()
        self._listener.close()

    def fall_silent(self) -> None:
        """Carry nothing more, neither words nor new connections; whoever connects is left waiting."""
        self._is_silent.set()

    def come_back(self) -> None:
        """Carry on: what was held back arrives now."""
        self._is_silent.clear()

    def forget(self) -> None:
        """Never serve the connections there are again, and close none of them; new ones are served."""
        self._forgotten = self._made

    @contextmanager
    def silent(self) -> Iterator[None]:
        """Silent within the block."""
        self.fall_silent()
        try:
            yield
        finally:
            self.come_back()

    def _start(self, what: object, *arguments: object) -> None:
        thread = threading.Thread(target=what, args=arguments, daemon=True)  # type: ignore[arg-type]
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while not self._is_ending.is_set():
            if not self._is_silent.is_set() and _is_readable(self._listener):
                near, _ = self._listener.accept()
                self._made += 1
                self._start(self._carry, near, self._made)
            else:
                self._is_ending.wait(_LOOK_EVERY_SECONDS)

    def _carry(self, near: socket.socket, number: int) -> None:
        with near, suppress(OSError), socket.create_connection(("127.0.0.1", self._to_port)) as far:
            other = {near: far, far: near}
            while not self._is_ending.is_set():
                if self._is_silent.is_set() or number <= self._forgotten:
                    self._is_ending.wait(_LOOK_EVERY_SECONDS)
                    continue
                for one in select.select([near, far], [], [], _LOOK_EVERY_SECONDS)[0]:
                    words = one.recv(_AT_ONCE)
                    if not words:
                        return
                    other[one].sendall(words)


@contextmanager
def before(url: str) -> Iterator[tuple[Relay, str]]:
    """A relay before a database server, and the address by which the database is reached through it."""
    address = make_url(url)
    assert address.port is not None
    with Relay(address.port) as relay:
        yield relay, address.set(port=relay.port).render_as_string(hide_password=False)


def _is_readable(listener: socket.socket) -> bool:
    return bool(select.select([listener], [], [], _LOOK_EVERY_SECONDS)[0])
