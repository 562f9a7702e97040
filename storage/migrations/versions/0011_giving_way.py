"""Giving way: to whom and when a digest last named a client, how often in vain, and until when it lets others first."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import storage.types

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("clients", sa.Column("named_to", sa.BigInteger().with_variant(sa.Integer(), "sqlite")))
    op.add_column("clients", sa.Column("named_at", storage.types.Moment(), nullable=True))
    op.add_column(
        "clients", sa.Column("named_times", sa.SmallInteger(), server_default=sa.text("0"), nullable=False)
    )
    op.add_column("clients", sa.Column("gives_way_until", storage.types.Moment(), nullable=True))
