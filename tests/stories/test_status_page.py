from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from urllib.parse import urlsplit

import pytest

from newsroom.platform.db import db, unit_of_work
from newsroom.platform.web.limits import Tally
from newsroom.platform.web.models import Submission
from newsroom.stories import links, queries, receipts, service, status
from newsroom.stories.events import Place
from newsroom.stories.pages import guessing
from newsroom.stories.rules import State, standing
from tests.databases import SECRET
from tests.stories.conftest import PLAIN, STORY, sign_redaction, stored

WRONG = "These four words open no story."


@pytest.fixture
def told(app):
    """The public id and the four words of a story."""
    with unit_of_work():
        received = service.submit(PLAIN)
    return received.public_id, receipts.words(received.receipt_seed, SECRET)


def look(reader, code):
    reader.visit("/status")
    reader.submit("Show me", receipt=code)


def test_the_four_words_show_where_the_story_stands(reader, told, clock):
    look(reader, told[1].upper())
    reader.sees(
        "Received",
        "An editor will read it.",
        "Edited and anonymous",
        "You need not see the edited version before it is printed.",
    )
    assert "no-store" in reader.page.headers["Cache-Control"]
    assert "Set-Cookie" not in reader.page.headers


@pytest.mark.parametrize("state", list(State))
def test_every_state_has_its_honest_page(reader, told, in_state, state):
    in_state(told[0], state)
    look(reader, told[1])
    label = standing(state, wants_preview=False).label
    assert reader.page.all("h1")[0].text == label
    for word in ("triage", "needs_info", "awaiting", "spam", "shelf"):
        reader.does_not_see(word)


def test_the_text_is_shown_as_it_is_printed_once_an_editor_has_decided(reader, told, staff):
    public_id, code = told
    editor = staff()
    with unit_of_work():
        service.start_editing(public_id, actor_id=editor)
        service.save_revision(
            public_id,
            version=0,
            title="The cable",
            text="Somebody [we know] came.",
            attribution="A reader",
            note="N",
            actor_id=editor,
        )
    look(reader, code)
    reader.sees("Reading").does_not_see("[we know]")
    with unit_of_work():
        sign_redaction(public_id)
        service.mark_ready(public_id, version=1, actor_id=editor)
    look(reader, code)
    reader.sees(
        "Waiting for an issue",
        "As it will be printed",
        "The cable",
        "[we know]",
        "A reader",
        "edited and without names",
    )


def test_a_declined_author_reads_the_reason(reader, told):
    with unit_of_work():
        service.decline(told[0], "It is about a price.")
    look(reader, told[1])
    reader.sees("Closed", "The reason: It is about a price.")


@pytest.mark.parametrize(
    "code",
    [
        "abandon ability able about",
        "nonsense",
        "one two three",
        "a b c d",
        "🙂 🙂 🙂 🙂",
        "x" * 5000,
        "' OR 1=1 --",
    ],
)
def test_wrong_words_all_get_the_same_answer(client, told, code):
    response = client.post("/status", data={"receipt": code})
    assert response.status_code == 422
    text = response.get_data(as_text=True)
    assert WRONG in text
    assert "Received" not in text


def test_guessing_is_hopeless_and_limited(client, told, clock):
    codes = [
        client.post("/status", data={"receipt": f"abandon ability able w{number}"}).status_code
        for number in range(12)
    ]
    assert codes[:10] == [422] * 10
    assert codes[10:] == [429] * 2
    # The right words do not help whoever has guessed too often.
    assert client.post("/status", data={"receipt": told[1]}).status_code == 429


def test_a_guess_is_counted_before_anybody_looks_and_given_back_when_it_was_none(client, told, monkeypatch):
    seen = []
    look_up = queries.story_by_receipt

    def counted(receipt_hash):
        seen.append(guessing.FROM_ONE.taken("127.0.0.1"))
        return look_up(receipt_hash)

    monkeypatch.setattr(queries, "story_by_receipt", counted)
    for code in ("abandon ability able w1", "abandon ability able w2", told[1]):
        client.post("/status", data={"receipt": code})
    assert seen == [1, 2, 3]
    assert guessing.FROM_ONE.taken("127.0.0.1") == 2


