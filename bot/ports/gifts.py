"""What thinking asks of memory about gifts, their register and their rules."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Protocol

from bot.domain.gifts.chain import NewRegisterEntry, RegisterEntry
from bot.domain.gifts.outings import NewOuting, Outing
from bot.domain.gifts.policy_questions import NewPolicyQuestion, PolicyQuestion, QuestionState
from bot.domain.gifts.register import Fate, GiftCheck, GiftGiven, NewGiftCheck, NewGiftGiven, Side, Sum
from bot.domain.gifts.requests import Comment, Level, NewRequest, Request, RequestState
from bot.domain.gifts.versions import OwnRules, RulebookVersion, RuleReview


class Gifts(Protocol):
    def record_check(self, new: NewGiftCheck) -> int: ...
    def check(self, check_id: int) -> GiftCheck | None: ...
    def hold_check(self, check_id: int) -> GiftCheck | None:
        """The check, held until this unit ends: nobody else asks for its approval meanwhile."""

    def recent_checks(self, limit: int) -> Sequence[GiftCheck]:
        """Recorded checks of everybody, the latest first."""

    def record_given(self, new: NewGiftGiven) -> bool:
        """False when the gift of that check is in the register already."""

    def cancel_given(self, check_id: int, *, at: datetime) -> bool: ...
    def given_to(
        self, client_id: int, contact_id: int | None, since: date, *, direction: Side = Side.GIVEN
    ) -> Sequence[GiftGiven]:
        """Gifts that stand in the register for this contact (None: to nobody by name) from `since` on.

        Of those received it is the contact who gave. What was given back or handed in is left out here and below.
        """

    def set_fate(self, check_id: int, *, old: Fate, new: Fate) -> bool:
        """Say what else became of a gift received; False when `old` is no longer what did, or it was taken out."""

    def received_by(self, member_id: int, client_id: int, since: date) -> Sequence[GiftGiven]:
        """What the member received and kept from people of that client from `since` on."""

    def checks(self, check_ids: Collection[int]) -> Sequence[GiftCheck]: ...
    def entered(self, check_ids: Collection[int]) -> Sequence[GiftGiven]:
        """The gifts of these checks, those that were taken out, given back or handed in as well."""

    def sums(
        self,
        client_id: int,
        contact_id: int | None,
        first: date,
        last: date,
        *,
        direction: Side = Side.GIVEN,
        member_id: int | None = None,
    ) -> Sequence[Sum]:
        """What counts between two days, both included, currency by currency: of all colleagues, or of one member.

        To (or from) a contact and nobody by name, or with None everybody at the client.
        """


class Outings(Protocol):
    """Outings and the checks of those who are invited."""

    def add(self, new: NewOuting) -> int | None:
        """None when an outing of that key is there already."""

    def get(self, outing_id: int) -> Outing | None: ...
    def by_key(self, key: str) -> Outing | None: ...
    def of_member(self, member_id: int, since: date, limit: int) -> Sequence[Outing]:
        """The member's outings of that day or later that no newer one replaced, the latest day first."""

    def supersede(self, outing_id: int, *, at: datetime) -> bool:
        """Mark that a newer one takes its place; False when one did already."""

    def swap_check(self, check_id: int, new_id: int) -> bool:
        """Let a newer check of the same person stand in the place of an older; False when no outing holds that."""

    def holds(self, check_id: int) -> bool:
        """Whether the check is that of somebody invited to an outing."""


class Register(Protocol):
    """The chain of everything that happened around gifts; entries are added, never changed."""

    def append(self, new: NewRegisterEntry) -> RegisterEntry:
        """Seal the entry with the one before it. Nobody else appends before this unit ends."""

    def head(self) -> tuple[int, str]:
        """Number and seal of the last entry; 0 and `chain.BEGINNING` of an empty register."""

    def entries(self) -> Iterator[RegisterEntry]:
        """All entries in the order in which they were added, read page by page."""

    def hold(self) -> None:
        """Nobody else appends before this unit ends."""

    def page(
        self, after: int, limit: int, first: datetime | None = None, last: datetime | None = None
    ) -> Sequence[RegisterEntry]:
        """The next entries whose number is greater than `after`; only those from `first` on and before `last`."""

    def count(self, first: datetime | None = None, last: datetime | None = None) -> int: ...
    def latest(
        self, limit: int, client_id: int | None = None, contact_id: int | None = None
    ) -> Sequence[RegisterEntry]:
        """The last entries, the newest first: all, or those about a client or a contact."""

    def last_of_checks(self, check_ids: Collection[int], kinds: Collection[str]) -> Mapping[int, int]:
        """For each check the number of its last entry of these kinds."""

    def last_of_requests(self, request_ids: Collection[int], kinds: Collection[str]) -> Mapping[int, int]: ...
    def request_states(self, request_ids: Collection[int]) -> Mapping[int, str]: ...
    def untold_checks(self, limit: int) -> Sequence[GiftCheck]:
        """Recorded checks of which no entry tells, the oldest first."""

    def untold_gifts(self, limit: int) -> Sequence[GiftGiven]: ...
    def untold_requests(self, limit: int) -> Sequence[int]: ...
    def of_check(self, check_id: int) -> Sequence[RegisterEntry]: ...
    def of_request(self, request_id: int) -> Sequence[RegisterEntry]: ...


