"""Taking the book out of the house: all that a member may see, in the columns in which it can be brought in again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.domain.book_columns import EXPORTED
from bot.domain.book_rows import harmless, hours_text, listed, preferences_text
from bot.domain.clients import Part
from bot.domain.imports import HeldClient, HeldContact, Seen
from bot.domain.members import Member, Role
from bot.domain.refusals import Refusal
from bot.domain.working_time import WorkingCalendar
from bot.ports import UnitOfWork
from bot.services.house import Actor, House, present
from bot.services.owners import workspace_calendar

_PAGE = 500

Row = tuple[str, ...]
"""The cells of `EXPORTED`, each as text that no spreadsheet runs."""


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose view is exported: a member's, or with None everything."""

    workspace_id: int
    member_id: int | None

    @classmethod
    def of(cls, actor: Actor) -> Scope:
        return cls(actor.workspace_id, actor.member_id)


def scope_of(house: House, workspace_id: int, user_id: str) -> Scope:
    """The view of a platform user. Raises Refusal ``member.unknown``."""
    with house.memory.read(workspace_id) as unit:
        member = unit.members.by_user(user_id)
        if member is None:
            raise Refusal("member.unknown")
        return Scope(workspace_id, member.id)


def rows(house: House, scope: Scope) -> Iterator[Row]:
    """One row for each contact, or one for a client without any; holds some hundred clients at a time.

    Raises the refusals of `present`.
    """
    after = 0
    while True:
        with house.memory.read(scope.workspace_id) as unit:
            ids = unit.imports.of_reader(_seen(unit, scope), after, _PAGE)
            if not ids:
                return
            after = ids[-1]
            page = list(_page(unit, ids))
        yield from page


def _seen(unit: UnitOfWork, scope: Scope) -> Seen | None:
    """What the reader may see (see `clients.may_read`); None: everything."""
    if scope.member_id is None:
        return None
    member = present(unit, Actor(scope.workspace_id, scope.member_id))
    if member.is_(Role.ADMIN):
        return None
    leads = member.is_(Role.LEAD)
    people = [each.id for each in unit.members.led_by(member.id)] if leads else []
    return Seen(member.id, frozenset([member.id, *people]), nobodys=leads)


def _page(unit: UnitOfWork, ids: Sequence[int]) -> Iterator[Row]:
    members = {member.id: member for member in unit.members.all()}
    mails = [member.email for member in members.values() if member.email]
    names = {
        member.id: member.email if member.email and mails.count(member.email) == 1 else member.user_id
        for member in members.values()
    }
    nobody = workspace_calendar(unit)
    people: dict[int, list[HeldContact]] = {}
    for person in unit.imports.contacts(ids):
        people.setdefault(person.contact.client_id, []).append(person)
    for held in unit.imports.clients(ids):
        said = _client(held, names, members, nobody)
        there = people.get(held.client.id, ())
        for cells in [said | _contact(person, nobody) for person in there] or [said]:
            yield tuple(harmless(cells.get(column, "")) for column in EXPORTED)


def _client(
    held: HeldClient, names: dict[int, str], members: dict[int, Member], nobody: WorkingCalendar
) -> dict[str, str]:
    client = held.client
    owner = members.get(client.owner_id or 0)
    calendar = nobody if owner is None else owner.calendar
    spoke = client.last_conversation_at
    return {
        "name": client.name,
        "external_id": listed(held.external_ids),
        "aliases": listed(client.aliases),
        "owner": names.get(client.owner_id or 0, ""),
        "backup": names.get(held.team.get(Part.BACKUP, 0), ""),
        "sponsor": names.get(held.team.get(Part.SPONSOR, 0), ""),
        "status": client.status.value.replace("_", " "),
        "tier": client.tier.value,
        "market": client.market,
        "zone": client.zone or "",
        "hours": "" if client.hours is None else hours_text(client.hours),
        "own_holidays": listed([day.isoformat() for day in client.own_holidays]),
        "sector": client.sector,
        "currency": client.currency,
        # Never three decimals, which may be read as thousands.
        "price_floor": "" if client.price_floor is None else f"{client.price_floor.amount:.4f}",
        "offerings": listed(client.offerings),
        "channels": listed(held.channels),
        "cadence_days": "" if client.cadence_days is None else str(client.cadence_days),
        "relation_since": "" if client.relation_since is None else client.relation_since.isoformat(),
        "contract_on": "" if client.contract_on is None else client.contract_on.isoformat(),
        "renews_on": "" if client.renews_on is None else client.renews_on.isoformat(),
        "last_touch": "" if spoke is None else calendar.local_date(spoke).isoformat(),
    }


def _contact(held: HeldContact, calendar: WorkingCalendar) -> dict[str, str]:
    contact = held.contact
    return {
        "contact": contact.name,
        "contact_external_id": listed(held.external_ids),
        "contact_role": contact.role,
        "contact_email": contact.email or "",
        "contact_employer": contact.employer or "",
        "contact_regimes": listed(contact.regimes),
        "contact_jurisdiction": contact.jurisdiction or "",
        "contact_language": contact.language,
        "contact_preferences": preferences_text(contact.preferences),
        "contact_left": "" if contact.left_at is None else calendar.local_date(contact.left_at).isoformat(),
    }
