"""The form of a client: short to add one, with all fields to add or edit one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from hashlib import sha256
from typing import Any

from babel.dates import get_day_names

from bot.domain.cadence import TIERS
from bot.domain.clients import LONGEST_CADENCE, NAME_LIMIT, SECTOR_LIMIT, Status, Tier
from handlers import i18n
from handlers.answers import Block, Message, View
from handlers.i18n import Words
from handlers.views import parts, places, reasons

STATUSES = {
    Status.ACTIVE: i18n.message("Active"),
    Status.PROSPECT: i18n.message("Prospect"),
    Status.ON_HOLD: i18n.message("On hold: no reminders"),
}

LABELS: Mapping[str, str] = {
    "name": i18n.message("Name"),
    "aliases": i18n.message("Other names"),
    "owner": i18n.message("Looked after by"),
    "backup": i18n.message("Backup"),
    "sponsor": i18n.message("Sponsor"),
    "tier": i18n.message("How much contact"),
    "status": i18n.message("Status"),
    "cadence_days": i18n.message("Own rhythm in days"),
    "market": i18n.message("Country or state"),
    "currency": i18n.message("Currency"),
    "price_floor": i18n.message("Lowest price"),
    "zone": i18n.message("Time zone"),
    "hours": i18n.message("Opening hours"),
    "own_holidays": i18n.message("Days off"),
    "sector": i18n.message("Sector"),
    "offerings": i18n.message("What they buy from us"),
    "relation_since": i18n.message("Client since"),
    "contract_on": i18n.message("Contract signed on"),
    "renews_on": i18n.message("Contract renewed on"),
    "channels": i18n.message("Channels in Slack"),
    "exclusions": i18n.message("People who must not have it"),
}
"""What each field of a client is called, in its form and in its history; in the order of the form."""

_NAME = 120


@dataclass(frozen=True, slots=True)
class ClientFields:
    """What stands in the form, as somebody types it. People and channels are the platform's; `zone` is IANA."""

    name: str = ""
    aliases: str = ""
    owner: str = ""
    backup: str = ""
    sponsor: str = ""
    tier: str = Tier.B.value
    status: str = Status.ACTIVE.value
    cadence_days: str = ""
    market: str = ""
    currency: str = ""
    price_floor: str = ""
    zone: str = ""
    hours: str = ""
    own_holidays: str = ""
    sector: str = ""
    offerings: str = ""
    relation_since: str = ""
    contract_on: str = ""
    renews_on: str = ""
    channels: tuple[str, ...] = ()

    @property
    def prints(self) -> str:
        """Five letters for each field, in order: enough to tell later which ones somebody touched."""
        return "".join(self.print_of(name) for name in FIELDS)

    def print_of(self, name: str) -> str:
        said = getattr(self, name)
        plain = "\n".join(sorted(said)) if isinstance(said, tuple) else " ".join(said.split())
        return sha256(plain.encode()).hexdigest()[:5]


FIELDS = tuple(each.name for each in fields(ClientFields))


@dataclass(frozen=True, slots=True)
class Meanwhile:
    """What somebody else changed while a form was open: who, which fields, and what now stands in those that both
    changed."""

    who: str | None
    changed: tuple[str, ...]
    theirs: Mapping[str, str]


def short_days(words: Words) -> list[str]:
    """Seven short names of weekdays from Monday on: ``Mon``, ``lun``."""
    names = get_day_names("abbreviated", locale=words.locale)
    return [str(names[day]).rstrip(".") for day in range(7)]


def merged(
    typed: ClientFields, now: ClientFields, prints: str, who: str | None
) -> tuple[ClientFields, Meanwhile]:
    """A form that was sent on an older state: what nobody touched in it is taken from what stands `now`.

    `prints` are those of the fields as the form was opened.
    """
    opened = {name: prints[at * 5 : at * 5 + 5] for at, name in enumerate(FIELDS)}
    changed = tuple(name for name in FIELDS if now.print_of(name) != opened[name])
    untouched = [name for name in FIELDS if typed.print_of(name) == opened[name]]
    both = [name for name in changed if name not in untouched and now.print_of(name) != typed.print_of(name)]
    together = replace(typed, **{name: getattr(now, name) for name in untouched})
    theirs = {name: _plain(getattr(now, name)) for name in both}
    return together, Meanwhile(who, changed, theirs)


def _plain(said: str | tuple[str, ...]) -> str:
    return said if isinstance(said, str) else str(len(said))


# --- The form ---------------------------------------------------------------------------------------------


