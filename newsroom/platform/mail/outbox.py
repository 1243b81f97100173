"""Ordinary letters as rows: written in the unit of work that causes them, sent by the worker afterwards.

`post` adds a letter to the session and never commits, so a letter exists exactly when its cause does.
`work` is the worker's source: it leases what is due, sends it through Flask-Mail after the lease is
committed, and records each answer.  A worker that dies leaves a lease that runs out; the letter then leaves
again with the same Message-ID: at least once.

Limits are kept (`pace`), and nobody waits for one with a letter in hand: what has to wait for the limit of
its domain is put off, and keeps nothing behind it from leaving.

It will not send an issue, nor decide who may read a letter.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from flask import Flask, current_app
from flask_sqlalchemy.pagination import Pagination
from sqlalchemy import ColumnElement, CursorResult, delete, func, or_, select, update

from newsroom.platform import addresses, clock, text
from newsroom.platform.db import db, unit_of_work
from newsroom.platform.jobs import patience, stop_requested, wake
from newsroom.platform.mail import frame as frames
from newsroom.platform.mail import letters as writing
from newsroom.platform.mail import pace
from newsroom.platform.mail.flask_mail import BadHeaderError, Connection, Message, Refused, mail
from newsroom.platform.mail.letters import Letter
from newsroom.platform.mail.message import Unsendable, wire_address, wire_domain
from newsroom.platform.mail.models import OutboxLetter
from newsroom.platform.mail.reply import Reply, Stage
from newsroom.platform.mail.rules import LAST_START, LEASE, LetterState, is_our_trouble, judge

PER_PAGE = 50
KEPT = timedelta(days=30)
"""How long a finished letter is kept: long enough to answer somebody who asks where it went."""

Veto = Callable[[str, str], bool]
"""Takes an address and a kind of letter; says whether it is not to be written."""

_VETO = "newsroom.letters.veto"


def post(letter: Letter, wait: timedelta = timedelta()) -> OutboxLetter:
    """Render the letter and add it to the session; it leaves after the door's commit, and `wait` later.

    Raises `BadAddress` when `to` is no address, `Unsendable` when a header cannot be written: both mean that
    the caller let something through that its form should have stopped.
    """
    frame = frames.current()
    rendered = writing.render(letter, frame)
    now = clock.now()
    row = OutboxLetter(
        kind=letter.kind,
        about=letter.about,
        to=letter.to,
        to_name=text.excerpt(letter.to_name, 200),
        sender=frame.sender_address,
        sender_name=text.excerpt(frame.sender_name, 200),
        reply_to=letter.reply_to or frame.reply_address or None,
        return_path=frame.return_path or frame.sender_address,
        subject=rendered.subject,
        text=rendered.text,
        html=rendered.html,
        headers=writing.headers(letter, frame),
        message_id=f"<{secrets.token_hex(16)}@{wire_domain(frame.domain)}>",
        state=LetterState.QUEUED,
        attempt_count=0,
        next_attempt_at=now + wait,
        created_at=now,
    )
    wire_address(row.to)
    _check(row)
    db.session.add(row)
    if not wait:
        wake("letters")
    return row


def take_back(letter_id: int) -> bool:
    """Destroy a letter that was not begun; False when it has left, or may have. Joins the unit of work."""
    destroyed = db.session.execute(
        delete(OutboxLetter).where(
            OutboxLetter.id == letter_id,
            OutboxLetter.state == LetterState.QUEUED,
            OutboxLetter.attempt_count == 0,
        )
    )
    return cast("CursorResult[Any]", destroyed).rowcount == 1


def _check(row: OutboxLetter) -> None:
    """Write the message once, so that what cannot be sent is refused while somebody can still hear of it."""
    _message(row).as_bytes()


def _message(row: OutboxLetter) -> Message:
    message = Message(
        subject=row.subject,
        recipients=[(row.to_name, row.to)],
        body=row.text,
        html=row.html,
        sender=(row.sender_name, row.sender),
        reply_to=row.reply_to,
        date=row.created_at.timestamp(),
        extra_headers=dict(row.headers),
    )
    message.msgId = row.message_id
    return message


@dataclass(frozen=True)
class _Leased:
    """What the sender needs of a leased row, free of the session."""

    id: int
    message: Message
    return_path: str
    attempt_count: int
    created_at: datetime


@dataclass(frozen=True)
class _Page:
    """Letters that were leased together, and how many were put off for their domain's limit."""

    lease: str = ""
    leased: Sequence[_Leased] = ()
    put_off_count: int = 0


