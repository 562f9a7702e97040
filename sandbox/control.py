"""The control API: acting as a person, faults on demand, the clock, and everything there is to see."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from aiohttp import web

from sandbox.elements import WrongValue
from sandbox.files import FileRefused
from sandbox.interactions import CannotDo, Interactions, Outcome
from sandbox.live import Listener
from sandbox.people import Person
from sandbox.socket_mode import Sockets
from sandbox.stand_in import StandIn

Json = dict[str, Any]
PAGE_LENGTH = 200
Act = Callable[[Person, Json], Awaitable[Outcome]]


class Refused(Exception):
    """A request that makes no sense, with the reason."""


def _answer(body: Any, status: int = 200) -> web.Response:
    return web.json_response(body, status=status, dumps=lambda o: json.dumps(o, ensure_ascii=False))


class Control:
    """Handlers of `/sandbox/…`."""

    def __init__(self, stand_in: StandIn, interactions: Interactions) -> None:
        self.slack = stand_in
        self.acts = interactions

    def routes(self) -> list[web.RouteDef]:
        """All addresses of the control API."""
        acts: dict[str, Act] = {
            "command": self._command,
            "press": self._press,
            "submit": self._submit,
            "close": self._close,
            "shortcut": self._shortcut,
            "options": self._options,
            "home": self._home,
            "say": self._say,
            "drop": self._drop,
            "react": self._react,
            "invite": self._invite,
            "remove": self._remove,
        }
        return [
            *(web.post(f"/sandbox/{name}", self._acting(act)) for name, act in acts.items()),
            web.post("/sandbox/upload", self.upload),
            web.get("/sandbox/state", self.state),
            web.get("/sandbox/live", self.live),
            web.get("/sandbox/messages", self.messages),
            web.get("/sandbox/views", self.views),
            web.get("/sandbox/home", self.home_view),
            web.get("/sandbox/people", self.people),
            web.post("/sandbox/person", self.change_person),
            web.post("/sandbox/join", self.join),
            web.post("/sandbox/direct", self.direct),
            web.get("/sandbox/log", self.log),
            web.get("/sandbox/complaints", self.complaints),
            web.get("/sandbox/clock", self.clock),
            web.post("/sandbox/clock", self.move_clock),
            web.get("/sandbox/faults", self.faults),
            web.post("/sandbox/faults", self.change_faults),
            web.delete("/sandbox/faults", self.clear_faults),
            web.post("/sandbox/socket", self.socket),
            web.post("/sandbox/uninstall", self.uninstall),
        ]

    # -- acting as a person ---------------------------------------------------------------------------------------

    def _acting(self, act: Act) -> Callable[[web.Request], Awaitable[web.Response]]:
        """A handler that does `act` and answers with all that the person saw meanwhile."""

        async def handler(request: web.Request) -> web.Response:
            asked = await _body(request)
            person = self._person(asked.get("as"))
            wait = float(asked.get("wait", 1.0))
            with self.slack.hub.listening(person.id) as listener:
                try:
                    outcome = await act(person, asked)
                except (CannotDo, WrongValue) as error:
                    raise Refused(str(error)) from error
                nothing_more = (
                    outcome.error or outcome.field_errors or outcome.options or outcome.option_groups
                )
                if not nothing_more:
                    await _something_to_see(listener, wait, asked.get("expect"))
                return _answer({**outcome.as_json(), **self._seen(person, listener)})

        return handler

    def _seen(self, person: Person, listener: Listener) -> Json:
        latest: dict[str, Json] = {}
        for kind, content in listener.seen:
            if kind in ("message", "message_deleted"):
                latest[content["ts"]] = content
        home = self.slack.views.homes.get(person.id)
        told = {kind for kind, _ in listener.seen}
        return {
            "messages": [message for message in latest.values() if message["user"] != person.id],
            "views": [self.slack.views.for_page(view) for view in self.slack.views.stack(person.id)],
            "home": self.slack.views.for_page(home) if home is not None and "home" in told else None,
            "complaints": [content for kind, content in listener.seen if kind == "complaint"],
        }

    async def _command(self, person: Person, asked: Json) -> Outcome:
        typed = str(asked.get("typed") or "")
        command, _, text = typed.partition(" ")
        command, text = str(asked.get("command") or command), str(asked.get("text") or text)
        if not command.startswith("/"):
            raise Refused("command: begins with a slash")
        return await self.acts.command(person, command, text.strip(), str(asked.get("channel") or "app"))

    async def _press(self, person: Person, asked: Json) -> Outcome:
        return await self.acts.press(
            person,
            asked,
            str(asked.get("action_id") or ""),
            asked.get("block_id"),
            asked.get("value"),
            asked.get("values"),
        )

    async def _submit(self, person: Person, asked: Json) -> Outcome:
        return await self.acts.submit(person, asked.get("view_id"), asked.get("values"))

    async def _close(self, person: Person, asked: Json) -> Outcome:
        return await self.acts.close(person, asked.get("view_id"))

    async def _shortcut(self, person: Person, asked: Json) -> Outcome:
        return await self.acts.shortcut(
            person, str(asked.get("callback_id") or ""), asked.get("channel"), asked.get("ts")
        )

    async def _options(self, person: Person, asked: Json) -> Outcome:
        return await self.acts.suggest(
            person,
            asked,
            str(asked.get("action_id") or ""),
            asked.get("block_id"),
            str(asked.get("value") or ""),
        )

    async def _home(self, person: Person, asked: Json) -> Outcome:
        self.acts.open_home(person, str(asked.get("tab") or "home"))
        return Outcome()

    async def _say(self, person: Person, asked: Json) -> Outcome:
        message = self.acts.say(
            person, str(asked.get("channel") or "app"), str(asked.get("text") or ""), asked.get("thread_ts")
        )
        return Outcome(body=message.as_slack(self.slack.facts.app))

    async def _drop(self, person: Person, asked: Json) -> Outcome:
        given = [asked] if "name" in asked else asked.get("files") or []
        ids = [str(file["id"]) if "id" in file else await self._keep(person, file) for file in given]
        message = self.acts.drop(
            person,
            str(asked.get("channel") or "app"),
            ids,
            str(asked.get("text") or ""),
            asked.get("thread_ts"),
        )
        return Outcome(body=message.as_slack(self.slack.facts.app))

    async def _react(self, person: Person, asked: Json) -> Outcome:
        message = self.acts.react(
            person,
            str(asked.get("channel") or "app"),
            str(asked.get("ts") or ""),
            str(asked.get("name") or "").strip(":"),
            remove=bool(asked.get("remove")),
        )
        return Outcome(body=message.as_slack(self.slack.facts.app))

    async def _invite(self, person: Person, asked: Json) -> Outcome:
        self.acts.bring(person, str(asked.get("channel") or ""), self._member(asked))
        return Outcome()

    async def _remove(self, person: Person, asked: Json) -> Outcome:
        self.acts.take_out(person, str(asked.get("channel") or ""), self._member(asked))
        return Outcome()

    def _member(self, asked: Json) -> str:
        """Whom an invitation is about: a person's id, or the app."""
        member = str(asked.get("member") or "app")
        return self.slack.workspace.bot_user if member == "app" else member

    async def _keep(self, person: Person, file: Json) -> str:
        """Keeps a file that came inside of JSON: `name`, and its `content` as text or as `base64`."""
        try:
            content = base64.b64decode(file["base64"]) if "base64" in file else file["content"].encode()
        except (KeyError, AttributeError, TypeError, ValueError) as error:
            raise Refused("a file has a name, and content (a text) or base64") from error

        async def whole() -> AsyncIterator[bytes]:
            yield content

        return await self._kept(str(file.get("name") or ""), person, whole())

    async def _kept(self, name: str, person: Person, chunks: AsyncIterator[bytes]) -> str:
        try:
            return (await self.slack.files.keep(name, person.id, chunks)).id
        except FileRefused as refused:
            raise Refused(f"file: {refused.code}") from refused

    async def upload(self, request: web.Request) -> web.Response:
        """A file of any size as the body, for a `drop` or a form; `as` and `name` in the query. Answers its `id`."""
        # A type that no browser lets a foreign page send unasked, as with JSON.
        if request.content_type != "application/octet-stream":
            raise Refused("send the file itself, with Content-Type: application/octet-stream")
        person = self._person(request.query.get("as"))
        name = request.query.get("name", "")
        return _answer({"id": await self._kept(name, person, request.content.iter_any())})

    # -- looking --------------------------------------------------------------------------------------------------

    async def state(self, request: web.Request) -> web.Response:
        """Everything that one person's page shows."""
        person = self._person(request.query.get("as"))
        now = self.slack.clock.now()
        conversations = []
        for conversation in self.slack.workspace.visible_to(person.id):
            messages = [
                message.as_json()
                for message in conversation.messages.values()
                if not message.deleted and message.ephemeral_for in (None, person.id)
            ]
            conversations.append(
                {
                    "id": conversation.id,
                    "kind": conversation.kind,
                    "name": conversation.name,
                    "topic": conversation.topic,
                    "members": conversation.members,
                    "is_ext_shared": conversation.is_ext_shared,
                    "is_private": conversation.is_private,
                    "other": conversation.other_member(person.id) if conversation.kind == "im" else None,
                    "messages": messages[-PAGE_LENGTH:],
                }
            )
        home = self.slack.views.homes.get(person.id)
        options = self.slack.options
        body = {
            "me": person.id,
            "team": {"name": self.slack.facts.team.name, "id": self.slack.facts.team.id},
            "app": {
                "id": self.slack.facts.app.id,
                "name": self.slack.facts.app.name,
                "user": self.slack.facts.app.bot_user_id,
            },
            "people": [self._person_json(p, now) for p in self.slack.workspace.people.values()],
            "conversations": conversations,
            "views": [self.slack.views.for_page(view) for view in self.slack.views.stack(person.id)],
            "home": self.slack.views.for_page(home) if home else None,
            "commands": [
                {"command": c.command, "description": c.description, "usage_hint": c.usage_hint}
                for c in options.commands
            ],
            "shortcuts": [
                {"name": s.name, "type": s.type, "callback_id": s.callback_id, "description": s.description}
                for s in options.shortcuts
            ],
            "clock": self._clock_json(),
            "faults": self.slack.faults.as_json(),
            "connections": self.slack.transport.connections(),
        }
        return _answer(body)

    async def live(self, request: web.Request) -> web.StreamResponse:
        """Server-sent events: all that changes on one person's page."""
        person = self._person(request.query.get("as"))
        headers = {"Content-Type": "text/event-stream", "Cache-Control": "no-store"}
        response = web.StreamResponse(headers=headers)
        connections = None
        with self.slack.hub.listening(person.id) as listener:
            await response.prepare(request)
            try:
                await response.write(b": here\n\n")
                while True:
                    if connections != (connections := self.slack.transport.connections()):
                        listener.tell("connections", {"connections": connections})
                    try:
                        kind, content = await asyncio.wait_for(listener.queue.get(), 1.0)
                    except TimeoutError:
                        await response.write(b": still here\n\n")
                        continue
                    data = json.dumps(content, ensure_ascii=False)
                    await response.write(f"event: {kind}\ndata: {data}\n\n".encode())
                    listener.seen.clear()
            except ConnectionError:
                return response

    async def messages(self, request: web.Request) -> web.Response:
        """Everything accepted, deleted and ephemeral ones too; `channel`, `as` and `by=bot` narrow it down."""
        query = request.query
        found = []
        for message in self.slack.workspace.all_messages():
            conversation = self.slack.workspace.conversations[message.channel]
            if query.get("channel") not in (None, message.channel):
                continue
            if query.get("by") == "bot" and message.bot_id != self.slack.facts.app.bot_id:
                continue
            reader = query.get("as")
            if reader is not None and (
                reader not in conversation.members or message.ephemeral_for not in (None, reader)
            ):
                continue
            found.append(message.as_json())
        return _answer({"messages": found})

    async def views(self, request: web.Request) -> web.Response:
        """A person's open forms, the one on top last."""
        person = self._person(request.query.get("as"))
        return _answer({"views": [self.slack.views.for_page(v) for v in self.slack.views.stack(person.id)]})

    async def home_view(self, request: web.Request) -> web.Response:
        """A person's Home tab, as it was last published."""
        home = self.slack.views.homes.get(self._person(request.query.get("as")).id)
        return _answer({"view": self.slack.views.for_page(home) if home else None})

    async def people(self, request: web.Request) -> web.Response:
        """Who can be acted as."""
        now = self.slack.clock.now()
        return _answer({"people": [self._person_json(p, now) for p in self.slack.workspace.people.values()]})

    async def log(self, request: web.Request) -> web.Response:
        """Each delivery to the bot, oldest first, with its end: acked, no_answer, not_connected, failed, waiting."""
        kind = request.query.get("kind")
        entries = [entry.as_json() for entry in self.slack.deliveries.log if kind in (None, entry.kind)]
        return _answer({"deliveries": entries})

    async def complaints(self, request: web.Request) -> web.Response:
        """What Slack would have refused in silence: acknowledgements and answers that are malformed."""
        return _answer({"complaints": self.slack.complaints})

    # -- changing -------------------------------------------------------------------------------------------------

    async def change_person(self, request: web.Request) -> web.Response:
        """Changes `tz`, `locale`, `is_admin`, `shows_zone`, `deleted` or the status of a person: `user_change`.

        `dnd_start` and `dnd_end` (epoch seconds, 0 for none) are their do-not-disturb: `dnd_updated_user`.
        The status is `status_text`, `status_emoji` (with colons) and `status_expiration` (epoch seconds, 0 for never).
        """
        asked = await _body(request)
        person = self._person(asked.pop("id", None))
        allowed = {"tz": str, "locale": str, "is_admin": bool, "shows_zone": bool, "deleted": bool}
        allowed |= {"status_text": str, "status_emoji": str, "status_expiration": int}
        allowed |= {"dnd_start": int, "dnd_end": int}
        for name, value in asked.items():
            if name not in allowed or not isinstance(value, allowed[name]):
                raise Refused(f"{name}: cannot be changed to {value!r}")
        if "tz" in asked:
            try:
                ZoneInfo(asked["tz"])
            except (ZoneInfoNotFoundError, ValueError, OSError):
                raise Refused(f"tz: there is no zone {asked['tz']}") from None
        person = self.slack.workspace.change_person(person.id, **asked)
        if {"dnd_start", "dnd_end"} & set(asked):
            self.slack.events.disturbance_changed(person)
        if set(asked) - {"dnd_start", "dnd_end"}:
            self.slack.events.person_changed(person)
        shown = self._person_json(person, self.slack.clock.now())
        self.slack.hub.tell(None, "person", shown)
        return _answer({"person": shown})

    async def join(self, request: web.Request) -> web.Response:
        """Somebody new in the workspace, with the fields of the people file (`id`, `name`, `real_name`, `tz`, …)."""
        asked = await _body(request)
        try:
            person = Person(**{"team_id": self.slack.facts.team.id, **asked})
            ZoneInfo(person.tz)
        except (TypeError, ValueError, OSError, ZoneInfoNotFoundError) as error:
            raise Refused(f"that is no person: {error}") from error
        if self.slack.workspace.person(person.id) is not None or not person.id.startswith("U0"):
            raise Refused(f"id: {person.id} is taken, or does not begin with U0")
        self.slack.workspace.join(person)
        self.slack.events.person_joined(person)
        shown = self._person_json(person, self.slack.clock.now())
        self.slack.hub.tell(None, "person", shown)
        return _answer({"person": shown})

    async def direct(self, request: web.Request) -> web.Response:
        """Opens the direct message between two people."""
        asked = await _body(request)
        one, other = self._person(asked.get("as")), self._person(asked.get("with"))
        conversation = self.slack.workspace.direct(one.id, other.id)
        return _answer({"channel": conversation.id})

    async def clock(self, request: web.Request) -> web.Response:
        """The shifted time and its offset."""
        return _answer(self._clock_json())

    async def move_clock(self, request: web.Request) -> web.Response:
        """One of `offset` (seconds), `advance` (seconds), `to` (ISO 8601 with zone), `tomorrow_morning` (a person)."""
        asked = await _body(request)
        clock = self.slack.clock
        try:
            match asked:
                case {"offset": seconds}:
                    clock.set_offset(float(seconds))
                case {"advance": seconds}:
                    clock.advance(float(seconds))
                case {"to": str(moment)}:
                    wanted = datetime.fromisoformat(moment)
                    if wanted.tzinfo is None:
                        raise Refused("to: say the zone as well")
                    clock.move_to(wanted)
                case {"tomorrow_morning": str(person_id)}:
                    clock.move_to(clock.next_working_morning(self._person(person_id).tz))
                case _:
                    raise Refused("say one of offset, advance, to, tomorrow_morning")
        except (TypeError, ValueError) as error:
            raise Refused(f"that is no time: {error}") from error
        self.slack.hub.tell(None, "clock", self._clock_json())
        return _answer(self._clock_json())

    async def faults(self, request: web.Request) -> web.Response:
        """The faults in force."""
        return _answer(self.slack.faults.as_json())

    async def change_faults(self, request: web.Request) -> web.Response:
        """Sets the named faults."""
        try:
            self.slack.faults.change(await _body(request))
        except ValueError as error:
            raise Refused(str(error)) from error
        return self._told_faults()

    async def clear_faults(self, request: web.Request) -> web.Response:
        """No faults any more."""
        self.slack.faults.clear()
        return self._told_faults()

    def _told_faults(self) -> web.Response:
        self.slack.hub.tell(None, "faults", self.slack.faults.as_json())
        return _answer(self.slack.faults.as_json())

    async def socket(self, request: web.Request) -> web.Response:
        """`do`: "drop" cuts all sockets, "refresh" asks them to come back anew."""
        asked = await _body(request)
        if not isinstance(self.slack.transport, Sockets):
            raise Refused("the bot is spoken to over HTTP")
        match asked.get("do"):
            case "drop":
                count = self.slack.transport.drop()
            case "refresh":
                count = await self.slack.transport.refresh()
            case _:
                raise Refused("do: say drop or refresh")
        return _answer({"sockets": count})

    async def uninstall(self, request: web.Request) -> web.Response:
        """Tells the bot `app_uninstalled`, and refuses its tokens from now on."""
        self.slack.events.uninstalled()
        self.slack.faults.refuse_tokens = True
        return self._told_faults()

    # -- shared ---------------------------------------------------------------------------------------------------

    def _person(self, person_id: Any) -> Person:
        person = self.slack.workspace.people.get(str(person_id or ""))
        if person is None:
            raise Refused(f"as: there is nobody with the id {person_id}")
        return person

    def _person_json(self, person: Person, now: datetime) -> Json:
        status = person.status(now)
        return {
            "id": person.id,
            "name": person.name,
            "real_name": person.real_name,
            "title": person.title,
            "tz": person.tz,
            "tz_offset": person.utc_offset(now),
            "locale": person.locale,
            "is_admin": person.is_admin,
            "is_bot": person.is_bot,
            "is_guest": person.is_restricted or person.is_ultra_restricted,
            "is_external": person.team_id != self.slack.facts.team.id,
            "status_text": status["status_text"],
            "status_emoji": status["status_emoji"],
        }

    def _clock_json(self) -> Json:
        clock = self.slack.clock
        return {"offset": clock.offset, "now": clock.now().isoformat(), "timestamp": clock.timestamp()}


async def _body(request: web.Request) -> Json:
    # Asking for JSON also keeps other web pages out: a browser lets none of them send it here unasked.
    if request.content_type != "application/json":
        raise Refused("send JSON, with Content-Type: application/json")
    try:
        body = await request.json()
    except ValueError:
        raise Refused("that is no JSON") from None
    if not isinstance(body, dict):
        raise Refused("send an object")
    return body


async def _something_to_see(listener: Listener, wait: float, expected: str | None) -> None:
    """Waits until the person saw something that is not their own doing, at most `wait` seconds.

    `expected` narrows it to one kind: "message", "message_deleted", "views" or "home".
    """
    deadline = asyncio.get_running_loop().time() + wait

    def counts(kind: str, content: Json) -> bool:
        return kind == expected if expected else content.get("user") != listener.person

    while not any(counts(kind, content) for kind, content in listener.seen):
        left = deadline - asyncio.get_running_loop().time()
        if left <= 0:
            return
        try:
            await asyncio.wait_for(listener.queue.get(), left)
        except TimeoutError:
            return
