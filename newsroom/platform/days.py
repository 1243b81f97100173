"""How a day is written for readers: one form, in words.

Pure: it does not know what day it is.
"""

from __future__ import annotations

from datetime import date

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
