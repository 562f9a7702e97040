"""The team of a lead, or of an admin: sums, and the way into the books. Nobody is compared with anybody."""

from __future__ import annotations

from bot.domain.clients import Tier
from bot.domain.team import Load, Team, overall
from handlers.answers import Block
from handlers.i18n import Words
from handlers.views import book_plans, parts
from handlers.views.home import figures


def team(of: Team, words: Words) -> list[Block]:
    if not of.people and not of.load.unowned and not of.load.left:
        said = words.say("Nobody is in your team yet. An admin says who leads whom.")
        return [parts.header(words.say("Your team")), *parts.stated_blocks(said)]
    people = words.count("Your team: {n} person", "Your team: {n} people", len(of.people))
    if of.everybody:
        people = words.count("Everybody: {n} person", "Everybody: {n} people", len(of.people))
    return [
        parts.header(people),
        parts.section(parts.plain(_spread(of.load, words))),
        *_neglected(of, words),
        _ways(of, words),
        parts.divider(),
        *figures.blocks(of.figures, words),
        parts.context(parts.plain(words.say("Sums of all books together; nobody is compared with anybody."))),
    ]


def _spread(load: Load, words: Words) -> str:
    """How many clients there are, and how they are spread."""
    lines = []
    if load.managers:
        said = words.count("{n} person looks after", "{n} people look after", load.managers)
        clients = words.count("{n} client", "{n} clients", load.clients)
        weekly = words.count(
            "which asks for about {n} touch a week",
            "which ask for about {n} touches a week",
            round(load.weekly),
        )
        lines.append(words.say("{people} {clients}, {weekly}.", people=said, clients=clients, weekly=weekly))
    if load.managers > 1:
        low, middle, high = load.range
        lines.append(
            words.say(
                "A book has {low} to {high} clients; the median is {middle}.",
                low=words.number(low),
                high=words.number(high),
                middle=words.number(round(middle)),
            )
        )
        few, _, many = (round(each) for each in load.weekly_range)
        if few != many:
            lines.append(words.say("Each asks for {few} to {many} touches a week.", few=few, many=many))
    if load.unowned:
        lines.append(
            words.count(
                "{n} client is looked after by nobody.",
                "{n} clients are looked after by nobody.",
                load.unowned,
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
    return "\n".join(lines) or words.say("No clients yet.")


def _neglected(of: Team, words: Words) -> list[Block]:
    found = {tier: each.neglected for tier, each in of.figures.coverage.items() if each.neglected}
    if not found:
        return [parts.section(parts.plain(words.say("No client is neglected.")))]
    total = overall(of.figures.coverage).neglected
    tiers = words.listed([_in_tier(tier, count, words) for tier, count in found.items()])
    said = words.count(
        "{n} client is neglected: {tiers}.", "{n} clients are neglected: {tiers}.", total, tiers=tiers
    )
    return [parts.section(parts.plain(said))]


def _in_tier(tier: Tier, count: int, words: Words) -> str:
    return words.say("{count} in tier {tier}", count=words.number(count), tier=tier.value)


def _ways(of: Team, words: Words) -> Block:
    buttons = []
    if overall(of.figures.coverage).neglected:
        buttons.append(
            parts.button(
                words.say("Neglected clients"),
                "home.go:neglected",
                parts.value_of(tab="team", whose="team", state="neglected"),
                primary=True,
            )
        )
    buttons.append(
        parts.button(words.say("All clients"), "home.go:all", parts.value_of(tab="team", whose="team"))
    )
    if of.load.unowned:
        buttons.append(
            parts.button(
                words.say("Clients of nobody"), "home.go:nobody", parts.value_of(tab="team", whose="nobody")
            )
        )
    if of.people or of.load.left:
        buttons.append(book_plans.button(words))
    person = parts.asking_select("team.person", words.say("Clients of one person"))
    return parts.actions(*buttons, *([person] if of.people else []))


def suggestions(of: list[tuple[int, str]]) -> list[parts.Element]:
    """People as choices, in the order in which they are given."""
    return [
        parts.choice(parts.one_line(name, parts.CHOICE), str(member_id))
        for member_id, name in of[: parts.CHOICES]
    ]
