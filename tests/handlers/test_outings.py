"""Inviting several people as people meet it: typed, as a form, its one answer, and who came."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine

from bot.domain.clients import Contact
from bot.domain.refusals import Refusal
from bot.rulebook.reader import shipped_files
from bot.services import approvals, outings
from bot.services.rulebooks import Rulebooks
from handlers import gifts, home
from handlers.answers import (
    CloseForms,
    FormErrors,
    Message,
    OpenForm,
    Replace,
    ReplaceAt,
    Say,
    UpdateForm,
    View,
)
from handlers.ask import Routes
from sandbox.payloads import check_view
from tests.bot.services.test_gifts import RULES
from tests.bot.services.test_outings import MORE_RULES, checks, entries, open_table
from tests.conftest import MONDAY, Firm
from tests.handlers.conftest import HOSTILE, Visitor, elements_of, filled, message_faults, opened, said, seen
from tests.handlers.slack_app import SlackApp, open_app
from tests.handlers.slack_app import said as acknowledged

TODAY = MONDAY.date()
TYPED = "dinner for Jane Smith at Brightside, Tom Lee at Harbour and Ida Low at Zephyr Mills, $60 a head"


@pytest.fixture(scope="module")
def table() -> Routes:
    routes = Routes()
    for subject in (gifts, home):
        subject.register(routes)
    return routes


@pytest.fixture
def shop(small_firm: Firm) -> Firm:
    """A firm with Brightside, Harbour and Acme in Alice's book, judged by made-up rules and our own policy."""
    return open_table(small_firm)


@pytest.fixture
def jane(shop: Firm) -> Contact:
    return shop.contact(shop.clients["Brightside"], "Jane Smith", role="buyer")


@pytest.fixture
def tom(shop: Firm) -> Contact:
    return shop.contact(shop.clients["Harbour"], "Tom Lee")


@pytest.fixture
def anna(shop: Firm, table: Routes) -> Visitor:
    """Alice from New York, in English."""
    return Visitor(shop, shop.alice, table)


@pytest.fixture
def bruno(shop: Firm, table: Routes) -> Visitor:
    """Bruno from Paris, in French."""
    return Visitor(shop, shop.bruno, table)


def labels(shown: Message | View) -> list[str]:
    blocks = shown.blocks if isinstance(shown, Message) else shown["blocks"]
    return [element["text"]["text"] for element in elements_of(blocks) if element["type"] == "button"]


def form_of(visitor: Visitor) -> View:
    return opened(visitor.uses("outing_form"))


def fields(view: View) -> dict[str, Any]:
    """What stands in a form: each field's value."""
    shown: dict[str, Any] = {}
    for block, elements in filled(view).items():
        (held,) = elements.values()
        chosen = held.get("selected_option")
        value = [option["text"]["text"] for option in held.get("selected_options", ())]
        shown[block.partition(":")[0]] = (
            value or held.get("value") or held.get("selected_date") or (chosen and chosen["value"])
        )
    return shown


# --- The one answer ---------------------------------------------------------------------------------------


def test_a_typed_invitation_is_answered_at_once_for_everybody(
    anna: Visitor, jane: Contact, tom: Contact
) -> None:
    message = said(anna.types("/gift-check", TYPED))
    assert message.text.startswith("1 of 3 may come: dinner, $60 a head, November 16, 2026, with Alice Ames")
    for part in (
        "May come (1)\n• Jane Smith (Brightside)",
        "Their policy has to be asked first (1)\n• Ida Low (Zephyr Mills): ",
        "May not come (1)\n• Tom Lee (Harbour): Harbour people take hospitality up to 50 dollars. Would pass: ",
        "Would pass: The same, up to $50. Source: Harbour house rules",
        "What would let all of them come\n• up to $50 a head: all but Ida Low, for whom a lower cost changes nothing",
        "Not in the book, and judged by name alone: Zephyr Mills.",
    ):
        assert part in message.text
    assert "<https://harbour.example/rules|Harbour house rules>" in seen(message)
    assert labels(message) == ["They came", "Change"]


