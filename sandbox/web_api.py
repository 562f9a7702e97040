"""The Web API methods that the app uses, with Slack's own error codes."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sandbox import payloads
from sandbox.files import FileRefused, Upload
from sandbox.messages import Conversation, Message
from sandbox.people import Person
from sandbox.refusals import chart_refusals, file_refusals
from sandbox.stand_in import StandIn
from sandbox.tickets import TicketRefused
from sandbox.views import OpenView, ViewRefused

Json = dict[str, Any]

STRUCTURED = frozenset({"blocks", "attachments", "metadata", "view", "files"})
FLAGS = frozenset(
    {
        "include_locale", "include_all_metadata", "inclusive", "return_im", "unfurl_links", "unfurl_media",
        "link_names", "mrkdwn", "reply_broadcast", "as_user", "prevent_creation", "include_num_members",
    }
)  # fmt: skip
TEXT_LIMIT = 40_000
METADATA_LIMIT = 8_000


class ApiError(Exception):
    """An answer with `ok: false`: Slack's code and further facts for the body."""

    def __init__(self, code: str, status: int = 200, **facts: Any) -> None:
        super().__init__(code)
        self.code = code
        self.status = status
        self.facts = facts


Handler = Callable[["WebApi", Json], Json]


@dataclass(frozen=True, slots=True)
class Method:
    """A method: what it does, the scope it always needs, and which token."""

    handler: Handler
    scope: str | None = None
    app_token: bool = False


def parse_arguments(raw: Mapping[str, Any]) -> Json:
    """Arguments of a form or a query, where structures are JSON in a string and flags are words."""
    arguments: Json = {}
    for name, value in raw.items():
        if name in STRUCTURED and isinstance(value, str):
            try:
                arguments[name] = json.loads(value)
            except ValueError:
                code = {"blocks": "invalid_blocks_format", "metadata": "invalid_metadata_format"}
                raise ApiError(code.get(name, "invalid_arguments")) from None
        elif name in FLAGS and isinstance(value, str):
            arguments[name] = value.lower() in ("1", "true")
        else:
            arguments[name] = value
    return arguments


