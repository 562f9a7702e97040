"""What thinking asks of the book of clients and their people."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from typing import Protocol

from bot.domain.addresses import Address
from bot.domain.books import Group, Reach, Wanted
from bot.domain.cadence import Cadences, Moments
from bot.domain.clients import Client, Contact, Hours, Part, Status, Tier
from bot.domain.contacts import KnownPerson
from bot.domain.history import Change, NewChange, Subject
from bot.domain.lookup import NamedClient, Nearness
from bot.domain.merges import Merge, Moved, NewMerge
from bot.domain.money import Money
from bot.domain.pictures import Picture
from bot.domain.promises import PromiseState
from bot.domain.team import AgeBands, OwnerLoad
from bot.domain.touches import Direction


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

    def set_clock(self, client: Client, moments: Moments | None, *, acted_on: bool = False) -> None:
        """Write the client's last touches, `snoozes` and `moments` as given; hold the client first.

        None: the client has no clock. `acted_on`: no digest has named it in vain (see `giving_way`).
        """

    def snooze(self, client_id: int, until: datetime | None, *, reason: str | None, count: int) -> None:
        """Hide the client until then (None: no longer); it is acted on as well, as in `set_clock`."""

    def hold_all(self, client_ids: Collection[int]) -> None:
        """Nobody else changes these very clients before this unit ends."""

    def named_in_vain(
        self, client_ids: Collection[int], reader_id: int, *, at: datetime, often: int, until: datetime
    ) -> None:
        """A digest named these clients to a reader `at` a moment; hold them first. Whoever was named to the same reader
        `often` times since it became due, and since it last gave way, gives way until a moment."""

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

    def most_urgent(
        self, owner_id: int, now: datetime, cadences: Cadences, limit: int, *, reader_id: int | None = None
    ) -> Sequence[Client]:
        """The first of those whom a digest is made of, in the order of `page`: due, and not snoozed at `now`.

        Those that give way come behind all others in what `reader_id` reads (None: the owner).
        """

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

    def kept_since(self, client_id: int, since: datetime) -> bool:
        """Whether another client was merged into that very one at `since` or later, and still is."""

    def tally(self, client_id: int) -> Mapping[str, int]:
        """How many ``touches``, ``promises``, ``meetings``, ``contacts`` and ``gifts`` the client has."""

    def move(self, gone_id: int, kept_id: int, joined: Mapping[int, int]) -> Moved:
        """Give what belongs to one client to another; `joined` says who of its people is whom there."""

    def move_back(self, gone_id: int, kept_id: int, moved: Moved) -> None:
        """Give back what was moved, as far as it still is where it was moved to."""

    def same_contacts(self, contact_id: int) -> Sequence[int]:
        """The contact and those who are the same person since their clients were merged, by id."""
