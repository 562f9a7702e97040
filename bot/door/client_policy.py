"""`rapport rulebook client-policy`: a client's answer becomes dated rules for all colleagues."""

from __future__ import annotations

import dataclasses
from datetime import datetime
from decimal import Decimal

import click

from bot.domain.gifts.proposal import CATEGORIES, ProposalError, read_amount
from bot.domain.gifts.rules import GROUPS
from bot.door import gift_line, rule_change
from bot.door.assembly import clock_of
from bot.door.plainly import plainly
from bot.rulebook.writer import ClientPolicy, ClientRule, client_file_name, write_client_policy
from bot.settings import read_settings

_DAY = click.DateTime(formats=["%Y-%m-%d"])
_KIND = click.Choice([*GROUPS, *sorted(CATEGORIES)])
_PERIODS = ("item", "occasion", "head", "calendar_year", "rolling_12_months")
_OBLIGATIONS = ("supervisor_approval", "supervisor_notice", "recipient_disclosure")
"""What a client asks of its own people."""


@click.command("client-policy")
@click.argument("client")
@click.option("--alias", "aliases", multiple=True, help="Another name of the client. Repeatable.")
@click.option("--told-by", required=True, help="Who said it: name and office.")
@click.option("--told-on", type=_DAY, help="When (2026-03-31); the rules begin then. By default today.")
@click.option("--until", type=_DAY, help="The last day on which it holds.")
@click.option("--url", help="Where the policy can be read.")
@click.option(
    "--allow", type=_KIND, metavar="KIND", multiple=True, help="What its people may take. Repeatable."
)
@click.option(
    "--approval", type=_KIND, metavar="KIND", multiple=True, help="What needs an approval. Repeatable."
)
@click.option(
    "--prohibit", type=_KIND, metavar="KIND", multiple=True, help="What they may not take. Repeatable."
)
@click.option("--up-to", metavar="AMOUNT", help="With --allow: only up to and including this amount.")
@click.option("--currency", help="The amount's (ISO 4217). By default the workspace's.")
@click.option(
    "--per", type=click.Choice(_PERIODS), default="item", show_default=True, help="What the amount is for."
)
@click.option(
    "--over",
    type=click.Choice(("approval", "prohibit")),
    default="prohibit",
    show_default=True,
    help="What holds beyond the amount.",
)
@click.option(
    "--obligation",
    "obligations",
    type=click.Choice(_OBLIGATIONS),
    multiple=True,
    help="What its people must do where it is not forbidden. Repeatable.",
)
@click.option("--en", "english", help="The answer in an English sentence, which is shown as the reason.")
@click.option(
    "--fr", "french", help="The same in French. One of the two is enough, and then stands for both."
)
@click.option("--replace", is_flag=True, help="Put it in the place of the answer on file.")
@click.option("--dry-run", is_flag=True, help="Show the file and what it would do, and change nothing.")
@click.option("--team", help="Slack team id; needed only where several workspaces use this database.")
def client_policy(
    client: str,
    aliases: tuple[str, ...],
    told_by: str,
    told_on: datetime | None,
    until: datetime | None,
    url: str | None,
    allow: tuple[str, ...],
    approval: tuple[str, ...],
    prohibit: tuple[str, ...],
    up_to: str | None,
    currency: str | None,
    per: str,
    over: str,
    obligations: tuple[str, ...],
    english: str | None,
    french: str | None,
    replace: bool,
    dry_run: bool,
    team: str | None,
) -> None:
    """Turn CLIENT's answer about gifts into dated rules for all colleagues, and put them in force.

    A KIND is a category of gift (alcohol, meal …) or a group of them (any, goods, hospitality, journeys, money).
    """
    with plainly():
        settings = read_settings()
        today = gift_line.today(clock_of(settings), settings.zone)
        day = told_on.date() if told_on is not None else today
        last_day = until.date() if until is not None else None
        sentences = [sentence for sentence in (english, french) if sentence and sentence.strip()]
        amount = _amount(up_to)
        for wrong, complaint in (
            (not client.strip(), "say which client"),
            (not told_by.strip(), "say who said it, with --told-by"),
            (day > today, "--told-on lies in the future"),
            (last_day is not None and last_day < day, "--until lies before --told-on"),
            (not (allow or approval or prohibit), "say what holds, with --allow, --approval or --prohibit"),
            (amount is not None and not allow, "--up-to goes with --allow"),
            (not sentences, "give the answer in a sentence, with --en, --fr or both"),
        ):
            if wrong:
                raise click.UsageError(complaint)
        said, french_said = sentences[0], sentences[-1]
        allowed = ClientRule("allow", allow, said, french_said, obligations=obligations)
        if amount is not None:
            money = currency or settings.currency
            allowed = dataclasses.replace(allowed, amount=amount, currency=money, per=per, over=over)
        rules = (
            allowed,
            ClientRule("approval", approval, said, french_said, obligations=obligations),
            ClientRule("prohibit", prohibit, said, french_said),
        )
        policy = ClientPolicy(
            client=client.strip(),
            told_on=day,
            told_by=told_by,
            rules=[rule for rule in rules if rule.categories],
            aliases=aliases,
            url=url,
            valid_until=last_day,
        )
        name, text = client_file_name(policy.client), write_client_policy(policy)
        if dry_run:
            for line in (f"# {name}", *text.splitlines()):
                rule_change.say(line)
        rule_change.take(settings, {name: text}, team=team, on=None, dry_run=dry_run, only_new=not replace)


def _amount(typed: str | None) -> Decimal | None:
    if typed is None:
        return None
    try:
        return read_amount(typed, "--up-to")
    except ProposalError as wrong:
        raise click.BadParameter(wrong.message, param_hint="--up-to") from wrong
