"""Flask-Mail with its interface kept and eight of its faults repaired.

`Message`, `Mail.connect()`, `Mail.send()` and `record_messages()` work as its documentation says, and read
the same configuration (`MAIL_SERVER` and so on).  What is different on the wire: one multipart/alternative
instead of one inside a multipart/mixed; no line longer than the standards allow; a limit for every wait; a
server's certificate is verified; a line end in any header is a `BadHeaderError`; names with commas stay one
name; the Message-ID is made at the sender's domain; list headers are never encoded.

With the folder transport the same calls write files.  `MAIL_SUPPRESS_SEND` is obeyed when it is set, but is
not switched on by `TESTING`: the folder, which is the default, reaches nobody, and a letter marked as sent
must have gone somewhere.  `MAIL_DEBUG` and a charset other than utf-8 are not supported.
"""

from __future__ import annotations

import hashlib
import mimetypes
import re
import smtplib
from collections.abc import Iterable
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import Message as ParsedMessage
from email.utils import encode_rfc2231, make_msgid
from typing import Any

import flask_mail
from flask import Flask, current_app
from flask_mail import BadHeaderError, email_dispatched

from newsroom.platform import clock
from newsroom.platform.mail import message as wire
from newsroom.platform.mail import pace, signing
from newsroom.platform.mail.message import Field, HeaderInjection, Kind, Mailbox
from newsroom.platform.mail.reply import Reply
from newsroom.platform.mail.smtp.server import Server, own_name
from newsroom.platform.mail.smtp.transport import SmtpTransport
from newsroom.platform.mail.transport import FolderTransport, Transport
from newsroom.platform.settings import Settings

__all__ = ["BadHeaderError", "Connection", "Mail", "Message", "Refused", "email_dispatched", "mail"]

Address = str | tuple[str, str]

_WRITTEN_HERE = frozenset(
    {"from", "to", "cc", "bcc", "reply-to", "subject", "date", "message-id", "mime-version"}
)
_NAME_AND_ADDRESS = re.compile(r"\s*(?P<name>.*?)\s*<(?P<address>[^<>]*)>\s*", re.DOTALL)


class Refused(smtplib.SMTPException):
    """The message was not accepted; `reply` is the server's answer, `recipient` whom it was for."""

    def __init__(self, reply: Reply, recipient: str) -> None:
        super().__init__(str(reply))
        self.reply = reply
        self.recipient = recipient


