"""What a story's page offers in each state and what its doors refuse: as the table says, and no other way."""

from datetime import timedelta

import pytest
from flask import url_for

from newsroom.accounts.queries import history
from newsroom.platform.db import unit_of_work
from newsroom.stories import queries, rules, service
from newsroom.stories.desk.offers import NOW
from newsroom.stories.rules import State
from tests.databases import ON_SQLITE
from tests.stories.conftest import NOTE, STORY, stored

# What each verb of the desk sends, beside the token.
FIELDS = {
    "claim": {},
    "release": {},
    "start_editing": {},
    "ask": {"question": "When was it?"},
    "stop_asking": {},
    "ask_approval": {"version": "1"},
    "mark_ready": {"version": "1"},
    "back_to_editing": {},
    "hold": {"hold_reason": "Waiting for a picture."},
    "resume": {},
    "decline": {"reason": "It is about a price."},
    "shelve_as_spam": {},
    "restore_from_spam": {},
    "reopen": {},
    "unpublish": {"unpublish_reason": "It was another company."},
    "write_to_author": {"message": "Thank you."},
    "note": {"internal_note": "Mind the name."},
    "assess": {"criticality": "4"},
}
# With these the other half of a pair makes sense: a claimed story is released, one on hold is taken off.
CLAIMED, HELD = {"release"}, {"resume"}


@pytest.fixture
def app(db_app):
    return db_app


@pytest.fixture
def desk(cast):
    """Somebody who may do everything that the desk may do, publishing included."""
    from newsroom.accounts import queries as accounts
    from newsroom.accounts import service as accounts_service
    from newsroom.accounts.rules import Role

    person = cast.publisher()
    with unit_of_work():
        staff = accounts.by_email(person.email)
        accounts_service.add("another@service-bell.example", "Another", [Role.EDITOR])
    assert staff is not None
    person.id = staff.id
    return person


@pytest.fixture
def story_in(tell, in_state, desk):
    """Give a function that puts an edited story into a state by force."""

    def put(state, *, claimed=False, held=False):
        public_id = tell()
        with unit_of_work():
            story = queries.story(public_id)
            story.state = "editing"
            service.save_revision(
                public_id,
                version=0,
                title="The cable",
                text=STORY,
                attribution="",
                note=NOTE,
                actor_id=None,
            )
            story.claimed_by_id = desk.id if claimed else None
            story.on_hold_reason = "Waiting." if held else ""
        in_state(public_id, state)
        return public_id

    return put


def address(app, verb, public_id):
    with app.test_request_context():
        return url_for(f"stories_desk.{verb}", public_id=public_id)


def token_of(desk):
    desk.visit("/desk/account")
    return dict(desk.page.forms[-1].values)["csrf_token"]


def post(app, desk, verb, public_id, token):
    return desk.client.post(
        address(app, verb, public_id),
        base_url=desk.base_url,
        data={"csrf_token": token, **FIELDS[verb]},
        headers={"Origin": desk.base_url.rstrip("/"), "Sec-Fetch-Site": "same-origin"},
    )


@ON_SQLITE
@pytest.mark.parametrize("state", list(State))
def test_a_page_offers_exactly_what_the_table_allows(app, desk, story_in, state):
    for claimed, held in ((False, False), (True, True)):
        public_id = story_in(state, claimed=claimed, held=held)
        desk.visit(f"/desk/stories/{public_id}")
        offered = {form.action.partition("?")[0] for form in desk.page.forms}
        for verb in FIELDS:
            makes_sense = {
                "claim": not claimed,
                "release": claimed,
                "hold": not held,
                "resume": held,
            }.get(verb, True)
            here = any(one.endswith(address(app, verb, public_id)) for one in offered)
            assert here is (rules.may(verb, state) and makes_sense), (verb, claimed, held)


@ON_SQLITE
@pytest.mark.parametrize("state", list(State))
def test_the_door_of_a_forbidden_verb_refuses_with_the_tables_sentence(app, desk, story_in, state):
    public_id = story_in(state)
    before, token = _all_about(public_id), token_of(desk)
    for verb in FIELDS:
        if rules.may(verb, state) or (verb == "release" and not stored(public_id).claimed_by_id):
            continue
        if verb == "resume":
            continue
        with pytest.raises(rules.StoryRefusal) as refusal:
            rules.state_after(verb, state)
        answer = post(app, desk, verb, public_id, token)
        assert answer.status_code in (303, 409), verb
        said = answer.text
        if answer.status_code == 303:
            desk.visit(f"/desk/stories/{public_id}")
            said = desk.page.words
        assert str(refusal.value) in said, verb
        assert _all_about(public_id) == before, verb


def _all_about(public_id):
    story = stored(public_id)
    done = [entry.verb for entry in history(queries.subject_of(public_id), limit=1000)]
    return (
        story.state,
        story.version,
        story.claimed_by_id,
        story.on_hold_reason,
        story.closed_reason,
        story.criticality,
        len(story.messages),
        len(story.approvals),
        [verb for verb in done if verb != "saw private details"],
    )


@ON_SQLITE
@pytest.mark.parametrize("state", list(State))
def test_there_is_at_most_one_obvious_next_step(desk, story_in, state):
    """One filled button, or where nothing is left for the desk to do, the way back to the queue."""
    public_id = story_in(state)
    desk.visit(f"/desk/stories/{public_id}")
    filled = [
        item
        for tag in ("button", "a")
        for item in desk.page.all(tag)
        if (item.get("class") or "").split() == ["button"]
    ]
    assert len(filled) <= 1
    assert NOW[state] in desk.page.words


