"""Clients: the brief, one's own book, and adding to it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from bot.domain.briefs import Brief
from bot.domain.clients import Client, Tier
from bot.domain.refusals import Refusal
from bot.services import book, briefs
from bot.services import clients as services
from handlers import client_edits, forms, meetings, origins, promises
from handlers.answers import Answer, FormErrors, Message, OpenForm, Options, Say
from handlers.ask import Ask, Routes
from handlers.folding import fold
from handlers.help import HELP_WORDS
from handlers.views import briefs as brief_views
from handlers.views import client_actions
from handlers.views import clients as views
from handlers.views import help as help_views

_SHOWN = 10

_FIELD_OF = {"client.missing": "name", "client.name_too_long": "name", "client.exists": "name"}
"""At which field of the form a refusal is shown."""


def register(routes: Routes) -> None:
    routes.command("/client", typed)
    routes.action("client.open", opened)
    routes.action("client.more", more)
    routes.action("client.less", less)
    routes.action("client.open_form", open_form)
    routes.view("client.add", submitted)
    routes.option("client.market", suggest_markets)


def typed(ask: Ask) -> Answer:
    """``/client``: the brief of the client that is named; without a name, one's own clients.

    A promise or a meeting behind the name is noted: ``/client Acme promise quote by Friday``.
    """
    name = ask.text.strip()
    if not name:
        return Say(own(ask))
    if name.casefold() in HELP_WORDS:
        return Say(help_views.message(ask.member, ask.words))
    if name.casefold() in client_edits.WORDS:
        return Say(client_edits.archived(ask))
    if (behind := _behind_name(ask, name)) is not None:
        return behind
    try:
        return Say(brief_of(ask, name))
    except Refusal as refusal:
        return Say(_question(ask, refusal))


def _behind_name(ask: Ask, text: str) -> Answer | None:
    """What is typed behind a client's name, where it begins with a word of SUBJECTS; else None.

    The longest name in the book wins, so that a client called "Promise Foundation" can be asked about.
    """
    words = text.split()
    at = services.leading_name(ask.house, ask.actor, words[:12])
    at = at or next((n for n, word in enumerate(words) if n and _subject(word) in SUBJECTS), len(words))
    if at >= len(words) or _subject(words[at]) not in SUBJECTS:
        return None
    client_id = services.id_of(ask.house, ask.actor, " ".join(words[:at]))
    return SUBJECTS[_subject(words[at])](ask, client_id, " ".join(words[at + 1 :]))


def _subject(word: str) -> str:
    return fold(word.strip(":,"))


SUBJECTS: Mapping[str, Callable[[Ask, int, str], Answer]] = {
    **dict.fromkeys(promises.WORDS, promises.typed),
    **dict.fromkeys(meetings.WORDS, meetings.typed_after_name),
}
"""What may be typed behind a client's name, by the word it begins with."""


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
    """The brief of a client named by id or as typed. Raises the refusals of `services.briefs.brief`."""
    found = briefs.brief(ask.house, ask.actor, client)
    return _with_actions(ask, found, brief_views.brief(found, ask.words, zone=ask.zone, now=ask.now))


def _with_actions(ask: Ask, found: Brief, shown: Message) -> Message:
    """A brief with the row of buttons below it, as far as the reader may use them."""
    buttons = client_actions.buttons(
        found.client_id,
        found.client,
        ask.words,
        may_edit=found.may_edit,
        may_govern=found.may_govern,
        may_hand_over=found.may_hand_over,
        may_give=found.may_give,
    )
    return Message(shown.text, [*shown.blocks, buttons])


def more(ask: Ask) -> Answer:
    """The whole brief in the place of its first screen."""
    client_id = forms.number(forms.carried(ask).get("client"))
    found = briefs.brief(ask.house, ask.actor, client_id, whole=True)
    shown = brief_views.whole(found, ask.words, zone=ask.zone, now=ask.now)
    return origins.put(ask, _with_actions(ask, found, shown))


def less(ask: Ask) -> Answer:
    """The first screen of the brief again."""
    return origins.put(ask, brief_of(ask, forms.number(forms.carried(ask).get("client"))))


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
        return forms.at_field(ask, refusal, _FIELD_OF)
