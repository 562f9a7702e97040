"""Touches: typed, as a form, from a message; undone and edited."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from typing import Any

from bot.domain.contacts import meant
from bot.domain.logged import Logged
from bot.domain.refusals import Refusal
from bot.domain.touches import Channel, Direction, Touch, TouchDraft, message_of
from bot.services import clients as client_services
from bot.services import lookup
from bot.services import touches as services
from handlers import clients, dates, forms, offers, origins, parsing, refusals, responses, touch_lists
from handlers.answers import Answer, FormErrors, Message, OpenForm, Say, UpdateForm
from handlers.ask import Ask, Routes
from handlers.help import HELP_WORDS
from handlers.origins import Origin
from handlers.parsing.concession_words import speaks_of_concession
from handlers.parsing.next_steps import next_step_in
from handlers.views import clients as client_views
from handlers.views import help as help_views
from handlers.views import touch_groups as group_views
from handlers.views import touch_list as list_views
from handlers.views import touch_questions as question_views
from handlers.views import touches as views
from handlers.views.touches import Fields

LAST_WORDS = ("last", "mine", "derniers", "dernières", "les miens", "mes contacts")
"""What asks for one's own last touches, unless a client is called so."""

_CHANGES_SHOWN = 3

_FIELD_OF = {
    "client.gone": "client",
    "client.missing": "client",
    "contact.gone": "contact",
    "touch.future": "day",
    "touch.too_old": "day",
    "touch.note_too_long": "note",
    "touch.too_many": "client",
}
"""At which field of the form a refusal is shown."""

_TYPED_SUBJECTS = ("client.", "contact.", "touch.")
"""Refusals about what was typed, as opposed to who typed it or the bot's own health."""


def register(routes: Routes) -> None:
    routes.command("/client-touch", typed)
    routes.shortcut("touch_form", open_form)
    routes.action("touch.open_form", open_form)
    routes.action("touch.client", client_chosen)
    routes.option("touch.client", clients.suggest)
    routes.view("touch.form", submitted)
    routes.action("client.log", log_from_brief)
    routes.action("touch.undo", undo)
    routes.action("touch.edit", edit)
    routes.action("touch.undo_all", undo_all)
    routes.action("touch.more", more)
    routes.action("touch.candidate", candidate)
    routes.action("touch.without", without)
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
    if text.casefold() in LAST_WORDS and not client_services.leading_name(ask.house, ask.actor, (text,)):
        return Say(touch_lists.last_own(ask))
    try:
        draft, ahead = _read(ask, text)
    except parsing.ParseComplaint as complaint:
        return Say(_not_logged(ask, complaint, TouchDraft(client="", note=text), text))
    if not draft.client:
        return OpenForm(form_of(ask, draft, Origin(reply_to=ask.reply_to).notes()))
    return Say(_still_to_come(ask, draft, text) if ahead else outcome(ask, draft, ask.key, text))


def _read(ask: Ask, text: str) -> tuple[TouchDraft, bool]:
    """The draft that a text comes to, and whether its date lies ahead."""
    read = parsing.read_touch(text, ask.reader, _names_known_to(ask), _names_near_to(ask))
    step = next_step_in(read.note, ask.reader)
    draft = TouchDraft(
        client=read.client,
        also=read.also,
        channel=read.channel,
        direction=read.direction or parsing.guessed_direction(read.note, read.channel),
        contacts=read.people,
        at=None if read.when is None else _told_at(read.when.when, ask.now),
        whole_day=read.when is not None and read.when.when.precision == "day",
        note=read.note if step is None else step.note,
        next_step="" if step is None else step.text,
        next_step_on=None if step is None else step.on,
    )
    return draft, read.when.future if read.when is not None else _is_a_plan(ask, read)


def _told_at(when: dates.When, now: datetime) -> datetime:
    """The UTC moment that a date comes to; that of a part of a day ("this morning") is when it began."""
    if when.part is None:
        return when.start.astimezone(UTC)
    begun = when.start.replace(hour=when.part.hour, minute=when.part.minute).astimezone(UTC)
    return max(when.start.astimezone(UTC), min(begun, now))


def _names_known_to(ask: Ask) -> parsing.LeadingName:
    """Asks the book how many leading words name a client; the same words once, for a parser asks again."""

    @cache
    def known(words: tuple[str, ...]) -> int:
        return client_services.leading_name(ask.house, ask.actor, words, people=True)

    return lambda words: known(tuple(words))


