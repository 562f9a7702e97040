"""Touches: typed, as a form, from a message; undone and edited."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from typing import Any

from bot.domain.clients import Contact
from bot.domain.contacts import meant
from bot.domain.lookup import choose
from bot.domain.refusals import Refusal
from bot.domain.touches import Channel, Direction, Touch, TouchDraft
from bot.services import book
from bot.services import clients as client_services
from bot.services import touches as services
from bot.services.touches import Logged
from handlers import clients, dates, forms, offers, origins, parsing, refusals
from handlers.answers import Answer, FormErrors, Message, OpenForm, Say, UpdateForm
from handlers.ask import Ask, Routes
from handlers.help import HELP_WORDS
from handlers.origins import Origin
from handlers.parsing.next_steps import next_step_in
from handlers.views import clients as client_views
from handlers.views import help as help_views
from handlers.views import touches as views
from handlers.views.touches import Fields

_TAKEN_OVER = 2200
"""Characters, as JSON, of a message that a form keeps in its notes; what else it notes needs room as well."""

_FIELD_OF = {
    "client.gone": "client",
    "client.missing": "client",
    "contact.gone": "contact",
    "touch.future": "day",
    "touch.too_old": "day",
    "touch.note_too_long": "note",
}
"""At which field of the form a refusal is shown."""

_TYPED_SUBJECTS = ("client.", "contact.", "touch.")
"""Refusals about what was typed, as opposed to who typed it or the bot's own health."""


def register(routes: Routes) -> None:
    routes.command("/client-touch", typed)
    routes.shortcut("touch_form", open_form)
    routes.shortcut("touch_from_message", from_message)
    routes.action("touch.open_form", open_form)
    routes.action("touch.client", client_chosen)
    routes.option("touch.client", clients.suggest)
    routes.view("touch.form", submitted)
    routes.action("client.log", log_from_brief)
    routes.action("touch.undo", undo)
    routes.action("touch.edit", edit)
    routes.action("touch.candidate", candidate)
    routes.action("touch.as_now", as_now)
    routes.action("touch.from_draft", from_draft)
    routes.action("touch.add_client", add_client)
    routes.view("touch.client_added", client_added)


# --- Typed ------------------------------------------------------------------------------------------------


def typed(ask: Ask) -> Answer:
    """``/client-touch``: log what the text says; ask when it does not say it clearly; without a text, the form."""
    text = ask.text.strip()
    if not text:
        return open_form(ask)
    if text.casefold() in HELP_WORDS:
        return Say(help_views.message(ask.member, ask.words))
    try:
        draft, ahead = _read(ask, text)
    except parsing.ParseComplaint as complaint:
        return Say(_not_logged(ask, complaint, TouchDraft(client="", note=text), text))
    if not draft.client:
        return OpenForm(_form_of(ask, draft, Origin(reply_to=ask.reply_to).notes()))
    return Say(_still_to_come(ask, draft, text) if ahead else outcome(ask, draft, ask.key, text))


def _read(ask: Ask, text: str) -> tuple[TouchDraft, bool]:
    """The draft that a text comes to, and whether its date lies ahead."""
    read = parsing.read_touch(text, ask.reader, _names_known_to(ask))
    step = next_step_in(read.note, ask.reader)
    draft = TouchDraft(
        client=read.client,
        channel=read.channel,
        direction=read.direction,
        contact=read.contact,
        at=None if read.when is None else read.when.when.start.astimezone(UTC),
        whole_day=read.when is not None and read.when.when.precision == "day",
        note=read.note if step is None else step.note,
        next_step="" if step is None else step.text,
        next_step_on=None if step is None else step.on,
    )
    return draft, read.when.future if read.when is not None else _is_a_plan(ask, read)


def _names_known_to(ask: Ask) -> parsing.LeadingName:
    """Asks the book how many leading words name a client; the same words once, for a parser asks again."""

    @cache
    def known(words: tuple[str, ...]) -> int:
        return client_services.leading_name(ask.house, ask.actor, words)

    return lambda words: known(tuple(words))


def _is_a_plan(ask: Ask, read: parsing.TypedTouch) -> bool:
    """Whether a text tells of something still to come: no manner of contact, and a note with a day ahead in it."""
    if read.channel is not None or not read.note:
        return False
    try:
        found = dates.find_date(read.note, now=ask.now, zone=ask.zone, locale=ask.member.locale)
    except dates.DateError:
        return False
    return found is not None and found.future


