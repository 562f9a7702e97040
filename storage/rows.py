"""Rows of the tables as the values that thinking knows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, time
from typing import Any

from sqlalchemy import Row

from bot.domain import reassignment as reassigning
from bot.domain.absences import Absence, Span
from bot.domain.clients import Client, Contact, Hours, Status, Tier
from bot.domain.concessions import (
    AMOUNT_LIMIT,
    PERCENT_LIMIT,
    Concession,
    Counterpart,
    Given,
    Ground,
    Kind,
)
from bot.domain.concessions import State as ConcessionState
from bot.domain.covers import Cover, CoverState
from bot.domain.decisions import Decision
from bot.domain.drafts import Draft
from bot.domain.gifts.chain import RegisterEntry
from bot.domain.gifts.outings import Circumstances, Outing
from bot.domain.gifts.policy_questions import PolicyQuestion, QuestionState
from bot.domain.gifts.register import Fate, GiftCheck, GiftGiven, Side
from bot.domain.gifts.requests import Level, Request, RequestState, comment_from
from bot.domain.gifts.versions import OwnRules, RulebookVersion, RuleReview
from bot.domain.handover import Handover, Went, moved_from
from bot.domain.history import Change, ChangeKind, Subject
from bot.domain.imports import Import
from bot.domain.meetings import Meeting
from bot.domain.members import Member, Noise, Role
from bot.domain.money import Money
from bot.domain.outbox import Entry, State
from bot.domain.promises import Promise, PromiseState
from bot.domain.touches import Channel, Direction, Touch
from bot.domain.workspaces import Workspace

AnyRow = Row[Any]


def workspace(row: AnyRow) -> Workspace:
    return Workspace(
        id=row.id,
        team_id=row.team_id,
        name=row.name,
        zone=row.zone,
        locale=row.locale,
        currency=row.currency,
        country=row.country,
        posts_per_minute=row.posts_per_minute,
        created_at=row.created_at,
        blocked_until=row.blocked_until,
        next_slot_at=row.next_slot_at,
        rules_revision=row.rules_revision,
        cautious=row.cautious,
        starts_on=row.starts_on,
        cadences={tier: (due, neglected) for tier, (due, neglected) in (row.cadences or {}).items()},
        touch_emoji=row.touch_emoji,
        set_up_at=row.set_up_at,
        off_at=row.off_at,
        off_reason=row.off_reason,
        look_ups_blocked_until=row.look_ups_blocked_until,
        fit=dict(row.fit or {}),
        clocks_on=row.clocks_on,
        clock_terms={name: (first, last) for name, (first, last) in (row.clock_terms or {}).items()},
        seen_emoji=row.seen_emoji,
        concession_percent=PERCENT_LIMIT if row.concession_percent is None else row.concession_percent,
        concession_amount=AMOUNT_LIMIT if row.concession_amount is None else row.concession_amount,
    )


def member(row: AnyRow) -> Member:
    return Member(
        id=row.id,
        user_id=row.user_id,
        name=row.name,
        roles=frozenset(Role(role) for role in row.roles.split(",") if role),
        zone=row.zone,
        locale=row.locale,
        country=row.country,
        email=row.email,
        lead_id=row.lead_id,
        conversation=row.conversation,
        work_days=frozenset(int(day) for day in row.work_days),
        digest_time=row.digest_time,
        next_digest_at=row.next_digest_at,
        last_digest_on=row.last_digest_on,
        refreshed_at=row.refreshed_at,
        active=row.active,
        hours_from=row.hours_from,
        hours_until=row.hours_until,
        noise=Noise(row.noise),
        chose_locale=row.chose_locale,
        welcomed_at=row.welcomed_at,
        quiet_hours=row.quiet_hours,
        dnd_from=row.dnd_from,
        dnd_until=row.dnd_until,
        last_press_at=row.last_press_at,
        unheeded_since=row.unheeded_since,
        channel_off_at=row.channel_off_at,
        channel_reason=row.channel_reason,
        channel_failures=row.channel_failures,
    )


def decision(row: AnyRow) -> Decision:
    return Decision(
        id=row.id,
        member_id=row.member_id,
        kind=row.kind,
        subject=row.subject,
        client_id=row.client_id,
        entry_id=row.entry_id,
        decision=row.decision,
        reason=row.reason,
        at=row.at,
        until=row.until,
    )


def client(row: AnyRow, aliases: tuple[str, ...] = ()) -> Client:
    return Client(
        id=row.id,
        name=row.name,
        owner_id=row.owner_id,
        tier=Tier(row.tier),
        market=row.market,
        currency=row.currency,
        created_at=row.created_at,
        aliases=aliases,
        cadence_days=row.cadence_days,
        spoke_before_at=row.spoke_before_at,
        last_conversation_at=row.last_conversation_at,
        last_one_way_at=row.last_one_way_at,
        due_at=row.due_at,
        neglected_at=row.neglected_at,
        new_until=row.new_until,
        calm_until=row.calm_until,
        snoozed_until=row.snoozed_until,
        snoozes=row.snoozes,
        named_to=row.named_to,
        named_at=row.named_at,
        named_times=row.named_times,
        gives_way_until=row.gives_way_until,
        archived=row.archived,
        archived_at=row.archived_at,
        status=Status(row.status),
        zone=row.zone,
        hours=None if row.hours is None else hours_from(row.hours),
        own_holidays=tuple(date.fromisoformat(day) for day in row.own_holidays or ()),
        sector=row.sector,
        price_floor=None if row.price_floor is None else Money(row.price_floor, row.currency),
        offerings=tuple(row.offerings or ()),
        relation_since=row.relation_since,
        contract_on=row.contract_on,
        renews_on=row.renews_on,
        rhythm_declined=row.rhythm_declined,
        complaint_at=row.complaint_at,
        version=row.version,
        merged_into_id=row.merged_into_id,
        import_id=row.import_id,
        handed_at=row.handed_at,
    )


def hours_from(kept: dict[str, list[list[str]]]) -> Hours:
    return {
        int(day): tuple((time.fromisoformat(begin), time.fromisoformat(end)) for begin, end in intervals)
        for day, intervals in kept.items()
    }


def hours_kept(hours: Hours) -> dict[str, list[list[str]]]:
    """Hours as JSON values: ``{"0": [["09:00", "12:00"], ["14:00", "18:00"]]}``."""
    return {
        str(day): [[f"{begin:%H:%M}", f"{end:%H:%M}"] for begin, end in intervals]
        for day, intervals in hours.items()
    }


def contact(row: AnyRow) -> Contact:
    return Contact(
        id=row.id,
        client_id=row.client_id,
        name=row.name,
        role=row.role,
        email=row.email,
        employer=row.employer,
        regimes=tuple(row.regimes),
        jurisdiction=row.jurisdiction,
        active=row.active,
        language=row.language,
        preferences=dict(row.preferences or {}),
        left_at=row.left_at,
        version=row.version,
        import_id=row.import_id,
    )


def touch(row: AnyRow, contact_ids: tuple[int, ...]) -> Touch:
    return Touch(
        id=row.id,
        client_id=row.client_id,
        member_id=row.member_id,
        channel=Channel(row.channel),
        direction=Direction(row.direction),
        at=row.at,
        whole_day=row.whole_day,
        note=row.note,
        logged_at=row.logged_at,
        key=row.key,
        contact_ids=contact_ids,
        withdrawn_at=row.withdrawn_at,
        complaint=row.complaint,
        next_step=row.next_step or "",
        next_step_on=row.next_step_on,
        link=row.link,
        version=row.version,
    )


def promise(row: AnyRow) -> Promise:
    return Promise(
        id=row.id,
        client_id=row.client_id,
        member_id=row.member_id,
        text=row.text,
        due_on=row.due_on,
        made_at=row.made_at,
        key=row.key,
        state=PromiseState(row.state),
        touch_id=row.touch_id,
        moves=row.moves,
        reason=row.reason or "",
        settled_at=row.settled_at,
        settled_by=row.settled_by,
    )


def meeting(row: AnyRow) -> Meeting:
    return Meeting(
        id=row.id,
        client_id=row.client_id,
        member_id=row.member_id,
        at=row.at,
        note=row.note,
        entered_at=row.entered_at,
        key=row.key,
        brief_at=row.brief_at,
        cancelled_at=row.cancelled_at,
    )


def absence(row: AnyRow) -> Absence:
    return Absence(row.id, row.member_id, row.first, row.last, row.from_status)


def cover(row: AnyRow, client_ids: tuple[int, ...], leave: Sequence[Span]) -> Cover:
    """A cover about these clients; `leave` is all that is known of the colleague's."""
    return Cover(
        id=row.id,
        owner_id=row.owner_id,
        colleague_id=row.colleague_id,
        first=row.first,
        last=row.last,
        state=CoverState(row.state),
        asked_at=row.asked_at,
        client_ids=client_ids,
        asked_by=row.asked_by,
        note=row.note,
        reason=row.reason,
        for_leave=row.for_leave,
        answered_at=row.answered_at,
        ended_at=row.ended_at,
        away=tuple(
            (max(first, row.first), min(last, row.last))
            for first, last in leave
            if first <= row.last and row.first <= last
        ),
    )


