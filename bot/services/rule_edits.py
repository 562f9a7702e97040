"""Edits of a workspace's own rules: looked at, told before they are saved, and put in force."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from pydantic import TypeAdapter

from bot.domain.gifts.book import Rulebook
from bot.domain.gifts.rules import Rule
from bot.domain.gifts.versions import OwnRules
from bot.domain.members import Member, Role
from bot.domain.refusals import Refusal
from bot.ports import UnitOfWork
from bot.rulebook.change import RuleChange, changes
from bot.rulebook.edits import HOUSE, Figure, ended, figures, policy_of, tells, with_figure
from bot.rulebook.reader import RulebookError
from bot.rulebook.told import Caution, Edit, OnFile, PolicyEdit, PolicyEnd, Preview, Saved, Standing
from bot.rulebook.writer import client_file_name, write_client_policy
from bot.services import drafts
from bot.services.house import Actor, House, present
from bot.services.rulebooks import rulebook_of
from bot.services.rules import compare, put_in_force

KIND = "rules"


_EDITS: Mapping[str, TypeAdapter[Any]] = {
    kind.__name__: TypeAdapter(kind) for kind in (Figure, PolicyEdit, PolicyEnd, Caution)
}


def check_may_edit(member: Member) -> None:
    """Raise Refusal ``rules.not_yours`` for whoever is neither compliance officer nor admin."""
    if not (member.is_(Role.COMPLIANCE) or member.is_(Role.ADMIN)):
        raise Refusal("rules.not_yours")


def standing_rules(house: House, actor: Actor) -> Standing:
    """The rules as they stand. Raises Refusal ``rules.not_yours``."""
    with house.memory.read(actor.workspace_id) as unit:
        check_may_edit(present(unit, actor))
        own = unit.rules.own()
        texts = house.rulebooks.texts(unit)
        last = max(own, key=lambda each: each.changed_at, default=None)
        policies = [_on_file(unit, each) for each in own if each.name != HOUSE]
        return Standing(
            rulebook=house.rulebooks.of(unit),
            cautious=unit.workspace.cautious,
            figures=figures(texts[HOUSE]) if HOUSE in texts else (),
            policies=[each for each in policies if each.policy is not None],
            others=[each.title for each in policies if each.policy is None],
            changed_by=None if last is None else _name(unit, last.member_id),
            changed_at=None if last is None else last.changed_at,
            currency=unit.workspace.currency,
        )


def policy_on_file(house: House, actor: Actor, file: str) -> OnFile:
    """A client's own rules. Raises Refusal ``rules.not_yours`` or ``rules.gone`` (rule)."""
    with house.memory.read(actor.workspace_id) as unit:
        check_may_edit(present(unit, actor))
        found = next((each for each in unit.rules.own() if each.name == file), None)
        if found is None:
            raise Refusal("rules.gone", rule=file)
        return _on_file(unit, found)


def preview(house: House, actor: Actor, edit: Edit) -> Preview:
    """What an edit would mean; nothing is in force yet.

    Raises Refusal ``rules.not_yours``, those of the edit itself (see `bot.rulebook.edits`), ``rules.on_file``
    (client) where new rules would take the place of others, or ``rules.unreadable`` (key, reason).
    """
    with house.memory.read(actor.workspace_id) as unit:
        member = present(unit, actor)
        check_may_edit(member)
        shown, facts = _weighed(house, unit, member, edit)
    return replace(shown, draft_id=drafts.keep(house, actor, KIND, facts))


def resume(house: House, actor: Actor, draft_id: int) -> Edit:
    """The edit that a preview was made of, to be changed. Raises Refusal ``draft.gone`` or ``rules.not_yours``."""
    with house.memory.read(actor.workspace_id) as unit:
        check_may_edit(present(unit, actor))
        return _kept(unit, actor, draft_id)[0]


def save(house: House, actor: Actor, draft_id: int) -> Saved | Preview:
    """Put an edit in force, or tell what it would mean now because the rules were changed since it was shown.

    Raises Refusal ``draft.gone`` and those of `preview`.
    """
    now = house.clock()
    try:
        with house.memory.write(actor.workspace_id) as unit:
            member = present(unit, actor)
            check_may_edit(member)
            edit, revision = _kept(unit, actor, draft_id)
            if unit.workspace.rules_revision != revision:
                raise Refusal("rules.changed_meanwhile")
            before = house.rulebooks.of(unit)
            written, cautious = _files(house, unit, member, edit, now)
            after = put_in_force(
                house,
                unit,
                revision=revision,
                written=written,
                cautious=cautious,
                member_id=member.id,
                now=now,
            )
            return Saved(edit, after, changes(before, after))
    except Refusal as refusal:
        if refusal.code != "rules.changed_meanwhile":
            raise
    with house.memory.read(actor.workspace_id) as unit:
        edit, _ = _kept(unit, actor, draft_id)
        shown, facts = _weighed(house, unit, present(unit, actor), edit)
    return replace(shown, draft_id=drafts.keep(house, actor, KIND, facts), meanwhile=True)


