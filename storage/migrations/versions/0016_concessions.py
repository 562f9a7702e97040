"""Concessions, and from which limits on a lead has to agree."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import storage.types

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def _number(name: str, *, nullable: bool = False, autoincrement: bool = False) -> sa.Column[int]:
    kind = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    if autoincrement:
        return sa.Column(name, kind, autoincrement=True, nullable=False)
    return sa.Column(name, kind, nullable=nullable)


def _moment(name: str, *, nullable: bool = True) -> sa.Column[object]:
    return sa.Column(name, storage.types.Moment(), nullable=nullable)


def _amount(name: str) -> sa.Column[object]:
    return sa.Column(name, storage.types.Amount(), nullable=True)


def _within(column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["workspace_id", column], [f"{to}.workspace_id", f"{to}.id"], name=f"fk_concessions_{column}"
    )


def upgrade() -> None:
    op.add_column("workspaces", _amount("concession_percent"))
    op.add_column("workspaces", _amount("concession_amount"))
    op.create_table(
        "concessions",
        _number("id", autoincrement=True),
        _number("workspace_id"),
        _number("client_id"),
        _number("member_id"),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("held", sa.Boolean(), nullable=False),
        sa.Column("given_on", sa.Date(), nullable=False),
        _amount("percent"),
        _amount("amount"),
        sa.Column("currency", sa.String(length=3), nullable=True),
        _amount("price"),
        sa.Column("price_currency", sa.String(length=3), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("counterparts", sa.JSON(), nullable=False),
        sa.Column("back", sa.Text(), nullable=False),
        sa.Column("grounds", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        _moment("at", nullable=False),
        sa.Column("key", sa.String(length=128), nullable=False),
        _moment("next_step_at"),
        _moment("reminded_at"),
        _moment("widened_at"),
        _moment("decided_at"),
        _number("decided_by", nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("told", sa.JSON(), nullable=False),
        _within("client_id", "clients"),
        _within("member_id", "members"),
        _within("decided_by", "members"),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.id"], name="fk_concessions_workspaces"),
        sa.PrimaryKeyConstraint("id", name="pk_concessions"),
        sa.UniqueConstraint("workspace_id", "id", name="uq_concessions_workspace_id_id"),
        sa.UniqueConstraint("workspace_id", "key", name="uq_concessions_workspace_id_key"),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_concessions_client", "concessions", ["workspace_id", "client_id", "given_on"], unique=False
    )
    op.create_index("ix_concessions_given_on", "concessions", ["workspace_id", "given_on"], unique=False)
    op.create_index(
        "ix_concessions_waiting",
        "concessions",
        ["workspace_id", "next_step_at"],
        unique=False,
        sqlite_where=sa.text("state = 'asked'"),
        postgresql_where=sa.text("state = 'asked'"),
    )
