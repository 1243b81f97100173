"""Two editors save one story: both see both, and neither loses a word."""

import pytest

from newsroom.platform.db import unit_of_work
from newsroom.stories import queries, service
from newsroom.stories.rules import StoryRefusal
from tests.stories.conftest import STORY, sign_redaction, stored


@pytest.fixture
def app(db_app):
    return db_app


# What is decided in Python and not in SQL is asked once.
ON_SQLITE = pytest.mark.parametrize("db_app", ["sqlite"], indirect=True)


@pytest.fixture
def two(cast, tell):
    """Two editors before one story that has a first version; gives both and the story."""
    ines, bryn = cast.editor(), cast.editor("Bryn Tate", "bryn@service-bell.example")
    public_id = tell()
    ines.visit(f"/desk/stories/{public_id}")
    ines.submit("Start editing")
    save(ines, title="The cable and the lamp", opening="He knew.")
    bryn.visit(f"/desk/stories/{public_id}")
    ines.visit(f"/desk/stories/{public_id}")
    return ines, bryn, public_id


def save(person, expect=200, **fields):
    return person.submit("revision", button="Save", expect=expect, **fields)


def last(public_id):
    revision = stored(public_id).revisions[-1]
    return revision, queries.text_of(stored(public_id), revision)


def resolve(person, expect=200, **fields):
    return person.submit("resolve", button="Save it so", expect=expect, **fields)


def test_edits_of_different_words_are_put_together(two):
    ines, bryn, public_id = two
    save(bryn, title="The wire and the lamp", text=STORY.replace("lunch", "dinner"))
    save(
        ines,
        title="The cable and the light",
        text=STORY.replace("third time that", "tenth time that"),
        expect=409,
    )
    ines.sees(
        "Somebody saved this story while you were writing.", "saved by Bryn Tate", "the changes go together"
    )
    form = dict(ines.page.form("resolve").values)
    assert form["title"].strip() == "The wire and the light"
    assert (form["title_from"], form["text_from"]) == ("together", "together")
    resolve(ines)
    ines.sees("Saved.")
    revision, text = last(public_id)
    assert revision.title == "The wire and the light"
    assert text == STORY.replace("lunch", "dinner").replace("third time that", "tenth time that")
    assert [row.title for row in stored(public_id).revisions] == [
        "The cable and the lamp",
        "The wire and the lamp",
        "The wire and the light",
    ]


@ON_SQLITE
def test_a_clash_is_shown_with_both_and_has_to_be_decided(two):
    ines, bryn, public_id = two
    save(bryn, text=STORY.replace("lunch", "dinner"))
    save(ines, text=STORY.replace("lunch", "breakfast"), expect=409)
    ines.sees("You both changed the same words.", "Bryn Tate wrote “dinner”, you wrote “breakfast”.")
    resolve(ines, expect=422)
    ines.sees(
        "The text: theirs, yours, or both together?", "Bryn Tate wrote “dinner”, you wrote “breakfast”."
    )
    assert stored(public_id).version == 2
    resolve(ines, text_from="mine")
    assert last(public_id)[1] == STORY.replace("lunch", "breakfast")


@ON_SQLITE
def test_theirs_can_be_taken_for_one_part_and_mine_for_another(two):
    ines, bryn, public_id = two
    save(bryn, title="Bryn’s", attribution="By Bryn", opening="Bryn knew.")
    save(ines, title="Ines’s", attribution="By Ines", opening="Ines knew.", expect=409)
    resolve(ines, title_from="theirs", attribution_from="mine", note_from="together", note="Both knew.")
    revision, _text = last(public_id)
    assert (revision.title, revision.attribution, revision.note) == ("Bryn’s", "By Ines", "Both knew.")


@ON_SQLITE
def test_what_only_the_other_changed_is_kept_without_asking(two):
    ines, bryn, public_id = two
    save(bryn, attribution="A reader in the north")
    save(ines, text=STORY.replace("lunch", "dinner"), expect=409)
    ines.sees("Only Bryn Tate changed this part.", "Only you changed this part.")
    resolve(ines)
    revision, text = last(public_id)
    assert (revision.attribution, text) == ("A reader in the north", STORY.replace("lunch", "dinner"))


def test_who_is_overtaken_twice_still_loses_nothing(two):
    ines, bryn, public_id = two
    save(bryn, attribution="One")
    save(ines, text=STORY.replace("lunch", "dinner"), expect=409)
    save(bryn, attribution="Two")
    resolve(ines, expect=409)
    resolve(ines)
    revision, text = last(public_id)
    assert (revision.attribution, text) == ("Two", STORY.replace("lunch", "dinner"))


@ON_SQLITE
def test_the_same_edit_twice_is_no_conflict_and_no_version(two):
    ines, bryn, public_id = two
    for person in (bryn, ines):
        save(person, title="The wire")
    assert stored(public_id).version == 2


@ON_SQLITE
def test_too_long_a_title_is_refused_on_the_page_of_both_and_kept(two):
    ines, bryn, public_id = two
    save(bryn, title="Bryn’s title")
    save(ines, title="Ines’s title", expect=409)
    resolve(ines, title_from="together", title="x" * 201, expect=422)
    ines.sees("Keep this to 200 characters")
    assert dict(ines.page.form("resolve").values)["title_mine"] == "Ines’s title"
    assert stored(public_id).version == 2


