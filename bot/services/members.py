"""Members come in by using the bot; what the platform knows of them is refreshed once a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.colleagues import Colleague, Colleagues
from bot.domain.digest import next_digest
from bot.domain.members import Member, Profile, Role, check_admission, first_roles
from bot.domain.names import fold
from bot.domain.refusals import Refusal
from bot.domain.status_leave import Status, leave_by
from bot.domain.workspaces import Workspace
from bot.ports import UnitOfWork
from bot.services import cover_gaps, response_sheets
from bot.services.gate import absences_of
from bot.services.house import Actor, House, present, stamp_of
from bot.services.owners import WHOLE_BOOK, set_anew

FRESH_FOR = timedelta(days=1)


def recognise(house: House, workspace_id: int, user_id: str) -> Member | None:
    """The active member behind a platform user; None when nobody of that name was admitted, or has to be again.

    A member who is known from an import only counts as not yet admitted.
    """
    with house.memory.read(workspace_id) as unit:
        member = unit.members.by_user(user_id)
    if member is None or not member.active or member.refreshed_at is None:
        return None
    return member


def admit(house: House, workspace_id: int, profile: Profile) -> Member:
    """Let somebody in who is seen for the first time, or again after an account was closed or imported.

    Raises the refusals of `check_admission`. Admitting the same person twice at once admits once.
    """
    check_admission(profile)
    now = house.clock()
    with house.memory.write(workspace_id) as unit:
        unit.hold_slots()
        known = unit.members.by_user(profile.user_id)
        if known is not None:
            cover_gaps.hold_clients(unit, known, known.calendar.local_date(now))
        if known is None:
            known = unit.members.add(profile, first_roles(profile), at=now)
        else:
            unit.members.refresh(known.id, profile, at=now)
            if profile.owner and known.refreshed_at is None:
                unit.members.set_roles(known.id, known.roles | {Role.ADMIN})
            if (known.zone, known.country) != (profile.zone, profile.country):
                rewind_clients(unit, known.id, now)
        _read_status(unit, known.id, profile, now)
        return rewound(unit, known.id, now)


def refresh(house: House, workspace_id: int, profile: Profile) -> None:
    """Take over what changed on the platform: name, zone, language, a closed account.

    A new zone moves the next digest and the due moments of the member's clients with it; where nine o'clock of today
    has passed there and today had no digest yet, it is due at once. Unknown people are left
    alone; somebody who has become a guest or an outsider is closed out.
    """
    now = house.clock()
    with house.memory.write(workspace_id) as unit:
        unit.hold_slots()
        known = unit.members.by_user(profile.user_id)
        if known is None:
            return
        cover_gaps.hold_clients(unit, known, known.calendar.local_date(now))
        unit.members.refresh(known.id, profile, at=now)
        _read_status(unit, known.id, profile, now)
        if profile.external or profile.guest or profile.bot:
            unit.members.set_active(known.id, active=False)
            return
        if profile.owner and known.refreshed_at is None:
            unit.members.set_roles(known.id, known.roles | {Role.ADMIN})
        if (known.zone, known.country) != (profile.zone, profile.country):
            rewound(unit, known.id, now, whole_day=True)
            rewind_clients(unit, known.id, now)


def note_do_not_disturb(
    house: House, workspace_id: int, user_id: str, span: tuple[datetime, datetime] | None
) -> None:
    """Take over from when until when (UTC) somebody is not to be disturbed; unknown people are left alone."""
    with house.memory.read(workspace_id) as unit:
        known = unit.members.by_user(user_id)
    if known is None or (known.dnd_from, known.dnd_until) == (span or (None, None)):
        return
    with house.memory.write(workspace_id) as unit:
        unit.members.set_do_not_disturb(known.id, span)


def _read_status(unit: UnitOfWork, member_id: int, profile: Profile, now: datetime) -> None:
    """Take over the leave that a status tells, or its end; the next digest moves with it."""
    member = unit.members.get(member_id)
    assert member is not None, "a member does not vanish within a transaction"
    today = member.calendar.local_date(now)
    status = Status(profile.status_text, profile.status_emoji, profile.status_until)
    before = unit.members.absences(member_id, today)
    if unit.members.status_leave(member_id, leave_by(status, member, now), today):
        planned = member.next_digest_at
        owed_today = (
            member.last_digest_on != today
            and planned is not None
            and member.calendar.local_date(planned) <= today
        )
        rewound(unit, member_id, now, whole_day=owed_today)
        rewind_clients(unit, member_id, now)
        cover_gaps.follow(unit, member, before, today, now)


def look_again(house: House, workspace_id: int, user_id: str) -> bool:
    """Let the profile of a user be asked for within a minute, for something in it has changed; False for nobody of
    ours."""
    with house.memory.write(workspace_id) as unit:
        return unit.members.look_again(user_id)


def close(house: House, workspace_id: int, user_id: str) -> None:
    """Stop speaking to somebody whose account is gone; their book stays."""
    with house.memory.write(workspace_id) as unit:
        known = unit.members.by_user(user_id)
        if known is not None:
            unit.members.set_active(known.id, active=False)


def stale(house: House, workspace_id: int, limit: int = 20) -> list[str]:
    """Platform users whose profile should be asked for again, those never asked for first."""
    with house.memory.read(workspace_id) as unit:
        return [member.user_id for member in unit.members.stale(house.clock() - FRESH_FOR, limit)]


def of_user(house: House, workspace_id: int, user_id: str) -> Member | None:
    """The member of a platform user, however they stand."""
    with house.memory.read(workspace_id) as unit:
        return unit.members.by_user(user_id)


def called(house: House, workspace_id: int, typed: str) -> list[Member]:
    """The members that are meant: the one of that platform user or mail address, else those of whose name each typed
    word is a part; empty: nobody."""
    with house.memory.read(workspace_id) as unit:
        exactly = unit.members.by_user(typed) or unit.members.by_email(typed)
        return [exactly] if exactly is not None else [m for m in unit.members.all() if _fits(m, typed)]


def who(house: House, actor: Actor) -> Member:
    """The member who asks."""
    with house.memory.read(actor.workspace_id) as unit:
        return present(unit, actor)


def workspace_of(house: House, actor: Actor) -> Workspace:
    """The workspace of the member who asks, with its defaults."""
    with house.memory.read(actor.workspace_id) as unit:
        return unit.workspace


def appoint(house: House, actor: Actor, member_id: int, roles: frozenset[Role]) -> Member:
    """Give a member other roles. Only admins may; the last admin cannot be stripped of the role.

    Raises Refusal ``member.not_admin``, ``member.unknown`` or ``member.last_admin``.
    """
    with house.memory.write(actor.workspace_id) as unit:
        unit.members.hold_all()
        if not present(unit, actor).is_(Role.ADMIN):
            raise Refusal("member.not_admin")
        if unit.members.get(member_id) is None:
            raise Refusal("member.unknown")
        _keep_an_admin(unit, member_id, roles)
        unit.members.set_roles(member_id, roles)
        changed = unit.members.get(member_id)
        assert changed is not None
        return changed


def put_under(house: House, actor: Actor, member_id: int, lead_id: int | None) -> None:
    """Say who leads a member. Only admins may; nobody leads themselves.

    Raises Refusal ``member.not_admin``, ``member.unknown`` or ``member.own_lead``.
    """
    with house.memory.write(actor.workspace_id) as unit:
        if not present(unit, actor).is_(Role.ADMIN):
            raise Refusal("member.not_admin")
        if member_id == lead_id:
            raise Refusal("member.own_lead")
        if unit.members.get(member_id) is None or (lead_id is not None and unit.members.get(lead_id) is None):
            raise Refusal("member.unknown")
        unit.members.set_lead(member_id, lead_id)


def set_by_operator(
    house: House,
    workspace_id: int,
    user_id: str,
    *,
    roles: frozenset[Role] | None = None,
    lead: str | None = None,
    delegate: str | None = None,
) -> Member:
    """What `appoint` and `put_under` do, for whoever runs the machine: no member asks, so no role is asked for.

    `delegate` is who decides when the member has not; an empty one takes it back. Raises Refusal ``member.unknown``,
    ``member.own_lead`` or ``member.own_delegate``.
    """
    with house.memory.write(workspace_id) as unit:
        member = unit.members.by_user(user_id)
        if member is None:
            raise Refusal("member.unknown")
        if roles is not None:
            unit.members.set_roles(member.id, roles)
        if lead is not None:
            leading = unit.members.by_user(lead)
            if leading is None:
                raise Refusal("member.unknown")
            if leading.id == member.id:
                raise Refusal("member.own_lead")
            unit.members.set_lead(member.id, leading.id)
        if delegate is not None:
            _set_delegate(unit, member, delegate)
        return unit.members.get(member.id) or member


def _set_delegate(unit: UnitOfWork, member: Member, user_id: str) -> None:
    deciding = unit.members.by_user(user_id) if user_id else None
    if user_id and deciding is None:
        raise Refusal("member.unknown")
    if deciding is not None and deciding.id == member.id:
        raise Refusal("member.own_delegate")
    unit.members.set_delegate(member.id, None if deciding is None else deciding.id)


def roster(house: House, actor: Actor, *, typed: str = "", skip: int = 0, limit: int = 20) -> Colleagues:
    """The members of whose name, mail address or identifier each typed word is a part, without case and accents.

    Those whose account is closed stand at the end. Only admins may: Refusal ``member.not_admin``.
    """
    with house.memory.read(actor.workspace_id) as unit:
        if not present(unit, actor).is_(Role.ADMIN):
            raise Refusal("member.not_admin")
        everybody = unit.members.all()
    found = [member for member in everybody if _fits(member, typed)]
    found.sort(key=lambda member: not member.active)
    names = {member.id: member.name for member in everybody}
    shown = tuple(found[skip : skip + limit])
    return Colleagues(shown, {m.id: names[m.lead_id] for m in shown if m.lead_id in names}, len(found))


def colleagues(house: House, actor: Actor, typed: str, limit: int = 20) -> list[Member]:
    """Active members for a list that narrows while somebody types."""
    with house.memory.read(actor.workspace_id) as unit:
        present(unit, actor)
        everybody = unit.members.all()
    return [member for member in everybody if member.active and _fits(member, typed)][:limit]


def _fits(member: Member, typed: str) -> bool:
    said = f"{fold(member.name)} {fold(member.email or '')} {member.user_id.casefold()}"
    return all(word in said for word in fold(typed).split())


def colleague(house: House, actor: Actor, member_id: int) -> Colleague:
    """A member as an admin sees them. Raises Refusal ``member.not_admin`` or ``member.unknown``."""
    with house.memory.read(actor.workspace_id) as unit:
        if not present(unit, actor).is_(Role.ADMIN):
            raise Refusal("member.not_admin")
        return _colleague(unit, member_id)


def _colleague(unit: UnitOfWork, member_id: int) -> Colleague:
    member = unit.members.get(member_id)
    if member is None:
        raise Refusal("member.unknown")
    delegate_id = unit.members.delegates().get(member_id)
    return Colleague(
        member,
        None if member.lead_id is None else unit.members.get(member.lead_id),
        None if delegate_id is None else unit.members.get(delegate_id),
        stamp_of(sorted(member.roles), member.lead_id, delegate_id),
        unit.fit.declared(member_id),
    )


def arrange(
    house: House,
    actor: Actor,
    member_id: int,
    *,
    roles: frozenset[Role],
    lead_id: int | None,
    delegate_id: int | None,
    seen: str,
) -> Colleague:
    """Give a member roles, a lead and a delegate, all of it or nothing. Only admins may.

    `seen` is the stamp of what the admin was shown. Raises Refusal ``member.not_admin``, ``member.unknown``,
    ``member.changed`` when somebody else arranged it otherwise meanwhile, ``member.no_role``, ``member.last_admin``,
    ``member.own_lead``, ``member.not_lead`` (name) or ``member.own_delegate``.
    """
    with house.memory.write(actor.workspace_id) as unit:
        unit.members.hold_all()
        if not present(unit, actor).is_(Role.ADMIN):
            raise Refusal("member.not_admin")
        before = _colleague(unit, member_id)
        if before.seen != seen:
            raise Refusal("member.changed", name=before.member.name)
        if not roles:
            raise Refusal("member.no_role")
        _keep_an_admin(unit, member_id, roles)
        if lead_id is not None:
            _check_lead(unit, member_id, lead_id)
        if delegate_id is not None:
            deciding = unit.members.get(delegate_id)
            if deciding is None or not deciding.active:
                raise Refusal("member.unknown")
            if delegate_id == member_id:
                raise Refusal("member.own_delegate")
        unit.members.set_roles(member_id, roles)
        unit.members.set_lead(member_id, lead_id)
        unit.members.set_delegate(member_id, delegate_id)
        return _colleague(unit, member_id)


def _keep_an_admin(unit: UnitOfWork, member_id: int, roles: frozenset[Role]) -> None:
    admins = {m.id for m in unit.members.all() if m.is_(Role.ADMIN) and m.active}
    if admins == {member_id} and Role.ADMIN not in roles:
        raise Refusal("member.last_admin")


def _check_lead(unit: UnitOfWork, member_id: int, lead_id: int) -> None:
    lead = unit.members.get(lead_id)
    if lead is None or not lead.active:
        raise Refusal("member.unknown")
    if lead_id == member_id:
        raise Refusal("member.own_lead")
    if not lead.is_(Role.LEAD):
        raise Refusal("member.not_lead", name=lead.name)


def welcome(house: House, actor: Actor) -> bool:
    """Mark that the member who asks is welcomed now; False when they were before, by whichever process."""
    with house.memory.write(actor.workspace_id) as unit:
        return unit.members.welcome(actor.member_id, at=house.clock())


@dataclass(frozen=True, slots=True)
class Superiors:
    """Who leads a member, and who was named to decide in the member's place."""

    lead: Member | None
    delegate: Member | None


