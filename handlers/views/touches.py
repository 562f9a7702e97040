"""Touches: the form, the confirmation, and the questions that come up between what was typed and the book."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.domain.clients import NAME_LIMIT, Client, Contact, Status
from bot.domain.touches import MOST_CLIENTS, NOTE_LIMIT, STEP_LIMIT, Channel, Direction, Touch
from handlers import i18n
from handlers.answers import Block, Message, View
from handlers.i18n import Words
from handlers.views import complaints, concessions, parts, touch_actions

CHANNELS = {
    Channel.CALL: i18n.message("Call"),
    Channel.VISIT: i18n.message("Visit"),
    Channel.VIDEO: i18n.message("Video call"),
    Channel.MESSAGE: i18n.message("Message"),
    Channel.EMAIL: i18n.message("E-mail"),
    Channel.EVENT: i18n.message("Event"),
    Channel.GIFT: i18n.message("Gift"),
    Channel.OTHER: i18n.message("Other contact"),
}

DIRECTIONS = {
    Direction.TWO_WAY: i18n.message("we conversed"),
    Direction.INBOUND: i18n.message("we listened"),
    Direction.ANSWERED: i18n.message("we answered them"),
    Direction.OUTBOUND: i18n.message("we told them"),
}
"""Who spoke, within a line; `touch_actions.WHO_SPOKE` has the same words where they stand alone."""

USUAL = "usual"
"""The option of the form that leaves the direction to the note and the channel."""

COMPLAINT = "complaint"
"""The value of the box that says that the client complained."""

_NAME = 150
_NOTE_SHOWN = 300


@dataclass(frozen=True, slots=True)
class Fields:
    """What stands in the form when it opens. `clients` are ids and names; `day` and `at` are on the member's clock.

    `named` is a client's name as it was typed, which is not (yet) one of ours.
    """

    day: date
    at: time | None = None
    clients: tuple[tuple[int, str], ...] = ()
    named: str = ""
    channel: Channel | None = None
    direction: Direction | None = None
    contacts: tuple[int, ...] = ()
    new_contact: str = ""
    note: str = ""
    complaint: bool = False
    next_step: str = ""
    next_step_on: date | None = None


def form(
    fields: Fields,
    contacts: Sequence[Contact],
    words: Words,
    notes: Mapping[str, Any],
    *,
    changes: Sequence[str] = (),
    first: Sequence[Block] = (),
) -> View:
    """The form to log a touch, or to edit the one that `notes` name.

    `contacts` are the people known at the clients of `fields`. Notes with a ``text`` offer to take that text over.
    `changes` tell, a sentence each, how a touch was changed before; `first` stands above everything else.
    """
    editing = "touch" in notes
    blocks: list[Block] = [*first]
    if text := str(notes.get("text") or ""):
        preview = words.markup("*The message*\n{text}", text=parts.one_line(text, _NOTE_SHOWN))
        blocks.append(parts.section(parts.marked(preview)))
    blocks += [
        _client_field(fields, words, editing),
        _channel_field(fields, words),
        *_when_fields(fields, words),
    ]
    blocks += [*_contact_fields(fields, contacts, words), _direction_field(fields, words)]
    note = parts.text_input("note", fields.note, lines=True, limit=NOTE_LIMIT)
    blocks.append(parts.field("note", words.say("Note"), note, optional=True))
    step = parts.text_input("next_step", fields.next_step, limit=STEP_LIMIT)
    blocks.append(parts.field("next_step", words.say("Next step"), step, optional=True))
    step_on = parts.day_picker("next_step_on", fields.next_step_on)
    blocks.append(parts.field("next_step_on", words.say("Next step on"), step_on, optional=True))
    if text:
        take = parts.choice(words.say("Take over the text of the message into the note"), "text")
        box = parts.checkbox("takeover", [take])
        blocks.append(parts.field("takeover", words.say("Message"), box, optional=True))
    blocks.append(_complaint_field(fields, words))
    blocks += [parts.context(parts.plain(change)) for change in changes]
    return parts.modal(
        "touch.form",
        words.say("Edit a touch") if editing else words.say("Log a touch"),
        blocks,
        submit=words.say("Save") if editing else words.say("Log it"),
        close=words.say("Cancel"),
        notes=notes,
    )


def _client_field(fields: Fields, words: Words, editing: bool) -> Block:
    chosen = [parts.choice(name, str(client_id)) for client_id, name in fields.clients]
    placeholder = words.say("Type a name")
    if editing:  # a touch has one client
        element = parts.asking_select("touch.client", placeholder, next(iter(chosen), None))
    else:
        element = parts.asking_multi_select("touch.client", placeholder, chosen, most=MOST_CLIENTS)
    hint = words.say("You typed “{name}”.", name=parts.one_line(fields.named, _NAME)) if fields.named else ""
    label = words.say("Client") if editing else words.say("Client or clients")
    return parts.field("client", label, element, hint=hint, asks_at_once=True)


def _complaint_field(fields: Fields, words: Words) -> Block:
    told = words.say("Due within 3 working days until it is settled")
    box = parts.choice(words.say("The client complained"), COMPLAINT, told)
    ticked = [COMPLAINT] if fields.complaint else []
    element = parts.checkbox("complaint", [box], ticked)
    return parts.field("complaint", words.say("Complaint"), element, optional=True)


def _channel_field(fields: Fields, words: Words) -> Block:
    choices = [parts.choice(words.say(label), channel.value) for channel, label in CHANNELS.items()]
    element = parts.select("channel", choices, words.say("Choose one"), fields.channel)
    return parts.field("channel", words.say("How"), element)


def _direction_field(fields: Fields, words: Words) -> Block:
    choices = [
        parts.choice(
            words.say("As usual"),
            USUAL,
            words.say("By the words of the note, else as is usual for how you spoke"),
        ),
        *(
            parts.choice(words.say(label), direction.value)
            for direction, label in touch_actions.WHO_SPOKE.items()
        ),
    ]
    element = parts.select("direction", choices, words.say("Choose one"), fields.direction or USUAL)
    return parts.field("direction", words.say("Who spoke"), element, optional=True)


def _when_fields(fields: Fields, words: Words) -> list[Block]:
    return [
        parts.field("day", words.say("Day"), parts.day_picker("day", fields.day)),
        parts.field(
            "time",
            words.say("Time"),
            parts.time_picker("time", fields.at),
            optional=True,
            hint=words.say("Left empty, only the day is noted."),
        ),
    ]


def _contact_fields(fields: Fields, contacts: Sequence[Contact], words: Words) -> list[Block]:
    blocks: list[Block] = []
    if fields.clients and contacts:
        names = dict(fields.clients) if len(fields.clients) > 1 else {}
        choices = [
            parts.choice(_contact_of(person, names.get(person.client_id), words), str(person.id))
            for person in contacts
        ]
        chosen = [str(contact_id) for contact_id in fields.contacts]
        element = parts.multi_select("contact", choices, words.say("Choose some"), chosen)
        # Other clients are another block: Slack would keep the people who were chosen for the last ones.
        blocks.append(
            parts.field(contact_block(fields.clients), words.say("With whom"), element, optional=True)
        )
    new = parts.text_input("new_contact", fields.new_contact, limit=NAME_LIMIT)
    blocks.append(parts.field("new_contact", words.say("With somebody new"), new, optional=True))
    return blocks


def contact_block(clients: Sequence[tuple[int, str]]) -> str:
    """The block that offers the people of these clients."""
    return "contact:" + "-".join(str(client_id) for client_id, _name in clients)


def _contact_of(person: Contact, client: str | None, words: Words) -> str:
    label = contact_label(person)
    return label if client is None else words.say("{person}, {client}", person=label, client=client)


def contact_label(contact: Contact) -> str:
    """A contact with the role, where it is known: ``Jane Smith (buyer)``."""
    return f"{contact.name} ({contact.role})" if contact.role else contact.name


# --- What was understood ----------------------------------------------------------------------------------


def confirmation(
    touch: Touch,
    client: Client,
    contacts: Sequence[Contact],
    words: Words,
    *,
    zone: ZoneInfo,
    now: datetime,
    due_on: date | None,
    owner: str | None,
    own: bool,
    again: bool = False,
    author: str | None = None,
    proposed: bool = False,
    concession: bool = False,
    more: Sequence[Block] = (),
    more_said: Sequence[str] = (),
) -> Message:
    """What was understood of a touch that stands in the book, with what one press changes of it.

    `due_on` is the day on which the client is due for who looks after it; `owner` is their name, said only when it
    is not the reader's `own`. `author` is who wrote the touch where that is somebody else. `proposed`: the note
    sounds like a complaint; `concession`: it speaks of one that the reader may enter. `more` are further blocks
    above the buttons, which `more_said` tells a screen reader.
    """
    name = parts.one_line(client.name, _NAME)
    title = words.say("Logged: {client}", client=name)
    if again and author:
        title = words.say(
            "Logged already by {author}: {client}", author=parts.one_line(author, _NAME), client=name
        )
    elif again:
        title = words.say("Logged already, and only once: {client}", client=name)
    lines = [
        understood(touch.channel, touch.direction, touch.at, touch.whole_day, contacts, words, zone, now),
        *_notes_on(client, due_on, words, now, owner, own),
        *complaints.on_touch(touch, client, proposed, words),
    ]
    if touch.next_step:
        lines.insert(1, next_step(touch.next_step, touch.next_step_on, words))
    note = parts.one_line(touch.note, _NOTE_SHOWN) if touch.note.strip() else ""
    said = [
        title,
        *lines[:1],
        *([words.say("Note: {note}", note=note)] if note else []),
        *lines[1:],
        *more_said,
    ]
    head = words.markup("*{title}*", title=title) + "\n" + i18n.escape(lines[0])
    if touch.link:
        head += " · " + link_to(touch.link, words)
    blocks: list[Block] = [parts.section(parts.marked(head))]
    if note:
        blocks.append(parts.section(parts.plain(note)))
    blocks += [
        parts.context(parts.plain(" ".join(lines[1:]))),
        *more,
    ]
    open_complaint = client.complaint_at is not None
    settle = [complaints.settle(client.id, client.name, words)] if open_complaint else []
    if not (again and author):  # what a colleague logged is theirs to change
        blocks.append(
            parts.actions(
                touch_actions.who_spoke(touch, words),
                touch_actions.undo(touch.id, name, words),
                touch_actions.edit(touch.id, name, words),
                complaints.mark(touch, words, primary=proposed),
                *settle,
                *([concessions.touch_button(client.id, name, touch.id, words)] if concession else []),
            )
        )
    return parts.told("\n".join(said), blocks)


def link_to(link: str, words: Words) -> str:
    """A link to the message that a touch was taken from, as markup."""
    return words.markup("<{link}|the message>", link=link)


def next_step(step: str, on: date | None, words: Words) -> str:
    """What comes next, in one line of plain text."""
    text = parts.one_line(step, _NAME)
    if on is None:
        return words.say("Next step: {text}.", text=text)
    return words.say("Next step: {text}, by {day}.", text=text, day=words.weekday(on))


def understood(
    channel: Channel,
    direction: Direction,
    at: datetime,
    whole_day: bool,
    contacts: Sequence[Contact],
    words: Words,
    zone: ZoneInfo,
    now: datetime,
) -> str:
    """A touch in one line of plain text: how, in which direction, when, with whom."""
    known = [
        words.say(CHANNELS[channel]),
        words.say(DIRECTIONS[direction]),
        when(at, whole_day, words, zone, now),
    ]
    if contacts:
        people = words.listed([parts.one_line(contact.name, _NAME) for contact in contacts])
        known.append(words.say("with {people}", people=people))
    return " · ".join(known)


def when(at: datetime, whole_day: bool, words: Words, zone: ZoneInfo, now: datetime) -> str:
    """A moment as the reader would say it: today and yesterday by name, the year only if it is another."""
    local, today = at.astimezone(zone), now.astimezone(zone).date()
    day = local.date()
    if day == today:
        named = words.say("today")
    elif day == today - timedelta(days=1):
        named = words.say("yesterday, {day}", day=words.weekday(day))
    elif day.year == today.year:
        named = words.weekday(day)
    else:
        named = words.day(day)
    return named if whole_day else words.say("{day}, {time}", day=named, time=words.time(at, zone))


def _notes_on(
    client: Client, due_on: date | None, words: Words, now: datetime, owner: str | None, own: bool
) -> list[str]:
    lines = [due(client, due_on, words, now)]
    if not own and owner is None:
        lines.append(words.say("Nobody looks after this client yet."))
    elif not own:
        lines.append(words.say("This client is looked after by {owner}.", owner=owner))
    return lines


def due(client: Client, due_on: date | None, words: Words, now: datetime) -> str:
    """When the client should hear from us next, in one sentence of plain text; `due_on` is the owner's day."""
    if client.status is Status.ON_HOLD:
        return words.say("On hold: nobody is reminded of it.")
    if client.due_at is None or due_on is None:
        return words.say("No next contact is planned.")
    if client.due_at <= now:
        return words.say("A contact is due now.")
    return words.say("Next contact by {day}.", day=words.weekday(due_on))


