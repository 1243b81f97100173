"""The way from any version of the database to the next, and back, with rows in it."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import Table, func, inspect, select, text

from newsroom.factory import create_app
from newsroom.platform.db import db
from newsroom.platform.settings import load
from tests.databases import environment_for, new_postgres_database
from tests.migrations.rows import sample_rows

MIGRATIONS = Path(__file__).resolve().parents[2] / "newsroom" / "migrations"


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def empty_app(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Flask]:
    """The application on a database with nothing in it, not even tables."""
    if request.param == "sqlite":
        yield from _on(f"sqlite:///{tmp_path / 'empty.db'}", tmp_path)
        return
    with new_postgres_database() as url:
        yield from _on(url, tmp_path)


def _on(url: str, folder: Path) -> Iterator[Flask]:
    app = create_app(load(environment_for(folder, NEWSROOM_DATABASE_URL=url)))
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


def script() -> ScriptDirectory:
    return ScriptDirectory(str(MIGRATIONS))


def test_there_is_one_head_and_one_beginning() -> None:
    assert len(script().get_heads()) == 1
    assert len(script().get_bases()) == 1


def test_the_head_is_what_the_models_say(empty_app: Flask) -> None:
    upgrade()
    with db.engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "compare_server_default": False, "include_name": _ours}
        )
        differences = compare_metadata(context, db.metadata)
    assert not differences, "run make migration: " + "\n".join(map(str, differences))


def test_down_to_nothing_leaves_no_table_behind(empty_app: Flask) -> None:
    upgrade()
    downgrade(revision="base")
    assert set(inspect(db.engine).get_table_names()) <= {"alembic_version"}
    upgrade()
    assert set(db.metadata.tables) <= set(inspect(db.engine).get_table_names())


def test_every_step_goes_up_down_and_up_again_with_rows_in_the_tables(empty_app: Flask) -> None:
    upgrade()
    fill()
    before = counts()
    assert before
    assert all(before.values()), (
        f"tests/migrations/rows.py makes no row for {[n for n, c in before.items() if not c]}"
    )
    kept = set(before)
    for step in list(script().walk_revisions())[:-1]:  # Below the first there are no tables, so no rows.
        downgrade(revision=step.down_revision)
        _no_row_points_nowhere()
        kept &= set(inspect(db.engine).get_table_names())
        upgrade()
        _no_row_points_nowhere()
    assert {name: count for name, count in counts().items() if name in kept} == dict.fromkeys(kept, 1)


def test_going_down_to_the_first_version_and_up_keeps_rows_whole(empty_app: Flask) -> None:
    upgrade()
    fill()
    first = script().get_base()
    downgrade(revision=first)
    _no_row_points_nowhere()
    upgrade()
    _no_row_points_nowhere()
    assert set(db.metadata.tables) <= set(inspect(db.engine).get_table_names())


def fill() -> None:
    with db.engine.begin() as connection:
        for table, row in sample_rows(db.metadata):
            connection.execute(table.insert().values(row))


def counts() -> dict[str, int]:
    with db.engine.connect() as connection:
        return {table.name: _count(connection, table) for table in db.metadata.sorted_tables}


def _count(connection: Any, table: Table) -> int:
    return int(connection.execute(select(func.count()).select_from(table)).scalar_one())


def _no_row_points_nowhere() -> None:
    if db.engine.dialect.name == "sqlite":
        with db.engine.connect() as connection:
            assert not connection.execute(text("PRAGMA foreign_key_check")).all()


def _ours(name: str | None, kind: str, _parents: Any) -> bool:
    """Leave out full-text indexes, which no model can declare, and the tables they keep for themselves."""
    return kind != "table" or not re.search(r"_fts(_\w+)?$", name or "")
