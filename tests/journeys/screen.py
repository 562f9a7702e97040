"""One person before the page: what they type, press and read, by role and label as a screen reader has them."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import FloatRect, Locator, Page, expect

from tests.journeys.demo import ROOT

PICTURES = ROOT / "docs" / "pictures"


@dataclass
class Screen:
    """The page of somebody. `album` takes the pictures of a test run; those of the documentation go to docs/pictures
    as well, when the environment asks for them with PICTURES=1.
    """

    page: Page
    user_id: str
    album: Path
    wrong: list[str] = field(default_factory=list)

    # --- Typing ---------------------------------------------------------------------------------------------

    @property
    def composer(self) -> Locator:
        return self.page.get_by_role("form", name="Write").get_by_role("textbox")

    def says(self, text: str) -> None:
        """Writes into the open conversation and sends it. Escape puts away what is suggested while typing."""
        self.composer.fill(text)
        self.composer.press("Escape")
        self.composer.press("Enter")

    def types(self, command: str) -> Locator:
        """Types a command that is answered with a message; gives that message, which stays the same when it changes."""
        before = self.messages.count()
        self.says(command)
        answer = self.messages.nth(before)
        expect(answer).to_be_visible()
        return answer

    def runs(self, command: str) -> Locator:
        """Types a command that opens a form; gives the form."""
        self.says(command)
        expect(self.form).to_be_visible()
        return self.form

    # --- Reading --------------------------------------------------------------------------------------------

    @property
    def messages(self) -> Locator:
        """All messages of the open conversation."""
        return self.page.get_by_role("log").get_by_role("article")

    @property
    def last(self) -> Locator:
        return self.messages.last

    @property
    def form(self) -> Locator:
        return self.page.get_by_role("dialog")

    def goes_home(self) -> Locator:
        """Opens the Home tab of a member."""
        home = self.goes_home_to("")
        expect(home.get_by_role("heading").first).to_be_visible()
        return home

    def goes_home_to(self, text: str) -> Locator:
        """Opens the Home tab, which shows this text."""
        self.page.get_by_role("navigation", name="Rapport").get_by_role("link", name="Home").click()
        home = self.page.get_by_role("main").get_by_label("Home", exact=True)
        expect(home).to_contain_text(text)
        return home

    def goes_to_tab(self, tab: str, heading: str) -> Locator:
        """The tab of the Home page by its name, already shown or not; `heading` stands on it."""
        home = self.goes_home()
        home.get_by_role("button", name=re.compile(f"^(Show |Afficher )?{tab}(, .*)?$")).click()
        expect(home.get_by_role("heading", name=heading).first).to_be_visible()
        return home

    def goes_to_channel(self, name: str) -> None:
        self.page.get_by_role("navigation", name="Conversations").get_by_role("link", name=name).click()
        expect(self.page.get_by_role("heading", level=1, name=f"#{name}")).to_be_visible()

    def goes_to_messages(self) -> None:
        self.page.get_by_role("navigation", name="Rapport").get_by_role("link", name="Messages").click()
        expect(self.page.get_by_role("log")).to_be_visible()

    # --- Filling --------------------------------------------------------------------------------------------

    def chooses(self, label: str, typed: str, option: str) -> None:
        """Types into a field that looks things up, and takes one of what it offers."""
        field_ = self.form.get_by_role("combobox", name=label)
        field_.fill("")
        field_.press_sequentially(typed)
        self.form.get_by_role("option", name=option).click()
        expect(field_).to_have_value(option)

    def adds(self, label: str, typed: str, option: str) -> None:
        """As `chooses`, into a field that takes several."""
        field_ = self.form.get_by_role("combobox", name=label)
        field_.click()
        field_.press_sequentially(typed)
        self.form.get_by_role("option", name=option).click()
        expect(self.form.get_by_role("button", name=f"Remove {option}")).to_be_visible()

    # --- Pictures -------------------------------------------------------------------------------------------

    def picture(
        self, name: str, of: Locator | None = None, *, to: Locator | None = None, docs: bool = False
    ) -> None:
        """A picture of an element (down to the end of another one), or of the whole page.

        Those for the documentation leave out the empty space beside a message.
        """
        clip = None if of is None else _around(of, to or of, close=docs)
        self.page.screenshot(path=self.album / f"{name}.png", clip=clip)
        if docs and os.environ.get("PICTURES") == "1":
            PICTURES.mkdir(parents=True, exist_ok=True)
            self.page.screenshot(path=PICTURES / f"{name}.png", clip=clip)


def fits(page: Page) -> bool:
    """Whether nothing has to be scrolled sideways."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))


def _around(first: Locator, last: Locator, *, close: bool) -> FloatRect:
    """The rectangle of an element, down to the end of another one."""
    first.scroll_into_view_if_needed()
    one, other = first.bounding_box(), last.bounding_box()
    assert one is not None, "what is to be pictured cannot be seen"
    assert other is not None, "what is to be pictured cannot be seen"
    said = first.locator(".said").bounding_box() if close and first.locator(".said").count() else None
    right = one["x"] + one["width"] if said is None else said["x"] + said["width"] + 12
    bottom = other["y"] + other["height"] + (0 if last is first else 12)
    return {"x": one["x"], "y": one["y"], "width": right - one["x"], "height": bottom - one["y"]}
