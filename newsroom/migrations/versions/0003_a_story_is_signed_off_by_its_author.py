"""A story is signed off by its author: thread, approval, follow-up, drafts, likeness, stories by mail

Revision 0003, written on 2026-11-22.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "approval_request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("story_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("words_sha256", sa.String(length=64), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("verdict", sa.String(length=10), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "verdict IN ('', 'approved', 'change', 'refused', 'expired', 'superseded')",
            name=op.f("ck_approval_request_verdict_known"),
        ),
        sa.ForeignKeyConstraint(
            ["asked_by_id"], ["staff.id"], name=op.f("fk_approval_request_asked_by_id_staff")
        ),
        sa.ForeignKeyConstraint(["story_id"], ["story.id"], name=op.f("fk_approval_request_story_id_story")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_approval_request")),
    )
    with op.batch_alter_table("approval_request", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_approval_request_story_id"), ["story_id"], unique=False)
        batch_op.create_index("ix_approval_request_verdict_due", ["verdict", "due_at"], unique=False)

    op.create_table(
        "follow_up",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("story_id", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("printed", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "state IN ('received', 'published', 'declined')", name=op.f("ck_follow_up_state_known")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["staff.id"], name=op.f("fk_follow_up_decided_by_id_staff")
        ),
        sa.ForeignKeyConstraint(["story_id"], ["story.id"], name=op.f("fk_follow_up_story_id_story")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_follow_up")),
    )
    with op.batch_alter_table("follow_up", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_follow_up_story_id"), ["story_id"], unique=False)

    op.create_table(
        "mailed_story",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("message_hash", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("subject", sa.String(length=300), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("attachment_count", sa.Integer(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("story_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "state IN ('waiting', 'consented', 'refused', 'expired')",
            name=op.f("ck_mailed_story_state_known"),
        ),
        sa.ForeignKeyConstraint(["story_id"], ["story.id"], name=op.f("fk_mailed_story_story_id_story")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mailed_story")),
        sa.UniqueConstraint("message_hash", name=op.f("uq_mailed_story_message_hash")),
    )
    with op.batch_alter_table("mailed_story", schema=None) as batch_op:
        batch_op.create_index("ix_mailed_story_state_received", ["state", "received_at"], unique=False)

    op.create_table(
        "story_band",
        sa.Column("story_id", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(["story_id"], ["story.id"], name=op.f("fk_story_band_story_id_story")),
        sa.PrimaryKeyConstraint("story_id", "place", name=op.f("pk_story_band")),
    )
    with op.batch_alter_table("story_band", schema=None) as batch_op:
        batch_op.create_index("ix_story_band_place_digest", ["place", "digest"], unique=False)

    op.create_table(
        "story_draft",
        sa.Column("story_id", sa.Integer(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("typed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_story_draft_staff_id_staff")),
        sa.ForeignKeyConstraint(["story_id"], ["story.id"], name=op.f("fk_story_draft_story_id_story")),
        sa.PrimaryKeyConstraint("story_id", "staff_id", name=op.f("pk_story_draft")),
    )
    op.create_table(
        "story_likeness",
        sa.Column("story_id", sa.Integer(), nullable=False),
        sa.Column("earlier_id", sa.Integer(), nullable=False),
        sa.Column("percent", sa.Integer(), nullable=False),
        sa.Column("dismissed", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["earlier_id"], ["story.id"], name=op.f("fk_story_likeness_earlier_id_story")
        ),
        sa.ForeignKeyConstraint(["story_id"], ["story.id"], name=op.f("fk_story_likeness_story_id_story")),
        sa.PrimaryKeyConstraint("story_id", "earlier_id", name=op.f("pk_story_likeness")),
    )
    with op.batch_alter_table("story_likeness", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_story_likeness_earlier_id"), ["earlier_id"], unique=False)

    op.create_table(
        "story_message",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("story_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "kind IN ('question', 'message', 'answer', 'change', 'note')",
            name=op.f("ck_story_message_kind_known"),
        ),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_story_message_staff_id_staff")),
        sa.ForeignKeyConstraint(["story_id"], ["story.id"], name=op.f("fk_story_message_story_id_story")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_story_message")),
    )
    with op.batch_alter_table("story_message", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_story_message_story_id"), ["story_id"], unique=False)

    with op.batch_alter_table("contributor", schema=None) as batch_op:
        batch_op.add_column(sa.Column("email_confirmed_at", sa.DateTime(timezone=True), nullable=True))

    with op.batch_alter_table("story", schema=None) as batch_op:
        batch_op.add_column(sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("duplicate_of_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("undo", sa.JSON(), nullable=True))
        batch_op.add_column(sa.Column("purged_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.create_index(batch_op.f("ix_story_contributor_id"), ["contributor_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_story_duplicate_of_id"), ["duplicate_of_id"], unique=False)
        batch_op.create_index("ix_story_state_changed", ["state", "state_changed_at"], unique=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_story_duplicate_of_id_story"), "story", ["duplicate_of_id"], ["id"]
        )

    with op.batch_alter_table("story_revision", schema=None) as batch_op:
        batch_op.add_column(sa.Column("kept_text", sa.Text(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("story_revision", schema=None) as batch_op:
        batch_op.drop_column("kept_text")

    with op.batch_alter_table("story", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_story_duplicate_of_id_story"), type_="foreignkey")
        batch_op.drop_index("ix_story_state_changed")
        batch_op.drop_index(batch_op.f("ix_story_duplicate_of_id"))
        batch_op.drop_index(batch_op.f("ix_story_contributor_id"))
        batch_op.drop_column("purged_at")
        batch_op.drop_column("undo")
        batch_op.drop_column("duplicate_of_id")
        batch_op.drop_column("claimed_at")

    with op.batch_alter_table("contributor", schema=None) as batch_op:
        batch_op.drop_column("email_confirmed_at")

    with op.batch_alter_table("story_message", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_story_message_story_id"))

    op.drop_table("story_message")
    with op.batch_alter_table("story_likeness", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_story_likeness_earlier_id"))

    op.drop_table("story_likeness")
    op.drop_table("story_draft")
    with op.batch_alter_table("story_band", schema=None) as batch_op:
        batch_op.drop_index("ix_story_band_place_digest")

    op.drop_table("story_band")
    with op.batch_alter_table("mailed_story", schema=None) as batch_op:
        batch_op.drop_index("ix_mailed_story_state_received")

    op.drop_table("mailed_story")
    with op.batch_alter_table("follow_up", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_follow_up_story_id"))

    op.drop_table("follow_up")
    with op.batch_alter_table("approval_request", schema=None) as batch_op:
        batch_op.drop_index("ix_approval_request_verdict_due")
        batch_op.drop_index(batch_op.f("ix_approval_request_story_id"))

    op.drop_table("approval_request")
