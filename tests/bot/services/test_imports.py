"""A client list from elsewhere becomes the book: all of it, or nothing."""

from __future__ import annotations

import codecs
from dataclasses import dataclass, field, replace
from datetime import date, time, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.domain.book_rows import RejectedRow
from bot.domain.cadence import ClientState, state_of
from bot.domain.clients import Client, Tier
from bot.domain.members import Role
from bot.domain.refusals import Refusal
from bot.domain.touches import Channel, TouchDraft
from bot.ports import description_of
from bot.services import imports, merges, touches
from bot.services.imports import Kind
from bot.services.owners import moments_of
from tests.conftest import MONDAY, Firm, profile

LIST = """name,aliases,owner,tier,market,currency,cadence_days,last_touch,contact,contact_role,contact_email
Acme Inc.,Acme;ACM,U0ALICE,A,US-NY,USD,,2026-11-10,Dana Whitfield,Buyer,dana@acme.example
Acme Inc.,,,,,,,,Miguel Ortega,Operations,miguel@acme.example
Société Générale,SocGen,Bruno Petit,B,FR,EUR,21,,Élodie Roux,Achats,
Zenith,,,,,,,,,,
"""


@dataclass
class Imported:
    """What an import did: names of clients, the first of each kind, and how many people are new."""

    new: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    same: list[str] = field(default_factory=list)
    rejected: list[RejectedRow] = field(default_factory=list)
    contacts: int = 0


def take_in(firm: Firm, text: str | bytes, *, dry_run: bool = False) -> Imported:
    data = text if isinstance(text, bytes) else text.encode()
    done = imports.import_clients(firm.house, firm.workspace.id, data, dry_run=dry_run)
    new, changed, same = (
        [noted.name for noted in done.shown[kind]] for kind in (Kind.NEW, Kind.CHANGED, Kind.SAME)
    )
    return Imported(
        new,
        changed,
        same,
        [RejectedRow(noted.line, noted.code, noted.found) for noted in done.shown[Kind.REJECTED]],
        done.contacts,
    )


def book(firm: Firm) -> dict[str, Client]:
    with firm.house.memory.read(firm.workspace.id) as unit:
        owned = [client for m in unit.members.all() for client in unit.clients.of_owner(m.id, 1000)]
        orphans = [unit.clients.get(found.client_id) for found in unit.clients.named("Zenith")]
        everything = [unit.clients.get(client.id) for client in owned] + orphans
    return {client.name: client for client in everything if client is not None}


def people_of(firm: Firm, client: Client) -> list[tuple[str, str, str | None]]:
    with firm.house.memory.read(firm.workspace.id) as unit:
        return [(c.name, c.role, c.email) for c in unit.contacts.of_client(client.id)]


def test_clients_contacts_and_owners_are_taken_in(firm: Firm) -> None:
    done = take_in(firm, LIST)

    held = book(firm)
    acme, socgen, zenith = held["Acme Inc."], held["Société Générale"], held["Zenith"]
    assert (done.new, done.changed, done.same, done.rejected, done.contacts) == (
        ["Acme Inc.", "Société Générale", "Zenith"],
        [],
        [],
        [],
        3,
    )
    assert (acme.owner_id, acme.tier, acme.market, acme.aliases) == (
        firm.alice.id,
        Tier.A,
        "US-NY",
        ("Acme", "ACM"),
    )
    assert (socgen.owner_id, socgen.currency, socgen.cadence_days) == (firm.bruno.id, "EUR", 21)
    assert (zenith.owner_id, zenith.tier, zenith.market, zenith.currency) == (None, Tier.B, "US", "USD")
    assert people_of(firm, acme) == [
        ("Dana Whitfield", "Buyer", "dana@acme.example"),
        ("Miguel Ortega", "Operations", "miguel@acme.example"),
    ]


