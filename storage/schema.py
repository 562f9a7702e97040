"""The tables. Every one but `workspaces` carries its workspace; references stay inside one workspace.

Moments are UTC. What a nudge waits for (`due_at`, `next_digest_at` …) is a column with an index, written in the
transaction that changed it, so that asking "who is neglected" never reads touches.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKeyConstraint,
    Index,
    Integer,
    MetaData,
    SmallInteger,
    String,
    Table,
    Text,
    Time,
    UniqueConstraint,
    false,
    text,
    true,
)

from storage.types import Amount, Moment

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(referred_table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    }
)

_Id = BigInteger().with_variant(Integer, "sqlite")


def _id() -> Column[int]:
    return Column("id", _Id, primary_key=True, autoincrement=True)


def _workspace() -> Column[int]:
    return Column("workspace_id", _Id, nullable=False)


def _in_workspace(*more: Any) -> tuple[Any, ...]:
    return (ForeignKeyConstraint(["workspace_id"], ["workspaces.id"]), *more)


def _same_workspace(column: str, table: str, name: str) -> ForeignKeyConstraint:
    """A reference that the database refuses when it would lead into another workspace."""
    return ForeignKeyConstraint(
        ["workspace_id", column], [f"{table}.workspace_id", f"{table}.id"], name=f"fk_{name}_{column}"
    )


workspaces = Table(
    "workspaces",
    metadata,
    _id(),
    Column("team_id", String(32), nullable=False, unique=True),
    Column("name", String(255), nullable=False),
    Column("zone", String(64), nullable=False),
    Column("locale", String(16), nullable=False),
    Column("currency", String(3), nullable=False),
    Column("country", String(8), nullable=False),
    Column("posts_per_minute", Integer, nullable=False, server_default=text("60")),
    Column("created_at", Moment, nullable=False),
    Column("blocked_until", Moment),
    Column("next_slot_at", Moment),
    Column("names_version", BigInteger, nullable=False, server_default=text("0")),
    Column("rules_revision", BigInteger, nullable=False, server_default=text("0")),
    Column("cautious", Boolean, nullable=False, server_default=false()),
    Column("starts_on", Date),
    Column("cadences", JSON),
    Column("touch_emoji", String(64)),
    Column("set_up_at", Moment),
    Column("off_at", Moment),
    Column("off_reason", String(100)),
    Column("urgent_slot_at", Moment),
    Column("edit_slot_at", Moment),
    Column("look_ups_blocked_until", Moment),
)

members = Table(
    "members",
    metadata,
    _id(),
    _workspace(),
    Column("user_id", String(32), nullable=False),
    Column("name", String(255), nullable=False),
    Column("email", String(255)),
    Column("roles", String(64), nullable=False),
    Column("zone", String(64), nullable=False),
    Column("locale", String(16), nullable=False),
    Column("country", String(8), nullable=False),
    Column("work_days", String(7), nullable=False),
    Column("digest_time", Time, nullable=False),
    Column("lead_id", _Id),
    Column("conversation", String(32)),
    Column("next_digest_at", Moment),
    Column("last_digest_on", Date),
    Column("refreshed_at", Moment),
    Column("active", Boolean, nullable=False, server_default=true()),
    Column("hours_from", Time, nullable=False, server_default="09:00:00.000000"),
    Column("hours_until", Time, nullable=False, server_default="17:00:00.000000"),
    Column("noise", String(8), nullable=False, server_default="all"),
    Column("chose_locale", Boolean, nullable=False, server_default=false()),
    Column("welcomed_at", Moment),
    Column("quiet_hours", Boolean, nullable=False, server_default=true()),
    Column("dnd_from", Moment),
    Column("dnd_until", Moment),
    Column("last_press_at", Moment),
    Column("unheeded_since", Date),
    Column("channel_off_at", Moment),
    Column("channel_reason", String(100)),
    Column("channel_failures", Integer, nullable=False, server_default=text("0")),
    *_in_workspace(
        UniqueConstraint("workspace_id", "user_id"),
        UniqueConstraint("workspace_id", "id"),
        _same_workspace("lead_id", "members", "members"),
    ),
)
Index("ix_members_next_digest_at", members.c.workspace_id, members.c.next_digest_at)
Index("ix_members_email", members.c.workspace_id, members.c.email)
Index(
    "ix_members_lead",
    members.c.workspace_id,
    members.c.lead_id,
    sqlite_where=text("lead_id is not null"),
    postgresql_where=text("lead_id is not null"),
)

clients = Table(
    "clients",
    metadata,
    _id(),
    _workspace(),
    Column("name", String(255), nullable=False),
    Column("owner_id", _Id),
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
    Column("version", Integer, nullable=False, server_default=text("0")),
    Column("merged_into_id", _Id),
    Column("import_id", _Id),
    *_in_workspace(
        UniqueConstraint("workspace_id", "id"),
        CheckConstraint("tier in ('A', 'B', 'C', 'D')", name="tier"),
        _same_workspace("owner_id", "members", "clients"),
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
    _id(),
    _workspace(),
    Column("client_id", _Id, nullable=False),
    Column("name", String(255), nullable=False),
    Column("key", String(255), nullable=False),
    Column("alias", Boolean, nullable=False),
    Column("version", BigInteger, nullable=False),
    Column("removed", Boolean, nullable=False, server_default=false()),
    *_in_workspace(_same_workspace("client_id", "clients", "client_names")),
)
Index("ix_client_names_key", client_names.c.workspace_id, client_names.c.key)
Index("ix_client_names_version", client_names.c.workspace_id, client_names.c.version)
Index("ix_client_names_client", client_names.c.workspace_id, client_names.c.client_id)

client_team = Table(
    "client_team",
    metadata,
    _workspace(),
    Column("client_id", _Id, nullable=False),
    Column("part", String(8), nullable=False),
    Column("member_id", _Id, nullable=False),
    *_in_workspace(
        UniqueConstraint("workspace_id", "client_id", "part"),
        _same_workspace("client_id", "clients", "client_team"),
        _same_workspace("member_id", "members", "client_team"),
    ),
)
"""Who stands by a client beside its owner: ``backup`` and ``sponsor``."""
Index("ix_client_team_member", client_team.c.workspace_id, client_team.c.member_id)

seen_occasions = Table(
    "seen_occasions",
    metadata,
    _workspace(),
    Column("client_id", _Id, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("day", Date, nullable=False),
    Column("member_id", _Id, nullable=False),
    Column("at", Moment, nullable=False),
    *_in_workspace(
        UniqueConstraint("workspace_id", "client_id", "kind", "day"),
        _same_workspace("client_id", "clients", "seen_occasions"),
        _same_workspace("member_id", "members", "seen_occasions"),
    ),
)
"""Occasions of clients of which nothing more is to be said."""

client_channels = Table(
    "client_channels",
    metadata,
    _workspace(),
    Column("channel_id", String(32), nullable=False),
    Column("client_id", _Id, nullable=False),
    *_in_workspace(
        UniqueConstraint("workspace_id", "channel_id", "client_id"),
        _same_workspace("client_id", "clients", "client_channels"),
    ),
)
"""In which channels of the chat platform we speak with a client; several clients may share one."""
Index("ix_client_channels_client", client_channels.c.workspace_id, client_channels.c.client_id)

client_external_ids = Table(
    "client_external_ids",
    metadata,
    _workspace(),
    Column("external_id", String(255), nullable=False),
    Column("client_id", _Id, nullable=False),
    *_in_workspace(
        UniqueConstraint("workspace_id", "external_id"),
        _same_workspace("client_id", "clients", "client_external_ids"),
    ),
)
"""What a client is called by in the system from which it is imported; after a merge a client has several."""
Index("ix_client_external_ids_client", client_external_ids.c.workspace_id, client_external_ids.c.client_id)

contacts = Table(
    "contacts",
    metadata,
    _id(),
    _workspace(),
    Column("client_id", _Id, nullable=False),
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
    Column("import_id", _Id),
    *_in_workspace(
        UniqueConstraint("workspace_id", "id"),
        _same_workspace("client_id", "clients", "contacts"),
    ),
)
Index("ix_contacts_client", contacts.c.workspace_id, contacts.c.client_id)
Index("ix_contacts_key", contacts.c.workspace_id, contacts.c.key)
Index("ix_contacts_domain", contacts.c.workspace_id, contacts.c.domain)

contact_external_ids = Table(
    "contact_external_ids",
    metadata,
    _workspace(),
    Column("external_id", String(255), nullable=False),
    Column("contact_id", _Id, nullable=False),
    *_in_workspace(
        UniqueConstraint("workspace_id", "external_id"),
        _same_workspace("contact_id", "contacts", "contact_external_ids"),
    ),
)
Index(
    "ix_contact_external_ids_contact", contact_external_ids.c.workspace_id, contact_external_ids.c.contact_id
)

touches = Table(
    "touches",
    metadata,
    _id(),
    _workspace(),
    Column("client_id", _Id, nullable=False),
    Column("member_id", _Id, nullable=False),
    Column("channel", String(8), nullable=False),
    Column("direction", String(8), nullable=False),
    Column("restart", String(8), nullable=False),
    Column("at", Moment, nullable=False),
    Column("whole_day", Boolean, nullable=False),
    Column("note", Text, nullable=False),
    Column("logged_at", Moment, nullable=False),
    Column("key", String(64), nullable=False),
    Column("withdrawn_at", Moment),
    Column("complaint", Boolean, nullable=False, server_default=false()),
    Column("next_step", Text),
    Column("next_step_on", Date),
    Column("link", Text),
    Column("version", Integer, nullable=False, server_default=text("0")),
    *_in_workspace(
        UniqueConstraint("workspace_id", "id"),
        UniqueConstraint("workspace_id", "key"),
        _same_workspace("client_id", "clients", "touches"),
        _same_workspace("member_id", "members", "touches"),
    ),
)
Index("ix_touches_client", touches.c.workspace_id, touches.c.client_id, touches.c.at)
Index("ix_touches_member", touches.c.workspace_id, touches.c.member_id, touches.c.id)

touch_contacts = Table(
    "touch_contacts",
    metadata,
    _workspace(),
    Column("touch_id", _Id, primary_key=True, autoincrement=False),
    Column("contact_id", _Id, primary_key=True, autoincrement=False),
    *_in_workspace(
        _same_workspace("touch_id", "touches", "touch_contacts"),
        _same_workspace("contact_id", "contacts", "touch_contacts"),
    ),
)

promises = Table(
    "promises",
    metadata,
    _id(),
    _workspace(),
    Column("client_id", _Id, nullable=False),
    Column("member_id", _Id, nullable=False),
    Column("touch_id", _Id),
    Column("text", Text, nullable=False),
    Column("due_on", Date, nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("key", String(64), nullable=False),
    Column("state", String(8), nullable=False),
    Column("moves", Integer, nullable=False, server_default=text("0")),
    Column("reason", Text),
    Column("settled_at", Moment),
    Column("settled_by", _Id),
    *_in_workspace(
        UniqueConstraint("workspace_id", "id"),
        UniqueConstraint("workspace_id", "key"),
        _same_workspace("client_id", "clients", "promises"),
        _same_workspace("member_id", "members", "promises"),
        _same_workspace("touch_id", "touches", "promises"),
        _same_workspace("settled_by", "members", "promises"),
    ),
    sqlite_autoincrement=True,  # buttons of old messages name a promise: its number is never given again
)
Index("ix_promises_client", promises.c.workspace_id, promises.c.client_id, promises.c.state)
Index(
    "ix_promises_member", promises.c.workspace_id, promises.c.member_id, promises.c.state, promises.c.due_on
)

meetings = Table(
    "meetings",
    metadata,
    _id(),
    _workspace(),
    Column("client_id", _Id, nullable=False),
    Column("member_id", _Id, nullable=False),
    Column("at", Moment, nullable=False),
    Column("note", Text, nullable=False),
    Column("entered_at", Moment, nullable=False),
    Column("key", String(64), nullable=False),
    Column("brief_at", Moment),
    Column("cancelled_at", Moment),
    *_in_workspace(
        UniqueConstraint("workspace_id", "id"),
        UniqueConstraint("workspace_id", "key"),
        _same_workspace("client_id", "clients", "meetings"),
        _same_workspace("member_id", "members", "meetings"),
    ),
    sqlite_autoincrement=True,  # buttons of old messages name a meeting: its number is never given again
)
"""`brief_at` is when the brief is to be sent; empty once it was decided on, or when there is nothing to send."""
Index("ix_meetings_brief_at", meetings.c.workspace_id, meetings.c.brief_at)
Index("ix_meetings_member", meetings.c.workspace_id, meetings.c.member_id, meetings.c.at)

changes = Table(
    "changes",
    metadata,
    _id(),
    _workspace(),
    Column("subject", String(16), nullable=False),
    Column("subject_id", _Id, nullable=False),
    Column("client_id", _Id),
    Column("kind", String(16), nullable=False),
    Column("facts", JSON, nullable=False),
    Column("at", Moment, nullable=False),
    Column("member_id", _Id),
    Column("import_id", _Id),
    *_in_workspace(
        _same_workspace("client_id", "clients", "changes"),
        _same_workspace("member_id", "members", "changes"),
    ),
)
"""Who changed what of the book and when; rows are added, never changed. Without a member: the operator."""
Index("ix_changes_subject", changes.c.workspace_id, changes.c.subject, changes.c.subject_id, changes.c.id)
Index("ix_changes_client", changes.c.workspace_id, changes.c.client_id, changes.c.id)
Index("ix_changes_import", changes.c.workspace_id, changes.c.import_id)

client_merges = Table(
    "client_merges",
    metadata,
    _id(),
    _workspace(),
    Column("kept_id", _Id, nullable=False),
    Column("gone_id", _Id, nullable=False),
    Column("member_id", _Id),
    Column("at", Moment, nullable=False),
    Column("moved", JSON, nullable=False),
    Column("undone_at", Moment),
    *_in_workspace(
        UniqueConstraint("workspace_id", "id"),
        _same_workspace("kept_id", "clients", "client_merges"),
        _same_workspace("gone_id", "clients", "client_merges"),
        _same_workspace("member_id", "members", "client_merges"),
    ),
    sqlite_autoincrement=True,  # buttons of old messages name a merge: its number is never given again
)

imports = Table(
    "imports",
    metadata,
    _id(),
    _workspace(),
    Column("member_id", _Id),
    Column("name", String(255), nullable=False),
    Column("digest", String(64), nullable=False),
    Column("at", Moment, nullable=False),
    Column("counts", JSON, nullable=False),
    Column("undone_at", Moment),
    *_in_workspace(
        UniqueConstraint("workspace_id", "id"),
        _same_workspace("member_id", "members", "imports"),
    ),
    sqlite_autoincrement=True,  # buttons of old messages name an import: its number is never given again
)

absences = Table(
    "absences",
    metadata,
    _id(),
    _workspace(),
    Column("member_id", _Id, nullable=False),
    Column("first", Date, nullable=False),
    Column("last", Date, nullable=False),
    Column("from_status", Boolean, nullable=False, server_default=false()),
    *_in_workspace(
        UniqueConstraint("workspace_id", "id"),
        _same_workspace("member_id", "members", "absences"),
    ),
    sqlite_autoincrement=True,  # buttons of old views name an absence: its number is never given again
)
"""Days on which a member is away, both included."""
Index("ix_absences_member", absences.c.workspace_id, absences.c.member_id, absences.c.last)

covers = Table(
    "covers",
    metadata,
    _id(),
    _workspace(),
    Column("owner_id", _Id, nullable=False),
    Column("colleague_id", _Id, nullable=False),
    Column("asked_by", _Id),
    Column("first", Date, nullable=False),
    Column("last", Date, nullable=False),
    Column("state", String(8), nullable=False),
    Column("for_leave", Boolean, nullable=False, server_default=false()),
    Column("note", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("asked_at", Moment, nullable=False),
    Column("answered_at", Moment),
    Column("ended_at", Moment),
    *_in_workspace(
        UniqueConstraint("workspace_id", "id"),
        _same_workspace("owner_id", "members", "covers"),
        _same_workspace("colleague_id", "members", "covers"),
        _same_workspace("asked_by", "members", "covers"),
    ),
    sqlite_autoincrement=True,  # buttons of old messages name a cover: its number is never given again
)
"""Who sees to whose clients from the first day to the last, both included."""
Index("ix_covers_colleague", covers.c.workspace_id, covers.c.colleague_id, covers.c.state, covers.c.last)
Index("ix_covers_owner", covers.c.workspace_id, covers.c.owner_id, covers.c.state, covers.c.last)

cover_clients = Table(
    "cover_clients",
    metadata,
    _workspace(),
    Column("cover_id", _Id, nullable=False),
    Column("client_id", _Id, nullable=False),
    *_in_workspace(
        UniqueConstraint("workspace_id", "cover_id", "client_id"),
        _same_workspace("cover_id", "covers", "cover_clients"),
        _same_workspace("client_id", "clients", "cover_clients"),
    ),
)
"""Which clients a cover is about; a cover without any is about the owner's whole book."""

