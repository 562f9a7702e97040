"""Questions about touches that may be one and the same."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.domain.clients import Client
from handlers.answers import Message
from handlers.i18n import Words
from handlers.views import parts, touches

_NAME = 150
_OFFERED = 5


def same(
    facts: Mapping[str, Any], draft_id: int, typed: str, words: Words, zone: ZoneInfo, now: datetime
) -> Message:
    """A touch that stands in the book may be the same: `facts` are those of Refusal ``touch.same``."""
    how: str = touches.CHANNELS[facts["channel"]]
    what = " · ".join([words.say(how), touches.when(facts["at"], facts["whole_day"], words, zone, now)])
    client = parts.one_line(str(facts["client"]), _NAME)
    if facts["own"]:
        question = words.say(
            "You logged the very same with {client} a moment ago ({touch}). Do you mean another touch?",
            client=client,
            touch=what,
        )
    elif facts["author"]:
        question = words.say(
            "{author} logged this with {client}: {touch}. Is it the same one?",
            author=parts.one_line(facts["author"], _NAME),
            client=client,
            touch=what,
        )
    else:
        question = words.say(
            "This is logged with {client}: {touch}. Is it the same one?", client=client, touch=what
        )
    value = parts.value_of(draft=draft_id, touch=facts["touch_id"])
    buttons = parts.actions(
        parts.button(words.say("The same one"), "touch.same", value, primary=True),
        parts.button(words.say("Another one"), "touch.another", value),
        touches.draft_button(words.say("Change it"), draft_id),
    )
    lines = [question, words.say("Nothing is logged yet.")]
    return touches.question_of("\n".join(lines), lines, typed, words, buttons)


def joined(
    client: Client, author: str, added: Sequence[str], own: bool, draft_id: int, words: Words
) -> Message:
    """After *The same one*: what counts, who was added, and the way to log it all the same."""
    return parts.stated(
        joined_line(client, author, added, own, words),
        parts.actions(touches.draft_button(words.say("Log it all the same"), draft_id)),
    )


def joined_line(client: Client, author: str, added: Sequence[str], own: bool, words: Words) -> str:
    name = parts.one_line(client.name, _NAME)
    if own or not author:
        said = words.say("Nothing new is logged: the touch with {client} in the book counts.", client=name)
    else:
        said = words.say(
            "Nothing new is logged: the touch with {client} that {author} wrote down counts.",
            client=name,
            author=parts.one_line(author, _NAME),
        )
    if added:
        people = words.listed([parts.one_line(person, _NAME) for person in added])
        said += " " + words.say("Added to it: {people}.", people=people)
    return said


def whose_message(clients: Sequence[tuple[int, str]], draft_id: int, words: Words) -> Message:
    """With which client a message was, in a channel of several clients (named here by ids and names) or of none."""
    question = words.say("Which client was this message with? Nothing is logged yet.")
    if not clients:
        question = words.say("This channel belongs to no client yet. Which one was this message with?")
    buttons = [
        parts.button(name, f"touch.candidate:{client_id}", parts.value_of(draft=draft_id, client=client_id))
        for client_id, name in clients[:_OFFERED]
    ]
    buttons.append(touches.draft_button(words.say("Choose the client"), draft_id))
    return parts.stated(question, parts.actions(*buttons))
