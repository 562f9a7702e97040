"""What a simulation measured, counted from its record."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from math import ceil
from typing import Any

from bot.door.simulation.defaults import days_said
from bot.door.simulation.play import Played
from bot.door.simulation.record import CLOSE, OWED, SOMETHING, Message, Record

ALL = "all"
_OFTEN = 5
"""A client that was named in so many messages without anybody speaking with it was told often."""
_SLOWED, _OUT_OF = 3, 5
"""A member who heard nothing on so many of so many working days, although something was due, was slowed down."""


@dataclass(frozen=True, slots=True)
class PerDay:
    """Messages to one member on one working day: mean, 95th percentile, most."""

    mean: float
    p95: int
    most: int


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows of one lane and reason: how many were shown, acted on that day, and snoozed."""

    lane: str
    reason: str
    shown: int
    acted: int
    snoozed: int

    @property
    def share(self) -> float:
        return self.acted / self.shown if self.shown else 0.0


@dataclass(frozen=True, slots=True)
class Burst:
    """The most messages that one member got within an hour, and on a day; whoever was first."""

    hour: int
    hour_who: str
    hour_at: str
    day: int
    day_who: str
    day_on: str


@dataclass(frozen=True, slots=True)
class Wait:
    """Calendar days from due to a touch of clients of one tier (those still due at the end up to then)."""

    count: int
    p50: float
    p90: float


@dataclass(frozen=True, slots=True)
class Fell:
    """Clients nobody spoke with for twice the time after which they are neglected.

    `untold`: no digest had named them since the last touch; `often`: five or more had; `by_type` counts all of them by
    the type of their manager.
    """

    clients: int
    untold: int
    often: int
    longest_days: float
    by_type: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class TypeFigures:
    """One type of manager: how many there are, messages a working day, the share of their rows that they acted on."""

    people: int
    mean: float
    acted: float
    slowed: int
    silent_days: int


@dataclass(frozen=True, slots=True)
class Figures:
    """All that is printed."""

    days: int
    seed: int
    start: str
    end: str
    managers: int
    leads: int
    clients: int
    rows: int
    least: int
    cadence: float
    digest_days: str
    in_vain: int
    way: int
    messages: int
    member_days: int
    per_day: Mapping[str, PerDay]
    offered: Sequence[Rows]
    burst: Burst
    fell: Fell
    waits: Mapping[str, Wait]
    due_at_the_end: int
    neglected_at_the_end: int
    slowed: int
    types: Mapping[str, TypeFigures]
    touches: Mapping[str, int]
    covers: Mapping[str, int]
    refused: Mapping[str, int]
    quiet_hours: int
    duplicates: int
    told_before: int
    errors: int
    broken: Sequence[str]
    """What broke a law, in words; the first of each kind."""

    @property
    def lawful(self) -> bool:
        return not (self.quiet_hours or self.duplicates or self.told_before or self.errors)

    @property
    def acted_share(self) -> float:
        shown = sum(each.shown for each in self.offered)
        return sum(each.acted for each in self.offered) / shown if shown else 0.0

    def as_json(self) -> dict[str, Any]:
        rows = [{**asdict(each), "share": round(each.share, 4)} for each in self.offered]
        return {
            **asdict(self),
            "offered": rows,
            "acted_share": round(self.acted_share, 4),
            "lawful": self.lawful,
        }


def count(played: Played) -> Figures:
    """The figures of the days that count."""
    plan, record, population = played.plan, played.record, played.population
    counted = [message for message in record.messages if message.counts]
    first = plan.start + timedelta(days=plan.warm_up)
    return Figures(
        days=plan.days,
        seed=plan.seed,
        start=first.isoformat(),
        end=(first + timedelta(days=plan.days - 1)).isoformat(),
        managers=len(population.managers),
        leads=len(population.leads),
        clients=len(population.tiers),
        rows=plan.defaults.rows,
        least=plan.defaults.least,
        cadence=plan.defaults.cadence,
        digest_days=days_said(plan.defaults.days),
        in_vain=plan.defaults.in_vain,
        way=plan.defaults.way,
        messages=len(counted),
        member_days=sum(record.present.values()),
        per_day=_per_day(counted, record),
        offered=_offered(record),
        burst=_burst(counted, {p.member.id: p.member.name for p in population.people}),
        fell=_fell(played),
        waits=_waits(record),
        due_at_the_end=played.waiting,
        neglected_at_the_end=played.neglected,
        slowed=sum(_is_slowed(days) for days in record.silent.values()),
        types=_types(played, counted),
        touches=dict(sorted(record.touches.items())),
        covers=dict(sorted(record.covers.items())),
        refused=dict(sorted(record.refused.items())),
        quiet_hours=len(record.quiet),
        duplicates=len(record.twice),
        told_before=len(record.early),
        errors=len(record.errors),
        broken=[each[0] for each in (record.quiet, record.twice, record.early, record.errors) if each],
    )


