"""Library and composer: revisions of what is said, drafts, templates, corrections, schedules, files

Revision 0010, after 0009, written on 2026-11-22.
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "link_answer",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("said", sa.String(length=300), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_link_answer")),
    )
    op.create_table(
        "author_revision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("bio", sa.Text(), nullable=False),
        sa.Column("picture", sa.String(length=200), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["author_id"], ["author.id"], name=op.f("fk_author_revision_author_id_author")
        ),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["staff.id"], name=op.f("fk_author_revision_created_by_id_staff")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_author_revision")),
        sa.UniqueConstraint("author_id", "version", name=op.f("uq_author_revision_author_id_version")),
    )
    op.create_table(
        "issue_template",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("sections", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["staff.id"], name=op.f("fk_issue_template_created_by_id_staff")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_issue_template")),
        sa.UniqueConstraint("name", name=op.f("uq_issue_template_name")),
    )
    op.create_table(
        "series_revision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("series_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("stages", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["staff.id"], name=op.f("fk_series_revision_created_by_id_staff")
        ),
        sa.ForeignKeyConstraint(
            ["series_id"], ["series.id"], name=op.f("fk_series_revision_series_id_series")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_series_revision")),
        sa.UniqueConstraint("series_id", "version", name=op.f("uq_series_revision_series_id_version")),
    )
    op.create_table(
        "stored_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("address", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.Column("byte_count", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["staff.id"], name=op.f("fk_stored_file_created_by_id_staff")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stored_file")),
        sa.UniqueConstraint("address", name=op.f("uq_stored_file_address")),
    )
    op.create_table(
        "typed_draft",
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("subject", sa.String(length=120), nullable=False),
        sa.Column("version", sa.String(length=40), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("typed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_typed_draft_staff_id_staff")),
        sa.PrimaryKeyConstraint("staff_id", "subject", name=op.f("pk_typed_draft")),
    )
    with op.batch_alter_table("typed_draft", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_typed_draft_typed_at"), ["typed_at"], unique=False)

    op.create_table(
        "issue_correction",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("issue_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=True),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("by_label", sa.String(length=254), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["staff.id"], name=op.f("fk_issue_correction_by_id_staff")),
        sa.ForeignKeyConstraint(["issue_id"], ["issue.id"], name=op.f("fk_issue_correction_issue_id_issue")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_issue_correction")),
    )
    with op.batch_alter_table("issue_correction", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_issue_correction_issue_id"), ["issue_id"], unique=False)

    op.create_table(
        "schedule",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("issue_id", sa.Integer(), nullable=False),
        sa.Column("issue_number", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("send_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("zone", sa.String(length=60), nullable=False),
        sa.Column("is_undo_time", sa.Boolean(), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("recipient_count", sa.Integer(), nullable=False),
        sa.Column("requested_by_id", sa.Integer(), nullable=True),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "state IN ('waiting', 'asking', 'begun', 'stopped', 'void', 'refused')",
            name=op.f("ck_schedule_state_known"),
        ),
        sa.ForeignKeyConstraint(["issue_id"], ["issue.id"], name=op.f("fk_schedule_issue_id_issue")),
        sa.ForeignKeyConstraint(
            ["requested_by_id"], ["staff.id"], name=op.f("fk_schedule_requested_by_id_staff")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_schedule")),
    )
    with op.batch_alter_table("schedule", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_schedule_issue_id"), ["issue_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_schedule_send_at"), ["send_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_schedule_state"), ["state"], unique=False)

    with op.batch_alter_table("author", schema=None) as batch_op:
        batch_op.add_column(sa.Column("picture", sa.String(length=200), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("version", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True))

    with op.batch_alter_table("piece", schema=None) as batch_op:
        batch_op.add_column(sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True))

    with op.batch_alter_table("publication", schema=None) as batch_op:
        batch_op.add_column(sa.Column("testers", sa.Text(), nullable=False, server_default=""))

    with op.batch_alter_table("series", schema=None) as batch_op:
        batch_op.add_column(sa.Column("stages", sa.JSON(), nullable=False, server_default="[]"))
        batch_op.add_column(sa.Column("version", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True))

    # So far `scheduled` meant that the audience is being frozen; now an issue waits for its hour in it.
    op.execute("UPDATE issue SET state = 'going_out' WHERE state = 'scheduled'")


def downgrade() -> None:
    op.execute("UPDATE issue SET state = 'approved' WHERE state = 'scheduled'")
    op.execute("UPDATE issue SET state = 'scheduled' WHERE state = 'going_out'")
    with op.batch_alter_table("series", schema=None) as batch_op:
        batch_op.drop_column("removed_at")
        batch_op.drop_column("version")
        batch_op.drop_column("stages")

    with op.batch_alter_table("publication", schema=None) as batch_op:
        batch_op.drop_column("testers")

    with op.batch_alter_table("piece", schema=None) as batch_op:
        batch_op.drop_column("retired_at")

    with op.batch_alter_table("author", schema=None) as batch_op:
        batch_op.drop_column("removed_at")
        batch_op.drop_column("version")
        batch_op.drop_column("picture")

    with op.batch_alter_table("schedule", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_schedule_state"))
        batch_op.drop_index(batch_op.f("ix_schedule_send_at"))
        batch_op.drop_index(batch_op.f("ix_schedule_issue_id"))

    op.drop_table("schedule")
    with op.batch_alter_table("issue_correction", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_issue_correction_issue_id"))

    op.drop_table("issue_correction")
    with op.batch_alter_table("typed_draft", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_typed_draft_typed_at"))

    op.drop_table("typed_draft")
    op.drop_table("stored_file")
    op.drop_table("series_revision")
    op.drop_table("issue_template")
    op.drop_table("author_revision")
    op.drop_table("link_answer")
