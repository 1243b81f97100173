"""The frozen issue as compiled messages: one for readers of HTML, one for readers of text.

It reads the frozen record and renders nothing; it knows no recipient and sends nothing.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from newsroom.delivery.addressing import SLOTS
from newsroom.issues import document as documents
from newsroom.issues import letter
from newsroom.issues import queries as issues
from newsroom.platform.mail.compiled import CompiledMessage
from newsroom.platform.mail.message import Unsendable
from newsroom.publication.queries import publication


@dataclass
class Sender:
    """Whom letters are from: the settings that `issues.letter` needs, as a dispatch keeps them."""

    name: str
    sender_name: str
    sender_address: str
    reply_address: str

    def as_json(self) -> dict[str, Any]:
        """For the column of the dispatch."""
        return asdict(self)


def sender_now() -> Sender:
    """The sender by the settings of this moment."""
    now = publication()
    return Sender(now.name, now.sender_name, now.sender_address, now.reply_address)


def sender_of(kept: dict[str, Any] | None) -> Sender:
    """The sender that a dispatch has kept; today's for a dispatch from before senders were kept."""
    return Sender(**kept) if kept else sender_now()


def compiled(number: int, sender: Sender, since: datetime | None = None) -> dict[str, CompiledMessage]:
    """The letters of a frozen issue by a recipient's format, `html` or `text`. Raises `Unsendable`.

    They are dated when the issue was frozen, or at `since` (aware) if that is later: a letter that leaves
    hours afterwards would look old to mail programs, and suspicious to filters.
    """
    record = issues.frozen(number)
    assert record is not None
    frozen = letter.Edition(documents.from_json(record.document), record.email_html, record.email_text)
    base_url, at = issues.base_url(), max(record.frozen_at, since or record.frozen_at)
    return {
        "html": letter.compiled(frozen, base_url, sender, at),
        "text": letter.compiled(frozen, base_url, sender, at, text_only=True),
    }


def problem(number: int, sender: Sender) -> str | None:
    """Why no letter can be made of a frozen issue, as a sentence; None when it can go out."""
    try:
        unknown = {name for each in compiled(number, sender).values() for name in each.slots} - SLOTS
    except Unsendable as why:
        return f"No letter can be made of issue {number}: {why}"
    if unknown:
        names = ", ".join(f"“{name}”" for name in sorted(unknown))
        return (
            f"A text in issue {number} looks like our own mark for a recipient’s words ({names}): "
            "search the issue for “zqSLOT” and write it differently."
        )
    return None
