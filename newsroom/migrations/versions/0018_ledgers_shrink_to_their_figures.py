"""What the ledger of a dispatch at its end comes to, and since when it names nobody any more

Revision 0018, after 0017, written on 2026-11-22.
"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("dispatch", sa.Column("shrunk_at", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "dispatch_tally",
        sa.Column("dispatch_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("counted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("timeline", sa.JSON(), nullable=False),
        sa.Column("came_back", sa.JSON(), nullable=False),
        sa.Column("departed", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["dispatch_id"], ["dispatch.id"], name=op.f("fk_dispatch_tally_dispatch_id_dispatch")
        ),
        sa.PrimaryKeyConstraint("dispatch_id", name=op.f("pk_dispatch_tally")),
    )


def downgrade() -> None:
    op.drop_table("dispatch_tally")
    op.drop_column("dispatch", "shrunk_at")
