"""`rapport simulate`: plays a book forward with people who behave as stated, and prints what they would get."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

import click

from bot.door.plainly import plainly
from bot.door.simulation import tables
from bot.door.simulation.behaviour import MIX, TYPES
from bot.door.simulation.defaults import Defaults, tried
from bot.door.simulation.figures import Figures, count
from bot.door.simulation.play import START, WARM_UP, Plan, play

_MOST_VALUES = 8


class _Mix(click.ParamType[dict[str, int]]):
    name = "TYPE=MANY,…"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> dict[str, int]:
        if isinstance(value, Mapping):
            return dict(value)
        found: dict[str, int] = {}
        for part in str(value).split(","):
            name, _, many = part.strip().partition("=")
            if name not in TYPES or not (many or "1").isdigit():
                self.fail(
                    f"{part!r}: write one of {', '.join(TYPES)}, with a number, as in busy=3", param, ctx
                )
            found[name] = int(many or "1")
        if not any(found.values()):
            self.fail("a mix names one manager at least", param, ctx)
        return found


class _Compare(click.ParamType[tuple[str, list[str]]]):
    name = "NAME=VALUE,…"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, list[str]]:
        name, _, said = str(value).partition("=")
        values = said.split(",")
        if not 2 <= len(values) <= _MOST_VALUES:
            self.fail("write two to eight values, as in rows=3,5,8", param, ctx)
        for each in values:
            _sound(self, name, each, param, ctx)
        return name, values


class _Days(click.ParamType[str]):
    name = "mon+thu"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> str:
        return _sound(self, "days", str(value), param, ctx)


def _sound(
    kind: click.ParamType[Any], name: str, said: str, param: click.Parameter | None, ctx: click.Context | None
) -> str:
    """What was said of a default, where it makes sense."""
    try:
        tried(Defaults(), name, said)
    except ValueError as wrong:
        kind.fail(str(wrong), param, ctx)
    return said


@click.command("simulate")
@click.option(
    "--days", type=click.IntRange(1, 730), default=90, show_default=True, help="Days that are counted."
)
@click.option("--managers", type=click.IntRange(1, 200), default=8, show_default=True)
@click.option("--clients", type=click.IntRange(0, 500), help="Clients of each book.  [default: 25 to 60]")
@click.option("--seed", type=int, default=1, show_default=True, help="The same seed gives the same figures.")
@click.option(
    "--start",
    type=click.DateTime(["%Y-%m-%d"]),
    default=START.isoformat(),
    show_default=True,
    help="The first day that is played.",
)
@click.option(
    "--warm-up",
    type=click.IntRange(0, 365),
    default=WARM_UP,
    show_default=True,
    help="Days that are played before those that are counted.",
)
@click.option(
    "--mix",
    type=_Mix(),
    default=",".join(f"{name}={many}" for name, many in MIX.items()),
    show_default=True,
    help=f"Types of manager, in turn: {', '.join(TYPES)}.",
)
@click.option(
    "--rows",
    type=click.IntRange(1, 20),
    default=Defaults().rows,
    show_default=True,
    help="Rows of a digest at most.",
)
@click.option(
    "--least",
    type=click.IntRange(0, 20),
    default=Defaults().least,
    show_default=True,
    help="Rows that each lane has at least.",
)
@click.option(
    "--cadence",
    type=click.FloatRange(0.1, 4),
    default=1.0,
    show_default=True,
    help="Intervals of all tiers, times this.",
)
@click.option(
    "--digest-days",
    type=_Days(),
    default="all",
    show_default=True,
    help="Weekdays on which a digest comes, among the days of work.",
)
@click.option(
    "--in-vain",
    type=click.IntRange(0, 100),
    default=Defaults().in_vain,
    show_default=True,
    help="Messages that name a client in vain before it gives way; 0: it never does.",
)
@click.option(
    "--way",
    type=click.IntRange(1, 250),
    default=Defaults().way,
    show_default=True,
    help="Working days for which it gives way.",
)
@click.option(
    "--compare",
    type=_Compare(),
    help="Play once for each value of rows, least, cadence, days, in-vain or way, side by side.",
)
@click.option("--json", "as_json", is_flag=True, help="The figures as JSON.")
@click.option("--model", is_flag=True, help="Print the numbers of the behaviour model, and stop.")
def simulate(
    days: int,
    managers: int,
    clients: int | None,
    seed: int,
    start: datetime,
    warm_up: int,
    mix: dict[str, int],
    rows: int,
    least: int,
    cadence: float,
    digest_days: str,
    in_vain: int,
    way: int,
    compare: tuple[str, list[str]] | None,
    as_json: bool,
    model: bool,
) -> None:
    """Play a book forward and print what people would get (docs/simulation.md).

    The bot's own ticks, digests and deliveries run under a simulated clock, on a database that is thrown away;
    nothing is sent and no setting is read.

    Managers open the daily message with a chance that falls when more messages come than they tolerate, go through
    its rows from the top, act on each with a chance that falls from row to row and with every day on which it was
    shown in vain, within the room of the day, and put off some of the rest. They also speak with clients of
    themselves and log part of it; clients ring, write and complain of themselves. Every number of this is an
    assumption: --model prints all of them with the reason.

    The exit code is 1 when a law was broken: a message in quiet hours, on a day off or twice on a day, a lead who heard
    of a neglected client before its owner, or an error in the log.
    """
    if model:
        for line in tables.model():
            click.echo(line)
        return
    defaults = tried(Defaults(rows, least, cadence, in_vain=in_vain, way=way), "days", digest_days)
    plan = Plan(days, managers, clients, seed, start.date(), warm_up, mix, defaults=defaults)
    with plainly():
        if compare is None:
            several = [("", _figures(plan))]
        else:
            name, values = compare
            several = [
                (value, _figures(replace(plan, defaults=tried(defaults, name, value)), f"{name} {value}: "))
                for value in values
            ]
    if as_json:
        told = [figures.as_json() for _, figures in several]
        click.echo(json.dumps(told if compare else told[0], indent=2))
    else:
        for line in tables.lines(several[0][1]) if compare is None else tables.compared(compare[0], several):
            click.echo(line)
    if not all(figures.lawful for _, figures in several):
        sys.exit(1)


def _figures(plan: Plan, title: str = "") -> Figures:
    root = logging.getLogger()
    level = root.level
    root.setLevel(logging.ERROR)  # what is due all at once in ninety days is much to read

    def progress(done: int, days: int) -> None:
        if done % 7 == 0 or done == days:
            click.echo(f"{title}day {done} of {days}", err=True)

    try:
        return count(play(plan, progress))
    finally:
        root.setLevel(level)
