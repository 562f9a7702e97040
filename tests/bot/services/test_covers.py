"""Covers: a colleague gets the rows of somebody's clients for some days, and then no more."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.domain.clients import Client, Part, Tier
from bot.domain.covers import CoverSheet, CoverState
from bot.domain.digest import Owed, Row, Week
from bot.domain.digest_facts import facts_of, week_from
from bot.domain.members import Member, NewSettings, Noise
from bot.domain.outbox import Entry, State
from bot.domain.outlook import ClientOutlook, Listed
from bot.domain.refusals import Refusal
from bot.ports import NewClient, description_of
from bot.services import (
    briefs,
    client_edits,
    covers,
    delivery,
    digest,
    members,
    nudges,
    occasions,
    promises,
    recounting,
    settings,
    weeks,
    why,
)
from handlers.i18n import words_for
from handlers.views import weeks as weeks_shown
from handlers.views.gate import present
from tests.bot.services.messenger import ScriptedMessenger
from tests.conftest import MONDAY, Firm, profile

LONG_AGO = MONDAY - timedelta(days=300)
TODAY = MONDAY.date()
FRIDAY = date(2026, 11, 20)


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """A moment in November on the wall in New York."""
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC) + timedelta(hours=5)


@pytest.fixture
def acme(firm: Firm) -> Client:
    """A client of Alice that is long due."""
    return firm.client("Acme", spoke_before_at=LONG_AGO)


def asked(firm: Firm, client: Client, colleague: Member | None = None, until: date = FRIDAY) -> CoverSheet:
    who = firm.bruno if colleague is None else colleague
    return covers.ask(firm.house, firm.actor(firm.alice), client.id, who.id, until, "They expect a quote")


def agreed(firm: Firm, client: Client, until: date = FRIDAY) -> CoverSheet:
    sheet = asked(firm, client, until=until)
    return covers.accept(firm.house, firm.actor(firm.bruno), sheet.cover.id)


def rows(firm: Firm, member: Member) -> list[str]:
    return [row.client for row in digest.today(firm.house, firm.actor(member))]


def refused(firm: Firm, act: Callable[[], object]) -> str:
    with pytest.raises(Refusal) as refusal:
        act()
    return refusal.value.code


def delivered(firm: Firm) -> list[str]:
    """The keys of what is posted now, half an hour on."""
    slack = ScriptedMessenger()
    firm.clock.tick(minutes=30)
    for entry_id in delivery.due(firm.house, firm.workspace.id, 100):
        delivery.deliver(firm.house, slack, firm.workspace.id, entry_id)
    return slack.keys()


def entry(firm: Firm, key: str) -> Entry:
    with firm.house.memory.read(firm.workspace.id) as unit:
        found = unit.outbox.by_key(key)
    assert found is not None, key
    return found


def test_a_colleague_who_agrees_gets_the_row_marked_and_the_owner_does_not(firm: Firm, acme: Client) -> None:
    sheet = asked(firm, acme)
    assert rows(firm, firm.alice) == ["Acme"], "asked is not agreed"
    assert rows(firm, firm.bruno) == []

    covers.accept(firm.house, firm.actor(firm.bruno), sheet.cover.id)

    (row,) = digest.today(firm.house, firm.actor(firm.bruno))
    assert isinstance(row, Row)
    assert (row.client, row.covering, row.covering_until) == ("Acme", "Alice Ames", "2026-11-20")
    assert rows(firm, firm.alice) == []


def test_it_ends_by_itself_on_the_day_after(firm: Firm, acme: Client) -> None:
    agreed(firm, acme)
    firm.clock.now = at(20, 23, 30) - timedelta(hours=6)
    assert rows(firm, firm.bruno) == ["Acme"], "Friday in Paris"

    firm.clock.now = at(23, 9)
    assert rows(firm, firm.bruno) == []
    assert rows(firm, firm.alice) == ["Acme"]
    with pytest.raises(Refusal):
        briefs.brief(firm.house, firm.actor(firm.bruno), acme.id)


def test_the_clients_clock_goes_on(firm: Firm, acme: Client) -> None:
    agreed(firm, acme)
    after = firm.again(acme)

    assert (after.due_at, after.neglected_at) == (acme.due_at, acme.neglected_at)


def test_in_leave_the_clock_goes_on_where_somebody_covers_and_as_long_as_they_do(firm: Firm) -> None:
    acme, globex = (firm.client(name, spoke_before_at=MONDAY) for name in ("Acme", "Globex"))
    alice = firm.actor(firm.alice)
    settings.take_leave(firm.house, alice, TODAY + timedelta(days=1), FRIDAY)
    away = firm.again(globex).due_at
    assert away == firm.again(acme).due_at
    assert away is not None
    assert acme.due_at is not None
    assert away > acme.due_at

    sheet = agreed(firm, acme)
    assert firm.again(acme).due_at == acme.due_at
    assert firm.again(globex).due_at == away, "nobody covers for this one"

    firm.clock.now = at(18, 9)
    covers.end(firm.house, alice, sheet.cover.id)
    assert acme.due_at < (firm.again(acme).due_at or acme.due_at) < away, "what was covered counts"
    assert recounting.recount(firm.house, firm.workspace.id) is None
    assert acme.due_at < (firm.again(acme).due_at or acme.due_at) < away


def test_a_cover_that_is_agreed_to_late_ages_nobody_for_the_days_before(firm: Firm) -> None:
    acme = firm.client("Acme", spoke_before_at=MONDAY)
    settings.take_leave(firm.house, firm.actor(firm.alice), TODAY + timedelta(days=1), FRIDAY)
    away = firm.again(acme).due_at
    sheet = asked(firm, acme)
    firm.clock.now = at(20, 9)
    covers.accept(firm.house, firm.actor(firm.bruno), sheet.cover.id)

    late = firm.again(acme).due_at
    assert acme.due_at is not None
    assert late is not None
    assert away is not None
    assert acme.due_at < late < away, "Friday alone counts"


def test_when_a_covering_colleague_leaves_for_good_the_client_is_the_owners_again(
    firm: Firm, acme: Client
) -> None:
    agreed(firm, acme)
    assert rows(firm, firm.alice) == []
    with firm.house.memory.write(firm.workspace.id) as unit:
        unit.members.set_active(firm.bruno.id, active=False)

    assert rows(firm, firm.alice) == ["Acme"]


def test_who_covers_may_read_snooze_and_settle_promises_and_nobody_else_may(firm: Firm, acme: Client) -> None:
    bruno, alice = firm.actor(firm.bruno), firm.actor(firm.alice)
    promise = promises.make(firm.house, alice, acme.id, "a quote", FRIDAY, "quote").promise
    for act in (
        lambda: briefs.brief(firm.house, bruno, acme.id),
        lambda: nudges.snooze(firm.house, bruno, acme.id, wish="tomorrow"),
        lambda: client_edits.history(firm.house, bruno, acme.id, 5),
    ):
        assert refused(firm, act) == "client.not_yours"
    assert refused(firm, lambda: promises.keep(firm.house, bruno, promise.id)) == "promise.not_yours"

    agreed(firm, acme)

    assert briefs.brief(firm.house, bruno, acme.id).client == "Acme"
    client_edits.history(firm.house, bruno, acme.id, 5)
    nudges.snooze(firm.house, bruno, acme.id, wish="tomorrow")
    promises.keep(firm.house, bruno, promise.id)
    assert refused(firm, lambda: client_edits.opened(firm.house, bruno, acme.id)) == "client.not_to_edit"
    assert refused(firm, lambda: client_edits.archive(firm.house, bruno, acme.id)) == "client.not_to_govern"


def test_promises_go_over_with_the_client(firm: Firm, acme: Client) -> None:
    other = firm.client("Beta")
    for client in (acme, other):
        promises.make(firm.house, firm.actor(firm.alice), client.id, "a quote", TODAY, f"quote {client.id}")
    agreed(firm, acme)

    theirs = [row for row in digest.today(firm.house, firm.actor(firm.bruno)) if isinstance(row, Owed)]
    own = [row for row in digest.today(firm.house, firm.actor(firm.alice)) if isinstance(row, Owed)]
    assert [(row.client, row.covering) for row in theirs] == [("Acme", "Alice Ames")]
    assert [(row.client, row.covering) for row in own] == [("Beta", "")]


def test_during_leave_the_whole_book_goes_over_and_comes_back(firm: Firm, acme: Client) -> None:
    firm.client("Beta", spoke_before_at=LONG_AGO)
    leave = settings.take_leave(
        firm.house, firm.actor(firm.alice), date(2026, 11, 17), FRIDAY, colleague_id=firm.bruno.id
    )
    (sheet,) = leave.asked
    covers.accept(firm.house, firm.actor(firm.bruno), sheet.cover.id)
    assert rows(firm, firm.bruno) == [], "it begins tomorrow"

    firm.clock.now = at(17, 9)
    assert sorted(rows(firm, firm.bruno)) == ["Acme", "Beta"]
    firm.client("Gamma", spoke_before_at=LONG_AGO)
    assert len(rows(firm, firm.bruno)) == 3, "the book as it is on the day"

    firm.clock.now = at(23, 9)
    assert rows(firm, firm.bruno) == []


def test_the_covering_colleagues_digest_tells_of_it(firm: Firm, acme: Client) -> None:
    agreed(firm, acme)
    firm.clock.now = at(17, 3)  # nine in Paris
    digest.plan(firm.house, firm.workspace.id)
    planned = entry(firm, f"digest:{firm.bruno.id}:2026-11-17")

    facts: Any = planned.facts
    assert [row["covering"] for row in facts["rows"]] == ["Alice Ames"]


def test_why_of_a_covered_client_names_who_covers_and_reckons_for_them_as_for_an_owner(
    firm: Firm, acme: Client
) -> None:
    fresh = firm.client("Ford", spoke_before_at=MONDAY)
    for client in (acme, fresh):
        agreed(firm, client)

    def told(member: Member, client: Client) -> ClientOutlook:
        found = why.outlook(firm.house, firm.actor(member), client.id).client
        assert found is not None
        return found

    covered = told(firm.alice, acme)
    assert (covered.listed, covered.colleague, covered.covered_until) == (
        Listed.COVERED,
        "Bruno Petit",
        FRIDAY,
    )
    outlook = why.outlook(firm.house, firm.actor(firm.alice), acme.id)
    assert present(outlook, words_for("en-US"))[0] == (
        "Not on today's list: Bruno Petit covers it until Friday, November 20."
    )
    assert told(firm.bruno, acme).listed is Listed.LISTED
    assert told(firm.bruno, fresh).listed is Listed.NOT_DUE


def day_due(firm: Firm, name: str) -> date:
    due = firm.again(firm.clients[name]).due_at
    assert due is not None
    return firm.alice.calendar.local_date(due)


def test_the_week_ahead_has_each_client_with_whom_sees_to_it_on_its_day(firm: Firm) -> None:
    """Alice's Acme and Ford become due on Wednesday and on Friday; Bruno covers for both until Wednesday."""
    for name, ago in (("Acme", 13), ("Ford", 11)):
        client = firm.client(name, spoke_before_at=MONDAY - timedelta(days=ago))
        sheet = asked(firm, client, until=date(2026, 11, 18))
        covers.accept(firm.house, firm.actor(firm.bruno), sheet.cover.id)
        promises.make(firm.house, firm.actor(firm.alice), client.id, "a quote", FRIDAY, f"quote {name}")
    firm.client("Danone", owner=firm.bruno, market="FR", spoke_before_at=MONDAY - timedelta(days=12))

    assert [day_due(firm, name) for name in ("Acme", "Ford")] == [date(2026, 11, 18), FRIDAY]

    def week(member: Member) -> Week:
        with firm.house.memory.read(firm.workspace.id) as unit:
            found = weeks.of(unit, member, TODAY, (), firm.clock())
        assert found is not None
        return found

    def due(member: Member) -> list[tuple[str, str]]:
        return [(each.client, each.covering) for each in week(member).due]

    assert due(firm.bruno) == [("Acme", "Alice Ames"), ("Danone", "")]
    assert week(firm.bruno).counts == (0, 2, 0, 0)
    assert due(firm.alice) == [("Ford", "")]
    assert week(firm.alice).counts == (2, 1, 0, 0), "what is promised for Friday is hers again"


