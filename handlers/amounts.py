"""Amounts of money as people type them, in English and French.

Numbers are read by their shape ("1,000" is a thousand, "45,50" is forty-five and a half) and only where the shape
leaves two readings by the reader's locale. What stays open, or is no amount, is named in an AmountError instead of
being guessed: a gift judged by a wrong value is worse than a question.

Currency codes, symbols and names come from Babel's tables; the few words below are those that people use and no
table knows ("bucks", "C$").
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from babel import Locale, UnknownLocaleError
from babel.core import get_global
from babel.numbers import get_currency_name, get_decimal_symbol

from bot.domain.money import Money
from handlers.folding import any_of, fold

MAX_DIGITS = 12


@dataclass(frozen=True, slots=True)
class FoundAmount:
    """An amount in a text: `text[span[0]:span[1]]` is the number with its currency."""

    span: tuple[int, int]
    money: Money


class AmountError(ValueError):
    """Something that is meant as an amount and cannot be taken as one.

    `code`: "negative"; "not_a_number" (1e9, NaN, "$1,00,0"); "words" ("fifty dollars": digits are needed);
    "ambiguous" (two readings: "$1.000" in English, "$40-50", "over $50", "20 francs"); "too_large" (more than
    twelve digits before the decimals); "unknown_currency". `text` is the piece and `span` its place.
    """

    def __init__(self, code: str, text: str, span: tuple[int, int]) -> None:
        super().__init__(f"{code}: {text!r}")
        self.code = code
        self.text = text
        self.span = span


# --------------------------------------------------------------------------- currencies

_PLAIN_DOLLAR = "$"  # the dollar of the client's country
_OPEN = "?"  # a word that several currencies share
_UNKNOWN = "!"  # surely money, and no currency in use

_SPOKEN: dict[str, str] = {
    "dollar": _PLAIN_DOLLAR,
    "dollars": _PLAIN_DOLLAR,
    "buck": _PLAIN_DOLLAR,
    "bucks": _PLAIN_DOLLAR,
    "american dollars": "USD",
    "dollars americains": "USD",
    "dollars us": "USD",
    "euro": "EUR",
    "euros": "EUR",
    "quid": "GBP",
    "pounds sterling": "GBP",
    "pounds": "GBP",
    "livres sterling": "GBP",
    "yen": "JPY",
    "yens": "JPY",
    "yuan": "CNY",
    **dict.fromkeys(
        ("franc", "francs", "peso", "pesos", "rupees", "roupies", "couronnes", "kronor", "kroner", "dinars"),
        _OPEN,
    ),
    **dict.fromkeys(("bitcoin", "bitcoins", "btc", "eth"), _UNKNOWN),
}
_SYMBOLS: dict[str, str] = {
    "$": _PLAIN_DOLLAR,
    "us$": "USD",
    "$us": "USD",
    "$ us": "USD",
    "us $": "USD",
    "c$": "CAD",
    "can$": "CAD",
    "$can": "CAD",
    "$ ca": "CAD",
    "au$": "AUD",
    "s$": "SGD",
    "£": "GBP",
}
# Other codes count only in capitals: in small letters too many of them are words (all, bob, cup, pen, try).
_SMALL_CODES = ("usd", "eur", "gbp", "cad", "chf", "aud", "jpy")


@dataclass(frozen=True, slots=True)
class _Currencies:
    before: re.Pattern[str]
    after: re.Pattern[str]
    spoken_amount: re.Pattern[str]
    meaning: dict[str, str]
    codes: frozenset[str]
    retired: frozenset[str]
    dollars: frozenset[str]


def _codes(since: int | None) -> frozenset[str]:
    """Legal tender: in use now (None), or given up in or after that year."""
    found = set()
    for rows in get_global("territory_currencies").values():
        for code, _start, end, tender in rows:
            if tender and (end is None if since is None else end is not None and end[0] >= since):
                found.add(code)
    return frozenset(found)


@lru_cache(maxsize=1)
def _currencies() -> _Currencies:
    codes = _codes(None)
    retired = _codes(1999) - codes
    names: dict[str, str] = {}
    symbols: dict[str, str] = {}
    dollars = {"USD"}
    for language in ("en", "fr"):
        locale = Locale.parse(language)
        for code in codes:
            for count in (1, 2):
                name = fold(get_currency_name(code, count, locale))
                if (
                    " " in name
                ):  # "swiss francs"; one word alone is shared ("franc") or means more ("won", "real")
                    names[name] = code
            symbol = fold(locale.currency_symbols.get(code, code))
            if symbol != code.lower():
                symbols.setdefault(symbol, code)
            if "$" in symbol:
                dollars.add(code)
    symbols |= _SYMBOLS
    names |= _SPOKEN
    letters = {symbol for symbol in symbols if symbol.isalpha()}
    small = {code: code.upper() for code in _SMALL_CODES}
    words = any_of({*names, *letters, *small})
    signs = any_of({*symbols} - letters)
    capitals = any_of(code.lower() for code in codes | retired)
    any_sign = r"[$€£¥₹₩₪₫₱¤₿₽₺₴₸₦₵₡]"
    return _Currencies(
        before=re.compile(
            rf"(?:(?<![\w$]){signs}|(?<!\w)(?:{words}|{capitals})|{any_sign}|(?<!\w)(?!x\$)[a-z]{{1,3}}\$) ?\Z"
        ),
        after=re.compile(rf" ?(?:{signs}(?!\w)|(?:{words}|{capitals})(?!\w)|{any_sign})"),
        spoken_amount=re.compile(
            rf"(?<!\w){_NUMBER_WORD}(?:(?: and | et | de | d'|[ -]){_NUMBER_WORD}){{0,9}}"
            rf"(?: de | d'| )?(?:{words}|{signs})(?!\w)"
        ),
        meaning=symbols | names | small,
        codes=codes,
        retired=retired,
        dollars=frozenset(dollars),
    )


_NUMBER_WORDS = (
    "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen"
    "|eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred|hundreds|thousand|thousands"
    "|million|millions|dozen|un|une|deux|trois|quatre|cinq|sept|huit|neuf|dix|onze|douze|treize|quatorze|quinze"
    "|seize|vingt|vingts|trente|quarante|cinquante|soixante|septante|huitante|nonante|cent|cents|mille|milliers"
    "|centaine|vingtaine|trentaine|cinquantaine"
)
_NUMBER_WORD = rf"(?:(?:{_NUMBER_WORDS})(?!\w))"
_ONLY_NUMBER_WORDS = re.compile(rf"{_NUMBER_WORD}(?:(?: and | et |[ -]){_NUMBER_WORD}){{0,9}}\Z")


def _meaning(typed: str) -> str:
    """A currency code, or one of the three marks above."""
    known, marker = _currencies(), typed.strip()
    if marker.upper() == marker and marker in known.codes:
        return marker
    if marker.upper() == marker and marker in known.retired:
        return _UNKNOWN
    return known.meaning.get(fold(marker), _UNKNOWN)


def _is_code_in_small_letters(typed: str) -> bool:
    """ "all", "pen", "top": letters of a code, but not written as one."""
    marker = typed.strip()
    known = _currencies()
    return (
        marker.upper() in known.codes | known.retired
        and marker.upper() != marker
        and fold(marker) not in known.meaning
    )


# --------------------------------------------------------------------------- numbers

_NUMBER = re.compile(
    r"(?<![\d])(?:"
    r"(?P<digits>\d+(?:[.,']\d+| (?=\d{3}(?!\d))\d{3})*)(?P<power>e[+-]?\d+)?(?P<scale>k|m|mm|bn|b|md)?(?![^\W_])"
    r"|(?P<glued>\d+(?:[.,']\d+)*)(?!\d)"
    r"|(?P<none>nan|inf|infinity|infini|∞)(?!\w))"
)
_GROUPS = re.compile(r"[0-9]{1,3}(?:(?P<s>[.,' ])[0-9]{3})(?:(?P=s)[0-9]{3})*\Z")
_LATIN_DIGITS = re.compile(r"[0-9.,' ]+\Z")


def _decimal_comma(locale: str) -> bool:
    try:
        return bool(get_decimal_symbol(Locale.parse(locale.replace("_", "-"), sep="-")) == ",")
    except (UnknownLocaleError, ValueError):
        return False


def _value(digits: str, locale: str) -> Decimal | str:
    """The number, or the code of what is wrong with it. `digits` is folded: spaces are plain."""
    if not _LATIN_DIGITS.match(digits):
        return "not_a_number"
    marks = [char for char in digits if not char.isdigit()]
    whole, decimals = digits, ""
    if marks and marks[-1] in ".,":
        head, _, tail = digits.rpartition(marks[-1])
        alone = len(marks) == 1
        if len(tail) == 3 and alone and head.lstrip("0"):
            # Money has no third decimal, so this is a thousand, except that an English full stop never groups.
            if len(head) > 3:
                return "not_a_number"
            if marks[-1] == "." and not _decimal_comma(locale):
                return "ambiguous"
        elif (len(tail) in (1, 2) and marks[-1] not in marks[:-1]) or (alone and len(tail) == 3):
            whole, decimals = head, tail
    if any(not char.isdigit() for char in whole):
        if not _GROUPS.match(whole) or whole.startswith("0"):
            return "not_a_number"
        whole = re.sub(r"\D", "", whole)
    if len(whole.lstrip("0")) > MAX_DIGITS:
        return "too_large"
    return Decimal(f"{whole}.{decimals}" if decimals else whole)


# --------------------------------------------------------------------------- amounts

_SIGN_BEFORE = re.compile(r"(?:(?<![^\s(])-|\A\s*- |\b(?:minus|moins|negative) )\Z")
_BOUND_BEFORE = re.compile(
    r"(?:\b(?:over|above|more than|at least|starting at|upwards of|plus de|au moins|au-dessus de|a partir de|minimum)"
    r"|[>≥]) ?\Z"
)
_RANGE_BEFORE = re.compile(r"\d(?:-|–| to | a | et | and )\Z")
_RANGE_AFTER = re.compile(r"(?:\+(?!\w)|[-–](?:[$€£] ?)?\d| to (?:[$€£] ?)?\d| a (?:[$€£] ?)?\d+ ?[$€£])")
_DIGITS = re.compile(r"\d+")
_CENTS_GLUED = re.compile(r"(\d\d)(?!\d)")
_CENTS_APART = re.compile(r" \d\d(?= *(?:$|[,;:.!?)\n]|(?:for|pour|de|of|at|chez) ))")
_SCALE_AFTER = re.compile(
    r"[ -](?:hundreds?|thousands?|millions?|billions?|mille|milliers?|milliards?)(?![\w-])"
)
_COUNTRY_AFTER = re.compile(r" ?(us|usa|ca|can|au)(?!\w)")
_COUNTRY_DOLLARS = {"us": "USD", "usa": "USD", "ca": "CAD", "can": "CAD", "au": "AUD"}


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A number with what stands around it; `marker` is None when no currency does.

    `apart` says that a space stands between a number and its sign that digits follow: "10 $20".
    """

    start: int
    end: int
    number: re.Match[str]
    marker: str | None
    cents: str = ""
    apart: bool = False