class Requests(Protocol):
    """Requests for approval. A change is made only while the request is as it was read: state and version decide."""

    def add(self, new: NewRequest, *, at: datetime) -> int | None:
        """The new request's id; None when one was asked for from that check before."""

    def get(self, request_id: int) -> Request | None: ...
    def hold(self, request_id: int) -> Request | None:
        """The request as it stands, held until this unit ends: before the register is, or two units that change it
        would wait for each other."""

    def of_check(self, check_id: int) -> Request | None:
        """The request that stands on this check, or was asked for from it."""

    def open(self) -> Sequence[Request]:
        """All that wait for a decision or an answer, the oldest first."""

    def own(self, member_id: int) -> Sequence[Request]:
        """What a member asked for and has neither been refused nor given nor taken back, the oldest first."""

    def pending_at(self, client_id: int, since: date) -> Sequence[Request]:
        """Requests for something that may still be given to people of that client, on `since` or later."""

    def due(self, now: datetime, limit: int) -> Sequence[int]:
        """Identifiers of waiting requests whose next step is due, the earliest first."""

    def renew(self, old: Request, new: NewRequest, *, comment: Comment | None = None) -> bool:
        """Let the request stand on `new`, waiting anew, one version further; False when `old` is no longer so."""

    def move(
        self,
        old: Request,
        state: RequestState,
        *,
        comment: Comment | None = None,
        next_step_at: datetime | None = None,
        asked_at: datetime | None = None,
        decided: tuple[int, datetime] | None = None,
    ) -> bool:
        """Put the request into `state`, one version further; `asked_at` starts the reviewers' time anew.

        `decided` is who decided and when. False when `old` is no longer so.
        """

    def step(
        self,
        old: Request,
        *,
        next_step_at: datetime | None,
        reminded_at: datetime | None = None,
        delegated_at: datetime | None = None,
    ) -> bool:
        """Take a step for a request that nobody answers; its version stays. False when somebody else took it."""

    def pending_of_client(self, client_id: int) -> Sequence[Request]:
        """Requests for something that may still be given to people of that client, or were asked for before it was
        merged, whoever asked."""

    def hand_over(
        self,
        old: Request,
        member_id: int,
        *,
        level: Level,
        comment: Comment,
        asked_at: datetime,
        next_step_at: datetime | None,
    ) -> bool:
        """Let the request be another member's, one version further and its reviewers' time begun anew; False when `old`
        is no longer so. The checks it stands on are sealed, and go on to say who made them."""

    def stands_in(self, request_id: int, entry_id: int) -> None:
        """Note that the message of this outbox entry shows the request."""

    def messages(self, request_id: int) -> Sequence[int]:
        """The outbox entries whose messages show the request, the oldest first."""


class Rules(Protocol):
    """A workspace's own rule files, and every version of the rules that ever judged here."""

    def own(self) -> Sequence[OwnRules]:
        """The workspace's own rule files, by name."""

    def put(self, name: str, text: str, *, member_id: int | None, at: datetime) -> None: ...
    def remove(self, name: str) -> None: ...
    def advance(self, revision: int, *, cautious: bool | None = None) -> bool:
        """Count a change of the rules as they were at `revision`; False when somebody else changed them meanwhile.

        `cautious` None leaves that choice as it is.
        """

    def latest_version(self) -> RulebookVersion | None: ...
    def versions(self) -> Sequence[RulebookVersion]:
        """All versions in the order in which they came into force."""

    def keep_version(self, version: RulebookVersion, texts: Mapping[str, str]) -> None:
        """Add a version; of `texts` (name to text) those that are not kept yet are."""

    def texts(self, digests: Sequence[str]) -> Mapping[str, str]:
        """The texts that are kept under these digests, by digest."""

    def reviews(self) -> Sequence[RuleReview]: ...
    def set_review(self, review: RuleReview) -> None: ...


class PolicyQuestions(Protocol):
    """What clients were asked about their policy."""

    def add(self, new: NewPolicyQuestion) -> int: ...
    def get(self, question_id: int) -> PolicyQuestion | None: ...
    def open(self) -> Sequence[PolicyQuestion]: ...
    def due(self, now: datetime, limit: int) -> Sequence[PolicyQuestion]:
        """Open questions whose reminder is due, the earliest first."""

    def remind(self, question: PolicyQuestion, *, again_at: datetime | None) -> bool:
        """Count the reminder that is due; False when somebody else did, or the question is no longer as it was read."""

    def put_off(self, question: PolicyQuestion, *, until: datetime) -> bool: ...
    def close(self, question_id: int, state: QuestionState, *, at: datetime) -> bool:
        """False when the question was not open any more."""
