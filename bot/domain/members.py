"""Members: the people who use the bot, and what their roles let them do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum
from zoneinfo import ZoneInfo

from bot.domain.refusals import Refusal
from bot.domain.working_time import HOURS_FROM, HOURS_UNTIL, MONDAY_TO_FRIDAY, WorkingCalendar

DIGEST_TIME = time(9, 0)


class Noise(StrEnum):
    """How much a member wants to hear from the bot unasked."""

    ALL = "all"
    DIGEST = "digest"
    """The daily message, and what cannot wait."""
    NONE = "none"
    """Nothing: the Home tab tells all."""


class Role(StrEnum):
    """What a member does; one member may have several roles."""

    ACCOUNT_MANAGER = "account_manager"
    LEAD = "lead"
    COMPLIANCE = "compliance"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class Member:
    """A person who uses the bot.

    `user_id` is the person's identifier on the chat platform, `conversation` the one of the private
    conversation with the bot, once known. `locale` is a BCP 47 tag (``fr-CA``), `country` ISO 3166 with or
    without subdivision (empty: unknown, no public holidays). `next_digest_at` is the UTC moment of the next
    digest, `last_digest_on` the local date of the last one. `hours_from` and `hours_until` are the member's working
    hours on their own clock; `chose_locale` says that the language was chosen here and not on the platform.
    `quiet_hours` False: the member gave them up. `dnd_from` and `dnd_until` (UTC) are the platform's next, or present,
    do-not-disturb of the member. `last_press_at` (UTC) is when the member last used the bot, to the day;
    `unheeded_since` the local day of the first digest after which they have not.
    """

    id: int
    user_id: str
    name: str
    roles: frozenset[Role]
    zone: str
    locale: str
    country: str
    email: str | None = None
    lead_id: int | None = None
    conversation: str | None = None
    work_days: frozenset[int] = MONDAY_TO_FRIDAY
    digest_time: time = DIGEST_TIME
    next_digest_at: datetime | None = None
    last_digest_on: date | None = None
    refreshed_at: datetime | None = None
    active: bool = True
    hours_from: time = HOURS_FROM
    hours_until: time = HOURS_UNTIL
    noise: Noise = Noise.ALL
    chose_locale: bool = False
    welcomed_at: datetime | None = None
    quiet_hours: bool = True
    dnd_from: datetime | None = None
    dnd_until: datetime | None = None
    last_press_at: datetime | None = None
    unheeded_since: date | None = None

    @property
    def calendar(self) -> WorkingCalendar:
        return WorkingCalendar(
            ZoneInfo(self.zone), self.work_days, self.country, self.hours_from, self.hours_until
        )

    def is_(self, role: Role) -> bool:
        return role in self.roles


@dataclass(frozen=True, slots=True)
class NewSettings:
    """What is to change of a member's settings; None leaves it as it is. See `Member` for the fields.

    `hours` are the first and the last of a working day, a `locale` that is empty means the platform's.
    """

    hours: tuple[time, time] | None = None
    work_days: frozenset[int] | None = None
    digest_time: time | None = None
    noise: Noise | None = None
    locale: str | None = None
    quiet_hours: bool | None = None


@dataclass(frozen=True, slots=True)
class Profile:
    """What the chat platform knows of a person at one moment.

    `zone` is a valid IANA name; `external` marks people of another organisation, `guest` people with limited
    access, `owner` people who administer the workspace there.
    """

    user_id: str
    name: str
    zone: str
    locale: str
    country: str
    email: str | None = None
    bot: bool = False
    external: bool = False
    guest: bool = False
    deactivated: bool = False
    owner: bool = False


def check_admission(profile: Profile) -> None:
    """Raise Refusal (``member.bot``, ``.external``, ``.guest``, ``.deactivated``) for who may not be a member.

    Client data belongs to the employees of one organisation: other bots, people of other organisations, guests
    and closed accounts are kept out.
    """
    for code, applies in (
        ("member.bot", profile.bot),
        ("member.external", profile.external),
        ("member.deactivated", profile.deactivated),
        ("member.guest", profile.guest),
    ):
        if applies:
            raise Refusal(code, name=profile.name)


def first_roles(profile: Profile) -> frozenset[Role]:
    """Roles of somebody who is seen for the first time: everybody keeps a book, who runs the workspace is admin."""
    admin = {Role.ADMIN} if profile.owner else set()
    return frozenset({Role.ACCOUNT_MANAGER} | admin)
