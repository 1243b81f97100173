"""The list of addresses that are never written to again; it holds hashes, not addresses."""

from __future__ import annotations

from sqlalchemy import ColumnElement, select

from newsroom.accounts.service import audit
from newsroom.platform import addresses, clock
from newsroom.platform.db import db, insert_into
from newsroom.platform.text import clean_line
from newsroom.subscribers import queries, rules
from newsroom.subscribers.events import subscriber_left
from newsroom.subscribers.models import Subscriber, Suppression
from newsroom.subscribers.rules import Action, Reason, State
from newsroom.subscribers.service.record import Outcome, locked, locked_by_key, move, remember, subject


def suppress(email: str, reason: Reason, detail: str = "") -> Outcome:
    """Never write to an address again, whoever has it and whatever list it comes in. Raises `NoAddress`."""
    address = addresses.parse(email)
    subscriber = locked_by_key(address.key)
    return _suppress(address.key, subscriber, reason, detail)


def suppress_subscriber(subscriber_id: int, reason: Reason, detail: str = "") -> Outcome:
    """The same for a subscriber by number, as a bounce names them; nothing when they were erased."""
    subscriber = locked(subscriber_id)
    if subscriber is None:
        return Outcome.ALREADY
    return _suppress(subscriber.email_key, subscriber, reason, detail)


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


def _suppress(address_key: str, subscriber: Subscriber | None, reason: Reason, detail: str) -> Outcome:
    is_new = put_on_list(address_key, reason, detail, subscriber.id if subscriber else None)
    if is_new:
        audit("suppressed", _suppression_subject(queries.suppression_hash(address_key)), reason.value)
    if subscriber is None:
        return Outcome.DONE if is_new else Outcome.ALREADY
    after = rules.STATE_AFTER[reason]
    was_open = subscriber.state in (State.PENDING, State.CONFIRMED)
    if rules.may_become(State(subscriber.state), after):
        move(subscriber, after)
        subscriber.left_at = subscriber.left_at or clock.now()
        subscriber.paused_until = None
        remember(subscriber, Action.SUPPRESSED, reason.value)
        audit("suppressed", subject(subscriber), reason.value)
    db.session.flush()
    if was_open:
        subscriber_left.send(subscriber_id=subscriber.id)
    return Outcome.DONE if is_new or was_open else Outcome.ALREADY


def put_on_list(address_key: str, reason: Reason, detail: str, subscriber_id: int | None = None) -> bool:
    """Whether the address was not on the list yet. The first reason stays."""
    row = {
        "address_hash": queries.suppression_hash(address_key),
        "subscriber_id": subscriber_id,
        "reason": reason.value,
        "detail": clean_line(detail)[:300],
        "at": clock.now(),
    }
    statement = insert_into(Suppression).values(**row).on_conflict_do_nothing(index_elements=["address_hash"])
    return bool(db.session.scalars(statement.returning(Suppression.id)).all())


def _suppression_subject(address_hash: str) -> str:
    return f"suppression {address_hash[:12]}"
