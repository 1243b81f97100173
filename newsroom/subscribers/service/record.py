"""What every verb of this room does: taking a subscriber in hand, noting what happened, moving them on.

A subscriber is locked before anything is decided about them, and always in the order of their numbers.
No verb of its own: nothing here writes to the audit log.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from enum import Enum
from typing import Final

from sqlalchemy import Text, delete, select, update

from newsroom.platform import bulk, clock
from newsroom.platform.addresses import Address
from newsroom.platform.db import db, new_public_id
from newsroom.platform.mail import outbox
from newsroom.platform.settings import current
from newsroom.subscribers import queries, rules
from newsroom.subscribers.events import subscriber_left
from newsroom.subscribers.links import Holder
from newsroom.subscribers.models import Subscriber, SubscriptionEvent, Suppression
from newsroom.subscribers.rules import Action, State

THE_SUBSCRIBER: Final = "a subscriber"
A_VISITOR: Final = "a visitor"


class LinkVoid(Exception):
    """The link was ours, but what it stood for is no longer so."""


class Outcome(Enum):
    """Whether a verb changed something or found it done."""

    DONE = "done"
    ALREADY = "already"


def subject(subscriber: Subscriber) -> str:
    """The name of a subscriber in the audit log; it tells nothing about them."""
    return f"subscriber {subscriber.public_id}"


def visitor(network_address: str) -> str:
    """Where somebody came from, as a hash that changes every day."""
    return rules.visitor_hash(current().secret_key, clock.now().date(), network_address)


def locked(subscriber_id: int) -> Subscriber | None:
    """The subscriber as it is now, ours until the unit of work ends."""
    query = select(Subscriber).where(Subscriber.id == subscriber_id).with_for_update()
    return db.session.scalars(query.execution_options(populate_existing=True)).one_or_none()


def locked_some(numbers: Collection[int]) -> dict[int, Subscriber]:
    """The same for some thousand at most, by number; who was erased is left out."""
    query = select(Subscriber).where(Subscriber.id.in_(numbers)).order_by(Subscriber.id).with_for_update()
    found = db.session.scalars(query.execution_options(populate_existing=True))
    return {subscriber.id: subscriber for subscriber in found}


def locked_by_key(address_key: str) -> Subscriber | None:
    """The same by the key of their address."""
    return locked_by_keys([address_key]).get(address_key)


def locked_by_keys(address_keys: Sequence[str]) -> dict[str, Subscriber]:
    """The same for many, by the keys of their addresses; who is not here is left out."""
    # In the order of their numbers, so that two units of work never wait for each other.
    asked = select(bulk.column(address_keys, Text))
    query = (
        select(Subscriber).where(Subscriber.email_key.in_(asked)).order_by(Subscriber.id).with_for_update()
    )
    found = db.session.scalars(query.execution_options(populate_existing=True))
    return {subscriber.email_key: subscriber for subscriber in found}


def held(holder: Holder) -> Subscriber:
    """The subscriber whom a link names, locked. Raises `LinkVoid` when the link is of an earlier epoch."""
    subscriber = locked(holder.subscriber_id)
    if subscriber is None or not rules.is_current(holder.epoch, subscriber.token_epoch):
        raise LinkVoid
    return subscriber


def new_row(address: Address, name: str, state: State, at: datetime) -> dict[str, object]:
    """The columns of a new subscriber, for an INSERT."""
    return {
        "public_id": new_public_id(),
        "email": address.email,
        "email_key": address.key,
        "name": name,
        "state": state.value,
        "format": rules.Format.HTML.value,
        "token_epoch": 0,
        "created_at": at,
        "confirmed_at": at if state is State.CONFIRMED else None,
    }


def remember(
    subscriber: Subscriber, action: Action, source: str = "", wording: str = "", visitor: str = ""
) -> None:
    """Add a line to the subscription's own history."""
    db.session.add(
        SubscriptionEvent(
            subscriber_id=subscriber.id,
            at=clock.now(),
            action=action.value,
            source=source,
            wording=wording,
            ip_hash=visitor,
        )
    )


def move(subscriber: Subscriber, after: State) -> None:
    """Change the state, by the table of transitions. Raises `ValueError` for a way that is not in it."""
    before = State(subscriber.state)
    if before is after:
        return
    if not rules.may_become(before, after):
        raise ValueError(f"A subscription that is {before} cannot become {after}.")
    subscriber.state = after.value


def forget(subscriber: Subscriber) -> None:
    """Delete a subscriber with their history and their waiting letters, and tell the floors above.

    That their address is not written to stays on the suppression list; whatever somebody said of it goes.
    """
    outbox.forget(subscriber.email)
    theirs = (Suppression.subscriber_id == subscriber.id) | (
        Suppression.address_hash == queries.suppression_hash(subscriber.email_key)
    )
    wordless = update(Suppression).where(theirs).values(detail="")
    db.session.execute(wordless.execution_options(synchronize_session=False))
    number = subscriber.id
    db.session.flush()
    db.session.expunge(subscriber)
    forget_rows([number])
    subscriber_left.send(subscriber_id=number)


def forget_rows(numbers: Sequence[int]) -> None:
    """Delete subscribers and their history by number, and nothing else."""
    mine = SubscriptionEvent.subscriber_id.in_(numbers)
    db.session.execute(delete(SubscriptionEvent).where(mine).execution_options(synchronize_session=False))
    gone = Subscriber.id.in_(numbers)
    db.session.execute(delete(Subscriber).where(gone).execution_options(synchronize_session=False))
