"""How a day is written for readers: one form, in words.

Pure: it does not know what day it is.
"""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

# Written out rather than taken from the machine's locale: an issue reads the same wherever it is rendered.
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


def long_date(day: date) -> str:
    """A day as a masthead prints it: `Tuesday, 17 November 2026`."""
    return f"{WEEKDAYS[day.weekday()]}, {day.day} {MONTHS[day.month - 1]} {day.year}"


def at_time(moment: datetime, now: datetime, zone_name: str) -> str:
    """When something was, as it follows “You typed this”: `at 10:42`, or `on 3 November 2026 at 10:42`."""
    zone = ZoneInfo(zone_name)
    then = moment.astimezone(zone)
    day = f"on {then.day} {MONTHS[then.month - 1]} {then.year} "
    return f"{'' if then.date() == now.astimezone(zone).date() else day}at {then:%H:%M}"
