"""The welcome: what somebody reads below their first answer, once."""

from __future__ import annotations

from handlers import i18n
from handlers.answers import Block, Message
from handlers.i18n import Words
from handlers.views import clients, parts

_NAME = 60
SET_UP = i18n.message("Next: /rapport setup leads you through five short steps.")
FIRST_CLIENT = i18n.message(
    "Next: add your first client, or drop your client list into our private conversation."
)
FIRST_TOUCH = i18n.message(
    "Next: note what you last did. Type /client-touch and a few words, such as “Acme call yesterday”."
)
RULES = i18n.message("Next: /rapport rules shows what holds for gifts, and what clients told us.")


def text(name: str, words: Words) -> str:
    """Who speaks here, and when, in three sentences."""
    return words.say(
        "Welcome, {name}. I keep your clients in mind with you: whom to talk to today, and which gift is allowed. "
        "I speak to you alone, once a morning, and only if there is something to see to. "
        "Between times I speak up when a client waits for an answer, or a colleague for yours.",
        name=parts.one_line(name, _NAME),
    )


def below(message: Message, name: str, step: str, words: Words) -> Message:
    """The message with the welcome and the next `step` below it."""
    said, following = text(name, words), words.say(step)
    shown = message.blocks or [parts.section(parts.marked(message.text))]
    blocks: list[Block] = [*shown, parts.divider(), *parts.stated_blocks(f"{said}\n{following}")]
    if step == FIRST_CLIENT:
        blocks.append(parts.actions(clients.add_button(words, primary=False)))
    return Message(f"{message.text}\n{i18n.escape(said)} {i18n.escape(following)}", blocks)


def above(blocks: list[Block], name: str, words: Words) -> list[Block]:
    """A page with the welcome on top; its own button is the next step."""
    return [parts.section(parts.plain(text(name, words))), *blocks]
