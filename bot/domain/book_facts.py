"""What the book says of clients and contacts as JSON values, for the history of changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from bot.domain.clients import Client, Contact, Hours, Part


def client_facts(
    client: Client, people: Mapping[int, str], team: Mapping[Part, int], channels: Sequence[str]
) -> dict[str, Any]:
    """A client field by field; members by their names, which `people` tells by id."""
    return {
        "name": client.name,
        "aliases": list(client.aliases),
        "owner": _name(client.owner_id, people),
        "backup": _name(team.get(Part.BACKUP), people),
        "sponsor": _name(team.get(Part.SPONSOR), people),
        "tier": client.tier.value,
        "status": client.status.value,
        "cadence_days": client.cadence_days,
        "market": client.market,
        "currency": client.currency,
        "price_floor": None if client.price_floor is None else format(client.price_floor.amount, "f"),
        "zone": client.zone,
        "hours": None if client.hours is None else hours_facts(client.hours),
        "own_holidays": [day.isoformat() for day in client.own_holidays],
        "sector": client.sector,
        "offerings": list(client.offerings),
        "relation_since": _day(client.relation_since),
        "contract_on": _day(client.contract_on),
        "renews_on": _day(client.renews_on),
        "channels": sorted(channels),
    }


def contact_facts(contact: Contact) -> dict[str, Any]:
    """A contact field by field; each preference is a field of its own."""
    return {
        "name": contact.name,
        "role": contact.role,
        "email": contact.email,
        "employer": contact.employer,
        "regimes": list(contact.regimes),
        "jurisdiction": contact.jurisdiction,
        "language": contact.language,
        "left": not contact.active,
        **{f"preference.{name}": said for name, said in contact.preferences.items()},
    }


def hours_facts(hours: Hours) -> dict[str, list[list[str]]]:
    """Hours as JSON values: ``{"0": [["09:00", "12:00"]]}``, Monday being 0."""
    return {
        str(day): [[f"{begin:%H:%M}", f"{end:%H:%M}"] for begin, end in intervals]
        for day, intervals in hours.items()
    }


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _name(member_id: int | None, people: Mapping[int, str]) -> str | None:
    return None if member_id is None else people.get(member_id, "?")
