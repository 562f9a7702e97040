"""Requests for approval on real databases: asked, decided, asked back, changed, forgotten, delegated; and counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

import pytest

from bot.domain.gifts.chain import EntryKind
from bot.domain.gifts.proposal import Proposal
from bot.domain.gifts.register import Fate, Side
from bot.domain.gifts.requests import Level, Request, RequestState
from bot.domain.gifts.rules import Outcome
from bot.domain.gifts.sheets import Sheet
from bot.domain.members import Member, Role
from bot.domain.money import Money
from bot.domain.outbox import Entry
from bot.domain.refusals import Refusal
from bot.rulebook.reader import shipped_files
from bot.services import approvals, delivery, gifts, members, requests, reviews
from bot.services.audit import audit
from bot.services.members import admit
from bot.services.proposals import GiftDraft
from bot.services.register import cancel_given, record_given
from bot.services.rulebooks import Rulebooks
from tests.bot.services.messenger import ScriptedMessenger
from tests.bot.services.test_gifts import RULES, basket, check, refused
from tests.bot.services.test_races import at_once
from tests.conftest import MONDAY, Firm, profile

LATER = date(2026, 12, 15)
PEOPLE = ("Ann Bell", "Cyril Dorn", "Olga Iwu")


def furnished(firm: Firm) -> Firm:
    """Brightside in Alice's book, judged by made-up rules and our own policy."""
    rulebooks = Rulebooks({"house.yaml": shipped_files()["house.yaml"], "made_up.yaml": RULES})
    firm.house = replace(firm.house, rulebooks=rulebooks)
    firm.client("Brightside", market="US-NY")
    return firm


@pytest.fixture
def shop(firm: Firm) -> Firm:
    """On SQLite and on PostgreSQL."""
    return furnished(firm)


@pytest.fixture
def stall(small_firm: Firm) -> Firm:
    """On SQLite alone."""
    return furnished(small_firm)


def colleague(shop: Firm, user_id: str, name: str, *roles: Role, **more: Any) -> Member:
    """Somebody more at the firm."""
    added = admit(shop.house, shop.workspace.id, profile(user_id, name, **more))
    with shop.house.memory.write(shop.workspace.id) as unit:
        unit.members.set_roles(added.id, frozenset(roles))
        found = unit.members.get(added.id)
    assert found is not None
    return found


def asked(
    shop: Firm, draft: GiftDraft | None = None, by: Member | None = None, day: date | None = None
) -> Sheet:
    """Alice asks for approval of a fruit basket of 55 dollars, which our lead may allow."""
    who = by or shop.alice
    checked = check(shop, draft or basket("55"), who)
    assert checked.judgement.verdict is Outcome.NEEDS_APPROVAL
    answer = approvals.request(shop.house, shop.actor(who), checked.check_id, "ten years together", day)
    assert answer.sheet is not None
    return answer.sheet


def tender(price: str = "40") -> GiftDraft:
    """What only compliance can allow."""
    return basket(price, facts={"context.pending_decision": True})


def approve(shop: Firm, sheet: Sheet, by: Member, version: int | None = None) -> Sheet:
    return approvals.approve(shop.house, shop.actor(by), sheet.request, version or sheet.version)


def again(shop: Firm, sheet: Sheet) -> Request:
    with shop.house.memory.read(shop.workspace.id) as unit:
        found = unit.requests.get(sheet.request)
    assert found is not None
    return found


def entries(shop: Firm) -> list[Entry]:
    with shop.house.memory.read(shop.workspace.id) as unit:
        found = [
            unit.outbox.get(number) for number in unit.outbox.due(shop.clock() + timedelta(days=60), 500)
        ]
    return [entry for entry in found if entry is not None]


def told(shop: Firm) -> Counter[tuple[str, int]]:
    """Open messages in the outbox by kind and reader, edits aside."""
    return Counter((entry.kind, entry.member_id) for entry in entries(shop) if entry.kind != "edit")


def delivered(shop: Firm, slack: ScriptedMessenger) -> None:
    """Deliver what may be delivered now."""
    shop.clock.tick(seconds=30)
    for number in delivery.due(shop.house, shop.workspace.id, 200):
        delivery.deliver(shop.house, slack, shop.workspace.id, number)


def history(shop: Firm, sheet: Sheet) -> list[str]:
    with shop.house.memory.read(shop.workspace.id) as unit:
        return [entry.kind for entry in unit.register.of_request(sheet.request)]


@pytest.fixture
def slack() -> ScriptedMessenger:
    return ScriptedMessenger()


# --- Asked ------------------------------------------------------------------------------------------------


