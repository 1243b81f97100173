"""The rhythm of letters, by a clock that only moves when somebody sleeps."""

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from newsroom.platform.db import unit_of_work
from newsroom.platform.mail import outbox, pace
from newsroom.platform.mail.models import OutboxLetter
from newsroom.platform.mail.pace import LONGEST_WAIT_SECONDS, Pace
from newsroom.platform.mail.rules import LetterState
from tests.mailserver import MailServer
from tests.platform.mail.conftest import make_app, running
from tests.platform.mail.samples import letter
from tests.slow_time import SlowTime


@given(rate=st.floats(0.05, 200), count=st.integers(1, 20))
def test_letters_leave_evenly_and_no_wait_is_long(rate: float, count: int) -> None:
    time = SlowTime()
    rhythm = Pace(rate, time.monotonic, time.sleep)
    left = []
    while len(left) < count:
        if rhythm.wait():
            left.append(time.now)
            rhythm.count()
    gaps = [later - earlier for earlier, later in pairwise(left)]
    assert all(abs(gap - 1 / rate) < 1e-6 for gap in gaps)
    assert all(0 < nap <= LONGEST_WAIT_SECONDS for nap in time.naps)


def test_time_that_passed_in_idleness_is_no_burst() -> None:
    time = SlowTime()
    rhythm = Pace(2, time.monotonic, time.sleep)
    rhythm.count()
    time.now += 3600
    assert rhythm.is_due
    rhythm.count()
    assert not rhythm.is_due


def test_no_rate_is_no_limit() -> None:
    time = SlowTime()
    rhythm = Pace(0, time.monotonic, time.sleep)
    for _ in range(100):
        assert rhythm.wait()
        rhythm.count()
    assert time.naps == []
    assert rhythm.most(50) == 50


@pytest.mark.parametrize(("rate", "most"), [(0.1, 1), (1, 5), (4, 20), (100, 50)])
def test_no_more_is_taken_in_hand_than_can_leave_soon(rate: float, most: int) -> None:
    assert Pace(rate).most(50) == most


@pytest.fixture
def paced_app(tmp_path: Path, smtp: MailServer) -> Iterator[Flask]:
    yield from running(make_app(tmp_path / "instance", **smtp.settings(), NEWSROOM_MAIL_RATE="4"))


def test_the_setting_is_the_pace_of_the_application(paced_app: Flask) -> None:
    assert pace.current().most(100) == 20


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
