"""The workspace tab, the set-up and their forms, for admins."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from bot.domain.members import Role
from bot.domain.refusals import Refusal
from bot.services import clients, members, set_up, workspaces
from handlers.answers import CloseForms, FormErrors, OpenForm, PublishHome, Replace, UpdateForm, View
from handlers.ask import Routes
from tests.conftest import Firm, profile
from tests.handlers.conftest import HOSTILE, Visitor, elements_of, opened, said, seen


@pytest.fixture
def carla(small_firm: Firm, routes: Routes) -> Visitor:
    """Carla, who administers, in English."""
    return Visitor(small_firm, small_firm.carla, routes)


@pytest.fixture
def claire(small_firm: Firm, routes: Routes) -> Visitor:
    """Another admin, in French."""
    new = members.admit(
        small_firm.house,
        small_firm.workspace.id,
        profile("U0CLAIRE", "Claire", zone="Europe/Paris", locale="fr-FR", country="FR", owner=True),
    )
    return Visitor(small_firm, new, routes)


def tab(visitor: Visitor) -> View:
    return visitor.goes(visitor.opens_home(), "workspace")


def workspace(firm: Firm) -> Any:
    return workspaces.of(firm.house, firm.workspace.id)


def test_an_admin_s_first_visit_is_one_sentence_and_one_button_that_leads_to_the_set_up(
    carla: Visitor,
) -> None:
    home = carla.opens_home()

    assert len(list(elements_of(home["blocks"]))) == 1
    steps = seen(tab(carla))
    assert "2 of 5 done" in steps
    for step in ("People and roles", "Clients", "Tiers and rhythm", "Home market", "Start date"):
        assert step in steps


def test_once_there_is_a_client_home_begins_with_today(carla: Visitor, small_firm: Firm) -> None:
    small_firm.client("Acme")
    assert "Today" in seen(carla.opens_home())


def test_members_who_are_no_admins_see_neither_tab_nor_set_up(alice: Visitor, small_firm: Firm) -> None:
    small_firm.client("Acme")
    assert "Workspace" not in seen(alice.opens_home())
    for word in ("setup", "workspace"):
        with pytest.raises(Refusal) as refused:
            alice.types("/rapport", word)
        assert refused.value.code == "member.not_admin"


@pytest.mark.parametrize(
    "action",
    ["people", "rhythm", "market", "start", "delivery", "clients", "finish", "find"],
)
def test_no_button_of_the_workspace_does_anything_for_who_is_no_admin(
    alice: Visitor, carla: Visitor, action: str
) -> None:
    button = {"type": "button", "action_id": f"workspace.{action}", "text": {"text": "x"}}
    shown = {**tab(carla), "blocks": [{"type": "actions", "elements": [button]}]}
    with pytest.raises(Refusal) as refused:
        alice.presses(shown, f"workspace.{action}")
    assert refused.value.code == "member.not_admin"


def test_the_whole_set_up_is_walked_through(carla: Visitor, small_firm: Firm) -> None:
    page = tab(carla)
    rhythm = opened(carla.presses(page, "workspace.rhythm"))
    assert carla.submits(rhythm, due_A="7", neglected_A="12") == CloseForms(home=True)
    assert workspace(small_firm).cadences["A"] == (7, 12)
    start = opened(carla.presses(tab(carla), "workspace.start"))
    assert carla.submits(start) == CloseForms(home=True)
    assert workspace(small_firm).starts_on.isoformat() == "2026-12-01"
    assert "4 of 5 done" in seen(tab(carla))

    told = opened(carla.presses(tab(carla), "workspace.clients"))
    assert isinstance(carla.presses(told, "client.open_form"), OpenForm)
    clients.add(small_firm.house, small_firm.actor(small_firm.alice), clients.new_client("Acme"))
    page = tab(carla)
    assert "5 of 5 done" in seen(page)

    done = carla.presses(page, "workspace.finish")
    assert isinstance(done, PublishHome)
    assert "Set-up" not in seen(done.view)
    assert "5 of 5 done" in said(carla.types("/rapport", "setup")).text


def test_the_set_up_is_the_same_for_the_next_admin_and_in_french(
    carla: Visitor, claire: Visitor, small_firm: Firm
) -> None:
    carla.submits(opened(carla.presses(tab(carla), "workspace.rhythm")))

    page = seen(tab(claire))
    assert "3 sur 5 faites" in page
    message = said(claire.types("/rapport", "installation"))
    finished = claire.presses(message, "workspace.finish")
    assert isinstance(finished, Replace)
    assert set_up.state(small_firm.house, small_firm.actor(small_firm.carla)).finished


def test_from_the_command_a_form_brings_the_checklist_up_to_date(carla: Visitor) -> None:
    form = opened(carla.presses(said(carla.types("/rapport", "setup")), "workspace.start"))
    done = carla.submits(form, day="2026-12-24")

    assert isinstance(done, CloseForms)
    assert "3 of 5 done" in said(done).text


@pytest.mark.parametrize(
    ("entered", "field", "told"),
    [
        ({"due_B": "50"}, "neglected_B", "neglected after 45 days"),
        ({"due_B": ""}, "due_B", "whole number"),
        ({"due_B": "1.5"}, "due_B", "whole number"),
        ({"due_B": "9999"}, "due_B", "1 to 730 days"),
    ],
)
def test_a_rhythm_that_makes_no_sense_is_shown_at_its_field(
    carla: Visitor, entered: dict[str, str], field: str, told: str
) -> None:
    answer = carla.submits(opened(carla.presses(tab(carla), "workspace.rhythm")), **entered)

    assert isinstance(answer, FormErrors)
    assert list(answer.errors) == [field]
    assert told in answer.errors[field]


def test_the_second_admin_is_told_in_the_form_that_the_first_was_quicker(
    carla: Visitor, claire: Visitor, small_firm: Firm
) -> None:
    mine, hers = (opened(each.presses(tab(each), "workspace.market")) for each in (carla, claire))
    assert carla.submits(mine, currency="EUR") == CloseForms(home=True)

    answer = claire.submits(hers, currency="CAD")

    assert isinstance(answer, FormErrors)
    assert "Quelqu’un d’autre" in next(iter(answer.errors.values()))
    assert workspace(small_firm).currency == "EUR"


def test_market_zone_and_language_are_chosen_from_lists(carla: Visitor, small_firm: Firm) -> None:
    assert "Europe/Paris" in carla.asks_list("workspace.zone", "paris")
    form = opened(carla.presses(tab(carla), "workspace.market"))
    carla.submits(form, country="FR", zone="Europe/Paris", language="fr-FR", currency="EUR")

    now = workspace(small_firm)
    assert (now.country, now.zone, now.locale, now.currency) == ("FR", "Europe/Paris", "fr-FR", "EUR")
    assert "Most of your people are in United States." in seen(tab(carla))


def test_pace_and_reaction_are_set(carla: Visitor, small_firm: Firm) -> None:
    form = opened(carla.presses(tab(carla), "workspace.delivery"))
    assert carla.submits(form, pace="30", emoji=":Handshake:") == CloseForms(home=True)
    assert (workspace(small_firm).posts_per_minute, workspace(small_firm).touch_emoji) == (30, "handshake")

    form = opened(carla.presses(tab(carla), "workspace.delivery"))
    assert isinstance(carla.submits(form, emoji="no emoji"), FormErrors)
    carla.submits(form, emoji=None)
    assert workspace(small_firm).touch_emoji is None


def test_the_reaction_that_acknowledges_is_another_than_the_one_that_logs(
    carla: Visitor, small_firm: Firm
) -> None:
    assert "that acknowledges a question: :eyes:" in seen(tab(carla))
    form = opened(carla.presses(tab(carla), "workspace.delivery"))
    assert isinstance(carla.submits(form, emoji=":eyes:"), FormErrors)
    carla.submits(form, emoji=":eyes:", seen="")
    assert (workspace(small_firm).touch_emoji, workspace(small_firm).seen_emoji) == ("eyes", None)


def test_the_day_from_which_answers_are_watched_is_chosen(carla: Visitor, small_firm: Firm) -> None:
    form = opened(carla.presses(tab(carla), "workspace.start"))
    assert isinstance(carla.submits(form, clocks="2030-01-01"), FormErrors)
    carla.submits(form, clocks="2026-11-01")
    assert str(workspace(small_firm).clocks_on) == "2026-11-01"
    assert "Answers are watched from November 1, 2026." in seen(tab(carla))
    form = opened(carla.presses(tab(carla), "workspace.start"))
    carla.submits(form, clocks=None)
    assert workspace(small_firm).clocks_on is None


def test_the_terms_by_which_clients_are_answered_are_set_and_taken_back(
    carla: Visitor, small_firm: Firm
) -> None:
    assert "United States 1 hour / 2 hours" in seen(tab(carla))
    form = opened(carla.presses(tab(carla), "workspace.clocks"))
    assert "Elsewhere, tier A" in seen(form)
    assert "Otherwise: 8h / 17:00" in seen(form)
    answer = carla.submits(
        form,
        us="90 / 45",
        canada="soon / 17:00",
        europe="9:00 / 17:00",
        elsewhere="12:00",
        **{"us-a": "1m / 2m"},
    )
    assert isinstance(answer, FormErrors)
    assert answer.errors == {
        "us": "They would be answered before they are acknowledged. Choose a later answer.",
        "us-a": "“1m” is out of bounds: choose 5 minutes to 80 hours.",
        "canada": "“soon” is no term. Write minutes or hours of their business time, such as 60m or 2h, "
        "or a time of the next business day, such as 12:00.",
        "europe": "“9:00” is out of bounds: choose a time of the next business day from 10:00 to 20:00.",
        "elsewhere": "“12:00” are not two terms. Write to acknowledge and to answer, "
        "such as 60m / 120m or 12:00 / 17:00.",
    }
    assert workspace(small_firm).clock_terms == {}

    assert carla.submits(form, us="45m / 1h30", **{"us-a": "20 / 40"}) == CloseForms(home=True)
    assert workspace(small_firm).clock_terms == {"us": ("45m", "90m"), "us-a": ("20m", "40m")}
    assert "United States 45 minutes / 1 hour 30 minutes" in seen(tab(carla))
    form = opened(carla.presses(tab(carla), "workspace.clocks"))
    assert carla.submits(form, us=None, **{"us-a": None}) == CloseForms(home=True)
    assert workspace(small_firm).clock_terms == {}


def people_tab(visitor: Visitor) -> View:
    return visitor.goes(tab(visitor), "people")


def test_people_are_listed_searched_and_arranged(carla: Visitor, small_firm: Firm) -> None:
    page = people_tab(carla)
    assert "led by Lea Lang" in seen(page)
    found = carla.submits(opened(carla.presses(page, "workspace.find")), find="bru")
    assert isinstance(found, PublishHome)
    assert "1 person for “bru”" in seen(found.view)
    assert "Alice Ames" not in seen(found.view)

    form = opened(carla.presses(found.view, f"workspace.arrange:{small_firm.bruno.id}"))
    done = carla.submits(form, roles=["account_manager", "lead"], lead=None)

    assert done == CloseForms(home=True)
    person = members.colleague(small_firm.house, small_firm.actor(small_firm.carla), small_firm.bruno.id)
    assert person.member.roles == {Role.ACCOUNT_MANAGER, Role.LEAD}
    assert person.lead is None


def test_from_the_set_up_the_form_asks_who_first_and_goes_on_to_the_next(
    carla: Visitor, small_firm: Firm
) -> None:
    empty = opened(carla.presses(said(carla.types("/rapport", "setup")), "workspace.people"))
    assert carla.asks_list("workspace.person", "lea") == ["Lea Lang"]
    form = opened(carla.presses(empty, "workspace.person", choose=str(small_firm.lea.id)))
    done = carla.submits(form, roles=["account_manager", "lead", "compliance"])

    assert isinstance(done, UpdateForm)
    assert "Lea Lang: account manager, lead, and compliance officer." in seen(done.view)
    again = opened(carla.presses(done.view, "workspace.person", choose=str(small_firm.bruno.id)))
    assert isinstance(carla.submits(again, roles=["account_manager"]), UpdateForm)


@pytest.mark.parametrize(
    ("entered", "field"),
    [({"roles": []}, "roles"), ({"roles": ["compliance"]}, "roles")],
)
def test_the_last_admin_keeps_the_role_and_everybody_keeps_one(
    carla: Visitor, small_firm: Firm, entered: dict[str, Any], field: str
) -> None:
    form = opened(carla.presses(people_tab(carla), f"workspace.arrange:{small_firm.carla.id}"))
    answer = carla.submits(form, **entered)

    assert isinstance(answer, FormErrors)
    assert list(answer.errors) == [f"{field}:{small_firm.carla.id}"]


def test_at_its_largest_it_is_still_one_that_slack_takes(
    carla: Visitor, claire: Visitor, small_firm: Firm
) -> None:
    with small_firm.house.memory.write(small_firm.workspace.id) as unit:
        for number in range(70):
            new = profile(f"U0X{number:03}", f"{number} {HOSTILE[:240]}")
            added = unit.members.add(new, frozenset(Role), at=None)
            unit.members.set_lead(added.id, small_firm.lea.id)
            unit.members.set_delegate(added.id, small_firm.lea.id)
    house = replace(small_firm.house, missing_scopes=tuple(f"scope{n}:read" for n in range(20)))
    for visitor in (carla, claire):
        visitor.firm = replace(small_firm, house=house)
        assert len(tab(visitor)["blocks"]) <= 100
        assert said(visitor.types("/rapport", "workspace"))
        page = people_tab(visitor)
        assert len(page["blocks"]) <= 100
        later = visitor.home(visitor.presses(page, "home.go:page1"))
        assert seen(later) != seen(page)
        hostile = next(e for e in elements_of(later["blocks"]) if "workspace.arrange" in e["action_id"])
        assert opened(visitor.presses(later, hostile["action_id"]))


@pytest.mark.parametrize("place", [{"page": -1}, {"page": "x"}, {"page": 10**9}, {"find": 7}])
def test_a_forged_place_is_shown_as_well_as_it_can_be(carla: Visitor, place: dict[str, Any]) -> None:
    button = next(e for e in elements_of(tab(carla)["blocks"]) if e["action_id"] == "home.go:people")

    forged = {**button, "value": json.dumps({"tab": "workspace", "part": "people", **place})}
    shown = {**tab(carla), "blocks": [{"type": "actions", "elements": [forged]}]}
    assert "People and roles" in seen(carla.home(carla.presses(shown, "home.go:people")))
