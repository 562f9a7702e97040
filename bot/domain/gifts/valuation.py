"""What a gift counts for: the value of each item under a regime's own way of counting, and totals."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import Enum

from bot.domain.gifts.proposal import Item, Prior, Proposal
from bot.domain.gifts.rates import Quote, Rates
from bot.domain.gifts.rules import Counting, Rule, Threshold

_NOTHING = Decimal(0)
_CENT = Decimal("0.01")
_REST_OF_A_YEAR = timedelta(days=364)
#: After a conversion, values this close to a limit are not decided by the machine.
NEARNESS = Decimal("0.05")
#: The fields that say what an item is worth. No condition asks about them; only limits do.
AMOUNTS = frozenset(
    ("item.unit_value", "item.face_value", "item.market_value", "item.cost_to_giver", "item.value_above")
)
#: All fields on which the value of a gift, or how it is counted, depends.
COUNTED_FIELDS = AMOUNTS | {
    "item.currency",
    "item.quantity",
    "item.source",
    "context.guests",
    "context.recipient_pays",
    "context.pooled",
    "context.share_each",
    "context.prior",
    "context.prior_count",
}


class Place(Enum):
    """Where a value stands in relation to a limit."""

    SILENT = "silent"
    WITHIN = "within"
    NEAR = "near"
    OVER = "over"
    UNKNOWN = "unknown"
    #: The value was told, but in a currency for which no rate is on file.
    UNRATED = "unrated"


@dataclass(slots=True)
class Worth:
    """A value in one currency: at least `least`; exactly that when `exact`; `beyond` when surely above it.

    `converted` is how much of it came about by an exchange rate; `unrated` when a rate is missing. Nothing changes
    one; it is not frozen only because hundreds are made for one check, and freezing would take most of the time.
    """

    least: Decimal
    exact: bool = True
    beyond: bool = False
    converted: Decimal = _NOTHING
    unrated: bool = False

    def __add__(self, other: Worth) -> Worth:
        return Worth(
            self.least + other.least,
            self.exact and other.exact,
            self.beyond or other.beyond,
            self.converted + other.converted,
            self.unrated or other.unrated,
        )


@dataclass(slots=True)
class Measure:
    """A rule's limit held against a proposal; `worth` counts this gift, in the limit's currency."""

    place: Place
    worth: Worth
    limit: Decimal | None
    times_used: int | None = None

    @property
    def used(self) -> Decimal | None:
        """What counts toward the limit; None where that is not known."""
        return self.worth.least.quantize(_CENT) if self.worth.exact else None

    @property
    def remaining(self) -> Decimal | None:
        """What is left of the limit afterwards."""
        used = self.used
        return None if self.limit is None or used is None else max(self.limit - used, _NOTHING)


@dataclass(frozen=True, slots=True)
class Earlier:
    """The earlier gifts that count toward one limit, and their sums by currency."""

    gifts: tuple[Prior, ...]
    sums: tuple[tuple[str, Decimal], ...]

    @property
    def number(self) -> int:
        """How many there are."""
        return len(self.gifts)


class Ledger:
    """Sorts earlier gifts by what they count toward; lend it to several tills to do so only once."""

    def __init__(self) -> None:
        self._periods: dict[tuple[int, date, str], tuple[object, dict[str | None, list[Prior]]]] = {}
        self._known: dict[tuple[int, date, str, frozenset[str]], Earlier] = {}

    def earlier(self, proposal: Proposal, period: str, categories: frozenset[str]) -> Earlier:
        """Those of the proposal's earlier gifts that lie in the period around its date.

        A gift without a date is taken to lie inside, one without a category to be of the kind that counts.
        """
        priors = proposal.context.prior
        if not priors:
            return _NO_EARLIER
        # Found again by identity, because the variants of a proposal share its history; the history is kept
        # beside the result, so that its identity cannot pass to another one meanwhile.
        key = (id(priors), proposal.date, period, categories)
        if key not in self._known:
            by_category = self._inside(priors, proposal.date, period)
            gifts = [
                prior
                for category, found in by_category.items()
                if category is None or category in categories
                for prior in found
            ]
            sums: dict[str, Decimal] = {}
            for prior in gifts:
                sums[prior.currency] = sums.get(prior.currency, _NOTHING) + prior.amount
            self._known[key] = Earlier(tuple(gifts), tuple(sorted(sums.items())))
        return self._known[key]

    def _inside(self, priors: tuple[Prior, ...], day: date, period: str) -> dict[str | None, list[Prior]]:
        key = (id(priors), day, period)
        if key not in self._periods:
            first, last = _bounds(period, day)
            found: dict[str | None, list[Prior]] = {}
            for prior in priors:
                if prior.date is None or first <= prior.date <= last:
                    found.setdefault(prior.category, []).append(prior)
            self._periods[key] = (priors, found)
        return self._periods[key][1]


class Till:
    """Counts the items of one proposal, remembering what it has already worked out."""

    def __init__(self, proposal: Proposal, rates: Rates, ledger: Ledger | None = None) -> None:
        self.proposal = proposal
        self._rates = rates
        self._quotes: dict[tuple[str, str], Quote | None] = {}
        self._lines: dict[tuple[int, Counting], Worth] = {}
        self._paid: dict[Counting, bool] = {}
        self._measures: dict[tuple[str, int, tuple[int, ...]], Measure] = {}
        self._totals: dict[tuple[str, int, tuple[int, ...]], Worth] = {}
        self._ledger = Ledger() if ledger is None else ledger

    @property
    def quotes(self) -> dict[tuple[str, str], Quote | None]:
        """The exchange rates used so far, by (from, to)."""
        return self._quotes

    def currency(self, item: Item) -> str:
        """The currency of the item's amounts."""
        return item.currency or self.proposal.currency

    def unit(self, item: Item, counting: Counting) -> Worth:
        """The value of one piece in the item's own currency."""
        price, face = item.unit_value, item.face_value
        market, cost = item.market_value, item.cost_to_giver
        if counting.valued == "greatest":
            candidates = [price, face, market, cost]
        elif counting.valued == "cost_or_market":
            candidates = [cost, face if face is not None else market if market is not None else price]
        else:
            order = {
                "price": (price, market, face, cost),
                "face": (face, price, market, cost),
                "cost": (cost, price, market, face),
            }[counting.valued]
            candidates = [next((value for value in order if value is not None), None)]
        known = [value for value in candidates if value is not None]
        if known:
            return Worth(max(known))
        if item.value_above is not None:
            return Worth(item.value_above, exact=False, beyond=True)
        return Worth(_NOTHING, exact=False)

    def line(self, index: int, counting: Counting) -> Worth:
        """The value of all pieces of one item in its own currency, or the giver's share of a pooled object."""
        key = (index, counting)
        if key not in self._lines:
            self._lines[key] = self._line(index, counting)
        return self._lines[key]

    def _line(self, index: int, counting: Counting) -> Worth:
        item = self.proposal.items[index]
        context = self.proposal.context
        alone = len(self.proposal.items) == 1
        if counting.pooled == "share" and context.pooled and context.share_each is not None and alone:
            worth = Worth(context.share_each)
        else:
            unit = self.unit(item, counting)
            worth = Worth(unit.least * (item.quantity or 1), unit.exact, unit.beyond)
        pays = context.recipient_pays
        if counting.paid == "reduces" and pays and alone:
            worth = Worth(max(worth.least - pays, _NOTHING), worth.exact, worth.beyond)
        return worth

    def paid_in_full(self, counting: Counting) -> bool:
        """Whether the recipient pays back at least the whole value, so that nothing is given."""
        if not self.proposal.context.recipient_pays:
            return False
        if counting not in self._paid:
            self._paid[counting] = self._is_paid(counting)
        return self._paid[counting]

    def _is_paid(self, counting: Counting) -> bool:
        pays = self.proposal.context.recipient_pays or _NOTHING
        currency = self.currency(self.proposal.items[0])
        whole = Worth(_NOTHING)
        for item in self.proposal.items:
            unit = self.unit(item, counting)
            worth = Worth(unit.least * (item.quantity or 1), unit.exact, unit.beyond)
            whole += self.into(currency, self.currency(item), worth)
        # Whoever pays what a conversion comes to may still pay less than the thing costs: that is not shown, then.
        return whole.exact and pays >= whole.least + whole.converted * NEARNESS

    def into(self, target: str, source: str, worth: Worth) -> Worth:
        """The same value in another currency; of unknown size where no rate is on file."""
        if source == target:
            return worth
        if (source, target) not in self._quotes:
            self._quotes[source, target] = self._rates.quote(source, target, self.proposal.date)
        quote = self._quotes[source, target]
        if quote is None:
            nothing = worth.exact and not worth.least
            return Worth(_NOTHING, exact=nothing, unrated=bool(worth.least))
        worth_there = worth.least * quote.rate
        return Worth(worth_there, worth.exact, worth.beyond, converted=worth_there)

    def measure(self, rule: Rule, index: int, counted: Iterable[int]) -> Measure:
        """Hold the rule's limit against the item at `index`.

        `counted` are the places of all items that fall under the same limit; those of the same source count
        together where the limit is one per occasion or per period.
        """
        key = (rule.id, index, tuple(counted))
        if key not in self._measures:
            self._measures[key] = self._measure(rule, index, key[2])
        return self._measures[key]

    def _measure(self, rule: Rule, index: int, counted: Iterable[int]) -> Measure:
        limit = rule.threshold
        if limit is None:
            raise ValueError(f"rule {rule.id} has no limit to measure against")
        worth = self._worth(rule, limit, index, counted)
        times = None
        too_often = False
        if limit.times is not None:
            times = 1 + max(
                self.proposal.context.prior_count or 0,
                self._ledger.earlier(self.proposal, limit.times_per, limit.counts or rule.categories).number,
            )
            too_often = times > limit.times
        return Measure(_place(limit, worth, too_often=too_often), worth, limit.amount, times)

    def _worth(self, rule: Rule, limit: Threshold, index: int, counted: Iterable[int]) -> Worth:
        if limit.amount is None and limit.above is None:
            return Worth(_NOTHING)
        item = self.proposal.items[index]
        counting = rule.counting
        whole = self.into(limit.currency, self.currency(item), self.line(index, counting))
        if limit.per == "item":
            return whole
        if limit.per == "unit":
            return self.into(limit.currency, self.currency(item), self.unit(item, counting))
        if limit.per == "head":
            unit = self.into(limit.currency, self.currency(item), self.unit(item, counting))
            heads = 1 + (self.proposal.context.guests or 0)
            each = whole.least / heads
            least = max(unit.least, each)
            converted = least if whole.converted else _NOTHING
            return Worth(least, whole.exact, whole.beyond, converted, whole.unrated)
        key = (rule.id, item.source or 1, tuple(counted))
        if key not in self._totals:
            self._totals[key] = self._total(rule, limit, *key[1:])
        return self._totals[key]

    def _total(self, rule: Rule, limit: Threshold, source: int, counted: Iterable[int]) -> Worth:
        """What all items of one source come to, with the earlier gifts that count toward the same limit."""
        total = Worth(_NOTHING)
        for place in counted:
            item = self.proposal.items[place]
            if (item.source or 1) == source:
                value = self.into(limit.currency, self.currency(item), self.line(place, rule.counting))
                if not _too_small(limit, value):
                    total += value
        if limit.per != "occasion" and source == 1:
            earlier = self._ledger.earlier(self.proposal, limit.per, limit.counts or rule.categories)
            if limit.ignore_below is None:
                amounts = earlier.sums
            else:
                amounts = tuple(
                    (prior.currency, prior.amount)
                    for prior in earlier.gifts
                    if not _too_small(limit, self.into(limit.currency, prior.currency, Worth(prior.amount)))
                )
            for currency, amount in amounts:
                total += self.into(limit.currency, currency, Worth(amount))
        return total

    def ignored(self, rule: Rule, index: int) -> bool:
        """Whether the item is too small to count toward the rule's total."""
        limit = rule.threshold
        if limit is None or limit.ignore_below is None:
            return False
        item = self.proposal.items[index]
        worth = self.into(limit.currency, self.currency(item), self.line(index, rule.counting))
        return _too_small(limit, worth)


