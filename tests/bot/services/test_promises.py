"""Promises: who may settle them, what two at once come to, and the lanes of the digest."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.clients import Client, Part
from bot.domain.digest import LEAST, ROWS, Owed, shares
from bot.domain.promises import Promise, PromiseState, kept_over_made
from bot.domain.refusals import Refusal
from bot.services import digest, nudges, promises
from tests.conftest import MONDAY, Firm

TODAY = MONDAY.date()


def refusal_of(call: Callable[[], object]) -> Refusal:
    with pytest.raises(Refusal) as refused:
        call()
    return refused.value


def promised(firm: Firm, client: Client, text: str = "quote", days: int = 0) -> Promise:
    day = TODAY + timedelta(days=days)
    made = promises.make(firm.house, firm.actor(firm.alice), client.id, text, day, f"{text}{days}{client.id}")
    return made.promise


def test_the_backup_settles_what_the_owner_promised(firm: Firm) -> None:
    promise = promised(firm, firm.client("Acme"))
    with firm.house.memory.write(firm.workspace.id) as unit:
        unit.clients.set_team(promise.client_id, Part.BACKUP, firm.bruno.id)

    assert promises.keep(firm.house, firm.actor(firm.bruno), promise.id).by == "Bruno Petit"


def test_the_second_of_two_is_told_whose_word_it_was(firm: Firm) -> None:
    promise = promised(firm, firm.client("Acme"))
    promises.release(firm.house, firm.actor(firm.lea), promise.id, "not needed")

    refused = refusal_of(lambda: promises.keep(firm.house, firm.actor(firm.alice), promise.id))
    moved = refusal_of(
        lambda: promises.move(firm.house, firm.actor(firm.alice), promise.id, TODAY + timedelta(days=3), "x")
    )

    assert (refused.code, refused.facts) == ("promise.was_released", {"name": "Lea Lang"})
    assert moved.code == "promise.was_released"
    assert promises.release(firm.house, firm.actor(firm.alice), promise.id, "again").again


@pytest.mark.parametrize(
    ("text", "days", "code"),
    [
        (" ", 1, "promise.no_text"),
        ("x" * 301, 1, "promise.text_too_long"),
        ("quote", -1, "promise.past_day"),
        ("quote", 9999, "promise.far_day"),
    ],
)
def test_what_cannot_be_promised_is_refused(firm: Firm, text: str, days: int, code: str) -> None:
    acme = firm.client("Acme")
    assert refusal_of(lambda: promised(firm, acme, text, days)).code == code


def test_a_promise_without_a_reason_is_neither_moved_nor_released(firm: Firm) -> None:
    promise = promised(firm, firm.client("Acme"))
    alice = firm.actor(firm.alice)
    for call in (
        lambda: promises.move(firm.house, alice, promise.id, TODAY + timedelta(days=1), " "),
        lambda: promises.release(firm.house, alice, promise.id, ""),
    ):
        assert refusal_of(call).code == "promise.no_reason"


def test_every_promise_counts_as_made(firm: Firm) -> None:
    acme, alice = firm.client("Acme"), firm.actor(firm.alice)
    first, second, _third = (promised(firm, acme, text) for text in ("quote", "deck", "sample"))
    promises.keep(firm.house, alice, first.id)
    promises.release(firm.house, alice, second.id, "not needed")

    with firm.house.memory.read(firm.workspace.id) as unit:
        kept = kept_over_made(unit.promises.tally(acme.id))

    assert (kept.kept, kept.made, kept.released) == (1, 3, 1)
    assert kept_over_made({PromiseState.OPEN: 2}).kept == 0


def still_open(firm: Firm) -> list[str]:
    """What Alice promised and has not settled, the earliest day first."""
    with firm.house.memory.read(firm.workspace.id) as unit:
        return [each.text for each in unit.promises.open_of_member(firm.alice.id, date.max, 9)]


def test_all_open_promises_are_known_the_earliest_first(firm: Firm) -> None:
    acme = firm.client("Acme")
    promised(firm, acme, "late one", 90)
    promised(firm, acme, "soon", 3)

    assert still_open(firm) == ["soon", "late one"]


def test_on_a_friday_mondays_promise_is_shown(firm: Firm) -> None:
    promised(firm, firm.client("Acme"), days=7)
    firm.clock.now = MONDAY + timedelta(days=4)

    (row,) = digest.today(firm.house, firm.actor(firm.alice))

    assert isinstance(row, Owed)
    assert (row.client, row.due_on, row.late) == ("Acme", date(2026, 11, 23), -3)


def test_a_client_put_off_is_not_mentioned_and_its_promise_not_forgotten(firm: Firm) -> None:
    acme, alice = firm.client("Acme"), firm.actor(firm.alice)
    promised(firm, acme)
    nudges.snooze(firm.house, alice, acme.id, wish="monday")

    assert digest.today(firm.house, alice) == ()
    assert still_open(firm) == ["quote"]


def test_a_digest_of_earlier_days_can_still_be_read() -> None:
    old = {
        "day": "2026-11-16",
        "rows": [{"client_id": 1, "client": "Acme", "tier": "A", "state": "due", "days": 20, "usual": 14}],
    }
    (row,) = digest.rows_from(old)
    assert (row.client, digest.facts_of(TODAY, [row])["rows"][0]["state"]) == ("Acme", "due")


def test_promises_leave_room_for_clients_and_the_other_way_round(firm: Firm) -> None:
    alice = firm.actor(firm.alice)
    for number in range(6):
        promised(firm, firm.client(f"Client {number}", spoke_before_at=MONDAY - timedelta(days=200)))
        firm.client(f"Quiet {number}", spoke_before_at=MONDAY - timedelta(days=200))

    rows = digest.today(firm.house, alice)

    assert [isinstance(row, Owed) for row in rows] == [True, True, True, False, False]
    assert len({row.client_id for row in rows}) == 5


@given(st.lists(st.integers(0, 20), min_size=1, max_size=2))
def test_each_lane_has_its_least_and_no_row_is_given_away(counts: list[int]) -> None:
    given_rows = shares(counts)
    assert sum(given_rows) == min(ROWS, sum(counts))
    for given_here, count in zip(given_rows, counts, strict=True):
        assert min(LEAST, count) <= given_here <= count
