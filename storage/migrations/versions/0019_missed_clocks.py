"""Which questions were left waiting too long, and since when a client is looked after closely for one; messages of
which nobody knows yet who wrote them."""

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
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "channel_unknown",
        sa.Column("workspace_id", number, nullable=False),
        sa.Column("channel_id", sa.String(length=32), nullable=False),
        sa.Column("ts", sa.String(length=32), nullable=False),
        sa.Column("user_id", sa.String(length=32), nullable=False),
        sa.Column("root", sa.String(length=32), server_default="", nullable=False),
        sa.Column("in_channel", sa.Boolean(), nullable=False),
        sa.Column("courtesy", sa.Boolean(), nullable=False),
        sa.Column("seen", sa.Boolean(), nullable=False),
        sa.Column("outside", sa.Boolean(), nullable=False),
        sa.Column("link", sa.Text(), nullable=True),
        sa.Column("answered", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("look_up_at", storage.types.Moment(), nullable=False),
        sa.Column("at", storage.types.Moment(), nullable=False),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.id"], name="fk_channel_unknown_workspaces"),
        sa.UniqueConstraint(
            "workspace_id", "channel_id", "ts", name="uq_channel_unknown_workspace_id_channel_id_ts"
        ),
    )
    # What waits is looked at anew at once, and tells whether it has waited too long; what is over is let rest.
    op.execute("update questions set look_at = asked_at where closed_at is null")
