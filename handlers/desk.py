"""The desk: takes what Slack delivers, finds who asks and who answers, and carries the answer out.

Everything that goes wrong ends here: a refusal becomes a sentence, a surprise a reference that the person can name and
the log explains. Nothing is raised after an acknowledgement, because Slack would then lose it.
"""

from __future__ import annotations

import json
import logging
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from time import sleep
from typing import Any

from slack_bolt import Ack, BoltResponse
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot import reference
from bot.domain.members import Member, Profile
from bot.domain.refusals import Refusal
from bot.services import channels, deliveries, pictures, presses
from bot.services.house import Actor, House, trouble
from handlers import home_pictures, refusals
from handlers.afterwards import Afterwards
from handlers.answers import (
    Answer,
    CloseForms,
    FormErrors,
    Message,
    Nothing,
    OpenForm,
    Options,
    Outgoing,
    Post,
    PublishHome,
    Replace,
    ReplaceAt,
    Say,
    SendFiles,
    ShowHome,
    UpdateForm,
    View,
    Whisper,
    Work,
)
from handlers.ask import Ask, Listener, Notice, Routes, Witness
from handlers.charts_refused import holds_chart, plainly_if_refused
from handlers.downloads import Get, fetch, getting
from handlers.i18n import Words, words_for
from handlers.parsing import plain
from handlers.people import People
from handlers.presses import Presses
from handlers.uploads import Put, putting, send
from handlers.views.notice import home_notice, notice
from handlers.welcome import with_welcome

log = logging.getLogger(__name__)

Reply = Callable[[str, Mapping[str, Any]], None]
"""Sends a body to a response address. Raises what the network raises."""

AGAIN = (1.0, 5.0, 30.0, 120.0)
"""Seconds after which what could not be looked up at Slack for an event is tried again."""

_HOME = "app_home_opened"
_SETTINGS = "settings."
"""How the names of presses begin that may change how somebody is spoken to."""
_TYPED_AHEAD = "options"
_OF_MANY = ("channel", "group")
"""Conversations in which people speak to each other."""


