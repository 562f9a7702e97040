"""Deliveries: what the platform sends twice counts once."""

from __future__ import annotations

from bot.services.house import House


def first_time(house: House, workspace_id: int, key: str) -> bool:
    """Whether this delivery is seen for the first time; it is remembered from then on."""
    with house.memory.write(workspace_id) as unit:
        return unit.deliveries.first_time(key, at=house.clock())
