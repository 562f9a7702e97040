"""What leads are told: at the beginning of a week sums of all books together, and in private who stays neglected."""

from __future__ import annotations

import logging
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any

from bot.domain.books import Reach
from bot.domain.cadence import cadences_of
from bot.domain.clients import Client, Tier, may_hand_over
from bot.domain.digest import digest_key
from bot.domain.gate import Speak
from bot.domain.ladder import (
    IN_PRIVATE,
    ON_THE_PAGE,
    PAGE_TIME,
    PAST_IT,
    LeadPage,
    Neglected,
    begins_week,
    days_told,
    is_on_it,
    leads,
    looks_next,
    period_of,
    reached,
    tells_of,
    untold_are_due,
    week_name,
)
from bot.domain.members import Member
from bot.domain.outbox import Entry, NewEntry
from bot.domain.pacing import Lane
from bot.domain.reassignment import Reason
from bot.domain.refusals import Refusal
from bot.domain.team import PROMISES_SINCE, Coverage, Load, PromisesKept, coverage, load, promises_kept
from bot.ports import UnitOfWork
from bot.services import gate, overloads, reassignment_steps
from bot.services.house import Actor, House, present, trouble
from bot.services.owners import aging_calendar, in_the_book, owner_of

log = logging.getLogger(__name__)

PAGE = "lead_page"
"""The sums of a team, at the beginning of a week."""
NEGLECT = "lead_neglect"
"""Clients that stay neglected, for the lead of their owners."""
HELP = "help_offered"
"""A lead offers help with a client to its owner."""
SHOWN = 10
"""Clients in one message; the others are told of on the next morning."""

_BATCH = 200
_ASIDE = timedelta(hours=1)


def plan(house: House, workspace_id: int) -> int:
    """Put what leads are to be told this morning into the outbox; returns how many messages.

    A lead's moment is a quarter past nine of each working day on their own clock. However late it runs that day, and in
    however many processes, it is taken once: the entries, what they tell of, and the lead's next moment change in one
    transaction, and the keys of the entries name the day and the week. A moment missed by more than the day itself is
    skipped; what was to be told of then still is.
    """
    now = house.clock()
    with house.memory.read(workspace_id) as unit:
        due = unit.ladder.due(now, _BATCH)
    planned = 0
    for lead_id, moment in due:
        try:
            planned += _plan_one(house, workspace_id, lead_id, moment, now)
        except Exception as error:  # one item of a loop: a lead who cannot be told holds nobody else up
            if trouble(house, error) is not None:
                raise
            log.exception("what lead %s is to be told cannot be planned", lead_id)
            with house.memory.write(workspace_id) as unit:
                unit.ladder.move(lead_id, old=moment, new=now + _ASIDE)
    return planned


def _plan_one(house: House, workspace_id: int, lead_id: int, moment: datetime, now: datetime) -> int:
    with house.memory.write(workspace_id) as unit:
        lead = unit.members.get(lead_id)
        assert lead is not None, "who leads somebody is a member"
        day = lead.calendar.local_date(now)
        absences = unit.members.absences(lead_id, day - timedelta(days=7))
        if not lead.calendar.without(absences).is_working_day(day) or now < lead.calendar.at(day, PAGE_TIME):
            # Seen for the first time, or a day off was entered meanwhile: their moment is still to come.
            yesterday = day - timedelta(days=1)
            unit.ladder.move(lead_id, old=moment, new=looks_next(lead, yesterday, absences))
            return 0
        if not unit.ladder.move(lead_id, old=moment, new=looks_next(lead, day, absences)):
            return 0  # another process was here first
        if not leads(lead):
            return 0
        open_now = gate.moment(unit, lead, now, absences)
        opens_week = begins_week(lead, day, absences)
        if not isinstance(open_now, Speak):
            gate.record(unit, lead, PAGE if opens_week else NEGLECT, open_now, now)
            return 0
        told = 0
        if opens_week:
            told += _plan_page(unit, lead, day, open_now.until, now)
        return told + _plan_neglect(unit, lead, day, now)


# --- The page of the week ---------------------------------------------------------------------------------


def _plan_page(unit: UnitOfWork, lead: Member, day: date, until: datetime, now: datetime) -> bool:
    page = page_of(unit, lead, day, now)
    if not page.says_something:
        return False
    return unit.outbox.add(
        NewEntry(
            f"{PAGE}:{lead.id}:{week_name(day)}",
            PAGE,
            lead.id,
            {"day": day.isoformat(), "page": as_json(page)},
            due_at=unit.take_slot(now),
            expires_at=until,
        ),
        now=now,
    )