def test_a_lead_is_asked_at_once_and_told_all_there_is_to_know(shop: Firm) -> None:
    check(shop, basket("30"))
    record_given(shop.house, shop.actor(shop.alice), check(shop, basket("5")).check_id)
    sheet = asked(shop, day=LATER)

    assert told(shop) == {(requests.ASKED, shop.lea.id): 1}
    seen = approvals.shown(shop.house, shop.actor(shop.lea), sheet.request)
    assert (seen.requester, seen.person, seen.employer) == ("Alice Ames", "Jane Smith", "Brightside")
    assert (seen.what, seen.value, seen.day, seen.level) == (
        "fruit basket",
        ["55", "USD"],
        "2026-12-15",
        "lead",
    )
    assert seen.reason == "ten years together"
    assert seen.why[0]["said"]["fr"]
    assert seen.why[0]["source"]
    assert seen.year == {"sums": [["5", "USD"]], "count": 1, "open": 0}
    assert seen.twelve_months == seen.year
    assert (seen.decides, seen.mine) == (True, False)
    assert history(shop, sheet) == [EntryKind.REQUESTED]


def test_asking_twice_is_asking_once(shop: Firm) -> None:
    checked = check(shop, basket("55"))

    made = at_once(
        *[lambda: approvals.request(shop.house, shop.actor(shop.alice), checked.check_id, day=LATER)] * 4
    )

    sheets = [one.sheet for one in made if not isinstance(one, Refusal)]
    assert len({sheet.request for sheet in sheets if sheet is not None}) == 1
    assert told(shop) == {(requests.ASKED, shop.lea.id): 1}


@pytest.mark.parametrize("draft", [basket("20"), basket("20", category="alcohol")])
def test_only_what_needs_approval_can_be_asked_for(stall: Firm, draft: GiftDraft) -> None:
    checked = check(stall, draft)
    refusal = refused(approvals.request, stall.house, stall.actor(stall.alice), checked.check_id)
    assert refusal.code == "approval.not_needed"


def test_nobody_asks_for_another_s_check(stall: Firm) -> None:
    checked = check(stall, basket("55"))
    assert (
        refused(approvals.request, stall.house, stall.actor(stall.bruno), checked.check_id).code
        == "gift.gone"
    )


def test_for_another_day_the_gift_is_checked_for_that_day_first(stall: Firm) -> None:
    record_given(stall.house, stall.actor(stall.alice), check(stall, basket("45")).check_id)
    checked = check(stall, basket("40"))
    assert checked.judgement.verdict is not Outcome.ALLOWED
    later = check(stall, replace(basket("40"), day=date(2028, 1, 3)))
    assert later.judgement.verdict is Outcome.ALLOWED

    sheet = asked(stall, tender("10"), day=LATER)
    with stall.house.memory.read(stall.workspace.id) as unit:
        kept = unit.gifts.check(sheet.check)
    assert kept is not None
    assert kept.proposal["date"] == "2026-12-15"
    again_asked = approvals.request(
        stall.house, stall.actor(stall.alice), again(stall, sheet).first_check_id, day=LATER
    )
    assert (again_asked.again, again_asked.sheet and again_asked.sheet.request) == (True, sheet.request)


@pytest.mark.parametrize(
    ("day", "code"), [(date(2026, 11, 15), "approval.past_day"), (date(2028, 3, 1), "approval.far_day")]
)
def test_the_day_of_giving_lies_ahead_and_not_too_far(stall: Firm, day: date, code: str) -> None:
    checked = check(stall, basket("55"))
    refusal = refused(approvals.request, stall.house, stall.actor(stall.alice), checked.check_id, day=day)
    assert refusal.code == code


def test_a_check_of_an_earlier_day_is_made_anew_before_it_is_asked_for(stall: Firm) -> None:
    checked = check(stall, basket("55"))
    stall.clock.tick(days=3)
    answer = approvals.request(stall.house, stall.actor(stall.alice), checked.check_id)
    assert answer.sheet is not None
    assert answer.sheet.check != checked.check_id
    assert answer.sheet.day == "2026-11-19"


def test_without_a_lead_compliance_decides_and_without_anybody_the_admin_is_named(stall: Firm) -> None:
    with stall.house.memory.write(stall.workspace.id) as unit:
        unit.members.set_lead(stall.alice.id, None)
    assert asked(stall, day=LATER).level == Level.COMPLIANCE
    with stall.house.memory.write(stall.workspace.id) as unit:
        unit.members.set_active(stall.carla.id, active=False)
    checked = check(stall, basket("55", contact=PEOPLE[0]))
    refusal = refused(approvals.request, stall.house, stall.actor(stall.alice), checked.check_id)
    assert refusal.code == "approval.nobody"