class WebApi:
    """Answers calls. Knows nothing of HTTP: tokens and arguments come in, a body goes out, or ApiError."""

    def __init__(self, stand_in: StandIn) -> None:
        self.slack = stand_in
        self.workspace = stand_in.workspace
        self.granted = frozenset(stand_in.options.scopes)

    def call(self, name: str, token: str | None, arguments: Json) -> Json:
        """Runs one method and returns the body, `ok` included."""
        method = METHODS.get(name)
        if method is None:
            raise ApiError("unknown_method", req_method=name)
        self._check_token(method, name, token)
        if method.scope is not None:
            self.need(method.scope)
        return {"ok": True, **method.handler(self, arguments)}

    def accepted_scopes(self, name: str) -> str:
        """What `x-accepted-oauth-scopes` says."""
        method = METHODS.get(name)
        return method.scope if method is not None and method.scope is not None else ""

    def need(self, scope: str) -> None:
        """Refuses if the scope was not granted."""
        if scope not in self.granted:
            provided = ",".join(self.slack.options.scopes)
            raise ApiError("missing_scope", needed=scope, provided=provided)

    def _check_token(self, method: Method, name: str, token: str | None) -> None:
        if name == "api.test":
            return
        if not token:
            raise ApiError("not_authed")
        options = self.slack.options
        if self.slack.faults.refuse_tokens or token not in (options.bot_token, options.app_token):
            raise ApiError("invalid_auth")
        if (token == options.app_token) != method.app_token:
            raise ApiError("not_allowed_token_type")

    # -- looking things up ----------------------------------------------------------------------------------------

    def person(self, person_id: Any) -> Person:
        """The person of that id, or `user_not_found`."""
        person = self.workspace.person(str(person_id or ""))
        if person is None:
            raise ApiError("user_not_found")
        return person

    def conversation(self, channel: Any) -> Conversation:
        """A conversation that the bot may know of, or `channel_not_found`."""
        found = self.workspace.conversations.get(str(channel or ""))
        if found is None or (
            self.workspace.bot_user not in found.members and (found.kind == "im" or found.is_private)
        ):
            raise ApiError("channel_not_found")
        return found

    def conversation_to_post(self, channel: Any) -> Conversation:
        """Like `conversation`; a person's id means the direct message with that person."""
        person = self.workspace.people.get(str(channel or ""))
        if person is not None:
            if person.is_bot:
                raise ApiError("cannot_dm_bot")
            return self.workspace.direct(person.id, self.workspace.bot_user)
        conversation = self.conversation(channel)
        if self.workspace.bot_user not in conversation.members and "chat:write.public" not in self.granted:
            raise ApiError("not_in_channel")
        return conversation

    def own_message(self, arguments: Json, not_own: str) -> Message:
        """The bot's own message that the arguments name."""
        message = self.conversation(arguments.get("channel")).find(str(arguments.get("ts")))
        if message is None or message.ephemeral_for is not None:
            raise ApiError("message_not_found")
        if message.bot_id != self.slack.facts.app.bot_id:
            raise ApiError(not_own)
        return message

    def permalink(self, conversation: Conversation, message: Message) -> str:
        """An address that opens the message on the page."""
        mark = message.ts.replace(".", "")
        return f"{self.slack.options.base_url}/archives/{conversation.id}/p{mark}"

    def sees(self, upload: Upload) -> bool:
        """Whether the app may see a file: its own, one from a form, or one in a conversation that it is in."""
        bot = self.workspace.bot_user
        places = [self.workspace.conversations.get(channel) for channel in upload.channels]
        given = upload.owner == bot or upload.for_app
        return given or any(place is not None and bot in place.members for place in places)

    def readable(self, conversation: Conversation) -> list[Message]:
        """What history shows by now: nothing ephemeral or deleted, nothing younger than the lag."""
        youngest = self.slack.monotonic() - self.slack.faults.history_lag
        return [
            message
            for message in conversation.messages.values()
            if not message.deleted and message.ephemeral_for is None and message.accepted_at <= youngest
        ]

    def need_history(self, conversation: Conversation) -> None:
        """Asks for the history scope of that kind of conversation."""
        self.need(f"{_kind(conversation)}:history")

    # -- checks ---------------------------------------------------------------------------------------------------

    def check_content(self, arguments: Json) -> None:
        """Refuses a message that Slack would not take."""
        text, blocks = arguments.get("text"), arguments.get("blocks")
        if not text and not blocks and not arguments.get("attachments"):
            raise ApiError("no_text")
        if text is not None and len(str(text)) > TEXT_LIMIT:
            raise ApiError("msg_too_long")
        if len(json.dumps(arguments.get("metadata"))) > METADATA_LIMIT:
            raise ApiError("metadata_too_large")
        # Bolt's clients add the team to each call; Slack takes it and it says nothing about the message.
        faults = payloads.check_message({key: arguments[key] for key in arguments.keys() - {"team_id"}})
        if faults:
            about = {"blocks": "invalid_blocks", "metadata": "invalid_metadata_schema"}
            codes = [code for word, code in about.items() if any(word in f.split(":")[0] for f in faults)]
            raise ApiError(codes[0] if codes else "invalid_arguments", **refusal_messages(faults))
        refused = file_refusals(self.slack, blocks) or chart_refusals(self.slack, blocks)
        if refused:
            raise ApiError("invalid_blocks", errors=refused, **refusal_messages(refused))

    def check_view(self, arguments: Json, *, home: bool = False) -> Json:
        """The `view` argument, if Slack would take it."""
        view = arguments.get("view")
        if not isinstance(view, dict):
            raise ApiError("invalid_arguments", **refusal_messages(["view: missing required field"]))
        faults = payloads.check_home(view) if home else payloads.check_view(view)
        faults = faults or file_refusals(self.slack, view["blocks"], "/view/blocks")
        if faults:
            raise ApiError("invalid_arguments", **refusal_messages(faults))
        return view

    def show_view(self, view: OpenView) -> Json:
        """Tells the screen, and gives the API's answer."""
        if view.kind == "home":
            self.workspace.publish_home(view.person, view.given)
            self.slack.show_home(view.person)
        else:
            self.slack.show_views(view.person)
        return {"view": self.slack.views.as_slack(view)}


def refusal_messages(faults: list[str]) -> Json:
    """Where Slack puts the reasons of a refusal."""
    return {"response_metadata": {"messages": [f"[ERROR] {fault}" for fault in faults]}}


# -- methods ------------------------------------------------------------------------------------------------------


def api_test(api: WebApi, arguments: Json) -> Json:
    """`error` as an argument comes back as an error."""
    if arguments.get("error"):
        raise ApiError(str(arguments["error"]), args=arguments)
    return {"args": arguments}


