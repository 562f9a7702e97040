"""Native charts: drawn on the page with their words, and refused on demand as during Slack's rollout."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from sandbox.driver import Driver
from sandbox.server import Running
from tests.chromium import headless
from tests.sandbox.tiny_app import connected

Json = dict[str, Any]
ALICE = "U0ALICE01"
WEEKS = ("Mon", "Tue", "Wed")


def series(name: str, *values: float) -> Json:
    return {"name": name, "data": [{"label": w, "value": v} for w, v in zip(WEEKS, values, strict=True)]}


def chart(kind: str, *lines: Json, title: str = "Touches per day") -> Json:
    axis = {"categories": [*WEEKS], "x_label": "Day", "y_label": "Touches"}
    return {
        "type": "data_visualization",
        "title": title,
        "chart": {"type": kind, "series": [*lines], "axis_config": axis},
    }


BARS = chart("bar", series("Calls", 3, 5, 0), series("Mails", 1, -2, 4))
PIE: Json = {
    "type": "data_visualization",
    "title": "Clients by rank",
    "chart": {"type": "pie", "segments": [{"label": "A", "value": 3}, {"label": "B", "value": 9}]},
}


def raw(text: str) -> Json:
    return {"type": "raw_text", "text": text}


def number(value: float) -> Json:
    return {"type": "raw_number", "value": value, "text": str(value)}


def post(api: WebClient, *blocks: Json) -> str:
    return str(api.chat_postMessage(channel=ALICE, text="In words", blocks=[*blocks])["ts"])


def test_charts_are_refused_as_often_as_asked_for(api: WebClient, drive: Driver) -> None:
    drive.faults(refuse_charts=2)
    ts = post(api, {"type": "divider"})
    for call in (
        lambda: post(api, {"type": "divider"}, BARS),
        lambda: api.chat_update(channel="D0ALICE01", ts=ts, text="x", blocks=[PIE]),
    ):
        with pytest.raises(SlackApiError) as caught:
            call()
        answer = caught.value.response
        assert answer["error"] == "invalid_blocks"
        assert "data_visualization" in answer["response_metadata"]["messages"][0]
    assert len(drive.messages()) == 1
    post(api, BARS)


def test_charts_are_refused_until_good_weather(api: WebClient, drive: Driver) -> None:
    assert drive.faults(refuse_charts=True)["refuse_charts"] == -1
    for _ in range(3):
        with pytest.raises(SlackApiError, match="invalid_blocks"):
            post(api, PIE)
    post(api, {"type": "divider"})
    drive.good_weather()
    post(api, PIE)
    with pytest.raises(ValueError, match="cannot be"):
        drive.faults(refuse_charts=-2)


def test_an_acknowledgement_with_a_refused_chart_is_lost(sandbox: Running, drive: Driver) -> None:
    with connected(sandbox):
        drive.faults(refuse_charts=1)
        lost = drive.command(ALICE, "/raw a chart")
        assert lost["messages"] == []
        assert "data_visualization" in lost["complaints"][0]["faults"][0]
        (shown,) = drive.command(ALICE, "/raw a chart")["messages"]
        assert shown["blocks"][0]["type"] == "data_visualization"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with headless() as chromium:
        yield chromium


@pytest.fixture
def page(browser: Browser, sandbox: Running) -> Iterator[Page]:
    """Alice's page; a script error fails the test."""
    tab = browser.new_page()
    wrong: list[str] = []
    tab.on("pageerror", lambda error: wrong.append(str(error)))
    tab.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
    tab.goto(f"{sandbox.base_url}/?as={ALICE}")
    yield tab
    tab.close()
    assert wrong == []


@pytest.mark.journey
def test_each_kind_of_chart_is_drawn_with_its_words(page: Page, api: WebClient) -> None:
    post(api, BARS, PIE)
    bars = page.get_by_role(
        "img", name="Bar chart: Touches per day. Calls: Mon 3, Tue 5, Wed 0; Mails: Mon 1, Tue -2"
    )
    expect(bars).to_be_visible()
    expect(bars.locator("rect")).to_have_count(6)
    expect(page.get_by_role("list", name="Legend").first.get_by_text("Mails")).to_be_visible()
    expect(bars.get_by_text("Touches", exact=True)).to_be_visible()
    pie = page.get_by_role("img", name="Pie chart: Clients by rank. A 3, B 9")
    expect(pie.locator("path")).to_have_count(2)
    expect(pie.get_by_text("75%", exact=True)).to_be_visible()

    lines = [series(f"Series {nth}", nth, nth * 2, 7 - nth) for nth in range(6)]
    post(api, chart("line", *lines), chart("area", series("One", 0, 0, 0), title="Nothing at all"))
    drawn = page.get_by_role("img", name="Line chart")
    expect(drawn.locator("path.stroke")).to_have_count(6)
    dashes = [path.get_attribute("stroke-dasharray") for path in drawn.locator("path.stroke").all()]
    assert len(set(dashes)) == 6
    expect(page.get_by_role("img", name="Area chart: Nothing at all")).to_be_visible()


@pytest.mark.journey
def test_a_data_table_is_turned_over_by_its_pages(page: Page, api: WebClient) -> None:
    rows = [[raw(f"Client {n}"), number(n)] for n in range(7)]
    header = [raw("Client"), raw("Touches")]
    table = {
        "type": "data_table",
        "caption": "Touches by client",
        "rows": [header, *rows],
        "page_size": 5,
        "row_header_column_index": 0,
    }
    post(api, table)
    drawn = page.get_by_role("table", name="Touches by client")
    expect(drawn.get_by_role("row")).to_have_count(6)
    page.get_by_role("button", name="Next rows").click()
    expect(drawn.get_by_role("rowheader", name="Client 6")).to_be_visible()
    expect(page.get_by_text("Rows 6 to 7 of 7")).to_be_visible()
    expect(page.get_by_role("button", name="Next rows")).to_be_disabled()
