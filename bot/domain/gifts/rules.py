"""Gift rules as values: what a rule says, whom it concerns, and how it is read from plain data.

A rule belongs to a *regime* (one body of rules with its own exceptions: one company's code, one public
body's regulation, our own policy) and speaks in a *layer*. Inside a regime an exception beats the
prohibition it belongs to; between regimes and layers the strictest answer wins. See docs/rulebook.md.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import IntEnum
from functools import cache
from typing import Any, NoReturn

from bot.domain.gifts.conditions import Condition, ConditionError, compile_condition
from bot.domain.gifts.currencies import CURRENCIES
from bot.domain.gifts.proposal import CATEGORIES, ProposalError, read_amount

LAYERS = ("employer", "public_official", "healthcare", "financial", "house", "tax")
EFFECTS = ("prohibit", "allow", "limit", "approval", "report", "counting")
CHECKED = ("primary", "secondary", "unverified")
PERIODS = ("unit", "item", "head", "occasion", "calendar_month", "calendar_year", "rolling_12_months")
VALUED = ("price", "face", "cost", "greatest", "cost_or_market")
TAX_KINDS = ("deductible_up_to", "deductible_share", "deductible_cliff", "not_deductible", "counts", "vat")

_GOODS = "gift promotional_item alcohol perishable educational_item sample award prize"
#: Names for several categories at once, usable in a rule's ``categories``.
GROUPS: Mapping[str, frozenset[str]] = {
    "any": frozenset(CATEGORIES),
    "goods": frozenset(_GOODS.split()),
    "hospitality": frozenset(("meal", "refreshment", "entertainment", "event_attendance")),
    "journeys": frozenset(("travel", "lodging")),
    "money": frozenset(("cash", "cash_equivalent")),
}


class Outcome(IntEnum):
    """What a rule, or a verdict, comes to; the greater the stricter."""

    ALLOWED = 1
    NEEDS_APPROVAL = 2
    ASK = 3
    NOT_ALLOWED = 4

    @property
    def word(self) -> str:
        """The outcome as the interface spells it, such as ``needs_approval``."""
        return self.name.lower()


#: What a rule may come to, as rule files spell it; None is silence.
OUTCOMES: Mapping[str, Outcome | None] = {
    "allow": Outcome.ALLOWED,
    "approval": Outcome.NEEDS_APPROVAL,
    "ask": Outcome.ASK,
    "prohibit": Outcome.NOT_ALLOWED,
    "silent": None,
}
#: What a rule with a limit comes to inside it and beyond it, unless the rule itself says otherwise.
_BOTH_SIDES: Mapping[str, tuple[str, str]] = {
    "prohibit": ("silent", "prohibit"),
    "allow": ("allow", "silent"),
    "limit": ("allow", "prohibit"),
    "approval": ("allow", "approval"),
    "report": ("silent", "silent"),
    "counting": ("silent", "silent"),
}


class RuleError(ValueError):
    """A rule that cannot be read: `rule` is its id (or its place), `key` the entry that is wrong."""

    def __init__(self, rule: str, key: str, message: str) -> None:
        super().__init__(f"{rule}: {key}: {message}")
        self.rule = rule
        self.key = key
        self.message = message


@dataclass(frozen=True, slots=True)
class Scope:
    """Whom a rule concerns. An empty tuple means that this does not matter; all the others must match.

    `employers` are names as people write them, `not_employers` namesakes that are somebody else; `givers`
    are names with which the giver's description begins;
    `regimes` the codes a recipient falls under; jurisdictions match themselves and what lies inside them
    (``US`` matches ``US-VT``).
    """

    employers: tuple[str, ...] = ()
    givers: tuple[str, ...] = ()
    not_employers: tuple[str, ...] = ()
    regimes: tuple[str, ...] = ()
    jurisdictions: tuple[str, ...] = ()
    giver_jurisdictions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Counting:
    """How a regime counts value. There is one object for each way of counting: get it from `counting`.

    `valued`: price to the public, face value, cost to the giver, the greatest of all, or the higher of cost
    and market. `pooled`: one object bought by several counts ``whole`` or by each giver's ``share``.
    `paid`: what the recipient pays back ``reduces`` the value, or matters only when it covers all of it
    (``full_only``, no buying down).
    """

    valued: str = "price"
    pooled: str = "whole"
    paid: str = "full_only"


@cache
def counting(valued: str = "price", pooled: str = "whole", paid: str = "full_only") -> Counting:
    """The one object for this way of counting, so that values can be remembered by it cheaply."""
    return Counting(valued, pooled, paid)


#: Price to the public, pooled objects whole, nothing bought down.
PLAIN = counting()


@dataclass(frozen=True, slots=True)
class Threshold:
    """A limit in money, in number, or both.

    `amount` in `currency` counted `per` unit, item (all pieces of one line), head, occasion (one source),
    calendar month, calendar year or rolling twelve months (this gift included). `inclusive`: exactly the
    amount is still inside. `above`: the rule concerns only what exceeds this amount. `times`: how often at
    most in `times_per`. `ignore_below`: gifts under this amount do not count toward a period's total.
    `counts`: the categories that count, where they are more than those the rule is about. `yardstick`: the
    amount is our own cautious reading of a text that gives no figure.
    """

    amount: Decimal | None
    currency: str
    per: str
    inclusive: bool
    above: Decimal | None = None
    times: int | None = None
    times_per: str = "calendar_year"
    ignore_below: Decimal | None = None
    counts: frozenset[str] | None = None
    yardstick: bool = False


@dataclass(frozen=True, slots=True)
class Tax:
    """What a tax rule reports: see TAX_KINDS; `share` is the deductible part, `counts` toward a yearly cap.

    A share may depend on a condition (`share_when`); otherwise nothing is deductible. `known` is False where
    the amount in force has not been found: the answer is then "not known" instead of a figure.
    """

    kind: str
    share: Decimal | None = None
    share_when: Condition | None = None
    counts: bool | None = None
    known: bool = True


@dataclass(frozen=True, slots=True)
class Source:
    """Where a rule was read: `dated` is (year, month) of the text where known, `text_date` how it is given."""

    title: str
    url: str | None
    checked: str
    text_date: str | None
    dated: tuple[int, int] | None


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule; see docs/rulebook.md for the meaning of each entry.

    `within` and `over` are what the rule comes to inside and beyond its limit (a rule without limit always
    comes to `over`); None is silence. `lifts` are the ids of rules of the same regime to which this one is
    an exception; `lifts_all` makes it an exception to every rule of its regime that is not `absolute`.
    `yields_to` are regimes before which this rule gives way once they speak. `exempts` are ids of rules of
    effect report that ask for nothing where this one applies. `even_if_paid`: the rule holds also when the
    recipient pays the whole value. `only_if_forbidden`: it tells what to do once its regime has refused.
    `unknown` is what the rule comes to when the value is not known, where that differs from the usual: an
    exception is then not granted, everything else asks for approval.
    """

    id: str
    layer: str
    regime: str
    effect: str
    scope: Scope
    categories: frozenset[str]
    summary: Mapping[str, str]
    source: Source
    within: Outcome | None
    over: Outcome | None
    when: Condition | None = None
    unless: Condition | None = None
    satisfied_when: Condition | None = None
    threshold: Threshold | None = None
    counting: Counting = PLAIN
    lifts: frozenset[str] = frozenset()
    lifts_all: bool = False
    absolute: bool = False
    yields_to: frozenset[str] = frozenset()
    exempts: frozenset[str] = frozenset()
    even_if_paid: bool = False
    only_if_forbidden: bool = False
    unknown: str | None = None
    own_policy: bool = False
    obligations: tuple[str, ...] = ()
    obligations_within: tuple[str, ...] = ()
    obligations_over: tuple[str, ...] = ()
    effective_from: date | None = None
    effective_to: date | None = None
    note: str | None = None
    tax: Tax | None = None

    def in_force(self, day: date) -> bool:
        """Whether the rule applies to a gift made on this day; both ends are included."""
        return (self.effective_from is None or self.effective_from <= day) and (
            self.effective_to is None or day <= self.effective_to
        )

    def caveats(self, day: date) -> tuple[str, ...]:
        """Why this rule speaks with a caveat on that day: not a primary text, undated, over 24 months old."""
        found = [self.source.checked] if self.source.checked != "primary" else []
        if self.source.dated is None:
            found.append("undated")
        else:
            year, month = self.source.dated
            if (day.year - year) * 12 + day.month - month > MONTHS_UNTIL_OLD:
                found.append("old")
        return tuple(found)

    @property
    def facts(self) -> frozenset[str]:
        """Every fact that one of the rule's conditions reads."""
        read: frozenset[str] = frozenset()
        for condition in (self.when, self.unless, self.satisfied_when):
            if condition is not None:
                read |= condition.facts
        return read


