"""What thinking asks of memory, and of the messenger.

A unit of work belongs to one workspace: everything read and written through it is that workspace's and no
other's. Leaving the `with` block commits; an exception rolls back. Moments are aware and UTC throughout.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from typing import Any, Protocol

from bot.domain.absences import Absence
from bot.domain.addresses import Address
from bot.domain.books import Group, Reach, Wanted
from bot.domain.cadence import Cadences, Moments
from bot.domain.clients import Client, Contact, Hours, Part, Status, Tier
from bot.domain.contacts import KnownPerson
from bot.domain.covers import Cover, CoverState, NewCover
from bot.domain.decisions import Decision, NewDecision, Said
from bot.domain.drafts import Draft
from bot.domain.gifts.chain import NewRegisterEntry, RegisterEntry
from bot.domain.gifts.outings import NewOuting, Outing
from bot.domain.gifts.policy_questions import NewPolicyQuestion, PolicyQuestion, QuestionState
from bot.domain.gifts.register import Fate, GiftCheck, GiftGiven, NewGiftCheck, NewGiftGiven, Side, Sum
from bot.domain.gifts.requests import Comment, NewRequest, Request, RequestState
from bot.domain.gifts.versions import OwnRules, RulebookVersion, RuleReview
from bot.domain.history import Change, NewChange, Subject
from bot.domain.imports import HeldClient, HeldContact, Import, Seen
from bot.domain.lookup import NamedClient, Nearness
from bot.domain.meetings import Meeting, NewMeeting
from bot.domain.members import Member, NewSettings, Profile, Role
from bot.domain.merges import Merge, Moved, NewMerge
from bot.domain.money import Money
from bot.domain.occasions import OccasionKind
from bot.domain.occasions import Seen as SeenOccasions
from bot.domain.outbox import Entry, Fault, NewEntry, State
from bot.domain.pacing import Lane
from bot.domain.pictures import Picture
from bot.domain.promises import NewPromise, Promise, PromiseState
from bot.domain.team import AgeBands, OwnerLoad
from bot.domain.touches import Channel, Direction, Restart, Touch
from bot.domain.workspaces import Workspace


@dataclass(frozen=True, slots=True)
class NewClient:
    """A client about to enter the book; see `Client` for the fields."""

    name: str
    owner_id: int | None
    tier: Tier
    market: str
    currency: str
    aliases: tuple[str, ...] = ()
    cadence_days: int | None = None
    spoke_before_at: datetime | None = None
    new_until: datetime | None = None
    calm_until: datetime | None = None
    status: Status = Status.ACTIVE
    zone: str | None = None
    hours: Hours | None = None
    own_holidays: tuple[date, ...] = ()
    sector: str = ""
    price_floor: Money | None = None
    offerings: tuple[str, ...] = ()
    relation_since: date | None = None
    contract_on: date | None = None
    renews_on: date | None = None
    import_id: int | None = None


def description_of(client: Client) -> NewClient:
    """What the book says of a client, to be changed with `dataclasses.replace` and written back."""
    return NewClient(**{each.name: getattr(client, each.name) for each in fields(NewClient)})


@dataclass(frozen=True, slots=True)
class NewContact:
    """A contact about to enter the book; see `Contact` for the fields."""

    client_id: int
    name: str
    role: str = ""
    email: str | None = None
    employer: str | None = None
    regimes: tuple[str, ...] = ()
    jurisdiction: str | None = None
    language: str = ""
    preferences: Mapping[str, str] = field(default_factory=dict)
    import_id: int | None = None


def description_of_contact(contact: Contact) -> NewContact:
    """What the book says of a contact, to be changed with `dataclasses.replace` and written back."""
    return NewContact(**{each.name: getattr(contact, each.name) for each in fields(NewContact)})


@dataclass(frozen=True, slots=True)
class NewTouch:
    """A touch about to be logged; see `Touch` for the fields."""

    client_id: int
    member_id: int
    channel: Channel
    direction: Direction
    at: datetime
    whole_day: bool
    note: str
    logged_at: datetime
    key: str
    contact_ids: tuple[int, ...] = ()
    complaint: bool = False
    next_step: str = ""
    next_step_on: date | None = None
    link: str | None = None


class Members(Protocol):
    def get(self, member_id: int) -> Member | None: ...
    def by_user(self, user_id: str) -> Member | None: ...
    def by_email(self, email: str) -> Member | None: ...
    def all(self) -> Sequence[Member]: ...
    def led_by(self, lead_id: int) -> Sequence[Member]:
        """Those whose lead this member is, by name; who is not active any more, too."""

    def without_digest(self) -> Sequence[int]:
        """The ids of active members who have no next digest moment."""

    def channels_off(self) -> int:
        """How many active members nothing is sent to any more."""

    def hold_all(self) -> None:
        """Nobody else changes a member before this unit ends; asked for before members are read."""

    def add(self, profile: Profile, roles: frozenset[Role], *, at: datetime | None) -> Member:
        """The member of that user, who is there already when somebody else was quicker.

        `at` None: known by identifier only, to be refreshed at the first occasion.
        """

    def refresh(self, member_id: int, profile: Profile, *, at: datetime) -> None: ...
    def set_lead(self, member_id: int, lead_id: int | None) -> None: ...
    def set_roles(self, member_id: int, roles: frozenset[Role]) -> None: ...
    def delegates(self) -> Mapping[int, int]:
        """Who decides in whose place, by ids: member → delegate."""

    def set_delegate(self, member_id: int, delegate_id: int | None) -> None: ...
    def set_active(self, member_id: int, active: bool) -> None: ...
    def set_settings(self, member_id: int, new: NewSettings) -> None:
        """Change what is given.

        A `locale` chosen here is not overwritten by the platform's; empty: the platform's, whose profile is stale now.
        """

    def welcome(self, member_id: int, *, at: datetime) -> bool:
        """Mark that the member was welcomed; False when that had been done already."""

    def hold(self, member_id: int) -> None:
        """Nobody else who holds the member goes on before this unit ends; asked before their messages are counted."""

    def press(self, member_id: int, *, at: datetime) -> None:
        """The member used the bot: no digest is unheeded any more."""

    def unheeded(self, member_id: int, day: date) -> None:
        """The digest of that local day is the first one since the member used the bot."""

    def set_do_not_disturb(self, member_id: int, span: tuple[datetime, datetime] | None) -> None:
        """From when until when (UTC) the platform disturbs the member with nothing; None: as far as it said, never."""

    def absences(self, member_id: int, since: date) -> Sequence[Absence]:
        """The member's absences that end on `since` or later, the earliest first."""

    def add_absence(self, member_id: int, first: date, last: date) -> int: ...
    def remove_absence(self, member_id: int, absence_id: int) -> bool:
        """False when the member has entered no such absence (any more)."""

    def status_leave(self, member_id: int, days: tuple[date, date] | None, today: date) -> bool:
        """Let the absence that the member's status tells be these days, or (None) none from `today` on.

        It keeps the day on which it began. False when nothing changed. What the member entered stays as it is.
        """

    def look_again(self, user_id: str) -> bool:
        """Let the profile of that user be asked for at the next occasion; False for nobody of ours."""

    def set_conversation(self, member_id: int, conversation: str | None) -> None: ...
    def channel_failed(self, member_id: int, reason: str) -> int:
        """Count a message that did not get through; how many in a row there are now."""

    def channel_off(self, member_id: int, reason: str, *, at: datetime) -> bool:
        """Send the member nothing any more; False when that was so already."""

    def channel_on(self, member_id: int) -> bool:
        """Forget failures and send again; False when there was nothing to forget."""

    def due_for_digest(self, now: datetime, limit: int) -> Sequence[Member]:
        """Active members whose next digest moment has come, the longest overdue first.

        Who is known from an import only is left out: whether they may read it, and by which clock, is asked first.
        """

    def stale(self, before: datetime, limit: int) -> Sequence[Member]:
        """Active members last refreshed before that moment, or never."""

    def move_digest(
        self, member_id: int, *, old: datetime | None, new: datetime, last_on: date | None = None
    ) -> bool:
        """Set the next digest moment if it still is `old`; False when somebody else moved it meanwhile.

        `last_on` None leaves the date of the last digest as it is.
        """


