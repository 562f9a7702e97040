"""What members say of themselves, and who must not be given which client."""

from __future__ import annotations

from sqlalchemy import JSON, Column, Index, Integer, String, Table, UniqueConstraint

from storage.schema.base import ID, in_workspace, metadata, same_workspace, workspace_column
from storage.types import Moment

member_strengths = Table(
    "member_strengths",
    metadata,
    workspace_column(),
    Column("member_id", ID, nullable=False),
    Column("strengths", JSON, nullable=False),
    Column("languages", JSON, nullable=False),
    Column("markets", JSON, nullable=False),
    Column("sectors", JSON, nullable=False),
    Column("capacity", Integer),
    Column("changed_at", Moment, nullable=False),
    *in_workspace(
        UniqueConstraint("workspace_id", "member_id"),
        same_workspace("member_id", "members", "member_strengths"),
    ),
)
"""One row for who has said something; see `bot.domain.strengths.Declared`."""


client_exclusions = Table(
    "client_exclusions",
    metadata,
    workspace_column(),
    Column("client_id", ID, nullable=False),
    Column("member_id", ID, nullable=False),
    Column("because", String(16), nullable=False),
    Column("by_id", ID),
    Column("at", Moment, nullable=False),
    *in_workspace(
        UniqueConstraint("workspace_id", "client_id", "member_id"),
        same_workspace("client_id", "clients", "client_exclusions"),
        same_workspace("member_id", "members", "client_exclusions"),
        same_workspace("by_id", "members", "client_exclusions"),
    ),
)
"""Who must not be given a client. Rows stay with the number they were written for, and hold for all clients that are
one with it since a merge."""
Index("ix_client_exclusions_member", client_exclusions.c.workspace_id, client_exclusions.c.member_id)
