"""Hostile words typed at the gift check: an answer that Slack takes, or a complaint by name, and never a long wait."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.domain.refusals import Refusal
from handlers import gifts
from handlers.amounts import AmountError, find_amount
from handlers.answers import Answer, Say
from handlers.ask import Routes
from handlers.dates import DateError, find_date
from handlers.parsing import ParseComplaint, Reader, plain, read_gift
from handlers.parsing.plain import storable
from tests.conftest import Firm
from tests.handlers.conftest import HOSTILE, Visitor

LENGTH = 12_000
READER = Reader(datetime(2026, 11, 20, 9, tzinfo=UTC), ZoneInfo("Europe/Paris"), "en-US")

#: What a pattern might stumble over when it comes a thousand times in a row.
STUTTERS = [
    "$45 ",
    "45",
    "1,",
    "1 000 ",
    "1.000.",
    "monday ",
    "in 3 ",
    "3 days ",
    "12/03 ",
    "15 mars ",
    "10:30 ",
    "at ",
    "for ",
    "for Jane at Ford ",
    "chez ",
    "(",
    ")",
    "«",
    '"',
    "'",
    "<!channel> ",
    "<@U0ALICE|x>",
    "&amp;",
    "\u202e",
    "\ud800",
    "\x00",
    "\n",
    "\u00a0",
    "\u0663",
    "½",
    "e\u0301",
    "-",
    "−",
    "2 x ",
    "bottle of ",
    "Jane Smith ",
    "A. ",
    "Inc. ",
    "in total ",
    ", for ",
    "1e999 ",
    "NaN ",
]


@pytest.mark.parametrize("stutter", STUTTERS)
def test_a_stutter_is_read_or_complained_of_in_every_way_a_text_is_read(stutter: str) -> None:
    text = (stutter * LENGTH)[:LENGTH]
    complaints: list[Exception] = []
    for read in (
        lambda: read_gift(text, READER, "USD"),
        lambda: find_amount(text, locale="en-US"),
        lambda: find_amount(text, locale="fr-FR", bare=True),
        lambda: find_date(text, now=READER.now, zone=READER.zone, locale="fr-FR"),
        lambda: plain(text),
    ):
        try:
            read()
        except (ParseComplaint, AmountError, DateError) as complaint:
            complaints.append(complaint)

    assert all(str(complaint) for complaint in complaints)


@pytest.fixture(scope="module")
def table() -> Routes:
    routes = Routes()
    gifts.register(routes)
    return routes


_WORDS = st.sampled_from(
    [
        *STUTTERS,
        HOSTILE,
        "$1e999",
        "$99999999999999999999",
        "$-5",
        "$0",
        "0 bottles",
        "9999999 bottles of wine",
        "for <!channel>",
        "at <!everyone>",
        "at {{7*7}}",
        "at __import__('os')",
        "\u202edroF\u202c",
        "wine",
        "for Jane Smith at Ford",
        "tomorrow",
        "x" * 4_001,
    ]
)


def _marked_up(blocks: Any) -> Iterator[str]:
    """All texts in which Slack looks for mentions; in plain text and in fields of a form it does not."""
    if isinstance(blocks, dict):
        if blocks.get("type") == "mrkdwn":
            yield blocks["text"]
        for part in blocks.values():
            yield from _marked_up(part)
    elif isinstance(blocks, list | tuple):
        for part in blocks:
            yield from _marked_up(part)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(_WORDS, max_size=6).map(" ".join) | st.text(max_size=80))
def test_whatever_is_typed_gets_an_answer_that_slack_takes_and_calls_nobody(
    small_firm: Firm, table: Routes, text: str
) -> None:
    alice = Visitor(small_firm, small_firm.alice, table)
    refused = ""
    answer: Answer | None = None
    try:
        answer = alice.types("/gift-check", storable(text))  # which looks whether Slack would take it
    except Refusal as refusal:
        refused = refusal.code

    assert refused or answer is not None
    if isinstance(answer, Say):
        assert "<!" not in answer.message.text
        assert not [text for text in _marked_up(answer.message.blocks) if "<!" in text]
