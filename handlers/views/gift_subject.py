"""What a gift check is about: the gift, its price and whom it is for."""

from __future__ import annotations

from bot.domain.gifts.counterparts import counterpart, side_of
from bot.domain.gifts.proposal import Proposal
from bot.domain.gifts.register import Side
from bot.domain.money import Money
from handlers.i18n import Words
from handlers.views import parts
from handlers.views.gift_words import CATEGORIES, RECEIVED_VERDICTS, VERDICTS

OUTINGS = frozenset(("meal", "refreshment", "entertainment", "event_attendance", "travel", "lodging"))
"""Kinds of gift at which the giver is host."""

_WHAT = 200
NAME = 120
"""Characters of a name that are shown."""


def subject(proposal: Proposal, words: Words) -> str:
    """What was asked about, in one line: ``bottle of wine, $45, for Jane Smith at Ford``."""
    employer = employer_of(proposal)
    person, _ = counterpart(proposal)
    if side_of(proposal) is Side.RECEIVED:
        return (
            words.say(
                "{gift}, from {person} at {employer}",
                gift=gift(proposal, words),
                person=parts.one_line(person, NAME),
                employer=employer,
            )
            if person
            else words.say("{gift}, from {employer}", gift=gift(proposal, words), employer=employer)
        )
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
    """The organisation on the client's side, in one line."""
    return parts.one_line(counterpart(proposal)[1], NAME)


def verdict_words(word: str, proposal: Proposal, words: Words) -> str:
    """A verdict as it is said of giving, or of accepting."""
    said = RECEIVED_VERDICTS if side_of(proposal) is Side.RECEIVED else VERDICTS
    return words.say(said[word])


def price_of(proposal: Proposal) -> Money | None:
    """The price of one piece, if it is known."""
    item = proposal.items[0]
    if item.unit_value is None:
        return None
    return Money(item.unit_value, item.currency or proposal.currency)