def test_in_the_week_ahead_promises_and_occasions_of_a_covered_book_are_the_colleagues(firm: Firm) -> None:
    acme = firm.client("Acme", spoke_before_at=MONDAY, contract_on=date(2020, 11, 19))
    promises.make(firm.house, firm.actor(firm.alice), acme.id, "a quote", FRIDAY, "quote")
    leave = settings.take_leave(
        firm.house, firm.actor(firm.alice), date(2026, 11, 18), FRIDAY, colleague_id=firm.bruno.id
    )
    covers.accept(firm.house, firm.actor(firm.bruno), leave.asked[0].cover.id)

    with firm.house.memory.read(firm.workspace.id) as unit:
        found = weeks.of(unit, firm.bruno, TODAY, (), firm.clock())

    assert found is not None
    assert [(each.text, each.covering) for each in found.promises] == [("a quote", "Alice Ames")]
    assert [each.covering for each in found.occasions] == ["Alice Ames"]
    assert week_from(json.loads(json.dumps(facts_of(TODAY, (), week=found)))) == found
    (promised, occasion) = weeks_shown.lines(found, words_for("en-US"), ZoneInfo("Europe/Paris"))[1:]
    assert promised == "• 1 promise to keep: Acme, a quote (Nov 20) – covering for Alice Ames"
    assert occasion.endswith(" – covering for Alice Ames")


