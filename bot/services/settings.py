"""Settings: what a member chose for themselves, and their leave."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from bot.domain.absences import Absence, check_absence
from bot.domain.covers import CoverSheet
from bot.domain.members import Member, NewSettings
from bot.domain.pace import pace_on
from bot.domain.refusals import Refusal
from bot.domain.standing import Standing
from bot.domain.working_time import holidays_ahead
from bot.domain.workspaces import LOCALES
from bot.ports import UnitOfWork
from bot.services import cover_gaps, covers, gate
from bot.services.house import Actor, House, present
from bot.services.members import rewind_clients, rewound

HOLIDAYS_AHEAD = timedelta(days=60)
SNOOZES_SHOWN = 10
BACKUPS = "backups"
"""In the place of a colleague: each client's backup covers for it."""
_SHORTEST_DAY = timedelta(hours=1)


def standing(house: House, actor: Actor) -> Standing:
    """All settings of the member who asks."""
    now = house.clock()
    with house.memory.read(actor.workspace_id) as unit:
        member = present(unit, actor)
        today = member.calendar.local_date(now)
        delegate_id = unit.members.delegates().get(member.id)
        snoozed = unit.clients.snoozed(member.id, now, 1000)
        covering, covered = covers.own(unit, member, now)
        language = member.locale.partition("-")[0]
        return Standing(
            member=member,
            today=today,
            absences=tuple(unit.members.absences(member.id, today)),
            holidays=tuple(holidays_ahead(member.country, today, today + HOLIDAYS_AHEAD, language)),
            snoozed=tuple(snoozed[:SNOOZES_SHOWN]),
            snoozes=len(snoozed),
            lead=None if member.lead_id is None else unit.members.get(member.lead_id),
            delegate=None if delegate_id is None else unit.members.get(delegate_id),
            interrupted=gate.counted(member, now, gate.interrupted(unit, member, now)),
            pace=pace_on(member, member.calendar.without(gate.absences_of(unit, member, now)), today),
            covering=covering,
            covered=covered,
            declared=unit.fit.declared(member.id),
        )


def change(house: House, actor: Actor, new: NewSettings) -> Member:
    """Change what is given for the member who asks; returns them as they are then.

    What hangs on it moves in the same transaction: the next digest, and the due moments of the member's clients with
    the days of work. `locale` is one of `LOCALES`, or empty for that of the platform's profile, which is asked for
    within a minute. Raises Refusal ``settings.hours``, ``settings.no_work_day`` or ``settings.language``.
    """
    with house.memory.write(actor.workspace_id) as unit:
        return _changed(unit, present(unit, actor), new, house.clock())


def change_by_operator(house: House, workspace_id: int, user_id: str, new: NewSettings) -> Member:
    """What `change` does, for whoever runs the machine. Raises its refusals, and ``member.unknown``."""
    with house.memory.write(workspace_id) as unit:
        member = unit.members.by_user(user_id)
        if member is None:
            raise Refusal("member.unknown")
        return _changed(unit, member, new, house.clock())


def _changed(unit: UnitOfWork, member: Member, new: NewSettings, now: datetime) -> Member:
    days = new.work_days
    if new.hours is not None and _length(*new.hours) < _SHORTEST_DAY:
        raise Refusal("settings.hours")
    if days is not None and (not days or not days <= frozenset(range(7))):
        raise Refusal("settings.no_work_day")
    if new.locale and new.locale not in LOCALES:
        raise Refusal("settings.language")
    days_change = days is not None and days != member.work_days
    time_changes = new.digest_time is not None and new.digest_time != member.digest_time
    unit.members.set_settings(member.id, new)
    if days_change or time_changes:
        rewound(unit, member.id, now, whole_day=_owed_today(member, now))
    if days_change:
        rewind_clients(unit, member.id, now)
    return unit.members.get(member.id) or member


def _owed_today(member: Member, now: datetime) -> bool:
    """Whether today's digest is still to come: one whose new hour has passed already is then due at once."""
    today, planned = member.calendar.local_date(now), member.next_digest_at
    return (
        member.last_digest_on != today
        and planned is not None
        and member.calendar.local_date(planned) <= today
    )


def _length(first: time, last: time) -> timedelta:
    return timedelta(hours=last.hour - first.hour, minutes=last.minute - first.minute)


@dataclass(frozen=True, slots=True)
class Leave:
    """A member with the leave just entered, the colleagues who were asked to cover for it, and the covers by the member
    that lose days by it."""

    member: Member
    asked: tuple[CoverSheet, ...] = ()
    lost: tuple[CoverSheet, ...] = ()


