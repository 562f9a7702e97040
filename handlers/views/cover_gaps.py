"""A covering colleague is away: who hears of it, the form to ask somebody else, and what the colleague reads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from bot.domain.absences import Span
from bot.domain.covers import CoverSheet, CoverState, Nobody
from handlers.answers import Block, Message, View
from handlers.i18n import Words
from handlers.views import parts
from handlers.views.covers import NAME, colleague_form, facts_of, span, spans

_COVERS = 5
"""Covers that the form for leave names."""


def message(sheet: CoverSheet, facts: Mapping[str, Any], reader_id: int, words: Words) -> Message:
    """Who is away on which days of a cover, who sees to the clients then, and a button to ask somebody else."""
    gaps = [(date.fromisoformat(first), date.fromisoformat(last)) for first, last in facts["gaps"]]
    mine = reader_id == sheet.cover.owner_id
    said = facts_of(sheet, words, reader_id)
    if sheet.cover.state is not CoverState.ACCEPTED:
        return parts.stated(words.say("The cover by {colleague} {days} has ended: {clients}.", **said))
    if not gaps:
        return parts.stated(
            words.say("{colleague} is there after all, and covers {days}: {clients}.", **said)
        )
    lines = [_away(gaps, said, words, by_status=facts["last"] is None)]
    instead = str(facts["instead"])
    if instead:
        lines.append(words.say("{name} covers on these days.", name=parts.one_line(instead, NAME)))
    elif facts["over"]:
        lines.append(words.say("These days have passed."))
    else:
        lines.append(_who_sees_to_them(Nobody(str(facts["nobody"])), said, words, mine=mine))
    if instead or facts["over"]:
        return parts.stated("\n".join(lines))
    ask = parts.button(
        words.say("Ask somebody else"),
        f"cover.instead:{sheet.cover.id}",
        parts.value_of(cover=sheet.cover.id, first=facts["first"]),
        primary=True,
        spoken=words.say("Ask somebody else to cover while {colleague} is away", **said),
    )
    return parts.stated("\n".join(lines), parts.actions(ask))


def _away(gaps: Sequence[Span], said: Mapping[str, str], words: Words, *, by_status: bool) -> str:
    away = {**said, "gaps": spans(gaps, words)}
    if by_status:
        return words.say(
            "{colleague}, who covers {days}, is away {gaps} or longer: their Slack status says so.", **away
        )
    return words.say("{colleague}, who covers {days}, is away {gaps}.", **away)


def _who_sees_to_them(nobody: Nobody, said: Mapping[str, str], words: Words, *, mine: bool) -> str:
    match nobody, mine:
        case Nobody.NEVER, True:
            return words.say("On these days you see to {clients} again.", **said)
        case Nobody.NEVER, False:
            return words.say("On these days {owner} sees to {clients} again.", **said)
        case Nobody.ALWAYS, True:
            return words.say("You are away as well: nobody sees to {clients} then.", **said)
        case Nobody.ALWAYS, False:
            return words.say("{owner} is away as well: nobody sees to {clients} then.", **said)
        case _, True:
            return words.say(
                "On these days you see to {clients} again; while you are away as well, nobody does.",
                **said,
            )
        case _:
            return words.say(
                "On these days {owner} sees to {clients} again; while both are away, nobody does.",
                **said,
            )


def form(
    sheet: CoverSheet,
    gap: Span,
    colleague: parts.Element | None,
    reader_id: int,
    words: Words,
    notes: Mapping[str, Any],
) -> View:
    """Who else is to see to the clients of a cover while its colleague is away."""
    said = {**facts_of(sheet, words, reader_id), "gap": span(*gap, words)}
    intro = words.say("{colleague} is away {gap}. Somebody else sees to {clients} then.", **said)
    hint = words.say("They say yes or no, and you hear of it.")
    return colleague_form("cover.instead", intro, hint, colleague, gap[1], words, notes)


def warning(sheets: Sequence[CoverSheet], words: Words) -> list[Block]:
    """For whom somebody who is about to enter leave covers, and what becomes of it; nothing where for nobody."""
    agreed = [sheet for sheet in sheets if sheet.cover.state is CoverState.ACCEPTED]
    if not agreed:
        return []
    lines = [
        words.say("You cover for {owner} {days}: {clients}.", **facts_of(sheet, words))
        for sheet in agreed[:_COVERS]
    ]
    if len(agreed) > _COVERS:
        lines.append(words.count("and {n} later", "and {n} later", len(agreed) - _COVERS))
    lines.append(
        words.say(
            "On days of your leave these clients go back to whose they are, and they hear of it at once."
        )
    )
    return [parts.context(parts.plain("\n".join(lines)))]


def lost(sheets: Sequence[CoverSheet], words: Words) -> str:
    """Said to who has just entered leave: for whom they agreed to cover on its days; empty for nobody."""
    if not sheets:
        return ""
    names = list(dict.fromkeys(parts.one_line(sheet.owner, NAME) for sheet in sheets))
    return words.say(
        "You agreed to cover for {names} on some of these days: the clients go back, and I say so.",
        names=words.listed(names),
    )