def test_each_clients_backup_is_asked_once_for_all_of_theirs(firm: Firm, acme: Client) -> None:
    beta, gamma = firm.client("Beta"), firm.client("Gamma")
    firm.client("Delta")
    with firm.house.memory.write(firm.workspace.id) as unit:
        for client, who in ((acme, firm.bruno), (beta, firm.bruno), (gamma, firm.lea)):
            unit.clients.set_team(client.id, Part.BACKUP, who.id)
    known = covers.backups(firm.house, firm.actor(firm.alice))
    assert (known.clients, known.of) == (3, 4)

    leave = settings.take_leave(firm.house, firm.actor(firm.alice), FRIDAY, FRIDAY, by_backups=True)

    assert {sheet.colleague: [name for _, name in sheet.clients] for sheet in leave.asked} == {
        "Bruno Petit": ["Acme", "Beta"],
        "Lea Lang": ["Gamma"],
    }


def test_a_backup_who_is_away_is_not_asked_and_the_leave_is_entered_all_the_same(
    firm: Firm, acme: Client
) -> None:
    with firm.house.memory.write(firm.workspace.id) as unit:
        unit.clients.set_team(acme.id, Part.BACKUP, firm.bruno.id)
    settings.take_leave(firm.house, firm.actor(firm.bruno), FRIDAY, FRIDAY)

    leave = settings.take_leave(firm.house, firm.actor(firm.alice), TODAY, FRIDAY, by_backups=True)

    assert leave.asked == ()
    assert len(settings.standing(firm.house, firm.actor(firm.alice)).absences) == 1


