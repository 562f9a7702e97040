"""Clients as whoever runs the machine handles them: by name, without being a member."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.domain.clients import Client, Contact, Part
from bot.domain.names import normalise
from bot.domain.refusals import Refusal
from bot.ports import UnitOfWork
from bot.services import client_edits, merges
from bot.services.client_edits import Told
from bot.services.house import House
from bot.services.merges import Merged, Preview

_ARCHIVED = 100_000
_CHANGES = 200


@dataclass(frozen=True, slots=True)
class Card:
    """All that the book says of a client."""

    client: Client
    owner: str | None
    team: Mapping[Part, str]
    channels: Sequence[str]
    contacts: Sequence[Contact]
    counts: Mapping[str, int]


def show(house: House, workspace_id: int, name: str) -> Card:
    """A client, archived or not. Raises the refusals of `exactly`."""
    with house.memory.read(workspace_id) as unit:
        client = exactly(unit, name)
        team = unit.clients.team(client.id)
        return Card(
            client=client,
            owner=None if client.owner_id is None else _name(unit, client.owner_id),
            team={part: _name(unit, member_id) for part, member_id in team.items()},
            channels=unit.clients.channels(client.id),
            contacts=unit.contacts.all_of_client(client.id),
            counts=unit.merges.tally(client.id),
        )


def archive(house: House, workspace_id: int, name: str) -> Client:
    """Raises the refusals of `exactly` and `in_the_book`."""
    with house.memory.write(workspace_id) as unit:
        return client_edits.archived_within(unit, None, exactly(unit, name).id, house.clock())


def restore(house: House, workspace_id: int, name: str) -> Client:
    """Raises the refusals of `exactly` and `client_edits.restore`."""
    with house.memory.write(workspace_id) as unit:
        return client_edits.restored_within(unit, None, exactly(unit, name).id, house.clock())


def preview(house: House, workspace_id: int, gone: str, kept: str) -> Preview:
    with house.memory.read(workspace_id) as unit:
        return merges.preview_within(unit, None, exactly(unit, kept).id, exactly(unit, gone).id)


def merge(house: House, workspace_id: int, gone: str, kept: str) -> Merged:
    """Raises the refusals of `exactly` and `merges.merge`."""
    with house.memory.write(workspace_id) as unit:
        return merges.merged_within(unit, None, exactly(unit, kept).id, exactly(unit, gone).id, house.clock())


def undo(house: House, workspace_id: int, merge_id: int) -> Merged:
    """Raises the refusals of `merges.undo`."""
    with house.memory.write(workspace_id) as unit:
        return merges.undone_within(unit, None, merge_id, house.clock())


def history(house: House, workspace_id: int, name: str) -> Told:
    """The last changes of a client. Raises the refusals of `exactly`."""
    with house.memory.read(workspace_id) as unit:
        return client_edits.history_within(unit, exactly(unit, name), _CHANGES)


def exactly(unit: UnitOfWork, name: str) -> Client:
    """The one client of exactly that name or alias, one in the book before an archived one.

    Raises Refusal ``client.missing``, ``client.unknown`` (name) or ``client.ambiguous`` (name, choices).
    """
    if not name.strip():
        raise Refusal("client.missing")
    ids = [same.client_id for same in unit.clients.named(name)]
    if not ids:
        archived = unit.clients.archived(None, _ARCHIVED)
        ids = [client.id for client in archived if normalise(client.name) == normalise(name)]
    found = [client for number in ids if (client := unit.clients.itself(number)) is not None]
    if not found:
        raise Refusal("client.unknown", name=name)
    if len(found) > 1:
        raise Refusal("client.ambiguous", name=name, choices=tuple((c.id, c.name) for c in found))
    return found[0]


def _name(unit: UnitOfWork, member_id: int) -> str:
    member = unit.members.get(member_id)
    return "?" if member is None else member.name
