"""The client book: who clients and contacts are, promises, meetings, changes, merges, imports, absences, pictures."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import storage.types
from bot.domain.contacts import domain_of
from bot.domain.names import fold

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_AT_ONCE = 5000


def upgrade() -> None:
    op.create_table(
        "absences",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("workspace_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("member_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("last", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "member_id"],
            ["members.workspace_id", "members.id"],
            name="fk_absences_member_id",
        ),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.id"], name="fk_absences_workspaces"),
        sa.PrimaryKeyConstraint("id", name="pk_absences"),
        sa.UniqueConstraint("workspace_id", "id", name="uq_absences_workspace_id_id"),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("absences", schema=None) as batch_op:
        batch_op.create_index("ix_absences_member", ["workspace_id", "member_id", "last"], unique=False)

    op.create_table(
        "imports",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("workspace_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("member_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("at", storage.types.Moment(), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("undone_at", storage.types.Moment(), nullable=True),
        sa.ForeignKeyConstraint(
            ["workspace_id", "member_id"], ["members.workspace_id", "members.id"], name="fk_imports_member_id"
        ),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.id"], name="fk_imports_workspaces"),
        sa.PrimaryKeyConstraint("id", name="pk_imports"),
        sa.UniqueConstraint("workspace_id", "id", name="uq_imports_workspace_id_id"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "pictures",
        sa.Column("workspace_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("member_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("file_id", sa.String(length=32), nullable=False),
        sa.Column("at", storage.types.Moment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "member_id"],
            ["members.workspace_id", "members.id"],
            name="fk_pictures_member_id",
        ),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.id"], name="fk_pictures_workspaces"),
        sa.UniqueConstraint(
            "workspace_id", "member_id", "name", name="uq_pictures_workspace_id_member_id_name"
        ),
    )
    op.create_table(
        "changes",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("workspace_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("subject", sa.String(length=16), nullable=False),
        sa.Column("subject_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("client_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("at", storage.types.Moment(), nullable=False),
        sa.Column("member_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("import_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(
            ["workspace_id", "client_id"], ["clients.workspace_id", "clients.id"], name="fk_changes_client_id"
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "member_id"], ["members.workspace_id", "members.id"], name="fk_changes_member_id"
        ),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.id"], name="fk_changes_workspaces"),
        sa.PrimaryKeyConstraint("id", name="pk_changes"),
    )
    with op.batch_alter_table("changes", schema=None) as batch_op:
        batch_op.create_index("ix_changes_client", ["workspace_id", "client_id", "id"], unique=False)
        batch_op.create_index("ix_changes_import", ["workspace_id", "import_id"], unique=False)
        batch_op.create_index(
            "ix_changes_subject", ["workspace_id", "subject", "subject_id", "id"], unique=False
        )

    op.create_table(
        "client_channels",
        sa.Column("workspace_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("channel_id", sa.String(length=32), nullable=False),
        sa.Column("client_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "client_id"],
            ["clients.workspace_id", "clients.id"],
            name="fk_client_channels_client_id",
        ),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.id"], name="fk_client_channels_workspaces"),
        sa.UniqueConstraint(
            "workspace_id",
            "channel_id",
            "client_id",
            name="uq_client_channels_workspace_id_channel_id_client_id",
        ),
    )
    with op.batch_alter_table("client_channels", schema=None) as batch_op:
        batch_op.create_index("ix_client_channels_client", ["workspace_id", "client_id"], unique=False)

    op.create_table(
        "client_external_ids",
        sa.Column("workspace_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("external_id", sa.String(length=255), nullable=False),
        sa.Column("client_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "client_id"],
            ["clients.workspace_id", "clients.id"],
            name="fk_client_external_ids_client_id",
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.id"], name="fk_client_external_ids_workspaces"
        ),
        sa.UniqueConstraint(
            "workspace_id", "external_id", name="uq_client_external_ids_workspace_id_external_id"
        ),
    )
    with op.batch_alter_table("client_external_ids", schema=None) as batch_op:
        batch_op.create_index("ix_client_external_ids_client", ["workspace_id", "client_id"], unique=False)

    op.create_table(
        "client_merges",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("workspace_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kept_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("gone_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("member_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("at", storage.types.Moment(), nullable=False),
        sa.Column("moved", sa.JSON(), nullable=False),
        sa.Column("undone_at", storage.types.Moment(), nullable=True),
        sa.ForeignKeyConstraint(
            ["workspace_id", "gone_id"],
            ["clients.workspace_id", "clients.id"],
            name="fk_client_merges_gone_id",
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "kept_id"],
            ["clients.workspace_id", "clients.id"],
            name="fk_client_merges_kept_id",
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "member_id"],
            ["members.workspace_id", "members.id"],
            name="fk_client_merges_member_id",
        ),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.id"], name="fk_client_merges_workspaces"),
        sa.PrimaryKeyConstraint("id", name="pk_client_merges"),
        sa.UniqueConstraint("workspace_id", "id", name="uq_client_merges_workspace_id_id"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "client_team",
        sa.Column("workspace_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("client_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("part", sa.String(length=8), nullable=False),
        sa.Column("member_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "client_id"],
            ["clients.workspace_id", "clients.id"],
            name="fk_client_team_client_id",
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "member_id"],
            ["members.workspace_id", "members.id"],
            name="fk_client_team_member_id",
        ),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.id"], name="fk_client_team_workspaces"),
        sa.UniqueConstraint(
            "workspace_id", "client_id", "part", name="uq_client_team_workspace_id_client_id_part"
        ),
    )
    with op.batch_alter_table("client_team", schema=None) as batch_op:
        batch_op.create_index("ix_client_team_member", ["workspace_id", "member_id"], unique=False)

    op.create_table(
        "meetings",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("workspace_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("client_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("member_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", storage.types.Moment(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("entered_at", storage.types.Moment(), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("brief_at", storage.types.Moment(), nullable=True),
        sa.Column("cancelled_at", storage.types.Moment(), nullable=True),
        sa.ForeignKeyConstraint(
            ["workspace_id", "client_id"],
            ["clients.workspace_id", "clients.id"],
            name="fk_meetings_client_id",
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "member_id"],
            ["members.workspace_id", "members.id"],
            name="fk_meetings_member_id",
        ),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.id"], name="fk_meetings_workspaces"),
        sa.PrimaryKeyConstraint("id", name="pk_meetings"),
        sa.UniqueConstraint("workspace_id", "id", name="uq_meetings_workspace_id_id"),
        sa.UniqueConstraint("workspace_id", "key", name="uq_meetings_workspace_id_key"),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("meetings", schema=None) as batch_op:
        batch_op.create_index("ix_meetings_brief_at", ["workspace_id", "brief_at"], unique=False)
        batch_op.create_index("ix_meetings_member", ["workspace_id", "member_id", "at"], unique=False)

    op.create_table(
        "contact_external_ids",
        sa.Column("workspace_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("external_id", sa.String(length=255), nullable=False),
        sa.Column("contact_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "contact_id"],
            ["contacts.workspace_id", "contacts.id"],
            name="fk_contact_external_ids_contact_id",
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.id"], name="fk_contact_external_ids_workspaces"
        ),
        sa.UniqueConstraint(
            "workspace_id", "external_id", name="uq_contact_external_ids_workspace_id_external_id"
        ),
    )
    with op.batch_alter_table("contact_external_ids", schema=None) as batch_op:
        batch_op.create_index("ix_contact_external_ids_contact", ["workspace_id", "contact_id"], unique=False)

    op.create_table(
        "promises",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("workspace_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("client_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("member_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("touch_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("made_at", storage.types.Moment(), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("moves", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("settled_at", storage.types.Moment(), nullable=True),
        sa.Column("settled_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(
            ["workspace_id", "client_id"],
            ["clients.workspace_id", "clients.id"],
            name="fk_promises_client_id",
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "member_id"],
            ["members.workspace_id", "members.id"],
            name="fk_promises_member_id",
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "settled_by"],
            ["members.workspace_id", "members.id"],
            name="fk_promises_settled_by",
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "touch_id"], ["touches.workspace_id", "touches.id"], name="fk_promises_touch_id"
        ),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.id"], name="fk_promises_workspaces"),
        sa.PrimaryKeyConstraint("id", name="pk_promises"),
        sa.UniqueConstraint("workspace_id", "id", name="uq_promises_workspace_id_id"),
        sa.UniqueConstraint("workspace_id", "key", name="uq_promises_workspace_id_key"),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("promises", schema=None) as batch_op:
        batch_op.create_index("ix_promises_client", ["workspace_id", "client_id", "state"], unique=False)
        batch_op.create_index(
            "ix_promises_member", ["workspace_id", "member_id", "state", "due_on"], unique=False
        )

    op.add_column("clients", sa.Column("archived_at", storage.types.Moment(), nullable=True))
    op.add_column(
        "clients", sa.Column("status", sa.String(length=16), server_default="active", nullable=False)
    )
    op.add_column("clients", sa.Column("zone", sa.String(length=64), nullable=True))
    op.add_column("clients", sa.Column("hours", sa.JSON(), nullable=True))
    op.add_column("clients", sa.Column("own_holidays", sa.JSON(), nullable=True))
    op.add_column("clients", sa.Column("sector", sa.String(length=64), server_default="", nullable=False))
    op.add_column("clients", sa.Column("price_floor", storage.types.Amount(), nullable=True))
    op.add_column("clients", sa.Column("offerings", sa.JSON(), nullable=True))
    op.add_column("clients", sa.Column("complaint_at", storage.types.Moment(), nullable=True))
    op.add_column("clients", sa.Column("version", sa.Integer(), server_default=sa.text("0"), nullable=False))
    op.add_column(
        "clients",
        sa.Column("merged_into_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
    )
    op.add_column(
        "clients", sa.Column("import_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True)
    )
    op.create_index(
        "ix_clients_archived",
        "clients",
        ["workspace_id", "owner_id"],
        unique=False,
        sqlite_where=sa.text("archived = 1"),
        postgresql_where=sa.text("archived"),
    )

    op.add_column("contacts", sa.Column("key", sa.String(length=255), server_default="", nullable=False))
    op.add_column("contacts", sa.Column("domain", sa.String(length=255), nullable=True))
    op.add_column("contacts", sa.Column("language", sa.String(length=16), server_default="", nullable=False))
    op.add_column("contacts", sa.Column("preferences", sa.JSON(), nullable=True))
    op.add_column("contacts", sa.Column("left_at", storage.types.Moment(), nullable=True))
    op.add_column("contacts", sa.Column("version", sa.Integer(), server_default=sa.text("0"), nullable=False))
    op.add_column(
        "contacts",
        sa.Column("import_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
    )
    op.create_index("ix_contacts_domain", "contacts", ["workspace_id", "domain"], unique=False)
    op.create_index("ix_contacts_key", "contacts", ["workspace_id", "key"], unique=False)

    op.add_column(
        "members", sa.Column("hours_from", sa.Time(), server_default="09:00:00.000000", nullable=False)
    )
    op.add_column(
        "members", sa.Column("hours_until", sa.Time(), server_default="17:00:00.000000", nullable=False)
    )
    op.add_column("members", sa.Column("noise", sa.String(length=8), server_default="all", nullable=False))
    op.add_column(
        "members", sa.Column("chose_locale", sa.Boolean(), server_default=sa.false(), nullable=False)
    )
    op.add_column("members", sa.Column("welcomed_at", storage.types.Moment(), nullable=True))

    op.add_column("touches", sa.Column("complaint", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("touches", sa.Column("next_step", sa.Text(), nullable=True))
    op.add_column("touches", sa.Column("next_step_on", sa.Date(), nullable=True))
    op.add_column("touches", sa.Column("link", sa.Text(), nullable=True))
    op.add_column("touches", sa.Column("version", sa.Integer(), server_default=sa.text("0"), nullable=False))

    op.add_column("workspaces", sa.Column("starts_on", sa.Date(), nullable=True))
    op.add_column("workspaces", sa.Column("cadences", sa.JSON(), nullable=True))
    op.add_column("workspaces", sa.Column("touch_emoji", sa.String(length=64), nullable=True))
    op.add_column("workspaces", sa.Column("set_up_at", storage.types.Moment(), nullable=True))
    _name_contacts()
    # Who has been speaking with the bot already needs no welcome.
    op.execute("update members set welcomed_at = refreshed_at")


def _name_contacts() -> None:
    """Give the contacts of earlier versions what they are found by."""
    connection, last = op.get_bind(), 0
    contacts = sa.table(
        "contacts",
        sa.column("id"),
        sa.column("name"),
        sa.column("email"),
        sa.column("key"),
        sa.column("domain"),
    )
    page = (
        sa.select(contacts.c.id, contacts.c.name, contacts.c.email)
        .where(contacts.c.id > sa.bindparam("last"))
        .order_by(contacts.c.id)
        .limit(_AT_ONCE)
    )
    named = (
        sa.update(contacts)
        .where(contacts.c.id == sa.bindparam("contact"))
        .values(key=sa.bindparam("named"), domain=sa.bindparam("at"))
    )
    while found := connection.execute(page, {"last": last}).all():
        connection.execute(
            named,
            [{"contact": row.id, "named": fold(row.name)[:255], "at": domain_of(row.email)} for row in found],
        )
        last = found[-1].id
