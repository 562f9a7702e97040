"""Handovers are found by when they were undone, requests by who asked; one thing at a time is proposed of a client."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

_PROPOSED = "state = 'waiting' and asked_by is null"


def upgrade() -> None:
    op.create_index("ix_handovers_undone_at", "handovers", ["workspace_id", "undone_at"], unique=False)
    op.create_index("ix_reassignments_asked_by", "reassignments", ["workspace_id", "asked_by"], unique=False)
    # Of two that two processes proposed at once the first stays.
    op.execute(
        "update reassignments set state = 'moot', answer = 'replaced', next_step_at = null, version = version + 1 "
        f"where {_PROPOSED} and exists (select 1 from reassignments as earlier where "
        "earlier.workspace_id = reassignments.workspace_id and earlier.client_id = reassignments.client_id "
        "and earlier.state = 'waiting' and earlier.asked_by is null and earlier.id < reassignments.id)"
    )
    op.create_index(
        "uq_reassignments_proposed",
        "reassignments",
        ["workspace_id", "client_id"],
        unique=True,
        sqlite_where=sa.text(_PROPOSED),
        postgresql_where=sa.text(_PROPOSED),
    )
