"""What each answer of a real mail server does to a letter and to the whole dispatch."""

import os
import signal
from collections.abc import Callable

import pytest
from flask import Flask

from newsroom.delivery import rules, service, worker
from newsroom.delivery.addressing import Addressing
from newsroom.platform.jobs import patience, run_worker, stop_requested
from newsroom.platform.mail.carrying import open_carrier
from newsroom.platform.mail.reply import Reply, Stage
from newsroom.platform.mail.smtp.server import Server
from newsroom.platform.mail.smtp.wire import Wire
from newsroom.subscribers import queries as subscribers
from newsroom.subscribers.queries import Recipient
from tests.delivery import stage
from tests.delivery.stage import FakeTransport
from tests.mailserver import DROP, DROP_MIDWAY, MailServer
from tests.waiting import once

pytestmark = pytest.mark.smtp
ONE = stage.email_of(1)


def is_suppressed(email: str) -> bool:
    return subscribers.suppression_of(email) is not None


def test_everybody_gets_one_letter(db_house: Flask, smtp: MailServer) -> None:
    ids = stage.dispatched(7)
    stage.work()
    assert sorted(smtp.recipients()) == [stage.email_of(n) for n in range(1, 8)]
    assert stage.states() == dict.fromkeys(ids, "handed_over")
    assert stage.dispatch().state == "finished"
    stage.must_balance()


def test_an_address_that_does_not_exist_fails_and_is_never_used_again(
    db_house: Flask, smtp: MailServer
) -> None:
    smtp.answer("RCPT", "550 5.1.1 No such user here", to=ONE)
    ids = stage.dispatched(3)
    stage.work()
    assert stage.states() == {ids[0]: "failed", ids[1]: "handed_over", ids[2]: "handed_over"}
    assert stage.rows()[ids[0]].last_reply == "550 5.1.1 No such user here"
    assert is_suppressed(ONE)
    assert stage.dispatch().state == "finished"
    subscriber = subscribers.subscriber(ids[0])
    assert subscriber is not None
    assert subscriber.state == "bounced"


@pytest.mark.parametrize(
    "answer", ["550 5.7.1 Policy", "550 No such user", "550 5.1.0 Rejected", "552 5.2.2 Full"]
)
def test_a_refusal_that_says_nothing_about_the_address_never_suppresses(
    house: Flask, smtp: MailServer, answer: str
) -> None:
    smtp.answer("RCPT", answer, to=ONE)
    ids = stage.dispatched(2)
    stage.work()
    assert stage.states() == {ids[0]: "failed", ids[1]: "handed_over"}
    assert not is_suppressed(ONE)


@pytest.mark.parametrize("answer", ["550 5.1.8 Sender address rejected", "553 5.1.7 Bad sender syntax"])
def test_a_refusal_of_our_sender_at_rcpt_pauses_and_suppresses_nobody(
    house: Flask, smtp: MailServer, answer: str
) -> None:
    """Postfix keeps its judgement of the sender until RCPT; as a hard bounce it would empty the list."""
    smtp.answer("RCPT", answer)
    ids = stage.dispatched(3)
    stage.work()
    assert stage.dispatch().state == "paused"
    assert stage.dispatch().pause_reason == answer
    assert stage.states() == dict.fromkeys(ids, "pending")
    assert not is_suppressed(ONE)


@pytest.mark.parametrize(
    ("command", "answer"),
    [
        ("RCPT", "451 4.7.1 Greylisted"),
        ("RCPT", "421 4.3.2 Shutting down"),
        ("MAIL", "451 4.3.0 Later"),
        ("DATA", "451 4.3.0 Later"),
        ("MAIL", DROP),
    ],
)
def test_a_passing_trouble_is_tried_again_later(
    house: Flask, smtp: MailServer, command: str, answer: str, clock: object
) -> None:
    # A kept connection that drops at MAIL is replaced once unnoticed, so it has to drop twice.
    smtp.answer(command, answer, times=2 if (command, answer) == ("MAIL", DROP) else 1)
    stage.dispatched(3)
    stage.work()
    assert stage.tally().get("deferred") in (1, 2)
    assert stage.dispatch().state == "sending"
    stage.must_balance()
    waiting = [row for row in stage.rows().values() if row.state == "deferred"]
    assert all(row.attempt_count == 1 and row.finished_at is None for row in waiting)
    clock.shift(3600)  # type: ignore[attr-defined]
    stage.work()
    assert stage.tally() == {"handed_over": 3}
    assert sorted(smtp.recipients()) == [stage.email_of(n) for n in (1, 2, 3)]