def test_the_same_list_twice_changes_nothing(firm: Firm) -> None:
    take_in(firm, LIST)
    before = book(firm)
    firm.clock.tick(days=3)

    again = take_in(firm, LIST)

    assert (again.new, again.changed, again.contacts) == ([], [], 0)
    assert again.same == ["Acme Inc.", "Société Générale", "Zenith"]
    assert book(firm) == before


def test_a_dry_run_says_the_same_and_changes_nothing(firm: Firm) -> None:
    said = take_in(firm, LIST.replace("Zenith,,", "Zenith,,U0NEWHIRE"), dry_run=True)

    assert book(firm) == {}
    with firm.house.memory.read(firm.workspace.id) as unit:
        assert unit.members.by_user("U0NEWHIRE") is None
    assert said == take_in(firm, LIST.replace("Zenith,,", "Zenith,,U0NEWHIRE"))


def test_with_one_wrong_row_nothing_at_all_is_taken_in_and_every_wrong_row_is_named(firm: Firm) -> None:
    done = take_in(firm, LIST + "Bad,,U0ALICE,Z,,,,,,,\n,,,,,,,,Jo,,\nLost,,Nobody Known,,,,,,,,\n")

    assert done.rejected == [
        RejectedRow(6, "tier.unknown", "Z"),
        RejectedRow(7, "name.missing"),
        RejectedRow(8, "owner.unknown", "Nobody Known"),
    ]
    assert book(firm) == {}


def test_what_the_list_says_anew_is_changed_and_what_it_does_not_say_stays(firm: Firm) -> None:
    take_in(firm, LIST)

    done = take_in(
        firm,
        "Company;Account manager;Alias;Contact;Title\nACME;Bruno Petit;Acme Tools;dana whitfield;Head of buying\n",
    )

    acme = book(firm)["Acme Inc."]
    assert (done.changed, done.new, done.contacts) == (["Acme Inc."], [], 0)
    assert (acme.owner_id, acme.tier, acme.market) == (firm.bruno.id, Tier.A, "US-NY")
    assert acme.aliases == ("Acme", "ACM", "Acme Tools")
    assert people_of(firm, acme)[0] == ("Dana Whitfield", "Head of buying", "dana@acme.example")


def test_a_new_owner_or_cadence_moves_the_due_moment(firm: Firm) -> None:
    take_in(firm, "name,owner,last_touch\nAcme,U0ALICE,2026-11-02\n")
    before = book(firm)["Acme"]

    take_in(firm, "name,cadence\nAcme,7\n")

    after = book(firm)["Acme"]
    assert before.due_at is not None
    assert after.due_at is not None
    assert after.due_at < before.due_at


def test_a_client_counts_from_its_last_touch_and_nothing_is_red_for_ten_working_days(firm: Firm) -> None:
    take_in(firm, "name,owner,tier,last_touch\nAcme,U0ALICE,A,2026-01-05\n")

    acme = book(firm)["Acme"]
    calm = firm.alice.calendar.starts(date(2026, 12, 1))  # ten working days on, with Thanksgiving in between
    assert acme.last_conversation_at == firm.alice.calendar.at(date(2026, 1, 5), time(12))
    assert acme.due_at is not None
    assert acme.due_at < MONDAY
    assert state_of(acme, calm - timedelta(seconds=1)) is ClientState.DUE
    assert state_of(acme, calm) is ClientState.NEGLECTED


@pytest.mark.parametrize(
    ("owner", "expected"),
    [
        ("U0ALICE", "U0ALICE"),
        ("ALICE@firm.example", "U0ALICE"),
        ("alice ames", "U0ALICE"),
        ("U0NEWHIRE", "U0NEWHIRE"),
    ],
)
def test_owners_are_named_by_slack_id_mail_or_name(firm: Firm, owner: str, expected: str) -> None:
    with firm.house.memory.write(firm.workspace.id) as unit:
        unit.members.refresh(
            firm.alice.id, profile("U0ALICE", "Alice Ames", email="alice@firm.example"), at=MONDAY
        )

    take_in(firm, f"name,owner\nAcme,{owner}\n")

    with firm.house.memory.read(firm.workspace.id) as unit:
        member = unit.members.by_user(expected)
        assert member is not None
        assert [client.name for client in unit.clients.of_owner(member.id, 5)] == ["Acme"]
        assert member.roles >= {Role.ACCOUNT_MANAGER}
        assert member.next_digest_at is not None