def page_of(unit: UnitOfWork, lead: Member, day: date, now: datetime) -> LeadPage:
    """What the lead reads of the week of `day`."""
    people = unit.members.led_by(lead.id)
    owners = frozenset(each.id for each in people)
    reach = Reach(owners)
    neglected = unit.ladder.neglected(lead.id, now)
    told = told_of(unit, neglected, now)
    told_by_tier: dict[Tier, int] = {}
    longer = 0
    for client in neglected:
        if client.id not in told:
            continue
        told_by_tier[client.tier] = told_by_tier.get(client.tier, 0) + 1
        if is_on_it(client, now) and reached(client, aging_calendar(unit, client), now, ON_THE_PAGE):
            longer += 1
    today = lead.calendar.local_date(now)
    first, yesterday = today - timedelta(days=PROMISES_SINCE), today - timedelta(days=1)
    here = frozenset(each.id for each in people if each.active)
    return LeadPage(
        week=week_name(day),
        people=len(here),
        coverage=untold_are_due(coverage(unit.books.groups(reach, now)), told_by_tier),
        longer=longer,
        promises=promises_kept(unit.books.promises(owners, first, yesterday)),
        load=load(unit.books.loads(reach, now, cadences_of(unit.workspace)), here),
    )


def recompose_page(unit: UnitOfWork, member: Member, entry: Entry, now: datetime) -> Mapping[str, Any] | None:
    """The page as it is true at the last moment before it is sent; None when nothing is left to say."""
    if not leads(member):
        return None
    page = page_of(unit, member, date.fromisoformat(str(entry.facts["day"])), now)
    return {**entry.facts, "page": as_json(page)} if page.says_something else None


def as_json(page: LeadPage) -> dict[str, Any]:
    """A page as JSON values; `page_from` reads them."""
    spread = page.load
    return {
        "week": page.week,
        "people": page.people,
        "coverage": {
            tier.value: [each.on_track, each.due, each.neglected] for tier, each in page.coverage.items()
        },
        "longer": page.longer,
        "promises": [page.promises.kept, page.promises.late, page.promises.released],
        "load": [
            spread.managers,
            spread.clients,
            spread.weekly,
            list(spread.range),
            list(spread.weekly_range),
            spread.left,
        ],
    }


def page_from(facts: Mapping[str, Any]) -> LeadPage:
    """A page from the JSON values of `as_json`."""
    managers, clients, weekly, books, weeks, left = facts["load"]
    return LeadPage(
        week=facts["week"],
        people=facts["people"],
        coverage={Tier(tier): Coverage(*counts) for tier, counts in facts["coverage"].items()},
        longer=facts["longer"],
        promises=PromisesKept(*facts["promises"]),
        load=Load(
            managers,
            clients,
            weekly,
            (books[0], books[1], books[2]),
            (weeks[0], weeks[1], weeks[2]),
            left=left,
        ),
    )


# --- In private -------------------------------------------------------------------------------------------


def _plan_neglect(unit: UnitOfWork, lead: Member, day: date, now: datetime) -> bool:
    """One message for all clients of this morning; each is told of once for each time of neglect."""
    before = now - timedelta(days=IN_PRIVATE)
    known = unit.ladder.told(lead.id)
    waiting = [
        client
        for client in unit.ladder.neglected(lead.id, before)
        if (client.id, period_of(client)) not in known and _is_late(unit, client, now)
    ]
    _propose(unit, unit.ladder.neglected(lead.id, now - timedelta(days=PAST_IT)), known, now)
    overloads.propose(unit, lead, now)
    told = told_of(unit, waiting, now)
    chosen = [
        client
        for client in [each for each in waiting if each.id in told][:SHOWN]
        if unit.ladder.tell(client.id, period_of(client), lead.id, at=now)
    ]
    if not chosen:
        return False
    return unit.outbox.add(
        NewEntry(
            f"{NEGLECT}:{lead.id}:{day.isoformat()}",
            NEGLECT,
            lead.id,
            {"day": day.isoformat(), "clients": [each.id for each in chosen]},
            due_at=unit.take_slot(now),
            # Never too late: each client is told of once, and whoever was seen to meanwhile is left out at the end.
        ),
        now=now,
    )