def test_a_person_named_in_a_request_is_known_from_then_on_and_it_counts_for_them(stall: Firm) -> None:
    asked(stall, basket("55"), day=LATER)
    stall.clock.tick(minutes=1)
    next_one = check(stall, basket("20"), stall.bruno)
    assert [str(each.amount) for each in next_one.proposal.context.prior or ()] == ["55"]
    assert next_one.contact is not None


# --- Decided ----------------------------------------------------------------------------------------------


def test_an_approved_gift_is_told_to_who_asked_and_is_given_at_that_value(
    shop: Firm, slack: ScriptedMessenger
) -> None:
    sheet = asked(shop, day=LATER)
    delivered(shop, slack)

    done = approve(shop, sheet, shop.lea)
    assert (done.state, done.decided_by) == ("approved", "Lea Lang")
    assert told(shop) == {(requests.NEWS, shop.alice.id): 1}
    delivered(shop, slack)
    assert len(slack.edited) == 1

    given = record_given(shop.house, shop.actor(shop.alice), sheet.check)
    assert (given.value, given.verdict_now) == (Money(Decimal("55"), "USD"), "allowed")
    assert again(shop, sheet).state is RequestState.GIVEN
    assert record_given(shop.house, shop.actor(shop.alice), sheet.check).again
    after_it = check(shop, basket("5"))
    assert [str(each.amount) for each in after_it.proposal.context.prior or ()] == ["55"], "counted once"
    assert history(shop, sheet) == [EntryKind.REQUESTED, EntryKind.APPROVED, EntryKind.GIVEN]


def test_older_news_of_a_request_says_what_became_of_it(shop: Firm, slack: ScriptedMessenger) -> None:
    sheet = asked(shop, day=LATER)
    delivered(shop, slack)
    approvals.ask_back(shop.house, shop.actor(shop.lea), sheet.request, sheet.version, "For whom?")
    delivered(shop, slack)
    approvals.reply(shop.house, shop.actor(shop.alice), sheet.request, "For Jane alone.")
    delivered(shop, slack)
    before = len(slack.edited)

    now = approvals.shown(shop.house, shop.actor(shop.lea), sheet.request)
    approvals.refuse(shop.house, shop.actor(shop.lea), sheet.request, now.version, "Too much")
    delivered(shop, slack)

    edited: Any = [what for _, what in slack.edited[before:]]
    sheets = [each["facts"]["sheet"] for each in edited]
    assert {(each["mine"], each["state"]) for each in sheets} == {(True, "refused"), (False, "refused")}


def test_at_a_higher_value_it_has_to_be_asked_for_again(stall: Firm) -> None:
    sheet = asked(stall, day=LATER)
    approve(stall, sheet, stall.lea)
    more = Money(Decimal("58"), "USD")

    assert (
        refused(record_given, stall.house, stall.actor(stall.alice), sheet.check, more).code
        == "gift.not_cleared"
    )
    less = record_given(stall.house, stall.actor(stall.alice), sheet.check, Money(Decimal("52"), "USD"))
    assert less.value == Money(Decimal("52"), "USD")


def test_what_was_approved_and_taken_out_again_counts_no_more(stall: Firm) -> None:
    sheet = asked(stall, day=LATER)
    approve(stall, sheet, stall.lea)
    record_given(stall.house, stall.actor(stall.alice), sheet.check)
    cancel_given(stall.house, stall.actor(stall.alice), sheet.check)

    assert again(stall, sheet).state is RequestState.WITHDRAWN
    assert check(stall, basket("20")).proposal.context.prior is None


def test_a_refusal_needs_a_reason_and_brings_something_that_would_pass(shop: Firm) -> None:
    sheet = asked(shop, day=LATER)
    lea = shop.actor(shop.lea)
    assert refused(approvals.refuse, shop.house, lea, sheet.request, 1, " ").code == "approval.no_reason"

    approvals.refuse(shop.house, lea, sheet.request, 1, "too much for one person")

    own = approvals.shown(shop.house, shop.actor(shop.alice), sheet.request)
    assert own.comments[-1]["text"] == "too much for one person"
    assert own.instead is not None
    assert own.instead["alternatives"]
    asked_again = refused(approvals.request, shop.house, shop.actor(shop.alice), sheet.check)
    assert (asked_again.code, asked_again.facts["name"]) == ("approval.was_refused", "Lea Lang")


def test_what_is_asked_back_is_answered_and_waits_again(shop: Firm) -> None:
    sheet = asked(shop, day=LATER)
    lea, alice = shop.actor(shop.lea), shop.actor(shop.alice)

    approvals.ask_back(shop.house, lea, sheet.request, 1, "Who else is there?")
    assert (requests.NEWS, shop.alice.id) in told(shop)
    assert refused(approvals.reply, shop.house, alice, sheet.request, "").code == "approval.no_reply"
    answered = approvals.reply(shop.house, alice, sheet.request, "Only her.")
    assert (answered.state, answered.version) == ("waiting", 3)
    assert approvals.reply(shop.house, alice, sheet.request, "Only her.").version == 3, "sent twice"
    assert told(shop)[requests.ASKED, shop.lea.id] == 2
    assert approve(shop, answered, shop.lea).state == "approved"
    assert history(shop, sheet) == ["requested", "asked_back", "replied", "approved"]
    assert refused(approvals.reply, shop.house, alice, sheet.request, "late").code == "approval.not_asked"


