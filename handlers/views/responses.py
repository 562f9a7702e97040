"""Clients who wait for an answer: rows with their buttons, messages of the ladder, texts to copy, figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from babel.numbers import format_percent

from bot.domain.answer_terms import Market
from bot.domain.response import MonthFigures, State, Waiting, What
from handlers import i18n
from handlers.answers import Block, Message, View
from handlers.i18n import Words, words_for
from handlers.views import charts, parts
from handlers.views.charts import Chart, Series

_NAME = 120
SHOWN = 8
"""Questions in one message; of more the number is said."""
_CHARTED = 6
NO_BREAK = "\N{NO-BREAK SPACE}"

MARKETS: Mapping[Market, str] = {
    Market.US: i18n.message("United States"),
    Market.CANADA: i18n.message("Canada"),
    Market.EUROPE: i18n.message("European Union"),
    Market.ELSEWHERE: i18n.message("elsewhere"),
}

TEXTS: tuple[str, ...] = (
    i18n.message("Thank you for your message. I am looking into it and will come back to you by {time}."),
    i18n.message(
        "I have seen your question and want to give you a proper answer. You will have it by {time} at the latest."
    ),
    i18n.message("Received, thank you. I am checking this with my colleagues and will answer by {time}."),
)
"""Acknowledgements to copy, said in the client's language; the bot itself never sends one."""

TEXTS_WITHOUT_TIME: tuple[str, ...] = (
    i18n.message("Thank you for your message. I am looking into it and will come back to you today."),
    i18n.message("Received, thank you. I am checking this with my colleagues and will answer shortly."),
)


# --- Rows -------------------------------------------------------------------------------------------------


def lasting(minutes: int, words: Words) -> str:
    """A span of business time: ``25 minutes``, ``2 hours 5 minutes``."""
    hours, rest = divmod(max(0, minutes), 60)
    said_minutes = words.count("{n} minute", "{n} minutes", rest)
    if not hours:
        return said_minutes
    said_hours = words.count("{n} hour", "{n} hours", hours)
    if not rest:
        return said_hours
    return words.say("{hours} {minutes}", hours=said_hours, minutes=said_minutes)


def when(moment: datetime, words: Words, zone: ZoneInfo, now: datetime | None = None) -> str:
    """A moment on the reader's clock, with its day unless that is the day of `now`."""
    at = words.time(moment, zone)
    if now is not None and moment.astimezone(zone).date() == now.astimezone(zone).date():
        return at
    return words.say("{day}, {time}", day=words.weekday(moment.astimezone(zone).date()), time=at)


def status(row: Waiting, words: Words, zone: ZoneInfo, now: datetime | None = None) -> str:
    """How a question stands, in one or two sentences of plain text."""
    said = [_status(row, words, zone, now)]
    if row.late and row.state in (State.OPEN, State.ACKNOWLEDGED):
        said.append(
            words.say("The time to acknowledge is over.")
            if row.state is State.OPEN
            else words.say("The time to answer is over.")
        )
    if row.came_to:
        said.append(words.say("They came to {lead} directly.", lead=parts.one_line(row.came_to, _NAME)))
    if row.covering:
        said.append(words.say("You cover for {owner}.", owner=parts.one_line(row.covering, _NAME)))
    return " ".join(said)


def _status(row: Waiting, words: Words, zone: ZoneInfo, now: datetime | None) -> str:
    by = parts.one_line(row.closed_by, _NAME) if row.closed_by else ""
    took = lasting(row.spent, words)
    match row.state:
        case State.ANSWERED if by:
            return words.say("Answered by {name} after {time} of their business time.", name=by, time=took)
        case State.ANSWERED:
            return words.say("Answered after {time} of their business time.", time=took)
        case State.NOT_A_QUESTION:
            return words.say("It was not a question.")
        case State.PAUSED:
            return words.say("We wait for them: the clock stands.")
    since = when(row.asked_at, words, zone, now)
    day = now or row.asked_at  # a day is said once
    if row.state is State.ACKNOWLEDGED:
        answer = _by(row.answer_by, words, zone, day)
        return words.say("Asked {since}, acknowledged. Answer by {answer}.", since=since, answer=answer)
    if row.acknowledge_by is None:
        return words.say("Asked {since}.", since=since)
    return words.say(
        "Asked {since}. Acknowledge by {acknowledge}, answer by {answer}.",
        since=since,
        acknowledge=when(row.acknowledge_by, words, zone, day),
        answer=_by(row.answer_by, words, zone, row.acknowledge_by),
    )


