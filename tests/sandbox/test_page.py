"""The page itself, in a headless browser, with a small Bolt app behind it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, FilePayload, Locator, Page, expect
from slack_sdk import WebClient

from sandbox.driver import Driver
from sandbox.server import Running
from tests.chromium import headless
from tests.sandbox.tiny_app import connected, option, plain

pytestmark = pytest.mark.journey

Json = dict[str, Any]
ALICE, BENOIT = "U0ALICE01", "U0BENOIT1"
BOOK: FilePayload = {"name": "book.csv", "mimeType": "text/csv", "buffer": b"Acme\n"}
ATTACKS = [
    "<img src=x onerror=\"document.title='pwned'\">",
    "<script>document.title='pwned'</script>",
    '"><svg onload=document.title=1>',
    "<javascript:alert(1)|click me>",
    "&lt;b&gt;bold&lt;/b&gt; &amp;amp;",
    "<!channel> <@U0ALICE01> <https://a.example|<b>x</b>>",
    "`<i>` ```<u>``` *<b>* _<s>_",
    "\u202eright to left",
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with headless() as chromium:
        yield chromium


@pytest.fixture
def page(browser: Browser, sandbox: Running) -> Iterator[Page]:
    """Alice's page with a connected app. A script error or a complaint of the browser fails the test."""
    with connected(sandbox):
        context = browser.new_context(viewport={"width": 1200, "height": 800}, locale="en-US")
        tab = context.new_page()
        tab.set_default_timeout(10_000)
        wrong: list[str] = []
        tab.on("pageerror", lambda error: wrong.append(str(error)))
        tab.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
        tab.goto(f"{sandbox.base_url}/?as={ALICE}")
        expect(tab.get_by_role("log")).to_be_visible()
        yield tab
        context.close()
        assert wrong == []


def composer(page: Page) -> Locator:
    return page.get_by_label("Message Rapport")


def conversations(page: Page) -> Locator:
    return page.get_by_role("navigation", name="Conversations")


def send(page: Page, text: str) -> None:
    composer(page).fill(text)
    composer(page).press("Escape")
    composer(page).press("Enter")


def test_a_command_is_found_while_typing_and_answered_in_private(page: Page) -> None:
    composer(page).press_sequentially("/n")
    expect(page.get_by_role("option", name="/note [what] Keeps a note")).to_have_attribute(
        "aria-selected", "true"
    )
    composer(page).press("Enter")
    expect(composer(page)).to_have_value("/note ")
    composer(page).press_sequentially("buy pens")
    composer(page).press("Enter")
    message = page.get_by_role("article").filter(has_text="Noted: buy pens")
    expect(message.get_by_text("Only visible to you")).to_be_visible()
    message.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("article").filter(has_text="Undone").get_by_text("(edited)")).to_be_visible()


def test_slacks_own_sentence_stands_where_the_app_kept_silent(page: Page) -> None:
    send(page, "/note never answer")
    expect(page.get_by_role("alert")).to_have_text("/note failed: the app did not answer in time.")
    send(page, "/nothing")
    expect(page.get_by_text("/nothing is not a command that any app here knows.")).to_be_visible()


def test_a_form_by_keyboard_alone(page: Page) -> None:
    send(page, "/form")
    form = page.get_by_role("dialog", name="Log a touch")
    client = form.get_by_role("combobox", name="Client")
    expect(client).to_be_focused()
    client.press_sequentially("acm")
    expect(form.get_by_role("option", name="Acme Europe")).to_be_visible()
    client.press("ArrowDown")
    client.press("ArrowDown")
    client.press("Enter")
    expect(client).to_have_value("Acme Europe")

    page.keyboard.press("Tab")
    expect(form.get_by_label("Kind")).to_be_focused()
    form.get_by_label("Kind").select_option("Gift")
    expect(form.get_by_label("Which gift")).to_be_visible()
    expect(client).to_have_value("Acme Europe")

    form.get_by_label("Note").fill("about their health")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    gift = form.get_by_label("Which gift")
    expect(gift).to_have_attribute("aria-invalid", "true")
    expect(gift).to_be_focused()
    gift.fill("a pen")
    gift.press("Enter")
    note = form.get_by_label("Note")
    expect(note).to_have_accessible_description("Leave out health: the client may read this.")
    expect(note).to_be_focused()
    note.fill("about the renewal")
    form.get_by_role("button", name="Save").press("Enter")
    expect(form).to_be_hidden()
    expect(page.get_by_role("log").get_by_text("Logged for Acme Europe")).to_be_visible()


