"""A member's own settings: shown on Home and by `/rapport settings`, changed by a press or a form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.domain.members import Member, NewSettings, Noise
from bot.domain.refusals import Refusal
from bot.services import covers, members, nudges
from bot.services import settings as services
from bot.services.house import House
from handlers import forms, origins
from handlers.answers import (
    Answer,
    CloseForms,
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
from handlers.i18n import Words, words_for
from handlers.views import cover_gaps as gap_views
from handlers.views import covers as cover_views
from handlers.views import settings as views
from handlers.views.notice import notice

WORDS = frozenset({"settings", "setting", "réglages", "reglages", "paramètres", "parametres", "préférences"})

_FIELD_OF = {
    "settings.hours": "until",
    "settings.no_work_day": "days",
    "leave.backwards": "last",
    "leave.past": "last",
    "leave.too_long": "last",
    "leave.too_far": "first",
    "leave.overlaps": "first",
    "leave.too_many": "first",
    "cover.unknown": "cover",
    "cover.inactive": "cover",
    "cover.oneself": "cover",
    "cover.away": "cover",
    "cover.known": "cover",
    "member.own_delegate": "delegate",
    "member.unknown": "delegate",
}
"""At which field of its form a refusal is shown."""


def register(routes: Routes) -> None:
    routes.action("settings.time", time_asked)
    routes.view("settings.time", time_chosen)
    routes.action("settings.language", language_chosen)
    routes.action("settings.noise", noise_chosen)
    routes.action("settings.quiet", quiet_hours_chosen)
    routes.action("settings.leave", leave_asked)
    routes.view("settings.leave", leave_taken)
    routes.action("settings.leave_end", leave_ended)
    routes.action("settings.snooze_end", snooze_ended)
    routes.action("settings.delegate", delegate_asked)
    routes.view("settings.delegate", delegate_chosen)
    routes.option("people.choose", suggest_people)
    routes.notice("user_change", profile_changed)


def profile_changed(house: House, workspace_id: int, event: Mapping[str, Any]) -> None:
    """Something changed in the Slack profile of somebody: zone, status, account. It is asked for within a minute."""
    user = event.get("user")
    if isinstance(user, Mapping):
        members.look_again(house, workspace_id, str(user.get("id")))


def typed(ask: Ask) -> Answer:
    """`/rapport settings`."""
    return Say(shown(ask))


def shown(ask: Ask, note: str = "", words: Words | None = None) -> Message:
    return views.message(services.standing(ask.house, ask.actor), words or ask.words, note)


def time_asked(ask: Ask) -> Answer:
    member = members.who(ask.house, ask.actor)
    return OpenForm(views.time_form(member, ask.words, _notes(ask)))


def time_chosen(ask: Ask) -> Answer:
    state = ask.state or {}
    first, last = forms.clock_time(state, "from"), forms.clock_time(state, "until")
    morning = forms.clock_time(state, "morning")
    if first is None or last is None or morning is None:
        raise Refusal("request.unknown")
    days = frozenset(int(day) for day in forms.ticked(state, "days") if day in set("0123456"))
    try:
        new = NewSettings(hours=(first, last), work_days=days, digest_time=morning)
        member = services.change(ask.house, ask.actor, new)
    except Refusal as refusal:
        return forms.at_field(ask, refusal, _FIELD_OF)
    return _done(ask, _time_said(member, ask.words))


def _time_said(member: Member, words: Words) -> str:
    return words.say(
        "From now on you work {worked}, and the morning message comes at {time}.",
        worked=views.worked(member, words),
        time=views.at(member.digest_time, words),
    )


def language_chosen(ask: Ask) -> Answer:
    """At once, in whatever is said next; that of the Slack profile is asked for within a minute."""
    chosen = "" if ask.value == views.PROFILE else ask.value
    member = services.change(ask.house, ask.actor, NewSettings(locale=chosen))
    words = words_for(member.locale)
    said = words.say("I speak English with you now.")
    if not chosen:
        said = words.say("I take the language of your Slack profile, within a minute.")
    return _pressed(ask, said, words)


def noise_chosen(ask: Ask) -> Answer:
    if ask.value not in {noise.value for noise in Noise}:
        raise Refusal("request.unknown")
    member = services.change(ask.house, ask.actor, NewSettings(noise=Noise(ask.value)))
    label, meaning = views.NOISES[member.noise]
    said = ask.words.say("{level}: {meaning}.", level=ask.words.say(label), meaning=ask.words.say(meaning))
    return _pressed(ask, said)


def quiet_hours_chosen(ask: Ask) -> Answer:
    if ask.value not in (views.QUIET, views.ANY_HOUR):
        raise Refusal("request.unknown")
    member = services.change(ask.house, ask.actor, NewSettings(quiet_hours=ask.value == views.QUIET))
    return _pressed(ask, views.quiet_said(member, ask.words))


def leave_asked(ask: Ask) -> Answer:
    today = ask.member.calendar.local_date(ask.now)
    with_backups = covers.backups(ask.house, ask.actor)
    return OpenForm(
        views.leave_form(
            today,
            ask.words,
            _notes(ask),
            clients=with_backups.of,
            backups=with_backups.clients,
            covering=services.standing(ask.house, ask.actor).covering,
        )
    )


def leave_taken(ask: Ask) -> Answer:
    state = ask.state or {}
    first, last = forms.day(state, "first"), forms.day(state, "last")
    if first is None or last is None:
        raise Refusal("request.unknown")
    colleague = forms.chosen(state, "cover")
    try:
        leave = services.take_leave(
            ask.house,
            ask.actor,
            first,
            last,
            colleague_id=None if colleague is None else forms.number(colleague),
            by_backups=views.BACKUPS in forms.ticked(state, "backups"),
        )
    except Refusal as refusal:
        return forms.at_field(ask, refusal, _FIELD_OF)
    said = ask.words.say(
        "You are away from {first} to {last}. I keep quiet until you are back.",
        first=ask.words.weekday(first),
        last=ask.words.weekday(last),
    )
    more = (cover_views.asked_for_leave(leave.asked, ask.words), gap_views.lost(leave.lost, ask.words))
    return _done(ask, " ".join(filter(None, [said, *more])))


def leave_ended(ask: Ask) -> Answer:
    services.end_leave(ask.house, ask.actor, forms.number(forms.carried(ask).get("absence")))
    return _pressed(ask, ask.words.say("The leave is taken out."))


def snooze_ended(ask: Ask) -> Answer:
    client = nudges.end_snooze(ask.house, ask.actor, forms.number(forms.carried(ask).get("client")))
    return _pressed(ask, ask.words.say("You hear of {client} again when it is due.", client=client.name))


def delegate_asked(ask: Ask) -> Answer:
    delegate = services.standing(ask.house, ask.actor).delegate
    return OpenForm(views.delegate_form(delegate, ask.words, _notes(ask)))


def delegate_chosen(ask: Ask) -> Answer:
    chosen = forms.chosen(ask.state or {}, "delegate")
    try:
        delegate = services.name_delegate(
            ask.house, ask.actor, None if chosen is None else forms.number(chosen)
        )
    except Refusal as refusal:
        return forms.at_field(ask, refusal, _FIELD_OF)
    said = ask.words.say("Nobody stands in for you any more.")
    if delegate is not None:
        said = ask.words.say("{name} stands in for you from now on.", name=delegate.name)
    return _done(ask, said)


def suggest_people(ask: Ask) -> Answer:
    """Members for a list that narrows while somebody types."""
    return Options(views.people_choices(members.colleagues(ask.house, ask.actor, ask.value)))


def _notes(ask: Ask) -> dict[str, object]:
    return origins.of_press(ask).notes()


def _pressed(ask: Ask, said: str, words: Words | None = None) -> Answer:
    """After a press: the settings as they are now, where they stand."""
    if origins.on_home(ask):
        return ShowHome()
    return Replace(shown(ask, said, words))


def _done(ask: Ask, said: str) -> Answer:
    """After a form: the settings as they are now, where the form was opened from."""
    origin = origins.from_notes(ask.notes)
    if origin.home:
        return CloseForms(home=True)
    message = shown(ask, said)
    if origin.reply_to is None:
        return UpdateForm(notice(message, ask.words))
    return CloseForms(ReplaceAt(origin.reply_to, message))
