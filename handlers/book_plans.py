"""A whole book handed over: planned, looked through page by page, edited, and carried out as it was shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial

from bot.domain.book_plans import Changed, ShownRow
from bot.domain.members import Member
from bot.domain.names import fold
from bot.domain.refusals import Refusal
from bot.services import book_plans as services
from bot.services import drafts
from bot.services.split import Plan
from handlers import forms, origins, refusals
from handlers.answers import Answer, Fetch, Finished, Options, Place, Show, UpdateForm, Work
from handlers.ask import Ask, Routes
from handlers.views import book_plans as views
from handlers.views import fit as fit_views
from handlers.views import parts
from handlers.views.book_plans import Row, ShownPlan

DRAFT = "book_plan"
"""A plan as it was shown is kept under this name; each change makes a new one, so that a number says what was seen."""
_RECEIVER = "bookplan.receiver"
_FIELD_OF = {
    "book.not_yours": "leaver",
    "split.empty": "leaver",
    "split.nobody": "among",
    "reassign.no_reason": "reason",
}


def register(routes: Routes) -> None:
    routes.action("bookplan.open", open_pressed)
    routes.option("bookplan.leaver", suggest_leavers)
    routes.option("bookplan.among", suggest_receivers)
    routes.view("bookplan.plan", asked)
    routes.action("bookplan.look", looked)
    routes.option(_RECEIVER, suggest_receivers_or_nobody)
    routes.action(_RECEIVER, receiver_chosen)
    routes.view("bookplan.hand", handed)


# --- Asked for --------------------------------------------------------------------------------------------


def open_pressed(ask: Ask) -> Answer:
    """Whose book it is, and who may get some of it."""
    if not services.may_plan(ask.member):
        raise Refusal("request.unknown")
    return origins.form(ask, views.plan_form(ask.words, origins.of_press(ask).notes()))


def suggest_leavers(ask: Ask) -> Answer:
    return Options([_choice(each, ask) for each in _typed(services.leavers(ask.house, ask.actor), ask.value)])


def suggest_receivers(ask: Ask) -> Answer:
    return Options(
        [_choice(each, ask) for each in _typed(services.receivers(ask.house, ask.actor), ask.value)]
    )


def suggest_receivers_or_nobody(ask: Ask) -> Answer:
    """Who may get a client; before all of them, that it stays where it is."""
    people = _typed(services.receivers(ask.house, ask.actor), ask.value)
    stays = [] if ask.value.strip() else [parts.choice(ask.words.say("Stays where it is"), views.STAYS)]
    return Options([*stays, *(_choice(each, ask) for each in people)][: parts.CHOICES])


def _typed(people: Sequence[Member], typed: str) -> Sequence[Member]:
    """Those of whose name each typed word is the beginning of a word."""
    asked = fold(typed).split()
    found = [each for each in people if all(f" {word}" in f" {fold(each.name)}" for word in asked)]
    return found[: parts.CHOICES]


def _choice(member: Member, ask: Ask) -> parts.Element:
    name = member.name
    if not member.active:
        name = ask.words.say("{name} (no longer here)", name=name)
    return parts.choice(parts.one_line(name, parts.CHOICE), str(member.id))


def asked(ask: Ask) -> Answer:
    """The form was sent: the plan is made, which may take the solver a while."""
    state = ask.state or {}
    leaver = forms.chosen(state, "leaver")
    among = [forms.number(value) for value, _ in forms.chosen_many(state, "among")]
    try:
        found = services.check_leaver(ask.house, ask.actor, 0 if leaver is None else forms.number(leaver))
    except Refusal as refusal:
        return forms.at_field(ask, refusal, _FIELD_OF)
    reason = forms.chosen(state, "reason") or ""
    return Work(
        begun=views.planning(found.name, ask.words),
        work=partial(_planned, ask, found.id, among, reason),
        failed=views.failed(ask.words),
    )


def _planned(
    ask: Ask, leaver_id: int, among: Sequence[int], reason: str, _fetch: Fetch, _show: Show
) -> Finished:
    plan = _as_shown(services.plan(ask.house, ask.actor, leaver_id, among), among, reason, ask)
    return Finished(views.planned(plan, _keep(ask, plan), ask.words))


def _as_shown(plan: Plan, among: Sequence[int], reason: str, ask: Ask) -> ShownPlan:
    rows = tuple(
        Row(
            each.client.id,
            each.client.name,
            each.client.tier.value,
            each.client.market,
            None if each.to is None else each.to.id,
            "" if each.to is None else each.to.name,
            tuple(fit_views.told(each.reasons, ask.words)) if each.to is not None else (),
        )
        for each in plan.given
    )
    full = tuple(share.member.id for share in plan.shares if share.full)
    (leaver,) = plan.leavers
    return ShownPlan(leaver.id, leaver.name, reason, tuple(among), rows, full, plan.best)


def _keep(ask: Ask, plan: ShownPlan) -> int:
    return drafts.keep(ask.house, ask.actor, DRAFT, plan.as_json())


# --- Looked through, and edited ---------------------------------------------------------------------------


def looked(ask: Ask) -> Answer:
    """A page of the plan: from the message that tells of it, or from another page."""
    pressed = forms.carried(ask)
    plan, said = _with_choices(ask, _plan(ask, forms.number(pressed.get("plan"))))
    return origins.form(ask, _page(ask, plan, forms.number(pressed.get("page") or 0), said))


def receiver_chosen(ask: Ask) -> Answer:
    """Somebody else for a client, or nobody: the page as it is then."""
    notes = ask.notes or {}
    plan, said = _with_choices(ask, _plan(ask, forms.number(notes.get("plan"))))
    return UpdateForm(_page(ask, plan, forms.number(notes.get("page") or 0), said))


def _plan(ask: Ask, draft_id: int) -> ShownPlan:
    return views.plan_from(drafts.kept(ask.house, ask.actor, DRAFT, draft_id))


def _page(ask: Ask, plan: ShownPlan, page: int, said: str) -> parts.Element:
    notes = ask.notes or {}
    container = ask.payload.get("container") or {}
    # A refused choice stands in its list until the list is another one.
    turn = int(notes.get("turn") or 0) + bool(said)
    kept = {
        "plan": _keep(ask, plan),
        "page": page,
        "turn": turn,
        "channel": notes.get("channel") or container.get("channel_id"),
        "ts": notes.get("ts") or container.get("message_ts"),
    }
    return dict(views.page(plan, page, turn, ask.words, kept, said))


def _with_choices(ask: Ask, plan: ShownPlan) -> tuple[ShownPlan, str]:
    """The plan with what stands in the lists of the page now, and why a choice was not taken (empty: all were).

    All lists are read, not only the one that was pressed: of two choices in a row the first may still be under way.
    """
    chosen = _choices(ask.state or {})
    rows, said = [], ""
    for row in plan.rows:
        value = chosen.get(row.client_id)
        if value is None or value == (row.to_id or 0):
            rows.append(row)
            continue
        if value in (0, plan.leaver_id):
            rows.append(replace(row, to_id=None, to="", why=(), edited=True))
            continue
        try:
            to, reasons = services.chosen(ask.house, ask.actor, plan.leaver_id, row.client_id, value)
        except Refusal as refusal:
            said = refusals.text(refusal, ask.words)
            rows.append(row)
            continue
        why = tuple(fit_views.told(reasons, ask.words))
        rows.append(replace(row, to_id=to.id, to=to.name, why=why, edited=True))
    return replace(plan, rows=tuple(rows)), said


def _choices(state: Mapping[str, Mapping[str, Mapping[str, object]]]) -> dict[int, int]:
    """Who is chosen in the lists of a page, by client; 0: nobody."""
    found = {}
    for elements in state.values():
        for action_id, element in elements.items():
            name, _, client = action_id.partition(":")
            option = element.get("selected_option")
            if name == _RECEIVER and isinstance(option, Mapping):
                found[forms.number(client)] = forms.number(option.get("value"))
    return found


# --- Carried out ------------------------------------------------------------------------------------------


def handed(ask: Ask) -> Answer:
    """The plan was sent: all of it is handed over, or nothing where the book has changed since."""
    notes = ask.notes or {}
    plan, said = _with_choices(ask, _plan(ask, forms.number(notes.get("plan"))))
    if said:
        return UpdateForm(_page(ask, plan, forms.number(notes.get("page") or 0), said))
    channel, ts = str(notes.get("channel") or ""), str(notes.get("ts") or "")
    return Work(
        begun=views.handing(plan, ask.words),
        work=partial(_carried_out, ask, plan),
        failed=views.failed(ask.words),
        place=Place(channel, ts) if channel and ts else None,
    )


def _carried_out(ask: Ask, plan: ShownPlan, _fetch: Fetch, _show: Show) -> Finished:
    rows = [ShownRow(row.client_id, row.client, row.to_id) for row in plan.rows]
    done = services.carry_out(ask.house, ask.actor, plan.leaver_id, rows, plan.reason)
    if not done.changed:
        return Finished(views.handed(done, ask.words))
    fresh = services.plan(ask.house, ask.actor, plan.leaver_id, plan.among)
    anew = _as_edited(_as_shown(fresh, plan.among, plan.reason, ask), plan, done.changed)
    return Finished(views.planned(anew, _keep(ask, anew), ask.words, done.changed))


def _as_edited(anew: ShownPlan, before: ShownPlan, changed: Sequence[Changed]) -> ShownPlan:
    """A plan made anew with what had been chosen by hand, as far as that was not what does not hold."""
    wrong = {each.client for each in changed}
    edited = {row.client_id: row for row in before.rows if row.edited and row.client not in wrong}
    return replace(anew, rows=tuple(edited.get(row.client_id, row) for row in anew.rows))
