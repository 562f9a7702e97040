"""The form in which somebody says why they decline what they were asked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from handlers.answers import View
from handlers.i18n import Words
from handlers.views import parts


def form(
    callback: str,
    asked: str,
    why: tuple[str, str, str],
    typed: parts.Element,
    words: Words,
    notes: Mapping[str, Any],
) -> View:
    """`asked` says what was asked; `why` is the name of the field, its label and its hint, `typed` where one types."""
    name, label, hint = why
    return parts.modal(
        callback,
        words.say("Decline"),
        [*parts.stated_blocks(asked), parts.field(name, label, typed, hint=hint)],
        submit=words.say("Decline"),
        close=words.say("Cancel"),
        notes=notes,
    )