def _by(moment: datetime | None, words: Words, zone: ZoneInfo, day: datetime) -> str:
    return "" if moment is None else when(moment, words, zone, day)


def line(row: Waiting, words: Words, zone: ZoneInfo, now: datetime | None = None) -> str:
    """A question in one line of plain text."""
    client = parts.one_line(row.client, _NAME)
    return words.say("{client}: {reason}", client=client, reason=status(row, words, zone, now))


def row_blocks(
    rows: Sequence[Waiting],
    words: Words,
    zone: ZoneInfo,
    *,
    entry_id: int | None = None,
    now: datetime | None = None,
    reader: str | None = None,
    urgent: bool = False,
    of_one_client: bool = False,
) -> list[Block]:
    """Questions with their buttons; `entry_id` names the message they stand in, `reader` is who reads it where each is
    to say that somebody else looks after the client, `urgent` marks them among what is less so, and `of_one_client`
    leaves out the name that stands above already."""
    return [
        block
        for each in rows
        for block in row(
            each,
            words,
            zone,
            entry_id=entry_id,
            now=now,
            reader=reader,
            urgent=urgent,
            of_one_client=of_one_client,
        )
    ]


def row(
    shown: Waiting,
    words: Words,
    zone: ZoneInfo,
    *,
    entry_id: int | None = None,
    now: datetime | None = None,
    reader: str | None = None,
    urgent: bool = False,
    of_one_client: bool = False,
) -> list[Block]:
    head = words.markup("*{client}*", client=parts.one_line(shown.client, _NAME))
    if of_one_client:
        head = words.markup("*Their question*")
    elif reader is not None and shown.owner not in ("", reader):
        owner = parts.one_line(shown.owner, _NAME)
        head = words.markup("*{client}* · {owner}", client=parts.one_line(shown.client, _NAME), owner=owner)
    if urgent:
        waits = words.say("Waits for an answer")
        head += i18n.escape(f" · ◆{NO_BREAK}{waits}")
    said = f"{head}\n{i18n.escape(status(shown, words, zone, now))}"
    if shown.link is not None:
        link = words.say("The message")
        said += f"\n<{i18n.escape(shown.link)}|{i18n.escape(link)}>"
    if shown.state in (State.ANSWERED, State.NOT_A_QUESTION):
        return [parts.section(parts.marked(said))]
    return [
        parts.section(parts.marked(said), _menu(shown, words, entry_id)),
        parts.actions(*_buttons(shown, words, entry_id)),
    ]


def _buttons(shown: Waiting, words: Words, entry_id: int | None) -> list[parts.Element]:
    value = parts.value_of(waiting=shown.question_id, entry=entry_id)
    client = parts.one_line(shown.client, 40)
    buttons = [
        parts.button(
            words.say("Answered"),
            f"waiting.answered:{shown.question_id}",
            value,
            spoken=words.say("The question of {client} is answered", client=client),
        )
    ]
    if shown.state is State.OPEN:
        buttons.append(
            parts.button(
                words.say("Acknowledged"),
                f"waiting.acknowledged:{shown.question_id}",
                value,
                spoken=words.say("{client} knows that we saw it", client=client),
            )
        )
    if shown.state is State.PAUSED:
        buttons.append(
            parts.button(
                words.say("They wait for us again"),
                f"waiting.resumed:{shown.question_id}",
                value,
                spoken=words.say("{client} waits for us again", client=client),
            )
        )
    else:
        buttons.append(
            parts.button(
                words.say("Waiting for the client"),
                f"waiting.paused:{shown.question_id}",
                value,
                spoken=words.say("We wait for {client}", client=client),
            )
        )
    return buttons


def _menu(shown: Waiting, words: Words, entry_id: int | None) -> parts.Element:
    def carried(do: str) -> str:
        return parts.value_of(waiting=shown.question_id, client=shown.client_id, entry=entry_id, do=do)

    choices = [
        parts.choice(words.say("Not a question"), carried("none")),
        parts.choice(words.say("Texts to acknowledge with"), carried("texts")),
        parts.choice(words.say("Open the brief"), carried("open")),
    ]
    return parts.overflow(f"waiting.more:{shown.question_id}", choices)


# --- On Home and in the brief -----------------------------------------------------------------------------


