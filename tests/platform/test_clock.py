from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine

from newsroom.platform import clock


def test_now_knows_its_zone() -> None:
    assert clock.now().utcoffset() == timedelta(0)


@pytest.mark.parametrize(
    ("zone", "day"),
    [("Europe/London", 24), ("Pacific/Auckland", 25), ("America/Los_Angeles", 24)],
)
def test_today_is_the_day_where_the_publication_is(zone: str, day: int) -> None:
    with time_machine.travel(datetime(2026, 11, 24, 23, 30, tzinfo=UTC), tick=False):
        assert clock.today(zone) == date(2026, 11, day)


def test_a_long_date_has_its_weekday() -> None:
    assert clock.long_date(date(2026, 11, 17)) == "Tuesday, 17 November 2026"
