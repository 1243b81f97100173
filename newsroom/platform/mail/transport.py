"""Hand one finished message to the mail server, or to a folder; every answer is a value, never an exception.

`open_transport(settings)` gives an object with `send(envelope_from, rcpt, message) -> Reply`.  The SMTP one
keeps its connection for the next message, makes a new one when the old one has gone, verifies the server's
certificate, and has a limit for every wait.  The folder one writes `.eml` files.

Whoever knows which message follows says so: where the server offers PIPELINING its envelope leaves right
behind the final dot (RFC 2920 3.1), so that a message costs one round trip.  Of the following message not one
byte leaves before it is sent itself, so that a connection has one message at most of which nobody may know.

It will not decide what an answer means for a letter or a delivery, wait between tries, or change a message.
One transport belongs to one thread.
"""

from __future__ import annotations

import smtplib
import socket
import ssl
from contextlib import suppress
from dataclasses import dataclass
from ipaddress import ip_address
from types import TracebackType
from typing import Protocol, Self
from urllib.parse import urlsplit

from newsroom.platform.mail.folder import OUTBOX, write
from newsroom.platform.mail.message import Unsendable, needs_smtputf8, wire_address
from newsroom.platform.mail.reply import CLOSING, Reply, Stage
from newsroom.platform.settings import Settings

_HEAD_END = b"\r\n\r\n"
# Bytes in a record of TLS (RFC 8446 5.1).
_RECORD = 16_384


@dataclass(frozen=True)
class Timeouts:
    """How long to wait, in seconds.

    RFC 5321 4.5.3.2 asks for much patience after the final dot, since giving up there makes duplicates.
    """

    connect: float = 20.0
    command: float = 60.0
    data: float = 300.0


@dataclass(frozen=True)
class Server:
    """Where to send by SMTP, and as whom."""

    host: str
    port: int
    use_tls: bool = False
    use_ssl: bool = False
    username: str | None = None
    password: str | None = None
    own_name: str = "localhost"
    """How we present ourselves in EHLO."""


@dataclass(frozen=True)
class Parcel:
    """A finished message and its envelope; an empty `envelope_from` is the null sender."""

    envelope_from: str
    rcpt: str
    message: bytes


class Transport(Protocol):
    """One way for messages to leave."""

    def send(self, envelope_from: str, rcpt: str, message: bytes, following: Parcel | None = None) -> Reply:
        """Hand over one message to one recipient; an empty `envelope_from` is the null sender.

        `following` is what the next call will most likely send; it may send something else.
        """
        ...

    def close(self) -> None:
        """Let go of what is held; a later `send` begins anew."""
        ...

    def abort(self) -> None:
        """From another thread: let a `send` that waits for an answer go on at once, without it."""
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


def server_of(settings: Settings) -> Server:
    """Give the SMTP server that the settings name."""
    return Server(
        host=settings.mail_server,
        port=settings.mail_port,
        use_tls=settings.mail_use_tls,
        use_ssl=settings.mail_use_ssl,
        username=settings.mail_username,
        password=settings.mail_password,
        own_name=own_name(settings.base_url),
    )


def own_name(base_url: str) -> str:
    """Give the name for EHLO from our web address; an IP address becomes a literal (RFC 5321 4.1.3)."""
    host = urlsplit(base_url).hostname or "localhost"
    try:
        number = ip_address(host)
    except ValueError:
        return host
    return f"[IPv6:{number}]" if number.version == 6 else f"[{number}]"


class _Managed:
    """The `with` statement for both transports."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of what is held."""

    def abort(self) -> None:
        """Nothing here waits for long."""


class FolderTransport(_Managed):
    """Write each message as an `.eml` file under `instance/outbox/`."""

    def __init__(self, settings: Settings) -> None:
        self._directory = settings.instance / OUTBOX

    def send(self, envelope_from: str, rcpt: str, message: bytes, following: Parcel | None = None) -> Reply:
        """Write the file; a full disk or a missing right is a transient answer."""
        try:
            name = write(self._directory, envelope_from, rcpt, message)
        except OSError as problem:
            return Reply(0, f"The outbox folder cannot be written: {problem.strerror}.", Stage.DATA)
        return Reply(250, f"2.0.0 Written to {OUTBOX}/{name}", Stage.DATA)


class _Answered(Exception):  # It carries an answer out of a conversation; it is no error
    """The conversation ended with this reply before the message was accepted."""

    def __init__(self, reply: Reply) -> None:
        self.reply = reply