def test_nobody_is_locked_out_by_one_person_and_a_guesser_of_many_networks_gains_two_tries(
    client, told, monkeypatch
):
    def attempt(address, code="abandon ability able about"):
        return client.post("/status", data={"receipt": code}, environ_base={"REMOTE_ADDR": address})

    def many(addresses):
        return [attempt(address).status_code for address in addresses]

    # However many addresses one person rents side by side, they are one neighbourhood, of one provider.
    assert many(f"10.1.1.{host}" for host in range(61)) == [422] * 60 + [429]
    assert many(f"2001:db8:7:{part:x}::1" for part in range(61)) == [422] * 60 + [429]
    assert attempt("10.1.2.1").status_code == 422
    monkeypatch.setattr(guessing, "FROM_ALL", Tally("too many", "1 per hour"))
    many(["10.9.9.9"])
    # Everybody together has guessed too often. A network without wrong words still opens its story.
    assert attempt("192.0.2.7", told[1]).status_code == 303
    assert many(["192.0.2.8", "192.0.2.9", "192.0.2.10"]) == [422, 422, 429]
    refused = attempt("192.0.2.7", told[1])
    assert refused.status_code == 429
    assert "Your story is safe." in refused.text
    # Whoever has a letter is not locked out by strangers at all.
    with unit_of_work():
        received = service.submit(replace(PLAIN, email="rhona@reader.example"))
    by_letter = urlsplit(links.status_link(queries.story(received.public_id))).path
    words = receipts.words(received.receipt_seed, SECRET)
    assert client.post(by_letter, data={"receipt": words}).status_code == 303


def test_what_opened_a_page_is_not_to_be_guessed_from_what_we_remember(client, told):
    client.post("/status", data={"receipt": told[1]})
    plain = sha256(f"/status\0{7}:receipt={len(told[1])}:{told[1]}".encode()).hexdigest()
    kept = db.session.scalars(db.select(Submission.fingerprint)).all()
    assert kept
    assert plain not in kept


def test_who_knows_the_words_may_look_as_often_as_they_like(client, told):
    answers = {client.post("/status", data={"receipt": told[1]}).status_code for _ in range(25)}
    assert answers == {303}


@pytest.mark.parametrize("typed", ["", " ", "\x00", "\u202e"])
def test_an_empty_field_is_named(reader, typed):
    reader.visit("/status")
    reader.submit("Show me", receipt=typed, expect=422)
    reader.sees("Write the four words of your receipt.")


def test_a_form_on_another_website_opens_nothing(client, told):
    response = client.post(
        "/status", data={"receipt": told[1]}, headers={"Origin": "https://elsewhere.example"}
    )
    assert response.status_code == 403


def test_withdrawing_takes_two_steps_and_says_what_will_be_lost(reader, told):
    public_id, code = told
    look(reader, code)
    reader.submit("Withdraw my story …")
    reader.sees("Nothing has happened yet", "Your consent ends")
    assert stored(public_id).state == "received"
    reader.submit("Withdraw my story")
    reader.sees("Your story is withdrawn")
    assert stored(public_id).state == "withdrawn"
    look(reader, code)
    reader.sees("Closed", "You withdrew it.", "you withdrew your consent").does_not_see("Withdraw my story")


def test_withdrawing_a_printed_story_promises_only_what_can_be_done(reader, told, in_state):
    in_state(told[0], "published")
    look(reader, told[1])
    reader.submit("Withdraw my story …")
    reader.sees("leaves the website", "cannot be called back")


def test_a_form_sent_twice_withdraws_once(reader, told):
    look(reader, told[1])
    reader.submit("Withdraw my story …")
    sure = reader.page
    for _ in range(2):
        reader._page = sure
        reader.submit("Withdraw my story")
        reader.sees("Your story is withdrawn")
    assert len(stored(told[0]).consents) == 2


@pytest.mark.parametrize("token", ["forged", "a.b.c", "x" * 3000])
def test_without_the_words_nobody_withdraws(client, told, token):
    response = client.post(f"/status/page/{token}/withdraw", data={"confirm": "yes"})
    assert response.status_code == 422
    assert stored(told[0]).state == "received"


def test_a_page_that_lay_open_for_an_hour_asks_for_the_words_again(reader, told, clock):
    look(reader, told[1])
    clock.shift(timedelta(minutes=61))
    reader.submit("Withdraw my story …", expect=422)
    reader.sees("Write your four words again")


def test_nothing_is_withdrawn_by_opening_an_address(client, told):
    page = f"/status/page/{links.status_token(told[0])}"
    assert client.get(f"{page}/withdraw").status_code == 405
    assert client.get(f"{page}?done=withdrawn").status_code == 200
    assert stored(told[0]).state == "received"


def test_the_original_is_not_shown_to_whoever_found_the_receipt(reader, told):
    look(reader, told[1])
    reader.does_not_see(STORY[:40])


def test_what_was_saved_after_it_was_placed_is_not_shown_before_the_issue_takes_it(
    reader, told, in_state, monkeypatch
):
    public_id, code = told
    in_state(public_id, "scheduled")
    with unit_of_work():
        service.save_revision(
            public_id, version=1, title="Not decided", text="X", attribution="", note="", actor_id=None
        )
    monkeypatch.setattr(status, "place_of", lambda _id: Place(81, "/desk/issues/81", 1, True))
    look(reader, code)
    reader.sees("The cable").does_not_see("Not decided")
