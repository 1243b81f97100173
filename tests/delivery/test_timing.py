"""What a day and an hour mean in a time zone: nothing is guessed, whatever the clocks do there."""

from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsroom.delivery import timing
from newsroom.delivery.timing import NotATime, Ripeness

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
ZONES = sorted(available_timezones())
LONDON, LISBON = "Europe/London", "Europe/Lisbon"


def chosen(day: str, hour: str, zone: str = LONDON, now: datetime = NOW, **how: bool) -> timing.Moment:
    return timing.chosen(timing.read_day(day), timing.read_hour(hour), zone, now, **how)


def refused(field: str, day: str, hour: str, zone: str = LONDON, now: datetime = NOW) -> str:
    with pytest.raises(NotATime) as why:
        chosen(day, hour, zone, now)
    assert why.value.field == field
    return str(why.value)


@cache
def transitions(zone: str) -> tuple[datetime, ...]:
    """The instants from 2026 to 2030 at which clocks in a zone change, to the second."""
    where = ZoneInfo(zone)
    found = []
    step = timedelta(hours=6)
    at = datetime(2026, 1, 1, tzinfo=UTC)
    while at < datetime(2030, 1, 1, tzinfo=UTC):
        if at.astimezone(where).utcoffset() != (at + step).astimezone(where).utcoffset():
            low, high = at, at + step
            while high - low > timedelta(seconds=1):
                middle = low + (high - low) // 2
                middle = middle.replace(microsecond=0)
                same = middle.astimezone(where).utcoffset() == low.astimezone(where).utcoffset()
                low, high = (middle, high) if same else (low, middle)
            found.append(high)
        at += step
    return tuple(found)


CHANGING = (
    "Europe/London",
    "America/New_York",
    "Australia/Lord_Howe",
    "Africa/Casablanca",
    "Asia/Gaza",
    "Pacific/Chatham",
    "America/Nuuk",
    "Africa/Cairo",
    "America/St_Johns",
    "Antarctica/Troll",
)


def test_the_zones_that_are_looked_at_closely_do_change() -> None:
    assert [zone for zone in CHANGING if not transitions(zone)] == []


def test_an_hour_is_meant_in_its_zone() -> None:
    moment = chosen("2026-11-25", "09:00", "America/New_York")
    assert moment.at == datetime(2026, 11, 25, 14, 0, tzinfo=UTC)
    assert timing.words(moment.at, moment.zone) == "Wednesday, 25 November 2026, 09:00 (America/New_York)"
    assert timing.words_in_utc(moment.at, moment.zone) == "14:00 UTC"


def test_the_day_in_utc_is_named_where_it_is_another_one() -> None:
    moment = chosen("2026-11-25", "00:30", "Asia/Tokyo")
    assert timing.words_in_utc(moment.at, moment.zone) == "15:30 on Tuesday, 24 November 2026 UTC"


@pytest.mark.parametrize(
    ("day", "hour", "field"),
    [("2026-11-24", "09:00", "hour"), ("2026-11-24", "08:59", "hour"), ("2026-11-23", "12:00", "day")],
)
def test_what_is_past_is_refused_and_told_what_time_it_is(day: str, hour: str, field: str) -> None:
    said = refused(field, day, hour)
    assert "is past: there it is Tuesday, 24 November 2026, 09:00. Choose a later time." in said


def test_the_next_minute_is_not_past() -> None:
    assert chosen("2026-11-24", "09:01").at == NOW + timedelta(minutes=1)


def test_an_hour_that_is_jumped_over_is_refused_with_the_nearest_times() -> None:
    assert refused("hour", "2027-03-28", "01:30") == (
        "There is no 01:30 on Sunday, 28 March 2027 in Europe/London: the clocks jump from 01:00 to 02:00. "
        "The nearest times are 00:59 and 02:00."
    )


def test_a_gap_of_half_an_hour_and_one_over_midnight_say_what_they_jump_over() -> None:
    assert "jump from 02:00 to 02:30" in refused("hour", "2027-10-03", "02:15", "Australia/Lord_Howe")
    over_midnight = refused("hour", "2027-03-27", "23:15", "America/Scoresbysund")
    assert "jump from 23:00 to 00:00 on Sunday, 28 March 2027" in over_midnight


def test_an_hour_that_comes_twice_is_the_first_unless_the_second_is_asked_for() -> None:
    first = chosen("2027-10-31", "01:30")
    second = chosen("2027-10-31", "01:30", second=True)
    assert (first.at.hour, second.at.hour) == (0, 1)
    assert (first.is_second, second.is_second) == (False, True)
    assert (first.twin, second.twin) == (second.at, first.at)
    assert first.first == second.first == first.at
    assert first.second == second.second == second.at


def test_of_an_hour_that_comes_twice_the_one_that_is_not_over_is_meant() -> None:
    between = datetime(2027, 10, 31, 0, 45, tzinfo=UTC)
    moment = chosen("2027-10-31", "01:30", now=between)
    assert moment.is_second
    assert moment.at > between


