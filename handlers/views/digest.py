"""The digest: whom to talk to today, why, and what can be done about it with one press."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from bot.domain.cadence import ClientState
from bot.domain.digest import AnyRow, Owed, Row
from handlers import i18n
from handlers.answers import Block, Message
from handlers.i18n import Words
from handlers.views import covers, parts, promises

STATES = {
    ClientState.NEVER: i18n.message("Not contacted yet"),
    ClientState.ON_TRACK: i18n.message("On track"),
    ClientState.DUE_SOON: i18n.message("Due soon"),
    ClientState.DUE: i18n.message("Due"),
    ClientState.NEGLECTED: i18n.message("Neglected"),
}

_SIGNS = {
    ClientState.NEVER: "◇",
    ClientState.ON_TRACK: "○",
    ClientState.DUE_SOON: "◔",
    ClientState.DUE: "◑",
    ClientState.NEGLECTED: "●",
}

WISHES = {
    "tomorrow": i18n.message("Until tomorrow"),
    "three_days": i18n.message("For three days"),
    "monday": i18n.message("Until Monday"),
    "date": i18n.message("Until a date …"),
}

_NAME = 120


def message(
    rows: Sequence[AnyRow], day: date, words: Words, entry_id: int, done: int, settled: int = 0
) -> Message:
    """The digest of one local `day` as it stands: `rows` still open, `done` that were seen to since it was sent.

    `settled` of these were promises. `entry_id` names it in its buttons, so that a press can refresh it in place.
    """
    title = words.say("Good morning · {day}", day=words.weekday(day))
    if not rows:
        return _all_done(title, words, done - settled, settled)
    owed, close = _lanes(rows)
    lines: list[str] = []
    if owed:
        lines += [words.say("You owe them:"), *(f"• {promises.line(row, words)}" for row in owed)]
    if close:
        lines += [words.say("Stay close, worth a word today:"), *(f"• {_line(row, words)}" for row in close)]
    blocks: list[Block] = [parts.header(title), *row_blocks(rows, words, entry_id)]
    seen_to = []
    if done - settled:
        seen_to.append(
            words.count(
                "{n} client seen to since this morning.",
                "{n} clients seen to since this morning.",
                done - settled,
            )
        )
    if settled:
        seen_to.append(
            words.count(
                "{n} promise seen to since this morning.",
                "{n} promises seen to since this morning.",
                settled,
            )
        )
    if seen_to:
        blocks.append(parts.context(parts.plain(" ".join(seen_to))))
    return parts.told("\n".join([title, *lines]), blocks)


def _lanes(rows: Sequence[AnyRow]) -> tuple[list[Owed], list[Row]]:
    return [row for row in rows if isinstance(row, Owed)], [row for row in rows if isinstance(row, Row)]


def _line(row: Row, words: Words) -> str:
    client = parts.one_line(row.client, _NAME)
    if row.covering:
        client = words.say("{client} ({mark})", client=client, mark=covers.mark(row, words))
    return words.say("{client}: {reason}", client=client, reason=reason(row, words))


def _all_done(title: str, words: Words, clients: int, settled: int) -> Message:
    said = [words.say("All done for today.")]
    if clients:
        said.append(words.count("{n} client seen to.", "{n} clients seen to.", clients))
    if settled:
        said.append(words.count("{n} promise seen to.", "{n} promises seen to.", settled))
    line = " ".join(said)
    return parts.told(f"{title}\n{line}", [parts.header(title), *parts.stated_blocks(line)])


def row_blocks(rows: Sequence[AnyRow], words: Words, entry_id: int | None) -> list[Block]:
    """The rows with their buttons, lane by lane; `entry_id` None stands for the Home tab."""
    owed, close = _lanes(rows)
    blocks: list[Block] = []
    if owed:
        blocks.append(parts.section(parts.marked(words.markup("*You owe them*"))))
        blocks += promises.row_blocks(owed, words, entry_id)
    if close:
        blocks.append(parts.section(parts.marked(words.markup("*Stay close*"))))
        blocks += [block for row in close for block in _row(row, words, entry_id)]
    return blocks


def _row(row: Row, words: Words, entry_id: int | None) -> list[Block]:
    name = parts.one_line(row.client, _NAME)
    head = words.markup(
        "*{client}* · Tier {tier} · {state}",
        client=name,
        tier=row.tier,
        state=signed_state(row.state, words),
    )
    value = parts.value_of(client=row.client_id, entry=entry_id)
    wishes = [
        parts.choice(words.say(label), parts.value_of(client=row.client_id, entry=entry_id, wish=wish))
        for wish, label in WISHES.items()
    ]
    return [
        parts.section(
            parts.marked(covers.marked_reason(f"{head}\n{i18n.escape(reason(row, words))}", row, words))
        ),
        parts.actions(
            parts.button(
                words.say("Log"),
                f"nudge.log:{row.client_id}",
                value,
                spoken=words.say("Log a touch with {client}", client=name),
            ),
            parts.select(f"nudge.snooze:{row.client_id}", wishes, words.say("Snooze")),
            parts.button(
                words.say("Open"),
                f"nudge.open:{row.client_id}",
                value,
                spoken=words.say("Open the brief of {client}", client=name),
            ),
            *(() if row.covering else (covers.button(row.client_id, row.client, words, entry_id),)),
        ),
    ]


def state(of: ClientState, words: Words) -> str:
    """How a client stands, in words."""
    return words.say(STATES[of])


def signed_state(of: ClientState, words: Words) -> str:
    """How a client stands, with its sign before the words and on the same line."""
    return f"{_SIGNS[of]}\N{NO-BREAK SPACE}{state(of, words)}"


def standing(of: ClientState, on_hold: bool, words: Words) -> str:
    """As `signed_state`; a client on hold stands against no cadence, and says so."""
    if on_hold:
        return f"◌\N{NO-BREAK SPACE}{words.say('On hold')}"
    return signed_state(of, words)


def unreminded(words: Words) -> str:
    """What follows from being on hold."""
    return words.say("Nobody is reminded of it.")


def rhythm(days: int, words: Words) -> str:
    """A cadence as a part of a sentence: ``every 14 days``."""
    return words.count("every day", "every {n} days", days)


def reason(row: Row, words: Words) -> str:
    """Why a client is in the digest, in one sentence of plain text."""
    usual = rhythm(row.usual, words)
    if row.complaint:
        return words.count(
            "A complaint is open, and {n} day has passed since the last contact: speak to them, or settle it.",
            "A complaint is open, and {n} days have passed since the last contact: speak to them, or settle it.",
            row.days,
        )
    if row.never:
        return words.count(
            "In your book for {n} day and not contacted yet; you want to talk {rhythm}.",
            "In your book for {n} days and not contacted yet; you want to talk {rhythm}.",
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
    if row.state is ClientState.NEGLECTED:
        # Says nothing of a last time: a client that was never spoken to is neglected as well, in the end.
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