def _joined(before: str | None, after: str | None) -> str | None:
    """One meaning out of two: "$45 CAD" is Canadian, "$45 €" is a contradiction."""
    if before is None or after is None or before == after:
        return before or after
    pair = {before, after}
    if _PLAIN_DOLLAR in pair:
        other = (pair - {_PLAIN_DOLLAR}).pop()
        return other if other in _currencies().dollars else _OPEN
    return _OPEN


def _candidate(text: str, folded: str, number: re.Match[str]) -> _Candidate | None:
    known = _currencies()
    start, end = number.span()
    before = after = None
    edge = start - 1 if start and folded[start - 1] in "-." else start  # "$-5", "$.50"
    near = folded[max(0, edge - 2) : edge].rstrip()[-1:]
    left = None
    if near and not (near.isdecimal() or near in ",;:!?()-/"):
        left = known.before.search(folded, max(0, edge - 40), edge)
    if left and not _is_code_in_small_letters(text[left.start() : edge]):
        before, start = _meaning(text[left.start() : edge]), left.start()
    elif start and (folded[start - 1].isalnum() or folded[start - 1] in "/_#.,"):
        return None  # part of a word, a date or a reference
    cents, apart = "", False
    right = known.after.match(folded, end)
    if (
        right
        and not _is_code_in_small_letters(text[right.start() : right.end()])
        and not _belongs_to_the_next(folded, right, before)
    ):
        after, end = _meaning(text[right.start() : right.end()]), right.end()
        if after == "GBP" and fold(right[0]).strip() == "pounds" and folded.startswith(" of ", end):
            after, end = None, number.end()  # a weight
        elif right[0].startswith(" ") and folded[end - 1] in "€$£" and (match := _DIGITS.match(folded, end)):
            apart, end = True, match.end()  # "10 $20"
        elif number["digits"] and folded[end - 1] in "€$£" and (match := _CENTS_GLUED.match(folded, end)):
            cents, end = match[1], match.end()  # "10€50"
    if _PLAIN_DOLLAR in (before, after) and (match := _COUNTRY_AFTER.match(folded, end)):
        typed = text[match.start(1) : match.end(1)]
        if typed.isupper():
            before, after, end = _COUNTRY_DOLLARS[match[1]], None, match.end()
    return _Candidate(start, end, number, _joined(before, after), cents, apart)


