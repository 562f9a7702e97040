"""Clients edited, archived and restored by people, and what their history tells."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, time, timedelta
from typing import Any

import pytest

from bot.domain.clients import Client, Part, Status, Tier
from bot.domain.fit import Because
from bot.domain.refusals import Refusal
from bot.ports import description_of
from bot.services import client_edits, merges
from handlers.answers import FormErrors, OpenForm, UpdateForm, View
from handlers.ask import Routes
from tests.conftest import Firm
from tests.handlers.conftest import HOSTILE, Visitor, elements_of, opened, said, seen


@pytest.fixture
def acme(small_firm: Firm) -> Client:
    return small_firm.client("Acme")


@pytest.fixture
def lea(small_firm: Firm, routes: Routes) -> Visitor:
    """Lea, who leads Alice and Bruno."""
    return Visitor(small_firm, small_firm.lea, routes)


def form_of(visitor: Visitor, client: str = "Acme") -> View:
    return opened(visitor.presses(said(visitor.types("/client", client)), "client.edit"))


def more(visitor: Visitor, do: str, client: str = "Acme") -> Any:
    return visitor.presses(said(visitor.types("/client", client)), "client.menu", choose=f'"{do}"')


def test_every_field_of_a_client_can_be_edited_and_stands_in_the_form_again(
    alice: Visitor, small_firm: Firm, acme: Client
) -> None:
    answer = alice.submits(
        form_of(alice),
        name="Acme Industries",
        aliases="ACM\nAcme Tools",
        tier="B",
        status="prospect",
        backup=["U0BRUNO"],
        sponsor=["U0LEA"],
        cadence_days="21",
        market="US-NY",
        currency="EUR",
        price_floor="1,250.50",
        zone=["Europe/Paris"],
        hours="Mon-Fri 9-12, 14-18; Fri 9-12",
        own_holidays="12/24, 2027-05-07",
        sector="Machines",
        offerings="Support, Spare parts",
        channels=["C0ACME"],
    )
    message = said(answer)
    assert "How much contact: Tier A → Tier B" in message.text
    assert "Country or state: United States → New York (United States)" in message.text
    after = small_firm.again(acme)
    assert (after.name, after.aliases, after.tier) == ("Acme Industries", ("ACM", "Acme Tools"), Tier.B)
    assert (after.status, after.cadence_days, after.zone) == (Status.PROSPECT, 21, "Europe/Paris")
    assert after.own_holidays == (date(2026, 12, 24), date(2027, 5, 7))
    assert after.offerings == ("Support", "Spare parts")
    assert str(after.price_floor.amount if after.price_floor else "") == "1250.5"
    assert after.hours is not None
    assert after.hours[4] == ((time(9), time(12)),)
    with small_firm.house.memory.read(small_firm.workspace.id) as unit:
        assert unit.clients.team(acme.id) == {
            Part.BACKUP: small_firm.bruno.id,
            Part.SPONSOR: small_firm.lea.id,
        }
        assert unit.clients.channels(acme.id) == ["C0ACME"]
    again = form_of(alice, "ACM")
    assert "stays as it was" in said(alice.submits(again)).text
    assert small_firm.again(acme).version == after.version + 1
    emptied = said(alice.submits(form_of(alice, "ACM"), zone=[]))
    assert "Time zone: Paris (France) → " in emptied.text
    assert small_firm.again(acme).zone is None


def test_a_form_in_french_reads_what_it_shows(bruno: Visitor, small_firm: Firm) -> None:
    danone = small_firm.client("Danone", owner=small_firm.bruno, market="FR", currency="EUR")
    bruno.submits(form_of(bruno, "Danone"), hours="lun-jeu 9h-12h, 14h-18h\nven 9h-12h", own_holidays="24/12")
    hours = small_firm.again(danone).hours
    assert hours is not None
    assert hours[0] == ((time(9), time(12)), (time(14), time(18)))
    assert "reste tel quel" in said(bruno.submits(form_of(bruno, "Danone"))).text
    assert small_firm.again(danone).own_holidays == (date(2026, 12, 24),)


@pytest.mark.parametrize(
    ("entered", "field", "part"),
    [
        ({"name": " "}, "name", "Which client"),
        ({"name": "x" * 300}, "name", "255"),
        ({"aliases": "x" * 300}, "aliases", "255"),
        ({"cadence_days": "often"}, "cadence_days", "number of days"),
        ({"cadence_days": "0"}, "cadence_days", "1 to 730"),
        ({"hours": "Xyz 9-12"}, "hours", "xyz"),
        ({"hours": "Mon nine"}, "hours", "Mon nine"),
        ({"hours": "Mon 17-9"}, "hours", "ends before it begins"),
        ({"hours": "Mon 9-13, 12-18"}, "hours", "overlaps"),
        ({"own_holidays": "31/02"}, "own_holidays", "31/02"),
        ({"price_floor": "cheap"}, "price_floor", "cheap"),
        ({"price_floor": "45 EUR"}, "price_floor", "USD"),
        ({"offerings": "y" * 100}, "offerings", "60"),
        ({"backup": ["U0GHOST"]}, "backup", "do not know"),
        ({"owner": "U0BRUNO"}, "owner", "lead"),
    ],
)
def test_what_cannot_be_is_said_at_its_field(
    alice: Visitor, small_firm: Firm, acme: Client, entered: dict[str, Any], field: str, part: str
) -> None:
    answer = alice.submits(form_of(alice), **entered)
    assert isinstance(answer, FormErrors)
    assert list(answer.errors) == [field]
    assert part in answer.errors[field]
    assert small_firm.again(acme) == acme


def test_a_lead_hands_a_client_over_and_it_ages_anew_by_the_new_owners_days(
    lea: Visitor, bruno: Visitor, small_firm: Firm, acme: Client
) -> None:
    small_firm.clock.tick(days=40)
    lea.submits(form_of(lea), owner="U0BRUNO")
    after = small_firm.again(acme)
    assert after.owner_id == small_firm.bruno.id
    assert after.new_until == small_firm.clock() + timedelta(days=90)
    assert "Suivi par Bruno Petit." in said(bruno.types("/client", "Acme")).text


def test_a_handover_by_the_form_is_said_with_a_way_back(lea: Visitor, small_firm: Firm, acme: Client) -> None:
    done = said(lea.submits(form_of(lea), owner="U0BRUNO"))
    assert "Looked after by: Alice Ames → Bruno Petit" in done.text
    assert "can be undone for a day" in done.text
    lea.presses(done, "handover.undo")
    assert small_firm.again(acme).owner_id == small_firm.alice.id


def test_who_must_not_have_a_client_or_keeps_none_is_named_at_the_owner(
    lea: Visitor, small_firm: Firm, acme: Client
) -> None:
    with small_firm.house.memory.write(small_firm.workspace.id) as unit:
        unit.fit.exclude(acme.id, small_firm.bruno.id, Because.CONFLICT, by=None, at=small_firm.clock())
    for owner, part in (("U0BRUNO", "must not have"), ("U0CARLA", "keeps no clients"), ([], "has to look")):
        answer = lea.submits(form_of(lea), owner=owner)
        assert isinstance(answer, FormErrors)
        assert part in answer.errors["owner"]
    assert small_firm.again(acme).owner_id == small_firm.alice.id


def test_somebody_who_left_can_be_kept_but_not_chosen(
    lea: Visitor, alice: Visitor, small_firm: Firm, acme: Client
) -> None:
    with small_firm.house.memory.write(small_firm.workspace.id) as unit:
        unit.members.set_active(small_firm.bruno.id, active=False)
    answer = lea.submits(form_of(lea), owner="U0BRUNO")
    assert isinstance(answer, FormErrors)
    assert "no longer uses" in answer.errors["owner"]
    with small_firm.house.memory.write(small_firm.workspace.id) as unit:
        unit.members.set_active(small_firm.alice.id, active=False)
    assert "Saved" in said(lea.submits(form_of(lea), sector="Machines")).text


def test_a_backup_edits_and_a_sponsor_only_reads(
    alice: Visitor, bruno: Visitor, small_firm: Firm, acme: Client
) -> None:
    with pytest.raises(Refusal):
        bruno.types("/client", "Acme")
    alice.submits(form_of(alice), sponsor=["U0BRUNO"])
    brief = said(bruno.types("/client", "Acme"))
    assert "client.edit" not in {e["action_id"] for e in elements_of(brief.blocks)}
    assert (
        opened(bruno.presses(brief, "client.menu", choose='"history"'))["callback_id"]
        == "client.history_page"
    )
    alice.submits(form_of(alice), sponsor=[], backup=["U0BRUNO"])
    bruno.submits(form_of(bruno), sector="Machines")
    assert small_firm.again(acme).sector == "Machines"


def test_the_second_of_two_who_edit_at_once_sees_what_the_first_changed_and_loses_nothing(
    alice: Visitor, lea: Visitor, small_firm: Firm, acme: Client
) -> None:
    mine, theirs = form_of(alice), form_of(lea)
    lea.submits(theirs, tier="C", sector="Machines")
    answer = alice.submits(mine, tier="B", aliases="ACM")
    assert isinstance(answer, UpdateForm)
    shown = seen(answer.view)
    assert "Lea Lang changed this client while you had it open." in shown
    assert "How much contact: now Tier C" in shown
    assert "Sector: now Machines" in shown
    assert "By now it says: Tier C" in shown
    assert small_firm.again(acme).tier is Tier.C
    saved = alice.submits(answer.view)
    assert "How much contact: Tier C → Tier B" in said(saved).text
    after = small_firm.again(acme)
    assert (after.tier, after.sector, after.aliases) == (Tier.B, "Machines", ("ACM",))


def test_a_form_of_a_client_that_was_archived_or_merged_meanwhile_is_answered(
    alice: Visitor, small_firm: Firm, acme: Client
) -> None:
    other = small_firm.client("Globex")
    form = form_of(alice)
    client_edits.archive(small_firm.house, small_firm.actor(small_firm.alice), acme.id)
    with pytest.raises(Refusal) as refused:
        alice.submits(form, sector="Machines")
    assert refused.value.code == "client.archived"
    client_edits.restore(small_firm.house, small_firm.actor(small_firm.alice), acme.id)
    merges.merge(small_firm.house, small_firm.actor(small_firm.alice), other.id, acme.id)
    with pytest.raises(Refusal) as refused:
        alice.submits(form, sector="Machines")
    assert refused.value.code == "client.merged"
    assert small_firm.again(other).sector == ""


def test_a_name_that_another_client_has_offers_to_open_or_merge_it(
    alice: Visitor, small_firm: Firm, acme: Client
) -> None:
    globex = small_firm.client("Globex")
    answer = alice.submits(form_of(alice), name="globex inc.")
    assert isinstance(answer, OpenForm)
    assert "There is already a client called Globex." in seen(answer.view)
    assert "Globex" in seen(opened(alice.presses(answer.view, "client.open")))
    preview = opened(alice.presses(answer.view, "client.merge_with"))
    assert "*Acme* becomes *Globex*." in seen(preview)
    alice.submits(preview)
    assert small_firm.again(acme).id == globex.id


def test_a_client_on_hold_has_no_clock_and_gets_one_again(
    alice: Visitor, small_firm: Firm, acme: Client
) -> None:
    assert "It is on hold" in said(alice.submits(form_of(alice), status="on_hold")).text
    held = small_firm.again(acme)
    assert (held.due_at, held.neglected_at) == (None, None)
    alice.types("/client-touch", "Acme call today")
    assert small_firm.again(acme).due_at is None
    alice.submits(form_of(alice), status="active")
    assert small_firm.again(acme).due_at is not None


def test_an_archived_client_is_in_no_list_and_comes_back(
    alice: Visitor, small_firm: Firm, acme: Client
) -> None:
    old = said(alice.types("/client", "Acme"))
    assert "No client is archived." in said(alice.types("/client", "archived")).text
    archived = said(alice.submits(opened(more(alice, "archive"))))
    assert "Acme is archived." in archived.text
    assert "empty" in said(alice.types("/client")).text
    assert "I know no client" in said(alice.types("/client", "Acme")).text
    assert "Acme" not in alice.asks_list("touch.client", "Acm")
    with pytest.raises(Refusal) as refused:
        alice.presses(old, "client.edit")
    assert refused.value.code == "client.archived"
    shown = said(alice.types("/client", "archived"))
    assert "1 archived client" in shown.text
    assert "is back in the book" in said(alice.presses(shown, "client.restore")).text
    assert "is back in the book" in said(alice.presses(archived, "client.restore")).text
    assert "Alice Ames" in said(alice.types("/client", "Acme")).text


def test_an_old_button_of_an_archived_client_says_so_and_offers_it_back(
    alice: Visitor, bruno: Visitor, small_firm: Firm, acme: Client
) -> None:
    confirmation = said(alice.types("/client-touch", "Acme call today"))
    question = said(alice.types("/client", "Acm North"))
    small_firm.client("Acme North")
    old = said(alice.types("/client"))
    client_edits.archive(small_firm.house, small_firm.actor(small_firm.alice), acme.id)
    answer = said(alice.presses(old, f"client.open:{acme.id}"))
    assert "Acme is archived." in answer.text
    assert "Undo" in seen(confirmation)
    assert question.blocks
    alice.presses(answer, "client.restore")
    assert not small_firm.again(acme).archived


def test_only_who_may_govern_a_client_archives_it(bruno: Visitor, small_firm: Firm, acme: Client) -> None:
    with small_firm.house.memory.write(small_firm.workspace.id) as unit:
        unit.clients.set_team(acme.id, Part.BACKUP, small_firm.bruno.id)
    (menu,) = (
        e for e in elements_of(said(bruno.types("/client", "Acme")).blocks) if e["action_id"] == "client.menu"
    )
    assert [json.loads(each["value"])["do"] for each in menu["options"]] == ["history", "reassign"]
    with pytest.raises(Refusal) as refused:
        client_edits.archive(small_firm.house, small_firm.actor(small_firm.bruno), acme.id)
    assert refused.value.code == "client.not_to_govern"


def test_a_restored_client_whose_name_was_given_away_leads_to_the_other(
    alice: Visitor, small_firm: Firm, acme: Client
) -> None:
    client_edits.archive(small_firm.house, small_firm.actor(small_firm.alice), acme.id)
    shown = said(alice.types("/client", "archived"))
    small_firm.client("ACME")
    assert "There is already a client called ACME" in said(alice.presses(shown, "client.restore")).text


def test_the_history_says_who_changed_what_and_when_in_words(
    alice: Visitor, lea: Visitor, small_firm: Firm, acme: Client
) -> None:
    alice.submits(form_of(alice), hours="Mon-Fri 9-17", status="prospect")
    small_firm.clock.tick(days=1)
    lea.submits(form_of(lea), tier="C", owner="U0BRUNO")
    for _ in range(25):
        client_edits.archive(small_firm.house, small_firm.actor(small_firm.lea), acme.id)
        client_edits.restore(small_firm.house, small_firm.actor(small_firm.lea), acme.id)
    first = opened(more(lea, "history"))
    second = opened(lea.presses(first, "client.history:older"))
    third = opened(lea.presses(second, "client.history:older"))
    told = seen(third)
    assert "Opening hours: nothing → Mon–Fri 09:00–17:00" in told
    assert "Status: Active → Prospect" in told
    assert "Looked after by: Alice Ames → Bruno Petit" in told
    assert "Alice Ames" in told
    assert "Nov 16, 2026" in told
    assert "Older" not in told
    assert seen(opened(lea.presses(third, "client.history:first"))) == seen(first)


def test_the_short_form_leads_to_all_fields_with_what_was_entered(alice: Visitor, small_firm: Firm) -> None:
    short = opened(alice.presses(said(alice.types("/client")), "client.open_form"))
    state = {
        "name": {"name": {"type": "plain_text_input", "value": "Globex"}},
        "contact": {"contact": {"type": "plain_text_input", "value": "Jane Smith"}},
    }
    whole = opened(alice.presses(short, "client.more_fields", state=state))
    assert (
        "Globex is in your book now."
        in said(alice.submits(whole, hours="9-17", aliases="Glob", backup=["U0BRUNO"])).text
    )
    with small_firm.house.memory.read(small_firm.workspace.id) as unit:
        (client,) = unit.clients.of_owner(small_firm.alice.id, 5)
        assert client.market == "US"
        assert unit.clients.team(client.id) == {Part.BACKUP: small_firm.bruno.id}
        assert [person.name for person in unit.contacts.of_client(client.id)] == ["Jane Smith"]


def test_a_client_as_large_as_can_be_fits_into_its_form_and_history(bruno: Visitor, small_firm: Firm) -> None:
    small_firm.client(
        HOSTILE[:255],
        owner=small_firm.bruno,
        aliases=tuple(f"{number} {HOSTILE[:240]}" for number in range(40)),
        offerings=tuple(f"{number} {'é' * 55}" for number in range(40)),
        sector="é" * 64,
        own_holidays=tuple(date(2027, 1, 1) + timedelta(days=day) for day in range(60)),
        hours={day: tuple((time(h), time(h, 45)) for h in range(8, 14)) for day in range(7)},
    )
    brief = said(bruno.presses(said(bruno.types("/client")), "client.open"))
    form = opened(bruno.presses(brief, "client.edit"))
    assert "reste tel quel" in said(bruno.submits(form)).text
    opened(bruno.presses(brief, "client.menu", choose='"history"'))
    opened(bruno.presses(brief, "client.menu", choose='"merge"'))
    bruno.submits(opened(bruno.presses(brief, "client.menu", choose='"archive"')))
    said(bruno.types("/client", "archivés"))


def test_time_zones_and_states_are_found_as_people_call_them(alice: Visitor, bruno: Visitor) -> None:
    assert alice.asks_list("client.zone", "paris") == ["Paris (France) UTC+1"]
    assert bruno.asks_list("client.market", "californie") == ["Californie (États-Unis)"]
    assert alice.asks_list("client.market", "New Y") == ["New York (United States)"]
    assert len(alice.asks_list("client.zone", "")) == 100


@pytest.mark.parametrize(
    ("aliases", "offerings"),
    [
        (tuple(f"Alias {n}" for n in range(60)), tuple(f"Part {n}" for n in range(60))),
        (tuple(f"Alias {n} {'x' * 200}" for n in range(60)), tuple(f"{n} {'x' * 200}" for n in range(60))),
    ],
)
def test_a_client_with_more_than_a_form_takes_can_still_be_edited_and_loses_nothing(
    alice: Visitor, small_firm: Firm, acme: Client, aliases: tuple[str, ...], offerings: tuple[str, ...]
) -> None:
    with small_firm.house.memory.write(small_firm.workspace.id) as unit:
        unit.clients.update(
            acme.id, replace(description_of(acme), aliases=aliases, offerings=offerings), version=None
        )

    said(alice.submits(form_of(alice), tier="C"))

    after = small_firm.again(acme)
    assert after.tier is Tier.C
    assert (set(after.aliases), set(after.offerings)) == (set(aliases), set(offerings))
