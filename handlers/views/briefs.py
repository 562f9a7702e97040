"""The brief: its first screen, which fits a phone, and the whole of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot.domain.briefs import Brief, Met, Person, Usual
from bot.domain.money import Money
from bot.domain.preferences import Preference
from bot.domain.timeline import Month
from handlers import i18n
from handlers.answers import Block, Message
from handlers.i18n import Words
from handlers.views import (
    charts,
    clients,
    complaints,
    concessions,
    digest,
    figures,
    parts,
    promises,
    reasons,
    responses,
    rhythms,
    touch_actions,
    touches,
)

PREFERENCES: Mapping[str, str] = {
    Preference.TEAMS: i18n.message("teams"),
    Preference.MUSIC: i18n.message("music"),
    Preference.FOOD: i18n.message("food"),
    Preference.DRINKS: i18n.message("drinks"),
    Preference.HOBBIES: i18n.message("hobbies"),
    Preference.REFUSALS: i18n.message("does not want"),
}
"""What is known of a person's likings, by its field in the book: those of the closed list, and no others."""

VERDICTS: Mapping[str, str] = {
    "allowed": i18n.message("allowed"),
    "needs_approval": i18n.message("needs approval first"),
    "not_allowed": i18n.message("not allowed"),
    "ask": i18n.message("no rule on file, ask them first"),
}

_NAME = 120
_SHORT = 60
_PROMISES, _TOUCHES, _PEOPLE, _NOTE, _LAST_MONTHS = 3, 2, 5, 60, 3
"""How many promises, touches, people and months the first screen shows, and how much of a note."""
_QUESTIONS = 2
_WHOLE_NOTE = 110
_WHOLE_PROMISES = 6
_WHOLE_PEOPLE = 12


# --- The first screen -------------------------------------------------------------------------------------


def brief(found: Brief, words: Words, *, zone: ZoneInfo, now: datetime) -> Message:
    """What to know before speaking to a client, on one screen of a phone; **More** tells the rest."""
    name = parts.one_line(found.client, _NAME)
    lines: list[str] = [name]
    blocks: list[Block] = [parts.header(name)]
    lines += [responses.line(each, words, zone, now) for each in found.waiting[:_QUESTIONS]]
    blocks += responses.row_blocks(found.waiting[:_QUESTIONS], words, zone, now=now, of_one_client=True)
    for section in _first_screen(found, words, zone, now):
        lines += section.lines
        blocks.append(section.block)
    if found.learnt is not None:
        lines.append(rhythms.proposal(found.learnt, found.usual, words))
        blocks += _learnt(found, words)
    blocks.append(actions(found, words, more=True))
    return parts.told("\n".join(lines), blocks)


def pushed(found: Brief, words: Words, *, zone: ZoneInfo, now: datetime, title: str) -> Message:
    """The first screen under the title of a meeting that is about to begin."""
    shown = brief(replace(found, meeting_at=None), words, zone=zone, now=now)
    return Message(f"{i18n.escape(title)}\n{shown.text}", [parts.section(parts.plain(title)), *shown.blocks])


def _learnt(found: Brief, words: Words) -> list[Block]:
    """The rhythm that was learnt, with the buttons for who may change it."""
    if found.learnt is None:
        return []
    if not found.may_edit:
        return [parts.context(parts.plain(rhythms.proposal(found.learnt, found.usual, words)))]
    return rhythms.blocks(found.client_id, found.learnt, found.usual, words)


class _Section:
    """One block of the first screen with what it says as plain lines."""

    def __init__(self, block: Block, lines: Sequence[str]) -> None:
        self.block = block
        self.lines = list(lines)


def _first_screen(found: Brief, words: Words, zone: ZoneInfo, now: datetime) -> list[_Section]:
    """The sections in their order; what there is nothing to say of is left out."""
    standing = _standing(found, words, zone, now)
    sections = [_said(standing)]
    if promised := _promises(found, words):
        sections.append(_titled(words.say("Promised"), promised, words))
    if found.step:
        sections.append(_said([touches.next_step(found.step, found.step_on, words)]))
    if not found.balance.empty:
        sections.append(_balance(found, words))
    sections.append(_said([_spoken(found, words)]))
    last = [touch_line(each, words, zone, now, _NOTE) for each in found.touches[:_TOUCHES]]
    sections.append(_titled(words.say("Last touches"), last or [_nothing_logged(found, words)], words))
    small = [_quarter(found.months, words)] if last else []  # that nothing is logged stands above already
    if gifts := _usual_lines(found.usuals, words):
        small.append(" ".join(gifts))
    if small:
        sections.append(_small(small))
    return sections


