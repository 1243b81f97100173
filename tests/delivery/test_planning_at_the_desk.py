"""Choosing when an issue goes out, taking it back, and what the pages say about it."""

import json
import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from click.testing import Result
from flask import Flask

from newsroom.issues import queries as issues
from newsroom.issues import service as issues_service
from newsroom.issues.document import Section
from newsroom.platform.db import db, unit_of_work
from tests.cast import Cast
from tests.delivery import stage

PAGE = "/desk/deliveries/81"
SCHEDULE = f"{PAGE}/schedule"


@pytest.fixture
def approved(clock: time_machine.Traveller, house: Flask) -> Flask:
    """Issue 81, approved, with two readers, on Tuesday 24 November 2026 at 9."""
    stage.approved()
    stage.confirmed(2)
    return house


def look_at(person: Any, day: str, hour: str, zone: str = "Europe/Lisbon", expect: int = 200) -> None:
    person.visit(f"{SCHEDULE}?day={day}&hour={hour}&zone={zone}", expect=expect)


def test_a_publisher_looks_at_the_instant_before_it_is_set(approved: Flask, publisher: Any) -> None:
    publisher.visit(PAGE)
    publisher.follow("Choose day and hour")
    assert {"day": "2026-12-01", "hour": "09:00"}.items() <= dict(
        publisher.page.form("/schedule").values
    ).items()
    publisher.submit("Look at this time", day="2026-11-26", hour="09:00", zone="america/new york")
    publisher.sees(
        "Thursday, 26 November 2026, 09:00 (America/New_York)",
        "14:00 UTC",
        "2 confirmed subscribers",
        "Its masthead says",
        "Tuesday, 1 December 2026",
    )
    assert stage.state_of() == "approved"
    publisher.submit("Schedule issue 81")
    publisher.sees("Issue 81 goes out on Thursday, 26 November 2026, 09:00 (America/New_York)")
    assert stage.state_of() == "scheduled"
    for path in ("/desk/issues/81", "/desk/issues/81/check"):
        publisher.visit(path)
        publisher.sees("It goes out on Thursday, 26 November 2026, 09:00 (America/New_York)")
    publisher.visit("/desk")
    publisher.sees("Issue 81 goes out", "09:00 (America/New_York)")
    publisher.visit("/desk/deliveries")
    publisher.sees("Waiting for their hour", "09:00 (America/New_York)")


@pytest.mark.parametrize(
    ("day", "hour", "zone", "words"),
    [
        ("2026-11-24", "08:00", "Europe/London", "is past"),
        ("2027-03-28", "01:30", "Europe/London", "the clocks jump from 01:00 to 02:00"),
        ("2026-11-26", "09:00", "Mars/Olympus", "That is no time zone"),
        ("2026-02-30", "09:00", "Europe/London", "There is no day 2026-02-30"),
        ("x" * 300, "<b>", "<script>", "Choose a day"),
    ],
)
def test_what_is_no_time_comes_back_with_a_sentence_and_what_was_typed(
    approved: Flask, publisher: Any, day: str, hour: str, zone: str, words: str
) -> None:
    look_at(publisher, day, hour, zone, expect=422)
    if "script" not in zone:
        publisher.sees(words)
    assert {"day": day, "hour": hour}.items() <= dict(publisher.page.form("Look at this time").values).items()
    assert "Schedule issue 81" not in publisher.page.words


def test_an_hour_that_comes_twice_asks_which_and_says_the_first(approved: Flask, publisher: Any) -> None:
    look_at(publisher, "2027-10-31", "01:30", "Europe/London")
    publisher.sees(
        "comes twice that day", "first of the two unless", "The first, 00:30 UTC", "The second, 01:30 UTC"
    )
    publisher.submit("Schedule issue 81", which="second")
    assert stage.schedule().send_at.hour == 1
    look_at(publisher, "2027-10-31", "01:30", "Europe/London")
    publisher.submit("Schedule issue 81")
    assert stage.schedule().send_at.hour == 0


def test_a_day_more_than_a_year_ahead_asks_whether_the_year_is_right(approved: Flask, publisher: Any) -> None:
    look_at(publisher, "2028-11-26", "09:00")
    publisher.submit("Schedule issue 81", expect=422)
    publisher.sees("more than a year ahead")
    assert stage.state_of() == "approved"
    publisher.submit("Schedule issue 81", sure=True)
    assert stage.schedule().send_at.year == 2028


def test_an_hour_that_passed_while_the_page_was_open_is_refused_with_the_form(
    approved: Flask, publisher: Any, clock: time_machine.Traveller
) -> None:
    look_at(publisher, "2026-11-24", "09:05", "Europe/London")
    clock.shift(timedelta(minutes=10))
    publisher.submit("Schedule issue 81", expect=422)
    publisher.sees("is past: there it is Tuesday, 24 November 2026, 09:10")


