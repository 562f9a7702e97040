"""Moments are aware, money is exact."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Column, Engine, MetaData, Table, insert, select

from storage.types import Amount, Moment

things = Table("things", MetaData(), Column("at", Moment), Column("amount", Amount))


@pytest.fixture
def table(engine: Engine) -> Engine:
    things.create(engine)
    return engine


def test_a_naive_moment_is_refused(table: Engine) -> None:
    with table.connect() as connection, pytest.raises(Exception, match="needs a time zone"):
        connection.execute(insert(things).values(at=datetime(2026, 1, 1)))  # noqa: DTZ001 - the case under test


def test_a_moment_comes_back_the_same_in_utc(table: Engine) -> None:
    wall = datetime(2026, 11, 1, 1, 30, 0, 123456, tzinfo=timezone(timedelta(hours=-5)))
    with table.begin() as connection:
        connection.execute(insert(things).values(at=wall))
        back = connection.execute(select(things.c.at)).scalar_one()

    assert back == wall
    assert back.tzinfo is UTC


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40, deadline=None)
@given(amount=st.decimals(min_value=-(10**13), max_value=10**13, places=4))
def test_an_amount_comes_back_to_the_last_of_four_places(table: Engine, amount: Decimal) -> None:
    with table.begin() as connection:
        connection.execute(things.delete())
        connection.execute(insert(things).values(amount=amount))

        assert connection.execute(select(things.c.amount)).scalar_one() == amount


@pytest.mark.parametrize("amount", ["0.00001", "NaN", "Infinity", "100000000000000"])
def test_an_amount_that_cannot_be_kept_exactly_is_refused(table: Engine, amount: str) -> None:
    with table.connect() as connection, pytest.raises(Exception, match=r"four decimal|can be kept"):
        connection.execute(insert(things).values(amount=Decimal(amount)))
