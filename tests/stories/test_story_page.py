from datetime import UTC, datetime

import pytest

from newsroom.accounts.queries import history
from newsroom.platform.db import unit_of_work
from newsroom.stories import queries, service
from tests.stories.conftest import NOTE, STORY, sign_redaction, stored


@pytest.fixture
def at_work(editor, tell):
    """An editor before a story that is in editing; gives both."""

    def begin(**different):
        public_id = tell(**different)
        editor.visit(f"/desk/stories/{public_id}")
        editor.submit("Start editing")
        return editor, public_id

    return begin


def save(editor, button="Save", expect=200, **fields):
    return editor.submit(
        "revision",
        button=button,
        expect=expect,
        **{name.replace("__", "-"): value for name, value in fields.items()},
    )


def sign(public_id):
    with unit_of_work():
        sign_redaction(public_id)


def test_an_editor_makes_a_story_printable(at_work):
    editor, public_id = at_work()
    editor.sees("Before it is ready", "The story has no title.", "There is no Editor’s note yet")
    save(
        editor,
        title="The cable",
        text=STORY.replace("lamp", "[lamp]"),
        attribution="A reader in the north",
        opening="He knew.",
        takeaways__0__label="Have the card in front of you.",
        takeaways__0__reason="Nobody has to begin anew.",
        takeaways__0__behaviour="know the history",
        closing="Look it up.",
    )
    editor.sees("Saved.", "What was changed")
    (versions,) = editor.page.all("section", id="versions")
    assert ["".join(item.itertext()) for item in versions.iter("ins")] == ["[", "]"]
    (revision,) = stored(public_id).revisions
    assert revision.note == f"{NOTE}\n\nLook it up."
    sign(public_id)
    editor.submit("Mark ready")
    editor.sees("It is ready for an issue.", "Ready")
    assert stored(public_id).state == "ready"
    editor.submit("Back to editing")
    assert stored(public_id).state == "editing"


def test_the_page_shows_again_what_was_saved(at_work):
    editor, _public_id = at_work()
    told = {
        "title": "A & B",
        "text": "One.\n\n<b>Two</b>",
        "attribution": "“Q”",
        "opening": "O",
        "closing": "C",
    }
    told |= {"takeaways__0__label": "L", "takeaways__0__reason": "R", "takeaways__1__reason": "Only a reason"}
    save(editor, **told)
    form = dict(editor.page.form("revision").values)
    for name, value in told.items():
        assert form[name.replace("__", "-")].strip("\n") == value
    assert form["version"] == "1"


def test_another_takeaway_is_a_button_and_saves_nothing(at_work):
    editor, public_id = at_work()
    save(editor, button="Another takeaway", title="Typed", takeaways__1__label="Second", opening="O")
    form = dict(editor.page.form("revision").values)
    assert (form["title"], form["takeaways-1-label"], form["takeaways-2-label"]) == ("Typed", "Second", "")
    assert stored(public_id).version == 0
    save(editor, takeaways__2__label="Third")
    assert stored(public_id).revisions[0].note == "O\n\n- **Second**\n- **Third**"


def test_the_note_can_be_written_as_markdown_and_in_parts_again(at_work):
    editor, public_id = at_work()
    save(editor, button="Write the note as Markdown", opening="O", takeaways__0__label="L", title="Typed")
    form = dict(editor.page.form("revision").values)
    assert (form["note"].strip(), form["title"]) == ("O\n\n- **L**", "Typed")
    save(editor, button="Write the note in parts", note="P\n\n- **M** why [own the apology]")
    form = dict(editor.page.form("revision").values)
    assert (form["opening"].strip(), form["takeaways-0-label"], form["takeaways-0-behaviour"]) == (
        "P",
        "M",
        "own the apology",
    )
    save(editor)
    assert stored(public_id).revisions[0].note == "P\n\n- **M** why [own the apology]"


def test_a_note_that_does_not_fit_the_parts_is_shown_as_it_is(at_work):
    editor, public_id = at_work()
    note = "One.\n\n- a\n- b\n\nTwo.\n\n1. c\n2. d"
    with unit_of_work():
        service.save_revision(
            public_id, version=0, title="T", text=STORY, attribution="", note=note, actor_id=None
        )
    editor.visit(f"/desk/stories/{public_id}")
    assert dict(editor.page.form("revision").values)["note"].strip() == note
    save(editor, button="Write the note in parts")
    assert dict(editor.page.form("revision").values)["note"].strip() == note