def test_a_french_reader_is_answered_in_french(bruno: Visitor, jane: Contact, tom: Contact) -> None:
    text = "dîner pour Jane Smith chez Brightside et Tom Lee chez Harbour, 60 $ US par personne"
    message = said(bruno.types("/gift-check", text))
    assert message.text.startswith("1 sur 2 peuvent venir\u202f: dîner, 60\xa0$US par personne")
    assert "Ce qui permettrait à tous de venir\n• jusqu’à 50\xa0$US par personne" in message.text


def test_people_of_the_same_answer_share_a_line(anna: Visitor) -> None:
    message = said(
        anna.types("/gift-check", "dinner for Tom Lee and Ben Hart at Harbour, Jane Smith at Brightside, $70")
    )
    assert "• Tom Lee (Harbour) and Ben Hart (Harbour): Harbour people" in message.text


def test_who_has_to_be_asked_for_an_approval_is_said(anna: Visitor, shop: Firm, jane: Contact) -> None:
    rules = RULES.replace(
        "limit: {amount: 80, currency: USD, per: head}", "limit: {amount: 500, currency: USD, per: head}"
    )
    files = {"house.yaml": shipped_files()["house.yaml"], "one.yaml": rules}
    shop.house = replace(shop.house, rulebooks=Rulebooks(files))
    message = said(anna.types("/gift-check", "dinner for Jane Smith at Brightside and Ida Low at Acme, $150"))
    assert "Need an approval first (1)\n• Jane Smith (Brightside): " in message.text
    assert "To be asked: compliance: Carla Cruz." in message.text


def test_approval_is_asked_for_all_who_need_it_in_one_form(anna: Visitor, shop: Firm, jane: Contact) -> None:
    rules = RULES.replace(
        "limit: {amount: 80, currency: USD, per: head}", "limit: {amount: 500, currency: USD, per: head}"
    )
    shop.house = replace(
        shop.house, rulebooks=Rulebooks({"house.yaml": shipped_files()["house.yaml"], "one.yaml": rules})
    )
    message = said(anna.types("/gift-check", "dinner for Jane Smith at Brightside and Ida Low at Acme, $150"))

    form = opened(anna.presses(message, "outing.approval"))
    assert "Approval is asked for 1 person" in seen(form)
    told = said_after(anna.submits(form, reason="the yearly dinner"))

    assert told.text.startswith("Approval is asked for 1 person.")
    assert "Jane Smith (Brightside), approval asked for" in told.text
    assert "outing.approval" not in [e["action_id"] for e in elements_of(told.blocks)]
    (waiting,) = approvals.desk(shop.house, shop.actor(shop.carla)).waiting
    assert (waiting.person, waiting.reason) == ("Jane Smith", "the yearly dinner")


def said_after(answer: Any) -> Message:
    """The message of an answer, also where it is shown in a form's place."""
    if isinstance(answer, UpdateForm):
        return Message(seen(answer.view), answer.view["blocks"])
    return said(answer)


def test_details_of_one_person_are_the_usual_verdict_with_its_own_buttons(
    anna: Visitor, jane: Contact, tom: Contact
) -> None:
    message = said(anna.types("/gift-check", TYPED))
    details = said(anna.presses(message, "outing.person", choose='"place":1'))
    assert details.text.startswith("Not allowed: dinner, $60, for Tom Lee at Harbour")
    assert "Show all rules" in labels(details)
    modal = opened(anna.presses(home_view(anna), "outing.open"))
    pushed = opened(anna.presses(modal, "outing.person", choose='"place":0'))
    assert "dinner, $60, for Jane Smith at Brightside" in seen(pushed)


def home_view(visitor: Visitor) -> View:
    return visitor.opens_home()


def test_an_answer_about_one_person_changes_what_is_said_of_all(
    anna: Visitor, jane: Contact, tom: Contact
) -> None:
    message = said(anna.types("/gift-check", TYPED))
    details = said(anna.presses(message, "outing.person", choose='"place":0'))
    questions = opened(anna.presses(details, "gift.questions"))
    anna.submits(questions, **{"q.context.pending_decision": "yes"})
    now = seen(opened(anna.presses(home_view(anna), "outing.open")))
    assert "Nobody may come as it stands" in now


