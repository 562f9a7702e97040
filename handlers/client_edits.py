"""Clients edited, archived and restored, and their history."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from bot.domain.clients import Client, Part, Status, Tier
from bot.domain.money import Money
from bot.domain.refusals import Refusal
from bot.services import client_edits as services
from bot.services import clients, members
from bot.services.client_edits import Opened, Sheet
from handlers import client_merges, covers, forms, origins, reassignment_forms, refusals
from handlers.answers import Answer, FormErrors, Message, OpenForm, Options, UpdateForm, View
from handlers.ask import Ask, Routes
from handlers.gifts.amounts import Fault, amount_in
from handlers.parsing.opening import read_holidays, read_hours, written_hours
from handlers.views import client_actions, client_forms, client_history, parts, places
from handlers.views import clients as client_views
from handlers.views import reassignment as reassignment_views
from handlers.views.client_forms import ClientFields
from handlers.views.notice import notice

WORDS = frozenset({"archived", "archive", "archives", "archivé", "archivés"})
"""What is typed after /client to see the archived ones."""

_FIELD_OF = {
    "client.missing": "name",
    "client.name_too_long": "name",
    "client.alias_too_long": "aliases",
    "client.too_many_aliases": "aliases",
    "client.sector_too_long": "sector",
    "client.offering_too_long": "offerings",
    "client.too_many_offerings": "offerings",
    "client.cadence": "cadence_days",
    "client.not_to_hand_over": "owner",
    "client.owner_wanted": "owner",
    "handover.inactive": "owner",
    "handover.no_keeper": "owner",
    "handover.excluded": "owner",
    "hours.day": "hours",
    "hours.unreadable": "hours",
    "hours.backwards": "hours",
    "hours.overlap": "hours",
    "hours.too_many": "hours",
    "holidays.unreadable": "own_holidays",
    "holidays.too_many": "own_holidays",
}
"""At which field of the form a refusal is said; one of a member names its field itself."""


def register(routes: Routes) -> None:
    routes.action("client.edit", edit_pressed)
    routes.view("client.edit", edit_submitted)
    routes.action("client.more_fields", more_fields)
    routes.view("client.add_whole", add_submitted)
    routes.option("client.zone", suggest_zones)
    routes.action("client.menu", chosen_of_more)
    routes.view("client.archive", archive_submitted)
    routes.action("client.restore", restore_pressed)
    routes.action("client.history", history_pressed)


# --- Editing ------------------------------------------------------------------------------------------------


def edit_pressed(ask: Ask) -> Answer:
    found = services.opened(ask.house, ask.actor, forms.number(forms.carried(ask).get("client")))
    return origins.form(ask, _edit_view(ask, found, fields_of(ask, found)))


def _edit_view(
    ask: Ask, found: Opened, said: ClientFields, meanwhile: client_forms.Meanwhile | None = None
) -> View:
    notes = _origin(ask, client=found.client.id, version=found.client.version)
    names = {m.user_id: m.name for m in (found.owner, *found.team.values()) if m is not None}
    return client_forms.client_form(
        said,
        ask.words,
        {**notes, "prints": fields_of(ask, found).prints},
        currencies=client_views.CURRENCIES,
        now=ask.now,
        names=names,
        meanwhile=meanwhile,
    )


def fields_of(ask: Ask, found: Opened) -> ClientFields:
    """A client as its form shows it, hours with the reader's weekdays."""
    client = found.client
    team = {part: member.user_id for part, member in found.team.items()}
    floor = client.price_floor
    return ClientFields(
        name=client.name,
        aliases="\n".join(client.aliases),
        owner=found.owner.user_id if found.owner is not None else "",
        backup=team.get(Part.BACKUP, ""),
        sponsor=team.get(Part.SPONSOR, ""),
        tier=client.tier.value,
        status=client.status.value,
        cadence_days="" if client.cadence_days is None else str(client.cadence_days),
        market=client.market,
        currency=client.currency,
        price_floor="" if floor is None else format(floor.amount.normalize(), "f"),
        zone=client.zone or "",
        hours=written_hours(client.hours, client_forms.short_days(ask.words)),
        own_holidays=", ".join(day.isoformat() for day in client.own_holidays),
        sector=client.sector,
        offerings=", ".join(client.offerings),
        relation_since="" if client.relation_since is None else client.relation_since.isoformat(),
        contract_on="" if client.contract_on is None else client.contract_on.isoformat(),
        renews_on="" if client.renews_on is None else client.renews_on.isoformat(),
        channels=found.channels,
    )


