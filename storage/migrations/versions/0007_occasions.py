"""Occasions: days of a relation, which of them were seen to, and the rhythm that was not wanted."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import storage.types

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("clients", sa.Column("relation_since", sa.Date(), nullable=True))
    op.add_column("clients", sa.Column("contract_on", sa.Date(), nullable=True))
    op.add_column("clients", sa.Column("renews_on", sa.Date(), nullable=True))
    op.add_column("clients", sa.Column("rhythm_declined", sa.SmallInteger(), nullable=True))
    op.create_table(
        "seen_occasions",
        sa.Column("workspace_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("client_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("member_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", storage.types.Moment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "client_id"],
            ["clients.workspace_id", "clients.id"],
            name="fk_seen_occasions_client_id",
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "member_id"],
            ["members.workspace_id", "members.id"],
            name="fk_seen_occasions_member_id",
        ),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.id"], name="fk_seen_occasions_workspaces"),
        sa.UniqueConstraint(
            "workspace_id",
            "client_id",
            "kind",
            "day",
            name="uq_seen_occasions_workspace_id_client_id_kind_day",
        ),
    )
