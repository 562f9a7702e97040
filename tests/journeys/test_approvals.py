"""From “needs approval” to an answer without leaving Slack: approved, refused, asked back, decided by two at once."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, expect

from tests.journeys.conftest import CARLA, LENA, TELEPHONE, Sitting
from tests.journeys.demo import Demo
from tests.journeys.screen import Screen, fits

pytestmark = pytest.mark.journey

NADIA = "U0NADIA01"
DELIVERED_MS = 20_000


def article(screen: Screen, text: str | re.Pattern[str]) -> Locator:
    return screen.page.get_by_role("article").filter(has_text=text).last


def asks(alice: Screen, typed: str, reason: str = "", day: str = "") -> Locator:
    """Alice checks a gift and asks for its approval; gives the message, which then tells how it stands."""
    alice.says(typed)
    heading = alice.page.get_by_role("heading", name="Needs approval first")
    expect(alice.messages.filter(has=heading)).to_be_visible()
    # News of an earlier request may arrive in between: the answer is not always the next message.
    place = next(
        n for n in range(alice.messages.count()) if alice.messages.nth(n).filter(has=heading).count()
    )
    verdict = alice.messages.nth(place)
    verdict.get_by_role("button", name="Ask for approval").click()
    expect(alice.form).to_be_visible()
    if day:
        alice.form.get_by_label("Day of giving").fill(day)
    alice.form.get_by_label("What should the reviewer know?").fill(reason)
    alice.form.get_by_role("button", name="Ask for approval").click()
    expect(alice.form).to_be_hidden()
    expect(verdict).to_contain_text("Waiting for approval:")
    return verdict


def test_a_gift_is_asked_for_approved_and_given(alice: Screen, sits_down: Sitting) -> None:
    asked = asks(alice, "/gift-check $80 fruit basket for Priya Nair at Google", "Ten years together.")
    expect(asked).to_contain_text("Lena Park decides.")
    alice.picture("approval_asked", asked)

    lena = sits_down(LENA)
    request = article(lena, "fruit basket, $80, for Priya Nair (Facilities lead)")
    expect(request).to_be_visible(timeout=DELIVERED_MS)
    expect(request).to_contain_text("Alice Moreno asks for your approval: fruit basket, $80")
    expect(request).to_contain_text("Alice Moreno says: Ten years together.")
    expect(request).to_contain_text("Why approval is needed")
    expect(request).to_contain_text("Nothing else from any of us")
    lena.picture("approval_request", request, docs=True)
    request.get_by_role("button", name="Approve").click()
    expect(request).to_contain_text("Approved by Lena Park")
    expect(request.get_by_role("button", name="Approve")).to_have_count(0)

    news = article(alice, "Approved by Lena Park: fruit basket, $80")
    expect(news).to_be_visible(timeout=DELIVERED_MS)
    alice.picture("approval_approved", news)
    news.get_by_role("button", name="I gave it").click()
    expect(article(alice, "In the register: fruit basket, $80")).to_be_visible()
    expect(request).to_contain_text("Approved by Lena Park and given", timeout=DELIVERED_MS)


def test_a_request_is_asked_back_answered_and_refused_with_something_that_would_pass(
    alice: Screen, sits_down: Sitting
) -> None:
    asks(alice, "/gift-check $75 chocolates for Anna Wolf at Tyson")
    lena = sits_down(LENA)
    request = article(lena, re.compile("chocolates, \\$75"))
    expect(request).to_be_visible(timeout=DELIVERED_MS)
    request.get_by_role("button", name="Ask back about").click()
    lena.form.get_by_label("What do you want to know").fill("Is it for the whole office?")
    lena.picture("approval_ask_back", lena.form)
    lena.form.get_by_role("button", name="Ask", exact=True).click()
    expect(request).to_contain_text("Alice Moreno was asked back")

    question = article(alice, "chocolates, $75, for Anna Wolf at Tyson")
    expect(question).to_be_visible(timeout=DELIVERED_MS)
    expect(question).to_contain_text("Lena Park asks: Is it for the whole office?")
    alice.picture("approval_question", question)
    question.get_by_role("button", name="Answer …").click()
    alice.form.get_by_label("Your answer").fill("No, for her alone.")
    alice.form.get_by_role("button", name="Send").click()
    expect(question).to_contain_text("Waiting for approval: chocolates")

    anew = lena.page.get_by_role("article").filter(has_text="Alice Moreno answers: No, for her alone.").last
    expect(anew).to_be_visible(timeout=DELIVERED_MS)
    anew.get_by_role("button", name="Refuse", exact=False).first.click()
    lena.form.get_by_label("Why? The requester reads it.").fill("Too much for one person.")
    lena.form.get_by_role("button", name="Refuse", exact=True).click()
    expect(anew).to_contain_text("Refused by Lena Park")

    refused = article(alice, "Refused by Lena Park: chocolates, $75")
    expect(refused).to_be_visible(timeout=DELIVERED_MS)
    expect(refused).to_contain_text("Lena Park refused: Too much for one person.")
    expect(refused).to_contain_text(re.compile("What would pass.*• ", re.DOTALL))
    alice.picture("approval_refused", refused, docs=True)


def test_of_two_who_decide_one_does_and_the_other_is_told(alice: Screen, sits_down: Sitting) -> None:
    asks(alice, "/gift-check $120 dinner for Omar Lee at Google", "Their anniversary.")
    carla, nadia = sits_down(CARLA), sits_down(NADIA)
    english = article(carla, "dinner, $120")
    french = article(nadia, re.compile(r"dinner, 120"))
    expect(english).to_be_visible(timeout=DELIVERED_MS)
    expect(french).to_be_visible(timeout=DELIVERED_MS)
    nadia.picture("approval_fr", french)
    nadia.picture("approval_home_fr", nadia.goes_home())
    nadia.goes_to_messages()
    alice.picture("approval_home", alice.goes_home())
    alice.goes_to_messages()

    french.get_by_role("button", name="Refuser").click()
    nadia.form.get_by_label("Pourquoi").fill("Trop cher à mon avis.")
    english.get_by_role("button", name="Approve").click()
    expect(english).to_contain_text("Approved by Carla Osei")
    nadia.form.get_by_role("button", name="Refuser", exact=True).click()
    expect(nadia.form).to_contain_text("Carla Osei l’a approuvé avant vous.")
    expect(nadia.form).to_contain_text("Trop cher à mon avis.")
    nadia.picture("approval_second_fr", nadia.form)
    nadia.page.keyboard.press("Escape")
    expect(french).to_contain_text("Approuvé par Carla Osei", timeout=DELIVERED_MS)
    expect(article(alice, "Approved by Carla Osei: dinner, $120")).to_be_visible(timeout=DELIVERED_MS)


def test_what_can_wait_comes_to_compliance_in_one_message_at_ten(
    demo: Demo, alice: Screen, sits_down: Sitting
) -> None:
    asks(alice, "/gift-check $130 dinner for Rosa Diaz at Google", "Before the fair.", day="2026-12-14")
    later = asks(alice, "/gift-check $140 dinner for Hugo Stern at Google", day="2026-12-15")
    expect(later).to_contain_text("Compliance reads requests once a day, at ten.")
    demo.driver.move_clock(advance=3900)  # after ten in Chicago

    carla = sits_down(CARLA)
    batch = article(carla, "2 requests wait for your approval")
    expect(batch).to_be_visible(timeout=DELIVERED_MS)
    carla.picture("approval_batch", batch)
    batch.get_by_role("button", name="Approve dinner, $130").click()
    left = article(carla, "1 request waits for your approval")
    expect(left).to_contain_text("Approved by Carla Osei: dinner, $130")
    expect(left.get_by_role("button", name="Approve dinner, $140")).to_be_visible()


def test_a_request_is_read_on_a_telephone(alice: Screen, sits_down: Sitting) -> None:
    """An hour after the others: three messages an hour are enough for anybody."""
    asks(alice, "/gift-check $60 calendar for Samuel Brandt at Merck", "A long note. " * 30)
    lena = sits_down(LENA, size=TELEPHONE)
    request = article(lena, re.compile("calendar, \\$60"))
    expect(request).to_be_visible(timeout=DELIVERED_MS)
    assert fits(lena.page)
    lena.picture("approval_telephone", request)
