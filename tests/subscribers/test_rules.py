from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsroom.subscribers import rules
from newsroom.subscribers.rules import Reason, State

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
SECRET = "one secret"


def test_every_state_has_a_label_and_transitions() -> None:
    assert set(rules.STATE_LABELS) == set(rules.TRANSITIONS) == set(State)


@pytest.mark.parametrize("state", list(State))
def test_only_a_confirmation_makes_somebody_confirmed(state: State) -> None:
    assert rules.may_become(state, State.CONFIRMED) is (state is State.PENDING)


@pytest.mark.parametrize("state", [State.UNSUBSCRIBED, State.BOUNCED, State.COMPLAINED])
def test_whoever_is_gone_comes_back_by_asking_and_confirming_only(state: State) -> None:
    onward = {after for after in State if rules.may_become(state, after)}

    assert State.CONFIRMED not in onward
    assert State.PENDING in onward


def test_a_confirmed_reader_is_never_downgraded_to_waiting() -> None:
    assert not rules.may_become(State.CONFIRMED, State.PENDING)


@pytest.mark.parametrize("reason", list(Reason))
def test_every_suppression_closes_an_open_subscription(reason: Reason) -> None:
    after = rules.STATE_AFTER[reason]

    assert rules.may_become(State.CONFIRMED, after)
    assert rules.may_become(State.PENDING, after)
    assert reason in rules.REASON_LABELS


@pytest.mark.parametrize(
    ("days", "is_fine"), [(-1, False), (0, False), (1, True), (366, True), (367, False), (40_000, False)]
)
def test_a_pause_ends_on_a_day_to_come_within_a_year(days: int, is_fine: bool) -> None:
    today = date(2026, 11, 24)
    problem = rules.pause_problem(today + timedelta(days=days), today)

    assert (problem is None) is is_fine


@given(st.integers(0, 2**36 - 1), st.integers(0, 4095))
def test_a_key_gives_back_whom_it_names_and_never_changes_its_length(number: int, epoch: int) -> None:
    key = rules.subscriber_key(number, epoch)

    assert rules.read_subscriber_key(key) == (number, epoch)
    assert len(key) == 10


@given(st.integers(0, 10_000))
def test_a_token_counts_for_its_own_epoch_only(epoch: int) -> None:
    _, in_token = rules.read_subscriber_key(rules.subscriber_key(7, epoch))

    assert rules.is_current(in_token, epoch)
    assert not rules.is_current(in_token, epoch + 1)


@pytest.mark.parametrize("key", ["", "A", "aaaaaaaaaa", "0123456789", "ÄÄÄÄÄÄÄÄÄÄ", "A" * 9])
def test_what_is_no_key_is_refused(key: str) -> None:
    with pytest.raises(ValueError):
        rules.read_subscriber_key(key)


def test_the_suppression_list_knows_an_address_only_with_its_own_secret() -> None:
    mine = rules.suppression_hash(SECRET, "rhona@reader.example")

    assert mine == rules.suppression_hash(SECRET, "rhona@reader.example")
    assert mine != rules.suppression_hash("another secret", "rhona@reader.example")
    assert len(mine) == 64


def test_a_visitor_is_one_for_a_day_and_somebody_else_tomorrow() -> None:
    today, tomorrow = date(2026, 11, 24), date(2026, 11, 25)
    seen = rules.visitor_hash(SECRET, today, "203.0.113.7")

    assert seen == rules.visitor_hash(SECRET, today, "203.0.113.7")
    assert seen != rules.visitor_hash(SECRET, tomorrow, "203.0.113.7")
    assert seen != rules.visitor_hash(SECRET, today, "203.0.113.8")
    assert rules.visitor_hash(SECRET, today, "") == ""


def test_addresses_of_one_household_are_one_visitor() -> None:
    today = date(2026, 11, 24)
    seen = rules.visitor_hash(SECRET, today, "2001:db8:1:2:aaaa::1")

    assert seen == rules.visitor_hash(SECRET, today, "2001:db8:1:2:bbbb::2")
    assert seen != rules.visitor_hash(SECRET, today, "2001:db8:1:3:aaaa::1")
    assert rules.visitor_hash(SECRET, today, "::ffff:203.0.113.7") == rules.visitor_hash(
        SECRET, today, "203.0.113.7"
    )


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("issue-80", "issue-80"), ("Issue_80", "issue_80"), ("<b>", ""), ("a b", ""), ("x" * 61, ""), ("é", "")],
)
def test_a_source_is_kept_when_it_is_plain(typed: str, kept: str) -> None:
    assert rules.source(typed) == kept
