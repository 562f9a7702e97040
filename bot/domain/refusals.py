"""Refusals: what the bot declines to do, as data.

A refusal carries a code and the facts that a sentence about it needs. Sentences for people live in the
catalogues of the room that talks; code recognises a refusal by its code, never by its text.
"""

from __future__ import annotations

from collections.abc import Mapping


class Refusal(Exception):
    """A request that is declined for a reason its author can understand and act on.

    `code` is a stable identifier such as ``client.unknown``; `facts` are plain values (text, numbers,
    dates, tuples of these) that the sentence shown to the person fills in. Nothing was changed when a
    refusal is raised inside a unit of work: it rolls the transaction back.
    """

    def __init__(self, code: str, **facts: object) -> None:
        super().__init__(code)
        self.code = code
        self.facts: Mapping[str, object] = facts

    def __str__(self) -> str:
        shown = ", ".join(f"{key}={value!r}" for key, value in self.facts.items())
        return f"{self.code}({shown})"
