"""What is told of rules to those who edit them: how they stand, what an edit is, and what it would mean."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from bot.domain.gifts.book import Rulebook
from bot.domain.gifts.rules import Outcome, Rule
from bot.domain.money import Money
from bot.rulebook.change import RuleChange
from bot.rulebook.edits import Figure
from bot.rulebook.writer import ClientPolicy


@dataclass(frozen=True, slots=True)
class TurnedCheck:
    """A recorded check that would come out differently.

    `asked_on` is the day on which it was asked, by the asker's calendar; `value` the price of one piece where it was
    told; `client` the recipient's organisation as the check named it, empty where it named none.
    """

    asked_on: date
    client: str
    description: str
    category: str
    quantity: int
    value: Money | None
    before: Outcome
    after: Outcome


@dataclass(frozen=True, slots=True)
class Comparison:
    """What a change does to recorded checks: `compared` were judged, `unreadable` could not be."""

    compared: int
    unreadable: int
    turned: Sequence[TurnedCheck]


@dataclass(frozen=True, slots=True)
class PolicyEdit:
    """A client's own rules, new or changed. `file` is the one they were in, None for new ones."""

    policy: ClientPolicy
    file: str | None = None


@dataclass(frozen=True, slots=True)
class PolicyEnd:
    """A client's own rules hold until `last_day`."""

    file: str
    last_day: date


@dataclass(frozen=True, slots=True)
class Caution:
    """Whether what a doubtful rule allows needs approval."""

    on: bool


Edit = Figure | PolicyEdit | PolicyEnd | Caution


@dataclass(frozen=True, slots=True)
class OnFile:
    """A client's own rules as they stand: `policy` is None where they were written by hand. `who` put them in force."""

    file: str
    title: str
    policy: ClientPolicy | None
    over_on: date | None
    who: str | None


@dataclass(frozen=True, slots=True)
class Standing:
    """The rules of a workspace as compliance sees them; `changed_by` and `changed_at` tell of the last change."""

    rulebook: Rulebook
    cautious: bool
    figures: Sequence[Figure]
    policies: Sequence[OnFile]
    others: Sequence[str]
    changed_by: str | None
    changed_at: datetime | None
    currency: str


@dataclass(frozen=True, slots=True)
class Preview:
    """What an edit would mean, kept under `draft_id`: the rules that differ, and the checks that would turn.

    `on` is the day on which checks are judged for that: today, or when the last of the changed rules begins. `untold`
    are the rules whose sentence does not say their new figure. `meanwhile` tells that the rules were changed by
    somebody else since the edit was begun, and this is what it would mean now.
    """

    draft_id: int
    edit: Edit
    before: Rulebook
    after: Rulebook
    cautious: bool
    changes: Sequence[RuleChange]
    compared: Comparison
    on: date
    untold: Sequence[Rule]
    meanwhile: bool = False


@dataclass(frozen=True, slots=True)
class Saved:
    """An edit that is in force."""

    edit: Edit
    rulebook: Rulebook
    changes: Sequence[RuleChange]


@dataclass(frozen=True, slots=True)
class Expiring:
    """A rule file that somebody should look at again: checked last on `checked_on`, which is good until `runs_out`.

    `digest` is that of its text; `own` that it is the workspace's own; `editable` by which form (``house``, ``policy``,
    empty: none). `rules` are how many of it matter here, and the sentences those of the first.
    """

    file: str
    digest: str
    title: str
    checked_on: date
    runs_out: date
    own: bool
    editable: str
    rules: int
    english: str
    french: str
