"""What lies in the desk's queue: which stories somebody wants to see, page by page, and which one comes next.

Reads only. A list reads no texts: what it shows of each story was written down when its words changed
(`StoryGlance`). The whole wish stands in the address, so that it survives a reload and can be sent on.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any

from flask_sqlalchemy.pagination import Pagination
from sqlalchemy import ColumnElement, Select, and_, exists, false, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from newsroom.platform import clock, search
from newsroom.platform.db import db
from newsroom.stories import queries, rules
from newsroom.stories.models import Story, StoryGlance, StoryLikeness, StoryMessage
from newsroom.stories.rules import ON_THE_DESK, State

PER_PAGE = 25
MOST_LISTED = 6_000
"""Stories that a list goes through; who looks for another one of more than these asks more narrowly."""

FLAGS = {
    "private": "Private details",
    "alike": "Near-duplicate",
    "link": "Links",
    "hold": "On hold",
    "preview": "Asked to see it first",
    "suspicious": "Suspicious",
    "second": "Needs a second editor",
}
CLAIMS = {"me": "By me", "nobody": "By nobody", "others": "By somebody else"}
SORTS = {
    "oldest": "the oldest first",
    "newest": "the newest first",
    "gravest": "the gravest first",
    "stuck": "the longest in their state first",
}
WAITS = {"7": "More than a week", "14": "More than two weeks", "42": "More than six weeks"}
SOURCES = {
    "form": "The page for stories",
    "manuscript": "A manuscript",
    "email": "An e-mail",
    "import": "A file",
}
ANYWHERE = "anywhere"
"""What an address says instead of a state for stories of all states."""

_FEW = 5
_LONGEST_SEARCH = 200
_NAMELESS = "A story whose words are gone"
_FURTHEST_PAGE = 100_000


@dataclass(frozen=True)
class Wanted:
    """Which stories, in which order, and which page of them, whatever an address may say.

    An unknown state stays as it is and finds nothing; any other unknown value counts as not said.
    """

    state: str = ""
    verdict: str = ""
    flag: str = ""
    claimed: str = ""
    criticality: str = ""
    waited: str = ""
    source: str = ""
    words: str = ""
    sort: str = "oldest"
    page: int = 1

    @classmethod
    def from_args(cls, args: Mapping[str, str]) -> Wanted:
        """What an address asks for."""
        known = {
            "verdict": rules.VERDICTS,
            "flag": FLAGS,
            "claimed": CLAIMS,
            "criticality": {str(level) for level in range(1, len(rules.CRITICALITY))},
            "waited": WAITS,
            "source": SOURCES,
            "sort": SORTS,
        }
        said = {name: args.get(name, "") for name, values in known.items() if args.get(name, "") in values}
        page = args.get("page", "1")
        number = int(page) if page.isascii() and page.isdigit() and len(page) < 7 else 1
        return cls(
            state=args.get("state", "")[:40],
            words=" ".join(args.get("words", "").replace("\x00", " ").split())[:_LONGEST_SEARCH],
            page=min(max(1, number), _FURTHEST_PAGE),
            **said,
        )

    def args(self, **other: Any) -> dict[str, Any]:
        """The same as arguments of an address, without what goes without saying; `other` replaces or adds."""
        mine = {
            field.name: getattr(self, field.name)
            for field in fields(self)
            if getattr(self, field.name) != field.default
        }
        return {name: value for name, value in {**mine, **other}.items() if value not in (None, "")}

    @property
    def filter_count(self) -> int:
        """By how many things the stories of this state are narrowed down."""
        return len(self.args(state=None, sort=None, page=None))


@dataclass(frozen=True)
class Row:
    """One line of the queue. A story that was withdrawn or destroyed shows none of its words."""

    public_id: str
    verdict: str
    state: State
    title: str
    opening: str
    word_count: int
    private_count: int
    link_count: int
    alike_percent: int
    submitted_at: datetime
    state_changed_at: datetime
    claimed_by_id: int | None
    claimed_at: datetime | None
    criticality: int
    on_hold_reason: str
    wants_preview: bool
    suspicion: str
    closed_reason: str
    source: str

    @property
    def name(self) -> str:
        """What to call it where there is little room."""
        return self.title or self.opening or _NAMELESS

    def is_late(self, now: datetime) -> bool:
        """Whether it has waited too long for the desk."""
        return self.state in ON_THE_DESK and now - self.submitted_at > rules.WAITS_TOO_LONG

    def is_unanswered(self, now: datetime) -> bool:
        """Whether it has waited too long for its author."""
        asked = self.state in (State.NEEDS_INFO, State.AWAITING_APPROVAL)
        return asked and now - self.state_changed_at > rules.WAITS_TOO_LONG


@dataclass(frozen=True)
class Alike:
    """Another story that is much alike; `is_earlier` says which of the two was told first."""

    public_id: str
    name: str
    percent: int
    state: State
    submitted_at: datetime
    is_earlier: bool


def page_of(wanted: Wanted, my_id: int | None = None) -> Pages:
    """A page of the queue; its items are `Row`s. `my_id` is who is meant by “me”."""
    return Pages(wanted, my_id)


def found_elsewhere(wanted: Wanted, found_here: int) -> int:
    """How many more stories these words would find without the filter, where it leaves few of them; no more
    than `MOST_LISTED` are counted."""
    if not wanted.words or found_here >= _FEW:
        return 0
    some = select(Story.id).where(*_conditions(everywhere(wanted), None)).limit(MOST_LISTED)
    return (db.session.scalar(select(func.count()).select_from(some.subquery())) or 0) - found_here


def everywhere(wanted: Wanted) -> Wanted:
    """The same words, looked for in stories of all states and without any other filter."""
    return Wanted(state=ANYWHERE, words=wanted.words, sort=wanted.sort)


def row_of(public_id: str) -> Row | None:
    """One story as the queue shows it."""
    if not rules.is_public_id(public_id):
        return None
    rows = _rows(_shown().where(Story.public_id == public_id))
    return rows[0] if rows else None


def story_of(row: Row) -> Story | None:
    """The story behind a row, with what stands beside the list: its words, its consents, its thread."""
    query = select(Story).where(Story.public_id == row.public_id)
    whole = (joinedload(Story.original), selectinload(Story.revisions), selectinload(Story.consents))
    return db.session.scalars(query.options(*whole)).one_or_none()


def letter_count(story: Story) -> int:
    """How many messages went between the desk and its author."""
    query = select(func.count()).where(StoryMessage.story_id == story.id, StoryMessage.kind != "note")
    return db.session.scalar(query) or 0


def holds(wanted: Wanted, my_id: int | None, public_id: str) -> bool:
    """Whether a story answers to what is wanted, on whichever page."""
    query = select(Story.id).where(Story.public_id == public_id, *_conditions(wanted, my_id))
    return db.session.scalar(query) is not None


def following(wanted: Wanted, my_id: int | None, public_id: str) -> str | None:
    """The story after this one in that order, or else the one before it; None where there is no other."""
    place = _place_of(wanted, public_id)
    if place is None:
        return None
    for backwards in (False, True):
        order = _order(wanted.sort, backwards=backwards)
        query = select(Story.public_id).where(*_conditions(wanted, my_id), _beyond(order, place))
        found = db.session.scalar(query.order_by(*_clauses(order)).limit(1))
        if found:
            return found
    return None


def page_number(wanted: Wanted, my_id: int | None, public_id: str) -> int:
    """On which page a story stands; the first one where it stands on none."""
    place = _place_of(wanted, public_id)
    if place is None:
        return 1
    before = _beyond(_order(wanted.sort, backwards=True), place)
    query = select(func.count()).select_from(Story).where(*_conditions(wanted, my_id), before)
    return (db.session.scalar(query) or 0) // PER_PAGE + 1


def alike(public_id: str) -> list[Alike]:
    """The stories that one is much alike and was not told apart from, the likest first."""
    me = select(Story.id).where(Story.public_id == public_id).scalar_subquery()
    other = func.coalesce(func.nullif(StoryLikeness.earlier_id, me), StoryLikeness.story_id)
    query = (
        select(Story, StoryGlance, StoryLikeness.percent, StoryLikeness.earlier_id)
        .join(StoryLikeness, other == Story.id)
        .outerjoin(StoryGlance, StoryGlance.story_id == Story.id)
        .where(
            or_(StoryLikeness.story_id == me, StoryLikeness.earlier_id == me),
            StoryLikeness.dismissed.is_(False),
        )
        .order_by(StoryLikeness.percent.desc(), Story.id)
        .limit(5)
    )
    return [
        Alike(
            row.public_id,
            _name(glance),
            percent,
            State(row.state),
            row.submitted_at,
            earlier_id == row.id,
        )
        for row, glance, percent, earlier_id in db.session.execute(query)
    ]


def _name(glance: StoryGlance | None) -> str:
    return (glance.title or glance.opening) if glance else _NAMELESS


# How it is asked


def _shown() -> Select[Story, StoryGlance]:
    return select(Story, StoryGlance).outerjoin(StoryGlance, StoryGlance.story_id == Story.id)


def _conditions(wanted: Wanted, my_id: int | None) -> list[ColumnElement[bool]]:
    if wanted.state and wanted.state not in {*State, ANYWHERE}:
        return [false()]
    found: list[ColumnElement[bool]] = []
    if wanted.state != ANYWHERE:
        found.append(Story.state == wanted.state if wanted.state else Story.state.in_(sorted(ON_THE_DESK)))
    if wanted.verdict:
        found.append(Story.verdict == wanted.verdict)
    if wanted.flag:
        found.append(_flagged(wanted.flag))
    if wanted.claimed:
        found.append(_claimed(wanted.claimed, my_id))
    if wanted.criticality:
        found.append(Story.criticality >= int(wanted.criticality))
    if wanted.waited:
        found.append(Story.submitted_at < clock.now() - timedelta(days=int(wanted.waited)))
    if wanted.source:
        found.append(Story.source == wanted.source)
    if wanted.words:
        found.append(_found_by(wanted))
    return found


def _found_by(wanted: Wanted) -> ColumnElement[bool]:
    hits = search.matching(queries.FOUND_AS, wanted.words)
    if hits is None:
        return false()
    # By the index of ids only where no state is asked for: a common word finds more stories than lie in one.
    return (Story.id if wanted.state == ANYWHERE else Story.id + 0).in_(hits)


def _flagged(flag: str) -> ColumnElement[bool]:
    glance = StoryGlance.story_id == Story.id
    unlike = StoryLikeness.dismissed.is_(False)
    return {
        "private": exists().where(glance, StoryGlance.private_count > 0),
        "link": exists().where(glance, StoryGlance.link_count > 0),
        "alike": exists().where(StoryLikeness.story_id == Story.id, unlike),
        "hold": Story.on_hold_reason != "",
        "preview": Story.wants_preview.is_(True),
        "suspicious": Story.suspicion != "",
        "second": Story.criticality >= rules.SECOND_EDITOR_FROM,
    }[flag]


def _claimed(who: str, my_id: int | None) -> ColumnElement[bool]:
    if who == "nobody":
        return Story.claimed_by_id.is_(None)
    if who == "me":
        return Story.claimed_by_id == my_id
    return and_(Story.claimed_by_id.is_not(None), Story.claimed_by_id != my_id)


Order = Sequence[tuple[Any, bool]]


def _order(sort: str, *, backwards: bool = False) -> Order:
    """Columns and whether they fall. The id comes last, so that no two stories share a place."""
    columns: dict[str, list[tuple[Any, bool]]] = {
        "oldest": [(Story.submitted_at, False), (Story.id, False)],
        "newest": [(Story.submitted_at, True), (Story.id, True)],
        "gravest": [(Story.criticality, True), (Story.submitted_at, False), (Story.id, False)],
        "stuck": [(Story.state_changed_at, False), (Story.id, False)],
    }
    return [(column, falls != backwards) for column, falls in columns[sort]]


def _clauses(order: Order) -> list[Any]:
    return [column.desc() if falls else column.asc() for column, falls in order]


def _place_of(wanted: Wanted, public_id: str) -> Sequence[Any] | None:
    if not rules.is_public_id(public_id):
        return None
    columns = [column for column, _falls in _order(wanted.sort)]
    return db.session.execute(select(*columns).where(Story.public_id == public_id)).one_or_none()


def _beyond(order: Order, place: Sequence[Any]) -> ColumnElement[bool]:
    """Whatever comes after a place in that order."""
    ways = []
    for number, (column, falls) in enumerate(order):
        same = [one == value for (one, _), value in zip(order[:number], place[:number], strict=True)]
        ways.append(and_(*same, column < place[number] if falls else column > place[number]))
    return or_(*ways)


class Pages(Pagination):
    """Pages of what is wanted, `MOST_LISTED` stories at most; `is_cut` says that there are more."""

    def __init__(self, wanted: Wanted, my_id: int | None) -> None:
        order = _clauses(_order(wanted.sort))
        ids = select(Story.id).where(*_conditions(wanted, my_id)).order_by(*order).limit(MOST_LISTED + 1)
        # Once through the table for both the page and its number. Of two hundred thousand stories nobody
        # turns all the pages, and to count them is what would take time.
        found = db.session.scalars(ids).all()
        self.is_cut = len(found) > MOST_LISTED
        self._found, self._order = found[:MOST_LISTED], order
        super().__init__(page=wanted.page, per_page=PER_PAGE, error_out=False)

    def _query_items(self) -> list[Row]:
        chosen = self._found[self._query_offset : self._query_offset + self.per_page]
        return _rows(_shown().where(Story.id.in_(chosen)).order_by(*self._order)) if chosen else []

    def _query_count(self) -> int:
        return len(self._found)


def _rows(query: Select[Story, StoryGlance]) -> list[Row]:
    found = db.session.execute(query).all()
    percents = _percents([story.id for story, _glance in found])
    return [_row(story, glance, percents.get(story.id, 0)) for story, glance in found]


def _percents(story_ids: list[int]) -> dict[int, int]:
    query = (
        select(StoryLikeness.story_id, func.max(StoryLikeness.percent))
        .where(StoryLikeness.story_id.in_(story_ids), StoryLikeness.dismissed.is_(False))
        .group_by(StoryLikeness.story_id)
    )
    return {row[0]: row[1] for row in db.session.execute(query)}


def _row(story: Story, glance: StoryGlance | None, alike_percent: int) -> Row:
    return Row(
        public_id=story.public_id,
        verdict=story.verdict,
        state=State(story.state),
        title=glance.title if glance else "",
        opening=glance.opening if glance else "",
        word_count=glance.word_count if glance else 0,
        private_count=glance.private_count if glance else 0,
        link_count=glance.link_count if glance else 0,
        alike_percent=alike_percent,
        submitted_at=story.submitted_at,
        state_changed_at=story.state_changed_at,
        claimed_by_id=story.claimed_by_id,
        claimed_at=story.claimed_at,
        criticality=story.criticality,
        on_hold_reason=story.on_hold_reason,
        wants_preview=story.wants_preview,
        suspicion=story.suspicion,
        closed_reason=story.closed_reason,
        source=story.source,
    )
