"""What was taken off the web can be put back: when, so that caches and feeds hear of it

Revision 0011, after 0010, written on 2026-11-22.
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("published_piece") as batch_op:
        batch_op.add_column(sa.Column("returned_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("published_piece") as batch_op:
        batch_op.drop_column("returned_at")
