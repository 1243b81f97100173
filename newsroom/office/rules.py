"""What is due, and the one thing to do next: pure decisions.

It is told everything; it knows no page. An address it gives is that of the room where the thing is done.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from newsroom.delivery import rules as delivery
from newsroom.issues import rules as issues
from newsroom.stories.rules import State

NEAR_DAYS = 3
"""An issue that is due this soon is more urgent than a new story."""

PIPELINE = (
    State.RECEIVED,
    State.TRIAGE,
    State.NEEDS_INFO,
    State.EDITING,
    State.AWAITING_APPROVAL,
    State.APPROVED,
    State.READY,
)
"""The states in which a story waits for the desk, in the order in which it goes through them."""

RUNNING = delivery.RUNNING
"""The states of a dispatch that is not at its end."""

_NUMBERS = ("none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


@dataclass(frozen=True)
class DueIssue:
    """An issue that has not gone out, and how many days are left; a negative number says it is late."""

    number: int
    subject: str
    issue_on: date
    state: str
    days_left: int

    @property
    def label(self) -> str:
        """Its state in words."""
        return issues.LABELS[self.state]

    @property
    def due(self) -> str:
        """How near it is, in words."""
        return days_left(self.days_left)


@dataclass(frozen=True)
class Question:
    """An hour that was set for an issue and not kept, in a sentence; `is_asked` where a decision is due."""

    number: int
    words: str
    is_asked: bool = False


@dataclass(frozen=True)
class Step:
    """The next thing to do: a sentence, the words on the button, and where it leads."""

    sentence: str
    action: str
    href: str


@dataclass(frozen=True)
class Facts:
    """What the next step rests on. `running` is the dispatch on its way, as its issue's number and state."""

    due: tuple[DueIssue, ...]
    running: tuple[int, str] | None
    new_story_count: int
    may_publish: bool
    questions: tuple[Question, ...] = ()


def next_step(facts: Facts) -> Step:
    """The most urgent thing that this person can do."""
    asked = next((question for question in facts.questions if question.is_asked), None)
    if facts.may_publish and asked is not None:
        return Step(asked.words, "Decide", f"/desk/deliveries/{asked.number}")
    if facts.running is not None:
        return _dispatch_step(*facts.running)
    first = facts.due[0] if facts.due else None
    if first is None:
        return Step("No issue is being prepared.", "Open the next issue", "/desk/issues")
    if facts.may_publish and (step := _publisher_step(first)):
        return step
    if first.state == issues.DRAFTING and first.days_left <= NEAR_DAYS:
        return _issue_step(first)
    if facts.new_story_count:
        stories = counted(facts.new_story_count, "new story", "new stories")
        waits = "waits" if facts.new_story_count == 1 else "wait"
        return Step(f"{_capital(stories)} {waits} to be read.", "Read", "/desk/stories?state=received")
    return _issue_step(first)


def _dispatch_step(number: int, state: str) -> Step:
    if state == delivery.PAUSED:
        return Step(f"The dispatch of issue {number} is paused.", "See why", f"/desk/deliveries/{number}")
    return Step(f"Issue {number} is going out.", "Follow it", f"/desk/deliveries/{number}")


def _publisher_step(issue: DueIssue) -> Step | None:
    number = issue.number
    if issue.state == issues.APPROVED:
        return Step(f"Issue {number} is approved: {issue.due}.", "Send it", f"/desk/deliveries/{number}")
    if issue.state == issues.IN_REVIEW:
        return Step(f"Issue {number} waits for your approval.", "Check it", f"/desk/issues/{number}/check")
    return None


def _issue_step(issue: DueIssue) -> Step:
    return Step(
        f"Issue {issue.number} is {issue.label.lower()}: {issue.due}.",
        f"Go on with issue {issue.number}",
        f"/desk/issues/{issue.number}",
    )


def days_left(days: int) -> str:
    """How near a day is, in words."""
    if days == 0:
        return "due today"
    if days == 1:
        return "due tomorrow"
    if days > 0:
        return f"{days} days left"
    return "a day late" if days == -1 else f"{-days} days late"


def counted(count: int, one: str, many: str) -> str:
    """A number with its noun, in words up to ten: `two stories`."""
    words = _NUMBERS[count] if 0 <= count < len(_NUMBERS) else f"{count:,}"
    return f"{words} {one if count == 1 else many}"


def runway(up: int, down: int) -> str:
    """How many stories are ready, by verdict: `two up, none down`."""
    return f"{counted(up, 'up', 'up')}, {counted(down, 'down', 'down')}"


def may_read_letters(*, in_production: bool, administers: bool) -> bool:
    """Who may look into the outbox. Its letters hold links that act for the person they were written to, so
    that outside development only who keeps the house may."""
    return not in_production or administers


def holds_a_key(parts: Iterable[str], key_path: str) -> bool:
    """Whether a letter holds a link that sets somebody's password (its path begins with `key_path`): who
    reads it can become that person, so no role is enough to be shown it."""
    return any(key_path in part for part in parts)


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