lead_watches = Table(
    "lead_watches",
    metadata,
    _workspace(),
    Column("member_id", _Id, nullable=False),
    Column("next_at", Moment, nullable=False),
    *_in_workspace(
        UniqueConstraint("workspace_id", "member_id"),
        _same_workspace("member_id", "members", "lead_watches"),
    ),
)
"""When it is looked next what a lead is to be told; of everybody who was ever said to lead somebody."""
Index("ix_lead_watches_due", lead_watches.c.workspace_id, lead_watches.c.next_at)

neglect_told = Table(
    "neglect_told",
    metadata,
    _workspace(),
    Column("client_id", _Id, nullable=False),
    Column("lead_id", _Id, nullable=False),
    Column("period", Moment, nullable=False),
    Column("at", Moment, nullable=False),
    *_in_workspace(
        UniqueConstraint("workspace_id", "client_id", "period"),
        _same_workspace("client_id", "clients", "neglect_told"),
        _same_workspace("lead_id", "members", "neglect_told"),
    ),
)
"""Of which time of neglect of a client its owner's lead was told; a time is named by the last touch before it."""

pictures = Table(
    "pictures",
    metadata,
    _workspace(),
    Column("member_id", _Id, nullable=False),
    Column("name", String(64), nullable=False),
    Column("digest", String(64), nullable=False),
    Column("file_id", String(32), nullable=False),
    Column("at", Moment, nullable=False),
    *_in_workspace(
        UniqueConstraint("workspace_id", "member_id", "name"),
        _same_workspace("member_id", "members", "pictures"),
    ),
)
"""Images that were uploaded for a member's Home tab, and by which facts they were drawn."""

