"""What became of an issue's letters, as figures that belong together: for a page, its charts and its table.

It reads the ledger in a handful of grouped queries, whatever the size of the audience, and names nobody:
the ledger keeps servers' sentences without the addresses in them. It draws nothing.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Integer, cast, func, select
from sqlalchemy.orm import InstrumentedAttribute

from newsroom.delivery import queries
from newsroom.delivery.judging import KIND_LABELS, Kind
from newsroom.delivery.models import Delivery, Dispatch
from newsroom.delivery.rules import DELIVERY_LABELS
from newsroom.platform.db import db

MOST_REASONS = 12
"""Reasons that a report names one by one; what is left is one figure more."""
MOST_COLUMNS = 48
_STEPS = (1, 2, 5, 10, 30, 60, 300, 600, 1_800, 3_600, 7_200, 21_600, 43_200, 86_400, 7 * 86_400)
_CODES = re.compile(r"(?P<code>[245]\d\d)[ -](?:(?P<status>[245]\.\d{1,3}\.\d{1,3})\b)?")
# RFC 3463 3: what the middle number of an enhanced status is about.
_SUBJECTS = {
    "1": ", the address",
    "2": ", the mailbox",
    "3": ", their mail system",
    "4": ", the way there",
    "5": ", the conversation of the servers",
    "6": ", the letter’s content",
    "7": ", their policy",
}
_BEGINNING = 12
_DEPARTURES = {"unsubscribed": "Unsubscribed", "erased": "Had everything about them erased"}


@dataclass(frozen=True)
class Figure:
    """A number with its name; `of` is what it is a part of, and `example` a server's own sentence."""

    label: str
    count: int
    of: int
    example: str = ""

    @property
    def share(self) -> float:
        """Its part of the whole, from 0 to 1."""
        return self.count / self.of if self.of else 0.0

    @property
    def per_cent(self) -> str:
        """The same as somebody reads it; what is there at all is never rounded to nothing."""
        share = self.share * 100
        if 0 < share < 0.1:
            return "under 0.1 %"
        return f"{share:.1f} %" if share < 10 else f"{share:.0f} %"


@dataclass(frozen=True)
class Chapter:
    """Figures of one kind, largest first where they have no order of their own."""

    key: str
    title: str
    figures: tuple[Figure, ...]
    words: str = ""


@dataclass(frozen=True)
class Column:
    """Letters handed over from a moment on, for one step of the timeline."""

    begins: datetime
    count: int


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
    def step_in_words(self) -> str:
        """How long a column is."""
        seconds = int(self.step.total_seconds())
        for size, one, many in ((86_400, "day", "days"), (3_600, "hour", "hours"), (60, "minute", "minutes")):
            if seconds >= size:
                return one if seconds == size else f"{seconds // size} {many}"
        return "second" if seconds == 1 else f"{seconds} seconds"


@dataclass(frozen=True)
class Report:
    """Everything that is known about what became of an issue's letters."""

    number: int
    audience: int
    chapters: tuple[Chapter, ...]
    timeline: Timeline | None


def report(row: Dispatch) -> Report:
    """The report of one dispatch as it stands now."""
    counts = queries.counts(row.id)
    audience = row.audience_count or sum(counts.values())
    handed_over = counts["handed_over"]
    states = [(DELIVERY_LABELS[state], count) for state, count in counts.items()]
    came_back = [(KIND_LABELS[Kind(kind)], count) for kind, count in queries.bounce_counts(row.id).items()]
    left = [(_DEPARTURES[how], count) for how, count in queries.departure_counts(row.id).items()]
    chapters = (
        Chapter("states", "What became of the letters", _figures(states, audience), "of the audience"),
        Chapter("refused", "Why letters were refused", _reasons(row.id, "failed"), "of those refused"),
        Chapter("deferred", "Why letters wait", _reasons(row.id, "deferred"), "of those that wait"),
        Chapter("skipped", "Why somebody was skipped", _sentences(row.id, "skipped"), "of those skipped"),
        Chapter(
            "came-back", "What came back later", _figures(came_back, handed_over), "of those handed over"
        ),
        Chapter("left", "Who left because of it", _figures(left, handed_over), "of those handed over"),
    )
    told = tuple(chapter for chapter in chapters if chapter.figures)
    return Report(row.issue_number, audience, told, _timeline(row.id))


