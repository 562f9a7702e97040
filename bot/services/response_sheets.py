"""What a question looks like to a reader, and when it has to be looked at again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from bot.domain.answer_terms import Policy, market_of, policy_of
from bot.domain.business_time import BusinessTime, NoBusinessTime, business_time_of
from bot.domain.clients import Client
from bot.domain.covers import covering
from bot.domain.members import Member
from bot.domain.outbox import edit_of
from bot.domain.response import (
    Deadlines,
    Question,
    State,
    Step,
    Waiting,
    deadlines,
    ladder,
    missed,
    next_look,
    state_of,
    time_to,
    zone_for,
)
from bot.ports import UnitOfWork
from bot.services.owners import owner_of, workspace_calendar

AGAIN = timedelta(days=1)
"""No question that waits for us is left alone for longer: whatever its moment hangs on may have changed."""
_FRENCH = ("FR", "CA-QC", "MC")
_MOST = 200


def business_of(unit: UnitOfWork, client: Client) -> BusinessTime:
    """The business time of a client, in its own zone or the one that is most likely its own."""
    owner = owner_of(unit, client)
    zone, country = (
        (owner.zone, owner.country) if owner is not None else (unit.workspace.zone, unit.workspace.country)
    )
    return business_time_of(client, zone_for(client, zone, country))


def policy_for(unit: UnitOfWork, client: Client) -> Policy:
    """By when a client is to be acknowledged and answered."""
    return policy_of(market_of(client.market), client.tier, unit.workspace.clock_terms)


def steps_of(unit: UnitOfWork, client: Client, question: Question) -> tuple[Step, ...]:
    """The ladder of a question; none where the client never works."""
    try:
        return ladder(question.standing, policy_for(unit, client), business_of(unit, client))
    except NoBusinessTime:
        return ()


def starts_on(unit: UnitOfWork) -> date | None:
    """The day before which nobody is told of questions that wait; None: there is none."""
    return unit.workspace.clocks_on or unit.workspace.starts_on


def is_enforced(unit: UnitOfWork, question: Question) -> bool:
    """Whether the question was asked on the start date or later: what is older alarms nobody."""
    first = starts_on(unit)
    return first is None or workspace_calendar(unit).local_date(question.asked_at) >= first


def looked_at(unit: UnitOfWork, client: Client, question: Question, now: datetime) -> Question:
    """The question with the moment at which it is to be looked at next, and the one at which it was missed."""
    question = replace(question, missed_at=_missed_at(unit, client, question, now))
    if not question.standing.waits_for_us or not is_enforced(unit, question):
        return replace(question, look_at=None)
    steps = steps_of(unit, client, question)
    then = next_look(steps, question.told)
    if then is None and steps:
        return replace(question, look_at=None)
    return replace(question, look_at=min(then or now + AGAIN, now + AGAIN))


def _missed_at(unit: UnitOfWork, client: Client, question: Question, now: datetime) -> datetime | None:
    if not is_enforced(unit, question):
        return None
    try:
        return missed(question.standing, policy_for(unit, client), business_of(unit, client), now)
    except NoBusinessTime:
        return None


def relook(unit: UnitOfWork, client: Client, now: datetime) -> None:
    """Set the moments of what waits of a client anew: its calendar, tier or manager may have changed."""
    for question in unit.questions.open_of_client(client.id):
        fresh = looked_at(unit, client, question, now)
        if (fresh.look_at, fresh.missed_at) != (question.look_at, question.missed_at):
            unit.questions.change(question, fresh)


def show_anew(unit: UnitOfWork, question: Question, now: datetime) -> None:
    """Bring the messages that tell of a question up to date where they stand."""
    for key in unit.questions.messages_about(question.id):
        entry = unit.outbox.by_key(key)
        if entry is not None and entry.body is not None:
            # What one transaction changes shares a moment: two questions in one message make one edit.
            unit.outbox.add(edit_of(entry, key=now.isoformat(), due_at=now), now=now)


def manager_of(unit: UnitOfWork, client: Client, now: datetime) -> Member | None:
    """Who sees to the client at `now`: the colleague who covers, else its owner; None when nobody looks after it."""
    owner = owner_of(unit, client)
    if owner is None:
        return None
    today = owner.calendar.local_date(now)
    cover = covering(unit.covers.of_owner(owner.id, today), client, today)
    colleague = None if cover is None else unit.members.get(cover.colleague_id)
    return colleague if colleague is not None and colleague.active else owner


def sheet(
    unit: UnitOfWork, client: Client, question: Question, now: datetime, *, covering_for: str = ""
) -> Waiting:
    """A question as its readers see it at `now`."""
    standing, market = question.standing, market_of(client.market)
    business = business_of(unit, client)
    end = now if standing.closed is None else standing.closed.at
    try:
        due = deadlines(standing, policy_for(unit, client), business)
    except NoBusinessTime:
        due = Deadlines(None, None)
    state = state_of(standing)
    owner = owner_of(unit, client)
    shown = Waiting(
        question_id=question.id,
        client_id=client.id,
        client=client.name,
        state=state,
        asked_at=question.asked_at,
        market=market,
        owner="" if owner is None else owner.name,
        link=question.link,
        acknowledge_by=due.acknowledge,
        answer_by=due.answer,
        spent=int(time_to(standing, end, business).total_seconds()) // 60,
        closed_by="" if standing.closed is None else _name(unit, standing.closed.by),
        came_to="" if standing.came_to_lead is None else _name(unit, standing.came_to_lead.by),
        covering=covering_for,
        language=language_of(unit, client),
        zone=business.zone.key,
    )
    next_by = due.answer if state is State.ANSWERED else shown.next_by
    return replace(shown, late=next_by is not None and next_by < end)


def _name(unit: UnitOfWork, member_id: int | None) -> str:
    member = None if member_id is None else unit.members.get(member_id)
    return "" if member is None else member.name


def language_of(unit: UnitOfWork, client: Client) -> str:
    """``fr`` or ``en``: what the client's people speak where the book says so of one language, else by its place."""
    spoken = {
        person.language.partition("-")[0] for person in unit.contacts.of_client(client.id) if person.language
    }
    if len(spoken) == 1:
        return "fr" if spoken == {"fr"} else "en"
    return "fr" if client.market.upper().startswith(_FRENCH) else "en"


