"""What every table is made with."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKeyConstraint,
    Integer,
    MetaData,
)

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(referred_table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    }
)


ID = BigInteger().with_variant(Integer, "sqlite")


def id_column() -> Column[int]:
    return Column("id", ID, primary_key=True, autoincrement=True)


def workspace_column() -> Column[int]:
    return Column("workspace_id", ID, nullable=False)


def in_workspace(*more: Any) -> tuple[Any, ...]:
    return (ForeignKeyConstraint(["workspace_id"], ["workspaces.id"]), *more)


def same_workspace(column: str, table: str, name: str) -> ForeignKeyConstraint:
    """A reference that the database refuses when it would lead into another workspace."""
    return ForeignKeyConstraint(
        ["workspace_id", column], [f"{table}.workspace_id", f"{table}.id"], name=f"fk_{name}_{column}"
    )