def _names_near_to(ask: Ask) -> parsing.Near:
    """Asks the book whether a name is surely meant as a client of ours; only where it may be one of several."""
    return lambda name: client_services.is_near(ask.house, ask.actor, name)


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
        logged = services.log_all(ask.house, ask.actor, draft, key)
        return promising(ask, logged)
    except Refusal as refusal:
        if not refusal.code.startswith(_TYPED_SUBJECTS):
            raise
        return _question(ask, refusal, draft, text)


def _question(ask: Ask, refusal: Refusal, draft: TouchDraft, text: str) -> Message:
    name = str(refusal.facts.get("name"))
    match refusal.code, refusal.facts.get("choices"):
        case "client.ambiguous", tuple(choices):
            return views.which_client(
                name, choices, set_aside(ask, draft), text, ask.words, several=len(draft.clients) > 1
            )
        case "client.unknown", _:
            return views.unknown_client(
                name, set_aside(ask, draft), text, ask.words, several=len(draft.clients) > 1
            )
        case "touch.same", _:
            return question_views.same(
                refusal.facts, set_aside(ask, draft), text, ask.words, ask.zone, ask.now
            )
        case "touch.future", _:
            return _still_to_come(ask, draft, text)
        case _:
            return _not_logged(ask, refusal, draft, text)


def _still_to_come(ask: Ask, draft: TouchDraft, text: str) -> Message:
    at = draft.at or ask.now
    return views.still_to_come(at, draft.whole_day, set_aside(ask, draft), text, ask.words, ask.zone, ask.now)


def _not_logged(ask: Ask, refusal: Refusal, draft: TouchDraft, text: str) -> Message:
    return views.not_logged(refusals.text(refusal, ask.words), set_aside(ask, draft), text, ask.words)


def set_aside(ask: Ask, draft: TouchDraft) -> int:
    return services.set_aside(ask.house, ask.actor, draft)


def promising(ask: Ask, several: Sequence[Logged]) -> Message:
    """What was logged, with what the note seems to promise to each client, and what waits of each."""
    return responses.below(ask, offers.below(ask, confirmed(ask, several), several), several)


def confirmed(ask: Ask, several: Sequence[Logged]) -> Message:
    """What was logged, of one client or of several in one message."""
    if len(several) > 1:
        return group_views.confirmation(several, ask.member.id, ask.words, zone=ask.zone, now=ask.now)
    (logged,) = several
    return views.confirmation(
        logged.touch,
        logged.client,
        logged.contacts,
        ask.words,
        zone=ask.zone,
        now=ask.now,
        due_on=logged.due_on,
        owner=logged.owner,
        own=logged.client.owner_id == ask.member.id,
        again=logged.again,
        author=None if logged.touch.member_id == ask.member.id else logged.author,
        proposed=parsing.sounds_like_complaint(logged.touch.note),
        concession=logged.client.owner_id == ask.member.id and speaks_of_concession(logged.touch.note),
    )


# --- Answers to questions ---------------------------------------------------------------------------------


def candidate(ask: Ask) -> Answer:
    """One of several clients was meant by the name that was not clear; the others of the draft stay as they are."""
    draft_id, draft = _resumed(ask)
    chosen = forms.number(forms.carried(ask).get("client"))
    unclear = services.first_unclear(ask.house, ask.actor, draft)
    return origins.put(
        ask, outcome(ask, _with_client(draft, unclear, chosen, draft_id), key_of(draft_id, draft))
    )


def without(ask: Ask) -> Answer:
    """The unclear name among several was no client: it goes into the note, and the others are logged."""
    draft_id, draft = _resumed(ask)
    unclear = services.first_unclear(ask.house, ask.actor, draft)
    left = [client for client in draft.clients if client != unclear]
    if not left:
        return origins.form(
            ask, form_of(ask, draft, origins.of_press(ask, replace=True).notes(draft=draft_id))
        )
    note = ": ".join(part for part in (str(unclear), draft.note) if part)
    draft = replace(draft, client=left[0], also=tuple(left[1:]), note=note, begun=draft.begun or draft_id)
    return origins.put(ask, outcome(ask, draft, key_of(draft_id, draft)))


def _with_client(draft: TouchDraft, unclear: int | str, chosen: int, draft_id: int) -> TouchDraft:
    clients = [chosen if client == unclear else client for client in draft.clients]
    return replace(draft, client=clients[0], also=tuple(clients[1:]), begun=draft.begun or draft_id)


def as_now(ask: Ask) -> Answer:
    """A date that seemed to lie ahead: it has just happened."""
    draft_id, draft = _resumed(ask)
    draft = replace(draft, at=None, whole_day=False, begun=draft.begun or draft_id)
    return origins.put(ask, outcome(ask, draft, key_of(draft_id, draft)))


