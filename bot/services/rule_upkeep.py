"""Rule upkeep: once a month compliance reads which rules somebody should look at again."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from dateutil.relativedelta import relativedelta

from bot.domain.gifts.chain import EntryKind, NewRegisterEntry
from bot.domain.gifts.versions import RuleReview, digest_of
from bot.domain.members import Member, Role
from bot.domain.outbox import Entry, NewEntry
from bot.domain.refusals import Refusal
from bot.ports import UnitOfWork
from bot.rulebook.edits import HOUSE, policy_of
from bot.rulebook.reader import document_of, reviewed_on, shipped_files
from bot.rulebook.told import Expiring
from bot.services.house import Actor, House, present, trouble
from bot.services.rule_edits import check_may_edit
from bot.services.rulebooks import Rulebooks
from bot.services.rules import RECENT

log = logging.getLogger(__name__)

KIND = "rule_upkeep"
GOOD_FOR = relativedelta(months=12)
"""How long a rule counts as checked."""
AHEAD = timedelta(days=30)
AT = time(10, 0)
_LATE = timedelta(days=7)
"""How long after its moment the message is still made, should the bot have been down."""


@dataclass(frozen=True, slots=True)
class Shown:
    """An upkeep message as it should stand now: what is left, and how many files have been looked at since."""

    left: Sequence[Expiring]
    done: int


def plan(house: House, workspace_id: int) -> int:
    """Tell each compliance officer whose first working day of the month has come; returns how many are told.

    Nobody is told of nothing, and nobody twice in a month of their own calendar.
    """
    now = house.clock()
    with house.memory.read(workspace_id) as unit:
        due = [m.id for m in unit.members.all() if m.active and m.is_(Role.COMPLIANCE) and _is_due(m, now)]
    told = 0
    for member_id in due:
        try:
            told += _plan_one(house, workspace_id, member_id, now)
        except Exception as error:  # one item of a loop: an officer who cannot be told holds up no other
            if trouble(house, error) is not None:
                raise
            log.exception("member %s cannot be told of rules to look at", member_id)
    return told


def _is_due(member: Member, now: datetime) -> bool:
    calendar = member.calendar
    first = calendar.first_working_day(calendar.local_date(now).replace(day=1))
    moment = calendar.at(first, AT)
    return moment <= now < moment + _LATE


def _plan_one(house: House, workspace_id: int, member_id: int, now: datetime) -> bool:
    with house.memory.read(workspace_id) as unit:
        member = unit.members.get(member_id)
        if member is None:
            return False
        day = member.calendar.local_date(now)
        found = expiring(house.rulebooks, unit, day)
    if not found:
        return False
    with house.memory.write(workspace_id) as unit:
        return unit.outbox.add(
            NewEntry(
                key=f"{KIND}:{member_id}:{day:%Y-%m}",
                kind=KIND,
                member_id=member_id,
                facts={"day": day.isoformat(), "files": [_facts(each) for each in found]},
                due_at=unit.take_slot(now),
            ),
            now=now,
        )


def expiring(rulebooks: Rulebooks, unit: UnitOfWork, day: date) -> Sequence[Expiring]:
    """Rule files whose check date runs out within thirty days of `day`: own ones first, then shipped ones in use.

    A shipped file is in use when one of its rules spoke in one of the last checks; one whose rules have all ended needs
    no look.
    """
    texts, shipped = rulebooks.texts(unit), shipped_files()
    reviews = {review.name: review for review in unit.rules.reviews()}
    spoke: frozenset[str] | None = None
    found: list[Expiring] = []
    for name, text in sorted(texts.items()):
        digest = digest_of(text)
        checked = reviewed_on(name, text)
        review = reviews.get(name)
        if review is not None and review.digest == digest:
            checked = max(checked, review.reviewed_on)
        runs_out = checked + GOOD_FOR
        if runs_out > day + AHEAD:
            continue
        document: Mapping[str, Any] = document_of(name, text)
        rules = [
            rule
            for rule in _rules(document)
            if rule.get("effective_to") is None or rule["effective_to"] >= day
        ]
        own = shipped.get(name) != text
        if not own:
            spoke = _spoke(unit) if spoke is None else spoke
            rules = [rule for rule in rules if rule["id"] in spoke]
        if rules:
            found.append(
                Expiring(
                    file=name,
                    digest=digest,
                    title=str(document.get("title", name)),
                    checked_on=checked,
                    runs_out=runs_out,
                    own=own,
                    editable="house" if name == HOUSE else "policy" if own and _editable(name, text) else "",
                    rules=len(rules),
                    english=str(rules[0]["summary"]["en"]),
                    french=str(rules[0]["summary"]["fr"]),
                )
            )
    return sorted(found, key=lambda each: (not each.own, each.runs_out, each.file))


def _rules(document: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for group in document.get("groups") or ():
        yield from group["rules"]


def _editable(name: str, text: str) -> bool:
    return policy_of(name, text) is not None


def _spoke(unit: UnitOfWork) -> frozenset[str]:
    """Ids of the rules that spoke in one of the last recorded checks."""
    answers: list[Mapping[str, Any]] = [check.answer for check in unit.gifts.recent_checks(RECENT)]
    return frozenset(str(finding["rule"]) for answer in answers for finding in answer.get("findings", ()))


def confirm(house: House, actor: Actor, file: str, digest: str) -> date:
    """Note that a rule file was looked through today and is still valid; the day on which that runs out.

    Only compliance and admins may. Raises Refusal ``rules.not_yours``, ``rules.gone`` (rule), or
    ``rules.changed_meanwhile`` when the file is no longer the one of that digest.
    """
    now = house.clock()
    with house.memory.write(actor.workspace_id) as unit:
        member = present(unit, actor)
        check_may_edit(member)
        text = house.rulebooks.texts(unit).get(file)
        if text is None:
            raise Refusal("rules.gone", rule=file)
        if digest_of(text) != digest:
            raise Refusal("rules.changed_meanwhile")
        today = member.calendar.local_date(now)
        known = next((each for each in unit.rules.reviews() if each.name == file), None)
        if known is None or (known.digest, known.reviewed_on) != (digest, today):
            unit.rules.set_review(RuleReview(file, digest, today, member.id))
            facts = {"confirmed": file, "digest": digest, "on": today.isoformat()}
            unit.register.append(NewRegisterEntry(EntryKind.RULES_CHANGED, now, member.id, facts))
        return today + GOOD_FOR


def current(house: House, actor: Actor, entry_id: int) -> Shown:
    """A sent upkeep message as it should stand after what has been looked at since. Raises Refusal ``digest.gone``."""
    with house.memory.read(actor.workspace_id) as unit:
        member = present(unit, actor)
        entry = unit.outbox.get(entry_id)
        if entry is None or entry.kind != KIND or entry.member_id != member.id:
            raise Refusal("digest.gone")
        return _left(house.rulebooks, unit, entry)


def _left(rulebooks: Rulebooks, unit: UnitOfWork, entry: Entry) -> Shown:
    shown = files_from(entry.facts)
    day = date.fromisoformat(str(entry.facts["day"]))
    still = {each.file: each for each in expiring(rulebooks, unit, day)}
    left = [still[each.file] for each in shown if each.file in still]
    return Shown(left, len(shown) - len(left))


def files_from(facts: Mapping[str, Any]) -> Sequence[Expiring]:
    """The files of an upkeep message from its JSON values."""
    return [
        Expiring(
            **{
                **each,
                "checked_on": date.fromisoformat(each["checked_on"]),
                "runs_out": date.fromisoformat(each["runs_out"]),
            }
        )
        for each in facts["files"]
    ]


def _facts(each: Expiring) -> dict[str, object]:
    return {
        **asdict(each),
        "checked_on": each.checked_on.isoformat(),
        "runs_out": each.runs_out.isoformat(),
    }
