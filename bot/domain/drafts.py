"""Drafts: what somebody typed and could not be done yet, kept so that nothing has to be typed twice."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

KEPT_FOR = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Draft:
    """A question that waits for its author: `kind` says what of, `facts` are JSON values."""

    id: int
    member_id: int
    kind: str
    facts: Mapping[str, object]
    created_at: datetime
