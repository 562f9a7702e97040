"""Strategies for proposals that meet the shipped rules often enough to be worth judging."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

from hypothesis import strategies as st

from bot.domain.gifts.facts import FACTS
from bot.domain.gifts.proposal import CATEGORIES, Context, Giver, Item, Prior, Proposal, Recipient
from bot.domain.gifts.rules import Rule
from tests.bot.domain.gifts.shelf import TODAY, shipped

_EMPLOYERS = sorted({name for rule in shipped().rules for name in rule.scope.employers} | {"Duval SARL"})
_CODES = sorted({code for rule in shipped().rules for code in rule.scope.regimes})
_PLACES = ["US", "US-VT", "US-MA", "US-MN", "US-NJ", "FR", "DE", "ES", "AT", "BE", "GB", "AU", "CA"]

amounts = st.one_of(
    st.sampled_from(["5", "9.99", "10", "20", "20.01", "49.99", "50", "100", "150", "250", "300", "480"]).map(
        Decimal
    ),
    st.decimals(min_value=0, max_value=3000, places=2),
)
maybe = st.none() | st.booleans()


def _maybe_code(path: str) -> st.SearchStrategy[str | None]:
    return st.none() | st.sampled_from(FACTS[path].codes)


recipients = st.builds(
    Recipient,
    employer=st.none() | st.sampled_from(_EMPLOYERS),
    regimes=st.none()
    | st.lists(st.sampled_from(_CODES), max_size=2, unique=True).map(lambda c: tuple(sorted(c))),
    jurisdiction=st.none() | st.sampled_from(_PLACES),
    buys_from_giver=maybe,
    procurement_role=maybe,
    recused=maybe,
    rank=_maybe_code("recipient.rank"),
)
givers = st.builds(
    Giver,
    capacity=_maybe_code("giver.capacity"),
    seeks_official_action=maybe,
    has_matter_with_recipient=maybe,
    registered_lobbyist=maybe,
    retains_lobbyist=maybe,
    health_products_maker=maybe,
    phrma_member=maybe,
    personal_relationship=maybe,
    paid_by=_maybe_code("giver.paid_by"),
    jurisdiction=st.none() | st.sampled_from(["US", "GB", "FR", "DE", "CA"]),
    individual=maybe,
)
items = st.builds(
    Item,
    category=st.none() | st.sampled_from(CATEGORIES),
    unit_value=st.none() | amounts,
    currency=st.none() | st.sampled_from(["USD", "EUR", "GBP"]),
    quantity=st.none() | st.integers(1, 4),
    face_value=st.none() | amounts,
    market_value=st.none() | amounts,
    cost_to_giver=st.none() | amounts,
    branded=maybe,
    inscribed=maybe,
    cash_component=maybe,
    lavish=maybe,
)
priors = st.builds(
    Prior,
    amount=amounts,
    currency=st.sampled_from(["USD", "EUR"]),
    date=st.none() | st.dates(date(2024, 1, 1), TODAY),
    category=st.none() | st.sampled_from(CATEGORIES),
)
contexts = st.builds(
    Context,
    occasion=_maybe_code("context.occasion"),
    guests=st.none() | st.integers(0, 2),
    given_to=_maybe_code("context.given_to"),
    recipient_pays=st.none() | amounts,
    pooled=maybe,
    share_each=st.none() | amounts,
    prior=st.none() | st.lists(priors, max_size=3).map(tuple),
    prior_count=st.none() | st.integers(0, 4),
    frequent=maybe,
    host_present=maybe,
    setting=_maybe_code("context.setting"),
    attendees=st.none() | st.integers(0, 400),
    diversity_of_views=maybe,
    speaking=maybe,
    agency_determination=_maybe_code("context.agency_determination"),
    presentation=maybe,
    impromptu=maybe,
    work_related=maybe,
    offered_to=_maybe_code("context.offered_to"),
    because_of_position=maybe,
    open_to_public=maybe,
    pending_decision=maybe,
    conditional=st.none() | st.just(value=False) | maybe,
    after_official_act=maybe,
    fee_charged=maybe,
    abroad=maybe,
    within_per_diem=maybe,
    scarce=maybe,
    convention=maybe,
)
proposals = st.builds(
    Proposal,
    items=st.lists(items, min_size=1, max_size=3).map(tuple),
    date=st.dates(date(2019, 1, 1), date(2027, 12, 31)),
    currency=st.sampled_from(["USD", "EUR"]),
    house_policy=maybe,
    direction=st.none() | st.sampled_from(["given", "received"]),
    recipient=recipients,
    giver=givers,
    context=contexts,
)


# --- Proposals as people make them: few facts told, and rules that concern the parties -----------------------


def _mostly(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Nearly always left out."""
    return st.integers(0, 9).flatmap(lambda drawn: strategy if drawn == 0 else st.none())