@ON_SQLITE
def test_every_offer_says_what_it_does_and_what_its_author_is_told(desk, story_in):
    public_id = story_in("editing")
    desk.visit(f"/desk/stories/{public_id}")
    desk.sees(
        "has 14 days to agree",
        "Silence never means yes",
        "Its author reads your reason as it stands, on the status page. They left no address for letters.",
    )


@ON_SQLITE
def test_who_left_an_address_is_written_to_and_the_page_says_so(desk, tell, in_state):
    public_id = tell(email="rhona@reader.example")
    desk.visit(f"/desk/stories/{public_id}")
    desk.sees("Its author reads your question on the status page and by letter.")


def test_a_manuscripts_story_has_nobody_to_ask(desk):
    from newsroom.stories.service import ColumnDraft

    with unit_of_work():
        found = service.import_column(
            ColumnDraft("up", "A title", STORY, NOTE, "", "Printed with consent"), actor_id=desk.id
        )
        service.back_to_editing(found.public_id)
    desk.visit(f"/desk/stories/{found.public_id}")
    desk.sees("A manuscript", "there is no author here to be told")
    desk.does_not_see("Ask its author", "Ask for approval", "Write to its author")


@ON_SQLITE
def test_only_a_publisher_takes_a_story_off_the_web(app, editor, tell, in_state):
    public_id = tell()
    in_state(public_id, "published")
    editor.visit(f"/desk/stories/{public_id}")
    editor.does_not_see("Take it off the web")
    answer = post(app, editor, "unpublish", public_id, token_of(editor))
    assert answer.status_code == 403
    assert stored(public_id).state == "published"


def test_a_story_leaves_the_web_with_a_reason_that_its_author_reads(desk, story_in):
    public_id = story_in("published")
    desk.visit(f"/desk/stories/{public_id}")
    desk.sees("dated tombstone", "Letters that lie in inboxes cannot be recalled")
    desk.submit("Take it off the web", unpublish_reason=" ", expect=422)
    desk.sees("Say why; its author reads it as you write it.")
    desk.submit("Take it off the web", unpublish_reason="x" * 301, expect=422)
    assert "x" * 301 in desk.page.source
    desk.submit("Take it off the web", unpublish_reason="It was another company.")
    desk.sees("Unpublished", "It was another company.")
    assert stored(public_id).state == "unpublished"


def test_what_was_declined_is_opened_again(desk, story_in):
    public_id = story_in("declined")
    with unit_of_work():
        queries.story(public_id).closed_reason = "It is about a price."
    desk.visit(f"/desk/stories/{public_id}")
    desk.submit("Open it again")
    assert (stored(public_id).state, stored(public_id).closed_reason) == ("triage", "")


def test_what_was_destroyed_is_not_opened_again_and_its_page_shows_what_is_left(desk, story_in):
    public_id = story_in("declined")
    sha256 = stored(public_id).original.sha256
    from newsroom.stories.service import keeping

    with unit_of_work():
        keeping.erase(public_id)
    desk.visit(f"/desk/stories/{public_id}")
    desk.sees("Its words were destroyed", sha256, "Words destroyed", "submitted")
    desk.does_not_see("lamp", "The cable")
    desk.visit(f"/desk/stories/{public_id}?from=original&to=1")
    desk.does_not_see("lamp")


def test_the_last_step_can_be_undone_on_the_page_while_its_time_lasts(clock, desk, story_in):
    public_id = story_in("editing")
    desk.visit(f"/desk/stories/{public_id}")
    desk.submit("Decline this story", reason="It is about a price.")
    desk.visit(f"/desk/stories/{public_id}")
    desk.sees("It was declined.", "It can be undone until")
    desk.submit("Undo")
    assert (stored(public_id).state, stored(public_id).closed_reason) == ("editing", "")
    desk.submit("Decline this story", reason="It is about a price.")
    clock.shift(rules.UNDO_LIFE + timedelta(seconds=1))
    desk.visit(f"/desk/stories/{public_id}")
    desk.does_not_see("It can be undone until")


@ON_SQLITE
def test_words_for_a_story_that_moved_on_come_back(desk, story_in):
    public_id = story_in("editing")
    desk.visit(f"/desk/stories/{public_id}")
    with unit_of_work():
        service.withdraw(public_id)
    desk.submit("Ask its author", question="Typed\nwith care.", expect=409)
    desk.sees("cannot be asked about: its state is “Withdrawn”", "Nothing was sent", "with care.")
    assert stored(public_id).messages == []


@ON_SQLITE
@pytest.mark.parametrize("source", ["form", "manuscript", "email", "import", "something new"])
def test_every_way_by_which_a_story_comes_is_named(desk, story_in, source):
    public_id = story_in("triage")
    with unit_of_work():
        queries.story(public_id).source = source
    desk.visit(f"/desk/stories/{public_id}")
    desk.sees("Came by")


def test_a_merged_story_leads_to_the_other_one(desk, story_in):
    public_id, other = story_in("duplicate"), story_in("editing")
    with unit_of_work():
        queries.story(public_id).duplicate_of_id = queries.story(other).id
    desk.visit(f"/desk/stories/{public_id}")
    desk.sees("It was merged into “The cable”")
    desk.follow("Open that story")
    assert desk.page.address.endswith(other)


def test_marking_ready_a_version_that_is_no_longer_the_newest_is_refused(app, desk, story_in):
    public_id = story_in("editing")
    with unit_of_work():
        service.save_revision(
            public_id, version=1, title="Another", text=STORY, attribution="", note=NOTE, actor_id=None
        )
    for verb in ("mark_ready", "ask_approval"):
        assert post(app, desk, verb, public_id, token_of(desk)).status_code == 303
        desk.visit(f"/desk/stories/{public_id}")
        desk.sees("Somebody saved another version meanwhile")
        assert stored(public_id).state == "editing"
