"""Several people invited at once: each judged for themselves, recorded once, entered together, on both databases."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.domain.clients import Contact
from bot.domain.gifts.outings import Circumstances, Way
from bot.domain.gifts.rules import Outcome
from bot.domain.money import Money
from bot.domain.refusals import Refusal
from bot.rulebook.reader import shipped_files
from bot.services import approvals, gifts, outings
from bot.services.outings import Invited, OutingDraft, Planned, gift_of
from bot.services.rulebooks import Rulebooks
from tests.bot.services.test_gifts import RULES, refused
from tests.conftest import MONDAY, Firm

MORE_RULES = """
title: Rules of another made-up company
reviewed: 2026-11-01
sources:
  code:
    title: Harbour house rules
    url: https://harbour.example/rules
    checked: primary
    text_date: May 2026
    dated: 2026-05
groups:
  - regime: harbour
    layer: employer
    source: code
    applies_to: {employers: [Harbour]}
    rules:
      - id: harbour-meals
        effect: limit
        categories: [meal, entertainment]
        limit: {amount: 50, currency: USD, per: head}
        summary: {en: Harbour people take hospitality up to 50 dollars., fr: Jusqu'à 50 dollars chez Harbour.}
"""
TODAY = MONDAY.date()


def open_table(firm: Firm) -> Firm:
    """A firm with Brightside, Harbour and Acme in Alice's book, each with people, judged by made-up rules and ours."""
    rulebooks = Rulebooks(
        {"house.yaml": shipped_files()["house.yaml"], "one.yaml": RULES, "two.yaml": MORE_RULES}
    )
    firm.house = replace(firm.house, rulebooks=rulebooks)
    for name in ("Brightside", "Harbour", "Acme"):
        firm.client(name, market="US-NY")
    return firm


@pytest.fixture
def table(firm: Firm) -> Firm:
    """On SQLite and on PostgreSQL."""
    return open_table(firm)


@pytest.fixture
def small_table(small_firm: Firm) -> Firm:
    """On SQLite alone."""
    return open_table(small_firm)


@pytest.fixture
def jane(table: Firm) -> Contact:
    return table.contact(table.clients["Brightside"], "Jane Smith", role="buyer")


@pytest.fixture
def tom(table: Firm) -> Contact:
    return table.contact(table.clients["Harbour"], "Tom Lee")


def dollars(amount: str) -> Money:
    return Money(Decimal(amount), "USD")


def known(person: Contact) -> Invited:
    return Invited(person.name, "", contact=person.id)


def dinner(*people: Invited, cost: str | None = "60", **more: Any) -> OutingDraft:
    of = Circumstances("dinner", "meal", None if cost is None else dollars(cost), TODAY, host="Alice Ames")
    return OutingDraft(replace(of, **more), "USD", people)


def plan(table: Firm, draft: OutingDraft, key: str = "key", **more: Any) -> Planned:
    return outings.plan(table.house, table.actor(table.alice), draft, key, **more)


def verdicts(planned: Planned) -> list[str]:
    return [each.judgement.verdict.word for each in planned.people]


def came(table: Firm, planned: Planned, *checks: int, cost: str | None = None) -> Any:
    actor = table.actor(table.alice)
    money = None if cost is None else dollars(cost)
    return outings.record_came(table.house, actor, planned.outing.id, checks, money)


def entries(table: Firm) -> list[str]:
    with table.house.memory.read(table.workspace.id) as unit:
        return [entry.kind for entry in unit.register.entries()]


def checks(table: Firm) -> int:
    with table.house.memory.read(table.workspace.id) as unit:
        return len(unit.gifts.recent_checks(1000))


# --- Planned ----------------------------------------------------------------------------------------------


def test_each_person_is_judged_by_the_rules_of_their_own_company(
    table: Firm, jane: Contact, tom: Contact
) -> None:
    planned = plan(table, dinner(known(jane), known(tom), Invited.typed("Ida Low", "Acme")))
    assert verdicts(planned) == ["allowed", "not_allowed", "ask"]
    assert [each.client.name for each in planned.people if each.client] == ["Brightside", "Harbour", "Acme"]
    assert [each.proposal.context.attendees for each in planned.people] == [3, 3, 3]
    assert [len(planned.of(outcome)) for outcome in Outcome] == [1, 0, 1, 1]


def test_one_check_a_person_is_recorded_and_stands_in_the_register_chain(
    table: Firm, jane: Contact, tom: Contact
) -> None:
    planned = plan(table, dinner(known(jane), known(tom)))
    assert planned.outing.check_ids == tuple(each.check_id for each in planned.people)
    assert entries(table) == ["checked", "checked"]
    again = outings.recall(table.house, table.actor(table.alice), planned.outing.id)
    assert verdicts(again) == verdicts(planned)
    assert again.outing == planned.outing


def test_special_rules_and_earlier_gifts_of_each_person_count(table: Firm, jane: Contact) -> None:
    ann = table.contact(
        table.clients["Acme"], "Dr Ann Vale", regimes=("HCP",), jurisdiction="US-VT", role="physician"
    )
    actor = table.actor(table.alice)
    for number in range(3):
        first = plan(table, dinner(known(jane), cost="80"), f"dinner {number}")
        came(table, first, *first.outing.check_ids)
    planned = plan(table, dinner(known(jane), known(ann), cost="80"), "one more")
    assert verdicts(planned) == ["needs_approval", "not_allowed"]
    assert outings.needing_approval(table.house, actor, planned.outing.id) == (planned.people[0].check_id,)
    prior = planned.people[0].proposal.context.prior
    assert prior is not None
    assert [one.amount for one in prior] == [80, 80, 80]
    assert outings.drafted(table.house, actor, planned.outing.id).people[1].contact == ann.id


def test_companions_a_host_who_is_away_and_the_place_are_told_to_the_judge(
    table: Firm, jane: Contact
) -> None:
    planned = plan(
        table, dinner(known(jane), companions=2, host_present=False, host="", setting="restaurant")
    )
    (one,) = planned.people
    assert one.proposal.context.guests == 2
    assert one.proposal.items[0].quantity == 3
    assert one.proposal.context.host_present is False
    assert one.proposal.context.setting == "restaurant"
    assert one.judgement.verdict is Outcome.NOT_ALLOWED


def test_everybody_is_judged_as_of_the_day_of_the_outing(table: Firm, jane: Contact) -> None:
    planned = plan(table, dinner(known(jane), day=date(2027, 1, 8)))
    assert planned.people[0].proposal.date == date(2027, 1, 8)
    checked = gifts.answer(
        table.house, table.actor(table.alice), planned.people[0].check_id, {"context.pending_decision": False}
    )
    assert checked.proposal.date == date(2027, 1, 8)


def test_a_person_named_twice_is_invited_once(table: Firm, jane: Contact) -> None:
    twice = Invited.typed("jane smith", "Brightside")
    stranger = Invited.typed("Ida Low", "Zephyr Mills")
    planned = plan(table, dinner(known(jane), twice, stranger, replace(stranger, name="ida low")))
    assert len(planned.people) == 2
    assert planned.people[0].proposal.context.attendees == 2


def test_names_that_are_not_clear_are_asked_about_all_at_once_and_nobody_is_judged(
    table: Firm, jane: Contact, tom: Contact
) -> None:
    table.client("Harbor View")
    draft = dinner(
        Invited.typed("Jan Smith", "Brightside"), known(tom), Invited.typed("Ida Low", "Harbo Vie")
    )
    found = refused(plan, table, replace(draft, people=(*draft.people, Invited.typed("A B", "Harbo"))))
    assert found.code == "outing.unclear"
    asked = found.facts["asked"]
    assert isinstance(asked, tuple)
    assert [(one.place, one.client) for one in asked] == [(0, "Brightside"), (3, None)]
    assert asked[0].choices == ((jane.id, "Jane Smith"),)
    assert checks(table) == 0


def test_what_was_chosen_for_a_name_that_was_not_clear_is_kept(table: Firm, jane: Contact) -> None:
    near = Invited.typed("Jan Smith", "Brightside")
    stranger = plan(table, dinner(replace(near, stranger=True)), "one")
    assert stranger.people[0].contact is None
    assert stranger.people[0].proposal.recipient.name == "Jan Smith"
    chosen = plan(table, dinner(replace(near, contact=jane.id)), "two")
    assert chosen.people[0].contact == jane
    draft = outings.drafted(table.house, table.actor(table.alice), stranger.outing.id)
    assert verdicts(plan(table, draft, "three")) == verdicts(stranger)  # not asked about once more


@pytest.mark.parametrize(
    ("draft", "code"),
    [
        (dinner(), "outing.nobody"),
        (dinner(*[Invited.typed(f"Person {n}", "Acme") for n in range(31)]), "outing.too_many"),
        (dinner(Invited.typed("Ida Low", "Acme"), day=TODAY - timedelta(days=400)), "outing.day"),
        (dinner(Invited.typed("Ida Low", "Acme"), day=TODAY + timedelta(days=800)), "outing.day"),
        (dinner(Invited("Ghost", "", contact=987654)), "contact.gone"),
        (dinner(Invited.typed("Ida Low", "  ")), "gift.no_employer"),
        (dinner(Invited("Ida Low", "", employer=987654, contact="Ida Low")), "client.gone"),
    ],
)
def test_what_cannot_be_planned_is_refused_and_leaves_nothing(
    small_table: Firm, draft: OutingDraft, code: str
) -> None:
    assert refused(plan, small_table, draft).code == code
    assert entries(small_table) == []


def test_thirty_people_are_judged_in_one_go(small_table: Firm) -> None:
    people = [Invited.typed(f"Guest Number {n}", "Harbour") for n in range(30)]
    planned = plan(small_table, dinner(*people, cost="40"))
    assert len(planned.people) == 30
    assert planned.people[0].proposal.context.attendees == 30


def test_a_draft_waits_with_everything_in_it(small_table: Firm) -> None:
    actor = small_table.actor(small_table.alice)
    person = replace(
        Invited.typed("Ida Low", "Acme"), stranger=True, facts={"context.pending_decision": True}
    )
    draft = dinner(person, cost="45.50", setting="home", companions=1)
    kept = outings.set_aside(small_table.house, actor, draft)
    assert outings.resume(small_table.house, actor, kept) == draft
    other = small_table.actor(small_table.bruno)
    assert refused(outings.resume, small_table.house, other, kept).code == "draft.gone"


# --- The same as one by one -------------------------------------------------------------------------------

COSTS = st.one_of(st.none(), st.integers(min_value=1, max_value=400).map(str))
PEOPLE = st.lists(
    st.sampled_from(
        [
            ("Jane Smith", "Brightside"),
            ("Ann Vale", "Acme"),
            ("Tom Lee", "Harbour"),
            ("Ida Low", "Zephyr Mills"),
            ("the buyer", "Brightside"),
        ]
    ),
    min_size=1,
    max_size=5,
    unique=True,
)


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    derandomize=True,
)
@given(
    people=PEOPLE,
    cost=COSTS,
    companions=st.integers(min_value=0, max_value=3),
    host=st.booleans(),
    kind=st.sampled_from(["meal", "entertainment", "refreshment", "lodging"]),
    setting=st.sampled_from([None, "restaurant", "home"]),
    days=st.integers(min_value=-30, max_value=60),
)
def test_the_answer_for_each_person_is_that_of_a_single_check_with_the_same_facts(
    small_table: Firm,
    people: list[tuple[str, str]],
    cost: str | None,
    companions: int,
    host: bool,
    kind: str,
    setting: str | None,
    days: int,
) -> None:
    invited = [Invited.typed(name, company) for name, company in people]
    draft = dinner(
        *invited,
        cost=cost,
        companions=companions,
        host_present=host,
        category=kind,
        setting=setting,
        day=TODAY + timedelta(days=days),
    )
    planned = plan(small_table, draft, f"{draft}")
    for person, each in zip(invited, planned.people, strict=True):
        single = gifts.check(
            small_table.house, small_table.actor(small_table.alice), gift_of(draft, person, len(people))
        )
        assert single.judgement == each.judgement
        assert single.proposal == each.proposal
    for way in planned.ways:
        _proved(small_table, draft, planned, way)


