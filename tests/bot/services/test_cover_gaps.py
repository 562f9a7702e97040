"""A colleague who agreed to cover takes leave: the clients are their owner's again, and the owner hears of it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from bot.domain.clients import Client
from bot.domain.covers import CoverSheet, CoverState
from bot.domain.members import Member
from bot.domain.outbox import Entry, State
from bot.domain.outlook import Listed
from bot.domain.refusals import Refusal
from bot.services import briefs, cover_gaps, covers, delivery, digest, members, promises, settings, weeks, why
from tests.bot.services.messenger import ScriptedMessenger
from tests.conftest import MONDAY, Firm, profile

LONG_AGO = MONDAY - timedelta(days=300)
TODAY = MONDAY.date()
TUESDAY, WEDNESDAY, THURSDAY, FRIDAY = (TODAY + timedelta(days=n) for n in range(1, 5))


def at(day: date, hour: int) -> datetime:
    """A moment on the wall in New York, in November."""
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC) + timedelta(hours=5)


@pytest.fixture
def acme(firm: Firm) -> Client:
    """A client of Alice that is long due, which Bruno covers until Friday."""
    return firm.client("Acme", spoke_before_at=LONG_AGO)


def agreed(firm: Firm, client: Client, colleague: Member | None = None) -> CoverSheet:
    who = firm.bruno if colleague is None else colleague
    sheet = covers.ask(firm.house, firm.actor(firm.alice), client.id, who.id, FRIDAY)
    return covers.accept(firm.house, firm.actor(who), sheet.cover.id)


def leave(firm: Firm, member: Member, first: date, last: date) -> settings.Leave:
    return settings.take_leave(firm.house, firm.actor(member), first, last)


def status(firm: Firm, text: str, until: date | None = None) -> None:
    """Bruno's Slack status, as the daily look at profiles finds it."""
    end = None if until is None else at(until, 23)
    who = profile("U0BRUNO", "Bruno Petit", zone="Europe/Paris", locale="fr-FR", country="FR")
    members.refresh(
        firm.house,
        firm.workspace.id,
        profile(
            who.user_id,
            who.name,
            zone=who.zone,
            locale=who.locale,
            country=who.country,
            status_text=text,
            status_until=end,
        ),
    )


def rows(firm: Firm, member: Member) -> list[str]:
    return [row.client for row in digest.today(firm.house, firm.actor(member))]


def told(firm: Firm, member: Member) -> list[Entry]:
    with firm.house.memory.read(firm.workspace.id) as unit:
        return list(unit.outbox.listed(set(State), kind=cover_gaps.GAP, member_id=member.id))


def facts(firm: Firm, member: Member) -> Any:
    """What the one message to somebody about a gap says as things stand."""
    (entry,) = told(firm, member)
    with firm.house.memory.read(firm.workspace.id) as unit:
        return cover_gaps.recompose(unit, member, entry, firm.clock())


def delivered(firm: Firm) -> ScriptedMessenger:
    slack = ScriptedMessenger()
    for _ in range(6):
        firm.clock.tick(minutes=5)
        for entry_id in delivery.due(firm.house, firm.workspace.id, 100):
            delivery.deliver(firm.house, slack, firm.workspace.id, entry_id)
    return slack


def test_on_days_on_which_the_colleague_is_away_the_row_is_the_owners_again(firm: Firm, acme: Client) -> None:
    agreed(firm, acme)
    leave(firm, firm.bruno, WEDNESDAY, THURSDAY)
    assert (rows(firm, firm.alice), rows(firm, firm.bruno)) == ([], ["Acme"])

    firm.clock.now = at(WEDNESDAY, 9)
    assert (rows(firm, firm.alice), rows(firm, firm.bruno)) == (["Acme"], [])

    firm.clock.now = at(FRIDAY, 9)
    assert (rows(firm, firm.alice), rows(firm, firm.bruno)) == ([], ["Acme"])


