"""Concessions, one step each inside somebody's transaction: asked about, shown, following their client."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from bot.domain.clients import Client
from bot.domain.concessions import (
    ARCHIVED,
    REMINDED_AFTER,
    Balance,
    Concession,
    Convert,
    Sheet,
    State,
    balance_of,
    balance_since,
    deciders,
    may_decide,
)
from bot.domain.gifts.rates import Rates
from bot.domain.members import Member
from bot.domain.money import Money
from bot.domain.outbox import Entry
from bot.domain.reassignment import step_at
from bot.domain.workspaces import limits_of
from bot.ports import UnitOfWork
from bot.services import asked_messages
from bot.services.asked_messages import Asked
from bot.services.owners import owner_of

ASKED = "concession_asked"
"""A lead is asked to agree to a concession."""
REMINDER = "concession_again"
"""A concession still waits for a lead."""
NEWS = "concession_news"
"""What became of a concession, for who asked."""

MOST = 1000
"""Concessions of one client that are looked at: more than ten years have."""
_CENT = Decimal("0.01")


def converter(rates: Rates) -> Convert:
    """How amounts are compared: by the official rate of the day on which the concession was given."""

    def convert(money: Money, currency: str, day: date) -> Money | None:
        if money.currency == currency:
            return money
        quote = rates.quote(money.currency, currency, day)
        return None if quote is None else Money((money.amount * quote.rate).quantize(_CENT), currency)

    return convert


def client_of(unit: UnitOfWork, concession: Concession) -> Client:
    """The client of a concession, through merges."""
    found = unit.clients.get(concession.client_id)
    assert found is not None, "a concession is about a client"
    return found


def again(unit: UnitOfWork, concession_id: int) -> Concession:
    """A concession as it stands now."""
    found = unit.concessions.get(concession_id)
    assert found is not None, "a concession does not vanish"
    return found


def asked_of(unit: UnitOfWork, client: Client, asker_id: int) -> tuple[Member, ...]:
    """Who is asked to agree to something that `asker_id` gives to the client."""
    return deciders(owner_of(unit, client), asker_id, unit.members.all())


def decides(unit: UnitOfWork, member: Member, concession: Concession) -> bool:
    """Whether the member may agree or decline, by who looks after the client now."""
    owner = owner_of(unit, client_of(unit, concession))
    return may_decide(member, concession, owner, unit.members.all())


def sees(unit: UnitOfWork, member: Member, concession: Concession) -> bool:
    """Whether the member may know of the concession without reading the client: who asked, was asked, or may decide."""
    if member.id in (concession.member_id, concession.decided_by, *concession.told):
        return True
    return decides(unit, member, concession)


def hold_waiting(unit: UnitOfWork, client_ids: Iterable[int]) -> bool:
    """Hold what waits for a lead about these very clients, after requests and before what is held with the clients.

    Returns whether there is any: who holds a client next takes `hold_slots` before it, for somebody will be told.
    """
    found = False
    for number in sorted(
        {each.id for client in client_ids for each in unit.concessions.waiting_of_client(client)}
    ):
        unit.concessions.hold(number)
        found = True
    return found


# --- Told -------------------------------------------------------------------------------------------------


def ask(unit: UnitOfWork, concession: Concession, members: Iterable[Member], now: datetime) -> None:
    """Ask these members to agree, at once and each by themselves."""
    asked = list(members)
    for member in asked:
        _tell(unit, ASKED, concession, member, now)
    unit.concessions.tell(concession.id, [member.id for member in asked])


def remind(unit: UnitOfWork, concession: Concession, members: Iterable[Member], now: datetime) -> None:
    for member in members:
        _tell(unit, REMINDER, concession, member, now)


def tell_author(unit: UnitOfWork, concession: Concession, now: datetime) -> None:
    """Tell who asked what has become of it."""
    author = unit.members.get(concession.member_id)
    if author is not None and author.active:
        _tell(unit, NEWS, concession, author, now)


def tell_outcome(unit: UnitOfWork, concession: Concession, now: datetime) -> None:
    """Tell what a lead decided to who asked, and to who looks after the client where that is somebody else."""
    tell_author(unit, concession, now)
    owner = owner_of(unit, client_of(unit, concession))
    if owner is not None and owner.active and owner.id not in (concession.member_id, concession.decided_by):
        _tell(unit, NEWS, concession, owner, now)


def show_everywhere(unit: UnitOfWork, concession: Concession, now: datetime) -> None:
    """Bring the messages in which members were asked up to date where they stand."""
    asked_messages.show_everywhere(unit, (ASKED, REMINDER), _asked(concession), concession.told, now)


def _asked(concession: Concession) -> Asked:
    return Asked(concession.id, concession.version, concession.widened_at is not None)


def _tell(unit: UnitOfWork, kind: str, concession: Concession, member: Member, now: datetime) -> None:
    facts = {"concession": concession.id, "version": concession.version}
    asked_messages.tell(unit, kind, _asked(concession), member, facts, now)


def recompose(unit: UnitOfWork, member: Member, entry: Entry, now: datetime) -> Mapping[str, Any] | None:
    """The facts of a message about one concession as they are true now.

    Before it is sent: None when the concession has moved on, for then another message tells so, or when the reader may
    not decide any more. After: as it stands.
    """
    found = unit.concessions.get(int(str(entry.facts["concession"])))
    if found is None:
        return None
    theirs = entry.kind == NEWS and client_of(unit, found).owner_id == member.id
    if not theirs and not sees(unit, member, found):
        return None
    if entry.body is None:
        if found.version != entry.facts["version"]:
            return None
        if entry.kind != NEWS and not (found.state is State.ASKED and decides(unit, member, found)):
            return None
    return {**entry.facts, "sheet": sheet_of(unit, member, found, now).facts()}


# --- Following the client ---------------------------------------------------------------------------------


def follow(unit: UnitOfWork, client_id: int, now: datetime) -> None:
    """Let what waits for a lead follow its client, which somebody else looks after by now: their lead is asked.

    The concessions are held already (see `hold_waiting`). What the same people are to decide is left as it is.
    """
    for found in unit.concessions.waiting_of_client(client_id):
        asked = asked_of(unit, client_of(unit, found), found.member_id)
        if not asked or {each.id for each in asked} <= set(found.told):
            show_everywhere(unit, found, now)
            continue
        if unit.concessions.ask_anew(found, at=now, next_step_at=step_at(now, asked, REMINDED_AFTER)):
            anew = again(unit, found.id)
            ask(unit, anew, asked, now)
            show_everywhere(unit, anew, now)


def withdraw_all(unit: UnitOfWork, client_id: int, now: datetime) -> None:
    """Take back what waits for a lead about a client that is archived; who asked is told."""
    for found in unit.concessions.waiting_of_client(client_id):
        if unit.concessions.settle(found, State.WITHDRAWN, at=now, answer=ARCHIVED):
            done = again(unit, found.id)
            tell_author(unit, done, now)
            show_everywhere(unit, done, now)


# --- Shown ------------------------------------------------------------------------------------------------


def balance_of_client(unit: UnitOfWork, client: Client, today: date) -> Balance:
    """The balance of a client over the twelve months that end with `today`."""
    found = unit.concessions.of_client(client.id, balance_since(today), MOST)
    return balance_of(each for each in found if each.given.given_on <= today)


def sheet_of(unit: UnitOfWork, reader: Member, concession: Concession, now: datetime) -> Sheet:
    """A concession as `reader` is shown it at `now`."""
    client, given = client_of(unit, concession), concession.given
    limits = limits_of(unit.workspace)
    told = [unit.members.get(each) for each in concession.told]
    mine = concession.member_id == reader.id
    return Sheet(
        concession=concession.id,
        version=concession.version,
        client_id=client.id,
        client=client.name,
        author=_name(unit, concession.member_id),
        kind=given.kind.value,
        given_on=given.given_on.isoformat(),
        percent=None if given.percent is None else str(given.percent),
        money=_money(given.money),
        price=_money(given.price),
        floor=_money(client.price_floor),
        limit=[str(limits.percent), str(limits.amount), unit.workspace.currency],
        note=given.note,
        counterparts=[each.value for each in given.counterparts],
        back=given.back,
        held=given.held,
        grounds=sorted(each.value for each in concession.grounds),
        state=concession.state.value,
        answer=concession.answer,
        by=_name(unit, concession.decided_by),
        asked=[each.name for each in told if each is not None],
        mine=mine,
        decides=concession.state is State.ASKED and decides(unit, reader, concession),
        can_change=mine and concession.can_be_changed(now),
        can_withdraw=mine and concession.can_be_withdrawn(now),
        reminded=concession.reminded_at is not None,
        widened=concession.widened_at is not None,
    )


def _name(unit: UnitOfWork, member_id: int | None) -> str:
    found = None if member_id is None else unit.members.get(member_id)
    return "" if found is None else found.name


def _money(money: Money | None) -> list[str] | None:
    return None if money is None else [str(money.amount), money.currency]