_NO_EARLIER = Earlier((), ())


def _bounds(period: str, day: date) -> tuple[date, date]:
    """First and last day whose gifts count together with one made on `day`."""
    if period == "calendar_year":
        return date(day.year, 1, 1), date(day.year, 12, 31)
    if period == "calendar_month":
        return day.replace(day=1), day.replace(day=monthrange(day.year, day.month)[1])
    # 365 days, the day itself included, on either side: a gift already promised for later counts as well.
    return day - _REST_OF_A_YEAR, day + _REST_OF_A_YEAR


def _too_small(limit: Threshold, worth: Worth) -> bool:
    """Whether a value is surely under what counts toward a total, a conversion being off by a little or not."""
    bound = limit.ignore_below
    return bound is not None and worth.exact and worth.least + worth.converted * NEARNESS < bound


def _place(limit: Threshold, worth: Worth, *, too_often: bool) -> Place:
    if limit.above is not None:
        # What is known of the value decides, whatever else there is of which it is not known.
        surely = worth.least > limit.above or (worth.beyond and worth.least == limit.above)
        close = bool(worth.converted) and abs(worth.least - limit.above) <= limit.above * NEARNESS
        if not surely and not close:
            return Place.SILENT
        if not surely and limit.amount is None and not too_often:
            return Place.NEAR
    if too_often:
        return Place.OVER
    if limit.amount is None:
        return Place.OVER if limit.above is not None else Place.WITHIN
    sure = worth.least - worth.converted
    surely_over = sure > limit.amount or (sure == limit.amount and not limit.inclusive)
    if (
        worth.converted
        and worth.exact
        and not surely_over  # what needs no conversion is too much by itself
        and abs(worth.least - limit.amount) <= limit.amount * NEARNESS
    ):
        return Place.NEAR
    if worth.least > limit.amount or (worth.least == limit.amount and (worth.beyond or not limit.inclusive)):
        return Place.OVER
    if worth.exact:
        return Place.WITHIN
    return Place.UNRATED if worth.unrated else Place.UNKNOWN