def _proved(table: Firm, draft: OutingDraft, planned: Planned, way: Way) -> None:
    """What is said to let all of them come does, when it is planned so."""
    of = draft.circumstances
    changed = replace(
        of,
        cost=of.cost if way.cost is None else Money(way.cost, "USD"),
        host_present=of.host_present or way.host,
        companions=0 if way.alone else of.companions,
    )
    left = [person for place, person in enumerate(draft.people) if place not in way.without]
    everybody = [
        gifts.check(
            table.house,
            table.actor(table.alice),
            gift_of(OutingDraft(changed, "USD", draft.people), person, len(draft.people)),
        )
        for person in left
    ]
    assert {each.judgement.verdict for each in everybody} == {Outcome.ALLOWED}
    assert len(left) + len(way.without) == len(planned.people)


# --- What would let all come ------------------------------------------------------------------------------


def test_the_highest_cost_at_which_all_may_come_is_found(table: Firm, jane: Contact, tom: Contact) -> None:
    planned = plan(table, dinner(known(jane), known(tom), cost="75"))
    assert [way.cost for way in planned.ways] == [Decimal(50)]
    assert set(verdicts(plan(table, dinner(known(jane), known(tom), cost="50"), "less"))) == {"allowed"}
    assert "allowed" not in verdicts(plan(table, dinner(known(tom), cost="51"), "more"))