def from_draft(ask: Ask) -> Answer:
    """What was set aside, as a form to put right."""
    draft_id, draft = _resumed(ask)
    notes = origins.of_press(ask, replace=True).notes(draft=draft.begun or draft_id)
    return origins.form(ask, form_of(ask, draft, notes))


def add_client(ask: Ask) -> Answer:
    """The client was not known: the form to add it; the touch follows."""
    draft_id, draft = _resumed(ask)
    name = str(services.first_unclear(ask.house, ask.actor, draft))
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
    unclear = services.first_unclear(ask.house, ask.actor, draft)
    draft = _with_client(draft, unclear, added.id, draft_id)
    return origins.finish(ask, outcome(ask, draft, key_of(draft_id, draft)))


def _resumed(ask: Ask) -> tuple[int, TouchDraft]:
    draft_id = forms.number(forms.carried(ask).get("draft"))
    return draft_id, services.resume(ask.house, ask.actor, draft_id)


def key_of(draft_id: int, draft: TouchDraft | None = None) -> str:
    """A draft is logged once, whichever of its buttons is pressed, however often, and whatever else is asked first."""
    begun = draft_id if draft is None or draft.begun is None else draft.begun
    return f"draft:{begun}"


# --- The form ---------------------------------------------------------------------------------------------


def open_form(ask: Ask) -> Answer:
    """The empty form."""
    return OpenForm(views.form(blank(ask), (), ask.words, origins.of_press(ask).notes()))


def log_from_brief(ask: Ask) -> Answer:
    """The form with the client of the brief, which stays as it is."""
    return form_for(ask, forms.number(forms.carried(ask).get("client")), origins.of_press(ask))


def form_for(ask: Ask, client_id: int, origin: Origin) -> Answer:
    """The form with a client chosen. Raises Refusal ``client.gone``."""
    client, contacts = client_services.contacts_of(ask.house, ask.actor, client_id)
    fields = replace(blank(ask), clients=((client.id, client.name),))
    return OpenForm(views.form(fields, contacts, ask.words, origin.notes()))


def client_chosen(ask: Ask) -> Answer:
    """A client was chosen in the open form, or taken out: show it again with the people known at those chosen."""
    fields = _entered(ask)
    clients, contacts = client_services.people_at(ask.house, ask.actor, [one for one, _ in fields.clients])
    fields = replace(fields, clients=tuple((client.id, client.name) for client in clients))
    return UpdateForm(views.form(fields, contacts, ask.words, ask.notes or {}, changes=_changes(ask)))


def submitted(ask: Ask) -> Answer:
    """The form was sent: log the touches, or change the one being edited."""
    draft, errors = _draft_entered(ask)
    if errors:
        return FormErrors(errors)
    try:
        logged = _logged_from_form(ask, draft)
    except Refusal as refusal:
        if refusal.code == "touch.changed":
            return _changed_meanwhile(ask)
        if refusal.code == "touch.same":
            aside = set_aside(ask, draft)
            return origins.finish(
                ask, question_views.same(refusal.facts, aside, "", ask.words, ask.zone, ask.now)
            )
        if refusal.code not in _FIELD_OF:
            raise
        return FormErrors({_field(ask, _FIELD_OF[refusal.code]): refusals.text(refusal, ask.words)})
    return origins.finish(ask, promising(ask, logged))


def _logged_from_form(ask: Ask, draft: TouchDraft) -> Sequence[Logged]:
    notes = ask.notes or {}
    if "touch" in notes:
        touch_id, version = forms.number(notes["touch"]), notes.get("version")
        known = None if version is None else forms.number(version)
        return [services.change(ask.house, ask.actor, touch_id, draft, version=known)]
    # A modal keeps its id while it shows one form after another: a draft has a name of its own.
    key = key_of(forms.number(notes.get("draft"))) if "draft" in notes else ask.key
    return services.log_all(ask.house, ask.actor, draft, key)


def _changed_meanwhile(ask: Ask) -> Answer:
    """Somebody else changed the touch while it was open: show what they changed above what was entered."""
    notes = dict(ask.notes or {})
    touch_id = forms.number(notes.get("touch"))
    standing = services.to_edit(ask.house, ask.actor, touch_id)
    fields = _entered(ask)
    clients, contacts = client_services.people_at(ask.house, ask.actor, [one for one, _ in fields.clients])
    fields = replace(fields, clients=tuple((client.id, client.name) for client in clients))
    told = services.history(ask.house, ask.actor, touch_id, _CHANGES_SHOWN)
    first = list_views.changed_meanwhile(told, ask.words, ask.zone, ask.now)
    notes["version"] = standing.touch.version
    return UpdateForm(views.form(fields, contacts, ask.words, notes, changes=_changes(ask), first=first))