def test_five_minutes_to_take_it_back_and_nothing_is_on_the_web(approved: Flask, publisher: Any) -> None:
    publisher.visit(PAGE)
    publisher.submit("/send")
    publisher.sees("until issue 81 goes out to 2 confirmed subscribers", "Delivery of issue 81")
    assert re.search(r"[45]:\d\d until", publisher.page.words)
    assert f'data-refresh="{PAGE}/progress"' in publisher.page.source
    publisher.visit("/issues/81", expect=404)
    publisher.visit("/desk/issues/81")
    publisher.sees("It goes out in a few minutes")
    publisher.follow("Take it back")
    publisher.submit("Take it back")
    publisher.sees("Stopped: issue 81 does not go out", "Send it now")
    assert not stage.keep_schedules(timedelta(minutes=6))


def test_what_renews_itself_turns_from_the_countdown_into_the_dispatch(
    approved: Flask, publisher: Any, clock: time_machine.Traveller
) -> None:
    publisher.visit(PAGE)
    publisher.submit("/send")
    part = publisher.visit(f"{PAGE}/progress").source
    assert "<html" not in part and "data-refresh" in part
    clock.shift(timedelta(minutes=5, seconds=1))
    publisher.visit(f"{PAGE}/progress")
    publisher.sees("Its moment has come", "flask work")
    assert stage.keep_schedules()
    publisher.visit(f"{PAGE}/progress")
    publisher.sees("Counting the audience", "Stop the presses")


def test_two_publishers_one_stops_and_the_other_ones_page_says_so(approved: Flask, cast: Cast) -> None:
    first, second = cast.publisher(), cast.publisher("Pia Quay", "pia@service-bell.example")
    first.visit(PAGE)
    first.submit("/send")
    second.visit(PAGE)
    first.submit("/stop")
    part = second.visit(f"{PAGE}/progress")
    second.sees("does not go out: Stopped by hand.")
    assert "data-refresh" not in part.source
    second.visit(PAGE)
    second.submit("/send")
    second.submit("/stop")
    first.visit(PAGE)
    first.sees("Send it now")


def test_a_second_too_late_is_said_with_what_can_still_be_done(approved: Flask, publisher: Any) -> None:
    publisher.visit(PAGE)
    publisher.submit("/send")
    waiting = publisher.page
    stage.let_undo_time_pass()
    stage.freeze()
    publisher._page = waiting
    publisher.submit("/stop")
    publisher.sees("A moment too late: issue 81 is on the web", "Pause", "Cancel what is left")


def test_a_machine_that_was_off_asks_on_the_first_page_and_on_the_issues(
    approved: Flask, publisher: Any, clock: time_machine.Traveller
) -> None:
    stage.scheduled(timedelta(hours=1), actor_id=stage.approver_id())
    clock.shift(timedelta(hours=5))
    assert stage.keep_schedules()
    for path in ("/desk", "/desk/issues/81", PAGE):
        publisher.visit(path)
        publisher.sees("but nothing was running then", "send it now, choose another time, or let it be?")
    publisher.submit("Let it be")
    publisher.sees("Stopped: issue 81 does not go out")
    publisher.visit("/desk")
    publisher.does_not_see("nothing was running then")


def test_an_editor_sees_the_schedule_and_cannot_touch_it(approved: Flask, editor: Any) -> None:
    stage.scheduled(timedelta(minutes=30))
    editor.visit(PAGE)
    editor.sees("Issue 81 goes out on")
    assert "Stop the presses" not in editor.page.words
    editor.visit(SCHEDULE, expect=403)


def test_the_page_after_an_edit_says_that_approval_and_schedule_are_void(approved: Flask, cast: Cast) -> None:
    stage.scheduled(timedelta(days=1))
    editor = cast.editor()
    editor.visit("/desk/issues/81")
    editor.submit("/head", subject="Another subject altogether")
    when = "Wednesday, 25 November 2026, 09:00 (Europe/London)"
    said = f"The approval and the schedule for {when} are void: head changed."
    for path in ("/desk/issues/81", "/desk/issues/81/check", PAGE, "/desk"):
        editor.visit(path)
        editor.sees(said)


def test_a_move_without_a_page_is_answered_with_what_became_void(approved: Flask, editor: Any) -> None:
    stage.scheduled(timedelta(days=1))
    editor.visit("/desk/issues/81")
    form = editor.page.form("/move")
    answer = editor.client.post(
        form.action,
        base_url=editor.base_url,
        data={**dict(form.values), "to": "2"},
        headers={"Newsroom-List": "yes", "Origin": editor.base_url, "Referer": editor.base_url},
    )
    assert answer.status_code == 200
    assert "The approval and the schedule for" in answer.text.partition('id="notices"')[2]


def test_the_page_after_an_edit_says_that_an_approval_alone_is_void(approved: Flask, cast: Cast) -> None:
    editor = cast.editor()
    editor.visit("/desk/issues/81")
    editor.does_not_see("is void")
    editor.submit("/head", subject="Another subject altogether")
    editor.sees("The approval of Tuesday, 24 November 2026, 09:00, is void: head changed.")
    publisher = cast.publisher()
    publisher.visit("/desk/issues/81/check")
    publisher.submit("/approve", number="81")
    publisher.visit("/desk/issues/81/check")
    publisher.sees("Approvals", "piet@service-bell.example", "void at 09:00: head changed")
    publisher.does_not_see("The approval of")