def test_where_all_may_come_nothing_is_proposed(table: Firm, jane: Contact) -> None:
    assert plan(table, dinner(known(jane), cost="20")).ways == ()


def test_a_host_and_coming_alone_are_proposed_when_they_help(table: Firm, jane: Contact) -> None:
    away = plan(table, dinner(known(jane), cost="40", host_present=False))
    assert [(way.host, way.alone, way.cost) for way in away.ways] == [(True, False, None)]
    both = plan(table, dinner(known(jane), cost="40", host_present=False, companions=1), "both")
    assert (True, True) in [(way.host, way.alone) for way in both.ways]


def test_who_may_come_at_no_cost_is_told_apart(table: Firm, jane: Contact, tom: Contact) -> None:
    ann = table.contact(table.clients["Acme"], "Ann Vale", regimes=("HCP",), jurisdiction="US-VT")
    planned = plan(table, dinner(known(ann), known(jane), known(tom), cost="75"))
    (way,) = planned.ways
    assert (way.cost, way.without) == (Decimal(50), (0,))


def test_without_a_cost_the_highest_that_would_do_is_told(table: Firm, tom: Contact) -> None:
    (way,) = plan(table, dinner(known(tom), cost=None)).ways
    assert way.cost == Decimal(50)


# --- Changed ----------------------------------------------------------------------------------------------


