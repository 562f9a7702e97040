"""Clients: the list of one's own, and the form to add one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.domain.cadence import NEW, NEW_CLIENT_FOR, TIERS, ClientState
from bot.domain.clients import NAME_LIMIT, Client, Tier
from bot.domain.lookup import NamedClient
from handlers.answers import Block, Message, View
from handlers.i18n import Words
from handlers.views import digest, parts, touches

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

# In Babel's territories and no countries of ISO 3166.
_NO_COUNTRIES = frozenset(
    ["AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "XK", "ZZ"]
)

_NAME = 120
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
    signed, spoke_on = digest.signed_state(state, words), _local(client.last_touch_at, zone)
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


def which_client(name: str, choices: Sequence[tuple[int, str]], words: Words) -> Message:
    """One client or several are near the typed name: one button each, and one to add it."""
    question = touches.asked_which(name, choices, words)
    names = words.listed([parts.one_line(choice[1], _NAME) for choice in choices], "or")
    buttons = [
        parts.button(label, f"client.open:{client_id}", parts.value_of(client=client_id))
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


def suggestions(found: Sequence[NamedClient], words: Words) -> list[parts.Element]:
    """Clients as options of a list that narrows while somebody types; those of others say so."""
    colleague = words.say("Client of a colleague")
    return [
        parts.choice(
            parts.one_line(client.name, parts.CHOICE), str(client.client_id), "" if client.own else colleague
        )
        for client in found[: parts.CHOICES]
    ]


def add_form(
    name: str,
    words: Words,
    notes: Mapping[str, Any],
    *,
    callback_id: str = "client.add",
    explanation: str = "",
) -> View:
    """The form to add a client; with `explanation` above it where the reason is not plain."""
    tiers = [
        parts.choice(
            words.say("Tier {tier}", tier=tier.value),
            tier.value,
            words.say(
                "Contact {rhythm}, neglected after {days} days",
                rhythm=digest.rhythm(cadence.due, words),
                days=cadence.neglected,
            ),
        )
        for tier, cadence in TIERS.items()
    ]
    closer = words.say(
        "For the first {days} days a new client is looked after more closely: {rhythm}.",
        days=NEW_CLIENT_FOR.days,
        rhythm=digest.rhythm(NEW.due, words),
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
            words.say("Country"),
            parts.asking_select("client.market", words.say("Type a country")),
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
    return parts.modal(
        callback_id,
        words.say("Add a client"),
        blocks,
        submit=words.say("Add"),
        close=words.say("Cancel"),
        notes=notes,
    )


def markets(typed: str, words: Words) -> list[parts.Element]:
    """Countries whose name or code begins with, or else holds, what was typed, in the reader's language."""
    wanted = typed.strip().casefold()
    names = sorted(
        (str(name), code)
        for code, name in words.locale.territories.items()
        if len(code) == 2 and code.isalpha() and code not in _NO_COUNTRIES
    )
    fitting = [(name, code) for name, code in names if wanted in name.casefold() or wanted == code.casefold()]
    fitting.sort(key=lambda n: (n[1].casefold() != wanted, not n[0].casefold().startswith(wanted)))
    return [parts.choice(name, code) for name, code in fitting[:_MARKETS_SHOWN]]


def added(client: Client, words: Words, *, zone: ZoneInfo, now: datetime) -> Message:
    """A client that has just come into the member's own book."""
    said = words.say("{client} is in your book now.", client=parts.one_line(client.name, _NAME))
    due_on = _local(client.due_at, zone)
    button = parts.button(words.say("Log a touch"), "client.log", parts.value_of(client=client.id))
    return parts.stated(f"{said} {touches.due(client, due_on, words, now)}", parts.actions(button))


def _local(moment: datetime | None, zone: ZoneInfo) -> date | None:
    return None if moment is None else moment.astimezone(zone).date()
