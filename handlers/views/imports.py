"""What an import says and asks: the preview, the forms for columns and look-alikes, the result."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bot.domain.book_columns import COLUMNS, IGNORED
from bot.domain.imports import Decision
from handlers import i18n
from handlers.answers import Block, Message, View
from handlers.i18n import Words
from handlers.views import import_words, parts
from handlers.views.parts import Element

HEADINGS_A_PAGE = 40
_ROWS = 8
_NAME = 60
_DECISIONS: Mapping[Decision, str] = {
    Decision.SAME: i18n.message("The same client"),
    Decision.ANOTHER: i18n.message("Another client"),
    Decision.SKIP: i18n.message("Leave it out"),
}


def reading(name: str, words: Words) -> Message:
    return parts.stated(words.say("I am reading {file}. This may take a moment.", file=name))


def progress(name: str, done: int, whole: int, words: Words) -> Message:
    return parts.stated(
        words.say(
            "I am reading {file}: {done} of {whole} rows.",
            file=name,
            done=words.number(done),
            whole=words.number(max(done, whole)),
        )
    )


def writing(name: str, words: Words) -> Message:
    return parts.stated(words.say("I am writing what {file} says into the book.", file=name))


def failed(words: Words) -> Message:
    return parts.stated(
        words.say(
            "Something went wrong while I read the file, and nothing was changed. Try again in a while."
        )
    )


def several(words: Words) -> Message:
    return parts.stated(words.say("I take one file at a time. Drop the others once this one is done."))


def no_list(words: Words) -> Message:
    return parts.stated(
        words.say(
            "I read client lists as CSV or as an Excel workbook (.xlsx). Save this file as one of them."
        )
    )


def cancelled(name: str, words: Words) -> Message:
    return parts.stated(words.say("{file} was not imported. Nothing was changed.", file=name))


def unmapped(name: str, headings: Sequence[str], draft: int, words: Words) -> Message:
    """No column tells what the clients are called."""
    text = words.say(
        "I do not know which column of {file} holds the clients’ names. Say what its columns are.", file=name
    )
    shown = words.say("Columns: {headings}", headings=", ".join(heading for heading in headings if heading))
    return parts.told(
        text,
        [
            *parts.stated_blocks(text),
            parts.context(parts.plain(parts.shortened(shown, 1500))),
            parts.actions(
                parts.button(
                    words.say("Say what the columns are"), "import.map", _value(draft), primary=True
                ),
                parts.button(words.say("Cancel"), "import.cancel", _value(draft)),
            ),
        ],
    )


def preview(name: str, found: Mapping[str, Any], draft: int, words: Words) -> Message:
    """What the import would do; `found` are the facts of the draft (see `handlers.imports`)."""
    counts: Mapping[str, int] = found["counts"]
    title = words.say("{file}: what would be imported", file=name)
    blocks: list[Block] = [parts.header(title), parts.section(parts.plain("\n".join(_counts(counts, words))))]
    blocks += _read_as(found, words)
    rejected, near = counts.get("rejected", 0), counts.get("conflict", 0)
    if rejected:
        blocks += _rows(
            words.count("{n} row is wrong:", "{n} rows are wrong:", rejected),
            [_wrong(row, words) for row in found["rejected"]],
            rejected,
            words,
        )
    if near:
        blocks += _rows(
            words.count("{n} client looks like another:", "{n} clients look like others:", near),
            [
                words.say(
                    "Line {line}: {name} looks like {other}",
                    line=row[0],
                    name=parts.one_line(row[1], _NAME),
                    other=parts.one_line(row[2], _NAME),
                )
                for row in found["conflict"]
            ],
            near,
            words,
        )
    if found.get("undecided"):
        blocks.append(
            parts.section(
                parts.plain(
                    words.say("{date} can be read in two ways. Which comes first?", date=found["undecided"])
                )
            )
        )
        blocks.append(
            parts.actions(
                parts.button(words.say("The day"), "import.dates:day", _value(draft, first="day")),
                parts.button(words.say("The month"), "import.dates:month", _value(draft, first="month")),
            )
        )
    blocks.append(parts.actions(*_buttons(found, draft, words)))
    return parts.told(f"{title}. {' '.join(_counts(counts, words))}", blocks)


def _counts(counts: Mapping[str, int], words: Words) -> list[str]:
    new = words.count("{n} new client", "{n} new clients", counts.get("new", 0))
    further = {
        "changed": words.count("{n} changed client", "{n} changed clients", counts.get("changed", 0)),
        "same": words.count("{n} unchanged client", "{n} unchanged clients", counts.get("same", 0)),
        "contacts": words.count("{n} new contact", "{n} new contacts", counts.get("contacts", 0)),
        "contacts_changed": words.count(
            "{n} changed contact", "{n} changed contacts", counts.get("contacts_changed", 0)
        ),
    }
    lines = [new, *(line for kind, line in further.items() if counts.get(kind, 0))]
    if skipped := counts.get("skipped", 0):
        lines.append(words.count("{n} left out", "{n} left out", skipped))
    return [f"• {line}" for line in lines]


def _read_as(found: Mapping[str, Any], words: Words) -> list[Block]:
    headings: Sequence[str] = found["headings"]
    columns: Mapping[str, int] = found["columns"]
    kind = import_words.kind_of_list(found["system"], found["things"], words)
    used = [
        words.say(
            "{heading} → {column}", heading=headings[at], column=import_words.column_name(column, words)
        )
        for column, at in sorted(columns.items(), key=lambda item: item[1])
    ]
    left = [h for at, h in enumerate(headings) if at not in columns.values() and h]
    lines = [words.say("Read as {kind}.", kind=kind)] if kind else []
    lines.append(parts.shortened("; ".join(used), 1200))
    if left:
        lines.append(words.say("Left out: {headings}", headings=parts.shortened(", ".join(left), 500)))
    return [parts.context(parts.plain("\n".join(lines), 2000))]


def _rows(title: str, lines: Sequence[str], count: int, words: Words) -> list[Block]:
    shown = [f"• {line}" for line in lines[:_ROWS]]
    if count > len(shown):
        more = count - len(shown)
        shown.append(
            words.count("… and {n} more, in the file below", "… and {n} more, in the file below", more)
        )
    return [parts.section(parts.plain("\n".join([title, *shown])))]


def _wrong(row: Sequence[Any], words: Words) -> str:
    line, name, code, what = row
    return words.say("Line {line}: {reason}", line=line, reason=import_words.reason(code, what, name, words))


def _buttons(found: Mapping[str, Any], draft: int, words: Words) -> list[Element]:
    counts: Mapping[str, int] = found["counts"]
    value = _value(draft)
    buttons: list[Element] = []
    clients = counts.get("new", 0) + counts.get("changed", 0)
    people = counts.get("contacts", 0) + counts.get("contacts_changed", 0)
    rejected, near = counts.get("rejected", 0), counts.get("conflict", 0)
    if not rejected and not near and clients + people:
        label = words.say(
            "Import {new} new and {changed} changed",
            new=words.number(counts.get("new", 0)),
            changed=words.number(counts.get("changed", 0)),
        )
        if not clients:
            label = words.count("Import {n} contact", "Import {n} contacts", people)
        buttons.append(parts.button(label, "import.confirm", value, primary=True))
    if near:
        label = words.count("Decide about {n} look-alike", "Decide about {n} look-alikes", near)
        buttons.append(parts.button(label, "import.decide", value, primary=True))
    if rejected:
        label = words.count("Leave out {n} wrong row", "Leave out {n} wrong rows", rejected)
        buttons.append(parts.button(label, "import.skip", value))
    buttons.append(parts.button(words.say("Map the columns"), "import.map", value))
    buttons.append(parts.button(words.say("Cancel"), "import.cancel", value))
    return buttons


def mapping_form(
    headings: Sequence[str],
    columns: Mapping[str, int],
    page: int,
    words: Words,
    notes: Mapping[str, Any],
) -> View:
    """One select for each heading; the notes say on which page we are."""
    standing = {at: column for column, at in columns.items()}
    choices = [parts.choice(words.say("Leave it out"), IGNORED)]
    choices += [parts.choice(import_words.column_name(column, words), column) for column in COLUMNS]
    first = page * HEADINGS_A_PAGE
    blocks: list[Block] = [
        parts.context(parts.plain(words.say("Say for each column of the file what stands in it.")))
    ]
    for at, heading in list(enumerate(headings))[first : first + HEADINGS_A_PAGE]:
        blocks.append(
            parts.field(
                f"column-{at}",
                heading or words.say("Column {number}", number=at + 1),
                parts.select("import.column", choices, words.say("Choose"), standing.get(at, IGNORED)),
            )
        )
    last = first + HEADINGS_A_PAGE >= len(headings)
    return parts.modal(
        "import.map",
        words.say("Map the columns"),
        blocks,
        close=words.say("Cancel"),
        submit=words.say("Read again") if last else words.say("Next"),
        notes=notes,
    )


def decision_form(near: Sequence[Sequence[Any]], count: int, words: Words, notes: Mapping[str, Any]) -> View:
    """One question for each look-alike that the draft holds, and one for all others."""
    choices = [parts.choice(words.say(label), decision.value) for decision, label in _DECISIONS.items()]
    blocks: list[Block] = [
        parts.field(
            f"near-{number}",
            words.say(
                "Line {line}: is {name} the same as {other}?",
                line=row[0],
                name=parts.one_line(row[1], _NAME),
                other=parts.one_line(row[2], _NAME),
            ),
            parts.select("import.near", choices, words.say("Choose")),
        )
        for number, row in enumerate(near)
    ]
    if count > len(near):
        more = count - len(near)
        blocks.append(
            parts.field(
                "others",
                words.count("The other {n}", "The other {n}", more),
                parts.select("import.near", choices, words.say("Ask me about each")),
                optional=True,
            )
        )
    return parts.modal(
        "import.decide",
        words.say("Look-alikes"),
        blocks,
        close=words.say("Cancel"),
        submit=words.say("Decide"),
        notes=notes,
    )


def done(name: str, counts: Mapping[str, int], import_id: int, words: Words) -> Message:
    text = words.say("{file} is imported.", file=name)
    undo = parts.button(words.say("Undo"), "import.undo", parts.value_of(**{"import": import_id}))
    undo["confirm"] = {
        "title": parts.plain(words.say("Take it back?"), 100),
        "text": parts.plain(
            words.say("What it brought goes, and what it changed returns. What people did since stays."), 300
        ),
        "confirm": parts.plain(words.say("Undo"), 30),
        "deny": parts.plain(words.say("Cancel"), 30),
    }
    calm = words.say("For ten working days none of these clients turns red.")
    lines = _counts(counts, words)
    return parts.told(
        f"{text} {' '.join(lines)}",
        [
            parts.section(parts.plain("\n".join([text, *lines]))),
            parts.context(parts.plain(calm)),
            parts.actions(undo),
        ],
    )


def nothing(name: str, words: Words) -> Message:
    return parts.stated(
        words.say("The book says all of {file} already: there was nothing to import.", file=name)
    )


def undoing(words: Words) -> Message:
    return parts.stated(words.say("I am taking the import back."))


def undone(
    name: str,
    clients: int,
    contacts: int,
    returned: int,
    kept: tuple[Sequence[str], int],
    differing: tuple[Sequence[str], int],
    words: Words,
) -> Message:
    lines = [words.say("The import of {file} was taken back.", file=name)]
    lines.append("• " + words.count("{n} client went", "{n} clients went", clients))
    if contacts:
        lines.append("• " + words.count("{n} contact went", "{n} contacts went", contacts))
    if returned:
        lines.append("• " + words.count("{n} is again as it was", "{n} are again as they were", returned))
    if kept[1]:
        stay = words.count(
            "{n} client stays, for people have worked with it since: {names}",
            "{n} clients stay, for people have worked with them since: {names}",
            kept[1],
            names=_named(*kept),
        )
        lines.append(f"• {stay}")
    if differing[1]:
        differ = words.count(
            "{n} was changed since and keeps that: {names}",
            "{n} were changed since and keep that: {names}",
            differing[1],
            names=_named(*differing),
        )
        lines.append(f"• {differ}")
    return parts.stated("\n".join(lines))


def _named(names: Sequence[str], count: int) -> str:
    return ", ".join(parts.one_line(each, _NAME) for each in names) + ("…" if count > len(names) else "")


def report_comment(words: Words) -> str:
    return words.say("All rows that are in the way, each with its reason.")


def how(words: Words) -> Message:
    """How a list of clients comes in, and where to get one that has the right columns."""
    said = words.say(
        "Drop a CSV or Excel file into our private conversation: one line for each client or each person there, as "
        "Salesforce, HubSpot or Pipedrive export it, or with headings of your own. You see what would change before "
        "anything does, and one press takes it back."
    )
    example = words.say("The export has the columns that I read best, and can be imported again.")
    return parts.stated(said, parts.context(parts.plain(example)), parts.actions(export_button(words)))


def import_button(words: Words) -> Element:
    return parts.button(
        words.say("Import"), "book.import", spoken=words.say("How to import clients from a file")
    )


def export_button(words: Words) -> Element:
    return parts.button(words.say("Export"), "book.export", spoken=words.say("Export the clients as a file"))


def export_begun(words: Words) -> Message:
    return parts.stated(
        words.say("Your clients are on their way: the file arrives in our private conversation.")
    )


def export_comment(words: Words) -> str:
    return words.say("Your clients and contacts. The file can be imported again as it is.")


def export_failed(words: Words) -> Message:
    return parts.stated(words.say("The export could not be sent. Try again in a while."))


def _value(draft: int, **more: Any) -> str:
    return parts.value_of(draft=draft, **more)
