"""States of an issue, its next number, and who may approve: decisions without a database."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsroom.issues import rules
from newsroom.issues.rules import (
    APPROVED,
    CANCELLED,
    DRAFTING,
    GOING_OUT,
    IN_REVIEW,
    LABELS,
    SCHEDULED,
    SENT,
    STATES,
    TRANSITIONS,
    Head,
    Refused,
)

# Written out by hand, so that the table is not tested against itself.
LEADS_TO = {
    ("edit", DRAFTING): DRAFTING,
    ("edit", IN_REVIEW): DRAFTING,
    ("edit", APPROVED): DRAFTING,
    ("ask_for_review", DRAFTING): IN_REVIEW,
    ("approve", DRAFTING): APPROVED,
    ("approve", IN_REVIEW): APPROVED,
    ("approve", APPROVED): APPROVED,
    ("edit", SCHEDULED): DRAFTING,
    ("approve", SCHEDULED): APPROVED,
    ("schedule", APPROVED): SCHEDULED,
    ("unschedule", SCHEDULED): APPROVED,
    ("freeze", APPROVED): GOING_OUT,
    ("freeze", SCHEDULED): GOING_OUT,
    ("unfreeze", GOING_OUT): APPROVED,
    ("publish", GOING_OUT): SENT,
    ("cancel", DRAFTING): CANCELLED,
    ("cancel", IN_REVIEW): CANCELLED,
    ("cancel", APPROVED): CANCELLED,
    ("cancel", SCHEDULED): CANCELLED,
    ("reopen", CANCELLED): DRAFTING,
}


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("verb", TRANSITIONS)
def test_a_verb_leads_where_the_picture_says_or_refuses_with_a_sentence(verb: str, state: str) -> None:
    wanted = LEADS_TO.get((verb, state))
    assert rules.may(verb, state) is (wanted is not None)
    if wanted is not None:
        assert rules.after(verb, state, 81) == wanted
        return
    with pytest.raises(Refused, match=r"^Issue 81 .*\.$"):
        rules.after(verb, state, 81)


def test_every_state_has_its_words() -> None:
    assert set(LABELS) == set(STATES)


def test_nothing_leads_out_of_sent() -> None:
    assert not [verb for verb in TRANSITIONS if rules.may(verb, SENT)]


def test_the_first_issue_is_number_one_of_today() -> None:
    assert rules.next_issue(None, 14, date(2026, 11, 24)) == (1, date(2026, 11, 24))


def test_the_next_issue_is_one_cadence_later() -> None:
    last = (80, date(2026, 11, 17))
    assert rules.next_issue(last, 14, date(2026, 11, 24)) == (81, date(2026, 12, 1))


def test_an_issue_that_is_due_today_is_due_today() -> None:
    assert rules.next_issue((80, date(2026, 11, 17)), 14, date(2026, 12, 1)) == (81, date(2026, 12, 1))


def test_at_the_end_of_the_calendar_and_of_the_numbers_there_is_no_next_issue() -> None:
    last = (999_999, date(9999, 12, 31))
    assert rules.next_issue(last, 14, date(2026, 11, 24)) == last


@given(st.dates(), st.dates(max_value=date(9000, 1, 1)), st.integers(-1, 400))
def test_the_next_issue_keeps_the_rhythm_and_is_never_late(last: date, today: date, cadence: int) -> None:
    _, proposed = rules.next_issue((80, last), cadence, today)
    step = max(cadence, 1)
    assert (proposed - last).days % step == 0
    assert proposed >= today or proposed == last
    if proposed > last:
        assert proposed - timedelta(days=step) < today or proposed - timedelta(days=step) == last


@given(st.lists(st.text("abc", min_size=1), min_size=1, unique=True), st.data(), st.integers(-9, 9))
def test_moving_loses_nothing_and_stops_at_the_ends(order: list[str], data: st.DataObject, by: int) -> None:
    item = data.draw(st.sampled_from(order))
    moved = rules.moved(order, item, by)
    assert sorted(moved) == sorted(order)
    assert moved.index(item) == min(max(order.index(item) + by, 0), len(order) - 1)
    assert [x for x in moved if x != item] == [x for x in order if x != item]


def test_with_four_eyes_nobody_approves_their_own_last_change() -> None:
    assert not rules.may_approve(four_eyes=True, approver_id=1, last_editor_id=1)
    assert rules.may_approve(four_eyes=True, approver_id=2, last_editor_id=1)
    assert rules.may_approve(four_eyes=False, approver_id=1, last_editor_id=1)


def test_the_mark_of_a_head_tells_every_field_apart() -> None:
    day = date(2026, 12, 1)
    marks = {
        Head(day, "a", "b").version,
        Head(day, "ab", "").version,
        Head(day, "", "ab").version,
        Head(date(2026, 12, 2), "a", "b").version,
    }
    assert len(marks) == 4
    assert Head(day, "a", "b").version in marks
