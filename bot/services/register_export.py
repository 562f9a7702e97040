"""Taking the register out of the house: who may, that it is recorded, and what is in it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from bot.domain.gifts.chain import EntryKind, NewRegisterEntry
from bot.domain.gifts.register import check_may_see_register
from bot.domain.gifts.register_rows import Form, RegisterRow, Summary
from bot.domain.money import Money
from bot.domain.refusals import Refusal
from bot.ports import UnitOfWork
from bot.services.house import Actor, House, present
from bot.services.register_rows import rows_between

_EARLIEST, _LATEST = date(1990, 1, 1), date(2200, 12, 31)


@dataclass(frozen=True, slots=True)
class Export:
    """A period of the register that is about to leave the house, and that it does stands in the register already.

    `first` and `last` are days in `zone`, both included. The rows are those before entry `number`, which records the
    export itself: they are the same whenever and however often they are read.
    """

    workspace_id: int
    workspace: str
    currency: str
    first: date
    last: date
    zone: ZoneInfo
    at: datetime
    number: int
    rows: int
    seal: str


def check_may(house: House, actor: Actor) -> None:
    """Raises Refusal ``register.not_yours`` unless the member may export the register."""
    with house.memory.read(actor.workspace_id) as unit:
        check_may_see_register(present(unit, actor))


def begin(house: House, actor: Actor, first: date, last: date, forms: tuple[Form, ...]) -> Export:
    """Record that a member exports the register. Only compliance and admins may.

    Raises Refusal ``register.not_yours`` or ``register.period`` when `last` comes before `first`.
    """
    now = house.clock()
    with house.memory.write(actor.workspace_id) as unit:
        member = present(unit, actor)
        check_may_see_register(member)
        return _recorded(unit, actor.workspace_id, member.id, first, last, forms, ZoneInfo(member.zone), now)


def begin_by_operator(
    house: House, workspace_id: int, first: date, last: date, forms: tuple[Form, ...]
) -> Export:
    """As `begin`, for whoever runs the machine and holds the database anyway: recorded all the same."""
    now = house.clock()
    with house.memory.write(workspace_id) as unit:
        return _recorded(unit, workspace_id, None, first, last, forms, ZoneInfo(unit.workspace.zone), now)


def _recorded(
    unit: UnitOfWork,
    workspace_id: int,
    member_id: int | None,
    first: date,
    last: date,
    forms: tuple[Form, ...],
    zone: ZoneInfo,
    now: datetime,
) -> Export:
    if not _EARLIEST <= first <= last <= _LATEST:
        raise Refusal("register.period")
    unit.register.hold()  # nothing is appended between the count and the entry that states it
    count = unit.register.count(*_moments(first, last, zone))
    entry = unit.register.append(
        NewRegisterEntry(
            EntryKind.EXPORTED,
            now,
            member_id,
            {
                "from": first.isoformat(),
                "to": last.isoformat(),
                "format": ", ".join(form.value for form in forms),
                "rows": count,
                **({} if member_id is not None else {"by": "command line"}),
            },
        )
    )
    return Export(
        workspace_id,
        unit.workspace.name,
        unit.workspace.currency,
        first,
        last,
        zone,
        now,
        entry.number,
        count,
        entry.seal,
    )


def rows(house: House, export: Export) -> Iterator[RegisterRow]:
    """What is exported, in the order of the register; holds a page at a time."""
    first, last = _moments(export.first, export.last, export.zone)
    return rows_between(house, export.workspace_id, first, last, export.number - 1)


def summary(house: House, export: Export) -> Summary:
    """What the period comes to, in the workspace's currency at the rates of each gift's day."""
    found = Summary(export.first, export.last, export.currency)
    for row in rows(house, export):
        found.take(row, _in(house, export.currency, row.value, row.on or row.at.date()))
    return found


def _in(house: House, currency: str, value: Money | None, day: date) -> Decimal | None:
    if value is None or value.currency == currency:
        return None if value is None else value.amount
    quote = house.rates.quote(value.currency, currency, day)
    return None if quote is None else value.amount * quote.rate


def _moments(first: date, last: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """The moments at which the first day begins and the last one ends."""
    begins, ends = (
        datetime.combine(day, time(), tzinfo=zone).astimezone(UTC)
        for day in (first, last + timedelta(days=1))
    )
    return begins, ends
