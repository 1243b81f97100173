"""What an author sees behind the four words: in each of the fifteen states, every version and message."""

from datetime import timedelta

import pytest

from newsroom.platform.db import unit_of_work
from newsroom.stories import links, rules, service
from newsroom.stories.rules import Label, State, Who
from newsroom.stories.status import ACTIONS, ERASE
from tests.cast import Reader
from tests.databases import each_on_sqlite
from tests.stories.authors import (
    EDITED,
    QUESTION,
    TITLE,
    approve,
    ask_approval,
    do,
    lead,
    look,
    offered,
    save,
    tell,
)
from tests.stories.conftest import STORY, stored

PROMISED = {
    State.RECEIVED: (Label.RECEIVED, "An editor will read it.", {"message", "consent", "withdraw"}),
    State.TRIAGE: (Label.READING, "An editor is reading it", {"message", "consent", "withdraw"}),
    State.NEEDS_INFO: (
        Label.QUESTION,
        "Nothing happens until you answer.",
        {"answer", "message", "consent", "withdraw"},
    ),
    State.EDITING: (
        Label.READING,
        "nothing is printed before you have agreed to it",
        {"message", "consent", "withdraw"},
    ),
    State.AWAITING_APPROVAL: (
        Label.APPROVAL,
        "Silence never means yes.",
        {"approve", "change", "refuse", "message", "consent", "withdraw"},
    ),
    State.APPROVED: (
        Label.WAITING,
        "You agreed to the edited version.",
        {"change", "refuse", "message", "consent", "withdraw"},
    ),
    State.READY: (Label.WAITING, "It is ready for print", {"message", "consent", "withdraw"}),
    State.SCHEDULED: (Label.WAITING, "in an issue", {"message", "consent", "withdraw"}),
    State.PUBLISHED: (Label.PUBLISHED, "It is in print.", {"follow-up", "message", "consent", "withdraw"}),
    State.SPAM: (Label.CLOSED, "If we are wrong about it", {"consent", "withdraw"}),
    State.DECLINED: (Label.CLOSED, "We will not print it.", {"message", "consent", "withdraw"}),
    State.DUPLICATE: (Label.CLOSED, "the two were put together", {"message", "consent", "withdraw"}),
    State.EXPIRED: (Label.CLOSED, "We did not hear from you", {"wake", "message", "consent", "withdraw"}),
    State.WITHDRAWN: (Label.CLOSED, "You withdrew it.", set()),
    State.UNPUBLISHED: (Label.CLOSED, "We took it out", {"message", "consent", "withdraw"}),
}


@pytest.fixture
def told(app, staff, clock):
    return tell(staff())


@pytest.mark.parametrize("state", list(State))
def test_each_state_shows_its_label_date_and_next_step_and_offers_what_is_possible(
    reader, told, clock, state
):
    lead(told, state, clock)
    look(reader, told)
    label, next_step, actions = PROMISED[state]
    assert [heading.text for heading in reader.page.all("h1")] == [label]
    reader.sees(next_step, "You told us on Tuesday, 24 November 2026")
    assert "Since Tuesday, " in reader.page.words or "Since Wednesday, " in reader.page.words
    knows = {"introduce"} if "message" in actions else set()
    assert offered(reader) == actions | {ERASE} | knows
    known = {ACTIONS[verb] for verb in rules.verbs_for(state, Who.AUTHOR) if verb in ACTIONS}
    assert actions | knows == known - {"follow-up-yes", "follow-up-no"}


@pytest.mark.parametrize("state", list(State))
def test_whatever_is_not_offered_is_not_done_either(client, told, clock, state):
    lead(told, state, clock)
    before = stored(told.public_id)
    was = (before.state, len(before.messages), len(before.consents), len(before.approvals))
    address = f"/status/page/{links.status_token(told.public_id)}"
    sent = {"answer": "A", "message": "M", "change": "C", "follow_up": "F", "version": "1", "confirm": "yes"}
    for action in set(ACTIONS.values()) - PROMISED[state][2] - {"withdraw", "introduce"}:
        # Saying yes twice is saying yes once; all else is refused.
        allowed = {409} if (state, action) != (State.APPROVED, "approve") else {303}
        answer = client.post(f"{address}/{action}", data={**sent, "level": "1", "preview": "no"})
        assert answer.status_code in allowed, action
    after = stored(told.public_id)
    assert (after.state, len(after.messages), len(after.consents), len(after.approvals)) == was


