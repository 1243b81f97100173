"""Reading bounce messages: delivery status notifications of RFC 3464, with the standard library.

Pure. A report is believed only when the address it came back to is a return path that we signed; it changes
nothing by itself. Whatever the bytes are, reading them raises nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message

from newsroom.delivery.naming import Named, delivery_of
from newsroom.delivery.rules import HARD_BOUNCES
from newsroom.platform.mail import verp

LONGEST = 1_000_000
"""Bytes that are read of a message: the report stands before the letter that it returns (RFC 6522 3)."""

_STATUS = re.compile(r"\b[245]\.\d{1,3}\.\d{1,3}\b")
_ADDRESS = re.compile(r"[a-z0-9+.-]{8,64}@[a-z0-9.-]{1,255}", re.IGNORECASE)
# Where the address may stand to which the report was sent: the envelope first, as servers write it down.
_RECIPIENTS = ("Delivered-To", "X-Original-To", "Envelope-To", "To")
_LONGEST_FIELD = 10_000
# RFC 3463 3.3: the mailbox exists and is disabled, which the server calls permanent.
_DISABLED = "5.2.1"


@dataclass(frozen=True)
class Report:
    """What a bounce says. `delivery` is None where no return path of ours stands."""

    delivery: Named | None
    status: str
    diagnostic: str
    is_hard: bool


def parse(data: bytes, secret: str, domain: str | None) -> Report | None:
    """The report in a message's bytes; None for a message that is no delivery status notification.

    Only a permanent failure of the address itself (`rules.HARD_BOUNCES`) or of a disabled mailbox is hard.
    Refusals for policy (5.7.x) never are, because they say nothing about the person; nor is a report that
    names somebody else to whom the letter did get (RFC 3464 2.3.3: delivered, relayed, expanded).
    """
    try:
        return _parse(data[:LONGEST], secret, domain)
    except (ValueError, LookupError, AttributeError, TypeError, RecursionError):
        # The standard library's reader stumbles over some of what strangers send; none of that is a report.
        return None


def _parse(data: bytes, secret: str, domain: str | None) -> Report | None:
    message = message_from_bytes(data)
    groups = list(_recipient_groups(message))
    if not groups:
        return None
    failed = [group for group in groups if _field(group, "Action").lower() == "failed"]
    group = (failed or groups)[0]
    found = _STATUS.search(_field(group, "Status"))
    status = found[0] if found else "5.0.0" if failed else "4.0.0"
    hard = len(failed) == len(groups) and (status in HARD_BOUNCES or status == _DISABLED)
    return Report(_delivery(message, secret, domain), status, _field(group, "Diagnostic-Code")[:300], hard)


def _recipient_groups(message: Message) -> Iterator[Message]:
    """The per-recipient groups of fields (RFC 3464 2.3), wherever the report part stands."""
    for part in message.walk():
        if part.get_content_type() != "message/delivery-status" or not part.is_multipart():
            continue
        yield from (group for group in part.get_payload() if isinstance(group, Message) and group["Action"])


def _field(group: Message, name: str) -> str:
    return " ".join(str(group.get(name, ""))[:_LONGEST_FIELD].split())


def _delivery(message: Message, secret: str, domain: str | None) -> Named | None:
    for name in _RECIPIENTS:
        for value in message.get_all(name, []):
            for address in _ADDRESS.findall(str(value)[:_LONGEST_FIELD]):
                token = verp.parse(address, secret, domain)
                if token:
                    return delivery_of(token)
    return None
