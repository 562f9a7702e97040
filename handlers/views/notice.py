"""A message shown as a modal: where there is no conversation to answer in, as on the Home tab."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from handlers.answers import Message, View
from handlers.i18n import Words
from handlers.views import parts

BLOCKS_IN_A_MODAL = 100
_MESSAGES_ONLY = frozenset({"data_visualization", "table"})
"""Slack shows these in messages alone; the sentence beside them says the same."""


def notice(message: Message, words: Words, notes: Mapping[str, Any] | None = None) -> View:
    """`message` as a modal with nothing to submit; its buttons work there as they do in a message."""
    blocks = message.blocks or [parts.section(parts.marked(message.text))]
    blocks = [block for block in blocks if block["type"] not in _MESSAGES_ONLY]
    return parts.modal(
        "notice",
        words.say("Rapport"),
        blocks[:BLOCKS_IN_A_MODAL],
        close=words.say("Close"),
        notes=notes,
    )


def home_notice(message: Message) -> View:
    """A message shown in place of the Home tab: why there is nothing to see there."""
    return parts.home_tab(message.blocks or [parts.section(parts.marked(message.text))])
