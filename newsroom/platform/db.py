"""The database: one handle, one way to write, and the few column types every table uses.

Everything that writes does so inside `unit_of_work()`; a write outside it is refused, because on SQLite it
would begin as a reader and could fail half-way when it turns into a writer. It holds no tables of its own.
"""

import logging
import random
import secrets
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from flask import Flask, has_request_context
from flask_sqlalchemy import SQLAlchemy
from flask_sqlalchemy.session import Session
from sqlalchemy import Connection, DateTime, Dialect, MetaData, event, exc
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import DeclarativeBase, ORMExecuteState, registry
from sqlalchemy.types import TypeDecorator

from newsroom.platform.settings import SettingsError

if TYPE_CHECKING:
    from newsroom.platform.postgresql import Limits

log = logging.getLogger(__name__)

# Explicit names, so that a migration can drop on SQLite what it created on PostgreSQL.
_NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
_WRITE = "newsroom_write"
_UNIT = "newsroom_unit"
_WORKS = "newsroom.db.works"
# How long a writer waits for another one on SQLite.
_LOCK_SECONDS = 30
_SQLITE_IS_AWAY = (
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_READONLY,
)
# No vowels and no look-alikes: an id never spells a word, and can be read out over a telephone.
_ALPHABET = "bcdfghjkmnpqrstvwxyz23456789"
# Which letter a byte of chance stands for. The last bytes stand for none, so that all letters are as likely.
_LETTER_OF = bytes(ord(_ALPHABET[byte % len(_ALPHABET)]) for byte in range(256))
_TOO_HIGH = bytes(range(256 - 256 % len(_ALPHABET), 256))


class UtcDateTime(TypeDecorator[datetime]):
    """An instant. Takes aware times of any zone, gives aware times in UTC; a naive time is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """To the database: UTC, which SQLite keeps without saying so."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"A time without a zone cannot be stored: {value!r}. Use clock.now().")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """From the database: aware, in UTC, whatever zone the server's session speaks."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """What all tables share: names of constraints, and instants that know their zone."""

    registry = registry(
        metadata=MetaData(naming_convention=_NAMES), type_annotation_map={datetime: UtcDateTime}
    )


class UnitSession(Session):
    """The session of a request, a command or a worker's step. It writes inside a unit of work only, and only
    the unit itself ends its transaction.

    Whatever came after a commit or a rollback in the middle would run in a new transaction, without SQLite's
    write lock and without the rows that were locked: it would fail now and then, as "database is locked".
    """

    def commit(self) -> None:
        self._refuse_inside_a_unit("commit")
        super().commit()

    def rollback(self) -> None:
        self._refuse_inside_a_unit("rollback")
        super().rollback()

    def close(self) -> None:
        """A page that is ready is not lost because the database no longer hears that it may forget it."""
        self._refuse_inside_a_unit("close")
        try:
            super().close()
        except exc.DBAPIError as problem:
            if not is_away(problem):
                raise
            log.warning("A connection to the database was lost before it was given back: %s", problem.orig)

    def _refuse_inside_a_unit(self, what: str) -> None:
        unit: _Unit | None = self.info.get(_UNIT)
        if unit is not None and not unit.is_ending:
            raise UnitOfWorkCutShort(f"A {what} inside a unit of work: only the unit ends its transaction.")


db = SQLAlchemy(model_class=Base, session_options={"class_": UnitSession})


class UnitOfWorkCutShort(RuntimeError):
    """A programming error: the transaction of a unit of work was about to be ended in the unit's middle."""


class WriteOutsideUnitOfWork(RuntimeError):
    """A programming error: something was about to be written that no `unit_of_work()` would commit."""


class UnitOfWorkDoomed(RuntimeError):
    """A programming error: an inner unit of work failed, the failure was swallowed, and the rest was about to
    be committed without it."""


class _Unit:
    """A unit of work in progress: how many `with` blocks finished inside it, and whether one failed."""

    def __init__(self) -> None:
        self.doomed = False
        self.is_ending = False
        self.finished_count = 0


