"""One dispatch an issue, one letter a subscriber, whoever else is at work."""

import itertools
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from datetime import timedelta
from types import SimpleNamespace

import pytest
from flask import Flask
from sqlalchemy import select, text, update
from sqlalchemy.exc import OperationalError

from newsroom.delivery import leases, ledger, rules, service, worker, writing
from newsroom.delivery.models import Delivery, WorkerLease
from newsroom.delivery.rules import Refused
from newsroom.issues import queries as issues
from newsroom.issues import rules as issue_rules
from newsroom.platform import clock, shared_clock
from newsroom.platform import db as database
from newsroom.platform.db import db, unit_of_work
from newsroom.platform.jobs import run_worker
from newsroom.subscribers import service as subscribers_service
from tests.delivery import stage
from tests.delivery.stage import FakeTransport
from tests.mailserver import DROP, MailServer
from tests.waiting import LONG_SECONDS

pytestmark = pytest.mark.smtp


def at_once(app: Flask, *steps: Callable[[], object]) -> list[object]:
    """Do all of this at the same time, each in a thread and session of its own; what came of each."""
    results: list[object] = [None] * len(steps)
    gate = threading.Barrier(len(steps))

    def run(position: int, step: Callable[[], object]) -> None:
        with app.app_context():
            gate.wait()
            try:
                results[position] = step()
            except Exception as problem:
                results[position] = problem

    threads = [threading.Thread(target=run, args=item) for item in enumerate(steps)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


# Beginning


def test_a_dispatch_begun_twice_at_once_is_one(db_house: Flask, smtp: MailServer) -> None:
    stage.approved()
    ids = stage.confirmed(3)
    db.session.rollback()
    results = at_once(db_house, stage.begun, stage.begun, stage.begun)
    began = [result for result in results if isinstance(result, int)]
    refused = [result for result in results if isinstance(result, Refused)]
    assert (len(began), len(refused)) == (1, 2), results
    stage.work()
    assert stage.states() == dict.fromkeys(ids, "handed_over")
    assert len(smtp.accepted) == 3


def test_a_second_send_is_refused_in_a_sentence(house: Flask) -> None:
    stage.dispatched(1)
    with pytest.raises(Refused, match="has a dispatch already; it is counting the audience"):
        stage.begun()
    stage.work()
    with pytest.raises(Refused, match="has a dispatch already; it is finished"):
        stage.begun()


def test_what_is_not_approved_or_not_there_is_refused(house: Flask) -> None:
    stage.drafted()
    with pytest.raises(issue_rules.Refused, match="not approved"):
        stage.begun()
    with pytest.raises(Refused, match="There is no issue 7"):
        stage.begun(7)


def test_two_issues_at_once_each_reach_everybody(house: Flask, smtp: MailServer) -> None:
    stage.dispatched(4)
    stage.approved(82)
    stage.begun(82)
    stage.work()
    assert Counter(smtp.recipients()) == {stage.email_of(n): 2 for n in range(1, 5)}
    assert stage.dispatch(81).state == stage.dispatch(82).state == "finished"


# Working


def test_two_workers_write_to_nobody_twice(
    db_house: Flask, smtp: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "CLAIM", 7)
    ids = stage.dispatched(60)
    db.session.rollback()
    drained = [lambda: run_worker(db_house, drain=True)] * 3
    assert at_once(db_house, *drained) == [True, True, True]
    assert Counter(smtp.recipients()) == {stage.email_of(n): 1 for n in range(1, 61)}
    assert stage.states() == dict.fromkeys(ids, "handed_over")
    assert stage.dispatch().state == "finished"
    stage.must_balance()


def test_rows_of_a_worker_that_lives_are_left_alone(db_house: Flask) -> None:
    stage.dispatched(4)
    stage.freeze()
    at = stage.dispatch().id
    with leases.held() as owner:
        with unit_of_work():
            ledger.claim(at, owner, 2, clock.now())
        assert ledger.dead_owners(clock.now()) == []
        assert stage.tally() == {"claimed": 2, "pending": 2}
    assert stage.tally() == {"pending": 4}


@pytest.mark.parametrize("db_app", [pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True)
def test_a_machine_whose_clock_is_wrong_takes_nothing_from_a_worker_that_lives(db_house: Flask) -> None:
    stage.dispatched(4)
    stage.freeze()
    at = stage.dispatch().id
    with unit_of_work():
        service.pause(service.locked(at))
    with leases.held() as owner:
        with unit_of_work():
            ledger.claim(at, owner, 2, clock.now())
        with clock.set_to(clock.now() + timedelta(hours=1)):
            assert worker.work(1) == 0
        assert stage.tally() == {"claimed": 2, "pending": 2}
    with clock.set_to(clock.now() - timedelta(hours=1)), leases.held() as slow:
        with unit_of_work():
            ledger.claim(at, slow, 2, clock.now())
        assert ledger.dead_owners(shared_clock.now()) == []


def _dead_worker(number: int, others: int = 1) -> str:
    """A worker that died while it handed over one letter and held others; its lease has run out."""
    at = stage.dispatch().id
    with unit_of_work():
        db.session.add(WorkerLease(owner="dead", expires_at=clock.now() - timedelta(seconds=1)))
        ledger.claim(at, "dead", 1 + others, clock.now())
        assert ledger.begin(at, number, "dead") == 1
    return "dead"


def test_what_a_dead_worker_left_is_uncertain_or_goes_on(db_house: Flask, smtp: MailServer) -> None:
    ids = stage.dispatched(4)
    stage.freeze()
    _dead_worker(ids[0])
    stage.work()
    assert stage.states() == {ids[0]: "uncertain", **dict.fromkeys(ids[1:], "handed_over")}
    assert stage.email_of(1) not in smtp.recipients()
    stage.must_balance()


def test_a_sweep_takes_nothing_from_the_next_owner_of_a_row(db_house: Flask) -> None:
    ids = stage.dispatched(2)
    stage.freeze()
    _dead_worker(ids[0])
    dead, at = ledger.dead_owners(clock.now()), stage.dispatch().id
    with unit_of_work():
        ledger.sweep(dead, clock.now())
        ledger.claim(at, "alive", 1, clock.now())
    # Another worker that had looked at the same moment sweeps after that.
    with unit_of_work():
        assert ledger.sweep(dead, clock.now()) == 0
    assert stage.states() == {ids[0]: "uncertain", ids[1]: "claimed"}


@pytest.mark.parametrize("db_app", [pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True)
def test_a_sweep_waits_for_nobody_whose_network_died_in_a_write(db_house: Flask) -> None:
    """The server keeps the locks of such a transaction until it notices; others go on without these rows."""
    ids = stage.dispatched(3)
    stage.freeze()
    owner = _dead_worker(ids[0], others=2)
    with unit_of_work():
        db.session.execute(update(WorkerLease).values(expires_at=clock.now() - timedelta(hours=1)))
    held = select(Delivery).where(Delivery.subscriber_id.in_(ids[:2]))
    with db.engine.connect() as silent:
        silent.execute(held.with_for_update())
        silent.execute(select(WorkerLease).with_for_update())
        with unit_of_work():
            db.session.execute(text("SET LOCAL lock_timeout = '1s'"))
            assert ledger.sweep([owner], clock.now()) == 1
        assert stage.states() == {ids[0]: "sending", ids[1]: "claimed", ids[2]: "pending"}
    # When it has noticed, the rest is taken over too.
    assert ledger.dead_owners(clock.now()) == [owner]
    with unit_of_work():
        assert ledger.sweep([owner], clock.now()) == 2
    assert stage.states() == {ids[0]: "uncertain", ids[1]: "pending", ids[2]: "pending"}


def test_an_answer_that_comes_after_the_sweep_still_counts(db_house: Flask) -> None:
    """A machine that slept wakes up, and knows what the server said."""
    ids = stage.dispatched(2)
    stage.freeze()
    owner = _dead_worker(ids[0])
    with unit_of_work():
        ledger.sweep([owner], clock.now())
    at = stage.dispatch().id
    with unit_of_work():
        too_late = rules.Outcome("deferred", "451 Later", wait=timedelta(minutes=2))
        assert not service.record_attempt(at, ids[0], owner, too_late)
        assert not service.record_attempt(at, ids[0], "somebody else", rules.Outcome("handed_over", "250 OK"))
        assert service.record_attempt(at, ids[0], owner, rules.Outcome("handed_over", "250 OK"))
    assert stage.states()[ids[0]] == "handed_over"
    stage.must_balance()


def test_a_row_that_was_taken_from_us_is_not_begun(db_house: Flask) -> None:
    ids = stage.dispatched(2)
    stage.freeze()
    at = stage.dispatch().id
    with unit_of_work():
        ledger.claim(at, "first", 2, clock.now())
        ledger.sweep(["first"], clock.now())
        ledger.claim(at, "second", 2, clock.now())
        assert ledger.begin(at, ids[0], "first") is None
        assert ledger.begin(at, ids[0], "second") == 1


def test_a_database_that_is_busy_for_a_moment_loses_no_answer(
    db_house: Flask, smtp: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The commit after an accepted letter fails twice; the letter is neither sent again nor forgotten."""
    monkeypatch.setattr(writing, "PAUSES_SECONDS", (0.01, 0.01, 0.01))
    ids = stage.dispatched(5)
    stage.freeze()
    record, failures = service.record_attempts, iter([True, True])

    def fails_twice(*arguments: object) -> set[int]:
        stored = record(*arguments)  # type: ignore[arg-type]
        if next(failures, False):
            raise OperationalError("UPDATE delivery", {}, Exception("database is locked"))
        return stored

    monkeypatch.setattr(service, "record_attempts", fails_twice)
    stage.work()
    assert stage.states() == dict.fromkeys(ids, "handed_over")
    assert Counter(smtp.recipients()) == {stage.email_of(n): 1 for n in range(1, 6)}


def _away(monkeypatch: pytest.MonkeyPatch, times: int) -> None:
    """The database takes no result so often."""
    monkeypatch.setattr(writing, "PAUSES_SECONDS", (0.01,))
    record, count = service.record_attempts, iter(range(10**6))

    def fails(*arguments: object) -> set[int]:
        if next(count) < times:
            raise OperationalError("UPDATE delivery", {}, Exception("disk is full"))
        return record(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(service, "record_attempts", fails)


def test_a_database_that_stays_away_for_long_loses_no_answer(
    house: Flask, smtp: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = stage.dispatched(5)
    stage.freeze()
    _away(monkeypatch, 20)
    run_worker(house, drain=True)
    assert stage.states() == dict.fromkeys(ids, "handed_over")
    assert set(Counter(smtp.recipients()).values()) == {1}


def test_a_stop_while_the_database_is_away_leaves_one_letter_uncertain(
    house: Flask, smtp: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage.dispatched(5)
    stage.freeze()
    _away(monkeypatch, 1)
    monkeypatch.setattr(writing, "seconds_since_stop", lambda: writing.WAIT_SECONDS)
    run_worker(house, drain=True)
    assert stage.tally() == {"uncertain": 1, "handed_over": 4}
    assert set(Counter(smtp.recipients()).values()) == {1}


@pytest.mark.parametrize(
    ("try_takes", "stop_at"),
    [(0.0, 0.0), (20.0, 0.0), (30.0, 1.0), (0.0, 10.0)],
    ids=["it refuses at once", "it says nothing", "it says nothing since before", "a stop while it is away"],
)
def test_a_stop_while_the_database_is_away_keeps_nobody_longer_than_promised(
    monkeypatch: pytest.MonkeyPatch, try_takes: float, stop_at: float
) -> None:
    """By a clock of the test's own, in seconds, which begins with the first try."""
    now = 0.0

    def goes_on(seconds: float) -> None:
        nonlocal now
        now += seconds

    def silent() -> None:
        goes_on(try_takes)
        raise OperationalError("UPDATE delivery", {}, Exception("the database said nothing"))

    monkeypatch.setattr(writing, "unit_of_work", nullcontext)
    monkeypatch.setattr(writing, "time", SimpleNamespace(monotonic=lambda: now, sleep=goes_on))
    monkeypatch.setattr(writing, "seconds_since_stop", lambda: now - stop_at if now >= stop_at else None)
    with pytest.raises(OperationalError):
        writing.committed(silent)
    assert 5.0 < now - stop_at <= writing.WAIT_SECONDS


def test_a_commit_that_nobody_heard_of_makes_nobody_uncertain(
    db_house: Flask, smtp: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The letters are begun and their answers stored; only the database's word for it is lost, each time."""
    monkeypatch.setattr(writing, "PAUSES_SECONDS", (0.01,))
    ids = stage.dispatched(5)
    stage.freeze()

    @contextmanager
    def unheard() -> Iterator[None]:
        with unit_of_work():
            yield
        if next(losses, False):
            raise OperationalError("COMMIT", {}, Exception("server closed the connection"))

    # Not that of the first page of rows, which would be given back and claimed in the next turn.
    losses = itertools.chain([False], itertools.cycle([True, False]))
    monkeypatch.setattr(writing, "unit_of_work", unheard)
    stage.work()
    assert stage.states() == dict.fromkeys(ids, "handed_over")
    assert Counter(smtp.recipients()) == {stage.email_of(n): 1 for n in range(1, 6)}


def test_a_real_lock_on_the_database_only_delays(house: Flask, smtp: MailServer) -> None:
    ids = stage.dispatched(10)
    stage.freeze()
    locked, release = threading.Event(), threading.Event()

    def hold() -> None:
        with house.app_context(), unit_of_work():
            db.session.execute(text("SELECT 1"))
            locked.set()
            release.wait(LONG_SECONDS)

    def let_go_when_waited_for(_seconds: float) -> None:
        release.set()
        holder.join(LONG_SECONDS)

    holder = threading.Thread(target=hold)
    holder.start()
    assert locked.wait(LONG_SECONDS)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(database.time, "sleep", let_go_when_waited_for)
        stage.work()
    assert release.is_set(), "nobody waited for the lock"
    assert stage.states() == dict.fromkeys(ids, "handed_over")
    assert len(smtp.accepted) == 10


# A person's hand on it


def test_a_pause_lets_no_further_letter_begin(house: Flask, fake: Callable[..., FakeTransport]) -> None:
    from newsroom.platform.mail.reply import Reply, Stage

    def pauses_meanwhile(_rcpt: str) -> Reply:
        if len(transport.given) == 2:
            done = at_once(house, lambda: stage.change(lambda row: service.pause(row, "Paused by hand.")))
            assert done == [None]
        return Reply(250, "2.0.0 OK", Stage.DATA)

    transport = fake(pauses_meanwhile)
    stage.dispatched(6)
    stage.work()
    assert len(transport.given) == 2
    assert stage.tally() == {"handed_over": 2, "pending": 4}
    assert stage.dispatch().pause_reason == "Paused by hand."
    stage.change(service.resume)
    stage.work()
    assert stage.tally() == {"handed_over": 6}
    assert len(set(transport.given)) == len(transport.given) == 6


@pytest.mark.parametrize("answer", [250, 451])
def test_a_cancellation_skips_the_rest_whatever_the_letter_in_hand_comes_to(
    house: Flask, fake: Callable[..., FakeTransport], answer: int
) -> None:
    from newsroom.platform.mail.reply import Reply, Stage

    def cancels_meanwhile(_rcpt: str) -> Reply:
        if len(transport.given) == 3:
            assert at_once(house, lambda: stage.change(service.cancel)) == [None]
            return Reply(answer, "4.2.0 So it is", Stage.DATA)
        return Reply(250, "2.0.0 OK", Stage.DATA)

    transport = fake(cancels_meanwhile)
    stage.dispatched(6)
    stage.work()
    assert len(transport.given) == 3
    handed_over = 3 if answer == 250 else 2
    assert stage.tally() == {"handed_over": handed_over, "skipped": 6 - handed_over}
    assert stage.dispatch().state == "cancelled"
    assert issues.published_issue(stage.NUMBER) is not None
    stage.must_balance()
    with pytest.raises(Refused, match="has a dispatch already; it is cancelled"):
        stage.begun()


def test_a_cancellation_before_the_first_letter_makes_the_issue_sendable_again(
    db_house: Flask, smtp: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "FREEZE_CHUNK", 2)
    ids = stage.dispatched(5)
    worker._freeze(stage.dispatch().id)
    stage.change(service.cancel)
    row = issues.issue(stage.NUMBER)
    assert row is not None
    assert row.state == "approved"
    assert stage.rows() == {}
    assert issues.published_issue(stage.NUMBER) is None
    stage.work()
    assert smtp.accepted == []
    stage.begun()
    stage.work()
    assert stage.states() == dict.fromkeys(ids, "handed_over")
    stage.must_balance()


def test_the_refused_are_tried_again_when_a_person_asks(house: Flask, smtp: MailServer) -> None:
    smtp.answer("RCPT", "550 5.7.1 Not now", to=stage.email_of(1))
    smtp.answer("RCPT", "550 5.1.1 Nobody", to=stage.email_of(2))
    smtp.answer("RCPT", "451 4.7.1 Later", to=stage.email_of(3))
    ids = stage.dispatched(4)
    stage.work()
    smtp.behave()
    assert stage.change(service.retry) == 2
    stage.work()
    assert stage.states() == {
        ids[0]: "handed_over",
        ids[1]: "failed",
        ids[2]: "handed_over",
        ids[3]: "handed_over",
    }
    assert stage.rows()[ids[1]].last_reply == "550 5.1.1 Nobody"
    assert stage.dispatch().state == "finished"
    assert stage.change(service.retry) == 0


def test_one_uncertain_reader_can_be_written_to_again(house: Flask, smtp: MailServer) -> None:
    smtp.answer("DATA", DROP, to=stage.email_of(1), times=1)
    smtp.answer("DATA", DROP, to=stage.email_of(2), times=1)
    ids = stage.dispatched(3)
    stage.work()
    assert stage.tally() == {"uncertain": 2, "handed_over": 1}
    first_id = smtp.letters_to(stage.email_of(1))[0]["Message-ID"]
    assert stage.change(lambda row: service.send_again(row, ids[0])) == 1
    stage.work()
    assert stage.states() == {ids[0]: "handed_over", ids[1]: "uncertain", ids[2]: "handed_over"}
    assert [letter["Message-ID"] for letter in smtp.letters_to(stage.email_of(1))] == [first_id, first_id]
    with pytest.raises(Refused, match="not uncertain any more"):
        stage.change(lambda row: service.send_again(row, ids[0]))
    with unit_of_work():
        subscribers_service.erase(ids[1])
    with pytest.raises(Refused, match="may no longer be written to"):
        stage.change(lambda row: service.send_again(row, ids[1]))
    assert stage.states()[ids[1]] == "uncertain"
    stage.must_balance()