def _said(lines: Sequence[str]) -> _Section:
    return _Section(parts.section(parts.plain("\n".join(lines))), lines)


def _small(lines: Sequence[str]) -> _Section:
    return _Section(parts.context(*[parts.plain(line) for line in lines]), lines)


def _balance(found: Brief, words: Words) -> _Section:
    """What was given and what came back, with the way to the list."""
    said = concessions.balance_line(found.balance, words)
    title = words.say("Give and get")
    shown = words.markup("*{title}*", title=title) + "\n" + i18n.escape(said)
    show = concessions.list_button(found.client_id, found.client, words)
    return _Section(parts.section(parts.marked(shown), show), [words.say("{title}:", title=title), said])


def _titled(title: str, lines: Sequence[str], words: Words) -> _Section:
    shown = "\n".join([words.markup("*{title}*", title=title), *(f"• {i18n.escape(line)}" for line in lines)])
    colon = words.say("{title}:", title=title)
    return _Section(parts.section(parts.marked(shown)), [colon, *(f"• {line}" for line in lines)])


def _standing(found: Brief, words: Words, zone: ZoneInfo, now: datetime) -> list[str]:
    lines = [
        words.say(
            "{state} · Tier {tier} · usually {rhythm}",
            state=digest.standing(found.state, found.on_hold, words),
            tier=found.tier,
            rhythm=reasons.rhythm(found.usual, words),
        ),
        _team(found, words),
        _due(found, words),
    ]
    if found.meeting_at is not None:
        day = touches.when(found.meeting_at, False, words, zone, now)
        lines.append(words.say("You meet them {day}.", day=day))
    if found.found_by is not None and (said := clients.found_by(found.found_by, words)):
        lines.insert(0, said)
    if found.complaint_on is not None:
        lines.append(complaints.complaint_line(found.complaint_on, words))
    lines += [reasons.occasion(each, words) for each in found.occasions[:2]]
    if found.snoozed_until is not None:
        lines.append(words.say("Snoozed until {day}.", day=words.weekday(found.snoozed_until)))
    return lines


def _team(found: Brief, words: Words) -> str:
    if not found.owner:
        said = words.say("Nobody looks after it yet.")
    else:
        said = words.say("Looked after by {owner}.", owner=parts.one_line(found.owner, _SHORT))
    if found.backup:
        backup = words.say("Backup: {name}.", name=parts.one_line(found.backup, _SHORT))
        said = f"{said} {backup}"
    if found.sponsor:
        sponsor = words.say("Sponsor: {name}.", name=parts.one_line(found.sponsor, _SHORT))
        said = f"{said} {sponsor}"
    return said


def _due(found: Brief, words: Words) -> str:
    if found.on_hold:
        return digest.unreminded(words)
    if found.due_on is None:
        return words.say("No next contact is planned.")
    if found.is_due:
        return words.say("A contact is due now.")
    return words.say("Next contact by {day}.", day=words.weekday(found.due_on))


def _promises(found: Brief, words: Words, most: int = _PROMISES) -> list[str]:
    lines = [
        words.say("{text} ({due})", text=parts.one_line(each.text, _NAME), due=promises.due(each, words))
        for each in found.promises[:most]
    ]
    if more := len(found.promises) - len(lines):
        lines.append(words.count("{n} more", "{n} more", more))
    kept = promises.kept_line(found.kept, words)
    return [*lines, kept] if kept else lines


def _spoken(found: Brief, words: Words) -> str:
    """With how many of those who are known we really spoke, and with whom."""
    if not found.people:
        return words.say("Nobody known there yet: name somebody when you log a touch.")
    spoken = found.spoken_to
    if not spoken:
        return words.count(
            "Not spoken in 90 days with the one person known there: {people}.",
            "Spoke with nobody of {n} people known there in 90 days: {people}.",
            len(found.people),
            people=_names(found.people, words),
        )
    return words.count(
        "Spoke with {number} of {n} person in 90 days: {people}.",
        "Spoke with {number} of {n} people in 90 days: {people}.",
        len(found.people),
        number=words.number(len(spoken)),
        people=_names(spoken, words),
    )


def _names(people: Sequence[Person], words: Words) -> str:
    first = [parts.one_line(_label(each), _NAME) for each in people[:_PEOPLE]]
    if more := len(people) - len(first):
        first.append(words.count("{n} more", "{n} more", more))
    return words.listed(first)


def _label(person: Person) -> str:
    """A person with the role, where it is known: ``Jane Smith (buyer)``."""
    return f"{person.name} ({person.role})" if person.role else person.name


