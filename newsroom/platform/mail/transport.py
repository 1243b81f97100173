"""Hand one finished message to the mail server, or to a folder; every answer is a value, never an exception.

`open_transport(settings)` gives what the settings ask for. It will not decide what an answer means for a
letter or a delivery, wait between tries, or change a message. One transport belongs to one thread, but for
its `abort`.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from types import TracebackType
from typing import Protocol, Self

from newsroom.platform.mail.folder import OUTBOX, write
from newsroom.platform.mail.reply import Reply, Stage
from newsroom.platform.mail.smtp.server import Timeouts, server_of
from newsroom.platform.mail.smtp.transport import SmtpTransport
from newsroom.platform.settings import Settings


class Transport(Protocol):
    """One way for messages to leave."""

    def send(self, envelope_from: str, rcpt: str, message: bytes) -> Reply:
        """Hand over one message to one recipient; an empty `envelope_from` is the null sender."""
        ...

    def close(self) -> None:
        """Let go of what is held; a later `send` begins anew."""
        ...

    def abort(self) -> None:
        """From another thread: wait no longer, now and ever after."""
        ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None: ...


def open_transport(settings: Settings, timeouts: Timeouts | None = None) -> Transport:
    """Give the transport that the settings ask for.  Nothing is connected before the first message."""
    if settings.mail_transport == "folder":
        return FolderTransport(settings)
    return SmtpTransport(server_of(settings), timeouts)


class FolderTransport(AbstractContextManager["FolderTransport"]):
    """Write each message as an `.eml` file under `instance/outbox/`."""

    def __init__(self, settings: Settings) -> None:
        self._directory = settings.instance / OUTBOX

    def __exit__(self, *_trouble: object) -> None:
        self.close()

    def send(self, envelope_from: str, rcpt: str, message: bytes) -> Reply:
        """Write the file; a full disk or a missing right is a transient answer."""
        try:
            name = write(self._directory, envelope_from, rcpt, message)
        except OSError as problem:
            return Reply(0, f"The outbox folder cannot be written: {problem.strerror}.", Stage.DATA)
        return Reply(250, f"2.0.0 Written to {OUTBOX}/{name}", Stage.DATA)

    def close(self) -> None:
        """Nothing is held."""

    def abort(self) -> None:
        """Nothing here waits for long."""
