"""The ledger's own statements: building it, claiming rows, the guarded step to `sending`, results, sweeping.

Each function is one guarded statement or two in the caller's unit of work; none of them commits, sends or
decides what an answer means. A row changes hands only by naming the state and the owner it is believed to
have, so that a worker that was thought dead can change nothing any more.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    Boolean,
    ColumnElement,
    CursorResult,
    Executable,
    and_,
    bindparam,
    delete,
    exists,
    func,
    insert,
    literal,
    literal_column,
    null,
    or_,
    select,
    tuple_,
    update,
)

from newsroom.delivery.models import Delivery, Dispatch, WorkerLease
from newsroom.delivery.rules import OPEN, RUNNING, SENDING, Outcome, without_words
from newsroom.platform.bulk import among
from newsroom.platform.db import WriteOutsideUnitOfWork, current_unit, db
from newsroom.subscribers import queries as subscribers

LEASE = timedelta(seconds=15)

# The statements of the grouped write are built once and go to the table itself: it has no use for objects.
_TABLE: Any = Delivery.__table__
# Written so that no index is asked: SQLite would look at all that a worker has in hand to find a few rows.
_IS_OURS = _TABLE.c.lease_owner.concat(literal_column("''")) == bindparam("owner")
_CLAIM = (
    update(_TABLE)
    .where(_TABLE.c.dispatch_id == bindparam("of"), among(_TABLE.c.subscriber_id, "ids"))
    .values(state="claimed", lease_owner=bindparam("owner"))
)
_BEGIN = (
    update(_TABLE)
    .where(
        _TABLE.c.dispatch_id == bindparam("of"),
        among(_TABLE.c.subscriber_id, "ids"),
        or_(_TABLE.c.state == "claimed", (_TABLE.c.state == "sending") & bindparam("again", type_=Boolean)),
        _IS_OURS,
        exists().where(Dispatch.id == bindparam("of"), Dispatch.state == SENDING),
    )
    .values(state="sending", attempt_count=_TABLE.c.attempt_count + 1)
    .returning(_TABLE.c.subscriber_id, _TABLE.c.attempt_count)
)
# A row that was swept under our name is closed by an answer, and never opened again. What is the same for all
# rows is written out, because SQLAlchemy takes each parameter of each row in hand.
_RECORD = (
    update(_TABLE)
    .where(
        _TABLE.c.dispatch_id == bindparam("of"),
        _TABLE.c.subscriber_id == bindparam("row"),
        _IS_OURS,
        or_(
            _TABLE.c.state == literal_column("'sending'"),
            (_TABLE.c.state == literal_column("'uncertain'")) & bindparam("closes", type_=Boolean),
        ),
    )
    .values(
        state=bindparam("becomes"),
        last_reply=bindparam("said"),
        lease_owner=null(),
        next_attempt_at=bindparam("until"),
        finished_at=bindparam("at"),
        attempt_count=_TABLE.c.attempt_count - bindparam("taken_back"),
    )
)
_PUT_OFF = (
    update(_TABLE)
    .where(
        _TABLE.c.dispatch_id == bindparam("of"),
        _TABLE.c.subscriber_id == bindparam("row"),
        _TABLE.c.state == "claimed",
        _IS_OURS,
    )
    .values(state="pending", lease_owner=None, next_attempt_at=bindparam("until"))
)
_AS_RECORDED = select(
    *(_TABLE.c[name] for name in ("subscriber_id", "state", "last_reply", "next_attempt_at", "finished_at"))
).where(_TABLE.c.dispatch_id == bindparam("of"), among(_TABLE.c.subscriber_id, "ids"))


def freeze_chunk(dispatch: Dispatch, size: int) -> bool:
    """Add the next so many of those who were confirmed when the dispatch began; False when all are in it."""
    audience = subscribers.confirmed(dispatch.created_at).subquery()
    rest = select(audience.c.id).where(audience.c.id > dispatch.freeze_cursor)
    until = audience.c.id <= dispatch.freeze_until
    next_ones = rest.where(until).order_by(audience.c.id).limit(size).subquery()
    highest = db.session.execute(select(func.max(next_ones.c.id))).scalar_one()
    if highest is None:
        return False
    # Bounded by the number and not by a count: on PostgreSQL somebody may leave between the two statements,
    # and the next one in the row would be added twice. By this one bound: given two of them, SQLite goes by
    # the other, which is at the end of the list.
    ids = rest.where(audience.c.id <= highest).subquery()
    rows = select(literal(dispatch.id), ids.c.id, literal("pending"), literal(0))
    db.session.execute(
        insert(Delivery).from_select(["dispatch_id", "subscriber_id", "state", "attempt_count"], rows)
    )
    dispatch.freeze_cursor = highest
    return True


def forget(dispatch_id: int) -> None:
    """Remove the rows of a dispatch that never began."""
    db.session.execute(delete(Delivery).where(Delivery.dispatch_id == dispatch_id))


def audience_count(dispatch_id: int) -> int:
    """How many rows a dispatch has."""
    query = select(func.count()).select_from(Delivery).where(Delivery.dispatch_id == dispatch_id)
    return db.session.execute(query).scalar_one()


def claim(dispatch_id: int, owner: str, limit: int, now: datetime) -> list[int]:
    """Take rows that are due: the numbers of their subscribers. They are ours as long as the lease lives.

    Those that were put off come first, so that nobody is overtaken for ever.
    """
    ids: list[int] = []
    for which in _due_ranges(now):
        if len(ids) < limit:
            ids += _due_ids(dispatch_id, which, limit - len(ids))
    if ids:
        _executed(_CLAIM, {"of": dispatch_id, "ids": ids, "owner": owner})
    return ids


def _due_ids(dispatch_id: int, which: ColumnElement[bool], limit: int) -> list[int]:
    # In the order of the index, so that a page costs the same at the end of a million rows.
    query = (
        select(Delivery.subscriber_id)
        .where(Delivery.dispatch_id == dispatch_id, which)
        .order_by(Delivery.next_attempt_at, Delivery.subscriber_id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return list(db.session.execute(query).scalars())


def begin(dispatch_id: int, subscriber_id: int, owner: str) -> int | None:
    """`begin_some` for one row: the number of this attempt, from 1; None where the step was refused."""
    return begin_some(dispatch_id, [subscriber_id], owner).get(subscriber_id)


def begin_some(dispatch_id: int, ids: Collection[int], owner: str, *, again: bool = False) -> dict[int, int]:
    """Step from `claimed` to `sending`, where the row is still ours and as long as the dispatch sends.

    `again` says that the same step was tried before and nobody heard whether it was kept: then a row of ours
    may say `sending` already. Gives the number of this attempt, from 1, for each row that took the step.
    """
    asked = {"of": dispatch_id, "ids": ids, "owner": owner, "again": again}
    return {row.subscriber_id: row.attempt_count for row in _executed(_BEGIN, asked)} if ids else {}


def put_off(dispatch_id: int, owner: str, moments: Mapping[int, datetime]) -> None:
    """Give claimed rows back until a moment each, because a limit was reached; that was no attempt."""
    asked = {"of": dispatch_id, "owner": owner}
    if moments:
        _executed(_PUT_OFF, [{**asked, "row": number, "until": at} for number, at in moments.items()])


def ask_again(now: datetime) -> int:
    """Let every row of a running dispatch that waits for a limit ask for its turn anew; gives how many."""
    running = select(Dispatch.id).where(Dispatch.state.in_(RUNNING))
    put_off = and_(
        Delivery.dispatch_id.in_(running), Delivery.state == "pending", Delivery.next_attempt_at > now
    )
    return _update(put_off, next_attempt_at=None)


def close(dispatch_id: int, subscriber_id: int, owner: str, state: str, reason: str, now: datetime) -> None:
    """Close a claimed row without a letter: `skipped`, or `failed` where none can be made."""
    _update(
        and_(_row(dispatch_id, subscriber_id), _held("claimed", owner)),
        state=state,
        last_reply=reason,
        finished_at=now,
        lease_owner=None,
    )


def record(dispatch_id: int, owner: str, outcomes: Mapping[int, Outcome], now: datetime) -> set[int]:
    """Write what came of attempts, by subscriber; those whose row was still ours.

    A row that was swept while we waited for its answer is `uncertain` under our name: an answer that closes
    it makes it certain after all, and one that would open it again comes too late.
    """
    if not outcomes:
        return set()
    rows = [_recorded(dispatch_id, owner, number, outcome, now) for number, outcome in outcomes.items()]
    if _executed(_RECORD, rows).rowcount == len(rows):
        return set(outcomes)
    # Some were taken from us. A moment of ours, to the microsecond, nobody else has written.
    found = set(_executed(_AS_RECORDED, {"of": dispatch_id, "ids": list(outcomes)}))
    names = ("row", "becomes", "said", "until", "at")
    return {row["row"] for row in rows if tuple(row[name] for name in names) in found}


def _recorded(
    dispatch_id: int, owner: str, subscriber_id: int, outcome: Outcome, now: datetime
) -> dict[str, Any]:
    return {
        "of": dispatch_id,
        "owner": owner,
        "row": subscriber_id,
        "becomes": outcome.state,
        "said": outcome.reply,
        "until": now + outcome.wait if outcome.wait else None,
        "at": None if outcome.state in OPEN else now,
        "closes": outcome.state not in OPEN,
        "taken_back": int(not outcome.is_attempt),
    }


def note_bounces(said: Mapping[tuple[int, int], str]) -> None:
    """Keep with rows, by dispatch and subscriber, what a bounce said about them later.

    Their states stay what the server's answer made them.
    """
    step = (
        update(_TABLE)
        .where(_TABLE.c.dispatch_id == bindparam("of"), _TABLE.c.subscriber_id == bindparam("row"))
        .values(last_reply=bindparam("said"))
    )
    noted = [
        {"of": dispatch_id, "row": subscriber_id, "said": f"Bounced: {words}"[:500]}
        for (dispatch_id, subscriber_id), words in said.items()
    ]
    if noted:
        _executed(step, noted)


def forget_words(subscriber_id: int) -> None:
    """Leave only the codes of what was said about one subscriber's letters: its words may name them."""
    dispatches = db.session.scalars(select(Dispatch.id)).all()
    # By the numbers of all dispatches, because the ledger is in their order.
    query = select(Delivery.dispatch_id, Delivery.last_reply).where(
        Delivery.dispatch_id.in_(dispatches), Delivery.subscriber_id == subscriber_id
    )
    for row in db.session.execute(query).all():
        if row.last_reply:
            _update(_row(row.dispatch_id, subscriber_id), last_reply=without_words(row.last_reply))


