"""Events that the app subscribed to, in the envelope of Slack's Events API."""

from __future__ import annotations

import secrets
from typing import Any

from sandbox.delivery import Deliveries
from sandbox.messages import Conversation, Message
from sandbox.payloads import EVENT_SCOPES
from sandbox.people import Person
from sandbox.workspace import Workspace

Json = dict[str, Any]
VERIFICATION_TOKEN = "sandbox-verification"  # noqa: S105 - Slack's long retired field, always present


class Events:
    """Sends what is subscribed and covered by a granted scope; everything else is never sent."""

    def __init__(
        self,
        workspace: Workspace,
        deliveries: Deliveries,
        subscribed: frozenset[str],
        granted: frozenset[str],
    ) -> None:
        self._workspace = workspace
        self._deliveries = deliveries
        self.subscribed = frozenset(
            event for event in subscribed if EVENT_SCOPES.get(event) in (None, *granted)
        )

    def home_opened(self, person: Person, tab: str, view: Json | None) -> None:
        """`app_home_opened`; `tab` is "home" or "messages"."""
        if "app_home_opened" not in self.subscribed:
            return
        channel = self._workspace.direct(person.id, self._workspace.bot_user)
        event: Json = {
            "type": "app_home_opened",
            "user": person.id,
            "channel": channel.id,
            "tab": tab,
            "event_ts": self._workspace.new_stamp(),
        }
        if view is not None:
            event["view"] = view
        self._send(event)

    def posted(self, message: Message) -> None:
        """`message.*`, and `app_mention` if the bot is named in it."""
        conversation = self._workspace.conversations[message.channel]
        if message.files:
            self._files_posted(conversation, message)
        else:
            self._message(conversation, message.as_slack(self._workspace.facts.app))
        mention = f"<@{self._workspace.bot_user}>"
        if "app_mention" in self.subscribed and mention in message.text and message.bot_id is None:
            event = message.as_slack(self._workspace.facts.app)
            self._send({**event, "type": "app_mention", "channel": message.channel, "event_ts": message.ts})

    def _files_posted(self, conversation: Conversation, message: Message) -> None:
        """`message` with the subtype `file_share`, and `file_shared` for each file.

        Slack's type of this subtype does not list the author's team and the client's id, which Slack sends as well:
        an app that reads them here must not be led to believe that they are always there.
        """
        event = message.as_slack(self._workspace.facts.app)
        for key in ("team", "client_msg_id"):
            event.pop(key, None)
        self._message(
            conversation,
            {**event, "subtype": "file_share", "upload": False, "display_as_bot": False},
            with_team=False,
        )
        if "file_shared" not in self.subscribed or self._workspace.bot_user not in conversation.members:
            return
        for file in message.files:
            stamp = self._workspace.new_stamp()
            self._send(
                {
                    "type": "file_shared",
                    "file_id": file["id"],
                    "user_id": message.user,
                    "file": {"id": file["id"]},
                    "channel_id": conversation.id,
                    "event_ts": stamp,
                },
                conversation,
            )

    def changed(self, message: Message, before: Json) -> None:
        """`message_changed`, with both states."""
        now = message.as_slack(self._workspace.facts.app)
        self._hidden(message, "message_changed", {"message": now, "previous_message": before})

    def deleted(self, message: Message, before: Json) -> None:
        """`message_deleted`, with what was there."""
        self._hidden(message, "message_deleted", {"deleted_ts": message.ts, "previous_message": before})

    def reacted(self, message: Message, kind: str, name: str, person_id: str) -> None:
        """`reaction_added` or `reaction_removed`, where the app is a member."""
        conversation = self._workspace.conversations[message.channel]
        if kind not in self.subscribed or self._workspace.bot_user not in conversation.members:
            return
        self._send(
            {
                "type": kind,
                "user": person_id,
                "reaction": name,
                "item_user": message.user,
                "item": {"type": "message", "channel": message.channel, "ts": message.ts},
                "event_ts": self._workspace.new_stamp(),
            },
            conversation,
        )

    def person_changed(self, person: Person) -> None:
        """`user_change`."""
        self._person("user_change", person)

    def disturbance_changed(self, person: Person) -> None:
        """`dnd_updated_user`."""
        if "dnd_updated_user" in self.subscribed:
            stamp = self._workspace.new_stamp()
            status = person.do_not_disturb(self._workspace.clock.now())
            self._send(
                {"type": "dnd_updated_user", "user": person.id, "dnd_status": status, "event_ts": stamp}
            )

    def person_joined(self, person: Person) -> None:
        """`team_join`."""
        self._person("team_join", person)

    def _person(self, kind: str, person: Person) -> None:
        if kind not in self.subscribed:
            return
        now = self._workspace.clock.now()
        user = person.as_user(
            now, home_team=self._workspace.facts.team.id, include_locale=True, include_email=False
        )
        stamp = self._workspace.new_stamp()
        self._send({"type": kind, "user": user, "cache_ts": int(now.timestamp()), "event_ts": stamp})

    def member_joined(self, conversation: Conversation, member: str, inviter: str) -> None:
        """`member_joined_channel`, to an app that is in the channel by now, of itself too."""
        event = self._membership("member_joined_channel", conversation, member)
        if self._workspace.bot_user in conversation.members:
            self._send_subscribed({**event, "inviter": inviter}, conversation)

    def member_left(self, conversation: Conversation, member: str, by: str) -> None:
        """`member_left_channel`, also to an app that was taken out itself, which hears `channel_left` besides."""
        bot = self._workspace.bot_user
        if bot in conversation.members or member == bot:
            event = self._membership("member_left_channel", conversation, member)
            self._send_subscribed(event, conversation)
        if member == bot:
            kind = "group_left" if conversation.is_private else "channel_left"
            left = {"type": kind, "channel": conversation.id, "actor_id": by}
            self._send_subscribed({**left, "event_ts": self._workspace.new_stamp()}, conversation)

    def _membership(self, kind: str, conversation: Conversation, member: str) -> Json:
        return {
            "type": kind,
            "user": member,
            "channel": conversation.id,
            "channel_type": "G" if conversation.is_private else "C",
            "team": self._workspace.facts.team.id,
            "event_ts": self._workspace.new_stamp(),
        }

    def _send_subscribed(self, event: Json, conversation: Conversation) -> None:
        if event["type"] in self.subscribed:
            self._send(event, conversation)

    def uninstalled(self) -> None:
        """`app_uninstalled`."""
        if "app_uninstalled" in self.subscribed:
            self._send({"type": "app_uninstalled", "event_ts": self._workspace.new_stamp()})

    def _hidden(self, message: Message, subtype: str, content: Json) -> None:
        conversation = self._workspace.conversations[message.channel]
        stamp = self._workspace.new_stamp()
        self._message(
            conversation, {"type": "message", "subtype": subtype, "hidden": True, "ts": stamp, **content}
        )

    def _message(self, conversation: Conversation, event: Json, *, with_team: bool = True) -> None:
        if conversation.kind == "im":
            name, channel_type = "message.im", "im"
        elif conversation.is_private:
            name, channel_type = "message.groups", "group"
        else:
            name, channel_type = "message.channels", "channel"
        if name not in self.subscribed or self._workspace.bot_user not in conversation.members:
            return
        author = self._workspace.person(event.get("user", ""))
        if with_team and author is not None and author.team_id != self._workspace.facts.team.id:
            event |= {"user_team": author.team_id, "source_team": author.team_id}
        self._send(
            {**event, "channel": conversation.id, "channel_type": channel_type, "event_ts": event["ts"]},
            conversation,
        )

    def _send(self, event: Json, conversation: Conversation | None = None) -> None:
        facts = self._workspace.facts
        self._deliveries.send_event(
            {
                "token": VERIFICATION_TOKEN,
                "team_id": facts.team.id,
                "context_team_id": facts.team.id,
                "api_app_id": facts.app.id,
                "event": event,
                "type": "event_callback",
                "event_id": "Ev0" + secrets.token_hex(4).upper(),
                "event_time": int(self._workspace.clock.timestamp()),
                "authorizations": [
                    {
                        "enterprise_id": None,
                        "team_id": facts.team.id,
                        "user_id": facts.app.bot_user_id,
                        "is_bot": True,
                        "is_enterprise_install": False,
                    }
                ],
                "is_ext_shared_channel": conversation is not None and conversation.is_ext_shared,
                "event_context": "4-" + secrets.token_hex(8),
            }
        )