def test_every_author_s_verb_that_is_a_person_s_has_a_form():
    consequences = {"consent_narrowed", "consent_taken_down"}
    verbs = {row.verb for row in rules.TRANSITIONS if row.who is Who.AUTHOR}
    assert set(ACTIONS) == verbs - consequences


def test_the_page_can_be_loaded_again_and_nothing_else_keeps_it(reader, told):
    look(reader, told)
    assert reader.page.headers["Cache-Control"] == "private, no-store"
    assert reader.page.headers["X-Robots-Tag"] == "noindex"
    assert "Set-Cookie" not in reader.page.headers
    reader.visit(reader.page.address)
    reader.sees("Received")


def test_a_token_of_one_story_opens_no_other_and_no_token_opens_nothing(reader, client, told):
    other = tell(told.staff_id, story=STORY.replace("lamp", "boiler"))
    do(service.write, other.public_id, "A word about the boiler.")
    token = links.status_token(told.public_id)
    reader.visit(f"/status/page/{token}")
    reader.does_not_see("boiler")
    for address in (f"/status/page/{other.public_id}", f"/status/page/{token[:-1]}", "/status/page/x"):
        answer = client.get(address)
        assert answer.status_code == 410
        assert "Enter the four words" in answer.get_data(as_text=True)


def test_after_an_hour_the_page_asks_for_the_words_again(reader, told, clock):
    look(reader, told)
    clock.shift(timedelta(minutes=61))
    reader.visit(reader.page.address, expect=410)
    reader.sees("closes an hour after it was opened").does_not_see("Received")


# The thread


def test_the_thread_shows_both_sides_with_date_and_without_private_names(reader, told):
    do(service.ask, told.public_id, QUESTION, actor_id=told.staff_id)
    do(service.answer, told.public_id, "Yes.\n\nThe very same.")
    do(service.write_to_author, told.public_id, "Thank you!", actor_id=told.staff_id)
    look(reader, told)
    reader.sees(
        QUESTION,
        "Our newsletter, with a question, Tuesday, 24 November 2026",
        "You, Tuesday, 24 November 2026",
        "The very same.",
        "Thank you!",
    ).does_not_see("Nuala")


@pytest.mark.parametrize("state", [state for state in State if rules.may("note", state)])
def test_a_note_among_editors_is_never_shown(reader, told, clock, state):
    do(service.note, told.public_id, "I do not believe a word.", actor_id=told.staff_id)
    lead(told, state, clock)
    look(reader, told)
    reader.does_not_see("I do not believe")
    assert "I do not believe" not in reader.page.source


def test_what_was_written_is_shown_as_it_was_written(reader, told):
    do(service.write, told.public_id, "<b>Bold</b> & {{ 7*7 }}\n# no heading")
    look(reader, told)
    reader.sees("<b>Bold</b> & {{ 7*7 }}", "# no heading")


# The edited version


def test_the_edited_version_stands_beside_the_original_with_every_change_marked(reader, told):
    ask_approval(told, attribution="A reader in the north")
    look(reader, told)
    reader.sees("As you wrote it", "As we edited it", TITLE, "A reader in the north", "He knew.")
    removed = [" ".join("".join(mark.itertext()).split()) for mark in reader.page.all("del")]
    added = ["".join(mark.itertext()) for mark in reader.page.all("ins")]
    assert removed == ["[taken out: the]", "[taken out: and for nothing else]"]
    assert added == ["[added: a]"]


def test_the_marks_are_words_too_for_who_hears_the_page(reader, told):
    ask_approval(told)
    look(reader, told)
    for mark in (*reader.page.all("ins"), *reader.page.all("del")):
        words = "".join(mark.itertext())
        assert words.startswith(("[added: ", "[taken out: "))
        assert words.endswith("]")


