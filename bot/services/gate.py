"""The gate as every path asks it: what the answer is weighed from is gathered here, and what was answered recorded."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from bot.domain.absences import Absence
from bot.domain.decisions import NEVER, SPEAK, WAIT, NewDecision, Said
from bot.domain.gate import (
    WEIGHTS,
    Answer,
    Never,
    Speak,
    Told,
    Wait,
    cools_down,
    interrupts,
    may_speak,
)
from bot.domain.members import Member
from bot.domain.outbox import EDIT, OPEN_STATES, Entry, State
from bot.ports import UnitOfWork

KEPT_FOR = timedelta(days=30)
"""How long decisions are kept, and what was said last: longer than any cool-down."""

_HOUR = timedelta(hours=1)
_OF_THE_MOMENT = frozenset({"day", "said_at"})
"""Facts of a message that are other ones each day, though nothing has changed."""
_LONGEST_SUBJECT = 128


@dataclass(frozen=True, slots=True)
class Subject:
    """What a message is about: its name, and the client, with until when nothing is to be heard of it."""

    name: str = ""
    client_id: int | None = None
    snoozed_until: datetime | None = None


def ask(unit: UnitOfWork, member: Member, entry: Entry, now: datetime) -> Answer:
    """Whether an entry of the outbox may be said to its reader now; recorded in the unit that asks.

    When the answer is yes, what it says of its subject counts as said, unless the attempt comes to nothing.
    """
    subject = subject_of(unit, entry)
    facts = _facts_of(entry) if subject.name and cools_down(entry.kind) else ""
    key = f"{entry.kind}:{subject.name}"[:_LONGEST_SUBJECT]
    told = Told(
        interrupted=interrupted(unit, member, now, besides=entry.id) if interrupts(entry.kind) else (),
        snoozed_until=subject.snoozed_until,
        facts=facts,
        last=_last_said(unit, entry, key) if facts else None,
    )
    answer = may_speak(member, now, about=entry.kind, absences=absences_of(unit, member, now), told=told)
    record(unit, member, entry.kind, answer, now, subject=subject, entry_id=entry.id)
    if facts and isinstance(answer, Speak):
        unit.decisions.say(member.id, key, Said(facts, entry.id, now))
    return answer


def moment(
    unit: UnitOfWork, member: Member, now: datetime, absences: Sequence[Absence] | None = None
) -> Answer:
    """Whether the moment is one at which something may be planned for the member; not recorded.

    `absences` are those of `absences_of`, where they have been read already.
    """
    return may_speak(member, now, absences=absences_of(unit, member, now) if absences is None else absences)


def absences_of(unit: UnitOfWork, member: Member, now: datetime) -> Sequence[Absence]:
    """The member's absences that have not ended, and those since their digest goes unheeded."""
    today = member.calendar.local_date(now)
    since = today if member.unheeded_since is None else min(today, member.unheeded_since)
    return unit.members.absences(member.id, since)


def interrupted(unit: UnitOfWork, member: Member, now: datetime, *, besides: int = 0) -> tuple[datetime, ...]:
    """When something interrupted the member today or within the last hour.

    Whoever counts holds the member, so that of two messages that go out at once the second one counts the first.
    """
    if besides:
        unit.members.hold(member.id)
    calendar = member.calendar
    since = min(calendar.starts(calendar.local_date(now)), now - _HOUR)
    spared = {EDIT, *(kind for kind in WEIGHTS if not interrupts(kind))}
    return tuple(unit.outbox.interrupted(member.id, since, but=spared, besides=besides))


def counted(member: Member, now: datetime, interrupted: Sequence[datetime]) -> tuple[int, int]:
    """How many of these moments are of the member's own day, and how many of the last hour."""
    today = member.calendar.local_date(now)
    return (
        sum(member.calendar.local_date(each) == today for each in interrupted),
        sum(each > now - _HOUR for each in interrupted),
    )


def record(
    unit: UnitOfWork,
    member: Member,
    kind: str,
    answer: Answer,
    now: datetime,
    *,
    subject: Subject | None = None,
    entry_id: int | None = None,
) -> None:
    """Write down what was answered; of one entry only when it is another answer than the last."""
    of_what = subject or Subject()
    new = NewDecision(
        member_id=member.id,
        kind=kind,
        subject=of_what.name,
        client_id=of_what.client_id,
        entry_id=entry_id,
        decision=_decision(answer),
        reason="" if isinstance(answer, Speak) else answer.reason,
        at=now,
        until=None if isinstance(answer, Never) else answer.until,
    )
    last = None if entry_id is None else unit.decisions.last_of(entry_id)
    if last is None or (last.decision, last.reason) != (new.decision, new.reason):
        unit.decisions.add(new)
    elif new.decision == WAIT and last.until != new.until:
        unit.decisions.set_until(last.id, new.until)


def _decision(answer: Answer) -> str:
    match answer:
        case Speak():
            return SPEAK
        case Wait():
            return WAIT
        case Never():
            return NEVER


def subject_of(unit: UnitOfWork, entry: Entry) -> Subject:
    """What an entry is about, from its facts.

    A number under ``client_id`` or ``client`` is that client; ``question``, ``meeting``, ``request`` and
    ``concession`` lead to theirs. The last two wait for the decision of their reader, whatever the client's own manager
    put off.
    """
    if entry.kind == "help_offered":
        # Offered because the client waits, which it may well do while it is put off.
        return Subject("", _number(entry, "client_id"))
    if (client_id := _number(entry, "client_id") or _number(entry, "client")) is not None:
        return _of_client(unit, f"client:{client_id}", client_id)
    if (number := _number(entry, "question")) is not None:
        question = unit.policy_questions.get(number)
        return _of_client(unit, f"question:{number}", None if question is None else question.client_id)
    if (number := _number(entry, "meeting")) is not None:
        meeting = unit.meetings.get(number)
        return _of_client(unit, f"meeting:{number}", None if meeting is None else meeting.client_id)
    if (number := _number(entry, "request")) is not None:
        request = unit.requests.get(number)
        return Subject(f"request:{number}", None if request is None else request.client_id)
    if (number := _number(entry, "concession")) is not None:
        concession = unit.concessions.get(number)
        return Subject(f"concession:{number}", None if concession is None else concession.client_id)
    return Subject("rules" if entry.kind == "rule_upkeep" else "")


def _number(entry: Entry, name: str) -> int | None:
    found = entry.facts.get(name)
    return found if isinstance(found, int) and not isinstance(found, bool) else None


def _of_client(unit: UnitOfWork, name: str, client_id: int | None) -> Subject:
    client = None if client_id is None else unit.clients.get(client_id)
    return Subject(name) if client is None else Subject(name, client.id, client.snoozed_until)


def _facts_of(entry: Entry) -> str:
    """A short name for what the entry was decided from."""
    facts = {name: fact for name, fact in entry.facts.items() if name not in _OF_THE_MOMENT}
    return sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()


def _last_said(unit: UnitOfWork, entry: Entry, key: str) -> tuple[str, datetime] | None:
    """What was said of the same last; not by the entry itself, nor by one that came to nothing."""
    said = unit.decisions.said(entry.member_id, key)
    if said is None or said.entry_id == entry.id:
        return None
    before = unit.outbox.get(said.entry_id)
    arrived = before is None or before.state is State.SENT or before.state in OPEN_STATES
    return (said.facts, said.at) if arrived else None