def test_who_has_the_rest_of_a_book_hears_nothing_of_a_client_that_another_one_covers(firm: Firm) -> None:
    """Lea has Acme by itself; Bruno the book of the leave. Two must not call the same client."""
    acme, beta = (
        firm.client(name, spoke_before_at=LONG_AGO, relation_since=date(2020, 11, 20))
        for name in ("Acme", "Beta")
    )
    for client in (acme, beta):
        promises.make(firm.house, firm.actor(firm.alice), client.id, "a quote", FRIDAY, f"quote {client.id}")
    alone = asked(firm, acme, firm.lea)
    covers.accept(firm.house, firm.actor(firm.lea), alone.cover.id)
    leave = settings.take_leave(firm.house, firm.actor(firm.alice), TODAY, FRIDAY, colleague_id=firm.bruno.id)
    covers.accept(firm.house, firm.actor(firm.bruno), leave.asked[0].cover.id)

    firm.clock.now = at(19, 9)
    assert rows(firm, firm.lea) == ["Acme"]
    assert rows(firm, firm.bruno) == ["Beta"]
    with firm.house.memory.read(firm.workspace.id) as unit:
        for reader, name in ((firm.lea, "Acme"), (firm.bruno, "Beta")):
            week = weeks.of(unit, reader, TODAY, (), firm.clock())
            assert week is not None
            assert {each.client for each in (*week.promises, *week.occasions)} == {name}

    covers.end(firm.house, firm.actor(firm.lea), alone.cover.id)
    assert rows(firm, firm.bruno) == ["Acme", "Beta"]


