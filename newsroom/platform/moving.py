"""`flask move-in`: takes everything from a SQLite database into this one, which is PostgreSQL and empty.

For a publication that has outgrown one machine. All of it or nothing, in one transaction; what it takes from
is only read. Files in the instance folder are none of its business, and nobody may work at either database
meanwhile (docs/operations.md).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
from flask.cli import with_appcontext
from sqlalchemy import Column, Connection, Table, create_engine, func, insert, select, text, update
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError

from newsroom.platform import search
from newsroom.platform.db import db

_ROWS_AT_ONCE = 1_000


class CannotMove(Exception):
    """Nothing was taken. The text is a sentence that says what to do."""


@click.command("move-in", epilog="Example: flask move-in /var/lib/newsroom/newsroom.db")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@with_appcontext
def move_in(file: Path) -> None:
    """Take everything from a SQLite database into this one (PostgreSQL, empty, up to date).

    Stop the site and every worker first. All is taken or nothing, and the file stays as it is.
    """
    try:
        count = take_from(file)
    except CannotMove as problem:
        raise click.ClickException(f"{problem} Nothing was taken.") from None
    click.echo(f"{count:,} rows taken from {file}.")


def take_from(file: Path) -> int:
    """Take every row of every table from a SQLite file; how many. Raises `CannotMove`."""
    if db.engine.dialect.name != "postgresql":
        raise CannotMove("NEWSROOM_DATABASE_URL does not name PostgreSQL, which this is for.")
    # Only read, so that a slip of the hand cannot touch what is to be left behind.
    address = f"{file.absolute().as_uri()}?mode=ro"
    source = create_engine("sqlite://", creator=lambda: sqlite3.connect(address, uri=True))
    try:
        with source.connect() as there, db.engine.begin() as here:
            _refuse_unless_alike(there, here)
            count = sum(_take(table, there, here) for table in db.metadata.sorted_tables)
            search.take_words(there, here)
            return count
    finally:
        source.dispose()


def _refuse_unless_alike(there: Connection, here: Connection) -> None:
    try:
        there.scalar(text("PRAGMA schema_version"))
    except DBAPIError as problem:
        raise CannotMove(f"The file cannot be read as a SQLite database ({problem.orig}).") from None
    version = text("SELECT version_num FROM alembic_version")
    try:
        theirs, ours = there.scalar(version), here.scalar(version)
    except DBAPIError:
        raise CannotMove("Run `flask db upgrade` for both databases first.") from None
    if theirs != ours:
        raise CannotMove(
            f"The file is of another version ({theirs}, and here {ours}): run `flask db upgrade` for both."
        )
    for table in db.metadata.sorted_tables:
        if here.execute(select(*table.primary_key).limit(1)).first() is not None:
            raise CannotMove(f"This database is not empty (there are rows in {table.name}): make a new one.")


def _take(table: Table, there: Connection, here: Connection) -> int:
    """Take the rows of one table; those it refers to are here already, but for rows of its own."""
    to_itself = [key.parent for key in table.foreign_keys if key.column.table is table]
    count = 0
    for rows in _parts_of(table, there):
        taken = [{**row, **{column.name: None for column in to_itself}} for row in rows]
        try:
            here.execute(insert(table), taken)
        except (DataError, IntegrityError) as problem:
            raise CannotMove(_not_taken(table, problem)) from None
        count += len(rows)
    for column in to_itself:
        _refer(table, column, there, here)
    _count_on(table, there, here)
    return count


def _not_taken(table: Table, problem: DBAPIError) -> str:
    """What PostgreSQL is stricter about, such as a text that is too long; its first line shows no row."""
    said = (str(problem.orig).splitlines() or [""])[0].rstrip(".")
    return f"The table {table.name} holds a row that PostgreSQL refuses ({said}): mend it in the file first."


def _parts_of(table: Table, there: Connection) -> Iterator[list[dict[str, Any]]]:
    found = there.execution_options(yield_per=_ROWS_AT_ONCE).execute(
        select(table).order_by(*table.primary_key)
    )
    for part in found.mappings().partitions():
        yield [dict(row) for row in part]


def _refer(table: Table, column: Column[Any], there: Connection, here: Connection) -> None:
    for row_id, value in there.execute(select(table.c.id, column).where(column.is_not(None))):
        here.execute(update(table).where(table.c.id == row_id).values({column.name: value}))


def _count_on(table: Table, there: Connection, here: Connection) -> None:
    """Let new rows have numbers that no row has had, erased ones included: a ledger keeps such numbers."""
    column = table.autoincrement_column
    sequence = column is not None and here.scalar(
        select(func.pg_get_serial_sequence(table.name, column.name))
    )
    if column is None or not sequence:
        return
    counted = text("SELECT seq FROM sqlite_sequence WHERE name = :name")
    highest = max(
        there.scalar(counted, {"name": table.name}) or 0, here.scalar(select(func.max(column))) or 0
    )
    if highest:
        here.execute(select(func.setval(sequence, highest)))
