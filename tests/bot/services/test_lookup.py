"""Which client is meant by a person, an address, a domain, or a name that is not quite theirs."""

from __future__ import annotations

import pytest

from bot.domain.lookup import Found, Via, choose
from bot.domain.touches import Channel, TouchDraft
from bot.services import briefs, clients, gifts, lookup, touches
from bot.services.proposals import GiftDraft
from tests.bot.services.test_clients import refusal_of
from tests.conftest import MONDAY, Firm


def found(firm: Firm, typed: str) -> Found:
    return lookup.choice(firm.house, firm.actor(firm.alice), typed)


def taken(firm: Firm, typed: str) -> str | None:
    client = found(firm, typed).client
    return None if client is None else client.name


def asked(firm: Firm, typed: str) -> list[str]:
    return [client.name for client in found(firm, typed).choices]


@pytest.fixture
def book(firm: Firm) -> Firm:
    acme, globex = firm.client("Acme"), firm.client("Globex")
    firm.contact(acme, "Dana Whitfield", email="Dana.Whitfield@Acme.com")
    firm.contact(acme, "Renée Lefèvre", email="renee@eu.acme.com")
    firm.contact(globex, "Peter Langley", email="peter.langley@gmail.com")
    firm.contact(globex, "Ann Bell", email="ann@globex.co.uk")
    return firm


def test_a_person_leads_to_the_client_and_is_told(book: Firm) -> None:
    decided = found(book, "dana whitfield").client
    assert decided is not None
    assert (decided.name, decided.matched, decided.via) == ("Acme", "Dana Whitfield", Via.PERSON)
    assert taken(book, "Lefevre Renee") == "Acme"


def test_an_address_or_a_domain_leads_to_the_client(book: Firm) -> None:
    for typed in (
        "dana.whitfield@acme.com",
        "acme.com",
        "@acme.com",
        "https://www.acme.com/contact",
        "somebody.else@acme.com",
        "mail.acme.com",
        "eu.acme.com",
    ):
        assert taken(book, typed) == "Acme", typed
    assert taken(book, "globex.co.uk") == "Globex"
    assert taken(book, "www.globex.co.uk") == "Globex"


def test_a_providers_domain_identifies_nobody_but_an_address_there_does(book: Firm) -> None:
    assert found(book, "gmail.com") == Found(None)
    assert found(book, "dana@gmail.com") == Found(None)
    assert taken(book, "Peter.Langley@gmail.com") == "Globex"


def test_two_clients_with_one_persons_name_or_one_domain_are_asked_about(book: Firm) -> None:
    initech = book.client("Initech")
    book.contact(initech, "Dana Whitfield", email="dana@acme.com")
    assert set(asked(book, "Dana Whitfield")) == {"Acme", "Initech"}
    assert set(asked(book, "acme.com")) == {"Acme", "Initech"}
    assert taken(book, "dana@acme.com") == "Initech"


def test_a_client_called_like_a_person_elsewhere_is_asked_about(book: Firm) -> None:
    book.client("Dana Whitfield")
    assert set(asked(book, "Dana Whitfield")) == {"Acme", "Dana Whitfield"}


def test_somebody_who_left_only_suggests_the_client(book: Firm) -> None:
    with book.house.memory.write(book.workspace.id) as unit:
        (dana,) = unit.contacts.called("Dana", 5)
        unit.contacts.set_left(dana.id, at=MONDAY)
        (ann,) = unit.contacts.called("Ann Bell", 5)
        unit.contacts.set_left(ann.id, at=MONDAY)

    decided = found(book, "Dana Whitfield")
    assert decided.client is None
    assert [(choice.name, choice.left) for choice in decided.choices] == [("Acme", True)]
    assert taken(book, "eu.acme.com") == "Acme"
    assert asked(book, "acme.com") == ["Acme"]
    assert asked(book, "globex.co.uk") == ["Globex"]


def test_a_first_name_and_a_mistyped_one_are_asked_about(book: Firm) -> None:
    assert asked(book, "Dana") == ["Acme"]
    assert asked(book, "Dana Withfield") == ["Acme"]
    assert asked(book, "adna whitfield") == ["Acme"]


def test_a_domain_that_is_called_like_a_client_is_asked_about(book: Firm) -> None:
    book.client("Initech")
    assert asked(book, "initech.io") == ["Initech"]
    assert found(book, "unheardof.io") == Found(None)


