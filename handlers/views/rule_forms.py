"""The forms for a workspace's own rules: a figure of our policy, what a client told us, and its last day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from babel.numbers import get_currency_name, get_decimal_symbol

from bot.domain.gifts.rules import PERIODS as PERIOD_CODES
from bot.rulebook.edits import Figure
from bot.rulebook.writer import ClientPolicy
from handlers.answers import Block, View
from handlers.i18n import Words
from handlers.views import parts
from handlers.views.gift_words import CATEGORIES, PERIODS
from handlers.views.rule_words import BEYOND, DUTIES, GROUPS, POLICY_PERIODS, duty, kind

MOST_ALLOWANCES = 4
SENTENCE = 500
TITLE = 200
_NAME = 255
_FIRST = ("USD", "CAD", "EUR", "GBP", "CHF", "AUD", "JPY", "MXN", "SEK", "NOK", "DKK", "PLN")


def figure_form(figure: Figure, words: Words, notes: Mapping[str, Any]) -> View:
    """One rule of our own policy with a figure."""
    told = figure.french if words.language == "fr" else figure.english
    blocks: list[Block] = [parts.section(parts.plain(told))]
    for name, label, amount in (
        ("above", words.say("From (above)"), figure.above),
        ("amount", words.say("Up to and including"), figure.amount),
    ):
        if amount is not None:
            element = parts.text_input(name, _typed(amount, words), limit=40)
            blocks.append(parts.field(name, label, element))
    if figure.above is not None or figure.amount is not None:
        blocks.append(_currency(figure.currency, words))
    if figure.per is not None:
        choices = [parts.choice(words.say(PERIODS[code]), code) for code in PERIOD_CODES]
        select = parts.select("per", choices, words.say("Choose one"), figure.per)
        blocks.append(parts.field("per", words.say("Counted"), select))
    if figure.times is not None:
        number = {
            "type": "number_input",
            "action_id": "times",
            "is_decimal_allowed": False,
            "min_value": "0",
            "max_value": "9999",
            "initial_value": str(figure.times),
        }
        blocks.append(parts.field("times", words.say("How often at most"), number))
    if figure.over is not None and (figure.amount is not None or figure.times is not None):
        choices = [parts.choice(words.say(label), code) for code, label in BEYOND.items()]
        select = parts.select("over", choices, words.say("Choose one"), figure.over)
        blocks.append(parts.field("over", words.say("What holds beyond"), select))
    starts_hint = words.say("Left empty or today: at once. Until a later day the old figure holds.")
    blocks += [
        parts.field(
            "starts",
            words.say("Valid from"),
            parts.day_picker("starts", figure.starts),
            optional=True,
            hint=starts_hint,
        ),
        parts.field("ends", words.say("Valid until"), parts.day_picker("ends", figure.ends), optional=True),
        parts.field(
            "source",
            words.say("Source: title of the text"),
            parts.text_input("source", figure.source_title, limit=TITLE),
        ),
        parts.field(
            "url",
            words.say("Address of the text"),
            _url(figure.source_url),
            optional=True,
        ),
        parts.field(
            "dated",
            words.say("Date of the text"),
            parts.text_input("dated", figure.source_dated or "", limit=7, placeholder="2026-11"),
            optional=True,
            hint=words.say("A year (2026), or a year and month (2026-11)."),
        ),
        *_sentences(figure.english, figure.french, words),
    ]
    return parts.modal(
        "rules.figure",
        words.say("Our own policy"),
        blocks,
        submit=words.say("See what changes"),
        close=words.say("Cancel"),
        notes=notes,
    )


def _typed(amount: Decimal, words: Words) -> str:
    return format(amount.normalize(), "f").replace(".", get_decimal_symbol(words.locale))


def _url(address: str | None) -> dict[str, Any]:
    return {
        "type": "url_text_input",
        "action_id": "url",
        **({"initial_value": address} if address else {}),
    }


def _currency(chosen: str, words: Words) -> Block:
    codes = [chosen, *(code for code in _FIRST if code != chosen)]
    choices = [
        parts.choice(f"{code} – {get_currency_name(code, locale=words.locale)}", code) for code in codes
    ]
    select = parts.select("currency", choices, words.say("Choose one"), chosen)
    return parts.field("currency", words.say("Currency"), select)


def _sentences(english: str, french: str, words: Words) -> list[Block]:
    return [
        parts.field(
            "english",
            words.say("Sentence in English"),
            parts.text_input("english", english, lines=True, limit=SENTENCE),
            optional=True,
        ),
        parts.field(
            "french",
            words.say("Sentence in French"),
            parts.text_input("french", french, lines=True, limit=SENTENCE),
            optional=True,
            hint=words.say("This is what people read as the reason. One of the two is enough."),
        ),
    ]


# --- What a client told us ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Allowance:
    """One line of what a client's people may take, as it stands in the form."""

    kinds: Sequence[str] = ()
    amount: str = ""
    per: str = "item"
    over: str = "prohibit"


@dataclass(frozen=True, slots=True)
class PolicyFields:
    """What stands in the form. `client` is asked for only where it is empty."""

    client: str = ""
    allowances: Sequence[Allowance] = (Allowance(),)
    currency: str = "USD"
    approval: Sequence[str] = ()
    prohibit: Sequence[str] = ()
    duties: Sequence[str] = ()
    told_by: str = ""
    told_on: date | None = None
    url: str | None = None
    until: date | None = None
    english: str = ""
    french: str = ""
    aliases: Sequence[str] = field(default=())


