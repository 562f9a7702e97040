"""Deliveries: how many get lost or come twice on bad days, and how many a second one process makes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from random import Random
from time import perf_counter
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.web import SlackResponse
from sqlalchemy import text

from bench.firms import BOOK, Clock, Firm, build, micros, names
from bench.measure import paired, spread
from bench.results import Row, single
from bench.scale import Bench
from bench.taking import taking
from bot.domain.members import Member
from bot.domain.outbox import State
from bot.services import delivery, digest
from handlers.messenger import SlackMessenger

AT_ONCE = 4
LAG = timedelta(seconds=3)
_ROUNDS = 5000


def measure(bench: Bench) -> list[Row]:
    return [*_bad_days(bench), *_pace(bench)]


class Killed(BaseException):
    """The process is gone at this very point."""


class BadDays(WebClient):
    """A Slack on bad days, and a process that is killed in the midst of calls; counts what arrived."""

    def __init__(self, clock: Clock, seed: int) -> None:
        super().__init__("xoxb-bench", retry_handlers=[])
        self._clock = clock
        self._draw = Random(seed)
        self.arrived: list[tuple[str, str, datetime]] = []
        self.met: Counter[str] = Counter()

    def api_call(self, api_method: str, **request: Any) -> SlackResponse:
        given = {
            **(request.get("json") or {}),
            **(request.get("params") or {}),
            **(request.get("data") or {}),
        }
        match api_method:
            case "conversations.open":
                return self._answer({"channel": {"id": f"D{given['users']}"}})
            case "conversations.history":
                return self._answer({"messages": self._history(str(given["channel"]))})
            case "chat.postMessage":
                return self._posted(str(given["channel"]), str(given["metadata"]["event_payload"]["key"]))
        raise AssertionError(api_method)

    def _posted(self, channel: str, key: str) -> SlackResponse:
        chance = self._draw.random()
        for name, share, before in (
            ("rate limited", 0.02, True),
            ("broken before", 0.005, True),
            ("killed before", 0.005, True),
            ("dropped after", 0.01, False),
            ("killed after", 0.005, False),
        ):
            if chance < share:
                self.met[name] += 1
                if not before:
                    self.arrived.append((channel, key, self._clock()))
                raise self._trouble(name)
            chance -= share
        self.arrived.append((channel, key, self._clock()))
        return self._answer({"channel": channel, "ts": f"17.{len(self.arrived)}"})

    def _trouble(self, name: str) -> BaseException:
        if name.startswith("killed"):
            return Killed()
        if name == "rate limited":
            refused = self._answer({"ok": False, "error": "ratelimited"}, 429, {"Retry-After": "1"})
            make: Callable[..., SlackApiError] = SlackApiError
            return make(name, refused)
        return TimeoutError(name)

    def _history(self, channel: str) -> list[dict[str, Any]]:
        return [
            {
                "ts": f"17.{number}",
                "metadata": {"event_type": "rapport_message", "event_payload": {"key": key}},
            }
            for number, (place, key, at) in enumerate(self.arrived, 1)
            if place == channel and self._clock() >= at + LAG
        ]

    def _answer(
        self, body: dict[str, Any], status: int = 200, headers: dict[str, str] | None = None
    ) -> SlackResponse:
        return SlackResponse(
            client=self,
            http_verb="POST",
            api_url="",
            req_args={},
            data={"ok": True, **body},
            headers=headers or {},
            status_code=status,
        )


def _planned(bench: Bench, name: str) -> Firm:
    """A firm with the digests of a morning in its outbox."""
    firm = build(bench.folder / f"delivery_{name}.db", names(bench.scale.wave * BOOK))
    while digest.plan(firm.house, firm.workspace.id).members:
        pass
    return firm


def _bad_days(bench: Bench) -> list[Row]:
    """All digests of a morning at the workspace's pace, second by second; whoever is killed starts again at once."""
    firm = _planned(bench, "bad_days")
    slack = BadDays(firm.clock, seed=7)
    messenger = SlackMessenger(slack)
    for _ in range(_ROUNDS):
        for entry_id in delivery.due(firm.house, firm.workspace.id, 100):
            try:
                delivery.deliver(firm.house, messenger, firm.workspace.id, entry_id)
            except Killed:
                continue
        firm.clock.now += timedelta(seconds=1)
        if not _states(firm).keys() & {"pending", "trying"}:
            break
    keys = Counter(key for _, key, _ in slack.arrived)
    lost = firm.members - len(keys)
    repeated = sum(times - 1 for times in keys.values())
    left = _states(firm)
    firm.engine.dispose()
    if set(left) != {"sent"}:
        raise AssertionError(f"not all were sent: {dict(left)}")
    met = ", ".join(f"{times} {name}" for name, times in sorted(slack.met.items()))
    return [
        Row("delivery.lost", f"lost of {firm.members:,} digests ({met})", single(lost), ""),
        Row("delivery.repeated", "of the same digests, come twice", single(repeated), ""),
    ]


def _states(firm: Firm) -> Counter[str]:
    with firm.engine.connect() as connection:
        counted = connection.execute(text("select state, count(*) from outbox group by state")).all()
    return Counter({str(state): int(number) for state, number in counted})


def _pace(bench: Bench) -> list[Row]:
    """Whole deliveries over real connections, and the same bodies posted by as many threads and nothing else."""
    firm = _planned(bench, "pace")
    with firm.engine.begin() as connection:
        connection.execute(text("update members set conversation = 'D0BENCH'"))
    floor: list[float] = []
    ours: list[float] = []
    with taking() as address, ThreadPoolExecutor(AT_ONCE) as pool:
        client = WebClient("xoxb-bench", base_url=address, retry_handlers=[])
        messenger = SlackMessenger(client)
        with firm.house.memory.read(firm.workspace.id) as unit:
            member = unit.members.get(1)
            assert member is not None
            bodies = [_body(messenger, unit.outbox.listed, member)] * firm.members

        def post(body: Any) -> None:
            messenger.post("D0BENCH", body, "key")

        def deliver(entry_id: int) -> None:
            delivery.deliver(firm.house, messenger, firm.workspace.id, entry_id)

        for _ in range(bench.scale.waves):
            ids = _due_again(firm)
            began = perf_counter()
            list(pool.map(post, bodies))
            floor.append((perf_counter() - began) / len(bodies))
            began = perf_counter()
            list(pool.map(deliver, ids))
            ours.append((perf_counter() - began) / len(ids))
            if _states(firm)["sent"] != firm.members:
                raise AssertionError(f"not all were sent: {_states(firm)}")
    firm.engine.dispose()
    return [
        Row("delivery.rate", "deliveries a second, one process", spread([1 / each for each in ours]), "/s"),
        Row(
            "delivery.floor",
            f"a delivery, over a bare post by {AT_ONCE} threads",
            paired(ours, floor),
            "×",
        ),
    ]


def _body(messenger: SlackMessenger, listed: Callable[..., Any], member: Member) -> Any:
    (entry,) = listed([State.PENDING], limit=1)
    return messenger.render(entry.kind, entry.facts, member, entry.id)


def _due_again(firm: Firm) -> list[int]:
    """All entries as they were planned, due now."""
    with firm.engine.begin() as connection:
        connection.execute(
            text(
                "update outbox set state = 'pending', due_at = :now, attempts = 0, body = null, receipt = null, "
                "last_try_at = null, first_try_at = null, paced = 1"
            ),
            {"now": micros(firm.clock.now)},
        )
        return [row.id for row in connection.execute(text("select id from outbox order by id"))]
