"""By when a client is to be acknowledged and answered: the terms of its market, and those that a workspace set."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum

from bot.domain.business_time import BusinessTime
from bot.domain.clients import Tier
from bot.domain.refusals import Refusal

SHORTEST, LONGEST = timedelta(minutes=5), timedelta(hours=80)
"""Of business time that may be given for an answer: two working weeks at most."""
_IN_HOURS = 3
"""From how many hours on a term is written in hours and not in minutes."""
EARLIEST, LATEST = time(10), time(20)
"""Between these a term may end on the next business day."""


class Market(StrEnum):
    """By whose customs a client expects to be answered."""

    US = "us"
    CANADA = "canada"
    EUROPE = "europe"
    ELSEWHERE = "elsewhere"


_EUROPEAN_UNION = frozenset(
    [
        "AT",
        "BE",
        "BG",
        "HR",
        "CY",
        "CZ",
        "DK",
        "EE",
        "FI",
        "FR",
        "DE",
        "GR",
        "HU",
        "IE",
        "IT",
        "LV",
        "LT",
        "LU",
        "MT",
        "NL",
        "PL",
        "PT",
        "RO",
        "SK",
        "SI",
        "ES",
        "SE",
    ]
)
"""Its 27 members (european-union.europa.eu, country profiles, as of 2026-11)."""


def market_of(place: str) -> Market:
    """The market of a client by its place, ISO 3166 with or without subdivision."""
    match place.partition("-")[0].upper():
        case "US":
            return Market.US
        case "CA":
            return Market.CANADA
        case country if country in _EUROPEAN_UNION:
            return Market.EUROPE
        case _:
            return Market.ELSEWHERE


@dataclass(frozen=True, slots=True)
class Term:
    """How long something may take: a `span` of business time, or until `at` on the next business day."""

    span: timedelta | None = None
    at: time | None = None

    def ends(self, business: BusinessTime, start: datetime) -> datetime:
        """The UTC moment at which it is over. Raises NoBusinessTime."""
        if self.span is not None:
            return business.add(start, self.span)
        assert self.at is not None, "a term is one of the two"
        day = business.next_business_day(start)
        opens = business.opens(day)
        assert opens is not None, "a business day begins"
        return max(business.at(day, self.at), opens)

    def written(self) -> str:
        """``60m``, ``8h`` or ``12:00``, as `term_from` reads it; hours that may be a time of day are minutes."""
        if self.span is not None:
            hours, rest = divmod(int(self.span.total_seconds()) // 60, 60)
            whole = not rest and hours >= _IN_HOURS and not EARLIEST.hour <= hours <= LATEST.hour
            return f"{hours}h" if whole else f"{60 * hours + rest}m"
        assert self.at is not None, "a term is one of the two"
        return f"{self.at:%H:%M}"


def _hours(hours: float) -> Term:
    return Term(span=timedelta(hours=hours))


NOON, EVENING = Term(at=time(12)), Term(at=time(17))


def tighter(term: Term) -> Term:
    """One step tighter: half of a span; noon for later in the day; four hours of business for noon or earlier."""
    if term.span is not None:
        return Term(span=term.span / 2)
    assert term.at is not None, "a term is one of the two"
    return NOON if term.at > time(12) else _hours(4)


@dataclass(frozen=True, slots=True)
class Policy:
    """By when a question is to be acknowledged, and answered. Each of several terms holds: the first to end counts."""

    acknowledge: tuple[Term, ...]
    answer: tuple[Term, ...]


OURS: Mapping[Market, tuple[Term, Term]] = {
    Market.US: (_hours(1), _hours(2)),
    Market.CANADA: (NOON, EVENING),
    Market.EUROPE: (_hours(8), EVENING),
    Market.ELSEWHERE: (NOON, EVENING),
}
"""To acknowledge and to answer, where a workspace set no terms of its own."""

Kept = Mapping[str, tuple[str, str]]
"""Terms that a workspace set, as they are kept: by the name of a market, ``us``, or of its clients of tier A, ``us-a``;
to acknowledge and to answer as `Term.written`."""


def name_of(market: Market, *, tight: bool) -> str:
    """The name under which the terms of a market, or (`tight`) of its clients of tier A, are kept."""
    return f"{market.value}-a" if tight else market.value


NAMES = tuple(name_of(market, tight=tight) for market in Market for tight in (False, True))


def terms_of(market: Market, kept: Kept, *, tight: bool) -> tuple[Term, Term]:
    """The terms of a market, or (`tight`) of its clients of tier A, as the workspace set them, else our own."""
    own = kept.get(name_of(market, tight=tight))
    if own is not None:
        return term_from(own[0]), term_from(own[1])
    if not tight:
        return OURS[market]
    acknowledge, answer = terms_of(market, kept, tight=False)
    return tighter(acknowledge), tighter(answer)


def policy_of(market: Market, tier: Tier, kept: Kept | None = None) -> Policy:
    """The terms of a client; one of tier A never waits longer than the others of its market."""
    acknowledge, answer = terms_of(market, kept or {}, tight=False)
    if tier is not Tier.A:
        return Policy((acknowledge,), (answer,))
    sooner, soonest = terms_of(market, kept or {}, tight=True)
    return Policy((acknowledge, sooner), (answer, soonest))


_SPAN = re.compile(
    r"(?:(?P<hours>\d{1,2}) ?h)? ?(?:(?P<minutes>\d{1,4}) ?(?:m|min|minutes?)?)?", re.IGNORECASE
)
_AT = re.compile(r"(?P<hour>\d{1,2}):(?P<minute>\d{2})")


def term_from(written: str) -> Term:
    """``60`` and ``60m`` are minutes of business, ``2h`` and ``1h 30m`` hours, ``12:00`` is of the next business day.

    Raises Refusal ``terms.unread`` (said), ``terms.either`` (said, hour, minutes) for hours that may be a time of day,
    as ``17h`` in French, and ``terms.span`` or ``terms.at`` (said, least, most) out of bounds.
    """
    said = written.strip()
    if (at := _AT.fullmatch(said)) is not None:
        hour, minute = int(at["hour"]), int(at["minute"])
        if hour > 23 or minute > 59 or not EARLIEST <= time(hour, minute) <= LATEST:
            raise Refusal("terms.at", said=said, least=f"{EARLIEST:%H:%M}", most=f"{LATEST:%H:%M}")
        return Term(at=time(hour, minute))
    found = _SPAN.fullmatch(said)
    if not said or found is None or (found["hours"] is None and found["minutes"] is None):
        raise Refusal("terms.unread", said=said)
    hours, minutes = int(found["hours"] or 0), int(found["minutes"] or 0)
    span = timedelta(hours=hours, minutes=minutes)
    if EARLIEST.hour <= hours <= LATEST.hour and minutes < 60:
        raise Refusal(
            "terms.either", said=said, hour=f"{hours}:{minutes:02d}", minutes=f"{60 * hours + minutes}m"
        )
    if not SHORTEST <= span <= LONGEST:
        least, most = int(SHORTEST.total_seconds()) // 60, int(LONGEST.total_seconds()) // 3600
        raise Refusal("terms.span", said=said, least=least, most=most)
    return Term(span=span)


def pair_from(written: str) -> tuple[str, str]:
    """``60m / 120m``: the terms to acknowledge and to answer, as they are kept.

    Raises Refusal ``terms.pair`` (said) for what is not two, and those of `term_from`.
    """
    first, slash, last = written.partition("/")
    if not slash or "/" in last:
        raise Refusal("terms.pair", said=written.strip())
    return term_from(first).written(), term_from(last).written()


def check_terms(kept: Kept) -> None:
    """Raise Refusal ``terms.market`` (said) for a name that is none, ``terms.order`` (market) where an answer is due
    before the acknowledgement, and those of `term_from`."""
    for name, (acknowledge, answer) in kept.items():
        if name not in NAMES:
            raise Refusal("terms.market", said=name)
        first, last = term_from(acknowledge), term_from(answer)
        if _is_after(first, last):
            raise Refusal("terms.order", market=name)


def _is_after(first: Term, last: Term) -> bool:
    """Whether one term surely ends after the other; a span and a time of day cannot be compared."""
    if first.span is not None and last.span is not None:
        return first.span > last.span
    return first.at is not None and last.at is not None and first.at > last.at


def shortest(terms: Iterable[Term]) -> timedelta | None:
    """The shortest span among several terms; None where all are times of day."""
    return min((term.span for term in terms if term.span is not None), default=None)


def earliest(terms: Iterable[Term]) -> time | None:
    """The earliest time of day among several terms; None where all are spans."""
    return min((term.at for term in terms if term.at is not None), default=None)
