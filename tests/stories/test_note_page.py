"""The Editor’s note on a story’s page: cards, offers, quotations; no button of it loses what is typed."""

import pytest
from werkzeug.datastructures import MultiDict

from newsroom.platform.db import unit_of_work
from newsroom.stories import service
from newsroom.stories.desk.noting import parts_beside
from tests.stories.conftest import NOTE, STORY, stored


@pytest.fixture
def at_work(editor, tell):
    """An editor before a story in editing, with two cards typed and nothing saved; gives both."""
    public_id = tell()
    editor.visit(f"/desk/stories/{public_id}")
    editor.submit("Start editing")
    return editor, public_id


CARDS = {
    "takeaways-0-label": "First",
    "takeaways-1-label": "Second",
    "takeaways-1-behaviour": "live greeting",
}


def press(editor, button, expect=200, **fields):
    return editor.submit("revision", button=button, expect=expect, **fields)


def labels(editor):
    form = dict(editor.page.form("revision").values)
    return [value for name, value in form.items() if name.endswith("-label")]


def test_cards_move_go_and_come_back(at_work):
    editor, public_id = at_work
    press(editor, "Move down takeaway 1", **CARDS)
    assert labels(editor) == ["Second", "First"]
    press(editor, "Take out takeaway 1")
    assert labels(editor) == ["First", ""]
    press(editor, "Put it back")
    assert labels(editor) == ["First", "Second"]
    assert dict(editor.page.form("revision").values)["takeaways-1-behaviour"] == "live greeting"
    for nonsense in ("up-1", "down-9", "remove-0", "sideways-1", "up-²"):
        form = editor.page.form("revision")
        editor._go("POST", form.action, expect=200, data=MultiDict([*form.values, ("card", nonsense)]))
    assert labels(editor) == ["First", "Second"]
    assert stored(public_id).version == 0


def test_a_takeaway_of_an_earlier_note_is_offered_and_used(at_work, tell, in_state):
    editor, _public_id = at_work
    earlier = tell(verdict="down")
    in_state(earlier, "ready")
    press(editor, "Show takeaways", offer_tag="know the history", title="Typed")
    editor.sees("Have the card in front of you.", "know the history · The cable")
    press(editor, "Use this: Have the card in front of you.", **CARDS)
    assert labels(editor) == ["First", "Second", "Have the card in front of you."]
    assert dict(editor.page.form("revision").values)["title"].strip() == "Typed"
    press(editor, "Take out takeaway 3")
    editor.sees("Use this")
    with unit_of_work():
        service.withdraw(earlier, asked_by="its author")
    press(editor, "Use this", expect=422)
    editor.sees("That takeaway is not offered any more")
    assert labels(editor) == ["First", "Second"]


def test_words_of_the_story_are_quoted_where_they_are_wanted(at_work):
    editor, _public_id = at_work
    press(
        editor, "Quote in the note", quote="he had my card in front of him,", quote_into="takeaway-2", **CARDS
    )
    form = dict(editor.page.form("revision").values)
    assert form["takeaways-1-reason"].strip() == "“He had my card in front of him”"
    assert not form["quote"].strip()
    press(editor, "Quote in the note", expect=422, quote="He held my card", quote_into="opening")
    editor.sees("The printable text does not say this word for word")
    assert dict(editor.page.form("revision").values)["quote"].strip() == "He held my card"
    assert labels(editor) == ["First", "Second"]


def test_a_call_to_action_is_saved_apart_and_its_button_is_whole(at_work):
    editor, public_id = at_work
    asked = {"opening": "He knew.", "call": "Look it up.", "call_button": "Tell us"}
    press(editor, "Save", expect=422, **CARDS, **asked)
    editor.sees("Say where the button leads, or leave out its words.")
    assert labels(editor) == ["First", "Second"]
    press(editor, "Save", expect=422, call_link="javascript:alert(1)")
    editor.sees("Begin with https://")
    press(editor, "Save", call_link="/share")
    note = stored(public_id).revisions[-1].note
    assert note.endswith("- **Second** [live greeting]\n\n> Look it up.\n>\n> [Tell us](/share)")
    editor.visit(f"/desk/stories/{public_id}")
    form = dict(editor.page.form("revision").values)
    assert (form["call"].strip(), form["call_button"], form["call_link"]) == (
        "Look it up.",
        "Tell us",
        "/share",
    )


def test_a_quotation_of_what_was_taken_out_is_shown_and_keeps_the_story_from_being_ready(at_work):
    editor, public_id = at_work
    with unit_of_work():
        service.save_revision(
            public_id,
            version=0,
            title="T",
            text=STORY.replace("I have told everyone at work.", ""),
            attribution="",
            note=f"“told everyone at work” and “he had your card before him” show it.\n\n{NOTE}",
            actor_id=None,
        )
    editor.visit(f"/desk/stories/{public_id}")
    editor.sees(
        "“told everyone at work”, which stands in the original and no longer in the printable text",
        "“he had your card before him”, which the story does not say",
        "Nearest in the text",
    )
    assert any("told everyone at work" in problem for problem in _problems(public_id))


def _problems(public_id):
    from newsroom.stories import queries
    from newsroom.stories.readiness import readiness_problems

    return readiness_problems(queries.readiness(stored(public_id), None))


def test_two_notes_stand_beside_each_other_card_by_card():
    base = "He knew.\n\n- **Have the card.** Why. [know the history]\n- **Call.**\n- Only words."
    note = "He knew.\n\n- **Call.** Then write.\n- **Have the card.** Why. [know the history]\n\n> Ask."
    parts = [(part.name, part.was, part.now) for part in parts_beside(base, note)]
    assert parts == [
        ("Opening", "He knew.", "He knew."),
        ("Takeaway 1", "Call.", "Call. Then write."),
        ("Takeaway 2", "Have the card. Why. [know the history]", "Have the card. Why. [know the history]"),
        ("Taken out", "Only words.", ""),
        ("Call to action", "", "Ask."),
    ]
    assert parts_beside(base, "1. a\n2. b") is None