def test_a_tag_that_a_manuscript_brought_is_kept(at_work):
    editor, public_id = at_work()
    with unit_of_work():
        service.save_revision(
            public_id,
            version=0,
            title="T",
            text=STORY,
            attribution="",
            note="- **L** [a tag of its own]",
            actor_id=None,
        )
    editor.visit(f"/desk/stories/{public_id}")
    save(editor, title="U")
    assert stored(public_id).revisions[-1].note == "- **L** [a tag of its own]"


@pytest.mark.parametrize("field", ["title", "attribution"])
def test_what_is_too_long_is_named_and_kept(at_work, field):
    editor, public_id = at_work()
    save(editor, expect=422, **{field: "x" * 201, "text": "Typed text."})
    editor.sees("Keep this to 200 characters")
    form = dict(editor.page.form("revision").values)
    assert (form[field], form["text"].strip()) == ("x" * 201, "Typed text.")
    assert stored(public_id).version == 0


@pytest.mark.parametrize("version", ["", "x", "-1", "99999999999999999999"])
def test_a_version_that_is_none_loses_nothing(at_work, version):
    editor, public_id = at_work()
    save(editor, expect=None, version=version, text="Typed text.")
    assert editor.page.status in (409, 422)
    form = editor.page.form("revision" if editor.page.status == 422 else "resolve")
    assert dict(form.values)["text"].strip() == "Typed text."
    assert stored(public_id).version == 0


def test_two_editors_see_both_texts_and_lose_neither(at_work, cast):
    editor, public_id = at_work()
    other = cast.editor("Bryn Tate", "bryn@service-bell.example")
    other.visit(f"/desk/stories/{public_id}")
    save(other, title="Bryn’s title", text="The words of Bryn.", opening="Bryn’s note.")
    save(editor, title="Ines’s title", text="The words of Ines.", opening="Ines’s note.", expect=409)
    editor.sees("Somebody saved this story while you were writing.", "saved by Bryn Tate")
    editor.sees("Bryn’s title", "The words of Bryn.", "Bryn’s note.", "Ines’s title", "The words of Ines.")
    form = dict(editor.page.form("resolve").values)
    mine = [form[f"{part}_mine"] for part in ("title", "text", "note")]
    assert mine == ["Ines’s title", "The words of Ines.", "Ines’s note."]
    editor.submit("resolve", button="Save it so", title_from="mine", text_from="mine", note_from="mine")
    editor.sees("Saved.")
    assert [row.title for row in stored(public_id).revisions] == ["Bryn’s title", "Ines’s title"]
    assert stored(public_id).revisions[-1].note == "Ines’s note."


def test_what_was_typed_is_kept_when_the_story_left_editing_meanwhile(at_work):
    editor, public_id = at_work()
    save(editor, title="T", opening="N")
    page = editor.page
    sign(public_id)
    editor.submit("Mark ready")
    editor._page = page
    save(editor, text="Typed too late.", expect=409)
    editor.sees("Ready", "Typed too late.")
    assert stored(public_id).version == 1


def test_declining_with_a_reason_from_the_list_or_in_own_words(at_work):
    editor, public_id = at_work()
    editor.submit("Decline this story", expect=422)
    editor.sees("Choose a reason, or write one")
    editor.submit("Decline this story", preset="behaviour", reason="Your own story is about a price.")
    editor.sees("Declined", "Closed because", "Your own story is about a price.")
    assert stored(public_id).closed_reason == "Your own story is about a price."


def test_a_reason_from_the_list_is_a_sentence(at_work):
    editor, public_id = at_work()
    editor.submit("Decline this story", preset="private")
    assert stored(public_id).closed_reason.startswith("We could not print it without giving away")


def test_holding_shelving_and_restoring_by_button(editor, tell):
    public_id = tell()
    editor.visit(f"/desk/stories/{public_id}")
    editor.submit("Put on hold", hold_reason=" ", expect=422)
    editor.submit("Put on hold", hold_reason="Waiting for a photograph.")
    editor.sees("on hold: Waiting for a photograph.")
    editor.submit("Take off hold")
    editor.submit("Claim")
    editor.sees("Release")
    editor.submit("Spam")
    assert stored(public_id).state == "spam"
    editor.submit("Restore to the queue")
    assert stored(public_id).state == "received"


def test_criticality_is_set_by_hand(editor, tell):
    public_id = tell(verdict="down")
    editor.visit(f"/desk/stories/{public_id}")
    assert dict(editor.page.form("assess").values)["criticality"] == "2"
    editor.submit("assess", criticality="4")
    assert stored(public_id).criticality == 4