def test_what_could_not_be_sent_says_why_wherever_somebody_looks(
    approved: Flask, publisher: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage.scheduled(timedelta(minutes=1))
    monkeypatch.setattr("newsroom.delivery.editions.problem", lambda *_: "The sender has no domain.")
    stage.keep_schedules(timedelta(minutes=1))
    for path in ("/desk", "/desk/issues/81", PAGE):
        publisher.visit(path)
        publisher.sees("Issue 81 could not be sent on", "The sender has no domain.")


def test_an_issue_that_is_not_approved_offers_no_hour(approved: Flask, publisher: Any) -> None:
    with unit_of_work():
        row = issues.issue(81)
        assert row is not None
        issues_service.add_section(row, Section("Note", "One more", "A word."), by_id=None)
    publisher.visit(SCHEDULE)
    publisher.sees("Only an approved issue can be scheduled")
    publisher.visit("/desk/deliveries/7/schedule", expect=404)


def test_with_four_eyes_it_takes_two_publishers(approved: Flask, cast: Cast) -> None:
    from newsroom.publication.models import Publication

    with unit_of_work():
        settings = db.session.get(Publication, 1)
        assert settings is not None
        settings.four_eyes = True
    first, second = cast.publisher(), cast.publisher("Pia Quay", "pia@service-bell.example")
    first.visit("/desk/issues/81")
    first.submit("/head", subject="Another subject altogether")
    first.visit("/desk/issues/81/check")
    first.submit("/approve", expect=422)
    first.sees("somebody else has to approve it")
    second.visit("/desk/issues/81/check")
    second.submit("/approve")
    first.visit("/desk/issues/81/check")
    first.sees("pia@service-bell.example")
    first.visit(PAGE).form("/send")


# The terminal


def flask(house: Flask, *words: str) -> Result:
    result = house.test_cli_runner().invoke(args=["delivery", *words])
    db.session.rollback()
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def test_an_hour_is_set_shown_and_taken_back_at_the_terminal(approved: Flask) -> None:
    done = flask(approved, "schedule", "81", "--at", "2026-11-26 09:00", "--zone", "Europe/Lisbon")
    assert done.stdout == (
        "Issue 81 goes out on Thursday, 26 November 2026, 09:00 (Europe/Lisbon) to 2 confirmed subscribers.\n"
        "That is 09:00 UTC.\n"
    )
    assert "waiting for its hour" in flask(approved, "status").stdout
    said = flask(approved, "status", "81").stdout
    assert "Thursday, 26 November 2026, 09:00 (Europe/Lisbon), that is 09:00 UTC" in said
    data = json.loads(flask(approved, "status", "81", "--json").stdout)
    assert data["state"] is None
    assert data["schedule"]["send_at"] == "2026-11-26T09:00:00+00:00"
    assert (data["schedule"]["state"], data["schedule"]["zone"]) == ("waiting", "Europe/Lisbon")
    assert len(json.loads(flask(approved, "status", "--json").stdout)) == 1
    assert flask(approved, "unschedule", "81").stdout.startswith("Stopped: issue 81 does not go out")
    assert flask(approved, "unschedule", "81").exit_code == 0
    assert flask(approved, "status").stdout == "Nothing is scheduled and nothing is going out.\n"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--at", "2026-11-24 08:00"], "is past"),
        (["--at", "2027-03-28 01:30"], "There is no 01:30"),
        (["--at", "tomorrow"], "Choose a day, such as"),
        (["--at", "2026-11-26"], "Choose an hour, such as"),
        (["--at", "2026-11-26 09:00", "--zone", "Mars/Olympus"], "Mars/Olympus is no time zone"),
        (["--at", "2028-11-26 09:00"], "say --yes if it is"),
    ],
)
def test_what_is_no_time_is_a_sentence_at_the_terminal(approved: Flask, words: list[str], said: str) -> None:
    result = flask(approved, "schedule", "81", *words)
    assert (result.exit_code, said in result.stderr) == (1, True), result.stderr
    assert stage.state_of() == "approved"


def test_an_hour_that_comes_twice_is_told_at_the_terminal(approved: Flask) -> None:
    at = ["--at", "2027-10-31T01:30", "--zone", "europe/london"]
    assert "this is the first of the two" in flask(approved, "schedule", "81", *at).stdout
    assert "this is the second of the two" in flask(approved, "schedule", "81", *at, "--second").stdout
    assert stage.schedule().send_at.hour == 1


def test_what_cannot_be_unscheduled_is_refused(approved: Flask) -> None:
    assert "has no schedule" in flask(approved, "unschedule", "81").stderr
    assert "There is no issue 7" in flask(approved, "unschedule", "7").stderr
    assert "There is no issue 7" in flask(approved, "schedule", "7", "--at", "2026-11-26 09:00").stderr
