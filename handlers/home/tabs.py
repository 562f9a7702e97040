"""What a tab of the bot's page is, and where on that page somebody stands."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from bot.domain.members import Member
from handlers.answers import Block, HomePicture
from handlers.ask import Ask, Routes

TODAY = "today"

_KEPT_FOR = 30
"""Minutes after which a page that is opened again begins with Today."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where on Home somebody is: the name of the tab, and what is `chosen` there (short JSON values).

    It travels in the page's private metadata, in the notes of the forms that are opened from it, and in the buttons
    that lead somewhere else.
    """

    tab: str = TODAY
    chosen: Mapping[str, Any] = field(default_factory=dict)

    def facts(self) -> dict[str, Any]:
        """The place as the answer `ShowHome`, a button of `home.go` and the page's notes carry it."""
        return {**self.chosen, "tab": self.tab}


def place_of(facts: Mapping[str, Any]) -> Place:
    """The place that `Place.facts` told; Today for anything else."""
    chosen = {key: value for key, value in facts.items() if key not in ("tab", "at")}
    return Place(str(facts["tab"]), chosen) if "tab" in facts else Place()


def notes_of(place: Place, now: datetime) -> dict[str, Any]:
    """What the page remembers: the place, and when it was shown."""
    return {**place.facts(), "at": _minutes(now)}


def still_there(notes: Mapping[str, Any], now: datetime) -> Place:
    """Where somebody is who comes back to the page: where they were a moment ago, or on Today the next time."""
    shown = notes.get("at")
    fresh = isinstance(shown, int) and 0 <= _minutes(now) - shown < _KEPT_FOR
    return place_of(notes) if fresh else Place()


def _minutes(moment: datetime) -> int:
    return int(moment.timestamp()) // 60


def _no_listeners(_routes: Routes) -> None:
    """For a tab whose buttons all belong to other subjects."""


class Contents(NamedTuple):
    """What a tab shows: its blocks, and below them `pictures`, as soon as they are drawn."""

    blocks: Sequence[Block]
    pictures: Sequence[HomePicture] = ()


class Tab(NamedTuple):
    """One tab of Home.

    `label` is a message of the catalogues, `may` says who has the tab, `render` tells what it shows: 97 blocks at most,
    for the row of tabs stands above them. `render` is given the place with what is chosen on this tab, and is never
    called for who may not. `register` enters the tab's own listeners; they answer with `ShowHome` to show the page
    anew.
    """

    name: str
    label: str
    may: Callable[[Member], bool]
    render: Callable[[Ask, Place], Contents]
    register: Callable[[Routes], None] = _no_listeners


class First(NamedTuple):
    """A page shown in the place of all tabs to somebody who comes to Today for the first time.

    `blocks` tells one sentence and one button, or nothing where the page is not (or no longer) for who asks.
    """

    blocks: Callable[[Ask], list[Block]]


def everybody(_member: Member) -> bool:
    return True
