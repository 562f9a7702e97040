"""The bot's page: a row of tabs, and the one that is shown.

A further tab is one line in `TABS`, a further first page one in `FIRST`.
"""

from __future__ import annotations

from collections.abc import Sequence

from bot.services import pictures
from handlers import forms
from handlers.answers import Answer, Block, HomePicture, Nothing, PublishHome
from handlers.ask import Ask, Routes
from handlers.home import gift_register, my_clients, settings, team, today, workspace
from handlers.home.tabs import First, Place, Tab, place_of, still_there
from handlers.home.tabs import notes_of as notes
from handlers.views import parts
from handlers.views.home import shell

TABS: tuple[Tab, ...] = (
    today.TAB,
    my_clients.TAB,
    team.TAB,
    gift_register.TAB,
    settings.TAB,
    workspace.TAB,
)
"""The tabs in the order in which they stand; everybody has the first."""

FIRST: tuple[First, ...] = (workspace.FIRST, today.FIRST)
"""First pages; the first one that has something to say is shown."""


def register(routes: Routes) -> None:
    routes.event("app_home_opened", opened)
    routes.action("home.go", gone)
    for tab in TABS:
        tab.register(routes)


def opened(ask: Ask) -> Answer:
    """Somebody came to the bot's page, or something they did there changed it.

    Only its Home tab shows what we publish. `ask.place` says where on it they are.
    """
    event = ask.payload.get("event")
    if event is None:
        return show(ask, place_of(ask.place))
    if event.get("tab", "home") != "home":
        return Nothing()
    return show(ask, still_there(ask.place, ask.now))


def gone(ask: Ask) -> Answer:
    """A button that leads to another place on the page, which it carries (see `Place.facts`)."""
    return show(ask, place_of(forms.carried(ask)))


def show(ask: Ask, place: Place) -> PublishHome:
    """The page of who asks at that place, as it stands now; Today for a tab that they do not have."""
    tabs = [tab for tab in TABS if tab.may(ask.member)]
    current = next((tab for tab in tabs if tab.name == place.tab), tabs[0])
    place = place if place.tab == current.name else Place(current.name)
    if current is tabs[0]:
        for first in FIRST:
            if blocks := first.blocks(ask):
                return PublishHome(shell.page([], "", blocks, notes(place, ask.now), ask.words))
    labels = [(tab.name, tab.label) for tab in tabs]
    shown = current.render(ask, place)
    drawn, missing = _pictures(ask, shown.pictures)
    page = shell.page(labels, current.name, [*shown.blocks, *drawn], notes(place, ask.now), ask.words)
    return PublishHome(page, missing)


def _pictures(ask: Ask, wanted: Sequence[HomePicture]) -> tuple[list[Block], list[HomePicture]]:
    """Blocks of the pictures that stand on Slack, and the pictures that do not yet."""
    if not wanted:
        return [], []
    held = pictures.uploaded(ask.house, ask.actor)
    blocks: list[Block] = []
    missing: list[HomePicture] = []
    for picture in wanted:
        known = held.get(picture.name)
        if known is not None and known.digest == picture.digest:
            blocks.append(parts.image(known.file_id, picture.title, picture.alt))
        else:
            missing.append(picture)
    return blocks, missing