def touch_line(met: Met, words: Words, zone: ZoneInfo, now: datetime, note: int) -> str:
    """A touch in one line of plain text, with at most so much of its note."""
    line = " · ".join(
        [words.say(touches.CHANNELS[met.channel]), touches.when(met.at, met.whole_day, words, zone, now)]
    )
    if met.people:
        people = words.listed([parts.one_line(each, _SHORT) for each in met.people[:3]])
        line = words.say("{touch}, {people}", touch=line, people=people)
    if met.author:
        line = words.say("{touch} · {author}", touch=line, author=parts.one_line(met.author, _SHORT))
    if met.complaint:
        line = words.say("{touch} · complaint", touch=line)
    if met.note.strip():
        line = words.say("{touch}: {note}", touch=line, note=parts.one_line(met.note, note))
    return line


def _nothing_logged(found: Brief, words: Words) -> str:
    """A client may have been spoken to before it came into the book."""
    if found.last_on is None:
        return words.say("Nothing logged yet. Log the first touch below.")
    return words.say("Nothing logged yet; you last spoke on {day}.", day=words.day(found.last_on))


# --- The whole --------------------------------------------------------------------------------------------


def whole(found: Brief, words: Words, *, zone: ZoneInfo, now: datetime) -> Message:
    """All of the brief: promises with their buttons, five touches, people and what they like and may receive."""
    name = parts.one_line(found.client, _NAME)
    standing = _standing(found, words, zone, now)
    lines = [name, *standing]
    lines += [responses.line(each, words, zone, now) for each in found.waiting[:_QUESTIONS]]
    blocks: list[Block] = [
        parts.header(name),
        *responses.row_blocks(found.waiting[:_QUESTIONS], words, zone, now=now, of_one_client=True),
        *parts.stated_blocks("\n".join(standing)),
    ]

    def add(title: str, said: Sequence[str], more: Sequence[Block] = ()) -> None:
        section = _titled(title, said, words)
        lines.extend(section.lines)
        blocks.append(section.block)
        blocks.extend(more)

    if promised := _promises(found, words, _WHOLE_PROMISES):
        section = _titled(words.say("Promised"), promised, words)
        lines.extend(section.lines)
        kept = promises.kept_line(found.kept, words)
        blocks.append(_titled(words.say("Promised"), [kept] if kept else [], words).block)
        shown = found.promises[:_WHOLE_PROMISES]
        blocks.extend(promises.row_blocks(shown, words, None, of_one_client=True))
    if not found.balance.empty:
        balance = _balance(found, words)
        lines.extend(balance.lines)
        blocks.append(balance.block)
    if found.step:
        add(words.say("What comes next"), [touches.next_step(found.step, found.step_on, words)])
    last = [touch_line(each, words, zone, now, _WHOLE_NOTE) for each in found.touches]
    section = _titled(words.say("Last touches"), last or [_nothing_logged(found, words)], words)
    lines.extend(section.lines)
    if any(each.changeable for each in found.touches):
        title = words.markup("*{title}*", title=words.say("Last touches"))
        blocks += [parts.section(parts.marked(title)), *_touches(found.touches, last, words)]
    else:
        blocks.append(section.block)
    add(words.say("People"), [_spoken(found, words), *_people(found, words)])
    if gifts := _usual_lines(found.usuals, words):
        add(words.say("What they may receive"), gifts)
    if last:
        title = words.say("The last twelve months")
        add(title, [_year(found.months, words), *_by_direction(found.months, words)])
    if any(month.touches for month in found.months):
        year = figures.year_chart(found.months, words)
        blocks += [charts.drawn(year), charts.table(year, words)]
    blocks.append(actions(found, words, more=False))
    return parts.told("\n".join(lines), blocks)


def _touches(met: Sequence[Met], said: Sequence[str], words: Words) -> list[Block]:
    """Each touch with the menu for who may change it."""
    return [
        parts.section(
            parts.plain(line), touch_actions.menu(each.touch_id, words) if each.changeable else None
        )
        for each, line in zip(met, said, strict=True)
    ]


def _people(found: Brief, words: Words) -> list[str]:
    lines = [_person(each, words) for each in found.people[:_WHOLE_PEOPLE]]
    if more := len(found.people) - len(lines):
        lines.append(words.count("{n} more", "{n} more", more))
    return lines


def _person(person: Person, words: Words) -> str:
    said = parts.one_line(_label(person), _NAME)
    if person.conversations:
        times = words.count(
            "{n} conversation in 90 days", "{n} conversations in 90 days", person.conversations
        )
        said = f"{said} · {times}"
    known = dict(person.preferences)
    for key, label in PREFERENCES.items():
        if not known.get(key):
            continue
        liking = words.say(
            "{field}: {value}", field=words.say(label), value=parts.one_line(known[key], _SHORT)
        )
        said = f"{said} · {liking}"
    return said


