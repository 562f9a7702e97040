"""Carla changes our policy and sees what that turns; Alice asks a client for its rules and enters the answer."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import CARLA, TELEPHONE, Sitting
from tests.journeys.screen import Screen, fits

pytestmark = pytest.mark.journey


def test_an_answer_becomes_a_rule_and_a_changed_limit_shows_what_it_turns(
    alice: Screen, sits_down: Sitting
) -> None:
    verdict = alice.types("/gift-check $60 fruit basket for Dana White at Harbor Mills")
    expect(verdict.get_by_role("heading", name="Ask them first")).to_be_visible()
    alice.picture("policy_ask_verdict", verdict)
    verdict.get_by_role("button", name="I asked them").click()
    expect(alice.form).to_have_accessible_name("Ask their policy")
    expect(alice.form).to_contain_text("Hello Dana White,")
    alice.form.get_by_label("French").check()
    expect(alice.form).to_contain_text("Bonjour Dana White")
    alice.picture("policy_ask_form", alice.form)
    alice.form.get_by_role("button", name="I asked them").click()
    noted = alice.page.get_by_role("article").filter(has_text="Noted: you asked Harbor Mills")
    expect(noted).to_contain_text("I remind you on Tuesday, November 24")

    noted.get_by_role("button", name="They answered").click()
    expect(alice.form).to_have_accessible_name("A client’s rules")
    take = alice.form.get_by_role("combobox", name="They may take")
    take.click()
    alice.form.get_by_role("option", name="things of any kind").click()
    alice.form.get_by_label("Up to and including").fill("75")
    alice.form.get_by_label("Who said so?").fill("Dana White, purchasing")
    alice.form.get_by_label("Sentence in English").fill(
        "Harbor Mills people keep things of up to 75 dollars."
    )
    alice.picture("policy_answer_form", alice.form)
    alice.form.get_by_role("button", name="Save").click()
    judged = alice.page.get_by_role("article").filter(has_text="is on file and holds for everybody at once")
    expect(judged.get_by_role("heading", name="Needs approval")).to_be_visible()
    alice.picture("policy_answered", judged)

    carla = sits_down(CARLA)
    told = carla.page.get_by_role("article").filter(has_text="entered what Harbor Mills said about gifts")
    expect(told).to_contain_text("things of any kind: up to $75 for the whole gift; beyond: not allowed")
    carla.picture("policy_entered", told)
    home = carla.goes_to_tab("Register", "Rules for gifts")
    home.get_by_role("button", name="Open the rules").click()
    expect(carla.form).to_contain_text("Harbor Mills")
    carla.picture("rules_page", carla.form)
    carla.form.get_by_label("Edit a figure").select_option(
        "Gifts of up to 50 dollars are fine and go into the register."
    )
    expect(carla.form).to_have_accessible_name("Our own policy")
    carla.form.get_by_label("Up to and including").fill("60")
    carla.picture("rules_figure", carla.form)
    carla.form.get_by_role("button", name="See what changes").click()
    expect(carla.form).to_have_accessible_name("Before it is saved")
    expect(carla.form).to_contain_text("Gifts of up to 60 dollars are fine")
    expect(carla.form).to_contain_text("From 60 to 100 dollars the lead decides.")
    expect(carla.form).to_contain_text(
        re.compile(r"2 of the last 2 recorded checks would come out differently")
    )
    expect(carla.form).to_contain_text("Harbor Mills: fruit basket, $60: Needs approval first → Allowed")
    carla.picture("rules_confirm", carla.form)
    carla.form.get_by_role("button", name="Put in force").click()
    expect(carla.form).to_contain_text("In force at once for everybody: 2 rules changed")
    carla.form.get_by_role("button", name="Close").first.click()

    again = alice.types("/gift-check $60 fruit basket for Dana White at Harbor Mills")
    expect(again.get_by_role("heading", name="Allowed", exact=True)).to_be_visible()


def test_the_rules_fit_on_a_telephone(sits_down: Sitting) -> None:
    carla = sits_down(CARLA, size=TELEPHONE)
    form = carla.runs("/rapport rules")
    expect(form).to_contain_text("Our own policy")
    assert fits(carla.page)
    carla.picture("rules_telephone", form)
    form.get_by_role("button", name="Add a client’s rules").click()
    expect(form.get_by_label("Who said so?")).to_be_visible()
    assert fits(carla.page)
    carla.picture("rules_telephone_form", form)


def test_whoever_is_not_compliance_is_told_whom_to_ask(alice: Screen) -> None:
    told = alice.types("/rapport rules")
    expect(told).to_contain_text("Only compliance officers and admins of Rapport edit the rules.")
