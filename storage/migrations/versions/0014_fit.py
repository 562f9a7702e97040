"""Whom a client suits: what members say of themselves, who must not have a client, and the workspace's weights."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import storage.types

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def _number(name: str, *, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=nullable)


def _within(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["workspace_id", column], [f"{to}.workspace_id", f"{to}.id"], name=f"fk_{table}_{column}"
    )


def upgrade() -> None:
    op.add_column("workspaces", sa.Column("fit", sa.JSON(), nullable=True))
    op.create_table(
        "member_strengths",
        _number("workspace_id"),
        _number("member_id"),
        sa.Column("strengths", sa.JSON(), nullable=False),
        sa.Column("languages", sa.JSON(), nullable=False),
        sa.Column("markets", sa.JSON(), nullable=False),
        sa.Column("sectors", sa.JSON(), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=True),
        sa.Column("changed_at", storage.types.Moment(), nullable=False),
        _within("member_strengths", "member_id", "members"),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.id"], name="fk_member_strengths_workspaces"),
        sa.UniqueConstraint("workspace_id", "member_id", name="uq_member_strengths_workspace_id_member_id"),
    )
    op.create_table(
        "client_exclusions",
        _number("workspace_id"),
        _number("client_id"),
        _number("member_id"),
        sa.Column("because", sa.String(length=16), nullable=False),
        _number("by_id", nullable=True),
        sa.Column("at", storage.types.Moment(), nullable=False),
        _within("client_exclusions", "client_id", "clients"),
        _within("client_exclusions", "member_id", "members"),
        _within("client_exclusions", "by_id", "members"),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.id"], name="fk_client_exclusions_workspaces"),
        sa.UniqueConstraint(
            "workspace_id",
            "client_id",
            "member_id",
            name="uq_client_exclusions_workspace_id_client_id_member_id",
        ),
    )
    op.create_index(
        "ix_client_exclusions_member", "client_exclusions", ["workspace_id", "member_id"], unique=False
    )
