"""Today: whom to talk to, the book, and what waits."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from bot.domain.digest import Row
from bot.domain.gifts.outings import Outing
from bot.domain.gifts.sheets import Sheet
from handlers.answers import Block
from handlers.i18n import Words
from handlers.views import approvals, clients, digest, outings, parts


def today(
    rows: Sequence[Row],
    count: int,
    words: Words,
    *,
    invitations: Sequence[Outing],
    today: date,
    requests: Sequence[Sheet] = (),
    waiting: Sequence[Sheet] = (),
) -> list[Block]:
    """Today of a member with `rows` to talk to, `count` clients in the book and own `invitations`.

    `requests` are the member's open requests for approval, `waiting` those that wait for them.
    """
    return [
        *approvals.home_blocks(requests, waiting, words),
        parts.header(words.say("Today")),
        *_today(rows, count, words),
        parts.divider(),
        *_book(count, words),
        parts.divider(),
        *outings.home_blocks(invitations, words, today),
    ]


def first(words: Words) -> list[Block]:
    """All that somebody sees whose book is empty: what this is for, and where to begin."""
    return [
        *parts.stated_blocks(clients.empty_book(words)),
        parts.actions(clients.add_button(words, primary=True)),
    ]


def _today(rows: Sequence[Row], count: int, words: Words) -> list[Block]:
    if rows:
        return digest.row_blocks(rows, words, None)
    if count:
        return parts.stated_blocks(
            words.say(
                "Nobody is due today. When somebody is, you read it here and in a message in the morning."
            )
        )
    return parts.stated_blocks(clients.empty_book(words))


def _book(count: int, words: Words) -> list[Block]:
    said = words.count("{n} client in your book", "{n} clients in your book", count)
    return [
        *(parts.stated_blocks(said) if count else ()),
        parts.actions(
            parts.button(words.say("Log a touch"), "touch.open_form", primary=bool(count)),
            parts.button(words.say("Check a gift"), "gift.open_form"),
            clients.add_button(words, primary=not count),
        ),
    ]