def change(row: AnyRow) -> Change:
    return Change(
        id=row.id,
        subject=Subject(row.subject),
        subject_id=row.subject_id,
        client_id=row.client_id,
        kind=ChangeKind(row.kind),
        at=row.at,
        member_id=row.member_id,
        facts=row.facts,
        import_id=row.import_id,
    )


def imported(row: AnyRow) -> Import:
    return Import(row.id, row.member_id, row.name, row.digest, row.at, row.counts, row.undone_at)


def gift_check(row: AnyRow) -> GiftCheck:
    return GiftCheck(
        id=row.id,
        member_id=row.member_id,
        client_id=row.client_id,
        contact_id=row.contact_id,
        proposal=row.proposal,
        answer=row.answer,
        verdict=row.verdict,
        rulebook_version=row.rulebook_version,
        checked_at=row.checked_at,
    )


def gift_given(row: AnyRow) -> GiftGiven:
    return GiftGiven(
        check_id=row.check_id,
        member_id=row.member_id,
        client_id=row.client_id,
        contact_id=row.contact_id,
        category=row.category,
        description=row.description,
        value=Money(row.value, row.currency),
        given_on=row.given_on,
        direction=Side(row.direction),
        fate=Fate(row.fate) if row.fate else None,
        recorded_at=row.recorded_at,
        cancelled_at=row.cancelled_at,
    )