MONTHS_UNTIL_OLD = 24

RULE_KEYS = frozenset(
    [
        "id",
        "effect",
        "categories",
        "except_categories",
        "applies_to",
        "when",
        "unless",
        "satisfied_when",
        "limit",
        "within",
        "over",
        "lifts",
        "absolute",
        "yields_to",
        "exempts",
        "even_if_paid",
        "only_if_forbidden",
        "unknown",
        "obligations",
        "obligations_within",
        "obligations_over",
        "effective_from",
        "effective_to",
        "source",
        "checked",
        "text_date",
        "dated",
        "summary",
        "note",
        "counting",
        "tax",
        "layer",
    ]
)
GROUP_KEYS = frozenset(("regime", "layer", "applies_to", "counting", "own_policy", "source", "rules"))
LIMIT_KEYS = frozenset(
    [
        "amount",
        "currency",
        "per",
        "inclusive",
        "above",
        "times",
        "times_per",
        "ignore_below",
        "counts",
        "yardstick",
    ]
)
SCOPE_KEYS = frozenset(
    ["employers", "givers", "not_employers", "regimes", "jurisdictions", "giver_jurisdictions"]
)
SOURCE_KEYS = frozenset(["title", "url", "checked", "text_date", "dated"])
_ID = re.compile(r"[a-z0-9]+([._-][a-z0-9]+)*", re.ASCII)
_DATED = re.compile(r"([0-9]{4})(?:-([0-9]{2}))?", re.ASCII)
_LONGEST = 2_000


