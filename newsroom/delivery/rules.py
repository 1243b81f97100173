"""Pure decisions about sending: states of a dispatch, what a server's answer means, when to try again."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from newsroom.platform.days import long_date
from newsroom.platform.mail.reply import Reply, Stage

FREEZING, SENDING, PAUSED, CANCELLED, FINISHED = "freezing", "sending", "paused", "cancelled", "finished"

DISPATCH_LABELS = {
    FREEZING: "Counting the audience",
    SENDING: "Sending",
    PAUSED: "Paused",
    CANCELLED: "Cancelled",
    FINISHED: "Finished",
}

# The states of a dispatch that is not at its end, and of one that is.
RUNNING = (FREEZING, SENDING, PAUSED)
AT_END = (CANCELLED, FINISHED)

# The states of a schedule, with what a person reads.
WAITING, ASKING, BEGUN, STOPPED, VOID, NOT_SENT = (
    "waiting",
    "asking",
    "begun",
    "stopped",
    "void",
    "refused",
)
SCHEDULE_LABELS = {
    WAITING: "Waiting for its hour",
    ASKING: "Asks what to do",
    BEGUN: "Begun",
    STOPPED: "Stopped",
    VOID: "Void",
    NOT_SENT: "Could not be sent",
}
# An issue has at most one that is open.
OPEN_SCHEDULES = (WAITING, ASKING)

# The states of a ledger row, in the order in which a report lists them, with what a person reads.
DELIVERY_LABELS = {
    "pending": "Waiting",
    "claimed": "Claimed by a worker",
    "sending": "Being handed over",
    "handed_over": "Handed over",
    "deferred": "To be tried again",
    "failed": "Refused",
    "uncertain": "Uncertain",
    "skipped": "Skipped",
}
OPEN = ("pending", "claimed", "sending", "deferred")
CLOSED = ("handed_over", "failed", "uncertain", "skipped")

TRANSITIONS: dict[str, tuple[tuple[str, ...], str]] = {
    "begin": ((FREEZING,), SENDING),
    "pause": ((SENDING,), PAUSED),
    "resume": ((PAUSED,), SENDING),
    "cancel": ((FREEZING, SENDING, PAUSED), CANCELLED),
    "finish": ((SENDING,), FINISHED),
    "retry": ((SENDING, PAUSED, FINISHED), SENDING),
}

_REFUSALS = {
    "pause": "Only a dispatch that is sending can be paused; this one is {state}.",
    "resume": "Only a paused dispatch can be resumed; this one is {state}.",
    "cancel": "This dispatch is {state}; there is nothing left to cancel.",
    "retry": "This dispatch is {state}; nothing of it can be tried again.",
}

# What stands in a row before a server's words, where these are not the reason.
SERVER_HAD_SAID = " The server had said: "

MOST_ATTEMPTS = 12
FIRST_WAIT = timedelta(minutes=2)
LONGEST_WAIT = timedelta(hours=24)
# A server that suddenly refuses most letters means something else than many wrong addresses.
RATIO_WINDOW, RATIO_FLOOR, RATIO_LIMIT = 200, 20, 0.3

# RFC 3463 3.2 and RFC 7505: the address does not exist. Not among them are 5.1.0 and 5.1.4, which leave that
# open, and 5.1.7 and 5.1.8, which are about the sender though many servers say them at RCPT.
HARD_BOUNCES = ("5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10")
_BAD_SENDER = ("5.1.7", "5.1.8")
# RFC 5321 4.2.3: what these refuse is the mailbox; the others refuse a command, or do not say what.
_ABOUT_MAILBOX = (550, 551, 552, 553)
_ADDRESS = re.compile(r"<?[^\s<>()\[\]:;,\"']+@[^\s<>()\[\]:;,\"']+>?")
_LONGEST_REPLY = 500
# What we put before an answer, then its reply code, its enhanced status, or both.
_CODES = re.compile(
    r"(?:Bounced: |Given up after \d+ attempts: )?"
    r"(?:[245]\d\d(?![\d.])(?:[ -][245]\.\d{1,3}\.\d{1,3})?|[245]\.\d{1,3}\.\d{1,3})"
)


class Refused(Exception):
    """The dispatch is not in a state in which this can be done; the text says why."""


@dataclass(frozen=True)
class Outcome:
    """What became of one attempt.

    `state` is the ledger row's new state. `wait` is set when it is to be tried again, `pauses` when the whole
    dispatch has to stop, `is_hard_bounce` when the address does not exist and must be suppressed. Where the
    letter never got as far as its own recipient, that was no attempt at this one. `given_up_for` is set when
    the letter has failed for its recipient's sake though the address may exist, by a refusal or because it
    was put off until nobody tries any more: the enhanced status that came last, or 5.0.0 or 4.0.0.
    """

    state: str
    reply: str
    wait: timedelta | None = None
    pauses: bool = False
    is_hard_bounce: bool = False
    is_attempt: bool = True
    given_up_for: str = ""


def after(verb: str, state: str) -> str:
    """The dispatch's state after a verb. Raises Refused where it may not start from this state."""
    sources, target = TRANSITIONS[verb]
    if state not in sources:
        label = DISPATCH_LABELS[state].lower()
        raise Refused(
            _REFUSALS.get(verb, "This cannot be done while the dispatch is {state}.").format(state=label)
        )
    return target


