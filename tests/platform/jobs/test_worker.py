import os
import signal
import threading
from datetime import timedelta

import pytest
from flask import Flask, current_app
from sqlalchemy import select

from newsroom.platform import jobs
from newsroom.platform.clock import now
from newsroom.platform.db import db, unit_of_work
from newsroom.platform.jobs import queue, registry, rules
from newsroom.platform.jobs.models import Job
from tests.waiting import LONG_SECONDS, wait_until


@pytest.fixture
def tasks(monkeypatch: pytest.MonkeyPatch) -> dict[str, registry.Task]:
    own: dict[str, registry.Task] = {}
    monkeypatch.setattr(registry, "_tasks", own)
    return own


def ask(name: str, subject_id: int = 1) -> None:
    with unit_of_work():
        jobs.enqueue(name, subject_id)


def job(name: str) -> Job:
    db.session.rollback()
    return db.session.scalars(select(Job).where(Job.name == name)).one()


def test_draining_does_everything_that_is_due(db_app: Flask, tasks: dict[str, registry.Task]) -> None:
    done: list[int] = []

    @jobs.task("count")
    def count(subject_id: int) -> None:
        done.append(subject_id)
        if subject_id == 1:
            ask("count", 3)

    ask("count", 1)
    ask("count", 2)
    assert jobs.run_worker(db_app, drain=True)
    assert sorted(done) == [1, 2, 3]


def test_a_failing_job_ends_neither_the_loop_nor_the_job(
    db_app: Flask, tasks: dict[str, registry.Task], caplog: pytest.LogCaptureFixture
) -> None:
    done: list[int] = []
    jobs.task("good")(done.append)

    @jobs.task("bad")
    def bad(subject_id: int) -> None:
        raise ValueError("the roster is on fire")

    ask("bad")
    ask("good")
    assert not jobs.run_worker(db_app, drain=True)
    assert done == [1]
    failed = job("bad")
    assert (failed.done_at, failed.attempt_count) == (None, 1)
    assert failed.last_error == "ValueError: the roster is on fire"
    assert "bad 1 failed" in caplog.text


def test_a_half_done_job_leaves_no_open_writes(db_app: Flask, tasks: dict[str, registry.Task]) -> None:
    @jobs.task("half")
    def half(subject_id: int) -> None:
        with unit_of_work():
            jobs.enqueue("half", 99)
            raise ValueError

    ask("half")
    jobs.run_worker(db_app, drain=True)
    assert job("half").subject_id == 1


def test_a_job_of_another_version_waits(app: Flask, tasks: dict[str, registry.Task]) -> None:
    jobs.task("gone")(lambda subject_id: None)
    ask("gone")
    tasks.clear()
    assert not jobs.run_worker(app, drain=True)
    assert "no task called gone" in (job("gone").last_error or "")


def test_sources_are_asked_until_they_have_nothing(app: Flask) -> None:
    left = [5]

    def work(limit: int) -> int:
        assert current_app
        piece = min(limit, left[0], 2)
        left[0] -= piece
        return piece

    jobs.add_source(app, "heap", work)
    assert jobs.run_worker(app, drain=True)
    assert left == [0]