def test_nobody_decides_on_their_own_request_nor_on_what_is_for_others(stall: Firm) -> None:
    sheet = asked(stall, day=LATER)
    for who, code in ((stall.alice, "approval.own"), (stall.bruno, "approval.not_yours")):
        assert refused(approve, stall, sheet, who).code == code
    assert (
        refused(approvals.shown, stall.house, stall.actor(stall.bruno), sheet.request).code == "approval.gone"
    )
    assert (
        refused(approvals.withdraw, stall.house, stall.actor(stall.lea), sheet.request).code
        == "approval.gone"
    )
    ada = colleague(stall, "U0ADA", "Ada Admin", Role.ADMIN)
    own = asked(stall, replace(tender(), contact=PEOPLE[0]), by=stall.carla, day=LATER)
    assert own.asked == ["Ada Admin"], "no other compliance is left: an admin who is not the requester"
    assert refused(approve, stall, own, stall.carla).code == "approval.own"
    assert approve(stall, own, ada).state == "approved"


def test_compliance_may_decide_on_what_a_lead_was_asked(stall: Firm) -> None:
    assert approve(stall, asked(stall, day=LATER), stall.carla).decided_by == "Carla Cruz"


def test_of_two_who_decide_at_once_one_does_and_the_other_is_told_who(shop: Firm) -> None:
    for number in range(3):
        sheet = asked(shop, basket("55", description=f"basket {number}", contact=PEOPLE[number]), day=LATER)
        lea, carla = shop.actor(shop.lea), shop.actor(shop.carla)
        answers = at_once(
            partial(approvals.approve, shop.house, lea, sheet.request, 1),
            partial(approvals.refuse, shop.house, carla, sheet.request, 1, "no"),
        )
        refusals = [one for one in answers if isinstance(one, Refusal)]
        assert len(refusals) == 1
        state = again(shop, sheet).state
        first = "Lea Lang" if state is RequestState.APPROVED else "Carla Cruz"
        assert refusals[0].code == f"approval.was_{state.value}"
        assert refusals[0].facts["name"] == first
        assert len(history(shop, sheet)) == 2


def test_a_decision_that_is_sent_twice_counts_once(shop: Firm) -> None:
    sheet = asked(shop, day=LATER)
    lea = shop.actor(shop.lea)

    answers = at_once(*[lambda: approvals.approve(shop.house, lea, sheet.request, 1)] * 4)

    done = [one for one in answers if not isinstance(one, Refusal)]
    assert done
    assert again(shop, sheet).version == 2
    assert history(shop, sheet) == ["requested", "approved"]


# --- Changed ----------------------------------------------------------------------------------------------


def test_a_changed_gift_is_open_anew_and_nobody_approves_what_they_have_not_seen(
    shop: Firm, slack: ScriptedMessenger
) -> None:
    sheet = asked(shop, day=LATER)
    delivered(shop, slack)
    alice = shop.actor(shop.alice)
    draft = gifts.drafted(shop.house, alice, sheet.check)
    assert draft.day == LATER

    changed = gifts.check(
        shop.house, alice, replace(draft, amount=Money(Decimal(58), "USD")), changes=sheet.check
    )

    assert changed.reopened
    assert changed.proposal.context.prior is None, "the gift itself is not counted twice"
    assert changed.request is not None
    assert (changed.request.id, changed.request.version) == (sheet.request, 2)
    assert refused(approve, shop, sheet, shop.lea).code == "approval.changed"
    seen = approvals.shown(shop.house, shop.actor(shop.lea), sheet.request)
    assert seen.comments[-1]["was"]["value"] == ["55", "USD"]
    delivered(shop, slack)
    assert len(slack.edited) == 1
    assert slack.keys()[-1] == f"{requests.ASKED}:{sheet.request}:2:{shop.lea.id}"
    assert approve(shop, seen, shop.lea).state == "approved"
    assert history(shop, sheet) == ["requested", "reopened", "approved"]


