"""Alice logs touches: typed, taken back, edited, as a form, with typing errors and with dates that lie ahead."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.screen import Screen

pytestmark = pytest.mark.journey


def test_a_typed_touch_is_logged_taken_back_and_edited(alice: Screen) -> None:
    logged = alice.types("/client-touch Acme call yesterday, talked about the renewal")
    expect(logged).to_contain_text("Only visible to you")
    expect(logged).to_contain_text("Logged: Acme Inc.")
    expect(logged).to_contain_text("Call · we conversed · yesterday, Mon")
    expect(logged).to_contain_text("talked about the renewal")
    expect(logged).to_contain_text(re.compile(r"Next contact by \w+, \w+ \d+\."))
    alice.picture("touch", logged, docs=True)

    logged.get_by_role("button", name="Undo the touch with Acme Inc.").click()
    expect(logged).to_contain_text("Taken back: the touch with Acme Inc. counts no more.")
    logged.get_by_role("button", name="Log again").click()
    form = alice.form
    expect(form.get_by_role("button", name="Remove Acme Inc.")).to_be_visible()
    expect(form.get_by_label("Day")).to_have_value("2026-11-16")
    expect(form.get_by_label("Note")).to_have_value("talked about the renewal")
    form.get_by_role("button", name="Log it").click()
    expect(form).to_be_hidden()
    expect(logged).to_contain_text("Logged: Acme Inc.")

    logged.get_by_role("button", name="Edit the touch with Acme Inc.").click()
    expect(form).to_have_accessible_name("Edit a touch")
    form.get_by_label("How").select_option("Visit")
    alice.adds("With whom", "", "Dana Whitfield (Head of purchasing)")
    form.get_by_label("Note").fill("talked about the renewal, over coffee")
    form.get_by_role("button", name="Save").click()
    expect(form).to_be_hidden()
    expect(logged).to_contain_text(
        re.compile(r"Visit · we conversed · yesterday, Mon\w*, Nov\w* 16 · with Dana Whitfield")
    )
    expect(logged).to_contain_text("over coffee")

    brief = alice.types("/client Acme")
    expect(brief.get_by_text("over coffee")).to_have_count(1)
    alice.picture("touch_edited", logged, to=brief)


def test_the_form_finds_the_client_names_its_people_and_points_at_what_is_wrong(alice: Screen) -> None:
    form = alice.runs("/client-touch")
    expect(form).to_have_accessible_name("Log a touch")
    alice.adds("Client", "fo", "Ford Motor Company")
    alice.adds("With whom", "", "Robert Hale (Engineering)")
    form.get_by_label("How").select_option("Call")
    form.get_by_label("Note").fill("agreed on a test drive")
    alice.picture("touch_form", form, docs=True)
    form.get_by_label("Day").fill("2026-11-20")
    form.get_by_role("button", name="Log it").click()

    day = form.get_by_label("Day")
    expect(day).to_have_attribute("aria-invalid", "true")
    expect(day).to_be_focused()
    expect(day).to_have_accessible_description(re.compile("That day is still to come"))
    alice.picture("touch_form_wrong", form)

    day.fill("2026-11-12")
    form.get_by_label("Time").fill("15:30")
    form.get_by_role("button", name="Log it").click()
    expect(form).to_be_hidden()
    expect(alice.last).to_contain_text("Logged: Ford Motor Company")
    expect(alice.last).to_contain_text(re.compile(r"Thu\w*, Nov\w* 12, 3:30\sPM · with Robert Hale"))
    expect(alice.last).to_contain_text("agreed on a test drive")
    alice.picture("touch_from_form", alice.last)


def test_the_shortcut_opens_the_form_anywhere(alice: Screen) -> None:
    alice.goes_to_channel("general")
    alice.page.get_by_role("button", name="Shortcuts").click()
    alice.page.get_by_role("menuitem", name="Log a touch").click()
    expect(alice.form).to_have_accessible_name("Log a touch")
    alice.page.keyboard.press("Escape")
    expect(alice.form).to_be_hidden()


def test_a_typing_error_is_forgiven(alice: Screen) -> None:
    logged = alice.types("/client-touch Verzion call today about fibre")
    expect(logged).to_contain_text("Logged: Verizon Communications Inc.")
    expect(logged).to_contain_text("Call · we conversed · today")
    alice.picture("typing_error", logged)


def test_one_of_two_close_clients_is_chosen(alice: Screen) -> None:
    alice.goes_home().get_by_role("button", name="Add a client").click()
    alice.form.get_by_label("Name", exact=True).fill("Northwind Trading")
    alice.form.get_by_role("button", name="Add").click()
    expect(alice.form).to_contain_text("Northwind Trading is in your book now.")
    alice.page.keyboard.press("Escape")
    expect(alice.form).to_be_hidden()
    alice.goes_to_messages()
    question = alice.types("/client-touch “Northwind Trad” mail with Ada about spring orders")
    expect(question).to_contain_text("Which client do you mean by “Northwind Trad”?")
    expect(question).to_contain_text("mail with Ada about spring orders")
    alice.picture("which_client", question)
    question.get_by_role("button", name="Northwind Traders").click()
    expect(question).to_contain_text("Logged: Northwind Traders")
    expect(question).to_contain_text(
        re.compile(r"E-mail · we told them · today, 10:0\d\sAM · with Ada Novak")
    )


def test_an_unknown_client_is_added_and_the_touch_is_kept(alice: Screen) -> None:
    question = alice.types("/client-touch Bluebird Robotics visit on Monday, shown the new line")
    expect(question).to_contain_text("I know no client called “Bluebird Robotics”")
    alice.picture("unknown_client", question)
    question.get_by_role("button", name="Add “Bluebird Robotics” as a client").click()

    form = alice.form
    expect(form.get_by_label("Name", exact=True)).to_have_value("Bluebird Robotics")
    form.get_by_label("How much contact").select_option("Tier A")
    alice.chooses("Country", "cana", "Canada")
    form.get_by_label("A person there").fill("Noor Haddad")
    alice.picture("add_client", form)
    form.get_by_role("button", name="Add").click()
    expect(form).to_be_hidden()
    expect(question).to_contain_text("Logged: Bluebird Robotics")
    expect(question).to_contain_text("Visit · we conversed · yesterday, Mon")
    expect(question).to_contain_text("shown the new line")


def test_a_date_that_lies_ahead_is_asked_about(alice: Screen) -> None:
    question = alice.types("/client-touch Merck call tomorrow with Samuel Brandt")
    expect(question).to_contain_text(
        re.compile(r"I read the date as Wed\w*, Nov\w* 18, which is still to come")
    )
    expect(question).to_contain_text("Nothing is logged yet.")
    alice.picture("still_to_come", question)
    question.get_by_role("button", name="Change the date").click()
    alice.form.get_by_label("Day").fill("2026-11-13")
    alice.form.get_by_role("button", name="Log it").click()
    expect(question).to_contain_text("Logged: Merck & Co., Inc.")
    expect(question).to_contain_text(re.compile(r"Fri\w*, Nov\w* 13 · with Samuel Brandt"))

    question = alice.types("/client-touch Halcyon mail next Friday")
    question.get_by_role("button", name="It already happened: log it as now").click()
    expect(question).to_contain_text("Logged: Halcyon Freight")
    expect(question).to_contain_text("today")


def test_the_same_message_of_a_channel_becomes_a_touch_from_its_menu(alice: Screen) -> None:
    alice.goes_to_channel("general")
    alice.says("Grace from Verizon rang: they want the fibre before Christmas")
    said = alice.messages.filter(has_text="before Christmas")
    said.hover()
    said.get_by_role("button", name="More actions for this message").click()
    alice.page.get_by_role("menuitem", name="Log as touch").click()
    form = alice.form
    alice.adds("Client", "veri", "Verizon Communications Inc.")
    form.get_by_label("Take over the text of the message into the note").check()
    alice.picture("touch_from_message", form)
    form.get_by_role("button", name="Log it").click()
    expect(alice.last).to_contain_text("Logged: Verizon Communications Inc.")
    expect(alice.last).to_contain_text("they want the fibre before Christmas")