def test_a_server_that_hangs_before_data_defers(hasty: None, house: Flask, smtp: MailServer) -> None:
    smtp.answer("RCPT", None, to=ONE, times=1, after_seconds=3600)
    ids = stage.dispatched(2)
    stage.work()
    assert stage.states() == {ids[0]: "deferred", ids[1]: "handed_over"}


@pytest.mark.parametrize("how", [DROP, DROP_MIDWAY, None])
def test_silence_after_a_letter_has_left_is_uncertain_and_never_repeated(
    hasty: None, house: Flask, smtp: MailServer, how: str | None, clock: object
) -> None:
    """Whether the server read the final dot or hung up before it, we cannot see: all of it had left."""
    smtp.answer("DATA", how, to=ONE, times=1, after_seconds=0 if how else 3600)
    ids = stage.dispatched(3)
    stage.work()
    assert stage.states() == {ids[0]: "uncertain", ids[1]: "handed_over", ids[2]: "handed_over"}
    assert stage.dispatch().state == "finished"
    clock.shift(7 * 86400)  # type: ignore[attr-defined]
    stage.work()
    assert smtp.recipients().count(ONE) <= 1
    stage.must_balance()


def test_a_deferred_letter_is_given_up_after_enough_attempts(
    house: Flask, smtp: MailServer, clock: object
) -> None:
    smtp.answer("RCPT", "451 4.7.1 Greylisted")
    (number,) = stage.dispatched(1)
    for _ in range(rules.MOST_ATTEMPTS + 2):
        stage.work()
        clock.shift(86401)  # type: ignore[attr-defined]
    row = stage.rows()[number]
    assert row.state == "failed"
    assert row.attempt_count == rules.MOST_ATTEMPTS
    assert row.last_reply == f"Given up after {rules.MOST_ATTEMPTS} attempts: 451 4.7.1 Greylisted"
    assert not is_suppressed(ONE)


# Trouble of ours


def test_a_server_that_is_not_there_pauses_and_fails_nobody(
    house: Flask, smtp: MailServer, closed_port: int
) -> None:
    ids = stage.dispatched(3)
    opened = worker.open_carrier
    worker.open_carrier = lambda _settings: Wire(Server("127.0.0.1", closed_port))  # type: ignore[assignment]
    try:
        stage.work()
    finally:
        worker.open_carrier = opened
    row = stage.dispatch()
    assert row.state == "paused"
    assert f"127.0.0.1:{closed_port} cannot be reached" in row.pause_reason
    assert stage.states() == dict.fromkeys(ids, "pending")
    assert {row.attempt_count for row in stage.rows().values()} == {0}
    stage.change(service.resume)
    stage.work()
    assert stage.tally() == {"handed_over": 3}
    assert stage.dispatch().pause_reason == ""


@pytest.mark.parametrize(
    "reply",
    [
        Reply(554, "5.3.2 No service for you", Stage.CONNECT),
        Reply(535, "5.7.8 Wrong password", Stage.AUTH),
        Reply(0, "mail.example:25 did not answer in time.", Stage.CONNECT),
    ],
)
def test_a_server_that_does_not_let_us_in_pauses(
    house: Flask, fake: Callable[..., FakeTransport], reply: Reply
) -> None:
    transport = fake(lambda _rcpt: reply)
    ids = stage.dispatched(3)
    stage.work()
    assert stage.dispatch().pause_reason == str(reply)
    assert stage.states() == dict.fromkeys(ids, "pending")
    assert len(transport.given) == 1


def test_a_server_that_refuses_our_sender_pauses_with_its_own_sentence(
    house: Flask, smtp: MailServer
) -> None:
    smtp.answer("MAIL", "550 5.7.1 You are not welcome here")
    ids = stage.dispatched(3)
    stage.work()
    assert stage.dispatch().state == "paused"
    assert "5.7.1 You are not welcome here" in stage.dispatch().pause_reason
    assert stage.states() == dict.fromkeys(ids, "pending")
    assert not is_suppressed(ONE)
    smtp.behave()
    stage.change(service.resume)
    stage.work()
    assert stage.tally() == {"handed_over": 3}
    assert len(smtp.recipients()) == 3


