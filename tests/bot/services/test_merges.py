"""Two clients that turn out to be one: what moves, what counts, and the way back within a day."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from bot.domain.clients import Client, Contact, Part, Tier
from bot.domain.gifts.chain import EntryKind, NewRegisterEntry, gift_facts
from bot.domain.gifts.register import NewGiftGiven
from bot.domain.money import Money
from bot.domain.promises import NewPromise
from bot.domain.refusals import Refusal
from bot.domain.touches import Channel, TouchDraft
from bot.services import (
    audit,
    briefs,
    delivery,
    digest,
    gifts,
    imports,
    meetings,
    merges,
    nudges,
    promises,
    register,
    touch_marks,
    touches,
)
from bot.services.client_edits import archive, history, restore
from bot.services.imports import Origin
from bot.services.proposals import GiftDraft
from tests.bot.services.messenger import ScriptedMessenger
from tests.bot.services.test_races import answers, at_once
from tests.conftest import MONDAY, Firm


@pytest.fixture
def kept(firm: Firm) -> Client:
    return firm.client("Northwind")


@pytest.fixture
def gone(firm: Firm) -> Client:
    return firm.client("Northwind Traders", aliases=("NWT",), tier=Tier.B)


def merge(firm: Firm, kept: Client, gone: Client) -> merges.Merged:
    return merges.merge(firm.house, firm.actor(firm.alice), kept.id, gone.id)


def undo(firm: Firm, done: merges.Merged) -> merges.Merged:
    return merges.undo(firm.house, firm.actor(firm.alice), done.merge.id)


def call(firm: Firm, client: Client, key: str, contact: int | None = None) -> int:
    draft = TouchDraft(client.id, Channel.CALL, contacts=() if contact is None else (contact,))
    return touches.log(firm.house, firm.actor(firm.alice), draft, key).touch.id


def give(firm: Firm, client: Client, contact: Contact, value: int = 40) -> None:
    draft = GiftDraft(client.id, contact.id, description="wine", amount=Money(Decimal(value), "USD"))
    checked = gifts.check(firm.house, firm.actor(firm.alice), draft)
    if checked.judgement.verdict.word == "allowed":
        register.record_given(firm.house, firm.actor(firm.alice), checked.check_id, None)
        return
    with firm.house.memory.write(firm.workspace.id) as unit:
        # What the rules would not allow may stand in the register all the same: it was given.
        entered = NewGiftGiven(
            check_id=checked.check_id,
            member_id=firm.alice.id,
            client_id=client.id,
            contact_id=contact.id,
            category="gift",
            description="wine",
            value=Money(Decimal(value), "USD"),
            given_on=MONDAY.date(),
            recorded_at=MONDAY,
        )
        unit.gifts.record_given(entered)
        unit.register.append(
            NewRegisterEntry(
                EntryKind.GIVEN, MONDAY, firm.alice.id, gift_facts(entered), check_id=checked.check_id
            )
        )


def given(firm: Firm, client: Client, contact: Contact | None = None) -> list[tuple[int, Decimal]]:
    with firm.house.memory.read(firm.workspace.id) as unit:
        sums = unit.gifts.sums(
            client.id, None if contact is None else contact.id, date(2026, 1, 1), date(2026, 12, 31)
        )
    return [(each.number, each.value.amount) for each in sums]


def test_everything_follows_and_old_numbers_lead_to_the_kept_one(
    firm: Firm, kept: Client, gone: Client
) -> None:
    jane, tom = firm.contact(kept, "Jane Smith"), firm.contact(gone, "Tom Lee")
    twin = firm.contact(gone, "JANE smith", email="jane@nw.com", regimes=("US-FED",))
    touch = call(firm, gone, "one", twin.id)
    with firm.house.memory.write(firm.workspace.id) as unit:
        unit.promises.add(
            NewPromise(gone.id, firm.alice.id, "quote", MONDAY.date(), MONDAY, "p", touch_id=touch)
        )
        unit.clients.set_channels(gone.id, ["C0NW", "C0BOTH"])
        unit.clients.set_channels(kept.id, ["C0BOTH"])
        unit.clients.set_team(gone.id, Part.BACKUP, firm.bruno.id)
        unit.clients.set_complaint(gone.id, MONDAY)

    before = merges.preview(firm.house, firm.actor(firm.alice), kept.id, gone.id)
    assert before.moving == {
        "touches": 1,
        "promises": 1,
        "meetings": 0,
        "contacts": 2,
        "questions": 0,
        "gifts": 0,
    }
    assert (before.joined, before.names) == (("Jane Smith",), ("Northwind Traders", "NWT"))
    done = merge(firm, kept, gone)

    assert done.gone.merged_into_id == kept.id
    assert firm.again(gone).id == kept.id
    with firm.house.memory.read(firm.workspace.id) as unit:
        assert [person.id for person in unit.contacts.called("Jane Smith", 9)] == [jane.id]
    assert firm.again(kept).aliases == ("Northwind Traders", "NWT")
    assert firm.again(kept).complaint_at == MONDAY
    assert firm.again(kept).last_conversation_at == MONDAY
    with firm.house.memory.read(firm.workspace.id) as unit:
        assert [person.name for person in unit.contacts.of_client(kept.id)] == ["Jane Smith", "Tom Lee"]
        (seen,) = unit.touches.recent(kept.id, 5)
        assert seen.contact_ids == (jane.id,)
        assert [p.text for p in unit.promises.open_of_client(kept.id)] == ["quote"]
        assert list(unit.clients.channels(kept.id)) == ["C0BOTH", "C0NW"]
        assert unit.clients.team(kept.id) == {Part.BACKUP: firm.bruno.id}
        joined = unit.contacts.get(twin.id)
        assert joined is not None
        assert (joined.id, joined.regimes, joined.email) == (jane.id, ("US-FED",), "jane@nw.com")
        assert [c.client_id for c in unit.clients.named("Northwind Traders")] == [kept.id]
    # Buttons and drafts that were made before name the one that is gone.
    actor = firm.actor(firm.alice)
    assert call(firm, gone, "two", tom.id)
    assert briefs.brief(firm.house, actor, gone.id).client_id == kept.id
    assert nudges.snooze(firm.house, actor, gone.id, wish="tomorrow").client.id == kept.id
    assert firm.again(kept).snoozes == 1
    assert [c.kind.value for c in history(firm.house, actor, gone.id, 9).changes] == ["merged"]


def test_undoing_sends_back_exactly_what_moved_and_leaves_what_came_since(
    firm: Firm, kept: Client, gone: Client
) -> None:
    jane, twin = firm.contact(kept, "Jane Smith"), firm.contact(gone, "Jane Smith", regimes=("US-FED",))
    own, moved = call(firm, kept, "own", jane.id), call(firm, gone, "moved", twin.id)
    with firm.house.memory.write(firm.workspace.id) as unit:
        unit.clients.set_channels(gone.id, ["C0NW", "C0BOTH"])
        unit.clients.set_channels(kept.id, ["C0BOTH"])
        unit.clients.set_team(gone.id, Part.BACKUP, firm.bruno.id)
        unit.clients.set_complaint(gone.id, MONDAY)
        touches.recount(unit, gone.id, MONDAY)
    was = {each.name: firm.again(each) for each in (kept, gone)}
    done = merge(firm, kept, gone)
    firm.clock.tick(hours=23)
    since = call(firm, kept, "since", jane.id)
    firm.contact(kept, "Somebody New")
    undo(firm, done)

    with firm.house.memory.read(firm.workspace.id) as unit:
        assert [t.id for t in unit.touches.recent(kept.id, 9)] == [since, own]
        (back,) = unit.touches.recent(gone.id, 9)
        assert (back.id, back.contact_ids) == (moved, (twin.id,))
        assert [p.name for p in unit.contacts.of_client(gone.id)] == ["Jane Smith"]
        assert [p.name for p in unit.contacts.of_client(kept.id)] == ["Jane Smith", "Somebody New"]
        assert list(unit.clients.channels(gone.id)) == ["C0BOTH", "C0NW"]
        assert list(unit.clients.channels(kept.id)) == ["C0BOTH"]
        assert unit.clients.team(kept.id) == {}
        assert unit.clients.team(gone.id) == {Part.BACKUP: firm.bruno.id}
        held = unit.contacts.get(jane.id)
        assert held is not None
        assert held.regimes == ()
    for each in (kept, gone):
        after = firm.again(each)
        before = was[each.name]
        assert (after.name, after.aliases, after.complaint_at) == (
            before.name,
            before.aliases,
            before.complaint_at,
        )
        assert not after.archived
    assert firm.again(gone).due_at == was[gone.name].due_at


def test_gifts_of_both_count_together_and_the_register_stays_sealed(
    firm: Firm, kept: Client, gone: Client
) -> None:
    jane, twin = firm.contact(kept, "Jane Smith"), firm.contact(gone, "Jane Smith")
    give(firm, kept, jane, 30)
    give(firm, gone, twin, 45)
    assert given(firm, kept, jane) == [(1, Decimal(30))]
    done = merge(firm, kept, gone)
    assert given(firm, kept) == [(2, Decimal(75))]
    assert given(firm, kept, jane) == [(2, Decimal(75))]
    assert given(firm, gone, twin) == [(2, Decimal(75))]
    checked = gifts.check(
        firm.house,
        firm.actor(firm.alice),
        GiftDraft(gone.id, twin.id, description="pen", amount=Money(Decimal(5), "USD")),
    )
    prior = checked.proposal.context.prior or ()
    assert sorted(each.amount for each in prior) == [Decimal(30), Decimal(45)]
    assert audit.audit(firm.house, firm.workspace.id).fault is None
    undo(firm, done)
    assert given(firm, kept, jane) == [(1, Decimal(30))]
    assert given(firm, gone, twin) == [(1, Decimal(45))]
    assert audit.audit(firm.house, firm.workspace.id).fault is None


def test_a_chain_of_merges_leads_to_the_last_and_is_undone_from_its_end(
    firm: Firm, kept: Client, gone: Client
) -> None:
    last = firm.client("Norwind")
    give(firm, gone, firm.contact(gone, "Tom Lee"), 20)
    first = merge(firm, kept, gone)
    second = merge(firm, last, kept)
    assert firm.again(gone).id == last.id
    assert given(firm, last) == [(1, Decimal(20))]
    with pytest.raises(Refusal) as refused:
        undo(firm, first)
    assert refused.value.code == "merge.followed"
    undo(firm, second)
    undo(firm, first)
    assert firm.again(gone).id == gone.id


@pytest.mark.parametrize("code", ["merge.itself", "client.archived", "client.merged", "client.gone"])
def test_what_cannot_be_merged_is_refused_and_nothing_changes(
    firm: Firm, kept: Client, gone: Client, code: str
) -> None:
    actor = firm.actor(firm.alice)
    kept_id, gone_id = kept.id, gone.id
    match code:
        case "merge.itself":
            gone_id = kept_id
        case "client.archived":
            archive(firm.house, actor, gone_id)
        case "client.merged":
            merge(firm, firm.client("Third"), gone)
        case _:
            gone_id = 10**9
    with pytest.raises(Refusal) as refused:
        merges.merge(firm.house, actor, kept_id, gone_id)
    assert refused.value.code == code
    assert firm.again(kept) == kept


def test_only_who_may_govern_both_merges_them(firm: Firm, kept: Client) -> None:
    other = firm.client("Danone", owner=firm.bruno)
    with pytest.raises(Refusal) as refused:
        merge(firm, kept, other)
    assert refused.value.code == "client.not_to_govern"
    merges.merge(firm.house, firm.actor(firm.lea), kept.id, other.id)


def test_after_a_day_or_a_second_time_nothing_is_undone(firm: Firm, kept: Client, gone: Client) -> None:
    done = merge(firm, kept, gone)
    undo(firm, done)
    with pytest.raises(Refusal) as refused:
        undo(firm, done)
    assert refused.value.code == "merge.undone"
    again = merge(firm, kept, gone)
    firm.clock.tick(hours=24)
    with pytest.raises(Refusal) as refused:
        undo(firm, again)
    assert refused.value.code == "merge.too_late"
    with pytest.raises(Refusal) as refused:
        restore(firm.house, firm.actor(firm.alice), gone.id)
    assert refused.value.code == "client.merged"


def test_two_who_merge_the_same_two_at_once_merge_them_once(firm: Firm, kept: Client, gone: Client) -> None:
    call(firm, gone, "one")
    actor = firm.actor(firm.alice)
    tried = at_once(
        lambda: merges.merge(firm.house, actor, kept.id, gone.id),
        lambda: merges.merge(firm.house, actor, gone.id, kept.id),
    )
    assert answers(tried) == {"done": 1, "client.merged": 1}
    done = next(one for one in tried if isinstance(one, merges.Merged))
    parted = at_once(lambda: undo(firm, done), lambda: undo(firm, done))
    assert answers(parted) == {"done": 1, "merge.undone": 1}


def test_a_merge_has_no_end_of_day_to_hide_behind(firm: Firm, kept: Client, gone: Client) -> None:
    done = merge(firm, kept, gone)
    assert done.merge.can_be_undone(firm.clock() + timedelta(hours=23, minutes=59))
    assert not done.merge.can_be_undone(firm.clock() + timedelta(days=1))


def test_what_is_noted_by_an_old_button_of_a_client_that_was_merged_hangs_on_the_kept_one(
    firm: Firm, kept: Client, gone: Client
) -> None:
    merge(firm, kept, gone)
    alice, day = firm.actor(firm.alice), date(2026, 11, 20)

    promised = promises.make(firm.house, alice, gone.id, "a quote", day, "old")
    again = promises.make(firm.house, alice, gone.id, "a quote", day, "old")
    met = meetings.enter(firm.house, alice, gone.id, MONDAY + timedelta(days=1), "old")
    both = touches.log_all(firm.house, alice, TouchDraft(gone.id, Channel.CALL, also=(kept.id,)), "both")

    assert promised.promise.client_id == met.meeting.client_id == kept.id
    assert again.again
    assert [logged.touch.client_id for logged in both] == [kept.id]
    assert [owed.text for owed in briefs.brief(firm.house, alice, kept.id).promises] == ["a quote"]


def test_a_promise_made_while_its_client_is_merged_is_not_left_behind(firm: Firm) -> None:
    alice, day = firm.actor(firm.alice), date(2026, 11, 20)
    for number in range(4):
        kept, gone = firm.client(f"Kept {number}"), firm.client(f"Gone {number}")

        def promise(of: int = gone.id) -> None:
            promises.make(firm.house, alice, of, "a quote", day, f"{of}")

        def meet(of: int = gone.id) -> None:
            meetings.enter(firm.house, alice, of, MONDAY + timedelta(days=1), f"{of}")

        def join(one: Client = kept, other: Client = gone) -> None:
            merge(firm, one, other)

        at_once(join, promise, meet)
        with firm.house.memory.read(firm.workspace.id) as unit:
            assert [owed.client_id for owed in unit.promises.open_of_client(kept.id)] == [kept.id]
            assert kept.id in {each.client_id for each in unit.meetings.ahead(firm.alice.id, MONDAY, 9)}


def test_an_import_taken_back_after_a_merge_leaves_the_kept_client_its_touches(
    firm: Firm, kept: Client, gone: Client
) -> None:
    imports.import_clients(firm.house, firm.workspace.id, b"name,cadence_days\nNorthwind Traders,14\n")
    merge(firm, kept, gone)
    call(firm, kept, "call")
    before = firm.again(kept)

    imports.undo(firm.house, Origin(firm.workspace.id), 1)

    after = firm.again(kept)
    assert after.last_conversation_at == before.last_conversation_at == MONDAY
    assert (after.due_at, after.neglected_at) == (before.due_at, before.neglected_at)


def test_a_complaint_settled_while_two_clients_were_one_is_settled_for_both(
    firm: Firm, kept: Client, gone: Client
) -> None:
    alice = firm.actor(firm.alice)
    touches.log(firm.house, alice, TouchDraft(gone.id, Channel.CALL, complaint=True), "complaint")
    done = merge(firm, kept, gone)
    touch_marks.settle(firm.house, alice, kept.id)

    parted = undo(firm, done)

    assert (parted.kept.complaint_at, parted.gone.complaint_at) == (None, None)


def test_a_digest_that_was_sent_names_the_client_no_more_that_was_merged_and_again_when_it_is_undone(
    firm: Firm,
) -> None:
    """A promise to it is owed to the one that was kept; what else there was to say stands in the other row."""
    long_ago = MONDAY - timedelta(days=300)
    kept, gone, owing = (
        firm.client(name, spoke_before_at=long_ago) for name in ("Northwind", "Northwind Traders", "NWT")
    )
    alice = firm.actor(firm.alice)
    promises.make(firm.house, alice, owing.id, "the quote", MONDAY.date(), "promised")
    slack = ScriptedMessenger()

    def stands() -> list[str]:
        firm.clock.tick(minutes=1)
        for entry_id in delivery.due(firm.house, firm.workspace.id, 9):
            delivery.deliver(firm.house, slack, firm.workspace.id, entry_id)
        bodies = [slack.posted[0][2], *(body for _, body in slack.edited)]
        facts: Any = bodies[-1]["facts"]
        return [row.client for row in digest.rows_from(facts)]

    digest.plan(firm.house, firm.workspace.id)
    assert stands() == ["NWT", "Northwind", "Northwind Traders"]

    first = merge(firm, kept, gone)
    assert stands() == ["NWT", "Northwind"]
    second = merge(firm, kept, owing)
    assert stands() == ["Northwind", "Northwind"], "the promise, and that it is due"
    undo(firm, second)
    undo(firm, first)
    assert stands() == ["NWT", "Northwind", "Northwind Traders"]
