"""Who takes part: managers with their leads, and the clients of their books, all from one seed."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import Any

from bot.domain.cadence import TIERS
from bot.domain.clients import Tier
from bot.domain.members import Member, Role
from bot.door.assembly import Bot
from bot.door.simulation.behaviour import Behaviour, Initiative
from bot.ports import NewClient, NewContact
from bot.services import clients, members
from bot.services.clients import enter
from bot.services.house import Actor

TEAM = "T0SIMULATED"
_PEOPLE = (
    ("Amelia Ward", "America/New_York", "en-US"),
    ("Bastien Roy", "Europe/Paris", "fr-FR"),
    ("Chloé Tremblay", "America/Toronto", "fr-CA"),
    ("Daniel Osei", "America/Chicago", "en-US"),
    ("Elena Petrova", "America/Los_Angeles", "en-US"),
    ("Fabrice Morel", "Europe/Paris", "fr-FR"),
    ("Grace Lindqvist", "America/New_York", "en-US"),
    ("Hugh Campbell", "America/Vancouver", "en-US"),
    ("Imani Brooks", "America/Denver", "en-US"),
    ("Julien Gagnon", "America/Toronto", "fr-CA"),
)
"""Name, zone and language; they are appointed in this order, and over again."""
_PLACES = {"America/Toronto": "CA", "America/Vancouver": "CA", "Europe/Paris": "FR"}
_CURRENCIES = {"CA": "CAD", "FR": "EUR", "US": "USD"}
_FIRST = ("Alder", "Birch", "Cedar", "Dover", "Ember", "Falcon", "Granite", "Harbor", "Ivory", "Juniper", "Kestrel",
          "Linden", "Mercer", "Norden", "Orchard", "Prairie", "Quarry", "Ridge", "Summit", "Timber")  # fmt: skip
_SECOND = ("Foods", "Logistics", "Textiles", "Software", "Optics", "Paper", "Energy", "Tools", "Clinics",
           "Motors", "Media", "Travel", "Pumps", "Glass", "Seeds", "Marine", "Ceramics", "Lighting", "Bearings",
           "Labs")  # fmt: skip
_FEWEST, _MOST = 25, 60
"""Clients of a book, where each manager is not given the same number."""
_LEADS_OVER = 8
"""Managers under one lead."""


@dataclass(slots=True)
class Person:
    """A manager or lead in the simulation: the member, the type and numbers of behaviour, and the clients by id.

    `day` is the last local day that began for them, `away` the days of their leave, of which `entered` are known to the
    bot.
    """

    user_id: str
    member: Member
    actor: Actor
    type: str
    behaviour: Behaviour
    clients: list[int] = field(default_factory=list)
    day: date | None = None
    away: list[tuple[date, date]] = field(default_factory=list)
    entered: list[tuple[date, date]] = field(default_factory=list)

    def is_away(self, day: date) -> bool:
        return any(first <= day <= last for first, last in self.away)

    def works(self, day: date) -> bool:
        """Whether it is a working day on which they are there."""
        return self.member.calendar.is_working_day(day) and not self.is_away(day)


@dataclass(slots=True)
class Population:
    """`managers` have books, `leads` have managers; `tiers` and `contacts` are those of each client by id."""

    managers: list[Person]
    leads: list[Person]
    tiers: dict[int, Tier] = field(default_factory=dict)
    contacts: dict[int, list[int]] = field(default_factory=dict)

    @property
    def people(self) -> list[Person]:
        return self.managers + self.leads

    def owner_of(self, client_id: int) -> Person | None:
        return next((person for person in self.managers if client_id in person.clients), None)

    def by_member(self, member_id: int) -> Person:
        return next(person for person in self.people if person.member.id == member_id)


def slack_users(managers: int) -> dict[str, dict[str, Any]]:
    """Slack's user objects of the managers and their leads, by id; the first lead administers the workspace."""
    found: dict[str, dict[str, Any]] = {}
    for number in range(managers + leads_over(managers)):
        leads = number >= managers
        name, zone, locale = _PEOPLE[(number - managers if leads else number) % len(_PEOPLE)]
        user_id = f"U0LEAD{number - managers:03}" if leads else f"U0MGR{number:04}"
        shown = (
            f"Lead {number - managers + 1}"
            if leads
            else f"{name} {number // len(_PEOPLE) + 1}".removesuffix(" 1")
        )
        found[user_id] = {
            "id": user_id,
            "team_id": TEAM,
            "tz": zone,
            "locale": locale,
            "is_admin": number == managers,
            "profile": {"real_name": shown},
        }
    return found


