"""Forms on a person's screen: stacks of at most three, hashes against stale updates, and the fields' typed values."""

from __future__ import annotations

import copy
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sandbox.elements import elements_of, state_values
from sandbox.people import AppIdentity, Team

Json = dict[str, Any]
STACK_LIMIT = 3


class ViewRefused(Exception):
    """Carries Slack's code for why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def new_block_id() -> str:
    """What Slack calls a block to which the app gave no name."""
    return secrets.token_urlsafe(4)[:5]


def stamp_blocks(blocks: Sequence[Json], before: Sequence[Json] = ()) -> list[Json]:
    """A copy as Slack stores it: each block has a `block_id`, each element an `action_id`, texts their defaults.

    A block without an id that stood there before word for word keeps the one it had, so that a press on what somebody
    sees does not miss it because the rest of the message changed meanwhile.
    """
    stamped = copy.deepcopy(list(blocks))
    kept = [(block["block_id"], _without_id(block)) for block in before]
    taken = {block["block_id"] for block in stamped if "block_id" in block}
    for block in stamped:
        for element in elements_of(block):
            element.setdefault("action_id", new_block_id())
        _default_texts(block)
        if "block_id" in block:
            continue
        same = (name for name, content in kept if name not in taken and content == block)
        block["block_id"] = next(same, None) or new_block_id()
        taken.add(block["block_id"])
    return stamped


def _without_id(block: Json) -> Json:
    return {name: value for name, value in block.items() if name != "block_id"}


def _default_texts(node: Any) -> None:
    if isinstance(node, dict):
        if node.get("type") == "plain_text" and isinstance(node.get("text"), str):
            node.setdefault("emoji", True)
        elif node.get("type") == "mrkdwn" and isinstance(node.get("text"), str):
            node.setdefault("verbatim", False)
        for value in node.values():
            _default_texts(value)
    elif isinstance(node, list):
        for value in node:
            _default_texts(value)


@dataclass(slots=True)
class OpenView:
    """One view as Slack keeps it. `typed` has the fields a person touched, by block and action."""

    id: str
    person: str
    kind: str
    given: Json
    hash: str
    root_id: str
    previous_id: str | None = None
    typed: dict[str, dict[str, Any]] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    channel: str | None = None
    """The conversation in which the form was asked for."""

    def keep_typed(self, values: Mapping[str, Mapping[str, Any]]) -> None:
        """Takes over what was typed."""
        for block_id, actions in values.items():
            self.typed.setdefault(block_id, {}).update(actions)

    def state(self) -> Json:
        """`state.values` of the view as it stands."""
        return state_values(self.given["blocks"], self.typed, self.channel)


class Views:
    """All open forms. `stamp` gives a fresh number for hashes."""

    def __init__(self, team: Team, app: AppIdentity, stamp: Callable[[], float]) -> None:
        self._team = team
        self._app = app
        self._stamp = stamp
        self._views: dict[str, OpenView] = {}
        self._stacks: dict[str, list[str]] = {}
        self.homes: dict[str, OpenView] = {}
        """Published Home tabs by person."""

    def stack(self, person: str) -> list[OpenView]:
        """The person's open forms, the one on top last."""
        return [self._views[view_id] for view_id in self._stacks.get(person, [])]

    def find(self, view_id: str) -> OpenView | None:
        """An open form or a Home tab by id."""
        return self._views.get(view_id) or next((v for v in self.homes.values() if v.id == view_id), None)

    def find_external(self, external_id: str) -> OpenView | None:
        """An open form by the id that the app gave it."""
        return next((v for v in self._views.values() if v.given.get("external_id") == external_id), None)

    def new(self, person: str, given: Json, kind: str = "modal", channel: str | None = None) -> OpenView:
        """A view that is not on any screen yet. Raises ViewRefused(`duplicate_external_id`)."""
        external_id = given.get("external_id")
        if external_id and self.find_external(external_id) is not None:
            raise ViewRefused("duplicate_external_id")
        view_id = "V0" + secrets.token_hex(5).upper()
        stored = {**given, "blocks": stamp_blocks(given["blocks"])}
        return OpenView(view_id, person, kind, stored, self._new_hash(), view_id, channel=channel)

    def publish(self, person: str, given: Json, expected_hash: str | None = None) -> OpenView:
        """Replaces the Home tab; its id stays. Raises ViewRefused(`hash_conflict`)."""
        home = self.homes.get(person)
        if home is None:
            home = self.homes[person] = self.new(person, given, "home")
        else:
            self.update(home, given, expected_hash)
        return home

    def open(self, view: OpenView) -> None:
        """Shows the form alone; whatever form was open before is gone."""
        self.clear(view.person)
        self._views[view.id] = view
        self._stacks[view.person] = [view.id]

    def push(self, view: OpenView) -> None:
        """Shows the form above the open ones. Raises ViewRefused(`push_limit_reached` or `not_found`)."""
        stack = self._stacks.get(view.person, [])
        if not stack:
            raise ViewRefused("not_found")
        if len(stack) >= STACK_LIMIT:
            raise ViewRefused("push_limit_reached")
        view.root_id, view.previous_id = self._views[stack[-1]].root_id, stack[-1]
        self._views[view.id] = view
        stack.append(view.id)

    def update(self, view: OpenView, given: Json, expected_hash: str | None) -> None:
        """Replaces the content. Raises ViewRefused(`hash_conflict`). What was typed stays where the field stays."""
        if expected_hash and expected_hash != view.hash:
            raise ViewRefused("hash_conflict")
        blocks = stamp_blocks(given["blocks"])
        kept = {
            (block["block_id"], element["action_id"]) for block in blocks for element in elements_of(block)
        }
        view.typed = {
            block_id: {action: raw for action, raw in actions.items() if (block_id, action) in kept}
            for block_id, actions in view.typed.items()
        }
        view.given = {**given, "blocks": blocks}
        view.hash = self._new_hash()
        view.errors = {}

    def close_top(self, person: str) -> OpenView | None:
        """Takes the top form away; the one beneath shows again."""
        stack = self._stacks.get(person, [])
        return self._views.pop(stack.pop()) if stack else None

    def clear(self, person: str) -> list[OpenView]:
        """Takes all of the person's forms away, top first."""
        return [view for _ in list(self._stacks.get(person, [])) if (view := self.close_top(person))]

    def as_slack(self, view: OpenView) -> Json:
        """The view object of API answers and interaction payloads."""
        given = view.given
        shown: Json = {
            "id": view.id,
            "team_id": self._team.id,
            "type": view.kind,
            "blocks": copy.deepcopy(given["blocks"]),
            "private_metadata": given.get("private_metadata", ""),
            "callback_id": given.get("callback_id", ""),
            "state": {"values": view.state()},
            "hash": view.hash,
            "title": self._text(given.get("title"))
            or {"type": "plain_text", "text": "View Title", "emoji": True},
            "clear_on_close": given.get("clear_on_close", False),
            "notify_on_close": given.get("notify_on_close", False),
            "close": self._text(given.get("close")),
            "submit": self._text(given.get("submit")),
            "previous_view_id": view.previous_id,
            "root_view_id": view.root_id,
            "app_id": self._app.id,
            "external_id": given.get("external_id", ""),
            "app_installed_team_id": self._team.id,
            "bot_id": self._app.bot_id,
        }
        return shown

    def for_page(self, view: OpenView) -> Json:
        """The view object with what only the screen knows: raw values and errors at their fields."""
        return {**self.as_slack(view), "typed": view.typed, "errors": view.errors}

    @staticmethod
    def _text(text: Json | None) -> Json | None:
        return None if text is None else {"emoji": True, **text}

    def _new_hash(self) -> str:
        return f"{int(self._stamp())}.{secrets.token_hex(4)}"
