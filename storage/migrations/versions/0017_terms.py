"""Terms of the clocks by market, and of whom it was asked whose they are in a channel of several clients."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import storage.types

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.add_column("workspaces", sa.Column("clock_terms", sa.JSON(), nullable=True))
    op.create_table(
        "channel_strangers",
        sa.Column("workspace_id", number, nullable=False),
        sa.Column("channel_id", sa.String(length=32), nullable=False),
        sa.Column("user_id", sa.String(length=32), nullable=False),
        sa.Column("ts", sa.String(length=32), nullable=False),
        sa.Column("root", sa.String(length=32), server_default="", nullable=False),
        sa.Column("settled", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("told", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("client_id", number, nullable=True),
        sa.Column("at", storage.types.Moment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "client_id"],
            ["clients.workspace_id", "clients.id"],
            name="fk_channel_strangers_client_id",
        ),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.id"], name="fk_channel_strangers_workspaces"),
        sa.UniqueConstraint(
            "workspace_id",
            "channel_id",
            "user_id",
            name="uq_channel_strangers_workspace_id_channel_id_user_id",
        ),
    )
