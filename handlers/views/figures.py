"""Figures of a book, or of a team's books together: charts, and the sentences that say the same."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from babel.numbers import format_percent

from bot.domain.clients import Tier
from bot.domain.team import AGES, AgeBands, Coverage, DirectionCounts, Figures, overall
from bot.domain.timeline import Month
from bot.domain.touches import Direction
from handlers import i18n
from handlers.answers import Message
from handlers.i18n import Words
from handlers.views import charts, parts, touches
from handlers.views.charts import Chart, Series
from handlers.views.touch_actions import WHO_SPOKE

COVERAGE, TOUCHES, AGE = "coverage", "touches", "age"
KINDS: Mapping[str, str] = {
    COVERAGE: i18n.message("Coverage by tier"),
    TOUCHES: i18n.message("Touches by week"),
    AGE: i18n.message("Age of the last contact"),
}
"""What can be drawn, by name."""


def message(figures: Figures, kind: str, words: Words, *, team: bool, both: bool) -> Message:
    """One chart of a member's own figures, or a team's, with buttons for the others; `both`: who asks has both."""
    chart, sentence = chart_of(figures, kind, words), sentence_of(figures, kind, words)
    whose = words.say("Your team") if team else words.say("Your book")
    title = words.say("{whose}: {what}", whose=whose, what=words.say(KINDS[kind]))
    shown = charts.blocks(chart, sentence, words) if chart else parts.stated_blocks(sentence)
    others = [
        parts.button(words.say(label), f"figures.show:{name}", parts.value_of(kind=name, team=team))
        for name, label in KINDS.items()
        if name != kind
    ]
    if both:
        other = words.say("Your book") if team else words.say("Your team")
        others.append(parts.button(other, "figures.show:whose", parts.value_of(kind=kind, team=not team)))
    others.append(parts.button(words.say("Answers in time"), "waiting.figures", parts.value_of(team=team)))
    others.append(parts.button(words.say("Concessions"), "concession.figures", parts.value_of(team=team)))
    return parts.told(f"{title}\n{sentence}", [parts.header(title), *shown, parts.actions(*others)])


def chart_of(figures: Figures, kind: str, words: Words) -> Chart | None:
    """The chart of that kind; None where there is nothing to draw yet."""
    match kind:
        case "coverage":
            return coverage_chart(figures.coverage, words) if figures.coverage else None
        case "touches":
            return touches_chart(figures.weeks, words) if any(week.total for week in figures.weeks) else None
        case _:
            return ages_chart(figures.ages, words) if figures.ages.total else None


def sentence_of(figures: Figures, kind: str, words: Words) -> str:
    """All that the chart of that kind shows, in plain text."""
    match kind:
        case "coverage":
            return coverage_sentence(figures.coverage, words)
        case "touches":
            return touches_sentence(figures.weeks, words)
        case _:
            return ages_sentence(figures.ages, words)


def coverage_chart(by_tier: Mapping[Tier, Coverage], words: Words) -> Chart:
    rows = by_tier.values()
    return Chart(
        words.say(KINDS[COVERAGE]),
        "bar",
        [words.say("Tier {tier}", tier=tier.value) for tier in by_tier],
        [
            Series(words.say("On track"), [row.on_track for row in rows]),
            Series(words.say("Due"), [row.due for row in rows]),
            Series(words.say("Neglected"), [row.neglected for row in rows]),
        ],
        across=words.say("Tier"),
        up=words.say("Clients"),
    )


def coverage_sentence(by_tier: Mapping[Tier, Coverage], words: Words) -> str:
    whole = overall(by_tier)
    if not whole.total:
        return words.say("There are no clients yet.")
    said = words.count(
        "{on_track} of {n} client on track ({share}), {due} due, {neglected} neglected.",
        "{on_track} of {n} clients on track ({share}), {due} due, {neglected} neglected.",
        whole.total,
        on_track=words.number(whole.on_track),
        share=str(format_percent(whole.on_track / whole.total, locale=words.locale)),
        due=words.number(whole.due),
        neglected=words.number(whole.neglected),
    )
    neglected = [
        words.say("{count} of tier {tier}", count=words.number(row.neglected), tier=tier.value)
        for tier, row in by_tier.items()
        if row.neglected
    ]
    if not neglected:
        return said
    return said + " " + words.say("Neglected: {tiers}.", tiers=words.listed(neglected))


def touches_chart(weeks: Sequence[DirectionCounts], words: Words) -> Chart:
    return Chart(
        words.say(KINDS[TOUCHES]),
        "bar",
        [words.short_day(week.monday) for week in weeks],
        _by_who_spoke([week.counts for week in weeks], words),
        across=words.say("Week of"),
        up=words.say("Touches"),
    )


def touches_sentence(weeks: Sequence[DirectionCounts], words: Words) -> str:
    total = sum(week.total for week in weeks)
    span = words.count("{n} week", "{n} weeks", len(weeks))
    if not total:
        return words.say("No touches were logged in the last {span}.", span=span)
    counts = {direction: sum(week.counts.get(direction, 0) for week in weeks) for direction in Direction}
    said = [
        words.say("{direction}: {count}", direction=words.say(label), count=words.number(counts[direction]))
        for direction, label in touches.DIRECTIONS.items()
        if counts[direction]
    ]
    lowest, highest = min(week.total for week in weeks), max(week.total for week in weeks)
    return words.count(
        "{n} touch in the last {span}, between {low} and {high} a week. Who spoke: {directions}.",
        "{n} touches in the last {span}, between {low} and {high} a week. Who spoke: {directions}.",
        total,
        span=span,
        low=words.number(lowest),
        high=words.number(highest),
        directions=" · ".join(said),
    )


def ages_chart(bands: AgeBands, words: Words) -> Chart:
    return Chart(
        words.say(KINDS[AGE]),
        "bar",
        [*_bands(words), words.say("never")],
        [Series(words.say("Clients"), [*bands.counts, bands.never])],
        across=words.say("Days since the last contact"),
        up=words.say("Clients"),
    )


def ages_sentence(bands: AgeBands, words: Words) -> str:
    if not bands.total:
        return words.say("There are no clients yet.")
    said = [
        words.say("{band} days: {count}", band=band, count=words.number(count))
        for band, count in zip(_bands(words), bands.counts, strict=True)
        if count
    ]
    if bands.never:
        said.append(words.say("never: {count}", count=words.number(bands.never)))
    return words.say("Clients by the days since their last contact. {bands}.", bands=" · ".join(said))


def year_chart(months: Sequence[Month], words: Words) -> Chart:
    """The touches with a client over a year, month by month."""
    return Chart(
        words.say("Touches in twelve months"),
        "bar",
        [words.month(month.first) for month in months],
        _by_who_spoke([month.by_direction for month in months], words),
        across=words.say("Month"),
        up=words.say("Touches"),
    )


def _by_who_spoke(counts: Sequence[Mapping[Direction, int]], words: Words) -> list[Series]:
    """A series for each direction that occurred (a column of noughts is only wide), or for all where none did."""
    occurred = [each for each in WHO_SPOKE if any(one.get(each, 0) for one in counts)]
    return [
        Series(words.say(WHO_SPOKE[direction]), [one.get(direction, 0) for one in counts])
        for direction in occurred or WHO_SPOKE
    ]


def _bands(words: Words) -> list[str]:
    lows = [0, *(top + 1 for top in AGES[:-1])]
    told = [words.say("{low} to {high}", low=low, high=high) for low, high in zip(lows, AGES, strict=True)]
    return [*told, words.say("over {days}", days=AGES[-1])]
