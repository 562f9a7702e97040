"""Walks through everything that can be done with clients that change hands, in any order, against a small model.

Whatever happens, each client is somebody's and nobody else's, and nothing that is open stays behind with who had it.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from random import Random

import pytest

from bot.domain.clients import Client
from bot.domain.members import Member, Role
from bot.domain.outbox import State
from bot.domain.reassignment import CHOSEN, RequestState
from bot.domain.refusals import Refusal
from bot.domain.response import What
from bot.domain.split import PlanRow
from bot.domain.touches import Channel, TouchDraft
from bot.ports import UnitOfWork, description_of
from bot.services import (
    approvals,
    audit,
    client_edits,
    covers,
    delivery,
    gifts,
    handover,
    imports,
    meetings,
    merges,
    nudges,
    policies,
    promises,
    reassignment,
    reassignment_steps,
    response_ladder,
    responses,
    split,
    touches,
)
from bot.services.house import Actor
from bot.services.members import admit
from bot.services.owners import moments_of
from bot.services.proposals import own_check
from tests.bot.services.messenger import ScriptedMessenger
from tests.bot.services.test_approvals import furnished
from tests.bot.services.test_gifts import basket
from tests.conftest import Firm, profile

STEPS = 70
NAMES = ("Acme", "Northwind", "Zephyr")


@dataclass
class Walk:
    """Somebody who does one thing after another; a refusal is an answer like any other. `owners` is the model."""

    firm: Firm
    random: Random
    people: list[Member]
    clients: list[Client]
    owners: dict[int, int] = field(default_factory=dict)
    undoable: dict[int, tuple[int, int]] = field(default_factory=dict)
    """Handovers by number, with the client and who had it before."""
    requests: list[int] = field(default_factory=list)
    questions: dict[int, int] = field(default_factory=dict)
    """Questions that wait for an answer, with their clients; what was answered is taken out."""
    bulks: list[tuple[datetime, int]] = field(default_factory=list)
    """Whole books that were handed over: when, and whose they were."""
    merged: dict[int, int] = field(default_factory=dict)
    """Clients that are part of another one, with the merge."""
    told: list[str] = field(default_factory=list)

    def step(self) -> None:
        act: Callable[[], object] = self.random.choice(
            [
                self.hand, self.hand, self.ask, self.ask, self.approve, self.approve, self.decline, self.withdraw,
                self.undo, self.undo, self.promise, self.promise, self.meet, self.gift, self.question, self.cover,
                self.snooze, self.touch, self.close, self.open, self.open, self.archive, self.restore, self.restore,
                self.propose, self.wait, self.form, self.form, self.bulk, self.undo_bulk, self.listed, self.merge,
                self.part, self.part, self.asked_us, self.asked_us, self.answer,
            ]
        )  # fmt: skip
        try:
            self.told.append(f"{act.__name__}: {act()}")
        except Refusal as refusal:
            self.told.append(f"{act.__name__}: {refusal.code}")

    def some(self) -> Client:
        return self.random.choice([each for each in self.clients if each.id not in self.merged])

    def now_of(self, client_id: int) -> int:
        with self.firm.house.memory.read(self.firm.workspace.id) as unit:
            found = unit.clients.itself(client_id)
        assert found is not None
        assert found.owner_id is not None, "owned by nobody"
        return found.owner_id

    def anybody(self) -> Member:
        return self.random.choice(self.people)

    def lead(self) -> Actor:
        return self.firm.actor(self.random.choice([self.firm.lea, self.firm.carla]))

    def owner(self, client: Client) -> Actor:
        return Actor(self.firm.workspace.id, self.owners[client.id])

    def key(self) -> str:
        return f"key {len(self.told)}"

    # --- Changing hands ---------------------------------------------------------------------------------------

    def hand(self) -> object:
        client, to = self.some(), self.anybody()
        before = self.owners[client.id]
        done = handover.hand(
            self.firm.house, self.lead(), client.id, to.id, self.random.choice(CHOSEN).value, "why"
        )
        self.undoable.setdefault(done.handover.id, (client.id, before))
        self.owners[client.id] = to.id
        return client.name, before, to.id

    def ask(self) -> object:
        client = self.some()
        asked = reassignment.ask(self.firm.house, self.owner(client), client.id, "client")
        self.requests.append(asked.sheet.request)
        return client.name, asked.sheet.request

    def approve(self) -> object:
        request_id, to = self.random.choice(self.requests or [1]), self.anybody()
        before = dict(self.owners)
        sheet = reassignment.approve(self.firm.house, self.lead(), request_id, to.id)
        if sheet.state == RequestState.APPROVED and sheet.handover is not None:
            self.undoable.setdefault(sheet.handover, (sheet.client_id, before[sheet.client_id]))
            self.owners[sheet.client_id] = to.id
        return request_id, sheet.state, to.id

    def decline(self) -> object:
        request_id = self.random.choice(self.requests or [1])
        return reassignment.decline(self.firm.house, self.lead(), request_id, "not now").state

    def withdraw(self) -> object:
        with self.firm.house.memory.read(self.firm.workspace.id) as unit:
            found = unit.reassignments.get(self.random.choice(self.requests or [1]))
        if found is None or found.asked_by is None:
            return None
        actor = Actor(self.firm.workspace.id, found.asked_by)
        return reassignment.withdraw(self.firm.house, actor, found.id).state

    def undo(self) -> object:
        if not self.undoable:
            return None
        number = self.random.choice(sorted(self.undoable)[-3:])
        client_id, before = self.undoable[number]
        with self.firm.house.memory.read(self.firm.workspace.id) as unit:
            known = unit.handovers.get(number)
        handover.undo(self.firm.house, self.lead(), number)
        if known is not None and known.undone_at is None:
            self.owners[client_id] = before
        return number, client_id, before

    def form(self) -> object:
        """The client's form, with another owner."""
        client, to, lead = self.some(), self.anybody(), self.lead()
        found = client_edits.opened(self.firm.house, lead, client.id)
        sheet = client_edits.Sheet(
            description_of(found.client),
            to.user_id,
            {part: each.user_id for part, each in found.team.items()},
        )
        before = self.owners[client.id]
        done = client_edits.edit(self.firm.house, lead, client.id, sheet, found.client.version)
        if done.handover is not None:
            self.undoable.setdefault(done.handover, (client.id, before))
        self.owners[client.id] = to.id
        return client.name, to.id

    def bulk(self) -> object:
        """All clients of somebody at once, on the command line."""
        leaver = self.anybody()
        theirs = [
            each for each in self.clients if self.owners[each.id] == leaver.id and each.id not in self.merged
        ]
        names = {each.id: self._itself(each.id).name for each in theirs}
        to = {each.id: self.anybody() for each in theirs}
        rows = [
            PlanRow(at, each.id, names[each.id], leaver.user_id, to[each.id].user_id)
            for at, each in enumerate(theirs)
        ]
        moment = self.firm.clock.tick(minutes=1)
        split.carry_out(self.firm.house, self.firm.workspace.id, rows, reason="leave")
        for each in theirs:
            self.owners[each.id] = to[each.id].id
        self.bulks.append((moment, leaver.id))
        return leaver.name, [to[each.id].id for each in theirs]

    def _itself(self, client_id: int) -> Client:
        with self.firm.house.memory.read(self.firm.workspace.id) as unit:
            found = unit.clients.itself(client_id)
        assert found is not None
        return found

    def undo_bulk(self) -> object:
        at, leaver = self.random.choice(self.bulks or [(self.firm.clock(), 0)])
        before = {each.id: self.now_of(each.id) for each in self.clients}
        done = handover.undo_all(self.firm.house, self.lead(), at, leaver)
        for each in self.clients:
            now = self.now_of(each.id)
            assert now in (before[each.id], leaver)
            self.owners[each.id] = now if each.id not in self.merged else self.owners[each.id]
        return len(done.clients), [(name, why.code) for name, why in done.left]

    def listed(self) -> object:
        """A list of clients from elsewhere that names another owner."""
        client, to = self._itself(self.some().id), self.anybody()
        if client.archived:
            return None  # the list would bring a new one of that name
        text = f"name,owner\n{client.name},{to.user_id}"
        found = imports.import_clients(self.firm.house, self.firm.workspace.id, text.encode())
        if found.counts[imports.Kind.CHANGED]:
            self.owners[client.id] = to.id
        return client.name, to.id, dict(found.counts)

    def merge(self) -> object:
        kept, gone = self.some(), self.some()
        done = merges.merge(self.firm.house, self.firm.actor(self.firm.carla), kept.id, gone.id)
        self.merged[gone.id] = done.merge.id
        owner = self.now_of(kept.id)
        assert owner in (self.owners[kept.id], self.owners[gone.id])
        self.owners[kept.id] = owner
        return kept.name, gone.name, owner

    def part(self) -> object:
        if not self.merged:
            return None
        gone_id = self.random.choice(sorted(self.merged))
        done = merges.undo(self.firm.house, self.firm.actor(self.firm.carla), self.merged[gone_id])
        del self.merged[gone_id]
        for client_id in (gone_id, done.kept.id):
            self.owners[client_id] = self.now_of(client_id)
        return done.kept.name, done.gone.name

    def propose(self) -> object:
        client = self.some()
        with self.firm.house.memory.write(self.firm.workspace.id) as unit:
            found = reassignment_steps.propose(unit, client.id, "clocks", self.firm.clock())
        if found is not None:
            self.requests.append(found)
        return found

    # --- What is open -----------------------------------------------------------------------------------------

    def promise(self) -> object:
        client, day = self.some(), self.firm.clock().date() + timedelta(days=3)
        promises.make(self.firm.house, self.owner(client), client.id, "a quote", day, self.key())
        return client.name

    def meet(self) -> object:
        client, at = self.some(), self.firm.clock() + timedelta(hours=self.random.randint(1, 90))
        meetings.enter(self.firm.house, self.owner(client), client.id, at, self.key())
        meetings.plan(self.firm.house, self.firm.workspace.id)
        return client.name

    def gift(self) -> object:
        client = self.firm.clients["Brightside"]
        checked = gifts.check(self.firm.house, self.owner(client), basket("55"))
        asked = approvals.request(self.firm.house, self.owner(client), checked.check_id, "ten years")
        return asked.sheet is not None and asked.sheet.request

    def question(self) -> object:
        client = self.firm.clients["Brightside"]
        checked = gifts.check(self.firm.house, self.owner(client), basket("55"))
        today = self.firm.clock().date()
        return policies.asked(
            self.firm.house, self.owner(client), checked.check_id, "Jane", today
        ).question_id

    def asked_us(self) -> object:
        """A client waits for an answer."""
        client = self.some()
        waiting = responses.start(self.firm.house, self.owner(client), client.id, self.key()).waiting
        self.questions[waiting.question_id] = client.id
        return client.name, waiting.question_id

    def answer(self) -> object:
        if not self.questions:
            return None
        number = self.random.choice(sorted(self.questions))
        client_id = self.questions[number]
        owner = Actor(
            self.firm.workspace.id, self.now_of(self._itself(client_id).merged_into_id or client_id)
        )
        responses.settle(self.firm.house, owner, number, What.ANSWERED)
        del self.questions[number]
        return number

    def cover(self) -> object:
        client, last = self.some(), self.firm.clock().date() + timedelta(days=4)
        sheet = covers.ask(self.firm.house, self.owner(client), client.id, self.anybody().id, last)
        if self.random.random() < 0.7:
            colleague = Actor(self.firm.workspace.id, sheet.cover.colleague_id)
            covers.accept(self.firm.house, colleague, sheet.cover.id)
        return client.name, sheet.colleague

    def snooze(self) -> object:
        client = self.some()
        nudges.snooze(self.firm.house, self.owner(client), client.id, wish="monday", reason="they asked")
        return client.name

    def touch(self) -> object:
        client = self.some()
        draft = TouchDraft(client.id, Channel.CALL, complaint=self.random.random() < 0.3)
        touches.log(self.firm.house, self.owner(client), draft, self.key())
        return client.name

    # --- Around it --------------------------------------------------------------------------------------------

    def close(self) -> object:
        return self._active(self.random.choice(self.people[:3]), active=False)

    def open(self) -> object:
        return self._active(self.random.choice(self.people[:3]), active=True)

    def _active(self, member: Member, *, active: bool) -> object:
        with self.firm.house.memory.write(self.firm.workspace.id) as unit:
            unit.members.set_active(member.id, active=active)
        return member.name

    def archive(self) -> object:
        return client_edits.archive(self.firm.house, self.firm.actor(self.firm.carla), self.some().id).name

    def restore(self) -> object:
        return client_edits.restore(self.firm.house, self.firm.actor(self.firm.carla), self.some().id).name

    def wait(self) -> object:
        self.firm.clock.tick(hours=self.random.randint(1, 30))
        reassignment.tick(self.firm.house, self.firm.workspace.id)
        response_ladder.tick(self.firm.house, self.firm.workspace.id)
        for entry_id in delivery.due(self.firm.house, self.firm.workspace.id, 50):
            delivery.deliver(self.firm.house, ScriptedMessenger(), self.firm.workspace.id, entry_id)
        return self.firm.clock()


