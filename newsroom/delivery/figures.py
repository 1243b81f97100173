"""What became of an issue's letters, as figures that belong together: for a page, its charts and its table.

What a ledger comes to is counted in `tallies`. It names nobody: the ledger keeps servers' sentences without
the addresses in them. It draws nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from newsroom.delivery import queries, tallies
from newsroom.delivery.judging import KIND_LABELS, Kind
from newsroom.delivery.models import Dispatch
from newsroom.delivery.rules import DELIVERY_LABELS
from newsroom.delivery.tallies import Reason
from newsroom.delivery.timeline import Timeline

MOST_REASONS = 12
"""Reasons that a report names one by one; what is left is one figure more."""
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
class Report:
    """Everything that is known about what became of an issue's letters.

    `shrunk_at` says since when it is all there is: the ledger names nobody any more.
    """

    number: int
    audience: int
    chapters: tuple[Chapter, ...]
    timeline: Timeline | None
    shrunk_at: datetime | None = None


def report(row: Dispatch) -> Report:
    """The report of one dispatch as it stands now."""
    found = tallies.tally(row)
    audience = row.audience_count or sum(found.counts.values())
    handed_over = found.counts["handed_over"]
    states = [(DELIVERY_LABELS[state], count) for state, count in found.counts.items()]
    came_back = [(KIND_LABELS[Kind(kind)], count) for kind, count in queries.bounce_counts(row.id).items()]
    left = [(_DEPARTURES[how], count) for how, count in queries.departure_counts(row.id).items()]
    why = {state: _reasons(found.reasons.get(state, ())) for state in ("failed", "deferred", "skipped")}
    chapters = (
        Chapter("states", "What became of the letters", _figures(states, audience), "of the audience"),
        Chapter("refused", "Why letters were refused", why["failed"], "of those refused"),
        Chapter("deferred", "Why letters wait", why["deferred"], "of those that wait"),
        Chapter("skipped", "Why somebody was skipped", why["skipped"], "of those skipped"),
        Chapter(
            "came-back", "What came back later", _figures(came_back, handed_over), "of those handed over"
        ),
        Chapter("left", "Who left because of it", _figures(left, handed_over), "of those handed over"),
    )
    told = tuple(chapter for chapter in chapters if chapter.figures)
    return Report(row.issue_number, audience, told, found.timeline, row.shrunk_at)


def as_rows(found: Report) -> Iterator[tuple[str, str, int, str, str]]:
    """The report as a table: chapter, what, how many, share in per cent (two decimals), a server's words."""
    for chapter in found.chapters:
        for figure in chapter.figures:
            yield chapter.title, figure.label, figure.count, f"{figure.share * 100:.2f}", figure.example
    for column in found.timeline.columns if found.timeline else ():
        yield "Handed over from", column.begins.isoformat(timespec="seconds"), column.count, "", ""
    if found.shrunk_at is not None:
        yield "Names let go of", found.shrunk_at.isoformat(timespec="seconds"), found.audience, "", ""


COLUMNS = ("chapter", "what", "letters", "per cent", "the server said")
"""The head of that table."""


def _figures(counted: Iterable[tuple[str, int]], of: int) -> tuple[Figure, ...]:
    return tuple(Figure(label, count, of) for label, count in counted if count)


def _reasons(told: Iterable[Reason]) -> tuple[Figure, ...]:
    reasons = list(told)
    of = sum(reason.count for reason in reasons)
    named = [Figure(reason.name, reason.count, of, reason.example) for reason in reasons[:MOST_REASONS]]
    rest = of - sum(figure.count for figure in named)
    return (*named, Figure("Anything else", rest, of)) if rest else tuple(named)