def outing(row: AnyRow, check_ids: tuple[int, ...]) -> Outing:
    return Outing(
        id=row.id,
        member_id=row.member_id,
        circumstances=Circumstances(
            description=row.description,
            category=row.category,
            cost=None if row.cost is None else Money(row.cost, row.currency),
            day=row.day,
            host_present=row.host_present,
            host=row.host,
            companions=row.companions,
            setting=row.setting,
        ),
        currency=row.currency,
        planned_at=row.planned_at,
        changed_at=row.changed_at,
        check_ids=check_ids,
    )


def gift_request(row: AnyRow) -> Request:
    return Request(
        id=row.id,
        check_id=row.check_id,
        first_check_id=row.first_check_id,
        member_id=row.member_id,
        client_id=row.client_id,
        contact_id=row.contact_id,
        category=row.category,
        description=row.description,
        value=None if row.value is None else Money(row.value, row.currency),
        currency=row.currency,
        given_on=row.given_on,
        direction=Side(row.direction),
        level=Level(row.level),
        urgent=row.urgent,
        reason=row.reason,
        why=row.why,
        state=RequestState(row.state),
        version=row.version,
        requested_at=row.requested_at,
        asked_at=row.asked_at,
        comments=tuple(comment_from(data) for data in row.comments),
        next_step_at=row.next_step_at,
        reminded_at=row.reminded_at,
        delegated_at=row.delegated_at,
        decided_at=row.decided_at,
        decided_by=row.decided_by,
    )