def test_asked_twice_under_the_same_key_it_is_planned_once(table: Firm, jane: Contact, tom: Contact) -> None:
    draft = dinner(known(jane), known(tom))
    first, again = plan(table, draft), plan(table, draft)
    assert first.outing == again.outing
    assert entries(table) == ["checked", "checked"]


def test_two_at_the_same_moment_plan_it_once(table: Firm, jane: Contact, tom: Contact) -> None:
    draft = dinner(known(jane), known(tom))
    with ThreadPoolExecutor(4) as pool:
        planned = list(pool.map(lambda _: plan(table, draft), range(4)))
    assert len({each.outing.id for each in planned}) == 1
    assert checks(table) == 2


def test_a_changed_outing_takes_the_place_of_the_older(table: Firm, jane: Contact, tom: Contact) -> None:
    actor = table.actor(table.alice)
    first = plan(table, dinner(known(jane), known(tom), cost="75"))
    draft = outings.drafted(table.house, actor, first.outing.id)
    cheaper = replace(draft, circumstances=replace(draft.circumstances, cost=dollars("50")))
    second = plan(table, cheaper, "second", changes=first.outing.id)
    assert verdicts(second) == ["allowed", "allowed"]
    assert [one.id for one in outings.lately(table.house, actor, 5)] == [second.outing.id]
    assert refused(plan, table, cheaper, "third", changes=first.outing.id).code == "outing.changed"
    assert refused(came, table, first, first.people[0].check_id).code == "outing.changed"
    assert refused(outings.recall, table.house, actor, first.outing.id).code == "outing.changed"
    assert plan(table, cheaper, "second", changes=first.outing.id).outing == second.outing


