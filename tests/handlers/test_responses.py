"""Response clocks as people meet them: buttons, Home, the brief, the shortcut, messages, figures."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.domain.clients import Client, Tier
from bot.domain.outbox import State as Sending
from bot.domain.refusals import Refusal
from bot.domain.response import State
from bot.services import digest, response_ladder, responses
from handlers.answers import FormErrors, Message, Replace
from handlers.ask import Routes
from handlers.i18n import words_for
from handlers.messenger import SAID
from handlers.views import responses as views
from tests.conftest import MONDAY, Firm
from tests.handlers.conftest import HOSTILE, Visitor, elements_of, filled, message_faults, opened, said, seen


@pytest.fixture
def acme(small_firm: Firm) -> Client:
    """A client of Alice's in New York, whose questions are watched."""
    with small_firm.house.memory.write(small_firm.workspace.id) as unit:
        unit.change_workspace(replace(unit.hold_workspace(), clocks_on=date(2026, 11, 1)))
    return small_firm.client("Acme", tier=Tier.B, market="US-NY", zone="America/New_York")


@pytest.fixture
def lea(small_firm: Firm, routes: Routes) -> Visitor:
    return Visitor(small_firm, small_firm.lea, routes)


def labels(shown: Message | Any) -> list[str]:
    blocks = shown.blocks if isinstance(shown, Message) else shown["blocks"]
    return [element["text"]["text"] for element in elements_of(blocks) if element["type"] == "button"]


def test_a_typed_touch_with_a_question_starts_a_clock_and_a_press_ends_it(
    alice: Visitor, acme: Client
) -> None:
    told = said(alice.types("/client-touch", "Acme email from Dana: when do we ship?"))
    assert "Acknowledge by 10:00\u202fAM, answer by 11:00\u202fAM." in told.text
    home = alice.opens_home()
    assert "Waiting for an answer" in seen(home)
    assert seen(home).index("Waiting for an answer") < seen(home).index("\nToday\n")

    done = said(alice.presses(told, "waiting.answered"))
    assert "Answered by Alice Ames after 0 minutes" in done.text
    assert "Waiting for an answer" not in seen(alice.opens_home())
    back = said(alice.presses(done, "waiting.reopen"))
    assert "Asked" in back.text
    assert "Waiting for an answer" in seen(alice.opens_home())


def test_an_inbound_touch_without_a_question_offers_the_clock(alice: Visitor, acme: Client) -> None:
    told = said(alice.types("/client-touch", "Acme email from Dana: sent the signed contract"))
    assert "Client is waiting" in labels(told)
    assert "Waiting for an answer" not in seen(alice.opens_home())
    assert "Acme waits for us." in said(alice.presses(told, "waiting.start")).text


@pytest.mark.parametrize(
    ("words", "asked"),
    [
        ("Acme email this morning from Dana: when does it ship?", "09:00"),
        ("Acme email at 8:15am from Dana: when does it ship?", "08:15"),
        ("Acme email this afternoon from Dana: when does it ship?", "12:00"),
        ("Acme mail de Dana cet après-midi : quand livrez-vous ?", "12:00"),
        ("Acme email today from Dana: when does it ship?", "15:00"),
        ("Acme email from Dana: when does it ship?", "15:00"),
    ],
)
def test_the_clock_begins_at_the_time_that_is_told(
    alice: Visitor, acme: Client, small_firm: Firm, words: str, asked: str
) -> None:
    small_firm.clock.now = MONDAY.replace(hour=20)
    alice.types("/client-touch", words)
    (waiting,) = responses.of_member(small_firm.house, small_firm.actor(small_firm.alice))
    assert f"{waiting.asked_at.astimezone(ZoneInfo('America/New_York')):%H:%M}" == asked


def test_the_press_below_a_touch_starts_the_clock_at_the_time_of_the_touch(
    alice: Visitor, acme: Client, small_firm: Firm
) -> None:
    small_firm.clock.now = MONDAY.replace(hour=20)
    told = said(alice.types("/client-touch", "Acme email at 8:15am from Dana: sent the signed contract"))
    small_firm.clock.tick(minutes=10)
    alice.presses(told, "waiting.start")
    (waiting,) = responses.of_member(small_firm.house, small_firm.actor(small_firm.alice))
    assert waiting.asked_at == MONDAY.replace(hour=13, minute=15)