def register_entry(row: AnyRow) -> RegisterEntry:
    return RegisterEntry(
        number=row.number,
        kind=row.kind,
        at=row.at,
        member_id=row.member_id,
        facts=row.facts,
        check_id=row.check_id,
        request_id=row.request_id,
        facts_digest=row.facts_digest,
        seal=row.seal,
    )


def entry(row: AnyRow) -> Entry:
    return Entry(
        id=row.id,
        key=row.key,
        kind=row.kind,
        member_id=row.member_id,
        facts=row.facts,
        state=State(row.state),
        due_at=row.due_at,
        created_at=row.created_at,
        expires_at=row.expires_at,
        attempts=row.attempts,
        look_ups=row.look_ups,
        first_try_at=row.first_try_at,
        last_try_at=row.last_try_at,
        error=row.error,
        note=row.note,
        body=row.body,
        conversation=row.conversation,
        receipt=row.receipt,
        urgent=row.urgent,
        paced=row.paced,
        reference=row.reference,
        answer=row.answer,
    )


def draft(row: AnyRow) -> Draft:
    return Draft(row.id, row.member_id, row.kind, row.facts, row.created_at)


def own_rules(row: AnyRow) -> OwnRules:
    return OwnRules(row.name, row.text, row.member_id, row.changed_at)


def rulebook_version(row: AnyRow) -> RulebookVersion:
    return RulebookVersion(row.version, row.cautious, row.since, row.files, row.member_id)


def rule_review(row: AnyRow) -> RuleReview:
    return RuleReview(row.name, row.digest, row.reviewed_on, row.member_id)


def policy_question(row: AnyRow) -> PolicyQuestion:
    return PolicyQuestion(
        id=row.id,
        check_id=row.check_id,
        member_id=row.member_id,
        client_id=row.client_id,
        employer=row.employer,
        asked=row.asked,
        asked_on=row.asked_on,
        asked_at=row.asked_at,
        state=QuestionState(row.state),
        reminders=row.reminders,
        remind_at=row.remind_at,
    )


def reassignment(row: AnyRow) -> reassigning.Request:
    return reassigning.Request(
        id=row.id,
        client_id=row.client_id,
        owner_id=row.owner_id,
        asked_by=row.asked_by,
        reason=reassigning.Reason(row.reason),
        why=row.why,
        state=reassigning.RequestState(row.state),
        asked_at=row.asked_at,
        version=row.version,
        next_step_at=row.next_step_at,
        reminded_at=row.reminded_at,
        widened_at=row.widened_at,
        decided_at=row.decided_at,
        decided_by=row.decided_by,
        answer=row.answer,
        to_id=row.to_id,
        told=tuple(row.told),
    )


def handover(row: AnyRow) -> Handover:
    return Handover(
        id=row.id,
        client_id=row.client_id,
        from_id=row.from_id,
        to_id=row.to_id,
        by_id=row.by_id,
        reason=row.reason,
        why=row.why,
        at=row.at,
        request_id=row.request_id,
        moved=moved_from(row.moved),
        check_at=row.check_at,
        undone_at=row.undone_at,
        undone_by=row.undone_by,
        went=None if row.went is None else Went(row.went),
        went_by=row.went_by,
        went_at=row.went_at,
    )


def concession(row: AnyRow) -> Concession:
    return Concession(
        id=row.id,
        client_id=row.client_id,
        member_id=row.member_id,
        given=Given(
            kind=Kind(row.kind),
            given_on=row.given_on,
            percent=row.percent,
            money=None if row.amount is None else Money(row.amount, row.currency),
            price=None if row.price is None else Money(row.price, row.price_currency),
            note=row.note,
            counterparts=tuple(Counterpart(each) for each in row.counterparts),
            back=row.back,
            held=row.held,
        ),
        grounds=frozenset(Ground(each) for each in row.grounds),
        state=ConcessionState(row.state),
        at=row.at,
        version=row.version,
        next_step_at=row.next_step_at,
        reminded_at=row.reminded_at,
        widened_at=row.widened_at,
        decided_at=row.decided_at,
        decided_by=row.decided_by,
        answer=row.answer,
        told=tuple(row.told),
    )
