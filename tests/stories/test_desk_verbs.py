"""Every verb of the desk from every state: it does what the table says and records it, or does nothing."""

from collections.abc import Callable

import pytest

from newsroom.accounts.queries import history
from newsroom.platform.clock import now
from newsroom.platform.db import unit_of_work
from newsroom.stories import queries, rules, service
from newsroom.stories.rules import State, StoryRefusal
from tests.stories.conftest import NOTE, STORY, letters, sign_redaction, stored

CALLS: dict[str, Callable[[str, int, int], object]] = {
    "claim": lambda id_, who, _version: service.claim(id_, actor_id=who),
    "assess": lambda id_, _who, _version: service.assess(id_, 1),
    "hold": lambda id_, _who, _version: service.hold(id_, "Waiting for a photograph."),
    "start_editing": lambda id_, who, _version: service.start_editing(id_, actor_id=who),
    "save_revision": lambda id_, who, version: service.save_revision(
        id_, version=version, title="Another", text=STORY, attribution="", note=NOTE, actor_id=who
    ),
    "mark_ready": lambda id_, who, version: service.mark_ready(id_, version=version, actor_id=who),
    "back_to_editing": lambda id_, _who, _version: service.back_to_editing(id_),
    "decline": lambda id_, _who, _version: service.decline(id_, "It is about a price."),
    "shelve_as_spam": lambda id_, _who, _version: service.shelve_as_spam(id_),
    "restore_from_spam": lambda id_, _who, _version: service.restore_from_spam(id_),
    "schedule": lambda id_, _who, _version: service.schedule(id_),
    "take_newer": lambda id_, who, _version: service.take_newer(id_, actor_id=who),
    "publish": lambda id_, _who, version: service.publish(id_, version, now()),
    "withdraw": lambda id_, _who, _version: service.withdraw(id_),
}


class Undone(Exception):
    """Takes back what was tried, so that the next verb meets the same story."""


@pytest.fixture
def edited(tell, staff):
    """A story that has its title, note and one version, and is in editing."""

    def make(**different):
        public_id, editor = tell(**different), staff()
        with unit_of_work():
            service.start_editing(public_id, actor_id=editor)
            service.release(public_id)
            service.save_revision(
                public_id,
                version=0,
                title="The cable",
                text=STORY,
                attribution="",
                note=NOTE,
                actor_id=editor,
            )
            sign_redaction(public_id, editor)
        return public_id, editor

    return make


# test_every_verb calls every verb in every state on PostgreSQL too.
@pytest.mark.parametrize("state", list(State))
def test_each_verb_follows_the_table_from_this_state(app, edited, in_state, state):
    public_id, editor = edited()
    in_state(public_id, state)
    for verb, call in CALLS.items():
        before = len(history(queries.subject_of(public_id)))
        allowed = rules.may(verb, state)
        with pytest.raises(Undone if allowed or verb == "withdraw" else StoryRefusal), unit_of_work():
            call(public_id, editor, 1)
            story = queries.story(public_id)
            assert story is not None
            # Other words than those that were agreed to are shown to their author again: one step more.
            again = (verb, state) == ("save_revision", "approved")
            target = rules.state_after(verb, state) if allowed else state
            assert story.state == ("awaiting_approval" if again else target)
            assert len(history(queries.subject_of(public_id))) - before == allowed + again
            raise Undone
        assert stored(public_id).state == state
        assert len(history(queries.subject_of(public_id))) == before


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
def test_a_story_that_does_not_exist_is_refused(app, staff, call):
    with pytest.raises(StoryRefusal, match="no such story"), unit_of_work():
        call("nosuchstory1", staff(), 0)


def test_a_claimed_story_is_not_claimed_again_by_another(db_app, tell, staff):
    public_id, one, other = tell(), staff(), staff("bryn@service-bell.example")
    with unit_of_work():
        service.claim(public_id, actor_id=one)
    with pytest.raises(StoryRefusal, match="A colleague has claimed"), unit_of_work():
        service.claim(public_id, actor_id=other)
    with unit_of_work():
        service.release(public_id)
        service.claim(public_id, actor_id=other)
    assert stored(public_id).claimed_by_id == other


def test_claiming_twice_changes_nothing(app, tell, staff):
    public_id, editor = tell(), staff()
    for _ in range(2):
        with unit_of_work():
            service.claim(public_id, actor_id=editor)
    verbs = [entry.verb for entry in history(queries.subject_of(public_id))]
    assert verbs == ["claimed", "submitted"]


