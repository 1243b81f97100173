"""A schedule is kept once, or says why not: whoever edits, stops, sends or works at the same moment."""

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from newsroom.accounts import queries as accounts
from newsroom.accounts import service as accounts_service
from newsroom.accounts.models import AuditEntry
from newsroom.accounts.rules import Role
from newsroom.delivery import rules, service, timing
from newsroom.delivery import tasks as schedules
from newsroom.delivery.desk import stopping
from newsroom.delivery.models import Dispatch, Schedule
from newsroom.delivery.timing import Moment
from newsroom.demo import sample
from newsroom.issues import queries as issues
from newsroom.issues import rules as issue_rules
from newsroom.issues import service as issues_service
from newsroom.issues.document import Section
from newsroom.platform import clock
from newsroom.platform.db import db, unit_of_work
from newsroom.platform.mail.models import OutboxLetter
from newsroom.publication import service as publication
from newsroom.stories import service as stories_service
from tests.delivery import stage

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def change_a_word() -> None:
    with unit_of_work():
        row = issues.issue(81)
        assert row is not None
        issues_service.add_section(row, Section("Note", "One more", "A word more."), by_id=None)


def planned(ahead: timedelta = HOUR) -> Schedule:
    """An approved issue with two readers, scheduled by the one who approved it."""
    stage.approved()
    stage.confirmed(2)
    return stage.scheduled(ahead, actor_id=stage.approver_id())


def letters() -> list[str]:
    db.session.rollback()
    return [row.subject for row in db.session.scalars(select(OutboxLetter).order_by(OutboxLetter.id))]


def audited(verb: str) -> list[str]:
    query = select(AuditEntry.detail).where(AuditEntry.verb == verb, AuditEntry.subject == "issue 81")
    return list(db.session.scalars(query.order_by(AuditEntry.id)))


def dispatch_count() -> int:
    db.session.rollback()
    return len(db.session.scalars(select(Dispatch)).all())


def test_an_issue_goes_out_at_its_hour_and_not_before(db_house: Flask) -> None:
    row = planned()
    assert stage.state_of() == "scheduled"
    assert (row.recipient_count, row.state) == (2, "waiting")
    assert not stage.keep_schedules(HOUR - timedelta(minutes=1))
    assert stage.keep_schedules(HOUR) == 1
    assert (stage.schedule().state, stage.state_of()) == ("begun", "going_out")
    assert stage.dispatch().requested_by_id == stage.approver_id()
    assert not stage.keep_schedules(HOUR)
    assert dispatch_count() == 1
    assert letters() == []


def test_no_database_keeps_two_open_schedules_of_one_issue(db_house: Flask) -> None:
    first = planned()
    kept = {column.name: getattr(first, column.name) for column in Schedule.__table__.columns}
    del kept["id"]
    with pytest.raises(IntegrityError), unit_of_work():
        db.session.add(Schedule(**kept | {"state": "asking"}))
    with unit_of_work():
        db.session.add(Schedule(**kept | {"state": "stopped"}))


def test_what_is_hours_late_asks_and_sends_nothing(db_house: Flask) -> None:
    planned()
    assert stage.keep_schedules(HOUR + timing.LATEST + timedelta(minutes=1)) == 1
    assert (stage.schedule().state, stage.state_of()) == ("asking", "scheduled")
    assert not stage.keep_schedules(DAY)
    assert dispatch_count() == 0
    assert letters() == ["Issue 81 did not go out: what now?"]


def test_who_was_asked_may_send_now_choose_another_time_or_let_it_be(house: Flask) -> None:
    planned()
    stage.keep_schedules(4 * HOUR)
    with unit_of_work():
        service.send_soon(81, actor_id=None)
    assert stage.schedule().is_undo_time
    assert [row.state for row in db.session.scalars(select(Schedule).order_by(Schedule.id))] == [
        "stopped",
        "waiting",
    ]
    stage.scheduled(2 * DAY)
    stage.keep_schedules(3 * DAY)
    assert stage.schedule().state == "asking"
    stopping.stop_the_presses(81)
    assert (stage.schedule().state, stage.state_of()) == ("stopped", "approved")


def test_any_edit_voids_approval_and_schedule_and_says_so(db_house: Flask) -> None:
    planned()
    change_a_word()
    row = stage.schedule()
    assert (row.state, row.reason, stage.state_of()) == ("void", "Note added", "drafting")
    assert audited("schedule void") == audited("approval voided") == ["Note added"]
    assert letters() == ["Issue 81 changed and does not go out"]
    assert not stage.keep_schedules(HOUR)
    assert dispatch_count() == 0


def change_a_setting() -> None:
    with unit_of_work():
        publication.save_settings(replace(sample.SETTINGS, telephone="+44 1632 960999"), based_on=1)


def change_a_block() -> None:
    with unit_of_work():
        publication.save_block("about", "About", "Other words about us.")


def withdraw_its_story() -> None:
    with unit_of_work():
        stories_service.withdraw(stage.story_of().id)


def cancel_the_issue() -> None:
    with unit_of_work():
        row = issues.issue(81)
        assert row is not None
        issues_service.cancel(row)


