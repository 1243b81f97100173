"""What a subscriber can have as their data of letters and bounces, and what an erasure leaves of it."""

import json
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from newsroom.delivery import reports, service
from newsroom.delivery.models import Bounce, Delivery, Departure
from newsroom.delivery.reports import Report
from newsroom.platform import clock as product_clock
from newsroom.platform.db import db, unit_of_work
from newsroom.subscribers import links
from newsroom.subscribers import queries as subscribers
from newsroom.subscribers import service as subscribers_service
from newsroom.subscribers.models import Suppression
from newsroom.subscribers.rules import Reason
from tests.databases import SECRET
from tests.delivery import stage
from tests.delivery.returned import DOMAIN, complaint, dsn, group, return_path, sent_to_three
from tests.subscribers.test_erase import everything_stored


@pytest.fixture
def environment(environment: dict[str, str]) -> dict[str, str]:
    return {**environment, "NEWSROOM_BOUNCE_DOMAIN": DOMAIN}


@pytest.fixture
def house(db_app: Flask, furnish: Any, clock: Any) -> Flask:
    furnish(db_app, sent_to_three)
    return db_app


def take(data: bytes) -> None:
    found = reports.read(data, SECRET, DOMAIN)
    assert isinstance(found, Report)
    with unit_of_work():
        service.record_report(found)


def told(house: Flask, number: int) -> Any:
    """What the page of their own link gives them."""
    client: FlaskClient = house.test_client()
    answer = client.get(f"/preferences/{links.manage_token(number, 0)}/data")
    assert answer.status_code == 200
    return json.loads(answer.data)


def bounced(number: int, status: str, words: str) -> None:
    take(dsn(return_path(stage.dispatch().id, number), group(status=status, diagnostic=f"smtp; {words}")))


def test_a_reader_reads_which_letters_came_back_why_and_what_that_weighs(house: Flask) -> None:
    number = min(stage.rows())
    bounced(number, "4.2.2", "452 4.2.2 The mailbox is full")
    everything = told(house, number)
    (letter,) = everything["letters"]
    assert (letter["issue"], letter["what_became_of_it"]) == (81, "Handed over")
    (one,) = everything["letters_that_came_back"]
    assert one["issue"] == 81
    assert one["what"] == "Not now, or nobody says why (soft bounce)"
    assert one["the_mail_server_said"] == "smtp; 452 4.2.2 The mailbox is full"
    assert one["told_by"] == "a report of the mail server that could not deliver it"
    assert everything["score_of_letters_that_came_back"]["score"] == 1
    assert "At 5 we stop writing" in everything["score_of_letters_that_came_back"]["what_it_means"]
    assert everything["never_written_to_again"] is None


def test_the_score_fades_as_the_one_does_by_which_we_judge(house: Flask, clock: Any) -> None:
    number = min(stage.rows())
    bounced(number, "4.2.2", "452 Full")
    clock.shift(30 * 86_400)
    assert told(house, number)["score_of_letters_that_came_back"]["score"] == 0.5
    with unit_of_work():
        row = subscribers.subscriber(number)
        assert row is not None
        row.confirmed_at = product_clock.now()
    assert told(house, number)["score_of_letters_that_came_back"]["score"] == 0


def test_a_reader_reads_that_and_why_nobody_writes_to_them(house: Flask) -> None:
    first, second, _ = sorted(stage.rows())
    bounced(first, "5.1.1", "550 5.1.1 No such user")
    take(complaint(return_path(stage.dispatch().id, second)))
    because = told(house, first)["never_written_to_again"]["because"]
    assert because == "The address does not exist (hard bounce)"
    assert told(house, first)["never_written_to_again"]["in_detail"] == "5.1.1 smtp; 550 5.1.1 No such user"
    assert told(house, second)["letters_that_came_back"][0]["told_by"] == "your mailbox provider"


def test_nobody_reads_of_others(house: Flask) -> None:
    first, second, _ = sorted(stage.rows())
    bounced(first, "4.2.2", "452 Full")
    everything = told(house, second)
    assert everything["letters_that_came_back"] == []
    assert everything["score_of_letters_that_came_back"]["score"] == 0


def test_every_column_about_a_subscriber_is_told_or_says_nothing_of_them(house: Flask) -> None:
    number = min(stage.rows())
    bounced(number, "4.2.2", "452 Full")
    everything = told(house, number)
    machinery = {"dispatch_id", "subscriber_id", "id", "lease_owner", "next_attempt_at"}
    for model, told_of, names in (
        (Bounce, everything["letters_that_came_back"][0], {"kind", "status", "diagnostic", "source", "at"}),
        (
            Delivery,
            everything["letters"][0],
            {"state", "attempt_count", "last_reply", "finished_at"},
        ),
    ):
        columns = {column.key for column in model.__table__.columns}
        assert columns - machinery == names
        assert len(told_of) == len(names) + 1


def test_an_erasure_leaves_the_hash_and_no_word_of_a_server(house: Flask) -> None:
    """Servers name people in their own ways, which no pattern knows."""
    first, second, third = sorted(stage.rows())
    bounced(first, "5.1.1", "550 5.1.1 Rhona.Vale at reader is unknown")
    bounced(second, "4.2.2", "452 4.2.2 Rhona.Vale is over quota")
    with unit_of_work():
        db.session.execute(
            update(Delivery)
            .where(Delivery.subscriber_id == second)
            .values(state="failed", last_reply="Given up after 12 attempts: 452 4.2.2 Rhona.Vale is full")
        )
        subscribers_service.suppress(stage.email_of(3), Reason.REQUEST, "Rhona.Vale asked")
    assert everything_stored().casefold().count("rhona.vale") >= 5
    for number in (first, second, third):
        with unit_of_work():
            subscribers_service.erase(number)
    left = everything_stored().casefold()
    assert "rhona.vale" not in left
    assert "reader0001@" not in left
    db.session.rollback()
    said = {row.subscriber_id: row.last_reply for row in db.session.scalars(select(Delivery))}
    assert said == {first: "Bounced: 5.1.1", second: "Given up after 12 attempts: 452 4.2.2", third: None}
    assert {row.status for row in db.session.scalars(select(Bounce))} == {"5.1.1", "4.2.2"}
    reasons = {row.reason: (row.detail, row.subscriber_id) for row in db.session.scalars(select(Suppression))}
    assert reasons == {"hard_bounce": ("", None), "request": ("", None)}
    kept = [subscribers.suppression_of(stage.email_of(place)) is not None for place in (1, 2, 3)]
    assert kept == [True, False, True]
    assert {row.how for row in db.session.scalars(select(Departure))} <= {"erased", "unsubscribed"}
