"""What was recorded before the chain of the register began is entered into it, so that nothing stays outside."""

from __future__ import annotations

from collections.abc import Mapping

from bot.domain.gifts.chain import EntryKind, NewRegisterEntry, check_facts, gift_facts
from bot.domain.gifts.register import Side
from bot.ports import UnitOfWork
from bot.services.house import House

_PAGE = 500
LATE = "sealed_late"
"""The fact that marks such an entry: its moment is the one of the sealing, `recorded` the one of the record."""


def seal_earlier(house: House, workspace_id: int) -> int:
    """Enter what no entry tells of yet, in pages of a transaction each; returns how many entries were made.

    Only as long as the chain holds nothing else: a record that appears beside a chain which has begun is a fault for
    `bot.services.audit`, never made good in silence. Asked again, or by two at once, it enters nothing twice.
    """
    entered = 0
    while made := _seal_page(house, workspace_id):
        entered += made
    return entered


def _seal_page(house: House, workspace_id: int) -> int:
    now = house.clock()
    with house.memory.read(workspace_id) as unit:
        if not _is_before_the_chain(unit) or not _untold(unit, 1):
            return 0
    with house.memory.write(workspace_id) as unit:
        unit.register.hold()
        if not _is_before_the_chain(unit):
            return 0
        found = _untold(unit, _PAGE)
        for kind, member_id, check_id, facts in found:
            unit.register.append(
                NewRegisterEntry(kind, now, member_id, {**facts, LATE: True}, check_id=check_id)
            )
        return len(found)


def _is_before_the_chain(unit: UnitOfWork) -> bool:
    number, _ = unit.register.head()
    return number == 0 or all(entry.facts.get(LATE) for entry in unit.register.page(number - 1, 1))


_Untold = tuple[EntryKind, int, int, Mapping[str, object]]


def _untold(unit: UnitOfWork, limit: int) -> list[_Untold]:
    """Checks first, then the gifts of checks; one that was taken out again makes two entries."""
    checks = unit.register.untold_checks(limit)
    if checks:
        return [
            (
                EntryKind.CHECKED,
                check.member_id,
                check.id,
                {**check_facts(check), "recorded": check.checked_at.isoformat()},
            )
            for check in checks
        ]
    found: list[_Untold] = []
    for gift in unit.register.untold_gifts(limit):
        assert gift.recorded_at is not None, "a gift that was read has its moment"
        kind = EntryKind.GIVEN if gift.direction is Side.GIVEN else EntryKind.RECEIVED
        facts = gift_facts(gift)
        found.append(
            (kind, gift.member_id, gift.check_id, {**facts, "recorded": gift.recorded_at.isoformat()})
        )
        if gift.cancelled_at is not None:
            out = {**facts, "recorded": gift.cancelled_at.isoformat()}
            found.append((EntryKind.TAKEN_OUT, gift.member_id, gift.check_id, out))
    return found
