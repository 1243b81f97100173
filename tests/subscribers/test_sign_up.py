from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from newsroom.platform.db import db, unit_of_work
from newsroom.subscribers import queries, rules, service
from newsroom.subscribers.models import Subscriber
from newsroom.subscribers.service import SignUp, TooManyLetters
from tests.subscribers.conftest import EMAIL, WORDING, clear_outbox, join, letters, link_in, sign_up


def post(client: FlaskClient, **fields: str) -> Any:
    return client.post("/subscribe", data=fields)


def test_a_reader_signs_up_and_is_asked_to_confirm_by_letter(reader: Any) -> None:
    reader.visit("/subscribe")
    reader.submit("Subscribe", email=EMAIL, name="Rhona Vale")
    reader.sees("Look into your mailbox")

    (letter,) = letters()
    assert (letter.to, letter.subject) == (EMAIL, "Please confirm your address")
    link_in(letter, "/subscribe/confirm/")
    found = queries.by_email(EMAIL)
    assert found is not None
    assert (found.state, found.name) == ("pending", "Rhona Vale")


def test_consent_is_recorded_with_its_words_its_source_and_no_readable_address(reader: Any) -> None:
    reader.visit("/subscribe?from=issue-80")
    wording = rules.consent_wording("Our newsletter")
    reader.sees(wording)
    reader.submit("Subscribe", email=EMAIL)

    found = queries.by_email(EMAIL)
    assert found is not None
    (event,) = queries.history(found.id)
    assert (event.action, event.source, event.wording) == ("asked", "issue-80", wording)
    assert len(event.ip_hash) == 64
    assert "127.0.0.1" not in event.ip_hash


def test_the_letter_to_an_unconfirmed_address_carries_nothing_that_a_stranger_typed(db_app: Flask) -> None:
    sign_up(name="Buy cheap watches at bad.example")

    (letter,) = letters()
    assert letter.to_name == ""
    assert "watches" not in letter.text + letter.html + letter.subject


def test_the_page_and_its_answer_set_no_cookie_and_read_no_session(client: FlaskClient) -> None:
    shown = client.get("/subscribe")
    sent = post(client, email=EMAIL)
    thanks = client.get(sent.headers["Location"])

    for response in (shown, sent, thanks):
        assert "Set-Cookie" not in response.headers
        assert "Cookie" not in response.headers.get("Vary", "")
    assert shown.headers["Cache-Control"] == "public, max-age=60"


def test_the_answer_is_the_same_whether_the_address_is_known_or_not(app: Flask, client: FlaskClient) -> None:
    join("known@reader.example")
    sign_up("waiting@reader.example")
    with unit_of_work():
        service.suppress("never@reader.example", rules.Reason.REQUEST)
        gone = join("gone@reader.example")
        service.unsubscribe_on_request(gone.id, "asked")

    names = ("new", "known", "waiting", "never", "gone")
    answers = [post(client, email=f"{name}@reader.example") for name in names]

    assert {(answer.status_code, answer.headers["Location"], answer.data) for answer in answers} == {
        (303, "/subscribe/sent", answers[0].data)
    }


def test_a_confirmed_reader_stays_confirmed_and_is_told_so(db_app: Flask) -> None:
    rhona = join(name="Rhona Vale")
    clear_outbox()

    sign_up(name="Somebody Else")

    db.session.refresh(rhona)
    assert (rhona.state, rhona.name) == ("confirmed", "Rhona Vale")
    (letter,) = letters()
    assert letter.subject == "You are subscribed already"


def test_who_left_is_asked_to_confirm_again(db_app: Flask) -> None:
    rhona = join()
    with unit_of_work():
        service.unsubscribe_on_request(rhona.id, "by telephone")
    clear_outbox()

    sign_up()

    db.session.refresh(rhona)
    assert rhona.state == "pending"
    assert [letter.subject for letter in letters()] == ["Please confirm your address"]


def test_the_same_address_in_other_letters_is_the_same_subscriber(db_app: Flask) -> None:
    sign_up("Rhona@Reader.Example")
    sign_up("rhona@reader.example")

    assert queries.counts().total == 1


def test_nobody_can_be_bombed_with_the_letter(db_app: Flask) -> None:
    for _ in range(6):
        sign_up()

    assert len(letters()) == rules.LETTERS_A_DAY_TO_ONE_ADDRESS


