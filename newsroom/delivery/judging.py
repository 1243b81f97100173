"""What a bounce means: its kind by its status, and when an address that keeps bouncing is given up. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from newsroom.delivery.rules import HARD_BOUNCES


class Kind(StrEnum):
    """What a report says about one letter."""

    HARD = "hard"
    SOFT = "soft"
    POLICY = "policy"
    COMPLAINT = "complaint"


KIND_LABELS: Final[Mapping[str, str]] = MappingProxyType(
    {
        Kind.HARD: "The address does not exist (hard bounce)",
        Kind.SOFT: "Not now, or nobody says why (soft bounce)",
        Kind.POLICY: "Refused for its content, its size or its sender (policy)",
        Kind.COMPLAINT: "Reported as junk (complaint)",
    }
)
"""What a person reads for each kind, in the order in which a report lists them."""

GENERIC: Final = ("", "5.0.0", "4.0.0")
"""Statuses that say no more than that it failed."""

GIVE_UP_AT: Final = 5.0
"""The score at which an address is given up: what Mailman has begun with since its version 2.1
(`bounce_score_threshold`), which is the longest experience with this that is written down."""

HALF_LIFE: Final = timedelta(days=30)
"""How long it takes until a soft bounce counts for half. A weekly letter is given up after nine failures in a
row, which is two months of a full mailbox; a daily one after six. A monthly letter never is: twelve failures
a year harm nobody's name, and somebody who was away for a season is still there."""

# RFC 3463 3.3: the mailbox exists and is disabled, which the server calls permanent.
_DISABLED = "5.2.1"
# RFC 3463 3.4, 3.7, 3.8: too large for that system, content or security. They tell of the letter or of us.
_ABOUT_US = ("5.6.", "5.7.", "4.6.", "4.7.")
_ABOUT_US_EXACTLY = ("5.1.7", "5.1.8", "5.2.3", "5.3.4", "4.1.7", "4.1.8", "4.3.4")


def kind_of(status: str, *, is_final: bool) -> Kind:
    """The kind of a failure by its enhanced status (RFC 3463). `is_final` when nobody tries any more.

    Only a failure of the address itself (`rules.HARD_BOUNCES`) or of a disabled mailbox is hard. A refusal
    for policy never is, because it says nothing about the person.
    """
    if status.startswith(_ABOUT_US) or status in _ABOUT_US_EXACTLY:
        return Kind.POLICY
    is_hard = is_final and (status in HARD_BOUNCES or status == _DISABLED)
    return Kind.HARD if is_hard else Kind.SOFT


def score(bounced_at: Iterable[datetime], now: datetime) -> float:
    """How much the soft bounces of one address still weigh: one each, halved every `HALF_LIFE`.

    Each letter counts once, however many reports tell of it: so a score of five takes five dispatches.
    """
    return sum(0.5 ** (max(now - at, timedelta()) / HALF_LIFE) for at in bounced_at)


def is_given_up(bounced_at: Iterable[datetime], now: datetime) -> bool:
    """Whether so many letters came back, so lately, that no more are sent there."""
    return score(bounced_at, now) >= GIVE_UP_AT
