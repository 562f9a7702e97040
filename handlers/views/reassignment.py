"""Requests for another manager in words: asked, decided, waiting, proposed; and the forms for them.

A reason speaks of the client and of what it needs. Nothing here counts, compares or rates anybody.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bot.domain.reassignment import CHOSEN, WHY_LIMIT, Moot, Reason, RequestState, Sheet
from handlers import i18n
from handlers.answers import Block, Message, View
from handlers.i18n import Words
from handlers.views import declining, parts

_NAME = 80
_ON_HOME = 5

REASONS: Mapping[str, str] = {
    Reason.CLIENT: i18n.message("the client asks for it"),
    Reason.SKILLS: i18n.message("it needs a language, a sector or a way of working that somebody else has"),
    Reason.LOAD: i18n.message("there is too much to do for one person"),
    Reason.LEAVE: i18n.message("a long leave, or a departure"),
    Reason.OTHER: i18n.message("another reason"),
    Reason.NEGLECT: i18n.message("nobody has spoken to it for long"),
    Reason.COMPLAINTS: i18n.message("it has complained three times in 90 days"),
    Reason.CLOCKS: i18n.message("its questions were answered late, twice in 30 days"),
    Reason.OVERLOAD: i18n.message("there is more in this book than there is room for"),
    Reason.GONE: i18n.message("who looked after it is no longer here, or keeps no clients any more"),
}
"""Why another manager is asked for, as it stands behind a colon."""


def reason(code: str, words: Words) -> str:
    return words.say(REASONS[Reason(code)])


def _names(sheet: Sheet, words: Words) -> dict[str, str]:
    return {
        "client": parts.one_line(sheet.client, _NAME),
        "owner": parts.one_line(sheet.owner, _NAME) if sheet.owner else words.say("nobody"),
        "asker": parts.one_line(sheet.asker, _NAME) if sheet.asker else "",
        "to": parts.one_line(sheet.to, _NAME) if sheet.to else "",
        "by": parts.one_line(sheet.by, _NAME) if sheet.by else words.say("somebody"),
        "now_of": parts.one_line(sheet.now_of, _NAME) if sheet.now_of else words.say("nobody"),
        "asked": words.listed([parts.one_line(each, _NAME) for each in sheet.asked[:5]]),
    }


def _why(sheet: Sheet, words: Words) -> list[str]:
    lines = [words.say("Why: {reason}.", reason=reason(sheet.reason, words))]
    if sheet.why and sheet.reason == Reason.OVERLOAD:
        lines.append(words.say("It would suit {names}.", names=parts.one_line(sheet.why, WHY_LIMIT)))
    elif sheet.why:
        lines.append(words.say("“{words}”", words=parts.one_line(sheet.why, WHY_LIMIT)))
    return lines


# --- Who decides ------------------------------------------------------------------------------------------


def question(sheet: Sheet, words: Words, *, reminder: bool = False) -> Message:
    """A request, for who decides: as it was asked, and what has become of it since."""
    names = _names(sheet, words)
    if reminder and sheet.state == RequestState.WAITING:
        opening = words.say(
            "This still waits for you: {asker} asks for another manager for {client}.", **names
        )
    elif sheet.asker:
        opening = words.say("{asker} asks for another manager for {client}.", **names)
    else:
        opening = words.say("{client} may need another manager.", **names)
    lines = [opening, words.say("Looked after by {owner}.", **names), *_why(sheet, words)]
    head = words.markup("*{opening}*", opening=lines[0])
    told = "\n".join(i18n.escape(line) for line in lines[1:])
    blocks: list[Block] = [parts.section(parts.marked(f"{head}\n{told}"))]
    if standing := _standing(sheet, words):
        lines.append(standing)
        blocks.append(parts.section(parts.plain(standing)))
    if sheet.decides:
        small = words.say(
            "Only who asked, you and the admins see this. Please answer within a working day; as long as nobody does, "
            "nothing changes."
        )
        blocks += [parts.context(parts.plain(small)), parts.actions(*_answers(sheet, words))]
    elif sheet.handover is not None:
        blocks.append(parts.actions(undo_button(sheet.handover, sheet.client, words)))
    return parts.told("\n".join(lines), blocks)


def _answers(sheet: Sheet, words: Words) -> list[parts.Element]:
    value, short = parts.value_of(reassignment=sheet.request), parts.one_line(sheet.client, 40)
    found = [
        parts.button(
            words.say("Choose somebody"),
            f"reassign.choose:{sheet.request}",
            value,
            primary=True,
            spoken=words.say("Choose another manager for {client}", client=short),
        )
    ]
    if sheet.asker:
        found.append(
            parts.button(
                words.say("Decline"),
                f"reassign.decline:{sheet.request}",
                value,
                spoken=words.say("Decline another manager for {client}", client=short),
            )
        )
    else:
        found.append(
            parts.button(
                words.say("Leave as it is"),
                f"reassign.leave:{sheet.request}",
                value,
                spoken=words.say("Leave {client} with who has it", client=short),
            )
        )
    found.append(_open(sheet, words))
    return found


def _open(sheet: Sheet, words: Words) -> parts.Element:
    return parts.button(
        words.say("Open"),
        f"client.open:{sheet.client_id}",
        parts.value_of(client=sheet.client_id),
        spoken=words.say("Open the brief of {client}", client=parts.one_line(sheet.client, 40)),
    )


def undo_button(handover_id: int, client: str, words: Words) -> parts.Element:
    return parts.button(
        words.say("Undo"),
        f"handover.undo:{handover_id}",
        parts.value_of(handover=handover_id),
        spoken=words.say("Take the handover of {client} back", client=parts.one_line(client, 40)),
    )


def _standing(sheet: Sheet, words: Words) -> str:
    """What has become of a request, in a sentence for anybody who may know of it; empty while it waits."""
    names = _names(sheet, words)
    match sheet.state:
        case RequestState.APPROVED:
            said = words.say("{by} handed {client} over to {to}.", **names)
            return said if sheet.handover is None else said + " " + words.say("It can be undone for a day.")
        case RequestState.DECLINED if sheet.answer:
            return words.say(
                "{by} leaves {client} where it is: {answer}",
                **names,
                answer=parts.one_line(sheet.answer, WHY_LIMIT),
            )
        case RequestState.DECLINED:
            return words.say("{by} leaves {client} where it is.", **names)
        case RequestState.WITHDRAWN:
            return words.say("{asker} has taken this back: nothing is left to decide.", **names)
        case RequestState.MOOT:
            return _moot(sheet, words)
        case _ if sheet.widened:
            return words.say("Asked by now: {asked}.", **names)
        case _:
            return ""


def _moot(sheet: Sheet, words: Words) -> str:
    names = _names(sheet, words)
    if sheet.answer == Moot.ARCHIVED:
        return words.say("{client} has been archived since: nothing is left to decide.", **names)
    if sheet.answer == Moot.REPLACED:
        return words.say("Another proposal for {client} has taken the place of this one.", **names)
    return words.say("{client} is with {now_of} by now: nothing is left to decide.", **names)


def proposals(sheets: Sequence[Sheet], words: Words) -> Message:
    """Clients for which the bot proposes another manager, each with what can be done."""
    intro = words.count(
        "{n} client may need another manager. You decide; as long as you do not, nothing changes.",
        "{n} clients may need another manager. You decide; as long as you do not, nothing changes.",
        len(sheets),
    )
    lines, blocks = [intro], [parts.section(parts.plain(intro))]
    for sheet in sheets:
        names = _names(sheet, words)
        said = [words.say("Looked after by {owner}.", **names), *_why(sheet, words)]
        if standing := _standing(sheet, words):
            said.append(standing)
        head = words.markup("*{client}*", **names)
        blocks.append(parts.section(parts.marked("\n".join([head, *(i18n.escape(line) for line in said)]))))
        lines.append("• " + words.say("{client}: {reason}", client=names["client"], reason=" ".join(said)))
        if sheet.decides:
            blocks.append(parts.actions(*_answers(sheet, words)))
        elif sheet.handover is not None:
            blocks.append(parts.actions(undo_button(sheet.handover, sheet.client, words)))
    return parts.told("\n".join(lines), blocks)


# --- Who asked --------------------------------------------------------------------------------------------


def asked(sheet: Sheet, words: Words, *, again: bool = False) -> Message:
    """Said to who asked: whom I told, as what it was understood, and that they hear of it."""
    names = _names(sheet, words)
    said = [
        words.say("I told {asked}: another manager for {client}.", **names)
        if not again
        else words.say("{asked} knows already: another manager for {client}.", **names),
        *_why(sheet, words),
        words.say(
            "You hear within a working day what they decide. Only you, they and the admins see this.", **names
        ),
    ]
    return parts.stated("\n".join(said), parts.actions(_withdraw(sheet, words)))


def _withdraw(sheet: Sheet, words: Words) -> parts.Element:
    return parts.button(
        words.say("Take back"),
        f"reassign.withdraw:{sheet.request}",
        parts.value_of(reassignment=sheet.request),
        spoken=words.say("Take the request for {client} back", client=parts.one_line(sheet.client, 40)),
    )


def withdrawn(sheet: Sheet, words: Words) -> Message:
    names = _names(sheet, words)
    return parts.stated(words.say("Taken back: {client} stays with {now_of}.", **names))


def news(sheet: Sheet, words: Words) -> Message:
    """What became of a request, for who asked."""
    names = _names(sheet, words)
    match sheet.state:
        case RequestState.APPROVED:
            said = words.say(
                "{by} agrees: {to} looks after {client} from now on, with all that is open.", **names
            )
        case RequestState.DECLINED:
            said = words.say(
                "{by} leaves {client} where it is: {answer}",
                **names,
                answer=parts.one_line(sheet.answer, WHY_LIMIT),
            )
        case RequestState.MOOT:
            said = words.say(
                "You asked for another manager for {client}. {news}", **names, news=_moot(sheet, words)
            )
        case RequestState.WAITING if sheet.widened:
            said = words.say(
                "Nobody has answered yet about another manager for {client}. I have asked {asked}.", **names
            )
        case RequestState.WAITING:
            said = words.say(
                "The handover of {client} was taken back. Your request waits for an answer again.", **names
            )
        case _:
            said = words.say("You took this back: {client} stays with {now_of}.", **names)
    if sheet.state == RequestState.WAITING:
        return parts.stated(said, parts.actions(_withdraw(sheet, words)))
    return parts.stated(said)


def own(sheets: Sequence[Sheet], words: Words, *more_ways: parts.Element) -> Message:
    """The requests of the reader that wait, with a way to ask for another client, and further ways."""
    intro = words.count("{n} request of yours waits:", "{n} requests of yours wait:", len(sheets))
    lines, blocks = [intro], [parts.section(parts.plain(intro))]
    for sheet in sheets[:10]:
        names = _names(sheet, words)
        said = words.say("{client}: asked of {asked}.", **names) + " " + " ".join(_why(sheet, words))
        lines.append(f"• {said}")
        blocks.append(parts.section(parts.plain(said), _withdraw(sheet, words)))
    more = parts.button(words.say("Ask for another client"), "reassign.open")
    return parts.told("\n".join(lines), [*blocks, parts.actions(more, *more_ways)])


def home_blocks(own: Sequence[Sheet], to_decide: Sequence[Sheet], words: Words) -> list[Block]:
    """What waits for an answer, for the Home tab: what the reader is to decide on, then what they asked for."""
    if not own and not to_decide:
        return []
    blocks: list[Block] = [parts.header(words.say("Another manager"))]
    for sheet in to_decide[:_ON_HOME]:
        names = _names(sheet, words)
        said = words.say("{client} may need another manager.", **names)
        if sheet.asker:
            said = words.say("{asker} asks for another manager for {client}.", **names)
        said = " ".join([said, words.say("Looked after by {owner}.", **names), *_why(sheet, words)])
        blocks += [parts.section(parts.plain(said)), parts.actions(*_answers(sheet, words))]
    for sheet in own[:_ON_HOME]:
        names = _names(sheet, words)
        said = words.say("{client}: asked of {asked}.", **names) + " " + " ".join(_why(sheet, words))
        blocks.append(parts.section(parts.plain(said), _withdraw(sheet, words)))
    more = max(0, len(to_decide) - _ON_HOME) + max(0, len(own) - _ON_HOME)
    if more:
        blocks.append(parts.context(parts.plain(words.count("and {n} more", "and {n} more", more))))
    return [*blocks, parts.divider()]


# --- Forms ------------------------------------------------------------------------------------------------


def reason_field(words: Words, chosen: str | None = None) -> Block:
    """Why a client is to get another manager, in the words of people."""
    labels = {
        Reason.CLIENT: words.say("The client asks for it"),
        Reason.SKILLS: words.say("It needs a language, a sector or a way of working"),
        Reason.LOAD: words.say("Too much for one person"),
        Reason.LEAVE: words.say("A long leave, or a departure"),
        Reason.OTHER: words.say("Another reason"),
    }
    choices = [parts.choice(labels[each], each.value) for each in CHOSEN]
    return parts.field("reason", words.say("Why"), parts.radio("reason", choices, chosen))


def _why_field(words: Words, why: str, hint: str) -> Block:
    return parts.field(
        "why",
        words.say("In your words"),
        parts.text_input("why", why, lines=True, limit=WHY_LIMIT),
        optional=True,
        hint=hint,
    )


def ask_form(
    client: str | None,
    owner: str | None,
    asked_of: Sequence[str],
    words: Words,
    notes: Mapping[str, Any],
    why: str = "",
    reason: str | None = None,
    *more_ways: parts.Element,
) -> View:
    """Why a client should get another manager; without `client` the form asks for which. `more_ways` lead elsewhere."""
    blocks: list[Block] = [parts.actions(*more_ways)] if more_ways else []
    if client is None:
        pick = parts.asking_select("touch.client", words.say("Type a name"))
        blocks.append(parts.field("client", words.say("Client"), pick))
    else:
        name = parts.one_line(client, _NAME)
        intro = words.say("Nobody looks after {client} yet.", client=name)
        if owner is not None:
            intro = words.say(
                "{client} is looked after by {owner}.", client=name, owner=parts.one_line(owner, _NAME)
            )
        if asked_of:
            who = words.listed([parts.one_line(each, _NAME) for each in asked_of[:5]])
            intro = f"{intro} " + words.say("I ask {who}; you have an answer within a working day.", who=who)
        blocks += parts.stated_blocks(intro)
    blocks += [
        reason_field(words, reason),
        _why_field(
            words,
            why,
            words.say("Say what the client needs. Only you, who decides and the admins read it."),
        ),
    ]
    return parts.modal(
        "reassign.ask",
        words.say("Another manager"),
        blocks,
        submit=words.say("Ask"),
        close=words.say("Cancel"),
        notes=notes,
    )


def anybody(words: Words) -> list[Block]:
    """A list of all colleagues to choose from."""
    return [
        parts.field(
            "member",
            words.say("Who looks after it from now on"),
            parts.asking_select("people.choose", words.say("Type a name")),
        )
    ]


def hand_form(
    client: str,
    owner: str | None,
    sheet: Sheet | None,
    offered: Sequence[Block],
    words: Words,
    notes: Mapping[str, Any],
    why: str = "",
    reason: str | None = None,
) -> View:
    """Who gets a client: as an answer to a request (`sheet`), or of one's own accord with the reason for it."""
    name = parts.one_line(client, _NAME)
    lines = [words.say("Nobody looks after {client} yet.", client=name)]
    if owner is not None:
        lines = [
            words.say("{client} is looked after by {owner}.", client=name, owner=parts.one_line(owner, _NAME))
        ]
    if sheet is not None:
        lines += _why(sheet, words)
    small = words.say(
        "What is open goes along: promises, questions that wait, meetings, requests. The new manager gets the brief "
        "and a draft to introduce themselves; who had the client is thanked, and told no reason. It can be undone "
        "for a day."
    )
    blocks: list[Block] = [
        *parts.stated_blocks("\n".join(lines)),
        *offered,
        parts.context(parts.plain(small)),
    ]
    if sheet is None:
        hint = words.say("Kept with the handover for you and the admins.")
        blocks += [reason_field(words, reason), _why_field(words, why, hint)]
    return parts.modal(
        "reassign.hand",
        words.say("Hand over"),
        blocks,
        submit=words.say("Hand over"),
        close=words.say("Cancel"),
        notes=notes,
    )


def decline_form(sheet: Sheet, words: Words, notes: Mapping[str, Any]) -> View:
    names = _names(sheet, words)
    lines = [words.say("{asker} asks for another manager for {client}.", **names), *_why(sheet, words)]
    why = ("answer", words.say("Why it stays as it is"), words.say("{asker} reads it.", **names))
    typed = parts.text_input("answer", lines=True, limit=WHY_LIMIT)
    return declining.form("reassign.decline", "\n".join(lines), why, typed, words, notes)