def test_two_changes_at_the_same_moment_are_one(table: Firm, jane: Contact) -> None:
    first = plan(table, dinner(known(jane)))

    def change(number: int) -> str:
        try:
            plan(table, dinner(known(jane), cost=f"{20 + number}"), f"k{number}", changes=first.outing.id)
        except Refusal as refusal:
            return refusal.code
        return "done"

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(change, range(4))) == ["done", *["outing.changed"] * 3]


def test_an_answer_about_one_person_counts_in_the_outing_and_stays_when_it_is_changed(
    table: Firm, jane: Contact, tom: Contact
) -> None:
    actor = table.actor(table.alice)
    planned = plan(table, dinner(known(jane), known(tom), cost="40"))
    gifts.answer(table.house, actor, planned.people[0].check_id, {"context.pending_decision": True})
    now = outings.recall(table.house, actor, planned.outing.id)
    assert verdicts(now) == ["needs_approval", "allowed"]
    assert outings.check_at(table.house, actor, planned.outing.id, 0) == now.people[0].check_id
    draft = outings.drafted(table.house, actor, planned.outing.id)
    assert draft.people[0].facts == {"context.pending_decision": True}
    assert verdicts(plan(table, draft, "again", changes=planned.outing.id)) == ["needs_approval", "allowed"]


def test_an_outing_of_somebody_else_is_refused(table: Firm, jane: Contact) -> None:
    planned = plan(table, dinner(known(jane)))
    outing_id, bruno = planned.outing.id, table.actor(table.bruno)
    house = table.house
    for call in (
        lambda: outings.recall(house, bruno, outing_id),
        lambda: outings.drafted(house, bruno, outing_id),
        lambda: outings.needing_approval(house, bruno, outing_id),
        lambda: outings.guests(house, bruno, outing_id),
        lambda: outings.check_at(house, bruno, outing_id, 0),
        lambda: outings.record_came(house, bruno, outing_id, planned.outing.check_ids, None),
        lambda: outings.take_all_out(house, bruno, outing_id),
        lambda: outings.plan(house, bruno, dinner(known(jane)), "mine", changes=outing_id),
        lambda: outings.plan(house, bruno, dinner(known(jane)), "key"),
    ):
        assert refused(call).code == "outing.gone"
    assert outings.lately(house, bruno, 5) == []
    assert refused(outings.recall, house, table.actor(table.alice), 987654).code == "outing.gone"


# --- Who came ---------------------------------------------------------------------------------------------


def test_those_who_came_are_entered_together_with_the_day_and_the_real_cost(
    table: Firm, jane: Contact, tom: Contact
) -> None:
    yesterday = TODAY - timedelta(days=5)
    planned = plan(table, dinner(known(jane), known(tom), cost="40", day=yesterday, companions=0))
    _, given = came(table, planned, *planned.outing.check_ids, cost="45")
    assert [(one.value, one.given_on, one.again) for one in given] == [(dollars("45"), yesterday, False)] * 2
    assert entries(table) == ["checked", "checked", "given", "given"]
    assert [each.registered for each in plan(table, dinner(known(jane)), "key").people] == [True, True]


def test_entered_twice_each_counts_once(table: Firm, jane: Contact, tom: Contact) -> None:
    planned = plan(table, dinner(known(jane), known(tom), cost="40"))
    came(table, planned, planned.outing.check_ids[0])
    _, given = came(table, planned, *planned.outing.check_ids)
    assert [one.again for one in given] == [True, False]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: came(table, planned, *planned.outing.check_ids), range(4)))
    assert entries(table).count("given") == 2


