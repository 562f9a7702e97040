"""Finding clients through the people there: by name, by e-mail address, by the domain of their addresses."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import permutations
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, case, func, select

from bot.domain.addresses import PUBLIC_DOMAINS, Address
from bot.domain.lookup import NamedClient, Nearness, Via
from bot.domain.names import fold
from storage.repository import LAST, Scope, begins, within
from storage.schema import clients, contacts

_EXACT = 100.0
_BY_DOMAIN = 95.0
_BY_BEGINNING = 78.0
_SLIPS_FROM = 0.84
_LONGEST_NAME_IN_WORDS = 3
"""Words of a name that are tried in every order."""
_BEGUN_FROM = 3
_READ_AT_MOST = 1500
_FOUND_AT_MOST = 50

_PEOPLE = (
    select(
        contacts.c.id,
        contacts.c.key,
        contacts.c.name.label("person"),
        contacts.c.email,
        contacts.c.domain,
        contacts.c.employer,
        contacts.c.active,
        clients.c.id.label("client_id"),
        clients.c.name,
        clients.c.owner_id,
        clients.c.market,
    )
    .select_from(contacts)
    .join(
        clients,
        and_(clients.c.workspace_id == contacts.c.workspace_id, clients.c.id == contacts.c.client_id),
    )
    .where(~clients.c.archived)
)
_CALLED = _PEOPLE.where(within(contacts, contacts.c.key.in_(bindparam("keys", expanding=True)))).limit(
    _FOUND_AT_MOST
)
# A range is what SQLite searches an index for; a server sorts letters otherwise, and reads the names.
_BEGUN = {
    dialect: _PEOPLE.where(within(contacts, condition))
    .order_by(contacts.c.key, contacts.c.id)
    .limit(_READ_AT_MOST)
    for dialect, condition in {
        "sqlite": contacts.c.key.between(bindparam("begun"), bindparam("end")),
        "postgresql": contacts.c.key.like(bindparam("like")),
    }.items()
}
_WITH_ADDRESS = _PEOPLE.where(
    within(contacts, contacts.c.domain == bindparam("domain")),
    func.lower(contacts.c.email) == bindparam("email"),
).limit(_FOUND_AT_MOST)
_AT_DOMAIN = (
    select(
        contacts.c.domain,
        clients.c.id.label("client_id"),
        clients.c.name,
        clients.c.owner_id,
        clients.c.market,
        # Somebody who is still there and works for the client itself speaks for the domain being the client's.
        func.max(case((and_(contacts.c.active, contacts.c.employer.is_(None)), 1), else_=0)).label("there"),
    )
    .select_from(contacts)
    .join(
        clients,
        and_(clients.c.workspace_id == contacts.c.workspace_id, clients.c.id == contacts.c.client_id),
    )
    .where(within(contacts, contacts.c.domain.in_(bindparam("domains", expanding=True))), ~clients.c.archived)
    .group_by(contacts.c.domain, clients.c.id, clients.c.name, clients.c.owner_id, clients.c.market)
    .limit(_FOUND_AT_MOST)
)


def through_people(
    scope: Scope, typed: str, address: Address | None, *, owner_id: int | None, limit: int, nearness: Nearness
) -> list[NamedClient]:
    """Clients where somebody of that name or address is known, best first, each once; see `bot.ports.Clients`."""
    if address is not None:
        found = _of_address(scope, address, owner_id)
    else:
        found = _of_person(scope, fold(typed), owner_id, nearness)
    if not found and nearness is not Nearness.SAME and (begun := _begun_domain(typed)):
        found = _of_domains(scope, begins(scope.connection, contacts.c.domain, begun), owner_id)
    best: dict[int, NamedClient] = {}
    for client in found:
        held = best.get(client.client_id)
        if held is None or (client.score, client.sure) > (held.score, held.sure):
            best[client.client_id] = client
    return sorted(best.values(), key=lambda c: (-c.score, not c.own, c.client_id))[:limit]


def names_of_people(scope: Scope, keys: Sequence[str]) -> set[str]:
    """Those of the folded full names that somebody at a client has."""
    asked = sorted({key for key in keys if " " in key})
    return {row.key for row in scope.run(_CALLED, keys=asked)} if asked else set()


def _of_address(scope: Scope, address: Address, owner_id: int | None) -> list[NamedClient]:
    """Who has that very address; and whose people have addresses of that domain, unless it is a provider's."""
    found: list[NamedClient] = []
    if address.email:
        rows = scope.run(_WITH_ADDRESS, domain=address.domain, email=address.email).all()
        found += [_by_person(row, _EXACT, row.email, owner_id, via=Via.EMAIL) for row in rows]
    if address.domains:
        at = scope.run(_AT_DOMAIN, domains=list(address.domains)).all()
        nearest = next((each for each in address.domains if any(row.domain == each for row in at)), None)
        found += [_by_domain(row, owner_id) for row in at if row.domain == nearest]
    return found


