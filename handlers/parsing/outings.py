"""A typed invitation of several people: "dinner for Jane Smith at Ford and Tom Lee at Acme, $80 a head"."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_UP, Decimal
from itertools import pairwise

from dateutil.relativedelta import relativedelta

from bot.domain.gifts.outings import KINDS
from bot.domain.money import Money
from handlers.folding import fold
from handlers.parsing.complaints import ParseComplaint
from handlers.parsing.gift_counts import GAP, blanked, refuse_bare_numbers, take_amount
from handlers.parsing.gift_people import AT, gift_name, introductions
from handlers.parsing.gift_words import categories_of, category_of
from handlers.parsing.gifts import described
from handlers.parsing.names import NAME_PARTICLES, LeadingName, is_legal_form, starts_name
from handlers.parsing.text import TRAILING, Reader, Text, tidy

_CENT = Decimal("0.01")
_AND = re.compile(r"\s+(?:and|et|und|plus|&|\+)\s+", re.IGNORECASE)
_COMMA = re.compile(r"\s*[,;]\s*(?:(?:and|et|und|plus|&|\+)\s+)?", re.IGNORECASE)
_SEPARATES = re.compile(r"\s*(?:[,;]\s*)?(?:(?:and|et|und|plus|&|\+)\s+)?", re.IGNORECASE)
_JOINS = re.compile(r"(?:for|pour|with|avec)\s+", re.IGNORECASE)
_ARTICLE = re.compile(r"(?:the|their|our|le|la|les|leur|notre)\s|l['’]", re.IGNORECASE)
_NUMBERED = re.compile(r"\d+-?[A-Z]")
_MOST_WORDS = 5
_WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class TypedOuting:
    """An invitation as typed. `cost` is a head, `people` are pairs of name and company in their order.

    `day` is None where none is named; one without a week or year is to come. `category` is a code of the gift proposal;
    None where the words name no kind of invitation.
    """

    cost: Money | None
    description: str
    category: str | None
    people: tuple[tuple[str, str], ...]
    day: date | None = None


def read_outing(text: str, reader: Reader, dollar: str, leading_name: LeadingName) -> TypedOuting | None:
    """A typed invitation of several people, each with a company; None for any other text.

    `text` is as its author saw it; `dollar` is the ISO 4217 code that "$" stands for; `leading_name` knows the names of
    the house, so that "Ernst and Young" is one company. Several people of one company count when they are named in
    full. A thing to be handed over is no invitation, however many get it. Raises ParseComplaint for amount and day.
    """
    clean = "".join(" " if unicodedata.category(char) == "Cc" else char for char in text)
    if AT.search(fold(clean)) is None or (_AND.search(clean) is None and _COMMA.search(clean) is None):
        return None
    try:
        return _outing(clean, reader, dollar, leading_name)
    except ParseComplaint as found:
        raise ParseComplaint(found.code, text[slice(*found.span)], found.span) from found


def _outing(text: str, reader: Reader, dollar: str, leading_name: LeadingName) -> TypedOuting | None:
    refuse_bare_numbers(text, reader, dollar)
    amount, total, rest = take_amount(text, reader, dollar)
    read = Text(rest, fold(rest), reader)
    for begin, name_at in introductions(read):
        people, end = _people(read, name_at, leading_name)
        if not _several(people):
            continue
        description = described(blanked(rest, begin, end))
        found = categories_of(description)
        if found and not found.intersection(KINDS):
            return None
        cost = amount.money if amount is not None else None
        if cost is not None and total:
            each = (cost.amount / len(people)).quantize(_CENT, ROUND_UP)
            cost = Money(each, cost.currency)
        category = category_of(description)
        day, description = _day_in(description, text, reader)
        return TypedOuting(cost, description, category, tuple(people), day)
    return None


def _day_in(description: str, whole: str, reader: Reader) -> tuple[date | None, str]:
    """The day that is named, and the description without it. People are invited to what is still to come.

    Raises ParseComplaint with the place in the `whole` text.
    """
    try:
        found = Text(description, fold(description), reader).date_from(0)
    except ParseComplaint as wrong:
        start = max(whole.find(wrong.word), 0)
        raise ParseComplaint(wrong.code, wrong.word, (start, start + len(wrong.word))) from wrong
    if found is None:
        return None, description
    day, today = found.when.start.date(), reader.now.astimezone(reader.zone).date()
    if day < today and found.assumed:
        day = day + _WEEK if today - day <= _WEEK else day + relativedelta(years=1)
    start, end = found.span
    return day, tidy(f"{description[:start].rstrip()} {description[end:].lstrip()}") or description


def _several(people: Sequence[tuple[str, str]]) -> bool:
    if len(people) < 2:
        return False
    one_company = len({company for _, company in people}) == 1
    return not one_company or all(len(name.split()) > 1 for name, _ in people)


def _people(text: Text, pos: int, leading_name: LeadingName) -> tuple[list[tuple[str, str]], int]:
    """People and companies from `pos` on, and where they end; nobody where the words there are no such list."""
    gap = text.raw.find(GAP, pos)
    stop = len(text.raw) if gap < 0 else gap
    joints = [
        match for match in AT.finditer(text.folded, pos, stop) if _begins_company(text.raw[match.end() :])
    ]
    if not joints:
        return [], pos
    people: list[tuple[str, str]] = []
    names = _names(text.raw[pos : joints[0].start()])
    for joint, following in pairwise(joints):
        company, after = _company_and_names(text.raw[joint.end() : following.start()], leading_name)
        if not names or not company:
            return [], pos
        people += [(name, company) for name in names]
        names = after
    last, end = gift_name(text, joints[-1].end(), company=True)
    if not names or last is None:
        return [], pos
    end += text.raw.startswith(")", end)
    return [*people, *((name, last) for name in names)], end


def _begins_company(text: str) -> bool:
    if text[:1].isdigit():
        return _NUMBERED.match(text) is not None  # "3M", not "7pm"
    return starts_name(text) or text[:1] in '"“«„'


def _names(text: str) -> list[str]:
    """People's names in a list; none when something in it is no name."""
    names = []
    for piece in _COMMA.split(text.strip(" ,;")):
        for one in _AND.split(piece):
            name = _JOINS.sub("", one.strip(" ,;)"), count=1).strip()
            if not _is_name(name):
                return []
            names.append(name)
    return names


