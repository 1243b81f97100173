"""Opens connections: greeting, TLS whose certificate is verified, and signing in, by the standard library.

It waits for each answer, so whoever must not wait does it in a thread. No message is sent here.
"""

from __future__ import annotations

import os
import smtplib
import socket
import ssl
from collections.abc import Iterable
from contextlib import suppress
from itertools import islice

from newsroom.platform.mail.reply import Reply, Stage
from newsroom.platform.mail.smtp.server import Server, Timeouts

# Bytes in a record of TLS, and the pieces that the system takes at once; POSIX promises sixteen.
_RECORD, _MOST_PIECES = 16_384, max(os.sysconf("SC_IOV_MAX"), 16)
# How long the goodbye may take, in seconds.
_GOODBYE = 5.0


class NotOpened(Exception):  # It carries an answer; it is no error of ours
    """The server did not let us in, for the reason in the reply."""

    def __init__(self, reply: Reply) -> None:
        super().__init__(str(reply))
        self.reply = reply


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
    def is_private(self) -> bool:
        """Whether TLS protects it."""
        return isinstance(self.sock, ssl.SSLSocket)

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
            smtp.login(server.username, server.password)
        return Link(smtp)
    except (smtplib.SMTPException, OSError) as problem:
        if smtp is not None:
            smtp.close()
        raise NotOpened(server.trouble(problem, stage)) from problem


def _greet(server: Server, seconds: float) -> smtplib.SMTP:
    if server.use_ssl:
        smtp: smtplib.SMTP = smtplib.SMTP_SSL(
            server.host,
            server.port,
            local_hostname=server.own_name,
            timeout=seconds,
            context=ssl.create_default_context(),
        )
    else:
        smtp = smtplib.SMTP(server.host, server.port, local_hostname=server.own_name, timeout=seconds)
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
