"""How people mistype names: a letter wrong, missing, too many or exchanged with the next; never the first."""

from __future__ import annotations

from random import Random
from string import ascii_lowercase


def slip(name: str, draw: Random) -> str:
    """The name with one slip in one of its words."""
    while True:
        place = draw.randrange(1, len(name))
        if not (name[place].isalpha() and name[place - 1].isalpha()):
            continue
        slipped = _slipped(name, place, draw)
        if slipped != name:
            return slipped


def _slipped(name: str, place: int, draw: Random) -> str:
    before, letter, after = name[:place], name[place], name[place + 1 :]
    match draw.choice(("wrong", "missing", "too many", "exchanged")):
        case "wrong":
            return before + draw.choice(ascii_lowercase) + after
        case "missing":
            return before + after
        case "too many":
            return before + draw.choice(ascii_lowercase) + letter + after
        case _:
            return before + after[:1] + letter + after[1:]
