"""Colleagues: members as an admin sees and arranges them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.domain.members import Member
from bot.domain.strengths import NOTHING, Declared


@dataclass(frozen=True, slots=True)
class Colleague:
    """A member with what an admin arranges: who leads them, and who decides in their place. `seen` stamps it.

    `declared` is what they say of themselves, to be read only.
    """

    member: Member
    lead: Member | None
    delegate: Member | None
    seen: str
    declared: Declared = NOTHING


@dataclass(frozen=True, slots=True)
class Colleagues:
    """Some of the members, by name, `total` of whom fit what was looked for."""

    members: tuple[Member, ...]
    leads: Mapping[int, str]
    total: int
