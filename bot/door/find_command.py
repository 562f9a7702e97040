"""`rapport find`: why a name leads to a client, to a question, or to nobody."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.lookup import MARGIN, TAKEN_FROM, WORTH_ASKING, NamedClient, Via, choose
from bot.services import lookup
from bot.services.house import House

_SHOWN = 12
_VIA = {
    Via.NAME: "",
    Via.ALIAS: "also called {matched}",
    Via.INITIALS: "by its initials",
    Via.PERSON: "{matched} works there",
    Via.EMAIL: "{matched} is somebody there",
    Via.DOMAIN: "people there have addresses at {matched}",
}


def lines(house: House, workspace_id: int, name: str) -> list[str]:
    """The candidates for a name with their scores, and what would come of it, a line each."""
    found = lookup.candidates(house, workspace_id, name, _SHOWN)
    return [*(_line(each) for each in found), _outcome(found)]


def _line(found: NamedClient) -> str:
    how = "left, once there: {matched}" if found.left else _VIA[found.via]
    reasons = [how.format(matched=found.matched), "" if found.sure else "only asked about"]
    told = ", ".join(reason for reason in reasons if reason)
    return f"{found.score:6.1f}  {found.name} (client {found.client_id}){f': {told}' if told else ''}"


def _outcome(found: Sequence[NamedClient]) -> str:
    decided = choose(found)
    if decided.client is not None:
        return f"taken: {decided.client.name}"
    if not decided.choices:
        return f"nobody: none is as near as {WORTH_ASKING:g}"
    first = decided.choices[0]
    if not first.sure:
        why = "what the first was found by is never enough"
    elif len(decided.choices) > 1 and decided.choices[1].score > first.score - MARGIN:
        why = f"the second lies within {MARGIN:g} of the first"
    else:
        why = f"none is as near as {TAKEN_FROM:g}"
    return f"asked: {why}"