def test_leave_that_is_taken_out_takes_its_cover_along(firm: Firm, acme: Client) -> None:
    alice = firm.actor(firm.alice)
    leave = settings.take_leave(firm.house, alice, FRIDAY, FRIDAY, colleague_id=firm.bruno.id)
    single = agreed(firm, acme, until=date(2026, 11, 18))
    (absence,) = settings.standing(firm.house, alice).absences

    settings.end_leave(firm.house, alice, absence.id)

    now = settings.standing(firm.house, alice)
    assert [sheet.cover.id for sheet in now.covered] == [single.cover.id]
    assert refused(
        firm, lambda: covers.accept(firm.house, firm.actor(firm.bruno), leave.asked[0].cover.id)
    ) == ("cover.over")


@pytest.mark.parametrize(
    ("until", "code"),
    [
        (date(2026, 11, 15), "cover.past"),
        (TODAY + timedelta(days=366), "cover.too_long"),
    ],
)
def test_days_that_make_no_sense_are_refused(firm: Firm, acme: Client, until: date, code: str) -> None:
    assert refused(firm, lambda: asked(firm, acme, until=until)) == code


def test_who_cannot_cover_is_refused_with_the_reason(firm: Firm, acme: Client) -> None:
    assert refused(firm, lambda: asked(firm, acme, firm.alice)) == "cover.oneself"
    assert refused(firm, lambda: asked(firm, acme, replace(firm.bruno, id=0))) == "cover.unknown"
    settings.take_leave(firm.house, firm.actor(firm.bruno), FRIDAY, FRIDAY)
    assert refused(firm, lambda: asked(firm, acme)) == "cover.away"
    assert asked(firm, acme, until=date(2026, 11, 19)).cover.state is CoverState.ASKED
    members.close(firm.house, firm.workspace.id, firm.carla.user_id)
    assert refused(firm, lambda: asked(firm, acme, firm.carla)) == "cover.inactive"


def test_only_the_owner_their_lead_and_admins_ask(firm: Firm, acme: Client) -> None:
    def by(member: Member) -> CoverSheet:
        return covers.ask(firm.house, firm.actor(member), acme.id, firm.bruno.id, FRIDAY)

    assert refused(firm, lambda: by(firm.bruno)) == "cover.not_yours"
    assert by(firm.lea).asker == "Lea Lang"
    assert refused(firm, lambda: covers.proposed(firm.house, firm.actor(firm.bruno), acme.id)) == (
        "cover.not_yours"
    )


def test_a_client_of_nobody_is_not_covered(firm: Firm) -> None:
    with firm.house.memory.write(firm.workspace.id) as unit:
        orphan = unit.clients.add(NewClient("Orphan", None, Tier.A, "US", "USD"), created_at=firm.clock())
    assert refused(firm, lambda: covers.proposed(firm.house, firm.actor(firm.lea), orphan)) == "cover.unowned"


