"""Charts: what Slack takes, and the same figures for who does not see the drawing."""

from __future__ import annotations

from typing import Any

import pytest

from handlers.answers import Message
from handlers.i18n import words_for
from handlers.views import charts, parts
from handlers.views.charts import Chart, Series
from sandbox.payloads import check_message
from tests.fake_slack import FakeSlack

TIERS = Chart(
    "Coverage by tier",
    "bar",
    ("Tier A", "Tier B"),
    (Series("On track", (4, 7)), Series("Neglected", (1, 0))),
    across="Tier",
    up="Clients",
)


def said(chart: Chart, locale: str = "en-US") -> Message:
    sentence = "Five clients of tier A, one of them neglected."
    return parts.told(sentence, charts.blocks(chart, sentence, words_for(locale)))


def test_a_chart_comes_with_a_sentence_and_its_figures_as_a_table() -> None:
    message = said(TIERS)

    sentence, chart, table = message.blocks
    assert sentence["text"]["text"] == message.text
    assert chart["chart"]["axis_config"]["categories"] == ["Tier A", "Tier B"]
    assert [[cell["text"] for cell in row] for row in table["rows"]] == [
        ["Tier", "On track", "Neglected"],
        ["Tier A", "4", "1"],
        ["Tier B", "7", "0"],
    ]
    assert check_message({"channel": "D0", "text": message.text, "blocks": list(message.blocks)}) == []


@pytest.mark.parametrize("kind", ["bar", "line", "area"])
def test_slack_takes_the_largest_chart_with_the_longest_names(kind: str) -> None:
    labels = [f"{'é' * 60} & <!channel> {n}" for n in range(charts.POINTS)]
    rows = [Series("Série très longue " * 5, [n * 1.5 for n in range(charts.POINTS)])] * charts.SERIES
    message = said(Chart("t" * 200, kind, labels, rows, across="x" * 200, up="y" * 200), "fr-FR")

    assert check_message({"channel": "D0", "text": message.text, "blocks": list(message.blocks)}) == []
    drawn: dict[str, Any] = dict(message.blocks[1]["chart"])
    assert len(set(drawn["axis_config"]["categories"])) == charts.POINTS
    assert len({row["name"] for row in drawn["series"]}) == charts.SERIES
    assert all(len(label) <= charts.LABEL for label in drawn["axis_config"]["categories"])


@pytest.mark.parametrize(
    ("categories", "values"), [((), ()), (("A",), (1, 2)), (tuple("x" * 21), tuple(range(21)))]
)
def test_figures_that_do_not_fit_their_categories_are_an_error(
    categories: tuple[str, ...], values: tuple[int, ...]
) -> None:
    with pytest.raises(ValueError, match="categor"):
        Chart("t", "bar", categories, (Series("s", values),), across="x")


def test_the_fake_slack_refuses_what_slack_would() -> None:
    slack = FakeSlack()
    slack.expect("chat.postMessage")
    three = [dict(charts.drawn(TIERS))] * 3

    with pytest.raises(AssertionError, match="data_visualization"):
        slack.chat_postMessage(channel="D0", text="t", blocks=three)
