"""What was taken out of an issue is kept, so that it can be put back

Revision 0012, after 0011, written on 2026-11-22.
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "removed_section",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("issue_id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("label", sa.String(length=200), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("piece_id", sa.String(length=16), nullable=True),
        sa.Column("piece_version", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["issue_id"], ["issue.id"], name=op.f("fk_removed_section_issue_id_issue")),
        sa.ForeignKeyConstraint(
            ["removed_by_id"], ["staff.id"], name=op.f("fk_removed_section_removed_by_id_staff")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_removed_section")),
        sa.UniqueConstraint("public_id", name=op.f("uq_removed_section_public_id")),
    )
    with op.batch_alter_table("removed_section") as batch_op:
        batch_op.create_index(batch_op.f("ix_removed_section_issue_id"), ["issue_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("removed_section") as batch_op:
        batch_op.drop_index(batch_op.f("ix_removed_section_issue_id"))
    op.drop_table("removed_section")
