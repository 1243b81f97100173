"""What an author does on the page behind the four words, and what it promises."""

from datetime import timedelta

import pytest

from newsroom.accounts.queries import history
from newsroom.platform.mail import outbox
from newsroom.stories import links, queries, rules, service
from newsroom.stories.rules import State
from tests.cast import Reader
from tests.databases import ON_SQLITE, each_on_sqlite
from tests.stories.authors import (
    EDITED,
    QUESTION,
    approve,
    ask_approval,
    do,
    lead,
    look,
    offered,
    save,
    tell,
)
from tests.stories.conftest import letters, sign_redaction, stored


@pytest.fixture
def told(db_app, staff, clock):
    return tell(staff())


@pytest.fixture
def author(db_app, told):
    return Reader(db_app, "Rhona Vale", "rhona@reader.example")


@pytest.fixture
def client(db_app):
    return db_app.test_client()


def test_an_answer_reaches_the_desk_and_the_story_is_read_on(author, told):
    do(service.ask, told.public_id, QUESTION, actor_id=told.staff_id)
    look(author, told)
    author.sees(QUESTION)
    assert author.page.words.count(QUESTION) == 1
    author.submit("Send my answer", answer="Yes,\r\nthe same man.")
    author.sees("Your answer is with us", "Reading", "the same man.")
    story = stored(told.public_id)
    assert story.state == "triage"
    assert [(row.kind, row.body) for row in story.messages][1:] == [("answer", "Yes,\nthe same man.")]


def test_yes_is_for_exactly_the_version_that_was_shown(author, told):
    ask_approval(told)
    look(author, told)
    # An editor takes it back and shows another version while the author reads.
    do(service.back_to_editing, told.public_id)
    ask_approval(told, EDITED.replace("a lamp", "the porch light"))
    author.submit("Yes, print it like this", expect=409)
    author.sees("An editor has changed the text since you opened this page.", "porch light")
    assert stored(told.public_id).state == "awaiting_approval"
    author.submit("Yes, print it like this")
    author.sees("You agreed to exactly this version", "Waiting for an issue")
    approved = stored(told.public_id)
    assert (approved.state, approved.approvals[-1].version) == ("approved", 2)
    assert queries.is_signed_off(approved)


@ON_SQLITE
def test_what_an_editor_took_back_meanwhile_is_not_approved(author, told):
    ask_approval(told)
    look(author, told)
    do(service.back_to_editing, told.public_id)
    author.submit("Yes, print it like this", expect=409)
    author.sees("Something has happened to your story since", "Reading").does_not_see("In editing")
    assert stored(told.public_id).state == "editing"


@ON_SQLITE
def test_other_words_after_the_yes_are_shown_again_before_anything_is_printed(author, told):
    ask_approval(told)
    approve(told)
    save(told, EDITED.replace("a lamp", "a light"))
    look(author, told)
    author.sees("Your approval needed", "a", "light")
    assert not queries.is_signed_off(stored(told.public_id))


def test_silence_never_means_yes(author, told, clock):
    ask_approval(told)
    clock.shift(timedelta(days=30))
    do(service.remind_and_expire)
    do(service.remind_and_expire)
    look(author, told)
    author.sees("Closed", "We did not hear from you in time")
    story = stored(told.public_id)
    assert story.state == "expired"
    assert [one.verdict for one in story.approvals] == ["expired"]


def test_who_wakes_a_story_up_is_shown_the_same_version_with_two_new_weeks(author, told, clock):
    lead(told, State.EXPIRED, clock)
    look(author, told)
    author.submit("Wake it up")
    author.sees("Your approval needed", "awake again", "You have until Wednesday, 23 December 2026")
    author.submit("Yes, print it like this")
    assert stored(told.public_id).state == "approved"


@ON_SQLITE
def test_yes_twice_is_yes_once(author, told):
    ask_approval(told)
    look(author, told)
    before = author.page
    for _ in range(2):
        author._page = before
        author.submit("Yes, print it like this")
        author.sees("You agreed to exactly this version")
    do(service.approve, told.public_id, version=1)
    done = [entry.verb for entry in history(queries.subject_of(told.public_id))]
    assert done.count("approved by its author") == 1
    assert len(stored(told.public_id).approvals) == 1


