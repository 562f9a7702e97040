"""What a gift check is about: the gift, its price and whom it is for."""

from __future__ import annotations

from bot.domain.gifts.proposal import Proposal
from bot.domain.money import Money
from handlers.i18n import Words
from handlers.views import parts
from handlers.views.gift_words import CATEGORIES

OUTINGS = frozenset(("meal", "refreshment", "entertainment", "event_attendance", "travel", "lodging"))
"""Kinds of gift at which the giver is host."""

_WHAT = 200
NAME = 120
"""Characters of a name that are shown."""


def subject(proposal: Proposal, words: Words) -> str:
    """What was asked about, in one line: ``bottle of wine, $45, for Jane Smith at Ford``."""
    employer = employer_of(proposal)
    person = proposal.recipient.name
    if person:
        return words.say(
            "{gift}, for {person} at {employer}",
            gift=gift(proposal, words),
            person=parts.one_line(person, NAME),
            employer=employer,
        )
    return words.say("{gift}, for somebody at {employer}", gift=gift(proposal, words), employer=employer)


def gift(proposal: Proposal, words: Words) -> str:
    """The gift alone, with its price or number as far as known."""
    item = proposal.items[0]
    kind = item.category or "gift"
    pieces = [parts.one_line(item.description or words.say(CATEGORIES[kind]), _WHAT)]
    price = price_of(proposal)
    count = item.quantity or 1
    if price is not None and count > 1:
        pieces.append(
            words.say("{count} at {price} each", count=words.number(count), price=words.money(price))
        )
    elif price is not None:
        pieces.append(words.money(price))
    elif count > 1:
        pieces.append(words.say("{count} pieces", count=words.number(count)))
    return ", ".join(pieces)


def employer_of(proposal: Proposal) -> str:
    """The organisation of the recipient, in one line."""
    return parts.one_line(proposal.recipient.employer or "", NAME)


def price_of(proposal: Proposal) -> Money | None:
    """The price of one piece, if it is known."""
    item = proposal.items[0]
    if item.unit_value is None:
        return None
    return Money(item.unit_value, item.currency or proposal.currency)
