"""Who is told what, when: the real services, in any order, against a model of dates and lists (see `told`)."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from bot.domain.digest import digest_key
from bot.domain.members import Member, NewSettings
from bot.domain.outbox import Entry, State
from bot.domain.refusals import Refusal
from bot.domain.touches import Channel, Direction, TouchDraft
from bot.door.simulation.defaults import Defaults, TriedMemory
from bot.ports import description_of
from bot.services import (
    client_edits,
    cover_gaps,
    covers,
    delivery,
    digest,
    members,
    merges,
    nudges,
    presses,
    touches,
)
from bot.services import settings as settings_service
from bot.services.house import Actor
from tests.bot.services.messenger import ScriptedMessenger
from tests.bot.services.told import (
    DAY,
    GIVES_WAY_FOR,
    IN_VAIN,
    ROWS,
    Cover,
    Known,
    Leave,
    Line,
    Model,
    Person,
    Touch,
)
from tests.conftest import Firm, StandingClock, open_firm, profile
from tests.databases import open_file

PEOPLE = ("Ana", "Ben", "Cai")
CLIENTS = {
    "Acme": "Ana",
    "Globex": "Ana",
    "Hooli": "Ana",
    "Initech": "Ana",
    "Umbrella": "Ben",
    "Wonka": "Ben",
}
"""Whose clients they are at first; one manager begins with none."""
BEGINS = datetime(2026, 1, 5, 12, tzinfo=UTC)
"""A Monday. Everybody lives by UTC and has no public holidays, so that a day is a day."""

pytestmark = pytest.mark.timeout(300)
"""It takes fifteen seconds; on a machine that is busy with other things much longer."""

who_ = st.sampled_from(PEOPLE)
name_ = st.sampled_from(sorted(CLIENTS))


class Told(RuleBasedStateMachine):
    """One firm with three managers; each rule does something at noon, and the days are passed one by one."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="told-"))
        self.engine = open_file(self.folder / "rapport.db")
        self.clock = StandingClock(BEGINS)
        self.firm: Firm = open_firm(self.engine, self.clock)
        tried = Defaults(rows=ROWS, in_vain=IN_VAIN, way=GIVES_WAY_FOR)
        self.house = replace(self.firm.house, memory=TriedMemory(self.engine, tried))
        self.slack = ScriptedMessenger()
        self.members: dict[str, Member] = {}
        self.model = Model()
        self.keys = 0
        self.merged: list[tuple[int, str, str, list[Touch], datetime]] = []
        self.moved_on: dict[str, date] = {}
        """The day on which the leave of somebody, or who covers, last changed: that moves what is due in silence."""

    def teardown(self) -> None:
        self.engine.dispose()
        shutil.rmtree(self.folder)

    @initialize()
    def begins(self) -> None:
        for name in PEOPLE:
            person = members.admit(self.house, self.firm.workspace.id, self._profile(name))
            self.members[name] = settings_service.change(
                self.house, self.firm.actor(person), NewSettings(work_days=frozenset(range(5)))
            )
            self.model.people[name] = Person()
        for name, owner in CLIENTS.items():
            self.firm.client(name, self.members[owner], cadence_days=7)
            self.model.clients[name] = Known(owner, BEGINS.date())
        self._pass(7)  # to the Monday on which all of them are due

    # --- Clients --------------------------------------------------------------------------------------------

    @rule(name=name_, back=st.integers(0, 4), both=st.booleans(), by_cover=st.booleans())
    def logs(self, name: str, back: int, both: bool, by_cover: bool) -> None:
        """A touch, today's or an earlier one; both sides spoke, or one of them wrote."""
        if self._is_gone(name):
            return
        self.keys += 1
        draft = TouchDraft(
            self.firm.clients[name].id,
            Channel.CALL if both else Channel.EMAIL,
            Direction.TWO_WAY if both else Direction.OUTBOUND,
            at=self.clock() - timedelta(days=back),
        )
        try:
            (logged,) = touches.log_all(self.house, self._whose(name, by_cover), draft, f"key {self.keys}")
        except Refusal as refusal:
            if refusal.code != "touch.same":
                raise
            return  # asked whether it is what a colleague has logged: it is
        self.model.touches.append(Touch(logged.touch.id, name, self.today - timedelta(days=back), both))
        self.model.clients[name].was_acted_on()

    @precondition(lambda self: bool(self.model.touches))
    @rule(which=st.integers(0, 99))
    def takes_back(self, which: int) -> None:
        touch = self.model.touches[which % len(self.model.touches)]
        if self.model.clients[touch.client].archived:
            return
        touches.withdraw(self.house, self._admin, touch.number)
        self.model.touches.remove(touch)
        self.model.clients[touch.client].was_acted_on()

    @rule(name=name_, days=st.integers(1, 6), by_cover=st.booleans())
    def snoozes(self, name: str, days: int, by_cover: bool) -> None:
        if self._is_gone(name):
            return
        day = self.today + timedelta(days=days)
        client_id = self.firm.clients[name].id
        nudges.snooze(self.house, self._whose(name, by_cover), client_id, day=day, reason="they asked for it")
        self.model.clients[name].quiet_until = day
        self.model.clients[name].was_acted_on()

    @rule(name=name_)
    def ends_snooze(self, name: str) -> None:
        known = self.model.clients[name]
        if known.archived or known.quiet_until is None:
            return
        nudges.end_snooze(self.house, self._actor(known.owner), self.firm.clients[name].id)
        known.quiet_until = None
        known.was_acted_on()

    @rule(name=name_, receiver=who_)
    def changes_hands(self, name: str, receiver: str) -> None:
        known = self.model.clients[name]
        if known.archived or known.owner == receiver or self._is_covered(name):
            return  # what becomes of covers that a handover takes along is walked through in test_handover_walks
        found = client_edits.opened(self.house, self._admin, self.firm.clients[name].id)
        sheet = client_edits.Sheet(description_of(found.client), self.members[receiver].user_id, {})
        client_edits.edit(self.house, self._admin, found.client.id, sheet, found.client.version)
        known.owner, known.in_new_hands, known.handed_on = receiver, True, self.today
        known.was_acted_on()

    def _is_covered(self, name: str) -> bool:
        return any(each.client == name and each.settled_on is None for each in self.model.covers)

    @rule(name=name_)
    def goes_and_comes(self, name: str) -> None:
        known = self.model.clients[name]
        if known.merged:
            return
        act = client_edits.restore if known.archived else client_edits.archive
        act(self.house, self._admin, self.firm.clients[name].id)
        known.archived = not known.archived
        known.was_acted_on()

    @rule(kept=name_, gone=name_)
    def become_one(self, kept: str, gone: str) -> None:
        """What was said to either was said to both; everything else is the kept client's."""
        if kept == gone or self._is_gone(kept) or self._is_gone(gone):
            return
        if self.model.clients[kept].owner != self.model.clients[gone].owner:
            return  # as above: it is a handover
        ids = self.firm.clients[kept].id, self.firm.clients[gone].id
        made = merges.merge(self.house, self._admin, *ids)
        moved = [touch for touch in self.model.touches if touch.client == gone]
        for touch in moved:
            touch.client = kept
        self.merged.append((made.merge.id, kept, gone, moved, self.clock()))
        self.model.clients[gone].archived = self.model.clients[gone].merged = True
        for name in (kept, gone):
            self.model.clients[name].was_acted_on()

    @precondition(lambda self: bool(self.merged))
    @rule()
    def become_two_again(self) -> None:
        merge, kept, gone, moved, at = self.merged.pop()
        if self._is_gone(kept) or self.clock() >= at + DAY:
            return
        merges.undo(self.house, self._admin, merge)
        for touch in moved:
            touch.client = gone
        self.model.clients[gone].archived = self.model.clients[gone].merged = False
        for name in (kept, gone):
            self.model.clients[name].was_acted_on()

    # --- Leave ----------------------------------------------------------------------------------------------

    @rule(
        who=who_,
        begins=st.integers(0, 4),
        days=st.integers(1, 5),
        colleague=st.none() | who_,
        agrees=st.booleans(),
    )
    def takes_leave(self, who: str, begins: int, days: int, colleague: str | None, agrees: bool) -> None:
        first = self.today + timedelta(days=begins)
        leave = Leave(first, first + timedelta(days=days - 1))
        person = self.model.people[who]
        if any(first <= each.last and each.first <= leave.last for each in person.entered):
            return
        colleague_id = None if colleague is None else self.members[colleague].id
        expected = "" if colleague is None else self._in_the_way(who, colleague, "", first, leave.last)
        refused, told = "", self._told_of_leave()
        try:
            taken = settings_service.take_leave(
                self.house, self._actor(who), first, leave.last, colleague_id=colleague_id
            )
        except Refusal as refusal:
            refused = refusal.code
        assert refused == expected, f"{who} asks {colleague} from {first} to {leave.last}"
        if refused:
            return
        lost = self.model.losing(who, leave, self.today)
        assert {each.cover.id for each in taken.lost} == lost
        expected_told = {(number, self._owner_of(number)) for number in lost}
        assert self._told_of_leave() - told <= expected_told <= self._told_of_leave()
        person.entered.append(leave)
        self._moves(who)
        for asked in taken.asked:
            assert colleague is not None
            number = asked.cover.id
            self.model.covers.append(Cover(number, who, colleague, "", first, leave.last, leave))
            if agrees:
                self._agrees(self.model.covers[-1])

    @precondition(lambda self: any(each.is_open(self.today) for each in self.model.covers))
    @rule(
        which=st.integers(0, 99),
        begins=st.integers(0, 2),
        days=st.integers(1, 3),
        by_status=st.booleans(),
        owner_too=st.booleans(),
    )
    def who_covers_is_away(
        self, which: int, begins: int, days: int, by_status: bool, owner_too: bool
    ) -> None:
        """Somebody who agreed, or is asked, to cover: by a status, or on days that they enter; maybe the owner, too."""
        still = [each for each in self.model.covers if each.is_open(self.today)]
        cover = still[which % len(still)]
        if cover.is_asked(self.today):
            self._agrees(cover)
        if owner_too:
            self.takes_leave(who=cover.owner, begins=begins, days=days + 1, colleague=None, agrees=False)
        if by_status:
            self.says_so_in_the_status(who=cover.colleague, days=days - 1)
        else:
            begins = max(begins, (cover.first - self.today).days)
            self.takes_leave(who=cover.colleague, begins=begins, days=days, colleague=None, agrees=False)

    def _owner_of(self, number: int) -> int:
        (cover,) = [each for each in self.model.covers if each.number == number]
        return self.members[cover.owner].id

    def _told_of_leave(self) -> set[tuple[int, int]]:
        """Of which covers somebody was, or is to be, told that the colleague is away, and who."""
        with self.house.memory.read(self.firm.workspace.id) as unit:
            known = unit.outbox.listed(set(State), kind=cover_gaps.GAP, limit=1000)
        return {(int(str(e.facts["cover"])), e.member_id) for e in known}

    @rule(who=who_)
    def leave_is_taken_out(self, who: str) -> None:
        """The days that have passed were leave all the same; what was asked for it goes along."""
        person = self.model.people[who]
        left = [each for each in person.entered if each.last >= self.today]
        if not left:
            return
        leave = left[0]
        known = settings_service.absences_of(self.house, self.firm.workspace.id, self.members[who].id)
        (absence,) = [each for each in known if each.first == leave.first and not each.from_status]
        settings_service.end_leave(self.house, self._actor(who), absence.id)
        for cover in self.model.covers:
            if cover.leave is leave and cover.is_open(self.today):
                cover.settled_on = self.today
        leave.last = self.today - DAY
        if leave.last < leave.first:
            person.entered.remove(leave)
        self._moves(who)

    @rule(who=who_, days=st.none() | st.integers(0, 4))
    def says_so_in_the_status(self, who: str, days: int | None) -> None:
        """From today to a day, or without saying until when: then to tomorrow, and further each day that it stands."""
        person = self.model.people[who]
        if person.status_until is not None:
            return
        person.status_until = date.max if days is None else self.today + timedelta(days=days)
        self._reads_status(who)
        self._moves(who)

    @rule(who=who_)
    def clears_the_status(self, who: str) -> None:
        person = self.model.people[who]
        if person.status_until is None:
            return
        person.status_until = None
        self._reads_status(who)
        self._moves(who)

    def _moves(self, who: str) -> None:
        """Their leave changed: what they look after ages otherwise, and what they agreed to cover may."""
        for owner in (who, *(each.owner for each in self.model.covers if each.colleague == who)):
            self.moved_on[owner] = self.today

    def _reads_status(self, who: str) -> None:
        """What happens once a day, and when a profile changes."""
        person = self.model.people[who]
        if person.status_until is not None and person.status_until < self.today:
            person.status_until = None
        members.refresh(self.house, self.firm.workspace.id, self._profile(who))
        person.by_status = {day for day in person.by_status if day < self.today}
        if person.status_until is not None:
            last = min(person.status_until, self.today + DAY if person.status_until == date.max else date.max)
            person.by_status |= {self.today + DAY * n for n in range((last - self.today).days + 1)}

    # --- Cover ----------------------------------------------------------------------------------------------

    @rule(name=name_, colleague=who_, days=st.integers(0, 6), agrees=st.booleans())
    def asks_for_cover(self, name: str, colleague: str, days: int, agrees: bool) -> None:
        if self._is_gone(name):
            return
        owner, last = self.model.clients[name].owner, self.today + timedelta(days=days)
        expected = self._in_the_way(owner, colleague, name, self.today, last)
        client_id, colleague_id = self.firm.clients[name].id, self.members[colleague].id
        refused = ""
        try:
            asked = covers.ask(self.house, self._actor(owner), client_id, colleague_id, last)
        except Refusal as refusal:
            refused = refusal.code
        assert refused == expected, f"{owner} asks {colleague} for {name} until {last}"
        if not refused and all(asked.cover.id != each.number for each in self.model.covers):
            self.model.covers.append(Cover(asked.cover.id, owner, colleague, name, self.today, last))
            if agrees:
                self._agrees(self.model.covers[-1])

    def _in_the_way(self, owner: str, colleague: str, client: str, first: date, last: date) -> str:
        """Why a colleague cannot be asked."""
        if owner == colleague:
            return "cover.oneself"
        if self.model.people[colleague].away_between(first, last):
            return "cover.away"
        for each in self.model.covers:
            same = (each.owner, each.client) == (owner, client) and each.settled_on is None
            common = [first + DAY * n for n in range((last - first).days + 1)]
            common = [day for day in common if each.first <= day <= each.last]
            away = self.model.people[each.colleague].away
            if each.agreed_on is not None:
                common = [day for day in common if not away(day)]
            if same and common:
                asked_already = (each.colleague, each.last) == (colleague, last)
                return "" if asked_already else "cover.known"
        return ""

    @precondition(lambda self: any(each.is_asked(self.today) for each in self.model.covers))
    @rule(which=st.integers(0, 99), agrees=st.sampled_from([True, True, True, False]))
    def answers(self, which: int, agrees: bool) -> None:
        asked = [each for each in self.model.covers if each.is_asked(self.today)]
        cover = asked[which % len(asked)]
        if agrees:
            self._agrees(cover)
        else:
            covers.decline(self.house, self._actor(cover.colleague), cover.number, "at a fair")
            cover.settled_on = self.today

    def _agrees(self, cover: Cover) -> None:
        covers.accept(self.house, self._actor(cover.colleague), cover.number)
        cover.agreed_on = self.today
        self.moved_on[cover.owner] = self.today

    @precondition(lambda self: any(each.is_open(self.today) for each in self.model.covers))
    @rule(which=st.integers(0, 99), by_owner=st.booleans())
    def ends_early(self, which: int, by_owner: bool) -> None:
        still = [each for each in self.model.covers if each.is_open(self.today)]
        cover = still[which % len(still)]
        covers.end(self.house, self._actor(cover.owner if by_owner else cover.colleague), cover.number)
        cover.settled_on = self.today
        self.moved_on[cover.owner] = self.today

    # --- Time -----------------------------------------------------------------------------------------------

    @rule(days=st.integers(1, 4))
    def passes(self, days: int) -> None:
        self._pass(days)

    def _pass(self, days: int) -> None:
        for _ in range(days):
            self.clock.now = (self.clock.now + DAY).replace(hour=8, minute=45)
            for who in PEOPLE:
                if self.model.people[who].status_until is not None:
                    self._reads_status(who)
            self.clock.now = self.clock.now.replace(hour=9, minute=0)
            for _ in range(3):
                digest.plan(self.house, self.firm.workspace.id)
                self._deliver()
                self.clock.tick(minutes=20)
            self._check_clocks()
            for who in PEOPLE:
                self._check_morning(who)
            self.clock.now = self.clock.now.replace(hour=12, minute=0)
            for who, person in self.members.items():
                if self._entry(who) is not None:
                    presses.note(self.house, self._actor(who), self._member(person.id))

    def _check_clocks(self) -> None:
        """Where each client stands in the book, whatever brought it there, is where the model has it."""
        for name, known in self.model.clients.items():
            if not known.archived:
                kept = self.firm.again(self.firm.clients[name])
                assert (kept.due_at, kept.neglected_at) == (
                    datetime.combine(self.model.due_on(name), time(), UTC),
                    datetime.combine(self.model.neglected_on(name), time(), UTC),
                ), f"{name} of {known.owner} on {self.today}"

    def _check_morning(self, who: str) -> None:
        today = self.today
        expected = self.model.morning(who, today)
        entry = self._entry(who)
        if not expected:
            assert entry is None, f"{who} is told of nothing on {today}: {entry}"
            return
        assert entry is not None, f"{who} is not told of {expected} on {today}"
        assert entry.state is State.SENT
        assert _lines(entry.facts) == expected, f"{who} on {today}"
        assert self.slack.keys().count(digest_key(self.members[who].id, today)) == 1
        self.model.was_named(expected, who, today)

    @invariant()
    def what_was_seen_to_is_in_no_message_any_more(self) -> None:
        """The digest of today names nobody whom the model would not name now: looked at, and as it stands there."""
        if not self.members:
            return
        for _ in range(3):  # messages to one person are a second apart
            self.clock.tick(seconds=2)
            self._deliver()
        for who in PEOPLE:
            entry = self._entry(who)
            if entry is None:
                continue
            allowed = self.model.lines(who, self.today)
            now = digest.current(self.house, self._actor(who), entry.id)
            named = _lines(digest.facts_of(now.day, now.rows))
            assert set(named) <= set(allowed), f"{who} would read of {named}, not {allowed}"
            for line in _lines(self._standing(entry)):
                assert self._may_stand(line, who), f"{who} still reads {line}"

    def _may_stand(self, line: Line, who: str) -> bool:
        """Whether a row of a message that was posted this morning may be there still.

        Who sees to a client is followed at once, and what is done; that leave moved the day on which it is due is not.
        """
        known = self.model.clients[line.client]
        if line in self.model.lines(who, self.today):
            return True
        quiet = known.quiet_until is not None and self.today < known.quiet_until
        theirs = self.model.readers(line.client, self.today).get(who) == line
        return theirs and not known.archived and not quiet and self.moved_on.get(known.owner) == self.today

    # --- Ways in --------------------------------------------------------------------------------------------

    @property
    def today(self) -> date:
        return self.clock().date()

    @property
    def _admin(self) -> Actor:
        return self.firm.actor(self.firm.carla)

    def _profile(self, who: str) -> Any:
        until = self.model.people[who].status_until if who in self.model.people else None
        end = None if until in (None, date.max) else datetime.combine(until, time(23), UTC)
        text = "" if until is None else "On vacation"
        user = f"U0{who.upper()}"
        return profile(user, who, zone="UTC", country="", status_text=text, status_until=end)

    def _is_gone(self, name: str) -> bool:
        return self.model.clients[name].archived

    def _whose(self, name: str, by_cover: bool) -> Actor:
        """The owner, or somebody who covers today."""
        covering = self.model.covers_of(name, self.today) if by_cover else []
        return self._actor(covering[0].colleague if covering else self.model.clients[name].owner)

    def _actor(self, who: str) -> Actor:
        return self.firm.actor(self.members[who])

    def _member(self, member_id: int) -> Member:
        with self.house.memory.read(self.firm.workspace.id) as unit:
            found = unit.members.get(member_id)
        assert found is not None
        return found

    def _entry(self, who: str) -> Entry | None:
        with self.house.memory.read(self.firm.workspace.id) as unit:
            return unit.outbox.by_key(digest_key(self.members[who].id, self.today))

    def _deliver(self) -> None:
        for entry_id in delivery.due(self.house, self.firm.workspace.id, 100):
            delivery.deliver(self.house, self.slack, self.firm.workspace.id, entry_id)

    def _standing(self, entry: Entry) -> Mapping[str, Any]:
        """The facts of a message as it stands where it was posted."""
        ((number, body),) = [
            (str(number), body) for number, (_, key, body) in enumerate(self.slack.posted) if key == entry.key
        ]
        edits = [body for receipt, body in self.slack.edited if receipt.message == number]
        stands: Mapping[str, Any] = (edits or [body])[-1]
        return dict(stands["facts"])


