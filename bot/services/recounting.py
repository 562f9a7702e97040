"""Recounting: due moments that follow what they hang on, a few clients at a time.

Due moments are columns, and a change of the workspace's cadences or country changes all of them. A book of a hundred
thousand clients must not be locked meanwhile: it is read page by page, and only what differs is written, in short
transactions. Nothing has to be remembered of how far that came: a walk begins anew at every start and once a day,
and with every change of the grounds, whoever made it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from threading import Lock

from bot.domain.cadence import Moments
from bot.domain.workspaces import Workspace
from bot.services.house import House
from bot.services.owners import moments_of

PAGE = 200
_PAGES = 10
"""Pages of one tick."""
_AGAIN = timedelta(days=1)

Grounds = tuple[tuple[tuple[str, tuple[int, int]], ...], date | None, str, str]


def grounds_of(workspace: Workspace) -> Grounds:
    """What of a workspace the due moments of all clients hang on."""
    cadences = tuple(sorted((tier, (due, late)) for tier, (due, late) in workspace.cadences.items()))
    return cadences, workspace.starts_on, workspace.zone, workspace.country


def recount(house: House, workspace_id: int, *, after: int = 0, most: int | None = None) -> int | None:
    """Set the due moments of the next `most` clients whose id is greater than `after` (None: all) as they should be.

    Returns the id of the last one looked at; None at the end of the book.
    """
    looked_at = 0
    while most is None or looked_at < most:
        now = house.clock()
        with house.memory.read(workspace_id) as unit:
            page = unit.clients.after(after, PAGE)
            stale = [
                client.id
                for client in page
                if client.due_at is not None
                and client.neglected_at is not None
                and moments_of(unit, client, now) != Moments(client.due_at, client.neglected_at)
            ]
        if stale:
            _write(house, workspace_id, stale, now)
        if len(page) < PAGE:
            return None
        looked_at += len(page)
        after = page[-1].id
    return after


def _write(house: House, workspace_id: int, client_ids: list[int], now: datetime) -> None:
    with house.memory.write(workspace_id) as unit:
        for client_id in client_ids:
            client = unit.clients.hold(client_id)
            if client is not None and not client.archived and client.due_at is not None:
                unit.clients.set_clock(client, moments_of(unit, client, now))


@dataclass(slots=True)
class Walk:
    """One process's walk through the book of one workspace; `tick` goes a few pages further.

    Several processes may walk at once: what one has set is as it should be for the next.
    """

    house: House
    workspace_id: int
    _for: Grounds | None = None
    _began: datetime | None = None
    _after: int | None = None
    _lock: Lock = field(default_factory=Lock)

    def tick(self) -> None:
        """Go on, or begin anew where the grounds have changed or a day has passed."""
        with self._lock:
            now = self.house.clock()
            with self.house.memory.read(self.workspace_id) as unit:
                grounds = grounds_of(unit.workspace)
            if grounds != self._for or self._began is None or now >= self._began + _AGAIN:
                self._for, self._began, self._after = grounds, now, 0
            if self._after is not None:
                self._after = recount(self.house, self.workspace_id, after=self._after, most=_PAGES * PAGE)
