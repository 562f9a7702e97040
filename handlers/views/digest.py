"""The digest: whom to talk to today, why, and what can be done about it with one press."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from zoneinfo import ZoneInfo

from bot.domain.cadence import ClientState
from bot.domain.digest import AnyRow, Lane, Owed, Row, Week, lane_of
from bot.domain.response import Waiting
from handlers import i18n
from handlers.answers import Block, Message
from handlers.i18n import Words
from handlers.views import covers, parts, promises, reasons, responses, weeks

STATES = {
    ClientState.NO_RULE: i18n.message("No rhythm"),
    ClientState.NEVER: i18n.message("Not contacted yet"),
    ClientState.ON_TRACK: i18n.message("On track"),
    ClientState.DUE_SOON: i18n.message("Due soon"),
    ClientState.DUE: i18n.message("Due"),
    ClientState.NEGLECTED: i18n.message("Neglected"),
}

_SIGNS = {
    ClientState.NO_RULE: "◌",
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
_UTC = ZoneInfo("UTC")


LANES = {
    Lane.OWED: i18n.message("You owe them"),
    Lane.SOMETHING: i18n.message("You have something for them"),
    Lane.CLOSE: i18n.message("Stay close"),
}


def message(
    rows: Sequence[AnyRow],
    day: date,
    words: Words,
    entry_id: int,
    done: int,
    settled: int = 0,
    *,
    week: Week | None = None,
    zone: ZoneInfo = _UTC,
    waiting: Sequence[Waiting] = (),
) -> Message:
    """The digest of one local `day` as it stands: `rows` still open, `done` that were seen to since it was sent.

    `settled` of these were promises. `entry_id` names it in its buttons, so that a press can refresh it in place.
    `week` is the week ahead, with its meetings on the clock of `zone`. Who is `waiting` for an answer comes first.
    """
    title = words.say("Good morning · {day}", day=words.weekday(day))
    ahead = [] if week is None else weeks.lines(week, words, zone)
    if not rows and not waiting:
        return _all_done(title, words, done - settled, settled, ahead)
    lines: list[str] = []
    asking = [f"• {responses.line(row, words, zone)}" for row in waiting]
    if waiting and not any(lane_of(row) is Lane.OWED for row in rows):
        lines += [words.say("{title}:", title=words.say(LANES[Lane.OWED])), *asking]
    for lane, several in in_lanes(rows):
        lines.append(words.say("{title}:", title=words.say(LANES[lane])))
        lines += asking if lane is Lane.OWED else []
        lines += [f"• {_line(row, words)}" for row in several]
    blocks: list[Block] = [parts.header(title), *row_blocks(rows, words, entry_id, waiting, zone)]
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
    blocks += weeks.blocks(ahead, words)
    return parts.told("\n".join([title, *lines, *ahead]), blocks)


def in_lanes(rows: Sequence[AnyRow]) -> list[tuple[Lane, list[AnyRow]]]:
    """The rows lane by lane; lanes without any are left out."""
    several = [(lane, [row for row in rows if lane_of(row) is lane]) for lane in Lane]
    return [(lane, those) for lane, those in several if those]


def _line(row: AnyRow, words: Words) -> str:
    if isinstance(row, Owed):
        return " ".join([promises.line(row, words), *_below(row, words).splitlines()])
    client = parts.one_line(row.client, _NAME)
    if row.covering:
        client = words.say("{client} ({mark})", client=client, mark=covers.mark(row, words))
    return words.say("{client}: {reason}", client=client, reason=" ".join(reasons.lines(row, words)))


def _all_done(title: str, words: Words, clients: int, settled: int, ahead: Sequence[str]) -> Message:
    said = [words.say("All done for today.")]
    if clients:
        said.append(words.count("{n} client seen to.", "{n} clients seen to.", clients))
    if settled:
        said.append(words.count("{n} promise seen to.", "{n} promises seen to.", settled))
    line = " ".join(said)
    blocks = [parts.header(title), *parts.stated_blocks(line), *weeks.blocks(ahead, words)]
    return parts.told("\n".join([title, line, *ahead]), blocks)


def row_blocks(
    rows: Sequence[AnyRow],
    words: Words,
    entry_id: int | None,
    waiting: Sequence[Waiting] = (),
    zone: ZoneInfo = _UTC,
) -> list[Block]:
    """The rows with their buttons, lane by lane; `entry_id` None stands for the Home tab. Who is `waiting` is owed an
    answer, and comes before what was promised."""
    blocks: list[Block] = []
    if waiting and not any(lane_of(row) is Lane.OWED for row in rows):
        blocks += [_lane_title(Lane.OWED, words), *responses.row_blocks(waiting, words, zone, urgent=True)]
    for lane, several in in_lanes(rows):
        blocks.append(_lane_title(lane, words))
        if lane is Lane.OWED:
            blocks += responses.row_blocks(waiting, words, zone, urgent=True)
        for row in several:
            if isinstance(row, Owed):
                menu = _menu(row.client_id, words, entry_id, log=True, cover=not row.covering)
                blocks += promises.row(row, words, entry_id, below=_below(row, words), menu=menu)
            else:
                blocks += _row(row, words, entry_id)
    return blocks


def _lane_title(lane: Lane, words: Words) -> Block:
    return parts.section(parts.marked(words.markup("*{title}*", title=words.say(LANES[lane]))))


def _below(row: Owed, words: Words) -> str:
    """What else there is to say of a client who is owed something: further promises, and other reasons."""
    said = [
        words.say("Also: {text} ({due})", text=parts.one_line(each.text, 60), due=promises.due(each, words))
        for each in row.more[:2]
    ]
    if len(row.more) > 2:
        said.append(words.count("{n} more promise", "{n} more promises", len(row.more) - 2))
    if row.also is not None:
        said += reasons.lines(replace(row.also, promised=0), words)
    return "\n".join(said)


def _menu(
    client_id: int, words: Words, entry_id: int | None, *, log: bool = False, cover: bool = True
) -> parts.Element:
    """What is pressed less often, behind three dots beside the text: below, it would take a line of a phone."""
    choices = [
        parts.choice(
            words.say("Why am I seeing this?"), parts.value_of(client=client_id, entry=entry_id, do="why")
        )
    ]
    if cover:
        choices.append(
            parts.choice(
                words.say("Ask a colleague to cover"),
                parts.value_of(client=client_id, entry=entry_id, do="cover"),
            )
        )
    if log:
        choices.insert(
            0,
            parts.choice(
                words.say("Log a touch"), parts.value_of(client=client_id, entry=entry_id, do="log")
            ),
        )
    return parts.overflow(f"nudge.more:{client_id}", choices)


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
            parts.marked(
                covers.marked_reason(
                    "\n".join([head, *map(i18n.escape, reasons.lines(row, words))]), row, words
                )
            ),
            _menu(row.client_id, words, entry_id, cover=not row.covering),
        ),
        parts.actions(
            parts.button(
                words.say("Log"),
                f"nudge.log:{row.client_id}",
                value,
                spoken=words.say("Log a touch with {client}", client=name),
            ),
            *_seen_to(row, name, words, entry_id),
            parts.select(f"nudge.snooze:{row.client_id}", wishes, words.say("Snooze")),
            parts.button(
                words.say("Open"),
                f"nudge.open:{row.client_id}",
                value,
                spoken=words.say("Open the brief of {client}", client=name),
            ),
        ),
    ]


def _seen_to(row: Row, name: str, words: Words, entry_id: int | None) -> list[parts.Element]:
    """The button by which nothing more is said of the nearest occasion of a row."""
    return [
        parts.button(
            words.say("Seen to"),
            f"occasion.seen:{row.client_id}",
            parts.value_of(
                client=row.client_id, entry=entry_id, kind=occasion.kind.value, on=occasion.on.isoformat()
            ),
            spoken=words.say("Say nothing more of this occasion of {client}", client=name),
        )
        for occasion in row.occasions[:1]
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
        said = words.say("On hold")
        return f"◌\N{NO-BREAK SPACE}{said}"
    return signed_state(of, words)


def unreminded(words: Words) -> str:
    """What follows from being on hold."""
    return words.say("Nobody is reminded of it.")
