"""A stop ends the wait of an ordinary letter, and the letter is not lost; nothing else waits behind one."""

import asyncio
import os
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from flask import Flask
from jinja2 import ChoiceLoader, FileSystemLoader
from sqlalchemy import func, select

from newsroom.platform import clock, jobs
from newsroom.platform.db import db, unit_of_work
from newsroom.platform.jobs import patience, stopping
from newsroom.platform.jobs.models import Job
from newsroom.platform.mail import outbox
from newsroom.platform.mail.models import OutboxLetter
from newsroom.platform.mail.reply import Reply, Stage
from newsroom.platform.mail.smtp.server import Server
from newsroom.platform.mail.smtp.transport import STOPPED, SmtpTransport
from tests.mailserver import MailServer
from tests.platform.mail.conftest import HERE
from tests.platform.mail.samples import letter
from tests.platform.mail.servers import CERTIFICATES, Keeper, tls_server
from tests.waiting import LONG_SECONDS, once, wait_until

pytestmark = pytest.mark.smtp
FROM, TO = "bounce+a.b@service-bell.example", "ana@reader.example"
# Nobody who waits for it would be there before the test is given up.
NEVER = 600.0
# What the product's own time-outs are longer than, and a stop is not.
SOON = 15.0


@pytest.fixture(autouse=True)
def _not_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stopping, "_asked_at", None)
    monkeypatch.setattr(patience, "WAIT_SECONDS", 0.3)


@pytest.fixture
def environment(environment: dict[str, str], smtp: MailServer) -> dict[str, str]:
    return {**environment, **smtp.settings()}


@pytest.fixture
def app(app: Flask) -> Flask:
    """The whole product, with one more letter to write."""
    assert app.jinja_loader is not None
    app.jinja_loader = ChoiceLoader([app.jinja_loader, FileSystemLoader(HERE / "templates")])
    return app


