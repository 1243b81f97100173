"""A PostgreSQL database that one test has used, made as if nobody had: its rows go, its schema stays.

Whether the schema stayed is for the caller to ask. It looks at one database and creates or drops none.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import psycopg
from sqlalchemy import make_url

# What PostgreSQL knows of a schema. Whoever changes one adds a row to one of these lists, or takes one out.
_CATALOGUES = ("attrdef", "attribute", "class", "constraint", "index", "proc", "trigger")
_MILLISECONDS_TO_END = 10_000

Schema = tuple[object, ...]


@dataclass(frozen=True)
class Rows:
    """What stands in a database: the rows of each table, in PostgreSQL's own form, and where counting is."""

    tables: dict[str, bytes]
    sequences: dict[str, int]


@contextmanager
def alone_in(url: str) -> Iterator[psycopg.Connection]:
    """Give a connection to a database, and end every other one: a test may have forgotten to."""
    address = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid, %s) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()",
            [_MILLISECONDS_TO_END],
        )
        # Triggers and foreign keys hold while a product works, and not while a table is emptied or filled.
        connection.execute("SET session_replication_role = replica")
        yield connection


def schema_of(connection: psycopg.Connection) -> Schema:
    """Give what differs as soon as anything but rows has changed."""
    parts = (f"(SELECT count(*) || ' ' || max(xmin::text::bigint) FROM pg_{name})" for name in _CATALOGUES)
    return connection.execute(f"SELECT {', '.join(parts)}").fetchone() or ()


def empty(connection: psycopg.Connection) -> None:
    """Take out every row, and let every sequence begin anew."""
    tables = _tables_with_anything(connection)
    for table in tables:
        connection.execute(f"DELETE FROM {table}")
    if tables:
        # A table of deleted rows is as slow as a full one.
        connection.execute(f"VACUUM (INDEX_CLEANUP ON) {', '.join(tables)}")
    connection.execute(
        "SELECT setval(format('%I.%I', schemaname, sequencename)::regclass, start_value, false)"
        " FROM pg_sequences WHERE last_value IS NOT NULL"
    )


def take(connection: psycopg.Connection) -> Rows:
    """Give all that stands in a database."""
    tables = {}
    for table in _tables_with_anything(connection):
        with connection.cursor().copy(f"COPY {table} TO STDOUT (FORMAT binary)") as copy:
            tables[table] = b"".join(copy)
    sequences = connection.execute(
        "SELECT format('%I.%I', schemaname, sequencename), last_value"
        " FROM pg_sequences WHERE last_value IS NOT NULL"
    )
    return Rows(tables, dict(sequences.fetchall()))


def put(connection: psycopg.Connection, rows: Rows) -> None:
    """Let an empty database have these rows."""
    with connection.transaction():
        for table, content in rows.tables.items():
            with connection.cursor().copy(f"COPY {table} FROM STDIN (FORMAT binary)") as copy:
                copy.write(content)
        for sequence, last in rows.sequences.items():
            connection.execute("SELECT setval(%s::regclass, %s)", [sequence, last])


def _tables_with_anything(connection: psycopg.Connection) -> list[str]:
    found = connection.execute(
        "SELECT format('%I', relname) FROM pg_class WHERE relkind = 'r'"
        " AND relnamespace = 'public'::regnamespace AND pg_relation_size(oid) > 0"
    )
    return [name for (name,) in found]
