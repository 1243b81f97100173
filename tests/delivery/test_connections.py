"""Several connections at once: what one of them meets with costs the others nothing, and nobody a letter."""

import threading
from collections import Counter
from collections.abc import Callable, Iterator

import pytest
from flask import Flask

from newsroom.accounts import queries as accounts
from newsroom.accounts import service as accounts_service
from newsroom.delivery import connections, ledger, service, worker
from newsroom.platform import clock
from newsroom.platform.db import db, unit_of_work
from newsroom.platform.jobs import run_worker
from newsroom.platform.mail.pace import Limits, Pace
from newsroom.platform.mail.reply import Reply, Stage
from newsroom.subscribers import queries as subscribers
from newsroom.subscribers import service as subscribers_service
from tests.chance import tried_on
from tests.delivery import stage
from tests.delivery.stage import FakeTransport
from tests.mailserver import DROP, DROP_MIDWAY, MailServer
from tests.waiting import LONG_SECONDS, once

pytestmark = pytest.mark.smtp
CONNECTIONS = 4
COUNT = 24
ONE, OTHER = stage.email_of(9), stage.email_of(14)


@pytest.fixture(params=[True, False], ids=["pipelined", "one by one"])
def smtp(request: pytest.FixtureRequest) -> Iterator[MailServer]:
    server = MailServer(pipelining=request.param).start()
    yield server
    server.stop()


@pytest.fixture
def environment(environment: dict[str, str]) -> dict[str, str]:
    return {**environment, "NEWSROOM_MAIL_CONNECTIONS": str(CONNECTIONS)}


# How the words travel is nothing to the database.
ON_BOTH_DATABASES = tried_on(
    ("db_app", "smtp"),
    [("sqlite", True), ("sqlite", False), pytest.param("postgres", True, marks=pytest.mark.postgres)],
    thorough=[pytest.param("postgres", False, marks=pytest.mark.postgres)],
    indirect=True,
    ids=lambda value: {True: "pipelined", False: "one by one"}.get(value, value),
)


def everybody_once(smtp: MailServer, count: int = COUNT, but: tuple[str, ...] = ()) -> None:
    wanted = {stage.email_of(n) for n in range(1, count + 1)} - set(but)
    assert Counter(smtp.recipients()) == dict.fromkeys(wanted, 1)


@ON_BOTH_DATABASES
def test_all_connections_carry_letters_and_nobody_gets_two(db_house: Flask, smtp: MailServer) -> None:
    # Each connection waits for its first answer until all of them have a letter in hand.
    smtp.answer("DATA", None, times=1)
    smtp.answer("DATA", None, when=lambda: smtp.commands["DATA"] > CONNECTIONS)
    ids = stage.dispatched(COUNT)
    stage.work()
    assert stage.states() == dict.fromkeys(ids, "handed_over")
    everybody_once(smtp)
    assert smtp.commands["EHLO"] == CONNECTIONS
    assert stage.dispatch().state == "finished"
    stage.must_balance()


def test_connections_are_kept_from_turn_to_turn(
    house: Flask, smtp: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "TURN_SECONDS", 0)
    monkeypatch.setattr(worker, "CLAIM", 5)
    stage.dispatched(COUNT)
    stage.freeze()
    # A turn without time hands over nothing, so each gets a moment.
    monkeypatch.setattr(worker, "TURN_SECONDS", 0.05)
    stage.work()
    assert stage.tally() == {"handed_over": COUNT}
    assert smtp.commands["EHLO"] <= CONNECTIONS


@pytest.mark.parametrize("close_after", [1, 3])
def test_a_server_that_closes_after_some_letters_gets_them_all(
    house: Flask, smtp: MailServer, close_after: int
) -> None:
    smtp.close_after = close_after
    stage.dispatched(COUNT)
    stage.work()
    assert stage.tally() == {"handed_over": COUNT}
    everybody_once(smtp)


@pytest.mark.parametrize(
    ("command", "answer"),
    [("MAIL", "451 4.3.0 Later"), ("RCPT", "451 4.7.1 Greylisted"), ("DATA", "452 4.3.1 Full"),
     ("RCPT", "421 4.3.2 Shutting down")],
)  # fmt: skip
def test_what_is_put_off_is_tried_again_and_the_others_leave(
    house: Flask, smtp: MailServer, clock: object, command: str, answer: str
) -> None:
    smtp.answer(command, answer, times=4)
    stage.dispatched(COUNT)
    stage.work()
    put_off = stage.tally()["deferred"]
    assert 1 <= put_off <= 4
    assert stage.tally() == {"deferred": put_off, "handed_over": COUNT - put_off}
    clock.shift(3600)  # type: ignore[attr-defined]
    stage.work()
    assert stage.tally() == {"handed_over": COUNT}
    everybody_once(smtp)


