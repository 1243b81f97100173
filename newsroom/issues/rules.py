"""Pure decisions about an issue: its states, what an edit does to them, its next number and date."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, timedelta

DRAFTING, IN_REVIEW, APPROVED, SCHEDULED, GOING_OUT, SENT, CANCELLED = (
    "drafting",
    "in_review",
    "approved",
    "scheduled",
    "going_out",
    "sent",
    "cancelled",
)
LARGEST_NUMBER = 999_999
STATES = (DRAFTING, IN_REVIEW, APPROVED, SCHEDULED, GOING_OUT, SENT, CANCELLED)

# Somebody answered for what the issue says, and it has not begun to go out.
LET_GO = (APPROVED, SCHEDULED)

# What a person reads for a state; one table beside the states, as the glossary asks.
LABELS = {
    DRAFTING: "In preparation",
    IN_REVIEW: "In review",
    APPROVED: "Approved",
    SCHEDULED: "Scheduled",
    GOING_OUT: "Going out",
    SENT: "Sent",
    CANCELLED: "Cancelled",
}

# verb: (states it may start from, state it leads to)
TRANSITIONS: dict[str, tuple[tuple[str, ...], str]] = {
    "edit": ((DRAFTING, IN_REVIEW, APPROVED, SCHEDULED), DRAFTING),
    "ask_for_review": ((DRAFTING,), IN_REVIEW),
    # Once more where something around it changed since: settings, a standing block, a story's consent.
    "approve": ((DRAFTING, IN_REVIEW, APPROVED, SCHEDULED), APPROVED),
    # Its hour is set; any edit takes it back to the desk and the schedule with it.
    "schedule": ((APPROVED,), SCHEDULED),
    "unschedule": ((SCHEDULED,), APPROVED),
    "freeze": ((APPROVED, SCHEDULED), GOING_OUT),
    "unfreeze": ((GOING_OUT,), APPROVED),
    "publish": ((GOING_OUT,), SENT),
    "cancel": ((DRAFTING, IN_REVIEW, APPROVED, SCHEDULED), CANCELLED),
    "reopen": ((CANCELLED,), DRAFTING),
}

_REFUSALS = {
    SENT: "Issue {number} is already sent; what was sent never changes. Correct it instead.",
    SCHEDULED: "Issue {number} is scheduled; stop its schedule first.",
    GOING_OUT: "Issue {number} is going out; stop its dispatch first.",
    CANCELLED: "Issue {number} is cancelled; reopen it first.",
    APPROVED: "Issue {number} is approved already.",
    DRAFTING: "Issue {number} is not approved; check and approve it first.",
    IN_REVIEW: "Issue {number} is in review and not approved yet; approve it first.",
}


# Not frozen: a context manager that it passes through has to note its traceback.
@dataclass(eq=False)
class Refused(Exception):
    """The issue is not in a state in which this can be done; the sentence says what to do instead."""

    sentence: str

    def __str__(self) -> str:
        return self.sentence


def after(verb: str, state: str, number: int) -> str:
    """The state that the verb leads to. Raises Refused where it may not start from this state."""
    sources, target = TRANSITIONS[verb]
    if state not in sources:
        raise Refused(_REFUSALS[state].format(number=number))
    return target


def voided_words(was: str, state: str) -> str:
    """What a change did to the yes that somebody had given, as a sentence; empty where nobody had."""
    if was not in LET_GO or state == was:
        return ""
    return f"It was {LABELS[was].lower()}; that is void now, because nobody approved these words."


def may(verb: str, state: str) -> bool:
    """Whether the verb may start from this state."""
    return state in TRANSITIONS[verb][0]


def next_issue(last: tuple[int, date] | None, cadence_days: int, today: date) -> tuple[int, date]:
    """Number and date of the next issue: one more than the last, one cadence later and never in the past.

    The weekday of the last issue is kept: from a date in the past, whole cadences are added. After the last
    number or the last day of the calendar there is no next one; the last is proposed again.
    """
    if last is None:
        return 1, today
    number, previous = last
    step = max(cadence_days, 1)
    missed = max(0, (today - previous).days - 1) // step
    try:
        proposed = previous + timedelta(days=step * (missed + 1))
    except OverflowError:
        proposed = previous
    return min(number + 1, LARGEST_NUMBER), proposed


@dataclass(frozen=True)
class Head:
    """What stands at the head of an issue."""

    issue_on: date
    subject: str
    preheader: str

    @property
    def version(self) -> str:
        """A mark of what it says: a save names the one it started from, and another one is a conflict.

        The issue's own version will not do, because it counts every section that a colleague saves.
        """
        said = f"{self.issue_on.isoformat()}\n{self.subject}\n{self.preheader}"
        return hashlib.sha256(said.encode()).hexdigest()[:16]


def moved(order: list[str], item: str, offset: int) -> list[str]:
    """The order with one item moved up (negative) or down; at either end it stays where it is."""
    return placed(order, item, order.index(item) + 1 + offset)


def placed(order: list[str], item: str, place: int) -> list[str]:
    """The order with one item at that place, counted from 1; beyond either end means that end."""
    target = min(max(place, 1), len(order)) - 1
    rest = [other for other in order if other != item]
    return [*rest[:target], item, *rest[target:]]


def may_approve(*, four_eyes: bool, approver_id: int, last_editor_id: int | None) -> bool:
    """With four eyes nobody approves what they changed last themselves."""
    return not (four_eyes and approver_id == last_editor_id)


# Why a publisher takes something off the web: what the desk asks, and what the tombstone says after the day.
TAKEN_BACK: dict[str, tuple[str, str]] = {
    "mistaken": ("What it said was wrong", ", because what it said was wrong"),
    "rights": ("Somebody else holds rights in it", ", because somebody else holds rights in it"),
    "asked": ("Somebody whom it concerns asked for it", " at the request of somebody whom it concerns"),
    "outdated": ("It does not hold any more", ", because it does not hold any more"),
    "publisher": ("A reason that readers are not told", ""),
}


def tombstone_words(because: str, day: str) -> str:
    """What stands where a piece stood: who took it back and why, and on which day, in words."""
    if because in TAKEN_BACK:
        return f"We took it out on {day}{TAKEN_BACK[because][1]}."
    if because == "consent":
        return f"We took it out on {day}, because its author no longer allows it to be printed as it was."
    return f"Its author withdrew it on {day}."


def stood_here(noun: str) -> str:
    """The title of a tombstone: what sort of thing stood there, and never how it was called."""
    return f"{'An' if noun[0] in 'aeiou' else 'A'} {noun} stood here"
