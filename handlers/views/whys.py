"""Why am I seeing this: every term of a client's place in the digest, in words."""

from __future__ import annotations

from babel.numbers import format_decimal

from bot.domain.cadence import Why
from bot.domain.digest import Lane
from bot.domain.whys import Why as Found
from handlers import i18n
from handlers.answers import Block, Message
from handlers.i18n import Words
from handlers.views import digest, parts, promises, reasons, rhythms

_NAME = 120

IN_FORCE = {
    Why.TIER: i18n.message("Contact {rhythm}: that of tier {tier}."),
    Why.OWN: i18n.message("Contact {rhythm}: the client’s own rhythm."),
    Why.NEW: i18n.message("Contact {rhythm}: the client is new, or new to you."),
    Why.MISSED: i18n.message(
        "Contact within {n} working days, until somebody has spoken to them after the answer: "
        "a question was left waiting too long on {day}."
    ),
    Why.COMPLAINT: i18n.message("Contact within {n} working days: a complaint is open."),
}


def message(found: Found, words: Words) -> Message:
    """All that counts towards a client's place, and what would end it."""
    name = parts.one_line(found.client.name, _NAME)
    title = words.say("Why you see {client}", client=name)
    said = [*_why(found, words), *_order(found, words), _ends(found, words)]
    shown = "\n".join(f"• {line}" for line in said if line)
    blocks: list[Block] = [
        parts.section(parts.marked(words.markup("*{title}*", title=title))),
        parts.section(parts.plain(shown)),
    ]
    lines = [title, shown]
    if found.learnt is not None and found.learnt.proposed:
        proposal = rhythms.proposal(found.learnt.rhythm, found.learnt.cadence.due, words)
        lines.append(proposal)
        blocks += rhythms.blocks(found.client.id, found.learnt.rhythm, found.learnt.cadence.due, words)
    return parts.told("\n".join(lines), blocks)


def _why(found: Found, words: Words) -> list[str]:
    said = [
        words.say(
            "You owe them: {text} ({due}).",
            text=parts.one_line(each.text, 80),
            due=promises.due(each, words),
        )
        for each in found.owed[:3]
    ]
    for occasion in found.occasions:
        line = reasons.occasion(occasion, words)
        said.append(words.say("You have something for them: {occasion}", occasion=line))
    if Lane.CLOSE in found.lanes and found.due_on is not None:
        said.append(
            words.say(
                "Stay close: {state} since {day}.",
                state=digest.state(found.state, words).lower(),
                day=words.weekday(
                    found.neglected_on if found.urgency.neglected and found.neglected_on else found.due_on
                ),
            )
        )
    if not found.lanes:
        said.append(_silent(found, words))
    return said


def _silent(found: Found, words: Words) -> str:
    if found.on_hold:
        return words.say("It is on hold: nobody is reminded of it.")
    if found.snoozed_until is not None:
        return words.say("Snoozed until {day}.", day=words.weekday(found.snoozed_until))
    if found.due_on is None:
        return words.say("Nothing is to be done now.")
    return words.say("Nothing is to be done now; next contact by {day}.", day=words.weekday(found.due_on))


def _order(found: Found, words: Words) -> list[str]:
    """The rhythm in force, and the terms of the urgency with their sum."""
    said = [in_force(found, words)]
    if Lane.CLOSE not in found.lanes:
        return said
    late, total = _number(found.urgency.late, words), _number(found.urgency.total, words)
    if found.urgency.complaint:
        said.append(
            words.say(
                "Urgency {total} = {late} for the time since it became due, in intervals of its rhythm "
                "+ {complaint} for an open complaint.",
                total=total,
                late=late,
                complaint=_number(found.urgency.complaint, words),
            )
        )
    else:
        said.append(
            words.say(
                "Urgency {total}: the time since it became due, in intervals of its rhythm.", total=total
            )
        )
    if found.urgency.neglected:
        said.append(words.say("Neglected: it stands before all that are only due."))
    if found.urgency.gives_way and found.gives_way_until is not None:
        said.append(
            words.count(
                "{n} morning message named it to you and nothing was done: until {day} it lets others come first.",
                "{n} morning messages named it to you and nothing was done: until {day} it lets others come first.",
                found.named_times,
                day=words.weekday(found.gives_way_until),
            )
        )
    return said


def in_force(found: Found, words: Words) -> str:
    """Which cadence is in force, and why that one."""
    due = found.cadence.due
    return words.say(
        IN_FORCE[found.cadence.why],
        rhythm=reasons.rhythm(due, words),
        tier=found.client.tier.value,
        n=due,
        day="" if found.missed_on is None else words.weekday(found.missed_on),
    )


def _ends(found: Found, words: Words) -> str:
    """What would make the row disappear."""
    match found.lanes:
        case ():
            return ""
        case (Lane.OWED, *_):
            return words.say(
                "It goes when the promise is kept, moved or released, or when you snooze the client."
            )
        case (Lane.SOMETHING, *_):
            return words.say("It goes when you log a touch, press “Seen to”, or snooze the client.")
        case _:
            return words.say("It goes when anybody logs a touch, or when you snooze the client.")


def _number(value: float, words: Words) -> str:
    return str(format_decimal(round(value, 1), format="0.0", locale=words.locale))
