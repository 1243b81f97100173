from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select

from newsroom.platform.clock import now
from newsroom.platform.db import db, unit_of_work
from newsroom.platform.jobs import queue, registry, rules
from newsroom.platform.jobs.models import Job
from tests.platform.jobs.claims import claim, sure_claim

NAME = "tests.nothing"


@pytest.fixture(autouse=True)
def _task(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "_tasks", {NAME: lambda subject_id: None})


def ask(subject_id: int = 1, after: timedelta = timedelta(0)) -> None:
    with unit_of_work():
        queue.enqueue(NAME, subject_id, now() + after if after else None)


def count() -> int:
    return db.session.scalar(select(func.count()).select_from(Job)) or 0


def only_job() -> Job:
    db.session.rollback()
    return db.session.scalars(select(Job)).one()


@pytest.mark.usefixtures("db_app")
def test_a_job_is_asked_for_in_the_unit_that_needs_it() -> None:
    with pytest.raises(ZeroDivisionError), unit_of_work():
        queue.enqueue(NAME, 1)
        raise ZeroDivisionError
    assert claim() is None


@pytest.mark.usefixtures("db_app")
def test_asking_twice_for_open_work_is_asking_once() -> None:
    ask()
    ask()
    ask(subject_id=2)
    assert count() == 2


@pytest.mark.usefixtures("db_app")
def test_finished_work_can_be_asked_for_again() -> None:
    ask()
    with unit_of_work():
        found = queue.claim_next()
        assert found is not None
        queue.finish(found)
    ask()
    assert count() == 2
    assert sure_claim().subject_id == 1


@pytest.mark.usefixtures("db_app")
def test_asking_while_it_runs_runs_it_once_more() -> None:
    ask()
    running = sure_claim()
    ask()
    assert claim() is None
    with unit_of_work():
        assert queue.finish(running)
    again = sure_claim()
    with unit_of_work():
        assert queue.finish(again)
    assert claim() is None
    assert count() == 1


@pytest.mark.usefixtures("db_app")
def test_an_unknown_task_is_refused_when_it_is_asked_for() -> None:
    with pytest.raises(ValueError, match="no task called"), unit_of_work():
        queue.enqueue("tests.unknown", 1)


@pytest.mark.usefixtures("db_app")
def test_a_job_waits_for_its_time(clock: time_machine.Traveller) -> None:
    ask(after=timedelta(minutes=5))
    assert claim() is None
    clock.shift(timedelta(minutes=6))
    assert sure_claim().subject_id == 1


@pytest.mark.usefixtures("db_app")
def test_asked_for_twice_it_runs_at_the_earlier_time() -> None:
    ask(after=timedelta(hours=5))
    ask()
    assert sure_claim().subject_id == 1


@pytest.mark.usefixtures("db_app")
def test_a_claimed_job_is_nobody_elses(clock: time_machine.Traveller) -> None:
    ask()
    sure_claim()
    assert claim() is None


@pytest.mark.usefixtures("db_app")
def test_a_dead_workers_job_is_taken_up_when_its_lease_is_over(clock: time_machine.Traveller) -> None:
    ask()
    dead = sure_claim()
    clock.shift(rules.LEASE + timedelta(seconds=1))
    heir = sure_claim()
    with unit_of_work():
        assert not queue.finish(dead)
        assert not queue.renew(dead)
        assert queue.finish(heir)
    assert only_job().done_at is not None


@pytest.mark.usefixtures("db_app")
def test_a_renewed_lease_keeps_the_job(clock: time_machine.Traveller) -> None:
    ask()
    mine = sure_claim()
    clock.shift(rules.LEASE * 0.9)
    with unit_of_work():
        assert queue.renew(mine)
    clock.shift(rules.LEASE * 0.9)
    assert claim() is None


@pytest.mark.usefixtures("db_app")
def test_a_failed_job_waits_longer_each_time_and_is_given_up_at_last(clock: time_machine.Traveller) -> None:
    ask()
    waits = []
    for _ in range(rules.MAX_ATTEMPTS):
        with unit_of_work():
            queue.fail(sure_claim_inside(), "it rained")
        waits.append(timedelta(seconds=round((only_job().run_at - now()).total_seconds())))
        clock.shift(waits[-1] + timedelta(seconds=1))
    assert waits == sorted(waits)
    assert waits[0] < timedelta(minutes=1) < waits[-1]
    assert claim() is None
    assert [job.last_error for job in queue.given_up()] == ["it rained"]


def sure_claim_inside() -> queue.Claim:
    found = queue.claim_next()
    assert found is not None
    return found


@pytest.mark.usefixtures("db_app")
def test_finished_jobs_are_forgotten_after_their_time(clock: time_machine.Traveller) -> None:
    ask()
    mine = sure_claim()
    with unit_of_work():
        queue.finish(mine)
    with unit_of_work():
        assert queue.forget_finished() == 0
    clock.shift(rules.KEPT + timedelta(days=1))
    with unit_of_work():
        assert queue.forget_finished() == 1


@pytest.mark.parametrize("db_app", [pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True)
def test_on_postgresql_two_workers_pass_each_other(db_app: Flask) -> None:
    ask(1)
    ask(2)
    with unit_of_work():
        first = queue.claim_next()
        with db_app.app_context(), unit_of_work():
            second = queue.claim_next()
    assert first is not None
    assert second is not None
    assert {first.subject_id, second.subject_id} == {1, 2}
