"""Delivery status notifications (RFC 3464, RFC 6533), with the standard library. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from email import message_from_string
from email.message import Message
from itertools import islice

from newsroom.delivery import judging
from newsroom.delivery.reports.said import NoReport, Report, What, field
from newsroom.delivery.reports.whose import Whose

STATUS = re.compile(r"(?<![\d.])[245]\.\d{1,3}\.\d{1,3}(?![\d.])")
_LONGEST_DIAGNOSTIC = 300
_PLAIN, _GLOBAL = "message/delivery-status", "message/global-delivery-status"
# An honest report of one letter to one address has one group.
_MOST_GROUPS = 100
_ON_ITS_WAY = {
    "delayed": "says that a letter is late; the server still tries",
    "delivered": "says that a letter arrived",
    "relayed": "says that a letter was handed on",
    "expanded": "says that a letter was handed on to several",
}


def read(message: Message, whose: Whose) -> Report | NoReport | None:
    """What a notification reports; None for any other message.

    A report that names somebody else to whom the letter did get (2.3.3: delivered, relayed, expanded) is no
    hard bounce, whatever it says of the others.
    """
    groups = list(_recipient_groups(message))
    if not groups:
        return None
    failed = [group for group in groups if _action(group) == "failed"]
    if not failed:
        return NoReport(What.NEWS, _ON_ITS_WAY.get(_action(groups[0]), "reports no failure"))
    status, diagnostic = _status(failed[0]), field(failed[0], "Diagnostic-Code")[:_LONGEST_DIAGNOSTIC]
    kind = judging.kind_of(status, is_final=len(failed) == len(groups))
    return Report(whose.sent_to(message), kind, status, diagnostic, "report")


def is_whole(message: Message) -> bool:
    """Whether the report in a message that was cut off ends before the cut: another part follows it."""
    parts = message.get_payload()
    return isinstance(parts, list) and any(_is_report(part) for part in parts[:-1])


def _is_report(part: object) -> bool:
    return isinstance(part, Message) and part.get_content_type() in (_PLAIN, _GLOBAL)


def _recipient_groups(message: Message) -> Iterator[Message]:
    """The per-recipient groups of fields (2.3), wherever the report part stands."""
    for part in message.walk():
        if not part.is_multipart():
            continue
        kind = part.get_content_type()
        if kind == _PLAIN:
            yield from _those_with_an_action(part.get_payload())
        elif kind == _GLOBAL:
            yield from _those_with_an_action(_global_groups(part))


def _those_with_an_action(groups: Iterable[object]) -> Iterator[Message]:
    yield from (group for group in groups if isinstance(group, Message) and group["Action"])


def _global_groups(part: Message) -> Iterator[Message]:
    """The groups of a notification about an address beyond ASCII (RFC 6533 3).

    The standard library takes its first group for the headers of a message and leaves the others in the body.
    """
    inner = part.get_payload(0)
    rest = inner.get_payload(decode=True) if isinstance(inner, Message) else None
    if isinstance(rest, bytes):
        text = rest.decode("utf-8", "replace").replace("\r\n", "\n")
        yield from map(message_from_string, islice(text.split("\n\n"), _MOST_GROUPS))


def _action(group: Message) -> str:
    # Some servers put a remark behind it, as they may behind a status (2.3.4).
    return field(group, "Action").lower().partition(" ")[0]


def _status(group: Message) -> str:
    """The status, or what the server that refused said itself, where the one that reports says too little.

    Exim writes 5.0.0 whatever happened, and hands on what it was told as the diagnostic code.
    """
    found = STATUS.search(field(group, "Status"))
    if found and found[0] not in judging.GENERIC:
        return found[0]
    told = STATUS.search(field(group, "Diagnostic-Code"))
    return told[0] if told else found[0] if found else "5.0.0"