def auth_test(api: WebApi, arguments: Json) -> Json:
    """Who the token is."""
    facts = api.slack.facts
    return {
        "url": f"https://{facts.team.domain}.slack.com/",
        "team": facts.team.name,
        "user": facts.app.name,
        "team_id": facts.team.id,
        "user_id": facts.app.bot_user_id,
        "bot_id": facts.app.bot_id,
        "is_enterprise_install": False,
    }


def apps_connections_open(api: WebApi, arguments: Json) -> Json:
    """An address for one socket."""
    ticket = api.slack.tickets.new_socket_ticket()
    base = api.slack.options.base_url.replace("http://", "ws://", 1)
    return {"url": f"{base}/link/?ticket={ticket}&app_id={api.slack.facts.app.id}"}


def _user(api: WebApi, person: Person, arguments: Json) -> Json:
    return person.as_user(
        api.workspace.clock.now(),
        home_team=api.slack.facts.team.id,
        include_locale=bool(arguments.get("include_locale")),
        include_email="users:read.email" in api.granted,
    )


def users_info(api: WebApi, arguments: Json) -> Json:
    """One person."""
    return {"user": _user(api, api.person(arguments.get("user")), arguments)}


def users_list(api: WebApi, arguments: Json) -> Json:
    """Everybody of the workspace, page by page; people of other companies are not listed."""
    home = api.slack.facts.team.id
    everybody = [p for p in [*api.workspace.people.values(), api.workspace.bot_person()] if p.team_id == home]
    page, cursor = _page(everybody, arguments, default=1000)
    return {
        "members": [_user(api, person, arguments) for person in page],
        "cache_ts": int(api.workspace.clock.timestamp()),
        "response_metadata": {"next_cursor": cursor},
    }


def conversations_open(api: WebApi, arguments: Json) -> Json:
    """The direct message with one person."""
    if arguments.get("channel"):
        conversation = api.conversation(arguments["channel"])
    else:
        given = arguments.get("users") or ""
        ids = [part.strip() for part in (given if isinstance(given, list) else str(given).split(",")) if part]
        if not ids:
            raise ApiError("users_list_not_supplied")
        if len(ids) > 1:
            api.need("mpim:write")
            raise ApiError("method_not_supported_for_channel_type")
        person = api.person(ids[0])
        if person.is_bot:
            raise ApiError("cannot_dm_bot")
        conversation = api.workspace.direct(person.id, api.workspace.bot_user)
    whole = conversation.as_slack(api.workspace.bot_user)
    return {
        "no_op": True,
        "already_open": True,
        "channel": whole if arguments.get("return_im") else {"id": conversation.id},
    }


def conversations_info(api: WebApi, arguments: Json) -> Json:
    """One conversation."""
    conversation = api.conversation(arguments.get("channel"))
    api.need(f"{_kind(conversation)}:read")
    shown = conversation.as_slack(api.workspace.bot_user)
    if not arguments.get("include_num_members"):
        shown.pop("num_members", None)
    return {"channel": shown}


def conversations_members(api: WebApi, arguments: Json) -> Json:
    """The ids of who is in a conversation, page by page."""
    conversation = api.conversation(arguments.get("channel"))
    api.need(f"{_kind(conversation)}:read")
    page, cursor = _page(conversation.members, arguments, default=100)
    return {"members": page, "response_metadata": {"next_cursor": cursor}}


_TYPES = {"public_channel": "channels", "private_channel": "groups", "im": "im", "mpim": "mpim"}


def users_conversations(api: WebApi, arguments: Json) -> Json:
    """The conversations of a person (the app itself unless told otherwise) that the app may know of."""
    types = [part.strip() for part in str(arguments.get("types") or "public_channel").split(",")]
    if not set(types) <= _TYPES.keys():
        raise ApiError("invalid_types")
    for name in types:
        api.need(f"{_TYPES[name]}:read")
    bot = api.workspace.bot_user
    whose = api.person(arguments.get("user") or bot).id
    kinds = {_TYPES[name] for name in types}
    found = [
        conversation.as_slack(bot)
        for conversation in api.workspace.visible_to(whose)
        if _kind(conversation) in kinds
        and (bot in conversation.members or (conversation.kind != "im" and not conversation.is_private))
    ]
    page, cursor = _page(found, arguments, default=100)
    return {"channels": page, "response_metadata": {"next_cursor": cursor}}


