"""Requests for another manager, and handovers of clients."""

from __future__ import annotations

from sqlalchemy import JSON, Column, Index, Integer, String, Table, Text, UniqueConstraint, text

from storage.schema.base import ID, id_column, in_workspace, metadata, same_workspace, workspace_column
from storage.types import Moment

reassignments = Table(
    "reassignments",
    metadata,
    id_column(),
    workspace_column(),
    Column("client_id", ID, nullable=False),
    Column("owner_id", ID),
    Column("asked_by", ID),
    Column("reason", String(16), nullable=False),
    Column("why", Text, nullable=False),
    Column("state", String(16), nullable=False),
    Column("version", Integer, nullable=False),
    Column("asked_at", Moment, nullable=False),
    Column("next_step_at", Moment),
    Column("reminded_at", Moment),
    Column("widened_at", Moment),
    Column("decided_at", Moment),
    Column("decided_by", ID),
    Column("answer", Text, nullable=False),
    Column("to_id", ID),
    Column("told", JSON, nullable=False),
    *in_workspace(
        UniqueConstraint("workspace_id", "id"),
        same_workspace("client_id", "clients", "reassignments"),
        same_workspace("owner_id", "members", "reassignments"),
        same_workspace("asked_by", "members", "reassignments"),
        same_workspace("decided_by", "members", "reassignments"),
        same_workspace("to_id", "members", "reassignments"),
    ),
    sqlite_autoincrement=True,  # buttons of old messages name a request: its number is never given again
)
"""Who asked for another manager for which client; without `asked_by` the bot proposes it. `told` are members."""
Index("ix_reassignments_client", reassignments.c.workspace_id, reassignments.c.client_id)
Index("ix_reassignments_asked_by", reassignments.c.workspace_id, reassignments.c.asked_by)
PROPOSED_WAITS = text("state = 'waiting' and asked_by is null")
Index(
    "uq_reassignments_proposed",
    reassignments.c.workspace_id,
    reassignments.c.client_id,
    unique=True,
    sqlite_where=PROPOSED_WAITS,
    postgresql_where=PROPOSED_WAITS,
)
"""Two processes that propose at once propose one thing."""
Index(
    "ix_reassignments_waiting",
    reassignments.c.workspace_id,
    reassignments.c.next_step_at,
    sqlite_where=text("state = 'waiting'"),
    postgresql_where=text("state = 'waiting'"),
)


handovers = Table(
    "handovers",
    metadata,
    id_column(),
    workspace_column(),
    Column("client_id", ID, nullable=False),
    Column("from_id", ID),
    Column("to_id", ID, nullable=False),
    Column("by_id", ID),
    Column("reason", String(16), nullable=False),
    Column("why", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("request_id", ID),
    Column("moved", JSON, nullable=False),
    Column("check_at", Moment),
    Column("undone_at", Moment),
    Column("undone_by", ID),
    Column("went", String(16)),
    Column("went_by", ID),
    Column("went_at", Moment),
    *in_workspace(
        UniqueConstraint("workspace_id", "id"),
        same_workspace("client_id", "clients", "handovers"),
        same_workspace("from_id", "members", "handovers"),
        same_workspace("to_id", "members", "handovers"),
        same_workspace("by_id", "members", "handovers"),
        same_workspace("request_id", "reassignments", "handovers"),
        same_workspace("undone_by", "members", "handovers"),
        same_workspace("went_by", "members", "handovers"),
    ),
    sqlite_autoincrement=True,  # buttons of old messages name a handover: its number is never given again
)
"""Who got which client from whom, by whom, when and why; `check_at` is when the lead is to be asked how it goes."""
Index("ix_handovers_client", handovers.c.workspace_id, handovers.c.client_id, handovers.c.id)
Index("ix_handovers_at", handovers.c.workspace_id, handovers.c.at)
Index("ix_handovers_undone_at", handovers.c.workspace_id, handovers.c.undone_at)
Index("ix_handovers_check_at", handovers.c.workspace_id, handovers.c.check_at)
