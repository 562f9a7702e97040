"""How fast clients are answered: a member's own clients, or a team's together."""

from __future__ import annotations

from datetime import date

from bot.domain.answer_terms import market_of
from bot.domain.business_time import NoBusinessTime
from bot.domain.response import Measured, MonthFigures, by_month, measured
from bot.domain.team import check_may_see_team, people_of
from bot.services.house import Actor, House, present
from bot.services.response_sheets import business_of, is_enforced, policy_for

MONTHS = 6
_MOST = 20_000
"""Questions that are reckoned: of more, the latest."""


def figures(house: House, actor: Actor, *, team: bool) -> tuple[MonthFigures, ...]:
    """The last six months by market, the latest first. Raises Refusal ``team.not_yours`` for a team."""
    now = house.clock()
    with house.memory.read(actor.workspace_id) as unit:
        member = present(unit, actor)
        owners = {member.id}
        if team:
            check_may_see_team(member)
            owners = {each.id for each in people_of(member, unit.members.all())}
        since = member.calendar.starts(_months_back(member.calendar.local_date(now), MONTHS - 1))
        clients = {}
        found: list[Measured] = []
        for question in unit.questions.asked_between(owners, since, now, _MOST):
            if question.client_id not in clients:
                clients[question.client_id] = unit.clients.get(question.client_id)
            client = clients[question.client_id]
            if client is None or not is_enforced(unit, question):
                continue
            try:
                one = measured(
                    question,
                    market_of(client.market),
                    policy_for(unit, client),
                    business_of(unit, client),
                    now,
                )
            except NoBusinessTime:
                continue
            if one is not None:
                found.append(one)
        return by_month(found)


def _months_back(day: date, months: int) -> date:
    """The first day of the month that is so many before that of `day`."""
    number = day.year * 12 + day.month - 1 - months
    return date(number // 12, number % 12 + 1, 1)
