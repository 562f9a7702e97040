"""What a person does: commands, presses, forms, shortcuts, messages; and what the bot's answer to it brings about."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from sandbox import payloads
from sandbox.delivery import Answer
from sandbox.elements import (
    STATEFUL,
    action_of,
    complaints,
    find_element,
    find_moved,
    state_values,
    stateful,
)
from sandbox.events import VERIFICATION_TOKEN
from sandbox.messages import Conversation, Message, typed_to_markup
from sandbox.options import CommandSpec, ShortcutSpec
from sandbox.people import Person
from sandbox.refusals import chart_refusals, file_refusals
from sandbox.stand_in import StandIn
from sandbox.tickets import ResponseAddress, Trigger
from sandbox.views import OpenView, ViewRefused
from sandbox.web_api import TEXT_LIMIT

Json = dict[str, Any]
Values = Mapping[str, Mapping[str, Any]]

EMOJI = re.compile(r"[a-z0-9_+'-]+(::skin-tone-[2-6])?")
"""A name without colons, perhaps with the tone of skin."""


class CannotDo(Exception):
    """The person could not have done that: nothing there to press, not their conversation, no such form."""


@dataclass(slots=True)
class Outcome:
    """How one act ended. `error` is the sentence Slack itself shows when the app does not answer."""

    outcome: str = "acked"
    error: str | None = None
    field_errors: dict[str, str] = field(default_factory=dict)
    options: list[Json] = field(default_factory=list)
    option_groups: list[Json] = field(default_factory=list)
    body: Any = None

    def as_json(self) -> Json:
        """All fields."""
        return asdict(self)


@dataclass(slots=True)
class Place:
    """Where something is pressed: a message, or a view (a form or the Home tab)."""

    message: Message | None = None
    view: OpenView | None = None

    @property
    def blocks(self) -> list[Json]:
        """The blocks on show there."""
        if self.message is not None:
            return self.message.blocks
        assert self.view is not None
        blocks: list[Json] = self.view.given["blocks"]
        return blocks


class Interactions:
    """Acts as persons towards the bot."""

    def __init__(self, stand_in: StandIn) -> None:
        self.slack = stand_in
        self.workspace = stand_in.workspace

    # -- commands -------------------------------------------------------------------------------------------------

    def command_spec(self, command: str) -> CommandSpec | None:
        """What the manifest says of it; without any declared command each is taken."""
        specs = self.slack.options.commands
        if not specs:
            return CommandSpec(command)
        return next((spec for spec in specs if spec.command == command), None)

    async def command(self, person: Person, command: str, text: str, channel: str) -> Outcome:
        """Types a slash command into a conversation."""
        spec = self.command_spec(command)
        if spec is None:
            return Outcome("refused", f"{command} is not a command that any app here knows.")
        conversation = self.slack.conversation_for(person, channel)
        if conversation is None:
            raise CannotDo(f"{person.id} is not in {channel}")
        if spec.should_escape:
            text = typed_to_markup(text, self.workspace.named(person.id), with_label=True)
        team = self.slack.team_of(person)
        address = ResponseAddress(conversation.id, person.id)
        payload = {
            "token": VERIFICATION_TOKEN,
            "team_id": team["id"],
            "team_domain": team["domain"],
            "channel_id": conversation.id,
            "channel_name": conversation.name_in_payloads(),
            "user_id": person.id,
            "user_name": person.name,
            "command": command,
            "text": text,
            "api_app_id": self.slack.facts.app.id,
            "is_enterprise_install": "false",
            "response_url": self.slack.response_url(address, "commands"),
            "trigger_id": self.slack.tickets.new_trigger(Trigger(person.id, None, conversation.id)),
        }
        answer = await self.slack.deliveries.ask("slash_commands", payload)
        if answer.outcome != "acked":
            return _failure(answer, f"{command} failed")
        if answer.body not in (None, "", {}):
            body = {"text": answer.body} if isinstance(answer.body, str) else dict(answer.body)
            if body.get("response_type") == "in_channel":
                typed = f"{command} {text}".strip()
                self.slack.posting.by_person(person, conversation.id, typed)
            self._speak(body, ResponseAddress(conversation.id, person.id), f"acknowledgement of {command}")
        return Outcome(body=answer.body)

    # -- presses --------------------------------------------------------------------------------------------------

    def place(self, person: Person, where: Json) -> Place:
        """The place that `where` names: `channel` and `ts`, `view_id`, or `home`."""
        if where.get("home"):
            view = self.slack.views.homes.get(person.id)
        elif where.get("view_id"):
            view = self.slack.views.find(str(where["view_id"]))
        elif where.get("ts"):
            conversation = self.slack.conversation_for(person, str(where.get("channel") or "app"))
            message = conversation.find(str(where["ts"])) if conversation else None
            if message is None or message.ephemeral_for not in (None, person.id):
                raise CannotDo(f"{person.id} sees no message {where['ts']} in {where.get('channel')}")
            return Place(message=message)
        else:
            stack = self.slack.views.stack(person.id)
            view = stack[-1] if stack else None
        if view is None or view.person != person.id:
            raise CannotDo(f"{person.id} has no such view open")
        return Place(view=view)

    async def press(
        self,
        person: Person,
        where: Json,
        action_id: str,
        block_id: str | None = None,
        raw: Any = None,
        values: Values | None = None,
    ) -> Outcome:
        """Presses a button, picks a choice, or leaves a field that reports at once. `values` are the other fields."""
        place = self.place(person, where)
        found = find_element(place.blocks, action_id, block_id)
        if found is None:
            # The page may have been published anew under the finger: a block without a name has another one now.
            found = find_moved(place.blocks, action_id)
        if found is None:
            raise CannotDo(f"there is nothing with action_id {action_id} to press")
        block, element = found
        only_for = element.get("visible_to_user_ids")
        if only_for and person.id not in only_for:
            raise CannotDo(f"{person.id} does not see {action_id}")
        touched = self._with_files(person, place.blocks, values)
        if element["type"] in STATEFUL:
            touched.setdefault(block["block_id"], {})[element["action_id"]] = raw
        payload = self._interaction(person, "block_actions")
        payload |= self._surroundings(person, place, touched, with_trigger=True)
        payload["actions"] = [action_of(block, element, raw, self.workspace.new_stamp())]
        answer = await self.slack.deliveries.ask("interactive", payload)
        if answer.outcome != "acked":
            return _failure(answer, "That did not work")
        return Outcome(body=answer.body)

    async def suggest(
        self, person: Person, where: Json, action_id: str, block_id: str | None, typed: str
    ) -> Outcome:
        """Asks the app for the choices of an external select while a person types."""
        place = self.place(person, where)
        found = find_element(place.blocks, action_id, block_id)
        if found is None:
            raise CannotDo(f"there is no field with action_id {action_id}")
        block, element = found
        if len(typed) < element.get("min_query_length", 3):
            return Outcome()
        payload = self._interaction(person, "block_suggestion")
        payload |= self._surroundings(person, place, {}, with_trigger=False)
        payload |= {"action_id": element["action_id"], "block_id": block["block_id"], "value": typed}
        answer = await self.slack.deliveries.ask("interactive", payload)
        if answer.outcome != "acked":
            return _failure(answer, "The choices could not be loaded")
        body = answer.body if isinstance(answer.body, dict) else {}
        faults = payloads.check_response(body) if body else ["options: missing required field"]
        if faults:
            self.slack.complain(f"choices of {action_id}", faults)
            return Outcome("refused", "The choices could not be loaded: the app's answer was not understood.")
        return Outcome(
            options=body.get("options", []), option_groups=body.get("option_groups", []), body=body
        )

    def _surroundings(self, person: Person, place: Place, touched: Values, *, with_trigger: bool) -> Json:
        """Container, message or view, state, trigger and response address of an interaction in that place."""
        if place.view is not None:
            view = place.view
            view.keep_typed(touched)
            found: Json = {
                "container": {"type": "view", "view_id": view.id},
                "view": self.slack.view_of(view),
            }
            if with_trigger:
                trigger = Trigger(person.id, view.id, view.channel)
                found["trigger_id"] = self.slack.tickets.new_trigger(trigger)
            return found
        message = place.message
        assert message is not None
        conversation = self.workspace.conversations[message.channel]
        container: Json = {
            "type": "message",
            "message_ts": message.ts,
            "channel_id": message.channel,
            "is_ephemeral": message.ephemeral_for is not None,
        }
        if message.thread_ts:
            container["thread_ts"] = message.thread_ts
        found = {
            "container": container,
            "channel": {"id": conversation.id, "name": conversation.name_in_payloads()},
        }
        if message.ephemeral_for is None:
            found["message"] = message.as_slack(self.slack.facts.app)
        if with_trigger:
            address = ResponseAddress(conversation.id, person.id, message.ts, message.thread_ts)
            found["state"] = {"values": state_values(message.blocks, touched, conversation.id)}
            found["response_url"] = self.slack.response_url(address, "actions")
            found["trigger_id"] = self.slack.tickets.new_trigger(Trigger(person.id, None, conversation.id))
        return found

    # -- forms ----------------------------------------------------------------------------------------------------

    async def submit(self, person: Person, view_id: str | None, values: Values | None = None) -> Outcome:
        """Sends a form. Fields that Slack's own client would refuse do not reach the bot."""
        view = self._open_view(person, view_id)
        view.keep_typed(self._with_files(person, view.given["blocks"], values))
        view.errors = complaints(view.given["blocks"], view.typed, view.channel)
        if view.errors:
            self.slack.show_views(person.id)
            return Outcome("refused", field_errors=dict(view.errors))
        payload = self._interaction(person, "view_submission")
        payload["trigger_id"] = self.slack.tickets.new_trigger(Trigger(person.id, view.id, view.channel))
        payload["view"] = self.slack.view_of(view)
        payload["response_urls"] = self._response_urls(person, view)
        answer = await self.slack.deliveries.ask("interactive", payload)
        if answer.outcome != "acked":
            return _failure(answer, "The form could not be sent")
        return self._settle_submission(view, answer.body)

    def _with_files(
        self, person: Person, blocks: Sequence[Json], values: Values | None
    ) -> dict[str, dict[str, Any]]:
        """A copy of raw values in which uploaded files, named by their ids, are as Slack describes them."""
        found = {block_id: dict(fields) for block_id, fields in (values or {}).items()}
        for block, element in stateful(blocks):
            fields = found.get(block["block_id"], {})
            if element["type"] == "file_input" and fields.get(element["action_id"]):
                given = fields[element["action_id"]]
                fields[element["action_id"]] = [self._given_file(person, file) for file in given]
        return found

    def _given_file(self, person: Person, given: Any) -> Json:
        file_id = str(given["id"] if isinstance(given, Mapping) else given)
        files = self.slack.files
        if files.is_ready(file_id, person.id):
            return files.in_full(files.complete(file_id, "", for_app=True))
        upload = files.find(file_id)
        if upload is None or upload.owner != person.id or not upload.for_app:
            raise CannotDo(f"{person.id} has no such file uploaded")
        return files.in_full(upload)

    def _response_urls(self, person: Person, view: OpenView) -> list[Json]:
        found: list[Json] = []
        state = view.state()
        for block, element in stateful(view.given["blocks"]):
            chosen = state[block["block_id"]][element["action_id"]].get("selected_conversation")
            if element.get("response_url_enabled") and chosen:
                address = ResponseAddress(chosen, person.id)
                found.append(
                    {
                        "block_id": block["block_id"],
                        "action_id": element["action_id"],
                        "channel_id": chosen,
                        "response_url": self.slack.response_url(address, "actions"),
                    }
                )
        return found

    def _settle_submission(self, view: OpenView, body: Any) -> Outcome:
        """Does to the forms what the acknowledgement says."""
        views, person_id = self.slack.views, view.person
        outcome = Outcome(body=body)
        if isinstance(body, dict) and body:
            faults = payloads.check_response(body, view.given)
            faults = faults or file_refusals(self.slack, body.get("view"), "/view")
            if faults:
                self.slack.complain("acknowledgement of a form", faults)
                return Outcome("refused", "The form could not be sent: the app's answer was not understood.")
        action = body.get("response_action") if isinstance(body, dict) else None
        try:
            if action == "errors":
                view.errors = dict(body["errors"])
                outcome.field_errors = dict(body["errors"])
            elif action == "update":
                views.update(view, body["view"], None)
            elif action == "push":
                views.push(views.new(person_id, body["view"], channel=view.channel))
            elif action == "clear":
                views.clear(person_id)
            elif [open_view.id for open_view in views.stack(person_id)][-1:] == [view.id]:
                views.close_top(person_id)
        except ViewRefused as refused:
            self.slack.complain("acknowledgement of a form", [refused.code])
            outcome = Outcome("refused", "The form could not be sent: the app's answer was not understood.")
        self.slack.show_views(person_id)
        return outcome

    async def close(self, person: Person, view_id: str | None) -> Outcome:
        """Closes the form on top, or all of them if it says `clear_on_close`; tells the bot where it asked for it."""
        view = self._open_view(person, view_id)
        cleared = bool(view.given.get("clear_on_close"))
        gone = [(v, self.slack.view_of(v)) for v in reversed(self.slack.views.stack(person.id))]
        if not cleared:
            gone = gone[:1]
            self.slack.views.close_top(person.id)
        else:
            self.slack.views.clear(person.id)
        self.slack.show_views(person.id)
        outcome = Outcome()
        for closed, shown in gone:
            if closed.given.get("notify_on_close"):
                payload = self._interaction(person, "view_closed")
                payload |= {"view": shown, "is_cleared": cleared}
                answer = await self.slack.deliveries.ask("interactive", payload)
                outcome = Outcome(answer.outcome, body=answer.body)
        return outcome

    def _open_view(self, person: Person, view_id: str | None) -> OpenView:
        stack = self.slack.views.stack(person.id)
        if not stack or (view_id is not None and stack[-1].id != view_id):
            raise CannotDo(f"{person.id} has no such form on top")
        return stack[-1]

    # -- shortcuts, Home, messages --------------------------------------------------------------------------------

    async def shortcut(
        self, person: Person, callback_id: str, channel: str | None = None, ts: str | None = None
    ) -> Outcome:
        """Picks a shortcut: of a message if `ts` is given, otherwise a global one."""
        kind = "message" if ts else "global"
        specs = [spec for spec in self.slack.options.shortcuts if spec.type == kind]
        if specs and callback_id not in {spec.callback_id for spec in specs}:
            raise CannotDo(f"the app has no {kind} shortcut {callback_id}")
        payload = self._interaction(person, "message_action" if ts else "shortcut")
        payload |= {"callback_id": callback_id, "action_ts": self.workspace.new_stamp()}
        if ts:
            message = self.place(person, {"channel": channel, "ts": ts}).message
            assert message is not None
            conversation = self.workspace.conversations[message.channel]
            address = ResponseAddress(conversation.id, person.id, message.ts, message.thread_ts)
            payload |= {
                "channel": {"id": conversation.id, "name": conversation.name_in_payloads()},
                "message_ts": message.ts,
                "message": message.as_slack(self.slack.facts.app),
                "response_url": self.slack.response_url(address, "actions"),
            }
        where = payload["channel"]["id"] if ts else None
        payload["trigger_id"] = self.slack.tickets.new_trigger(Trigger(person.id, None, where))
        answer = await self.slack.deliveries.ask("interactive", payload)
        if answer.outcome != "acked":
            return _failure(answer, f"{self._shortcut_name(callback_id, specs)} failed")
        return Outcome(body=answer.body)

    @staticmethod
    def _shortcut_name(callback_id: str, specs: Sequence[ShortcutSpec]) -> str:
        return next((spec.name for spec in specs if spec.callback_id == callback_id), callback_id)

    def open_home(self, person: Person, tab: str = "home") -> None:
        """Opens the app's Home or Messages tab."""
        home = self.slack.views.homes.get(person.id)
        shown = self.slack.view_of(home) if home is not None and tab == "home" else None
        self.slack.events.home_opened(person, tab, shown)

    def say(self, person: Person, channel: str, typed: str, thread_ts: str | None = None) -> Message:
        """Writes a message."""
        conversation = self.slack.conversation_for(person, channel)
        if conversation is None:
            raise CannotDo(f"{person.id} is not in {channel}")
        if not typed.strip():
            raise CannotDo("there is nothing to send")
        return self.slack.posting.by_person(person, conversation.id, typed, thread_ts)

    def react(self, person: Person, channel: str, ts: str, name: str, *, remove: bool = False) -> Message:
        """Puts an emoji to a message, or takes one's own away again."""
        message = self.place(person, {"channel": channel, "ts": ts}).message
        assert message is not None
        if message.ephemeral_for is not None:
            raise CannotDo("nobody can react to a message that only one person sees")
        if not EMOJI.fullmatch(name):
            raise CannotDo(f"{name!r} is no name of an emoji")
        done = self.slack.posting.unreact if remove else self.slack.posting.react
        if not done(message, name, person.id):
            raise CannotDo(f"{person.id} has {'not' if remove else 'already'} reacted with {name}")
        return message

    def drop(
        self, person: Person, channel: str, file_ids: Sequence[str], typed: str, thread_ts: str | None = None
    ) -> Message:
        """Puts uploaded files into a conversation, with a message if something was typed."""
        conversation = self.slack.conversation_for(person, channel)
        if conversation is None:
            raise CannotDo(f"{person.id} is not in {channel}")
        if not file_ids:
            raise CannotDo("there is no file to drop")
        if not all(self.slack.files.is_ready(file_id, person.id) for file_id in file_ids):
            raise CannotDo(f"{person.id} has no such file uploaded")
        done = [self.slack.files.complete(file_id, "", conversation.id) for file_id in file_ids]
        shown = [self.slack.files.for_message(upload) for upload in done]
        return self.slack.posting.by_person(person, conversation.id, typed, thread_ts, shown)

    def bring(self, person: Person, channel: str, member: str) -> None:
        """Adds `member` (a person's id, or that of the bot) to a channel that `person` is in."""
        conversation = self._channel_of(person, channel)
        if self.workspace.person(member) is None:
            raise CannotDo(f"there is nobody with the id {member}")
        if member in conversation.members:
            raise CannotDo(f"{member} is in {channel} already")
        self.workspace.set_members(conversation.id, [*conversation.members, member])
        self.slack.hub.tell(None, "members", {"channel": conversation.id})
        self.slack.events.member_joined(conversation, member, person.id)

    def take_out(self, person: Person, channel: str, member: str) -> None:
        """Takes `member` out of a channel that `person` is in."""
        conversation = self._channel_of(person, channel)
        if member not in conversation.members:
            raise CannotDo(f"{member} is not in {channel}")
        self.workspace.set_members(conversation.id, [one for one in conversation.members if one != member])
        self.slack.hub.tell(None, "members", {"channel": conversation.id})
        self.slack.events.member_left(conversation, member, person.id)

    def _channel_of(self, person: Person, channel: str) -> Conversation:
        conversation = self.slack.conversation_for(person, channel)
        if conversation is None or conversation.kind != "channel":
            raise CannotDo(f"{person.id} is in no channel {channel}")
        return conversation

    # -- response addresses ---------------------------------------------------------------------------------------

    def respond(self, secret: str, body: Json) -> str | None:
        """Uses a response address; None if Slack takes it, otherwise Slack's code. Raises TicketRefused."""
        address = self.slack.tickets.use_response_address(secret)
        pressed = self._pressed_message(address)
        if body.get("delete_original"):
            if pressed is not None:
                self.slack.posting.delete(pressed)
            return None
        if not body.get("text") and not body.get("blocks") and not body.get("attachments"):
            return "no_text"
        if len(str(body.get("text") or "")) > TEXT_LIMIT:
            return "msg_too_long"
        faults = payloads.check_message(body) or file_refusals(self.slack, body.get("blocks"))
        if not faults and chart_refusals(self.slack, body.get("blocks")):
            return "invalid_blocks"
        if faults:
            self.slack.complain("answer to a response address", faults)
            return (
                "invalid_blocks"
                if any("blocks" in fault.split(": ")[0] for fault in faults)
                else "invalid_payload"
            )
        if body.get("replace_original") and pressed is not None:
            # Unlike chat.update, an answer replaces the whole message: blocks that it lacks are gone.
            self.slack.posting.change(pressed, {**body, "blocks": body.get("blocks") or []})
        else:
            self._post_answer(body, address)
        return None

    def _pressed_message(self, address: ResponseAddress) -> Message | None:
        """The message whose button gave the address, if it is one of the bot's own."""
        if address.message_ts is None:
            return None
        message = self.workspace.conversations[address.channel].find(address.message_ts)
        return message if message is not None and message.bot_id == self.slack.facts.app.bot_id else None

    def _speak(self, body: Json, address: ResponseAddress, where: str) -> None:
        """Shows a message that came as an acknowledgement; what Slack would drop is complained of."""
        if not body.get("text") and not body.get("blocks") and not body.get("attachments"):
            return
        blocks = body.get("blocks")
        faults = (
            payloads.check_message(body)
            or file_refusals(self.slack, blocks)
            or chart_refusals(self.slack, blocks)
        )
        if faults:
            self.slack.complain(where, faults)
            return
        self._post_answer(body, address)

    def _post_answer(self, body: Json, address: ResponseAddress) -> None:
        reader = None if body.get("response_type") == "in_channel" else address.person
        content = {**body, "thread_ts": body.get("thread_ts") or address.thread_ts}
        self.slack.posting.by_bot(address.channel, content, ephemeral_for=reader)

    # -- shared ---------------------------------------------------------------------------------------------------

    def _interaction(self, person: Person, kind: str) -> Json:
        common = {
            "type": kind,
            "token": VERIFICATION_TOKEN,
            "user": self.slack.user_of(person),
            "team": self.slack.team_of(person),
            "enterprise": None,
            "is_enterprise_install": False,
        }
        # Slack names the app in all of them but shortcuts.
        is_shortcut = kind in ("shortcut", "message_action")
        return common if is_shortcut else {**common, "api_app_id": self.slack.facts.app.id}


def _failure(answer: Answer, what: str) -> Outcome:
    reasons = {
        "no_answer": "the app did not answer in time",
        "not_connected": "the app is not connected",
        "failed": "the app answered with an error",
    }
    return Outcome(answer.outcome, f"{what}: {reasons[answer.outcome]}.", body=answer.body)
