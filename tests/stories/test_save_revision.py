import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from newsroom.platform.db import unit_of_work
from newsroom.platform.text import clean_text
from newsroom.stories import queries, rules, service
from newsroom.stories.forms import RevisionForm
from newsroom.stories.rules import StoryRefusal
from tests.chance import SHARED_FIXTURE, examples
from tests.stories.conftest import STORY, stored


@pytest.fixture
def story(tell, staff):
    public_id, editor = tell(), staff()
    with unit_of_work():
        service.start_editing(public_id, actor_id=editor)
    return public_id, editor


def save(story, version, **different):
    public_id, editor = story
    given = {"title": "The cable", "text": STORY, "attribution": "", "note": "He knew.", **different}
    with unit_of_work():
        return service.save_revision(public_id, version=version, actor_id=editor, **given)


def test_each_save_is_a_new_revision_and_the_old_ones_stay(db_app, story):
    assert save(story, 0) == 1
    assert save(story, 1, title="The lamp", text="Other words.") == 2
    assert [(row.version, row.title) for row in stored(story[0]).revisions] == [
        (1, "The cable"),
        (2, "The lamp"),
    ]
    first, second = queries.printable(story[0], 1), queries.printable(story[0])
    assert first is not None
    assert second is not None
    assert (first.body, second.body) == (STORY, "Other words.")


def test_saving_the_same_again_makes_nothing(db_app, story):
    assert save(story, 0) == 1
    assert save(story, 1) == 1
    # Also from a page that is older than the last save: there is nothing that could be lost.
    assert save(story, 0) == 1
    assert len(stored(story[0]).revisions) == 1


def test_who_saves_an_old_version_hears_of_it_and_nothing_is_written(db_app, story):
    save(story, 0)
    with pytest.raises(service.SaveConflict) as conflict:
        save(story, 0, text="Mine.")
    assert conflict.value.version == 1
    assert len(stored(story[0]).revisions) == 1


def test_a_story_outside_of_editing_is_not_saved(db_app, story, in_state):
    save(story, 0)
    in_state(story[0], "ready")
    with pytest.raises(StoryRefusal, match="Ready"):
        save(story, 1, text="Mine.")


def test_a_title_that_fits_no_column_is_refused(db_app, story):
    with pytest.raises(StoryRefusal, match="201 characters"):
        save(story, 0, title="x" * 201)
    with pytest.raises(StoryRefusal, match="201 characters"):
        save(story, 0, attribution="x" * 201)


def test_the_printable_text_is_stored_nowhere(db_app, story):
    save(story, 0, text=STORY.replace("lamp", "[lamp]"))
    (revision,) = stored(story[0]).revisions
    assert "".join(span["replacement"] for span in revision.spans) == "[]"
    assert not hasattr(revision, "body")


# The application is the same for all examples, and each example adds a story of its own.
@settings(suppress_health_check=SHARED_FIXTURE, max_examples=examples(25, thorough=300))
@given(text=st.text(max_size=200))
def test_whatever_an_editor_types_is_what_is_printed(app, tell, text):
    public_id = tell()
    with unit_of_work():
        service.start_editing(public_id, actor_id=None)  # type: ignore[arg-type]
        service.save_revision(
            public_id, version=0, title="T", text=text, attribution="", note="", actor_id=None
        )
    printed = queries.printable(public_id)
    assert printed is not None
    assert printed.body == clean_text(text)


@pytest.mark.parametrize("part", ["text", "note"])
def test_words_that_nobody_could_have_meant_are_refused_at_their_field(app, part):
    typed = MultiDict({"version": "1", part: "word " * (rules.LONGEST_TEXT // 5 + 1) + "."})
    with app.test_request_context():
        form = RevisionForm(formdata=typed, meta={"csrf": False})
        assert not form.validate()
        assert form.errors == {part: [f"Keep this to {rules.LONGEST_TEXT:,} characters."]}
