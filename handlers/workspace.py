"""The workspace for its admins: set-up, people and roles, defaults; on Home and by `/rapport setup`."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from bot.domain.answer_terms import NAMES, check_terms, pair_from
from bot.domain.cadence import CALM_AFTER_IMPORT
from bot.domain.clients import Tier
from bot.domain.fit import FACTORS, OURS, weights_of
from bot.domain.members import Role
from bot.domain.money import Money
from bot.domain.refusals import Refusal
from bot.domain.workspaces import limits_of
from bot.services import channels, health, members, set_up, workspaces
from bot.services.workspaces import seen_of
from handlers import forms, origins, refusals
from handlers.answers import (
    Answer,
    CloseForms,
    FormErrors,
    Message,
    OpenForm,
    Options,
    Replace,
    ReplaceAt,
    Say,
    ShowHome,
    UpdateForm,
)
from handlers.ask import Ask, Routes
from handlers.gifts.amounts import Fault, amount_in, kept
from handlers.parsing.percents import percent_of
from handlers.views import concession_figures as concession_views
from handlers.views import fit as fit_views
from handlers.views import settings as settings_views
from handlers.views import workspace as views
from handlers.views.help import ROLES
from handlers.views.notice import notice
from handlers.views.parts import stated

WORDS = frozenset({"workspace", "espace", "admin"})
SET_UP_WORDS = frozenset({"setup", "set-up", "installation", "configuration"})

_FIELD_OF = {
    "workspace.country": "country",
    "workspace.currency": "currency",
    "workspace.zone": "zone",
    "workspace.language": "language",
    "workspace.starts_on": "day",
    "workspace.pace": "pace",
    "workspace.emoji": "emoji",
    "workspace.same_emoji": "seen",
    "workspace.clocks_on": "clocks",
    "workspace.concession_percent": "percent",
    "workspace.concession_amount": "amount",
    "member.no_role": "roles",
    "member.last_admin": "roles",
    "member.own_lead": "lead",
    "member.not_lead": "lead",
    "member.own_delegate": "delegate",
    "member.unknown": "lead",
    "member.changed": "roles",
}
"""At which field of its form a refusal is shown."""


def register(routes: Routes) -> None:
    routes.action("workspace.people", people_asked)
    routes.action("workspace.arrange", arrange_asked)
    routes.action("workspace.person", person_chosen)
    routes.view("workspace.roles", arranged)
    routes.option("workspace.person", suggest_person)
    routes.action("workspace.find", find_asked)
    routes.view("workspace.find", looked_for)
    routes.action("workspace.clients", clients_asked)
    routes.action("workspace.rhythm", rhythm_asked)
    routes.view("workspace.rhythm", rhythm_chosen)
    routes.action("workspace.market", market_asked)
    routes.view("workspace.market", market_chosen)
    routes.option("workspace.zone", suggest_zones)
    routes.action("workspace.clocks", clocks_asked)
    routes.view("workspace.clocks", clocks_chosen)
    routes.action("workspace.start", start_asked)
    routes.view("workspace.start", start_chosen)
    routes.action("workspace.delivery", delivery_asked)
    routes.view("workspace.delivery", delivery_chosen)
    routes.action("workspace.fit", fit_asked)
    routes.view("workspace.fit", fit_chosen)
    routes.action("workspace.concessions", limits_asked)
    routes.view("workspace.concessions", limits_chosen)
    routes.action("workspace.finish", finished)
    routes.action("workspace.channel_on", channel_turned_on)
    routes.action("workspace.channels_on", channels_turned_on)


def typed(ask: Ask) -> Answer:
    """`/rapport workspace`."""
    return Say(_overview(ask))


def set_up_typed(ask: Ask) -> Answer:
    """`/rapport setup`."""
    return Say(_set_up(ask))


def _overview(ask: Ask) -> Message:
    workspace = workspaces.of_admin(ask.house, ask.actor)
    state = set_up.state(ask.house, ask.actor)
    return views.overview_message(
        workspace,
        health.look(ask.house, ask.actor),
        None if state.finished else state,
        ask.words,
        ask.zone,
    )


def _set_up(ask: Ask) -> Message:
    return views.set_up_message(set_up.state(ask.house, ask.actor), ask.words)


# --- People -----------------------------------------------------------------------------------------------


def people_asked(ask: Ask) -> Answer:
    workspaces.of_admin(ask.house, ask.actor)
    return OpenForm(views.roles_form(None, ask.words, _notes(ask)))


def arrange_asked(ask: Ask) -> Answer:
    member_id = forms.number(forms.carried(ask).get("member"))
    person = members.colleague(ask.house, ask.actor, member_id)
    return OpenForm(views.roles_form(person, ask.words, _notes(ask)))


def suggest_person(ask: Ask) -> Answer:
    found = members.roster(ask.house, ask.actor, typed=ask.value)
    return Options(settings_views.people_choices(found.members))


def person_chosen(ask: Ask) -> Answer:
    """Somebody was chosen in the form: it goes on with their roles."""
    if not origins.in_modal(ask):
        raise Refusal("request.unknown")
    person = members.colleague(ask.house, ask.actor, forms.number(ask.value))
    return UpdateForm(views.roles_form(person, ask.words, _kept(ask)))


def arranged(ask: Ask) -> Answer:
    """The form was sent: save it, or go on with the person where another one was chosen a moment ago."""
    state, notes = ask.state or {}, ask.notes or {}
    chosen = forms.chosen(state, "person")
    if chosen is None or chosen != str(notes.get("person")):
        person = None
        if chosen is not None:
            person = members.colleague(ask.house, ask.actor, forms.number(chosen))
        return UpdateForm(views.roles_form(person, ask.words, _kept(ask)))
    known = {role.value for role in Role}
    lead, delegate = forms.chosen(state, "lead"), forms.chosen(state, "delegate")
    try:
        person = members.arrange(
            ask.house,
            ask.actor,
            forms.number(chosen),
            roles=frozenset(Role(role) for role in forms.ticked(state, "roles") if role in known),
            lead_id=None if lead is None else forms.number(lead),
            delegate_id=None if delegate is None else forms.number(delegate),
            seen=str(notes.get("seen")),
        )
    except Refusal as refusal:
        return _at_field(ask, refusal)
    said = ask.words.say(
        "{name}: {roles}.",
        name=person.member.name,
        roles=ask.words.listed(
            [ask.words.say(label) for role, label in ROLES.items() if person.member.is_(role)]
        ),
    )
    if origins.from_notes(notes).home:
        return CloseForms(home=True)
    return UpdateForm(views.roles_form(None, ask.words, _kept(ask), said))


def find_asked(ask: Ask) -> Answer:
    workspaces.of_admin(ask.house, ask.actor)
    find = str((ask.place or {}).get("find") or "")
    return OpenForm(views.find_form(find, ask.words, _notes(ask)))


def looked_for(ask: Ask) -> Answer:
    find = forms.written(ask.state or {}, "find")
    workspaces.of_admin(ask.house, ask.actor)
    return ShowHome({"tab": "workspace", "part": "people", "find": find})


# --- Defaults ---------------------------------------------------------------------------------------------


def clients_asked(ask: Ask) -> Answer:
    workspaces.of_admin(ask.house, ask.actor)
    return origins.tell(ask, views.clients_help(ask.words))


def rhythm_asked(ask: Ask) -> Answer:
    workspace = workspaces.of_admin(ask.house, ask.actor)
    return OpenForm(views.rhythm_form(workspace, ask.words, _notes(ask, seen=seen_of(workspace))))


def rhythm_chosen(ask: Ask) -> Answer:
    state = ask.state or {}
    cadences: dict[str, tuple[int, int]] = {}
    errors: dict[str, str] = {}
    for tier in Tier:
        days = []
        for field in (f"due_{tier.value}", f"neglected_{tier.value}"):
            written = forms.written(state, field)
            if not (written.isascii() and written.isdecimal() and len(written) <= 6):
                errors[forms.block_of(state, field)] = ask.words.say("Write a whole number of days.")
            else:
                days.append(int(written))
        if len(days) == 2:
            cadences[tier.value] = (days[0], days[1])
    if errors:
        return FormErrors(errors)
    try:
        workspaces.change(ask.house, ask.actor, seen=_seen(ask), cadences=cadences)
    except Refusal as refusal:
        if not refusal.code.startswith("cadence."):
            return _at_field(ask, refusal)
        part = "due" if refusal.code == "cadence.due" else "neglected"
        field = f"{part}_{refusal.facts['tier']}"
        return FormErrors({forms.block_of(state, field): refusals.text(refusal, ask.words)})
    return _done(
        ask, ask.words.say("The rhythm is set. The due moments of all clients follow within minutes.")
    )


def market_asked(ask: Ask) -> Answer:
    workspace = workspaces.of_admin(ask.house, ask.actor)
    return OpenForm(views.market_form(workspace, ask.words, _notes(ask, seen=seen_of(workspace))))


def market_chosen(ask: Ask) -> Answer:
    state = ask.state or {}
    return _changed(
        ask,
        ask.words.say("The home market is set."),
        country=forms.chosen(state, "country") or "",
        currency=forms.chosen(state, "currency") or "",
        zone=forms.chosen(state, "zone") or "",
        locale=forms.chosen(state, "language") or "",
    )


def suggest_zones(ask: Ask) -> Answer:
    return Options(views.zones(ask.value))


def start_asked(ask: Ask) -> Answer:
    workspace = workspaces.of_admin(ask.house, ask.actor)
    calendar = ask.member.calendar
    today = calendar.local_date(ask.now)
    proposed = workspace.starts_on
    if proposed is None or proposed < today:
        proposed = calendar.add_working_days(today, CALM_AFTER_IMPORT)
    return OpenForm(
        views.start_form(proposed, workspace.clocks_on, ask.words, _notes(ask, seen=seen_of(workspace)))
    )


def start_chosen(ask: Ask) -> Answer:
    day = forms.day(ask.state or {}, "day")
    if day is None:
        return FormErrors({"day": ask.words.say("Choose a day.")})
    said = ask.words.say("No client turns red before {day}.", day=ask.words.day(day))
    clocks = forms.day(ask.state or {}, "clocks")
    return _changed(ask, said, starts_on=day, clocks_on=clocks)


def clocks_asked(ask: Ask) -> Answer:
    workspace = workspaces.of_admin(ask.house, ask.actor)
    return OpenForm(views.clocks_form(workspace, ask.words, _notes(ask, seen=seen_of(workspace))))


def clocks_chosen(ask: Ask) -> Answer:
    """By when clients are acknowledged and answered; what is left empty is as ours."""
    state = ask.state or {}
    terms: dict[str, tuple[str, str]] = {}
    errors: dict[str, str] = {}
    for name in NAMES:
        written = forms.written(state, name)
        if not written.strip():
            continue
        try:
            terms[name] = pair_from(written)
            check_terms({name: terms[name]})
        except Refusal as refusal:
            errors[forms.block_of(state, name)] = refusals.text(refusal, ask.words)
    if errors:
        return FormErrors(errors)
    said = ask.words.say("The terms are set. The deadlines of all that waits follow at once.")
    return _changed(ask, said, clock_terms=terms)


def delivery_asked(ask: Ask) -> Answer:
    workspace = workspaces.of_admin(ask.house, ask.actor)
    return OpenForm(views.delivery_form(workspace, ask.words, _notes(ask, seen=seen_of(workspace))))


def delivery_chosen(ask: Ask) -> Answer:
    state = ask.state or {}
    pace = forms.written(state, "pace")
    if not (pace.isascii() and pace.isdecimal() and len(pace) <= 6):
        return FormErrors({forms.block_of(state, "pace"): ask.words.say("Write a whole number.")})
    emoji = forms.written(state, "emoji").strip(": ").casefold()
    return _changed(
        ask,
        ask.words.say("Messages and reaction are set."),
        posts_per_minute=int(pace),
        touch_emoji=emoji or None,
        seen_emoji=forms.written(state, "seen").strip(": ").casefold() or None,
    )


def limits_asked(ask: Ask) -> Answer:
    workspace = workspaces.of_admin(ask.house, ask.actor)
    notes = _notes(ask, seen=seen_of(workspace))
    form = concession_views.limits_form(limits_of(workspace), workspace.currency, ask.words, notes)
    return OpenForm(form)


def limits_chosen(ask: Ask) -> Answer:
    """The form was sent: up to what a concession goes without a lead."""
    state, currency = ask.state or {}, workspaces.of_admin(ask.house, ask.actor).currency
    faults: list[Fault] = []
    percent = kept(faults, lambda: _limit_in_percent(ask))
    amount = kept(faults, lambda: _limit_amount(ask, currency))
    if percent is None or amount is None:
        return FormErrors({forms.block_of(state, fault.field): fault.sentence for fault in faults})
    return _changed(
        ask,
        ask.words.say("The limits for concessions are set. What was asked before waits as it did."),
        concession_percent=percent,
        concession_amount=amount.amount,
    )


def _limit_in_percent(ask: Ask) -> Decimal:
    percent = percent_of(forms.written(ask.state or {}, "percent"))
    if percent is None:
        raise Fault("percent", refusals.text(Refusal("workspace.concession_percent"), ask.words))
    return percent


def _limit_amount(ask: Ask, currency: str) -> Money:
    try:
        amount = amount_in(ask, "limit", forms.written(ask.state or {}, "amount"), currency)
    except Fault as fault:
        raise Fault("amount", fault.sentence) from fault
    if amount is None or amount.currency != currency:
        raise Fault("amount", ask.words.say("This amount has to be in {currency}.", currency=currency))
    return amount


def fit_asked(ask: Ask) -> Answer:
    workspace = workspaces.of_admin(ask.house, ask.actor)
    notes = _notes(ask, seen=seen_of(workspace))
    return OpenForm(fit_views.weights_form(weights_of(workspace), ask.words, notes))


def fit_chosen(ask: Ask) -> Answer:
    """What counts how much for whom a client would suit; what is as ours is not kept."""
    state = ask.state or {}
    written = {name: forms.written(state, name) for name in (*FACTORS, "capacity")}
    wrong = [
        name
        for name, typed in written.items()
        if not (typed.isascii() and typed.isdecimal() and len(typed) <= 6)
    ]
    if wrong:
        return FormErrors(
            {forms.block_of(state, name): ask.words.say("Write a whole number.") for name in wrong}
        )
    chosen = {name: int(typed) for name, typed in written.items()}
    fit = {name: number for name, number in chosen.items() if number != getattr(OURS, name)}
    try:
        workspaces.change(ask.house, ask.actor, seen=_seen(ask), fit=fit)
    except Refusal as refusal:
        at = {
            "fit.weight": str(refusal.facts.get("name")),
            "fit.capacity": "capacity",
            "fit.nothing": FACTORS[0],
        }
        if refusal.code not in at:
            return _at_field(ask, refusal)
        return forms.at_field(ask, refusal, at)
    return _done(ask, ask.words.say("It is set what counts how much for whom a client suits."))


def finished(ask: Ask) -> Answer:
    set_up.finish(ask.house, ask.actor)
    if origins.on_home(ask):
        return ShowHome()
    said = ask.words.say("The set-up is put away. You find all of it on my Home tab, under Workspace.")
    return Replace(stated(said))


def channel_turned_on(ask: Ask) -> Answer:
    channels.turn_on(ask.house, ask.actor, forms.number(forms.carried(ask).get("member")))
    return _sent_again(ask)


def channels_turned_on(ask: Ask) -> Answer:
    channels.turn_on(ask.house, ask.actor)
    return _sent_again(ask)


def _sent_again(ask: Ask) -> Answer:
    return ShowHome() if origins.on_home(ask) else Replace(_overview(ask))


def _changed(ask: Ask, said: str, **values: Any) -> Answer:
    try:
        workspaces.change(ask.house, ask.actor, seen=_seen(ask), **values)
    except Refusal as refusal:
        return _at_field(ask, refusal)
    return _done(ask, said)


def _seen(ask: Ask) -> str:
    return str((ask.notes or {}).get("seen"))


def _notes(ask: Ask, **more: Any) -> dict[str, Any]:
    return origins.of_press(ask).notes(**more)


def _kept(ask: Ask) -> dict[str, Any]:
    """The notes of the form without what they say of the person chosen before."""
    return {key: value for key, value in (ask.notes or {}).items() if key not in ("person", "seen")}


def _at_field(ask: Ask, refusal: Refusal) -> Answer:
    field = _FIELD_OF.get(refusal.code)
    state = ask.state or {}
    if field is None and refusal.code == "workspace.changed" and state:
        return FormErrors({next(iter(state)): refusals.text(refusal, ask.words)})
    if field is None or forms.block_of(state, field) not in state:
        raise refusal
    return FormErrors({forms.block_of(state, field): refusals.text(refusal, ask.words)})


def _done(ask: Ask, said: str) -> Answer:
    """After a form: back to where it was opened from, as that is now."""
    origin = origins.from_notes(ask.notes)
    if origin.home:
        return CloseForms(home=True)
    message = _set_up(ask)
    if origin.reply_to is None:
        return UpdateForm(notice(message, ask.words))
    return CloseForms(ReplaceAt(origin.reply_to, message, also=stated(said)))
