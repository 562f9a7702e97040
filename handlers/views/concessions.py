"""Concessions in words: the form, what was noted, what a lead is asked, what became of it, and the balance.

Nothing here counts, compares or rates anybody: what is summed is what a client got and gave.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from bot.domain.concessions import (
    ARCHIVED,
    NOTE_LIMIT,
    Balance,
    Counterpart,
    Ground,
    Kind,
    Limits,
    Sheet,
    State,
)
from bot.domain.money import Money
from handlers import i18n
from handlers.answers import Block, Message, View
from handlers.i18n import Words
from handlers.views import declining, parts

GIVEN, HELD = "given", "held"
"""What the first field of the form says: it was given, or a no was held."""

KINDS: Mapping[str, str] = {
    Kind.PRICE: i18n.message("Price"),
    Kind.PAYMENT: i18n.message("Terms of payment"),
    Kind.SERVICE: i18n.message("Service"),
    Kind.DELIVERY: i18n.message("Delivery"),
    Kind.OTHER: i18n.message("Something else"),
}
BACK: Mapping[str, str] = {
    Counterpart.PAYMENT: i18n.message("better terms of payment"),
    Counterpart.VOLUME: i18n.message("more volume"),
    Counterpart.TERM: i18n.message("a longer contract"),
    Counterpart.REFERENCE: i18n.message("a reference"),
    Counterpart.SCOPE: i18n.message("another scope"),
    Counterpart.SERVICE: i18n.message("easier terms of service"),
    Counterpart.INTRODUCTIONS: i18n.message("introductions"),
}
"""What came back, within a sentence."""

_NAME = 80
_SHORT = 40
_ON_HOME = 3
"""With all else that may stand there, the page has to stay below a hundred blocks."""


@dataclass(frozen=True, slots=True)
class Fields:
    """What stands in the form when it opens, as it is typed there."""

    day: date
    held: bool = False
    kind: str = Kind.PRICE
    percent: str = ""
    amount: str = ""
    price: str = ""
    note: str = ""
    counterparts: tuple[str, ...] = ()
    back: str = ""


def percent(number: Decimal, words: Words) -> str:
    """A percentage as it is written in the reader's language."""
    return words.say("{number}%", number=words.number(number))


# --- In a line --------------------------------------------------------------------------------------------


def what(sheet: Sheet, words: Words) -> str:
    """What was given, or asked for, in one line of plain text: ``Price: 2 % · $450 · renewal``."""
    facts = []
    if sheet.percent is not None:
        facts.append(percent(Decimal(sheet.percent), words))
    if sheet.money is not None:
        facts.append(words.money(_money(sheet.money)))
    if sheet.price is not None:
        facts.append(words.say("{price} afterwards", price=words.money(_money(sheet.price))))
    if sheet.note:
        facts.append(parts.one_line(sheet.note, NOTE_LIMIT))
    return words.say("{kind}: {facts}", kind=words.say(KINDS[sheet.kind]), facts=" · ".join(facts))


def back(sheet: Sheet, words: Words) -> str:
    """What came back, in a sentence."""
    things = words.listed([words.say(BACK[each]) for each in sheet.counterparts])
    said = parts.one_line(sheet.back, NOTE_LIMIT) if sheet.back else ""
    if things and said:
        return words.say("In return: {things} ({said}).", things=things, said=said)
    if things:
        return words.say("In return: {things}.", things=things)
    if said:
        return words.say("In return: nothing yet ({said}).", said=said)
    return words.say("In return: nothing yet.")


def why(sheet: Sheet, words: Words) -> str:
    """Why a lead has to agree, in a sentence; empty where nobody has to."""
    most, amount, currency = sheet.limit
    said = {
        Ground.NO_COUNTERPART: words.say("nothing comes back yet (a waiver)"),
        Ground.PERCENT: words.say("it is more than {percent}", percent=percent(Decimal(most), words)),
        Ground.AMOUNT: words.say(
            "it is more than {amount}", amount=words.money(Money(Decimal(amount), currency))
        ),
        Ground.NO_RATE: words.say("there is no official rate for its currency"),
        Ground.FLOOR: words.say(
            "it goes below the lowest price of {floor}",
            floor="–" if sheet.floor is None else words.money(_money(sheet.floor)),
        ),
    }
    reasons = [said[each] for each in Ground if each in sheet.grounds]
    return words.say("A lead has to agree: {reasons}.", reasons=words.listed(reasons)) if reasons else ""


