"""The worker's source of work for schedules: what is due begins, what is late asks, what cannot says why.

Any number of workers may look at once: each takes the issue before its schedule, and who comes second finds
that it has begun. It hands nothing over; the source of dispatches goes on from there.
"""

from __future__ import annotations

import logging

from sqlalchemy import select

from newsroom.delivery import rules, service
from newsroom.delivery.models import Schedule
from newsroom.issues import queries as issues
from newsroom.issues import rules as issue_rules
from newsroom.issues import service as issues_service
from newsroom.issues.service import Blocked
from newsroom.platform import clock
from newsroom.platform.db import db, unit_of_work

log = logging.getLogger(__name__)


def work(_limit: int) -> int:
    """Keep every schedule that is due; the number of those dealt with."""
    done = 0
    trouble: Exception | None = None
    for schedule_id in _due():
        try:
            done += int(_keep(schedule_id))
        except Exception as problem:
            # One that fails keeps no other one from its hour; the worker logs it and comes back.
            trouble = problem
    if trouble is not None:
        raise trouble
    return done


def look_around() -> None:
    """Each minute: take back what was approved and says something else now, by whatever way that came."""
    db.session.rollback()
    # Most minutes nothing has changed, and nobody waits for a writer then.
    if not issues.changed_since_approval():
        return
    with unit_of_work():
        issues_service.void_what_changed("something around it changed")


def _due() -> list[int]:
    query = select(Schedule.id).where(Schedule.state == rules.WAITING, Schedule.send_at <= clock.now())
    return list(db.session.scalars(query.order_by(Schedule.send_at, Schedule.id)))


def _keep(schedule_id: int) -> bool:
    try:
        with unit_of_work():
            return service.keep(schedule_id)
    except Blocked as blocked:
        sentence = f"{blocked} " + " ".join(f"{one.where}: {one.sentence}" for one in blocked.findings[:3])
    except (rules.Refused, issue_rules.Refused) as refused:
        sentence = str(refused)
    log.warning("A schedule could not be kept: %s", sentence)
    with unit_of_work():
        service.give_up(schedule_id, sentence)
    return True
