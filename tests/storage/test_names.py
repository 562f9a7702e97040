"""Finding clients by what people type."""

from __future__ import annotations

from pathlib import Path
from threading import Event
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, Engine, select, text, update
from sqlalchemy.exc import OperationalError

import storage.names
from bot.domain.clients import Tier
from bot.domain.lookup import Found, choose
from bot.ports import NewClient, UnitOfWork
from storage.likeness import likeness
from storage.postings import Names
from storage.schema import client_names, workspaces
from storage.unit_of_work import SqlMemory
from tests.conftest import MONDAY, Firm

PUBLISHED: dict[str, Any] = yaml.safe_load(
    (Path(__file__).parent / "typed_names.yaml").read_text(encoding="utf-8")
)
TYPED: list[list[str]] = PUBLISHED["typed"]


def enter(unit: UnitOfWork, name: str, *aliases: str) -> int:
    return unit.clients.add(NewClient(name, None, Tier.B, "US", "USD", aliases), created_at=MONDAY)


def found(unit: UnitOfWork, typed: str) -> Found:
    same = unit.clients.named(typed)
    return choose(same or unit.clients.similar(typed, owner_id=None, limit=12))


def names(firm: Firm, typed: str) -> list[str]:
    with firm.house.memory.read(firm.workspace.id) as unit:
        return [client.name for client in unit.clients.similar(typed, owner_id=None, limit=5)]


@pytest.fixture
def known(firm: Firm) -> Firm:
    """A firm whose book is the published one."""
    with firm.house.memory.write(firm.workspace.id) as unit:
        for name in PUBLISHED["book"]:
            enter(unit, name)
    return firm


def test_the_published_names_are_found_as_they_are_typed(known: Firm) -> None:
    wrong = []
    with known.house.memory.read(known.workspace.id) as unit:
        for typed, *expected in TYPED:
            decided = found(unit, typed)
            taken = decided.client.name if decided.client else None
            choices = [choice.name for choice in decided.choices]
            if expected[-1] == "none":
                right = taken is None and not choices
            elif expected[-1] == "asked":
                right = taken is None and expected[0] in choices
            else:
                right = taken == expected[0]
            if not right:
                wrong.append((typed, expected, taken, choices))

    assert len(TYPED) >= 60
    assert wrong == []


def test_no_published_name_leads_to_a_wrong_client(known: Firm) -> None:
    """Whatever else may go wrong: what is taken without asking is what was meant."""
    with known.house.memory.read(known.workspace.id) as unit:
        taken = {typed: found(unit, typed).client for typed, *_ in TYPED}

    meant = {typed: expected[0] for typed, *expected in TYPED}
    assert [
        typed for typed, client in taken.items() if client is not None and client.name != meant[typed]
    ] == []


def test_aliases_are_names_like_any_other(firm: Firm) -> None:
    with firm.house.memory.write(firm.workspace.id) as unit:
        enter(unit, "International Business Machines", "IBM", "Big Blue")

    with firm.house.memory.read(firm.workspace.id) as unit:
        exact, near = found(unit, "ibm").client, found(unit, "big bleu").client
    assert exact is not None
    assert near is not None
    assert (exact.matched, near.matched, near.name) == ("IBM", "Big Blue", "International Business Machines")


def test_names_that_were_rolled_back_are_not_remembered(firm: Firm) -> None:
    class Changed(Exception):
        pass

    with pytest.raises(Changed), firm.house.memory.write(firm.workspace.id) as unit:  # noqa: PT012 - the unit must fail
        enter(unit, "Globex")
        unit.clients.similar("Globx", owner_id=None, limit=5)
        raise Changed

    assert names(firm, "Globx") == []
    with firm.house.memory.write(firm.workspace.id) as unit:
        enter(unit, "Globus")
    assert names(firm, "Globx") == ["Globus"]


def test_a_renamed_client_is_found_by_its_new_name_only(firm: Firm) -> None:
    with firm.house.memory.write(firm.workspace.id) as unit:
        client_id = enter(unit, "Facebook", "FB")
    assert names(firm, "facebok") == ["Facebook"]

    with firm.house.memory.write(firm.workspace.id) as unit:
        unit.clients.update(client_id, NewClient("Meta Platforms", None, Tier.B, "US", "USD"))

    assert names(firm, "facebok") == []
    assert names(firm, "meta platfroms") == ["Meta Platforms"]
    with firm.house.memory.read(firm.workspace.id) as unit:
        assert unit.clients.named("FB") == []


def test_an_archived_client_is_not_found(firm: Firm, engine: Engine) -> None:
    with firm.house.memory.write(firm.workspace.id) as unit:
        enter(unit, "Globex")
    with engine.begin() as connection:
        connection.execute(text("update clients set archived = true"))

    assert names(firm, "Globex") == []
    with firm.house.memory.read(firm.workspace.id) as unit:
        assert unit.clients.named("Globex") == []


def test_several_processes_on_one_database_agree_without_talking_to_each_other(
    firm: Firm, engine: Engine
) -> None:
    other = SqlMemory(engine)
    with other.read(firm.workspace.id) as unit:
        assert unit.clients.similar("Globx", owner_id=None, limit=5) == []
    with firm.house.memory.write(firm.workspace.id) as unit:
        client_id = enter(unit, "Globex")
    with other.read(firm.workspace.id) as unit:
        seen = [client.name for client in unit.clients.similar("Globx", owner_id=None, limit=5)]
    with other.write(firm.workspace.id) as unit:
        unit.clients.update(client_id, NewClient("Initech", None, Tier.B, "US", "USD"))

    assert seen == ["Globex"]
    assert names(firm, "Globx") == []
    assert names(firm, "Initec") == ["Initech"]


