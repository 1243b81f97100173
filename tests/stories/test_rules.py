import re
from datetime import timedelta
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsroom.stories.readiness import Readiness, readiness_problems
from newsroom.stories.rules import (
    BEGINNINGS,
    DESK_WORDS,
    ON_THE_DESK,
    TRANSITIONS,
    UNDOABLE,
    VERBS,
    Label,
    State,
    StoryRefusal,
    Who,
    age,
    length_problem,
    may,
    standing,
    starting_criticality,
    state_after,
    undo_target,
    verbs_for,
)

DESK = "received triage needs_info editing awaiting_approval approved ready".split()
EVERY = [state.value for state in State]
BUT_WITHDRAWN = [state for state in EVERY if state != "withdrawn"]
OPEN_TO_WORDS = [state for state in BUT_WITHDRAWN if state != "spam"]
CLOSED = "published spam declined duplicate expired withdrawn unpublished".split()


def stays(states: list[str]) -> dict[str, str]:
    return {state: state for state in states}


# Written a second time and by hand: where each verb leads from each state from which it is open.
EXPECTED = {
    "claim": stays(DESK) | {"received": "triage"},
    "release": stays(DESK),
    "assess": stays(DESK),
    "hold": stays(DESK),
    "resume": stays(DESK),
    "ask": {"received": "needs_info", "triage": "needs_info", "editing": "needs_info"},
    "stop_asking": {"needs_info": "triage"},
    "answer": {"needs_info": "triage"},
    "start_editing": {"received": "editing", "triage": "editing"},
    "save_revision": stays(["editing", "approved", "scheduled"]),
    "sign_redaction": stays(["editing", "approved", "scheduled"]),
    "ask_approval": {"editing": "awaiting_approval"},
    "ask_again": {"approved": "awaiting_approval"},
    "approve": {"awaiting_approval": "approved"},
    "request_change": {"awaiting_approval": "editing", "approved": "editing"},
    "refuse": {"awaiting_approval": "declined", "approved": "declined"},
    "remind": {"awaiting_approval": "awaiting_approval"},
    "expire": {"awaiting_approval": "expired"},
    "wake": {"expired": "awaiting_approval"},
    "mark_ready": {"editing": "ready", "approved": "ready"},
    "back_to_editing": {"ready": "editing", "awaiting_approval": "editing", "approved": "editing"},
    "decline": dict.fromkeys(DESK, "declined"),
    "merge": dict.fromkeys(DESK, "duplicate"),
    "shelve_as_spam": {"received": "spam", "triage": "spam"},
    "restore_from_spam": {"spam": "received"},
    "reopen": {"declined": "triage", "duplicate": "triage"},
    "import_column": stays(["editing", "ready", "scheduled"]),
    "schedule": {"ready": "scheduled"},
    "take_newer": {"scheduled": "scheduled"},
    "release_from_issue": {"scheduled": "ready"},
    "release_to_editing": {"scheduled": "editing"},
    "publish": {"scheduled": "published"},
    "unpublish": {"published": "unpublished"},
    "follow_up": {"published": "published"},
    "agree_follow_up": {"published": "published"},
    "refuse_follow_up": {"published": "published"},
    "write": stays(OPEN_TO_WORDS),
    "write_to_author": stays(OPEN_TO_WORDS),
    "introduce": stays(OPEN_TO_WORDS),
    "note": stays(BUT_WITHDRAWN),
    "change_consent": stays(BUT_WITHDRAWN),
    "consent_narrowed": dict.fromkeys(["ready", "awaiting_approval", "approved"], "editing"),
    "consent_taken_down": {"published": "unpublished"},
    "withdraw": dict.fromkeys(BUT_WITHDRAWN, "withdrawn"),
    "purge": stays(CLOSED),
}
READY = Readiness(
    title="The cable",
    original="I rang them about the lamp.",
    text="I rang them about the lamp.",
    note="He knew.",
    attribution="",
    consent_level=2,
    wants_preview=False,
    on_hold=False,
    criticality=0,
)


def test_the_table_names_these_verbs_and_no_other():
    assert set(VERBS) == set(EXPECTED)


@pytest.mark.parametrize("verb", EXPECTED)
def test_each_verb_leads_from_each_state_where_it_should_or_nowhere(verb):
    for state in State:
        target = EXPECTED[verb].get(state.value)
        assert may(verb, state) is (target is not None), state
        if target is None:
            with pytest.raises(StoryRefusal, match=DESK_WORDS[state]):
                state_after(verb, state)
        else:
            assert state_after(verb, state) == target


