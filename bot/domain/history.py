"""History: who changed what of the book, and when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any


class Subject(StrEnum):
    CLIENT = "client"
    CONTACT = "contact"
    TOUCH = "touch"
    PROMISE = "promise"
    QUESTION = "question"


class ChangeKind(StrEnum):
    ADDED = "added"
    EDITED = "edited"
    ARCHIVED = "archived"
    RESTORED = "restored"
    MERGED = "merged"
    UNMERGED = "unmerged"
    WITHDRAWN = "withdrawn"
    MOVED = "moved"
    KEPT = "kept"
    RELEASED = "released"
    REOPENED = "reopened"
    HANDED_OVER = "handed_over"
    TAKEN_BACK = "taken_back"
    CHECKED = "checked"
    ANSWERED = "answered"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True)
class NewChange:
    """A change about to be noted; `facts` are JSON values, for an edit ``{field: [before, after]}``.

    `member_id` None: whoever runs the machine. `import_id` names the import that brought it.
    """

    subject: Subject
    subject_id: int
    client_id: int | None
    kind: ChangeKind
    at: datetime
    member_id: int | None
    facts: Mapping[str, Any]
    import_id: int | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """A change as it was noted; see `NewChange`."""

    id: int
    subject: Subject
    subject_id: int
    client_id: int | None
    kind: ChangeKind
    at: datetime
    member_id: int | None
    facts: Mapping[str, Any]
    import_id: int | None = None


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, list[Any]]:
    """What differs between two descriptions (JSON values), field by field: ``{field: [before, after]}``."""
    return {
        name: [before.get(name), after.get(name)]
        for name in dict.fromkeys((*before, *after))
        if before.get(name) != after.get(name)
    }
