"""“Ask their policy” as account managers meet it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.services import policies
from handlers.answers import CloseForms, FormErrors, Message, ReplaceAt, Say, View
from handlers.ask import Routes
from handlers.messenger import SAID
from tests.conftest import MONDAY, Firm
from tests.handlers.conftest import HOSTILE, Visitor, elements_of, filled, message_faults, opened, said, seen

ANSWER: dict[str, Any] = {
    "allow0": ["goods"],
    "amount0": "30.50",
    "prohibit": ["alcohol"],
    "told_by": "Dana Dee, purchasing",
    "english": "Things of up to 30.50 dollars, but no alcohol.",
}


@pytest.fixture
def carla(small_firm: Firm, routes: Routes) -> Visitor:
    return Visitor(small_firm, small_firm.carla, routes)


def asked_about(visitor: Visitor, typed: str = "$20 book for Dana at Acme") -> Message:
    return said(visitor.types("/gift-check", typed))


def entered(visitor: Visitor, verdict: Message, **more: Any) -> Message:
    form = opened(visitor.presses(verdict, "policy.answered"))
    return said(visitor.submits(form, **{**ANSWER, **more}))


def sent(visitor: Visitor, kind: str) -> Message:
    """The last message of that kind, as it is read."""
    firm = visitor.firm
    with firm.house.memory.read(firm.workspace.id) as unit:
        entries = [unit.outbox.get(number) for number in unit.outbox.due(MONDAY + timedelta(days=400), 99)]
    entry = [each for each in entries if each is not None and each.kind == kind][-1]
    with firm.house.memory.read(firm.workspace.id) as unit:
        reader = unit.members.get(entry.member_id)
    assert reader == visitor.member
    message = SAID[kind](entry.facts, reader, words_of(visitor), entry.id)
    assert message_faults(message) == []
    return message


def words_of(visitor: Visitor) -> Any:
    from handlers.i18n import words_for

    return words_for(visitor.member.locale)


def test_a_verdict_that_has_to_be_asked_about_offers_to_note_it_and_to_enter_the_answer(
    alice: Visitor,
) -> None:
    verdict = asked_about(alice)

    assert verdict.text.startswith("Ask them first")
    form = opened(alice.presses(verdict, "policy.ask"))
    assert "Before I do, I want to be sure" in seen(form)
    french = opened(alice.presses(form, "policy.language", state=filled(form, language="fr")))
    assert "Avant cela" in seen(french) or "Bonjour" in seen(french)
    done = alice.submits(french)
    assert isinstance(done, CloseForms)
    assert "Noted: you asked Acme. I remind you on Monday, November 23" in said(done).text
    again = said(alice.submits(french))
    assert "It was noted already that you asked Acme." in again.text


def test_the_draft_is_in_the_clients_language_at_first(bruno: Visitor, alice: Visitor) -> None:
    alice.firm.client("Duval", market="FR")
    verdict = asked_about(alice, "$20 book for Dana at Duval")
    form = opened(alice.presses(verdict, "policy.ask"))
    assert "Bonjour Dana" in seen(form)
    english = opened(alice.presses(form, "policy.language", state=filled(form, language="en", who="Ann")))
    assert "Hello Dana," in seen(english)
    assert "Ann" in [element.get("initial_value") for element in elements_of(english["blocks"])]


def test_an_answer_becomes_a_rule_and_the_check_is_shown_again_in_its_place(alice: Visitor) -> None:
    verdict = asked_about(alice)
    form = opened(alice.presses(verdict, "policy.answered"))
    answer = alice.submits(form, **ANSWER)

    assert isinstance(answer, CloseForms)
    assert isinstance(answer.then, ReplaceAt)
    text = answer.then.message.text
    assert text.startswith("The answer of Acme is on file and holds for everybody at once.")
    assert "Allowed: book, $20, for Dana at Acme" in text
    assert "Things of up to 30.50 dollars, but no alcohol." in text
    assert "Answer of Dana Dee, purchasing" in text


def test_colleagues_and_compliance_read_the_answer_in_their_language(
    alice: Visitor, bruno: Visitor, carla: Visitor
) -> None:
    asked_about(bruno, "20 $ livre pour Dana chez Acme")
    entered(alice, asked_about(alice))

    told = sent(bruno, policies.ANSWERED)
    assert "Acme" in told.text
    assert "30,50" in told.text
    informed = sent(carla, policies.ENTERED)
    assert "Alice Ames entered what Acme said about gifts" in informed.text
    assert "things of any kind: up to $30.50 for the whole gift; beyond: not allowed" in informed.text
    assert "Our own policy" in seen(opened(carla.presses(informed, "rules.page")))


def test_an_answer_on_file_is_shown_before_another_takes_its_place(alice: Visitor, bruno: Visitor) -> None:
    mine = asked_about(alice)
    theirs = asked_about(bruno)
    entered(alice, mine)

    form = opened(bruno.presses(theirs, "policy.answered"))
    assert "déjà" in seen(form)
    question = opened(bruno.submits(form, **{**ANSWER, "amount0": "10"}))
    assert "30,50" in seen(question)
    text = said(bruno.submits(question)).text
    assert "Acme" in text
    again = opened(bruno.submits(question))
    assert "10" in seen(again)


def test_a_reminder_leads_to_the_answer_or_is_put_off_or_withdrawn(alice: Visitor) -> None:
    firm = alice.firm
    for _ in range(3):
        form = opened(alice.presses(asked_about(alice), "policy.ask"))
        alice.submits(form, who="Dana Dee")
    firm.clock.tick(days=7)
    assert policies.remind(firm.house, firm.workspace.id) == 3
    reminder = sent(alice, policies.REMINDER)
    assert "You asked Dana Dee at Acme on November 16, 2026" in reminder.text

    assert "again on" in said(alice.presses(reminder, "policy.later")).text
    assert "no longer ask you about Acme" in said(alice.presses(reminder, "policy.withdraw")).text
    text = said(alice.submits(opened(alice.presses(reminder, "policy.answered")), **ANSWER)).text
    assert "Allowed" in text


def test_another_amount_keeps_what_was_entered(alice: Visitor) -> None:
    form = opened(alice.presses(asked_about(alice), "policy.answered"))
    longer = opened(alice.presses(form, "policy.more", state=filled(form, **ANSWER)))

    text = said(alice.submits(longer, allow1=["meal"], amount1="60", per1="head")).text

    assert "The answer of Acme is on file" in text
    assert len([block for block in longer["blocks"] if block.get("block_id", "").startswith("allow")]) == 2


def test_what_is_missing_is_said_at_its_field(alice: Visitor) -> None:
    form = opened(alice.presses(asked_about(alice), "policy.answered"))

    answer = alice.submits(form, **{**ANSWER, "english": ""})

    assert isinstance(answer, FormErrors)
    assert list(answer.errors) == ["english"]


def test_whatever_is_written_fits_everywhere(alice: Visitor, carla: Visitor) -> None:
    long = replace(alice)
    verdict = said(long.types("/gift-check", "$20 book for Dana at Acme"))
    form: View = opened(long.presses(verdict, "policy.answered"))
    given = {**ANSWER, "told_by": HOSTILE[:200], "english": HOSTILE[:500]}
    message = said(long.submits(form, **given))
    assert message_faults(message) == []
    sent(carla, policies.ENTERED)


def test_from_a_modal_the_answer_stays_in_the_modal(alice: Visitor, small_firm: Firm) -> None:
    small_firm.client("Globex")
    form = opened(alice.presses(alice.opens_home(), "gift.open_form"))
    verdict = opened(alice.submits(form, employer="Acme", what="book", amount="20"))
    asked = opened(alice.presses(verdict, "policy.ask", state={}))
    noted = alice.submits(asked)
    assert not isinstance(noted, Say)
    answer = opened(alice.presses(verdict, "policy.answered", state={}))
    shown = opened(alice.submits(answer, **ANSWER))
    assert "The answer of Acme is on file" in seen(shown)
