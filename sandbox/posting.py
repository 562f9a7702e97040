"""Putting messages into conversations, changing them and taking them away: stored, shown on screens, told as events."""

from __future__ import annotations

import uuid
from typing import Any

from sandbox.events import Events
from sandbox.live import Hub
from sandbox.messages import Message, typed_to_blocks, typed_to_markup
from sandbox.people import Person
from sandbox.views import new_block_id, stamp_blocks
from sandbox.workspace import Workspace

Json = dict[str, Any]


class Posting:
    """The one way in which a message comes to be."""

    def __init__(self, workspace: Workspace, hub: Hub, events: Events) -> None:
        self._workspace = workspace
        self._hub = hub
        self._events = events

    def by_bot(self, channel: str, content: Json, *, ephemeral_for: str | None = None) -> Message:
        """Stores and shows what the bot says; `content` has the arguments of `chat.postMessage`."""
        app = self._workspace.facts.app
        message = Message(
            ts=self._workspace.new_stamp(),
            channel=channel,
            user=app.bot_user_id,
            team=self._workspace.facts.team.id,
            text=str(content.get("text") or ""),
            bot_id=app.bot_id,
            blocks=stamp_blocks(content.get("blocks") or []),
            metadata=content.get("metadata"),
            thread_ts=content.get("thread_ts"),
            ephemeral_for=ephemeral_for,
            unfurl_links=content.get("unfurl_links"),
            unfurl_media=content.get("unfurl_media"),
            files=content.get("files") or [],
        )
        return self._accept(message)

    def by_person(
        self,
        person: Person,
        channel: str,
        typed: str,
        thread_ts: str | None = None,
        files: list[Json] | None = None,
    ) -> Message:
        """Stores and shows what a person typed, and the files they put there."""
        names = self._workspace.named(person.id)
        message = Message(
            ts=self._workspace.new_stamp(),
            channel=channel,
            user=person.id,
            team=person.team_id,
            text=typed_to_markup(typed, names),
            blocks=typed_to_blocks(typed, names, new_block_id()),
            thread_ts=thread_ts,
            client_msg_id=str(uuid.uuid4()),
            bot_id="B" + person.id[1:] if person.is_bot else None,
            files=files or [],
        )
        return self._accept(message)

    def change(self, message: Message, content: Json) -> None:
        """Replaces text and blocks; blocks that are not given stay, an empty list takes them away."""
        before = message.as_slack(self._workspace.facts.app)
        if content.get("text") is not None:
            message.text = str(content["text"])
        if content.get("blocks") is not None:
            message.blocks = stamp_blocks(content["blocks"], before=message.blocks)
        if content.get("metadata") is not None:
            message.metadata = content["metadata"]
        message.edited = {"user": message.user, "ts": f"{int(self._workspace.clock.timestamp())}.000000"}
        self._workspace.changed(message)
        self._show(message, "message")
        if message.ephemeral_for is None:
            self._events.changed(message, before)

    def delete(self, message: Message) -> None:
        """Takes the message away from everybody."""
        before = message.as_slack(self._workspace.facts.app)
        message.deleted = True
        self._workspace.changed(message)
        self._show(message, "message_deleted")
        if message.ephemeral_for is None:
            self._events.deleted(message, before)

    def take_file_away(self, file_id: str) -> None:
        """Messages no longer show a file that was deleted."""
        for message in self._workspace.all_messages():
            if any(file["id"] == file_id for file in message.files):
                message.files = [file for file in message.files if file["id"] != file_id]
                self._workspace.changed(message)
                self._show(message, "message")

    def react(self, message: Message, name: str, person_id: str) -> bool:
        """Adds a reaction; false if it was there already."""
        for reaction in message.reactions:
            if reaction["name"] == name:
                if person_id in reaction["users"]:
                    return False
                reaction["users"].append(person_id)
                reaction["count"] += 1
                break
        else:
            message.reactions.append({"name": name, "users": [person_id], "count": 1})
        self._reacted(message, "reaction_added", name, person_id)
        return True

    def unreact(self, message: Message, name: str, person_id: str) -> bool:
        """Takes a reaction away; false if there was none."""
        for reaction in message.reactions:
            if reaction["name"] == name and person_id in reaction["users"]:
                reaction["users"].remove(person_id)
                reaction["count"] -= 1
                message.reactions = [one for one in message.reactions if one["count"]]
                self._reacted(message, "reaction_removed", name, person_id)
                return True
        return False

    def _reacted(self, message: Message, kind: str, name: str, person_id: str) -> None:
        self._workspace.changed(message)
        self._show(message, "message")
        self._events.reacted(message, kind, name, person_id)

    def _accept(self, message: Message) -> Message:
        self._workspace.add(message)
        self._show(message, "message")
        if message.ephemeral_for is None:
            self._events.posted(message)
        return message

    def _show(self, message: Message, kind: str) -> None:
        if message.ephemeral_for is not None:
            readers = [message.ephemeral_for]
        else:
            readers = self._workspace.conversations[message.channel].members
        self._hub.tell(readers, kind, message.as_json())
