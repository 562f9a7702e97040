"""Merges: two clients that turn out to be one, what moved, and until when it can be undone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any

from bot.domain.clients import Contact
from bot.domain.names import fold

UNDONE_WITHIN = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Moved:
    """What went from the client that is gone to the one that is kept, exactly enough to send it back.

    `touches`, `promises`, `meetings`, `contacts`, `questions`, `reassignments`, `handovers` and `concessions` are
    ids. `joined` says which contact of the gone client is whom of the kept one, and `spoken_to` in which touches
    somebody kept is named since, as (touch, who was, who is). Of `external_ids` and `channels` one that both
    clients had is marked with ``=``. `aliases` are names that the kept client did not have; `team` are parts that
    it had nobody for, with the member; `facts` what else of it changed, by field as [before, after] (JSON values),
    and `completed` the same of kept contacts, by their ids.
    """

    touches: tuple[int, ...] = ()
    promises: tuple[int, ...] = ()
    meetings: tuple[int, ...] = ()
    contacts: tuple[int, ...] = ()
    questions: tuple[int, ...] = ()
    joined: Mapping[int, int] = field(default_factory=dict)
    spoken_to: tuple[tuple[int, int, int], ...] = ()
    external_ids: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    team: Mapping[str, int] = field(default_factory=dict)
    facts: Mapping[str, tuple[str | None, str | None]] = field(default_factory=dict)
    completed: Mapping[int, Mapping[str, Any]] = field(default_factory=dict)
    reassignments: tuple[int, ...] = ()
    handovers: tuple[int, ...] = ()
    concessions: tuple[int, ...] = ()

    def as_json(self) -> dict[str, Any]:
        return {
            **asdict(self),
            "joined": {str(gone): kept for gone, kept in self.joined.items()},
            "completed": {str(person): dict(more) for person, more in self.completed.items()},
        }


def moved_from(data: Mapping[str, Any]) -> Moved:
    """What `Moved.as_json` wrote."""
    return Moved(
        touches=tuple(data.get("touches") or ()),
        promises=tuple(data.get("promises") or ()),
        meetings=tuple(data.get("meetings") or ()),
        contacts=tuple(data.get("contacts") or ()),
        questions=tuple(data.get("questions") or ()),
        joined=joined_from(data.get("joined")),
        spoken_to=tuple((t, gone, kept) for t, gone, kept in data.get("spoken_to") or ()),
        external_ids=tuple(data.get("external_ids") or ()),
        channels=tuple(data.get("channels") or ()),
        aliases=tuple(data.get("aliases") or ()),
        team=dict(data.get("team") or {}),
        facts={name: (before, after) for name, (before, after) in (data.get("facts") or {}).items()},
        completed={int(person): more for person, more in (data.get("completed") or {}).items()},
        reassignments=tuple(data.get("reassignments") or ()),
        handovers=tuple(data.get("handovers") or ()),
        concessions=tuple(data.get("concessions") or ()),
    )


def joined_from(data: Mapping[str, int] | None) -> dict[int, int]:
    """Which contact became whom, from that part of `Moved.as_json` alone."""
    return {int(gone): kept for gone, kept in (data or {}).items()}


@dataclass(frozen=True, slots=True)
class NewMerge:
    """A merge about to be noted; see `Merge`."""

    kept_id: int
    gone_id: int
    member_id: int | None
    at: datetime
    moved: Moved


@dataclass(frozen=True, slots=True)
class Merge:
    """A client that was merged into another; `member_id` None: whoever runs the machine did it."""

    id: int
    kept_id: int
    gone_id: int
    member_id: int | None
    at: datetime
    moved: Moved
    undone_at: datetime | None = None

    def can_be_undone(self, now: datetime) -> bool:
        return self.undone_at is None and now < self.at + UNDONE_WITHIN


def same_people(gone: Iterable[Contact], kept: Iterable[Contact]) -> dict[int, int]:
    """Which contacts of one client are whom of another, by ids: the same e-mail address, or the same name.

    Two people of one name who have different addresses stay two; so do those whom two people fit.
    """
    there = list(kept)
    found: dict[int, int] = {}
    for person in gone:
        fitting = [other for other in there if _same_address(person, other)] or [
            other
            for other in there
            if fold(other.name) == fold(person.name) and not _other_address(person, other)
        ]
        if len(fitting) == 1:
            found[person.id] = fitting[0].id
    return found


def completed(kept: Contact, gone: Contact) -> dict[str, tuple[Any, Any]]:
    """What is known of a person under the name that goes, and not under the one that stays: field → (before, after).

    Of the rules that bind the person none is lost: both count from now on.
    """
    found: dict[str, tuple[Any, Any]] = {
        name: (getattr(kept, name), getattr(gone, name))
        for name in ("role", "email", "employer", "jurisdiction", "language")
        if not getattr(kept, name) and getattr(gone, name)
    }
    regimes = tuple(dict.fromkeys((*kept.regimes, *gone.regimes)))
    if regimes != kept.regimes:
        found["regimes"] = (list(kept.regimes), list(regimes))
    preferences = {**gone.preferences, **kept.preferences}
    if preferences != dict(kept.preferences):
        found["preferences"] = (dict(kept.preferences), preferences)
    return found


def _address(person: Contact) -> str:
    return (person.email or "").strip().casefold()


def _same_address(one: Contact, other: Contact) -> bool:
    return bool(_address(one)) and _address(one) == _address(other)


def _other_address(one: Contact, other: Contact) -> bool:
    return bool(_address(one)) and bool(_address(other)) and _address(one) != _address(other)
