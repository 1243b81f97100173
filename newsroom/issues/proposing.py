"""What a balanced issue would take from the shelf, and where it would stand.

Pure. It is told what lies on the shelf, what stands in the issue and how the last issues were made; it
proposes, and people decide. The same shelf gives the same proposal, in whatever order it is told.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from newsroom.issues import kinds
from newsroom.issues.kinds.spec import Kind
from newsroom.platform.days import long_date

MOST_EVENTS = 3
"""So many dated pieces at once are announced; with more, a letter becomes a calendar."""

_UNHEARD_OF = {"up": 1, "down": 1}
_NUMBERS = ("none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


@dataclass(frozen=True)
class Offered:
    """Something on the shelf: a story that is ready, or a piece of the library.

    `since` is from when it has been waiting. `held_in` is the number of the unsent issue that holds it
    already, this one or another. `says` are its keys, as they would be printed.
    """

    public_id: str
    kind: str
    title: str
    since: datetime
    says: Mapping[str, str]
    series: str = ""
    is_printed: bool = False
    held_in: int | None = None

    @property
    def is_free(self) -> bool:
        """Whether readers have not had it and no issue in preparation will bring it."""
        return not self.is_printed and self.held_in is None

    @property
    def part(self) -> int:
        """Its part of a series, 0 where it has none."""
        return int(number) if re.fullmatch("[0-9]{1,6}", number := self.says.get("part", "")) else 0

    @property
    def last_day(self) -> date | None:
        """The day on which it is over: an event's last one, an offer's end; None for what does not end."""
        return _day(self.says.get("when", "").rpartition(" to ")[2]) or _day(self.says.get("until", ""))

    @property
    def first_day(self) -> date | None:
        """The day on which an event begins."""
        return _day(self.says.get("when", "").partition(" to ")[0])

    def is_over(self, on: date) -> bool:
        """Whether it would come too late in an issue of that date."""
        return self.last_day is not None and self.last_day < on


@dataclass(frozen=True)
class Proposed:
    """Something that the issue might take, and why."""

    offered: Offered
    why: str


@dataclass(frozen=True)
class Standing:
    """What stands in the issue already: the kinds of its sections in their order, and of which series."""

    kinds: tuple[str, ...] = ()
    series: frozenset[str] = frozenset()

    @property
    def known(self) -> tuple[Kind, ...]:
        """The kinds themselves."""
        return tuple(map(kinds.kind_of, self.kinds))


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return None


# What to take


def proposal(
    shelf: Iterable[Offered],
    standing: Standing,
    habit: Mapping[str, int],
    issue_on: date,
    today: date,
) -> tuple[Proposed, ...]:
    """What a balanced issue of that date would take beside what stands in it already.

    Nothing that was printed, nothing that stands in this issue or in another unsent one, nothing that is over
    by then. `habit` says how many stories of each verdict an issue has (`habit_of`).
    """
    lying = tuple(shelf)
    free = [one for one in lying if one.is_free and not one.is_over(issue_on)]
    free.sort(key=lambda one: (one.since, one.public_id))
    running = {one.series for one in lying if one.series and not one.is_free}
    return (
        *_articles(free, standing, running),
        *_columns(free, standing, habit, today),
        *_recommendation(free, standing),
        *_announcements(free),
    )


def _articles(free: Sequence[Offered], standing: Standing, running: Collection[str]) -> list[Proposed]:
    """The next part of each series that readers know; where none goes on, what has waited longest."""
    parts = next_parts(one for one in free if one.series not in standing.series)
    going_on = [one for one in parts if one.series in running]
    if going_on:
        return [Proposed(one, _part_words(one)) for one in going_on]
    if any(map(runs_in_series, standing.known)):
        return []
    first = {one.public_id for one in parts}
    fit = [one for one in free if _is(one, runs_in_series) and (not one.series or one.public_id in first)]
    return [Proposed(one, "the article that has waited longest") for one in fit[:1]]


def next_parts(offers: Iterable[Offered]) -> list[Offered]:
    """Of each series that has something new, its next part."""
    first: dict[str, Offered] = {}
    for one in offers:
        known = first.get(one.series)
        if one.series and one.is_free and (known is None or one.part < known.part):
            first[one.series] = one
    return list(first.values())


def _part_words(one: Offered) -> str:
    name = one.says.get("series", one.series)
    return f"part {one.part} of “{name}”" if one.part else f"the next part of “{name}”"


def _columns(
    free: Sequence[Offered], standing: Standing, habit: Mapping[str, int], today: date
) -> list[Proposed]:
    placed = Counter(kind.verdict for kind in standing.known)
    found = []
    for verdict in ("up", "down"):
        waiting = [one for one in free if kinds.kind_of(one.kind).verdict == verdict]
        found += waiting[: max(0, habit.get(verdict, 0) - placed[verdict])]
    return [Proposed(one, _waiting_words((today - one.since.date()).days)) for one in found]


def _waiting_words(days: int) -> str:
    if days < 1:
        return "ready since today"
    return f"has waited for {days} {'day' if days == 1 else 'days'}"


def _recommendation(free: Sequence[Offered], standing: Standing) -> list[Proposed]:
    if any(map(recommends, standing.known)):
        return []
    waiting = [one for one in free if _is(one, recommends)]
    return [Proposed(one, "one recommendation an issue") for one in waiting[:1]]


def _announcements(free: Sequence[Offered]) -> list[Proposed]:
    """What takes place soonest, first; it is all news, however much of it stands in the issue already."""
    dated = [(one.first_day, one) for one in free if _is(one, takes_place)]
    soonest = sorted(
        ((day, one) for day, one in dated if day is not None),
        key=lambda pair: (pair[0], pair[1].public_id),
    )
    return [Proposed(one, f"not announced yet: {long_date(day)}") for day, one in soonest[:MOST_EVENTS]]


def _is(one: Offered, judge: Callable[[Kind], bool]) -> bool:
    return judge(kinds.kind_of(one.kind))


# A kind is judged by what it can say, so that a new one finds its place without being named here.


def runs_in_series(kind: Kind) -> bool:
    """Whether pieces of that kind may be parts of a series."""
    return kind.source == "library" and kind.key("series") is not None


def takes_place(kind: Kind) -> bool:
    """Whether pieces of that kind have a day, such as an event's."""
    return kind.source == "library" and kind.key("when") is not None


