"""Lists of Salesforce, HubSpot and Pipedrive: ids, look-alikes, decisions, undo, and the way back out."""

from __future__ import annotations

import codecs
from dataclasses import replace
from datetime import date, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from bot.domain.clients import Client, Part, Status, Tier
from bot.domain.history import Subject
from bot.domain.imports import Decision
from bot.domain.members import Profile, Role
from bot.domain.money import Money
from bot.domain.refusals import Refusal
from bot.domain.touches import Channel, TouchDraft
from bot.ports import description_of, description_of_contact
from bot.services import book_export, imports, touches
from bot.services.imports import Choices, Done, Kind, Origin, Preview
from handlers.exports.book_file import FORMS, write_book
from storage.unit_of_work import SqlMemory
from tests.conftest import MONDAY, Firm

ACCOUNTS = (
    "Account ID,Account Name,Account Owner,Rating,Type,Billing Country,Billing State/Province,Industry,Last Activity\n"
    "0015e00000AbCdE,Acme Inc.,Alice Ames,Hot,Customer - Direct,United States,California,Energy,10/31/2026\n"
    "0015e00000AbCdF,Société Générale,Bruno Petit,Warm,Prospect,France,,Banking,11/02/2026\n"
)
CONTACTS = (
    "Contact ID,First Name,Last Name,Title,Email,Account Name,Account ID\n"
    "0035e00000AbCdE,Dana,Whitfield,Buyer,dana@acme.example,Acme Inc.,0015e00000AbCdEAAQ\n"
    "0035e00000AbCdF,Élodie,Roux,Achats,,Société Générale,0015e00000AbCdFAAQ\n"
    "0035e00000AbCdG,Miguel,Ortega,,,Acme Inc.,0015e00000AbCdEAAQ\n"
)


@pytest.fixture
def take(tmp_path: Path) -> Any:
    def taken(firm: Firm, text: str | bytes, by: str = "", **choices: Any) -> Done:
        return imports.take_in(
            firm.house, origin(firm, by), _file(tmp_path, text), choices=Choices(**choices)
        )

    return taken


def origin(firm: Firm, by: str = "") -> Origin:
    return Origin(firm.workspace.id, getattr(firm, by).id if by else None)


def _file(folder: Path, text: str | bytes, name: str = "list.csv") -> Path:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def named(firm: Firm, name: str) -> Client:
    with firm.house.memory.read(firm.workspace.id) as unit:
        found = unit.clients.get(unit.clients.named(name)[0].client_id)
    assert found is not None
    return found


def count(firm: Firm) -> int:
    with firm.house.memory.read(firm.workspace.id) as unit:
        return len(unit.imports.of_reader(None, 0, 1000))


def people(firm: Firm, name: str) -> list[str]:
    client = named(firm, name)
    with firm.house.memory.read(firm.workspace.id) as unit:
        return [person.name for person in unit.contacts.of_client(client.id)]


def codes(done: Preview, kind: Kind = Kind.REJECTED) -> list[tuple[int, str, str]]:
    return [(noted.line, noted.code, noted.found or noted.other) for noted in done.shown[kind]]


def test_accounts_of_salesforce_come_in_with_states_tiers_and_dates_in_american_order(
    firm: Firm, take: Any
) -> None:
    done = take(firm, ACCOUNTS)

    acme, socgen = named(firm, "Acme"), named(firm, "Societe Generale")
    assert (done.preview.recognised.system, done.preview.recognised.things) == ("Salesforce", "accounts")
    assert (acme.market, acme.tier, acme.status, acme.sector) == ("US-CA", Tier.A, Status.ACTIVE, "Energy")
    assert (socgen.market, socgen.status, socgen.owner_id) == ("FR", Status.PROSPECT, firm.bruno.id)
    assert acme.last_conversation_at == firm.alice.calendar.at(date(2026, 10, 31), time(12))
    assert acme.due_at is not None


def test_contacts_of_a_second_list_find_their_clients_by_the_id_of_the_first(firm: Firm, take: Any) -> None:
    take(firm, ACCOUNTS)
    done = take(firm, CONTACTS)

    assert (done.preview.counts[Kind.NEW], done.preview.contacts) == (0, 3)
    assert people(firm, "Acme") == ["Dana Whitfield", "Miguel Ortega"]
    again = take(firm, CONTACTS.replace("Buyer", "Head of buying"))
    assert (again.preview.contacts, again.preview.contacts_changed) == (0, 1)