@dataclass(frozen=True, slots=True)
class Desk:
    """Serves every payload of one app."""

    house: House
    routes: Routes
    people: People
    client: WebClient
    reply: Reply
    afterwards: Afterwards
    locale: str
    put: Put = field(default_factory=lambda: putting(None))
    team_url: str = ""
    get: Get = field(default_factory=lambda: getting(None, ""))
    presses: Presses = field(default_factory=Presses)

    def command(self, body: Mapping[str, Any], ack: Ack) -> None:
        delivery = _Delivery(
            body,
            team=str(body["team_id"]),
            user={"id": body["user_id"], "name": body.get("user_name")},
            key=_key("command", body.get("trigger_id")),
            text=plain(str(body.get("text") or "")),
            reply_to=body.get("response_url"),
        )
        answer = self._answer(self.routes.commands.get(str(body["command"])), delivery)
        body_said = _body(answer.message) if isinstance(answer, Say) else {}
        # What Slack refuses in an acknowledgement cannot be mended.
        if body_said and not holds_chart(body_said):
            ack({"response_type": "ephemeral", **body_said})
        elif isinstance(answer, SendFiles) and answer.begun is not None:
            ack({"response_type": "ephemeral", **_body(answer.begun)})
            self._afterwards(answer, delivery)
        else:
            ack()
            self._afterwards(answer, delivery)

    def action(self, body: Mapping[str, Any], ack: Ack) -> None:
        pressed: Mapping[str, Any] = body["actions"][0]
        view = body.get("view") or {}
        delivery = _Delivery(
            body,
            team=_team(body),
            user=body["user"],
            key=_key("action", body.get("trigger_id")),
            value=_value(pressed),
            action=pressed,
            state=(view.get("state") or body.get("state") or {}).get("values") or {},
            notes=_notes(view),
            reply_to=body.get("response_url") or _notes(view).get("reply_to"),
        )
        if view:
            self.presses.note(str(view["id"]), delivery.key)
        name = str(pressed["action_id"]).partition(":")[0]
        answer = self._answer(self.routes.actions.get(name), delivery)
        if name.startswith(_SETTINGS):
            self._look_again(delivery)
        ack()
        self._afterwards(answer, delivery)
        if delivery.declined and delivery.on_home:
            self._afterwards(ShowHome(), delivery)  # what was pressed may be of yesterday

    def view(self, body: Mapping[str, Any], ack: Ack) -> None:
        view: Mapping[str, Any] = body["view"]
        notes = _notes(view)
        delivery = _Delivery(
            body,
            team=_team(body),
            user=body["user"],
            key=_key("view", view.get("id")),
            state=(view.get("state") or {}).get("values") or {},
            notes=notes,
            reply_to=notes.get("reply_to"),
        )
        answer = self._answer(self.routes.views.get(str(view["callback_id"])), delivery)
        match answer:
            case UpdateForm(view=shown, home=home):
                ack({"response_action": "update", "view": dict(shown)})
                if home:
                    self._afterwards(CloseForms(home=True), delivery)
            case SendFiles(view=shown):
                ack({"response_action": "update", "view": dict(shown)})
                self._afterwards(answer, delivery)
            case OpenForm(view=shown):
                ack({"response_action": "push", "view": dict(shown)})
            case FormErrors(errors=errors):
                ack({"response_action": "errors", "errors": dict(errors)})
            case CloseForms():
                ack({"response_action": "clear"})
                self._afterwards(answer, delivery)
            case Say(message=message) if delivery.reply_to is None or delivery.declined:
                ack({"response_action": "push", "view": notice(message, delivery.words(self.locale))})
            case _:
                ack()
                self._afterwards(answer, delivery)

    def shortcut(self, body: Mapping[str, Any], ack: Ack) -> None:
        delivery = _Delivery(
            body,
            team=_team(body),
            user=body["user"],
            key=_key("shortcut", body.get("trigger_id")),
            reply_to=body.get("response_url"),
            author=(body.get("message") or {}).get("user"),
        )
        answer = self._answer(self.routes.shortcuts.get(str(body["callback_id"])), delivery)
        ack()
        self._afterwards(answer, delivery)

    def option(self, body: Mapping[str, Any], ack: Ack) -> None:
        delivery = _Delivery(
            body, team=_team(body), user=body["user"], key=_TYPED_AHEAD, value=str(body.get("value") or "")
        )
        name = str(body["action_id"]).partition(":")[0]
        answer = self._answer(self.routes.options.get(name), delivery)
        ack({"options": list(answer.options) if isinstance(answer, Options) else []})

    def event(self, body: Mapping[str, Any], ack: Ack) -> BoltResponse | None:
        """Events are acknowledged whatever becomes of them: an unwanted one would only come again.

        But for one that could not be seen to because memory failed, or too much waits: it is answered with an error,
        so that Slack tells it again. Telling it twice does no harm.
        """
        event: Mapping[str, Any] = body["event"]
        team = _home(body)
        if (taker := self.routes.notices.get(str(event["type"]))) is not None:
            ack()
            self._take_notice(taker, team, event)
            return None
        witness = self.routes.witnesses.get(str(event["type"]))
        if witness is not None and not self._let_see(witness, team, {**event, **_where(body, self.team_url)}):
            return BoltResponse(status=503, body="")
        listener = self.routes.events.get(str(event["type"]))
        if event["type"] == "message" and event.get("channel_type") in _OF_MANY:
            listener = None  # what people say to each other is no word to the bot
        user = event.get("user")
        unwanted = event.get("bot_id") or event.get("subtype") not in (None, "file_share")
        if listener is None or not isinstance(user, str) or unwanted:
            ack()
            return None
        match self._is_wanted(team, event):
            case None:
                return BoltResponse(status=503, body="")
            case False:
                ack()
                return None
        delivery = _Delivery(
            body,
            team=team,
            user={"id": user},
            key=_key("event", body.get("event_id")),
            text=plain(str(event.get("text") or "")),
            event=event,
            author=event.get("item_user"),
        )
        answer = self._answer(listener, delivery, once=event["type"] != _HOME)
        ack()
        self._afterwards(answer, delivery)
        return None

    def _take_notice(self, taker: Notice, team: str, event: Mapping[str, Any]) -> None:
        try:
            taker(self.house, self.people.workspace(team).id, event)
        except (
            Exception
        ) as surprise:  # the same desk: nobody waits for it, and what it tells is asked for every day
            log.error("an event was not noted: %s", surprise, exc_info=surprise)
        else:
            if isinstance(user := event.get("user"), str):
                self.people.forget(self.people.workspace(team).id, user)

    def _let_see(self, witness: Witness, team: str, event: Mapping[str, Any]) -> bool:
        """Let an event be seen; False where it should be told again."""
        try:
            rest = witness(self.house, self.people.workspace(team).id, event)
        except Exception as surprise:  # as for what is taken note of
            passing = self._passes(surprise)
            log.error("an event was not seen: %s", surprise, exc_info=None if passing else surprise)
            return not passing
        if rest is None:
            return True
        return self.afterwards.do(lambda: rest(lambda user_id: self.people.known(team, user_id)), AGAIN)

    def _passes(self, surprise: Exception) -> bool:
        """Whether what went wrong with an event may go well when it is told again: a mistake of ours is only made
        again."""
        return isinstance(surprise, Refusal) or trouble(self.house, surprise) is not None

    def _is_wanted(self, team: str, event: Mapping[str, Any]) -> bool | None:
        """Whether an event concerns us: of most reactions we need not even know whose they are. None where that cannot
        be told now, and it should be told again."""
        wanted = self.routes.wanted.get(str(event["type"]))
        if wanted is None:
            return True
        try:
            return wanted(self.house, self.people.workspace(team).id, event)
        except Exception as surprise:  # as for what is taken note of
            passing = self._passes(surprise)
            log.error("an event was not read: %s", surprise, exc_info=None if passing else surprise)
            return None if passing else False

    def _answer(self, listener: Listener | None, delivery: _Delivery, *, once: bool = False) -> Answer:
        """What the listener answers, with the welcome where it is the first answer to somebody."""
        answer = self._heard(listener, delivery, once=once)
        known = delivery.asking
        if known is None or known.welcomed_at is not None:
            return answer
        actor = Actor(self.people.workspace(delivery.team).id, known.id)
        try:
            return with_welcome(self.house, actor, known, answer, delivery.words(self.locale))
        except Exception:  # a welcome that fails costs nobody their answer
            log.exception("nobody was welcomed", extra={"key": delivery.key})
            return answer
        finally:
            self.people.forget(actor.workspace_id, known.user_id)

    def _note_press(self, actor: Actor, known: Member) -> None:
        """Whoever uses the bot is written to daily again; that this fails costs nobody their answer."""
        try:
            if presses.note(self.house, actor, known):
                self.people.forget(actor.workspace_id, known.user_id)
        except Exception:  # as for the welcome
            log.exception("a press was not noted")

    def _heard(self, listener: Listener | None, delivery: _Delivery, *, once: bool) -> Answer:
        """What the listener answers; a refusal and a surprise are answers, too."""
        try:
            if listener is None:
                raise Refusal("request.unknown")
            member = self.people.member(delivery.team, delivery.user)
            workspace = self.people.workspace(delivery.team)
            if (member.channel_off_at or member.channel_failures) and not delivery.only_opened:
                channels.heard_from(self.house, Actor(workspace.id, member.id))
                self.people.forget(workspace.id, member.user_id)
            delivery.member_words = words_for(member.locale)
            delivery.actor = Actor(workspace.id, member.id)
            delivery.asking = member
            if once and not deliveries.first_time(self.house, workspace.id, delivery.key):
                return Nothing()
            if delivery.is_press:
                self._note_press(delivery.actor, member)
            return listener(
                Ask(
                    house=self.house,
                    actor=delivery.actor,
                    member=member,
                    words=delivery.member_words,
                    now=self.house.clock(),
                    key=delivery.key,
                    payload=delivery.payload,
                    text=delivery.text,
                    value=delivery.value,
                    action=delivery.action,
                    state=delivery.state,
                    notes=delivery.notes,
                    reply_to=delivery.reply_to,
                    place=delivery.place,
                    author=self._author(delivery),
                    team_url=_team_url(delivery.payload) or self.team_url,
                )
            )
        except Refusal as refusal:
            return self._declined(refusal, delivery)
        except Exception as surprise:  # the one error desk: whatever it was, the person gets an answer
            known = trouble(self.house, surprise)
            if known is not None:
                log.error("%s: %s", known, surprise)
                return self._declined(Refusal(known), delivery)
            named = reference.current() or "–"
            log.exception("unexpected error", extra={"reference": named, "key": delivery.key})
            return self._declined(Refusal("unexpected", reference=named), delivery)

    def _author(self, delivery: _Delivery) -> Member | Profile | None:
        """Who wrote the message that was acted on; looked up only where that is somebody else."""
        if not isinstance(delivery.author, str) or delivery.author == delivery.user["id"]:
            return None
        return self.people.author(delivery.team, delivery.author)

    def _declined(self, refusal: Refusal, delivery: _Delivery) -> Answer:
        delivery.declined = True
        if delivery.event is not None and (channel := _reacted_in(delivery.event)) is not None:
            # Who may not use the bot did not speak to it: a reaction is for everybody in the channel.
            if refusal.code.startswith("member."):
                return Nothing()
            return Whisper(refusals.message(refusal, delivery.words(self.locale)), channel)
        message = refusals.message(refusal, delivery.words(self.locale), delivery.text)
        if delivery.event is None:
            return Say(message)
        if delivery.event["type"] == _HOME:
            return PublishHome(home_notice(message))
        return Post(message)

    def _afterwards(self, answer: Answer, delivery: _Delivery) -> None:
        """Carry out what needs a call to Slack, after the acknowledgement and outside of the listener's time."""
        if isinstance(answer, Nothing | Options):
            return
        self.afterwards.do(lambda: self._carried(answer, delivery))

    def _carried(self, answer: Answer, delivery: _Delivery) -> None:
        """Carry an answer out; what cannot be said where it was asked is said where the person can read it.

        A response address lives for half an hour: a form that was open for longer is answered in the private
        conversation. A form that could not be opened is explained where the command was typed.
        """
        try:
            self._carry(answer, delivery)
        except (SlackApiError, OSError) as failed:
            log.error(
                "%s was not carried out: %s", type(answer).__name__, failed, extra={"key": delivery.key}
            )
            if isinstance(answer, OpenForm | UpdateForm) and delivery.reply_to is not None:
                words = delivery.words(self.locale)
                self._say(refusals.message(Refusal(_trouble(failed)), words, delivery.text), delivery)
            elif (message := _spoken(answer)) is not None:
                self._post(str(delivery.user["id"]), message)

    def _carry(self, answer: Answer, delivery: _Delivery) -> None:
        body = delivery.payload
        match answer:
            case Say(message=message):
                self._say(message, delivery)
            case Replace(message=message, also=also):
                self._replace(delivery.reply_to, message, also)
            case ReplaceAt(address=address, message=message, also=also):
                self._replace(address, message, also)
            case OpenForm(view=view):
                self._open(view, delivery)
            case UpdateForm(view=view, home=home):
                self._update(view, body["view"], delivery)
                if home:
                    self._refresh_home(delivery)
            case PublishHome(view=view, pictures=missing):
                self._publish(view, delivery)
                if missing and delivery.actor is not None and not delivery.drew:
                    delivery.drew = True
                    delivery.place = _notes(view)  # where the person is now, and no longer where they pressed
                    if home_pictures.make(self.house, delivery.actor, self.client, self.put, missing):
                        self._show_home(delivery)
            case ShowHome(place=place):
                if place is not None:
                    delivery.place = place
                self._show_home(delivery)
            case CloseForms(then=then, home=home):
                if then is not None:
                    self._carry(then, delivery)
                if home:
                    self._refresh_home(delivery)
            case SendFiles(files=files, comment=comment, failed=failed):
                if answer.begun is not None and delivery.action is not None:
                    self._say(answer.begun, delivery)
                self._send_files(files, comment, failed, delivery)
            case Work():
                self._work(answer, delivery)
            case Whisper(message=message, conversation=conversation):
                self.client.chat_postEphemeral(
                    channel=conversation, user=str(delivery.user["id"]), **_body(message)
                )
            case Post(message=message) if delivery.event is not None:
                self._post(str(delivery.event["channel"]), message)
            case _:
                raise TypeError(f"{type(answer).__name__} cannot answer this")

    def _work(self, answer: Work, delivery: _Delivery) -> None:
        """Do what takes long, and edit the message that tells of it."""
        words = delivery.words(self.locale)
        if answer.place is not None:
            conversation, message = answer.place.conversation, answer.place.message
        else:
            channel = (delivery.event or {}).get("channel") or delivery.user["id"]
            posted = self.client.chat_postMessage(
                channel=str(channel), **_body(answer.begun), unfurl_links=False, unfurl_media=False
            )
            conversation, message = str(posted["channel"]), str(posted["ts"])

        def show(shown: Message) -> None:
            self.client.chat_update(channel=conversation, ts=message, **{"blocks": [], **_body(shown)})

        if answer.place is not None:
            show(answer.begun)
        try:
            done = answer.work(lambda *asked: fetch(self.client, self.get, *asked), show)
        except Refusal as refusal:
            show(refusals.message(refusal, words))
        except Exception as surprise:  # the one error desk, for work as for listeners
            known = trouble(self.house, surprise)
            log.exception("work failed", extra={"key": delivery.key})
            show(refusals.message(Refusal(known), words) if known is not None else answer.failed)
        else:
            show(done.message)
            self._send_files(done.files, done.comment, answer.failed, delivery)

    def _send_files(
        self, files: Sequence[Outgoing], comment: str, failed: Message, delivery: _Delivery
    ) -> None:
        user_id = str(delivery.user["id"])
        for file in files:
            try:
                with TemporaryDirectory(prefix="rapport-") as folder:
                    path = Path(folder) / file.name
                    alt = file.write(path)
                    send(
                        self.client,
                        self.put,
                        user_id,
                        path,
                        title=file.title,
                        alt=alt,
                        comment=comment,
                    )
            except Exception:  # one item of a loop: the next file may well arrive
                log.exception("%s was not sent", file.name, extra={"key": delivery.key})
                self._post(user_id, failed)

    def _say(self, message: Message, delivery: _Delivery) -> None:
        if delivery.reply_to is not None:
            self._reply(
                delivery.reply_to, {"response_type": "ephemeral", "replace_original": False, **_body(message)}
            )
        else:
            self._open(notice(message, delivery.words(self.locale)), delivery)

    def _replace(self, address: str | None, message: Message, also: Message | None) -> None:
        if address is None:
            raise TypeError("there is no message to replace")
        self._reply(address, {"replace_original": True, **_body(message)})
        if also is not None:
            self._reply(address, {"response_type": "ephemeral", "replace_original": False, **_body(also)})

    def _post(self, channel: str, message: Message) -> None:
        def send(body: Mapping[str, Any]) -> None:
            self.client.chat_postMessage(channel=channel, **body, unfurl_links=False, unfurl_media=False)

        plainly_if_refused(send, _body(message))

    def _reply(self, address: str, body: Mapping[str, Any]) -> None:
        plainly_if_refused(lambda taken: self.reply(address, taken), body)

    def _open(self, view: View, delivery: _Delivery) -> None:
        trigger = str(delivery.payload["trigger_id"])
        within = delivery.payload.get("view") or {}
        if within.get("type") == "modal":
            self.client.views_push(trigger_id=trigger, view=dict(view))
        else:
            self.client.views_open(trigger_id=trigger, view=dict(view))

    def _update(self, view: View, shown: Mapping[str, Any], delivery: _Delivery) -> None:
        """Change a form that somebody pressed in: the latest press has the last word, and a closed form needs none.

        Slack refuses (`hash_conflict`) what answers an older state of the form than it shows: a second choice that was
        made before the answer to the first arrived.
        """
        try:
            self.client.views_update(view_id=shown["id"], hash=shown.get("hash"), view=dict(view))
        except SlackApiError as refused:
            match refused.response.get("error"):
                case "hash_conflict" if self.presses.is_latest(str(shown["id"]), delivery.key):
                    self._update(view, {"id": shown["id"]}, delivery)
                case "hash_conflict" | "not_found":
                    log.info(
                        "a form has changed or was closed before its update", extra={"key": delivery.key}
                    )
                case _:
                    raise

    def _publish(self, view: View, delivery: _Delivery) -> None:
        """Show the Home tab; after several presses on it in a row, what the latest asked for.

        What nobody pressed for (the tab was opened, a picture is drawn) gives way to whatever was shown meanwhile.
        """
        publish = partial(self.client.views_publish, user_id=str(delivery.user["id"]), view=dict(view))
        try:
            delivery.shown = publish(hash=delivery.shown.get("hash")).get("view") or {}
        except SlackApiError as refused:
            match refused.response.get("error"):
                case "hash_conflict" if delivery.drew or not delivery.on_home:
                    log.info("the page has changed before it was refreshed", extra={"key": delivery.key})
                case "hash_conflict":
                    if self.presses.is_latest(str(delivery.shown.get("id")), delivery.key):
                        delivery.shown = publish().get("view") or {}
                case code if code in home_pictures.NOT_SHOWN and home_pictures.holds_picture(view):
                    self._publish_patiently(view, delivery)
                case _:
                    raise

    def _publish_patiently(self, view: View, delivery: _Delivery) -> None:
        """Show a Home tab whose pictures Slack did not show: once more if they are new, else without them."""
        user_id = str(delivery.user["id"])
        for pause in home_pictures.PAUSES if delivery.drew else ():
            sleep(pause)
            try:
                self.client.views_publish(user_id=user_id, view=dict(view), hash=delivery.shown.get("hash"))
            except SlackApiError as refused:
                if refused.response.get("error") != "hash_conflict":
                    continue
            return  # shown, or the person is elsewhere by now
        if delivery.actor is not None:
            pictures.forget(self.house, delivery.actor)
        self.client.views_publish(user_id=user_id, view=dict(home_pictures.without_pictures(view)))

    def _show_home(self, delivery: _Delivery) -> None:
        """The Home tab for a press that asked for it, or was declined: who may see nothing any more sees why."""
        explained = delivery.declined
        self._look_again(delivery)
        match self._answer(self.routes.events[_HOME], delivery):
            case Say(message=message) if explained:
                self._publish(home_notice(message), delivery)
            case answer:
                self._carry(answer, delivery)

    def _look_again(self, delivery: _Delivery) -> None:
        """Forget who asks before they are answered again: they may have changed their language a moment ago."""
        if delivery.asking is not None:
            workspace = self.people.workspace(delivery.team)
            self.people.forget(workspace.id, delivery.asking.user_id)

    def _refresh_home(self, delivery: _Delivery) -> None:
        self._look_again(delivery)
        home = self._answer(self.routes.events[_HOME], delivery)
        if isinstance(home, PublishHome):
            self._carry(home, delivery)


