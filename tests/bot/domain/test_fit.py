"""Whom a client would suit: the formula, what it never does, and hours compared across zones and clock changes."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from babel.languages import get_official_languages
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.absences import Absence
from bot.domain.clients import Client, Hours, Status, Tier
from bot.domain.fit import (
    FACTORS,
    OURS,
    ClientFacts,
    MemberFacts,
    Weights,
    Why,
    candidates,
    check_weights,
    facts_of,
    wanted_of,
)
from bot.domain.members import Member, Role
from bot.domain.overlap import LOOKED_AHEAD, open_time, overlap
from bot.domain.refusals import Refusal
from bot.domain.strengths import (
    _SPOKEN,
    LANGUAGES,
    MOST_NAMED,
    NOTHING,
    Declared,
    Strength,
    checked,
    same_sector,
    spoken_in,
)
from bot.domain.working_time import WorkingCalendar

NOVEMBER = date(2026, 11, 16)
NOW = datetime(2026, 11, 16, 14, 0, tzinfo=UTC)
ACME = ClientFacts(id=1, owner_id=1, tier=Tier.A, market="US-NY", asked_on=NOVEMBER, languages=("en",))
NAMES = ("Ann", "Ben", "Cleo", "Dan", "Eva", "Finn")


def member(number: int, **more: Any) -> Member:
    facts: dict[str, Any] = {
        "id": number,
        "user_id": f"U{number}",
        "name": NAMES[number % len(NAMES)],
        "roles": frozenset({Role.ACCOUNT_MANAGER}),
        "zone": "America/New_York",
        "locale": "en-US",
        "country": "US",
        "refreshed_at": NOW,
    }
    return Member(**{**facts, **more})


def offered(client: ClientFacts, *members: MemberFacts, weights: Weights = OURS) -> list[int]:
    return [each.member_id for each in candidates(client, members, weights)]


def whys(client: ClientFacts, facts: MemberFacts, weights: Weights = OURS) -> list[Why]:
    (found,) = candidates(client, [facts], weights)
    return [reason.why for reason in found.reasons]


def client(**more: Any) -> Client:
    facts: dict[str, Any] = {
        "id": 1,
        "name": "Acme",
        "owner_id": 1,
        "tier": Tier.A,
        "market": "FR",
        "currency": "EUR",
        "created_at": NOW,
    }
    return Client(**{**facts, **more})


def test_three_people_are_offered_and_never_the_owner() -> None:
    found = offered(ACME, *(MemberFacts(member(number)) for number in range(1, 6)))

    assert len(found) == 3
    assert 1 not in found


def test_who_left_who_keeps_no_clients_and_who_was_never_here_is_not_offered() -> None:
    left, officer = member(2, active=False), member(3, roles=frozenset({Role.COMPLIANCE}))
    imported = member(4, refreshed_at=None)

    assert offered(ACME, *map(MemberFacts, (left, officer, imported))) == []


def test_nobody_at_all_is_no_error() -> None:
    assert candidates(ACME, []) == ()


def test_what_is_known_of_people_puts_them_in_order() -> None:
    knows = MemberFacts(member(2), Declared(markets=("US",), strengths=frozenset({Strength.BLUNT})))
    wanted = replace(ACME, wanted=frozenset({Strength.BLUNT, Strength.SAYING_NO}))
    strange = MemberFacts(member(3, locale="de-DE", zone="Asia/Tokyo"))
    plain = MemberFacts(member(4))

    assert offered(wanted, strange, plain, knows) == [2, 4, 3]


def test_reasons_say_first_what_counts_most_and_last_what_is_to_be_considered() -> None:
    away = Absence(1, 2, NOVEMBER, NOVEMBER + timedelta(days=9))
    facts = MemberFacts(
        member(2, locale="fr-FR"),
        Declared(strengths=frozenset({Strength.BLUNT}), sectors=("Retail",)),
        points=60,
        in_market=4,
        taken=7,
        touches=2,
        touched_on=NOVEMBER,
        away=(away,),
    )
    wanted = replace(
        ACME, wanted=frozenset({Strength.BLUNT}), sector="Food retail", zone=ZoneInfo("Asia/Tokyo")
    )

    assert whys(wanted, facts) == [
        Why.HAS_MARKET,
        Why.STRENGTHS,
        Why.SECTOR,
        Why.ROOM,
        Why.KNOWS,
        Why.NO_LANGUAGE,
        Why.FEW_HOURS,
        Why.AWAY,
        Why.TOOK_MANY,
    ]


def test_what_has_no_weight_is_neither_counted_nor_said() -> None:
    nothing_but_load = Weights(**{**dict.fromkeys(FACTORS, 0), "load": 1})
    knows = MemberFacts(
        member(2), Declared(markets=("US",)), points=60, in_market=9, touches=9, touched_on=NOVEMBER
    )
    idle = MemberFacts(member(3))

    assert offered(ACME, knows, idle, weights=nothing_but_load) == [3, 2]
    assert whys(ACME, knows, nothing_but_load) == [Why.ROOM]


def test_who_has_no_room_comes_after_everybody_who_has() -> None:
    perfect = MemberFacts(
        member(2), Declared(markets=("US",)), points=118, in_market=9, touches=9, touched_on=NOVEMBER
    )
    stranger = MemberFacts(member(3, locale="ja-JP"))

    assert offered(ACME, perfect, stranger) == [3, 2]
    assert Why.FULL in whys(ACME, perfect)


def test_somebody_may_have_room_for_more_or_less_than_is_usual() -> None:
    busy = MemberFacts(member(2), Declared(capacity=60), points=130)
    full = MemberFacts(member(3), Declared(capacity=10), points=29)

    assert Why.ROOM in whys(ACME, busy)
    assert Why.FULL in whys(ACME, full)
    assert Why.NEARLY_FULL in whys(ACME, replace(full, points=23))


POSITIVE = st.integers(0, 10)
WEIGHTS = st.builds(Weights, **dict.fromkeys(FACTORS, POSITIVE), capacity=st.integers(1, 60))
FACTS = st.builds(
    MemberFacts,
    member=st.builds(
        member,
        st.integers(2, 9),
        locale=st.sampled_from(["en-US", "fr-FR", "de-DE"]),
        zone=st.sampled_from(["America/New_York", "Europe/Paris", "Asia/Tokyo"]),
    ),
    declared=st.builds(
        Declared,
        strengths=st.frozensets(st.sampled_from(Strength)),
        markets=st.lists(st.sampled_from(["US", "FR"]), max_size=2).map(tuple),
        capacity=st.none() | st.integers(1, 60),
    ),
    points=st.integers(0, 200),
    in_market=st.integers(0, 5),
    taken=st.integers(0, 8),
    touches=st.integers(0, 8),
    touched_on=st.just(NOVEMBER),
    away=st.just(()) | st.just((Absence(1, 2, NOVEMBER, NOVEMBER + timedelta(days=20)),)),
)
TEAMS = st.lists(FACTS, max_size=8, unique_by=lambda facts: facts.member.id)
CLIENT = replace(ACME, zone=ZoneInfo("America/New_York"), wanted=frozenset({Strength.BLUNT}))


@given(TEAMS, WEIGHTS, st.frozensets(st.integers(2, 9)))
@settings(max_examples=200, deadline=None)
def test_who_is_excluded_is_never_offered(
    team: list[MemberFacts], weights: Weights, excluded: frozenset[int]
) -> None:
    found = offered(replace(CLIENT, excluded=excluded), *team, weights=weights)

    assert not excluded & set(found)
    assert len(found) == min(3, sum(facts.member.id not in excluded for facts in team))


@given(TEAMS, WEIGHTS, st.integers(0, 7), st.integers(1, 100))
@settings(max_examples=200, deadline=None)
def test_more_load_never_ranks_better(
    team: list[MemberFacts], weights: Weights, chosen: int, more: int
) -> None:
    if not team:
        return
    one = team[chosen % len(team)]
    before = offered(CLIENT, *team, weights=weights)
    loaded = [replace(each, points=each.points + more) if each is one else each for each in team]
    after = offered(CLIENT, *loaded, weights=weights)

    place = {number: at for at, number in enumerate(before)}
    again = {number: at for at, number in enumerate(after)}
    assert again.get(one.member.id, 9) >= place.get(one.member.id, 9)


@given(TEAMS, WEIGHTS, st.randoms())
@settings(max_examples=100, deadline=None)
def test_the_order_in_which_people_are_read_changes_nothing(
    team: list[MemberFacts], weights: Weights, draw: Any
) -> None:
    shuffled = list(team)
    draw.shuffle(shuffled)

    assert candidates(CLIENT, team, weights) == candidates(CLIENT, shuffled, weights)


# --- What a client asks for -------------------------------------------------------------------------------


def test_american_clients_want_composure_and_a_no_complaints_calming_renewals_and_prospects_their_own() -> (
    None
):
    assert wanted_of(client(market="US-TX"), NOVEMBER) == {Strength.BLUNT, Strength.SAYING_NO}
    assert wanted_of(client(complaint_at=NOW), NOVEMBER) == {Strength.CALMING}
    assert wanted_of(client(renews_on=date(2027, 1, 31)), NOVEMBER) == {Strength.NEGOTIATING}
    assert wanted_of(client(renews_on=date(2027, 3, 31)), NOVEMBER) == frozenset()
    assert wanted_of(client(status=Status.PROSPECT), NOVEMBER) == {Strength.WINNING}


def test_the_languages_of_its_people_come_before_those_of_the_country() -> None:
    assert facts_of(client(), {}, (), NOVEMBER).languages == ("fr",)
    assert facts_of(client(), {"en-US": 1, "en": 1, "de": 1}, (), NOVEMBER).languages == ("en", "de")
    assert facts_of(client(market="CA-QC"), {}, (), NOVEMBER).languages == ("fr", "en")
    assert facts_of(client(market="XX"), {}, (), NOVEMBER).languages == ()


def test_the_languages_of_countries_are_official_ones_there() -> None:
    for country in _SPOKEN:
        official = set(get_official_languages(country, regional=True, de_facto=True))
        # Norwegian is written in two ways, of which Bokmål is by far the commoner.
        official |= {"nb"} if "no" in official else set()
        assert set(spoken_in(country)) <= official & set(LANGUAGES), country


# --- What somebody says of themselves ---------------------------------------------------------------------


def test_what_is_said_is_tidied() -> None:
    said = checked(
        Declared(languages=("FR ", "fr"), markets=("us",), sectors=(" Food  retail", "food retail", ""))
    )

    assert said == Declared(languages=("fr",), markets=("US",), sectors=("Food retail",))
    assert checked(NOTHING) == NOTHING


@pytest.mark.parametrize(
    ("said", "code"),
    [
        (Declared(languages=("tlh",)), "strengths.language"),
        (Declared(markets=("Narnia",)), "strengths.market"),
        (Declared(sectors=("x" * 65,)), "strengths.sector"),
        (Declared(sectors=tuple(f"sector {n}" for n in range(MOST_NAMED + 1))), "strengths.too_many"),
        (Declared(capacity=0), "strengths.capacity"),
    ],
)
def test_what_cannot_be_said_is_refused(said: Declared, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        checked(said)
    assert refused.value.code == code


def test_a_sector_may_be_a_part_of_another() -> None:
    assert same_sector("Food retail", "retail")
    assert same_sector("Pharma", "pharmà")
    assert not same_sector("Food retail", "Food industry")
    assert not same_sector("", "")


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"market": 11}, "fit.weight"),
        ({"capacity": 0}, "fit.capacity"),
        ({"charm": 3}, "fit.unknown"),
        (dict.fromkeys(FACTORS, 0), "fit.nothing"),
    ],
)
def test_weights_that_make_no_sense_are_refused(said: dict[str, int], code: str) -> None:
    with pytest.raises(Refusal) as refused:
        check_weights(said)
    assert refused.value.code == code
    check_weights({"market": 0, "capacity": 25})


# --- Hours ------------------------------------------------------------------------------------------------


def shared(zone: str, first: date, their_zone: str, hours: Hours | None = None) -> tuple[int, int]:
    found = overlap(open_time(ZoneInfo(zone), hours, first), WorkingCalendar(ZoneInfo(their_zone)))
    return found.shared, found.of


def test_the_same_hours_in_the_same_zone_are_shared_whole() -> None:
    assert shared("Europe/Paris", NOVEMBER, "Europe/Paris") == (480, 480)


def test_a_client_that_is_never_open_shares_nothing() -> None:
    assert shared("Europe/Paris", NOVEMBER, "Europe/Paris", {}) == (0, 0)


def test_new_york_and_paris_share_an_hour_more_while_only_one_of_them_has_changed_its_clocks() -> None:
    usual = shared("America/New_York", date(2026, 2, 1), "Europe/Paris")
    # New York changes on 8 March 2026, Paris on 29 March: three of these four weeks are five hours apart.
    between = shared("America/New_York", date(2026, 3, 2), "Europe/Paris")

    assert usual == (120, 480)
    assert between == (165, 480)


ZONES = [
    "America/New_York",
    "Europe/Paris",
    "Asia/Tokyo",
    "Asia/Kolkata",
    "Australia/Sydney",
    "Pacific/Auckland",
    "UTC",
]
SPANS = st.tuples(st.integers(4, 12), st.integers(13, 23)).map(lambda s: (time(s[0], 30), time(s[1])))
OPENED = st.dictionaries(st.integers(0, 6), SPANS.map(lambda span: (span,)), min_size=1)


@given(
    st.sampled_from(ZONES),
    st.sampled_from(ZONES),
    OPENED,
    SPANS,
    st.frozensets(st.integers(0, 6), min_size=1),
    st.dates(date(2026, 1, 1), date(2027, 12, 31)),
)
@settings(max_examples=25, deadline=None)
def test_shared_hours_are_those_counted_quarter_by_quarter(
    zone: str, their_zone: str, hours: Hours, span: tuple[time, time], days: frozenset[int], first: date
) -> None:
    calendar = WorkingCalendar(ZoneInfo(their_zone), days, "", *span)
    found = overlap(open_time(ZoneInfo(zone), hours, first), calendar)

    counted, quarter = 0, timedelta(minutes=15)
    local, last = ZoneInfo(zone), first + timedelta(days=LOOKED_AHEAD)
    moment = datetime.combine(first, time(), tzinfo=UTC) - timedelta(days=1)
    while moment < datetime.combine(last, time(), tzinfo=UTC) + timedelta(days=1):
        there, here = moment.astimezone(local), moment.astimezone(ZoneInfo(their_zone))
        inside = any(begin <= there.time() < end for begin, end in hours.get(there.weekday(), ()))
        works = here.weekday() in days and span[0] <= here.time() < span[1]
        counted += 15 * (inside and works and first <= there.date() < last)
        moment += quarter
    opened = sum((first + timedelta(days=n)).weekday() in hours for n in range(LOOKED_AHEAD))
    assert found.shared == round(counted / opened)
