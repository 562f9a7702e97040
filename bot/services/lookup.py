"""Look-up: which client somebody means by a name, a person there, an e-mail address or a domain."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace

from bot.domain.addresses import read_address
from bot.domain.clients import Client, Contact
from bot.domain.lookup import AS_CALLED, TAKEN_FROM, WORTH_ASKING, Found, NamedClient, Nearness, Via, choose
from bot.domain.members import Member
from bot.domain.names import contradict, fold
from bot.domain.refusals import Refusal
from bot.ports import UnitOfWork
from bot.services.house import Actor, House, present

_CANDIDATES = 12
_NAME_SUFFICES = 90.0
"""Likeness of a client's name from which people are not looked for while somebody is still typing."""
_LABEL_SCORE = 90.0
"""A domain that is called like a client may be its own or somebody else's: asked about."""


def find(
    unit: UnitOfWork, member_id: int | None, typed: str, limit: int = _CANDIDATES, *, typing: bool = False
) -> Sequence[NamedClient]:
    """Clients that what was typed may mean, best first, each once.

    The name as it is written ends the search, unless somebody is still `typing`; anything shorter or otherwise may also
    be meant for what is near.
    """
    address = read_address(typed)
    same = [] if typing else _called(unit, member_id, typed)
    near: Sequence[NamedClient] = ()
    if address is None and not any(each.score >= 100 for each in same):
        near = unit.clients.similar(typed, owner_id=member_id, limit=limit)
        known = {each.client_id for each in same}
        near = [each for each in near if each.client_id not in known]
    people: Sequence[NamedClient] = ()
    if not typing or not near or near[0].score < _NAME_SUFFICES:
        enough = WORTH_ASKING if typing else TAKEN_FROM
        nearness = (
            Nearness.SAME if same else Nearness.BEGUN if near and near[0].score >= enough else Nearness.SLIPS
        )
        people = unit.clients.through_people(
            typed, address, owner_id=member_id, limit=limit, nearness=nearness
        )
    if address is not None and address.label and not same and not people:
        near = unit.clients.similar(address.label, owner_id=member_id, limit=limit)
        near = [replace(each, score=min(each.score, _LABEL_SCORE), sure=False) for each in near]
    found = (*same, *people, *near)
    return _each_once(found if typing else [_careful(each, typed) for each in found], limit)


def _called(unit: UnitOfWork, member_id: int | None, typed: str) -> Sequence[NamedClient]:
    """Clients of that very name; one that is called so, but not written so, leaves room for somebody near."""
    same = [
        replace(each, own=member_id is not None and each.owner_id == member_id)
        for each in unit.clients.named(typed)
    ]
    if len(same) == 1 and fold(typed) not in (fold(same[0].name), fold(same[0].matched)):
        return [replace(same[0], score=AS_CALLED)]
    return same


def choice(house: House, actor: Actor, typed: str) -> Found:
    """What `find` comes to for a member: the client that is clear, or those to ask about."""
    with house.memory.read(actor.workspace_id) as unit:
        return choose(find(unit, present(unit, actor).id, typed))


def candidates(house: House, workspace_id: int, typed: str, limit: int) -> Sequence[NamedClient]:
    """What `find` gives to nobody in particular, once all names are read in."""
    house.memory.warm(workspace_id)
    with house.memory.read(workspace_id) as unit:
        return find(unit, None, typed, limit)


def named(unit: UnitOfWork, member: Member, name: str) -> int:
    """The client that a typed name clearly means, among all of the workspace.

    Raises Refusal ``client.missing``, ``client.unknown`` (name) or ``client.ambiguous`` (name, choices).
    """
    return meant(unit, member, name).client_id


def meant(unit: UnitOfWork, member: Member, name: str) -> NamedClient:
    """As `named`, with what the client was found by."""
    if not name.strip():
        raise Refusal("client.missing")
    found = choose(find(unit, member.id, name))
    if found.client is not None:
        return found.client
    if found.choices:
        raise Refusal("client.ambiguous", name=name, choices=told_apart(found.choices))
    raise Refusal("client.unknown", name=name)


def told_apart(choices: Sequence[NamedClient]) -> tuple[tuple[int, str], ...]:
    """Client ids with a label each: the name, with whom or where it was found by, or the market of namesakes."""
    names = Counter(each.name for each in choices)

    def label(each: NamedClient) -> str:
        if each.via in (Via.PERSON, Via.EMAIL, Via.DOMAIN):
            return f"{each.name} ({each.matched})"
        return f"{each.name} ({each.market})" if names[each.name] > 1 and each.market else each.name

    return tuple((each.client_id, label(each)) for each in choices)


def person_meant(unit: UnitOfWork, client: Client, typed: int | str) -> Contact | None:
    """The one person at a client whose full name or e-mail address was typed in the place of the client's name."""
    if not isinstance(typed, str) or not typed.strip():
        return None
    address = read_address(typed)
    words = sorted(fold(typed).split())
    people = [
        person
        for person in unit.contacts.of_client(client.id)
        if (
            (person.email or "").casefold() == address.email
            if address is not None and address.email
            else len(words) > 1 and sorted(fold(person.name).split()) == words
        )
    ]
    return people[0] if len(people) == 1 else None


def _careful(found: NamedClient, typed: str) -> NamedClient:
    """A client whose legal form is another than the typed one may be another company of that name."""
    by_name = found.via in (Via.NAME, Via.ALIAS)
    if found.sure and by_name and contradict(typed, found.matched) and contradict(typed, found.name):
        return replace(found, sure=False)
    return found


def _each_once(found: Iterable[NamedClient], limit: int) -> Sequence[NamedClient]:
    best: dict[int, NamedClient] = {}
    for each in found:
        held = best.get(each.client_id)
        if held is None or (each.score, each.sure) > (held.score, held.sure):
            best[each.client_id] = each
    return sorted(best.values(), key=lambda c: (-c.score, not c.own, c.client_id))[:limit]
