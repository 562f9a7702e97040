"""Finding clients by what people type."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, text

from bot.domain.clients import Tier
from bot.domain.lookup import Found, choose
from bot.ports import NewClient, UnitOfWork
from storage.likeness import likeness
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
