"""What became of a gift received, and gifts received found by who received them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("gifts_given", sa.Column("fate", sa.String(length=12), nullable=True))