gift_checks = Table(
    "gift_checks",
    metadata,
    _id(),
    _workspace(),
    Column("member_id", _Id, nullable=False),
    Column("client_id", _Id),
    Column("contact_id", _Id),
    Column("proposal", JSON, nullable=False),
    Column("answer", JSON, nullable=False),
    Column("verdict", String(16), nullable=False),
    Column("rulebook_version", String(64), nullable=False),
    Column("checked_at", Moment, nullable=False),
    *_in_workspace(
        UniqueConstraint("workspace_id", "id"),
        _same_workspace("member_id", "members", "gift_checks"),
        _same_workspace("client_id", "clients", "gift_checks"),
        _same_workspace("contact_id", "contacts", "gift_checks"),
    ),
)

gifts_given = Table(
    "gifts_given",
    metadata,
    _id(),
    _workspace(),
    Column("check_id", _Id, nullable=False),
    Column("member_id", _Id, nullable=False),
    Column("client_id", _Id, nullable=False),
    Column("contact_id", _Id),
    Column("category", String(32), nullable=False),
    Column("description", Text, nullable=False),
    Column("value", Amount, nullable=False),
    Column("currency", String(3), nullable=False),
    Column("given_on", Date, nullable=False),
    Column("recorded_at", Moment, nullable=False),
    Column("cancelled_at", Moment),
    Column("direction", String(8), nullable=False, server_default="given"),
    Column("fate", String(12)),
    *_in_workspace(
        UniqueConstraint("workspace_id", "check_id"),
        _same_workspace("check_id", "gift_checks", "gifts_given"),
        _same_workspace("member_id", "members", "gifts_given"),
        _same_workspace("client_id", "clients", "gifts_given"),
        _same_workspace("contact_id", "contacts", "gifts_given"),
    ),
)
Index("ix_gifts_given_contact", gifts_given.c.workspace_id, gifts_given.c.client_id, gifts_given.c.given_on)

