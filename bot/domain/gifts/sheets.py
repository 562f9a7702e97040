"""What a reader is shown of a request for approval: plain values, as they lie in the outbox and as views read them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A request as one reader is shown it. Amounts are (decimal text, currency), days and moments ISO 8601.

    `mine` and `decides` say whether the reader asked for it, and may decide on it. `year` and `twelve_months` count
    what the person receives from all of us, other open requests included, as {"sums": [(amount, currency)], "count",
    "open"}; None where nobody can say. `comments` are in their order, each {"by", "act", "text", "at"} and for a change
    `was`. `duties` are codes of obligations; `received` says that the requester was given it. `instead` holds the
    recorded proposal and the alternatives of a refused request.
    """

    request: int
    check: int
    version: int
    state: str
    level: str
    urgent: bool
    mine: bool
    decides: bool
    requester: str
    employer: str
    person: str
    role: str
    what: str
    category: str
    value: Sequence[str] | None
    day: str
    reason: str
    why: Sequence[Json]
    asked: Sequence[str]
    since: str
    known: bool = True
    year: Json | None = None
    twelve_months: Json | None = None
    comments: Sequence[Json] = ()
    delegates: Sequence[str] = ()
    reminded: bool = False
    decided_by: str = ""
    decided_at: str = ""
    instead: Json | None = None
    duties: Sequence[str] = ()
    received: bool = False

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def sheet_from(facts: Json) -> Sheet:
    """A sheet from the JSON values of `Sheet.as_json`."""
    return Sheet(**facts)
