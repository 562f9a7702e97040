"""Walks through everything that can be done with clients, in any order: what is reckoned stays what it should be."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from bot.domain.clients import Client, Part, Status, Tier
from bot.domain.imports import Decision
from bot.domain.members import Member, NewSettings
from bot.domain.refusals import Refusal
from bot.domain.touches import Channel, Direction, Restart, TouchDraft
from bot.ports import NewContact, UnitOfWork, description_of
from bot.services import (
    audit,
    client_contacts,
    client_edits,
    clients,
    gifts,
    imports,
    merges,
    nudges,
    promises,
    register,
    settings,
    touch_marks,
    touches,
    workspaces,
)
from bot.services.client_edits import Sheet
from bot.services.house import Actor
from bot.services.imports import Origin
from bot.services.owners import moments_of
from bot.services.proposals import GiftDraft
from tests.conftest import Firm

STEPS = 50
NAMES = ("Acme", "Northwind", "Zephyr", "Contoso", "Initech", "Umbrella", "Vandelay", "Wonka")


@dataclass
class Walk:
    """Somebody who does one thing after another; a refusal is an answer like any other."""

    firm: Firm
    random: Random
    told: list[str] = field(default_factory=list)
    touches: list[int] = field(default_factory=list)
    merges: list[int] = field(default_factory=list)
    imports: list[int] = field(default_factory=list)

    def step(self) -> None:
        act: Callable[[], object] = self.random.choice(
            [
                self.log, self.log, self.log, self.withdraw, self.correct, self.complain, self.settle, self.edit,
                self.edit, self.hand_over, self.archive, self.restore, self.merge, self.merge, self.part, self.part,
                self.bring_in, self.bring_in, self.take_out, self.rhythm, self.work_days, self.snooze, self.meet,
                self.promise, self.add, self.give, self.wait,
            ]
        )  # fmt: skip
        try:
            done = act()
            self.told.append(f"{act.__name__}: {done}")
        except Refusal as refusal:
            self.told.append(f"{act.__name__}: {refusal.code}")

    # --- Whom and what ------------------------------------------------------------------------------------------

    def everybody(self) -> list[Client]:
        with self.firm.house.memory.read(self.firm.workspace.id) as unit:
            return every_client(unit)

    def some(self) -> Client:
        return self.random.choice(self.everybody())

    def owner(self) -> Member:
        return self.random.choice([self.firm.alice, self.firm.bruno])

    # --- What can be done ---------------------------------------------------------------------------------------

    def log(self) -> object:
        chosen = [self.some().id for _ in range(self.random.choice([1, 1, 2]))]
        at = self.firm.clock() - timedelta(days=self.random.randint(0, 60), hours=self.random.randint(1, 9))
        draft = TouchDraft(
            chosen[0],
            self.random.choice([Channel.CALL, Channel.EMAIL]),
            self.random.choice(list(Direction)),
            also=tuple(chosen[1:]),
            at=at,
            complaint=self.random.random() < 0.25,
        )
        logged = touches.log_all(
            self.firm.house, self.firm.actor(self.owner()), draft, f"key{len(self.told)}"
        )
        self.touches += [each.touch.id for each in logged]
        return chosen, [each.touch.client_id for each in logged]

    def touch(self) -> int:
        return self.random.choice(self.touches or [1])

    def withdraw(self) -> object:
        touch_id = self.touch()
        touches.withdraw(self.firm.house, self.admin, touch_id)
        return touch_id

    def correct(self) -> object:
        touch_id, client_id = self.touch(), self.some().id
        at = self.firm.clock() - timedelta(days=self.random.randint(0, 90))
        draft = TouchDraft(
            client_id,
            self.random.choice([Channel.CALL, Channel.EMAIL]),
            at=at,
            complaint=self.random.random() < 0.3,
        )
        touches.change(self.firm.house, self.admin, touch_id, draft)
        return touch_id, client_id

    def complain(self) -> object:
        touch_id = self.touch()
        touch_marks.mark_complaint(self.firm.house, self.admin, [touch_id], self.random.random() < 0.6)
        return touch_id

    def settle(self) -> object:
        client_id = self.some().id
        touch_marks.settle(self.firm.house, self.admin, client_id)
        return client_id

    def edit(self) -> object:
        return self.sheet(
            tier=self.random.choice(list(Tier)),
            status=self.random.choice([Status.ACTIVE, Status.ACTIVE, Status.ON_HOLD, Status.PROSPECT]),
            cadence_days=self.random.choice([None, None, 1, 30, 730]),
        )

    def hand_over(self) -> object:
        return self.sheet(owner=self.random.choice(["U0ALICE", "U0BRUNO", ""]))

    def sheet(self, owner: str | None = None, **said: Any) -> object:
        opened = client_edits.opened(self.firm.house, self.admin, self.some().id)
        held = "" if opened.owner is None else opened.owner.user_id
        team = {part: member.user_id for part, member in opened.team.items()}
        if self.random.random() < 0.2:
            team[Part.BACKUP] = "U0LEA"
        sheet = Sheet(replace(description_of(opened.client), **said), held if owner is None else owner, team)
        client_edits.edit(self.firm.house, self.admin, opened.client.id, sheet, opened.client.version)
        return opened.client.id

    def archive(self) -> object:
        return client_edits.archive(self.firm.house, self.admin, self.some().id).id

    def restore(self) -> object:
        return client_edits.restore(self.firm.house, self.admin, self.some().id).id

    def merge(self) -> object:
        kept, gone = self.some().id, self.some().id
        self.merges.append(merges.merge(self.firm.house, self.admin, kept, gone).merge.id)
        return kept, gone, self.merges[-1]

    def part(self) -> object:
        merge_id = self.random.choice(self.merges or [1])
        merges.undo(self.firm.house, self.admin, merge_id)
        return merge_id

    def bring_in(self) -> object:
        self.firm.clock.tick(minutes=5)  # so that the import's own reckoning is looked at
        lines = ["name,owner,tier,cadence_days,last_touch,status,contact,contact_email"]
        for name in self.random.sample(NAMES, 3):
            day = self.firm.clock().date() - timedelta(days=self.random.randint(0, 200))
            owner = self.random.choice(["U0ALICE", "U0BRUNO", ""])
            tier, own = self.random.choice("ABC"), self.random.choice(["", "14"])
            status = self.random.choice(["", "active", "on hold"])
            lines.append(f"{name},{owner},{tier},{own},{day},{status},Pat {name},pat@{name.lower()}.example")
        done = taken_in(self.firm, "\n".join(lines))
        if done is not None:
            self.imports.append(done)
        return done, lines[1:]

    def take_out(self) -> object:
        import_id = self.random.choice(self.imports or [1])
        imports.undo(self.firm.house, Origin(self.firm.workspace.id), import_id)
        return import_id

    def rhythm(self) -> object:
        days = self.random.choice([(14, 21), (30, 60), (21, 35)])
        starts_on = self.random.choice([None, date(2026, 12, 24)])
        workspaces.change(self.firm.house, self.admin, cadences={"A": days}, starts_on=starts_on)
        return days

    def work_days(self) -> object:
        member = self.owner()
        days = frozenset(self.random.sample(range(7), self.random.randint(1, 7)))
        settings.change(self.firm.house, self.firm.actor(member), NewSettings(work_days=days))
        return member.name, days

    def snooze(self) -> object:
        client_id = self.some().id
        nudges.snooze(self.firm.house, self.admin, client_id, wish="monday", reason="they asked")
        return client_id

    def promise(self) -> object:
        client_id = self.some().id
        day = self.firm.clock().date() + timedelta(days=3)
        made = promises.make(self.firm.house, self.admin, client_id, "a quote", day, f"key{len(self.told)}")
        return client_id, made.promise.client_id

    def add(self) -> object:
        new = clients.new_client(self.random.choice(NAMES))
        return clients.add(self.firm.house, self.firm.actor(self.owner()), new, "Dana").id

    def meet(self) -> object:
        client_id = self.some().id
        new = NewContact(client_id, f"Sam {len(self.told)}")
        return client_contacts.add(self.firm.house, self.admin, new).contact.id

    def give(self) -> object:
        client = self.some()
        with self.firm.house.memory.read(self.firm.workspace.id) as unit:
            people = unit.contacts.of_client(client.id)
        if not people:
            return None
        draft = GiftDraft(client.id, people[0].id, description="tea", amount=None)
        checked = gifts.check(self.firm.house, self.firm.actor(self.owner()), draft)
        return register.record_given(self.firm.house, self.admin, checked.check_id, None) and client.id

    def wait(self) -> object:
        return self.firm.clock.tick(hours=self.random.randint(1, 20))

    @property
    def admin(self) -> Actor:
        return self.firm.actor(self.firm.carla)


def every_client(unit: UnitOfWork) -> list[Client]:
    """All clients, archived and merged ones as well."""
    found = (unit.clients.itself(number) for number in range(1, 200))
    return [client for client in found if client is not None]


def taken_in(firm: Firm, text: str) -> int | None:
    """Import a list as whoever runs the machine does; what looks alike is another."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "list.csv"
        path.write_text(text)
        choices = imports.Choices(others=Decision.ANOTHER)
        return imports.take_in(firm.house, Origin(firm.workspace.id), path, choices=choices).import_id


