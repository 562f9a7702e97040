"""Asking a colleague to cover, their answer, and what both of them and a lead see of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from bot.domain.clients import Client, Part, Tier
from bot.domain.covers import CoverState, Nobody
from bot.domain.ladder import LeadPage, Neglected
from bot.domain.outbox import State
from bot.domain.refusals import Refusal
from bot.domain.team import Coverage, Load, PromisesKept
from bot.services import cover_gaps, covers, members
from handlers.answers import CloseForms, FormErrors, OpenForm, Say, UpdateForm
from handlers.ask import Routes
from handlers.i18n import words_for
from handlers.messenger import SAID
from handlers.views import cover_gaps as gap_views
from handlers.views import covers as views
from handlers.views import leads as lead_views
from tests.conftest import MONDAY, Firm
from tests.handlers.conftest import HOSTILE, Visitor, message_faults, opened, said, seen

LONG_AGO = MONDAY - timedelta(days=300)


@pytest.fixture(autouse=True)
def acme(small_firm: Firm) -> Client:
    return small_firm.client("Acme", spoke_before_at=LONG_AGO)


@pytest.fixture
def lea(small_firm: Firm, routes: Routes) -> Visitor:
    return Visitor(small_firm, small_firm.lea, routes)


def asked(alice: Visitor, small_firm: Firm, **entered: Any) -> Any:
    form = opened(alice.presses(alice.opens_home(), "nudge.more", choose="cover"))
    return alice.submits(form, **{"colleague": small_firm.bruno.id, "until": "2026-11-20", **entered})


def question(small_firm: Firm, visitor: Visitor) -> Any:
    """The message in which the visitor is asked, as it stands now."""
    with small_firm.house.memory.read(small_firm.workspace.id) as unit:
        (sheet, *_), _ = covers.own(unit, visitor.member, small_firm.clock())
    return SAID[covers.ASKED](
        {"sheet": covers.as_json(sheet)}, visitor.member, words_for(visitor.member.locale), 1
    )


def test_a_row_asks_a_colleague_and_the_colleague_accepts(
    alice: Visitor, bruno: Visitor, small_firm: Firm
) -> None:
    done = asked(alice, small_firm, note="They expect a quote")
    assert isinstance(done, UpdateForm)
    assert "I ask Bruno Petit to cover from Monday, November 16 to Friday, November 20: Acme." in seen(
        done.view
    )

    message = question(small_firm, bruno)
    assert "Alice Ames vous demande de prendre le relais" in message.text
    assert "They expect a quote" in message.text
    after = said(bruno.presses(message, "cover.accept"))

    assert "Vous prenez le relais." in after.text
    home = seen(bruno.opens_home())
    assert "Acme" in home
    assert "en relais pour Alice Ames jusqu’au vendredi 20 novembre" in home
    assert "Acme" not in seen(alice.opens_home())


def test_the_brief_offers_it_as_well(alice: Visitor) -> None:
    brief = said(alice.types("/client", "Acme"))
    form = opened(alice.presses(brief, "client.menu", choose='"cover"'))

    assert form["callback_id"] == "cover.ask"


def test_the_clients_backup_is_proposed(alice: Visitor, small_firm: Firm, acme: Client) -> None:
    with small_firm.house.memory.write(small_firm.workspace.id) as unit:
        unit.clients.set_team(acme.id, Part.BACKUP, small_firm.bruno.id)

    assert "Bruno Petit" in str(opened(alice.presses(alice.opens_home(), "nudge.more", choose="cover")))


@pytest.mark.parametrize(
    ("entered", "field"),
    [
        ({"until": "2026-11-01"}, "until"),
        ({"until": "2028-11-01"}, "until"),
        ({"colleague": 1}, "colleague"),
        ({"colleague": 999999}, "colleague"),
    ],
)
def test_what_cannot_be_is_said_at_its_field(
    alice: Visitor, small_firm: Firm, entered: dict[str, Any], field: str
) -> None:
    answer = asked(alice, small_firm, **entered)

    assert isinstance(answer, FormErrors)
    assert list(answer.errors) == [field]


def test_no_is_said_with_a_reason(alice: Visitor, bruno: Visitor, small_firm: Firm) -> None:
    asked(alice, small_firm)
    form = opened(bruno.presses(question(small_firm, bruno), "cover.decline"))
    assert isinstance(bruno.submits(form, reason=" "), FormErrors)
    after = said(bruno.submits(form, reason="Je suis au salon"))

    assert "Vous avez refusé\u202f: Je suis au salon" in after.text


def test_both_sides_see_it_in_their_settings_and_can_end_it(
    alice: Visitor, bruno: Visitor, small_firm: Firm
) -> None:
    asked(alice, small_firm)
    theirs = bruno.goes(bruno.opens_home(), "settings")
    assert "On vous demande de prendre le relais" in seen(theirs)
    theirs = bruno.home(bruno.presses(theirs, "cover.accept"))
    own = alice.goes(alice.opens_home(), "settings")
    assert "Bruno Petit covers from Monday, November 16 to Friday, November 20: Acme." in seen(own)

    own = alice.home(alice.presses(own, "cover.end"))
    assert "Who covers me" not in seen(own)
    assert "relais" not in seen(said(bruno.types("/rapport", "settings")))


def test_leave_asks_for_cover_in_the_same_form(alice: Visitor, bruno: Visitor, small_firm: Firm) -> None:
    message = said(alice.types("/rapport", "settings"))
    form = opened(alice.presses(message, "settings.leave"))
    done = alice.submits(form, first="2026-12-21", last="2026-12-31", cover=small_firm.bruno.id)

    assert isinstance(done, CloseForms)
    assert "I ask Bruno Petit to cover meanwhile." in said(done).text
    assert "tout le portefeuille (Alice Ames)" in question(small_firm, bruno).text


def test_leave_proposes_the_backups(alice: Visitor, small_firm: Firm, acme: Client) -> None:
    with small_firm.house.memory.write(small_firm.workspace.id) as unit:
        unit.clients.set_team(acme.id, Part.BACKUP, small_firm.bruno.id)
    form = opened(alice.presses(alice.goes(alice.opens_home(), "settings"), "settings.leave"))
    alice.submits(form, first="2026-12-21", last="2026-12-31")

    with small_firm.house.memory.read(small_firm.workspace.id) as unit:
        ((sheet,), _) = covers.own(unit, small_firm.bruno, small_firm.clock())
    assert sheet.clients == ((acme.id, "Acme"),)


def test_a_refusal_of_the_colleague_stands_at_its_field_and_no_leave_is_entered(
    alice: Visitor, small_firm: Firm
) -> None:
    form = opened(alice.presses(alice.goes(alice.opens_home(), "settings"), "settings.leave"))
    answer = alice.submits(form, first="2026-12-21", last="2026-12-31", cover=small_firm.alice.id)

    assert isinstance(answer, FormErrors)
    assert list(answer.errors) == ["cover"]
    assert "No leave is entered." in seen(alice.goes(alice.opens_home(), "settings"))


def test_leave_by_the_status_is_told_in_settings_and_is_not_to_be_removed_there(
    alice: Visitor, small_firm: Firm
) -> None:
    with small_firm.house.memory.write(small_firm.workspace.id) as unit:
        unit.members.status_leave(small_firm.alice.id, (MONDAY.date(), date(2026, 11, 20)), MONDAY.date())
    home = alice.goes(alice.opens_home(), "settings")

    assert "November 16, 2026 to November 20, 2026, from your Slack status (now)" in seen(home)
    assert "settings.leave_end" not in str(home)


def test_a_changed_profile_is_asked_for_soon(small_firm: Firm, routes: Routes) -> None:
    take = routes.notices["user_change"]
    for user in ({"id": "U0ALICE"}, {"id": "U0NOBODY"}, {}, "U0ALICE", None):
        take(small_firm.house, small_firm.workspace.id, {"user": user})

    assert members.stale(small_firm.house, small_firm.workspace.id) == ["U0ALICE"]


# --- Leave of who covers ----------------------------------------------------------------------------------


def gap(small_firm: Firm, visitor: Visitor) -> Any:
    """The message that tells the visitor of leave of who covers, as it stands now."""
    with small_firm.house.memory.read(small_firm.workspace.id) as unit:
        (entry,) = unit.outbox.listed(set(State), kind=cover_gaps.GAP, member_id=visitor.member.id)
        facts = cover_gaps.recompose(unit, visitor.member, entry, small_firm.clock())
    assert facts is not None
    return SAID[cover_gaps.GAP](facts, visitor.member, words_for(visitor.member.locale), entry.id)


def test_who_enters_leave_reads_for_whom_they_cover_and_the_owner_asks_somebody_else(
    alice: Visitor, bruno: Visitor, small_firm: Firm
) -> None:
    asked(alice, small_firm)
    bruno.presses(question(small_firm, bruno), "cover.accept")
    form = opened(bruno.presses(said(bruno.types("/rapport", "settings")), "settings.leave"))
    assert "Vous prenez le relais pour Alice Ames du lundi 16 novembre au vendredi 20 novembre" in seen(form)
    done = said(bruno.submits(form, first="2026-11-18", last="2026-11-19"))
    assert "Vous aviez accepté de prendre le relais pour Alice Ames" in done.text
    assert "Vous vous absentez du mercredi 18 novembre au jeudi 19 novembre" in seen(
        bruno.goes(bruno.opens_home(), "settings")
    )

    message = gap(small_firm, alice)
    assert message_faults(message) == []
    assert message.text == (
        "Bruno Petit, who covers from Monday, November 16 to Friday, November 20, is away from Wednesday, November 18 "
        "to Thursday, November 19.\nOn these days you see to Acme again."
    )
    assert "then they come back to you" in seen(alice.goes(alice.opens_home(), "settings"))
    other = opened(alice.presses(message, "cover.instead"))
    wrong = alice.submits(other, colleague=small_firm.alice.id, until="2026-11-19")
    assert isinstance(wrong, FormErrors)
    assert list(wrong.errors) == ["colleague"]
    told = said(alice.submits(other, colleague=small_firm.carla.id, until="2026-11-19"))
    assert told.text == (
        "I ask Carla Cruz to cover from Wednesday, November 18 to Thursday, November 19: Acme. You hear what they say."
    )


def test_leave_of_who_covers_nobody_asks_nothing_more(alice: Visitor) -> None:
    form = opened(alice.presses(alice.goes(alice.opens_home(), "settings"), "settings.leave"))

    assert "cover for" not in seen(form)


@pytest.mark.parametrize("locale", ["en-US", "fr-FR"])
@pytest.mark.parametrize("nobody", list(Nobody))
@pytest.mark.parametrize("clients", [0, 1, 25])
def test_what_is_told_of_such_leave_is_fit_for_slack_whatever_is_in_it(
    small_firm: Firm, acme: Client, locale: str, nobody: Nobody, clients: int
) -> None:
    sheet = covers.ask(
        small_firm.house, small_firm.actor(small_firm.alice), acme.id, small_firm.bruno.id, date(2026, 11, 20)
    )
    told = replace(
        sheet,
        cover=replace(sheet.cover, state=CoverState.ACCEPTED, client_ids=tuple(range(1, clients + 1))),
        owner=HOSTILE,
        colleague=HOSTILE,
        clients=tuple((n, HOSTILE) for n in range(1, min(clients, 20) + 1)),
    )
    days = [[f"2026-11-{day}", f"2026-11-{day}"] for day in range(16, 21)]
    for reader in (small_firm.alice.id, small_firm.lea.id):
        for gaps in ([], days[:1], days):
            for last, over, instead in (("2026-11-20", False, ""), (None, True, ""), (None, False, HOSTILE)):
                facts = {
                    "first": "2026-11-16",
                    "last": last,
                    "gaps": gaps,
                    "over": over,
                    "nobody": nobody.value,
                    "instead": instead,
                }
                assert message_faults(gap_views.message(told, facts, reader, words_for(locale))) == []


def test_the_owner_of_a_whole_book_reads_of_it_as_theirs(
    alice: Visitor, bruno: Visitor, small_firm: Firm
) -> None:
    message = said(alice.types("/rapport", "settings"))
    form = opened(alice.presses(message, "settings.leave"))
    alice.submits(form, first="2026-12-21", last="2026-12-31", cover=small_firm.bruno.id)

    own = seen(alice.goes(alice.opens_home(), "settings"))
    assert "Thursday, December 31, and has not answered: your whole book." in own
    assert "tout le portefeuille (Alice Ames)" in seen(bruno.goes(bruno.opens_home(), "settings"))


def test_a_cover_that_is_unknown_is_refused(alice: Visitor) -> None:
    for action in ("cover.accept", "cover.decline", "cover.end", "cover.instead"):
        with pytest.raises(Refusal):
            alice.routes.actions[action](alice._ask({}, value='{"cover": 77}'))


# --- Messages ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("locale", ["en-US", "fr-FR"])
@pytest.mark.parametrize("state", list(CoverState))
@pytest.mark.parametrize("clients", [0, 1, 25])
def test_questions_and_news_are_fit_for_slack_whatever_is_in_them(
    small_firm: Firm, acme: Client, locale: str, state: CoverState, clients: int
) -> None:
    sheet = covers.ask(
        small_firm.house, small_firm.actor(small_firm.alice), acme.id, small_firm.bruno.id, date(2026, 11, 20)
    )
    told = replace(
        sheet,
        cover=replace(
            sheet.cover,
            state=state,
            note="x" * 500,
            reason=HOSTILE[:500],
            client_ids=tuple(range(1, clients + 1)),
        ),
        owner=HOSTILE,
        colleague=HOSTILE,
        clients=tuple((n, HOSTILE) for n in range(1, min(clients, 20) + 1)),
    )
    words = words_for(locale)
    for over in (False, True):
        each = replace(told, over=over)
        for message in (views.question(each, words), views.news(each, HOSTILE, 1, words)):
            assert message_faults(message) == []


PAGE = LeadPage(
    week="2026-W47",
    people=3,
    coverage={Tier.A: Coverage(5, 2, 3), Tier.B: Coverage(9, 0, 0)},
    longer=2,
    promises=PromisesKept(7, 1, 0),
    load=Load(3, 19, 9.4, (4, 6, 9), (2.0, 3.0, 4.4)),
)


def test_the_page_says_what_holds_in_both_languages() -> None:
    english = lead_views.page(PAGE, MONDAY.date(), words_for("en-US"))
    french = lead_views.page(PAGE, MONDAY.date(), words_for("fr-FR"))

    assert message_faults(english) == message_faults(french) == []
    assert "3 clients are neglected. 2 of them have been for 5 working days or more." in english.text
    assert "7 of 8 promises kept, 1 still open after their day." in english.text
    assert "A book has 4 to 9 clients" in english.text
    assert "3 clients sont négligés." in french.text


def test_of_two_people_no_smallest_and_no_largest_is_told() -> None:
    few = replace(PAGE, people=2, load=replace(PAGE.load, managers=2))

    assert "A book has" not in lead_views.page(few, MONDAY.date(), words_for("en")).text


def test_ten_neglected_clients_fit_into_one_message() -> None:
    rows = [Neglected(n, HOSTILE, "A", HOSTILE, 40 + n, never=n % 2 == 0) for n in range(1, 11)]
    for locale in ("en", "fr"):
        assert message_faults(lead_views.neglected(rows, words_for(locale))) == []


def test_a_lead_offers_help_covers_and_hands_over_from_the_message(
    lea: Visitor, small_firm: Firm, acme: Client
) -> None:
    rows = [Neglected(acme.id, "Acme", "A", "Alice Ames", 47)]
    message = lead_views.neglected(rows, words_for("en"))

    helped = lea.presses(message, "lead.help")
    assert isinstance(helped, Say)
    assert "I let Alice Ames know that you would help with Acme." in helped.message.text
    assert "knows already" in said(lea.presses(message, "lead.help")).text
    form = opened(lea.presses(message, "cover.ask"))
    assert "for Alice Ames" in seen(form)
    assert opened(lea.presses(message, "reassign.open"))["callback_id"] == "reassign.hand"
    assert isinstance(lea.presses(message, "nudge.open"), Say)


def test_the_owner_reads_of_the_offer(small_firm: Firm, alice: Visitor, acme: Client) -> None:
    facts = {"client_id": acme.id, "client": "Acme", "lead": "Lea Lang"}
    message = lead_views.help_offered(facts, words_for("en"))

    assert message_faults(message) == []
    assert "Lea Lang offers to help with Acme" in message.text
    assert isinstance(alice.presses(message, "cover.ask"), OpenForm)
