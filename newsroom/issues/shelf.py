"""What lies on the shelf for an issue: ready stories and pieces of the library, each with what to know of it.

Reads only. What a balanced issue would take of it is decided in `proposing`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from newsroom.issues import kinds, queries, wording
from newsroom.issues.kinds import Kind
from newsroom.issues.models import Issue
from newsroom.issues.models import Section as SectionRow
from newsroom.issues.proposing import (
    Offered,
    Proposed,
    Standing,
    habit_of,
    next_parts,
    proposal,
    recommends,
    runs_in_series,
    runway_words,
    takes_place,
)
from newsroom.library import queries as library
from newsroom.platform import clock
from newsroom.platform.words import fold
from newsroom.publication.queries import publication
from newsroom.stories import bank

MOST_PIECES = 300
"""So many of the newest pieces are looked through; what is older has been passed over often enough."""
MOST_SHOWN = 40
"""So many of a group are shown; a search finds the others."""


@dataclass(frozen=True)
class Shelved:
    """Something on the shelf with a remark, such as `waits 34 days · 420 words`."""

    offered: Offered
    verdict: str
    remark: str


@dataclass(frozen=True)
class Group:
    """Things of one sort: what readers have not had, before what was printed or stands elsewhere."""

    name: str
    fresh: tuple[Shelved, ...]
    others: tuple[Shelved, ...]
    more: int = 0

    @property
    def count(self) -> int:
        """How many there are in all."""
        return len(self.fresh) + len(self.others) + self.more


@dataclass(frozen=True)
class Shelf:
    """Everything an issue could take. `sought` is what was searched for, `into` an empty place to fill."""

    groups: tuple[Group, ...]
    runway: str
    on_hold: int
    sought: str = ""
    into: SectionRow | None = None


def shelf_of(row: Issue, sought: str = "", into: SectionRow | None = None) -> Shelf:
    """The shelf for an issue: with `sought` what has all these words, with `into` what fits that place."""
    today = clock.today(publication().time_zone)
    stories = bank.ready()
    offers = [one for one in _offers(stories) if one.held_in != row.number or one.is_printed]
    if into is not None:
        offers = [one for one in offers if one.kind == into.kind]
    if sought:
        offers = [one for one in offers if _has(one, sought)]
    free = [one for one in stories if not one.on_hold_reason]
    counts = {verdict: sum(one.verdict == verdict for one in free) for verdict in ("up", "down")}
    words = {one.public_id: one.word_count for one in stories}
    groups = (_group(name, judge, offers, words, row.issue_on, today) for name, judge in _GROUPS)
    return Shelf(
        groups=tuple(group for group in groups if group.count),
        runway=runway_words(counts["up"], counts["down"]),
        on_hold=len(stories) - len(free),
        sought=sought,
        into=into,
    )


def proposed(row: Issue) -> tuple[Proposed, ...]:
    """What a balanced issue would take beside what stands in this one, in the order of `proposing`."""
    pieces = library.pinned(
        (section.piece_id, section.piece_version)
        for section in row.sections
        if section.piece_id and section.piece_version and kinds.kind_of(section.kind).source == "library"
    )
    # An empty place counts for nothing: it is what is to be filled.
    held = tuple(section.kind for section in row.sections if section.piece_id or _has_own_words(section))
    series = frozenset(piece.series_slug for piece in pieces.values() if piece.series_slug)
    return proposal(
        _offers(bank.ready()),
        Standing(held, series),
        habit_of(queries.recent_kinds()),
        row.issue_on,
        clock.today(publication().time_zone),
    )


def _has_own_words(section: SectionRow) -> bool:
    return kinds.kind_of(section.kind).source == "own"


def _offers(stories: Iterable[bank.Banked]) -> list[Offered]:
    """Everything that may be placed at all: stories that are not on hold, pieces that are not retired."""
    held = queries.held_by_unsent()
    names = [kind.name for kind in kinds.by_name.values() if kind.source == "library"]
    pieces = library.on_shelf(names, limit=MOST_PIECES)
    printed = queries.printed_among([piece.public_id for piece in pieces])
    columns = {kind.verdict: kind.name for kind in kinds.by_name.values() if kind.source == "story"}
    return [
        *(
            Offered(story.public_id, columns[story.verdict], story.title, story.ready_at, {})
            for story in stories
            if not story.on_hold_reason
        ),
        *(
            Offered(
                piece.public_id,
                piece.kind,
                piece.title,
                piece.created_at,
                piece.fields,
                series=piece.series_slug,
                is_printed=piece.public_id in printed,
                held_in=held.get(piece.public_id),
            )
            for piece in pieces
        ),
    ]


def _has(one: Offered, sought: str) -> bool:
    said = fold(" ".join((one.kind, one.title, *one.says.values())))
    return all(word in said for word in fold(sought).split())


# Groups and remarks


def _is_story(kind: Kind) -> bool:
    return kind.source == "story"


_GROUPS = (
    ("Stories", _is_story),
    ("Articles", runs_in_series),
    ("Recommendations", recommends),
    ("Events and listings", takes_place),
)


def _group(
    name: str,
    judge: Callable[[Kind], bool],
    offers: Iterable[Offered],
    words: dict[str, int],
    issue_on: date,
    today: date,
) -> Group:
    found = [one for one in offers if judge(kinds.kind_of(one.kind))]
    first = {one.public_id for one in next_parts(found)}
    found.sort(key=lambda one: (one.public_id not in first, one.since, one.public_id))
    shown = [
        (one, Shelved(one, kinds.kind_of(one.kind).verdict, _remark(one, words, issue_on, today)))
        for one in found
    ]
    fresh = [shelved for one, shelved in shown if one.is_free and not one.is_over(issue_on)]
    others = [shelved for one, shelved in shown if not one.is_free or one.is_over(issue_on)]
    others.reverse()
    room = max(0, MOST_SHOWN - len(fresh))
    return Group(name, tuple(fresh[:MOST_SHOWN]), tuple(others[:room]), max(0, len(found) - MOST_SHOWN))


def _remark(one: Offered, words: dict[str, int], issue_on: date, today: date) -> str:
    said = []
    if _is_story(kinds.kind_of(one.kind)):
        days = max(0, (today - one.since.date()).days)
        said += [f"waits {days} {'day' if days == 1 else 'days'}" if days else "ready since today"]
        said += [f"{words[one.public_id]:,} words"]
    else:
        said += [one.kind]
        said += [wording.series_line(one.says.get("series", ""), one.says.get("part", ""), "")]
        said += [wording.days(one.says["when"])] if one.says.get("when") else []
    if one.is_over(issue_on):
        said += ["over by then"]
    if one.is_printed:
        said += ["printed before"]
    if one.held_in is not None:
        said += [f"stands in issue {one.held_in}"]
    return " · ".join(filter(None, said))
