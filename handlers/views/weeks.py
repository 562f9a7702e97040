"""The week ahead, below the first digest of a week: one line of each kind."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from zoneinfo import ZoneInfo

from bot.domain.digest import Ahead, Week
from handlers import i18n
from handlers.answers import Block
from handlers.i18n import Words
from handlers.views import parts, reasons

_NAME = 40
_TEXT = 40


def lines(week: Week, words: Words, zone: ZoneInfo) -> list[str]:
    """A title, then a line of plain text for each kind of which there is something."""
    promised, due, days, meetings = week.counts
    found: list[str] = []
    if promised:
        title = words.count("{n} promise to keep", "{n} promises to keep", promised)
        found.append(_line(title, [_named(_owed, each, words) for each in week.promises], promised, words))
    if due:
        title = words.count("{n} client becomes due", "{n} clients become due", due)
        found.append(_line(title, [_named(_due, each, words) for each in week.due], due, words))
    if days:
        title = words.count("{n} occasion", "{n} occasions", days)
        found.append(_line(title, [_named(_occasion, each, words) for each in week.occasions], days, words))
    if meetings:
        title = words.count("{n} meeting", "{n} meetings", meetings)
        named = [
            words.say(
                "{client} ({day}, {time})",
                client=parts.one_line(client, _NAME),
                day=words.short_day(at.astimezone(zone).date()),
                time=words.time(at, zone),
            )
            for client, at in week.meetings
        ]
        found.append(_line(title, named, meetings, words))
    return [words.say("The week ahead:"), *(f"• {line}" for line in found)] if found else []


def blocks(said: Sequence[str], words: Words) -> list[Block]:
    """The lines of `lines` as one block; none for none."""
    if not said:
        return []
    title = words.markup("*{title}*", title=words.say("The week ahead"))
    return [parts.divider(), parts.section(parts.marked("\n".join([title, *map(i18n.escape, said[1:])])))]


def _line(title: str, named: Sequence[str], count: int, words: Words) -> str:
    more = count - len(named)
    shown = [*named, *([words.count("{n} more", "{n} more", more)] if more > 0 else [])]
    return words.say("{title}: {names}", title=title, names=", ".join(shown))


def _named(said: Callable[[Ahead, Words], str], ahead: Ahead, words: Words) -> str:
    """What is said of one client, with whose it is where the reader covers for a colleague."""
    if not ahead.covering:
        return said(ahead, words)
    return words.say(
        "{what} – covering for {name}", what=said(ahead, words), name=parts.one_line(ahead.covering, _NAME)
    )


def _owed(ahead: Ahead, words: Words) -> str:
    return words.say(
        "{client}, {text} ({day})",
        client=parts.one_line(ahead.client, _NAME),
        text=parts.one_line(ahead.text, _TEXT),
        day=words.short_day(ahead.on),
    )


def _due(ahead: Ahead, words: Words) -> str:
    return words.say(
        "{client} ({day})", client=parts.one_line(ahead.client, _NAME), day=words.short_day(ahead.on)
    )


def _occasion(ahead: Ahead, words: Words) -> str:
    assert ahead.occasion is not None, "an occasion ahead says which"
    return words.say(
        "{client}, {text} ({day})",
        client=parts.one_line(ahead.client, _NAME),
        text=reasons.occasion_name(ahead.occasion, words),
        day=words.short_day(ahead.on),
    )
