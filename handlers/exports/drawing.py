"""Draws the page with charts: a program of its own (see `picture`), which reads its order as JSON."""

from __future__ import annotations

import json
import sys
import textwrap
import warnings
from collections.abc import Mapping, Sequence
from typing import Any

_INK, _PALE, _GRID = "#1d2b30", "#5b6b72", "#d5dee1"
_FILLS = ("#1f6f8b", "#d98e32")
_HATCHES = ("", "///")
"""Bars of two kinds differ in their pattern as well: not everybody sees the colours, and some print in black."""
_FONTS = (
    "DejaVu Sans",
    "Noto Sans",
    "Noto Sans CJK JP",
    "Noto Sans CJK SC",
    "WenQuanYi Zen Hei",
    "Noto Sans Arabic",
    "Noto Sans Hebrew",
    "Noto Emoji",
    "Symbola",
)
"""Tried letter by letter; those that are not installed are left out. The first ships with the library."""
_A4 = (11.69, 8.27)
_LINES = 13


def main() -> None:
    order = json.loads(sys.stdin.buffer.read())
    if "charts" in order:
        draw_charts(order["charts"], order["path"])
    else:
        draw(order["page"], order["path"], order["form"])


def _prepare() -> None:
    import matplotlib as mpl
    from matplotlib import font_manager

    warnings.filterwarnings("ignore", message="Glyph .* missing")
    installed = {font.name for font in font_manager.fontManager.ttflist}
    mpl.rcParams.update(
        {
            "font.family": [name for name in _FONTS if name in installed],
            "font.size": 8,
            "text.color": _INK,
            "axes.labelcolor": _INK,
            "xtick.color": _INK,
            "ytick.color": _INK,
            "hatch.linewidth": 0.6,
            "pdf.fonttype": 42,  # text stays text, to be searched and read out
            "text.parse_math": False,  # a dollar is money
        }
    )


def draw_charts(charts: Sequence[Mapping[str, Any]], path: str) -> None:
    """Stacked bars by category, as wide as the page of the bot on a laptop and readable on a phone."""
    from matplotlib.figure import Figure

    _prepare()
    figure = Figure(figsize=(6.4, 2.7 * len(charts)), facecolor="white", layout="constrained")
    for place, chart in enumerate(charts, start=1):
        area = figure.add_subplot(len(charts), 1, place)
        _stacked(area, chart)
    figure.savefig(path, format="png", dpi=160)


def _stacked(area: Any, chart: Mapping[str, Any]) -> None:
    places = range(len(chart["categories"]))
    below = [0.0] * len(places)
    highest = max((sum(row["values"][at] for row in chart["series"]) for at in places), default=0) or 1
    for order, row in enumerate(chart["series"]):
        area.bar(places, row["values"], 0.7, bottom=below, label=row["name"], **_stack_look(order))
        for at in places:
            if row["values"][at] >= highest * 0.08:  # a figure fits in
                area.text(
                    at,
                    below[at] + row["values"][at] / 2,
                    f"{row['values'][at]:g}",
                    ha="center",
                    va="center",
                    fontsize=8,
                    bbox={"boxstyle": "round,pad=0.15", "facecolor": "white", "edgecolor": "none"},
                )
            below[at] += row["values"][at]
    area.set_title(chart["title"], loc="left", fontsize=11, fontweight="bold")
    few = len(chart["categories"]) <= 8
    area.set_xticks(places, chart["categories"], rotation=0 if few else 45, ha="center" if few else "right")
    area.set_ylim(0, highest * 1.08)
    area.yaxis.get_major_locator().set_params(integer=True)
    area.grid(axis="y", color=_GRID, linewidth=0.6)
    area.set_axisbelow(True)
    area.tick_params(length=0)
    for side in area.spines.values():
        side.set_visible(False)
    area.axhline(0, color=_INK, linewidth=0.8)
    area.set_ylabel(chart["up"])
    area.set_xlabel(chart["across"])
    if len(chart["series"]) > 1:
        area.legend(
            loc="upper left",
            bbox_to_anchor=(1.0, 1.0),
            frameon=False,
            fontsize=8.5,
            handlelength=1.6,
            reverse=True,
        )


def _stack_look(order: int) -> dict[str, Any]:
    """Colours that differ for those who see them otherwise (after Okabe and Ito), and patterns for print."""
    colours = ("#0072b2", "#e69f00", "#d55e00", "#56b4e9", "#009e73", "#cc79a7")
    hatches = ("", "///", "xx", "...")
    return {
        "color": colours[order % len(colours)],
        "hatch": hatches[order % len(hatches)],
        "edgecolor": "white",
        "linewidth": 0.4,
    }


