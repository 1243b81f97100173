"""The link of a letter: the four words once, and then by itself; never for anybody else."""

from datetime import timedelta
from urllib.parse import urlsplit

import pytest

from newsroom.accounts.queries import history
from newsroom.platform.db import unit_of_work
from newsroom.stories import links, queries, service
from tests.cast import Reader
from tests.databases import each_on_sqlite
from tests.stories.authors import do, look, tell
from tests.stories.conftest import STORY, stored

EMAIL = "rhona@reader.example"


@pytest.fixture
def told(db_app, staff, clock):
    return tell(staff(), email=EMAIL)


@pytest.fixture
def author(db_app, told):
    return Reader(db_app, "Rhona Vale", EMAIL)


@pytest.fixture
def client(db_app):
    return db_app.test_client()


def link(told):
    return urlsplit(links.status_link(stored(told.public_id))).path


def is_confirmed(told):
    who = stored(told.public_id).contributor
    return who is not None and who.email_confirmed_at is not None


def test_the_first_time_it_asks_for_the_words_and_after_that_it_opens_by_itself(author, told):
    author.visit(link(told))
    author.sees("Your four words, this once").does_not_see("Received")
    author.submit("Open my story", receipt=told.words)
    author.sees("Received", "An editor will read it.")
    author.visit(link(told))
    author.sees("Received")
    assert [entry.verb for entry in history(queries.subject_of(told.public_id))].count(
        "address confirmed"
    ) == 1


def test_opening_it_changes_nothing_because_scanners_follow_every_link(client, told):
    for _ in range(3):
        assert client.get(link(told)).status_code == 200
    assert not is_confirmed(told)


def test_the_words_of_another_story_do_not_open_it_and_get_the_same_answer_as_wrong_ones(author, told):
    other = tell(told.staff_id, story=STORY.replace("lamp", "boiler"))
    for words in (other.words, "abandon ability able about", "nonsense"):
        author.visit(link(told))
        author.submit("Open my story", receipt=words, expect=422)
        author.sees("These four words do not open this story.").does_not_see("boiler")
    assert not is_confirmed(told)
    assert not is_confirmed(other)


def test_an_address_that_changed_in_the_same_moment_is_not_confirmed(told):
    with unit_of_work():
        queries.story(told.public_id).contributor.email = "somebody.else@reader.example"
    do(service.confirm_address, told.public_id, EMAIL)
    assert not is_confirmed(told)
    do(service.confirm_address, told.public_id, "somebody.else@reader.example")
    assert is_confirmed(told)


def test_looking_by_the_words_alone_confirms_no_address(author, told):
    look(author, told)
    assert not is_confirmed(told)


def test_wrong_words_count_against_the_same_limit(client, told):
    address = link(told)
    for number in range(10):
        code = f"abandon ability able w{number}"
        assert client.post(address, data={"receipt": code}).status_code == 422
    assert client.post(address, data={"receipt": told.words}).status_code == 429
    assert client.post("/status", data={"receipt": told.words}).status_code == 429


def test_the_link_of_an_old_address_opens_nothing(author, told):
    old = link(told)
    do(service.confirm_address, told.public_id, EMAIL)
    with unit_of_work():
        queries.story(told.public_id).contributor.email = "new@reader.example"
    author.visit(old, expect=410)
    author.sees("This letter went to another address").does_not_see("Received")
    author.visit(link(told))
    author.sees("Received")


def test_the_link_of_a_withdrawn_story_says_so(author, told):
    old = link(told)
    do(service.withdraw, told.public_id)
    author.visit(old, expect=410)
    author.sees("This story was withdrawn")


def test_the_link_of_a_destroyed_story_says_so(author, told):
    old = link(told)
    do(service.erase, told.public_id)
    author.visit(old, expect=410)
    author.sees("There is nothing left to show")


def test_a_link_works_for_four_months(author, told, clock):
    old = link(told)
    clock.shift(timedelta(days=119))
    author.visit(old)
    clock.shift(timedelta(days=2))
    author.visit(old, expect=410)
    author.sees("This link is too old")


@each_on_sqlite("token", ["x", "a.b.c", "%00", "x" * 3000], on_postgres=["%00"])
def test_a_link_that_is_not_ours_is_a_clear_page(client, told, token):
    answer = client.get(f"/status/letter/{token}")
    assert answer.status_code == 410
    assert "Enter my four words" in answer.get_data(as_text=True)


def test_a_status_token_is_no_letter_and_a_letter_no_status_token(client, told):
    assert client.get(f"/status/letter/{links.status_token(told.public_id)}").status_code == 410
    letter = link(told).rpartition("/")[2]
    assert client.get(f"/status/page/{letter}").status_code == 410
