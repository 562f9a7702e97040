"""A gift whose check waits for an answer: the draft that a button carries, and the names to choose from."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.refusals import Refusal
from bot.services import gifts
from bot.services.proposals import GiftDraft
from handlers import forms
from handlers.ask import Ask


def resumed(ask: Ask) -> GiftDraft:
    """The draft that was set aside. Raises Refusal ``draft.gone``."""
    return gifts.resume(ask.house, ask.actor, forms.number(forms.carried(ask).get("draft")))


def choices_of(refusal: Refusal) -> Sequence[tuple[int, str]]:
    """The (id, name) pairs of a refusal that says a name is not clear."""
    found = refusal.facts["choices"]
    assert isinstance(found, tuple), "choices are pairs of id and name"
    return found