def check(walk: Walk) -> None:
    """Nothing is owned by nobody or by two, and nothing that is open was left behind."""
    trail = "\n".join(walk.told[-15:])
    with walk.firm.house.memory.read(walk.firm.workspace.id) as unit:
        for each in walk.clients:
            client = unit.clients.itself(each.id)
            assert client is not None
            if each.id in walk.merged:
                assert client.archived, trail
                continue
            owner = walk.owners[client.id]
            assert client.owner_id == owner, f"{client.name}\n{trail}"
            _check_open(unit, client, owner, trail, walk)
            last = unit.handovers.of_client(client.id, 1)
            if last and last[0].undone_at is None:
                assert last[0].to_id == owner, f"{client.name}\n{trail}"
            should = moments_of(unit, client, walk.firm.clock())
            assert should is not None
            assert (client.due_at, client.neglected_at) == (should.due_at, should.neglected_at), trail
        for number in walk.questions:
            question = unit.questions.get(number)
            assert question is not None
            assert question.is_open, f"question {number}: nobody answered it\n{trail}"
            seen_to = (
                question.look_at is not None or question.told
            )  # once the whole ladder was climbed, nobody looks
            assert seen_to, f"question {number}: nobody is told of it\n{trail}"
            assert question.client_id not in walk.merged, (
                f"question {number}: of a client that is no more\n{trail}"
            )
        for request_id in walk.requests:
            request = unit.reassignments.get(request_id)
            assert request is not None
            if request.state is RequestState.APPROVED:
                given = [
                    h
                    for h in unit.handovers.of_client(request.client_id, 99)
                    if h.request_id == request_id and h.undone_at is None
                ]
                assert len(given) == 1, f"request {request_id}\n{trail}"


