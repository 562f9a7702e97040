"""What people do: read a message, act on its rows, speak with clients, take leave; all through the services."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random
from typing import TypeVar

from bot.domain.clients import Tier
from bot.domain.digest import AnyRow, Owed
from bot.domain.outbox import Entry
from bot.domain.refusals import Refusal
from bot.domain.touches import Channel, Direction, TouchDraft
from bot.door.assembly import Bot
from bot.door.simulation.agenda import Agenda
from bot.door.simulation.behaviour import Initiative
from bot.door.simulation.population import Person, Population, add_newcomer, tier_of
from bot.door.simulation.record import OWED, SOMETHING, Reason, Record, identity_of, reason_of, rows_in
from bot.services import (
    covers,
    digest,
    meetings,
    members,
    nudges,
    presses,
    promises,
    settings,
    touch_marks,
    touches,
)

Answer = TypeVar("Answer")

_LAST_HOUR = 17.5
"""Nothing is begun later than that on the own clock; a row that is left comes again."""
_LOADS = (1.5, 1.0, 1.0, 0.5)
"""How much room a day leaves for clients, each as likely as another: a light day, two usual ones, a heavy one."""
_HABIT_DAYS = 5
"""Working days over which the messages are counted that tire."""
_WEIGHT = {Tier.A: 2.0, Tier.B: 1.0, Tier.C: 0.5, Tier.D: 0.3}
"""To whom somebody speaks unprompted, against the average client."""


@dataclass(slots=True)
class Acts:
    """Plans what people do, and does it when its time comes. `counts` says whether a local day is one that counts."""

    bot: Bot
    population: Population
    record: Record
    agenda: Agenda
    initiative: Initiative
    seed: int
    counts: Callable[[date], bool]
    submissions: int = 0

    # --- A day begins -------------------------------------------------------------------------------------

    def begin(self, person: Person, day: date) -> None:
        """Plan what a manager and their clients do of themselves on `day`."""
        draw = self._draw(person, day, "day")
        if day.weekday() == 0:
            self._perhaps_leave(person, day, self._draw(person, day, "leave"))
        if not person.member.calendar.is_working_day(day):
            return
        there = not person.is_away(day)
        if draw.random() < self.initiative.newcomers / 5 and there:
            tier = tier_of(draw, self.initiative)
            self._at(person, day, 9.6, lambda: self._newcomer(person, tier))
        for client_id in person.clients:
            self._client_calls(person, client_id, day, draw, there)
            if there:
                self._speak_unprompted(person, client_id, day, draw)
        if there and draw.random() < person.behaviour.meets / 5 and person.clients:
            self._at(person, day, 9.8, lambda: self._enter_meeting(person, day, draw))

    def _client_calls(self, person: Person, client_id: int, day: date, draw: Random, there: bool) -> None:
        called, hour, logged, phone, answered, complains = (draw.random() for _ in range(6))
        if called >= self._calls(client_id) / 5:
            return
        complaint = complains < self.initiative.complains
        if not there or not (complaint or logged < person.behaviour.logs) or person.behaviour.logs == 0:
            return
        if phone < self.initiative.by_phone:
            how = Channel.CALL, Direction.TWO_WAY
        else:
            how = (
                Channel.EMAIL,
                Direction.ANSWERED if answered < self.initiative.answered else Direction.INBOUND,
            )
        self._at(
            person,
            day,
            9.5 + 7.5 * hour,
            lambda: self._log(person, client_id, *how, "the client's own initiative", complaint=complaint),
        )

    def _calls(self, client_id: int) -> float:
        ours = self.initiative
        by_tier = {Tier.A: ours.calls_a, Tier.B: ours.calls_b, Tier.C: ours.calls_c, Tier.D: ours.calls_d}
        return by_tier[self.population.tiers[client_id]]

    def _speak_unprompted(self, person: Person, client_id: int, day: date, draw: Random) -> None:
        spoke, hour, logged, reached = (draw.random() for _ in range(4))
        ours = person.behaviour
        weight = _WEIGHT[self.population.tiers[client_id]]
        if spoke >= ours.unprompted / 10 / 5 * weight or logged >= ours.logs:
            return
        self._at(
            person,
            day,
            9.5 + 7.5 * hour,
            lambda: self._log(person, client_id, *_attempt(reached < ours.reached), "unprompted"),
        )

    def _newcomer(self, person: Person, tier: Tier) -> None:
        add_newcomer(self.bot, self.population, person, tier)

    def _enter_meeting(self, person: Person, day: date, draw: Random) -> None:
        """A meeting within the next days, at a quarter past, and what comes of it in the book."""
        client_id = draw.choice(person.clients)
        on = person.member.calendar.add_working_days(day, draw.randint(1, 4))
        hour = draw.randint(10, 16) + 0.25
        if person.is_away(on):
            return
        at = person.member.calendar.at(on, _time(hour))
        self._pressed(
            person, lambda: meetings.enter(self.bot.house, person.actor, client_id, at, self._key())
        )
        if draw.random() < person.behaviour.logs:
            self._at(
                person,
                on,
                hour + 1,
                lambda: self._log(person, client_id, Channel.VISIT, Direction.TWO_WAY, "meeting"),
            )

    def _perhaps_leave(self, person: Person, day: date, draw: Random) -> None:
        ours = person.behaviour
        if draw.random() >= ours.leave:
            return
        first = day + timedelta(days=7 if draw.random() >= ours.unannounced else 0)
        last = first + timedelta(days=max(0, round(draw.gauss(ours.leave_days, ours.leave_days / 4)) - 1))
        if any(begins <= last and first <= ends for begins, ends in person.away):
            return
        person.away.append((first, last))
        if first <= day:
            return
        colleague = self._colleague(person, draw) if draw.random() < ours.asks_cover else None
        taken = self._pressed(
            person,
            lambda: settings.take_leave(self.bot.house, person.actor, first, last, colleague_id=colleague),
        )
        if taken is None:  # the colleague is away then: nobody else is asked
            taken = self._pressed(
                person, lambda: settings.take_leave(self.bot.house, person.actor, first, last)
            )
        if taken is not None:
            person.entered.append((first, last))
            if self.counts(day):
                self.record.covers["asked"] += len(taken.asked)

    def _colleague(self, person: Person, draw: Random) -> int | None:
        """Whom somebody asks to cover: any other manager."""
        others = [each.member.id for each in self.population.managers if each is not person]
        return draw.choice(others) if others else None

    def asked_to_cover(self, person: Person, cover_id: int, day: date) -> None:
        """Plan when a question to cover that was just delivered is answered: on the day on which it is read, within a
        week."""
        ours, draw = person.behaviour, self._draw(person, day, f"cover {cover_id}")
        for _ in range(_HABIT_DAYS):
            if person.works(day) and draw.random() < ours.opens:
                break
            day = person.member.calendar.add_working_days(day, 1)
        else:
            return
        hour, agrees = 10 + draw.uniform(0, 6), draw.random() < ours.accepts
        self._at(person, day, hour, lambda: self._answer(person, cover_id, agrees))

    def _answer(self, person: Person, cover_id: int, agrees: bool) -> None:
        answered = self._pressed(
            person,
            lambda: (
                covers.accept(self.bot.house, person.actor, cover_id)
                if agrees
                else covers.decline(self.bot.house, person.actor, cover_id, "too much of my own that week")
            ),
        )
        if answered is not None and self.counts(person.member.calendar.local_date(self.bot.house.clock())):
            self.record.covers["accepted" if agrees else "declined"] += 1

    # --- A daily message arrives --------------------------------------------------------------------------

    def receive(self, person: Person, entry: Entry, day: date) -> None:
        """Plan whether and when a digest that was just delivered is read."""
        ours = person.behaviour
        if not person.works(day):
            return
        draw = self._draw(person, day, "reading")
        noise = max(0.0, self._noise(person, day) - ours.tolerates)
        opens = ours.opens * max(0.0, 1 - ours.fatigue * noise)
        if draw.random() < opens:
            at = self.bot.house.clock() + timedelta(minutes=draw.expovariate(1 / ours.opens_after))
            self.agenda.put(at, lambda: self._read(person, entry, day, draw))

    def _noise(self, person: Person, day: date) -> float:
        """Messages a working day of late, today's included."""
        days = {day}
        while len(days) < _HABIT_DAYS:
            day -= timedelta(days=1)
            if person.member.calendar.is_working_day(day):
                days.add(day)
        first = min(days)
        recent = 0
        for message in reversed(self.record.messages):
            if message.day < first - timedelta(days=2):
                break
            recent += message.member_id == person.member.id and message.day >= first
        return recent / _HABIT_DAYS

    def _read(self, person: Person, entry: Entry, day: date, draw: Random) -> None:
        """Go through the rows from the top, and plan what is done with each."""
        shown = self._asked(lambda: digest.current(self.bot.house, person.actor, entry.id))
        if shown is None:
            return
        ours, room = person.behaviour, person.behaviour.per_day * draw.choice(_LOADS)
        at = self.bot.house.clock()
        told = {identity_of(row): (place, reason_of(row)) for place, row in enumerate(rows_in(entry.facts))}
        for row in shown.rows:
            mark = row.client_id, row.promise_id if isinstance(row, Owed) else None
            if mark not in told:
                continue
            place, reason = told[mark]
            own = self._draw(person, day, f"row {mark}")
            acts, snoozes = own.random(), own.random()
            before = self.record.told_since(row.client_id, self.record.spoken.get(row.client_id)) - 1
            chance = {OWED: ours.acts_owed, SOMETHING: ours.acts_something}.get(reason[0], ours.acts_close)
            chance *= ours.first_rows**place * ours.again ** min(before, ours.again_most)
            if room >= 1 and acts < chance:
                room -= 1
                at += timedelta(minutes=own.uniform(10, 60))
                self._plan_act(person, row, reason, at, day, own)
            elif snoozes < ours.snoozes:
                self._plan_snooze(person, row, reason, at, day, own)

    def _plan_act(
        self, person: Person, row: AnyRow, reason: Reason, at: datetime, day: date, draw: Random
    ) -> None:
        reached, by_command = draw.random() < person.behaviour.reached, draw.random()

        def act() -> None:
            if isinstance(row, Owed):
                done = self._pressed(
                    person, lambda: promises.keep(self.bot.house, person.actor, row.promise_id)
                )
                worked = done is not None
            else:
                ways = "command" if by_command < person.behaviour.by_command else "row"
                worked = self._log(person, row.client_id, *_attempt(reached), ways)
            if worked and self.counts(day):
                self.record.acted[reason] += 1
                self.record.acted_by[person.member.id] += 1
                self.record.covers.update(["rows acted on"] if row.covering else [])

        self._today(person, at, day, act)

    def _plan_snooze(
        self, person: Person, row: AnyRow, reason: Reason, at: datetime, day: date, draw: Random
    ) -> None:
        wish = draw.choice(("tomorrow", "three_days", "monday"))

        def snooze() -> None:
            why = "waits for an answer"
            put_off = self._pressed(
                person,
                lambda: nudges.snooze(self.bot.house, person.actor, row.client_id, wish=wish, reason=why),
            )
            if put_off is not None and self.counts(day):
                self.record.snoozed[reason] += 1

        self._today(person, at, day, snooze)

    # --- What is done -------------------------------------------------------------------------------------

    def _log(
        self,
        person: Person,
        client_id: int,
        channel: Channel,
        direction: Direction,
        by: str,
        *,
        complaint: bool = False,
    ) -> bool:
        """Log a touch that takes place now, and what follows from a conversation."""
        now = self.bot.house.clock()
        draw = Random(f"{self.seed}/{client_id}/{now.isoformat()}")
        self._note_wait(person, client_id, now)
        draft = TouchDraft(
            client_id,
            channel,
            direction,
            contacts=(self.population.contacts[client_id][draw.random() < 0.2],),
            at=now,
            note=f"{by} {self.submissions}",
            complaint=complaint,
        )
        if (
            self._pressed(person, lambda: touches.log(self.bot.house, person.actor, draft, self._key()))
            is None
        ):
            return False
        self.record.spoken[client_id] = now
        self.record.touches[by] += 1
        today = person.member.calendar.local_date(now)
        if complaint:
            settled = today + timedelta(days=1 + round(draw.expovariate(1 / self.initiative.settled_after)))
            self._at(person, person.member.calendar.first_working_day(settled), 15.0,
                     lambda: self._settle(person, client_id))  # fmt: skip
        elif direction is Direction.TWO_WAY and draw.random() < person.behaviour.promises:
            self._promise(person, client_id, today, draw)
        return True

    def _note_wait(self, person: Person, client_id: int, now: datetime) -> None:
        """How long the client had been due before this touch."""
        if not self.counts(person.member.calendar.local_date(now)):
            return
        with self.bot.house.memory.read(self.bot.workspace.id) as unit:
            client = unit.clients.get(client_id)
        if client is not None and client.due_at is not None and client.due_at <= now:
            self.record.waits[client.tier].append((now - client.due_at) / timedelta(days=1))

    def _promise(self, person: Person, client_id: int, today: date, draw: Random) -> None:
        due_on = person.member.calendar.add_working_days(today, draw.randint(2, 10))
        made = self._pressed(
            person,
            lambda: promises.make(
                self.bot.house, person.actor, client_id, "Send the figures we spoke of", due_on, self._key()
            ),
        )
        if made is not None and draw.random() < person.behaviour.keeps:
            on = person.member.calendar.add_working_days(today, 1)
            self._at(person, on, 11.0, lambda: self._keep(person, made.promise.id))

    def _keep(self, person: Person, promise_id: int) -> None:
        self._pressed(person, lambda: promises.keep(self.bot.house, person.actor, promise_id))

    def _settle(self, person: Person, client_id: int) -> None:
        self._pressed(person, lambda: touch_marks.settle(self.bot.house, person.actor, client_id))

    def _pressed(self, person: Person, ask: Callable[[], Answer]) -> Answer | None:
        """What a service answers to a press or a command; it is noted that the person uses the bot."""
        presses.note(self.bot.house, person.actor, members.who(self.bot.house, person.actor))
        return self._asked(ask)

    def _asked(self, ask: Callable[[], Answer]) -> Answer | None:
        """What a service answers; None where it refuses, which is noted."""
        try:
            return ask()
        except Refusal as refusal:
            self.record.refused[refusal.code] += 1
            return None

    def _key(self) -> str:
        self.submissions += 1
        return f"simulated:{self.submissions}"

    def _draw(self, person: Person, day: date, what: str) -> Random:
        """Chance that hangs on nothing but who, when and what: other defaults meet the same days."""
        return Random(f"{self.seed}/{person.user_id}/{day}/{what}")

    def _at(self, person: Person, day: date, hour: float, act: Callable[[], object]) -> None:
        self.agenda.put(person.member.calendar.at(day, _time(hour)), act)

    def _today(self, person: Person, at: datetime, day: date, act: Callable[[], object]) -> None:
        """Plan something that is done on `day` or, when it has become too late, not at all."""
        if at <= person.member.calendar.at(day, _time(_LAST_HOUR)):
            self.agenda.put(at, act)


def _attempt(reached: bool) -> tuple[Channel, Direction]:
    """A call that becomes a conversation, or else a mail."""
    return (Channel.CALL, Direction.TWO_WAY) if reached else (Channel.EMAIL, Direction.OUTBOUND)


def _time(hour: float) -> time:
    minutes = min(24 * 60 - 1, round(hour * 60))
    return time(minutes // 60, minutes % 60)