class Clients(Protocol):
    def get(self, client_id: int) -> Client | None:
        """The client of that id; of one that was merged into another it is that other. `hold` does likewise."""

    def itself(self, client_id: int) -> Client | None:
        """The client of that very id, wherever it was merged into."""

    def hold(self, client_id: int) -> Client | None:
        """As `get`, and nobody else changes the client before this unit ends: for what is read, counted on and
        written back."""

    def hold_names(self) -> None:
        """Nobody else enters or renames a client before this unit ends."""

    def add(self, new: NewClient, *, created_at: datetime) -> int: ...
    def update(self, client_id: int, new: NewClient, *, version: int | None = None) -> bool:
        """Replace all that `NewClient` tells; touches, snoozes and due moments stay as they are.

        False, and nothing changed, when the client is no longer as it was at `version` (None: however it is).
        """

    def archive(self, client_id: int, *, at: datetime | None, merged_into_id: int | None = None) -> bool:
        """Take the client out of the book, or with `at` None back into it; False when it already is so."""

    def set_complaint(self, client_id: int, at: datetime | None) -> None:
        """Since when a complaint is open; None: it is settled."""

    def decline_rhythm(self, client_id: int, days: int) -> None:
        """Remember the learnt rhythm that nobody wanted."""

    def team(self, client_id: int) -> Mapping[Part, int]:
        """Who stands by the client beside its owner, by member id."""

    def set_team(self, client_id: int, part: Part, member_id: int | None) -> None: ...
    def channels(self, client_id: int) -> Sequence[str]:
        """The platform's identifiers of the channels in which we speak with the client."""

    def set_channels(self, client_id: int, channel_ids: Sequence[str]) -> None: ...
    def archived(self, owner_id: int | None, limit: int) -> Sequence[Client]:
        """Archived clients that were not merged, of that owner or (None) of everybody, the last archived first."""

    def of_channel(self, channel_id: str) -> Sequence[Client]:
        """The clients with whom we speak in that channel, archived ones left out."""

    def of_owner(self, owner_id: int, limit: int) -> Sequence[Client]:
        """The owner's clients that are not archived, the earliest due first."""

    def count_of_owner(self, owner_id: int) -> int: ...
    def count(self) -> tuple[int, int]:
        """How many clients are in the book, and how many of them nobody looks after."""

    def after(self, client_id: int, limit: int) -> Sequence[Client]:
        """The next clients in the book whose id is greater, by id; for a walk through all of them."""

    def snoozed(self, owner_id: int, now: datetime, limit: int) -> Sequence[Client]:
        """The owner's clients of which nothing is heard at `now`, the earliest to be heard of again first."""

    def due(self, owner_id: int, now: datetime, limit: int) -> Sequence[Client]:
        """The owner's clients that are due and not snoozed at `now`, the earliest neglected first."""

    def set_clock(self, client: Client, moments: Moments | None) -> None:
        """Write the client's last touches, `snoozes` and `moments` as given; hold the client first.

        None: the client has no clock.
        """

    def snooze(self, client_id: int, until: datetime | None, *, reason: str | None, count: int) -> None: ...
    def named(self, name: str) -> Sequence[NamedClient]:
        """Clients whose name or alias is the same once case, accents and legal form are gone."""

    def similar(self, name: str, *, owner_id: int | None, limit: int) -> Sequence[NamedClient]:
        """Clients that a mistyped or shortened `name` may mean, best first, the owner's marked as own."""

    def through_people(
        self,
        typed: str,
        address: Address | None,
        *,
        owner_id: int | None,
        limit: int,
        nearness: Nearness = Nearness.SLIPS,
    ) -> Sequence[NamedClient]:
        """Clients where somebody is known by that name, e-mail address or domain, best first, each once.

        `address` is what was typed, read as one. Only the very name or address of somebody who is still there and
        works for the client itself is sure, and a domain of such people.
        """

    def longest_name(self, words: Sequence[str], *, people: bool = False) -> int:
        """How many leading words together are exactly a known name or alias; 0 when none are.

        With `people`, or the full name of somebody at a client.
        """