class _BrokenOff(Exception):  # It says how far words came; what that means is decided above it
    """The connection broke when so many bytes had left."""

    def __init__(self, sent: int, problem: Exception) -> None:
        self.sent = sent
        self.problem = problem


class SmtpTransport(_Managed):
    """Speak SMTP with one server over one connection that is kept."""

    def __init__(self, server: Server, timeouts: Timeouts | None = None) -> None:
        self._server = server
        self._timeouts = timeouts or Timeouts()
        self._smtp: smtplib.SMTP | None = None
        self._is_aborted = False
        # The envelope that the server knows already and whose answers nobody has read yet.
        self._announced: tuple[str, str, int] | None = None
        # Whether a server that offers PIPELINING has shown that it hears what stands behind a final dot.
        self._may_announce = True

    def send(self, envelope_from: str, rcpt: str, message: bytes, following: Parcel | None = None) -> Reply:
        """Hand over one message.  A kept connection that has gone is replaced once, unnoticed."""
        try:
            sender, recipient = _on_the_wire(envelope_from), _on_the_wire(rcpt)
        except Unsendable as problem:
            return Reply(553, f"5.1.3 {problem}", Stage.RCPT)
        if self._announced not in (None, (sender, recipient, len(message))):
            # The server may wait for a message that nobody will send; an end without the dot is none.
            self._drop()
        was_kept = self._smtp is not None
        reply = self._try(sender, recipient, message, following)
        if was_kept and self._smtp is None and _nothing_was_sent(reply) and not self._is_aborted:
            reply = self._try(sender, recipient, message, following)
        return reply

    def close(self) -> None:
        """Say goodbye, and never mind if nobody hears it."""
        if self._announced is not None:
            self._drop()
        smtp, self._smtp = self._smtp, None
        if smtp is not None:
            try:
                smtp.quit()
            except (smtplib.SMTPException, OSError):
                smtp.close()

    def abort(self) -> None:
        """Cut the connection under a `send` that waits in another thread; its answer is then unknown."""
        self._is_aborted = True
        # Asked for once: the other thread may let go of it at any moment.
        smtp = self._smtp
        sock = smtp.sock if smtp is not None else None
        if sock is not None:
            with suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)

    def _try(self, sender: str, recipient: str, message: bytes, following: Parcel | None) -> Reply:
        try:
            smtp = self._smtp = self._smtp or self._connect()
            self._begin(smtp, sender, recipient, message)
            return self._hand_over(smtp, message, following)
        except _Answered as end:
            self._tidy(end.reply)
            return end.reply

    def _tidy(self, reply: Reply) -> None:
        """Leave the connection ready for the next message, or leave none."""
        if reply.code in (0, CLOSING):
            self._drop()
        elif self._smtp is not None:
            try:
                code, _ = self._smtp.rset()
            except (smtplib.SMTPException, OSError):
                code = 0
            if code != 250:
                self._drop()

    def _drop(self) -> None:
        smtp, self._smtp = self._smtp, None
        self._announced = None
        if smtp is not None:
            smtp.close()

    def _connect(self) -> smtplib.SMTP:
        smtp: smtplib.SMTP | None = None
        stage = Stage.CONNECT
        try:
            smtp = self._greet()
            if self._server.username and self._server.password:
                stage = Stage.AUTH
                smtp.login(self._server.username, self._server.password)
        except (smtplib.SMTPException, OSError) as problem:
            if smtp is not None:
                smtp.close()
            raise _Answered(self._trouble(problem, stage)) from problem
        return smtp

    def _greet(self) -> smtplib.SMTP:
        server = self._server
        wait = self._timeouts.connect
        if server.use_ssl:
            trust = ssl.create_default_context()
            smtp: smtplib.SMTP = smtplib.SMTP_SSL(
                server.host, server.port, local_hostname=server.own_name, timeout=wait, context=trust
            )
        else:
            smtp = smtplib.SMTP(server.host, server.port, local_hostname=server.own_name, timeout=wait)
        try:
            smtp.ehlo_or_helo_if_needed()
            if server.use_tls:
                code, said = smtp.starttls(context=ssl.create_default_context())
                if code != 220:
                    raise smtplib.SMTPResponseException(code, said)
                smtp.ehlo_or_helo_if_needed()
        except (smtplib.SMTPException, OSError):
            smtp.close()
            raise
        # Small commands must not wait for the acknowledgement of the message before them.
        if smtp.sock is not None:
            smtp.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        _be_patient(smtp, self._timeouts.command)
        return smtp

    def _trouble(self, problem: Exception, stage: Stage) -> Reply:
        where = f"{self._server.host}:{self._server.port}"
        if isinstance(problem, smtplib.SMTPResponseException):
            return Reply(problem.smtp_code, _sentence(problem.smtp_error), stage)
        if isinstance(problem, ssl.SSLCertVerificationError):
            reason = problem.verify_message
            return Reply(0, f"The certificate of {where} is not to be trusted: {reason}.", stage)
        if _is_silence(problem):
            return Reply(0, f"{where} did not answer in time.", stage)
        if isinstance(problem, OSError) and not isinstance(problem, smtplib.SMTPException):
            return Reply(0, f"{where} cannot be reached: {problem.strerror or problem}.", stage)
        return Reply(0, f"{where}: {_sentence(str(problem))}", stage)

    def _begin(self, smtp: smtplib.SMTP, sender: str, recipient: str, message: bytes) -> None:
        """MAIL, RCPT and DATA, in one breath where the server offers PIPELINING (RFC 2920)."""
        if self._announced is None and not smtp.has_extn("pipelining"):
            for stage, line in self._steps(smtp, sender, recipient, message):
                self._say(smtp, line, stage)
                reply = self._hear(smtp, stage)
                if reply.code not in _WANTED[stage]:
                    raise _Answered(_as_refusal(reply))
            return
        was_announced, self._announced = self._announced is not None, None
        if not was_announced:
            steps = self._steps(smtp, sender, recipient, message)
            self._say(smtp, b"".join([line for _, line in steps]), Stage.MAIL)
        try:
            replies = [self._hear(smtp, stage) for stage in _WANTED]
        except _Answered as end:
            # A server that throws away what was announced would cost this wait once a message.
            self._may_announce = self._may_announce and not (was_announced and _is_silence(end.__cause__))
            raise
        self._refuse_unless(smtp, replies)

    def _steps(
        self, smtp: smtplib.SMTP, sender: str, recipient: str, message: bytes
    ) -> tuple[tuple[Stage, bytes], ...]:
        options = self._options(smtp, sender, recipient, message)
        return (
            (Stage.MAIL, f"MAIL FROM:<{sender}>{options}\r\n".encode()),
            (Stage.RCPT, f"RCPT TO:<{recipient}>\r\n".encode()),
            (Stage.DATA, b"DATA\r\n"),
        )

    def _refuse_unless(self, smtp: smtplib.SMTP, replies: list[Reply]) -> None:
        unwanted = [reply for reply in replies if reply.code not in _WANTED[reply.stage]]
        if not unwanted:
            return
        if replies[-1].code == 354:
            self._end_without_message(smtp, to_nobody=400 <= replies[1].code < 600)
        raise _Answered(_as_refusal(unwanted[0]))

    def _end_without_message(self, smtp: smtplib.SMTP, *, to_nobody: bool) -> None:
        """The server waits for a message that does not come: RFC 2920 3.1 says to end it at once.

        Where it may have taken the recipient, that would be an empty letter to somebody.
        """
        if to_nobody:
            self._say(smtp, b".\r\n", Stage.DATA)
            self._hear(smtp, Stage.DATA)
        else:
            self._drop()

    def _options(self, smtp: smtplib.SMTP, sender: str, recipient: str, message: bytes) -> str:
        options = f" SIZE={len(message)}" if smtp.has_extn("size") else ""
        head = message[: max(0, message.find(_HEAD_END))]
        if needs_smtputf8(sender, recipient) or not head.isascii():
            if not smtp.has_extn("smtputf8"):
                raise _Answered(_without_smtputf8(recipient))
            options += " BODY=8BITMIME SMTPUTF8"
        return options

    def _hand_over(self, smtp: smtplib.SMTP, message: bytes, following: Parcel | None) -> Reply:
        """Send the message and its final dot; from the moment all of it has left, silence is uncertainty."""
        _be_patient(smtp, self._timeouts.data)
        whole = _with_dots(message)
        try:
            self._push(smtp, whole + self._announcement(smtp, following))
            code, said = smtp.getreply()
        except _BrokenOff as broken:
            if broken.sent < len(whole):
                raise _Answered(self._trouble(broken.problem, Stage.DATA)) from broken.problem
            return self._unknown(broken.problem)
        except (smtplib.SMTPException, OSError) as problem:
            return self._unknown(problem)
        _be_patient(smtp, self._timeouts.command)
        reply = Reply(code, _sentence(said), Stage.DATA)
        if not reply.accepted and not 400 <= code < 600:
            # Half an answer, or none of SMTP's: who sent it has the message, and may have taken it.
            self._drop()
            text = f"The answer to the message makes no sense: {code} {reply.text}".rstrip()
            return Reply(0, text, Stage.DATA, uncertain=True)
        if code == CLOSING:
            self._drop()
        return reply

    def _unknown(self, problem: Exception) -> Reply:
        self._drop()
        return Reply(0, self._trouble(problem, Stage.DATA).text, Stage.DATA, uncertain=True)

    def _announcement(self, smtp: smtplib.SMTP, following: Parcel | None) -> bytes:
        """The envelope of the following message, to leave behind the final dot of this one.

        Its DATA may stand there too, because it is the last command of its group (RFC 2920 3.1).
        """
        if following is None or not self._may_announce or not smtp.has_extn("pipelining"):
            return b""
        try:
            sender, recipient = _on_the_wire(following.envelope_from), _on_the_wire(following.rcpt)
            steps = self._steps(smtp, sender, recipient, following.message)
        except (Unsendable, _Answered):
            # It cannot leave over this connection, which is said when its turn has come.
            return b""
        self._announced = (sender, recipient, len(following.message))
        return b"".join([line for _, line in steps])

    def _push(self, smtp: smtplib.SMTP, words: bytes) -> None:
        """Send all of it; raises `_BrokenOff`, which says how much had left.

        TLS says nothing of how far it came with what it could not send whole. So it is given a record at a
        time, which the server can read whole or not at all.
        """
        sent = 0
        at_once = _RECORD if isinstance(smtp.sock, ssl.SSLSocket) else len(words)
        try:
            if smtp.sock is None:
                raise smtplib.SMTPServerDisconnected("please run connect() first")
            with memoryview(words) as view:
                while sent < len(words):
                    sent += smtp.sock.send(view[sent : sent + at_once])
        except (smtplib.SMTPException, OSError) as problem:
            raise _BrokenOff(sent, problem) from problem

    def _say(self, smtp: smtplib.SMTP, words: bytes, stage: Stage) -> None:
        try:
            smtp.send(words)
        except (smtplib.SMTPException, OSError) as problem:
            raise _Answered(self._trouble(problem, stage)) from problem

    def _hear(self, smtp: smtplib.SMTP, stage: Stage) -> Reply:
        try:
            code, said = smtp.getreply()
        except (smtplib.SMTPException, OSError) as problem:
            raise _Answered(self._trouble(problem, stage)) from problem
        if code == CLOSING:
            raise _Answered(Reply(code, _sentence(said), stage))
        return Reply(code, _sentence(said), stage)


