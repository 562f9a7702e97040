"""Putting a client off: the form for a date and a reason, and what is said afterwards."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from handlers.answers import Block, Message, View
from handlers.i18n import Words
from handlers.views import parts

_NAME = 120
REASON_LIMIT = 500


def snooze_form(
    client: str, day: date | None, words: Words, notes: Mapping[str, Any], *, ask_reason: bool
) -> View:
    """Until when, and why. `ask_reason`: the client was put off before, so a reason is due."""
    intro = words.say("{client} rests until the day you choose.", client=parts.one_line(client, _NAME))
    if ask_reason:
        intro = words.say(
            "{client} was snoozed before. Say in a few words why it can wait again.",
            client=parts.one_line(client, _NAME),
        )
    blocks: list[Block] = [
        *parts.stated_blocks(intro),
        parts.field("day", words.say("Until"), parts.day_picker("day", day)),
        parts.field(
            "reason",
            words.say("Why"),
            parts.text_input("reason", limit=REASON_LIMIT),
            optional=not ask_reason,
        ),
    ]
    return parts.modal(
        "nudge.snooze_until",
        words.say("Snooze"),
        blocks,
        submit=words.say("Snooze"),
        close=words.say("Cancel"),
        notes=notes,
    )


def put_off(client: str, day: date, words: Words) -> Message:
    """A client of which nothing is heard until `day` begins for the member."""
    return parts.stated(
        words.say(
            "You hear nothing of {client} before {day}.",
            client=parts.one_line(client, _NAME),
            day=words.weekday(day),
        )
    )
