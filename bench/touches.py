"""A touch written down, against sqlite3 by hand with the same settings; and how much room it takes."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import count
from random import Random

from bench.firms import BOOK, MONDAY, Firm, add_touches, build, micros, names
from bench.measure import Case, each, interleave
from bench.results import Goal, Row, single
from bench.scale import Bench
from bench.slack import Deliveries, answered, whole_app
from bot.domain.cadence import Moments
from bot.domain.clients import Client, Tier
from bot.domain.touches import Channel, Direction, TouchDraft
from bot.ports import NewTouch
from bot.services import touches

_TOUCHES_PER_CLIENT = 10
_LOOK_UP = """
select c.id, c.owner_id, c.tier, c.last_conversation_at from client_names n join clients c on c.id = n.client_id
where n.workspace_id = ? and n.key = ? and n.removed = 0 and c.archived = 0"""
_INSERT = """
insert into touches
(workspace_id, client_id, member_id, channel, direction, restart, at, whole_day, note, logged_at, key)
values (?, ?, ?, 'call', 'two-way', 'whole', ?, 0, ?, ?, ?) on conflict do nothing"""
_UPDATE = """
update clients set last_conversation_at = ?, due_at = ?, neglected_at = ?, snoozed_until = null, snoozes = 0
where workspace_id = ? and id = ?"""
_NOTE = "talked about the renewal"
_CLIENT = Client(1, "Any", 1, Tier.A, "US", "USD", MONDAY, last_conversation_at=MONDAY)


def measure(bench: Bench) -> list[Row]:
    return [*_writing(bench), _room(bench)]


def _writing(bench: Bench) -> list[Row]:
    firm = build(bench.folder / "touches.db", names(min(2500, bench.scale.sizes[0])))
    raw = firm.raw()
    keys = (f"touch:{number:040x}" for number in count())
    picks = _picks(firm)

    def log(pick: tuple[int, str]) -> None:
        # Never the same words twice of one client, which would be asked about.
        note = f"{_NOTE} {pick[1][-8:]}"
        draft = TouchDraft(client=firm.names[pick[0]].written, channel=Channel.CALL, at=MONDAY, note=note)
        touches.log(firm.house, firm.actor(pick[0] // firm.book), draft, pick[1])

    times = interleave(
        [
            Case("by hand", each(lambda: (next(picks), next(keys)), lambda pick: _by_hand(raw, firm, *pick))),
            Case("written", each(lambda: (next(picks), next(keys)), lambda pick: _written(firm, *pick))),
            Case("logged", each(lambda: (next(picks), next(keys)), log)),
        ],
        bench.scale.pace,
    )
    raw.close()
    firm.engine.dispose()
    by_hand = sorted(times.cpu["by hand"])[len(times.cpu["by hand"]) // 2]
    return [
        Row("touch.by_hand", "a touch through sqlite3 by hand (the base)", single(by_hand * 1e6), "µs"),
        Row(
            "touch.written",
            "the same three statements through the repositories",
            times.cpu_ratio("written", "by hand"),
            "×",
            Goal(11, 3.5, 2),
        ),
        Row(
            "touch.logged",
            "the whole use case: who asks, logged before?, calendar, what to show",
            times.cpu_ratio("logged", "by hand"),
            "×",
        ),
        Row(
            "touch.logged_wall",
            "the whole use case, on the wall with the disk",
            times.wall_ratio("logged", "by hand"),
            "×",
        ),
    ]


def _picks(firm: Firm) -> Iterator[int]:
    draw = Random(4)
    while True:
        yield draw.randrange(len(firm.names))


def _by_hand(raw: sqlite3.Connection, firm: Firm, number: int, key: str) -> None:
    """Look the client up, insert the touch once, set the client's clock: as few statements as it can be done in."""
    workspace, at = firm.workspace.id, micros(MONDAY)
    raw.execute("begin immediate")
    client, owner, _, _ = raw.execute(_LOOK_UP, (workspace, firm.names[number].key)).fetchone()
    raw.execute(_INSERT, (workspace, client, owner, at, _NOTE, at, key))
    later = [micros(MONDAY + timedelta(days=days)) for days in (14, 21)]
    raw.execute(_UPDATE, (at, *later, workspace, client))
    raw.execute("commit")


def _written(firm: Firm, number: int, key: str) -> None:
    """The same with the product's own repositories and types, without the rules around them."""
    with firm.house.memory.write(firm.workspace.id) as unit:
        (found,) = unit.clients.named(firm.names[number].written)
        unit.touches.add(
            NewTouch(
                client_id=found.client_id,
                member_id=number // firm.book + 1,
                channel=Channel.CALL,
                direction=Direction.TWO_WAY,
                at=MONDAY,
                whole_day=False,
                note=_NOTE,
                logged_at=MONDAY,
                key=key,
            )
        )
        client = replace(_CLIENT, id=found.client_id)
        unit.clients.set_clock(client, Moments(MONDAY + timedelta(days=14), MONDAY + timedelta(days=21)))


def _room(bench: Bench) -> Row:
    """Bytes of the whole file for each touch, ten to a client, with clients, names and every index."""
    count = bench.scale.touches
    firm = build(bench.folder / "room.db", names(max(BOOK, count // _TOUCHES_PER_CLIENT)))
    add_touches(firm, count, _key_length(firm))
    raw = firm.raw()
    raw.execute("vacuum")
    raw.execute("pragma wal_checkpoint(truncate)")
    (size,) = raw.execute("select page_count * page_size from pragma_page_count, pragma_page_size").fetchone()
    raw.close()
    firm.engine.dispose()
    what = "room of a touch without its note, clients and indexes included"
    return Row("touch.room", what, single(size / count), "B", Goal(18, 80, 66))


def _key_length(firm: Firm) -> int:
    """How long the key of a touch is that came in as a command."""
    bot = whole_app(firm)
    answered(bot.app, Deliveries().command("/client-touch", f"{firm.names[0].written} call"))
    bot.afterwards.close(10)
    raw = firm.raw()
    (length,) = raw.execute("select length(key) from touches").fetchone()
    raw.execute("delete from touches")
    raw.close()
    assert isinstance(length, int), "the key is text"
    return length