def test_asking_twice_asks_once_and_another_one_is_refused(firm: Firm, acme: Client) -> None:
    first, again = asked(firm, acme), asked(firm, acme)

    assert first.cover.id == again.cover.id
    assert refused(firm, lambda: asked(firm, acme, firm.carla)) == "cover.known"
    covers.end(firm.house, firm.actor(firm.alice), first.cover.id)
    assert asked(firm, acme, firm.carla).cover.id != first.cover.id


def test_a_question_to_cover_and_its_answer_do_not_stand_behind_the_morning_wave(
    firm: Firm, acme: Client
) -> None:
    with firm.house.memory.write(firm.workspace.id) as unit:
        for _ in range(1000):
            wave = unit.take_slot(firm.clock())
    assert wave > firm.clock() + timedelta(minutes=15)

    sheet = asked(firm, acme)
    covers.accept(firm.house, firm.actor(firm.bruno), sheet.cover.id)

    number = sheet.cover.id
    for key in (f"cover:{number}:asked", f"cover:{number}:accepted:{firm.alice.id}"):
        said = entry(firm, key)
        assert said.urgent
        assert said.due_at < firm.clock() + timedelta(minutes=1)


def test_in_the_colleagues_quiet_hours_and_at_no_level_of_noise_the_question_waits_or_is_lost(
    firm: Firm, acme: Client
) -> None:
    firm.clock.now = at(16, 20)  # in Paris two in the morning
    settings.change(firm.house, firm.actor(firm.bruno), NewSettings(noise=Noise.NONE))
    sheet = asked(firm, acme)
    assert delivered(firm) == []

    firm.clock.now = at(17, 3)  # nine in Paris
    assert delivered(firm) == [f"cover:{sheet.cover.id}:asked"]


def test_who_asked_hears_the_answer_and_the_question_is_edited_in_place(firm: Firm, acme: Client) -> None:
    sheet = asked(firm, acme)
    assert delivered(firm) == [f"cover:{sheet.cover.id}:asked"]

    covers.decline(firm.house, firm.actor(firm.bruno), sheet.cover.id, "I am at a fair")
    covers.decline(firm.house, firm.actor(firm.bruno), sheet.cover.id, "I am at a fair")

    told = delivered(firm)
    assert f"cover:{sheet.cover.id}:declined:{firm.alice.id}" in told
    news = entry(firm, f"cover:{sheet.cover.id}:declined:{firm.alice.id}")
    facts: Any = news.facts
    assert covers.sheet_from(facts["sheet"]).cover.reason == "I am at a fair"
    question = entry(firm, f"cover:{sheet.cover.id}:asked")
    assert entry(firm, f"edit:{question.id}:declined").state is State.SENT
    assert refused(firm, lambda: covers.accept(firm.house, firm.actor(firm.bruno), sheet.cover.id)) == (
        "cover.over"
    )


def test_a_lead_who_asks_and_the_owner_both_hear_the_answer(firm: Firm, acme: Client) -> None:
    sheet = covers.ask(firm.house, firm.actor(firm.lea), acme.id, firm.bruno.id, FRIDAY)
    covers.accept(firm.house, firm.actor(firm.bruno), sheet.cover.id)

    told = delivered(firm)
    for reader in (firm.lea, firm.alice):
        assert f"cover:{sheet.cover.id}:accepted:{reader.id}" in told


def test_a_question_that_is_taken_back_before_it_was_sent_is_never_asked(firm: Firm, acme: Client) -> None:
    sheet = asked(firm, acme)
    covers.end(firm.house, firm.actor(firm.alice), sheet.cover.id)

    assert delivered(firm) == []
    assert entry(firm, f"cover:{sheet.cover.id}:asked").state is State.SKIPPED


