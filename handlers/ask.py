"""What a listener is given: who asks for what, and how to speak to them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from bot.domain.members import Member, Profile
from bot.services.house import Actor, House
from handlers.answers import Answer
from handlers.i18n import Words
from handlers.parsing import Reader


@dataclass(frozen=True, slots=True)
class Ask:
    """One thing a member asked for.

    `payload` is Slack's own; `key` names this delivery (trigger, view or event), the same when it is delivered twice;
    `now` is UTC. `text` is what was typed after a command, as the person saw it (mentions and entities undone).
    `value` is what a pressed button or chosen option carries, `action` the pressed element, `state` the values of a
    form (``block_id → action_id → element state``), `notes` its private metadata read as JSON (empty without).
    `reply_to` is the response address to speak to, if there is one. `place` is where on the Home tab the person is, or
    was when the form was opened, as `handlers.home.tabs` keeps it (empty: they come from elsewhere). Of a message that
    was acted on, `author` is who wrote it (a member of ours, or as Slack knows them; None: unknown), `team_url` where
    the team is (empty: unknown).
    """

    house: House
    actor: Actor
    member: Member
    words: Words
    now: datetime
    key: str
    payload: Mapping[str, Any]
    text: str = ""
    value: str = ""
    action: Mapping[str, Any] | None = None
    state: Mapping[str, Mapping[str, Mapping[str, Any]]] | None = None
    notes: Mapping[str, Any] | None = None
    reply_to: str | None = None
    place: Mapping[str, Any] = field(default_factory=dict)
    author: Member | Profile | None = None
    team_url: str = ""

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.member.zone)

    @property
    def reader(self) -> Reader:
        """By whose clock, zone and language typed words are read."""
        return Reader(self.now, self.zone, self.member.locale)


Listener = Callable[[Ask], Answer]
Wanted = Callable[[House, int, Mapping[str, Any]], bool]
"""Whether an event of a workspace (by its id) is worth finding out who caused it."""


Notice = Callable[[House, int, Mapping[str, Any]], object]
"""Takes note of an event of a workspace (by its id) that is no word of anybody's and gets no answer."""


Who = Callable[[str], Member | Profile | None]
"""Looks up somebody by the platform's identifier: a member of ours, or as Slack knows them; None: nobody can say.

Raises while Slack does not answer: what was begun is tried again later."""

Witness = Callable[[House, int, Mapping[str, Any]], Callable[[Who], None] | None]
"""Sees an event of a workspace (by its id) before its listener does, quickly; what takes a look-up at Slack is
returned, and done after the acknowledgement. The event also tells `home_team`, `team_url`
and `bot_user`, the app's own user."""

_Taker = TypeVar("_Taker", Listener, Wanted, Notice)


class Routes:
    """The table of contents: which listener takes which command, button, form, list or event.

    Registering two for the same is a ValueError.
    """

    def __init__(self) -> None:
        self.commands: dict[str, Listener] = {}
        self.actions: dict[str, Listener] = {}
        self.views: dict[str, Listener] = {}
        self.shortcuts: dict[str, Listener] = {}
        self.options: dict[str, Listener] = {}
        self.events: dict[str, Listener] = {}
        self.wanted: dict[str, Wanted] = {}
        self.notices: dict[str, Notice] = {}
        self.witnesses: dict[str, Witness] = {}

    def command(self, name: str, listener: Listener) -> None:
        """A slash command, with its slash."""
        _put(self.commands, name, listener)

    def action(self, action_id: str, listener: Listener) -> None:
        """A button or a select; what follows a colon in the element's own action_id is not part of the name."""
        _put(self.actions, action_id, listener)

    def view(self, callback_id: str, listener: Listener) -> None:
        _put(self.views, callback_id, listener)

    def shortcut(self, callback_id: str, listener: Listener) -> None:
        _put(self.shortcuts, callback_id, listener)

    def option(self, action_id: str, listener: Listener) -> None:
        _put(self.options, action_id, listener)

    def event(self, kind: str, listener: Listener, *, wanted: Wanted | None = None) -> None:
        """An event type such as ``app_home_opened``; only those that are `wanted`, where that is given."""
        _put(self.events, kind, listener)
        if wanted is not None:
            self.wanted[kind] = wanted

    def notice(self, kind: str, taker: Notice) -> None:
        """An event type that is taken note of, and answered to nobody."""
        if kind in self.notices or kind in self.events:
            raise ValueError(f"two listeners for {kind!r}")
        self.notices[kind] = taker

    def witness(self, kind: str, taker: Witness) -> None:
        """An event type that is seen, besides whoever answers it."""
        if kind in self.witnesses:
            raise ValueError(f"two witnesses of {kind!r}")
        self.witnesses[kind] = taker

    def subject(self, kind: str, name: str) -> str:
        """Which subject takes a payload: the module of its listener, such as ``touches``; ``unknown`` for none."""
        table = {
            "command": self.commands,
            "action": self.actions,
            "view": self.views,
            "shortcut": self.shortcuts,
            "option": self.options,
            "event": self.events,
        }[kind]
        listener: Any = table.get(name.partition(":")[0] if kind in ("action", "option") else name)
        module = str(getattr(getattr(listener, "func", listener), "__module__", ""))
        return module.removeprefix("handlers.").partition(".")[0] if listener is not None else "unknown"


def _put(table: dict[str, _Taker], name: str, listener: _Taker) -> None:
    if name in table:
        raise ValueError(f"two listeners for {name!r}")
    table[name] = listener