def check(firm: Firm, told: list[str]) -> None:
    """Each client in the book is due when what stands in the book says so, and nothing hangs on one that went."""
    trail = "\n".join(told[-12:])
    with firm.house.memory.read(firm.workspace.id) as unit:
        for client in every_client(unit):
            if client.merged_into_id is not None:
                assert not unit.touches.recent(client.id, 1), f"{client.id}: touches\n{trail}"
                assert not unit.promises.open_of_client(client.id), f"{client.id}: promises\n{trail}"
            if client.archived:
                continue
            last = unit.touches.last_counted(client.id)
            spoke = [at for at in (client.spoke_before_at, last.get(Restart.WHOLE)) if at is not None]
            assert client.last_conversation_at == max(spoke, default=None), f"{client.id}\n{trail}"
            assert client.last_one_way_at == last.get(Restart.HALF), f"{client.id}\n{trail}"
            should = moments_of(unit, client, firm.clock())
            due = None if should is None else should.due_at
            neglected = None if should is None else should.neglected_at
            assert (client.due_at, client.neglected_at) == (due, neglected), f"{client.id}\n{trail}"


@pytest.mark.parametrize("seed", range(3))
def test_whatever_is_done_in_whatever_order_clients_are_due_when_the_book_says(firm: Firm, seed: int) -> None:
    for name in NAMES[:4]:
        firm.contact(firm.client(name), f"Dana {name}")
    walk = Walk(firm, Random(seed))

    for _ in range(STEPS):
        walk.step()
        check(firm, walk.told)

    assert audit.audit(firm.house, firm.workspace.id).fault is None
