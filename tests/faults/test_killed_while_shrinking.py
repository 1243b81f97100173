"""kill -9 while an old ledger shrinks: its figures stay as they were, and the next worker goes on."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import func, insert, select, update

from newsroom.delivery import figures
from newsroom.delivery.models import Bounce, Delivery, Dispatch
from newsroom.platform import clock
from newsroom.platform.db import db, unit_of_work
from tests.delivery import stage
from tests.faults.campaign import Campaign
from tests.waiting import wait_until

pytestmark = pytest.mark.smtp
LETTERS, OLD = 20_000, timedelta(days=366)


def _finished() -> None:
    """A dispatch at its end, with many letters to people who have been erased since."""
    stage.dispatched(1)
    stage.freeze()
    dispatch_id, at = stage.dispatch().id, clock.now()
    with unit_of_work():
        db.session.execute(update(Delivery).values(state="handed_over", finished_at=at))
        db.session.execute(insert(Delivery), list(_letters(dispatch_id)))
        report = {"kind": "soft", "status": "4.2.2", "diagnostic": "", "source": "report", "at": at}
        bounces = [{"dispatch_id": dispatch_id, "subscriber_id": n, **report} for n in range(100, 3_100)]
        db.session.execute(insert(Bounce), bounces)
        end = {"state": "finished", "finished_at": at, "audience_count": LETTERS + 1}
        db.session.execute(update(Dispatch).values(**end))


def _letters(dispatch_id: int) -> Iterator[dict[str, object]]:
    for number in range(LETTERS):
        state, said = ("failed", "550 5.7.1 No") if number % 10 == 7 else ("handed_over", "250 2.0.0 OK")
        yield {
            "dispatch_id": dispatch_id,
            "subscriber_id": 100 + number,
            "state": state,
            "attempt_count": 1,
            "last_reply": said,
            "finished_at": clock.now(),
        }


def _names() -> int:
    db.session.rollback()
    tables = (Delivery, Bounce)
    return sum(db.session.scalar(select(func.count()).select_from(table)) or 0 for table in tables)


def _figures() -> list[tuple[str, str, int]]:
    rows = figures.as_rows(figures.report(stage.dispatch()))
    return [(chapter, what, count) for chapter, what, count, *_ in rows if chapter != "Names let go of"]


def _kill_when_some_are_gone(campaign: Campaign, left: int) -> None:
    worker = campaign.start_worker(ahead=OLD)
    wait_until(lambda: _names() < left, lambda: campaign.output)
    campaign.kill(worker)


def test_a_worker_that_is_killed_while_a_ledger_shrinks_loses_no_figure(campaign: Campaign) -> None:
    _finished()
    before = _figures()
    for _ in range(2):
        _kill_when_some_are_gone(campaign, _names())
        stage.must_balance()
        assert _figures() == before
    # Two at once, neither of which hinders the other.
    for _ in range(2):
        campaign.start_worker(ahead=OLD)
    wait_until(lambda: _names() == 0, lambda: campaign.output)
    campaign.stop()
    stage.must_balance()
    assert _figures() == before
    assert "Traceback" not in campaign.output
