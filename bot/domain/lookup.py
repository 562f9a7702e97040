"""Look-up: whether a typed name is clear enough to act on, or has to be asked about.

A wrong client must never be taken silently: what is taken is either exactly the name, or the only one that is near.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

TAKEN_FROM = 80.0
"""Likeness from which a single candidate is taken: one slip in five letters."""
MARGIN = 8.0
"""How far the next client must lie behind for the first to be taken."""
AS_CALLED = 99.9
"""Likeness of what is the same but for case, accents and legal form; 100 stands for the name as it is written."""
WORTH_ASKING = 65.0
"""Likeness from which a client is asked about: on the published list it leaves a quarter of those who are nobody."""
MOST_CHOICES = 5


class Via(StrEnum):
    """What of a client was like what somebody typed."""

    NAME = "name"
    ALIAS = "alias"
    INITIALS = "initials"
    PERSON = "person"
    EMAIL = "email"
    DOMAIN = "domain"


class Nearness(StrEnum):
    """How far from what was typed a person's name may be: the same, one that begins so, or with slips as well."""

    SAME = "same"
    BEGUN = "begun"
    SLIPS = "slips"


@dataclass(frozen=True, slots=True)
class NamedClient:
    """A client that a name may mean.

    `matched` is what of it came nearest (`via`: its name, an alias, a person there, an e-mail domain), `score` 100 for
    the same and less the more they differ, `own` whether the person who asks owns it. One that is not `sure` is never
    taken, only asked about, however alone it stands. `contact_id` is the person it was found by, `left` whether that
    person is there no longer. `market`, `owner_id` and the `owner`'s name tell apart what is called alike; the name is
    known only where it is needed.
    """

    client_id: int
    name: str
    matched: str
    score: float
    own: bool = False
    via: Via = Via.NAME
    sure: bool = True
    contact_id: int | None = None
    left: bool = False
    market: str = ""
    owner_id: int | None = None
    owner: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """`client` when the name is clear; otherwise `choices`, the nearest first; both empty when nothing is near."""

    client: NamedClient | None
    choices: Sequence[NamedClient] = ()


def choose(candidates: Sequence[NamedClient]) -> Found:
    """Decide among candidates of one typed name, each client at most once, in any order.

    Two clients of the very same name are always asked about, wherever they belong.
    """
    ranked = sorted(candidates, key=lambda c: (-c.score, not c.own, c.name.casefold(), c.client_id))
    near = [candidate for candidate in ranked if candidate.score >= WORTH_ASKING]
    if not near:
        return Found(None)
    first = near[0]
    rivals = [c for c in near[1:] if c.score > first.score - MARGIN]
    exact = first.score >= 100
    if first.sure and exact and not any(c.score >= 100 for c in rivals):
        return Found(first)
    if first.sure and first.score >= TAKEN_FROM and not rivals:
        return Found(first)
    return Found(None, tuple(near[:MOST_CHOICES]))
