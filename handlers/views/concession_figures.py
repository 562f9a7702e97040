"""What was given month by month, in words and as a chart; the limits of the workspace. Nobody is compared."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bot.domain.concessions import Limits, MonthSum, Sheet
from bot.domain.money import Money
from bot.domain.workspaces import Workspace, limits_of
from handlers.answers import Block, Message, View
from handlers.i18n import Words
from handlers.views import charts, concessions, parts, settings
from handlers.views.charts import Chart, Series

_NAME = 60
_CLIENTS = 8
"""Clients that are named in one month."""
_WAITING = 5


def message(
    months: Sequence[MonthSum],
    names: Mapping[int, str],
    held: int,
    waiting: Sequence[Sheet],
    words: Words,
    *,
    team: bool,
    both: bool,
) -> Message:
    """The figures of one's own clients, or of a team's; what waits for the reader's answer stands below."""
    whose = words.say("Your team") if team else words.say("Your clients")
    title = words.say("{whose}: {what}", whose=whose, what=words.say("Concessions"))
    lines = month_lines(months, names, words)
    sentence = "\n".join(lines)
    chart = chart_of(months, words)
    blocks: list[Block] = [parts.header(title)]
    blocks += charts.blocks(chart, sentence, words) if chart else parts.stated_blocks(sentence)
    if held:
        thanks = words.count(
            "You held a no once in this time. Well done.",
            "You held a no {n} times in this time. Well done.",
            held,
        )
        lines.append(thanks)
        blocks.append(parts.section(parts.plain(thanks)))
    blocks.append(
        parts.context(
            parts.plain(words.say("Sums of all clients together; nobody is compared with anybody."))
        )
    )
    asked = [concessions.question(sheet, words, among=True) for sheet in waiting[:_WAITING]]
    for shown in asked:
        blocks += [parts.divider(), *shown.blocks]
    if len(waiting) > len(asked):
        more = words.count("{n} more waits for you.", "{n} more wait for you.", len(waiting) - len(asked))
        lines.append(more)
        blocks.append(parts.context(parts.plain(more)))
    if both:
        other = words.say("Your clients") if team else words.say("Your team")
        blocks.append(parts.actions(parts.button(other, "concession.figures", parts.value_of(team=not team))))
    whole = parts.told("\n".join([title, *lines]), blocks)
    return Message("\n".join([whole.text, *(each.text for each in asked)]), whole.blocks)


def month_lines(months: Sequence[MonthSum], names: Mapping[int, str], words: Words) -> list[str]:
    """Each month in a line of plain text, the latest first."""
    if not months:
        return [words.say("Nothing was given in this time.")]
    return [_month_line(each, names, words) for each in months]


def _month_line(each: MonthSum, names: Mapping[int, str], words: Words) -> str:
    said = []
    if each.given:
        said.append(words.count("{n} given", "{n} given", each.given))
    if each.without:
        line = words.count("{n} without anything in return", "{n} without anything in return", each.without)
        if each.worth:
            line = words.say("{what} ({amounts})", what=line, amounts=_amounts(each.worth, words))
        clients = [_client(*row, names, words) for row in each.clients[:_CLIENTS]]
        if more := len(each.clients) - len(clients):
            clients.append(words.count("{n} more", "{n} more", more))
        said.append(words.say("{what}: {clients}", what=line, clients=words.listed(clients)))
    if each.held:
        said.append(words.count("{n} no held", "{n} noes held", each.held))
    return words.say(
        "{month} {year}: {figures}",
        month=words.month(each.first),
        year=str(each.first.year),
        figures=" · ".join(said),
    )


def _client(
    client_id: int, times: int, worth: Sequence[Money], names: Mapping[int, str], words: Words
) -> str:
    name = parts.one_line(names.get(client_id, "?"), _NAME)
    facts = [] if times == 1 else [words.count("{n} time", "{n} times", times)]
    facts += [words.money(each) for each in worth]
    return words.say("{client} ({facts})", client=name, facts=", ".join(facts)) if facts else name


def _amounts(worth: Sequence[Money], words: Words) -> str:
    return words.listed([words.money(each) for each in worth])


def chart_of(months: Sequence[MonthSum], words: Words) -> Chart | None:
    """Concessions with and without a counterpart by month, the earliest first; None where nothing was given."""
    given = [each for each in reversed(months) if each.given]
    if not given:
        return None
    return Chart(
        words.say("Concessions by month"),
        "bar",
        [f"{words.month(each.first)} {each.first.year}" for each in given[-charts.POINTS :]],
        [
            Series(words.say("Something back"), [each.given - each.without for each in given]),
            Series(words.say("Nothing back"), [each.without for each in given]),
        ],
        across=words.say("Month"),
        up=words.say("Concessions"),
    )


# --- The limits of the workspace --------------------------------------------------------------------------


def limits_line(workspace: Workspace, words: Words) -> str:
    limits = limits_of(workspace)
    return words.say(
        "Without a lead up to {percent} and {amount}, with something in return",
        percent=concessions.percent(limits.percent, words),
        amount=words.money(Money(limits.amount, workspace.currency)),
    )


def limits_form(limits: Limits, currency: str, words: Words, notes: Mapping[str, Any]) -> View:
    blocks = [
        parts.field(
            "percent",
            words.say("Discount without a lead, at most"),
            parts.text_input("percent", concessions.percent(limits.percent, words), limit=20),
            hint=words.say("In percent. Above it a lead has to agree."),
        ),
        parts.field(
            "amount",
            words.say("Amount without a lead, at most"),
            parts.text_input("amount", f"{format(limits.amount.normalize(), 'f')} {currency}", limit=60),
            hint=words.say(
                "In {currency}. Without anything in return a lead always signs a waiver.", currency=currency
            ),
        ),
    ]
    return settings.form("workspace.concessions", words.say("Concessions"), blocks, words, notes)