def test_too_many_refusals_pause_and_a_person_may_go_on(house: Flask, smtp: MailServer) -> None:
    smtp.answer("RCPT", "554 5.7.1 Looks like junk")
    stage.dispatched(60)
    stage.work()
    assert stage.dispatch().state == "paused"
    assert stage.dispatch().pause_reason.endswith("It last said: 554 5.7.1 Looks like junk")
    assert stage.tally() == {"failed": rules.RATIO_FLOOR, "pending": 60 - rules.RATIO_FLOOR}
    smtp.behave()
    # One more refusal right after going on must not stop everything because of what was before.
    smtp.answer("RCPT", "554 5.7.1 Looks like junk", times=1)
    stage.change(service.resume)
    stage.work()
    assert stage.dispatch().state == "finished"
    assert stage.tally() == {"failed": 21, "handed_over": 39}
    stage.must_balance()


def test_a_defect_while_handing_over_costs_one_letter_and_pauses(
    house: Flask, fake: Callable[..., FakeTransport]
) -> None:
    def breaks(_rcpt: str) -> Reply:
        raise ZeroDivisionError

    transport = fake(breaks)
    stage.dispatched(5)
    stage.work()
    assert len(transport.given) == 1
    assert stage.tally() == {"uncertain": 1, "pending": 4}
    assert stage.dispatch().state == "paused"


def test_the_reason_for_a_pause_names_no_reader(house: Flask, smtp: MailServer) -> None:
    smtp.answer("RCPT", f"550 5.1.8 <{ONE}>: Sender rejected for this recipient")
    stage.dispatched(1)
    stage.work()
    assert stage.dispatch().pause_reason == "550 5.1.8 (address): Sender rejected for this recipient"


# Being told to stop


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """The product's own time-outs: of minutes, so that none of them ends what a stop should end."""
    monkeypatch.setattr(worker, "open_carrier", open_carrier)


def _stop_when_letters_have_left(smtp: MailServer, count: int) -> None:
    """Stop this process's worker as soon as the server has all of so many letters, answered or not."""
    once(lambda: smtp.commands["DATA"] >= count, lambda: os.kill(os.getpid(), signal.SIGTERM))


def test_a_stop_finishes_the_letter_in_hand_and_takes_no_other(
    patient: None, house: Flask, smtp: MailServer
) -> None:
    smtp.answer("DATA", None, times=2)
    # The third letter is in hand when the stop comes, and is answered only after it.
    smtp.answer("DATA", None, when=stop_requested)
    stage.dispatched(30)
    stage.freeze()
    _stop_when_letters_have_left(smtp, 3)
    run_worker(house)
    assert len(smtp.accepted) == 3
    assert stage.tally() == {"handed_over": 3, "pending": 27}


def test_a_stop_does_not_wait_for_an_answer_that_never_comes(
    patient: None, house: Flask, smtp: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(patience, "WAIT_SECONDS", 0.5)
    # Whoever waited for it would have the letter handed over in the end.
    smtp.answer("DATA", None, after_seconds=120)
    stage.dispatched(3)
    stage.freeze()
    _stop_when_letters_have_left(smtp, 1)
    run_worker(house)
    assert stage.tally() == {"uncertain": 1, "pending": 2}


def test_a_reply_with_nothing_in_it_is_no_hard_bounce() -> None:
    assert not rules.outcome(Reply(550, "", Stage.RCPT), 1, 0.5).is_hard_bounce


def test_a_letter_that_a_defect_of_ours_keeps_from_being_made_is_named_and_holds_up_nobody(
    db_house: Flask, smtp: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = stage.dispatched(5)
    slots = Addressing.slots

    def breaks(self: Addressing, recipient: Recipient) -> dict[str, str]:
        if recipient.id == ids[2]:
            raise KeyError(recipient.email)
        return slots(self, recipient)

    monkeypatch.setattr(Addressing, "slots", breaks)
    stage.work()
    assert stage.dispatch().state == "paused"
    assert stage.dispatch().pause_reason == "No letter could be made (KeyError); the log says more."
    stage.change(service.resume)
    stage.work()
    assert stage.states() == {**dict.fromkeys(ids, "handed_over"), ids[2]: "failed"}
    assert len(smtp.accepted) == 4
