"""Touches as people meet them: typed, in forms, from messages, undone and edited."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.domain.clients import Client
from bot.domain.touches import NOTE_LIMIT, Channel, Direction, Touch
from handlers.answers import CloseForms, FormErrors, OpenForm, Replace, ReplaceAt, Say, UpdateForm
from handlers.help import HELP_WORDS
from handlers.i18n import escape, words_for
from tests.conftest import Firm
from tests.handlers.conftest import HOSTILE, Visitor, elements_of, opened, said, seen


def touches_of(firm: Firm, client: Client) -> list[Touch]:
    with firm.house.memory.read(firm.workspace.id) as unit:
        return list(unit.touches.recent(client.id, 20))


@pytest.fixture
def acme(small_firm: Firm) -> Client:
    return small_firm.client("Acme")


# --- Typed ------------------------------------------------------------------------------------------------


def test_a_typed_touch_is_logged_and_what_was_understood_is_said(
    alice: Visitor, small_firm: Firm, acme: Client
) -> None:
    buyer = small_firm.contact(acme, "Jane Smith", role="buyer")
    message = said(alice.types("/client-touch", "Acme call yesterday with the buyer: renewal, went well"))
    (touch,) = touches_of(small_firm, acme)
    assert (touch.channel, touch.whole_day, touch.contact_ids) == (Channel.CALL, True, (buyer.id,))
    assert touch.note == "renewal, went well"
    for part in ("Acme", "Call", "we conversed", "yesterday", "Jane Smith", "renewal, went well"):
        assert part in message.text
        assert part in seen(message)
    assert "Next contact by" in message.text


def test_a_french_reader_is_answered_in_french(bruno: Visitor, small_firm: Firm) -> None:
    client = small_firm.client("Crédit Agricole", owner=small_firm.bruno)
    message = said(bruno.types("/client-touch", "Crédit Agricole appel hier : parlé du contrat"))
    assert touches_of(small_firm, client)[0].note == "parlé du contrat"
    assert "Noté\u202f: Crédit Agricole" in message.text
    assert "hier" in message.text


def test_a_touch_with_somebody_elses_client_says_whose_it_is(alice: Visitor, small_firm: Firm) -> None:
    small_firm.client("Danone", owner=small_firm.bruno)
    assert "looked after by Bruno Petit" in said(alice.types("/client-touch", "Danone call")).text


def test_the_command_alone_opens_the_form(alice: Visitor) -> None:
    view = opened(alice.types("/client-touch"))
    assert view["callback_id"] == "touch.form"


def test_the_next_contact_is_named_by_the_day_of_who_looks_after_the_client(
    alice: Visitor, small_firm: Firm
) -> None:
    danone = small_firm.client("Danone", owner=small_firm.bruno)
    message = said(alice.types("/client-touch", "Danone call"))
    due_at = small_firm.again(danone).due_at
    assert due_at is not None
    day = due_at.astimezone(small_firm.bruno.calendar.zone).date()
    assert day != due_at.astimezone(small_firm.alice.calendar.zone).date()
    assert f"Next contact by {words_for('en-US').weekday(day)}." in message.text


@pytest.mark.parametrize("word", ["help", "AIDE", "?"])
def test_the_command_explains_itself(alice: Visitor, word: str) -> None:
    assert "/client-touch" in said(alice.types("/client-touch", word)).text


def test_two_near_clients_are_asked_about_and_the_chosen_one_is_logged_once(
    alice: Visitor, small_firm: Firm
) -> None:
    north = small_firm.client("Acme North")
    south = small_firm.client("Acme South")
    question = said(alice.types("/client-touch", "Acme call yesterday: the renewal"))
    assert "Acme North or Acme South" in question.text or "Acme South or Acme North" in question.text
    assert "Acme call yesterday: the renewal" in question.text
    assert touches_of(small_firm, north) == touches_of(small_firm, south) == []

    first = alice.presses(question, f"touch.candidate:{south.id}")
    second = alice.presses(question, f"touch.candidate:{south.id}")
    assert isinstance(first, Replace)
    assert "Logged: Acme South" in said(first).text
    assert "only once" in said(second).text
    assert [touch.note for touch in touches_of(small_firm, south)] == ["the renewal"]


def test_none_of_the_near_clients_leads_to_the_form_with_all_that_was_typed(
    alice: Visitor, small_firm: Firm
) -> None:
    small_firm.client("Acme North")
    small_firm.client("Acme South")
    question = said(alice.types("/client-touch", "Acme visit yesterday: the renewal"))
    form = opened(alice.presses(question, "touch.from_draft"))
    elements = {e["action_id"]: e for e in elements_of(form["blocks"])}
    assert elements["channel"]["initial_option"]["value"] == "visit"
    assert elements["day"]["initial_date"] == "2026-11-15"
    assert elements["note"]["initial_value"] == "the renewal"
    assert "You typed “Acme”." in seen(form)


def test_an_unknown_client_is_added_and_the_touch_with_it(alice: Visitor, small_firm: Firm) -> None:
    question = said(alice.types("/client-touch", "Globex call yesterday: first words"))
    assert "Nothing is logged yet" in question.text
    form = opened(alice.presses(question, "touch.add_client"))
    answer = alice.submits(form, tier="A")
    assert isinstance(answer, CloseForms)
    assert isinstance(answer.then, ReplaceAt)
    assert "Logged: Globex" in answer.then.message.text
    with small_firm.house.memory.read(small_firm.workspace.id) as unit:
        (named,) = unit.clients.named("Globex")
        added = unit.clients.get(named.client_id)
    assert added is not None
    assert added.owner_id == small_firm.alice.id
    assert [touch.note for touch in touches_of(small_firm, added)] == ["first words"]


def test_a_name_that_is_taken_is_told_at_its_field(alice: Visitor, small_firm: Firm, acme: Client) -> None:
    question = said(alice.types("/client-touch", "Globex call"))
    answer = alice.submits(opened(alice.presses(question, "touch.add_client")), name="ACME")
    assert isinstance(answer, FormErrors)
    assert "Acme" in answer.errors["name"]


def test_a_date_still_to_come_is_never_logged_without_asking(
    alice: Visitor, small_firm: Firm, acme: Client
) -> None:
    question = said(alice.types("/client-touch", "Acme call tomorrow: the renewal"))
    assert touches_of(small_firm, acme) == []
    assert "still to come" in question.text
    assert "Acme call tomorrow: the renewal" in question.text

    logged = alice.presses(question, "touch.as_now")
    assert isinstance(logged, Replace)
    (touch,) = touches_of(small_firm, acme)
    assert touch.at == small_firm.clock()
    assert touch.note == "the renewal"


@pytest.mark.parametrize(
    "text", ["Acme we will call tomorrow", "Acme: appeler demain", "Acme, meeting on Friday next week"]
)
def test_a_plan_in_the_note_is_not_taken_for_something_that_happened(
    alice: Visitor, small_firm: Firm, acme: Client, text: str
) -> None:
    question = said(alice.types("/client-touch", text))

    assert touches_of(small_firm, acme) == []
    assert "still to come" in question.text
    assert text in question.text


def test_a_deadline_in_the_note_is_no_plan(alice: Visitor, small_firm: Firm, acme: Client) -> None:
    assert (
        "Logged" in said(alice.types("/client-touch", "Acme talked about the renewal, quote by Friday")).text
    )
    assert len(touches_of(small_firm, acme)) == 1


def test_a_date_still_to_come_can_be_changed_in_the_form(
    alice: Visitor, small_firm: Firm, acme: Client
) -> None:
    question = said(alice.types("/client-touch", "Acme call tomorrow: the renewal"))
    form = opened(alice.presses(question, "touch.from_draft"))
    refused = alice.submits(form, client=[str(acme.id)])
    assert isinstance(refused, FormErrors)
    assert "still to come" in refused.errors["day"]
    answer = alice.submits(form, client=[str(acme.id)], day="2026-11-16")
    assert "Logged: Acme" in said(answer).text


def test_a_date_that_does_not_exist_is_named_and_nothing_typed_is_lost(alice: Visitor, acme: Client) -> None:
    message = said(alice.types("/client-touch", "Acme call on 2026-02-31: the renewal"))
    assert "2026-02-31" in message.text
    assert "Acme call on 2026-02-31: the renewal" in message.text
    form = opened(alice.presses(message, "touch.from_draft"))
    note = next(e for e in elements_of(form["blocks"]) if e["action_id"] == "note")
    assert note["initial_value"] == "Acme call on 2026-02-31: the renewal"


def test_a_note_that_is_too_long_is_repeated_in_full(alice: Visitor, small_firm: Firm, acme: Client) -> None:
    note = "renewal " * 500
    message = said(alice.types("/client-touch", f"Acme call: {note}"))
    assert touches_of(small_firm, acme) == []
    assert f"{NOTE_LIMIT:,}" in message.text
    assert note.strip() in message.text
    assert seen(message).count("renewal") >= 500


def test_text_that_could_mention_everybody_mentions_nobody(
    alice: Visitor, small_firm: Firm, acme: Client
) -> None:
    message = said(alice.types("/client-touch", "Acme call: told <!channel> & <@U0BRUNO>"))
    assert "<!" not in message.text
    assert "<@" not in message.text
    marked = [b["text"]["text"] for b in message.blocks if b.get("text", {}).get("type") == "mrkdwn"]
    assert marked
    assert all("<" not in text for text in marked)
    assert touches_of(small_firm, acme)[0].note == "told <!channel> & <@U0BRUNO>"


def test_a_hostile_text_is_answered_and_logs_nothing_it_should_not(alice: Visitor) -> None:
    assert isinstance(alice.types("/client-touch", HOSTILE), Say | OpenForm)


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    st.lists(
        st.one_of(
            st.sampled_from(
                [
                    "Acme",
                    "Acme North",
                    "call",
                    "appel",
                    "hier",
                    "tomorrow",
                    "31/02",
                    "with",
                    ":",
                    '"',
                    "12/03",
                ]
            ),
            st.text(alphabet="<>&!@#:,\"'- \n🍷\u202eمéa1/", min_size=1, max_size=30),
        ),
        max_size=12,
    )
)
def test_whatever_is_typed_gets_an_answer_and_is_repeated_or_logged(alice: Visitor, words: list[str]) -> None:
    """The firm grows from one example to the next, as it does in life; every answer is one that Slack takes."""
    text = " ".join(words)
    answer = alice.types("/client-touch", text)
    assert isinstance(answer, Say | OpenForm)
    if isinstance(answer, Say) and text.strip().casefold() not in HELP_WORDS:
        message = answer.message
        assert "Logged" in message.text or escape(text.strip()) in message.text


# --- The form ---------------------------------------------------------------------------------------------


def test_the_form_logs_what_was_entered(alice: Visitor, small_firm: Firm, acme: Client) -> None:
    form = opened(alice.types("/client-touch"))
    answer = alice.submits(
        form,
        client=[str(acme.id)],
        channel="email",
        day="2026-11-13",
        time="15:30",
        new_contact="Jane Smith",
        note="sent the quote",
    )
    assert isinstance(answer, CloseForms)
    assert isinstance(answer.then, Say)
    (touch,) = touches_of(small_firm, acme)
    assert touch.at == datetime(2026, 11, 13, 20, 30, tzinfo=UTC)
    assert (touch.channel, touch.direction, touch.whole_day) == (Channel.EMAIL, Direction.OUTBOUND, False)
    assert "Jane Smith" in answer.then.message.text


def test_a_form_sent_twice_logs_once(alice: Visitor, small_firm: Firm, acme: Client) -> None:
    form = opened(alice.types("/client-touch"))
    alice.submits(form, key="view-1", client=[str(acme.id)], channel="call")
    again = alice.submits(form, key="view-1", client=[str(acme.id)], channel="call")
    assert "only once" in said(again).text
    assert len(touches_of(small_firm, acme)) == 1


def test_choosing_a_client_shows_the_people_known_there(
    alice: Visitor, small_firm: Firm, acme: Client
) -> None:
    jane = small_firm.contact(acme, "Jane Smith", role="buyer")
    form = opened(alice.types("/client-touch"))
    state: dict[str, Any] = {
        "client": {
            "touch.client": {
                "type": "external_select",
                "selected_option": {"text": {"type": "plain_text", "text": "Acme"}, "value": str(acme.id)},
            }
        },
        "note": {"note": {"type": "plain_text_input", "value": "half written"}},
    }
    updated = alice.presses(form, "touch.client", choose=str(acme.id), state=state)
    assert isinstance(updated, UpdateForm)
    assert "Jane Smith (buyer)" in seen(updated.view)
    note = next(e for e in elements_of(updated.view["blocks"]) if e["action_id"] == "note")
    assert note["initial_value"] == "half written"

    alice.submits(updated.view, channel="call", contact=[str(jane.id)])
    assert touches_of(small_firm, acme)[0].contact_ids == (jane.id,)


def test_a_person_of_the_client_chosen_before_is_not_taken_along(
    alice: Visitor, small_firm: Firm, acme: Client
) -> None:
    jane = small_firm.contact(acme, "Jane Smith")
    globex = small_firm.client("Globex")
    question = alice.types("/client-touch")
    form = opened(question)
    state = {
        "client": {
            "touch.client": {
                "selected_option": {"text": {"type": "plain_text", "text": "Globex"}, "value": str(globex.id)}
            }
        },
        f"contact:{acme.id}": {"contact": {"selected_option": {"text": {}, "value": str(jane.id)}}},
    }
    updated = opened(alice.presses(form, "touch.client", choose=str(globex.id), state=state))
    assert "Jane Smith" not in seen(updated)


def test_a_note_that_no_database_could_keep_is_kept_without_its_nul(alice: Visitor, acme: Client) -> None:
    message = said(alice.types("/client-touch", "Acme call"))
    form = opened(alice.presses(message, "touch.edit"))
    assert "all is well" in seen(said(alice.submits(form, note="all\0 is well")))


def test_people_chosen_and_somebody_new_are_all_noted(alice: Visitor, small_firm: Firm, acme: Client) -> None:
    jane, bob = small_firm.contact(acme, "Jane Smith"), small_firm.contact(acme, "Bob Ray")
    message = said(alice.types("/client-touch", "Acme call"))
    form = opened(alice.presses(message, "touch.edit"))
    alice.submits(form, contact=[str(jane.id), str(bob.id)], new_contact="Joe Brown")
    with small_firm.house.memory.read(small_firm.workspace.id) as unit:
        (joe,) = [person for person in unit.contacts.of_client(acme.id) if person.name == "Joe Brown"]
    assert set(touches_of(small_firm, acme)[0].contact_ids) == {jane.id, bob.id, joe.id}


@pytest.mark.parametrize(
    ("entered", "where"),
    [
        ({"day": "2026-11-17"}, "day"),
        ({"day": "2026-11-16", "time": "23:00"}, "day"),
        ({"day": "2020-01-01"}, "day"),
    ],
)
def test_a_moment_that_cannot_be_is_told_at_its_field(
    alice: Visitor, small_firm: Firm, acme: Client, entered: dict[str, str], where: str
) -> None:
    answer = alice.submits(
        opened(alice.types("/client-touch")), client=[str(acme.id)], channel="call", **entered
    )
    assert isinstance(answer, FormErrors)
    assert list(answer.errors) == [where]
    assert touches_of(small_firm, acme) == []


def test_the_global_shortcut_shows_the_confirmation_in_the_form_itself(
    alice: Visitor, small_firm: Firm, acme: Client
) -> None:
    answer = alice.submits(opened(alice.uses("touch_form")), client=[str(acme.id)], channel="call")
    assert isinstance(answer, UpdateForm)
    assert "Logged: Acme" in seen(answer.view)

    undone = alice.presses(answer.view, "touch.undo")
    assert isinstance(undone, UpdateForm)
    assert touches_of(small_firm, acme) == []
    # The modal keeps its id, and with it the key, from one form to the next.
    again = alice.submits(opened(alice.presses(undone.view, "touch.from_draft")), key="the same view")
    assert isinstance(again, UpdateForm)
    assert len(touches_of(small_firm, acme)) == 1


def test_a_message_gives_its_day_and_its_text_only_if_that_is_ticked(
    alice: Visitor, small_firm: Firm, acme: Client
) -> None:
    at = datetime(2026, 11, 13, 20, 30, tzinfo=UTC)
    message = {"text": "Could you call &lt;me&gt; back?", "ts": f"{at.timestamp():.6f}", "user": "U0CLIENT"}
    form = opened(alice.uses("touch_from_message", message=message))
    alice.submits(form, client=[str(acme.id)], note="asked for a call")
    (plain,) = touches_of(small_firm, acme)
    assert (plain.at, plain.note) == (at, "asked for a call")

    message["ts"] = f"{at.timestamp() + 60:.6f}"
    form = opened(alice.uses("touch_from_message", message=message))
    alice.submits(form, client=[str(acme.id)], note="asked for a call", takeover=["text"])
    ticked = touches_of(small_firm, acme)[0]
    assert ticked.note == "asked for a call\n\nCould you call <me> back?"


def test_a_message_of_any_length_fits_into_the_form(alice: Visitor) -> None:
    for text in ("", HOSTILE, '"\\\n' * 5000):
        form = opened(alice.uses("touch_from_message", message={"text": text, "ts": "1794600000.000100"}))
        fields = [block["block_id"] for block in form["blocks"] if block["type"] == "input"]
        assert ("takeover" in fields) == bool(text)


def test_own_clients_come_first_while_somebody_types(alice: Visitor, small_firm: Firm) -> None:
    small_firm.client("Acme Paris", owner=small_firm.bruno)
    small_firm.client("Acme New York")
    assert alice.asks_list("touch.client", "acme") == ["Acme New York", "Acme Paris"]
    assert alice.asks_list("touch.client", "") == ["Acme New York"]
    assert alice.asks_list("touch.client", "zzzz") == []


# --- Undo and Edit ----------------------------------------------------------------------------------------


def test_undo_returns_the_client_to_where_it_stood(alice: Visitor, small_firm: Firm, acme: Client) -> None:
    before = small_firm.again(acme)
    message = said(alice.types("/client-touch", "Acme call: the renewal"))
    assert small_firm.again(acme).last_conversation_at is not None

    undone = alice.presses(message, "touch.undo")
    assert isinstance(undone, Replace)
    assert "Taken back" in undone.message.text
    assert small_firm.again(acme).due_at == before.due_at
    assert touches_of(small_firm, acme) == []
    assert "Taken back" in said(alice.presses(message, "touch.undo")).text


def test_what_was_taken_back_can_be_logged_again(alice: Visitor, small_firm: Firm, acme: Client) -> None:
    message = said(alice.types("/client-touch", "Acme visit yesterday: the renewal"))
    form = opened(alice.presses(said(alice.presses(message, "touch.undo")), "touch.from_draft"))
    alice.submits(form)
    (touch,) = touches_of(small_firm, acme)
    assert (touch.channel, touch.note, touch.whole_day) == (Channel.VISIT, "the renewal", True)


def test_editing_changes_the_touch_and_the_message_in_its_place(
    alice: Visitor, small_firm: Firm, acme: Client
) -> None:
    message = said(alice.types("/client-touch", "Acme call: the renewal"))
    form = opened(alice.presses(message, "touch.edit"))
    assert form["title"]["text"] == "Edit a touch"
    answer = alice.submits(form, channel="visit", direction="two-way", note="the renewal, signed")
    assert isinstance(answer, CloseForms)
    assert isinstance(answer.then, ReplaceAt)
    (touch,) = touches_of(small_firm, acme)
    assert (touch.channel, touch.note) == (Channel.VISIT, "the renewal, signed")


def test_a_confirmation_says_when_a_client_stays_due(alice: Visitor, small_firm: Firm, acme: Client) -> None:
    small_firm.clock.tick(days=60)
    day = (small_firm.clock() - timedelta(days=50)).date().isoformat()
    answer = alice.submits(
        opened(alice.types("/client-touch")), client=[str(acme.id)], channel="call", day=day
    )
    assert "due now" in said(answer).text


# --- Several clients, and one press afterwards -------------------------------------------------------------


def test_several_clients_are_confirmed_in_one_message_and_taken_back_one_or_all(
    alice: Visitor, small_firm: Firm, acme: Client
) -> None:
    globex = small_firm.client("Globex")
    message = said(alice.types("/client-touch", "Acme and Globex email yesterday: sent the price list"))
    assert "Logged: Acme and Globex" in message.text
    assert touches_of(small_firm, acme)[0].direction is Direction.OUTBOUND

    changed = said(alice.presses(message, "touch.direction", choose="answered"))
    assert {touches_of(small_firm, one)[0].direction for one in (acme, globex)} == {Direction.ANSWERED}
    undone = said(alice.presses(changed, "touch.more", choose='"undo"'))
    assert "Taken back: the touch with Acme" in undone.text
    assert touches_of(small_firm, acme) == []
    rest = said(alice.presses(changed, "touch.direction", choose="inbound"))
    assert "Taken back." in rest.text
    everything = said(alice.presses(rest, "touch.undo_all"))
    assert touches_of(small_firm, globex) == []
    again = said(alice.submits(opened(alice.presses(everything, "touch.from_draft"))))
    assert "Logged: Globex" in again.text


def test_one_unclear_client_among_several_is_asked_about_and_nothing_is_lost(
    alice: Visitor, small_firm: Firm, acme: Client
) -> None:
    question = said(alice.types("/client-touch", "Acme and Initech call yesterday: pricing"))
    assert "no client called “Initech”" in question.text
    assert "The others are clear" in question.text
    assert touches_of(small_firm, acme) == []
    alice.presses(question, "touch.without")
    alice.presses(question, "touch.without")
    assert [touch.note for touch in touches_of(small_firm, acme)] == ["Initech: pricing"]

    globex_north, globex_south = small_firm.client("Globex North"), small_firm.client("Globex South")
    which = said(alice.types("/client-touch", "Acme and Globex visit: the tour"))
    alice.presses(which, f"touch.candidate:{globex_south.id}")
    assert [touch.note for touch in touches_of(small_firm, globex_south)] == ["the tour"]
    assert touches_of(small_firm, acme)[0].note == "the tour"
    assert touches_of(small_firm, globex_north) == []


def test_the_form_takes_several_clients_and_their_people(
    alice: Visitor, small_firm: Firm, acme: Client
) -> None:
    globex = small_firm.client("Globex")
    dana, bob = small_firm.contact(acme, "Dana White"), small_firm.contact(globex, "Bob Ray")
    form = opened(alice.types("/client-touch"))
    both = [{"text": {"type": "plain_text", "text": "x"}, "value": str(one.id)} for one in (acme, globex)]
    state = {"client": {"touch.client": {"selected_options": both}}}
    shown = opened(alice.presses(form, "touch.client", choose="", state=state))
    assert "Dana White, Acme" in seen(shown)
    message = said(
        alice.submits(shown, channel="call", contact=[str(dana.id), str(bob.id)], complaint=["complaint"])
    )
    assert "Acme and Globex" in message.text
    assert touches_of(small_firm, acme)[0].contact_ids == (dana.id,)
    assert touches_of(small_firm, globex)[0].contact_ids == (bob.id,)
    assert small_firm.again(globex).complaint_at is not None


def test_a_colleagues_touch_of_the_hour_is_asked_about_and_both_answers_keep_everything(
    alice: Visitor, bruno: Visitor, small_firm: Firm, acme: Client
) -> None:
    dana = small_firm.contact(acme, "Dana White")
    bruno.types("/client-touch", "Acme call: theirs")
    question = said(alice.types("/client-touch", "Acme call with Dana: pricing"))
    assert "Bruno Petit logged this with Acme: Call" in question.text
    assert "Acme call with Dana: pricing" in question.text
    assert len(touches_of(small_firm, acme)) == 1

    joined = said(alice.presses(question, "touch.same"))
    assert "Added to it: Dana White." in joined.text
    assert touches_of(small_firm, acme)[0].contact_ids == (dana.id,)
    alice.submits(opened(alice.presses(joined, "touch.from_draft")))
    assert {touch.note for touch in touches_of(small_firm, acme)} == {"theirs", "pricing"}

    question = said(bruno.types("/client-touch", "Acme call: autre sujet"))
    assert "a noté ceci avec Acme" in question.text
    bruno.presses(question, "touch.another")
    more = said(bruno.presses(question, "touch.another"))
    # Bruno's own of that hour is none that he is asked about; Alice's is.
    assert "autre sujet" in {touch.note for touch in touches_of(small_firm, acme)}
    assert len(touches_of(small_firm, acme)) == 3
    assert "Déjà noté, et une seule fois" in more.text


def test_a_complaint_is_proposed_marked_and_settled_with_one_press_each(
    alice: Visitor, small_firm: Firm, acme: Client
) -> None:
    message = said(alice.types("/client-touch", "Acme call: complained about the delay"))
    assert "It sounds like a complaint. Was it one?" in message.text
    assert small_firm.again(acme).complaint_at is None

    marked = said(alice.presses(message, "touch.complaint"))
    assert "within 3 working days" in marked.text
    assert small_firm.again(acme).complaint_at == small_firm.clock()
    settled = said(alice.presses(marked, "touch.settle"))
    assert "Its usual rhythm is back" in settled.text
    assert small_firm.again(acme).complaint_at is None
    assert "No complaint of Acme is open." in said(alice.presses(marked, "touch.settle")).text


def test_ones_last_touches_are_listed_each_with_edit_and_undo(
    alice: Visitor, bruno: Visitor, small_firm: Firm, acme: Client
) -> None:
    assert "not logged anything" in said(alice.types("/client-touch", "last")).text
    alice.types("/client-touch", "Acme call: first")
    bruno.types("/client-touch", "Acme visite")
    small_firm.clock.tick(minutes=5)
    alice.types("/client-touch", "Acme visit yesterday: second")
    listed = said(alice.types("/client-touch", "Mine"))
    assert listed.text.index("second") < listed.text.index("first")
    assert "visite" not in listed.text
    form = opened(alice.presses(listed, "touch.more", choose='"edit"'))
    assert form["callback_id"] == "touch.form"
    assert "vos derniers" in said(bruno.types("/client-touch", "derniers")).text.casefold()

    small_firm.client("Last")
    assert "Logged: Last" in said(alice.types("/client-touch", "last")).text


def test_who_saves_second_sees_what_the_other_changed_and_keeps_what_was_entered(
    alice: Visitor, small_firm: Firm, acme: Client, routes: Any
) -> None:
    lea = Visitor(small_firm, small_firm.lea, routes)
    message = said(alice.types("/client-touch", "Acme call: one"))
    mine = opened(alice.presses(message, "touch.edit"))
    hers = opened(lea.presses(message, "touch.edit"))
    lea.submits(hers, note="two")

    shown = alice.submits(mine, note="three")
    assert isinstance(shown, UpdateForm)
    assert "changed while you had it open" in seen(shown.view)
    assert "Changed by Lea Lang" in seen(shown.view)
    assert "“one” → “two”" in seen(shown.view)
    assert touches_of(small_firm, acme)[0].note == "two"
    saved = said(alice.submits(shown.view))
    assert "three" in saved.text
    assert "Changed by Alice Ames" in seen(opened(alice.presses(saved, "touch.edit")))
