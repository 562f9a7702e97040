"""Dates as people type them."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from handlers.dates import DateError, FoundDate, date_at, find_date, fold

NOW = datetime(2026, 11, 18, 14, 30, tzinfo=UTC)  # a Wednesday
ZONES = {
    "en-US": "America/New_York",
    "en-GB": "Europe/London",
    "fr-FR": "Europe/Paris",
    "fr-CA": "America/Toronto",
}
PHRASES: list[str] = yaml.safe_load(Path(__file__).with_name("typed_dates.yaml").read_text("utf-8"))
PARIS = ZoneInfo("Europe/Paris")


def found(text: str, locale: str = "en-US", now: datetime = NOW) -> FoundDate | None:
    return find_date(text, now=now, zone=ZoneInfo(ZONES[locale]), locale=locale)


def outcome(
    text: str, locale: str, now: datetime = NOW, zone: str | None = None
) -> FoundDate | DateError | None:
    """What comes of it, complaints included."""
    try:
        return find_date(text, now=now, zone=ZoneInfo(zone or ZONES[locale]), locale=locale)
    except DateError as error:
        return error


def surely(text: str, locale: str = "en-US", now: datetime = NOW) -> FoundDate:
    result = found(text, locale, now)
    assert result is not None
    return result


def written(result: FoundDate | None) -> str:
    """In the notation of the table."""
    if result is None:
        return "-"
    marks = ("»" if result.future else "") + ("~" if result.assumed else "")
    shape = "%Y-%m-%d %H:%M" if result.when.precision == "time" else "%Y-%m-%d"
    return marks + result.when.start.strftime(shape)


@pytest.mark.parametrize("line", PHRASES)
def test_a_typed_phrase_means_what_people_mean_by_it(line: str) -> None:
    locale, text, meaning = (part.strip().strip('"') for part in line.split("|"))
    result = outcome(text, locale)
    read = f"!{result.code}" if isinstance(result, DateError) else written(result)
    assert read == meaning


def test_the_table_is_long_enough_in_both_languages() -> None:
    dated = [line for line in PHRASES if not line.endswith("| -")]
    assert len(dated) >= 60
    assert sum(line.startswith("fr-") for line in dated) >= 25


@pytest.mark.parametrize(
    ("text", "phrase"),
    [
        ("we met on Monday at 3pm in Lyon", "on Monday at 3pm"),
        ("vu Marie le 3 mars à 15h, contrat signé", "le 3 mars à 15h"),
        ("l'appel d'hier était long", "hier"),
        ("replied to yesterday's question", "yesterday's"),
        ("(12/11/2026)", "12/11/2026"),
        ("call – 3 days ago – fine", "3 days ago"),
    ],
)
def test_the_span_covers_the_phrase_and_nothing_else(text: str, phrase: str) -> None:
    assert text[slice(*surely(text).span)] == phrase


def test_the_first_of_two_dates_is_taken() -> None:
    assert written(found("yesterday, and again tomorrow")) == "2026-11-17"


def test_a_deadline_before_the_date_is_passed_over() -> None:
    assert written(found("quote due by Friday 20 November, asked for it yesterday")) == "2026-11-17"


def test_an_impossible_date_names_itself() -> None:
    with pytest.raises(DateError) as caught:
        found("Acme call le 31/02 avec Paul", "fr-FR")
    assert (caught.value.code, caught.value.text, caught.value.span) == ("impossible", "le 31/02", (10, 18))


def test_month_and_day_follow_the_reader_and_not_the_language() -> None:
    assert surely("12/03/2026", "en-US").when.start.date() == date(2026, 12, 3)
    assert surely("12/03/2026", "en-GB").when.start.date() == date(2026, 3, 12)
    assert surely("12/03/2026", "fr-CA").when.start.date() == date(2026, 3, 12)


def test_yesterday_is_yesterday_where_the_reader_is() -> None:
    late = datetime(2026, 11, 18, 3, 0, tzinfo=UTC)  # still the evening of the 17th in New York
    assert surely("yesterday", "en-US", late).when.start.date() == date(2026, 11, 16)
    assert surely("yesterday", "fr-FR", late).when.start.date() == date(2026, 11, 17)


def test_a_day_starts_at_midnight_of_the_reader() -> None:
    when = surely("hier", "fr-FR").when
    assert when.precision == "day"
    assert when.start == datetime(2026, 11, 16, 23, 0, tzinfo=UTC)
    assert when.start.tzinfo == PARIS


def test_an_hour_that_the_clock_change_skips_is_still_a_moment() -> None:
    now = datetime(2026, 3, 29, 12, 0, tzinfo=UTC)
    when = surely("today at 2:30 am", "fr-FR", now).when
    assert (when.start.hour, when.start.minute, when.start.fold) == (2, 30, 0)
    assert when.start.astimezone(UTC) == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)


def test_an_hour_that_comes_twice_is_the_first_one() -> None:
    now = datetime(2026, 10, 25, 12, 0, tzinfo=UTC)
    assert surely("today at 2:30 am", "fr-FR", now).when.start.astimezone(UTC) == datetime(
        2026, 10, 25, 0, 30, tzinfo=UTC
    )


def test_hours_ago_are_elapsed_hours_across_a_clock_change() -> None:
    now = datetime(2026, 3, 29, 2, 0, tzinfo=UTC)  # 04:00 in Paris, an hour after the gap
    when = surely("il y a 2 heures", "fr-FR", now).when
    assert when.start.astimezone(UTC) == now - timedelta(hours=2)
    assert when.start.hour == 1


def test_a_day_without_a_year_far_back_but_close_ahead_is_taken_as_ahead() -> None:
    assert written(found("12/03")) == "»~2026-12-03"
    assert written(found("8/3")) == "~2026-08-03"
    assert written(found("3/3")) == "~2026-03-03"


def test_date_at_reads_only_what_starts_there() -> None:
    text = "Acme yesterday, call on Monday"
    at = {n: date_at(text, n, now=NOW, zone=PARIS, locale="en-US") for n in range(len(text))}
    assert [n for n, result in at.items() if result] == [5, 21, 24]
    assert at[5] is not None
    assert text[slice(*at[5].span)] == "yesterday"


def test_folding_keeps_every_place() -> None:
    assert fold("Été à l’Œuvre\u00a0— İ") == "ete a l'œuvre — i"


# --------------------------------------------------------------------------- properties

_PIECES = st.sampled_from(
    re.split(
        r"\|",
        "hier|yesterday|le|on|the|3|31|12/03|2026|-|/|.|,|à|at|15h|3pm|lundi|Monday|last|dernier|il y a|ago|jours|days"
        "|mars|March|May|d'|l’|\u202f|\n|<@U123|bob>|#general|🙂|שלום|مرحبا|\u202e|99999|0|00|29|février|:|30|am|h|semaine",
    )
)
_TEXTS = st.one_of(
    st.text(max_size=120),
    st.lists(_PIECES, max_size=30).map(" ".join),
    st.lists(_PIECES, max_size=30).map("".join),
    st.lists(_PIECES, min_size=1, max_size=6)
    .map(lambda pieces: (" ".join(pieces) + " ") * 300)
    .map(lambda t: t[:4000]),
)
_MOMENTS = st.integers(0, 3_800_000_000).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))
_LOCALES = st.sampled_from(tuple(ZONES))
_ANYWHERE = st.sampled_from(
    ("UTC", "Europe/Paris", "America/New_York", "Pacific/Kiritimati", "Australia/Lord_Howe")
)


@given(_TEXTS, _MOMENTS, _ANYWHERE, _LOCALES)
def test_any_text_gives_a_sound_date_or_none_or_a_date_error(
    text: str, now: datetime, zone: str, locale: str
) -> None:
    result = outcome(text, locale, now, zone)
    if isinstance(result, DateError):
        assert text[slice(*result.span)] == result.text != ""
        assert result.code in ("impossible", "weekday", "out_of_range")
        return
    if result is None:
        return
    start, end = result.span
    assert 0 <= start < end <= len(text)
    assert result.when.start.utcoffset() is not None
    assert result.when.start.tzinfo == ZoneInfo(zone)
    if result.when.precision == "time":
        assert result.future == (result.when.start.astimezone(UTC) > now)


@given(_TEXTS)
def test_folding_never_changes_the_length(text: str) -> None:
    assert len(fold(text)) == len(text)


@given(st.integers(1, 3000), _MOMENTS)
def test_days_ago_count_days_of_the_calendar(days: int, now: datetime) -> None:
    for text in (f"{days} days ago", f"il y a {days} jours"):
        result = find_date(text, now=now, zone=PARIS, locale="fr-FR")
        assert result is not None
        assert result.when.start.date() == now.astimezone(PARIS).date() - timedelta(days=days)
        assert not result.future


@given(st.dates(date(1950, 1, 1), date(2080, 1, 1)), _LOCALES, _MOMENTS)
def test_a_full_date_is_read_back_whatever_its_writing(day: date, locale: str, now: datetime) -> None:
    order = "%m/%d/%Y" if locale == "en-US" else "%d/%m/%Y"
    for text in (
        day.isoformat(),
        day.strftime(order),
        f"{day.day} {day:%B} {day.year}",
        f"{day:%B} {day.day}, {day.year}",
    ):
        result = found(text, locale, now)
        assert result is not None
        assert result.when.start.date() == day
        assert text[slice(*result.span)] == text


@given(st.dates(date(2000, 1, 1), date(2080, 1, 1)), _MOMENTS)
def test_a_weekday_alone_is_within_the_seven_days_before_today(day: date, now: datetime) -> None:
    result = found(f"{day:%A}", "fr-FR", now)
    assert result is not None
    assert 1 <= (now.astimezone(PARIS).date() - result.when.start.date()).days <= 7
    assert result.when.start.weekday() == day.weekday()