class Books(Protocol):
    """Many clients at once. Archived ones are left out unless they are asked for."""

    def groups(self, reach: Reach, now: datetime, *, archived: bool = False) -> Sequence[Group]:
        """How many clients of the reach there are of each tier, state and market."""

    def page(
        self,
        reach: Reach,
        wanted: Wanted,
        now: datetime,
        cadences: Cadences,
        *,
        limit: int,
        offset: int = 0,
    ) -> tuple[Sequence[Client], int]:
        """Clients of the reach that are looked for, and how many there are on all pages (0 beyond the last).

        The neglected before all others, then by urgency (see `bot.domain.digest.urgency`), tier and name; those
        without a clock come last.
        """

    def most_urgent(self, owner_id: int, now: datetime, cadences: Cadences, limit: int) -> Sequence[Client]:
        """The first of those whom a digest is made of, in the order of `page`: due, and not snoozed at `now`."""

    def coming_due(
        self, owner_id: int, after: datetime, until: datetime, limit: int
    ) -> tuple[Sequence[Client], int]:
        """The owner's clients that become due after one moment and until another, the earliest first, and how many
        there are in all."""

    def has_any(self, member_id: int) -> bool:
        """Whether the member owns a client, archived or not, or stands in for one."""

    def loads(self, reach: Reach, now: datetime, cadences: Cadences) -> Sequence[OwnerLoad]: ...
    def ages(self, reach: Reach, now: datetime) -> AgeBands: ...
    def touches_by_week(
        self, reach: Reach, since: datetime, until: datetime
    ) -> Mapping[tuple[int, Direction], int]:
        """Touches with the clients of the reach, counted in weeks of seven times 24 hours from `since` on (0, 1, …)."""

    def promises(self, members: frozenset[int] | None, first: date, last: date) -> Mapping[PromiseState, int]:
        """What these members (None: anybody) promised for these days, both included."""


class Contacts(Protocol):
    def get(self, contact_id: int) -> Contact | None:
        """The contact of that id; of one that was joined to another by a merge it is that other."""

    def itself(self, contact_id: int) -> Contact | None:
        """The contact of that very id."""

    def called(self, name: str, limit: int) -> Sequence[Contact]:
        """People at any client whose name has all words of `name`, whatever the accents and capitals."""

    def of_client(self, client_id: int) -> Sequence[Contact]: ...
    def search(self, typed: str, *, owner_id: int, limit: int) -> Sequence[KnownPerson]:
        """People of all clients of whose name, or client's name, each typed word is the beginning of a word.

        Without case and accents; those of the owner's clients first, then by name. Nothing typed: everybody.
        """

    def add(self, new: NewContact) -> Contact: ...
    def update(self, contact_id: int, new: NewContact, *, version: int | None = None) -> bool:
        """Replace all that `NewContact` tells; False when the contact is no longer as it was at `version`."""

    def set_left(self, contact_id: int, *, at: datetime | None) -> bool:
        """Mark that the person left, or with None that they are there; False when that was known."""

    def all_of_client(self, client_id: int) -> Sequence[Contact]:
        """As `of_client`, with those who left, at the end."""


class Touches(Protocol):
    def get(self, touch_id: int) -> Touch | None: ...
    def by_key(self, key: str) -> Touch | None: ...
    def add(self, new: NewTouch) -> Touch | None:
        """None when a touch of that key is there already."""

    def by_keys(self, keys: Sequence[str]) -> Sequence[Touch]:
        """The touches of these keys that there are, the earliest logged first; withdrawn ones as well."""

    def change(self, touch_id: int, new: NewTouch, *, version: int | None = None) -> bool:
        """Replace everything but author, key and when it was logged.

        False, and nothing changed, when the touch is no longer as it was at `version` (None: however it is).
        """

    def withdraw(self, touch_id: int, *, at: datetime) -> bool:
        """False when it had been withdrawn already."""

    def last_counted(self, client_id: int) -> Mapping[Restart, datetime]:
        """When the latest touch of each effect took place; withdrawn ones do not count."""

    def recent(self, client_id: int, limit: int) -> Sequence[Touch]:
        """The client's touches that count, the latest first."""

    def around(self, client_id: int, channel: Channel, first: datetime, last: datetime) -> Sequence[Touch]:
        """The client's touches of that channel between two moments that count, the latest first."""

    def of_member(self, member_id: int, limit: int) -> Sequence[Touch]:
        """What the member logged last and did not take back, the latest logged first."""

    def complaints(self, client_id: int) -> Sequence[Touch]:
        """The client's complaints that count, the earliest first."""

    def since(self, client_id: int, since: datetime) -> Sequence[tuple[datetime, Direction]]:
        """When touches took place from `since` on, and in which direction, the earliest first."""

    def spoken_to(self, client_id: int, since: datetime) -> Mapping[int, int]:
        """With which contacts both sides spoke from `since` on, and how often; the most often first."""

    def next_step(self, client_id: int) -> Touch | None:
        """The latest touch that names a next step."""


class Promises(Protocol):
    """What was promised to clients. A promise is settled only while it is open: who was first wins."""

    def add(self, new: NewPromise) -> int | None:
        """None when a promise of that key is there already."""

    def get(self, promise_id: int) -> Promise | None: ...
    def open_of_client(self, client_id: int) -> Sequence[Promise]:
        """What is still open, the earliest day first."""

    def open_of_member(self, member_id: int, until: date, limit: int) -> Sequence[Promise]:
        """What the member promised by `until` and has not settled, the earliest day first."""

    def of_touch(self, touch_id: int) -> Sequence[Promise]: ...
    def move(self, old: Promise, due_on: date, *, reason: str) -> bool:
        """Put an open promise off; False when `old` is no longer so."""

    def settle(
        self, old: Promise, state: PromiseState, *, by: int, at: datetime, reason: str = ""
    ) -> bool: ...
    def reopen(self, old: Promise) -> bool: ...
    def remove(self, promise_id: int) -> bool:
        """Forget a promise that was never made; False when it is not there."""

    def tally(self, client_id: int) -> Mapping[PromiseState, int]:
        """How many promises to the client are in each state."""