def test_who_spoke_decides_whether_a_question_waits(alice: Visitor, acme: Client) -> None:
    told = said(alice.types("/client-touch", "Acme email: when do we ship?"))
    assert "Answered" not in labels(told)
    told = said(alice.presses(told, "touch.direction", choose="inbound"))
    assert "Answered" in labels(told)
    told = said(alice.presses(told, "touch.direction", choose="outbound"))
    assert "Answered" not in labels(told)
    assert "Waiting for an answer" not in seen(alice.opens_home())


def test_what_we_said_says_nothing_of_clocks(alice: Visitor, acme: Client) -> None:
    assert not any(
        "wait" in each for each in labels(said(alice.types("/client-touch", "Acme call: what next?")))
    )


def test_after_our_call_the_question_that_still_waits_can_be_answered_by_a_press(
    alice: Visitor, acme: Client
) -> None:
    alice.types("/client-touch", "Acme email from Dana: when do we ship?")
    told = said(alice.types("/client-touch", "Acme call with Dana: told her, on Friday"))
    assert "Answered" in labels(told)


def test_the_brief_starts_a_clock_and_shows_it_first(alice: Visitor, acme: Client) -> None:
    brief = said(alice.types("/client", "Acme"))
    assert "The client came to me directly" not in labels(brief)
    alice.presses(brief, "waiting.start")
    brief = said(alice.types("/client", "Acme"))
    assert "Acknowledge by" in brief.text
    assert "*Their question*" in seen({"blocks": brief.blocks})
    assert "Client is waiting" not in labels(brief)


def test_a_lead_says_in_the_brief_that_the_client_came_directly(lea: Visitor, acme: Client) -> None:
    brief = said(lea.types("/client", "Acme"))
    told = said(lea.presses(brief, "waiting.direct"))
    assert "Alice Ames, or who covers, is told at once." in told.text
    assert "noted already" in said(lea.presses(brief, "waiting.direct")).text


def test_who_came_to_the_lead_directly_gets_another_manager_from_there(
    lea: Visitor, acme: Client, small_firm: Firm
) -> None:
    told = said(lea.presses(said(lea.types("/client", "Acme")), "waiting.direct"))
    form = opened(lea.presses(told, "reassign.open"))
    done = said(lea.submits(form, member=str(small_firm.bruno.id), reason="client"))
    assert "Bruno Petit looks after Acme from now on" in done.text
    assert small_firm.again(acme).owner_id == small_firm.bruno.id


def test_the_shortcut_starts_the_clock_of_the_channels_client(
    alice: Visitor, acme: Client, small_firm: Firm
) -> None:
    with small_firm.house.memory.write(small_firm.workspace.id) as unit:
        unit.clients.set_channels(acme.id, ["C0ACME"])
    told = said(alice.uses("client_waiting", channel={"id": "C0ACME"}, message=message()))
    assert "Acme waits for us." in told.text
    again = said(alice.uses("client_waiting", channel={"id": "C0ACME"}, message=message()))
    assert "Acme waits for us already." in again.text


def message(**more: Any) -> dict[str, Any]:
    return {"ts": f"{MONDAY.timestamp():.6f}", "user": "U0DANA", "text": "secret", **more}


def test_the_shortcut_asks_of_which_client_where_nothing_tells(alice: Visitor, acme: Client) -> None:
    form = opened(alice.uses("client_waiting", channel={"id": "D0X"}, message=message()))
    assert "secret" not in str(form)
    assert isinstance(alice.submits(form), FormErrors)
    state = filled(form)
    state["client"]["touch.client"]["selected_option"] = {
        "text": {"type": "plain_text", "text": "Acme"}, "value": str(acme.id)
    }  # fmt: skip
    answer = alice.routes.views["waiting.choose"](
        replace(alice.asking(), state=state, notes={"said": {"channel": "D0X", "ts": message()["ts"]}})
    )
    assert "Acme waits for us." in seen(opened(answer))


def test_of_a_message_that_is_long_past_the_clock_begins_now(
    alice: Visitor, acme: Client, small_firm: Firm
) -> None:
    with small_firm.house.memory.write(small_firm.workspace.id) as unit:
        unit.clients.set_channels(acme.id, ["C0ACME"])
    old = f"{(MONDAY - timedelta(days=5)).timestamp():.6f}"
    alice.uses("client_waiting", channel={"id": "C0ACME"}, message=message(ts=old))
    (waiting,) = responses.of_member(small_firm.house, small_firm.actor(small_firm.alice))
    assert waiting.asked_at == MONDAY
    with pytest.raises(Refusal):
        alice.uses("client_waiting", channel={"id": "C0ACME"}, message=message(ts="x"))


