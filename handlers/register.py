"""The register page and the export, for compliance and admins."""

from __future__ import annotations

import re
from functools import partial
from pathlib import Path

from bot.domain.gifts.register_rows import Form
from bot.domain.refusals import Refusal
from bot.services import register_export, register_page
from bot.services.register_page import RegisterPage
from handlers import exports, forms, origins, refusals
from handlers.answers import Answer, FormErrors, OpenForm, Outgoing, SendFiles, UpdateForm, View
from handlers.ask import Ask, Routes
from handlers.views import register as views
from handlers.views.notice import notice

REGISTER_WORDS = frozenset({"register", "registre"})
_AT = re.compile(r"\s+(?:at|chez|@)\s+", re.IGNORECASE)


def register(routes: Routes) -> None:
    routes.action("register.open", opened)
    routes.view("register.page", looked_for)
    routes.action("register.about", chosen)
    routes.action("register.export", export_asked)
    routes.view("register.export", exported)


def opened(ask: Ask) -> Answer:
    return OpenForm(_view(ask, register_page.page(ask.house, ask.actor)))


def looked_for(ask: Ask) -> Answer:
    """A name was typed, or taken out again."""
    typed = forms.written(ask.state or {}, "about")
    if not typed:
        return UpdateForm(_view(ask, register_page.page(ask.house, ask.actor)))
    name, organisation = typed, ""
    if len(parted := _AT.split(typed, maxsplit=1)) == 2:
        name, organisation = parted
    found = register_page.search(ask.house, ask.actor, name, organisation)
    note = ""
    if found.about is None:
        note = (
            ask.words.say("Whom do you mean?")
            if found.choices
            else ask.words.say("I know neither a client nor a person of that name.")
        )
    return UpdateForm(_view(ask, found, typed, note))


def chosen(ask: Ask) -> Answer:
    """One of several whom the name may mean."""
    if not origins.in_modal(ask):
        raise Refusal("request.unknown")
    carried = forms.carried(ask)
    contact = None if carried.get("contact") is None else forms.number(carried["contact"])
    found = register_page.page(ask.house, ask.actor, forms.number(carried.get("client")), contact)
    return UpdateForm(_view(ask, found))


def _view(ask: Ask, found: RegisterPage, typed: str = "", note: str = "") -> View:
    about = found.about
    shown = views.Shown(
        rows=found.rows,
        total=found.total,
        client=about.client if about is not None else None,
        contact=about.contact if about is not None else None,
        given=found.given,
        received=found.received,
        choices=[(each.client, each.contact) for each in found.choices],
        typed=typed or (views.name_of(about.client, about.contact, ask.words) if about is not None else ""),
        note=note,
    )
    return views.page(shown, ask.zone, ask.words, {})


def export_asked(ask: Ask) -> Answer:
    register_export.check_may(ask.house, ask.actor)
    today = ask.now.astimezone(ask.zone).date()
    return OpenForm(views.export_form(today.replace(month=1, day=1), today, ask.words, {}))


def exported(ask: Ask) -> Answer:
    state = ask.state or {}
    first, last = forms.day(state, "first"), forms.day(state, "last")
    wanted = tuple(form for form in Form if form.value in forms.ticked(state, "forms"))
    if first is None or last is None or not wanted:
        raise Refusal("request.unknown")
    try:
        export = register_export.begin(ask.house, ask.actor, first, last, wanted)
    except Refusal as refusal:
        if refusal.code != "register.period":
            raise
        return FormErrors({forms.block_of(state, "last"): refusals.text(refusal, ask.words)})
    title = ask.words.say("Gift register")
    files = [
        Outgoing(
            exports.file_name(export, form),
            title,
            partial(_write, ask, export, form),
        )
        for form in wanted
    ]
    return SendFiles(
        view=notice(views.on_its_way(export.rows, len(files), ask.words), ask.words),
        files=files,
        comment=views.with_the_file(export.first, export.last, export.number, ask.words),
        failed=views.not_sent(ask.words),
    )


def _write(ask: Ask, export: register_export.Export, form: Form, path: Path) -> str:
    return exports.write(ask.house, export, form, path, ask.words)