def test_on_the_next_day_the_letter_is_written_again(db_app: Flask, clock: Any) -> None:
    for _ in range(4):
        sign_up()
    clock.shift(timedelta(days=1, minutes=1))
    sign_up()

    assert len(letters()) == rules.LETTERS_A_DAY_TO_ONE_ADDRESS + 1


def test_one_visitor_cannot_make_us_write_to_everybody(db_app: Flask) -> None:
    for number in range(rules.LETTERS_A_DAY_FROM_ONE_VISITOR):
        sign_up(f"reader{number}@reader.example", network_address="203.0.113.7")

    with pytest.raises(TooManyLetters), unit_of_work():
        service.sign_up(SignUp("one.more@reader.example", network_address="203.0.113.7"))
    assert queries.by_email("one.more@reader.example") is None
    sign_up("one.more@reader.example", network_address="203.0.113.8")


def test_the_page_says_so_and_keeps_what_was_typed(app: Flask, client: FlaskClient) -> None:
    for number in range(rules.LETTERS_A_DAY_FROM_ONE_VISITOR):
        sign_up(f"reader{number}@reader.example", network_address="127.0.0.1")

    answer = post(client, email=EMAIL, name="Rhona")

    assert answer.status_code == 429
    assert "try again tomorrow" in answer.text
    assert f'value="{EMAIL}"' in answer.text
    assert queries.by_email(EMAIL) is None


def test_a_suppressed_address_gets_no_letter_and_no_row(db_app: Flask) -> None:
    with unit_of_work():
        service.suppress(EMAIL, rules.Reason.COMPLAINT)
        service.sign_up(SignUp(EMAIL, wording=WORDING))

    assert letters() == []
    assert queries.counts().total == 0


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({}, "Write your e-mail address."),
        ({"email": ""}, "Write your e-mail address."),
        ({"email": "   "}, "Write your e-mail address."),
        ({"email": "rhona"}, "needs an @"),
        ({"email": "rhona@reader.example, ida@reader.example"}, "one address only"),
        ({"email": "rhona@reader.example\r\nBcc: ida@reader.example"}, "one address only"),
        ({"email": "x" * 5000 + "@reader.example"}, "at most 254 characters"),
        ({"email": EMAIL, "name": "x" * 121}, "at most 120 characters"),
        ({"email": EMAIL, "website": "http://spam.example"}, "catches robots"),
        ({"email": EMAIL, "guard": "forged"}, "open for too long"),
    ],
)
def test_bad_input_gets_a_sentence_and_nothing_is_stored(
    client: FlaskClient, fields: dict[str, str], sentence: str
) -> None:
    answer = post(client, **fields)

    assert answer.status_code == 422
    assert sentence in answer.text
    assert queries.counts().total == 0
    assert letters() == []


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("Rho\x00na\x1b[31m", "Rhona[31m"),
        ("\u202eanohR", "anohR"),
        ("  Rhona \t Vale ", "Rhona Vale"),
    ],
)
def test_a_name_is_cleaned_of_what_nobody_can_read(client: FlaskClient, typed: str, stored: str) -> None:
    assert post(client, email=EMAIL, name=typed).status_code == 303

    found = queries.by_email(EMAIL)
    assert found is not None
    assert found.name == stored


def test_what_was_typed_is_shown_again_as_text(client: FlaskClient) -> None:
    answer = post(client, email="nobody", name='"><script>alert(1)</script>')

    assert "<script>alert" not in answer.text
    assert "&#34;&gt;&lt;script&gt;" in answer.text


def test_a_double_submission_writes_one_letter(client: FlaskClient) -> None:
    first, second = post(client, email=EMAIL), post(client, email=EMAIL)

    assert first.headers["Location"] == second.headers["Location"]
    assert len(letters()) == 1


def test_another_website_cannot_sign_anybody_up(client: FlaskClient) -> None:
    answer = client.post("/subscribe", data={"email": EMAIL}, headers={"Origin": "https://evil.example"})

    assert answer.status_code == 403
    assert letters() == []


def test_looking_at_the_form_changes_nothing(client: FlaskClient) -> None:
    client.get(f"/subscribe?email={EMAIL}")
    client.head("/subscribe")

    assert db.session.query(Subscriber).count() == 0
