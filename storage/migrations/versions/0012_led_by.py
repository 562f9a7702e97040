"""Whom somebody leads is found without reading all members."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "ix_members_lead",
        "members",
        ["workspace_id", "lead_id"],
        unique=False,
        sqlite_where=sa.text("lead_id is not null"),
        postgresql_where=sa.text("lead_id is not null"),
    )
