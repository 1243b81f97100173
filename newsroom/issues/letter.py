"""The message that carries an issue: its headers and parts, with slots for what differs by recipient.

Pure but for the clock's date, which the caller gives, and a test's Message-ID, which is chance. Preview, test
send and the real dispatch are compiled in one place, from what was frozen where something was, so that they
cannot differ. It sends nothing and knows no subscriber.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from urllib.parse import quote

from newsroom.issues.document import IssueDocument
from newsroom.issues.render import RecipientLinks, letter_html, letter_text
from newsroom.platform.mail.compiled import CompiledMessage, MissingSlot, compile_message, slot
from newsroom.platform.mail.message import Mailbox, MessageParts, Unsendable, wire_domain
from newsroom.platform.text import clean_line

# What `CompiledMessage.join` needs for each recipient. The one-click address is the unsubscribe page's own.
SLOT_LINKS = RecipientLinks(unsubscribe=slot("unsubscribe"), preferences=slot("preferences"))

_PLAIN_IN_MAILTO = "!$'*+-._~"

_SAMPLE_SLOTS = {
    "address": "subscriber@reader.example",
    "name": "A subscriber",
    "messageid": "<sample@reader.example>",
}


class Sender(Protocol):
    """The part of the publication's settings that a letter's headers need."""

    name: str
    sender_name: str
    sender_address: str
    reply_address: str


def parts(
    *,
    subject: str,
    html: str | None,
    text: str,
    number: int,
    language: str,
    sender: Sender,
    base_url: str,
    at: datetime,
) -> MessageParts:
    """The message of an issue. `html` is None for those who read text only; `at` is aware and becomes Date.

    Headers follow RFC 2369 (List-*), RFC 2919 (List-Id), RFC 8058 (one click) and the field's Feedback-ID of
    four parts, which says nothing about the recipient. Names and the subject are cleaned here, once for every
    way in which the message is made. Raises `Unsendable` for an address that is none.
    """
    domain = _domain_of(sender)
    name = clean_line(sender.name)
    shown = clean_line(sender.sender_name) or name
    return MessageParts(
        sender=Mailbox(sender.sender_address, shown),
        to=Mailbox(slot("address"), slot("name")),
        subject=clean_line(subject),
        text=text,
        html=html,
        message_id=slot("messageid"),
        date=at,
        reply_to=Mailbox(sender.reply_address, shown) if sender.reply_address else None,
        list_unsubscribe=slot("unsubscribe"),
        list_id=f"newsletter.{domain}",
        list_name=name,
        precedence="bulk",
        language=language,
        headers=_list_headers(number, sender, base_url, domain),
    )


def _domain_of(sender: Sender) -> str:
    """The domain that letters come from, in ASCII, as headers need it."""
    return wire_domain(sender.sender_address.rpartition("@")[2]).lower()


def _list_headers(number: int, sender: Sender, base_url: str, domain: str) -> Mapping[str, str]:
    label = re.sub(r"[^a-z0-9]+", "-", domain)
    return {
        "List-Help": f"<{base_url}/about>",
        "List-Archive": f"<{base_url}/issues>",
        "List-Owner": f"<{_mailto(sender.reply_address or sender.sender_address)}>",
        "List-Post": "NO",
        "Feedback-ID": f"issue-{number}:{label}:newsletter:newsroom",
    }


def _mailto(address: str) -> str:
    """An address as a link in ASCII (RFC 6068 2): what is beyond it in the local part is percent-encoded."""
    local, _, domain = address.rpartition("@")
    return f"mailto:{quote(local, safe=_PLAIN_IN_MAILTO)}@{wire_domain(domain)}"


@dataclass(frozen=True)
class Edition:
    """An issue's letter in both its parts, open in their slots: as it is rendered now or as it was frozen."""

    document: IssueDocument
    html: str
    text: str


def rendered(document: IssueDocument, base_url: str) -> Edition:
    """The letter as the issue says it now."""
    html = letter_html(document, base_url, SLOT_LINKS)
    return Edition(document, html, letter_text(document, base_url, SLOT_LINKS))


def compiled(
    edition: Edition, base_url: str, sender: Sender, at: datetime, *, mark: str = "", text_only: bool = False
) -> CompiledMessage:
    """The issue's message, encoded and open only in its slots. `mark` stands before the subject.

    Preview, test and dispatch all come through here. `text_only` is for those who read text. Raises
    `Unsendable` for what no message can be made of.
    """
    return compile_message(
        parts(
            subject=mark + edition.document.subject,
            html=None if text_only else edition.html,
            text=edition.text,
            number=edition.document.number,
            language=edition.document.masthead.language,
            sender=sender,
            base_url=base_url,
            at=at,
        )
    )


class Proof:
    """The message as colleagues get it to read before it goes out, compiled once for all of them.

    It differs from what subscribers get in its subject, in its Message-ID and in its recipient's own slots;
    its links to leave and to change preferences are nobody's.
    """

    def __init__(self, edition: Edition, base_url: str, sender: Sender, at: datetime) -> None:
        self._domain = _domain_of(sender)
        self._links = _sample_links(base_url)
        self._message = compiled(edition, base_url, sender, at, mark=f"[TEST #{edition.document.number}] ")

    def to(self, address: str, name: str) -> bytes:
        """The whole message to one of them. Raises `Unsendable` for what cannot stand in a header."""
        message_id = f"<{secrets.token_hex(16)}@{self._domain}>"
        slots = {"address": address, "name": clean_line(name), "messageid": message_id}
        return _joined(self._message, {**slots, **self._links})


def sample(edition: Edition, base_url: str, sender: Sender, at: datetime) -> bytes:
    """The whole message as one invented subscriber would get it. Raises `Unsendable` as a proof does."""
    message = compiled(edition, base_url, sender, at)
    return _joined(message, {**_SAMPLE_SLOTS, **_sample_links(base_url)})


def _joined(message: CompiledMessage, slots: Mapping[str, str]) -> bytes:
    """The message with these slots; what somebody typed may look like one that no recipient has."""
    try:
        return message.join(slots)
    except MissingSlot as missing:
        mark = slot(missing.args[0])
        raise Unsendable(
            f"A text in the issue looks like our own mark “{mark}”; write it differently."
        ) from None


def _sample_links(base_url: str) -> dict[str, str]:
    return {
        "unsubscribe": f"{base_url}/unsubscribe/sample",
        "preferences": f"{base_url}/preferences/sample",
    }
