"""Contacts: which person at a client a few typed words mean."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from bot.domain.clients import Contact
from bot.domain.names import fold

_ARTICLES = frozenset(
    ["the", "their", "our", "a", "an", "le", "la", "l", "les", "leur", "notre", "un", "une"]
)


@dataclass(frozen=True, slots=True)
class KnownPerson:
    """A contact with the name of the client; `own` says that whoever asks looks after that client."""

    contact: Contact
    client: str
    own: bool = False


def domain_of(email: str | None) -> str | None:
    """The domain of an e-mail address in lower case (``acme.com``); None without one."""
    _, at, domain = (email or "").strip().casefold().rpartition("@")
    return domain[:255] if at and "." in domain.strip(".") else None


def meant(contacts: Iterable[Contact], typed: str) -> Contact | None:
    """The one contact that `typed` clearly means, by name, part of the name or role; None when unclear.

    "Marie Dupont", "marie", "Dupont" and "the buyer" are understood; two people who fit equally well are nobody.
    """
    words = [word for word in fold(typed).split() if word not in _ARTICLES]
    if not words:
        return None
    people = list(contacts)
    wanted = " ".join(words)
    rules: tuple[Callable[[Contact], bool], ...] = (
        lambda person: fold(person.name) == wanted,
        lambda person: set(words) <= set(fold(person.name).split()),
        lambda person: fold(person.role) == wanted,
        lambda person: bool(person.role) and set(words) <= set(fold(person.role).split()),
    )
    for fits in rules:
        found = [person for person in people if fits(person)]
        if found:
            return found[0] if len(found) == 1 else None
    return None