def test_a_change_a_decision_and_a_step_at_the_same_moment_neither_lock_up_nor_lose_anything(
    shop: Firm,
) -> None:
    for number in range(3):
        sheet = asked(shop, basket("55", contact=PEOPLE[number]), day=LATER)
        alice, lea = shop.actor(shop.alice), shop.actor(shop.lea)
        shop.clock.tick(hours=5)

        at_once(
            partial(gifts.answer, shop.house, alice, sheet.check, {}, amount=Money(Decimal(57), "USD")),
            partial(approvals.approve, shop.house, lea, sheet.request, 1),
            partial(approvals.withdraw, shop.house, alice, sheet.request),
            partial(reviews.tick, shop.house, shop.workspace.id),
            partial(approvals.request, shop.house, alice, sheet.check, "again"),
        )

        changes = [kind for kind in history(shop, sheet) if kind not in ("reminded", "delegated")]
        assert again(shop, sheet).version == len(changes)
        if again(shop, sheet).state is not RequestState.WITHDRAWN:
            approvals.withdraw(shop.house, alice, sheet.request)


def test_a_change_of_any_earlier_form_of_the_gift_is_followed(stall: Firm) -> None:
    first = asked(stall, day=LATER)
    alice = stall.actor(stall.alice)
    gifts.answer(stall.house, alice, first.check, {}, amount=Money(Decimal(56), "USD"))
    gifts.answer(stall.house, alice, first.check, {}, amount=Money(Decimal(57), "USD"))

    last = gifts.answer(stall.house, alice, first.check, {}, amount=Money(Decimal(58), "USD"))

    assert last.request is not None
    assert (last.request.id, last.request.version) == (first.request, 4)
    assert last.proposal.context.prior is None, "its own request is not counted"
    asked_again = approvals.request(stall.house, alice, first.check)
    assert (asked_again.again, asked_again.sheet and asked_again.sheet.version) == (True, 4)


def test_an_approval_does_not_outlive_a_change(stall: Firm) -> None:
    sheet = asked(stall, day=LATER)
    approve(stall, sheet, stall.lea)
    alice = stall.actor(stall.alice)

    changed = gifts.answer(stall.house, alice, sheet.check, {}, amount=Money(Decimal(58), "USD"))

    assert changed.request is not None
    assert changed.request.state is RequestState.WAITING
    assert refused(record_given, stall.house, alice, changed.check_id).code == "gift.not_allowed"
    assert refused(record_given, stall.house, alice, sheet.check).code == "gift.not_allowed"


def test_a_request_that_is_not_needed_any_more_is_taken_back_by_itself(
    shop: Firm, slack: ScriptedMessenger
) -> None:
    sheet = asked(shop, day=LATER)
    delivered(shop, slack)
    alice = shop.actor(shop.alice)

    changed = gifts.answer(shop.house, alice, sheet.check, {}, amount=Money(Decimal(20), "USD"))

    assert changed.judgement.verdict is Outcome.ALLOWED
    assert again(shop, sheet).state is RequestState.WITHDRAWN
    delivered(shop, slack)
    assert len(slack.edited) == 1
    assert refused(approve, shop, sheet, shop.lea).code == "approval.was_withdrawn"
    assert record_given(shop.house, alice, changed.check_id).value is not None


def test_what_was_taken_back_can_be_asked_for_again(stall: Firm) -> None:
    sheet = asked(stall, day=LATER)
    alice = stall.actor(stall.alice)
    assert approvals.withdraw(stall.house, alice, sheet.request).state == "withdrawn"
    assert approvals.withdraw(stall.house, alice, sheet.request).version == 2, "twice is the same as once"
    assert check(stall, basket("20")).proposal.context.prior is None

    renewed = approvals.request(stall.house, alice, sheet.check, "once more").sheet

    assert renewed is not None
    assert (renewed.request, renewed.version, renewed.state) == (sheet.request, 3, "waiting")


# --- Counted ----------------------------------------------------------------------------------------------


def test_what_is_asked_for_counts_for_all_colleagues_until_it_is_refused(shop: Firm) -> None:
    def counted() -> list[str]:
        return [
            str(each.amount) for each in check(shop, basket("5"), shop.bruno).proposal.context.prior or ()
        ]

    sheet = asked(shop, day=LATER)
    assert counted() == ["55"]
    approvals.ask_back(shop.house, shop.actor(shop.lea), sheet.request, 1, "Why?")
    assert counted() == ["55"]
    approvals.refuse(shop.house, shop.actor(shop.carla), sheet.request, 2, "No.")
    assert counted() == []


# --- The message of the day -------------------------------------------------------------------------------


