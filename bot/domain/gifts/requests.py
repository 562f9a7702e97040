"""Requests for approval: which state follows which, who is asked, and who may decide.

A request follows its proposal: when that changes, it is open anew. Silence is never a yes: whom the reviewer has not
answered, the delegate answers, and until somebody does the request waits.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any

from bot.domain.gifts.judgement import Judgement
from bot.domain.gifts.register import Side
from bot.domain.members import Member, Role
from bot.domain.money import Money
from bot.domain.working_time import WorkingCalendar

REMINDED_AFTER = timedelta(hours=4)
"""Working hours of a reviewer after which the request is brought to mind again."""
DELEGATED_AFTER = timedelta(hours=8)
"""Working hours of a reviewer, one working day, after which the delegate is asked as well."""
DESK_TIME = time(10, 0)
"""When compliance gets the message of the day, by each reviewer's own clock."""
COMMENT_LIMIT = 1000
REASON_LIMIT = 1000


class RequestState(StrEnum):
    """Where a request stands."""

    WAITING = "waiting"
    ASKED_BACK = "asked_back"
    APPROVED = "approved"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    GIVEN = "given"


OPEN = (RequestState.WAITING, RequestState.ASKED_BACK)
"""Somebody still has to decide, or to answer."""
PENDING = (*OPEN, RequestState.APPROVED)
"""It counts toward what the person receives: it may still be given."""


class Act(StrEnum):
    """What somebody does to a request."""

    ASK = "ask"
    APPROVE = "approve"
    REFUSE = "refuse"
    ASK_BACK = "ask_back"
    REPLY = "reply"
    CHANGE = "change"
    WITHDRAW = "withdraw"
    GIVE = "give"
    TAKE_OUT = "take_out"
    HAND_OVER = "hand_over"
    """Its client was handed over, and it went along: its state stays."""


_AFTER: Mapping[tuple[RequestState, Act], RequestState] = {
    **{(state, Act.APPROVE): RequestState.APPROVED for state in OPEN},
    **{(state, Act.REFUSE): RequestState.REFUSED for state in OPEN},
    **{(state, Act.ASK_BACK): RequestState.ASKED_BACK for state in OPEN},
    (RequestState.ASKED_BACK, Act.REPLY): RequestState.WAITING,
    **{(state, Act.CHANGE): RequestState.WAITING for state in PENDING},
    **{(state, Act.WITHDRAW): RequestState.WITHDRAWN for state in PENDING},
    (RequestState.WITHDRAWN, Act.ASK): RequestState.WAITING,
    (RequestState.APPROVED, Act.GIVE): RequestState.GIVEN,
    (RequestState.GIVEN, Act.TAKE_OUT): RequestState.WITHDRAWN,
}


def after(state: RequestState, act: Act) -> RequestState | None:
    """The state in which an act leaves a request; None where the act cannot be done."""
    return _AFTER.get((state, act))


class Level(StrEnum):
    """Who decides by the rules: the requester's lead, or compliance."""

    LEAD = "lead"
    COMPLIANCE = "compliance"


@dataclass(frozen=True, slots=True)
class Comment:
    """What somebody said to a request at `at` (UTC), and what they did along with it.

    `was` tells a change what stood there before: ``what``, ``value`` (amount, currency), ``day``, ``for``.
    """

    member_id: int
    at: datetime
    act: str
    text: str = ""
    was: Mapping[str, object] | None = None

    def as_json(self) -> dict[str, object]:
        data: dict[str, object] = {
            "by": self.member_id,
            "at": self.at.isoformat(),
            "act": self.act,
            "text": self.text,
        }
        return data if self.was is None else {**data, "was": dict(self.was)}


def comment_from(data: Mapping[str, Any]) -> Comment:
    """A comment from the JSON values of `Comment.as_json`."""
    return Comment(data["by"], datetime.fromisoformat(data["at"]), data["act"], data["text"], data.get("was"))


@dataclass(frozen=True, slots=True)
class NewRequest:
    """A request about to be made, or made anew after its proposal has changed.

    `value` is what the whole gift counts for, None where nobody knows it; `given_on` the local day on which it is to
    be given. `why` tells the rules that ask for approval, see `reasons_of`. `first_check_id` is the check from whose
    answer it was asked for, `check_id` the one it stands on now. `asked_at` is when the reviewers were asked last and
    `next_step_at` when the next step is due if nobody answers, both UTC.
    """

    check_id: int
    first_check_id: int
    member_id: int
    client_id: int | None
    contact_id: int | None
    category: str
    description: str
    value: Money | None
    currency: str
    given_on: date
    level: Level
    urgent: bool
    reason: str
    why: Sequence[Mapping[str, object]]
    asked_at: datetime
    next_step_at: datetime | None
    direction: Side = Side.GIVEN

    @property
    def told_at_once(self) -> bool:
        """Whether reviewers hear of it by itself; what else is for compliance goes into one message a day."""
        return self.urgent or self.level is Level.LEAD


@dataclass(frozen=True, slots=True)
class Request:
    """A request for approval as it stands; see `NewRequest`.

    `version` grows with each change that a reviewer has to have seen. `reminded_at` and `delegated_at` say which steps
    were taken since it was asked last.
    """

    id: int
    check_id: int
    first_check_id: int
    member_id: int
    client_id: int | None
    contact_id: int | None
    category: str
    description: str
    value: Money | None
    currency: str
    given_on: date
    direction: Side
    level: Level
    urgent: bool
    reason: str
    why: Sequence[Mapping[str, object]]
    state: RequestState
    version: int
    requested_at: datetime
    asked_at: datetime
    comments: tuple[Comment, ...] = ()
    next_step_at: datetime | None = None
    reminded_at: datetime | None = None
    delegated_at: datetime | None = None
    decided_at: datetime | None = None
    decided_by: int | None = None

    @property
    def told_at_once(self) -> bool:
        """As of `NewRequest`."""
        return self.urgent or self.level is Level.LEAD