def give_back(owner: str) -> None:
    """Put what this owner has claimed and not begun back to `pending`."""
    _update(_held("claimed", owner), state="pending", lease_owner=None)


def dead_owners(now: datetime) -> list[str]:
    """Owners that have rows in hand and no lease that lives; no owner ever lives again."""
    alive = select(WorkerLease.owner).where(WorkerLease.expires_at > now)
    query = select(Delivery.lease_owner).where(
        Delivery.lease_owner.is_not(None),
        Delivery.state.in_(("claimed", "sending")),
        Delivery.lease_owner.not_in(alive),
    )
    return [owner for owner in db.session.execute(query.distinct()).scalars() if owner is not None]


def sweep(owners: Sequence[str], now: datetime) -> int:
    """Take over what dead workers left: `claimed` goes back to `pending`, `sending` becomes `uncertain`.

    The owners are named, because PostgreSQL looks at a row that changed meanwhile again, but not at the
    leases: it would take a row from a worker that has only just begun to live. Rows that a worker still has
    locked, whose network died in the middle of a write, are left for the next time: nobody waits for them.
    """
    left = Delivery.lease_owner.in_(owners)
    freed = _update(_unlocked(left, Delivery.state == "claimed"), state="pending", lease_owner=None)
    reason = "The worker died between the first byte of this letter and the server’s answer."
    uncertain = _update(
        _unlocked(left, Delivery.state == "sending"), state="uncertain", last_reply=reason, finished_at=now
    )
    ended = select(WorkerLease.owner).where(WorkerLease.expires_at < now - LEASE)
    db.session.execute(
        delete(WorkerLease).where(WorkerLease.owner.in_(ended.with_for_update(skip_locked=True)))
    )
    return freed + uncertain


