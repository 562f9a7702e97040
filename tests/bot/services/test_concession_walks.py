"""Walks through everything that can be done with concessions, in any order, against a small model.

Whatever happens, what waits for a lead waits for somebody who was asked and may decide, and a balance is the sum of
what somebody recorded or agreed to.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from random import Random

import pytest

from bot.domain.clients import Client
from bot.domain.concessions import ARCHIVED, Counterpart, Given, Kind, Sheet, State
from bot.domain.members import Member, Role
from bot.domain.refusals import Refusal
from bot.services import client_edits, concession_steps, concessions, delivery, handover, merges
from bot.services.house import Actor
from bot.services.members import admit
from tests.bot.services.messenger import ScriptedMessenger
from tests.conftest import Firm, profile

STEPS = 80
TODAY = date(2026, 11, 16)


@dataclass
class Walk:
    """Somebody who does one thing after another; a refusal is an answer like any other. `seen` is the model."""

    firm: Firm
    random: Random
    people: list[Member]
    deciders: list[Member]
    clients: list[Client]
    seen: dict[int, Sheet] = field(default_factory=dict)
    merged: list[int] = field(default_factory=list)
    told: list[str] = field(default_factory=list)

    def step(self) -> None:
        act: Callable[[], object] = self.random.choice(
            [
                self.enter, self.enter, self.enter, self.enter, self.change, self.agree, self.agree, self.decline,
                self.withdraw, self.hand, self.hand, self.archive, self.restore, self.restore, self.merge, self.part,
                self.wait,
            ]
        )  # fmt: skip
        try:
            self.told.append(f"{act.__name__}: {act()}")
        except Refusal as refusal:
            self.told.append(f"{act.__name__}: {refusal.code}")

    def anybody(self) -> Actor:
        return self.firm.actor(self.random.choice(self.people))

    def decider(self) -> Actor:
        return self.firm.actor(self.random.choice(self.deciders))

    def some(self) -> Client:
        return self.random.choice(self.clients)

    def given(self) -> Given:
        backs = self.random.sample(list(Counterpart), self.random.randint(0, 2))
        percent = Decimal(self.random.randint(1, 4))
        held = self.random.random() < 0.2
        return Given(Kind.PRICE, TODAY, percent, counterparts=tuple(backs), held=held)

    def sheet(self, *states: State) -> Sheet:
        wanted = [each for each in self.seen.values() if not states or each.state in states]
        if not wanted:
            raise Refusal("concession.gone")
        return self.random.choice(wanted)

    def note(self, sheet: Sheet) -> object:
        self.seen[sheet.concession] = sheet
        return sheet.concession, sheet.state

    def enter(self) -> object:
        key = f"key {len(self.told)}"
        return self.note(
            concessions.record(self.firm.house, self.anybody(), self.some().id, self.given(), key)
        )

    def change(self) -> object:
        old = self.sheet()
        given = self.given()
        return self.note(
            concessions.change(self.firm.house, self.anybody(), old.concession, given, old.version)
        )

    def agree(self) -> object:
        old = self.sheet(State.ASKED, State.ASKED, State.AGREED)
        return self.note(concessions.agree(self.firm.house, self.decider(), old.concession, old.version))

    def decline(self) -> object:
        old, who = self.sheet(State.ASKED), self.decider()
        return self.note(concessions.decline(self.firm.house, who, old.concession, old.version, "no"))

    def withdraw(self) -> object:
        return self.note(concessions.withdraw(self.firm.house, self.anybody(), self.sheet().concession))

    def hand(self) -> object:
        to = self.random.choice(self.people)
        handover.hand(self.firm.house, self.decider(), self.some().id, to.id, "client")
        return to.name

    def archive(self) -> object:
        return client_edits.archive(self.firm.house, self.decider(), self.some().id).name

    def restore(self) -> object:
        return client_edits.restore(self.firm.house, self.decider(), self.some().id).name

    def merge(self) -> object:
        kept, gone = self.random.sample(self.clients, 2)
        done = merges.merge(self.firm.house, self.firm.actor(self.firm.carla), kept.id, gone.id)
        self.merged.append(done.merge.id)
        return kept.name, gone.name

    def part(self) -> object:
        merge_id = self.random.choice(self.merged or [0])
        return merges.undo(self.firm.house, self.firm.actor(self.firm.carla), merge_id).kept.name

    def wait(self) -> object:
        self.firm.clock.tick(hours=self.random.randint(1, 12))
        concessions.tick(self.firm.house, self.firm.workspace.id)
        for entry_id in delivery.due(self.firm.house, self.firm.workspace.id, 50):
            delivery.deliver(self.firm.house, ScriptedMessenger(), self.firm.workspace.id, entry_id)
        return self.firm.clock()


def check(walk: Walk) -> None:
    trail = "\n".join(walk.told[-15:])
    with walk.firm.house.memory.read(walk.firm.workspace.id) as unit:
        counted = []
        for number, sheet in walk.seen.items():
            found = concession_steps.again(unit, number)
            client = concession_steps.client_of(unit, found)
            if found.state is not State(sheet.state):  # nobody but an archive settles what waits
                assert (sheet.state, found.state) == (State.ASKED, State.WITHDRAWN), trail
                assert found.answer == ARCHIVED, trail
            if found.state is State.ASKED:
                assert not client.archived, trail
                may = [
                    member.id
                    for member in unit.members.all()
                    if concession_steps.decides(unit, member, found)
                ]
                assert set(may) & set(found.told), f"nobody who may decide was asked\n{trail}"
                assert found.member_id not in may, trail
            if found.counts:
                counted.append((client.id, found.given.held))
        for each in walk.clients:
            kept = unit.clients.itself(each.id)
            assert kept is not None
            if kept.merged_into_id is not None:
                continue
            balance = concession_steps.balance_of_client(unit, kept, walk.firm.clock().date())
            assert balance.given == counted.count((kept.id, False)), f"{kept.name}\n{trail}"
            assert balance.held == counted.count((kept.id, True)), f"{kept.name}\n{trail}"


@pytest.mark.parametrize("seed", range(5))
def test_whatever_happens_what_waits_waits_for_somebody_who_was_asked(small_firm: Firm, seed: int) -> None:
    firm = small_firm
    mia = admit(firm.house, firm.workspace.id, profile("U0MIA", "Mia Moss"))
    with firm.house.memory.write(firm.workspace.id) as unit:
        unit.members.set_roles(mia.id, frozenset({Role.ACCOUNT_MANAGER, Role.LEAD}))
        unit.members.set_lead(firm.bruno.id, mia.id)
        people = [unit.members.get(each.id) or each for each in (firm.alice, firm.bruno, firm.lea, mia)]
    for name in ("Acme", "Northwind", "Zephyr"):
        firm.client(name)
    walk = Walk(firm, Random(seed), people, [firm.lea, mia, firm.carla], list(firm.clients.values()))
    for _ in range(STEPS):
        walk.step()
        check(walk)
    decided = [each for each in walk.told if each.startswith(("agree: (", "decline: ("))]
    assert decided, "nobody decided anything"
