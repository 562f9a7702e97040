"""Channels that do not work: what admins are told, and what they can press."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bot.domain.members import Member
from handlers.answers import Block, Message
from handlers.i18n import Words
from handlers.views import parts

_SHOWN = 10
_CLOSED = "account_closed"


def trouble(reason: str, members: Sequence[Mapping[str, Any]], words: Words) -> Message:
    """Whom messages do not reach for one reason; each member with name, failures and whether the channel is off."""
    lines = [_line(reason, each, words) for each in members[:_SHOWN]]
    rest = len(members) - _SHOWN
    if rest > 0:
        lines.append(words.count("and {n} more", "and {n} more", rest))
    note = (
        words.say(
            "Who writes to the bot again is sent messages again. Their clients need another owner meanwhile."
        )
        if reason == _CLOSED
        else words.say(
            "It starts again by itself when they write to the bot or press something, and when you say so under "
            "Workspace on the bot's Home tab."
        )
    )
    return parts.told(
        "\n".join([*lines, note]),
        [
            parts.header(words.say("Messages that do not arrive")),
            *(parts.section(parts.plain(line)) for line in lines),
            parts.context(parts.plain(note)),
        ],
    )


def _line(reason: str, each: Mapping[str, Any], words: Words) -> str:
    name = parts.one_line(str(each["name"]), 80)
    if reason == _CLOSED:
        return words.say(
            "Slack says that the account of {name} is closed: nothing is sent there any more.", name=name
        )
    if each["off"]:
        return words.say(
            "Nothing is sent to {name} any more: Slack refused it again and again ({reason}).",
            name=name,
            reason=reason,
        )
    return words.count(
        "The last {n} message to {name} did not arrive: Slack says {reason}.",
        "The last {n} messages to {name} did not arrive: Slack says {reason}.",
        int(each["failures"]),
        name=name,
        reason=reason,
    )


def silent(members: Sequence[Member], words: Words) -> list[Block]:
    """The members whom nothing is sent to, with a button for each, and one for all of them."""
    blocks: list[Block] = []
    for member in members[:_SHOWN]:
        name = parts.one_line(member.name, 80)
        said = words.say("{name}: {reason}", name=name, reason=member.channel_reason or "–")
        button = parts.button(
            words.say("Send again"),
            "workspace.channel_on",
            parts.value_of(member=member.id),
            spoken=words.say("Send messages to {name} again", name=parts.one_line(member.name, 40)),
        )
        blocks.append(parts.section(parts.plain(said), button))
    if len(members) > 1:
        blocks.append(
            parts.actions(parts.button(words.say("Send to all of them again"), "workspace.channels_on"))
        )
    return blocks
