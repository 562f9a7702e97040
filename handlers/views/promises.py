"""Promises: offered below a touch, as rows of a list, their forms, and what is said afterwards."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from bot.domain.clients import Client
from bot.domain.digest import Owed
from bot.domain.promises import REASON_LIMIT, TEXT_LIMIT, Kept, Promise
from handlers import i18n
from handlers.answers import Block, Message, View
from handlers.i18n import Words
from handlers.views import covers, parts

_NAME = 120
_TEXT = 160


@dataclass(frozen=True, slots=True)
class Offer:
    """Something a touch may have promised: its place in the draft, the words, the day, and whether it is confirmed.

    `client` names to whom, where several are asked about.
    """

    number: int
    text: str
    due_on: date | None
    promised: bool = False
    client: str = ""


def offer_blocks(
    offers: Sequence[Offer], draft_id: int, declined: Sequence[int], words: Words
) -> tuple[list[str], list[Block]]:
    """What was read as promises, as lines for the text of a message and as blocks; each is confirmed by a press."""
    lines: list[str] = []
    blocks: list[Block] = []
    for offer in offers:
        text = parts.one_line(offer.text, _TEXT)
        line = _offered(offer, text, words)
        lines.append(line)
        if offer.promised:
            blocks.append(parts.context(parts.plain(line)))
            continue
        value = parts.value_of(draft=draft_id, n=offer.number, no=list(declined) or None)
        buttons = [
            parts.button(
                words.say("Yes, a promise"),
                f"promise.yes:{offer.number}",
                value,
                primary=True,
                spoken=words.say("Yes, a promise: {text}", text=_short(offer)),
            ),
            parts.button(
                words.say("Change"),
                f"promise.change:{offer.number}",
                value,
                spoken=words.say("Change the promise: {text}", text=_short(offer)),
            ),
            parts.button(
                words.say("No"),
                f"promise.no:{offer.number}",
                value,
                spoken=words.say("No promise: {text}", text=_short(offer)),
            ),
        ]
        blocks += [parts.section(parts.plain(line)), parts.actions(*buttons)]
    return lines, blocks


def _short(offer: Offer) -> str:
    said = parts.one_line(offer.text, 30 if offer.client else 40)
    return f"{said} ({parts.one_line(offer.client, 20)})" if offer.client else said


def _offered(offer: Offer, text: str, words: Words) -> str:
    facts = {"text": text, "day": _day(offer.due_on, words), "client": parts.one_line(offer.client, 60)}
    if offer.promised:
        if offer.client:
            return words.say("✓ Promised to {client}: {text}, by {day}", **facts)
        return words.say("✓ Promised: {text}, by {day}", **facts)
    if offer.due_on is None:
        if offer.client:
            return words.say("A promise to {client}? {text} (no day named)", **facts)
        return words.say("A promise? {text} (no day named)", **facts)
    if offer.client:
        return words.say("A promise to {client}? {text}, by {day}", **facts)
    return words.say("A promise? {text}, by {day}", **facts)


def too_many_to_offer(texts: Sequence[str], words: Words) -> tuple[str, list[Block]]:
    """Promises to more clients than can be asked about one by one: said, with where each is noted."""
    shown = "; ".join(parts.one_line(text, 60) for text in texts[:5])
    line = words.say("Promises in it? Add each in the brief of its client: {promises}", promises=shown)
    return line, [parts.context(parts.plain(line))]


def _day(day: date | None, words: Words) -> str:
    return "" if day is None else words.weekday(day)


# --- Rows -------------------------------------------------------------------------------------------------


def row_blocks(
    rows: Sequence[Owed], words: Words, entry_id: int | None, *, of_one_client: bool = False
) -> list[Block]:
    """Promises with their buttons; `entry_id` names the digest they stand in, None stands for the Home tab.

    Where all are `of_one_client`, as in its brief, the client is neither named nor opened.
    """
    return [block for each in rows for block in row(each, words, entry_id, of_one_client=of_one_client)]


def row(
    row: Owed,
    words: Words,
    entry_id: int | None,
    *,
    of_one_client: bool = False,
    below: str = "",
    menu: parts.Element | None = None,
) -> list[Block]:
    """One promise with its buttons; `below` (plain text) stands under it, `menu` beside it."""
    name, text = parts.one_line(row.client, _NAME), parts.one_line(row.text, _TEXT)
    head = words.markup("*{client}* · {due}", client=name, due=due(row, words))
    said = f"{head}\n{i18n.escape(text)}"
    if of_one_client:
        said = words.markup("{text} · {due}", text=text, due=due(row, words))
    said = covers.marked_reason(said, row, words)
    if below:
        said += f"\n{i18n.escape(below)}"
    opener = parts.button(
        words.say("Open"),
        f"promise.open:{row.promise_id}",
        parts.value_of(promise=row.promise_id, client=row.client_id, entry=entry_id),
        spoken=words.say("Open the brief of {client}", client=parts.one_line(name, 40)),
    )
    value = parts.value_of(promise=row.promise_id, client=row.client_id, entry=entry_id)
    short = parts.one_line(row.text, 40)
    return [
        parts.section(parts.marked(said), menu),
        parts.actions(
            parts.button(
                words.say("Kept"),
                f"promise.kept:{row.promise_id}",
                value,
                spoken=words.say("Kept: {text}", text=short),
            ),
            parts.button(
                words.say("Move"),
                f"promise.move:{row.promise_id}",
                value,
                spoken=words.say("Move to another day: {text}", text=short),
            ),
            parts.button(
                words.say("Release"),
                f"promise.release:{row.promise_id}",
                value,
                spoken=words.say("Release, no longer wanted: {text}", text=short),
            ),
            *(() if of_one_client else (opener,)),
        ),
    ]


def line(row: Owed, words: Words) -> str:
    """A promise in one line of plain text, with its client."""
    client = parts.one_line(row.client, _NAME)
    if row.covering:
        client = words.say("{client} ({mark})", client=client, mark=covers.mark(row, words))
    return words.say(
        "{client}: {text} ({due})",
        client=client,
        text=parts.one_line(row.text, _TEXT),
        due=due(row, words),
    )


def due(row: Owed, words: Words) -> str:
    """When a promise is due, or for how long it has been, as a part of a sentence."""
    if row.late > 0:
        return words.count("overdue since yesterday", "overdue for {n} days", row.late)
    if row.late == 0:
        return words.say("due today")
    if row.late == -1:
        return words.say("due tomorrow")
    return words.say("due {day}", day=words.weekday(row.due_on))


def kept_line(kept: Kept, words: Words) -> str:
    """How many promises were kept, as a sentence; empty while all that were made are still open."""
    if not kept.kept and not kept.released:
        return ""
    said = words.count("{kept} of {n} promise kept", "{kept} of {n} promises kept", kept.made, kept=kept.kept)
    if kept.released:
        said = words.count(
            "{said}, {n} no longer wanted", "{said}, {n} no longer wanted", kept.released, said=said
        )
    return said


# --- Forms ------------------------------------------------------------------------------------------------


def form(
    client: str, text: str, day: date | None, words: Words, notes: Mapping[str, Any], *, callback_id: str
) -> View:
    """What was promised to a client, and by which day."""
    blocks: list[Block] = [
        *parts.stated_blocks(words.say("What you promised {client}.", client=parts.one_line(client, _NAME))),
        parts.field(
            "text", words.say("What"), parts.text_input("text", text, limit=TEXT_LIMIT), hint=_example(words)
        ),
        parts.field("day", words.say("By when"), parts.day_picker("day", day)),
    ]
    return parts.modal(
        callback_id,
        words.say("A promise"),
        blocks,
        submit=words.say("Save"),
        close=words.say("Cancel"),
        notes=notes,
    )


def _example(words: Words) -> str:
    return words.say("In a few words, such as “quote for 40 seats”.")


def move_form(promise: Promise, client: Client, words: Words, notes: Mapping[str, Any]) -> View:
    """Another day for a promise, and why."""
    return parts.modal(
        "promise.moved",
        words.say("Move a promise"),
        [
            *parts.stated_blocks(_named(promise, client, words)),
            parts.field("day", words.say("New day"), parts.day_picker("day", promise.due_on)),
            _reason(words, words.say("What the client was told, or why it takes longer.")),
        ],
        submit=words.say("Move"),
        close=words.say("Cancel"),
        notes=notes,
    )


def release_form(promise: Promise, client: Client, words: Words, notes: Mapping[str, Any]) -> View:
    """Why the client needs a promise no more."""
    return parts.modal(
        "promise.released",
        words.say("Release a promise"),
        [
            *parts.stated_blocks(_named(promise, client, words)),
            _reason(words, words.say("Such as: the client has changed plans and needs it no more.")),
        ],
        submit=words.say("Release"),
        close=words.say("Cancel"),
        notes=notes,
    )


def _reason(words: Words, hint: str) -> Block:
    element = parts.text_input("reason", limit=REASON_LIMIT)
    return parts.field("reason", words.say("Why"), element, hint=hint)


def _named(promise: Promise, client: Client, words: Words) -> str:
    return words.say(
        "{client}: {text}, by {day}.",
        client=parts.one_line(client.name, _NAME),
        text=parts.one_line(promise.text, _TEXT),
        day=words.weekday(promise.due_on),
    )


# --- What is said afterwards ------------------------------------------------------------------------------


def made(promise: Promise, client: Client, words: Words) -> Message:
    """A promise that has come into the book."""
    said = words.say(
        "Noted for {client}: {text}, by {day}. I remind you the day before.",
        client=parts.one_line(client.name, _NAME),
        text=parts.one_line(promise.text, _TEXT),
        day=words.weekday(promise.due_on),
    )
    return parts.stated(said)


def kept(promise: Promise, client: Client, words: Words, by: str = "") -> Message:
    """A promise that was kept; `by` names who had said so before."""
    facts = {
        "client": parts.one_line(client.name, _NAME),
        "text": parts.one_line(promise.text, _TEXT),
        "name": by,
    }
    said = words.say("Kept, for {client}: {text}.", **facts)
    if by:
        said = words.say("{name} had called it kept already, for {client}: {text}.", **facts)
    return parts.stated(said, _undo(promise, words))


def released(promise: Promise, client: Client, words: Words) -> Message:
    said = words.say(
        "Released, for {client}: {text}. It is no longer shown.",
        client=parts.one_line(client.name, _NAME),
        text=parts.one_line(promise.text, _TEXT),
    )
    return parts.stated(said, _undo(promise, words))


def moved(promise: Promise, client: Client, words: Words) -> Message:
    said = words.say(
        "Moved to {day}, for {client}: {text}.",
        day=words.weekday(promise.due_on),
        client=parts.one_line(client.name, _NAME),
        text=parts.one_line(promise.text, _TEXT),
    )
    return parts.stated(said)


def reopened(promise: Promise, client: Client, words: Words) -> Message:
    said = words.say(
        "Open again, for {client}: {text}, by {day}.",
        client=parts.one_line(client.name, _NAME),
        text=parts.one_line(promise.text, _TEXT),
        day=words.weekday(promise.due_on),
    )
    return parts.stated(said)


def _undo(promise: Promise, words: Words) -> Block:
    return parts.actions(
        parts.button(words.say("Undo"), "promise.reopen", parts.value_of(promise=promise.id))
    )


def left_standing(promises: Sequence[Promise], words: Words) -> tuple[str, list[Block]]:
    """What a touch promised stays when the touch is taken back: said, with a button to release each."""
    said = words.count(
        "{n} promise made in it still stands. Release it if it was none.",
        "{n} promises made in it still stand. Release those that were none.",
        len(promises),
    )
    buttons = [
        parts.button(
            words.say("Release: {text}", text=parts.one_line(promise.text, 50)),
            f"promise.release:{promise.id}",
            parts.value_of(promise=promise.id),
        )
        for promise in promises[:5]
    ]
    return said, [*parts.stated_blocks(said), parts.actions(*buttons)]


def unclear(typed: str, client: str, draft_id: int, words: Words) -> Message:
    """A typed promise without a day: the form asks for it."""
    said = words.say(
        "By which day did you promise {client}: {text}?",
        client=parts.one_line(client, _NAME),
        text=parts.one_line(typed, _TEXT),
    )
    button = parts.button(
        words.say("Choose the day"), "promise.from_draft", parts.value_of(draft=draft_id), primary=True
    )
    return parts.stated(said, parts.actions(button))