def home_blocks(rows: Sequence[Waiting], words: Words, zone: ZoneInfo, now: datetime) -> list[Block]:
    """What waits of a member's clients, above everything else of the day; nothing while nobody waits."""
    if not rows:
        return []
    more = [] if len(rows) <= SHOWN else [parts.context(parts.plain(_more(len(rows) - SHOWN, words)))]
    return [
        parts.header(words.say("Waiting for an answer")),
        *row_blocks(rows[:SHOWN], words, zone, now=now),
        *more,
    ]


def _more(count: int, words: Words) -> str:
    return words.count("{n} more question waits.", "{n} more questions wait.", count)


# --- Messages ---------------------------------------------------------------------------------------------


def message(
    rows: Sequence[Waiting],
    words: Words,
    zone: ZoneInfo,
    entry_id: int,
    *,
    reader: str,
    came: bool = False,
    gone: bool = False,
) -> Message:
    """What a member, named `reader`, is told at a step of the ladder, or that a client came to their lead; as it stands
    now.

    `gone`: some of the questions are of clients that are in other hands by now, and are not shown.
    """
    waiting = {row.client_id for row in rows if row.state in (State.OPEN, State.ACKNOWLEDGED)}
    paused = {row.client_id for row in rows if row.state is State.PAUSED}
    if came and (waiting or paused):
        title = words.say("A client came to your lead directly")
    elif waiting:
        title = words.count("{n} client waits for an answer", "{n} clients wait for an answer", len(waiting))
    elif paused:
        title = words.count("We wait for {n} client", "We wait for {n} clients", len(paused))
    elif gone and not rows:
        title = words.say("Somebody else sees to this client now")
    else:
        title = words.say("Nobody waits any more")
    shown = rows[:SHOWN]
    lines = [line(each, words, zone) for each in shown]
    blocks: list[Block] = [
        parts.header(title),
        *row_blocks(shown, words, zone, entry_id=entry_id, reader=reader),
    ]
    if len(rows) > SHOWN:
        lines.append(_more(len(rows) - SHOWN, words))
        blocks.append(parts.context(parts.plain(lines[-1])))
    return parts.told("\n".join([title, *lines]), blocks)


def settled(
    shown: Waiting, what: What, words: Words, zone: ZoneInfo, now: datetime, *, again: bool
) -> Message:
    """What a press did, with the way back from what ends it."""
    client = parts.one_line(shown.client, _NAME)
    said = line(shown, words, zone, now)
    if again:
        said = words.say("That was so already. {said}", said=said)
    if what in (What.ANSWERED, What.NOT_A_QUESTION) and not again:
        undo = parts.button(
            words.say("Undo"),
            "waiting.reopen",
            parts.value_of(waiting=shown.question_id),
            spoken=words.say("Undo: {client} still waits", client=parts.one_line(client, 40)),
        )
        return parts.stated(said, parts.actions(undo))
    if shown.state in (State.ANSWERED, State.NOT_A_QUESTION):
        return parts.stated(said)
    return parts.told(said, row(shown, words, zone, now=now))


def started(shown: Waiting, words: Words, zone: ZoneInfo, now: datetime, *, again: bool = False) -> Message:
    """A clock began, or ran already."""
    client = parts.one_line(shown.client, _NAME)
    title = (
        words.say("{client} waits for us already.", client=client)
        if again
        else words.say("{client} waits for us.", client=client)
    )
    blocks = row(shown, words, zone, now=now)
    return parts.told(f"{title}\n{status(shown, words, zone, now)}", [*parts.stated_blocks(title), *blocks])


def came(shown: Waiting, words: Words, zone: ZoneInfo, now: datetime, *, again: bool) -> Message:
    """To the lead to whom a client came: who hears of it, and the way to another manager, who may be what it wants."""
    client, owner = parts.one_line(shown.client, _NAME), parts.one_line(shown.owner, _NAME)
    if again:
        said = words.say("That {client} came to a lead is noted already.", client=client)
    elif owner:
        said = words.say(
            "Noted: {client} came to you directly. {owner}, or who covers, is told at once.",
            client=client,
            owner=owner,
        )
    else:
        said = words.say("Noted: {client} came to you directly. Nobody looks after it.", client=client)
    hand_over = parts.button(
        words.say("Hand over"),
        f"reassign.open:{shown.client_id}",
        parts.value_of(client=shown.client_id),
        spoken=words.say("Hand {client} over to somebody else", client=parts.one_line(shown.client, 40)),
    )
    return parts.told(
        f"{said}\n{status(shown, words, zone, now)}",
        [*parts.stated_blocks(said), *row(shown, words, zone, now=now), parts.actions(hand_over)],
    )


