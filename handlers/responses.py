"""Response clocks: started and stopped by hand, and by what is said in clients' channels."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from bot.domain.logged import Logged
from bot.domain.members import Profile
from bot.domain.refusals import Refusal
from bot.domain.response import Said, Waiting, What
from bot.domain.touches import Direction
from bot.services import response_channels, response_ladder
from bot.services import responses as services
from bot.services import touch_messages as message_services
from bot.services.house import House
from bot.services.responses import CAME, Settled
from handlers import clients, forms, origins
from handlers.answers import Answer, FormErrors, Message, OpenForm, Replace, Say, ShowHome
from handlers.ask import Ask, Routes, Who
from handlers.origins import Origin
from handlers.parsing.courtesy import asks_something, is_courtesy
from handlers.touch_messages import permalink
from handlers.views import responses as views

_IN_CHANNELS = frozenset({"channel", "group"})
_SAYING = frozenset({None, "file_share", "me_message", "thread_broadcast"})
"""Subtypes of a message in which a person says something."""

_SETTLES = {
    "answered": What.ANSWERED,
    "acknowledged": What.ACKNOWLEDGED,
    "paused": What.PAUSED,
    "resumed": What.RESUMED,
    "reopen": What.REOPENED,
}


def register(routes: Routes) -> None:
    routes.shortcut("client_waiting", from_message)
    routes.view("waiting.choose", client_chosen)
    routes.action("waiting.start", started)
    routes.action("waiting.direct", came_directly)
    for name, what in _SETTLES.items():
        routes.action(f"waiting.{name}", _settling(what))
    routes.action("waiting.more", more)
    routes.view("waiting.texts", acknowledged_with_text)
    routes.action("waiting.whose", whose)
    routes.action("waiting.channel", channel_pressed)
    routes.view("waiting.channel", channel_linked)
    routes.witness("member_joined_channel", joined)
    routes.witness("message", overheard)
    routes.witness("reaction_added", reacted)


# --- Started by hand --------------------------------------------------------------------------------------


def from_message(ask: Ask) -> Answer:
    """The shortcut **Client is waiting** on a message: the clock begins with it, or the form asks of which client."""
    message: Mapping[str, Any] = ask.payload["message"]
    channel = str((ask.payload.get("channel") or {}).get("id") or "")
    ts = str(message.get("ts") or "")
    at = _moment(ts)
    author = ask.author if isinstance(ask.author, Profile) else None
    found = message_services.origin(ask.house, ask.actor, channel, author)
    root = _root(message)
    facts = {
        "channel": channel,
        "ts": ts,
        "root": root,
        "link": permalink(ask.team_url, channel, ts, message.get("thread_ts")),
        "author": str(message.get("user") or ""),
    }
    if found.client is None:
        return OpenForm(views.choose_form(ask.words, Origin(reply_to=ask.reply_to).notes(said=facts)))
    return Say(_started(ask, _start(ask, found.client, facts, at)))


def client_chosen(ask: Ask) -> Answer:
    """The form of the shortcut was sent."""
    chosen = forms.chosen(ask.state or {}, "client")
    if chosen is None:
        return FormErrors({"client": ask.words.say("Choose a client.")})
    facts = (ask.notes or {}).get("said")
    if not isinstance(facts, Mapping):
        raise Refusal("request.unknown")
    done = _start(ask, forms.number(chosen), facts, _moment(str(facts.get("ts") or "")))
    return origins.finish(ask, _started(ask, done))


def _start(ask: Ask, client_id: int, facts: Mapping[str, Any], at: datetime) -> Settled:
    return services.start(
        ask.house,
        ask.actor,
        client_id,
        ask.key,
        at=at,
        channel_id=str(facts.get("channel") or "")[:32],
        root=str(facts.get("root") or "")[:32],
        message=str(facts.get("ts") or "")[:32],
        link=None if facts.get("link") is None else str(facts["link"]),
        author=str(facts.get("author") or "")[:32],
    )


def _moment(ts: str) -> datetime:
    """Raises Refusal ``request.unknown`` for what names no message."""
    try:
        return datetime.fromtimestamp(float(ts), UTC)
    except (ValueError, OverflowError, OSError) as unread:
        raise Refusal("request.unknown") from unread


def _root(message: Mapping[str, Any]) -> str:
    """The thread in which a message stands; empty where it stands in the channel itself."""
    root = str(message.get("thread_ts") or "")
    return "" if root == str(message.get("ts")) else root


def started(ask: Ask) -> Answer:
    """**Client is waiting** in the brief, or below a touch."""
    facts = forms.carried(ask)
    touch = None if facts.get("touch") is None else forms.number(facts["touch"])
    done = services.start(ask.house, ask.actor, forms.number(facts.get("client")), ask.key, touch_id=touch)
    return ShowHome() if origins.on_home(ask) else origins.tell(ask, _started(ask, done))


def _started(ask: Ask, done: Settled) -> Message:
    return views.started(done.waiting, ask.words, ask.zone, ask.now, again=done.again)


def came_directly(ask: Ask) -> Answer:
    """A lead: the client came to me directly."""
    client_id = forms.number(forms.carried(ask).get("client"))
    done = services.came_to_lead(ask.house, ask.actor, client_id, ask.key)
    return origins.tell(ask, views.came(done.waiting, ask.words, ask.zone, ask.now, again=done.again))


def below(ask: Ask, message: Message, several: Sequence[Logged]) -> Message:
    """The confirmation of touches with what waits of their clients: a question told of in a touch starts a clock."""
    waiting: dict[int, Waiting] = {}
    silent: list[tuple[int, str, int]] = []
    for logged in several:
        touch = logged.touch
        inbound = touch.direction is Direction.INBOUND
        asks = inbound and not logged.again and asks_something(touch.note)
        found = services.start_from_touch(ask.house, ask.actor, touch.id, asks=asks)
        waiting |= {each.question_id: each for each in found}
        if inbound and not found and not logged.again:
            silent.append((logged.client.id, logged.client.name, touch.id))
    return views.below_touch(message, list(waiting.values()), silent, ask.words, ask.zone, ask.now)


# --- What becomes of it -----------------------------------------------------------------------------------


def _settling(what: What) -> Callable[[Ask], Answer]:
    def settle(ask: Ask) -> Answer:
        return _settled(ask, forms.carried(ask), what)

    return settle


def _settled(ask: Ask, facts: Mapping[str, Any], what: What) -> Answer:
    done = services.settle(ask.house, ask.actor, forms.number(facts.get("waiting")), what)
    said = views.settled(done.waiting, what, ask.words, ask.zone, ask.now, again=done.again)
    if origins.on_home(ask):
        return ShowHome()
    entry = facts.get("entry")
    if entry is not None and (shown := _message_now(ask, forms.number(entry))) is not None:
        # The message tells it by itself; the way back, and that it was so before, stand nowhere else.
        needed = done.again or what in (What.ANSWERED, What.NOT_A_QUESTION)
        return Replace(shown, also=said if needed else None)
    return origins.put(ask, said) if what is What.REOPENED else origins.tell(ask, said)


def _message_now(ask: Ask, entry_id: int) -> Message | None:
    """A message of the ladder as it should stand now."""
    known = response_ladder.current(ask.house, ask.actor, entry_id)
    if known is None:
        return None
    came = known.kind == CAME
    return views.message(
        known.rows, ask.words, ask.zone, entry_id, reader=ask.member.name, came=came, gone=known.gone
    )


def more(ask: Ask) -> Answer:
    """What is pressed less often: no question at all, texts to acknowledge with, the brief."""
    facts = forms.carried(ask)
    match facts.get("do"):
        case "none":
            return _settled(ask, facts, What.NOT_A_QUESTION)
        case "open":
            return clients.opened(ask)
        case "texts":
            shown = services.look(ask.house, ask.actor, forms.number(facts.get("waiting")))
            entry = None if facts.get("entry") is None else forms.number(facts["entry"])
            notes = origins.of_press(ask).notes(waiting=shown.question_id, entry=entry)
            return origins.form(ask, views.texts(shown, ask.words, notes))
        case _:
            raise Refusal("request.unknown")


def acknowledged_with_text(ask: Ask) -> Answer:
    """The form with the texts was sent: the member has acknowledged."""
    notes = ask.notes or {}
    done = services.settle(ask.house, ask.actor, forms.number(notes.get("waiting")), What.ACKNOWLEDGED)
    said = views.settled(done.waiting, What.ACKNOWLEDGED, ask.words, ask.zone, ask.now, again=done.again)
    return origins.finish(ask, said)


def whose(ask: Ask) -> Answer:
    """Whose person somebody is who writes in a channel of several clients."""
    facts = forms.carried(ask)
    client = None if facts.get("client") is None else forms.number(facts["client"])
    told = response_channels.tell_whose(ask.house, ask.actor, forms.number(facts.get("entry")), client)
    said = views.whose_told(told.client, ask.words)
    if told.waiting is None:
        return origins.put(ask, said)
    return Replace(said, also=views.started(told.waiting, ask.words, ask.zone, ask.now))


# --- Of which client a channel is ------------------------------------------------------------------------


def joined(house: House, workspace_id: int, event: Mapping[str, Any]) -> None:
    """Somebody came into a channel: where that is the bot, who invited it is asked of which client the channel is."""
    if event.get("user") != event.get("bot_user") or not isinstance(event.get("inviter"), str):
        return
    at = str(event.get("event_ts") or "")
    response_channels.invited(house, workspace_id, str(event.get("channel") or ""), str(event["inviter"]), at)


def channel_pressed(ask: Ask) -> Answer:
    """The form in which the client is chosen."""
    channel = forms.carried(ask).get("channel")
    if not isinstance(channel, str) or not channel:
        raise Refusal("request.unknown")
    notes = origins.of_press(ask, replace=True).notes(channel=channel[:32])
    return origins.form(ask, views.channel_form(ask.words, notes))


def channel_linked(ask: Ask) -> Answer:
    """The form was sent."""
    chosen, channel = forms.chosen(ask.state or {}, "client"), (ask.notes or {}).get("channel")
    if chosen is None:
        return FormErrors({"client": ask.words.say("Choose a client.")})
    if not isinstance(channel, str):
        raise Refusal("request.unknown")
    client = response_channels.link(ask.house, ask.actor, channel, forms.number(chosen))
    return origins.finish(ask, views.channel_linked(client.name, ask.words))


# --- Overheard --------------------------------------------------------------------------------------------


def overheard(house: House, workspace_id: int, event: Mapping[str, Any]) -> Callable[[Who], None] | None:
    """A message in a channel; what is left to do where Slack has to be asked who wrote it.

    Taken is what people say, and that a message was deleted. An edit changes nothing: links that are unfurled are edits
    as well; one that puts a tombstone where a message with replies stood is a deletion. Bots, joins and the like are
    nobody's question.
    """
    if event.get("channel_type") not in _IN_CHANNELS:
        return None
    channel = str(event.get("channel") or "")
    if (gone := _deleted(event)) is not None:
        response_channels.deleted(house, workspace_id, channel, gone)
        return None
    if event.get("subtype") not in _SAYING or event.get("bot_id") or event.get("hidden"):
        return None
    user, ts = event.get("user"), str(event.get("ts") or "")
    if not isinstance(user, str) or not ts or not channel:
        return None
    text = str(event.get("text") or "")
    root = _root(event)
    emoji = response_channels.seen_emoji(house, workspace_id) if ":" in text else None
    said = Said(
        channel_id=channel,
        ts=ts,
        user_id=user,
        root=root,
        in_channel=not root or event.get("subtype") == "thread_broadcast",
        courtesy=is_courtesy(text) and not event.get("files") and not event.get("attachments"),
        outside=_of_another(event),
        seen=emoji is not None and f":{emoji}:" in text,
        link=permalink(str(event.get("team_url") or ""), channel, ts, event.get("thread_ts")),
    )
    if response_channels.heard(house, workspace_id, said):
        return None

    def rest(who: Who) -> None:
        author = who(user)
        profile = author if isinstance(author, Profile) else None
        response_channels.heard(house, workspace_id, said, profile, asked=True)

    return rest


def _deleted(event: Mapping[str, Any]) -> str | None:
    """Which message an event says was deleted; None for any other event."""
    if event.get("subtype") == "message_deleted":
        return str(event.get("deleted_ts") or "")
    now = event.get("message")
    if event.get("subtype") == "message_changed" and isinstance(now, Mapping):
        return str(now.get("ts") or "") if now.get("subtype") == "tombstone" else None
    return None


def _of_another(event: Mapping[str, Any]) -> bool:
    """Whether Slack says that the author is of another organisation, as it does in channels shared with one."""
    team = event.get("user_team") or event.get("source_team")
    return isinstance(team, str) and bool(event.get("home_team")) and team != event["home_team"]


def reacted(house: House, workspace_id: int, event: Mapping[str, Any]) -> None:
    """The reaction by which we tell a client that its question was seen."""
    item = event.get("item")
    if (
        not isinstance(item, Mapping)
        or item.get("type") != "message"
        or not isinstance(event.get("user"), str)
    ):
        return
    emoji = response_channels.seen_emoji(house, workspace_id)
    if emoji is None or str(event.get("reaction")).partition("::")[0] != emoji:
        return
    channel, ts = str(item.get("channel") or ""), str(item.get("ts") or "")
    response_channels.reacted(house, workspace_id, channel, ts, str(event["user"]))
