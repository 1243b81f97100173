"""What time does to a request for approval: one reminder, then the end, and never a yes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from threading import Barrier, Thread

import pytest
from flask import Flask
from time_machine import Traveller

from newsroom.accounts.queries import history
from newsroom.platform import clock as time
from newsroom.platform.db import unit_of_work
from newsroom.stories import queries, service, tasks
from newsroom.stories.rules import StoryRefusal
from tests.stories.conftest import NOTE, STORY, letters, stored

ADDRESS = "rhona@reader.example"
A_DAY = timedelta(days=1)


@pytest.fixture
def asked(db_app: Flask, clock: Traveller, tell: Callable[..., str], staff: Callable[..., int]) -> str:
    """A story whose author was asked on Tuesday, 24 November at nine."""
    return ask(tell(email=ADDRESS, wants_preview=True), staff())


def ask(told: str, editor_id: int) -> str:
    with unit_of_work():
        service.start_editing(told, actor_id=editor_id)
        save(told, STORY)
        service.ask_approval(told, version=1, actor_id=editor_id)
    return told


def save(told: str, words: str) -> None:
    row = queries.story(told)
    assert row is not None
    service.save_revision(
        told,
        version=row.version,
        title="The cable",
        text=words,
        attribution="",
        note=NOTE,
        actor_id=None,
    )


def kinds(app: Flask) -> list[str]:
    return [kind for kind, to in letters(app) if to == ADDRESS]


def test_after_a_week_there_is_one_reminder_and_never_another(
    db_app: Flask, asked: str, clock: Traveller
) -> None:
    clock.shift(6 * A_DAY)
    tasks.keep_deadlines()
    assert "story-approval-reminder" not in kinds(db_app)
    clock.shift(2 * A_DAY)
    for _ in range(3):
        tasks.keep_deadlines()
        clock.shift(A_DAY)
    assert kinds(db_app).count("story-approval-reminder") == 1
    assert stored(asked).state == "awaiting_approval"
    assert [entry.verb for entry in history(queries.subject_of(asked))].count("reminded") == 1


def test_when_the_named_day_is_over_the_story_is_put_aside_and_nothing_is_printed(
    db_app: Flask, asked: str, clock: Traveller
) -> None:
    due_at = stored(asked).approvals[-1].due_at
    clock.shift(14 * A_DAY)
    tasks.keep_deadlines()
    # The letter names a day, and that day can be used to its end.
    assert stored(asked).state == "awaiting_approval"
    clock.move_to(due_at + timedelta(seconds=1))
    tasks.keep_deadlines()
    story = stored(asked)
    assert (story.state, story.approvals[-1].verdict) == ("expired", "expired")
    assert kinds(db_app)[-1] == "story-expired"
    before = kinds(db_app)
    clock.shift(3 * A_DAY)
    tasks.keep_deadlines()
    assert kinds(db_app) == before


def test_a_worker_that_was_away_for_a_month_expires_without_reminding_first(
    db_app: Flask, asked: str, clock: Traveller
) -> None:
    clock.shift(30 * A_DAY)
    tasks.keep_deadlines()
    assert kinds(db_app)[-1] == "story-expired"
    assert "story-approval-reminder" not in kinds(db_app)


def test_who_was_late_takes_it_up_again_and_is_asked_anew(
    db_app: Flask, asked: str, clock: Traveller
) -> None:
    clock.shift(30 * A_DAY)
    tasks.keep_deadlines()
    with unit_of_work():
        service.wake(asked)
    story = stored(asked)
    assert story.state == "awaiting_approval"
    assert story.approvals[-1].due_at > time.now() + 13 * A_DAY
    assert kinds(db_app)[-1] == "story-approval"
    clock.shift(8 * A_DAY)
    tasks.keep_deadlines()
    assert kinds(db_app)[-1] == "story-approval-reminder"
    with unit_of_work():
        service.approve(asked, version=1)
    assert stored(asked).state == "approved"


def test_a_story_whose_words_are_destroyed_cannot_be_taken_up_again(asked: str, clock: Traveller) -> None:
    clock.shift(30 * A_DAY)
    tasks.keep_deadlines()
    clock.shift(91 * A_DAY)
    tasks.keep_no_longer()
    with pytest.raises(StoryRefusal, match="destroyed the text"), unit_of_work():
        service.wake(asked)


def test_an_answer_stops_the_clock(db_app: Flask, asked: str, clock: Traveller) -> None:
    with unit_of_work():
        service.approve(asked, version=1)
    clock.shift(60 * A_DAY)
    tasks.keep_deadlines()
    assert stored(asked).state == "approved"
    assert {"story-approval-reminder", "story-expired"}.isdisjoint(kinds(db_app))


def test_a_text_that_was_saved_after_the_yes_is_asked_for_with_a_deadline_of_its_own(
    db_app: Flask, asked: str, clock: Traveller
) -> None:
    with unit_of_work():
        service.approve(asked, version=1)
    clock.shift(10 * A_DAY)
    with unit_of_work():
        save(asked, STORY.replace("third", "fourth"))
    story = stored(asked)
    assert (story.state, [one.verdict for one in story.approvals]) == ("awaiting_approval", ["approved", ""])
    tasks.keep_deadlines()
    assert kinds(db_app)[-1] == "story-approval"
    with pytest.raises(StoryRefusal, match="has changed the text"), unit_of_work():
        service.approve(asked, version=1)


def test_a_request_that_was_taken_back_neither_reminds_nor_expires(
    db_app: Flask, asked: str, clock: Traveller
) -> None:
    with unit_of_work():
        service.back_to_editing(asked)
        save(asked, STORY.replace("third", "fourth"))
    clock.shift(60 * A_DAY)
    tasks.keep_deadlines()
    story = stored(asked)
    assert (story.state, [one.verdict for one in story.approvals]) == ("editing", ["superseded"])


def test_two_workers_write_one_reminder(
    db_app: Flask, clock: Traveller, tell: Callable[..., str], staff: Callable[..., int]
) -> None:
    editor_id = staff()
    for number in range(4):
        ask(tell(email=f"reader{number}@reader.example", wants_preview=True), editor_id)
    clock.shift(8 * A_DAY)
    ready = Barrier(2)

    def work() -> None:
        with db_app.app_context():
            ready.wait(timeout=30)
            tasks.keep_deadlines()

    workers = [Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(timeout=60)
    reminded = [to for kind, to in letters(db_app) if kind == "story-approval-reminder"]
    assert sorted(reminded) == [f"reader{number}@reader.example" for number in range(4)]


KILLED = """
import os, signal, sys
from newsroom.factory import create_app
from newsroom.stories import tasks
from newsroom.stories.service import signoff
app, left = create_app(), int(sys.argv[1])
def counting(module, name):
    real = getattr(module, name)
    def counted(*args, **named):
        global left
        left -= 1
        if left < 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return real(*args, **named)
    setattr(module, name, counted)