def ladder_message(firm: Firm) -> Message:
    """What Alice is told at the first step."""
    firm.clock.tick(minutes=30)
    response_ladder.tick(firm.house, firm.workspace.id)
    with firm.house.memory.read(firm.workspace.id) as unit:
        (entry,) = unit.outbox.listed(tuple(Sending), kind=response_ladder.KIND)
        facts = response_ladder.recompose(unit, firm.alice, entry, firm.clock())
    assert facts is not None
    shown = SAID[entry.kind](facts, firm.alice, words_for("en-US"), entry.id)
    assert message_faults(shown) == []
    return shown


def test_a_message_of_the_ladder_is_settled_where_it_stands(
    alice: Visitor, acme: Client, small_firm: Firm
) -> None:
    alice.types("/client-touch", "Acme email from Dana: when do we ship?")
    shown = ladder_message(small_firm)
    assert shown.text.startswith("1 client waits for an answer\nAcme: ")

    seen_now = alice.presses(shown, "waiting.acknowledged")
    assert isinstance(seen_now, Replace)
    assert "acknowledged. Answer by" in seen_now.message.text
    assert seen_now.also is None
    paused = alice.presses(seen_now.message, "waiting.paused")
    assert isinstance(paused, Replace)
    assert paused.message.text.startswith("We wait for 1 client\nAcme: ")
    assert "the clock stands" in paused.message.text
    resumed = alice.presses(paused.message, "waiting.resumed")
    assert isinstance(resumed, Replace)
    done = alice.presses(resumed.message, "waiting.answered")
    assert isinstance(done, Replace)
    assert "Nobody waits any more" in done.message.text
    assert "waiting" not in str([e["action_id"] for e in elements_of(done.message.blocks)])
    assert done.also is not None


def test_a_message_says_whose_client_waits_to_everybody_but_who_looks_after_it(
    alice: Visitor, acme: Client, small_firm: Firm
) -> None:
    alice.types("/client-touch", "Acme email from Dana: when do we ship?")
    alice.types("/client-touch", "Acme email from Dana: and what does it cost?")
    (row, *_) = responses.of_member(small_firm.house, small_firm.actor(small_firm.alice))
    late = replace(row, late=True)
    words, zone = words_for("en-US"), small_firm.alice.calendar.zone
    own = views.message([late, late], words, zone, 1, reader=small_firm.alice.name)
    assert "1 client waits" in own.text
    assert "The time to acknowledge is over." in own.text
    assert small_firm.alice.name not in seen({"blocks": own.blocks})
    tomorrow = replace(
        row,
        asked_at=datetime(2026, 11, 17, 15, tzinfo=UTC),
        acknowledge_by=datetime(2026, 11, 18, 17, tzinfo=UTC),
        answer_by=datetime(2026, 11, 18, 22, tzinfo=UTC),
    )
    assert views.line(tomorrow, words_for("fr-FR"), zone).count("mercredi 18 novembre") == 1
    told = views.message([replace(late, state=State.ACKNOWLEDGED)], words, zone, 1, reader="Léa")
    assert small_firm.alice.name in seen({"blocks": told.blocks})
    assert "The time to answer is over." in told.text


def test_ready_texts_are_in_the_clients_language_and_never_sent(
    alice: Visitor, acme: Client, small_firm: Firm
) -> None:
    small_firm.contact(acme, "Denise", language="fr-CA")
    alice.types("/client-touch", "Acme email from Denise: when do we ship?")
    shown = ladder_message(small_firm)
    form = opened(alice.presses(shown, "waiting.more", choose="texts"))
    texts = [element["initial_value"] for element in elements_of(form["blocks"])]
    assert len(texts) == 3
    assert all("merci" in each.casefold() or "question" in each for each in texts)
    assert "lundi 16 novembre" in texts[0]
    assert "acknowledged" in said(alice.submits(form)).text


def test_the_daily_message_marks_who_waits_and_lets_answer_with_a_press(
    alice: Visitor, acme: Client, small_firm: Firm
) -> None:
    alice.types("/client-touch", "Acme email from Dana: when do we ship?")
    waiting = responses.of_member(small_firm.house, small_firm.actor(small_firm.alice))
    facts = digest.facts_of(MONDAY.date(), [], waiting=waiting)
    for words, lane, mark in (
        ("en-US", "You owe them", "◆\u00a0Waits for an answer"),
        ("fr-FR", "Vous leur devez", "◆\u00a0Attend une réponse"),
    ):
        shown = SAID[digest.KIND](facts, small_firm.alice, words_for(words), 1)
        assert message_faults(shown) == []
        assert lane in shown.text
        assert "Acme" in shown.text
        assert mark in seen({"blocks": shown.blocks})
    assert "The question" not in said(alice.presses(shown, "waiting.answered")).text
    assert responses.of_member(small_firm.house, small_firm.actor(small_firm.alice)) == ()


