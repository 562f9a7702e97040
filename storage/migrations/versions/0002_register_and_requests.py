"""The chain of the register, requests for approval, delegates, and gifts received."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import storage.types

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "register_heads",
        sa.Column("workspace_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("seal", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.id"], name="fk_register_heads_workspaces"),
        sa.UniqueConstraint("workspace_id", name="uq_register_heads_workspace_id"),
    )
    op.create_table(
        "delegates",
        sa.Column("workspace_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("member_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("delegate_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "delegate_id"],
            ["members.workspace_id", "members.id"],
            name="fk_delegates_delegate_id",
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "member_id"],
            ["members.workspace_id", "members.id"],
            name="fk_delegates_member_id",
        ),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.id"], name="fk_delegates_workspaces"),
        sa.UniqueConstraint("workspace_id", "member_id", name="uq_delegates_workspace_id_member_id"),
    )
    op.create_table(
        "gift_requests",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("workspace_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("check_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("first_check_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("member_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("client_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("contact_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("category", sa.String(length=32), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("value", storage.types.Amount(), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("given_on", sa.Date(), nullable=False),
        sa.Column("direction", sa.String(length=8), nullable=False),
        sa.Column("level", sa.String(length=16), nullable=False),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("why", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("comments", sa.JSON(), nullable=False),
        sa.Column("requested_at", storage.types.Moment(), nullable=False),
        sa.Column("asked_at", storage.types.Moment(), nullable=False),
        sa.Column("next_step_at", storage.types.Moment(), nullable=True),
        sa.Column("reminded_at", storage.types.Moment(), nullable=True),
        sa.Column("delegated_at", storage.types.Moment(), nullable=True),
        sa.Column("decided_at", storage.types.Moment(), nullable=True),
        sa.Column("decided_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(
            ["workspace_id", "check_id"],
            ["gift_checks.workspace_id", "gift_checks.id"],
            name="fk_gift_requests_check_id",
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "client_id"],
            ["clients.workspace_id", "clients.id"],
            name="fk_gift_requests_client_id",
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "contact_id"],
            ["contacts.workspace_id", "contacts.id"],
            name="fk_gift_requests_contact_id",
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "decided_by"],
            ["members.workspace_id", "members.id"],
            name="fk_gift_requests_decided_by",
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "first_check_id"],
            ["gift_checks.workspace_id", "gift_checks.id"],
            name="fk_gift_requests_first_check_id",
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "member_id"],
            ["members.workspace_id", "members.id"],
            name="fk_gift_requests_member_id",
        ),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.id"], name="fk_gift_requests_workspaces"),
        sa.PrimaryKeyConstraint("id", name="pk_gift_requests"),
        sa.UniqueConstraint("workspace_id", "id", name="uq_gift_requests_workspace_id_id"),
        sa.UniqueConstraint("workspace_id", "check_id", name="uq_gift_requests_workspace_id_check_id"),
        sa.UniqueConstraint(
            "workspace_id", "first_check_id", name="uq_gift_requests_workspace_id_first_check_id"
        ),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("gift_requests", schema=None) as batch_op:
        batch_op.create_index("ix_gift_requests_client", ["workspace_id", "client_id"], unique=False)
        batch_op.create_index("ix_gift_requests_member", ["workspace_id", "member_id"], unique=False)
        batch_op.create_index("ix_gift_requests_state", ["workspace_id", "state"], unique=False)
    op.create_table(
        "request_messages",
        sa.Column("workspace_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("request_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("entry_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "request_id"],
            ["gift_requests.workspace_id", "gift_requests.id"],
            name="fk_request_messages_request_id",
        ),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.id"], name="fk_request_messages_workspaces"),
        sa.UniqueConstraint(
            "workspace_id",
            "request_id",
            "entry_id",
            name="uq_request_messages_workspace_id_request_id_entry_id",
        ),
    )
    op.create_table(
        "register_entries",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("workspace_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("at", storage.types.Moment(), nullable=False),
        sa.Column("member_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("check_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("request_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("facts_digest", sa.String(length=64), nullable=False),
        sa.Column("seal", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "check_id"],
            ["gift_checks.workspace_id", "gift_checks.id"],
            name="fk_register_entries_check_id",
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "member_id"],
            ["members.workspace_id", "members.id"],
            name="fk_register_entries_member_id",
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "request_id"],
            ["gift_requests.workspace_id", "gift_requests.id"],
            name="fk_register_entries_request_id",
        ),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.id"], name="fk_register_entries_workspaces"),
        sa.PrimaryKeyConstraint("id", name="pk_register_entries"),
        sa.UniqueConstraint("workspace_id", "number", name="uq_register_entries_workspace_id_number"),
    )
    with op.batch_alter_table("register_entries", schema=None) as batch_op:
        batch_op.create_index("ix_register_entries_at", ["workspace_id", "at"], unique=False)
        batch_op.create_index("ix_register_entries_check", ["workspace_id", "check_id"], unique=False)
        batch_op.create_index("ix_register_entries_request", ["workspace_id", "request_id"], unique=False)
    with op.batch_alter_table("gifts_given", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("direction", sa.String(length=8), server_default="given", nullable=False)
        )
    _refuse_changes("register_entries")


def _refuse_changes(table: str) -> None:
    """Rows may only be added: the database refuses everything else, whoever asks."""
    if op.get_bind().dialect.name == "sqlite":
        for what in ("update", "delete"):
            op.execute(
                f"create trigger {table}_no_{what} before {what} on {table} "
                f"begin select raise(abort, '{table} is append-only'); end"
            )
        return
    op.execute(
        f"create function {table}_refuse() returns trigger language plpgsql as "
        f"$$ begin raise exception '{table} is append-only'; end $$"
    )
    op.execute(
        f"create trigger {table}_no_change before update or delete or truncate on {table} "
        f"for each statement execute function {table}_refuse()"
    )