def test_escape_closes_a_form_and_tells_the_app(page: Page, drive: Driver) -> None:
    send(page, "/form")
    form = page.get_by_role("dialog", name="Log a touch")
    expect(form).to_be_visible()
    page.keyboard.press("Escape")
    expect(form).to_be_hidden()
    drive.until(lambda: drive.deliveries(kind="interactive")[-1]["payload"]["type"] == "view_closed")


def blocks_with(attack: str) -> list[Json]:
    """The text wherever a block can hold some."""
    return [
        {"type": "header", "text": plain(attack)},
        {"type": "section", "text": {"type": "mrkdwn", "text": attack}, "fields": [plain(attack)]},
        {"type": "markdown", "text": attack},
        {
            "type": "rich_text",
            "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": attack}]}],
        },
        {
            "type": "actions",
            "elements": [
                {
                    "type": "static_select",
                    "action_id": "x",
                    "placeholder": plain(attack),
                    "options": [option(attack, "1")],
                }
            ],
        },
    ]


def test_nothing_that_anybody_wrote_becomes_markup(page: Page, api: WebClient) -> None:
    title = page.title()
    log = page.get_by_role("log")
    for attack in ATTACKS:
        send(page, attack)
        api.chat_postMessage(channel=ALICE, text=attack, blocks=blocks_with(attack))
    expect(log.get_by_role("heading", level=3)).to_have_count(len(ATTACKS))
    expect(log.get_by_role("article", name="Alice Moreno")).to_have_count(len(ATTACKS))
    assert log.locator("img, script, svg, i, u, [onerror], [onload], a[href^=javascript]").count() == 0
    assert page.title() == title


def test_a_message_of_another_conversation_is_marked_until_it_is_read(page: Page, drive: Driver) -> None:
    drive.act("say", BENOIT, channel="C0GENERAL", text="Bonjour *tout le monde*", wait=0)
    general = conversations(page).get_by_role("link", name="general")
    expect(general).to_have_accessible_name("general unread")
    general.click()
    expect(page.get_by_role("heading", level=1, name="#general")).to_be_visible()
    message = page.get_by_role("article", name="Benoît Lefèvre")
    expect(message.locator("strong", has_text="tout le monde")).to_be_visible()
    expect(general).to_have_accessible_name("general")
    assert page.url.endswith(f"?as={ALICE}&at=C0GENERAL")


def test_a_message_shortcut_and_a_reply_in_a_thread(page: Page, drive: Driver) -> None:
    drive.act("say", BENOIT, channel="C0GENERAL", text="Acme rang", wait=0)
    conversations(page).get_by_role("link", name="general").click()
    message = page.get_by_role("article").filter(has_text="Acme rang").first
    message.get_by_role("button", name="More actions for this message").click()
    page.get_by_role("menuitem", name="Keep this").click()
    expect(page.get_by_text("Kept: Acme rang")).to_be_visible()

    message.get_by_role("button", name="More actions for this message").press("Enter")
    page.get_by_role("menuitem", name="Reply in a thread").press("Enter")
    reply = page.get_by_label("Reply in a thread of #general")
    expect(reply).to_be_focused()
    reply.fill("I call them back")
    reply.press("Enter")
    expect(page.locator("article.reply")).to_contain_text("I call them back")
    parent, answer = (m for m in drive.messages(channel="C0GENERAL") if m["user"] in (ALICE, BENOIT))
    assert answer["thread_ts"] == parent["ts"]
    reply.fill("/note in a thread")
    reply.press("Enter")
    expect(page.get_by_text("/note cannot be used in a thread.")).to_be_visible()


def test_home_is_published_when_it_is_opened(page: Page) -> None:
    conversations(page).get_by_role("link", name="Rapport Home").click()
    expect(page.get_by_text("Welcome, @Alice Moreno")).to_be_visible()
    page.get_by_label("Acting as").select_option(BENOIT)
    page.get_by_role("navigation", name="Conversations").get_by_role("link", name="Rapport Home").click()
    expect(page.get_by_text("Welcome, @Benoît Lefèvre")).to_be_visible()


