"""What a mail server's answer means for an ordinary letter.

Pure: no clock, no database.  A letter is tried for five days (RFC 5321 4.5.4.1 asks for at least four or
five), at growing intervals; it fails only when the server has refused this message or this recipient for
good.  A server that cannot be reached, does not let us in or refuses the sender is our trouble, not the
recipient's: the letter waits.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from newsroom.platform.mail.reply import Reply, Stage

FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=4)
PATIENCE = timedelta(days=5)
LEASE = timedelta(minutes=15)
"""How long a worker may hold a letter before another one takes it over."""
LAST_START = timedelta(minutes=5)
"""How long after taking its lease a worker may begin a letter; then all timeouts together fit the lease."""


class LetterState(StrEnum):
    """Where a letter is."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"


@dataclass(frozen=True)
class Verdict:
    """What becomes of a letter; `next_attempt_at` is set when it is queued again."""

    state: LetterState
    next_attempt_at: datetime | None = None


def judge(reply: Reply, attempt_count: int, created_at: datetime, now: datetime) -> Verdict:
    """Decide after an attempt; `attempt_count` counts this one.

    An uncertain answer is tried again: ordinary letters leave at least once, with the same Message-ID.
    """
    if reply.accepted:
        return Verdict(LetterState.SENT)
    if is_our_trouble(reply):
        return Verdict(LetterState.QUEUED, now + wait(attempt_count))
    if reply.permanent or now - created_at >= PATIENCE:
        return Verdict(LetterState.FAILED)
    return Verdict(LetterState.QUEUED, now + wait(attempt_count))


def is_our_trouble(reply: Reply) -> bool:
    """Say whether no letter at all would leave just now, whoever it is for."""
    if reply.stage in (Stage.CONNECT, Stage.AUTH):
        return True
    return reply.stage is Stage.MAIL and not reply.accepted


def wait(attempt_count: int) -> timedelta:
    """Give 1, 2, 4, 8 … minutes, four hours at most."""
    return min(FIRST_WAIT * 2 ** min(max(attempt_count, 1) - 1, 12), LONGEST_WAIT)