def fields_of(policy: ClientPolicy, words: Words) -> PolicyFields:
    """The form of a policy that is on file."""
    allowed = [rule for rule in policy.rules if rule.effect == "allow"]
    first = policy.rules[0] if policy.rules else None
    return PolicyFields(
        client=policy.client,
        allowances=[
            Allowance(
                rule.categories,
                "" if rule.amount is None else _typed(rule.amount, words),
                rule.per,
                rule.over,
            )
            for rule in allowed[:MOST_ALLOWANCES]
        ]
        or (Allowance(),),
        currency=next((rule.currency for rule in allowed if rule.currency), "USD"),
        approval=[code for rule in policy.rules if rule.effect == "approval" for code in rule.categories],
        prohibit=[code for rule in policy.rules if rule.effect == "prohibit" for code in rule.categories],
        duties=[] if first is None else first.obligations,
        told_by=policy.told_by,
        told_on=policy.told_on,
        url=policy.url,
        until=policy.valid_until,
        english=first.english if first is not None else "",
        french=first.french if first is not None else "",
        aliases=policy.aliases,
    )


def policy_form(
    fields: PolicyFields, words: Words, notes: Mapping[str, Any], *, callback: str, more: str, intro: str = ""
) -> View:
    """What a client told us of its rules. `callback` takes the form, the action `more` adds a line to it."""
    blocks: list[Block] = []
    if intro:
        blocks.append(parts.section(parts.plain(intro)))
    if fields.client:
        blocks.append(parts.section(parts.plain(parts.one_line(fields.client, 200))))
    else:
        typed = parts.text_input("client", limit=_NAME)
        blocks.append(parts.field("client", words.say("Client"), typed))
    blocks.append(
        parts.context(
            parts.plain(
                words.say("Fill in what they said, and leave the rest empty. What is not said stays open.")
            )
        )
    )
    for number, allowance in enumerate(fields.allowances):
        blocks += _allowance(number, allowance, words)
    if len(fields.allowances) < MOST_ALLOWANCES:
        blocks.append(parts.actions(parts.button(words.say("Another amount"), more)))
    blocks += [
        _currency(fields.currency, words),
        _kinds_field("approval", words.say("Needs their approval"), fields.approval, words),
        _kinds_field("prohibit", words.say("Not allowed"), fields.prohibit, words),
        _duties(fields.duties, words),
        parts.field(
            "told_by",
            words.say("Who said so?"),
            parts.text_input(
                "told_by", fields.told_by, limit=TITLE, placeholder=words.say("Name and office")
            ),
        ),
        parts.field("told_on", words.say("When?"), parts.day_picker("told_on", fields.told_on)),
        parts.field("url", words.say("Where it can be read"), _url(fields.url), optional=True),
        parts.field(
            "until", words.say("Valid until"), parts.day_picker("until", fields.until), optional=True
        ),
        *_sentences(fields.english, fields.french, words),
    ]
    return parts.modal(
        callback,
        words.say("A client’s rules"),
        blocks,
        submit=words.say("Save") if callback == "policy.answer" else words.say("See what changes"),
        close=words.say("Cancel"),
        notes=notes,
    )


def _allowance(number: int, allowance: Allowance, words: Words) -> list[Block]:
    periods = [parts.choice(words.say(PERIODS[code]), code) for code in POLICY_PERIODS]
    beyond = [parts.choice(words.say(BEYOND[code]), code) for code in ("prohibit", "approval")]
    amount = parts.text_input(
        "amount", allowance.amount, limit=40, placeholder=words.say("For example: 45.50")
    )
    return [
        _kinds_field(f"allow{number}", words.say("They may take"), allowance.kinds, words),
        parts.field(
            f"amount{number}",
            words.say("Up to and including"),
            amount,
            optional=True,
            hint=words.say("Left empty: whatever it is worth."),
        ),
        parts.field(
            f"per{number}",
            words.say("Counted"),
            parts.select("per", periods, words.say("Choose one"), allowance.per),
        ),
        parts.field(
            f"over{number}",
            words.say("What holds beyond"),
            parts.select("over", beyond, words.say("Choose one"), allowance.over),
        ),
    ]


def _kinds_field(name: str, label: str, chosen: Sequence[str], words: Words) -> Block:
    choices = [parts.choice(kind(code, words), code) for code in (*GROUPS, *CATEGORIES)]
    select = parts.multi_select("kinds", choices, words.say("Choose"), chosen)
    return parts.field(name, label, select, optional=True)


def _duties(chosen: Sequence[str], words: Words) -> Block:
    choices = [parts.choice(parts.shortened(duty(code, words), parts.CHOICE), code) for code in DUTIES]
    select = parts.multi_select("duties", choices, words.say("Choose"), chosen)
    return parts.field("duties", words.say("What their people have to do"), select, optional=True)


def end_form(client: str, day: date, words: Words, notes: Mapping[str, Any]) -> View:
    """Until when a client's own rules hold."""
    return parts.modal(
        "rules.end",
        words.say("A client’s rules"),
        [
            *parts.stated_blocks(
                words.say(
                    "Until which day do the rules of {client} hold?", client=parts.one_line(client, 200)
                )
            ),
            parts.field("day", words.say("Last day"), parts.day_picker("day", day)),
        ],
        submit=words.say("See what changes"),
        close=words.say("Cancel"),
        notes=notes,
    )
