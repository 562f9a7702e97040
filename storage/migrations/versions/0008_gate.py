"""The gate: what it decided and what was said last, do-not-disturb, quiet hours given up, and when the bot was used."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import storage.types

revision = "0008"
down_revision = "0006"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "gate_decisions",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("workspace_id", _ID, nullable=False),
        sa.Column("member_id", _ID, nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("subject", sa.String(length=128), nullable=False),
        sa.Column("client_id", _ID, nullable=True),
        sa.Column("entry_id", _ID, nullable=True),
        sa.Column("decision", sa.String(length=8), nullable=False),
        sa.Column("reason", sa.String(length=32), nullable=False),
        sa.Column("at", storage.types.Moment(), nullable=False),
        sa.Column("until", storage.types.Moment(), nullable=True),
        sa.ForeignKeyConstraint(
            ["workspace_id", "client_id"],
            ["clients.workspace_id", "clients.id"],
            name="fk_gate_decisions_client_id",
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "member_id"],
            ["members.workspace_id", "members.id"],
            name="fk_gate_decisions_member_id",
        ),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.id"], name="fk_gate_decisions_workspaces"),
        sa.PrimaryKeyConstraint("id", name="pk_gate_decisions"),
    )
    op.create_index("ix_gate_decisions_at", "gate_decisions", ["workspace_id", "at"], unique=False)
    op.create_index("ix_gate_decisions_client", "gate_decisions", ["workspace_id", "client_id"], unique=False)
    op.create_index("ix_gate_decisions_entry", "gate_decisions", ["workspace_id", "entry_id"], unique=False)
    op.create_index(
        "ix_gate_decisions_member", "gate_decisions", ["workspace_id", "member_id", "at"], unique=False
    )

    op.create_table(
        "gate_said",
        sa.Column("workspace_id", _ID, nullable=False),
        sa.Column("member_id", _ID, nullable=False),
        sa.Column("subject", sa.String(length=128), nullable=False),
        sa.Column("facts", sa.String(length=64), nullable=False),
        sa.Column("entry_id", _ID, nullable=False),
        sa.Column("at", storage.types.Moment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "member_id"],
            ["members.workspace_id", "members.id"],
            name="fk_gate_said_member_id",
        ),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.id"], name="fk_gate_said_workspaces"),
        sa.UniqueConstraint(
            "workspace_id", "member_id", "subject", name="uq_gate_said_workspace_id_member_id_subject"
        ),
    )
    op.create_index("ix_gate_said_at", "gate_said", ["workspace_id", "at"], unique=False)

    op.add_column("members", sa.Column("quiet_hours", sa.Boolean(), server_default=sa.true(), nullable=False))
    op.add_column("members", sa.Column("dnd_from", storage.types.Moment(), nullable=True))
    op.add_column("members", sa.Column("dnd_until", storage.types.Moment(), nullable=True))
    op.add_column("members", sa.Column("last_press_at", storage.types.Moment(), nullable=True))
    op.add_column("members", sa.Column("unheeded_since", sa.Date(), nullable=True))
    op.create_index("ix_outbox_member", "outbox", ["workspace_id", "member_id", "last_try_at"], unique=False)
