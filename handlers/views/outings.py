"""An outing as it is read: who may come, who may not and why, and what would let all of them come."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bot.domain.clients import Client
from bot.domain.gifts.judgement import Alternative, Finding, Judgement
from bot.domain.gifts.outings import KINDS, Circumstances, Outing, Way
from bot.domain.gifts.proposal import Proposal
from bot.domain.gifts.requests import RequestState
from bot.domain.gifts.rules import Outcome
from bot.domain.members import Member
from bot.domain.money import Money
from handlers import i18n
from handlers.answers import Block, Message
from handlers.i18n import Words
from handlers.views import parts
from handlers.views.gift_findings import sentence, silence
from handlers.views.gift_subject import NAME
from handlers.views.gift_variants import alternative
from handlers.views.gift_words import CATEGORIES, CHOICES, FLAGS
from handlers.views.gifts import approvers

_NO_HOST = FLAGS["context.host_present"].fails
_SETTINGS = CHOICES["context.setting"].codes
_WHAT = 200
_PACKED = 2800
"""Characters of lines that go into one section, so that none is cut."""
_NAMED = 1200
"""Characters of names in one line."""
_NAMES = 6
"""Names in a remark; what is more is counted."""

TITLES = {
    Outcome.ALLOWED: i18n.message("May come"),
    Outcome.NEEDS_APPROVAL: i18n.message("Need an approval first"),
    Outcome.ASK: i18n.message("Their policy has to be asked first"),
    Outcome.NOT_ALLOWED: i18n.message("May not come"),
}


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody invited with the answer for them; `client` is None for a company that is not in the book."""

    proposal: Proposal
    judgement: Judgement
    client: Client | None
    lead: Member | None
    compliance: Sequence[Member]
    registered: bool
    request: RequestState | None = None

    @property
    def name(self) -> str:
        return parts.one_line(self.proposal.recipient.name or "", NAME)

    @property
    def company(self) -> str:
        known = self.client.name if self.client is not None else self.proposal.recipient.employer
        return parts.one_line(known or "", NAME)


@dataclass(frozen=True, slots=True)
class _Line:
    """Several people for whom the answer is the same: in plain text, and with Slack's markup."""

    text: str
    markup: str


def answer(
    outing: Outing, people: Sequence[Person], ways: Sequence[Way], words: Words, note: str = ""
) -> Message:
    """The one answer for all who are invited, with the buttons that lead on. `note` is said above everything else."""
    said = _headline(people, words)
    about = what(outing.circumstances, words)
    lines = [*([note] if note else []), words.say("{label}: {value}", label=said, value=about)]
    blocks: list[Block] = [
        *([parts.section(parts.plain(note))] if note else []),
        parts.header(said),
        parts.section(parts.plain(about)),
    ]
    for outcome, title in TITLES.items():
        group = [each for each in people if each.judgement.verdict is outcome]
        if group:
            head = words.say("{group} ({count})", group=words.say(title), count=words.number(len(group)))
            _add(head, _lines(group, outcome, words), lines, blocks)
    passing = [_way(way, people, outing.currency, words) for way in ways]
    if passing:
        _add(
            words.say("What would let all of them come"),
            [_Line(each, i18n.escape(each)) for each in passing],
            lines,
            blocks,
        )
    notes = _notes(people, words)
    lines += notes
    blocks.append(parts.context(parts.plain(" ".join(notes))))
    return parts.told("\n".join(lines), [*blocks, _buttons(outing, people, words)])


def what(of: Circumstances, words: Words) -> str:
    """What people are invited to, in one line: ``dinner, $80 a head, Thursday, November 19, with Alice Ames``."""
    pieces = [parts.one_line(of.description or words.say(CATEGORIES[of.category]), _WHAT)]
    if of.cost is not None:
        pieces.append(words.say("{cost} a head", cost=words.money(of.cost)))
    pieces.append(words.day(of.day))
    if of.host_present and of.host:
        pieces.append(words.say("with {host}", host=parts.one_line(of.host, NAME)))
    elif not of.host_present:
        pieces.append(words.say(_NO_HOST))
    if of.companions:
        pieces.append(words.count("{n} companion each", "{n} companions each", of.companions))
    if of.setting is not None:
        pieces.append(words.say(_SETTINGS[of.setting]))
    return ", ".join(pieces)


def _headline(people: Sequence[Person], words: Words) -> str:
    may = sum(each.judgement.verdict is Outcome.ALLOWED for each in people)
    if may == len(people):
        return words.say("All of them may come")
    if not may:
        return words.say("Nobody may come as it stands")
    return words.say("{count} of {all} may come", count=words.number(may), all=words.number(len(people)))


def _add(title: str, told: Sequence[_Line], lines: list[str], blocks: list[Block]) -> None:
    lines += [title, *(f"• {each.text}" for each in told)]
    packed = f"*{i18n.escape(title)}*"
    for each in told:
        bullet = f"\n• {each.markup}"
        if len(packed) + len(bullet) > _PACKED:
            blocks.append(parts.section(parts.marked(packed)))
            packed = bullet[1:]
        else:
            packed += bullet
    blocks.append(parts.section(parts.marked(packed)))


