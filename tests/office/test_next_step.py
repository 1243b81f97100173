"""What is most urgent, for whom."""

from dataclasses import replace
from datetime import date

import pytest

from newsroom.office import rules
from newsroom.office.rules import DueIssue, Facts, Question

DRAFT = DueIssue(81, "Sixteen notices", date(2026, 12, 1), "drafting", 7)
NOTHING = Facts(due=(), running=None, new_story_count=0, may_publish=True)


def leads_to(facts: Facts) -> str:
    return rules.next_step(facts).href


def test_a_running_dispatch_comes_before_everything() -> None:
    facts = Facts(
        due=(replace(DRAFT, days_left=-2),), running=(80, "sending"), new_story_count=9, may_publish=True
    )
    assert leads_to(facts) == "/desk/deliveries/80"
    paused = rules.next_step(replace(facts, running=(80, "paused")))
    assert "paused" in paused.sentence


def test_an_hour_that_was_missed_comes_before_everything_for_who_may_decide() -> None:
    missed = Question(81, "Issue 81 was to go out.", is_asked=True)
    facts = replace(NOTHING, running=(80, "sending"), questions=(Question(82, "Void."), missed))
    assert rules.next_step(facts) == rules.Step("Issue 81 was to go out.", "Decide", "/desk/deliveries/81")
    assert leads_to(replace(facts, may_publish=False)) == "/desk/deliveries/80"
    assert leads_to(replace(facts, questions=(Question(82, "Void."),))) == "/desk/deliveries/80"


def test_without_an_issue_one_is_opened() -> None:
    assert leads_to(NOTHING) == "/desk/issues"


def test_who_may_publish_is_led_to_what_waits_for_them() -> None:
    approved, in_review = replace(DRAFT, state="approved"), replace(DRAFT, state="in_review")
    assert leads_to(replace(NOTHING, due=(approved,))) == "/desk/deliveries/81"
    assert leads_to(replace(NOTHING, due=(in_review,))) == "/desk/issues/81/check"
    editor = replace(NOTHING, may_publish=False)
    assert leads_to(replace(editor, due=(approved,))) == "/desk/issues/81"
    assert leads_to(replace(editor, due=(in_review,))) == "/desk/issues/81"


def test_new_stories_come_before_an_issue_that_is_far_and_after_one_that_is_near() -> None:
    facts = replace(NOTHING, due=(DRAFT,), new_story_count=2)
    assert leads_to(facts) == "/desk/stories?state=received"
    assert leads_to(replace(facts, due=(replace(DRAFT, days_left=3),))) == "/desk/issues/81"
    assert leads_to(replace(facts, new_story_count=0)) == "/desk/issues/81"


@pytest.mark.parametrize(
    ("days", "words"),
    [(-3, "3 days late"), (-1, "a day late"), (0, "due today"), (1, "due tomorrow"), (9, "9 days left")],
)
def test_days_are_said_in_words(days: int, words: str) -> None:
    assert rules.days_left(days) == words


def test_the_runway_is_said_in_words() -> None:
    assert rules.runway(2, 0) == "two up, none down"
    assert rules.runway(12, 1) == "12 up, one down"


def test_letters_are_for_few_where_strangers_can_be_written_to() -> None:
    may = rules.may_read_letters
    assert may(in_production=False, administers=False)
    assert not may(in_production=True, administers=False)
    assert may(in_production=True, administers=True)


def test_a_link_that_sets_a_password_is_found_in_any_part() -> None:
    assert rules.holds_a_key(["Hello", "<a href=https://x.example/set-password/abc>"], "/set-password/")
    assert not rules.holds_a_key(["Hello", "See https://x.example/password"], "/set-password/")