def _money(told: Sequence[str]) -> Money:
    return Money(Decimal(told[0]), told[1])


def _names(sheet: Sheet, words: Words) -> dict[str, str]:
    return {
        "client": parts.one_line(sheet.client, _NAME),
        "author": parts.one_line(sheet.author, _NAME) if sheet.author else words.say("somebody"),
        "by": parts.one_line(sheet.by, _NAME) if sheet.by else words.say("somebody"),
        "asked": words.listed([parts.one_line(each, _NAME) for each in sheet.asked[:5]])
        or words.say("a lead"),
    }


def standing(sheet: Sheet, words: Words) -> str:
    """Where it stands, in a sentence for anybody who may know of it."""
    names = _names(sheet, words)
    match sheet.state:
        case State.ASKED:
            return words.say("Waits for {asked}.", **names)
        case State.AGREED:
            return words.say("{by} agreed.", **names)
        case State.DECLINED:
            return words.say(
                "{by} said no: {answer}", **names, answer=parts.one_line(sheet.answer, NOTE_LIMIT)
            )
        case State.WITHDRAWN if sheet.answer == ARCHIVED:
            return words.say("{client} was archived before anybody answered.", **names)
        case State.WITHDRAWN:
            return words.say("{author} took it back.", **names)
        case _ if sheet.held:
            return words.say("A no that was held.")
        case _:
            return words.say("Recorded.")


# --- For who entered it -----------------------------------------------------------------------------------


def noted(sheet: Sheet, words: Words) -> Message:
    """Said to who entered it: as what it was understood, and whom I asked."""
    names = _names(sheet, words)
    if sheet.held and sheet.state == State.RECORDED:
        lines = [
            words.say("Well held. Thank you: a clear no keeps what we do worth its price.", **names),
            words.say("{client} asked for this and did not get it: {what}", **names, what=what(sheet, words)),
            words.say("It stands in the balance of {client}, and in your own figures.", **names),
        ]
    else:
        title = (
            words.say("I asked {asked} to agree to a concession to {client}.", **names)
            if sheet.state == State.ASKED
            else words.say("Concession to {client}: noted.", **names)
        )
        lines = [title, what(sheet, words), back(sheet, words)]
        if sheet.state == State.ASKED:
            lines += [
                why(sheet, words),
                words.say(
                    "Please do not promise it yet: you hear within a working day. Silence is never a yes."
                ),
            ]
        elif sheet.state != State.RECORDED:
            lines.append(standing(sheet, words))
    return parts.stated("\n".join(lines), *_own_row(sheet, words))


def _own_row(sheet: Sheet, words: Words, *, among: bool = False) -> list[Block]:
    """What the author may do; `among`: it stands among others, which stay."""
    short = parts.one_line(sheet.client, _SHORT)
    value = parts.value_of(concession=sheet.concession, among=among or None)
    shown = []
    if sheet.can_change:
        shown.append(
            parts.button(
                words.say("Edit"),
                f"concession.edit:{sheet.concession}",
                value,
                spoken=words.say("Edit the concession to {client}", client=short),
            )
        )
    if sheet.can_withdraw:
        shown.append(
            parts.button(
                words.say("Take back"),
                f"concession.withdraw:{sheet.concession}",
                value,
                spoken=words.say("Take the concession to {client} back", client=short),
            )
        )
    return [parts.actions(*shown)] if shown else []


def withdrawn(sheet: Sheet, words: Words) -> Message:
    names = _names(sheet, words)
    return parts.stated(
        words.say(
            "Taken back: {what} for {client} does not count any more.", **names, what=what(sheet, words)
        )
    )


