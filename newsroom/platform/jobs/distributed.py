"""The distributed worker: Celery over a message broker wakes the same sources on any number of machines.

A message is the name of a source and nothing else, so that one which is lost, repeated or late changes
nothing: the rows are the truth. Every worker names all sources again every few seconds, and there is no
scheduler that could be missing. It is used where NEWSROOM_BROKER_URL is set, and imports Celery only then.
"""

from __future__ import annotations

import logging
import queue
import threading
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from flask import Flask

from newsroom.platform.jobs import sources, stopping, waking
from newsroom.platform.jobs.doing import Jobs
from newsroom.platform.jobs.sources import Source
from newsroom.platform.jobs.worker import TICK_SECONDS
from newsroom.platform.settings import Settings, SettingsError

if TYPE_CHECKING:
    from celery import Celery

log = logging.getLogger(__name__)

QUEUE = "newsroom"
WORK = "newsroom.work"

# So many sources at a time in one process: while an issue goes out, letters and jobs have their turn too.
THREADS = 4
SWEEP_SECONDS = 2.0
# A message that nobody took before the next sweep has nothing to say any more: none of them pile up.
_EXPIRES_SECONDS = 2 * SWEEP_SECONDS
_PATIENCE_SECONDS = 5.0


def app_for(broker_url: str) -> Celery:
    """The Celery application that speaks to a broker; it connects when it is used.

    A message is acknowledged when its work is done, so that a killed worker's goes to another one, and a
    worker takes no message before it has a thread for it. Raises `SettingsError` for an address that is none
    of RabbitMQ's, and where Celery is not installed.
    """
    if not broker_url.startswith(("amqp://", "amqps://")):
        raise SettingsError("NEWSROOM_BROKER_URL must begin with amqp:// or amqps://, for RabbitMQ.")
    try:
        from celery import Celery
    except ImportError:
        raise SettingsError(
            "NEWSROOM_BROKER_URL is set, but Celery is not installed: "
            "pip install -r requirements-scale.txt, or take the setting away."
        ) from None
    speaker = Celery("newsroom", broker=broker_url, set_as_current=False)
    speaker.conf.update(
        task_default_queue=QUEUE,
        task_acks_late=True,
        task_reject_on_worker_lost=True,
        worker_prefetch_multiplier=1,
        task_ignore_result=True,
        task_serializer="json",
        accept_content=["json"],
        broker_connection_retry_on_startup=True,
        broker_connection_max_retries=None,
        broker_connection_timeout=_PATIENCE_SECONDS,
        worker_cancel_long_running_tasks_on_connection_loss=False,
        worker_hijack_root_logger=False,
        worker_enable_remote_control=False,
        worker_send_task_events=False,
    )
    return speaker


class Crier:
    """Names sources to the broker from a thread of its own, so that nobody who commits waits for it.

    A name that cannot be said is forgotten: the next sweep of a worker says it again.
    """

    def __init__(self, speaker: Celery) -> None:
        self._speaker = speaker
        self._names: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._is_heard = True
        self._begin = threading.Lock()
        self._thread: threading.Thread | None = None

    def say(self, name: str) -> None:
        """Name a source soon; it neither waits nor raises."""
        self._names.put(name)
        with self._begin:
            # Begun with the first word: a server may fork after it has made the application.
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="waking", daemon=True)
                self._thread.start()

    def _run(self) -> None:
        while True:
            for name in sorted(self._gathered()):
                self._publish(name)

    def _gathered(self) -> set[str]:
        """Whatever was said while nobody looked, each name once."""
        names = {self._names.get()}
        while not self._names.empty():
            names.add(self._names.get())
        return names

    def _publish(self, name: str) -> None:
        try:
            self._speaker.send_task(WORK, args=[name], expires=_EXPIRES_SECONDS, retry=False)
        except Exception as problem:
            if self._is_heard:
                log.warning("The broker does not answer (%s); work is found by looking", problem)
            self._is_heard = False
            return
        self._is_heard = True


def init_app(app: Flask, settings: Settings) -> None:
    """Where a broker is set, let it hear of work after each commit that makes some.

    Raises `SettingsError`.
    """
    if settings.broker_url:
        waking.listen(app, Crier(app_for(settings.broker_url)).say)


def run_worker(app: Flask, broker_url: str) -> None:
    """Work as one of any number of workers, until SIGTERM or SIGINT. Raises `SettingsError`."""
    from celery.signals import worker_shutting_down

    _accept_root()
    speaker = app_for(broker_url)
    _take_up(speaker, app)
    stopping.begin()
    worker_shutting_down.connect(_stop, weak=False)
    try:
        with _looking_around(app, Crier(speaker)):
            speaker.Worker(
                pool="threads",
                concurrency=THREADS,
                loglevel="WARNING",
                quiet=True,
                without_gossip=True,
                without_mingle=True,
            ).start()
    finally:
        worker_shutting_down.disconnect(_stop)
        sources.rest(app)


def _accept_root() -> None:
    """Do without Celery's nine lines at each start as root: they are about messages that can carry code, and
    ours carry a name, as JSON."""
    from celery.exceptions import SecurityWarning

    warnings.filterwarnings("ignore", category=SecurityWarning)


def _stop(**_facts: Any) -> None:
    stopping.request_stop()


def _take_up(speaker: Celery, app: Flask) -> None:
    """Let the worker's one task ask the source that a message names."""
    known = sources.all_sources(app, Jobs(app))

    in_hand = {name: threading.Lock() for name in known}

    def work(name: str) -> None:
        source = known.get(name)
        if source is None:
            # A newer version of Newsroom on another machine knows it; one of its workers will be asked.
            log.warning("This version of Newsroom has no source of work called %s", name)
            return
        if _ask_alone(source, app, in_hand[name]):
            # One more turn, behind whatever else waits; another worker may take it.
            speaker.send_task(WORK, args=[name], retry=False)

    speaker.task(work, name=WORK)


def _ask_alone(source: Source, app: Flask, in_hand: threading.Lock) -> int:
    """Ask a source that nobody in this process asks already.

    It keeps the connections of one process; and long jobs, one beside the other, would take every thread and
    let no letter leave.
    """
    if not in_hand.acquire(blocking=False):
        return 0
    try:
        return source.ask(app)
    finally:
        in_hand.release()


@contextmanager
def _looking_around(app: Flask, crier: Crier) -> Iterator[None]:
    """Within the block, name every source now and then, and let happen what happens each minute."""
    finished = threading.Event()
    names = list(sources.all_sources(app, Jobs(app)))

    def look() -> None:
        next_tick = 0.0
        while not finished.wait(SWEEP_SECONDS):
            for name in names:
                crier.say(name)
            if time.monotonic() >= next_tick:
                next_tick = time.monotonic() + TICK_SECONDS
                sources.tick(app)

    thread = threading.Thread(target=look, name="sweep", daemon=True)
    thread.start()
    try:
        yield
    finally:
        finished.set()
        thread.join()