class Occasions(Protocol):
    """Which days of a relation come up, and which of them somebody has seen to for good."""

    def of_owner(
        self, owner_id: int, first: date, last: date, renews_until: date, limit: int
    ) -> Sequence[Client]:
        """Clients of the owner of whom an anniversary falls on a day from `first` to `last`, both included, or a
        renewal on one from `first` to `renews_until`.

        Archived ones and those on hold are left out, snoozed ones are not.
        """

    def seen(self, client_ids: Collection[int]) -> Mapping[int, SeenOccasions]:
        """The occasions that were seen to for good, by client; clients without any are left out."""

    def see_to(self, client_id: int, kind: OccasionKind, day: date, *, by: int, at: datetime) -> bool:
        """Nothing more is said of this occasion; False when that was so."""

    def take_back(self, client_id: int, kind: OccasionKind, day: date) -> bool:
        """The occasion counts again; False when it did."""


class Meetings(Protocol):
    def add(self, new: NewMeeting) -> int | None:
        """None when a meeting of that key is there already."""

    def get(self, meeting_id: int) -> Meeting | None: ...
    def ahead(self, member_id: int, since: datetime, limit: int) -> Sequence[Meeting]:
        """The member's meetings from `since` on that were not cancelled, the earliest first."""

    def due(self, now: datetime, limit: int) -> Sequence[Meeting]:
        """Meetings whose brief is to be sent now, the earliest first."""

    def briefed(self, meeting: Meeting) -> bool:
        """Mark that the brief was decided on; False when somebody else did, or the meeting changed."""

    def cancel(self, meeting_id: int, *, at: datetime) -> bool: ...
    def reschedule(self, old: Meeting, at: datetime, brief_at: datetime | None) -> bool:
        """Put the meeting at another time; False when it was cancelled, or is at another time than `old` says."""


class History(Protocol):
    """Changes of the book; rows are added, never changed."""

    def add(self, new: NewChange) -> None: ...
    def of_subject(self, subject: Subject, subject_id: int, limit: int) -> Sequence[Change]:
        """The changes of one subject, the latest first."""

    def of_client(self, client_id: int, limit: int, before: int | None = None) -> Sequence[Change]:
        """The changes of a client and of all that belongs to it, the latest first; only those older than `before`."""

    def of_import(self, import_id: int, after: int, limit: int) -> Sequence[Change]:
        """The changes that an import brought whose id is greater than `after`, the earliest first."""


class Pictures(Protocol):
    """Images that were uploaded for the Home tab of a member, by name."""

    def of_member(self, member_id: int) -> Mapping[str, Picture]: ...
    def put(self, member_id: int, name: str, picture: Picture, *, at: datetime) -> None:
        """Let the picture stand under that name, in the place of an earlier one."""

    def remove(self, member_id: int, name: str) -> None: ...


class Merges(Protocol):
    """Clients that turned out to be one. What is sealed in the register stays as it is, and is counted together."""

    def add(self, new: NewMerge) -> int: ...
    def get(self, merge_id: int) -> Merge | None: ...
    def undo(self, merge_id: int, *, at: datetime) -> bool:
        """Mark the merge as undone; False when it was already."""

    def tally(self, client_id: int) -> Mapping[str, int]:
        """How many ``touches``, ``promises``, ``meetings``, ``contacts`` and ``gifts`` the client has."""

    def move(self, gone_id: int, kept_id: int, joined: Mapping[int, int]) -> Moved:
        """Give what belongs to one client to another; `joined` says who of its people is whom there."""

    def move_back(self, gone_id: int, kept_id: int, moved: Moved) -> None:
        """Give back what was moved, as far as it still is where it was moved to."""

    def same_contacts(self, contact_id: int) -> Sequence[int]:
        """The contact and those who are the same person since their clients were merged, by id."""


Packed = tuple[Any, ...]
"""A row made ready for the database beforehand; what stands in it is memory's own business. It can be marshalled."""


class Spool(Protocol):
    """Rows that wait in a file to be written all at once, and how many there are."""

    @property
    def clients(self) -> int: ...
    @property
    def contacts(self) -> int: ...
    def packed(self, kind: str) -> Iterator[Sequence[Packed]]:
        """The rows of a kind as they were put there, some at a time: ``client``, ``client_change``,
        ``name``, ``contact``, ``contact_change``."""