def test_a_legal_form_of_another_country_is_asked_about(firm: Firm) -> None:
    firm.client("Merck & Co., Inc.")
    assert asked(firm, "Merck KGaA") == ["Merck & Co., Inc."]
    assert taken(firm, "Merck Corp.") == "Merck & Co., Inc."
    assert taken(firm, "Merck") == "Merck & Co., Inc."


def test_a_longer_name_is_asked_about_unless_the_shorter_is_written_out(firm: Firm) -> None:
    firm.client("Prudential plc")
    firm.client("Prudential Financial, Inc.")
    assert set(asked(firm, "prudential")) == {"Prudential plc", "Prudential Financial, Inc."}
    assert taken(firm, "prudential plc") == "Prudential plc"
    assert taken(firm, "prudential financial") == "Prudential Financial, Inc."


def test_namesakes_in_a_question_are_told_apart(firm: Firm) -> None:
    firm.client("Twin", market="US")
    firm.client("Twin", market="FR")
    refusal = refusal_of(lambda: briefs.brief(firm.house, firm.actor(firm.alice), "Twin"))
    assert isinstance(refusal.facts["choices"], tuple)
    assert {label for _, label in refusal.facts["choices"]} == {"Twin (US)", "Twin (FR)"}


def test_a_touch_with_a_person_is_logged_with_their_client_and_them(book: Firm) -> None:
    alice = book.actor(book.alice)
    draft = TouchDraft(client="Dana Whitfield", channel=Channel.CALL)
    logged = touches.log(book.house, alice, draft, "once")
    assert (logged.client.name, [person.name for person in logged.contacts]) == ("Acme", ["Dana Whitfield"])
    by_mail = touches.log(book.house, alice, TouchDraft(client="ann@globex.co.uk"), "twice")
    assert (by_mail.client.name, [person.name for person in by_mail.contacts]) == ("Globex", ["Ann Bell"])


def test_a_gift_for_a_person_is_judged_by_all_that_is_known_of_them(firm: Firm) -> None:
    acme = firm.client("Acme")
    firm.contact(acme, "Marie Dupont", regimes=("HCP",))
    check = gifts.check(
        firm.house, firm.actor(firm.alice), GiftDraft("Marie Dupont", description="pen", category="gift")
    )
    assert check.contact is not None
    assert check.contact.name == "Marie Dupont"


def test_leading_words_may_be_a_person_or_an_address_where_that_is_asked_for(book: Firm) -> None:
    actor = book.actor(book.alice)

    def leading(typed: str, people: bool = True) -> int:
        return clients.leading_name(book.house, actor, typed.split(), people=people)

    assert leading("Dana Whitfield call yesterday") == 2
    assert leading("Dana Whitfield call yesterday", people=False) == 0
    assert leading("dana call yesterday") == 0
    assert leading("acme.com call") == 1
    assert leading("gmail.com call") == 0
    assert leading("Acme Dana Whitfield call") == 1


def test_an_archived_client_is_not_found_through_its_people(book: Firm) -> None:
    with book.house.memory.write(book.workspace.id) as unit:
        (named,) = unit.clients.named("Acme")
        unit.clients.archive(named.client_id, at=MONDAY)
    assert found(book, "Dana Whitfield") == Found(None)
    assert found(book, "acme.com") == Found(None)


def test_a_list_that_narrows_finds_people_and_domains_as_they_are_typed(book: Firm) -> None:
    def listed(typed: str) -> list[str]:
        return [
            f"{client.name}: {client.matched}"
            for client in clients.type_ahead(book.house, book.actor(book.alice), typed)
        ]

    assert listed("dana whi") == ["Acme: Dana Whitfield"]
    assert listed("eu.acm") == ["Acme: eu.acme.com"]
    assert listed("acm") == ["Acme: Acme"]
    assert choose(clients.type_ahead(book.house, book.actor(book.alice), "dana whi")).client is None


def test_nothing_typed_lists_a_hundred_own_clients(firm: Firm) -> None:
    for number in range(103):
        firm.client(f"Client {number}")
    firm.client("Elsewhere", owner=firm.bruno)
    listed = clients.type_ahead(firm.house, firm.actor(firm.alice), "")
    assert len(listed) == 100
    assert all(client.own for client in listed)