def _sparse(kind: Any, told: Mapping[str, st.SearchStrategy[Any]], path: str) -> st.SearchStrategy[Any]:
    """A part of a proposal of which only `told` is likely to be told; conditions ask about the rest."""
    rest = {}
    for field in fields(kind):
        fact = FACTS.get(f"{path}.{field.name}")
        if field.name not in told and fact is not None and fact.kind in ("flag", "code"):
            values = st.booleans() if fact.kind == "flag" else st.sampled_from(fact.codes)
            rest[field.name] = _mostly(values)
    return st.builds(kind, **told, **rest)


def _recipient_of(rule: Rule) -> st.SearchStrategy[Recipient]:
    scope = rule.scope
    places = [*scope.jurisdictions, *_PLACES, None]
    told = {
        "employer": st.sampled_from(scope.employers or ("Duval SARL",)),
        "regimes": st.lists(
            st.sampled_from(scope.regimes or tuple(_CODES)),
            min_size=bool(scope.regimes),
            max_size=2,
            unique=True,
        ).map(lambda codes: tuple(sorted(codes))),
        "jurisdiction": st.sampled_from(places),
    }
    return _sparse(Recipient, told, "recipient")


def _giver_for(rule: Rule) -> st.SearchStrategy[Giver]:
    told = {
        "description": st.sampled_from(rule.scope.givers or (None,)),
        "jurisdiction": st.sampled_from(rule.scope.giver_jurisdictions or ("US", "FR", None)),
    }
    return _sparse(Giver, told, "giver")


def _amounts_at(rule: Rule) -> st.SearchStrategy[Decimal]:
    limit = rule.threshold
    edges = [] if limit is None else [edge for edge in (limit.amount, limit.above) if edge is not None]
    cents = Decimal("0.01")
    around = [near for edge in edges for near in (edge - cents, edge, edge + cents, edge / 2, edge * 2)]
    return (
        st.sampled_from([value.quantize(cents) for value in around if value >= 0]) | amounts
        if around
        else amounts
    )


def about(rule: Rule) -> st.SearchStrategy[Proposal]:
    """Proposals to people whom the rule concerns, of what it is about, near its limit, with little else told."""
    worth = _amounts_at(rule)
    limit = rule.threshold
    money = limit.currency if limit is not None and limit.currency != "XXX" else "USD"
    item = _sparse(
        Item,
        {
            "category": st.sampled_from(sorted(rule.categories)),
            "unit_value": worth | worth | st.none(),
            "currency": st.sampled_from([money, money, None, "GBP"]),
            "quantity": st.none() | st.integers(1, 3),
            "value_above": _mostly(worth),
            "market_value": _mostly(worth),
        },
        "item",
    )
    prior = st.builds(
        Prior,
        amount=worth,
        currency=st.sampled_from([money, "USD", "EUR"]),
        date=st.none() | st.dates(date(2025, 6, 1), date(2027, 3, 1)),
        category=st.none() | st.sampled_from(sorted(rule.categories)),
    )
    context = _sparse(
        Context,
        {
            "guests": _mostly(st.integers(0, 3)),
            "prior": st.none() | st.lists(prior, max_size=4).map(tuple),
            "prior_count": _mostly(st.integers(0, 5)),
            "attendees": _mostly(st.sampled_from([1, 24, 25, 26, 300])),
            "recipient_pays": _mostly(worth),
        },
        "context",
    )
    days = [day for day in (TODAY, rule.effective_from, rule.effective_to) if day is not None]
    return st.builds(
        Proposal,
        items=st.lists(item, min_size=1, max_size=3).map(tuple) | item.map(lambda one: (one,)),
        date=st.sampled_from(days),
        currency=st.sampled_from([money, money, "EUR"]),
        house_policy=st.sampled_from([None, False, True]),
        direction=_mostly(st.sampled_from(["given", "received"])),
        recipient=_recipient_of(rule),
        giver=_giver_for(rule),
        context=context,
    )


@cache
def _about_named(name: str) -> st.SearchStrategy[Proposal]:
    return about(shipped().by_id[name])


#: One rule is drawn, then a gift that it is about.
likely_proposals = st.sampled_from(sorted(shipped().by_id)).flatmap(_about_named)
