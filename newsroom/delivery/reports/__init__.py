"""What came back: which messages are reports about a letter, and what each says. Pure.

`notification` reads delivery status notifications (RFC 3464), `complaint` complaint reports (RFC 5965),
`words` what older servers write in plain words, and `machines` tells automatic answers and challenges apart.
`whose` finds the delivery: a report is believed only through a return path that we signed.

Whatever the bytes are, reading them raises nothing and takes a bounded time. A report changes nothing by
itself: `service` does.
"""

from __future__ import annotations

from dataclasses import replace
from email import message_from_bytes

from newsroom.delivery.reports import complaint, machines, notification, words
from newsroom.delivery.reports.said import NoReport, Report, What
from newsroom.delivery.reports.whose import Whose
from newsroom.platform.mail.bounds import takes_too_long

__all__ = ["LONGEST", "NoReport", "Report", "What", "read"]

LONGEST = 1_000_000
"""Bytes that are read of a message: the report stands before the letter that it returns (RFC 6522 3)."""
BEGINNING = 10_000
"""Bytes in which an ordinary notification has said everything, before it returns the letter."""

_UNREADABLE = NoReport(What.UNREADABLE, "cannot be read as a message")
_UNKNOWN = NoReport(What.UNKNOWN, "is no report that we can read")


def read(data: bytes, secret: str, domain: str) -> Report | NoReport:
    """Judge the bytes of a message (the first `LONGEST` of them).

    `secret` and `domain` are those of our return paths.
    """
    try:
        return _read(data[:LONGEST], Whose(secret, domain))
    except (ValueError, LookupError, AttributeError, TypeError, RecursionError, AssertionError):
        # The standard library's reader stumbles over some of what strangers send; none of that is a report.
        return _UNREADABLE


def _read(data: bytes, whose: Whose) -> Report | NoReport:
    return _told_at_the_beginning(data, whose) or _read_all(data, whose)


def _told_at_the_beginning(data: bytes, whose: Whose) -> Report | None:
    """What a notification says whose report ends there. Most bounces are one, and most of their bytes are the
    letter, which takes far longer to parse."""
    beginning = data[:BEGINNING]
    if len(data) <= BEGINNING or takes_too_long(beginning):
        return None
    message = message_from_bytes(beginning)
    if not notification.is_whole(message) or complaint.read(message, whose) is not None:
        return None
    found = notification.read(message, whose)
    return found if isinstance(found, Report) and found.delivery is not None else None


def _read_all(data: bytes, whose: Whose) -> Report | NoReport:
    if takes_too_long(data):
        return _UNREADABLE
    message = message_from_bytes(data)
    found = (
        complaint.read(message, whose)
        or notification.read(message, whose)
        or machines.answered_by_itself(message)
        or words.read(message, data, whose)
        or machines.sent_by_itself(message)
        or _UNKNOWN
    )
    if isinstance(found, NoReport):
        return replace(found, is_ours=whose.sent_to(message) is not None)
    return found