def entered(ask: Ask, base: ClientFields) -> ClientFields:
    """What stands in the form now; a field that it does not show is as in `base`."""
    state = ask.state or {}

    def there(name: str) -> bool:
        return forms.block_of(state, name) in state

    said: dict[str, Any] = {
        name: forms.written(state, name)
        for name in (
            "name",
            "aliases",
            "cadence_days",
            "price_floor",
            "hours",
            "own_holidays",
            "sector",
            "offerings",
        )
        if there(name)
    }
    said |= {
        name: forms.first_chosen(state, name)
        for name in ("tier", "status", "market", "currency", "zone")
        if there(name)
    }
    said |= {
        name: "" if (day := forms.day(state, name)) is None else day.isoformat()
        for name in ("relation_since", "contract_on", "renews_on")
        if there(name)
    }
    said |= {name: forms.person(state, name) for name in ("owner", "backup", "sponsor") if there(name)}
    if there("channels"):
        said["channels"] = forms.channels(state, "channels")
    return replace(base, **said)


def edit_submitted(ask: Ask) -> Answer:
    """The form was sent: save it, or show what somebody else changed meanwhile with what was entered."""
    notes = ask.notes or {}
    client_id = forms.number(notes.get("client"))
    found = services.opened(ask.house, ask.actor, client_id)
    typed = entered(ask, fields_of(ask, found))
    try:
        sheet = read_sheet(ask, typed)
        saved = services.edit(ask.house, ask.actor, client_id, sheet, forms.number(notes.get("version")))
    except Fault as fault:
        return _errors(ask, fault.field, fault.sentence)
    except Refusal as refusal:
        if refusal.code == "client.changed_meanwhile":
            return _changed_meanwhile(ask, client_id, typed, str(notes.get("prints") or ""))
        return _said_at_field(ask, refusal, editing=client_id)
    return origins.finish(ask, _saved(ask, saved))


def _changed_meanwhile(ask: Ask, client_id: int, typed: ClientFields, prints: str) -> Answer:
    found = services.opened(ask.house, ask.actor, client_id)
    together, meanwhile = client_forms.merged(typed, fields_of(ask, found), prints, found.changed_by)
    return UpdateForm(_edit_view(ask, found, together, meanwhile))


def _saved(ask: Ask, saved: services.Edited) -> Message:
    name = parts.one_line(saved.client.name, 120)
    if not saved.changed:
        said = [ask.words.say("{client} stays as it was.", client=name)]
    else:
        said = [ask.words.say("Saved: {client}", client=name)]
        for field, (before, after) in saved.changed.items():
            said.append(
                "• "
                + ask.words.say(
                    "{field}: {before} → {after}",
                    field=ask.words.say(client_forms.LABELS[field]),
                    before=client_history.value(field, before, ask.words),
                    after=client_history.value(field, after, ask.words),
                )
            )
    if saved.client.status is Status.ON_HOLD:
        said.append(ask.words.say("It is on hold: nobody is reminded of it."))
    buttons = [client_forms.open_button(name, saved.client.id, ask.words)]
    if saved.handover is not None:
        said.append(
            ask.words.say(
                "What is open goes along, and those concerned are told. The handover can be undone for a day."
            )
        )
        buttons.append(reassignment_views.undo_button(saved.handover, saved.client.name, ask.words))
    return parts.stated("\n".join(said), parts.actions(*buttons))


