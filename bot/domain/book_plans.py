"""A plan for a whole book as it was shown to who decides, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bot.domain.members import Member

CAME = "came"
"""A client that is to be shared out by now and does not stand in the plan."""


@dataclass(frozen=True, slots=True)
class ShownRow:
    """A client of a plan as it was shown, and who is to get it (None: it stays)."""

    client_id: int
    client: str
    to_id: int | None


@dataclass(frozen=True, slots=True)
class Changed:
    """What of a plan does not hold any more: a `split.Fault`, or `CAME` for a client that is not in it."""

    client: str
    why: str
    owner: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a plan: at which moment how many clients went to whom, or what has changed, and nothing was done.

    `again` says that it had been carried out before.
    """

    leaver: Member
    at: datetime | None = None
    given: Mapping[str, int] = field(default_factory=dict)
    stays: int = 0
    changed: tuple[Changed, ...] = ()
    again: bool = False
