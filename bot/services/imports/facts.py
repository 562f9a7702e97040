"""What a list may say of clients and contacts, as JSON values: to be compared, noted as history, and put back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from bot.domain.clients import Hours, Part, Status, Tier
from bot.domain.imports import HeldClient, HeldContact
from bot.domain.money import Money
from bot.ports import NewClient, NewContact, description_of, description_of_contact


def of_client(new: NewClient, team: Mapping[Part, int], channels: tuple[str, ...]) -> dict[str, Any]:
    """A client as JSON values; `new_until` and `calm_until` are left out, for they say nothing of the client."""
    return {
        "name": new.name,
        "owner_id": new.owner_id,
        "tier": new.tier.value,
        "market": new.market,
        "currency": new.currency,
        "aliases": list(new.aliases),
        "cadence_days": new.cadence_days,
        "spoke_before_at": None if new.spoke_before_at is None else new.spoke_before_at.isoformat(),
        "status": new.status.value,
        "zone": new.zone,
        "hours": None if new.hours is None else _hours_kept(new.hours),
        "own_holidays": [day.isoformat() for day in new.own_holidays],
        "sector": new.sector,
        "price_floor": None if new.price_floor is None else format(new.price_floor.amount.normalize(), "f"),
        "offerings": list(new.offerings),
        **{name: None if day is None else day.isoformat() for name, day in _days_of(new).items()},
        "backup": team.get(Part.BACKUP),
        "sponsor": team.get(Part.SPONSOR),
        "channels": list(channels),
    }


def _days_of(new: NewClient) -> dict[str, date | None]:
    return {
        "relation_since": new.relation_since,
        "contract_on": new.contract_on,
        "renews_on": new.renews_on,
    }


def held_client(held: HeldClient) -> dict[str, Any]:
    return of_client(description_of(held.client), held.team, held.channels)


def of_contact(new: NewContact, left_at: datetime | None) -> dict[str, Any]:
    return {
        "name": new.name,
        "role": new.role,
        "email": new.email,
        "employer": new.employer,
        "regimes": list(new.regimes),
        "jurisdiction": new.jurisdiction,
        "language": new.language,
        "preferences": dict(new.preferences),
        "left_at": None if left_at is None else left_at.isoformat(),
    }


def held_contact(held: HeldContact) -> dict[str, Any]:
    return of_contact(description_of_contact(held.contact), held.contact.left_at)


def client_with(
    new: NewClient, team: Mapping[Part, int], channels: tuple[str, ...], facts: Mapping[str, Any]
) -> tuple[NewClient, dict[Part, int], tuple[str, ...]]:
    """A client with some of its facts put (back) to these values."""
    said: dict[str, Any] = {}
    people = dict(team)
    for name, value in facts.items():
        match name:
            case "backup" | "sponsor":
                people.pop(Part(name), None)
                if value is not None:
                    people[Part(name)] = value
            case "channels":
                channels = tuple(value)
            case "tier":
                said["tier"] = Tier(value)
            case "status":
                said["status"] = Status(value)
            case "aliases" | "offerings":
                said[name] = tuple(value)
            case "own_holidays":
                said[name] = tuple(date.fromisoformat(day) for day in value)
            case "relation_since" | "contract_on" | "renews_on":
                said[name] = None if value is None else date.fromisoformat(value)
            case "hours":
                said[name] = None if value is None else _hours_from(value)
            case "spoke_before_at":
                said[name] = None if value is None else datetime.fromisoformat(value)
            case "price_floor":
                currency = str(facts.get("currency", new.currency))
                said[name] = None if value is None else Money(Decimal(value), currency)
            case _:
                said[name] = value
    changed = replace(new, **said)
    if changed.price_floor is not None and changed.price_floor.currency != changed.currency:
        changed = replace(changed, price_floor=Money(changed.price_floor.amount, changed.currency))
    return changed, people, channels


def contact_with(
    new: NewContact, left_at: datetime | None, facts: Mapping[str, Any]
) -> tuple[NewContact, datetime | None]:
    """A contact with some of its facts put (back) to these values."""
    said = dict(facts)
    if "left_at" in said:
        kept = said.pop("left_at")
        left_at = None if kept is None else datetime.fromisoformat(kept)
    if "regimes" in said:
        said["regimes"] = tuple(said["regimes"])
    return replace(new, **said), left_at


def _hours_kept(hours: Hours) -> dict[str, list[list[str]]]:
    return {
        str(day): [[f"{begin:%H:%M}", f"{end:%H:%M}"] for begin, end in spans] for day, spans in hours.items()
    }


def _hours_from(kept: Mapping[str, list[list[str]]]) -> Hours:
    return {
        int(day): tuple((time.fromisoformat(begin), time.fromisoformat(end)) for begin, end in spans)
        for day, spans in kept.items()
    }