def as_rows(found: Report) -> Iterator[tuple[str, str, int, str, str]]:
    """The report as a table: chapter, what, how many, share in per cent (two decimals), a server's words."""
    for chapter in found.chapters:
        for figure in chapter.figures:
            yield chapter.title, figure.label, figure.count, f"{figure.share * 100:.2f}", figure.example
    for column in found.timeline.columns if found.timeline else ():
        yield "Handed over from", column.begins.isoformat(timespec="seconds"), column.count, "", ""


COLUMNS = ("chapter", "what", "letters", "per cent", "the server said")
"""The head of that table."""


def _figures(counted: Iterable[tuple[str, int]], of: int) -> tuple[Figure, ...]:
    return tuple(Figure(label, count, of) for label, count in counted if count)


def _reasons(dispatch_id: int, state: str) -> tuple[Figure, ...]:
    """Answers by their codes (RFC 5321 and 3463): the words differ by server and by recipient."""
    beginning = func.substr(Delivery.last_reply, 1, _BEGINNING)
    query = (
        select(beginning, func.min(Delivery.last_reply), func.count())
        .where(Delivery.dispatch_id == dispatch_id, Delivery.state == state)
        .group_by(beginning)
    )
    counted: Counter[str] = Counter()
    examples: dict[str, str] = {}
    for _, said, count in db.session.execute(query):
        name = _named(said or "")
        counted[name] += count
        examples.setdefault(name, said or "")
    return _largest(counted, examples)


def _sentences(dispatch_id: int, state: str) -> tuple[Figure, ...]:
    """Reasons that are our own sentences."""
    query = (
        select(Delivery.last_reply, func.count())
        .where(Delivery.dispatch_id == dispatch_id, Delivery.state == state)
        .group_by(Delivery.last_reply)
    )
    counted = {said or "No reason is known": count for said, count in db.session.execute(query)}
    return _largest(Counter(counted), {})


def _largest(counted: Counter[str], examples: dict[str, str]) -> tuple[Figure, ...]:
    of = sum(counted.values())
    named = [
        Figure(name, count, of, examples.get(name, "")) for name, count in counted.most_common(MOST_REASONS)
    ]
    rest = of - sum(figure.count for figure in named)
    return (*named, Figure("Anything else", rest, of)) if rest else tuple(named)


def _named(said: str) -> str:
    """An answer's codes as a name for what it is; our own sentences have none."""
    found = _CODES.match(said)
    if found is None:
        return "No answer of a server"
    if not found["status"]:
        return found["code"]
    about = _SUBJECTS.get(found["status"].split(".")[1], "")
    return f"{found['code']} {found['status']}{about}"


def _timeline(dispatch_id: int) -> Timeline | None:
    """When letters were handed over; None before the first."""
    handed_over = (Delivery.dispatch_id == dispatch_id, Delivery.state == "handed_over")
    query = select(func.min(Delivery.finished_at), func.max(Delivery.finished_at)).where(*handed_over)
    first, last = db.session.execute(query).one()
    if first is None or last is None:
        return None
    first = first.replace(microsecond=0)
    step = _step_for(int((last - first).total_seconds()))
    place = cast((_seconds(Delivery.finished_at) - int(first.timestamp())) / step, Integer)
    found = db.session.execute(select(place, func.count()).where(*handed_over).group_by(place))
    counted = {row[0]: row[1] for row in found}
    columns = (
        Column(first + timedelta(seconds=step * at), counted.get(at, 0)) for at in range(max(counted) + 1)
    )
    return Timeline(timedelta(seconds=step), tuple(columns))


def _step_for(seconds: int) -> int:
    """The shortest round step by which so many seconds need no more columns than fit."""
    return next((step for step in _STEPS if seconds // step < MOST_COLUMNS), seconds // MOST_COLUMNS + 1)


def _seconds(moment: InstrumentedAttribute[datetime | None]) -> ColumnElement[int]:
    """A column of instants as whole seconds since 1970."""
    if db.engine.dialect.name == "postgresql":
        return cast(func.floor(func.extract("epoch", moment)), Integer)
    return cast(func.strftime("%s", moment), Integer)
