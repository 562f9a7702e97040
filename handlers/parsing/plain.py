"""What Slack sends, as its author saw it."""

from __future__ import annotations

import re
import unicodedata

_MARKUP = re.compile(r"<([@#!]?)([^<>|\n]{1,3000})(?:\|([^<>\n]{0,3000}))?>|&(amp|lt|gt);")
_ENTITIES = {"amp": "&", "lt": "<", "gt": ">"}
_ENTITY = re.compile(r"&(amp|lt|gt);")
_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:\S")


def _unescaped(text: str) -> str:
    return _ENTITY.sub(lambda match: _ENTITIES[match[1]], text)


def _as_seen(match: re.Match[str]) -> str:
    kind, target, label, entity = match.groups()
    if entity:
        return _ENTITIES[entity]
    shown = _unescaped(label or "")
    if kind in ("@", "#"):
        return kind + (shown or target).removeprefix(kind)
    if kind == "!":
        name = target.split("^")[1] if "^" in target else target
        return shown if target.startswith("date^") and shown else "@" + (shown or name).removeprefix("@")
    if _ADDRESS.match(target):
        return shown or _unescaped(target.removeprefix("mailto:").removeprefix("tel:"))
    return match[0]


def plain(text: str) -> str:
    """Slack's typed text as its author saw it: entities undone once, mentions and channels by name, links by label.

    A mention without a name keeps its id ("@U123"), "<!here>" becomes "@here"; letters and accents are composed
    (NFC), and NUL and halves of letters, which no database can keep, are dropped. The result is for reading and
    storing: it must be escaped before it is sent anywhere.
    """
    return unicodedata.normalize("NFC", _MARKUP.sub(_as_seen, storable(text)))


def storable(text: str) -> str:
    """Without NUL and halves of letters (lone surrogates), which no database can keep."""
    return text.replace("\0", "").encode("utf-8", "ignore").decode()
