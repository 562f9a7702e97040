"""One press on a touch: who spoke, whether it was a complaint, whether it is the same as another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.domain.logged import Logged
from bot.domain.refusals import Refusal
from bot.domain.touches import Direction
from bot.services import touch_marks as services
from bot.services import touches as touch_services
from handlers import forms, origins, touches
from handlers.answers import Answer, Message
from handlers.ask import Ask, Routes
from handlers.views import complaints as complaint_views
from handlers.views import parts
from handlers.views import touch_questions as views


def register(routes: Routes) -> None:
    routes.action("touch.direction", direct)
    routes.action("touch.complaint", mark_complaint)
    routes.action("touch.settle", settle)
    routes.action("touch.same", same)
    routes.action("touch.another", another)


def direct(ask: Ask) -> Answer:
    """Who spoke was chosen on a confirmation, which is shown anew."""
    facts = forms.carried(ask)
    try:
        direction = Direction(str(facts.get("direction")))
    except ValueError as unknown:
        raise Refusal("request.unknown") from unknown
    touch_id = forms.number(facts.get("touch"))
    if not facts.get("all"):
        return origins.put(
            ask, touches.promising(ask, services.direct(ask.house, ask.actor, [touch_id], direction))
        )
    several = touch_services.together(ask.house, ask.actor, touch_id)
    left = [logged.touch.id for logged in several if logged.touch.withdrawn_at is None]
    services.direct(ask.house, ask.actor, left, direction)
    return origins.put(ask, _together(ask, touch_id))


def _together(ask: Ask, touch_id: int) -> Message:
    return touches.promising(ask, touch_services.together(ask.house, ask.actor, touch_id))


def mark_complaint(ask: Ask) -> Answer:
    """A touch was a complaint, or was none; its confirmation is shown anew."""
    facts = forms.carried(ask)
    touch_id = forms.number(facts.get("touch"))
    marked: Sequence[Logged] = services.mark_complaint(
        ask.house, ask.actor, [touch_id], bool(facts.get("complaint"))
    )
    return origins.put(ask, touches.promising(ask, marked))


def settle(ask: Ask) -> Answer:
    """The open complaint of a client is settled."""
    client, now_so = services.settle(ask.house, ask.actor, forms.number(forms.carried(ask).get("client")))
    return origins.tell(ask, complaint_views.settled(client, now_so, ask.words))


def same(ask: Ask) -> Answer:
    """A draft is the same touch as one in the book: its contacts are added there, further clients are logged."""
    facts = forms.carried(ask)
    draft_id, touch_id = forms.number(facts.get("draft")), forms.number(facts.get("touch"))
    draft = touch_services.resume(ask.house, ask.actor, draft_id)
    joined = services.join(ask.house, ask.actor, draft, touch_id)
    client, own = joined.logged.client, joined.logged.touch.member_id == ask.member.id
    if joined.left is None:
        fresh = touches.set_aside(
            ask, replace(draft, begun=None, client=client.id, apart=(*draft.apart, touch_id))
        )
        message = views.joined(client, joined.logged.author, joined.added, own, fresh, ask.words)
        return origins.put(ask, message)
    left = replace(joined.left, begun=draft.begun or draft_id)
    answer = touches.outcome(ask, left, touches.key_of(draft_id, left))
    line = views.joined_line(client, joined.logged.author, joined.added, own, ask.words)
    blocks = [*answer.blocks, parts.context(parts.plain(line))]
    return origins.put(
        ask, replace(answer, text=f"{answer.text}\n{parts.told(line, ()).text}", blocks=blocks)
    )


def another(ask: Ask) -> Answer:
    """A draft is another touch than the one in the book: it is logged beside it."""
    facts = forms.carried(ask)
    draft_id, touch_id = forms.number(facts.get("draft")), forms.number(facts.get("touch"))
    draft = touch_services.resume(ask.house, ask.actor, draft_id)
    draft = replace(draft, apart=(*draft.apart, touch_id), begun=draft.begun or draft_id)
    return origins.put(ask, touches.outcome(ask, draft, touches.key_of(draft_id, draft)))
