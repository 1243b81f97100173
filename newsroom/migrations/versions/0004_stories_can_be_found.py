"""Stories can be found and the queue is quick: full text, what a queue shows of a story

Revision 0004, written on 2026-11-22.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "search_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_entry")),
        sa.UniqueConstraint("kind", "subject_id", name=op.f("uq_search_entry_kind_subject_id")),
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE TABLE search_entry_fts ("
            "entry_id integer PRIMARY KEY REFERENCES search_entry (id) ON DELETE CASCADE, "
            "document tsvector NOT NULL)"
        )
        op.execute("CREATE INDEX ix_search_entry_fts_document ON search_entry_fts USING gin (document)")
    else:
        op.execute("CREATE VIRTUAL TABLE search_entry_fts USING fts5(title, words, tokenize = 'unicode61')")

    op.create_table(
        "story_glance",
        sa.Column("story_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("opening", sa.String(length=400), nullable=False),
        sa.Column("word_count", sa.Integer(), nullable=False),
        sa.Column("private_count", sa.Integer(), nullable=False),
        sa.Column("link_count", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["story_id"], ["story.id"], name=op.f("fk_story_glance_story_id_story")),
        sa.PrimaryKeyConstraint("story_id", name=op.f("pk_story_glance")),
    )
    with op.batch_alter_table("story_band", schema=None) as batch_op:
        batch_op.drop_index("ix_story_band_place_digest")
        batch_op.create_index(
            "ix_story_band_place_digest_story", ["place", "digest", "story_id"], unique=False
        )


def downgrade() -> None:
    with op.batch_alter_table("story_band", schema=None) as batch_op:
        batch_op.drop_index("ix_story_band_place_digest_story")
        batch_op.create_index("ix_story_band_place_digest", ["place", "digest"], unique=False)

    op.drop_table("story_glance")
    op.execute("DROP TABLE search_entry_fts")
    op.drop_table("search_entry")
