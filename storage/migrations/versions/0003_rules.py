"""A workspace's own rules, the versions that judged, reviews of rules, and questions about clients' policies."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import storage.types

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "rule_texts",
        sa.Column("workspace_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.id"], name="fk_rule_texts_workspaces"),
        sa.UniqueConstraint("workspace_id", "digest", name="uq_rule_texts_workspace_id_digest"),
    )
    op.create_table(
        "own_rules",
        sa.Column("workspace_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("member_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("changed_at", storage.types.Moment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "member_id"],
            ["members.workspace_id", "members.id"],
            name="fk_own_rules_member_id",
        ),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.id"], name="fk_own_rules_workspaces"),
        sa.UniqueConstraint("workspace_id", "name", name="uq_own_rules_workspace_id_name"),
    )
    op.create_table(
        "rule_reviews",
        sa.Column("workspace_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("reviewed_on", sa.Date(), nullable=False),
        sa.Column("member_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "member_id"],
            ["members.workspace_id", "members.id"],
            name="fk_rule_reviews_member_id",
        ),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.id"], name="fk_rule_reviews_workspaces"),
        sa.UniqueConstraint("workspace_id", "name", name="uq_rule_reviews_workspace_id_name"),
    )
    op.create_table(
        "rulebook_versions",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("workspace_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version", sa.String(length=64), nullable=False),
        sa.Column("cautious", sa.Boolean(), nullable=False),
        sa.Column("since", storage.types.Moment(), nullable=False),
        sa.Column("files", sa.JSON(), nullable=False),
        sa.Column("member_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(
            ["workspace_id", "member_id"],
            ["members.workspace_id", "members.id"],
            name="fk_rulebook_versions_member_id",
        ),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.id"], name="fk_rulebook_versions_workspaces"),
        sa.PrimaryKeyConstraint("id", name="pk_rulebook_versions"),
    )
    with op.batch_alter_table("rulebook_versions", schema=None) as batch_op:
        batch_op.create_index("ix_rulebook_versions_since", ["workspace_id", "since"], unique=False)

    op.create_table(
        "policy_questions",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("workspace_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("check_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("member_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("client_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("employer", sa.Text(), nullable=False),
        sa.Column("asked", sa.Text(), nullable=False),
        sa.Column("asked_on", sa.Date(), nullable=False),
        sa.Column("asked_at", storage.types.Moment(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("reminders", sa.SmallInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("remind_at", storage.types.Moment(), nullable=True),
        sa.Column("closed_at", storage.types.Moment(), nullable=True),
        sa.CheckConstraint("state in ('open', 'answered', 'withdrawn')", name="ck_policy_questions_state"),
        sa.ForeignKeyConstraint(
            ["workspace_id", "check_id"],
            ["gift_checks.workspace_id", "gift_checks.id"],
            name="fk_policy_questions_check_id",
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "client_id"],
            ["clients.workspace_id", "clients.id"],
            name="fk_policy_questions_client_id",
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "member_id"],
            ["members.workspace_id", "members.id"],
            name="fk_policy_questions_member_id",
        ),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.id"], name="fk_policy_questions_workspaces"),
        sa.PrimaryKeyConstraint("id", name="pk_policy_questions"),
        sa.UniqueConstraint("workspace_id", "id", name="uq_policy_questions_workspace_id_id"),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("policy_questions", schema=None) as batch_op:
        batch_op.create_index(
            "ix_policy_questions_open",
            ["workspace_id", "remind_at"],
            unique=False,
            sqlite_where=sa.text("state = 'open'"),
            postgresql_where=sa.text("state = 'open'"),
        )

    # Not in batch mode: that would build the table anew on SQLite, which refuses to drop one that others refer to.
    op.add_column(
        "workspaces", sa.Column("rules_revision", sa.BigInteger(), server_default="0", nullable=False)
    )
    op.add_column(
        "workspaces", sa.Column("cautious", sa.Boolean(), server_default=sa.false(), nullable=False)
    )
