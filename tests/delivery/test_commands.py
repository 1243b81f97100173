"""`flask delivery …`: what it says, where it says it, and its exit codes."""

import itertools
import json
import re
import subprocess
import sys
import threading
from collections.abc import Callable
from types import SimpleNamespace

import click
import pytest
import time_machine
from click.testing import Result
from flask import Flask

from newsroom.delivery import worker
from newsroom.delivery.commands import sending
from newsroom.platform.db import db
from tests.delivery import stage
from tests.delivery.stage import FakeTransport
from tests.mailserver import DROP, MailServer
from tests.site import ROOT
from tests.waiting import LONG_SECONDS

pytestmark = pytest.mark.smtp


def flask(house: Flask, *words: str, answer: str | None = None) -> Result:
    result = house.test_cli_runner().invoke(args=["delivery", *words], input=answer)
    db.session.rollback()
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def refused(result: Result, *words: str) -> None:
    assert result.exit_code == 1
    assert result.stdout == ""
    assert result.stderr.startswith("Error: ")
    assert len(result.stderr.strip().splitlines()) == 1
    for word in words:
        assert word in result.stderr


def test_send_begins_and_says_to_how_many(house: Flask) -> None:
    stage.approved()
    stage.confirmed(3)
    result = flask(house, "send", "81", "--yes")
    assert (result.exit_code, result.stdout) == (0, "Issue 81 is on its way to 3 confirmed subscribers.\n")
    assert stage.dispatch().state == "freezing"


@pytest.mark.parametrize(
    ("number", "words"),
    [("81", "not approved"), ("7", "There is no issue 7")],
)
def test_send_refuses_what_is_not_ready(house: Flask, number: str, words: str) -> None:
    stage.drafted()
    refused(flask(house, "send", number, "--yes"), words)


def test_send_refuses_what_is_sent_already(house: Flask) -> None:
    stage.dispatched(1)
    refused(flask(house, "send", "81", "--yes"), "81")
    stage.work()
    refused(flask(house, "send", "81", "--yes"), "already sent")


def test_send_without_a_terminal_and_without_yes_refuses(house: Flask) -> None:
    stage.approved()
    stage.confirmed(1)
    refused(flask(house, "send", "81", answer=""), "--yes")
    refused(flask(house, "send", "81", answer="y\n"), "--yes")


