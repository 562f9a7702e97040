"""Plays a book forward: the bot's own ticks and deliveries under a simulated clock, with people who act in between."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from pydantic import SecretStr
from sqlalchemy import Engine, event

from bot.door.assembly import Bot, Identity, assemble, build_house
from bot.door.simulation import laws, population
from bot.door.simulation.acts import Acts
from bot.door.simulation.agenda import Agenda
from bot.door.simulation.behaviour import CLIENTS, MIX, TYPES, Behaviour, Initiative, mixed
from bot.door.simulation.clock import SimulatedClock
from bot.door.simulation.defaults import Defaults, TriedMemory
from bot.door.simulation.population import TEAM, Person, Population
from bot.door.simulation.record import Episode, Message, Record, reason_of, rows_in
from bot.door.simulation.wire import RecordingMessenger, SilentSlack
from bot.services import covers, delivery, digest, workspaces
from bot.settings import Settings
from storage.engine import open_engine
from storage.migrate import migrate

START = date(2026, 3, 2)
"""A Monday before both changes to summer time, with Easter in the quarter that follows."""
STEP = timedelta(minutes=30)
ASLEEP = timedelta(hours=1)
"""How far time moves at once while somebody may be spoken to, and while it is night or weekend for everybody."""
WARM_UP = 14
"""Days that are played before those that count: at first the book is as the seed left it, not as people keep it."""
_AWAKE = (7, 20)
"""Hours of a working day between which time moves in small steps."""
_DELIVERIES = timedelta(minutes=5)
_PAUSE = timedelta(seconds=20)
"""For how long after the ticks of a step deliveries go on, and how far apart: posts are paced."""
_AT_ONCE = 100
_WHOLE_BOOK = 100_000
_NOON = 12
_FAR = 2
"""A client is neglected far beyond what is bearable at so many neglected intervals."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is played: `days` that count from `start` on (after the warm-up), `clients` a book (None: 25 to 60)."""

    days: int = 90
    managers: int = 8
    clients: int | None = None
    seed: int = 1
    start: date = START
    warm_up: int = WARM_UP
    mix: Mapping[str, int] = field(default_factory=lambda: MIX)
    types: Mapping[str, Behaviour] = field(default_factory=lambda: TYPES)
    initiative: Initiative = CLIENTS
    defaults: Defaults = field(default_factory=Defaults)


@dataclass(frozen=True, slots=True)
class Played:
    """A simulation that has ended: what was noted, who took part, and how the book stands, all at `now` (UTC)."""

    plan: Plan
    record: Record
    population: Population
    now: datetime
    waiting: int
    """Clients that are due at the end."""
    neglected: int
    """How many of them are neglected."""


Progress = Callable[[int, int], None]
"""Told how many days were played of how many."""


def play(plan: Plan, progress: Progress = lambda _done, _all: None) -> Played:
    """Play a plan on a database of its own, which is removed afterwards. The same plan gives the same record."""
    clock = SimulatedClock(datetime.combine(plan.start, time(), UTC))
    users = population.slack_users(plan.managers)
    with TemporaryDirectory(prefix="rapport-simulation-") as folder, _opened(Path(folder)) as engine:
        bot = _assembled(plan, Path(folder), engine, clock, users)
        try:
            return _Play(bot, plan, clock, users).run(progress)
        finally:
            bot.afterwards.close(1)


@contextmanager
def _opened(folder: Path) -> Iterator[Engine]:
    engine = open_engine(f"sqlite:///{folder / 'simulation.db'}")

    @event.listens_for(engine, "connect")
    def hasten(connection: Any, _record: Any) -> None:
        """Nobody misses this database after a power cut."""
        connection.execute("PRAGMA synchronous=OFF")

    try:
        migrate(engine)
        yield engine
    finally:
        engine.dispose()


