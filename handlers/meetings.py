"""Meetings: written to the bot, typed behind a client's name, entered in a form; listed, moved, cancelled."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from typing import Any

from bot.domain.refusals import Refusal
from bot.services import clients as client_services
from bot.services import drafts
from bot.services import meetings as services
from bot.services import touches as touch_services
from handlers import forms, origins, refusals
from handlers.answers import Answer, FormErrors, Message, Options, Post, Say, View
from handlers.ask import Ask, Routes
from handlers.parsing.meetings import WORDS, read_meeting, read_time
from handlers.views import clients as client_views
from handlers.views import meetings as views

__all__ = ["LIST_WORDS", "WORDS", "listed", "register", "typed_after_name", "written"]

LIST_WORDS = frozenset({"meetings", "meeting", "réunions", "reunions", "rdv", "rendez-vous"})
"""What follows ``/rapport`` where one's own meetings are asked for."""
KIND = "meeting"

_FIELD_OF = {
    "client.gone": "client",
    "meeting.past": "day",
    "meeting.too_far": "day",
    "meeting.note_too_long": "note",
}
"""At which field of the form a refusal is shown."""


def register(routes: Routes) -> None:
    routes.action("meeting.open_form", open_form)
    routes.action("meeting.from_draft", from_draft)
    routes.action("meeting.from_touch", from_touch)
    routes.action("meeting.candidate", candidate)
    routes.option("meeting.client", suggest)
    routes.view("meeting.form", submitted)
    routes.action("meeting.list", list_again)
    routes.action("meeting.cancel", cancel)
    routes.action("meeting.move", move)
    routes.view("meeting.moved", moved)


# --- Entering one -----------------------------------------------------------------------------------------


def written(ask: Ask) -> Answer | None:
    """A message to the bot that speaks of a meeting: entered, or asked about; None when it speaks of none."""
    known = ask.house, ask.actor
    read = read_meeting(ask.text, ask.reader, lambda words: client_services.leading_name(*known, list(words)))
    if read is None:
        return None
    at = None if read.at is None else read.at.astimezone(UTC)
    return Post(_outcome(ask, read.client, at, read.day, read.note, _key(ask)))


def typed_after_name(ask: Ask, client_id: int, text: str) -> Answer:
    """``/client Acme meeting tomorrow 15:00``: entered at once; what is missing is asked for."""
    at, day, note = read_time(text, ask.reader)
    if at is None:
        return _form(ask, client_id, at, day, note)
    return Say(_outcome(ask, client_id, at.astimezone(UTC), day, note, _key(ask)))


def _outcome(
    ask: Ask, client: int | str, at: datetime | None, day: date | None, note: str, key: str
) -> Message:
    """Enter the meeting: what was understood, or the question that stands in the way."""
    note = " ".join(note.split())
    if at is None or client == "":
        draft = _set_aside(ask, client, at, day, note)
        name = client if isinstance(client, str) else ""
        return views.unclear(name, draft, ask.words)
    try:
        entered = services.enter(ask.house, ask.actor, client, at, key, note=note)
    except Refusal as refusal:
        draft = _set_aside(ask, client, at, day, note)
        match refusal.code, refusal.facts.get("choices"):
            case "client.ambiguous", tuple(choices):
                return views.which_client(str(refusal.facts["name"]), choices, draft, ask.words)
            case code, _ if code.startswith(("client.", "meeting.")):
                return views.in_the_way(refusals.text(refusal, ask.words), draft, ask.words)
        raise
    return _said(ask, entered)


def _said(ask: Ask, entered: services.Entered) -> Message:
    return views.entered(
        entered.meeting, entered.client, ask.words, zone=ask.zone, now=ask.now, again=entered.again
    )


def _set_aside(ask: Ask, client: int | str, at: datetime | None, day: date | None, note: str) -> int:
    facts = {
        "client": client,
        "at": None if at is None else at.isoformat(),
        "day": None if day is None else day.isoformat(),
        "note": note,
    }
    return drafts.keep(ask.house, ask.actor, KIND, facts)


def _key(ask: Ask) -> str:
    return f"meeting:{ask.key}"[:64]


def candidate(ask: Ask) -> Answer:
    """One of several clients was meant."""
    facts = forms.carried(ask)
    draft_id = forms.number(facts.get("draft"))
    kept: Mapping[str, Any] = drafts.kept(ask.house, ask.actor, KIND, draft_id)
    client, at, key = forms.number(facts.get("client")), _moment(kept["at"]), f"meeting:draft:{draft_id}"
    return origins.put(ask, _outcome(ask, client, at, _day(kept["day"]), str(kept["note"]), key))


def from_draft(ask: Ask) -> Answer:
    """What was set aside, as a form to put right."""
    kept: Mapping[str, Any] = drafts.kept(
        ask.house, ask.actor, KIND, forms.number(forms.carried(ask).get("draft"))
    )
    return _form(ask, kept["client"], _moment(kept["at"]), _day(kept["day"]), str(kept["note"]), replace=True)


