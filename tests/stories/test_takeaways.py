"""Takeaways of earlier notes are found for new ones, as long as their story is fit for print."""

import pytest

from newsroom.platform.db import db, unit_of_work
from newsroom.platform.markup import Takeaway
from newsroom.stories import queries, service, takeaways
from newsroom.stories.behaviours import likely
from newsroom.stories.models import StoryTakeaway
from tests.stories.conftest import NOTE, STORY, stored


@pytest.fixture
def printed(db_app, tell, in_state):
    """Give a function that puts a story with this note on the shelf, and gives its public id."""

    def put(note=NOTE, state="ready", **different):
        public_id = tell(**different)
        in_state(public_id, "editing")
        with unit_of_work():
            service.save_revision(
                public_id, version=0, title="T", text=STORY, attribution="", note=note, actor_id=None
            )
        in_state(public_id, state)
        return public_id

    return put


def filed():
    rows = db.session.query(StoryTakeaway).order_by(StoryTakeaway.story_id, StoryTakeaway.place)
    return [(row.place, row.label, row.reason, row.behaviour) for row in rows]


def offered(public_id, **wanted):
    return [one.takeaway.label for one in takeaways.offered(stored(public_id), likely(STORY), **wanted)]


def test_each_save_files_the_newest_takeaways_and_withdrawing_drops_them(printed):
    public_id = printed(f"{NOTE}\n- Own it. [Own the APOLOGY]\n\n> Ask them.")
    assert filed() == [
        (1, "Have the card in front of you.", "Nobody has to begin anew.", "know the history"),
        (2, "", "Own it.", "own the apology"),
    ]
    with unit_of_work():
        queries.story(public_id).state = "editing"
        service.save_revision(
            public_id, version=1, title="T", text=STORY, attribution="", note="- **Only.**", actor_id=None
        )
    assert filed() == [(1, "Only.", "", "")]
    with unit_of_work():
        service.withdraw(public_id, asked_by="its author")
    assert filed() == []


def test_what_a_storys_words_point_to_is_offered_from_others_that_are_fit_for_print(printed, tell):
    ready = printed()
    printed(state="editing", verdict="down")
    printed("- **Say sorry.** It is short. [own the apology]", verdict="down")
    new = tell()
    assert offered(new) == ["Have the card in front of you."]
    assert offered(ready) == []
    assert offered(new, tag="Own the apology") == ["Say sorry."]
    assert offered(new, besides=[Takeaway("Have the card in front of you", "", "")]) == []


def test_an_offer_is_taken_by_its_key_while_it_lasts(printed):
    public_id = printed()
    key = f"{public_id}.1"
    assert takeaways.offered_takeaway(key).label == "Have the card in front of you."
    for wrong in ("", ".", f"{public_id}.9", f"{public_id}.99999999999", "\x00.1", f"{public_id}.²"):
        assert takeaways.offered_takeaway(wrong) is None
    with unit_of_work():
        service.withdraw(public_id, asked_by="its author")
    assert takeaways.offered_takeaway(key) is None


def test_reindexing_files_what_was_never_filed(db_app, printed):
    printed()
    with unit_of_work():
        db.session.query(StoryTakeaway).delete()
    assert db_app.test_cli_runner().invoke(args=["stories", "reindex"]).exit_code == 0
    assert len(filed()) == 1