def outcome(ask: Ask, draft: TouchDraft, key: str, text: str = "") -> Message:
    """Log a draft: the confirmation, or the question that stands in the way. `text` is what was typed, to repeat it."""
    try:
        logged = services.log(ask.house, ask.actor, draft, key)
        return offers.below(ask, confirmed(ask, logged), logged.touch)
    except Refusal as refusal:
        if not refusal.code.startswith(_TYPED_SUBJECTS):
            raise
        return _question(ask, refusal, draft, text)


def _question(ask: Ask, refusal: Refusal, draft: TouchDraft, text: str) -> Message:
    name = str(refusal.facts.get("name"))
    match refusal.code, refusal.facts.get("choices"):
        case "client.ambiguous", tuple(choices):
            return views.which_client(name, choices, _set_aside(ask, draft), text, ask.words)
        case "client.unknown", _:
            return views.unknown_client(name, _set_aside(ask, draft), text, ask.words)
        case "touch.future", _:
            return _still_to_come(ask, draft, text)
        case _:
            return _not_logged(ask, refusal, draft, text)


def _still_to_come(ask: Ask, draft: TouchDraft, text: str) -> Message:
    at = draft.at or ask.now
    return views.still_to_come(
        at, draft.whole_day, _set_aside(ask, draft), text, ask.words, ask.zone, ask.now
    )


def _not_logged(ask: Ask, refusal: Refusal, draft: TouchDraft, text: str) -> Message:
    return views.not_logged(refusals.text(refusal, ask.words), _set_aside(ask, draft), text, ask.words)


def _set_aside(ask: Ask, draft: TouchDraft) -> int:
    return services.set_aside(ask.house, ask.actor, draft)


def confirmed(ask: Ask, logged: Logged) -> Message:
    """What was understood of a touch that stands in the book."""
    care = book.care_of(ask.house, ask.actor, logged.client)
    return views.confirmation(
        logged.touch,
        logged.client,
        logged.contacts,
        ask.words,
        zone=ask.zone,
        now=ask.now,
        due_on=care.due_on,
        owner=care.owner,
        own=logged.client.owner_id == ask.member.id,
        again=logged.again,
    )


# --- Answers to questions ---------------------------------------------------------------------------------


def candidate(ask: Ask) -> Answer:
    """One of several clients was meant."""
    draft_id, draft = _resumed(ask)
    chosen = replace(draft, client=forms.number(forms.carried(ask).get("client")))
    return origins.put(ask, outcome(ask, chosen, _key_of(draft_id)))


def as_now(ask: Ask) -> Answer:
    """A date that seemed to lie ahead: it has just happened."""
    draft_id, draft = _resumed(ask)
    return origins.put(ask, outcome(ask, replace(draft, at=None, whole_day=False), _key_of(draft_id)))


def from_draft(ask: Ask) -> Answer:
    """What was set aside, as a form to put right."""
    draft_id, draft = _resumed(ask)
    notes = origins.of_press(ask, replace=True).notes(draft=draft_id)
    return origins.form(ask, _form_of(ask, draft, notes))


def add_client(ask: Ask) -> Answer:
    """The client was not known: the form to add it; the touch follows."""
    draft_id, draft = _resumed(ask)
    name = draft.client if isinstance(draft.client, str) else ""
    notes = origins.of_press(ask, replace=True).notes(draft=draft_id)
    explanation = ask.words.say("Your touch is logged as soon as the client is in the book.")
    return origins.form(
        ask,
        client_views.add_form(
            name, ask.words, notes, callback_id="touch.client_added", explanation=explanation
        ),
    )


def client_added(ask: Ask) -> Answer:
    """The client that a touch waited for comes into the book, and the touch with it."""
    draft_id = forms.number((ask.notes or {}).get("draft"))
    draft = services.resume(ask.house, ask.actor, draft_id)
    added = clients.add_from_form(ask)
    if isinstance(added, FormErrors):
        return added
    return origins.finish(ask, outcome(ask, replace(draft, client=added.id), _key_of(draft_id)))


def _resumed(ask: Ask) -> tuple[int, TouchDraft]:
    draft_id = forms.number(forms.carried(ask).get("draft"))
    return draft_id, services.resume(ask.house, ask.actor, draft_id)


def _key_of(draft_id: int) -> str:
    """A draft is logged once, whichever of its buttons is pressed, and however often."""
    return f"draft:{draft_id}"


# --- The form ---------------------------------------------------------------------------------------------


