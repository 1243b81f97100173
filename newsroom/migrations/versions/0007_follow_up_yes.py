"""A follow-up whose words an editor changed waits for its author's yes

Revision 0007, written on 2026-11-22.
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _know("state IN ('received', 'asked', 'published', 'declined')")


def downgrade() -> None:
    # Nobody has said yes, so an editor has to decide anew.
    op.execute(
        "UPDATE follow_up SET state = 'received', printed = '', decided_at = NULL, decided_by_id = NULL "
        "WHERE state = 'asked'"
    )
    _know("state IN ('received', 'published', 'declined')")


def _know(states: str) -> None:
    with op.batch_alter_table("follow_up", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_follow_up_state_known"), type_="check")
        batch_op.create_check_constraint(op.f("ck_follow_up_state_known"), sa.text(states))