class _Delivery:
    """One payload, read as far as the desk needs it."""

    def __init__(
        self,
        payload: Mapping[str, Any],
        *,
        team: str,
        user: Mapping[str, Any],
        key: str,
        text: str = "",
        value: str = "",
        action: Mapping[str, Any] | None = None,
        state: Mapping[str, Mapping[str, Mapping[str, Any]]] | None = None,
        notes: Mapping[str, Any] | None = None,
        reply_to: str | None = None,
        event: Mapping[str, Any] | None = None,
        author: object = None,
    ) -> None:
        self.payload = payload
        self.team = team
        self.user = user
        self.key = key
        self.text = text
        self.value = value
        self.action = action
        self.state = state
        self.notes = notes or {}
        self.reply_to = reply_to
        self.event = event
        self.place = _place(payload, event)
        self.on_home = event is None and (payload.get("view") or {}).get("type") == "home"
        opened = event is not None and event.get("type") == _HOME
        self.only_opened = opened
        """Nothing was pressed or written: that a page was opened says nothing of whether messages arrive."""
        tab = (event or payload) if opened or self.on_home else {}
        self.is_press = key != _TYPED_AHEAD and not opened
        """Whether the person did something: looking at a tab and narrowing a list are none."""
        self.shown: Mapping[str, Any] = tab.get("view") or {}
        """The Home tab as the person has it before them, as far as we know."""
        self.author = author
        self.member_words: Words | None = None
        self.asking: Member | None = None
        self.declined = False
        self.actor: Actor | None = None
        self.drew = False

    def words(self, fallback: str) -> Words:
        return self.member_words or words_for(fallback)


