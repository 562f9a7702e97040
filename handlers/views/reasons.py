"""Why a client stands in the digest, in words: the main reason first, then what else is worth knowing, in short."""

from __future__ import annotations

from datetime import date

from bot.domain.cadence import ClientState
from bot.domain.digest import Row, Wrote
from bot.domain.occasions import Occasion, OccasionKind
from handlers.i18n import Words
from handlers.views import parts

_NAME = 60
_NOTES = 3
"""How many short facts follow the reason: a row is read on a phone."""


def lines(row: Row, words: Words) -> list[str]:
    """All that a row says of its client, as lines of plain text."""
    said = [occasion(each, words, row) for each in row.occasions[:2]]
    if row.due or not row.occasions:
        said.append(reason(row, words))
    if noted := _notes(row, words):
        said.append(" · ".join(noted[:_NOTES]))
    return said


def rhythm(days: int, words: Words) -> str:
    """A cadence as a part of a sentence: ``every 14 days``."""
    return words.count("every day", "every {n} days", days)


def occasion(of: Occasion, words: Words, row: Row | None = None) -> str:
    """An occasion in one sentence, with the day on which it falls."""
    day = words.weekday(of.on)
    match of.kind:
        case OccasionKind.RELATION:
            return words.count(
                "{n} year together on {day}.", "{n} years together on {day}.", of.years, day=day
            )
        case OccasionKind.CONTRACT:
            return words.count(
                "The contract is {n} year old on {day}.",
                "The contract is {n} years old on {day}.",
                of.years,
                day=day,
            )
        case OccasionKind.RENEWAL:
            return words.say("The contract is renewed on {day}.", day=words.day(of.on))


def occasion_name(of: Occasion, words: Words) -> str:
    """An occasion in a few words, without its day."""
    match of.kind:
        case OccasionKind.RELATION:
            return words.count("{n} year together", "{n} years together", of.years)
        case OccasionKind.CONTRACT:
            return words.count("contract {n} year old", "contract {n} years old", of.years)
        case OccasionKind.RENEWAL:
            return words.say("renewal of the contract")


def reason(row: Row, words: Words) -> str:
    """Why a client is in the digest, in one sentence of plain text."""
    usual = rhythm(row.usual, words)
    if row.complaint:
        return words.count(
            "A complaint is open, and {n} day has passed since the last contact: speak to them, or settle it.",
            "A complaint is open, and {n} days have passed since the last contact: speak to them, or settle it.",
            row.days,
        )
    if row.missed_on is not None:
        return words.count(
            "A question was left waiting too long on {day}, and {n} day has passed since the last contact: "
            "speak to them.",
            "A question was left waiting too long on {day}, and {n} days have passed since the last contact: "
            "speak to them.",
            row.days,
            day=words.weekday(row.missed_on),
        )
    if row.never:
        return words.count(
            "In your book for {n} day and not contacted yet; you want to talk {rhythm}.",
            "In your book for {n} days and not contacted yet; you want to talk {rhythm}.",
            row.days,
            rhythm=usual,
        )
    if row.one_way and row.wrote is Wrote.WE:
        return words.count(
            "{n} day since the last contact, and only we wrote; you usually talk {rhythm}.",
            "{n} days since the last contact, and only we wrote; you usually talk {rhythm}.",
            row.days,
            rhythm=usual,
        )
    if row.one_way and row.wrote is Wrote.THEY:
        return words.count(
            "{n} day since the last contact, and only they wrote; you usually talk {rhythm}.",
            "{n} days since the last contact, and only they wrote; you usually talk {rhythm}.",
            row.days,
            rhythm=usual,
        )
    if row.one_way:
        return words.count(
            "{n} day since the last contact, in which only one side spoke; you usually talk {rhythm}.",
            "{n} days since the last contact, in which only one side spoke; you usually talk {rhythm}.",
            row.days,
            rhythm=usual,
        )
    if row.covering:
        # It was the colleague who spoke, and whose rhythm it is.
        return words.count(
            "{n} day without contact; a contact is due {rhythm}.",
            "{n} days without contact; a contact is due {rhythm}.",
            row.days,
            rhythm=usual,
        )
    if row.state is ClientState.NEGLECTED or row.by:
        # Says nothing of a last time: a client that was never spoken to is neglected as well, in the end;
        # nor that the reader spoke where a colleague did.
        return words.count(
            "{n} day without contact; you usually talk {rhythm}.",
            "{n} days without contact; you usually talk {rhythm}.",
            row.days,
            rhythm=usual,
        )
    return words.count(
        "{n} day since you last spoke; you usually talk {rhythm}.",
        "{n} days since you last spoke; you usually talk {rhythm}.",
        row.days,
        rhythm=usual,
    )


def _notes(row: Row, words: Words) -> list[str]:
    """Short facts beside the reason, the most telling first."""
    said: list[str] = []
    if row.promised:
        said.append(_promised(row.promised, row.promised_on, words))
    if row.new_owner:
        said.append(words.say("you took it over lately"))
    if row.by:
        said.append(words.say("last contact by {name}", name=parts.one_line(row.by, _NAME)))
    if row.only:
        said.append(
            words.count(
                "in 90 days only with {person}, of {n} person known",
                "in 90 days only with {person}, of {n} people known",
                row.known,
                person=parts.one_line(row.only, _NAME),
            )
        )
    return said


def _promised(count: int, first: date | None, words: Words) -> str:
    if first is None:
        return words.count("{n} promise open", "{n} promises open", count)
    return words.count(
        "{n} promise open, due {day}",
        "{n} promises open, the first due {day}",
        count,
        day=words.short_day(first),
    )
