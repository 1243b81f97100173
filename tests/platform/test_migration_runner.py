"""How a migration runs, tried with migrations made here: all or nothing, and no row loses its parent."""

import shutil
from pathlib import Path

import flask_migrate
import pytest
from flask import Flask
from sqlalchemy import inspect, text

from newsroom.factory import create_app
from newsroom.platform.db import db

HEAD = """
import sqlalchemy as sa
from alembic import op
revision = "{revision}"
down_revision = {down}
branch_labels = None
depends_on = None
"""

FIRST = (
    HEAD.format(revision="one", down=None)
    + """
def upgrade():
    op.create_table("parent", sa.Column("id", sa.Integer, primary_key=True))
    op.create_table(
        "child",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("parent_id", sa.Integer, sa.ForeignKey("parent.id", ondelete="CASCADE")),
    )
    op.execute("INSERT INTO parent (id) VALUES (1)")
    op.execute("INSERT INTO child (id, parent_id) VALUES (10, 1)")
"""
)
RECREATES_THE_PARENT = (
    HEAD.format(revision="two", down="'one'")
    + """
def upgrade():
    with op.batch_alter_table("parent", recreate="always") as batch:
        batch.add_column(sa.Column("name", sa.String(10)))
"""
)
LEAVES_AN_ORPHAN = (
    HEAD.format(revision="two", down="'one'")
    + """
def upgrade():
    op.create_table("news", sa.Column("id", sa.Integer, primary_key=True))
    op.execute("DELETE FROM parent")
"""
)
FAILS_HALF_WAY = (
    HEAD.format(revision="two", down="'one'")
    + """
def upgrade():
    op.create_table("news", sa.Column("id", sa.Integer, primary_key=True))
    raise ValueError("half-way")
"""
)


@pytest.fixture
def empty(app: Flask, tmp_path: Path) -> Flask:
    """The application on a database without tables."""
    url = f"sqlite:///{tmp_path / 'empty.db'}"
    return create_app(app.extensions["newsroom.settings"].model_copy(update={"database_url": url}))


def upgrade(app: Flask, folder: Path, *versions: str) -> None:
    real = Path(app.extensions["migrate"].directory)
    (folder / "versions").mkdir(parents=True, exist_ok=True)
    for name in ("env.py", "alembic.ini", "script.py.mako"):
        shutil.copy(real / name, folder / name)
    for number, source in enumerate(versions):
        (folder / "versions" / f"{number}.py").write_text(source)
    with app.app_context():
        flask_migrate.upgrade(directory=str(folder))


def rows(app: Flask, statement: str) -> list[tuple[object, ...]]:
    with app.app_context(), db.engine.connect() as connection:
        return [tuple(row) for row in connection.execute(text(statement))]


def test_recreating_a_table_keeps_the_rows_that_point_to_it(empty: Flask, tmp_path: Path) -> None:
    upgrade(empty, tmp_path / "m", FIRST, RECREATES_THE_PARENT)
    assert rows(empty, "SELECT id, parent_id FROM child") == [(10, 1)]
    assert rows(empty, "SELECT id, name FROM parent") == [(1, None)]


@pytest.mark.parametrize("bad", [LEAVES_AN_ORPHAN, FAILS_HALF_WAY], ids=["orphan", "half-way"])
def test_a_migration_that_goes_wrong_changes_nothing(empty: Flask, tmp_path: Path, bad: str) -> None:
    upgrade(empty, tmp_path / "m", FIRST)
    # Flask-Migrate turns a RuntimeError into its sentence and exit 1.
    with pytest.raises((SystemExit, ValueError), match=r"1|half-way"):
        upgrade(empty, tmp_path / "m", FIRST, bad)
    assert rows(empty, "SELECT id, parent_id FROM child") == [(10, 1)]
    assert rows(empty, "SELECT version_num FROM alembic_version") == [("one",)]
    with empty.app_context():
        assert not inspect(db.engine).has_table("news")


def test_foreign_keys_are_enforced_again_afterwards(empty: Flask, tmp_path: Path) -> None:
    upgrade(empty, tmp_path / "m", FIRST)
    assert rows(empty, "PRAGMA foreign_keys") == [(1,)]