_WANTED = {Stage.MAIL: (250,), Stage.RCPT: (250, 251, 252), Stage.DATA: (354,)}


def _without_smtputf8(recipient: str) -> Reply:
    """The refusal (RFC 6531 3.5): of this recipient, or, when an address of our own is at fault, of all."""
    if needs_smtputf8(recipient):
        return Reply(553, "5.6.7 The mail server cannot carry addresses beyond ASCII (SMTPUTF8).", Stage.RCPT)
    text = "5.6.7 The mail server cannot carry our own address, whose name is beyond ASCII (SMTPUTF8)."
    return Reply(553, text, Stage.MAIL)


def _on_the_wire(address: str) -> str:
    return wire_address(address) if address else ""


def _be_patient(smtp: smtplib.SMTP, seconds: float) -> None:
    """Set how long the next read or write may take; a connection that is gone says so by itself."""
    if smtp.sock is not None:
        smtp.sock.settimeout(seconds)


def _as_refusal(reply: Reply) -> Reply:
    """Turn an answer that makes no sense here (such as 250 to DATA) into "try again later"."""
    if 400 <= reply.code < 600:
        return reply
    return Reply(451, f"4.5.0 Unexpected answer: {reply}", reply.stage)


def _is_silence(problem: BaseException | None) -> bool:
    """Whether somebody waited too long; the standard library says that the connection was closed."""
    return isinstance(problem, TimeoutError) or isinstance(
        getattr(problem, "__context__", None), TimeoutError
    )


def _nothing_was_sent(reply: Reply) -> bool:
    return not reply.uncertain and reply.code in (0, CLOSING) and reply.stage in (Stage.MAIL, Stage.RCPT)


def _with_dots(message: bytes) -> bytes:
    """Give the message as DATA wants it: dots doubled at line beginnings, the lone dot at the end."""
    message = message.replace(b"\n.", b"\n..")
    if message.startswith(b"."):
        message = b"." + message
    return message + (b".\r\n" if message.endswith(b"\r\n") else b"\r\n.\r\n")


def _sentence(said: bytes | str) -> str:
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())
