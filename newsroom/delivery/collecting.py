"""Takes in what waits in a mailbox: each report's effect is committed before the message is removed.

Killed between the two, the message is read again and has no second effect. Removed is only what was sent to a
return path of ours, or names one, and has been dealt with; everything else is kept for a person.
"""

from __future__ import annotations

import logging
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.exc import OperationalError

from newsroom.delivery import service
from newsroom.delivery.mailboxes import MailboxTrouble, Maildir, Waiting, WaitingFile
from newsroom.delivery.reports import NoReport, Report, read
from newsroom.delivery.service import Effect
from newsroom.platform.db import db, unit_of_work
from newsroom.platform.jobs import stop_requested
from newsroom.platform.settings import current

log = logging.getLogger(__name__)

NOT_SET_UP = (
    "NEWSROOM_BOUNCE_DOMAIN is not set, so letters have no return path that names their delivery, and no "
    "bounce can be believed. docs/operations.md says how to set it up."
)
TURN_SECONDS = 3.0
"""How long the worker reads each minute, in which it sends nothing; what is left waits for the next one."""


@dataclass(frozen=True)
class Judged:
    """What a message was: a word for counting, the end of a sentence about it, and whether to keep it."""

    what: str
    sentence: str
    is_kept: bool


# So many share a commit, for which each of them would wait for the disk; they are twenty megabytes at most.
_PAGE = 20
_FAILED = Judged("failed", "could not be taken in and stays where it is; the log says more", is_kept=False)


def is_set_up() -> bool:
    """Whether letters have return paths that name their delivery."""
    return bool(current().bounce_domain)


def take_in(message: Waiting) -> Judged:
    """Judge one message and commit its effect."""
    found = _read(message)
    if isinstance(found, Judged):
        return found
    with unit_of_work():
        return _record(found)


def collect(
    folder: Path, tell: Callable[[str, Judged], None], goes_on: Callable[[], bool] = lambda: True
) -> None:
    """Take in a Maildir and empty it; `tell` hears of each message. Raises MailboxTrouble."""
    maildir = Maildir(folder)
    for page in _pages(maildir.waiting()):
        if not goes_on():
            return
        for message, judged in zip(page, _taken_in(page), strict=True):
            if judged.is_kept:
                maildir.put_aside(message, judged.sentence)
            elif judged is not _FAILED:
                maildir.remove(message)
            tell(message.name, judged)


def _pages(messages: Iterator[WaitingFile]) -> Iterator[list[WaitingFile]]:
    """A few messages at a time; those in hand count also where the mailbox vanishes after them."""
    page: list[WaitingFile] = []
    trouble: MailboxTrouble | None = None
    try:
        for message in messages:
            page.append(message)
            if len(page) == _PAGE:
                yield page
                page = []
    except MailboxTrouble as vanished:
        trouble = vanished
    if page:
        yield page
    if trouble is not None:
        raise trouble


def _taken_in(page: Sequence[Waiting]) -> list[Judged]:
    """Judge some messages and commit their effects together; where one fails, each by itself."""
    try:
        return _taken_in_together(page)
    except OperationalError:
        # The database is locked, restarting or full: no other message would fare better.
        raise
    except Exception:
        return [_taken_in_alone(message) for message in page]


def _taken_in_together(page: Sequence[Waiting]) -> list[Judged]:
    found = [_read(message) for message in page]
    reports = [(place, one) for place, one in enumerate(found) if isinstance(one, Report)]
    reports.sort(key=lambda numbered: numbered[1].turn)
    if reports:
        with unit_of_work():
            recorded = {place: _record(report) for place, report in reports}
    return [one if isinstance(one, Judged) else recorded[place] for place, one in enumerate(found)]


def _taken_in_alone(message: Waiting) -> Judged:
    """Judge a message, unless that fails: then it stays, and keeps no other one from being read."""
    try:
        return take_in(message)
    except OperationalError:
        raise
    except Exception:
        log.exception("%s could not be taken in", message.name)
        return _FAILED


def _read(message: Waiting) -> Report | Judged:
    if message.problem:
        return Judged("unreadable", message.problem, is_kept=True)
    found = read(message.data, current().secret_key, current().bounce_domain or "")
    if isinstance(found, NoReport):
        return Judged(found.what.value, found.why, found.is_for_a_person or not found.is_ours)
    return found


def _record(report: Report) -> Judged:
    taken = service.record_report(report)
    return Judged(taken.effect.value, taken.sentence, taken.effect is Effect.UNKNOWN)


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