def _propose(
    unit: UnitOfWork, neglected: Iterable[Client], known: Container[tuple[int, datetime]], now: datetime
) -> None:
    """Propose another manager for clients that stay neglected long after their lead was told of it."""
    for client in neglected:
        if (client.id, period_of(client)) not in known or not is_on_it(client, now):
            continue
        if reached(client, aging_calendar(unit, client), now, PAST_IT):
            reassignment_steps.propose(unit, client.id, Reason.NEGLECT.value, now)


def _is_late(unit: UnitOfWork, client: Client, now: datetime) -> bool:
    return is_on_it(client, now) and reached(client, aging_calendar(unit, client), now, IN_PRIVATE)


def told_of(unit: UnitOfWork, clients: Iterable[Client], now: datetime) -> frozenset[int]:
    """Of these clients those of which a digest that was sent to their owner said that they are neglected, in the time
    of neglect that still goes on. This alone lets a lead know of them."""
    by_owner: dict[int, list[Client]] = {}
    for client in clients:
        if client.owner_id is not None:
            by_owner.setdefault(client.owner_id, []).append(client)
    found: set[int] = set()
    for owner_id, theirs in by_owner.items():
        owner = unit.members.get(owner_id)
        assert owner is not None, "a client refers to a member who exists"
        days = {client.id: days_told(client, owner, now) for client in theirs}
        asked = sorted({day for each in days.values() for day in each})
        keys = {digest_key(owner.id, day): day for day in asked}
        said = [(keys[entry.key], tells_of(entry.facts)) for entry in unit.outbox.sent_of(list(keys))]
        found |= {
            client.id
            for client in theirs
            if any(client.id in ids and day in days[client.id] for day, ids in said)
        }
    return frozenset(found)


def recompose_neglect(
    unit: UnitOfWork, member: Member, entry: Entry, now: datetime
) -> Mapping[str, Any] | None:
    """The clients of a message that still are neglected, and still are for this lead; before it is sent None for none.

    Once it is sent, it goes on to name those that it named.
    """
    ids = entry.facts["clients"]
    assert isinstance(ids, list), "a message names its clients in a list"
    if entry.body is not None or not leads(member):
        return entry.facts if entry.body is not None else None
    rows = [row for each in ids if (row := _row_of(unit, member, int(each), now)) is not None]
    return {**entry.facts, "rows": [asdict(row) for row in rows]} if rows else None


def _row_of(unit: UnitOfWork, lead: Member, client_id: int, now: datetime) -> Neglected | None:
    client = unit.clients.get(client_id)
    owner = None if client is None else owner_of(unit, client)
    if client is None or owner is None or owner.lead_id != lead.id or not is_on_it(client, now):
        return None
    today, since = lead.calendar.local_date(now), client.last_touch_at or client.created_at
    return Neglected(
        client.id,
        client.name,
        client.tier.value,
        owner.name,
        max(0, (today - lead.calendar.local_date(since)).days),
        client.last_touch_at is None,
    )


def rows_from(facts: Mapping[str, Any]) -> Sequence[Neglected]:
    """The clients that a message names, from the JSON values of `recompose_neglect`."""
    return [Neglected(**row) for row in facts["rows"]]


# --- Help -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Offered:
    """Help that was offered to `owner` with a client; `again` says that it had been today."""

    client: Client
    owner: Member
    again: bool = False


def offer_help(house: House, actor: Actor, client_id: int) -> Offered:
    """Let the owner of a client know that their lead would help with it; once a day at most.

    Raises the refusals of `in_the_book`, ``cover.unowned`` (client) and ``lead.not_yours`` (client, owner).
    """
    now = house.clock()
    with house.memory.write(actor.workspace_id) as unit:
        member = present(unit, actor)
        found = unit.clients.get(client_id)
        client = in_the_book(unit, found.id if found is not None else client_id)
        owner = owner_of(unit, client)
        if owner is None:
            raise Refusal("cover.unowned", client=client.name)
        if owner.id == member.id or not may_hand_over(member, owner):
            raise Refusal("lead.not_yours", client=client.name, owner=owner.name)
        day = member.calendar.local_date(now)
        added = unit.outbox.add(
            NewEntry(
                f"{HELP}:{client.id}:{member.id}:{day.isoformat()}",
                HELP,
                owner.id,
                {"client_id": client.id, "client": client.name, "lead": member.name},
                due_at=unit.take_slot(now, lane=Lane.URGENT),
                urgent=True,
                expires_at=owner.calendar.starts(owner.calendar.add_working_days(day, IN_PRIVATE)),
            ),
            now=now,
        )
        return Offered(client, owner, again=not added)
