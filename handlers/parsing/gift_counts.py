"""How much a typed gift costs, and how many there are."""

from __future__ import annotations

import re

from handlers.amounts import AmountError, FoundAmount, find_amount
from handlers.folding import COUNT_WORDS, any_of, fold
from handlers.parsing.complaints import ParseComplaint
from handlers.parsing.text import Reader

GAP = "\x1f"  # stands where an amount or a quantity was taken out; no name runs across it
_EACH = re.compile(
    r" ?(?:/ ?(?:each|person|pers|personne|piece|head)|each|apiece"
    r"|per (?:head|person|piece|bottle|ticket)|a head|p\.?p\.?"
    r"|chacune?s?|la piece|piece|l'unite|par (?:personne|tete|piece|billet|bouteille))(?!\w)"
)
_TOTAL = re.compile(r" ?(?:in total|total|altogether|all in|in all|en tout|au total)(?!\w)")
_TOTAL_BEFORE = re.compile(r"(?:total(?: of| de)?|en tout|au total) ?:? ?\Z")
FEW_WORDS = any_of(COUNT_WORDS)
_TIMES = re.compile(r"(?<![\w.,-])(\d+) ?[x×*](?![^\W_])|(?<!\w)[x×] ?(\d+)(?![\w.,])")
_PEOPLE = re.compile(
    rf"(?<!\w)(?:for|pour) (\d+|{FEW_WORDS})"
    r"(?: (?:people|persons?|personnes?|guests?|convives?|pax|couverts?))?"
    rf"(?= *(?:\Z|[{GAP},;:.]|(?:at|chez|from|with|avec) ))"
)
_LEADING_COUNT = re.compile(rf"(?:\A|{GAP})[ ,]*(?:of |de |d'|for |pour )?(\d+|{FEW_WORDS}) (?=[^\W\d_])")
_ANOTHER_WORTH = re.compile(
    r"(?<!\w)(?:worth|retails? (?:at|for)|retail|valued? at|valeur(?: de)?|qui vaut) (\d[\d.,]*(?<=\d))(?![\w%])"
)
_BEFORE_PRICE = {**COUNT_WORDS, "dozen": 12, "douzaine": 12}
_COUNT_BEFORE_PRICE = re.compile(rf"(?<![\w.,-])(?:an? |une )?({any_of(_BEFORE_PRICE)}) (?:de |d')?\Z")
_A_MEASURE = re.compile(
    r"(?:years?|yrs?|ans?|inch|inches|oz|ml|cl|l|kg|g|lbs?|pack|months?|mois|days?|jours?|hours?|heures?|star|stars|etoiles?|course|courses|k|ct)\b"
)
_BAD_NUMBER_FIRST = re.compile(
    r"\s*([-−] ?\d[\d.,]*|\d[\d.,]*e[+-]?\d+|nan|[-−]?inf(?:inity)?|∞)(?!\w)", re.IGNORECASE
)
_DECIMAL_FIRST = re.compile(r"\s*(\d+[.,]\d{1,2})(?![\d.,%]|\w)")
_BIG_WORDS_FIRST = re.compile(
    r"\s*((?:thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety"
    r"|treize|quatorze|quinze|seize|vingt|trente|quarante|cinquante|soixante|cent|mille|a hundred|one hundred|hundred)"
    r")(?= |-|\Z)"
)
MAX_QUANTITY = 9999


def refuse_bare_numbers(text: str, reader: Reader, dollar: str) -> None:
    """A number without a currency at the beginning that cannot be a count of things."""
    if match := _BAD_NUMBER_FIRST.match(text):
        _amount_in(text[: match.end()], reader, dollar, bare=True)
    if (match := _BIG_WORDS_FIRST.match(fold(text))) and _amount_in(text, reader, dollar) is None:
        raise ParseComplaint("amount.words", text[slice(*match.span(1))], match.span(1))


def _amount_in(
    text: str, reader: Reader, dollar: str, *, bare: bool = False, shift: int = 0
) -> FoundAmount | None:
    try:
        return find_amount(text, locale=reader.locale, dollar=dollar, bare=bare)
    except AmountError as error:
        span = (error.span[0] + shift, error.span[1] + shift)
        raise ParseComplaint(f"amount.{error.code}", error.text, span) from error


def blanked(text: str, start: int, end: int) -> str:
    """The same length, so that places stay places."""
    return text[:start] + GAP * (end - start) + text[end:]


def take_amount(text: str, reader: Reader, dollar: str) -> tuple[FoundAmount | None, bool, str]:
    """The amount, whether it is for all pieces together, and the text without it."""
    found = _amount_in(text, reader, dollar)
    if found is None:
        return None, False, text
    start, end = found.span
    if not found.money.amount:
        raise ParseComplaint("amount.zero", text[start:end], found.span)
    folded = fold(text)
    second = _amount_in(text[end:], reader, dollar, shift=end)
    if second is not None:
        span = (second.span[0] + end, second.span[1] + end)
        raise ParseComplaint("amount.several", text[slice(*span)], span)
    if worth := _ANOTHER_WORTH.search(folded[:start] + " " * (end - start) + folded[end:]):
        raise ParseComplaint("amount.several", text[slice(*worth.span(1))], worth.span(1))
    total = False
    if before := _TOTAL_BEFORE.search(folded, max(0, start - 12), start):
        total, start = True, before.start()
    if after := _TOTAL.match(folded, end):
        total, end = True, after.end()
    elif after := _EACH.match(folded, end):
        end = after.end()
    return found, total, blanked(text, start, end)


def _counted(word: str, span: tuple[int, int]) -> int:
    count = int(word) if len(word) <= 6 and word.isdecimal() else _BEFORE_PRICE.get(word, MAX_QUANTITY + 1)
    if count == 0:
        raise ParseComplaint("quantity.zero", word, span)
    if count > MAX_QUANTITY:
        raise ParseComplaint("quantity.too_large", word, span)
    return count


def take_quantity(text: str, rest: str, amount: FoundAmount | None) -> tuple[int, str]:
    folded = fold(rest)
    for pattern in (_TIMES, _PEOPLE):
        if match := pattern.search(folded):
            number = 1 if match[1] else 2
            return _counted(match[number], match.span(number)), blanked(rest, *match.span())
    price = rest.find(GAP) if amount is not None else -1
    named = re.compile(rf"{GAP}+ ?[^\W\d_]").match(rest, max(price, 0))
    if named and (match := _COUNT_BEFORE_PRICE.search(folded, 0, price)):  # "two $30 pens"
        return _counted(match[1], match.span(1)), blanked(rest, *match.span())
    if match := _DECIMAL_FIRST.match(folded):
        if amount is None:
            raise ParseComplaint("amount.currency_missing", text[slice(*match.span(1))], match.span(1))
    elif match := _LEADING_COUNT.search(folded):
        if _A_MEASURE.match(folded, match.end()):
            return 1, rest
        plural = re.compile(r"[^\W\d_]+[sx]\b").match(folded, match.end())
        if amount is None and match[1].isdecimal() and match[1] != "1" and not plural:
            raise ParseComplaint("amount.currency_missing", match[1], match.span(1))
        return _counted(match[1], match.span(1)), blanked(rest, *match.span())
    elif (match := re.compile(r"\s*(\d+)\s*\Z").match(folded)) and amount is None:
        raise ParseComplaint("amount.currency_missing", match[1], match.span(1))
    return 1, rest