def _said_at_field(ask: Ask, refusal: Refusal, *, editing: int | None = None) -> Answer:
    """A refusal at its field; a name that is taken is answered with the client that has it. Any other goes on."""
    if refusal.code == "client.exists":
        client_id = refusal.facts["client_id"]
        assert isinstance(client_id, int), "a client is named by its number"
        message = client_forms.exists(str(refusal.facts["client"]), client_id, ask.words, editing=editing)
        return OpenForm(notice(message, ask.words, _origin(ask)))
    field = refusal.facts.get("field") if refusal.code.startswith("member.") else _FIELD_OF.get(refusal.code)
    if not isinstance(field, str):
        raise refusal
    return _errors(ask, field, refusals.text(refusal, ask.words))


def _errors(ask: Ask, field: str, sentence: str) -> FormErrors:
    return FormErrors({forms.block_of(ask.state or {}, field): sentence})


def read_sheet(ask: Ask, said: ClientFields) -> Sheet:
    """The client as the form has it. Raises `Fault` and the refusals of reading hours and days."""
    if said.cadence_days and not (said.cadence_days.isascii() and said.cadence_days.isdecimal()):
        raise Fault("cadence_days", ask.words.say("Write a number of days, as in 21."))
    floor: Money | None = None
    if said.price_floor:
        currency = said.currency or _own_currency(ask)
        floor = amount_in(ask, "price_floor", said.price_floor, currency)
        if floor is not None and floor.currency != currency:
            raise Fault(
                "price_floor", ask.words.say("This amount has to be in {currency}.", currency=currency)
            )
    description = clients.new_client(
        said.name,
        Tier(said.tier or Tier.B),
        said.market,
        said.currency,
        aliases=tuple(said.aliases.splitlines()),
        cadence_days=int(said.cadence_days) if said.cadence_days else None,
        status=Status(said.status or Status.ACTIVE),
        zone=said.zone or None,
        hours=read_hours(said.hours),
        own_holidays=read_holidays(said.own_holidays, ask.reader),
        sector=said.sector,
        price_floor=floor,
        offerings=tuple(said.offerings.replace("\n", ",").replace(";", ",").split(",")),
        relation_since=_day(said.relation_since),
        contract_on=_day(said.contract_on),
        renews_on=_day(said.renews_on),
    )
    team = {Part.BACKUP: said.backup, Part.SPONSOR: said.sponsor}
    return Sheet(description, said.owner, team, said.channels)


def _day(said: str) -> date | None:
    return date.fromisoformat(said) if said else None


def _own_currency(ask: Ask) -> str:
    return members.workspace_of(ask.house, ask.actor).currency


def suggest_zones(ask: Ask) -> Answer:
    found = list(places.zones(ask.value, ask.words, ask.now))
    return Options([parts.choice(label, name) for name, label in found[: parts.CHOICES]])


# --- Adding with all fields -----------------------------------------------------------------------------------


def more_fields(ask: Ask) -> Answer:
    """From the short form to add a client to the whole one, with what was entered so far."""
    state = ask.state or {}
    said = ClientFields(
        name=forms.written(state, "name"),
        owner=ask.member.user_id,
        tier=forms.chosen(state, "tier") or Tier.B.value,
        market=forms.chosen(state, "market") or "",
        currency=forms.chosen(state, "currency") or "",
    )
    view = client_forms.client_form(
        said,
        ask.words,
        _origin(ask),
        currencies=client_views.CURRENCIES,
        now=ask.now,
        names={},
        adding=True,
        contact=forms.written(state, "contact"),
    )
    return origins.form(ask, view)


