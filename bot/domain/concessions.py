"""Concessions: what was given to a client, what came back for it, and when a lead has to agree.

A discount, a longer term of payment, a service for nothing: each is worth something, and wants something back. Small
ones that bring something back are recorded at once; anything else waits for a lead. Silence is never a yes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any

from bot.domain import reassignment
from bot.domain.members import Member
from bot.domain.money import Money
from bot.domain.refusals import Refusal

PERCENT_LIMIT, AMOUNT_LIMIT = Decimal(2), Decimal(500)
"""What goes without a lead where the workspace chose nothing else: in percent, and in its currency."""
NOTE_LIMIT = 500
"""Characters of what was given, of what came back, and of the reason for a no."""
UNDONE_WITHIN = timedelta(days=1)
"""How long a concession can be changed or taken back once it counts."""
REMINDED_AFTER = reassignment.REMINDED_AFTER
WIDENED_AFTER = reassignment.WIDENED_AFTER
ARCHIVED = "archived"
"""In the place of an answer: the client was archived before anybody answered."""
_FINEST = Decimal("0.0001")
"""What memory keeps of a number."""
_MOST = Decimal(10**12)


class Kind(StrEnum):
    """What was given, or asked for."""

    PRICE = "price"
    PAYMENT = "payment"
    """Terms of payment."""
    SERVICE = "service"
    DELIVERY = "delivery"
    OTHER = "other"


class Counterpart(StrEnum):
    """What a client may give in return."""

    PAYMENT = "payment"
    """Better terms of payment."""
    VOLUME = "volume"
    TERM = "term"
    """A longer contract."""
    REFERENCE = "reference"
    SCOPE = "scope"
    """It takes less, or more of what we offer."""
    SERVICE = "service"
    """Terms of service that are easier for us."""
    INTRODUCTIONS = "introductions"


class State(StrEnum):
    """Where a concession stands."""

    RECORDED = "recorded"
    """It counts, and nobody had to agree."""
    ASKED = "asked"
    """It waits for a lead."""
    AGREED = "agreed"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


COUNTED = frozenset({State.RECORDED, State.AGREED})
"""What stands in the balance."""


class Ground(StrEnum):
    """Why a lead has to agree."""

    NO_COUNTERPART = "no_counterpart"
    """Nothing comes back yet: a waiver is asked for."""
    PERCENT = "percent"
    AMOUNT = "amount"
    NO_RATE = "no_rate"
    """Its currency has no official rate, so that nobody can say how much it is."""
    FLOOR = "floor"
    """The client would pay less than its lowest price."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Up to and including what a concession goes without a lead; `amount` in the workspace's currency."""

    percent: Decimal = PERCENT_LIMIT
    amount: Decimal = AMOUNT_LIMIT


def check_limits(limits: Limits) -> None:
    """Raise Refusal ``workspace.concession_percent`` or ``workspace.concession_amount`` for limits that are none."""
    if not 0 <= limits.percent <= 100 or not _can_be_kept(limits.percent):
        raise Refusal("workspace.concession_percent")
    if not 0 <= limits.amount < _MOST or not _can_be_kept(limits.amount):
        raise Refusal("workspace.concession_amount")


def _can_be_kept(number: Decimal) -> bool:
    return number == number.quantize(_FINEST)


@dataclass(frozen=True, slots=True)
class Given:
    """What somebody enters.

    `percent` and `money` tell how much, where it can be told; `price` is what the client pays afterwards. `note` says
    what was given, and for what; `counterparts` what comes back, `back` the same in words. `held`: the client asked for
    it, and did not get it. `given_on` is a day of who enters it.
    """

    kind: Kind
    given_on: date
    percent: Decimal | None = None
    money: Money | None = None
    price: Money | None = None
    note: str = ""
    counterparts: tuple[Counterpart, ...] = ()
    back: str = ""
    held: bool = False


