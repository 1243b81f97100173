from datetime import UTC, datetime

import pytest

from newsroom.platform.db import unit_of_work
from newsroom.platform.mail import outbox
from newsroom.stories import queries, service
from newsroom.stories.rules import StoryRefusal
from tests.stories.conftest import NOTE, STORY, letters, sign_redaction, stored

AT = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)


@pytest.fixture
def placed(tell, in_state):
    def make(**different):
        public_id = tell(**different)
        in_state(public_id, "ready")
        with unit_of_work():
            service.schedule(public_id)
        return public_id

    return make


def test_a_story_is_published_at_its_pinned_version(db_app, placed):
    public_id = placed()
    with unit_of_work():
        service.publish(public_id, 1, AT)
    story = stored(public_id)
    assert (story.state, story.published_version, story.published_at) == ("published", 1, AT)


def test_its_author_gets_one_letter_with_the_address(app, placed):
    public_id = placed(email="rhona@reader.example", name="Rhona Vale")
    with unit_of_work():
        service.publish(public_id, 1, AT, page="https://bell.example/stories/abc-the-cable")
    assert letters(app)[1:] == [("story-published", "rhona@reader.example")]
    letter = outbox.letters().items[0]
    assert "https://bell.example/stories/abc-the-cable" in letter.text
    assert "https://bell.example/stories/abc-the-cable" in letter.html


def test_who_left_no_address_gets_none(app, placed):
    public_id = placed(name="Rhona Vale")
    with unit_of_work():
        service.publish(public_id, 1, AT)
    assert letters(app) == []


def test_the_letter_without_an_address_of_the_page_is_whole(app, placed):
    public_id = placed(email="rhona@reader.example")
    with unit_of_work():
        service.publish(public_id, 1, AT)
    assert "None" not in outbox.letters().items[0].text


def test_a_version_that_does_not_exist_is_not_published(app, placed):
    public_id = placed()
    with pytest.raises(StoryRefusal, match="no version 7"), unit_of_work():
        service.publish(public_id, 7, AT)
    assert stored(public_id).state == "scheduled"


def test_without_consent_to_print_nothing_is_published(app, placed):
    public_id = placed(level=0)
    with pytest.raises(StoryRefusal, match="no live consent"), unit_of_work():
        service.publish(public_id, 1, AT)


def test_a_story_has_one_place_at_a_time(app, placed):
    public_id = placed()
    with pytest.raises(StoryRefusal, match="In an issue"), unit_of_work():
        service.schedule(public_id)
    with unit_of_work():
        service.release_from_issue(public_id, 1)
        service.release_from_issue(public_id, 1)
    assert [story.public_id for story in queries.ready_stories()] == [public_id]


def test_ready_stories_come_the_longest_waiting_first_and_whole(db_app, tell, in_state, clock):
    ids = []
    for title in ("one", "two", "three"):
        public_id = tell(company=title)
        in_state(public_id, "ready")
        ids.append(public_id)
        clock.shift(60)
    tell()
    found = queries.ready_stories()
    assert [story.public_id for story in found] == ids
    assert {(story.title, story.body, story.note, story.consent_level) for story in found} == {
        ("The cable", STORY, NOTE, 2)
    }
    assert found[0].consent == "Printed with its author’s consent, edited and without names"


def test_a_story_without_a_revision_or_of_an_unknown_id_has_nothing_to_print(app, tell):
    public_id = tell()
    assert queries.printable(public_id) is None
    assert queries.printable("nosuchstory1") is None
    assert not queries.was_told_by_a_reader("nosuchstory1")


def save(public_id, version, **different):
    given = {"title": "The cable", "text": STORY, "attribution": "", "note": "Another note.", **different}
    with unit_of_work():
        return service.save_revision(public_id, version=version, actor_id=None, **given)


def test_a_placed_story_may_be_saved_and_stays_placed(app, placed):
    public_id = placed()
    assert save(public_id, 1) == 2
    assert (stored(public_id).state, stored(public_id).version) == ("scheduled", 2)


def test_the_newer_version_is_taken_when_it_is_ready(app, placed):
    public_id = placed()
    save(public_id, 1)
    with pytest.raises(service.NotReady, match="signed the redaction checklist"), unit_of_work():
        service.take_newer(public_id, actor_id=None)
    with unit_of_work():
        sign_redaction(public_id)
        assert service.take_newer(public_id, actor_id=None) == 2
    assert stored(public_id).state == "scheduled"


@pytest.mark.parametrize(
    ("unfit", "words"),
    [({"note": ""}, "no Editor’s note"), ({"title": ""}, "no title"), ({"text": ""}, "no text")],
)
def test_a_newer_version_that_is_not_ready_is_not_taken(app, placed, unfit, words):
    public_id = placed()
    save(public_id, 1, **unfit)
    with pytest.raises(service.NotReady, match=words), unit_of_work():
        service.take_newer(public_id, actor_id=None)


def test_nobody_takes_their_own_change_of_a_grave_story(app, placed, staff):
    public_id, editor, other = placed(), staff(), staff("bryn@service-bell.example")
    with unit_of_work():
        story = queries.story(public_id)
        assert story is not None
        story.criticality = 4
        service.save_revision(
            public_id, version=1, title="T", text=STORY, attribution="", note=NOTE, actor_id=editor
        )
    with pytest.raises(service.NotReady, match="two pairs of eyes"), unit_of_work():
        service.take_newer(public_id, actor_id=editor)
    with unit_of_work():
        sign_redaction(public_id)
        assert service.take_newer(public_id, actor_id=other) == 2


def test_a_story_taken_out_is_ready_only_as_its_issue_held_it(app, placed):
    public_id = placed()
    save(public_id, 1, note="")
    with unit_of_work():
        service.release_from_issue(public_id, 1)
    assert stored(public_id).state == "editing"
    assert queries.ready_stories() == []
