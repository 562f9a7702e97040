"""The first set-up of a workspace: its steps, and how far it is."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bot.domain.workspaces import Workspace


class SetUpStep(StrEnum):
    """The steps in their order."""

    PEOPLE = "people"
    """Somebody leads, and somebody watches over compliance."""
    CLIENTS = "clients"
    """There is a client in the book."""
    RHYTHM = "rhythm"
    """The cadence of each tier was looked at and confirmed."""
    MARKET = "market"
    """Home country and currency are known, and most members are not somewhere else."""
    START = "start"
    """There is a day before which nothing turns red."""


@dataclass(frozen=True, slots=True)
class SetUp:
    """How far the set-up is. `elsewhere` is the country of most members where it is not the workspace's."""

    workspace: Workspace
    done: frozenset[SetUpStep]
    clients: int
    leads: int
    officers: int
    elsewhere: str | None

    @property
    def finished(self) -> bool:
        return self.workspace.set_up_at is not None

    @property
    def next_step(self) -> SetUpStep | None:
        """The first step that is not done; None when all are."""
        return next((step for step in SetUpStep if step not in self.done), None)
