"""Which engagements and listings are still to come, by the dates of their `when`.

Pure: it is told what day it is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from typing import TypeVar

T = TypeVar("T")


def last_day(when: str) -> date | None:
    """The last day of `2026-11-04` or `2026-11-04 to 2026-11-06`; None for what is no date."""
    return _day(when.rpartition(" to ")[2])


def first_day(when: str) -> date | None:
    """The first day of a date or of two."""
    return _day(when.partition(" to ")[0])


def parted(things: Iterable[T], when: Callable[[T], str], today: date) -> tuple[list[T], list[T]]:
    """What is still to come, the next one first, and what is past, the latest first.

    Something is past on the day after its last; without a date it counts as still to come, after all others.
    """
    coming: list[T] = []
    past: list[T] = []
    for thing in things:
        ends = last_day(when(thing))
        (past if ends is not None and ends < today else coming).append(thing)
    coming.sort(key=lambda thing: first_day(when(thing)) or date.max)
    past.sort(key=lambda thing: last_day(when(thing)) or date.min, reverse=True)
    return coming, past


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return None