def test_who_starts_editing_an_unclaimed_story_claims_it(app, tell, staff):
    public_id, one, other = tell(), staff(), staff("bryn@service-bell.example")
    with unit_of_work():
        service.claim(public_id, actor_id=other)
        service.start_editing(public_id, actor_id=one)
    assert stored(public_id).claimed_by_id == other


def test_a_story_on_hold_is_neither_marked_ready_nor_offered_nor_placed(db_app, edited):
    public_id, editor = edited()
    with unit_of_work():
        service.hold(public_id, "Waiting for a photograph.")
    with pytest.raises(service.NotReady, match="on hold"), unit_of_work():
        service.mark_ready(public_id, version=1, actor_id=editor)
    with unit_of_work():
        service.resume(public_id)
        service.mark_ready(public_id, version=1, actor_id=editor)
        service.hold(public_id, "Waiting for a photograph.")
    assert queries.ready_stories() == []
    with pytest.raises(StoryRefusal, match="on hold"), unit_of_work():
        service.schedule(public_id)


@pytest.mark.parametrize("reason", ["", "  \n", "\u202e"])
def test_holding_and_declining_need_a_reason(app, tell, reason):
    public_id = tell()
    for verb in (service.hold, service.decline):
        with pytest.raises(StoryRefusal), unit_of_work():
            verb(public_id, reason)
    assert stored(public_id).state == "received"


def test_a_reason_of_a_page_is_too_long(app, tell):
    with pytest.raises(StoryRefusal, match="301 characters"), unit_of_work():
        service.decline(tell(), "x" * 301)


def test_a_declined_author_is_told_why(app, tell):
    public_id = tell(email="rhona@reader.example")
    with unit_of_work():
        service.decline(public_id, "It is about a price.")
    assert letters(app) == [
        ("story-received", "rhona@reader.example"),
        ("story-declined", "rhona@reader.example"),
    ]
    from newsroom.platform.mail import outbox

    letter = outbox.letters().items[0]
    assert "It is about a price." in letter.text
    assert "It is about a price." in letter.html
    assert stored(public_id).closed_reason == "It is about a price."


def test_shelving_is_undone_by_restoring_and_writes_to_nobody(app, tell):
    public_id = tell(email="rhona@reader.example")
    with unit_of_work():
        service.shelve_as_spam(public_id)
    assert stored(public_id).closed_reason
    with unit_of_work():
        service.restore_from_spam(public_id)
    story = stored(public_id)
    assert (story.state, story.closed_reason, story.suspicion) == ("received", "", "")
    assert [kind for kind, _to in letters(app)] == ["story-received"]


@pytest.mark.parametrize("level", [-1, 6])
def test_criticality_has_six_levels(app, tell, level):
    with pytest.raises(StoryRefusal, match="0 to 5"), unit_of_work():
        service.assess(tell(), level)


def test_a_grave_story_takes_two_editors(db_app, edited, staff):
    public_id, editor = edited()
    other = staff("bryn@service-bell.example")
    with unit_of_work():
        service.assess(public_id, 3)
    with pytest.raises(service.NotReady, match="two pairs of eyes"), unit_of_work():
        service.mark_ready(public_id, version=1, actor_id=editor)
    with unit_of_work():
        service.mark_ready(public_id, version=1, actor_id=other)
    assert stored(public_id).state == "ready"


def test_who_wants_the_preview_is_not_printed_without_it(app, edited):
    public_id, editor = edited(wants_preview=True)
    with pytest.raises(service.NotReady, match="is to see the edited version"), unit_of_work():
        service.mark_ready(public_id, version=1, actor_id=editor)
    assert stored(public_id).state == "editing"


def test_the_audit_says_who_decided_and_on_what(app, edited):
    public_id, editor = edited()
    with unit_of_work():
        service.mark_ready(public_id, version=1, actor_id=editor)
    entry = history(queries.subject_of(public_id))[0]
    assert entry.verb == "ready"
    assert entry.detail == "version 1, consent level 2; its author left the preview off"


def test_a_version_that_nobody_looked_at_is_not_marked_ready(app, edited):
    public_id, editor = edited()
    with pytest.raises(service.SaveConflict), unit_of_work():
        service.mark_ready(public_id, version=0, actor_id=editor)
    assert stored(public_id).state == "editing"
