"""Delivery: urgent and paced entries, what the platform answered, channels and workspaces that are off."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import storage.types

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("outbox", sa.Column("urgent", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("outbox", sa.Column("paced", sa.Boolean(), server_default=sa.true(), nullable=False))
    op.add_column("outbox", sa.Column("reference", sa.String(length=16), nullable=True))
    op.add_column("outbox", sa.Column("answer", sa.JSON(none_as_null=True), nullable=True))
    op.create_index(
        "ix_outbox_urgent",
        "outbox",
        ["workspace_id", "due_at"],
        unique=False,
        sqlite_where=sa.text("state in ('pending', 'trying') and urgent = 1"),
        postgresql_where=sa.text("state in ('pending', 'trying') and urgent"),
    )
    op.add_column("members", sa.Column("channel_off_at", storage.types.Moment(), nullable=True))
    op.add_column("members", sa.Column("channel_reason", sa.String(length=100), nullable=True))
    op.add_column(
        "members", sa.Column("channel_failures", sa.Integer(), server_default=sa.text("0"), nullable=False)
    )
    op.add_column("workspaces", sa.Column("off_at", storage.types.Moment(), nullable=True))
    op.add_column("workspaces", sa.Column("off_reason", sa.String(length=100), nullable=True))
    op.add_column("workspaces", sa.Column("urgent_slot_at", storage.types.Moment(), nullable=True))
    op.add_column("workspaces", sa.Column("edit_slot_at", storage.types.Moment(), nullable=True))
    op.add_column("workspaces", sa.Column("look_ups_blocked_until", storage.types.Moment(), nullable=True))
