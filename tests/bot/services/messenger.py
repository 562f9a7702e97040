"""A messenger that does what it is told to: takes messages, refuses them, loses answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from threading import Lock

from bot.domain.members import Member
from bot.ports import Receipt

Answer = BaseException | Callable[[], None] | None
"""What a call meets with: an exception to raise, something to do first, or nothing in its way."""


class LostAnswer(Exception):
    """The message is taken, but the answer does not come back: the text of the failure is in `failure`."""

    def __init__(self, failure: BaseException) -> None:
        super().__init__(str(failure))
        self.failure = failure


@dataclass
class ScriptedMessenger:
    """Keeps what was posted; each list of answers is used up from the front, an empty one means all goes well."""

    posted: list[tuple[str, str, Mapping[str, object]]] = field(default_factory=list)
    on_post: list[Answer] = field(default_factory=list)
    on_find: list[Answer] = field(default_factory=list)
    on_open: list[Answer] = field(default_factory=list)
    on_render: list[Answer] = field(default_factory=list)
    on_edit: list[Answer] = field(default_factory=list)
    on_knock: list[Answer] = field(default_factory=list)
    knocked: int = 0
    edited: list[tuple[Receipt, Mapping[str, object]]] = field(default_factory=list)
    opened: int = 0
    looked_up: list[datetime] = field(default_factory=list)
    shown: bool = True
    """Whether the history shows what was posted."""
    _lock: Lock = field(default_factory=Lock)

    def render(
        self, kind: str, facts: Mapping[str, object], reader: Member, entry_id: int
    ) -> Mapping[str, object]:
        self._meet(self.on_render)
        return {"text": f"{kind} for {reader.name}", "facts": dict(facts)}

    def conversation_with(self, member: Member) -> str:
        self.opened += 1
        self._meet(self.on_open)
        return f"D-{member.user_id}"

    def post(self, conversation: str, body: Mapping[str, object], key: str) -> Receipt:
        try:
            self._meet(self.on_post)
        except LostAnswer as lost:
            self._take(conversation, body, key)
            raise lost.failure from lost
        return self._take(conversation, body, key)

    def edit(self, receipt: Receipt, body: Mapping[str, object]) -> Mapping[str, object]:
        self._meet(self.on_edit)
        self.edited.append((receipt, body))
        return {"ok": True}

    def knock(self) -> None:
        self.knocked += 1
        self._meet(self.on_knock)

    def find(self, conversation: str, key: str, since: datetime) -> Receipt | None:
        self.looked_up.append(since)
        self._meet(self.on_find)
        for number, (place, known, _) in enumerate(self.posted):
            if (place, known) == (conversation, key) and self.shown:
                return Receipt(conversation, str(number))
        return None

    def keys(self) -> list[str]:
        return [key for _, key, _ in self.posted]

    def _take(self, conversation: str, body: Mapping[str, object], key: str) -> Receipt:
        with self._lock:
            self.posted.append((conversation, key, body))
            return Receipt(conversation, str(len(self.posted) - 1))

    def _meet(self, answers: list[Answer]) -> None:
        with self._lock:
            answer = answers.pop(0) if answers else None
        if isinstance(answer, BaseException):
            raise answer
        if answer is not None:
            answer()
