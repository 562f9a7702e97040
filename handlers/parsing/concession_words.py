"""Words by which a note may speak of a concession. They offer to enter one and decide nothing (docs/concessions.md)."""

from __future__ import annotations

import re
from functools import lru_cache

from handlers.folding import any_of, fold

_WORDS = """
discount|discounts|discounted|rebate|rebates|concession|concessions|price cut|price reduction|lower price|waive the fee
waived the fee|for free|free of charge|longer payment term|longer payment terms|extended payment|more time to pay
remise|remises|rabais|ristourne|ristournes|concession|concessions|geste commercial|gestes commerciaux|baisse de prix
delai de paiement|delais de paiement|a titre gracieux|gratuitement|sans frais
"""


def speaks_of_concession(note: str) -> bool:
    """Whether a note names a discount, a longer term of payment or the like."""
    return _pattern().search(fold(note)) is not None


@lru_cache(maxsize=1)
def _pattern() -> re.Pattern[str]:
    words = {each.strip() for line in _WORDS.strip().splitlines() for each in line.split("|")}
    return re.compile(rf"(?<!\w){any_of(words)}(?!\w)")
