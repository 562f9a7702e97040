"""Strategies for proposals that meet the shipped rules often enough to be worth judging."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from hypothesis import strategies as st

from bot.domain.gifts.facts import FACTS
from bot.domain.gifts.proposal import CATEGORIES, Context, Giver, Item, Prior, Proposal, Recipient
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
