"""`rapport workspace`, and the settings that `rapport member` takes, for whoever runs the machine."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import asdict
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from typing import Any

import click

from bot.domain.answer_terms import NAMES, Market, name_of, pair_from, terms_of
from bot.domain.cadence import cadences_of
from bot.domain.clients import Tier
from bot.domain.covers import CoverSheet
from bot.domain.fit import weights_of
from bot.domain.health import Health
from bot.domain.members import Member, NewSettings, Noise
from bot.domain.refusals import Refusal
from bot.domain.strengths import Declared, Strength
from bot.domain.workspaces import LOCALES, Workspace
from bot.door import fit_commands
from bot.door.opened import only_workspace, opened_register
from bot.door.plainly import plainly
from bot.services import channels, covers, fit, health, members, recounting, settings, workspaces
from bot.services.house import House
from handlers import refusals
from handlers.i18n import words_for

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_CADENCE = re.compile(r"([ABCD])=(\d{1,4})/(\d{1,4})", re.IGNORECASE)
_day = click.DateTime(formats=["%Y-%m-%d"])


def _span(_context: click.Context, _option: click.Parameter, typed: str | None) -> tuple[str, str] | None:
    if typed is None:
        return None
    first, found, last = typed.partition("-" if ":" in typed else "..")
    if not found:
        raise click.BadParameter("write two of them, as in 09:00-17:00 or 2026-12-21..2027-01-01")
    return first.strip(), last.strip()


def _hours(context: click.Context, option: click.Parameter, typed: str | None) -> tuple[time, time] | None:
    span = _span(context, option, typed)
    return None if span is None else (_time(span[0]), _time(span[1]))


def _at(_context: click.Context, _option: click.Parameter, typed: str | None) -> time | None:
    return None if typed is None else _time(typed)


def _time(typed: str) -> time:
    try:
        return time.fromisoformat(typed.zfill(5)).replace(second=0, microsecond=0, tzinfo=None)
    except ValueError as wrong:
        raise click.BadParameter(f"{typed} is no time of day, such as 09:00") from wrong


def _days(_context: click.Context, _option: click.Parameter, typed: str | None) -> frozenset[int] | None:
    if typed is None:
        return None
    names = [name.strip()[:3].lower() for name in typed.split(",")]
    if not set(names) <= set(_DAYS):
        raise click.BadParameter(f"write days such as {','.join(_DAYS[:5])}")
    return frozenset(_DAYS.index(name) for name in names)


def _leave(context: click.Context, option: click.Parameter, typed: str | None) -> tuple[date, date] | None:
    span = _span(context, option, typed)
    if span is None:
        return None
    try:
        return date.fromisoformat(span[0]), date.fromisoformat(span[1])
    except ValueError as wrong:
        raise click.BadParameter("write two days, as in 2026-12-21..2027-01-01") from wrong


def member_options(command: Callable[..., None]) -> Callable[..., None]:
    """The options of `rapport member` for what members choose for themselves; see `apply`."""
    for option in reversed(
        (
            click.option("--hours", callback=_hours, metavar="09:00-17:00", help="Working hours."),
            click.option("--days", callback=_days, metavar="mon,tue,…", help="Working days."),
            click.option(
                "--digest-at", callback=_at, metavar="09:00", help="When the morning message comes."
            ),
            click.option(
                "--noise", type=click.Choice([noise.value for noise in Noise]), help="What is told unasked."
            ),
            click.option(
                "--quiet-hours/--any-hour",
                "quiet_hours",
                default=None,
                help="Written to in working time only, or at any hour of any day.",
            ),
            click.option(
                "--language",
                type=click.Choice([*LOCALES, "profile"]),
                help="In which language, or that of the Slack profile.",
            ),
            click.option(
                "--channel", type=click.Choice(["on", "off"]), help="Whether messages are sent at all."
            ),
            click.option("--leave", callback=_leave, metavar="FIRST..LAST", help="Days away, both included."),
            click.option(
                "--cover",
                metavar="USER|backups",
                help="With --leave: who is asked to cover, or each client's backup.",
            ),
            click.option("--end-leave", type=_day, metavar="FIRST", help="Take the leave from that day out."),
            click.option(
                "--strengths",
                metavar="blunt,saying_no,…",
                help=f"What the person is good at: {', '.join(Strength)}; none takes all back.",
            ),
            click.option(
                "--speaks", metavar="fr,de,…", help="Languages the person speaks; none takes all back."
            ),
            click.option(
                "--markets", metavar="US,CA-QC,…", help="Countries and states the person knows, or none."
            ),
            click.option("--sectors", metavar="NAME,…", help="Sectors the person knows, or none."),
            click.option(
                "--room",
                type=int,
                metavar="N",
                help="Clients of tier B the person has room for; 0: as usual.",
            ),
        )
    ):
        command = option(command)
    return command


def apply(
    house: House,
    workspace_id: int,
    user_id: str,
    *,
    hours: tuple[time, time] | None,
    days: frozenset[int] | None,
    digest_at: time | None,
    noise: str | None,
    quiet_hours: bool | None,
    language: str | None,
    channel: str | None,
    leave: tuple[date, date] | None,
    cover: str | None,
    end_leave: datetime | None,
    strengths: str | None,
    speaks: str | None,
    markets: str | None,
    sectors: str | None,
    room: int | None,
) -> None:
    """Change what was given. Raises the refusals of `bot.services.settings` and of `bot.domain.strengths.checked`."""
    _declare(house, workspace_id, user_id, strengths, speaks, markets, sectors, room)
    if channel == "on":
        channels.turn_on_by_operator(house, workspace_id, user_id)
    elif channel == "off":
        channels.turn_off_by_operator(house, workspace_id, user_id)
    if end_leave is not None:
        settings.end_leave_by_operator(house, workspace_id, user_id, end_leave.date())
    if cover is not None and leave is None:
        raise click.UsageError("--cover goes with --leave: who covers, and when")
    if leave is not None:
        settings.take_leave_by_operator(house, workspace_id, user_id, *leave, cover=cover)
    new = NewSettings(
        hours=hours,
        work_days=days,
        digest_time=digest_at,
        noise=None if noise is None else Noise(noise),
        quiet_hours=quiet_hours,
        locale="" if language == "profile" else language,
    )
    if new != NewSettings():
        settings.change_by_operator(house, workspace_id, user_id, new)


def _declare(
    house: House,
    workspace_id: int,
    user_id: str,
    strengths: str | None,
    speaks: str | None,
    markets: str | None,
    sectors: str | None,
    room: int | None,
) -> None:
    """Change what a member says of themselves, as far as it was given."""
    member = members.of_user(house, workspace_id, user_id)
    if member is None or (strengths, speaks, markets, sectors, room) == (None,) * 5:
        return
    before = fit.declared_by(house, workspace_id, member.id)
    unknown = set(_several(strengths or "")) - set(Strength)
    if unknown:
        raise click.BadParameter(f"no strength: {', '.join(sorted(unknown))}; there is {', '.join(Strength)}")
    said = Declared(
        before.strengths if strengths is None else frozenset(map(Strength, _several(strengths))),
        before.languages if speaks is None else _several(speaks),
        before.markets if markets is None else _several(markets),
        before.sectors if sectors is None else _several(sectors),
        before.capacity if room is None else room or None,
    )
    fit.declare_by_operator(house, workspace_id, user_id, said)


def _several(typed: str) -> tuple[str, ...]:
    return () if typed.strip() == "none" else tuple(each.strip() for each in typed.split(",") if each.strip())


def told(house: House, workspace_id: int, member: Member) -> list[str]:
    """The settings of a member, line by line."""
    days = ",".join(_DAYS[day] for day in sorted(member.work_days))
    lines = [
        (
            f"  works: {days} {member.hours_from:%H:%M}-{member.hours_until:%H:%M}; "
            f"morning message {member.digest_time:%H:%M}; noise {member.noise.value}"
            f"{'' if member.quiet_hours else '; at any hour'}"
        )
    ]
    if member.channel_off_at is not None:
        lines.append(f"  messages off since {member.channel_off_at:%Y-%m-%d %H:%M}Z: {member.channel_reason}")
    elif member.channel_failures:
        lines.append(f"  the last {member.channel_failures} messages did not arrive: {member.channel_reason}")
    lines += [
        f"  away: {absence.first}..{absence.last}{' (by the Slack status)' if absence.from_status else ''}"
        for absence in settings.absences_of(house, workspace_id, member.id)
    ]
    lines += [
        f"  covered: {sheet.cover.first}..{sheet.cover.last} by {sheet.colleague} "
        f"({sheet.cover.state.value}){_gaps(sheet)}"
        for sheet in covers.of_member(house, workspace_id, member.id)
    ]
    lines += [
        f"  covers: {sheet.owner} {sheet.cover.first}..{sheet.cover.last} ({sheet.cover.state.value}){_gaps(sheet)}"
        for sheet in covers.by_member(house, workspace_id, member.id)
    ]
    said = fit.declared_by(house, workspace_id, member.id)
    return [*lines, *fit_commands.declared_lines(said, words_for("en-US"))]


def _gaps(sheet: CoverSheet) -> str:
    """On which days of a cover nobody covers, for its colleague is away."""
    gaps = sheet.cover.gaps(sheet.cover.first, sheet.cover.last)
    return "".join(f", not {first}..{last}: {sheet.colleague} is away" for first, last in gaps)


# --- The workspace ----------------------------------------------------------------------------------------


def _decimal(_context: click.Context, _option: click.Parameter, typed: str | None) -> Decimal | None:
    if typed is None:
        return None
    try:
        found = Decimal(typed.strip().rstrip("%").strip())
    except InvalidOperation as wrong:
        raise click.BadParameter(f"{typed} is no number, such as 2.5") from wrong
    if not found.is_finite():
        raise click.BadParameter(f"{typed} is no number, such as 2.5")
    return found


def _cadences(
    _context: click.Context, _option: click.Parameter, typed: tuple[str, ...]
) -> dict[str, tuple[int, int]]:
    found = {}
    for each in typed:
        read = _CADENCE.fullmatch(each.strip())
        if read is None:
            raise click.BadParameter(f"{each} is no cadence, such as A=14/21")
        found[read[1].upper()] = (int(read[2]), int(read[3]))
    return found


def _terms(
    _context: click.Context, _option: click.Parameter, typed: tuple[str, ...]
) -> dict[str, tuple[str, str] | None]:
    """Terms by market; None for those that are to be ours again."""
    found: dict[str, tuple[str, str] | None] = {}
    for each in typed:
        name, equals, said = each.partition("=")
        name = name.strip().lower()
        if not equals or name not in NAMES:
            raise click.BadParameter(f"{each} is none of {', '.join(NAMES)} with terms, such as us=60m/120m")
        try:
            found[name] = None if said.strip().lower() in ("default", "ours") else pair_from(said)
        except Refusal as refusal:
            raise click.BadParameter(refusals.message(refusal, words_for("en-US")).text) from refusal
    return found


@click.command("workspace")
@click.option("--zone", help="Time zone, such as Europe/Paris.")
@click.option("--country", help="Home country, such as FR or US-NY.")
@click.option("--currency", help="Currency, such as EUR.")
@click.option("--language", type=click.Choice(LOCALES), help="For people whose own is not known.")
@click.option(
    "--cadence",
    "cadences",
    multiple=True,
    callback=_cadences,
    metavar="A=14/21",
    help="Days until a client of a tier is due and neglected. Repeatable.",
)
@click.option(
    "--fit",
    "weights",
    multiple=True,
    callback=fit_commands.weights,
    metavar="market=3",
    help="How much something counts for whom a client suits (docs/fit.md). Repeatable.",
)
@click.option(
    "--concession-percent",
    callback=_decimal,
    metavar="2",
    help="Discount in percent up to which no lead has to agree (docs/concessions.md).",
)
@click.option(
    "--concession-amount",
    callback=_decimal,
    metavar="500",
    help="The same as an amount in the workspace's currency.",
)
@click.option("--starts-on", type=_day, metavar="DAY", help="Before that day no client turns red.")
@click.option("--touch-emoji", metavar="NAME", help="The reaction that logs a touch; none takes it back.")
@click.option(
    "--seen-emoji", metavar="NAME", help="The reaction that acknowledges a question; none takes it back."
)
@click.option(
    "--clocks-on", type=_day, metavar="DAY", help="Before that day nobody is told that a client waits."
)
@click.option(
    "--clock",
    "terms",
    multiple=True,
    callback=_terms,
    metavar="us=60m/120m",
    help="By when clients of a market (us-a: of tier A) are acknowledged and answered, or default. Repeatable.",
)
@click.option("--posts-per-minute", type=int, help="Messages a minute, at most.")
@click.option(
    "--channels-on", is_flag=True, help="Send to everybody again for whom messages were turned off."
)
@click.option("--team", help="Slack team id; needed only where several workspaces use this database.")
def workspace(
    zone: str | None,
    country: str | None,
    currency: str | None,
    language: str | None,
    cadences: dict[str, tuple[int, int]],
    weights: dict[str, int],
    concession_percent: Decimal | None,
    concession_amount: Decimal | None,
    starts_on: datetime | None,
    touch_emoji: str | None,
    seen_emoji: str | None,
    clocks_on: datetime | None,
    terms: dict[str, tuple[str, str] | None],
    posts_per_minute: int | None,
    channels_on: bool,
    team: str | None,
) -> None:
    """Show a workspace and its health; with options, change its defaults. All due moments follow at once."""
    with plainly(), opened_register() as (house, operator):
        known = only_workspace(house, team)
        values: dict[str, Any] = {
            "zone": zone,
            "country": country,
            "currency": None if currency is None else currency.upper(),
            "locale": language,
            "starts_on": None if starts_on is None else starts_on.date(),
            "clocks_on": None if clocks_on is None else clocks_on.date(),
            "posts_per_minute": posts_per_minute,
            "concession_percent": concession_percent,
            "concession_amount": concession_amount,
        }
        values = {name: value for name, value in values.items() if value is not None}
        if touch_emoji is not None:
            values["touch_emoji"] = None if touch_emoji in ("none", "off") else touch_emoji.strip(":").lower()
        if seen_emoji is not None:
            values["seen_emoji"] = None if seen_emoji in ("none", "off") else seen_emoji.strip(":").lower()
        if cadences:
            before = cadences_of(known).by_tier
            values["cadences"] = {
                tier.value: cadences.get(tier.value, (before[tier].due, before[tier].neglected))
                for tier in Tier
            }
        if weights:
            values["fit"] = {**known.fit, **weights}
        if terms:
            wanted = {**known.clock_terms, **terms}
            values["clock_terms"] = {name: pair for name, pair in wanted.items() if pair is not None}
        if channels_on:
            click.echo(f"{channels.turn_on_by_operator(house, known.id)} members are sent messages again")
        if values:
            try:
                changed = workspaces.change_by_operator(house, known.id, **values)
            except Refusal as refusal:
                said = refusals.message(refusal, words_for(operator.locale)).text
                raise click.ClickException(said) from refusal
            if recounting.grounds_of(known) != recounting.grounds_of(changed):
                _recount(house, known.id)
            known = changed
        for line in _shown(known, health.look_by_operator(house, known.id)):
            click.echo(line)


def _recount(house: House, workspace_id: int) -> None:
    """Set all due moments anew, page by page, so that a running bot is not held up."""
    done, after = 0, 0
    while True:
        reached = recounting.recount(house, workspace_id, after=after, most=recounting.PAGE)
        if reached is None:
            break
        done, after = done + recounting.PAGE, reached
        click.echo(f"\r{done} clients", nl=False, err=True)
    if done:
        click.echo(err=True)


def _clocks(known: Workspace) -> str:
    said = []
    for market in Market:
        for tight in (False, True):
            terms = terms_of(market, known.clock_terms, tight=tight)
            said.append(f"{name_of(market, tight=tight)} {terms[0].written()}/{terms[1].written()}")
    return ", ".join(said)


def _shown(known: Workspace, seen: Health) -> list[str]:
    cadences = cadences_of(known).by_tier
    rhythm = ", ".join(f"{tier.value} {cadences[tier].due}/{cadences[tier].neglected}" for tier in Tier)
    return [
        f"{known.name} ({known.team_id}): {known.country}, {known.currency}, {known.zone}, {known.locale}",
        f"  cadence, due/neglected in days: {rhythm}",
        f"  nothing turns red before: {known.starts_on or '-'}; answers are watched from: {known.clocks_on or '-'}",
        f"  acknowledged/answered by: {_clocks(known)}",
        f"  reaction that acknowledges a question: {known.seen_emoji or '-'}",
        f"  whom clients suit: {', '.join(f'{name} {number}' for name, number in asdict(weights_of(known)).items())}",
        (
            f"  concessions without a lead: up to {known.concession_percent} % and {known.concession_amount} "
            f"{known.currency}"
        ),
        f"  reaction that logs a touch: {known.touch_emoji or '-'}; {known.posts_per_minute} messages a minute",
        f"  set up: {'yes' if known.set_up_at else 'not yet'}",
        (
            f"  {seen.clients} clients ({seen.unowned} without owner), {seen.members} members: {seen.admins} admins, "
            f"{seen.leads} leads, {seen.officers} compliance officers; {seen.mailless} without mail address"
        ),
        (
            f"  messages: {seen.waiting} waiting; in seven days {seen.sent} sent, {seen.skipped} skipped, "
            f"{seen.dead} given up"
        ),
        *(
            []
            if seen.off is None
            else [f"  nothing can be posted since {seen.off[1]:%Y-%m-%d %H:%M}Z: {seen.off[0]}"]
        ),
        *(f"  messages off: {m.name} ({m.user_id}): {m.channel_reason}" for m in seen.silent),
        f"  rules {seen.rules}; database at revision {seen.revision}",
    ]