def test_who_covers_can_give_it_back_and_the_owner_hears_of_it(firm: Firm, acme: Client) -> None:
    sheet = agreed(firm, acme)
    delivered(firm)

    covers.end(firm.house, firm.actor(firm.bruno), sheet.cover.id)

    assert rows(firm, firm.alice) == ["Acme"]
    assert f"cover:{sheet.cover.id}:ended:{firm.alice.id}" in delivered(firm)


def test_a_cover_is_nobody_elses_business(firm: Firm, acme: Client) -> None:
    sheet = asked(firm, acme)
    outsider = firm.client("Danone", owner=firm.bruno)
    other = covers.ask(firm.house, firm.actor(firm.bruno), outsider.id, firm.lea.id, FRIDAY)

    assert refused(firm, lambda: covers.accept(firm.house, firm.actor(firm.lea), sheet.cover.id)) == (
        "cover.not_asked"
    )
    assert (
        refused(firm, lambda: covers.end(firm.house, firm.actor(firm.alice), other.cover.id)) == "cover.gone"
    )
    assert refused(firm, lambda: covers.accept(firm.house, firm.actor(firm.alice), 10**6)) == "cover.gone"


def test_a_client_that_gets_another_owner_is_covered_no_more(firm: Firm, acme: Client) -> None:
    agreed(firm, acme)
    with firm.house.memory.write(firm.workspace.id) as unit:
        unit.clients.update(acme.id, replace(description_of(firm.again(acme)), owner_id=firm.lea.id))

    assert rows(firm, firm.bruno) == []
    assert (
        refused(firm, lambda: briefs.brief(firm.house, firm.actor(firm.bruno), acme.id)) == "client.not_yours"
    )


def test_a_row_leaves_the_digest_of_who_covered_when_the_cover_ends(firm: Firm, acme: Client) -> None:
    sheet = agreed(firm, acme)
    firm.clock.now = at(17, 3)
    digest.plan(firm.house, firm.workspace.id)
    morning = entry(firm, f"digest:{firm.bruno.id}:2026-11-17")
    assert len(digest.current(firm.house, firm.actor(firm.bruno), morning.id).rows) == 1

    covers.end(firm.house, firm.actor(firm.alice), sheet.cover.id)

    assert digest.current(firm.house, firm.actor(firm.bruno), morning.id).rows == ()


def test_a_row_stays_unmarked_with_who_covered_and_now_owns_the_client(firm: Firm, acme: Client) -> None:
    """The client changes hands for good; what Alice promised stays hers."""
    owing = firm.client("Ford", spoke_before_at=LONG_AGO)
    promises.make(firm.house, firm.actor(firm.alice), owing.id, "a quote", TODAY, "quote")
    for client in (acme, owing):
        agreed(firm, client)
    firm.clock.now = at(17, 3)
    digest.plan(firm.house, firm.workspace.id)
    morning = entry(firm, f"digest:{firm.bruno.id}:2026-11-17")

    with firm.house.memory.write(firm.workspace.id) as unit:
        for client in (acme, owing):
            unit.clients.update(
                client.id, replace(description_of(firm.again(client)), owner_id=firm.bruno.id)
            )

    now = digest.current(firm.house, firm.actor(firm.bruno), morning.id)
    assert {(type(row), row.client, row.covering) for row in now.rows} == {
        (Row, "Acme", ""),
        (Row, "Ford", ""),
    }


def test_occasions_of_covered_clients_are_by_the_readers_own_day(firm: Firm) -> None:
    """In Paris it is Tuesday already: planned and brought up to date, the row says the same."""
    acme = firm.client("Acme", spoke_before_at=MONDAY, relation_since=date(2020, 11, 24))
    agreed(firm, acme)
    firm.clock.now = at(16, 19, 30)

    with firm.house.memory.read(firm.workspace.id) as unit:
        hand = covers.at_hand(unit, firm.bruno, firm.clock())
        planned = [near for _, near in covers.coming(unit, firm.bruno, hand, firm.clock())]
        later = occasions.of_client(unit, firm.again(acme), firm.bruno, firm.clock())
        for_owner = occasions.of_client(unit, firm.again(acme), firm.alice, firm.clock())

    assert planned == ([later] if later else [])
    assert (bool(later), bool(for_owner)) == (True, False)


