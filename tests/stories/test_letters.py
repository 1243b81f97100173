"""Who gets a letter about a story, and what it must not do. Their words are golden in `tests/letters`."""

from datetime import UTC, datetime, timedelta
from email.parser import BytesParser

import pytest

from newsroom.platform.db import unit_of_work
from newsroom.platform.mail import outbox
from newsroom.publication import service as publication
from newsroom.stories import messages, queries

DUE = datetime(2026, 12, 4, 23, 59, 59, tzinfo=UTC)
LETTERS = {
    "story_received": messages.received,
    "story_address": messages.address_given,
    "story_question": messages.question,
    "story_message": messages.message,
    "story_approval": lambda story: messages.approval_asked(story, DUE),
    "story_approval_reminder": lambda story: messages.approval_reminder(story, DUE),
    "story_approved": messages.approved,
    "story_refused": messages.refused,
    "story_expired": messages.expired,
    "story_consent": lambda story: messages.consent_changed(story, allows_less=True),
    "story_reopened": messages.reopened,
    "story_unpublished": messages.unpublished,
    "story_follow_up": messages.follow_up_published,
    "story_follow_up_asked": messages.follow_up_asked,
    "story_merged": messages.merged,
    "story_joined": messages.joined,
    "story_declined": messages.declined,
    "story_published": lambda story: messages.published(
        story, "https://bell.example/stories/qw7r2t9xk3mz-the-cable"
    ),
    "story_withdrawn": lambda story: messages.withdrawn(story, was_published=True),
}


@pytest.fixture
def story(app, tell):
    with unit_of_work():
        publication.set_up(
            publication.PublicationSettings(
                name="The Service Bell",
                sender_address="letters@service-bell.example",
                publisher="Halden Quay Press",
                postal_address="12 Ropewalk Lane, Port Ellery PE4 2QX, United Kingdom",
                telephone="+44 1632 960143",
            )
        )
    public_id = tell(name="Rhona Vale", email="rhona@reader.example")
    with unit_of_work():
        found = queries.story(public_id)
        assert found is not None
        found.closed_reason = "It is about a price, and we print what people did."
    return queries.story(public_id)


@pytest.mark.parametrize("name", LETTERS)
def test_nobody_without_an_address_is_written_to(app, tell, name):
    with unit_of_work():
        LETTERS[name](queries.story(tell(name="Rhona Vale")))
        LETTERS[name](queries.story(tell()))
    assert outbox.letters().items == []


@pytest.mark.parametrize("name", LETTERS)
def test_a_name_cannot_smuggle_anything_into_a_letter(app, tell, name):
    hostile = '<script>alert(1)</script>\r\nBcc: all@elsewhere.example "x" {{ 7*7 }}'
    public_id = tell(name=hostile[:120], email="rhona@reader.example")
    with unit_of_work():
        LETTERS[name](queries.story(public_id))
    row = outbox.letters().items[0]
    assert "<script>" not in row.html
    assert "\n" not in row.to_name
    assert row.headers == {"Auto-Submitted": "auto-generated", "Content-Language": "en-GB"}
    assert "Bcc" not in BytesParser().parsebytes(outbox.eml(row.id) or b"", headersonly=True)


def test_who_allows_more_is_not_told_that_something_left_the_website(app, story):
    with unit_of_work():
        messages.consent_changed(story, allows_less=False)
    (letter,) = [row for row in outbox.letters().items if row.kind == "story-consent"]
    assert "holds from now on" in letter.text
    assert "left it" not in letter.text
    assert "left it" not in letter.html


def test_three_letters_a_day_are_all_that_somebody_can_make_us_write_to_a_mailbox(db_app, tell, clock):
    ways = ("rhona.vale", "RhonaVale", "rhona.vale+one", "r.h.o.n.a.vale+two+x", "rhonavale+three")
    told = [tell(email=f"{local}@reader.example") for local in ways]
    with unit_of_work():
        for public_id in told:
            messages.received(queries.story(public_id))
            messages.withdrawn(queries.story(public_id), was_published=False)
    assert len(outbox.letters().items) == 3
    assert not messages.may_be_mailed("Rhona.Vale@reader.example")
    for another in ("rhona_vale@reader.example", "rhonavale@elsewhere.example", "rhonavale2@reader.example"):
        assert messages.may_be_mailed(another)
    # Who has shown that the mailbox is theirs hears of everything.
    with unit_of_work():
        story = queries.story(told[0])
        story.contributor.email_confirmed_at = story.submitted_at
        messages.withdrawn(story, was_published=False)
    assert len(outbox.letters().items) == 4
    clock.shift(timedelta(hours=25))
    assert messages.may_be_mailed("rhonavale@reader.example")