def news(sheet: Sheet, words: Words) -> Message:
    """What became of a concession, for who asked, and for who looks after the client."""
    names = _names(sheet, words)
    match sheet.state:
        case State.AGREED if not sheet.mine:
            said = words.say("{by} agrees to the concession to {client} that {author} asked for.", **names)
        case State.DECLINED if not sheet.mine:
            said = words.say(
                "{by} says no to the concession to {client} that {author} asked for: {answer}",
                **names,
                answer=parts.one_line(sheet.answer, NOTE_LIMIT),
            )
        case State.AGREED:
            said = words.say("{by} agrees to your concession to {client}.", **names)
        case State.DECLINED:
            said = words.say(
                "{by} says no to your concession to {client}: {answer}",
                **names,
                answer=parts.one_line(sheet.answer, NOTE_LIMIT),
            )
        case State.WITHDRAWN:
            said = words.say(
                "{client} was archived. Your question about a concession is taken back.", **names
            )
        case _:
            said = words.say(
                "Nobody has answered yet about your concession to {client}. I have asked {asked}.", **names
            )
    lines = [said, what(sheet, words), back(sheet, words)]
    if sheet.state == State.DECLINED and sheet.mine:
        lines.append(
            words.say("What may pass: less of it, or something in return. Ask anew with what you agree on.")
        )
    row = _own_row(sheet, words) if sheet.state in (State.ASKED, State.AGREED) else []
    return parts.stated("\n".join(lines), *row)


# --- For who decides --------------------------------------------------------------------------------------


def question(sheet: Sheet, words: Words, *, reminder: bool = False, among: bool = False) -> Message:
    """A concession, for who has to agree: as it was asked, and what has become of it since; `among` others or alone."""
    names = _names(sheet, words)
    if reminder and sheet.state == State.ASKED:
        opening = words.say("This still waits for you: {author} asks for a concession to {client}.", **names)
    else:
        opening = words.say("{author} asks for a concession to {client}.", **names)
    lines = [what(sheet, words), back(sheet, words), why(sheet, words)]
    if sheet.state != State.ASKED:
        lines.append(standing(sheet, words))
    lines = [line for line in lines if line]
    head = words.markup("*{opening}*", opening=opening)
    told = "\n".join(i18n.escape(line) for line in lines)
    blocks: list[Block] = [parts.section(parts.marked(f"{head}\n{told}"))]
    if sheet.decides:
        small = words.say(
            "{author} promises nothing until you answer. Please answer within a working day; silence is never a yes.",
            **names,
        )
        blocks += [parts.context(parts.plain(small)), parts.actions(*_answers(sheet, words, among=among))]
    return parts.told("\n".join([opening, *lines]), blocks)


def _answers(sheet: Sheet, words: Words, *, among: bool = False) -> list[parts.Element]:
    value = parts.value_of(concession=sheet.concession, version=sheet.version, among=among or None)
    short = parts.one_line(sheet.client, _SHORT)
    waiver = Ground.NO_COUNTERPART in sheet.grounds
    return [
        parts.button(
            words.say("Sign the waiver") if waiver else words.say("Agree"),
            f"concession.agree:{sheet.concession}",
            value,
            primary=True,
            spoken=words.say("Agree to the concession to {client}", client=short),
        ),
        parts.button(
            words.say("Decline"),
            f"concession.decline:{sheet.concession}",
            value,
            spoken=words.say("Decline the concession to {client}", client=short),
        ),
        parts.button(
            words.say("Open"),
            f"client.open:{sheet.client_id}",
            parts.value_of(client=sheet.client_id),
            spoken=words.say("Open the brief of {client}", client=short),
        ),
    ]


def home_blocks(own: Sequence[Sheet], to_decide: Sequence[Sheet], words: Words) -> list[Block]:
    """What waits for a lead, for the Home tab: what the reader is to agree to, then what they asked for."""
    if not own and not to_decide:
        return []
    blocks: list[Block] = [parts.header(words.say("Concessions"))]
    for sheet in to_decide[:_ON_HOME]:
        names = _names(sheet, words)
        lines = [
            words.say("{author} asks for a concession to {client}.", **names),
            what(sheet, words),
            back(sheet, words),
            why(sheet, words),
        ]
        blocks += [parts.section(parts.plain("\n".join(lines))), parts.actions(*_answers(sheet, words))]
    for sheet in own[:_ON_HOME]:
        names = _names(sheet, words)
        lines = [
            words.say("{client}: {reason}", client=names["client"], reason=what(sheet, words)),
            standing(sheet, words),
        ]
        blocks += [*parts.stated_blocks("\n".join(lines)), *_own_row(sheet, words)]
    more = max(0, len(to_decide) - _ON_HOME) + max(0, len(own) - _ON_HOME)
    if more:
        blocks.append(parts.context(parts.plain(words.count("and {n} more", "and {n} more", more))))
    return [*blocks, parts.divider()]


