"""The page behind the letter's link: consenting to a story that came by mail, or having it forgotten."""

import re
from datetime import timedelta

import pytest

from newsroom.accounts.queries import history
from newsroom.platform.db import db, unit_of_work
from newsroom.platform.jobs import run_worker
from newsroom.platform.mail import outbox
from newsroom.stories import incoming, queries, receipts, rules, service
from newsroom.stories.incoming import MailedDraft
from newsroom.stories.models import MailedStory, Story
from newsroom.stories.service import Collected
from tests.stories.conftest import STORY, stored
from tests.stories.test_mailed_reading import eml


def take(name="plain"):
    """Collect one of the messages and give what became of it."""
    draft = incoming.read(eml(name))
    assert isinstance(draft, MailedDraft)
    with unit_of_work():
        return service.collect(draft)


def collect(name="plain"):
    """Collect one of the messages and give the path of its link."""
    assert take(name) is Collected.DRAFT
    link = re.search(r"/share/mail/\S+", outbox.letters().items[0].text)
    assert link is not None
    return link[0]


@pytest.fixture
def link(app):
    return collect()


def draft():
    db.session.rollback()
    return db.session.scalars(db.select(MailedStory).order_by(MailedStory.id.desc())).first()


def story_count():
    db.session.rollback()
    return db.session.query(Story).count()


def test_the_letter_holds_the_link_and_nothing_of_the_mail(app, link):
    (letter,) = outbox.letters().items
    assert link in letter.text
    for words in ("Rhona", "lamp", "third time"):
        assert words not in f"{letter.subject}{letter.text}{letter.html}{letter.to_name}"
    assert letter.headers["Auto-Submitted"] == "auto-replied"


def test_its_author_chooses_a_thumb_and_consents_and_it_is_a_story(reader, link):
    reader.visit(link)
    reader.sees("May we keep this as your story?", "The lamp", "Third time")
    assert dict(reader.page.form("Check what").values)["email"] == "rhona@reader.example"
    reader.submit("Check what", verdict="down")
    reader.sees("Is this right?", "Nothing has been sent yet")
    assert story_count() == 0
    reader.submit("Send my story")
    reader.sees("Your receipt code")
    assert len(reader.page.all("p", class_="receipt__code")[0].text.split()) == 4
    story = stored(db.session.scalars(db.select(Story.public_id)).one())
    assert (story.source, story.state, story.verdict, story.original.body) == (
        "email",
        "received",
        "down",
        STORY,
    )
    assert (story.contributor.name, story.contributor.email) == ("Rhona Vale", "rhona@reader.example")
    assert story.contributor.email_confirmed_at is not None
    assert (story.consents[0].level, story.wants_preview) == (2, True)


def test_with_consent_the_words_of_the_draft_are_destroyed(reader, link):
    reader.visit(link)
    reader.submit("Check what", verdict="up")
    reader.submit("Send my story")
    row = draft()
    assert (row.state, row.body, row.subject, row.name) == ("consented", "", "", "")
    assert row.story_id is not None
    reader.visit(link)
    reader.sees("Your story is with us")
    assert [entry.verb for entry in history(queries.mailed_subject_of(row.id))] == [
        "consented",
        "came by mail",
    ]


def test_another_address_than_the_mails_is_not_confirmed(reader, link):
    reader.visit(link)
    reader.submit("Check what", verdict="up", email="ida@reader.example")
    reader.submit("Send my story")
    story = stored(db.session.scalars(db.select(Story.public_id)).one())
    assert story.contributor.email_confirmed_at is None


def test_forgetting_destroys_everything_and_makes_no_story(reader, link):
    reader.visit(link)
    reader.submit("Forget my message")
    reader.sees("We have forgotten your message")
    row = draft()
    assert (row.state, row.body, row.subject, row.name, row.email) == ("refused", "", "", "", "")
    assert story_count() == 0
    reader.visit(link)
    reader.sees("We have forgotten your message")


def test_a_forgotten_message_that_is_collected_again_stays_forgotten(reader, link):
    reader.visit(link)
    reader.submit("Forget my message")
    assert take() is Collected.KNOWN
    assert db.session.query(MailedStory).count() == 1