def test_promises_the_week_ahead_and_why_go_the_same_way(firm: Firm) -> None:
    ford = firm.client("Ford", spoke_before_at=MONDAY)
    for day in (WEDNESDAY, FRIDAY):
        promises.make(firm.house, firm.actor(firm.alice), ford.id, f"a quote by {day}", day, f"quote {day}")
    agreed(firm, ford)
    leave(firm, firm.bruno, WEDNESDAY, THURSDAY)

    def week(member: Member) -> list[date]:
        with firm.house.memory.read(firm.workspace.id) as unit:
            ahead = weeks.of(unit, member, TODAY, (), firm.clock())
        return [] if ahead is None else [each.on for each in ahead.promises]

    assert (week(firm.alice), week(firm.bruno)) == ([WEDNESDAY], [FRIDAY])
    firm.clock.now = at(WEDNESDAY, 9)
    assert (rows(firm, firm.alice), rows(firm, firm.bruno)) == (["Ford"], [])
    outlook = why.outlook(firm.house, firm.actor(firm.alice), ford.id).client
    assert outlook is not None
    assert (outlook.listed, outlook.colleague) == (Listed.LISTED, "")


def test_who_is_away_may_still_read_and_log_what_they_agreed_to(firm: Firm, acme: Client) -> None:
    agreed(firm, acme)
    leave(firm, firm.bruno, TODAY, THURSDAY)

    assert briefs.brief(firm.house, firm.actor(firm.bruno), acme.id).client == "Acme"


def test_where_both_are_away_the_client_does_not_age(firm: Firm) -> None:
    acme, globex = (firm.client(name, spoke_before_at=MONDAY) for name in ("Acme", "Globex"))
    agreed(firm, acme)
    leave(firm, firm.alice, TUESDAY, FRIDAY)
    covered, alone = firm.again(acme).due_at, firm.again(globex).due_at
    assert covered == acme.due_at
    assert covered is not None
    assert alone is not None

    leave(firm, firm.bruno, WEDNESDAY, THURSDAY)
    both = firm.again(acme).due_at
    assert both is not None
    assert covered < both < alone, "Tuesday and Friday count"

    absence = settings.absences_of(firm.house, firm.workspace.id, firm.bruno.id)[0]
    settings.end_leave(firm.house, firm.actor(firm.bruno), absence.id)
    assert firm.again(acme).due_at == covered


def test_the_owner_and_who_asked_hear_once_and_nobody_else(firm: Firm, acme: Client) -> None:
    sheet = covers.ask(firm.house, firm.actor(firm.lea), acme.id, firm.bruno.id, FRIDAY)
    covers.accept(firm.house, firm.actor(firm.bruno), sheet.cover.id)
    taken = leave(firm, firm.bruno, WEDNESDAY, THURSDAY)

    assert [each.cover.id for each in taken.lost] == [sheet.cover.id]
    keys = delivered(firm).keys()
    expected = [
        f"cover:{sheet.cover.id}:away:2026-11-18:2026-11-19:{who.id}" for who in (firm.alice, firm.lea)
    ]
    assert sorted(key for key in keys if ":away:" in key) == sorted(expected)
    said = facts(firm, firm.alice)
    assert (said["gaps"], said["nobody"], said["instead"]) == ([["2026-11-18", "2026-11-19"]], "never", "")

    leave(firm, firm.bruno, TODAY + timedelta(days=7), TODAY + timedelta(days=8))
    assert len(told(firm, firm.alice)) == 1, "that is no day of the cover"


def test_where_nobody_sees_to_them_the_lead_hears_as_well(firm: Firm, acme: Client) -> None:
    taken = settings.take_leave(
        firm.house, firm.actor(firm.alice), TUESDAY, FRIDAY, colleague_id=firm.bruno.id
    )
    covers.accept(firm.house, firm.actor(firm.bruno), taken.asked[0].cover.id)
    leave(firm, firm.bruno, WEDNESDAY, THURSDAY)

    assert facts(firm, firm.lea)["nobody"] == "always"
    assert len(told(firm, firm.alice)) == 1


