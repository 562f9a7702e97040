"""A full day of an account manager, of a colleague who covers for her, and of their lead, on one movable clock.

The story is told twice, each time on a demo of its own: everybody reads English, and everybody reads French.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Locator, expect

from tests.journeys.conftest import LENA, Sitting, watched_demo
from tests.journeys.demo import Demo
from tests.journeys.screen import Screen
from tests.journeys.test_covers import SOON_MS, message
from tests.journeys.test_lanes import from_row, renews
from tests.journeys.test_mornings import digests, snoozes

pytestmark = pytest.mark.journey

Say = Callable[[str], str]

FRENCH = {
    # What people type
    "/client Google promise price list by tomorrow": "/client Google promesse liste de prix demain",
    "/client-touch Verizon call today: went well": "/client-touch Verizon appel aujourd’hui : bien passé",
    "Samuel is at a fair until Friday": "Samuel est au salon jusqu’à vendredi",
    # What they press and fill in
    "Ask a colleague to cover": "Demander le relais à un collègue",
    "Who": "Qui",
    "Until and including": "Jusqu’au (inclus)",
    "What they should know": "Ce que la personne doit savoir",
    "Ask": "Demander",
    "Close": "Fermer",
    "Cancel": "Annuler",
    "Until tomorrow": "Jusqu’à demain",
    "Until Monday": "Jusqu’à lundi",
    "Snooze": "Reporter",
    "Why": "Pourquoi",
    "How": "Comment",
    "Log it": "Noter",
    "Edit Acme Inc.": "Modifier Acme Inc.",
    "Contract renewed on": "Contrat renouvelé le",
    "Save": "Enregistrer",
    "Accept to cover for Alice Moreno": "Accepter de prendre le relais pour Alice Moreno",
    "Why am I seeing this?": "Pourquoi est-ce affiché",
    "Log a touch with": "Noter un échange avec",
    "Open the brief of": "Ouvrir la fiche de",
    "Say nothing more of this occasion of Acme Inc.": "Ne plus parler de cette occasion chez Acme Inc.",
    "Kept: price list": "Tenue\u202f: liste de prix",
    "Offer help with": "Proposer de l’aide pour",
    "Ask a colleague to cover Merck & Co., Inc.": "Demander à un collègue de prendre le relais pour Merck & Co., Inc.",
    "Hand Merck & Co., Inc. over to somebody else": "Confier Merck & Co., Inc. à quelqu’un d’autre",
    # What they read
    "I ask Benoît Lefèvre to cover": "Je demande à Benoît Lefèvre de prendre le relais",
    "asks you to cover": "vous demande de prendre le relais",
    "You cover.": "Vous prenez le relais.",
    "Benoît Lefèvre covers": "Benoît Lefèvre prend le relais",
    "covering for Alice Moreno until Wednesday, November 18": (
        "en relais pour Alice Moreno jusqu’au mercredi 18 novembre"
    ),
    "Why you see Ford Motor Company": "Pourquoi Ford Motor Company est affiché",
    "Why you see Verizon Communications Inc.": "Pourquoi Verizon Communications Inc. est affiché",
    "1 client seen to since this morning.": "1 client traité depuis ce matin.",
    "Wednesday, November 18": "mercredi 18 novembre",
    "You owe them": "Vous leur devez",
    "You have something for them": "Vous avez quelque chose pour eux",
    "Stay close": "Rester proche",
    "Merck & Co., Inc. was snoozed before.": "Merck & Co., Inc. a déjà été reporté.",
    "price list": "liste de prix",
    "All done for today.": "Tout est fait pour aujourd’hui.",
    "Whom I cover": "De qui je prends le relais",
    "Your team · week of Monday, November 23": "Votre équipe · semaine du lundi 23 novembre",
    "nobody is compared with anybody": "personne n’est comparé à personne",
    "Good morning · Thursday, December 3": "Bonjour · jeudi 3 décembre",
    "Perhaps they need a hand": "Peut-être a-t-elle besoin d’un coup de main|Peut-être ont-elles besoin",
    "Ask for cover": "Demander un relais",
    "know that you would help with": "que vous aideriez volontiers pour",
    "Lena Park offers to help with": "Lena Park propose de vous aider pour",
    "comes on Monday and Thursday only": "ne vient plus que le lundi et le jeudi",
    "comes on Monday only": "ne vient plus que le lundi, ",
    "Tuesday, December 22": "mardi 22 décembre",
}


@pytest.fixture(scope="module", params=["en", "fr"])
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def demo(language: str, tmp_path_factory: pytest.TempPathFactory, chromium: Browser) -> Iterator[Demo]:
    """One demo for the whole story: every test goes on where the one before it ended."""
    with watched_demo(tmp_path_factory.mktemp(f"days_{language}")) as started:
        yield started


@pytest.fixture(scope="module")
def say(language: str) -> Say:
    """An English sentence in the language of the story."""
    return lambda text: text if language == "en" else FRENCH[text]


def pictures(screen: Screen, language: str, name: str, of: Locator, *, docs: bool = False) -> None:
    screen.picture(name if language == "en" else f"{name}_fr", of, docs=docs)


def named(start: str) -> re.Pattern[str]:
    return re.compile(f"^{re.escape(start)}")


def test_everybody_reads_the_language_of_the_story(
    language: str, alice: Screen, benoit: Screen, sits_down: Sitting
) -> None:
    if language == "en":
        settings = benoit.types("/rapport réglages")
        settings.get_by_label("Langue").select_option("English (United States)")
        expect(settings).to_contain_text("Language")
        return
    for screen in (alice, sits_down(LENA)):
        settings = screen.types("/rapport settings")
        settings.get_by_label("Language").select_option("Français (France)")
        expect(settings).to_contain_text("Langue")


def test_the_day_before_a_colleague_is_asked_to_cover_and_accepts(
    language: str, say: Say, alice: Screen, benoit: Screen
) -> None:
    home = alice.goes_home_to(say("Stay close"))
    from_row(alice, home, "Ford Motor Company", say("Ask a colleague to cover"))
    alice.chooses(say("Who"), "ben", "Benoît Lefèvre")
    alice.form.get_by_label(say("Until and including")).fill("2026-11-18")
    alice.form.get_by_label(say("What they should know")).fill("Jane: fleet prices.")
    alice.form.get_by_role("button", name=say("Ask"), exact=True).click()
    expect(alice.form).to_contain_text(say("I ask Benoît Lefèvre to cover"))
    pictures(alice, language, "day_cover_sent", alice.form)
    alice.form.get_by_role("button", name=say("Close")).last.click()
    expect(alice.form).to_be_hidden()
    snoozes(home, "Merck & Co., Inc.", say("Until tomorrow"), say("Snooze"))
    expect(home).not_to_contain_text("Merck & Co., Inc. · ")
    alice.goes_to_messages()
    renews(alice, "Acme", say("Edit Acme Inc."), say("Contract renewed on"), say("Save"))
    alice.types(say("/client Google promise price list by tomorrow"))

    asked = message(benoit, say("asks you to cover"))
    expect(asked).to_be_visible(timeout=SOON_MS)
    pictures(benoit, language, "day_cover_asked", asked)
    asked.get_by_role("button", name=say("Accept to cover for Alice Moreno")).click()
    expect(asked).to_contain_text(say("You cover."))
    pictures(benoit, language, "day_cover_accepted", asked)
    told = message(alice, say("Benoît Lefèvre covers"))
    expect(told).to_be_visible(timeout=SOON_MS)
    pictures(alice, language, "day_cover_told", told)


def test_the_covering_colleague_has_the_client_in_front_of_him_marked_and_logs(
    language: str, say: Say, demo: Demo, benoit: Screen
) -> None:
    demo.driver.move_clock(to="2026-11-18T08:59:58+01:00")
    expect(digests(benoit)).to_have_count(1, timeout=SOON_MS)
    digest = digests(benoit).last
    expect(digest).to_contain_text(say("covering for Alice Moreno until Wednesday, November 18"))
    pictures(benoit, language, "cover_rows", digest, docs=True)
    from_row(benoit, digest, "Ford Motor Company", say("Why am I seeing this?"))
    expect(benoit.last).to_contain_text(say("Why you see Ford Motor Company"))
    pictures(benoit, language, "day_cover_why", benoit.last)
    digest.get_by_role("button", name=say("Open the brief of") + " Ford Motor Company").click()
    expect(benoit.last.get_by_role("heading", name="Ford Motor Company")).to_be_visible()
    expect(benoit.last).to_contain_text("Jane Smith")

    digest.get_by_role("button", name=say("Log a touch with") + " Ford Motor Company").click()
    expect(benoit.form.get_by_role("button", name=re.compile("Ford Motor Company"))).to_be_visible()
    benoit.form.get_by_label(say("How")).select_option(index=1)
    pictures(benoit, language, "day_cover_log", benoit.form)
    benoit.form.get_by_role("button", name=say("Log it"), exact=True).click()
    expect(benoit.form).to_be_hidden()
    expect(digest).not_to_contain_text("Ford Motor Company")
    expect(digest).to_contain_text(say("1 client seen to since this morning."))
    pictures(benoit, language, "day_cover_logged", benoit.last)


def test_a_manager_sees_to_everything_of_her_morning(
    language: str, say: Say, demo: Demo, alice: Screen
) -> None:
    demo.driver.move_clock(to="2026-11-18T08:59:58-05:00")
    expect(digests(alice)).to_have_count(1, timeout=SOON_MS)
    digest = digests(alice).last
    expect(digest.get_by_role("heading").first).to_contain_text(say("Wednesday, November 18"))
    for lane in ("You owe them", "You have something for them", "Stay close"):
        expect(digest).to_contain_text(say(lane))
    expect(digest).not_to_contain_text("Ford Motor Company")
    pictures(alice, language, "day_digest", digest)

    from_row(alice, digest, "Verizon Communications Inc.", say("Why am I seeing this?"))
    expect(alice.last).to_contain_text(say("Why you see Verizon Communications Inc."))
    pictures(alice, language, "day_why", alice.last)
    alice.types(say("/client-touch Verizon call today: went well"))
    expect(digest).not_to_contain_text("Verizon", timeout=SOON_MS)

    digest.get_by_role("button", name=say("Open the brief of") + " Northwind Traders").click()
    expect(alice.last.get_by_role("heading", name="Northwind Traders")).to_be_visible()
    expect(alice.last).to_contain_text("Ada Novak")
    pictures(alice, language, "day_brief", alice.last)
    digest.get_by_role("button", name=say("Log a touch with") + " Northwind Traders").click()
    expect(alice.form.get_by_role("button", name=re.compile("Northwind Traders"))).to_be_visible()
    alice.form.get_by_label(say("How")).select_option(index=1)
    alice.form.get_by_role("button", name=say("Log it"), exact=True).click()
    expect(alice.form).to_be_hidden()
    expect(digest).not_to_contain_text("Northwind Traders")

    snoozes(digest, "Merck & Co., Inc.", say("Until Monday"), say("Snooze"))
    expect(alice.form).to_contain_text(say("Merck & Co., Inc. was snoozed before."))
    alice.form.get_by_label(say("Why")).fill(say("Samuel is at a fair until Friday"))
    pictures(alice, language, "day_snooze_again", alice.form)
    alice.form.get_by_role("button", name=say("Snooze"), exact=True).click()
    expect(alice.form).to_be_hidden()
    expect(digest).not_to_contain_text("Merck")

    digest.get_by_role("button", name=say("Say nothing more of this occasion of Acme Inc.")).click()
    expect(digest).not_to_contain_text("Acme Inc.")
    pictures(alice, language, "day_half_done", digest)
    digest.get_by_role("button", name=say("Kept: price list")).click()
    expect(digest).not_to_contain_text(say("price list"))
    expect(digest).to_contain_text(say("All done for today."))
    pictures(alice, language, "day_all_done", digest)


def test_the_cover_ends_by_itself(language: str, say: Say, demo: Demo, benoit: Screen) -> None:
    demo.driver.move_clock(to="2026-11-19T09:05:00+01:00")
    home = benoit.goes_home()
    expect(home).not_to_contain_text("Alice Moreno")
    benoit.goes_to_messages()
    settings = benoit.types("/rapport settings")
    expect(settings).not_to_contain_text(say("Whom I cover"))
    pictures(benoit, language, "day_cover_over", settings)


def test_a_lead_reads_of_the_week_and_offers_help(
    language: str, say: Say, demo: Demo, alice: Screen, benoit: Screen, sits_down: Sitting
) -> None:
    lena = sits_down(LENA)
    demo.driver.move_clock(to="2026-11-23T09:14:58-05:00")
    page = message(lena, say("Your team · week of Monday, November 23"))
    expect(page).to_be_visible(timeout=SOON_MS)
    expect(page).to_contain_text(say("nobody is compared with anybody"))
    pictures(lena, language, "lead_page", page, docs=True)

    # Those who look after a client read first that it is neglected.
    demo.driver.move_clock(to="2026-12-03T08:59:58-05:00")
    for screen in (alice, benoit):
        expect(message(screen, say("Good morning · Thursday, December 3"))).to_be_visible(timeout=SOON_MS)
    pictures(alice, language, "day_neglected", digests(alice).last)
    demo.driver.move_clock(to="2026-12-21T09:14:58-05:00")
    private = message(lena, say("Perhaps they need a hand"))
    expect(private).to_be_visible(timeout=SOON_MS)
    pictures(lena, language, "lead_private", private, docs=True)

    private.get_by_role("button", name=say("Ask a colleague to cover Merck & Co., Inc.")).click()
    expect(lena.form).to_have_accessible_name(say("Ask for cover"))
    pictures(lena, language, "day_lead_cover", lena.form)
    lena.form.get_by_role("button", name=say("Cancel")).click()
    expect(lena.form).to_be_hidden()
    private.get_by_role("button", name=say("Hand Merck & Co., Inc. over to somebody else")).click()
    expect(lena.form).to_be_visible()
    pictures(lena, language, "day_lead_hand_over", lena.form)
    lena.form.get_by_role("button", name=say("Cancel")).click()
    expect(lena.form).to_be_hidden()

    for client, reader in (("Merck & Co., Inc.", alice), ("Crédit Boréal SA", benoit)):
        private.get_by_role("button", name=f"{say('Offer help with')} {client}").click()
        expect(lena.last).to_contain_text(say("know that you would help with"))
        offered = message(reader, re.escape(f"{say('Lena Park offers to help with')} {client}"))
        expect(offered).to_be_visible(timeout=SOON_MS)
    pictures(alice, language, "day_help", message(alice, say("Lena Park offers to help with")))
    pictures(lena, language, "day_lead_offered", lena.last)


def test_who_does_not_use_the_morning_message_reads_that_it_comes_less_often_and_a_press_brings_it_back(
    language: str, say: Say, demo: Demo, alice: Screen
) -> None:
    """Since the day after the first one nobody pressed anything in it."""
    twice = message(alice, say("Good morning · Thursday, December 3"))
    expect(twice).to_contain_text(say("comes on Monday and Thursday only"))
    pictures(alice, language, "slowed", twice, docs=True)
    weekly = digests(alice).last
    expect(weekly).to_contain_text(say("comes on Monday only"))
    pictures(alice, language, "day_weekly", weekly)

    weekly.get_by_role("button", name=named(say("Open the brief of"))).first.click()
    expect(alice.last.get_by_role("heading", name="Ford Motor Company")).to_be_visible(timeout=SOON_MS)
    demo.driver.move_clock(to="2026-12-22T08:59:58-05:00")
    daily = message(alice, say("Tuesday, December 22"))
    expect(daily).to_be_visible(timeout=SOON_MS)
    expect(daily).not_to_contain_text(say("comes on Monday only"))
