"""An issue has at most one schedule that waits or asks

Revision 0014, after 0013, written on 2026-11-22.
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_OPEN = sa.text("state IN ('waiting', 'asking')")


def upgrade() -> None:
    op.create_index(
        "uq_schedule_open",
        "schedule",
        ["issue_id"],
        unique=True,
        sqlite_where=_OPEN,
        postgresql_where=_OPEN,
    )


def downgrade() -> None:
    op.drop_index("uq_schedule_open", table_name="schedule")