def _lines(facts: Mapping[str, Any]) -> list[Line]:
    return [Line(row.client, row.covering, row.covering_until) for row in digest.rows_from(facts)]


TestTold = Told.TestCase
TestTold.settings = settings(
    max_examples=15,
    stateful_step_count=25,
    phases=(Phase.generate, Phase.shrink),
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)


@pytest.mark.parametrize("owner_too", [False, True])
@pytest.mark.parametrize("by_status", [False, True])
@pytest.mark.parametrize("whole_book", [False, True])
def test_leave_of_who_covers_is_played_to_its_end(whole_book: bool, by_status: bool, owner_too: bool) -> None:
    """One walk of the machine that always comes by it: morning by morning, until the cover has ended and beyond."""
    told = Told()
    try:
        told.begins()
        if whole_book:
            told.takes_leave(who="Ana", begins=0, days=5, colleague="Ben", agrees=True)
        else:
            told.asks_for_cover(name="Acme", colleague="Ben", days=6, agrees=True)
        if owner_too:
            told.logs(name="Acme", back=0, both=True, by_cover=True)
        told.who_covers_is_away(which=0, begins=1, days=3, by_status=by_status, owner_too=owner_too)
        lost = told.model.covers[0]
        assert any(
            lost.holds(told.today + DAY * n) and told.model.people["Ben"].away(told.today + DAY * n)
            for n in range(4)
        )
        for _ in range(2):
            told.what_was_seen_to_is_in_no_message_any_more()
            told.passes(days=1)
        if by_status:
            told.clears_the_status(who="Ben")
        else:
            told.leave_is_taken_out(who="Ben")
        for _ in range(4):
            told.what_was_seen_to_is_in_no_message_any_more()
            told.passes(days=3)
    finally:
        told.teardown()
