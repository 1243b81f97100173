"""Opens connections: greeting, TLS whose certificate is verified, and signing in, by the standard library.

It waits for each answer, so whoever must not wait does it in a thread. No message is sent here.
"""

from __future__ import annotations

import os
import smtplib
import socket
import ssl
import time
from collections.abc import Iterable
from contextlib import suppress
from itertools import islice

from newsroom.platform.mail.reply import Reply, Stage
from newsroom.platform.mail.smtp.replies import LONGEST
from newsroom.platform.mail.smtp.server import Server, Timeouts

# Bytes in a record of TLS, and the pieces that the system takes at once; POSIX promises sixteen.
_RECORD, _MOST_PIECES = 16_384, max(os.sysconf("SC_IOV_MAX"), 16)
# How long the goodbye may take, in seconds.
_GOODBYE = 5.0
_READ = 4_096


class NotOpened(Exception):  # It carries an answer; it is no error of ours
    """The server did not let us in, for the reason in the reply."""

    def __init__(self, reply: Reply) -> None:
        super().__init__(str(reply))
        self.reply = reply


class _Lines:
    """What a server says, line by line: each reply is whole in time, and has an end.

    The standard library waits so long for each byte of it, and reads as many lines as there are.
    """

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock
        self._rest = b""

    def begin_reply(self) -> None:
        """The lines that follow are one reply, for which the socket's time-out is enough."""
        self._until = time.monotonic() + (self._sock.gettimeout() or _GOODBYE)
        self._length = 0

    def readline(self, limit: int) -> bytes:
        """The next line; nothing, or half of one, at the end. Raises `OSError`."""
        while b"\n" not in self._rest[:limit] and len(self._rest) < limit:
            words = self._hear()
            if not words:
                break
            self._rest += words
        end = self._rest.find(b"\n", 0, limit) + 1 or limit
        line, self._rest = self._rest[:end], self._rest[end:]
        self._length += len(line)
        if self._length > LONGEST:
            raise OSError("what it says has no end")
        return line

    def _hear(self) -> bytes:
        left, patience = self._until - time.monotonic(), self._sock.gettimeout()
        if left <= 0:
            raise TimeoutError
        self._sock.settimeout(left)
        try:
            return self._sock.recv(_READ)
        finally:
            self._sock.settimeout(patience)

    def close(self) -> None:
        """The socket is closed by whoever opened it."""


class _Smtp(smtplib.SMTP):
    """The standard library's, of which no reply takes for ever."""

    file: _Lines | None

    def getreply(self) -> tuple[int, bytes]:
        """The next reply."""
        if self.sock is None:
            raise smtplib.SMTPServerDisconnected("Connection unexpectedly closed")
        # A new socket, which is TLS, begins anew: what was said before in the open is none of its words.
        self.file = self.file or _Lines(self.sock)
        self.file.begin_reply()
        return super().getreply()


class _SmtpOverTls(_Smtp, smtplib.SMTP_SSL):
    """The same with TLS from the first byte."""


def _record_of(words: Iterable[bytes | memoryview]) -> bytes:
    record = bytearray()
    for piece in words:
        record += piece[: _RECORD - len(record)]
        if len(record) == _RECORD:
            break
    return bytes(record)


class Link:
    """A connection over which messages may leave: its socket, and what the server offers."""

    def __init__(self, smtp: smtplib.SMTP) -> None:
        assert smtp.sock is not None
        self._smtp = smtp
        self.sock: socket.socket = smtp.sock
        self.offers = frozenset(smtp.esmtp_features)

    @property
    def has_more(self) -> bool:
        """Whether TLS has taken more from the socket than was read: that wakes nobody."""
        return isinstance(self.sock, ssl.SSLSocket) and self.sock.pending() > 0

    def send(self, words: Iterable[bytes | memoryview]) -> int:
        """Send as much of these pieces as can be sent now; the number of bytes that have left.

        TLS says nothing of how far it came with what it could not send whole. So it is given a record at a
        time (RFC 8446 5.1), which the server can read whole or not at all. Raises `OSError`.
        """
        if isinstance(self.sock, ssl.SSLSocket):
            return self.sock.send(_record_of(words))
        return self.sock.sendmsg(islice(words, _MOST_PIECES))

    def cut(self) -> None:
        """Close it without a word; from another thread too."""
        with suppress(OSError):
            self.sock.shutdown(socket.SHUT_RDWR)
        self._smtp.close()

    def leave(self) -> None:
        """Say goodbye, wait a moment for the answer, and never mind if nobody hears it."""
        try:
            self.sock.settimeout(_GOODBYE)
            self._smtp.quit()
        except (smtplib.SMTPException, OSError, ValueError):
            self.cut()


def open_link(server: Server, timeouts: Timeouts) -> Link:
    """Connect and sign in. Raises `NotOpened`."""
    smtp: smtplib.SMTP | None = None
    stage = Stage.CONNECT
    try:
        smtp = _greet(server, timeouts.connect)
        if server.username and server.password and smtp.sock is not None:
            stage = Stage.AUTH
            smtp.sock.settimeout(timeouts.command)
            _sign_in(smtp, server.username, server.password)
        return Link(smtp)
    except (smtplib.SMTPException, OSError) as problem:
        if smtp is not None:
            smtp.close()
        raise NotOpened(server.trouble(problem, stage)) from problem


def _sign_in(smtp: smtplib.SMTP, username: str, password: str) -> None:
    try:
        smtp.login(username, password)
    except ValueError as problem:
        # What it asks us is no base64, or no method can carry our password.
        raise smtplib.SMTPException(f"Signing in is not possible: {problem}") from problem


def _greet(server: Server, seconds: float) -> smtplib.SMTP:
    if server.use_ssl:
        smtp: smtplib.SMTP = _SmtpOverTls(
            server.host,
            server.port,
            local_hostname=server.own_name,
            timeout=seconds,
            context=ssl.create_default_context(),
        )
    else:
        smtp = _Smtp(server.host, server.port, local_hostname=server.own_name, timeout=seconds)
    try:
        smtp.ehlo_or_helo_if_needed()
        if server.use_tls:
            code, said = smtp.starttls(context=ssl.create_default_context())
            if code != 220:
                raise smtplib.SMTPResponseException(code, said)
            smtp.ehlo_or_helo_if_needed()
        if smtp.sock is None:
            raise smtplib.SMTPServerDisconnected("Connection unexpectedly closed")
    except (smtplib.SMTPException, OSError):
        smtp.close()
        raise
    # Small commands must not wait for the acknowledgement of the message before them.
    smtp.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return smtp
