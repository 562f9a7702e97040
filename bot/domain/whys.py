"""Why a client stands in a digest, as plain values: every term of the decision."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from bot.domain.cadence import Cadence, ClientState
from bot.domain.clients import Client
from bot.domain.digest import Lane, Owed, Urgency
from bot.domain.occasions import Occasion
from bot.domain.rhythm import Learnt


@dataclass(frozen=True, slots=True)
class Why:
    """Why a client is worth a member's attention now. `lanes` are all into which it belongs; it stands in the first.

    `cadence` is the one in force, `due_on` since when it is due by the calendar of who looks after it, `urgency` by
    what it is ordered among those that are due. The reader's digests named it `named_times` in vain; where its urgency
    gives way for that, it does until the day `gives_way_until`. `on_hold` and `snoozed_until` say why nothing is said
    of it. `missed_on` is the day on which a question of its was left waiting too long, while that counts.
    """

    client: Client
    state: ClientState
    lanes: tuple[Lane, ...]
    cadence: Cadence
    urgency: Urgency
    due_on: date | None
    neglected_on: date | None
    owed: tuple[Owed, ...]
    occasions: tuple[Occasion, ...]
    learnt: Learnt | None
    named_times: int
    gives_way_until: date | None
    on_hold: bool
    snoozed_until: date | None
    missed_on: date | None = None
