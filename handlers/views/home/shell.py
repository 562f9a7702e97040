"""What every tab of Home stands in: the row of tabs above it, and what the page remembers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from handlers.answers import Block, View
from handlers.i18n import Words
from handlers.views import parts

BLOCKS = 100
"""What Slack shows of a page (https://docs.slack.dev/reference/views/home-tab-views)."""


def page(
    tabs: Sequence[tuple[str, str]],
    current: str,
    blocks: Sequence[Block],
    notes: Mapping[str, Any],
    words: Words,
) -> View:
    """The page with `tabs` (name and label, none: no row of tabs) of which `current` shows `blocks`."""
    # Of one name for good: a press still meets the row when the page was shown anew a moment ago.
    buttons = parts.actions(*(_button(name, label, name == current, words) for name, label in tabs))
    row = [{**buttons, "block_id": "home.tabs"}]
    shown = [*(row if tabs else ()), *blocks]
    return parts.home_tab(shown[:BLOCKS], notes)


def _button(name: str, label: str, current: bool, words: Words) -> parts.Element:
    said = words.say(label)
    return parts.button(
        f"▾ {said}" if current else said,
        f"home.go:{name}",
        parts.value_of(tab=name),
        primary=current,
        spoken=words.say("{tab}, shown now", tab=said) if current else words.say("Show {tab}", tab=said),
    )
