"""Two clients that turn out to be one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.domain.refusals import Refusal
from bot.services import client_edits, merges
from handlers import forms, origins, refusals
from handlers.answers import Answer, FormErrors, UpdateForm, View
from handlers.ask import Ask, Routes
from handlers.views import client_merges as views

_AT_THE_FIELD = frozenset(
    ["merge.itself", "client.not_to_govern", "client.archived", "client.merged", "client.gone"]
)


def register(routes: Routes) -> None:
    routes.view("merge.choose", chosen)
    routes.view("merge.do", merge_submitted)
    routes.action("client.merge_with", merge_offered)
    routes.action("merge.undo", undo_pressed)


def merge_pressed(ask: Ask) -> Answer:
    found = client_edits.opened(ask.house, ask.actor, forms.number(forms.carried(ask).get("client")))
    notes = _origin(ask, client=found.client.id)
    return origins.form(ask, views.choose_form(found.client.name, ask.words, notes))


def chosen(ask: Ask) -> Answer:
    """Two clients were named: show what moves, before it does."""
    state = ask.state or {}
    this = forms.number((ask.notes or {}).get("client"))
    other = forms.number(forms.chosen(state, "other"))
    kept, gone = (other, this) if forms.chosen(state, "stays") == "other" else (this, other)
    try:
        return UpdateForm(_preview(ask, kept, gone))
    except Refusal as refusal:
        if refusal.code not in _AT_THE_FIELD:
            raise
        return FormErrors({"other": refusals.text(refusal, ask.words)})


def merge_offered(ask: Ask) -> Answer:
    """A name that was typed is another client's: the two may be one."""
    carried = forms.carried(ask)
    kept, gone = forms.number(carried.get("client")), forms.number(carried.get("gone"))
    return origins.form(ask, _preview(ask, kept, gone))


def _preview(ask: Ask, kept_id: int, gone_id: int) -> View:
    found = merges.preview(ask.house, ask.actor, kept_id, gone_id)
    return views.preview(
        found.kept.name,
        found.gone.name,
        found.moving,
        found.joined,
        found.names,
        ask.words,
        _origin(ask, kept=kept_id, gone=gone_id),
    )


def merge_submitted(ask: Ask) -> Answer:
    notes = ask.notes or {}
    done = merges.merge(
        ask.house, ask.actor, forms.number(notes.get("kept")), forms.number(notes.get("gone"))
    )
    return origins.finish(
        ask, views.merged(done.kept.name, done.kept.id, done.gone.name, done.merge.id, ask.words)
    )


def undo_pressed(ask: Ask) -> Answer:
    done = merges.undo(ask.house, ask.actor, forms.number(forms.carried(ask).get("merge")))
    return origins.put(
        ask, views.undone(done.kept.name, done.kept.id, done.gone.name, done.gone.id, ask.words)
    )


def _origin(ask: Ask, **more: Any) -> Mapping[str, Any]:
    origin = origins.of_press(ask) if ask.action is not None else origins.from_notes(ask.notes)
    return origin.notes(**more)
