"""Missed clocks: whether a client is looked after closely because a question of its was left waiting too long.

A miss counts with the owner in whose time it fell, until somebody spoke to the client after the answer. Nothing has to
be settled: it follows from the client's questions, touches and handovers whenever one of them changes.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.domain.clients import Client
from bot.domain.touches import Restart, Touch, restart
from bot.ports import UnitOfWork
from bot.services import sent_digests
from bot.services.owners import calendar_of, moments_of
from bot.services.response_sheets import looked_at

_READ = 50
"""How many questions, touches and handovers are looked through for the one that counts."""


def weighed(unit: UnitOfWork, client: Client, now: datetime) -> Client:
    """A held client with the miss that counts with its owner, if there is one; written by who sets its clock."""
    if unit.questions.first_missed(client.id, None, None) is None:
        return replace(client, missed_at=None)
    since, spoke = _owned_since(unit, client), _spoke_at(unit, client)
    for _ in range(_READ):
        question = unit.questions.first_missed(client.id, since, spoke)
        if question is None:
            return replace(client, missed_at=None)
        fresh = looked_at(unit, client, question, now)
        if fresh.missed_at == question.missed_at:
            return replace(client, missed_at=question.missed_at)
        unit.questions.change(
            question, fresh
        )  # by the hours and terms of today it was none, or at another time
    return client


def follow(unit: UnitOfWork, client_id: int, now: datetime) -> None:
    """Set the clock of a client as it should be, after something happened to one of its questions."""
    client = unit.clients.hold(client_id)
    if client is None:
        return
    fresh = weighed(unit, client, now)
    if fresh.missed_at != client.missed_at:
        unit.clients.set_clock(fresh, moments_of(unit, fresh, now))
        sent_digests.refresh(unit, client.id, (client.owner_id,), now)


def _owned_since(unit: UnitOfWork, client: Client) -> datetime | None:
    """Since when its owner has the client; None: from the beginning. One that came to it by a merge changes nothing."""
    return next(
        (
            each.at
            for each in unit.handovers.of_client(client.id, _READ)
            if each.undone_at is None and each.to_id == client.owner_id and not each.moved.merged
        ),
        None,
    )


def _spoke_at(unit: UnitOfWork, client: Client) -> datetime | None:
    """When somebody spoke to the client last.

    “Call today” is kept without an hour: it took place before it was noted.
    """
    calendar = calendar_of(unit, client)

    def at(touch: Touch) -> datetime:
        today = calendar.local_date(touch.at) == calendar.local_date(touch.logged_at)
        return touch.logged_at if touch.whole_day and today else touch.at

    spoken = [
        at(touch)
        for touch in unit.touches.recent(client.id, _READ)
        if restart(touch.channel, touch.direction) is Restart.WHOLE
    ]
    if client.last_conversation_at is not None:
        spoken.append(client.last_conversation_at)
    return max(spoken, default=None)
