"""Meetings: what was understood, the form, one's own list, and the brief before one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.domain.briefs import Reminder
from bot.domain.clients import Client
from bot.domain.meetings import BRIEF_BEFORE, NOTE_LIMIT, Meeting
from handlers.answers import Block, Message, View
from handlers.i18n import Words
from handlers.views import briefs, parts, touches

_NAME = 120
_NOTE = 200


def when(at: datetime, words: Words, zone: ZoneInfo, now: datetime) -> str:
    """A moment to come as the reader would say it: today and tomorrow by name."""
    local, today = at.astimezone(zone), now.astimezone(zone).date()
    if local.date() == today + timedelta(days=1):
        return words.say("{day}, {time}", day=words.say("tomorrow"), time=words.time(at, zone))
    return touches.when(at, False, words, zone, now)


def entered(
    meeting: Meeting,
    client: Client,
    words: Words,
    *,
    zone: ZoneInfo,
    now: datetime,
    again: bool = False,
    moved: bool = False,
) -> Message:
    """A meeting that stands in the book, with what can be done about it."""
    facts = {
        "client": parts.one_line(client.name, _NAME),
        "when": when(meeting.at, words, zone, now),
    }
    said = words.say("Meeting with {client}: {when}.", **facts)
    if again:
        said = words.say("Entered already, and only once: meeting with {client}, {when}.", **facts)
    elif moved:
        said = words.say("Moved: meeting with {client}, {when}.", **facts)
    minutes = int(BRIEF_BEFORE.total_seconds()) // 60
    sent = words.say("I send you the brief {minutes} minutes before.", minutes=minutes)
    if meeting.at - now <= BRIEF_BEFORE:
        sent = words.say("I send you the brief right away.")
    said = f"{said} {sent}"
    note = parts.one_line(meeting.note, _NOTE) if meeting.note.strip() else ""
    lines = [said, *([words.say("Note: {note}", note=note)] if note else [])]
    blocks: list[Block] = [*parts.stated_blocks(said), *([parts.context(parts.plain(note))] if note else [])]
    return parts.told("\n".join(lines), [*blocks, parts.actions(*_buttons(meeting, client, words))])


def _buttons(meeting: Meeting, client: Client, words: Words) -> list[parts.Element]:
    short, value = parts.one_line(client.name, 40), parts.value_of(meeting=meeting.id, client=client.id)
    return [
        parts.button(
            words.say("Move"),
            f"meeting.move:{meeting.id}",
            value,
            spoken=words.say("Move the meeting with {client}", client=short),
        ),
        parts.button(
            words.say("Cancel it"),
            f"meeting.cancel:{meeting.id}",
            value,
            spoken=words.say("Cancel the meeting with {client}", client=short),
        ),
        parts.button(
            words.say("Open"),
            f"client.open:{meeting.id}",
            value,
            spoken=words.say("Open the brief of {client}", client=short),
        ),
    ]


def cancelled(meeting: Meeting, client: Client, words: Words, *, zone: ZoneInfo, now: datetime) -> Message:
    return parts.stated(
        words.say(
            "Cancelled: meeting with {client}, {when}. No brief is sent.",
            client=parts.one_line(client.name, _NAME),
            when=when(meeting.at, words, zone, now),
        )
    )


def listed(
    meetings: Sequence[tuple[Meeting, Client]], words: Words, *, zone: ZoneInfo, now: datetime
) -> Message:
    """One's own meetings ahead, the earliest first."""
    enter = parts.actions(parts.button(words.say("Enter a meeting"), "meeting.open_form"))
    if not meetings:
        return parts.stated(
            words.say(
                "You have entered no meeting. Write to me “meeting with Acme tomorrow 15:00”, "
                "and I send you the brief before it."
            ),
            enter,
        )
    title = words.count("{n} meeting ahead", "{n} meetings ahead", len(meetings))
    lines, blocks = [title], [parts.header(title)]
    for meeting, client in meetings:
        name, at = parts.one_line(client.name, _NAME), when(meeting.at, words, zone, now)
        note = parts.one_line(meeting.note, _NOTE) if meeting.note.strip() else ""
        lines.append(words.say("{when}: {client}", when=at, client=name))
        said = words.markup("*{client}*\n{when}", client=name, when=at)
        if note:
            said = words.markup("*{client}*\n{when} · {note}", client=name, when=at, note=note)
        blocks += [parts.section(parts.marked(said)), parts.actions(*_buttons(meeting, client, words))]
    return parts.told("\n".join(lines), [*blocks, enter])