def work(limit: int = 20) -> int:
    """Send up to `limit` letters that are due and give how many were taken up; 0 means nothing is due.

    A source for the worker: safe to call from several at once.  When the server cannot be reached, the
    letters in hand are put off together; when the worker is told to stop, or the lease grows old, those not
    begun go back to the queue. What a stop cuts short was not begun, unless the server had all of it: then it
    is tried again, as after any other answer that nobody has heard.  No more are taken in hand than may
    leave at once (`pace`).
    """
    rhythm = pace.current()
    if rhythm.is_limited and not _is_any_due():
        return 0
    allowed_count = rhythm.take(limit, first=True)
    if not allowed_count:
        rhythm.wait(first=True)
        return 1
    page = _Page()
    done_count = 0
    try:
        page = _lease(secrets.token_hex(16), allowed_count)
        done_count = _send_some(page) if page.leased else 0
    finally:
        rhythm.give_back(allowed_count - done_count)
    return done_count + page.put_off_count


def _send_some(page: _Page) -> int:
    started = time.monotonic()
    trouble: Reply | None = None
    done_count = 0
    with mail.connect() as connection, patience.bounded(connection):
        for letter in page.leased:
            if stop_requested() or time.monotonic() - started > LAST_START.total_seconds():
                break
            reply = trouble or _send(connection, letter)
            if _was_cut_short(reply):
                break
            _record(letter, page.lease, reply)
            done_count += 1
            if is_our_trouble(reply):
                trouble = reply
    if done_count < len(page.leased):
        _give_back(page.lease)
    return done_count


def _was_cut_short(reply: Reply) -> bool:
    """Whether a stop, or trouble in the middle of one, kept a letter from leaving: that was no attempt."""
    return not reply.code and not reply.uncertain and stop_requested()


def rest() -> None:
    """Nothing is kept from one round to the next."""


def _give_back(lease: str) -> None:
    with unit_of_work():
        db.session.execute(
            update(OutboxLetter)
            .where(OutboxLetter.lease == lease)
            .values(
                state=LetterState.QUEUED,
                lease=None,
                lease_until=None,
                attempt_count=OutboxLetter.attempt_count - 1,
            )
            .execution_options(synchronize_session=False)
        )


def _lease(lease: str, limit: int) -> _Page:
    """Take letters that are due in hand; those for whose domain it is too early are put off in the same
    commit."""
    now = clock.now()
    with unit_of_work():
        rows: Sequence[OutboxLetter] = db.session.scalars(
            select(OutboxLetter)
            .where(_is_due(now))
            .order_by(OutboxLetter.next_attempt_at, OutboxLetter.id)
            .limit(limit)
            .with_for_update(skip_locked=True)
        ).all()
        may_leave = _within_limits(rows)
        for row in may_leave:
            row.state, row.lease, row.lease_until = LetterState.SENDING, lease, now + LEASE
            row.attempt_count += 1
            row.waits_for = ""
        found = [_Leased(r.id, _message(r), r.return_path, r.attempt_count, r.created_at) for r in may_leave]
        return _Page(lease, found, len(rows) - len(found))


def _within_limits(rows: Sequence[OutboxLetter]) -> Sequence[OutboxLetter]:
    """Those that may leave now; all others go back until their domain's next turns, which was no attempt."""
    rhythm = pace.current()
    if not rows or not rhythm.has_domains:
        return rows
    domains = [pace.destination(row.to) for row in rows]
    may_leave = []
    for row, domain, turn in zip(rows, domains, rhythm.turns(domains, first=True), strict=True):
        if turn is None:
            may_leave.append(row)
        else:
            row.state, row.lease, row.lease_until = LetterState.QUEUED, None, None
            row.next_attempt_at, row.waits_for = turn, domain
    return may_leave


def ask_again() -> int:
    """Let every letter that waits for a limit ask for its turn anew; gives how many.

    Joins the unit of work.
    """
    now = clock.now()
    # Not what is due: a worker that has it in hand may be waiting for the limit that is being forgotten.
    waiting = OutboxLetter.next_attempt_at > now, OutboxLetter.state == LetterState.QUEUED
    asked = update(OutboxLetter).where(*waiting, OutboxLetter.waits_for != "")
    asked = asked.values(next_attempt_at=now, waits_for="").execution_options(synchronize_session=False)
    return int(cast("CursorResult[Any]", db.session.execute(asked)).rowcount)


def _is_any_due() -> bool:
    query = select(OutboxLetter.id).where(_is_due(clock.now())).limit(1)
    found = db.session.execute(query).first() is not None
    # Whoever waits now must not keep a reader's view of the database open meanwhile.
    db.session.rollback()
    return found


def _is_due(now: datetime) -> ColumnElement[bool]:
    return or_(
        (OutboxLetter.state == LetterState.QUEUED) & (OutboxLetter.next_attempt_at <= now),
        (OutboxLetter.state == LetterState.SENDING) & (OutboxLetter.lease_until <= now),
    )


