"""A member's settings: what holds, and the forms that change it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, time, timedelta
from typing import Any

from babel import Locale
from babel.dates import format_time, get_timezone_name

from bot.domain.absences import Absence
from bot.domain.covers import CoverSheet
from bot.domain.gate import QUIET_FROM, QUIET_UNTIL
from bot.domain.members import Member, Noise
from bot.domain.pace import Pace
from bot.domain.standing import Standing
from bot.domain.workspaces import LOCALES
from handlers import i18n
from handlers.answers import Block, Message, View
from handlers.i18n import Words
from handlers.views import cover_gaps, covers, gate, parts, strengths
from handlers.views.help import ROLES

BACKUPS = "backups"
PROFILE = "profile"
"""The value of the choice to speak the language of the platform's profile."""
_NAME = 80
_ABSENCES_SHOWN = 10
_HOLIDAYS_SHOWN = 8

NOISES = {
    Noise.ALL: (i18n.message("Everything"), i18n.message("The morning message and whatever may help you")),
    Noise.DIGEST: (
        i18n.message("Morning message only"),
        i18n.message("And what waits for your decision"),
    ),
    Noise.NONE: (i18n.message("Nothing unasked"), i18n.message("Only answers; Home shows the rest")),
}

QUIET, ANY_HOUR = "quiet", "any"
_QUIET = {
    True: (
        i18n.message("In working time"),
        i18n.message("On your working days, from {first} to {last}"),
    ),
    False: (
        i18n.message("At any hour"),
        i18n.message("At any hour of any day, leave excepted; the morning message stays where it is"),
    ),
}
"""What the quiet hours are called, and what is said while they are kept and while they are not."""


def message(standing: Standing, words: Words, note: str = "") -> Message:
    """The settings as a message; `note` says what was just changed."""
    member = standing.member
    lines = [
        words.say("{label}: {value}", label=label, value=value) for label, value in summary(member, words)
    ]
    text = "\n".join([*([note] if note else []), *lines])
    return parts.told(text, [*(parts.stated_blocks(note) if note else []), *blocks(standing, words)])


def summary(member: Member, words: Words) -> list[tuple[str, str]]:
    """The settings in force for a member, as label and value."""
    locale = words.locale
    zone = get_timezone_name(member.zone, width="long", locale=locale, return_zone=False)
    roles = [words.say(label) for role, label in ROLES.items() if member.is_(role)]
    return [
        (words.say("Working hours"), worked(member, words)),
        (
            words.say("Morning message"),
            words.say("{time} on your working days", time=at(member.digest_time, words)),
        ),
        (words.say("Language"), str(locale.get_display_name(locale))),
        (words.say("What I tell you unasked"), words.say(NOISES[member.noise][0])),
        (words.say("When I write to you"), words.say(_QUIET[member.quiet_hours][0])),
        (words.say("Time zone"), f"{zone} ({member.zone})"),
        (words.say("Your role"), words.listed(roles)),
    ]


def worked(member: Member, words: Words) -> str:
    """``Monday to Friday, 09:00–17:00`` in the reader's way."""
    return words.say(
        "{days}, {begin}–{end}",
        days=days_named(member.work_days, words),
        begin=at(member.hours_from, words),
        end=at(member.hours_until, words),
    )


def days_named(days: frozenset[int], words: Words) -> str:
    names = words.locale.days["format"]["wide"]
    ordered = sorted(days)
    if len(ordered) > 2 and ordered == list(range(ordered[0], ordered[-1] + 1)):
        return words.say("{first} to {last}", first=names[ordered[0]], last=names[ordered[-1]])
    return words.listed([str(names[day]) for day in ordered])


def at(moment: time, words: Words) -> str:
    return str(format_time(moment, format="short", locale=words.locale))