@ON_BOTH_DATABASES
def test_a_refused_address_costs_its_neighbours_nothing(db_house: Flask, smtp: MailServer) -> None:
    for address in (ONE, OTHER):
        smtp.answer("RCPT", "550 5.1.1 Nobody here", to=address)
    ids = stage.dispatched(COUNT)
    stage.work()
    failed = {number for number, state in stage.states().items() if state == "failed"}
    assert failed == {ids[8], ids[13]}
    assert all(subscribers.suppression_of(address) for address in (ONE, OTHER))
    everybody_once(smtp, but=(ONE, OTHER))


@pytest.mark.parametrize("how", [DROP, DROP_MIDWAY])
def test_a_connection_that_breaks_at_a_letter_leaves_exactly_that_one_uncertain(
    house: Flask, smtp: MailServer, how: str
) -> None:
    smtp.answer("DATA", how, to=ONE, times=1)
    ids = stage.dispatched(COUNT)
    stage.work()
    assert {number for number, state in stage.states().items() if state == "uncertain"} == {ids[8]}
    assert stage.tally() == {"uncertain": 1, "handed_over": COUNT - 1}
    assert max(Counter(smtp.recipients()).values()) == 1


def test_one_answer_that_is_long_in_coming_keeps_no_other_letter_waiting(
    house: Flask, smtp: MailServer
) -> None:
    # It comes when all the others are through, and they are on record before it.
    smtp.answer("DATA", None, to=ONE, when=lambda: len(smtp.accepted) >= COUNT - 1)
    stage.dispatched(COUNT)
    stage.work()
    assert stage.tally() == {"handed_over": COUNT}
    assert smtp.recipients()[-1] == ONE


def test_a_server_that_lets_few_in_is_served_over_those(house: Flask, smtp: MailServer) -> None:
    smtp.answer("EHLO", None, times=1)
    # The first letters take their time, so that others try to come in.
    smtp.answer("DATA", None, times=3, after_seconds=0.2)
    smtp.answer("EHLO", "421 4.7.0 Too many connections from you")
    stage.dispatched(COUNT)
    stage.work()
    assert stage.tally() == {"handed_over": COUNT}
    assert {row.attempt_count for row in stage.rows().values()} == {1}
    everybody_once(smtp)
    # Each of the others was turned away, at EHLO and at HELO, and did not come again at once.
    assert smtp.commands["EHLO"] <= 1 + 2 * (CONNECTIONS - 1)


def test_a_server_that_lets_nobody_in_is_asked_by_one_connection(house: Flask, smtp: MailServer) -> None:
    smtp.answer("EHLO", "554 5.7.1 Not you")
    ids = stage.dispatched(COUNT)
    stage.work()
    assert stage.dispatch().state == "paused"
    assert stage.dispatch().pause_reason == "554 5.7.1 Not you"
    assert stage.states() == dict.fromkeys(ids, "pending")
    assert smtp.commands["EHLO"] <= 2


def test_a_server_that_lets_nobody_in_for_the_moment_is_left_alone_for_a_while(
    house: Flask, smtp: MailServer, monkeypatch: pytest.MonkeyPatch, clock: object
) -> None:
    monkeypatch.setattr(connections, "FIRST_REST_SECONDS", 3600.0)
    monkeypatch.setattr(connections, "LONGEST_REST_SECONDS", 3600.0)
    smtp.answer("EHLO", "421 4.3.2 Restarting")
    stage.dispatched(COUNT)
    stage.work()
    assert stage.tally() == {"deferred": 1, "pending": COUNT - 1}
    smtp.behave()
    clock.shift(3600)  # type: ignore[attr-defined]
    stage.work()
    assert stage.tally() == {"handed_over": COUNT}


@ON_BOTH_DATABASES
def test_two_workers_with_four_connections_each_write_to_nobody_twice(
    db_house: Flask, smtp: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "CLAIM", 7)
    ids = stage.dispatched(60)
    db.session.rollback()
    stage.freeze()
    turns = [threading.Thread(target=_turns, args=(db_house,)) for _ in range(2)]
    for turn in turns:
        turn.start()
    for turn in turns:
        turn.join(LONG_SECONDS)
    stage.work()
    everybody_once(smtp, 60)
    assert stage.states() == dict.fromkeys(ids, "handed_over")


def _turns(house: Flask) -> None:
    with house.app_context():
        while worker.work(100):
            pass