def test_a_status_is_told_once_however_many_days_it_stands(firm: Firm, acme: Client) -> None:
    agreed(firm, acme)
    status(firm, "On vacation")
    assert rows(firm, firm.alice) == ["Acme"], "at once"
    delivered(firm)
    assert facts(firm, firm.alice)["gaps"] == [["2026-11-16", "2026-11-17"]]

    for day in (TUESDAY, WEDNESDAY):
        firm.clock.now = at(day, 3)
        status(firm, "On vacation")
    assert len(told(firm, firm.alice)) == 1
    assert facts(firm, firm.alice)["gaps"] == [["2026-11-16", "2026-11-19"]], (
        "the message stands as it is by now"
    )
    firm.clock.now = at(WEDNESDAY, 9)
    assert rows(firm, firm.alice) == ["Acme"]

    status(firm, "")
    assert rows(firm, firm.bruno) == ["Acme"]
    assert facts(firm, firm.alice)["over"] is True


def test_what_was_told_is_brought_up_to_date_when_the_leave_is_taken_out(firm: Firm, acme: Client) -> None:
    agreed(firm, acme)
    leave(firm, firm.bruno, WEDNESDAY, THURSDAY)
    delivered(firm)
    absence = settings.absences_of(firm.house, firm.workspace.id, firm.bruno.id)[0]
    settings.end_leave(firm.house, firm.actor(firm.bruno), absence.id)

    ((_, body),) = delivered(firm).edited
    facts = body["facts"]
    assert isinstance(facts, dict)
    assert facts["gaps"] == []


def test_leave_that_is_taken_out_before_anybody_read_of_it_is_not_told(firm: Firm, acme: Client) -> None:
    agreed(firm, acme)
    leave(firm, firm.bruno, WEDNESDAY, THURSDAY)
    absence = settings.absences_of(firm.house, firm.workspace.id, firm.bruno.id)[0]
    settings.end_leave(firm.house, firm.actor(firm.bruno), absence.id)

    keys = delivered(firm).keys()
    assert not [key for key in keys if ":away:" in key]


def test_leave_that_came_between_question_and_answer_is_told_with_the_answer(
    firm: Firm, acme: Client
) -> None:
    sheet = covers.ask(firm.house, firm.actor(firm.alice), acme.id, firm.bruno.id, FRIDAY)
    assert leave(firm, firm.bruno, WEDNESDAY, THURSDAY).lost == ()
    assert told(firm, firm.alice) == []
    covers.accept(firm.house, firm.actor(firm.bruno), sheet.cover.id)

    assert len(told(firm, firm.alice)) == 1


def test_somebody_else_is_asked_for_these_days(firm: Firm, acme: Client) -> None:
    sheet = agreed(firm, acme)
    leave(firm, firm.bruno, WEDNESDAY, THURSDAY)
    alice = firm.actor(firm.alice)
    gap = covers.gap_of(firm.house, alice, sheet.cover.id, "2026-11-18")
    assert gap.days == (WEDNESDAY, THURSDAY)

    other = covers.ask_instead(
        firm.house, alice, sheet.cover.id, "2026-11-18", firm.carla.id, THURSDAY, "quote"
    )
    again = covers.ask_instead(firm.house, alice, sheet.cover.id, "2026-11-18", firm.carla.id, THURSDAY)
    assert again.cover.id == other.cover.id, "two presses are one question"
    covers.accept(firm.house, firm.actor(firm.carla), other.cover.id)
    assert facts(firm, firm.alice)["instead"] == "Carla Cruz"

    firm.clock.now = at(THURSDAY, 9)
    assert [rows(firm, who) for who in (firm.alice, firm.bruno, firm.carla)] == [[], [], ["Acme"]]
    firm.clock.now = at(FRIDAY, 9)
    assert [rows(firm, who) for who in (firm.alice, firm.bruno, firm.carla)] == [[], ["Acme"], []]


