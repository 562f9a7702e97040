"""Concessions: entered from the brief or a touch, agreed to or declined by a lead, changed, taken back, listed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

from bot.domain.concessions import NOTE_LIMIT, Counterpart, Given, Kind, Sheet
from bot.domain.money import Money
from bot.domain.refusals import Refusal
from bot.domain.team import may_see_team
from bot.services import concession_figures, touches
from bot.services import concessions as services
from handlers import forms, origins, refusals
from handlers.answers import Answer, FormErrors, Message, Say, ShowHome, View
from handlers.ask import Ask, Routes
from handlers.gifts.amounts import Fault, amount_in, kept
from handlers.parsing.percents import looks_like_percent, percent_of
from handlers.views import concession_figures as figures_views
from handlers.views import concessions as views

WORDS = frozenset({"concessions", "concession"})
"""What may be typed after ``/rapport``."""

_FIELD_OF = {
    "concession.percent": "percent",
    "concession.amount": "amount",
    "concession.how_much": "percent",
    "concession.nothing": "note",
    "concession.too_long": "note",
    "concession.future": "day",
    "concession.price": "price",
    "concession.nobody": "counterparts",
}
_MOVED_ON = frozenset(
    (
        "concession.was_agreed",
        "concession.was_declined",
        "concession.was_withdrawn",
        "concession.was_recorded",
        "concession.changed",
        "concession.too_late",
    )
)
"""Refusals after which the concession is shown as it stands now."""


def register(routes: Routes) -> None:
    routes.action("concession.open_form", open_pressed)
    routes.view("concession.form", sent)
    routes.action("concession.edit", edit_pressed)
    routes.action("concession.withdraw", withdrawn)
    routes.action("concession.agree", agreed)
    routes.action("concession.decline", decline_pressed)
    routes.view("concession.decline", declined)
    routes.action("concession.list", listed)
    routes.action("concession.figures", figures_shown)


# --- Entered ----------------------------------------------------------------------------------------------


def open_pressed(ask: Ask) -> Answer:
    """The form; below a touch with its note."""
    carried = forms.carried(ask)
    client_id = forms.number(carried.get("client"))
    opening = services.opening(ask.house, ask.actor, client_id)
    fields = views.Fields(opening.today)
    if "touch" in carried:
        touch = touches.to_edit(ask.house, ask.actor, forms.number(carried.get("touch"))).touch
        day = min(touch.at.astimezone(ask.zone).date(), opening.today)
        fields = replace(fields, day=day, note=" ".join(touch.note.split())[:NOTE_LIMIT])
    notes = origins.of_press(ask).notes(client=opening.client.id)
    return origins.form(ask, _form(ask, opening, fields, notes))


def _form(ask: Ask, opening: services.Opening, fields: views.Fields, notes: dict[str, object]) -> View:
    return views.form(
        opening.client.name,
        fields,
        opening.asked,
        opening.limits,
        opening.currency,
        opening.client.currency,
        opening.client.price_floor,
        opening.balance,
        ask.words,
        notes,
    )


def edit_pressed(ask: Ask) -> Answer:
    """The form with what was entered."""
    sheet = services.shown(ask.house, ask.actor, _number(ask))
    if not sheet.can_change:
        return _settled(ask, views.noted(sheet, ask.words))
    opening = services.opening(ask.house, ask.actor, sheet.client_id)
    notes = origins.of_press(ask, replace=not forms.carried(ask).get("among")).notes(
        client=sheet.client_id, concession=sheet.concession, version=sheet.version
    )
    return origins.form(ask, _form(ask, opening, _fields(ask, sheet), notes))


def _fields(ask: Ask, sheet: Sheet) -> views.Fields:
    return views.Fields(
        day=date.fromisoformat(sheet.given_on),
        held=sheet.held,
        kind=sheet.kind,
        percent="" if sheet.percent is None else views.percent(Decimal(sheet.percent), ask.words),
        amount=_typed(sheet.money),
        price=_typed(sheet.price),
        note=sheet.note,
        counterparts=tuple(sheet.counterparts),
        back=sheet.back,
    )


def _typed(money: list[str] | None) -> str:
    """An amount as it may be typed again, whatever the reader's language."""
    return "" if money is None else f"{format(Decimal(money[0]).normalize(), 'f')} {money[1]}"


def sent(ask: Ask) -> Answer:
    """The form was sent: note it, or put it in the place of what was noted before."""
    notes = ask.notes or {}
    client_id = forms.number(notes.get("client"))
    faults: list[Fault] = []
    given = _read(ask, services.opening(ask.house, ask.actor, client_id), faults)
    if faults:
        return FormErrors({forms.block_of(ask.state or {}, fault.field): fault.sentence for fault in faults})
    try:
        if "concession" in notes:
            number, version = forms.number(notes["concession"]), forms.number(notes.get("version"))
            sheet = services.change(ask.house, ask.actor, number, given, version)
        else:
            sheet = services.record(ask.house, ask.actor, client_id, given, f"concession:{ask.key}"[:128])
    except Refusal as refusal:
        if refusal.code in _MOVED_ON and "concession" in notes:
            return _moved_on(ask, forms.number(notes["concession"]), refusal)
        return forms.at_field(ask, refusal, _FIELD_OF)
    return origins.finish(ask, views.noted(sheet, ask.words))


