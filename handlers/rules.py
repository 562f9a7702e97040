"""A workspace's own rules, edited by compliance: figures of our policy, what clients told us, doubtful sources."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from bot.domain.refusals import Refusal
from bot.rulebook.edits import Figure
from bot.rulebook.told import Caution, Edit, PolicyEdit, PolicyEnd, Preview
from bot.rulebook.writer import ClientPolicy, ClientRule
from bot.services import rule_edits, rule_upkeep
from handlers import forms, origins, refusals
from handlers.answers import Answer, FormErrors, Options, Replace, View
from handlers.ask import Ask, Routes
from handlers.gifts.amounts import Fault, amount_in
from handlers.views import rule_forms
from handlers.views import rule_upkeep as upkeep_views
from handlers.views import rules as views

WORDS = frozenset({"rules", "regles", "règles"})
"""What is typed after /rapport to come here."""
_DATED = re.compile(r"[0-9]{4}(-(0[1-9]|1[0-2]))?", re.ASCII)
_FIELD = {
    "rules.starts": "starts",
    "rules.ends": "ends",
    "rules.on_file": "client",
}
"""At which field of a form a refusal is said."""


def register(routes: Routes) -> None:
    routes.action("rules.page", opened)
    routes.action("rules.edit_figure", figure_chosen)
    routes.view("rules.figure", figure_submitted)
    routes.action("rules.caution", caution_pressed)
    routes.action("rules.add_policy", policy_added)
    routes.action("rules.open_policy", policy_chosen)
    routes.option("rules.open_policy", suggest_policies)
    routes.action("rules.edit_policy", policy_edited)
    routes.action("rules.end_policy", policy_ended)
    routes.action("rules.more", more_allowances)
    routes.view("rules.policy", policy_submitted)
    routes.view("rules.end", end_submitted)
    routes.action("rules.redo", redone)
    routes.view("rules.save", saved)
    routes.action("upkeep.valid", still_valid)


def opened(ask: Ask) -> Answer:
    """``/rapport rules``, or the button on the Home tab."""
    return origins.form(ask, page(ask))


def page(ask: Ask, said: str = "") -> View:
    return views.page(rule_edits.standing_rules(ask.house, ask.actor), ask.words, _origin(ask), said)


def _origin(ask: Ask) -> Mapping[str, Any]:
    return origins.of_press(ask).notes() if ask.action is not None else origins.from_notes(ask.notes).notes()


# --- Our own policy -----------------------------------------------------------------------------------------


def figure_chosen(ask: Ask) -> Answer:
    return origins.form(ask, figure_view(ask, _figure(ask, ask.value)))


def figure_view(ask: Ask, figure: Figure) -> View:
    return rule_forms.figure_form(figure, ask.words, {**_origin(ask), "rule": figure.rule})


def _figure(ask: Ask, rule: str) -> Figure:
    """The figure as it stands. Raises Refusal ``rules.gone`` (rule)."""
    standing = rule_edits.standing_rules(ask.house, ask.actor)
    found = next((each for each in standing.figures if each.rule == rule), None)
    if found is None:
        raise Refusal("rules.gone", rule=rule)
    return found


def figure_submitted(ask: Ask) -> Answer:
    state = ask.state or {}
    shown = _figure(ask, str((ask.notes or {}).get("rule", "")))
    try:
        return _previewed(ask, _read_figure(ask, state, shown))
    except Fault as fault:
        return FormErrors({fault.field: fault.sentence})


def _read_figure(ask: Ask, state: forms.State, shown: Figure) -> Figure:
    """The figure as the form has it. Raises `Fault`."""
    currency = forms.chosen(state, "currency") or shown.currency
    dated = forms.written(state, "dated")
    if dated and not _DATED.fullmatch(dated):
        raise Fault("dated", ask.words.say("Write a year (2026), or a year and month (2026-11)."))
    times = forms.written(state, "times")
    english, french = forms.written(state, "english"), forms.written(state, "french")
    url = forms.written(state, "url")
    return replace(
        shown,
        amount=_amount(ask, state, "amount", currency) if shown.amount is not None else None,
        above=_amount(ask, state, "above", currency) if shown.above is not None else None,
        times=int(times) if shown.times is not None and times.isdecimal() else shown.times,
        currency=currency,
        per=forms.chosen(state, "per") or shown.per,
        over=forms.chosen(state, "over") or shown.over,
        starts=forms.day(state, "starts"),
        ends=forms.day(state, "ends"),
        source_title=forms.written(state, "source") or shown.source_title,
        source_url=url or None,
        source_dated=dated or None,
        english="" if english == shown.english else english,
        french="" if french == shown.french else french,
    )


def _amount(ask: Ask, state: forms.State, field: str, currency: str) -> Decimal:
    money = amount_in(ask, field, forms.written(state, field), currency)
    if money is None:
        raise Fault(field, ask.words.say("Write an amount, as in 45.50."))
    if money.currency != currency:
        raise Fault(field, ask.words.say("This amount has to be in {currency}.", currency=currency))
    return money.amount


def caution_pressed(ask: Ask) -> Answer:
    return _previewed(ask, Caution(bool(forms.carried(ask).get("on"))))


# --- What clients told us ------------------------------------------------------------------------------------


def policy_added(ask: Ask) -> Answer:
    standing = rule_edits.standing_rules(ask.house, ask.actor)
    fields = rule_forms.PolicyFields(
        currency=standing.currency, told_on=ask.member.calendar.local_date(ask.now)
    )
    return origins.form(ask, policy_view(ask, fields, None))


def policy_view(ask: Ask, fields: rule_forms.PolicyFields, file: str | None) -> View:
    notes = {**_origin(ask), "file": file, "aliases": list(fields.aliases)[:20] or None}
    if fields.client:
        notes["client"] = fields.client
    return rule_forms.policy_form(fields, ask.words, notes, callback="rules.policy", more="rules.more")


def suggest_policies(ask: Ask) -> Answer:
    """Clients with rules of their own whose name holds what has been typed so far."""
    standing = rule_edits.standing_rules(ask.house, ask.actor)
    return Options(views.policy_choices(standing.policies, ask.value))


def policy_chosen(ask: Ask) -> Answer:
    found = rule_edits.policy_on_file(ask.house, ask.actor, ask.value)
    return origins.form(ask, views.policy_page(found, ask.words, _origin(ask)))


def policy_edited(ask: Ask) -> Answer:
    found = rule_edits.policy_on_file(ask.house, ask.actor, str(forms.carried(ask).get("file")))
    assert found.policy is not None, "the button stands only where a form can edit"
    return origins.form(ask, policy_view(ask, rule_forms.fields_of(found.policy, ask.words), found.file))


def policy_ended(ask: Ask) -> Answer:
    found = rule_edits.policy_on_file(ask.house, ask.actor, str(forms.carried(ask).get("file")))
    notes = {**_origin(ask), "file": found.file}
    today = ask.member.calendar.local_date(ask.now)
    return origins.form(ask, rule_forms.end_form(found.title, today, ask.words, notes))


def end_submitted(ask: Ask) -> Answer:
    day = forms.day(ask.state or {}, "day")
    assert day is not None, "the field is not optional"
    try:
        return _previewed(ask, PolicyEnd(str((ask.notes or {})["file"]), day))
    except Refusal as refusal:
        if refusal.code != "rules.ends":
            raise
        return FormErrors({"day": refusals.text(refusal, ask.words)})


def more_allowances(ask: Ask) -> Answer:
    fields = entered_fields(ask)
    return origins.form(ask, policy_view(ask, with_one_more(fields), (ask.notes or {}).get("file")))


def with_one_more(fields: rule_forms.PolicyFields) -> rule_forms.PolicyFields:
    return replace(fields, allowances=[*fields.allowances, rule_forms.Allowance()])


def entered_fields(ask: Ask) -> rule_forms.PolicyFields:
    """What stands in the form for a client's rules now."""
    state, notes = ask.state or {}, ask.notes or {}
    count = sum(
        forms.block_of(state, f"per{number}") in state for number in range(rule_forms.MOST_ALLOWANCES)
    )
    return rule_forms.PolicyFields(
        client=str(notes.get("client") or ""),
        allowances=[
            rule_forms.Allowance(
                sorted(forms.ticked(state, f"allow{number}")),
                forms.written(state, f"amount{number}"),
                forms.chosen(state, f"per{number}") or "item",
                forms.chosen(state, f"over{number}") or "prohibit",
            )
            for number in range(max(1, count))
        ],
        currency=forms.chosen(state, "currency") or "USD",
        approval=sorted(forms.ticked(state, "approval")),
        prohibit=sorted(forms.ticked(state, "prohibit")),
        duties=sorted(forms.ticked(state, "duties")),
        told_by=forms.written(state, "told_by"),
        told_on=forms.day(state, "told_on"),
        url=forms.written(state, "url") or None,
        until=forms.day(state, "until"),
        english=forms.written(state, "english"),
        french=forms.written(state, "french"),
        aliases=tuple(notes.get("aliases") or ()),
    )


