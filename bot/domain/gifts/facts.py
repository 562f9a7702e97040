"""The facts a rule may ask about, and the ordinary case of each fact that was left out.

A rule's condition names a fact by its dotted path (``context.host_present``, ``item.category``). Reading it
gives what the proposal says or, where it says nothing, the ordinary case. The table below is the whole
vocabulary: a path that is not in it is refused when a rule is read.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from bot.domain.gifts.proposal import (
    CAPACITIES,
    CATEGORIES,
    OCCASIONS,
    OFFERED_TO,
    SETTINGS,
    Item,
    Proposal,
)

#: Offers made to many are not made because of the office the recipient holds.
_BROAD_OFFERS = frozenset(
    {
        "all_employees",
        "broad_group",
        "public",
        "spouse_colleagues",
        "former_colleagues",
        "all_attendees",
        "building_occupants",
    }
)
_MANY_ATTENDEES = 25
#: What may have money in it without anybody saying so; of a calendar nobody need be asked.
_MAY_HOLD_MONEY = frozenset({"award", "prize", "greeting_card"})


@dataclass(slots=True)
class Situation:
    """One item of a proposal, together with what the judge worked out about it beforehand."""

    proposal: Proposal
    item: Item
    #: The recipient holds a public office, that is, one of its regimes is one of the public-official layer.
    official: bool = False
    #: The recipient pays back at least the whole value, so that nothing is given.
    paid_in_full: bool = False
    #: Some rule of the recipient's side has spoken about this item.
    recipient_rule_on_file: bool = False


Read = Callable[[Situation], object]


@dataclass(frozen=True, slots=True)
class Fact:
    """How one fact is read, what kind it is (flag, code, codes, count, amount, text, date), and its codes."""

    path: str
    kind: str
    read: Read
    codes: tuple[str, ...] = ()
    #: False for facts that the judge works out itself; nobody can be asked for them.
    asked: bool = True
    #: Categories of items of which the question makes sense; None: of any.
    asked_of: frozenset[str] | None = None
    #: Further fields of the proposal that the ordinary case depends on. What changes elsewhere cannot change
    #: the fact, which is how variants of a proposal are judged without asking every rule again.
    also: tuple[str, ...] = ()


def _given(section: str, name: str, ordinary: object) -> Read:
    def read(situation: Situation) -> object:
        value = getattr(getattr(situation.proposal, section), name)
        return ordinary if value is None else value

    return read


def _of_item(name: str, ordinary: object) -> Read:
    def read(situation: Situation) -> object:
        value = getattr(situation.item, name)
        return ordinary if value is None else value

    return read


def _top(name: str, ordinary: object) -> Read:
    def read(situation: Situation) -> object:
        value = getattr(situation.proposal, name)
        return ordinary if value is None else value

    return read


def _seeks_official_action(situation: Situation) -> bool:
    giver = situation.proposal.giver
    if giver.seeks_official_action is not None:
        return giver.seeks_official_action
    return giver.capacity is None or giver.capacity == "business"


def _health_products_maker(situation: Situation) -> bool:
    giver = situation.proposal.giver
    if giver.health_products_maker is not None:
        return giver.health_products_maker
    return giver.phrma_member is True  # only makers of medicines are members


def _host_present(situation: Situation) -> bool:
    present = situation.proposal.context.host_present
    return situation.item.category == "meal" if present is None else present


def _diversity_of_views(situation: Situation) -> bool:
    context = situation.proposal.context
    if context.diversity_of_views is not None:
        return context.diversity_of_views
    return context.attendees is not None and context.attendees > _MANY_ATTENDEES


def _fee_charged(situation: Situation) -> bool:
    charged = situation.proposal.context.fee_charged
    return situation.item.category == "event_attendance" if charged is None else charged


def _because_of_position(situation: Situation) -> bool:
    context = situation.proposal.context
    if context.because_of_position is not None:
        return context.because_of_position
    return situation.official and context.offered_to not in _BROAD_OFFERS


def _total_sources(situation: Situation) -> int:
    return situation.proposal.giver.sources or 1


def _table() -> dict[str, Fact]:
    facts: list[Fact] = [
        Fact("house_policy", "flag", _top("house_policy", ordinary=True), asked=False),
        Fact("direction", "code", _top("direction", "given"), ("given", "received"), asked=False),
        Fact("recipient.employer", "text", _given("recipient", "employer", None), asked=False),
        Fact("recipient.role", "text", _given("recipient", "role", None), asked=False),
        Fact("recipient.regimes", "codes", _given("recipient", "regimes", ()), asked=False),
        Fact("recipient.jurisdiction", "text", _given("recipient", "jurisdiction", None), asked=False),
        Fact("recipient.rank", "code", _given("recipient", "rank", "staff"), ("staff", "member", "senior")),
        Fact("giver.description", "text", _given("giver", "description", None), asked=False),
        Fact("item.description", "text", _of_item("description", None), asked=False),
        Fact("giver.capacity", "code", _given("giver", "capacity", "business"), tuple(CAPACITIES)),
        Fact("giver.seeks_official_action", "flag", _seeks_official_action, also=("giver.capacity",)),
        Fact("giver.health_products_maker", "flag", _health_products_maker, also=("giver.phrma_member",)),
        Fact("giver.paid_by", "code", _given("giver", "paid_by", "firm"), ("giver", "firm")),
        Fact("giver.jurisdiction", "text", _given("giver", "jurisdiction", None), asked=False),
        Fact("giver.sources", "count", _total_sources),
        Fact("item.category", "code", _of_item("category", "gift"), tuple(CATEGORIES)),
        Fact("item.quantity", "count", _of_item("quantity", 1)),
        Fact("context.occasion", "code", _given("context", "occasion", "none"), tuple(OCCASIONS)),
        Fact("context.guests", "count", _given("context", "guests", 0)),
        Fact(
            "context.guest_relation",
            "code",
            _given("context", "guest_relation", None),
            ("spouse", "family", "other"),
        ),
        Fact(
            "context.given_to",
            "code",
            _given("context", "given_to", "recipient"),
            ("recipient", "spouse", "family", "charity_named_by_recipient"),
        ),
        Fact("context.recipient_pays", "amount", _given("context", "recipient_pays", None), asked=False),
        Fact("context.prior_count", "count", _given("context", "prior_count", 0), asked=False),
        Fact("context.host_present", "flag", _host_present, also=("item.category",)),
        Fact("context.setting", "code", _given("context", "setting", None), tuple(SETTINGS)),
        Fact("context.attendees", "count", _given("context", "attendees", None)),
        Fact("context.diversity_of_views", "flag", _diversity_of_views, also=("context.attendees",)),
        Fact(
            "context.agency_determination",
            "code",
            _given("context", "agency_determination", None),
            ("positive", "negative"),
        ),
        Fact(
            "context.offered_to",
            "code",
            _given("context", "offered_to", "recipient_only"),
            tuple(OFFERED_TO),
        ),
        Fact("context.because_of_position", "flag", _because_of_position, also=("context.offered_to",)),
        Fact("context.fee_charged", "flag", _fee_charged, also=("item.category",)),
        # Known from the book: nobody is asked for it.
        Fact("context.open_complaint", "flag", _given("context", "open_complaint", False), asked=False),
        Fact("derived.official", "flag", lambda situation: situation.official, asked=False),
        Fact("derived.paid_in_full", "flag", lambda situation: situation.paid_in_full, asked=False),
        Fact(
            "derived.recipient_rule_on_file",
            "flag",
            lambda situation: situation.recipient_rule_on_file,
            asked=False,
        ),
    ]
    flags = {
        "recipient": {"buys_from_giver": True, "procurement_role": False, "recused": False},
        "giver": dict.fromkeys(
            (
                "has_matter_with_recipient",
                "registered_lobbyist",
                "retains_lobbyist",
                "phrma_member",
                "finra_member",
                "municipal_dealer",
                "personal_relationship",
                "individual",
            ),
            False,
        ),
        "context": {
            "work_related": True,
            **dict.fromkeys(
                (
                    "pooled",
                    "frequent",
                    "speaking",
                    "presentation",
                    "impromptu",
                    "open_to_public",
                    "required_by_duties",
                    "pending_decision",
                    "conditional",
                    "after_official_act",
                    "abroad",
                    "within_per_diem",
                    "bought_with_official_money",
                    "presented_in_person",
                    "scarce",
                    "convention",
                    "regift",
                ),
                False,
            ),
        },
    }
    for section, names in flags.items():
        facts.extend(
            Fact(f"{section}.{name}", "flag", _given(section, name, ordinary))
            for name, ordinary in names.items()
        )
    facts.extend(
        Fact(f"item.{name}", "flag", _of_item(name, ordinary=False))
        for name in ("branded", "inscribed", "lavish")
    )
    facts.append(
        Fact(
            "item.cash_component",
            "flag",
            _of_item("cash_component", ordinary=False),
            asked_of=_MAY_HOLD_MONEY,
        )
    )
    return {fact.path: fact for fact in facts}


FACTS: Mapping[str, Fact] = MappingProxyType(_table())


def was_given(path: str, situation: Situation) -> bool:
    """Whether the proposal itself says something about the fact at this path."""
    section, _, name = path.partition(".")
    if section == "derived":
        return True
    holder: object = situation.proposal
    if name:
        holder = situation.item if section == "item" else getattr(situation.proposal, section)
    return getattr(holder, name or section) is not None