def test_compliance_reads_what_can_wait_once_a_day_at_ten(shop: Firm, slack: ScriptedMessenger) -> None:
    sheets = [
        asked(shop, replace(tender(), contact=PEOPLE[n]), day=LATER + timedelta(days=n)) for n in range(3)
    ]
    assert {sheet.level for sheet in sheets} == {"compliance"}
    assert told(shop) == {}
    assert reviews.plan(shop.house, shop.workspace.id) == 0, "it is nine in New York"

    shop.clock.now = MONDAY + timedelta(hours=1, minutes=5)
    assert reviews.plan(shop.house, shop.workspace.id) == 1
    assert reviews.plan(shop.house, shop.workspace.id) == 0
    delivered(shop, slack)
    ((_, key, body),) = slack.posted
    facts: Any = body["facts"]
    assert key == f"approvals:{shop.carla.id}:2026-11-16"
    assert [each["request"] for each in facts["sheets"]] == [sheet.request for sheet in sheets]

    approve(shop, sheets[1], shop.carla)
    delivered(shop, slack)
    edited: Any = slack.edited[-1][1]["facts"]
    assert [each["state"] for each in edited["sheets"]] == ["waiting", "approved", "waiting"]


def test_what_is_asked_for_after_ten_waits_for_the_next_working_day(stall: Firm) -> None:
    stall.clock.now = datetime(2026, 11, 20, 16, 0, tzinfo=UTC)  # Friday, eleven in New York
    asked(stall, tender(), day=LATER)
    assert reviews.plan(stall.house, stall.workspace.id) == 0
    stall.clock.now = datetime(2026, 11, 21, 16, 0, tzinfo=UTC)
    assert reviews.plan(stall.house, stall.workspace.id) == 0, "Saturday"
    stall.clock.now = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
    assert reviews.plan(stall.house, stall.workspace.id) == 1


def test_what_is_for_tomorrow_or_for_a_public_official_does_not_wait_for_ten(stall: Firm) -> None:
    asked(stall, tender(), day=date(2026, 11, 17))
    assert told(stall) == {(requests.ASKED, stall.carla.id): 1}
    stall.clock.tick(hours=2)
    assert reviews.plan(stall.house, stall.workspace.id) == 0, "it was told today already"
    stall.clock.tick(days=1)
    assert reviews.plan(stall.house, stall.workspace.id) == 1, "it still waits the day after"


def test_a_message_of_the_day_with_nothing_left_is_not_sent(stall: Firm, slack: ScriptedMessenger) -> None:
    sheet = asked(stall, tender(), day=LATER)
    stall.clock.tick(hours=1)
    assert reviews.plan(stall.house, stall.workspace.id) == 1
    approvals.withdraw(stall.house, stall.actor(stall.alice), sheet.request)
    delivered(stall, slack)
    assert slack.posted == []


def test_a_message_of_the_day_that_comes_too_late_is_left_to_the_next_day(
    stall: Firm, slack: ScriptedMessenger
) -> None:
    asked(stall, tender(), day=LATER)
    stall.clock.tick(hours=1)
    reviews.plan(stall.house, stall.workspace.id)
    stall.clock.now = datetime(2026, 11, 17, 14, 0, tzinfo=UTC)
    delivered(stall, slack)
    assert slack.posted == []
    stall.clock.now = datetime(2026, 11, 17, 15, 5, tzinfo=UTC)
    assert reviews.plan(stall.house, stall.workspace.id) == 1
    delivered(stall, slack)
    assert slack.keys() == [f"{reviews.BATCH}:{stall.carla.id}:2026-11-17"]


def test_a_great_many_requests_make_one_message_that_says_how_many_more(
    stall: Firm, slack: ScriptedMessenger
) -> None:
    for number in range(reviews.SHOWN + 4):
        asked(stall, replace(tender("5"), contact=f"Jane{number:02} Smith", stranger=True), day=LATER)
    stall.clock.tick(hours=1)
    reviews.plan(stall.house, stall.workspace.id)
    delivered(stall, slack)
    facts: Any = slack.posted[0][2]["facts"]
    assert (len(facts["sheets"]), facts["more"]) == (reviews.SHOWN, 4)


def test_a_reviewer_is_not_spoken_to_at_night(stall: Firm, slack: ScriptedMessenger) -> None:
    stall.clock.now = datetime(2026, 11, 17, 0, 0, tzinfo=UTC)  # Monday, 19:00 in New York
    sheet = asked(stall, day=LATER)
    delivered(stall, slack)
    assert slack.posted == []
    approve(stall, sheet, stall.carla)
    stall.clock.now = datetime(2026, 11, 17, 14, 0, tzinfo=UTC)
    delivered(stall, slack)
    assert slack.keys() == [f"{requests.NEWS}:{sheet.request}:2:{stall.alice.id}"], (
        "what is decided is asked of nobody"
    )


# --- When nobody answers ----------------------------------------------------------------------------------


def step(shop: Firm) -> int:
    return reviews.step(shop.house, shop.workspace.id)


