"""A shelf of clients: search, filters, one line each with what can be done, and the other pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.domain.books import TYPED, Listed, Shelf, Wanted, Whose
from bot.domain.cadence import ClientState
from bot.domain.clients import Client, Status, Tier
from bot.domain.digest import row_of
from bot.domain.members import Member
from handlers import i18n
from handlers.answers import Block
from handlers.i18n import Words
from handlers.views import clients, digest, imports, parts, reasons, touches

ANY = "any"
"""The value of the choice that takes a filter away."""

_NAME = 120
_OWNER = 60
_MARKETS = parts.CHOICES - 1
_URGENT_FIRST = (
    ClientState.NEGLECTED,
    ClientState.DUE,
    ClientState.NEVER,
    ClientState.DUE_SOON,
    ClientState.ON_TRACK,
    ClientState.NO_RULE,
)

ACTS = {
    "log": i18n.message("Log a touch"),
    "open": i18n.message("Open the brief"),
    "edit": i18n.message("Edit …"),
    "snooze": i18n.message("Snooze …"),
}
"""What can be done with a client on a shelf, in the order of the menu; `handlers.home.shelf` knows how."""

_DROPS = {
    "typed": i18n.message("Forget “{value}”"),
    "tier": i18n.message("Every tier"),
    "state": i18n.message("However they stand"),
    "market": i18n.message("Every market"),
}


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads the shelf, when, and where its buttons lead: `place` are the facts of the place they are at."""

    member: Member
    now: datetime
    place: Mapping[str, object]

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.member.zone)

    def at(self, **changes: object) -> str:
        """What a button to the same place with some `changes` carries; None takes something away."""
        return parts.value_of(**{**self.place, **changes})


def shelf(held: Shelf, wanted: Wanted, reader: Reader, words: Words) -> list[Block]:
    """The whole tab but for the row of tabs."""
    listed = held.listed
    head: list[Block] = [parts.header(_title(held, wanted, words))]
    if not listed.reach_total:
        return [*head, *_empty(held, wanted, reader, words)]
    blocks = [*head, parts.context(parts.plain(_states(listed, words)))]
    blocks += _controls(listed, wanted, words)
    if listed.typo:
        near = words.say("Nothing is called “{typed}”; these come near.", typed=wanted.typed)
        blocks.append(parts.context(parts.plain(near)))
    elif wanted.narrowed and listed.clients:
        found = words.count("{n} client found.", "{n} clients found.", listed.total)
        blocks.append(parts.context(parts.plain(found)))
    if not listed.clients:
        blocks += _nothing(listed, wanted, reader, words)
    blocks += [_line(client, held, wanted, reader, words) for client in listed.clients]
    blocks += _pages(listed, reader, words)
    return [*blocks, parts.divider(), *_ways(held, wanted, reader, words)]


# --- Above the clients --------------------------------------------------------------------------------------


def _title(held: Shelf, wanted: Wanted, words: Words) -> str:
    total = held.listed.reach_total
    if wanted.archived:
        return words.count("{n} archived client", "{n} archived clients", total)
    match held.whose:
        case Whose.MEMBER if held.member is not None:
            name = parts.one_line(held.member.name, _OWNER)
            return words.count("{n} client of {name}", "{n} clients of {name}", total, name=name)
        case Whose.TEAM:
            return words.count("{n} client of your people", "{n} clients of your people", total)
        case Whose.NOBODY:
            return words.count(
                "{n} client that nobody looks after", "{n} clients that nobody looks after", total
            )
        case _:
            return words.count("{n} client in your book", "{n} clients in your book", total)


def _states(listed: Listed, words: Words) -> str:
    counts = listed.by_state()
    return " · ".join(
        words.say(
            "{state}: {count}", state=digest.signed_state(state, words), count=words.number(counts[state])
        )
        for state in _URGENT_FIRST
        if counts.get(state)
    )


