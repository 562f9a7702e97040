"""Drafts: keep what could not be done yet, and take it up again."""

from __future__ import annotations

from collections.abc import Mapping

from bot.domain.refusals import Refusal
from bot.services.house import Actor, House, present


def keep(house: House, actor: Actor, kind: str, facts: Mapping[str, object]) -> int:
    """Keep the facts (JSON values) of something that waits for its author; returns its id."""
    with house.memory.write(actor.workspace_id) as unit:
        return unit.drafts.add(present(unit, actor).id, kind, facts, at=house.clock())


def kept(house: House, actor: Actor, kind: str, draft_id: int) -> Mapping[str, object]:
    """The facts that were kept. Raises Refusal ``draft.gone`` when they are too old or somebody else's."""
    with house.memory.read(actor.workspace_id) as unit:
        draft = unit.drafts.get(draft_id)
    if draft is None or draft.member_id != actor.member_id or draft.kind != kind:
        raise Refusal("draft.gone")
    return draft.facts
