"""The seal on an original: the database itself refuses to change or delete one, by whatever way.

An original can be emptied, and its row deleted, once its story says that it is destroyed (`Story.purged_at`);
nothing else is accepted. The migrations that made the seal for older databases have a copy of these
statements.
"""

from __future__ import annotations

from sqlalchemy import DDL, FromClause, event

REFUSAL = "An original is sealed: it can be destroyed, never changed."

_MAY_NOT = (
    "NEW.story_id <> OLD.story_id OR NEW.sha256 <> OLD.sha256 OR NEW.sealed_at <> OLD.sealed_at OR "
    "(NEW.body <> OLD.body AND (NEW.body <> '' OR NOT EXISTS "
    "(SELECT 1 FROM story WHERE story.id = OLD.story_id AND story.purged_at IS NOT NULL)))"
)

_IS_NEEDED = "NOT EXISTS (SELECT 1 FROM story WHERE story.id = OLD.story_id AND story.purged_at IS NOT NULL)"

SQLITE_KEPT = (
    "CREATE TRIGGER story_original_kept BEFORE DELETE ON story_original FOR EACH ROW "
    f"WHEN {_IS_NEEDED} BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
)
POSTGRES_KEPT_FUNCTION = (
    "CREATE FUNCTION story_original_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
    f"IF {_IS_NEEDED} THEN RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'integrity_constraint_violation'; "
    "END IF; RETURN OLD; END $$"
)
POSTGRES_KEPT = (
    "CREATE TRIGGER story_original_kept BEFORE DELETE ON story_original FOR EACH ROW "
    "EXECUTE FUNCTION story_original_is_kept()"
)
SQLITE = (
    "CREATE TRIGGER story_original_sealed BEFORE UPDATE ON story_original FOR EACH ROW "
    f"WHEN {_MAY_NOT} BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
)
POSTGRES_FUNCTION = (
    "CREATE FUNCTION story_original_is_sealed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
    f"IF {_MAY_NOT} THEN RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'integrity_constraint_violation'; "
    "END IF; RETURN NEW; END $$"
)
POSTGRES = (
    "CREATE TRIGGER story_original_sealed BEFORE UPDATE ON story_original FOR EACH ROW "
    "EXECUTE FUNCTION story_original_is_sealed()"
)


def fasten(originals: FromClause) -> None:
    """Have the seal made together with the table of originals."""
    for statement, dialect in (
        (SQLITE, "sqlite"),
        (POSTGRES_FUNCTION, "postgresql"),
        (POSTGRES, "postgresql"),
        (SQLITE_KEPT, "sqlite"),
        (POSTGRES_KEPT_FUNCTION, "postgresql"),
        (POSTGRES_KEPT, "postgresql"),
    ):
        event.listen(originals, "after_create", DDL(statement).execute_if(dialect=dialect))
    for function in ("story_original_is_sealed", "story_original_is_kept"):
        gone = DDL(f"DROP FUNCTION IF EXISTS {function}()")
        event.listen(originals, "after_drop", gone.execute_if(dialect="postgresql"))
