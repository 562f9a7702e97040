"""What is wrong with a word that somebody typed."""

from __future__ import annotations

from bot.domain.refusals import Refusal


class ParseComplaint(Refusal):
    """A word that cannot be what it is meant to be.

    `code` is "date." or "amount." with the code of DateError and AmountError, "amount.several" (two amounts),
    "amount.currency_missing" ("45 wine": dollars or bottles?), "amount.zero", "quantity.zero", "quantity.too_large" or
    "client.quote_open". `word` is the piece of text complained of and `span` its place; both are facts as well.
    """

    def __init__(self, code: str, word: str, span: tuple[int, int]) -> None:
        super().__init__(code, word=word, span=span)
        self.word = word
        self.span = span