def read_group(
    data: object,
    *,
    place: str,
    sources: Mapping[str, Source],
    yardsticks: Mapping[str, tuple[Decimal, str]],
) -> list[Rule]:
    """Read one group (a regime with its rules) from plain data; raise RuleError for the first fault."""
    group = _mapping(data, place, "group")
    _known(group, GROUP_KEYS, place)
    regime = _id(group.get("regime"), place, "regime")
    layer = _choice(group.get("layer"), LAYERS, place, "layer")
    own_policy = _flag(group.get("own_policy", False), place, "own_policy")
    scope = _scope(group.get("applies_to", {}), place)
    way = _counting(group.get("counting", {}), PLAIN, place)
    default_source = group.get("source")
    entries = group.get("rules")
    if not isinstance(entries, list) or not entries:
        _fail(place, "rules", "must be a list of rules")
    rules: list[Rule] = []
    for number, entry in enumerate(entries):
        rule = _mapping(entry, f"{place} rule {number + 1}", "rule")
        named = rule.get("id")
        where = named if isinstance(named, str) and named.strip() else f"{place} rule {number + 1}"
        rules.append(
            _read_rule(
                rule,
                where,
                regime=regime,
                layer=layer,
                scope=scope,
                way=way,
                own_policy=own_policy,
                default_source=default_source,
                sources=sources,
                yardsticks=yardsticks,
            )
        )
    return rules


