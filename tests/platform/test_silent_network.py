"""PostgreSQL behind a network that dies without a word, or busy with somebody else: nobody hangs for long.

Against the real server; the network is `tests/relay.py`, which stops carrying and closes nothing.
"""

import socket
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import psycopg
import pytest
from flask import Flask
from sqlalchemy import make_url, text
from sqlalchemy.exc import OperationalError

from newsroom.factory import create_app
from newsroom.platform import postgresql
from newsroom.platform.db import be_a_worker, db, unit_of_work
from newsroom.platform.settings import load
from tests import relay
from tests.databases import PostgresTemplate
from tests.isolation import IsolatedClient
from tests.relay import Relay

LIMITS = ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout")
# Only a hang takes longer: far more than the figures of a test that hurries, far less than a kernel's.
SOON = 25.0
HASTE = "connect_timeout=2"

pytestmark = pytest.mark.postgres


@pytest.fixture
def database(postgres_template: PostgresTemplate) -> Iterator[str]:
    with postgres_template.borrow() as url:
        yield url


@pytest.fixture
def wire(database: str) -> Iterator[tuple[Relay, str]]:
    with relay.before(database) as found:
        yield found


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgresql, "ANSWER_SECONDS", 1.0)
    monkeypatch.setattr(postgresql, "SLACK_SECONDS", 0.5)


class Running:
    """An application on a database of its own address, with a context open."""

    def __init__(self, environment: dict[str, str], url: str, *said: str) -> None:
        address = "&".join([url + "?" + said[0], *said[1:]]) if said else url
        self.app = create_app(load({**environment, "NEWSROOM_DATABASE_URL": address}))
        self.app.testing = True
        # Each visit has a session of its own, as on the web.
        self.app.test_client_class = IsolatedClient

    def __enter__(self) -> Flask:
        self._context = self.app.app_context()
        self._context.push()
        return self.app

    def __exit__(self, *_trouble: object) -> None:
        db.session.remove()
        db.engine.dispose()
        self._context.pop()


def setting(name: str) -> str:
    return str(db.session.scalar(text("SELECT current_setting(:name)"), {"name": name}))


def limits() -> list[str]:
    """What binds whoever asks now."""
    db.session.remove()
    return [setting(name) for name in LIMITS]


def visit(app: Flask, path: str = "/healthz") -> tuple[int, str, float]:
    """Status, words and how many seconds it took."""
    began = time.monotonic()
    answer = app.test_client().get(path)
    return answer.status_code, answer.text, time.monotonic() - began


# What is asked of the kernels and of the server.


def test_a_connection_asks_both_kernels_to_notice_a_dead_wire(
    environment: dict[str, str], database: str
) -> None:
    with Running(environment, database), db.engine.connect() as connection:
        driver = connection.connection.driver_connection
        assert isinstance(driver, psycopg.Connection)
        with socket.socket(fileno=driver.fileno()) as end:
            asked = {
                name: end.getsockopt(socket.IPPROTO_TCP, getattr(socket, name))
                for name in ("TCP_KEEPIDLE", "TCP_KEEPINTVL", "TCP_KEEPCNT", "TCP_USER_TIMEOUT")
            }
            is_kept = end.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)
            end.detach()
        names = ("tcp_keepalives_idle", "tcp_keepalives_interval", "tcp_keepalives_count", "tcp_user_timeout")
        theirs = [
            connection.scalar(text("SELECT setting FROM pg_settings WHERE name = :name"), {"name": name})
            for name in names
        ]
    assert is_kept
    assert list(asked.values()) == [15, 5, 3, 30_000]
    assert theirs == ["15", "5", "3", "30000"]


def test_a_reader_a_worker_and_a_command_are_bound_differently(
    environment: dict[str, str], database: str
) -> None:
    with Running(environment, database) as app:
        assert limits() == ["0", "0", "0"]
        with app.test_request_context("/"):
            assert limits() == ["30s", "10s", "2min"]
        # The same connection, lent to somebody else.
        assert limits() == ["0", "0", "0"]
        be_a_worker(app)
        assert limits() == ["5min", "30s", "2min"]


def test_flask_work_is_bound_as_a_worker(environment: dict[str, str], database: str) -> None:
    with Running(environment, database) as app:
        done = app.test_cli_runner().invoke(args=["work", "--drain"])
        assert done.exit_code == 0, done.output
        assert limits() == ["5min", "30s", "2min"]


def test_what_the_address_says_wins(environment: dict[str, str], database: str) -> None:
    said = ("options=-c%20statement_timeout%3D7s%20-c%20lock_timeout%3D0", "keepalives_idle=99")
    with Running(environment, database, *said) as app, app.test_request_context("/"):
        assert limits() == ["7s", "0", "2min"]
        driver: Any = db.session.connection().connection.driver_connection
        with socket.socket(fileno=driver.fileno()) as end:
            assert end.getsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE) == 99
            end.detach()
        assert driver.patience == 7 + postgresql.SLACK_SECONDS


def test_what_an_administrator_said_of_the_database_wins(environment: dict[str, str], database: str) -> None:
    server = make_url(database)
    admin = server.set(drivername="postgresql").render_as_string(hide_password=False)
    name = server.database
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute(f"ALTER DATABASE {name} SET statement_timeout = '45s'")
    try:
        with Running(environment, database) as app, app.test_request_context("/"):
            assert limits() == ["45s", "10s", "2min"]
    finally:
        with psycopg.connect(admin, autocommit=True) as connection:
            connection.execute(f"ALTER DATABASE {name} RESET ALL")


