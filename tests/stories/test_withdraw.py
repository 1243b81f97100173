import pytest

from newsroom.accounts.queries import history
from newsroom.platform.clock import now
from newsroom.platform.db import unit_of_work
from newsroom.platform.mail import outbox
from newsroom.stories import queries, service
from newsroom.stories.events import story_withdrawn
from newsroom.stories.rules import State, StoryRefusal
from tests.stories.conftest import letters, stored


@pytest.mark.parametrize("state", [state for state in State if state != State.WITHDRAWN])
def test_a_story_is_withdrawn_at_once_from_every_state(app, tell, in_state, state):
    public_id = tell()
    in_state(public_id, state)
    with unit_of_work():
        service.withdraw(public_id)
    story = stored(public_id)
    assert story.state == "withdrawn"
    assert [record.action for record in story.consents] == ["given", "withdrawn"]
    assert queries.live_consent(story) is None
    assert history(queries.subject_of(public_id))[0].detail == f"was {state}"


def test_no_reading_of_it_has_a_live_consent_any_more(db_app, tell, in_state):
    public_id = tell()
    in_state(public_id, "ready")
    with unit_of_work():
        service.withdraw(public_id)
    printed = queries.printable(public_id)
    assert printed is not None
    assert (printed.consent, printed.consent_level, printed.state) == ("", None, "withdrawn")
    assert queries.ready_stories() == []


def test_withdrawing_twice_changes_nothing(app, tell):
    public_id = tell(email="rhona@reader.example")
    for _ in range(2):
        with unit_of_work():
            service.withdraw(public_id)
    assert len(stored(public_id).consents) == 2
    assert [kind for kind, _to in letters(app)] == ["story-received", "story-withdrawn"]


def test_higher_floors_hear_of_it_inside_the_unit_of_work(app, tell, in_state):
    public_id = tell()
    in_state(public_id, "published")
    heard = []

    def listen(_sender, **facts):
        heard.append((facts, stored_state := queries.story(public_id).state))
        assert stored_state == "withdrawn"
        raise RuntimeError("What hears of it fails.")

    with story_withdrawn.connected_to(listen), pytest.raises(RuntimeError), unit_of_work():
        service.withdraw(public_id)
    assert heard == [({"public_id": public_id, "was": "published"}, "withdrawn")]
    assert stored(public_id).state == "published"


def test_the_letter_promises_no_more_than_can_be_done(app, tell, in_state):
    told, printed = tell(email="a@reader.example"), tell(email="b@reader.example")
    in_state(printed, "published")
    with unit_of_work():
        service.withdraw(told)
        service.withdraw(printed)
    of_printed, of_told = outbox.letters().items[:2]
    assert "cannot call back" in " ".join(of_printed.text.split())
    assert "cannot call back" not in " ".join(of_told.text.split())


def test_a_withdrawn_story_is_not_published_by_an_issue_that_still_holds_it(app, tell, in_state):
    public_id = tell()
    in_state(public_id, "scheduled")
    with unit_of_work():
        service.withdraw(public_id)
        # The issue lets go of it as of any other section.
        service.release_from_issue(public_id, 1)
    with pytest.raises(StoryRefusal, match="Withdrawn"), unit_of_work():
        service.publish(public_id, 1, now())
    assert stored(public_id).state == "withdrawn"
