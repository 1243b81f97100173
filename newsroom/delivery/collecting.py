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

from flask import current_app
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
TURN_SECONDS = 1.0
"""How long the worker reads before letters and jobs have their turn; what is left has the next one."""
_LEFT_OVER = "newsroom.delivery.bounces_left"


@dataclass(frozen=True)
class Judged:
    """What a message was: a word for counting, the end of a sentence about it, and whether to keep it."""

    what: str
    sentence: str
    is_kept: bool


# So many share a commit, for which each of them would wait for the disk, or so many bytes: a page is closed
# with the message that reaches one of them, and none is longer than `reports.LONGEST`.
_PAGE, _PAGE_BYTES = 100, 4_000_000
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
        (judged,) = _recorded([found])
    return judged


def collect(
    folder: Path, tell: Callable[[str, Judged], None], goes_on: Callable[[], bool] = lambda: True
) -> bool:
    """Take in a Maildir and empty it; `tell` hears of each message. Says whether it came to the end.

    Raises MailboxTrouble.
    """
    maildir = Maildir(folder)
    for page in _pages(maildir.waiting()):
        if not goes_on():
            return False
        for message, judged in zip(page, _taken_in(page), strict=True):
            if judged.is_kept:
                maildir.put_aside(message, judged.sentence)
            elif judged is not _FAILED:
                maildir.remove(message)
            tell(message.name, judged)
    return True


def _pages(messages: Iterator[WaitingFile]) -> Iterator[list[WaitingFile]]:
    """A few messages at a time; those in hand count also where the mailbox vanishes after them."""
    page: list[WaitingFile] = []
    byte_count = 0
    trouble: MailboxTrouble | None = None
    try:
        for message in messages:
            page.append(message)
            byte_count += len(message.data)
            if len(page) == _PAGE or byte_count >= _PAGE_BYTES:
                yield page
                page, byte_count = [], 0
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
    reports = [one for one in found if isinstance(one, Report)]
    if not reports:
        return [one for one in found if isinstance(one, Judged)]
    with unit_of_work():
        recorded = iter(_recorded(reports))
    return [one if isinstance(one, Judged) else next(recorded) for one in found]


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


def _recorded(reports: Sequence[Report]) -> list[Judged]:
    return [
        Judged(taken.effect.value, taken.sentence, taken.effect is Effect.UNKNOWN)
        for taken in service.record_reports(reports)
    ]


def look_around() -> None:
    """A tick: look into the Maildir that the settings name, for a turn; with what is left `work` goes on."""
    _take_a_turn()


def work(_limit: int) -> int:
    """A source: another turn, where the last one left something; how many messages were dealt with."""
    return _take_a_turn() if current_app.extensions.get(_LEFT_OVER) else 0


def _take_a_turn() -> int:
    folder = current().bounce_maildir
    if folder is None:
        return 0
    # Nobody looks through a mailbox with a reader's view of the database open.
    db.session.rollback()
    ends_at = time.monotonic() + TURN_SECONDS
    count: Counter[str] = Counter()
    is_at_end = True
    try:
        is_at_end = collect(
            folder,
            lambda _name, judged: count.update([judged.what]),
            lambda: time.monotonic() < ends_at and not stop_requested(),
        )
    except MailboxTrouble as trouble:
        log.warning("Bounces cannot be collected: %s", trouble)
    finally:
        if count:
            log.info("Bounces collected: %s", ", ".join(f"{count[what]} {what}" for what in sorted(count)))
        done = count.total() - count[_FAILED.what]
        # A turn in which everything failed would fail again at once: it waits for the next minute.
        current_app.extensions[_LEFT_OVER] = bool(done) and not is_at_end
    return done