def users_profile_get(api: WebApi, arguments: Json) -> Json:
    """A person's profile, with the status of this moment."""
    user: Json = _user(api, api.person(arguments.get("user") or api.workspace.bot_user), arguments)
    return {"profile": user["profile"]}


def _kind(conversation: Conversation) -> str:
    """The word for that kind of conversation in scopes."""
    return "im" if conversation.kind == "im" else "groups" if conversation.is_private else "channels"


def _between(messages: list[Message], arguments: Json) -> list[Message]:
    inclusive = bool(arguments.get("inclusive"))
    oldest, latest = arguments.get("oldest"), arguments.get("latest")

    def inside(ts: str) -> bool:
        at = float(ts)
        above = oldest in (None, "", "0", 0) or at > float(oldest) or (inclusive and at == float(oldest))
        below = latest in (None, "", "0", 0) or at < float(latest) or (inclusive and at == float(latest))
        return above and below

    return [message for message in messages if inside(message.ts)]


def _page(items: list[Any], arguments: Json, default: int) -> tuple[list[Any], str]:
    """One page of `items` and the cursor of the next one ("" if there is none)."""
    try:
        limit = max(1, min(int(arguments.get("limit") or default), 1000))
    except ValueError:
        raise ApiError("invalid_limit") from None
    start = 0
    if arguments.get("cursor"):
        try:
            start = int(
                base64.b64decode(str(arguments["cursor"]), validate=True).decode().removeprefix("next:")
            )
        except (binascii.Error, ValueError):
            raise ApiError("invalid_cursor") from None
    end = start + limit
    cursor = base64.b64encode(f"next:{end}".encode()).decode() if end < len(items) else ""
    return items[start:end], cursor


def _history(api: WebApi, messages: list[Message], arguments: Json) -> Json:
    page, cursor = _page(messages, arguments, default=100)
    with_payload = bool(arguments.get("include_all_metadata"))
    shown = [message.as_slack(api.slack.facts.app, with_payload=with_payload) for message in page]
    body: Json = {"messages": shown, "has_more": bool(cursor), "pin_count": 0}
    if cursor:
        body["response_metadata"] = {"next_cursor": cursor}
    return body


def conversations_history(api: WebApi, arguments: Json) -> Json:
    """Newest first, without the replies in threads."""
    conversation = api.conversation(arguments.get("channel"))
    api.need_history(conversation)
    if api.workspace.bot_user not in conversation.members:
        raise ApiError("not_in_channel")
    top = [m for m in api.readable(conversation) if m.thread_ts in (None, m.ts)]
    return _history(api, list(reversed(_between(top, arguments))), arguments)


def conversations_replies(api: WebApi, arguments: Json) -> Json:
    """A thread, oldest first."""
    conversation = api.conversation(arguments.get("channel"))
    api.need_history(conversation)
    if api.workspace.bot_user not in conversation.members:
        raise ApiError("not_in_channel")
    parent = str(arguments.get("ts") or "")
    found = [m for m in api.readable(conversation) if parent in (m.ts, m.thread_ts)]
    if not found:
        raise ApiError("thread_not_found")
    within = [m for m in found if m.ts == parent or m in _between([m], arguments)]
    return _history(api, within, arguments)


def chat_post_message(api: WebApi, arguments: Json) -> Json:
    """A message of the bot."""
    conversation = api.conversation_to_post(arguments.get("channel"))
    api.check_content(arguments)
    message = api.slack.posting.by_bot(conversation.id, arguments)
    return {
        "channel": conversation.id,
        "ts": message.ts,
        "message": message.as_slack(api.slack.facts.app),
    }


def files_get_upload_url_external(api: WebApi, arguments: Json) -> Json:
    """An address for the bytes of one file."""
    length = str(arguments.get("length") or "")
    if not arguments.get("filename") or not length.isdecimal():
        raise ApiError("invalid_arguments")
    try:
        secret, upload = api.slack.files.announce(
            str(arguments["filename"]),
            int(length),
            str(arguments.get("alt_txt") or ""),
            api.workspace.bot_user,
        )
    except FileRefused as refused:
        raise ApiError(refused.code) from refused
    return {"upload_url": f"{api.slack.options.base_url}/upload/v1/{secret}", "file_id": upload.id}


