"""The rhythm of letters, by a clock that only moves when somebody sleeps."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from newsroom.platform import clock
from newsroom.platform.db import unit_of_work
from newsroom.platform.mail import outbox, pace
from newsroom.platform.mail.models import MailLimit, OutboxLetter
from newsroom.platform.mail.pace import LONGEST_WAIT_SECONDS, PATIENCE, Limits, Pace
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


@pytest.mark.parametrize(("rate", "seconds"), [(10, 2), (333, 2), (5000, 0.5)])
def test_a_high_rate_is_kept_and_a_tenth_of_a_second_is_the_largest_burst(
    rate: float, seconds: float
) -> None:
    time = SlowTime()
    rhythm = pace_of(rate, time)
    rhythm.take(1)
    time.now += 3600
    moments = left(rhythm, time, int(rate * seconds), at_once=500)
    assert moments.count(moments[0]) <= rate / 10 + 1
    assert moments[-1] - moments[0] == pytest.approx(seconds - 0.1, abs=0.1 + 1 / rate)


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


# Ordinary letters go first


def asked(rhythm: Pace, count: int = 1, *, first: bool = False, domain: str = "slow.example") -> pace.Leave:
    with unit_of_work():
        return rhythm.take_for({domain: count}, first=first)[domain]


def seconds(moments: Iterable[datetime], time: SlowTime) -> list[float]:
    return [(at - time.moment()).total_seconds() for at in moments]


def test_a_letter_has_the_next_turn_whatever_was_put_off_for_hours() -> None:
    time = SlowTime()
    rhythm = pace_of(0, time, domain=0.5)
    issue = asked(rhythm, 10_000)
    assert seconds(issue.later[-1:], time) == [2 * 9_999]
    letters = asked(rhythm, 2, first=True)
    assert (letters.now_count, seconds(letters.later, time)) == (0, [2, 4])
    time.now = 2
    # The issue's own letter is due at the same moment, and its worker may be the quicker one.
    assert asked(rhythm).now_count == 0
    assert asked(rhythm, first=True).now_count == 1
    time.now = 4
    assert asked(rhythm).now_count == 0
    assert asked(rhythm, first=True).now_count == 1
    time.now = 6
    assert asked(rhythm).now_count == 1


def test_a_letter_that_came_too_early_is_not_overtaken_by_a_later_one() -> None:
    time = SlowTime()
    rhythm = pace_of(0, time, domain=0.5)
    asked(rhythm)
    assert seconds(asked(rhythm, first=True).later, time) == [2]
    assert seconds(asked(rhythm, first=True).later, time) == [4]


def test_what_has_to_wait_for_ordinary_letters_is_put_off_behind_them() -> None:
    time = SlowTime()
    rhythm = pace_of(0, time, domain=0.5)
    asked(rhythm, 3, first=True)
    assert seconds(asked(rhythm, 2).later, time) == [6, 8]


@pytest.mark.parametrize("rate", [0.05, 0.5])
def test_a_turn_is_not_kept_for_a_letter_that_stays_away(rate: float) -> None:
    time = SlowTime()
    rhythm = pace_of(0, time, domain=rate)
    asked(rhythm, 50, first=True)
    moments = []
    for _ in range(200):
        time.now += 1
        moments += [time.now] * asked(rhythm).now_count
    waits = [later - earlier for earlier, later in pairwise([0.0, *moments])]
    assert len(moments) > 5
    assert max(waits) <= 1 / rate + PATIENCE.total_seconds() + 1


@pytest.mark.parametrize("rate", [0.2, 4, 200])
def test_an_issue_that_takes_every_turn_of_the_server_does_not_hold_a_letter_back(rate: float) -> None:
    time = SlowTime()
    rhythm = pace_of(rate, time)
    left(rhythm, time, 30, at_once=250)
    assert rhythm.take(1, first=True) == 0
    time.now += 1 / rate
    assert rhythm.take(250) == 0
    assert rhythm.take(20, first=True) >= 1
    began = time.now
    left(rhythm, time, 10, at_once=250)
    assert time.now - began <= 10 / rate + 0.2


def test_a_worker_of_an_issue_that_waits_for_a_letter_sleeps_meanwhile() -> None:
    time = SlowTime()
    rhythm = pace_of(100, time)
    left(rhythm, time, 30, at_once=250)
    rhythm.take(1, first=True)
    while time.now < 1:
        assert not rhythm.take(250)
        naps = len(time.naps)
        rhythm.wait()
        assert len(time.naps) == naps + 1
        assert time.naps[-1] > 0


# A limit that is raised


def raised(time: SlowTime, **limits: Any) -> bool:
    rhythm = pace_of(0, time, **limits)
    with unit_of_work():
        return rhythm.is_raised() and rhythm.forget_turns()


@pytest.mark.parametrize("first", [True, False])
def test_what_was_put_off_is_counted_out_afresh_when_its_limit_was_raised(first: bool) -> None:
    time = SlowTime()
    asked(pace_of(0, time, domain=0.01), 100, first=first)
    assert not raised(time, domain=0.01)
    assert not raised(time, domain=0.001)
    # The sending goes on by the new rate before anybody has looked.
    assert seconds(asked(pace_of(0, time, domain=10), first=first).later, time)[0] > 1000
    assert raised(time, domain=10)
    assert not raised(time, domain=10)
    assert seconds(asked(pace_of(0, time, domain=10), 3, first=first).later, time) == pytest.approx(
        [0.1, 0.2, 0.3]
    )


@pytest.mark.parametrize("limits", [{}, {"domain": 0.01, "domains": {"slow.example": 0}}])
def test_a_limit_that_was_lifted_is_a_raised_one(limits: dict[str, Any]) -> None:
    time = SlowTime()
    asked(pace_of(0, time, domain=0.01), 100)
    assert raised(time, **limits)


def test_who_still_keeps_the_lower_limit_hides_it_from_nobody() -> None:
    """Two workers are started again one after the other."""
    time = SlowTime()
    asked(pace_of(0, time, domain=0.01), 100)
    assert raised(time, domain=10)
    asked(pace_of(0, time, domain=0.01), 100)
    asked(pace_of(0, time, domain=10), 100)
    assert raised(time, domain=10)


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