def _spoken(answer: Answer) -> Message | None:
    """What an answer tells the person, the message aside that it puts in the place of another."""
    match answer:
        case Say(message=message) | CloseForms(then=Say(message=message)) | Whisper(message=message):
            return message
        case ReplaceAt(also=also) | CloseForms(then=ReplaceAt(also=also)) | Replace(also=also):
            return also
        case _:
            return None


def _trouble(failed: SlackApiError | OSError) -> str:
    late = isinstance(failed, SlackApiError) and "trigger" in str(failed.response.get("error"))
    return "slack.too_late" if late else "slack.not_shown"


def _key(kind: str, given: object) -> str:
    """A short name for one delivery, the same when Slack delivers it twice; a fresh one where Slack names none."""
    if not given:
        return f"{kind}:{secrets.token_hex(20)}"
    return f"{kind}:{sha256(str(given).encode()).hexdigest()[:40]}"


def _team(body: Mapping[str, Any]) -> str:
    team = body.get("team") or {}
    return str(team.get("id") or (body.get("user") or {}).get("team_id") or "")


def _home(body: Mapping[str, Any]) -> str:
    """The team of ours that an event is for: in a channel shared with another organisation `team_id` may be theirs."""
    known = body.get("authorizations")
    ours = known[0].get("team_id") if isinstance(known, list) and known else None
    return str(ours or body.get("context_team_id") or body["team_id"])