def test_all_are_entered_or_nobody(table: Firm, jane: Contact, tom: Contact) -> None:
    planned = plan(table, dinner(known(jane), known(tom), cost="40"))
    assert refused(came, table, planned, *planned.outing.check_ids, cost="55").code == "gift.not_cleared"
    assert "given" not in entries(table)
    again = outings.plan_at(
        table.house, table.actor(table.alice), planned.outing.id, dollars("55"), "real cost"
    )
    assert verdicts(again) == ["allowed", "not_allowed"]
    came(table, again, again.people[0].check_id)
    assert entries(table).count("given") == 1


def test_who_may_not_come_cannot_be_entered(table: Firm, jane: Contact, tom: Contact) -> None:
    planned = plan(table, dinner(known(jane), known(tom), cost="75"))
    assert refused(came, table, planned, *planned.outing.check_ids).code == "gift.not_allowed"
    assert refused(came, table, planned).code == "outing.nobody_came"
    assert refused(came, table, planned, 987654).code == "outing.nobody_came"
    _, guests = outings.guests(table.house, table.actor(table.alice), planned.outing.id)
    assert [(guest.name, guest.may_enter) for guest in guests] == [("Jane Smith", True), ("Tom Lee", False)]


def test_before_its_day_nobody_has_come(table: Firm, jane: Contact) -> None:
    planned = plan(table, dinner(known(jane), day=TODAY + timedelta(days=1)))
    assert refused(came, table, planned, *planned.outing.check_ids).code == "outing.too_early"
    table.clock.tick(days=1)
    _, given = came(table, planned, *planned.outing.check_ids)
    assert given[0].given_on == TODAY + timedelta(days=1)


# --- Who needs an approval --------------------------------------------------------------------------------


def _dearer(table: Firm, jane: Contact) -> Planned:
    """A dinner at which Jane needs an approval: three before it have used up her allowance."""
    for number in range(3):
        first = plan(table, dinner(known(jane), cost="80"), f"dinner {number}")
        came(table, first, *first.outing.check_ids)
    return plan(table, dinner(known(jane), Invited.typed("Ida Low", "Acme"), cost="80"), "one more")


def test_approval_is_asked_once_for_everybody_who_needs_it_and_opens_the_register_for_them(
    table: Firm, jane: Contact
) -> None:
    planned, alice = _dearer(table, jane), table.actor(table.alice)
    outing_id, check_id = planned.outing.id, planned.people[0].check_id

    assert outings.ask_for_approval(table.house, alice, outing_id, "the yearly dinner") == 1
    assert outings.ask_for_approval(table.house, alice, outing_id) == 0
    assert refused(came, table, planned, check_id).code == "gift.not_allowed"

    (request,) = approvals.desk(table.house, table.actor(table.carla)).waiting
    assert (request.person, request.reason) == ("Jane Smith", "the yearly dinner")
    approvals.approve(table.house, table.actor(table.carla), request.request, request.version)
    _, guests = outings.guests(table.house, alice, outing_id)
    assert [guest.may_enter for guest in guests] == [True, False]
    came(table, planned, check_id)
    assert approvals.shown(table.house, alice, request.request).state == "given"


def test_what_was_asked_for_is_taken_back_when_the_outing_changes(table: Firm, jane: Contact) -> None:
    planned, alice = _dearer(table, jane), table.actor(table.alice)
    outings.ask_for_approval(table.house, alice, planned.outing.id)

    outings.plan_at(table.house, alice, planned.outing.id, dollars("90"), "dearer")

    assert approvals.desk(table.house, table.actor(table.carla)).waiting == ()
    assert refused(outings.needing_approval, table.house, alice, planned.outing.id).code == "outing.changed"


def test_companions_count_for_the_person_who_brings_them(small_table: Firm) -> None:
    rulebooks = Rulebooks({"two.yaml": MORE_RULES})
    small_table.house = replace(small_table.house, rulebooks=rulebooks)
    planned = plan(small_table, dinner(Invited.typed("Tom Lee", "Harbour"), cost="20", companions=1))
    _, given = came(small_table, planned, *planned.outing.check_ids)
    assert given[0].value == dollars("40")


