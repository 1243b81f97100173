"""What was measured of a picture at somebody else's address

Revision 0013, after 0012, written on 2026-11-22.
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("link_answer", schema=None) as batch_op:
        batch_op.add_column(sa.Column("byte_count", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("width", sa.Integer(), nullable=False, server_default="0"))


def downgrade() -> None:
    with op.batch_alter_table("link_answer", schema=None) as batch_op:
        batch_op.drop_column("width")
        batch_op.drop_column("byte_count")