def read_source(data: object, place: str, key: str) -> Source:
    """Read where a rule was found: title, url, checked, text_date, dated (``2024`` or ``2024-09``)."""
    source = _mapping(data, place, key)
    _known(source, SOURCE_KEYS, place)
    return Source(
        title=_text(source.get("title"), place, f"{key}.title"),
        url=None if source.get("url") is None else _text(source.get("url"), place, f"{key}.url"),
        checked=_choice(source.get("checked"), CHECKED, place, f"{key}.checked"),
        text_date=_optional_text(source.get("text_date"), place, f"{key}.text_date"),
        dated=_dated(source.get("dated"), place, f"{key}.dated"),
    )


def _read_rule(
    data: Mapping[str, Any],
    place: str,
    *,
    regime: str,
    layer: str,
    scope: Scope,
    way: Counting,
    own_policy: bool,
    default_source: object,
    sources: Mapping[str, Source],
    yardsticks: Mapping[str, tuple[Decimal, str]],
) -> Rule:
    _known(data, RULE_KEYS, place)
    effect = _choice(data.get("effect"), EFFECTS, place, "effect")
    layer = _choice(data.get("layer", layer), LAYERS, place, "layer")
    threshold = _threshold(data["limit"], place, yardsticks) if data.get("limit") is not None else None
    inside, beyond = _BOTH_SIDES[effect]
    if threshold is None and effect in ("allow", "limit"):
        beyond = "allow"
    lifts = data.get("lifts", [])
    lifts_all = lifts == "all"
    tax = _tax(data["tax"], place) if data.get("tax") is not None else None
    if effect == "report" and "allow" in (data.get("within"), data.get("over")):
        _fail(place, "over" if data.get("over") == "allow" else "within", "a duty to report allows nothing")
    if (layer == "tax") != (tax is not None):
        _fail(place, "tax", "a rule of the tax layer, and no other, says what it reports under tax")
    return Rule(
        id=_id(data.get("id"), place, "id"),
        layer=layer,
        regime=regime,
        effect=effect,
        scope=_scope(data["applies_to"], place) if "applies_to" in data else scope,
        categories=_categories(data.get("categories"), place, "categories")
        - _categories(data.get("except_categories", []), place, "except_categories", empty=True),
        summary=_summary(data.get("summary"), place),
        source=_source(data, default_source, sources, place),
        within=OUTCOMES[_choice(data.get("within", inside), tuple(OUTCOMES), place, "within")],
        over=OUTCOMES[_choice(data.get("over", beyond), tuple(OUTCOMES), place, "over")],
        when=_condition(data, "when", place),
        unless=_condition(data, "unless", place),
        satisfied_when=_condition(data, "satisfied_when", place),
        threshold=threshold,
        counting=_counting(data.get("counting", {}), way, place),
        lifts=frozenset() if lifts_all else frozenset(_texts(lifts, place, "lifts")),
        lifts_all=lifts_all,
        absolute=_flag(data.get("absolute", False), place, "absolute"),
        yields_to=frozenset(_texts(data.get("yields_to", []), place, "yields_to")),
        exempts=frozenset(_texts(data.get("exempts", []), place, "exempts")),
        even_if_paid=_flag(data.get("even_if_paid", False), place, "even_if_paid"),
        only_if_forbidden=_flag(data.get("only_if_forbidden", False), place, "only_if_forbidden"),
        unknown=None
        if data.get("unknown") is None
        else _choice(data["unknown"], tuple(OUTCOMES), place, "unknown"),
        own_policy=own_policy,
        obligations=_ids(data.get("obligations", []), place, "obligations"),
        obligations_within=_ids(data.get("obligations_within", []), place, "obligations_within"),
        obligations_over=_ids(data.get("obligations_over", []), place, "obligations_over"),
        effective_from=_day(data.get("effective_from"), place, "effective_from"),
        effective_to=_day(data.get("effective_to"), place, "effective_to"),
        note=_optional_text(data.get("note"), place, "note"),
        tax=tax,
    )


