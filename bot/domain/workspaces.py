"""Workspaces: one installation of the bot; every row of memory belongs to one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class Workspace:
    """One organisation's installation.

    `team_id` is its identifier on the chat platform. `posts_per_minute` paces what the bot says by itself;
    `blocked_until` (UTC) is as long as the platform asked us to wait. `rules_revision` counts the changes of the
    workspace's own rules; `cautious` says that what a doubtful rule allows needs approval. Before `starts_on`
    nothing turns red. `cadences` are the workspace's own intervals by tier (due, neglected; in days), where they
    differ from ours; `touch_emoji` (without colons) is the reaction by which a message becomes a touch. `set_up_at`
    is when the first set-up was finished.
    """

    id: int
    team_id: str
    name: str
    zone: str
    locale: str
    currency: str
    country: str
    posts_per_minute: int
    created_at: datetime
    blocked_until: datetime | None = None
    next_slot_at: datetime | None = None
    rules_revision: int = 0
    cautious: bool = False
    starts_on: date | None = None
    cadences: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    touch_emoji: str | None = None
    set_up_at: datetime | None = None
