"""The page with charts, in words: its titles, bars and the text that says the same beside each chart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal
from itertools import pairwise
from typing import Any

from bot.domain.gifts.chain import EntryKind
from bot.domain.gifts.register import Side
from bot.domain.gifts.register_rows import BANDS, Summary, Tally
from bot.domain.money import Money
from bot.services.register_export import Export
from handlers.exports.columns import SIDES, kind_words
from handlers.i18n import Words
from handlers.views import parts
from handlers.views.gift_words import VERDICTS

_CLIENTS = 8
_MONTHS = 24
_NAME = 34
_CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Series:
    """Bars of one kind: a length for each label of the chart, and what is written at its end."""

    name: str
    lengths: Sequence[float]
    ends: Sequence[str]


@dataclass(frozen=True, slots=True)
class Chart:
    """Bars by label, and the lines of text that say the same."""

    title: str
    labels: Sequence[str]
    series: Sequence[Series]
    text: Sequence[str]
    upright: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """One page: heading, what it covers, its charts and its last line."""

    title: str
    about: Sequence[str]
    charts: Sequence[Chart]
    foot: str

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    def as_text(self) -> str:
        """Everything that the page shows, to be read out."""
        lines = [self.title, *self.about]
        for chart in self.charts:
            lines += ["", chart.title, *chart.text]
        return "\n".join([*lines, "", self.foot])


def page_of(summary: Summary, export: Export, words: Words) -> Page:
    """What a period comes to, as a page."""

    def money(value: Decimal) -> str:
        return words.money(Money(value.quantize(_CENT), summary.currency))

    period = words.say("{first} to {last}", first=words.day(summary.first), last=words.day(summary.last))
    about = [
        words.say("{workspace} · {period}", workspace=parts.one_line(export.workspace, 60), period=period),
        " · ".join(
            [
                words.count("{n} entry", "{n} entries", summary.rows),
                words.count("{n} gift given", "{n} gifts given", summary.given.number)
                + f" ({money(summary.given.value)})",
                words.count("{n} received and kept", "{n} received and kept", summary.received.number)
                + f" ({money(summary.received.value)})",
                words.count("{n} given back or handed in", "{n} given back or handed in", summary.sent_back),
            ]
        ),
    ]
    if summary.without_rate:
        about.append(
            words.count(
                "{n} gift has no known value in {currency} and adds nothing to the sums.",
                "{n} gifts have no known value in {currency} and add nothing to the sums.",
                summary.without_rate,
                currency=summary.currency,
            )
        )
    charts = (
        _bands(summary, words, money),
        _months(summary, words, money),
        _clients(summary, words, money),
        _decisions(summary, words),
    )
    foot = words.say(
        "Made on {moment}; amounts in {currency} at the European Central Bank’s rates of each day. "
        "The register ends with the seal {seal}.",
        moment=words.moment(export.at, export.zone),
        currency=summary.currency,
        seal=export.seal,
    )
    return Page(words.say("Gift register"), about, charts, foot)


def _bands(summary: Summary, words: Words, money: Any) -> Chart:
    tops = [money(top) for top in BANDS]
    labels = [words.say("up to {value}", value=tops[0])]
    labels += [words.say("{low} to {high}", low=low, high=high) for low, high in pairwise(tops)]
    labels += [words.say("above {value}", value=tops[-1]), words.say("value unknown")]
    sides = [side for side in Side if side is Side.GIVEN or any(summary.bands[side])]
    series = [
        Series(
            words.say(SIDES[side]),
            [float(count) for count in summary.bands[side]],
            [words.number(count) for count in summary.bands[side]],
        )
        for side in sides
    ]
    text = [
        words.say(
            "{label}: {value}",
            label=label,
            value=_by_side([(side, words.number(summary.bands[side][place])) for side in sides], words),
        )
        for place, label in enumerate(labels)
    ]
    return Chart(words.say("Gifts by value"), labels, series, text)


def _by_side(values: Sequence[tuple[Side, str]], words: Words) -> str:
    """What is said of each side; of the second only where there is something to say."""
    if len(values) == 1:
        return values[0][1]
    said = [(side, value) for side, value in values if side is Side.GIVEN or value != "0"]
    return ", ".join(f"{value} {words.say(SIDES[side])}" for side, value in said)


def _months(summary: Summary, words: Words, money: Any) -> Chart:
    months = list(summary.by_month().items())[-_MONTHS:]
    labels = [words.day(month, "MMM yy") for month, _ in months]
    sides = [side for side in Side if side is Side.GIVEN or summary.received.number]
    series = [
        Series(
            words.say(SIDES[side]),
            [float(tallies[side].value) for _, tallies in months],
            [words.number(tallies[side].number) if tallies[side].number else "" for _, tallies in months],
        )
        for side in sides
    ]
    text = [
        words.say(
            "{label}: {value}",
            label=label,
            value=_by_side([(side, _sum(tallies[side], money)) for side in sides], words),
        )
        for label, (_, tallies) in zip(labels, months, strict=True)
    ]
    return Chart(
        words.say("Value by month ({currency}; above, how many)", currency=summary.currency),
        labels,
        series,
        text or [words.say("No gift in this period.")],
        upright=True,
    )


def _sum(tally: Tally, money: Any) -> str:
    return f"{tally.number} ({money(tally.value)})" if tally.number else "0"


def _clients(summary: Summary, words: Words, money: Any) -> Chart:
    first, others = summary.busiest(_CLIENTS)
    shown = [(parts.one_line(name or "–", _NAME), tally) for name, tally in first]
    if others.number:
        shown.append((words.say("all others"), others))
    labels = [name for name, _ in shown]
    series = [
        Series(
            words.say("value"),
            [float(tally.value) for _, tally in shown],
            [money(tally.value) for _, tally in shown],
        )
    ]
    text = [
        words.count(
            "{client}: {n} gift, {value}",
            "{client}: {n} gifts, {value}",
            tally.number,
            client=name,
            value=money(tally.value),
        )
        for name, tally in shown
    ]
    return Chart(words.say("Value by client"), labels, series, text or [words.say("No gift in this period.")])


def _decisions(summary: Summary, words: Words) -> Chart:
    counts = [
        (words.say("Check: {verdict}", verdict=_lower(words.say(label))), summary.verdicts.get(code, 0))
        for code, label in VERDICTS.items()
    ]
    counts += [
        (
            words.say("Request: {decision}", decision=_lower(kind_words(kind, words))),
            summary.decisions.get(kind, 0),
        )
        for kind in (
            EntryKind.REQUESTED,
            EntryKind.APPROVED,
            EntryKind.REFUSED,
            EntryKind.ASKED_BACK,
            EntryKind.WITHDRAWN,
        )
    ]
    numbers = [words.number(count) for _, count in counts]
    series = [Series(words.say("number"), [float(count) for _, count in counts], numbers)]
    text = [
        words.say("{label}: {value}", label=label, value=number)
        for (label, _), number in zip(counts, numbers, strict=True)
    ]
    return Chart(words.say("Verdicts and decisions"), [label for label, _ in counts], series, text)


def _lower(phrase: str) -> str:
    return phrase[:1].lower() + phrase[1:]
