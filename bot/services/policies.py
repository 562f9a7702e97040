"""Clients' own policies: asked for where nothing is on file, asked after, and turned into rules for all colleagues."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from pydantic import TypeAdapter

from bot.domain.gifts.chain import EntryKind, NewRegisterEntry
from bot.domain.gifts.policy_questions import (
    FIRST_REMINDER,
    SNOOZE,
    NewPolicyQuestion,
    PolicyQuestion,
    QuestionState,
    last_day_asked,
    next_reminder,
    reminder_after,
)
from bot.domain.gifts.register import GiftCheck
from bot.domain.gifts.rules import Outcome
from bot.domain.gifts.versions import OwnRules, digest_of
from bot.domain.members import Member, Role
from bot.domain.names import normalise
from bot.domain.outbox import Entry, NewEntry
from bot.domain.pacing import Lane
from bot.domain.refusals import Refusal
from bot.ports import UnitOfWork
from bot.rulebook.edits import policy_of
from bot.rulebook.reader import RulebookError
from bot.rulebook.writer import ClientPolicy, client_file_name, write_client_policy
from bot.services import drafts, gifts
from bot.services.gifts import Checked
from bot.services.house import Actor, House, present, trouble
from bot.services.proposals import own_check, section_of
from bot.services.rules import RECENT, put_in_force

log = logging.getLogger(__name__)

REMINDER = "policy_reminder"
ANSWERED = "policy_answered"
ENTERED = "policy_entered"
KIND = "policy"
_ATTEMPTS = 3
_BATCH = 200
_POLICY: TypeAdapter[ClientPolicy] = TypeAdapter(ClientPolicy)


@dataclass(frozen=True, slots=True)
class Asked:
    """That a client was asked; `reminder_on` is when the asker is reminded, `again` that it had been noted before."""

    question_id: int
    employer: str
    asked: str
    reminder_on: date | None
    again: bool = False


@dataclass(frozen=True, slots=True)
class Subject:
    """Whose policy a check is about: names of the organisation, and what is on file of it already.

    `digest` stands for exactly what is on file; `policy` is None where nothing is, or nothing that a form knows.
    """

    client: str
    aliases: tuple[str, ...]
    contact: str
    currency: str
    policy: ClientPolicy | None = None
    digest: str | None = None


@dataclass(frozen=True, slots=True)
class Answered:
    """A policy that is in force for everybody: the check judged again, and how many colleagues are told."""

    client: str
    checked: Checked
    told: int


def subject_of(house: House, actor: Actor, check_id: int) -> Subject:
    """Whose policy an own check is about. Raises Refusal ``gift.gone``."""
    with house.memory.read(actor.workspace_id) as unit:
        return _subject(unit, own_check(unit, present(unit, actor), check_id))


def asked(house: House, actor: Actor, check_id: int, who: str, day: date) -> Asked:
    """Note that the client of an own check was asked for its policy, and remind the asker in five working days.

    Once more for the same check is the same question. Raises Refusal ``gift.gone``.
    """
    now = house.clock()
    with house.memory.write(actor.workspace_id) as unit:
        member = present(unit, actor)
        check = own_check(unit, member, check_id)
        of_whom = _subject(unit, check)
        for known in unit.policy_questions.open():
            if known.check_id == check.id:
                return _asked(member, known.id, known.employer, known.asked, known.remind_at, again=True)
        on = last_day_asked(member, now, day)
        new = NewPolicyQuestion(
            check_id=check.id,
            member_id=member.id,
            client_id=check.client_id,
            employer=of_whom.client,
            asked=who.strip(),
            asked_on=on,
            asked_at=now,
            remind_at=max(
                reminder_after(member, on, FIRST_REMINDER),
                reminder_after(member, member.calendar.local_date(now), 1),
            ),
        )
        question_id = unit.policy_questions.add(new)
        facts = {
            "question": question_id,
            "client": check.client_id,
            "employer": new.employer,
            "asked": new.asked,
            "on": on.isoformat(),
        }
        unit.register.append(
            NewRegisterEntry(EntryKind.POLICY_ASKED, now, member.id, facts, check_id=check.id)
        )
        return _asked(member, question_id, new.employer, new.asked, new.remind_at)


def _asked(
    member: Member, number: int, employer: str, who: str, remind_at: datetime | None, *, again: bool = False
) -> Asked:
    on = None if remind_at is None else member.calendar.local_date(remind_at)
    return Asked(number, employer, who, on, again)


def put_off(house: House, actor: Actor, question_id: int) -> Asked:
    """Remind of an own question again in three working days. Raises Refusal ``policy.gone``."""
    now = house.clock()
    with house.memory.write(actor.workspace_id) as unit:
        member = present(unit, actor)
        question = _own_question(unit, member, question_id)
        until = reminder_after(member, member.calendar.local_date(now), SNOOZE)
        if not unit.policy_questions.put_off(question, until=until):
            raise Refusal("policy.gone")
        return _asked(member, question.id, question.employer, question.asked, until)


def withdraw(house: House, actor: Actor, question_id: int) -> Asked:
    """The answer to an own question is not needed any more. Raises Refusal ``policy.gone``."""
    now = house.clock()
    with house.memory.write(actor.workspace_id) as unit:
        member = present(unit, actor)
        question = _own_question(unit, member, question_id)
        if not unit.policy_questions.close(question.id, QuestionState.WITHDRAWN, at=now):
            raise Refusal("policy.gone")
        facts = {"question": question.id, "client": question.client_id, "employer": question.employer}
        unit.register.append(
            NewRegisterEntry(EntryKind.WITHDRAWN, now, member.id, facts, check_id=question.check_id)
        )
        return _asked(member, question.id, question.employer, question.asked, None)


def set_aside(house: House, actor: Actor, policy: ClientPolicy, check_id: int) -> int:
    """Keep an answer while somebody decides whether it takes the place of the one on file; returns its id."""
    facts = {"policy": _POLICY.dump_python(policy, mode="json"), "check": check_id}
    return drafts.keep(house, actor, KIND, facts)


def resume(house: House, actor: Actor, draft_id: int) -> tuple[ClientPolicy, int]:
    """The answer that was kept, and its check. Raises Refusal ``draft.gone``."""
    facts: Mapping[str, Any] = drafts.kept(house, actor, KIND, draft_id)
    return policy_from(facts["policy"]), int(facts["check"])


def policy_from(facts: object) -> ClientPolicy:
    """A policy from JSON values."""
    return _POLICY.validate_python(facts)


def answer(
    house: House, actor: Actor, check_id: int, policy: ClientPolicy, *, instead_of: str | None = None
) -> Answered:
    """Turn what a client said into dated rules for all colleagues, in force at once, and judge the check again.

    Everybody may who has checked a gift for that client. Colleagues who wait for the same answer are told, and so is
    compliance. `instead_of` is the digest of the answer on file that this one replaces. Raises Refusal ``gift.gone``,
    ``policy.on_file`` (client) when another one is on file, or ``rules.unreadable`` (key, reason).
    """
    for attempt in range(1, _ATTEMPTS + 1):
        try:
            told = _answer(house, actor, check_id, policy, instead_of)
            break
        except Refusal as refusal:
            if refusal.code != "rules.changed_meanwhile" or attempt == _ATTEMPTS:
                raise
    return Answered(policy.client, gifts.answer(house, actor, check_id, {}), told)


def _answer(house: House, actor: Actor, check_id: int, policy: ClientPolicy, instead_of: str | None) -> int:
    now = house.clock()
    with house.memory.write(actor.workspace_id) as unit:
        member = present(unit, actor)
        check = own_check(unit, member, check_id)
        names = (policy.client, *policy.aliases)
        standing = _on_file(unit, names)
        if (None if standing is None else digest_of(standing.text)) != instead_of:
            raise Refusal("policy.on_file", client=policy.client)
        file = client_file_name(policy.client) if standing is None else standing.name
        if standing is None and file in house.rulebooks.base:
            raise Refusal("rules.on_file", client=policy.client)
        try:
            put_in_force(
                house,
                unit,
                revision=unit.workspace.rules_revision,
                written={file: write_client_policy(policy)},
                member_id=member.id,
                now=now,
            )
        except RulebookError as wrong:
            raise Refusal("rules.unreadable", key=wrong.key, reason=wrong.message) from wrong
        waiting = [each for each in unit.policy_questions.open() if _is_about(each, check.client_id, names)]
        for question in waiting:
            unit.policy_questions.close(question.id, QuestionState.ANSWERED, at=now)
        facts = {
            "client": check.client_id,
            "employer": policy.client,
            "file": file,
            "told_by": policy.told_by,
            "told_on": policy.told_on.isoformat(),
            "questions": [question.id for question in waiting],
        }
        unit.register.append(
            NewRegisterEntry(EntryKind.POLICY_ANSWERED, now, member.id, facts, check_id=check.id)
        )
        return _tell(unit, member, check, policy, waiting, now)


def _tell(
    unit: UnitOfWork,
    member: Member,
    check: GiftCheck,
    policy: ClientPolicy,
    waiting: Sequence[PolicyQuestion],
    now: datetime,
) -> int:
    """Tell colleagues who wait for this answer, and compliance; returns how many colleagues."""
    names = {normalise(name) for name in (policy.client, *policy.aliases)}
    askers = {question.member_id for question in waiting}
    askers |= {
        recent.member_id
        for recent in unit.gifts.recent_checks(RECENT)
        if recent.verdict == Outcome.ASK.word
        and (
            recent.client_id == check.client_id
            if recent.client_id is not None
            else normalise(str(section_of(recent, "recipient").get("employer", ""))) in names
        )
    }
    askers.discard(member.id)
    compliance = {each.id for each in unit.members.all() if each.active and each.is_(Role.COMPLIANCE)}
    compliance -= {member.id} | askers
    facts = {"policy": _POLICY.dump_python(policy, mode="json"), "by": member.name}
    revision = unit.workspace.rules_revision + 1
    for kind, readers in ((ANSWERED, askers), (ENTERED, compliance)):
        for reader in sorted(readers):
            unit.outbox.add(
                NewEntry(
                    key=f"{kind}:{revision}:{reader}",
                    kind=kind,
                    member_id=reader,
                    facts=facts,
                    due_at=unit.take_slot(now, lane=Lane.URGENT if kind == ANSWERED else Lane.ORDINARY),
                    urgent=kind == ANSWERED,
                ),
                now=now,
            )
    return len(askers)


def remind(house: House, workspace_id: int) -> int:
    """Remind whoever waits for an answer whose moment has come; returns how many reminders."""
    now = house.clock()
    with house.memory.read(workspace_id) as unit:
        due = unit.policy_questions.due(now, _BATCH)
    reminded = 0
    for question in due:
        try:
            reminded += _remind(house, workspace_id, question, now)
        except (
            Exception
        ) as error:  # one item of a loop: a question that cannot be asked after holds up no other
            if trouble(house, error) is not None:
                raise
            log.exception("nobody could be reminded of question %s", question.id)
    return reminded


def _remind(house: House, workspace_id: int, question: PolicyQuestion, now: datetime) -> bool:
    with house.memory.write(workspace_id) as unit:
        member = unit.members.get(question.member_id)
        assert member is not None, "a question refers to a member that exists"
        if not unit.policy_questions.remind(question, again_at=next_reminder(member, question, now)):
            return False  # another process was here first, or it has been answered
        return unit.outbox.add(
            NewEntry(
                key=f"{REMINDER}:{question.id}:{question.reminders + 1}",
                kind=REMINDER,
                member_id=member.id,
                facts=_reminder_facts(question),
                due_at=unit.take_slot(now),
            ),
            now=now,
        )


def _reminder_facts(question: PolicyQuestion) -> dict[str, object]:
    return {
        "question": question.id,
        "check": question.check_id,
        "employer": question.employer,
        "asked": question.asked,
        "on": question.asked_on.isoformat(),
    }


def recompose(unit: UnitOfWork, _member: Member, entry: Entry, _now: datetime) -> Mapping[str, Any] | None:
    """The reminder as long as the question is open; nothing once it is not."""
    question = unit.policy_questions.get(int(str(entry.facts["question"])))
    if question is None or question.state is not QuestionState.OPEN:
        return None
    return _reminder_facts(question)


def _own_question(unit: UnitOfWork, member: Member, question_id: int) -> PolicyQuestion:
    question = unit.policy_questions.get(question_id)
    if question is None or question.member_id != member.id or question.state is not QuestionState.OPEN:
        raise Refusal("policy.gone")
    return question


def _subject(unit: UnitOfWork, check: GiftCheck) -> Subject:
    recipient = section_of(check, "recipient")
    employer = str(recipient.get("employer", ""))
    client = unit.clients.get(check.client_id) if check.client_id is not None else None
    names = [employer] if client is None else [client.name, *client.aliases]
    if client is not None and normalise(employer) not in {normalise(name) for name in names}:
        names = [employer]  # the contact works for somebody else than the client
    standing = _on_file(unit, names)
    return Subject(
        client=names[0],
        aliases=tuple(names[1:]),
        contact=str(recipient.get("name", "")),
        currency=client.currency if client is not None else unit.workspace.currency,
        policy=None if standing is None else policy_of(standing.name, standing.text),
        digest=None if standing is None else digest_of(standing.text),
    )


def _on_file(unit: UnitOfWork, names: Iterable[str]) -> OwnRules | None:
    """The own rules that were written for a client of one of these names."""
    wanted = {normalise(name) for name in names}
    for own in unit.rules.own():
        policy = policy_of(own.name, own.text)
        known = () if policy is None else (policy.client, *policy.aliases)
        if own.name in {client_file_name(name) for name in names} or wanted & {normalise(n) for n in known}:
            return own
    return None


def _is_about(question: PolicyQuestion, client_id: int | None, names: Sequence[str]) -> bool:
    if question.client_id is not None and question.client_id == client_id:
        return True
    return normalise(question.employer) in {normalise(name) for name in names}
