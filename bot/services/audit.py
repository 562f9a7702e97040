"""The audit of a register: the chain is walked, every seal computed anew, every record held against its entry."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.domain.gifts.chain import (
    BEGINNING,
    EntryKind,
    RegisterEntry,
    check_facts,
    digest,
    gift_facts,
    seal_of,
)
from bot.ports import UnitOfWork
from bot.services.house import House
from bot.services.sealing import LATE

_PAGE = 1000
_GIFT_KINDS = (EntryKind.GIVEN, EntryKind.RECEIVED, EntryKind.TAKEN_OUT)
_STATES: Mapping[str, frozenset[str]] = {
    EntryKind.REQUESTED: frozenset(["waiting"]),
    EntryKind.REOPENED: frozenset(["waiting"]),
    EntryKind.REPLIED: frozenset(["waiting"]),
    EntryKind.ASKED_BACK: frozenset(["asked_back"]),
    EntryKind.APPROVED: frozenset(["approved", "given"]),
    EntryKind.REFUSED: frozenset(["refused"]),
    EntryKind.WITHDRAWN: frozenset(["withdrawn"]),
    EntryKind.GIVEN: frozenset(["approved", "given"]),
    EntryKind.RECEIVED: frozenset(["approved", "given"]),
    EntryKind.TAKEN_OUT: frozenset(["approved", "given", "withdrawn"]),
}
"""In which states a request may be, by the last entry about it that changes its state."""


@dataclass(frozen=True, slots=True)
class Fault:
    """The first link that does not hold.

    `code`: ``changed_entry``, ``missing_entry``, ``entry_put_in``, ``head_cut_off``, ``head_changed``,
    ``record_changed``, ``record_missing``, ``record_put_in`` or ``seal_not_found``. `number`, `kind` and `at` are the
    entry's as far as there is one; `record` names what an entry tells of (``check 7``).
    """

    code: str
    number: int | None = None
    kind: str | None = None
    at: datetime | None = None
    record: str | None = None


@dataclass(frozen=True, slots=True)
class Audited:
    """What the walk found: how many entries hold, the moments of the first and the last, the seal of the last.

    `expected_at` is the number of the entry whose seal was asked for. `late` counts entries that were sealed when the
    chain began.
    """

    entries: int
    first: datetime | None
    last: datetime | None
    head: str
    late: int = 0
    expected_at: int | None = None
    fault: Fault | None = None


def audit(house: House, workspace_id: int, expect: str | None = None) -> Audited:
    """Walk the chain of one workspace page by page, in bounded memory; each page is read in a transaction of its own.

    What is appended meanwhile is left to the next audit. The first fault in the order of the chain ends the walk;
    records of which no entry tells are looked for after it.
    """
    with house.memory.read(workspace_id) as unit:
        total = (
            unit.register.count()
        )  # before the head: what is appended in between must not look like too many
        head_number, head_seal = unit.register.head()
    walk = _Walk(expect)
    while walk.fault is None:
        with house.memory.read(workspace_id) as unit:
            found = unit.register.page(walk.number, _PAGE + 1)
            page = [entry for entry in found[:_PAGE] if entry.number <= head_number]
            if not page:
                break
            walk.take(page, found[len(page) :])
            if walk.fault is None:
                # A page is held against its records before the next is read: the first fault is the chain's first.
                walk.fault = _records_fault(unit, page)
    if walk.fault is None:
        walk.fault = _head_fault(walk, head_number, head_seal, total) or _untold(house, workspace_id)
    if walk.fault is None and expect is not None and walk.expected_at is None:
        walk.fault = Fault("seal_not_found")
    return Audited(walk.number, walk.first, walk.last, walk.seal, walk.late, walk.expected_at, walk.fault)


class _Walk:
    """Where the walk stands: `number` and `seal` of the last entry that holds, and the seal `before` it."""

    def __init__(self, expect: str | None) -> None:
        self.number, self.seal = 0, BEGINNING
        self.before = BEGINNING
        self.first: datetime | None = None
        self.last: datetime | None = None
        self.late = 0
        self.expected_at: int | None = None
        self.fault: Fault | None = None
        self._expect = expect

    def take(self, page: Sequence[RegisterEntry], beyond: Sequence[RegisterEntry]) -> None:
        """Check the entries of a page; those `beyond` only help to tell what is wrong with its last one."""
        for entry, following in zip(page, [*page[1:], *beyond[:1], None], strict=False):
            if not self._holds(entry, following):
                return

    def _holds(self, entry: RegisterEntry, following: RegisterEntry | None) -> bool:
        if entry.number != self.number + 1:
            self.fault = Fault("missing_entry", self.number + 1)
            return False
        if digest(entry.facts) != entry.facts_digest:
            self.fault = _at(entry, "changed_entry")
            return False
        if _seal(self.seal, entry.number, entry) != entry.seal:
            self.fault = self._broken(entry, following)
            return False
        self.before = self.seal
        self.number, self.seal, self.last = entry.number, entry.seal, entry.at
        self.first = self.first or entry.at
        self.late += bool(entry.facts.get(LATE))
        if entry.seal == self._expect:
            self.expected_at = entry.number
        return True

    def _broken(self, entry: RegisterEntry, following: RegisterEntry | None) -> Fault:
        """What happened here, by trying which of the seals around would fit if it had not."""
        if self.number and _seal(self.before, self.number, entry) == entry.seal:
            # It follows the entry before the last: what stands between them was not there when it was sealed.
            return Fault("entry_put_in", self.number, None, self.last)
        if following is not None and _seal(self.seal, entry.number, following) == following.seal:
            return _at(entry, "entry_put_in")
        if following is not None and _seal(entry.seal, entry.number + 2, following) == following.seal:
            return Fault("missing_entry", entry.number)  # those behind it were given other numbers
        return _at(entry, "changed_entry")


def _at(entry: RegisterEntry, code: str, record: str | None = None) -> Fault:
    return Fault(code, entry.number, entry.kind, entry.at, record)


def _seal(before: str, number: int, entry: RegisterEntry) -> str:
    return seal_of(
        before,
        number,
        kind=entry.kind,
        at=entry.at,
        member_id=entry.member_id,
        check_id=entry.check_id,
        request_id=entry.request_id,
        facts_digest=entry.facts_digest,
    )


def _records_fault(unit: UnitOfWork, page: Sequence[RegisterEntry]) -> Fault | None:
    """The first entry of a page whose record does not say the same.

    A gift and a request are held against the last entry about them. They are read before it is asked which that is:
    what is entered in between makes their entry no longer the last, and never a false alarm.
    """
    check_ids = {entry.check_id for entry in page if entry.check_id is not None}
    request_ids = {entry.request_id for entry in page if entry.request_id is not None}
    checks = {check.id: check for check in unit.gifts.checks(check_ids)}
    gifts = {gift.check_id: gift for gift in unit.gifts.entered(check_ids)}
    states = unit.register.request_states(request_ids)
    last_gifts = unit.register.last_of_checks(check_ids, _GIFT_KINDS)
    last_states = unit.register.last_of_requests(request_ids, tuple(_STATES))
    for entry in page:
        if entry.kind == EntryKind.CHECKED and entry.check_id is not None:
            check = checks.get(entry.check_id)
            if check is None:
                return _at(entry, "record_missing", f"check {entry.check_id}")
            if any(entry.facts.get(name) != fact for name, fact in check_facts(check).items()):
                return _at(entry, "record_changed", f"check {entry.check_id}")
        if entry.kind in _GIFT_KINDS and entry.number == last_gifts.get(entry.check_id or 0):
            gift = gifts.get(entry.check_id or 0)
            if gift is None:
                return _at(entry, "record_missing", f"gift of check {entry.check_id}")
            is_out = gift.cancelled_at is not None
            same = all(entry.facts.get(name) == fact for name, fact in gift_facts(gift).items())
            if is_out != (entry.kind == EntryKind.TAKEN_OUT) or not same:
                return _at(entry, "record_changed", f"gift of check {entry.check_id}")
        if entry.request_id is not None and entry.number == last_states.get(entry.request_id):
            state = states.get(entry.request_id)
            if state is None:
                return _at(entry, "record_missing", f"request {entry.request_id}")
            if state not in _STATES[entry.kind]:
                return _at(entry, "record_changed", f"request {entry.request_id}")
    return None


def _head_fault(walk: _Walk, number: int, seal: str, total: int) -> Fault | None:
    if walk.number < number:
        return Fault("head_cut_off", walk.number + 1)
    if walk.seal != seal or total > number:
        return Fault("head_changed", number or None)
    return None


def _untold(house: House, workspace_id: int) -> Fault | None:
    """A record of which no entry tells."""
    with house.memory.read(workspace_id) as unit:
        for check in unit.register.untold_checks(1):
            return Fault("record_put_in", at=check.checked_at, record=f"check {check.id}")
        for gift in unit.register.untold_gifts(1):
            return Fault("record_put_in", at=gift.recorded_at, record=f"gift of check {gift.check_id}")
        for request_id in unit.register.untold_requests(1):
            return Fault("record_put_in", record=f"request {request_id}")
    return None