def test_a_command_takes_longer_than_a_reader_may(
    environment: dict[str, str], database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Migrations, imports and the move are not cut off, and a reader's statement is."""
    monkeypatch.setattr(postgresql, "SITE", postgresql.Limits(statement=1, lock=1, idle=1))
    long = text("SELECT pg_sleep(1.5)")
    with Running(environment, database) as app:
        db.session.execute(long)
        db.session.remove()
        with app.test_request_context("/"), pytest.raises(OperationalError, match="statement timeout"):
            db.session.execute(long)


# What a reader sees.


@pytest.mark.usefixtures("hurried")
def test_a_reader_is_told_soon_when_the_network_is_silent(
    environment: dict[str, str], wire: tuple[Relay, str]
) -> None:
    network, url = wire
    with Running(environment, url, HASTE) as app:
        assert visit(app, "/")[0] == 200
        with network.silent():
            status, words, seconds = visit(app, "/")
        assert status == 503
        assert "does not answer at the moment" in words
        assert "try again" in words
        assert seconds < SOON
        # The network is back, and nobody had to start anything again.
        assert visit(app, "/")[0] == 200


@pytest.mark.usefixtures("hurried")
def test_a_wire_that_forgot_its_connections_costs_one_of_them(
    environment: dict[str, str], wire: tuple[Relay, str]
) -> None:
    network, url = wire
    with Running(environment, url, HASTE) as app:
        assert visit(app, "/")[0] == 200
        network.forget()
        status, _, seconds = visit(app, "/")
        assert status == 200
        assert seconds < SOON


@pytest.mark.usefixtures("hurried")
def test_silence_in_the_middle_of_a_statement_ends(
    environment: dict[str, str], wire: tuple[Relay, str]
) -> None:
    network, url = wire
    with Running(environment, url, HASTE, "options=-c%20statement_timeout%3D1s") as app:

        def falls_silent() -> str:
            db.session.execute(text("SELECT 1"))
            network.fall_silent()
            db.session.execute(text("SELECT 2"))
            raise AssertionError("somebody answered")

        app.add_url_rule("/wrong", view_func=falls_silent)
        status, words, seconds = visit(app, "/wrong")
        assert (status, "does not answer" in words) == (503, True)
        assert seconds < SOON
        network.come_back()
        assert visit(app)[0] == 200


@pytest.mark.usefixtures("hurried")
def test_a_page_that_is_ready_is_not_lost(environment: dict[str, str], wire: tuple[Relay, str]) -> None:
    network, url = wire
    with Running(environment, url, HASTE) as app:

        def ready() -> str:
            db.session.execute(text("SELECT 1"))
            network.fall_silent()
            return "ready"

        app.add_url_rule("/ready", view_func=ready)
        status, words, seconds = visit(app, "/ready")
        assert (status, words) == (200, "ready")
        assert seconds < SOON


@pytest.mark.usefixtures("hurried")
def test_a_check_of_health_is_told_soon(environment: dict[str, str], wire: tuple[Relay, str]) -> None:
    network, url = wire
    with Running(environment, url, HASTE) as app, network.silent():
        status, words, seconds = visit(app)
    assert (status, words) == (503, "The database does not answer.\n")
    assert seconds < SOON


def test_somebody_who_keeps_a_row_for_long_is_no_fault_of_ours(
    environment: dict[str, str], database: str, caplog: pytest.LogCaptureFixture
) -> None:
    with (
        Running(environment, database, "options=-c%20lock_timeout%3D200ms") as app,
        db.engine.connect() as other,
    ):
        other.execute(text("LOCK TABLE job IN ACCESS EXCLUSIVE MODE"))

        def waits() -> str:
            with unit_of_work():
                db.session.execute(text("SELECT * FROM job"))
            raise AssertionError("nobody had locked it")

        app.add_url_rule("/waits", view_func=waits)
        answer = app.test_client().get("/waits")
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "60"
    assert answer.headers["Cache-Control"] == "no-store"
    assert "lock timeout" in caplog.text
    assert "Traceback" not in caplog.text


def test_more_readers_than_connections_are_told_to_come_again(
    environment: dict[str, str], database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgresql, "_KEPT", 1)
    monkeypatch.setattr(postgresql, "_MORE", 0)
    monkeypatch.setattr(postgresql, "_POOL_SECONDS", 0.2)
    with Running(environment, database) as app, db.engine.connect():
        status, words, _ = visit(app, "/")
    assert status == 503
    assert "try again" in words


def test_a_statement_that_is_wrong_is_our_own_fault(environment: dict[str, str], database: str) -> None:
    with Running(environment, database) as app:
        app.testing = False
        app.add_url_rule("/wrong", view_func=lambda: str(db.session.scalar(text("SELECT nothing"))))
        assert visit(app, "/wrong")[0] == 500


# On SQLite.


def test_a_file_that_somebody_keeps_locked_is_no_fault_of_ours(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("newsroom.platform.db._LOCK_SECONDS", 0)
    file = make_url(app.config["SQLALCHEMY_DATABASE_URI"]).database
    assert file is not None

    def writes() -> str:
        with unit_of_work():
            return "written"

    app.add_url_rule("/writes", view_func=writes)
    db.session.remove()
    db.engine.dispose()
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert visit(app, "/writes")[0] == 503
        other.execute("ROLLBACK")
    assert visit(app, "/writes")[:2] == (200, "written")


def test_a_statement_that_is_wrong_on_sqlite_is_our_own_fault(app: Flask) -> None:
    app.testing = False
    app.add_url_rule("/wrong", view_func=lambda: str(db.session.scalar(text("SELECT nothing"))))
    assert visit(app, "/wrong")[0] == 500
