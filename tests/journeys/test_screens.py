"""Every screen of the client book once in each language and each role, for the album; what they do is told elsewhere.

The same walk goes through both languages: it finds its way by the words that the catalogues have for each control.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, Locator, ViewportSize, expect

from handlers.i18n import Words, words_for
from tests.journeys.conftest import ALICE, BENOIT, CARLA, EVE, LENA, Sitting, watched_demo
from tests.journeys.demo import Demo
from tests.journeys.screen import Screen, fits

pytestmark = pytest.mark.journey

TALL: ViewportSize = {"width": 1000, "height": 2300}
NARROW: ViewportSize = {"width": 375, "height": 1900}
"""As wide as a telephone, and as long as what is to be pictured."""

SETTLED_MS = 300
"""A page can be shown once more right after it was shown, as when its picture has been drawn."""

DRAWN_MS = 20_000

LIST = (
    "Account ID,Account Name,Account Owner,Rating,Billing Country,Last Activity\n"
    "001A,Apex Robotics Inc.,U0ALICE01,Hot,United States,10/31/2026\n"
    "001B,Ford Motors Company,U0ALICE01,Warm,United States,10/13/2026\n"
    "001C,Nimbus SA,U0BENOIT1,Lukewarm,France,10/20/2026\n"
)


@pytest.fixture(scope="module", params=["en-US", "fr-FR"])
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory, chromium: Browser, language: str) -> Iterator[Demo]:
    """A demo of its own, in which everybody speaks the language."""
    with watched_demo(tmp_path_factory.mktemp("screens")) as started:
        for person in (ALICE, BENOIT, LENA, CARLA):
            started.driver.act("home", person, expect="home")
            started.driver.press(person, "home.go:settings", home=True, expect="home")
            started.driver.press(person, "settings.language", home=True, value=language, expect="home")
        yield started


@dataclass
class Walk:
    """Somebody who goes through the screens in a language."""

    screen: Screen
    words: Words

    def named(self, sentence: str, **facts: object) -> str:
        return self.words.say(sentence, **facts)

    def presses(
        self, sentence: str, within: Locator | None = None, *, last: bool = False, **facts: object
    ) -> None:
        """Presses the button that is called this and nothing else; one that changes under the pointer is met again."""
        name = self.named(sentence, **facts)
        found = (within or self.screen.page).get_by_role("button", name=name, exact=True)
        (found.last if last else found.first).click()

    def opens(
        self, sentence: str, within: Locator | None = None, *, last: bool = False, **facts: object
    ) -> Locator:
        """As `presses`, with a form as the answer."""
        self.presses(sentence, within, last=last, **facts)
        expect(self.screen.form).to_be_visible()
        return self.screen.form

    def chooses(self, within: Locator, sentence: str) -> Locator:
        """Chooses an entry behind three dots; gives the form."""
        within.get_by_role("button", name=re.compile("^More(:|$)")).first.click()
        self.screen.page.get_by_role("menuitem", name=self.named(sentence)).click()
        expect(self.screen.form).to_be_visible()
        return self.screen.form

    def pictures_form(self, name: str) -> None:
        """The form on top, put away afterwards with all that lie below it."""
        self.pictures(name, self.screen.form)
        self.closes()

    def closes(self) -> None:
        self.screen.page.keyboard.press("Escape")
        expect(self.screen.form).to_be_hidden()

    def pictures(self, name: str, of: Locator | None = None) -> None:
        self.screen.picture(f"{name}_{self.words.locale.language}", of)

    def pictures_page(self, name: str, holds: str, **facts: object) -> Locator:
        """The Home tab once it holds a sentence."""
        home = self.screen.page.get_by_role("main").get_by_label("Home", exact=True)
        expect(home).to_contain_text(self.named(holds, **facts))
        self.screen.page.wait_for_timeout(SETTLED_MS)
        self.pictures(name, self.screen.page.locator(".sheet"))
        return home

    def goes_to(self, tab: str) -> None:
        self.screen.goes_home()
        names = [self.named(said, tab=self.named(tab)) for said in ("Show {tab}", "{tab}, shown now")]
        either = re.compile("|".join(f"^{re.escape(name)}$" for name in names))
        self.screen.page.get_by_role("button", name=either).click()

    def types(self, command: str, holds: str, **facts: object) -> Locator:
        answer = self.screen.types(command)
        expect(answer).to_contain_text(self.named(holds, **facts))
        return answer


def walk(sits_down: Sitting, person: str, language: str, size: ViewportSize = TALL) -> Walk:
    return Walk(sits_down(person, size=size), words_for(language))


def test_the_pages_of_a_manager(sits_down: Sitting, language: str) -> None:
    alice = walk(sits_down, ALICE, language)
    alice.goes_to("Today")
    home = alice.pictures_page("today_first", "Add a client")
    alice.goes_to("My clients")
    alice.pictures_page("clients", "However they stand")
    search = home.get_by_role("textbox")
    search.fill("nobody of that name")
    search.press("Enter")
    alice.pictures_page("clients_nothing", "No client fits all of this. Take something away:")
    search.fill("merk")
    search.press("Enter")
    alice.pictures_page("clients_near", "Nothing is called “{typed}”; these come near.", typed="merk")
    alice.presses("Archived clients")
    alice.pictures_page("clients_archived", "Nothing is archived.")
    alice.presses("Back to my clients")
    alice.presses("How my book stands, in figures")
    alice.pictures_page("figures", "My book in figures")
    expect(home.get_by_role("img").first).to_be_visible(timeout=DRAWN_MS)
    alice.pictures("figures_drawn", alice.screen.page.locator(".sheet"))

    alice.goes_to("Settings")
    alice.pictures_page("settings", "Your settings")
    for button, name in (
        ("Change working hours and morning message", "settings_hours"),
        ("Add leave", "settings_leave"),
        ("Change who stands in for you", "settings_stand_in"),
    ):
        alice.opens(button)
        alice.pictures_form(name)


def test_the_pages_of_a_lead(sits_down: Sitting, language: str) -> None:
    lena = walk(sits_down, LENA, language)
    lena.goes_to("Today")
    lena.pictures_page("newcomer", "Add a client")
    lena.goes_to("Team")
    home = lena.pictures_page("team", "Sums of all books together; nobody is compared with anybody.")
    expect(home.get_by_role("img").first).to_be_visible(timeout=DRAWN_MS)
    lena.pictures("team_drawn", lena.screen.page.locator(".sheet"))
    lena.presses("All clients", home)
    lena.pictures_page("team_clients", "Back to the team")
    lena.screen.goes_to_messages()
    figures = lena.types("/rapport figures", "Your team")
    lena.pictures("team_figures", figures)


def test_the_pages_of_compliance_and_of_an_admin(sits_down: Sitting, language: str) -> None:
    carla = walk(sits_down, CARLA, language)
    carla.goes_to("Today")
    carla.pictures_page("compliance", "Nothing waits for you.")
    carla.goes_to("Register")
    carla.pictures_page("register", "Gift register")
    carla.goes_to("Workspace")
    home = carla.pictures_page("workspace", "Everything is well.")
    for step in ("Tiers and rhythm", "Home market", "Start date", "Messages and reaction"):
        home.get_by_role("button", name=carla.named(step)).first.click()
        expect(carla.screen.form).to_be_visible()
        carla.pictures_form("workspace_" + step.partition(" ")[0].lower())
    carla.presses("Show all people and roles")
    carla.pictures_page("people_and_roles", "People and roles")
    carla.opens("Edit {name}", name="Alice Moreno")
    carla.pictures_form("roles")


def test_what_a_manager_reads_about_a_client(sits_down: Sitting, language: str) -> None:
    alice = walk(sits_down, ALICE, language)
    alice.pictures("help", alice.types("/rapport", "Your settings"))
    alice.pictures("book", alice.types("/client", "Open"))
    brief = alice.types("/client Google", "Last touches")
    alice.pictures("brief", brief)
    alice.presses("More about {client}", brief, client="Google LLC")
    expect(
        brief.get_by_role("button", name=alice.named("Less about {client}", client="Google LLC"))
    ).to_be_visible()
    alice.pictures("brief_whole", brief)
    alice.opens("Edit {client}", brief, client="Google LLC")
    alice.pictures_form("client_form")
    people = alice.opens("The people at {client}", brief, client="Google LLC")
    alice.pictures("people", people)
    alice.presses("Edit {person}", people, person="Priya Nair")
    expect(alice.screen.form).to_have_accessible_name(alice.named("Edit a person"))
    alice.pictures_form("person_form")
    alice.chooses(brief, "History")
    alice.pictures_form("history")
    alice.chooses(brief, "Archive …")
    alice.pictures_form("archive")
    form = alice.chooses(brief, "Merge …")
    alice.screen.chooses(alice.named("The other client"), "halc", "Halcyon Freight")
    alice.presses("Next", form)
    expect(form).to_contain_text("Halcyon Freight")
    alice.pictures_form("merge_preview")
    alice.pictures("archived", alice.types("/client archived", "No client is archived."))
    shown = alice.types("/rapport figures", "Your book")
    alice.pictures("figures_coverage", shown)
    for kind in ("Touches by week", "Age of the last contact"):
        alice.presses(kind, shown)
        expect(alice.screen.last.get_by_role("heading").first).to_contain_text(alice.named(kind))
        alice.pictures("figures_" + kind.partition(" ")[0].lower(), alice.screen.last)


def test_what_a_manager_writes_down(sits_down: Sitting, language: str) -> None:
    alice = walk(sits_down, ALICE, language)
    french = language == "fr-FR"
    one = "Acme appel hier :" if french else "Acme call yesterday:"
    promise = " je lui envoie le contrat vendredi" if french else " promised a quote by Friday"
    logged = alice.types(f"/client-touch {one}{promise}", "Logged: {client}", client="Acme Inc.")
    alice.pictures("touch_with_promise", logged)
    alice.opens("Edit the touch with {client}", logged, client="Acme Inc.")
    alice.pictures_form("touch_form")
    several = (
        "Ford et Verizon mail hier : les tarifs" if french else "Ford and Verizon mail yesterday: prices"
    )
    alice.pictures("touch_several", alice.screen.types(f"/client-touch {several}"))
    unknown = "Initech visite hier" if french else "Initech visit yesterday"
    alice.pictures("touch_unknown", alice.screen.types(f"/client-touch {unknown}"))
    complaint = (
        "Halcyon appel : se plaint du retard" if french else "Halcyon call: complained about the delay"
    )
    told = alice.types(f"/client-touch {complaint}", "It sounds like a complaint. Was it one?")
    alice.pictures("complaint_asked", told)
    alice.presses("It was a complaint", told)
    expect(told).to_contain_text("⚠")
    alice.pictures("complaint", told)
    alice.pictures("last_touches", alice.types("/client-touch last", "Your last touches"))
    form = alice.screen.runs("/client-touch")
    alice.pictures("touch_form_empty", form)
    alice.closes()

    brief = alice.types("/client Acme", "Last touches")
    alice.opens("Add a promise to {client}", brief, client="Acme Inc.")
    alice.pictures_form("promise_form")
    alice.opens("Enter a meeting with {client}", brief, client="Acme Inc.")
    alice.pictures_form("meeting_form")
    alice.screen.says("rdv avec Acme demain 15h" if french else "meeting with Acme tomorrow 15:00")
    entered = alice.screen.messages.filter(has_text="Acme Inc.").last
    expect(entered).to_contain_text(alice.named("I send you the brief {minutes} minutes before.", minutes=15))
    alice.pictures("meeting_entered", entered)
    alice.pictures("meetings", alice.screen.types("/rapport meetings"))
    alice.goes_to("Today")
    alice.pictures_page("today", "Add a client")


def test_what_comes_from_a_channel(sits_down: Sitting, demo: Demo, language: str) -> None:
    alice = walk(sits_down, ALICE, language)
    alice.screen.goes_to_channel("ford-shared")
    said = demo.driver.act("say", EVE, channel="C0FORDEXT", text="Can we move the audit to June?")
    message = alice.screen.messages.filter(has_text="audit to June").first
    message.hover()
    message.get_by_role("button", name="More actions for this message").click()
    alice.screen.page.get_by_role("menuitem", name="Log as touch").click()
    expect(alice.screen.form).to_be_visible()
    alice.pictures_form("touch_from_message")
    demo.driver.react(ALICE, "C0FORDEXT", str(said["body"]["ts"]), "handshake")
    whispered = alice.screen.last
    expect(whispered).to_contain_text(alice.named("Logged: {client}", client="Ford Motor Company"))
    alice.pictures("touch_from_reaction", whispered)


def test_what_two_who_meet_the_same_client_are_asked(sits_down: Sitting, language: str) -> None:
    walk(sits_down, ALICE, language).screen.types("/client-touch Merck call: agenda")
    benoit = walk(sits_down, BENOIT, language)
    asked = benoit.types("/client-touch Merck call: the agenda of the audit", "Nothing is logged yet.")
    benoit.pictures("touch_twice", asked)
    benoit.presses("The same one", asked)
    expect(asked).to_contain_text(
        benoit.named(
            "Nothing new is logged: the touch with {client} that {author} wrote down counts.",
            client="Merck & Co., Inc.",
            author="Alice Moreno",
        )
    )
    benoit.pictures("touch_twice_same", asked)


def test_how_a_list_comes_in_and_goes_out(sits_down: Sitting, demo: Demo, language: str) -> None:
    carla = walk(sits_down, CARLA, language)
    carla.screen.goes_to_messages()
    demo.driver.drop(CARLA, "accounts.csv", LIST.encode())
    title = carla.named("{file}: what would be imported", file="accounts.csv")
    told = carla.screen.messages.filter(has_text=title)
    expect(told).to_contain_text("Ford Motors Company")
    carla.pictures("import_preview", told)
    form = carla.opens("Map the columns", told)
    form.get_by_label("Rating").select_option(carla.named("Leave it out"))
    carla.pictures("import_map", form)
    carla.presses("Read again", form)
    decide = carla.words.count("Decide about {n} look-alike", "Decide about {n} look-alikes", 1)
    expect(form).to_be_hidden()
    told.get_by_role("button", name=decide).click()
    carla.screen.form.get_by_role("combobox").select_option(carla.named("The same client"))
    carla.pictures("import_look_alikes", carla.screen.form)
    carla.presses("Decide", carla.screen.form)
    expect(carla.screen.form).to_be_hidden()
    carla.presses("Import {new} new and {changed} changed", told, new=2, changed=1)
    done = carla.screen.messages.filter(has_text=carla.named("{file} is imported.", file="accounts.csv"))
    expect(done).to_be_visible()
    carla.pictures("import_done", done)
    carla.presses("Undo", done)
    carla.pictures("import_undo")
    carla.presses("Undo", last=True)
    gone = carla.named("The import of {file} was taken back.", file="accounts.csv")
    undone = carla.screen.messages.filter(has_text=gone)
    expect(undone).to_be_visible()
    carla.pictures("import_undone", undone)
    carla.screen.says("/rapport export")
    sent = carla.screen.messages.filter(
        has_text=carla.named("Your clients and contacts. The file can be imported again as it is.")
    )
    expect(sent).to_be_visible()
    carla.pictures("export", sent)


def test_on_a_telephone(sits_down: Sitting, language: str) -> None:
    alice = walk(sits_down, ALICE, language, NARROW)
    alice.goes_to("Today")
    alice.pictures_page("phone_today", "Add a client")
    alice.goes_to("My clients")
    alice.pictures_page("phone_clients", "However they stand")
    assert fits(alice.screen.page)
    alice.screen.goes_to_messages()
    brief = alice.types("/client Google", "Last touches")
    alice.pictures("phone_brief", brief)
    alice.presses("More about {client}", brief, client="Google LLC")
    expect(
        brief.get_by_role("button", name=alice.named("Less about {client}", client="Google LLC"))
    ).to_be_visible()
    alice.pictures("phone_brief_whole", brief)
    alice.opens("Edit {client}", brief, client="Google LLC")
    alice.pictures_form("phone_client_form")
    alice.pictures("phone_figures", alice.types("/rapport figures", "Your book"))
    assert fits(alice.screen.page)
    carla = walk(sits_down, CARLA, language, NARROW)
    carla.goes_to("Workspace")
    carla.pictures_page("phone_workspace", "Everything is well.")
    carla.goes_to("Team")
    home = carla.pictures_page("phone_team", "All clients")
    expect(home.get_by_role("img").first).to_be_visible(
        timeout=DRAWN_MS
    )  # nothing is drawn any more at the end
    assert fits(carla.screen.page)