def test_a_kind_that_no_word_names_is_asked_for_in_the_form(anna: Visitor, jane: Contact, shop: Firm) -> None:
    view = opened(
        anna.types("/gift-check", "an evening out for Jane Smith at Brightside and Tom Lee at Harbour, $40")
    )
    shown = fields(view)
    assert shown["what"] == "evening out"
    assert shown["kind"] is None
    assert shown["others"] == "Jane Smith, Brightside\nTom Lee, Harbour"
    answer = anna.submits(view)
    assert isinstance(answer, FormErrors)
    assert list(answer.errors) == ["kind"]
    assert "All of them may come" in said(anna.submits(view, kind="meal")).text


def test_an_amount_that_cannot_be_read_is_named_and_nothing_is_lost(anna: Visitor, shop: Firm) -> None:
    typed = "dinner for Jane Smith at Brightside and Tom Lee at Harbour, $40-50"
    message = said(anna.types("/gift-check", typed))
    assert "more than one amount" in message.text
    assert typed in message.text
    assert checks(shop) == 0


# --- Names that are not clear -----------------------------------------------------------------------------


def test_names_that_are_not_clear_are_asked_about_in_the_form_and_the_choice_holds(
    anna: Visitor, shop: Firm, jane: Contact, tom: Contact
) -> None:
    for name in ("Dupont Paris", "Dupont Lyon"):
        shop.client(name)
    typed = "dinner for Jan Smith at Brightside, Tomas Lee at Harbour and Marie Blanc at Dupont, $40"
    view = opened(anna.types("/gift-check", typed))
    assert "Who at Brightside is “Jan Smith”?" in seen(view)
    assert "Who at Harbour is “Tomas Lee”?" in seen(view)
    assert "Which client do you mean by “Dupont”?" in seen(view)
    assert checks(shop) == 0

    half = opened(anna.submits(view, who0=f"contact.{jane.id}", who1="stranger"))
    assert "Who at Brightside" not in seen(half)
    assert fields(half)["others"].startswith("Jan Smith, Brightside\n")
    lyon = shop.clients["Dupont Lyon"]
    place = next(name for name in fields(half) if name.startswith("who"))
    message = said(anna.submits(half, **{place: f"client.{lyon.id}"}))
    assert "Jane Smith (Brightside)" in message.text
    assert "Tomas Lee (Harbour)" in message.text
    assert "Marie Blanc (Dupont Lyon)" in message.text


def test_a_line_that_was_rewritten_is_looked_up_anew(anna: Visitor, shop: Firm, jane: Contact) -> None:
    typed = "dinner for Jan Smith at Brightside and Ida Low at Acme, $40"
    view = opened(anna.types("/gift-check", typed))
    message = said(anna.submits(view, who0="stranger", others="Jane Smith, Brightside\nIda Low, Acme"))
    assert "• Jane Smith (Brightside)" in message.text


def test_an_answer_is_asked_for_again_as_long_as_it_is_missing(anna: Visitor, jane: Contact) -> None:
    view = opened(anna.types("/gift-check", "dinner for Jan Smith at Brightside and Ida Low at Acme, $40"))
    assert "Who at Brightside is “Jan Smith”?" in seen(opened(anna.submits(view)))


def test_a_form_older_than_its_draft_asks_once_more(anna: Visitor, shop: Firm, jane: Contact) -> None:
    view = opened(anna.types("/gift-check", "dinner for Jan Smith at Brightside and Ida Low at Acme, $40"))
    with shop.house.memory.write(shop.workspace.id) as unit:
        unit.drafts.prune(MONDAY + timedelta(days=90))
    assert "Who at Brightside is “Jan Smith”?" in seen(opened(anna.submits(view, who0="stranger")))


# --- The form ---------------------------------------------------------------------------------------------


def test_the_form_opens_from_the_home_tab_the_gift_form_and_anywhere(anna: Visitor) -> None:
    assert opened(anna.presses(home_view(anna), "outing.open_form"))["callback_id"] == "outing.form"
    assert form_of(anna)["callback_id"] == "outing.form"
    gift = opened(anna.types("/gift-check"))
    state = filled(gift, what="concert", category="entertainment", amount="45", currency="EUR")
    answer = anna.presses(gift, "outing.open_form", state=state)
    assert isinstance(answer, UpdateForm)
    shown = fields(answer.view)
    assert (shown["what"], shown["kind"], shown["amount"], shown["currency"]) == (
        "concert",
        "entertainment",
        "45",
        "EUR",
    )
    assert (shown["day"], shown["host"], shown["host_present"]) == ("2026-11-16", "Alice Ames", "yes")


