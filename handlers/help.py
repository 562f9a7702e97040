"""Help: what can be typed, one example of each, and the settings of who asks."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from handlers import (
    concessions,
    figures,
    gate,
    imports,
    meetings,
    origins,
    response_figures,
    rules,
    settings,
    workspace,
)
from handlers import register as gift_register
from handlers.answers import Answer, Nothing, Post, Say
from handlers.ask import Ask, Listener, Routes
from handlers.views import help as views

HELP_WORDS = frozenset({"", "help", "aide", "?"})


def register(routes: Routes) -> None:
    routes.command("/rapport", help_typed)
    routes.event("message", help_written)
    routes.action("help.open", help_asked)


def help_typed(ask: Ask) -> Answer:
    """``/rapport``: what the words behind it name, or the help."""
    typed = ask.text.strip()
    said = typed.casefold()
    for words, listener in SUBJECTS:
        if said in words:
            return listener(ask)
    if said.partition(" ")[0] in imports.EXPORT_WORDS:  # the form of the file may follow
        return imports.exported(ask)
    if said.partition(" ")[0] in gate.WORDS:  # a client may follow
        return gate.typed(ask)
    unknown = "" if said in HELP_WORDS else typed
    return Say(views.message(ask.member, ask.words, unknown))


SUBJECTS: Sequence[tuple[Collection[str], Listener]] = (
    (gift_register.REGISTER_WORDS, gift_register.opened),
    (figures.WORDS, figures.opened),
    (response_figures.WORDS, response_figures.opened),
    (concessions.WORDS, concessions.figures_opened),
    (rules.WORDS, rules.opened),
    (settings.WORDS, settings.typed),
    (workspace.SET_UP_WORDS, workspace.set_up_typed),
    (workspace.WORDS, workspace.typed),
    (meetings.LIST_WORDS, meetings.listed),
)
"""What may be typed after ``/rapport``, and who takes it."""


def help_asked(ask: Ask) -> Answer:
    """A button: the same as typed."""
    return origins.tell(ask, views.message(ask.member, ask.words))


def help_written(ask: Ask) -> Answer:
    """Somebody wrote to the bot in their private conversation: a meeting is entered, anything else gets help.

    A file is a client list. What bots write, and edits, are no questions.
    """
    if imports.is_drop(ask.payload):
        return imports.dropped(ask)
    if not _is_a_question(ask.payload):
        return Nothing()
    return meetings.written(ask) or Post(views.message(ask.member, ask.words))


def _is_a_question(payload: Mapping[str, Any]) -> bool:
    event = payload.get("event", payload)
    from_a_person = not event.get("subtype") and not event.get("bot_id") and bool(event.get("user"))
    return from_a_person and event.get("channel_type") == "im"
