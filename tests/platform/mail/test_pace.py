"""The rhythm of letters, by a clock that only moves when somebody sleeps."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from newsroom.platform import clock
from newsroom.platform.db import unit_of_work
from newsroom.platform.mail import outbox, pace
from newsroom.platform.mail.models import MailLimit, OutboxLetter
from newsroom.platform.mail.pace import LONGEST_WAIT_SECONDS, Limits, Pace
from newsroom.platform.mail.rules import LetterState
from tests.mailserver import MailServer
from tests.platform.mail.conftest import make_app, running
from tests.platform.mail.samples import letter
from tests.slow_time import BEGAN, SlowTime

pytestmark = pytest.mark.usefixtures("mail_app")


def pace_of(rate: float, time: SlowTime, **more: Any) -> Pace:
    return Pace(Limits(rate, **more), time.moment, time.sleep)


def left(rhythm: Pace, time: SlowTime, count: int, at_once: int = 1) -> list[float]:
    """When so many letters left, as whoever sends them waits and asks."""
    moments: list[float] = []
    while len(moments) < count:
        found = rhythm.take(min(at_once, count - len(moments)))
        moments += [time.now] * found
        if not found:
            rhythm.wait()
    return moments


@pytest.mark.parametrize("rate", [0.05, 0.3, 1, 4, 9.5])
def test_letters_leave_one_by_one_and_evenly_and_no_wait_is_long(rate: float) -> None:
    time = SlowTime()
    moments = left(pace_of(rate, time), time, 12, at_once=50)
    assert all(later - earlier == pytest.approx(1 / rate, abs=1e-5) for earlier, later in pairwise(moments))
    assert all(0 < nap <= LONGEST_WAIT_SECONDS for nap in time.naps)


@pytest.mark.parametrize("rate", [10, 333, 5000])
def test_a_high_rate_is_kept_and_a_tenth_of_a_second_is_the_largest_burst(rate: float) -> None:
    time = SlowTime()
    rhythm = pace_of(rate, time)
    rhythm.take(1)
    time.now += 3600
    moments = left(rhythm, time, int(rate * 2), at_once=500)
    assert moments.count(moments[0]) <= rate / 10 + 1
    assert moments[-1] - moments[0] == pytest.approx(1.9, abs=0.1 + 1 / rate)


def test_time_that_passed_in_idleness_is_no_burst() -> None:
    time = SlowTime()
    rhythm = pace_of(2, time)
    assert rhythm.take(5) == 1
    time.now += 3600
    assert rhythm.take(5) == 1
    assert rhythm.take(5) == 0


def test_several_workers_and_one_that_was_started_again_keep_one_limit() -> None:
    time = SlowTime()
    workers = [pace_of(2, time) for _ in range(3)]
    assert [each.take(1) for each in workers] == [1, 0, 0]
    time.now += 0.5
    assert [each.take(1) for each in reversed(workers)] == [1, 0, 0]
    assert pace_of(2, time).take(1) == 0


def test_leave_that_was_not_needed_is_given_back() -> None:
    time = SlowTime()
    rhythm = pace_of(100, time)
    assert rhythm.take(50) == 1
    time.now += 60
    assert rhythm.take(50) == 11
    rhythm.give_back(5)
    assert rhythm.take(50) == 5


def test_a_clock_that_is_put_back_stops_nobody() -> None:
    time = SlowTime(now=7200)
    assert pace_of(2, time).take(1) == 1
    time.now = 0
    rhythm = pace_of(2, time)
    assert len(left(rhythm, time, 3)) == 3
    assert time.now < 2


def test_no_rate_is_no_limit_and_no_row() -> None:
    rhythm = pace_of(0, SlowTime())
    assert rhythm.take(100) == 100
    rhythm.wait()
    assert not MailLimit.query.count()


def test_a_domain_has_the_limit_of_its_name_or_that_of_all_others() -> None:
    time = SlowTime()
    rhythm = pace_of(0, time, domain=2, domains={"slow.example": 0.5, "free.example": 0})
    wanted = {"slow.example": 3, "other.example": 2, "free.example": 9}
    with unit_of_work():
        found = rhythm.take_for(wanted)
    assert "free.example" not in found
    assert {name: leave.now_count for name, leave in found.items()} == {"slow.example": 1, "other.example": 1}
    seconds = [(at - time.moment()).total_seconds() for at in found["slow.example"].later]
    assert seconds == [2, 4]
    # Who comes later is put off behind those.
    with unit_of_work():
        again = rhythm.take_for({"slow.example": 1})["slow.example"]
    assert [(at - time.moment()).total_seconds() for at in again.later] == [6]


def test_whoever_was_put_off_may_leave_at_their_moment() -> None:
    time = SlowTime()
    rhythm = pace_of(0, time, domain=4)
    with unit_of_work():
        put_off = rhythm.take_for({"reader.example": 5})["reader.example"].later
    for at in put_off:
        time.now = (at - BEGAN).total_seconds()
        with unit_of_work():
            assert rhythm.take_for({"reader.example": 1})["reader.example"].now_count == 1


def test_a_limit_that_nobody_needs_is_forgotten() -> None:
    yesterday = clock.now() - timedelta(days=2)
    with unit_of_work():
        Pace(Limits(domain=1), lambda: yesterday).take_for({"old.example": 3})
        Pace(Limits(domain=1)).take_for({"new.example": 3})
    pace.tidy()
    assert [row.name for row in MailLimit.query] == ["domain:new.example"]


@pytest.fixture
def paced_app(tmp_path: Path, smtp: MailServer) -> Iterator[Flask]:
    yield from running(make_app(tmp_path / "instance", **smtp.settings(), NEWSROOM_MAIL_RATE="4"))


def test_the_setting_is_the_pace_of_the_application(paced_app: Flask) -> None:
    assert [pace.current().take(100) for _ in range(2)] == [1, 0]


@pytest.mark.smtp
@pytest.mark.parametrize("rate", [4, 0.2])
def test_letters_keep_the_rate(smtp_app: Flask, smtp: MailServer, rate: float) -> None:
    time = SlowTime.in_the_place_of(smtp_app, rate)
    with unit_of_work():
        for _ in range(6):
            outbox.post(letter())
    rounds = 0
    while outbox.work(100):
        rounds += 1
        # What had to wait is held by nobody between two rounds.
        assert not OutboxLetter.query.filter_by(state=LetterState.SENDING).count()
    assert len(smtp.accepted) == 6
    assert time.now == pytest.approx(5 / rate)
    assert max(time.naps) <= LONGEST_WAIT_SECONDS


@pytest.mark.smtp
def test_an_empty_outbox_waits_for_nothing(smtp_app: Flask, smtp: MailServer) -> None:
    time = SlowTime.in_the_place_of(smtp_app, 0.01)
    with unit_of_work():
        outbox.post(letter())
    assert outbox.work(100) == 1
    assert outbox.work(100) == 0
    assert time.naps == []
