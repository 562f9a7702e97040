"""Remembering members."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Engine, event, text

from bot.domain.members import Role
from tests.conftest import MONDAY, Firm, profile

PLAIN = frozenset({Role.ACCOUNT_MANAGER})


def test_a_member_comes_back_as_it_was_put_in(firm: Firm) -> None:
    with firm.house.memory.write(firm.workspace.id) as unit:
        added = unit.members.add(
            profile(
                "U0ZOE",
                "Zoé “Z” Ünal 🚀",
                zone="Europe/Paris",
                locale="fr-FR",
                country="FR",
                email="Z@firm.example",
            ),
            frozenset(Role),
            at=MONDAY,
        )

    with firm.house.memory.read(firm.workspace.id) as unit:
        assert (
            unit.members.get(added.id)
            == unit.members.by_user("U0ZOE")
            == unit.members.by_email(" z@FIRM.example ")
        )
        assert unit.members.get(added.id) == added
    assert (added.roles, added.name, added.work_days) == (
        frozenset(Role),
        "Zoé “Z” Ünal 🚀",
        frozenset(range(5)),
    )


def test_a_member_who_is_there_already_is_not_overwritten(firm: Firm) -> None:
    with firm.house.memory.write(firm.workspace.id) as unit:
        again = unit.members.add(profile("U0ALICE", "Somebody else"), frozenset(Role), at=MONDAY)

    assert again == firm.alice


def test_a_change_is_seen_in_the_unit_that_made_it(firm: Firm) -> None:
    with firm.house.memory.write(firm.workspace.id) as unit:
        assert unit.members.get(firm.alice.id) == firm.alice
        unit.members.set_conversation(firm.alice.id, "D1")
        unit.members.set_active(firm.alice.id, active=False)
        unit.members.set_lead(firm.alice.id, None)
        assert unit.members.move_digest(
            firm.alice.id, old=firm.alice.next_digest_at, new=MONDAY, last_on=MONDAY.date()
        )
        after = unit.members.get(firm.alice.id)

    assert after is not None
    assert (after.conversation, after.active, after.lead_id) == ("D1", False, None)
    assert (after.next_digest_at, after.last_digest_on) == (MONDAY, MONDAY.date())


def test_everybody_is_read_once_in_a_unit_and_anew_after_each_change(firm: Firm, engine: Engine) -> None:
    read: list[str] = []

    def statement(_c: object, _u: object, sql: str, *_: object) -> None:
        if "FROM members" in sql:
            read.append(sql)

    event.listen(engine, "before_cursor_execute", statement)
    try:
        with firm.house.memory.write(firm.workspace.id) as unit:
            assert firm.alice in unit.members.all()
            read.clear()
            assert unit.members.all() == unit.members.all()
            assert not read
            unit.members.set_active(firm.alice.id, active=False)
            unit.members.add(profile("U0NORA", "Nora North"), frozenset(), at=None)
            after = {each.user_id: each.active for each in unit.members.all()}
            unit.members.channel_failed(firm.bruno.id, "is_archived")
            failed = [each.channel_failures for each in unit.members.all() if each.id == firm.bruno.id]
    finally:
        event.remove(engine, "before_cursor_execute", statement)
    assert after["U0NORA"]
    assert not after["U0ALICE"]
    assert failed == [1]


def test_a_digest_is_moved_only_from_where_it_was_read(firm: Firm) -> None:
    read = firm.alice.next_digest_at
    with firm.house.memory.write(firm.workspace.id) as unit:
        first = unit.members.move_digest(firm.alice.id, old=read, new=MONDAY + timedelta(days=5))
        second = unit.members.move_digest(firm.alice.id, old=read, new=MONDAY + timedelta(days=9))
        third = unit.members.move_digest(firm.alice.id, old=None, new=MONDAY + timedelta(days=9))

    assert (first, second, third) == (True, False, False)


def test_due_members_come_in_the_order_of_their_moments_without_the_closed_ones(
    firm: Firm, engine: Engine
) -> None:
    with firm.house.memory.write(firm.workspace.id) as unit:
        for person, hours in ((firm.alice, 3), (firm.bruno, 1), (firm.lea, 2), (firm.carla, 9)):
            unit.members.move_digest(
                person.id, old=person.next_digest_at, new=MONDAY + timedelta(hours=hours)
            )
        unit.members.set_active(firm.lea.id, active=False)

    with firm.house.memory.read(firm.workspace.id) as unit:
        due = unit.members.due_for_digest(MONDAY + timedelta(hours=3), 10)
        first = unit.members.due_for_digest(MONDAY + timedelta(hours=3), 1)
    assert [m.name for m in due] == ["Bruno Petit", "Alice Ames"]
    assert [m.name for m in first] == ["Bruno Petit"]


def test_who_was_never_asked_for_is_stale_before_all_others_on_both_databases(firm: Firm) -> None:
    with firm.house.memory.write(firm.workspace.id) as unit:
        unit.members.add(profile("U0ZOE", "Zoé"), PLAIN, at=None)

    with firm.house.memory.read(firm.workspace.id) as unit:
        assert unit.members.stale(MONDAY + timedelta(seconds=1), 2)[0].user_id == "U0ZOE"
        assert [m.user_id for m in unit.members.stale(MONDAY, 10)] == ["U0ZOE"]


def test_holding_members_changes_nothing(firm: Firm, engine: Engine) -> None:
    with firm.house.memory.write(firm.workspace.id) as unit:
        unit.members.hold_all()

    with engine.connect() as connection:
        assert connection.execute(text("select count(*) from members")).scalar_one() == 4