@dataclass(frozen=True, slots=True)
class NewConcession:
    """A concession about to be written down; see `Concession`. The same `key` is the same one."""

    client_id: int
    member_id: int
    given: Given
    grounds: frozenset[Ground]
    at: datetime
    key: str
    next_step_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Concession:
    """A concession as it stands. Moments are UTC.

    `member_id` gave it or asks for it. `grounds` are why a lead has to agree, or had to. `at` is when it was entered or
    changed last, `decided_at` when a lead decided. `next_step_at` is when somebody is reminded or asked as well; `told`
    are the members who were asked. `answer` is why it was declined. `version` grows with each change.
    """

    id: int
    client_id: int
    member_id: int
    given: Given
    grounds: frozenset[Ground]
    state: State
    at: datetime
    version: int = 1
    next_step_at: datetime | None = None
    reminded_at: datetime | None = None
    widened_at: datetime | None = None
    decided_at: datetime | None = None
    decided_by: int | None = None
    answer: str = ""
    told: tuple[int, ...] = ()

    @property
    def counts(self) -> bool:
        return self.state in COUNTED

    @property
    def without_counterpart(self) -> bool:
        """Whether it counts and nothing came back."""
        return self.counts and not self.given.held and not self.given.counterparts

    def can_be_changed(self, now: datetime) -> bool:
        """Whether it may still be edited: while it waits, and within a day of having been recorded."""
        fresh = self.state is State.RECORDED and now < self.at + UNDONE_WITHIN
        return self.state is State.ASKED or fresh

    def can_be_withdrawn(self, now: datetime) -> bool:
        """Whether it may still be taken back: as it may be edited, and within a day of a lead's yes."""
        agreed = self.state is State.AGREED and self.decided_at is not None
        return self.can_be_changed(now) or (
            agreed and self.decided_at is not None and now < self.decided_at + UNDONE_WITHIN
        )


# --- What may be entered ----------------------------------------------------------------------------------


def tidied(given: Given) -> Given:
    """What was entered as it is kept: words in one line, what comes back in one order, and nothing for a held no."""
    return replace(
        given,
        note=" ".join(given.note.split()),
        back="" if given.held else " ".join(given.back.split()),
        counterparts=() if given.held else tuple(each for each in Counterpart if each in given.counterparts),
    )


def check_given(given: Given, *, today: date, floor: Money | None) -> Given:
    """What was entered, tidied; `floor` is the client's lowest price.

    Raises Refusal ``concession.percent`` (none between 0 and 100), ``concession.amount`` (nothing, or more than there
    is), ``concession.how_much`` for a price without either, ``concession.nothing`` for terms without words,
    ``concession.too_long`` (limit), ``concession.future``, or where the client has a floor ``concession.price`` (floor)
    for a price that does not say what is paid afterwards.
    """
    given = tidied(given)
    if given.percent is not None and not (0 < given.percent <= 100 and _can_be_kept(given.percent)):
        raise Refusal("concession.percent")
    if given.money is not None and not 0 < given.money.amount < _MOST:
        raise Refusal("concession.amount")
    if given.price is not None and not 0 <= given.price.amount < _MOST:
        raise Refusal("concession.amount")
    if given.percent is None and given.money is None:
        if given.kind is Kind.PRICE:
            raise Refusal("concession.how_much")
        if not given.note:
            raise Refusal("concession.nothing")
    if len(given.note) > NOTE_LIMIT or len(given.back) > NOTE_LIMIT:
        raise Refusal("concession.too_long", limit=NOTE_LIMIT)
    if given.given_on > today:
        raise Refusal("concession.future")
    if given.kind is Kind.PRICE and floor is not None and given.price is None and not given.held:
        raise Refusal("concession.price", floor=floor)
    return given


# --- When a lead has to agree -----------------------------------------------------------------------------

Convert = Callable[[Money, str, date], Money | None]
"""An amount in a currency by the official rate of a day; None where there is no rate."""


