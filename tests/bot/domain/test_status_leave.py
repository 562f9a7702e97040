"""What a status says of being away, in English and French, and what it does not."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from bot.domain.status_leave import EMOJI, Status, leave_by, says_leave
from tests.bot.domain.people import member

NOON = datetime(2026, 11, 16, 17, tzinfo=UTC)
"""Monday, noon in New York."""


@pytest.mark.parametrize(
    "text",
    [
        "Vacation",
        "On vacation, back on Monday",
        "Vacationing in Italy",
        "on leave until December 1",
        "Annual leave",
        "Out of office",
        "OOO",
        "PTO 🌴",
        "Out sick",
        "Day off",
        "On leave, returning next Monday",
        "En vacances",
        "En congés jusqu’au 4 décembre",
        "Congé parental",
        "En congé, de retour lundi",
        "Vacances dans le Sud",
        "RTT",
        "Arrêt maladie",
        "Absente du bureau",
    ],
)
def test_what_plainly_says_leave_counts_whatever_the_emoji(text: str) -> None:
    assert says_leave(Status(text))
    assert says_leave(Status(text, ":coffee:"))


@pytest.mark.parametrize(
    "text",
    [
        "Back from vacation",
        "Just back 🌴",
        "Fresh from holidays",
        "3 days until vacation",
        "5 sleeps to holiday",
        "Vacation in 3 days",
        "Need a vacation",
        "Planning my vacation",
        "Dreaming of holidays",
        "Happy holidays!",
        "No vacation this year",
        "Not on leave",
        "Approving leave requests",
        "Working from the beach",
        "Working remotely",
        "WFH",
        "Before my vacation: closing things",
        "De retour de vacances",
        "Retour des congés",
        "Rentrée de vacances",
        "Bientôt les vacances",
        "Vivement les vacances",
        "Vacances dans 3 jours",
        "Pas en vacances",
        "Bonnes vacances à tous",
        "Télétravail",
        "Avant les congés",
        "Besoin de vacances",
    ],
)
def test_what_says_otherwise_does_not_even_under_a_palm_tree(text: str) -> None:
    assert not says_leave(Status(text))
    assert not says_leave(Status(text, ":palm_tree:"))


@pytest.mark.parametrize("text", ["", "In a meeting", "Leaves are falling", "Réunion", "Lunch", "Commuting"])
def test_other_texts_say_nothing_by_themselves(text: str) -> None:
    assert not says_leave(Status(text))
    assert not says_leave(Status(text, ":airplane:"))


@pytest.mark.parametrize("emoji", sorted(EMOJI))
def test_some_emoji_say_leave_by_themselves(emoji: str) -> None:
    assert says_leave(Status("", f":{emoji}:"))
    assert says_leave(Status("Ciao!", emoji))
    assert says_leave(Status("", f":{emoji}::skin-tone-2:"))


def at(day: int, hour: int) -> datetime:
    return datetime(2026, 11, day, hour + 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("until", "last"),
    [
        (at(20, 17), date(2026, 11, 20)),
        (datetime(2026, 11, 21, 4, 59, 59, tzinfo=UTC), date(2026, 11, 20)),  # one second before midnight
        (at(20, 12), date(2026, 11, 19)),
        (at(20, 0), date(2026, 11, 19)),
    ],
)
def test_a_day_belongs_to_it_when_the_status_lasts_to_its_evening(until: datetime, last: date) -> None:
    assert leave_by(Status("Vacation", until=until), member(), NOON) == (date(2026, 11, 16), last)


def test_a_status_of_half_a_day_is_no_leave() -> None:
    assert leave_by(Status("Day off", until=at(16, 14)), member(), NOON) is None


def test_one_without_an_end_reaches_to_tomorrow_and_is_seen_again_then() -> None:
    assert leave_by(Status("", ":palm_tree:"), member(), NOON) == (date(2026, 11, 16), date(2026, 11, 17))


def test_one_that_is_over_is_none() -> None:
    assert leave_by(Status("Vacation", until=at(15, 18)), member(), NOON) is None
