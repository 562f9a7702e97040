"""The register as compliance sees it: the last entries, both windows side by side, and the form for an export."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from bot.domain.clients import Client, Contact
from bot.domain.gifts.chain import EntryKind
from bot.domain.gifts.register import Side
from bot.domain.gifts.register_rows import Form, RegisterRow
from bot.domain.gifts.windows import Windows
from handlers import i18n
from handlers.answers import Block, Message, View
from handlers.exports.columns import SIDES, kind_words
from handlers.i18n import Words
from handlers.views import parts
from handlers.views.gift_register import FATES
from handlers.views.gift_windows import windows_text
from handlers.views.gift_words import CATEGORIES, RECEIVED_VERDICTS, VERDICTS

_NAME = 80
_WHAT = 160

FORMS: Mapping[Form, tuple[str, str]] = {
    Form.XLSX: (i18n.message("Excel workbook (XLSX)"), i18n.message("Every entry, to filter and to sort")),
    Form.CSV: (i18n.message("CSV file"), i18n.message("Every entry, for other programs")),
    Form.PDF: (
        i18n.message("One page with charts (PDF)"),
        i18n.message("Values, months, clients, decisions"),
    ),
    Form.PNG: (i18n.message("The same page as a picture (PNG)"), i18n.message("To be put into a report")),
}


@dataclass(frozen=True, slots=True)
class Shown:
    """What stands on the page: see `bot.services.register_page`. `typed` is what was looked for, `note` said of it."""

    rows: Sequence[RegisterRow]
    total: int
    client: Client | None = None
    contact: Contact | None = None
    given: Windows | None = None
    received: Windows | None = None
    choices: Sequence[tuple[Client, Contact | None]] = ()
    typed: str = ""
    note: str = ""


def page(shown: Shown, zone: ZoneInfo, words: Words, notes: Mapping[str, Any]) -> View:
    """The page as a form: whose entries are wanted can be typed, and asked for again."""
    about = parts.text_input(
        "about", shown.typed, limit=200, placeholder=words.say("For example: Jane Smith at Ford")
    )
    blocks: list[Block] = [
        parts.field("about", words.say("Client or person"), about, optional=True),
    ]
    if shown.note:
        blocks.append(parts.section(parts.plain(shown.note)))
    if shown.choices:
        blocks.append(
            parts.actions(
                *(
                    parts.button(
                        name_of(client, contact, words),
                        f"register.about:{client.id}-{contact.id if contact is not None else 0}",
                        parts.value_of(client=client.id, contact=contact.id if contact is not None else None),
                    )
                    for client, contact in shown.choices
                )
            )
        )
    if shown.client is not None:
        blocks += _sums(shown, shown.client, words)
    blocks.append(export_button(words))
    blocks += entries(shown, zone, words)
    return parts.modal(
        "register.page",
        words.say("Gift register"),
        blocks,
        submit=words.say("Show"),
        close=words.say("Close"),
        notes=notes,
    )


def name_of(client: Client, contact: Contact | None, words: Words) -> str:
    if contact is None:
        return parts.one_line(client.name, _NAME)
    return words.say(
        "{person} at {employer}",
        person=parts.one_line(contact.name, _NAME),
        employer=parts.one_line(client.name, _NAME),
    )


def export_button(words: Words) -> Block:
    return parts.actions(
        parts.button(
            words.say("Export"), "register.export", spoken=words.say("Export the register as a file")
        )
    )


def _sums(shown: Shown, client: Client, words: Words) -> list[Block]:
    """What counts, calendar year and twelve months side by side."""
    assert shown.given is not None, "a page about somebody has sums"
    assert shown.received is not None, "a page about somebody has sums"
    year = words.day(shown.given.year.first, "y")
    fields = []
    for label, found in (
        (words.say("Given by all of us"), shown.given),
        (words.say("Received by all of us"), shown.received),
    ):
        in_year, rolling = windows_text(found, words)
        for window, value in (
            (words.say("in {year}", year=year), in_year),
            (words.say("in twelve months"), rolling),
        ):
            fields.append(
                parts.marked(
                    words.markup("*{label}, {window}*\n{sum}", label=label, window=window, sum=value)
                )
            )
    about = name_of(client, shown.contact, words)
    blocks: list[Block] = [parts.header(about), {"type": "section", "fields": fields}]
    if shown.contact is not None:
        note = words.say("What went to nobody by name at {client} is counted as well.", client=client.name)
        blocks.append(parts.context(parts.plain(parts.shortened(note, parts.SECTION))))
    return blocks


def entries(shown: Shown, zone: ZoneInfo, words: Words) -> list[Block]:
    """The entries that are shown, each with when and by whom, and how many there are in all."""
    if shown.choices or (shown.typed and shown.client is None):
        return []
    if not shown.rows:
        return parts.stated_blocks(words.say("No entry yet. Every check and every gift makes one."))
    blocks: list[Block] = [parts.divider()]
    for row in shown.rows:
        blocks.append(parts.section(parts.marked(_entry(row, words))))
        by = words.say(
            "{moment} · {who}", moment=words.moment(row.at, zone), who=row.member or words.say("Rapport")
        )
        blocks.append(parts.context(parts.plain(by)))
    note = words.count(
        "The register has {n} entry in all.", "The register has {n} entries in all.", shown.total
    )
    blocks.append(parts.context(parts.plain(note)))
    return blocks


def _entry(row: RegisterRow, words: Words) -> str:
    """Number and kind in bold, and what it was about."""
    pieces = []
    if row.check_id is not None:
        what = row.description or words.say(CATEGORIES.get(row.category or "", row.category or "–"))
        pieces.append(parts.one_line(what, _WHAT))
    if row.value is not None:
        pieces.append(words.money(row.value))
    who = ", ".join(parts.one_line(name, _NAME) for name in (row.person, row.client) if name)
    if who:
        pieces.append(who)
    if row.direction is Side.RECEIVED and row.kind != EntryKind.RECEIVED:
        pieces.append(words.say(SIDES[row.direction]))
    if row.outcome is not None:
        pieces.append(words.say(FATES[row.outcome]))
    if row.kind == EntryKind.CHECKED and row.verdict is not None:
        known = RECEIVED_VERDICTS if row.direction is Side.RECEIVED else VERDICTS
        pieces.append(words.say(known.get(row.verdict, row.verdict)))
    if row.comment:
        pieces.append(f"“{parts.one_line(row.comment, _WHAT)}”")
    if row.check_id is None and row.details:
        pieces.append(parts.one_line(row.details, _WHAT))
    return words.markup(
        "*{number} · {kind}*\n{about}",
        number=row.number,
        kind=kind_words(row.kind, words),
        about=" · ".join(pieces) or "–",
    )


# --- Export -----------------------------------------------------------------------------------------------


def export_form(first: date, last: date, words: Words, notes: Mapping[str, Any]) -> View:
    choices = [
        parts.choice(words.say(label), form.value, words.say(about)) for form, (label, about) in FORMS.items()
    ]
    return parts.modal(
        "register.export",
        words.say("Export the register"),
        [
            parts.field("first", words.say("First day"), parts.day_picker("first", first)),
            parts.field("last", words.say("Last day"), parts.day_picker("last", last)),
            parts.field(
                "forms",
                words.say("As"),
                parts.checkbox("forms", choices, (Form.XLSX.value, Form.PDF.value)),
            ),
            parts.context(
                parts.plain(
                    words.say("The files come to your conversation with me. That you exported is recorded.")
                )
            ),
        ],
        submit=words.say("Send it to me"),
        close=words.say("Cancel"),
        notes=notes,
    )


def on_its_way(rows: int, files: int, words: Words) -> Message:
    said = words.count("{n} entry is exported.", "{n} entries are exported.", rows)
    where = words.count(
        "The file is being made and comes to your conversation with me in a moment.",
        "{n} files are being made and come to your conversation with me in a moment.",
        files,
    )
    return parts.stated(f"{said} {where}")


def with_the_file(first: date, last: date, number: int, words: Words) -> str:
    """What is said above each file, with Slack's markup undone."""
    return i18n.escape(
        words.say(
            "Gift register, {first} to {last}. This export is entry {number} of the register.",
            first=words.day(first),
            last=words.day(last),
            number=number,
        )
    )


def not_sent(words: Words) -> Message:
    return parts.stated(
        words.say(
            "A file of the register could not be made or sent. Please export it again in a few minutes."
        )
    )