def test_people_chosen_and_people_named_are_judged_together(
    anna: Visitor, shop: Firm, jane: Contact, tom: Contact
) -> None:
    message = said_after(
        anna.submits(
            form_of(anna),
            what="dinner",
            people=[str(jane.id), str(tom.id)],
            others="Ida Low, Acme, Inc.\n\n Ben Hart chez Zephyr Mills \nAda Ray at Zephyr Mills",
            amount="40",
            companions="1",
            day="2026-11-20",
            host="Lea Lang",
            setting="restaurant",
        )
    )
    assert (
        "dinner, $40 a head, November 20, 2026, with Lea Lang, 1 companion each, in a restaurant"
        in message.text
    )
    for name in ("Jane Smith (Brightside)", "Tom Lee (Harbour)", "Ida Low (Acme)", "Ben Hart (Zephyr Mills)"):
        assert name in message.text
    assert checks(shop) == 5


def test_the_list_of_people_searches_names_and_companies(anna: Visitor, jane: Contact, tom: Contact) -> None:
    assert anna.asks_list("outing.people", "jan") == ["Jane Smith · Brightside"]
    assert anna.asks_list("outing.people", "harb") == ["Tom Lee · Harbour"]
    assert anna.asks_list("outing.people", "") == ["Jane Smith · Brightside", "Tom Lee · Harbour"]
    assert anna.asks_list("outing.people", "zzz") == []


@pytest.mark.parametrize(
    ("entered", "field", "sentence"),
    [
        ({"what": "  "}, "what", "Say in a word or two what they are invited to."),
        ({"what": "evening"}, "kind", "Choose what kind of invitation it is."),
        ({"amount": "-5"}, "amount", "below zero"),
        ({"amount": "$0"}, "amount", "is no price"),
        ({"amount": "9999999999999"}, "amount", "more than I can reckon with"),
        ({"amount": "5.123456"}, "amount", ""),
        ({"others": ""}, "people", "Choose whom you invite"),
        ({"others": "Jane Smith"}, "others", "Write each person as “Name, Company”"),
        ({"others": "Ida Low, Acme\n, Acme"}, "others", "This is not clear: , Acme"),
        ({"others": "\n".join(f"Guest {n}, Acme" for n in range(31))}, "people", "At most 30 people"),
        ({"companions": "10"}, "companions", "whole number from 0 to 9"),
        ({"companions": None}, "companions", "whole number"),
        ({"day": "2031-01-01"}, "day", "too far away"),
        ({"day": "0001-01-01"}, "day", "too far away"),
    ],
)
def test_what_is_wrong_in_the_form_is_said_at_its_field(
    anna: Visitor, shop: Firm, entered: dict[str, Any], field: str, sentence: str
) -> None:
    sound = {"what": "dinner", "others": "Ida Low, Acme", "amount": "20"}
    answer = anna.submits(form_of(anna), **{**sound, **entered})
    assert isinstance(answer, FormErrors)
    assert [name.partition(":")[0] for name in answer.errors] == [field]
    assert sentence in next(iter(answer.errors.values()))
    assert checks(shop) == 0


def test_a_contact_who_vanished_meanwhile_is_said_at_the_field(anna: Visitor, shop: Firm) -> None:
    answer = anna.submits(form_of(anna), what="dinner", people=["987654"])
    assert isinstance(answer, FormErrors)
    assert list(answer.errors) == ["people"]


def test_a_form_sent_twice_is_one_outing(anna: Visitor, shop: Firm) -> None:
    form = form_of(anna)
    for _ in range(2):
        anna.submits(form, key="the same", what="dinner", others="Ida Low, Acme", amount="20")
    assert checks(shop) == 1


# --- Change -----------------------------------------------------------------------------------------------


