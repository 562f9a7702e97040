"""Presses: that a member used the bot brings the daily digest back."""

from __future__ import annotations

from bot.domain.digest import next_digest
from bot.domain.members import Member
from bot.domain.pace import is_to_note
from bot.services.gate import absences_of
from bot.services.house import Actor, House


def note(house: House, actor: Actor, member: Member) -> bool:
    """Note that the member used the bot; False when that needs no note: see `is_to_note`, asked of `member` first.

    So one write a day, and one more after a digest. A digest that was put off because nobody used it comes on the next
    working day again; one that is due stays due.
    """
    now = house.clock()
    if not is_to_note(member, now):
        return False
    with house.memory.write(actor.workspace_id) as unit:
        before = unit.members.get(actor.member_id)
        if before is None or not is_to_note(before, now):
            return False
        unit.members.press(before.id, at=now)
        after = unit.members.get(before.id)
        assert after is not None, "a member does not vanish within a transaction"
        planned = after.next_digest_at
        if before.unheeded_since is not None and planned is not None and planned > now:
            sooner = next_digest(after, now, absences_of(unit, before, now))
            if sooner < planned:
                unit.members.move_digest(after.id, old=planned, new=sooner)
        return True