def _send(connection: Connection, letter: _Leased) -> Reply:
    try:
        connection.send(letter.message, envelope_from=letter.return_path)
    except Refused as refusal:
        return refusal.reply
    except (Unsendable, BadHeaderError) as problem:
        return Reply(554, f"5.6.0 {problem}", Stage.DATA)
    return Reply(250, "2.0.0 Accepted", Stage.DATA)


def _record(letter: _Leased, lease: str, reply: Reply) -> None:
    now = clock.now()
    verdict = judge(reply, letter.attempt_count, letter.created_at, now)
    values = {
        "state": verdict.state,
        "last_reply": str(reply),
        "lease": None,
        "lease_until": None,
        "sent_at": now if verdict.state is LetterState.SENT else None,
    }
    if verdict.next_attempt_at is not None:
        values["next_attempt_at"] = verdict.next_attempt_at
    with unit_of_work():
        # Guarded by the lease: when it ran out and another worker took the letter, that one's word counts.
        db.session.execute(
            update(OutboxLetter)
            .where(OutboxLetter.id == letter.id, OutboxLetter.lease == lease)
            .values(**values)
            .execution_options(synchronize_session=False)
        )


def letters(page: int = 1, state: LetterState | None = None) -> Pagination:
    """Give a page of letters for the desk, newest first; all, or those in one state."""
    chosen = select(OutboxLetter).order_by(OutboxLetter.id.desc())
    if state is not None:
        chosen = chosen.where(OutboxLetter.state == state)
    return db.paginate(chosen, page=page, per_page=PER_PAGE, error_out=False)


def count_since(moment: datetime, address: str, kinds: Collection[str]) -> int:
    """Give how many letters of these kinds were written since then to the mailbox that an address leads to.

    Other capitals, dots and a `+tag` are ways to write one mailbox for most providers. Where they are not,
    two people share a count, which is the lesser evil: whoever wants to fill a mailbox can choose.
    """
    local, domain = addresses.mailbox(address)
    plain = func.replace(func.lower(OutboxLetter.to), ".", "")
    tagged = plain.startswith(f"{local}+", autoescape=True) & plain.endswith(f"@{domain}", autoescape=True)
    of_it = OutboxLetter.kind.in_(kinds) & (OutboxLetter.created_at >= moment)
    to_it = (plain == f"{local}@{domain}") | tagged
    return db.session.scalar(select(func.count()).select_from(OutboxLetter).where(of_it, to_it)) or 0


def is_any_about(about: str, kind: str) -> bool:
    """Whether a letter of this kind about that thing was written, and is still kept."""
    query = select(OutboxLetter.id).where(OutboxLetter.about == about, OutboxLetter.kind == kind)
    return db.session.scalar(query.limit(1)) is not None


def veto_by(app: Flask, veto: Veto) -> None:
    """Let this function say which addresses get no letter of a kind that they did not ask for."""
    app.extensions[_VETO] = veto


def is_vetoed(address: str, kind: str) -> bool:
    """Whether an address must not get a letter of this kind. Ask before a letter to an address that somebody
    typed and nobody has confirmed."""
    veto: Veto | None = current_app.extensions.get(_VETO)
    return veto is not None and veto(address, kind)


def eml(letter_id: int) -> bytes | None:
    """Give a letter as it is or was sent, but for a signature, or None when there is none of that number."""
    row = db.session.get(OutboxLetter, letter_id)
    return None if row is None else _message(row).as_bytes()


def try_again(letter_id: int) -> bool:
    """Queue a failed letter anew, from now on; says whether there was one.  Joins the door's unit of work."""
    row = db.session.get(OutboxLetter, letter_id)
    if row is None or row.state != LetterState.FAILED:
        return False
    row.state, row.attempt_count, row.next_attempt_at = LetterState.QUEUED, 0, clock.now()
    return True


def forget(address: str) -> int:
    """Delete every letter to an address, for somebody who asks to be erased; gives how many.

    Joins the door's unit of work.  A letter that is leaving at this moment leaves.
    """
    return _delete(func.lower(OutboxLetter.to) == address.lower())


def forget_about(about: str) -> int:
    """Delete every letter about a thing that is destroyed, sent or not; gives how many.

    Joins the door's unit of work.  A letter that is leaving at this moment leaves.
    """
    return _delete(OutboxLetter.about == about) if about else 0


def tidy() -> None:
    """Delete letters that were finished (sent or failed) and are older than `KEPT`; called each minute.

    They hold names, addresses and tokens, so nobody should keep them longer than they are useful.
    """
    finished = OutboxLetter.state.in_((LetterState.SENT, LetterState.FAILED))
    with unit_of_work():
        _delete(finished & (OutboxLetter.created_at < clock.now() - KEPT))


def _delete(which: ColumnElement[bool]) -> int:
    return len(db.session.scalars(delete(OutboxLetter).where(which).returning(OutboxLetter.id)).all())
