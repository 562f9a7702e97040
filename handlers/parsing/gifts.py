"""A typed gift."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from bot.domain.money import Money
from handlers.parsing.complaints import ParseComplaint
from handlers.parsing.gift_counts import GAP, refuse_bare_numbers, take_amount, take_quantity
from handlers.parsing.gift_direction import take_giver, take_received
from handlers.parsing.gift_people import take_people
from handlers.parsing.gift_words import category_of
from handlers.parsing.text import Reader, tidy


@dataclass(frozen=True, slots=True)
class TypedGift:
    """A gift as typed. `amount` is for one of `quantity` (≥ 1), unless the text says "in total": then it is for all,
    and `quantity` is 1. `category` is a code of the gift proposal; None means nothing more special than a gift.
    `received` says that we got it: contact and employer are the giver's then.
    """

    amount: Money | None
    quantity: int
    description: str
    category: str | None
    contact: str | None
    employer: str | None
    received: bool = False


_JOINING_WORDS = re.compile(
    r"(?:\A| )(?:à|at|for|pour|worth|de|of|costing|around|about|environ|under|max)\Z", re.IGNORECASE
)
_LEADING_WORDS = re.compile(
    r"\A(?:(?:of|de|du|des|an?|un|une|some|worth of|the|and|et|in|en) |d')", re.IGNORECASE
)

_NOTHING_SAID = frozenset(["-", "x", "/", "a", "an", "un", "une"])
"""What may be left where an amount was taken out of the middle."""


def read_gift(text: str, reader: Reader, dollar: str) -> TypedGift:
    """A typed gift: amount, quantity, what it is, for whom and where they work, in almost any order.

    `text` is as its author saw it (see `plain`); `dollar` is the ISO 4217 code that "$" stands for. The person
    follows "for", "pour", "to", "à", or "from", "de", "par" where we received it; the employer "at", "chez",
    "from", "de chez", "@" or stands in brackets.
    Raises ParseComplaint: see there.
    """
    clean = "".join(" " if unicodedata.category(char) == "Cc" else char for char in text)
    try:
        return _gift(clean, reader, dollar)
    except ParseComplaint as found:
        raise ParseComplaint(found.code, text[slice(*found.span)], found.span) from found


def _gift(text: str, reader: Reader, dollar: str) -> TypedGift:
    received, text = take_received(text)
    refuse_bare_numbers(text, reader, dollar)
    amount, total, rest = take_amount(text, reader, dollar)
    quantity, rest = take_quantity(text, rest, amount)
    contact, employer, rest = take_giver(rest, reader, GAP) if received else take_people(rest, reader)
    if received and contact is None and employer is None:
        contact, employer, rest = take_people(rest, reader)
    description = described(rest)
    category = category_of(description)
    pieces = 1 if total else quantity
    return TypedGift(
        amount.money if amount else None, pieces, description, category, contact, employer, received
    )


def described(rest: str) -> str:
    """What is left, without the words that only joined it to the amount."""
    pieces = [tidy(piece) for piece in re.split(rf"{GAP}+", rest)]
    kept = [_LEADING_WORDS.sub("", _JOINING_WORDS.sub("", piece)).strip(" ,;:.()") for piece in pieces]
    return " ".join(piece for piece in kept if piece and piece.casefold() not in _NOTHING_SAID)
