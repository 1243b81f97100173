from datetime import timedelta

import pytest

from newsroom.platform.db import db
from newsroom.platform.text import clean_text
from newsroom.stories import tasks
from newsroom.stories.models import Story
from tests.stories.conftest import STORY, letters, stored


def only_story():
    db.session.rollback()
    return stored(db.session.scalars(db.select(Story.public_id)).one())


def story_count():
    db.session.rollback()
    return db.session.query(Story).count()


def receipt(person):
    return person.page.all("p", class_="receipt__code")[0].text


def test_a_reader_tells_a_story_in_two_steps_and_gets_four_words(reader):
    reader.visit("/share")
    reader.submit(
        "Check what",
        verdict="up",
        story=STORY,
        company="Kettlewick Heating",
        channel="phone",
        when="in May",
        outcome="told_others",
    )
    reader.sees(
        "Is this right?",
        "Nothing has been sent yet",
        "Third time",
        "Kettlewick Heating",
        "On the telephone",
        "in May",
    )
    reader.sees("Edited and anonymous", "No need to see it.")
    assert story_count() == 0
    reader.submit("Send my story")
    reader.sees("We have your story", "Your receipt code")
    assert len(receipt(reader).split()) == 4
    story = only_story()
    assert (story.verdict, story.company, story.channel, story.when_words, story.outcome) == (
        "up", "Kettlewick Heating", "phone", "in May", "told_others"
    )  # fmt: skip
    assert (story.original.body, story.consents[0].level, story.wants_preview) == (STORY, 2, False)


def test_a_complaint_is_shown_to_its_author_first_unless_they_say_no(reader):
    reader.visit("/share")
    reader.submit("Check what", verdict="down", story=STORY)
    reader.sees("We show it to you before we print it.")
    reader.submit("Send my story")
    assert only_story().wants_preview
    assert only_story().criticality == 2


def test_the_answer_about_the_preview_counts_before_the_thumb(reader):
    reader.visit("/share")
    reader.submit("Check what", verdict="down", story=STORY, preview="no")
    reader.submit("Send my story")
    assert not only_story().wants_preview


def test_changing_something_brings_everything_back(reader):
    told = {
        "verdict": "down",
        "story": f"{STORY}\n\n  With <b>tags</b> & “quotes”.",
        "company": "A & B",
        "consent": "4",
    }
    told |= {"name": "Rhona Vale", "town": "Port Ellery", "email": "rhona@reader.example", "preview": "yes"}
    told |= {"when": "last “spring”", "outcome": "leave", "channel": "shop"}
    reader.visit("/share")
    reader.submit("Check what", **told)
    reader.submit(button="Change something")
    again = dict(reader.page.form().values)
    for name, value in told.items():
        assert again[name].replace("\r\n", "\n").strip() == clean_text(value), name


def test_the_page_sets_no_cookie_and_may_be_kept_by_a_cache(client):
    response = client.get("/share")
    assert response.status_code == 200
    assert "Set-Cookie" not in response.headers
    assert "public" in response.headers["Cache-Control"]
    assert client.get("/share", headers={"If-None-Match": response.headers["ETag"]}).status_code == 304


def test_what_somebody_typed_is_kept_by_no_cache(reader):
    reader.visit("/share")
    for step in ("Check what", "Send my story"):
        reader.submit(step, **({"verdict": "up", "story": STORY} if step.startswith("Check") else {}))
        assert "no-store" in reader.page.headers["Cache-Control"]
        assert "Set-Cookie" not in reader.page.headers


def test_a_thumb_can_be_chosen_on_the_way_here(reader):
    reader.visit("/share?verdict=down")
    assert ("verdict", "down") in reader.page.form().values
    reader.visit("/share?verdict=sideways")
    assert "verdict" not in dict(reader.page.form().values)


def test_sending_twice_makes_one_story_with_one_receipt(reader):
    reader.visit("/share")
    reader.submit("Check what", verdict="up", story=STORY, email="rhona@reader.example")
    check = reader.page
    reader.submit("Send my story")
    first = receipt(reader)
    reader._page = check
    reader.submit("Send my story")
    assert receipt(reader) == first
    assert story_count() == 1
    tasks.welcome(only_story().id)
    assert len(letters(reader.app)) == 1


