"""The book as a file holds just what its reader may see."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.book_columns import EXPORTED
from bot.domain.clients import Part, may_read
from bot.domain.members import Role
from bot.ports import description_of
from bot.services.book_export import Scope, rows
from tests.conftest import MONDAY, Firm, profile


def test_everybody_exports_exactly_the_clients_that_they_may_read(firm: Firm) -> None:
    with firm.house.memory.write(firm.workspace.id) as unit:
        otto = unit.members.add(profile("U0OTTO", "Otto"), frozenset({Role.ACCOUNT_MANAGER}), at=MONDAY)
    firm.client("Owned")
    firm.client("Of Bruno", owner=firm.bruno)
    firm.client("Of Otto", owner=otto)
    backed, sponsored = firm.client("Backed", owner=otto), firm.client("Sponsored", owner=otto)
    orphan = firm.client("Orphan", owner=otto)
    with firm.house.memory.write(firm.workspace.id) as unit:
        unit.clients.set_team(backed.id, Part.BACKUP, firm.alice.id)
        unit.clients.set_team(sponsored.id, Part.SPONSOR, firm.bruno.id)
        unit.clients.update(orphan.id, replace(description_of(orphan), owner_id=None))
    for reader in (firm.alice, firm.bruno, firm.lea, firm.carla, otto):
        at = EXPORTED.index("name")
        exported = {row[at] for row in rows(firm.house, Scope(firm.workspace.id, reader.id))}
        with firm.house.memory.read(firm.workspace.id) as unit:
            readable = {
                client.name
                for each in firm.clients.values()
                if (client := unit.clients.get(each.id)) is not None
                and may_read(
                    reader,
                    client,
                    None if client.owner_id is None else unit.members.get(client.owner_id),
                    unit.clients.team(client.id),
                )
            }
        assert exported == readable, reader.name
