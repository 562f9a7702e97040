"""My clients on Home: looked for, filtered, turned page by page; and what a lead may see of others' books."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from bot.domain.books import PAGE
from bot.domain.cadence import Moments
from bot.domain.clients import Client, Part, Status, Tier
from bot.domain.members import Member, Role
from bot.domain.refusals import Refusal
from bot.domain.touches import Channel, TouchDraft
from bot.ports import NewClient, description_of
from bot.services import covers, settings
from bot.services import touches as touch_services
from bot.services.clients import enter
from handlers.answers import OpenForm, SendFiles, UpdateForm, View
from handlers.ask import Routes
from sandbox.payloads import check_home
from tests.conftest import Firm
from tests.handlers.conftest import HOSTILE, Visitor, elements_of, opened, said, seen


@pytest.fixture
def lea(small_firm: Firm, routes: Routes) -> Visitor:
    """Leads Alice and Bruno."""
    return Visitor(small_firm, small_firm.lea, routes)


@pytest.fixture
def carla(small_firm: Firm, routes: Routes) -> Visitor:
    """Compliance officer and admin."""
    return Visitor(small_firm, small_firm.carla, routes)


def my_clients(visitor: Visitor) -> View:
    return visitor.goes(visitor.opens_home(), "clients")


def rows(view: View) -> list[int]:
    """The clients on a page, by id."""
    actions = [element["action_id"] for element in elements_of(view["blocks"])]
    return [int(action.partition(":")[2]) for action in actions if action.startswith("book.act:")]


def looks_for(visitor: Visitor, view: View, typed: str) -> View:
    """Types into the search and presses Enter."""
    return visitor.home(visitor.presses(view, "book.find", choose=typed))


def acts(visitor: Visitor, view: View, client: Client, act: str) -> Any:
    return visitor.presses(view, f"book.act:{client.id}", choose=f'"act":"{act}"')


def age(firm: Firm, client: Client, days: int) -> None:
    """Let the client be due so many days ago."""
    with firm.house.memory.write(firm.workspace.id) as unit:
        held = unit.clients.hold(client.id)
        assert held is not None
        due = firm.clock() - timedelta(days=days)
        unit.clients.set_clock(held, Moments(due, due + timedelta(days=20)))


def fill(firm: Firm, owner: Member, names: Sequence[str]) -> set[int]:
    """Many clients at once, in several markets, all of them due since one day or many."""
    markets = ["FR-75", "US-NY", "GB", "CA-QC", "DE", "JP", "BR", "MX", "IN", "AU"]
    ids = set()
    with firm.house.memory.write(firm.workspace.id) as unit:
        for number, name in enumerate(names):
            new = NewClient(name, owner.id, list(Tier)[number % 4], markets[number % 10], "EUR")
            client = unit.clients.get(enter(unit, new, firm.clock()))
            assert client is not None
            due = firm.clock() - timedelta(days=number + 1)
            unit.clients.set_clock(client, Moments(due, due + timedelta(days=100)))
            ids.add(client.id)
    return ids


def test_each_of_five_hundred_clients_is_on_exactly_one_page(alice: Visitor, small_firm: Firm) -> None:
    ids = fill(small_firm, small_firm.alice, [f"Client {number:03}" for number in range(500)])
    page, found = my_clients(alice), []
    assert "500 clients in your book" in seen(page)
    while True:
        assert len(rows(page)) == PAGE
        found += rows(page)
        if "home.go:next" not in [element["action_id"] for element in elements_of(page["blocks"])]:
            break
        page = alice.home(alice.presses(page, "home.go:next"))
    assert set(found) == ids
    assert len(found) == len(ids)
    assert "Page 25 of 25" in seen(page)
    back = alice.home(alice.presses(page, "home.go:previous"))
    assert rows(back) == found[-2 * PAGE : -PAGE]
    assert rows(alice.home(alice.presses(page, "book.page", choose="1"))) == found[:PAGE]


def test_the_most_urgent_come_first_and_say_why(alice: Visitor, small_firm: Firm) -> None:
    calm, due, neglected = (small_firm.client(name) for name in ("Calm", "Due", "Neglected"))
    age(small_firm, due, 3)
    age(small_firm, neglected, 30)
    page = my_clients(alice)
    assert rows(page) == [neglected.id, due.id, calm.id]
    assert "● Neglected: 1 · ◇ Not contacted yet: 1 · ○ On track: 1".replace(" ", "") in seen(page).replace(
        "\N{NO-BREAK SPACE}", ""
    ).replace(" ", "")


def test_filters_and_search_narrow_it_and_each_can_be_dropped(alice: Visitor, small_firm: Firm) -> None:
    acme = small_firm.client("Acme", tier=Tier.A, market="US-NY")
    danone = small_firm.client("Danone", tier=Tier.B, market="FR")
    small_firm.client("Globex", tier=Tier.B, market="US-NY")
    page = my_clients(alice)
    assert "United States (NY)" in seen(page)
    tier = alice.home(alice.presses(page, "book.tier", choose="B"))
    assert len(rows(tier)) == 2
    market = alice.home(alice.presses(tier, "book.market", choose="FR"))
    assert rows(market) == [danone.id]
    assert "1 client found" in seen(market)
    nothing = looks_for(alice, market, "acme")
    assert rows(nothing) == []
    assert "No client fits all of this" in seen(nothing)
    wider = alice.home(alice.presses(nothing, "home.go:drop-market"))
    assert rows(wider) == []
    everything = alice.home(alice.presses(wider, "home.go:drop-all"))
    assert len(rows(everything)) == 3
    assert rows(looks_for(alice, everything, "ACM")) == [acme.id]
    assert len(rows(alice.home(alice.presses(tier, "book.tier", choose="any")))) == 3


def test_what_is_chosen_stands_in_fields_that_begin_anew(alice: Visitor, small_firm: Firm) -> None:
    small_firm.client("Acme")
    before = looks_for(alice, my_clients(alice), "acme")
    after = looks_for(alice, before, "")
    fields = [
        [b["block_id"] for b in view["blocks"] if str(b.get("block_id")).startswith("book.")]
        for view in (before, after)
    ]
    assert len(fields[0]) == 2
    assert set(fields[0]).isdisjoint(fields[1])


def test_a_slip_in_the_search_is_forgiven(alice: Visitor, small_firm: Firm) -> None:
    globex = small_firm.client("Globex")
    small_firm.client("Globax", owner=small_firm.bruno)
    page = looks_for(alice, my_clients(alice), "Glibex")
    assert rows(page) == [globex.id]
    assert "these come near" in seen(page)


def test_a_touch_logged_from_there_comes_back_to_the_same_page(alice: Visitor, small_firm: Firm) -> None:
    for number in range(PAGE + 3):
        age(small_firm, small_firm.client(f"Client {number:02}"), 3 + number)
    second = alice.home(alice.presses(my_clients(alice), "home.go:next"))
    client = rows(second)[0]
    form = opened(alice.presses(second, f"book.act:{client}", choose='"act":"log"'))
    logged = alice.submits(form, channel="call")
    assert isinstance(logged, UpdateForm)
    assert logged.home
    place = json.loads(form["private_metadata"])["place"]
    assert place["tab"] == "clients"
    assert place["page"] == 2


def test_a_client_is_opened_and_put_off_from_its_menu(alice: Visitor, small_firm: Firm) -> None:
    acme = small_firm.client("Acme")
    page = my_clients(alice)
    assert isinstance(acts(alice, page, acme, "open"), OpenForm)
    form = opened(acts(alice, page, acme, "snooze"))
    day = (small_firm.clock() + timedelta(days=9)).date()
    assert isinstance(alice.submits(form, day=day.isoformat()), UpdateForm)
    assert "Snoozed until" in seen(my_clients(alice))


def test_a_client_is_edited_from_its_menu_and_the_page_comes_back(alice: Visitor, small_firm: Firm) -> None:
    acme = small_firm.client("Acme")
    form = opened(acts(alice, my_clients(alice), acme, "edit"))
    saved = alice.submits(form, status="on_hold")
    assert isinstance(saved, UpdateForm)
    assert saved.home
    page = seen(my_clients(alice))
    assert "◌\N{NO-BREAK SPACE}On hold" in page
    assert "Nobody is reminded of it." in page


def test_a_client_on_hold_is_nowhere_called_on_track(alice: Visitor, small_firm: Firm) -> None:
    acme = small_firm.client("Acme")
    with small_firm.house.memory.write(small_firm.workspace.id) as unit:
        unit.clients.update(acme.id, replace(description_of(acme), status=Status.ON_HOLD))
        held = unit.clients.hold(acme.id)
        assert held is not None
        unit.clients.set_clock(held, None)
    for text in ("", "Acme"):
        shown = said(alice.types("/client", text))
        assert "On hold" in shown.text
        assert "Nobody is reminded of it." in shown.text
        assert "On track" not in shown.text


def test_import_is_explained_there_and_export_sends_the_book(alice: Visitor, small_firm: Firm) -> None:
    small_firm.client("Acme")
    page = my_clients(alice)
    told = opened(alice.presses(page, "book.import"))
    assert "Drop a CSV or Excel file into our private conversation" in seen(told)
    assert isinstance(alice.presses(told, "book.export"), SendFiles)
    assert isinstance(alice.presses(page, "book.export"), SendFiles)


def test_what_was_archived_has_a_list_of_its_own(alice: Visitor, small_firm: Firm) -> None:
    acme, gone = small_firm.client("Acme"), small_firm.client("Gone")
    with small_firm.house.memory.write(small_firm.workspace.id) as unit:
        unit.clients.archive(gone.id, at=small_firm.clock())
    page = my_clients(alice)
    assert rows(page) == [acme.id]
    archive = alice.home(alice.presses(page, "home.go:archive"))
    assert rows(archive) == [gone.id]
    assert rows(alice.home(alice.presses(archive, "home.go:book"))) == [acme.id]


def test_the_book_is_exported_from_its_tab(alice: Visitor, small_firm: Firm) -> None:
    small_firm.client("Acme")
    sent = alice.presses(my_clients(alice), "book.export")
    assert isinstance(sent, SendFiles)
    assert sent.begun is not None, "whoever pressed is told that the file comes"
    assert [file.name.rpartition(".")[2] for file in sent.files] == ["csv"]


def test_clients_that_one_stands_in_for_are_there_and_say_so(alice: Visitor, small_firm: Firm) -> None:
    danone = small_firm.client("Danone", owner=small_firm.bruno)
    with small_firm.house.memory.write(small_firm.workspace.id) as unit:
        unit.clients.set_team(danone.id, Part.BACKUP, small_firm.alice.id)
    assert "You stand in for Bruno" in seen(my_clients(alice))


def test_clients_that_one_covers_for_are_there_marked_and_their_owner_reads_who_covers(
    alice: Visitor, bruno: Visitor, lea: Visitor, small_firm: Firm
) -> None:
    own = small_firm.client("Acme")
    danone, engie = (small_firm.client(name, owner=small_firm.bruno) for name in ("Danone", "Engie"))
    house, friday = small_firm.house, date(2026, 11, 20)
    sheet = covers.ask(house, small_firm.actor(small_firm.bruno), danone.id, small_firm.alice.id, friday)
    assert rows(my_clients(alice)) == [own.id]
    covers.accept(house, small_firm.actor(small_firm.alice), sheet.cover.id)

    page = my_clients(alice)
    assert set(rows(page)) == {own.id, danone.id}
    assert "You cover for Bruno Petit until Friday, November 20." in seen(page)
    menu = [each for each in elements_of(page["blocks"]) if each["action_id"] == f"book.act:{danone.id}"]
    assert '"act":"edit"' not in json.dumps(menu).replace("\\", "")
    assert isinstance(acts(alice, page, danone, "log"), OpenForm)
    assert "Alice Ames en assure le relais" in seen(my_clients(bruno))
    team = lea.goes(lea.opens_home(), "team")
    of_bruno = lea.home(lea.presses(team, "team.person", choose=str(small_firm.bruno.id)))
    assert rows(of_bruno), "a lead reads it, too"
    assert "Alice Ames covers it until Friday" in seen(of_bruno)

    small_firm.clock.tick(days=7)
    assert rows(my_clients(alice)) == [own.id]
    assert "relais" not in seen(my_clients(bruno))
    assert set(rows(my_clients(bruno))) == {danone.id, engie.id}


def test_a_book_that_one_covers_for_is_there_with_its_archive_left_out(
    alice: Visitor, bruno: Visitor, small_firm: Firm
) -> None:
    own = small_firm.client("Acme")
    danone, gone = (small_firm.client(name, owner=small_firm.bruno) for name in ("Danone", "Gone"))
    with small_firm.house.memory.write(small_firm.workspace.id) as unit:
        unit.clients.archive(gone.id, at=small_firm.clock())
    leave = settings.take_leave(
        small_firm.house,
        small_firm.actor(small_firm.bruno),
        date(2026, 11, 16),
        date(2026, 11, 20),
        colleague_id=small_firm.alice.id,
    )
    covers.accept(small_firm.house, small_firm.actor(small_firm.alice), leave.asked[0].cover.id)

    page = my_clients(alice)
    assert set(rows(page)) == {own.id, danone.id}
    archive = alice.home(alice.presses(page, "home.go:archive"))
    assert rows(archive) == []


def test_an_empty_book_has_one_next_step(lea: Visitor) -> None:
    with_tabs = my_clients(lea)
    assert "Your book is empty so far" in seen(with_tabs)


# --- The team -----------------------------------------------------------------------------------------------


def test_a_lead_sees_sums_and_opens_the_neglected_of_their_people(lea: Visitor, small_firm: Firm) -> None:
    acme = small_firm.client("Acme", tier=Tier.A)
    age(small_firm, acme, 60)
    small_firm.client("Danone", owner=small_firm.bruno, tier=Tier.B)
    small_firm.client("Carla's own", owner=small_firm.carla)
    team = lea.goes(lea.opens_home(), "team")
    said = seen(team)
    assert "Your team: 2 people" in said
    assert "2 people look after 2 clients" in said
    assert "1 client is neglected: 1 in tier A." in said
    assert "Tier A: 0% on track (0 of 1), 0 due, 1 neglected" in said
    assert "Alice" not in said
    neglected = lea.home(lea.presses(team, "home.go:neglected"))
    assert rows(neglected) == [acme.id]
    assert "Looked after by Alice Ames." in seen(neglected)
    everything = lea.home(lea.presses(team, "home.go:all"))
    assert len(rows(everything)) == 2
    assert "Your team" in seen(lea.home(lea.presses(everything, "home.go:team-back")))


def test_a_lead_opens_one_persons_clients_chosen_from_a_list_by_name(lea: Visitor, small_firm: Firm) -> None:
    small_firm.client("Acme")
    danone = small_firm.client("Danone", owner=small_firm.bruno)
    team = lea.goes(lea.opens_home(), "team")
    assert lea.asks_list("team.person", "") == ["Alice Ames", "Bruno Petit"]
    assert lea.asks_list("team.person", "pet") == ["Bruno Petit"]
    his = lea.home(lea.presses(team, "team.person", choose=str(small_firm.bruno.id)))
    assert rows(his) == [danone.id]
    assert "1 client of Bruno Petit" in seen(his)


def test_an_admin_sees_everybodys_and_what_belongs_to_nobody(carla: Visitor, small_firm: Firm) -> None:
    small_firm.client("Acme")
    orphan = small_firm.client("Orphan")
    with small_firm.house.memory.write(small_firm.workspace.id) as unit:
        unit.clients.update(orphan.id, replace(description_of(orphan), owner_id=None))
    team = carla.goes(carla.opens_home(), "team")
    assert "1 client is looked after by nobody." in seen(team)
    assert rows(carla.home(carla.presses(team, "home.go:nobody"))) == [orphan.id]


@pytest.mark.parametrize("whose", ["team", "nobody", "member"])
def test_whoever_leads_nobody_sees_no_books_of_others(alice: Visitor, small_firm: Firm, whose: str) -> None:
    small_firm.client("Danone", owner=small_firm.bruno)
    small_firm.client("Acme")
    for tab in ("team", "clients"):
        place = {"tab": tab, "whose": whose, "member": small_firm.bruno.id}
        page = alice.home(presses_to(alice, place))
        assert "Danone" not in seen(page)


def test_a_lead_sees_nobody_elses_people(lea: Visitor, small_firm: Firm) -> None:
    small_firm.client("Carla's own", owner=small_firm.carla)
    place = {"tab": "team", "whose": "member", "member": small_firm.carla.id}
    with pytest.raises(Refusal) as refused:
        presses_to(lea, place)
    assert refused.value.code == "team.not_yours"


def presses_to(visitor: Visitor, place: Mapping[str, Any]) -> Any:
    """Presses a button that leads to that place, wherever it may come from."""
    button = {"type": "button", "action_id": "home.go:x", "value": json.dumps(place)}
    home = visitor.opens_home()
    return visitor.presses(
        {**home, "blocks": [*home["blocks"], {"type": "actions", "elements": [button]}]}, "home.go:x"
    )


def test_a_team_of_nobody_says_what_is_missing(small_firm: Firm, routes: Routes) -> None:
    with small_firm.house.memory.write(small_firm.workspace.id) as unit:
        unit.members.set_roles(small_firm.alice.id, frozenset({Role.LEAD}))
        alone = unit.members.get(small_firm.alice.id)
    assert alone is not None
    visitor = Visitor(small_firm, alone, routes)
    assert "Nobody is in your team yet" in seen(visitor.goes(visitor.opens_home(), "team"))


def test_ones_own_figures_are_told_in_words(alice: Visitor, small_firm: Firm) -> None:
    acme = small_firm.client("Acme")
    touch_services.log(
        small_firm.house,
        alice.firm.actor(small_firm.alice),
        TouchDraft(client=acme.id, channel=Channel.CALL),
        "1",
    )
    figures = alice.home(alice.presses(my_clients(alice), "home.go:figures"))
    assert "Tier A: 100% on track (1 of 1), 0 due, 0 neglected" in seen(figures)
    assert "Up to 14 days ago: 1 client" in seen(figures)
    assert "1 touch (we conversed: 1)" in seen(figures)
    assert "No promise was due." in seen(figures)


# --- The largest --------------------------------------------------------------------------------------------


def test_every_tab_at_its_largest_is_one_that_slack_takes(
    small_firm: Firm, routes: Routes, alice: Visitor, bruno: Visitor
) -> None:
    for owner in (small_firm.alice, small_firm.bruno):
        fill(small_firm, owner, [f"{owner.id} {number:03} {HOSTILE}"[:255] for number in range(500)])
    everything = frozenset(Role)
    for visitor in (alice, bruno):
        with small_firm.house.memory.write(small_firm.workspace.id) as unit:
            unit.members.set_roles(visitor.member.id, everything)
            grown = unit.members.get(visitor.member.id)
        assert grown is not None
        whole = Visitor(small_firm, grown, routes)
        home = whole.opens_home()
        tabs = [e["action_id"].partition(":")[2] for e in elements_of(home["blocks"][:1])]
        assert {"today", "clients", "team", "register", "settings"} <= set(tabs)
        for tab in tabs:
            page = whole.goes(home, tab)
            assert check_home(page) == []
            assert len(page["blocks"]) < 100
        page = looks_for(whole, whole.goes(home, "clients"), HOSTILE[:99])
        assert len(page["private_metadata"]) < 3000
        assert check_home(whole.home(presses_to(whole, {"tab": "team", "whose": "team"}))) == []