def sheets_of_client(unit: UnitOfWork, client: Client, now: datetime) -> tuple[Waiting, ...]:
    """What waits of one client, the earliest asked first."""
    return tuple(sheet(unit, client, each, now) for each in unit.questions.open_of_client(client.id))


def sheets_of_member(unit: UnitOfWork, member: Member, now: datetime) -> tuple[Waiting, ...]:
    """What waits of a member's clients and of those they cover for: the nearest deadline first, then what waits for
    the client."""
    found: dict[int, Waiting] = {}
    for question in unit.questions.open_of_owner(member.id, _MOST):
        client = unit.clients.get(question.client_id)
        if client is not None:
            found[question.id] = sheet(unit, client, question, now)
    today = member.calendar.local_date(now)
    for cover in unit.covers.of_colleague(member.id, today):
        if not cover.in_force(today):
            continue
        for question in unit.questions.open_of_owner(cover.owner_id, _MOST):
            client = unit.clients.get(question.client_id)
            if client is not None and cover.about(client):
                found[question.id] = sheet(
                    unit, client, question, now, covering_for=_name(unit, cover.owner_id)
                )
    return in_order(list(found.values()))


def in_order(sheets: Sequence[Waiting]) -> tuple[Waiting, ...]:
    """The nearest deadline first; what has none last."""
    return tuple(
        sorted(
            sheets, key=lambda each: (each.next_by is None, each.next_by or each.asked_at, each.question_id)
        )
    )
