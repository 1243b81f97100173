"""`flask work`: which runner it begins, and what it says of a broker it cannot use."""

import logging
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask

from newsroom.platform.jobs import distributed
from newsroom.platform.jobs.sources import Source
from newsroom.platform.settings import SettingsError, load
from tests.waiting import LONG_SECONDS


def test_a_worker_that_drains_speaks_to_no_broker_and_warns_of_nothing(
    app: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        assert app.test_cli_runner().invoke(args=["work", "--drain"]).exit_code == 0
    assert [record.getMessage() for record in caplog.records] == []


@pytest.mark.parametrize(
    "address", ["redis://broker.example", "broker.example:5672", "http://broker.example"]
)
def test_another_kind_of_broker_is_refused_in_a_sentence(environment: dict[str, str], address: str) -> None:
    with pytest.raises(SettingsError, match="amqp:// or amqps://") as refused:
        distributed.init_app(Flask("x"), load({**environment, "NEWSROOM_BROKER_URL": address}))
    assert address not in str(refused.value)


def test_a_broker_without_celery_is_refused_in_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "celery", None)
    with pytest.raises(SettingsError, match=r"requirements-scale\.txt"):
        distributed.app_for("amqp://broker.example")


def test_a_commit_does_not_wait_for_a_broker_that_is_away(caplog: pytest.LogCaptureFixture) -> None:
    """Nobody listens at the port; the name is said to a thread, which says once that it was not heard."""
    crier = distributed.Crier(distributed.app_for("amqp://127.0.0.1:1//"))
    crier.say("letters")
    with caplog.at_level(logging.WARNING):
        for _ in range(3):
            crier._publish("letters")
    assert sum("does not answer" in record.getMessage() for record in caplog.records) == 1


def test_long_jobs_take_one_thread_and_leave_the_others_to_letters(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A job in hand does not come to an end; a second message about jobs comes back at once all the same."""
    begun, may_end = threading.Event(), threading.Event()
    asked: list[str] = []

    def job(_limit: int) -> int:
        asked.append("jobs")
        begun.set()
        assert may_end.wait(LONG_SECONDS)
        return 0

    def letter(_limit: int) -> int:
        asked.append("letters")
        return 0

    found = {"jobs": Source("jobs", job), "letters": Source("letters", letter)}
    monkeypatch.setattr(distributed.sources, "all_sources", lambda *_given: found)
    speaker = distributed.app_for("amqp://127.0.0.1:1//")
    distributed._take_up(speaker, app)
    work = speaker.tasks[distributed.WORK]
    with ThreadPoolExecutor(1) as beside:
        first = beside.submit(work, "jobs")
        try:
            assert begun.wait(LONG_SECONDS)
            work("jobs")
            work("letters")
            assert asked == ["jobs", "letters"]
        finally:
            may_end.set()
        first.result(LONG_SECONDS)