def _controls(listed: Listed, wanted: Wanted, words: Words) -> list[Block]:
    """The search and the filters. Their blocks are new ones whenever what is chosen changes: Slack keeps what
    somebody typed or chose in a block of the same name, also after it was taken away by a button."""
    chosen = _fingerprint(wanted)
    typed = parts.text_input(
        "book.find", wanted.typed, limit=TYPED, placeholder=words.say("A client, or somebody there")
    )
    states = listed.by_state()
    return [
        parts.field(
            f"book.find:{chosen}",
            words.say("Look for (press Enter)"),
            {**typed, "dispatch_action_config": {"trigger_actions_on": ["on_enter_pressed"]}},
            optional=True,
            asks_at_once=True,
        ),
        {
            **parts.actions(
                parts.select(
                    "book.tier",
                    [
                        parts.choice(words.say("Every tier"), ANY),
                        *(
                            parts.choice(words.say("Tier {tier}", tier=tier.value), tier.value)
                            for tier in Tier
                        ),
                    ],
                    words.say("Tier"),
                    wanted.tier or ANY,
                ),
                parts.select(
                    "book.state",
                    [
                        parts.choice(words.say("However they stand"), ANY),
                        *(
                            parts.choice(
                                words.say(
                                    "{state}: {count}",
                                    state=digest.state(state, words),
                                    count=words.number(states.get(state, 0)),
                                ),
                                state.value,
                            )
                            for state in _URGENT_FIRST
                        ),
                    ],
                    words.say("How they stand"),
                    wanted.state or ANY,
                ),
                parts.select(
                    "book.market",
                    [
                        parts.choice(words.say("Every market"), ANY),
                        *(
                            parts.choice(market_name(market, words), market)
                            for market in _markets(listed, wanted)
                        ),
                    ],
                    words.say("Market"),
                    wanted.market or ANY,
                ),
            ),
            "block_id": f"book.filters:{chosen}",
        },
    ]


def _markets(listed: Listed, wanted: Wanted) -> Sequence[str]:
    """The markets to choose from, the largest first, the chosen one always among them."""
    markets = [market for market in listed.markets() if market][:_MARKETS]
    if wanted.market and wanted.market not in markets:
        markets = [wanted.market, *markets[: _MARKETS - 1]]
    return markets


def market_name(market: str, words: Words) -> str:
    """A market in the reader's language: ``France``, ``United States (NY)``."""
    country, _, part = market.partition("-")
    name = str(words.locale.territories.get(country, country))
    return f"{name} ({part})" if part else name


def _fingerprint(wanted: Wanted) -> str:
    said = (wanted.typed, wanted.tier or "", wanted.state or "", wanted.market or "", str(wanted.archived))
    return parts.fingerprint("|".join(said))


# --- The clients --------------------------------------------------------------------------------------------


def _line(client: Client, held: Shelf, wanted: Wanted, reader: Reader, words: Words) -> Block:
    name = parts.one_line(client.name, _NAME)
    row = row_of(client, reader.member, reader.now, held.cadences)
    head = words.markup(
        "*{client}* · Tier {tier} · {state}",
        client=name,
        tier=client.tier.value,
        state=_standing(client, row.state, wanted, words),
    )
    remarks = [_when(client, held, reader, words), *_remarks(client, held, reader, words)]
    text = f"{head}\n{i18n.escape(' '.join(remarks))}"
    acts = ["open"] if wanted.archived else list(ACTS)
    if (care := held.covering.get(client.id)) is not None and not care.edits:
        acts.remove("edit")
    menu = parts.overflow(
        f"book.act:{client.id}",
        [parts.choice(words.say(ACTS[act]), parts.value_of(client=client.id, act=act)) for act in acts],
    )
    return parts.section(parts.marked(text), menu)


def _standing(client: Client, state: ClientState, wanted: Wanted, words: Words) -> str:
    if wanted.archived:
        return words.say("Archived")
    if client.status is Status.PROSPECT and client.due_at is None:
        return words.say("Prospect")
    return digest.standing(state, client.status is Status.ON_HOLD, words)


def _when(client: Client, held: Shelf, reader: Reader, words: Words) -> str:
    """Why the client is where it is: how long it has waited, or when it is due."""
    if client.due_at is not None and client.due_at <= reader.now:
        return reasons.reason(row_of(client, reader.member, reader.now, held.cadences), words)
    if client.status is Status.ON_HOLD:
        return digest.unreminded(words)
    due_on = None if client.due_at is None else client.due_at.astimezone(reader.zone).date()
    return touches.due(client, due_on, words, reader.now)


