"""Finding, adding and reading clients, and who may."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from bot.domain.cadence import ClientState
from bot.domain.clients import Tier
from bot.domain.members import Role
from bot.domain.refusals import Refusal
from bot.domain.touches import Channel, TouchDraft
from bot.services import briefs, clients, members, touches
from bot.services.clients import new_client
from bot.services.house import Actor
from tests.conftest import MONDAY, Firm, profile


def refusal_of(attempt: Callable[[], Any]) -> Refusal:
    with pytest.raises(Refusal) as refused:
        attempt()
    return refused.value


def test_a_brief_says_what_one_should_know_before_a_call(firm: Firm) -> None:
    acme = firm.client("Acme Inc.", aliases=("Acme",), spoke_before_at=MONDAY - timedelta(days=90))
    firm.contact(acme, "Dana Whitfield", role="Buyer")
    for number in range(7):
        draft = TouchDraft(acme.id, Channel.CALL, at=MONDAY - timedelta(days=number), note=f"call {number}")
        touches.log(firm.house, firm.actor(firm.bruno if number else firm.alice), draft, f"{number}")

    brief = briefs.brief(firm.house, firm.actor(firm.alice), "acme")

    assert (brief.client, brief.usual) == ("Acme Inc.", 14)
    assert (brief.owner, brief.state) == ("Alice Ames", ClientState.ON_TRACK)
    assert [person.name for person in brief.people] == ["Dana Whitfield"]
    assert [touch.note for touch in brief.touches] == [f"call {n}" for n in range(5)]
    assert [touch.author for touch in brief.touches] == ["Alice Ames", *["Bruno Petit"] * 4]


def test_owner_lead_and_admin_read_a_client_and_others_are_told_whose_it_is(firm: Firm) -> None:
    acme = firm.client("Acme", owner=firm.alice)

    for reader in (firm.alice, firm.lea, firm.carla):
        assert briefs.brief(firm.house, firm.actor(reader), acme.id).client_id == acme.id
    refused = refusal_of(lambda: briefs.brief(firm.house, firm.actor(firm.bruno), "Acme"))

    assert refused.code == "client.not_yours"
    assert refused.facts == {"client": "Acme", "owner": "Alice Ames"}


def test_compliance_alone_does_not_open_a_clients_history(firm: Firm) -> None:
    acme = firm.client("Acme", owner=firm.alice)
    cora = members.admit(firm.house, firm.workspace.id, profile("U0CORA", "Cora"))
    members.appoint(firm.house, firm.actor(firm.carla), cora.id, frozenset({Role.COMPLIANCE}))

    refused = refusal_of(lambda: briefs.brief(firm.house, firm.actor(cora), acme.id))

    assert refused.code == "client.not_yours"


def test_a_new_client_belongs_to_who_adds_it_and_is_looked_after_closely(firm: Firm) -> None:
    added = clients.add(
        firm.house, firm.actor(firm.alice), new_client("  Globex \n Corp. ", Tier.C), " Hank "
    )

    assert (added.name, added.owner_id, added.tier) == ("Globex Corp.", firm.alice.id, Tier.C)
    assert (added.market, added.currency) == ("US", "USD")
    assert added.new_until == MONDAY + timedelta(days=90)
    assert added.due_at is not None
    assert added.due_at < MONDAY + timedelta(days=8)
    _, people = clients.contacts_of(firm.house, firm.actor(firm.bruno), added.id)
    assert [person.name for person in people] == ["Hank"]


@pytest.mark.parametrize("name", ["Acme", "ACME, Inc.", "the acme corporation", "Ácme"])
def test_a_client_of_the_very_same_name_is_not_added_twice(firm: Firm, name: str) -> None:
    acme = firm.client("Acme Inc.")

    refused = refusal_of(lambda: clients.add(firm.house, firm.actor(firm.bruno), new_client(name)))

    assert (refused.code, refused.facts["client"], refused.facts["client_id"]) == (
        "client.exists",
        "Acme Inc.",
        acme.id,
    )


def test_a_name_that_is_missing_or_too_long_is_refused(small_firm: Firm) -> None:
    actor = small_firm.actor(small_firm.alice)

    def add(name: str) -> Refusal:
        return refusal_of(lambda: clients.add(small_firm.house, actor, new_client(name)))

    assert add("  ").code == "client.missing"
    assert (add("x" * 256).code, add("x" * 256).facts["limit"]) == ("client.name_too_long", 255)


def test_a_name_whose_letters_are_spelt_out_at_length_is_kept_and_found(firm: Firm) -> None:
    """Some single letters stand for many: compared names may be far longer than what was typed."""
    name = "ﷺ" * 200

    added = clients.add(firm.house, firm.actor(firm.alice), new_client(name))

    assert briefs.brief(firm.house, firm.actor(firm.alice), name).client_id == added.id


def test_a_list_that_narrows_shows_own_clients_first(firm: Firm) -> None:
    firm.client("Norton Foods", owner=firm.bruno)
    firm.client("Norton Tools", owner=firm.alice)
    firm.client("Acme", owner=firm.alice, spoke_before_at=MONDAY - timedelta(days=9))
    actor = firm.actor(firm.alice)

    narrowed = [found.name for found in clients.type_ahead(firm.house, actor, "norton")]
    untyped = [found.name for found in clients.type_ahead(firm.house, actor, " ")]

    assert narrowed == ["Norton Tools", "Norton Foods"]
    assert untyped == ["Acme", "Norton Tools"]


def test_the_longest_run_of_leading_words_that_is_a_name_is_taken(firm: Firm) -> None:
    firm.client("Bank of America Corp.", aliases=("BofA",))
    firm.client("Bank")
    actor = firm.actor(firm.alice)

    def taken(typed: str) -> int:
        return clients.leading_name(firm.house, actor, typed.split())

    assert taken("Bank of America call yesterday") == 3
    assert taken("bank of america corp. call") == 4
    assert taken("bank call") == 1
    assert taken("bofa: call") == 1
    assert taken("nobody at all") == 0
    assert clients.leading_name(firm.house, actor, []) == 0


def test_what_is_gone_is_gone(small_firm: Firm) -> None:
    actor = small_firm.actor(small_firm.alice)
    house = small_firm.house

    assert refusal_of(lambda: briefs.brief(house, actor, 4711)).code == "client.gone"
    assert refusal_of(lambda: clients.contacts_of(house, actor, 4711)).code == "client.gone"
    assert refusal_of(lambda: briefs.brief(house, actor, "Nobody")).code == "client.unknown"
    assert refusal_of(lambda: briefs.brief(house, actor, "")).code == "client.missing"


def test_another_workspace_sees_nothing_of_ours(firm: Firm) -> None:
    acme = firm.client("Acme")
    other = firm.house.memory.install(
        "T0OTHER", "Other", at=MONDAY, zone="UTC", locale="en-US", currency="USD", country="US"
    )
    otto = members.admit(firm.house, other.id, profile("U0OTTO", "Otto Other", owner=True))
    actor = Actor(other.id, otto.id)

    assert refusal_of(lambda: briefs.brief(firm.house, actor, acme.id)).code == "client.gone"
    assert refusal_of(lambda: briefs.brief(firm.house, actor, "Acme")).code == "client.unknown"
    assert clients.type_ahead(firm.house, actor, "Acme") == []
    assert clients.leading_name(firm.house, actor, ["Acme"]) == 0
    assert refusal_of(lambda: touches.log(firm.house, actor, TouchDraft(acme.id), "k")).code == "client.gone"
    # Nor does a member of ours who is named in the wrong workspace.
    assert (
        refusal_of(lambda: members.who(firm.house, Actor(other.id, firm.alice.id))).code == "member.unknown"
    )
