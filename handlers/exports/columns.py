"""The columns of an exported register: the same in each kind of table, in the asker's language."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from bot.domain.gifts.chain import EntryKind
from bot.domain.gifts.register import Side
from bot.domain.gifts.register_rows import RegisterRow
from handlers.i18n import Words, message
from handlers.views.gift_register import FATES
from handlers.views.gift_words import CATEGORIES, RECEIVED_VERDICTS, VERDICTS

Cell = str | int | Decimal | date | datetime | None
"""A moment is without zone: its column says by which clock it is read."""

KINDS: Mapping[str, str] = {
    EntryKind.CHECKED: message("Checked"),
    EntryKind.GIVEN: message("Given"),
    EntryKind.RECEIVED: message("Received"),
    EntryKind.TAKEN_OUT: message("Taken out"),
    EntryKind.REQUESTED: message("Approval asked for"),
    EntryKind.REOPENED: message("Request reopened"),
    EntryKind.ASKED_BACK: message("Asked back"),
    EntryKind.REPLIED: message("Replied"),
    EntryKind.APPROVED: message("Approved"),
    EntryKind.REFUSED: message("Refused"),
    EntryKind.WITHDRAWN: message("Withdrawn"),
    EntryKind.REMINDED: message("Reminded"),
    EntryKind.DELEGATED: message("Passed to the delegate"),
    EntryKind.HANDED_OVER: message("Handed over with the client"),
    EntryKind.RULES_CHANGED: message("Rules changed"),
    EntryKind.POLICY_ASKED: message("Their policy asked for"),
    EntryKind.POLICY_ANSWERED: message("Their policy answered"),
    EntryKind.EXPORTED: message("Exported"),
}
SIDES: Mapping[Side, str] = {Side.GIVEN: message("given"), Side.RECEIVED: message("received")}


@dataclass(frozen=True, slots=True)
class Column:
    """A heading, how wide it is shown (in characters), and what stands below it."""

    heading: str
    width: int
    cell: Callable[[RegisterRow, ZoneInfo, Words], Cell]


def kind_words(kind: str, words: Words) -> str:
    return words.say(KINDS[kind]) if kind in KINDS else kind


def _verdict(row: RegisterRow, words: Words) -> str:
    if row.verdict is None:
        return ""
    known = RECEIVED_VERDICTS if row.direction is Side.RECEIVED else VERDICTS
    return words.say(known[row.verdict]) if row.verdict in known else row.verdict


COLUMNS: tuple[Column, ...] = (
    Column(message("Number"), 9, lambda row, zone, words: row.number),
    Column(message("Entry"), 18, lambda row, zone, words: kind_words(row.kind, words)),
    Column(message("Moment (UTC)"), 19, lambda row, zone, words: _moment(row.at)),
    Column(message("Moment ({zone})"), 19, lambda row, zone, words: _moment(row.at.astimezone(zone))),
    Column(message("Who"), 22, lambda row, zone, words: row.member),
    Column(message("Client"), 24, lambda row, zone, words: row.client),
    Column(message("Person"), 24, lambda row, zone, words: row.person),
    Column(
        message("Kind of gift"),
        20,
        lambda row, zone, words: (
            words.say(CATEGORIES.get(row.category, row.category)) if row.category else None
        ),
    ),
    Column(message("Description"), 34, lambda row, zone, words: row.description),
    Column(message("Value"), 11, lambda row, zone, words: None if row.value is None else row.value.amount),
    Column(
        message("Currency"), 9, lambda row, zone, words: None if row.value is None else row.value.currency
    ),
    Column(
        message("Direction"),
        10,
        lambda row, zone, words: None if row.direction is None else words.say(SIDES[row.direction]),
    ),
    Column(
        message("What became of it"),
        14,
        lambda row, zone, words: None if row.outcome is None else words.say(FATES[row.outcome]),
    ),
    Column(message("Day of the gift"), 12, lambda row, zone, words: row.on),
    Column(message("Verdict"), 20, lambda row, zone, words: _verdict(row, words)),
    Column(message("Deciding rules"), 28, lambda row, zone, words: "; ".join(rule for rule, _ in row.rules)),
    Column(message("Sources"), 40, lambda row, zone, words: "; ".join(place for _, place in row.rules)),
    Column(message("Rulebook"), 14, lambda row, zone, words: row.rulebook),
    Column(
        message("Decision"),
        14,
        lambda row, zone, words: None if row.decision is None else kind_words(row.decision, words),
    ),
    Column(message("Decided by"), 22, lambda row, zone, words: row.decider),
    Column(message("Comment"), 34, lambda row, zone, words: row.comment),
    Column(message("Check"), 9, lambda row, zone, words: row.check_id),
    Column(message("Request"), 9, lambda row, zone, words: row.request_id),
    Column(message("Further facts"), 30, lambda row, zone, words: row.details),
    Column(message("Seal"), 20, lambda row, zone, words: row.seal),
)


def headings(zone: ZoneInfo, words: Words) -> list[str]:
    return [words.say(column.heading, zone=zone.key) for column in COLUMNS]


def cells(row: RegisterRow, zone: ZoneInfo, words: Words) -> list[Cell]:
    """A row's cells in the order of the columns; text without control characters, which no table can hold."""
    return [_clean(column.cell(row, zone, words)) for column in COLUMNS]


def _moment(moment: datetime) -> datetime:
    return moment.replace(tzinfo=None, microsecond=0)


_CONTROL = dict.fromkeys((*range(32), 127), " ") | {0xFFFE: " ", 0xFFFF: " "}


def _clean(cell: Cell) -> Cell:
    if not isinstance(cell, str):
        return cell
    return cell.translate(_CONTROL).encode("utf-8", "ignore").decode().strip()
