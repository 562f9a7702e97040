"""Once a month compliance reads which rules somebody should look at again."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from bot.domain.members import Role
from bot.domain.money import Money
from bot.domain.refusals import Refusal
from bot.rulebook.told import Expiring
from bot.rulebook.writer import ClientPolicy, ClientRule, client_file_name, write_client_policy
from bot.services import gifts, rule_upkeep
from bot.services.proposals import GiftDraft
from bot.services.rules import put_in_force
from tests.conftest import Firm

FIRST = datetime(2027, 11, 1, 15, 0, tzinfo=UTC)
"""Monday 1 November 2027, 11 in New York: the first working day of that month."""


def with_policy(firm: Firm, client: str, told_on: date, until: date | None = None) -> str:
    policy = ClientPolicy(
        client=client,
        told_on=told_on,
        told_by="Ann",
        rules=[ClientRule("prohibit", ["goods"], f"{client} takes nothing.", "Rien.")],
        valid_until=until,
    )
    name = client_file_name(client)
    with firm.house.memory.write(firm.workspace.id) as unit:
        put_in_force(
            firm.house,
            unit,
            revision=unit.workspace.rules_revision,
            written={name: write_client_policy(policy)},
            member_id=firm.carla.id,
            now=firm.clock(),
        )
    return name


def told(firm: Firm) -> list[tuple[int, tuple[str, ...]]]:
    """Who is told of which files."""
    with firm.house.memory.read(firm.workspace.id) as unit:
        entries = [unit.outbox.get(number) for number in unit.outbox.due(FIRST + timedelta(days=900), 99)]
    return [
        (entry.member_id, tuple(each.file for each in rule_upkeep.files_from(entry.facts)))
        for entry in entries
        if entry is not None and entry.kind == rule_upkeep.KIND
    ]


def on_file(firm: Firm, day: date) -> list[Expiring]:
    with firm.house.memory.read(firm.workspace.id) as unit:
        return list(rule_upkeep.expiring(firm.house.rulebooks, unit, day))


def test_compliance_is_told_on_the_first_working_day_at_ten_and_once(firm: Firm) -> None:
    with_policy(firm, "Acme", date(2026, 11, 20))
    with_policy(firm, "Fresh", date(2027, 6, 1))
    spoken = []
    moment = datetime(2027, 10, 30, tzinfo=UTC)
    while moment < datetime(2027, 11, 4, tzinfo=UTC):
        firm.clock.now = moment
        if rule_upkeep.plan(firm.house, firm.workspace.id):
            spoken.append(moment)
        moment += timedelta(minutes=30)

    assert spoken == [datetime(2027, 11, 1, 14, 0, tzinfo=UTC)]  # ten in New York, daylight saving still on
    assert told(firm) == [(firm.carla.id, ("client_acme.yaml",))]


def test_several_clocks_tell_once(firm: Firm) -> None:
    with_policy(firm, "Acme", date(2026, 11, 20))
    firm.clock.now = FIRST

    with ThreadPoolExecutor(4) as pool:
        done = list(pool.map(lambda _: rule_upkeep.plan(firm.house, firm.workspace.id), range(4)))

    assert sum(done) == 1
    assert len(told(firm)) == 1


def test_nothing_is_said_when_nothing_expires_nor_late_in_the_month(small_firm: Firm) -> None:
    firm = small_firm
    firm.clock.now = FIRST
    assert rule_upkeep.plan(firm.house, firm.workspace.id) == 0
    with_policy(firm, "Acme", date(2026, 11, 20))
    firm.clock.now = FIRST + timedelta(days=10)
    assert rule_upkeep.plan(firm.house, firm.workspace.id) == 0
    assert told(firm) == []


def test_own_files_come_first_then_shipped_ones_that_checks_used(small_firm: Firm) -> None:
    firm = small_firm
    with_policy(firm, "Acme", date(2026, 11, 20))
    with_policy(firm, "Gone", date(2026, 11, 20), until=date(2027, 1, 1))
    day = date(2027, 11, 1)
    assert [(each.file, each.own) for each in on_file(firm, day)] == [("client_acme.yaml", True)]
    wine = GiftDraft(employer="Ford", description="wine", category="alcohol", amount=Money(Decimal(5), "USD"))
    gifts.check(firm.house, firm.actor(firm.alice), wine)

    found = on_file(firm, day)

    assert found[0].file == "client_acme.yaml"
    assert {each.file for each in found[1:]} >= {"employers_automotive.yaml", "house.yaml"}
    assert not any(each.own for each in found[1:])
    assert found[0].editable == "policy"
    assert found[0].runs_out == date(2027, 11, 20)


def test_still_valid_renews_the_date_and_stands_in_the_register(firm: Firm) -> None:
    name = with_policy(firm, "Acme", date(2026, 11, 20))
    firm.clock.now = FIRST
    rule_upkeep.plan(firm.house, firm.workspace.id)
    (shown,) = on_file(firm, FIRST.date())
    actor = firm.actor(firm.carla)

    assert rule_upkeep.confirm(firm.house, actor, name, shown.digest) == date(2028, 11, 1)
    rule_upkeep.confirm(firm.house, actor, name, shown.digest)

    assert on_file(firm, FIRST.date()) == []
    with firm.house.memory.read(firm.workspace.id) as unit:
        entries = [each.facts for each in unit.register.entries() if "confirmed" in each.facts]
        (number,) = [
            number
            for number in unit.outbox.due(FIRST + timedelta(days=1), 9)
            if (entry := unit.outbox.get(number)) is not None and entry.kind == rule_upkeep.KIND
        ]
    assert [facts["confirmed"] for facts in entries] == [name]
    assert rule_upkeep.current(firm.house, actor, number) == rule_upkeep.Shown([], 1)
    assert [each.file for each in on_file(firm, date(2028, 10, 20))] == [name]


def test_only_compliance_confirms_and_only_what_it_saw(small_firm: Firm) -> None:
    firm = small_firm
    name = with_policy(firm, "Acme", date(2026, 11, 20))
    (shown,) = on_file(firm, FIRST.date())
    with pytest.raises(Refusal, match=r"rules\.not_yours"):
        rule_upkeep.confirm(firm.house, firm.actor(firm.alice), name, shown.digest)
    with pytest.raises(Refusal, match=r"rules\.changed_meanwhile"):
        rule_upkeep.confirm(firm.house, firm.actor(firm.carla), name, "0" * 64)
    with pytest.raises(Refusal, match=r"rules\.gone"):
        rule_upkeep.confirm(firm.house, firm.actor(firm.carla), "client_nobody.yaml", "0" * 64)


def test_each_officer_is_told_by_their_own_clock(small_firm: Firm) -> None:
    firm = small_firm
    with_policy(firm, "Acme", date(2026, 10, 20))
    with firm.house.memory.write(firm.workspace.id) as unit:
        unit.members.set_roles(firm.bruno.id, frozenset({Role.COMPLIANCE}))
    firm.clock.now = datetime(2027, 10, 1, 9, 0, tzinfo=UTC)  # eleven in Paris, five in New York

    assert rule_upkeep.plan(firm.house, firm.workspace.id) == 1
    assert [member for member, _ in told(firm)] == [firm.bruno.id]
