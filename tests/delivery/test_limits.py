"""A limit that was raised: what was put off by the old one is looked at again soon after the restart."""

from collections import Counter
from datetime import datetime
from itertools import pairwise
from typing import Any

import pytest
from flask import Flask

from newsroom.delivery import limits
from newsroom.platform.db import db, unit_of_work
from newsroom.platform.jobs.registry import ticks_of
from newsroom.platform.mail import outbox
from newsroom.platform.mail.models import OutboxLetter
from newsroom.platform.mail.pace import Limits, Pace
from newsroom.subscribers import service as subscribers_service
from newsroom.subscribers.service import SignUp
from tests.delivery import stage
from tests.mailserver import MailServer

pytestmark = pytest.mark.smtp


def started_with(house: Flask, **rates: float) -> None:
    """The worker is started anew with these limits."""
    named = {name.replace("_", "."): rate for name, rate in rates.items()}
    house.extensions["newsroom.mail.pace"] = Pace(Limits(domains=named))


@pytest.fixture
def put_off(db_house: Flask, smtp: MailServer, clock: Any) -> Flask:
    """An issue is out to six of slow.example, of whom five wait for hours, and to two others."""
    started_with(db_house, slow_example=0.001)
    stage.approved()
    people = [(f"a{n}@slow.example", "") for n in range(6)] + [(f"b{n}@reader.example", "") for n in range(2)]
    stage.confirmed_as(people)
    stage.begun()
    stage.work()
    assert stage.tally() == {"handed_over": 3, "pending": 5}
    return db_house


def moments() -> list[datetime]:
    """Until when rows were put off."""
    return sorted(row.next_attempt_at for row in stage.rows().values() if row.next_attempt_at)


@pytest.mark.parametrize("rates", [{"slow_example": 2}, {}], ids=["raised", "lifted"])
def test_a_raised_limit_lets_letters_leave_that_were_put_off_for_hours(
    put_off: Flask, smtp: MailServer, clock: Any, rates: dict[str, float]
) -> None:
    started_with(put_off, **rates)
    stage.work()
    assert stage.tally() == {"handed_over": 3, "pending": 5}
    limits.look_around()
    for _ in range(6):
        stage.work()
        clock.shift(0.51)
    assert stage.tally() == {"handed_over": 8}
    assert set(Counter(smtp.recipients()).values()) == {1}
    assert {row.attempt_count for row in stage.rows().values()} == {1}
    stage.must_balance()


def test_a_limit_that_stays_or_is_lowered_moves_nothing(put_off: Flask) -> None:
    before = moments()
    for rate in (0.001, 0.0001):
        started_with(put_off, slow_example=rate)
        limits.look_around()
        assert stage.tally() == {"handed_over": 3, "pending": 5}
        assert moments() == before


def test_what_waits_for_another_domain_keeps_its_limit(put_off: Flask, smtp: MailServer, clock: Any) -> None:
    started_with(put_off, slow_example=0.001, other_example=0.5)
    with unit_of_work():
        Pace(Limits(domains={"other.example": 0.1})).take_for({"other.example": 50})
    limits.look_around()
    stage.work()
    assert stage.tally() == {"handed_over": 3, "pending": 5}
    gaps = [(later - earlier).total_seconds() for earlier, later in pairwise(moments())]
    assert gaps == pytest.approx([1000] * 4, abs=1)


def test_ordinary_letters_that_were_put_off_ask_anew_as_well(put_off: Flask, smtp: MailServer) -> None:
    with unit_of_work():
        subscribers_service.sign_up(SignUp("ana@slow.example"))
    outbox.work(10)
    assert db.session.query(OutboxLetter.waits_for).one() == ("slow.example",)
    started_with(put_off)
    limits.look_around()
    outbox.work(10)
    assert smtp.recipients()[-1] == "ana@slow.example"


def test_the_worker_looks_when_it_starts_and_each_minute(house: Flask) -> None:
    assert limits.look_around in ticks_of(house).values()
