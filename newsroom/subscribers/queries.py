"""Every read of subscribers and of the suppression list; nothing here writes.

An address comes in two ways: whole, for whoever writes to it or was allowed to see it; masked, for lists.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask_sqlalchemy.pagination import Pagination
from sqlalchemy import ColumnElement, Select, Text, func, or_, select

from newsroom.platform import addresses, bulk, clock
from newsroom.platform.addresses import masked
from newsroom.platform.db import db
from newsroom.platform.settings import current
from newsroom.subscribers import rules
from newsroom.subscribers.models import Subscriber, SubscriptionEvent, Suppression
from newsroom.subscribers.rules import State

PER_PAGE = 50
# A statement has room for some 32,000 values on SQLite and 65,000 on PostgreSQL.
_IDS_A_STATEMENT = 10_000


@dataclass(frozen=True)
class Recipient:
    """Somebody an issue may be written to now, with what their copy needs. `format` is `html` or `text`."""

    id: int
    email: str
    name: str
    format: str
    token_epoch: int


@dataclass(frozen=True)
class Counts:
    """How many subscribers stand where. `reachable` are those an issue would go to now."""

    by_state: dict[str, int]
    reachable: int
    paused: int
    suppressed: int

    @property
    def total(self) -> int:
        """All subscribers that are kept, whatever their state."""
        return sum(self.by_state.values())


def confirmed(at: datetime | None = None) -> Select[int]:
    """The numbers of those who may be written to, for embedding: `INSERT … FROM confirmed().where(…)`.

    Confirmed and not paused, at a moment (aware; now unless given); with a moment given, whoever confirmed
    after it is not among them. Suppressing an address ends its
    subscription, so the state covers the suppression list too; `recipients` looks it up once more.
    """
    if at is None:
        return select(Subscriber.id).where(_is_reachable(clock.now()))
    return select(Subscriber.id).where(_is_reachable(at), Subscriber.confirmed_at <= at)


def recipients(ids: Collection[int]) -> list[Recipient]:
    """Those of some subscribers who may still be written to, by number; the others are simply not there."""
    found: list[Recipient] = []
    for some in _in_parts(sorted(ids)):
        found += _recipients(some)
    return found


def reachable_count() -> int:
    """How many an issue would go to now."""
    query = select(func.count()).select_from(Subscriber).where(_is_reachable(clock.now()))
    return db.session.execute(query).scalar_one()


def counts() -> Counts:
    """How many subscribers stand in each state, every state named."""
    rows = db.session.execute(select(Subscriber.state, func.count()).group_by(Subscriber.state))
    found: dict[str, int] = {row[0]: row[1] for row in rows}
    by_state = {state.value: found.get(state.value, 0) for state in State}
    reachable = reachable_count()
    suppressed = db.session.execute(select(func.count()).select_from(Suppression)).scalar_one()
    return Counts(by_state, reachable, by_state[State.CONFIRMED] - reachable, suppressed)


def subscriber(subscriber_id: int) -> Subscriber | None:
    """One subscriber by number; None once they were erased."""
    return db.session.get(Subscriber, subscriber_id)


def by_public_id(public_id: str) -> Subscriber | None:
    """One subscriber by the name that stands in the desk's addresses."""
    return db.session.scalars(select(Subscriber).where(Subscriber.public_id == public_id)).one_or_none()


def by_email(email: str) -> Subscriber | None:
    """One subscriber by an address as anybody might type it; None for what is no address."""
    try:
        key = addresses.parse(email).key
    except addresses.NoAddress:
        return None
    return db.session.scalars(select(Subscriber).where(Subscriber.email_key == key)).one_or_none()


def addresses_of(ids: Collection[int]) -> dict[int, str]:
    """The whole addresses of some subscribers, in any state; who was erased is not there."""
    found: dict[int, str] = {}
    for some in _in_parts(sorted(ids)):
        rows = db.session.execute(select(Subscriber.id, Subscriber.email).where(Subscriber.id.in_(some)))
        found.update({row[0]: row[1] for row in rows})
    return found


def masked_addresses_of(ids: Collection[int]) -> dict[int, str]:
    """The same for eyes that need to recognise and not to use them: `rh…@reader.example`."""
    return {number: masked(email) for number, email in addresses_of(ids).items()}


def subscribers_in(state: str = "", page: int = 1) -> Pagination:
    """A page of subscribers, the newest first; of one state when it is named."""
    query = select(Subscriber).order_by(Subscriber.id.desc())
    if state:
        query = query.where(Subscriber.state == state)
    return db.paginate(query, page=page, per_page=PER_PAGE, error_out=False)


def suppressions(page: int = 1) -> Pagination:
    """A page of the suppression list, the newest first. Nobody can read an address from it."""
    query = select(Suppression).order_by(Suppression.id.desc())
    return db.paginate(query, page=page, per_page=PER_PAGE, error_out=False)