def _read(ask: Ask, opening: services.Opening, faults: list[Fault]) -> Given:
    """What the form says; `faults` takes the numbers that are none."""
    state = ask.state or {}
    kinds, backs = {kind.value for kind in Kind}, {each.value for each in Counterpart}
    kind = forms.chosen(state, "kind") or ""
    return Given(
        kind=Kind(kind) if kind in kinds else Kind.OTHER,
        given_on=forms.day(state, "day") or opening.today,
        percent=kept(faults, lambda: _percent(ask, forms.written(state, "percent"))),
        money=kept(faults, lambda: _amount(ask, "amount", opening.client.currency)),
        price=kept(faults, lambda: _price(ask, opening.client.price_floor)),
        note=forms.written(state, "note"),
        counterparts=tuple(
            Counterpart(value) for value, _ in forms.chosen_many(state, "counterparts") if value in backs
        ),
        back=forms.written(state, "back"),
        held=forms.chosen(state, "outcome") == views.HELD,
    )


def _percent(ask: Ask, typed: str) -> Decimal | None:
    if not typed:
        return None
    found = percent_of(typed)
    if found is None:
        raise Fault("percent", refusals.text(Refusal("concession.percent"), ask.words))
    return found


def _amount(ask: Ask, field: str, currency: str) -> Money | None:
    typed = forms.written(ask.state or {}, field)
    if looks_like_percent(typed):
        raise Fault(field, ask.words.say("That is a percentage. Write it into the field Percent."))
    return amount_in(ask, field, typed, currency)


def _price(ask: Ask, floor: Money | None) -> Money | None:
    """What is paid afterwards, in the currency of the lowest price, with which it is compared."""
    if floor is None:
        return None
    price = _amount(ask, "price", floor.currency)
    if price is not None and price.currency != floor.currency:
        raise Fault("price", ask.words.say("This amount has to be in {currency}.", currency=floor.currency))
    return price


def withdrawn(ask: Ask) -> Answer:
    number = _number(ask)
    try:
        sheet = services.withdraw(ask.house, ask.actor, number)
    except Refusal as refusal:
        if refusal.code not in _MOVED_ON:
            raise
        return _moved_on(ask, number, refusal)
    return _settled(ask, views.withdrawn(sheet, ask.words))


# --- Decided ----------------------------------------------------------------------------------------------


def agreed(ask: Ask) -> Answer:
    number = _number(ask)
    version = forms.number(forms.carried(ask).get("version"))
    try:
        sheet = services.agree(ask.house, ask.actor, number, version)
    except Refusal as refusal:
        if refusal.code not in _MOVED_ON:
            raise
        return _moved_on(ask, number, refusal)
    return _settled(ask, views.question(sheet, ask.words))


def _settled(ask: Ask, shown: Message) -> Answer:
    """The answer to a press that settles a concession: in the place of its message, or below a list of several. On
    the Home tab it is no longer among those that wait."""
    if origins.on_home(ask):
        return ShowHome()
    return origins.tell(ask, shown) if forms.carried(ask).get("among") else origins.put(ask, shown)


def decline_pressed(ask: Ask) -> Answer:
    """Who asked reads why: the form for it."""
    sheet = services.shown(ask.house, ask.actor, _number(ask))
    if not sheet.decides:
        return _settled(ask, views.question(sheet, ask.words))
    carried = forms.carried(ask)
    notes = origins.of_press(ask, replace=not carried.get("among")).notes(
        concession=sheet.concession, version=forms.number(carried.get("version"))
    )
    return origins.form(ask, views.decline_form(sheet, ask.words, notes))


def declined(ask: Ask) -> Answer:
    notes = ask.notes or {}
    number, version = forms.number(notes.get("concession")), forms.number(notes.get("version"))
    try:
        answer = forms.written(ask.state or {}, "answer")
        sheet = services.decline(ask.house, ask.actor, number, version, answer)
    except Refusal as refusal:
        if refusal.code in _MOVED_ON:
            return _moved_on(ask, number, refusal)
        return forms.at_field(
            ask, refusal, {"concession.no_answer": "answer", "concession.too_long": "answer"}
        )
    return origins.finish(ask, views.question(sheet, ask.words))


def _moved_on(ask: Ask, number: int, refusal: Refusal) -> Answer:
    def shown() -> Message:
        sheet = services.shown(ask.house, ask.actor, number)
        return views.noted(sheet, ask.words) if sheet.mine else views.question(sheet, ask.words)

    return origins.moved_on(ask, refusal, shown)


def _number(ask: Ask) -> int:
    return forms.number(forms.carried(ask).get("concession"))


# --- Listed -----------------------------------------------------------------------------------------------


def listed(ask: Ask) -> Answer:
    """The concessions to a client over twelve months."""
    found = services.listed(ask.house, ask.actor, forms.number(forms.carried(ask).get("client")))
    client = found.client
    shown = views.history(
        client.id, client.name, found.balance, found.sheets, found.more, found.may_give, ask.words
    )
    return origins.tell(ask, shown)


# --- Figures ----------------------------------------------------------------------------------------------


def figures_opened(ask: Ask) -> Answer:
    """``/rapport concessions``: of the team for who has one, else of one's own clients."""
    return Say(_figures(ask, team=may_see_team(ask.member)))


def figures_shown(ask: Ask) -> Answer:
    """A button: of one's own clients, or of the team's together."""
    return origins.tell(ask, _figures(ask, team=bool(forms.carried(ask).get("team"))))


def _figures(ask: Ask, *, team: bool) -> Message:
    found = concession_figures.figures(ask.house, ask.actor, team=team)
    return figures_views.message(
        found.months,
        found.names,
        found.held,
        found.waiting,
        ask.words,
        team=team,
        both=may_see_team(ask.member),
    )