def _changes(ask: Ask) -> Sequence[str]:
    """How the touch that the form edits was changed before."""
    notes = ask.notes or {}
    if "touch" not in notes:
        return ()
    told = services.history(ask.house, ask.actor, forms.number(notes["touch"]), _CHANGES_SHOWN)
    return list_views.changes(told, ask.words, ask.zone, ask.now)


def blank(ask: Ask) -> Fields:
    return Fields(day=ask.now.astimezone(ask.zone).date())


def form_of(
    ask: Ask, draft: TouchDraft, notes: Mapping[str, Any], changes: Sequence[str] = ()
) -> Mapping[str, Any]:
    """A draft as a form, with its clients and contacts chosen where what was typed is clear.

    Words for a contact or a further client who is not clear go into the note, where nothing is lost.
    """
    fields = blank(ask)
    if draft.at is not None:
        local = draft.at.astimezone(ask.zone)
        fields = replace(fields, day=local.date(), at=None if draft.whole_day else local.time())
    clear = {client: _clear_client(ask, client) for client in draft.clients}
    ids = list(dict.fromkeys(one for one in clear.values() if one is not None))
    clients, contacts = client_services.people_at(ask.house, ask.actor, ids)
    unclear = [str(client) for client, one in clear.items() if one is None and str(client).strip()]
    chosen: list[int] = []
    left: list[str] = []
    for contact in draft.contacts:
        if isinstance(contact, int):
            chosen.append(contact)
        elif (known := meant(contacts, contact)) is not None:
            chosen.append(known.id)
        elif contact.strip():
            left.append(contact.strip())
    lost = [", ".join(unclear[1:]), ", ".join(left), draft.note]
    fields = replace(
        fields,
        clients=tuple((client.id, client.name) for client in clients),
        named=unclear[0] if unclear else "",
        channel=draft.channel,
        direction=draft.direction,
        contacts=tuple(chosen),
        new_contact=draft.new_contact,
        note=": ".join(part for part in lost if part),
        complaint=draft.complaint,
        next_step=draft.next_step,
        next_step_on=draft.next_step_on,
    )
    kept = {**notes, "link": draft.link, "message": draft.message, "apart": list(draft.apart) or None}
    return views.form(fields, contacts, ask.words, kept, changes=changes)


def _clear_client(ask: Ask, client: int | str) -> int | None:
    """A client by id or as it was typed; None when there is none or when it has to be asked about."""
    if isinstance(client, int):
        return client
    if not client.strip():
        return None
    found = lookup.choice(ask.house, ask.actor, client).client
    return None if found is None else found.client_id


def _entered(ask: Ask) -> Fields:
    """What stands in the open form, as far as it has been filled in."""
    state = ask.state or {}
    clients = tuple((forms.number(value), name) for value, name in forms.chosen_many(state, "client"))
    channel, direction = (forms.chosen(state, name) for name in ("channel", "direction"))
    # The people belong to the clients for whom the block was shown.
    of_clients = forms.block_of(state, "contact") == views.contact_block(clients)
    people = forms.chosen_many(state, "contact") if of_clients else []
    return Fields(
        day=forms.day(state, "day") or blank(ask).day,
        at=forms.clock_time(state, "time"),
        clients=clients,
        channel=None if channel is None else Channel(channel),
        direction=None if direction in (None, views.USUAL) else Direction(direction),
        contacts=tuple(forms.number(value) for value, _name in people),
        new_contact=forms.written(state, "new_contact"),
        note=forms.written(state, "note"),
        complaint=views.COMPLAINT in forms.ticked(state, "complaint"),
        next_step=forms.written(state, "next_step"),
        next_step_on=forms.day(state, "next_step_on"),
    )