def test_an_id_that_is_known_renames_a_client_and_keeps_its_old_name_as_another(
    firm: Firm, take: Any
) -> None:
    take(firm, ACCOUNTS)
    done = take(firm, ACCOUNTS.replace("Acme Inc.", "Apex Tools"))

    assert done.preview.counts == {Kind.CHANGED: 1, Kind.SAME: 1}
    assert named(firm, "Apex Tools").aliases == ("Acme Inc.",)
    assert named(firm, "Acme").name == "Apex Tools"


@pytest.mark.parametrize("decision", list(Decision))
def test_a_look_alike_is_asked_about_and_becomes_what_was_decided(
    firm: Firm, take: Any, decision: Decision
) -> None:
    take(firm, "name\nGeneral Logistics\n")
    asked = take(firm, "name,contact\nGenreal Logistics,Jo\n")
    assert asked.import_id is None
    assert codes(asked.preview, Kind.CONFLICT) == [(2, "name.near", "General Logistics")]
    assert count(firm) == 1

    take(firm, "name,contact\nGenreal Logistics,Jo\n", decisions={"genreal logistics": decision})

    assert count(firm) == (2 if decision is Decision.ANOTHER else 1)
    if decision is Decision.SAME:
        assert named(firm, "Genreal Logistics").name == "General Logistics"
        again = take(firm, "name,contact\nGenreal Logistics,Jo\n")
        assert again.preview.counts == {Kind.SAME: 1}, "the spelling is remembered"


def test_look_alikes_within_a_list_are_asked_about(small_firm: Firm, take: Any) -> None:
    done = take(small_firm, "name\nAcme Logistics\nLogistics Acme\nClient 12\nClient 13\n")

    assert codes(done.preview, Kind.CONFLICT) == [(3, "name.near", "Acme Logistics")]
    take(small_firm, "name\nAcme Logistics\nLogistics Acme\n", others=Decision.SAME)
    assert named(small_firm, "Logistics Acme").name == "Acme Logistics"


def test_two_companies_of_one_name_are_told_apart_by_their_ids(small_firm: Firm, take: Any) -> None:
    text = "Account ID,Account Name\n001A,Twin\n001B,Twin\n"
    assert codes(take(small_firm, text).preview, Kind.CONFLICT) == [(3, "name.near", "Twin")]

    done = take(small_firm, text, others=Decision.ANOTHER)
    assert done.preview.counts[Kind.NEW] == 2
    assert take(small_firm, text).preview.counts == {Kind.SAME: 2}


def test_rows_of_a_client_need_not_stand_together(firm: Firm, take: Any) -> None:
    done = take(firm, "name,tier,contact\nAcme,,Dana\nFord,,Jane\nAcme,A,Miguel\nACME,,dana\n")

    assert (done.preview.counts[Kind.NEW], done.preview.contacts) == (2, 3)
    assert named(firm, "Acme").tier is Tier.A
    assert people(firm, "Acme") == ["Dana", "Miguel"]


def test_dates_that_can_be_read_in_two_ways_are_asked_about(small_firm: Firm, take: Any) -> None:
    text = "name,last contact\nAcme,03/04/2026\n"
    asked = take(small_firm, text)

    assert (asked.preview.undecided, codes(asked.preview)) == (
        "03/04/2026",
        [(2, "date.order", "03/04/2026")],
    )
    take(small_firm, text, day_first=True)
    spoke = named(small_firm, "Acme").last_conversation_at
    assert spoke is not None
    assert spoke.date() == date(2026, 4, 3)


def test_wrong_rows_are_left_out_only_when_somebody_says_so(small_firm: Firm, take: Any) -> None:
    text = "name,tier\nAcme,A\nFord,Z\n"
    assert take(small_firm, text).import_id is None
    assert count(small_firm) == 0

    done = take(small_firm, text, skip_wrong=True)
    assert (done.preview.counts[Kind.SKIPPED], count(small_firm)) == (1, 1)


