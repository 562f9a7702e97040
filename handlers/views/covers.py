"""Covers: the question to a colleague, what became of it, the forms, and the part of settings about them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from bot.domain.absences import Span
from bot.domain.covers import NOTE_LIMIT, CoverSheet, CoverState
from bot.domain.digest import Owed, Row
from bot.domain.standing import Standing
from handlers import i18n
from handlers.answers import Block, Message, View
from handlers.i18n import Words
from handlers.views import declining, parts

NAME = 80
_CLIENTS = 5
"""Clients that are named in one sentence."""
SPANS = 3
"""Parts of a gap that are named in one sentence."""
_SHOWN = 10
"""Covers of each side that settings list."""


def mark(row: Row | Owed, words: Words) -> str:
    """Whose client a row is about, where the reader covers for a colleague; empty for the reader's own."""
    if not row.covering:
        return ""
    return words.say(
        "covering for {name} until {day}",
        name=parts.one_line(row.covering, NAME),
        day=words.weekday(date.fromisoformat(row.covering_until)),
    )


def button(client_id: int, client: str, words: Words, entry_id: int | None = None) -> parts.Element:
    """Asks a colleague to see to a client."""
    return parts.button(
        words.say("Cover"),
        f"cover.ask:{client_id}",
        parts.value_of(client=client_id, entry=entry_id),
        spoken=words.say("Ask a colleague to cover {client}", client=parts.one_line(client, 40)),
    )


def _about(sheet: CoverSheet, words: Words, reader_id: int | None) -> str:
    """Which clients a cover is about, as a part of a sentence."""
    meant = len(sheet.cover.client_ids)
    if not meant and reader_id == sheet.cover.owner_id:
        return words.say("your whole book")
    if not meant:
        return words.say("the whole book of {owner}", owner=parts.one_line(sheet.owner, NAME))
    names = [parts.one_line(name, NAME) for _, name in sheet.clients[:_CLIENTS]]
    if meant > len(names):
        names.append(words.count("{n} more client", "{n} more clients", meant - len(names)))
    return words.listed(names)


def span(first: date, last: date, words: Words) -> str:
    """From when to when, as a part of a sentence."""
    if first == last:
        return words.say("on {day}", day=words.weekday(first))
    return words.say("from {first} to {last}", first=words.weekday(first), last=words.weekday(last))


def spans(gaps: Sequence[Span], words: Words) -> str:
    """As `span`, of several."""
    named = [span(first, last, words) for first, last in gaps[:SPANS]]
    if len(gaps) > SPANS:
        named.append(words.count("{n} more time", "{n} more times", len(gaps) - SPANS))
    return words.listed(named)


def facts_of(sheet: CoverSheet, words: Words, reader_id: int | None = None) -> dict[str, str]:
    """What the sentences about a cover say of it; `reader_id` is who reads them, where that may be the owner."""
    return {
        "owner": parts.one_line(sheet.owner, NAME),
        "colleague": parts.one_line(sheet.colleague, NAME),
        "asker": parts.one_line(sheet.asker, NAME),
        "clients": _about(sheet, words, reader_id),
        "days": span(sheet.cover.first, sheet.cover.last, words),
    }


# --- The question -----------------------------------------------------------------------------------------


def question(sheet: CoverSheet, words: Words) -> Message:
    """A colleague is asked to cover, or what has become of the question since."""
    facts, cover = facts_of(sheet, words), sheet.cover
    asked = words.say("{owner} asks you to cover {days}: {clients}.", **facts)
    if cover.asked_by != cover.owner_id and sheet.asker:
        asked = words.say("{asker} asks you to cover for {owner} {days}: {clients}.", **facts)
    elif cover.asked_by is None:
        asked = words.say("You are asked to cover for {owner} {days}: {clients}.", **facts)
    lines = [asked]
    if cover.note:
        lines.append(words.say("Note: {note}", note=parts.one_line(cover.note, NOTE_LIMIT)))
    blocks: list[Block] = [parts.section(parts.plain("\n".join(lines)))]
    standing = _standing(sheet, words)
    if standing:
        lines.append(standing)
        blocks.append(parts.section(parts.plain(standing)))
    if cover.state is CoverState.ASKED and not sheet.over:
        explained = words.say(
            "Meanwhile these clients stand in your morning message and on your Home tab, and you may read them and log "
            "for them. It ends by itself."
        )
        blocks += [parts.context(parts.plain(explained)), parts.actions(*_answers(sheet, words))]
    elif cover.state is CoverState.ACCEPTED and not sheet.over:
        blocks.append(parts.actions(_ender(sheet, words, mine=True)))
    return parts.told("\n".join(lines), blocks)


