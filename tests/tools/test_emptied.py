"""A PostgreSQL database that is lent again is as new, or it is not lent again."""

from collections.abc import Callable
from typing import Any

import psycopg
import pytest
from sqlalchemy import make_url

from tests import emptied
from tests.databases import PostgresTemplate

pytestmark = pytest.mark.postgres

ADD = (
    "INSERT INTO audit_entry (at, actor_label, verb, subject, detail)"
    " VALUES (now(), 'editor', 'story.open', 'story 1', '')"
)


def _connect(url: str) -> psycopg.Connection:
    address = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    return psycopg.connect(address, autocommit=True)


def _ask(url: str, question: str) -> Any:
    with _connect(url) as connection:
        row = connection.execute(question).fetchone()
        assert row is not None
        return row[0]


def _do(url: str, statement: str) -> None:
    with _connect(url) as connection:
        connection.execute(statement)


def test_rows_are_gone_and_counting_begins_anew(postgres_template: PostgresTemplate) -> None:
    numbers, names = [], []
    for _ in range(2):
        with postgres_template.borrow() as url:
            names.append(url)
            assert _ask(url, "SELECT count(*) FROM audit_entry") == 0
            numbers.append(_ask(url, f"{ADD} RETURNING id"))
            assert _ask(url, "SELECT pg_relation_size('audit_entry')") > 0
    assert names[0] == names[1]
    assert numbers[0] == numbers[1]
    with postgres_template.borrow() as url:
        assert _ask(url, "SELECT pg_relation_size('audit_entry')") == 0


def test_two_at_once_are_two(postgres_template: PostgresTemplate) -> None:
    with postgres_template.borrow() as one, postgres_template.borrow() as other:
        assert one != other


def test_who_forgot_to_go_and_holds_a_row_is_shown_out(postgres_template: PostgresTemplate) -> None:
    with postgres_template.borrow() as url:
        _do(url, ADD)
        forgotten = _connect(url)
        forgotten.autocommit = False
        forgotten.execute("SELECT id FROM audit_entry FOR UPDATE")
    with pytest.raises(psycopg.OperationalError):
        forgotten.execute("SELECT 1")
    forgotten.close()


@pytest.mark.parametrize(
    "change",
    [
        "CREATE TABLE more (id integer)",
        "ALTER TABLE audit_entry ADD COLUMN more text",
        "ALTER TABLE audit_entry DROP COLUMN detail",
        "ALTER TABLE audit_entry DISABLE TRIGGER ALL",
        "CREATE INDEX more ON audit_entry (at)",
        "CREATE FUNCTION more() RETURNS integer LANGUAGE sql AS 'SELECT 1'",
        "ALTER TABLE audit_entry ALTER COLUMN verb SET DEFAULT 'nobody'",
        "DROP TABLE audit_entry CASCADE",
    ],
)
def test_one_whose_schema_was_changed_is_never_lent_again(
    postgres_template: PostgresTemplate, change: str
) -> None:
    with postgres_template.borrow() as changed:
        _do(changed, change)
    with postgres_template.borrow() as url:
        assert url != changed
        assert _ask(url, "SELECT count(*) FROM audit_entry") == 0


def test_what_was_taken_is_put_whole(postgres_template: PostgresTemplate) -> None:
    with postgres_template.borrow() as one, postgres_template.borrow() as other:
        _do(one, ADD)
        with emptied.alone_in(one) as connection:
            rows = emptied.take(connection)
        with emptied.alone_in(other) as connection:
            emptied.put(connection, rows)
        whole: Callable[[str], Any] = lambda url: _ask(url, "SELECT row_to_json(a)::text FROM audit_entry a")
        assert whole(one) == whole(other)
        assert _ask(other, f"{ADD} RETURNING id") == _ask(one, f"{ADD} RETURNING id")