@ON_SQLITE
def test_a_yes_that_is_sent_again_does_not_say_agreed_when_the_story_has_moved_on(author, told):
    ask_approval(told)
    look(author, told)
    before = author.page
    author.submit("Yes, print it like this")
    agreed = author.page.address
    do(service.request_change, told.public_id, "Leave the car park out.")
    author._page = before
    author.submit("Yes, print it like this")
    author.sees("something has happened to your story since", "Reading").does_not_see("You agreed")
    # Nor does the page that the first yes led to, when it is loaded again.
    author.visit(agreed)
    author.does_not_see("You agreed")


@ON_SQLITE
def test_no_use_of_a_page_makes_it_last_longer_than_an_hour(author, told, clock):
    look(author, told)
    for _ in range(3):
        clock.shift(timedelta(minutes=19))
        author.submit("Send my message", message="Are you still there?")
        author.sees("Your message is with us.")
    clock.shift(timedelta(minutes=4))
    author.submit("Send my message", message="It took me long to write this.", expect=422)
    author.sees("closes an hour after it was opened", "Nothing was sent", "what you typed is kept")
    author.submit("Show me", receipt=told.words)
    assert author.page.all("textarea", name="message")[0].text.strip() == "It took me long to write this."
    author.submit("Send my message")
    assert len(stored(told.public_id).messages) == 4


def test_a_change_can_be_asked_for_before_and_after_the_yes(author, told):
    ask_approval(told)
    approve(told)
    look(author, told)
    author.submit("Ask for this change", change="Leave the car park out.")
    author.sees("You will see the text again", "Leave the car park out.", "with a wish")
    story = stored(told.public_id)
    assert story.state == "editing"
    assert not queries.is_signed_off(story)
    with pytest.raises(rules.StoryRefusal, match="has not agreed"):
        do(sign_redaction, told.public_id)
        do(service.mark_ready, told.public_id, version=1, actor_id=told.staff_id)


@each_on_sqlite("why", ["", "It was not like that."], on_postgres=["It was not like that."])
def test_no_closes_the_story_with_a_reason_or_without(author, told, why):
    ask_approval(told)
    look(author, told)
    author.submit("Do not print my story", why=why)
    author.sees("Closed", "Nothing of your story will be printed", "You did not agree")
    story = stored(told.public_id)
    assert story.state == "declined"
    assert [row.body for row in story.messages] == [why] * bool(why)


def test_a_message_sent_twice_is_one_and_meant_twice_is_two(author, told):
    look(author, told)
    page = author.page
    for _ in range(2):
        author._page = page
        author.submit("Send my message", message="Are you still there?")
    assert len(stored(told.public_id).messages) == 1
    author.submit("Send my message", message="Are you still there?")
    assert len(stored(told.public_id).messages) == 2


@ON_SQLITE
@pytest.mark.parametrize(
    ("typed", "sentence"),
    [("", "Write your message."), (" \u200b", "Write your message."), ("x" * 4001, "4,000 characters")],
)
def test_a_message_that_cannot_be_taken_is_named_at_its_field_and_kept(author, told, typed, sentence):
    look(author, told)
    author.submit("Send my message", message=typed, expect=422)
    author.sees(sentence)
    assert stored(told.public_id).messages == []
    if len(typed) > 10:
        assert author.page.all("textarea", name="message")[0].text.strip() == typed


@ON_SQLITE
def test_a_long_answer_survives_a_page_that_was_open_for_too_long(author, told, clock):
    do(service.ask, told.public_id, QUESTION, actor_id=told.staff_id)
    look(author, told)
    clock.shift(timedelta(hours=3))
    said = "It was the same man.\n\nI wrote it all down. " * 30
    author.submit("Send my answer", answer=said, expect=422)
    author.sees("what you typed is kept")
    author.submit("Show me", receipt="four wrong words here", expect=422)
    author.submit("Show me", receipt=told.words)
    author.sees(QUESTION)
    assert author.page.all("textarea", name="answer")[0].text.split() == said.split()
    author.submit("Send my answer")
    author.sees("Your answer is with us")
    assert stored(told.public_id).messages[-1].body.split() == said.split()


@ON_SQLITE
def test_what_was_typed_for_something_that_is_over_is_shown_to_be_copied(author, told):
    do(service.ask, told.public_id, QUESTION, actor_id=told.staff_id)
    look(author, told)
    do(service.stop_asking, told.public_id)
    author.submit("Send my answer", answer="It took me an hour to write this.", expect=409)
    author.sees("so nothing was done", "What you had typed", "It took me an hour to write this.")
    assert [row.kind for row in stored(told.public_id).messages] == ["question"]


# What they allow