def _assembled(
    plan: Plan, folder: Path, engine: Engine, clock: SimulatedClock, users: Mapping[str, Mapping[str, Any]]
) -> Bot:
    settings = Settings(
        slack_bot_token=SecretStr("xoxb-simulation"),
        slack_api_url="http://127.0.0.1:9/api/",
        RAPPORT_DATA_DIR=folder,
        RAPPORT_RULES_DIR=None,
        RAPPORT_MODE="socket",
        RAPPORT_ZONE="America/New_York",
        RAPPORT_LOCALE="en-US",
        RAPPORT_CURRENCY="USD",
        RAPPORT_COUNTRY="US",
        RAPPORT_TICK_SECONDS=20,
    )
    house = replace(build_house(settings, engine, clock), memory=TriedMemory(engine, plan.defaults))
    identity = Identity(TEAM, "Simulated", "B0SIMULATED", "U0SIMULATED")
    bot = assemble(settings, house, SilentSlack(users), identity)
    if plan.defaults.cadences():
        workspaces.change_by_operator(bot.house, bot.workspace.id, cadences=plan.defaults.cadences())
    return bot


class _Play:
    """One simulation under way."""

    def __init__(self, bot: Bot, plan: Plan, clock: SimulatedClock, users: dict[str, dict[str, Any]]) -> None:
        self.bot, self.plan, self.clock = bot, plan, clock
        self.record, self.agenda = Record(), Agenda()
        self.messenger = RecordingMessenger(SilentSlack(users), clock)
        types = [(name, plan.types[name]) for name in mixed(plan.mix, plan.managers)]
        self.population = population.settle(bot, users, types, plan.clients, plan.seed, plan.initiative)
        self.counted_from = plan.start + timedelta(days=plan.warm_up)
        self.acts = Acts(
            bot, self.population, self.record, self.agenda, plan.initiative, plan.seed, self._counts
        )
        self.due_again: dict[str, datetime] = {}

    def run(self, progress: Progress) -> Played:
        digest.start_clocks(self.bot.house, self.bot.workspace.id)
        days = self.plan.warm_up + self.plan.days
        end = self.clock.now + timedelta(days=days)
        with _errors_noted(self.record):
            moment, day = self.clock.now, 0
            while moment < end:
                moment += self._step(moment)
                if (moment - end + timedelta(days=days)).days > day:
                    day += 1
                    self._look_at_the_book()
                    progress(day, days)
        return self._ended()

    def _counts(self, day: date) -> bool:
        return day >= self.counted_from

    # --- One step -----------------------------------------------------------------------------------------

    def _step(self, moment: datetime) -> timedelta:
        """Let the bot do what is due at `moment`, and people what they do until the next step; how far that is."""
        self.clock.forward(moment)
        awake = [self._turn(person, moment) for person in self.population.people]
        step = STEP if any(awake) else ASLEEP
        self._tick(moment, step)
        self._deliver()
        while (planned := self.agenda.take(moment + step)) is not None:
            at, act = planned
            self.clock.forward(at)
            act()
        return step

    def _turn(self, person: Person, moment: datetime) -> bool:
        """Begin a day of a person where it begins, look at their noon; whether they may be spoken to now."""
        local = moment.astimezone(person.member.calendar.zone)
        day = local.date()
        if person.day != day:
            person.day = day
            if person.behaviour.meets or person.behaviour.unprompted or person.clients:
                self.acts.begin(person, day)
            if person.works(day) and self._counts(day):
                self.record.present[person.member.id] += 1
        if local.hour == _NOON and local.minute < STEP.seconds // 60:
            self._look_at_noon(person, day)
        return person.member.calendar.is_working_day(day) and _AWAKE[0] <= local.hour < _AWAKE[1]

    def _look_at_noon(self, person: Person, day: date) -> None:
        """Note that a member who is there heard nothing today although something is due."""
        if not person.works(day) or not self._counts(day) or not person.clients:
            return
        told = any(
            message.kind == digest.KIND and message.member_id == person.member.id and message.day == day
            for message in reversed(self.record.messages[-len(self.population.people) * 12 :])
        )
        if not told and digest.today(self.bot.house, person.actor):
            self.record.silent[person.member.id].append(day)

    def _tick(self, moment: datetime, step: timedelta) -> None:
        """Run what the bot's clock would have run by now; more often than once a step changes nothing."""
        for name, tick in self.bot.scheduler.ticks.items():
            if moment >= self.due_again.get(name, moment):
                self.due_again[name] = moment + max(timedelta(seconds=tick.seconds), min(step, STEP))
                tick.run()

    def _deliver(self) -> None:
        house, workspace_id = self.bot.house, self.bot.workspace.id
        until = self.clock.now + _DELIVERIES
        while self.clock.now < until and self._is_under_way(until):
            for entry_id in delivery.due(house, workspace_id, _AT_ONCE):
                delivery.deliver(house, self.messenger, workspace_id, entry_id)
            self._take_in()
            self.clock.forward(self.clock.now + _PAUSE)

    def _is_under_way(self, until: datetime) -> bool:
        """Whether an entry is to be delivered in a moment."""
        with self.bot.house.memory.read(self.bot.workspace.id) as unit:
            return bool(unit.outbox.due(until, 1))

    def _take_in(self) -> None:
        """Note what was delivered, hold it against the laws, and let its readers plan what they do."""
        for delivered in self.messenger.fresh():
            with self.bot.house.memory.read(self.bot.workspace.id) as unit:
                entry = unit.outbox.by_key(delivered.key)
            assert entry is not None, "what is delivered is in the outbox"
            reader = self.population.by_member(entry.member_id)
            local = delivered.at.astimezone(reader.member.calendar.zone)
            message = Message(
                delivered.at,
                entry.member_id,
                entry.kind,
                delivered.key,
                local.date(),
                local.hour + local.minute / 60,
                delivered.text,
                entry.facts,
                self._counts(local.date()),
            )
            laws.check(message, reader, self.population, self.record)
            self.record.messages.append(message)
            if entry.kind == digest.KIND:
                self._note_rows(message)
                self.acts.receive(reader, entry, message.day)
            elif entry.kind == covers.ASKED:
                self.acts.asked_to_cover(reader, int(str(entry.facts["cover"])), message.day)

    def _note_rows(self, message: Message) -> None:
        for row in rows_in(message.facts):
            self.record.told[row["client_id"]].append((message.at, message.member_id))
            if message.counts:
                self.record.offered[reason_of(row)] += 1
                self.record.covers.update(["rows shown"] if row.get("covering") else [])
                self.record.shown_to[message.member_id] += 1

    # --- Once a day ---------------------------------------------------------------------------------------

    def _look_at_the_book(self) -> None:
        """Note which clients have gone unheard for twice the time after which they are neglected."""
        now = self.clock.now
        with self.bot.house.memory.read(self.bot.workspace.id) as unit:
            book = unit.clients.after(0, _WHOLE_BOOK)
        for client in book:
            if client.neglected_at is None or client.owner_id is None:
                continue
            since = client.last_touch_at or client.created_at
            if now - since < _FAR * (client.neglected_at - since):
                continue
            known = self.record.neglected.get((client.id, since))
            told = self.record.told_since(client.id, since)
            if known is None:
                owner = self.population.by_member(client.owner_id)
                if self._counts(owner.member.calendar.local_date(now)):
                    known = Episode(client.id, client.owner_id, since, told, 0)
                    self.record.neglected[client.id, since] = known
            if known is not None:
                known.days = (now - since) / timedelta(days=1)

    def _ended(self) -> Played:
        now = self.clock.now
        with self.bot.house.memory.read(self.bot.workspace.id) as unit:
            book = unit.clients.after(0, _WHOLE_BOOK)
        waiting = [client for client in book if client.due_at is not None and client.due_at <= now]
        for client in waiting:
            assert client.due_at is not None, "they are due"
            self.record.waits[client.tier].append((now - client.due_at) / timedelta(days=1))
        neglected = [client for client in waiting if client.neglected_at and client.neglected_at <= now]
        return Played(self.plan, self.record, self.population, now, len(waiting), len(neglected))


@contextmanager
def _errors_noted(record: Record) -> Iterator[None]:
    """Keep what the bot logs as an error: a loop that goes on after one would hide it."""

    class Noting(logging.Handler):
        def emit(self, logged: logging.LogRecord) -> None:
            record.errors.append(f"{logged.name}: {logged.getMessage()}")

    noting = Noting(logging.ERROR)
    root = logging.getLogger()
    root.addHandler(noting)
    try:
        yield
    finally:
        root.removeHandler(noting)