gift_outings = Table(
    "gift_outings",
    metadata,
    _id(),
    _workspace(),
    Column("member_id", _Id, nullable=False),
    Column("key", String(128), nullable=False),
    Column("description", Text, nullable=False),
    Column("category", String(32), nullable=False),
    Column("cost", Amount),
    Column("currency", String(3), nullable=False),
    Column("day", Date, nullable=False),
    Column("host_present", Boolean, nullable=False),
    Column("host", Text, nullable=False),
    Column("companions", Integer, nullable=False),
    Column("setting", String(32)),
    Column("planned_at", Moment, nullable=False),
    Column("changed_at", Moment),
    *_in_workspace(
        UniqueConstraint("workspace_id", "id"),
        UniqueConstraint("workspace_id", "key"),
        _same_workspace("member_id", "members", "gift_outings"),
    ),
    sqlite_autoincrement=True,  # buttons of old messages name an outing: its number is never given again
)

Index("ix_gift_outings_day", gift_outings.c.workspace_id, gift_outings.c.member_id, gift_outings.c.day)

gift_outing_people = Table(
    "gift_outing_people",
    metadata,
    _workspace(),
    Column("outing_id", _Id, nullable=False),
    Column("place", Integer, nullable=False),
    Column("check_id", _Id, nullable=False),
    *_in_workspace(
        UniqueConstraint("workspace_id", "outing_id", "place"),
        UniqueConstraint("workspace_id", "check_id"),
        _same_workspace("outing_id", "gift_outings", "gift_outing_people"),
        _same_workspace("check_id", "gift_checks", "gift_outing_people"),
    ),
)
"""Who is invited, in order: the check of each."""

