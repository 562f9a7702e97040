"""Remembers members."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import Select, bindparam, delete, func, insert, or_, select, text, update

from bot.domain.absences import Absence
from bot.domain.members import DIGEST_TIME, Member, NewSettings, Profile, Role
from bot.domain.working_time import MONDAY_TO_FRIDAY
from storage import rows
from storage.repository import Scope, within
from storage.schema import absences, delegates, lead_watches, members

_LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
"""When a profile that is to be asked for at the next occasion was refreshed."""

_BY_ID = select(members).where(within(members, members.c.id == bindparam("member")))
_BY_USER = select(members).where(within(members, members.c.user_id == bindparam("user")))
_LED_BY = (
    select(members)
    .where(within(members, members.c.lead_id == bindparam("lead")))
    .order_by(members.c.name, members.c.id)
)
_ABSENCES = (
    select(absences)
    .where(
        within(absences, absences.c.member_id == bindparam("member"), absences.c.last >= bindparam("since"))
    )
    .order_by(absences.c.first, absences.c.id)
)
_BY_EMAIL = select(members).where(within(members, func.lower(members.c.email) == bindparam("email")))

_PLAN_ALONE = text("select pg_try_advisory_xact_lock(hashtextextended(:what, 0))")


@dataclass(frozen=True, slots=True)
class SqlMembers:
    """A member read by id is not read again in the same unit of work, nor are all of them, unless one changes in it."""

    scope: Scope
    _read: dict[int, Member | None] = field(default_factory=dict, init=False)
    _everybody: list[tuple[Member, ...]] = field(default_factory=list, init=False)
    """All of them once they were read: then one, else none."""

    def get(self, member_id: int) -> Member | None:
        if member_id not in self._read:
            self._read[member_id] = self._one(_BY_ID, member=member_id)
        return self._read[member_id]

    def by_user(self, user_id: str) -> Member | None:
        return self._one(_BY_USER, user=user_id)

    def by_email(self, email: str) -> Member | None:
        return self._one(_BY_EMAIL, email=email.strip().lower())

    def all(self) -> Sequence[Member]:
        # A whole book that is handed over asks for them with each of its clients.
        if not self._everybody:
            query = select(members).where(self.scope.of(members)).order_by(members.c.name, members.c.id)
            self._everybody.append(tuple(rows.member(row) for row in self.scope.connection.execute(query)))
        return self._everybody[0]

    def led_by(self, lead_id: int) -> Sequence[Member]:
        return [rows.member(row) for row in self.scope.run(_LED_BY, lead=lead_id)]

    def without_digest(self) -> Sequence[int]:
        query = (
            select(members.c.id)
            .where(self.scope.of(members, members.c.next_digest_at.is_(None), members.c.active))
            .order_by(members.c.name, members.c.id)
        )
        return self.scope.connection.execute(query).scalars().all()

    def channels_off(self) -> int:
        off = self.scope.of(members, members.c.channel_off_at.is_not(None), members.c.active)
        count: int = self.scope.connection.execute(
            select(func.count()).select_from(members).where(off)
        ).scalar_one()
        return count

    def hold_all(self) -> None:
        self._read.clear()
        self._everybody.clear()  # what others changed until now is seen from here on
        self.scope.connection.execute(
            select(members.c.id).where(self.scope.of(members)).order_by(members.c.id).with_for_update()
        )

    def add(self, profile: Profile, roles: frozenset[Role], *, at: datetime | None) -> Member:
        self._everybody.clear()
        self.scope.insert_new(
            members,
            ("user_id",),
            {
                "user_id": profile.user_id,
                "roles": _joined(roles),
                "work_days": _digits(MONDAY_TO_FRIDAY),
                "digest_time": DIGEST_TIME,
                "refreshed_at": at,
                **_profile(profile),
            },
        )
        added = self.by_user(profile.user_id)
        assert added is not None, "a member does not vanish within a transaction"
        return added

    def refresh(self, member_id: int, profile: Profile, *, at: datetime) -> None:
        values = _profile(profile)
        known = self.get(member_id)
        if known is not None and known.chose_locale:
            del values["locale"]
        self._update(member_id, refreshed_at=at, active=not profile.deactivated, **values)

    def set_lead(self, member_id: int, lead_id: int | None) -> None:
        self._update(member_id, lead_id=lead_id)
        if lead_id is not None:
            self.scope.insert_new(lead_watches, ("member_id",), {"member_id": lead_id, "next_at": _LONG_AGO})

    def set_roles(self, member_id: int, roles: frozenset[Role]) -> None:
        self._update(member_id, roles=_joined(roles))

    def delegates(self) -> Mapping[int, int]:
        query = select(delegates.c.member_id, delegates.c.delegate_id).where(self.scope.of(delegates))
        return {row.member_id: row.delegate_id for row in self.scope.connection.execute(query)}

    def set_delegate(self, member_id: int, delegate_id: int | None) -> None:
        self.scope.connection.execute(
            delete(delegates).where(self.scope.of(delegates, delegates.c.member_id == member_id))
        )
        if delegate_id is not None:
            self.scope.insert_new(
                delegates, ("member_id",), {"member_id": member_id, "delegate_id": delegate_id}
            )

    def set_settings(self, member_id: int, new: NewSettings) -> None:
        values: dict[str, Any] = {}
        if new.hours is not None:
            values |= {"hours_from": new.hours[0], "hours_until": new.hours[1]}
        if new.work_days is not None:
            values["work_days"] = _digits(new.work_days)
        if new.digest_time is not None:
            values["digest_time"] = new.digest_time
        if new.noise is not None:
            values["noise"] = new.noise.value
        if new.quiet_hours is not None:
            values["quiet_hours"] = new.quiet_hours
        if new.locale is not None:
            values |= {"locale": new.locale, "chose_locale": True} if new.locale else {"chose_locale": False}
            if not new.locale:
                values["refreshed_at"] = _LONG_AGO
        if values:
            self._update(member_id, **values)

    def welcome(self, member_id: int, *, at: datetime) -> bool:
        self._forget(member_id)
        statement = (
            update(members)
            .where(self.scope.of(members, members.c.id == member_id, members.c.welcomed_at.is_(None)))
            .values(welcomed_at=at)
        )
        return self.scope.connection.execute(statement).rowcount == 1

    def hold(self, member_id: int) -> None:
        self._forget(member_id)  # what others changed until now is seen from here on
        self.scope.connection.execute(
            select(members.c.id)
            .where(self.scope.of(members, members.c.id == member_id))
            .with_for_update(key_share=True)
        )

    def press(self, member_id: int, *, at: datetime) -> None:
        self._update(member_id, last_press_at=at, unheeded_since=None)

    def unheeded(self, member_id: int, day: date) -> None:
        self._update(member_id, unheeded_since=day)

    def set_do_not_disturb(self, member_id: int, span: tuple[datetime, datetime] | None) -> None:
        first, last = span or (None, None)
        self._update(member_id, dnd_from=first, dnd_until=last)

    def absences(self, member_id: int, since: date) -> Sequence[Absence]:
        found = self.scope.run(_ABSENCES, member=member_id, since=since)
        return [rows.absence(row) for row in found]

    def add_absence(self, member_id: int, first: date, last: date) -> int:
        statement = insert(absences).returning(absences.c.id)
        added: int = self.scope.connection.execute(
            statement,
            {
                "workspace_id": self.scope.workspace_id,
                "member_id": member_id,
                "first": first,
                "last": last,
            },
        ).scalar_one()
        return added

    def status_leave(self, member_id: int, days: tuple[date, date] | None, today: date) -> bool:
        of_status = self.scope.of(
            absences, absences.c.member_id == member_id, absences.c.from_status, absences.c.last >= today
        )
        known = self.scope.connection.execute(select(absences).where(of_status)).first()
        if days is None and known is None:
            return False
        if days is None:
            self.scope.connection.execute(delete(absences).where(of_status, absences.c.first >= today))
            yesterday = today - timedelta(days=1)
            self.scope.connection.execute(update(absences).where(of_status).values(last=yesterday))
            return True
        if known is None:
            added = self.add_absence(member_id, *days)
            self.scope.connection.execute(
                update(absences)
                .where(self.scope.of(absences, absences.c.id == added))
                .values(from_status=True)
            )
            return True
        if known.last == days[1]:
            return False
        self.scope.connection.execute(update(absences).where(of_status).values(last=days[1]))
        return True

    def look_again(self, user_id: str) -> bool:
        self._read.clear()
        self._everybody.clear()
        statement = (
            update(members)
            .where(self.scope.of(members, members.c.user_id == user_id, members.c.refreshed_at.is_not(None)))
            .values(refreshed_at=_LONG_AGO)
        )
        return self.scope.connection.execute(statement).rowcount == 1

    def end_absence(self, member_id: int, absence_id: int, today: date) -> bool:
        entered = self.scope.of(
            absences,
            absences.c.member_id == member_id,
            absences.c.id == absence_id,
            ~absences.c.from_status,
        )
        begun = update(absences).where(entered, absences.c.first < today, absences.c.last >= today)
        if self.scope.connection.execute(begun.values(last=today - timedelta(days=1))).rowcount:
            return True
        ahead = delete(absences).where(entered, absences.c.last >= today)
        return self.scope.connection.execute(ahead).rowcount == 1

    def set_active(self, member_id: int, active: bool) -> None:
        self._update(member_id, active=active)

    def channel_failed(self, member_id: int, reason: str) -> int:
        self._forget(member_id)
        statement = (
            update(members)
            .where(self.scope.of(members, members.c.id == member_id))
            .values(channel_failures=members.c.channel_failures + 1, channel_reason=reason[:100])
            .returning(members.c.channel_failures)
        )
        failures: int | None = self.scope.connection.execute(statement).scalar_one_or_none()
        return failures or 0

    def channel_off(self, member_id: int, reason: str, *, at: datetime) -> bool:
        self._forget(member_id)
        statement = (
            update(members)
            .where(self.scope.of(members, members.c.id == member_id, members.c.channel_off_at.is_(None)))
            .values(channel_off_at=at, channel_reason=reason[:100])
        )
        return self.scope.connection.execute(statement).rowcount == 1

    def channel_on(self, member_id: int) -> bool:
        self._forget(member_id)
        troubled = or_(members.c.channel_off_at.is_not(None), members.c.channel_failures > 0)
        statement = (
            update(members)
            .where(self.scope.of(members, members.c.id == member_id, troubled))
            .values(channel_off_at=None, channel_reason=None, channel_failures=0)
        )
        return self.scope.connection.execute(statement).rowcount == 1

    def set_conversation(self, member_id: int, conversation: str | None) -> None:
        self._update(member_id, conversation=conversation)

    def due_for_digest(self, now: datetime, limit: int) -> Sequence[Member]:
        query = (
            select(members)
            .where(
                self.scope.of(
                    members,
                    members.c.next_digest_at <= now,
                    members.c.active,
                    members.c.refreshed_at.is_not(None),
                )
            )
            .order_by(members.c.next_digest_at, members.c.id)
            .limit(limit)
        )
        return [rows.member(row) for row in self.scope.connection.execute(query)]

    def stale(self, before: datetime, limit: int) -> Sequence[Member]:
        query = (
            select(members)
            .where(
                self.scope.of(
                    members,
                    members.c.active,
                    or_(members.c.refreshed_at.is_(None), members.c.refreshed_at < before),
                )
            )
            .order_by(members.c.refreshed_at.asc().nulls_first(), members.c.id)
            .limit(limit)
        )
        return [rows.member(row) for row in self.scope.connection.execute(query)]

    def plan_alone(self, member_id: int) -> bool:
        if self.scope.connection.dialect.name == "sqlite":
            return True  # there is one writer at a time anyway
        return bool(
            self.scope.connection.execute(
                _PLAN_ALONE, {"what": f"digest:{self.scope.workspace_id}:{member_id}"}
            ).scalar_one()
        )

    def move_digest(
        self, member_id: int, *, old: datetime | None, new: datetime, last_on: date | None = None
    ) -> bool:
        moved: dict[str, Any] = {"next_digest_at": new}
        if last_on is not None:
            moved["last_digest_on"] = last_on
        self._forget(member_id)
        still = members.c.next_digest_at.is_(None) if old is None else members.c.next_digest_at == old
        statement = (
            update(members).where(self.scope.of(members, members.c.id == member_id, still)).values(moved)
        )
        return self.scope.connection.execute(statement).rowcount == 1

    def _one(self, query: Select[Any], **values: Any) -> Member | None:
        row = self.scope.run(query, **values).first()
        return None if row is None else rows.member(row)

    def _forget(self, member_id: int) -> None:
        """What was read of a member that changes now holds no more."""
        self._read.pop(member_id, None)
        self._everybody.clear()

    def _update(self, member_id: int, **values: Any) -> None:
        self._forget(member_id)
        self.scope.connection.execute(
            update(members).where(self.scope.of(members, members.c.id == member_id)).values(values)
        )


def _digits(days: frozenset[int]) -> str:
    return "".join(str(day) for day in sorted(days))


def _joined(roles: frozenset[Role]) -> str:
    return ",".join(sorted(roles))


def _profile(profile: Profile) -> dict[str, Any]:
    return {
        "name": profile.name,
        "zone": profile.zone,
        "locale": profile.locale,
        "country": profile.country,
        "email": profile.email,
    }