def test_less_consent_takes_a_story_in_print_off_the_web_after_one_more_question(author, told, clock):
    lead(told, State.PUBLISHED, clock)
    look(author, told)
    author.submit("Save what I allow", level="0")
    author.sees("Nothing has happened yet", "leaves the website")
    assert stored(told.public_id).state == "published"
    author.submit("Allow less, and take it off the web")
    author.sees("Closed", "You no longer allow it to be printed as it was.", "Editors only.")
    story = stored(told.public_id)
    assert story.state == "unpublished"
    assert queries.live_consent(story).level == 0


@ON_SQLITE
def test_consent_that_still_covers_what_is_printed_changes_without_a_question(author, staff, clock):
    told = tell(1, name="Rhona Vale", email="rhona@reader.example")
    lead(told, State.PUBLISHED, clock)
    look(author, told)
    author.submit("Save what I allow", level="3")
    author.sees("It is written down", "First name and town.")
    assert stored(told.public_id).state == "published"


def test_less_consent_sends_what_is_being_prepared_back_to_an_editor(author, told):
    ask_approval(told)
    look(author, told)
    author.submit("Save what I allow", level="1")
    author.sees("Reading")
    story = stored(told.public_id)
    assert (story.state, story.approvals[-1].verdict) == ("editing", "superseded")


@ON_SQLITE
def test_who_wants_to_see_it_first_after_all_stops_a_ready_story(author, staff, clock):
    told = tell(1, wants_preview=False)
    do(service.start_editing, told.public_id, actor_id=1)
    save(told)
    do(sign_redaction, told.public_id)
    do(service.mark_ready, told.public_id, version=1, actor_id=1)
    look(author, told)
    author.submit("Save what I allow", preview="yes")
    author.sees("Reading", "You want to see the edited version")
    assert stored(told.public_id).state == "editing"


@ON_SQLITE
def test_a_story_in_an_issue_cannot_be_shown_first_any_more_and_says_so(author, staff, clock):
    told = tell(1, wants_preview=False)
    do(service.start_editing, told.public_id, actor_id=1)
    save(told)
    do(sign_redaction, told.public_id)
    do(service.mark_ready, told.public_id, version=1, actor_id=1)
    do(service.schedule, told.public_id)
    look(author, told)
    author.submit("Save what I allow", preview="yes", expect=409)
    author.sees("we cannot show it to you first any more")
    assert not stored(told.public_id).wants_preview


@ON_SQLITE
def test_a_name_is_printed_only_of_those_who_gave_one(author, told, client):
    look(author, told)
    assert [box.get("value") for box in author.page.all("input", name="level")] == ["0", "1", "2"]
    author.sees("To be printed with your name, tell us your name first")
    token = links.status_token(told.public_id)
    sent = {"level": "4", "preview": "no"}
    assert client.post(f"/status/page/{token}/consent", data=sent).status_code == 422


@ON_SQLITE
@pytest.mark.parametrize("level", ["", "5", "-1", "two", "٢", "9" * 5000])
def test_a_level_that_does_not_exist_is_refused_with_a_sentence(client, told, level):
    token = links.status_token(told.public_id)
    answer = client.post(f"/status/page/{token}/consent", data={"level": level, "preview": "no"})
    assert answer.status_code == 422
    assert "Choose what we may do with your story." in answer.get_data(as_text=True)


@ON_SQLITE
@pytest.mark.parametrize("version", ["", "0", "-1", "99", "one", "9" * 5000])
def test_a_version_that_was_never_shown_is_not_approved(client, told, version):
    ask_approval(told)
    token = links.status_token(told.public_id)
    assert client.post(f"/status/page/{token}/approve", data={"version": version}).status_code in (409, 422)
    assert stored(told.public_id).state == "awaiting_approval"


# What happened next


def test_what_happened_next_is_told_read_and_printed(author, told, clock):
    lead(told, State.PUBLISHED, clock)
    look(author, told)
    author.submit("Tell what happened next", follow_up="They rang me and said sorry.")
    author.sees("Thank you for telling us", "An editor has not read it yet.")
    first = stored(told.public_id).follow_ups[0].id
    do(service.publish_follow_up, told.public_id, first, "They rang, and said sorry.", actor_id=told.staff_id)
    look(author, told)
    author.sees("May we print what happened next like this?")
    author.submit("Yes, print what happened next")
    author.sees("It stands below your story:", "They rang, and said sorry.")
    author.submit("Tell what happened next", follow_up="And again.")
    second = stored(told.public_id).follow_ups[1].id
    do(service.decline_follow_up, told.public_id, second, actor_id=told.staff_id)
    look(author, told)
    author.sees("We read it and kept it to ourselves.", "And again.")


