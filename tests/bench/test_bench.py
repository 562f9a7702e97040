"""The measurements themselves: that they work, and say what they claim to. How long anything takes is not asserted."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.__main__ import main
from bench.firms import names
from bench.measure import Case, Pace, Spread, interleave, paired, percentile, repeat
from bench.results import Goal, shown
from bench.slips import slip

EXPECTED = {
    "bolt.bare bolt.nothing bolt.nothing_wall bolt.unknown bolt.last_command bolt.last_kind",
    "command.gift command.touch command.touch_typo command.gift_wall command.touch_wall command.touch_typo_wall",
    "home home.large home.clients home.clients_large failure.acknowledged failure.after_wall failure.before_wall",
    "gift.rules gift.judged gift.judged_time gift.explained gift.history gift.history_p99 gift.history_judged",
    "gift.history_explained gift.load gift.load_time",
    "touch.by_hand touch.written touch.logged touch.logged_wall touch.room",
    "neglect.300 neglect.300.raw neglect.600 neglect.600.raw neglect.growth",
    *(
        f"name.{size}.load name.{size}.exact name.{size}.p50 name.{size}.p99 name.{size}.floor "
        f"name.{size}.recall name.{size}.recall_spelling name.{size}.recall_substring"
        for size in (300, 600)
    ),
    *(
        f"typed.{size}.first typed.{size}.three typed.{size}.taken typed.{size}.wrong typed.{size}.p50 "
        f"typed.{size}.p99 typed.{size}.ahead_p50 typed.{size}.ahead_p99"
        for size in (300, 600)
    ),
    "name.one_by_one name.one_by_one.recall",
    "digest.wave digest.wave_wall digest.wave_raw digest.meanwhile",
    *(
        f"planner.{size}.due planner.{size}.due_raw planner.{size}.tick planner.{size}.tick_raw "
        f"planner.{size}.compose planner.{size}.compose_raw scan.{size}.lead scan.{size}.lead_raw "
        f"scan.{size}.page scan.{size}.page_raw scan.{size}.all scan.{size}.all_raw scan.{size}.all_scan "
        f"scan.{size}.sums scan.{size}.sums_raw scan.{size}.sums_naive"
        for size in (300, 600)
    ),
    "planner.due.growth planner.tick.growth planner.compose.growth scan.growth",
    "planner.memory.ready planner.memory.started planner.memory",
    "workers.sqlite.rate workers.sqlite.floor workers.1.rate workers.1.floor workers.2.rate workers.2.floor",
    "delivery.lost delivery.repeated delivery.rate delivery.floor",
    "fit.candidates fit.candidates_time fit.formula fit.split fit.split_floor fit.split_gain fit.split_proved",
    "brief.first brief.whole brief.book brief.note",
    "response.quiet response.talk response.talk_p99 response.hour response.deadlines response.tick",
    "import.by_hand import.whole import.write import.rate import.locked import.memory export.whole export.rate",
    "start.bolt start.bot start.loaded start.on_demand memory.idle memory.names",
}


@pytest.mark.timeout(600)
def test_everything_is_measured_and_written_down(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--tiny", "--json", str(tmp_path / "figures.json")]) == 0
    written = json.loads((tmp_path / "figures.json").read_text(encoding="utf-8"))
    rows = {row["key"]: row for row in written["rows"]}
    assert rows.keys() == {key for line in EXPECTED for key in line.split()}
    assert written["mode"] == "tiny"
    assert set(written["machine"]) >= {"kind", "python", "sqlite", "SQLAlchemy"}
    printed = capsys.readouterr().out
    for row in rows.values():
        assert row["what"] in printed
        assert row["figure"]["lower"] <= row["figure"]["median"] <= row["figure"]["upper"]
        assert bool(row["verdict"]) == (row["goal"] is not None)
    assert rows["failure.acknowledged"]["figure"]["median"] == 100
    assert rows["start.loaded"]["figure"]["median"] == 0
    assert rows["name.600.recall"]["verdict"] != "missed"
    assert rows["typed.600.wrong"]["figure"]["median"] == 0


def test_a_ratio_compares_samples_of_the_same_round() -> None:
    assert paired([2.0, 20.0, 200.0], [1.0, 10.0, 100.0]) == Spread(2.0, 2.0, 2.0)


def test_cases_take_turns_and_the_first_round_does_not_count() -> None:
    order: list[str] = []
    cases = [Case(name, repeat(partial(order.append, name))) for name in ("one", "other")]
    times = interleave(cases, Pace(rounds=3, sample=0.0))
    assert order[-8:] == ["one", "other"] * 4
    assert {name: len(found) for name, found in times.cpu.items()} == {"one": 3, "other": 3}


@pytest.mark.parametrize(
    ("figure", "verdict"),
    [
        (Spread(1.0, 0.9, 1.1), "stretch"),
        (Spread(1.4, 1.3, 1.6), "holds"),
        (Spread(1.6, 1.4, 1.8), "doubtful"),
        (Spread(1.8, 1.6, 2.0), "missed"),
    ],
)
def test_a_goal_is_missed_only_when_the_better_quartile_misses_it(figure: Spread, verdict: str) -> None:
    assert Goal(1, bar=1.5, stretch=1.2).verdict(figure) == verdict


def test_a_goal_to_exceed_is_read_the_other_way_round() -> None:
    fast_enough = Goal(20, bar=50, stretch=120, at_least=True)
    figures = (Spread(130, 120, 140), Spread(60, 50, 70), Spread(45, 40, 55), Spread(40, 35, 45))
    assert [fast_enough.verdict(figure) for figure in figures] == ["stretch", "holds", "doubtful", "missed"]


@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=50), st.integers(0, 99))
def test_a_percentile_is_one_of_the_figures_and_grows_with_the_percentage(
    figures: list[float], percent: int
) -> None:
    assert percentile(figures, percent) in figures
    assert percentile(figures, percent) <= percentile(figures, 99) <= max(figures)


@given(st.sampled_from([name.key for name in names(50)]), st.integers())
def test_a_slip_changes_the_name_and_leaves_its_first_letter(name: str, seed: int) -> None:
    mistyped = slip(name, Random(seed))
    assert mistyped != name
    assert mistyped[0] == name[0]
    assert abs(len(mistyped) - len(name)) <= 1


def test_names_differ_from_one_another_and_are_the_same_every_time() -> None:
    assert names(500) == names(500)
    assert len({name.key for name in names(500)}) == 500


@pytest.mark.parametrize(
    ("figure", "text"), [(0.05, "0.05"), (1.234, "1.23"), (12.34, "12.3"), (1234.5, "1,234"), (7.0, "7")]
)
def test_figures_are_shown_with_about_three_digits(figure: float, text: str) -> None:
    assert shown(figure) == text