def open_form(ask: Ask) -> Answer:
    """The empty form."""
    return OpenForm(views.form(_blank(ask), (), ask.words, origins.of_press(ask).notes()))


def log_from_brief(ask: Ask) -> Answer:
    """The form with the client of the brief, which stays as it is."""
    return form_for(ask, forms.number(forms.carried(ask).get("client")), origins.of_press(ask))


def form_for(ask: Ask, client_id: int, origin: Origin) -> Answer:
    """The form with a client chosen. Raises Refusal ``client.gone``."""
    client, contacts = client_services.contacts_of(ask.house, ask.actor, client_id)
    fields = replace(_blank(ask), client=(client.id, client.name))
    return OpenForm(views.form(fields, contacts, ask.words, origin.notes()))


def from_message(ask: Ask) -> Answer:
    """The form with the day and time of a message, whose text is taken over only if its author ticks a box."""
    said = ask.payload["message"]
    local = datetime.fromtimestamp(float(said["ts"]), UTC).astimezone(ask.zone)
    fields = Fields(day=local.date(), at=local.time().replace(second=0, microsecond=0))
    fields = replace(fields, channel=Channel.MESSAGE)
    notes = Origin(reply_to=ask.reply_to).notes(text=_fitting(parsing.plain(str(said.get("text") or ""))))
    return OpenForm(views.form(fields, (), ask.words, notes))