class Imports(Protocol):
    """What came from files: read and written many rows at a time.

    Rows are packed while nobody waits, and written in one go. A client that is not in the book yet is referred to by a
    negative number: -1 is the first of the spool. So is an owner who is no member yet, by its place among `owners`.
    """

    def add(
        self, member_id: int | None, name: str, digest: str, counts: Mapping[str, int], at: datetime
    ) -> int: ...
    def get(self, import_id: int) -> Import | None: ...
    def last(self, member_id: int | None) -> Import | None:
        """The latest import that was not undone; only the member's own unless None."""

    def mark_undone(self, import_id: int, at: datetime) -> bool:
        """False when somebody did so already."""

    def names_version(self) -> int:
        """Changes whenever a client is entered, renamed, archived or restored."""

    def names(self) -> Iterator[tuple[str, int, str]]:
        """Every name and alias in the book: normalised, whose it is, as written. Archived clients are left out."""

    def clients(self, client_ids: Sequence[int]) -> Sequence[HeldClient]: ...
    def contacts(self, client_ids: Sequence[int]) -> Sequence[HeldContact]:
        """All contacts of these clients, those who left as well."""

    def clients_called(self, external_ids: Sequence[str]) -> Mapping[str, int]:
        """By what another system calls them; archived ones are left out."""

    def contacts_called(self, external_ids: Sequence[str]) -> Mapping[str, HeldContact]: ...
    def pack_client(
        self,
        new: NewClient,
        moments: Moments | None,
        team: Mapping[Part, int],
        channels: Sequence[str],
        external_ids: Sequence[str],
        created_at: datetime,
    ) -> Packed: ...
    def pack_client_change(
        self,
        held: HeldClient,
        new: NewClient,
        clock: tuple[datetime | None, Moments | None],
        team: Mapping[Part, int],
        channels: Sequence[str],
        external_ids: Sequence[str],
        facts: Mapping[str, Any],
    ) -> Packed:
        """`clock` is the last conversation and what follows from it, `external_ids` are those to be added."""

    def pack_name(self, client_id: int, name: str) -> Packed:
        """Another name of a client of the spool."""

    def pack_contact(self, new: NewContact, external_id: str, left_at: datetime | None) -> Packed: ...
    def pack_contact_change(
        self,
        held: HeldContact,
        new: NewContact,
        left_at: datetime | None,
        external_id: str,
        facts: Mapping[str, Any],
    ) -> Packed: ...
    def write(
        self, import_id: int, spool: Spool, owners: Sequence[int], member_id: int | None, at: datetime
    ) -> bool:
        """Write all that was packed; False when something that changes is no longer as it was read: roll back then."""

    def forget_client_ids(self, client_id: int, external_ids: Sequence[str]) -> None:
        """The client is no longer called so elsewhere."""

    def forget_contact_ids(self, contact_id: int, external_ids: Sequence[str]) -> None: ...
    def stirred(self, since: datetime) -> Sequence[int]:
        """Clients with whom a touch was logged or taken back, or of whom something was changed, from `since` on."""

    def touched_since(self, import_id: int) -> Sequence[tuple[int, str]]:
        """Clients that the import brought and something hangs on now (touches, gifts, promises, meetings, changes by
        people), with their names."""

    def take_out(self, import_id: int, at: datetime) -> tuple[int, int]:
        """Archive the clients that the import brought, `touched_since` aside, and remove the contacts that it brought
        to others and nothing hangs on; how many clients and contacts went."""

    def of_reader(self, seen: Seen | None, after: int, limit: int) -> Sequence[int]:
        """Ids of clients greater than `after` that are seen; None: of all clients."""


class Gifts(Protocol):
    def record_check(self, new: NewGiftCheck) -> int: ...
    def check(self, check_id: int) -> GiftCheck | None: ...
    def hold_check(self, check_id: int) -> GiftCheck | None:
        """The check, held until this unit ends: nobody else asks for its approval meanwhile."""

    def recent_checks(self, limit: int) -> Sequence[GiftCheck]:
        """Recorded checks of everybody, the latest first."""

    def record_given(self, new: NewGiftGiven) -> bool:
        """False when the gift of that check is in the register already."""

    def cancel_given(self, check_id: int, *, at: datetime) -> bool: ...
    def given_to(
        self, client_id: int, contact_id: int | None, since: date, *, direction: Side = Side.GIVEN
    ) -> Sequence[GiftGiven]:
        """Gifts that stand in the register for this contact (None: to nobody by name) from `since` on.

        Of those received it is the contact who gave. What was given back or handed in is left out here and below.
        """

    def set_fate(self, check_id: int, *, old: Fate, new: Fate) -> bool:
        """Say what else became of a gift received; False when `old` is no longer what did, or it was taken out."""

    def received_by(self, member_id: int, client_id: int, since: date) -> Sequence[GiftGiven]:
        """What the member received and kept from people of that client from `since` on."""

    def checks(self, check_ids: Collection[int]) -> Sequence[GiftCheck]: ...
    def entered(self, check_ids: Collection[int]) -> Sequence[GiftGiven]:
        """The gifts of these checks, those that were taken out, given back or handed in as well."""

    def sums(
        self,
        client_id: int,
        contact_id: int | None,
        first: date,
        last: date,
        *,
        direction: Side = Side.GIVEN,
        member_id: int | None = None,
    ) -> Sequence[Sum]:
        """What counts between two days, both included, currency by currency: of all colleagues, or of one member.

        To (or from) a contact and nobody by name, or with None everybody at the client.
        """


class Outings(Protocol):
    """Outings and the checks of those who are invited."""

    def add(self, new: NewOuting) -> int | None:
        """None when an outing of that key is there already."""

    def get(self, outing_id: int) -> Outing | None: ...
    def by_key(self, key: str) -> Outing | None: ...
    def of_member(self, member_id: int, since: date, limit: int) -> Sequence[Outing]:
        """The member's outings of that day or later that no newer one replaced, the latest day first."""

    def supersede(self, outing_id: int, *, at: datetime) -> bool:
        """Mark that a newer one takes its place; False when one did already."""

    def swap_check(self, check_id: int, new_id: int) -> bool:
        """Let a newer check of the same person stand in the place of an older; False when no outing holds that."""


class Register(Protocol):
    """The chain of everything that happened around gifts; entries are added, never changed."""

    def append(self, new: NewRegisterEntry) -> RegisterEntry:
        """Seal the entry with the one before it. Nobody else appends before this unit ends."""

    def head(self) -> tuple[int, str]:
        """Number and seal of the last entry; 0 and `chain.BEGINNING` of an empty register."""

    def entries(self) -> Iterator[RegisterEntry]:
        """All entries in the order in which they were added, read page by page."""

    def hold(self) -> None:
        """Nobody else appends before this unit ends."""

    def page(
        self, after: int, limit: int, first: datetime | None = None, last: datetime | None = None
    ) -> Sequence[RegisterEntry]:
        """The next entries whose number is greater than `after`; only those from `first` on and before `last`."""

    def count(self, first: datetime | None = None, last: datetime | None = None) -> int: ...
    def latest(
        self, limit: int, client_id: int | None = None, contact_id: int | None = None
    ) -> Sequence[RegisterEntry]:
        """The last entries, the newest first: all, or those about a client or a contact."""

    def last_of_checks(self, check_ids: Collection[int], kinds: Collection[str]) -> Mapping[int, int]:
        """For each check the number of its last entry of these kinds."""

    def last_of_requests(self, request_ids: Collection[int], kinds: Collection[str]) -> Mapping[int, int]: ...
    def request_states(self, request_ids: Collection[int]) -> Mapping[int, str]: ...
    def untold_checks(self, limit: int) -> Sequence[GiftCheck]:
        """Recorded checks of which no entry tells, the oldest first."""

    def untold_gifts(self, limit: int) -> Sequence[GiftGiven]: ...
    def untold_requests(self, limit: int) -> Sequence[int]: ...
    def of_check(self, check_id: int) -> Sequence[RegisterEntry]: ...
    def of_request(self, request_id: int) -> Sequence[RegisterEntry]: ...


