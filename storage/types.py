"""Column types: moments that are aware, dates, and exact money."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import BigInteger, DateTime
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator, TypeEngine

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_MONEY_SCALE = Decimal(10_000)
_LARGEST_AMOUNT = Decimal(10**14)


class Moment(TypeDecorator[datetime]):
    """An aware datetime, read back in UTC. A naive one is refused with ValueError.

    SQLite has no such type: there it is the count of microseconds since 1970, which sorts, compares and takes
    half the room of text. PostgreSQL keeps its own ``timestamptz``.
    """

    impl = BigInteger
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name == "sqlite":
            return dialect.type_descriptor(BigInteger())
        return dialect.type_descriptor(DateTime(timezone=True))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        if value is None:
            return None
        if value.tzinfo is None or value.utcoffset() is None:
            raise ValueError(f"a moment needs a time zone: {value!r}")
        if dialect.name == "sqlite":
            return (value - _EPOCH) // _MICROSECOND
        return value.astimezone(UTC)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if dialect.name == "sqlite":
            return _EPOCH + timedelta(microseconds=value)
        moment: datetime = value
        return moment.astimezone(UTC)


class Amount(TypeDecorator[Decimal]):
    """A decimal amount, exact to four places, kept as a whole number of ten-thousandths.

    SQLite has no decimal type and would round through binary floats. More than four places, NaN and amounts from
    10¹⁴ on are refused with ValueError.
    """

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> int | None:
        if value is None:
            return None
        if not value.is_finite() or abs(value) >= _LARGEST_AMOUNT:
            raise ValueError(f"not an amount that can be kept: {value!r}")
        scaled = value * _MONEY_SCALE
        if scaled != scaled.to_integral_value():
            raise ValueError(f"more than four decimal places: {value!r}")
        return int(scaled)

    def process_result_value(self, value: int | None, dialect: Dialect) -> Decimal | None:
        return None if value is None else exactly(value)


def exactly(kept: int) -> Decimal:
    """The amount that is kept as this whole number of ten-thousandths."""
    return (Decimal(kept) / _MONEY_SCALE).normalize() + Decimal(0)
