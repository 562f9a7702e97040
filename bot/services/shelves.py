"""Shelves: the clients of one's own book, of somebody one leads, of one's people, or of nobody, page by page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime

from bot.domain.books import PAGE, Care, Listed, Reach, Shelf, Wanted, Whose, counted, pages_of
from bot.domain.cadence import ClientState, cadences_of
from bot.domain.clients import Client, may_edit
from bot.domain.covers import covering as which
from bot.domain.lookup import WORTH_ASKING
from bot.domain.members import Member, Role
from bot.domain.refusals import Refusal
from bot.domain.team import check_may_see_team, people_of
from bot.ports import UnitOfWork
from bot.services import covers
from bot.services.covers import AtHand
from bot.services.house import Actor, House, present

_NEAR = 50
"""How many clients of like names are looked at where nothing is called as it was typed."""


_LAST_PAGE = 1_000_000


def shelf(
    house: House,
    actor: Actor,
    wanted: Wanted,
    number: int = 1,
    *,
    whose: Whose = Whose.MINE,
    member_id: int | None = None,
) -> Shelf:
    """Page `number` of the clients that are `wanted`; the last one where there are not so many.

    One's own are those that one owns, stands in for, or covers for today. Where nothing is called as it was typed,
    clients of like names are taken. Raises Refusal ``team.not_yours`` for clients of others whom the member does not
    lead.
    """
    now = house.clock()
    with house.memory.read(actor.workspace_id) as unit:
        member = present(unit, actor)
        of = _member(unit, member, member_id) if whose is Whose.MEMBER else None
        reach = reach_of(unit, member, whose, of)
        hand = covers.at_hand(unit, member, now)
        if whose is Whose.MINE and not wanted.archived:
            reach = _with_covered(unit, reach, hand)
        cadences = cadences_of(unit.workspace)

        def page(meant: Wanted, number: int) -> tuple[Sequence[Client], int]:
            return unit.books.page(reach, meant, now, cadences, limit=PAGE, offset=(number - 1) * PAGE)

        groups = tuple(unit.books.groups(reach, now, archived=wanted.archived))
        typo, number = False, max(1, min(number, _LAST_PAGE))
        if not wanted.words:
            number = min(number, pages_of(counted(groups, wanted)))
        found, total = page(wanted, number)
        if not total and number > 1:
            number = 1
            found, total = page(wanted, number)
        if not total and wanted.words and groups:
            near = unit.clients.similar(wanted.typed, owner_id=member.id, limit=_NEAR)
            ids = tuple(each.client_id for each in near if each.score >= WORTH_ASKING)
            found, total = page(replace(wanted, ids=ids), 1)
            typo = total > 0
        listed = Listed(tuple(found), number, pages_of(total), total, groups, typo)
        known = {client.owner_id for client in found if client.owner_id is not None}
        owners = {each: owner.name for each in known if (owner := unit.members.get(each)) is not None}
        covering = _covering(unit, member, found, hand) if whose is Whose.MINE else {}
        return Shelf(
            listed, whose, owners, cadences, of, covered=_covered(unit, found, hand.today), covering=covering
        )


def _with_covered(unit: UnitOfWork, reach: Reach, hand: AtHand) -> Reach:
    """With the books, and the clients by themselves, that the member covers for today."""
    books = {owner.id for cover, owner in hand.mine if not cover.client_ids}
    some = [(cover, unit.clients.get(each)) for cover, _ in hand.mine for each in cover.client_ids]
    by_themselves = {client.id for cover, client in some if client is not None and cover.about(client)}
    return replace(reach, owners=(reach.owners or frozenset()) | books, clients=reach.clients | by_themselves)


def _covering(unit: UnitOfWork, member: Member, found: Sequence[Client], hand: AtHand) -> Mapping[int, Care]:
    """Of these clients those that the member covers for, with whose they are."""
    known: dict[int, Care] = {}
    for client in found:
        by = hand.of(client)
        if by is not None and client.owner_id != member.id:
            cover, owner = by
            edits = may_edit(member, client, owner, unit.clients.team(client.id))
            known[client.id] = Care(owner.name, cover.last, edits)
    return known


def _covered(unit: UnitOfWork, found: Sequence[Client], today: date) -> Mapping[int, Care]:
    """Of these clients those that a colleague covers, with who does."""
    owners = {client.owner_id for client in found if client.owner_id is not None}
    of = {each: unit.covers.of_owner(each, today) for each in sorted(owners)}
    known: dict[int, Care] = {}
    for client in found:
        cover = None if client.owner_id is None else which(of[client.owner_id], client, today)
        colleague = None if cover is None else unit.members.get(cover.colleague_id)
        if cover is not None and colleague is not None:
            known[client.id] = Care(colleague.name, cover.last)
    return known


def standing(unit: UnitOfWork, member: Member, now: datetime) -> Mapping[ClientState, int]:
    """How many of the clients that the member owns stand how."""
    sums: Counter[ClientState] = Counter()
    for group in unit.books.groups(Reach(frozenset([member.id])), now):
        sums[group.state] += group.count
    return sums


def ever_had_one(house: House, actor: Actor) -> bool:
    """Whether the member ever had a client, or stands in for one."""
    with house.memory.read(actor.workspace_id) as unit:
        return unit.books.has_any(present(unit, actor).id)


def reach_of(unit: UnitOfWork, member: Member, whose: Whose, of: Member | None = None) -> Reach:
    """Which clients are meant. Raises Refusal ``team.not_yours``."""
    if whose is Whose.MINE:
        return Reach(frozenset([member.id]), backup=member.id)
    check_may_see_team(member)
    if whose is Whose.NOBODY:
        return Reach(None, nobody=True)
    if whose is Whose.TEAM and member.is_(Role.ADMIN):
        return Reach(None)
    people = people_of(member, unit.members.all()) if of is None else (of,)
    return Reach(frozenset(each.id for each in people))


def _member(unit: UnitOfWork, reader: Member, member_id: int | None) -> Member:
    of = None if member_id is None else unit.members.get(member_id)
    if of is None or of not in people_of(reader, [of]):
        raise Refusal("team.not_yours")
    return of