class Requests(Protocol):
    """Requests for approval. A change is made only while the request is as it was read: state and version decide."""

    def add(self, new: NewRequest, *, at: datetime) -> int | None:
        """The new request's id; None when one was asked for from that check before."""

    def get(self, request_id: int) -> Request | None: ...
    def hold(self, request_id: int) -> Request | None:
        """The request as it stands, held until this unit ends: before the register is, or two units that change it
        would wait for each other."""

    def of_check(self, check_id: int) -> Request | None:
        """The request that stands on this check, or was asked for from it."""

    def open(self) -> Sequence[Request]:
        """All that wait for a decision or an answer, the oldest first."""

    def own(self, member_id: int) -> Sequence[Request]:
        """What a member asked for and has neither been refused nor given nor taken back, the oldest first."""

    def pending_at(self, client_id: int, since: date) -> Sequence[Request]:
        """Requests for something that may still be given to people of that client, on `since` or later."""

    def due(self, now: datetime, limit: int) -> Sequence[int]:
        """Identifiers of waiting requests whose next step is due, the earliest first."""

    def renew(self, old: Request, new: NewRequest, *, comment: Comment | None = None) -> bool:
        """Let the request stand on `new`, waiting anew, one version further; False when `old` is no longer so."""

    def move(
        self,
        old: Request,
        state: RequestState,
        *,
        comment: Comment | None = None,
        next_step_at: datetime | None = None,
        asked_at: datetime | None = None,
        decided: tuple[int, datetime] | None = None,
    ) -> bool:
        """Put the request into `state`, one version further; `asked_at` starts the reviewers' time anew.

        `decided` is who decided and when. False when `old` is no longer so.
        """

    def step(
        self,
        old: Request,
        *,
        next_step_at: datetime | None,
        reminded_at: datetime | None = None,
        delegated_at: datetime | None = None,
    ) -> bool:
        """Take a step for a request that nobody answers; its version stays. False when somebody else took it."""

    def stands_in(self, request_id: int, entry_id: int) -> None:
        """Note that the message of this outbox entry shows the request."""

    def messages(self, request_id: int) -> Sequence[int]:
        """The outbox entries whose messages show the request, the oldest first."""


class Rules(Protocol):
    """A workspace's own rule files, and every version of the rules that ever judged here."""

    def own(self) -> Sequence[OwnRules]:
        """The workspace's own rule files, by name."""

    def put(self, name: str, text: str, *, member_id: int | None, at: datetime) -> None: ...
    def remove(self, name: str) -> None: ...
    def advance(self, revision: int, *, cautious: bool | None = None) -> bool:
        """Count a change of the rules as they were at `revision`; False when somebody else changed them meanwhile.

        `cautious` None leaves that choice as it is.
        """

    def latest_version(self) -> RulebookVersion | None: ...
    def versions(self) -> Sequence[RulebookVersion]:
        """All versions in the order in which they came into force."""

    def keep_version(self, version: RulebookVersion, texts: Mapping[str, str]) -> None:
        """Add a version; of `texts` (name to text) those that are not kept yet are."""

    def texts(self, digests: Sequence[str]) -> Mapping[str, str]:
        """The texts that are kept under these digests, by digest."""

    def reviews(self) -> Sequence[RuleReview]: ...
    def set_review(self, review: RuleReview) -> None: ...


class PolicyQuestions(Protocol):
    """What clients were asked about their policy."""

    def add(self, new: NewPolicyQuestion) -> int: ...
    def get(self, question_id: int) -> PolicyQuestion | None: ...
    def open(self) -> Sequence[PolicyQuestion]: ...
    def due(self, now: datetime, limit: int) -> Sequence[PolicyQuestion]:
        """Open questions whose reminder is due, the earliest first."""

    def remind(self, question: PolicyQuestion, *, again_at: datetime | None) -> bool:
        """Count the reminder that is due; False when somebody else did, or the question is no longer as it was read."""

    def put_off(self, question: PolicyQuestion, *, until: datetime) -> bool: ...
    def close(self, question_id: int, state: QuestionState, *, at: datetime) -> bool:
        """False when the question was not open any more."""


class Covers(Protocol):
    """Who sees to whose clients for some days."""

    def add(self, new: NewCover, *, at: datetime) -> int: ...
    def get(self, cover_id: int) -> Cover | None: ...
    def of_colleague(self, member_id: int, since: date) -> Sequence[Cover]:
        """Covers that the member is asked for or has agreed to and that end on `since` or later, the first first."""

    def of_owner(self, member_id: int, since: date) -> Sequence[Cover]:
        """As `of_colleague`, of those for clients of the member."""

    def settle(self, cover: Cover, state: CoverState, *, at: datetime, reason: str = "") -> bool:
        """Put the cover into another state; False when it is no longer as it was read."""


class Ladder(Protocol):
    """When leads are told next, and of which neglected clients they were."""

    def due(self, now: datetime, limit: int) -> Sequence[tuple[int, datetime]]:
        """Active members who lead somebody, or did, and whose moment has come, with that moment, the earliest first.

        It has come as soon as a member is put under them.
        """

    def move(self, member_id: int, *, old: datetime, new: datetime) -> bool:
        """Set the lead's next moment if it still is `old`; False when somebody else moved it meanwhile."""

    def neglected(self, lead_id: int, before: datetime) -> Sequence[Client]:
        """Clients of the lead's active people that were neglected at `before` already, those for longest first."""

    def told(self, lead_id: int) -> frozenset[tuple[int, datetime]]:
        """Of the clients of the lead's people, those a lead was told of, with the time of neglect (`tell`)."""

    def tell(self, client_id: int, period: datetime, lead_id: int, *, at: datetime) -> bool:
        """Note that the lead is told of a client's time of neglect; False when a lead was before."""


