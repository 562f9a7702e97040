"""What lives for a while only: trigger ids, response addresses, tickets of sockets. Measured in real seconds."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass

TRIGGER_SECONDS = 3.0
RESPONSE_SECONDS = 30 * 60.0
RESPONSE_USES = 5
SOCKET_TICKET_SECONDS = 30.0


class TicketRefused(Exception):
    """Carries Slack's code for why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Trigger:
    """Who may be shown a form, and from where: the view that was pressed in, if one was, and the conversation."""

    person: str
    view_id: str | None = None
    channel: str | None = None


@dataclass(slots=True)
class ResponseAddress:
    """Where an answer goes: a conversation, a reader, and the message that was pressed in, if one was."""

    channel: str
    person: str
    message_ts: str | None = None
    thread_ts: str | None = None
    uses: int = 0
    born: float = 0.0


class Tickets:
    """Issues and redeems. `monotonic` gives seconds and is injected by tests."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._triggers: dict[str, tuple[Trigger, float]] = {}
        self._used_triggers: set[str] = set()
        self._addresses: dict[str, ResponseAddress] = {}
        self._socket_tickets: dict[str, float] = {}
        self._count = 0

    def new_trigger(self, trigger: Trigger) -> str:
        """A trigger id that works once within three seconds."""
        self._count += 1
        trigger_id = f"{7_000_000_000 + self._count}.{4_000_000_000 + self._count}.{secrets.token_hex(16)}"
        self._triggers[trigger_id] = (trigger, self._monotonic())
        return trigger_id

    def redeem_trigger(self, trigger_id: str) -> Trigger:
        """Raises TicketRefused with `exchanged_trigger_id`, `invalid_trigger_id` or `expired_trigger_id`."""
        if trigger_id in self._used_triggers:
            raise TicketRefused("exchanged_trigger_id")
        if trigger_id not in self._triggers:
            raise TicketRefused("invalid_trigger_id")
        trigger, born = self._triggers[trigger_id]
        if self._monotonic() - born > TRIGGER_SECONDS:
            raise TicketRefused("expired_trigger_id")
        self._used_triggers.add(trigger_id)
        return trigger

    def new_response_address(self, address: ResponseAddress) -> str:
        """The secret part of a response address."""
        secret = secrets.token_hex(12)
        address.born = self._monotonic()
        self._addresses[secret] = address
        return secret

    def use_response_address(self, secret: str) -> ResponseAddress:
        """Counts one use. Raises TicketRefused with `no_such_url`, `expired_url` or `used_url`."""
        address = self._addresses.get(secret)
        if address is None:
            raise TicketRefused("no_such_url")
        if self._monotonic() - address.born > RESPONSE_SECONDS:
            raise TicketRefused("expired_url")
        if address.uses >= RESPONSE_USES:
            raise TicketRefused("used_url")
        address.uses += 1
        return address

    def new_socket_ticket(self) -> str:
        """A ticket with which one socket can be opened, soon."""
        ticket = secrets.token_hex(16)
        self._socket_tickets[ticket] = self._monotonic()
        return ticket

    def redeem_socket_ticket(self, ticket: str) -> bool:
        """Whether a socket may be opened with it; it is used up."""
        born = self._socket_tickets.pop(ticket, None)
        return born is not None and self._monotonic() - born <= SOCKET_TICKET_SECONDS
