"""What the book remembers of clients, contacts, members, promises, meetings and changes."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time, timedelta
from decimal import Decimal

from bot.domain.clients import Part, Status
from bot.domain.history import ChangeKind, NewChange, Subject, differences
from bot.domain.meetings import NewMeeting
from bot.domain.members import NewSettings, Noise
from bot.domain.money import Money
from bot.domain.promises import NewPromise, PromiseState
from bot.ports import description_of, description_of_contact
from tests.conftest import MONDAY, Firm, profile


def test_a_client_comes_back_as_it_was_described(firm: Firm) -> None:
    acme = firm.client("Acme", aliases=("ACM",))
    described = replace(
        description_of(acme),
        status=Status.ON_HOLD,
        zone="Europe/Paris",
        hours={0: ((time(9), time(12)), (time(14), time(18))), 4: ((time(9), time(12)),)},
        own_holidays=(date(2026, 12, 24),),
        sector="energy",
        price_floor=Money(Decimal("1200.50"), "USD"),
        offerings=("consulting", "training"),
    )
    with firm.house.memory.write(firm.workspace.id) as unit:
        assert unit.clients.update(acme.id, described, version=acme.version)
        assert not unit.clients.update(acme.id, description_of(acme), version=acme.version)

    again = firm.again(acme)
    assert description_of(again) == described
    assert again.version == acme.version + 1


def test_an_archived_client_is_not_found_by_name_until_it_is_restored(firm: Firm) -> None:
    acme = firm.client("Acme")
    with firm.house.memory.write(firm.workspace.id) as unit:
        assert unit.clients.archive(acme.id, at=MONDAY)
        assert not unit.clients.archive(acme.id, at=MONDAY)
        assert not unit.clients.named("Acme")
        assert unit.clients.archive(acme.id, at=None)
        assert [found.client_id for found in unit.clients.named("Acme")] == [acme.id]


def test_who_stands_by_a_client_and_where_we_speak_with_it(firm: Firm) -> None:
    acme = firm.client("Acme")
    with firm.house.memory.write(firm.workspace.id) as unit:
        unit.clients.set_team(acme.id, Part.BACKUP, firm.bruno.id)
        unit.clients.set_team(acme.id, Part.BACKUP, firm.lea.id)
        unit.clients.set_team(acme.id, Part.SPONSOR, firm.carla.id)
        unit.clients.set_team(acme.id, Part.SPONSOR, None)
        unit.clients.set_channels(acme.id, ["C0B", "C0A"])

        assert unit.clients.team(acme.id) == {Part.BACKUP: firm.lea.id}
        assert unit.clients.channels(acme.id) == ["C0A", "C0B"]
        assert [client.id for client in unit.clients.of_channel("C0A")] == [acme.id]


def test_a_contact_who_left_stays_known_at_the_end_of_the_list(firm: Firm) -> None:
    acme = firm.client("Acme")
    dana, zoe = firm.contact(acme, "Dana"), firm.contact(acme, "Zoé", email="Zoe@ACME.com")
    with firm.house.memory.write(firm.workspace.id) as unit:
        assert unit.contacts.set_left(dana.id, at=MONDAY)
        assert not unit.contacts.set_left(dana.id, at=MONDAY)
        described = replace(description_of_contact(zoe), language="fr", preferences={"drinks": "tea"})
        assert unit.contacts.update(zoe.id, described, version=zoe.version)

        assert [person.name for person in unit.contacts.of_client(acme.id)] == ["Zoé"]
        assert [person.name for person in unit.contacts.all_of_client(acme.id)] == ["Zoé", "Dana"]
        assert unit.contacts.get(zoe.id) == replace(
            zoe, language="fr", preferences={"drinks": "tea"}, version=zoe.version + 1
        )


def test_settings_stay_when_the_platform_tells_of_the_member_again(firm: Firm) -> None:
    with firm.house.memory.write(firm.workspace.id) as unit:
        unit.members.set_settings(
            firm.alice.id,
            NewSettings(
                hours=(time(8), time(16)),
                work_days=frozenset({0, 1, 2, 3}),
                digest_time=time(8, 30),
                noise=Noise.DIGEST,
                locale="fr-FR",
            ),
        )
        unit.members.refresh(firm.alice.id, profile("U0ALICE", "Alice Ames"), at=MONDAY)
        alice = unit.members.get(firm.alice.id)
        assert alice is not None
        assert (alice.hours_from, alice.hours_until, alice.digest_time) == (time(8), time(16), time(8, 30))
        assert (alice.noise, alice.locale, alice.work_days) == (
            Noise.DIGEST,
            "fr-FR",
            frozenset({0, 1, 2, 3}),
        )
        unit.members.set_settings(firm.alice.id, NewSettings(locale=""))
        unit.members.refresh(firm.alice.id, profile("U0ALICE", "Alice Ames"), at=MONDAY)
        alice = unit.members.get(firm.alice.id)
        assert alice is not None
        assert alice.locale == "en-US"


def test_an_absence_is_there_until_it_has_ended_or_is_removed(firm: Firm) -> None:
    first, last = date(2026, 12, 1), date(2026, 12, 4)
    with firm.house.memory.write(firm.workspace.id) as unit:
        absence_id = unit.members.add_absence(firm.alice.id, first, last)
        assert [a.id for a in unit.members.absences(firm.alice.id, last)] == [absence_id]
        assert not unit.members.absences(firm.alice.id, last + timedelta(days=1))
        assert not unit.members.end_absence(firm.bruno.id, absence_id, MONDAY.date())
        assert unit.members.end_absence(firm.alice.id, absence_id, MONDAY.date())
        assert not unit.members.absences(firm.alice.id, first)


def test_a_promise_is_settled_by_whoever_is_first(firm: Firm) -> None:
    acme = firm.client("Acme")
    new = NewPromise(acme.id, firm.alice.id, "the quote", date(2026, 11, 20), MONDAY, "key")
    with firm.house.memory.write(firm.workspace.id) as unit:
        promise = unit.promises.get(unit.promises.add(new) or 0)
        assert promise is not None
        assert unit.promises.add(new) is None
        assert unit.promises.move(promise, date(2026, 11, 27), reason="they asked for more time")
        assert not unit.promises.settle(promise, PromiseState.KEPT, by=firm.alice.id, at=MONDAY)
        moved = unit.promises.open_of_client(acme.id)[0]
        assert (moved.due_on, moved.moves) == (date(2026, 11, 27), 1)
        assert unit.promises.settle(moved, PromiseState.KEPT, by=firm.alice.id, at=MONDAY)
        assert not unit.promises.open_of_member(firm.alice.id, date.max, 5)
        assert unit.promises.tally(acme.id) == {PromiseState.KEPT: 1}


def test_the_brief_of_a_meeting_is_decided_on_once(firm: Firm) -> None:
    acme = firm.client("Acme")
    at = MONDAY + timedelta(days=1)
    new = NewMeeting(acme.id, firm.alice.id, at, "renewal", MONDAY, "key", at - timedelta(minutes=15))
    with firm.house.memory.write(firm.workspace.id) as unit:
        unit.meetings.add(new)
        assert not unit.meetings.due(MONDAY, 5)
        (meeting,) = unit.meetings.due(at, 5)
        assert unit.meetings.briefed(meeting)
        assert not unit.meetings.briefed(meeting)
        assert unit.meetings.get(meeting.id) == replace(meeting, brief_at=None)
        assert unit.meetings.cancel(meeting.id, at=MONDAY)
        assert not unit.meetings.ahead(firm.alice.id, MONDAY, 5)


def test_history_tells_the_latest_first(firm: Firm) -> None:
    acme = firm.client("Acme")
    with firm.house.memory.write(firm.workspace.id) as unit:
        for before, after in (("Acme", "Acme Inc"), ("Acme Inc", "Acme Corp")):
            told = differences({"name": before, "tier": "A"}, {"name": after, "tier": "A"})
            unit.history.add(
                NewChange(Subject.CLIENT, acme.id, acme.id, ChangeKind.EDITED, MONDAY, firm.alice.id, told)
            )
        latest, earliest = unit.history.of_client(acme.id, 5)
        assert latest.facts == {"name": ["Acme Inc", "Acme Corp"]}
        assert unit.history.of_client(acme.id, 5, before=latest.id) == [earliest]
        assert unit.history.of_subject(Subject.CLIENT, acme.id, 1) == [latest]