def _is_name(name: str) -> bool:
    words = name.split()
    if not 0 < len(words) <= _MOST_WORDS:
        return False
    if _ARTICLE.match(name):
        return True  # "the buyer"
    return starts_name(words[0]) and all(
        starts_name(word) or fold(word).rstrip(TRAILING) in NAME_PARTICLES for word in words
    )


def _company_and_names(text: str, leading_name: LeadingName) -> tuple[str, list[str]]:
    """What stands between two "at": the company of those before, and the names of those after.

    A name of the house goes first; else the company ends at the first comma, or without one at the last "and".
    """
    text = text.strip().removesuffix(",")
    words = text.split()
    known = leading_name([word.rstrip(TRAILING) or word for word in words])
    if 0 < known < len(words):
        head = " ".join(words[:known])
        tail = " ".join(words[known:])
        parts = _SEPARATES.match(f"{'' if head[-1] not in ',;' else ', '}{tail}")
        rest = f"{', ' if head[-1] in ',;' else ''}{tail}"[parts.end() if parts else 0 :]
        if rest != tail and (names := _names(rest)):
            return head.rstrip(TRAILING), names
    quoted = re.match(r"[\"“«„]\s*([^\"”»“]+?)\s*[\"”»“]", text)
    if quoted:
        return quoted[1], _names(_SEPARATES.sub("", text[quoted.end() :].lstrip(), count=1))
    pieces = _COMMA.split(text)
    commas = [match.group() for match in _COMMA.finditer(text)]
    company = pieces.pop(0)
    while pieces and is_legal_form(pieces[0].split()[0] if pieces[0].split() else ""):
        company = f"{company}{commas.pop(0)}{pieces.pop(0)}"
    if pieces:
        return company.strip(" ,;)"), _names(", ".join(pieces))
    joints = list(_AND.finditer(company))
    if not joints:
        return "", []
    return company[: joints[-1].start()].strip(" ,;)"), _names(company[joints[-1].end() :])