def _lines(group: Sequence[Person], outcome: Outcome, words: Words) -> list[_Line]:
    """One line for all to whom the same applies; who may come stands alone, to be found at a glance."""
    if outcome is Outcome.ALLOWED:
        return [_plain(_label(each, words)) for each in group]
    same: dict[tuple[str, ...], list[Person]] = {}
    for each in group:
        same.setdefault(_reasons(each, outcome, words), []).append(each)
    return [
        _reasoned(labels, those[0], reasons, words)
        for reasons, those in same.items()
        for labels in _in_lines([_label(each, words) for each in those])
    ]


def _in_lines(labels: Sequence[str]) -> list[list[str]]:
    """Labels of people parted so that each line holds them whole: nobody of whom an answer speaks is left out."""
    lines: list[list[str]] = [[]]
    for label in labels:
        if lines[-1] and sum(map(len, lines[-1])) + len(label) > _NAMED:
            lines.append([])
        lines[-1].append(label)
    return lines


def _label(each: Person, words: Words) -> str:
    label = words.say("{person} ({company})", person=each.name, company=each.company)
    if each.registered:
        label = words.say("{person}, in the register", person=label)
    elif each.request is not None and (state := _REQUESTED.get(each.request)):
        label = words.say("{person}, {state}", person=label, state=words.say(state))
    return label


_REQUESTED = {
    RequestState.WAITING: i18n.message("approval asked for"),
    RequestState.ASKED_BACK: i18n.message("the reviewer has a question"),
    RequestState.APPROVED: i18n.message("approved"),
    RequestState.REFUSED: i18n.message("refused by the reviewer"),
}


def _plain(text: str) -> _Line:
    return _Line(text, i18n.escape(text))


def _deciding(judgement: Judgement) -> Finding | None:
    return next((finding for finding in judgement.findings if finding.decisive), None)


def _reasons(each: Person, outcome: Outcome, words: Words) -> tuple[str, ...]:
    """Why somebody may not simply come: the deciding rule, who has to agree, and the nearest thing that would pass."""
    finding = _deciding(each.judgement)
    said = [
        sentence(finding, each.judgement, words)
        if finding is not None
        else silence(each.judgement, each.proposal, words)
    ]
    if outcome is Outcome.NEEDS_APPROVAL:
        who = words.listed(approvers(each.judgement, words, each.lead, each.compliance))
        said.append(words.say("To be asked: {who}.", who=who))
    if (instead := _instead(each, outcome)) is not None:
        said.append(words.say("Would pass: {instead}.", instead=alternative(instead, each.proposal, words)))
    source = finding.rule.source.title if finding is not None else ""
    return (*said, source)


def _instead(each: Person, outcome: Outcome) -> Alternative | None:
    """The nearest thing that is still an invitation; for who may not come, whatever would pass."""
    if outcome is Outcome.ASK:
        return None
    found = each.judgement.alternatives
    for one in found:
        category = one.changes.get("items[0].category")
        if category is None or category in KINDS:
            return one
    return found[0] if found and outcome is Outcome.NOT_ALLOWED else None


def _reasoned(labels: Sequence[str], one: Person, reasons: tuple[str, ...], words: Words) -> _Line:
    *said, title = reasons
    people = words.listed(labels)
    text = words.say("{people}: {reason}", people=people, reason=" ".join(said))
    linked = ""
    if title:
        title = parts.one_line(title, 100)
        text = words.say("{line} Source: {title}", line=text, title=title)
        finding = _deciding(one.judgement)
        linked = (finding.rule.source.url or "") if finding is not None else ""
    markup = i18n.escape(text).replace(i18n.escape(people), f"*{i18n.escape(people)}*", 1)
    if linked.startswith(("https://", "http://")):
        safe = i18n.escape(title)
        head, found, tail = markup.rpartition(safe)
        if found:
            markup = f"{head}<{i18n.escape(linked).replace('|', '%7C')}|{safe}>{tail}"
    return _Line(text, markup)


def _listed(names: Sequence[str], words: Words) -> str:
    if len(names) <= _NAMES:
        return words.listed(list(names))
    more = words.count("{n} more", "{n} more", len(names) - _NAMES + 1)
    return words.listed([*names[: _NAMES - 1], more])


def _way(way: Way, people: Sequence[Person], currency: str, words: Words) -> str:
    """One way in which all may come, or all but some."""
    changes = []
    if way.cost is not None:
        changes.append(words.say("up to {cost} a head", cost=words.money(Money(way.cost, currency))))
    if way.host:
        changes.append(words.say("with somebody of ours present"))
    if way.alone:
        changes.append(words.say("without companions"))
    if not way.without:
        return ", ".join(changes)
    left = _listed([people[place].name for place in way.without], words)
    return words.say(
        "{changes}: all but {people}, for whom a lower cost changes nothing",
        changes=", ".join(changes),
        people=left,
    )