def _unlocked(*which: ColumnElement[bool]) -> ColumnElement[bool]:
    """Those of these rows that nobody has locked. They are ours to change from here on."""
    found = select(Delivery.dispatch_id, Delivery.subscriber_id).where(*which)
    key = tuple_(Delivery.dispatch_id, Delivery.subscriber_id)
    return key.in_(found.with_for_update(skip_locked=True))


def has_due_rows(dispatch_id: int, now: datetime) -> bool:
    """Whether there is a row that could be claimed now."""
    mine = select(Delivery.subscriber_id).where(Delivery.dispatch_id == dispatch_id)
    return any(
        db.session.execute(mine.where(which).limit(1)).first() is not None for which in _due_ranges(now)
    )


def is_held_by_others(dispatch_id: int) -> bool:
    """Whether some worker, alive or not yet known to be dead, has rows of this dispatch in hand."""
    held = Delivery.state.in_(("claimed", "sending"))
    query = select(Delivery.subscriber_id).where(Delivery.dispatch_id == dispatch_id, held).limit(1)
    return db.session.execute(query).first() is not None


def has_open_rows(dispatch_id: int) -> bool:
    """Whether anything of a dispatch is still to be done, now or later."""
    query = select(Delivery.subscriber_id).where(
        Delivery.dispatch_id == dispatch_id, Delivery.state.in_(OPEN)
    )
    return db.session.execute(query.limit(1)).first() is not None