def blocks(standing: Standing, words: Words) -> list[Block]:
    """All settings of a member, each with what changes it."""
    member = standing.member
    labels = dict(summary(member, words))
    place = words.markup(
        "*{zone}* {value}\n*{role}* {roles}",
        zone=words.say("Time zone"),
        value=labels[words.say("Time zone")],
        role=words.say("Your role"),
        roles=labels[words.say("Your role")],
    )
    return [
        parts.header(words.say("Your settings")),
        parts.section(
            parts.marked(
                words.markup(
                    "*{label}*\n{worked}\n{morning}: {time}",
                    label=words.say("Working hours"),
                    worked=worked(member, words),
                    morning=words.say("Morning message"),
                    time=at(member.digest_time, words),
                )
            ),
            parts.button(
                words.say("Change"),
                "settings.time",
                spoken=words.say("Change working hours and morning message"),
            ),
        ),
        parts.section(
            parts.marked(
                words.markup(
                    "*{label}*\n{said}",
                    label=words.say("Language"),
                    said=_capital(str(words.locale.get_display_name(words.locale))),
                )
            ),
            _language(member, words),
        ),
        parts.section(
            parts.marked(
                words.markup(
                    "*{label}*\n{said}",
                    label=words.say("What I tell you unasked"),
                    said=words.say(NOISES[member.noise][1]),
                )
            ),
            _noise(member, words),
        ),
        parts.section(
            parts.marked(
                words.markup(
                    "*{label}*\n{said}",
                    label=words.say("When I write to you"),
                    said=_quiet_meaning(_QUIET[member.quiet_hours][1], words),
                )
            ),
            _quiet_hours(member, words),
        ),
        parts.section(
            parts.marked(
                words.markup(
                    "*{label}*\n{said}",
                    label=words.say("What I said and held back"),
                    said="\n".join(_told(standing, words)),
                )
            ),
            parts.button(
                words.say("Show"), "gate.why", spoken=words.say("Show what I said and held back, and why")
            ),
        ),
        parts.divider(),
        *_leave(standing, words),
        *_holidays(standing, words),
        *covers.settings_blocks(standing, words),
        parts.divider(),
        *_snoozes(standing, words),
        *_delegate(standing, words),
        strengths.settings_block(standing.declared, words),
        parts.divider(),
        parts.section(parts.marked(place)),
        parts.context(
            parts.plain(
                words.say(
                    "Your time zone is that of your Slack profile; your role is for an admin to change."
                )
            )
        ),
    ]


def _language(member: Member, words: Words) -> parts.Element:
    choices = [
        *(
            parts.choice(
                _capital(str(Locale.parse(tag, sep="-").get_display_name(tag.replace("-", "_")))), tag
            )
            for tag in LOCALES
        ),
        parts.choice(words.say("As in my Slack profile"), PROFILE),
    ]
    chosen = member.locale if member.chose_locale else PROFILE
    return parts.select("settings.language", choices, words.say("Language"), chosen)


def _capital(name: str) -> str:
    return name[:1].upper() + name[1:]


def _noise(member: Member, words: Words) -> parts.Element:
    choices = [
        parts.choice(words.say(label), noise.value, words.say(meaning))
        for noise, (label, meaning) in NOISES.items()
    ]
    return parts.select("settings.noise", choices, words.say("What I tell you unasked"), member.noise.value)


def _quiet_meaning(meaning: str, words: Words) -> str:
    return words.say(meaning, first=at(QUIET_UNTIL, words), last=at(QUIET_FROM, words))


def _quiet_hours(member: Member, words: Words) -> parts.Element:
    choices = [
        parts.choice(words.say(label), value, _quiet_meaning(meaning, words))
        for value, (label, meaning) in zip((QUIET, ANY_HOUR), (_QUIET[True], _QUIET[False]), strict=True)
    ]
    chosen = QUIET if member.quiet_hours else ANY_HOUR
    return parts.select("settings.quiet", choices, words.say("When I write to you"), chosen)


def _told(standing: Standing, words: Words) -> list[str]:
    lines = [gate.budget(*standing.interrupted, words)]
    if standing.pace is not Pace.DAILY:
        lines.append(words.say(gate.PACES[standing.pace]))
    return lines


def quiet_said(member: Member, words: Words) -> str:
    """What the member has just chosen, as a sentence."""
    return words.say("{meaning}.", meaning=_quiet_meaning(_QUIET[member.quiet_hours][1], words))


