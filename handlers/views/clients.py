"""Clients: the list of one's own, and the form to add one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.domain.cadence import NEW, NEW_CLIENT_FOR, ClientState
from bot.domain.clients import NAME_LIMIT, Client, Status, Tier
from bot.domain.lookup import NamedClient, Via
from handlers.answers import Block, Message, View
from handlers.i18n import Words
from handlers.views import client_forms, digest, parts, places, reasons, touches

CURRENCIES = (
    *(
        "USD",
        "EUR",
        "CAD",
        "GBP",
        "CHF",
        "AUD",
        "JPY",
        "CNY",
        "INR",
        "BRL",
        "MXN",
        "SEK",
        "NOK",
        "DKK",
        "PLN",
    ),
    *("CZK", "HUF", "RON", "SGD", "HKD", "KRW", "NZD", "ZAR", "MAD", "AED", "SAR", "ILS", "TRY"),
)
"""Offered in the form; a client with another is imported from a file."""

_NAME = 120
_MATCHED = 80
_OWNER = 30
_MARKETS_SHOWN = 20

# --- One's own clients ------------------------------------------------------------------------------------


def own(
    count: int,
    clients: Sequence[tuple[Client, ClientState]],
    words: Words,
    *,
    zone: ZoneInfo,
    now: datetime,
) -> Message:
    """The first clients of a book of `count`, the earliest due first, each with how it stands."""
    if not clients:
        return parts.stated(empty_book(words), parts.actions(add_button(words)))
    title = words.count("{n} client in your book", "{n} clients in your book", count)
    said = [title]
    blocks: list[Block] = [parts.header(title)]
    for client, state in clients:
        name = parts.one_line(client.name, _NAME)
        standing = _standing(client, state, words, zone, now)
        said.append(words.say("{client}: {standing}", client=name, standing=standing))
        opener = parts.button(
            words.say("Open"),
            f"client.open:{client.id}",
            parts.value_of(client=client.id),
            spoken=words.say("Open the brief of {client}", client=parts.one_line(name, 40)),
        )
        line = words.markup("*{client}*\n{standing}", client=name, standing=standing)
        blocks.append(parts.section(parts.marked(line), opener))
    if count > len(clients):
        more = words.say("The earliest due are shown. For any other, type /client and its name.")
        blocks.append(parts.context(parts.plain(more)))
        said.append(more)
    blocks.append(parts.actions(add_button(words)))
    return parts.told("\n".join(said), blocks)


def _standing(client: Client, state: ClientState, words: Words, zone: ZoneInfo, now: datetime) -> str:
    """How a client stands, and when it is due; one that is due already says when it was last spoken to."""
    signed = digest.standing(state, client.status is Status.ON_HOLD, words)
    spoke_on = _local(client.last_touch_at, zone)
    if client.status is Status.ON_HOLD:
        return words.say("{state}. {due}", state=signed, due=digest.unreminded(words))
    if client.due_at is None or client.due_at > now:
        due = touches.due(client, _local(client.due_at, zone), words, now)
        return words.say("{state}. {due}", state=signed, due=due)
    if spoke_on is None:
        return signed
    return words.say("{state}. Last contact on {day}.", state=signed, day=words.day(spoke_on))


def empty_book(words: Words) -> str:
    return words.say(
        "Your book is empty so far. Add your first client, and I tell you when it is time to speak to them."
    )


def add_button(words: Words, *, primary: bool = False) -> parts.Element:
    return parts.button(words.say("Add a client"), "client.open_form", primary=primary)


def which_client(
    name: str, choices: Sequence[tuple[int, str]], words: Words, press: str = "client.open", **carried: str
) -> Message:
    """One client or several are near the typed name: one button each, and one to add it.

    `press` is what the buttons of the clients do, with what is `carried` besides the client.
    """
    question = touches.asked_which(name, choices, words)
    names = words.listed([parts.one_line(choice[1], _NAME) for choice in choices], "or")
    buttons = [
        parts.button(label, f"{press}:{client_id}", parts.value_of(client=client_id, **carried))
        for client_id, label in choices
    ]
    buttons.append(_add_named(name, words))
    return parts.told(f"{question}\n{names}", [*parts.stated_blocks(question), parts.actions(*buttons)])


def unknown_client(name: str, words: Words) -> Message:
    """No client is near the typed name: whether to add it."""
    short = parts.one_line(name, _NAME)
    said = words.say("I know no client called “{name}”. Check the spelling, or add it.", name=short)
    return parts.stated(said, parts.actions(_add_named(name, words)))


def _add_named(name: str, words: Words) -> parts.Element:
    return parts.button(
        words.say("Add “{name}” as a client", name=parts.one_line(name, 40)),
        "client.open_form",
        parts.value_of(name=parts.one_line(name, NAME_LIMIT)),
    )


# --- Choosing and adding ----------------------------------------------------------------------------------


def found_by(found: NamedClient, words: Words) -> str:
    """What a client was found by, as a sentence; empty for its name."""
    matched, client = parts.one_line(found.matched, _MATCHED), parts.one_line(found.name, _MATCHED)
    match found.via:
        case Via.PERSON:
            return words.say("{person} works at {client}.", person=matched, client=client)
        case Via.EMAIL:
            return words.say("{email} belongs to somebody at {client}.", email=matched, client=client)
        case Via.DOMAIN:
            return words.say("People at {client} have addresses at {domain}.", client=client, domain=matched)
        case Via.ALIAS:
            return words.say("{client} is also called {alias}.", client=client, alias=matched)
        case _:
            return ""


def suggestions(found: Sequence[NamedClient], words: Words) -> list[parts.Element]:
    """Clients as options of a list that narrows while somebody types.

    Each says by what it was found where that is not its name, and that it is a colleague's; of those called alike also
    the market, and whose they are.
    """
    shown = found[: parts.CHOICES]
    alike = Counter(parts.one_line(client.name, parts.CHOICE) for client in shown)
    return [
        parts.choice(
            label,
            str(client.client_id),
            parts.one_line(told, parts.CHOICE) if told else "",
        )
        for client in shown
        if (label := parts.one_line(client.name, parts.CHOICE))
        for told in [_told_apart(client, words, alike[label] > 1)]
    ]


def _told_apart(client: NamedClient, words: Words, namesake: bool) -> str:
    told: list[str] = []
    if client.via is Via.PERSON and client.left:
        told.append(words.say("{person}, who left", person=client.matched))
    elif client.via not in (Via.NAME, Via.INITIALS):
        told.append(client.matched)
    if namesake and client.market:
        # "US-CA" is California: the country tells enough
        told.append(str(words.locale.territories.get(client.market[:2].upper(), client.market)))
    if not client.own:
        told.append(
            words.say("Client of {owner}", owner=parts.one_line(client.owner, _OWNER))
            if client.owner
            else words.say("Client of a colleague")
        )
    return " · ".join(told)


def add_form(
    name: str,
    words: Words,
    notes: Mapping[str, Any],
    *,
    callback_id: str = "client.add",
    explanation: str = "",
    more: bool = False,
) -> View:
    """The form to add a client; with `explanation` above it where the reason is not plain.

    `more` offers all fields.
    """
    tiers = client_forms.tier_choices(words)
    closer = words.say(
        "For the first {days} days a new client is looked after more closely: {rhythm}.",
        days=NEW_CLIENT_FOR.days,
        rhythm=reasons.rhythm(NEW.due, words),
    )
    currencies = [
        parts.choice(f"{code} – {words.locale.currencies.get(code, code)}", code) for code in CURRENCIES
    ]
    blocks: list[Block] = parts.stated_blocks(explanation) if explanation else []
    blocks += [
        parts.field("name", words.say("Name"), parts.text_input("name", name, limit=NAME_LIMIT)),
        parts.field(
            "tier",
            words.say("How much contact"),
            parts.select("tier", tiers, words.say("Choose one"), Tier.B.value),
            hint=closer,
        ),
        parts.field(
            "market",
            words.say("Country or state"),
            parts.asking_select("client.market", words.say("Type a country or state")),
            optional=True,
            hint=words.say("Left empty, it is that of our own workspace."),
        ),
        parts.field(
            "currency",
            words.say("Currency"),
            parts.select("currency", currencies, words.say("Choose one")),
            optional=True,
            hint=words.say("Left empty, it is that of our own workspace."),
        ),
        parts.field(
            "contact",
            words.say("A person there"),
            parts.text_input("contact", limit=NAME_LIMIT),
            optional=True,
        ),
    ]
    if more:
        blocks.append(parts.actions(parts.button(words.say("More fields"), "client.more_fields")))
    return parts.modal(
        callback_id,
        words.say("Add a client"),
        blocks,
        submit=words.say("Add"),
        close=words.say("Cancel"),
        notes=notes,
    )


def markets(typed: str, words: Words) -> list[parts.Element]:
    """Countries and states whose name or code begins with, or else holds, what was typed, in the reader's language."""
    found = list(places.places(typed, words))
    return [parts.choice(name, code) for code, name in found[:_MARKETS_SHOWN]]


def added(client: Client, words: Words, *, zone: ZoneInfo, now: datetime) -> Message:
    """A client that has just come into the member's own book."""
    said = words.say("{client} is in your book now.", client=parts.one_line(client.name, _NAME))
    due_on = _local(client.due_at, zone)
    button = parts.button(words.say("Log a touch"), "client.log", parts.value_of(client=client.id))
    return parts.stated(f"{said} {touches.due(client, due_on, words, now)}", parts.actions(button))


def _local(moment: datetime | None, zone: ZoneInfo) -> date | None:
    return None if moment is None else moment.astimezone(zone).date()
