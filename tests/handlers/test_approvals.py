"""Requests for approval as people meet them: asked for, decided, asked back, changed; in messages, forms, on Home."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from bot.dispatcher import Dispatcher
from bot.domain.gifts.requests import Act, RequestState
from bot.domain.gifts.sheets import Sheet, sheet_from
from bot.domain.members import Member
from bot.services import approvals, delivery, requests, reviews
from handlers.answers import CloseForms, FormErrors, Message, Replace, ReplaceAt, UpdateForm
from handlers.app import table_of_contents
from handlers.ask import Routes
from handlers.i18n import words_for
from handlers.messenger import SAID
from handlers.views import approvals as views
from sandbox.payloads import check_home, check_view
from tests.bot.services.test_approvals import LATER, asked, furnished, tender
from tests.conftest import Firm
from tests.handlers.conftest import HOSTILE, Visitor, elements_of, message_faults, opened, said, seen
from tests.handlers.slack_app import SlackApp, open_app
from tests.handlers.slack_app import said as acknowledged

ENGLISH, FRENCH = words_for("en-US"), words_for("fr-FR")
NEW_YORK = ZoneInfo("America/New_York")


@pytest.fixture(scope="module")
def table() -> Routes:
    return table_of_contents()


@pytest.fixture
def shop(small_firm: Firm) -> Firm:
    return furnished(small_firm)


@pytest.fixture
def alice(shop: Firm, table: Routes) -> Visitor:
    return Visitor(shop, shop.alice, table)


@pytest.fixture
def lea(shop: Firm, table: Routes) -> Visitor:
    return Visitor(shop, shop.lea, table)


@pytest.fixture
def carla(shop: Firm, table: Routes) -> Visitor:
    return Visitor(shop, shop.carla, table)


def labels(blocks: Any) -> list[str]:
    return [each["text"]["text"] for each in elements_of(blocks) if each["type"] == "button"]


def message_for(shop: Firm, member: Member, sheet: Sheet) -> Message:
    """The message about a request that lies in the outbox for a member, marked as sent."""
    with shop.house.memory.write(shop.workspace.id) as unit:
        found = [unit.outbox.get(number) for number in unit.requests.messages(sheet.request)]
        entry = [each for each in found if each is not None and each.member_id == member.id][-1]
        facts = requests.recompose(unit, member, entry, shop.clock())
        assert facts is not None
        unit.outbox.mark_trying(entry, now=shop.clock(), until=shop.clock(), facts=facts, body={"text": "x"})
    message = SAID[entry.kind](facts, member, words_for(member.locale), entry.id)
    assert message_faults(message) == []
    return message


# --- From the verdict -------------------------------------------------------------------------------------


def test_a_verdict_that_needs_approval_leads_to_a_request(alice: Visitor) -> None:
    verdict = said(alice.types("/gift-check", "$55 fruit basket for Jane Smith at Brightside"))
    assert labels(verdict.blocks)[0] == "Ask for approval"

    form = opened(alice.presses(verdict, "approval.ask"))
    assert "fruit basket, $55" in seen(form)
    answer = alice.submits(form, reason="ten years together", day="2026-12-15")

    assert isinstance(answer, CloseForms)
    assert isinstance(answer.then, ReplaceAt)
    asked_for = said(answer)
    assert asked_for.text.startswith("Waiting for approval: fruit basket, $55, for Jane Smith at Brightside")
    assert "Lea Lang decides." in asked_for.text
    assert labels(asked_for.blocks) == ["Change", "Take back"]


@pytest.mark.parametrize(
    "text", ["$20 pens for Jane Smith at Brightside", "$20 wine for Jane Smith at Brightside"]
)
def test_a_verdict_that_needs_no_approval_offers_none(alice: Visitor, text: str) -> None:
    assert "Ask for approval" not in labels(said(alice.types("/gift-check", text)).blocks)


def test_a_day_that_has_passed_is_told_at_its_field(alice: Visitor) -> None:
    verdict = said(alice.types("/gift-check", "$55 fruit basket for Jane Smith at Brightside"))
    answer = alice.submits(opened(alice.presses(verdict, "approval.ask")), day="2026-11-10")
    assert answer == FormErrors({"day": "November 10, 2026 has passed. Choose today or a later day."})


def test_from_the_verdict_in_a_form_the_request_is_told_in_the_conversation(alice: Visitor) -> None:
    form = opened(alice.types("/gift-check"))
    verdict = opened(
        alice.submits(form, employer="Brightside", person="Jane Smith", what="basket", amount="55")
    )
    form = opened(alice.presses(verdict, "approval.ask"))
    assert said(alice.submits(form, day="2026-12-15")).text.startswith("Waiting for approval: basket, $55")


def test_taking_a_request_back_says_so(alice: Visitor, shop: Firm) -> None:
    sheet = asked(shop, day=LATER)
    mine = views.message(sheet, ENGLISH, NEW_YORK)
    back = said(alice.presses(mine, "approval.withdraw"))
    assert back.text.startswith("You took this request back: ")
    assert labels(back.blocks) == ["Change"]


def test_changing_the_gift_of_a_request_says_that_it_follows(alice: Visitor, shop: Firm) -> None:
    sheet = asked(shop, day=LATER)
    form = opened(alice.presses(views.message(sheet, ENGLISH, NEW_YORK), "gift.change"))
    verdict = said(alice.submits(form, amount="57"))
    assert "Your request follows the change" in verdict.text
    assert "Take back" in labels(verdict.blocks)
    assert "Ask for approval" not in labels(verdict.blocks)

    form = opened(alice.presses(verdict, "gift.change"))
    verdict = said(alice.submits(form, amount="10"))
    assert "Your request was taken back" in verdict.text
    assert labels(verdict.blocks)[0] == "I gave it"


# --- Who decides ------------------------------------------------------------------------------------------


def test_the_reviewer_reads_everything_and_approves_with_one_press(
    lea: Visitor, alice: Visitor, shop: Firm
) -> None:
    sheet = asked(shop, day=LATER)
    message = message_for(shop, shop.lea, sheet)
    assert message.text.startswith(
        "Alice Ames asks for your approval: fruit basket, $55, for Jane Smith at Brightside"
    )
    for part in (
        "To be given on December 15, 2026.",
        "Alice Ames says: ten years together",
        "From 50 to 100 dollars the lead decides.",
        "Our own policy · source: Our own gift policy",
        "Nothing else from any of us in that calendar year, nor within twelve months.",
        "Waiting since Monday, November 16",
    ):
        assert part in seen(message), part
    assert labels(message.blocks) == ["Approve", "Refuse …", "Ask back …"]

    answer = lea.presses(message, "approval.approve")

    assert isinstance(answer, Replace)
    assert answer.message.text.startswith("Approved by Lea Lang: fruit basket")
    assert labels(answer.message.blocks) == []
    news = message_for(shop, shop.alice, sheet)
    assert news.text.startswith("Approved by Lea Lang: fruit basket, $55")
    assert labels(news.blocks) == ["I gave it", "Change", "Take back"]
    given = said(alice.presses(news, "gift.given"))
    assert given.text.startswith("In the register: fruit basket, $55")
    assert "tell compliance" not in given.text


def test_a_refusal_asks_for_the_reason_and_reaches_the_requester_with_what_would_pass(
    lea: Visitor, alice: Visitor, shop: Firm
) -> None:
    sheet = asked(shop, day=LATER)
    form = opened(lea.presses(message_for(shop, shop.lea, sheet), "approval.refuse"))
    empty = lea.submits(form, comment=None)
    assert isinstance(empty, FormErrors)
    answer = lea.submits(form, comment="too <!channel> much")

    assert isinstance(answer, CloseForms)
    assert said(answer).text.startswith("Refused by Lea Lang")
    news = message_for(shop, shop.alice, sheet)
    assert "Lea Lang refused: too &lt;!channel&gt; much" in news.text
    assert "What would pass" in news.text
    assert "• The same, up to $50" in news.text
    assert labels(news.blocks) == ["Change"]


def test_a_question_back_is_answered_in_a_form(lea: Visitor, alice: Visitor, shop: Firm) -> None:
    sheet = asked(shop, day=LATER)
    form = opened(lea.presses(message_for(shop, shop.lea, sheet), "approval.ask_back"))
    lea.submits(form, comment="Who is it for?")
    question = message_for(shop, shop.alice, sheet)
    assert question.text.startswith("A question about your request")
    assert labels(question.blocks) == ["Answer …", "Change", "Take back"]

    reply = opened(alice.presses(question, "approval.reply"))
    assert "Lea Lang asks: Who is it for?" in seen(reply)
    alice.submits(reply, comment="For Jane alone.")

    assert "Alice Ames answers: For Jane alone." in message_for(shop, shop.lea, sheet).text
    assert (
        "Vous le lirez ici"
        in views.message(
            approvals.shown(shop.house, shop.actor(shop.alice), sheet.request), FRENCH, NEW_YORK
        ).text
    )


def test_who_comes_second_is_told_who_was_first_and_sees_it_as_it_stands(
    lea: Visitor, carla: Visitor, shop: Firm
) -> None:
    sheet = asked(shop, day=LATER)
    message = message_for(shop, shop.lea, sheet)
    refusing = opened(lea.presses(message, "approval.refuse"))
    approvals.approve(shop.house, shop.actor(shop.carla), sheet.request, 1)

    answer = lea.presses(message, "approval.approve")
    assert isinstance(answer, Replace)
    assert answer.also is not None
    assert answer.also.text.startswith("Carla Cruz has approved this before you.")
    assert answer.message.text.startswith("Approved by Carla Cruz")

    late = lea.submits(refusing, comment="a long thought about why not")
    assert isinstance(late, UpdateForm)
    assert "Carla Cruz has approved this before you." in seen(late.view)
    assert "a long thought about why not" in seen(late.view), "what was typed is not lost"


def test_nobody_approves_a_gift_that_has_changed_since_they_saw_it(
    lea: Visitor, alice: Visitor, shop: Firm
) -> None:
    sheet = asked(shop, day=LATER)
    message = message_for(shop, shop.lea, sheet)
    form = opened(alice.presses(views.message(sheet, ENGLISH, NEW_YORK), "gift.change"))
    alice.submits(form, amount="57")

    answer = lea.presses(message, "approval.approve")

    assert isinstance(answer, Replace)
    assert answer.also is not None
    assert "has changed since you saw it" in answer.also.text
    assert "fruit basket, $57" in answer.message.text
    assert (
        "Changed by Alice Ames. Before: fruit basket, $55, for Jane Smith, Brightside" in answer.message.text
    )
    assert isinstance(lea.presses(answer.message, "approval.approve"), Replace)
    assert approvals.shown(shop.house, shop.actor(shop.lea), sheet.request).state == RequestState.APPROVED


def test_a_decision_in_the_message_of_the_day_leaves_the_others_open(carla: Visitor, shop: Firm) -> None:
    people = ("Ann Bell", "Cyril Dorn")
    sheets = [asked(shop, replace(tender(), contact=name), day=LATER) for name in people]
    shop.clock.tick(hours=1, minutes=1)
    reviews.plan(shop.house, shop.workspace.id)
    with shop.house.memory.write(shop.workspace.id) as unit:
        entry = unit.outbox.by_key(f"{reviews.BATCH}:{shop.carla.id}:2026-11-16")
        assert entry is not None
        facts = reviews.recompose(unit, shop.carla, entry, shop.clock())
        assert facts is not None
        unit.outbox.mark_trying(entry, now=shop.clock(), until=shop.clock(), facts=facts, body={"text": "x"})
    message = SAID[entry.kind](facts, shop.carla, ENGLISH, entry.id)
    assert message.text.startswith("2 requests wait for your approval\n• Alice Ames asks for your approval")
    assert message_faults(message) == []

    answer = carla.presses(message, f"approval.approve:{sheets[0].request}")
    assert isinstance(answer, Replace)
    assert answer.message.text.startswith("1 request waits for your approval\n• Approved by Carla Cruz")
    answer = carla.presses(answer.message, f"approval.approve:{sheets[1].request}")
    assert isinstance(answer, Replace)
    assert answer.message.text.startswith("Nothing waits for your approval any more")


# --- The Home tab -----------------------------------------------------------------------------------------


def test_home_shows_own_requests_and_those_that_wait(alice: Visitor, lea: Visitor, shop: Firm) -> None:
    assert "approval" not in seen(alice.opens_home()).lower()
    asked(shop, day=LATER)

    home = lea.opens_home()
    assert "Alice Ames asks: fruit basket, $55" in seen(home)
    shown = opened(lea.presses({**home, "type": "home"}, "approval.open"))
    assert labels(shown["blocks"]) == ["Approve", "Refuse …", "Ask back …"]
    done = lea.presses(shown, "approval.approve")
    assert isinstance(done, UpdateForm)
    assert done.home
    assert "Approved by Lea Lang" in seen(done.view)
    assert "fruit basket" not in seen(lea.opens_home())

    own = alice.opens_home()
    assert "Approved by Lea Lang: fruit basket" in seen(own)
    mine = opened(alice.presses({**own, "type": "home"}, "approval.open"))
    assert labels(mine["blocks"]) == ["I gave it", "Change", "Take back"]


def test_a_refusal_from_home_is_answered_in_its_form(lea: Visitor, shop: Firm) -> None:
    asked(shop, day=LATER)
    shown = opened(lea.presses({**lea.opens_home(), "type": "home"}, "approval.open"))
    form = opened(lea.presses(shown, "approval.refuse"))
    answer = lea.submits(form, comment="no")
    assert isinstance(answer, UpdateForm)
    assert answer.home
    assert "Refused by Lea Lang" in seen(answer.view)


def test_home_takes_a_great_many_requests(alice: Visitor, lea: Visitor, shop: Firm) -> None:
    sheet = asked(shop, day=LATER)
    waiting = approvals.shown(shop.house, shop.actor(shop.lea), sheet.request)
    blocks = views.home_blocks([sheet] * 200, [waiting] * 200, ENGLISH)
    assert check_home({"type": "home", "blocks": blocks[:40]}) == [] or len(blocks) < 100
    assert "And 192 more." in seen(Message("", blocks))


# --- What Slack takes -------------------------------------------------------------------------------------

texts = st.sampled_from(["", "x", HOSTILE, HOSTILE * 3])
amounts = st.sampled_from([None, ["55", "USD"], ["0.01", "JPY"], ["123456789012.99", "EUR"]])
windows = st.sampled_from(
    [
        None,
        {"sums": [], "count": 0, "open": 0},
        {"sums": [["20", "USD"], ["1", "EUR"]], "count": 3, "open": 1},
    ]
)


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_whatever_people_write_slack_takes_the_message(data: st.DataObject) -> None:
    text = texts
    was = {
        "what": data.draw(text),
        "category": "gift",
        "value": data.draw(amounts),
        "day": "2026-12-01",
        "for": data.draw(text),
    }
    comments = [
        {
            "by": data.draw(text),
            "act": act.value,
            "text": data.draw(text),
            "at": "2026-11-16T14:00:00+00:00",
            "was": was,
        }
        for act in data.draw(st.lists(st.sampled_from(list(Act)), max_size=12))
    ]
    rule = {
        "rule": "r",
        "layer": "employer",
        "own": False,
        "said": {"en": data.draw(text) or "x", "fr": data.draw(text) or "x"},
        "source": data.draw(text),
        "url": data.draw(st.sampled_from([None, "https://x.example/a?b=<c>&d|e", "javascript:x"])),
        "dated": data.draw(st.sampled_from([None, "2026"])),
        "checked": "primary",
        "caveats": ["old"],
    }
    sheet = Sheet(
        request=1,
        check=2,
        version=3,
        state=data.draw(st.sampled_from([state.value for state in RequestState])),
        level=data.draw(st.sampled_from(["lead", "compliance"])),
        urgent=data.draw(st.booleans()),
        mine=data.draw(st.booleans()),
        decides=data.draw(st.booleans()),
        requester=data.draw(text),
        employer=data.draw(text),
        person=data.draw(text),
        role=data.draw(text),
        what=data.draw(text),
        category="gift",
        value=data.draw(amounts),
        day="2026-12-01",
        reason=data.draw(text),
        why=[rule] * data.draw(st.integers(0, 3)),
        asked=[data.draw(text)] * data.draw(st.integers(0, 9)),
        since="2026-11-16T14:00:00+00:00",
        known=data.draw(st.booleans()),
        year=data.draw(windows),
        twelve_months=data.draw(windows),
        comments=comments,
        delegates=[data.draw(text)] * data.draw(st.integers(0, 2)),
        decided_by=data.draw(text),
        duties=data.draw(st.sampled_from([(), ("supervisor_approval",), ("lead_approval", "nonsense")])),
    )
    assert sheet_from(json.loads(json.dumps(sheet.as_json()))).as_json() == json.loads(
        json.dumps(sheet.as_json())
    )
    for words in (ENGLISH, FRENCH):
        message = views.message(sheet, words, NEW_YORK, 7, note=data.draw(text))
        assert message_faults(message) == []
        assert message.text.strip()
        batch = views.several(
            [replace(sheet, request=n) for n in range(10)], 5, words, NEW_YORK, 7, reminder=True
        )
        assert message_faults(batch) == []
        for act in (Act.REFUSE, Act.ASK_BACK, Act.REPLY):
            assert check_view(views.comment_form(act, sheet, words, {})) == []
        assert check_view(views.ask_form(data.draw(text), date(2026, 12, 1), words, {})) == []


# --- Through Bolt, to Slack and back ----------------------------------------------------------------------


@pytest.fixture
def app(small_firm: Firm, sqlite_engine: Engine) -> Iterator[SlackApp]:
    furnished(small_firm)
    opened_app = open_app(small_firm, sqlite_engine)
    yield opened_app
    opened_app.bot.afterwards.close(5)


def deliver_all(app: SlackApp) -> None:
    """One round of the dispatcher, with a messenger that speaks to the fake at the wire."""
    app.firm.clock.tick(seconds=30)
    assert isinstance(app.bot.dispatcher, Dispatcher)
    (messenger,) = app.bot.dispatcher._messengers.values()
    for number in delivery.due(app.firm.house, app.firm.workspace.id, 50):
        delivery.deliver(app.firm.house, messenger, app.firm.workspace.id, number)


def button(body: Mapping[str, Any], action: str) -> dict[str, Any]:
    found = next(e for e in elements_of(body["blocks"]) if e["action_id"].partition(":")[0] == action)
    return {**found, "block_id": "b", "action_ts": "1"}


def test_a_request_goes_through_slack_to_its_reviewer_and_back(app: SlackApp) -> None:
    verdict = acknowledged(
        app.command("$55 fruit basket for Jane Smith at Brightside", command="/gift-check")
    )
    app.slack.expect("views.open")
    press = {"type": "block_actions", "actions": [button(verdict, "approval.ask")]}
    app.interact({**press, "response_url": "https://hooks.slack.test/1"})
    form = app.slack.of("views.open")[0]["view"]
    state = {
        "day": {"day": {"type": "datepicker", "selected_date": "2026-12-15"}},
        "reason": {"reason": {"type": "plain_text_input", "value": "ten years"}},
    }
    view = {**form, "id": "V1", "state": {"values": state}}
    assert acknowledged(app.interact({"type": "view_submission", "view": view}))["response_action"] == "clear"
    assert app.replies.sent[-1][1]["text"].startswith("Waiting for approval")

    app.slack.expect("conversations.open", {"ok": True, "channel": {"id": "D0LEA"}})
    app.slack.expect("chat.postMessage", {"ok": True, "channel": "D0LEA", "ts": "1.1"})
    deliver_all(app)
    question = app.slack.of("chat.postMessage")[0]
    assert question["text"].startswith("Alice Ames asks for your approval: fruit basket, $55")
    press = {"type": "block_actions", "actions": [button(question, "approval.approve")]}
    app.interact({**press, "response_url": "https://hooks.slack.test/2"}, by="U0LEA")
    assert app.replies.sent[-1][1]["text"].startswith("Approved by Lea Lang")

    app.slack.expect("conversations.open", {"ok": True, "channel": {"id": "D0ALICE"}})
    app.slack.expect("chat.postMessage", {"ok": True, "channel": "D0ALICE", "ts": "1.2"})
    app.slack.expect("chat.update", {"ok": True, "channel": "D0LEA", "ts": "1.1"})
    deliver_all(app)
    assert app.slack.of("chat.update")[0]["text"].startswith("Approved by Lea Lang")
    news = app.slack.of("chat.postMessage")[1]
    assert news["text"].startswith("Approved by Lea Lang: fruit basket, $55")

    app.slack.expect("chat.update", {"ok": True, "channel": "D0LEA", "ts": "1.1"})
    press = {"type": "block_actions", "actions": [button(news, "gift.given")]}
    app.interact({**press, "response_url": "https://hooks.slack.test/3"})
    assert app.replies.sent[-1][1]["text"].startswith("In the register: fruit basket")
    deliver_all(app)
    assert app.slack.of("chat.update")[1]["text"].startswith("Approved by Lea Lang and given")


def test_a_reviewer_reads_in_their_own_language(shop: Firm) -> None:
    with shop.house.memory.write(shop.workspace.id) as unit:
        unit.members.set_lead(shop.alice.id, shop.bruno.id)
    sheet = asked(shop, day=LATER)
    message = message_for(shop, shop.bruno, sheet)
    assert message.text.startswith("Alice Ames demande votre accord")
    assert "15 décembre 2026" in message.text


def test_where_the_day_makes_approval_needless_the_other_answer_is_told(alice: Visitor, shop: Firm) -> None:
    record = said(alice.types("/gift-check", "$10 pens for Jane Smith at Brightside"))
    alice.presses(record, "gift.given")
    for _ in range(3):
        given_too = said(alice.types("/gift-check", "$10 pens for Jane Smith at Brightside"))
        alice.presses(given_too, "gift.given")
    verdict = said(alice.types("/gift-check", "$10 pens for Jane Smith at Brightside"))
    assert verdict.text.startswith("Needs approval first"), "it is the fifth within twelve months"
    shop.clock.tick(days=30)

    answer = alice.submits(opened(alice.presses(verdict, "approval.ask")), day="2027-12-14")

    assert said(answer).text.startswith("Given on December 14, 2027, the answer is another:\nAllowed")