def files_complete_upload_external(api: WebApi, arguments: Json) -> Json:
    """Uploaded files shown in a conversation, or kept by the app alone; unlike a post it takes no person's id."""
    files = arguments.get("files")
    if not isinstance(files, list) or not files or not all(isinstance(file, dict) for file in files):
        raise ApiError("invalid_arguments")
    conversation = api.conversation(arguments["channel_id"]) if arguments.get("channel_id") else None
    channel = conversation.id if conversation is not None else None
    try:
        done = [
            api.slack.files.complete(str(file.get("id")), str(file.get("title") or ""), channel)
            for file in files
        ]
    except FileRefused as refused:
        raise ApiError(refused.code) from refused
    if conversation is not None:
        content = {
            "text": arguments.get("initial_comment") or "",
            "files": [api.slack.files.for_message(upload) for upload in done],
            "thread_ts": arguments.get("thread_ts"),
        }
        api.slack.posting.by_bot(conversation.id, content)
    return {"files": [{"id": upload.id, "title": upload.title} for upload in done]}


def files_info(api: WebApi, arguments: Json) -> Json:
    """One file that the app may see."""
    upload = api.slack.files.find(str(arguments.get("file") or ""))
    if upload is None or not api.sees(upload):
        raise ApiError("file_not_found")
    return {"file": api.slack.files.in_full(upload), "comments": []}


def files_delete(api: WebApi, arguments: Json) -> Json:
    """A file of the app's own is gone; messages that showed it no longer do."""
    upload = api.slack.files.find(str(arguments.get("file") or ""))
    if upload is None or not api.sees(upload):
        raise ApiError("file_not_found")
    if upload.owner != api.workspace.bot_user:
        raise ApiError("cant_delete_file")
    api.slack.files.delete(upload)
    api.slack.posting.take_file_away(upload.id)
    return {}


def chat_update(api: WebApi, arguments: Json) -> Json:
    """Another text for one's own message."""
    message = api.own_message(arguments, "cant_update_message")
    api.check_content(arguments)
    api.slack.posting.change(message, arguments)
    return {
        "channel": message.channel,
        "ts": message.ts,
        "text": message.text,
        "message": message.as_slack(api.slack.facts.app),
    }


def chat_delete(api: WebApi, arguments: Json) -> Json:
    """One's own message away."""
    message = api.own_message(arguments, "cant_delete_message")
    api.slack.posting.delete(message)
    return {"channel": message.channel, "ts": message.ts}


def chat_post_ephemeral(api: WebApi, arguments: Json) -> Json:
    """A message for one pair of eyes."""
    conversation = api.conversation_to_post(arguments.get("channel"))
    person = api.workspace.people.get(str(arguments.get("user") or ""))
    if person is None or person.id not in conversation.members:
        raise ApiError("user_not_in_channel")
    api.check_content(arguments)
    message = api.slack.posting.by_bot(conversation.id, arguments, ephemeral_for=person.id)
    return {"message_ts": message.ts}


def chat_get_permalink(api: WebApi, arguments: Json) -> Json:
    """An address that opens the message on the page."""
    conversation = api.conversation(arguments.get("channel"))
    message = conversation.find(str(arguments.get("message_ts")))
    if message is None:
        raise ApiError("message_not_found")
    return {"channel": conversation.id, "permalink": api.permalink(conversation, message)}


def _new_view(api: WebApi, arguments: Json) -> OpenView:
    given = api.check_view(arguments)
    trigger_id = arguments.get("trigger_id")
    if not trigger_id:
        raise ApiError("invalid_arguments", **refusal_messages(["trigger_id: missing required field"]))
    try:
        trigger = api.slack.tickets.redeem_trigger(str(trigger_id))
    except TicketRefused as refused:
        raise ApiError(refused.code) from None
    return api.slack.views.new(trigger.person, given, channel=trigger.channel)


def views_open(api: WebApi, arguments: Json) -> Json:
    """A form on a person's screen."""
    try:
        view = _new_view(api, arguments)
        api.slack.views.open(view)
    except ViewRefused as refused:
        raise ApiError(refused.code) from None
    return api.show_view(view)


def views_push(api: WebApi, arguments: Json) -> Json:
    """A form above the one that is open."""
    try:
        view = _new_view(api, arguments)
        api.slack.views.push(view)
    except ViewRefused as refused:
        raise ApiError(refused.code) from None
    return api.show_view(view)


