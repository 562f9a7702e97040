"""The history of a client in words: who changed what of it and of its people, and when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, time
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

from bot.domain.clients import Client, Status
from bot.domain.history import Change, ChangeKind, Subject
from bot.domain.opening import groups_of
from handlers import i18n
from handlers.answers import Block, View
from handlers.i18n import Words
from handlers.views import client_forms, contact_forms, parts, places
from handlers.views.handover import WENT
from handlers.views.reassignment import undo_button

PAGE = 20
_TEXT = 150
_LINES = 12
_NAME = 120

_CLIENT = {
    ChangeKind.ADDED: i18n.message("Added to the book"),
    ChangeKind.EDITED: i18n.message("Edited"),
    ChangeKind.ARCHIVED: i18n.message("Archived"),
    ChangeKind.RESTORED: i18n.message("Restored"),
    ChangeKind.MERGED: i18n.message("Merged with {client}"),
    ChangeKind.UNMERGED: i18n.message("Parted again from {client}"),
    ChangeKind.HANDED_OVER: i18n.message("Handed over"),
    ChangeKind.TAKEN_BACK: i18n.message("Handover taken back"),
    ChangeKind.CHECKED: i18n.message("Thirty days after the handover: {went}"),
}
_PERSON = {
    ChangeKind.ADDED: i18n.message("{person}: added"),
    ChangeKind.EDITED: i18n.message("{person}: edited"),
}
_TOUCH = {
    ChangeKind.ADDED: i18n.message("Touch: logged"),
    ChangeKind.EDITED: i18n.message("Touch: edited"),
    ChangeKind.WITHDRAWN: i18n.message("Touch: taken back"),
}
_PROMISE = {
    ChangeKind.ADDED: i18n.message("Promise: noted"),
    ChangeKind.EDITED: i18n.message("Promise: edited"),
    ChangeKind.MOVED: i18n.message("Promise: moved"),
    ChangeKind.KEPT: i18n.message("Promise: kept"),
    ChangeKind.RELEASED: i18n.message("Promise: released"),
    ChangeKind.REOPENED: i18n.message("Promise: open again"),
    ChangeKind.WITHDRAWN: i18n.message("Promise: taken back"),
}
_QUESTION = {
    ChangeKind.ADDED: i18n.message("Question: the client waits"),
    ChangeKind.ANSWERED: i18n.message("Question: answered"),
    ChangeKind.DROPPED: i18n.message("Question: it was none"),
    ChangeKind.REOPENED: i18n.message("Question: open again"),
}


def history_page(
    client: Client,
    changes: Sequence[Change],
    authors: Mapping[int, str],
    people: Mapping[int, str],
    older: int | None,
    words: Words,
    zone: ZoneInfo,
    notes: Mapping[str, Any],
    *,
    first: bool,
    undoable: Mapping[int, int] = MappingProxyType({}),
) -> View:
    """A page of a client's history, the latest change first; `older` leads to the next one.

    `undoable` names by its change a handover that can be taken back.
    """
    blocks: list[Block] = [parts.header(parts.one_line(client.name, _NAME))]
    if not changes:
        blocks += parts.stated_blocks(words.say("Nothing was changed yet."))
    for change in changes:
        handover_id = undoable.get(change.id)
        undo = None if handover_id is None else undo_button(handover_id, client.name, words)
        blocks.append(parts.section(parts.marked(told(change, authors, people, words, zone)), undo))
    buttons = []
    if not first:
        buttons.append(
            parts.button(words.say("Latest"), "client.history:first", parts.value_of(client=client.id))
        )
    if older is not None:
        buttons.append(
            parts.button(
                words.say("Older"), "client.history:older", parts.value_of(client=client.id, before=older)
            )
        )
    if buttons:
        blocks.append(parts.actions(*buttons))
    return parts.modal(
        "client.history_page", words.say("History"), blocks, close=words.say("Close"), notes=notes
    )


def told(
    change: Change, authors: Mapping[int, str], people: Mapping[int, str], words: Words, zone: ZoneInfo
) -> str:
    """One change, with markup: what, when, by whom, and each field from what to what."""
    who = words.say("whoever runs Rapport")
    if change.subject is Subject.QUESTION:
        who = words.say("in the channel")
    if change.member_id is not None:
        who = authors.get(change.member_id, words.say("somebody"))
    if change.import_id is not None:
        who = words.say("{who}, by an import", who=who)
    title = words.markup(
        "*{what}*\n{when} · {who}",
        what=headline(change, people, words),
        when=words.say(
            "{day}, {time}",
            day=words.day(change.at.astimezone(zone).date(), "medium"),
            time=words.time(change.at, zone),
        ),
        who=parts.one_line(who, _NAME),
    )
    return "\n".join([title, *(i18n.escape(f"• {line}") for line in lines(change, words)[:_LINES])])


def headline(change: Change, people: Mapping[int, str], words: Words) -> str:
    """What happened, in a few words of plain text."""
    kinds: Mapping[ChangeKind, str] = {
        Subject.CLIENT: _CLIENT,
        Subject.CONTACT: _PERSON,
        Subject.TOUCH: _TOUCH,
        Subject.PROMISE: _PROMISE,
        Subject.QUESTION: _QUESTION,
    }[change.subject]
    said = kinds.get(change.kind)
    if said is None:
        return words.say("Changed")
    named = people.get(change.subject_id) or str(change.facts.get("name") or "")
    return words.say(
        said,
        client=parts.one_line(str(change.facts.get("client") or ""), _NAME),
        person=parts.one_line(named, _NAME),
        went=words.say(WENT[said_of])
        if (said_of := str(change.facts.get("went") or "")) in WENT
        else said_of,
    )


def lines(change: Change, words: Words) -> list[str]:
    """Each field that differs, in plain text; facts that are no differences say nothing here."""
    labels = {**client_forms.LABELS, **contact_forms.LABELS}
    if change.subject is Subject.CLIENT:
        labels = dict(client_forms.LABELS)
    found = []
    for name, pair in change.facts.items():
        if not isinstance(pair, list) or len(pair) != 2 or name not in labels:
            continue
        before, after = (value(name, each, words) for each in pair)
        found.append(
            words.say(
                "{field}: {before} → {after}", field=words.say(labels[name]), before=before, after=after
            )
        )
    return found


def value(name: str, said: Any, words: Words) -> str:
    """What stood in a field, in words."""
    if said is None or said in ("", []):
        return words.say("nothing")
    return parts.one_line(_value(name, said, words), _TEXT)


def _value(name: str, said: Any, words: Words) -> str:
    match name, said:
        case "tier", str():
            return words.say("Tier {tier}", tier=said)
        case "status", str() if said in list(Status):
            return words.say(client_forms.STATUSES[Status(said)])
        case (("market" | "jurisdiction"), str()):
            return places.place(said, words)
        case "zone", str():
            return places.zone_name(said, words)
        case "hours", dict():
            return hours_text(said, words)
        case "own_holidays", list():
            return words.listed([words.day(date.fromisoformat(day), "medium") for day in said])
        case (("relation_since" | "contract_on" | "renews_on"), str()):
            return words.day(date.fromisoformat(said), "medium")
        case "regimes", list():
            return words.listed([contact_forms.regime(code, words) for code in said])
        case "channels", list():
            return words.count("{n} channel", "{n} channels", len(said))
        case "cadence_days", int():
            return words.count("{n} day", "{n} days", said)
        case "language", str():
            return str(words.locale.languages.get(said.partition("-")[0], said))
        case "left", bool():
            return words.say("yes") if said else words.say("no")
        case _, list():
            return words.listed([str(each) for each in said])
        case _:
            return str(said)


def hours_text(kept: Mapping[str, Sequence[Sequence[str]]], words: Words) -> str:
    """Hours as the history keeps them, in the reader's short weekdays."""
    names = client_forms.short_days(words)
    hours = {
        int(day): tuple((time.fromisoformat(begin), time.fromisoformat(end)) for begin, end in intervals)
        for day, intervals in kept.items()
    }
    said = []
    for days, intervals in groups_of(hours):
        first, last = names[days[0]], names[days[-1]]
        named = first if len(days) == 1 else f"{first}–{last}"
        said.append(f"{named} " + ", ".join(f"{begin:%H:%M}–{end:%H:%M}" for begin, end in intervals))
    return "; ".join(said)