def taken_back(client: str, draft_id: int, words: Words) -> Message:
    """After Undo: what was taken back, and the way to log it again."""
    return parts.stated(
        words.say(
            "Taken back: the touch with {client} counts no more.", client=parts.one_line(client, _NAME)
        ),
        parts.actions(draft_button(words.say("Log again"), draft_id)),
    )


# --- Questions --------------------------------------------------------------------------------------------


def which_client(
    name: str,
    choices: Sequence[tuple[int, str]],
    draft_id: int,
    typed: str,
    words: Words,
    *,
    several: bool = False,
) -> Message:
    """One client or several are near the typed name, which may be one of `several`."""
    question = asked_which(name, choices, words)
    names = words.listed([parts.one_line(choice[1], _NAME) for choice in choices], "or")
    buttons = [
        parts.button(label, f"touch.candidate:{client_id}", parts.value_of(draft=draft_id, client=client_id))
        for client_id, label in choices
    ]
    buttons.append(_add_button(name, draft_id, words))
    buttons += _without_buttons(name, draft_id, words, several)
    buttons.append(draft_button(words.say("None of these"), draft_id))
    asked = _of_several(question, several, words)
    return question_of(asked, [asked, names], typed, words, parts.actions(*buttons))


def _of_several(question: str, several: bool, words: Words) -> str:
    if not several:
        return question
    return f"{question} " + words.say("The others are clear: all are logged together once you have answered.")


