"""The two ways over which letters reach a mail server, as one kind of thing that tests can send with."""

from contextlib import AbstractContextManager
from queue import SimpleQueue

from newsroom.platform.mail.parcel import Parcel
from newsroom.platform.mail.reply import Reply
from newsroom.platform.mail.smtp.server import Server, Timeouts
from newsroom.platform.mail.smtp.wire import Wire
from tests.waiting import LONG_SECONDS


class OverWire(AbstractContextManager["OverWire"]):
    """Sends over one place of a wire, and waits for each answer."""

    def __init__(self, server: Server, timeouts: Timeouts | None = None) -> None:
        self.wire = Wire(server, timeouts)

    def __exit__(self, *_trouble: object) -> None:
        self.close()

    def close(self) -> None:
        self.wire.close(LONG_SECONDS)

    def send(self, envelope_from: str, rcpt: str, message: bytes, following: Parcel | None = None) -> Reply:
        answers: SimpleQueue[tuple[Reply | None, Exception | None]] = SimpleQueue()
        parcel = Parcel(envelope_from, rcpt, message)
        self.wire.carry(0, parcel, following, lambda *said: answers.put(said))
        self.wire.go()
        reply, problem = answers.get(timeout=LONG_SECONDS)
        if problem is not None:
            raise problem
        assert reply is not None
        return reply
