import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from newsroom.platform.db import db, unit_of_work
from newsroom.platform.web import limiter
from newsroom.subscribers import links, queries, rules, service
from newsroom.subscribers.models import Subscriber
from tests.subscribers.conftest import EMAIL, clear_outbox, join, letters, link_in, sign_up


def issue_link(subscriber: Subscriber) -> str:
    """The link as it stands in an issue."""
    return f"/preferences/{links.preferences_token(subscriber.id, subscriber.token_epoch)}"


def own_link(subscriber: Subscriber) -> str:
    """The link as it comes in a letter of its own."""
    return f"/preferences/{links.manage_token(subscriber.id, subscriber.token_epoch)}"


def test_a_subscriber_takes_the_plain_text_and_a_pause(reader: Any, rhona: Subscriber, clock: Any) -> None:
    reader.visit(issue_link(rhona))
    reader.submit("Save", format="text", paused_until="2027-01-10")
    reader.sees("Saved.")

    db.session.refresh(rhona)
    assert rhona.format == "text"
    assert rhona.paused_until == datetime(2027, 1, 10, tzinfo=UTC)
    assert not queries.recipients([rhona.id])


def test_a_pause_ends_at_midnight_where_the_publication_is(
    reader: Any, rhona: Subscriber, clock: Any
) -> None:
    clock.move_to(datetime(2026, 6, 1, 9, tzinfo=UTC))
    reader.visit(issue_link(rhona))
    reader.submit("Save", format="html", paused_until="2026-07-01")

    db.session.refresh(rhona)
    # London is an hour ahead in summer.
    assert rhona.paused_until == datetime(2026, 6, 30, 23, tzinfo=UTC)
    clock.move_to(datetime(2026, 6, 30, 23, 0, 1, tzinfo=UTC))
    assert queries.recipients([rhona.id])


def test_a_pause_can_be_taken_back(reader: Any, rhona: Subscriber, clock: Any) -> None:
    reader.visit(issue_link(rhona))
    reader.submit("Save", format="html", paused_until="2027-01-10")
    reader.submit("Save", format="html", paused_until="")

    db.session.refresh(rhona)
    assert rhona.paused_until is None


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"format": "pdf"}, "Not a valid choice"),
        ({"format": ""}, "Not a valid choice"),
        ({"format": "html", "paused_until": "soon"}, "Write the day as"),
        ({"format": "html", "paused_until": "2020-01-01"}, "still to come"),
        ({"format": "html", "paused_until": "2999-01-01"}, "a year at most"),
    ],
)
def test_bad_preferences_get_a_sentence_and_change_nothing(
    client: FlaskClient, rhona: Subscriber, fields: dict[str, str], sentence: str, clock: Any
) -> None:
    answer = client.post(issue_link(rhona), data=fields)

    assert answer.status_code == 422
    assert sentence in answer.text
    db.session.refresh(rhona)
    assert (rhona.format, rhona.paused_until) == ("html", None)


def test_the_link_of_an_issue_gives_no_power_over_its_subscriber(
    client: FlaskClient, rhona: Subscriber
) -> None:
    link = issue_link(rhona)
    page = client.get(link).text

    assert EMAIL not in page
    assert "Rhona" not in page
    assert client.get(f"{link}/data").status_code == 403
    assert client.get(f"{link}/erase").status_code == 403
    assert client.post(f"{link}/erase").status_code == 403
    assert client.post(f"{link}/address", data={"email": "thief@reader.example"}).status_code == 403
    client.post(link, data={"format": "html", "name": "Thief"})
    db.session.refresh(rhona)
    assert (rhona.email, rhona.name) == (EMAIL, "Rhona Vale")
    assert letters() == []


