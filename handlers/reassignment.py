"""Another manager: asked for, chosen by a lead, declined, taken back; and the handover that follows."""

from __future__ import annotations

from datetime import datetime

from bot.domain.reassignment import Sheet, check_why
from bot.domain.refusals import Refusal
from bot.services import clients, handover, handover_checks
from bot.services import reassignment as services
from handlers import client_edits, forms, origins, reassignment_forms, refusals
from handlers.answers import Answer, CloseForms, FormErrors, Message, Say, ShowHome
from handlers.ask import Ask, Routes
from handlers.help import HELP_WORDS
from handlers.parsing.reassignment import reason_of
from handlers.views import clients as client_views
from handlers.views import handover as handover_views
from handlers.views import help as help_views
from handlers.views import reassignment as views

_MOVED_ON = frozenset(
    (
        "reassign.was_approved",
        "reassign.was_declined",
        "reassign.was_withdrawn",
        "reassign.was_moot",
        "reassign.was_replaced",
        "handover.moved",
    )
)
"""Refusals after which the request is shown as it stands now."""

_FIELD_OF = {
    "reassign.no_reason": "reason",
    "reassign.too_long": "why",
    "handover.nobody": "member",
    "handover.inactive": "member",
    "handover.theirs": "member",
    "handover.no_keeper": "member",
    "handover.excluded": "member",
}
_ANSWER_FIELD = {"reassign.no_answer": "answer", "reassign.too_long": "answer"}
_LONGEST_NAME = 12


def register(routes: Routes) -> None:
    routes.command("/client-reassign", typed)
    routes.action("reassign.open", reassignment_forms.open_pressed)
    routes.view("reassign.ask", asked)
    routes.action("reassign.withdraw", withdrawn)
    routes.action("reassign.choose", choose_pressed)
    routes.view("reassign.hand", handed)
    routes.action("reassign.decline", decline_pressed)
    routes.view("reassign.decline", declined)
    routes.action("reassign.leave", left)
    routes.action("handover.undo", undone)
    routes.action("handover.undo_all", all_undone)
    routes.action("handover.went", went)


# --- Asked ------------------------------------------------------------------------------------------------


def typed(ask: Ask) -> Answer:
    """``/client-reassign Acme they want somebody who speaks French``: asked at once; without a reason, the form.

    Who may decide gets the form to hand over. Without a client: what waits already, or the form.
    """
    text = ask.text.strip()
    if text.casefold() in HELP_WORDS - {""}:
        return Say(help_views.message(ask.member, ask.words))
    if not text:
        waiting = services.open_of(ask.house, ask.actor)
        if not waiting:
            return reassignment_forms.open_form(ask, None)
        return Say(views.own(waiting, ask.words, *reassignment_forms.book_ways(ask)))
    name, why = _split(ask, text)
    try:
        client_id = clients.id_of(ask.house, ask.actor, name)
        wish = services.wish(ask.house, ask.actor, client_id)
    except Refusal as refusal:
        return Say(_question(ask, refusal, why))
    if wish.decides or not why:
        return reassignment_forms.open_form(ask, client_id, why)
    done = services.ask(ask.house, ask.actor, client_id, reason_of(why).value, why)
    return Say(views.asked(done.sheet, ask.words, again=done.again))


def _split(ask: Ask, text: str) -> tuple[str, str]:
    """A client's name and the reason behind it: the longest name in the book, or what stands before a colon."""
    words = text.split()
    at = clients.leading_name(ask.house, ask.actor, words[:_LONGEST_NAME])
    if at:
        return " ".join(words[:at]).rstrip(":,"), " ".join(words[at:]).lstrip(":, ")
    before, colon, behind = text.partition(":")
    return (before.strip(), behind.strip()) if colon else (text, "")


def _question(ask: Ask, refusal: Refusal, why: str) -> Message:
    """A name that is not clear: which client is meant, to go on with the reason. Any other refusal goes on."""
    match refusal.code, refusal.facts.get("choices"):
        case "client.ambiguous", tuple(choices):
            name = str(refusal.facts["name"])
            return client_views.which_client(name, choices, ask.words, "reassign.open", why=check_why(why))
        case "client.unknown", _:
            return client_views.unknown_client(str(refusal.facts["name"]), ask.words)
        case _:
            return client_edits.kept_away(ask, refusal)


def asked(ask: Ask) -> Answer:
    """The form was sent."""
    state, notes = ask.state or {}, ask.notes or {}
    client = notes.get("client") or forms.chosen(state, "client")
    try:
        done = services.ask(
            ask.house,
            ask.actor,
            forms.number(client),
            forms.chosen(state, "reason") or "",
            forms.written(state, "why"),
        )
    except Refusal as refusal:
        if refusal.code == "client.not_yours" and "client" not in notes:
            return FormErrors({forms.block_of(state, "client"): refusals.text(refusal, ask.words)})
        return forms.at_field(ask, refusal, _FIELD_OF)
    return origins.finish(ask, views.asked(done.sheet, ask.words, again=done.again))


def withdrawn(ask: Ask) -> Answer:
    sheet = services.withdraw(ask.house, ask.actor, _request(ask))
    return _put(ask, views.withdrawn(sheet, ask.words))


