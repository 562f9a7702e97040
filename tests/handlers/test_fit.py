"""Whom a client would suit, as leads ask it; who must not have it; and what people say of themselves."""

from __future__ import annotations

from typing import Any

import pytest

from bot.domain.clients import Client, Tier
from bot.domain.fit import Because, Reason, Why
from bot.domain.refusals import Refusal
from bot.domain.strengths import Declared, Strength
from bot.services import client_desk, client_edits, fit, workspaces
from handlers.answers import CloseForms, FormErrors
from handlers.ask import Routes
from handlers.i18n import words_for
from handlers.views import fit as views
from tests.conftest import MONDAY, Firm
from tests.handlers.conftest import HOSTILE, Visitor, message_faults, opened, said, seen


@pytest.fixture(autouse=True)
def acme(small_firm: Firm) -> Client:
    return small_firm.client("Acme", market="US-NY", zone="America/New_York", sector="Retail")


@pytest.fixture
def lea(small_firm: Firm, routes: Routes) -> Visitor:
    return Visitor(small_firm, small_firm.lea, routes)


@pytest.fixture
def carla(small_firm: Firm, routes: Routes) -> Visitor:
    return Visitor(small_firm, small_firm.carla, routes)


def asked(lea: Visitor) -> Any:
    return said(lea.presses(said(lea.types("/client", "Acme")), "fit.candidates"))


def test_a_lead_asks_from_the_brief_whom_a_client_would_suit(lea: Visitor, small_firm: Firm) -> None:
    fit.declare(
        small_firm.house,
        small_firm.actor(small_firm.bruno),
        Declared(frozenset({Strength.BLUNT, Strength.SAYING_NO}), ("en",), ("US",), ("Retail",)),
    )
    found = asked(lea)

    assert "Who would suit Acme?" in found.text
    assert "Bruno Petit: " in found.text
    assert "Says to be good at staying composed with blunt clients and saying no" in found.text
    assert "Says to know this market: United States" in found.text
    assert "Speaks the client’s language: English" in found.text
    assert "shares only 2 of their 8 working hours a day" in found.text
    assert "Alice" not in found.text


def test_who_looks_after_a_client_is_not_asked_whom_it_would_suit(alice: Visitor, small_firm: Firm) -> None:
    assert "fit.candidates" not in str(said(alice.types("/client", "Acme")).blocks)
    with pytest.raises(Refusal) as refused:
        fit.suited(small_firm.house, small_firm.actor(small_firm.alice), 1)
    assert refused.value.code == "client.not_to_hand_over"


def test_who_must_not_have_it_is_never_offered(lea: Visitor, small_firm: Firm, acme: Client) -> None:
    form = opened(lea.presses(asked(lea), "fit.exclude"))
    done = said(lea.submits(form, client_asked=[str(small_firm.bruno.id)]))

    assert "For Acme I never offer: Bruno Petit." in done.text
    found = said(lea.presses(done, "fit.candidates"))
    assert "Left out: Bruno Petit (the client asked for somebody else)." in found.text
    assert "Bruno Petit: " not in found.text

    form = opened(lea.presses(found, "fit.exclude"))
    assert "Nobody is kept from Acme any more." in said(lea.submits(form, client_asked=[])).text
    assert "Bruno Petit: " in asked(lea).text


def test_the_history_says_that_it_changed_and_not_about_whom(
    lea: Visitor, alice: Visitor, small_firm: Firm
) -> None:
    form = opened(lea.presses(asked(lea), "fit.exclude"))
    lea.submits(form, conflict=[str(small_firm.bruno.id)])
    history = seen(
        opened(alice.presses(said(alice.types("/client", "Acme")), "client.menu", choose="history"))
    )

    assert "People who must not have it: 0 → 1" in history
    assert "Bruno" not in history


def test_two_who_say_it_at_once_do_not_undo_each_other(lea: Visitor, small_firm: Firm) -> None:
    form = opened(lea.presses(asked(lea), "fit.exclude"))
    lea.submits(form, conflict=[str(small_firm.bruno.id)])
    with pytest.raises(Refusal) as refused:
        lea.submits(form, conflict=[str(small_firm.carla.id)])

    assert refused.value.code == "fit.changed"


def test_it_holds_for_the_client_into_which_another_was_merged(small_firm: Firm, acme: Client) -> None:
    house, workspace = small_firm.house, small_firm.workspace.id
    small_firm.client("Acme Old")
    fit.exclude_by_operator(house, workspace, "Acme Old", "U0BRUNO", Because.CONFLICT)
    merged = client_desk.merge(house, workspace, "Acme Old", "Acme")
    assert list(fit.suited_by_operator(house, workspace, "Acme").excluded.people) == [small_firm.bruno.id]

    client_desk.undo(house, workspace, merged.merge.id)
    assert not fit.suited_by_operator(house, workspace, "Acme").excluded.people
    assert fit.suited_by_operator(house, workspace, "Acme Old").excluded.people


def test_an_archived_client_suits_nobody_and_keeps_who_must_not_have_it(
    small_firm: Firm, acme: Client
) -> None:
    house, workspace = small_firm.house, small_firm.workspace.id
    fit.exclude_by_operator(house, workspace, "Acme", "U0BRUNO", Because.CONFLICT)
    client_edits.archive(house, small_firm.actor(small_firm.lea), acme.id)
    with pytest.raises(Refusal) as refused:
        fit.suited(house, small_firm.actor(small_firm.lea), acme.id)
    assert refused.value.code == "client.archived"

    client_edits.restore(house, small_firm.actor(small_firm.lea), acme.id)
    assert fit.suited_by_operator(house, workspace, "Acme").excluded.people


