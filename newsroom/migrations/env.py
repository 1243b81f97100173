"""How a migration runs: all of it or nothing, on SQLite as well, and no reference left dangling.

On SQLite a changed table is copied and dropped (batch mode). With foreign keys enforced, the drop would
null or delete the rows that point to it; so they are off while it runs, and all are checked before the end.
"""

import logging

from alembic import context
from flask import current_app
from sqlalchemy import Connection
from sqlalchemy.schema import SchemaItem

from newsroom.platform.db import UtcDateTime

log = logging.getLogger("alembic.env")
migrate = current_app.extensions["migrate"]
database = migrate.db


def run_offline() -> None:
    """Write the statements to standard output instead of running them."""
    context.configure(
        url=database.engine.url.render_as_string(hide_password=True),
        target_metadata=database.metadata,
        literal_binds=True,
        **migrate.configure_args,
    )
    with context.begin_transaction():
        context.run_migrations()


def run_online() -> None:
    """Run them on the application's own database."""
    with database.engine.connect() as connection:
        _enforce_foreign_keys(connection, False)
        try:
            _run(connection)
        finally:
            _enforce_foreign_keys(connection, True)


def _run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=database.metadata,
        process_revision_directives=_say_when_nothing_changed,
        render_item=_in_plain_types,
        include_object=_is_a_model_of_ours,
        # Alembic doubts SQLite here because its driver commits before schema changes; ours does not.
        transactional_ddl=True,
        **migrate.configure_args,
    )
    with context.begin_transaction():
        context.run_migrations()
        _refuse_dangling_references(connection)


def _enforce_foreign_keys(connection: Connection, wanted: bool) -> None:
    if connection.dialect.name != "sqlite":
        return
    # Past SQLAlchemy, because it would begin a transaction, in which this pragma does nothing.
    connection.connection.cursor().execute(f"PRAGMA foreign_keys={'ON' if wanted else 'OFF'}")


def _refuse_dangling_references(connection: Connection) -> None:
    if connection.dialect.name != "sqlite":
        return
    dangling = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
    if dangling:
        tables = ", ".join(sorted({row[0] for row in dangling}))
        raise RuntimeError(
            f"The migration would leave references to nothing in {tables}; nothing was changed."
        )


def _is_a_model_of_ours(
    thing: SchemaItem, name: str | None, kind: str, reflected: bool, _other: object
) -> bool:
    """Leave the search index alone: it is written by hand for each database (0004) and has no model."""
    del thing
    return not (kind == "table" and reflected and (name or "").startswith("search_entry_fts"))


def _in_plain_types(kind: str, item: object, _context: object) -> str | bool:
    """Write our own column types as the database sees them: a migration never changes with our code."""
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    return False


def _say_when_nothing_changed(_context: object, _revision: object, directives: list) -> None:
    options = context.config.cmd_opts
    if getattr(options, "autogenerate", False) and directives[0].upgrade_ops.is_empty():
        directives[:] = []
        log.info("The tables are as the models say: there is nothing to migrate.")


if context.is_offline_mode():
    run_offline()
else:
    run_online()
