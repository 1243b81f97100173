from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from newsroom.accounts.queries import audit_log
from newsroom.platform.db import db, unit_of_work
from newsroom.publication import service as publication
from newsroom.subscribers import links, queries, rules, service
from newsroom.subscribers.service import LinkVoid, Outcome
from tests.subscribers.conftest import EMAIL, clear_outbox, holder_of, join, letters, link_in, sign_up


def confirmation_link() -> str:
    return link_in(letters()[-1], "/subscribe/confirm/")


def test_the_link_shows_a_button_and_only_the_button_confirms(reader: Any) -> None:
    rhona = sign_up()
    reader.visit(confirmation_link())
    db.session.refresh(rhona)
    assert rhona.state == "pending"

    reader.submit("Yes, send me the letter")
    reader.sees("Welcome", "Your address is confirmed")

    db.session.refresh(rhona)
    assert rhona.state == "confirmed"
    assert rhona.confirmed_at is not None
    assert queries.recipients([rhona.id])


def test_a_scanner_that_follows_the_link_confirms_nobody(client: FlaskClient) -> None:
    rhona = sign_up()
    for _ in range(3):
        assert client.head(confirmation_link()).status_code == 200
        assert client.get(confirmation_link()).status_code == 200

    db.session.refresh(rhona)
    assert rhona.state == "pending"


def test_confirming_twice_is_confirming_once(db_app: Flask) -> None:
    rhona = sign_up()
    with unit_of_work():
        first = service.confirm(holder_of(rhona))
    with unit_of_work():
        second = service.confirm(holder_of(rhona))

    assert (first, second) == (Outcome.DONE, Outcome.ALREADY)
    assert [letter.kind for letter in letters()] == ["confirm-subscription", "welcome"]


def test_the_welcome_letter_offers_the_ways_out(db_app: Flask) -> None:
    join(name="Rhona Vale")
    welcome = letters()[-1]

    assert welcome.text.count("Dear Rhona Vale,") == 1
    assert link_in(welcome, "/unsubscribe/") in welcome.headers["List-Unsubscribe"]
    assert welcome.headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    link_in(welcome, "/preferences/")


def test_the_welcome_letter_says_what_the_publication_has_written(app: Flask) -> None:
    with unit_of_work():
        publication.save_block("welcome", "Good to have you", "While you wait, read [the issues](/issues).")
    join()
    welcome = letters()[-1]

    assert "Good to have you" in welcome.text
    assert 'href="http://newsroom.example/issues"' in welcome.html
    assert "http://newsroom.example/issues" in welcome.text


def test_the_audit_log_knows_no_address(app: Flask) -> None:
    join()

    entries = audit_log().items
    assert [entry.verb for entry in entries] == ["confirmed", "signed up"]
    assert EMAIL not in "".join(entry.subject + entry.detail + entry.actor_label for entry in entries)


def test_a_link_does_not_bring_back_who_left(client: FlaskClient) -> None:
    sign_up()
    link = confirmation_link()
    client.post(link)
    found = queries.by_email(EMAIL)
    assert found is not None
    with unit_of_work():
        service.unsubscribe_on_request(found.id, "asked")

    answers = [client.get(link), client.post(link)]

    assert [answer.status_code for answer in answers] == [410, 410]
    db.session.refresh(found)
    assert found.state == "unsubscribed"


def test_an_expired_link_says_what_to_do(client: FlaskClient, clock: Any) -> None:
    sign_up()
    link = confirmation_link()
    clock.shift(rules.CONFIRM_WITHIN + timedelta(minutes=1))

    for answer in (client.get(link), client.post(link)):
        assert answer.status_code == 410
        assert "This link has expired" in answer.text
        assert 'href="/subscribe"' in answer.text


@pytest.mark.parametrize(
    "change", [lambda link: link[:-1], lambda link: link + "x", lambda _: "/subscribe/confirm/x"]
)
def test_a_forged_link_opens_nothing(client: FlaskClient, change: Any) -> None:
    rhona = sign_up()

    answer = client.post(change(confirmation_link()))

    assert answer.status_code == 400
    assert "This link does not work" in answer.text
    db.session.refresh(rhona)
    assert rhona.state == "pending"


def test_a_token_for_something_else_opens_nothing(client: FlaskClient) -> None:
    rhona = sign_up()
    foreign = (links.unsubscribe_token, links.preferences_token, links.manage_token)

    for make in foreign:
        assert client.post(f"/subscribe/confirm/{make(rhona.id, 0)}").status_code == 400


def test_an_address_that_was_suppressed_meanwhile_cannot_be_confirmed(db_app: Flask) -> None:
    rhona = sign_up()
    with unit_of_work():
        service.suppress(EMAIL, rules.Reason.REQUEST)

    with pytest.raises(LinkVoid), unit_of_work():
        service.confirm(holder_of(rhona))
    assert not queries.recipients([rhona.id])


def test_who_never_confirms_is_forgotten_after_a_month(db_app: Flask, clock: Any) -> None:
    sign_up("old@reader.example")
    join("kept@reader.example")
    clock.shift(rules.FORGET_UNCONFIRMED_AFTER - timedelta(days=1))
    sign_up("new@reader.example")
    clock.shift(timedelta(days=2))
    clear_outbox()

    with unit_of_work():
        assert service.forget_unconfirmed() == 1

    assert queries.by_email("old@reader.example") is None
    assert queries.counts().by_state["pending"] == 1
    assert queries.counts().by_state["confirmed"] == 1