def test_looking_changes_nothing_and_sets_no_cookie(client, link):
    for _ in range(3):
        answer = client.get(link)
        assert answer.status_code == 200
        assert "Set-Cookie" not in answer.headers
        assert "no-store" in answer.headers["Cache-Control"]
        assert answer.headers["X-Robots-Tag"] == "noindex"
    assert draft().state == "waiting"
    assert draft().body == STORY


def test_a_mail_too_short_for_a_story_says_so_at_its_field(reader, app):
    reader.visit(collect("too-short"))
    reader.sees("They were rude.", "We need at least 40 to understand it")
    reader.submit("Check what", verdict="down", expect=422)
    reader.sees("We need at least 40")
    reader.submit("Check what", verdict="down", story=STORY)
    reader.submit("Send my story")
    assert story_count() == 1


def test_without_a_thumb_there_is_no_story(reader, link):
    reader.visit(link)
    reader.submit("Check what", expect=422)
    reader.sees("Choose a thumb first")
    reader.sees("Not meant as a story?")


def test_changing_something_comes_back_with_everything(reader, link):
    reader.visit(link)
    reader.submit("Check what", verdict="up", company="Kettlewick Heating")
    reader.submit(button="Change something")
    again = dict(reader.page.form("Check what").values)
    assert (again["verdict"], again["company"]) == ("up", "Kettlewick Heating")
    reader.sees("Not meant as a story?")


def test_sending_twice_makes_one_story(reader, link):
    reader.visit(link)
    reader.submit("Check what", verdict="up")
    check = reader.page
    reader.submit("Send my story")
    code = reader.page.all("p", class_="receipt__code")[0].text
    reader._page = check
    reader.submit("Send my story")
    assert reader.page.all("p", class_="receipt__code")[0].text == code
    assert story_count() == 1


def test_of_consent_and_forgetting_at_once_the_first_counts(app, link):
    number = draft().id
    with unit_of_work():
        service.forget_mailed(number)
    from newsroom.stories.submission import Submission

    with pytest.raises(rules.StoryRefusal), unit_of_work():
        service.consent_to_mailed(number, Submission("up", STORY, 2, False))
    assert story_count() == 0


def test_what_nobody_consented_to_is_destroyed_after_thirty_days(app, reader, clock):
    link = collect()
    clock.shift(timedelta(days=29, hours=23))
    run_worker(app, drain=True)
    assert draft().state == "waiting"
    clock.shift(timedelta(hours=2))
    run_worker(app, drain=True)
    row = draft()
    assert (row.state, row.body, row.subject, row.name, row.email) == ("expired", "", "", "", "")
    reader.visit(link, expect=410)
    reader.sees("This link is too old")


@pytest.mark.parametrize("change", [lambda link: link[:-3] + "abc", lambda link: "/share/mail/x"])
def test_a_link_that_is_not_ours_opens_nothing(reader, link, change):
    reader.visit(change(link), expect=410)
    reader.sees("This link does not work")


def test_a_link_belongs_to_its_message_and_to_no_later_one_of_that_number(app, reader, link):
    number = draft().id
    with unit_of_work():
        db.session.get(MailedStory, number).message_hash = "0" * 64
    reader.visit(link, expect=410)


def test_the_four_words_open_the_status(reader, link):
    reader.visit(link)
    reader.submit("Check what", verdict="up")
    reader.submit("Send my story")
    code = reader.page.all("p", class_="receipt__code")[0].text
    from newsroom.platform.settings import current

    assert queries.story_by_receipt(receipts.fingerprint(code, current().secret_key)) is not None


def test_the_desk_sees_when_and_from_whom_and_never_the_text(editor, link):
    editor.visit("/desk/stories/mail")
    editor.sees("rh…@reader.example", "waits for its author’s consent")
    editor.does_not_see("rhona@", "lamp", "third time", "Rhona")


def test_who_may_not_compose_does_not_see_the_list(admin):
    admin.visit("/desk/stories/mail", expect=403)
