"""Charts in messages: Slack's own, each with a sentence before it and the figures as a table behind it.

Nobody depends on the drawing: the sentence tells what it shows, the table holds every figure, and where Slack does not
take charts (yet) the message goes out without the drawing (see `handlers.charts_refused`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from handlers.answers import Block
from handlers.i18n import Words
from handlers.views import parts

TITLE, LABEL, AXIS = 50, 20, 50
POINTS, SERIES = 20, 6
"""What Slack takes: characters of a title, of a label and of an axis; points of a series, series of a chart."""


@dataclass(frozen=True, slots=True)
class Series:
    """One row of figures, one for each category of the chart."""

    name: str
    values: Sequence[float]


@dataclass(frozen=True, slots=True)
class Chart:
    """What is drawn: `kind` is ``bar``, ``line`` or ``area``; `across` names the categories, `up` the figures.

    At most 20 categories and 6 series; their names are unique once they are cut to 20 characters.
    """

    title: str
    kind: str
    categories: Sequence[str]
    series: Sequence[Series]
    across: str
    up: str = ""

    def __post_init__(self) -> None:
        if not (1 <= len(self.categories) <= POINTS and 1 <= len(self.series) <= SERIES):
            raise ValueError(f"{len(self.categories)} categories and {len(self.series)} series")
        if any(len(row.values) != len(self.categories) for row in self.series):
            raise ValueError("a series needs one figure for each category")


def blocks(chart: Chart, sentence: str, words: Words) -> list[Block]:
    """A sentence (plain text), the chart, and its figures as a table; a message takes one such table."""
    return [*parts.stated_blocks(sentence), drawn(chart), table(chart, words)]


def drawn(chart: Chart) -> Block:
    categories = _different(chart.categories)
    names = _different([row.name for row in chart.series])
    return {
        "type": "data_visualization",
        "title": parts.one_line(chart.title, TITLE),
        "chart": {
            "type": chart.kind,
            "series": [
                {
                    "name": name,
                    "data": [
                        {"label": label, "value": value}
                        for label, value in zip(categories, row.values, strict=True)
                    ],
                }
                for name, row in zip(names, chart.series, strict=True)
            ],
            "axis_config": {
                "categories": categories,
                "x_label": parts.one_line(chart.across, AXIS),
                **({"y_label": parts.one_line(chart.up, AXIS)} if chart.up else {}),
            },
        },
    }


def table(chart: Chart, words: Words) -> Block:
    """The figures of a chart: a row for each category, a column for each series."""
    header = [chart.across, *(row.name for row in chart.series)]
    lines = [
        [label, *(words.number(Decimal(str(row.values[at]))) for row in chart.series)]
        for at, label in enumerate(chart.categories)
    ]
    return {
        "type": "table",
        "column_settings": [{"align": "left"}, *({"align": "right"} for _ in chart.series)],
        "rows": [
            [{"type": "raw_text", "text": parts.one_line(cell, 200)} for cell in row]
            for row in (header, *lines)
        ],
    }


def _different(labels: Sequence[str]) -> list[str]:
    """Labels cut to what Slack takes; those that would become the same are told apart by a number."""
    found: list[str] = []
    for label in labels:
        short, number = parts.one_line(label, LABEL), 1
        while short in found:
            number += 1
            mark = f" {number}"
            short = parts.one_line(label, LABEL - len(mark)) + mark
        found.append(short)
    return found
