"""Asking for another manager, deciding, undoing: what each reads, in both languages."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.domain.book_plans import ShownRow
from bot.domain.clients import Client
from bot.domain.fit import Because
from bot.domain.handover import Counts
from bot.domain.outbox import State
from bot.domain.reassignment import Reason, RequestState, Sheet
from bot.domain.refusals import Refusal
from bot.services import (
    book_plans,
    delivery,
    handover,
    handover_checks,
    handover_news,
    reassignment,
    reassignment_steps,
)
from handlers.answers import CloseForms, FormErrors, Message, Say, UpdateForm
from handlers.ask import Routes
from handlers.i18n import words_for
from handlers.messenger import SAID
from handlers.parsing.reassignment import reason_of
from handlers.views import handover as handover_views
from handlers.views import reassignment as views
from tests.bot.services.messenger import ScriptedMessenger
from tests.conftest import MONDAY, Firm
from tests.handlers.conftest import HOSTILE, Visitor, elements_of, message_faults, opened, said, seen

LONG_AGO = MONDAY - timedelta(days=300)
NEW_YORK = ZoneInfo("America/New_York")


@pytest.fixture(autouse=True)
def acme(small_firm: Firm) -> Client:
    client = small_firm.client("Acme", spoke_before_at=LONG_AGO, market="FR")
    small_firm.contact(client, "Jeanne Martin")
    return client


@pytest.fixture
def carla(small_firm: Firm, routes: Routes) -> Visitor:
    return Visitor(small_firm, small_firm.carla, routes)


@pytest.fixture
def lea(small_firm: Firm, routes: Routes) -> Visitor:
    return Visitor(small_firm, small_firm.lea, routes)


def posted(small_firm: Firm, visitor: Visitor, kind: str) -> Message:
    """The last message of that kind to the visitor, as it would stand now."""
    small_firm.clock.tick(minutes=5)
    for entry_id in delivery.due(small_firm.house, small_firm.workspace.id, 100):
        delivery.deliver(small_firm.house, ScriptedMessenger(), small_firm.workspace.id, entry_id)
    with small_firm.house.memory.read(small_firm.workspace.id) as unit:
        entry = unit.outbox.listed([State.SENT], kind=kind, member_id=visitor.member.id)[0]
        facts = delivery.RECOMPOSED[kind](unit, visitor.member, entry, small_firm.clock())
    assert facts is not None
    message = SAID[kind](facts, visitor.member, words_for(visitor.member.locale), entry.id)
    assert message_faults(message) == []
    return message


def test_a_typed_reason_is_asked_at_once_and_shown_as_it_was_understood(
    alice: Visitor, lea: Visitor, small_firm: Firm
) -> None:
    message = said(alice.types("/client-reassign", "acme they want somebody who speaks French"))
    assert "I told Lea Lang: another manager for Acme." in message.text
    assert "Why: the client asks for it." in message.text
    question = posted(small_firm, lea, reassignment_steps.ASKED)
    assert "Alice Ames asks for another manager for Acme." in question.text
    assert "they want somebody who speaks French" in question.text

    again = said(alice.presses(message, "reassign.withdraw"))
    assert "Taken back: Acme stays with Alice Ames." in again.text
    after = posted(small_firm, lea, reassignment_steps.ASKED)
    assert "nothing is left to decide" in after.text
    assert "reassign.choose" not in str(after.blocks)


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("the client asks for it", Reason.CLIENT),
        ("le client le demande", Reason.CLIENT),
        ("They asked for somebody else", Reason.CLIENT),
        ("à leur demande", Reason.CLIENT),
        ("Alice goes on parental leave", Reason.LEAVE),
        ("congé parental en mars", Reason.LEAVE),
        ("I have too many clients", Reason.LOAD),
        ("je suis débordée", Reason.LOAD),
        ("needs somebody who speaks German", Reason.SKILLS),
        ("il faut quelqu'un qui connaît le secteur", Reason.SKILLS),
        ("they do not get along", Reason.OTHER),
        ("", Reason.OTHER),
    ],
)
def test_reasons_are_read_off_the_words(typed: str, reason: Reason) -> None:
    assert reason_of(typed) is reason


def test_without_a_reason_the_form_asks_for_it(alice: Visitor) -> None:
    form = opened(alice.types("/client-reassign", "Acme"))
    assert "I ask Lea Lang; you have an answer within a working day." in seen(form)
    assert isinstance(alice.submits(form), FormErrors)
    message = said(alice.submits(form, reason="load", why="Sixty clients are too many"))
    assert "there is too much to do for one person" in message.text


def test_without_a_client_the_form_asks_which_or_what_waits_is_listed(alice: Visitor, acme: Client) -> None:
    form = opened(alice.types("/client-reassign"))
    done = alice.submits(form, client=acme.id, reason="client")
    assert "I told Lea Lang" in said(done).text
    waiting = said(alice.types("/client-reassign"))
    assert "1 request of yours waits" in waiting.text
    assert "Taken back" in said(alice.presses(waiting, "reassign.withdraw")).text


def test_the_brief_offers_it(alice: Visitor) -> None:
    brief = said(alice.types("/client", "Acme"))
    form = opened(alice.presses(brief, "client.menu", choose='"reassign"'))
    assert form["callback_id"] == "reassign.ask"


def test_who_has_nothing_to_do_with_a_client_is_told_whom_to_ask(bruno: Visitor) -> None:
    with pytest.raises(Refusal) as refusal:
        bruno.types("/client-reassign", "Acme le client le demande")
    assert (refusal.value.code, refusal.value.facts["owner"]) == ("client.not_yours", "Alice Ames")


def test_of_two_clients_of_a_name_the_one_that_is_meant_is_asked_for_with_the_reason_that_was_typed(
    alice: Visitor, lea: Visitor, small_firm: Firm
) -> None:
    twin = small_firm.client("Acme")
    question = said(alice.types("/client-reassign", 'Acme they ask for "somebody else"'))
    assert "Acme (FR) or Acme (US)" in question.text
    assert reassignment.open_of(small_firm.house, small_firm.actor(small_firm.alice)) == []
    form = opened(alice.presses(question, f"reassign.open:{twin.id}"))
    assert 'they ask for "somebody else"' in str(form)
    assert "I told Lea Lang: another manager for Acme." in said(alice.submits(form)).text
    (sheet,) = reassignment.open_of(small_firm.house, small_firm.actor(small_firm.alice))
    assert (sheet.client_id, sheet.reason, sheet.why) == (twin.id, "client", 'they ask for "somebody else"')


def test_what_is_asked_about_two_clients_in_a_row_both_stands_on_home(
    alice: Visitor, small_firm: Firm
) -> None:
    small_firm.client("Zephyr")
    for name in ("Acme", "Zephyr"):
        alice.types("/client-reassign", f"{name} the client asks")
    home = str(alice.opens_home()["blocks"])
    assert "Acme: asked of Lea Lang." in home
    assert "Zephyr: asked of Lea Lang." in home


def test_an_unknown_client_and_help_are_answered(alice: Visitor) -> None:
    assert "Acmeee Zzz" in said(alice.types("/client-reassign", "Acmeee Zzz: no")).text
    assert "/client-reassign" in said(alice.types("/client-reassign", "help")).text


def test_a_lead_chooses_somebody_and_everybody_reads_what_is_theirs(
    alice: Visitor, bruno: Visitor, lea: Visitor, small_firm: Firm
) -> None:
    alice.types("/client-reassign", "Acme the client asks for somebody in Paris")
    question = posted(small_firm, lea, reassignment_steps.ASKED)
    form = opened(lea.presses(question, "reassign.choose"))
    assert "*Bruno Petit*" in str(form), "whom it would suit stands there with the reasons"
    assert isinstance(lea.submits(form), FormErrors)
    assert isinstance(lea.submits(form, member=small_firm.alice.id), FormErrors)
    done = said(lea.submits(form, member=small_firm.bruno.id))
    assert "Lea Lang handed Acme over to Bruno Petit. It can be undone for a day." in done.text

    new = posted(small_firm, bruno, handover_news.IN)
    assert "Lea Lang vous confie Acme." in new.text
    assert "mardi 17 novembre" in new.text
    assert "Je m’appelle Bruno Petit." in new.text, "in the language of the client"
    assert "Bonjour Jeanne Martin" in new.text
    assert "somebody in Paris" not in new.text
    news = posted(small_firm, alice, reassignment_steps.NEWS)
    assert "Lea Lang agrees: Bruno Petit looks after Acme from now on" in news.text

    undone = said(lea.presses(done, "handover.undo"))
    assert "Taken back: Acme is with Alice Ames again." in undone.text
    back = posted(small_firm, bruno, handover_news.UNDONE)
    assert "Lea Lang a annulé le passage de relais d’Acme" in back.text
    assert (
        "Your request waits for an answer again." in posted(small_firm, alice, reassignment_steps.NEWS).text
    )
    assert "reassign.choose" in str(posted(small_firm, lea, reassignment_steps.ASKED).blocks)


def test_a_client_that_waits_for_an_answer_is_told_of_to_its_new_owner_however_many_come(
    alice: Visitor, bruno: Visitor, lea: Visitor, small_firm: Firm, acme: Client
) -> None:
    alice.types("/client-touch", "Acme email from Dana: when do we ship?")
    form = opened(alice.presses(said(alice.types("/client", "Acme")), "concession.open_form"))
    alice.submits(form, outcome="given", kind="price", percent="8", day=MONDAY.date().isoformat())
    others = [small_firm.client(f"Client {number}") for number in range(2)]
    rows = [ShownRow(each.id, each.name, small_firm.bruno.id) for each in (acme, *others)]
    book_plans.carry_out(
        small_firm.house, small_firm.actor(small_firm.lea), small_firm.alice.id, rows, "leave"
    )

    new = posted(small_firm, bruno, handover_news.IN)
    assert "1 question qui attend une réponse et 1 concession qui attend un responsable" in new.text
    old = posted(small_firm, alice, handover_news.OUT)
    assert "1 question that waits for an answer and 1 concession that waits for a lead" in old.text
    assert "Acme" in seen(bruno.opens_home())


def test_a_no_has_a_reason_and_comes_back(alice: Visitor, lea: Visitor, small_firm: Firm) -> None:
    alice.types("/client-reassign", "Acme too many clients")
    question = posted(small_firm, lea, reassignment_steps.ASKED)
    form = opened(lea.presses(question, "reassign.decline"))
    assert isinstance(lea.submits(form, answer=" "), FormErrors)
    answer = lea.submits(form, answer="Let us look at your book together")
    assert isinstance(answer, CloseForms)
    news = posted(small_firm, alice, reassignment_steps.NEWS)
    assert "Lea Lang leaves Acme where it is: Let us look at your book together" in news.text


def test_who_comes_second_reads_who_was_faster(
    alice: Visitor, lea: Visitor, small_firm: Firm, routes: Routes
) -> None:
    alice.types("/client-reassign", "Acme the client asks")
    question = posted(small_firm, lea, reassignment_steps.ASKED)
    form = opened(lea.presses(question, "reassign.choose"))
    decline = opened(lea.presses(question, "reassign.decline"))
    carla = Visitor(small_firm, small_firm.carla, routes)
    lea.submits(form, member=small_firm.bruno.id)

    answer = carla.submits(decline, answer="no")
    assert isinstance(answer, UpdateForm)
    assert "Lea Lang has decided already: Bruno Petit looks after the client now." in seen(answer.view)
    assert isinstance(carla.submits(form, member=small_firm.carla.id), UpdateForm)


def test_a_lead_hands_over_directly_from_the_command(
    lea: Visitor, alice: Visitor, small_firm: Firm, acme: Client
) -> None:
    form = opened(lea.types("/client-reassign", "Acme: too much for one person"))
    assert form["callback_id"] == "reassign.hand"
    message = said(lea.submits(form, member=small_firm.bruno.id))
    assert "Bruno Petit looks after Acme from now on" in message.text
    assert "Tuesday, November 17" in message.text
    former = posted(small_firm, alice, handover_news.OUT)
    assert "Bruno Petit takes over Acme from you." in former.text
    assert "Thank you" in former.text
    with small_firm.house.memory.read(small_firm.workspace.id) as unit:
        (kept,) = unit.handovers.of_client(acme.id, 5)
    assert (kept.reason, kept.why) == ("load", "too much for one person")


def test_after_thirty_days_the_lead_says_how_it_goes(
    lea: Visitor, bruno: Visitor, small_firm: Firm, acme: Client
) -> None:
    handover.hand(small_firm.house, small_firm.actor(small_firm.lea), acme.id, small_firm.bruno.id, "client")
    small_firm.clock.now = MONDAY + timedelta(days=30)
    reassignment.tick(small_firm.house, small_firm.workspace.id)
    question = posted(small_firm, lea, handover_checks.CHECK)
    assert "On Monday, November 16 Acme went to Bruno Petit. How does it go?" in question.text
    after = said(lea.presses(question, "handover.went:attention"))
    assert "You said: the client needs attention." in after.text
    pressed = {e["action_id"].partition(":")[0] for e in elements_of(after.blocks)}
    assert {"lead.help", "cover.ask", "reassign.open"} <= pressed
    brief = said(bruno.types("/client", "Acme"))
    history = seen(opened(bruno.presses(brief, "client.menu", choose='"history"')))
    assert "Trente jours après le passage de relais\u202f: le client demande de l’attention" in history
    assert "Alice Ames → Bruno Petit" in history


def test_what_speaks_against_somebody_is_said_at_the_field(
    lea: Visitor, small_firm: Firm, acme: Client
) -> None:
    with small_firm.house.memory.write(small_firm.workspace.id) as unit:
        unit.fit.exclude(acme.id, small_firm.bruno.id, Because.CONFLICT, by=None, at=MONDAY)
    form = opened(lea.types("/client-reassign", "Acme"))
    for person, said_there in (
        (small_firm.bruno, "Bruno Petit must not have this client. Choose somebody else."),
        (small_firm.carla, "Carla Cruz is neither an account manager nor a lead in Rapport"),
    ):
        answer = lea.submits(form, member=person.id, reason="client")
        assert isinstance(answer, FormErrors)
        assert said_there in str(answer.errors)


def test_proposals_are_answered_one_by_one(lea: Visitor, small_firm: Firm, acme: Client) -> None:
    beta = small_firm.client("Beta")
    with small_firm.house.memory.write(small_firm.workspace.id) as unit:
        unit.members.set_active(small_firm.alice.id, active=False)
    reassignment.tick(small_firm.house, small_firm.workspace.id)
    message = posted(small_firm, lea, reassignment.PROPOSAL)
    assert "2 clients may need another manager." in message.text
    left = lea.presses(message, "reassign.leave")
    assert isinstance(left, Say)
    assert "Lea Lang leaves Acme where it is." in left.message.text
    message = posted(small_firm, lea, reassignment.PROPOSAL)
    form = opened(lea.presses(message, "reassign.choose"))
    lea.submits(form, member=small_firm.bruno.id)
    assert small_firm.again(beta).owner_id == small_firm.bruno.id
    late = lea.presses(message, "reassign.choose")
    assert isinstance(late, Say), "the list stays where it is"
    assert "Lea Lang handed Beta over to Bruno Petit." in late.message.text


@pytest.mark.parametrize("locale", ["en-US", "fr-FR"])
@pytest.mark.parametrize("state", list(RequestState))
@pytest.mark.parametrize("hostile", [False, True])
def test_whatever_it_is_called_slack_takes_it(locale: str, state: RequestState, hostile: bool) -> None:
    name = HOSTILE if hostile else "Acme"
    words = words_for(locale)
    sheet = Sheet(
        request=1,
        client_id=1,
        client=name,
        owner=name,
        asker=name,
        reason="client",
        why=name,
        state=state.value,
        answer=name,
        to=name,
        by=name,
        now_of=name,
        asked=[name, name],
        mine=False,
        decides=state is RequestState.WAITING,
        reminded=False,
        widened=False,
        handover=1,
    )
    shown = [
        views.question(sheet, words),
        views.question(sheet, words, reminder=True),
        views.news(sheet, words),
        views.news(replace(sheet, widened=True), words),
        views.own([sheet] * 12, words),
        views.proposals([replace(sheet, asker="")] * 10, words),
        views.asked(sheet, words),
    ]
    for message in shown:
        assert message_faults(message) == []
        assert "<!channel>" not in message.text


def row(name: str, **more: Any) -> dict[str, Any]:
    counts = asdict(Counts(questions=2, promises=2, meetings=1, gifts=1, concessions=1))
    return {
        "handover": 1,
        "client_id": 1,
        "client": name,
        "former": name,
        "to": name,
        "by": name,
        "mine": False,
        "undone": False,
        "undone_by": name,
        "first": date(2026, 11, 17).isoformat(),
        "snoozed": None,
        "counts": counts,
        **more,
    }


@pytest.mark.parametrize("locale", ["en-US", "fr-FR"])
@pytest.mark.parametrize("many", [1, 2, 70])
def test_so_it_does_for_any_number_of_clients(locale: str, many: int) -> None:
    words = words_for(locale)
    rows = [row(HOSTILE) for _ in range(many)]
    for facts in ({"rows": rows}, {"rows": [row(HOSTILE, undone=True), *rows[1:]]}):
        for message in (
            handover_views.received(facts, words, NEW_YORK, MONDAY),
            handover_views.given(facts, words),
        ):
            assert message_faults(message) == []
            assert "<!channel>" not in message.text


def test_what_waits_stands_on_the_home_of_who_asked_and_of_who_decides_and_of_nobody_else(
    alice: Visitor, lea: Visitor, bruno: Visitor, carla: Visitor, small_firm: Firm
) -> None:
    small_firm.client("Zephyr")
    for name in ("Acme", "Zephyr"):
        reassignment.ask(
            small_firm.house, small_firm.actor(small_firm.alice), small_firm.clients[name].id, "client"
        )

    asking, deciding = alice.opens_home(), lea.opens_home()
    assert "Acme: asked of Lea Lang." in str(asking["blocks"])
    assert "Alice Ames asks for another manager for Acme." in str(deciding["blocks"])
    for other in (bruno, carla):
        assert "Acme" not in str(other.opens_home()["blocks"])

    after = lea.presses(deciding, "reassign.decline")
    declined = lea.submits(opened(after), answer="not now")
    assert isinstance(declined, UpdateForm)
    assert declined.home
    assert "for Acme" not in str(lea.opens_home()["blocks"])
    taken = alice.home(alice.presses(alice.opens_home(), "reassign.withdraw"))
    assert "asked of" not in str(taken["blocks"])