def _without_buttons(name: str, draft_id: int, words: Words, several: bool) -> list[parts.Element]:
    if not several:
        return []
    label = words.say("Log without “{name}”", name=parts.one_line(name, 40))
    return [parts.button(label, "touch.without", parts.value_of(draft=draft_id))]


def asked_which(name: str, choices: Sequence[tuple[int, str]], words: Words) -> str:
    """The question which of the clients near a typed name is meant, or whether the only one is."""
    short = parts.one_line(name, _NAME)
    if len(choices) == 1:
        return words.say(
            "I know no client called “{name}”. Do you mean {client}?",
            name=short,
            client=parts.one_line(choices[0][1], _NAME),
        )
    return words.say("Which client do you mean by “{name}”?", name=short)


def unknown_client(name: str, draft_id: int, typed: str, words: Words, *, several: bool = False) -> Message:
    """No client is near the typed name, which may be one of `several`."""
    short = parts.one_line(name, _NAME)
    question = words.say("I know no client called “{name}”. Nothing is logged yet.", name=short)
    question = _of_several(question, several, words)
    add = _add_button(name, draft_id, words, primary=True)
    rest = _without_buttons(name, draft_id, words, several)
    buttons = parts.actions(add, *rest, draft_button(words.say("Choose another"), draft_id))
    return question_of(question, [question], typed, words, buttons)