def below_touch(
    message: Message,
    waiting: Sequence[Waiting],
    inbound: Sequence[tuple[int, str, int]],
    words: Words,
    zone: ZoneInfo,
    now: datetime,
) -> Message:
    """The confirmation of touches, with what waits of their clients; and for clients who spoke (`inbound`: id, name and
    touch) and of whom nothing waits, the press that starts a clock."""
    if not waiting and not inbound:
        return message
    lines = [line(each, words, zone, now) for each in waiting[:3]]
    blocks = row_blocks(waiting[:3], words, zone, now=now)
    if inbound:
        blocks.append(parts.actions(*(start_button(*each[:2], words, each[2]) for each in inbound[:3])))
    text = "\n".join([message.text, *(i18n.escape(each) for each in lines)])
    return Message(text, [*message.blocks, *blocks])


def start_button(client_id: int, client: str, words: Words, touch_id: int | None = None) -> parts.Element:
    """The press that starts a clock: from now on, or from the touch in which the client spoke."""
    return parts.button(
        words.say("Client is waiting"),
        f"waiting.start:{client_id}",
        parts.value_of(client=client_id, touch=touch_id),
        spoken=words.say("{client} waits for an answer", client=parts.one_line(client, 40)),
    )


def direct_button(client_id: int, client: str, words: Words) -> parts.Element:
    return parts.button(
        words.say("The client came to me directly"),
        f"waiting.direct:{client_id}",
        parts.value_of(client=client_id),
        spoken=words.say("{client} came to me directly", client=parts.one_line(client, 40)),
    )


def texts(shown: Waiting, words: Words, notes: Mapping[str, Any]) -> View:
    """Acknowledgements in the client's language, each in a field to copy from; nothing is sent from here."""
    theirs = words_for("fr-FR" if shown.language == "fr" else "en-US")
    if shown.answer_by is None:
        said = [theirs.say(text) for text in TEXTS_WITHOUT_TIME]
    else:
        time = when(shown.answer_by, theirs, ZoneInfo(shown.zone))
        said = [theirs.say(text, time=time) for text in TEXTS]
    blocks: list[Block] = [
        *parts.stated_blocks(
            words.say(
                "Copy one, make it yours, and send it yourself. "
                "Then press “Acknowledged”. The times are on their clock."
            )
        ),
        *(
            parts.field(
                f"text{number}",
                words.say("Text {n}", n=number),
                parts.text_input(f"text{number}", text, lines=True),
                optional=True,
            )
            for number, text in enumerate(said, start=1)
        ),
    ]
    return parts.modal(
        "waiting.texts",
        words.say("To acknowledge"),
        blocks,
        submit=words.say("Acknowledged"),
        close=words.say("Close"),
        notes=notes,
    )


def choose_form(words: Words, notes: Mapping[str, Any]) -> View:
    """Which client waits, where the message alone does not tell."""
    blocks: list[Block] = [
        parts.field(
            "client",
            words.say("Client"),
            parts.asking_select("touch.client", words.say("Type a name")),
            hint=words.say("The clock begins with the message. What it says is not kept."),
        )
    ]
    return parts.modal(
        "waiting.choose",
        words.say("Client is waiting"),
        blocks,
        submit=words.say("Start"),
        close=words.say("Cancel"),
        notes=notes,
    )


# --- Of which client a channel is ------------------------------------------------------------------------


def channel(facts: Mapping[str, Any], words: Words) -> Message:
    """To who invited the bot into a channel."""
    channel_id = str(facts["channel"])
    said = words.say(
        "You invited me into a channel. With which client do you speak there? "
        "Their questions then start a clock, and your replies stop it. I keep nothing of what is said."
    )
    button = parts.button(
        words.say("Choose the client"), "waiting.channel", parts.value_of(channel=channel_id)
    )
    named = f"<#{i18n.escape(channel_id)}>"
    return parts.told(
        said, [parts.section(parts.marked(f"{named}\n{i18n.escape(said)}")), parts.actions(button)]
    )


def channel_form(words: Words, notes: Mapping[str, Any]) -> View:
    blocks: list[Block] = [
        parts.field(
            "client",
            words.say("Client"),
            parts.asking_select("touch.client", words.say("Type a name")),
            hint=words.say(
                "More channels, and channels of several clients, are set in the form of a client."
            ),
        )
    ]
    return parts.modal(
        "waiting.channel",
        words.say("A client's channel"),
        blocks,
        submit=words.say("Save"),
        close=words.say("Cancel"),
        notes=notes,
    )


