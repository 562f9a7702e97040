"""Touches as they stand in the book, with all that a person is shown of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from bot.domain.clients import Client, Contact
from bot.domain.history import ChangeKind
from bot.domain.touches import Touch


@dataclass(frozen=True, slots=True)
class Logged:
    """A touch that stands in the book, as its author should see it.

    `due_on` is the day on which the client is due on the calendar of its `owner` (None: nobody's). `again` says that
    this very submission, or message, had been logged before and changed nothing now. `author` is who wrote it.
    """

    touch: Touch
    client: Client
    contacts: tuple[Contact, ...]
    due_on: date | None
    owner: str | None = None
    again: bool = False
    author: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """One change of a touch: who made it (None: unknown), when, and what became of which field."""

    by: str | None
    at: datetime
    kind: ChangeKind
    facts: Mapping[str, Any]