@contextmanager
def unit_of_work() -> Iterator[Session]:
    """All or nothing: commits at the end of the block, rolls everything back on an exception.

    It ends any read transaction first, so that what the block reads is what is true now, and takes SQLite's
    write lock at once. A block inside a block joins the outer one, which commits for both; an exception that
    leaves the inner block dooms the outer one even where it is caught, because half of a verb's writes may
    be in the session (use `db.session.begin_nested()` for a step that may fail alone).
    """
    session = db.session()
    outer: _Unit | None = session.info.get(_UNIT)
    if outer is None:
        with _outermost(session):
            yield session
        return
    try:
        yield session
    except BaseException:
        outer.doomed = True
        raise
    outer.finished_count += 1


def current_unit() -> _Unit | None:
    """The unit of work in progress, for the platform's own doors."""
    unit: _Unit | None = db.session().info.get(_UNIT)
    return unit


@contextmanager
def _outermost(session: Session) -> Iterator[None]:
    if session.new or session.deleted:
        raise WriteOutsideUnitOfWork("Objects were added to the session before the unit of work began.")
    session.rollback()
    unit = _Unit()
    session.connection(execution_options={_WRITE: True})
    session.info[_UNIT] = unit
    try:
        yield
        if unit.doomed:
            raise UnitOfWorkDoomed("A part of this unit of work failed, so none of it is kept.")
        unit.is_ending = True
        session.commit()
    except BaseException:
        unit.is_ending = True
        session.rollback()
        raise
    finally:
        del session.info[_UNIT]


def insert_into(model: type[Base]) -> postgresql.Insert | sqlite.Insert:
    """An INSERT that can say what happens to a row that is there already (ON CONFLICT).

    Of two who write the same row at once, neither then fails.
    """
    dialect = postgresql if db.engine.dialect.name == "postgresql" else sqlite
    return dialect.insert(model)


def new_public_id() -> str:
    """Twelve characters for an address: lower case, url-safe, 57 bits of chance."""
    found = ""
    while len(found) < 12:
        found += secrets.token_bytes(16).translate(_LETTER_OF, _TOO_HIGH).decode("ascii")
    return found[:12]


def new_public_ids(count: int) -> list[str]:
    """Ids for many rows that are stored together. They begin with the same letter; 53 bits are chance.

    Of ids all over the alphabet each falls on another page of its index, and a large table would write one
    page anew for every row.
    """
    first = secrets.choice(_ALPHABET)
    drawn = ""
    while len(drawn) < 11 * count:
        # A few more bytes than letters, because some stand for none.
        drawn += secrets.token_bytes(16 * count).translate(_LETTER_OF, _TOO_HIGH).decode("ascii")
    return [first + drawn[begin : begin + 11] for begin in range(0, 11 * count, 11)]


