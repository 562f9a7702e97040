"""Figures of a book, or of several together, in words with a short bar behind them.

The words alone tell everything: the bars are for the eye, and never the only place of a fact.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise

from babel.numbers import format_percent

from bot.domain.team import AGES, AgeBands, Coverage, DirectionCounts, Figures, PromisesKept, overall
from bot.domain.touches import Direction
from handlers import i18n
from handlers.answers import Block
from handlers.i18n import Words
from handlers.views import parts, touches

_BAR = 10
_FULL, _EMPTY = "▰", "▱"


def own(figures: Figures, words: Words) -> list[Block]:
    """The figures of one's own book."""
    back = parts.button(words.say("‹ My clients"), "home.go:book", parts.value_of(tab="clients"))
    return [parts.header(words.say("My book in figures")), parts.actions(back), *blocks(figures, words)]


def blocks(figures: Figures, words: Words) -> list[Block]:
    """How clients stand by tier, how long ago the last contacts are, the touches of twelve weeks, the promises."""
    return [
        _told(words.say("How they stand"), coverage_lines(figures, words)),
        _told(words.say("Last contact"), age_lines(figures.ages, words)),
        _told(words.say("Touches in twelve weeks"), week_lines(figures.weeks, words)),
        _told(words.say("Promises of the last 90 days"), [promises_line(figures.promises, words)]),
    ]


def _told(title: str, lines: Iterable[str]) -> Block:
    return parts.section(parts.marked("\n".join([f"*{i18n.escape(title)}*", *map(i18n.escape, lines)])))


def bar(share: float) -> str:
    """A share (0 to 1) as a bar; what is more than nothing shows."""
    full = round(share * _BAR)
    if share > 0:
        full = max(1, full)
    return _FULL * full + _EMPTY * (_BAR - full)


def _barred(said: str, share: float) -> str:
    return f"{said}  {bar(share)}"


def coverage_lines(figures: Figures, words: Words) -> list[str]:
    """One line for each tier, and one for all of them where there are several."""
    by_tier = figures.coverage
    if not by_tier:
        return [words.say("No clients yet.")]
    lines = [
        words.say("Tier {tier}: {standing}", tier=tier.value, standing=_standing(each, words))
        for tier, each in by_tier.items()
    ]
    if len(lines) > 1:
        lines.append(words.say("All: {standing}", standing=_standing(overall(by_tier), words)))
    return lines


def _standing(of: Coverage, words: Words) -> str:
    said = words.say(
        "{share} on track ({on_track} of {total}), {due} due, {neglected} neglected",
        share=str(format_percent(of.on_track / of.total, locale=words.locale)),
        on_track=words.number(of.on_track),
        total=words.number(of.total),
        due=words.number(of.due),
        neglected=words.number(of.neglected),
    )
    return _barred(said, of.on_track / of.total)


def age_lines(ages: AgeBands, words: Words) -> list[str]:
    """One line for each band of age, one for who was never contacted."""
    total = ages.total or 1
    labels = [words.say("Up to {days} days ago", days=AGES[0])]
    labels += [
        words.say("{first} to {last} days ago", first=before + 1, last=after)
        for before, after in pairwise(AGES)
    ]
    labels.append(words.say("Longer ago"))
    counted = list(zip(labels, ages.counts, strict=True))
    if ages.never:
        counted.append((words.say("Not contacted yet"), ages.never))
    return [
        _barred(words.count("{when}: {n} client", "{when}: {n} clients", count, when=label), count / total)
        for label, count in counted
    ]


def week_lines(weeks: Sequence[DirectionCounts], words: Words) -> list[str]:
    """The sum by direction, and one line for each week that had touches, the latest first."""
    total = sum(week.total for week in weeks)
    if not total:
        return [words.say("No touch was logged in these weeks.")]
    most = max(week.total for week in weeks)
    lines = [_touches(total, {each: sum(w.counts[each] for w in weeks) for each in Direction}, words)]
    for week in reversed([week for week in weeks if week.total]):
        said = words.say(
            "Week of {day}: {touches}",
            day=words.short_day(week.monday),
            touches=_touches(week.total, week.counts, words),
        )
        lines.append(_barred(said, week.total / most))
    return lines


def _touches(total: int, counts: Mapping[Direction, int], words: Words) -> str:
    said = words.count("{n} touch", "{n} touches", total)
    by = [
        words.say("{direction}: {count}", direction=words.say(label), count=words.number(counts[direction]))
        for direction, label in touches.DIRECTIONS.items()
        if counts.get(direction)
    ]
    return f"{said} ({', '.join(by)})" if by else said


def promises_line(promises: PromisesKept, words: Words) -> str:
    if not promises.made and not promises.released:
        return words.say("No promise was due.")
    said = words.count(
        "{kept} of {n} promise kept",
        "{kept} of {n} promises kept",
        promises.made,
        kept=words.number(promises.kept),
    )
    if promises.late:
        said += words.say(", {late} still open after their day", late=words.number(promises.late))
    if promises.released:
        said += words.say(
            ", {released} no longer wanted by the client", released=words.number(promises.released)
        )
    return f"{said}."