def _remarks(client: Client, held: Shelf, reader: Reader, words: Words) -> list[str]:
    remarks = []
    if client.snoozed_until is not None and client.snoozed_until > reader.now:
        day = words.weekday(client.snoozed_until.astimezone(reader.zone).date())
        remarks.append(words.say("Snoozed until {day}.", day=day))
    if client.complaint_at is not None:
        remarks.append(words.say("A complaint is open."))
    owner = held.owners.get(client.owner_id) if client.owner_id is not None else None
    short = parts.one_line(owner, _OWNER) if owner else ""
    mine = held.covering.get(client.id)
    theirs = held.covered.get(client.id)
    if mine is not None:
        remarks.append(
            words.say(
                "You cover for {owner} until {day}.",
                owner=parts.one_line(mine.name, _OWNER),
                day=words.weekday(mine.until),
            )
        )
    elif held.whose is Whose.MINE and client.owner_id != reader.member.id:
        remarks.append(
            words.say("You stand in for {owner}.", owner=short) if short else words.say("You stand in.")
        )
    elif held.whose is Whose.TEAM and short:
        remarks.append(words.say("Looked after by {owner}.", owner=short))
    if theirs is not None and mine is None:
        remarks.append(
            words.say(
                "{name} covers it until {day}.",
                name=parts.one_line(theirs.name, _OWNER),
                day=words.weekday(theirs.until),
            )
        )
    return remarks


def _nothing(listed: Listed, wanted: Wanted, reader: Reader, words: Words) -> list[Block]:
    """Nothing is found: each filter that is in the way, to be dropped with one press."""
    said = words.say("No client fits all of this. Take something away:")
    drops = {"typed": "find", "tier": "tier", "state": "state", "market": "market"}
    buttons = [
        parts.button(
            words.say(_DROPS[name], value=parts.one_line(wanted.typed, 40)),
            f"home.go:drop-{name}",
            reader.at(**{drops[name]: None, "page": None}),
        )
        for name in wanted.narrowed
    ]
    if len(buttons) > 1:
        buttons.append(
            parts.button(
                words.say("Show all clients"),
                "home.go:drop-all",
                reader.at(**dict.fromkeys([*drops.values(), "page"])),
                primary=True,
            )
        )
    return [*parts.stated_blocks(said), parts.actions(*buttons)]


def _empty(held: Shelf, wanted: Wanted, reader: Reader, words: Words) -> list[Block]:
    if wanted.archived:
        said = words.say("Nothing is archived.")
        return [*parts.stated_blocks(said), parts.actions(_back_from_archive(reader, words))]
    if held.whose is Whose.MINE:
        add = parts.actions(
            clients.add_button(words, primary=True), imports.import_button(words), _archive(reader, words)
        )
        return [*parts.stated_blocks(clients.empty_book(words)), add]
    said = words.say("There is no client here.")
    return [*parts.stated_blocks(said), parts.actions(_back_to_team(words))]


# --- Below the clients --------------------------------------------------------------------------------------


def _pages(listed: Listed, reader: Reader, words: Words) -> list[Block]:
    if listed.pages == 1:
        return []
    number, pages = listed.number, listed.pages
    buttons = []
    if number > 1:
        buttons.append(parts.button(words.say("Previous"), "home.go:previous", reader.at(page=number - 1)))
    if number < pages:
        buttons.append(parts.button(words.say("Next"), "home.go:next", reader.at(page=number + 1)))
    first = max(1, min(number - parts.CHOICES // 2, pages - parts.CHOICES + 1))
    labels = [
        parts.choice(words.say("Page {page} of {pages}", page=page, pages=pages), str(page))
        for page in range(first, min(pages, first + parts.CHOICES - 1) + 1)
    ]
    jump = parts.select("book.page", labels, words.say("Another page"), str(number))
    return [{**parts.actions(*buttons, jump), "block_id": f"book.pages:{number}-{pages}"}]


def _ways(held: Shelf, wanted: Wanted, reader: Reader, words: Words) -> list[Block]:
    if held.whose is not Whose.MINE:
        return [parts.actions(_back_to_team(words))]
    if wanted.archived:
        return [parts.actions(_back_from_archive(reader, words))]
    figures = parts.button(
        words.say("My figures"),
        "home.go:figures",
        parts.value_of(tab="clients", figures=1),
        spoken=words.say("How my book stands, in figures"),
    )
    return [
        parts.actions(
            parts.button(words.say("Log a touch"), "touch.open_form", primary=True),
            clients.add_button(words),
            figures,
            imports.import_button(words),
            imports.export_button(words),
            _archive(reader, words),
        )
    ]


def _archive(reader: Reader, words: Words) -> parts.Element:
    return parts.button(
        words.say("Archived clients"), "home.go:archive", parts.value_of(tab=reader.place["tab"], archived=1)
    )


def _back_from_archive(reader: Reader, words: Words) -> parts.Element:
    return parts.button(
        words.say("Back to my clients"), "home.go:book", parts.value_of(tab=reader.place["tab"])
    )


def _back_to_team(words: Words) -> parts.Element:
    return parts.button(words.say("Back to the team"), "home.go:team-back", parts.value_of(tab="team"))