def read_policy(ask: Ask) -> ClientPolicy:
    """The policy as the form has it. Raises `Fault`."""
    fields, words = entered_fields(ask), ask.words
    client = fields.client or forms.written(ask.state or {}, "client")
    if not client:
        raise Fault("client", words.say("Write the name of the client."))
    today = ask.member.calendar.local_date(ask.now)
    told_on = fields.told_on or today
    if told_on > today:
        raise Fault("told_on", words.say("That day is still to come."))
    if fields.until is not None and fields.until < told_on:
        raise Fault("until", words.say("That is before they said it."))
    if not fields.told_by:
        raise Fault("told_by", words.say("Write who said so."))
    sentences = [sentence for sentence in (fields.english, fields.french) if sentence]
    if not sentences:
        raise Fault("english", words.say("Give their answer in a sentence: people read it as the reason."))
    said, french = sentences[0], sentences[-1]
    rules: list[ClientRule] = []
    for number, allowance in enumerate(fields.allowances):
        money = amount_in(ask, f"amount{number}", allowance.amount, fields.currency)
        if not allowance.kinds:
            if money is not None:
                raise Fault(f"allow{number}", words.say("Up to this amount of what? Choose the kinds."))
            continue
        rules.append(
            ClientRule(
                "allow",
                allowance.kinds,
                said,
                french,
                amount=money.amount if money is not None else None,
                currency=money.currency if money is not None else None,
                per=allowance.per,
                over=allowance.over,
                obligations=fields.duties,
            )
        )
    if fields.approval:
        rules.append(ClientRule("approval", fields.approval, said, french, obligations=fields.duties))
    if fields.prohibit:
        rules.append(ClientRule("prohibit", fields.prohibit, said, french))
    if not rules:
        raise Fault(
            "prohibit", words.say("Say what holds: what they may take, what needs approval, or what not.")
        )
    return ClientPolicy(
        client=client,
        told_on=told_on,
        told_by=fields.told_by,
        rules=rules,
        aliases=fields.aliases,
        url=fields.url,
        valid_until=fields.until,
    )


