"""What a message that came back turns out to be. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from email.message import Message
from enum import StrEnum

from newsroom.delivery.judging import Kind
from newsroom.delivery.naming import Named

_LONGEST_FIELD = 10_000


@dataclass(frozen=True)
class Report:
    """What a report says. `delivery` is None where no return path of ours stands.

    `status` is an enhanced status of RFC 3463, empty for a complaint; `diagnostic` is the server's own words,
    one line; `source` says by which way it came.
    """

    delivery: Named | None
    kind: Kind
    status: str
    diagnostic: str
    source: str


class What(StrEnum):
    """What a message is that reports nothing."""

    AUTOMATIC = "automatic answer"
    CHALLENGE = "challenge"
    NEWS = "news of a letter that is on its way"
    UNKNOWN = "unknown"
    UNREADABLE = "unreadable"


@dataclass(frozen=True)
class NoReport:
    """A message that reports nothing about a letter: what it is, and why as the end of a sentence.

    `is_ours` when it was sent to a return path of ours.
    """

    what: What
    why: str
    is_ours: bool = False

    @property
    def is_for_a_person(self) -> bool:
        """Whether somebody should look at it: only a person answers a challenge, or reads what we cannot."""
        return self.what in (What.CHALLENGE, What.UNKNOWN, What.UNREADABLE)


def field(message: Message, name: str) -> str:
    """A header as one line of bounded length; empty where there is none."""
    return " ".join(str(message.get(name, ""))[:_LONGEST_FIELD].split())
