"""The Home tab: whom to talk to today, the book, and what can be done."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from bot.domain.digest import AnyRow
from bot.domain.gifts.outings import Outing
from bot.domain.gifts.register import may_see_register
from bot.domain.gifts.sheets import Sheet
from bot.domain.members import Member, Role
from handlers.answers import Block, View
from handlers.i18n import Words
from handlers.views import approvals, clients, digest, outings, parts, rules
from handlers.views import help as helping


def home(
    member: Member,
    rows: Sequence[AnyRow],
    count: int,
    words: Words,
    *,
    invitations: Sequence[Outing],
    today: date,
    requests: Sequence[Sheet] = (),
    waiting: Sequence[Sheet] = (),
) -> View:
    """The Home tab of a member with `rows` for `today`, `count` clients in the book and own `invitations`.

    `requests` are the member's open requests for approval, `waiting` those that wait for them.
    """
    blocks: list[Block] = [
        *approvals.home_blocks(requests, waiting, words),
        parts.header(words.say("Today")),
        *_today(rows, count, words),
        parts.divider(),
        *_book(count, words),
        *_register(member, words),
        *(rules.home_blocks(words) if {Role.COMPLIANCE, Role.ADMIN} & member.roles else ()),
        parts.divider(),
        *outings.home_blocks(invitations, words, today),
        parts.divider(),
        parts.header(words.say("What you can type")),
        *helping.topic_blocks(words),
        *helping.settings_blocks(member, words),
    ]
    return parts.home_tab(blocks)


def _today(rows: Sequence[AnyRow], count: int, words: Words) -> list[Block]:
    if rows:
        return digest.row_blocks(rows, words, None)
    if count:
        return parts.stated_blocks(
            words.say(
                "Nobody is due today. When somebody is, you read it here and in a message in the morning."
            )
        )
    return parts.stated_blocks(clients.empty_book(words))


def _register(member: Member, words: Words) -> list[Block]:
    if not may_see_register(member):
        return []
    return [
        parts.header(words.say("Gift register")),
        parts.actions(
            parts.button(words.say("Open the register"), "register.open"),
            parts.button(
                words.say("Export"), "register.export", spoken=words.say("Export the register as a file")
            ),
        ),
    ]


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
