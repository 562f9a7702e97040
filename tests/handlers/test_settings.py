"""A member's settings on Home and by `/rapport settings`."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time, timedelta
from typing import Any

import pytest

from bot.domain.members import NewSettings, Noise
from bot.domain.refusals import Refusal
from bot.domain.standing import Standing
from bot.services import members, nudges
from bot.services import settings as services
from handlers.answers import CloseForms, FormErrors, PublishHome, Replace, ReplaceAt, View
from tests.conftest import MONDAY, Firm, profile
from tests.handlers.conftest import HOSTILE, Visitor, elements_of, opened, said, seen


@pytest.fixture(autouse=True)
def books(small_firm: Firm) -> None:
    small_firm.client("Acme")
    small_firm.client("Danone", owner=small_firm.bruno)


def settings_of(visitor: Visitor) -> View:
    return visitor.goes(visitor.opens_home(), "settings")


def known(firm: Firm, visitor: Visitor) -> Standing:
    return services.standing(firm.house, firm.actor(visitor.member))


def test_home_and_command_show_the_same_settings(alice: Visitor) -> None:
    home, message = seen(settings_of(alice)), said(alice.types("/rapport", "settings"))

    for told in ("Monday to Friday, 9:00", "Language", "Thanksgiving", "No leave is entered."):
        assert told in home
        assert told in seen(message)
    assert "America/New_York" in message.text


@pytest.mark.parametrize("word", ["réglages", "Paramètres", "settings"])
def test_a_french_reader_reads_all_of_it_in_french(bruno: Visitor, word: str) -> None:
    message = said(bruno.types("/rapport", word))

    assert "du lundi au vendredi" in seen(message)
    assert "Jours fériés à venir (France)" in seen(message) or "Aucun jour férié" in seen(message)
    assert "Aucune absence n’est saisie." in seen(message)


def test_hours_days_and_morning_message_are_set_in_one_form(alice: Visitor, small_firm: Firm) -> None:
    form = opened(alice.presses(settings_of(alice), "settings.time"))
    entered: dict[str, Any] = {"from": "08:00", "until": "14:30", "morning": "08:45"}
    done = alice.submits(form, days=["0", "1", "2", "3"], **entered)

    assert done == CloseForms(home=True)
    member = known(small_firm, alice).member
    assert (member.hours_from, member.hours_until) == (time(8), time(14, 30))
    assert (member.work_days, member.digest_time) == (frozenset({0, 1, 2, 3}), time(8, 45))
    assert "Monday to Thursday, 8:00" in seen(settings_of(alice))


def test_a_form_from_the_command_brings_its_message_up_to_date(alice: Visitor) -> None:
    form = opened(alice.presses(said(alice.types("/rapport", "settings")), "settings.time"))
    done = alice.submits(form, morning="10:15")

    assert isinstance(done, CloseForms)
    assert isinstance(done.then, ReplaceAt)
    assert "10:15" in done.then.message.text


@pytest.mark.parametrize(
    ("entered", "field"),
    [
        ({"from": "17:00", "until": "09:00"}, "until"),
        ({"from": "09:00", "until": "09:30"}, "until"),
        ({"days": []}, "days"),
    ],
)
def test_hours_that_make_no_sense_are_shown_at_their_field(
    alice: Visitor, entered: dict[str, Any], field: str
) -> None:
    answer = alice.submits(opened(alice.presses(settings_of(alice), "settings.time")), **entered)

    assert isinstance(answer, FormErrors)
    assert list(answer.errors) == [field]


@pytest.mark.parametrize(
    ("reader", "hours", "new_year"),
    [
        ("alice", "from 8:30\u202fAM to 6:00\u202fPM", "New Year's Day"),
        ("bruno", "de 08:30 à 18:00", "Jour de l’an"),
    ],
)
def test_hours_and_holidays_are_written_as_the_reader_writes_them(
    request: pytest.FixtureRequest, small_firm: Firm, reader: str, hours: str, new_year: str
) -> None:
    visitor: Visitor = request.getfixturevalue(reader)
    small_firm.clock.tick(days=34)

    shown = seen(settings_of(visitor))

    assert hours in shown
    assert new_year in shown


def test_another_language_is_spoken_at_once(alice: Visitor, small_firm: Firm) -> None:
    answer = alice.presses(said(alice.types("/rapport", "settings")), "settings.language", choose="fr-FR")

    assert isinstance(answer, Replace)
    assert "Je vous parle français désormais." in seen(answer.message)
    assert known(small_firm, alice).member.locale == "fr-FR"
    assert known(small_firm, alice).member.chose_locale


def test_a_language_that_is_not_offered_is_refused(alice: Visitor) -> None:
    with pytest.raises(Refusal) as refused:
        alice.presses(settings_of(alice), "settings.language", choose="tlh")
    assert refused.value.code == "settings.language"


@pytest.mark.parametrize("noise", list(Noise))
def test_each_level_of_noise_is_chosen_with_one_press(alice: Visitor, small_firm: Firm, noise: Noise) -> None:
    answer = alice.presses(settings_of(alice), "settings.noise", choose=noise.value)

    assert isinstance(answer, PublishHome)
    assert known(small_firm, alice).member.noise is noise


def test_leave_is_entered_listed_and_taken_out(alice: Visitor, small_firm: Firm) -> None:
    form = opened(alice.presses(settings_of(alice), "settings.leave"))
    assert alice.submits(form, first="2026-12-21", last="2027-01-01") == CloseForms(home=True)

    home = settings_of(alice)
    assert "December 21, 2026 to January 1, 2027" in seen(home)
    again = alice.presses(home, "settings.leave_end")
    assert isinstance(again, PublishHome)
    assert known(small_firm, alice).absences == ()
    with pytest.raises(Refusal) as refused:
        alice.presses(home, "settings.leave_end")
    assert refused.value.code == "leave.gone"


@pytest.mark.parametrize(
    ("first", "last", "told"),
    [
        ("2026-12-24", "2026-12-20", "comes before the first"),
        ("2026-11-01", "2026-11-05", "past already"),
        ("2026-12-28", "2026-12-30", "You are away from December 21, 2026 to January 1, 2027 already"),
        ("2027-02-01", "2028-06-01", "more than 366 days"),
        ("2030-01-01", "2030-01-02", "two years ahead"),
    ],
)
def test_leave_that_cannot_be_entered_is_explained(
    alice: Visitor, small_firm: Firm, first: str, last: str, told: str
) -> None:
    services.take_leave(
        small_firm.house, small_firm.actor(alice.member), date(2026, 12, 21), date(2027, 1, 1)
    )
    form = opened(alice.presses(settings_of(alice), "settings.leave"))

    answer = alice.submits(form, first=first, last=last)

    assert isinstance(answer, FormErrors)
    assert told in next(iter(answer.errors.values()))


def test_a_snooze_is_listed_and_ended(alice: Visitor, small_firm: Firm) -> None:
    acme = small_firm.clients["Acme"]
    nudges.snooze(small_firm.house, small_firm.actor(alice.member), acme.id, wish="monday")
    home = settings_of(alice)
    assert "Acme, until Monday, November 23" in seen(home)

    after = alice.presses(home, "settings.snooze_end")

    assert isinstance(after, PublishHome)
    assert small_firm.again(acme).snoozed_until is None
    assert isinstance(alice.presses(home, "settings.snooze_end"), PublishHome), "twice is the same as once"


def test_the_snooze_of_somebody_elses_client_is_not_ended(alice: Visitor, small_firm: Firm) -> None:
    danone = small_firm.clients["Danone"]
    nudges.snooze(small_firm.house, small_firm.actor(small_firm.bruno), danone.id, wish="monday")
    nudges.snooze(
        small_firm.house, small_firm.actor(alice.member), small_firm.clients["Acme"].id, wish="monday"
    )
    home = settings_of(alice)
    button = next(e for e in elements_of(home["blocks"]) if "snooze_end" in e["action_id"])
    button["value"] = f'{{"client":{danone.id}}}'
    with pytest.raises(Refusal) as refused:
        alice.presses(home, "settings.snooze_end")
    assert refused.value.code == "client.not_yours"
    assert small_firm.again(danone).snoozed_until is not None


def test_a_stand_in_is_named_and_taken_back(alice: Visitor, small_firm: Firm) -> None:
    assert alice.asks_list("people.choose", "lea") == ["Lea Lang"]
    form = opened(alice.presses(settings_of(alice), "settings.delegate"))
    alice.submits(form, delegate=str(small_firm.lea.id))
    assert "Lea Lang decides on requests" in seen(settings_of(alice))

    answer = alice.submits(form, delegate=str(alice.member.id))
    assert isinstance(answer, FormErrors)
    alice.submits(opened(alice.presses(settings_of(alice), "settings.delegate")), delegate=None)
    assert known(small_firm, alice).delegate is None


def test_at_its_fullest_it_is_still_one_that_slack_takes(
    alice: Visitor, bruno: Visitor, small_firm: Firm
) -> None:
    for visitor in (alice, bruno):
        actor = small_firm.actor(visitor.member)
        for number in range(15):
            client = small_firm.client(f"{number}{visitor.member.id} {HOSTILE[:240]}", owner=visitor.member)
            nudges.snooze(small_firm.house, actor, client.id, wish="monday")
        for number in range(45):
            day = MONDAY.date() + timedelta(days=2 * number + 1)
            services.take_leave(small_firm.house, actor, day, day)
        with small_firm.house.memory.write(small_firm.workspace.id) as unit:
            unit.members.set_delegate(visitor.member.id, small_firm.lea.id)

        assert len(settings_of(visitor)["blocks"]) <= 100
        assert said(visitor.types("/rapport", "settings"))
        assert opened(visitor.presses(settings_of(visitor), "settings.time"))


def test_what_was_chosen_here_is_not_overwritten_by_slack(small_firm: Firm, alice: Visitor) -> None:
    services.change(
        small_firm.house, small_firm.actor(alice.member), NewSettings(locale="fr-CA", digest_time=time(8))
    )

    members.refresh(
        small_firm.house, small_firm.workspace.id, profile("U0ALICE", "Alice Ames", zone="Europe/Paris")
    )
    member = known(small_firm, alice).member
    assert (member.locale, member.zone, member.digest_time) == ("fr-CA", "Europe/Paris", time(8))

    services.change(small_firm.house, small_firm.actor(alice.member), NewSettings(locale=""))
    assert members.stale(small_firm.house, small_firm.workspace.id) == ["U0ALICE"], "asked for at once"
    members.refresh(small_firm.house, small_firm.workspace.id, profile("U0ALICE", "Alice Ames"))
    assert known(small_firm, alice).member.locale == "en-US"


def test_somebody_who_left_meanwhile_changes_nothing(alice: Visitor, small_firm: Firm) -> None:
    home = settings_of(alice)
    members.close(small_firm.house, small_firm.workspace.id, "U0ALICE")
    with pytest.raises(Refusal) as refused:
        alice.presses(home, "settings.noise", choose="none")
    assert refused.value.code == "member.inactive"
    assert replace(alice.member).noise is Noise.ALL
