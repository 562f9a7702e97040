"""Remembering gift checks."""

from __future__ import annotations

from datetime import timedelta

from bot.domain.gifts.register import NewGiftCheck
from tests.conftest import MONDAY, Firm


def new_check(firm: Firm, number: int) -> NewGiftCheck:
    return NewGiftCheck(
        member_id=firm.alice.id,
        client_id=None,
        contact_id=None,
        proposal={"items": [{"description": f"gift {number}"}]},
        answer={"verdict": "allowed"},
        verdict="allowed",
        rulebook_version="1",
        checked_at=MONDAY + timedelta(minutes=number),
    )


def test_the_latest_checks_come_first_and_no_more_than_asked_for(firm: Firm) -> None:
    with firm.house.memory.write(firm.workspace.id) as unit:
        recorded = [unit.gifts.record_check(new_check(firm, number)) for number in range(5)]

    with firm.house.memory.read(firm.workspace.id) as unit:
        assert [check.id for check in unit.gifts.recent_checks(3)] == recorded[:1:-1]
        assert [check.id for check in unit.gifts.recent_checks(9)] == recorded[::-1]
        assert unit.gifts.recent_checks(1)[0] == unit.gifts.check(recorded[-1])


def test_where_nothing_was_checked_there_is_nothing_recent(firm: Firm) -> None:
    with firm.house.memory.read(firm.workspace.id) as unit:
        assert unit.gifts.recent_checks(10) == []
