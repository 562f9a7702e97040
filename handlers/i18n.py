"""Words: every sentence anybody reads, in the reader's language, with dates, numbers and money as they write them.

Sentences are gettext messages with the English sentence as their identifier and named places (``{client}``).
Catalogues are the ``.po`` files beside this module, compiled when a language is first asked for.
"""

from __future__ import annotations

import gettext
import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any, Literal
from zoneinfo import ZoneInfo

from babel import Locale
from babel.core import UnknownLocaleError
from babel.dates import format_date, format_datetime, format_time
from babel.lists import format_list
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_currency, format_decimal

from bot.domain.money import Money

LANGUAGES = ("en", "fr")
DOMAIN = "rapport"
_CATALOGUES = Path(__file__).parent / "locales"
_FIRST_OF_MONTH = re.compile(r"\b1 (?=[a-zà-ÿ])")
"""In French the first of a month is an ordinal, “1er mars”; the locale data has plain numbers alone."""


_STOP = re.compile(r"\{(\w+)\}\*?\.(?!\.)")
"""A fact with the full stop after it, in bold or not."""


_ELIDED = re.compile(r"\b(d|qu|jusqu|lorsqu|puisqu)e (?=\*?\{(\w+)\})", re.IGNORECASE)
"""French words that lose their last letter before a fact that begins with a vowel: « d’Acme », « qu’Alice »."""
_VOWELS = tuple("aàâäæeéèêëiîïoôöœuùûüAÀÂÄÆEÉÈÊËIÎÏOÔÖŒUÙÛÜ")


def message(sentence: str) -> str:
    """Mark a sentence for the catalogues where it is not said at once; returns it unchanged."""
    return sentence


class Words:
    """Speaks one locale."""

    def __init__(self, locale: Locale, catalogue: gettext.NullTranslations) -> None:
        self.locale = locale
        self.language = locale.language
        self._catalogue = catalogue

    def say(self, sentence: str, /, **facts: object) -> str:
        """A sentence as plain text: for plain_text objects and top-level text."""
        said = self._catalogue.gettext(sentence)
        return self._filled(said, facts) if facts else said

    def count(self, one: str, many: str, n: int, /, **facts: object) -> str:
        """A sentence that depends on a number, given to it as ``{n}``."""
        return self._filled(self._catalogue.ngettext(one, many, n), {"n": n, **facts})

    def markup(self, sentence: str, /, **facts: object) -> str:
        """A sentence with Slack's markup; facts are escaped, so that no name or note can mention or link."""
        said = self._catalogue.gettext(sentence)
        return self._filled(said, {key: escape(str(fact)) for key, fact in facts.items()})

    def _filled(self, sentence: str, facts: Mapping[str, object]) -> str:
        return _filled(_elided(sentence, facts) if self.language == "fr" else sentence, facts)

    def day(self, day: date, form: str = "long") -> str:
        """A calendar date: ``3 March 2026``; `form` is Babel's (full, long, medium, short) or a skeleton."""
        said = str(format_date(day, format=form, locale=self.locale))
        return self._ordinal(said)

    def short_day(self, day: date) -> str:
        """A date without its year, as short as it is said: ``Mar 3``, ``3 mars``."""
        pattern = self.locale.datetime_skeletons["MMMd"].pattern
        return self._ordinal(str(format_date(day, format=pattern, locale=self.locale)))

    def month(self, day: date) -> str:
        """A month as short as it is said by itself: ``Mar``, ``mars``."""
        return str(format_date(day, format="LLL", locale=self.locale))

    def weekday(self, day: date) -> str:
        """A date with its weekday and without its year: ``Tuesday, March 3``, ``mardi 3 mars``."""
        short = self.locale.datetime_skeletons["MMMEd"].pattern
        return self._ordinal(
            format_date(day, format=short.replace("E", "EEEE").replace("MMM", "MMMM"), locale=self.locale)
        )

    def _ordinal(self, day: str) -> str:
        return _FIRST_OF_MONTH.sub("1er ", day) if self.language == "fr" else day

    def moment(self, moment: datetime, zone: ZoneInfo) -> str:
        """A moment on the reader's clock: date and time."""
        return str(format_datetime(moment, format="medium", tzinfo=zone, locale=self.locale))

    def time(self, moment: datetime, zone: ZoneInfo) -> str:
        return str(format_time(moment, format="short", tzinfo=zone, locale=self.locale))

    def money(self, money: Money) -> str:
        """An amount with its currency; whole amounts without decimals."""
        whole = money.amount == money.amount.to_integral_value()
        return str(
            format_currency(
                money.amount,
                money.currency,
                locale=self.locale,
                currency_digits=not whole,
                decimal_quantization=True,
                format=None if not whole else _without_decimals(self.locale),
            )
        )

    def number(self, number: int | Decimal) -> str:
        return str(format_decimal(number, locale=self.locale))

    def listed(self, items: Sequence[str], style: Literal["standard", "or"] = "standard") -> str:
        """Several things in one sentence: ``a, b and c``; style ``or`` for a choice."""
        return str(format_list(items, style=style, locale=self.locale)) if items else ""


def _filled(sentence: str, facts: Mapping[str, object]) -> str:
    """A sentence with its facts. After “Acme Inc.” it ends without a second full stop."""

    def ended(found: re.Match[str]) -> str:
        return found[0][:-1] if str(facts.get(found[1], "")).endswith(".") else found[0]

    return _STOP.sub(ended, sentence).format(**facts)


def _elided(sentence: str, facts: Mapping[str, object]) -> str:
    def shortened(found: re.Match[str]) -> str:
        return f"{found[1]}’" if str(facts.get(found[2], "")).startswith(_VOWELS) else found[0]

    return _ELIDED.sub(shortened, sentence)


def escape(text: str) -> str:
    """Text that Slack shows as it stands: the three characters of its markup that can mention or link, undone."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


@lru_cache(maxsize=64)
def words_for(tag: str) -> Words:
    """The words for a locale such as ``fr-CA``; an unknown one is spoken to in English."""
    try:
        locale = Locale.parse(tag.replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        locale = Locale("en", "US")
    if locale.language not in LANGUAGES:
        locale = Locale("en", "US")
    return Words(locale, catalogue(locale.language))


@lru_cache(maxsize=8)
def catalogue(language: str) -> gettext.NullTranslations:
    """The compiled catalogue of a language. Raises FileNotFoundError when there is none."""
    source = _CATALOGUES / language / "LC_MESSAGES" / f"{DOMAIN}.po"
    compiled = BytesIO()
    with source.open("rb") as file:
        write_mo(compiled, read_po(file, locale=language))
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


@lru_cache(maxsize=16)
def _without_decimals(locale: Locale) -> Any:
    pattern = locale.currency_formats["standard"].pattern
    return ";".join(part.replace(".00", "") for part in pattern.split(";"))
