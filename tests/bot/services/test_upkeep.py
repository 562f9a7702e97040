"""What nobody should have to think of."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from bot.domain.members import Profile, Role
from bot.domain.outbox import NewEntry, State
from bot.domain.refusals import Refusal
from bot.domain.touches import Channel, TouchDraft
from bot.ports import Refused, TryLater, Unclear
from bot.services import digest, imports, members, touches, upkeep
from tests.conftest import MONDAY, Firm, profile


class ScriptedDirectory:
    """Answers as it is told; whom it has no answer for it knows as before."""

    def __init__(self, **answers: Profile | BaseException | None) -> None:
        self.answers = answers
        self.asked: list[str] = []
        self.spans: dict[str, tuple[datetime, datetime]] = {}

    def do_not_disturb(self, user_id: str) -> tuple[datetime, datetime] | None:
        return self.spans.get(user_id)

    def profile(self, user_id: str) -> Profile | None:
        self.asked.append(user_id)
        answer = self.answers.get(user_id, profile(user_id, "Same"))
        if isinstance(answer, BaseException):
            raise answer
        return answer


def test_profiles_are_asked_for_again_after_a_day(firm: Firm) -> None:
    directory = ScriptedDirectory(U0ALICE=profile("U0ALICE", "Alice Brown"), U0BRUNO=None)
    at_once = upkeep.refresh_profiles(firm.house, directory, firm.workspace.id)
    firm.clock.tick(hours=25)

    next_day = upkeep.refresh_profiles(firm.house, directory, firm.workspace.id)
    again = upkeep.refresh_profiles(firm.house, directory, firm.workspace.id)

    assert (at_once, next_day, again) == (0, 4, 0)
    alice = members.recognise(firm.house, firm.workspace.id, "U0ALICE")
    assert alice is not None
    assert alice.name == "Alice Brown"
    assert members.recognise(firm.house, firm.workspace.id, "U0BRUNO") is None


@pytest.mark.parametrize("answer", [TryLater("ratelimited", after=30), Unclear("timeout")])
def test_when_slack_asks_to_wait_or_is_silent_the_rest_follows_later(
    small_firm: Firm, answer: BaseException
) -> None:
    small_firm.clock.tick(hours=25)
    directory = ScriptedDirectory(U0BRUNO=answer)

    assert upkeep.refresh_profiles(small_firm.house, directory, small_firm.workspace.id) == 1
    assert directory.asked == ["U0ALICE", "U0BRUNO"]


@pytest.mark.parametrize("answer", [TryLater("team_access_not_granted"), Refused("invalid_arguments")])
def test_whom_slack_will_not_speak_of_holds_nobody_else_up(small_firm: Firm, answer: BaseException) -> None:
    small_firm.clock.tick(hours=25)
    directory = ScriptedDirectory(U0ALICE=answer)

    assert upkeep.refresh_profiles(small_firm.house, directory, small_firm.workspace.id) == 3
    assert members.recognise(small_firm.house, small_firm.workspace.id, "U0ALICE") is not None


def imported_owner(firm: Firm, user_id: str) -> None:
    """Somebody who looks after a client that is due, and has never used the bot."""
    rows = f"name,owner,last_touch\nZeta,{user_id},2026-01-05\n"
    imports.import_clients(firm.house, firm.workspace.id, rows.encode())
    with firm.house.memory.read(firm.workspace.id) as unit:
        owner = unit.members.by_user(user_id)
    assert owner is not None
    assert owner.next_digest_at is not None
    firm.clock.now = owner.next_digest_at


def test_who_is_known_from_an_import_only_gets_no_digest_before_slack_says_who_they_are(firm: Firm) -> None:
    imported_owner(firm, "U0NEWHIRE")
    before = digest.plan(firm.house, firm.workspace.id)
    directory = ScriptedDirectory(U0NEWHIRE=profile("U0NEWHIRE", "Noa Newhire"))
    upkeep.refresh_profiles(firm.house, directory, firm.workspace.id)

    assert before.digests == 0
    assert digest.plan(firm.house, firm.workspace.id).digests == 1


def test_a_guest_named_by_an_import_never_gets_a_digest(firm: Firm) -> None:
    imported_owner(firm, "U0GUEST")
    directory = ScriptedDirectory(U0GUEST=profile("U0GUEST", "Gus Guest", guest=True))

    assert digest.plan(firm.house, firm.workspace.id).digests == 0
    upkeep.refresh_profiles(firm.house, directory, firm.workspace.id)
    assert digest.plan(firm.house, firm.workspace.id).digests == 0


def test_who_runs_the_workspace_is_admin_though_an_import_named_them_first(small_firm: Firm) -> None:
    imported_owner(small_firm, "U0OWNER")
    directory = ScriptedDirectory(U0OWNER=profile("U0OWNER", "Olga Owner", owner=True))

    upkeep.refresh_profiles(small_firm.house, directory, small_firm.workspace.id)

    olga = members.recognise(small_firm.house, small_firm.workspace.id, "U0OWNER")
    assert olga is not None
    assert olga.is_(Role.ADMIN)


def test_what_is_of_no_use_any_more_is_forgotten_and_the_rest_is_kept(firm: Firm) -> None:
    alice = firm.actor(firm.alice)
    with firm.house.memory.write(firm.workspace.id) as unit:
        for key in ("settled", "open"):
            unit.outbox.add(NewEntry(key, "notice", firm.alice.id, {}, MONDAY), now=MONDAY)
        settled_id, open_id = unit.outbox.due(MONDAY + timedelta(seconds=1), 2)
        settled = unit.outbox.get(settled_id)
        assert settled is not None
        unit.outbox.settle(settled, State.SENT)
        unit.deliveries.first_time("event:old", at=MONDAY)
    old_draft = touches.set_aside(firm.house, alice, TouchDraft("Acme"))

    assert upkeep.prune(firm.house, firm.workspace.id) == 0
    firm.clock.tick(days=8)
    new_draft = touches.set_aside(firm.house, alice, TouchDraft("Ford"))
    after_a_week = upkeep.prune(firm.house, firm.workspace.id)
    firm.clock.tick(days=173)
    after_half_a_year = upkeep.prune(firm.house, firm.workspace.id)

    assert (after_a_week, after_half_a_year) == (2, 2)
    with firm.house.memory.read(firm.workspace.id) as unit:
        assert unit.outbox.get(settled_id) is None
        assert unit.outbox.get(open_id) is not None
    for draft_id in (old_draft, new_draft):
        with pytest.raises(Refusal, match=r"draft\.gone"):
            touches.resume(firm.house, alice, draft_id)


def test_the_number_of_a_forgotten_draft_is_never_given_to_another(firm: Firm) -> None:
    """A touch is logged once for each draft: with a number given twice the second would be taken for the first."""
    alice = firm.actor(firm.alice)
    acme = firm.client("Acme")
    first = touches.set_aside(firm.house, alice, TouchDraft("Acme"))
    touches.log(firm.house, alice, TouchDraft(acme.id, Channel.CALL, note="first"), f"draft:{first}")
    firm.clock.tick(days=8)
    upkeep.prune(firm.house, firm.workspace.id)

    second = touches.set_aside(firm.house, alice, TouchDraft("Acme"))
    logged = touches.log(
        firm.house, alice, TouchDraft(acme.id, Channel.CALL, note="second"), f"draft:{second}"
    )

    assert not logged.again
    assert logged.touch.note == "second"


def test_pruning_one_workspace_leaves_the_others_alone(small_firm: Firm) -> None:
    other = small_firm.house.memory.install(
        "T0OTHER", "Other", at=MONDAY, zone="UTC", locale="en-US", currency="USD", country="US"
    )
    with small_firm.house.memory.write(other.id) as unit:
        unit.deliveries.first_time("event", at=MONDAY - timedelta(days=30))

    assert upkeep.prune(small_firm.house, small_firm.workspace.id) == 0
    assert upkeep.prune(small_firm.house, other.id) == 1
