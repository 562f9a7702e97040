"""Whom a client would suit: people with reasons in words, who must not have it, and what one says of oneself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from bot.domain.fit import FACTORS, LARGEST_CAPACITY, MOST_WEIGHT, Because, Reason, Weights, Why, weights_of
from bot.domain.members import Member
from bot.domain.strengths import LANGUAGES, LARGEST_BOOK, MOST_NAMED, SECTOR_LIMIT, Declared
from bot.domain.workspaces import Workspace
from handlers import i18n
from handlers.answers import Block, Message, View
from handlers.i18n import Words
from handlers.views import parts, places, settings, strengths

BECAUSE: Mapping[Because, str] = {
    Because.CLIENT_ASKED: i18n.message("the client asked for somebody else"),
    Because.CONFLICT: i18n.message("conflict of interest"),
}
FACTOR_NAMES: Mapping[str, str] = {
    "market": i18n.message("Experience in the market"),
    "language": i18n.message("Languages"),
    "strengths": i18n.message("Strengths and sectors"),
    "hours": i18n.message("Shared working hours"),
    "load": i18n.message("Room for more clients"),
    "known": i18n.message("Past touches with the client"),
    "leave": i18n.message("Leave ahead"),
    "fairness": i18n.message("Clients taken over of late"),
}
_NAME = 120
_SAID = 400
SECTORS = (SECTOR_LIMIT + 2) * MOST_NAMED


# --- Candidates -------------------------------------------------------------------------------------------


def candidates(
    client_id: int,
    client: str,
    found: Sequence[tuple[Member, Sequence[Reason]]],
    excluded: Sequence[tuple[str, Because]],
    unknown: Sequence[str],
    words: Words,
) -> Message:
    """Three people at most, each with what speaks for them and what is to be considered."""
    name = parts.one_line(client, _NAME)
    title = words.say("Who would suit {client}?", client=name)
    blocks: list[Block] = [parts.header(title)]
    lines = [title]
    if not found:
        nobody = words.say("Nobody else here keeps clients, or everybody who does is left out.")
        blocks += parts.stated_blocks(nobody)
        lines.append(nobody)
    blocks += people(found, words)
    for member, reasons in found:
        person, said = parts.one_line(member.name, _NAME), "; ".join(told(reasons, words))
        lines.append(words.say("{name}: {reasons}", name=person, reasons=said))
    notes = remarks(excluded, unknown, words)
    blocks.append(parts.context(*(parts.plain(note) for note in notes)))
    value, short = parts.value_of(client=client_id), parts.one_line(client, 40)
    blocks.append(
        parts.actions(
            parts.button(
                words.say("Hand over"),
                "reassign.open",
                value,
                spoken=words.say("Hand {client} over to somebody else", client=short),
            ),
            parts.button(
                words.say("Who must not have it …"),
                "fit.exclude",
                value,
                spoken=words.say("Say who must not have {client}", client=short),
            ),
        )
    )
    return parts.told("\n".join([*lines, *notes]), blocks)


def people(found: Sequence[tuple[Member, Sequence[Reason]]], words: Words) -> list[Block]:
    """A block for each person whom a client would suit, with the reasons."""
    blocks = []
    for member, reasons in found:
        person = words.markup("*{name}*", name=parts.one_line(member.name, _NAME))
        said = [f"• {i18n.escape(line)}" for line in told(reasons, words)]
        blocks.append(parts.section(parts.marked("\n".join([person, *said]))))
    return blocks


def remarks(excluded: Sequence[tuple[str, Because]], unknown: Sequence[str], words: Words) -> list[str]:
    """Who is left out, what is not known of the client, and what the order rests on."""
    notes = []
    if excluded:
        people = words.listed(
            [
                words.say("{name} ({reason})", name=parts.one_line(name, 60), reason=words.say(BECAUSE[why]))
                for name, why in excluded
            ]
        )
        notes.append(words.say("Left out: {people}.", people=parts.shortened(people, _SAID)))
    if "zone" in unknown:
        notes.append(words.say("The client’s time zone is not in the book, so hours are not compared."))
    if "languages" in unknown:
        notes.append(words.say("Nobody’s language there is known, so languages are not compared."))
    notes.append(
        words.say(
            "By market, languages, strengths, hours, room, past touches, leave and fairness, as your workspace "
            "weighs them. There are no marks: you decide."
        )
    )
    return notes


def told(reasons: Sequence[Reason], words: Words) -> list[str]:
    """Reasons as lines of plain text; what is to be considered is one of its own, at the end."""
    lines = [in_words(each, words) for each in reasons if not each.against]
    against = [in_words(each, words) for each in reasons if each.against]
    if against:
        lines.append(words.say("To consider: {what}", what="; ".join(against)))
    return lines or [words.say("Nothing is known that speaks for or against it")]


def in_words(reason: Reason, words: Words) -> str:
    """One reason, without a full stop."""
    facts = reason.facts
    match reason.why:
        case Why.SAYS_MARKET:
            return words.say("Says to know this market: {place}", place=places.place(facts["market"], words))
        case Why.HAS_MARKET:
            return words.count(
                "Looks after {n} client in this market: {place}",
                "Looks after {n} clients in this market: {place}",
                facts["count"],
                place=places.place(facts["market"], words),
            )
        case Why.LANGUAGE:
            return words.say(
                "Speaks the client’s language: {language}",
                language=strengths.language(facts["language"], words),
            )
        case Why.STRENGTHS:
            named = words.listed([words.say(strengths.STRENGTHS[each]) for each in facts["strengths"]])
            return words.say("Says to be good at {strengths}", strengths=named)
        case Why.SECTOR:
            return words.say("Says to know the sector: {sector}", sector=parts.one_line(facts["sector"], 64))
        case Why.HOURS:
            return words.say(
                "Shares {shared} of their {all} working hours a day",
                shared=hours(facts["shared"], words),
                all=hours(facts["of"], words),
            )
        case Why.KNOWS:
            return words.count(
                "Had {n} touch with them in a year, on {day}",
                "Had {n} touches with them in a year, the last on {day}",
                facts["count"],
                day=words.day(facts["on"]),
            )
        case Why.ROOM:
            return words.say("Has room for more clients")
        case Why.TOOK_NONE:
            return words.say("Took over no client in the last 90 days")
        case Why.NO_LANGUAGE:
            return words.say(
                "does not name the client’s language: {language}",
                language=strengths.language(facts["language"], words),
            )
        case Why.FEW_HOURS:
            return words.say(
                "shares only {shared} of their {all} working hours a day",
                shared=hours(facts["shared"], words),
                all=hours(facts["of"], words),
            )
        case Why.NEARLY_FULL:
            return words.say("has little room left")
        case Why.FULL:
            return words.say("has no room left for this client")
        case Why.AWAY:
            return words.say(
                "away from {first} to {last}", first=words.day(facts["first"]), last=words.day(facts["last"])
            )
        case Why.TOOK_MANY:
            return words.say("took over several clients of late")


def hours(minutes: int, words: Words) -> str:
    """Minutes as hours, to the half hour."""
    return words.number(Decimal(round(minutes / 30)) / 2)


# --- Who must not have a client ---------------------------------------------------------------------------


def exclude_form(
    client: str,
    because: Mapping[int, Because],
    people: Mapping[int, Member],
    words: Words,
    notes: Mapping[str, Any],
    *,
    most: int,
) -> View:
    """Who must not be given a client, by reason."""
    intro = words.say(
        "Whoever stands here is never offered for {client}. Only the lead of who looks after it, and admins, see this; "
        "the history says that it changed, and not about whom.",
        client=parts.one_line(client, _NAME),
    )
    labels = {
        Because.CLIENT_ASKED: words.say("The client asked for somebody else than"),
        Because.CONFLICT: words.say("A conflict of interest keeps away"),
    }
    blocks = parts.stated_blocks(intro)
    for reason, label in labels.items():
        chosen = [
            settings.person_choice(people[number])
            for number, why in because.items()
            if why is reason and number in people
        ]
        blocks.append(
            parts.field(
                reason.value,
                label,
                parts.asking_multi_select("people.choose", words.say("Type a name"), chosen, most=most),
                optional=True,
            )
        )
    return settings.form("fit.exclude", words.say("Who must not have it"), blocks, words, notes)


def excluded(client_id: int, client: str, names: Sequence[str], words: Words) -> Message:
    """What was saved."""
    name = parts.one_line(client, _NAME)
    said = words.say("Nobody is kept from {client} any more.", client=name)
    if names:
        people = parts.shortened(words.listed([parts.one_line(each, 60) for each in names]), _SAID)
        said = words.say("For {client} I never offer: {people}.", client=name, people=people)
    return parts.stated(said, parts.actions(ask_button(client_id, client, words)))


def ask_button(client_id: int, client: str, words: Words) -> parts.Element:
    return parts.button(
        words.say("Who would suit?"),
        "fit.candidates",
        parts.value_of(client=client_id),
        spoken=words.say("Who would suit {client}?", client=parts.one_line(client, 40)),
    )


# --- What one says of oneself -----------------------------------------------------------------------------


def declare_form(said: Declared, words: Words, notes: Mapping[str, Any]) -> View:
    known_strengths = [
        parts.choice(_capital(words.say(label)), each.value) for each, label in strengths.STRENGTHS.items()
    ]
    spoken = [parts.choice(_capital(strengths.language(code, words)), code) for code in LANGUAGES]
    spoken.sort(key=lambda choice: str(choice["text"]["text"]).casefold())
    known = [parts.choice(places.place(code, words), code) for code in said.markets]
    blocks = [
        *parts.stated_blocks(
            words.say(
                "When a client needs somebody new, leads see who would suit it, with reasons. This is what you say of "
                "yourself; leads and admins can read it."
            )
        ),
        parts.field(
            "strengths",
            words.say("You are good at"),
            parts.checkbox("strengths", known_strengths, [each.value for each in said.strengths]),
            optional=True,
        ),
        parts.field(
            "languages",
            words.say("You speak, beside the language of these words"),
            parts.multi_select("languages", spoken, words.say("Choose languages"), said.languages),
            optional=True,
        ),
        parts.field(
            "markets",
            words.say("Countries and states you know"),
            parts.asking_multi_select(
                "client.market", words.say("Type a country or state"), known, most=MOST_NAMED
            ),
            optional=True,
        ),
        parts.field(
            "sectors",
            words.say("Sectors you know"),
            parts.text_input("sectors", ", ".join(said.sectors), limit=SECTORS),
            optional=True,
            hint=words.say("With commas between."),
        ),
        parts.field(
            "capacity",
            words.say("Room for how many clients in all?"),
            parts.number_input("capacity", said.capacity, least=1, most=LARGEST_BOOK),
            optional=True,
            hint=words.say("Counted as clients of tier B. Left empty, it is what is usual here."),
        ),
    ]
    return settings.form("fit.declare", words.say("What you are good at"), blocks, words, notes)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


# --- What counts how much ---------------------------------------------------------------------------------


def weights_line(workspace: Workspace, words: Words) -> str:
    """The weights of a workspace in one line."""
    weights = weights_of(workspace)
    said = [
        words.say("{label} {number}", label=words.say(FACTOR_NAMES[name]), number=getattr(weights, name))
        for name in FACTORS
    ]
    return words.say(
        "{weights}; a full book is {n} clients of tier B", weights=" · ".join(said), n=weights.capacity
    )


def weights_form(weights: Weights, words: Words, notes: Mapping[str, Any]) -> View:
    blocks = parts.stated_blocks(
        words.say(
            "How much does each of these count when I name people whom a client would suit? From 0, not at all, to "
            "{most}. Who is kept from a client is never named, whatever stands here.",
            most=MOST_WEIGHT,
        )
    )
    for name in FACTORS:
        number = parts.number_input(name, getattr(weights, name), least=0, most=MOST_WEIGHT)
        blocks.append(parts.field(name, words.say(FACTOR_NAMES[name]), number))
    blocks.append(
        parts.field(
            "capacity",
            words.say("Clients of tier B that make a full book"),
            parts.number_input("capacity", weights.capacity, least=1, most=LARGEST_CAPACITY),
            hint=words.say("A client of tier A counts as two of them; one of tier D as a third."),
        )
    )
    return settings.form("workspace.fit", words.say("Whom clients suit"), blocks, words, notes)