def test_the_documents_show_every_way_there_is():
    page = (Path(__file__).parents[2] / "docs" / "stories.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(\w+)` \| (.+?) \| (.+?) \| (\w+) \|$", page, re.MULTILINE)
    groups = {
        "on the desk": set(DESK),
        "any but `withdrawn`": set(BUT_WITHDRAWN),
        "any but `withdrawn` and `spam`": set(OPEN_TO_WORDS),
    }
    shown = {
        (verb, frozenset(groups.get(sources) or re.findall(r"`(\w+)`", sources)), target.strip("`"), who)
        for verb, sources, target, who in rows
    }
    assert shown == {
        (row.verb, frozenset(map(str, row.sources)), str(row.target or "stays"), str(row.who))
        for row in TRANSITIONS
    }


def test_no_verb_has_two_ways_out_of_one_state():
    for verb, state in product(VERBS, State):
        assert sum(row.verb == verb and state in row.sources for row in TRANSITIONS) <= 1


@given(st.sampled_from(["withdrawn"]), st.lists(st.sampled_from(VERBS), max_size=40))
def test_no_path_leads_from_withdrawn_to_ready_or_published(beginning, verbs):
    assert walked(beginning, verbs) <= {"withdrawn"}


@given(st.sampled_from(EVERY), st.lists(st.sampled_from(VERBS), max_size=40))
def test_on_every_path_print_is_reached_by_a_decision_that_a_story_is_ready(beginning, verbs):
    was = beginning
    for verb in verbs:
        now = str(state_after(verb, was)) if may(verb, was) else was
        if now == "published" and was != "published":
            assert (verb, was) == ("publish", "scheduled")
        if now == "scheduled" and was != "scheduled":
            assert (verb, was) == ("schedule", "ready")
        if now == "ready" and was != "ready":
            assert (verb, was) in {
                ("mark_ready", "editing"),
                ("mark_ready", "approved"),
                ("release_from_issue", "scheduled"),
            }
        was = now


@given(st.sampled_from(EVERY), st.lists(st.sampled_from(VERBS), max_size=20))
def test_time_alone_leads_nowhere_but_to_expired(beginning, verbs):
    """Silence never means yes."""
    of_the_clock = [verb for verb in verbs if any(r.verb == verb and r.who == Who.CLOCK for r in TRANSITIONS)]
    assert walked(beginning, of_the_clock) <= {beginning, "expired"}


def test_whatever_the_author_does_makes_nothing_ready():
    for row in TRANSITIONS:
        if row.who in (Who.AUTHOR, Who.CLOCK, Who.READER):
            assert row.target not in ("ready", "scheduled", "published")


def walked(beginning: str, verbs: list[str]) -> set[str]:
    state, seen = beginning, {beginning}
    for verb in verbs:
        if may(verb, state):
            state = str(state_after(verb, state))
            seen.add(state)
    return seen


def test_only_the_destruction_of_what_is_left_happens_to_a_withdrawn_story():
    assert [verb for verb in VERBS if may(verb, State.WITHDRAWN)] == ["purge"]
    assert state_after("purge", State.WITHDRAWN) == State.WITHDRAWN


def test_every_state_but_withdrawn_can_be_withdrawn_by_its_author():
    for state in set(State) - {State.WITHDRAWN}:
        assert "withdraw" in verbs_for(state, Who.AUTHOR)
    assert verbs_for(State.WITHDRAWN, Who.AUTHOR) == ()


WHOSE = {
    Who.AUTHOR: "answer approve request_change refuse wake follow_up agree_follow_up refuse_follow_up write "
    "introduce change_consent consent_narrowed consent_taken_down withdraw",
    Who.ISSUE: "schedule take_newer release_from_issue release_to_editing publish",
    Who.CLOCK: "remind expire purge",
    Who.PUBLISHER: "unpublish",
}


def test_every_verb_is_somebodys():
    for who, verbs in WHOSE.items():
        assert {row.verb for row in TRANSITIONS if row.who == who} == set(verbs.split())
    others = {verb for verbs in WHOSE.values() for verb in verbs.split()}
    assert {row.verb for row in TRANSITIONS if row.who == Who.EDITOR} == set(EXPECTED) - others


# Undoing

TAKEN_BACK = "claim release start_editing mark_ready back_to_editing decline merge shelve_as_spam".split()


def test_these_steps_of_editors_can_be_taken_back_and_no_others():
    assert set(TAKEN_BACK) == UNDOABLE
    assert {row.who for row in TRANSITIONS if row.verb in UNDOABLE} == {Who.EDITOR}


@pytest.mark.parametrize("verb", EXPECTED)
def test_undoing_leads_back_to_where_a_step_came_from_and_only_while_nothing_else_happened(verb):
    for was, now in product(EVERY, EVERY):
        if verb in TAKEN_BACK and now == EXPECTED[verb].get(was):
            assert undo_target(verb, was, now) == was
        else:
            with pytest.raises(StoryRefusal, match="cannot be undone any more"):
                undo_target(verb, was, now)


