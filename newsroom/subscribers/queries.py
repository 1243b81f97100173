"""Every read of subscribers and of the suppression list; nothing here writes.

An address comes in two ways: whole, for whoever writes to it or was allowed to see it; masked, for lists.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask_sqlalchemy.pagination import Pagination
from sqlalchemy import BindParameter, ColumnElement, Select, Text, bindparam, func, or_, select

from newsroom.platform import addresses, bulk, clock
from newsroom.platform.addresses import masked
from newsroom.platform.bulk import among
from newsroom.platform.db import UtcDateTime, db
from newsroom.platform.settings import current
from newsroom.platform.text import clean_line
from newsroom.subscribers import rules
from newsroom.subscribers.events import kept_elsewhere
from newsroom.subscribers.models import Subscriber, SubscriptionEvent, Suppression
from newsroom.subscribers.rules import Reason, State

PER_PAGE = 50
FINGERPRINT_LENGTH = 12
_LONGEST_SEARCH = 100
_ENTRIES_A_STATEMENT = 1_000
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
class Addressee:
    """Somebody as they are needed to judge what came back of a letter to them."""

    token_epoch: int
    confirmed_at: datetime | None


@dataclass(frozen=True)
class SuppressionHolder:
    """Whose a suppressed address is, for eyes that need to recognise and not to use it."""

    public_id: str
    address: str


@dataclass(frozen=True)
class Suppressed:
    """One entry of the suppression list for a person to read.

    `fingerprint` is the beginning of the keyed hash. `holder` is None where no subscriber has the address
    now: they were erased, have moved, or never subscribed.
    """

    id: int
    fingerprint: str
    reason: str
    detail: str
    at: datetime
    holder: SuppressionHolder | None


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


def held_recipients(ids: Sequence[int]) -> dict[int, Recipient]:
    """The same for a few, by number, who stay as they are until the unit of work ends.

    Who is suppressed was looked up by `recipients`; whoever is suppressed since then is confirmed no more.
    """
    found = db.session.connection().execute(_HELD, {"ids": ids, "at": clock.now()})
    return {row[0]: Recipient(*row) for row in found}


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


def addressees(numbers: Collection[int]) -> dict[int, Addressee]:
    """Some thousand subscribers at most by number; who was erased is left out."""
    columns = (Subscriber.id, Subscriber.token_epoch, Subscriber.confirmed_at)
    found = db.session.execute(select(*columns).where(Subscriber.id.in_(numbers)))
    return {row.id: Addressee(row.token_epoch, row.confirmed_at) for row in found}


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


def suppressions(reason: str = "", words: str = "", page: int = 1) -> tuple[Pagination, list[Suppressed]]:
    """A page of the suppression list, the newest first; of one reason, or with words, where they are given.

    Words are looked for in the details, and at the beginning of a fingerprint.
    """
    query = _suppressions(reason, words).order_by(Suppression.id.desc())
    found = db.paginate(query, page=page, per_page=PER_PAGE, error_out=False)
    return found, _with_holders(found.items)


def suppressed(entry_id: int) -> Suppressed | None:
    """One entry of the suppression list; None when it was lifted."""
    row = db.session.get(Suppression, entry_id)
    return _with_holders([row])[0] if row is not None else None


def suppressed_as(fingerprint: str) -> list[Suppressed]:
    """The entries whose fingerprint begins so, two at most: more than one is not one."""
    begins = Suppression.address_hash.startswith(clean_line(fingerprint).lower(), autoescape=True)
    return _with_holders(db.session.scalars(select(Suppression).where(begins).limit(2)).all())


def suppression_counts() -> dict[str, int]:
    """How many entries of the suppression list have which reason, every reason named."""
    rows = db.session.execute(select(Suppression.reason, func.count()).group_by(Suppression.reason))
    found = {row[0]: row[1] for row in rows}
    return {reason.value: found.get(reason.value, 0) for reason in Reason}


SUPPRESSION_COLUMNS = ("fingerprint", "reason", "detail", "since", "subscriber")


def suppression_rows(reason: str = "", words: str = "") -> Iterator[Sequence[str]]:
    """The suppression list as rows of text under `SUPPRESSION_COLUMNS`, the oldest first.

    A subscriber is named as in the desk's addresses, where there still is one.
    """
    cursor = 0
    while True:
        query = _suppressions(reason, words).where(Suppression.id > cursor).order_by(Suppression.id)
        rows = db.session.scalars(query.limit(_ENTRIES_A_STATEMENT)).all()
        for entry in _with_holders(rows):
            holder = entry.holder.public_id if entry.holder else ""
            yield (entry.fingerprint, entry.reason, entry.detail, _iso(entry.at) or "", holder)
        if not rows:
            return
        cursor = rows[-1].id


def _suppressions(reason: str, words: str) -> Select[Suppression]:
    query = select(Suppression)
    if reason:
        query = query.where(Suppression.reason == reason)
    sought = clean_line(words)[:_LONGEST_SEARCH]
    if sought:
        is_said = Suppression.detail.icontains(sought, autoescape=True)
        is_begun = Suppression.address_hash.startswith(sought.lower(), autoescape=True)
        query = query.where(is_said | is_begun)
    return query


def _with_holders(rows: Sequence[Suppression]) -> list[Suppressed]:
    """Entries with whose they are: only somebody who still has the address, and did not move to another."""
    numbers = [row.subscriber_id for row in rows if row.subscriber_id is not None]
    query = select(Subscriber.id, Subscriber.public_id, Subscriber.email, Subscriber.email_key)
    holders = {
        (row.id, suppression_hash(row.email_key)): SuppressionHolder(row.public_id, masked(row.email))
        for some in _in_parts(numbers)
        for row in db.session.execute(query.where(Subscriber.id.in_(some)))
    }
    return [
        Suppressed(
            id=row.id,
            fingerprint=row.address_hash[:FINGERPRINT_LENGTH],
            reason=row.reason,
            detail=row.detail,
            at=row.at,
            holder=holders.get((row.subscriber_id or 0, row.address_hash)),
        )
        for row in rows
    ]


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
    keys = list(address_keys)
    keys_by_hash = dict(zip(rules.suppression_hashes(current().secret_key, keys), keys, strict=True))
    asked = select(bulk.column(list(keys_by_hash), Text))
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
        "never_written_to_again": _never_again(found),
        **kept_elsewhere(subscriber_id),
    }


def _never_again(subscriber: Subscriber) -> dict[str, Any] | None:
    """Why and since when nobody writes to their address, as far as it is on the suppression list."""
    entry = suppression_of(subscriber.email)
    if entry is None:
        return None
    return {"because": rules.REASON_LABELS[entry.reason], "since": _iso(entry.at), "in_detail": entry.detail}


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
    rows = db.session.connection().execute(_REACHABLE, {"ids": ids, "at": clock.now()}).all()
    suppressed = suppressed_among(key for *_, key in rows)
    return [Recipient(*row) for *row, key in rows if key not in suppressed]


def _is_reachable(at: datetime | BindParameter[datetime]) -> ColumnElement[bool]:
    is_awake = or_(Subscriber.paused_until.is_(None), Subscriber.paused_until <= at)
    return (Subscriber.state == State.CONFIRMED.value) & is_awake


# Built once and asked of the table itself, for every few letters of a dispatch: it has no use for objects.
# The columns are a `Recipient`'s.
_TABLE: Any = Subscriber.__table__
_RECIPIENT = select(*(_TABLE.c[name] for name in ("id", "email", "name", "format", "token_epoch"))).order_by(
    _TABLE.c.id
)
_THEY_ARE_REACHABLE = among(Subscriber.id, "ids") & _is_reachable(bindparam("at", type_=UtcDateTime))
_HELD = _RECIPIENT.where(_THEY_ARE_REACHABLE).with_for_update(read=True)
_REACHABLE = _RECIPIENT.add_columns(_TABLE.c.email_key).where(_THEY_ARE_REACHABLE)


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