def _leave(standing: Standing, words: Words) -> list[Block]:
    absences = standing.absences
    said = words.say("No leave is entered.")
    if absences:
        said = words.say("While you are away, no morning message and no reminder comes.")
    shown: list[Block] = [
        parts.section(
            parts.marked(words.markup("*{label}*\n{said}", label=words.say("Leave"), said=said)),
            parts.button(words.say("Add leave"), "settings.leave"),
        )
    ]
    for absence in absences[:_ABSENCES_SHOWN]:
        period = span(absence, words)
        if absence.from_status:
            said = words.say("{period}, from your Slack status", period=period)
            shown += [
                parts.section(parts.plain(_marked_today(said, absence, standing.today, words))),
                parts.context(
                    parts.plain(words.say("It ends when the status goes, or when you change it in Slack."))
                ),
            ]
            continue
        shown.append(
            parts.section(
                parts.plain(_marked_today(period, absence, standing.today, words)),
                parts.button(
                    words.say("Remove"),
                    f"settings.leave_end:{absence.id}",
                    parts.value_of(absence=absence.id),
                    spoken=words.say("Remove the leave {period}", period=period),
                ),
            )
        )
    if len(absences) > _ABSENCES_SHOWN:
        more = words.count("and {n} later", "and {n} later", len(absences) - _ABSENCES_SHOWN)
        shown.append(parts.context(parts.plain(more)))
    return shown


def _marked_today(period: str, absence: Absence, today: date, words: Words) -> str:
    return words.say("{period} (now)", period=period) if absence.first <= today else period


def span(absence: Absence, words: Words) -> str:
    """The days of an absence: ``3 March 2026``, or from one to the other."""
    if absence.first == absence.last:
        return words.day(absence.first)
    return words.say("{first} to {last}", first=words.day(absence.first), last=words.day(absence.last))


def _holiday(name: str, words: Words) -> str:
    """The name of a holiday; in French with the apostrophe that everything else has."""
    said = parts.one_line(name, _NAME)
    return said.replace("'", "’") if words.locale.language == "fr" else said


def _holidays(standing: Standing, words: Words) -> list[Block]:
    if not standing.member.country:
        return []
    country = words.locale.territories.get(standing.member.country.partition("-")[0], standing.member.country)
    if not standing.holidays:
        said = words.say("No public holidays in the next 60 days ({country}).", country=country)
        return [parts.context(parts.plain(said))]
    listed = words.listed(
        [
            words.say("{name} on {day}", name=_holiday(name, words), day=words.weekday(day))
            for day, name in standing.holidays[:_HOLIDAYS_SHOWN]
        ]
    )
    said = words.say(
        "Public holidays ahead ({country}), which I keep free: {days}.", country=country, days=listed
    )
    return [parts.context(parts.plain(said))]


def _snoozes(standing: Standing, words: Words) -> list[Block]:
    if not standing.snoozes:
        return [
            parts.section(
                parts.marked(
                    words.markup(
                        "*{label}*\n{said}",
                        label=words.say("Snoozed clients"),
                        said=words.say("None: every client is heard of when it is due."),
                    )
                )
            )
        ]
    shown: list[Block] = [
        parts.section(parts.marked(words.markup("*{label}*", label=words.say("Snoozed clients"))))
    ]
    calendar = standing.member.calendar
    for client in standing.snoozed:
        name = parts.one_line(client.name, _NAME)
        assert client.snoozed_until is not None, "only such clients are listed"
        shown.append(
            parts.section(
                parts.plain(
                    words.say(
                        "{client}, until {day}",
                        client=name,
                        day=words.weekday(calendar.local_date(client.snoozed_until)),
                    )
                ),
                parts.button(
                    words.say("End the snooze"),
                    f"settings.snooze_end:{client.id}",
                    parts.value_of(client=client.id),
                    spoken=words.say("End the snooze of {client}", client=name),
                ),
            )
        )
    if standing.snoozes > len(standing.snoozed):
        more = words.count("and {n} more", "and {n} more", standing.snoozes - len(standing.snoozed))
        shown.append(parts.context(parts.plain(more)))
    return shown


def _delegate(standing: Standing, words: Words) -> list[Block]:
    said = words.say("Nobody: requests for approval wait for you.")
    if standing.delegate is not None:
        said = words.say(
            "{name} decides on requests for approval when you have not within a working day.",
            name=parts.one_line(standing.delegate.name, _NAME),
        )
    text = words.markup("*{label}*\n{said}", label=words.say("Who stands in for you"), said=said)
    if standing.lead is not None:
        text += "\n" + words.markup("Your lead is {name}.", name=parts.one_line(standing.lead.name, _NAME))
    return [
        parts.section(
            parts.marked(text),
            parts.button(
                words.say("Change"), "settings.delegate", spoken=words.say("Change who stands in for you")
            ),
        )
    ]