def test_change_opens_the_form_with_everything_and_judges_anew(
    anna: Visitor, shop: Firm, jane: Contact, tom: Contact
) -> None:
    message = said(anna.types("/gift-check", TYPED))
    form = opened(anna.presses(message, "outing.change"))
    shown = fields(form)
    assert shown["people"] == ["Jane Smith · Brightside", "Tom Lee · Harbour"]
    assert shown["others"] == "Ida Low, Zephyr Mills"
    assert (shown["what"], shown["kind"], shown["amount"]) == ("dinner", "meal", "60")
    answer = anna.submits(form, amount="50", others="")
    assert isinstance(answer, CloseForms)
    assert isinstance(answer.then, ReplaceAt)
    assert said(answer).text.startswith("All of them may come: dinner, $50 a head")
    with pytest.raises(Refusal, match=r"outing\.changed"):
        anna.submits(opened(anna.presses(message, "outing.change")), amount="20")


def test_changed_in_a_modal_the_answer_takes_its_place(anna: Visitor, jane: Contact) -> None:
    anna.types("/gift-check", TYPED)
    modal = opened(anna.presses(home_view(anna), "outing.open"))
    form = anna.presses(modal, "outing.change")
    assert isinstance(form, UpdateForm)
    answer = anna.submits(form.view, amount="20")
    assert isinstance(answer, UpdateForm)
    assert "$20 a head" in seen(answer.view)


def test_an_outing_of_somebody_else_can_neither_be_read_nor_changed(
    anna: Visitor, bruno: Visitor, jane: Contact
) -> None:
    message = said(anna.types("/gift-check", TYPED))
    for action in ("outing.person", "outing.change", "outing.came"):
        with pytest.raises(Refusal, match=r"outing\.gone"):
            bruno.presses(message, action, choose='"place":0' if action == "outing.person" else None)


# --- The Home tab -----------------------------------------------------------------------------------------


def test_the_home_tab_leads_back_to_every_invitation_that_is_not_long_past(
    anna: Visitor, bruno: Visitor, shop: Firm, jane: Contact
) -> None:
    assert "Invitations" not in seen(home_view(anna))
    anna.types("/gift-check", TYPED)
    home_tab = home_view(anna)
    assert "dinner, $60 a head, November 16, 2026, with Alice Ames: 3 people" in seen(home_tab)
    assert "Open, or say who came" in labels(home_tab)
    assert "dinner" not in seen(home_view(bruno)).partition("What you can type")[0]
    shop.clock.tick(days=40)
    assert "dinner, $60" not in seen(home_view(anna))


def test_of_many_invitations_the_latest_days_are_shown_and_slack_takes_them(
    anna: Visitor, shop: Firm
) -> None:
    for n in range(12):
        day = (TODAY + timedelta(days=n)).isoformat()
        anna.submits(form_of(anna), what=HOSTILE[:2900], kind="meal", others="Ida Low, Acme", day=day)
    opens = [e for e in elements_of(home_view(anna)["blocks"]) if e["action_id"].startswith("outing.open:")]
    assert len(opens) == 10
    assert opens[0]["text"]["text"] == "Open"


def test_after_the_rules_changed_everybody_is_checked_again(anna: Visitor, shop: Firm, jane: Contact) -> None:
    anna.types("/gift-check", TYPED)
    shop.house = replace(shop.house, rulebooks=Rulebooks(shipped_files()))
    shown = seen(opened(anna.presses(home_view(anna), "outing.open")))
    assert "The rules have changed: everybody was checked again" in shown
    again = seen(opened(anna.presses(home_view(anna), "outing.open")))
    assert "The rules have changed" not in again


# --- Who came ---------------------------------------------------------------------------------------------


def came_form(visitor: Visitor, message: Message) -> View:
    return opened(visitor.presses(message, "outing.came"))