def test_who_leaves_between_envelope_and_letter_gets_nothing(house: Flask, smtp: MailServer) -> None:
    """The server has been told of the next letter; it must not get one, and no empty one either."""
    gone = threading.Event()
    smtp.answer("DATA", None, to=stage.email_of(1), when=gone.is_set)
    ids = stage.dispatched(3)
    stage.freeze()

    def erase() -> None:
        with house.app_context():
            with unit_of_work():
                subscribers_service.erase(ids[1])
            gone.set()

    once(lambda: smtp.commands["DATA"] >= 1, erase)
    stage.work()
    assert stage.states() == {ids[0]: "handed_over", ids[1]: "skipped", ids[2]: "handed_over"}
    everybody_once(smtp, 3, but=(stage.email_of(2),))


def test_who_moves_between_claim_and_letter_is_written_to_where_they_are(
    house: Flask, fake: Callable[..., FakeTransport]
) -> None:
    def moves(_rcpt: str) -> Reply:
        if len(transport.given) == 1:
            with house.app_context(), unit_of_work():
                row = subscribers.subscriber(ids[2])
                assert row is not None
                row.email, row.email_key = "moved@reader.example", "moved@reader.example"
        return Reply(250, "2.0.0 OK", Stage.DATA)

    transport = fake(moves)
    ids = stage.dispatched(3)
    stage.work()
    assert stage.tally() == {"handed_over": 3}
    assert sorted(transport.given) == ["moved@reader.example", stage.email_of(1), stage.email_of(2)]


def test_a_pause_lets_only_what_is_in_hand_end(house: Flask, smtp: MailServer) -> None:
    paused = threading.Event()
    smtp.answer("DATA", None, times=5)
    smtp.answer("DATA", None, when=paused.is_set)
    stage.dispatched(COUNT)
    stage.freeze()

    def pause() -> None:
        with house.app_context():
            stage.change(service.pause)
            paused.set()

    once(lambda: smtp.commands["DATA"] >= 5 + CONNECTIONS, pause)
    stage.work()
    handed_over = len(smtp.accepted)
    assert handed_over == 5 + CONNECTIONS
    assert stage.tally() == {"handed_over": handed_over, "pending": COUNT - handed_over}
    stage.change(service.resume)
    stage.work()
    everybody_once(smtp)


# Limits


def _limited(house: Flask, **domains: float) -> None:
    named = {name.replace("_", "."): rate for name, rate in domains.items()}
    house.extensions["newsroom.mail.pace"] = Pace(Limits(domains=named))


@ON_BOTH_DATABASES
def test_a_domain_at_its_limit_holds_up_no_other(db_house: Flask, smtp: MailServer, clock: object) -> None:
    _limited(db_house, slow_example=0.5)
    stage.approved()
    people = [(f"a{n}@slow.example", "") for n in range(6)] + [(f"b{n}@reader.example", "") for n in range(6)]
    stage.confirmed_as(people)
    stage.begun()
    stage.work()
    assert stage.tally() == {"handed_over": 7, "pending": 5}
    assert Counter(address.partition("@")[2] for address in smtp.recipients()) == {
        "reader.example": 6,
        "slow.example": 1,
    }
    for _ in range(5):
        clock.shift(2.1)  # type: ignore[attr-defined]
        before = len(smtp.accepted)
        stage.work()
        assert len(smtp.accepted) - before == 1
    assert stage.dispatch().state == "finished"
    assert {row.attempt_count for row in stage.rows().values()} == {1}


def test_other_letters_and_jobs_are_served_while_a_dispatch_goes_on(house: Flask, smtp: MailServer) -> None:
    """The dispatch hangs at a letter until an ordinary one has come, which nobody would see otherwise."""
    smtp.answer("DATA", None, to=ONE, when=lambda: "founder@service-bell.example" in smtp.recipients())
    stage.dispatched(COUNT)

    def write() -> None:
        with house.app_context(), unit_of_work():
            founder = accounts.by_email("founder@service-bell.example")
            assert founder is not None
            accounts_service.invite(founder)

    once(lambda: len(smtp.accepted) >= 10, write)
    assert run_worker(house, drain=True)
    assert stage.tally() == {"handed_over": COUNT}


@ON_BOTH_DATABASES
def test_a_claim_takes_first_what_was_put_off(db_house: Flask) -> None:
    ids = stage.dispatched(4)
    stage.freeze()
    at = stage.dispatch().id
    with unit_of_work():
        ledger.claim(at, "one", 4, clock.now())
        ledger.put_off(at, "one", {ids[3]: clock.now()})
        ledger.give_back("one")
        assert ledger.claim(at, "one", 2, clock.now()) == [ids[3], ids[0]]
