"""What leads read: the sums of a week, and who stays neglected. Nobody is ranked, and nobody is named in the sums."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from bot.domain.ladder import FEWEST, IN_PRIVATE, ON_THE_PAGE, LeadPage, Neglected
from bot.domain.team import Load
from handlers import i18n
from handlers.answers import Block, Message
from handlers.i18n import Words
from handlers.views import covers, figures, parts
from handlers.views.home import figures as home_figures

_NAME = 120


def page(of: LeadPage, day: date, words: Words) -> Message:
    """The page of a week: coverage, neglected clients, promises, load."""
    title = words.say("Your team · week of {day}", day=words.weekday(day))
    told: list[tuple[str, str]] = []
    if of.coverage:
        told.append((words.say("How they stand"), figures.coverage_sentence(of.coverage, words)))
    told.append((words.say("Neglected clients"), _neglected(of, words)))
    told.append((words.say("Promises of the last 90 days"), home_figures.promises_line(of.promises, words)))
    told.append((words.say("How they are spread"), _spread(of, of.load, words)))
    blocks: list[Block] = [
        parts.header(title),
        *(
            parts.section(parts.marked(f"*{i18n.escape(label)}*\n{i18n.escape(said)}"))
            for label, said in told
        ),
        parts.context(
            parts.plain(
                words.say(
                    "Sums of all books together; nobody is compared with anybody. Who looks after a client has read of "
                    "it before it counts here as neglected. More on the tab Team of my Home."
                )
            )
        ),
    ]
    lines = [words.say("{label}: {value}", label=label, value=said) for label, said in told]
    return parts.told("\n".join([title, *lines]), blocks)


def _neglected(of: LeadPage, words: Words) -> str:
    if not of.red:
        return words.say("No client is neglected.")
    said = words.count("{n} client is neglected.", "{n} clients are neglected.", of.red)
    if not of.longer:
        return said
    longer = words.count(
        "{n} of them has been for {days} working days or more.",
        "{n} of them have been for {days} working days or more.",
        of.longer,
        days=ON_THE_PAGE,
    )
    if of.longer == of.red > 1:
        longer = words.say("All of them have been for {days} working days or more.", days=ON_THE_PAGE)
    elif of.longer == of.red:
        longer = words.say("It has been for {days} working days or more.", days=ON_THE_PAGE)
    return f"{said} {longer}"


def _spread(of: LeadPage, load: Load, words: Words) -> str:
    """How many clients there are and what they ask for; a range only where it shows nobody's own figures."""
    if not load.clients:
        return words.say("No clients yet.")
    people = words.count("{n} person looks after", "{n} people look after", load.managers)
    clients = words.count("{n} client", "{n} clients", load.clients)
    weekly = words.count(
        "which asks for about {n} touch a week",
        "which ask for about {n} touches a week",
        round(load.weekly),
    )
    lines = [words.say("{people} {clients}, {weekly}.", people=people, clients=clients, weekly=weekly)]
    if load.managers >= FEWEST:
        low, middle, high = load.range
        lines.append(
            words.say(
                "A book has {low} to {high} clients; the median is {middle}.",
                low=words.number(low),
                high=words.number(high),
                middle=words.number(round(middle)),
            )
        )
    if load.left:
        lines.append(
            words.count(
                "{n} client belongs to people who are no longer here.",
                "{n} clients belong to people who are no longer here.",
                load.left,
            )
        )
    return " ".join(lines)


# --- In private -------------------------------------------------------------------------------------------


def neglected(rows: Sequence[Neglected], words: Words) -> Message:
    """The clients that stay neglected although their owners know, each with what a lead can do."""
    intro = words.count(
        "{n} client has been neglected for {days} working days or more, and who looks after it knows. "
        "Perhaps they need a hand:",
        "{n} clients have been neglected for {days} working days or more, and who looks after them knows. "
        "Perhaps they need a hand:",
        len(rows),
        days=IN_PRIVATE,
    )
    blocks: list[Block] = [parts.section(parts.plain(intro))]
    for row in rows:
        blocks += _row(row, words)
    lines = [f"• {_line(row, words)}" for row in rows]
    return parts.told("\n".join([intro, *lines]), blocks)


def _line(row: Neglected, words: Words) -> str:
    client = parts.one_line(row.client, _NAME)
    return words.say("{client}: {reason}", client=client, reason=_since(row, words))


def _since(row: Neglected, words: Words) -> str:
    """Who looks after a client, and for how long nobody has spoken to it."""
    owner = parts.one_line(row.owner, _NAME)
    if row.never:
        return words.count(
            "Looked after by {owner}; in the book for {n} day and not contacted yet.",
            "Looked after by {owner}; in the book for {n} days and not contacted yet.",
            row.days,
            owner=owner,
        )
    return words.count(
        "Looked after by {owner}; {n} day without contact.",
        "Looked after by {owner}; {n} days without contact.",
        row.days,
        owner=owner,
    )


def _row(row: Neglected, words: Words) -> list[Block]:
    name, value = parts.one_line(row.client, 40), parts.value_of(client=row.client_id)
    head = words.markup("*{client}* · Tier {tier}", client=parts.one_line(row.client, _NAME), tier=row.tier)
    return [
        parts.section(parts.marked(f"{head}\n{i18n.escape(_since(row, words))}")),
        parts.actions(
            parts.button(
                words.say("Offer help"),
                f"lead.help:{row.client_id}",
                value,
                spoken=words.say("Offer help with {client}", client=name),
            ),
            covers.button(row.client_id, row.client, words),
            parts.button(
                words.say("Hand over"),
                f"reassign.open:{row.client_id}",
                value,
                spoken=words.say("Hand {client} over to somebody else", client=name),
            ),
            parts.button(
                words.say("Open"),
                f"nudge.open:{row.client_id}",
                value,
                spoken=words.say("Open the brief of {client}", client=name),
            ),
        ),
    ]


def help_offered(facts: Mapping[str, Any], words: Words) -> Message:
    """To the owner of a client: their lead offers help."""
    client_id, client = int(facts["client_id"]), str(facts["client"])
    said = words.say(
        "{lead} offers to help with {client}: answer them when it suits you, or ask a colleague to cover.",
        lead=parts.one_line(str(facts["lead"]), _NAME),
        client=parts.one_line(client, _NAME),
    )
    opener = parts.button(
        words.say("Open"),
        f"nudge.open:{client_id}",
        parts.value_of(client=client_id),
        spoken=words.say("Open the brief of {client}", client=parts.one_line(client, 40)),
    )
    return parts.stated(said, parts.actions(opener, covers.button(client_id, client, words)))


def offered(client: str, owner: str, words: Words, *, again: bool) -> Message:
    """To the lead: what was done."""
    facts = {"owner": parts.one_line(owner, _NAME), "client": parts.one_line(client, _NAME)}
    if again:
        return parts.stated(
            words.say("{owner} knows already today that you would help with {client}.", **facts)
        )
    return parts.stated(words.say("I let {owner} know that you would help with {client}.", **facts))
