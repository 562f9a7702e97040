"""Which questions were left waiting too long, and since when a client is looked after closely for one."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import storage.types

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("clients", sa.Column("missed_at", storage.types.Moment(), nullable=True))
    op.add_column("questions", sa.Column("missed_at", storage.types.Moment(), nullable=True))
    op.create_index(
        "ix_questions_missed",
        "questions",
        ["workspace_id", "client_id", "missed_at"],
        unique=False,
        sqlite_where=sa.text("missed_at is not null"),
        postgresql_where=sa.text("missed_at is not null"),
    )
    # What waits is looked at anew at once, and tells whether it has waited too long; what is over is let rest.
    op.execute("update questions set look_at = asked_at where closed_at is null")