def _check_open(unit: UnitOfWork, client: Client, owner: int, trail: str, walk: Walk) -> None:
    open_promises = {each.member_id for each in unit.promises.open_of_client(client.id)}
    assert open_promises <= {owner}, f"{client.name}: promises\n{trail}"
    now = walk.firm.clock()
    for member in walk.people:
        met = [m for m in unit.meetings.ahead(member.id, now, 99) if m.client_id == client.id]
        assert not met or member.id == owner, f"{client.name}: meetings of {member.name}\n{trail}"
        for cover in unit.covers.of_owner(member.id, now.date()):
            alone = cover.client_ids == (client.id,)
            assert not alone or member.id == owner, f"{client.name}: covers of {member.name}\n{trail}"
    for gift in unit.requests.pending_of_client(client.id):
        holder = unit.members.get(owner)
        assert gift.member_id == owner, f"{client.name}: gifts\n{trail}"
        assert holder is not None
        assert own_check(unit, holder, gift.check_id), f"{client.name}: a check\n{trail}"
    for question in unit.policy_questions.open():
        if question.client_id == client.id:
            assert question.member_id == owner, f"{client.name}: policies\n{trail}"
    for entry in unit.outbox.listed([State.PENDING], kind="meeting"):
        meeting = unit.meetings.get(int(str(entry.facts["meeting"])))
        if meeting is not None and meeting.cancelled_at is None and meeting.at > now and entry.body is None:
            assert entry.member_id == meeting.member_id, f"{client.name}: a brief\n{trail}"
    waiting = unit.reassignments.open_of_client(client.id)
    assert all(each.owner_id == client.owner_id for each in waiting), f"{client.name}: requests\n{trail}"
    askers = [each.asked_by for each in waiting]
    assert len(askers) == len(set(askers)), f"{client.name}: asked twice\n{trail}"
    assert not waiting or not client.archived, f"{client.name}: archived\n{trail}"


