"""Figures as text, for people at a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.door.simulation.behaviour import CLIENTS, TYPES, Behaviour, Initiative, told
from bot.door.simulation.figures import Figures

_LANES = {"owed": "you owe them", "something": "you have something for them", "close": "stay close"}


def lines(figures: Figures) -> Iterator[str]:
    """The whole report."""
    yield (
        f"{figures.days} days from {figures.start} to {figures.end}, seed {figures.seed}: {figures.managers} managers, "
        f"{figures.leads} {'lead' if figures.leads == 1 else 'leads'}, {figures.clients} clients"
    )
    yield (
        f"rows {figures.rows}, least a lane {figures.least}, cadence × {figures.cadence:g}, "
        f"days {figures.digest_days}, "
        + (
            f"gives way after {figures.in_vain} in vain for {figures.way} days"
            if figures.in_vain
            else "gives way never"
        )
    )
    yield ""
    yield f"Messages a member and working day ({figures.messages} in {figures.member_days} days)"
    yield from _table(
        ("kind", "mean", "p95", "most"),
        [(k, f"{each.mean:.2f}", str(each.p95), str(each.most)) for k, each in figures.per_day.items()],
    )
    burst = figures.burst
    yield f"Worst burst: {burst.hour} within an hour ({burst.hour_who}, {burst.hour_at}), "
    yield f"             {burst.day} on a day ({burst.day_who}, {burst.day_on})"
    yield ""
    yield f"Rows of the daily message: {figures.acted_share:.0%} acted on that day"
    yield from _table(
        ("lane", "reason", "shown", "acted on", "share", "snoozed"),
        [
            (
                _LANES.get(each.lane, each.lane),
                each.reason,
                str(each.shown),
                str(each.acted),
                f"{each.share:.0%}",
                str(each.snoozed),
            )
            for each in figures.offered
        ],
    )
    yield ""
    yield (
        f"Days from due to a touch ({figures.due_at_the_end} clients are due at the end, "
        f"{figures.neglected_at_the_end} of them neglected)"
    )
    yield from _table(
        ("tier", "times", "p50", "p90"),
        [(t, str(each.count), f"{each.p50:g}", f"{each.p90:g}") for t, each in figures.waits.items()],
    )
    yield ""
    fell = figures.fell
    yield f"Fell through (unheard for twice the neglected interval): {fell.clients} clients"
    yield f"  never named to anybody: {fell.untold}; named five times or more: {fell.often}"
    yield f"  longest: {fell.longest_days:g} days"
    if fell.by_type:
        yield "  by type of manager: " + ", ".join(f"{name} {many}" for name, many in fell.by_type.items())
    yield ""
    yield f"Types of people ({figures.slowed} slowed down)"
    yield from _table(
        ("type", "people", "messages a day", "acted on", "slowed down", "days due and not told"),
        [
            (
                name,
                str(each.people),
                f"{each.mean:.2f}",
                f"{each.acted:.0%}",
                str(each.slowed),
                str(each.silent_days),
            )
            for name, each in figures.types.items()
        ],
    )
    yield ""
    yield "Touches logged: " + (", ".join(f"{by} {many}" for by, many in figures.touches.items()) or "none")
    if figures.covers:
        yield "Cover: " + ", ".join(f"{what} {many}" for what, many in figures.covers.items())
    if figures.refused:
        yield "Refused: " + ", ".join(f"{code} {many}" for code, many in figures.refused.items())
    yield (
        f"Laws: quiet hours {figures.quiet_hours}, same-day duplicates {figures.duplicates}, "
        f"lead told first {figures.told_before}, errors {figures.errors}"
    )
    for broken in figures.broken:
        yield f"  BROKEN: {broken}"


def compared(name: str, several: Sequence[tuple[str, Figures]]) -> Iterator[str]:
    """The figures that a default moves, one column a value."""
    tiers = sorted({tier for _, each in several for tier in each.waits})
    rows: list[tuple[str, ...]] = [
        ("messages a member and working day, mean", *(f"{f.per_day['all'].mean:.2f}" for _, f in several)),
        ("most on a day", *(str(f.burst.day) for _, f in several)),
        ("rows shown", *(str(sum(r.shown for r in f.offered)) for _, f in several)),
        ("rows acted on", *(str(sum(r.acted for r in f.offered)) for _, f in several)),
        ("share acted on", *(f"{f.acted_share:.0%}" for _, f in several)),
        ("touches logged", *(str(sum(f.touches.values())) for _, f in several)),
    ]
    rows += [
        (f"days due before a touch, tier {tier}, p50 / p90", *(_wait(f, tier) for _, f in several))
        for tier in tiers
    ]
    rows += [
        ("due at the end", *(str(f.due_at_the_end) for _, f in several)),
        ("neglected at the end", *(str(f.neglected_at_the_end) for _, f in several)),
        ("fell through", *(str(f.fell.clients) for _, f in several)),
        ("… never named", *(str(f.fell.untold) for _, f in several)),
        ("slowed down", *(str(f.slowed) for _, f in several)),
        ("laws", *("hold" if f.lawful else "BROKEN" for _, f in several)),
    ]
    yield from _table((name, *(value for value, _ in several)), rows)


def _wait(figures: Figures, tier: str) -> str:
    wait = figures.waits.get(tier)
    return "-" if wait is None else f"{wait.p50:g} / {wait.p90:g}"


def model() -> Iterator[str]:
    """The behaviour model: every number with its unit, its value for each type, and why."""
    yield "| number | unit | " + " | ".join(TYPES) + " | why (an assumption) |"
    yield "|---|---|" + "---|" * (len(TYPES) + 1)
    for name, unit, why in told(Behaviour):
        values = " | ".join(f"{getattr(each, name):g}" for each in TYPES.values())
        yield f"| `{name}` | {unit} | {values} | {why} |"
    yield ""
    yield "| number | unit | clients | why (an assumption) |"
    yield "|---|---|---|---|"
    for name, unit, why in told(Initiative):
        yield f"| `{name}` | {unit} | {getattr(CLIENTS, name):g} | {why} |"


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Left-aligned words, right-aligned numbers."""
    widths = [max(len(row[at]) for row in (heads, *rows)) for at in range(len(heads))]
    words = [not any(char.isdigit() for row in rows for char in row[at][:1]) for at in range(len(heads))]
    for row in (heads, *rows):
        cells = [
            cell.ljust(width) if word else cell.rjust(width)
            for cell, width, word in zip(row, widths, words, strict=True)
        ]
        yield "  " + "  ".join(cells).rstrip()
