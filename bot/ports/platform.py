"""What thinking asks of the platform, and how it can fail."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from bot.domain.members import Member, Profile
from bot.domain.outbox import Fault


@dataclass(frozen=True, slots=True)
class Receipt:
    """Where a message ended up on the platform; `answer` is a short record of what it said (see `Entry.answer`)."""

    conversation: str
    message: str
    answer: Mapping[str, object] = field(default_factory=dict, compare=False)


class Failed(Exception):
    """A call to the platform without the wished end; `fault` is its class, `answer` a short record of what was said."""

    def __init__(self, reason: str, fault: Fault, answer: Mapping[str, object] | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.fault = fault
        self.answer = answer


class TryLater(Failed):
    """The platform certainly did not take the message; `after` seconds say when it may be asked again."""

    def __init__(
        self,
        reason: str,
        after: float | None = None,
        *,
        fault: Fault | None = None,
        answer: Mapping[str, object] | None = None,
    ) -> None:
        super().__init__(reason, fault or (Fault.OTHER if after is None else Fault.RATE), answer)
        self.after = after


class Unclear(Failed):
    """Nobody knows whether the platform took the message."""

    def __init__(
        self, reason: str, *, fault: Fault = Fault.NETWORK, answer: Mapping[str, object] | None = None
    ) -> None:
        super().__init__(reason, fault, answer)


class Refused(Failed):
    """The platform will never take this message.

    `account_closed` when the reader is gone, `conversation_gone` when only the conversation is: there may be another.
    """

    def __init__(
        self,
        reason: str,
        *,
        account_closed: bool = False,
        conversation_gone: bool = False,
        fault: Fault = Fault.CONTENT,
        answer: Mapping[str, object] | None = None,
    ) -> None:
        super().__init__(reason, Fault.CHANNEL if account_closed or conversation_gone else fault, answer)
        self.account_closed = account_closed
        self.conversation_gone = conversation_gone


class NotLetIn(Failed):
    """The platform lets us do this in no conversation of the workspace: a revoked token, or a right that is `missing`.

    Certain: nothing was taken.
    """

    def __init__(self, reason: str, *, missing: str = "", answer: Mapping[str, object] | None = None) -> None:
        super().__init__(reason, Fault.ACCESS, answer)
        self.missing = missing


class Messenger(Protocol):
    """Carries one outbox entry to one member. Only delivery is given one."""

    def render(
        self, kind: str, facts: Mapping[str, object], reader: Member, entry_id: int
    ) -> Mapping[str, object]:
        """The message in the reader's language, as JSON values. Pure: no call to the platform."""

    def conversation_with(self, member: Member) -> str:
        """The private conversation's identifier. Raises Failed, as all of the following do."""

    def post(self, conversation: str, body: Mapping[str, object], key: str) -> Receipt:
        """Post once, without repeating by itself."""

    def edit(self, receipt: Receipt, body: Mapping[str, object]) -> Mapping[str, object]:
        """Put `body` in the place of a message that was posted; returns what was said to it, as in `Entry.answer`."""

    def find(self, conversation: str, key: str, since: datetime) -> Receipt | None:
        """The message posted under `key` since then. NotLetIn here may mean that only reading is not allowed."""

    def knock(self) -> None:
        """Ask whether we may post in this workspace. Raises NotLetIn when not, TryLater or Unclear when nobody says."""


class Directory(Protocol):
    """Looks people up on the platform."""

    def profile(self, user_id: str) -> Profile | None:
        """None when there is no such person. Raises TryLater or Unclear when the platform cannot say."""

    def do_not_disturb(self, user_id: str) -> tuple[datetime, datetime] | None:
        """From when until when (UTC) the person is not to be disturbed, now or next; None: not, or we may not know.

        Raises TryLater, Unclear or Refused.
        """