def _of_person(scope: Scope, key: str, owner_id: int | None, nearness: Nearness) -> list[NamedClient]:
    words = key.split()
    if not words:
        return []
    # A first name alone is many people's: it only suggests.
    full = len(words) > 1
    orders = {key}
    if len(words) <= _LONGEST_NAME_IN_WORDS:
        orders |= {" ".join(order) for order in permutations(words)}
    rows: Sequence[Any] = ()
    if nearness is not Nearness.SAME and len(key) >= _BEGUN_FROM:
        rows = _begun(scope, key)[:_FOUND_AT_MOST]
    if not rows and full and nearness is not Nearness.BEGUN:
        rows = scope.run(_CALLED, keys=sorted(orders)).all()
    found = [
        _by_person(row, _EXACT, row.person, owner_id)
        if full and row.key in orders
        else _by_person(row, _BY_BEGINNING, row.person, owner_id, sure=False)
        for row in rows
    ]
    if not found and nearness is Nearness.SLIPS and full:
        found = [
            _by_person(row, alike * 100, row.person, owner_id, sure=False)
            for row, alike in _with_slips(scope, key, words[0])
        ]
    return found


def _with_slips(scope: Scope, key: str, first: str) -> Iterator[tuple[Any, float]]:
    """People whose full name is nearly so, among those of that first name and of that first or second letter."""
    # Loaded at the first slip: a tenth of a second, which not every start has to pay.
    from rapidfuzz.distance import OSA
    from rapidfuzz.process import extract

    seen: set[int] = set()
    for begun in dict.fromkeys((f"{first} ", key[0], key[1])):
        rows = [row for row in _begun(scope, begun) if row.id not in seen]
        seen.update(row.id for row in rows)
        names = [row.key for row in rows]
        for _, alike, place in extract(
            key, names, scorer=OSA.normalized_similarity, score_cutoff=_SLIPS_FROM, limit=_FOUND_AT_MOST
        ):
            yield rows[place], alike


def _begun(scope: Scope, begun: str) -> Sequence[Any]:
    statement = _BEGUN[scope.connection.dialect.name]
    return scope.run(statement, begun=begun, end=begun + LAST, like=f"{begun}%").all()


def _of_domains(scope: Scope, condition: ColumnElement[bool], owner_id: int | None) -> list[NamedClient]:
    """Clients whose people have addresses of a domain that begins so: suggestions."""
    query = _PEOPLE.where(scope.of(contacts, condition)).order_by(contacts.c.domain, contacts.c.id)
    rows = scope.connection.execute(query.limit(_READ_AT_MOST)).all()
    return [
        _by_person(row, _BY_BEGINNING, row.domain, owner_id, via=Via.DOMAIN, sure=False)
        for row in rows
        if row.domain not in PUBLIC_DOMAINS
    ]


def _begun_domain(typed: str) -> str:
    """What was typed of a domain so far, "acme.c" and "dana@acm"; empty where it is none."""
    begun = typed.strip().casefold()
    if " " in begun or not ("@" in begun or "." in begun):
        return ""
    begun = begun.rpartition("@")[2]
    return begun if len(begun) >= _BEGUN_FROM else ""


def _by_person(
    row: Any, score: float, matched: str, owner_id: int | None, *, via: Via = Via.PERSON, sure: bool = True
) -> NamedClient:
    """Somebody who left, or who works for another company, is a reason to ask."""
    return NamedClient(
        row.client_id,
        row.name,
        matched,
        score,
        own=owner_id is not None and row.owner_id == owner_id,
        via=via,
        sure=sure and row.active and row.employer is None,
        contact_id=None if via is Via.DOMAIN else row.id,
        left=not row.active,
        market=row.market,
        owner_id=row.owner_id,
    )


def _by_domain(row: Any, owner_id: int | None) -> NamedClient:
    return NamedClient(
        row.client_id,
        row.name,
        row.domain,
        _BY_DOMAIN,
        own=owner_id is not None and row.owner_id == owner_id,
        via=Via.DOMAIN,
        sure=bool(row.there),
        market=row.market,
        owner_id=row.owner_id,
    )
