from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from newsroom.platform.db import db, unit_of_work
from newsroom.subscribers import links, queries, rules, service
from newsroom.subscribers.events import subscriber_left
from newsroom.subscribers.models import Subscriber
from newsroom.subscribers.service import Outcome
from tests.subscribers.conftest import holder_of, join, sign_up

ONE_CLICK = {"List-Unsubscribe": "One-Click"}


def path_for(subscriber: Subscriber) -> str:
    return f"/unsubscribe/{links.unsubscribe_token(subscriber.id, subscriber.token_epoch)}"


def state_of(subscriber: Subscriber) -> str:
    db.session.refresh(subscriber)
    return subscriber.state


def test_a_subscriber_leaves_by_one_button(reader: Any, rhona: Subscriber) -> None:
    reader.visit(path_for(rhona))
    reader.sees("rh…@reader.example").does_not_see("rhona@reader.example")
    assert state_of(rhona) == "confirmed"

    reader.submit("Unsubscribe")
    reader.sees("You have left")

    assert state_of(rhona) == "unsubscribed"
    assert not queries.recipients([rhona.id])


def test_one_click_is_answered_without_redirect_or_cookie_as_often_as_it_comes(
    client: FlaskClient, rhona: Subscriber
) -> None:
    answers = [client.post(path_for(rhona), data=ONE_CLICK) for _ in range(3)]

    for answer in answers:
        assert answer.status_code == 200
        assert "Set-Cookie" not in answer.headers
        assert "Location" not in answer.headers
    assert state_of(rhona) == "unsubscribed"
    assert [event.source for event in queries.history(rhona.id)][-1] == "one-click"


def test_one_click_may_come_from_anywhere_in_either_encoding(client: FlaskClient, rhona: Subscriber) -> None:
    headers = {"Origin": "https://mail.example", "Sec-Fetch-Site": "cross-site"}

    answer = client.post(path_for(rhona), data=ONE_CLICK, content_type="multipart/form-data", headers=headers)

    assert answer.status_code == 200
    assert state_of(rhona) == "unsubscribed"


def test_looking_at_the_link_changes_nothing(client: FlaskClient, rhona: Subscriber) -> None:
    assert client.head(path_for(rhona)).status_code == 200
    assert client.get(path_for(rhona)).status_code == 200

    assert state_of(rhona) == "confirmed"


def test_the_page_is_nobody_elses(client: FlaskClient, rhona: Subscriber) -> None:
    answer = client.get(path_for(rhona))

    assert answer.headers["Cache-Control"] == "private, no-store"
    assert answer.headers["X-Robots-Tag"] == "noindex"


def test_the_link_works_years_later(app: Flask, client: FlaskClient, rhona: Subscriber, clock: Any) -> None:
    path = path_for(rhona)
    clock.shift(timedelta(days=3000))

    assert client.post(path, data=ONE_CLICK).status_code == 200
    assert state_of(rhona) == "unsubscribed"


def test_who_is_only_waiting_can_leave_as_well(db_app: Flask) -> None:
    waiting = sign_up()
    with unit_of_work():
        assert service.unsubscribe(holder_of(waiting)) is Outcome.DONE

    assert state_of(waiting) == "unsubscribed"


@pytest.mark.parametrize("data", [ONE_CLICK, {}])
def test_a_link_from_the_old_mailbox_leaves_the_new_address_alone(
    client: FlaskClient, rhona: Subscriber, data: dict[str, str]
) -> None:
    old = path_for(rhona)
    with unit_of_work():
        service.confirm_address_change(links.AddressChange(holder_of(rhona), "rhona@new.example"))

    assert client.get(old).status_code == 410
    assert client.post(old, data=data).status_code == 200
    assert state_of(rhona) == "confirmed"


def test_a_link_of_somebody_erased_is_answered_kindly(client: FlaskClient, rhona: Subscriber) -> None:
    path = path_for(rhona)
    with unit_of_work():
        service.erase(rhona.id)

    assert client.get(path).status_code == 410
    assert client.post(path, data=ONE_CLICK).status_code == 200


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_forged_or_foreign_link_says_how_to_get_a_new_one(
    client: FlaskClient, rhona: Subscriber, method: str
) -> None:
    foreign = [
        "x",
        path_for(rhona).rpartition("/")[2][:-2],
        links.preferences_token(rhona.id, 0),
        links.manage_token(rhona.id, 0),
    ]
    for token in foreign:
        answer = getattr(client, method)(f"/unsubscribe/{token}")
        assert answer.status_code == 400
        assert 'href="/preferences"' in answer.text
    assert state_of(rhona) == "confirmed"


def test_unsubscribe_tokens_all_have_one_length(app: Flask) -> None:
    numbers = (1, 9, 10, 999, 123_456, 10**9, 2**36 - 1)
    lengths = {len(links.unsubscribe_token(number, epoch)) for number in numbers for epoch in (0, 1, 4095)}
    lengths |= {len(links.preferences_token(number, 0)) for number in numbers}

    assert len(lengths) == 1


def test_a_bounced_address_stays_bounced_when_its_owner_leaves(db_app: Flask) -> None:
    rhona = join()
    with unit_of_work():
        service.suppress(rhona.email, rules.Reason.HARD_BOUNCE)
        assert service.unsubscribe(holder_of(rhona)) is Outcome.ALREADY

    assert state_of(rhona) == "bounced"


def test_the_floors_above_hear_of_it_once(db_app: Flask) -> None:
    rhona = join()
    heard: list[int] = []

    def listen(_sender: object, subscriber_id: int) -> None:
        heard.append(subscriber_id)

    with subscriber_left.connected_to(listen), unit_of_work():
        service.unsubscribe(holder_of(rhona))
        service.unsubscribe(holder_of(rhona))

    assert heard == [rhona.id]
