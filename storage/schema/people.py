"""Workspaces, their members, and who stands in for whom."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Date,
    Index,
    Integer,
    String,
    Table,
    Text,
    Time,
    UniqueConstraint,
    false,
    text,
    true,
)

from storage.schema.base import ID, id_column, in_workspace, metadata, same_workspace, workspace_column
from storage.types import Amount, Moment

workspaces = Table(
    "workspaces",
    metadata,
    id_column(),
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
    Column("fit", JSON),
    Column("clock_terms", JSON),
    Column("clocks_on", Date),
    Column("seen_emoji", String(64), server_default="eyes"),
    Column("concession_percent", Amount),
    Column("concession_amount", Amount),
)


members = Table(
    "members",
    metadata,
    id_column(),
    workspace_column(),
    Column("user_id", String(32), nullable=False),
    Column("name", String(255), nullable=False),
    Column("email", String(255)),
    Column("roles", String(64), nullable=False),
    Column("zone", String(64), nullable=False),
    Column("locale", String(16), nullable=False),
    Column("country", String(8), nullable=False),
    Column("work_days", String(7), nullable=False),
    Column("digest_time", Time, nullable=False),
    Column("lead_id", ID),
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
    *in_workspace(
        UniqueConstraint("workspace_id", "user_id"),
        UniqueConstraint("workspace_id", "id"),
        same_workspace("lead_id", "members", "members"),
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


absences = Table(
    "absences",
    metadata,
    id_column(),
    workspace_column(),
    Column("member_id", ID, nullable=False),
    Column("first", Date, nullable=False),
    Column("last", Date, nullable=False),
    Column("from_status", Boolean, nullable=False, server_default=false()),
    *in_workspace(
        UniqueConstraint("workspace_id", "id"),
        same_workspace("member_id", "members", "absences"),
    ),
    sqlite_autoincrement=True,  # buttons of old views name an absence: its number is never given again
)
"""Days on which a member is away, both included."""
Index("ix_absences_member", absences.c.workspace_id, absences.c.member_id, absences.c.last)


covers = Table(
    "covers",
    metadata,
    id_column(),
    workspace_column(),
    Column("owner_id", ID, nullable=False),
    Column("colleague_id", ID, nullable=False),
    Column("asked_by", ID),
    Column("first", Date, nullable=False),
    Column("last", Date, nullable=False),
    Column("state", String(8), nullable=False),
    Column("for_leave", Boolean, nullable=False, server_default=false()),
    Column("note", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("asked_at", Moment, nullable=False),
    Column("answered_at", Moment),
    Column("ended_at", Moment),
    *in_workspace(
        UniqueConstraint("workspace_id", "id"),
        same_workspace("owner_id", "members", "covers"),
        same_workspace("colleague_id", "members", "covers"),
        same_workspace("asked_by", "members", "covers"),
    ),
    sqlite_autoincrement=True,  # buttons of old messages name a cover: its number is never given again
)
"""Who sees to whose clients from the first day to the last, both included."""
Index("ix_covers_colleague", covers.c.workspace_id, covers.c.colleague_id, covers.c.state, covers.c.last)
Index("ix_covers_owner", covers.c.workspace_id, covers.c.owner_id, covers.c.state, covers.c.last)


cover_clients = Table(
    "cover_clients",
    metadata,
    workspace_column(),
    Column("cover_id", ID, nullable=False),
    Column("client_id", ID, nullable=False),
    *in_workspace(
        UniqueConstraint("workspace_id", "cover_id", "client_id"),
        same_workspace("cover_id", "covers", "cover_clients"),
        same_workspace("client_id", "clients", "cover_clients"),
    ),
)
"""Which clients a cover is about; a cover without any is about the owner's whole book."""


lead_watches = Table(
    "lead_watches",
    metadata,
    workspace_column(),
    Column("member_id", ID, nullable=False),
    Column("next_at", Moment, nullable=False),
    *in_workspace(
        UniqueConstraint("workspace_id", "member_id"),
        same_workspace("member_id", "members", "lead_watches"),
    ),
)
"""When it is looked next what a lead is to be told; of everybody who was ever said to lead somebody."""
Index("ix_lead_watches_due", lead_watches.c.workspace_id, lead_watches.c.next_at)


neglect_told = Table(
    "neglect_told",
    metadata,
    workspace_column(),
    Column("client_id", ID, nullable=False),
    Column("lead_id", ID, nullable=False),
    Column("period", Moment, nullable=False),
    Column("at", Moment, nullable=False),
    *in_workspace(
        UniqueConstraint("workspace_id", "client_id", "period"),
        same_workspace("client_id", "clients", "neglect_told"),
        same_workspace("lead_id", "members", "neglect_told"),
    ),
)
"""Of which time of neglect of a client its owner's lead was told; a time is named by the last touch before it."""