delegates = Table(
    "delegates",
    metadata,
    _workspace(),
    Column("member_id", _Id, nullable=False),
    Column("delegate_id", _Id, nullable=False),
    *_in_workspace(
        UniqueConstraint("workspace_id", "member_id"),
        _same_workspace("member_id", "members", "delegates"),
        _same_workspace("delegate_id", "members", "delegates"),
    ),
)
"""Who decides when a member has not."""

gift_requests = Table(
    "gift_requests",
    metadata,
    _id(),
    _workspace(),
    Column("check_id", _Id, nullable=False),
    Column("first_check_id", _Id, nullable=False),
    Column("member_id", _Id, nullable=False),
    Column("client_id", _Id),
    Column("contact_id", _Id),
    Column("category", String(32), nullable=False),
    Column("description", Text, nullable=False),
    Column("value", Amount),
    Column("currency", String(3), nullable=False),
    Column("given_on", Date, nullable=False),
    Column("direction", String(8), nullable=False),
    Column("level", String(16), nullable=False),
    Column("urgent", Boolean, nullable=False),
    Column("reason", Text, nullable=False),
    Column("why", JSON, nullable=False),
    Column("state", String(16), nullable=False),
    Column("version", Integer, nullable=False),
    Column("comments", JSON, nullable=False),
    Column("requested_at", Moment, nullable=False),
    Column("asked_at", Moment, nullable=False),
    Column("next_step_at", Moment),
    Column("reminded_at", Moment),
    Column("delegated_at", Moment),
    Column("decided_at", Moment),
    Column("decided_by", _Id),
    *_in_workspace(
        UniqueConstraint("workspace_id", "id"),
        UniqueConstraint("workspace_id", "check_id"),
        UniqueConstraint("workspace_id", "first_check_id"),
        _same_workspace("check_id", "gift_checks", "gift_requests"),
        _same_workspace("first_check_id", "gift_checks", "gift_requests"),
        _same_workspace("member_id", "members", "gift_requests"),
        _same_workspace("client_id", "clients", "gift_requests"),
        _same_workspace("contact_id", "contacts", "gift_requests"),
        _same_workspace("decided_by", "members", "gift_requests"),
    ),
    sqlite_autoincrement=True,  # buttons of old messages name a request: its number is never given again
)
Index("ix_gift_requests_state", gift_requests.c.workspace_id, gift_requests.c.state)
Index("ix_gift_requests_client", gift_requests.c.workspace_id, gift_requests.c.client_id)
Index("ix_gift_requests_member", gift_requests.c.workspace_id, gift_requests.c.member_id)

