"""Words can be destroyed and originals are sealed: letters know what they are about, tombstones why

Revision 0005, written on 2026-11-22.
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_REFUSAL = "An original is sealed: it can be destroyed, never changed."
_MAY_NOT = (
    "NEW.story_id <> OLD.story_id OR NEW.sha256 <> OLD.sha256 OR NEW.sealed_at <> OLD.sealed_at OR "
    "(NEW.body <> OLD.body AND (NEW.body <> '' OR NOT EXISTS "
    "(SELECT 1 FROM story WHERE story.id = OLD.story_id AND story.purged_at IS NOT NULL)))"
)


def upgrade() -> None:
    with op.batch_alter_table("outbox_letter", schema=None) as batch_op:
        batch_op.add_column(sa.Column("about", sa.String(length=80), nullable=False, server_default=""))
        batch_op.create_index(batch_op.f("ix_outbox_letter_about"), ["about"], unique=False)

    with op.batch_alter_table("published_piece", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("withdrawn_because", sa.String(length=10), nullable=False, server_default="")
        )
    op.execute("UPDATE published_piece SET withdrawn_because = 'author' WHERE withdrawn_at IS NOT NULL")

    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE FUNCTION story_original_is_sealed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            f"IF {_MAY_NOT} THEN RAISE EXCEPTION '{_REFUSAL}' USING ERRCODE = 'integrity_constraint_violation'; "
            "END IF; RETURN NEW; END $$"
        )
        op.execute(
            "CREATE TRIGGER story_original_sealed BEFORE UPDATE ON story_original FOR EACH ROW "
            "EXECUTE FUNCTION story_original_is_sealed()"
        )
    else:
        op.execute(
            "CREATE TRIGGER story_original_sealed BEFORE UPDATE ON story_original FOR EACH ROW "
            f"WHEN {_MAY_NOT} BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END"
        )


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP TRIGGER story_original_sealed ON story_original")
        op.execute("DROP FUNCTION story_original_is_sealed()")
    else:
        op.execute("DROP TRIGGER story_original_sealed")

    with op.batch_alter_table("published_piece", schema=None) as batch_op:
        batch_op.drop_column("withdrawn_because")

    with op.batch_alter_table("outbox_letter", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_outbox_letter_about"))
        batch_op.drop_column("about")
