"""Several people invited at once: the form, its one answer, and what leads on from it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from bot.domain.gifts.outings import KINDS, MOST_COMPANIONS, MOST_PEOPLE, Circumstances
from bot.domain.refusals import Refusal
from bot.services import clients, gifts, outings
from bot.services.outings import Invited, OutingDraft, Planned
from handlers import forms, origins, refusals
from handlers.answers import Answer, FormErrors, Message, OpenForm, Options, Say, UpdateForm, View
from handlers.ask import Ask
from handlers.gifts.amounts import Fault, amount_in, dollar_for
from handlers.gifts.verdicts import verdict
from handlers.parsing import ParseComplaint, TypedOuting, read_gift, read_outing
from handlers.views import gift_forms
from handlers.views import outing_forms as form_views
from handlers.views import outings as views

_LINE = re.compile(r"\s*(?P<name>[^,]*?)\s*(?:,| at | @ ?| chez )\s*(?P<company>\S.*?)\s*", re.IGNORECASE)
_TYPED_PERSON = 250


# --- Planned ----------------------------------------------------------------------------------------------


def opened(ask: Ask) -> Answer:
    """The empty form; from within the form of one gift with what stands there."""
    return origins.form(ask, _form(ask, _fresh(ask), (), origins.of_press(ask).notes()))


def _fresh(ask: Ask) -> form_views.Fields:
    state = ask.state or {}
    kind = forms.chosen(state, "category")
    usual = gifts.currency_for(ask.house, ask.actor, "")
    return form_views.Fields(
        currency=forms.chosen(state, "currency") or usual,
        day=ask.member.calendar.local_date(ask.now),
        what=forms.written(state, "what"),
        kind=kind if kind in KINDS else None,
        amount=forms.written(state, "amount"),
        host=ask.member.name,
    )


def typed(ask: Ask) -> Answer | None:
    """The answer to a typed invitation of several people; None when the text names no such thing.

    Raises ParseComplaint. Where names or the kind are not clear the form opens with the question.
    """
    usual = gifts.currency_for(ask.house, ask.actor, "")
    read = read_outing(ask.text, ask.reader, dollar_for(usual), lambda words: _leading(ask, words))
    if read is None:
        return None
    draft = _typed_draft(ask, read, usual)
    if read.category is None or len(read.people) > MOST_PEOPLE:
        fields = replace(_fields_of(ask, draft), kind=read.category)
        return OpenForm(_form(ask, fields, (), origins.of_press(ask).notes()))
    try:
        return Say(answer(ask, outings.plan(ask.house, ask.actor, draft, ask.key)))
    except Refusal as refusal:
        asked = _unclear(refusal)
        notes = origins.of_press(ask).notes(draft=outings.set_aside(ask.house, ask.actor, draft))
        return OpenForm(_form(ask, _fields_of(ask, draft), asked, notes))


def _unclear(refusal: Refusal) -> Sequence[outings.Unclear]:
    """The names that are not clear; any other refusal goes on."""
    asked = refusal.facts.get("asked")
    if refusal.code != "outing.unclear" or not isinstance(asked, tuple):
        raise refusal
    return asked


def _leading(ask: Ask, words: Sequence[str]) -> int:
    return clients.leading_name(ask.house, ask.actor, words)


def _typed_draft(ask: Ask, read: TypedOuting, currency: str) -> OutingDraft:
    circumstances = Circumstances(
        description=read.description,
        category=read.category or KINDS[0],
        cost=read.cost,
        day=read.day or ask.member.calendar.local_date(ask.now),
        host=ask.member.name,
    )
    people = tuple(Invited.typed(name, company) for name, company in read.people)
    return OutingDraft(circumstances, read.cost.currency if read.cost else currency, people)


def answer(ask: Ask, planned: Planned, note: str = "") -> Message:
    people = [
        views.Person(
            each.proposal,
            each.judgement,
            each.client,
            each.lead,
            each.compliance,
            each.registered,
            each.request.state if each.request is not None else None,
        )
        for each in planned.people
    ]
    return views.answer(planned.outing, people, planned.ways, ask.words, note)


# --- The form ---------------------------------------------------------------------------------------------


def _form(
    ask: Ask,
    fields: form_views.Fields,
    asked: Sequence[outings.Unclear],
    notes: dict[str, object],
) -> View:
    questions = [form_views.Asked(one.place, one.name, one.client, one.choices) for one in asked]
    return form_views.form(fields, questions, ask.words, notes)


def suggest(ask: Ask) -> Answer:
    """People who fit what has been typed into the list so far."""
    return Options(form_views.suggestions(outings.people_named(ask.house, ask.actor, ask.value)))


def changed(ask: Ask) -> Answer:
    """The form with everything that is known of an outing."""
    outing_id = _carried(ask)
    draft = outings.drafted(ask.house, ask.actor, outing_id)
    kept = outings.set_aside(ask.house, ask.actor, draft)
    notes = origins.of_press(ask, replace=True).notes(changes=outing_id, draft=kept)
    return origins.form(ask, _form(ask, _fields_of(ask, draft), (), notes))


def _fields_of(ask: Ask, draft: OutingDraft) -> form_views.Fields:
    of = draft.circumstances
    known = [
        (each.contact, form_views.person_label(each.name, each.company))
        for each in draft.people
        if isinstance(each.contact, int)
    ]
    others = [_line(each) for each in draft.people if not isinstance(each.contact, int)]
    return form_views.Fields(
        currency=draft.currency,
        day=of.day,
        what=of.description,
        kind=of.category,
        amount=gift_forms.typed_amount(of.cost, ask.words),
        people=known,
        others="\n".join(others),
        host_present=of.host_present,
        host=of.host,
        companions=of.companions,
        setting=of.setting,
    )


def _line(person: Invited) -> str:
    return f"{person.name}, {person.company}"


def submitted(ask: Ask) -> Answer:
    notes, state = ask.notes or {}, ask.state or {}
    changes = forms.number(notes["changes"]) if notes.get("changes") is not None else None
    try:
        draft = _draft(ask)
        planned = outings.plan(ask.house, ask.actor, draft, ask.key, changes=changes)
    except Fault as fault:
        return FormErrors({forms.block_of(state, fault.field): fault.sentence})
    except Refusal as refusal:
        field = _FIELD_OF.get(str(refusal.facts.get("key", refusal.code)))
        if field is not None:
            return FormErrors({forms.block_of(state, field): refusals.text(refusal, ask.words)})
        asked = _unclear(refusal)
        kept = outings.set_aside(ask.house, ask.actor, draft)
        fields = replace(
            _fields_of(
                ask, draft
            ),  # Slack keeps what stands in a field: whom it names stays where it is named
            people=[(forms.number(value), label) for value, label in forms.chosen_many(state, "people")],
            others=forms.written(state, "others"),
        )
        return UpdateForm(_form(ask, fields, asked, {**notes, "draft": kept}))
    return origins.finish(ask, answer(ask, planned))


_FIELD_OF = {
    "outing.nobody": "people",
    "outing.too_many": "people",
    "outing.day": "day",
    "contact.gone": "people",
    "client.gone": "others",
    "gift.no_employer": "others",
    "items[0].unit_value": "amount",
    "items[0].currency": "currency",
    "items[0].description": "what",
    "date": "day",
}


def _draft(ask: Ask) -> OutingDraft:
    """What stands in the form, with the answers to what was asked about names. Raises `Fault`."""
    state, words = ask.state or {}, ask.words
    what = forms.written(state, "what")
    if not what:
        raise Fault("what", words.say("Say in a word or two what they are invited to."))
    kind = forms.chosen(state, "kind") or _kind(ask, what)
    if kind is None:
        raise Fault("kind", words.say("Choose what kind of invitation it is."))
    currency = forms.chosen(state, "currency") or gifts.currency_for(ask.house, ask.actor, "")
    cost = amount_in(ask, "amount", forms.written(state, "amount"), currency)
    companions = forms.written(state, "companions")
    if not companions.isdecimal() or len(companions) > 2 or int(companions) > MOST_COMPANIONS:
        most = words.number(MOST_COMPANIONS)
        raise Fault("companions", words.say("This has to be a whole number from 0 to {most}.", most=most))
    host_present = forms.chosen(state, "host_present") != gift_forms.NO
    circumstances = Circumstances(
        description=what,
        category=kind,
        cost=cost,
        day=forms.day(state, "day") or ask.member.calendar.local_date(ask.now),
        host_present=host_present,
        host=forms.written(state, "host") if host_present else "",
        companions=int(companions),
        setting=forms.chosen(state, "setting"),
    )
    return OutingDraft(circumstances, cost.currency if cost is not None else currency, _people(ask))


def _kind(ask: Ask, what: str) -> str | None:
    """The kind of invitation that its description names."""
    try:
        found = read_gift(what, ask.reader, "USD").category
    except ParseComplaint:
        return None
    return found if found in (*KINDS, "alcohol") else None


def _people(ask: Ask) -> tuple[Invited, ...]:
    """Whom the form names: chosen from the list, then line by line; settled as far as was asked before."""
    state = ask.state or {}
    before = _before(ask)
    people: list[Invited] = []
    for value, label in forms.chosen_many(state, "people"):
        contact = forms.number(value)
        name, _, company = label.partition(" · ")
        known = next((each for each in before if each.contact == contact), None)
        people.append(known or Invited(name, company, contact=contact))
    lines = forms.written(state, "others").splitlines()
    people += [_of_line(ask, line, before) for line in lines if line.strip()]
    if len(people) > MOST_PEOPLE:
        raise Fault("people", refusals.text(Refusal("outing.too_many", limit=MOST_PEOPLE), ask.words))
    return tuple(people)


def _before(ask: Ask) -> Sequence[Invited]:
    """The people of the draft that the form goes on from, with what was chosen now for those who were not clear."""
    draft_id = (ask.notes or {}).get("draft")
    if draft_id is None:
        return ()
    try:
        draft = outings.resume(ask.house, ask.actor, forms.number(draft_id))
    except Refusal as refusal:
        if refusal.code != "draft.gone":
            raise
        return ()  # too old: names are looked up and asked about once more
    state = ask.state or {}
    return [_settled(each, forms.chosen(state, f"who{place}")) for place, each in enumerate(draft.people)]


def _settled(person: Invited, said: str | None) -> Invited:
    kind, _, number = (said or "").partition(".")
    match kind:
        case "client":
            return replace(person, employer=forms.number(number))
        case "contact":
            return replace(person, contact=forms.number(number))
        case "outsider":
            return replace(person, outsider=True)
        case "stranger":
            return replace(person, stranger=True)
        case _:
            return person


def _of_line(ask: Ask, line: str, before: Sequence[Invited]) -> Invited:
    read = _LINE.fullmatch(line)
    if read is None or not read["name"]:
        sentence = ask.words.say(
            "Write each person as “Name, Company”, one a line. This is not clear: {line}",
            line=line.strip()[:_TYPED_PERSON],
        )
        raise Fault("others", sentence)
    fresh = Invited.typed(read["name"], read["company"])
    return next((each for each in before if (each.name, each.company) == (fresh.name, fresh.company)), fresh)


# --- Afterwards -------------------------------------------------------------------------------------------


def shown(ask: Ask) -> Answer:
    """The answer once more; where the rules have changed since, by today's."""
    return origins.tell(ask, _current(ask, _carried(ask)))


