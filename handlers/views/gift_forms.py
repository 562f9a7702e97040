"""The forms of the gift check: what is known of the gift, the few facts that still matter, and what it cost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from babel.numbers import get_currency_name, get_decimal_symbol

from bot.domain.clients import Contact
from bot.domain.gifts.register import Side
from bot.domain.money import Money
from handlers.answers import Block, Message, View
from handlers.i18n import Words
from handlers.views import parts
from handlers.views.gift_variants import path_of
from handlers.views.gift_words import AMOUNTS, CATEGORIES, CHOICES, FLAGS, NUMBERS, facts_of
from handlers.views.touches import contact_label

MOST_QUESTIONS = 5
MOST_PIECES = 9999
NONE_OF_THESE = "none"
YES, NO = "yes", "no"
_CENT = Decimal("0.01")
_NAME = 255
_CURRENCIES = ("USD", "CAD", "EUR", "GBP", "CHF", "AUD", "JPY", "MXN", "SEK", "NOK", "DKK", "PLN")


@dataclass(frozen=True, slots=True)
class Fields:
    """What stands in the form when it opens. `client` is id and name, `which` and `whom` are near names to choose from.

    `amount` is as it was typed; `currency` an ISO 4217 code.
    """

    currency: str
    client: tuple[int, str] | None = None
    employer: str = ""
    contact: int | None = None
    person: str = ""
    what: str = ""
    category: str | None = None
    amount: str = ""
    quantity: int = 1
    which: Sequence[tuple[int, str]] = ()
    whom: Sequence[tuple[int, str]] = ()
    direction: Side = Side.GIVEN


def form(fields: Fields, contacts: Sequence[Contact], words: Words, notes: Mapping[str, Any]) -> View:
    """The form that asks for a gift to be checked. `contacts` are the people known at the client of `fields`."""
    what = parts.text_input("what", fields.what, placeholder=words.say("For example: bottle of wine"))
    blocks: list[Block] = [
        _direction_field(fields.direction, words),
        *_recipient_fields(fields, contacts, words),
        parts.field("what", words.say("What is the gift?"), what),
        _category_field(fields.category, words),
        *_price_fields(fields, words),
        parts.actions(parts.button(words.say("Invite several people"), "outing.open_form")),
    ]
    return parts.modal(
        "gift.form",
        words.say("Check a gift"),
        blocks,
        submit=words.say("Check"),
        close=words.say("Cancel"),
        notes=notes,
    )


def _direction_field(direction: Side, words: Words) -> Block:
    choices = [
        parts.choice(words.say("We give"), Side.GIVEN),
        parts.choice(words.say("We receive"), Side.RECEIVED),
    ]
    return parts.field(
        "direction",
        words.say("Who gives?"),
        parts.radio("gift.direction", choices, direction),
        asks_at_once=True,
    )


def _recipient_fields(fields: Fields, contacts: Sequence[Contact], words: Words) -> list[Block]:
    # Slack keeps what stands in a block of the same id: what we set ourselves has to be another block.
    block_id, chosen = "client", None
    received = fields.direction is Side.RECEIVED
    if fields.client is not None:
        block_id, chosen = f"client:{fields.client[0]}", parts.choice(fields.client[1], str(fields.client[0]))
    blocks: list[Block] = [
        parts.field(
            block_id,
            words.say("Client"),
            parts.asking_select("gift.client", words.say("Type a name"), chosen),
            optional=True,
            asks_at_once=True,
        )
    ]
    if fields.which:
        blocks.append(
            _near("which", words.say("Which company do you mean?"), fields.which, words.say("None of these"))
        )
    if fields.client is None:
        employer = parts.text_input("employer", fields.employer, limit=_NAME)
        hint = (
            words.say("Where the giver works, if it is none of the clients.")
            if received
            else words.say("Where the recipient works, if it is none of the clients.")
        )
        blocks.append(
            parts.field("employer", words.say("Or another company"), employer, optional=True, hint=hint)
        )
    if fields.client is not None and contacts:
        people = [parts.choice(contact_label(person), str(person.id)) for person in contacts]
        chosen_person = None if fields.contact is None else str(fields.contact)
        select = parts.select("contact", people, words.say("Choose one"), chosen_person)
        label = words.say("From whom") if received else words.say("For whom")
        blocks.append(parts.field(f"contact:{fields.client[0]}", label, select, optional=True))
    if fields.whom:
        blocks.append(_near("whom", words.say("Whom do you mean?"), fields.whom, words.say("Somebody else")))
    person = parts.text_input("person", fields.person, limit=_NAME)
    if fields.client is None or not contacts:
        label = words.say("Name of the person")
    else:
        label = words.say("From somebody new") if received else words.say("For somebody new")
    blocks.append(parts.field("person", label, person, optional=True))
    return blocks


def _near(name: str, label: str, choices: Sequence[tuple[int, str]], none: str) -> Block:
    options = [parts.choice(text, str(number)) for number, text in choices]
    block_id = ":".join([name, *(str(number) for number, _ in choices)])
    return parts.field(
        block_id, label, parts.radio(name, [*options, parts.choice(none, NONE_OF_THESE)]), optional=True
    )


def _category_field(category: str | None, words: Words) -> Block:
    choices = [parts.choice(words.say(label), code) for code, label in CATEGORIES.items()]
    return parts.field(
        "category",
        words.say("Kind"),
        parts.select("category", choices, words.say("Choose one"), category),
        optional=True,
        hint=words.say("Left empty, it is read from the description."),
    )


def _price_fields(fields: Fields, words: Words) -> list[Block]:
    number = {
        "type": "number_input",
        "action_id": "quantity",
        "is_decimal_allowed": False,
        "min_value": "1",
        "max_value": str(MOST_PIECES),
        "initial_value": str(min(max(fields.quantity, 1), MOST_PIECES)),
    }
    return [
        amount_field("amount", words.say("Price of one"), fields.amount, words, optional=True),
        currency_field(fields.currency, words),
        parts.field("quantity", words.say("How many"), number),
    ]


def amount_field(name: str, label: str, value: str, words: Words, *, optional: bool) -> Block:
    element = parts.text_input(name, value, limit=40, placeholder=words.say("For example: 45.50"))
    return parts.field(name, label, element, optional=optional)


def currency_field(currency: str, words: Words) -> Block:
    codes = [currency, *(code for code in _CURRENCIES if code != currency)]
    choices = [
        parts.choice(f"{code} – {get_currency_name(code, locale=words.locale)}", code) for code in codes
    ]
    return parts.field(
        f"currency:{currency}",
        words.say("Currency"),
        parts.select("currency", choices, words.say("Choose one"), currency),
    )


def typed_amount(money: Money | None, words: Words) -> str:
    """The number of an amount as its reader would type it, to be edited; the currency stands in its own field."""
    if money is None:
        return ""
    exact = money.amount.normalize()
    cents = exact.quantize(_CENT) if exact == exact.quantize(_CENT) else exact
    whole = exact == exact.to_integral_value()
    return format(exact if whole else cents, "f").replace(".", get_decimal_symbol(words.locale))


# --- What still matters -----------------------------------------------------------------------------------


def answered(
    message: Message,
    questions: Sequence[str],
    currency: str,
    words: Words,
    notes: Mapping[str, Any],
    *,
    received: bool = False,
) -> View:
    """The verdict as it stands, and below it the questions whose answers could change it."""
    asked = question_fields(questions, currency, words, received=received)
    blocks = list(message.blocks)
    if asked:
        blocks = [block for block in blocks if block["type"] != "actions"]
        note = words.say("These answers could still change the verdict. Leave out what you do not know.")
        blocks += [parts.divider(), parts.section(parts.plain(note)), *asked]
        blocks += [block for block in message.blocks if block["type"] == "actions"]
    return parts.modal(
        "gift.questions",
        words.say("Gift check"),
        blocks,
        submit=words.say("Check again") if asked else "",
        close=words.say("Close"),
        notes=notes,
    )


def questions_form(
    about: str,
    questions: Sequence[str],
    currency: str,
    words: Words,
    notes: Mapping[str, Any],
    *,
    received: bool = False,
) -> View:
    """The questions alone, with a line on what they are about."""
    return parts.modal(
        "gift.questions",
        words.say("Gift check"),
        [
            parts.section(parts.plain(about)),
            parts.context(parts.plain(words.say("Leave out what you do not know."))),
            *question_fields(questions, currency, words, received=received),
        ],
        submit=words.say("Check again"),
        close=words.say("Cancel"),
        notes=notes,
    )


def question_fields(
    questions: Sequence[str], currency: str, words: Words, *, received: bool = False
) -> list[Block]:
    """One field for each of the first questions; its block is named after the fact (``q.context.host_present``).

    `questions` are keys as the judge names facts.
    """
    blocks = []
    flags, several, numbers = facts_of(received=received)
    for key in questions[:MOST_QUESTIONS]:
        path = path_of(key)
        block_id = f"q.{path}"
        if path in FLAGS:
            options = [parts.choice(words.say("Yes"), YES), parts.choice(words.say("No"), NO)]
            blocks.append(
                parts.field(
                    block_id, words.say(flags[path].question), parts.radio("answer", options), optional=True
                )
            )
        elif path in CHOICES:
            options = [parts.choice(words.say(label), code) for code, label in several[path].codes.items()]
            select = parts.select("answer", options, words.say("Choose one"))
            blocks.append(parts.field(block_id, words.say(several[path].question), select, optional=True))
        elif path in NUMBERS:
            number = {
                "type": "number_input",
                "action_id": "answer",
                "is_decimal_allowed": False,
                "min_value": "0",
                "max_value": "1000000",
            }
            blocks.append(parts.field(block_id, words.say(numbers[path].question), number, optional=True))
        else:
            label = words.say(
                "{question} (in {currency})", question=words.say(AMOUNTS[path].question), currency=currency
            )
            element = parts.text_input("answer", limit=40, placeholder=words.say("For example: 45.50"))
            blocks.append(parts.field(block_id, label, element, optional=True))
    return blocks


# --- What it cost -----------------------------------------------------------------------------------------


def value_form(
    about: str, currency: str, words: Words, notes: Mapping[str, Any], *, received: bool = False
) -> View:
    """Ask for the price of a gift that was checked without one, before it enters the register."""
    return parts.modal(
        "gift.value",
        words.say("What is it worth?") if received else words.say("What did it cost?"),
        [
            parts.section(parts.plain(about)),
            amount_field("amount", words.say("Price of one"), "", words, optional=False),
            currency_field(currency, words),
            *(
                [parts.context(parts.plain(words.say("What it costs in a shop; an estimate is enough.")))]
                if received
                else []
            ),
        ],
        submit=words.say("Enter it"),
        close=words.say("Cancel"),
        notes=notes,
    )
