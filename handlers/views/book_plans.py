"""A plan for a whole book in words: who is to get which client and why, to be edited, and what came of it.

Of people it says only how many clients they would get: nothing here compares or rates anybody.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from bot.domain.book_plans import CAME, Changed, Outcome
from bot.domain.reassignment import Reason
from bot.domain.split import Fault
from handlers import i18n
from handlers.answers import Block, Message, View
from handlers.i18n import Words
from handlers.views import parts, places
from handlers.views.handover import undo_all_button
from handlers.views.reassignment import reason_field

STAYS = "0"
"""The value of the choice that a client stays where it is."""
PAGE = 20
"""Clients on one page: with their reasons, what one still reads."""
MOST_AMONG = 50
_NAME = 80
_WHY = 700
_LISTED = 15

CHANGES: Mapping[str, str] = {
    Fault.UNKNOWN: i18n.message("is not in the book any more, or has another name"),
    Fault.ARCHIVED: i18n.message("was archived"),
    Fault.MERGED: i18n.message("was merged into another client"),
    Fault.MOVED: i18n.message("is with {owner} by now"),
    Fault.TWICE: i18n.message("stood in the plan twice"),
    Fault.NOBODY: i18n.message("has nobody who could get it"),
    Fault.GONE: i18n.message("was to go to somebody who is no longer here, or keeps no clients"),
    Fault.OWN: i18n.message("was to go to who has it"),
    Fault.EXCLUDED: i18n.message("was to go to somebody who must not have it"),
    CAME: i18n.message("has come to the book since"),
}
"""What of a plan does not hold any more, behind the client's name."""


@dataclass(frozen=True, slots=True)
class Row:
    """A client of a plan, who is to get it (None: it stays) and why, in the reader's words."""

    client_id: int
    client: str
    tier: str
    market: str
    to_id: int | None
    to: str
    why: tuple[str, ...] = ()
    edited: bool = False


@dataclass(frozen=True, slots=True)
class ShownPlan:
    """A plan as it is shown: `among` are those who were named to get some, `full` those beyond their room by it."""

    leaver_id: int
    leaver: str
    reason: str
    among: tuple[int, ...]
    rows: tuple[Row, ...]
    full: tuple[int, ...] = ()
    best: bool = True

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def plan_from(facts: Mapping[str, Any]) -> ShownPlan:
    """What `ShownPlan.as_json` gave."""
    return ShownPlan(
        leaver_id=int(facts["leaver_id"]),
        leaver=str(facts["leaver"]),
        reason=str(facts["reason"]),
        among=tuple(int(each) for each in facts["among"]),
        rows=tuple(Row(**{**row, "why": tuple(row["why"])}) for row in facts["rows"]),
        full=tuple(int(each) for each in facts["full"]),
        best=bool(facts["best"]),
    )


# --- Asked for --------------------------------------------------------------------------------------------


def button(words: Words) -> parts.Element:
    """The way in, for leads and admins."""
    return parts.button(words.say("Hand over a book …"), "bookplan.open")


def plan_form(words: Words, notes: Mapping[str, Any]) -> View:
    intro = words.say(
        "All clients of one person, shared out among others. I make a plan with reasons; you look through it and "
        "change what you like. Nothing is handed over before you say so."
    )
    leaver = parts.asking_select("bookplan.leaver", words.say("Type a name"))
    among = parts.asking_multi_select("bookplan.among", words.say("Type a name"), most=MOST_AMONG)
    blocks: list[Block] = [
        *parts.stated_blocks(intro),
        parts.field("leaver", words.say("Whose book"), leaver),
        parts.field(
            "among",
            words.say("Who may get some"),
            among,
            optional=True,
            hint=words.say("Nobody named: everybody here who keeps clients."),
        ),
        reason_field(words, Reason.LEAVE.value),
    ]
    return parts.modal(
        "bookplan.plan",
        words.say("Hand over a book"),
        blocks,
        submit=words.say("Make a plan"),
        close=words.say("Cancel"),
        notes=notes,
    )


def planning(leaver: str, words: Words) -> Message:
    return parts.stated(
        words.say("I make a plan for the clients of {leaver} …", leaver=parts.one_line(leaver, _NAME))
    )


def failed(words: Words) -> Message:
    return parts.stated(words.say("That went wrong, and nothing was handed over. Please try it again."))


def planned(plan: ShownPlan, draft: int, words: Words, changed: Sequence[Changed] = ()) -> Message:
    """That the plan is made, in sums, with the way to look through it; and first what has changed since the last."""
    lines = _changed(changed, words)
    lines.append(
        words.count(
            "A plan for {n} client of {leaver}. Nothing was handed over yet.",
            "A plan for {n} clients of {leaver}. Nothing was handed over yet.",
            len(plan.rows),
            leaver=parts.one_line(plan.leaver, _NAME),
        )
    )
    lines += _sums(plan, words)
    if not plan.best:
        lines.append(words.say("Time ran out: it is a good plan, though perhaps not the very best."))
    look = parts.button(
        words.say("Look through it"), "bookplan.look", parts.value_of(plan=draft, page=0), primary=True
    )
    return parts.stated("\n".join(lines), parts.actions(look))


def _changed(changed: Sequence[Changed], words: Words) -> list[str]:
    if not changed:
        return []
    lines = [words.say("The book has changed since you saw the plan, so nothing was handed over:")]
    for each in changed[:_LISTED]:
        owner = parts.one_line(each.owner, _NAME) if each.owner else words.say("nobody")
        said = words.say(CHANGES[each.why], owner=owner)
        lines.append(
            "• " + words.say("{client} {what}", client=parts.one_line(each.client, _NAME), what=said)
        )
    if (more := len(changed) - _LISTED) > 0:
        lines.append(words.count("and {n} more", "and {n} more", more))
    return [*lines, ""]