def _usual_lines(usuals: Sequence[Usual], words: Words) -> list[str]:
    """What people may receive, a line for each, and that it is no check; empty where nothing was asked."""
    lines = []
    for person in dict.fromkeys(each.person for each in usuals):
        theirs = [each for each in usuals if each.person == person]
        if all(each.verdict == "ask" for each in theirs):
            lines.append(
                words.say(
                    "For {person}: no rule on gifts on file, ask them first.",
                    person=parts.one_line(person, _SHORT),
                )
            )
            continue
        said = [_usual(each, words) for each in theirs]
        lines.append(
            words.say("For {person}: {gifts}.", person=parts.one_line(person, _SHORT), gifts="; ".join(said))
        )
    if lines:
        lines.append(words.say("Orientation only: check before you buy."))
    return lines


def _usual(usual: Usual, words: Words) -> str:
    amount = words.money(Money(usual.amount, usual.currency))
    verdict = words.say(VERDICTS[usual.verdict]) if usual.verdict in VERDICTS else usual.verdict
    if usual.kind == "meal":
        said = words.say("a meal of {amount} with you there: {verdict}", amount=amount, verdict=verdict)
    else:
        said = words.say("a gift of {amount}: {verdict}", amount=amount, verdict=verdict)
    if usual.left is None or usual.verdict not in ("allowed", "needs_approval"):
        return said
    left = words.money(Money(usual.left, usual.left_currency))
    return words.say("{gift} ({left} left after it)", gift=said, left=left)


# --- The timeline -----------------------------------------------------------------------------------------


def _year(months: Sequence[Month], words: Words) -> str:
    """Touches by month in one sentence that a screen reader reads well: the drawing of a year in words."""
    total = sum(month.touches for month in months)
    if not total:
        return words.say("No touch in the last twelve months.")
    by_month = ", ".join(
        words.say("{month} {n}", month=_month(month.first, words), n=month.touches) for month in months
    )
    return words.count(
        "{n} touch in twelve months: {months}.",
        "{n} touches in twelve months: {months}.",
        total,
        months=by_month,
    )


def _quarter(months: Sequence[Month], words: Words) -> str:
    """The year in a number, and its last three months."""
    total = sum(month.touches for month in months)
    if not total:
        return words.say("No touch in the last twelve months.")
    last = ", ".join(
        words.say("{month} {n}", month=_month(month.first, words), n=month.touches)
        for month in months[-_LAST_MONTHS:]
    )
    return words.count(
        "{n} touch in twelve months, of late: {months}.",
        "{n} touches in twelve months, of late: {months}.",
        total,
        months=last,
    )


def _month(first: date, words: Words) -> str:
    return words.month(first)


def _by_direction(months: Sequence[Month], words: Words) -> list[str]:
    counts = [
        (words.say(label), sum(month.by_direction.get(direction, 0) for month in months))
        for direction, label in touches.DIRECTIONS.items()
    ]
    said = [words.say("{direction}: {n}", direction=label, n=n) for label, n in counts if n]
    return [" · ".join(said)] if said else []


# --- Buttons ----------------------------------------------------------------------------------------------


def actions(found: Brief, words: Words, *, more: bool) -> Block:
    """What can be done from a brief; further buttons of a client belong here."""
    value = parts.value_of(client=found.client_id)
    short = parts.one_line(found.client, 40)
    log, promise, meeting = (
        parts.button(
            words.say("Log a touch"),
            "client.log",
            value,
            spoken=words.say("Log a touch with {client}", client=short),
        ),
        parts.button(
            words.say("Add a promise"),
            "promise.open_form",
            value,
            spoken=words.say("Add a promise to {client}", client=short),
        ),
        parts.button(
            words.say("Enter a meeting"),
            "meeting.open_form",
            value,
            spoken=words.say("Enter a meeting with {client}", client=short),
        ),
    )
    turn = (
        parts.button(
            words.say("More"), "client.more", value, spoken=words.say("More about {client}", client=short)
        )
        if more
        else parts.button(
            words.say("Less"), "client.less", value, spoken=words.say("Less about {client}", client=short)
        )
    )
    settle = [] if found.complaint_on is None else [complaints.settle(found.client_id, found.client, words)]
    waits = [
        *([] if found.waiting else [responses.start_button(found.client_id, found.client, words)]),
        *([responses.direct_button(found.client_id, found.client, words)] if found.may_say_direct else []),
    ]
    return parts.actions(log, promise, meeting, *waits, *settle, turn)
