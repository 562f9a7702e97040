"""Touches with several clients that one submission logged: one confirmation for all."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.domain.logged import Logged
from handlers import i18n
from handlers.answers import Block, Message
from handlers.i18n import Words
from handlers.views import complaints, parts, touch_actions, touches

_NAME = 150
_NOTE_SHOWN = 300


def confirmation(
    several: Sequence[Logged],
    reader_id: int,
    words: Words,
    *,
    zone: ZoneInfo,
    now: datetime,
    more: Sequence[Block] = (),
    more_said: Sequence[str] = (),
) -> Message:
    """What was logged with several clients, each with the day on which it is due; with Undo for all and for each.

    Those taken back stay in the list and say so. `more` stands above the buttons, `more_said` is the same as text.
    """
    left = [logged for logged in several if logged.touch.withdrawn_at is None]
    title = _title(several, left, words)
    shown = left[0] if left else several[0]
    what = touches.understood(
        shown.touch.channel,
        shown.touch.direction,
        shown.touch.at,
        shown.touch.whole_day,
        (),
        words,
        zone,
        now,
    )
    said, blocks = [title, what], _head(title, what, shown, words)
    notes = {logged.touch.note.strip() for logged in several}
    if len(notes) == 1 and (note := parts.one_line(notes.pop(), _NOTE_SHOWN)) != "–":
        blocks.append(parts.section(parts.plain(note)))
        said.append(words.say("Note: {note}", note=note))
    for logged in several:
        line = _line(logged, words, now)
        name = parts.one_line(logged.client.name, _NAME)
        markup = words.markup("*{title}*", title=name) + "\n" + i18n.escape(line)
        counts = logged.touch.withdrawn_at is None
        menu = touch_actions.menu(logged.touch.id, words) if counts else None
        blocks.append(parts.section(parts.marked(markup), menu))
        said.append(words.say("{client}: {standing}", client=name, standing=line))
    blocks += more
    if left:
        blocks.append(_buttons(left, words))
    return parts.told("\n".join([*said, *more_said]), blocks)


def _head(title: str, what: str, shown: Logged, words: Words) -> list[Block]:
    head = words.markup("*{title}*", title=title) + "\n" + i18n.escape(what)
    if shown.touch.link:
        head += " · " + touches.link_to(shown.touch.link, words)
    return [parts.section(parts.marked(head))]


def _title(everyone: Sequence[Logged], left: Sequence[Logged], words: Words) -> str:
    if not left:
        return words.say("Taken back: none of these touches counts any more.")
    names = words.listed([parts.one_line(logged.client.name, 60) for logged in left])
    if all(logged.again for logged in everyone):
        return words.say("Logged already, and only once: {client}", client=names)
    return words.say("Logged: {client}", client=names)


def _line(logged: Logged, words: Words, now: datetime) -> str:
    if logged.touch.withdrawn_at is not None:
        return words.say("Taken back.")
    said = []
    if logged.contacts:
        people = words.listed([parts.one_line(person.name, _NAME) for person in logged.contacts])
        said.append(words.say("With {people}.", people=people))
    if logged.again:
        said.append(words.say("Was logged already."))
    said.append(touches.due(logged.client, logged.due_on, words, now))
    said += complaints.on_touch(logged.touch, logged.client, False, words)
    return " ".join(said)


def _buttons(left: Sequence[Logged], words: Words) -> Block:
    first = left[0].touch
    undo = parts.button(words.say("Undo all"), "touch.undo_all", parts.value_of(touch=first.id))
    return parts.actions(touch_actions.who_spoke(first, words, together=True), undo)