def test_companies_that_are_not_in_the_book_are_added_with_their_people(small_table: Firm) -> None:
    rulebooks = Rulebooks({"two.yaml": MORE_RULES.replace("[Harbour]", "[Harbour, Zephyr Mills]")})
    small_table.house = replace(small_table.house, rulebooks=rulebooks)
    planned = plan(
        small_table,
        dinner(
            Invited.typed("Ida Low", "Zephyr Mills"), Invited.typed("Ben Hart", "Zephyr Mills"), cost="20"
        ),
    )
    _, given = came(small_table, planned, *planned.outing.check_ids)
    assert [one.added_client for one in given] == [True, False]
    assert [one.contact.name for one in given if one.contact] == ["Ida Low", "Ben Hart"]


def test_a_registered_outing_is_not_changed_before_it_is_taken_out_again(
    table: Firm, jane: Contact, tom: Contact
) -> None:
    planned = plan(table, dinner(known(jane), known(tom), cost="40"))
    came(table, planned, *planned.outing.check_ids)
    draft = outings.drafted(table.house, table.actor(table.alice), planned.outing.id)
    assert refused(plan, table, draft, "changed", changes=planned.outing.id).code == "outing.registered"
    actor = table.actor(table.alice)
    assert outings.take_all_out(table.house, actor, planned.outing.id)[1] == 2
    assert outings.take_all_out(table.house, actor, planned.outing.id)[1] == 0
    assert entries(table).count("taken_out") == 2
    assert refused(came, table, planned, *planned.outing.check_ids).code == "gift.withdrawn"
    again = plan(table, draft, "changed", changes=planned.outing.id)
    came(table, again, *again.outing.check_ids)


def test_an_answer_after_registering_does_not_let_somebody_be_entered_twice(
    table: Firm, jane: Contact
) -> None:
    actor = table.actor(table.alice)
    planned = plan(table, dinner(known(jane), cost="40"))
    came(table, planned, *planned.outing.check_ids)
    gifts.answer(table.house, actor, planned.people[0].check_id, {"context.pending_decision": False})
    assert outings.check_at(table.house, actor, planned.outing.id, 0) == planned.people[0].check_id
    _, given = came(table, planned, *planned.outing.check_ids)
    assert given[0].again


# --- The list of people -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("jan", ["Jane Smith"]),
        ("smith jane", ["Jane Smith"]),
        ("bright", ["Jane Smith", "Zoë Müller"]),
        ("ZOE", ["Zoë Müller"]),
        ("müll", ["Zoë Müller"]),
        ("muller brightside", ["Zoë Müller"]),
        ("Œdip", ["Marc Oedipe"]),
        ("oed", ["Marc Oedipe"]),
        ("obrien", ["Pat O'Brien"]),
        ("Brightsied", ["Jane Smith", "Zoë Müller"]),
        ("%", []),
        ("_", []),
        ("xyz", []),
    ],
)
def test_people_of_all_clients_are_found_by_their_name_and_their_companys(
    table: Firm, jane: Contact, typed: str, expected: list[str]
) -> None:
    table.contact(table.clients["Brightside"], "Zoë Müller")
    table.contact(table.clients["Acme"], "Marc Oedipe")
    table.contact(table.client("Far Away", table.bruno), "Pat O'Brien")
    found = outings.people_named(table.house, table.actor(table.alice), typed)
    assert [one.contact.name for one in found] == expected


def test_nothing_typed_shows_people_of_ones_own_clients_first(table: Firm, jane: Contact) -> None:
    table.contact(table.client("Far Away", table.bruno), "Aaron Able")
    found = outings.people_named(table.house, table.actor(table.alice), " ")
    assert [(one.contact.name, one.client, one.own) for one in found] == [
        ("Jane Smith", "Brightside", True),
        ("Aaron Able", "Far Away", False),
    ]


def test_approval_is_not_asked_for_once_the_day_of_an_outing_has_passed(table: Firm, jane: Contact) -> None:
    planned, alice = _dearer(table, jane), table.actor(table.alice)
    table.clock.tick(days=40)

    assert (
        refused(outings.ask_for_approval, table.house, alice, planned.outing.id).code == "approval.past_day"
    )
