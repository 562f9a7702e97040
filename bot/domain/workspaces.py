"""Workspaces: one installation of the bot; every row of memory belongs to one."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.domain.concessions import AMOUNT_LIMIT, PERCENT_LIMIT, Limits, check_limits
from bot.domain.giving_way import GIVES_WAY_FOR, IN_VAIN
from bot.domain.refusals import Refusal

LOCALES = ("en-US", "en-GB", "fr-FR", "fr-CA")
"""The languages that can be chosen, each with the country by whose customs dates and amounts are written."""
FASTEST = 300
"""Posts a minute: Slack takes several hundred of one app (https://docs.slack.dev/apis/web-api/rate-limits)."""
_COUNTRY = re.compile(r"[A-Z]{2}(-[A-Z0-9]{1,3})?")
_EMOJI = re.compile(r"[a-z0-9_+'-]{1,60}")


@dataclass(frozen=True, slots=True)
class Workspace:
    """One organisation's installation.

    `team_id` is its identifier on the chat platform. `posts_per_minute` paces what the bot says by itself;
    `blocked_until` (UTC) is as long as the platform asked us to wait. `rules_revision` counts the changes of the
    workspace's own rules; `cautious` says that what a doubtful rule allows needs approval. Before `starts_on` nothing
    turns red. `cadences` are the workspace's own intervals by tier (due, neglected; in days), where they differ from
    ours, `fit` its own weights of whom a client suits (see `bot.domain.fit`); `touch_emoji` (without colons) is the
    reaction by which a message becomes a touch, `seen_emoji` the one by which we tell a client that its question was
    seen. A concession of more than `concession_percent`, or `concession_amount` in `currency`, waits for a lead. Before
    `clocks_on` (None: `starts_on`) nobody is told of questions that wait; `clock_terms` are its own terms to
    acknowledge and to answer (see `bot.domain.answer_terms`), where they differ from ours. `set_up_at` is when the
    first set-up was finished. Since `off_at` nothing can be posted, for `off_reason` (the platform's word); before
    `look_ups_blocked_until` no message is looked up. A digest has `digest_rows` rows at most, and each lane
    `digest_least` of them where there is as much to say, and comes on `digest_days` (Monday is 0) among the member's
    days of work. A client that it named `in_vain` times (0: however often) gives way for `gives_way_for` working days.
    These are the same everywhere and kept nowhere, only the simulation tries others.
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
    off_at: datetime | None = None
    off_reason: str | None = None
    look_ups_blocked_until: datetime | None = None
    fit: Mapping[str, int] = field(default_factory=dict)
    clocks_on: date | None = None
    seen_emoji: str | None = "eyes"
    concession_percent: Decimal = PERCENT_LIMIT
    concession_amount: Decimal = AMOUNT_LIMIT
    clock_terms: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    digest_rows: int = 5
    digest_least: int = 2
    digest_days: frozenset[int] = frozenset(range(7))
    in_vain: int = IN_VAIN
    gives_way_for: int = GIVES_WAY_FOR


def limits_of(workspace: Workspace) -> Limits:
    """Up to what a concession goes without a lead."""
    return Limits(workspace.concession_percent, workspace.concession_amount)


def check_defaults(workspace: Workspace) -> None:
    """Raise Refusal for defaults that make no sense.

    ``workspace.zone`` (zone), ``workspace.country`` (country), ``workspace.language`` (language), ``workspace.pace``
    (limit), ``workspace.emoji`` or ``workspace.same_emoji`` (emoji), and those of `check_limits`.
    """
    try:
        ZoneInfo(workspace.zone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as unknown:
        raise Refusal("workspace.zone", zone=workspace.zone) from unknown
    if workspace.country and not _COUNTRY.fullmatch(workspace.country):
        raise Refusal("workspace.country", country=workspace.country)
    if workspace.locale.partition("-")[0] not in {tag.partition("-")[0] for tag in LOCALES}:
        raise Refusal("workspace.language", language=workspace.locale)
    if not 1 <= workspace.posts_per_minute <= FASTEST:
        raise Refusal("workspace.pace", limit=FASTEST)
    for emoji in (workspace.touch_emoji, workspace.seen_emoji):
        if emoji is not None and not _EMOJI.fullmatch(emoji):
            raise Refusal("workspace.emoji", emoji=emoji)
    check_limits(limits_of(workspace))
    if workspace.touch_emoji is not None and workspace.touch_emoji == workspace.seen_emoji:
        raise Refusal("workspace.same_emoji", emoji=workspace.touch_emoji)