def _put(ask: Ask, message: Message) -> Answer:
    """The answer to a press that settles a request; on the Home tab it is no longer among those that wait."""
    return ShowHome() if origins.on_home(ask) else origins.put(ask, message)


# --- Decided ----------------------------------------------------------------------------------------------


def choose_pressed(ask: Ask) -> Answer:
    """The form in which somebody is chosen for the client of a request."""
    sheet = services.shown(ask.house, ask.actor, _request(ask))
    if not sheet.decides:
        shown = views.question(sheet, ask.words)
        # A proposal stands among others, which stay.
        return _put(ask, shown) if sheet.asker else origins.tell(ask, shown)
    notes = origins.of_press(ask, replace=True).notes(reassignment=sheet.request, client=sheet.client_id)
    owner = sheet.now_of or None
    form = views.hand_form(
        sheet.client, owner, sheet, reassignment_forms.offered(ask, sheet.client_id), ask.words, notes
    )
    return origins.form(ask, form)


def handed(ask: Ask) -> Answer:
    """Somebody was chosen."""
    state, notes = ask.state or {}, ask.notes or {}
    chosen = forms.chosen(state, "member")
    to_id = None if chosen is None else forms.number(chosen)
    request = notes.get("reassignment")
    try:
        if request is not None:
            sheet = services.approve(ask.house, ask.actor, forms.number(request), to_id)
            return _settled(ask, sheet)
        done = handover.hand(
            ask.house,
            ask.actor,
            forms.number(notes.get("client")),
            to_id,
            forms.chosen(state, "reason") or "",
            forms.written(state, "why"),
        )
    except Refusal as refusal:
        if refusal.code in _MOVED_ON and request is not None:
            return _moved_on(ask, forms.number(request), refusal)
        return forms.at_field(ask, refusal, _FIELD_OF)
    return origins.finish(ask, handover_views.done(done, ask.words))


def decline_pressed(ask: Ask) -> Answer:
    """Who asked reads why: the form for it."""
    sheet = services.shown(ask.house, ask.actor, _request(ask))
    if not sheet.decides:
        return _put(ask, views.question(sheet, ask.words))
    notes = origins.of_press(ask, replace=True).notes(reassignment=sheet.request)
    return origins.form(ask, views.decline_form(sheet, ask.words, notes))


def declined(ask: Ask) -> Answer:
    request_id = forms.number((ask.notes or {}).get("reassignment"))
    try:
        answer = forms.written(ask.state or {}, "answer")
        return _settled(ask, services.decline(ask.house, ask.actor, request_id, answer))
    except Refusal as refusal:
        if refusal.code in _MOVED_ON:
            return _moved_on(ask, request_id, refusal)
        return forms.at_field(ask, refusal, _ANSWER_FIELD)


def left(ask: Ask) -> Answer:
    """What the bot proposed is not wanted."""
    request_id = _request(ask)
    try:
        sheet = services.decline(ask.house, ask.actor, request_id, "")
    except Refusal as refusal:
        if refusal.code not in _MOVED_ON:
            raise
        return _moved_on(ask, request_id, refusal)
    return ShowHome() if origins.on_home(ask) else origins.tell(ask, views.question(sheet, ask.words))


def _settled(ask: Ask, sheet: Sheet) -> Answer:
    """The message with the request as it stands now; a proposal stood among others, which stay."""
    shown = views.question(sheet, ask.words)
    origin = origins.from_notes(ask.notes)
    if not sheet.asker and origin.reply_to is not None and not origin.home:
        return CloseForms(Say(shown))
    return origins.finish(ask, shown)


def _moved_on(ask: Ask, request_id: int, refusal: Refusal) -> Answer:
    def shown() -> Message:
        return views.question(services.shown(ask.house, ask.actor, request_id), ask.words)

    return origins.moved_on(ask, refusal, shown)


def _request(ask: Ask) -> int:
    return forms.number(forms.carried(ask).get("reassignment"))


# --- The handover -----------------------------------------------------------------------------------------


def undone(ask: Ask) -> Answer:
    """Take a handover back: where it answered a request, that waits again where the press was."""
    done = handover.undo(ask.house, ask.actor, forms.number(forms.carried(ask).get("handover")))
    return origins.tell(ask, handover_views.done(done, ask.words))


def all_undone(ask: Ask) -> Answer:
    """Take back all that one decision moved from a member."""
    pressed = forms.carried(ask)
    former = pressed.get("former")
    try:
        at = datetime.fromisoformat(str(pressed.get("at")))
    except ValueError:
        raise Refusal("request.unknown") from None
    if at.tzinfo is None:
        raise Refusal("request.unknown")
    done = handover.undo_all(ask.house, ask.actor, at, None if former is None else forms.number(former))
    left = [(client, refusals.text(why, ask.words)) for client, why in done.left]
    return origins.tell(ask, handover_views.taken_back(done.clients, left, ask.words))


def went(ask: Ask) -> Answer:
    """What a lead says of a handover after thirty days."""
    pressed = forms.carried(ask)
    among = pressed.get("among")
    facts = handover_checks.how_it_goes(
        ask.house,
        ask.actor,
        forms.number(pressed.get("handover")),
        str(pressed.get("went")),
        [forms.number(each) for each in among] if isinstance(among, list) else (),
    )
    return origins.put(ask, handover_views.check(facts, ask.words))
