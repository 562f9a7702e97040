"""Moments as numbers, to reckon with inside a statement."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, ColumnElement
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import GenericFunction


class Micros(GenericFunction[int]):
    """Microseconds since 1970 of a moment, on any database."""

    name = "micros"
    type = BigInteger()
    inherit_cache = True


def micros(moment: ColumnElement[Any]) -> ColumnElement[int]:
    """The moment as microseconds since 1970; null stays null."""
    return Micros(moment)


@compiles(Micros, "sqlite")
def _as_it_is_kept(element: Micros, compiler: SQLCompiler, **more: Any) -> str:
    """SQLite keeps moments so (see `storage.types.Moment`)."""
    return compiler.process(element.clauses, **more)


@compiles(Micros)
def _reckoned(element: Micros, compiler: SQLCompiler, **more: Any) -> str:
    # In numeric, not in binary floats: exact to the microsecond.
    return f"(extract(epoch from {compiler.process(element.clauses, **more)}) * 1000000)::bigint"