counting(signoff, "step")
counting(signoff.messages, "approval_reminder")
with app.app_context():
    tasks.keep_deadlines()
"""


@pytest.mark.processes
def test_a_worker_that_is_killed_between_two_reminders_repeats_none_and_forgets_none(
    app: Flask, environment: dict[str, str], tell: Callable[..., str], staff: Callable[..., int]
) -> None:
    editor_id = staff()
    told = [ask(tell(email=f"reader{n}@reader.example", wants_preview=True), editor_id) for n in range(3)]
    with unit_of_work():
        for one in told:
            row = queries.story(one)
            assert row is not None
            row.approvals[-1].due_at -= 8 * A_DAY
    for place in (0, 1, 3):
        killed = subprocess.run(
            [sys.executable, "-c", KILLED, str(place)],
            env={**os.environ, **environment},
            capture_output=True,
            check=False,
        )
        assert killed.returncode in (-signal.SIGKILL, 0), killed.stderr.decode()
        for one in told:
            to = stored(one).contributor.email  # type: ignore[union-attr]
            written = letters(app).count(("story-approval-reminder", to))
            assert written == bool(stored(one).approvals[-1].reminded_at)
    tasks.keep_deadlines()
    reminded = [to for kind, to in letters(app) if kind == "story-approval-reminder"]
    assert sorted(reminded) == [f"reader{n}@reader.example" for n in range(3)]
