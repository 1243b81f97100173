"""Ordinary letters keep the limits of domains, and a limit says by which rate letters wait for it

Revision 0017, after 0016, written on 2026-11-22.
"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("mail_limit", sa.Column("letters_until", sa.DateTime(timezone=True), nullable=True))
    op.add_column("mail_limit", sa.Column("rate", sa.Float(), nullable=True))
    op.add_column(
        "outbox_letter", sa.Column("waits_for", sa.String(length=255), nullable=False, server_default="")
    )


def downgrade() -> None:
    with op.batch_alter_table("outbox_letter") as batch_op:
        batch_op.drop_column("waits_for")
    with op.batch_alter_table("mail_limit") as batch_op:
        batch_op.drop_column("rate")
        batch_op.drop_column("letters_until")