AROUND: dict[str, tuple[Callable[[], None], str, str, str]] = {
    "setting": (change_a_setting, "void", "a setting of the publication changed", "drafting"),
    "block": (change_a_block, "void", "the standing block “About” changed", "drafting"),
    "story": (withdraw_its_story, "void", "a story of it was withdrawn", "drafting"),
    "issue": (cancel_the_issue, "stopped", "The issue was cancelled.", "cancelled"),
}


@pytest.mark.parametrize(("change", "state", "reason", "issue"), AROUND.values(), ids=AROUND.keys())
def test_what_changes_around_the_issue_ends_its_schedule(
    house: Flask, change: Callable[[], None], state: str, reason: str, issue: str
) -> None:
    stage.approved_with_a_story()
    stage.scheduled(HOUR)
    change()
    row = stage.schedule()
    assert (row.state, row.reason, stage.state_of()) == (state, reason, issue)
    assert not stage.keep_schedules(HOUR)


def test_a_setting_that_no_letter_shows_voids_nothing(house: Flask) -> None:
    planned()
    with unit_of_work():
        changed = replace(sample.SETTINGS, testers="nuala@service-bell.example", printed_retention_days=30)
        publication.save_settings(changed, based_on=1)
    assert stage.schedule().state == "waiting"


def test_what_changed_by_a_way_that_nobody_announced_is_found_within_the_minute_and_at_the_hour(
    house: Flask,
) -> None:
    planned()
    _change_behind_everybodys_back()
    schedules.look_around()
    assert (stage.schedule().state, stage.state_of()) == ("void", "drafting")

    stage.approved(82)
    stage.scheduled(HOUR, 82)
    _change_behind_everybodys_back("more")
    assert stage.keep_schedules(HOUR) == 1
    assert (stage.schedule(82).state, stage.state_of(82)) == ("void", "drafting")
    assert dispatch_count() == 0


def _change_behind_everybodys_back(words: str = "1 Other Street") -> None:
    from newsroom.publication.models import Publication

    with unit_of_work():
        row = db.session.get(Publication, 1)
        assert row is not None
        row.postal_address = words


