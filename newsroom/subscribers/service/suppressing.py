"""The list of addresses that are never written to again; it holds hashes, not addresses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, select

from newsroom.accounts.service import audit
from newsroom.platform import addresses, clock
from newsroom.platform.db import db, insert_into
from newsroom.platform.text import clean_line
from newsroom.subscribers import queries, rules
from newsroom.subscribers.events import subscriber_left
from newsroom.subscribers.models import Subscriber, Suppression
from newsroom.subscribers.rules import Action, Reason, State
from newsroom.subscribers.service.record import (
    Outcome,
    locked_by_key,
    locked_some,
    move,
    remember,
    subject,
)


@dataclass(frozen=True)
class _Asked:
    """An address that is never to be written to again, and who has it."""

    address_key: str
    subscriber: Subscriber | None
    reason: Reason
    detail: str

    @property
    def address_hash(self) -> str:
        return queries.suppression_hash(self.address_key)


def suppress(email: str, reason: Reason, detail: str = "") -> Outcome:
    """Never write to an address again, whoever has it and whatever list it comes in. Raises `NoAddress`."""
    address = addresses.parse(email)
    (outcome,) = _suppress([_Asked(address.key, locked_by_key(address.key), reason, detail)])
    return outcome


def suppress_subscriber(subscriber_id: int, reason: Reason, detail: str = "") -> Outcome:
    """The same for a subscriber by number, as a bounce names them; nothing when they were erased."""
    (outcome,) = suppress_subscribers([(subscriber_id, reason, detail)])
    return outcome


def suppress_subscribers(asked: Sequence[tuple[int, Reason, str]]) -> list[Outcome]:
    """The same for some thousand at most, in few statements; the outcome for each, in their order."""
    found = locked_some({number for number, _reason, _detail in asked})
    known = [
        _Asked(found[number].email_key, found[number], reason, detail)
        for number, reason, detail in asked
        if number in found
    ]
    outcomes = iter(_suppress(known))
    return [next(outcomes) if number in found else Outcome.ALREADY for number, _reason, _detail in asked]


def lift_suppression(email: str, reason: str) -> Outcome:
    """Take an address off the suppression list, so that its owner may subscribe again. Raises `NoAddress`."""
    return _lift(Suppression.address_hash == queries.suppression_hash(addresses.parse(email).key), reason)


def lift_entry(entry_id: int, reason: str) -> Outcome:
    """The same by the entry's number, for an address that nobody knows any more."""
    return _lift(Suppression.id == entry_id, reason)


def _lift(which: ColumnElement[bool], reason: str) -> Outcome:
    row = db.session.scalars(select(Suppression).where(which).with_for_update()).one_or_none()
    if row is None:
        return Outcome.ALREADY
    audit("lifted", _suppression_subject(row.address_hash), clean_line(reason))
    db.session.delete(row)
    return Outcome.DONE


def _suppress(asked: Sequence[_Asked]) -> list[Outcome]:
    added = _put_on_list(asked)
    left: list[int] = []
    outcomes = []
    for one in asked:
        is_new = one.address_hash in added
        # Of two in one go only the first one adds it.
        added.discard(one.address_hash)
        if is_new:
            audit("suppressed", _suppression_subject(one.address_hash), one.reason.value)
        was_open = one.subscriber is not None and _close(one.subscriber, one.reason)
        if one.subscriber is not None and was_open:
            left.append(one.subscriber.id)
        outcomes.append(Outcome.DONE if is_new or was_open else Outcome.ALREADY)
    db.session.flush()
    for number in left:
        subscriber_left.send(subscriber_id=number)
    return outcomes


def _close(subscriber: Subscriber, reason: Reason) -> bool:
    """Whether somebody was written to, or was about to be, until now."""
    was_open = subscriber.state in (State.PENDING, State.CONFIRMED)
    after = rules.STATE_AFTER[reason]
    if rules.may_become(State(subscriber.state), after):
        move(subscriber, after)
        subscriber.left_at = subscriber.left_at or clock.now()
        subscriber.paused_until = None
        remember(subscriber, Action.SUPPRESSED, reason.value)
        audit("suppressed", subject(subscriber), reason.value)
    return was_open


def put_on_list(address_key: str, reason: Reason, detail: str) -> bool:
    """Whether an address was not on the list yet; there it stands as nobody's. The first reason stays."""
    return bool(_put_on_list([_Asked(address_key, None, reason, detail)]))


def _put_on_list(asked: Sequence[_Asked]) -> set[str]:
    """The hashes of those addresses that were not on the list yet. The first reason stays."""
    if not asked:
        return set()
    rows = [
        {
            "address_hash": one.address_hash,
            "subscriber_id": one.subscriber.id if one.subscriber else None,
            "reason": one.reason.value,
            "detail": clean_line(one.detail)[:300],
            "at": clock.now(),
        }
        for one in asked
    ]
    statement = insert_into(Suppression).values(rows).on_conflict_do_nothing(index_elements=["address_hash"])
    return set(db.session.scalars(statement.returning(Suppression.address_hash)))


def _suppression_subject(address_hash: str) -> str:
    return f"suppression {address_hash[:12]}"
