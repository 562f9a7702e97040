"""No method of any repository reads or writes across workspaces."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import Engine, select
from sqlalchemy import inspect as look_into
from sqlalchemy.exc import IntegrityError

from bot import ports
from bot.domain import reassignment
from bot.domain.books import Reach, Wanted
from bot.domain.cadence import OURS, Moments
from bot.domain.clients import Client, Contact, Part, Tier
from bot.domain.concessions import Concession, Given, Ground, Kind, NewConcession
from bot.domain.concessions import State as ConcessionState
from bot.domain.covers import Cover, CoverState, NewCover
from bot.domain.decisions import WAIT, Decision, NewDecision, Said
from bot.domain.fit import Because
from bot.domain.gifts.chain import BEGINNING, EntryKind, NewRegisterEntry
from bot.domain.gifts.outings import Circumstances, NewOuting
from bot.domain.gifts.policy_questions import NewPolicyQuestion, PolicyQuestion, QuestionState
from bot.domain.gifts.register import Fate, NewGiftCheck, NewGiftGiven
from bot.domain.gifts.requests import Comment, Level, NewRequest, Request, RequestState
from bot.domain.gifts.versions import RulebookVersion, RuleReview, digest_of
from bot.domain.handover import Handover, NewHandover, Went
from bot.domain.handover import Moved as HandedOn
from bot.domain.history import ChangeKind, NewChange, Subject
from bot.domain.imports import HeldClient, HeldContact
from bot.domain.meetings import Meeting, NewMeeting
from bot.domain.members import Member, NewSettings, Noise, Role
from bot.domain.merges import Moved, NewMerge
from bot.domain.money import Money
from bot.domain.occasions import OccasionKind
from bot.domain.outbox import Entry, NewEntry, State
from bot.domain.pictures import Picture
from bot.domain.promises import NewPromise, Promise, PromiseState
from bot.domain.response import ChannelPerson, Event, NewQuestion, Question, Source, Stranger, What, Whose
from bot.domain.strengths import NOTHING, Declared
from bot.domain.team import AGES, AgeBands
from bot.domain.touches import Channel, Direction, Touch
from bot.ports import (
    NewClient,
    NewContact,
    NewTouch,
    Packed,
    UnitOfWork,
    description_of,
    description_of_contact,
)
from bot.services.imports.spool import FileSpool
from storage.schema import metadata
from tests.conftest import MONDAY, Firm, profile

LATER = MONDAY + timedelta(days=30)
LONG_AGO = MONDAY - timedelta(days=300)
REPOSITORIES = [
    name
    for name, kind in inspect.getmembers(UnitOfWork)
    if isinstance(kind, property) and name != "workspace"
]


class Ready:
    """Changes of clients that wait to be written."""

    clients = contacts = 0

    def __init__(self, changes: list[Packed]) -> None:
        self._changes = changes

    def packed(self, kind: str) -> Iterator[list[Packed]]:
        return iter([self._changes] if kind == "client_change" else [])


class Book:
    """One of everything in our workspace, for somebody of another one to lay hands on."""

    def __init__(self, firm: Firm) -> None:
        self.alice: Member = firm.alice
        self.acme: Client = firm.client("Acme", aliases=("ACM",), spoke_before_at=MONDAY - timedelta(days=90))
        self.other: Client = firm.client("Acme Two")
        self.dana: Contact = firm.contact(self.acme, "Dana")
        with firm.house.memory.write(firm.workspace.id) as unit:
            unit.members.refresh(
                self.alice.id, profile("U0ALICE", "Alice Ames", email="alice@firm.example"), at=MONDAY
            )
            touch = unit.touches.add(self.new_touch("key"))
            assert touch is not None
            self.touch: Touch = touch
            self.check_id = unit.gifts.record_check(self.new_check())
            unit.gifts.record_given(self.new_given())
            outing_id = unit.outings.add(self.new_outing("outing", self.check_id))
            assert outing_id is not None
            self.outing_id: int = outing_id
            unit.register.append(self.new_register_entry())
            request_id = unit.requests.add(self.new_request(), at=MONDAY)
            assert request_id is not None
            request = unit.requests.get(request_id)
            assert request is not None
            self.request: Request = request
            unit.members.set_delegate(self.alice.id, firm.lea.id)
            unit.rules.put("house.yaml", "secret: ours", member_id=self.alice.id, at=MONDAY)
            unit.rules.keep_version(self.new_version(), {"house.yaml": "secret: ours"})
            unit.rules.set_review(self.new_review())
            question = unit.policy_questions.get(unit.policy_questions.add(self.new_question()))
            assert question is not None
            self.question: PolicyQuestion = question
            unit.clients.set_team(self.acme.id, Part.SPONSOR, firm.lea.id)
            unit.clients.set_channels(self.acme.id, ["C0ACME"])
            unit.occasions.see_to(
                self.acme.id, OccasionKind.RENEWAL, date(2026, 12, 24), by=self.alice.id, at=MONDAY
            )
            self.absence_id = unit.members.add_absence(self.alice.id, MONDAY.date(), LATER.date())
            promise = unit.promises.get(unit.promises.add(self.new_promise("promise")) or 0)
            assert promise is not None
            self.promise: Promise = promise
            meeting = unit.meetings.get(unit.meetings.add(self.new_meeting("meeting")) or 0)
            assert meeting is not None
            self.meeting: Meeting = meeting
            cover = unit.covers.get(unit.covers.add(self.new_cover(firm.lea.id), at=MONDAY))
            assert cover is not None
            self.cover: Cover = cover
            agreed = unit.covers.get(unit.covers.add(self.new_cover(firm.lea.id), at=MONDAY))
            assert agreed is not None
            assert unit.covers.settle(agreed, CoverState.ACCEPTED, at=MONDAY)
            reassigned = unit.reassignments.get(unit.reassignments.add(self.new_reassignment()))
            assert reassigned is not None
            self.reassigned: reassignment.Request = reassigned
            conceded = unit.concessions.get(unit.concessions.add(self.new_concession("concession")) or 0)
            assert conceded is not None
            self.conceded: Concession = conceded
            handed = unit.handovers.get(unit.handovers.add(self.new_handover(firm.lea.id)))
            assert handed is not None
            self.handed: Handover = handed
            self.lea_id = firm.lea.id
            unit.fit.declare(self.alice.id, Declared(languages=("fr",)), at=MONDAY)
            unit.fit.exclude(self.acme.id, firm.lea.id, Because.CONFLICT, by=self.alice.id, at=MONDAY)
            ((_, moment),) = unit.ladder.due(MONDAY, 1)
            assert unit.ladder.move(firm.lea.id, old=moment, new=MONDAY)
            unit.ladder.tell(self.acme.id, MONDAY, firm.lea.id, at=MONDAY)
            question_id = unit.questions.add(self.new_question_asked("asked"), look_at=MONDAY)
            asked = unit.questions.get(question_id or 0)
            assert asked is not None
            self.asked: Question = asked
            unit.questions.notice(asked.id, self.alice.id, "notice", at=MONDAY)
            closed_id = unit.questions.add(self.new_question_asked("closed"), look_at=None)
            closed = unit.questions.get(closed_id or 0)
            assert closed is not None
            assert unit.questions.change(closed, replace(closed, events=(Event(What.ANSWERED, MONDAY),)))
            unit.questions.put_person(ChannelPerson("U0DANA", Whose.CLIENT, self.acme.id), at=MONDAY)
            unit.questions.put_stranger(Stranger("C0ACME", "U0ZOE", "1.0"), at=MONDAY)
            unit.history.add(self.new_change())
            unit.pictures.put(self.alice.id, "own", Picture("digest", "F0OURS"), at=MONDAY)
            self.merge_id = unit.merges.add(self.new_merge())
            self.import_id: int = unit.imports.add(self.alice.id, "list.csv", "d" * 64, {"new": 1}, MONDAY)
            self.held: HeldClient = unit.imports.clients([self.acme.id])[0]
            with FileSpool() as spool:
                called = HeldContact(self.dana, ())
                new = description_of_contact(self.dana)
                spool.put("contact_change", unit.imports.pack_contact_change(called, new, None, "crm:2", {}))
                spool.put(
                    "client_change",
                    unit.imports.pack_client_change(
                        self.held, description_of(self.acme), (None, None), {}, (), ("crm:1",), {}
                    ),
                )
                assert unit.imports.write(self.import_id, spool, (), None, MONDAY)
            unit.outbox.add(self.new_entry("entry"), now=MONDAY)
            unit.outbox.add(self.new_entry("tried"), now=MONDAY)
            pending, tried = (unit.outbox.by_key(key) for key in ("entry", "tried"))
            assert pending is not None
            assert tried is not None
            self.entry: Entry = pending
            unit.requests.stands_in(request_id, pending.id)
            unit.outbox.mark_trying(tried, now=MONDAY, until=MONDAY, facts={}, body={})
            self.tried = replace(tried, state=State.TRYING, attempts=1, last_try_at=MONDAY)
            self.draft_id = unit.drafts.add(self.alice.id, "touch", {"secret": "ours"}, at=MONDAY)
            unit.deliveries.first_time("event", at=MONDAY)
            unit.decisions.add(self.new_decision())
            decision = unit.decisions.last_of(pending.id)
            assert decision is not None
            self.decision: Decision = decision
            unit.decisions.say(self.alice.id, "client:1", Said("secret", pending.id, MONDAY))

    def new_question_asked(self, key: str) -> NewQuestion:
        return NewQuestion(
            self.acme.id,
            MONDAY,
            Source.CHANNEL,
            key,
            "C0ACME",
            messages=("1.1",),
            link="secret",
            by=self.alice.id,
        )

    def new_client(self) -> NewClient:
        return NewClient("Stolen", self.alice.id, Tier.A, "US", "USD")

    def spooled(self) -> Ready:
        """A change of our client, ready to be written by somebody else."""
        values = (None, "Stolen", *[None] * 20)
        return Ready([((*values, 1), self.acme.id, 0, None, None, None, [], "{}")])

    def new_touch(self, key: str) -> NewTouch:
        return NewTouch(
            self.acme.id,
            self.alice.id,
            Channel.CALL,
            Direction.TWO_WAY,
            MONDAY,
            False,
            "secret",
            MONDAY,
            key,
            (self.dana.id,),
            next_step="secret",
        )

    def new_check(self) -> NewGiftCheck:
        return NewGiftCheck(
            member_id=self.alice.id,
            client_id=self.acme.id,
            contact_id=self.dana.id,
            proposal={},
            answer={},
            verdict="allowed",
            rulebook_version="1",
            checked_at=MONDAY,
        )

    def new_given(self) -> NewGiftGiven:
        return NewGiftGiven(
            check_id=self.check_id,
            member_id=self.alice.id,
            client_id=self.acme.id,
            contact_id=self.dana.id,
            category="goods",
            description="wine",
            value=Money(Decimal(45), "USD"),
            given_on=MONDAY.date(),
            recorded_at=MONDAY,
        )

    def new_outing(self, key: str, check_id: int) -> NewOuting:
        lunch = Circumstances("lunch", "meal", Money(Decimal(60), "USD"), MONDAY.date())
        return NewOuting(self.alice.id, key, lunch, "USD", MONDAY, (check_id,))

    def new_request(self) -> NewRequest:
        return NewRequest(
            check_id=self.check_id,
            first_check_id=self.check_id,
            member_id=self.alice.id,
            client_id=self.acme.id,
            contact_id=self.dana.id,
            category="gift",
            description="wine",
            value=Money(Decimal(80), "USD"),
            currency="USD",
            given_on=MONDAY.date(),
            level=Level.LEAD,
            urgent=False,
            reason="secret",
            why=(),
            asked_at=MONDAY,
            next_step_at=MONDAY,
        )

    def new_register_entry(self) -> NewRegisterEntry:
        return NewRegisterEntry(EntryKind.CHECKED, MONDAY, self.alice.id, {}, check_id=self.check_id)

    def new_version(self) -> RulebookVersion:
        return RulebookVersion("1", False, MONDAY, {"house.yaml": "digest"}, self.alice.id)

    def new_review(self) -> RuleReview:
        return RuleReview("house.yaml", "digest", MONDAY.date(), self.alice.id)

    def new_question(self) -> NewPolicyQuestion:
        return NewPolicyQuestion(
            self.check_id, self.alice.id, self.acme.id, "Acme", "Dana", MONDAY.date(), MONDAY, MONDAY
        )

    def new_promise(self, key: str) -> NewPromise:
        return NewPromise(
            self.acme.id, self.alice.id, "secret", MONDAY.date(), MONDAY, key, touch_id=self.touch.id
        )

    def new_meeting(self, key: str) -> NewMeeting:
        return NewMeeting(self.acme.id, self.alice.id, LATER, "secret", MONDAY, key, brief_at=MONDAY)

    def new_merge(self) -> NewMerge:
        return NewMerge(self.acme.id, self.other.id, self.alice.id, MONDAY, Moved())

    def new_cover(self, colleague_id: int) -> NewCover:
        day = MONDAY.date()
        return NewCover(self.alice.id, colleague_id, day, day, (self.acme.id,), self.alice.id)

    def new_reassignment(self) -> reassignment.NewRequest:
        reason = reassignment.Reason.CLIENT
        return reassignment.NewRequest(
            self.acme.id, self.alice.id, self.alice.id, reason, "secret", MONDAY, MONDAY
        )

    def new_concession(self, key: str) -> NewConcession:
        given = Given(Kind.PRICE, MONDAY.date(), Decimal(9), note="secret")
        waits = frozenset({Ground.NO_COUNTERPART})
        return NewConcession(self.acme.id, self.alice.id, given, waits, MONDAY, key, MONDAY)

    def new_handover(self, to_id: int) -> NewHandover:
        ours = (self.acme.id, self.alice.id, to_id, self.alice.id)
        return NewHandover(*ours, "client", "secret", MONDAY, self.reassigned.id, MONDAY)

    def new_change(self) -> NewChange:
        return NewChange(
            Subject.CLIENT,
            self.acme.id,
            self.acme.id,
            ChangeKind.EDITED,
            MONDAY,
            self.alice.id,
            {"name": ["Acne", "Acme"]},
            import_id=7,
        )

    def new_decision(self) -> NewDecision:
        return NewDecision(
            self.alice.id, "digest", "client:1", self.acme.id, self.entry.id, WAIT, "away", MONDAY, LATER
        )

    def new_entry(self, key: str) -> NewEntry:
        return NewEntry(key, "notice", self.alice.id, {"secret": "ours"}, MONDAY)

    def attempts(self, unit: UnitOfWork) -> dict[str, tuple[Callable[[], Any], Any]]:
        """For each method: a call from another workspace about our rows, and all that it may answer.

        An answer of `Refusing` means that the database itself must refuse the row.
        """
        acme, alice, dana, entry = self.acme.id, self.alice.id, self.dana.id, self.entry
        moments = Moments(LATER, LATER)
        return {
            "members.get": (lambda: unit.members.get(alice), None),
            "members.by_user": (lambda: unit.members.by_user("U0ALICE"), None),
            "members.by_email": (lambda: unit.members.by_email("alice@firm.example"), None),
            "members.all": (lambda: [m.name for m in unit.members.all()], ["Otto Other"]),
            "members.led_by": (lambda: unit.members.led_by(self.lea_id), []),
            "members.without_digest": (lambda: unit.members.without_digest(), []),
            "members.channels_off": (lambda: unit.members.channels_off(), 0),
            "members.hold_all": (lambda: unit.members.hold_all(), None),
            "members.add": (
                lambda: unit.members.add(profile("U0ALICE", "Twin"), frozenset({Role.ADMIN}), at=MONDAY).name,
                "Twin",
            ),
            "members.refresh": (
                lambda: unit.members.refresh(alice, profile("U0ALICE", "Stolen"), at=LATER),
                None,
            ),
            "members.set_lead": (lambda: unit.members.set_lead(alice, None), None),
            "members.set_roles": (lambda: unit.members.set_roles(alice, frozenset({Role.ADMIN})), None),
            "members.delegates": (lambda: unit.members.delegates(), {}),
            "members.set_delegate": (lambda: unit.members.set_delegate(alice, alice), Refusing),
            "members.set_settings": (
                lambda: unit.members.set_settings(alice, NewSettings(noise=Noise.NONE)),
                None,
            ),
            "members.welcome": (lambda: unit.members.welcome(alice, at=LATER), False),
            "members.hold": (lambda: unit.members.hold(alice), None),
            "members.press": (lambda: unit.members.press(alice, at=LATER), None),
            "members.unheeded": (lambda: unit.members.unheeded(alice, LATER.date()), None),
            "members.set_do_not_disturb": (
                lambda: unit.members.set_do_not_disturb(alice, (MONDAY, LATER)),
                None,
            ),
            "members.absences": (lambda: unit.members.absences(alice, MONDAY.date()), []),
            "members.add_absence": (
                lambda: unit.members.add_absence(alice, MONDAY.date(), MONDAY.date()),
                Refusing,
            ),
            "members.status_leave": (
                lambda: unit.members.status_leave(alice, (MONDAY.date(), LATER.date()), MONDAY.date()),
                Refusing,
            ),
            "members.look_again": (lambda: unit.members.look_again("U0ALICE"), False),
            "members.end_absence": (
                lambda: unit.members.end_absence(alice, self.absence_id, MONDAY.date()),
                False,
            ),
            "members.set_active": (lambda: unit.members.set_active(alice, active=False), None),
            "members.set_conversation": (lambda: unit.members.set_conversation(alice, "D-STOLEN"), None),
            "members.due_for_digest": (
                lambda: [m.name for m in unit.members.due_for_digest(LATER, 50)],
                ["Otto Other"],
            ),
            "members.plan_alone": (lambda: unit.members.plan_alone(alice), True),
            "members.stale": (lambda: [m.name for m in unit.members.stale(LATER, 50)], ["Otto Other"]),
            "members.move_digest": (
                lambda: unit.members.move_digest(alice, old=self.alice.next_digest_at, new=LATER),
                False,
            ),
            "clients.get": (lambda: unit.clients.get(acme), None),
            "clients.itself": (lambda: unit.clients.itself(acme), None),
            "clients.archived": (lambda: unit.clients.archived(None, 9), []),
            "clients.hold": (lambda: unit.clients.hold(acme), None),
            "clients.hold_names": (lambda: unit.clients.hold_names(), None),
            "clients.add": (lambda: unit.clients.add(self.new_client(), created_at=MONDAY), Refusing),
            "clients.update": (lambda: unit.clients.update(acme, self.new_client()), False),
            "clients.archive": (lambda: unit.clients.archive(acme, at=LATER), False),
            "clients.set_complaint": (lambda: unit.clients.set_complaint(acme, LATER), None),
            "clients.team": (lambda: unit.clients.team(acme), {}),
            "clients.set_team": (lambda: unit.clients.set_team(acme, Part.BACKUP, alice), Refusing),
            "clients.channels": (lambda: unit.clients.channels(acme), []),
            "clients.set_channels": (lambda: unit.clients.set_channels(acme, ["C0STOLEN"]), Refusing),
            "clients.of_channel": (lambda: unit.clients.of_channel("C0ACME"), []),
            "clients.of_owner": (lambda: unit.clients.of_owner(alice, 50), []),
            "clients.count_of_owner": (lambda: unit.clients.count_of_owner(alice), 0),
            "clients.due": (lambda: unit.clients.due(alice, LATER, 50), []),
            "clients.set_clock": (
                lambda: unit.clients.set_clock(replace(self.acme, snoozes=9), moments),
                None,
            ),
            "clients.snooze": (lambda: unit.clients.snooze(acme, LATER, reason="x", count=9), None),
            "clients.hold_all": (lambda: unit.clients.hold_all([acme]), None),
            "clients.named_in_vain": (
                lambda: unit.clients.named_in_vain([acme], alice, at=LATER, often=1, until=LATER),
                None,
            ),
            "clients.named": (lambda: unit.clients.named("Acme"), []),
            "clients.through_people": (
                lambda: unit.clients.through_people("Dana", None, owner_id=alice, limit=5),
                [],
            ),
            "clients.similar": (lambda: unit.clients.similar("Acmee", owner_id=alice, limit=5), []),
            "clients.longest_name": (lambda: unit.clients.longest_name(["Acme"]), 0),
            "books.groups": (lambda: unit.books.groups(Reach(None), LATER), []),
            "books.page": (
                lambda: unit.books.page(
                    Reach(frozenset([alice]), alice, clients=frozenset([acme])),
                    Wanted(),
                    LATER,
                    OURS,
                    limit=9,
                ),
                ([], 0),
            ),
            "books.most_urgent": (lambda: unit.books.most_urgent(alice, LATER, OURS, 9), []),
            "books.coming_due": (
                lambda: unit.books.coming_due(alice, MONDAY - timedelta(days=999), LATER, 9),
                ([], 0),
            ),
            "occasions.of_owner": (
                lambda: unit.occasions.of_owner(alice, date(2026, 1, 1), date(2026, 12, 31), date.max, 9),
                [],
            ),
            "occasions.seen": (lambda: unit.occasions.seen([acme]), {}),
            "occasions.see_to": (
                lambda: unit.occasions.see_to(
                    acme, OccasionKind.RENEWAL, date(2027, 1, 1), by=alice, at=LATER
                ),
                Refusing,
            ),
            "occasions.take_back": (
                lambda: unit.occasions.take_back(acme, OccasionKind.RENEWAL, date(2026, 12, 24)),
                False,
            ),
            "clients.decline_rhythm": (lambda: unit.clients.decline_rhythm(acme, 9), None),
            "books.has_any": (lambda: unit.books.has_any(alice), False),
            "books.loads": (lambda: unit.books.loads(Reach(None), LATER, OURS), []),
            "books.ages": (
                lambda: unit.books.ages(Reach(None), LATER),
                AgeBands((0,) * (len(AGES) + 1), 0),
            ),
            "books.touches_by_week": (
                lambda: unit.books.touches_by_week(Reach(None), MONDAY - timedelta(days=9), LATER),
                {},
            ),
            "books.promises": (
                lambda: unit.books.promises(frozenset([alice]), date(2000, 1, 1), date(2100, 1, 1)),
                {},
            ),
            "contacts.get": (lambda: unit.contacts.get(dana), None),
            "contacts.itself": (lambda: unit.contacts.itself(dana), None),
            "contacts.called": (lambda: unit.contacts.called("Dana", 5), []),
            "contacts.of_client": (lambda: unit.contacts.of_client(acme), []),
            "contacts.search": (lambda: unit.contacts.search("Dana", owner_id=alice, limit=9), []),
            "contacts.add": (lambda: unit.contacts.add(NewContact(acme, "Planted")), Refusing),
            "contacts.update": (lambda: unit.contacts.update(dana, NewContact(acme, "Stolen")), False),
            "contacts.set_left": (lambda: unit.contacts.set_left(dana, at=LATER), False),
            "contacts.all_of_client": (lambda: unit.contacts.all_of_client(acme), []),
            "promises.add": (lambda: unit.promises.add(self.new_promise("planted")), Refusing),
            "promises.get": (lambda: unit.promises.get(self.promise.id), None),
            "promises.open_of_client": (lambda: unit.promises.open_of_client(acme), []),
            "promises.open_of_member": (lambda: unit.promises.open_of_member(alice, date.max, 9), []),
            "promises.of_touch": (lambda: unit.promises.of_touch(self.touch.id), []),
            "promises.move": (lambda: unit.promises.move(self.promise, date.max, reason="x"), False),
            "promises.settle": (
                lambda: unit.promises.settle(self.promise, PromiseState.KEPT, by=alice, at=LATER),
                False,
            ),
            "promises.reopen": (lambda: unit.promises.reopen(self.promise, member_id=alice), False),
            "promises.remove": (lambda: unit.promises.remove(self.promise.id), False),
            "promises.tally": (lambda: unit.promises.tally(acme), {}),
            "meetings.add": (lambda: unit.meetings.add(self.new_meeting("planted")), Refusing),
            "meetings.get": (lambda: unit.meetings.get(self.meeting.id), None),
            "meetings.ahead": (lambda: unit.meetings.ahead(alice, MONDAY, 9), []),
            "meetings.due": (lambda: unit.meetings.due(LATER, 9), []),
            "meetings.briefed": (lambda: unit.meetings.briefed(self.meeting), False),
            "meetings.cancel": (lambda: unit.meetings.cancel(self.meeting.id, at=LATER), False),
            "meetings.reschedule": (lambda: unit.meetings.reschedule(self.meeting, LATER, LATER), False),
            "touches.since": (lambda: unit.touches.since(acme, LONG_AGO), []),
            "touches.spoken_to": (lambda: unit.touches.spoken_to(acme, LONG_AGO), {}),
            "touches.next_step": (lambda: unit.touches.next_step(acme), None),
            "history.add": (lambda: unit.history.add(self.new_change()), Refusing),
            "history.of_subject": (lambda: unit.history.of_subject(Subject.CLIENT, acme, 9), []),
            "history.of_client": (lambda: unit.history.of_client(acme, 9), []),
            "history.of_import": (lambda: unit.history.of_import(7, 0, 9), []),
            "merges.add": (lambda: unit.merges.add(self.new_merge()), Refusing),
            "merges.get": (lambda: unit.merges.get(self.merge_id), None),
            "merges.undo": (lambda: unit.merges.undo(self.merge_id, at=LATER), False),
            "merges.kept_since": (lambda: unit.merges.kept_since(acme, LONG_AGO), False),
            "merges.tally": (
                lambda: unit.merges.tally(acme),
                dict.fromkeys(("touches", "promises", "meetings", "contacts", "questions", "gifts"), 0),
            ),
            "merges.move": (lambda: unit.merges.move(acme, self.other.id, {}), Moved()),
            "merges.move_back": (
                lambda: unit.merges.move_back(self.other.id, acme, Moved(touches=(self.touch.id,))),
                None,
            ),
            "merges.same_contacts": (lambda: unit.merges.same_contacts(dana), [dana]),
            "imports.add": (lambda: unit.imports.add(alice, "f", "d", {}, MONDAY), Refusing),
            "imports.get": (lambda: unit.imports.get(self.import_id), None),
            "imports.last": (lambda: unit.imports.last(None), None),
            "imports.mark_undone": (lambda: unit.imports.mark_undone(self.import_id, LATER), False),
            "imports.names_version": (lambda: unit.imports.names_version() >= 0, True),
            "imports.names": (lambda: list(unit.imports.names()), []),
            "imports.clients": (lambda: unit.imports.clients([acme]), []),
            "imports.contacts": (lambda: unit.imports.contacts([acme]), []),
            "imports.clients_called": (lambda: unit.imports.clients_called(["crm:1"]), {}),
            "imports.contacts_called": (lambda: unit.imports.contacts_called(["crm:2"]), {}),
            "imports.pack_client": (
                lambda: unit.imports.pack_client(self.new_client(), None, {}, (), (), MONDAY)[4],
                [],
            ),
            "imports.pack_client_change": (
                lambda: unit.imports.pack_client_change(
                    self.held, self.new_client(), (None, None), {}, (), (), {}
                )[1],
                acme,
            ),
            "imports.pack_name": (lambda: unit.imports.pack_name(-1, "ACM")[0], -1),
            "imports.pack_contact": (
                lambda: unit.imports.pack_contact(NewContact(acme, "Planted"), "", None)[0],
                acme,
            ),
            "imports.pack_contact_change": (
                lambda: unit.imports.pack_contact_change(
                    HeldContact(self.dana, ()), NewContact(acme, "Planted"), None, "", {}
                )[1],
                self.dana.id,
            ),
            "imports.write": (lambda: unit.imports.write(1, self.spooled(), (), None, LATER), False),
            "imports.forget_client_ids": (lambda: unit.imports.forget_client_ids(acme, ["crm:1"]), None),
            "imports.forget_contact_ids": (
                lambda: unit.imports.forget_contact_ids(self.dana.id, ["crm:2"]),
                None,
            ),
            "imports.stirred": (lambda: unit.imports.stirred(MONDAY), []),
            "imports.touched_since": (lambda: unit.imports.touched_since(self.import_id), []),
            "imports.take_out": (lambda: unit.imports.take_out(self.import_id, LATER), (0, 0)),
            "imports.of_reader": (lambda: unit.imports.of_reader(None, 0, 9), []),
            "touches.get": (lambda: unit.touches.get(self.touch.id), None),
            "touches.by_key": (lambda: unit.touches.by_key("key"), None),
            "touches.add": (lambda: unit.touches.add(self.new_touch("planted")), Refusing),
            "touches.change": (lambda: unit.touches.change(self.touch.id, self.new_touch("key")), False),
            "touches.withdraw": (lambda: unit.touches.withdraw(self.touch.id, at=LATER), False),
            "touches.last_counted": (lambda: unit.touches.last_counted(acme), {}),
            "touches.recent": (lambda: unit.touches.recent(acme, 50), []),
            "fit.declared": (lambda: unit.fit.declared(alice), NOTHING),
            "fit.all_declared": (lambda: unit.fit.all_declared(), {}),
            "fit.declare": (lambda: unit.fit.declare(alice, NOTHING, at=LATER), Refusing),
            "fit.exclusions": (lambda: unit.fit.exclusions([self.acme.id]), {}),
            "fit.exclude": (
                lambda: unit.fit.exclude(self.acme.id, alice, Because.CONFLICT, by=None, at=LATER),
                Refusing,
            ),
            "fit.allow": (lambda: unit.fit.allow(self.acme.id, self.lea_id), False),
            "fit.burdens": (lambda: unit.fit.burdens("US", MONDAY), {}),
            "fit.touched": (lambda: unit.fit.touched([self.acme.id], LONG_AGO), {}),
            "fit.languages": (lambda: unit.fit.languages([self.acme.id]), {}),
            "fit.away": (lambda: unit.fit.away(MONDAY.date(), LATER.date()), []),
            "covers.add": (lambda: unit.covers.add(self.new_cover(self.lea_id), at=LATER), Refusing),
            "covers.agreed": (lambda: unit.covers.agreed(alice, MONDAY.date()), []),
            "covers.agreed_by": (lambda: unit.covers.agreed_by(self.lea_id, MONDAY.date()), []),
            "covers.get": (lambda: unit.covers.get(self.cover.id), None),
            "covers.of_colleague": (lambda: unit.covers.of_colleague(self.lea_id, MONDAY.date()), []),
            "covers.of_owner": (lambda: unit.covers.of_owner(alice, MONDAY.date()), []),
            "covers.hand_over": (lambda: unit.covers.hand_over(self.cover, alice), False),
            "reassignments.add": (lambda: unit.reassignments.add(self.new_reassignment()), Refusing),
            "reassignments.get": (lambda: unit.reassignments.get(self.reassigned.id), None),
            "reassignments.hold": (lambda: unit.reassignments.hold(self.reassigned.id), None),
            "reassignments.open_of_client": (lambda: unit.reassignments.open_of_client(acme), []),
            "reassignments.of_client": (lambda: unit.reassignments.of_client(acme, 9), []),
            "reassignments.open_by": (lambda: unit.reassignments.open_by(alice), []),
            "reassignments.left_behind": (lambda: unit.reassignments.left_behind(LONG_AGO, 9), []),
            "reassignments.due": (lambda: unit.reassignments.due(LATER, 9), []),
            "reassignments.settle": (
                lambda: unit.reassignments.settle(
                    self.reassigned, reassignment.RequestState.WITHDRAWN, at=LATER
                ),
                False,
            ),
            "reassignments.step": (
                lambda: unit.reassignments.step(self.reassigned, next_step_at=None),
                False,
            ),
            "reassignments.tell": (lambda: unit.reassignments.tell(self.reassigned.id, [alice]), None),
            "concessions.add": (lambda: unit.concessions.add(self.new_concession("theirs")), Refusing),
            "concessions.by_key": (lambda: unit.concessions.by_key("concession"), None),
            "concessions.get": (lambda: unit.concessions.get(self.conceded.id), None),
            "concessions.hold": (lambda: unit.concessions.hold(self.conceded.id), None),
            "concessions.waiting_of_client": (lambda: unit.concessions.waiting_of_client(acme), []),
            "concessions.waiting": (lambda: unit.concessions.waiting(9), []),
            "concessions.of_client": (lambda: unit.concessions.of_client(acme, LONG_AGO.date(), 9), []),
            "concessions.between": (
                lambda: unit.concessions.between(LONG_AGO.date(), LATER.date(), 9, owners=[alice]),
                [],
            ),
            "concessions.held_by": (
                lambda: unit.concessions.held_by(alice, LONG_AGO.date(), LATER.date()),
                0,
            ),
            "concessions.due": (lambda: unit.concessions.due(LATER, 9), []),
            "concessions.rewrite": (
                lambda: unit.concessions.rewrite(
                    self.conceded, self.conceded.given, frozenset(), at=LATER, next_step_at=None
                ),
                False,
            ),
            "concessions.settle": (
                lambda: unit.concessions.settle(self.conceded, ConcessionState.AGREED, at=LATER),
                False,
            ),
            "concessions.ask_anew": (
                lambda: unit.concessions.ask_anew(self.conceded, at=LATER, next_step_at=None),
                False,
            ),
            "concessions.step": (lambda: unit.concessions.step(self.conceded, next_step_at=None), False),
            "concessions.tell": (lambda: unit.concessions.tell(self.conceded.id, [alice]), None),
            "handovers.add": (lambda: unit.handovers.add(self.new_handover(self.lea_id)), Refusing),
            "handovers.get": (lambda: unit.handovers.get(self.handed.id), None),
            "handovers.of_client": (lambda: unit.handovers.of_client(acme, 9), []),
            "handovers.at": (lambda: unit.handovers.at(MONDAY), []),
            "reassignments.waiting": (lambda: unit.reassignments.waiting(9), []),
            "reassignments.proposed_for": (
                lambda: unit.reassignments.proposed_for(alice, reassignment.Reason.CLIENT, LONG_AGO),
                False,
            ),
            "reassignments.propose": (
                lambda: unit.reassignments.propose(replace(self.new_reassignment(), asked_by=None)),
                Refusing,
            ),
            "handovers.undone": (lambda: unit.handovers.undone(LATER), []),
            "handovers.take": (
                lambda: unit.handovers.take(acme, alice, self.lea_id, new_until=LATER, at=MONDAY),
                False,
            ),
            "handovers.put_back": (
                lambda: unit.handovers.put_back(acme, alice, None, new_until=None, handed_at=None),
                False,
            ),
            "handovers.move": (
                lambda: unit.handovers.move(acme, alice, self.lea_id, LONG_AGO),
                HandedOn(),
            ),
            "handovers.move_back": (
                lambda: unit.handovers.move_back(
                    HandedOn(promises=((self.promise.id, self.lea_id),)), alice, MONDAY
                ),
                None,
            ),
            "handovers.awaited": (lambda: unit.handovers.awaited(acme, MONDAY), None),
            "handovers.greeted": (lambda: unit.handovers.greeted(acme), None),
            "handovers.undo": (lambda: unit.handovers.undo(self.handed.id, by=None, at=LATER), False),
            "handovers.due": (lambda: unit.handovers.due(LATER, 9), []),
            "handovers.asked": (lambda: unit.handovers.asked(self.handed), False),
            "handovers.answer": (
                lambda: unit.handovers.answer(self.handed.id, Went.WELL, by=alice, at=LATER, again_at=None),
                None,
            ),
            "covers.settle": (
                lambda: unit.covers.settle(self.cover, CoverState.ACCEPTED, at=LATER),
                False,
            ),
            "ladder.due": (lambda: unit.ladder.due(LATER, 9), []),
            "ladder.move": (lambda: unit.ladder.move(self.lea_id, old=MONDAY, new=LATER), False),
            "ladder.neglected": (lambda: unit.ladder.neglected(self.lea_id, LATER), []),
            "ladder.told": (lambda: unit.ladder.told(self.lea_id), frozenset()),
            "ladder.tell": (
                lambda: unit.ladder.tell(self.acme.id, LATER, self.lea_id, at=LATER),
                Refusing,
            ),
            "outbox.sent_of": (lambda: unit.outbox.sent_of(["entry", "tried"]), []),
            "pictures.of_member": (lambda: unit.pictures.of_member(alice), {}),
            "pictures.put": (
                lambda: unit.pictures.put(alice, "own", Picture("d", "F0STOLEN"), at=LATER),
                Refusing,
            ),
            "pictures.remove": (lambda: unit.pictures.remove(alice, "own"), None),
            "touches.by_keys": (lambda: unit.touches.by_keys(["key"]), []),
            "touches.around": (
                lambda: unit.touches.around(acme, self.touch.channel, MONDAY - timedelta(days=9), LATER),
                [],
            ),
            "touches.of_member": (lambda: unit.touches.of_member(self.alice.id, 50), []),
            "touches.complaints": (lambda: unit.touches.complaints(acme), []),
            "gifts.record_check": (lambda: unit.gifts.record_check(self.new_check()), Refusing),
            "gifts.check": (lambda: unit.gifts.check(self.check_id), None),
            "gifts.hold_check": (lambda: unit.gifts.hold_check(self.check_id), None),
            "gifts.recent_checks": (lambda: unit.gifts.recent_checks(50), []),
            "gifts.record_given": (lambda: unit.gifts.record_given(self.new_given()), Refusing),
            "gifts.cancel_given": (lambda: unit.gifts.cancel_given(self.check_id, at=LATER), False),
            "gifts.given_to": (lambda: unit.gifts.given_to(acme, dana, date(2020, 1, 1)), []),
            "outings.add": (lambda: unit.outings.add(self.new_outing("planted", self.check_id)), Refusing),
            "outings.get": (lambda: unit.outings.get(self.outing_id), None),
            "outings.by_key": (lambda: unit.outings.by_key("outing"), None),
            "outings.of_member": (lambda: unit.outings.of_member(alice, date(2020, 1, 1), 9), []),
            "outings.supersede": (lambda: unit.outings.supersede(self.outing_id, at=LATER), False),
            "outings.holds": (lambda: unit.outings.holds(self.check_id), False),
            "outings.swap_check": (lambda: unit.outings.swap_check(self.check_id, self.check_id), False),
            "gifts.set_fate": (
                lambda: unit.gifts.set_fate(self.check_id, old=Fate.KEPT, new=Fate.RETURNED),
                False,
            ),
            "gifts.received_by": (lambda: unit.gifts.received_by(alice, acme, date(2020, 1, 1)), []),
            "gifts.checks": (lambda: unit.gifts.checks([self.check_id]), []),
            "gifts.entered": (lambda: unit.gifts.entered([self.check_id]), []),
            "gifts.sums": (lambda: unit.gifts.sums(acme, dana, date(2020, 1, 1), date(2030, 1, 1)), []),
            "register.hold": (lambda: unit.register.hold(), None),
            "register.page": (lambda: unit.register.page(0, 50), []),
            "register.count": (lambda: unit.register.count(), 0),
            "register.latest": (lambda: unit.register.latest(50, acme, dana), []),
            "register.last_of_checks": (
                lambda: unit.register.last_of_checks([self.check_id], ["checked"]),
                {},
            ),
            "register.last_of_requests": (lambda: unit.register.last_of_requests([1], ["requested"]), {}),
            "register.request_states": (lambda: unit.register.request_states([1]), {}),
            "register.untold_checks": (lambda: unit.register.untold_checks(50), []),
            "register.untold_gifts": (lambda: unit.register.untold_gifts(50), []),
            "register.untold_requests": (lambda: unit.register.untold_requests(50), []),
            "register.append": (lambda: unit.register.append(self.new_register_entry()), Refusing),
            "register.head": (lambda: unit.register.head(), (0, BEGINNING)),
            "register.entries": (lambda: list(unit.register.entries()), []),
            "register.of_check": (lambda: unit.register.of_check(self.check_id), []),
            "register.of_request": (lambda: unit.register.of_request(1), []),
            "rules.own": (lambda: unit.rules.own(), []),
            "rules.put": (
                lambda: unit.rules.put("house.yaml", "stolen", member_id=alice, at=MONDAY),
                Refusing,
            ),
            "rules.remove": (lambda: unit.rules.remove("house.yaml"), None),
            "rules.advance": (lambda: unit.rules.advance(7, cautious=True), False),
            "rules.latest_version": (lambda: unit.rules.latest_version(), None),
            "rules.versions": (lambda: unit.rules.versions(), []),
            "rules.keep_version": (lambda: unit.rules.keep_version(self.new_version(), {}), Refusing),
            "rules.texts": (lambda: unit.rules.texts([digest_of("secret: ours")]), {}),
            "rules.reviews": (lambda: unit.rules.reviews(), []),
            "rules.set_review": (lambda: unit.rules.set_review(self.new_review()), Refusing),
            "policy_questions.add": (lambda: unit.policy_questions.add(self.new_question()), Refusing),
            "policy_questions.get": (lambda: unit.policy_questions.get(self.question.id), None),
            "policy_questions.open": (lambda: unit.policy_questions.open(), []),
            "policy_questions.due": (lambda: unit.policy_questions.due(LATER, 50), []),
            "policy_questions.remind": (
                lambda: unit.policy_questions.remind(self.question, again_at=LATER),
                False,
            ),
            "policy_questions.put_off": (
                lambda: unit.policy_questions.put_off(self.question, until=LATER),
                False,
            ),
            "policy_questions.close": (
                lambda: unit.policy_questions.close(self.question.id, QuestionState.ANSWERED, at=LATER),
                False,
            ),
            "outbox.add": (lambda: unit.outbox.add(self.new_entry("planted"), now=MONDAY), Refusing),
            "requests.add": (lambda: unit.requests.add(self.new_request(), at=LATER), Refusing),
            "requests.get": (lambda: unit.requests.get(self.request.id), None),
            "requests.hold": (lambda: unit.requests.hold(self.request.id), None),
            "requests.of_check": (lambda: unit.requests.of_check(self.check_id), None),
            "requests.open": (lambda: unit.requests.open(), []),
            "requests.own": (lambda: unit.requests.own(alice), []),
            "requests.pending_at": (lambda: unit.requests.pending_at(acme, date(2020, 1, 1)), []),
            "requests.due": (lambda: unit.requests.due(LATER, 50), []),
            "requests.renew": (lambda: unit.requests.renew(self.request, self.new_request()), False),
            "requests.move": (lambda: unit.requests.move(self.request, RequestState.APPROVED), False),
            "requests.step": (lambda: unit.requests.step(self.request, next_step_at=None), False),
            "requests.pending_of_client": (lambda: unit.requests.pending_of_client(acme), []),
            "requests.hand_over": (
                lambda: unit.requests.hand_over(
                    self.request,
                    self.lea_id,
                    level=Level.LEAD,
                    comment=Comment(alice, LATER, "hand_over"),
                    asked_at=LATER,
                    next_step_at=None,
                ),
                False,
            ),
            "requests.stands_in": (lambda: unit.requests.stands_in(self.request.id, 1), Refusing),
            "requests.messages": (lambda: unit.requests.messages(self.request.id), []),
            "clients.count": (lambda: unit.clients.count(), (0, 0)),
            "clients.after": (lambda: unit.clients.after(0, 9), []),
            "clients.snoozed": (lambda: unit.clients.snoozed(alice, MONDAY, 9), []),
            "questions.add": (
                lambda: unit.questions.add(self.new_question_asked("stolen"), look_at=MONDAY),
                Refusing,
            ),
            "questions.get": (lambda: unit.questions.get(self.asked.id), None),
            "questions.by_key": (lambda: unit.questions.by_key("asked"), None),
            "questions.change": (lambda: unit.questions.change(self.asked, self.asked), False),
            "questions.open_of_client": (lambda: unit.questions.open_of_client(self.acme.id), []),
            "questions.open_of_owner": (lambda: unit.questions.open_of_owner(alice, 9), []),
            "questions.open_in_channel": (lambda: unit.questions.open_in_channel("C0ACME"), []),
            "questions.closed_since": (
                lambda: unit.questions.closed_since(self.acme.id, "C0ACME", LONG_AGO),
                [],
            ),
            "questions.stranger": (lambda: unit.questions.stranger("C0ACME", "U0ZOE"), None),
            "questions.strangers_waiting": (lambda: unit.questions.strangers_waiting("C0ACME"), []),
            "questions.put_stranger": (
                lambda: unit.questions.put_stranger(
                    Stranger("C0ACME", "U0ZOE", "1.0", client_id=self.acme.id), at=MONDAY
                ),
                Refusing,
            ),
            "questions.due": (lambda: unit.questions.due(LATER, 9), []),
            "questions.look_anew": (lambda: unit.questions.look_anew(LATER), None),
            "questions.asked_between": (
                lambda: unit.questions.asked_between(None, LONG_AGO, LATER, 9),
                [],
            ),
            "questions.notice": (
                lambda: unit.questions.notice(self.asked.id, alice, "stolen", at=MONDAY),
                Refusing,
            ),
            "questions.told_by": (lambda: unit.questions.told_by("notice"), []),
            "questions.messages_about": (lambda: unit.questions.messages_about(self.asked.id), []),
            "questions.linked_channels": (lambda: unit.questions.linked_channels(), frozenset()),
            "questions.person": (lambda: unit.questions.person("U0DANA"), None),
            "questions.put_person": (
                lambda: unit.questions.put_person(
                    ChannelPerson("U0DANA", Whose.CLIENT, self.acme.id), at=MONDAY
                ),
                Refusing,
            ),
            "outbox.tally": (lambda: unit.outbox.tally(MONDAY - timedelta(days=9)), {}),
            "outbox.latest": (lambda: unit.outbox.latest("digest"), None),
            "outbox.waiting": (lambda: unit.outbox.waiting(), 0),
            "outbox.newest": (lambda: unit.outbox.newest(), None),
            "outbox.look_up_first": (lambda: unit.outbox.look_up_first(since=MONDAY, until=LATER), 0),
            "members.channel_failed": (lambda: unit.members.channel_failed(alice, "gone"), 0),
            "members.channel_off": (lambda: unit.members.channel_off(alice, "gone", at=LATER), False),
            "members.channel_on": (lambda: unit.members.channel_on(alice), False),
            "outbox.listed": (lambda: unit.outbox.listed(tuple(State)), []),
            "outbox.oldest_due": (lambda: unit.outbox.oldest_due(LATER), None),
            "outbox.revive": (lambda: unit.outbox.revive(entry, until=LATER), False),
            "outbox.get": (lambda: unit.outbox.get(entry.id), None),
            "outbox.by_key": (lambda: unit.outbox.by_key("entry"), None),
            "outbox.due": (lambda: unit.outbox.due(LATER, 50), []),
            "outbox.mark_trying": (
                lambda: unit.outbox.mark_trying(entry, now=MONDAY, until=LATER, facts={}, body={}),
                False,
            ),
            "outbox.postpone": (
                lambda: unit.outbox.postpone(entry, until=LATER, state=State.PENDING, error=None),
                False,
            ),
            "outbox.count_look_up": (lambda: unit.outbox.count_look_up(self.tried, until=LATER), False),
            "outbox.settle": (lambda: unit.outbox.settle(entry, State.DEAD), False),
            "outbox.interrupted": (
                lambda: unit.outbox.interrupted(alice, LONG_AGO, but=(), besides=0),
                [],
            ),
            "decisions.add": (lambda: unit.decisions.add(self.new_decision()), Refusing),
            "decisions.last_of": (lambda: unit.decisions.last_of(entry.id), None),
            "decisions.set_until": (lambda: unit.decisions.set_until(self.decision.id, LATER), None),
            "decisions.of_member": (lambda: unit.decisions.of_member(alice, 9), []),
            "decisions.said": (lambda: unit.decisions.said(alice, "client:1"), None),
            "decisions.say": (
                lambda: unit.decisions.say(alice, "client:1", Said("stolen", 1, LATER)),
                Refusing,
            ),
            "decisions.prune": (lambda: unit.decisions.prune(LATER), 0),
            "outbox.prune": (lambda: unit.outbox.prune(LATER), 0),
            "drafts.add": (lambda: unit.drafts.add(alice, "touch", {}, at=MONDAY), Refusing),
            "drafts.get": (lambda: unit.drafts.get(self.draft_id), None),
            "drafts.prune": (lambda: unit.drafts.prune(LATER), 0),
            "deliveries.first_time": (lambda: unit.deliveries.first_time("event", at=MONDAY), True),
            "deliveries.prune": (lambda: unit.deliveries.prune(LATER), 0),
        }


class Refusing:
    """The database refuses: a reference would lead into another workspace."""


def methods() -> list[str]:
    """Every public method of every repository that a unit of work offers."""
    kinds = {
        name: inspect.signature(
            getattr(UnitOfWork, name).fget, eval_str=True, globals=vars(ports)
        ).return_annotation
        for name in REPOSITORIES
    }
    return [
        f"{name}.{method}"
        for name, kind in kinds.items()
        for method, _ in inspect.getmembers(kind, inspect.isfunction)
        if not method.startswith("_")
    ]


def contents(engine: Engine, workspace_id: int) -> dict[str, list[Any]]:
    """Every row of a workspace, table by table."""
    with engine.begin() as connection:
        return {
            table.name: sorted(
                connection.execute(select(table).where(table.c.workspace_id == workspace_id)).all(), key=repr
            )
            for table in metadata.sorted_tables
            if "workspace_id" in table.c
        }


def test_every_method_of_every_repository_is_tried(small_firm: Firm) -> None:
    with small_firm.house.memory.read(small_firm.workspace.id) as unit:
        tried = Book(small_firm).attempts(unit)

    assert sorted(tried) == sorted(methods())
    assert len(tried) > 50


def test_from_another_workspace_nothing_of_ours_is_seen_or_changed(engine: Engine, firm: Firm) -> None:
    book = Book(firm)
    memory = firm.house.memory
    other = memory.install(
        "T0OTHER", "Other", at=MONDAY, zone="UTC", locale="en", currency="USD", country="US"
    )
    with memory.write(other.id) as unit:
        otto = unit.members.add(profile("U0OTTO", "Otto Other"), frozenset({Role.ADMIN}), at=MONDAY)
        unit.members.move_digest(otto.id, old=None, new=MONDAY)
    before = contents(engine, firm.workspace.id)
    for method in methods():
        outcome: object = Refusing
        with suppress(IntegrityError, Undone), memory.write(other.id) as unit:
            attempt, expected = book.attempts(unit)[method]
            outcome = attempt()
            if method in ("members.add", "deliveries.first_time"):
                raise Undone  # what Otto has of his own would be seen by the next method

        assert outcome == expected, method

    assert contents(engine, firm.workspace.id) == before


class Undone(Exception):
    """Rolls back."""


def test_every_table_carries_its_workspace_and_points_nowhere_else(sqlite_engine: Engine) -> None:
    for table in metadata.sorted_tables:
        if table.name == "workspaces":
            continue
        assert not table.c.workspace_id.nullable
        for key in look_into(sqlite_engine).get_foreign_keys(table.name):
            to_workspaces = key["referred_table"] == "workspaces"
            assert key["constrained_columns"][0] == "workspace_id", key["name"]
            assert to_workspaces or key["referred_columns"] == ["workspace_id", "id"], key["name"]
