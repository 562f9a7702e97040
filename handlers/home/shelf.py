"""My clients, and shelves of others' clients: looked through page by page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot.domain.books import TYPED, Wanted, Whose
from bot.domain.cadence import ClientState
from bot.domain.clients import Tier
from bot.domain.refusals import Refusal
from bot.services import shelves
from handlers import client_edits, clients, forms, nudges
from handlers.answers import Answer, Block, ShowHome
from handlers.ask import Ask, Listener, Routes
from handlers.home.tabs import Place, place_of
from handlers.views import parts
from handlers.views.home import shelf as views

_MARKET = 8

_LISTENERS: Mapping[str, tuple[Listener, Mapping[str, Any]]] = {
    "log": (nudges.log, {}),
    "open": (clients.opened, {}),
    "edit": (client_edits.edit_pressed, {}),
    "snooze": (nudges.snooze, {"wish": "date"}),
}
"""For each of `views.ACTS` who answers, and what is carried to them beside the client."""


def register(routes: Routes) -> None:
    routes.action("book.find", looked_for)
    for name in ("tier", "state", "market"):
        routes.action(f"book.{name}", filtered)
    routes.action("book.page", turned)
    routes.action("book.act", acted)


def blocks(ask: Ask, place: Place) -> list[Block]:
    """The shelf at that place; `whose`, `member`, `page`, `archived`, `find` and the filters are chosen there."""
    chosen = place.chosen
    wanted = wanted_at(place)
    try:
        whose = Whose(str(chosen.get("whose", Whose.MINE)))
    except ValueError:
        whose = Whose.MINE
    held = shelves.shelf(
        ask.house,
        ask.actor,
        wanted,
        _number(chosen.get("page")) or 1,
        whose=whose,
        member_id=_number(chosen.get("member")),
    )
    return views.shelf(held, wanted, views.Reader(ask.member, ask.now, place.facts()), ask.words)


def wanted_at(place: Place) -> Wanted:
    """What is looked for there; what makes no sense is left out."""
    chosen = place.chosen
    tier, state, market = (str(chosen.get(name) or "") for name in ("tier", "state", "market"))
    return Wanted(
        tier=Tier(tier) if tier in set(Tier) else None,
        state=ClientState(state) if state in set(ClientState) else None,
        market=market[:_MARKET] or None,
        typed=str(chosen.get("find") or "")[:TYPED],
        archived=bool(chosen.get("archived")),
    )


def looked_for(ask: Ask) -> Answer:
    """Something was typed into the search, or taken out of it."""
    typed = " ".join(ask.value.replace("\0", "").encode("utf-8", "ignore").decode().split())
    return _there(ask, find=typed[:TYPED] or None)


def filtered(ask: Ask) -> Answer:
    """A filter was chosen, or taken away."""
    name = str((ask.action or {}).get("action_id", "")).removeprefix("book.")
    return _there(ask, **{name: None if ask.value == views.ANY else ask.value[:20]})


def turned(ask: Ask) -> Answer:
    """Another page was chosen."""
    return _there(ask, page=forms.number(ask.value))


def acted(ask: Ask) -> Answer:
    """Something was chosen in the menu of a client."""
    carried = forms.carried(ask)
    listener, more = _LISTENERS.get(str(carried.get("act")), (None, {}))
    if listener is None:
        raise Refusal("request.unknown")
    return listener(replace(ask, value=parts.value_of(client=forms.number(carried.get("client")), **more)))


def _there(ask: Ask, **changes: Any) -> Answer:
    """The same place with some changes, and its first page unless another is asked for."""
    here = place_of(ask.place)
    kept = {key: fact for key, fact in here.chosen.items() if key != "page"}
    chosen = {key: fact for key, fact in {**kept, **changes}.items() if fact is not None}
    return ShowHome(Place(here.tab, chosen).facts())


def _number(said: object) -> int | None:
    """A number that a place carries; None for anything else."""
    if isinstance(said, bool) or not isinstance(said, int) or not 0 < said < 10**18:
        return None
    return said