def recommends(kind: Kind) -> bool:
    """Whether pieces of that kind are something to read or to buy."""
    return kind.source == "library" and not runs_in_series(kind) and not takes_place(kind)


# How the last issues were made


def habit_of(issues: Sequence[Sequence[str]]) -> dict[str, int]:
    """How many stories of each verdict an issue usually has: what most of these issues had.

    Each issue is the kinds of its sections, the newest first. Of two counts that are as frequent the one of
    the newer issue counts. Without an issue to go by: one up, one down.
    """
    if not issues:
        return dict(_UNHEARD_OF)
    counted = [Counter(kinds.kind_of(name).verdict for name in one) for one in issues]
    return {
        verdict: Counter(count[verdict] for count in counted).most_common(1)[0][0]
        for verdict in ("up", "down")
    }


def house_order(issues: Sequence[Sequence[str]]) -> dict[str, float]:
    """How far down each kind usually stands, from 0 at the top to 1; kinds that never stood are left out."""
    places: dict[str, list[float]] = {}
    for one in issues:
        for place, kind in enumerate(one):
            places.setdefault(kind, []).append(place / max(1, len(one) - 1))
    return {kind: sum(found) / len(found) for kind, found in places.items()}


def place_for(kind: str, standing: Sequence[str], order: Mapping[str, float]) -> int:
    """The place, from 0, at which a section of that kind is put among sections of these kinds.

    It comes behind the last one of its own kind; else before the first one that usually stands further down.
    What never stood in an issue comes last.
    """
    for place in range(len(standing) - 1, -1, -1):
        if standing[place] == kind:
            return place + 1
    if kind not in order:
        return len(standing)
    later = (place for place, other in enumerate(standing) if order.get(other, 2.0) > order[kind])
    return next(later, len(standing))


# In words


def runway_words(up: int, down: int) -> str:
    """How many stories of each verdict wait: `Two up, none down`."""
    if up == down == 0:
        return "No story"
    words = f"{_count(up)} up, {_count(down)} down"
    return words[:1].upper() + words[1:]


def _count(number: int) -> str:
    return _NUMBERS[number] if number < len(_NUMBERS) else str(number)
