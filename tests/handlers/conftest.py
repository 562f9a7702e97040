"""A person at the bot: types commands, presses buttons, fills forms; what comes back is what Slack would take."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import pytest

from bot.domain.members import Member
from handlers.answers import (
    Answer,
    CloseForms,
    FormErrors,
    Message,
    OpenForm,
    Options,
    Post,
    PublishHome,
    Replace,
    ReplaceAt,
    Say,
    ShowHome,
    UpdateForm,
    View,
    Whisper,
)
from handlers.app import table_of_contents
from handlers.ask import Ask, Routes
from handlers.i18n import words_for
from sandbox.payloads import check_home, check_message, check_response, check_view
from tests.conftest import Firm

HOSTILE = "<!channel> &amp; <@U0ALICE> *bold* `code` 🍷🍷 \u202eمرحبا " + "é" * 4000
"""What a person may call anything: mentions, markup, emoji, right-to-left text, and far too much of it."""


def message_faults(message: Message) -> list[str]:
    return check_message({"channel": "D0", "text": message.text, "blocks": list(message.blocks)})


def faults_of(answer: Answer) -> list[str]:
    """What Slack would find wrong with an answer."""
    match answer:
        case Say(message=message) | Post(message=message) | Whisper(message=message):
            return message_faults(message)
        case Replace(message=message, also=also) | ReplaceAt(message=message, also=also):
            return message_faults(message) + (message_faults(also) if also else [])
        case OpenForm(view=view) | UpdateForm(view=view):
            return check_view(view)
        case PublishHome(view=view):
            return check_home(view)
        case Options(options=options):
            return check_response({"options": list(options)})
        case FormErrors(errors=errors):
            return check_response({"response_action": "errors", "errors": dict(errors)})
        case CloseForms(then=then):
            return faults_of(then) if then is not None else []
        case _:
            return []


def elements_of(blocks: Any) -> Iterator[dict[str, Any]]:
    """All interactive elements of a list of blocks."""
    for block in blocks:
        yield from block.get("elements", ()) if block["type"] == "actions" else ()
        if "accessory" in block:
            yield block["accessory"]
        if block["type"] == "input":
            yield block["element"]


def seen(message: Message | View) -> str:
    """All that can be read in the blocks of a message or view, as one text with Slack's escapes."""
    blocks = message.blocks if isinstance(message, Message) else message["blocks"]
    return "\n".join(_texts(blocks))


def _texts(node: Any) -> Iterator[str]:
    if isinstance(node, Mapping):
        if isinstance(node.get("text"), str):
            yield node["text"]
        for value in node.values():
            yield from _texts(value)
    elif isinstance(node, list | tuple):
        for value in node:
            yield from _texts(value)


def filled(view: View, **entered: Any) -> dict[str, dict[str, dict[str, Any]]]:
    """The state of a form as Slack sends it: what stands in it from the start, and what is `entered` by field.

    A select takes the option's value, a date or time picker, a number and a text its text, checkboxes and a list of
    several a list of values.
    """
    state: dict[str, dict[str, dict[str, Any]]] = {}
    for block in view["blocks"]:
        if block["type"] != "input":
            continue
        name, element = block["block_id"].partition(":")[0], block["element"]
        given = entered.pop(name) if name in entered else _initial(element)
        state[block["block_id"]] = {element["action_id"]: _entered(element, given)}
    assert not entered, f"the form has no field {', '.join(entered)}"
    return state


def _initial(element: Mapping[str, Any]) -> Any:
    if "initial_option" in element:
        return element["initial_option"]["value"]
    if "initial_options" in element:
        return [option["value"] for option in element["initial_options"]]
    return next((element[key] for key in element if key.startswith("initial_")), None)


def _entered(element: Mapping[str, Any], given: Any) -> dict[str, Any]:
    kind = element["type"]
    if kind in ("plain_text_input", "number_input", "url_text_input"):
        return {"type": kind, "value": given}
    if kind == "datepicker":
        return {"type": kind, "selected_date": given}
    if kind == "timepicker":
        return {"type": kind, "selected_time": given}
    if kind in ("users_select", "multi_users_select", "multi_conversations_select"):
        held = {"users_select": "selected_user", "multi_users_select": "selected_users"}
        return {"type": kind, held.get(kind, "selected_conversations"): given}
    if kind in ("checkboxes", "multi_static_select", "multi_external_select"):
        return {"type": kind, "selected_options": [_option(element, value) for value in given or ()]}
    return {"type": kind, "selected_option": None if given is None else _option(element, str(given))}


def _option(element: Mapping[str, Any], value: str) -> dict[str, Any]:
    if element["type"] == "multi_external_select":
        known = [option for option in element.get("initial_options", ()) if option["value"] == value]
        return (
            known[0] if known else {"text": {"type": "plain_text", "text": f"option {value}"}, "value": value}
        )
    if element["type"] == "external_select":
        chosen = element.get("initial_option", {})
        text = chosen.get("text", {}).get("text") if chosen.get("value") == value else f"option {value}"
        return {"text": {"type": "plain_text", "text": text}, "value": value}
    found: dict[str, Any] = next(option for option in element["options"] if option["value"] == value)
    return found