request_messages = Table(
    "request_messages",
    metadata,
    _workspace(),
    Column("request_id", _Id, nullable=False),
    Column("entry_id", _Id, nullable=False),
    *_in_workspace(
        UniqueConstraint("workspace_id", "request_id", "entry_id"),
        _same_workspace("request_id", "gift_requests", "request_messages"),
    ),
)
"""In which messages of the outbox a request stands, so that they can be brought up to date. No reference: an entry that
has been settled for long is forgotten, and its number never given again."""

register_entries = Table(
    "register_entries",
    metadata,
    _id(),
    _workspace(),
    Column("number", BigInteger, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("at", Moment, nullable=False),
    Column("member_id", _Id),
    Column("check_id", _Id),
    Column("request_id", _Id),
    Column("facts", JSON, nullable=False),
    Column("facts_digest", String(64), nullable=False),
    Column("seal", String(64), nullable=False),
    *_in_workspace(
        UniqueConstraint("workspace_id", "number"),
        _same_workspace("member_id", "members", "register_entries"),
        _same_workspace("check_id", "gift_checks", "register_entries"),
        _same_workspace("request_id", "gift_requests", "register_entries"),
    ),
)
"""Append-only: the database itself refuses to change or delete a row (triggers of migration 0002)."""
Index("ix_register_entries_check", register_entries.c.workspace_id, register_entries.c.check_id)
Index("ix_register_entries_request", register_entries.c.workspace_id, register_entries.c.request_id)
Index("ix_register_entries_at", register_entries.c.workspace_id, register_entries.c.at)

register_heads = Table(
    "register_heads",
    metadata,
    _workspace(),
    Column("number", BigInteger, nullable=False),
    Column("seal", String(64), nullable=False),
    *_in_workspace(UniqueConstraint("workspace_id")),
)
"""The last entry of each register: held while one is appended, so that two cannot take the same number."""

own_rules = Table(
    "own_rules",
    metadata,
    _workspace(),
    Column("name", String(255), nullable=False),
    Column("text", Text, nullable=False),
    Column("member_id", _Id),
    Column("changed_at", Moment, nullable=False),
    *_in_workspace(
        UniqueConstraint("workspace_id", "name"),
        _same_workspace("member_id", "members", "own_rules"),
    ),
)
"""A workspace's own rule files, over those that ship; `member_id` is who put them in force, null for the operator."""

rule_texts = Table(
    "rule_texts",
    metadata,
    _workspace(),
    Column("digest", String(64), nullable=False),
    Column("text", Text, nullable=False),
    *_in_workspace(UniqueConstraint("workspace_id", "digest")),
)
"""Every rule file that ever judged, by the SHA-256 of its text."""

rulebook_versions = Table(
    "rulebook_versions",
    metadata,
    _id(),
    _workspace(),
    Column("version", String(64), nullable=False),
    Column("cautious", Boolean, nullable=False),
    Column("since", Moment, nullable=False),
    Column("files", JSON, nullable=False),
    Column("member_id", _Id),
    *_in_workspace(_same_workspace("member_id", "members", "rulebook_versions")),
)
"""Which rules were in force from when on: a new row whenever they are no longer those of the last one."""
Index("ix_rulebook_versions_since", rulebook_versions.c.workspace_id, rulebook_versions.c.since)

rule_reviews = Table(
    "rule_reviews",
    metadata,
    _workspace(),
    Column("name", String(255), nullable=False),
    Column("digest", String(64), nullable=False),
    Column("reviewed_on", Date, nullable=False),
    Column("member_id", _Id, nullable=False),
    *_in_workspace(
        UniqueConstraint("workspace_id", "name"),
        _same_workspace("member_id", "members", "rule_reviews"),
    ),
)
"""Rule files that somebody looked through and found still valid, by name and the SHA-256 of what was looked through."""

policy_questions = Table(
    "policy_questions",
    metadata,
    _id(),
    _workspace(),
    Column("check_id", _Id, nullable=False),
    Column("member_id", _Id, nullable=False),
    Column("client_id", _Id),
    Column("employer", Text, nullable=False),
    Column("asked", Text, nullable=False),
    Column("asked_on", Date, nullable=False),
    Column("asked_at", Moment, nullable=False),
    Column("state", String(16), nullable=False),
    Column("reminders", SmallInteger, nullable=False, server_default=text("0")),
    Column("remind_at", Moment),
    Column("closed_at", Moment),
    *_in_workspace(
        UniqueConstraint("workspace_id", "id"),
        CheckConstraint("state in ('open', 'answered', 'withdrawn')", name="state"),
        _same_workspace("check_id", "gift_checks", "policy_questions"),
        _same_workspace("member_id", "members", "policy_questions"),
        _same_workspace("client_id", "clients", "policy_questions"),
    ),
    sqlite_autoincrement=True,  # buttons of old messages name a question: its number is never given again
)
"""Clients that were asked for their policy: by whom, whom there, and when their answer is to be asked after."""
Index(
    "ix_policy_questions_open",
    policy_questions.c.workspace_id,
    policy_questions.c.remind_at,
    sqlite_where=text("state = 'open'"),
    postgresql_where=text("state = 'open'"),
)

outbox = Table(
    "outbox",
    metadata,
    _id(),
    _workspace(),
    Column("key", String(128), nullable=False),
    Column("kind", String(32), nullable=False),
    Column("member_id", _Id, nullable=False),
    Column("facts", JSON, nullable=False),
    Column("state", String(8), nullable=False),
    Column("due_at", Moment, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("expires_at", Moment),
    Column("attempts", SmallInteger, nullable=False, server_default=text("0")),
    Column("look_ups", SmallInteger, nullable=False, server_default=text("0")),
    Column("first_try_at", Moment),
    Column("last_try_at", Moment),
    Column("error", Text),
    Column("note", Text),
    Column("body", JSON(none_as_null=True)),
    Column("conversation", String(32)),
    Column("receipt", String(32)),
    Column("urgent", Boolean, nullable=False, server_default=false()),
    Column("paced", Boolean, nullable=False, server_default=true()),
    Column("reference", String(16)),
    Column("answer", JSON(none_as_null=True)),
    *_in_workspace(
        UniqueConstraint("workspace_id", "id"),
        UniqueConstraint("workspace_id", "key"),
        CheckConstraint("state in ('pending', 'trying', 'sent', 'dead', 'skipped')", name="state"),
        _same_workspace("member_id", "members", "outbox"),
    ),
    sqlite_autoincrement=True,  # buttons of old messages name an entry: its number is never given again
)
Index(
    "ix_outbox_open",
    outbox.c.workspace_id,
    outbox.c.due_at,
    sqlite_where=text("state in ('pending', 'trying')"),
    postgresql_where=text("state in ('pending', 'trying')"),
)
Index("ix_outbox_member", outbox.c.workspace_id, outbox.c.member_id, outbox.c.last_try_at)

gate_decisions = Table(
    "gate_decisions",
    metadata,
    _id(),
    _workspace(),
    Column("member_id", _Id, nullable=False),
    Column("kind", String(32), nullable=False),
    Column("subject", String(128), nullable=False),
    Column("client_id", _Id),
    Column("entry_id", _Id),
    Column("decision", String(8), nullable=False),
    Column("reason", String(32), nullable=False),
    Column("at", Moment, nullable=False),
    Column("until", Moment),
    *_in_workspace(
        _same_workspace("member_id", "members", "gate_decisions"),
        _same_workspace("client_id", "clients", "gate_decisions"),
    ),
)
"""What the gate answered; one row for each answer to one message that differs from the one before. `entry_id` names an
entry of the outbox, which may be forgotten sooner."""
Index(
    "ix_gate_decisions_member", gate_decisions.c.workspace_id, gate_decisions.c.member_id, gate_decisions.c.at
)
Index("ix_gate_decisions_entry", gate_decisions.c.workspace_id, gate_decisions.c.entry_id)
Index("ix_gate_decisions_client", gate_decisions.c.workspace_id, gate_decisions.c.client_id)
Index("ix_gate_decisions_at", gate_decisions.c.workspace_id, gate_decisions.c.at)

gate_said = Table(
    "gate_said",
    metadata,
    _workspace(),
    Column("member_id", _Id, nullable=False),
    Column("subject", String(128), nullable=False),
    Column("facts", String(64), nullable=False),
    Column("entry_id", _Id, nullable=False),
    Column("at", Moment, nullable=False),
    *_in_workspace(
        UniqueConstraint("workspace_id", "member_id", "subject"),
        _same_workspace("member_id", "members", "gate_said"),
    ),
)
"""What was said last to a member of one subject: `facts` is a digest of what it was decided from."""
Index("ix_gate_said_at", gate_said.c.workspace_id, gate_said.c.at)
Index(
    "ix_outbox_urgent",
    outbox.c.workspace_id,
    outbox.c.due_at,
    sqlite_where=text("state in ('pending', 'trying') and urgent = 1"),
    postgresql_where=text("state in ('pending', 'trying') and urgent"),
)

drafts = Table(
    "drafts",
    metadata,
    _id(),
    _workspace(),
    Column("member_id", _Id, nullable=False),
    Column("kind", String(32), nullable=False),
    Column("facts", JSON, nullable=False),
    Column("created_at", Moment, nullable=False),
    *_in_workspace(_same_workspace("member_id", "members", "drafts")),
    sqlite_autoincrement=True,  # a touch is logged once for each draft: its number is never given again
)

deliveries = Table(
    "deliveries",
    metadata,
    _workspace(),
    Column("key", String(128), nullable=False),
    Column("at", Moment, nullable=False),
    *_in_workspace(UniqueConstraint("workspace_id", "key")),
)
