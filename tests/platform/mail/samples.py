"""Letters and messages that several tests begin from."""

from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

from newsroom.platform.mail.letters import Letter
from newsroom.platform.mail.message import Mailbox, MessageParts

MOMENT = datetime(2026, 11, 17, 9, 0, tzinfo=UTC)
URL = "https://service-bell.example/subscribe/confirm/eyJhIjoxfQ.aW9x.Qx7-s_2"


def parts(**more: Any) -> MessageParts:
    given = {
        "sender": Mailbox("letters@service-bell.example", "The Service Bell"),
        "to": Mailbox("ana@reader.example", "Ana Duarte"),
        "subject": "The second call",
        "text": "Hello.\n",
        "html": "<p>Hello.</p>\n",
        "message_id": "<abc123@service-bell.example>",
        "date": MOMENT,
    }
    return MessageParts(**{**given, **more})


def letter(**more: Any) -> Letter:
    given = {
        "to": "ana@reader.example",
        "to_name": "Ana Duarte",
        "subject": "Please confirm your address",
        "template": "sample",
        "context": {"name": "Ana", "url": URL},
        "kind": "sample",
    }
    return Letter(**{**given, **more})


def parsed(raw: bytes) -> EmailMessage:
    message = message_from_bytes(raw, policy=default)
    assert isinstance(message, EmailMessage)
    return message


def content(message: EmailMessage, subtype: str) -> str:
    part = message.get_body((subtype,))
    assert part is not None
    return part.get_content().replace("\r\n", "\n")
