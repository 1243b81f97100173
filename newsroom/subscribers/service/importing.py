"""Bringing lists in and taking them out, by the thousand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, NamedTuple, cast

from sqlalchemy import ColumnElement, Integer, Table, Text, insert, literal, select, update

from newsroom.accounts.service import audit
from newsroom.platform import bulk, clock
from newsroom.platform.db import UtcDateTime, db, new_public_ids
from newsroom.platform.text import clean_line
from newsroom.subscribers import messages, queries
from newsroom.subscribers.models import Subscriber, SubscriptionEvent
from newsroom.subscribers.roster import MetLines, Newcomer
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


class _Here(NamedTuple):
    """A subscriber who was here before the chunk: their number and state."""

    number: int
    state: str


def import_rows(
    rows: Iterable[Newcomer], *, consent: str = "", source: str = "import", met: MetLines | None = None
) -> Imported:
    """Bring in one chunk of a list (a few thousand lines).

    With `consent`, the words people agreed to elsewhere, they are confirmed at once and get no letter;
    without it they are asked by letter, as if they had signed up. Nobody who left comes back, nobody
    suppressed comes in, and nobody who is here is changed but from waiting to confirmed. An address that
    stands in an earlier line is refused; `met` knows the lines of earlier chunks, and gets those of this one.
    """
    met = MetLines() if met is None else met
    chunk, doubled = _told_apart(rows)
    here = _locked(list(chunk))
    suppressed = queries.suppressed_among(chunk)
    earlier = _met_before(chunk, here, suppressed, met)
    refused = [
        *(_doubled(row, earlier.get(row.address.key) or chunk[row.address.key].line) for row in doubled),
        *(_doubled(chunk[key], line) for key, line in earlier.items()),
        *_kept_away(chunk, here, suppressed, earlier),
    ]
    newcomers = [row for key, row in chunk.items() if key not in here and key not in suppressed]
    _add_newcomers(newcomers, consent, source, met)
    waiting = [
        each.number
        for key, each in here.items()
        if each.state == State.PENDING and key not in suppressed and key not in earlier
    ]
    confirmed_count = _confirm_waiting(waiting, consent, source) if consent else 0
    turned_away_count = len(refused) - len(doubled)
    return Imported(
        added=len(newcomers),
        confirmed=confirmed_count,
        known=len(chunk) - len(newcomers) - confirmed_count - turned_away_count,
        refused=refused,
    )


def record_import(file_name: str, added: int, confirmed: int, refused: int, consent: str = "") -> None:
    """Say in the audit log that a list was brought in."""
    detail = f"{clean_line(file_name)}: {added:,} added, {confirmed:,} confirmed, {refused:,} refused"
    audit("imported", "subscribers", f"{detail} ({consent})" if consent else detail)


def record_export(row_count: int) -> None:
    """Say in the audit log that addresses were taken out."""
    audit("exported", "subscribers", f"{row_count:,} rows")


def _told_apart(rows: Iterable[Newcomer]) -> tuple[dict[str, Newcomer], list[Newcomer]]:
    """The first row of each address, by its key, and the rows whose address came before."""
    chunk: dict[str, Newcomer] = {}
    doubled = []
    for row in rows:
        if chunk.setdefault(row.address.key, row) is not row:
            doubled.append(row)
    return chunk, doubled


def _locked(address_keys: Sequence[str]) -> dict[str, _Here]:
    """Who of a chunk is here already, by the keys of their addresses, ours until the unit of work ends."""
    # In the order of their numbers, so that two units of work never wait for each other.
    query = (
        select(Subscriber.email_key, Subscriber.id, Subscriber.state)
        .where(Subscriber.email_key.in_(select(bulk.column(address_keys, Text))))
        .order_by(Subscriber.id)
        .with_for_update()
    )
    return {key: _Here(number, state) for key, number, state in db.session.execute(query)}


def _met_before(
    chunk: Mapping[str, Newcomer], here: Mapping[str, _Here], suppressed: frozenset[str], met: MetLines
) -> dict[str, int]:
    """The lines of addresses that an earlier chunk had; those of the others are kept.

    Whoever an earlier chunk had is here by now or suppressed, so nobody else needs to be looked for.
    """
    earlier = {}
    for key in here.keys() | suppressed:
        number = here[key].number if key in here else None
        line = met.line_of(number, key)
        if line:
            earlier[key] = line
        else:
            met.keep(number, key, chunk[key].line)
    return earlier


def _kept_away(
    chunk: Mapping[str, Newcomer],
    here: Mapping[str, _Here],
    suppressed: frozenset[str],
    earlier: Mapping[str, int],
) -> Iterator[RefusedRow]:
    """The refusals of those who are not written to any more, but for lines that are refused as doubled."""
    for key in (here.keys() | suppressed) - earlier.keys():
        row, state = chunk[key], here[key].state if key in here else None
        if key in suppressed or state in (State.BOUNCED, State.COMPLAINED):
            yield RefusedRow(
                row.line, f"{row.address.email} is on the suppression list and is never written to."
            )
        elif state == State.UNSUBSCRIBED:
            yield RefusedRow(row.line, f"{row.address.email} has left, and only its owner can come back.")


def _doubled(row: Newcomer, line: int) -> RefusedRow:
    return RefusedRow(row.line, f"{row.address.email} stands in line {line} already.")


def _add_newcomers(newcomers: Sequence[Newcomer], consent: str, source: str, met: MetLines) -> None:
    if not newcomers:
        return
    state = State.CONFIRMED if consent else State.PENDING
    at = clock.now()
    listed = [
        [each.address.email, each.address.key, each.name, public_id]
        for each, public_id in zip(newcomers, new_public_ids(len(newcomers)), strict=True)
    ]
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
    # In whatever order the database likes.
    stored = db.session.execute(added.returning(_SUBSCRIBERS.c.id, _SUBSCRIBERS.c.email_key)).all()
    lines = {each.address.key: each.line for each in newcomers}
    for number, key in stored:
        met.keep(number, key, lines[key])
    _remember_many([number for number, _ in stored], at, consent, source)
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


def _confirm_waiting(waiting: Sequence[int], consent: str, source: str) -> int:
    if not waiting:
        return 0
    at = clock.now()
    db.session.execute(
        update(Subscriber)
        .where(Subscriber.id.in_(select(bulk.column(waiting, Integer))))
        .values(state=State.CONFIRMED.value, confirmed_at=at, left_at=None)
        .execution_options(synchronize_session=False)
    )
    _remember_many(waiting, at, consent, source)
    return len(waiting)
