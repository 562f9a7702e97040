"""Today: whom to talk to, and what waits for who asks."""

from __future__ import annotations

from bot.domain.members import Role
from bot.services import approvals, digest, meetings, outings, shelves
from handlers import i18n
from handlers.answers import Block
from handlers.ask import Ask
from handlers.home.tabs import TODAY, First, Place, Tab, everybody
from handlers.views.home import today as views

_INVITATIONS = 10
"""How many of the member's invitations are shown."""


def render(ask: Ask, _place: Place) -> list[Block]:
    desk = approvals.desk(ask.house, ask.actor)
    return views.today(
        ask.member,
        digest.today(ask.house, ask.actor),
        shelves.standing(ask.house, ask.actor),
        ask.words,
        invitations=outings.lately(ask.house, ask.actor, _INVITATIONS),
        today=ask.member.calendar.local_date(ask.now),
        now=ask.now,
        meetings=[(each.meeting, each.client) for each in meetings.ahead(ask.house, ask.actor)],
        requests=desk.own,
        waiting=desk.waiting,
    )


def first(ask: Ask) -> list[Block]:
    """For an account manager whose book is still empty and for whom nothing waits."""
    if ask.member.roles != {Role.ACCOUNT_MANAGER} or shelves.ever_had_one(ask.house, ask.actor):
        return []
    desk = approvals.desk(ask.house, ask.actor)
    if desk.own or desk.waiting or outings.lately(ask.house, ask.actor, 1):
        return []
    return views.first(ask.words)


TAB = Tab(TODAY, i18n.message("Today"), everybody, render)
FIRST = First(first)