def suppression_of(email: str) -> Suppression | None:
    """The suppression of an address as anybody might type it; None when it may be written to."""
    try:
        key = addresses.parse(email).key
    except addresses.NoAddress:
        return None
    query = select(Suppression).where(Suppression.address_hash == suppression_hash(key))
    return db.session.scalars(query).one_or_none()


def suppressed_among(address_keys: Iterable[str]) -> frozenset[str]:
    """Which of some addresses (in their `key` form) are never written to again."""
    secret = current().secret_key
    keys_by_hash = {rules.suppression_hash(secret, key): key for key in address_keys}
    asked = select(*bulk.columns([[address_hash] for address_hash in keys_by_hash], Text))
    rows = db.session.scalars(select(Suppression.address_hash).where(Suppression.address_hash.in_(asked)))
    return frozenset(keys_by_hash[address_hash] for address_hash in rows)


def suppression_hash(address_key: str) -> str:
    """How the suppression list knows an address in its `key` form."""
    return rules.suppression_hash(current().secret_key, address_key)


def history(subscriber_id: int) -> list[SubscriptionEvent]:
    """When and how somebody said yes, changed their mind or left, oldest first."""
    query = select(SubscriptionEvent).where(SubscriptionEvent.subscriber_id == subscriber_id)
    return list(db.session.scalars(query.order_by(SubscriptionEvent.id)))


def letters_today_to(subscriber_id: int) -> int:
    """How many letters somebody asked for in this address's name within the last day."""
    return _letters(SubscriptionEvent.subscriber_id == subscriber_id)


def letters_today_to_new_address(address_key: str) -> int:
    """How many subscribers asked within the last day to have their letter at this address."""
    return _letters(SubscriptionEvent.source == target_of(address_key))


def target_of(address_key: str) -> str:
    """How the history names an address that somebody wants to move to, without saying it."""
    return f"to {suppression_hash(address_key)[:32]}"


def letters_today_for(visitor: str) -> int:
    """How many letters one visitor (a `rules.visitor_hash`) made us write within the last day."""
    return _letters(SubscriptionEvent.ip_hash == visitor) if visitor else 0


def everything_about(subscriber_id: int) -> dict[str, Any] | None:
    """All that is stored about somebody, for their own eyes, ready for JSON; None once they were erased."""
    found = subscriber(subscriber_id)
    if found is None:
        return None
    return {
        "email": found.email,
        "name": found.name,
        "state": found.state,
        "format": found.format,
        "paused_until": _iso(found.paused_until),
        "created_at": _iso(found.created_at),
        "confirmed_at": _iso(found.confirmed_at),
        "left_at": _iso(found.left_at),
        "history": [
            {
                "at": _iso(entry.at),
                "action": entry.action,
                "source": entry.source,
                "wording": entry.wording,
                "network_address_hash": entry.ip_hash,
            }
            for entry in history(subscriber_id)
        ],
    }


def roster(state: str = "") -> Iterator[Sequence[Any]]:
    """Rows of e-mail, name, state, format and time of confirmation, by number; never all in memory."""
    columns = (Subscriber.id, Subscriber.email, Subscriber.name, Subscriber.state, Subscriber.format)
    cursor = 0
    while True:
        query = select(*columns, Subscriber.confirmed_at).where(Subscriber.id > cursor)
        if state:
            query = query.where(Subscriber.state == state)
        rows = db.session.execute(query.order_by(Subscriber.id).limit(_IDS_A_STATEMENT)).all()
        if not rows:
            return
        for row in rows:
            yield (row.email, row.name, row.state, row.format, _iso(row.confirmed_at) or "")
        cursor = rows[-1].id


def _recipients(ids: Collection[int]) -> list[Recipient]:
    query = (
        select(
            Subscriber.id,
            Subscriber.email,
            Subscriber.name,
            Subscriber.format,
            Subscriber.token_epoch,
            Subscriber.email_key,
        )
        .where(Subscriber.id.in_(ids), _is_reachable(clock.now()))
        .order_by(Subscriber.id)
    )
    rows = db.session.execute(query).all()
    suppressed = suppressed_among(row.email_key for row in rows)
    return [
        Recipient(row.id, row.email, row.name, row.format, row.token_epoch)
        for row in rows
        if row.email_key not in suppressed
    ]


def _is_reachable(at: datetime) -> ColumnElement[bool]:
    is_awake = or_(Subscriber.paused_until.is_(None), Subscriber.paused_until <= at)
    return (Subscriber.state == State.CONFIRMED.value) & is_awake


def _letters(whose: ColumnElement[bool]) -> int:
    since = clock.now() - timedelta(days=1)
    query = (
        select(func.count())
        .select_from(SubscriptionEvent)
        .where(whose, SubscriptionEvent.at > since, SubscriptionEvent.action.in_(rules.ASKING))
    )
    return db.session.execute(query).scalar_one()


def _in_parts(values: list[Any]) -> Iterator[list[Any]]:
    for start in range(0, len(values), _IDS_A_STATEMENT):
        yield values[start : start + _IDS_A_STATEMENT]


def _iso(at: datetime | None) -> str | None:
    return at.isoformat(timespec="seconds") if at else None
