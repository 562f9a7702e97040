"""What a workspace's own rules say, in words: kinds of gift, what holds, and what they are counted for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.domain.money import Money
from bot.rulebook.writer import ClientPolicy, ClientRule
from handlers.i18n import Words, message
from handlers.views import parts
from handlers.views.gift_words import APPROVERS, CATEGORIES, OBLIGATIONS, PERIODS

GROUPS: Mapping[str, str] = {
    "any": message("anything"),
    "goods": message("things of any kind"),
    "hospitality": message("meals, drinks and events"),
    "journeys": message("travel and lodging"),
    "money": message("money and what works like it"),
}
BEYOND: Mapping[str, str] = {
    "prohibit": message("not allowed"),
    "approval": message("needs approval"),
    "ask": message("ask first"),
    "allow": message("allowed"),
    "silent": message("the next rule decides"),
}
DUTIES = ("supervisor_approval", "supervisor_notice", "recipient_disclosure")
"""What a client may ask of its own people."""
POLICY_PERIODS = ("item", "occasion", "head", "calendar_year", "rolling_12_months")
SHOWN_NAME = 80


def kind(code: str, words: Words) -> str:
    """A kind of gift, or a group of kinds."""
    known = GROUPS.get(code) or CATEGORIES.get(code)
    return words.say(known) if known is not None else code.replace("_", " ")


def duty(code: str, words: Words) -> str:
    known = APPROVERS.get(code) or OBLIGATIONS.get(code)
    return words.say(known) if known is not None else code.replace("_", " ")


def kinds(codes: Sequence[str], words: Words) -> str:
    return words.listed([kind(code, words) for code in codes])


def statement(rule: ClientRule, words: Words) -> str:
    """One thing that a client told us."""
    what = kinds(rule.categories, words)
    if rule.amount is not None:
        return words.say(
            "{kinds}: up to {amount} {period}; beyond: {beyond}",
            kinds=what,
            amount=words.money(Money(rule.amount, rule.currency or "USD")),
            period=words.say(PERIODS[rule.per]),
            beyond=words.say(BEYOND[rule.over]),
        )
    code = {"allow": "allow", "approval": "approval"}.get(rule.effect, "prohibit")
    return words.say("{label}: {value}", label=what, value=words.say(BEYOND[code]))


def policy(told: ClientPolicy, words: Words) -> list[str]:
    """A client's own rules as lines: what holds, who said so and when, how long it holds, and their sentence."""
    lines = [statement(rule, words) for rule in told.rules]
    lines.append(
        words.say(
            "Told by {who} on {day}.",
            who=parts.one_line(told.told_by, SHOWN_NAME),
            day=words.day(told.told_on),
        )
    )
    if told.valid_until is not None:
        lines.append(words.say("It holds until {day}.", day=words.day(told.valid_until)))
    if told.rules:
        sentence = told.rules[0].french if words.language == "fr" else told.rules[0].english
        lines.append(words.say("“{sentence}”", sentence=parts.one_line(sentence, 500)))
    return lines