def _standing(sheet: CoverSheet, words: Words) -> str:
    """What has become of a question, for the colleague who was asked; empty while it is open."""
    match sheet.cover.state:
        case CoverState.ACCEPTED if not sheet.over:
            return words.say("You cover. It ends by itself after {day}.", day=words.weekday(sheet.cover.last))
        case CoverState.DECLINED:
            return words.say("You said no: {reason}", reason=sheet.cover.reason)
        case CoverState.ENDED:
            return words.say("This is settled: nothing is asked of you any more.")
        case _ if sheet.over:
            return words.say("These days have passed.")
        case _:
            return ""


def _answers(sheet: CoverSheet, words: Words) -> list[parts.Element]:
    value, owner = parts.value_of(cover=sheet.cover.id), parts.one_line(sheet.owner, 40)
    return [
        parts.button(
            words.say("Accept"),
            f"cover.accept:{sheet.cover.id}",
            value,
            primary=True,
            spoken=words.say("Accept to cover for {owner}", owner=owner),
        ),
        parts.button(
            words.say("Decline"),
            f"cover.decline:{sheet.cover.id}",
            value,
            spoken=words.say("Decline to cover for {owner}", owner=owner),
        ),
    ]


def _ender(sheet: CoverSheet, words: Words, *, mine: bool) -> parts.Element:
    """Gives a cover back (`mine`: the reader covers), or takes it back."""
    value = parts.value_of(cover=sheet.cover.id)
    if mine:
        owner = parts.one_line(sheet.owner, 40)
        spoken = words.say("Stop covering for {owner}", owner=owner)
        return parts.button(words.say("Stop covering"), f"cover.end:{sheet.cover.id}", value, spoken=spoken)
    colleague = parts.one_line(sheet.colleague, 40)
    spoken = words.say("Take back the cover by {colleague}", colleague=colleague)
    return parts.button(words.say("Take back"), f"cover.end:{sheet.cover.id}", value, spoken=spoken)


def news(sheet: CoverSheet, by: str, reader_id: int, words: Words) -> Message:
    """What became of a cover, for who did not bring it about: `by` did."""
    facts = {**facts_of(sheet, words, reader_id), "by": parts.one_line(by, NAME)}
    match sheet.cover.state:
        case CoverState.ACCEPTED:
            said = words.say("{colleague} covers {days}: {clients}. It ends by itself.", **facts)
        case CoverState.DECLINED:
            said = words.say(
                "{colleague} cannot cover {clients} {days}: {reason}", **facts, reason=sheet.cover.reason
            )
        case _:
            said = words.say("{by} has ended the cover by {colleague} {days}: {clients}.", **facts)
    again = sheet.cover.state is not CoverState.ACCEPTED and reader_id != sheet.cover.colleague_id
    if again and len(sheet.clients) == 1 and not sheet.over:
        number, name = sheet.clients[0]
        ask = parts.button(
            words.say("Ask somebody else"),
            f"cover.ask:{number}",
            parts.value_of(client=number),
            spoken=words.say("Ask somebody else to cover {client}", client=parts.one_line(name, 40)),
        )
        return parts.stated(said, parts.actions(ask))
    return parts.stated(said)


def asked(sheet: CoverSheet, reader_id: int, words: Words) -> Message:
    """Said to who asked: whom, and for what."""
    facts = facts_of(sheet, words, reader_id)
    return parts.stated(
        words.say("I ask {colleague} to cover {days}: {clients}. You hear what they say.", **facts)
    )


def ended(sheet: CoverSheet, reader_id: int, words: Words) -> Message:
    facts = facts_of(sheet, words, reader_id)
    return parts.stated(words.say("The cover by {colleague} {days} has ended: {clients}.", **facts))


# --- Forms ------------------------------------------------------------------------------------------------


def ask_form(
    client: str,
    owner: str | None,
    colleague: parts.Element | None,
    until: date,
    words: Words,
    notes: Mapping[str, Any],
) -> View:
    """Who is to see to a client, until when, and what they should know; `owner` where it is not the reader."""
    name = parts.one_line(client, NAME)
    intro = words.say(
        "A colleague sees to {client} for some days. Its time goes on as if you did it yourself.", client=name
    )
    if owner is not None:
        intro = words.say(
            "A colleague sees to {client} for {owner} for some days. Its time goes on as before.",
            client=name,
            owner=parts.one_line(owner, NAME),
        )
    hint = words.say("The client’s backup is proposed. They say yes or no, and you hear of it.")
    return colleague_form("cover.ask", intro, hint, colleague, until, words, notes)