class Outbox(Protocol):
    def add(self, new: NewEntry, *, now: datetime) -> bool:
        """False when an entry of that key exists already, in whatever state."""

    def get(self, entry_id: int) -> Entry | None: ...
    def by_key(self, key: str) -> Entry | None: ...
    def sent_of(self, keys: Sequence[str]) -> Sequence[Entry]:
        """Those of the entries of these keys that were sent."""

    def due(self, now: datetime, limit: int) -> Sequence[int]:
        """Identifiers of open entries whose moment has come, the earliest first."""

    def listed(
        self,
        states: Collection[State],
        *,
        kind: str | None = None,
        member_id: int | None = None,
        limit: int = 50,
    ) -> Sequence[Entry]:
        """Entries in one of these states, the latest first."""

    def oldest_due(self, now: datetime) -> datetime | None:
        """Since when the open entry that is due longest waits; None when none is due."""

    def revive(self, entry: Entry, *, until: datetime) -> bool:
        """Make a given-up entry pending again, composed anew at `until`; False when it is not as it was read."""

    def mark_trying(
        self,
        entry: Entry,
        *,
        now: datetime,
        until: datetime,
        facts: Mapping[str, object],
        body: Mapping[str, object],
    ) -> bool:
        """Write down an attempt before it is made; False when the entry is no longer as it was read.

        `until` ends the quarantine, should the attempt never be settled.
        """

    def postpone(
        self,
        entry: Entry,
        *,
        until: datetime,
        state: State,
        error: str | None,
        counted: bool = True,
        paced: bool = False,
        note: str | None = None,
        answer: Mapping[str, object] | None = None,
    ) -> bool:
        """Nothing more before `until`; `counted` False takes the last attempt, or look-up while it is being tried, off
        the count. `paced` when `until` is a moment of the entry's lane. A `note` or `answer` of None leaves what is
        there.
        """

    def count_look_up(self, entry: Entry, *, until: datetime) -> bool: ...
    def settle(
        self,
        entry: Entry,
        state: State,
        *,
        note: str | None = None,
        error: str | None = None,
        conversation: str | None = None,
        receipt: str | None = None,
        answer: Mapping[str, object] | None = None,
    ) -> bool:
        """Close the entry as sent, dead or skipped; False when somebody else closed it."""

    def interrupted(
        self, member_id: int, since: datetime, *, but: Collection[str], besides: int
    ) -> Sequence[datetime]:
        """When the member was posted something after `since`, or perhaps was, the earliest first.

        Left out: kinds that are named in `but`, and the entry `besides`.
        """

    def prune(self, before: datetime) -> int: ...
    def tally(self, since: datetime) -> Mapping[State, int]:
        """How many entries are open, whenever they were added, and how many were settled of those added since then."""

    def latest(self, kind: str) -> tuple[datetime, int] | None:
        """When an entry of that kind was added last, and how many were in the hour up to then; None: never one."""

    def waiting(self) -> int:
        """How many entries are open."""

    def newest(self) -> datetime | None:
        """When an entry was added last; None: never one."""

    def look_up_first(self, *, since: datetime, until: datetime) -> int:
        """Let each open entry but edits be an attempt with an unclear end, to be looked up from `until` on; how many.

        It may have been made at any time after `since`, or its own first try where that is earlier.
        """


class Decisions(Protocol):
    """What the gate decided, and what was said last of each subject."""

    def add(self, new: NewDecision) -> None: ...
    def last_of(self, entry_id: int) -> Decision | None:
        """The last decision about an entry of the outbox."""

    def set_until(self, decision_id: int, until: datetime | None) -> None: ...
    def of_member(self, member_id: int, limit: int, *, client_id: int | None = None) -> Sequence[Decision]:
        """The decisions about messages to a member, the last first; of one client where it is given."""

    def said(self, member_id: int, subject: str) -> Said | None: ...
    def say(self, member_id: int, subject: str, said: Said) -> None:
        """Keep what is said of the subject in the place of what was said before."""

    def prune(self, before: datetime) -> int: ...


class Drafts(Protocol):
    def add(self, member_id: int, kind: str, facts: Mapping[str, object], *, at: datetime) -> int: ...
    def get(self, draft_id: int) -> Draft | None: ...
    def prune(self, before: datetime) -> int: ...


class Deliveries(Protocol):
    """What the platform has delivered to us, so that the same event counts once."""

    def first_time(self, key: str, *, at: datetime) -> bool: ...
    def prune(self, before: datetime) -> int: ...


class UnitOfWork(Protocol):
    """Everything remembered of one workspace, in one transaction."""

    @property
    def workspace(self) -> Workspace: ...
    @property
    def members(self) -> Members: ...
    @property
    def clients(self) -> Clients: ...
    @property
    def books(self) -> Books: ...
    @property
    def contacts(self) -> Contacts: ...
    @property
    def touches(self) -> Touches: ...
    @property
    def promises(self) -> Promises: ...
    @property
    def meetings(self) -> Meetings: ...
    @property
    def occasions(self) -> Occasions: ...
    @property
    def history(self) -> History: ...
    @property
    def pictures(self) -> Pictures: ...
    @property
    def merges(self) -> Merges: ...
    @property
    def imports(self) -> Imports: ...
    @property
    def gifts(self) -> Gifts: ...
    @property
    def outings(self) -> Outings: ...
    @property
    def register(self) -> Register: ...
    @property
    def requests(self) -> Requests: ...
    @property
    def rules(self) -> Rules: ...
    @property
    def policy_questions(self) -> PolicyQuestions: ...
    @property
    def covers(self) -> Covers: ...
    @property
    def ladder(self) -> Ladder: ...
    @property
    def outbox(self) -> Outbox: ...
    @property
    def decisions(self) -> Decisions: ...
    @property
    def drafts(self) -> Drafts: ...
    @property
    def deliveries(self) -> Deliveries: ...
    def hold_workspace(self) -> Workspace:
        """The workspace as it stands, and nobody else changes it before this unit ends."""

    def change_workspace(self, new: Workspace) -> None:
        """Write name, defaults and set-up of the workspace as given; what delivery and the rules keep stays."""

    def block_workspace(self, until: datetime) -> None: ...
    def block_look_ups(self, until: datetime) -> None:
        """Ask the platform about no message of the workspace before `until`."""

    def shut_workspace(self, reason: str, *, at: datetime) -> bool:
        """Nothing can be posted from now on; False when that was known already."""

    def open_workspace(self) -> bool:
        """It can be posted to again; False when it could all the time."""

    def take_slot(self, wished: datetime, *, lane: Lane = Lane.ORDINARY) -> datetime:
        """The first moment of a lane from `wished` on at which the workspace may be posted to, now taken."""


