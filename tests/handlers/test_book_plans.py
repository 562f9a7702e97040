"""A whole book is handed over in Slack: planned, looked through, edited, and carried out exactly as it was shown."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bot.domain.clients import Client, Tier
from bot.domain.fit import Because
from bot.services import client_edits, handover_news
from bot.services.members import admit
from handlers.answers import FormErrors, Message, UpdateForm, View, Work
from handlers.ask import Routes
from handlers.views.book_plans import PAGE, STAYS
from tests.bot.services.test_handover import delivered, kinds
from tests.conftest import Firm, profile
from tests.handlers.conftest import Visitor, elements_of, opened, said


@pytest.fixture
def lea(small_firm: Firm, routes: Routes) -> Visitor:
    return Visitor(small_firm, small_firm.lea, routes)


@pytest.fixture
def book(small_firm: Firm) -> list[Client]:
    """Three clients of Alice; Nora and Bruno may get them."""
    nora = admit(small_firm.house, small_firm.workspace.id, profile("U0NORA", "Nora North"))
    with small_firm.house.memory.write(small_firm.workspace.id) as unit:
        unit.members.set_lead(nora.id, small_firm.lea.id)
    return [small_firm.client(name, tier=Tier.B) for name in ("Acme", "Northwind", "Zephyr")]


def worked(answer: Any) -> Message:
    """What stands in the message once the work is done."""
    assert isinstance(answer, Work)
    return answer.work(lambda *_: "", lambda _: None).message


def form(visitor: Visitor) -> View:
    """The form for a plan, by the typed command."""
    asking = opened(visitor.types("/client-reassign"))
    return opened(visitor.presses(asking, "bookplan.open"))


def planned(visitor: Visitor, leaver: int, **more: Any) -> Message:
    return worked(visitor.submits(form(visitor), leaver=str(leaver), **more))


def page(visitor: Visitor, plan: Message | View, button: str = "bookplan.look") -> View:
    answer = visitor.presses(plan, button)
    return opened(answer) if not isinstance(answer, UpdateForm) else answer.view


def receivers(view: View) -> dict[str, str]:
    """Who is to get which client by a page: by the client's name."""
    found = {}
    for block in view["blocks"]:
        if str(block.get("block_id", "")).startswith("plan:"):
            name = block["text"]["text"].partition("*")[2].partition("*")[0]
            found[name] = block["accessory"]["initial_option"]["text"]["text"]
    return found


def picked(view: View, client: Client, value: str) -> dict[str, Any]:
    """The state of a page in which somebody chose another receiver for a client."""
    block = next(b for b in view["blocks"] if str(b.get("block_id", "")).startswith(f"plan:{client.id}:"))
    option = {"text": {"type": "plain_text", "text": "?"}, "value": value}
    return {block["block_id"]: {block["accessory"]["action_id"]: {"selected_option": option}}}


def owner(firm: Firm, client: Client) -> int | None:
    return firm.again(client).owner_id


def test_a_lead_plans_edits_and_hands_a_book_over_and_everybody_reads_one_message(
    lea: Visitor, small_firm: Firm, book: list[Client]
) -> None:
    plan = planned(lea, small_firm.alice.id)
    assert "A plan for 3 clients of Alice Ames. Nothing was handed over yet." in plan.text
    first = page(lea, plan)
    assert set(receivers(first)) == {"Acme", "Northwind", "Zephyr"}
    assert all(owner(small_firm, client) == small_firm.alice.id for client in book)

    acme = book[0]
    edited = lea.presses(
        first,
        f"bookplan.receiver:{acme.id}",
        state=picked(first, acme, str(small_firm.bruno.id)),
    )
    assert isinstance(edited, UpdateForm)
    assert receivers(edited.view)["Acme"] == "Bruno Petit"
    stays = lea.presses(
        edited.view, f"bookplan.receiver:{book[1].id}", state=picked(edited.view, book[1], STAYS)
    )
    assert isinstance(stays, UpdateForm)

    done = worked(lea.submits(stays.view))
    assert "2 clients of Alice Ames are handed over:" in done.text
    assert "1 stays with Alice Ames" in done.text
    assert owner(small_firm, acme) == small_firm.bruno.id
    assert owner(small_firm, book[1]) == small_firm.alice.id
    delivered(small_firm)
    assert kinds(small_firm, small_firm.alice) == [handover_news.OUT]
    assert kinds(small_firm, small_firm.bruno).count(handover_news.IN) == 1

    back = said(lea.presses(done, "handover.undo_all"))
    assert "2 clients are back." in back.text
    assert all(owner(small_firm, client) == small_firm.alice.id for client in book)


def test_a_plan_that_is_sent_twice_is_carried_out_once(
    lea: Visitor, small_firm: Firm, book: list[Client]
) -> None:
    shown = page(lea, planned(lea, small_firm.alice.id))
    worked(lea.submits(shown))
    assert "carried out before" in worked(lea.submits(shown, key="again")).text