def test_undoing_makes_nothing_withdrawn_or_published_come_back():
    for verb, was, now in product(VERBS, State, (State.WITHDRAWN, State.PUBLISHED, State.UNPUBLISHED)):
        with pytest.raises(StoryRefusal):
            undo_target(verb, was, now)


def test_a_story_is_born_received_on_the_spam_shelf_or_ready():
    assert {state for state, _who in BEGINNINGS.values()} == {State.RECEIVED, State.SPAM, State.READY}


@pytest.mark.parametrize("state", list(State))
@pytest.mark.parametrize("wants_preview", [True, False])
def test_every_state_has_one_of_the_seven_labels_and_a_next_step(state, wants_preview):
    told = standing(state, wants_preview=wants_preview, reason="")
    assert told.label in Label
    assert told.next_step.endswith(".")


def test_the_seven_labels_are_all_in_use():
    assert {standing(state, wants_preview=False).label for state in State} == set(Label)
    assert len(Label) == 7


def test_only_a_closed_story_gives_a_reason():
    for state in State:
        told = standing(state, wants_preview=False, reason="Because.")
        assert bool(told.reason) is (told.label is Label.CLOSED)


def test_who_was_stopped_by_the_filter_alone_is_told_that_a_person_will_look():
    assert standing(State.SPAM, wants_preview=False).label is Label.RECEIVED
    assert (
        standing(State.SPAM, wants_preview=False, reason="We took it for advertising.").label is Label.CLOSED
    )


def test_who_asked_for_the_preview_is_told_that_silence_is_no_consent():
    assert "see the edited version first" in standing(State.EDITING, wants_preview=True).next_step
    assert "see the edited version first" not in standing(State.EDITING, wants_preview=False).next_step


def test_the_desk_has_words_for_every_state():
    assert set(DESK_WORDS) == set(State)
    assert {state.value for state in ON_THE_DESK} == set(DESK)


@pytest.mark.parametrize(
    ("count", "fits"), [(0, False), (1, False), (39, False), (40, True), (1000, True), (1001, False)]
)
def test_a_story_has_forty_words_to_a_thousand(count, fits):
    problem = length_problem(" ".join(["word"] * count))
    assert (problem is None) is fits


def test_a_megabyte_is_refused_without_being_counted():
    assert "1,000,000 characters" in (length_problem("x" * 1_000_000) or "")


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (0, "since today"),
        (1, "for a day"),
        (2, "for 2 days"),
        (20, "for 20 days"),
        (21, "for 3 weeks"),
        (99, "for 14 weeks"),
    ],
)
def test_age_is_told_as_people_tell_it(days, words):
    assert age(timedelta(days=days, hours=1)) == words


def test_praise_begins_at_nought_and_complaint_at_poor_service():
    assert (starting_criticality("up"), starting_criticality("down")) == (0, 2)


def problems(**different):
    return readiness_problems(Readiness(**{**READY.__dict__, **different}))


def test_a_story_with_title_note_and_consent_is_ready():
    assert problems() == ()


@pytest.mark.parametrize(
    ("different", "words"),
    [
        ({"title": "  "}, "no title"),
        ({"text": " \n"}, "no text left"),
        ({"note": " "}, "no Editor’s note"),
        ({"consent_level": None}, "no live consent"),
        ({"consent_level": 0}, "only editors to read it"),
        ({"consent_level": 1}, "our own words only"),
        ({"wants_preview": True}, "see the edited version first"),
        ({"on_hold": True}, "on hold"),
        ({"criticality": 3}, "two pairs of eyes"),
        ({"name": "Rhona Vale", "attribution": "Rhona, Fell"}, "further than the consent goes"),
        ({"town": "Port Ellery", "attribution": "A reader in Port Ellery"}, "author’s town"),
        ({"name": "Rhona Vale", "text": "My name is Rhona Vale."}, "full name stands in the text"),
        (
            {"name": "Rhona Vale", "consent_level": 3, "attribution": "Rhona Vale, Fell"},
            "further than the consent",
        ),
    ],
)
def test_each_thing_that_is_missing_is_named(different, words):
    if different.get("consent_level") == 1:
        different = {**different, "original": "a b c d e f g h i", "text": "So: a b c d e f g h i"}
    found = problems(**different)
    assert len(found) == 1
    assert words in found[0]


@pytest.mark.parametrize(
    "different",
    [
        {"consent_level": 1, "text": "A reader rang about a lamp."},
        {"consent_level": 3, "name": "Rhona Vale", "town": "Fell", "attribution": "Rhona, Fell"},
        {"consent_level": 4, "name": "Rhona Vale", "attribution": "Rhona Vale", "note": "Rhona Vale waited."},
        {"criticality": 3, "second_editor": True},
        {"name": "Mark Hill", "text": "They left a mark on the hill."},
    ],
)
def test_what_the_consent_covers_does_not_stand_in_the_way(different):
    assert problems(**different) == ()
