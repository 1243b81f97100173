"""An original can be deleted no more than changed; lists of all states have an index; first words are masked

Revision 0008, written on 2026-11-22.
"""

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_REFUSAL = "An original is sealed: it can be destroyed, never changed."
_IS_NEEDED = "NOT EXISTS (SELECT 1 FROM story WHERE story.id = OLD.story_id AND story.purged_at IS NOT NULL)"


def upgrade() -> None:
    with op.batch_alter_table("story", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_story_submitted_at"), ["submitted_at"], unique=False)
    # What a list shows of a story that nobody has edited is written anew, without names, by the worker's tick.
    op.execute(
        "DELETE FROM story_glance WHERE story_id IN (SELECT id FROM story WHERE version = 0 "
        "AND purged_at IS NULL)"
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE FUNCTION story_original_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            f"IF {_IS_NEEDED} THEN RAISE EXCEPTION '{_REFUSAL}' USING ERRCODE = 'integrity_constraint_violation'; "
            "END IF; RETURN OLD; END $$"
        )
        op.execute(
            "CREATE TRIGGER story_original_kept BEFORE DELETE ON story_original FOR EACH ROW "
            "EXECUTE FUNCTION story_original_is_kept()"
        )
    else:
        op.execute(
            "CREATE TRIGGER story_original_kept BEFORE DELETE ON story_original FOR EACH ROW "
            f"WHEN {_IS_NEEDED} BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END"
        )


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP TRIGGER story_original_kept ON story_original")
        op.execute("DROP FUNCTION story_original_is_kept()")
    else:
        op.execute("DROP TRIGGER story_original_kept")
    with op.batch_alter_table("story", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_story_submitted_at"))
