"""What a touch may have promised: picked out of its note and shown below its confirmation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from bot.domain.logged import Logged
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


MOST = 6
"""How many promises are asked about below one message: beyond that nobody reads them on a phone."""


@dataclass(frozen=True, slots=True)
class Item:
    """One promise that a touch with a client may hold: the words and the day that were read."""

    touch_id: int
    client_id: int
    text: str
    day: date | None

    @property
    def key(self) -> str:
        return services.key_of(self.touch_id, self.text)


def below(ask: Ask, message: Message, several: Sequence[Logged]) -> Message:
    """The confirmation of touches with what their note seems to promise, to each client; without any, it alone.

    What was confirmed of a touch before is not offered again. Where it would be too much, it is only said.
    """
    found: list[Item] = []
    for touch in (logged.touch for logged in several):
        if touch.withdrawn_at is not None:
            continue
        items = [
            Item(touch.id, touch.client_id, each.text, each.due_on)
            for each in promises_in(touch.note, ask.reader)
        ]
        if items:
            known = {each.key for each in services.of_touch(ask.house, ask.actor, touch.id)}
            found += [item for item in items if item.key not in known]
    if not found:
        return message
    if len(found) > MOST:
        line, blocks = views.too_many_to_offer(list(dict.fromkeys(item.text for item in found)), ask.words)
        return Message(f"{message.text}\n{i18n.escape(line)}", [*message.blocks, *blocks])
    facts = {
        "items": [
            [item.touch_id, item.client_id, item.text, None if item.day is None else item.day.isoformat()]
            for item in found
        ]
    }
    draft_id = drafts.keep(ask.house, ask.actor, KIND, facts)
    return shown(message, ask, draft_id, found, (), several)


def offered(ask: Ask, draft_id: int) -> tuple[Item, ...]:
    """What a draft offered. Raises Refusal ``draft.gone``."""
    facts: Mapping[str, Any] = drafts.kept(ask.house, ask.actor, KIND, draft_id)
    return tuple(
        Item(int(touch), int(client), str(text), date.fromisoformat(day) if day else None)
        for touch, client, text, day in facts["items"]
    )


def shown(
    message: Message,
    ask: Ask,
    draft_id: int,
    found: Sequence[Item],
    declined: Sequence[int],
    several: Sequence[Logged],
) -> Message:
    """A confirmation of `several` with the offers of a draft as they stand: confirmed, open, and without those
    `declined`. Of several clients each is named; a touch that was taken back promises nothing more."""
    promised = {
        each.key: each
        for touch_id in dict.fromkeys(item.touch_id for item in found)
        for each in services.of_touch(ask.house, ask.actor, touch_id)
    }
    names = {logged.touch.id: logged.client.name for logged in several}
    gone = {logged.touch.id for logged in several if logged.touch.withdrawn_at is not None}
    offers = []
    for number, item in enumerate(found):
        client = names.get(item.touch_id, "") if len(several) > 1 else ""
        made = promised.get(item.key)
        if made is not None:
            offers.append(Offer(number, made.text, made.due_on, promised=True, client=client))
        elif number not in declined and item.touch_id not in gone:
            offers.append(Offer(number, item.text, item.day, client=client))
    lines, blocks = views.offer_blocks(offers, draft_id, declined, ask.words)
    text = "\n".join([message.text, *(i18n.escape(line) for line in lines)])
    return Message(text, [*message.blocks, *blocks])


def left_standing(ask: Ask, message: Message, several: Sequence[Touch]) -> Message:
    """What is said of touches that were taken back, with what they promised: that stays until it is released."""
    made = [each for touch in several for each in services.of_touch(ask.house, ask.actor, touch.id)]
    standing = [each for each in made if each.state is PromiseState.OPEN]
    if not standing:
        return message
    line, blocks = views.left_standing(standing, ask.words)
    return Message(f"{message.text}\n{i18n.escape(line)}", [*message.blocks, *blocks])