@pytest.mark.parametrize(
    ("view", "marks", "seen"),
    [
        ("Beside yours", {"del", "ins"}, "As you wrote it"),
        ("Changes marked", {"del", "ins"}, "is taken out"),
        ("By itself", set(), "charged me for the cable."),
    ],
)
def test_there_are_three_ways_to_look_at_it_and_all_are_links(reader, told, view, marks, seen):
    ask_approval(told)
    look(reader, told)
    reader.follow(view)
    reader.sees(seen)
    assert {tag for tag in ("del", "ins") if reader.page.all(tag)} == marks
    assert offered(reader) == PROMISED[State.AWAITING_APPROVAL][2] | {ERASE, "introduce"}
    assert [link.text for link in reader.page.all("a", aria_current="true")] == [view]


def test_both_columns_together_are_exactly_the_two_texts(reader, told):
    ask_approval(told)
    look(reader, told)

    def words(section):
        texts = []
        for paragraph in section.iter("p"):
            for hidden in paragraph.iter("span"):
                hidden.text = ""
            texts.append("".join(paragraph.itertext()))
        return "\n\n".join(texts)

    sides = {section.get("aria-labelledby"): section for section in reader.page.all("section")}
    assert words(sides["as-written"]) == STORY
    assert words(sides["as-edited"]) == EDITED


def test_an_unchanged_text_is_said_to_be_unchanged(reader, told):
    ask_approval(told, STORY)
    look(reader, told)
    reader.sees("Not a word of your text has been changed.")


def test_the_deadline_is_a_day_and_lasts_to_its_end(reader, told, clock):
    ask_approval(told)
    look(reader, told)
    reader.sees("You have until Tuesday, 8 December 2026", "silence never means yes")
    clock.move_to("2026-12-08T23:59+00:00")
    do(service.remind_and_expire)
    assert stored(told.public_id).state == "awaiting_approval"
    clock.shift(timedelta(minutes=2))
    do(service.remind_and_expire)
    assert stored(told.public_id).state == "expired"


def test_what_an_editor_has_saved_and_nobody_decided_about_is_not_shown(reader, told):
    do(service.start_editing, told.public_id, actor_id=told.staff_id)
    save(told, "Half done, and rather rude about everybody who was there.")
    look(reader, told)
    reader.does_not_see("Half done")


def test_an_agreed_version_whose_dashes_were_set_right_is_shown_as_it_will_be_printed(reader, told):
    ask_approval(told)
    approve(told)
    save(told, EDITED.replace("“", "«").replace("”", "»"))
    assert stored(told.public_id).state == "approved"
    look(reader, told)
    reader.follow("By itself")
    reader.sees("«Third time,»")


# Destroyed


@each_on_sqlite("state", [State.DECLINED, State.EXPIRED, State.WITHDRAWN], on_postgres=[State.WITHDRAWN])
def test_of_a_destroyed_story_label_and_dates_are_left_and_nothing_else(db_app, staff, clock, state):
    told = tell(staff())
    do(service.write, told.public_id, "Please hurry.")
    lead(told, state, clock)
    clock.shift(timedelta(days=400))
    destroy_what_is_due()
    assert stored(told.public_id).purged_at is not None
    reader = Reader(db_app, "Rhona Vale", "rhona@reader.example")
    look(reader, told)
    reader.sees("Closed", "were destroyed on", "You told us on").does_not_see("Please hurry", TITLE, "price")
    assert offered(reader) == set()
    assert not reader.page.all("del")


def test_a_story_in_print_can_be_taken_back_after_its_original_is_destroyed(db_app, staff, clock):
    told = tell(staff())
    lead(told, State.PUBLISHED, clock)
    clock.shift(timedelta(days=400))
    destroy_what_is_due()
    assert stored(told.public_id).purged_at is not None
    reader = Reader(db_app, "Rhona Vale", "rhona@reader.example")
    look(reader, told)
    reader.sees("Published", "What was printed is still there", TITLE)
    assert offered(reader) == {"withdraw", "consent", ERASE}
    reader.submit("Withdraw my story …")
    reader.submit("Withdraw my story")
    assert stored(told.public_id).state == "withdrawn"


def destroy_what_is_due() -> None:
    with unit_of_work():
        while service.destroy_due():
            pass