def test_people_say_in_their_settings_what_they_are_good_at(bruno: Visitor, small_firm: Firm) -> None:
    small_firm.client("Banque", owner=small_firm.bruno)
    home = bruno.goes(bruno.opens_home(), "settings")
    assert "Vos points forts" in seen(home)
    form = opened(bruno.presses(home, "fit.declare"))
    done = bruno.submits(
        form,
        strengths=["saying_no"],
        languages=["en", "de"],
        markets=["US", "CA-QC"],
        sectors="Commerce, industrie",
        capacity="30",
    )
    assert isinstance(done, CloseForms)

    shown = seen(bruno.goes(bruno.opens_home(), "settings"))
    assert "savoir dire non" in shown
    assert "Québec" in shown
    assert "30 clients" in shown
    assert fit.declared(small_firm.house, small_firm.actor(small_firm.bruno)).markets == ("US", "CA-QC")


def test_what_cannot_be_is_said_at_its_field(alice: Visitor) -> None:
    form = opened(alice.presses(alice.goes(alice.opens_home(), "settings"), "fit.declare"))
    answers = [
        alice.submits(form, **entered)
        for entered in (
            {"markets": ["Narnia"]},
            {"sectors": "x" * 100},
            {"capacity": "many"},
            {"capacity": "999"},
            {"sectors": ",".join(f"s{n}" for n in range(30))},
        )
    ]

    fields = [list(answer.errors) for answer in answers if isinstance(answer, FormErrors)]
    assert fields == [["markets"], ["sectors"], ["capacity"], ["capacity"], ["sectors"]]


def test_from_a_message_the_settings_are_shown_again(alice: Visitor) -> None:
    form = opened(alice.presses(said(alice.types("/rapport", "settings")), "fit.declare"))
    after = said(alice.submits(form, strengths=["calming"]))

    assert "Saved: what you are good at." in after.text
    assert "Good at: setting complaints right" in seen(after)


def test_an_admin_says_what_counts_how_much(carla: Visitor, small_firm: Firm) -> None:
    home = carla.goes(carla.opens_home(), "workspace")
    form = opened(carla.presses(home, "workspace.fit"))
    assert isinstance(carla.submits(form, market="11"), FormErrors)
    assert isinstance(carla.submits(form, market="x"), FormErrors)
    carla.submits(form, market="9", capacity="25")

    assert workspaces.of(small_firm.house, small_firm.workspace.id).fit == {"market": 9, "capacity": 25}
    shown = seen(carla.goes(carla.opens_home(), "workspace"))
    assert "Experience in the market 9" in shown
    assert "a full book is 25 clients of tier B" in shown


def test_admins_read_what_somebody_says_of_themselves(carla: Visitor, small_firm: Firm) -> None:
    bruno = small_firm.actor(small_firm.bruno)
    fit.declare(small_firm.house, bruno, Declared(sectors=("Retail",), languages=("de",)))
    people = carla.home(carla.presses(carla.goes(carla.opens_home(), "workspace"), "home.go:people"))
    shown = seen(opened(carla.presses(people, f"workspace.arrange:{small_firm.bruno.id}")))

    assert "Bruno Petit says:\nLanguages: German\nSectors: Retail" in shown


def test_load_touches_and_leave_are_read_from_the_book(lea: Visitor, small_firm: Firm, acme: Client) -> None:
    for number in range(20):
        small_firm.client(f"Client {number}", owner=small_firm.bruno, tier=Tier.A)
    with small_firm.house.memory.write(small_firm.workspace.id) as unit:
        unit.members.add_absence(small_firm.bruno.id, MONDAY.date(), MONDAY.date())
    found = asked(lea)

    assert "Looks after 20 clients in this market: United States" in found.text
    assert "has no room left for this client" in found.text
    assert "away from November 16, 2026 to November 16, 2026" in found.text


ALL: dict[Why, dict[str, Any]] = {
    Why.SAYS_MARKET: {"market": "US"},
    Why.HAS_MARKET: {"market": "US", "count": 1},
    Why.LANGUAGE: {"language": "de"},
    Why.STRENGTHS: {"strengths": tuple(Strength)},
    Why.SECTOR: {"sector": HOSTILE},
    Why.HOURS: {"shared": 450, "of": 480},
    Why.KNOWS: {"count": 3, "on": MONDAY.date()},
    Why.NO_LANGUAGE: {"language": "fr"},
    Why.FEW_HOURS: {"shared": 100, "of": 480},
    Why.AWAY: {"first": MONDAY.date(), "last": MONDAY.date()},
}


@pytest.mark.parametrize("locale", ["en-US", "fr-FR"])
def test_every_reason_has_words_that_slack_takes(small_firm: Firm, locale: str) -> None:
    words = words_for(locale)
    reasons = [Reason(why, ALL.get(why, {})) for why in Why]
    people = [(small_firm.bruno, reasons)] * 3
    shown = views.candidates(
        1, HOSTILE, people, [(HOSTILE, Because.CONFLICT)] * 40, ("zone", "languages"), words
    )

    assert message_faults(shown) == []
    assert len({views.in_words(reason, words) for reason in reasons}) == len(Why)
    assert message_faults(views.candidates(1, "Acme", [], [], (), words)) == []