def _sums(plan: ShownPlan, words: Words) -> list[str]:
    """How many clients each would get, and how many stay."""
    counts = Counter((row.to, row.to_id) for row in plan.rows if row.to_id is not None)
    lines = []
    for (name, member_id), count in sorted(counts.items(), key=lambda each: each[0][0].casefold()):
        said = words.count(
            "{name}: {n} client", "{name}: {n} clients", count, name=parts.one_line(name, _NAME)
        )
        if member_id in plan.full:
            said += words.say(" (more than there is room for)")
        lines.append(f"• {said}")
    return [*lines, *_stay(sum(row.to_id is None for row in plan.rows), plan.leaver, words)]


def _stay(count: int, leaver: str, words: Words) -> list[str]:
    if not count:
        return []
    name = parts.one_line(leaver, _NAME)
    return ["• " + words.count("{n} stays with {name}", "{n} stay with {name}", count, name=name)]


# --- Looked through ---------------------------------------------------------------------------------------


def page(
    plan: ShownPlan, number: int, turn: int, words: Words, notes: Mapping[str, Any], said: str = ""
) -> View:
    """A page of the plan: each client with who is to get it, and why; `said` is why a choice was not taken."""
    pages = max(1, -(-len(plan.rows) // PAGE))
    number = min(number, pages - 1)
    blocks: list[Block] = []
    if said:
        blocks.append(parts.section(parts.marked(words.markup("*{said}*", said=said))))
    moving = sum(row.to_id is not None for row in plan.rows)
    intro = words.count(
        "{n} client of {leaver} would be handed over:",
        "{n} clients of {leaver} would be handed over:",
        moving,
        leaver=parts.one_line(plan.leaver, _NAME),
    )
    blocks.append(parts.section(parts.plain("\n".join([intro, *_sums(plan, words)]))))
    blocks.append(parts.divider())
    blocks += [_row(row, turn, words) for row in plan.rows[number * PAGE : (number + 1) * PAGE]]
    if pages > 1:
        blocks += _pages(notes, number, pages, words)
    small = words.say(
        "Handing over takes place at once for all pages, with what is open; each person gets one message. It can be "
        "undone for a day."
    )
    blocks.append(parts.context(parts.plain(small)))
    return parts.modal(
        "bookplan.hand",
        words.say("Hand over a book"),
        blocks,
        submit=words.say("Hand over") if moving else "",
        close=words.say("Close"),
        notes={**notes, "page": number},
    )


def _row(row: Row, turn: int, words: Words) -> Block:
    facts = {
        "client": parts.one_line(row.client, _NAME),
        "tier": row.tier,
        "place": places.place(row.market, words),
        "to": parts.one_line(row.to, _NAME) if row.to else words.say("stays where it is"),
    }
    head = words.markup("*{client}* · Tier {tier} · {place}\n→ *{to}*", **facts)
    lines = [words.say("Chosen by you"), *row.why] if row.edited else list(row.why)
    told = i18n.escape(parts.shortened("\n".join(f"• {line}" for line in lines), _WHY)) if lines else ""
    chosen = parts.choice(words.say("Stays where it is"), STAYS)
    if row.to_id is not None:
        chosen = parts.choice(parts.one_line(row.to, parts.CHOICE), str(row.to_id))
    who = words.say("Who gets {client}", client=facts["client"])
    pick = parts.asking_select(f"bookplan.receiver:{row.client_id}", who, chosen)
    section = parts.section(parts.marked(f"{head}\n{told}" if told else head), pick)
    return {**section, "block_id": f"plan:{row.client_id}:{row.to_id or 0}:{turn}"}


def _pages(notes: Mapping[str, Any], number: int, pages: int, words: Words) -> list[Block]:
    def to(page: int) -> str:
        return parts.value_of(plan=notes["plan"], page=page)

    buttons = []
    if number:
        buttons.append(parts.button(words.say("Earlier"), "bookplan.look:earlier", to(number - 1)))
    if number + 1 < pages:
        buttons.append(parts.button(words.say("Further"), "bookplan.look:further", to(number + 1)))
    where = words.say("Page {page} of {pages}", page=number + 1, pages=pages)
    return [parts.context(parts.plain(where)), parts.actions(*buttons)]


# --- Carried out ------------------------------------------------------------------------------------------


def handing(plan: ShownPlan, words: Words) -> Message:
    return parts.stated(
        words.say("I hand the clients of {leaver} over …", leaver=parts.one_line(plan.leaver, _NAME))
    )


def handed(done: Outcome, words: Words) -> Message:
    """What was handed over, with a way back for a day."""
    leaver = parts.one_line(done.leaver.name, _NAME)
    if done.again or done.at is None:
        return parts.stated(
            words.say("This plan has been carried out before: nothing is left to do.", leaver=leaver)
        )
    lines = [
        words.count(
            "{n} client of {leaver} is handed over:",
            "{n} clients of {leaver} are handed over:",
            sum(done.given.values()),
            leaver=leaver,
        )
    ]
    for name, count in sorted(done.given.items(), key=lambda each: each[0].casefold()):
        said = words.count(
            "{name}: {n} client", "{name}: {n} clients", count, name=parts.one_line(name, _NAME)
        )
        lines.append(f"• {said}")
    lines += _stay(done.stays, done.leaver.name, words)
    lines.append(words.say("Each of them gets one message. It can be undone for a day."))
    undo = undo_all_button(done.at.isoformat(), done.leaver.id, words)
    return parts.stated("\n".join(lines), parts.actions(undo))