@pytest.mark.parametrize(
    ("state", "button"),
    [
        ("scheduled", "Mark ready"),
        ("published", "Decline this story"),
        ("withdrawn", "Start editing"),
        ("declined", "Claim"),
    ],
)
def test_a_page_offers_nothing_that_the_table_does_not_allow(editor, tell, in_state, state, button):
    public_id = tell()
    in_state(public_id, state)
    editor.visit(f"/desk/stories/{public_id}")
    with pytest.raises(AssertionError, match="no form"):
        editor.submit(button)


def test_a_stale_button_gives_a_sentence_and_changes_nothing(editor, tell):
    public_id = tell()
    editor.visit(f"/desk/stories/{public_id}")
    with unit_of_work():
        service.decline(public_id, "It is about a price.")
    editor.submit("Start editing")
    editor.sees("This story cannot be edited: its state is “Declined”.")
    assert stored(public_id).state == "declined"


def test_hostile_words_of_a_reader_run_nowhere_at_the_desk(editor, tell):
    hostile = f"{STORY} <script>alert(1)</script> <img src=x onerror=alert(1)> {{{{ 7*7 }}}}"
    public_id = tell(
        story=hostile, company="<script>alert(2)</script>", when_words='" onclick="alert(3)', name="<b>N</b>"
    )
    for address in ("/desk/stories", f"/desk/stories/{public_id}"):
        editor.visit(address)
        assert all(script.get("src") for script in editor.page.all("script"))
        assert not any(name.startswith("on") for item in editor.page.tree.iter() for name in item.attrib)
    editor.submit("Start editing")
    assert dict(editor.page.form("revision").values)["text"].strip("\n") == hostile
    editor.submit("Original and contact details")
    editor.sees("<script>alert(1)</script>", "<b>N</b>")


def test_what_still_looks_private_is_listed_beside_the_text(at_work):
    editor, _public_id = at_work(story=f"{STORY} Ring 01632 960417.")
    editor.sees("1 open", "“01632 960417”", "looks like a telephone number")
    save(editor, text=STORY)
    editor.sees("Nothing is open.")


def test_the_page_says_what_was_done_and_by_whom(at_work):
    editor, public_id = at_work()
    save(editor, title="T")
    editor.sees("Ines Carvell: editing started", "Ines Carvell: saved", "submitted")
    verbs = [
        entry.verb for entry in history(queries.subject_of(public_id)) if entry.verb != "saw private details"
    ]
    assert verbs == ["saved", "editing started", "submitted"]


def test_after_mark_ready_the_next_step_is_a_place_in_an_issue(at_work):
    editor, public_id = at_work()
    save(editor, title="T", opening="He knew.")
    sign(public_id)
    editor.submit("Mark ready")
    editor.sees("It is ready and lies on the shelf")
    editor.follow("Place it in an issue")
    assert editor.page.address.endswith("/desk/issues")


def test_a_note_that_quotes_what_was_not_said_is_pointed_out_beside_it(at_work):
    editor, _public_id = at_work()
    editor.sees("Pre-flight checks later that the note quotes the story word for word")
    save(editor, title="T", opening="“Nobody had my card ready” is wrong; “Third time” is short.")
    editor.sees("Quotations to check", "The note quotes “Nobody had my card ready”")


def test_what_stands_in_an_issue_may_be_saved_on_its_page(editor, tell, in_state):
    public_id = tell()
    in_state(public_id, "scheduled")
    editor.visit(f"/desk/stories/{public_id}")
    save(editor, title="Another title")
    assert stored(public_id).state == "scheduled"
    assert dict(editor.page.form("revision").values)["title"] == "Another title"


def test_a_published_story_shows_what_is_in_print(editor, tell, in_state):
    public_id = tell()
    in_state(public_id, "scheduled")
    editor.visit(f"/desk/stories/{public_id}")
    save(editor, title="Never printed")
    with unit_of_work():
        service.publish(public_id, 1, datetime(2026, 12, 1, 9, 0, tzinfo=UTC))
    editor.visit(f"/desk/stories/{public_id}")
    assert editor.page.title.startswith("The cable")
    editor.does_not_see("Never printed")


def test_a_tag_with_an_apostrophe_is_shown_with_a_curly_one_and_kept_as_it_is(at_work):
    editor, public_id = at_work()
    (tag,) = {
        "".join(option.itertext())
        for option in editor.page.all("option")
        if option.get("value") == "don't blame the user"
    }
    assert tag == "don’t blame the user"
    save(editor, title="T", takeaways__0__label="L", takeaways__0__behaviour="don't blame the user")
    assert stored(public_id).revisions[-1].note == "- **L** [don't blame the user]"