@pytest.mark.parametrize("owner", ["nobody@firm.example", "Somebody Else", "u0alice2", "U-1"])
def test_an_owner_nobody_knows_is_a_wrong_row(small_firm: Firm, owner: str) -> None:
    assert take_in(small_firm, f"name,owner\nAcme,{owner}\n").rejected == [
        RejectedRow(2, "owner.unknown", owner)
    ]


@pytest.mark.parametrize(
    "data",
    [
        codecs.BOM_UTF8 + LIST.encode("utf-8"),
        LIST.encode("utf-8"),
        LIST.encode("utf-16"),
        codecs.BOM_UTF16_BE + LIST.encode("utf-16-be"),
        LIST.encode("windows-1252"),
        LIST.replace(";", "§").replace(",", ";").replace("§", ";").replace("Acme;ACM", '"Acme;ACM"').encode(),
        LIST.replace(",", "\t").encode(),
        LIST.replace("\n", "\r\n").encode(),
        LIST.replace("\n", "\r").encode(),
        ("\n\n" + LIST).encode(),
        LIST.encode("utf-16-le"),
        LIST.encode("utf-16-be"),
    ],
    ids=[
        "UTF-8 with a mark",
        "UTF-8",
        "UTF-16 little",
        "UTF-16 big",
        "Windows-1252",
        "semicolons",
        "tabs",
        "Windows line ends",
        "old line ends",
        "blank lines first",
        "UTF-16 little without a mark",
        "UTF-16 big without a mark",
    ],
)
def test_lists_are_read_as_other_programs_write_them(small_firm: Firm, data: bytes) -> None:
    done = take_in(small_firm, data)

    assert done.rejected == []
    assert done.new == ["Acme Inc.", "Société Générale", "Zenith"]
    assert book(small_firm)["Acme Inc."].aliases == ("Acme", "ACM")