def decline_form(sheet: Sheet, words: Words, notes: Mapping[str, Any]) -> View:
    names = _names(sheet, words)
    lines = [
        words.say("{author} asks for a concession to {client}.", **names),
        what(sheet, words),
        back(sheet, words),
    ]
    why = ("answer", words.say("Why not, and what would pass"), words.say("{author} reads it.", **names))
    typed = parts.text_input("answer", lines=True, limit=NOTE_LIMIT)
    return declining.form("concession.decline", "\n".join(lines), why, typed, words, notes)


# --- The form ---------------------------------------------------------------------------------------------


def form(
    client: str,
    fields: Fields,
    asked: Sequence[str],
    limits: Limits,
    currency: str,
    own_currency: str,
    floor: Money | None,
    balance: Balance,
    words: Words,
    notes: Mapping[str, Any],
) -> View:
    """The form for a concession; `currency` is the limits', `own_currency` the client's, `floor` its lowest price."""
    name = parts.one_line(client, _NAME)
    lines = [words.say("What did {client} get, and what do we get for it?", client=name)]
    if not balance.empty:
        lines.append(balance_line(balance, words))
    outcomes = [
        parts.choice(words.say("They get it"), GIVEN),
        parts.choice(words.say("They asked, and I held a no"), HELD),
    ]
    kinds = [parts.choice(words.say(label), kind) for kind, label in KINDS.items()]
    backs = [parts.choice(_capital(words.say(label)), each) for each, label in BACK.items()]
    who = words.listed([parts.one_line(each, _NAME) for each in asked[:3]]) or words.say("a lead")
    rule = words.say(
        "Up to {percent} and {amount}, with something in return, it is noted at once. Anything else waits for {who}.",
        percent=percent(limits.percent, words),
        amount=words.money(Money(limits.amount, currency)),
        who=who,
    )
    blocks: list[Block] = [
        *parts.stated_blocks("\n".join(lines)),
        parts.field(
            "outcome",
            words.say("Outcome"),
            parts.radio("outcome", outcomes, HELD if fields.held else GIVEN),
        ),
        parts.field(
            "kind", words.say("About"), parts.select("kind", kinds, words.say("Choose one"), fields.kind)
        ),
        parts.field(
            "percent",
            words.say("Percent"),
            parts.text_input("percent", fields.percent, limit=20, placeholder=words.say("2.5%")),
            optional=True,
        ),
        parts.field(
            "amount",
            words.say("Amount"),
            parts.text_input("amount", fields.amount, limit=60),
            optional=True,
            hint=words.say("In {currency}, unless you write another currency.", currency=own_currency),
        ),
    ]
    if floor is not None:
        blocks.append(
            parts.field(
                "price",
                words.say("Price afterwards"),
                parts.text_input("price", fields.price, limit=60),
                optional=True,
                hint=words.say(
                    "The lowest price of {client} is {floor}.", client=name, floor=words.money(floor)
                ),
            )
        )
    blocks += [
        parts.field(
            "note",
            words.say("What, and for what"),
            parts.text_input("note", fields.note, lines=True, limit=NOTE_LIMIT),
            optional=True,
        ),
        parts.field("day", words.say("Day"), parts.day_picker("day", fields.day)),
        parts.field(
            "counterparts",
            words.say("In return"),
            parts.multi_select("counterparts", backs, words.say("Choose some"), fields.counterparts),
            optional=True,
            hint=words.say("Left empty, I ask for a waiver, as long as nothing comes back."),
        ),
        parts.field(
            "back",
            words.say("More about what comes back"),
            parts.text_input("back", fields.back, limit=NOTE_LIMIT),
            optional=True,
        ),
        parts.context(parts.plain(rule)),
    ]
    return parts.modal(
        "concession.form",
        words.say("Concession"),
        blocks,
        submit=words.say("Save"),
        close=words.say("Cancel"),
        notes=notes,
    )


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