def test_it_offers_the_full_page_by_a_letter_to_the_subscriber_alone(reader: Any, rhona: Subscriber) -> None:
    reader.visit(issue_link(rhona))
    reader.submit("Send me my link")
    reader.sees("Look into your mailbox")

    (letter,) = letters()
    assert letter.to == EMAIL
    reader.visit(link_in(letter, "/preferences/"))
    reader.sees(EMAIL)
    reader.submit("Save", format="html", name="Rhona V.")
    db.session.refresh(rhona)
    assert rhona.name == "Rhona V."


def test_ones_own_link_runs_out_after_a_day(client: FlaskClient, rhona: Subscriber, clock: Any) -> None:
    link = own_link(rhona)
    clock.shift(rules.MANAGE_WITHIN + timedelta(minutes=1))

    answer = client.get(link)
    assert answer.status_code == 410
    assert "This link has expired" in answer.text


def test_everything_that_is_known_can_be_downloaded(client: FlaskClient, rhona: Subscriber) -> None:
    answer = client.get(f"{own_link(rhona)}/data")

    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["Cache-Control"] == "private, no-store"
    told = json.loads(answer.data)
    assert (told["email"], told["name"], told["state"]) == (EMAIL, "Rhona Vale", "confirmed")
    assert [entry["action"] for entry in told["history"]] == ["asked", "confirmed"]
    stored = {column.key for column in Subscriber.__table__.columns}
    assert stored - set(told) == {"id", "public_id", "email_key", "token_epoch"}


def test_a_link_is_sent_to_an_address_that_has_a_subscription(reader: Any, rhona: Subscriber) -> None:
    reader.visit("/preferences")
    reader.submit("Send me the link", email="Rhona@Reader.example")
    reader.sees("If that address has a subscription")

    (letter,) = letters()
    assert letter.to == EMAIL
    assert reader.visit(link_in(letter, "/preferences/")).status == 200


def test_asking_for_a_link_says_the_same_for_every_address(client: FlaskClient, rhona: Subscriber) -> None:
    sign_up("waiting@reader.example")
    clear_outbox()
    with unit_of_work():
        service.suppress("never@reader.example", rules.Reason.REQUEST)

    names = ("rhona", "waiting", "never", "stranger")
    answers = [client.post("/preferences", data={"email": f"{name}@reader.example"}) for name in names]

    assert {(answer.status_code, answer.headers["Location"]) for answer in answers} == {
        (303, "/preferences/sent")
    }
    assert sorted(letter.to for letter in letters()) == [EMAIL, "waiting@reader.example"]


def test_nobody_can_be_bombed_with_links(client: FlaskClient, rhona: Subscriber) -> None:
    for _ in range(5):
        client.post(f"{issue_link(rhona)}/link")

    assert len(letters()) <= rules.LETTERS_A_DAY_TO_ONE_ADDRESS


def test_who_has_left_may_still_see_and_erase_what_is_known(client: FlaskClient, rhona: Subscriber) -> None:
    with unit_of_work():
        service.unsubscribe_on_request(rhona.id, "asked")

    assert client.get(issue_link(rhona)).status_code == 410
    assert "Nothing goes to" in client.get(own_link(rhona)).text
    assert client.get(f"{own_link(rhona)}/erase").status_code == 200


@pytest.mark.parametrize("path", ["", "/data", "/erase"])
def test_a_forged_link_opens_nothing(client: FlaskClient, path: str) -> None:
    assert client.get(f"/preferences/forged{path}").status_code == 400


def test_the_limit_of_asking_tells_nobody_who_is_known(client: FlaskClient) -> None:
    """It is used up by asking, not by the letters that came of it."""
    join(EMAIL)
    answers = {}
    for wanted in (EMAIL, "nobody@reader.example"):
        limiter.reset()
        for number in range(rules.LETTERS_A_DAY_FROM_ONE_VISITOR - 1):
            client.post("/preferences", data={"email": f"stranger{number}@reader.example"})
        first = client.post("/preferences", data={"email": wanted}).status_code
        second = client.post("/preferences", data={"email": "another@reader.example"}).status_code
        answers[wanted] = (first, second)
    assert answers[EMAIL] == answers["nobody@reader.example"] == (303, 429)