# --- Questions and forms ----------------------------------------------------------------------------------


def unclear(client: str, draft_id: int, words: Words) -> Message:
    """With whom or when is not said: the form asks."""
    said = words.say("With whom do you meet, and when? Nothing is entered yet.")
    if client.strip():
        said = words.say(
            "At what time do you meet {client}? Nothing is entered yet.", client=parts.one_line(client, _NAME)
        )
    return parts.stated(said, parts.actions(_open(words, draft_id)))


def in_the_way(sentence: str, draft_id: int, words: Words) -> Message:
    """Something stands in the way, said by `sentence`; the form offers to put it right."""
    return parts.stated(sentence, parts.actions(_open(words, draft_id)))


def which_client(name: str, choices: Sequence[tuple[int, str]], draft_id: int, words: Words) -> Message:
    question = touches.asked_which(name, choices, words)
    buttons = [
        parts.button(
            label, f"meeting.candidate:{client_id}", parts.value_of(draft=draft_id, client=client_id)
        )
        for client_id, label in choices
    ]
    names = words.listed([parts.one_line(each[1], _NAME) for each in choices], "or")
    blocks = [*parts.stated_blocks(question), parts.actions(*buttons, _open(words, draft_id, primary=False))]
    return parts.told(f"{question}\n{names}", blocks)


def _open(words: Words, draft_id: int, *, primary: bool = True) -> parts.Element:
    value = parts.value_of(draft=draft_id)
    return parts.button(words.say("Open the form"), "meeting.from_draft", value, primary=primary)


def form(
    words: Words,
    notes: Mapping[str, Any],
    *,
    client: tuple[int, str] | None,
    named: str,
    day: date,
    at: time | None,
    note: str,
) -> View:
    """With whom, when, and what about. `named` is a name as it was typed, which is not (yet) one of ours."""
    chosen = None if client is None else parts.choice(parts.one_line(client[1], parts.CHOICE), str(client[0]))
    hint = words.say("You typed “{name}”.", name=parts.one_line(named, _NAME)) if named else ""
    picker = parts.asking_select("meeting.client", words.say("Type a name"), chosen)
    blocks = [
        parts.field("client", words.say("Client"), picker, hint=hint),
        *_when_fields(day, at, words),
        parts.field(
            "note",
            words.say("About"),
            parts.text_input("note", note, limit=NOTE_LIMIT),
            optional=True,
            hint=words.say("Only you read it, with the brief."),
        ),
    ]
    return parts.modal(
        "meeting.form",
        words.say("A meeting"),
        blocks,
        submit=words.say("Enter"),
        close=words.say("Close"),
        notes=notes,
    )


def move_form(
    meeting: Meeting, client: Client, words: Words, notes: Mapping[str, Any], *, zone: ZoneInfo
) -> View:
    local = meeting.at.astimezone(zone)
    said = words.say("Another time for the meeting with {client}.", client=parts.one_line(client.name, _NAME))
    return parts.modal(
        "meeting.moved",
        words.say("Move a meeting"),
        [*parts.stated_blocks(said), *_when_fields(local.date(), local.time(), words)],
        submit=words.say("Move"),
        close=words.say("Close"),
        notes=notes,
    )


def _when_fields(day: date, at: time | None, words: Words) -> list[Block]:
    return [
        parts.field("day", words.say("Day"), parts.day_picker("day", day)),
        parts.field("time", words.say("Time"), parts.time_picker("time", at)),
    ]


# --- Before a meeting -------------------------------------------------------------------------------------


def reminder(told: Reminder, words: Words, *, zone: ZoneInfo) -> Message:
    """The brief before a meeting; of a colleague's client only whom to ask."""
    title = words.say(
        "You meet {client} at {time}.",
        client=parts.one_line(told.client, _NAME),
        time=words.time(told.at, zone),
    )
    if told.note.strip():
        title = f"{title} " + words.say("Note: {note}", note=parts.one_line(told.note, _NOTE))
    if told.brief is not None:
        return briefs.pushed(told.brief, words, zone=zone, now=told.said_at, title=title)
    closed = words.say("Nobody looks after this client yet.")
    if told.owner is not None:
        closed = words.say(
            "{owner} looks after this client, and its history is for them and their lead. Ask {owner} before you go.",
            owner=told.owner,
        )
    return parts.stated(f"{title}\n{closed}")