def grounds_of(
    given: Given, limits: Limits, currency: str, floor: Money | None, convert: Convert
) -> frozenset[Ground]:
    """Why a lead has to agree; empty where what is given is recorded at once.

    More than `limits` (whose amount is in `currency`), nothing in return, a price below the client's `floor`, or an
    amount of which nobody can say how much it is. More of anything never has fewer grounds. A no that was held has
    none.
    """
    if given.held:
        return frozenset()
    found: set[Ground] = set()
    if not given.counterparts:
        found.add(Ground.NO_COUNTERPART)
    if given.percent is not None and given.percent > limits.percent:
        found.add(Ground.PERCENT)
    if given.money is not None:
        worth = convert(given.money, currency, given.given_on)
        if worth is None:
            found.add(Ground.NO_RATE)
        elif worth.amount > limits.amount:
            found.add(Ground.AMOUNT)
    if given.price is not None and floor is not None:
        paid = convert(given.price, floor.currency, given.given_on)
        if paid is None or paid.amount < floor.amount:
            found.add(Ground.FLOOR)
    return frozenset(found)


def deciders(owner: Member | None, asker_id: int, members: Iterable[Member]) -> tuple[Member, ...]:
    """Who is asked to agree: the lead of who looks after the client, or the admins where there is none or where the
    lead asks themselves, or else other leads. Nobody agrees to their own."""
    return reassignment.deciders(owner, _others(asker_id, members))


def asked_as_well(
    owner: Member | None,
    asker_id: int,
    members: Iterable[Member],
    delegate: Member | None,
    told: Iterable[int],
) -> tuple[Member, ...]:
    """Who is asked as well when nobody answered; see `reassignment.asked_as_well`."""
    other = None if delegate is None or delegate.id == asker_id else delegate
    return reassignment.asked_as_well(owner, _others(asker_id, members), other, told)


def may_decide(
    member: Member, concession: Concession, owner: Member | None, members: Iterable[Member]
) -> bool:
    """Whether `member` may agree or decline while the client is `owner`'s: their lead, admins, and a lead who was asked
    because there is nobody else. Never on one's own."""
    if member.id == concession.member_id or not member.active:
        return False
    if reassignment.may_decide(member, owner):
        return True
    others = _others(concession.member_id, members)
    asked = member.id in concession.told and (owner is None or member.id != owner.id)
    return asked and reassignment.may_step_in(member, owner, others)


def _others(asker_id: int, members: Iterable[Member]) -> list[Member]:
    return [each for each in members if each.id != asker_id]


def check_answer(answer: str) -> str:
    """Why not, in one line. Raises Refusal ``concession.no_answer`` or ``concession.too_long`` (limit)."""
    said = " ".join(answer.split())
    if not said:
        raise Refusal("concession.no_answer")
    if len(said) > NOTE_LIMIT:
        raise Refusal("concession.too_long", limit=NOTE_LIMIT)
    return said


# --- What it comes to -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Balance:
    """What was given to a client and what came back, over twelve months.

    `given` counts concessions, `without` those for which nothing came back. `worth` are the sums of their amounts, one
    of each currency, `percent` is the greatest discount. `back` counts what came back, most often first. `held` counts
    times that a no was held, `waiting` what waits for a lead.
    """

    given: int = 0
    without: int = 0
    worth: tuple[Money, ...] = ()
    percent: Decimal | None = None
    back: tuple[tuple[Counterpart, int], ...] = ()
    held: int = 0
    waiting: int = 0

    @property
    def empty(self) -> bool:
        return not (self.given or self.held or self.waiting)

    def facts(self) -> dict[str, Any]:
        """As JSON values; see `balance_from`."""
        return {
            "given": self.given,
            "without": self.without,
            "worth": [[str(each.amount), each.currency] for each in self.worth],
            "percent": None if self.percent is None else str(self.percent),
            "back": [[each.value, times] for each, times in self.back],
            "held": self.held,
            "waiting": self.waiting,
        }


