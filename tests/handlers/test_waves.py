"""Nine o'clock for a thousand people, through the real messenger, at a Slack that holds us to its limits."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from datetime import datetime, timedelta
from typing import Any

from slack_sdk.web import SlackResponse
from sqlalchemy import Engine, text

from bot.domain.clients import Tier
from bot.domain.covers import Cover, CoverSheet, CoverState
from bot.domain.members import Member, Role
from bot.domain.outbox import NewEntry
from bot.domain.pacing import Lane, ordinary_gap
from bot.ports import NewClient
from bot.services import covers, delivery, digest
from bot.services.clients import enter
from handlers.messenger import SlackMessenger
from tests.conftest import MONDAY, Firm, StandingClock, profile
from tests.fake_slack import FakeSlack

PEOPLE = 1000
MINUTE = timedelta(minutes=1)


class Strict(FakeSlack):
    """A Slack that takes so many posts in any minute, and one a second in any conversation."""

    def __init__(self, clock: StandingClock, posts_per_minute: int) -> None:
        super().__init__()
        self._clock = clock
        self._most = posts_per_minute
        self.at: list[datetime] = []
        self.last_in: dict[str, datetime] = {}
        self.refused = 0
        self.arrived: dict[str, datetime] = {}

    def api_call(self, api_method: str, **request: Any) -> SlackResponse:
        given = {
            **(request.get("json") or {}),
            **(request.get("params") or {}),
            **(request.get("data") or {}),
        }
        if api_method == "conversations.open":
            return self.response({"ok": True, "channel": {"id": f"D-{given['users']}"}})
        assert api_method == "chat.postMessage"
        now, channel = self._clock(), str(given["channel"])
        in_a_minute = len(self.at) - bisect_left(self.at, now - MINUTE + timedelta(milliseconds=1))
        last = self.last_in.get(channel)
        if in_a_minute >= self._most or (last is not None and now - last < timedelta(seconds=1)):
            self.refused += 1
            raise self.refusal("ratelimited", 429, **{"Retry-After": "10"})
        self.at.append(now)
        self.last_in[channel] = now
        self.arrived[given["metadata"]["event_payload"]["key"]] = now
        return self.response({"ok": True, "channel": channel, "ts": f"17.{len(self.at)}"})


def crowd(firm: Firm, count: int) -> None:
    """So many members with a client that is due, whose digest is due now."""
    with firm.house.memory.write(firm.workspace.id) as unit:
        for number in range(count):
            known = profile(f"U0P{number:05}", f"Person {number}")
            person = unit.members.add(known, frozenset({Role.ACCOUNT_MANAGER}), at=MONDAY)
            unit.members.move_digest(person.id, old=None, new=MONDAY)
            long_ago = MONDAY - timedelta(days=90)
            new = NewClient(f"Client {number}", person.id, Tier.A, "US", "USD", spoke_before_at=long_ago)
            enter(unit, new, MONDAY - timedelta(days=30))


_COVER = Cover(1, 1, 2, MONDAY.date(), MONDAY.date(), CoverState.ACCEPTED, MONDAY)
NEWS = {"by": "Lea", "sheet": covers.as_json(CoverSheet(_COVER, "Alice", "Lea", "Alice"))}
"""What is told to somebody who waits for it."""


def urgent(firm: Firm, member: Member, key: str) -> None:
    """A message that somebody waits for."""
    with firm.house.memory.write(firm.workspace.id) as unit:
        slot = unit.take_slot(firm.clock(), lane=Lane.URGENT)
        new = NewEntry(key, covers.NEWS, member.id, NEWS, due_at=slot, urgent=True)
        assert unit.outbox.add(new, now=firm.clock())


def states(engine: Engine) -> Counter[str]:
    with engine.connect() as connection:
        counted = connection.execute(text("select state, count(*) from outbox group by state")).all()
    return Counter(dict(tuple(row) for row in counted))


def one_second(firm: Firm, messenger: SlackMessenger) -> None:
    for entry_id in delivery.due(firm.house, firm.workspace.id, 100):
        delivery.deliver(firm.house, messenger, firm.workspace.id, entry_id)
    firm.clock.tick(seconds=1)


def test_nine_oclock_for_a_thousand_people_meets_no_429_and_urgent_messages_pass_within_seconds(
    small_firm: Firm, sqlite_engine: Engine
) -> None:
    firm, pace = small_firm, small_firm.workspace.posts_per_minute
    strict = Strict(firm.clock, pace)
    messenger = SlackMessenger(strict)
    crowd(firm, PEOPLE)
    while digest.plan(firm.house, firm.workspace.id).members:
        pass

    asked: dict[str, datetime] = {}
    for second in range(round(PEOPLE * ordinary_gap(pace).total_seconds()) + 5):
        if second % 240 == 30:  # five at once for one person, and one for another
            for number in range(5):
                urgent(firm, firm.lea, f"urgent {second} {number}")
            urgent(firm, firm.carla, f"urgent {second} carla")
            asked |= {f"urgent {second} {who}": firm.clock() for who in (*range(5), "carla")}
        one_second(firm, messenger)

    assert states(sqlite_engine) == {"sent": PEOPLE + len(asked)}
    assert strict.refused == 0
    waited = [(strict.arrived[key] - at).total_seconds() for key, at in asked.items()]
    assert max(waited) <= 6  # the fifth to the same person has to stay a second away from each of the others
    digests = [at for key, at in strict.arrived.items() if key.startswith("digest:")]
    assert (max(digests) - MONDAY).total_seconds() <= PEOPLE * 1.25 + 1


def test_after_a_pause_what_came_due_meanwhile_does_not_go_out_at_once(
    small_firm: Firm, sqlite_engine: Engine
) -> None:
    firm, people = small_firm, 120
    strict = Strict(firm.clock, firm.workspace.posts_per_minute)
    messenger = SlackMessenger(strict)
    crowd(firm, people)
    while digest.plan(firm.house, firm.workspace.id).members:
        pass
    firm.clock.tick(seconds=90)  # nothing ran

    for _ in range(200):
        one_second(firm, messenger)

    assert (states(sqlite_engine), strict.refused) == ({"sent": people}, 0)


def test_at_the_end_of_quiet_hours_what_waited_does_not_go_out_at_once(
    small_firm: Firm, sqlite_engine: Engine
) -> None:
    firm, people = small_firm, 100
    firm.clock.now = MONDAY.replace(hour=13, minute=25)  # 08:25 in New York
    strict = Strict(firm.clock, firm.workspace.posts_per_minute)
    messenger = SlackMessenger(strict)
    crowd(firm, people)
    with firm.house.memory.write(firm.workspace.id) as unit:
        for member in unit.members.all():
            if member.zone != "America/New_York":
                continue
            new = NewEntry(f"k{member.id}", covers.NEWS, member.id, NEWS, due_at=firm.clock())
            unit.outbox.add(new, now=firm.clock())

    for _ in range(600):
        one_second(firm, messenger)

    assert (states(sqlite_engine)["pending"], strict.refused) == (0, 0)
    assert min(strict.at) >= MONDAY.replace(hour=13, minute=30)
