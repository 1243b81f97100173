"""Workers on machines whose clocks differ: nobody takes a living job from another, and a dead one's is taken.

On PostgreSQL, because a SQLite file belongs to one machine. Only this process's time of day is moved; the
database's cannot be.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import func, select, update

from newsroom.platform.db import db, unit_of_work
from newsroom.platform.jobs import queue, registry, rules
from newsroom.platform.jobs.models import Job
from tests.platform.jobs.claims import claim, sure_claim

NAME = "tests.nothing"
HOUR = timedelta(hours=1)
# How long this process may be kept from going on, in the middle of a test.
PATIENCE = timedelta(seconds=30)

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.usefixtures("db_app"),
    pytest.mark.parametrize("db_app", ["postgres"], indirect=True),
]


@pytest.fixture(autouse=True)
def _due_for_long(monkeypatch: pytest.MonkeyPatch, db_app: object) -> None:
    """One job that every clock of these tests calls due."""
    monkeypatch.setattr(registry, "_tasks", {NAME: lambda subject_id: None})
    with unit_of_work():
        queue.enqueue(NAME, 1, datetime.now(UTC) - 3 * HOUR)


@contextmanager
def machine(ahead: timedelta) -> Iterator[None]:
    """Within the block this is a machine whose clock is so far ahead, or behind."""
    with time_machine.travel(datetime.now(UTC) + ahead, tick=True):
        yield


def lease_left() -> timedelta:
    """How long the lease lasts by the database's clock."""
    db.session.rollback()
    until, now = db.session.execute(select(Job.lease_until, func.clock_timestamp())).one()
    assert until is not None
    return until - now


def end_lease() -> None:
    with unit_of_work():
        db.session.execute(update(Job).values(lease_until=func.clock_timestamp() - timedelta(seconds=1)))


def is_one_lease(left: timedelta) -> bool:
    return rules.LEASE - PATIENCE < left <= rules.LEASE


def test_a_machine_that_is_ahead_takes_no_living_job() -> None:
    sure_claim()
    with machine(ahead=HOUR):
        assert claim() is None


def test_a_machine_that_is_behind_holds_its_job() -> None:
    with machine(ahead=-HOUR):
        sure_claim()
    assert is_one_lease(lease_left())
    assert claim() is None


def test_a_machine_that_is_ahead_holds_no_job_for_longer() -> None:
    with machine(ahead=HOUR):
        sure_claim()
    assert is_one_lease(lease_left())


@pytest.mark.parametrize("ahead", [HOUR, -HOUR])
def test_a_lease_is_renewed_by_the_clock_of_all(ahead: timedelta) -> None:
    mine = sure_claim()
    end_lease()
    with machine(ahead), unit_of_work():
        assert queue.renew(mine)
    assert is_one_lease(lease_left())


def test_a_machine_that_is_behind_takes_up_what_a_dead_one_left() -> None:
    dead = sure_claim()
    end_lease()
    with machine(ahead=-HOUR):
        taken = sure_claim()
    assert taken.job_id == dead.job_id
    # Should it only have slept: what it says counts no more.
    with unit_of_work():
        assert not queue.renew(dead)
        assert not queue.finish(dead)
        assert not queue.fail(dead, "it slept")
