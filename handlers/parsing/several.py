"""Several clients, or several people, in one breath: "Acme and Globex", "Dana, Bob and the buyer".

What joins names may also be part of one ("Marks and Spencer", "Smith & Jones"): a name known to the house stays one,
the longest first; and a stretch that nobody knows any part of stays one, too.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from handlers.parsing.facts import element_at, one_element
from handlers.parsing.names import LeadingName, quoted_at, read_client, read_contact, starts_name
from handlers.parsing.text import Text

Near = Callable[[str], bool]
"""Whether a typed name is so near to a client's that it was surely meant as one."""

_WORD = r"(?:and|et|plus|&|\+)"
_JOINT = re.compile(rf" *[,;] *(?P<late>{_WORD} +)?| +(?P<word>{_WORD}) +")
_INSIDE = re.compile(rf" +{_WORD} +")
_AT_END = re.compile(rf" +{_WORD} *\Z")
_PEOPLE = re.compile(rf"\s*[,;]\s*(?:{_WORD}\s+)?|\s+{_WORD}\s+", re.IGNORECASE)


def nobody_is_near(_name: str) -> bool:
    return False


def read_clients(
    text: Text, pos: int, leading_name: LeadingName, near: Near = nobody_is_near
) -> tuple[tuple[str, ...], int]:
    """The clients named from `pos` on, and the place behind them; one at least, be it empty."""
    first, end = _read_one(text, pos, leading_name, near)
    names = [first]
    while first and (joint := _JOINT.match(text.folded, end)):
        further = _read_further(text, joint, leading_name, near)
        if further is None:
            break
        names.append(further[0])
        end = further[1]
    return tuple(dict.fromkeys(names)), end


def _known_until(text: Text, pos: int, leading_name: LeadingName) -> int:
    """Where the known name that starts here ends; `pos` itself where none does."""
    words = text.words_from(pos)
    known = min(max(leading_name(text.written(words)), 0), len(words)) if words else 0
    return words[known - 1][1] if known else pos


def _read_one(text: Text, pos: int, leading_name: LeadingName, near: Near) -> tuple[str, int]:
    """The client named here; a stretch of several ends where the next one that is known begins."""
    if quoted := quoted_at(text, pos):
        return quoted
    name, end = read_client(text, pos, leading_name)
    if left_over := _AT_END.search(text.folded, pos, end):
        name, end = text.raw[pos : left_over.start()].strip(), left_over.start()
    joints = list(_INSIDE.finditer(text.folded, _known_until(text, pos, leading_name), end))
    if not joints or near(name):
        return name, end
    for number, joint in enumerate(joints):
        following = joints[number + 1].start() if number + 1 < len(joints) else end
        if _known_until(text, joint.end(), leading_name) > joint.end() or (
            near(text.raw[pos : joint.start()]) and near(text.raw[joint.end() : following])
        ):
            return text.raw[pos : joint.start()].strip(), joint.start()
    return name, end


def _read_further(
    text: Text, joint: re.Match[str], leading_name: LeadingName, near: Near
) -> tuple[str, int] | None:
    """A further client behind what joins it; None where something else begins."""
    start = joint.end()
    if start >= len(text.raw):
        return None
    if quoted := quoted_at(text, start):
        return quoted
    known = _known_until(text, start, leading_name)
    fact = one_element(text, start)
    if fact is not None and fact.end >= known:
        return None  # ", Zoom yesterday" is how they spoke
    if known == start and (not starts_name(text.raw[start:]) or element_at(text, start) is not None):
        return None
    name, end = _read_one(text, start, leading_name, near)
    if not name:
        return None
    if known > start or near(name):
        return name, end
    by_word = joint["word"] or joint["late"]
    return (name, end) if by_word and _is_closed(text, end) else None


def _is_closed(text: Text, end: int) -> bool:
    """Whether a name that nobody knows is surely over: at the end, a colon, a further name, or a fact."""
    rest = text.skip_spaces(end)
    if rest >= len(text.raw) or text.raw[rest] in ":\n(" or _JOINT.match(text.folded, end):
        return True
    return element_at(text, rest) is not None


def more_people(text: Text, end: int) -> int:
    """Where a list of people ends of which the first one ends at `end`: "Dana, Bob and the buyer:"."""
    while joint := _JOINT.match(text.folded, end):
        start = joint.end()
        if start >= len(text.raw) or element_at(text, start) is not None:
            break
        name, until = read_contact(text, start)
        rest = text.skip_spaces(until)
        closed = rest >= len(text.raw) or text.raw[rest] in ":\n("
        listed = text.raw[start].isupper() and (
            (closed and bool(joint["word"] or joint["late"]))
            or (rest < len(text.raw) and (text.raw[rest] == ":" or _goes_on(text, until, rest)))
        )
        if name is None or not (listed or (rest < len(text.raw) and text.raw[rest] == ":")):
            break
        end = until
    return end


def _goes_on(text: Text, end: int, rest: int) -> bool:
    return bool(_JOINT.match(text.folded, end)) or element_at(text, rest) is not None


def each_of(people: str) -> tuple[str, ...]:
    """The people that words for one or several name: "Dana, Bob and Carl" are three."""
    return tuple(name for part in _PEOPLE.split(people) if (name := part.strip()))
