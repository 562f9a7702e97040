"""Who is told what, when: the real services, in any order, against a model of dates and sets.

The model knows nothing of the product's own rules but what the documents say: a client of a weekly rhythm is due five
of its owner's working days after both sides spoke, two after one side alone did, and never earlier for it; whom nobody
is to hear of is not told, and nobody hears more than once a day, on a day off, or during leave.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from bot.domain.digest import Row, digest_key
from bot.domain.members import Member, NewSettings
from bot.domain.outbox import Entry, State
from bot.domain.refusals import Refusal
from bot.domain.touches import Channel, Direction, TouchDraft
from bot.ports import description_of
from bot.services import (
    client_edits,
    delivery,
    digest,
    members,
    nudges,
    presses,
    touches,
)
from bot.services import settings as settings_service
from bot.services.house import Actor
from tests.bot.services.messenger import ScriptedMessenger
from tests.conftest import Firm, StandingClock, open_firm, profile
from tests.databases import open_file

NAMES = ("Acme", "Globex", "Initech", "Umbrella")
"""Fewer than a digest has rows: whoever is due is named."""
BEGINS = datetime(2026, 1, 5, 12, tzinfo=UTC)
"""A Monday. Everybody lives by UTC and has no public holidays, so that a day is a day."""
NINE, NOON = timedelta(hours=9), timedelta(hours=12)


def is_weekday(day: date) -> bool:
    return day.weekday() < 5


Days = tuple[date, date]


def works(day: date, away: Collection[Days]) -> bool:
    return is_weekday(day) and not any(first <= day <= last for first, last in away)


def working_days_after(day: date, count: int, away: Collection[Days]) -> date:
    while count:
        day += timedelta(days=1)
        count -= works(day, away)
    return day


@dataclass
class Known:
    """What the model knows of a client."""

    owner: str
    since: date
    talks: list[date] = field(default_factory=list)
    notes: list[date] = field(default_factory=list)
    quiet_until: date | None = None
    archived: bool = False

    def due_on(self, away: Collection[Days]) -> date:
        """On days on which the owner is away, and nobody covers here, the client does not age."""
        spoke = working_days_after(max(self.talks, default=self.since), 5, away)
        return max([spoke, *(working_days_after(max(self.notes), 2, away) for _ in self.notes[:1])])

    def is_told(self, owner: str, today: date, away: Collection[Days]) -> bool:
        quiet = self.quiet_until is not None and today < self.quiet_until
        return self.owner == owner and not self.archived and not quiet and self.due_on(away) <= today


class Told(RuleBasedStateMachine):
    """One firm with two managers; each rule does something at noon, and the days are passed one by one."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="told-"))
        self.engine = open_file(self.folder / "rapport.db")
        self.clock = StandingClock(BEGINS)
        self.firm: Firm = open_firm(self.engine, self.clock)
        self.slack = ScriptedMessenger()
        self.people: dict[str, Member] = {}
        self.known: dict[str, Known] = {}
        self.away: dict[str, list[tuple[date, date]]] = {}
        self.keys = 0
        self.logged: list[tuple[int, list[date], date]] = []

    def teardown(self) -> None:
        self.engine.dispose()
        shutil.rmtree(self.folder)

    @initialize()
    def begins(self) -> None:
        firm = self.firm
        for name in ("Ana", "Ben"):
            person = members.admit(
                firm.house, firm.workspace.id, profile(f"U0{name.upper()}", name, zone="UTC", country="")
            )
            self.people[name] = settings_service.change(
                firm.house, firm.actor(person), NewSettings(work_days=frozenset(range(5)))
            )
            self.away[name] = []
        for number, name in enumerate(NAMES):
            owner = ("Ana", "Ben")[number % 2]
            firm.client(name, self.people[owner], cadence_days=7)
            self.known[name] = Known(owner, BEGINS.date())

    # --- What people do -------------------------------------------------------------------------------------

    @rule(name=st.sampled_from(NAMES), back=st.integers(0, 4), both=st.booleans())
    def logs(self, name: str, back: int, both: bool) -> None:
        """A touch, today's or an earlier one; both sides spoke, or one of them wrote."""
        known = self.known[name]
        if known.archived:
            return
        self.keys += 1
        draft = TouchDraft(
            self.firm.clients[name].id,
            Channel.CALL if both else Channel.EMAIL,
            Direction.TWO_WAY if both else Direction.OUTBOUND,
            at=self.clock() - timedelta(days=back),
        )
        try:
            (logged,) = touches.log_all(self.firm.house, self._actor(known.owner), draft, f"key {self.keys}")
        except Refusal as refusal:
            if refusal.code != "touch.same":
                raise
            return  # asked whether it is what a colleague has logged: it is
        days = known.talks if both else known.notes
        days.append(self.clock().date() - timedelta(days=back))
        self.logged.append((logged.touch.id, days, days[-1]))

    @precondition(lambda self: bool(self.logged))
    @rule(which=st.integers(0, 99))
    def takes_back(self, which: int) -> None:
        touch_id, days, day = self.logged.pop(which % len(self.logged))
        touches.withdraw(self.firm.house, self.firm.actor(self.firm.carla), touch_id)
        days.remove(day)

    @rule(name=st.sampled_from(NAMES), days=st.integers(1, 6))
    def snoozes(self, name: str, days: int) -> None:
        known = self.known[name]
        if known.archived:
            return
        day = self.clock().date() + timedelta(days=days)
        nudges.snooze(
            self.firm.house,
            self._actor(known.owner),
            self.firm.clients[name].id,
            day=day,
            reason="they asked for it",
        )
        known.quiet_until = day

    @rule(who=st.sampled_from(["Ana", "Ben"]), begins=st.integers(1, 4), days=st.integers(1, 3))
    def leaves(self, who: str, begins: int, days: int) -> None:
        first = self.clock().date() + timedelta(days=begins)
        last = first + timedelta(days=days - 1)
        if any(first <= until and since <= last for since, until in self.away[who]):
            return
        settings_service.take_leave(self.firm.house, self._actor(who), first, last)
        self.away[who].append((first, last))

    @rule(name=st.sampled_from(NAMES))
    def changes_hands(self, name: str) -> None:
        known = self.known[name]
        if known.archived:
            return
        receiver = "Ben" if known.owner == "Ana" else "Ana"
        admin = self.firm.actor(self.firm.carla)
        found = client_edits.opened(self.firm.house, admin, self.firm.clients[name].id)
        sheet = client_edits.Sheet(description_of(found.client), self.people[receiver].user_id, {})
        client_edits.edit(self.firm.house, admin, found.client.id, sheet, found.client.version)
        known.owner = receiver

    @rule(name=st.sampled_from(NAMES))
    def goes_and_comes(self, name: str) -> None:
        known, admin = self.known[name], self.firm.actor(self.firm.carla)
        act = client_edits.restore if known.archived else client_edits.archive
        act(self.firm.house, admin, self.firm.clients[name].id)
        known.archived = not known.archived

    # --- Time -----------------------------------------------------------------------------------------------

    @precondition(lambda self: bool(self.people))
    @rule(days=st.integers(1, 3))
    def passes(self, days: int) -> None:
        for _ in range(days):
            self.clock.now = (self.clock.now + timedelta(days=1)).replace(hour=9)
            for _ in range(3):
                digest.plan(self.firm.house, self.firm.workspace.id)
                self._deliver()
                self.clock.tick(minutes=20)
            for who in self.people:
                self._check_morning(who)
            self.clock.now = self.clock.now.replace(hour=12, minute=0)
            for who, person in self.people.items():
                fresh = self._entry(who) and self._member(person.id)
                if fresh:
                    presses.note(self.firm.house, self._actor(who), fresh)

    def _check_morning(self, who: str) -> None:
        today = self.clock().date()
        away = self.away[who]
        here = works(today, away)
        expected = {name for name, known in self.known.items() if here and known.is_told(who, today, away)}
        entry = self._entry(who)
        if not expected:
            assert entry is None, f"{who} is told of nothing on {today}: {entry}"
            return
        assert entry is not None, f"{who} is not told of {expected} on {today}"
        assert entry.state is State.SENT
        assert {row.client for row in digest.rows_from(entry.facts)} == expected
        assert [key for _, key, _ in self.slack.posted].count(digest_key(self.people[who].id, today)) == 1

    @invariant()
    def what_was_seen_to_is_in_no_message_any_more(self) -> None:
        """The digest of today, looked at now, names nobody whom the model would not name now."""
        today = self.clock().date()
        for who in self.people:
            entry = self._entry(who)
            if entry is None:
                continue
            shown = digest.current(self.firm.house, self._actor(who), entry.id).rows
            named = {row.client for row in shown if isinstance(row, Row)}
            allowed = {
                name for name, known in self.known.items() if known.is_told(who, today, self.away[who])
            }
            assert named <= allowed, f"{who} still reads of {named - allowed}"

    # --- Ways in --------------------------------------------------------------------------------------------

    def _actor(self, who: str) -> Actor:
        return self.firm.actor(self.people[who])

    def _member(self, member_id: int) -> Member:
        with self.firm.house.memory.read(self.firm.workspace.id) as unit:
            found = unit.members.get(member_id)
        assert found is not None
        return found

    def _entry(self, who: str) -> Entry | None:
        with self.firm.house.memory.read(self.firm.workspace.id) as unit:
            return unit.outbox.by_key(digest_key(self.people[who].id, self.clock().date()))

    def _deliver(self) -> None:
        for entry_id in delivery.due(self.firm.house, self.firm.workspace.id, 100):
            delivery.deliver(self.firm.house, self.slack, self.firm.workspace.id, entry_id)


TestTold = Told.TestCase
TestTold.settings = settings(
    max_examples=25,
    stateful_step_count=25,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