def test_those_who_may_come_are_ticked_and_entered_at_the_real_cost(
    anna: Visitor, shop: Firm, jane: Contact, tom: Contact
) -> None:
    message = said(anna.types("/gift-check", TYPED))
    form = came_form(anna, message)
    assert fields(form)["came0"] == ["Jane Smith · Brightside"]
    assert "Not to be entered, because they may not come as it stands: Tom Lee and Ida Low." in seen(form)
    answer = anna.submits(form, amount="62.50")
    entered = said(answer)
    assert isinstance(answer, CloseForms)
    assert entered.text == "In the register: dinner of November 16, 2026, $62.50 a head, for Jane Smith."
    assert entries(shop).count("given") == 1

    again = said(anna.submits(form, amount="62.50"))
    assert "1 of them stood there already and counts once." in again.text
    assert entries(shop).count("given") == 1
    with pytest.raises(Refusal, match=r"outing\.nobody_left"):
        anna.presses(message, "outing.came")
    shown = opened(anna.presses(home_view(anna), "outing.open"))
    assert "• Jane Smith (Brightside), in the register" in seen(shown)
    assert "Take them out again" in labels(shown)

    out = anna.presses(entered, "outing.undo")
    assert isinstance(out, Replace)
    assert out.message.text.startswith("Taken out of the register: 1 person, dinner of November 16, 2026.")
    assert entries(shop).count("taken_out") == 1
    form = opened(anna.presses(out.message, "outing.change"))
    assert fields(form)["people"] == ["Jane Smith · Brightside", "Tom Lee · Harbour"]


def test_where_the_real_cost_changes_an_answer_nobody_is_entered_and_all_are_checked_at_it(
    anna: Visitor, shop: Firm, jane: Contact, tom: Contact
) -> None:
    message = said(
        anna.types("/gift-check", "dinner for Jane Smith at Brightside and Tom Lee at Harbour, $50")
    )
    answer = said(anna.submits(came_form(anna, message), amount="55"))
    assert answer.text.startswith("At $55 a head not all of them would be allowed as it stands")
    assert "1 of 2 may come: dinner, $55 a head" in answer.text
    assert "given" not in entries(shop)
    done = said(anna.submits(came_form(anna, answer)))
    assert "for Jane Smith." in done.text
    assert entries(shop).count("given") == 1


def test_nobody_ticked_or_an_odd_amount_is_said_at_its_field(
    anna: Visitor, jane: Contact, tom: Contact
) -> None:
    form = came_form(anna, said(anna.types("/gift-check", TYPED)))
    nobody = anna.submits(form, came0=[])
    assert isinstance(nobody, FormErrors)
    assert nobody.errors == {"came0": "Tick at least one person who came."}
    odd = anna.submits(form, amount="lots")
    assert isinstance(odd, FormErrors)
    assert list(odd.errors) == ["amount"]


def test_before_its_day_it_is_said_when_to_come_back(anna: Visitor, jane: Contact) -> None:
    message = said(anna.types("/gift-check", TYPED.replace("dinner", "dinner on Friday")))
    with pytest.raises(Refusal, match=r"outing\.too_early") as caught:
        anna.presses(message, "outing.came")
    assert caught.value.facts["day"] == date(2026, 11, 20)


def test_companies_that_are_not_in_the_book_are_announced_and_added(anna: Visitor, shop: Firm) -> None:
    shop.house = replace(
        shop.house,
        rulebooks=Rulebooks({"two.yaml": MORE_RULES.replace("[Harbour]", "[Harbour, Zephyr Mills]")}),
    )
    message = said(
        anna.types("/gift-check", "dinner for Ida Low at Zephyr Mills and Tom Lee at Harbour, $40")
    )
    form = came_form(anna, message)
    assert "Not in the book yet, and added with those who came: Zephyr Mills." in seen(form)
    done = said(anna.submits(form))
    assert "Now in your book: Zephyr Mills." in done.text
    assert "for Ida Low and Tom Lee." in done.text


# --- Thirty people, hostile names -------------------------------------------------------------------------


def test_thirty_people_are_one_readable_answer_and_three_groups_of_boxes(
    anna: Visitor, bruno: Visitor, shop: Firm
) -> None:
    lines = "\n".join(f"Guest Number{n}, {('Harbour', 'Brightside', 'Acme')[n % 3]}" for n in range(30))
    for visitor in (anna, bruno):
        view = opened(
            visitor.submits(form_of(visitor), what="dinner", kind="meal", others=lines, amount="45")
        )
        assert len(view["blocks"]) <= 50
        assert check_view(view) == []
        for n in range(30):
            assert f"Guest Number{n} (" in seen(view)
        form = opened(visitor.presses(view, "outing.came"))
        boxes = [e for e in elements_of(form["blocks"]) if e["type"] == "checkboxes"]
        assert [len(box["options"]) for box in boxes] == [10, 10]
    select = next(e for e in elements_of(view["blocks"]) if e["type"] == "static_select")
    assert len(select["options"]) == 30


