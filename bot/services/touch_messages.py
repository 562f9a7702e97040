"""Messages that become touches: with whom they were, and the reaction that stands for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.clients import Client, Contact
from bot.domain.logged import Logged
from bot.domain.members import Profile
from bot.domain.names import fold
from bot.ports import UnitOfWork
from bot.services.house import Actor, House, present
from bot.services.touches import of_message, withdraw_in

_NAMESAKES = 20


@dataclass(frozen=True, slots=True)
class Origin:
    """With whom a message was: the `clients` with whom we speak in its channel as ids and names, and, as far as they
    are clear, the `client` and the `contact` who wrote it."""

    clients: tuple[tuple[int, str], ...]
    client: int | None
    contact: int | None


def origin(house: House, actor: Actor, channel_id: str, author: Profile | None) -> Origin:
    """With whom a message in that channel was, written by `author` (None: one of us, or nobody knows)."""
    with house.memory.read(actor.workspace_id) as unit:
        present(unit, actor)
        clients = unit.clients.of_channel(channel_id) if channel_id else ()
        contact = None if author is None or author.bot else contact_of(unit, clients, author)
        client_id = clients[0].id if len(clients) == 1 else None
        if contact is not None:
            client_id = contact.client_id
        return Origin(
            tuple((client.id, client.name) for client in clients),
            client_id,
            None if contact is None else contact.id,
        )


def contact_of(unit: UnitOfWork, clients: Sequence[Client], author: Profile) -> Contact | None:
    """The one contact that the author clearly is: by e-mail, else by name among the channel's clients.

    Where no client has the channel, only an e-mail tells enough.
    """
    known = [person for client in clients for person in unit.contacts.of_client(client.id)]
    anywhere = known or ([] if clients else list(unit.contacts.called(author.name, _NAMESAKES)))
    email = (author.email or "").casefold()
    same_mail = [person for person in anywhere if email and (person.email or "").casefold() == email]
    if same_mail:
        return same_mail[0] if len(same_mail) == 1 else None
    same_name = [person for person in known if fold(person.name) == fold(author.name)]
    return same_name[0] if len(same_name) == 1 else None


def withdraw_own(house: House, actor: Actor, message: str) -> tuple[Logged, ...]:
    """Take back what the member who asks logged of a message and what still counts."""
    now = house.clock()
    with house.memory.write(actor.workspace_id) as unit:
        member = present(unit, actor)
        own = [
            touch
            for touch in of_message(unit, message)
            if touch.member_id == member.id and touch.withdrawn_at is None
        ]
        return tuple(withdraw_in(unit, member, touch.id, now) for touch in own)


def emoji(house: House, workspace_id: int) -> str | None:
    """The reaction by which a message becomes a touch, without colons; None: there is none."""
    with house.memory.read(workspace_id) as unit:
        return unit.workspace.touch_emoji
