"""What is done with the rows of jobs: ask, claim, renew, finish, fail, forget. Runs none of them.

A job is due by the machine's clock, as schedules are; its lease goes by the clock that all machines share,
so that none of them takes a job from one that lives and only has another time.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, cast

from sqlalchemy import (
    ColumnElement,
    CursorResult,
    Insert,
    Result,
    bindparam,
    delete,
    func,
    or_,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from newsroom.platform import shared_clock
from newsroom.platform.clock import now
from newsroom.platform.db import db
from newsroom.platform.jobs import rules
from newsroom.platform.jobs.models import Job
from newsroom.platform.jobs.registry import JOBS, is_task
from newsroom.platform.jobs.waking import wake


@dataclass(frozen=True)
class Claim:
    """A job that is ours until its lease runs out."""

    job_id: int
    name: str
    subject_id: int
    attempt_count: int
    asked_count: int
    token: str


def enqueue(name: str, subject_id: int, run_at: datetime | None = None) -> None:
    """Ask for a job, in the unit of work of the change that needs it; `run_at` (aware) lets it wait.

    If the same job is open already it stays one, runs at the earlier of the two times, and runs once more
    when it is being run this moment, because it may have read what has changed since.
    Raises `ValueError` for a name that no task has.
    """
    if not is_task(name):
        raise ValueError(f"There is no task called {name}: decorate its function with @task({name!r}).")
    asked_at = now()
    given = {"name": name, "subject_id": subject_id, "asked_at": asked_at, "run_at": run_at or asked_at}
    db.session.execute(_asking(db.engine.dialect.name), given)
    wake(JOBS)


@cache
def _asking(dialect_name: str) -> Insert:
    """Built once: it is part of almost everything that is written."""
    dialect = postgresql if dialect_name == "postgresql" else sqlite
    statement = dialect.insert(Job.__table__).values(
        name=bindparam("name"),
        subject_id=bindparam("subject_id"),
        asked_at=bindparam("asked_at"),
        run_at=bindparam("run_at"),
        asked_count=1,
        attempt_count=0,
    )
    earlier = func.least if dialect is postgresql else func.min
    return statement.on_conflict_do_update(
        index_elements=[Job.name, Job.subject_id],
        index_where=_is_open(),
        set_={
            "asked_count": Job.asked_count + 1,
            "run_at": earlier(Job.run_at, statement.excluded.run_at),
        },
    )


def claim_next() -> Claim | None:
    """Take the job that has been due for longest, or None. Joins the unit of work."""
    at = shared_clock.now()
    job = db.session.scalars(
        select(Job)
        .where(_is_open(), Job.run_at <= now(), or_(Job.lease_until.is_(None), Job.lease_until < at))
        .order_by(Job.run_at, Job.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    ).first()
    if job is None:
        return None
    job.lease_token = secrets.token_hex(16)
    job.lease_until = at + rules.LEASE
    # Counted when it begins: a job that kills its worker each time is given up as well.
    job.attempt_count += 1
    return Claim(job.id, job.name, job.subject_id, job.attempt_count, job.asked_count, job.lease_token)


def renew(claim: Claim) -> bool:
    """Keep a claim for another lease. False when it was lost to somebody else. Joins the unit of work."""
    return _change(claim, lease_until=shared_clock.now() + rules.LEASE)


def finish(claim: Claim) -> bool:
    """Record success, or let it run again if it was asked for meanwhile. False when the claim was lost."""
    done = db.session.execute(
        update(Job)
        .where(Job.id == claim.job_id, Job.lease_token == claim.token, Job.asked_count == claim.asked_count)
        .values(done_at=now(), lease_until=None, lease_token=None, last_error=None)
    )
    return _hit(done) or _change(claim, run_at=now(), lease_until=None, lease_token=None, attempt_count=0)


def fail(claim: Claim, reason: str) -> bool:
    """Record a failure: another try later, or none when there were enough. False when the claim was lost.

    Says by the row whether it was given up: `failed_at`.
    """
    given_up = claim.attempt_count >= rules.MAX_ATTEMPTS
    at = now()
    return _change(
        claim,
        last_error=reason[:2000],
        lease_until=None,
        lease_token=None,
        run_at=at + rules.wait_before(claim.attempt_count),
        failed_at=at if given_up else None,
    )


def given_up() -> list[Job]:
    """The jobs that wait for a person, oldest first."""
    return list(db.session.scalars(select(Job).where(Job.failed_at.is_not(None)).order_by(Job.failed_at)))


def forget_finished() -> int:
    """Drop what was finished long ago. Returns how many; joins the unit of work."""
    return _count(db.session.execute(delete(Job).where(Job.done_at < now() - rules.KEPT)))


def _is_open() -> ColumnElement[bool]:
    return Job.done_at.is_(None) & Job.failed_at.is_(None)


def _change(claim: Claim, **values: object) -> bool:
    changed = db.session.execute(
        update(Job).where(Job.id == claim.job_id, Job.lease_token == claim.token).values(**values)
    )
    return _hit(changed)


def _hit(result: Result[Any]) -> bool:
    return _count(result) == 1


def _count(result: Result[Any]) -> int:
    return cast("CursorResult[Any]", result).rowcount
