"""What counts so far, through both windows that rules count in, in words."""

from __future__ import annotations

from bot.domain.gifts.register import Side
from bot.domain.gifts.windows import Window, Windows
from handlers.i18n import Words


def so_far(found: Windows, direction: Side, who: str, words: Words) -> list[str]:
    """Two lines, one for each window; `who` is the person or the organisation that they are about."""
    year, rolling = _sum(found.year, words), _sum(found.rolling, words)
    number = words.day(found.year.first, "y")
    if direction is Side.RECEIVED:
        return [
            words.say("You received from {who} in {year}: {sum}.", who=who, year=number, sum=year),
            words.say("You received from {who} in twelve months: {sum}.", who=who, sum=rolling),
        ]
    return [
        words.say("All of us gave {who} in {year}: {sum}.", who=who, year=number, sum=year),
        words.say("All of us gave {who} in twelve months: {sum}.", who=who, sum=rolling),
    ]


def _sum(window: Window, words: Words) -> str:
    if not window.number:
        return words.say("nothing")
    said = words.count(
        "{n} gift, {value}", "{n} gifts, {value}", window.number, value=words.money(window.value)
    )
    if window.converted:
        said = words.say("{sum} (converted at the rate of the day)", sum=said)
    if window.without_rate:
        unknown = words.listed([words.money(each) for each in window.without_rate])
        said = words.say("{sum}, and {unknown} for which no rate is known", sum=said, unknown=unknown)
    if window.pending:
        open_ones = words.count("{n} of them still asked for", "{n} of them still asked for", window.pending)
        said = words.say("{sum} ({open})", sum=said, open=open_ones)
    return said


def windows_text(found: Windows, words: Words) -> tuple[str, str]:
    """The sums alone: of the calendar year and of twelve months, for a table with both side by side."""
    return _sum(found.year, words), _sum(found.rolling, words)