@contextmanager
def silent_door() -> Iterator[tuple[int, threading.Event]]:
    """A port at which nobody says a word, and whether somebody is there."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        knocked, guests = threading.Event(), list[socket.socket]()

        def answer() -> None:
            try:
                while True:
                    guests.append(listener.accept()[0])
                    knocked.set()
            except OSError:
                return

        porter = threading.Thread(target=answer, daemon=True)
        porter.start()
        try:
            yield listener.getsockname()[1], knocked
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            porter.join()
            for guest in guests:
                guest.close()


def stop_once(condition: Callable[[], object]) -> None:
    once(condition, lambda: os.kill(os.getpid(), signal.SIGTERM))


def post() -> int:
    with unit_of_work():
        row = outbox.post(letter())
        db.session.flush()
        return row.id


def row(number: int) -> OutboxLetter:
    db.session.rollback()
    found = db.session.get(OutboxLetter, number, populate_existing=True)
    assert found is not None
    return found


def test_whoever_waits_at_a_silent_door_may_be_called_away() -> None:
    with silent_door() as (port, knocked), SmtpTransport(Server("127.0.0.1", port)) as transport:
        once(knocked.is_set, transport.abort)
        began = time.monotonic()
        assert transport.send(FROM, TO, b"Subject: x\r\n\r\nx\r\n") == Reply(0, STOPPED, Stage.CONNECT)
        assert time.monotonic() - began < SOON


def test_whoever_was_called_away_begins_nothing_any_more() -> None:
    with silent_door() as (port, knocked), SmtpTransport(Server("127.0.0.1", port)) as transport:
        transport.abort()
        assert transport.send(FROM, TO, b"Subject: x\r\n\r\nx\r\n") == Reply(0, STOPPED, Stage.CONNECT)
    assert not knocked.is_set()


def test_a_message_whose_answer_nobody_waits_for_is_uncertain(smtp: MailServer) -> None:
    smtp.answer("DATA", None, after_seconds=NEVER)
    with SmtpTransport(Server("127.0.0.1", smtp.port)) as transport:
        once(lambda: smtp.commands["DATA"], transport.abort)
        reply = transport.send(FROM, TO, b"Subject: x\r\n\r\nx\r\n")
    assert reply == Reply(0, STOPPED, Stage.DATA, uncertain=True)


def test_a_recipient_that_was_not_answered_has_no_letter(smtp: MailServer) -> None:
    smtp.answer("RCPT", None, after_seconds=NEVER)
    with SmtpTransport(Server("127.0.0.1", smtp.port)) as transport:
        once(lambda: smtp.commands["RCPT"], transport.abort)
        reply = transport.send(FROM, TO, b"Subject: x\r\n\r\nx\r\n")
    assert reply == Reply(0, STOPPED, Stage.RCPT)


def test_a_message_under_tls_whose_answer_nobody_waits_for_is_uncertain(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATES / "authority.pem"))
    has_come = threading.Event()

    async def say_nothing(*_: object) -> str:
        has_come.set()
        await asyncio.sleep(NEVER)
        return "250 2.0.0 Kept"

    monkeypatch.setattr(Keeper, "handle_DATA", say_nothing)
    with (
        tls_server("localhost") as (port, _),
        SmtpTransport(Server("localhost", port, use_tls=True)) as transport,
    ):
        once(has_come.is_set, transport.abort)
        reply = transport.send(FROM, TO, b"Subject: x\r\n\r\nx\r\n")
    assert reply == Reply(0, STOPPED, Stage.DATA, uncertain=True)


def test_an_ordinary_letter_at_a_silent_door_leaves_with_the_next_worker(
    app: Flask, smtp: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    numbers = [post(), post()]
    with silent_door() as (port, knocked), monkeypatch.context() as patch:
        patch.setattr(app.extensions["mail"], "port", port)
        stop_once(knocked.is_set)
        began = time.monotonic()
        jobs.run_worker(app)
        assert time.monotonic() - began < SOON
    found = [row(number) for number in numbers]
    assert [(each.state, each.attempt_count, each.lease) for each in found] == [("queued", 0, None)] * 2
    assert jobs.run_worker(app, drain=True)
    assert len(smtp.accepted) == 2


def test_an_ordinary_letter_that_had_left_is_tried_again_as_the_same(app: Flask, smtp: MailServer) -> None:
    smtp.answer("DATA", None, after_seconds=NEVER)
    number = post()
    stop_once(lambda: smtp.commands["DATA"])
    began = time.monotonic()
    jobs.run_worker(app)
    assert time.monotonic() - began < SOON
    found = row(number)
    assert (found.state, found.attempt_count, found.last_reply) == ("queued", 1, STOPPED)
    assert found.next_attempt_at > clock.now()
    message_id = found.message_id
    with unit_of_work():
        found.next_attempt_at = clock.now()
    smtp.behave()
    jobs.run_worker(app, drain=True)
    assert [one.message["Message-ID"] for one in smtp.accepted] == [message_id]


def test_an_answer_that_comes_in_time_counts_though_a_stop_was_asked_for(
    app: Flask, smtp: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(patience, "WAIT_SECONDS", LONG_SECONDS)
    smtp.answer("DATA", None, when=jobs.stop_requested)
    number = post()
    stop_once(lambda: smtp.commands["DATA"])
    jobs.run_worker(app)
    assert row(number).state == "sent"


@jobs.task("tests.mail.beside_a_letter")
def _beside_a_letter(_: int) -> None:
    """A job that has nothing to do."""


def test_a_job_does_not_wait_behind_a_letter(app: Flask, smtp: MailServer) -> None:
    done: list[bool] = []
    smtp.answer("DATA", None, when=lambda: bool(done))
    number = post()

    def watch() -> None:
        # The mail server holds its answer back until the job is done.
        wait_until(lambda: smtp.commands["DATA"], "the letter never left")
        with app.app_context():
            with unit_of_work():
                jobs.enqueue("tests.mail.beside_a_letter", 1)
            try:
                wait_until(_is_done, "the job waited behind the letter", seconds=60)
                done.append(row(number).state == "sending")
            finally:
                db.session.remove()
                done.append(False)
                os.kill(os.getpid(), signal.SIGTERM)

    thread = threading.Thread(target=watch)
    thread.start()
    jobs.run_worker(app)
    thread.join()
    assert done[0] is True


def _is_done() -> bool:
    db.session.rollback()
    return bool(db.session.scalar(select(func.count()).select_from(Job).where(Job.done_at.is_not(None))))
