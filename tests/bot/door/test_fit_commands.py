"""`rapport candidates`, `rapport reassign`, and what `rapport member` and `rapport workspace` say of fit."""

from __future__ import annotations

import csv
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest

from bot.domain.clients import Tier
from bot.domain.members import Role
from bot.services import client_desk
from storage.engine import open_engine
from tests.bot.door.test_commands import rapport
from tests.conftest import MONDAY, Firm, StandingClock, open_firm, profile
from tests.databases import open_file


def reopened(folder: Path) -> Firm:
    return open_firm(open_engine(f"sqlite:///{folder / 'rapport.db'}"), StandingClock())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A data folder with a firm; Alice leaves nine clients behind, one of which is called like a formula."""
    engine = open_file(tmp_path / "rapport.db")
    firm = open_firm(engine, StandingClock())
    with firm.house.memory.write(firm.workspace.id) as unit:
        for user, name in (("U0DANI", "Dani Diaz"), ("U0EVE", "Eve Ekberg")):
            unit.members.add(profile(user, name), frozenset({Role.ACCOUNT_MANAGER}), at=MONDAY)
    for number, tier in enumerate((Tier.A, Tier.A, Tier.B, Tier.B, Tier.C, Tier.C, Tier.D, Tier.D)):
        firm.client(f"Client {number}", tier=tier, spoke_before_at=MONDAY - timedelta(days=9))
    firm.client("=Sum Ltd", tier=Tier.D)
    engine.dispose()
    return tmp_path


def rows(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8-sig", newline="") as read:
        return list(csv.DictReader(read))


def write(file: Path, lines: list[dict[str, str]], delimiter: str = ",") -> None:
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, list(lines[0]), delimiter=delimiter)
        writer.writeheader()
        writer.writerows(lines)


def test_candidates_are_named_with_reasons(folder: Path) -> None:
    assert (
        rapport(folder, "member", "U0EVE", "--strengths", "blunt,saying_no", "--markets", "us").exit_code == 0
    )
    shown = rapport(folder, "candidates", "client 1")

    assert shown.exit_code == 0, shown.output
    lines = shown.output.splitlines()
    assert lines[:2] == ["Client 1", "  Eve Ekberg (U0EVE)"]
    assert "    Says to be good at staying composed with blunt clients and saying no" in lines
    assert "Alice" not in shown.output


def test_who_is_excluded_is_not_named_until_allowed(folder: Path) -> None:
    kept_out = rapport(folder, "candidates", "Client 1", "--exclude", "U0EVE", "--because", "conflict")
    assert "Left out: Eve Ekberg (conflict of interest)." in kept_out.output
    assert "(U0EVE)" not in kept_out.output
    assert "(U0EVE)" in rapport(folder, "candidates", "Client 1", "--allow", "U0EVE").output


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (("candidates", "Zyxwv"), "Zyxwv"),
        (("candidates", "Client 1", "--exclude", "U0NOBODY"), "Error"),
        (("candidates", "Client 1", "--exclude", "U0EVE", "--allow", "U0EVE"), "not both"),
        (("member", "U0EVE", "--strengths", "charm"), "no strength: charm"),
        (("member", "U0EVE", "--speaks", "tlh"), "tlh"),
        (("workspace", "--fit", "charm=3"), "charm=3 is no weight"),
        (("workspace", "--fit", "market=99"), "0 to 10"),
        (("reassign", "--plan", "p.csv"), "give --from to make a plan"),
        (("reassign", "--check", "--from", "U0ALICE", "--plan", "p.csv"), "give --from to make a plan"),
        (("reassign", "--check", "--plan", "nowhere.csv"), "nowhere.csv"),
        (("reassign", "--from", "U0EVE", "--plan", "p.csv"), "Eve Ekberg looks after no client"),
        (("reassign", "--from", "U0NOBODY", "--plan", "p.csv"), "U0NOBODY"),
        (("reassign", "--from", "U0ALICE", "--to", "U0ALICE", "--plan", "p.csv"), "Nobody is left"),
    ],
)
def test_what_cannot_be_is_said(folder: Path, arguments: tuple[str, ...], complaint: str) -> None:
    refused = rapport(folder, *arguments)

    assert refused.exit_code != 0
    assert complaint in refused.output
    assert "Traceback" not in refused.output


def test_what_people_say_of_themselves_and_what_counts_is_shown(folder: Path) -> None:
    shown = rapport(
        folder, "member", "U0EVE", "--speaks", "fr,de", "--room", "30", "--sectors", "Retail, Energy"
    )
    assert "Languages: French and German" in shown.output
    assert "Room for 30 clients of tier B" in shown.output
    again = rapport(folder, "member", "U0EVE", "--speaks", "none", "--room", "0")
    assert "French" not in again.output
    assert "Room" not in again.output
    assert "Sectors: Retail and Energy" in again.output
    assert "market 5, language 3" in rapport(folder, "workspace", "--fit", "market=5").output
    assert "market 5, language 0" in rapport(folder, "workspace", "--fit", "language=0").output


def test_a_leavers_book_is_shared_out_into_a_plan_that_holds(folder: Path, tmp_path: Path) -> None:
    plan = tmp_path / "plan.csv"
    shown = rapport(
        folder, "reassign", "--from", "U0ALICE", "--to", "U0DANI", "--to", "U0EVE", "--plan", str(plan)
    )

    assert shown.exit_code == 0, shown.output
    assert "9 clients of Alice Ames" in shown.output
    assert "Nothing was changed." in shown.output
    lines = rows(plan)
    weights = {"A": 6, "B": 3, "C": 2, "D": 1}
    load: Counter[str] = Counter()
    for line in lines:
        load[line["to"]] += weights[line["tier"]]
    assert set(load) == {"U0DANI", "U0EVE"}
    assert abs(load["U0DANI"] - load["U0EVE"]) <= 12  # a tenth of a full book
    assert all("Has room for more clients" in line["reasons"] for line in lines)
    assert "'=Sum Ltd" in {line["client"] for line in lines}

    checked = rapport(folder, "reassign", "--check", "--plan", str(plan))
    assert checked.exit_code == 0, checked.output
    assert "9 of 9 lines hold." in checked.output
    again = rapport(folder, "reassign", "--from", "U0ALICE", "--plan", str(plan))
    assert "is there already" in again.output

    applied = rapport(folder, "reassign", "--apply", "--plan", str(plan))
    assert applied.exit_code == 0, applied.output
    assert "9 clients were handed over." in applied.output
    assert (
        "Alice Ames looks after no client"
        in rapport(folder, "reassign", "--from", "U0ALICE", "--plan", str(tmp_path / "p.csv")).output
    )
    twice = rapport(folder, "reassign", "--apply", "--plan", str(plan))
    assert twice.exit_code == 1
    assert "0 of 9 lines hold." in twice.output


def test_the_books_of_several_people_are_shared_out_together(folder: Path, tmp_path: Path) -> None:
    plan = tmp_path / "plan.csv"
    moved = rapport(folder, "reassign", "--from", "U0ALICE", "--to", "U0DANI", "--plan", str(plan))
    assert moved.exit_code == 0, moved.output
    kept = plan.read_text("utf-8-sig").splitlines(keepends=True)
    plan.write_text("".join(kept[:4]), "utf-8")
    assert rapport(folder, "reassign", "--apply", "--plan", str(plan)).exit_code == 0

    both = tmp_path / "both.csv"
    shown = rapport(
        folder, "reassign", "--from", "U0ALICE", "--from", "U0DANI", "--from", "U0ALICE", "--plan", str(both)
    )
    assert shown.exit_code == 0, shown.output
    assert "9 clients of Alice Ames and Dani" in shown.output
    lines = rows(both)
    assert {line["from"] for line in lines} == {"U0ALICE", "U0DANI"}
    assert not {"U0ALICE", "U0DANI"} & {line["to"] for line in lines}, "none of them gets any"
    assert "9 of 9 lines hold." in rapport(folder, "reassign", "--check", "--plan", str(both)).output
    assert "9 clients were handed over." in rapport(folder, "reassign", "--apply", "--plan", str(both)).output
    assert "9 of 9 clients are back." in rapport(folder, "reassign", "--undo", "--plan", str(both)).output


def test_an_edited_plan_is_held_against_the_book_as_it_is_now(folder: Path, tmp_path: Path) -> None:
    plan = tmp_path / "plan.csv"
    rapport(folder, "reassign", "--from", "U0ALICE", "--to", "U0EVE", "--plan", str(plan))
    lines = rows(plan)
    by_name = {line["client"]: line for line in lines}
    by_name["Client 0"]["to"] = "U0NOBODY"
    by_name["Client 1"]["to"] = ""
    by_name["Client 2"]["to"] = "U0ALICE"
    by_name["Client 3"]["client"] = "Another"
    firm = reopened(folder)
    client_desk.archive(firm.house, firm.workspace.id, "Client 4")
    client_desk.merge(firm.house, firm.workspace.id, "Client 5", "Client 6")
    rapport(folder, "candidates", "Client 7", "--exclude", "U0EVE")
    write(plan, [*lines, by_name["=Sum Ltd"] if "=Sum Ltd" in by_name else by_name["'=Sum Ltd"]], ";")
    checked = rapport(folder, "reassign", "--check", "--plan", str(plan))

    assert checked.exit_code == 1
    for said in (
        "Client 0 is to go to somebody who is not here",
        "Client 1 names nobody",
        "Client 2 is to go to who has it",
        "Another there is no such client",
        "Client 4 is archived",
        "Client 5 was merged",
        "Client 7 is to go to somebody who must not have it",
        "=Sum Ltd stands in the plan twice",
        "2 of 10 lines hold",
    ):
        assert said in checked.output, checked.output


def test_a_client_that_moved_meanwhile_is_named_with_who_has_it(folder: Path, tmp_path: Path) -> None:
    plan = tmp_path / "plan.csv"
    rapport(folder, "reassign", "--from", "U0ALICE", "--to", "U0EVE", "--plan", str(plan))
    lines = rows(plan)
    for line in lines:
        line["from"] = "U0DANI"
    write(plan, lines)

    assert (
        "given to somebody else meanwhile (Alice Ames)"
        in rapport(folder, "reassign", "--check", "--plan", str(plan)).output
    )


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        (b"", "column client_id is missing"),
        (b"client_id,client,from\n", "column to is missing"),
        (b"client_id,client,from,to\nx,y,z,w\n", "line 2: x is no number"),
        (b"\xff\xfe", "not in UTF-8"),
        (b"client_id,client,from,to\n" + b"9" * 30 + b",y,z,w\n", "is no number of a client"),
    ],
)
def test_what_is_no_plan_is_said(folder: Path, tmp_path: Path, text: bytes, complaint: str) -> None:
    plan = tmp_path / "plan.csv"
    plan.write_bytes(text)
    refused = rapport(folder, "reassign", "--check", "--plan", str(plan))

    assert (refused.exit_code, complaint in refused.output) == (1, True), refused.output
