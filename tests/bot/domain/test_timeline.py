"""The timeline of a client: touches by month and direction."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from bot.domain.timeline import first_month, timeline
from bot.domain.touches import Direction

TODAY = date(2026, 3, 31)
PARIS = ZoneInfo("Europe/Paris")


def test_a_year_has_twelve_months_that_end_with_this_one() -> None:
    months = timeline([], TODAY, PARIS)

    assert [month.first for month in months][:2] == [date(2025, 4, 1), date(2025, 5, 1)]
    assert months[-1].first == date(2026, 3, 1)
    assert [month.touches for month in months] == [0] * 12
    assert first_month(date(2026, 12, 5), 12) == date(2026, 1, 1)


def test_touches_fall_into_the_month_of_the_readers_clock_and_older_ones_are_left_out() -> None:
    months = timeline(
        [
            (datetime(2026, 2, 28, 23, 30, tzinfo=UTC), Direction.TWO_WAY),  # March in Paris
            (datetime(2026, 3, 2, tzinfo=UTC), Direction.INBOUND),
            (datetime(2025, 3, 30, tzinfo=UTC), Direction.TWO_WAY),
        ],
        TODAY,
        PARIS,
    )

    assert months[-1].by_direction == {Direction.TWO_WAY: 1, Direction.INBOUND: 1}
    assert sum(month.touches for month in months) == 2