@dataclass(frozen=True, slots=True)
class Roster:
    """Everybody of a workspace, and who decides in whose place (ids: member → delegate)."""

    members: Sequence[Member]
    delegates: Mapping[int, int] = field(default_factory=dict)

    def get(self, member_id: int | None) -> Member | None:
        return next((m for m in self.members if m.id == member_id), None)

    def with_role(self, role: Role, *, but: int) -> tuple[Member, ...]:
        """Active members of a role, the requester left out: nobody decides on their own request."""
        return tuple(m for m in self.members if m.active and m.is_(role) and m.id != but)

    def lead_of(self, member_id: int, *, but: int) -> Member | None:
        """The active lead of a member, unless that is the requester."""
        member = self.get(member_id)
        lead = self.get(member.lead_id) if member is not None else None
        return lead if lead is not None and lead.active and lead.id != but else None


def level_of(judgement: Judgement) -> Level:
    """Who decides, as the rules say. Where they name nobody of ours it is compliance, who confirm that the
    recipient's side has agreed."""
    codes = {each.code for each in judgement.obligations}
    return Level.LEAD if "lead_approval" in codes and "compliance_approval" not in codes else Level.COMPLIANCE


def reasons_of(judgement: Judgement) -> list[dict[str, object]]:
    """The rules that decide, as JSON values: what each says in each language, and where it stands."""
    told: list[dict[str, object]] = []
    for finding in judgement.findings:
        if not finding.decisive:
            continue
        said = {
            language: " ".join(
                [
                    sentence,
                    *(
                        judgement.phrases[flag][language]
                        for flag in finding.flags
                        if flag in judgement.phrases
                    ),
                ]
            )
            for language, sentence in finding.rule.summary.items()
        }
        source = finding.rule.source
        told.append(
            {
                "rule": finding.rule.id,
                "layer": finding.rule.layer,
                "own": finding.rule.own_policy,
                "said": said,
                "source": source.title,
                "url": source.url,
                "dated": source.text_date,
                "checked": source.checked,
                "caveats": list(finding.caveats),
            }
        )
    return told


def reviewers(level: Level, requester_id: int, roster: Roster) -> tuple[Member, ...]:
    """Who is asked, each of whom may decide. Where nobody remains it goes upward: from a missing lead to compliance,
    from there to the admins; empty when nobody is left."""
    if level is Level.LEAD:
        lead = roster.lead_of(requester_id, but=requester_id)
        if lead is not None:
            return (lead,)
    compliance = roster.with_role(Role.COMPLIANCE, but=requester_id)
    return compliance or roster.with_role(Role.ADMIN, but=requester_id)


def level_for(wanted: Level, requester_id: int, roster: Roster) -> Level:
    """The level a request really has: without a lead it is compliance's."""
    if wanted is Level.LEAD and roster.lead_of(requester_id, but=requester_id) is None:
        return Level.COMPLIANCE
    return wanted


def delegates_of(level: Level, requester_id: int, roster: Roster) -> tuple[Member, ...]:
    """Who decides when the reviewers have not: whoever they named, else for a lead the lead's lead or compliance, and
    for compliance the admins. Nobody who is asked already, and never the requester."""
    asked = reviewers(level, requester_id, roster)
    known = {m.id for m in asked} | {requester_id}
    named = [roster.get(roster.delegates.get(m.id)) for m in asked]
    found = {m.id: m for m in named if m is not None and m.active and m.id not in known}
    if found:
        return tuple(found.values())
    if level is Level.LEAD and asked:
        above = roster.lead_of(asked[0].id, but=requester_id)
        if above is not None and above.id not in known:
            return (above,)
        compliance = roster.with_role(Role.COMPLIANCE, but=requester_id)
        if others := tuple(m for m in compliance if m.id not in known):
            return others
    return tuple(m for m in roster.with_role(Role.ADMIN, but=requester_id) if m.id not in known)


def may_decide(member: Member, request: Request, roster: Roster) -> bool:
    """Whether this member may approve, refuse or ask back. Compliance may always, the requester never."""
    if not member.active or member.id == request.member_id:
        return False
    allowed = [*reviewers(request.level, request.member_id, roster)]
    if request.delegated_at is not None:
        allowed += delegates_of(request.level, request.member_id, roster)
    return member.is_(Role.COMPLIANCE) or any(m.id == member.id for m in allowed)


def is_urgent(*, official: bool, day: date, today: date) -> bool:
    """Whether it cannot wait for the daily message: for a public official, or to be given tomorrow or before."""
    return official or day <= today + timedelta(days=1)


def told_at(calendar: WorkingCalendar, asked_at: datetime, *, at_once: bool) -> datetime:
    """When a reviewer hears of a request that was asked at `asked_at`: at once, or at their next ten o'clock."""
    return asked_at if at_once else calendar.next_at(asked_at, DESK_TIME)


def step_at(request_at: datetime, asked: Sequence[Member], span: timedelta, *, at_once: bool) -> datetime:
    """When `span` working hours have passed for each of the reviewers since they heard of it."""
    return max(
        m.calendar.add_working_hours(told_at(m.calendar, request_at, at_once=at_once), span) for m in asked
    )
