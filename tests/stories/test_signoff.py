"""Asking the author for their word on the edited version: an agreement is to words; silence is none."""

from datetime import timedelta

import pytest

from newsroom.accounts.queries import history
from newsroom.platform import clock as now_clock
from newsroom.platform.db import unit_of_work
from newsroom.stories import queries, rules, service
from newsroom.stories.readiness import readiness_problems
from newsroom.stories.rules import StoryRefusal
from tests.stories.conftest import NOTE, STORY, letters, sign_redaction, stored


@pytest.fixture
def app(db_app):
    return db_app


# What these say is said by pages and rules: no other SQL is sent than the other tests send on both.
ON_SQLITE = pytest.mark.parametrize("db_app", ["sqlite"], indirect=True)


def do(verb, *given, **named):
    with unit_of_work():
        return verb(*given, **named)


def save(public_id, staff_id, **different):
    words = {"title": "The cable", "text": STORY, "attribution": "", "note": NOTE} | different
    return do(service.save_revision, public_id, version=stored(public_id).version, actor_id=staff_id, **words)


@pytest.fixture
def edited(app, tell, staff):
    """Give a function that tells a story and edits it; gives both."""

    def begin(**different):
        public_id, staff_id = tell(**{"wants_preview": True, **different}), staff()
        do(service.start_editing, public_id, actor_id=staff_id)
        save(public_id, staff_id)
        do(sign_redaction, public_id, staff_id)
        return public_id, staff_id

    return begin


@pytest.fixture
def asked(edited):
    def begin(**different):
        public_id, staff_id = edited(**different)
        do(service.ask_approval, public_id, version=1, actor_id=staff_id)
        return public_id, staff_id

    return begin


@pytest.fixture
def agreed(asked):
    def begin(**different):
        public_id, staff_id = asked(**different)
        do(service.approve, public_id, version=1)
        return public_id, staff_id

    return begin


def missing(public_id):
    return readiness_problems(queries.readiness(stored(public_id), None))


def test_the_author_has_fourteen_days(app, edited):
    public_id, staff_id = edited()
    do(service.ask_approval, public_id, version=1, actor_id=staff_id)
    story = stored(public_id)
    request = queries.open_approval(story)
    assert story.state == "awaiting_approval"
    assert (request.version, request.asked_by_id, request.verdict) == (1, staff_id, "")
    assert timedelta(days=14) <= request.due_at - request.asked_at < timedelta(days=15)
    assert history(queries.subject_of(public_id))[0].verb == "approval asked"
    assert missing(public_id) == (
        "Its author is to see the edited version first, and has not agreed to these words.",
    )


def test_nobody_is_asked_for_words_that_are_not_there(app, tell, staff):
    public_id, staff_id = tell(), staff()
    do(service.start_editing, public_id, actor_id=staff_id)
    for words in ({}, {"title": ""}, {"title": "T", "text": ""}):
        if words:
            save(public_id, staff_id, **words)
        with pytest.raises(StoryRefusal, match="Give it a title and a text first"):
            do(service.ask_approval, public_id, version=stored(public_id).version, actor_id=staff_id)
        assert stored(public_id).state == "editing"


def test_nobody_is_asked_for_a_version_that_is_not_the_newest(edited):
    public_id, staff_id = edited()
    save(public_id, staff_id, title="Another")
    with pytest.raises(service.SaveConflict):
        do(service.ask_approval, public_id, version=1, actor_id=staff_id)
    assert stored(public_id).approvals == []


def test_who_agreed_to_the_words_lets_the_story_be_ready(agreed):
    public_id, staff_id = agreed()
    assert missing(public_id) == ()
    do(sign_redaction, public_id)
    do(service.mark_ready, public_id, version=1, actor_id=staff_id)
    assert stored(public_id).state == "ready"


@ON_SQLITE
@pytest.mark.parametrize(
    "different", [{"text": STORY.replace("“", '"').replace("”", '"')}, {"note": "Another note."}]
)
def test_typography_and_the_note_ask_nobody_again(agreed, different):
    public_id, staff_id = agreed()
    save(public_id, staff_id, **different)
    story = stored(public_id)
    assert (story.state, len(story.approvals)) == ("approved", 1)
    assert queries.is_signed_off(story)


@ON_SQLITE
@pytest.mark.parametrize(
    "different",
    [{"title": "Another"}, {"text": STORY.replace("lunch", "dinner")}, {"attribution": "A reader"}],
)
def test_other_words_after_the_yes_are_shown_to_the_author_again(agreed, different):
    public_id, staff_id = agreed()
    save(public_id, staff_id, **different)
    story = stored(public_id)
    assert story.state == "awaiting_approval"
    assert [(one.version, one.verdict) for one in story.approvals] == [(1, "approved"), (2, "")]
    assert not queries.is_signed_off(story)
    verbs = [entry.verb for entry in history(queries.subject_of(public_id))]
    assert verbs[:2] == ["approval asked again", "saved"]


@ON_SQLITE
def test_nobody_is_asked_again_for_a_story_without_a_title(agreed):
    public_id, staff_id = agreed()
    with pytest.raises(StoryRefusal, match="title"):
        save(public_id, staff_id, title="")
    story = stored(public_id)
    assert (story.state, story.version) == ("approved", 1)


