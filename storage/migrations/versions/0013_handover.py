"""Requests for another manager, handovers of clients, and when a client was handed over."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import storage.types

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def _number(name: str, *, nullable: bool = False, autoincrement: bool = False) -> sa.Column[int]:
    kind = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    if autoincrement:
        return sa.Column(name, kind, autoincrement=True, nullable=False)
    return sa.Column(name, kind, nullable=nullable)


def _moment(name: str, *, nullable: bool = True) -> sa.Column[object]:
    return sa.Column(name, storage.types.Moment(), nullable=nullable)


def _within(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["workspace_id", column], [f"{to}.workspace_id", f"{to}.id"], name=f"fk_{table}_{column}"
    )


def upgrade() -> None:
    op.add_column("clients", _moment("handed_at"))
    op.create_table(
        "reassignments",
        _number("id", autoincrement=True),
        _number("workspace_id"),
        _number("client_id"),
        _number("owner_id", nullable=True),
        _number("asked_by", nullable=True),
        sa.Column("reason", sa.String(length=16), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        _moment("asked_at", nullable=False),
        _moment("next_step_at"),
        _moment("reminded_at"),
        _moment("widened_at"),
        _moment("decided_at"),
        _number("decided_by", nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        _number("to_id", nullable=True),
        sa.Column("told", sa.JSON(), nullable=False),
        _within("reassignments", "client_id", "clients"),
        _within("reassignments", "owner_id", "members"),
        _within("reassignments", "asked_by", "members"),
        _within("reassignments", "decided_by", "members"),
        _within("reassignments", "to_id", "members"),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.id"], name="fk_reassignments_workspaces"),
        sa.PrimaryKeyConstraint("id", name="pk_reassignments"),
        sa.UniqueConstraint("workspace_id", "id", name="uq_reassignments_workspace_id_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_reassignments_client", "reassignments", ["workspace_id", "client_id"], unique=False)
    op.create_index(
        "ix_reassignments_waiting",
        "reassignments",
        ["workspace_id", "next_step_at"],
        unique=False,
        sqlite_where=sa.text("state = 'waiting'"),
        postgresql_where=sa.text("state = 'waiting'"),
    )
    op.create_table(
        "handovers",
        _number("id", autoincrement=True),
        _number("workspace_id"),
        _number("client_id"),
        _number("from_id", nullable=True),
        _number("to_id"),
        _number("by_id", nullable=True),
        sa.Column("reason", sa.String(length=16), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        _moment("at", nullable=False),
        _number("request_id", nullable=True),
        sa.Column("moved", sa.JSON(), nullable=False),
        _moment("check_at"),
        _moment("undone_at"),
        _number("undone_by", nullable=True),
        sa.Column("went", sa.String(length=16), nullable=True),
        _number("went_by", nullable=True),
        _moment("went_at"),
        _within("handovers", "client_id", "clients"),
        _within("handovers", "from_id", "members"),
        _within("handovers", "to_id", "members"),
        _within("handovers", "by_id", "members"),
        _within("handovers", "request_id", "reassignments"),
        _within("handovers", "undone_by", "members"),
        _within("handovers", "went_by", "members"),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.id"], name="fk_handovers_workspaces"),
        sa.PrimaryKeyConstraint("id", name="pk_handovers"),
        sa.UniqueConstraint("workspace_id", "id", name="uq_handovers_workspace_id_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_handovers_client", "handovers", ["workspace_id", "client_id", "id"], unique=False)
    op.create_index("ix_handovers_at", "handovers", ["workspace_id", "at"], unique=False)
    op.create_index("ix_handovers_check_at", "handovers", ["workspace_id", "check_at"], unique=False)
