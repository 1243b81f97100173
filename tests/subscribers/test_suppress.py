import pytest
from flask import Flask

from newsroom.platform.db import db, unit_of_work
from newsroom.subscribers import queries, rules, service
from newsroom.subscribers.events import subscriber_left
from newsroom.subscribers.rules import Reason
from newsroom.subscribers.service import Outcome
from tests.subscribers.conftest import EMAIL, clear_outbox, holder_of, join, letters, sign_up


@pytest.mark.parametrize(
    ("reason", "state"),
    [(Reason.HARD_BOUNCE, "bounced"), (Reason.COMPLAINT, "complained"), (Reason.REQUEST, "unsubscribed")],
)
def test_a_suppression_ends_the_subscription(db_app: Flask, reason: Reason, state: str) -> None:
    rhona = join()
    heard: list[int] = []

    def listen(_sender: object, subscriber_id: int) -> None:
        heard.append(subscriber_id)

    with subscriber_left.connected_to(listen), unit_of_work():
        outcome = service.suppress_subscriber(rhona.id, reason, "550 5.1.1 No such user")

    db.session.refresh(rhona)
    assert (outcome, rhona.state, heard) == (Outcome.DONE, state, [rhona.id])
    assert not queries.recipients([rhona.id])
    row = queries.suppression_of("Rhona@READER.example")
    assert row is not None
    assert (row.reason, row.detail) == (reason.value, "550 5.1.1 No such user")


def test_suppressing_twice_keeps_the_first_reason(db_app: Flask) -> None:
    with unit_of_work():
        first = service.suppress(EMAIL, Reason.HARD_BOUNCE)
        second = service.suppress(EMAIL, Reason.REQUEST)

    assert (first, second) == (Outcome.DONE, Outcome.ALREADY)
    row = queries.suppression_of(EMAIL)
    assert row is not None
    assert row.reason == "hard_bounce"


def test_an_address_without_a_subscription_can_be_suppressed(db_app: Flask) -> None:
    with unit_of_work():
        service.suppress(EMAIL, Reason.REQUEST)

    assert queries.counts().suppressed == 1
    assert queries.suppressed_among([EMAIL, "ida@reader.example"]) == {EMAIL}


def test_a_bounce_of_somebody_erased_does_nothing(db_app: Flask) -> None:
    with unit_of_work():
        assert service.suppress_subscriber(4711, Reason.HARD_BOUNCE) is Outcome.ALREADY
    assert queries.counts().suppressed == 0


def test_the_list_is_asked_once_more_when_recipients_are_read(db_app: Flask) -> None:
    rhona = join()
    with unit_of_work():
        service.suppress(EMAIL, Reason.COMPLAINT)
        # As if a confirmation had been written at the same moment on another connection.
        rhona.state = "confirmed"

    assert queries.recipients([rhona.id]) == []


def test_a_lifted_address_must_sign_up_and_confirm_again(db_app: Flask) -> None:
    rhona = join()
    with unit_of_work():
        service.suppress(EMAIL, Reason.HARD_BOUNCE)
        assert service.lift_suppression(EMAIL, "mailbox was full") is Outcome.DONE
        assert service.lift_suppression(EMAIL, "again") is Outcome.ALREADY
    assert not queries.recipients([rhona.id])
    clear_outbox()

    sign_up()
    assert len(letters()) == 1
    with unit_of_work():
        service.confirm(holder_of(rhona))
    assert queries.recipients([rhona.id])


def test_every_reason_can_be_read() -> None:
    assert set(rules.REASON_LABELS) == set(rules.STATE_AFTER) == set(Reason)