def test_what_cannot_be_sent_at_its_hour_says_why_and_stays_approved(
    db_house: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    planned()
    monkeypatch.setattr("newsroom.delivery.editions.problem", lambda *_: "The sender has no domain.")
    assert stage.keep_schedules(HOUR) == 1
    row = stage.schedule()
    assert (row.state, row.reason, stage.state_of()) == ("refused", "The sender has no domain.", "approved")
    assert letters() == ["Issue 81 could not be sent"]
    assert dispatch_count() == 0
    assert not stage.keep_schedules(HOUR)


def test_a_blocker_that_came_up_is_named(house: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    planned()
    monkeypatch.setattr("newsroom.issues.service.freezing.obstacles", lambda _row, findings: [_blocker()])
    stage.keep_schedules(HOUR)
    assert stage.schedule().reason.endswith("mend it and check again. Here: Mend this.")


def _blocker():  # type: ignore[no-untyped-def]
    from newsroom.issues.checks.finding import Finding

    return Finding(severity="blocker", code="placeholder", where="Here", sentence="Mend this.")


def test_one_schedule_that_fails_keeps_no_other_one_from_its_hour(
    house: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    planned()
    stage.approved(82)
    stage.scheduled(2 * HOUR, 82)
    real, failing = service.keep, stage.schedule(81).id

    def keep(schedule_id: int) -> bool:
        if schedule_id == failing:
            raise RuntimeError("a defect of ours")
        return real(schedule_id)

    monkeypatch.setattr(service, "keep", keep)
    with pytest.raises(RuntimeError):
        stage.keep_schedules(2 * HOUR)
    db.session.rollback()
    assert (stage.schedule(81).state, stage.schedule(82).state) == ("waiting", "begun")


def test_killed_before_the_commit_nothing_has_begun_and_the_next_worker_begins_it(
    db_house: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    planned()
    with monkeypatch.context() as patch:
        # The last step before the commit, by which everything is written.
        patch.setattr("newsroom.delivery.service.dispatching.audit", _killed)
        with pytest.raises(KeyboardInterrupt):
            stage.keep_schedules(HOUR)
    db.session.rollback()
    assert (stage.schedule().state, stage.state_of(), dispatch_count()) == ("waiting", "scheduled", 0)
    assert stage.keep_schedules(HOUR) == 1
    assert dispatch_count() == 1


def _killed(*_: object, **__: object) -> None:
    raise KeyboardInterrupt


def at_once(app: Flask, *steps: Callable[[], object], later: timedelta = timedelta()) -> list[object]:
    """What each step gave or raised, all of them begun together, each in a thread with its own session."""
    db.session.rollback()
    barrier = threading.Barrier(len(steps))
    given: list[object] = [None] * len(steps)
    moment = clock.now() + later

    def run(position: int, step: Callable[[], object]) -> None:
        with app.app_context(), clock.set_to(moment):
            barrier.wait()
            try:
                given[position] = step()
            except Exception as problem:
                given[position] = problem
            finally:
                db.session.remove()

    threads = [threading.Thread(target=run, args=each) for each in enumerate(steps)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return given


def test_of_several_workers_one_begins_it(db_house: Flask) -> None:
    planned()
    given = at_once(db_house, *[lambda: schedules.work(100)] * 3, later=HOUR)
    assert sorted(map(str, given)) == ["0", "0", "1"]
    assert dispatch_count() == 1
    assert stage.schedule().state == "begun"


def test_two_clicks_on_stop_stop_it_once_and_both_are_told(db_house: Flask) -> None:
    planned()
    stop = lambda: stopping.stop_the_presses(81)
    given = at_once(db_house, stop, stop)
    assert sorted(str(each).split(":")[0].split(",")[0] for each in given) == [
        "Issue 81 was stopped already; it is approved and does not go out.",
        "Stopped",
    ]
    assert audited("schedule stopped") == ["Stopped by hand."]


def test_stopped_and_begun_at_one_moment_ends_one_way_or_the_other(db_house: Flask) -> None:
    planned()
    given = at_once(db_house, lambda: schedules.work(100), lambda: stopping.stop_the_presses(81), later=HOUR)
    assert str(given[1]).startswith("Stopped"), given
    assert stage.state_of() == "approved"
    assert not stage.keep_schedules(HOUR)
    assert stage.tally_or_nothing() == {}


def test_edited_and_begun_at_one_moment_goes_out_as_approved_or_not_at_all(db_house: Flask) -> None:
    planned()
    given = at_once(db_house, lambda: schedules.work(100), change_a_word, later=HOUR)
    if stage.state_of() == "going_out":
        assert isinstance(given[1], issue_rules.Refused)
        assert stage.schedule().state == "begun"
    else:
        assert (stage.state_of(), stage.schedule().state, dispatch_count()) == ("drafting", "void", 0)


def test_the_presses_stop_while_the_audience_is_counted_and_not_a_moment_later(house: Flask) -> None:
    planned()
    stage.keep_schedules(HOUR)
    assert stopping.stop_the_presses(81).startswith("Stopped: nothing of issue 81 has left")
    assert stage.state_of() == "approved"
    stage.begun()
    stage.freeze()
    with pytest.raises(rules.Refused, match="A moment too late: issue 81 is on the web"):
        stopping.stop_the_presses(81)
    stage.change(service.cancel)
    with pytest.raises(rules.Refused, match="has gone out; there is nothing left to stop"):
        stopping.stop_the_presses(81)


def test_stopping_what_has_no_schedule_says_so(house: Flask) -> None:
    stage.approved()
    with pytest.raises(rules.Refused, match="has no schedule"):
        stopping.stop_the_presses(81)
    with pytest.raises(rules.Refused, match="There is no issue 7"):
        stopping.stop_the_presses(7)


def test_sending_from_the_terminal_takes_the_schedule_with_it(house: Flask) -> None:
    planned()
    stage.begun()
    assert stage.schedule().state == "begun"
    assert not stage.keep_schedules(HOUR)
    assert dispatch_count() == 1


def test_another_time_replaces_the_first_and_keeps_one_waiting(db_house: Flask) -> None:
    planned()
    stage.scheduled(DAY)
    states = list(db.session.scalars(select(Schedule.state).order_by(Schedule.id)))
    assert states == ["stopped", "waiting"]
    assert not stage.keep_schedules(HOUR)
    assert stage.keep_schedules(DAY) == 1


@pytest.mark.parametrize("state", ["drafting", "in_review", "cancelled"])
def test_only_what_is_approved_is_scheduled(house: Flask, state: str) -> None:
    stage.drafted()
    with unit_of_work():
        row = issues.issue(81)
        assert row is not None
        row.state = state
    with pytest.raises(issue_rules.Refused):
        stage.scheduled()


def test_a_moment_that_passed_while_somebody_looked_at_it_is_refused(
    house: Flask, clock: time_machine.Traveller
) -> None:
    stage.approved()
    moment = Moment(stage.clock.now() + timedelta(minutes=1), "Europe/London")
    clock.shift(timedelta(minutes=2))
    with pytest.raises(rules.Refused, match="has passed by now"), unit_of_work():
        service.schedule(81, moment, actor_id=None)


def test_nobody_is_written_to_about_what_they_did_themselves_or_when_they_left(house: Flask) -> None:
    planned()
    planner = accounts.by_email("founder@service-bell.example")
    assert planner is not None
    with unit_of_work():
        accounts_service.add("ada@service-bell.example", "Ada Quay", [Role.ADMIN])
    with unit_of_work():
        planner = accounts.by_email("founder@service-bell.example")
        assert planner is not None
        planner.active = False
    change_a_word()
    assert letters() == []


def test_approving_once_more_what_waits_is_not_needed(house: Flask) -> None:
    planned()
    row = issues.issue(81)
    assert row is not None
    with pytest.raises(issue_rules.Refused, match="approved already"), unit_of_work():
        issues_service.approve(row, by_id=stage.approver_id(), by_label="Fay", four_eyes=False)
    assert stage.schedule().state == "waiting"