def from_touch(ask: Ask) -> Answer:
    """A touch that is still to come: the form for the meeting that it is."""
    draft = touch_services.resume(ask.house, ask.actor, forms.number(forms.carried(ask).get("draft")))
    at = None if draft.whole_day else draft.at
    day = None if draft.at is None else ask.member.calendar.local_date(draft.at)
    people = ", ".join(each for each in draft.contacts if isinstance(each, str))
    note = ": ".join(part for part in (people, draft.note) if part)
    return _form(ask, draft.client, at, day, note, replace=True)


def open_form(ask: Ask) -> Answer:
    """**Enter a meeting** in the brief, or with no client from the list."""
    said = forms.carried(ask).get("client")
    return _form(ask, "" if said is None else forms.number(said), None, None, "")


def _form(
    ask: Ask, client: int | str, at: datetime | None, day: date | None, note: str, *, replace: bool = False
) -> Answer:
    notes = origins.of_press(ask, replace=replace).notes()
    local = None if at is None else at.astimezone(ask.zone)
    chosen, named = None, ""
    if isinstance(client, int):
        found, _ = client_services.contacts_of(ask.house, ask.actor, client)
        chosen = (found.id, found.name)
    elif client.strip():
        named = client
        near = client_services.type_ahead(ask.house, ask.actor, client)
        chosen = (near[0].client_id, near[0].name) if len(near) == 1 else None
    shown = views.form(
        ask.words,
        notes,
        client=chosen,
        named=named,
        day=local.date() if local is not None else day or ask.member.calendar.local_date(ask.now),
        at=None if local is None else local.time(),
        note=note,
    )
    return origins.form(ask, shown)


def suggest(ask: Ask) -> Answer:
    found = client_services.type_ahead(ask.house, ask.actor, ask.value)
    return Options(client_views.suggestions(found, ask.words))


def submitted(ask: Ask) -> Answer:
    """The form was sent: enter the meeting."""
    state, words = ask.state or {}, ask.words
    client, entered = forms.chosen(state, "client"), _entered_time(ask)
    errors = entered.errors if isinstance(entered, FormErrors) else {}
    if client is None:
        errors = {**errors, "client": words.say("Choose a client.")}
    if client is None or isinstance(entered, FormErrors):
        return FormErrors(errors)
    try:
        done = services.enter(
            ask.house,
            ask.actor,
            forms.number(client),
            entered,
            _key(ask),
            note=forms.written(state, "note"),
        )
    except Refusal as refusal:
        return forms.at_field(ask, refusal, _FIELD_OF)
    return origins.finish(ask, _said(ask, done))


def _entered_time(ask: Ask) -> datetime | FormErrors:
    state = ask.state or {}
    day, at = forms.day(state, "day"), forms.clock_time(state, "time")
    errors = {}
    if day is None:
        errors["day"] = ask.words.say("Choose a day.")
    if at is None:
        errors["time"] = ask.words.say("Choose a time.")
    return FormErrors(errors) if day is None or at is None else _on_clock(ask, day, at)


def _on_clock(ask: Ask, day: date, at: time) -> datetime:
    return ask.member.calendar.at(day, at)


def _moment(said: str | None) -> datetime | None:
    return None if said is None else datetime.fromisoformat(said).astimezone(UTC)


def _day(said: str | None) -> date | None:
    return None if said is None else date.fromisoformat(said)


# --- One's own --------------------------------------------------------------------------------------------


def listed(ask: Ask) -> Answer:
    """``/rapport meetings``: one's own meetings ahead."""
    return Say(_list(ask))


def list_again(ask: Ask) -> Answer:
    return origins.tell(ask, _list(ask))


def _list(ask: Ask) -> Message:
    found = [(each.meeting, each.client) for each in services.ahead(ask.house, ask.actor)]
    return views.listed(found, ask.words, zone=ask.zone, now=ask.now)


def cancel(ask: Ask) -> Answer:
    """It does not take place."""
    done = services.cancel(ask.house, ask.actor, _pressed(forms.carried(ask)))
    return origins.put(ask, views.cancelled(done.meeting, done.client, ask.words, zone=ask.zone, now=ask.now))


def move(ask: Ask) -> Answer:
    """The form for another time."""
    found = services.own(ask.house, ask.actor, _pressed(forms.carried(ask)))
    notes = origins.of_press(ask, replace=True).notes(meeting=found.meeting.id)
    return origins.form(ask, _move_form(ask, found, notes))


def _move_form(ask: Ask, found: services.Entered, notes: Mapping[str, Any]) -> View:
    return views.move_form(found.meeting, found.client, ask.words, notes, zone=ask.zone)


def moved(ask: Ask) -> Answer:
    """The form was sent: put the meeting there."""
    at = _entered_time(ask)
    if isinstance(at, FormErrors):
        return at
    try:
        done = services.move(ask.house, ask.actor, _pressed(ask.notes or {}), at)
    except Refusal as refusal:
        return forms.at_field(ask, refusal, _FIELD_OF)
    return origins.finish(
        ask, views.entered(done.meeting, done.client, ask.words, zone=ask.zone, now=ask.now, moved=True)
    )


def _pressed(facts: Mapping[str, Any]) -> int:
    return forms.number(facts.get("meeting"))