@ON_SQLITE
def test_three_may_wait_and_the_fourth_is_asked_to(author, told, clock):
    lead(told, State.PUBLISHED, clock)
    for number in range(3):
        do(service.follow_up, told.public_id, f"Then this happened: {number}.")
    look(author, told)
    assert "follow-up" not in offered(author)
    author.sees("Three of yours wait for an editor.")


def test_a_name_and_an_address_can_be_added_later_and_are_not_overwritten(db_app, author, told):
    look(author, told)
    author.submit("Save who I am", expect=422)
    author.sees("Write your name, your town or your e-mail address.")
    author.submit("Save who I am", name="Rhona Vale", email="rhona@reader", expect=422)
    author.sees("After the @ write the whole domain")
    author.submit("Save who I am", email="rhona@reader.example")
    author.sees("It is written down", "Rhona Vale", "rh…@reader.example")
    assert letters(db_app) == [("story-address", "rhona@reader.example")]
    author.submit("Save what I allow", level="3")
    author.sees("First name and town.")
    do(service.confirm_address, told.public_id, "rhona@reader.example")
    for details in ({"name": "Somebody Else"}, {"email": "thief@elsewhere.example"}):
        with pytest.raises(rules.StoryRefusal, match="write to us"):
            do(service.introduce, told.public_id, **details)
    who = stored(told.public_id).contributor
    assert (who.name, who.email) == ("Rhona Vale", "rhona@reader.example")


@pytest.mark.parametrize("state", [State.EDITING, State.WITHDRAWN])
def test_an_author_destroys_everything_at_once_after_saying_so_twice(author, told, clock, state):
    lead(told, state, clock)
    look(author, told)
    author.submit("Destroy everything now …")
    author.sees("Nothing has happened yet", "cannot be brought back", "No letter confirms it")
    author.submit("Destroy everything now", expect=422)
    author.sees("Tick the box")
    assert stored(told.public_id).purged_at is None
    sure = author.page
    for _ in range(2):
        author._page = sure
        author.submit("Destroy everything now", sure=True)
        author.sees("Everything about your story is destroyed", "Closed", "Only this is left")
    story = stored(told.public_id)
    assert (story.state, story.original.body) == ("withdrawn", "")
    assert offered(author) == set()


# Letters


def test_who_left_no_address_gets_no_letter_whatever_happens(db_app, told, clock):
    lead(told, State.UNPUBLISHED, clock)
    do(service.write_to_author, told.public_id, "Sorry.", actor_id=told.staff_id)
    do(service.withdraw, told.public_id)
    assert letters(db_app) == []


def test_each_step_sends_one_letter_to_who_left_an_address(db_app, staff, clock):
    told = tell(staff(), email="rhona@reader.example")
    do(service.write_receipt, stored(told.public_id).id)
    do(service.ask, told.public_id, QUESTION, actor_id=told.staff_id)
    do(service.answer, told.public_id, "Yes.")
    do(service.start_editing, told.public_id, actor_id=told.staff_id)
    ask_approval(told)
    clock.shift(timedelta(days=8))
    do(service.remind_and_expire)
    do(service.remind_and_expire)
    clock.shift(timedelta(days=8))
    do(service.remind_and_expire)
    do(service.wake, told.public_id)
    approve(told)
    do(sign_redaction, told.public_id)
    do(service.mark_ready, told.public_id, version=1, actor_id=told.staff_id)
    do(service.change_consent, told.public_id, 1, wants_preview=True)
    do(service.withdraw, told.public_id)
    assert [kind.removeprefix("story-") for kind, _to in letters(db_app)] == [
        "received",
        "question",
        "approval",
        "approval-reminder",
        "expired",
        "approval",
        "approved",
        "consent",
        "withdrawn",
    ]


@ON_SQLITE
def test_no_letter_quotes_the_story_or_what_was_asked(db_app, staff, clock):
    told = tell(staff(), email="rhona@reader.example")
    do(service.ask, told.public_id, QUESTION, actor_id=told.staff_id)
    do(service.answer, told.public_id, "Yes.")
    do(service.start_editing, told.public_id, actor_id=told.staff_id)
    ask_approval(told)
    written = "\n".join(f"{row.text}\n{row.html}" for row in outbox.letters().items)
    for secret in (QUESTION, "Third time", "lamp", told.words, told.words.split()[0] + " "):
        assert secret not in written
