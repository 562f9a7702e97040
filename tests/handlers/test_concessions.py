"""Noting a concession, agreeing to one, holding a no: what each reads, in both languages."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from bot.domain.briefs import brief_from, facts_of
from bot.domain.clients import Client, Part
from bot.domain.concessions import Balance, Counterpart, Kind, MonthSum, Sheet
from bot.domain.concessions import State as Stands
from bot.domain.money import Money
from bot.domain.outbox import State
from bot.domain.refusals import Refusal
from bot.services import (
    briefs,
    concession_figures,
    concession_steps,
    concessions,
    delivery,
    handover,
)
from handlers.answers import FormErrors, Message, Say, UpdateForm, View
from handlers.ask import Routes
from handlers.i18n import words_for
from handlers.messenger import SAID
from handlers.parsing.concession_words import speaks_of_concession
from handlers.parsing.percents import percent_of
from handlers.views import briefs as brief_views
from handlers.views import concession_figures as figures_views
from handlers.views import concessions as views
from tests.bot.services.messenger import ScriptedMessenger
from tests.conftest import MONDAY, Firm
from tests.handlers.conftest import HOSTILE, Visitor, message_faults, opened, said, seen

LONG_AGO = MONDAY - timedelta(days=300)


@pytest.fixture(autouse=True)
def acme(small_firm: Firm) -> Client:
    return small_firm.client("Acme", spoke_before_at=LONG_AGO)


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


def form_of(visitor: Visitor, client: str = "Acme") -> View:
    brief = said(visitor.types("/client", client))
    return opened(visitor.presses(brief, "concession.open_form"))


# --- The form ---------------------------------------------------------------------------------------------


def test_the_brief_offers_it_and_a_small_one_is_noted_at_once(alice: Visitor) -> None:
    form = form_of(alice)
    assert "Up to 2% and $500, with something in return, it is noted at once." in seen(form)
    assert "Anything else waits for Lea Lang." in seen(form)
    done = said(
        alice.submits(
            form, percent="1.5 %", amount="$450", note="renewal", counterparts=["volume", "reference"]
        )
    )
    assert "Concession to Acme: noted." in done.text
    assert "Price: 1.5% · $450 · renewal" in done.text
    assert "In return: more volume and a reference." in done.text

    brief = said(alice.types("/client", "Acme"))
    assert "Given once in twelve months ($450, at most 1.5%). Came back: more volume and a reference." in (
        brief.text
    )
    whole = said(alice.presses(brief, "client.more"))
    assert "Given once in twelve months" in whole.text
    listed = said(alice.presses(brief, "concession.list"))
    assert "Concessions to Acme" in listed.text
    assert "Recorded." in listed.text
    taken = alice.presses(listed, "concession.withdraw")
    assert isinstance(taken, Say), "the list stays"
    assert "Taken back: Price: 1.5%" in taken.message.text


def test_all_that_cannot_be_read_is_named_at_once(alice: Visitor) -> None:
    wrong = alice.submits(form_of(alice), percent="-5", amount="abc")
    assert isinstance(wrong, FormErrors)
    assert set(wrong.errors) == {"percent", "amount"}


@pytest.mark.parametrize(
    ("entered", "field", "sentence"),
    [
        ({"percent": "lots"}, "percent", "Write a percentage above 0 and up to 100, as in 2.5%."),
        ({"percent": "0"}, "percent", "Write a percentage above 0 and up to 100, as in 2.5%."),
        ({"percent": "250 %"}, "percent", "Write a percentage above 0 and up to 100, as in 2.5%."),
        ({"percent": "-2 %"}, "percent", "Write a percentage above 0 and up to 100, as in 2.5%."),
        ({"amount": "2,5 %"}, "amount", "That is a percentage. Write it into the field Percent."),
        ({"amount": "0"}, "amount", "0"),
        ({"amount": "-40"}, "amount", "-40"),
        ({"amount": "a bit"}, "amount", "a bit"),
        ({}, "percent", "Say how much: a percentage here, or an amount below."),
        (
            {"kind": "payment"},
            "note",
            "Say in a few words what they get: there is no percentage and no amount.",
        ),
        ({"percent": "1", "day": "2026-11-17"}, "day", "That day is still to come."),
    ],
)
def test_what_cannot_be_read_is_said_at_its_field(
    alice: Visitor, entered: dict[str, str], field: str, sentence: str
) -> None:
    answer = alice.submits(form_of(alice), **entered)
    assert isinstance(answer, FormErrors)
    assert list(answer.errors) == [field]
    assert sentence in answer.errors[field]


def test_amounts_are_read_as_people_type_them(alice: Visitor, bruno: Visitor, small_firm: Firm) -> None:
    thousand = said(alice.submits(form_of(alice), amount="$1k", counterparts=["term"]))
    assert "Price: $1,000" in thousand.text
    assert "I asked Lea Lang to agree to a concession to Acme." in thousand.text
    assert "A lead has to agree: it is more than $500." in thousand.text
    small_firm.client("Globex", owner=small_firm.bruno, currency="EUR", market="FR")
    french = said(
        bruno.submits(form_of(bruno, "Globex"), percent="2,5 %", amount="300", counterparts=["term"])
    )
    assert "Prix\u202f: 2,5\u202f% · 300\xa0€" in french.text
    assert "J’ai demandé à Lea Lang son accord pour une concession à Globex." in french.text
    assert "Il faut l’accord d’un responsable\u202f: elle dépasse 2\u202f%." in french.text
    again = opened(bruno.presses(french, "concession.edit"))
    done = said(bruno.submits(again, note="remise de fin d’année"))
    assert "2,5\u202f% · 300\xa0€ · remise de fin d’année" in done.text, (
        "what stood there is read back as it was"
    )


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("2,5 %", "2.5"),
        ("2.5%", "2.5"),
        ("2\u202f%", "2"),
        ("2 percent", "2"),
        ("2,5 pour cent", "2.5"),
        ("10", "10"),
        ("1000", None),
        ("2-3 %", None),
        ("NaN", None),
        ("", None),
    ],
)
def test_percentages_are_read_by_their_shape(typed: str, read: str | None) -> None:
    assert percent_of(typed) == (None if read is None else Decimal(read))


def test_a_lowest_price_asks_for_the_price_afterwards(alice: Visitor, small_firm: Firm) -> None:
    small_firm.client("Ford", price_floor=Money(Decimal(1000), "USD"))
    form = form_of(alice, "Ford")
    assert "The lowest price of Ford is $1,000." in seen(form)
    missing = alice.submits(form, percent="1", counterparts=["volume"])
    assert isinstance(missing, FormErrors)
    assert "Write what they pay afterwards" in missing.errors["price"]
    foreign = alice.submits(form, percent="1", price="900 EUR")
    assert isinstance(foreign, FormErrors)
    assert foreign.errors["price"] == "This amount has to be in USD."
    low = said(alice.submits(form, percent="1", price="990", counterparts=["volume"]))
    assert "it goes below the lowest price of $1,000" in low.text


def test_a_no_is_held_with_one_form_and_thanked(alice: Visitor) -> None:
    done = said(alice.submits(form_of(alice), outcome="held", percent="15", note="renewal"))
    assert "Well held. Thank you" in done.text
    assert "Acme asked for this and did not get it: Price: 15% · renewal" in done.text
    assert "A no was held once." in said(alice.types("/client", "Acme")).text


def test_a_touch_that_speaks_of_a_discount_offers_it_with_its_note(alice: Visitor, small_firm: Firm) -> None:
    logged = said(alice.types("/client-touch", "Acme call yesterday: they want a 10% discount"))
    form = opened(alice.presses(logged, "concession.open_form"))
    assert "they want a 10% discount" in str(form["blocks"])
    assert "2026-11-15" in str(form["blocks"])
    plain = said(alice.types("/client-touch", "Acme visit today: talked about the renewal"))
    assert "concession.open_form" not in str(plain.blocks)
    small_firm.client("Globex", owner=small_firm.bruno)
    others = said(alice.types("/client-touch", "Globex visit today: they want a discount"))
    assert "concession.open_form" not in str(others.blocks), "it is for who looks after the client"


@pytest.mark.parametrize(
    ("note", "speaks"),
    [
        ("They ask for a Discount of 5%", True),
        ("Demande un geste commercial", True),
        ("délai de paiement à 60 jours", True),
        ("remise de 3 %", True),
        ("talked about the discounter market", False),
        ("", False),
    ],
)
def test_words_that_speak_of_a_concession(note: str, speaks: bool) -> None:
    assert speaks_of_concession(note) is speaks


def test_who_only_reads_the_client_is_offered_nothing(bruno: Visitor, small_firm: Firm, acme: Client) -> None:
    with small_firm.house.memory.write(small_firm.workspace.id) as unit:
        unit.clients.set_team(acme.id, Part.SPONSOR, small_firm.bruno.id)
    brief = said(bruno.types("/client", "Acme"))
    assert "concession.open_form" not in str(brief.blocks)
    with pytest.raises(Refusal) as refusal:
        bruno.presses(Message("", [{"type": "actions", "elements": [GIVE]}]), "concession.open_form")
    assert refusal.value.code == "client.not_to_edit"


GIVE = {
    "type": "button",
    "action_id": "concession.open_form",
    "text": {"type": "plain_text", "text": "Concession"},
    "value": '{"client":1}',
}


# --- Decided ----------------------------------------------------------------------------------------------


def test_a_lead_signs_the_waiver_and_everybody_reads_so(
    alice: Visitor, lea: Visitor, small_firm: Firm
) -> None:
    asked = said(alice.submits(form_of(alice), percent="1", note="kept them calm"))
    assert "In return: nothing yet." in asked.text
    assert "nothing comes back yet (a waiver)" in asked.text
    question = posted(small_firm, lea, concession_steps.ASKED)
    assert "Alice Ames asks for a concession to Acme." in question.text
    assert "Sign the waiver" in seen(question)
    done = said(lea.presses(question, "concession.agree"))
    assert "Lea Lang agreed." in done.text
    assert "concession.agree" not in str(done.blocks)
    news = posted(small_firm, alice, concession_steps.NEWS)
    assert "Lea Lang agrees to your concession to Acme." in news.text
    assert "Taken back" in said(alice.presses(news, "concession.withdraw")).text, "within a day"


def test_what_waits_stands_on_the_home_of_who_asked_and_of_who_decides_and_of_nobody_else(
    alice: Visitor, bruno: Visitor, lea: Visitor, small_firm: Firm
) -> None:
    for note in ("kept them calm", "for the renewal"):
        alice.submits(form_of(alice), percent="1", note=note)
    assert "Acme: Price: 1% · for the renewal\nWaits for Lea Lang." in seen(alice.opens_home())
    assert "for the renewal" not in seen(bruno.opens_home())

    deciding = lea.opens_home()
    assert "Alice Ames asks for a concession to Acme." in seen(deciding)
    assert "Nothing waits for you." not in seen(deciding)
    after = lea.home(lea.presses(deciding, "concession.agree"))
    assert "kept them calm" not in seen(after)
    declined = lea.submits(opened(lea.presses(after, "concession.decline")), answer="not now")
    assert isinstance(declined, UpdateForm)
    assert declined.home
    assert "concession to Acme" not in seen(lea.opens_home())
    assert "Waits for" not in seen(alice.opens_home())

    for number in range(5):
        alice.submits(form_of(alice), percent="1", note=f"number {number}")
    assert "and 2 more" in seen(lea.opens_home())
    for _ in range(5):
        alice.presses(alice.opens_home(), "concession.withdraw")
    alice.submits(form_of(alice), percent="9")
    taken = alice.home(alice.presses(alice.opens_home(), "concession.withdraw"))
    assert "Waits for" not in seen(taken)
    gone = lea.home(lea.presses(deciding, "concession.agree"))
    assert "concession to Acme" not in seen(gone), "pressed twice is once"
    with pytest.raises(Refusal, match="was_agreed"):  # it is told, and the page brought up to date
        Visitor(small_firm, small_firm.carla, lea.routes).presses(deciding, "concession.agree")


def test_a_new_owner_reads_who_agreed_to_what_their_predecessor_asked_for(
    alice: Visitor, bruno: Visitor, lea: Visitor, small_firm: Firm, acme: Client
) -> None:
    alice.submits(form_of(alice), percent="8")
    handover.hand(small_firm.house, small_firm.actor(small_firm.lea), acme.id, small_firm.bruno.id, "client")
    lea.presses(posted(small_firm, lea, concession_steps.ASKED), "concession.agree")
    small_firm.clock.tick(hours=18)  # the next morning in Paris
    news = posted(small_firm, bruno, concession_steps.NEWS)
    assert "Lea Lang accepte la concession à Acme qu’Alice Ames a demandée." in news.text
    assert "concession.withdraw" not in str(news.blocks), "it is for who asked to take it back"


def test_a_lead_declines_with_a_reason(alice: Visitor, lea: Visitor, small_firm: Firm) -> None:
    alice.submits(form_of(alice), percent="10", counterparts=["term"])
    question = posted(small_firm, lea, concession_steps.ASKED)
    form = opened(lea.presses(question, "concession.decline"))
    empty = lea.submits(form, answer="   ")
    assert isinstance(empty, FormErrors)
    assert "Lea Lang said no: Two years for that" in said(lea.submits(form, answer="Two years for that")).text
    news = posted(small_firm, alice, concession_steps.NEWS)
    assert "Lea Lang says no to your concession to Acme: Two years for that" in news.text
    assert "What may pass: less of it, or something in return." in news.text


def test_who_is_late_reads_who_decided_what(
    alice: Visitor, lea: Visitor, small_firm: Firm, routes: Routes
) -> None:
    carla = Visitor(small_firm, small_firm.carla, routes)
    alice.submits(form_of(alice), percent="10")
    question = posted(small_firm, lea, concession_steps.ASKED)
    listed = said(carla.presses(said(carla.types("/client", "Acme")), "concession.list"))
    lea.presses(question, "concession.agree")
    late = said(carla.presses(listed, "concession.agree"))
    assert "Lea Lang has agreed to this already." in late.text
    assert "Lea Lang agreed." in late.text


def test_what_was_changed_is_shown_before_it_is_agreed_to(
    alice: Visitor, lea: Visitor, small_firm: Firm
) -> None:
    asked = said(alice.submits(form_of(alice), percent="10"))
    question = posted(small_firm, lea, concession_steps.ASKED)
    alice.submits(opened(alice.presses(asked, "concession.edit")), percent="30")
    late = said(lea.presses(question, "concession.agree"))
    assert "This was changed since you saw it." in late.text
    assert "Price: 30%" in late.text
    assert "Lea Lang agreed." in said(lea.presses(late, "concession.agree")).text


def test_an_edit_after_the_day_is_told_and_nothing_is_lost(alice: Visitor, small_firm: Firm) -> None:
    done = said(alice.submits(form_of(alice), percent="1", counterparts=["term"]))
    form = opened(alice.presses(done, "concession.edit"))
    small_firm.clock.tick(hours=25)
    answer = alice.submits(form, percent="1.5")
    assert isinstance(answer, UpdateForm)
    assert "A concession is changed or taken back within a day." in seen(answer.view)


def test_what_still_waits_is_brought_to_mind(alice: Visitor, lea: Visitor, small_firm: Firm) -> None:
    alice.submits(form_of(alice), percent="10")
    small_firm.clock.tick(hours=4)
    concessions.tick(small_firm.house, small_firm.workspace.id)
    reminder = posted(small_firm, lea, concession_steps.REMINDER)
    assert "This still waits for you: Alice Ames asks for a concession to Acme." in reminder.text
    assert "Lea Lang agreed." in said(lea.presses(reminder, "concession.agree")).text


def test_the_brief_before_a_meeting_shows_the_balance(alice: Visitor, small_firm: Firm, acme: Client) -> None:
    alice.submits(form_of(alice), percent="1", amount="$40", counterparts=["term"])
    alice.submits(form_of(alice), outcome="held", percent="9")
    found = briefs.brief(small_firm.house, small_firm.actor(small_firm.alice), acme.id)
    kept = brief_from(json.loads(json.dumps(facts_of(found))))
    assert kept.balance == found.balance
    pushed = brief_views.pushed(
        kept, alice.asking().words, zone=alice.asking().zone, now=small_firm.clock(), title="In 15 minutes"
    )
    assert "Given once in twelve months ($40, at most 1%)" in pushed.text
    assert "A no was held once." in pushed.text


SHEET = Sheet(
    concession=1,
    version=1,
    client_id=1,
    client=HOSTILE,
    author=HOSTILE,
    kind="price",
    given_on="2026-11-16",
    percent="2.5",
    money=["450", "USD"],
    price=["900", "USD"],
    floor=["1000", "USD"],
    limit=["2", "500", "USD"],
    note=HOSTILE[:500],
    counterparts=[each.value for each in Counterpart],
    back=HOSTILE[:500],
    held=False,
    grounds=["percent", "amount", "no_counterpart", "no_rate", "floor"],
    state="asked",
    answer=HOSTILE[:500],
    by=HOSTILE,
    asked=[HOSTILE] * 9,
    mine=True,
    decides=True,
    can_change=True,
    can_withdraw=True,
    reminded=True,
    widened=True,
)


@pytest.mark.parametrize("locale", ["en-US", "fr-FR"])
@pytest.mark.parametrize("state", Stands)
def test_whatever_it_is_slack_takes_it(locale: str, state: Stands) -> None:
    words = words_for(locale)
    balance = Balance(9, 3, (Money(Decimal(10), "USD"),), Decimal("2.5"), ((Counterpart.TERM, 2),), 2, 1)
    for sheet in (
        replace(SHEET, state=state.value),
        replace(SHEET, state=state.value, held=True, counterparts=[], back="", money=None, price=None),
        replace(SHEET, state=state.value, answer="archived", by="", asked=[], counterparts=[], grounds=[]),
    ):
        for message in (
            views.noted(sheet, words),
            views.question(sheet, words, reminder=True),
            views.news(sheet, words),
            views.withdrawn(sheet, words),
            views.history(1, HOSTILE, balance, [sheet] * 20, 3, True, words),
        ):
            assert message_faults(message) == []
            assert "<!" not in message.text
    assert set(views.KINDS) == set(Kind)
    assert set(views.BACK) == set(Counterpart)


# --- Figures and limits -----------------------------------------------------------------------------------


def test_a_lead_reads_the_team_by_month_and_answers_what_waits(
    alice: Visitor, bruno: Visitor, lea: Visitor, small_firm: Firm
) -> None:
    small_firm.client("Globex", owner=small_firm.bruno, currency="EUR")
    alice.submits(form_of(alice), percent="1", amount="$40")
    bruno.submits(form_of(bruno, "Globex"), percent="1", counterparts=["term"])
    bruno.submits(form_of(bruno, "Globex"), outcome="held", percent="12")
    figures = said(lea.types("/rapport", "concessions"))
    assert "Your team: Concessions" in figures.text
    assert "Nov 2026: 1 given · 1 no held" in figures.text, "what waits does not count yet"
    assert "Alice Ames asks for a concession to Acme." in figures.text
    answer = lea.presses(figures, "concession.agree")
    assert isinstance(answer, Say), "the figures stay"
    after = said(lea.types("/rapport", "concessions"))
    assert "Nov 2026: 2 given · 1 without anything in return ($40): Acme ($40) · 1 no held" in after.text
    assert "Bruno" not in after.text
    own = said(lea.presses(after, "concession.figures"))
    assert "Your clients: Concessions" in own.text
    assert "Nothing was given in this time." in own.text


def test_everybody_reads_their_own_and_their_noes(bruno: Visitor, small_firm: Firm) -> None:
    small_firm.client("Globex", owner=small_firm.bruno, currency="EUR")
    bruno.submits(form_of(bruno, "Globex"), outcome="held", percent="12")
    french = said(bruno.types("/rapport", "concessions"))
    assert "Vos clients\u202f: Concessions" in french.text
    assert "Vous avez tenu un non une fois sur cette période. Bravo." in french.text
    assert "concession.figures" not in str(french.blocks)
    with pytest.raises(Refusal) as refusal:
        concession_figures.figures(small_firm.house, small_firm.actor(small_firm.bruno), team=True)
    assert refusal.value.code == "team.not_yours"


def test_an_admin_sets_the_limits(alice: Visitor, small_firm: Firm, routes: Routes) -> None:
    carla = Visitor(small_firm, small_firm.carla, routes)
    overview = said(carla.types("/rapport", "workspace"))
    assert "Without a lead up to 2% and $500, with something in return" in seen(overview)
    form = opened(carla.presses(overview, "workspace.concessions"))
    for field, typed in (("percent", "many"), ("percent", "101"), ("amount", "EUR 5"), ("amount", "x")):
        wrong = carla.submits(form, **{field: typed})
        assert isinstance(wrong, FormErrors)
        assert list(wrong.errors) == [field]
    both = carla.submits(form, percent="abc", amount="-5")
    assert isinstance(both, FormErrors)
    assert set(both.errors) == {"percent", "amount"}
    carla.submits(form, percent="0", amount="1,000.50")
    again = seen(said(carla.types("/rapport", "workspace")))
    assert "Without a lead up to 0% and $1,000.50, with something in return" in again
    assert "Up to 0% and $1,000.50" in seen(form_of(alice))


@pytest.mark.parametrize("locale", ["en-US", "fr-FR"])
def test_a_year_of_figures_fits_a_message(locale: str) -> None:
    worth = (Money(Decimal(10**11), "USD"), Money(Decimal("0.01"), "EUR"))
    months = tuple(
        MonthSum(date(2026, month, 1), 99, 50, 9, worth, tuple((n, 3, worth) for n in range(40)))
        for month in range(12, 0, -1)
    )
    names = dict.fromkeys(range(39), HOSTILE)
    message = figures_views.message(months, names, 9, [SHEET] * 9, words_for(locale), team=True, both=True)
    assert message_faults(message) == []
    assert "<!" not in message.text
