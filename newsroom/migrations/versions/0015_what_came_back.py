"""What came back about letters, who left after which, and whose address is suppressed

Revision 0015, after 0014, written on 2026-11-22.
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "bounce",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("dispatch_id", sa.Integer(), nullable=False),
        sa.Column("subscriber_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("diagnostic", sa.String(length=300), nullable=False),
        sa.Column("source", sa.String(length=12), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "kind IN ('hard', 'soft', 'policy', 'complaint')", name=op.f("ck_bounce_kind_known")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bounce")),
        sa.UniqueConstraint(
            "dispatch_id", "subscriber_id", "kind", name=op.f("uq_bounce_dispatch_id_subscriber_id_kind")
        ),
    )
    op.create_index(op.f("ix_bounce_subscriber_id"), "bounce", ["subscriber_id"])
    op.create_table(
        "departure",
        sa.Column("dispatch_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("subscriber_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("how", sa.String(length=14), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("how IN ('unsubscribed', 'erased')", name=op.f("ck_departure_how_known")),
        sa.PrimaryKeyConstraint("dispatch_id", "subscriber_id", name=op.f("pk_departure")),
    )
    with op.batch_alter_table("suppression", schema=None) as batch_op:
        batch_op.add_column(sa.Column("subscriber_id", sa.Integer(), nullable=True))
        batch_op.create_index(batch_op.f("ix_suppression_subscriber_id"), ["subscriber_id"])
        batch_op.create_foreign_key(
            batch_op.f("fk_suppression_subscriber_id_subscriber"),
            "subscriber",
            ["subscriber_id"],
            ["id"],
            ondelete="SET NULL",
        )


def downgrade() -> None:
    with op.batch_alter_table("suppression", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_suppression_subscriber_id_subscriber"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_suppression_subscriber_id"))
        batch_op.drop_column("subscriber_id")
    op.drop_table("departure")
    op.drop_index(op.f("ix_bounce_subscriber_id"), table_name="bounce")
    op.drop_table("bounce")