def test_whatever_people_and_things_are_called_slack_takes_the_answer(
    anna: Visitor, bruno: Visitor, shop: Firm
) -> None:
    for visitor in (anna, bruno):
        for n in range(3):
            client = shop.client(f"{n}{visitor.member.id} {HOSTILE[:200]}", owner=visitor.member)
            shop.contact(client, f"{n} {HOSTILE[:200]}")
        named = outings.people_named(shop.house, shop.actor(visitor.member), "channel")
        chosen = [str(one.contact.id) for one in named]
        assert len(chosen) >= 3
        name = HOSTILE[:200].replace(",", " ").replace("@", " ")
        lines = "\n".join(f"{n} {name}, Company {n}" for n in range(20))
        view = opened(
            visitor.submits(
                form_of(visitor),
                what=HOSTILE[:3000],
                kind="meal",
                people=chosen[:6],
                others=lines,
                amount="45",
            )
        )
        assert all(f"• *{n} " in seen(view) or f" {n} " in seen(view) for n in range(20))
        for block in view["blocks"]:
            if block.get("text", {}).get("type") == "mrkdwn":
                assert "<!" not in block["text"]["text"]
        visitor.opens_home()
        opened(visitor.presses(view, "outing.change"))


# --- Through Bolt -----------------------------------------------------------------------------------------


@pytest.fixture
def app(firm: Firm, engine: Engine) -> Iterator[SlackApp]:
    """On SQLite and on PostgreSQL."""
    open_table(firm)
    for company, person in (("Brightside", "Jane Smith"), ("Harbour", "Tom Lee")):
        firm.contact(firm.clients[company], person)
    app = open_app(firm, engine)
    for method in ("views.open", "views.push", "views.update", "views.publish"):
        app.slack.expect(method, times=20)
    yield app
    app.bot.afterwards.close(5)


def test_from_the_command_to_the_register_through_slack(app: SlackApp, firm: Firm) -> None:
    answer = acknowledged(app.command(TYPED, command="/gift-check"))
    assert answer["text"].startswith("1 of 3 may come")
    change = next(e for e in elements_of(answer["blocks"]) if e["action_id"] == "outing.change")
    press = {"type": "block_actions", "response_url": "https://hooks.slack.test/1"}
    app.interact({**press, "actions": [{**change, "block_id": "b", "action_ts": "1"}]})
    (form,) = [call["view"] for call in app.slack.of("views.open")]
    assert form["callback_id"] == "outing.form"

    view = {**form, "id": "V1", "hash": "1", "state": {"values": filled(form, amount="50", others="")}}
    for _ in range(2):  # Slack delivers it twice
        assert acknowledged(app.interact({"type": "view_submission", "view": view})) in (
            {"response_action": "clear"},
            {},
        )
    address, replaced = app.replies.sent[-1]
    assert address == "https://hooks.slack.test/1"
    assert replaced["text"].startswith("All of them may come: dinner, $50 a head")
    assert checks(firm) == 5

    came = next(e for e in elements_of(replaced["blocks"]) if e["action_id"] == "outing.came")
    app.interact({**press, "actions": [{**came, "block_id": "b", "action_ts": "1"}]})
    form = app.slack.of("views.open")[-1]["view"]
    view = {**form, "id": "V2", "hash": "1", "state": {"values": filled(form)}}
    acknowledged(app.interact({"type": "view_submission", "view": view}))
    assert "In the register: dinner" in app.replies.sent[-1][1]["text"]
    assert entries(firm).count("given") == 2

    listed = acknowledged(
        app.interact(
            {
                "type": "block_suggestion",
                "action_id": "outing.people",
                "block_id": "people",
                "value": "tom",
                "view": {"id": "V1", "private_metadata": json.dumps({})},
            }
        )
    )
    assert [option["text"]["text"] for option in listed["options"]] == ["Tom Lee · Harbour"]


def test_a_message_of_any_answer_is_one_that_slack_takes(anna: Visitor, jane: Contact, tom: Contact) -> None:
    answer = anna.types("/gift-check", TYPED)
    assert isinstance(answer, Say)
    assert message_faults(answer.message) == []
    assert isinstance(anna.presses(answer.message, "outing.change"), OpenForm)