def _where(body: Mapping[str, Any], team_url: str) -> dict[str, str]:
    """What a witness needs besides the event: the team, its address, and by which user the app is known there."""
    known = body.get("authorizations")
    bot = known[0].get("user_id") if isinstance(known, list) and known else None
    return {"team_url": team_url, "bot_user": str(bot or ""), "home_team": _home(body)}


def _team_url(body: Mapping[str, Any]) -> str:
    """Where the team lives, as a payload about one of its messages says it."""
    domain = str((body.get("team") or {}).get("domain") or "")
    return f"https://{domain}.slack.com/" if domain.replace("-", "").isalnum() else ""


def _reacted_in(event: Mapping[str, Any]) -> str | None:
    """The channel of the message that somebody reacted to; None for any other event."""
    item = event.get("item")
    return str(item.get("channel") or "") or None if isinstance(item, Mapping) else None


def _value(pressed: Mapping[str, Any]) -> str:
    """What the pressed element says: a button's value, a chosen option's, a picked date's."""
    option = pressed.get("selected_option")
    if isinstance(option, Mapping):
        return str(option.get("value") or "")
    for held in ("value", "selected_date", "selected_time", "selected_user"):
        if pressed.get(held):
            return str(pressed[held])
    return ""


def _notes(view: Mapping[str, Any]) -> Mapping[str, Any]:
    written = view.get("private_metadata")
    if not written:
        return {}
    notes = json.loads(written)
    return notes if isinstance(notes, dict) else {}


def _place(payload: Mapping[str, Any], event: Mapping[str, Any] | None) -> Mapping[str, Any]:
    """Where on the Home tab the person is: as the tab itself says, or the form that was opened from it."""
    view = (payload if event is None else event).get("view") or {}
    notes = _notes(view)
    place = notes if view.get("type") == "home" else notes.get("place")
    return place if isinstance(place, Mapping) else {}


def _body(message: Message) -> dict[str, Any]:
    body: dict[str, Any] = {"text": message.text}
    if message.blocks:
        body["blocks"] = [dict(block) for block in message.blocks]
    return body