def _fail(place: str, key: str, message: str) -> NoReturn:
    raise RuleError(place, key, message)


def _mapping(data: object, place: str, key: str) -> Mapping[str, Any]:
    if not isinstance(data, Mapping) or not all(isinstance(name, str) for name in data):
        _fail(place, key, "must be a mapping with words as keys")
    return data


def _known(data: Mapping[str, Any], keys: frozenset[str], place: str) -> None:
    for name in data:
        if name not in keys:
            _fail(place, name[:100], f"is not a known key; known are {', '.join(sorted(keys))}")


def _text(value: object, place: str, key: str) -> str:
    if not isinstance(value, str) or not value.strip():
        _fail(place, key, "must be text")
    if len(value) > _LONGEST:
        _fail(place, key, f"is longer than {_LONGEST} characters")
    return " ".join(value.split())


def _optional_text(value: object, place: str, key: str) -> str | None:
    if value is None:
        return None
    return _text(str(value) if isinstance(value, int | date) else value, place, key)


def _texts(value: object, place: str, key: str) -> tuple[str, ...]:
    if not isinstance(value, list):
        _fail(place, key, "must be a list")
    return tuple(_text(entry, place, f"{key}[{number}]") for number, entry in enumerate(value))


def _id(value: object, place: str, key: str) -> str:
    if not isinstance(value, str) or len(value) > 80 or not _ID.fullmatch(value):
        _fail(place, key, "must be lower-case words joined by hyphens")
    return value


def _ids(value: object, place: str, key: str) -> tuple[str, ...]:
    return tuple(_id(entry, place, key) for entry in _texts(value, place, key))


def _choice(value: object, choices: tuple[str, ...], place: str, key: str) -> str:
    if not isinstance(value, str) or value not in choices:
        _fail(place, key, f"must be one of {', '.join(choices)}")
    return value


def _flag(value: object, place: str, key: str) -> bool:
    if not isinstance(value, bool):
        _fail(place, key, "must be true or false")
    return value


def _day(value: object, place: str, key: str) -> date | None:
    if value is None or type(value) is date:
        return value
    _fail(place, key, "must be a date such as 2026-03-30")


def _dated(value: object, place: str, key: str) -> tuple[int, int] | None:
    if value is None:
        return None
    found = _DATED.fullmatch(str(value))
    if not found or not 1 <= int(found[2] or 12) <= 12:
        _fail(place, key, "must be a year or a month, such as 2024 or 2024-09")
    # A text of which only the year is known is taken to be as old as that year allows.
    return int(found[1]), int(found[2] or 1)


def _amount(value: object, place: str, key: str) -> Decimal:
    try:
        return read_amount(value, key)
    except ProposalError as error:
        _fail(place, key, error.message)


def _categories(value: object, place: str, key: str, *, empty: bool = False) -> frozenset[str]:
    names = _texts(value, place, key)
    if not names and not empty:
        _fail(place, key, "must name at least one category")
    found: set[str] = set()
    for name in names:
        if name in GROUPS:
            found |= GROUPS[name]
        elif name in GROUPS["any"]:
            found.add(name)
        else:
            _fail(place, key, f"{name!r} is no category")
    return frozenset(found)


def _summary(value: object, place: str) -> Mapping[str, str]:
    summary = _mapping(value, place, "summary")
    if set(summary) != {"en", "fr"}:
        _fail(place, "summary", "must have a sentence in en and one in fr")
    return {language: _text(sentence, place, f"summary.{language}") for language, sentence in summary.items()}


def _source(data: Mapping[str, Any], default: object, sources: Mapping[str, Source], place: str) -> Source:
    named = data.get("source", default)
    if isinstance(named, str):
        if named not in sources:
            _fail(place, "source", f"{named!r} is not among the file's sources")
        return sources[named]
    return read_source(named, place, "source")