def add_submitted(ask: Ask) -> Answer:
    said = entered(ask, ClientFields())
    try:
        sheet = read_sheet(ask, said)
        added = clients.add(
            ask.house,
            ask.actor,
            sheet.description,
            forms.written(ask.state or {}, "contact"),
            owner=sheet.owner,
            team=sheet.team,
            channels=sheet.channels,
        )
    except Fault as fault:
        return _errors(ask, fault.field, fault.sentence)
    except Refusal as refusal:
        return _said_at_field(ask, refusal)
    return origins.finish(ask, client_views.added(added, ask.words, zone=ask.zone, now=ask.now))


# --- Out of the book, and back ----------------------------------------------------------------------------------


def chosen_of_more(ask: Ask) -> Answer:
    """The three dots below a brief."""
    match forms.carried(ask).get("do"):
        case client_actions.ARCHIVE:
            return archive_pressed(ask)
        case client_actions.COVER:
            return covers.ask_pressed(ask)
        case client_actions.REASSIGN:
            return reassignment_forms.open_pressed(ask)
        case client_actions.MERGE:
            return client_merges.merge_pressed(ask)
        case _:
            return history_pressed(ask)


def archive_pressed(ask: Ask) -> Answer:
    found = services.opened(ask.house, ask.actor, forms.number(forms.carried(ask).get("client")))
    notes = _origin(ask, client=found.client.id)
    return origins.form(ask, client_forms.archive_form(found.client.name, ask.words, notes))


def archive_submitted(ask: Ask) -> Answer:
    client = services.archive(ask.house, ask.actor, forms.number((ask.notes or {}).get("client")))
    return origins.finish(ask, client_forms.archived(client.name, client.id, ask.words))


def restore_pressed(ask: Ask) -> Answer:
    client_id = forms.number(forms.carried(ask).get("client"))
    try:
        client = services.restore(ask.house, ask.actor, client_id)
    except Refusal as refusal:
        if refusal.code != "client.exists":
            raise
        other = refusal.facts["client_id"]
        assert isinstance(other, int), "a client is named by its number"
        return origins.tell(ask, client_forms.exists(str(refusal.facts["client"]), other, ask.words))
    said = ask.words.say("{client} is back in the book.", client=parts.one_line(client.name, 120))
    opener = client_forms.open_button(client.name, client.id, ask.words)
    return origins.tell(ask, parts.stated(said, parts.actions(opener)))


def archived(ask: Ask) -> Message:
    """``/client archived``: what may be restored."""
    found = services.archived(ask.house, ask.actor)
    return client_forms.archived_list([(c.id, c.name, _since(ask, c)) for c in found], ask.words)


def _since(ask: Ask, client: Client) -> str:
    return (
        "–" if client.archived_at is None else ask.words.day(client.archived_at.astimezone(ask.zone).date())
    )


def kept_away(ask: Ask, refusal: Refusal) -> Message:
    """What is said of a client that was archived: with the way back. Any other refusal goes on."""
    if refusal.code != "client.archived":
        raise refusal
    client_id = refusal.facts["client_id"]
    assert isinstance(client_id, int), "a client is named by its number"
    may_restore = any(c.id == client_id for c in services.archived(ask.house, ask.actor))
    return client_forms.archived(str(refusal.facts["client"]), client_id, ask.words, may_restore=may_restore)


# --- History --------------------------------------------------------------------------------------------------


def history_pressed(ask: Ask) -> Answer:
    carried = forms.carried(ask)
    before = forms.number(carried["before"]) if "before" in carried else None
    told = services.history(
        ask.house, ask.actor, forms.number(carried.get("client")), client_history.PAGE, before
    )
    view = client_history.history_page(
        told.client,
        told.changes,
        told.authors,
        told.people,
        told.older,
        ask.words,
        ask.zone,
        _origin(ask),
        first=before is None,
        undoable=told.undoable,
    )
    return origins.form(ask, view)


def _origin(ask: Ask, **more: Any) -> Mapping[str, Any]:
    """Where the answer to a form goes: noted by whoever opened it first."""
    origin = origins.of_press(ask) if ask.action is not None else origins.from_notes(ask.notes)
    return origin.notes(**more)