def test_a_byte_that_is_no_letter_is_named_with_its_line(small_firm: Firm, take: Any) -> None:
    broken = "name\nAcmé\nCafé Noir\nÉlan\nZo".encode() + b"\xe9 Ltd\n"

    assert codes(take(small_firm, broken).preview) == [(5, "bytes.wrong", "0xE9")]
    assert codes(take(small_firm, b"name\nCaf\x81\n").preview) == [(2, "bytes.wrong", "0x81")]
    wide = codecs.BOM_UTF16_LE + "name\nAcme\n".encode("utf-16-le") + b"\x00\xd8A\x00\n\x00"
    assert [code for _, code, _ in codes(take(small_firm, wide).preview)] == ["bytes.wrong"]


def test_headings_of_ones_own_are_mapped(small_firm: Firm, take: Any) -> None:
    with pytest.raises(Refusal, match=r"import\.no_name_column"):
        take(small_firm, "Firma,Stadt,Land\nAcme,Köln,Germany\n")

    done = take(
        small_firm, "Firma,Stadt,Land\nAcme,Köln,Germany\n", mapping={"Firma": "name", "Land": "country"}
    )
    assert done.preview.counts[Kind.NEW] == 1
    assert named(small_firm, "Acme").market == "DE"


def test_an_account_manager_brings_in_their_own_clients_alone(firm: Firm, take: Any) -> None:
    firm.client("Theirs", firm.bruno)
    done = take(firm, "name,owner\nMine,\nAlso mine,U0ALICE\nNot mine,U0BRUNO\nTheirs,\n", by="alice")

    assert codes(done.preview) == [(4, "owner.not_yours", "U0BRUNO"), (5, "client.not_yours", "Theirs")]
    assert take(firm, "name\nMine\n", by="alice").import_id is not None
    assert named(firm, "Mine").owner_id == firm.alice.id
    assert take(firm, "name,owner\nNot mine,U0BRUNO\n", by="lea").import_id is not None