def test_in_the_place_of_a_whole_book_that_is_covered_for_leave_the_other_cover_goes_with_the_leave(
    firm: Firm, acme: Client
) -> None:
    alice = firm.actor(firm.alice)
    taken = settings.take_leave(firm.house, alice, TUESDAY, FRIDAY, colleague_id=firm.bruno.id)
    (sheet,) = taken.asked
    covers.accept(firm.house, firm.actor(firm.bruno), sheet.cover.id)
    leave(firm, firm.bruno, WEDNESDAY, THURSDAY)
    other = covers.ask_instead(
        firm.house, firm.actor(firm.lea), sheet.cover.id, "2026-11-18", firm.carla.id, THURSDAY
    )
    covers.accept(firm.house, firm.actor(firm.carla), other.cover.id)
    firm.clock.now = at(WEDNESDAY, 9)
    assert rows(firm, firm.carla) == ["Acme"]

    absence = settings.absences_of(firm.house, firm.workspace.id, firm.alice.id)[0]
    settings.end_leave(firm.house, alice, absence.id)
    assert covers.look_at(firm.house, alice, other.cover.id).cover.state is CoverState.ENDED


@pytest.mark.parametrize(
    ("who", "last", "code"),
    [
        ("alice", FRIDAY + timedelta(days=1), "cover.beyond"),
        ("alice", TUESDAY, "cover.backwards"),
        ("carla_is_bruno", THURSDAY, "cover.away"),
        ("bruno", THURSDAY, "cover.gone"),
    ],
)
def test_what_cannot_be_asked_instead_says_why(
    firm: Firm, acme: Client, who: str, last: date, code: str
) -> None:
    sheet = agreed(firm, acme)
    leave(firm, firm.bruno, WEDNESDAY, THURSDAY)
    colleague = firm.bruno if who == "carla_is_bruno" else firm.carla
    actor = firm.actor(firm.bruno if who == "bruno" else firm.alice)

    with pytest.raises(Refusal) as refusal:
        covers.ask_instead(firm.house, actor, sheet.cover.id, "2026-11-18", colleague.id, last)
    assert refusal.value.code == code


def test_where_the_colleague_is_there_nobody_else_is_asked(firm: Firm, acme: Client) -> None:
    sheet = agreed(firm, acme)

    with pytest.raises(Refusal) as refusal:
        covers.gap_of(firm.house, firm.actor(firm.alice), sheet.cover.id, "2026-11-16")
    assert refusal.value.code == "cover.no_gap"


def test_a_row_that_came_back_asks_for_as_long_as_the_colleague_is_away(firm: Firm, acme: Client) -> None:
    agreed(firm, acme)
    leave(firm, firm.bruno, TODAY, WEDNESDAY)
    alice = firm.actor(firm.alice)

    wish = covers.proposed(firm.house, alice, acme.id)
    assert wish.until == WEDNESDAY
    covers.ask(firm.house, alice, acme.id, firm.carla.id, wish.until)
    with pytest.raises(Refusal) as refusal:
        covers.ask(firm.house, alice, acme.id, firm.lea.id, FRIDAY)
    assert refusal.value.code == "cover.known"


def test_leave_of_the_covering_colleague_by_the_command_line_is_told_as_well(
    firm: Firm, acme: Client
) -> None:
    agreed(firm, acme)
    settings.take_leave_by_operator(firm.house, firm.workspace.id, "U0BRUNO", WEDNESDAY, THURSDAY)

    assert len(told(firm, firm.alice)) == 1
    settings.end_leave_by_operator(firm.house, firm.workspace.id, "U0BRUNO", WEDNESDAY)
    assert facts(firm, firm.alice) is None