def balance_from(facts: Mapping[str, Any] | None) -> Balance:
    """What `Balance.facts` wrote; nothing for None."""
    if facts is None:
        return Balance()
    return Balance(
        given=facts["given"],
        without=facts["without"],
        worth=tuple(Money(Decimal(amount), currency) for amount, currency in facts["worth"]),
        percent=None if facts["percent"] is None else Decimal(facts["percent"]),
        back=tuple((Counterpart(code), times) for code, times in facts["back"]),
        held=facts["held"],
        waiting=facts["waiting"],
    )


def balance_of(concessions: Iterable[Concession]) -> Balance:
    """The balance of some concessions; only what counts is summed."""
    kept = list(concessions)
    given = [each for each in kept if each.counts and not each.given.held]
    worth: dict[str, Money] = {}
    for each in given:
        if (money := each.given.money) is not None:
            known = worth.get(money.currency)
            worth[money.currency] = money if known is None else known + money
    times = Counter(back for each in given for back in each.given.counterparts)
    in_order = sorted(times.items(), key=lambda pair: (-pair[1], list(Counterpart).index(pair[0])))
    return Balance(
        given=len(given),
        without=sum(each.without_counterpart for each in given),
        worth=tuple(worth[currency] for currency in sorted(worth)),
        percent=max((each.given.percent for each in given if each.given.percent is not None), default=None),
        back=tuple(in_order),
        held=sum(each.counts and each.given.held for each in kept),
        waiting=sum(each.state is State.ASKED for each in kept),
    )


def balance_since(today: date) -> date:
    """The first day of the twelve months that end with `today`."""
    try:
        year_ago = today.replace(year=today.year - 1)
    except ValueError:  # the 29th of February
        year_ago = today.replace(year=today.year - 1, day=28)
    return year_ago + timedelta(days=1)


@dataclass(frozen=True, slots=True)
class MonthSum:
    """The concessions of one month, in sums: `given`, those `without` a counterpart, and noes that were `held`.

    `worth` are the sums of the amounts of `without`, one of each currency. `clients` are those of `without`, by id,
    with how many and their sums.
    """

    first: date
    given: int
    without: int
    held: int
    worth: tuple[Money, ...]
    clients: tuple[tuple[int, int, tuple[Money, ...]], ...] = ()


def by_month(concessions: Iterable[Concession]) -> tuple[MonthSum, ...]:
    """What counts of some concessions by the month in which it was given, the latest first."""
    months: dict[date, list[Concession]] = {}
    for each in concessions:
        if each.counts:
            months.setdefault(each.given.given_on.replace(day=1), []).append(each)
    found = []
    for first, kept in sorted(months.items(), reverse=True):
        without = [each for each in kept if each.without_counterpart]
        by_client: dict[int, list[Concession]] = {}
        for each in without:
            by_client.setdefault(each.client_id, []).append(each)
        sums = {client: balance_of(theirs) for client, theirs in by_client.items()}
        in_order = sorted(sums, key=lambda client: (-sums[client].given, client))
        found.append(
            MonthSum(
                first=first,
                given=sum(not each.given.held for each in kept),
                without=len(without),
                held=sum(each.given.held for each in kept),
                worth=balance_of(without).worth,
                clients=tuple((client, sums[client].given, sums[client].worth) for client in in_order),
            )
        )
    return tuple(found)


# --- As one reader is shown it ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Sheet:
    """A concession as one reader is shown it, as JSON values.

    `money` and `price` are amount and currency, `limit` the limits that hold now (percent; amount, currency). Names are
    empty where there is nobody. `mine`: the reader entered it; `decides`: the reader may agree or decline now.
    """

    concession: int
    version: int
    client_id: int
    client: str
    author: str
    kind: str
    given_on: str
    percent: str | None
    money: list[str] | None
    price: list[str] | None
    floor: list[str] | None
    limit: list[str]
    note: str
    counterparts: list[str]
    back: str
    held: bool
    grounds: list[str]
    state: str
    answer: str
    by: str
    asked: list[str]
    mine: bool
    decides: bool
    can_change: bool
    can_withdraw: bool
    reminded: bool
    widened: bool

    def facts(self) -> dict[str, Any]:
        return asdict(self)
