"""Limits on how fast letters leave, and indexes with which a long dispatch stays as fast as a short one

Revision 0016, after 0015, written on 2026-11-22.
"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

_FINISHED = sa.text("finished_at IS NOT NULL")


def upgrade() -> None:
    op.create_table(
        "mail_limit",
        sa.Column("name", sa.String(length=260), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("put_off_until", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_mail_limit")),
    )
    op.drop_index("ix_delivery_dispatch_state", table_name="delivery")
    op.create_index(
        "ix_delivery_due", "delivery", ["dispatch_id", "state", "next_attempt_at", "subscriber_id"]
    )
    op.create_index(
        "ix_delivery_finished",
        "delivery",
        ["dispatch_id", "finished_at"],
        sqlite_where=_FINISHED,
        postgresql_where=_FINISHED,
    )


def downgrade() -> None:
    op.drop_index("ix_delivery_finished", table_name="delivery")
    op.drop_index("ix_delivery_due", table_name="delivery")
    op.create_index("ix_delivery_dispatch_state", "delivery", ["dispatch_id", "state", "next_attempt_at"])
    op.drop_table("mail_limit")