def views_update(api: WebApi, arguments: Json) -> Json:
    """Another content for an open view."""
    if arguments.get("view_id"):
        view = api.slack.views.find(str(arguments["view_id"]))
    else:
        view = api.slack.views.find_external(str(arguments.get("external_id") or ""))
    if view is None:
        raise ApiError("not_found")
    given = api.check_view(arguments, home=view.kind == "home")
    try:
        api.slack.views.update(view, given, arguments.get("hash"))
    except ViewRefused as refused:
        raise ApiError(refused.code) from None
    return api.show_view(view)


def views_publish(api: WebApi, arguments: Json) -> Json:
    """A person's Home tab."""
    given = api.check_view(arguments, home=True)
    person = api.person(arguments.get("user_id"))
    try:
        view = api.slack.views.publish(person.id, given, arguments.get("hash"))
    except ViewRefused as refused:
        raise ApiError(refused.code) from None
    return api.show_view(view)


def dnd_info(api: WebApi, arguments: Json) -> Json:
    """When a person is not to be disturbed now or next."""
    status = api.person(arguments.get("user")).do_not_disturb(api.workspace.clock.now())
    return {**status, "snooze_enabled": False}


def _reacted_to(api: WebApi, arguments: Json) -> tuple[Message, str]:
    conversation = api.conversation(arguments.get("channel"))
    message = conversation.find(str(arguments.get("timestamp")))
    if message is None or message.ephemeral_for is not None:
        raise ApiError("message_not_found")
    name = str(arguments.get("name") or "").strip(":")
    if not name:
        raise ApiError("invalid_name")
    return message, name


def reactions_add(api: WebApi, arguments: Json) -> Json:
    """A reaction of the bot."""
    message, name = _reacted_to(api, arguments)
    if not api.slack.posting.react(message, name, api.workspace.bot_user):
        raise ApiError("already_reacted")
    return {}


def reactions_remove(api: WebApi, arguments: Json) -> Json:
    """A reaction of the bot is taken away."""
    message, name = _reacted_to(api, arguments)
    if not api.slack.posting.unreact(message, name, api.workspace.bot_user):
        raise ApiError("no_reaction")
    return {}


def reactions_get(api: WebApi, arguments: Json) -> Json:
    """A message with its reactions, where the app is a member."""
    conversation = api.conversation(arguments.get("channel"))
    if api.workspace.bot_user not in conversation.members:
        raise ApiError("not_in_channel")
    message = conversation.find(str(arguments.get("timestamp")))
    if message is None or message.ephemeral_for is not None:
        raise ApiError("message_not_found")
    shown = message.as_slack(api.slack.facts.app)
    return {
        "type": "message",
        "channel": conversation.id,
        "message": {**shown, "permalink": api.permalink(conversation, message)},
    }


METHODS: dict[str, Method] = {
    "api.test": Method(api_test),
    "auth.test": Method(auth_test),
    "apps.connections.open": Method(apps_connections_open, app_token=True),
    "users.info": Method(users_info, "users:read"),
    "users.list": Method(users_list, "users:read"),
    "conversations.open": Method(conversations_open, "im:write"),
    "conversations.info": Method(conversations_info),
    "conversations.members": Method(conversations_members),
    "users.conversations": Method(users_conversations),
    "users.profile.get": Method(users_profile_get, "users.profile:read"),
    "conversations.history": Method(conversations_history),
    "conversations.replies": Method(conversations_replies),
    "chat.postMessage": Method(chat_post_message, "chat:write"),
    "files.getUploadURLExternal": Method(files_get_upload_url_external, "files:write"),
    "files.completeUploadExternal": Method(files_complete_upload_external, "files:write"),
    "files.info": Method(files_info, "files:read"),
    "files.delete": Method(files_delete, "files:write"),
    "chat.update": Method(chat_update, "chat:write"),
    "chat.delete": Method(chat_delete, "chat:write"),
    "chat.postEphemeral": Method(chat_post_ephemeral, "chat:write"),
    "chat.getPermalink": Method(chat_get_permalink),
    "views.open": Method(views_open),
    "views.push": Method(views_push),
    "views.update": Method(views_update),
    "views.publish": Method(views_publish),
    "dnd.info": Method(dnd_info, "dnd:read"),
    "reactions.add": Method(reactions_add, "reactions:write"),
    "reactions.remove": Method(reactions_remove, "reactions:write"),
    "reactions.get": Method(reactions_get, "reactions:read"),
}
