"""One's own last touches, each with a menu to edit it or take it back; and how a touch was changed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.domain.history import ChangeKind
from bot.domain.logged import Logged, Told
from bot.domain.touches import Channel, Direction
from handlers import i18n
from handlers.answers import Block, Message
from handlers.i18n import Words
from handlers.views import parts, touch_actions, touches

_NAME = 120
_NOTE_SHOWN = 120
_WAS = 60

FIELDS = {
    "client_id": i18n.message("the client"),
    "channel": i18n.message("how"),
    "direction": i18n.message("who spoke"),
    "at": i18n.message("when"),
    "whole_day": i18n.message("the time of day"),
    "contact_ids": i18n.message("with whom"),
    "note": i18n.message("the note"),
    "complaint": i18n.message("the complaint"),
    "next_step": i18n.message("the next step"),
    "next_step_on": i18n.message("the day of the next step"),
}


def last(several: Sequence[Logged], words: Words, zone: ZoneInfo, now: datetime) -> Message:
    """The last touches of the reader, the latest first."""
    if not several:
        return parts.stated(words.say("You have not logged anything yet. Type /client-touch to begin."))
    title = words.say("Your last touches")
    said, blocks = [title], [parts.header(title)]
    for logged in several:
        name, line = parts.one_line(logged.client.name, _NAME), _line(logged, words, zone, now)
        said.append(words.say("{client}: {standing}", client=name, standing=line))
        markup = words.markup("*{title}*", title=name) + "\n" + i18n.escape(line)
        blocks.append(parts.section(parts.marked(markup), touch_actions.menu(logged.touch.id, words)))
    return parts.told("\n".join(said), blocks)


def _line(logged: Logged, words: Words, zone: ZoneInfo, now: datetime) -> str:
    touch = logged.touch
    line = touches.understood(
        touch.channel, touch.direction, touch.at, touch.whole_day, logged.contacts, words, zone, now
    )
    if touch.complaint:
        line = words.say("{touch} · complaint", touch=line)
    if touch.note.strip():
        line = words.say("{touch}: {note}", touch=line, note=parts.one_line(touch.note, _NOTE_SHOWN))
    return line


def changes(told: Sequence[Told], words: Words, zone: ZoneInfo, now: datetime) -> list[str]:
    """How a touch was changed, a sentence each, the latest first."""
    return [_change(one, words, zone, now) for one in told]


def _change(told: Told, words: Words, zone: ZoneInfo, now: datetime) -> str:
    when = touches.when(told.at, False, words, zone, now)
    by = parts.one_line(told.by, _NAME) if told.by else words.say("somebody")
    if told.kind is ChangeKind.WITHDRAWN:
        return words.say("Taken back by {member}, {when}.", member=by, when=when)
    what = words.listed([_field(name, said, words, zone, now) for name, said in told.facts.items()])
    if not what:
        return words.say("Changed by {member}, {when}.", member=by, when=when)
    return words.say("Changed by {member}, {when}: {what}.", member=by, when=when, what=what)


def _field(name: str, said: Any, words: Words, zone: ZoneInfo, now: datetime) -> str:
    label = words.say(FIELDS[name]) if name in FIELDS else name
    before, after = said if isinstance(said, list) and len(said) == 2 else (None, None)
    was, becomes = (_value(name, value, words, zone, now) for value in (before, after))
    if not was and not becomes:
        return label
    return words.say("{field} (“{before}” → “{after}”)", field=label, before=was or "–", after=becomes or "–")


def _value(name: str, value: Any, words: Words, zone: ZoneInfo, now: datetime) -> str:
    """A value of a touch's history as its reader would say it; empty where only the field can be named."""
    match name:
        case "channel":
            return words.say(touches.CHANNELS[Channel(value)])
        case "direction":
            return words.say(touches.DIRECTIONS[Direction(value)])
        case "at":
            return touches.when(datetime.fromisoformat(str(value)), False, words, zone, now)
        case "note" | "next_step":
            return parts.one_line(str(value), _WAS) if value else ""
        case _:
            return ""


def changed_meanwhile(told: Sequence[Told], words: Words, zone: ZoneInfo, now: datetime) -> list[Block]:
    """What stands above a form whose touch somebody else changed while it was open."""
    first = words.say("This touch was changed while you had it open. What you entered is still below.")
    last_change = changes(told[:1], words, zone, now)
    ask = words.say("Save again to put yours in its place, or cancel to keep the other.")
    text = "\n".join([first, *last_change, ask])
    return [parts.section(parts.plain(text))]