def test_sent_digests_follow_when_a_client_changes_hands_and_nothing_counts_as_done(
    firm: Firm, acme: Client
) -> None:
    sheet = agreed(firm, acme)
    firm.clock.now = at(17, 9)
    digest.plan(firm.house, firm.workspace.id)
    firm.clock.tick(seconds=30)
    slack = ScriptedMessenger()
    for entry_id in delivery.due(firm.house, firm.workspace.id, 100):
        delivery.deliver(firm.house, slack, firm.workspace.id, entry_id)
    morning = entry(firm, f"digest:{firm.bruno.id}:2026-11-17")

    covers.end(firm.house, firm.actor(firm.alice), sheet.cover.id)
    firm.clock.tick(seconds=30)
    for entry_id in delivery.due(firm.house, firm.workspace.id, 100):
        delivery.deliver(firm.house, slack, firm.workspace.id, entry_id)

    assert morning.state is State.SENT
    facts: Any = slack.edited[-1][1]["facts"]
    assert facts["rows"] == []
    assert "done" not in facts


# --- Leave by the status ----------------------------------------------------------------------------------


def status(firm: Firm, text: str = "", **more: Any) -> None:
    members.refresh(firm.house, firm.workspace.id, profile("U0ALICE", "Alice Ames", status_text=text, **more))


def absences(firm: Firm) -> list[tuple[date, date, bool]]:
    found = settings.standing(firm.house, firm.actor(firm.alice)).absences
    return [(each.first, each.last, each.from_status) for each in found]


def next_digest(firm: Firm) -> datetime | None:
    return settings.standing(firm.house, firm.actor(firm.alice)).member.next_digest_at


def test_a_status_that_says_leave_is_leave_until_it_ends(firm: Firm, acme: Client) -> None:
    firm.clock.now = at(16, 10)
    status(firm, "Vacation", status_until=at(20, 23))

    assert absences(firm) == [(TODAY, FRIDAY, True)]
    assert next_digest(firm) == at(23, 9)


def test_a_status_that_goes_early_brings_the_digest_back(firm: Firm, acme: Client) -> None:
    firm.clock.now = at(16, 10)
    status(firm, "Vacation", status_until=at(27, 23))
    firm.clock.now = at(18, 8)
    status(firm)

    assert absences(firm) == []
    assert next_digest(firm) == at(18, 9)


def test_a_status_without_an_end_is_renewed_while_it_stands(firm: Firm) -> None:
    status(firm, "", status_emoji=":palm_tree:")
    firm.clock.now = at(17, 9)
    status(firm, "", status_emoji=":palm_tree:")

    assert absences(firm) == [(TODAY, date(2026, 11, 18), True)]


def test_a_status_leaves_what_was_entered_alone_and_the_other_way_round(firm: Firm) -> None:
    alice = firm.actor(firm.alice)
    settings.take_leave(firm.house, alice, TODAY, FRIDAY)
    status(firm, "Vacation", status_until=at(18, 23))
    status(firm)
    assert absences(firm) == [(TODAY, FRIDAY, False)]

    status(firm, "Vacation", status_until=at(18, 23))
    settings.take_leave(firm.house, alice, date(2026, 11, 30), date(2026, 11, 30))
    (by_status,) = [each for each in settings.standing(firm.house, alice).absences if each.from_status]
    assert refused(firm, lambda: settings.end_leave(firm.house, alice, by_status.id)) == "leave.gone"


def test_a_change_of_the_profile_is_looked_at_soon(firm: Firm) -> None:
    assert members.stale(firm.house, firm.workspace.id) == []
    assert members.look_again(firm.house, firm.workspace.id, "U0ALICE")
    assert members.stale(firm.house, firm.workspace.id) == ["U0ALICE"]
    assert not members.look_again(firm.house, firm.workspace.id, "U0NOBODY")