def _belongs_to_the_next(folded: str, right: re.Match[str], before: str | None) -> bool:
    """ "€45 $30": the second sign is of the second amount."""
    return before is not None and re.compile(r" ?\d").match(folded, right.end()) is not None


def _problem(text: str, folded: str, found: _Candidate) -> str | None:
    number = found.number
    if _SIGN_BEFORE.search(folded, max(0, found.start - 12), found.start):
        return "negative"
    if found.start < number.start() and folded[number.start() - 1] in "-.":
        return "negative" if folded[number.start() - 1] == "-" else "not_a_number"
    if number["none"] or number["power"] or (number["scale"] or "k") != "k":
        return "not_a_number"
    if _BOUND_BEFORE.search(folded, max(0, found.start - 16), found.start):
        return "ambiguous"
    if _RANGE_BEFORE.search(folded, max(0, found.start - 8), found.start):
        return "ambiguous"
    if _RANGE_AFTER.match(folded, found.end) or (not found.cents and _CENTS_APART.match(folded, found.end)):
        return "ambiguous"
    if found.start < number.start() and " " in text[number.start() : number.end()]:
        return "ambiguous"  # "$45 200 pens"; a no-break space is a thousand for sure
    if found.apart:
        return "ambiguous"  # ten pieces at twenty, or ten and twenty cents
    if _SCALE_AFTER.match(folded, found.end):
        return "not_a_number"  # "$2 hundred" is not two
    if found.marker in (_OPEN, _UNKNOWN):
        return "ambiguous" if found.marker == _OPEN else "unknown_currency"
    return None