def test_words_that_were_agreed_to_are_agreed_to_again_when_they_come_back(agreed):
    public_id, staff_id = agreed()
    do(service.back_to_editing, public_id)
    save(public_id, staff_id, title="Another")
    assert not queries.is_signed_off(stored(public_id))
    do(service.restore_revision, public_id, 1, version=2, actor_id=staff_id)
    assert queries.is_signed_off(stored(public_id))


def test_taking_a_request_back_closes_it(asked):
    public_id, _staff_id = asked()
    do(service.back_to_editing, public_id)
    story = stored(public_id)
    assert (story.state, story.approvals[-1].verdict) == ("editing", "superseded")
    with pytest.raises(StoryRefusal):
        do(service.approve, public_id, version=1)


def test_an_undone_decline_lets_the_author_answer_as_before(asked):
    public_id, _staff_id = asked()
    due_at = stored(public_id).approvals[-1].due_at
    do(service.decline, public_id, "It is about a price.")
    assert queries.open_approval(stored(public_id)) is None
    do(service.undo, public_id)
    request = queries.open_approval(stored(public_id))
    assert request is not None
    assert (stored(public_id).state, request.due_at) == ("awaiting_approval", due_at)
    do(service.approve, public_id, version=1)
    assert stored(public_id).state == "approved"


def test_who_said_no_is_not_printed_by_opening_the_story_again(asked):
    """They never asked to see it first; but they were asked, and said no."""
    public_id, staff_id = asked(wants_preview=False)
    do(service.refuse, public_id, "I would rather not.")
    do(service.reopen, public_id)
    do(service.start_editing, public_id, actor_id=staff_id)
    with pytest.raises(service.NotReady, match="has not agreed to these words"):
        do(sign_redaction, public_id)
        do(service.mark_ready, public_id, version=1, actor_id=staff_id)


def test_a_request_that_was_taken_back_obliges_nobody(asked):
    public_id, staff_id = asked(wants_preview=False)
    do(service.back_to_editing, public_id)
    do(sign_redaction, public_id)
    do(service.mark_ready, public_id, version=1, actor_id=staff_id)
    assert stored(public_id).state == "ready"


def test_reopening_tells_the_author_once(app, tell):
    public_id = tell(email="rhona@reader.example")
    do(service.shelve_as_spam, public_id)
    do(service.restore_from_spam, public_id)
    assert [kind for kind, _to in letters(app)] == ["story-received"]


# What the page says


def open_page(editor, public_id):
    return editor.visit(f"/desk/stories/{public_id}")


@ON_SQLITE
def test_the_page_says_how_sign_off_stands(editor, asked):
    public_id, _staff_id = asked()
    open_page(editor, public_id)
    due = stored(public_id).approvals[-1].due_at
    editor.sees("Sign-off", "to answer for version 1", due.strftime("%-d %B %Y"), "Silence never means yes")
    do(service.approve, public_id, version=1)
    open_page(editor, public_id)
    editor.sees("agreed to these words", "in version 1")


@ON_SQLITE
def test_the_page_says_that_the_author_was_reminded(editor, asked):
    public_id, _staff_id = asked()
    with unit_of_work():
        queries.story(public_id).approvals[-1].reminded_at = now_clock.now()
    open_page(editor, public_id)
    editor.sees("reminded on")


@ON_SQLITE
def test_what_changed_since_the_yes_is_shown_word_by_word(editor, agreed):
    public_id, staff_id = agreed()
    do(service.back_to_editing, public_id)
    save(public_id, staff_id, text=STORY.replace("lunch", "dinner"))
    open_page(editor, public_id)
    editor.sees("Not agreed to the newest words.", "changed since version 1")
    panel = next(item for item in editor.page.all("section") if item.get("aria-labelledby") == "sign-off")
    assert ["".join(item.itertext()) for item in panel.iter("ins")] == ["dinner"]
    assert ["".join(item.itertext()) for item in panel.iter("del")] == ["lunch"]


@ON_SQLITE
def test_a_wish_of_the_author_stands_above_everything_while_it_is_open(editor, asked):
    public_id, staff_id = asked()
    do(service.request_change, public_id, "Leave my neighbour out.\n\nThe rest is <b>lovely</b>.")
    open_page(editor, public_id)
    editor.sees("Its author asked for a change", "The rest is <b>lovely</b>.")
    words = editor.page.words
    assert words.index("Leave my neighbour out.") < words.index("Printable text")
    save(public_id, staff_id, text=STORY.replace("lunch", "dinner"))
    do(service.ask_approval, public_id, version=2, actor_id=staff_id)
    open_page(editor, public_id)
    words = editor.page.words
    assert words.index("Leave my neighbour out.") > words.index("Printable text")


@ON_SQLITE
def test_approval_is_asked_for_on_the_page_which_shows_what_the_author_will_see(editor, edited):
    public_id, _staff_id = edited()
    open_page(editor, public_id)
    editor.sees("The next step", "What its author will see", "The Editor’s note is ours")
    editor.submit("Ask for approval")
    editor.sees("Its author is asked.", "Awaiting approval")
    assert stored(public_id).state == rules.State.AWAITING_APPROVAL
    editor.submit("Back to editing")
    assert stored(public_id).state == rules.State.EDITING
