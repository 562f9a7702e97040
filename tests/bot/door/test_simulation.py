"""`rapport simulate`: the same seed gives the same figures, and what must hold for people holds in them."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from click.testing import CliRunner, Result

from bot.domain.digest import LEAST, ROWS
from bot.domain.members import Member
from bot.domain.workspaces import Workspace
from bot.door.commands import main
from bot.door.simulation import laws, tables
from bot.door.simulation.behaviour import TYPES, Behaviour, mixed
from bot.door.simulation.defaults import Defaults, days_said, tried
from bot.door.simulation.figures import Figures, count
from bot.door.simulation.play import Plan, play
from bot.door.simulation.population import Person, Population
from bot.door.simulation.record import Message, Record
from tests.conftest import Firm
from tests.test_promises import doc

SMALL = Plan(days=10, managers=3, clients=10, warm_up=0, mix={"diligent": 1, "busy": 1, "absent": 1})


def simulate(*words: str) -> Result:
    return CliRunner().invoke(main, ["simulate", *words])


# --- What is played ---------------------------------------------------------------------------------------


def test_the_same_seed_gives_the_same_figures_and_another_seed_others() -> None:
    first = count(play(SMALL))

    assert count(play(SMALL)) == first
    assert count(play(replace(SMALL, seed=2))) != first
    assert sum(each.shown for each in first.offered) > 0
    assert first.touches


def test_the_laws_hold_over_both_changes_to_summer_time() -> None:
    figures = count(play(replace(SMALL, days=30, clients=8)))

    assert figures.broken == []
    assert figures.lawful
    assert (figures.start, figures.end) == ("2026-03-02", "2026-03-31")
    assert 0 < figures.per_day["digest"].mean <= 1
    assert figures.per_day["digest"].most == 1
    assert figures.per_day["meeting"].most >= 1


def test_who_always_acts_neglects_nobody_as_long_as_the_day_has_room() -> None:
    figures = count(play(Plan(days=30, managers=1, clients=15, mix={"eager": 1})))

    assert figures.neglected_at_the_end == 0
    assert figures.fell.clients == 0
    assert figures.acted_share > 0.9
    assert max(wait.p90 for wait in figures.waits.values()) < 4


def test_who_ignores_all_still_gets_no_more_than_one_message_a_day() -> None:
    figures = count(play(Plan(days=20, managers=1, clients=30, warm_up=0, mix={"silent": 1})))

    assert figures.lawful
    assert figures.acted_share == 0
    assert figures.per_day["all"].most == 1
    assert figures.burst.day == 1


def test_other_defaults_are_what_runs() -> None:
    plan = Plan(days=12, managers=1, clients=30, warm_up=0, mix={"silent": 1})  # two weeks, ten days of work
    ours = count(play(plan))
    three = count(play(replace(plan, defaults=Defaults(rows=3))))
    mondays = count(play(replace(plan, defaults=tried(Defaults(), "days", "mon+thu"))))
    seldom = count(play(replace(plan, defaults=Defaults(cadence=2))))

    def shown(figures: Figures) -> int:
        return sum(each.shown for each in figures.offered)

    def digests(figures: Figures) -> int:
        return round(figures.per_day["digest"].mean * figures.member_days)

    assert shown(three) <= 3 * digests(three) < shown(ours) <= 5 * digests(ours)
    assert digests(mondays) == 4
    assert seldom.due_at_the_end < ours.due_at_the_end


def test_who_ignores_all_is_told_of_every_client_in_turn() -> None:
    """Daily messages to somebody who presses now and then and does nothing else."""
    idle = replace(TYPES["silent"], opens=1, acts_close=0, acts_something=0, acts_owed=0, snoozes=0)
    plan = Plan(
        days=25, managers=1, clients=14, warm_up=0, mix={"silent": 1}, types={"silent": idle},
        defaults=Defaults(cadence=0.5),
    )  # fmt: skip
    played = play(plan)

    assert count(played).lawful
    named = {client_id for client_id, told in played.record.told.items() if told}
    assert len(named) > 2 * ROWS
    assert count(played).fell.untold == 0


def test_people_on_leave_ask_for_cover_and_colleagues_answer() -> None:
    leaving = {
        "diligent": replace(TYPES["diligent"], leave=1, asks_cover=1, accepts=1),
        "busy": replace(TYPES["busy"], leave=0, accepts=0, opens=1),
    }
    plan = Plan(days=21, managers=2, clients=8, warm_up=0, mix={"diligent": 1, "busy": 1}, types=leaving)
    figures = count(play(plan))

    assert figures.lawful
    assert figures.covers["asked"] >= 1
    assert figures.covers.get("accepted", 0) + figures.covers.get("declined", 0) >= 1
    assert any(each.lane == "something" for each in figures.offered)
    assert "Cover: " in "\n".join(tables.lines(figures))


def test_a_book_without_clients_is_silent() -> None:
    figures = count(play(Plan(days=3, managers=1, clients=0, warm_up=0, mix={"eager": 1})))

    assert figures.messages == 0
    assert figures.lawful
    assert "Touches logged: none" in "\n".join(tables.lines(figures))


def test_the_rows_of_a_workspace_are_those_of_the_digest() -> None:
    at = datetime(2026, 3, 2, tzinfo=UTC)
    workspace = Workspace(1, "T", "Firm", "UTC", "en-US", "USD", "US", 60, at)

    assert (workspace.digest_rows, workspace.digest_least) == (ROWS, LEAST)
    assert (workspace.in_vain, workspace.gives_way_for) == (Defaults().in_vain, Defaults().way)


def test_types_of_manager_are_mixed_in_turn() -> None:
    assert mixed({"diligent": 2, "busy": 1}, 5) == ["diligent", "busy", "diligent", "diligent", "busy"]
    with pytest.raises(ValueError, match="at least"):
        mixed({}, 1)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("rows", "0"),
        ("rows", "2.5"),
        ("least", "x"),
        ("cadence", "9"),
        ("days", "someday"),
        ("in-vain", "-1"),
        ("way", "0"),
        ("tiers", "1"),
    ],
)
def test_defaults_that_make_no_sense_are_refused(name: str, said: str) -> None:
    with pytest.raises(ValueError, match=r":"):
        tried(Defaults(), name, said)


def test_days_are_said_as_they_are_read() -> None:
    assert days_said(tried(Defaults(), "days", "thu+mon").days) == "mon+thu"
    assert days_said(Defaults().days) == "all"


# --- The laws, looked at from outside ---------------------------------------------------------------------


def person(firm: Firm, member: Member, *clients: int) -> Person:
    return Person(member.user_id, member, firm.actor(member), "busy", Behaviour(), list(clients))


def message(reader: Person, **more: Any) -> Message:
    """A digest on Monday 16 November 2026 at nine."""
    told = Message(
        datetime(2026, 11, 16, 14, tzinfo=UTC),
        reader.member.id,
        "digest",
        "key",
        date(2026, 11, 16),
        9.0,
        "text",
        {"rows": [{"client_id": 7}]},
        counts=True,
    )
    return replace(told, **more)


def broken(
    message: Message, reader: Person, *others: Person, earlier: Record | None = None
) -> list[list[str]]:
    """What `laws.check` notes: quiet hours, twice, a lead told first."""
    record = earlier or Record()
    managers = [each for each in (reader, *others) if each.clients]
    leads = [each for each in (reader, *others) if not each.clients]
    laws.check(message, reader, Population(managers, leads), record)
    return [record.quiet, record.twice, record.early]


def test_a_message_at_nine_on_a_working_day_breaks_no_law(small_firm: Firm) -> None:
    alice = person(small_firm, small_firm.alice, 7)

    assert broken(message(alice), alice) == [[], [], []]


@pytest.mark.parametrize(
    "when", [{"hour": 8.25}, {"hour": 18.0}, {"day": date(2026, 11, 15)}, {"day": date(2026, 11, 26)}]
)
def test_a_message_at_night_or_on_a_day_off_is_noticed(small_firm: Firm, when: dict[str, Any]) -> None:
    alice = person(small_firm, small_firm.alice, 7)

    assert len(broken(message(alice, **when), alice)[0]) == 1
    assert broken(message(alice, **{**when, "kind": "meeting"}), alice)[0] == []


def test_a_message_on_leave_is_noticed(small_firm: Firm) -> None:
    alice = person(small_firm, small_firm.alice, 7)
    alice.entered.append((date(2026, 11, 16), date(2026, 11, 17)))

    assert len(broken(message(alice), alice)[0]) == 1


def test_a_second_digest_of_a_day_and_the_same_message_again_are_noticed(small_firm: Firm) -> None:
    alice = person(small_firm, small_firm.alice, 7)
    earlier = Record(messages=[message(alice, key="other", text="other")])

    assert len(broken(message(alice), alice, earlier=earlier)[1]) == 1
    assert len(broken(message(alice, kind="meeting", text="other"), alice, earlier=earlier)[1]) == 2


def test_a_lead_who_hears_of_a_client_before_its_owner_is_noticed(small_firm: Firm) -> None:
    alice, lea = person(small_firm, small_firm.alice, 7), person(small_firm, small_firm.lea)
    page = message(lea, kind="ladder")
    early = broken(page, lea, alice)
    told = Record()
    told.told[7].append((page.at, alice.member.id))
    known = broken(page, lea, alice, earlier=told)

    assert "client 7" in early[2][0]
    assert known == [[], [], []]


def test_a_full_book_may_be_told_of_first_but_no_other_reason_for_another_manager(small_firm: Firm) -> None:
    alice, lea = person(small_firm, small_firm.alice, 7), person(small_firm, small_firm.lea)

    def proposal(reason: str) -> Message:
        return message(lea, kind="reassign_proposed", facts={"sheets": [{"client_id": 7, "reason": reason}]})

    assert broken(proposal("overload"), lea, alice) == [[], [], []]
    assert len(broken(proposal("neglect"), lea, alice)[2]) == 1


# --- The command ------------------------------------------------------------------------------------------


def test_the_command_prints_the_figures_and_tells_how_far_it_is() -> None:
    done = simulate(
        "--days", "7", "--warm-up", "3", "--managers", "1", "--clients", "10", "--mix", "diligent"
    )

    assert done.exit_code == 0, done.output
    for part in (
        "Messages a member and working day",
        "stay close",
        "Worst burst",
        "Fell through",
        "Laws: quiet",
    ):
        assert part in done.stdout
    assert "day 10 of 10" in done.stderr
    assert "day " not in done.stdout.split("\n")[0]


def test_the_figures_come_as_json_and_side_by_side() -> None:
    small = ("--days", "3", "--warm-up", "0", "--managers", "1", "--clients", "6", "--mix", "silent")
    one = json.loads(simulate(*small, "--json").stdout)
    both = simulate(*small, "--compare", "rows=3,5")
    several = json.loads(simulate(*small, "--compare", "days=tue,all", "--json").stdout)

    assert (one["lawful"], one["clients"], one["rows"]) == (True, 6, 5)
    assert {"mean", "p95", "most"} == set(one["per_day"]["all"])
    assert both.exit_code == 0
    assert both.stdout.splitlines()[0].split() == ["rows", "3", "5"]
    assert [each["digest_days"] for each in several] == ["tue", "all"]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--compare", "rows=3"), "two to eight"),
        (("--compare", "tiers=1,2"), "rows, least, cadence, days"),
        (("--compare", "rows=3,0"), "from 1 to 20"),
        (("--mix", "lazy=1"), "diligent, busy"),
        (("--mix", "busy=0"), "at least"),
        (("--digest-days", "monday"), "mon+thu"),
    ],
)
def test_what_cannot_be_played_is_said_before_anything_is(words: tuple[str, str], says: str) -> None:
    done = simulate(*words)

    assert done.exit_code == 2
    assert says in done.output


def test_a_broken_law_is_shown_and_makes_the_run_fail() -> None:
    figures = replace(
        count(play(Plan(days=1, managers=1, clients=1, warm_up=0))), quiet_hours=1, broken=["at 3"]
    )

    assert not figures.lawful
    assert figures.as_json()["lawful"] is False
    assert "BROKEN: at 3" in "\n".join(tables.lines(figures))
    assert any(line.split() == ["laws", "BROKEN"] for line in tables.compared("rows", [("5", figures)]))


def test_the_docs_state_the_model_as_it_is() -> None:
    printed = simulate("--model")

    assert printed.exit_code == 0
    assert printed.stdout.strip() in doc("simulation.md")