def client_form(
    said: ClientFields,
    words: Words,
    notes: Mapping[str, Any],
    *,
    currencies: Sequence[str],
    now: datetime,
    names: Mapping[str, str],
    adding: bool = False,
    contact: str = "",
    meanwhile: Meanwhile | None = None,
) -> View:
    """All fields of a client; `names` tells platform users by name, for what somebody else changed meanwhile.

    After such a change the fields are new ones (Slack keeps what stands in a field of the same name), and say what
    stands there now.
    """
    turn = f":{notes.get('version')}" if meanwhile is not None else ""
    blocks: list[Block] = []
    if meanwhile is not None:
        blocks += [_news(said, meanwhile, words, names), parts.divider()]
    for name, element, optional, hint in _elements(said, words, currencies, now, adding=adding):
        if name in ("aliases", "offerings", "own_holidays") and len(getattr(said, name)) > parts.TYPED:
            continue  # more than a field holds: they stay as they are
        theirs = meanwhile.theirs.get(name) if meanwhile is not None else None
        if theirs is not None:
            shown = value_of(name, theirs, words, names) or words.say("nothing")
            hint = words.say("By now it says: {value}", value=parts.one_line(shown, 300))
        blocks.append(
            parts.field(f"{name}{turn}", words.say(LABELS[name]), element, optional=optional, hint=hint)
        )
    if adding:
        person = parts.text_input("contact", contact, limit=NAME_LIMIT)
        blocks.append(parts.field("contact", words.say("A person there"), person, optional=True))
    return parts.modal(
        "client.add_whole" if adding else "client.edit",
        words.say("Add a client") if adding else words.say("Edit a client"),
        blocks,
        submit=words.say("Add") if adding else words.say("Save"),
        close=words.say("Cancel"),
        notes=notes,
    )


def _news(said: ClientFields, meanwhile: Meanwhile, words: Words, names: Mapping[str, str]) -> Block:
    who = meanwhile.who or words.say("Somebody else")
    lines = [words.markup("*{who} changed this client while you had it open.*", who=who)]
    for name in meanwhile.changed:
        now = meanwhile.theirs.get(name, _plain(getattr(said, name)))
        shown = value_of(name, now, words, names) or words.say("nothing")
        lines.append(
            "• "
            + words.markup(
                "{field}: now {value}", field=words.say(LABELS[name]), value=parts.one_line(shown, 200)
            )
        )
    lines.append(words.say("What you entered is still here. Look it over, and save once more."))
    return parts.section(parts.marked("\n".join(lines)))


def value_of(name: str, said: str, words: Words, names: Mapping[str, str]) -> str:
    """What stands in a field, in words."""
    match name:
        case _ if not said:
            return ""
        case "owner" | "backup" | "sponsor":
            return names.get(said, said)
        case "tier":
            return words.say("Tier {tier}", tier=said)
        case "status":
            return words.say(STATUSES[Status(said)])
        case "market":
            return places.place(said, words)
        case "zone":
            return places.zone_name(said, words)
        case "relation_since" | "contract_on" | "renews_on":
            return words.day(date.fromisoformat(said), "medium")
        case _:
            return said.replace("\n", "; ")


_Element = tuple[str, parts.Element, bool, str]


def _elements(
    said: ClientFields, words: Words, currencies: Sequence[str], now: datetime, *, adding: bool
) -> list[_Element]:
    """Name, element, whether it may be empty, and hint; what matters most comes first, for a telephone's sake."""
    choose = words.say("Choose one")
    statuses = [parts.choice(words.say(label), status.value) for status, label in STATUSES.items()]
    named = list(dict.fromkeys((*((said.currency,) if said.currency else ()), *currencies)))
    money = [parts.choice(f"{code} – {words.locale.currencies.get(code, code)}", code) for code in named]
    market = parts.choice(places.place(said.market, words), said.market) if said.market else None
    zone = parts.choice(places.zone_label(said.zone, words, now), said.zone) if said.zone else None
    who = words.say("Choose a person")
    ours = words.say("Left empty, it is that of our own workspace.")
    return [
        ("name", parts.text_input("name", said.name, limit=NAME_LIMIT), False, ""),
        ("tier", parts.select("tier", tier_choices(words), choose, said.tier), False, ""),
        ("status", parts.select("status", statuses, choose, said.status), False, ""),
        ("owner", parts.person_select("owner", who, said.owner), not said.owner, ""),
        (
            "market",
            parts.asking_select("client.market", words.say("Type a country or state"), market),
            adding,
            ours if adding else "",
        ),
        (
            "currency",
            parts.select("currency", money, choose, said.currency or None),
            adding,
            ours if adding else "",
        ),
        (
            "backup",
            parts.nobody_or_person_select("backup", who, said.backup),
            True,
            words.say("May read and edit, too."),
        ),
        (
            "sponsor",
            parts.nobody_or_person_select("sponsor", who, said.sponsor),
            True,
            words.say("May read, too."),
        ),
        (
            "cadence_days",
            parts.text_input("cadence_days", said.cadence_days, limit=4),
            True,
            words.say(
                "Only where the usual rhythm does not fit: 1 to {limit} days between two touches.",
                limit=LONGEST_CADENCE,
            ),
        ),
        (
            "aliases",
            parts.text_input("aliases", said.aliases, lines=True, limit=parts.TYPED),
            True,
            words.say("One in each line: short names, former names, brands."),
        ),
        ("zone", parts.nothing_or_asking_select("client.zone", words.say("Type a city"), zone), True, ""),
        (
            "hours",
            parts.text_input("hours", said.hours, lines=True, limit=1000),
            True,
            words.say("As in: Mon-Thu 9-12, 14-18; Fri 9-12"),
        ),
        (
            "own_holidays",
            parts.text_input("own_holidays", said.own_holidays, lines=True, limit=1000),
            True,
            words.say("Days on which they are closed, with commas between: 24 December, 2027-05-07"),
        ),
        ("sector", parts.text_input("sector", said.sector, limit=SECTOR_LIMIT), True, ""),
        (
            "offerings",
            parts.text_input("offerings", said.offerings, lines=True, limit=parts.TYPED),
            True,
            words.say("With commas between."),
        ),
        (
            "price_floor",
            parts.text_input("price_floor", said.price_floor, limit=30),
            True,
            words.say("Below it we do not go; in the client’s currency."),
        ),
        *_days(said, words),
        (
            "channels",
            parts.channels_select("channels", words.say("Choose channels"), said.channels),
            True,
            words.say("Where we speak with this client."),
        ),
    ]


