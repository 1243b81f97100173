from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from newsroom.platform.db import db, unit_of_work
from newsroom.subscribers import links, queries, rules, service
from newsroom.subscribers.links import AddressChange
from newsroom.subscribers.models import Subscriber
from newsroom.subscribers.service import AddressTaken, LinkVoid
from tests.subscribers.conftest import EMAIL, clear_outbox, holder_of, join, letters, link_in, sign_up

NEW = "rhona@new.example"


def own_link(subscriber: Subscriber) -> str:
    return f"/preferences/{links.manage_token(subscriber.id, subscriber.token_epoch)}"


def test_a_letter_moves_when_the_new_address_has_answered(reader: Any, rhona: Subscriber) -> None:
    reader.visit(own_link(rhona))
    reader.submit("Ask the new address", email=NEW)
    reader.sees("We have written to the new address")
    db.session.refresh(rhona)
    assert rhona.email == EMAIL

    (question,) = letters()
    assert question.to == NEW
    reader.visit(link_in(question, "/preferences/address/"))
    db.session.refresh(rhona)
    assert rhona.email == EMAIL

    reader.submit("Yes, this is my address")
    reader.sees("The letter has moved to this address", NEW)
    db.session.refresh(rhona)
    assert (rhona.email, rhona.email_key) == (NEW, NEW)
    told = letters(EMAIL)
    assert [letter.subject for letter in told] == ["Your letter has moved"]
    assert NEW not in told[0].text + told[0].html


def test_links_in_the_old_mailbox_are_void_afterwards(client: FlaskClient, rhona: Subscriber) -> None:
    old_links = [own_link(rhona), f"/preferences/{links.preferences_token(rhona.id, 0)}"]
    again = links.change_address_url(rhona.id, 0, NEW).removeprefix("http://newsroom.example")

    assert client.post(again).status_code == 303

    assert [client.get(link).status_code for link in [*old_links, again]] == [410, 410, 410]
    assert client.post(again).status_code == 410


def test_the_answer_is_the_same_whoever_has_the_new_address(client: FlaskClient, rhona: Subscriber) -> None:
    join("ida@reader.example")
    clear_outbox()
    with unit_of_work():
        service.suppress("never@reader.example", rules.Reason.REQUEST)

    names = ("ida", "never")
    answers = [
        client.post(f"{own_link(rhona)}/address", data={"email": f"{name}@reader.example"}) for name in names
    ]

    assert {answer.headers["Location"].partition("?")[2] for answer in answers} == {"asked=1"}
    assert [(letter.to, letter.subject) for letter in letters()] == [
        ("ida@reader.example", "This address gets the letter already")
    ]


def test_an_address_with_its_own_subscription_is_not_taken_over(db_app: Flask) -> None:
    rhona, ida = join(EMAIL), join("ida@reader.example")

    with pytest.raises(AddressTaken), unit_of_work():
        service.confirm_address_change(AddressChange(holder_of(rhona), "ida@reader.example"))

    assert queries.addresses_of([rhona.id]) == {rhona.id: EMAIL}
    assert queries.addresses_of([ida.id]) == {ida.id: "ida@reader.example"}


@pytest.mark.parametrize("state", ["pending", "unsubscribed"])
def test_a_subscription_that_is_not_confirmed_gives_way(db_app: Flask, state: str) -> None:
    rhona, other = join(EMAIL), sign_up(NEW)
    if state == "unsubscribed":
        with unit_of_work():
            service.unsubscribe(holder_of(other))

    with unit_of_work():
        service.confirm_address_change(AddressChange(holder_of(rhona), NEW))

    assert queries.addresses_of([rhona.id]) == {rhona.id: NEW}
    assert other.id not in queries.addresses_of([other.id])


def test_a_suppressed_address_is_no_new_address(db_app: Flask) -> None:
    rhona = join(EMAIL)
    with unit_of_work():
        service.suppress(NEW, rules.Reason.COMPLAINT)

    with pytest.raises(LinkVoid), unit_of_work():
        service.confirm_address_change(AddressChange(holder_of(rhona), NEW))


def test_one_subscriber_cannot_make_us_write_to_many_addresses(
    client: FlaskClient, rhona: Subscriber
) -> None:
    for number in range(6):
        client.post(f"{own_link(rhona)}/address", data={"email": f"victim{number}@reader.example"})

    assert len(letters()) <= rules.LETTERS_A_DAY_TO_ONE_ADDRESS


def test_an_address_that_is_none_is_refused_at_the_field(client: FlaskClient, rhona: Subscriber) -> None:
    answer = client.post(f"{own_link(rhona)}/address", data={"email": "nobody"})

    assert answer.status_code == 422
    assert "needs an @" in answer.text
    assert 'value="nobody"' in answer.text


def test_many_subscribers_cannot_make_us_flood_one_address(app: Flask) -> None:
    askers = [join(f"asker{number}@reader.example") for number in range(6)]
    clear_outbox()
    for asker in askers:
        with unit_of_work():
            service.request_address_change(holder_of(asker), NEW)

    assert len(letters()) == rules.LETTERS_A_DAY_TO_ONE_ADDRESS
