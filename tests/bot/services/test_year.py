"""A year of mornings on a real database: one message for each local working day, at the wished hour of the wall clock.

Everybody acts on what they are told, so that there is something to say on each day.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Engine, event, func, select

from bot.domain.digest import Owed, digest_key
from bot.domain.members import Member, NewSettings
from bot.domain.touches import Channel, TouchDraft
from bot.services import delivery, digest, members, presses, promises, settings, touches
from storage.engine import open_engine
from storage.migrate import migrate
from storage.schema import members as members_table
from storage.schema import outbox
from tests.bot.services.messenger import ScriptedMessenger
from tests.conftest import Firm, StandingClock, open_firm, profile

SUNDAY, WORKWEEK = frozenset({6}), frozenset(range(5))
"""Clocks change on Sundays."""

WISHES = [
    ("America/New_York", time(2, 30)),
    ("America/New_York", time(1, 45)),
    ("America/New_York", time(9, 0)),
    ("Europe/Paris", time(2, 30)),
    ("Europe/Paris", time(1, 45)),
    ("America/Toronto", time(2, 0)),
    ("Australia/Lord_Howe", time(2, 15)),
    ("Australia/Lord_Howe", time(1, 45)),
]
"""Montréal keeps the clock of Toronto; Lord Howe moves its own by half an hour."""

SKIPPED = {
    ("America/New_York", date(2026, 3, 8), time(2, 30)): time(3, 30),
    ("America/Toronto", date(2026, 3, 8), time(2, 0)): time(3, 0),
    ("Europe/Paris", date(2026, 3, 29), time(2, 30)): time(3, 30),
    ("Australia/Lord_Howe", date(2026, 10, 4), time(2, 15)): time(2, 45),
}
"""Hours that there are not: they move forward by what the clock moves."""

TWICE = {
    ("America/New_York", date(2026, 11, 1), time(1, 45)),
    ("Europe/Paris", date(2026, 10, 25), time(2, 30)),
    ("Australia/Lord_Howe", date(2026, 4, 5), time(1, 45)),
}
"""Hours that there are twice: the first one counts."""


@dataclass
class Life:
    """A firm that is played forward from one due moment to the next."""

    firm: Firm
    engine: Engine
    slack: ScriptedMessenger = field(default_factory=ScriptedMessenger)
    posted_at: list[tuple[str, datetime]] = field(default_factory=list)
    owned: dict[int, str] = field(default_factory=dict)

    def person(self, name: str, zone: str, work_days: frozenset[int], at: time) -> Member:
        """A member with a client that is due on every working day."""
        firm = self.firm
        new = members.admit(firm.house, firm.workspace.id, profile(f"U0{name}", name, zone=zone, country=""))
        person = settings.change(
            firm.house, firm.actor(new), NewSettings(work_days=work_days, digest_time=at)
        )
        long_ago = firm.clock() - timedelta(days=300)
        self.owned[person.id] = firm.client(
            f"Client of {name}", person, cadence_days=1, spoke_before_at=long_ago
        ).name
        return person

    def play(self, until: datetime, beat: timedelta) -> None:
        """Plan and deliver whenever something is due, and at every beat, at which nothing may be."""
        while self.firm.clock() < until:
            self._round()
            self.firm.clock.now = max(
                min(until, self._next(), self.firm.clock() + beat), self.firm.clock() + timedelta(seconds=1)
            )

    def _next(self) -> datetime:
        with self.engine.connect() as connection:
            moments = [
                connection.execute(
                    select(func.min(members_table.c.next_digest_at)).where(members_table.c.active)
                ).scalar(),
                connection.execute(
                    select(func.min(outbox.c.due_at)).where(outbox.c.state == "pending")
                ).scalar(),
            ]
        found: datetime = min(moment for moment in moments if moment is not None)
        return found

    def _round(self) -> None:
        firm = self.firm
        digest.plan(firm.house, firm.workspace.id)
        for entry_id in delivery.due(firm.house, firm.workspace.id, 100):
            before = len(self.slack.posted)
            delivery.deliver(firm.house, self.slack, firm.workspace.id, entry_id)
            for _, key, _ in self.slack.posted[before:]:
                self.posted_at.append((key, firm.clock()))
                self._act_on(int(key.split(":")[1]), key)

    def _act_on(self, member_id: int, key: str) -> None:
        firm = self.firm
        if member_id in self.owned:
            person = next(p for p in self.people() if p.id == member_id)
            actor = firm.actor(person)
            touches.log(firm.house, actor, TouchDraft(self.owned[member_id], Channel.CALL), key)
            presses.note(firm.house, actor, person)  # who never presses anything is told less often

    def people(self) -> list[Member]:
        with self.firm.house.memory.read(self.firm.workspace.id) as unit:
            return list(unit.members.all())

    def of(self, person: Member) -> dict[date, datetime]:
        """When each day's message was posted."""
        prefix = digest_key(person.id, date(2026, 1, 1)).removesuffix("2026-01-01")
        return {
            date.fromisoformat(key.removeprefix(prefix)): at
            for key, at in self.posted_at
            if key.startswith(prefix)
        }


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Engine]:
    """A database file that does not wait for the disk: what is proven here is no power cut."""
    engine = open_engine(f"sqlite:///{tmp_path / 'rapport.db'}")

    @event.listens_for(engine, "connect")
    def hurry(connection: Any, _record: Any) -> None:
        connection.execute("pragma synchronous=off")

    migrate(engine)
    yield engine
    engine.dispose()