def _days(said: ClientFields, words: Words) -> list[_Element]:
    """The days of the relation; each is a reason to be in touch once a year, the renewal sixty days ahead."""
    hints = {
        "relation_since": words.say("Its anniversary is a reason to be in touch."),
        "contract_on": words.say("So is that of the contract."),
        "renews_on": words.say("You hear of it 60, 30 and 10 days ahead."),
    }
    return [
        (name, parts.day_picker(name, _day(getattr(said, name))), True, hint) for name, hint in hints.items()
    ]


def _day(said: str) -> date | None:
    return date.fromisoformat(said) if said else None


def tier_choices(words: Words) -> list[parts.Element]:
    """The tiers with what each means."""
    return [
        parts.choice(
            words.say("Tier {tier}", tier=tier.value),
            tier.value,
            words.say(
                "Contact {rhythm}, neglected after {days} days",
                rhythm=reasons.rhythm(cadence.due, words),
                days=cadence.neglected,
            ),
        )
        for tier, cadence in TIERS.items()
    ]


# --- Around it --------------------------------------------------------------------------------------------


def exists(client: str, client_id: int, words: Words, *, editing: int | None = None) -> Message:
    """A client of that very name is there already: open it, or let the two be one."""
    name = parts.one_line(client, _NAME)
    said = words.say("There is already a client called {client}. Nothing was saved.", client=name)
    buttons = [open_button(name, client_id, words)]
    if editing is not None:
        buttons.append(
            parts.button(
                words.say("They are the same: merge"),
                "client.merge_with",
                parts.value_of(client=client_id, gone=editing),
            )
        )
    return parts.stated(said, parts.actions(*buttons))


def open_button(client: str, client_id: int, words: Words) -> parts.Element:
    return parts.button(
        words.say("Open"),
        f"client.open:{client_id}",
        parts.value_of(client=client_id),
        spoken=words.say("Open the brief of {client}", client=parts.one_line(client, 40)),
    )


def archive_form(client: str, words: Words, notes: Mapping[str, Any]) -> View:
    """Whether to take a client out of the book."""
    name = parts.one_line(client, _NAME)
    said = words.say(
        "{client} leaves all lists, the morning message and the search. "
        "Nothing of it is lost: /client archived brings it back.",
        client=name,
    )
    return parts.modal(
        "client.archive",
        words.say("Archive a client"),
        parts.stated_blocks(said),
        submit=words.say("Archive"),
        close=words.say("Cancel"),
        notes=notes,
    )


def archived(client: str, client_id: int, words: Words, *, may_restore: bool = True) -> Message:
    """A client that is archived, with the way back."""
    said = words.say("{client} is archived.", client=parts.one_line(client, _NAME))
    return parts.stated(
        said, *([parts.actions(restore_button(client, client_id, words))] if may_restore else [])
    )


def restore_button(client: str, client_id: int, words: Words) -> parts.Element:
    return parts.button(
        words.say("Restore"),
        f"client.restore:{client_id}",
        parts.value_of(client=client_id),
        spoken=words.say("Put {client} back into the book", client=parts.one_line(client, 40)),
    )


def archived_list(clients: Sequence[tuple[int, str, str]], words: Words) -> Message:
    """Archived clients as (id, name, since when), each with the way back; the first forty fit into a message."""
    if not clients:
        return parts.stated(words.say("No client is archived."))
    title = words.count("{n} archived client", "{n} archived clients", len(clients))
    blocks: list[Block] = [parts.header(title)]
    said = [title]
    for client_id, client, since in clients[:40]:
        name = parts.one_line(client, _NAME)
        said.append(words.say("{client}: archived on {day}", client=name, day=since))
        line = words.markup("*{client}*\nArchived on {day}", client=name, day=since)
        blocks.append(parts.section(parts.marked(line), restore_button(name, client_id, words)))
    return parts.told("\n".join(said), blocks)
