"""The audit of the register: what holds, and the first link that does not, whoever laid hands on the database."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Connection, Engine, text

from bot.domain.gifts.chain import EntryKind, NewRegisterEntry, digest, seal_of
from bot.rulebook.reader import shipped_files
from bot.services import audit as auditing
from bot.services import gifts
from bot.services.audit import Audited, Fault, audit
from bot.services.register import cancel_given, record_given
from bot.services.rulebooks import Rulebooks
from bot.services.sealing import LATE, seal_earlier
from tests.bot.services.test_gifts import RULES, basket
from tests.conftest import MONDAY, Firm

Tampering = Callable[[Connection], object]


@pytest.fixture
def shop(firm: Firm) -> Firm:
    """A firm whose register tells of three checks and of two gifts, one of them taken out again: six entries."""
    rulebooks = Rulebooks({"house.yaml": shipped_files()["house.yaml"], "made_up.yaml": RULES})
    firm.house = replace(firm.house, rulebooks=rulebooks)
    firm.client("Brightside", market="US-NY")
    alice = firm.actor(firm.alice)
    first, second = (gifts.check(firm.house, alice, basket("10")).check_id for _ in range(2))
    record_given(firm.house, alice, first)
    firm.clock.tick(days=1)
    record_given(firm.house, alice, second)
    cancel_given(firm.house, alice, second)
    gifts.check(firm.house, alice, basket("20"))
    return firm


def audited(firm: Firm, expect: str | None = None) -> Audited:
    return audit(firm.house, firm.workspace.id, expect)


def fault(firm: Firm) -> Fault:
    found = audited(firm).fault
    assert found is not None, "the audit found nothing"
    return found


def tamper(engine: Engine, *statements: str) -> None:
    """Change the database as somebody would who owns it: triggers and foreign keys out of the way."""
    with engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            driver = connection.connection.dbapi_connection
            assert driver is not None
            driver.cursor().execute(
                "PRAGMA foreign_keys=OFF"
            )  # outside of any transaction, where alone it works
            for what in ("update", "delete"):
                connection.execute(text(f"drop trigger if exists register_entries_no_{what}"))
        else:
            connection.execute(text("drop trigger if exists register_entries_no_change on register_entries"))
            connection.execute(text("set local session_replication_role = replica"))
        for statement in statements:
            connection.execute(text(statement))
        connection.commit()


def test_an_untouched_register_holds_and_shows_its_seal(shop: Firm) -> None:
    found = audited(shop)

    assert found.fault is None
    assert (found.entries, found.late) == (6, 0)
    assert (found.first, found.last) == (MONDAY, MONDAY + timedelta(days=1))
    with shop.house.memory.read(shop.workspace.id) as unit:
        assert unit.register.head() == (6, found.head)


def test_an_empty_register_holds(firm: Firm) -> None:
    assert audited(firm).entries == 0
    assert audited(firm).fault is None


def test_a_long_register_is_walked_page_by_page(shop: Firm, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(auditing, "_PAGE", 2)

    assert audited(shop).fault is None
    assert audited(shop).entries == 6


def test_a_seal_noted_earlier_proves_that_what_it_sealed_is_still_there(shop: Firm) -> None:
    noted = audited(shop).head
    gifts.check(shop.house, shop.actor(shop.alice), basket("30"))

    assert audited(shop, noted).expected_at == 6
    assert audited(shop, noted).fault is None
    assert audited(shop, "0" * 64).fault == Fault("seal_not_found")


@pytest.mark.parametrize("page", [1, 2, 1000])
@pytest.mark.parametrize(
    ("statements", "code", "number"),
    [
        (
            ['update register_entries set facts = \'{"verdict": "allowed"}\' where number = 2'],
            "changed_entry",
            2,
        ),
        (["update register_entries set kind = 'given' where number = 2"], "changed_entry", 2),
        (["update register_entries set member_id = null where number = 3"], "changed_entry", 3),
        (["delete from register_entries where number = 4"], "missing_entry", 4),
        (["delete from register_entries where number = 1"], "missing_entry", 1),
        (
            [
                "delete from register_entries where number = 3",
                "update register_entries set number = 3 where number = 4",
                "update register_entries set number = 4 where number = 5",
                "update register_entries set number = 5 where number = 6",
                "update register_heads set number = 5",
            ],
            "missing_entry",
            3,
        ),
        (["delete from register_entries where number > 5"], "head_cut_off", 6),
        (
            ["update register_entries set seal = '" + "a" * 64 + "' where number = 6"],
            "changed_entry",
            6,
        ),
        (["update register_heads set seal = '" + "a" * 64 + "'"], "head_changed", 6),
        (["delete from register_heads"], "head_changed", None),
        (["update register_heads set number = 3"], "head_changed", 3),
        (["update gift_checks set verdict = 'not_allowed' where id = 2"], "record_changed", 2),
        (["update gift_checks set checked_at = checked_at where id = 9"], "none", None),
        (["update gifts_given set value = 1 where check_id = 1"], "record_changed", 3),
        (["update gifts_given set cancelled_at = recorded_at where check_id = 1"], "record_changed", 3),
        (["update gifts_given set cancelled_at = null where check_id = 2"], "record_changed", 5),
        (["delete from gifts_given where check_id = 1"], "record_missing", 3),
        (["delete from gift_checks where id = 3"], "record_missing", 6),
    ],
)
def test_the_first_link_that_does_not_hold_is_named(
    shop: Firm,
    engine: Engine,
    statements: list[str],
    code: str,
    number: int | None,
    page: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(auditing, "_PAGE", page)
    tamper(engine, *statements)
    if code == "none":
        assert audited(shop).fault is None
        return

    found = fault(shop)

    assert (found.code, found.number) == (code, number)


def put_in(firm: Firm, engine: Engine, place: int, seal: str | None = None) -> None:
    """Put an entry at `place`, properly sealed unless another `seal` is given, and give those behind it new numbers."""
    facts_digest = digest({})
    with firm.house.memory.read(firm.workspace.id) as unit:
        before = unit.register.page(place - 2, 1)[0]
        honest = seal_of(
            before.seal,
            place,
            kind="exported",
            at=before.at,
            member_id=None,
            check_id=None,
            request_id=None,
            facts_digest=facts_digest,
        )
    moved = [
        f"update register_entries set number = {number + 1} where number = {number}"
        for number in range(6, place - 1, -1)
    ]
    tamper(
        engine,
        *moved,
        "insert into register_entries (workspace_id, number, kind, at, facts, facts_digest, seal) "
        f"select workspace_id, {place}, 'exported', at, '{{}}', '{facts_digest}', '{seal or honest}' "
        f"from register_entries where number = {place - 1}",
        "update register_heads set number = 7",
    )


@pytest.mark.parametrize("seal", [None, "b" * 64])
def test_an_entry_that_was_put_in_is_named_however_well_it_is_sealed(
    shop: Firm, engine: Engine, seal: str | None
) -> None:
    put_in(shop, engine, 4, seal)

    assert (fault(shop).code, fault(shop).number) == ("entry_put_in", 4)


def test_a_record_that_no_entry_tells_of_is_found(shop: Firm, engine: Engine) -> None:
    copied = "member_id, client_id, contact_id, proposal, answer, verdict, rulebook_version, checked_at"
    tamper(
        engine,
        f"insert into gift_checks (id, workspace_id, {copied}) "
        f"select 90, workspace_id, {copied} from gift_checks where id = 1",
    )

    assert (fault(shop).code, fault(shop).record) == ("record_put_in", "check 90")
    assert seal_earlier(shop.house, shop.workspace.id) == 0, "a fault is never sealed over"


def test_the_state_of_a_request_is_held_against_the_last_entry_about_it(shop: Firm, engine: Engine) -> None:
    tamper(
        engine,
        "insert into gift_requests (id, workspace_id, check_id, first_check_id, member_id, category, description, "
        "currency, given_on, direction, level, urgent, reason, why, state, version, comments, requested_at, asked_at) "
        "select 1, workspace_id, id, id, member_id, 'gift', '', 'USD', '2026-11-16', 'given', 'lead', "
        "(1 = 0), '', '[]', 'waiting', 1, '[]', checked_at, checked_at from gift_checks where id = 1",
    )
    assert fault(shop).record == "request 1"
    with shop.house.memory.write(shop.workspace.id) as unit:
        for kind in (EntryKind.REQUESTED, EntryKind.REMINDED):
            unit.register.append(NewRegisterEntry(kind, MONDAY, shop.alice.id, {}, check_id=1, request_id=1))
    assert audited(shop).fault is None

    tamper(engine, "update gift_requests set state = 'approved'")

    assert (fault(shop).code, fault(shop).number) == ("record_changed", 7)


# --- What was recorded before the chain began --------------------------------------------------------------


@pytest.fixture
def older(shop: Firm, engine: Engine) -> Firm:
    """The same records as of before there was a chain."""
    tamper(engine, "delete from register_entries", "delete from register_heads")
    return shop


def test_what_was_recorded_before_the_chain_is_sealed_once_and_says_so(
    older: Firm, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.services.sealing._PAGE", 2)

    assert seal_earlier(older.house, older.workspace.id) == 6
    assert seal_earlier(older.house, older.workspace.id) == 0

    found = audited(older)
    assert (found.fault, found.entries, found.late) == (None, 6, 6)
    with older.house.memory.read(older.workspace.id) as unit:
        kinds = [entry.kind for entry in unit.register.entries()]
        assert all(entry.facts[LATE] and entry.facts["recorded"] for entry in unit.register.entries())
    assert kinds == ["checked", "checked", "checked", "given", "given", "taken_out"]


def test_nothing_recorded_is_nothing_to_seal(firm: Firm) -> None:
    assert seal_earlier(firm.house, firm.workspace.id) == 0


def test_once_the_chain_has_begun_nothing_is_sealed_late(older: Firm) -> None:
    gifts.check(older.house, older.actor(older.alice), basket("10"))

    assert seal_earlier(older.house, older.workspace.id) == 0
    assert fault(older).code == "record_put_in"
