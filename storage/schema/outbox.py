"""Messages on their way out and in, and what the gate decided."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Boolean,
    CheckConstraint,
    Column,
    Index,
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
from storage.types import Moment

outbox = Table(
    "outbox",
    metadata,
    id_column(),
    workspace_column(),
    Column("key", String(128), nullable=False),
    Column("kind", String(32), nullable=False),
    Column("member_id", ID, nullable=False),
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
    *in_workspace(
        UniqueConstraint("workspace_id", "id"),
        UniqueConstraint("workspace_id", "key"),
        CheckConstraint("state in ('pending', 'trying', 'sent', 'dead', 'skipped')", name="state"),
        same_workspace("member_id", "members", "outbox"),
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
    id_column(),
    workspace_column(),
    Column("member_id", ID, nullable=False),
    Column("kind", String(32), nullable=False),
    Column("subject", String(128), nullable=False),
    Column("client_id", ID),
    Column("entry_id", ID),
    Column("decision", String(8), nullable=False),
    Column("reason", String(32), nullable=False),
    Column("at", Moment, nullable=False),
    Column("until", Moment),
    *in_workspace(
        same_workspace("member_id", "members", "gate_decisions"),
        same_workspace("client_id", "clients", "gate_decisions"),
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
    workspace_column(),
    Column("member_id", ID, nullable=False),
    Column("subject", String(128), nullable=False),
    Column("facts", String(64), nullable=False),
    Column("entry_id", ID, nullable=False),
    Column("at", Moment, nullable=False),
    *in_workspace(
        UniqueConstraint("workspace_id", "member_id", "subject"),
        same_workspace("member_id", "members", "gate_said"),
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
    id_column(),
    workspace_column(),
    Column("member_id", ID, nullable=False),
    Column("kind", String(32), nullable=False),
    Column("facts", JSON, nullable=False),
    Column("created_at", Moment, nullable=False),
    *in_workspace(same_workspace("member_id", "members", "drafts")),
    sqlite_autoincrement=True,  # a touch is logged once for each draft: its number is never given again
)


deliveries = Table(
    "deliveries",
    metadata,
    workspace_column(),
    Column("key", String(128), nullable=False),
    Column("at", Moment, nullable=False),
    *in_workspace(UniqueConstraint("workspace_id", "key")),
)
