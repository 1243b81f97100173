"""Words around a story: questions and messages to its author, notes that only colleagues see."""

import pytest

from newsroom.accounts.queries import history
from newsroom.platform.db import unit_of_work
from newsroom.stories import queries, rules, service
from newsroom.stories.presets import QUESTIONS
from newsroom.stories.rules import StoryRefusal
from newsroom.stories.service import ColumnDraft
from tests.stories.conftest import NOTE, STORY, stored


@pytest.fixture
def app(db_app):
    return db_app


# What these say is said by pages and rules: no other SQL is sent than the other tests send on both.
ON_SQLITE = pytest.mark.parametrize("db_app", ["sqlite"], indirect=True)


def do(verb, *given, **named):
    with unit_of_work():
        return verb(*given, **named)


def said(public_id):
    return [(one.kind, one.body, one.staff_id) for one in stored(public_id).messages]


def done(public_id):
    return [one.verb for one in history(queries.subject_of(public_id)) if one.verb != "saw private details"]


def test_a_question_waits_for_its_answer_and_the_answer_leads_back(app, tell, staff):
    public_id, staff_id = tell(), staff()
    do(service.ask, public_id, "When was it?\r\n", actor_id=staff_id)
    assert (stored(public_id).state, said(public_id)) == (
        "needs_info",
        [("question", "When was it?", staff_id)],
    )
    do(service.answer, public_id, "In spring.")
    assert stored(public_id).state == "triage"
    assert said(public_id)[1] == ("answer", "In spring.", None)
    assert done(public_id) == ["answered", "asked", "submitted"]


def test_the_desk_can_go_on_without_an_answer_and_the_question_stays(app, tell, staff):
    public_id, staff_id = tell(), staff()
    do(service.ask, public_id, "When was it?", actor_id=staff_id)
    do(service.stop_asking, public_id)
    assert stored(public_id).state == "triage"
    assert len(said(public_id)) == 1
    with pytest.raises(StoryRefusal):
        do(service.answer, public_id, "In spring.")
    do(service.write, public_id, "In spring.")
    assert said(public_id)[1] == ("answer", "In spring.", None)


@ON_SQLITE
@pytest.mark.parametrize("verb", [service.ask, service.write_to_author, service.note])
@pytest.mark.parametrize("text", ["", " \n\t ", "\u200b", "x" * (rules.LONGEST_MESSAGE + 1)])
def test_nothing_and_too_much_are_refused_and_change_nothing(app, tell, staff, verb, text):
    public_id, staff_id = tell(), staff()
    with pytest.raises(StoryRefusal):
        do(verb, public_id, text, actor_id=staff_id)
    assert (stored(public_id).state, said(public_id)) == ("received", [])


@ON_SQLITE
@pytest.mark.parametrize("verb", [service.ask, service.write_to_author])
def test_who_came_with_a_manuscript_cannot_be_written_to(app, staff, verb):
    staff_id = staff()
    found = do(service.import_column, ColumnDraft("up", "T", STORY, NOTE, "", "With consent"))
    do(service.back_to_editing, found.public_id)
    with pytest.raises(StoryRefusal, match="came with a manuscript"):
        do(verb, found.public_id, "Hello?", actor_id=staff_id)
    assert stored(found.public_id).state == "editing"


def test_a_note_and_a_message_change_nothing_about_the_story(app, tell, staff):
    public_id, staff_id = tell(), staff()
    do(service.note, public_id, "Is this the shop of issue 79?", actor_id=staff_id)
    do(service.write_to_author, public_id, "Thank you.", actor_id=staff_id)
    assert [kind for kind, *_ in said(public_id)] == ["note", "message"]
    assert stored(public_id).state == "received"


def test_a_withdrawn_story_is_written_about_no_more(app, tell, staff):
    public_id, staff_id = tell(), staff()
    do(service.withdraw, public_id)
    for verb in (service.ask, service.write_to_author, service.note):
        with pytest.raises(StoryRefusal):
            do(verb, public_id, "Hello?", actor_id=staff_id)


# The page


@ON_SQLITE
def test_questions_are_asked_in_own_words_or_with_a_preset(editor, tell):
    preset = QUESTIONS[0]
    one, other = tell(), tell()
    editor.visit(f"/desk/stories/{one}")
    editor.submit("Ask its author", expect=422)
    editor.sees("Choose a question, or write one.")
    editor.submit("Ask its author", question_preset=preset.key)
    editor.sees("Question asked", preset.text, "Ines Carvell asked its author")
    editor.visit(f"/desk/stories/{other}")
    editor.submit("Ask its author", question_preset=preset.key, question="In my own words?")
    assert said(other)[0][1] == "In my own words?"
    editor.submit("Go on without an answer")
    assert stored(other).state == "triage"


@ON_SQLITE
def test_too_long_a_question_is_named_and_kept(editor, tell):
    public_id = tell()
    editor.visit(f"/desk/stories/{public_id}")
    editor.submit("Ask its author", question="y" * 4001, expect=422)
    editor.sees("Keep this to 4,000 characters.")
    assert dict(editor.page.form("Ask its author").values)["question"].strip() == "y" * 4001


@ON_SQLITE
def test_the_conversation_is_in_order_and_says_who_and_which_words_stay_inside(editor, tell, staff):
    public_id, staff_id = tell(), staff()
    do(service.ask, public_id, "When was it?", actor_id=staff_id)
    do(service.answer, public_id, "In spring.\nOr <i>later</i>.")
    editor.visit(f"/desk/stories/{public_id}")
    editor.submit("Leave the note", internal_note=" ", expect=422)
    editor.sees("Write your note.")
    editor.submit("Leave the note", internal_note="Mind the name.")
    editor.submit("Send the message", message="Thank you for that.")
    words = editor.page.words
    order = ["When was it?", "Or <i>later</i>.", "Mind the name.", "Thank you for that."]
    assert [words.index(one) for one in order] == sorted(words.index(one) for one in order)
    editor.sees("Nuala Fenwick asked its author", "Its author wrote", "Ines Carvell noted")
    private = [
        "".join(item.itertext())
        for item in editor.page.all("li")
        if "talk__one--note" in item.get("class", "")
    ]
    assert len(private) == 1
    assert "Only colleagues see this" in private[0]
    assert "Mind the name." in private[0]
