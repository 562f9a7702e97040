"""Opening hours and days off as people type them, in English and French."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.refusals import Refusal
from handlers.i18n import words_for
from handlers.parsing import Reader
from handlers.parsing.opening import read_holidays, read_hours, written_hours
from handlers.views.client_forms import short_days

NOW = datetime(2026, 11, 16, 14, tzinfo=UTC)
PARIS = Reader(NOW, ZoneInfo("Europe/Paris"), "fr-FR")
NEW_YORK = Reader(NOW, ZoneInfo("America/New_York"), "en-US")
ENGLISH = short_days(words_for("en-US"))


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("", ""),
        ("9-17", "Mon-Fri 09:00-17:00"),
        ("Mon-Fri 9-12, 14-18; Fri 9-12", "Mon-Thu 09:00-12:00, 14:00-18:00\nFri 09:00-12:00"),
        ("lun-ven 9h-12h, 14h-18h", "Mon-Fri 09:00-12:00, 14:00-18:00"),
        ("lundi au vendredi 9h à 12h30", "Mon-Fri 09:00-12:30"),
        ("du lundi au jeudi 8h-18h", "Mon-Thu 08:00-18:00"),
        ("mardi, samedi 10h-16h30", "Tue 10:00-16:30\nSat 10:00-16:30"),
        ("Mon, Wed 9am-5pm", "Mon 09:00-17:00\nWed 09:00-17:00"),
        ("Mon to Fri 9 to 17", "Mon-Fri 09:00-17:00"),
        ("Mon–Thu: 8:30–17:00\nFri: 8:30-12", "Mon-Thu 08:30-17:00\nFri 08:30-12:00"),
        ("Fri-Mon 10-11", "Mon 10:00-11:00\nFri-Sun 10:00-11:00"),
        ("Mon-Sun 0-24; Sun off", "Mon-Sat 00:00-23:59"),
        ("every day 8-20", "Mon-Sun 08:00-20:00"),
    ],
)
def test_hours_are_read(typed: str, read: str) -> None:
    assert written_hours(read_hours(typed), ENGLISH) == read


@pytest.mark.parametrize(
    ("typed", "code", "word"),
    [
        ("Xyz 9-12", "hours.day", "xyz"),
        ("Mon nine", "hours.unreadable", "Mon nine"),
        ("Mon 9", "hours.unreadable", "9"),
        ("Mon 25-26", "hours.unreadable", "25-26"),
        ("Mon 9-5", "hours.backwards", "09:00–05:00"),
        ("Mon 9-13, 12-18", "hours.overlap", "12:00–18:00"),
        ("Mon 1-2,3-4,5-6,7-8,9-10,11-12,13-14", "hours.too_many", None),
    ],
)
def test_hours_that_cannot_be_name_what_is_wrong(typed: str, code: str, word: str | None) -> None:
    with pytest.raises(Refusal) as refused:
        read_hours(typed)
    assert (refused.value.code, refused.value.facts.get("word")) == (code, word)


@pytest.mark.parametrize("locale", ["en-US", "fr-FR", "fr-CA"])
def test_what_is_written_is_read_again(locale: str) -> None:
    names = short_days(words_for(locale))
    hours = read_hours("Mon-Wed 9-12, 14-18; Thu 8:15-11:45; Sat-Sun 10-11")
    assert read_hours(written_hours(hours, names)) == hours


def refused(typed: str) -> str:
    """The code with which a text is refused; empty where it is read."""
    try:
        read_hours(typed)
        read_holidays(typed, PARIS)
    except Refusal as refusal:
        return refusal.code
    return ""


@given(st.text(max_size=60))
def test_no_text_is_a_surprise(typed: str) -> None:
    assert refused(typed).partition(".")[0] in ("", "hours", "holidays")


@pytest.mark.parametrize(
    ("typed", "reader", "days"),
    [
        ("24/12, 31 Dec 2026", PARIS, ["2026-12-24", "2026-12-31"]),
        ("12/24; 2 Jan\n2027-05-07", NEW_YORK, ["2026-12-24", "2027-01-02", "2027-05-07"]),
        ("1er mai, 14 juillet", PARIS, ["2027-05-01", "2027-07-14"]),
        ("3 March 2025", NEW_YORK, ["2025-03-03"]),
        ("", PARIS, []),
    ],
)
def test_days_off_are_read_in_the_readers_order_and_ahead(
    typed: str, reader: Reader, days: list[str]
) -> None:
    assert [day.isoformat() for day in read_holidays(typed, reader)] == days


@pytest.mark.parametrize("typed", ["31/02", "soon", "24/12 at noon", "24/12 and more"])
def test_a_day_that_cannot_be_is_named(typed: str) -> None:
    with pytest.raises(Refusal) as refused:
        read_holidays(typed, PARIS)
    assert (refused.value.code, refused.value.facts["word"]) == ("holidays.unreadable", typed)
