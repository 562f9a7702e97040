"""Carla drops an export of Salesforce with faults into the conversation: maps, decides, imports, and takes it back."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import BENOIT, CARLA, TELEPHONE, Sitting
from tests.journeys.demo import Demo

pytestmark = pytest.mark.journey

LIST = (
    "Account ID,Account Name,Account Owner,Rating,Billing Country,Billing State/Province,Last Activity,Phone\n"
    "001A,Apex Robotics Inc.,U0ALICE01,Hot,United States,California,10/31/2026,1\n"
    "001B,Ford Motors Company,U0ALICE01,Warm,United States,Michigan,10/13/2026,2\n"
    "001C,Nimbus SA,U0BENOIT1,Lukewarm,France,,10/20/2026,3\n"
    "001D,,U0ALICE01,Cold,Canada,Québec,,4\n"
)


def test_a_list_with_faults_is_mended_imported_and_taken_back(sits_down: Sitting, demo: Demo) -> None:
    carla = sits_down(CARLA)
    carla.goes_to_messages()
    demo.driver.drop(CARLA, "accounts.csv", LIST.encode())
    told = carla.messages.filter(has_text="accounts.csv: what would be imported")
    expect(told).to_contain_text("Read as accounts of Salesforce.")
    expect(told).to_contain_text("Line 4: Lukewarm is no tier")
    expect(told).to_contain_text("Line 5: no client has the id 001D")
    expect(told).to_contain_text("looks like Ford Motor Company")
    carla.picture("import_preview", told)

    told.get_by_role("button", name="Map the columns").click()
    carla.form.get_by_label("Rating").select_option("Leave it out")
    carla.picture("import_map", carla.form)
    carla.form.get_by_role("button", name="Read again").click()
    expect(told).to_contain_text("1 row is wrong")

    told.get_by_role("button", name="Leave out 1 wrong row").click()
    told.get_by_role("button", name="Decide about 1 look-alike").click()
    carla.form.get_by_role("combobox").select_option("The same client")
    carla.picture("import_decide", carla.form)
    carla.form.get_by_role("button", name="Decide").click()
    expect(told).to_contain_text("1 changed client")
    told.get_by_role("button", name="Import 2 new and 1 changed").click()
    done = carla.messages.filter(has_text="accounts.csv is imported.")
    expect(done).to_be_visible()
    carla.picture("import_done", done)

    done.get_by_role("button", name="Undo").click()
    carla.page.get_by_role("button", name="Undo").last.click()
    gone = carla.messages.filter(has_text="The import of accounts.csv was taken back.")
    expect(gone).to_contain_text("2 clients went")
    carla.picture("import_undone", gone)


def test_in_french_and_on_a_telephone(sits_down: Sitting, demo: Demo) -> None:
    benoit = sits_down(BENOIT, size=TELEPHONE)
    benoit.goes_to_messages()
    demo.driver.drop(
        BENOIT,
        "clients.csv",
        "Société;Pays;Catégorie;Dernier contact\nNimbus;Suisse;A;03/04/2026\n;;;\nX;Mars;Z;\n".encode(),
    )
    told = benoit.messages.filter(has_text="ce qui serait importé")
    expect(told).to_contain_text("Z n’est pas une catégorie")
    benoit.picture("import_french", told)