@dataclass
class Visitor:
    """One member at the bot. Each answer is checked for what Slack would refuse before it is returned."""

    firm: Firm
    member: Member
    routes: Routes
    reply_to: str | None = "https://hooks.slack.test/reply"
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def types(self, command: str, text: str = "") -> Answer:
        ask = self._ask({"command": command, "text": text}, text=text)
        return self._sound(self.routes.commands[command](ask))

    def presses(
        self,
        shown: Message | View,
        action: str,
        *,
        choose: str | None = None,
        state: Mapping[str, Any] | None = None,
    ) -> Answer:
        """Press the element whose action_id is, or begins with, `action`; of a select the option `choose` is in."""
        view = None if isinstance(shown, Message) else shown
        notes = None if view is None else json.loads(view.get("private_metadata") or "{}")
        blocks = shown.blocks if isinstance(shown, Message) else shown["blocks"]
        element = next(e for e in elements_of(blocks) if f"{e['action_id']}:".startswith(f"{action}:"))
        value = str(element.get("value", ""))
        if choose is not None:
            value = next((o["value"] for o in element.get("options", ()) if choose in o["value"]), choose)
        payload: dict[str, Any] = {"actions": [element]}
        if view is not None:
            payload["view"] = view
        ask = self._ask(
            payload,
            value=value,
            action=element,
            state=state,
            notes=notes,
            place=_place(view, notes),
            reply_to=self.reply_to if view is None else None,
        )
        return self._sound(self.routes.actions[action.partition(":")[0]](ask), ask.place)

    def submits(self, view: View, *, key: str | None = None, **entered: Any) -> Answer:
        """Send a form with what stands in it, and what is `entered`."""
        notes = json.loads(view["private_metadata"])
        ask = self._ask(
            {"view": view},
            state=filled(view, **entered),
            notes=notes,
            key=key,
            reply_to=notes.get("reply_to"),
            place=_place(view, notes),
        )
        return self._sound(self.routes.views[view["callback_id"]](ask))

    def uses(self, shortcut: str, **payload: Any) -> Answer:
        """A shortcut; on a message with its `message`."""
        reply_to = self.reply_to if "message" in payload else None
        return self._sound(self.routes.shortcuts[shortcut](self._ask(payload, reply_to=reply_to)))

    def asks_list(self, action: str, typed: str) -> list[str]:
        """The labels that a select offers while somebody types."""
        answer = self._sound(self.routes.options[action](self._ask({"value": typed}, value=typed)))
        assert isinstance(answer, Options)
        return [option["text"]["text"] for option in answer.options]

    def sends(self, event: Mapping[str, Any]) -> Answer:
        notes = json.loads((event.get("view") or {}).get("private_metadata") or "{}")
        ask = self._ask({"event": event}, text=str(event.get("text", "")), reply_to=None, place=notes)
        return self._sound(self.routes.events[event["type"]](ask))

    def opens_home(self) -> View:
        return self.home(self.sends({"type": "app_home_opened", "tab": "home", "user": self.member.user_id}))

    def goes(self, home: View, tab: str) -> View:
        """Another tab of the Home page."""
        return self.home(self.presses(home, f"home.go:{tab}"))

    @staticmethod
    def home(answer: Answer) -> View:
        """The Home page of an answer that shows it."""
        assert isinstance(answer, PublishHome), f"no page in {type(answer).__name__}"
        return answer.view

    def asking(self) -> Ask:
        """What a listener is given when they ask for something."""
        return self._ask({})

    def _ask(self, payload: Mapping[str, Any], **facts: Any) -> Ask:
        facts.setdefault("reply_to", self.reply_to)
        key = facts.pop("key", None) or f"{self.member.user_id}-{next(self._numbers)}"
        return Ask(
            house=self.firm.house,
            actor=self.firm.actor(self.member),
            member=self.member,
            words=words_for(self.member.locale),
            now=self.firm.clock(),
            key=key,
            payload=payload,
            **facts,
        )

    def _sound(self, answer: Answer, place: Mapping[str, Any] | None = None) -> Answer:
        """The answer, found to be one that Slack takes; a page that is to be shown is that page."""
        if isinstance(answer, ShowHome):
            wanted = answer.place if answer.place is not None else place or {}
            answer = self.routes.events["app_home_opened"](self._ask({}, place=wanted))
        assert faults_of(answer) == []
        return answer


def _place(view: View | None, notes: Mapping[str, Any] | None) -> Mapping[str, Any]:
    """Where on Home a press or a form comes from, as the desk reads it."""
    if view is None or notes is None:
        return {}
    return notes if view["type"] == "home" else notes.get("place") or {}


@pytest.fixture(scope="session")
def routes() -> Routes:
    return table_of_contents()


@pytest.fixture
def alice(small_firm: Firm, routes: Routes) -> Visitor:
    """Alice from New York, in English."""
    return Visitor(small_firm, small_firm.alice, routes)


@pytest.fixture
def bruno(small_firm: Firm, routes: Routes) -> Visitor:
    """Bruno from Paris, in French."""
    return Visitor(small_firm, small_firm.bruno, routes)


def said(answer: Answer) -> Message:
    """The message of an answer that says or replaces something."""
    match answer:
        case CloseForms(then=then) if then is not None:
            return said(then)
        case (
            Say(message=message) | Post(message=message) | Replace(message=message) | Whisper(message=message)
        ):
            return message
        case ReplaceAt(message=message):
            return message
        case _:
            raise AssertionError(f"nothing is said by {type(answer).__name__}")


def opened(answer: Answer) -> View:
    """The form of an answer that opens or updates one."""
    assert isinstance(answer, OpenForm | UpdateForm), f"no form in {type(answer).__name__}"
    return answer.view
