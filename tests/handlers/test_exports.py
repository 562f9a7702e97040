"""The files for auditors: what stands in them, and that no spreadsheet runs anything."""

from __future__ import annotations

import csv
import re
import subprocess
import sys
import zipfile
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from xml.etree import ElementTree
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Engine

from bot.domain.gifts.chain import EntryKind
from bot.domain.gifts.register import Fate, Side
from bot.domain.gifts.register_rows import Form, RegisterRow, Summary
from bot.domain.money import Money
from bot.services import gifts, register_export
from bot.services.proposals import GiftDraft
from bot.services.register_export import Export
from handlers import exports
from handlers.exports import xlsx_file
from handlers.exports.columns import COLUMNS, KINDS, cells, headings
from handlers.exports.csv_file import write_csv
from handlers.exports.picture import NotDrawn, write_picture
from handlers.exports.summary_page import Page, page_of
from handlers.exports.xlsx_file import write_xlsx
from handlers.i18n import words_for
from tests.conftest import Firm
from tests.handlers.conftest import HOSTILE

ENGLISH, FRENCH = words_for("en-US"), words_for("fr-FR")
PARIS = ZoneInfo("Europe/Paris")
MOMENT = datetime(2026, 7, 1, 22, 30, 5, 123456, tzinfo=UTC)


def row(**more: Any) -> RegisterRow:
    """A gift that was given back; `more` says what is unusual."""
    usual = RegisterRow(
        number=7,
        kind="received",
        at=MOMENT,
        seal="a" * 64,
        member="Alice Ames",
        client="Crédit Boréal",
        person="Žofie Łącka",
        category="alcohol",
        description="wine",
        value=Money(Decimal("1234.5"), "EUR"),
        direction=Side.RECEIVED,
        outcome=Fate.RETURNED,
        on=date(2026, 7, 2),
        verdict="not_allowed",
        rules=(("house-gift", "Our own gift policy, 2026"),),
        check_id=3,
    )
    return replace(usual, **more)


def read_csv(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


def read_xlsx(path: Path, sheet: int = 1) -> tuple[list[list[str]], str]:
    """The cells of a sheet as text, and its XML."""
    with zipfile.ZipFile(path) as book:
        xml = book.read(f"xl/worksheets/sheet{sheet}.xml").decode()
        assert "xl/sharedStrings.xml" not in book.namelist() or book.read("xl/sharedStrings.xml")
    lines = ElementTree.fromstring(xml).findall(".//{*}row")
    return [["".join(cell.itertext()) for cell in line] for line in lines], xml


def test_each_kind_of_entry_has_words() -> None:
    assert set(KINDS) == set(EntryKind)


def test_a_row_is_told_by_both_clocks_in_the_language_of_who_asks() -> None:
    told = dict(zip(headings(PARIS, FRENCH), cells(row(), PARIS, FRENCH), strict=True))

    assert told["Moment (UTC)"] == MOMENT.replace(tzinfo=None, microsecond=0)
    assert told["Moment (Europe/Paris)"] == MOMENT.replace(tzinfo=None, microsecond=0) + timedelta(hours=2)
    assert (told["Écriture"], told["Sens"], told["Ce qu’il est devenu"]) == ("Reçu", "reçu", "rendu")
    assert told["Verdict"] == "À refuser ou à rendre"
    assert (told["Valeur"], told["Devise"]) == (Decimal("1234.5"), "EUR")


def test_csv_is_what_the_standard_says_with_a_mark_for_spreadsheets(tmp_path: Path) -> None:
    path = tmp_path / "register.csv"
    write_csv([row(description='a "fine", old wine\nfrom 1990')], path, PARIS, ENGLISH)

    raw = path.read_bytes()
    assert raw.startswith(b"\xef\xbb\xbfNumber,Entry,")
    assert raw.endswith(b"\r\n")
    head, line = read_csv(path)
    assert len(head) == len(line) == len(COLUMNS)
    assert line[8] == 'a "fine", old wine from 1990'
    assert line[9] == "1234.5"


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "＝", "＋", "\t=", "\r="])
def test_no_cell_begins_a_formula(tmp_path: Path, start: str) -> None:
    path = tmp_path / "register.csv"
    text = f'{start}HYPERLINK("http://evil.example","here")'
    write_csv([row(description=text, person=text, client=text)], path, PARIS, ENGLISH)
    (_, line) = read_csv(path)
    assert all(not cell.startswith(("=", "+", "-", "@", "＝", "＋", "\t", "\r")) for cell in line)

    write_xlsx([row(description=text)], tmp_path / "register.xlsx", PARIS, ENGLISH)
    _, xml = read_xlsx(tmp_path / "register.xlsx")
    assert "<f>" not in xml
    assert "<hyperlink" not in xml


def test_a_workbook_has_typed_cells_a_heading_that_stays_and_a_filter(tmp_path: Path) -> None:
    path = tmp_path / "register.xlsx"
    write_xlsx([row(), row(number=8)], path, PARIS, ENGLISH)
    found, xml = read_xlsx(path)

    assert len(found) == 3
    assert found[1][0] == "7"
    assert float(found[1][2]) == pytest.approx(46204.9375578, abs=1e-4), (
        "a moment is a number to a spreadsheet"
    )
    assert "1234.5" in found[1]
    assert "Žofie Łącka" in found[1]
    assert 'state="frozen"' in xml
    assert '<autoFilter ref="A1:Y3"/>' in xml
    assert list(tmp_path.iterdir()) == [path], "nothing is left beside it"