class Memory(Protocol):
    """The door to everything that is remembered."""

    def read(self, workspace_id: int) -> AbstractContextManager[UnitOfWork]: ...
    def write(self, workspace_id: int) -> AbstractContextManager[UnitOfWork]: ...
    def workspaces(self) -> Sequence[Workspace]: ...
    def install(self, team_id: str, name: str, *, at: datetime, **defaults: str) -> Workspace:
        """The workspace of that team, made if it is new; `defaults` are zone, locale, currency, country."""

    def revision(self) -> tuple[str | None, str]:
        """The revision of the database, and the one that this program knows."""

    def warm(self, workspace_id: int) -> None:
        """Read what look-ups of clients need now, and wait for it; without it the first one begins to."""

    def trouble(self, error: BaseException) -> str | None:
        """The refusal code of a failure of memory itself; None when the error is none of memory's.

        ``storage.busy``, ``storage.readonly``, ``storage.full`` or ``storage.unavailable``.
        """


@dataclass(frozen=True, slots=True)
class Receipt:
    """Where a message ended up on the platform; `answer` is a short record of what it said (see `Entry.answer`)."""

    conversation: str
    message: str
    answer: Mapping[str, object] = field(default_factory=dict, compare=False)


class Failed(Exception):
    """A call to the platform without the wished end; `fault` is its class, `answer` a short record of what was said."""

    def __init__(self, reason: str, fault: Fault, answer: Mapping[str, object] | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.fault = fault
        self.answer = answer


class TryLater(Failed):
    """The platform certainly did not take the message; `after` seconds say when it may be asked again."""

    def __init__(
        self,
        reason: str,
        after: float | None = None,
        *,
        fault: Fault | None = None,
        answer: Mapping[str, object] | None = None,
    ) -> None:
        super().__init__(reason, fault or (Fault.OTHER if after is None else Fault.RATE), answer)
        self.after = after


class Unclear(Failed):
    """Nobody knows whether the platform took the message."""

    def __init__(
        self, reason: str, *, fault: Fault = Fault.NETWORK, answer: Mapping[str, object] | None = None
    ) -> None:
        super().__init__(reason, fault, answer)


class Refused(Failed):
    """The platform will never take this message.

    `account_closed` when the reader is gone, `conversation_gone` when only the conversation is: there may be another.
    """

    def __init__(
        self,
        reason: str,
        *,
        account_closed: bool = False,
        conversation_gone: bool = False,
        fault: Fault = Fault.CONTENT,
        answer: Mapping[str, object] | None = None,
    ) -> None:
        super().__init__(reason, Fault.CHANNEL if account_closed or conversation_gone else fault, answer)
        self.account_closed = account_closed
        self.conversation_gone = conversation_gone


class NotLetIn(Failed):
    """The platform lets us do this in no conversation of the workspace: a revoked token, or a right that is `missing`.

    Certain: nothing was taken.
    """

    def __init__(self, reason: str, *, missing: str = "", answer: Mapping[str, object] | None = None) -> None:
        super().__init__(reason, Fault.ACCESS, answer)
        self.missing = missing


class Messenger(Protocol):
    """Carries one outbox entry to one member. Only delivery is given one."""

    def render(
        self, kind: str, facts: Mapping[str, object], reader: Member, entry_id: int
    ) -> Mapping[str, object]:
        """The message in the reader's language, as JSON values. Pure: no call to the platform."""

    def conversation_with(self, member: Member) -> str:
        """The private conversation's identifier. Raises Failed, as all of the following do."""

    def post(self, conversation: str, body: Mapping[str, object], key: str) -> Receipt:
        """Post once, without repeating by itself."""

    def edit(self, receipt: Receipt, body: Mapping[str, object]) -> Mapping[str, object]:
        """Put `body` in the place of a message that was posted; returns what was said to it, as in `Entry.answer`."""

    def find(self, conversation: str, key: str, since: datetime) -> Receipt | None:
        """The message posted under `key` since then. NotLetIn here may mean that only reading is not allowed."""

    def knock(self) -> None:
        """Ask whether we may post in this workspace. Raises NotLetIn when not, TryLater or Unclear when nobody says."""


class Directory(Protocol):
    """Looks people up on the platform."""

    def profile(self, user_id: str) -> Profile | None:
        """None when there is no such person. Raises TryLater or Unclear when the platform cannot say."""

    def do_not_disturb(self, user_id: str) -> tuple[datetime, datetime] | None:
        """From when until when (UTC) the person is not to be disturbed, now or next; None: not, or we may not know.

        Raises TryLater, Unclear or Refused.
        """


class Meter:
    """Counts for whoever watches over the bot; this one throws the figures away."""

    def sent(self, kind: str) -> None:
        """A message is on the platform, or an edit was made."""

    def skipped(self, reason: str) -> None:
        """A message was not wanted any more; `reason` is the note of its entry."""

    def failed(self, fault: Fault) -> None:
        """A call for an entry did not end well."""

    def claim_lost(self) -> None:
        """Somebody else had taken the next step of an entry first."""

    def late(self, lane: Lane, seconds: float) -> None:
        """An attempt began so long after the moment it was planned for."""

    def ticked(self, tick: str, late: float) -> None:
        """A tick began, `late` seconds after its time."""

    def answered(self, kind: str, subject: str, seconds: float) -> None:
        """A payload of a kind was answered by a subject."""
