"""Touches taken from messages: with the shortcut in a message's menu, or by a reaction to it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from bot.domain.members import Member, Profile
from bot.domain.refusals import Refusal
from bot.domain.touches import Channel, Direction, TouchDraft
from bot.services import touch_messages as services
from bot.services.house import House
from handlers import parsing, touches
from handlers.answers import Answer, Message, Nothing, OpenForm, Whisper
from handlers.ask import Ask, Routes
from handlers.origins import Origin
from handlers.views import touch_questions as views
from handlers.views import touches as touch_views

_TAKEN_OVER = 2000
"""Characters, as JSON, of a message that a form keeps in its notes; what else it notes needs room as well."""


def register(routes: Routes) -> None:
    routes.shortcut("touch_from_message", from_message)
    routes.event("reaction_added", reacted, wanted=is_wanted)
    routes.event("reaction_removed", taken_off, wanted=is_wanted)


@dataclass(frozen=True, slots=True)
class _Said:
    """A message: where and when it was said, and its address as far as it is known."""

    channel: str
    ts: str
    link: str | None

    @property
    def at(self) -> datetime:
        return datetime.fromtimestamp(float(self.ts), UTC)

    @property
    def name(self) -> str:
        """What tells it apart from every other message."""
        return f"{self.channel}:{self.ts}"


def _said(ask: Ask, channel: object, message: Mapping[str, Any]) -> _Said:
    """Raises Refusal ``request.unknown`` for what is no message."""
    ts = str(message.get("ts") or "")
    try:
        datetime.fromtimestamp(float(ts), UTC)
    except (ValueError, OverflowError, OSError) as unread:
        raise Refusal("request.unknown") from unread
    where = str(channel or "")
    return _Said(where, ts, permalink(ask.team_url, where, ts, message.get("thread_ts")))


def permalink(team_url: str, channel: str, ts: str, thread: object = None) -> str | None:
    """The address of a message, put together as the platform does; None where the team's own is not known."""
    if not team_url.startswith("https://") or not channel:
        return None
    address = f"{team_url.rstrip('/')}/archives/{channel}/p{ts.replace('.', '')}"
    return address if not thread or thread == ts else f"{address}?thread_ts={thread}&cid={channel}"


def _direction(author: Member | Profile | None, author_is_reader: bool) -> Direction | None:
    """Who spoke in a message: one of us told, anybody else was listened to; None where nobody knows who wrote it."""
    if author_is_reader or isinstance(author, Member):
        return Direction.OUTBOUND
    if author is None or author.bot:
        return None
    return Direction.INBOUND if author.external or author.guest else Direction.OUTBOUND


def _draft(ask: Ask, said: _Said, author_is_reader: bool) -> tuple[TouchDraft, services.Origin]:
    """What a message says without its text: how, when, who spoke, and with whom as far as that is clear."""
    author = None if author_is_reader else ask.author
    outsider = author if isinstance(author, Profile) else None
    found = services.origin(ask.house, ask.actor, said.channel, outsider)
    direction = _direction(author, author_is_reader)
    if direction is None and author is None and found.clients:
        direction = Direction.INBOUND  # somebody whom we do not know, where we speak with a client
    draft = TouchDraft(
        client="" if found.client is None else found.client,
        channel=Channel.MESSAGE,
        direction=direction,
        contacts=() if found.contact is None else (found.contact,),
        at=said.at,
        link=said.link,
        message=said.name,
    )
    return draft, found


# --- The shortcut -----------------------------------------------------------------------------------------


def from_message(ask: Ask) -> Answer:
    """The form with what the message says; its text is taken over only if whoever logs it ticks a box."""
    message: Mapping[str, Any] = ask.payload["message"]
    said = _said(ask, (ask.payload.get("channel") or {}).get("id"), message)
    draft, _found = _draft(ask, said, message.get("user") == ask.member.user_id)
    text = _fitting(parsing.plain(str(message.get("text") or "")))
    return OpenForm(touches.form_of(ask, draft, Origin(reply_to=ask.reply_to).notes(text=text)))


def _fitting(text: str) -> str | None:
    """As much of a text as the notes of a form can keep; None when there is none."""
    while len(json.dumps(text, ensure_ascii=False)) > _TAKEN_OVER:
        text = text[: len(text) * 9 // 10].rstrip("…") + "…"
    return text.strip() or None


# --- The reaction -----------------------------------------------------------------------------------------


def is_wanted(house: House, workspace_id: int, event: Mapping[str, Any]) -> bool:
    """Whether a reaction is the one by which a message becomes a touch; most of them are not."""
    item = event.get("item")
    if not isinstance(item, Mapping) or item.get("type") != "message":
        return False
    emoji = services.emoji(house, workspace_id)
    # A skin tone may follow the name: "wave::skin-tone-3".
    return emoji is not None and str(event.get("reaction")).partition("::")[0] == emoji


def reacted(ask: Ask) -> Answer:
    """The message is logged with the channel's client; which one is asked where that is not clear."""
    event: Mapping[str, Any] = ask.payload["event"]
    item: Mapping[str, Any] = event["item"]
    if _by_app(ask, event):
        return Nothing()
    said = _said(ask, item.get("channel"), item)
    draft, found = _draft(ask, said, event.get("item_user") == ask.member.user_id)
    if found.client is None:
        aside = touches.set_aside(ask, draft)
        asked = views.whose_message(found.clients, aside, ask.words)
        return Whisper(asked, said.channel)
    return Whisper(touches.outcome(ask, draft, ask.key), said.channel)


def taken_off(ask: Ask) -> Answer:
    """The reaction is gone, and with it what the same person logged of the message."""
    item: Mapping[str, Any] = ask.payload["event"]["item"]
    said = _said(ask, item.get("channel"), item)
    undone = services.withdraw_own(ask.house, ask.actor, said.name)
    if not undone:
        return Nothing()
    draft_id = touches.set_aside(ask, touches.draft_of(undone[0].touch))
    return Whisper(_taken_back(ask, [logged.client.name for logged in undone], draft_id), said.channel)


def _taken_back(ask: Ask, names: list[str], draft_id: int) -> Message:
    return touch_views.taken_back(ask.words.listed(names), draft_id, ask.words)


def _by_app(ask: Ask, event: Mapping[str, Any]) -> bool:
    """Whether an app wrote the message: what an app says is no contact with anybody."""
    return not event.get("item_user") or (isinstance(ask.author, Profile) and ask.author.bot)