def test_more_than_a_year_ahead_is_asked_about() -> None:
    assert not chosen("2027-11-24", "09:00").is_far
    assert chosen("2027-11-26", "09:00").is_far


@pytest.mark.parametrize(
    ("day", "hour", "field"),
    [
        ("", "09:00", "day"),
        ("24.11.2026", "09:00", "day"),
        ("2026-02-30", "09:00", "day"),
        ("٢٠٢٦-11-25", "09:00", "day"),
        ("2026-11-25", "", "hour"),
        ("2026-11-25", "9", "hour"),
        ("2026-11-25", "24:00", "hour"),
        ("9999-12-31", "23:59", "day"),
        ("0001-01-01", "00:00", "day"),
    ],
)
def test_what_is_no_time_is_a_sentence_at_its_field(day: str, hour: str, field: str) -> None:
    zone = "America/New_York" if day.startswith("9999") else "Asia/Tokyo"
    assert refused(field, day, hour, zone).endswith(("24.", "2026-11-24.", ".", "09:00."))


@given(st.sampled_from(CHANGING), st.data(), st.integers(-180, 180))
def test_around_every_change_of_the_clocks_a_time_is_one_instant_two_or_none(
    zone: str, data: st.DataObject, minutes: int
) -> None:
    where = ZoneInfo(zone)
    change = data.draw(st.sampled_from(transitions(zone)))
    local = (change.astimezone(where).replace(tzinfo=None, fold=0) + timedelta(minutes=minutes)).replace(
        second=0
    )
    shown = sorted(
        at
        for at in (change + timedelta(minutes=each) for each in range(-600, 600))
        if at.astimezone(where).replace(tzinfo=None, fold=0, second=0) == local
    )
    found = timing.instants(local, zone)
    assert list(found) == shown
    if not found:
        over = timing.gap(local, zone)
        assert over.until <= local < over.since
        # Both ends of the gap are the one instant at which the clocks change.
        assert timing.instants(over.since, zone) == (change,)
        assert timing.instants(over.until - timedelta(minutes=1), zone) == (change - timedelta(minutes=1),)


@given(st.sampled_from(ZONES), st.datetimes(datetime(2026, 12, 1), datetime(2036, 12, 1)), st.booleans())
def test_what_is_chosen_is_what_clocks_there_will_show(zone: str, local: datetime, second: bool) -> None:
    day, hour = local.date(), local.time().replace(second=0, microsecond=0)
    if not timing.instants(datetime.combine(day, hour), zone):
        with pytest.raises(NotATime, match="There is no"):
            timing.chosen(day, hour, zone, NOW, second=second)
        return
    moment = timing.chosen(day, hour, zone, NOW, second=second)
    there = moment.at.astimezone(ZoneInfo(zone))
    assert (there.date(), there.time()) == (day, hour)
    assert moment.twin is None or moment.is_second is second
    assert moment.at > NOW
    # And the words name that instant, and no other.
    assert f"{hour:%H:%M}" in timing.words(moment.at, zone)


@given(st.sampled_from(ZONES), st.datetimes(datetime(1900, 1, 1), datetime(2100, 1, 1)))
def test_a_local_time_of_any_zone_and_year_has_at_most_two_instants(zone: str, local: datetime) -> None:
    found = timing.instants(local.replace(microsecond=0), zone)
    assert len(found) <= 2
    if not found:
        over = timing.gap(local.replace(microsecond=0), zone)
        assert over.until <= local < over.since


@pytest.mark.parametrize(
    ("late", "is_what"),
    [
        (timedelta(seconds=-1), Ripeness.NOT_YET),
        (timedelta(), Ripeness.DUE),
        (timing.LATEST, Ripeness.DUE),
        (timing.LATEST + timedelta(seconds=1), Ripeness.STALE),
    ],
)
def test_a_schedule_is_kept_until_it_is_hours_late(late: timedelta, is_what: Ripeness) -> None:
    assert timing.ripeness(NOW, NOW + late) is is_what


@pytest.mark.parametrize(
    ("length", "words", "clock"),
    [
        (timedelta(days=2, hours=3), "2 days", "3060:00"),
        (timedelta(minutes=4, seconds=7), "4 minutes", "4:07"),
        (timedelta(seconds=1), "1 second", "0:01"),
        (timedelta(seconds=-4), "0 seconds", "0:00"),
    ],
)
def test_what_is_left_in_words_and_as_a_clock(length: timedelta, words: str, clock: str) -> None:
    assert (timing.in_words(length), timing.countdown(length)) == (words, clock)


def test_a_day_and_an_hour_are_read_as_forms_send_them() -> None:
    assert timing.read_day("2026-11-24") == date(2026, 11, 24)
    assert timing.read_hour("09:00") == timing.read_hour("09:00:30.5") == time(9, 0)
