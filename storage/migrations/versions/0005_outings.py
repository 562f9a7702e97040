"""Outings, and who is invited to them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import storage.types

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "gift_outings",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("workspace_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("member_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key", sa.String(length=128), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("category", sa.String(length=32), nullable=False),
        sa.Column("cost", storage.types.Amount(), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("host_present", sa.Boolean(), nullable=False),
        sa.Column("host", sa.Text(), nullable=False),
        sa.Column("companions", sa.Integer(), nullable=False),
        sa.Column("setting", sa.String(length=32), nullable=True),
        sa.Column("planned_at", storage.types.Moment(), nullable=False),
        sa.Column("changed_at", storage.types.Moment(), nullable=True),
        sa.ForeignKeyConstraint(
            ["workspace_id", "member_id"],
            ["members.workspace_id", "members.id"],
            name="fk_gift_outings_member_id",
        ),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.id"], name="fk_gift_outings_workspaces"),
        sa.PrimaryKeyConstraint("id", name="pk_gift_outings"),
        sa.UniqueConstraint("workspace_id", "id", name="uq_gift_outings_workspace_id_id"),
        sa.UniqueConstraint("workspace_id", "key", name="uq_gift_outings_workspace_id_key"),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("gift_outings", schema=None) as batch_op:
        batch_op.create_index("ix_gift_outings_day", ["workspace_id", "member_id", "day"], unique=False)
    op.create_table(
        "gift_outing_people",
        sa.Column("workspace_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("outing_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("check_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "check_id"],
            ["gift_checks.workspace_id", "gift_checks.id"],
            name="fk_gift_outing_people_check_id",
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "outing_id"],
            ["gift_outings.workspace_id", "gift_outings.id"],
            name="fk_gift_outing_people_outing_id",
        ),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.id"], name="fk_gift_outing_people_workspaces"),
        sa.UniqueConstraint("workspace_id", "check_id", name="uq_gift_outing_people_workspace_id_check_id"),
        sa.UniqueConstraint(
            "workspace_id", "outing_id", "place", name="uq_gift_outing_people_workspace_id_outing_id_place"
        ),
    )
