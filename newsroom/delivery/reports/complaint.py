"""Complaint reports, by which mailbox providers hand on that somebody pressed “junk” (ARF, RFC 5965). Pure.

They go to an address that was registered with the provider, not to the return path: the letter that they
return, or what they say of its envelope, names the delivery. The complainer's address is mostly blacked out,
and is not needed.
"""

from __future__ import annotations

from email import message_from_bytes
from email.message import Message

from newsroom.delivery.judging import Kind
from newsroom.delivery.naming import Named
from newsroom.delivery.reports.said import NoReport, Report, What, field
from newsroom.delivery.reports.whose import Whose

# RFC 5965 7.3 and RFC 6650: only these are somebody's wish to get no more.
_WISHES = ("abuse", "fraud", "opt-out", "opt-out-list", "other", "virus")
_ENVELOPE = ("Original-Mail-From",)
# The letter that is returned, whole or its headers.
_RETURNED = ("message/rfc822", "text/rfc822-headers", "message/rfc822-headers")
_LONGEST_HEADERS = 50_000


def read(message: Message, whose: Whose) -> Report | NoReport | None:
    """What a complaint report says; None for any other message."""
    parts = list(message.walk())
    told = next((part for part in parts if part.get_content_type() == "message/feedback-report"), None)
    if told is None:
        return None
    fields = _fields(told)
    kind = field(fields, "Feedback-Type").lower()
    if kind == "not-spam":
        return NoReport(What.NEWS, "says that a letter is no junk after all")
    if kind not in _WISHES:
        return NoReport(
            What.UNKNOWN, f"is a complaint report of a kind we do not know ({kind[:40] or 'none'})"
        )
    by = field(fields, "User-Agent") or field(fields, "Reporting-MTA")
    return Report(
        _delivery(message, fields, parts, whose), Kind.COMPLAINT, "", f"{kind} {by}"[:200], "complaint"
    )


def _fields(part: Message) -> Message:
    """The report's fields, which the standard library takes for a message, for text, or for headers."""
    inner = part.get_payload()
    if isinstance(inner, list) and inner and isinstance(inner[0], Message):
        return inner[0]
    return _headers_in(part)


def _headers_in(part: Message) -> Message:
    data = part.get_payload(decode=True)
    return message_from_bytes(data[:_LONGEST_HEADERS] if isinstance(data, bytes) else b"")


def _delivery(message: Message, fields: Message, parts: list[Message], whose: Whose) -> Named | None:
    found = whose.in_headers(fields, *_ENVELOPE) or whose.sent_to(message)
    for part in parts:
        if found is None and part.get_content_type() in _RETURNED:
            inner = part.get_payload()
            held = inner[0] if isinstance(inner, list) and inner else _headers_in(part)
            if isinstance(held, Message):
                found = whose.in_headers(held, "Return-Path", "X-Original-From", "Envelope-From")
    return found
