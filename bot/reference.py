"""The reference id: one short name for what one request, delivery or tick does, on every line of the log.

It goes along by itself (a context variable), is kept on the outbox entries that a request writes, and is what a person
reads in the apology for a surprise.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_current: ContextVar[str | None] = ContextVar("reference", default=None)


def current() -> str | None:
    """The reference of what is being done; None outside of everything."""
    return _current.get()


@contextmanager
def under(reference: str | None = None) -> Iterator[str]:
    """Do something under a reference: a given one, or a fresh one of eight hexadecimal digits."""
    named = reference or secrets.token_hex(4)
    token = _current.set(named)
    try:
        yield named
    finally:
        _current.reset(token)
