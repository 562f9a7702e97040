"""The facts at the head of a touch: a channel, a direction, a date, somebody it was with."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.domain.touches import Channel, Direction
from handlers.dates import FoundDate
from handlers.parsing.text import Text
from handlers.parsing.touch_words import TAG, touch_words

_WITH = re.compile(r"(?:with |avec |w/ ?)")


@dataclass(frozen=True, slots=True)
class Element:
    """A piece of the head of a touch: `start` after the words that merely lead to it, `end` behind it."""

    start: int
    end: int
    channel: Channel | None = None
    direction: Direction | None = None
    when: FoundDate | None = None
    with_somebody: bool = False
    kind: int = TAG


def one_element(text: Text, pos: int) -> Element | None:
    """The fact that starts exactly here; the longest reading wins."""
    folded = text.folded
    if match := _WITH.match(folded, pos):
        return Element(pos, match.end(), with_somebody=True)
    words = touch_words()
    spoken = words.spoken.match(folded, pos)
    longest, which = 0, -1
    if spoken:
        for number, piece in enumerate(spoken.groups()):
            if piece is not None and len(piece) > longest:
                longest, which = len(piece), number
    when = text.date_at(pos)
    if when is not None and when.span[1] - pos >= longest:
        return Element(pos, when.span[1], when=when)
    if which < 0:
        return None
    channel, direction, kind = words.kinds[which]
    return Element(pos, pos + longest, channel, direction, kind=kind)


def element_at(text: Text, pos: int) -> Element | None:
    """The fact that starts here, straight or after a few words that lead to it ("had a quick call")."""
    for _ in range(5):
        if found := one_element(text, pos):
            return found
        match = touch_words().fillers.match(text.folded, pos)
        if match is None:
            return None
        pos = match.end()
    return None
