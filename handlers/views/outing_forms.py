"""The forms of an outing: whom to invite to what, and who came."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from bot.domain.contacts import KnownPerson
from bot.domain.gifts.outings import KINDS, MOST_COMPANIONS, MOST_PEOPLE
from bot.domain.gifts.requests import REASON_LIMIT
from handlers.answers import Block, View
from handlers.i18n import Words
from handlers.views import parts
from handlers.views.gift_forms import NO, YES, amount_field, currency_field
from handlers.views.gift_words import CATEGORIES, CHOICES
from handlers.views.touches import asked_which

BOXES = 10
"""Boxes that Slack takes in one group."""
_NAME = 120
_HALF = 34
"""Characters of a name in a list of people: two of them and what joins them fit into one choice."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A name that could mean several: of the person at `place` among all, or of their company (`client` is None)."""

    place: int
    name: str
    client: str | None
    choices: Sequence[tuple[int, str]]


@dataclass(frozen=True, slots=True)
class Fields:
    """What stands in the form. `people` are ids of contacts with their labels, `others` lines as they were typed.

    `amount` is as it was typed, `currency` an ISO 4217 code, `kind` and `setting` codes of the proposal vocabulary.
    """

    currency: str
    day: date
    what: str = ""
    kind: str | None = None
    amount: str = ""
    people: Sequence[tuple[int, str]] = ()
    others: str = ""
    host_present: bool = True
    host: str = ""
    companions: int = 0
    setting: str | None = None


def person_label(person: str, client: str) -> str:
    """``Jane Smith · Ford``, short enough for a choice."""
    return f"{parts.one_line(person, _HALF)} · {parts.one_line(client, _HALF)}"


def suggestions(people: Sequence[KnownPerson]) -> list[parts.Element]:
    """Options for the list of people."""
    return [parts.choice(person_label(one.contact.name, one.client), str(one.contact.id)) for one in people]


def form(fields: Fields, asked: Sequence[Asked], words: Words, notes: Mapping[str, Any]) -> View:
    """The form that plans an outing; names that are not clear are asked about at the top."""
    blocks: list[Block] = []
    if asked:
        blocks.append(
            parts.section(parts.plain(words.say("Some names are not clear. Choose whom you mean.")))
        )
        blocks += [_asked(one, words) for one in asked]
        blocks.append(parts.divider())
    what = parts.text_input("what", fields.what, placeholder=words.say("For example: dinner at the harbour"))
    chosen = [parts.choice(label, str(number)) for number, label in fields.people]
    select = parts.asking_multi_select(
        "outing.people", words.say("Type a name or a company"), chosen, most=MOST_PEOPLE
    )
    others = parts.text_input(
        "others", fields.others, lines=True, placeholder=words.say("For example: Jane Smith, Acme")
    )
    blocks += [
        parts.field("what", words.say("What are they invited to?"), what),
        _kind_field(fields.kind, words),
        parts.field("people", words.say("Whom do you invite?"), select, optional=True),
        parts.field(
            "others",
            words.say("Who is not in the list"),
            others,
            optional=True,
            hint=words.say(
                "One a line: Name, Company. At most {most} people in all.", most=words.number(MOST_PEOPLE)
            ),
        ),
        amount_field("amount", words.say("Cost a head"), fields.amount, words, optional=True),
        currency_field(fields.currency, words),
        parts.field("day", words.say("Day"), parts.day_picker("day", fields.day)),
        *_host_fields(fields, words),
        parts.field("companions", words.say("Companions of each person"), _companions(fields.companions)),
        _setting_field(fields.setting, words),
    ]
    return parts.modal(
        "outing.form",
        words.say("Plan an outing"),
        blocks,
        submit=words.say("Check"),
        close=words.say("Cancel"),
        notes=notes,
    )


