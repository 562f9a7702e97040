"""Members and clients for tests of pure rules, and the days on which zones change their clocks."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from hypothesis import strategies as st

from bot.domain.clients import Client, Tier
from bot.domain.members import Member, Role

NOW = datetime(2026, 11, 16, 14, 0, tzinfo=UTC)
"""Monday 16 November 2026, 9 in New York and 15 in Paris."""


def moments_between(start: datetime, end: datetime) -> st.SearchStrategy[datetime]:
    """Moments to the second, aware and in UTC."""
    return st.integers(0, int((end - start).total_seconds())).map(
        lambda seconds: start + timedelta(seconds=seconds)
    )


YEAR = moments_between(datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC))


def member(**more: Any) -> Member:
    """Alice, who keeps clients from New York; `more` are fields of Member."""
    alice = Member(
        id=1,
        user_id="U0ALICE",
        name="Alice Ames",
        roles=frozenset({Role.ACCOUNT_MANAGER}),
        zone="America/New_York",
        locale="en-US",
        country="US",
    )
    return replace(alice, **more)


PEOPLE = st.builds(
    member,
    zone=st.sampled_from(
        [
            "America/New_York",
            "America/Nuuk",
            "America/St_Johns",
            "Africa/Cairo",
            "Europe/Paris",
            "Pacific/Apia",
            "Pacific/Auckland",
        ]
    ),
    country=st.sampled_from(["", "US", "FR"]),
    work_days=st.frozensets(st.integers(0, 6), min_size=1),
    digest_time=st.times().map(lambda t: t.replace(second=0, microsecond=0)),
)
"""Members of many zones, countries, working weeks and digest times."""


def client(**more: Any) -> Client:
    """Acme, in Alice's book since the summer; `more` are fields of Client."""
    acme = Client(
        id=1,
        name="Acme",
        owner_id=1,
        tier=Tier.A,
        market="US",
        currency="USD",
        created_at=NOW - timedelta(days=120),
    )
    return replace(acme, **more)


@lru_cache
def transitions(year: int = 2026) -> tuple[tuple[str, date], ...]:
    """Every zone whose clock is changed in `year`, with each local date around the change."""
    found: list[tuple[str, date]] = []
    start = datetime(year, 1, 1, tzinfo=UTC)
    for name in sorted(available_timezones()):
        zone = ZoneInfo(name)
        days = [start + timedelta(days=n) for n in range(366)]
        offsets = [day.astimezone(zone).utcoffset() for day in days]
        for before, after, day in zip(offsets, offsets[1:], days, strict=False):
            if before != after:
                local = day.astimezone(zone).date()
                found += [(name, local + timedelta(days=n)) for n in (-1, 0, 1)]
    return tuple(found)