def after_retry(state: str) -> str:
    """The state when letters of a dispatch are opened again: what was paused stays so. Raises Refused."""
    target = after("retry", state)
    return state if state == PAUSED else target


def is_over(state: str, finished_at: datetime | None, now: datetime, kept: timedelta) -> bool:
    """Whether a dispatch has been at its end for so long that nobody is named in its ledger any more."""
    return state in AT_END and finished_at is not None and finished_at <= now - kept


def shrunk(number: int, day: date) -> str:
    """What a person is told who looks for names in a ledger that has shrunk."""
    return (
        f"The ledger of issue {number} shrank to its figures on {long_date(day)}: how many letters came to "
        "what is kept, and whom they were for is not."
    )


def tried_again(number: int, count: int) -> str:
    """What a person is told after they asked for another try of an issue's letters."""
    if not count:
        return (
            f"No letter of issue {number} is tried again: none that was refused or put off may still be sent."
        )
    return f"{counted(count, 'letter')} of issue {number} {'is' if count == 1 else 'are'} tried again."


def counted(count: int, noun: str) -> str:
    """`1 letter`, `2,000 letters`: for nouns that take an s."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def outcome(reply: Reply, attempt_count: int, jitter: float) -> Outcome:
    """What a server's answer means for one ledger row (RFC 5321 4.2, RFC 3463 for the enhanced codes).

    `attempt_count` counts this attempt; `jitter` is between 0 and 1 and spreads the next one.
    """
    said = for_the_ledger(str(reply))
    if reply.accepted:
        return Outcome("handed_over", said)
    if reply.uncertain:
        return Outcome("uncertain", said)
    if _is_trouble_of_ours(reply):
        return Outcome("pending", said, pauses=True, is_attempt=False)
    if reply.permanent:
        is_hard = reply.stage is Stage.RCPT and _enhanced(reply) in HARD_BOUNCES
        given_up_for = "" if is_hard else _status_of_recipient(reply)
        return Outcome("failed", said, is_hard_bounce=is_hard, given_up_for=given_up_for)
    if attempt_count >= MOST_ATTEMPTS:
        given_up = f"Given up after {attempt_count} attempts: {said}"[:_LONGEST_REPLY]
        return Outcome("failed", given_up, given_up_for=_status_of_recipient(reply))
    return Outcome("deferred", said, wait=wait(attempt_count, jitter))


def wait(attempt_count: int, jitter: float) -> timedelta:
    """2, 4, 8 … minutes and up to half as much again, a day at most."""
    plain = min(FIRST_WAIT * 2 ** min(max(attempt_count, 1) - 1, 16), LONGEST_WAIT)
    return min(plain * (1 + jitter / 2), LONGEST_WAIT)


def fails_too_often(states: list[str]) -> bool:
    """Whether so many of the last rows that were closed failed that a person should look first."""
    failed = states.count("failed")
    return failed >= RATIO_FLOOR and failed > RATIO_LIMIT * len(states)


def for_the_ledger(said: str) -> str:
    """A server's sentence without the addresses in it, which must not outlive an erasure; never too long."""
    return _ADDRESS.sub("(address)", said)[:_LONGEST_REPLY]


def without_words(said: str) -> str:
    """What stands in a ledger row without a server's words, which may name somebody: codes and our own
    sentences."""
    codes = _CODES.match(said)
    return codes[0].strip() if codes else said.partition(":")[0]


def _is_trouble_of_ours(reply: Reply) -> bool:
    """No letter at all would leave: no server answers, it refuses to let us in, or it refuses our sender."""
    if reply.stage in (Stage.CONNECT, Stage.AUTH):
        return not 400 <= reply.code < 500
    return reply.permanent and (reply.stage is Stage.MAIL or _is_about_sender(reply))


def _is_about_sender(reply: Reply) -> bool:
    # Postfix, among others, keeps its refusal of the sender until RCPT.
    return reply.stage is Stage.RCPT and _enhanced(reply) in _BAD_SENDER


def _status_of_recipient(reply: Reply) -> str:
    """The status of an answer about the recipient; empty where it is about the server, or about us."""
    status = _enhanced(reply)
    # RFC 3463 3.3 and 3.4: a mailbox, and the mail system that we speak to, which serves everybody.
    if status:
        is_theirs = reply.stage is Stage.RCPT and not status.startswith(("4.3.", "5.3."))
        return status if is_theirs or status.startswith(("4.2.", "5.2.")) else ""
    if reply.stage is not Stage.RCPT:
        return ""
    if reply.permanent:
        return "5.0.0" if reply.code in _ABOUT_MAILBOX else ""
    return "4.0.0"


def _enhanced(reply: Reply) -> str:
    first = reply.text.split(" ", 1)[0]
    return first if first.count(".") == 2 and first.replace(".", "").isdigit() else ""
