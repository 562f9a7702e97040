"""The Home tab."""

from __future__ import annotations

from bot.services import approvals, book, digest, members, outings
from handlers.answers import Answer, Nothing, PublishHome, View
from handlers.ask import Ask, Routes
from handlers.views import home as views

_INVITATIONS = 10
"""How many of the member's invitations are shown."""


def register(routes: Routes) -> None:
    routes.event("app_home_opened", opened)


def opened(ask: Ask) -> Answer:
    """Somebody came to the bot's page; only its Home tab shows what we publish."""
    event = ask.payload.get("event", ask.payload)
    return PublishHome(view_for(ask)) if event.get("tab", "home") == "home" else Nothing()


def view_for(ask: Ask) -> View:
    """The Home tab of who asks, as it stands now."""
    member = members.who(ask.house, ask.actor)
    rows = digest.today(ask.house, ask.actor)
    desk = approvals.desk(ask.house, ask.actor)
    return views.home(
        member,
        rows,
        book.own(ask.house, ask.actor, 0).count,
        ask.words,
        invitations=outings.lately(ask.house, ask.actor, _INVITATIONS),
        today=member.calendar.local_date(ask.now),
        requests=desk.own,
        waiting=desk.waiting,
    )