def _fitting(text: str) -> str | None:
    """As much of a text as the notes of a form can keep; None when there is none."""
    while len(json.dumps(text, ensure_ascii=False)) > _TAKEN_OVER:
        text = text[: len(text) * 9 // 10].rstrip("…") + "…"
    return text.strip() or None


def client_chosen(ask: Ask) -> Answer:
    """A client was chosen in the open form: show it again with the people known there."""
    fields = _entered(ask)
    contacts: Sequence[Contact] = ()
    if fields.client is not None:
        client, contacts = client_services.contacts_of(ask.house, ask.actor, fields.client[0])
        fields = replace(fields, client=(client.id, client.name))
    return UpdateForm(views.form(fields, contacts, ask.words, ask.notes or {}))


def submitted(ask: Ask) -> Answer:
    """The form was sent: log the touch, or change the one being edited."""
    draft, errors = _draft_entered(ask)
    if errors:
        return FormErrors(errors)
    try:
        logged = _logged_from_form(ask, draft)
    except Refusal as refusal:
        if refusal.code not in _FIELD_OF:
            raise
        return FormErrors({_field(ask, _FIELD_OF[refusal.code]): refusals.text(refusal, ask.words)})
    return origins.finish(ask, offers.below(ask, confirmed(ask, logged), logged.touch))


def _logged_from_form(ask: Ask, draft: TouchDraft) -> Logged:
    notes = ask.notes or {}
    if "touch" in notes:
        return services.change(ask.house, ask.actor, forms.number(notes.get("touch")), draft)
    # A modal keeps its id while it shows one form after another: a draft has a name of its own.
    key = _key_of(forms.number(notes.get("draft"))) if "draft" in notes else ask.key
    return services.log(ask.house, ask.actor, draft, key)


def _blank(ask: Ask) -> Fields:
    return Fields(day=ask.now.astimezone(ask.zone).date())


def _form_of(ask: Ask, draft: TouchDraft, notes: Mapping[str, Any]) -> Mapping[str, Any]:
    """A draft as a form, with its client and contact chosen where what was typed is clear.

    Words for a contact who is not clear go into the note, as they do when it is logged.
    """
    fields = _blank(ask)
    contacts: Sequence[Contact] = ()
    if draft.at is not None:
        local = draft.at.astimezone(ask.zone)
        fields = replace(fields, day=local.date(), at=None if draft.whole_day else local.time())
    client_id = _clear_client(ask, draft)
    if client_id is not None:
        client, contacts = client_services.contacts_of(ask.house, ask.actor, client_id)
        fields = replace(fields, client=(client.id, client.name))
    contact, unclear = draft.contact, ""
    if isinstance(contact, str):
        known = meant(contacts, contact)
        contact, unclear = (None, contact.strip()) if known is None else (known.id, "")
    fields = replace(
        fields,
        named=draft.client if client_id is None and isinstance(draft.client, str) else "",
        channel=draft.channel,
        direction=draft.direction,
        contact=contact,
        new_contact=draft.new_contact,
        note=": ".join(part for part in (unclear, draft.note) if part),
        next_step=draft.next_step,
        next_step_on=draft.next_step_on,
    )
    return views.form(fields, contacts, ask.words, notes)


def _clear_client(ask: Ask, draft: TouchDraft) -> int | None:
    """The client of a draft, by id or as it was typed; None when there is none or when it has to be asked about."""
    if isinstance(draft.client, int):
        return draft.client
    if not draft.client.strip():
        return None
    found = choose(client_services.type_ahead(ask.house, ask.actor, draft.client)).client
    return None if found is None else found.client_id


def _entered(ask: Ask) -> Fields:
    """What stands in the open form, as far as it has been filled in."""
    state = ask.state or {}
    client, channel, direction = (forms.chosen(state, name) for name in ("client", "channel", "direction"))
    contact = forms.chosen(state, "contact")
    # The person belongs to the client for whom the block was shown.
    of_client = forms.block_of(state, "contact") == f"contact:{client}"
    return Fields(
        day=forms.day(state, "day") or _blank(ask).day,
        at=forms.clock_time(state, "time"),
        client=None if client is None else (forms.number(client), forms.chosen_label(state, "client")),
        channel=None if channel is None else Channel(channel),
        direction=None if direction in (None, views.USUAL) else Direction(direction),
        contact=forms.number(contact) if contact is not None and of_client else None,
        new_contact=forms.written(state, "new_contact"),
        note=forms.written(state, "note"),
        next_step=forms.written(state, "next_step"),
        next_step_on=forms.day(state, "next_step_on"),
    )


def _draft_entered(ask: Ask) -> tuple[TouchDraft, dict[str, str]]:
    """The draft that a sent form comes to, and what is wrong with which field."""
    fields, words = _entered(ask), ask.words
    errors: dict[str, str] = {}
    if fields.client is None:
        errors["client"] = words.say("Choose a client.")
    if fields.channel is None:
        errors["channel"] = words.say("Say how you were in touch.")
    if fields.contact is not None and fields.new_contact:
        errors["new_contact"] = words.say("Either choose somebody or name somebody new, not both.")
    if fields.day > ask.now.astimezone(ask.zone).date():
        errors["day"] = words.say(
            "That day is still to come, and a touch is something that has happened. Choose an earlier one."
        )
    calendar = ask.member.calendar
    at = calendar.starts(fields.day) if fields.at is None else calendar.at(fields.day, fields.at)
    draft = TouchDraft(
        client="" if fields.client is None else fields.client[0],
        channel=fields.channel,
        direction=fields.direction,
        contact=fields.contact,
        new_contact=fields.new_contact,
        at=at,
        whole_day=fields.at is None,
        note=_note_entered(ask, fields.note),
        next_step=fields.next_step,
        next_step_on=fields.next_step_on,
    )
    return draft, errors


def _note_entered(ask: Ask, note: str) -> str:
    if "text" not in forms.ticked(ask.state or {}, "takeover"):
        return note
    taken = str((ask.notes or {}).get("text") or "")
    return "\n\n".join(part for part in (note, taken) if part)


def _field(ask: Ask, name: str) -> str:
    """The block of a field, or the client's where the form shows no such field."""
    block = forms.block_of(ask.state or {}, name)
    return block if block in (ask.state or {}) else "client"


# --- Undo and Edit ----------------------------------------------------------------------------------------


def undo(ask: Ask) -> Answer:
    """Take an own touch back, and keep what it said in case it is wanted after all."""
    undone = services.withdraw(ask.house, ask.actor, forms.number(forms.carried(ask).get("touch")))
    draft_id = _set_aside(ask, _draft_of(undone.touch))
    taken_back = views.taken_back(undone.client.name, draft_id, ask.words)
    return origins.put(ask, offers.left_standing(ask, taken_back, undone.touch))


def edit(ask: Ask) -> Answer:
    """An own touch as a form."""
    logged = services.of_author(ask.house, ask.actor, forms.number(forms.carried(ask).get("touch")))
    notes = origins.of_press(ask, replace=True).notes(touch=logged.touch.id)
    return origins.form(ask, _form_of(ask, _draft_of(logged.touch), notes))


def _draft_of(touch: Touch) -> TouchDraft:
    return TouchDraft(
        client=touch.client_id,
        channel=touch.channel,
        direction=touch.direction,
        contact=touch.contact_ids[0] if touch.contact_ids else None,
        at=touch.at,
        whole_day=touch.whole_day,
        note=touch.note,
        next_step=touch.next_step,
        next_step_on=touch.next_step_on,
    )
