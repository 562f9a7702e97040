"""The movable clock and the file that it shares with the bot."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from datetime import time as time_of_day
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.clock import ShiftedClock
from sandbox.driver import Driver

ALICE, BENOIT = "U0ALICE01", "U0BENOIT1"
FRIDAY = datetime(2026, 11, 6, 15, 0, tzinfo=UTC)


def standing_at(moment: datetime, file: Path | None = None) -> ShiftedClock:
    return ShiftedClock(file, lambda: moment.timestamp())


def test_the_file_holds_the_offset_as_a_number(tmp_path: Path) -> None:
    file = tmp_path / "deep" / "clock.txt"
    clock = standing_at(FRIDAY, file)
    assert float(file.read_text()) == 0
    clock.advance(90.5)
    assert float(file.read_text()) == 90.5
    assert standing_at(FRIDAY, file).now() == FRIDAY + timedelta(seconds=90.5)


def test_tomorrow_morning_skips_the_weekend() -> None:
    morning = standing_at(FRIDAY).next_working_morning("America/New_York")
    assert morning.astimezone(ZoneInfo("America/New_York")).isoformat() == "2026-11-09T08:59:57-05:00"


@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 - bounds, which hypothesis wants naive
    st.sampled_from(["America/New_York", "Europe/Paris", "Asia/Tokyo", "Pacific/Auckland"]),
)
def test_tomorrow_morning_is_seconds_before_nine_on_a_later_weekday(now: datetime, zone: str) -> None:
    morning = standing_at(now).next_working_morning(zone).astimezone(ZoneInfo(zone))
    today = now.astimezone(ZoneInfo(zone)).date()
    assert morning.time() == time_of_day(8, 59, 57)
    assert morning.weekday() < 5
    assert timedelta(1) <= morning.date() - today <= timedelta(3)


def test_the_clock_moves_by_request(drive: Driver, tmp_path: Path) -> None:
    drive.move_clock(to="2026-11-03T12:00:00+00:00")
    assert drive.look("clock")["now"].startswith("2026-11-03T12:00")
    drive.move_clock(advance=3600)
    assert drive.look("clock")["now"].startswith("2026-11-03T13:00")
    drive.move_clock(tomorrow_morning=BENOIT)
    now = datetime.fromisoformat(drive.look("clock")["now"]).astimezone(ZoneInfo("Europe/Paris"))
    assert (now.date(), now.hour, now.minute) in ((date(2026, 11, 4), 8, 59), (date(2026, 11, 4), 9, 0))
    drive.move_clock(offset=0)
    assert float((tmp_path / "clock.txt").read_text()) == 0


@pytest.mark.parametrize("how", [{}, {"to": "2026-11-03T12:00:00"}, {"to": "noon"}, {"advance": "an hour"}])
def test_a_time_that_makes_no_sense_is_refused(drive: Driver, how: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="error"):
        drive.move_clock(**how)
    assert drive.look("clock")["offset"] == 0