def _per_day(messages: Iterable[Message], record: Record) -> dict[str, PerDay]:
    """By kind and in all; a day off on which something came counts as one more day."""
    by_day: dict[str, Counter[tuple[int, date]]] = defaultdict(Counter)
    for message in messages:
        by_day[ALL][message.member_id, message.day] += 1
        by_day[message.kind][message.member_id, message.day] += 1
    by_day.setdefault(ALL, Counter())
    days = max(sum(record.present.values()), len(by_day[ALL]))
    kinds = [ALL, *sorted(set(by_day) - {ALL})]
    return {kind: _spread(list(by_day[kind].values()), days) for kind in kinds}


def _spread(counts: Sequence[int], days: int) -> PerDay:
    spread = sorted([*counts, *[0] * (days - len(counts))])
    if not spread:
        return PerDay(0.0, 0, 0)
    return PerDay(round(sum(spread) / len(spread), 2), spread[ceil(0.95 * len(spread)) - 1], spread[-1])


def _offered(record: Record) -> list[Rows]:
    order = {OWED: 0, SOMETHING: 1, CLOSE: 2}
    return [
        Rows(lane, reason, shown, record.acted[lane, reason], record.snoozed[lane, reason])
        for (lane, reason), shown in sorted(
            record.offered.items(), key=lambda item: (order[item[0][0]], -item[1], item[0])
        )
    ]


def _burst(messages: Sequence[Message], names: Mapping[int, str]) -> Burst:
    """Within any sixty minutes, and on a local day."""
    hour, days = (0, "", ""), Counter[tuple[int, date]]()
    recent: dict[int, list[datetime]] = defaultdict(list)
    for message in messages:
        days[message.member_id, message.day] += 1
        within = [at for at in recent[message.member_id] if message.at - at < timedelta(hours=1)]
        recent[message.member_id] = [*within, message.at]
        if len(within) + 1 > hour[0]:
            hour = len(within) + 1, names[message.member_id], message.at.isoformat(timespec="minutes")
    (who, on), most = max(days.items(), key=lambda item: item[1], default=((0, date.min), 0))
    return Burst(*hour, most, names.get(who, ""), on.isoformat() if most else "")


def _fell(played: Played) -> Fell:
    episodes = list(played.record.neglected.values())
    types = {person.member.id: person.type for person in played.population.managers}
    return Fell(
        clients=len({each.client_id for each in episodes}),
        untold=len({each.client_id for each in episodes if each.told == 0}),
        often=len({each.client_id for each in episodes if each.told >= _OFTEN}),
        longest_days=round(max((each.days for each in episodes), default=0.0), 1),
        by_type=dict(
            sorted(Counter(types[m] for m in {e.client_id: e.member_id for e in episodes}.values()).items())
        ),
    )


def _waits(record: Record) -> dict[str, Wait]:
    return {
        tier.value: Wait(len(days), _at(days, 0.5), _at(days, 0.9))
        for tier, days in sorted(record.waits.items())
    }


def _at(values: Iterable[float], share: float) -> float:
    ordered = sorted(values)
    return round(ordered[ceil(share * len(ordered)) - 1], 1)


def _is_slowed(days: Sequence[date]) -> bool:
    """Whether a member's silent days lie close together: within a week of the calendar."""
    return any(
        days[place + _SLOWED - 1] - days[place] < timedelta(days=7)
        for place in range(len(days) - _SLOWED + 1)
    )


def _types(played: Played, messages: Sequence[Message]) -> dict[str, TypeFigures]:
    record, found = played.record, {}
    for name in dict.fromkeys(person.type for person in played.population.people):
        members = {person.member.id for person in played.population.people if person.type == name}
        days = sum(record.present[member_id] for member_id in members)
        heard = sum(message.member_id in members for message in messages)
        shown, acted = (sum(each[m] for m in members) for each in (record.shown_to, record.acted_by))
        found[name] = TypeFigures(
            people=len(members),
            mean=round(heard / days, 2) if days else 0.0,
            acted=round(acted / shown, 4) if shown else 0.0,
            slowed=sum(_is_slowed(record.silent.get(member_id, [])) for member_id in members),
            silent_days=sum(len(record.silent.get(member_id, [])) for member_id in members),
        )
    return found
