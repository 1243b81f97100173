"""What a ledger comes to, in numbers that name nobody: counted from its rows, or as the worker has kept it.

In a ledger whose dispatch is at its end nothing moves any more, but for letters that are uncertain, and those
can only become certain. So what was counted once holds for as long as there are as many uncertain ones, until
letters are tried again (`void`). After its time it is all that is left of a ledger (`retention`). The grouped
write that records letters keeps no count.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import delete, exists, func, select

from newsroom.delivery import rules, timeline
from newsroom.delivery.models import Bounce, Delivery, Departure, Dispatch, DispatchTally
from newsroom.delivery.timeline import Timeline
from newsroom.platform.db import db

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
_REFUSALS = ("failed", "deferred")
_SENTENCES = "skipped"
_TOLD = (*_REFUSALS, _SENTENCES)

NEVER_LEFT = "server"
"""The source of a soft bounce that no report told of: its letter was given up, and never handed over."""


@dataclass(frozen=True)
class Reason:
    """Why so many letters came to what they did; `example` is a server's own sentence, while it is known."""

    name: str
    count: int
    example: str = ""


@dataclass(frozen=True)
class Tally:
    """What a ledger comes to. Every state is named in `counts`, and together they are the audience."""

    counts: dict[str, int]
    reasons: Mapping[str, tuple[Reason, ...]] = field(default_factory=dict)
    timeline: Timeline | None = None

    def without_words(self) -> Tally:
        """The same without what servers said: their sentences may tell of a person."""
        bare = {
            state: tuple(replace(reason, example="") for reason in told)
            for state, told in self.reasons.items()
        }
        return replace(self, reasons=bare)


def tally(row: Dispatch) -> Tally:
    """What the ledger of a dispatch comes to, as it was kept or else counted now."""
    kept = db.session.get(DispatchTally, row.id)
    if kept is None or not _holds(row, kept.counts, _uncertain([row.id])):
        return counted(row.id)
    return Tally(_complete(kept.counts), _reasons_kept(kept.reasons), timeline.from_json(kept.timeline))


def counted(dispatch_id: int) -> Tally:
    """The same by its rows: a second or two for a million of them."""
    reasons = {state: _refusals(dispatch_id, state) for state in _REFUSALS}
    reasons[_SENTENCES] = _our_sentences(dispatch_id)
    return Tally(_by_rows(dispatch_id), reasons, timeline.counted(dispatch_id))


def counts(rows: Sequence[Dispatch]) -> dict[int, dict[str, int]]:
    """Of some dispatches: how many letters stand in each state. Rows are counted where nothing is kept."""
    ids = [row.id for row in rows]
    query = select(DispatchTally.dispatch_id, DispatchTally.counts)
    kept = {each.dispatch_id: each.counts for each in db.session.execute(query.where(_one_of(ids)))}
    uncertain = _uncertain([row.id for row in rows if row.id in kept and row.shrunk_at is None])
    return {
        row.id: _complete(kept[row.id])
        if row.id in kept and _holds(row, kept[row.id], uncertain)
        else _by_rows(row.id)
        for row in rows
    }


def to_be_counted() -> list[int]:
    """The dispatches at their end whose ledger is at rest, and of which nothing is kept that holds."""
    query = select(Dispatch).where(
        Dispatch.state.in_(rules.AT_END), Dispatch.started_at.is_not(None), Dispatch.shrunk_at.is_(None)
    )
    rows = list(db.session.scalars(query.order_by(Dispatch.id)))
    found = select(DispatchTally.dispatch_id, DispatchTally.counts).where(_one_of([row.id for row in rows]))
    kept = {each.dispatch_id: each.counts for each in db.session.execute(found)}
    uncertain = _uncertain(list(kept))
    return [row.id for row in rows if row.id not in kept or not _holds(row, kept[row.id], uncertain)]


def has_moved(row: Dispatch, known: Mapping[str, int]) -> bool:
    """Whether a letter became certain since so many were counted."""
    return not _holds(row, known, _uncertain([row.id]))


def came_back(dispatch_id: int) -> dict[str, int]:
    """How many letters came back by kind, those counted whose rows are gone and those that have one."""
    letters = Bounce.dispatch_id == dispatch_id, Bounce.source != NEVER_LEFT
    query = select(Bounce.kind, func.count()).where(*letters).group_by(Bounce.kind)
    return _with_rows(dispatch_id, "came_back", {row[0]: row[1] for row in db.session.execute(query)})


def departed(dispatch_id: int) -> dict[str, int]:
    """The same for those who left because of it, by how."""
    query = select(Departure.how, func.count()).where(Departure.dispatch_id == dispatch_id)
    found = {row[0]: row[1] for row in db.session.execute(query.group_by(Departure.how))}
    return _with_rows(dispatch_id, "departed", found)


def void(dispatch_id: int) -> None:
    """Letters are tried again, or a reason became another one: nothing that was kept holds. For a verb."""
    named = exists().where(Dispatch.id == dispatch_id, Dispatch.shrunk_at.is_(None))
    db.session.execute(delete(DispatchTally).where(DispatchTally.dispatch_id == dispatch_id, named))