def test_going_back_and_changing_a_word_is_another_story_so_that_nothing_is_lost(reader):
    reader.visit("/share")
    form = reader.page
    reader.submit("Check what", verdict="up", story=STORY)
    reader.submit("Send my story")
    reader._page = form
    reader.submit("Check what", verdict="up", story=f"{STORY} And he waved.")
    reader.submit("Send my story")
    assert story_count() == 2


def test_a_script_may_post_the_documented_fields_at_once(client):
    fields = {"verdict": "up", "story": STORY, "company": "Kettlewick", "consent": "3", "name": "Rhona Vale"}
    fields |= {"email": "rhona@reader.example", "confirm": "yes"}
    response = client.post("/share", data=fields)
    assert response.status_code == 303
    assert b"receipt__code" in client.get(response.headers["Location"]).data
    story = only_story()
    assert (story.state, story.contributor.name, story.consents[0].level) == ("received", "Rhona Vale", 3)


def test_the_receipt_is_shown_for_an_hour_and_no_longer(reader, clock):
    reader.visit("/share")
    reader.submit("Check what", verdict="up", story=STORY)
    reader.submit("Send my story")
    address, code = reader.page.address, receipt(reader)
    clock.shift(timedelta(minutes=59))
    reader.visit(address)
    assert receipt(reader) == code
    clock.shift(timedelta(minutes=2))
    reader.visit(address, expect=410)
    reader.sees("no longer shown")
    reader.visit("/share/receipt/forged", expect=410)


@pytest.mark.parametrize(
    ("different", "state"),
    [
        ({}, "received"),
        ({"website": "https://pills.example"}, "spam"),
        ({"story": f"{STORY} https://a.example https://b.example www.c.example"}, "spam"),
    ],
)
def test_what_looks_like_a_robots_is_shelved_and_answered_like_any_other(client, different, state):
    sent = {"verdict": "up", "story": STORY, "consent": "2", "confirm": "yes", **different}
    response = client.post("/share", data=sent)
    assert response.status_code == 303
    assert b"We have your story" in client.get(response.headers["Location"]).data
    assert only_story().state == state


class TestInProductionTime:
    """Where a person needs two seconds at least, as in production."""

    @pytest.fixture
    def environment(self, environment):
        return {**environment, "NEWSROOM_FORM_SECONDS": "2"}

    def test_a_form_sent_faster_than_anybody_types_is_shelved(self, reader, clock):
        reader.visit("/share")
        reader.submit("Check what", verdict="up", story=STORY)
        reader.submit("Send my story")
        story = only_story()
        assert story.state == "spam"
        assert "faster than anybody types" in story.suspicion

    def test_the_time_counts_from_the_first_page(self, reader, clock):
        reader.visit("/share")
        clock.shift(timedelta(seconds=3))
        reader.submit("Check what", verdict="up", story=STORY)
        reader.submit("Send my story")
        assert only_story().state == "received"


def test_the_hints_name_what_looks_private_and_stop_nobody(reader):
    reader.visit("/share")
    reader.submit(
        "Check what", verdict="up", story=f"{STORY} Ring 01632 960417 and ask for Mr Finch, order 7730-5519."
    )
    reader.sees(
        "Only a hint", "“01632 960417” looks like a telephone number.", "“Mr Finch” seems to name a person."
    )
    reader.submit("Send my story")
    assert story_count() == 1


def test_the_publication_words_the_consent(reader):
    from newsroom.platform.db import unit_of_work
    from newsroom.publication import service as publication

    body = "\n".join(f"- **{number}. Level {number}.** Words of {number}." for number in range(5))
    with unit_of_work():
        publication.save_block("consent", "What may we do?", f"{body}\n\nAsk [us](/contact) at any time.")
    reader.visit("/share")
    reader.sees("Level 3", "Words of 4.", "Ask us at any time.")
