"""Messages and conversations as values, and the text rules that Slack applies to what people type."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field
from typing import Any

from sandbox.people import AppIdentity

Json = dict[str, Any]

_URL = re.compile(r"https?://[^\s<>|]+[^\s<>|.,;:!?)\]'\"]")
_MENTION = re.compile(r"(?<![\w@])@([\w.\-]+)|(?<![\w#])#([\w\-]+)")


@dataclass(slots=True)
class Message:
    """One message. `ephemeral_for` names the only reader of a message that nobody else sees."""

    ts: str
    channel: str
    user: str
    team: str
    text: str
    bot_id: str | None = None
    blocks: list[Json] = field(default_factory=list)
    metadata: Json | None = None
    thread_ts: str | None = None
    ephemeral_for: str | None = None
    client_msg_id: str | None = None
    unfurl_links: bool | None = None
    unfurl_media: bool | None = None
    edited: Json | None = None
    deleted: bool = False
    reactions: list[Json] = field(default_factory=list)
    files: list[Json] = field(default_factory=list)
    accepted_at: float = 0.0
    """Monotonic second of acceptance; means nothing after a restart."""

    def as_slack(self, app: AppIdentity, *, with_payload: bool = True) -> Json:
        """The message object of history and events; metadata shows its payload only if `with_payload`."""
        message: Json = {
            "type": "message",
            "user": self.user,
            "text": self.text,
            "ts": self.ts,
            "team": self.team,
        }
        if self.client_msg_id:
            message["client_msg_id"] = self.client_msg_id
        if self.bot_id:
            message["bot_id"] = self.bot_id
        if self.bot_id == app.bot_id:
            message["app_id"] = app.id
            message["bot_profile"] = {
                "id": self.bot_id,
                "app_id": app.id,
                "name": app.name,
                "deleted": False,
                "icons": {
                    f"image_{size}": f"https://avatars.example/{app.id}-{size}.png" for size in (36, 48, 72)
                },
                "updated": 1_700_000_000,
                "team_id": self.team,
            }
        if self.blocks:
            message["blocks"] = copy.deepcopy(self.blocks)
        if self.thread_ts:
            message["thread_ts"] = self.thread_ts
        if self.edited:
            message["edited"] = dict(self.edited)
        if self.files:
            message["files"] = [
                {key: value for key, value in file.items() if key != "alt"} for file in self.files
            ]
        if self.reactions:
            message["reactions"] = copy.deepcopy(self.reactions)
        if self.metadata is not None:
            message["metadata"] = (
                copy.deepcopy(self.metadata)
                if with_payload
                else {"event_type": self.metadata.get("event_type", "")}
            )
        return message

    def as_json(self) -> Json:
        """All fields, for the journal."""
        return asdict(self)


@dataclass(slots=True)
class Conversation:
    """A channel or a direct message between two; `members` are ids of people and of the bot user."""

    id: str
    kind: str
    """"channel" or "im"."""
    name: str
    members: list[str]
    topic: str = ""
    is_ext_shared: bool = False
    is_private: bool = False
    messages: dict[str, Message] = field(default_factory=dict)
    """By `ts`, in order."""

    def find(self, ts: str) -> Message | None:
        """The message of that `ts`, unless it was deleted."""
        message = self.messages.get(ts)
        return None if message is None or message.deleted else message

    def name_in_payloads(self) -> str:
        """What interaction payloads call it."""
        if self.kind == "im":
            return "directmessage"
        return "privategroup" if self.is_private else self.name

    def other_member(self, one: str) -> str:
        """The other side of a direct message (oneself in a note to oneself)."""
        return next((member for member in self.members if member != one), one)

    def as_slack(self, reader: str, created: int = 1_700_000_000) -> Json:
        """The conversation object as `reader` sees it."""
        if self.kind == "im":
            return {
                "id": self.id,
                "created": created,
                "is_im": True,
                "is_org_shared": False,
                "is_archived": False,
                "user": self.other_member(reader),
                "is_user_deleted": False,
                "priority": 0,
                "is_open": True,
            }
        return {
            "id": self.id,
            "name": self.name,
            "name_normalized": self.name,
            "is_channel": not self.is_private,
            "is_group": self.is_private,
            "is_im": False,
            "is_mpim": False,
            "is_private": self.is_private,
            "is_archived": False,
            "is_general": self.name == "general",
            "is_shared": self.is_ext_shared,
            "is_ext_shared": self.is_ext_shared,
            "is_org_shared": False,
            "is_member": reader in self.members,
            "created": created,
            "topic": {"value": self.topic, "creator": "", "last_set": 0},
            "purpose": {"value": "", "creator": "", "last_set": 0},
            "num_members": len(self.members),
        }


def escape(text: str) -> str:
    """The three characters that Slack writes as entities."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


@dataclass(frozen=True, slots=True)
class Named:
    """A mention that was recognised: `kind` is "user" or "channel"."""

    kind: str
    id: str
    label: str

    def markup(self, *, with_label: bool) -> str:
        """`<@U…>` or `<#C…>`, with the label behind a bar if wanted."""
        sign = "@" if self.kind == "user" else "#"
        return f"<{sign}{self.id}|{self.label}>" if with_label else f"<{sign}{self.id}>"


def split_typed(text: str, names: Callable[[str, str], Named | None]) -> Iterable[str | Named]:
    """Cuts typed text into plain pieces, addresses (beginning with "http") and mentions.

    `names(sign, word)` says whom or what `@word` or `#word` means; a word it does not know stays text.
    """
    at = 0
    for match in re.finditer(f"{_URL.pattern}|{_MENTION.pattern}", text):
        piece: str | Named | None = match.group(0)
        if match.group(1) or match.group(2):
            word = match.group(1) or match.group(2)
            piece = names(match.group(0)[0], word) or names(match.group(0)[0], word.rstrip(".-"))
            if piece is None:
                continue
            end = match.start() + 1 + len(piece.label)
        else:
            end = match.end()
        if match.start() > at:
            yield text[at : match.start()]
        yield piece if piece is not None else ""
        at = end
    if at < len(text):
        yield text[at:]


def typed_to_markup(text: str, names: Callable[[str, str], Named | None], *, with_label: bool = False) -> str:
    """What Slack stores and sends for typed text: entities, `<@U…>`, `<#C…>`, `<http://…>`."""
    out: list[str] = []
    for piece in split_typed(text, names):
        if isinstance(piece, Named):
            out.append(piece.markup(with_label=with_label or piece.kind == "channel"))
        elif piece.startswith(("http://", "https://")):
            out.append(f"<{escape(piece)}>")
        else:
            out.append(escape(piece))
    return "".join(out)


def typed_to_blocks(text: str, names: Callable[[str, str], Named | None], block_id: str) -> list[Json]:
    """The rich_text block that Slack's own clients send beside the text."""
    elements: list[Json] = []
    for piece in split_typed(text, names):
        if isinstance(piece, Named):
            elements.append({"type": piece.kind, f"{piece.kind}_id": piece.id})
        elif piece.startswith(("http://", "https://")):
            elements.append({"type": "link", "url": piece})
        else:
            elements.append({"type": "text", "text": piece})
    if not elements:
        return []
    section = {"type": "rich_text_section", "elements": elements}
    return [{"type": "rich_text", "block_id": block_id, "elements": [section]}]