def still_to_come(
    at: datetime,
    whole_day: bool,
    draft_id: int,
    typed: str,
    words: Words,
    zone: ZoneInfo,
    now: datetime,
) -> Message:
    """The date that was read lies ahead; a touch is something that has happened."""
    question = words.say(
        "I read the date as {when}, which is still to come. Nothing is logged yet.",
        when=when(at, whole_day, words, zone, now),
    )
    as_now = parts.button(
        words.say("It already happened: log it as now"), "touch.as_now", parts.value_of(draft=draft_id)
    )
    plan = parts.button(
        words.say("Enter it as a meeting"), "meeting.from_touch", parts.value_of(draft=draft_id)
    )
    buttons = parts.actions(as_now, plan, draft_button(words.say("Change the date"), draft_id))
    return question_of(question, [question], typed, words, buttons)


def not_logged(sentence: str, draft_id: int, typed: str, words: Words) -> Message:
    """Something stands in the way, said by `sentence`; what was typed is repeated, and the form offered."""
    buttons = parts.actions(draft_button(words.say("Open the form"), draft_id))
    return question_of(sentence, [sentence], typed, words, buttons)


def question_of(question: str, lines: Sequence[str], typed: str, words: Words, buttons: Block) -> Message:
    repeated: list[Block] = []
    said = list(lines)
    if typed:
        label = words.say("You typed:")
        repeated = [parts.context(parts.plain(label)), *parts.quoted(typed)]
        said += [label, typed]
    return parts.told("\n".join(said), [*parts.stated_blocks(question), *repeated, buttons])


def _add_button(name: str, draft_id: int, words: Words, *, primary: bool = False) -> parts.Element:
    label = words.say("Add “{name}” as a client", name=parts.one_line(name, 40))
    return parts.button(label, "touch.add_client", parts.value_of(draft=draft_id), primary=primary)


def draft_button(label: str, draft_id: int) -> parts.Element:
    return parts.button(label, "touch.from_draft", parts.value_of(draft=draft_id))