def colleague_form(
    callback: str,
    intro: str,
    hint: str,
    colleague: parts.Element | None,
    until: date,
    words: Words,
    notes: Mapping[str, Any],
) -> View:
    """Who is asked, until when, and what they should know: fields ``colleague``, ``until`` and ``note``."""
    blocks: list[Block] = [
        *parts.stated_blocks(intro),
        parts.field(
            "colleague",
            words.say("Who"),
            parts.asking_select("people.choose", words.say("Type a name"), colleague),
            hint=hint,
        ),
        parts.field(
            "until",
            words.say("Until and including"),
            parts.day_picker("until", until),
            hint=words.say("It ends by itself on the day after."),
        ),
        parts.field(
            "note",
            words.say("What they should know"),
            parts.text_input("note", limit=NOTE_LIMIT),
            optional=True,
        ),
    ]
    return parts.modal(
        callback,
        words.say("Ask for cover"),
        blocks,
        submit=words.say("Ask"),
        close=words.say("Cancel"),
        notes=notes,
    )


def decline_form(sheet: CoverSheet, words: Words, notes: Mapping[str, Any]) -> View:
    asked = words.say("{owner} asks you to cover {days}: {clients}.", **facts_of(sheet, words))
    why = ("reason", words.say("Why not"), words.say("They read it and can ask somebody else."))
    typed = parts.text_input("reason", limit=NOTE_LIMIT)
    return declining.form("cover.decline", asked, why, typed, words, notes)


# --- Settings ---------------------------------------------------------------------------------------------


def settings_blocks(standing: Standing, words: Words) -> list[Block]:
    """Whom a member covers and who covers them, with what can be done about it; nothing where nobody does."""
    blocks: list[Block] = []
    if standing.covering:
        blocks.append(parts.section(parts.marked(words.markup("*Whom I cover*"))))
        blocks += _listed(standing.covering, words, mine=True)
    if standing.covered:
        blocks.append(parts.section(parts.marked(words.markup("*Who covers me*"))))
        blocks += _listed(standing.covered, words, mine=False)
    return blocks


def _listed(sheets: Sequence[CoverSheet], words: Words, *, mine: bool) -> list[Block]:
    blocks: list[Block] = []
    for sheet in sheets[:_SHOWN]:
        said = "\n".join(filter(None, [_line(sheet, words, mine=mine), away(sheet, words, mine=mine)]))
        if mine and sheet.cover.state is CoverState.ASKED:
            blocks += [parts.section(parts.plain(said)), parts.actions(*_answers(sheet, words))]
        else:
            blocks.append(parts.section(parts.plain(said), _ender(sheet, words, mine=mine)))
    if len(sheets) > _SHOWN:
        more = words.count("and {n} later", "and {n} later", len(sheets) - _SHOWN)
        blocks.append(parts.context(parts.plain(more)))
    return blocks


def _line(sheet: CoverSheet, words: Words, *, mine: bool) -> str:
    facts = facts_of(sheet, words, None if mine else sheet.cover.owner_id)
    if mine and sheet.cover.state is CoverState.ASKED:
        return words.say("You are asked to cover for {owner} {days}: {clients}.", **facts)
    if mine:
        return words.say("You cover for {owner} {days}: {clients}.", **facts)
    if sheet.cover.state is CoverState.ASKED:
        return words.say("{colleague} is asked to cover {days}, and has not answered: {clients}.", **facts)
    return words.say("{colleague} covers {days}: {clients}. It ends by itself.", **facts)


def away(sheet: CoverSheet, words: Words, *, mine: bool) -> str:
    """On which days of an agreed cover the colleague is away (`mine`: the reader is); empty where on none."""
    gaps = sheet.cover.gaps(sheet.cover.first, sheet.cover.last)
    if sheet.cover.state is not CoverState.ACCEPTED or not gaps:
        return ""
    said = {**facts_of(sheet, words), "gaps": spans(gaps, words)}
    if mine:
        return words.say("You are away {gaps}: then they go back to {owner}.", **said)
    return words.say("{colleague} is away {gaps}: then they come back to you.", **said)


def asked_for_leave(asked: Sequence[CoverSheet], words: Words) -> str:
    """Whom I ask to cover during a leave, in a sentence; empty for nobody."""
    if not asked:
        return ""
    names = words.listed([parts.one_line(sheet.colleague, NAME) for sheet in asked])
    return words.say("I ask {names} to cover meanwhile.", names=names)


def marked_reason(said: str, row: Row | Owed, words: Words) -> str:
    """A row's text (markup) with, on a line of its own, whose client it is where the reader covers for a colleague."""
    mark_of = mark(row, words)
    return f"{said}\n_{i18n.escape(mark_of)}_" if mark_of else said