def policy_submitted(ask: Ask) -> Answer:
    try:
        return _previewed(ask, PolicyEdit(read_policy(ask), (ask.notes or {}).get("file")))
    except Fault as fault:
        return FormErrors({fault.field: fault.sentence})


# --- Before it is saved ---------------------------------------------------------------------------------------


def _previewed(ask: Ask, edit: Edit) -> Answer:
    """Show what an edit would mean; a refusal that belongs to a field is said there."""
    try:
        shown = rule_edits.preview(ask.house, ask.actor, edit)
    except Refusal as refusal:
        field = field_of(refusal, ask.state or {})
        if field is None:
            raise
        return FormErrors({field: refusals.text(refusal, ask.words)})
    return origins.form(ask, _confirm(ask, shown))


def field_of(refusal: Refusal, state: forms.State) -> str | None:
    """The field of the form at which a refusal is said; None where it is about none of them."""
    names: Sequence[str] = ()
    if refusal.code == "rules.band":
        names = ("amount", "above")
    elif refusal.code == "rules.unreadable":
        names = ("english", "client", "told_by")
    elif refusal.code in _FIELD:
        names = (_FIELD[refusal.code],)
    return next((name for name in names if name in state), None)


def _confirm(ask: Ask, shown: Preview) -> View:
    return views.confirm(shown, ask.words, _origin(ask))


def redone(ask: Ask) -> Answer:
    """Back to the form with what stood in it."""
    edit = rule_edits.resume(ask.house, ask.actor, forms.number(forms.carried(ask).get("draft")))
    match edit:
        case Figure():
            now = _figure(ask, edit.rule)
            shown = replace(edit, english=edit.english or now.english, french=edit.french or now.french)
            return origins.form(ask, figure_view(ask, shown))
        case PolicyEdit(policy=policy, file=file):
            return origins.form(ask, policy_view(ask, rule_forms.fields_of(policy, ask.words), file))
        case _:
            return origins.form(ask, page(ask))


def saved(ask: Ask) -> Answer:
    done = rule_edits.save(ask.house, ask.actor, forms.number((ask.notes or {}).get("draft")))
    if isinstance(done, Preview):
        return origins.form(ask, _confirm(ask, done))
    return origins.form(ask, page(ask, views.saved(done.rulebook.version, len(done.changes), ask.words)))


# --- Upkeep -----------------------------------------------------------------------------------------------------


def still_valid(ask: Ask) -> Answer:
    """A rule file was looked through: its date is renewed, and the message shows what is left."""
    carried = forms.carried(ask)
    rule_upkeep.confirm(ask.house, ask.actor, str(carried.get("file")), str(carried.get("digest")))
    entry_id = forms.number(carried.get("entry"))
    shown = rule_upkeep.current(ask.house, ask.actor, entry_id)
    return Replace(upkeep_views.message(shown.left, ask.words, entry_id, shown.done))
