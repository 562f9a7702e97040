"""What must hold for every message, looked at from outside: written anew here, not asked of what it checks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import time
from typing import Any

from bot.domain.gate import QUIET_FROM, QUIET_UNTIL, WEIGHTS, Weight
from bot.domain.reassignment import Reason
from bot.door.simulation.population import Person, Population
from bot.door.simulation.record import Message, Record
from bot.services import digest

_ASKED_FOR = frozenset({"approval", "approvals", "approvals_again", "meeting", digest.KIND})
"""Kinds in which a client may be named to a lead before its owner was told: decisions and what the reader entered."""


def check(message: Message, reader: Person, population: Population, record: Record) -> None:
    """Note what is wrong with a message that was just delivered; `record` has all earlier ones."""
    said = f"{message.kind} to {reader.member.name} on {message.day} at {message.hour:05.2f}"
    if WEIGHTS.get(message.kind) is not Weight.WISH and not _is_open(message, reader):
        record.quiet.append(said)
    for other in record.messages:
        if other.member_id == message.member_id and other.day == message.day and _same(message, other):
            record.twice.append(said)
            break
    if message.kind not in _ASKED_FOR:
        for client_id in clients_in(message.facts):
            if not _owner_knows(message, client_id, reader, population, record):
                record.early.append(f"{said}: client {client_id}")


def _is_open(message: Message, reader: Person) -> bool:
    opens = min(_hours(QUIET_UNTIL), _hours(reader.member.digest_time))
    return (
        opens <= message.hour < _hours(QUIET_FROM)
        and reader.member.calendar.is_working_day(message.day)
        and not any(first <= message.day <= last for first, last in reader.entered)
    )


def _hours(at: time) -> float:
    return at.hour + at.minute / 60


def _same(one: Message, other: Message) -> bool:
    return one.key == other.key or one.kind == other.kind == digest.KIND or one.text == other.text


def clients_in(facts: object) -> Iterable[int]:
    """Every client that a message names by its id, unless all that is said is that its owner's book is full."""
    if isinstance(facts, Mapping):
        known: Mapping[str, Any] = facts
        if known.get("reason") == Reason.OVERLOAD:
            return
        for name, value in known.items():
            if name == "client_id" and isinstance(value, int):
                yield value
            else:
                yield from clients_in(value)
    elif isinstance(facts, list | tuple):
        for each in facts:
            yield from clients_in(each)


def _owner_knows(
    message: Message, client_id: int, reader: Person, population: Population, record: Record
) -> bool:
    owner = population.owner_of(client_id)
    if owner is None or owner is reader or owner.member.lead_id != reader.member.id:
        return True
    since = record.spoken.get(client_id)
    return any(
        member_id == owner.member.id and at <= message.at and (since is None or at >= since)
        for at, member_id in record.told[client_id]
    )
