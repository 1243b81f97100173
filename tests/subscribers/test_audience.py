from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from newsroom.platform import clock
from newsroom.platform.db import db, unit_of_work
from newsroom.subscribers import queries, rules, service
from newsroom.subscribers.models import Subscriber
from newsroom.subscribers.service import Preferences
from tests.subscribers.conftest import EMAIL, holder_of, join, sign_up

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


def everybody() -> dict[str, Subscriber]:
    """One subscriber in each state, two of them reachable."""
    cast = {
        name: join(f"{name}@reader.example", name=name) for name in ("anna", "text", "paused", "gone", "dead")
    }
    cast["waiting"] = sign_up("waiting@reader.example")
    with unit_of_work():
        service.change_preferences(holder_of(cast["text"]), Preferences("text", None))
        until = clock.now() + timedelta(days=30)
        service.change_preferences(holder_of(cast["paused"]), Preferences("html", until))
        service.unsubscribe(holder_of(cast["gone"]))
        service.suppress("dead@reader.example", rules.Reason.HARD_BOUNCE)
    return cast


def test_an_issue_goes_to_the_confirmed_who_have_not_paused(db_app: Flask) -> None:
    cast = everybody()

    assert set(db.session.scalars(queries.confirmed())) == {cast["anna"].id, cast["text"].id}
    assert queries.reachable_count() == 2


@pytest.mark.parametrize(
    ("state", "paused_until", "is_suppressed", "expected"),
    [
        ("confirmed", None, False, True),
        ("confirmed", NOON, False, True),
        ("confirmed", NOON + timedelta(seconds=1), False, False),
        ("confirmed", None, True, False),
        ("pending", None, False, False),
        ("unsubscribed", None, False, False),
        ("bounced", None, False, False),
        ("complained", None, False, False),
    ],
)
def test_who_may_be_written_to(
    db_app: Flask,
    monkeypatch: pytest.MonkeyPatch,
    state: str,
    paused_until: datetime | None,
    is_suppressed: bool,
    expected: bool,
) -> None:
    rhona = join(EMAIL)
    with unit_of_work():
        if is_suppressed:
            service.suppress(EMAIL, rules.Reason.REQUEST)
        rhona.state, rhona.paused_until = state, paused_until
    monkeypatch.setattr(clock, "now", lambda: NOON)

    assert bool(queries.recipients([rhona.id])) is expected


def test_a_pause_ends_by_itself(db_app: Flask, clock: Any) -> None:
    cast = everybody()
    clock.shift(timedelta(days=31))

    assert cast["paused"].id in set(db.session.scalars(queries.confirmed()))


def test_the_audience_can_be_embedded_and_cut_into_chunks(db_app: Flask) -> None:
    cast = everybody()
    chunk = queries.confirmed().where(Subscriber.id > cast["anna"].id).order_by(Subscriber.id).limit(1)

    rows = db.session.scalars(select(Subscriber.email).where(Subscriber.id.in_(chunk.scalar_subquery())))
    assert list(rows) == ["text@reader.example"]


def test_recipients_are_only_those_who_may_still_be_written_to(db_app: Flask) -> None:
    cast = everybody()
    found = queries.recipients([subscriber.id for subscriber in cast.values()] + [4711])

    assert [(one.email, one.name, one.format, one.token_epoch) for one in found] == [
        ("anna@reader.example", "anna", "html", 0),
        ("text@reader.example", "text", "text", 0),
    ]
    assert queries.recipients([]) == []


def test_counts_name_every_state(db_app: Flask) -> None:
    everybody()
    counts = queries.counts()

    assert counts.by_state == {"pending": 1, "confirmed": 3, "unsubscribed": 1, "bounced": 1, "complained": 0}
    assert (counts.total, counts.reachable, counts.paused, counts.suppressed) == (6, 2, 1, 1)


def test_addresses_of_some_are_found_whole_or_masked(db_app: Flask) -> None:
    rhona = join(EMAIL)

    assert queries.addresses_of([rhona.id, 4711]) == {rhona.id: EMAIL}
    assert queries.masked_addresses_of([rhona.id]) == {rhona.id: "rh…@reader.example"}


def test_more_recipients_than_a_statement_takes_are_found(db_app: Flask) -> None:
    rhona = join(EMAIL)
    numbers = [rhona.id, *range(10_000, 50_000)]

    assert [one.id for one in queries.recipients(numbers)] == [rhona.id]