def test_names_entered_in_the_same_unit_are_found_exactly_and_looked_up_again_later(firm: Firm) -> None:
    with firm.house.memory.write(firm.workspace.id) as unit:
        client_id = enter(unit, "Globex")
        assert [client.client_id for client in unit.clients.named("globex")] == [client_id]

    assert names(firm, "Globx") == ["Globex"]


def test_while_many_names_are_read_the_database_answers_and_nothing_near_is_sure(
    firm: Firm, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, loaded = Event(), Event()

    def slowly(connection: Connection, workspace_id: int) -> Names:
        begun.set()
        assert loaded.wait(20)
        return read(connection, workspace_id)

    read = storage.names._read
    monkeypatch.setattr("storage.names._READ_AT_ONCE", 2)
    monkeypatch.setattr("storage.names._read", slowly)
    with firm.house.memory.write(firm.workspace.id) as unit:
        for name in ("Globex Corporation", "Globex Foods", "Initech", "Umbrella Health"):
            enter(unit, name)

    meanwhile = names(firm, "Globex Food")
    assert begun.wait(20)
    with firm.house.memory.read(firm.workspace.id) as unit:
        near = unit.clients.similar("Globex Food", owner_id=None, limit=5)
        exact = unit.clients.similar("Globex Foods", owner_id=None, limit=5)
        assert unit.clients.similar("Umbrela", owner_id=None, limit=5) == []
    loaded.set()
    firm.house.memory.warm(firm.workspace.id)

    assert meanwhile == ["Globex Foods", "Globex Corporation"]
    assert not any(client.sure for client in near)
    assert exact[0].sure
    assert names(firm, "Umbrela Helth") == ["Umbrella Health"]


def test_names_that_could_not_be_read_are_read_again(firm: Firm, monkeypatch: pytest.MonkeyPatch) -> None:
    with firm.house.memory.write(firm.workspace.id) as unit:
        enter(unit, "Globex Foods")

    def lost(connection: Connection, workspace_id: int) -> Names:
        raise OperationalError("select", {}, Exception("the server went away"))

    with monkeypatch.context() as patched:
        patched.setattr("storage.names._read", lost)
        firm.house.memory.warm(firm.workspace.id)

    assert names(firm, "Globx Fods") == ["Globex Foods"]


def test_names_come_back_and_move_to_another_client(firm: Firm, engine: Engine) -> None:
    """As a merge does, and taking it back: a row of before is changed, under a new version."""
    with firm.house.memory.write(firm.workspace.id) as unit:
        acme, globex = enter(unit, "Acme", "Ajax"), enter(unit, "Globex")
    assert names(firm, "Ajaxx") == ["Acme"]

    def change(**values: object) -> None:
        with engine.begin() as connection:
            connection.execute(text("update workspaces set names_version = names_version + 1"))
            connection.execute(
                update(client_names)
                .where(client_names.c.name == "Ajax")
                .values(version=select(workspaces.c.names_version).scalar_subquery(), **values)
            )

    change(removed=True)
    assert names(firm, "Ajaxx") == []
    change(removed=False, client_id=globex)
    assert names(firm, "Ajaxx") == ["Globex"]
    change(client_id=acme)
    assert names(firm, "Ajaxx") == ["Acme"]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("nor", ["Norton Foods"]),
        ("airfrance", ["Air France"]),
        ("deltaairlines", ["Delta Air Lines"]),
        ("face book", ["Facebook"]),
        ("ibm", ["International Business Machines"]),
        ("ste gle", ["Société Générale"]),
        ("fodr", ["Ford"]),
    ],
)
def test_ways_to_a_name(firm: Firm, typed: str, meant: list[str]) -> None:
    with firm.house.memory.write(firm.workspace.id) as unit:
        for name in (
            "Norton Foods",
            "Air France",
            "Delta Air Lines",
            "Facebook",
            "International Business Machines",
            "Société Générale",
            "Ford",
            "Air Liquide",
            "Delta Dental",
        ):
            enter(unit, name)

    assert names(firm, typed)[:1] == meant


def test_own_clients_are_found_however_many_others_begin_so(firm: Firm) -> None:
    with firm.house.memory.write(firm.workspace.id) as unit:
        for number in range(260):
            enter(unit, f"Nor{chr(97 + number % 26)}{chr(97 + number // 26)} Foods")
    firm.client("Norzz Foods", owner=firm.alice)

    with firm.house.memory.read(firm.workspace.id) as unit:
        found = unit.clients.similar("nor", owner_id=firm.alice.id, limit=20)

    assert "Norzz Foods" in [client.name for client in found]
    assert len(found) <= 20


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(typed=st.text(max_size=60))
def test_whatever_is_typed_has_an_answer(small_firm: Firm, typed: str) -> None:
    if not small_firm.clients:
        small_firm.client("Acme Inc.")
    with small_firm.house.memory.read(small_firm.workspace.id) as unit:
        decided = found(unit, typed)

    assert decided.client is None or decided.client.score >= 80


@given(st.text(alphabet="abcde ", max_size=20), st.text(alphabet="abcde ", max_size=20))
def test_likeness_lies_between_nothing_and_the_same(one: str, other: str) -> None:
    asked, name = " ".join(one.split()), " ".join(other.split())

    assert 0 <= likeness(asked, name) <= 100
    assert (likeness(asked, name) == 100) == (asked == name)
