"""Takes in what waits in a mailbox: each report's effect is committed before the message is removed.

Killed between the two, the message is read again and has no second effect. Removed is only what was sent to a
return path of ours, or names one, and has been dealt with; everything else is kept for a person.
"""

from __future__ import annotations

import logging
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.exc import OperationalError

from newsroom.delivery import service
from newsroom.delivery.mailboxes import MailboxTrouble, Maildir, Waiting
from newsroom.delivery.reports import NoReport, read
from newsroom.delivery.service import Effect
from newsroom.platform.db import db, unit_of_work
from newsroom.platform.jobs import stop_requested
from newsroom.platform.settings import current

log = logging.getLogger(__name__)

NOT_SET_UP = (
    "NEWSROOM_BOUNCE_DOMAIN is not set, so letters have no return path that names their delivery, and no "
    "bounce can be believed. docs/operations.md says how to set it up."
)
TURN_SECONDS = 10.0
"""How long the worker reads at a time; what is left waits for the next minute."""


@dataclass(frozen=True)
class Judged:
    """What a message was: a word for counting, the end of a sentence about it, and whether to keep it."""

    what: str
    sentence: str
    is_kept: bool


_FAILED = Judged("failed", "could not be taken in and stays where it is; the log says more", is_kept=False)


def is_set_up() -> bool:
    """Whether letters have return paths that name their delivery."""
    return bool(current().bounce_domain)


def take_in(message: Waiting) -> Judged:
    """Judge one message and commit its effect."""
    if message.problem:
        return Judged("unreadable", message.problem, is_kept=True)
    found = read(message.data, current().secret_key, current().bounce_domain or "")
    if isinstance(found, NoReport):
        return Judged(found.what.value, found.why, found.is_for_a_person or not found.is_ours)
    with unit_of_work():
        taken = service.record_report(found)
    return Judged(taken.effect.value, taken.sentence, taken.effect is Effect.UNKNOWN)


def collect(
    folder: Path, tell: Callable[[str, Judged], None], goes_on: Callable[[], bool] = lambda: True
) -> None:
    """Take in a Maildir and empty it; `tell` hears of each message. Raises MailboxTrouble."""
    maildir = Maildir(folder)
    for message in maildir.waiting():
        if not goes_on():
            return
        judged = _taken_in(message)
        if judged.is_kept:
            maildir.put_aside(message, judged.sentence)
        elif judged is not _FAILED:
            maildir.remove(message)
        tell(message.name, judged)


def _taken_in(message: Waiting) -> Judged:
    """Judge a message, unless that fails: then it stays, and keeps no other one from being read."""
    try:
        return take_in(message)
    except OperationalError:
        # The database is locked, restarting or full: no other message would fare better.
        raise
    except Exception:
        log.exception("%s could not be taken in", message.name)
        return _FAILED


def look_around() -> None:
    """A tick: take in the Maildir that the settings name, as far as a turn goes."""
    folder = current().bounce_maildir
    if folder is None:
        return
    # Nobody looks through a mailbox with a reader's view of the database open.
    db.session.rollback()
    ends_at = time.monotonic() + TURN_SECONDS
    count: Counter[str] = Counter()
    try:
        collect(
            folder,
            lambda _name, judged: count.update([judged.what]),
            lambda: time.monotonic() < ends_at and not stop_requested(),
        )
    except MailboxTrouble as trouble:
        log.warning("Bounces cannot be collected: %s", trouble)
    finally:
        if count:
            log.info("Bounces collected: %s", ", ".join(f"{count[what]} {what}" for what in sorted(count)))
