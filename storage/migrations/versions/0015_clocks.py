"""Response clocks: clients' questions, who was told of them, who writes in clients' channels."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import storage.types

revision = "0015"
down_revision = "0014"
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


def _workspace(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.id"], name=f"fk_{table}_workspaces")


def upgrade() -> None:
    op.add_column("workspaces", sa.Column("clocks_on", sa.Date(), nullable=True))
    op.add_column(
        "workspaces", sa.Column("seen_emoji", sa.String(length=64), server_default="eyes", nullable=True)
    )
    op.create_table(
        "questions",
        _number("id", autoincrement=True),
        _number("workspace_id"),
        _number("client_id"),
        sa.Column("asked_at", storage.types.Moment(), nullable=False),
        sa.Column("source", sa.String(length=16), nullable=False),
        sa.Column("key", sa.String(length=128), nullable=False),
        sa.Column("events", sa.JSON(), nullable=False),
        sa.Column("channel_id", sa.String(length=32), server_default="", nullable=False),
        sa.Column("root", sa.String(length=32), server_default="", nullable=False),
        sa.Column("messages", sa.JSON(), nullable=False),
        sa.Column("link", sa.Text(), nullable=True),
        sa.Column("author", sa.String(length=32), server_default="", nullable=False),
        _number("member_id", nullable=True),
        sa.Column("told", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("look_at", storage.types.Moment(), nullable=True),
        sa.Column("closed_at", storage.types.Moment(), nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("0"), nullable=False),
        _within("questions", "client_id", "clients"),
        _within("questions", "member_id", "members"),
        _workspace("questions"),
        sa.PrimaryKeyConstraint("id", name="pk_questions"),
        sa.UniqueConstraint("workspace_id", "id", name="uq_questions_workspace_id_id"),
        sa.UniqueConstraint("workspace_id", "key", name="uq_questions_workspace_id_key"),
        sqlite_autoincrement=True,
    )
    still_open = sa.text("closed_at is null")
    for name, column in (("open_client", "client_id"), ("open_channel", "channel_id")):
        op.create_index(
            f"ix_questions_{name}",
            "questions",
            ["workspace_id", column],
            unique=False,
            sqlite_where=still_open,
            postgresql_where=still_open,
        )
    op.create_index("ix_questions_look_at", "questions", ["workspace_id", "look_at"], unique=False)
    op.create_index(
        "ix_questions_client", "questions", ["workspace_id", "client_id", "asked_at"], unique=False
    )
    op.create_index(
        "ix_questions_channel", "questions", ["workspace_id", "channel_id", "closed_at"], unique=False
    )
    op.create_table(
        "question_notices",
        _number("workspace_id"),
        _number("question_id"),
        _number("member_id"),
        sa.Column("key", sa.String(length=128), nullable=False),
        sa.Column("at", storage.types.Moment(), nullable=False),
        _within("question_notices", "question_id", "questions"),
        _within("question_notices", "member_id", "members"),
        _workspace("question_notices"),
        sa.UniqueConstraint(
            "workspace_id", "question_id", "key", name="uq_question_notices_workspace_id_question_id_key"
        ),
    )
    op.create_index("ix_question_notices_key", "question_notices", ["workspace_id", "key"], unique=False)
    op.create_table(
        "channel_people",
        _number("workspace_id"),
        sa.Column("user_id", sa.String(length=32), nullable=False),
        sa.Column("whose", sa.String(length=8), nullable=False),
        _number("client_id", nullable=True),
        sa.Column("at", storage.types.Moment(), nullable=False),
        _within("channel_people", "client_id", "clients"),
        _workspace("channel_people"),
        sa.UniqueConstraint("workspace_id", "user_id", name="uq_channel_people_workspace_id_user_id"),
    )