def test_nothing_turns_red_before_the_book_begins(
    small_firm: Firm, take: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    starts = date(2027, 2, 1)
    real = SqlMemory.read

    def later(memory: SqlMemory, workspace_id: int) -> Any:
        class Opened:
            def __enter__(self) -> Any:
                self.inner = real(memory, workspace_id)
                unit = self.inner.__enter__()
                unit.__dict__["workspace"] = replace(unit.workspace, starts_on=starts)
                return unit

            def __exit__(self, *error: Any) -> Any:
                return self.inner.__exit__(*error)

        return Opened()

    monkeypatch.setattr(SqlMemory, "read", later)
    take(small_firm, "name,owner,last contact\nAcme,U0ALICE,2026-01-05\n")
    neglected = named(small_firm, "Acme").neglected_at
    assert neglected is not None
    assert neglected >= small_firm.alice.calendar.starts(starts)


def test_undo_takes_back_what_came_and_returns_what_changed(firm: Firm, take: Any) -> None:
    take(firm, "name,owner,tier,contact\nAcme,U0ALICE,A,Dana\n")
    before, whole = named(firm, "Acme"), people(firm, "Acme")
    done = take(firm, "name,tier,alias,contact,title\nAcme,C,ACM,Dana,Buyer\nAcme,,,Miguel,\nFord,B,,Jane,\n")
    assert done.import_id is not None

    undone = imports.undo(firm.house, origin(firm), done.import_id)

    after = named(firm, "Acme")
    assert (undone.clients, undone.contacts, undone.returned) == (1, 1, 2)
    assert (after.tier, after.aliases, after.due_at, people(firm, "Acme")) == (
        before.tier,
        before.aliases,
        before.due_at,
        whole,
    )
    assert count(firm) == 1
    with pytest.raises(Refusal, match=r"import\.undone"):
        imports.undo(firm.house, origin(firm), done.import_id)
    assert take(firm, "name\nFord\n").preview.counts[Kind.NEW] == 1


def test_undo_leaves_what_people_worked_with_since_and_names_it(firm: Firm, take: Any) -> None:
    take(firm, "name,owner,tier,sector\nAcme,U0ALICE,A,Energy\n")
    done = take(firm, "name,owner,tier,sector\nAcme,,C,Oil\nFord,U0ALICE,B,\nMerck,U0ALICE,B,\n")
    touches.log(
        firm.house, firm.actor(firm.alice), TouchDraft(client="Ford", channel=Channel.CALL, at=MONDAY), "key"
    )
    with firm.house.memory.write(firm.workspace.id) as unit:
        acme = named(firm, "Acme")
        unit.clients.update(acme.id, replace(description_of(acme), tier=Tier.D))

    undone = imports.undo(firm.house, origin(firm), done.import_id or 0)

    assert (undone.kept, undone.differing, undone.clients) == (["Ford"], ["Acme"], 1)
    assert (named(firm, "Acme").tier, named(firm, "Acme").sector) == (Tier.D, "Energy")


def test_only_who_imported_and_admins_take_an_import_back(firm: Firm, take: Any) -> None:
    done = take(firm, "name\nAcme\n", by="alice")

    with pytest.raises(Refusal, match=r"import\.not_yours"):
        imports.undo(firm.house, origin(firm, "bruno"), done.import_id or 0)
    with pytest.raises(Refusal, match=r"import\.unknown"):
        imports.undo(firm.house, origin(firm, "bruno"), 99)
    assert imports.last(firm.house, origin(firm, "bruno")) is None
    found = imports.last(firm.house, origin(firm, "carla"))
    assert found is not None
    assert imports.undo(firm.house, origin(firm, "carla"), found.id).clients == 1


def test_history_tells_what_an_import_changed(firm: Firm, take: Any) -> None:
    take(firm, "name,tier\nAcme,A\n")
    take(firm, "name,tier\nAcme,C\n", by="carla")

    with firm.house.memory.read(firm.workspace.id) as unit:
        found = unit.history.of_subject(Subject.CLIENT, named(firm, "Acme").id, 9)
    assert [(change.kind.value, change.member_id) for change in found] == [
        ("edited", firm.carla.id),
        ("added", None),
    ]
    assert found[0].facts == {"tier": ["A", "C"]}


def test_a_book_that_changes_under_the_plan_is_planned_anew(
    firm: Firm, take: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    calls = iter(range(9))

    def meanwhile() -> None:
        if next(calls) == 0:
            firm.client("Acme")

    done = imports.take_in(firm.house, origin(firm), _file(tmp_path, "name\nAcme\nFord\n"), writing=meanwhile)

    assert done.preview.counts == {Kind.NEW: 1, Kind.SAME: 1}
    assert count(firm) == 2


def test_a_client_that_changes_under_the_plan_is_not_overwritten(
    firm: Firm, take: Any, tmp_path: Path
) -> None:
    acme = firm.client("Acme", tier=Tier.A)
    calls = iter(range(9))

    def meanwhile() -> None:
        if next(calls) == 0:
            with firm.house.memory.write(firm.workspace.id) as unit:
                unit.clients.update(acme.id, replace(description_of(acme), sector="Energy"))

    imports.take_in(firm.house, origin(firm), _file(tmp_path, "name,tier\nAcme,C\n"), writing=meanwhile)

    assert (named(firm, "Acme").tier, named(firm, "Acme").sector) == (Tier.C, "Energy")


def test_another_file_than_the_one_that_was_looked_at_is_refused(small_firm: Firm, tmp_path: Path) -> None:
    path = _file(tmp_path, "name\nAcme\n")
    found = imports.preview(small_firm.house, origin(small_firm), path)
    path.write_text("name\nFord\n")

    with pytest.raises(Refusal, match=r"import\.other_file"):
        imports.take_in(small_firm.house, origin(small_firm), path, digest=found.digest)


# --- Out again --------------------------------------------------------------------------------------------


@pytest.fixture
def full(firm: Firm) -> Firm:
    """A firm with one client that has everything, one that has nothing, and names that no spreadsheet may run."""
    acme = firm.client(
        "=cmd|' /C calc'!A0",
        aliases=("A;B", "back\\slash", "'=quoted"),
        tier=Tier.C,
        market="US-NY",
        cadence_days=21,
        spoke_before_at=MONDAY - timedelta(days=40),
        status=Status.PROSPECT,
        zone="Europe/Paris",
        hours={day: ((time(9), time(12)), (time(14), time(18))) for day in (0, 1, 2, 4)},
        own_holidays=(date(2026, 12, 24),),
        sector="Energy",
        price_floor=Money(Decimal("1234.567"), "USD"),
        offerings=("Pumps", "Valves; small"),
    )
    dana = firm.contact(
        acme,
        "+Dana  Whitfield",
        role="@Buyer",
        email="dana@acme.example",
        employer="Holding",
        regimes=("us-public",),
        jurisdiction="US-NY",
        language="en",
        preferences={"food": "vegetarian; no nuts", "music": "jazz: old"},
    )
    left = firm.contact(acme, "Miguel", role="2,999 characters: " + "é" * 200)
    firm.client("Zenith", firm.bruno)
    with firm.house.memory.write(firm.workspace.id) as unit:
        unit.clients.set_team(acme.id, Part.BACKUP, firm.bruno.id)
        unit.clients.set_channels(acme.id, ["C0ACME"])
        unit.contacts.set_left(left.id, at=MONDAY)
        unit.contacts.update(dana.id, description_of_contact(dana))
    return firm


def exported(firm: Firm, path: Path, form: str, by: str = "") -> list[tuple[str, ...]]:
    member = getattr(firm, by).id if by else None
    rows = list(book_export.rows(firm.house, book_export.Scope(firm.workspace.id, member)))
    write_book(iter(rows), path, form)
    return rows


@pytest.mark.parametrize("form", FORMS)
def test_what_goes_out_comes_in_again_without_a_change(full: Firm, tmp_path: Path, form: str) -> None:
    rows = exported(full, tmp_path / f"book.{form}", form)

    done = imports.take_in(full.house, origin(full), tmp_path / f"book.{form}")

    assert len(rows) == 3
    assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for row in rows for cell in row)
    shown = done.preview.shown
    assert (shown[Kind.CHANGED], shown[Kind.REJECTED], shown[Kind.CONFLICT]) == ([], [], [])
    assert (done.preview.counts, done.preview.contacts, done.preview.contacts_changed) == (
        {Kind.SAME: 2},
        0,
        0,
    )


def test_an_empty_book_gets_all_of_it_back(full: Firm, tmp_path: Path) -> None:
    rows = exported(full, tmp_path / "book.csv", "csv")
    other = full.house.memory.install(
        "T0OTHER", "Other", at=MONDAY, zone="America/New_York", locale="en-US", currency="USD", country="US"
    )
    with full.house.memory.write(other.id) as unit:
        for member in (full.alice, full.bruno):
            known = Profile(member.user_id, member.name, member.zone, member.locale, member.country)
            unit.members.add(known, frozenset({Role.ACCOUNT_MANAGER}), at=MONDAY)

    done = imports.take_in(full.house, Origin(other.id), tmp_path / "book.csv")

    assert done.import_id is not None
    one_line = [tuple(" ".join(cell.split()) for cell in row) for row in rows]
    assert list(book_export.rows(full.house, book_export.Scope(other.id, None))) == one_line


def test_everybody_takes_out_what_they_may_see(full: Firm, tmp_path: Path) -> None:
    def clients(by: str) -> set[str]:
        return {row[0] for row in exported(full, tmp_path / "book.csv", "csv", by)}

    assert clients("alice") == {"'=cmd|' /C calc'!A0"}
    assert clients("bruno") == clients("lea") == clients("carla") == {"'=cmd|' /C calc'!A0", "Zenith"}


def test_a_workbook_is_read_with_its_dates_and_numbers(small_firm: Firm, tmp_path: Path) -> None:
    import xlsxwriter

    with xlsxwriter.Workbook(str(tmp_path / "list.xlsx")) as made:
        made.add_worksheet("Empty")
        sheet = made.add_worksheet("Clients")
        sheet.write_row(1, 0, ["Société", "Dernier contact", "Fréquence", "Prix plancher"])
        sheet.write_row(2, 0, ["Acmé", "", 21, 1234.5])
        sheet.write_datetime(2, 1, MONDAY.replace(tzinfo=None), made.add_format({"num_format": "dd/mm/yyyy"}))

    done = imports.take_in(small_firm.house, origin(small_firm), tmp_path / "list.xlsx")

    acme = named(small_firm, "Acme")
    assert done.preview.shown[Kind.NEW][0].line == 3
    assert (acme.cadence_days, acme.price_floor) == (21, Money(Decimal("1234.5"), "USD"))
    assert acme.last_conversation_at is not None


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"PK\x03\x04 nothing", "import.broken_workbook"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "import.old_workbook"),
    ],
)
def test_a_workbook_that_is_none_is_refused(small_firm: Firm, tmp_path: Path, data: bytes, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        imports.preview(small_firm.house, origin(small_firm), _file(tmp_path, data, "list.xlsx"))

    assert refused.value.code == code
