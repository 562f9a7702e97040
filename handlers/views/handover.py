"""Handovers in words: what the new owner and the former one read, what who decided is told, and how it goes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.domain.briefs import brief_from
from bot.domain.handover import CHECKED_AFTER, Done, Went
from handlers import i18n
from handlers.answers import Block, Message
from handlers.i18n import Words
from handlers.views import briefs, covers, gift_letter, parts
from handlers.views.reassignment import undo_button

_NAME = 80
_SHOWN = 10

WENT: Mapping[str, str] = {
    Went.WELL: i18n.message("it goes well"),
    Went.EARLY: i18n.message("too early to say"),
    Went.ATTENTION: i18n.message("the client needs attention"),
}
"""What a lead said of a handover, as it stands behind a colon."""


def _names(row: Mapping[str, Any], words: Words) -> dict[str, str]:
    return {
        "client": parts.one_line(str(row["client"]), _NAME),
        "former": parts.one_line(str(row["former"]), _NAME) if row["former"] else words.say("nobody"),
        "to": parts.one_line(str(row["to"]), _NAME),
        "by": parts.one_line(str(row["by"]), _NAME) if row["by"] else words.say("whoever runs Rapport"),
    }


def _came_along(counts: Mapping[str, int], words: Words) -> str:
    """What is open and came along, listed; empty for nothing."""
    said = [
        words.count(
            "{n} question that waits for an answer",
            "{n} questions that wait for an answer",
            counts["questions"],
        )
        if counts["questions"]
        else "",
        words.count("{n} promise", "{n} promises", counts["promises"]) if counts["promises"] else "",
        words.count("{n} meeting", "{n} meetings", counts["meetings"]) if counts["meetings"] else "",
        words.count("{n} request for a gift", "{n} requests for gifts", counts["gifts"])
        if counts["gifts"]
        else "",
        words.count("{n} question about a policy", "{n} questions about policies", counts["policies"])
        if counts["policies"]
        else "",
        words.count(
            "{n} concession that waits for a lead",
            "{n} concessions that wait for a lead",
            counts["concessions"],
        )
        if counts["concessions"]
        else "",
    ]
    return words.listed([each for each in said if each])


def _open(row: Mapping[str, Any], words: Words) -> parts.Element:
    return parts.button(
        words.say("Open"),
        f"client.open:{row['client_id']}",
        parts.value_of(client=row["client_id"]),
        spoken=words.say("Open the brief of {client}", client=parts.one_line(str(row["client"]), 40)),
    )


# --- The new owner ----------------------------------------------------------------------------------------


def received(facts: Mapping[str, Any], words: Words, zone: ZoneInfo, now: datetime) -> Message:
    """A client that is handed over, with its brief and a draft to introduce oneself; several of them by name."""
    rows: Sequence[Mapping[str, Any]] = facts["rows"]
    if len(rows) != 1:
        return _several(rows, words)
    (row,) = rows
    if row["undone"]:
        return parts.stated(_undone(row, words, new=True))
    lines = _received(row, words)
    blocks: list[Block] = [parts.section(parts.marked(f"*{i18n.escape(lines[0])}*"))]
    if len(lines) > 1:
        blocks.append(parts.section(parts.plain("\n".join(lines[1:]))))
    if "brief" not in facts:
        return parts.told("\n".join(lines), [*blocks, parts.actions(_open(row, words))])
    shown = briefs.brief(brief_from(facts["brief"]), words, zone=zone, now=now)
    title = words.say("To introduce yourself, in the client’s language. Copy it; I send nothing.")
    letter = introduction(facts["draft"], words)
    blocks += [*parts.stated_blocks(title), gift_letter.to_copy(letter), parts.divider(), *shown.blocks]
    return Message("\n".join([i18n.escape("\n".join([*lines, title, letter])), shown.text]), blocks)


def _received(row: Mapping[str, Any], words: Words) -> list[str]:
    names = _names(row, words)
    if row["mine"]:
        first = words.say("You look after {client} from now on.", **names)
    else:
        first = words.say("{by} hands {client} over to you.", **names)
    lines = [first, *_merged(row, words)]
    if row["former"]:
        lines.append(words.say("{former} looked after it so far: ask them what is in no note.", **names))
    if row["snoozed"] is None:
        day = words.weekday(date.fromisoformat(row["first"]))
        lines.append(words.say("Please speak to them by {day}.", day=day))
    else:
        day = words.weekday(date.fromisoformat(row["snoozed"]))
        lines.append(words.say("It is snoozed until {day}; please speak to them then.", day=day))
    if along := _came_along(row["counts"], words):
        lines.append(words.say("With it comes what is open: {things}.", things=along))
    return lines


def _merged(row: Mapping[str, Any], words: Words) -> list[str]:
    """That the client is part of another one by now."""
    if not row.get("merged_into"):
        return []
    return [words.say("It was merged into {client}.", client=parts.one_line(str(row["merged_into"]), _NAME))]


def _several(rows: Sequence[Mapping[str, Any]], words: Words) -> Message:
    """Many clients at once: their names, and what came along with all of them."""
    kept = [row for row in rows if not row["undone"]]
    intro = words.count("{n} client is handed over to you.", "{n} clients are handed over to you.", len(kept))
    lines = [intro]
    if kept:
        day = words.weekday(date.fromisoformat(kept[0]["first"]))
        lines.append(words.say("Please speak to them by {day}.", day=day))
        if former := _people(kept, "former", words):
            lines.append(words.say("{former} looked after them so far.", former=former))
        total = {name: sum(row["counts"][name] for row in kept) for name in kept[0]["counts"]}
        if along := _came_along(total, words):
            lines.append(words.say("With them comes what is open: {things}.", things=along))
    blocks: list[Block] = [parts.section(parts.plain("\n".join(lines)))]
    for row in rows[:_SHOWN]:
        name = parts.one_line(str(row["client"]), _NAME)
        said = words.say("{client}: taken back", client=name) if row["undone"] else name
        lines.append(f"• {said}")
        blocks.append(parts.section(parts.plain(said), None if row["undone"] else _open(row, words)))
    if (more := len(rows) - _SHOWN) > 0:
        rest = words.count("and {n} more, on your Home", "and {n} more, on your Home", more)
        lines.append(rest)
        blocks.append(parts.context(parts.plain(rest)))
    return parts.told("\n".join(lines), blocks)


def introduction(draft: Mapping[str, Any], words: Words) -> str:
    """A draft with which a new manager introduces themselves, in the language of the client."""
    theirs = gift_letter.words_of(str(draft["market"]), str(draft["language"]), words)
    person = parts.one_line(str(draft["person"]), _NAME) if draft["person"] else ""
    greeting = theirs.say("Hello {name},", name=person) if person else theirs.say("Hello,")
    facts = {
        "client": parts.one_line(str(draft["client"]), _NAME),
        "to": parts.one_line(str(draft["to"]), _NAME),
        "former": parts.one_line(str(draft["former"]), _NAME) if draft["former"] else "",
    }
    if facts["former"]:
        opening = theirs.say(
            "My name is {to}. From today I look after {client}, and take over from {former}, who has told me what "
            "matters to you and what is under way.",
            **facts,
        )
    else:
        opening = theirs.say("My name is {to}. From today I look after {client}.", **facts)
    asked = theirs.say(
        "Nothing that was agreed changes. I would like to get to know you: may I call you in the next few days, and "
        "when does it suit you best?"
    )
    ending = theirs.say("Kind regards")
    return f"{greeting}\n\n{opening}\n\n{asked}\n\n{ending}\n{facts['to']}"


# --- The former owner -------------------------------------------------------------------------------------


def given(facts: Mapping[str, Any], words: Words) -> Message:
    """To who looked after a client: who goes on, that nothing is left to do, and thanks."""
    rows: Sequence[Mapping[str, Any]] = facts["rows"]
    kept = [row for row in rows if not row["undone"]]
    if len(rows) == 1 and not kept:
        return parts.stated(_undone(rows[0], words, new=False))
    to = _people(kept or rows, "to", words)
    if len({row["to"] for row in kept}) > 1:
        lines = [words.say("Your clients have somebody else to look after them from now on:")]
        lines += _by_receiver(kept, words)
    else:
        lines = [words.say("{to} takes over {clients} from you.", to=to, clients=_listed(kept, words))]
    total = {name: sum(row["counts"][name] for row in kept) for name in rows[0]["counts"]}
    if along := _came_along(total, words):
        lines.append(words.say("What was open goes along: {things}.", things=along))
    lines.append(
        words.say(
            "Nothing is left for you to do. Thank you for what you did: what you noted stays, and helps {to}. A word "
            "to them about what is in no note helps the client most.",
            to=to,
        )
    )
    return parts.stated("\n".join(lines))


def _undone(row: Mapping[str, Any], words: Words, *, new: bool) -> str:
    names = _names(row, words)
    names["by"] = parts.one_line(str(row["undone_by"]), _NAME) if row["undone_by"] else names["by"]
    if new:
        return words.say(
            "{by} took the handover of {client} back: nothing is left for you to do. It is with {former} again.",
            **names,
        )
    return words.say(
        "{client} is yours again: {by} took the handover back, and what was open came back with it.", **names
    )


def undone(facts: Mapping[str, Any], words: Words) -> Message:
    """To both: what was taken back, once for all of it."""
    rows: Sequence[Mapping[str, Any]] = facts["rows"]
    if len(rows) == 1:
        said = _undone(rows[0], words, new=bool(facts["new"]))
        return (
            parts.stated(said) if facts["new"] else parts.stated(said, parts.actions(_open(rows[0], words)))
        )
    names = _names(rows[0], words)
    by = rows[0]["undone_by"]
    names["by"] = parts.one_line(str(by), _NAME) if by else words.say("whoever runs Rapport")
    names["client"] = _listed(rows, words)
    names["former"] = _people(rows, "former", words) or words.say("nobody")
    if facts["new"]:
        return parts.stated(
            words.say(
                "{by} took the handovers of {client} back: nothing is left for you to do. They are with {former} "
                "again.",
                **names,
            )
        )
    return parts.stated(
        words.say(
            "{client} are yours again: {by} took the handovers back, and what was open came back with them.",
            **names,
        )
    )


def _people(rows: Sequence[Mapping[str, Any]], part: str, words: Words) -> str:
    """Those who gave, or get, some clients, each once; empty for nobody."""
    names = dict.fromkeys(str(row[part]) for row in rows if row[part])
    return words.listed([parts.one_line(name, _NAME) for name in list(names)[:_SHOWN]])


def _by_receiver(rows: Sequence[Mapping[str, Any]], words: Words) -> list[str]:
    """A line for each who gets some clients, with which."""
    found: dict[str, list[Mapping[str, Any]]] = {}
    for row in rows:
        found.setdefault(str(row["to"]), []).append(row)
    return [
        "• " + words.say("{to}: {clients}", to=parts.one_line(to, _NAME), clients=_listed(theirs, words))
        for to, theirs in found.items()
    ]


def _listed(rows: Sequence[Mapping[str, Any]], words: Words) -> str:
    """The first of some clients by name, and how many more there are."""
    clients = [parts.one_line(str(row["client"]), _NAME) for row in rows[:_SHOWN]]
    if (more := len(rows) - _SHOWN) > 0:
        clients.append(words.count("{n} more", "{n} more", more))
    return words.listed(clients)


# --- The lead, of what they did not decide ----------------------------------------------------------------


def led(facts: Mapping[str, Any], words: Words) -> Message:
    """To the lead of who had some clients: whoever runs Rapport handed them over; with a way back for a day."""
    rows: Sequence[Mapping[str, Any]] = facts["rows"]
    kept = [row for row in rows if not row["undone"]]
    former = parts.one_line(str(rows[0]["former"]), _NAME)
    intro = words.count(
        "Whoever runs Rapport handed {n} client of {former} over.",
        "Whoever runs Rapport handed {n} clients of {former} over.",
        len(rows),
        former=former,
    )
    lines = [intro]
    lines += _by_receiver(kept, words)
    if len(kept) < len(rows):
        lines.append(words.count("{n} was taken back.", "{n} were taken back.", len(rows) - len(kept)))
    if not facts["undoable"] or not kept:
        return parts.stated("\n".join(lines))
    lines.append(words.say("It can be undone for a day."))
    return parts.stated("\n".join(lines), parts.actions(undo_all_button(facts["at"], facts["former"], words)))


def undo_all_button(at: str, former_id: int | None, words: Words) -> parts.Element:
    """Takes back what one decision moved from a member."""
    return parts.button(
        words.say("Undo all"),
        "handover.undo_all",
        parts.value_of(at=at, former=former_id),
        spoken=words.say("Take all of these handovers back"),
    )


def taken_back(clients: Sequence[str], left: Sequence[tuple[str, str]], words: Words) -> Message:
    """To who took several handovers back: which clients are where they were, and which are not and why."""
    lines = [words.count("{n} client is back.", "{n} clients are back.", len(clients))]
    if left:
        lines.append(words.count("{n} could not go back:", "{n} could not go back:", len(left)))
        for client, why in left[:_SHOWN]:
            lines.append(
                "• " + words.say("{client}: {reason}", client=parts.one_line(client, _NAME), reason=why)
            )
        if (more := len(left) - _SHOWN) > 0:
            lines.append(words.count("and {n} more", "and {n} more", more))
    return parts.stated("\n".join(lines))


# --- Who decided ------------------------------------------------------------------------------------------


def done(of: Done, words: Words) -> Message:
    """What was done, with a way back for a day."""
    facts = {
        "client": parts.one_line(of.client, _NAME),
        "to": parts.one_line(of.to, _NAME),
        "former": parts.one_line(of.former, _NAME) if of.former else words.say("nobody"),
    }
    if of.handover.undone_at is not None:
        return parts.stated(words.say("Taken back: {client} is with {former} again.", **facts))
    said = words.say(
        "{to} looks after {client} from now on, and has the brief with all that is open; the first contact is due by "
        "{day}.",
        **facts,
        day=words.weekday(of.first_touch_on),
    )
    if not of.undoable:
        return parts.stated(said)
    return parts.stated(said, parts.actions(undo_button(of.handover.id, of.client, words)))


def check(facts: Mapping[str, Any], words: Words) -> Message:
    """Thirty days later: how does it go, and what was said; of several clients each by itself."""
    checks: Sequence[Mapping[str, Any]] = facts["checks"]
    among = [int(each["row"]["handover"]) for each in checks]
    lines: list[str] = []
    blocks: list[Block] = []
    if len(checks) > 1:
        lines.append(
            words.say("{n} clients went to somebody else thirty days ago. How does it go?", n=len(checks))
        )
        blocks.append(parts.section(parts.plain(lines[0])))
    for each in checks:
        said, shown = _one_check(each, among, words)
        lines.append(said)
        blocks += shown
    if any(each["went"] is None for each in checks):
        small = words.say("It is about the client. The answer is kept in its history.")
        blocks.append(parts.context(parts.plain(small)))
    return parts.told("\n".join(lines), blocks)


def _one_check(facts: Mapping[str, Any], among: Sequence[int], words: Words) -> tuple[str, list[Block]]:
    row = facts["row"]
    names = _names(row, words)
    day = words.weekday(date.fromisoformat(facts["on"]))
    if len(among) > 1:
        lines = [words.say("On {day} {client} went to {to}.", **names, day=day)]
    else:
        lines = [words.say("On {day} {client} went to {to}. How does it go?", **names, day=day)]
    if facts["first_touch"] is None:
        lines.append(words.say("Nothing has been logged with {client} since.", **names))
    else:
        lines.append(
            words.count(
                "{n} touch has been logged since, the first on {day}.",
                "{n} touches have been logged since, the first on {day}.",
                facts["touches"],
                day=words.weekday(date.fromisoformat(facts["first_touch"])),
            )
        )
    blocks: list[Block] = [parts.section(parts.plain("\n".join(lines)))]
    went = facts["went"]
    if went is None:
        blocks.append(parts.actions(*_answers(row, among, words)))
        return "\n".join(lines), blocks
    said = words.say("You said: {went}.", went=words.say(WENT[went]))
    if went == Went.EARLY:
        said += " " + words.say("I ask again in {days} days.", days=CHECKED_AFTER)
    lines.append(said)
    blocks.append(parts.section(parts.plain(said)))
    if went == Went.ATTENTION:
        blocks.append(parts.actions(*_help(row, words)))
    return "\n".join(lines), blocks


def _answers(row: Mapping[str, Any], among: Sequence[int], words: Words) -> list[parts.Element]:
    labels = {
        Went.WELL: words.say("It goes well"),
        Went.EARLY: words.say("Too early to say"),
        Went.ATTENTION: words.say("Needs attention"),
    }
    name = parts.one_line(str(row["client"]), 40)
    return [
        parts.button(
            label,
            f"handover.went:{went.value}:{row['handover']}",
            parts.value_of(handover=row["handover"], went=went.value, among=list(among)),
            spoken=words.say("{label}: {value}", label=name, value=label),
        )
        for went, label in labels.items()
    ]


def _help(row: Mapping[str, Any], words: Words) -> list[parts.Element]:
    client_id, name = int(row["client_id"]), parts.one_line(str(row["client"]), 40)
    value = parts.value_of(client=client_id)
    return [
        parts.button(
            words.say("Offer help"),
            f"lead.help:{client_id}",
            value,
            spoken=words.say("Offer help with {client}", client=name),
        ),
        covers.button(client_id, str(row["client"]), words),
        parts.button(
            words.say("Hand over"),
            f"reassign.open:{client_id}",
            value,
            spoken=words.say("Hand {client} over to somebody else", client=name),
        ),
        _open(row, words),
    ]