def test_what_was_no_question_can_be_said(alice: Visitor, acme: Client, small_firm: Firm) -> None:
    alice.types("/client-touch", "Acme email from Dana: when do we ship?")
    answer = alice.presses(ladder_message(small_firm), "waiting.more", choose="none")
    assert isinstance(answer, Replace)
    assert answer.also is not None
    assert "It was not a question." in answer.also.text


def test_on_home_a_press_shows_the_page_anew(alice: Visitor, acme: Client) -> None:
    alice.types("/client-touch", "Acme email from Dana: when do we ship?")
    home = alice.home(alice.presses(alice.opens_home(), "waiting.acknowledged"))
    assert "acknowledged. Answer by" in seen(home)
    home = alice.home(alice.presses(home, "waiting.answered"))
    assert "Waiting for an answer" not in seen(home)


def test_a_hundred_that_wait_fit_on_the_page_and_into_one_message(
    alice: Visitor, small_firm: Firm, acme: Client
) -> None:
    for number in range(30):
        client = small_firm.client(f"{number} {HOSTILE}"[:200], tier=Tier.B, market="US-NY")
        responses.start(small_firm.house, small_firm.actor(small_firm.alice), client.id, f"press {number}")
    assert "22 more questions wait." in seen(alice.opens_home())
    assert "22 more questions wait." in ladder_message(small_firm).text


def test_in_french_the_same(bruno: Visitor, small_firm: Firm, acme: Client) -> None:
    small_firm.client("Dupont", small_firm.bruno, Tier.B, market="FR", zone="Europe/Paris")
    told = said(bruno.types("/client-touch", "Dupont mail de Marie : veut savoir quand on livre"))
    assert "Accuser réception avant" in told.text
    assert "Répondu" in labels(told)
    assert "En attente d’une réponse" in seen(bruno.opens_home())


def test_figures_are_shown_with_a_chart_and_in_words(
    alice: Visitor, lea: Visitor, acme: Client, small_firm: Firm
) -> None:
    assert "No client has asked anything" in said(alice.types("/rapport", "answers")).text
    told = said(alice.types("/client-touch", "Acme email from Dana: when do we ship?"))
    small_firm.clock.tick(minutes=25)
    alice.presses(told, "waiting.answered")
    own = said(alice.types("/rapport", "answers"))
    assert (
        "Nov 2026, United States: 1 question · acknowledged in time 100% · answered in time 100%" in own.text
    )
    assert "half within 25 minutes" in own.text
    assert any(block["type"] == "data_visualization" for block in own.blocks)

    team = said(lea.types("/rapport", "answers"))
    assert "Your team: Answers in time" in team.text
    assert "1 question" in team.text
    theirs = said(lea.presses(team, "waiting.figures"))
    assert "Your clients" in theirs.text
    assert "No client has asked anything" in theirs.text


def test_the_channel_into_which_the_bot_was_invited_is_given_to_a_client(
    alice: Visitor, acme: Client, small_firm: Firm
) -> None:
    shown = views.channel({"channel": "C0NEW"}, words_for("en-US"))
    assert message_faults(shown) == []
    form = opened(alice.presses(shown, "waiting.channel"))
    assert isinstance(alice.submits(form), FormErrors)
    state = filled(form)
    chosen = {"text": {"type": "plain_text", "text": "Acme"}, "value": str(acme.id)}
    state["client"]["touch.client"]["selected_option"] = chosen
    notes = {"channel": "C0NEW", "reply_to": "https://hooks.slack.test/reply", "replace": True}
    answer = alice.routes.views["waiting.channel"](replace(alice.asking(), state=state, notes=notes))
    assert "this is a channel of Acme" in said(answer).text
    with small_firm.house.memory.read(small_firm.workspace.id) as unit:
        assert list(unit.clients.channels(acme.id)) == ["C0NEW"]


def test_somebody_unknown_is_asked_about_with_a_button_for_each_client() -> None:
    facts = {"clients": [[n, f"{n} {HOSTILE}"] for n in range(7)], "name": HOSTILE}
    shown = views.whose(facts, words_for("en-US"), 3)
    assert message_faults(shown) == []
    assert labels(shown)[-1] == "None of them"