def _notes(people: Sequence[Person], words: Words) -> list[str]:
    notes = []
    hanging = sum(bool(each.judgement.assumptions) for each in people)
    if hanging:
        notes.append(
            words.count(
                "{n} of these answers hangs on a fact that was not told: see the details.",
                "{n} of these answers hang on facts that were not told: see the details.",
                hanging,
            )
        )
    strange = list(dict.fromkeys(each.company for each in people if each.client is None))
    if strange:
        notes.append(
            words.say(
                "Not in the book, and judged by name alone: {companies}.", companies=_listed(strange, words)
            )
        )
    notes.append(words.say("Rules as of {date}.", date=words.day(people[0].judgement.rulebook_date)))
    return notes


def _buttons(outing: Outing, people: Sequence[Person], words: Words) -> Block:
    value = parts.value_of(outing=outing.id)
    choices = [
        parts.choice(
            parts.one_line(_label(each, words), parts.CHOICE), parts.value_of(outing=outing.id, place=place)
        )
        for place, each in enumerate(people)
    ]
    elements = [parts.select("outing.person", choices, words.say("Details of one person"))]
    asking = sum(
        each.judgement.verdict is Outcome.NEEDS_APPROVAL and each.request in (None, RequestState.WITHDRAWN)
        for each in people
    )
    if asking:
        label = words.count("Ask for approval for {n}", "Ask for approval for {n}", asking)
        elements.append(parts.button(label, "outing.approval", value, primary=True))
    if any(
        each.judgement.verdict is Outcome.ALLOWED or each.request is RequestState.APPROVED for each in people
    ):
        spoken = words.say("They came: enter them into the register")
        elements.append(parts.button(words.say("They came"), "outing.came", value, spoken=spoken))
    if any(each.registered for each in people):
        elements.append(_undo(outing, words))
    spoken = words.say("Change the invitation and check everybody again")
    elements.append(parts.button(words.say("Change"), "outing.change", value, spoken=spoken))
    return parts.actions(*elements)


# --- Who came ---------------------------------------------------------------------------------------------


def entered(
    outing: Outing,
    names: Sequence[str],
    cost: Money | None,
    words: Words,
    *,
    again: int,
    added: Sequence[str],
    changed: Sequence[str],
) -> Message:
    """Say who stands in the register for an outing, and how to take them out again.

    `again` of them stood there already, `added` are companies that were put into the book, `changed` people whom a
    check would no longer allow with what was given since.
    """
    facts = {"what": _short(outing.circumstances, words), "people": words.listed(list(names))}
    if cost is None:
        said = [words.say("In the register: {what}, for {people}.", **facts)]
    else:
        said = [
            words.say(
                "In the register: {what}, {cost} a head, for {people}.", cost=words.money(cost), **facts
            )
        ]
    if again:
        said.append(
            words.count(
                "{n} of them stood there already and counts once.",
                "{n} of them stood there already and count once.",
                again,
            )
        )
    if added:
        said.append(words.say("Now in your book: {companies}.", companies=words.listed(list(added))))
    if changed:
        said.append(
            words.say(
                "With what was given since, a check would no longer allow it for {people}: please tell compliance.",
                people=words.listed(list(changed)),
            )
        )
    return parts.stated(" ".join(said), parts.actions(_undo(outing, words)))


def _undo(outing: Outing, words: Words) -> parts.Element:
    return parts.button(
        words.say("Take them out again"),
        "outing.undo",
        parts.value_of(outing=outing.id),
        spoken=words.say("Take all of them out of the register again"),
    )


def taken_out(outing: Outing, count: int, words: Words) -> Message:
    """Say that nobody stands in the register for an outing any more."""
    facts = {"what": _short(outing.circumstances, words)}
    said = (
        words.count(
            "Taken out of the register: {n} person, {what}. It no longer counts.",
            "Taken out of the register: {n} people, {what}. It no longer counts.",
            count,
            **facts,
        )
        if count
        else words.say("Nobody stands in the register for this: {what}.", **facts)
    )
    value = parts.value_of(outing=outing.id)
    again = parts.button(words.say("Plan it again"), "outing.change", value)
    return parts.stated(said, parts.actions(again))


def _short(of: Circumstances, words: Words) -> str:
    return words.say(
        "{what} of {day}",
        what=parts.one_line(of.description or words.say(CATEGORIES[of.category]), _WHAT),
        day=words.day(of.day),
    )


# --- The Home tab -----------------------------------------------------------------------------------------


def home_blocks(outings: Sequence[Outing], words: Words, today: date) -> list[Block]:
    """The invitations that are planned or not long past, each with the way back to it."""
    blocks: list[Block] = [parts.header(words.say("Invitations"))]
    for outing in outings:
        of = outing.circumstances
        people = words.count("{n} person", "{n} people", len(outing.check_ids))
        line = words.say("{what}: {people}", what=what(of, words), people=people)
        open_it = parts.button(
            words.say("Open") if of.day > today else words.say("Open, or say who came"),
            f"outing.open:{outing.id}",
            parts.value_of(outing=outing.id),
            spoken=words.say("Open the invitation: {what}", what=parts.one_line(of.description, 40)),
        )
        blocks.append(parts.section(parts.plain(line), open_it))
    return blocks