def channel_linked(client: str, words: Words) -> Message:
    return parts.stated(
        words.say("Noted: this is a channel of {client}.", client=parts.one_line(client, _NAME))
    )


# --- Whose somebody is ------------------------------------------------------------------------------------


def whose(facts: Mapping[str, Any], words: Words, entry_id: int) -> Message:
    """Somebody wrote in a channel of several clients: whose person are they?"""
    clients = [(int(number), str(name)) for number, name in facts["clients"]]
    names = words.listed([parts.one_line(name, _NAME) for _, name in clients], "or")
    who = parts.one_line(str(facts["name"]) or words.say("Somebody"), _NAME)
    said = words.say(
        "{who} wrote in a channel that several clients share. Do they belong to {clients}? I ask only once.",
        who=who,
        clients=names,
    )
    buttons = [
        parts.button(
            parts.one_line(name, 70),
            f"waiting.whose:{number}",
            parts.value_of(entry=entry_id, client=number),
        )
        for number, name in clients[:5]
    ]
    neither = parts.button(words.say("None of them"), "waiting.whose:none", parts.value_of(entry=entry_id))
    return parts.stated(said, parts.actions(*buttons, neither))


def whose_told(client: str, words: Words) -> Message:
    if not client:
        return parts.stated(words.say("Noted. What they write starts no clock."))
    return parts.stated(words.say("Noted: they belong to {client}.", client=parts.one_line(client, _NAME)))


# --- Figures ----------------------------------------------------------------------------------------------


def figures(months: Sequence[MonthFigures], words: Words, *, team: bool, both: bool) -> Message:
    """How fast clients were answered, by month and market, with a chart of the shares and all of it in words."""
    whose_they_are = words.say("Your team") if team else words.say("Your clients")
    title = words.say("{whose}: {what}", whose=whose_they_are, what=words.say("Answers in time"))
    lines = [_month_line(each, words) for each in months]
    if not lines:
        lines = [words.say("No client has asked anything in the last six months.")]
    blocks: list[Block] = [parts.header(title)]
    chart = chart_of(months, words)
    sentence = "\n".join(lines)
    blocks += charts.blocks(chart, sentence, words) if chart else parts.stated_blocks(sentence)
    blocks.append(
        parts.context(
            parts.plain(words.say("Times are business time of the client, without waiting for the client."))
        )
    )
    if both:
        other = words.say("Your clients") if team else words.say("Your team")
        blocks.append(parts.actions(parts.button(other, "waiting.figures", parts.value_of(team=not team))))
    return parts.told("\n".join([title, *lines]), blocks)


def _month_line(each: MonthFigures, words: Words) -> str:
    said = [
        words.count("{n} question", "{n} questions", each.questions),
    ]
    if each.acknowledged is not None:
        said.append(words.say("acknowledged in time {share}", share=_percent(each.acknowledged, words)))
    if each.answered is not None:
        said.append(words.say("answered in time {share}", share=_percent(each.answered, words)))
    if each.half is not None and each.ninth is not None:
        said.append(
            words.say(
                "half within {half}, nine of ten within {ninth}",
                half=lasting(_minutes(each.half), words),
                ninth=lasting(_minutes(each.ninth), words),
            )
        )
    return words.say(
        "{month} {year}, {market}: {figures}",
        month=words.month(each.month),
        year=str(each.month.year),
        market=words.say(MARKETS[each.market]),
        figures=" · ".join(said),
    )


def _minutes(span: timedelta) -> int:
    return int(span.total_seconds()) // 60


def _percent(share: float, words: Words) -> str:
    return str(format_percent(share, locale=words.locale))


def chart_of(months: Sequence[MonthFigures], words: Words) -> Chart | None:
    """Shares answered in time by month, a series for each market, the earliest month first; None without any."""
    decided = [each for each in months if each.answered is not None]
    if not decided:
        return None
    firsts = sorted({each.month for each in decided})[-_CHARTED:]
    markets = [market for market in Market if any(each.market is market for each in decided)]
    known = {(each.month, each.market): each.answered or 0.0 for each in decided}
    return Chart(
        words.say("Answers in time"),
        "bar",
        [words.month(first) for first in firsts],
        [
            Series(
                words.say(MARKETS[market]),
                [round(100 * known.get((first, market), 0.0)) for first in firsts],
            )
            for market in markets
        ],
        across=words.say("Month"),
        up=words.say("Percent in time"),
    )
