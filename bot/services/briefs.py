"""Briefs: what a member should know before speaking to a client."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

from bot.domain.briefs import SPOKEN_WITHIN, Brief, Met, Person, Usual, shows_step
from bot.domain.cadence import cadence_of, cadences_of, state_of
from bot.domain.clients import Client, Contact, Part, Status, may_edit, may_govern, may_hand_over
from bot.domain.gifts.judge import judge
from bot.domain.gifts.judgement import Judgement
from bot.domain.members import Member
from bot.domain.money import Money
from bot.domain.occasions import AHEAD, falling
from bot.domain.promises import kept_over_made
from bot.domain.refusals import Refusal
from bot.domain.timeline import first_month, timeline
from bot.domain.touches import Touch, may_change
from bot.ports import UnitOfWork
from bot.services import concession_steps, response_sheets, rhythms
from bot.services.house import Actor, House, present
from bot.services.lookup import meant
from bot.services.owners import calendar_of, check_reader, covers, owner_of
from bot.services.promises import owed
from bot.services.proposals import GiftDraft, propose

TOUCHES = 5
_NOTE = 120
_JUDGED = 3
"""For how many people it is asked what they may receive, where the whole brief is wanted."""
_OVER_TIME = ("calendar_month", "calendar_year", "rolling_12_months")
_USUALS = (("gift", "gift", Decimal(40)), ("meal", "meal", Decimal(80)))
"""What is given most, in the currency of the workspace: a small gift, and a meal with the host at the table."""


def brief(house: House, actor: Actor, client: int | str, *, whole: bool = False) -> Brief:
    """The brief of a client named by id or as typed; `whole` asks what more than one person may receive.

    Raises the refusals of `lookup.meant`, ``client.gone``, ``client.not_yours`` (client, owner), and
    ``client.archived`` (client, client_id) for who may read it.
    """
    now = house.clock()
    with house.memory.read(actor.workspace_id) as unit:
        member = present(unit, actor)
        by = None if isinstance(client, int) else meant(unit, member, client)
        found = unit.clients.get(client if isinstance(client, int) else by.client_id if by else 0)
        if found is None:
            raise Refusal("client.gone")
        check_reader(unit, member, found, now)
        if found.archived:
            raise Refusal("client.archived", client=found.name, client_id=found.id)
        known = without_gifts(unit, member, found, now)
        contacts = {each.id: each for each in unit.contacts.of_client(found.id)}
        judged = [contacts[each.contact_id] for each in known.people[: _JUDGED if whole else 1]]
        return replace(
            known,
            found_by=by,
            usuals=tuple(
                usual for contact in judged for usual in _usuals(house, unit, member, found, contact, now)
            ),
        )


def without_gifts(unit: UnitOfWork, member: Member, client: Client, now: datetime) -> Brief:
    """The brief of a client that `member` may read, without what its people may receive."""
    contacts = unit.contacts.of_client(client.id)
    calendar = calendar_of(unit, client)
    today = member.calendar.local_date(now)
    owner, team = owner_of(unit, client), unit.clients.team(client.id)
    spoken = unit.touches.spoken_to(client.id, now - SPOKEN_WITHIN)
    people = sorted(contacts, key=lambda c: (-spoken.get(c.id, 0), c.name.casefold()))
    start = member.calendar.starts(first_month(today))
    meeting = unit.meetings.ahead(member.id, now, 50)
    step, step_on = _next_step(unit, client, member, today)
    touches = unit.touches.recent(client.id, TOUCHES)
    learnt = rhythms.of_client(unit, client, now)
    edits = may_edit(member, client, owner, team)
    return Brief(
        client_id=client.id,
        client=client.name,
        state=state_of(client, now),
        tier=client.tier.value,
        usual=cadence_of(
            replace(client, complaint_at=None, missed_at=None), now, cadences_of(unit.workspace)
        ).due,
        owner=None if owner is None else owner.name,
        backup=_name(unit, team.get(Part.BACKUP)),
        sponsor=_name(unit, team.get(Part.SPONSOR)),
        due_on=None if client.due_at is None else calendar.local_date(client.due_at),
        is_due=client.due_at is not None and client.due_at <= now,
        last_on=None if client.last_touch_at is None else member.calendar.local_date(client.last_touch_at),
        snoozed_until=None
        if client.snoozed_until is None or client.snoozed_until <= now
        else member.calendar.local_date(client.snoozed_until),
        promises=tuple(owed(each, client, today) for each in unit.promises.open_of_client(client.id)),
        kept=kept_over_made(unit.promises.tally(client.id)),
        step=step,
        step_on=step_on,
        touches=_met(unit, member, owner, touches),
        people=tuple(_person(each, spoken.get(each.id, 0)) for each in people),
        months=timeline(unit.touches.since(client.id, start), today, member.calendar.zone),
        meeting_at=next((each.at for each in meeting if each.client_id == client.id), None),
        complaint_on=None if client.complaint_at is None else member.calendar.local_date(client.complaint_at),
        on_hold=client.status is Status.ON_HOLD,
        learnt=learnt.rhythm if learnt is not None and learnt.proposed else None,
        occasions=tuple(falling(client, today, today + AHEAD)),
        may_edit=edits,
        may_govern=may_govern(member, client, owner),
        may_hand_over=may_hand_over(member, owner),
        waiting=response_sheets.sheets_of_client(unit, client, now),
        balance=concession_steps.balance_of_client(unit, client, today),
        may_give=edits or covers(unit, member, client, now),
        may_say_direct=may_hand_over(member, owner) and client.owner_id != member.id,
    )


def _next_step(unit: UnitOfWork, client: Client, member: Member, today: date) -> tuple[str, date | None]:
    touch = unit.touches.next_step(client.id)
    if touch is None or not shows_step(touch.next_step_on, member.calendar.local_date(touch.at), today):
        return "", None
    return touch.next_step, touch.next_step_on


def _met(unit: UnitOfWork, member: Member, owner: Member | None, touches: Sequence[Touch]) -> tuple[Met, ...]:
    """Touches with the names of their authors and of who took part, also of people who have left since."""
    authors = {each: _name(unit, each) or "" for each in {touch.member_id for touch in touches}}
    ids = {contact_id for touch in touches for contact_id in touch.contact_ids}
    names = {each: found.name for each in ids if (found := unit.contacts.get(each)) is not None}
    return tuple(
        Met(
            touch_id=touch.id,
            channel=touch.channel,
            direction=touch.direction,
            at=touch.at,
            whole_day=touch.whole_day,
            people=tuple(names[each] for each in touch.contact_ids if each in names),
            author=authors[touch.member_id],
            note=" ".join(touch.note.split())[:_NOTE],
            complaint=touch.complaint,
            changeable=may_change(member, touch, (unit.members.get(touch.member_id), owner)),
        )
        for touch in touches
    )


def _person(contact: Contact, conversations: int) -> Person:
    likes = tuple((key, value) for key, value in sorted(contact.preferences.items()) if value)
    return Person(contact.id, contact.name, contact.role, conversations, likes)


def _name(unit: UnitOfWork, member_id: int | None) -> str | None:
    found = None if member_id is None else unit.members.get(member_id)
    return None if found is None else found.name


# --- What somebody may receive ----------------------------------------------------------------------------


def _usuals(
    house: House, unit: UnitOfWork, member: Member, client: Client, contact: Contact, now: datetime
) -> list[Usual]:
    """What the rules say of what one usually gives. Nothing is recorded: it is an orientation and no check."""
    by = house.rulebooks.judging(unit)
    found: list[Usual] = []
    for kind, category, amount in _USUALS:
        draft = GiftDraft(
            employer=client.id,
            contact=contact.id,
            category=category,
            amount=Money(amount, unit.workspace.currency),
            facts={"context.host_present": True} if kind == "meal" else {},
        )
        try:
            proposal, _ = propose(house, unit, member, client, contact, draft, now)
        except Refusal:
            continue  # what is known of the person cannot be put as a proposal: the gift check says why
        judgement = judge(proposal, by.rulebook, rates=house.rates, cautious=by.cautious)
        left = _left(judgement)
        found.append(
            Usual(
                contact.name,
                kind,
                amount,
                unit.workspace.currency,
                judgement.verdict.word,
                None if left is None else left.amount,
                "" if left is None else left.currency,
            )
        )
    return found


def _left(judgement: Judgement) -> Money | None:
    """What would be left of the tightest allowance over time."""
    over_time = [
        Money(finding.remaining, limit.currency)
        for finding in judgement.findings
        if finding.remaining is not None
        and (limit := finding.rule.threshold) is not None
        and limit.per in _OVER_TIME
    ]
    return min(over_time, key=lambda money: money.amount, default=None)
