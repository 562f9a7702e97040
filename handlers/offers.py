"""What a touch may have promised: picked out of its note and shown below its confirmation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from bot.domain.promises import PromiseState
from bot.domain.touches import Touch
from bot.services import drafts
from bot.services import promises as services
from handlers import i18n
from handlers.answers import Message
from handlers.ask import Ask
from handlers.parsing.promises import promises_in
from handlers.views import promises as views
from handlers.views.promises import Offer

KIND = "promises"


@dataclass(frozen=True, slots=True)
class Offered:
    """What was offered of a touch with a client: the words and the day that were read, for each promise."""

    touch_id: int
    client_id: int
    found: tuple[tuple[str, date | None], ...]


def below(ask: Ask, message: Message, touch: Touch) -> Message:
    """The confirmation of a touch with what its note seems to promise; without any, the confirmation alone.

    What was confirmed of that touch before is not offered again.
    """
    found = [(each.text, each.due_on) for each in promises_in(touch.note, ask.reader)]
    if found:
        known = {each.key for each in services.of_touch(ask.house, ask.actor, touch.id)}
        found = [each for each in found if services.key_of(touch.id, each[0]) not in known]
    if not found:
        return message
    facts = {
        "touch": touch.id,
        "client": touch.client_id,
        "found": [[text, None if day is None else day.isoformat()] for text, day in found],
    }
    draft_id = drafts.keep(ask.house, ask.actor, KIND, facts)
    return shown(message, ask, draft_id, Offered(touch.id, touch.client_id, tuple(found)), ())


def offered(ask: Ask, draft_id: int) -> Offered:
    """What a draft offered. Raises Refusal ``draft.gone``."""
    facts: Mapping[str, Any] = drafts.kept(ask.house, ask.actor, KIND, draft_id)
    found = tuple((str(text), date.fromisoformat(day) if day else None) for text, day in facts["found"])
    return Offered(int(facts["touch"]), int(facts["client"]), found)


def shown(message: Message, ask: Ask, draft_id: int, offer: Offered, declined: Sequence[int]) -> Message:
    """A confirmation with the offers of a draft as they stand: confirmed, open, and without those `declined`."""
    promised = {each.key: each for each in services.of_touch(ask.house, ask.actor, offer.touch_id)}
    offers = []
    for number, (text, day) in enumerate(offer.found):
        made = promised.get(services.key_of(offer.touch_id, text))
        if made is not None:
            offers.append(Offer(number, made.text, made.due_on, promised=True))
        elif number not in declined:
            offers.append(Offer(number, text, day))
    lines, blocks = views.offer_blocks(offers, draft_id, declined, ask.words)
    text = "\n".join([message.text, *(i18n.escape(line) for line in lines)])
    return Message(text, [*message.blocks, *blocks])


def left_standing(ask: Ask, message: Message, touch: Touch) -> Message:
    """What is said of a touch that was taken back, with what it promised: that stays until it is released."""
    made = services.of_touch(ask.house, ask.actor, touch.id)
    standing = [each for each in made if each.state is PromiseState.OPEN]
    if not standing:
        return message
    line, blocks = views.left_standing(standing, ask.words)
    return Message(f"{message.text}\n{i18n.escape(line)}", [*message.blocks, *blocks])
