"""The digest: whom to talk to today, why, and what can be done about it with one press."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from bot.domain.cadence import ClientState
from bot.domain.digest import Row
from handlers import i18n
from handlers.answers import Block, Message
from handlers.i18n import Words
from handlers.views import parts

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


def message(rows: Sequence[Row], day: date, words: Words, entry_id: int, done: int) -> Message:
    """The digest of one local `day` as it stands: `rows` still open, `done` that were seen to since it was sent.

    `entry_id` names it in its buttons, so that a press can refresh it in place.
    """
    title = words.say("Good morning · {day}", day=words.weekday(day))
    if not rows:
        return _all_done(title, words, done)
    lines = [
        words.say("{client}: {reason}", client=parts.one_line(row.client, _NAME), reason=reason(row, words))
        for row in rows
    ]
    text = "\n".join([title, words.say("Worth a word today:"), *(f"• {line}" for line in lines)])
    blocks: list[Block] = [parts.header(title), *row_blocks(rows, words, entry_id)]
    if done:
        seen_to = words.count(
            "{n} client seen to since this morning.", "{n} clients seen to since this morning.", done
        )
        blocks.append(parts.context(parts.plain(seen_to)))
    return parts.told(text, blocks)


def _all_done(title: str, words: Words, done: int) -> Message:
    said = words.say("All done for today.")
    if done:
        said = f"{said} " + words.count("{n} client seen to.", "{n} clients seen to.", done)
    return parts.told(f"{title}\n{said}", [parts.header(title), *parts.stated_blocks(said)])


def row_blocks(rows: Sequence[Row], words: Words, entry_id: int | None) -> list[Block]:
    """The rows with their buttons; `entry_id` None stands for the Home tab."""
    return [block for row in rows for block in _row(row, words, entry_id)]


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
        parts.section(parts.marked(f"{head}\n{i18n.escape(reason(row, words))}")),
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
        ),
    ]


def state(of: ClientState, words: Words) -> str:
    """How a client stands, in words."""
    return words.say(STATES[of])


def signed_state(of: ClientState, words: Words) -> str:
    """How a client stands, with its sign before the words and on the same line."""
    return f"{_SIGNS[of]}\N{NO-BREAK SPACE}{state(of, words)}"


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