def asking(ask: Ask) -> Answer:
    """The form behind “Ask for approval” of an outing."""
    outing_id = _carried(ask)
    waiting = len(outings.needing_approval(ask.house, ask.actor, outing_id))
    if not waiting:
        return origins.tell(ask, _current(ask, outing_id))
    notes = origins.of_press(ask, replace=True).notes(outing=outing_id)
    return origins.form(ask, form_views.approval_form(waiting, ask.words, notes))


def asked_for(ask: Ask) -> Answer:
    """The form was sent: everybody who needs an approval is asked about."""
    outing_id = forms.number((ask.notes or {}).get("outing"))
    reason = forms.written(ask.state or {}, "reason")
    count = outings.ask_for_approval(ask.house, ask.actor, outing_id, reason)
    note = ask.words.count("Approval is asked for {n} person.", "Approval is asked for {n} people.", count)
    return origins.finish(ask, answer(ask, outings.recall(ask.house, ask.actor, outing_id), note))


def _current(ask: Ask, outing_id: int) -> Message:
    try:
        return answer(ask, outings.recall(ask.house, ask.actor, outing_id))
    except Refusal as refusal:
        if refusal.code != "gift.rules_changed":
            raise
    draft = outings.drafted(ask.house, ask.actor, outing_id)
    planned = outings.plan(ask.house, ask.actor, draft, ask.key, changes=outing_id)
    return answer(
        ask, planned, ask.words.say("The rules have changed: everybody was checked again by today’s.")
    )


def person(ask: Ask) -> Answer:
    """The whole answer for one of those invited."""
    carried = forms.carried(ask)
    place = forms.number(carried.get("place"))
    check_id = outings.check_at(ask.house, ask.actor, forms.number(carried.get("outing")), place)
    return origins.tell(ask, verdict(ask, gifts.recall(ask.house, ask.actor, check_id)))


def _carried(ask: Ask) -> int:
    return forms.number(forms.carried(ask).get("outing"))
