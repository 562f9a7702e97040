"""Requests for approval as people meet them: asked for, decided, asked back, answered, taken back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from bot.domain.gifts.requests import Act
from bot.domain.gifts.sheets import Sheet
from bot.domain.refusals import Refusal
from bot.services import approvals, gifts, reviews
from handlers import forms, messenger, origins, refusals
from handlers.answers import Answer, CloseForms, Message, Replace, ReplaceAt, UpdateForm
from handlers.ask import Ask, Routes
from handlers.gifts.verdicts import result
from handlers.views import approvals as views
from handlers.views.gift_subject import subject
from handlers.views.notice import notice

_MOVED_ON = frozenset(
    (
        "approval.changed",
        "approval.was_approved",
        "approval.was_refused",
        "approval.was_withdrawn",
        "approval.was_given",
    )
)
"""Refusals after which the request is shown as it stands now."""

_FIELD_OF = {
    "approval.past_day": "day",
    "approval.far_day": "day",
    "approval.no_reason": "comment",
    "approval.no_question": "comment",
    "approval.no_reply": "comment",
}


def register(routes: Routes) -> None:
    routes.action("approval.ask", ask_for)
    routes.view("approval.request", requested)
    routes.action("approval.withdraw", withdrawn)
    routes.action("approval.reply", replying)
    routes.action("approval.open", opened)
    routes.action("approval.approve", approved)
    routes.action("approval.refuse", refusing)
    routes.action("approval.ask_back", asking_back)
    routes.view("approval.comment", commented)


# --- The requester ----------------------------------------------------------------------------------------


def ask_for(ask: Ask) -> Answer:
    """The form behind “Ask for approval”."""
    checked = gifts.recall(ask.house, ask.actor, forms.number(forms.carried(ask).get("check")))
    notes = origins.of_press(ask, replace=True).notes(check=checked.check_id)
    day = max(checked.proposal.date, ask.now.astimezone(ask.zone).date())
    return origins.form(ask, views.ask_form(subject(checked.proposal, ask.words), day, ask.words, notes))


def requested(ask: Ask) -> Answer:
    notes, state = ask.notes or {}, ask.state or {}
    check_id = forms.number(notes.get("check"))
    reason, day = forms.written(state, "reason"), forms.day(state, "day")
    try:
        asked = approvals.request(ask.house, ask.actor, check_id, reason, day)
    except Refusal as refusal:
        return forms.at_field(ask, refusal, _FIELD_OF)
    if asked.sheet is None:
        assert asked.checked is not None, "another day was checked"
        return result(ask, asked.checked, _no_need(asked.checked.proposal.date, ask))
    return origins.finish(ask, _shown(asked.sheet, ask))


def _no_need(day: date, ask: Ask) -> str:
    return ask.words.say("Given on {day}, the answer is another:", day=ask.words.day(day))


def withdrawn(ask: Ask) -> Answer:
    request_id = forms.number(forms.carried(ask).get("request"))
    return origins.put(ask, _shown(approvals.withdraw(ask.house, ask.actor, request_id), ask))


def replying(ask: Ask) -> Answer:
    return _comment_form(ask, Act.REPLY)


def opened(ask: Ask) -> Answer:
    """A request from the Home tab."""
    request_id = forms.number(forms.carried(ask).get("request"))
    return origins.tell(ask, _shown(approvals.shown(ask.house, ask.actor, request_id), ask))


# --- Who decides ------------------------------------------------------------------------------------------


def approved(ask: Ask) -> Answer:
    pressed = forms.carried(ask)
    request_id, version = forms.number(pressed.get("request")), forms.number(pressed.get("version"))
    entry_id = _entry(pressed)
    try:
        sheet = approvals.approve(ask.house, ask.actor, request_id, version)
    except Refusal as refusal:
        if refusal.code not in _MOVED_ON:
            raise
        return _moved_on(ask, request_id, entry_id, refusal)
    if origins.in_modal(ask):
        return origins.put(ask, _shown(sheet, ask))
    return Replace(_in_its_message(ask, sheet, entry_id))


def refusing(ask: Ask) -> Answer:
    return _comment_form(ask, Act.REFUSE)


def asking_back(ask: Ask) -> Answer:
    return _comment_form(ask, Act.ASK_BACK)


def _comment_form(ask: Ask, act: Act) -> Answer:
    pressed = forms.carried(ask)
    request_id = forms.number(pressed.get("request"))
    version = None if act is Act.REPLY else forms.number(pressed.get("version"))
    sheet = approvals.shown(ask.house, ask.actor, request_id)
    notes = origins.of_press(ask, replace=True).notes(
        request=request_id, version=version, entry=_entry(pressed), act=act.value
    )
    return origins.form(ask, views.comment_form(act, sheet, ask.words, notes))


_DONE: Mapping[Act, Callable[..., Sheet]] = {Act.REFUSE: approvals.refuse, Act.ASK_BACK: approvals.ask_back}


def commented(ask: Ask) -> Answer:
    """The form of a refusal, a question back or an answer was sent."""
    notes = ask.notes or {}
    request_id, entry_id = forms.number(notes.get("request")), _entry(notes)
    text = forms.written(ask.state or {}, "comment")
    act = Act(str(notes.get("act")))
    try:
        if act is Act.REPLY:
            sheet = approvals.reply(ask.house, ask.actor, request_id, text)
        else:
            sheet = _DONE[act](ask.house, ask.actor, request_id, forms.number(notes.get("version")), text)
    except Refusal as refusal:
        if refusal.code in _MOVED_ON:
            return _moved_on(ask, request_id, entry_id, refusal, typed=text)
        return forms.at_field(ask, refusal, _FIELD_OF)
    origin = origins.from_notes(notes)
    if origin.reply_to is not None and not origin.home:
        return CloseForms(ReplaceAt(origin.reply_to, _in_its_message(ask, sheet, entry_id)))
    return origins.finish(ask, _shown(sheet, ask))


# --- Where it is shown ------------------------------------------------------------------------------------


def _shown(sheet: Sheet, ask: Ask, note: str = "") -> Message:
    return views.message(sheet, ask.words, ask.zone, note=note)


def _in_its_message(ask: Ask, sheet: Sheet, entry_id: int | None) -> Message:
    """The message that was pressed as it stands now, with all other requests in it; else the request alone."""
    if entry_id is None:
        return _shown(sheet, ask)
    try:
        kind, facts = reviews.current(ask.house, ask.actor, entry_id)
    except Refusal:
        return _shown(sheet, ask)
    return messenger.SAID[kind](facts, ask.member, ask.words, entry_id)


def _moved_on(
    ask: Ask, request_id: int, entry_id: int | None, refusal: Refusal, *, typed: str = ""
) -> Answer:
    """Say that somebody was faster, show the request as it stands now, and keep what was typed."""
    said = refusals.message(refusal, ask.words, typed)
    try:
        sheet = approvals.shown(ask.house, ask.actor, request_id)
    except Refusal:
        raise refusal from None
    if ask.action is None or origins.in_modal(ask):
        shown = _shown(sheet, ask)
        both = Message(f"{said.text}\n{shown.text}", [*said.blocks, *shown.blocks])
        return UpdateForm(notice(both, ask.words, ask.notes), home=origins.from_notes(ask.notes).home)
    return Replace(_in_its_message(ask, sheet, entry_id), also=said)


def _entry(carried: Mapping[str, Any]) -> int | None:
    return None if carried.get("entry") is None else forms.number(carried["entry"])
