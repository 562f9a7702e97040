"""What a verdict hangs on, and what would pass instead, in words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from bot.domain.gifts.counterparts import side_of
from bot.domain.gifts.judgement import Alternative, Assumption, Judgement
from bot.domain.gifts.proposal import Proposal
from bot.domain.gifts.register import Side
from bot.domain.money import Money
from handlers import i18n
from handlers.i18n import Words
from handlers.views.gift_subject import verdict_words
from handlers.views.gift_words import AMOUNTS, CATEGORIES, CHOICES, FLAGS, NUMBERS, Choice, facts_of

_ASSUMED = 3


def assumed(judgement: Judgement, proposal: Proposal, words: Words) -> list[str]:
    said = [_assumption(each, proposal, words) for each in judgement.assumptions[:_ASSUMED]]
    more = len(judgement.assumptions) - len(said)
    if more > 0:
        said.append(
            words.count("{n} more thing that could matter", "{n} more things that could matter", more)
        )
    return said


def _assumption(of: Assumption, proposal: Proposal, words: Words) -> str:
    other = _within(verdict_words(of.verdict_if_other.word, proposal, words))
    flags, choices, numbers = facts_of(received=side_of(proposal) is Side.RECEIVED)
    path = path_of(of.key)
    if path == "item.category":
        return words.say("no kind was given, so it is judged as a gift in general; another kind may differ")
    if path in flags:
        flag = flags[path]
        return words.say(
            "{assumed} (otherwise: {verdict})",
            assumed=words.say(flag.holds if of.assumed else flag.fails),
            verdict=other,
        )
    if path in AMOUNTS:
        if not isinstance(of.other, Decimal):
            return words.say(AMOUNTS[path].name)
        value = Money(of.other, proposal.items[0].currency or proposal.currency)
        return words.say(
            "the value is not known (at {value}: {verdict})", value=words.money(value), verdict=other
        )
    if (path, of.assumed) in _DIFFERENCES:
        return words.say(
            "{assumed} (otherwise: {verdict})",
            assumed=words.say(_DIFFERENCES[path, of.assumed]),
            verdict=other,
        )
    return words.say(
        "{fact}: {assumed} (with {other}: {verdict})",
        fact=words.say(choices[path].name if path in choices else numbers[path].name),
        assumed=value_words(path, of.assumed, words, choices),
        other=value_words(path, of.other, words, choices),
        verdict=other,
    )


def _within(phrase: str) -> str:
    """A phrase inside a sentence: without its capital."""
    return phrase[:1].lower() + phrase[1:]


def path_of(key: str) -> str:
    """A key of the judge's as the path of a fact: ``items[0].branded`` is ``item.branded``."""
    return f"item.{key.partition('].')[2]}" if key.startswith("items[") else key


def fact_name(path: str) -> str:
    """The message that names a fact with codes or a number."""
    return CHOICES[path].name if path in CHOICES else NUMBERS[path].name


def value_words(path: str, value: object, words: Words, choices: Mapping[str, Choice] = CHOICES) -> str:
    if value is None:
        return words.say("not known")
    if path in choices and isinstance(value, str):
        return words.say(choices[path].codes[value])
    if isinstance(value, int):
        return words.number(value)
    return str(value)


def alternative(of: Alternative, proposal: Proposal, words: Words) -> str:
    """A near thing that would be allowed, with everything in it that is not as was asked."""
    changes = {path_of(key): value for key, value in of.changes.items()}
    for following in ("context.guest_relation", "context.prior_count"):
        changes.pop(following, None)  # goes without saying where nobody comes along, or in another year
    kind = changes.pop("item.category", None)
    said = [words.say("The same") if kind is None else words.say(CATEGORIES[str(kind)])]
    # A ticket's several values sink together: the highest says it all.
    values = [
        value for path in [p for p in changes if p in _PRICES] if (value := changes.pop(path)) is not None
    ]
    currency = proposal.items[0].currency or proposal.currency
    if values:
        most = max(value for value in values if isinstance(value, Decimal))
        value = words.money(Money(most, currency))
        several = (proposal.items[0].quantity or 1) > 1 and changes.get("item.quantity") != 1
        said.append(
            words.say("up to {value} each", value=value)
            if several
            else words.say("up to {value}", value=value)
        )
    return ", ".join([*said, *(_difference(path, value, currency, words) for path, value in changes.items())])


_PRICES = (
    "item.unit_value",
    "item.face_value",
    "item.market_value",
    "item.cost_to_giver",
    "item.value_above",
)

_DIFFERENCES: Mapping[tuple[str, object], str] = {
    ("context.host_present", True): i18n.message("with somebody of ours present"),
    ("context.guests", 0): i18n.message("without companions"),
    ("context.given_to", "recipient"): i18n.message("for the person alone"),
    ("context.presentation", True): i18n.message("during an educational presentation"),
    ("context.setting", "workplace"): i18n.message("at their workplace"),
    ("context.pending_decision", False): i18n.message(
        "once the tender, negotiation or other decision is over"
    ),
    ("context.offered_to", "all_employees"): i18n.message("offered to every employee there"),
}


def _difference(path: str, value: object, currency: str, words: Words) -> str:
    """One way in which an alternative differs from what was asked, as a part of a sentence."""
    known = _DIFFERENCES.get((path, value))
    if known is not None:
        return words.say(known)
    if isinstance(value, date):
        return words.say("from {day} on", day=words.day(value))
    if path == "item.quantity" and isinstance(value, int):
        return words.count("{n} piece only", "{n} pieces only", value)
    if path == "context.recipient_pays" and isinstance(value, Decimal):
        return words.say("if the person pays {value}", value=words.money(Money(value, currency)))
    if path in FLAGS:
        return words.say(FLAGS[path].holds if value else FLAGS[path].fails)
    return words.say(
        "{fact}: {value}", fact=words.say(fact_name(path)), value=value_words(path, value, words)
    )