def test_a_failing_source_is_left_alone_while_others_go_on(
    app: Flask, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(rules, "source_wait", lambda failures: timedelta(milliseconds=10))
    left = [3]

    def broken(limit: int) -> int:
        raise OSError("no route to host")

    def healthy(limit: int) -> int:
        left[0] -= bool(left[0])
        return int(left[0] > 0)

    jobs.add_source(app, "broken", broken)
    jobs.add_source(app, "healthy", healthy)
    assert not jobs.run_worker(app, drain=True)
    assert left == [0]
    assert "The source broken failed" in caplog.text


def test_each_minute_begins_with_the_first(app: Flask, caplog: pytest.LogCaptureFixture) -> None:
    ticks: list[str] = []

    def broken() -> None:
        raise ValueError("a tick went wrong")

    jobs.add_tick(app, "broken", broken)
    jobs.add_tick(app, "good", lambda: ticks.append("tick"))
    assert jobs.run_worker(app, drain=True)
    assert ticks == ["tick"]
    assert "The minute's broken failed" in caplog.text


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_stops_the_worker_after_its_piece(app: Flask, number: int) -> None:
    pieces: list[bool] = []

    def endless(limit: int) -> int:
        if not pieces:
            os.kill(os.getpid(), number)
        pieces.append(jobs.stop_requested())
        return 1

    before = signal.getsignal(number)
    jobs.add_source(app, "endless", endless)
    assert jobs.run_worker(app)
    assert pieces == [True]
    assert signal.getsignal(number) is before


def test_a_long_job_keeps_its_lease(
    app: Flask, tasks: dict[str, registry.Task], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules, "LEASE", timedelta(seconds=3))
    offered: list[object] = []

    @jobs.task("long")
    def long(subject_id: int) -> None:
        ends_at = job("long").lease_until
        assert ends_at is not None
        # The lease of now must not run out between this question and the next one.
        wait_until(
            lambda: now() > ends_at and job("long").lease_until > now() + rules.LEASE / 2,
            "the lease was not renewed",
        )
        # The lease that the job began with has run out, and another worker that asks now gets nothing.
        with unit_of_work():
            offered.append(queue.claim_next())

    ask("long")
    assert jobs.run_worker(app, drain=True)
    assert offered == [None]


def test_every_wait_of_a_job_has_an_end() -> None:
    waits = [rules.wait_before(count) for count in range(1, 100)]
    assert waits == sorted(waits)
    assert waits[0] == timedelta(seconds=15)
    assert waits[-1] == timedelta(hours=6)


def test_two_functions_cannot_have_one_name(tasks: dict[str, registry.Task]) -> None:
    jobs.task("one")(lambda subject_id: None)
    with pytest.raises(ValueError, match="two tasks called one"):
        jobs.task("one")(lambda subject_id: None)


def test_work_at_the_terminal_says_when_something_failed(app: Flask, tasks: dict[str, registry.Task]) -> None:
    @jobs.task("bad")
    def bad(subject_id: int) -> None:
        raise ValueError

    ran = app.test_cli_runner().invoke(args=["work", "--drain"])
    assert ran.exit_code == 0
    ask("bad")
    ran = app.test_cli_runner().invoke(args=["work", "--drain"])
    assert ran.exit_code == 1
    assert "kept for another try" in ran.stderr


def test_a_steady_source_keeps_nobody_waiting_and_rests_at_the_end(app: Flask) -> None:
    told = threading.Event()
    rested: list[bool] = []

    def steady(limit: int) -> int:
        # It goes on until the other source has had its turn.
        return int(not told.wait(LONG_SECONDS) or bool(left and left.pop()))

    def other(limit: int) -> int:
        told.set()
        return 0

    left = [1]
    jobs.add_steady_source(app, "steady", steady, lambda: rested.append(bool(current_app)))
    jobs.add_source(app, "other", other)
    assert jobs.run_worker(app, drain=True)
    assert (told.is_set(), left, rested) == (True, [], [True])


def test_draining_sees_what_a_steady_source_begins_for_others(app: Flask) -> None:
    for_steady, for_other, done = [3], [0], []

    def steady(limit: int) -> int:
        if not for_steady[0]:
            return 0
        for_steady[0] -= 1
        for_other[0] += 1
        return 1

    def other(limit: int) -> int:
        found, for_other[0] = for_other[0], 0
        done.extend([1] * found)
        return found

    jobs.add_steady_source(app, "steady", steady, lambda: None)
    jobs.add_source(app, "other", other)
    assert jobs.run_worker(app, drain=True)
    assert len(done) == 3


def test_a_steady_source_that_fails_ends_nothing(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "source_wait", lambda failures: timedelta(milliseconds=1))

    def broken(limit: int) -> int:
        raise OSError("no route to host")

    jobs.add_steady_source(app, "broken", broken, broken_rest)
    assert not jobs.run_worker(app, drain=True)


def broken_rest() -> None:
    raise OSError("still no route to host")