def life_from(engine: Engine, start: datetime) -> Life:
    firm = open_firm(engine, StandingClock(start))
    for person in (firm.alice, firm.bruno, firm.lea, firm.carla):  # who have no part in it
        members.close(firm.house, firm.workspace.id, person.user_id)
    return Life(firm, engine)


def days(first: date, last: date, weekdays: frozenset[int]) -> list[date]:
    all_days = (first + timedelta(days=n) for n in range((last - first).days + 1))
    return [day for day in all_days if day.weekday() in weekdays]


def test_a_year_with_both_changes_of_the_clock_has_one_message_for_each_working_day_at_the_wished_hour(
    opened: Engine,
) -> None:
    start, end = datetime(2026, 1, 1, 12, tzinfo=UTC), datetime(2026, 12, 31, 20, tzinfo=UTC)
    life = life_from(opened, start)
    people = {
        life.person(f"Person {number}", zone, SUNDAY if at.hour < 9 else WORKWEEK, at): (zone, at)
        for number, (zone, at) in enumerate(WISHES)
    }

    life.play(end, beat=timedelta(hours=11))

    keys = Counter(key for key, _ in life.posted_at)
    assert set(keys.values()) == {1}
    met = set()
    for person, (zone, wished) in people.items():
        posted = life.of(person)
        assert sorted(posted) == days(date(2026, 1, 1), date(2026, 12, 31), person.work_days), zone
        for day, at in posted.items():
            wall = at.astimezone(ZoneInfo(zone))
            expected = SKIPPED.get((zone, day, wished), wished)
            assert (wall.date(), wall.time().replace(second=0, microsecond=0)) == (day, expected), (zone, at)
            if (zone, day, wished) in SKIPPED or (zone, day, wished) in TWICE:
                met.add((zone, day, wished))
                assert wall.fold == 0, (zone, at)
    assert met == set(SKIPPED) | TWICE


def test_the_leap_day_is_a_day_like_any_other(opened: Engine) -> None:
    """29 February 2028 is a Tuesday: it has its message, a promise for it is owed on it, and March begins after it."""
    life = life_from(opened, datetime(2028, 2, 24, 15, tzinfo=UTC))
    person = life.person("Lena", "Europe/Paris", WORKWEEK, time(9, 0))
    leap = date(2028, 2, 29)
    acme = life.firm.client("Acme", person, spoke_before_at=life.firm.clock())
    actor = life.firm.actor(person)
    promises.make(life.firm.house, actor, acme.id, "send the leap offer", leap, "leap")

    life.play(datetime(2028, 3, 3, 20, tzinfo=UTC), beat=timedelta(hours=5))

    posted = life.of(person)
    assert sorted(posted) == [
        date(2028, 2, 25),
        date(2028, 2, 28),
        leap,
        *days(date(2028, 3, 1), date(2028, 3, 3), WORKWEEK),
    ]
    with life.firm.house.memory.read(life.firm.workspace.id) as unit:
        entry = unit.outbox.by_key(digest_key(person.id, leap))
    assert entry is not None
    owed = [row for row in digest.rows_from(entry.facts) if isinstance(row, Owed)]
    assert [(row.client, row.due_on) for row in owed] == [("Acme", leap)]


EAST, WEST = ("America/Los_Angeles", "Australia/Sydney"), ("Australia/Sydney", "Pacific/Honolulu")
"""Across the date line: into the next day, and back into the day before."""


@pytest.mark.parametrize(
    ("zones", "noon"),
    [
        (("America/New_York", "Europe/Paris"), datetime(2026, 11, 17, 17, tzinfo=UTC)),
        (("Europe/Paris", "America/New_York"), datetime(2026, 11, 17, 11, tzinfo=UTC)),
        (EAST, datetime(2026, 11, 17, 20, tzinfo=UTC)),
        (WEST, datetime(2026, 11, 17, 1, tzinfo=UTC)),
        (("Pacific/Kiritimati", "Pacific/Pago_Pago"), datetime(2026, 11, 16, 22, tzinfo=UTC)),
        (("Pacific/Pago_Pago", "Pacific/Kiritimati"), datetime(2026, 11, 17, 23, tzinfo=UTC)),
    ],
    ids=["east", "west", "east over the line", "west over the line", "a whole day back", "a whole day on"],
)
def test_who_moves_at_noon_has_one_message_for_each_day_of_the_calendar(
    opened: Engine, zones: tuple[str, str], noon: datetime
) -> None:
    """Tuesday's noon of the old zone; a day that ends early or comes again has one message, and none is left out."""
    life = life_from(opened, datetime(2026, 11, 15, 10, tzinfo=UTC))
    person = life.person("Mona", zones[0], WORKWEEK, time(9, 0))
    life.owned.clear()  # what is done in the one zone's day would count as done in the other's, too
    life.play(noon, beat=timedelta(hours=3))

    moved = profile(person.user_id, person.name, zone=zones[1], country="")
    members.refresh(life.firm.house, life.firm.workspace.id, moved)
    life.play(datetime(2026, 11, 21, tzinfo=UTC), beat=timedelta(hours=3))

    posted = life.of(person)
    week = days(date(2026, 11, 16), date(2026, 11, 20), WORKWEEK)
    assert sorted(posted) == week
    assert set(Counter(key for key, _ in life.posted_at).values()) == {1}
    for day, at in posted.items():
        assert at.astimezone(ZoneInfo(zones[0] if at < noon else zones[1])).date() == day
