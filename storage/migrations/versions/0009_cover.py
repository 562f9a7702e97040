"""Covers of clients by colleagues, leave told by a status, and what leads were told."""

from __future__ import annotations

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

import storage.types

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def _number(name: str, *, nullable: bool = False, autoincrement: bool = False) -> sa.Column[int]:
    kind = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    if autoincrement:
        return sa.Column(name, kind, autoincrement=True, nullable=False)
    return sa.Column(name, kind, nullable=nullable)


def _within(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["workspace_id", column], [f"{to}.workspace_id", f"{to}.id"], name=f"fk_{table}_{column}"
    )


def upgrade() -> None:
    op.add_column(
        "absences", sa.Column("from_status", sa.Boolean(), server_default=sa.false(), nullable=False)
    )
    op.create_table(
        "covers",
        _number("id", autoincrement=True),
        _number("workspace_id"),
        _number("owner_id"),
        _number("colleague_id"),
        _number("asked_by", nullable=True),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("last", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("for_leave", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("asked_at", storage.types.Moment(), nullable=False),
        sa.Column("answered_at", storage.types.Moment(), nullable=True),
        sa.Column("ended_at", storage.types.Moment(), nullable=True),
        _within("covers", "owner_id", "members"),
        _within("covers", "colleague_id", "members"),
        _within("covers", "asked_by", "members"),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.id"], name="fk_covers_workspaces"),
        sa.PrimaryKeyConstraint("id", name="pk_covers"),
        sa.UniqueConstraint("workspace_id", "id", name="uq_covers_workspace_id_id"),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_covers_colleague", "covers", ["workspace_id", "colleague_id", "state", "last"], unique=False
    )
    op.create_index("ix_covers_owner", "covers", ["workspace_id", "owner_id", "state", "last"], unique=False)
    op.create_table(
        "cover_clients",
        _number("workspace_id"),
        _number("cover_id"),
        _number("client_id"),
        _within("cover_clients", "cover_id", "covers"),
        _within("cover_clients", "client_id", "clients"),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.id"], name="fk_cover_clients_workspaces"),
        sa.UniqueConstraint(
            "workspace_id", "cover_id", "client_id", name="uq_cover_clients_workspace_id_cover_id_client_id"
        ),
    )
    op.create_table(
        "lead_watches",
        _number("workspace_id"),
        _number("member_id"),
        sa.Column("next_at", storage.types.Moment(), nullable=False),
        _within("lead_watches", "member_id", "members"),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.id"], name="fk_lead_watches_workspaces"),
        sa.UniqueConstraint("workspace_id", "member_id", name="uq_lead_watches_workspace_id_member_id"),
    )
    op.create_index("ix_lead_watches_due", "lead_watches", ["workspace_id", "next_at"], unique=False)
    _watch_leads()
    op.create_table(
        "neglect_told",
        _number("workspace_id"),
        _number("client_id"),
        _number("lead_id"),
        sa.Column("period", storage.types.Moment(), nullable=False),
        sa.Column("at", storage.types.Moment(), nullable=False),
        _within("neglect_told", "client_id", "clients"),
        _within("neglect_told", "lead_id", "members"),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.id"], name="fk_neglect_told_workspaces"),
        sa.UniqueConstraint(
            "workspace_id", "client_id", "period", name="uq_neglect_told_workspace_id_client_id_period"
        ),
    )


def _watch_leads() -> None:
    """Whoever leads somebody already is looked at with the first tick."""
    watches = sa.table(
        "lead_watches",
        sa.column("workspace_id"),
        sa.column("member_id"),
        sa.column("next_at", storage.types.Moment()),
    )
    members = sa.table("members", sa.column("workspace_id"), sa.column("lead_id"))
    long_ago = sa.literal(datetime(2000, 1, 1, tzinfo=UTC), storage.types.Moment())
    leading = (
        sa.select(members.c.workspace_id, members.c.lead_id, long_ago)
        .where(members.c.lead_id.is_not(None))
        .distinct()
    )
    op.get_bind().execute(sa.insert(watches).from_select(["workspace_id", "member_id", "next_at"], leading))
