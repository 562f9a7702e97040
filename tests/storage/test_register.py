"""The register's chain: appended in order, sealed, and refused every change by the database itself."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DatabaseError

from bot.domain.gifts.chain import BEGINNING, EntryKind, NewRegisterEntry, seal_of
from tests.conftest import MONDAY, Firm


def append(firm: Firm, number: int) -> None:
    with firm.house.memory.write(firm.workspace.id) as unit:
        unit.register.append(
            NewRegisterEntry(EntryKind.EXPORTED, MONDAY, firm.carla.id, {"rows": number, "of": "März"})
        )


def test_each_entry_is_sealed_with_the_one_before_it(firm: Firm) -> None:
    for number in range(3):
        append(firm, number)

    with firm.house.memory.read(firm.workspace.id) as unit:
        entries, head = list(unit.register.entries()), unit.register.head()
    before = BEGINNING
    for place, entry in enumerate(entries, start=1):
        assert entry.number == place
        assert entry.seal == seal_of(
            before,
            place,
            kind=entry.kind,
            at=entry.at,
            member_id=entry.member_id,
            check_id=None,
            request_id=None,
            facts_digest=entry.facts_digest,
        )
        before = entry.seal
    assert head == (3, before)


def test_many_who_append_at_once_make_one_chain_without_gaps(firm: Firm) -> None:
    with ThreadPoolExecutor(4) as pool:
        for done in [pool.submit(append, firm, number) for number in range(20)]:
            done.result()

    with firm.house.memory.read(firm.workspace.id) as unit:
        assert [entry.number for entry in unit.register.entries()] == list(range(1, 21))


@pytest.mark.parametrize(
    "statement", ["update register_entries set kind = 'given'", "delete from register_entries"]
)
def test_the_database_refuses_to_change_or_remove_an_entry(
    firm: Firm, engine: Engine, statement: str
) -> None:
    append(firm, 1)

    with pytest.raises(DatabaseError, match="append-only"), engine.begin() as connection:
        connection.execute(text(statement))
