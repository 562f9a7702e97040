"""The brief: what to know of a client before speaking to it, in plain values that can wait in the outbox."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from bot.domain.cadence import ClientState
from bot.domain.concessions import Balance, balance_from
from bot.domain.digest import Owed
from bot.domain.digest_facts import occasion_from, owed_from
from bot.domain.lookup import NamedClient
from bot.domain.occasions import Occasion, OccasionKind
from bot.domain.promises import Kept
from bot.domain.response import Waiting, waiting_from
from bot.domain.rhythm import Rhythm
from bot.domain.timeline import Month
from bot.domain.touches import Channel, Direction

SPOKEN_WITHIN = timedelta(days=90)
"""Within which time somebody counts as really spoken to."""
STEP_SHOWN_FOR = timedelta(days=30)
"""How long a next step is shown after its day; one without a day, after the touch that names it."""


@dataclass(frozen=True, slots=True)
class Met:
    """One touch in a line: `people` by name, `author` by name, the beginning of its note.

    `changeable` says that the reader may edit it.
    """

    touch_id: int
    channel: Channel
    direction: Direction
    at: datetime
    whole_day: bool
    people: tuple[str, ...]
    author: str
    note: str
    complaint: bool = False
    changeable: bool = False


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody known at the client; `conversations` counts those within SPOKEN_WITHIN."""

    contact_id: int
    name: str
    role: str = ""
    conversations: int = 0
    preferences: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Usual:
    """How the rules see something one usually gives to `person`: an orientation, recorded nowhere.

    `kind` is ``gift`` or ``meal``, `verdict` the judge's word, `left` what would be left of the tightest allowance
    afterwards (None: nothing limits it over time).
    """

    person: str
    kind: str
    amount: Decimal
    currency: str
    verdict: str
    left: Decimal | None = None
    left_currency: str = ""


@dataclass(frozen=True, slots=True)
class Brief:
    """What a member should know of a client. Days are those of who looks after it, names those of members.

    `usual` is the cadence in days, `due_on` the day on which it is due (None: no clock), `is_due` that it has come.
    `team` names the backup and the sponsor. `promises` are open ones, `kept` counts all. `step` is the next step that
    was last named. `people` are all who are known there, who was spoken to most first. `months` is the last year.
    `meeting_at` is the reader's next meeting there. `complaint_on` is since when a complaint is open, `on_hold`
    says that nobody is reminded of the client, `learnt` is a rhythm worth taking over, `occasions` are those of the
    next sixty days, `found_by` is what it was found by when that was typed, `waiting` what waits for an answer,
    `balance` what was given and what came back, `may_say_direct` that the reader is a lead to whom the client may
    come. `may_edit`, `may_govern` and `may_hand_over` say what the reader may do with it (see `clients.may_edit`),
    `may_give` that the reader may enter a concession.
    """

    client_id: int
    client: str
    state: ClientState
    tier: str
    usual: int
    owner: str | None
    due_on: date | None
    is_due: bool
    last_on: date | None = None
    snoozed_until: date | None = None
    backup: str | None = None
    sponsor: str | None = None
    promises: tuple[Owed, ...] = ()
    kept: Kept = field(default_factory=lambda: Kept(0, 0, 0))
    step: str = ""
    step_on: date | None = None
    touches: tuple[Met, ...] = ()
    people: tuple[Person, ...] = ()
    months: tuple[Month, ...] = ()
    usuals: tuple[Usual, ...] = ()
    meeting_at: datetime | None = None
    complaint_on: date | None = None
    on_hold: bool = False
    may_edit: bool = False
    may_govern: bool = False
    may_hand_over: bool = False
    learnt: Rhythm | None = None
    occasions: tuple[Occasion, ...] = ()
    found_by: NamedClient | None = None
    waiting: tuple[Waiting, ...] = ()
    may_say_direct: bool = False
    balance: Balance = field(default_factory=Balance)
    may_give: bool = False

    @property
    def spoken_to(self) -> tuple[Person, ...]:
        """With whom both sides really spoke lately."""
        return tuple(person for person in self.people if person.conversations)


@dataclass(frozen=True, slots=True)
class Reminder:
    """What is said before a meeting: with whom, when, the member's own note, and the brief.

    `brief` is None where the client is somebody else's (`owner` names them), whose history stays closed.
    """

    meeting_id: int
    client_id: int
    client: str
    at: datetime
    said_at: datetime
    note: str
    owner: str | None
    brief: Brief | None


def shows_step(step_on: date | None, touched_on: date, today: date) -> bool:
    """Whether a next step is still worth showing: until STEP_SHOWN_FOR after its day, or after the touch without one.

    A later touch that names another takes its place, whatever its day; one that names none leaves it.
    """
    return today <= (step_on or touched_on) + STEP_SHOWN_FOR


# --- As JSON values ---------------------------------------------------------------------------------------


def facts_of(brief: Brief) -> dict[str, Any]:
    """A brief as JSON values, for the outbox. What the rules say of gifts is left out: it would be out of date."""
    kept = asdict(replace(brief, usuals=(), months=(), waiting=(), balance=Balance()))
    kept["balance"] = brief.balance.facts()
    kept["waiting"] = [each.facts() for each in brief.waiting]
    kept["months"] = [
        [each.first.isoformat(), {d.value: n for d, n in each.by_direction.items()}] for each in brief.months
    ]
    facts: dict[str, Any] = _plain(kept)
    return facts


def brief_from(facts: Mapping[str, Any]) -> Brief:
    """The brief from the JSON values of `facts_of`."""
    return Brief(
        **{
            **facts,
            "state": ClientState(facts["state"]),
            **{
                name: _day(facts[name])
                for name in ("due_on", "last_on", "snoozed_until", "step_on", "complaint_on")
            },
            "promises": tuple(owed_from(row) for row in facts["promises"]),
            "kept": Kept(**facts["kept"]),
            "learnt": None if facts.get("learnt") is None else Rhythm(**facts["learnt"]),
            "occasions": tuple(occasion_from(each) for each in facts.get("occasions") or ()),
            "touches": tuple(_met(row) for row in facts["touches"]),
            "people": tuple(
                Person(**{**row, "preferences": tuple((k, v) for k, v in row["preferences"])})
                for row in facts["people"]
            ),
            "months": tuple(
                Month(date.fromisoformat(first), {Direction(d): n for d, n in counts.items()})
                for first, counts in facts["months"]
            ),
            "usuals": (),
            "balance": balance_from(facts.get("balance")),
            "waiting": tuple(waiting_from(each) for each in facts.get("waiting") or ()),
            "meeting_at": None
            if facts["meeting_at"] is None
            else datetime.fromisoformat(facts["meeting_at"]),
        }
    )


def _met(row: Mapping[str, Any]) -> Met:
    return Met(
        **{
            **row,
            "channel": Channel(row["channel"]),
            "direction": Direction(row["direction"]),
            "at": datetime.fromisoformat(row["at"]),
            "people": tuple(row["people"]),
        }
    )


def _day(said: str | None) -> date | None:
    return None if said is None else date.fromisoformat(said)


def _plain(value: Any) -> Any:
    match value:
        case dict():
            return {key: _plain(each) for key, each in value.items()}
        case list() | tuple():
            return [_plain(each) for each in value]
        case date():  # moments as well
            return value.isoformat()
        case ClientState() | Channel() | Direction() | OccasionKind():
            return value.value
        case _:
            return value
