"""How long it is known who got an issue: what a ledger comes to is kept, and its rows are let go of.

Each verb is one step that may be killed and done again, by any worker. What a person has to decide about a
dispatch is decided before its time is over: afterwards nothing of it is tried again.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Row, delete, exists, select

from newsroom.accounts.service import audit
from newsroom.delivery import ledger, rules, tallies
from newsroom.delivery.models import Bounce, Delivery, Departure, Dispatch, DispatchTally
from newsroom.delivery.service.dispatching import locked
from newsroom.delivery.tallies import Tally
from newsroom.platform import clock
from newsroom.platform.db import db

log = logging.getLogger(__name__)


def keep_tally(dispatch_id: int, found: Tally, since: datetime | None) -> bool:
    """Keep what the ledger of a dispatch came to, unless something moved since it was counted; says whether.

    `since` is when the dispatch was at its end, as it was read before the counting.
    """
    row = locked(dispatch_id)
    if row.finished_at != since or row.shrunk_at is not None or not _is_at_rest(row):
        return False
    if tallies.has_moved(row, found.counts):
        return False
    kept = db.session.get(DispatchTally, row.id) or DispatchTally(
        dispatch_id=row.id, came_back={}, departed={}
    )
    _put(kept, found)
    db.session.add(kept)
    return True


def shrink(dispatch_id: int, kept: timedelta) -> bool:
    """Name nobody in a ledger any more whose time is over; says whether that begins now.

    From here on its tally is the ledger, and `let_go` takes the rows. Only of a dispatch that is at its end,
    at rest, and balances: where the states are not the audience, a person has to look.
    """
    row = locked(dispatch_id)
    if not rules.is_over(row.state, row.finished_at, clock.now(), kept) or row.shrunk_at is not None:
        return False
    found = db.session.get(DispatchTally, row.id, populate_existing=True)
    if found is None or not _is_at_rest(row) or tallies.has_moved(row, found.counts):
        return False
    if sum(found.counts.values()) != row.audience_count:
        log.warning("The ledger of issue %s does not balance, so it keeps its rows", row.issue_number)
        return False
    _put(found, tallies.tally(row).without_words())
    row.shrunk_at = clock.now()
    audit("ledger shrunk", f"issue {row.issue_number}", rules.counted(row.audience_count, "letter"))
    return True


def let_go(dispatch_id: int, limit: int, above: int = 0) -> int | None:
    """Delete the next rows of a ledger that has shrunk, so many at most; None when those were the last.

    Gives the highest number of a subscriber among them, to go on `above` it: PostgreSQL would walk over all
    that was deleted before.
    """
    rest = Delivery.dispatch_id == dispatch_id, Delivery.subscriber_id > above
    query = select(Delivery.subscriber_id).where(*rest).order_by(Delivery.subscriber_id)
    highest = db.session.scalars(query.offset(limit - 1).limit(1)).first()
    has_shrunk = exists().where(Dispatch.id == dispatch_id, Dispatch.shrunk_at.is_not(None))
    rows = delete(Delivery).where(*rest, has_shrunk)
    if highest is not None:
        rows = rows.where(Delivery.subscriber_id <= highest)
    db.session.execute(rows.execution_options(synchronize_session=False))
    return highest


def fold(dispatch_id: int, before: datetime, limit: int) -> bool:
    """Count what came back about a ledger that has shrunk, and who left, and forget who they were.

    Only what was noted before that moment, so that a report which is read twice still counts once. At most so
    many rows of each; False when there are no more.
    """
    kept = db.session.scalars(
        select(DispatchTally)
        .join(Dispatch)
        .where(DispatchTally.dispatch_id == dispatch_id, Dispatch.shrunk_at.is_not(None))
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()
    if kept is None:
        return False
    kinds, ways = _taken_reports(dispatch_id, before, limit), _taken_departures(dispatch_id, before, limit)
    kept.came_back = _added(kept.came_back, [kind for kind, source in kinds if source != tallies.NEVER_LEFT])
    kept.departed = _added(kept.departed, [how for (how,) in ways])
    return len(kinds) == limit or len(ways) == limit


def _is_at_rest(row: Dispatch) -> bool:
    return row.state in rules.AT_END and row.started_at is not None and not ledger.has_open_rows(row.id)


def _put(kept: DispatchTally, found: Tally) -> None:
    kept.counted_at = clock.now()
    kept.counts = found.counts
    kept.reasons = tallies.reasons_as_json(found)
    kept.timeline = found.timeline.as_json() if found.timeline else {}


def _taken_reports(dispatch_id: int, before: datetime, limit: int) -> Sequence[Row[str, str]]:
    old = select(Bounce.id).where(Bounce.dispatch_id == dispatch_id, Bounce.at <= before).limit(limit)
    gone = delete(Bounce).where(Bounce.id.in_(old)).returning(Bounce.kind, Bounce.source)
    return db.session.execute(gone.execution_options(synchronize_session=False)).all()


def _taken_departures(dispatch_id: int, before: datetime, limit: int) -> Sequence[Row[str]]:
    mine = Departure.dispatch_id == dispatch_id
    old = select(Departure.subscriber_id).where(mine, Departure.at <= before).limit(limit)
    gone = delete(Departure).where(mine, Departure.subscriber_id.in_(old)).returning(Departure.how)
    return db.session.execute(gone.execution_options(synchronize_session=False)).all()


def _added(known: dict[str, int], found: Iterable[str]) -> dict[str, int]:
    return dict(Counter(known) + Counter(found))
