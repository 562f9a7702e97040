"""Clients: the brief, one's own book, and adding to it."""

from __future__ import annotations

from bot.domain.clients import Client, Tier
from bot.domain.refusals import Refusal
from bot.services import book
from bot.services import clients as services
from handlers import client_edits, forms, origins, refusals
from handlers.answers import Answer, FormErrors, Message, OpenForm, Options, Say
from handlers.ask import Ask, Routes
from handlers.help import HELP_WORDS
from handlers.views import clients as views
from handlers.views import help as help_views

_SHOWN = 10

_FIELD_OF = {"client.missing": "name", "client.name_too_long": "name", "client.exists": "name"}
"""At which field of the form a refusal is shown."""


def register(routes: Routes) -> None:
    routes.command("/client", typed)
    routes.action("client.open", opened)
    routes.action("client.open_form", open_form)
    routes.view("client.add", submitted)
    routes.option("client.market", suggest_markets)


def typed(ask: Ask) -> Answer:
    """``/client``: the brief of the client that is named; without a name, one's own clients."""
    name = ask.text.strip()
    if not name:
        return Say(own(ask))
    if name.casefold() in HELP_WORDS:
        return Say(help_views.message(ask.member, ask.words))
    if name.casefold() in client_edits.WORDS:
        return Say(client_edits.archived(ask))
    try:
        return Say(brief_of(ask, name))
    except Refusal as refusal:
        return Say(_question(ask, refusal))


def _question(ask: Ask, refusal: Refusal) -> Message:
    """A name that is not clear: which one, or whether to add it. Any other refusal goes on."""
    match refusal.code, refusal.facts.get("choices"):
        case "client.ambiguous", tuple(choices):
            return views.which_client(str(refusal.facts["name"]), choices, ask.words)
        case "client.unknown", _:
            return views.unknown_client(str(refusal.facts["name"]), ask.words)
        case _:
            return client_edits.kept_away(ask, refusal)


def opened(ask: Ask) -> Answer:
    """A button that names a client: its brief."""
    try:
        return origins.tell(ask, brief_of(ask, forms.number(forms.carried(ask).get("client"))))
    except Refusal as refusal:
        return origins.tell(ask, client_edits.kept_away(ask, refusal))


def brief_of(ask: Ask, client: int | str) -> Message:
    """The brief of a client named by id or as typed. Raises the refusals of `services.clients.brief`."""
    found = services.brief(ask.house, ask.actor, client)
    care = book.care_of(ask.house, ask.actor, found.client)
    shown = views.brief(
        found.client,
        found.state,
        found.usual,
        found.contacts,
        found.touches,
        found.authors,
        ask.words,
        owner=care.owner,
        due_on=care.due_on,
        zone=ask.zone,
        now=ask.now,
        by=found.by,
    )
    return Message(shown.text, [*shown.blocks, client_edits.actions(ask, found.client)])


def own(ask: Ask) -> Message:
    """The first clients of one's own book, the earliest due first."""
    mine = book.own(ask.house, ask.actor, _SHOWN)
    return views.own(mine.count, mine.clients, ask.words, zone=ask.zone, now=ask.now)


def suggest(ask: Ask) -> Answer:
    """Clients that fit what has been typed into a select so far."""
    return Options(views.suggestions(services.type_ahead(ask.house, ask.actor, ask.value), ask.words))


def suggest_markets(ask: Ask) -> Answer:
    return Options(views.markets(ask.value, ask.words))


def open_form(ask: Ask) -> Answer:
    """The form to add a client; a button may carry the name."""
    name = str(forms.carried(ask).get("name") or "")
    return OpenForm(views.add_form(name, ask.words, origins.of_press(ask).notes(), more=True))


def submitted(ask: Ask) -> Answer:
    """The form was sent: put the client into the book of who asks."""
    added = add_from_form(ask)
    if isinstance(added, FormErrors):
        return added
    return origins.finish(ask, views.added(added, ask.words, zone=ask.zone, now=ask.now))


def add_from_form(ask: Ask) -> Client | FormErrors:
    """Add the client that a form describes; what is wrong with it is said at the field."""
    state = ask.state or {}
    new = services.new_client(
        forms.written(state, "name"),
        Tier(forms.chosen(state, "tier") or Tier.B),
        forms.chosen(state, "market") or "",
        forms.chosen(state, "currency") or "",
    )
    try:
        return services.add(ask.house, ask.actor, new, forms.written(state, "contact"))
    except Refusal as refusal:
        if refusal.code not in _FIELD_OF:
            raise
        return FormErrors({_FIELD_OF[refusal.code]: refusals.text(refusal, ask.words)})