def _scope(value: object, place: str) -> Scope:
    data = _mapping(value, place, "applies_to")
    _known(data, SCOPE_KEYS, place)
    return Scope(**{name: _texts(entries, place, f"applies_to.{name}") for name, entries in data.items()})


def _counting(value: object, base: Counting, place: str) -> Counting:
    data = _mapping(value, place, "counting")
    _known(data, frozenset(("valued", "pooled", "paid")), place)
    return counting(
        valued=_choice(data.get("valued", base.valued), VALUED, place, "counting.valued"),
        pooled=_choice(data.get("pooled", base.pooled), ("whole", "share"), place, "counting.pooled"),
        paid=_choice(data.get("paid", base.paid), ("full_only", "reduces"), place, "counting.paid"),
    )


def _condition(data: Mapping[str, Any], key: str, place: str) -> Condition | None:
    if data.get(key) is None:
        return None
    try:
        return compile_condition(data[key], key)
    except ConditionError as error:
        _fail(place, error.key, error.message)


def _threshold(value: object, place: str, yardsticks: Mapping[str, tuple[Decimal, str]]) -> Threshold:
    data = _mapping(value, place, "limit")
    _known(data, LIMIT_KEYS, place)
    yardstick = data.get("yardstick")
    if yardstick is not None:
        if (
            not isinstance(yardstick, str)
            or yardstick not in yardsticks
            or "amount" in data
            or "currency" in data
        ):
            _fail(
                place,
                "limit.yardstick",
                f"must be one of {', '.join(yardsticks)}, without amount or currency",
            )
        amount: Decimal | None = yardsticks[yardstick][0]
        currency = yardsticks[yardstick][1]
    else:
        amount = None if data.get("amount") is None else _amount(data["amount"], place, "limit.amount")
        currency = data.get("currency", "XXX" if amount is None else None)
    above = None if data.get("above") is None else _amount(data["above"], place, "limit.above")
    times = data.get("times")
    if times is not None and (isinstance(times, bool) or not isinstance(times, int) or times < 1):
        _fail(place, "limit.times", "must be a whole number of one or more")
    if amount is None and times is None and above is None:
        _fail(place, "limit", "needs an amount, a number of times, or both")
    if not isinstance(currency, str) or (
        (amount is not None or above is not None) and currency not in CURRENCIES
    ):
        _fail(place, "limit.currency", "must be an ISO 4217 currency code")
    if above is not None and amount is not None and above >= amount:
        _fail(place, "limit.above", "must be less than the amount")
    return Threshold(
        amount=amount,
        currency=currency,
        per=_choice(data.get("per", "item"), PERIODS, place, "limit.per"),
        inclusive=_flag(data.get("inclusive", True), place, "limit.inclusive"),
        above=above,
        times=times,
        times_per=_choice(
            data.get("times_per", "calendar_year"),
            ("calendar_year", "rolling_12_months"),
            place,
            "limit.times_per",
        ),
        ignore_below=None
        if data.get("ignore_below") is None
        else _amount(data["ignore_below"], place, "limit.ignore_below"),
        counts=None if data.get("counts") is None else _categories(data["counts"], place, "limit.counts"),
        yardstick=yardstick is not None,
    )


def _tax(value: object, place: str) -> Tax:
    data = _mapping(value, place, "tax")
    _known(data, frozenset(("kind", "share", "share_when", "counts", "known")), place)
    share = None if data.get("share") is None else _amount(data["share"], place, "tax.share")
    condition: Condition | None = None
    if data.get("share_when") is not None:
        try:
            condition = compile_condition(data["share_when"], "tax.share_when")
        except ConditionError as error:
            _fail(place, error.key, error.message)
    return Tax(
        kind=_choice(data.get("kind"), TAX_KINDS, place, "tax.kind"),
        share=share,
        share_when=condition,
        counts=None if data.get("counts") is None else _flag(data["counts"], place, "tax.counts"),
        known=_flag(data.get("known", True), place, "tax.known"),
    )
