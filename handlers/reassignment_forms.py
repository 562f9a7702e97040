"""The forms for another manager: to ask for one, and to hand over for who may decide."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.refusals import Refusal
from bot.services import book_plans, fit
from bot.services import reassignment as services
from handlers import forms, origins
from handlers.answers import Answer, Block
from handlers.ask import Ask
from handlers.parsing.reassignment import reason_of
from handlers.views import book_plans as book_views
from handlers.views import fit as fit_views
from handlers.views import parts
from handlers.views import reassignment as views


def open_pressed(ask: Ask) -> Answer:
    """A button that names a client and a reason, or none: the form."""
    facts = forms.carried(ask)
    client, why = facts.get("client"), facts.get("why")
    return open_form(
        ask, None if client is None else forms.number(client), why if isinstance(why, str) else ""
    )


def open_form(ask: Ask, client_id: int | None, why: str = "") -> Answer:
    """The form to ask for another manager, or to hand over for who may decide."""
    notes = origins.of_press(ask).notes(client=client_id)
    if client_id is None:
        ways = book_ways(ask)
        return origins.form(ask, views.ask_form(None, None, (), ask.words, notes, "", None, *ways))
    wish = services.wish(ask.house, ask.actor, client_id)
    owner = None if wish.owner is None else wish.owner.name
    if wish.open is not None and not wish.decides:
        return origins.tell(ask, views.asked(wish.open, ask.words, again=True))
    reason = reason_of(why).value if why else None
    if not wish.decides:
        form = views.ask_form(wish.client.name, owner, wish.asked, ask.words, notes, why, reason)
        return origins.form(ask, form)
    colleagues = offered(ask, wish.client.id)
    return origins.form(
        ask, views.hand_form(wish.client.name, owner, None, colleagues, ask.words, notes, why, reason)
    )


def book_ways(ask: Ask) -> Sequence[parts.Element]:
    """The way to hand a whole book over, for who may."""
    return (book_views.button(ask.words),) if book_plans.may_plan(ask.member) else ()


def offered(ask: Ask, client_id: int) -> Sequence[Block]:
    """Whom a lead may choose for the client: the field ``member`` of the form, whose value is a member's id.

    Above it stands whom the client would suit, for who may know; anybody can be chosen all the same.
    """
    try:
        found = fit.suited(ask.house, ask.actor, client_id)
    except Refusal:
        return views.anybody(ask.words)
    people = [(member, candidate.reasons) for member, candidate in found.candidates]
    return [*fit_views.people(people, ask.words), *views.anybody(ask.words)]