@pytest.mark.parametrize("seed", range(6))
def test_whatever_happens_each_client_is_one_persons_with_all_that_is_open(
    small_firm: Firm, seed: int
) -> None:
    firm = furnished(small_firm)
    nora = admit(firm.house, firm.workspace.id, profile("U0NORA", "Nora North"))
    with firm.house.memory.write(firm.workspace.id) as unit:
        unit.members.set_lead(nora.id, firm.lea.id)
        unit.change_workspace(replace(unit.hold_workspace(), clocks_on=date(2026, 11, 1)))
        unit.members.set_roles(firm.carla.id, frozenset({Role.ADMIN, Role.COMPLIANCE, Role.ACCOUNT_MANAGER}))
    for name in NAMES:
        firm.client(name)
    clients = list(firm.clients.values())
    people = [firm.alice, firm.bruno, nora, firm.lea]
    walk = Walk(firm, Random(seed), people, clients, {client.id: firm.alice.id for client in clients})

    walk.firm.clock.tick(hours=1)
    for _ in range(5):
        with suppress(Refusal):
            walk.told.append(f"hand: {walk.hand()}")
    for _ in range(STEPS):
        walk.step()
        check(walk)

    assert audit.audit(firm.house, firm.workspace.id).fault is None
    assert walk.undoable, "nothing changed hands"
