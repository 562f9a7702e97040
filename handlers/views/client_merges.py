"""Merging two clients: which ones, what moves, what became of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from handlers import i18n
from handlers.answers import Block, Message, View
from handlers.i18n import Words
from handlers.views import client_forms, parts

_NAME = 120
_PEOPLE = 10


def counted(name: str, n: int, words: Words) -> str:
    """How much of something moves: ``3 touches``."""
    match name:
        case "touches":
            return words.count("{n} touch", "{n} touches", n)
        case "promises":
            return words.count("{n} promise", "{n} promises", n)
        case "meetings":
            return words.count("{n} meeting", "{n} meetings", n)
        case "questions":
            return words.count("{n} question", "{n} questions", n)
        case "contacts":
            return words.count("{n} person", "{n} people", n)
        case _:
            return words.count("{n} gift in the register", "{n} gifts in the register", n)


def choose_form(client: str, words: Words, notes: Mapping[str, Any]) -> View:
    """With which other client this one is to be merged, and whose name stays."""
    name = parts.one_line(client, _NAME)
    stays = [
        parts.choice(words.say("{client} stays", client=parts.one_line(client, 60)), "this"),
        parts.choice(words.say("The other one stays"), "other"),
    ]
    blocks: list[Block] = [
        *parts.stated_blocks(
            words.say(
                "{client} and another client are the same? Everything of one goes to the other. "
                "You see what moves before it does, and can undo it for a day.",
                client=name,
            )
        ),
        parts.field(
            "other",
            words.say("The other client"),
            parts.asking_select("touch.client", words.say("Type a name")),
        ),
        parts.field("stays", words.say("Which one stays"), parts.radio("stays", stays, "this")),
    ]
    return parts.modal(
        "merge.choose",
        words.say("Merge two clients"),
        blocks,
        submit=words.say("Next"),
        close=words.say("Cancel"),
        notes=notes,
    )


def preview(
    kept: str,
    gone: str,
    moving: Mapping[str, int],
    joined: Sequence[str],
    names: Sequence[str],
    words: Words,
    notes: Mapping[str, Any],
) -> View:
    """What the merge does, before it does it."""
    stays, goes = parts.one_line(kept, _NAME), parts.one_line(gone, _NAME)
    things = [counted(name, n, words) for name, n in moving.items() if n]
    lines = [words.markup("*{gone}* becomes *{kept}*.", gone=goes, kept=stays)]
    if things:
        lines.append("• " + words.markup("What moves: {things}.", things=words.listed(things)))
    if joined:
        shown = [parts.one_line(name, 60) for name in joined[:_PEOPLE]]
        if len(joined) > _PEOPLE:
            shown.append(words.count("{n} more", "{n} more", len(joined) - _PEOPLE))
        lines.append(
            "• "
            + words.markup(
                "Known on both sides, and one person from now on: {people}.", people=words.listed(shown)
            )
        )
    if names:
        shown = [parts.one_line(name, 60) for name in names[:_PEOPLE]]
        lines.append(
            "• "
            + words.markup(
                "{kept} is found under these names, too: {names}.", kept=stays, names=words.listed(shown)
            )
        )
    lines.append(
        "• "
        + words.markup(
            "Tier, owner, hours and the like stay those of {kept}; gifts and events count for both together.",
            kept=stays,
        )
    )
    lines.append("• " + i18n.escape(words.say("For one day it can be undone.")))
    return parts.modal(
        "merge.do",
        words.say("Merge two clients"),
        [parts.section(parts.marked("\n".join(lines)))],
        submit=words.say("Merge"),
        close=words.say("Cancel"),
        notes=notes,
    )


def merged(kept: str, kept_id: int, gone: str, merge_id: int, words: Words) -> Message:
    """After a merge, with the way back."""
    said = words.say(
        "{gone} is {kept} now. Undo works until this time tomorrow.",
        gone=parts.one_line(gone, _NAME),
        kept=parts.one_line(kept, _NAME),
    )
    undo = parts.button(
        words.say("Undo"),
        "merge.undo",
        parts.value_of(merge=merge_id),
        spoken=words.say("Part {client} again", client=parts.one_line(gone, 40)),
    )
    return parts.stated(said, parts.actions(client_forms.open_button(kept, kept_id, words), undo))


def undone(kept: str, kept_id: int, gone: str, gone_id: int, words: Words) -> Message:
    """After a merge was undone."""
    said = words.say(
        "{gone} and {kept} are two clients again. What came since the merge stayed with {kept}.",
        gone=parts.one_line(gone, _NAME),
        kept=parts.one_line(kept, _NAME),
    )
    both = [
        parts.button(name, f"client.open:{number}", parts.value_of(client=number))
        for name, number in ((parts.one_line(kept, 60), kept_id), (parts.one_line(gone, 60), gone_id))
    ]
    return parts.stated(said, parts.actions(*both))
