"""The ladder: what happens to a client that goes on being neglected.

Its owner is told first, in the digest. Five working days later it counts on the lead's Monday page, as a part of a
sum; after ten the lead is told of it in private. A lead never learns of it before the owner did.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from bot.domain.absences import Absence
from bot.domain.cadence import ClientState, state_of
from bot.domain.clients import Client, Status, Tier
from bot.domain.members import Member, Role
from bot.domain.team import Coverage, Load, PromisesKept
from bot.domain.working_time import WorkingCalendar

ON_THE_PAGE = 5
"""Working days of the owner after which a neglected client counts on the lead's page."""
IN_PRIVATE = 10
"""Working days of the owner after which the lead is told of the client itself."""
PAST_IT = 20
"""Working days of the owner after which, the lead having been told, another manager is proposed."""
PAGE_TIME = time(9, 15)
"""When leads are told, on their own clock: a quarter of an hour after the owners' usual digest."""
FEWEST = 3
"""People of whom at least a sum must be that names a smallest and a largest: among two everybody knows who is who."""
LOOKED_BACK = 60
"""Days of digests in which it is looked for whether the owner was told."""


def is_on_it(client: Client, now: datetime) -> bool:
    """Whether the client is on the ladder at all: neglected, in the book, not on hold, not put off.

    In the calm time after an import nothing is neglected (see `cadence.moments`).
    """
    if client.archived or client.owner_id is None or client.status is Status.ON_HOLD:
        return False
    if client.snoozed_until is not None and now < client.snoozed_until:
        return False
    return state_of(client, now) is ClientState.NEGLECTED


def reached(client: Client, calendar: WorkingCalendar, now: datetime, working_days: int) -> bool:
    """Whether so many working days of the owner's `calendar` have passed since the client became neglected.

    `calendar` is the one by which the client ages: in leave that nobody covers, the count stands still with its clock.
    """
    if client.neglected_at is None:
        return False
    began = calendar.local_date(client.neglected_at)
    return now >= calendar.starts(calendar.add_working_days(began, working_days))


def period_of(client: Client) -> datetime:
    """What names one time of neglect: the last touch before it, or when the client came into the book, or when it was
    handed over since: a new owner begins anew."""
    began = client.last_touch_at or client.created_at
    return began if client.handed_at is None else max(began, client.handed_at)


def days_told(client: Client, owner: Member, now: datetime) -> list[date]:
    """The days on which a digest may have told the owner that the client is neglected, at most `LOOKED_BACK`."""
    if client.neglected_at is None:
        return []
    today = owner.calendar.local_date(now)
    began = max(owner.calendar.local_date(client.neglected_at), today - timedelta(days=LOOKED_BACK))
    return [began + timedelta(days=n) for n in range((today - began).days + 1)]


def tells_of(facts: Mapping[str, object]) -> frozenset[int]:
    """The clients of which a digest with these facts says that they are neglected."""
    rows = facts.get("rows", ())
    assert isinstance(rows, Iterable), "a digest keeps its rows in a list"
    # What is owed stands for its client as well, with all else that there is to say of it.
    told = [row.get("also") or row for row in rows if isinstance(row, Mapping)]
    return frozenset(int(row["client_id"]) for row in told if row.get("state") == ClientState.NEGLECTED.value)


def leads(member: Member) -> bool:
    """Whether the ladder leads to this member: an active lead."""
    return member.active and member.is_(Role.LEAD)


def looks_next(lead: Member, day: date, absences: Iterable[Absence]) -> datetime:
    """The UTC moment after local `day` at which the lead is told next: a quarter past nine of a working day."""
    calendar = lead.calendar.without(absences)
    return calendar.at(calendar.add_working_days(day, 1), PAGE_TIME)


def begins_week(lead: Member, day: date, absences: Iterable[Absence]) -> bool:
    """Whether local `day` is the first on which the lead works in its week, Monday to Sunday."""
    monday = day - timedelta(days=day.weekday())
    return lead.calendar.without(absences).first_working_day(monday) == day


def week_name(day: date) -> str:
    """``2026-W48``: the ISO week of a day."""
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02d}"


@dataclass(frozen=True, slots=True)
class LeadPage:
    """What a lead reads at the beginning of a week: sums of all books together.

    `people` are those they lead. Of the neglected clients only those count as such of which their owners were told;
    the others count as due. `longer` of them have been neglected for five working days more.
    """

    week: str
    people: int
    coverage: Mapping[Tier, Coverage]
    longer: int
    promises: PromisesKept
    load: Load

    @property
    def red(self) -> int:
        return sum(each.neglected for each in self.coverage.values())

    @property
    def due(self) -> int:
        return sum(each.due for each in self.coverage.values())

    @property
    def says_something(self) -> bool:
        """Whether there is anything to read: a client that is due or neglected, a late promise, or one of nobody."""
        return bool(self.red or self.due or self.promises.late or self.load.left)


def untold_are_due(by_tier: Mapping[Tier, Coverage], told: Mapping[Tier, int]) -> Mapping[Tier, Coverage]:
    """The coverage in which only those count as neglected whose owners were `told`, the others as due."""
    return {
        tier: Coverage(
            each.on_track,
            each.due + each.neglected - min(each.neglected, told.get(tier, 0)),
            min(each.neglected, told.get(tier, 0)),
        )
        for tier, each in by_tier.items()
    }


@dataclass(frozen=True, slots=True)
class Neglected:
    """A client that its owner has been told of and that stays neglected; `days` since the last contact (or, when there
    was `never` one, since it came into the book)."""

    client_id: int
    client: str
    tier: str
    owner: str
    days: int
    never: bool = False