def test_who_saves_when_the_story_has_gone_on_gets_it_all_back_and_finds_it_later(two):
    ines, _bryn, public_id = two
    with unit_of_work():
        sign_redaction(public_id)
        service.mark_ready(public_id, version=1, actor_id=None)
    save(ines, text="Typed too late.", title="Mine", expect=409)
    ines.sees("its state is “Ready”", "Typed too late.", "Mine")
    assert stored(public_id).version == 1
    with unit_of_work():
        service.back_to_editing(public_id)
    ines.visit(f"/desk/stories/{public_id}")
    ines.follow("Take it up")
    form = dict(ines.page.form("revision").values)
    assert (form["text"].strip(), form["title"].strip()) == ("Typed too late.", "Mine")


# Versions


def _compared(person, tag):
    """What a comparison of two versions marks; the text beside it has marks of its own."""
    (section,) = person.page.all("section", id="versions")
    return ["".join(item.itertext()) for item in section.iter(tag)]


@ON_SQLITE
def test_notes_in_parts_stand_beside_each_other_as_cards(two):
    ines, bryn, _public_id = two
    save(
        bryn,
        opening="He knew.",
        **{"takeaways-0-label": "Call back", "takeaways-0-behaviour": "live greeting"},
    )
    save(ines, opening="He knew it.", call="Ask yourself.", expect=409)
    ines.sees("Takeaway 1", "Call back [live greeting]", "Call to action", "Ask yourself.")


@ON_SQLITE
def test_any_two_versions_are_compared_by_address(two):
    ines, _bryn, public_id = two
    save(ines, text=STORY.replace("lunch", "dinner"), title="The wire")
    save(ines, text=STORY.replace("lunch", "breakfast"), title="The wire")
    for asked, gone, new in (
        ("from=original&to=2", ["lunch"], ["dinner"]),
        ("from=2&to=3", ["dinner"], ["breakfast"]),
        ("from=3&to=2", ["breakfast"], ["dinner"]),
        ("from=original&to=newest", ["lunch"], ["breakfast"]),
    ):
        ines.visit(f"/desk/stories/{public_id}?{asked}")
        assert _compared(ines, "del") == gone, asked
        assert _compared(ines, "ins") == new, asked
    ines.visit(f"/desk/stories/{public_id}?from=1&to=2")
    assert "wire" in _compared(ines, "ins")
    ines.visit(f"/desk/stories/{public_id}?from=2&to=2")
    ines.sees("No word differs")


@ON_SQLITE
def test_versions_that_do_not_exist_show_the_usual_comparison(two):
    ines, _bryn, public_id = two
    for asked in (
        "from=x&to=9",
        "from=&to=",
        "from=%00&to=-1",
        "from=approved&to=published",
        "to=" + "9" * 400,
    ):
        ines.visit(f"/desk/stories/{public_id}?{asked}")
        ines.sees("What was changed")


def test_an_earlier_version_becomes_the_newest_as_a_version_of_its_own(two):
    ines, _bryn, public_id = two
    save(ines, text="Something else.", title="Something else")
    ines.submit("Restore this one, version 1")
    ines.sees("Version 1 is the newest again")
    revision, text = last(public_id)
    assert (revision.version, revision.title, text) == (3, "The cable and the lamp", STORY)


@ON_SQLITE
def test_restoring_over_what_somebody_saved_meanwhile_is_refused(two):
    ines, bryn, public_id = two
    save(ines, title="Second")
    save(bryn, title="The cable and the lamp", expect=409)
    with unit_of_work():
        service.save_revision(
            public_id, version=2, title="Third", text=STORY, attribution="", note="", actor_id=None
        )
    ines.submit("Restore this one, version 1")
    ines.sees("Somebody saved another version meanwhile")
    assert last(public_id)[0].title == "Third"


@ON_SQLITE
def test_a_version_that_never_was_is_not_restored(two):
    _ines, _bryn, public_id = two
    for wanted in (0, -1, 7, 2**40):
        with pytest.raises(StoryRefusal, match="no version"), unit_of_work():
            service.restore_revision(public_id, wanted, version=1, actor_id=1)
        assert stored(public_id).version == 1


@ON_SQLITE
def test_a_part_that_both_wrote_alike_says_so(two):
    ines, bryn, _ = two
    save(bryn, title="The wire", text=STORY.replace("lunch", "dinner"))
    save(ines, title="The light", text=STORY.replace("lunch", "dinner"), expect=409)
    ines.sees("You both wrote the same here")
    assert "the changes go together" not in ines.page.words


@ON_SQLITE
def test_a_clash_where_nothing_stood_does_not_quote_nothing(two):
    ines, bryn, _ = two
    save(bryn, attribution="A reader on the coast")
    save(ines, attribution="Somebody inland", expect=409)
    ines.sees("Both of you put words where there were none")
    assert "“nothing”" not in ines.page.words
