"""Pictures of a member's Home tab: which of them stand on the platform already."""

from __future__ import annotations

from collections.abc import Mapping

from bot.domain.pictures import Picture
from bot.services.house import Actor, House, present


def uploaded(house: House, actor: Actor) -> Mapping[str, Picture]:
    """The pictures of who asks, by name."""
    with house.memory.read(actor.workspace_id) as unit:
        return unit.pictures.of_member(present(unit, actor).id)


def keep(house: House, actor: Actor, name: str, picture: Picture) -> Picture | None:
    """Note a picture that was uploaded; returns the one whose place it takes."""
    with house.memory.write(actor.workspace_id) as unit:
        member_id = present(unit, actor).id
        before = unit.pictures.of_member(member_id).get(name)
        unit.pictures.put(member_id, name, picture, at=house.clock())
        return before


def forget(house: House, actor: Actor) -> None:
    """The platform does not show the pictures of who asks (any more): they have to be drawn anew."""
    with house.memory.write(actor.workspace_id) as unit:
        member_id = present(unit, actor).id
        for name in unit.pictures.of_member(member_id):
            unit.pictures.remove(member_id, name)
