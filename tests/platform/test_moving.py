"""Moving in refuses in a sentence before anything is taken. The way itself: run/test_several_machines.py."""

import sqlite3
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text

from newsroom.demo import sample
from newsroom.platform.db import db, unit_of_work
from newsroom.publication import service as publication
from tests.databases import SqliteTemplate


def _say(version: str, file: Path) -> None:

    with sqlite3.connect(file) as connection:
        connection.execute("CREATE TABLE alembic_version (version_num TEXT)")
        connection.execute("INSERT INTO alembic_version VALUES (?)", [version])
    connection.close()


def _moved(app: Flask, file: Path) -> str:
    done = app.test_cli_runner().invoke(args=["move-in", str(file)])
    assert done.exit_code == 1
    assert "Nothing was taken." in done.output
    return done.output


@pytest.fixture
def file(tmp_path: Path, sqlite_template: SqliteTemplate) -> Path:
    sqlite_template.copy_to(tmp_path / "old")
    # A name that means something in an address.
    return (tmp_path / "old" / "newsroom.db").rename(tmp_path / "old" / "half 50% of it?#.db")


def test_sqlite_takes_nothing_in(app: Flask, file: Path) -> None:
    assert "does not name PostgreSQL" in _moved(app, file)


@pytest.mark.parametrize("db_app", [pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True)
def test_what_is_no_database_is_named_as_that(db_app: Flask, tmp_path: Path) -> None:
    file = tmp_path / "README.md"
    file.write_text("# A publication\n\n" + "Nothing in here is a table.\n" * 50)
    said = _moved(db_app, file)
    assert "cannot be read as a SQLite database" in said
    assert "flask db upgrade" not in said


@pytest.mark.parametrize("db_app", [pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True)
def test_a_file_of_another_version_or_of_none_is_refused(db_app: Flask, file: Path) -> None:
    assert "flask db upgrade" in _moved(db_app, file)
    _say("0007", file)
    with db.engine.begin() as here:
        here.execute(text("CREATE TABLE alembic_version (version_num TEXT)"))
        here.execute(text("INSERT INTO alembic_version VALUES ('0008')"))
    try:
        assert "another version (0007, and here 0008)" in _moved(db_app, file)
        with db.engine.begin() as here:
            here.execute(text("UPDATE alembic_version SET version_num = '0007'"))
        with unit_of_work():
            publication.set_up(sample.SETTINGS)
        assert "not empty" in _moved(db_app, file)
    finally:
        db.session.remove()
        with db.engine.begin() as here:
            here.execute(text("DROP TABLE alembic_version"))


@pytest.mark.parametrize("db_app", [pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True)
def test_a_row_that_postgres_refuses_is_told_in_a_sentence_and_nothing_is_taken(
    db_app: Flask, file: Path
) -> None:
    """SQLite keeps a text that is longer than its column, and a zero byte in it; PostgreSQL does neither."""
    _say("0007", file)
    with sqlite3.connect(file) as connection:
        connection.execute("INSERT INTO worker_lease VALUES ('a', '2026-11-24 09:00:00.000000')")
        connection.execute("INSERT INTO worker_lease VALUES (?, '2026-11-24 09:00:00.000000')", ["b" * 99])
    connection.close()
    with db.engine.begin() as here:
        here.execute(text("CREATE TABLE alembic_version (version_num TEXT)"))
        here.execute(text("INSERT INTO alembic_version VALUES ('0007')"))
    try:
        said = _moved(db_app, file)
        assert "The table worker_lease holds a row that PostgreSQL refuses (value too long" in said
        assert "bbbb" not in said
        assert db.session.scalar(text("SELECT count(*) FROM worker_lease")) == 0
    finally:
        db.session.remove()
        with db.engine.begin() as here:
            here.execute(text("DROP TABLE alembic_version"))
