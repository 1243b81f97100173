"""A real SMTP server on a random loopback port, which remembers what it accepted and does as it is told.

It speaks the protocol over a socket (aiosmtpd), so what is tested is what a mail server would see. A
script says how it misbehaves: replies per command, dropped connections, silence.
"""

import asyncio
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.waiting import LONG_SECONDS

HOST = "127.0.0.1"
DROP = "drop the connection"
DROP_MIDWAY = "drop the connection in the middle of the message"


@dataclass(frozen=True)
class Accepted:
    """One message the server took responsibility for, with the bytes exactly as they arrived."""

    mail_from: str
    rcpt_to: tuple[str, ...]
    data: bytes
    arrived_at: float  # time.monotonic(): for order and spacing

    @property
    def message(self) -> EmailMessage:
        parsed = message_from_bytes(self.data, policy=default)
        assert isinstance(parsed, EmailMessage)
        return parsed


@dataclass
class Line:
    """One line of the script: what to answer to a command, to whom, how often, and when."""

    command: str
    reply: str | None
    to: str | None
    times: int | None
    after_seconds: float
    when: Callable[[], object] | None


class Conversation(SMTP):
    """aiosmtpd's protocol, with the two misbehaviours its hooks cannot express."""

    async def smtp_DATA(self, arg: str) -> None:
        if self.event_handler.midway(self.envelope):
            await self.push("354 Go on, we shall see how far")
            await self._reader.readline()
            self.transport.abort()
            return
        await super().smtp_DATA(arg)


