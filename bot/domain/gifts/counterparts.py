"""Who stands on the client's side of a gift: whoever gets ours, or whoever gave one of us something.

A gift received is judged by our own policy, so the proposal's recipient is one of us, and the giver's organisation has
no place among the facts that rules read. It is kept in the free text of the giver: the person on a line of its own
where one is named, the organisation on the last.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.domain.gifts.proposal import Proposal
from bot.domain.gifts.register import Side


def side_of(proposal: Proposal) -> Side:
    return Side.RECEIVED if proposal.direction == Side.RECEIVED else Side.GIVEN


def described(person: str, organisation: str) -> str:
    """A giver as the proposal of a gift received names them; read again by `named`."""
    lines = [" ".join(person.split()), " ".join(organisation.split())]
    return "\n".join(line for line in lines if line)


def named(description: str) -> tuple[str, str]:
    """Person ("" where none is named) and organisation of such a description, or of any other free text."""
    first, _, rest = description.partition("\n")
    return (first, rest) if rest else ("", first)


def counterpart(proposal: Proposal) -> tuple[str, str]:
    """Person ("" where none is named) and organisation on the client's side."""
    if side_of(proposal) is Side.RECEIVED:
        return named(proposal.giver.description or "")
    return proposal.recipient.name or "", proposal.recipient.employer or ""


def recorded_counterpart(data: Mapping[str, Any]) -> tuple[str, str]:
    """The same of a recorded proposal, which is read no further."""
    if data.get("direction") == Side.RECEIVED:
        return named(str((data.get("giver") or {}).get("description", "")))
    recipient = data.get("recipient") or {}
    return str(recipient.get("name", "")), str(recipient.get("employer", ""))