def superiors(house: House, workspace_id: int, member_id: int) -> Superiors:
    with house.memory.read(workspace_id) as unit:
        member = unit.members.get(member_id)
        lead_id = None if member is None else member.lead_id
        delegate_id = unit.members.delegates().get(member_id)
        return Superiors(
            None if lead_id is None else unit.members.get(lead_id),
            None if delegate_id is None else unit.members.get(delegate_id),
        )


def rewound(unit: UnitOfWork, member_id: int, now: datetime, *, whole_day: bool = False) -> Member:
    """Set the next digest from now on, or with `whole_day` from the beginning of today on: see `refresh`."""
    member = unit.members.get(member_id)
    assert member is not None, "a member does not vanish within a transaction"
    calendar = member.calendar
    today = calendar.local_date(now)
    since = calendar.starts(today) if whole_day else now
    unit.members.move_digest(
        member.id,
        old=member.next_digest_at,
        new=next_digest(member, since, absences_of(unit, member, now)),
    )
    again = unit.members.get(member_id)
    assert again is not None, "a member does not vanish within a transaction"
    return again


def rewind_clients(unit: UnitOfWork, member_id: int, now: datetime) -> None:
    """Set the due moments of all clients of a member anew, by their calendar as it is now."""
    client_ids = [client.id for client in unit.clients.of_owner(member_id, WHOLE_BOOK)]
    set_anew(unit, client_ids, now)
    for client_id in client_ids:
        client = unit.clients.get(client_id)
        assert client is not None, "a client does not vanish"
        response_sheets.relook(unit, client, now)