# --- The balance, and the list ----------------------------------------------------------------------------


def balance_line(balance: Balance, words: Words) -> str:
    """What was given and what came back over twelve months, in words; empty where there is nothing to say."""
    said = []
    if balance.given:
        how_much = [words.money(each) for each in balance.worth]
        if balance.percent is not None:
            how_much.append(words.say("at most {percent}", percent=percent(balance.percent, words)))
        if how_much:
            said.append(
                words.count(
                    "Given once in twelve months ({how_much}).",
                    "Given {n} times in twelve months ({how_much}).",
                    balance.given,
                    how_much=", ".join(how_much),
                )
            )
        else:
            said.append(
                words.count(
                    "Given once in twelve months.", "Given {n} times in twelve months.", balance.given
                )
            )
        if balance.back:
            said.append(
                words.say(
                    "Came back: {things}.",
                    things=words.listed([_times(*each, words) for each in balance.back]),
                )
            )
        if balance.without:
            said.append(
                words.count("Once nothing came back.", "{n} times nothing came back.", balance.without)
            )
    if balance.held:
        said.append(words.count("A no was held once.", "A no was held {n} times.", balance.held))
    if balance.waiting:
        said.append(
            words.count(
                "{n} concession waits for a lead.", "{n} concessions wait for a lead.", balance.waiting
            )
        )
    return " ".join(said)


def _times(counterpart: Counterpart, times: int, words: Words) -> str:
    label = words.say(BACK[counterpart])
    return label if times == 1 else words.say("{what} ({n} times)", what=label, n=words.number(times))


def give_button(client_id: int, client: str, words: Words) -> parts.Element:
    """The button that opens the form."""
    return parts.button(
        words.say("Concession"),
        "concession.open_form",
        parts.value_of(client=client_id),
        spoken=words.say("Note a concession to {client}", client=parts.one_line(client, _SHORT)),
    )


def touch_button(client_id: int, client: str, touch_id: int, words: Words) -> parts.Element:
    """The same below a touch whose note speaks of one: the note goes along."""
    return parts.button(
        words.say("Note the concession"),
        "concession.open_form",
        parts.value_of(client=client_id, touch=touch_id),
        spoken=words.say("Note a concession to {client}", client=parts.one_line(client, _SHORT)),
    )


def list_button(client_id: int, client: str, words: Words) -> parts.Element:
    """The button that lists the concessions of a client."""
    return parts.button(
        words.say("Show"),
        "concession.list",
        parts.value_of(client=client_id),
        spoken=words.say("Show the concessions to {client}", client=parts.one_line(client, _SHORT)),
    )


def history(
    client_id: int,
    client: str,
    balance: Balance,
    sheets: Sequence[Sheet],
    more: int,
    may_give: bool,
    words: Words,
) -> Message:
    """The concessions to a client over twelve months, the latest first."""
    title = words.say("Concessions to {client}", client=parts.one_line(client, _NAME))
    intro = balance_line(balance, words) or words.say("Nothing was given in twelve months.")
    lines, blocks = [title, intro], [parts.header(title), parts.section(parts.plain(intro))]
    for sheet in sheets:
        head = words.say(
            "{day} · {author}",
            day=words.day(date.fromisoformat(sheet.given_on), "medium"),
            author=parts.one_line(sheet.author, _NAME) if sheet.author else "–",
        )
        rest = [what(sheet, words)]
        if not sheet.held:
            rest.append(back(sheet, words))
        rest.append(standing(sheet, words))
        shown = words.markup("*{head}*", head=head) + "\n" + "\n".join(i18n.escape(each) for each in rest)
        blocks.append(parts.section(parts.marked(shown)))
        if sheet.decides:
            blocks.append(parts.actions(*_answers(sheet, words, among=True)))
        else:
            blocks += _own_row(sheet, words, among=True)
        lines.append("• " + " · ".join([head, *rest]))
    if more:
        lines.append(words.count("{n} more", "{n} more", more))
        blocks.append(parts.context(parts.plain(lines[-1])))
    if may_give:
        blocks.append(parts.actions(give_button(client_id, client, words)))
    return parts.told("\n".join(lines), blocks)
