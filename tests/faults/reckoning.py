"""Who got what: the mail server's log beside the ledger. It starts nothing and waits for nothing."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from email.parser import BytesHeaderParser

from newsroom.delivery import queries
from tests.delivery import stage
from tests.mailserver import MailServer

SUBJECT = "The second call"


class PromiseBroken(AssertionError):
    """Somebody was skipped, written to twice, or is uncertain without a reason. Never tried a second time."""


@dataclass(frozen=True)
class Row:
    """One reader in the ledger of one issue."""

    email: str
    state: str


@dataclass(frozen=True)
class Letter:
    """One message of an issue that the mail server took. The same message again has the same number."""

    email: str
    message_id: str


@dataclass(frozen=True)
class Reckoning:
    """What a campaign came to."""

    kills: int
    letters: int
    duplicates: int
    states: dict[str, int]


Report = Callable[[Reckoning], None]


def read(number: int, ids: list[int], state: str) -> list[Row]:
    """An issue's ledger, which must be whole: everybody who was asked for, and nothing left to do."""
    states = stage.states(number)
    dispatch = stage.dispatch(number)
    _promise(sorted(states) == sorted(ids), f"the ledger of issue {number} is not its audience")
    _promise(dispatch.state == state, f"the dispatch of issue {number} is {dispatch.state}")
    balance = sum(queries.counts(dispatch).values())
    _promise(balance == dispatch.audience_count, f"{balance} of {dispatch.audience_count} are accounted for")
    return [Row(stage.email_of(position), states[one]) for position, one in enumerate(ids, start=1)]


def letters(smtp: MailServer) -> list[Letter]:
    """Every message of an issue that the server took; whoever leaves is sent other letters too."""
    parser = BytesHeaderParser()
    found = []
    for taken in list(smtp.accepted):
        head = parser.parsebytes(taken.data)
        if head["Subject"] == SUBJECT:
            found += [Letter(email, str(head["Message-ID"])) for email in taken.rcpt_to]
    return found


def reckon(ledger: Iterable[Row], taken: list[Letter], kills: int) -> Reckoning:
    """Count it all, whatever it says."""
    duplicates = len(taken) - len(set(taken))
    return Reckoning(kills, len(taken), duplicates, dict(Counter(row.state for row in ledger)))


def judge(ledger: list[Row], taken: list[Letter], excuses: Mapping[str, str], doubts: int) -> None:
    """Compare: each row that is handed over is one message, an uncertain one is one or none, others are none.

    `excuses` says who may be in another state than these two, `doubts` how many may be uncertain. Raises
    `PromiseBroken`.
    """
    _promise(len(taken) == len(set(taken)), f"sent twice: {[x for x, n in Counter(taken).items() if n > 1]}")
    messages = Counter(letter.email for letter in taken)
    sure = Counter(row.email for row in ledger if row.state == "handed_over")
    unsure = Counter(row.email for row in ledger if row.state == "uncertain")
    for row in ledger:
        allowed = ("handed_over", "uncertain", excuses.get(row.email))
        _promise(row.state in allowed, f"{row.email} is {row.state}")
    for email in messages | sure | unsure:
        least, most = sure[email], sure[email] + unsure[email]
        _promise(least <= messages[email] <= most, f"{email} got {messages[email]}, not {least} to {most}")
    _promise(unsure.total() <= doubts, f"{unsure.total()} are uncertain, and {doubts} at most can be")


def _promise(is_kept: object, complaint: str) -> None:
    if not is_kept:
        raise PromiseBroken(complaint)
