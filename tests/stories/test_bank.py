"""The story bank: what is ready, what is coming, and for how many issues that is enough."""

from datetime import date, timedelta

import pytest

from newsroom.platform.db import unit_of_work
from newsroom.stories import bank, queries, service
from newsroom.stories.models import Story
from newsroom.stories.rules import State
from tests.stories.conftest import stored


@pytest.fixture
def ready(tell, in_state):
    """Give a function that puts a story into the bank."""

    def fill(**different):
        public_id = tell(**different)
        in_state(public_id, "ready")
        return public_id

    return fill


def change(public_id, **values):
    with unit_of_work():
        row = queries.story(public_id)
        assert isinstance(row, Story)
        for name, value in values.items():
            setattr(row, name, value)


def test_the_bank_lasts_one_cadence_for_each_story_that_is_not_on_hold(clock, db_app, ready, tell):
    tell()
    assert (bank.runway().count, bank.runway().lasts_until) == (0, date(2026, 11, 24))
    for _ in range(3):
        ready()
    held = ready()
    with unit_of_work():
        service.hold(held, "Waiting for the company to answer.")
    runway = bank.runway()
    assert (runway.count, runway.cadence_days, runway.lasts_until) == (3, 14, date(2027, 1, 5))
    assert not runway.is_short
    assert held in [one.public_id for one in bank.ready()]


@pytest.mark.parametrize(("count", "is_short"), [(0, True), (1, True), (2, False)])
def test_less_than_two_issues_is_a_warning(app, ready, count, is_short):
    for _ in range(count):
        ready()
    assert bank.runway().is_short is is_short


def test_what_is_ready_shows_its_lessons_and_its_length_the_longest_waiting_first(clock, db_app, ready):
    first = ready()
    clock.shift(timedelta(days=2))
    second = ready(verdict="down")
    change(first, criticality=3)
    one, other = bank.ready()
    assert [one.public_id, other.public_id] == [first, second]
    assert (one.title, one.behaviours, one.criticality) == ("The cable", ("know the history",), 3)
    assert one.word_count > 40


def test_what_its_author_looks_at_is_coming_whose_time_runs_out_first(clock, db_app, tell, in_state, staff):
    agreed, asked = tell(), tell(wants_preview=True)
    in_state(agreed, "ready")
    change(agreed, state=State.APPROVED)
    in_state(asked, "ready")
    change(asked, state=State.EDITING)
    me, version = staff(), stored(asked).version
    with unit_of_work():
        service.ask_approval(asked, version=version, actor_id=me)
    first, second = bank.coming()
    assert (first.public_id, second.public_id) == (asked, agreed)
    assert second.due_at is None
    assert not bank.is_due_soon(first.due_at)
    clock.shift(timedelta(days=8))
    assert bank.is_due_soon(first.due_at)
    assert not bank.is_due_soon(None)


def test_the_page_says_for_how_long_and_warns(clock, editor, ready):
    editor.visit("/desk/stories/bank")
    editor.sees("The bank is empty.")
    ready()
    editor.visit("/desk/stories/bank")
    editor.sees("Enough for 1 issue", "which is not much", "every second week", "8 December 2026")
    editor.sees("The cable", "know the history", "ready since today")
