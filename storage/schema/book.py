"""Clients, their names and people, and how the book came to be what it is."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    Index,
    Integer,
    SmallInteger,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
    text,
    true,
)

from storage.schema.base import ID, id_column, in_workspace, metadata, same_workspace, workspace_column
from storage.types import Amount, Moment

clients = Table(
    "clients",
    metadata,
    id_column(),
    workspace_column(),
    Column("name", String(255), nullable=False),
    Column("owner_id", ID),
    Column("tier", String(1), nullable=False),
    Column("market", String(8), nullable=False),
    Column("currency", String(3), nullable=False),
    Column("cadence_days", SmallInteger),
    Column("created_at", Moment, nullable=False),
    Column("spoke_before_at", Moment),
    Column("last_conversation_at", Moment),
    Column("last_one_way_at", Moment),
    Column("due_at", Moment),
    Column("neglected_at", Moment),
    Column("new_until", Moment),
    Column("calm_until", Moment),
    Column("snoozed_until", Moment),
    Column("snoozes", SmallInteger, nullable=False, server_default=text("0")),
    Column("snooze_reason", Text),
    Column("named_to", ID),
    Column("named_at", Moment),
    Column("named_times", SmallInteger, nullable=False, server_default=text("0")),
    Column("gives_way_until", Moment),
    Column("archived", Boolean, nullable=False, server_default=false()),
    Column("archived_at", Moment),
    Column("status", String(16), nullable=False, server_default="active"),
    Column("zone", String(64)),
    Column("hours", JSON),
    Column("own_holidays", JSON),
    Column("sector", String(64), nullable=False, server_default=""),
    Column("price_floor", Amount),
    Column("offerings", JSON),
    Column("relation_since", Date),
    Column("contract_on", Date),
    Column("renews_on", Date),
    Column("rhythm_declined", SmallInteger),
    Column("complaint_at", Moment),
    Column("missed_at", Moment),
    Column("version", Integer, nullable=False, server_default=text("0")),
    Column("merged_into_id", ID),
    Column("import_id", ID),
    Column("handed_at", Moment),
    *in_workspace(
        UniqueConstraint("workspace_id", "id"),
        CheckConstraint("tier in ('A', 'B', 'C', 'D')", name="tier"),
        same_workspace("owner_id", "members", "clients"),
    ),
)
Index(
    "ix_clients_due",
    clients.c.workspace_id,
    clients.c.owner_id,
    clients.c.due_at,
    sqlite_where=text("archived = 0"),
    postgresql_where=text("not archived"),
)
Index(
    "ix_clients_archived",
    clients.c.workspace_id,
    clients.c.owner_id,
    sqlite_where=text("archived = 1"),
    postgresql_where=text("archived"),
)


client_names = Table(
    "client_names",
    metadata,
    id_column(),
    workspace_column(),
    Column("client_id", ID, nullable=False),
    Column("name", String(255), nullable=False),
    Column("key", String(255), nullable=False),
    Column("alias", Boolean, nullable=False),
    Column("version", BigInteger, nullable=False),
    Column("removed", Boolean, nullable=False, server_default=false()),
    *in_workspace(same_workspace("client_id", "clients", "client_names")),
)
Index("ix_client_names_key", client_names.c.workspace_id, client_names.c.key)
Index("ix_client_names_version", client_names.c.workspace_id, client_names.c.version)
Index("ix_client_names_client", client_names.c.workspace_id, client_names.c.client_id)


client_team = Table(
    "client_team",
    metadata,
    workspace_column(),
    Column("client_id", ID, nullable=False),
    Column("part", String(8), nullable=False),
    Column("member_id", ID, nullable=False),
    *in_workspace(
        UniqueConstraint("workspace_id", "client_id", "part"),
        same_workspace("client_id", "clients", "client_team"),
        same_workspace("member_id", "members", "client_team"),
    ),
)
"""Who stands by a client beside its owner: ``backup`` and ``sponsor``."""
Index("ix_client_team_member", client_team.c.workspace_id, client_team.c.member_id)


seen_occasions = Table(
    "seen_occasions",
    metadata,
    workspace_column(),
    Column("client_id", ID, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("day", Date, nullable=False),
    Column("member_id", ID, nullable=False),
    Column("at", Moment, nullable=False),
    *in_workspace(
        UniqueConstraint("workspace_id", "client_id", "kind", "day"),
        same_workspace("client_id", "clients", "seen_occasions"),
        same_workspace("member_id", "members", "seen_occasions"),
    ),
)
"""Occasions of clients of which nothing more is to be said."""


client_channels = Table(
    "client_channels",
    metadata,
    workspace_column(),
    Column("channel_id", String(32), nullable=False),
    Column("client_id", ID, nullable=False),
    *in_workspace(
        UniqueConstraint("workspace_id", "channel_id", "client_id"),
        same_workspace("client_id", "clients", "client_channels"),
    ),
)
"""In which channels of the chat platform we speak with a client; several clients may share one."""
Index("ix_client_channels_client", client_channels.c.workspace_id, client_channels.c.client_id)


client_external_ids = Table(
    "client_external_ids",
    metadata,
    workspace_column(),
    Column("external_id", String(255), nullable=False),
    Column("client_id", ID, nullable=False),
    *in_workspace(
        UniqueConstraint("workspace_id", "external_id"),
        same_workspace("client_id", "clients", "client_external_ids"),
    ),
)
"""What a client is called by in the system from which it is imported; after a merge a client has several."""
Index("ix_client_external_ids_client", client_external_ids.c.workspace_id, client_external_ids.c.client_id)


contacts = Table(
    "contacts",
    metadata,
    id_column(),
    workspace_column(),
    Column("client_id", ID, nullable=False),
    Column("name", String(255), nullable=False),
    Column("role", String(255), nullable=False, server_default=""),
    Column("email", String(255)),
    Column("employer", String(255)),
    Column("regimes", JSON, nullable=False),
    Column("jurisdiction", String(16)),
    Column("active", Boolean, nullable=False, server_default=true()),
    Column("key", String(255), nullable=False, server_default=""),
    Column("domain", String(255)),
    Column("language", String(16), nullable=False, server_default=""),
    Column("preferences", JSON),
    Column("left_at", Moment),
    Column("version", Integer, nullable=False, server_default=text("0")),
    Column("import_id", ID),
    *in_workspace(
        UniqueConstraint("workspace_id", "id"),
        same_workspace("client_id", "clients", "contacts"),
    ),
)
Index("ix_contacts_client", contacts.c.workspace_id, contacts.c.client_id)
Index("ix_contacts_key", contacts.c.workspace_id, contacts.c.key)
Index("ix_contacts_domain", contacts.c.workspace_id, contacts.c.domain)


contact_external_ids = Table(
    "contact_external_ids",
    metadata,
    workspace_column(),
    Column("external_id", String(255), nullable=False),
    Column("contact_id", ID, nullable=False),
    *in_workspace(
        UniqueConstraint("workspace_id", "external_id"),
        same_workspace("contact_id", "contacts", "contact_external_ids"),
    ),
)
Index(
    "ix_contact_external_ids_contact", contact_external_ids.c.workspace_id, contact_external_ids.c.contact_id
)


changes = Table(
    "changes",
    metadata,
    id_column(),
    workspace_column(),
    Column("subject", String(16), nullable=False),
    Column("subject_id", ID, nullable=False),
    Column("client_id", ID),
    Column("kind", String(16), nullable=False),
    Column("facts", JSON, nullable=False),
    Column("at", Moment, nullable=False),
    Column("member_id", ID),
    Column("import_id", ID),
    *in_workspace(
        same_workspace("client_id", "clients", "changes"),
        same_workspace("member_id", "members", "changes"),
    ),
)
"""Who changed what of the book and when; rows are added, never changed. Without a member: the operator."""
Index("ix_changes_subject", changes.c.workspace_id, changes.c.subject, changes.c.subject_id, changes.c.id)
Index("ix_changes_client", changes.c.workspace_id, changes.c.client_id, changes.c.id)
Index("ix_changes_import", changes.c.workspace_id, changes.c.import_id)


client_merges = Table(
    "client_merges",
    metadata,
    id_column(),
    workspace_column(),
    Column("kept_id", ID, nullable=False),
    Column("gone_id", ID, nullable=False),
    Column("member_id", ID),
    Column("at", Moment, nullable=False),
    Column("moved", JSON, nullable=False),
    Column("undone_at", Moment),
    *in_workspace(
        UniqueConstraint("workspace_id", "id"),
        same_workspace("kept_id", "clients", "client_merges"),
        same_workspace("gone_id", "clients", "client_merges"),
        same_workspace("member_id", "members", "client_merges"),
    ),
    sqlite_autoincrement=True,  # buttons of old messages name a merge: its number is never given again
)


imports = Table(
    "imports",
    metadata,
    id_column(),
    workspace_column(),
    Column("member_id", ID),
    Column("name", String(255), nullable=False),
    Column("digest", String(64), nullable=False),
    Column("at", Moment, nullable=False),
    Column("counts", JSON, nullable=False),
    Column("undone_at", Moment),
    *in_workspace(
        UniqueConstraint("workspace_id", "id"),
        same_workspace("member_id", "members", "imports"),
    ),
    sqlite_autoincrement=True,  # buttons of old messages name an import: its number is never given again
)


pictures = Table(
    "pictures",
    metadata,
    workspace_column(),
    Column("member_id", ID, nullable=False),
    Column("name", String(64), nullable=False),
    Column("digest", String(64), nullable=False),
    Column("file_id", String(32), nullable=False),
    Column("at", Moment, nullable=False),
    *in_workspace(
        UniqueConstraint("workspace_id", "member_id", "name"),
        same_workspace("member_id", "members", "pictures"),
    ),
)
"""Images that were uploaded for a member's Home tab, and by which facts they were drawn."""
