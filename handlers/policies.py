"""“Ask their policy”: what to write, that it was asked, and the answer turned into rules for all colleagues."""

from __future__ import annotations

from datetime import date

from bot.domain.refusals import Refusal
from bot.rulebook.writer import ClientPolicy
from bot.services import gifts, policies
from handlers import forms, origins, refusals, rules
from handlers.answers import Answer, FormErrors, UpdateForm, View
from handlers.ask import Ask, Routes
from handlers.gifts.amounts import Fault
from handlers.gifts.verdicts import result
from handlers.views import policies as views
from handlers.views import rule_forms
from handlers.views.gift_letter import client_words, draft_question


def register(routes: Routes) -> None:
    routes.action("policy.ask", ask_opened)
    routes.action("policy.language", language_chosen)
    routes.view("policy.ask", ask_submitted)
    routes.action("policy.later", later)
    routes.action("policy.withdraw", withdrawn)
    routes.action("policy.answered", answer_opened)
    routes.action("policy.more", more)
    routes.view("policy.answer", answered)
    routes.view("policy.replace", replaced)


# --- Asking -----------------------------------------------------------------------------------------------


def ask_opened(ask: Ask) -> Answer:
    check_id = forms.number(forms.carried(ask).get("check"))
    today = ask.member.calendar.local_date(ask.now)
    return origins.form(ask, _ask_view(ask, check_id, None, "", today, fresh=True))


def _ask_view(
    ask: Ask, check_id: int, language: str | None, who: str, day: date, *, fresh: bool = False
) -> View:
    checked = gifts.recall(ask.house, ask.actor, check_id)
    chosen = language or client_words(checked.proposal, checked.client, ask.words).language
    draft = draft_question(checked.proposal, checked.client, checked.contact, ask.words, chosen)
    name = who or (checked.proposal.recipient.name or "" if fresh else "")
    origin = origins.of_press(ask) if ask.action is not None else origins.from_notes(ask.notes)
    return views.ask_form(draft, chosen, name, day, ask.words, origin.notes(check=check_id))


def language_chosen(ask: Ask) -> Answer:
    state, notes = ask.state or {}, ask.notes or {}
    day = forms.day(state, "day") or ask.member.calendar.local_date(ask.now)
    language = forms.chosen(state, "language") or ask.value
    chosen = language if language in views.LANGUAGES else None
    return origins.form(
        ask, _ask_view(ask, forms.number(notes.get("check")), chosen, forms.written(state, "who"), day)
    )


def ask_submitted(ask: Ask) -> Answer:
    state = ask.state or {}
    check_id = forms.number((ask.notes or {}).get("check"))
    day = forms.day(state, "day") or ask.member.calendar.local_date(ask.now)
    done = policies.asked(ask.house, ask.actor, check_id, forms.written(state, "who"), day)
    return origins.finish(
        ask, views.asked(done.employer, done.reminder_on, ask.words, check_id=check_id, again=done.again)
    )


def later(ask: Ask) -> Answer:
    done = policies.put_off(ask.house, ask.actor, forms.number(forms.carried(ask).get("question")))
    assert done.reminder_on is not None, "it was put off to a day"
    return origins.put(ask, views.put_off(done.employer, done.reminder_on, ask.words))


def withdrawn(ask: Ask) -> Answer:
    done = policies.withdraw(ask.house, ask.actor, forms.number(forms.carried(ask).get("question")))
    return origins.put(ask, views.withdrawn(done.employer, ask.words))


# --- The answer -------------------------------------------------------------------------------------------


def answer_opened(ask: Ask) -> Answer:
    check_id = forms.number(forms.carried(ask).get("check"))
    known = policies.subject_of(ask.house, ask.actor, check_id)
    fields = rule_forms.PolicyFields(
        client=known.client,
        aliases=known.aliases,
        currency=known.currency,
        told_by=known.contact,
        told_on=ask.member.calendar.local_date(ask.now),
    )
    intro = ""
    if known.digest is not None:
        intro = ask.words.say("An answer is on file already; you will see it before yours takes its place.")
    notes = origins.of_press(ask, replace=True).notes(
        check=check_id, client=fields.client, aliases=list(fields.aliases)[:20] or None
    )
    return origins.form(
        ask,
        rule_forms.policy_form(
            fields, ask.words, notes, callback="policy.answer", more="policy.more", intro=intro
        ),
    )


def more(ask: Ask) -> Answer:
    fields = rules.with_one_more(rules.entered_fields(ask))
    return origins.form(
        ask,
        rule_forms.policy_form(
            fields, ask.words, ask.notes or {}, callback="policy.answer", more="policy.more"
        ),
    )


def answered(ask: Ask) -> Answer:
    check_id = forms.number((ask.notes or {}).get("check"))
    try:
        policy = rules.read_policy(ask)
        return _entered(ask, check_id, policy, None)
    except Fault as fault:
        return FormErrors({fault.field: fault.sentence})
    except Refusal as refusal:
        field = rules.field_of(refusal, ask.state or {})
        if field is None:
            raise
        return FormErrors({field: refusals.text(refusal, ask.words)})


def replaced(ask: Ask) -> Answer:
    notes = ask.notes or {}
    policy, check_id = policies.resume(ask.house, ask.actor, forms.number(notes.get("draft")))
    return _entered(ask, check_id, policy, str(notes.get("instead")))


def _entered(ask: Ask, check_id: int, policy: ClientPolicy, instead_of: str | None) -> Answer:
    try:
        done = policies.answer(ask.house, ask.actor, check_id, policy, instead_of=instead_of)
    except Refusal as refusal:
        if refusal.code != "policy.on_file":
            raise
        known = policies.subject_of(ask.house, ask.actor, check_id)
        draft = policies.set_aside(ask.house, ask.actor, policy, check_id)
        notes = origins.from_notes(ask.notes).notes(draft=draft, instead=known.digest)
        return UpdateForm(views.on_file(known.policy, policy.client, ask.words, notes))
    return result(ask, done.checked, views.in_force(done.client, done.told, ask.words))