def test_send_without_a_terminal_refuses_in_a_process_of_its_own(
    house: Flask, environment: dict[str, str]
) -> None:
    stage.approved()
    done = subprocess.run(
        [sys.executable, "-m", "flask", "delivery", "send", "81"],
        cwd=ROOT,
        env={**environment, "PATH": "/usr/bin:/bin"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=LONG_SECONDS,
        check=False,
    )
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr == "Error: Nothing was sent: without a terminal to ask at, say --yes.\n"


def test_send_at_a_terminal_asks_first(house: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def says_no(question: str, **_how: object) -> bool:
        asked.append(question)
        return False

    stage.approved()
    stage.confirmed(1)
    # The runner puts its own stream in the place of the terminal.
    monkeypatch.setattr("click.testing._NamedTextIOWrapper.isatty", lambda _self: True, raising=False)
    monkeypatch.setattr(click, "confirm", says_no)
    refused(flask(house, "send", "81"), "Nothing was sent.")
    assert asked == ["Send issue 81 to 1 confirmed subscriber?"]


def _with_worker(house: Flask, step: Callable[[], Result]) -> Result:
    """A worker beside the command, as in life."""
    finished = threading.Event()

    def keep_working() -> None:
        while not finished.is_set():
            with house.app_context():
                worker.work(100)
            finished.wait(0.1)

    thread = threading.Thread(target=keep_working)
    thread.start()
    try:
        return step()
    finally:
        finished.set()
        thread.join()


def test_wait_is_quiet_in_a_pipe_and_ends_with_the_counts(house: Flask, smtp: MailServer) -> None:
    stage.approved()
    stage.confirmed(5)
    result = _with_worker(house, lambda: flask(house, "send", "81", "--yes", "--wait"))
    assert result.exit_code == 0
    assert result.stderr == ""
    assert "Issue 81: finished" in result.stdout
    assert re.search(r"^ +5  handed over$", result.stdout, re.MULTILINE)
    assert re.search(r"^ +5  in all$", result.stdout, re.MULTILINE)
    assert len(smtp.accepted) == 5


def test_wait_fails_when_the_dispatch_pauses_itself(house: Flask, smtp: MailServer) -> None:
    smtp.answer("MAIL", "550 5.7.1 Not from you")
    stage.approved()
    stage.confirmed(2)
    result = _with_worker(house, lambda: flask(house, "send", "81", "--yes", "--wait"))
    assert result.exit_code == 1
    assert "because: 550 5.7.1 Not from you" in result.stdout


def test_whoever_waits_for_letters_that_were_put_off_is_told_once_and_may_say_how_long(
    house: Flask, smtp: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    smtp.answer("RCPT", "451 4.7.1 Later", to=stage.email_of(1))
    stage.dispatched(3)
    stage.work()
    # A clock of the test's own, which goes on by ten seconds whenever somebody looks at it.
    looks = itertools.count()
    clock = SimpleNamespace(monotonic=lambda: 10.0 * next(looks), sleep=lambda _: None)
    monkeypatch.setattr(sending, "time", clock)
    result = flask(house, "status", "81", "--wait", "--at-most", "3")
    assert result.exit_code == 1
    assert 18 <= next(looks) < 60
    assert re.fullmatch(r"1 letter is left, which was put off .*: the next try is in .*\.\n", result.stderr)
    assert re.search(r"^ +2  handed over$", result.stdout, re.MULTILINE)


@pytest.mark.parametrize("words", [["send", "81", "--yes"], ["status", "81"]])
def test_minutes_without_waiting_are_misused(house: Flask, words: list[str]) -> None:
    stage.approved()
    result = flask(house, *words, "--at-most", "3")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "--at-most belongs to --wait" in result.stderr


def test_status_for_people_and_for_scripts(house: Flask, smtp: MailServer) -> None:
    smtp.answer("RCPT", "550 5.7.1 No", to=stage.email_of(1))
    stage.dispatched(4)
    stage.work()
    plain = flask(house, "status", "81")
    assert plain.exit_code == 0
    assert "1  refused" in plain.stdout
    data = json.loads(flask(house, "status", "81", "--json").stdout)
    assert data["number"] == 81
    assert data["state"] == "finished"
    assert data["counts"]["handed_over"] == 3
    assert data["counts"]["failed"] == 1
    assert sum(data["counts"].values()) == data["audience"] == 4
    assert data["remaining"] is None
    assert data["finished_at"].endswith("+00:00")


def test_pause_resume_cancel_and_retry_say_what_they_did(
    house: Flask, fake: Callable[..., FakeTransport]
) -> None:
    stage.dispatched(3)
    stage.freeze()
    assert flask(house, "pause", "81").stdout == "Issue 81 is paused.\n"
    refused(flask(house, "pause", "81"), "Only a dispatch that is sending can be paused; this one is paused")
    fake()
    stage.work()
    assert stage.tally() == {"pending": 3}
    assert flask(house, "resume", "81").stdout == "Issue 81 goes on.\n"
    refused(flask(house, "resume", "81"), "Only a paused dispatch can be resumed")
    assert flask(house, "retry", "81").stdout == (
        "No letter of issue 81 is tried again: none that was refused or put off may still be sent.\n"
    )
    refused(flask(house, "cancel", "81"), "Nothing was cancelled: without a terminal to ask at, say --yes.")
    assert stage.dispatch().state == "sending"
    assert flask(house, "cancel", "81", "--yes").stdout == "Issue 81 is cancelled; nothing more is sent.\n"
    refused(flask(house, "cancel", "81"), "nothing left to cancel")
    refused(flask(house, "retry", "81"), "nothing of it can be tried again")
    assert stage.tally() == {"skipped": 3}


@pytest.mark.parametrize("verb", ["status", "pause", "resume", "cancel", "retry"])
def test_a_number_without_a_dispatch_is_refused(house: Flask, verb: str) -> None:
    refused(flask(house, verb, "7"), "There is no issue 7.")
    stage.approved()
    refused(flask(house, verb, "81"), "Issue 81 has no dispatch", "flask delivery send 81")
    stage.scheduled()
    if verb != "status":
        refused(flask(house, verb, "81"), "has not begun to go out", "flask delivery unschedule 81")


@pytest.mark.parametrize(
    "number", ["0", "-1", "eighty", "1.5", "٨١", "", "99999999999999999999", "2147483648"]
)
@pytest.mark.parametrize("verb", ["send", "status", "pause"])
def test_what_is_no_number_is_a_usage_error_in_a_sentence(house: Flask, verb: str, number: str) -> None:
    result = flask(house, verb, "--", number)
    assert result.exit_code == 2
    assert result.stderr.endswith(f"Error: {number} is no issue number; give one such as 81.\n")


@pytest.mark.parametrize(
    ("count", "said"),
    [
        (1, "1 letter of issue 81 is tried again.\n"),
        (2, "2 letters of issue 81 are tried again.\n"),
    ],
)
def test_retry_says_how_many(house: Flask, smtp: MailServer, count: int, said: str) -> None:
    for position in range(1, count + 1):
        smtp.answer("RCPT", "550 5.7.1 No", to=stage.email_of(position))
    stage.dispatched(3)
    stage.work()
    assert flask(house, "retry", "81").stdout == said


def test_the_rate_of_what_is_finished_is_nothing_and_stays_so(
    house: Flask, smtp: MailServer, clock: time_machine.Traveller
) -> None:
    stage.dispatched(4)
    stage.work()
    for seconds in (0, 5, 60):
        clock.shift(seconds)
        data = json.loads(flask(house, "status", "81", "--json").stdout)
        assert (data["rate"], data["remaining"]) == (0.0, None)


def test_every_command_has_help_with_an_example(house: Flask) -> None:
    for verb in (
        "send",
        "schedule",
        "unschedule",
        "status",
        "pause",
        "resume",
        "cancel",
        "retry",
        "bounces",
    ):
        assert f"flask delivery {verb} " in flask(house, verb, "--help").stdout


def test_status_says_what_is_uncertain(house: Flask, smtp: MailServer) -> None:
    smtp.answer("DATA", DROP, times=1)
    stage.dispatched(2)
    stage.work()
    assert "1  uncertain" in flask(house, "status", "81").stdout
