"""The book, the register and the outbox."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import storage.types

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "workspaces",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("team_id", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("zone", sa.String(length=64), nullable=False),
        sa.Column("locale", sa.String(length=16), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("country", sa.String(length=8), nullable=False),
        sa.Column("posts_per_minute", sa.Integer(), server_default=sa.text("60"), nullable=False),
        sa.Column("created_at", storage.types.Moment(), nullable=False),
        sa.Column("blocked_until", storage.types.Moment(), nullable=True),
        sa.Column("next_slot_at", storage.types.Moment(), nullable=True),
        sa.Column("names_version", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_workspaces"),
        sa.UniqueConstraint("team_id", name="uq_workspaces_team_id"),
    )
    op.create_table(
        "deliveries",
        sa.Column("workspace_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key", sa.String(length=128), nullable=False),
        sa.Column("at", storage.types.Moment(), nullable=False),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.id"], name="fk_deliveries_workspaces"),
        sa.UniqueConstraint("workspace_id", "key", name="uq_deliveries_workspace_id_key"),
    )
    op.create_table(
        "members",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("workspace_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("user_id", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("email", sa.String(length=255), nullable=True),
        sa.Column("roles", sa.String(length=64), nullable=False),
        sa.Column("zone", sa.String(length=64), nullable=False),
        sa.Column("locale", sa.String(length=16), nullable=False),
        sa.Column("country", sa.String(length=8), nullable=False),
        sa.Column("work_days", sa.String(length=7), nullable=False),
        sa.Column("digest_time", sa.Time(), nullable=False),
        sa.Column("lead_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("conversation", sa.String(length=32), nullable=True),
        sa.Column("next_digest_at", storage.types.Moment(), nullable=True),
        sa.Column("last_digest_on", sa.Date(), nullable=True),
        sa.Column("refreshed_at", storage.types.Moment(), nullable=True),
        sa.Column("active", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "lead_id"], ["members.workspace_id", "members.id"], name="fk_members_lead_id"
        ),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.id"], name="fk_members_workspaces"),
        sa.PrimaryKeyConstraint("id", name="pk_members"),
        sa.UniqueConstraint("workspace_id", "id", name="uq_members_workspace_id_id"),
        sa.UniqueConstraint("workspace_id", "user_id", name="uq_members_workspace_id_user_id"),
    )
    with op.batch_alter_table("members", schema=None) as batch_op:
        batch_op.create_index("ix_members_email", ["workspace_id", "email"], unique=False)
        batch_op.create_index("ix_members_next_digest_at", ["workspace_id", "next_digest_at"], unique=False)

    op.create_table(
        "clients",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("workspace_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("owner_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("tier", sa.String(length=1), nullable=False),
        sa.Column("market", sa.String(length=8), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("cadence_days", sa.SmallInteger(), nullable=True),
        sa.Column("created_at", storage.types.Moment(), nullable=False),
        sa.Column("spoke_before_at", storage.types.Moment(), nullable=True),
        sa.Column("last_conversation_at", storage.types.Moment(), nullable=True),
        sa.Column("last_one_way_at", storage.types.Moment(), nullable=True),
        sa.Column("due_at", storage.types.Moment(), nullable=True),
        sa.Column("neglected_at", storage.types.Moment(), nullable=True),
        sa.Column("new_until", storage.types.Moment(), nullable=True),
        sa.Column("calm_until", storage.types.Moment(), nullable=True),
        sa.Column("snoozed_until", storage.types.Moment(), nullable=True),
        sa.Column("snoozes", sa.SmallInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("snooze_reason", sa.Text(), nullable=True),
        sa.Column("archived", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.CheckConstraint("tier in ('A', 'B', 'C', 'D')", name="ck_clients_tier"),
        sa.ForeignKeyConstraint(
            ["workspace_id", "owner_id"], ["members.workspace_id", "members.id"], name="fk_clients_owner_id"
        ),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.id"], name="fk_clients_workspaces"),
        sa.PrimaryKeyConstraint("id", name="pk_clients"),
        sa.UniqueConstraint("workspace_id", "id", name="uq_clients_workspace_id_id"),
    )
    with op.batch_alter_table("clients", schema=None) as batch_op:
        batch_op.create_index(
            "ix_clients_due",
            ["workspace_id", "owner_id", "due_at"],
            unique=False,
            sqlite_where=sa.text("archived = 0"),
            postgresql_where=sa.text("not archived"),
        )

    op.create_table(
        "drafts",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("workspace_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("member_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("created_at", storage.types.Moment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "member_id"], ["members.workspace_id", "members.id"], name="fk_drafts_member_id"
        ),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.id"], name="fk_drafts_workspaces"),
        sa.PrimaryKeyConstraint("id", name="pk_drafts"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "outbox",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("workspace_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key", sa.String(length=128), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("member_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("due_at", storage.types.Moment(), nullable=False),
        sa.Column("created_at", storage.types.Moment(), nullable=False),
        sa.Column("expires_at", storage.types.Moment(), nullable=True),
        sa.Column("attempts", sa.SmallInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("look_ups", sa.SmallInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("first_try_at", storage.types.Moment(), nullable=True),
        sa.Column("last_try_at", storage.types.Moment(), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("body", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("conversation", sa.String(length=32), nullable=True),
        sa.Column("receipt", sa.String(length=32), nullable=True),
        sa.CheckConstraint(
            "state in ('pending', 'trying', 'sent', 'dead', 'skipped')", name="ck_outbox_state"
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "member_id"], ["members.workspace_id", "members.id"], name="fk_outbox_member_id"
        ),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.id"], name="fk_outbox_workspaces"),
        sa.PrimaryKeyConstraint("id", name="pk_outbox"),
        sa.UniqueConstraint("workspace_id", "id", name="uq_outbox_workspace_id_id"),
        sa.UniqueConstraint("workspace_id", "key", name="uq_outbox_workspace_id_key"),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.create_index(
            "ix_outbox_open",
            ["workspace_id", "due_at"],
            unique=False,
            sqlite_where=sa.text("state in ('pending', 'trying')"),
            postgresql_where=sa.text("state in ('pending', 'trying')"),
        )

    op.create_table(
        "client_names",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("workspace_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("client_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("key", sa.String(length=255), nullable=False),
        sa.Column("alias", sa.Boolean(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("removed", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "client_id"],
            ["clients.workspace_id", "clients.id"],
            name="fk_client_names_client_id",
        ),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.id"], name="fk_client_names_workspaces"),
        sa.PrimaryKeyConstraint("id", name="pk_client_names"),
    )
    with op.batch_alter_table("client_names", schema=None) as batch_op:
        batch_op.create_index("ix_client_names_client", ["workspace_id", "client_id"], unique=False)
        batch_op.create_index("ix_client_names_key", ["workspace_id", "key"], unique=False)
        batch_op.create_index("ix_client_names_version", ["workspace_id", "version"], unique=False)

    op.create_table(
        "contacts",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("workspace_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("client_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("role", sa.String(length=255), server_default="", nullable=False),
        sa.Column("email", sa.String(length=255), nullable=True),
        sa.Column("employer", sa.String(length=255), nullable=True),
        sa.Column("regimes", sa.JSON(), nullable=False),
        sa.Column("jurisdiction", sa.String(length=16), nullable=True),
        sa.Column("active", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "client_id"],
            ["clients.workspace_id", "clients.id"],
            name="fk_contacts_client_id",
        ),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.id"], name="fk_contacts_workspaces"),
        sa.PrimaryKeyConstraint("id", name="pk_contacts"),
        sa.UniqueConstraint("workspace_id", "id", name="uq_contacts_workspace_id_id"),
    )
    with op.batch_alter_table("contacts", schema=None) as batch_op:
        batch_op.create_index("ix_contacts_client", ["workspace_id", "client_id"], unique=False)

    op.create_table(
        "touches",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("workspace_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("client_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("member_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("channel", sa.String(length=8), nullable=False),
        sa.Column("direction", sa.String(length=8), nullable=False),
        sa.Column("restart", sa.String(length=8), nullable=False),
        sa.Column("at", storage.types.Moment(), nullable=False),
        sa.Column("whole_day", sa.Boolean(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("logged_at", storage.types.Moment(), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("withdrawn_at", storage.types.Moment(), nullable=True),
        sa.ForeignKeyConstraint(
            ["workspace_id", "client_id"], ["clients.workspace_id", "clients.id"], name="fk_touches_client_id"
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "member_id"], ["members.workspace_id", "members.id"], name="fk_touches_member_id"
        ),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.id"], name="fk_touches_workspaces"),
        sa.PrimaryKeyConstraint("id", name="pk_touches"),
        sa.UniqueConstraint("workspace_id", "id", name="uq_touches_workspace_id_id"),
        sa.UniqueConstraint("workspace_id", "key", name="uq_touches_workspace_id_key"),
    )
    with op.batch_alter_table("touches", schema=None) as batch_op:
        batch_op.create_index("ix_touches_client", ["workspace_id", "client_id", "at"], unique=False)

    op.create_table(
        "gift_checks",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("workspace_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("member_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("client_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("contact_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("proposal", sa.JSON(), nullable=False),
        sa.Column("answer", sa.JSON(), nullable=False),
        sa.Column("verdict", sa.String(length=16), nullable=False),
        sa.Column("rulebook_version", sa.String(length=64), nullable=False),
        sa.Column("checked_at", storage.types.Moment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "client_id"],
            ["clients.workspace_id", "clients.id"],
            name="fk_gift_checks_client_id",
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "contact_id"],
            ["contacts.workspace_id", "contacts.id"],
            name="fk_gift_checks_contact_id",
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "member_id"],
            ["members.workspace_id", "members.id"],
            name="fk_gift_checks_member_id",
        ),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.id"], name="fk_gift_checks_workspaces"),
        sa.PrimaryKeyConstraint("id", name="pk_gift_checks"),
        sa.UniqueConstraint("workspace_id", "id", name="uq_gift_checks_workspace_id_id"),
    )
    op.create_table(
        "touch_contacts",
        sa.Column("workspace_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "touch_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column(
            "contact_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "contact_id"],
            ["contacts.workspace_id", "contacts.id"],
            name="fk_touch_contacts_contact_id",
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "touch_id"],
            ["touches.workspace_id", "touches.id"],
            name="fk_touch_contacts_touch_id",
        ),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.id"], name="fk_touch_contacts_workspaces"),
        sa.PrimaryKeyConstraint("touch_id", "contact_id", name="pk_touch_contacts"),
    )
    op.create_table(
        "gifts_given",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("workspace_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("check_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("member_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("client_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("contact_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("category", sa.String(length=32), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("value", storage.types.Amount(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("given_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", storage.types.Moment(), nullable=False),
        sa.Column("cancelled_at", storage.types.Moment(), nullable=True),
        sa.ForeignKeyConstraint(
            ["workspace_id", "check_id"],
            ["gift_checks.workspace_id", "gift_checks.id"],
            name="fk_gifts_given_check_id",
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "client_id"],
            ["clients.workspace_id", "clients.id"],
            name="fk_gifts_given_client_id",
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "contact_id"],
            ["contacts.workspace_id", "contacts.id"],
            name="fk_gifts_given_contact_id",
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "member_id"],
            ["members.workspace_id", "members.id"],
            name="fk_gifts_given_member_id",
        ),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.id"], name="fk_gifts_given_workspaces"),
        sa.PrimaryKeyConstraint("id", name="pk_gifts_given"),
        sa.UniqueConstraint("workspace_id", "check_id", name="uq_gifts_given_workspace_id_check_id"),
    )
    with op.batch_alter_table("gifts_given", schema=None) as batch_op:
        batch_op.create_index(
            "ix_gifts_given_contact", ["workspace_id", "client_id", "given_on"], unique=False
        )