def test_what_is_chosen_in_the_form_counts_even_before_the_answer_to_it_arrived(
    lea: Visitor, small_firm: Firm, book: list[Client]
) -> None:
    shown = page(lea, planned(lea, small_firm.alice.id))
    changed = next(client for client in book if receivers(shown)[client.name] != "Lea Lang")
    sent = lea.routes.views["bookplan.hand"](
        lea._ask(
            {"view": shown},
            state=picked(shown, changed, str(small_firm.lea.id)),
            notes=json.loads(shown["private_metadata"]),
        )
    )
    worked(sent)
    assert owner(small_firm, changed) == small_firm.lea.id


def test_a_book_that_changed_meanwhile_is_planned_anew_with_what_was_chosen(
    lea: Visitor, small_firm: Firm, book: list[Client]
) -> None:
    acme, northwind, zephyr = book
    shown = page(lea, planned(lea, small_firm.alice.id))
    edited = lea.presses(
        shown, f"bookplan.receiver:{zephyr.id}", state=picked(shown, zephyr, str(small_firm.lea.id))
    )
    assert isinstance(edited, UpdateForm)
    client_edits.archive(small_firm.house, small_firm.actor(small_firm.carla), acme.id)
    small_firm.client("Contoso")

    anew = worked(lea.submits(edited.view))
    assert "The book has changed since you saw the plan, so nothing was handed over:" in anew.text
    assert "Acme was archived" in anew.text
    assert "Contoso has come to the book since" in anew.text
    assert owner(small_firm, northwind) == small_firm.alice.id
    again = page(lea, anew)
    assert set(receivers(again)) == {"Northwind", "Zephyr", "Contoso"}
    assert receivers(again)["Zephyr"] == "Lea Lang"
    assert "are handed over" in worked(lea.submits(again)).text


def test_who_must_not_have_a_client_is_not_taken_and_it_says_so(
    lea: Visitor, small_firm: Firm, book: list[Client]
) -> None:
    acme = book[0]
    with small_firm.house.memory.write(small_firm.workspace.id) as unit:
        unit.fit.exclude(acme.id, small_firm.bruno.id, Because.CONFLICT, by=None, at=small_firm.clock())
    shown = page(lea, planned(lea, small_firm.alice.id))
    before = receivers(shown)["Acme"]
    answer = lea.presses(
        shown, f"bookplan.receiver:{acme.id}", state=picked(shown, acme, str(small_firm.bruno.id))
    )
    assert isinstance(answer, UpdateForm)
    assert "must not have this client" in str(answer.view["blocks"][0])
    assert receivers(answer.view)["Acme"] == before


def test_sixty_clients_are_looked_through_in_pages(
    lea: Visitor, small_firm: Firm, book: list[Client]
) -> None:
    for number in range(60 - len(book)):
        small_firm.client(f"Client {number:02} " + "&<!channel>" * 8, tier=Tier.C)
    shown = page(lea, planned(lea, small_firm.alice.id))
    seen: set[str] = set()
    for button in ("bookplan.look:further", "bookplan.look:further", ""):
        names = receivers(shown)
        assert len(names) == PAGE
        seen |= {str(block["block_id"]) for block in shown["blocks"] if "accessory" in block}
        if button:
            shown = page(lea, shown, button)
    assert len(seen) == 60
    assert "Page 3 of 3" in str(shown["blocks"])
    assert not [e for e in elements_of(shown["blocks"]) if e.get("action_id") == "bookplan.look:further"]


def test_only_the_book_of_ones_own_people_is_handed_over(
    lea: Visitor, alice: Visitor, small_firm: Firm, book: list[Client], routes: Routes
) -> None:
    assert "bookplan.open" not in str(opened(alice.types("/client-reassign")))
    assert lea.asks_list("bookplan.leaver", "") == ["Alice Ames", "Bruno Petit", "Nora North"]
    assert alice.asks_list("bookplan.leaver", "") == []
    carla = Visitor(small_firm, small_firm.carla, routes)
    assert "Lea Lang" in carla.asks_list("bookplan.leaver", "le")
    refused = lea.submits(form(lea), leaver=str(small_firm.carla.id))
    assert isinstance(refused, FormErrors)
    assert "Only the lead of Carla Cruz" in refused.errors["leaver"]
    empty = lea.submits(form(lea), leaver=str(small_firm.bruno.id))
    assert isinstance(empty, FormErrors)
    assert "looks after no client" in empty.errors["leaver"]


def test_who_is_gone_can_still_be_a_leaver(lea: Visitor, small_firm: Firm, book: list[Client]) -> None:
    with small_firm.house.memory.write(small_firm.workspace.id) as unit:
        unit.members.set_active(small_firm.alice.id, active=False)
    assert "Alice Ames (no longer here)" in lea.asks_list("bookplan.leaver", "ali")
    worked(lea.submits(page(lea, planned(lea, small_firm.alice.id))))
    assert all(owner(small_firm, client) != small_firm.alice.id for client in book)


def test_the_team_tab_has_the_way_in(lea: Visitor, book: list[Client]) -> None:
    team = lea.goes(lea.opens_home(), "team")
    assert "Whose book" in str(opened(lea.presses(team, "bookplan.open")))