def leads_over(managers: int) -> int:
    return -(-managers // _LEADS_OVER)


def settle(
    bot: Bot,
    users: dict[str, dict[str, Any]],
    types: list[tuple[str, Behaviour]],
    each: int | None,
    seed: int,
    initiative: Initiative,
) -> Population:
    """Let everybody come in as they would on Slack, and give each manager a book of `each` clients (None: 25 to 60)."""
    people = [_arrived(bot, user_id) for user_id in users]
    managers, leads = people[: len(types)], people[len(types) :]
    idle = Behaviour(opens=0, unprompted=0, meets=0, leave=0)
    for person in leads:
        person.type, person.behaviour = "lead", idle
        roles = frozenset({Role.LEAD} | ({Role.ADMIN} if person.member.is_(Role.ADMIN) else set()))
        members.set_by_operator(bot.house, bot.workspace.id, person.user_id, roles=roles)
    for number, (person, (name, behaviour)) in enumerate(zip(managers, types, strict=True)):
        person.type, person.behaviour = name, behaviour
        lead = leads[number // _LEADS_OVER].user_id
        members.set_by_operator(bot.house, bot.workspace.id, person.user_id, lead=lead)
    population = Population(managers, leads)
    for person in people:
        again = members.of_user(bot.house, bot.workspace.id, person.user_id)
        assert again is not None, "who came in is there"
        person.member = again
    for number, person in enumerate(managers):
        draw = Random(f"{seed}/book/{number}")
        many = each if each is not None else draw.randint(_FEWEST, _MOST)
        for _ in range(many):
            last = draw.random() * initiative.seen_lately
            days = _days(Random(f"{seed}/days/{len(population.tiers)}"), initiative, bot.house.clock().date())
            add_client(bot, population, person, tier_of(draw, initiative), last, days)
    return population


def _arrived(bot: Bot, user_id: str) -> Person:
    member = bot.desk.people.member(TEAM, {"id": user_id})
    return Person(user_id, member, Actor(bot.workspace.id, member.id), "", Behaviour())


def tier_of(draw: Random, initiative: Initiative) -> Tier:
    at = draw.random()
    for tier, share in (
        (Tier.A, initiative.clients_a),
        (Tier.B, initiative.clients_b),
        (Tier.C, initiative.clients_c),
    ):
        if at < share:
            return tier
        at -= share
    return Tier.D


def name_of(number: int) -> str:
    """A made-up company, another one for each number."""
    first, rest = _FIRST[number % len(_FIRST)], number // len(_FIRST)
    second, rest = _SECOND[rest % len(_SECOND)], rest // len(_SECOND)
    return f"{first} {second}" + (f" {rest + 1}" if rest else "")


def _days(draw: Random, initiative: Initiative, today: date) -> tuple[date | None, date | None]:
    """Since when we work with a client, and on which day its contract is renewed, where these are known."""
    since = (
        today - timedelta(days=draw.randint(200, 4000)) if draw.random() < initiative.knows_since else None
    )
    renews = today + timedelta(days=draw.randint(1, 365)) if draw.random() < initiative.renews else None
    return since, renews


def add_client(
    bot: Bot,
    population: Population,
    owner: Person,
    tier: Tier,
    intervals: float,
    days: tuple[date | None, date | None] = (None, None),
) -> int:
    """A client in the book of `owner`, last spoken with so many due intervals ago, with these `_days`."""
    now = bot.house.clock()
    new = NewClient(
        name=name_of(len(population.tiers)),
        owner_id=owner.member.id,
        tier=tier,
        market=_market(owner),
        currency=_CURRENCIES[_market(owner)],
        spoke_before_at=now - timedelta(days=TIERS[tier].due * intervals),
        relation_since=days[0],
        renews_on=days[1],
    )
    with bot.house.memory.write(bot.workspace.id) as unit:
        client_id = enter(unit, new, now)
    return _known(bot, population, owner, client_id, tier)


def add_newcomer(bot: Bot, population: Population, owner: Person, tier: Tier) -> int:
    """A client that `owner` enters today as a new one."""
    number = len(population.tiers)
    described = clients.new_client(name_of(number), tier, _market(owner), _CURRENCIES[_market(owner)])
    added = clients.add(bot.house, owner.actor, described)
    return _known(bot, population, owner, added.id, tier)


def _market(owner: Person) -> str:
    return _PLACES.get(owner.member.zone, "US")


def _known(bot: Bot, population: Population, owner: Person, client_id: int, tier: Tier) -> int:
    """Two people at the client, who speak the language of its manager."""
    language = owner.member.locale.partition("-")[0]
    with bot.house.memory.write(bot.workspace.id) as unit:
        population.contacts[client_id] = [
            unit.contacts.add(NewContact(client_id, f"{part} {client_id}", role=part, language=language)).id
            for part in ("Buyer", "Director")
        ]
    population.tiers[client_id] = tier
    owner.clients.append(client_id)
    return client_id
