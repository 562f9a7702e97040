"""Concessions: what was given to clients, and what came back."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Date,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from storage.schema.base import ID, id_column, in_workspace, metadata, same_workspace, workspace_column
from storage.types import Amount, Moment

concessions = Table(
    "concessions",
    metadata,
    id_column(),
    workspace_column(),
    Column("client_id", ID, nullable=False),
    Column("member_id", ID, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("held", Boolean, nullable=False),
    Column("given_on", Date, nullable=False),
    Column("percent", Amount),
    Column("amount", Amount),
    Column("currency", String(3)),
    Column("price", Amount),
    Column("price_currency", String(3)),
    Column("note", Text, nullable=False),
    Column("counterparts", JSON, nullable=False),
    Column("back", Text, nullable=False),
    Column("grounds", JSON, nullable=False),
    Column("state", String(16), nullable=False),
    Column("version", Integer, nullable=False),
    Column("at", Moment, nullable=False),
    Column("key", String(128), nullable=False),
    Column("next_step_at", Moment),
    Column("reminded_at", Moment),
    Column("widened_at", Moment),
    Column("decided_at", Moment),
    Column("decided_by", ID),
    Column("answer", Text, nullable=False),
    Column("told", JSON, nullable=False),
    *in_workspace(
        UniqueConstraint("workspace_id", "id"),
        UniqueConstraint("workspace_id", "key"),
        same_workspace("client_id", "clients", "concessions"),
        same_workspace("member_id", "members", "concessions"),
        same_workspace("decided_by", "members", "concessions"),
    ),
    sqlite_autoincrement=True,  # buttons of old messages name a concession: its number is never given again
)
"""What was given to which client by whom (`held`: it was asked for, and not given). `told` are members."""
Index(
    "ix_concessions_client",
    concessions.c.workspace_id,
    concessions.c.client_id,
    concessions.c.given_on,
)
Index("ix_concessions_given_on", concessions.c.workspace_id, concessions.c.given_on)
Index(
    "ix_concessions_waiting",
    concessions.c.workspace_id,
    concessions.c.next_step_at,
    sqlite_where=text("state = 'asked'"),
    postgresql_where=text("state = 'asked'"),
)
