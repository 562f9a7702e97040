"""Touches, promises and meetings."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
    text,
)

from storage.schema.base import ID, id_column, in_workspace, metadata, same_workspace, workspace_column
from storage.types import Moment

touches = Table(
    "touches",
    metadata,
    id_column(),
    workspace_column(),
    Column("client_id", ID, nullable=False),
    Column("member_id", ID, nullable=False),
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
    *in_workspace(
        UniqueConstraint("workspace_id", "id"),
        UniqueConstraint("workspace_id", "key"),
        same_workspace("client_id", "clients", "touches"),
        same_workspace("member_id", "members", "touches"),
    ),
)
Index("ix_touches_client", touches.c.workspace_id, touches.c.client_id, touches.c.at)
Index("ix_touches_member", touches.c.workspace_id, touches.c.member_id, touches.c.id)


touch_contacts = Table(
    "touch_contacts",
    metadata,
    workspace_column(),
    Column("touch_id", ID, primary_key=True, autoincrement=False),
    Column("contact_id", ID, primary_key=True, autoincrement=False),
    *in_workspace(
        same_workspace("touch_id", "touches", "touch_contacts"),
        same_workspace("contact_id", "contacts", "touch_contacts"),
    ),
)


promises = Table(
    "promises",
    metadata,
    id_column(),
    workspace_column(),
    Column("client_id", ID, nullable=False),
    Column("member_id", ID, nullable=False),
    Column("touch_id", ID),
    Column("text", Text, nullable=False),
    Column("due_on", Date, nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("key", String(64), nullable=False),
    Column("state", String(8), nullable=False),
    Column("moves", Integer, nullable=False, server_default=text("0")),
    Column("reason", Text),
    Column("settled_at", Moment),
    Column("settled_by", ID),
    *in_workspace(
        UniqueConstraint("workspace_id", "id"),
        UniqueConstraint("workspace_id", "key"),
        same_workspace("client_id", "clients", "promises"),
        same_workspace("member_id", "members", "promises"),
        same_workspace("touch_id", "touches", "promises"),
        same_workspace("settled_by", "members", "promises"),
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
    id_column(),
    workspace_column(),
    Column("client_id", ID, nullable=False),
    Column("member_id", ID, nullable=False),
    Column("at", Moment, nullable=False),
    Column("note", Text, nullable=False),
    Column("entered_at", Moment, nullable=False),
    Column("key", String(64), nullable=False),
    Column("brief_at", Moment),
    Column("cancelled_at", Moment),
    *in_workspace(
        UniqueConstraint("workspace_id", "id"),
        UniqueConstraint("workspace_id", "key"),
        same_workspace("client_id", "clients", "meetings"),
        same_workspace("member_id", "members", "meetings"),
    ),
    sqlite_autoincrement=True,  # buttons of old messages name a meeting: its number is never given again
)
"""`brief_at` is when the brief is to be sent; empty once it was decided on, or when there is nothing to send."""
Index("ix_meetings_brief_at", meetings.c.workspace_id, meetings.c.brief_at)
Index("ix_meetings_member", meetings.c.workspace_id, meetings.c.member_id, meetings.c.at)
