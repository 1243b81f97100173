"""How an issue's letters left: columns of equal width, counted from the ledger. It draws nothing.

On SQLite the index of finished rows tells without looking at a row when letters were dealt with, and the few
that came to something else than a letter handed over are taken off: to look at each of a million rows costs
several times as much. PostgreSQL goes through its table once, because it has to look at rows that were
written a moment ago in any case.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from sqlalchemy import ColumnElement, Integer, ScalarSelect, cast, func, select
from sqlalchemy.orm import InstrumentedAttribute

from newsroom.delivery.models import Delivery
from newsroom.delivery.rules import CLOSED
from newsroom.platform.db import db

MOST_COLUMNS = 48
_FEWEST_PLACES = 12
_STEPS = (1, 2, 5, 10, 30, 60, 300, 600, 1_800, 3_600, 7_200, 21_600, 43_200, 86_400, 7 * 86_400)
_HANDED_OVER = "handed_over"


@dataclass(frozen=True)
class Column:
    """Letters handed over from a moment on, for one step of the timeline."""

    begins: datetime
    count: int


@dataclass(frozen=True)
class Tick:
    """A moment to name beneath the columns: how far along it is, from 0 to 1, and how it is written."""

    place: float
    label: str


@dataclass(frozen=True)
class Timeline:
    """How letters left: columns of equal width without gaps, the first at the first letter."""

    step: timedelta
    columns: tuple[Column, ...]

    @property
    def highest(self) -> int:
        """The largest number in a column."""
        return max((column.count for column in self.columns), default=0)

    @property
    def width(self) -> int:
        """How many columns there is room for: a few are not drawn as wide as a page."""
        return max(len(self.columns), _FEWEST_PLACES)

    @property
    def ticks(self) -> tuple[Tick, ...]:
        """When the first column begins, the last and one between, in UTC; as many as there is room for."""
        last = len(self.columns) - 1
        chosen = [0]
        if last >= _FEWEST_PLACES:
            chosen.append(last // 2)
        if last >= _FEWEST_PLACES // 2:
            chosen.append(last)
        return tuple(Tick(at / self.width, self._label(self.columns[at].begins)) for at in chosen)

    def _label(self, moment: datetime) -> str:
        if self.step >= timedelta(days=1):
            return f"{moment:%Y-%m-%d}"
        if self.columns[0].begins.date() != self.columns[-1].begins.date():
            return f"{moment:%m-%d %H:%M}"
        return f"{moment:%H:%M:%S}" if self.step < timedelta(minutes=1) else f"{moment:%H:%M}"

    @property
    def step_in_words(self) -> str:
        """How long a column is."""
        seconds = int(self.step.total_seconds())
        for size, one, many in ((86_400, "day", "days"), (3_600, "hour", "hours"), (60, "minute", "minutes")):
            if seconds >= size:
                return one if seconds == size else f"{seconds // size} {many}"
        return "second" if seconds == 1 else f"{seconds} seconds"

    def as_json(self) -> dict[str, Any]:
        """The same in what JSON knows; `from_json` reads it."""
        return {
            "begins": self.columns[0].begins.isoformat(),
            "step": int(self.step.total_seconds()),
            "counts": [column.count for column in self.columns],
        }


def from_json(told: Mapping[str, Any]) -> Timeline | None:
    """What `as_json` gave; None for nothing."""
    return _timeline(datetime.fromisoformat(told["begins"]), told["step"], told["counts"]) if told else None


def counted(dispatch_id: int) -> Timeline | None:
    """When letters were handed over, by the rows of a ledger; None before the first."""
    first, last = _handed_over(dispatch_id, first=True), _handed_over(dispatch_id, first=False)
    if first is None or last is None:
        return None
    first = first.replace(microsecond=0)
    step = step_for(int((last - first).total_seconds()))
    number = int((last - first).total_seconds()) // step + 1
    return _timeline(first, step, _counts(dispatch_id, first, step, number))


def step_for(seconds: int) -> int:
    """The shortest round step by which so many seconds need no more columns than fit."""
    return next((step for step in _STEPS if seconds // step < MOST_COLUMNS), seconds // MOST_COLUMNS + 1)


def _timeline(first: datetime, step: int, counts: Sequence[int]) -> Timeline:
    columns = (Column(first + timedelta(seconds=step * at), count) for at, count in enumerate(counts))
    return Timeline(timedelta(seconds=step), tuple(columns))


def _handed_over(dispatch_id: int, *, first: bool) -> datetime | None:
    """When the first letter was handed over, or the last: the first row of the index that says so."""
    order = Delivery.finished_at if first else Delivery.finished_at.desc()
    query = select(Delivery.finished_at).where(
        Delivery.dispatch_id == dispatch_id,
        Delivery.state == _HANDED_OVER,
        Delivery.finished_at.is_not(None),
    )
    return db.session.scalars(query.order_by(order).limit(1)).one_or_none()


def _counts(dispatch_id: int, first: datetime, step: int, number: int) -> list[int]:
    """How many letters were handed over in each of so many columns."""
    if db.engine.dialect.name == "postgresql":
        found = _of_states(dispatch_id, [_HANDED_OVER], first, step)
        return [found[at] for at in range(number)]
    others = [state for state in CLOSED if state != _HANDED_OVER]
    found = _of_states(dispatch_id, others, first, step)
    return [count - found[at] for at, count in enumerate(_closed(dispatch_id, first, step, number))]


def _closed(dispatch_id: int, first: datetime, step: int, number: int) -> list[int]:
    """How many rows were closed in each of so many columns, whatever became of them."""
    moments = [first + timedelta(seconds=step * at) for at in range(number + 1)]
    spans = enumerate(pairwise(moments))
    parts = [_closed_between(dispatch_id, *span).label(f"at_{at}") for at, span in spans]
    return list(db.session.execute(select(*parts)).one())


def _closed_between(dispatch_id: int, since: datetime, before: datetime) -> ScalarSelect[int]:
    query = select(func.count()).select_from(Delivery)
    # Said though it follows: only so is the index of finished rows taken.
    is_closed = Delivery.finished_at.is_not(None)
    span = (Delivery.finished_at >= since, Delivery.finished_at < before)
    return query.where(Delivery.dispatch_id == dispatch_id, is_closed, *span).scalar_subquery()


def _of_states(dispatch_id: int, states: Sequence[str], first: datetime, step: int) -> Counter[int]:
    """How many rows of these states were closed in each column."""
    begins = int(first.timestamp())
    seconds = _seconds(Delivery.finished_at)
    # Between whole numbers, so that both databases round down.
    place = (seconds - begins) // step
    query = (
        select(place, func.count())
        .where(
            Delivery.dispatch_id == dispatch_id,
            Delivery.state.in_(states),
            # Of the seconds: by the instant, SQLite would walk along all finished rows instead.
            seconds >= begins,
        )
        .group_by(place)
    )
    return Counter({row[0]: row[1] for row in db.session.execute(query)})


def _seconds(moment: InstrumentedAttribute[datetime | None]) -> ColumnElement[int]:
    """A column of instants as whole seconds since 1970."""
    if db.engine.dialect.name == "postgresql":
        # As a float: `extract` would reckon with decimal numbers, which takes three times as long.
        return cast(func.floor(func.date_part("epoch", moment)), Integer)
    return cast(func.strftime("%s", moment), Integer)
