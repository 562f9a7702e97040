"""Response clocks: what is said in channels, the deadlines of many questions, and a look at those that are due."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import count
from random import Random
from time import perf_counter, process_time
from zoneinfo import ZoneInfo

from sqlalchemy import insert

from bench.firms import MONDAY, Firm, build, names, user
from bench.measure import percentile
from bench.results import Row, single
from bench.scale import Bench
from bench.slack import Deliveries, Delivery, answered, whole_app
from bot.domain.answer_terms import Market, policy_of
from bot.domain.business_time import BusinessTime
from bot.domain.clients import Tier
from bot.domain.response import (
    ChannelPerson,
    Event,
    What,
    Whose,
    deadlines,
    ladder,
    standing_of,
)
from bot.services import response_ladder
from storage.schema import questions

_CHANNELS = 200
_EVENTS_AN_HOUR = 30_000
_ZONES = ("America/New_York", "America/Los_Angeles", "America/Toronto", "Europe/Paris", "Asia/Tokyo")


def measure(bench: Bench) -> list[Row]:
    return [*_talk(bench), *_deadlines(bench), *_looks(bench)]


# --- What is said -----------------------------------------------------------------------------------------


def _talk(bench: Bench) -> list[Row]:
    """A mix as in channels of clients: of ten messages five of ours, two of them answers; a question, three more words
    of it, a courtesy. Beside it channels that are nobody's."""
    firm = build(bench.folder / "channels.db", names(bench.scale.sizes[0]))
    channels = min(_CHANNELS, len(firm.names))
    with firm.house.memory.write(firm.workspace.id) as unit:
        for number in range(channels):
            unit.clients.set_channels(number + 1, [f"C{number:07}"])
            unit.questions.put_person(ChannelPerson(f"X{number:07}", Whose.CLIENT, number + 1), at=MONDAY)
    bot, deliveries = whole_app(firm), Deliveries()
    events = max(100, bench.scale.touches // 20)
    quiet = [deliveries.said(user(0), "C0NOBODYS", "hello", _stamp(n)) for n in range(events)]
    talk = list(_conversation(deliveries, channels, events))
    figures = []
    for some in (quiet, talk):
        for warm in some[:20]:
            answered(bot.app, warm)
        walls: list[float] = []
        began = process_time()
        for each in some[20:]:
            at = perf_counter()
            answered(bot.app, each)
            walls.append(perf_counter() - at)
        figures.append(((process_time() - began) / len(walls), walls))
    bot.afterwards.close(10)
    firm.engine.dispose()
    (silent, _), (cpu, walls) = figures
    return [
        Row(
            "response.quiet",
            "a message in a channel that is no client's, whole app",
            single(silent * 1e3),
            "ms",
        ),
        Row("response.talk", "a message in a client's channel, whole app", single(cpu * 1e3), "ms"),
        Row(
            "response.talk_p99",
            "the same, p99 on the wall up to the acknowledgement",
            single(percentile(walls, 99) * 1e3),
            "ms",
        ),
        Row(
            "response.hour",
            f"share of a processor that {_EVENTS_AN_HOUR:,} of them an hour take",
            single(100 * cpu * _EVENTS_AN_HOUR / 3600),
            "%",
        ),
    ]


def _conversation(deliveries: Deliveries, channels: int, count_of: int) -> Iterator[Delivery]:
    draw = Random(3)
    said = (
        ("X", "When does it ship?"),
        ("X", "I mean the second order"),
        ("X", "it is urgent"),
        ("X", "the one of Friday"),
        ("U", "let me see"),
        ("X", "thanks!"),
        ("U", "it is on its way"),
        ("U", "you get the papers tomorrow"),
        ("U", "all is well here"),
        ("U", "see the file"),
    )
    places = [0] * channels
    for number in range(count_of):
        channel = draw.randrange(channels)
        who, text = said[places[channel] % len(said)]
        places[channel] += 1
        author = f"X{channel:07}" if who == "X" else user(0)
        yield deliveries.said(author, f"C{channel:07}", text, _stamp(number))


def _stamp(number: int) -> str:
    return f"{MONDAY.timestamp() + number / 1000:.6f}"


# --- Deadlines --------------------------------------------------------------------------------------------


def _deadlines(bench: Bench) -> list[Row]:
    """Both deadlines and the ladder of so many open questions, of a thousand calendars."""
    many = bench.scale.touches
    draw = Random(7)
    calendars = [
        BusinessTime(
            ZoneInfo(_ZONES[number % len(_ZONES)]),
            country=("US-NY", "US-CA", "CA-ON", "FR", "JP")[number % len(_ZONES)],
            holidays=frozenset({date(2026, 12, 1 + number % 28)}),
        )
        for number in range(1000)
    ]
    markets = (Market.US, Market.US, Market.CANADA, Market.EUROPE, Market.ELSEWHERE)
    asked = []
    for number in range(many):
        at = MONDAY - timedelta(minutes=draw.randrange(3000))
        events = (
            Event(What.PAUSED, at + timedelta(minutes=20)),
            Event(What.RESUMED, at + timedelta(hours=3)),
        )
        asked.append((standing_of(at, events[: 2 * (number % 2)]), number % 1000))
    began = process_time()
    for standing, number in asked:
        market = markets[number % len(markets)]
        deadlines(standing, policy_of(market, Tier.B), calendars[number])
        ladder(standing, policy_of(market, Tier.B), calendars[number])
    spent = process_time() - began
    what = f"deadlines and ladders of {many:,} open questions"
    return [Row("response.deadlines", what, single(spent), "s")]


# --- Looks ------------------------------------------------------------------------------------------------


def _looks(bench: Bench) -> list[Row]:
    """One look among many open questions, of which a batch is due."""
    firm = build(bench.folder / "questions.db", names(bench.scale.sizes[0]))
    many = bench.scale.touches
    _ask(firm, many)
    with firm.house.memory.write(firm.workspace.id) as unit:
        unit.change_workspace(replace(unit.hold_workspace(), clocks_on=date(2026, 1, 1)))
    began = process_time()
    response_ladder.tick(firm.house, firm.workspace.id)
    spent = process_time() - began
    firm.engine.dispose()
    what = f"one look among {many:,} open questions, of which 200 are due"
    return [Row("response.tick", what, single(spent * 1e3), "ms")]


def _ask(firm: Firm, many: int) -> None:
    numbers = count(1)
    with firm.engine.begin() as connection:
        for start in range(0, many, 5000):
            connection.execute(
                insert(questions),
                [
                    {
                        "workspace_id": firm.workspace.id,
                        "client_id": 1 + number % len(firm.names),
                        "asked_at": MONDAY - timedelta(hours=3),
                        "source": "channel",
                        "key": f"bench:{next(numbers)}",
                        "events": [],
                        "messages": [],
                        "look_at": _look_at(number),
                    }
                    for number in range(start, min(many, start + 5000))
                ],
            )


def _look_at(number: int) -> datetime:
    return MONDAY - timedelta(minutes=1) if number < 200 else MONDAY + timedelta(minutes=1 + number % 500)
