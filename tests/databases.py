"""Fresh databases, quickly: the schema is made once per test process and then copied for each test.

A copied SQLite file or a PostgreSQL database that was emptied after the last test costs a hundredth of a
second, and no test can see what another one has left.
"""

import itertools
import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, make_url, select

from newsroom.accounts.models import AuditEntry
from newsroom.factory import create_app
from newsroom.platform.db import db
from newsroom.platform.settings import load
from tests import chance, emptied, postgres

SECRET = "a secret for the tests alone, long enough"
BASE_URL = "http://newsroom.example"
# When what is prepared was done: in the morning at which `clock` opens, and before it.
EARLIER = datetime(2026, 11, 24, 8, 30, tzinfo=UTC)
_numbers = itertools.count(1)

# For a test whose promise is decided in rules or on a page and not in SQL: what it asks the database for is
# asked of PostgreSQL by a test that stands beside it.
ON_SQLITE = pytest.mark.parametrize("db_app", ["sqlite"], indirect=True)


def each_on_sqlite(
    name: str, values: Iterable[Any], *, on_postgres: Sequence[Any], **how: Any
) -> Callable[[chance.Test], chance.Test]:
    """Ask for each value on SQLite, and for those that need the most of a database on both.

    `make thorough` asks for all of them on both. `name` is the argument of the test that takes the value,
    beside `db_app`; `how` goes to pytest, such as `ids`.
    """
    every = list(values)
    assert on_postgres
    assert all(value in every for value in on_postgres)

    def postgres_with(value: Any) -> Any:
        return pytest.param("postgres", value, marks=pytest.mark.postgres)

    return chance.tried_on(
        ("db_app", name),
        [*(("sqlite", value) for value in every), *map(postgres_with, on_postgres)],
        thorough=[postgres_with(value) for value in every if value not in on_postgres],
        **{"indirect": ["db_app"], **how},
    )


def environment_for(instance: Path, **more: str) -> dict[str, str]:
    """Give the settings every test starts from, in the form the environment has them."""
    return {
        "NEWSROOM_ENV": "development",
        "NEWSROOM_INSTANCE": str(instance),
        "NEWSROOM_SECRET_KEY": SECRET,
        "NEWSROOM_BASE_URL": BASE_URL,
        **more,
    }


def build_schema(instance: Path, database_url: str) -> None:
    """Make all tables in an empty database."""
    _fill(instance, database_url, db.create_all)


def _fill(instance: Path, database_url: str, verb: Callable[[], object]) -> None:
    app = create_app(load(environment_for(instance, NEWSROOM_DATABASE_URL=database_url)))
    with app.app_context():
        verb()
        db.session.remove()
        db.engine.dispose()


class SqliteTemplate:
    """A SQLite file with the schema in it, and copies of it."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "template.db"
        build_schema(folder, f"sqlite:///{self._file}")
        # Closing the last connection has folded the write-ahead log into the file: it can be copied as it is.
        assert not self._file.with_name("template.db-wal").exists()

    def copy_to(self, instance: Path) -> str:
        """Put a copy into an instance folder and give its database address."""
        instance.mkdir(parents=True, exist_ok=True)
        target = instance / "newsroom.db"
        shutil.copyfile(self._file, target)
        return f"sqlite:///{target}"


class PostgresTemplate:
    """A PostgreSQL database with the schema in it, and copies of it to borrow.

    To clone and drop a database costs the server a sixth of a second, and to empty one a hundredth. So what
    was borrowed is emptied and lent again, unless somebody has changed its schema.
    """

    def __init__(self, folder: Path) -> None:
        self._life = ExitStack()
        url = self._life.enter_context(new_postgres_database())
        build_schema(folder, url)
        self._name = make_url(url).database
        with emptied.alone_in(url) as connection:
            self._schema = emptied.schema_of(connection)
        self._spare: list[str] = []

    @contextmanager
    def borrow(self) -> Iterator[str]:
        """Give the address of a database with the schema and no rows; nobody else has it meanwhile."""
        url = self._spare.pop() if self._spare else self._clone()
        try:
            yield url
        finally:
            self._take_back(url)

    def drop(self) -> None:
        self._life.close()

    def _clone(self) -> str:
        return self._life.enter_context(new_postgres_database(template=self._name))

    def _take_back(self, url: str) -> None:
        with emptied.alone_in(url) as connection:
            if emptied.schema_of(connection) != self._schema:
                return
            emptied.empty(connection)
        self._spare.append(url)


class Prepared:
    """What many tests begin with, done once per test process: a copy of it takes the place of a database.

    `set_up` runs in an application of its own, at the time EARLIER, and leaves nothing outside the database.
    """

    def __init__(
        self,
        set_up: Callable[[], object],
        folder: Path,
        schema: SqliteTemplate,
        postgres_schema: Callable[[], PostgresTemplate],
    ) -> None:
        self._set_up = set_up
        self._folder = folder
        self._schema = schema
        self._postgres_schema = postgres_schema
        self._file: Path | None = None
        self._rows: emptied.Rows | None = None

    def put_into(self, app: Flask) -> None:
        """Give an application, in whose database nothing has happened yet, a copy."""
        happened = db.session.scalar(select(func.count()).select_from(AuditEntry))
        assert not happened, "ask for what is prepared before anybody does anything"
        db.session.remove()
        db.engine.dispose()
        url = make_url(app.extensions["newsroom.settings"].database_url)
        assert url.database is not None
        if url.drivername.startswith("sqlite"):
            shutil.copyfile(self._sqlite_file(), url.database)
        else:
            rows = self._postgres_rows()
            with emptied.alone_in(url.render_as_string(hide_password=False)) as connection:
                emptied.empty(connection)
                emptied.put(connection, rows)

    def _sqlite_file(self) -> Path:
        if self._file is None:
            file = make_url(self._schema.copy_to(self._folder)).database
            assert file is not None
            self._prepare(f"sqlite:///{file}")
            assert not Path(f"{file}-wal").exists()
            self._file = Path(file)
        return self._file

    def _postgres_rows(self) -> emptied.Rows:
        if self._rows is None:
            with self._postgres_schema().borrow() as url:
                self._prepare(url)
                with emptied.alone_in(url) as connection:
                    self._rows = emptied.take(connection)
        return self._rows

    def _prepare(self, url: str) -> None:
        with time_machine.travel(EARLIER, tick=True):
            _fill(self._folder, url, self._set_up)
        left = {path.name for path in self._folder.iterdir()} - {"newsroom.db"}
        assert not left, f"a copy of the database would lack {left}"


@contextmanager
def new_postgres_database(template: str | None = None) -> Iterator[str]:
    """Give the address of a new database on the test server, dropped afterwards."""
    server = make_url(postgres.server_url())
    name = f"newsroom_test_{os.getpid()}_{next(_numbers)}"
    with _administration() as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {template or 'template0'}")
    try:
        yield server.set(database=name).render_as_string(hide_password=False)
    finally:
        with _administration() as connection:
            connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


@contextmanager
def _administration() -> Iterator[psycopg.Connection]:
    server = make_url(postgres.server_url()).set(drivername="postgresql")
    with psycopg.connect(server.render_as_string(hide_password=False), autocommit=True) as connection:
        yield connection