def take_leave(
    house: House,
    actor: Actor,
    first: date,
    last: date,
    *,
    colleague_id: int | None = None,
    by_backups: bool = False,
) -> Leave:
    """Enter days on which the member who asks is away, both included; no digest and no nudge comes meanwhile.

    The next digest moves behind them. A colleague may be asked to cover for the whole book meanwhile, or without one
    each client's backup for it. Raises the refusals of `check_absence`, and of `covers.ask` for the colleague.
    """
    now = house.clock()
    with house.memory.write(actor.workspace_id) as unit:
        unit.hold_slots()
        member = present(unit, actor)
        taken = _take_leave(unit, member, first, last, now)
        asked = covers.asked_for_leave(
            unit, member, first, last, now, colleague_id=colleague_id, by_backups=by_backups
        )
        return replace(taken, asked=tuple(asked))


def take_leave_by_operator(
    house: House, workspace_id: int, user_id: str, first: date, last: date, cover: str | None = None
) -> Leave:
    """What `take_leave` does, for whoever runs the machine; raises its refusals, and ``member.unknown``.

    `cover` is the colleague's user, or `BACKUPS`.
    """
    now = house.clock()
    with house.memory.write(workspace_id) as unit:
        unit.hold_slots()
        member = unit.members.by_user(user_id)
        colleague = unit.members.by_user(cover) if cover and cover != BACKUPS else None
        if member is None or (cover and cover != BACKUPS and colleague is None):
            raise Refusal("member.unknown")
        taken = _take_leave(unit, member, first, last, now)
        asked = covers.asked_for_leave(
            unit,
            member,
            first,
            last,
            now,
            colleague_id=None if colleague is None else colleague.id,
            by_backups=cover == BACKUPS,
            by_operator=True,
        )
        return replace(taken, asked=tuple(asked))


def _take_leave(unit: UnitOfWork, member: Member, first: date, last: date, now: datetime) -> Leave:
    today = member.calendar.local_date(now)
    since = min(first, today)
    # Clients come before their member, as for whoever logs or delivers; the member, or two presses enter the same days.
    cover_gaps.hold_clients(unit, member, since)
    unit.members.hold(member.id)
    before = unit.members.absences(member.id, since)
    check_absence(first, last, today, before)
    unit.members.add_absence(member.id, first, last)
    lost = cover_gaps.follow(unit, member, before, since, now)
    return Leave(_again(unit, member, now), lost=lost)


def end_leave(house: House, actor: Actor, absence_id: int) -> Member:
    """Take an absence of the member who asks out again, with the covers asked for it. Raises Refusal ``leave.gone``.

    Of one that has begun the days that have passed stay: nobody was there on them.
    """
    with house.memory.write(actor.workspace_id) as unit:
        unit.hold_slots()
        member, now = present(unit, actor), house.clock()
        today = member.calendar.local_date(now)
        cover_gaps.hold_clients(unit, member, today)
        known = unit.members.absences(member.id, today)
        if not unit.members.end_absence(member.id, absence_id, today):
            raise Refusal("leave.gone")
        for absence in known:
            if absence.id == absence_id:
                covers.end_with_leave(unit, member, absence.first, absence.last, now)
        cover_gaps.follow(unit, member, known, today, now)
        return _again(unit, member, now)


def _again(unit: UnitOfWork, member: Member, now: datetime) -> Member:
    """Set the next digest and the clients' moments anew after days of leave came or went.

    A digest that is due and not yet planned stays due.
    """
    rewind_clients(unit, member.id, now)
    return rewound(unit, member.id, now, whole_day=_owed_today(member, now))


def end_leave_by_operator(house: House, workspace_id: int, user_id: str, first: date) -> Member:
    """Take the absence of a member that begins on `first` out again. Raises ``member.unknown`` or ``leave.gone``."""
    with house.memory.write(workspace_id) as unit:
        unit.hold_slots()
        member = unit.members.by_user(user_id)
        if member is None:
            raise Refusal("member.unknown")
        now = house.clock()
        today = member.calendar.local_date(now)
        cover_gaps.hold_clients(unit, member, today)
        known = unit.members.absences(member.id, today)
        for absence in known:
            if absence.first == first and unit.members.end_absence(member.id, absence.id, today):
                covers.end_with_leave(unit, member, absence.first, absence.last, now)
                cover_gaps.follow(unit, member, known, today, now)
                return _again(unit, member, now)
        raise Refusal("leave.gone")


def absences_of(house: House, workspace_id: int, member_id: int) -> Sequence[Absence]:
    """The absences of a member that have not ended."""
    with house.memory.read(workspace_id) as unit:
        member = unit.members.get(member_id)
        if member is None:
            return []
        return unit.members.absences(member_id, member.calendar.local_date(house.clock()))


def name_delegate(house: House, actor: Actor, delegate_id: int | None) -> Member | None:
    """Say who decides on requests for approval when the member who asks has not; None: nobody.

    Raises Refusal ``member.unknown`` or ``member.own_delegate``.
    """
    with house.memory.write(actor.workspace_id) as unit:
        member = present(unit, actor)
        deciding = None if delegate_id is None else unit.members.get(delegate_id)
        if delegate_id is not None and (deciding is None or not deciding.active):
            raise Refusal("member.unknown")
        if delegate_id == member.id:
            raise Refusal("member.own_delegate")
        unit.members.set_delegate(member.id, delegate_id)
        return deciding