def _kept(unit: UnitOfWork, actor: Actor, draft_id: int) -> tuple[Edit, int]:
    draft = unit.drafts.get(draft_id)
    if draft is None or draft.member_id != actor.member_id or draft.kind != KIND:
        raise Refusal("draft.gone")
    facts: Mapping[str, Any] = draft.facts
    edit: Edit = _EDITS[str(facts["kind"])].validate_python(facts["edit"])
    return edit, int(facts["revision"])


def _weighed(
    house: House, unit: UnitOfWork, member: Member, edit: Edit
) -> tuple[Preview, Mapping[str, object]]:
    """What an edit would mean, and the facts under which it is kept; the draft has no number yet."""
    now = house.clock()
    written, cautious = _files(house, unit, member, edit, now)
    before = house.rulebooks.of(unit)
    after = _read({**house.rulebooks.texts(unit), **written})
    differing = changes(before, after)
    on = _day_of(after, differing, member.calendar.local_date(now))
    then = unit.workspace.cautious if cautious is None else cautious
    facts = {
        "kind": type(edit).__name__,
        "edit": _EDITS[type(edit).__name__].dump_python(edit, mode="json"),
        "revision": unit.workspace.rules_revision,
    }
    shown = Preview(
        draft_id=0,
        edit=edit,
        before=before,
        after=after,
        cautious=then,
        changes=differing,
        compared=compare(house, unit, after, on=on, cautious=then),
        on=on,
        untold=[after.by_id[each.rule] for each in differing if _is_untold(after.by_id.get(each.rule))],
    )
    return shown, facts


def _read(texts: Mapping[str, str]) -> Rulebook:
    try:
        return rulebook_of(texts)
    except RulebookError as wrong:
        raise Refusal("rules.unreadable", key=wrong.key, reason=wrong.message) from wrong


def _files(
    house: House, unit: UnitOfWork, member: Member, edit: Edit, now: datetime
) -> tuple[dict[str, str], bool | None]:
    """The own files that an edit writes, and what it says of doubtful rules."""
    today = member.calendar.local_date(now)
    texts = house.rulebooks.texts(unit)
    match edit:
        case Caution(on=on):
            return {}, on
        case Figure():
            if HOUSE not in texts:
                raise Refusal("rules.gone", rule=edit.rule)
            return {HOUSE: with_figure(texts[HOUSE], edit, today)}, None
        case PolicyEnd(file=file, last_day=last_day):
            if file not in texts:
                raise Refusal("rules.gone", rule=file)
            return {file: ended(file, texts[file], last_day)}, None
        case PolicyEdit(policy=policy, file=file):
            name = file or client_file_name(policy.client)
            if file is None and name in texts:
                raise Refusal("rules.on_file", client=policy.client)
            return {name: write_client_policy(policy)}, None


def _on_file(unit: UnitOfWork, own: OwnRules) -> OnFile:
    policy = policy_of(own.name, own.text)
    return OnFile(
        file=own.name,
        title=own.name if policy is None else policy.client,
        policy=policy,
        over_on=None if policy is None else policy.valid_until,
        who=_name(unit, own.member_id),
    )


def _name(unit: UnitOfWork, member_id: int | None) -> str | None:
    member = None if member_id is None else unit.members.get(member_id)
    return None if member is None else member.name


def _day_of(after: Rulebook, differing: Sequence[RuleChange], today: date) -> date:
    """Today, or the day on which the last of the changed rules begins."""
    begins = [
        rule.effective_from
        for each in differing
        if (rule := after.by_id.get(each.rule)) is not None and rule.effective_from is not None
    ]
    return max([today, *begins])


def _is_untold(rule: Rule | None) -> bool:
    """Whether a rule of our own has a figure that one of its sentences does not say in digits."""
    if rule is None or rule.threshold is None or rule.layer != "house":
        return False
    figure = rule.threshold.amount if rule.threshold.amount is not None else rule.threshold.above
    if figure is None:
        return False
    return not all(tells(sentence, figure) for sentence in rule.summary.values())