def test_the_clock_moves_to_tomorrow_morning_and_back(page: Page, drive: Driver) -> None:
    page.get_by_role("button", name="It is tomorrow morning").click()
    expect(page.get_by_role("button", name="Back to now")).to_be_visible()
    assert drive.look("clock")["offset"] > 0
    expect(page.locator("[data-clock]")).to_contain_text("08:59:5")
    page.get_by_role("button", name="Back to now").click()
    expect(page.get_by_role("button", name="Back to now")).to_be_hidden()
    assert drive.look("clock")["offset"] == 0


def test_trouble_is_made_and_ended_by_hand(page: Page, drive: Driver) -> None:
    page.get_by_role("button", name="Trouble…").click()
    panel = page.get_by_role("dialog", name="Trouble on demand")
    panel.get_by_label("Posts answered 429 (too many requests)").fill("2")
    panel.get_by_label("Tokens are refused").check()
    panel.get_by_role("button", name="Apply").click()
    expect(page.get_by_role("button", name="Trouble: on")).to_be_visible()
    faults = drive.look("faults")
    assert (faults["rate_limit"], faults["refuse_tokens"]) == (2, True)
    page.get_by_role("button", name="Trouble: on").click()
    panel.get_by_role("button", name="Good weather").click()
    expect(page.get_by_role("button", name="Trouble…")).to_be_visible()


def test_dates_show_in_the_readers_zone_and_language(page: Page, api: WebClient, sandbox: Running) -> None:
    text = "<!date^1793700000^{date_short} {time}|at some time>"
    api.chat_postMessage(channel=ALICE, text=text)
    expect(page.get_by_role("log").locator(".text time")).to_have_text("Nov 3, 2026 5:00 AM")
    api.chat_postMessage(channel=BENOIT, text=text)
    page.goto(f"{sandbox.base_url}/?as={BENOIT}")
    expect(page.get_by_role("log").locator(".text time")).to_have_text("3 nov. 2026 11:00")


def test_a_confirmation_can_be_declined(page: Page, api: WebClient, drive: Driver) -> None:
    confirm = {
        "title": plain("Sure?"),
        "text": plain("It cannot be undone."),
        "confirm": plain("Do"),
        "deny": plain("No"),
    }
    button = {"type": "button", "action_id": "undo", "text": plain("Erase"), "confirm": confirm}
    api.chat_postMessage(channel=ALICE, text="x", blocks=[{"type": "actions", "elements": [button]}])
    page.get_by_role("button", name="Erase").click()
    page.get_by_role("dialog", name="Sure?").get_by_role("button", name="No").click()
    assert drive.deliveries(kind="interactive") == []
    page.get_by_role("button", name="Erase").click()
    page.get_by_role("dialog", name="Sure?").get_by_role("button", name="Do").click()
    expect(page.get_by_text("Undone")).to_be_visible()


def test_a_message_is_drawn_again_only_when_it_looks_different(page: Page, api: WebClient) -> None:
    button = {"type": "button", "action_id": "undo", "text": plain("Undo")}
    blocks: list[Json] = [
        {"type": "section", "text": plain("Two clients")},
        {"type": "actions", "elements": [button]},
    ]
    ts = str(api.chat_postMessage(channel=ALICE, text="Two clients", blocks=blocks)["ts"])
    channel = str(api.conversations_open(users=ALICE)["channel"]["id"])
    api.chat_update(channel=channel, ts=ts, text="Two clients", blocks=blocks)
    message = page.get_by_role("article").filter(has_text="Two clients")
    expect(message.get_by_text("(edited)")).to_be_visible()
    node = message.element_handle()
    assert node is not None
    pressed = node.query_selector("button:has-text('Undo')")
    assert pressed is not None

    api.chat_update(channel=channel, ts=ts, text="Two clients", blocks=blocks)
    api.chat_postMessage(channel=ALICE, text="said after it")
    expect(page.get_by_text("said after it")).to_be_visible()
    assert node.evaluate("it => it.isConnected")

    # The button that was seen before the rest changed still is the same button.
    blocks[0] = {"type": "section", "text": plain("One client")}
    api.chat_update(channel=channel, ts=ts, text="One client", blocks=blocks)
    expect(page.get_by_text("One client")).to_be_visible()
    assert not node.evaluate("it => it.isConnected")
    pressed.evaluate("it => it.click()")
    expect(page.get_by_role("article").filter(has_text="Undone")).to_be_visible()