def test_a_workbook_without_rows_still_has_its_heading(tmp_path: Path) -> None:
    write_xlsx([], tmp_path / "register.xlsx", PARIS, FRENCH)

    assert read_xlsx(tmp_path / "register.xlsx")[0][0][:2] == ["Numéro", "Écriture"]


def test_more_rows_than_a_sheet_takes_begin_another(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xlsx_file, "MOST_ROWS", 2)
    write_xlsx((row(number=number) for number in range(1, 6)), tmp_path / "register.xlsx", PARIS, ENGLISH)

    numbers = [
        [line[0] for line in read_xlsx(tmp_path / "register.xlsx", sheet)[0][1:]] for sheet in (1, 2, 3)
    ]
    assert numbers == [["1", "2"], ["3", "4"], ["5"]]


def test_hostile_text_is_written_and_read_back(tmp_path: Path) -> None:
    hostile = HOSTILE[:200] + "\x00\x07\ud800￾"
    write_csv([row(description=hostile)], tmp_path / "register.csv", PARIS, ENGLISH)
    write_xlsx([row(description=hostile)], tmp_path / "register.xlsx", PARIS, ENGLISH)

    (_, line), (cells_read, _) = read_csv(tmp_path / "register.csv"), read_xlsx(tmp_path / "register.xlsx")
    assert line[8].startswith("<!channel>")
    assert cells_read[1][8].startswith("<!channel>")


# --- The page with charts -----------------------------------------------------------------------------------


def summed_up(firm: Firm, clients: int) -> tuple[Summary, Export]:
    export = register_export.begin(
        firm.house, firm.actor(firm.carla), date(2026, 1, 1), date(2026, 12, 31), (Form.PNG,)
    )
    summary = Summary(export.first, export.last, "USD")
    for number in range(clients):
        at = MOMENT.replace(month=1 + number % 9)
        summary.take(
            row(
                kind="given",
                client=f"Client 会社 $ {number} {HOSTILE[:40]}",
                check_id=number,
                outcome=None,
                at=at,
                on=at.date(),
                direction=Side.GIVEN,
            ),
            Decimal(number * 20),
        )
        summary.take(row(kind="checked", check_id=number), None)
    summary.take(row(check_id=-1, outcome=Fate.KEPT), None)
    return summary, export


@pytest.mark.parametrize("form", [Form.PNG, Form.PDF])
@pytest.mark.parametrize("clients", [0, 1, 30])
def test_a_page_is_drawn_of_little_and_of_much(
    small_firm: Firm, tmp_path: Path, form: Form, clients: int
) -> None:
    summary, export = summed_up(small_firm, clients)
    path = tmp_path / f"page.{form.value}"
    write_picture(page_of(summary, export, FRENCH), path, form)

    assert path.read_bytes().startswith({Form.PNG: b"\x89PNG", Form.PDF: b"%PDF"}[form])
    if form is Form.PDF:
        assert len(re.findall(rb"/Type /Page\b(?!s)", path.read_bytes())) == 1


def test_the_text_beside_each_chart_says_the_same(small_firm: Firm) -> None:
    page = page_of(*summed_up(small_firm, 3), ENGLISH)

    bands, months, clients, decisions = page.charts
    assert bands.text[0] == "up to $25: 2 given"
    assert bands.text[-1] == "value unknown: 0 given, 1 received"
    assert "Feb 26: 1 ($20) given" in months.text
    assert clients.text[0].endswith(": 1 gift, $40")
    assert "Check: not allowed: 3" in decisions.text
    for chart in page.charts:
        assert all(len(each.lengths) == len(chart.labels) == len(each.ends) for each in chart.series)
    assert "1 gift has no known value in USD" in page.as_text()
    assert "Gifts by value" in page.as_text()


def test_a_page_that_cannot_be_drawn_is_said(tmp_path: Path) -> None:
    with pytest.raises(NotDrawn):
        write_picture(Page("t", ["a"], [], "f"), tmp_path, Form.PNG)


def test_the_drawing_library_is_not_loaded_at_start() -> None:
    probe = (
        "import sys; import bot.door.commands, handlers.app; import handlers.exports.drawing; "
        "heavy = {'matplotlib', 'numpy', 'PIL', 'xlsxwriter'} & set(sys.modules); assert not heavy, heavy"
    )
    done = subprocess.run(
        [sys.executable, "-c", probe], capture_output=True, text=True, timeout=60, check=False
    )

    assert done.returncode == 0, done.stderr


def test_every_form_of_a_real_register_is_written(
    small_firm: Firm, tmp_path: Path, sqlite_engine: Engine
) -> None:
    small_firm.client("Acme")
    gifts.check(small_firm.house, small_firm.actor(small_firm.alice), GiftDraft("Acme", description="pen"))
    export = register_export.begin(
        small_firm.house,
        small_firm.actor(small_firm.carla),
        date(2026, 1, 1),
        date(2026, 12, 31),
        tuple(Form),
    )
    for form in Form:
        path = tmp_path / exports.file_name(export, form)
        assert path.name == f"gift-register_2026-01-01_2026-12-31.{form.value}"
        assert exports.write(small_firm.house, export, form, path, ENGLISH)
        assert path.stat().st_size > 200


def test_a_policy_question_that_is_not_needed_any_more_is_no_withdrawn_request() -> None:
    summary = Summary(MOMENT.date(), MOMENT.date(), "USD")
    summary.take(row(kind="withdrawn", check_id=1, request_id=None), None)
    summary.take(row(kind="withdrawn", check_id=1, request_id=7), None)

    assert summary.decisions == {"withdrawn": 1}