def close_open_rows(dispatch_id: int, reason: str, now: datetime) -> int:
    """Skip everything that has not begun, because the dispatch is cancelled."""
    waiting = Delivery.state.in_(("pending", "claimed", "deferred"))
    return _update(
        and_(Delivery.dispatch_id == dispatch_id, waiting),
        state="skipped",
        last_reply=reason,
        finished_at=now,
        lease_owner=None,
    )


def open_again(dispatch_id: int, state: str, subscriber_id: int | None = None) -> int:
    """Put rows of one state back to `pending`, all of them or one subscriber's.

    Only of those who may still be written to; the others keep what the server said about them.
    """
    reachable = Delivery.subscriber_id.in_(subscribers.confirmed())
    which = and_(Delivery.dispatch_id == dispatch_id, Delivery.state == state, reachable)
    if subscriber_id is not None:
        which = and_(which, Delivery.subscriber_id == subscriber_id)
    return _update(
        which, state="pending", next_attempt_at=None, finished_at=None, attempt_count=0, lease_owner=None
    )


def last_closed_states(dispatch_id: int, since: datetime | None, count: int) -> list[str]:
    """The states of the last rows that a server's answer closed since an instant, newest first."""
    query = select(Delivery.state).where(
        Delivery.dispatch_id == dispatch_id,
        Delivery.state.in_(("handed_over", "failed")),
        Delivery.finished_at.is_not(None),
    )
    if since is not None:
        query = query.where(Delivery.finished_at >= since)
    return list(db.session.execute(query.order_by(Delivery.finished_at.desc()).limit(count)).scalars())


def _due_ranges(now: datetime) -> tuple[ColumnElement[bool], ...]:
    """What is due, as ranges of the index over state and moment."""
    return (
        and_(Delivery.state == "deferred", Delivery.next_attempt_at <= now),
        and_(Delivery.state == "pending", Delivery.next_attempt_at <= now),
        and_(Delivery.state == "pending", Delivery.next_attempt_at.is_(None)),
    )


def _row(dispatch_id: int, subscriber_id: int) -> ColumnElement[bool]:
    return and_(Delivery.dispatch_id == dispatch_id, Delivery.subscriber_id == subscriber_id)


def _held(state: str, owner: str) -> ColumnElement[bool]:
    return and_(Delivery.state == state, Delivery.lease_owner == owner)


def _executed(statement: Executable, values: dict[str, Any] | list[dict[str, Any]]) -> CursorResult[Any]:
    if current_unit() is None:
        raise WriteOutsideUnitOfWork("Open `with unit_of_work():` around this write.")
    # What the unit of work has changed so far, such as the state of the dispatch, has to be seen by it.
    db.session.flush()
    return db.session.connection().execute(statement, values)


def _update(which: ColumnElement[bool], **values: object) -> int:
    statement = update(Delivery).where(which).values(**values).execution_options(synchronize_session=False)
    return int(db.session.execute(statement).rowcount)  # type: ignore[attr-defined]