def test_a_reviewer_is_reminded_after_four_working_hours_and_then_the_delegate_is_asked(
    shop: Firm, slack: ScriptedMessenger
) -> None:
    sheet = asked(shop, day=LATER)  # Monday at nine
    delivered(shop, slack)
    shop.clock.now = MONDAY + timedelta(hours=3, minutes=59)
    assert step(shop) == 0
    shop.clock.now = MONDAY + timedelta(hours=4, minutes=1)
    assert (step(shop), step(shop)) == (1, 0)
    assert told(shop) == {(reviews.REMINDER, shop.lea.id): 1}
    delivered(shop, slack)

    shop.clock.now = MONDAY + timedelta(hours=8, minutes=1)
    assert (step(shop), step(shop)) == (1, 0)
    assert told(shop)[requests.ASKED, shop.carla.id] == 1
    shop.clock.now = MONDAY + timedelta(days=1)
    delivered(shop, slack)
    assert len(slack.edited) == 2, "the question and the reminder say so"
    seen = approvals.shown(shop.house, shop.actor(shop.lea), sheet.request)
    assert (seen.delegates, seen.decides, seen.state) == (["Carla Cruz"], True, "waiting")
    assert approvals.desk(shop.house, shop.actor(shop.carla)).waiting
    shop.clock.tick(days=30)
    assert step(shop) == 0
    assert again(shop, sheet).state is RequestState.WAITING, "silence is never a yes"
    assert history(shop, sheet) == ["requested", "reminded", "delegated"]
    assert approve(shop, sheet, shop.lea).state == "approved"


def test_whoever_was_named_stands_in_before_anybody_else(stall: Firm) -> None:
    nora = colleague(stall, "U0NORA", "Nora North", Role.LEAD)
    members.set_by_operator(stall.house, stall.workspace.id, "U0LEA", delegate="U0NORA")
    sheet = asked(stall, day=LATER)
    assert refused(approve, stall, sheet, nora).code == "approval.not_yours"
    for hours in (5, 10):
        stall.clock.now = MONDAY + timedelta(hours=hours)
        step(stall)
    assert told(stall)[requests.ASKED, nora.id] == 1
    assert approve(stall, sheet, nora).decided_by == "Nora North"


def test_what_compliance_does_not_answer_goes_to_an_admin(stall: Firm) -> None:
    ada = colleague(stall, "U0ADA", "Ada Admin", Role.ADMIN)
    cole = colleague(stall, "U0COLE", "Cole Cook", Role.COMPLIANCE)
    with stall.house.memory.write(stall.workspace.id) as unit:
        unit.members.set_roles(stall.carla.id, frozenset({Role.COMPLIANCE}))
    sheet = asked(stall, tender(), day=LATER)
    assert sorted(sheet.asked) == ["Carla Cruz", "Cole Cook"]
    stall.clock.now = datetime(2026, 11, 16, 19, 1, tzinfo=UTC)  # four hours after ten
    assert step(stall) == 1
    assert told(stall) == {(reviews.REMINDER, stall.carla.id): 1, (reviews.REMINDER, cole.id): 1}
    stall.clock.now = datetime(2026, 11, 17, 15, 1, tzinfo=UTC)  # seven hours on Monday, one on Tuesday
    assert step(stall) == 1
    assert told(stall)[requests.ASKED, ada.id] == 1


def test_two_processes_take_a_step_once(shop: Firm) -> None:
    sheet = asked(shop, day=LATER)
    shop.clock.now = MONDAY + timedelta(hours=5)
    at_once(*[lambda: step(shop)] * 4)
    assert history(shop, sheet) == ["requested", "reminded"]
    assert told(shop)[reviews.REMINDER, shop.lea.id] == 1


