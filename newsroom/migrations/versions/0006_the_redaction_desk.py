"""The redaction desk: listed companies, what editors say of a passage, sign-off, waivers, takeaways

Revision 0006, written on 2026-11-22.
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "company",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("canonical", sa.String(length=200), nullable=False),
        sa.Column("aliases", sa.JSON(), nullable=False),
        sa.Column("domains", sa.JSON(), nullable=False),
        sa.Column("slogans", sa.JSON(), nullable=False),
        sa.Column("descriptor", sa.String(length=120), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["changed_by_id"], ["staff.id"], name=op.f("fk_company_changed_by_id_staff")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_company")),
        sa.UniqueConstraint("key", name=op.f("uq_company_key")),
    )
    op.create_table(
        "redaction_sign_off",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("story_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("words_sha256", sa.String(length=64), nullable=False),
        sa.Column("checklist", sa.JSON(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["staff.id"], name=op.f("fk_redaction_sign_off_by_id_staff")),
        sa.ForeignKeyConstraint(
            ["story_id"], ["story.id"], name=op.f("fk_redaction_sign_off_story_id_story")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_redaction_sign_off")),
    )
    with op.batch_alter_table("redaction_sign_off", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_redaction_sign_off_story_id"), ["story_id"], unique=False)

    op.create_table(
        "story_mark",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("story_id", sa.Integer(), nullable=False),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("end", sa.Integer(), nullable=False),
        sa.Column("says", sa.String(length=10), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("entity", sa.String(length=200), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("says IN ('names', 'harmless')", name=op.f("ck_story_mark_says_known")),
        sa.ForeignKeyConstraint(["by_id"], ["staff.id"], name=op.f("fk_story_mark_by_id_staff")),
        sa.ForeignKeyConstraint(["story_id"], ["story.id"], name=op.f("fk_story_mark_story_id_story")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_story_mark")),
        sa.UniqueConstraint("story_id", "start", "end", name=op.f("uq_story_mark_story_id_start_end")),
    )
    with op.batch_alter_table("story_mark", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_story_mark_story_id"), ["story_id"], unique=False)

    op.create_table(
        "story_naming",
        sa.Column("story_id", sa.Integer(), nullable=False),
        sa.Column("entity", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("same_as", sa.String(length=200), nullable=False),
        sa.Column("stance", sa.String(length=10), nullable=False),
        sa.Column("role", sa.String(length=80), nullable=False),
        sa.Column("descriptor", sa.String(length=120), nullable=False),
        sa.Column("treatment", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["staff.id"], name=op.f("fk_story_naming_by_id_staff")),
        sa.ForeignKeyConstraint(["story_id"], ["story.id"], name=op.f("fk_story_naming_story_id_story")),
        sa.PrimaryKeyConstraint("story_id", "entity", name=op.f("pk_story_naming")),
    )
    op.create_table(
        "story_takeaway",
        sa.Column("story_id", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("behaviour", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(["story_id"], ["story.id"], name=op.f("fk_story_takeaway_story_id_story")),
        sa.PrimaryKeyConstraint("story_id", "place", name=op.f("pk_story_takeaway")),
    )
    with op.batch_alter_table("story_takeaway", schema=None) as batch_op:
        batch_op.create_index("ix_story_takeaway_behaviour_story", ["behaviour", "story_id"], unique=False)

    op.create_table(
        "waiver",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("issue_id", sa.Integer(), nullable=False),
        sa.Column("finding", sa.String(length=64), nullable=False),
        sa.Column("sentence", sa.Text(), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("by_label", sa.String(length=254), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["staff.id"], name=op.f("fk_waiver_by_id_staff")),
        sa.ForeignKeyConstraint(["issue_id"], ["issue.id"], name=op.f("fk_waiver_issue_id_issue")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_waiver")),
        sa.UniqueConstraint("issue_id", "finding", name=op.f("uq_waiver_issue_id_finding")),
    )
    with op.batch_alter_table("waiver", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_waiver_issue_id"), ["issue_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("waiver", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_waiver_issue_id"))

    op.drop_table("waiver")
    with op.batch_alter_table("story_takeaway", schema=None) as batch_op:
        batch_op.drop_index("ix_story_takeaway_behaviour_story")

    op.drop_table("story_takeaway")
    op.drop_table("story_naming")
    with op.batch_alter_table("story_mark", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_story_mark_story_id"))

    op.drop_table("story_mark")
    with op.batch_alter_table("redaction_sign_off", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_redaction_sign_off_story_id"))

    op.drop_table("redaction_sign_off")
    op.drop_table("company")
