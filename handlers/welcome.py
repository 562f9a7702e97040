"""The welcome of who is here for the first time.

It stands in the first answer, below what was asked for, or on top of the Home tab: no message of its own, which would
ring a second time, wait for the quiet hours to end, and come apart from what it explains. A form is left alone; the
answer to it will do. Who was refused for not being one of us is no member and is never welcomed.
"""

from __future__ import annotations

from dataclasses import replace

from bot.domain.members import Member, Role
from bot.services import book, members, set_up
from bot.services.house import Actor, House
from handlers.answers import Answer, CloseForms, Message, Post, PublishHome, Say
from handlers.i18n import Words
from handlers.views import welcome as views

_ROOM = 4
"""Blocks that the welcome takes."""
_MESSAGE, _HOME = 50, 100


def with_welcome(house: House, actor: Actor, member: Member, answer: Answer, words: Words) -> Answer:
    """The answer with the welcome in it when it can carry one and the member was not welcomed yet, by any process."""
    if member.welcomed_at is not None or not _carries(answer) or not members.welcome(house, actor):
        return answer
    match answer:
        case PublishHome(view=view):
            return PublishHome({**view, "blocks": views.above(list(view["blocks"]), member.name, words)})
        case Say(message=message) | Post(message=message):
            return replace(answer, message=_below(house, actor, member, message, words))
        case CloseForms(then=Say(message=message)):
            return replace(answer, then=Say(_below(house, actor, member, message, words)))
        case _:
            return answer


def _carries(answer: Answer) -> bool:
    match answer:
        case PublishHome(view=view):
            return len(view["blocks"]) <= _HOME - _ROOM
        case Say(message=message) | Post(message=message) | CloseForms(then=Say(message=message)):
            return len(message.blocks) <= _MESSAGE - _ROOM
        case _:
            return False


def _below(house: House, actor: Actor, member: Member, message: Message, words: Words) -> Message:
    return views.below(message, member.name, _step(house, actor, member), words)


def _step(house: House, actor: Actor, member: Member) -> str:
    """What to do next, by role and by what is there."""
    if set_up.is_wanted(house, actor):
        return views.SET_UP
    if not member.is_(Role.ACCOUNT_MANAGER) and member.is_(Role.COMPLIANCE):
        return views.RULES
    return views.FIRST_TOUCH if book.own(house, actor, 0).count else views.FIRST_CLIENT
