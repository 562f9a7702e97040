"""Today: whom to talk to, and what waits for who asks."""

from __future__ import annotations

from bot.domain.members import Role
from bot.services import approvals, covers, outings, reassignment, shelves, todays
from handlers import i18n
from handlers.answers import Block
from handlers.ask import Ask
from handlers.home.tabs import TODAY, Contents, First, Place, Tab, everybody
from handlers.views.home import today as views


def render(ask: Ask, _place: Place) -> Contents:
    found = todays.of(ask.house, ask.actor)
    blocks = views.today(
        ask.member,
        found.rows,
        found.standing,
        ask.words,
        invitations=found.invitations,
        today=ask.member.calendar.local_date(ask.now),
        now=ask.now,
        meetings=[(each.meeting, each.client) for each in found.meetings],
        requests=found.desk.own,
        waiting=found.desk.waiting,
        questions=found.waiting,
        reassignments=(found.reassignments.own, found.reassignments.to_decide),
        concessions=(found.concessions.own, found.concessions.to_decide),
    )
    return Contents(blocks)


def first(ask: Ask) -> list[Block]:
    """For an account manager whose book is still empty and for whom nothing waits."""
    if ask.member.roles != {Role.ACCOUNT_MANAGER} or shelves.ever_had_one(ask.house, ask.actor):
        return []
    desk = approvals.desk(ask.house, ask.actor)
    if desk.own or desk.waiting or outings.lately(ask.house, ask.actor, 1):
        return []
    if reassignment.open_of(ask.house, ask.actor):
        return []
    return [] if covers.has_any(ask.house, ask.actor) else views.first(ask.words)


TAB = Tab(TODAY, i18n.message("Today"), everybody, render)
FIRST = First(first)
