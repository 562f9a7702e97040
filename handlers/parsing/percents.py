"""Percentages as people type them: "2.5 %", "2,5%", "2 percent", "2,5 pour cent"; a number alone is one as well."""

from __future__ import annotations

import re
from decimal import Decimal

from handlers.folding import fold

_PERCENT = re.compile(r"(\d{1,3}(?:[.,]\d{1,4})?) ?(?:%|percent|per cent|pour cent|pourcent|pct)?")
_SIGN = re.compile(r"%|percent|per cent|pour cent|pourcent|pct")


def percent_of(typed: str) -> Decimal | None:
    """The percentage that is typed; None where it is none. Above a hundred is for whoever asks to refuse."""
    found = _PERCENT.fullmatch(fold(typed).strip())
    return None if found is None else Decimal(found[1].replace(",", "."))


def looks_like_percent(typed: str) -> bool:
    """Whether a percentage stands there, perhaps in the place of an amount."""
    return _SIGN.search(fold(typed)) is not None