def test_french_headings_are_known(small_firm: Firm) -> None:
    done = take_in(
        small_firm,
        "Société;Chargé de compte;Catégorie;Pays;Devise;Fréquence;Dernier contact;Interlocuteur;Fonction;Courriel\n"
        "Boulangerie Martin;U0BRUNO;c;fr;eur;45;2026-10-01;Luc Martin;Gérant;luc@martin.example\n",
    )

    martin = book(small_firm)["Boulangerie Martin"]
    assert done.rejected == []
    assert (martin.tier, martin.market, martin.currency, martin.cadence_days) == (Tier.C, "FR", "EUR", 45)
    assert people_of(small_firm, martin) == [("Luc Martin", "Gérant", "luc@martin.example")]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "import.empty"),
        (b"\n \n,,\n", "import.empty"),
        (codecs.BOM_UTF8, "import.empty"),
        (b"turnover,city\n1,Detroit\n", "import.no_name_column"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "import.no_name_column"),
        (b"x" * (imports.LARGEST_FILE + 1), "import.too_large"),
    ],
    ids=["empty", "blank", "only a mark", "no names", "a picture", "too large"],
)
def test_what_is_no_client_list_is_refused(small_firm: Firm, data: bytes, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        take_in(small_firm, data)

    assert refused.value.code == code


def test_headings_alone_take_in_nothing(small_firm: Firm) -> None:
    assert take_in(small_firm, "name,owner\n") == Imported()


def test_a_quotation_mark_that_is_never_closed_does_not_swallow_what_follows(small_firm: Firm) -> None:
    """The third client would otherwise become part of a note that nobody reads."""
    done = take_in(small_firm, 'name,remarks\nAcme,fine\nFord,"loud\nMerck,quiet\n')

    assert [row.code for row in done.rejected] == ["row.broken"]
    assert book(small_firm) == {}


def test_a_cell_longer_than_any_table_takes_is_refused_in_words(small_firm: Firm) -> None:
    done = take_in(small_firm, "name,remarks\nAcme," + "x" * 200_000 + "\n")

    assert [row.code for row in done.rejected] == ["row.broken"]


def test_cells_may_hold_quotes_commas_and_lines_of_their_own(small_firm: Firm) -> None:
    done = take_in(small_firm, 'name,owner\n"Smith, ""Sons"" &\nCo",U0ALICE\n')

    assert done.new == ['Smith, "Sons" & Co']


@pytest.mark.parametrize("cell", ["=HYPERLINK(1)", "+1+1", "-1", "@SUM(A1)", "=cmd|' /C calc'!A0"])
def test_formulas_are_text_like_any_other(small_firm: Firm, cell: str) -> None:
    done = take_in(small_firm, f"name,owner,contact\n{cell},U0ALICE,{cell}\n")

    assert done.new == [cell]
    assert people_of(small_firm, book(small_firm)[cell])[0][0] == cell


def test_a_name_that_two_clients_bear_is_not_guessed(small_firm: Firm) -> None:
    small_firm.client("Twin Ltd")
    small_firm.client("Twin Inc")

    assert take_in(small_firm, "name\nTwin\n").rejected == [RejectedRow(2, "name.ambiguous", "Twin")]


def test_ten_thousand_rows_are_taken_in_at_once(small_firm: Firm) -> None:
    rows = "".join(f"Client number {n},U0ALICE,B,Person {n}\n" for n in range(10_000))

    done = take_in(small_firm, "name,owner,tier,contact\n" + rows)

    with small_firm.house.memory.read(small_firm.workspace.id) as unit:
        assert unit.clients.count_of_owner(small_firm.alice.id) == 10_000
    assert (len(done.new), done.contacts, done.rejected) == (20, 10_000, [])


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(
    st.binary(max_size=200)
    | st.text(max_size=120).map(lambda t: ("name,owner,tier\n" + t).encode("utf-8", "replace"))
)
def test_whatever_the_file_is_it_is_taken_in_refused_or_its_rows_are(small_firm: Firm, data: bytes) -> None:
    code = ""
    try:
        done = take_in(small_firm, data, dry_run=True)
    except Refusal as refusal:
        code, done = refusal.code, Imported()

    assert code == "" or code.startswith("import.")
    assert all(row.line >= 1 for row in done.rejected)


def test_a_later_last_touch_in_a_second_list_is_taken_over_and_an_earlier_one_is_not(
    small_firm: Firm,
) -> None:
    take_in(small_firm, "name,owner,tier,last_touch\nAcme,U0ALICE,A,2026-10-01\n")

    later = take_in(small_firm, "name,last_touch\nAcme,2026-11-10\n")
    earlier = take_in(small_firm, "name,last_touch\nAcme,2026-09-01\n")

    acme = book(small_firm)["Acme"]
    assert (later.changed, earlier.same) == (["Acme"], ["Acme"])
    assert acme.last_conversation_at is not None
    assert acme.last_conversation_at.date() == date(2026, 11, 10)


def test_a_list_that_changes_a_client_turns_nothing_red_at_once(small_firm: Firm) -> None:
    take_in(small_firm, "name,owner,tier,last_touch\nAcme,U0ALICE,D,2026-09-01\n")
    small_firm.clock.tick(days=40)

    take_in(small_firm, "name,tier\nAcme,A\n")

    assert state_of(book(small_firm)["Acme"], small_firm.clock()) is ClientState.DUE


def test_a_new_owner_looks_after_the_client_more_closely_at_first(small_firm: Firm) -> None:
    take_in(small_firm, "name,owner,tier,last_touch\nAcme,U0ALICE,C,2026-11-12\n")

    take_in(small_firm, "name,owner\nAcme,U0BRUNO\n")

    acme = book(small_firm)["Acme"]
    assert acme.owner_id == small_firm.bruno.id
    assert acme.new_until is not None
    assert acme.due_at is not None
    assert acme.due_at < small_firm.clock() + timedelta(days=7)


def test_a_nul_in_a_cell_is_dropped(firm: Firm) -> None:
    done = take_in(firm, "name,owner\nAc\0me,U0ALICE\n")

    assert done.new == ["Acme"]


def test_a_touch_logged_between_plan_and_writing_is_not_forgotten(firm: Firm, tmp_path: Path) -> None:
    acme = firm.client("Acme")
    path = tmp_path / "list.csv"
    path.write_text("name,tier\nAcme,C\n")

    def meanwhile() -> None:
        firm.clock.tick(minutes=5)
        touches.log(firm.house, firm.actor(firm.alice), TouchDraft(acme.id, Channel.CALL), "meanwhile")

    done = imports.take_in(firm.house, imports.Origin(firm.workspace.id), path, writing=meanwhile)

    after = firm.again(acme)
    assert done.import_id is not None
    assert (after.tier, after.last_conversation_at) == (Tier.C, firm.clock())
    with firm.house.memory.read(firm.workspace.id) as unit:
        due = moments_of(unit, after, firm.clock())
    assert due is not None
    assert (after.due_at, after.neglected_at) == (due.due_at, due.neglected_at)


def test_an_import_taken_back_does_not_give_back_a_name_that_somebody_else_has_by_now(firm: Firm) -> None:
    take_in(firm, "name,external_id\nAcme,1\n")
    take_in(firm, "name,external_id\nAcme Holding,1\n")
    held = next(client for client in book_of_nobody(firm) if client.name == "Acme Holding")
    with firm.house.memory.write(firm.workspace.id) as unit:
        unit.clients.update(held.id, replace(description_of(held), aliases=()))
    firm.client("Acme")

    undone = imports.undo(firm.house, imports.Origin(firm.workspace.id), 2)

    assert undone.differing == ["Acme Holding"]
    with firm.house.memory.read(firm.workspace.id) as unit:
        assert [found.name for found in unit.clients.named("Acme")] == ["Acme"]


def book_of_nobody(firm: Firm) -> list[Client]:
    with firm.house.memory.read(firm.workspace.id) as unit:
        return [client for client in unit.clients.after(0, 100) if client.owner_id is None]


def test_an_import_taken_back_leaves_a_person_whom_a_merge_may_still_give_back(firm: Firm) -> None:
    kept, gone = firm.client("Northwind"), firm.client("Southwind")
    firm.contact(kept, "Dana White", email="dana@northwind.example")
    take_in(firm, "name,contact,contact_email\nSouthwind,Dana White,dana@northwind.example\n")
    with firm.house.memory.read(firm.workspace.id) as unit:
        (dana,) = unit.contacts.of_client(gone.id)
    alice = firm.actor(firm.alice)
    logged = touches.log(firm.house, alice, TouchDraft(gone.id, Channel.CALL, contacts=(dana.id,)), "1")
    merged = merges.merge(firm.house, alice, kept.id, gone.id)

    imports.undo(firm.house, imports.Origin(firm.workspace.id), 1)
    merges.undo(firm.house, alice, merged.merge.id)

    assert touches.to_edit(firm.house, alice, logged.touch.id).touch.contact_ids == (dana.id,)


@pytest.mark.parametrize("column", ["aliases", "offerings"])
def test_a_row_that_brings_more_than_a_form_takes_is_rejected(firm: Firm, column: str) -> None:
    done = take_in(firm, f"name,{column}\nAcme,{';'.join(f'No {n}' for n in range(41))}\n")

    assert [(row.code, row.found) for row in done.rejected] == [("text.too_long", column)]