def public_id_from(digest: bytes) -> str:
    """The same twelve characters for the same digest, for a thing that another system has named already."""
    number = int.from_bytes(digest, "big")
    return "".join(_ALPHABET[number // len(_ALPHABET) ** place % len(_ALPHABET)] for place in range(12))


def is_new_public_id(text: str) -> bool:
    """Whether a text has exactly the shape of what `new_public_id` gives."""
    return len(text) == 12 and all(character in _ALPHABET for character in text)


def init_app(app: Flask) -> None:
    """Bind the handle to an application and teach its engine our manners.

    Raises `SettingsError` where the settings name a database whose driver is not installed.
    """
    url: str = app.config["SQLALCHEMY_DATABASE_URI"]
    if url.startswith("sqlite"):
        app.config.setdefault("SQLALCHEMY_ENGINE_OPTIONS", {"connect_args": {"timeout": _LOCK_SECONDS}})
        db.init_app(app)
        with app.app_context():
            event.listen(db.engine, "connect", _prepare_sqlite)
            event.listen(db.engine, "begin", _begin_sqlite)
        return
    # What speaks to PostgreSQL is installed only where it is used.
    try:
        from newsroom.platform import postgresql
    except ImportError as problem:
        raise SettingsError(
            f"NEWSROOM_DATABASE_URL names PostgreSQL, and what speaks to it is not installed ({problem}): "
            "pip install -r requirements-scale.txt, or take the setting away."
        ) from None

    app.config.setdefault("SQLALCHEMY_ENGINE_OPTIONS", postgresql.engine_options(url))
    db.init_app(app)
    with app.app_context():
        postgresql.teach(db.engine, lambda: _limits_of(app))


def be_a_worker(app: Flask) -> None:
    """From now on a statement of this process may take as long as one of a worker's may, and not for ever."""
    app.extensions[_WORKS] = True


def _limits_of(app: Flask) -> "Limits":
    """By what whoever asks the database now is bound: a reader waits, a command has all the time it takes."""
    from newsroom.platform import postgresql

    if has_request_context():
        return postgresql.SITE
    return postgresql.WORKER if app.extensions.get(_WORKS) else postgresql.COMMAND


def is_away(problem: BaseException) -> bool:
    """Whether it says that the database cannot be used just now, and not that a statement is wrong.

    It is not reached, is busy for too long, full, or going down: the same may succeed in a minute.
    """
    if isinstance(problem, exc.TimeoutError):
        return True
    if not isinstance(problem, exc.DBAPIError):
        return False
    if isinstance(problem.orig, sqlite3.Error):
        # Its lower byte is the kind; 1 is whatever is wrong with a statement.
        return getattr(problem.orig, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF in _SQLITE_IS_AWAY
    return problem.connection_invalidated or isinstance(problem, exc.OperationalError)


def _prepare_sqlite(connection: sqlite3.Connection, _record: Any) -> None:
    # The driver's own transaction control begins late and commits before schema changes; we begin ourselves.
    connection.isolation_level = None
    for pragma in (
        "journal_mode=WAL",
        "foreign_keys=ON",
        f"busy_timeout={_LOCK_SECONDS * 1000}",
        "synchronous=FULL",
        # What was destroyed is overwritten and not only let go of, which not every SQLite does by itself.
        "secure_delete=ON",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    # A reader that turns into a writer gets SQLITE_BUSY at once when somebody wrote in between, however long
    # the timeout. So writers say so from the start.
    if not connection.get_execution_options().get(_WRITE):
        connection.exec_driver_sql("BEGIN")
        return
    driver = connection.connection.driver_connection
    assert isinstance(driver, sqlite3.Connection)
    if not _took_write_lock(driver):
        connection.exec_driver_sql("BEGIN IMMEDIATE")


def _took_write_lock(driver: sqlite3.Connection) -> bool:
    """Wait for SQLite's write lock as long as SQLite would, but look for it often; says whether it came.

    SQLite itself looks again after a tenth of a second, and a dispatch that writes its ledger has the lock
    dozens of times meanwhile: a reader's story would wait for seconds.
    """
    ends_at = time.monotonic() + _LOCK_SECONDS
    driver.execute("PRAGMA busy_timeout=0")
    try:
        while True:
            try:
                driver.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError as problem:
                if problem.sqlite_errorcode != sqlite3.SQLITE_BUSY:
                    return False
            else:
                return True
            if time.monotonic() > ends_at:
                return False
            # At uneven times, so that several who wait do not always come at the wrong moment together.
            time.sleep(random.uniform(0.0005, 0.003))  # noqa: S311 - nothing secret about it.
    finally:
        driver.execute(f"PRAGMA busy_timeout={_LOCK_SECONDS * 1000}")


@event.listens_for(UnitSession, "before_flush")
def _flush_only_in_a_unit(session: UnitSession, _context: Any, _instances: Any) -> None:
    if _UNIT not in session.info:
        raise WriteOutsideUnitOfWork("Open `with unit_of_work():` around this write.")


@event.listens_for(UnitSession, "do_orm_execute")
def _execute_only_in_a_unit(state: ORMExecuteState) -> None:
    if (state.is_insert or state.is_update or state.is_delete) and _UNIT not in state.session.info:
        raise WriteOutsideUnitOfWork("Open `with unit_of_work():` around this write.")
