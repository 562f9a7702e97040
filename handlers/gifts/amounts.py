"""Amounts of money in the gift check: what a plain dollar means there, and at which field an amount is wrong."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from babel.numbers import get_currency_symbol

from bot.domain.money import Money
from bot.domain.refusals import Refusal
from handlers import refusals
from handlers.amounts import AmountError, find_amount
from handlers.ask import Ask

_Read = TypeVar("_Read")
_PRICES = frozenset({"amount", "q.item.unit_value", "q.item.face_value", "q.item.market_value"})
"""Fields that say what something is worth. Nothing is worth nothing; a share, or what is paid back, may be nothing."""


class Fault(Exception):
    """A field that cannot be read, and the sentence to be shown at it."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(field)
        self.field = field
        self.sentence = sentence


def kept(faults: list[Fault], read: Callable[[], _Read]) -> _Read | None:
    """What `read` gives; a fault of it is kept with the others of the form, so that all are shown at once."""
    try:
        return read()
    except Fault as fault:
        faults.append(fault)
        return None


def amount_in(ask: Ask, field: str, typed: str, currency: str) -> Money | None:
    """An amount as typed into a form, in `currency` unless it says another; None for an empty field."""
    if not typed:
        return None
    locale = ask.member.locale
    try:
        found = find_amount(typed, locale=locale, dollar=dollar_for(currency))
        if found is None:
            found = find_amount(typed, locale=locale, dollar=currency, bare=True)
    except AmountError as error:
        complaint = Refusal(f"amount.{error.code}", word=error.text, span=error.span)
        raise Fault(field, refusals.text(complaint, ask.words)) from error
    if found is None:
        complaint = Refusal("amount.not_a_number", word=typed, span=(0, len(typed)))
        raise Fault(field, refusals.text(complaint, ask.words))
    if field in _PRICES and not found.money.amount:
        raise Fault(field, refusals.text(Refusal("amount.zero", word=typed), ask.words))
    return found.money


def dollar_for(currency: str) -> str:
    """The currency that a plain ``$`` stands for where amounts are in `currency`."""
    return currency if str(get_currency_symbol(currency, locale="en")).endswith("$") else "USD"