def _draft_entered(ask: Ask) -> tuple[TouchDraft, dict[str, str]]:
    """The draft that a sent form comes to, and what is wrong with which field."""
    fields, words = _entered(ask), ask.words
    errors: dict[str, str] = {}
    if not fields.clients:
        errors["client"] = words.say("Choose a client.")
    if fields.channel is None:
        errors["channel"] = words.say("Say how you were in touch.")
    if fields.day > ask.now.astimezone(ask.zone).date():
        errors["day"] = words.say(
            "That day is still to come, and a touch is something that has happened. Choose an earlier one."
        )
    calendar = ask.member.calendar
    at = calendar.starts(fields.day) if fields.at is None else calendar.at(fields.day, fields.at)
    notes, note = ask.notes or {}, _note_entered(ask, fields.note)
    ids = [client_id for client_id, _name in fields.clients]
    draft = TouchDraft(
        client=ids[0] if ids else "",
        also=tuple(ids[1:]),
        channel=fields.channel,
        direction=fields.direction or parsing.guessed_direction(note, fields.channel),
        contacts=fields.contacts,
        new_contact=fields.new_contact,
        at=at,
        whole_day=fields.at is None,
        note=note,
        complaint=fields.complaint,
        link=_text_or_none(notes.get("link")),
        message=_text_or_none(notes.get("message")),
        apart=tuple(forms.number(touch_id) for touch_id in notes.get("apart") or ()),
        next_step=fields.next_step,
        next_step_on=fields.next_step_on,
    )
    return draft, errors


def _text_or_none(said: object) -> str | None:
    return said if isinstance(said, str) and said else None


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
    """Take a touch back, and keep what it said in case it is wanted after all."""
    touch_id = forms.number(forms.carried(ask).get("touch"))
    undone = services.withdraw(ask.house, ask.actor, touch_id)
    draft_id = set_aside(ask, draft_of(undone.touch))
    taken_back = views.taken_back(undone.client.name, draft_id, ask.words)
    return origins.put(ask, offers.left_standing(ask, taken_back, [undone.touch]))


def undo_all(ask: Ask) -> Answer:
    """Take back all that one submission logged and that still counts."""
    touch_id = forms.number(forms.carried(ask).get("touch"))
    several = services.together(ask.house, ask.actor, touch_id)
    left = [logged.touch for logged in several if logged.touch.withdrawn_at is None]
    undone = services.withdraw_all(ask.house, ask.actor, [touch.id for touch in left])
    if not undone:
        return origins.put(ask, confirmed(ask, several))
    clients = [logged.client.id for logged in undone]
    people = tuple(person.id for logged in undone for person in logged.contacts)
    draft = replace(draft_of(undone[0].touch), client=clients[0], also=tuple(clients[1:]), contacts=people)
    names = ask.words.listed([logged.client.name for logged in undone])
    taken_back = views.taken_back(names, set_aside(ask, draft), ask.words)
    return origins.put(ask, offers.left_standing(ask, taken_back, [logged.touch for logged in undone]))


def more(ask: Ask) -> Answer:
    """A touch's menu in a list: edit it, or take it back."""
    facts = forms.carried(ask)
    touch_id = forms.number(facts.get("touch"))
    if facts.get("do") == "edit":
        logged = services.to_edit(ask.house, ask.actor, touch_id)
        return origins.form(ask, edit_form(ask, logged, origins.of_press(ask).notes(touch=touch_id)))
    if facts.get("do") != "undo":
        raise Refusal("request.unknown")
    undone = services.withdraw(ask.house, ask.actor, touch_id)
    draft_id = set_aside(ask, draft_of(undone.touch))
    taken_back = views.taken_back(undone.client.name, draft_id, ask.words)
    return origins.tell(ask, offers.left_standing(ask, taken_back, [undone.touch]))


def edit(ask: Ask) -> Answer:
    """A touch as a form."""
    logged = services.to_edit(ask.house, ask.actor, forms.number(forms.carried(ask).get("touch")))
    notes = origins.of_press(ask, replace=True).notes(touch=logged.touch.id)
    return origins.form(ask, edit_form(ask, logged, notes))


def edit_form(ask: Ask, logged: Logged, notes: Mapping[str, Any]) -> Mapping[str, Any]:
    """The form that changes a touch, with how it was changed before; `notes` name the touch."""
    told = services.history(ask.house, ask.actor, logged.touch.id, _CHANGES_SHOWN)
    changes = list_views.changes(told, ask.words, ask.zone, ask.now)
    return form_of(ask, draft_of(logged.touch), {**notes, "version": logged.touch.version}, changes)


def draft_of(touch: Touch) -> TouchDraft:
    """What a touch says, to be logged anew or changed."""
    return TouchDraft(
        client=touch.client_id,
        channel=touch.channel,
        direction=touch.direction,
        contacts=touch.contact_ids,
        at=touch.at,
        whole_day=touch.whole_day,
        note=touch.note,
        complaint=touch.complaint,
        next_step=touch.next_step,
        next_step_on=touch.next_step_on,
        link=touch.link,
        message=message_of(touch.key),
    )