def void_told(letters: Iterable[tuple[int, int]]) -> None:
    """The same where one of these letters, by dispatch and subscriber, is one whose reason is told."""
    people: dict[int, list[int]] = {}
    for dispatch_id, subscriber_id in letters:
        people.setdefault(dispatch_id, []).append(subscriber_id)
    for dispatch_id, ids in people.items():
        mine = Delivery.dispatch_id == dispatch_id, Delivery.subscriber_id.in_(ids)
        told = select(Delivery.subscriber_id).where(*mine, Delivery.state.in_(_TOLD)).limit(1)
        if db.session.scalar(told) is not None:
            void(dispatch_id)


def void_words_about(subscriber_id: int) -> None:
    """Let go of what may hold a server's words about somebody, who is erased: it is counted anew."""
    known = db.session.scalars(select(DispatchTally.dispatch_id)).all()
    # By the numbers of dispatches, because the ledger is in their order.
    told = select(Delivery.dispatch_id).where(
        Delivery.dispatch_id.in_(known),
        Delivery.subscriber_id == subscriber_id,
        Delivery.state.in_(_TOLD),
    )
    for dispatch_id in db.session.scalars(told).all():
        void(dispatch_id)


def reasons_as_json(found: Tally) -> dict[str, Any]:
    """The reasons of a tally as a row keeps them."""
    return {
        state: [[reason.name, reason.count, reason.example] for reason in told]
        for state, told in found.reasons.items()
    }


def _reasons_kept(told: Mapping[str, Any]) -> dict[str, tuple[Reason, ...]]:
    return {state: tuple(Reason(*each) for each in kept) for state, kept in told.items()}


def _holds(row: Dispatch, known: Mapping[str, int], uncertain: Mapping[int, int]) -> bool:
    if row.shrunk_at is not None:
        return True
    return row.state in rules.AT_END and known.get("uncertain", 0) == uncertain.get(row.id, 0)


def _uncertain(ids: Sequence[int]) -> dict[int, int]:
    """How many letters of each dispatch are uncertain: a handful, and an index finds them."""
    query = (
        select(Delivery.dispatch_id, func.count())
        .where(Delivery.dispatch_id.in_(ids), Delivery.state == "uncertain")
        .group_by(Delivery.dispatch_id)
    )
    return {row[0]: row[1] for row in db.session.execute(query)} if ids else {}


def _one_of(ids: Sequence[int]) -> Any:
    return DispatchTally.dispatch_id.in_(ids)


def _by_rows(dispatch_id: int) -> dict[str, int]:
    query = select(Delivery.state, func.count()).where(Delivery.dispatch_id == dispatch_id)
    return _complete({row.state: row[1] for row in db.session.execute(query.group_by(Delivery.state))})


def _complete(found: Mapping[str, int]) -> dict[str, int]:
    return {state: found.get(state, 0) for state in rules.DELIVERY_LABELS}


def _with_rows(dispatch_id: int, name: str, found: Mapping[str, int]) -> dict[str, int]:
    kept = db.session.get(DispatchTally, dispatch_id)
    return dict(Counter(found) + Counter(getattr(kept, name) if kept is not None else {}))


def _refusals(dispatch_id: int, state: str) -> tuple[Reason, ...]:
    """Answers by their codes (RFC 5321 and 3463): the words differ by server and by recipient."""
    beginning = func.substr(Delivery.last_reply, 1, _BEGINNING)
    query = (
        select(beginning, func.min(Delivery.last_reply), func.count())
        .where(Delivery.dispatch_id == dispatch_id, Delivery.state == state)
        .group_by(beginning)
    )
    return _summed((_named(said or ""), count, said or "") for _, said, count in db.session.execute(query))


def _our_sentences(dispatch_id: int) -> tuple[Reason, ...]:
    """Why somebody was skipped: our own sentence, without what a server had said before."""
    query = (
        select(Delivery.last_reply, func.count())
        .where(Delivery.dispatch_id == dispatch_id, Delivery.state == _SENTENCES)
        .group_by(Delivery.last_reply)
    )
    return _summed(
        ((said or "No reason is known").partition(rules.SERVER_HAD_SAID)[0], count, "")
        for said, count in db.session.execute(query)
    )


def _summed(found: Iterable[tuple[str, int, str]]) -> tuple[Reason, ...]:
    """Reasons of one name as one, the largest first."""
    together: Counter[str] = Counter()
    examples: dict[str, str] = {}
    for name, count, example in found:
        together[name] += count
        examples.setdefault(name, example)
    return tuple(Reason(name, count, examples[name]) for name, count in together.most_common())


def _named(said: str) -> str:
    """An answer's codes as a name for what it is; our own sentences have none."""
    found = _CODES.match(said)
    if found is None:
        return "No answer of a server"
    if not found["status"]:
        return found["code"]
    about = _SUBJECTS.get(found["status"].split(".")[1], "")
    return f"{found['code']} {found['status']}{about}"