def _settled(text: str, folded: str, found: _Candidate, locale: str, dollar: str) -> FoundAmount:
    span = (found.start, found.end)
    typed = text[found.start : found.end]
    if problem := _problem(text, folded, found):
        if sign := _SIGN_BEFORE.search(folded, max(0, found.start - 12), found.start):
            span = (sign.start(), found.end)
        raise AmountError(problem, text[span[0] : span[1]], span)
    value = _value(found.number["digits"] or found.number["glued"], locale)
    if isinstance(value, str):
        raise AmountError(value, typed, span)
    if found.cents:
        if value != value.to_integral_value():
            raise AmountError("not_a_number", typed, span)
        value += Decimal(found.cents) / 100
    if found.number["scale"]:
        value *= 1000
        if value >= Decimal(10) ** MAX_DIGITS:
            raise AmountError("too_large", typed, span)
    marker = found.marker
    return FoundAmount(span, Money(value, dollar if marker in (None, _PLAIN_DOLLAR) else str(marker)))


def _stands_alone(folded: str, found: _Candidate) -> bool:
    return not folded[: found.start].strip(" -+\n") and not folded[found.end :].strip(" .\n")


def find_amount(text: str, *, locale: str, dollar: str = "USD", bare: bool = False) -> FoundAmount | None:
    """The first amount of money in a text, or None.

    `locale` ("en-US", "fr-FR" …) settles "1.000 €"; `dollar` is the ISO 4217 code that a plain "$" or "dollars"
    stands for. A number without a currency is no amount, unless `bare` is true and it is the only number: it then
    counts in `dollar`. Raises AmountError for what is meant as an amount and cannot be one; a text that is nothing
    but a negative or malformed number is such a case whatever `bare` says.
    """
    folded = fold(text)
    spoken = _currencies().spoken_amount.search(folded)
    loose: list[_Candidate] = []
    for number in _NUMBER.finditer(folded):
        if spoken and spoken.start() < number.start():
            break
        found = _candidate(text, folded, number)
        if found is None:
            continue
        if found.marker is not None:
            return _settled(text, folded, found, locale, dollar)
        loose.append(found)
    if spoken:
        raise AmountError("words", text[spoken.start() : spoken.end()], spoken.span())
    return _without_currency(text, folded, loose, locale, dollar, bare=bare)


def _without_currency(
    text: str, folded: str, loose: list[_Candidate], locale: str, dollar: str, *, bare: bool
) -> FoundAmount | None:
    if bare and (match := _ONLY_NUMBER_WORDS.match(folded.rstrip(), len(folded) - len(folded.lstrip()))):
        raise AmountError("words", text[match.start() : match.end()], match.span())
    if len(loose) != 1:
        return None
    (found,) = loose
    alone = _stands_alone(folded, found)
    if alone and _problem(text, folded, found) in ("negative", "not_a_number"):
        return _settled(text, folded, found, locale, dollar)
    if not bare or found.number["none"] or folded.startswith(("%", " %"), found.end):
        return None
    return _settled(text, folded, found, locale, dollar)