class Message(flask_mail.Message):
    """A message as Flask-Mail's documentation describes it, written by the letter of the standards."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # The original joins name and address to one string, in which a comma in the name is a separator.
        given = kwargs.get("sender") or (args[5] if len(args) > 5 else None)
        self.sender = given or current_app.extensions["mail"].default_sender
        if self.sender:
            self.msgId = make_msgid(domain=wire.wire_domain(_mailbox(self.sender).address.rpartition("@")[2]))

    def as_bytes(self) -> bytes:
        """Give the whole message; raises `BadHeaderError` and `newsroom…message.Unsendable`."""
        try:
            head = b"".join(wire.write_field(each) for each in self._fields())
        except HeaderInjection as problem:
            raise BadHeaderError(str(problem)) from problem
        return head + b"MIME-Version: 1.0\r\n" + self._content()

    def as_string(self) -> str:
        """Give the message as text, with CRLF line ends."""
        return self.as_bytes().decode("utf-8")

    def _message(self) -> ParsedMessage:  # type: ignore[override]
        return message_from_bytes(self.as_bytes(), policy=policy.SMTP)

    def has_bad_headers(self) -> bool:
        """Say whether any header, further ones included, carries a line end or another control character."""
        try:
            for each in self._fields():
                wire.write_field(each)
        except (HeaderInjection, BadHeaderError):
            return True
        return False

    def _fields(self) -> list[Field]:
        moment = datetime.fromtimestamp(clock.now().timestamp() if self.date is None else self.date, UTC)
        found = [Field("From", (_mailbox(self.sender),), Kind.MAILBOXES)]
        for name, addresses in (("To", self.recipients), ("Cc", self.cc)):
            if addresses:
                found.append(Field(name, _mailboxes(addresses), Kind.MAILBOXES))
        if self.reply_to:
            found.append(Field("Reply-To", (_mailbox(self.reply_to),), Kind.MAILBOXES))
        found += [
            Field("Subject", self.subject or "", Kind.TEXT),
            Field("Date", wire.rfc5322_date(moment), Kind.TOKENS),
            Field("Message-ID", self.msgId, Kind.TOKENS),
        ]
        return found + self._extra_fields()

    def _extra_fields(self) -> list[Field]:
        extra = self.extra_headers or {}
        for name in extra:
            if name.lower() in _WRITTEN_HERE or name.lower().startswith("content-t"):
                raise BadHeaderError(f"{name} has its own argument and may stand in a message only once.")
        return [Field(name, value, wire.kind_of(name)) for name, value in extra.items()]

    def _content(self) -> bytes:
        limit = "=_" + hashlib.sha256(self.msgId.encode("utf-8")).hexdigest()[:24]
        content = wire.entity("plain", self.body or "")
        if self.alts:
            others = [wire.entity(subtype, text) for subtype, text in self.alts.items()]
            content = wire.multipart("alternative", limit, [content, *others])
        if self.attachments:
            content = wire.multipart("mixed", limit + "x", [content, *map(_attachment, self.attachments)])
        return content


def _attachment(item: flask_mail.Attachment) -> bytes:
    name = item.filename or ""
    guessed = item.content_type or mimetypes.guess_type(name)[0] or "application/octet-stream"
    disposition = item.disposition
    if name:
        quoted = name.replace("\\", "\\\\").replace('"', '\\"')
        simple = name.isascii() and len(name) < 50
        disposition += f'; filename="{quoted}"' if simple else f"; filename*={encode_rfc2231(name, 'utf-8')}"
    data = item.data.encode("utf-8") if isinstance(item.data, str) else item.data
    head = [
        Field("Content-Type", guessed, Kind.TOKENS),
        Field("Content-Transfer-Encoding", "base64", Kind.TOKENS),
        Field("Content-Disposition", disposition, Kind.TOKENS),
        *(Field(name, value) for name, value in item.headers.items()),
    ]
    return b"".join(wire.write_field(each) for each in head) + b"\r\n" + wire.base64_lines(data)


def _mailbox(given: Address | None) -> Mailbox:
    """Read `a@b`, `Name <a@b>` (the name as it stands, commas and all) or a pair of name and address."""
    if isinstance(given, tuple):
        return Mailbox(given[1], given[0] or "")
    text = given or ""
    found = _NAME_AND_ADDRESS.fullmatch(text)
    if found is None:
        return Mailbox(text)
    name = found["name"]
    if len(name) > 1 and name.startswith('"') and name.endswith('"'):
        name = re.sub(r"\\(.)", r"\1", name[1:-1])
    return Mailbox(found["address"], name)


def _mailboxes(addresses: Iterable[Address]) -> tuple[Mailbox, ...]:
    """Read several, each once, in the order given."""
    return tuple(dict.fromkeys(_mailbox(each) for each in addresses))


class Connection(flask_mail.Connection):
    """Flask-Mail's connection over one of our transports, which reconnects by itself."""

    host: Transport | None  # type: ignore[assignment]

    def __exit__(self, *ignored: object) -> None:
        if self.host is not None:
            self.host.close()

    def configure_host(self) -> Transport:  # type: ignore[override]
        """Give the transport; it connects when the first message leaves."""
        transport: Transport = self.mail.open_transport()
        return transport

    def abort(self) -> None:
        """From another thread: wait no longer for the mail server; what was not answered is `Refused`."""
        if self.host is not None:
            self.host.abort()

    def send(self, message: flask_mail.Message, envelope_from: Address | None = None) -> None:
        """Send to every recipient in turn.

        It is signed where the settings name a key.  Raises `BadHeaderError` before anything is sent,
        `Refused` at the first recipient not accepted.
        """
        if not message.send_to:
            raise ValueError("The message has no recipient.")
        if not message.sender:
            raise ValueError("The message has no sender, and MAIL_DEFAULT_SENDER is not set.")
        if message.date is None:
            message.date = clock.now().timestamp()
        written = signing.signed(message.as_bytes())
        if self.host is not None:
            sender = _mailbox(envelope_from or message.sender).address
            for recipient in _mailboxes([*message.recipients, *message.cc, *message.bcc]):
                reply = self.host.send(sender, recipient.address, written)
                if not reply.accepted:
                    raise Refused(reply, recipient.address)
        app = current_app._get_current_object()  # type: ignore[attr-defined]
        email_dispatched.send(app, message=message)
        self._count()

    def _count(self) -> None:
        self.num_emails += 1
        if self.num_emails == self.mail.max_emails:
            self.num_emails = 0
            if self.host is not None:
                self.host.close()


class Mail(flask_mail.Mail):
    """Flask-Mail's extension object.  `init_app` wants the application's configuration to be complete."""

    def init_app(self, app: Flask) -> Any:
        """Register with the application; a folder transport in its settings wins over MAIL_SERVER."""
        app.config.setdefault("MAIL_SUPPRESS_SEND", False)
        state = super().init_app(app)
        settings: Settings | None = app.extensions.get("newsroom.settings")
        signing.init_app(app, settings)
        pace.init_app(app, settings)

        def open_transport() -> Transport:
            if settings is not None and settings.mail_transport == "folder":
                return FolderTransport(settings)
            name = own_name(settings.base_url) if settings is not None else "localhost"
            return SmtpTransport(
                Server(
                    state.server, int(state.port or 25), bool(state.use_tls), bool(state.use_ssl),
                    state.username, state.password, name,
                )
            )  # fmt: skip

        state.open_transport = open_transport  # type: ignore[attr-defined]
        return state

    def connect(self) -> Connection:
        """Open a connection that sends as many messages as it is given."""
        app = getattr(self, "app", None) or current_app
        try:
            return Connection(app.extensions["mail"])
        except KeyError as problem:
            raise RuntimeError("The current application was not configured with Flask-Mail") from problem


mail = Mail()
