"""The Home tab, from the first visit on."""

from __future__ import annotations

from handlers.answers import Nothing, OpenForm, UpdateForm
from tests.conftest import Firm
from tests.handlers.conftest import HOSTILE, Visitor, elements_of, opened, seen


def test_a_newcomer_reads_one_sentence_and_sees_one_next_step(alice: Visitor) -> None:
    home = alice.opens_home()
    assert "Your book is empty so far" in seen(home)
    primary = [e["action_id"] for e in elements_of(home["blocks"]) if e.get("style") == "primary"]
    assert primary == ["client.open_form"]
    assert len(list(elements_of(home["blocks"]))) == 1


def test_with_nobody_due_it_says_so_and_how_many_clients_there_are(alice: Visitor, small_firm: Firm) -> None:
    small_firm.client("Acme")
    small_firm.client("Danone", owner=small_firm.bruno)
    home = alice.opens_home()
    assert "Nobody is due today" in seen(home)
    assert "1 client in your book" in seen(home)
    assert "Acme" not in seen(home)


def test_at_its_fullest_it_is_still_one_that_slack_takes(
    alice: Visitor, bruno: Visitor, small_firm: Firm
) -> None:
    for owner in (small_firm.alice, small_firm.bruno):
        for number in range(8):
            small_firm.client(f"{number}{owner.id} {HOSTILE[:240]}", owner=owner)
    small_firm.clock.tick(days=90)
    for visitor in (alice, bruno):
        rows = [e for e in elements_of(visitor.opens_home()["blocks"]) if "nudge.log" in e["action_id"]]
        assert len(rows) == 5


def test_the_messages_tab_publishes_nothing(alice: Visitor) -> None:
    event = {"type": "app_home_opened", "tab": "messages", "user": "U0ALICE"}
    assert alice.sends(event) == Nothing()


def test_its_buttons_open_the_forms(alice: Visitor, small_firm: Firm) -> None:
    home = alice.opens_home()
    for action in ("client.open_form",):
        assert isinstance(alice.presses(home, action), OpenForm)
    small_firm.client("Acme")
    home = alice.opens_home()
    for action in ("touch.open_form", "client.open_form"):
        assert isinstance(alice.presses(home, action), OpenForm)
    assert "gift.open_form" in [e["action_id"] for e in elements_of(home["blocks"])]


def test_a_client_added_from_there_shows_on_the_tab(alice: Visitor, small_firm: Firm) -> None:
    form = opened(alice.presses(alice.opens_home(), "client.open_form"))
    alice.submits(form, name="Globex")
    assert "1 client in your book" in seen(alice.opens_home())


def test_it_shows_the_settings_in_the_readers_language(bruno: Visitor, small_firm: Firm) -> None:
    small_firm.client("Danone", owner=small_firm.bruno)
    home = seen(bruno.goes(bruno.opens_home(), "settings"))
    assert "Europe/Paris" in home
    assert "du lundi au vendredi, 09:00–17:00" in home


def test_a_press_keeps_the_tab_and_a_visit_half_an_hour_later_begins_with_today(
    alice: Visitor, small_firm: Firm
) -> None:
    small_firm.client("Acme")
    settings = alice.goes(alice.opens_home(), "settings")
    assert "Your settings" in seen(settings)
    opening = {"type": "app_home_opened", "tab": "home", "user": alice.member.user_id}
    assert "Your settings" in seen(alice.home(alice.sends({**opening, "view": settings})))
    small_firm.clock.tick(minutes=31)
    assert "Your settings" not in seen(alice.home(alice.sends({**opening, "view": settings})))


def test_a_tab_that_somebody_does_not_have_is_not_shown(alice: Visitor, small_firm: Firm) -> None:
    small_firm.client("Acme")
    home = alice.opens_home()
    forged = {**home, "private_metadata": '{"tab": "register"}'}
    assert "Gift register" not in seen(home)
    added = alice.submits(opened(alice.presses(forged, "client.open_form")), name="Globex")
    assert isinstance(added, UpdateForm)
    assert added.home
    opening = {"type": "app_home_opened", "tab": "home", "user": alice.member.user_id, "view": forged}
    assert "Gift register" not in seen(alice.home(alice.sends(opening)))


def test_whoever_had_a_client_once_sees_the_tabs(alice: Visitor, small_firm: Firm) -> None:
    gone = small_firm.client("Gone")
    with small_firm.house.memory.write(small_firm.workspace.id) as unit:
        unit.clients.archive(gone.id, at=small_firm.clock())
    home = alice.opens_home()
    assert "My clients" in seen(home)
    assert "Your book is empty so far" in seen(home)


def test_help_is_one_press_away(alice: Visitor, small_firm: Firm) -> None:
    small_firm.client("Acme")
    shown = alice.presses(alice.opens_home(), "help.open")
    assert isinstance(shown, OpenForm)
    assert "/client-touch" in seen(shown.view)


def test_today_says_how_many_more_are_due_than_it_shows(alice: Visitor, small_firm: Firm) -> None:
    for number in range(7):
        small_firm.client(f"Client {number}")
    small_firm.clock.tick(days=30)
    assert "7 clients are due in all; the most pressing are shown." in seen(alice.opens_home())
