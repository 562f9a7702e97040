"""Decisions of the gate as they are kept: what was said or held back, when, and for which reason."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

SPEAK, WAIT, NEVER = "speak", "wait", "never"


@dataclass(frozen=True, slots=True)
class NewDecision:
    """What the gate answered about one message to one member.

    `kind` is that of the message, `subject` what it is about (``client:7``, empty: nothing in particular), `entry_id`
    the entry of the outbox, None where it was only planned; `decision` is ``speak``, ``wait`` or ``never``, `reason` as
    in `bot.domain.gate`, empty for ``speak``; also ``nothing_due`` where there was nothing to say, and ``other_day``
    where the message has days of its own. `until` says for ``wait`` when it is asked again, for ``speak`` how long it
    held.
    """

    member_id: int
    kind: str
    subject: str
    client_id: int | None
    entry_id: int | None
    decision: str
    reason: str
    at: datetime
    until: datetime | None


@dataclass(frozen=True, slots=True)
class Decision(NewDecision):
    """A decision that was recorded; see `NewDecision`."""

    id: int


@dataclass(frozen=True, slots=True)
class Said:
    """What was last said to a member of one subject: a short name for the facts, the entry that said it, and when."""

    facts: str
    entry_id: int
    at: datetime