def _asked(one: Asked, words: Words) -> Block:
    """Which client, or which contact, a typed name means; what is chosen tells which of the two it is."""
    if one.client is None:
        label = asked_which(one.name, one.choices, words)
        kind, none = "client", parts.choice(words.say("None of these"), "outsider")
    else:
        label = words.say(
            "Who at {client} is “{name}”? Rules and earlier gifts go by the person.",
            client=parts.one_line(one.client, _NAME),
            name=parts.one_line(one.name, _NAME),
        )
        kind, none = "contact", parts.choice(words.say("Somebody else"), "stranger")
    options = [
        parts.choice(parts.one_line(text, parts.CHOICE), f"{kind}.{number}") for number, text in one.choices
    ]
    numbers = [str(number) for number, _ in one.choices]
    block_id = ":".join([f"who{one.place}", kind, *numbers])
    return parts.field(block_id, label, parts.radio("who", [*options, none]), optional=True)


def _kind_field(kind: str | None, words: Words) -> Block:
    codes = [*KINDS, *([kind] if kind is not None and kind not in KINDS else [])]
    choices = [parts.choice(words.say(CATEGORIES[code]), code) for code in codes]
    return parts.field(
        "kind",
        words.say("Kind"),
        parts.select("kind", choices, words.say("Choose one"), kind),
        optional=True,
        hint=words.say("Left empty, it is read from the description."),
    )


def _host_fields(fields: Fields, words: Words) -> list[Block]:
    options = [parts.choice(words.say("Yes"), YES), parts.choice(words.say("No"), NO)]
    host = parts.text_input("host", fields.host, limit=_NAME)
    return [
        parts.field(
            "host_present",
            words.say("Is somebody of ours present?"),
            parts.radio("host_present", options, YES if fields.host_present else NO),
        ),
        parts.field("host", words.say("Who of ours"), host, optional=True),
    ]


def _companions(number: int) -> parts.Element:
    return {
        "type": "number_input",
        "action_id": "companions",
        "is_decimal_allowed": False,
        "min_value": "0",
        "max_value": str(MOST_COMPANIONS),
        "initial_value": str(min(max(number, 0), MOST_COMPANIONS)),
    }


def _setting_field(setting: str | None, words: Words) -> Block:
    known = CHOICES["context.setting"]
    choices = [parts.choice(words.say(label), code) for code, label in known.codes.items()]
    select = parts.select("setting", choices, words.say("Choose one"), setting)
    return parts.field("setting", words.say(known.question), select, optional=True)


# --- Who came ---------------------------------------------------------------------------------------------


def approval_form(count: int, words: Words, notes: Mapping[str, Any]) -> View:
    """Why, for everybody of an outing who needs an approval."""
    about = words.count(
        "Approval is asked for {n} person; each is decided on alone.",
        "Approval is asked for {n} people; each is decided on alone.",
        count,
    )
    reason = parts.text_input("reason", lines=True, limit=REASON_LIMIT)
    return parts.modal(
        "outing.approval",
        words.say("Ask for approval"),
        [
            *parts.stated_blocks(about),
            parts.field("reason", words.say("What should the reviewer know?"), reason, optional=True),
        ],
        submit=words.say("Ask for approval"),
        close=words.say("Cancel"),
        notes=notes,
    )


def came_form(
    about: str,
    ready: Sequence[tuple[int, str]],
    remarks: Sequence[str],
    amount: str,
    currency: str,
    words: Words,
    notes: Mapping[str, Any],
) -> View:
    """Ask who came, everybody who may be entered (`ready`: check and label) ticked, and what it cost a head.

    `remarks` say who is not among them, and what is entered along with them.
    """
    blocks: list[Block] = [parts.section(parts.plain(about))]
    for first in range(0, len(ready), BOXES):
        group = ready[first : first + BOXES]
        boxes = [parts.choice(parts.one_line(label, parts.CHOICE), str(check)) for check, label in group]
        label = words.say("Who came?")
        if len(ready) > BOXES:
            label = words.say(
                "Who came? ({first} to {last})",
                first=words.number(first + 1),
                last=words.number(first + len(group)),
            )
        values = [str(box["value"]) for box in boxes]
        blocks.append(
            parts.field(f"came{first}", label, parts.checkbox("came", boxes, values), optional=True)
        )
    blocks += [
        amount_field("amount", words.say("What it cost a head"), amount, words, optional=False),
        currency_field(currency, words),
        *(parts.context(parts.plain(remark)) for remark in remarks),
    ]
    return parts.modal(
        "outing.came",
        words.say("They came"),
        blocks,
        submit=words.say("Enter them"),
        close=words.say("Cancel"),
        notes=notes,
    )
