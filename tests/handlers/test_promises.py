"""Promises as people meet them: offered below a touch, typed, in the digest; kept, moved, released."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from bot.domain.clients import Client
from bot.domain.history import ChangeKind
from bot.domain.members import Member
from bot.domain.promises import Promise, PromiseState
from bot.domain.refusals import Refusal
from bot.services import digest, promises
from handlers.answers import CloseForms, FormErrors, Message, PublishHome, Replace, ReplaceAt
from handlers.i18n import words_for
from handlers.views import digest as views
from tests.conftest import Firm
from tests.handlers.conftest import HOSTILE, Visitor, elements_of, message_faults, opened, said, seen

FRIDAY = date(2026, 11, 20)


@pytest.fixture
def acme(small_firm: Firm) -> Client:
    return small_firm.client("Acme")


def open_ones(firm: Firm, client: Client) -> list[Promise]:
    with firm.house.memory.read(firm.workspace.id) as unit:
        return list(unit.promises.open_of_client(client.id))


def history(firm: Firm, client: Client) -> list[ChangeKind]:
    with firm.house.memory.read(firm.workspace.id) as unit:
        return [change.kind for change in unit.history.of_client(client.id, 20)]


def promised(firm: Firm, client: Client, by: Member | None = None, day: date = FRIDAY) -> Promise:
    who = firm.actor(by or firm.alice)
    return promises.make(firm.house, who, client.id, "quote", day, f"k{day}{client.id}").promise


def labels(message: Message) -> list[str]:
    return [e["text"]["text"] for e in elements_of(message.blocks) if e["type"] == "button"]


# --- Offered below a touch --------------------------------------------------------------------------------


def test_a_promise_in_a_note_is_offered_and_enters_the_book_only_when_confirmed(
    alice: Visitor, small_firm: Firm, acme: Client
) -> None:
    logged = said(alice.types("/client-touch", "Acme call: renewal, promised a quote by Friday"))
    assert "A promise? a quote, by Friday, November 20" in logged.text
    assert open_ones(small_firm, acme) == []

    answer = alice.presses(logged, "promise.yes:0")

    assert isinstance(answer, Replace)
    assert "✓ Promised: a quote, by Friday, November 20" in seen(answer.message)
    assert "Logged: Acme" in answer.message.text
    assert [(p.text, p.due_on, p.member_id) for p in open_ones(small_firm, acme)] == [
        ("a quote", FRIDAY, small_firm.alice.id)
    ]


def test_pressed_twice_it_is_one_promise(alice: Visitor, small_firm: Firm, acme: Client) -> None:
    logged = said(alice.types("/client-touch", "Acme call: quote by Friday"))
    for _ in range(2):
        alice.presses(logged, "promise.yes:0")
    assert len(open_ones(small_firm, acme)) == 1


def test_several_promises_of_one_note_are_answered_one_by_one(
    alice: Visitor, small_firm: Firm, acme: Client
) -> None:
    logged = said(alice.types("/client-touch", "Acme call: quote by Friday, contract by Monday"))
    assert labels(logged).count("Yes, a promise") == 2

    without = said(alice.presses(logged, "promise.no:0"))
    assert "quote, by" not in without.text
    both = said(alice.presses(without, "promise.yes:1"))

    assert labels(both).count("Yes, a promise") == 0
    assert [p.text for p in open_ones(small_firm, acme)] == ["contract"]


def test_a_promise_without_a_day_asks_for_it(alice: Visitor, small_firm: Firm, acme: Client) -> None:
    logged = said(alice.types("/client-touch", "Acme call: I promised her a sample"))
    assert "no day named" in logged.text

    form = opened(alice.presses(logged, "promise.yes:0"))
    assert isinstance(alice.submits(form), FormErrors)
    assert isinstance(alice.submits(form, day="2026-11-02"), FormErrors)
    answer = alice.submits(form, day="2026-11-24")

    assert isinstance(answer, CloseForms)
    assert isinstance(answer.then, ReplaceAt)
    assert "✓ Promised: a sample, by Tuesday, November 24" in answer.then.message.text
    assert open_ones(small_firm, acme)[0].due_on == date(2026, 11, 24)


def test_what_was_read_can_be_put_right(alice: Visitor, small_firm: Firm, acme: Client) -> None:
    logged = said(alice.types("/client-touch", "Acme call: quote by Friday"))
    form = opened(alice.presses(logged, "promise.change:0"))

    alice.submits(form, text="quote for 40 seats", day="2026-11-23")

    assert [(p.text, p.due_on) for p in open_ones(small_firm, acme)] == [
        ("quote for 40 seats", date(2026, 11, 23))
    ]
    alice.presses(logged, "promise.yes:0")
    assert len(open_ones(small_firm, acme)) == 1


def test_an_edited_touch_does_not_offer_again_what_was_confirmed(
    alice: Visitor, small_firm: Firm, acme: Client
) -> None:
    logged = said(alice.types("/client-touch", "Acme call: quote by Friday"))
    confirmed = said(alice.presses(logged, "promise.yes:0"))
    form = opened(alice.presses(confirmed, "touch.edit"))

    edited = said(alice.submits(form, note="quote by Friday, contract by Monday"))

    assert "contract" in edited.text
    assert labels(edited).count("Yes, a promise") == 1


def test_what_was_promised_to_several_clients_is_asked_about_for_each_by_name(
    alice: Visitor, small_firm: Firm, acme: Client
) -> None:
    globex = small_firm.client("Globex")
    logged = said(alice.types("/client-touch", "Acme and Globex call: quote by Friday"))
    assert "A promise to Acme? quote, by Friday, November 20" in logged.text
    assert "A promise to Globex? quote, by Friday, November 20" in logged.text

    first = said(alice.presses(logged, "promise.yes:0"))
    assert "✓ Promised to Acme: quote" in first.text
    assert [len(open_ones(small_firm, each)) for each in (acme, globex)] == [1, 0]
    second = said(alice.presses(first, "promise.yes:1"))

    assert [p.text for p in open_ones(small_firm, globex)] == ["quote"]
    assert labels(second).count("Yes, a promise") == 0
    undone = said(alice.presses(second, "touch.undo_all"))
    assert "2 promises made in it still stand" in undone.text


def test_to_more_clients_than_can_be_read_promises_are_only_spoken_of(
    alice: Visitor, small_firm: Firm, acme: Client
) -> None:
    names = ["Globex", "Initech", "Umbra", "Vandelay", "Hooli", "Stark"]
    for name in names:
        small_firm.client(name)
    logged = said(alice.types("/client-touch", f"Acme, {', '.join(names)} call: quote by Friday"))
    assert "Add each in the brief of its client: quote" in logged.text
    assert "Yes, a promise" not in labels(logged)


def test_who_spoke_is_chosen_without_losing_what_was_promised(
    alice: Visitor, small_firm: Firm, acme: Client
) -> None:
    logged = said(alice.types("/client-touch", "Acme call: quote by Friday"))
    changed = said(alice.presses(logged, "touch.direction", choose='"inbound"'))
    assert "Yes, a promise" in labels(changed)
    alice.presses(changed, "promise.yes:0")
    assert len(open_ones(small_firm, acme)) == 1


def test_a_touch_taken_back_keeps_its_promise_and_says_so(
    alice: Visitor, small_firm: Firm, acme: Client
) -> None:
    logged = said(alice.types("/client-touch", "Acme call: quote by Friday"))
    confirmed = said(alice.presses(logged, "promise.yes:0"))

    undone = said(alice.presses(confirmed, "touch.undo"))

    assert "1 promise made in it still stands" in undone.text
    form = opened(alice.presses(undone, "promise.release"))
    alice.submits(form, reason="there was no call")
    assert open_ones(small_firm, acme) == []
    with pytest.raises(Refusal) as refused:
        alice.presses(logged, "promise.yes:0")
    assert refused.value.code == "touch.gone"


def test_in_french_the_promise_is_read_and_offered_in_french(bruno: Visitor, small_firm: Firm) -> None:
    danone = small_firm.client("Danone", owner=small_firm.bruno)
    logged = said(bruno.types("/client-touch", "Danone appel : je lui envoie le contrat lundi"))
    assert "Oui, une promesse" in labels(logged)
    bruno.presses(logged, "promise.yes:0")
    assert open_ones(small_firm, danone)[0].due_on == date(2026, 11, 23)


def test_offers_are_what_slack_takes_however_strange_the_note(
    alice: Visitor, small_firm: Firm, acme: Client
) -> None:
    note = ". ".join(f"I'll send {HOSTILE[:300]} {n} by Friday" for n in range(8))
    logged = said(alice.types("/client-touch", f"Acme call: {note}"[:2900]))
    assert message_faults(logged) == []
    assert "<!" not in logged.text


# --- Typed ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("Acme promise quote by Friday", "quote"),
        ("acme promised to send the deck by Friday", "send the deck"),
        ("Acme promesse devis pour vendredi", "devis"),
        ("Acme promise: quote for 40 seats before Saturday", "quote for 40 seats"),
    ],
)
def test_a_promise_is_typed_behind_the_clients_name(
    alice: Visitor, small_firm: Firm, acme: Client, typed: str, text: str
) -> None:
    message = said(alice.types("/client", typed))
    assert "Noted for Acme" in message.text
    assert [(p.text, p.due_on) for p in open_ones(small_firm, acme)] == [(text, FRIDAY)]


def test_a_typed_promise_without_a_day_is_asked_for_it(
    alice: Visitor, small_firm: Firm, acme: Client
) -> None:
    question = said(alice.types("/client", "Acme promise a quote"))
    assert "By which day" in question.text
    form = opened(alice.presses(question, "promise.from_draft"))
    alice.submits(form, day="2026-11-20")
    assert [(p.text, p.due_on) for p in open_ones(small_firm, acme)] == [("quote", FRIDAY)]


def test_without_words_the_form_opens(alice: Visitor, small_firm: Firm, acme: Client) -> None:
    form = opened(alice.types("/client", "Acme promise"))
    assert isinstance(alice.submits(form, day="2026-11-20"), FormErrors)
    alice.submits(form, text="quote", day="2026-11-20", key="V1")
    alice.submits(form, text="quote", day="2026-11-20", key="V1")
    assert len(open_ones(small_firm, acme)) == 1


def test_a_client_whose_name_holds_the_word_keeps_its_brief(alice: Visitor, small_firm: Firm) -> None:
    small_firm.client("Promise Foundation")
    small_firm.client("The Promise Company")
    assert "Promise Foundation" in said(alice.types("/client", "Promise Foundation")).text
    assert "The Promise Company" in said(alice.types("/client", "The Promise Company")).text


# --- The digest and Home ----------------------------------------------------------------------------------


def morning(firm: Firm) -> Message:
    digest.plan(firm.house, firm.workspace.id)
    with firm.house.memory.read(firm.workspace.id) as unit:
        entries = [unit.outbox.get(n) for n in unit.outbox.due(firm.clock() + timedelta(minutes=5), 10)]
    (entry,) = [e for e in entries if e is not None and e.member_id == firm.alice.id]
    message = views.message(
        digest.rows_from(entry.facts),
        date.fromisoformat(str(entry.facts["day"])),
        words_for("en-US"),
        entry.id,
        0,
    )
    assert message_faults(message) == []
    return message


def test_the_digest_goes_out_for_a_promise_alone_and_a_press_settles_it(
    alice: Visitor, small_firm: Firm, acme: Client
) -> None:
    promise = promised(small_firm, acme, day=date(2026, 11, 17))
    shown = morning(small_firm)
    assert "You owe them:" in shown.text
    assert "Acme: quote (due tomorrow)" in shown.text
    assert "Stay close" not in shown.text

    answer = alice.presses(shown, f"promise.kept:{promise.id}")

    assert isinstance(answer, Replace)
    assert "All done for today. 1 promise seen to." in answer.message.text
    assert answer.also is not None
    assert "Kept, for Acme: quote." in answer.also.text
    again = alice.presses(shown, f"promise.kept:{promise.id}")
    assert isinstance(again, Replace)
    assert history(small_firm, acme)[:2] == [ChangeKind.KEPT, ChangeKind.ADDED]


def test_kept_by_mistake_it_is_opened_again(alice: Visitor, small_firm: Firm, acme: Client) -> None:
    promise = promised(small_firm, acme, day=date(2026, 11, 17))
    answer = alice.presses(morning(small_firm), f"promise.kept:{promise.id}")
    assert isinstance(answer, Replace)
    assert answer.also is not None
    assert "Open again" in said(alice.presses(answer.also, "promise.reopen")).text
    assert open_ones(small_firm, acme)[0].state is PromiseState.OPEN


def test_a_moved_promise_leaves_the_digest_and_says_why(
    alice: Visitor, small_firm: Firm, acme: Client
) -> None:
    promise = promised(small_firm, acme, day=date(2026, 11, 17))
    form = opened(alice.presses(morning(small_firm), f"promise.move:{promise.id}"))
    assert isinstance(alice.submits(form, day="2026-11-27"), FormErrors)

    answer = alice.submits(form, day="2026-11-27", reason="waiting for the price list")

    assert isinstance(answer, CloseForms)
    assert isinstance(answer.then, ReplaceAt)
    assert "All done" in answer.then.message.text
    moved = open_ones(small_firm, acme)[0]
    assert (moved.due_on, moved.moves, moved.reason) == (
        date(2026, 11, 27),
        1,
        "waiting for the price list",
    )


def test_a_released_promise_is_no_longer_shown(alice: Visitor, small_firm: Firm, acme: Client) -> None:
    promise = promised(small_firm, acme, day=date(2026, 11, 17))
    home = alice.opens_home()
    assert "due tomorrow" in seen(home)
    form = opened(alice.presses(home, f"promise.release:{promise.id}"))
    alice.submits(form, reason="they took another way")
    assert "due tomorrow" not in seen(alice.opens_home())


def test_kept_on_the_home_tab_it_is_gone_there(alice: Visitor, small_firm: Firm, acme: Client) -> None:
    promise = promised(small_firm, acme, day=date(2026, 11, 16))
    answer = alice.presses(alice.opens_home(), f"promise.kept:{promise.id}")
    assert isinstance(answer, PublishHome)
    assert "Acme* · due today" not in seen(answer.view)


def test_who_has_nothing_to_do_with_it_settles_nothing(
    bruno: Visitor, alice: Visitor, small_firm: Firm, acme: Client
) -> None:
    promise = promised(small_firm, acme)
    with pytest.raises(Refusal) as refused:
        promises.keep(small_firm.house, small_firm.actor(small_firm.bruno), promise.id)
    assert refused.value.code == "promise.not_yours"
    for member in (small_firm.lea, small_firm.carla):
        promises.reopen(small_firm.house, small_firm.actor(member), promise.id)
        promises.keep(small_firm.house, small_firm.actor(member), promise.id)