class MailServer:
    """Start it, point the settings at it (`settings()`), and read `accepted`. Thread-safe for one test."""

    def __init__(self, pipelining: bool = False, close_after: int | None = None) -> None:
        self.accepted: list[Accepted] = []
        self.commands: Counter[str] = Counter()
        self.port = 0
        # RFC 6531; each new conversation begins with what is said here.
        self.offers_smtputf8 = True
        self._script: list[Line] = []
        self._held: dict[str, float] = {}
        # What each new conversation offers, and after how many messages one is closed.
        self.pipelining = pipelining
        self.close_after = close_after
        self._news = threading.Condition()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name="mail server", daemon=True)
        self._transports: set[asyncio.BaseTransport] = set()
        self._server: asyncio.Server | None = None

    # The script.

    def answer(
        self,
        command: str,
        reply: str | None,
        *,
        to: str | None = None,
        times: int | None = None,
        after_seconds: float = 0.0,
        when: Callable[[], object] | None = None,
    ) -> None:
        """Answer `command` (EHLO, MAIL, RCPT, DATA, RSET) with `reply`, DROP or DROP_MIDWAY.

        DATA's reply comes after the final dot. `to` narrows it to one recipient, `times` to the first so
        many; `after_seconds` lets the client wait first, and `when` until a condition holds or `behave` is
        called. `reply=None` only waits, then answers as usual.
        """
        self._script.append(Line(command, reply, to, times, after_seconds, when))

    def hold_answer_to(self, address: str, seconds: float) -> None:
        """Take the messages to an address, and say so only after a while: `behave` ends it."""
        self._held[address] = seconds

    def behave(self) -> None:
        """Forget the script."""
        self._script.clear()
        self._held.clear()

    # What a test reads.

    def recipients(self) -> list[str]:
        """Give every accepted recipient in the order of arrival, repetitions included."""
        return [address for item in list(self.accepted) for address in item.rcpt_to]

    def letters_to(self, address: str) -> list[EmailMessage]:
        return [item.message for item in list(self.accepted) if address in item.rcpt_to]

    def wait_for(self, count: int, seconds: float = LONG_SECONDS) -> list[Accepted]:
        """Wait until `count` messages have been accepted; fail the test when they do not come."""
        with self._news:
            arrived = self._news.wait_for(lambda: len(self.accepted) >= count, timeout=seconds)
        assert arrived, f"{count} messages expected in {seconds} s, {len(self.accepted)} came"
        return list(self.accepted)

    def settings(self) -> dict[str, str]:
        """Give the settings that make the product send here."""
        return {
            "NEWSROOM_MAIL_TRANSPORT": "smtp",
            "NEWSROOM_MAIL_SERVER": HOST,
            "NEWSROOM_MAIL_PORT": str(self.port),
        }

    # The life of the server.

    def start(self) -> "MailServer":
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._listen(), self._loop).result(timeout=LONG_SECONDS)
        return self

    def stop(self) -> None:
        asyncio.run_coroutine_threadsafe(self._close(), self._loop).result(timeout=LONG_SECONDS)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(timeout=LONG_SECONDS)
        self._loop.close()

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_forever()

    async def _listen(self) -> None:
        self._server = await self._loop.create_server(self._conversation, HOST, 0)
        self.port = self._server.sockets[0].getsockname()[1]

    def _conversation(self) -> Conversation:
        return Conversation(
            self,
            hostname="mail.newsroom.example",
            ident="ready",
            enable_SMTPUTF8=self.offers_smtputf8,
            loop=self._loop,
        )

    async def _close(self) -> None:
        assert self._server is not None
        self._server.close()
        for transport in self._transports:
            transport.close()
        tasks = [task for task in asyncio.all_tasks(self._loop) if task is not asyncio.current_task()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    # aiosmtpd's hooks.

    async def handle_EHLO(
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        session.message_count = 0
        self._transports.add(server.transport)
        reply = await self._scripted("EHLO", server, envelope)
        if reply:
            return [reply]
        if self.pipelining:
            responses.insert(1, "250-PIPELINING")
        return responses

    async def handle_HELO(self, server: SMTP, session: Session, envelope: Envelope, hostname: str) -> str:
        """What EHLO is refused with, HELO is refused with as well."""
        session.host_name = hostname
        session.message_count = 0
        self._transports.add(server.transport)
        return await self._scripted("EHLO", server, envelope) or "250 mail.newsroom.example"

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.close_after is not None and session.message_count >= self.close_after:
            await server.push("421 4.7.0 Enough for one connection")
            server.transport.close()
            return "421 4.7.0 Enough for one connection"
        reply = await self._scripted("MAIL", server, envelope)
        if reply:
            return reply
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 2.1.0 OK"

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        reply = await self._scripted("RCPT", server, envelope, address)
        if reply:
            return reply
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        reply = await self._scripted("DATA", server, envelope, *envelope.rcpt_tos)
        if reply and not reply.startswith("2"):
            return reply
        content = envelope.original_content
        assert content is not None
        session.message_count += 1
        with self._news:
            self.accepted.append(
                Accepted(envelope.mail_from or "", tuple(envelope.rcpt_tos), content, time.monotonic())
            )
            self._news.notify_all()
        await asyncio.sleep(max((self._held.get(address, 0.0) for address in envelope.rcpt_tos), default=0.0))
        # On a dropped connection the reply goes nowhere: the message was taken, and the client cannot know.
        return reply or "250 2.0.0 Accepted"

    async def handle_RSET(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        return await self._scripted("RSET", server, envelope) or "250 2.0.0 OK"

    def midway(self, envelope: Envelope) -> bool:
        """Say whether this message is to be cut off in its middle."""
        line = self._next("DATA", envelope.rcpt_tos, midway=True)
        return line is not None

    async def _scripted(self, command: str, server: SMTP, envelope: Envelope, *addresses: str) -> str | None:
        self.commands[command] += 1
        line = self._next(command, addresses or tuple(envelope.rcpt_tos))
        if line is None:
            return None
        if line.after_seconds:
            await asyncio.sleep(line.after_seconds)
        while line.when and line in self._script and not line.when():
            await asyncio.sleep(0.01)
        if line.reply == DROP:
            server.transport.abort()
            return None
        return line.reply

    def _next(
        self, command: str, addresses: "list[str] | tuple[str, ...]", midway: bool = False
    ) -> Line | None:
        for line in self._script:
            if line.command != command or (line.reply == DROP_MIDWAY) is not midway or line.times == 0:
                continue
            if line.to is not None and line.to not in addresses:
                continue
            if line.times is not None:
                line.times -= 1
            return line
        return None