def draw(page: Mapping[str, Any], path: str, form: str) -> None:
    from matplotlib.figure import Figure

    _prepare()
    figure = Figure(figsize=_A4, facecolor="white")
    figure.text(0.035, 0.945, page["title"], fontsize=19, fontweight="bold", va="center")
    for place, line in enumerate(page["about"]):
        figure.text(0.035, 0.908 - 0.024 * place, line, fontsize=9, color=_PALE, va="center")
    top = 0.868 - 0.024 * max(0, len(page["about"]) - 2)
    half = (top - 0.055) / 2
    for place, chart in enumerate(page["charts"]):
        left = 0.035 + 0.485 * (place % 2)
        bottom = top - half * (place // 2 + 1)
        _chart(figure, chart, left, bottom, 0.46, half - 0.012)
    figure.text(0.035, 0.022, page["foot"], fontsize=6.3, color=_PALE, va="center")
    figure.savefig(path, format=form, dpi=150, metadata={"Title": page["title"]})


def _chart(
    figure: Any, chart: Mapping[str, Any], left: float, bottom: float, width: float, height: float
) -> None:
    figure.text(left, bottom + height - 0.018, chart["title"], fontsize=11, fontweight="bold", va="center")
    words = 0.185
    lines, size = _fitting(chart["text"], 38), 7
    if len(lines) > _LINES:
        lines, size = _fitting(chart["text"], 46), 6
    figure.text(
        left + width - words,
        bottom + height - 0.047,
        "\n".join(lines),
        fontsize=size,
        va="top",
        linespacing=1.45,
    )
    if not chart["labels"]:
        return
    if chart["upright"]:
        area = figure.add_axes((left + 0.035, bottom + 0.055, width - words - 0.06, height - 0.115))
        _upright(area, chart)
    else:
        area = figure.add_axes((left + 0.115, bottom + 0.022, width - words - 0.125, height - 0.082))
        _lying(area, chart)
    area.set_axisbelow(True)
    area.tick_params(length=0)
    for side in area.spines.values():
        side.set_visible(False)
    if len(chart["series"]) > 1:
        area.legend(
            loc="lower left",
            bbox_to_anchor=(0, 1.0),
            ncols=2,
            frameon=False,
            fontsize=7,
            borderaxespad=0,
            handlelength=1.4,
        )


def _fitting(text: Sequence[str], letters: int) -> list[str]:
    """The lines folded to the width beside the chart."""
    return [
        part
        for line in text
        for part in textwrap.wrap(line, letters, subsequent_indent="   ", max_lines=2, placeholder=" …")
    ]


def _lying(area: Any, chart: Mapping[str, Any]) -> None:
    series, labels = chart["series"], chart["labels"]
    thick = 0.72 / len(series)
    longest = max((length for each in series for length in each["lengths"]), default=0) or 1
    for order, each in enumerate(series):
        places = [place + (order - (len(series) - 1) / 2) * thick for place in range(len(labels))]
        area.barh(places, each["lengths"], thick * 0.92, label=each["name"], **_look(order))
        for place, length, end in zip(places, each["lengths"], each["ends"], strict=True):
            area.text(length + longest * 0.02, place, end, va="center", fontsize=6.8)
    area.set_yticks(
        range(len(labels)), ["\n".join(textwrap.wrap(label, 22, max_lines=2)) for label in labels]
    )
    area.tick_params(axis="y", labelsize=6.8)
    area.invert_yaxis()
    # What is written at the longest bar fits in as well.
    letters = max((len(end) for each in series for end in each["ends"]), default=0)
    area.set_xlim(0, longest / max(0.3, 0.97 - 0.03 * letters))
    area.set_xticks([])
    area.axvline(0, color=_INK, linewidth=0.8)


def _upright(area: Any, chart: Mapping[str, Any]) -> None:
    series, labels = chart["series"], chart["labels"]
    thick = 0.76 / len(series)
    highest = max((length for each in series for length in each["lengths"]), default=0) or 1
    for order, each in enumerate(series):
        places = [place + (order - (len(series) - 1) / 2) * thick for place in range(len(labels))]
        area.bar(places, each["lengths"], thick * 0.92, label=each["name"], **_look(order))
        for place, length, end in zip(places, each["lengths"], each["ends"], strict=True):
            area.text(place, length + highest * 0.015, end, ha="center", va="bottom", fontsize=6)
    few = len(labels) <= 8
    area.set_xticks(range(len(labels)), labels, rotation=0 if few else 60, ha="center" if few else "right")
    area.tick_params(axis="x", labelsize=6.8 if few else 6, rotation_mode="anchor" if not few else "default")
    area.tick_params(axis="y", labelsize=6.8)
    area.set_xlim(-0.6, max(len(labels), 4) - 0.4)
    area.set_ylim(0, highest * 1.12)
    area.grid(axis="y", color=_GRID, linewidth=0.6)
    area.axhline(0, color=_INK, linewidth=0.8)


def _look(order: int) -> dict[str, Any]:
    return {"color": _FILLS[order % 2], "hatch": _HATCHES[order % 2], "edgecolor": "white", "linewidth": 0.4}


if __name__ == "__main__":
    main()