# --- Forms ------------------------------------------------------------------------------------------------


def time_form(member: Member, words: Words, notes: Mapping[str, Any]) -> View:
    """Working days and hours, and when the morning message comes."""
    names = words.locale.days["format"]["wide"]
    days = [parts.choice(_capital(str(names[day])), str(day)) for day in range(7)]
    blocks = [
        parts.field(
            "days",
            words.say("Working days"),
            parts.checkbox("days", days, [str(day) for day in member.work_days]),
            hint=words.say("Clients age in these days alone, and on others I keep quiet."),
        ),
        parts.field("from", words.say("From"), parts.time_picker("from", member.hours_from)),
        parts.field("until", words.say("Until"), parts.time_picker("until", member.hours_until)),
        parts.field(
            "morning",
            words.say("Morning message at"),
            parts.time_picker("morning", member.digest_time),
            hint=words.say("One a day at the most, and none when nobody is due."),
        ),
    ]
    return form("settings.time", words.say("Working hours"), blocks, words, notes)


def leave_form(
    today: date,
    words: Words,
    notes: Mapping[str, Any],
    *,
    clients: int = 0,
    backups: int = 0,
    covering: Sequence[CoverSheet] = (),
) -> View:
    """From when to when, and who covers: for somebody with `clients`, of which `backups` have somebody beside them.

    `covering` is what they agreed to cover themselves, or are asked to.
    """
    blocks = [
        *cover_gaps.warning(covering, words),
        parts.field("first", words.say("First day"), parts.day_picker("first", today + timedelta(days=1))),
        parts.field(
            "last",
            words.say("Last day"),
            parts.day_picker("last", today + timedelta(days=1)),
            hint=words.say(
                "Both days belong to it. Your clients do not age on them, unless a colleague covers."
            ),
        ),
    ]
    if clients:
        blocks.append(
            parts.field(
                "cover",
                words.say("Who covers your clients?"),
                parts.asking_select("people.choose", words.say("Type a name")),
                optional=True,
                hint=words.say("They are asked, and you hear what they say. It ends with the leave."),
            )
        )
    if backups:
        ask_them = words.count(
            "Ask each client’s backup, where nobody is named above ({n} of {clients} has one)",
            "Ask each client’s backup, where nobody is named above ({n} of {clients} have one)",
            backups,
            clients=words.number(clients),
        )
        choice = parts.choice(ask_them, BACKUPS)
        blocks.append(
            parts.field(
                "backups",
                words.say("Backups"),
                parts.checkbox("backups", [choice], [BACKUPS]),
                optional=True,
            )
        )
    return form("settings.leave", words.say("Leave"), blocks, words, notes, submit=words.say("Add"))


def delegate_form(delegate: Member | None, words: Words, notes: Mapping[str, Any]) -> View:
    chosen = None if delegate is None else person_choice(delegate)
    blocks = [
        parts.field(
            "delegate",
            words.say("Who decides when you have not?"),
            parts.asking_select("people.choose", words.say("Type a name"), chosen),
            optional=True,
            hint=words.say("Left empty, nobody stands in for you."),
        )
    ]
    return form("settings.delegate", words.say("Stand-in"), blocks, words, notes)


def person_choice(member: Member) -> parts.Element:
    return parts.choice(parts.one_line(member.name, parts.CHOICE), str(member.id))


def people_choices(members: Sequence[Member]) -> list[parts.Element]:
    return [person_choice(member) for member in members]


def form(
    callback_id: str,
    title: str,
    blocks: Sequence[Block],
    words: Words,
    notes: Mapping[str, Any],
    *,
    submit: str | None = None,
) -> View:
    """A form of settings, which is saved unless `submit` says otherwise; an empty one leaves it nothing to submit."""
    return parts.modal(
        callback_id,
        title,
        blocks,
        submit=words.say("Save") if submit is None else submit,
        close=words.say("Cancel"),
        notes=notes,
    )