def test_it_fits_a_telephone(page: Page) -> None:
    page.set_viewport_size({"width": 360, "height": 700})
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    expect(conversations(page)).to_be_hidden()
    page.get_by_role("button", name="Conversations").click()
    conversations(page).get_by_role("link", name="general").click()
    expect(page.get_by_role("heading", level=1, name="#general")).to_be_visible()
    expect(conversations(page)).to_be_hidden()


def test_a_file_is_attached_sent_and_kept_from_the_page(page: Page, drive: Driver) -> None:
    files = page.locator("form.composer input[type=file]")
    files.set_input_files([BOOK])
    expect(page.get_by_role("list", name="Files to send").get_by_text("book.csv")).to_be_visible()
    page.get_by_role("button", name="Remove book.csv").click()
    expect(page.get_by_text("book.csv")).to_be_hidden()
    files.set_input_files([BOOK])
    send(page, "My clients")
    message = page.get_by_role("article").filter(has_text="My clients")
    expect(message.get_by_role("link", name="book.csv")).to_be_visible()
    (kept,) = (m for m in drive.messages() if m["files"])
    assert (kept["text"], kept["files"][0]["size"]) == ("My clients", 5)


def test_a_file_is_dropped_onto_the_composer(page: Page, drive: Driver) -> None:
    page.evaluate(
        """() => {
          const data = new DataTransfer();
          data.items.add(new File(["Acme"], "dropped.csv", { type: "text/csv" }));
          const drop = new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true });
          document.querySelector("form.composer").dispatchEvent(drop);
        }"""
    )
    expect(page.get_by_role("list", name="Files to send").get_by_text("dropped.csv")).to_be_visible()
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("log").get_by_role("link", name="dropped.csv")).to_be_visible()


def test_a_reaction_is_picked_named_and_taken_away(page: Page, drive: Driver) -> None:
    send(page, "Acme rang")
    message = page.get_by_role("article", name="Alice Moreno").filter(has_text="Acme rang")
    message.get_by_role("button", name="Add a reaction").click()
    page.get_by_role("menuitem", name="+1").click()
    mine = message.get_by_role("button", name="+1, 1: Alice Moreno")
    expect(mine).to_have_attribute("aria-pressed", "true")
    message.get_by_role("button", name="Add a reaction").press("Enter")
    page.get_by_role("menuitem", name="Another…").click()
    page.get_by_label("Name of the emoji").fill(":coffee:")
    page.get_by_label("Name of the emoji").press("Enter")
    expect(message.get_by_role("button", name="coffee, 1: Alice Moreno")).to_be_visible()
    mine.click()
    expect(mine).to_be_hidden()
    assert [r["name"] for r in drive.messages()[0]["reactions"]] == ["coffee"]


def test_a_file_that_is_refused_stays_in_the_composer(page: Page, drive: Driver) -> None:
    empty: FilePayload = {"name": "empty.csv", "mimeType": "text/csv", "buffer": b""}
    page.route("**/sandbox/upload*", lambda route: route.fulfill(status=200, json={"id": "F0NOTHERE"}))
    page.locator("form.composer input[type=file]").set_input_files([empty])
    page.route("**/sandbox/drop", lambda route: route.fulfill(status=200, json={"error": "file_is_empty"}))
    send(page, "My clients")
    expect(page.get_by_role("alert")).to_have_text("file_is_empty")
    expect(page.get_by_role("list", name="Files to send").get_by_text("empty.csv")).to_be_visible()
    expect(composer(page)).to_have_value("My clients")
    assert drive.messages() == []


def test_a_message_shortcut_between_two_people(page: Page, drive: Driver) -> None:
    direct = drive.ask("POST", "/sandbox/direct", {"as": ALICE, "with": BENOIT})["channel"]
    drive.act("say", BENOIT, channel=direct, text="Acme rang", wait=0)
    conversations(page).get_by_role("link", name="Benoît Lefèvre").click()
    message = page.get_by_role("article", name="Benoît Lefèvre").filter(has_text="Acme rang")
    message.get_by_role("button", name="More actions for this message").click()
    page.get_by_role("menuitem", name="Keep this").click()
    answer = page.get_by_role("article").filter(has_text="Kept: Acme rang")
    expect(answer.get_by_text("Only visible to you")).to_be_visible()
