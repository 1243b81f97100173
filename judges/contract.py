"""What a judge is, and what it says. It asks nobody."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from judges.letters import JudgedLetter

LINES = {
    1: "List-Unsubscribe is one https address that can be read, however long its token",
    2: "One click is offered, and both headers of it are signed",
    3: "DKIM passes, a tampered copy fails, DMARC is aligned",
    4: "Date, From, To, Subject, Message-ID once; the Message-ID at our own domain, the same on a retry",
    5: "List headers, Feedback-ID and Precedence on an issue, Auto-Submitted on a notice, nothing personal",
    6: "Subject and names come out as they were put in, and bring no header along",
    7: "Lines, line ends, parts and character sets by the letter of the standards",
    8: "The return path names the delivery, and a real bounce names the recipient",
    9: "Valid HTML",
    10: "Only listed gaps of CSS in Gmail, Outlook, Apple Mail and Yahoo",
    11: "600 pixels wide, and nothing to scroll sideways from 320 to 1000",
    12: "Accessible in light, in dark and with pictures off",
    13: "With pictures blocked nothing of the meaning is lost",
    14: "Nothing is fetched but pictures; links are absolute and say where they lead",
    15: "The footer says why, how to leave, where to change, who, and where to read it on the web",
    16: "Small enough not to be cut",
    17: "No spam by two filters; bad controls score worse",
    18: "No token is left",
    19: "The text part says the same in the same order",
    20: "Right in a real mail program",
}
"""The checklist: what holds, by its number."""


class JudgeMissing(Exception):
    """A judge is not installed here. Its text is a sentence that says how to install it."""


@dataclass(frozen=True)
class Verdict:
    """What one judge says of one letter on one line of the checklist.

    `problems` are sentences for whoever has to mend it, empty when the line holds. `says` is the figure or
    the word that the judge gave, for the report (`-1.1 points`, `41,220 bytes`); it may be empty.
    """

    line: int
    letter: str
    problems: tuple[str, ...] = ()
    says: str = ""

    @property
    def holds(self) -> bool:
        """Whether the letter passes on this line."""
        return not self.problems


@dataclass(frozen=True)
class Judge:
    """A program that somebody else wrote, and how it is asked.

    `version` asks the program itself which one it is and raises `JudgeMissing` where it is not installed.
    `judge` gets all letters at once, so that a program which is slow to start is started once, and gives one
    verdict a letter for each line that it judges of it (none where a line does not concern a letter).
    """

    name: str
    lines: tuple[int, ...]
    version: Callable[[], str]
    judge: Callable[[Sequence[JudgedLetter]], Iterable[Verdict]]


def one_by_one(
    judge: Callable[[JudgedLetter], Iterable[Verdict]],
) -> Callable[[Sequence[JudgedLetter]], Iterable[Verdict]]:
    """Let a function that judges one letter judge them all."""

    def judge_all(letters: Sequence[JudgedLetter]) -> Iterable[Verdict]:
        for letter in letters:
            yield from judge(letter)

    return judge_all
