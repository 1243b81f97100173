"""Bringing lists in and taking them out, by the thousand."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, cast

from sqlalchemy import ColumnElement, Integer, Table, Text, insert, literal, select, update

from newsroom.accounts.service import audit
from newsroom.platform import bulk, clock
from newsroom.platform.db import UtcDateTime, db, new_public_id
from newsroom.platform.text import clean_line
from newsroom.subscribers import messages, queries
from newsroom.subscribers.models import Subscriber, SubscriptionEvent
from newsroom.subscribers.roster import Newcomer
from newsroom.subscribers.rules import Action, Format, State
from newsroom.subscribers.service.record import locked_by_keys

_SUBSCRIBERS: Final = cast("Table", Subscriber.__table__)
_EVENTS: Final = cast("Table", SubscriptionEvent.__table__)


@dataclass(frozen=True)
class RefusedRow:
    """A line that was not imported, and why, as a sentence."""

    line: int
    sentence: str


@dataclass(frozen=True)
class Imported:
    """What became of one chunk of a list."""

    added: int = 0
    confirmed: int = 0
    known: int = 0
    refused: Sequence[RefusedRow] = field(default_factory=tuple)


def import_rows(rows: Iterable[Newcomer], *, consent: str = "", source: str = "import") -> Imported:
    """Bring in one chunk of a list (a few thousand lines), whose addresses are different from each other.

    With `consent`, the words people agreed to elsewhere, they are confirmed at once and get no letter;
    without it they are asked by letter, as if they had signed up. Nobody who left comes back, nobody
    suppressed comes in, and nobody who is here is changed but from waiting to confirmed.
    """
    chunk = {row.address.key: row for row in rows}
    known = locked_by_keys(list(chunk))
    suppressed = queries.suppressed_among(chunk)
    refused = [_refusal(row, known.get(key), key in suppressed) for key, row in chunk.items()]
    newcomers = [row for key, row in chunk.items() if key not in known and key not in suppressed]
    waiting = [row for key, row in known.items() if row.state == State.PENDING and key not in suppressed]
    _add_newcomers(newcomers, consent, source)
    confirmed_count = _confirm_waiting(waiting, consent, source) if consent else 0
    turned_away = tuple(each for each in refused if each is not None)
    return Imported(
        added=len(newcomers),
        confirmed=confirmed_count,
        known=len(chunk) - len(newcomers) - confirmed_count - len(turned_away),
        refused=turned_away,
    )


def record_import(file_name: str, added: int, confirmed: int, refused: int, consent: str = "") -> None:
    """Say in the audit log that a list was brought in."""
    detail = f"{clean_line(file_name)}: {added:,} added, {confirmed:,} confirmed, {refused:,} refused"
    audit("imported", "subscribers", f"{detail} ({consent})" if consent else detail)


def record_export(row_count: int) -> None:
    """Say in the audit log that addresses were taken out."""
    audit("exported", "subscribers", f"{row_count:,} rows")


def _refusal(row: Newcomer, known: Subscriber | None, is_suppressed: bool) -> RefusedRow | None:
    if is_suppressed or (known is not None and known.state in (State.BOUNCED, State.COMPLAINED)):
        return RefusedRow(
            row.line, f"{row.address.email} is on the suppression list and is never written to."
        )
    if known is not None and known.state == State.UNSUBSCRIBED:
        return RefusedRow(row.line, f"{row.address.email} has left, and only its owner can come back.")
    return None


def _add_newcomers(newcomers: Sequence[Newcomer], consent: str, source: str) -> None:
    if not newcomers:
        return
    state = State.CONFIRMED if consent else State.PENDING
    at = clock.now()
    listed = [[each.address.email, each.address.key, each.name, new_public_id()] for each in newcomers]
    added = insert(_SUBSCRIBERS).from_select(
        [
            "email",
            "email_key",
            "name",
            "public_id",
            "state",
            "format",
            "token_epoch",
            "created_at",
            "confirmed_at",
        ],
        select(
            *bulk.columns(listed, Text, Text, Text, Text),
            literal(state.value),
            literal(Format.HTML.value),
            literal(0),
            literal(at, UtcDateTime),
            literal(at if consent else None, UtcDateTime),
        ),
    )
    _remember_many(db.session.scalars(added.returning(_SUBSCRIBERS.c.id)).all(), at, consent, source)
    if consent:
        return
    for subscriber in locked_by_keys([each.address.key for each in newcomers]).values():
        messages.post_confirmation(subscriber)


def _remember_many(numbers: Sequence[int], at: datetime, consent: str, source: str) -> None:
    entry: dict[str, ColumnElement[Any]] = {
        "at": literal(at, UtcDateTime),
        "action": literal(Action.IMPORTED.value),
        "source": literal(source),
        "wording": literal(consent),
        "ip_hash": literal(""),
    }
    subscriber_ids = bulk.column(numbers, Integer)
    db.session.execute(
        insert(_EVENTS).from_select(["subscriber_id", *entry], select(subscriber_ids, *entry.values()))
    )


def _confirm_waiting(waiting: Sequence[Subscriber], consent: str, source: str) -> int:
    if not waiting:
        return 0
    at = clock.now()
    numbers = [subscriber.id for subscriber in waiting]
    db.session.execute(
        update(Subscriber)
        .where(Subscriber.id.in_(numbers))
        .values(state=State.CONFIRMED.value, confirmed_at=at, left_at=None)
        .execution_options(synchronize_session=False)
    )
    _remember_many(numbers, at, consent, source)
    return len(numbers)