def test_a_request_that_cannot_be_handled_holds_no_other_up(
    stall: Firm, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = asked(stall, day=LATER), asked(stall, basket("55", contact=PEOPLE[1]), day=LATER)
    stall.clock.now = MONDAY + timedelta(hours=5)
    usual = reviews._step_one

    def poisoned(house: Any, workspace_id: int, request_id: int, now: datetime) -> bool:
        if request_id == first.request:
            raise ValueError("poison")
        return usual(house, workspace_id, request_id, now)

    monkeypatch.setattr(reviews, "_step_one", poisoned)
    assert step(stall) == 1
    assert history(stall, second) == ["requested", "reminded"]
    assert step(stall) == 0
    assert again(stall, first).next_step_at == stall.clock() + timedelta(hours=1)


def test_a_delegate_is_shown_and_taken_back_by_the_operator(stall: Firm) -> None:
    team = stall.workspace.id
    members.set_by_operator(stall.house, team, "U0LEA", delegate="U0CARLA")
    above = members.superiors(stall.house, team, stall.lea.id)
    assert above.delegate is not None
    assert above.delegate.name == "Carla Cruz"
    members.set_by_operator(stall.house, team, "U0LEA", delegate="")
    assert members.superiors(stall.house, team, stall.lea.id).delegate is None
    for user, code in (("U0LEA", "member.own_delegate"), ("U0NOBODY", "member.unknown")):
        assert refused(members.set_by_operator, stall.house, team, "U0LEA", delegate=user).code == code


# --- Where parts meet -------------------------------------------------------------------------------------


def from_them(price: str = "80") -> GiftDraft:
    wine = GiftDraft(
        "Brightside", "Jane Smith", description="wine", category="alcohol", direction=Side.RECEIVED
    )
    return replace(wine, amount=Money(Decimal(price), "USD"))


def test_a_received_gift_goes_from_the_verdict_through_approval_to_being_kept(stall: Firm) -> None:
    colleague(stall, "U0CARLA01", "Carla Weiss", Role.COMPLIANCE)
    sheet = asked(stall, from_them("120"))
    carla = next(m for m in members_of(stall) if m.name == "Carla Weiss")
    assert not sheet.urgent
    approve(stall, sheet, carla)

    kept = record_given(stall.house, stall.actor(stall.alice), sheet.check, fate=Fate.KEPT)

    assert kept.fate is Fate.KEPT
    assert again(stall, sheet).state is RequestState.GIVEN
    assert audit(stall.house, stall.workspace.id).fault is None


def test_a_received_gift_that_goes_back_takes_its_request_back(stall: Firm) -> None:
    sheet = asked(stall, from_them())

    record_given(stall.house, stall.actor(stall.alice), sheet.check, fate=Fate.RETURNED)

    assert again(stall, sheet).state is RequestState.WITHDRAWN
    assert history(stall, sheet) == ["requested", "withdrawn"]
    assert audit(stall.house, stall.workspace.id).fault is None


def test_a_changed_received_gift_still_names_who_gave_it(stall: Firm) -> None:
    sheet = asked(stall, from_them())

    gifts.check(stall.house, stall.actor(stall.alice), from_them("90"), changes=sheet.check)

    was = again(stall, sheet).comments[-1].was
    assert was is not None
    assert was["for"] == "Jane Smith, Brightside"


def test_a_changed_gift_does_not_count_its_own_request_so_far(stall: Firm) -> None:
    sheet = asked(stall)

    changed = gifts.check(stall.house, stall.actor(stall.alice), basket("60"), changes=sheet.check)

    assert changed.reopened
    assert changed.so_far is not None
    assert changed.so_far.year.pending == 0


def members_of(shop: Firm) -> Sequence[Member]:
    with shop.house.memory.read(shop.workspace.id) as unit:
        return unit.members.all()


def test_a_check_made_while_doubtful_rules_did_not_allow_is_not_asked_for_when_they_do_again(
    stall: Firm, monkeypatch: pytest.MonkeyPatch
) -> None:
    checked = check(stall, basket("55"))
    judged = gifts.judged
    monkeypatch.setattr(gifts, "judged", lambda house, proposal, by: judged(house, cheaper(proposal), by))

    refusal = refused(approvals.request, stall.house, stall.actor(stall.alice), checked.check_id)

    assert refusal.code == "gift.rules_changed"


def cheaper(proposal: Proposal) -> Proposal:
    """What our rules allow today, as if they had changed."""
    return replace(proposal, items=(replace(proposal.items[0], unit_value=Decimal(1)),))


def test_what_the_rules_forbid_since_cannot_be_approved_but_refused(shop: Firm) -> None:
    sheet = asked(shop)
    stricter = RULES.replace(
        "amount: 60, currency: USD, per: calendar_year", "amount: 50, currency: USD, per: item"
    )
    shop.house = replace(
        shop.house,
        rulebooks=Rulebooks({"house.yaml": shipped_files()["house.yaml"], "made_up.yaml": stricter}),
    )
    lea = shop.actor(shop.lea)

    refusal = refused(approvals.approve, shop.house, lea, sheet.request, sheet.version)

    assert refusal.code == "approval.rules_forbid"
    assert approvals.shown(shop.house, lea, sheet.request).state == "waiting"
    assert approvals.refuse(shop.house, lea, sheet.request, sheet.version, "not any more").state == "refused"


def test_rules_that_changed_and_still_leave_it_to_an_approval_stand_in_nobody_s_way(shop: Firm) -> None:
    sheet = asked(shop)
    other = RULES.replace("No alcohol at Brightside.", "No alcohol at Brightside at all.")
    shop.house = replace(
        shop.house, rulebooks=Rulebooks({"house.yaml": shipped_files()["house.yaml"], "made_up.yaml": other})
    )

    done = approvals.approve(shop.house, shop.actor(shop.lea), sheet.request, sheet.version)

    assert done.state == "approved"
