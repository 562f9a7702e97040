"""Today: whom to talk to, the book, and what waits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from bot.domain.cadence import ClientState
from bot.domain.clients import Client
from bot.domain.concessions import Sheet as ConcessionSheet
from bot.domain.digest import AnyRow, Owed
from bot.domain.gifts.outings import Outing
from bot.domain.gifts.sheets import Sheet
from bot.domain.meetings import Meeting
from bot.domain.members import Member, Role
from bot.domain.reassignment import Sheet as ManagerSheet
from bot.domain.response import Waiting
from handlers import i18n
from handlers.answers import Block
from handlers.i18n import Words
from handlers.views import approvals, clients, digest, outings, parts, reassignment, responses
from handlers.views import concessions as concession_views
from handlers.views import meetings as views

_NAME = 120
_MEETINGS = 5
"""How many meetings are shown."""
_DUE = (ClientState.NEVER, ClientState.DUE, ClientState.NEGLECTED)


def today(
    member: Member,
    rows: Sequence[AnyRow],
    counts: Mapping[ClientState, int],
    words: Words,
    *,
    invitations: Sequence[Outing],
    today: date,
    now: datetime,
    meetings: Sequence[tuple[Meeting, Client]] = (),
    requests: Sequence[Sheet] = (),
    waiting: Sequence[Sheet] = (),
    questions: Sequence[Waiting] = (),
    reassignments: tuple[Sequence[ManagerSheet], Sequence[ManagerSheet]] = ((), ()),
    concessions: tuple[Sequence[ConcessionSheet], Sequence[ConcessionSheet]] = ((), ()),
) -> list[Block]:
    """Today of a member with `rows` to talk to, a book of which `counts` clients stand how, and own `invitations`.

    `requests` are the member's open requests for approval, `waiting` those that wait for them, `meetings` those ahead,
    the earliest first, `questions` of clients who wait for an answer. `reassignments` are requests for another manager,
    `concessions` those that wait for a lead: the member's own, and those that they are to decide on.
    """
    total = sum(counts.values())
    waits = any((requests, waiting, *reassignments, *concessions))
    keeps_book = member.is_(Role.ACCOUNT_MANAGER) or bool(total)
    return [
        *responses.home_blocks(questions, words, member.calendar.zone, now),
        *approvals.home_blocks(requests, waiting, words),
        *reassignment.home_blocks(*reassignments, words),
        *concession_views.home_blocks(*concessions, words),
        parts.header(words.say("Today")),
        *(_today(rows, counts, words) if keeps_book or rows else _nothing(words, waits=waits)),
        *_meetings(meetings, member, now, words),
        parts.divider(),
        *_book(total, keeps_book, words),
        *([parts.divider(), *outings.home_blocks(invitations, words, today)] if invitations else []),
    ]


def first(words: Words) -> list[Block]:
    """All that somebody sees whose book is empty: what this is for, and where to begin."""
    return [
        *parts.stated_blocks(clients.empty_book(words)),
        parts.actions(clients.add_button(words, primary=True)),
    ]


def _today(rows: Sequence[AnyRow], counts: Mapping[ClientState, int], words: Words) -> list[Block]:
    if rows:
        due = sum(counts.get(state, 0) for state in _DUE)
        return [
            *digest.row_blocks(rows, words, None),
            *_more(due, sum(_is_due(row) for row in rows), words),
        ]
    if counts:
        return parts.stated_blocks(
            words.say(
                "Nobody is due today. When somebody is, you read it here and in a message in the morning."
            )
        )
    return parts.stated_blocks(clients.empty_book(words))


def _is_due(row: AnyRow) -> bool:
    also = row.also if isinstance(row, Owed) else row
    return also is not None and also.due and not row.covering


def _more(due: int, shown: int, words: Words) -> list[Block]:
    """How many more are due than a day has room for; those that were put off are among them."""
    if due <= shown:
        return []
    said = words.count(
        "{n} client is due in all; the most pressing are shown.",
        "{n} clients are due in all; the most pressing are shown.",
        due,
    )
    return [parts.context(parts.plain(said))]


def _meetings(
    ahead: Sequence[tuple[Meeting, Client]], member: Member, now: datetime, words: Words
) -> list[Block]:
    """The next meetings in one block, and the way to all of them."""
    if not ahead:
        return []
    title = words.count("{n} meeting ahead", "{n} meetings ahead", len(ahead))
    lines = [words.markup("*{title}*", title=title)]
    for meeting, client in ahead[:_MEETINGS]:
        when = views.when(meeting.at, words, member.calendar.zone, now)
        line = words.say("{when}: {client}", when=when, client=parts.one_line(client.name, _NAME))
        lines.append(f"• {i18n.escape(line)}")
    button = parts.button(
        words.say("Show"), "meeting.list", spoken=words.say("Show all meetings, to move or cancel them")
    )
    return [parts.section(parts.marked("\n".join(lines)), button)]


def _nothing(words: Words, *, waits: bool) -> list[Block]:
    """For somebody without a book; `waits`: something is to be decided all the same."""
    if waits:
        return parts.stated_blocks(words.say("No client waits for you."))
    return parts.stated_blocks(words.say("Nothing waits for you."))


def _book(count: int, keeps_book: bool, words: Words) -> list[Block]:
    said = words.count("{n} client in your book", "{n} clients in your book", count)
    return [
        *([parts.context(parts.plain(said))] if count else []),
        parts.actions(
            parts.button(words.say("Log a touch"), "touch.open_form", primary=bool(count)),
            parts.button(words.say("Check a gift"), "gift.open_form"),
            parts.button(words.say("Plan an outing"), "outing.open_form"),
            *([clients.add_button(words, primary=not count)] if keeps_book else []),
            *([parts.button(words.say("Enter a meeting"), "meeting.open_form")] if count else []),
            parts.button(words.say("What can I type?"), "help.open"),
        ),
    ]
