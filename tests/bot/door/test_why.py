"""`rapport why`, and the quiet hours of `rapport member`."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from bot.domain.outbox import NewEntry
from bot.services import delivery
from tests.bot.door.test_commands import rapport
from tests.bot.services.messenger import ScriptedMessenger
from tests.conftest import MONDAY, StandingClock, open_firm
from tests.databases import open_file


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A data folder with a firm, two clients of Alice's and a message that she was sent."""
    engine = open_file(tmp_path / "rapport.db")
    firm = open_firm(engine, StandingClock())
    acme = firm.client("Acme", spoke_before_at=MONDAY - timedelta(days=300))
    firm.client("Acme Two")
    with firm.house.memory.write(firm.workspace.id) as unit:
        facts = {"client": acme.id}
        unit.outbox.add(NewEntry("n", "something_new", firm.alice.id, facts, due_at=MONDAY), now=MONDAY)
    for entry_id in delivery.due(firm.house, firm.workspace.id, 9):
        delivery.deliver(firm.house, ScriptedMessenger(), firm.workspace.id, entry_id)
    engine.dispose()
    return tmp_path


@pytest.mark.parametrize("named", ["U0ALICE", "alice", "Ames Alice"])
def test_why_says_how_somebody_stands_and_what_was_decided(folder: Path, named: str) -> None:
    shown = rapport(folder, "why", named)

    assert shown.exit_code == 0, shown.output
    assert shown.output.startswith("Alice Ames (U0ALICE), America/New_York\n")
    assert "Messages that interrupt: 0 of 6 today" in shown.output
    assert "Message (Acme), sent" in shown.output


def test_why_of_a_client_says_whether_it_is_on_the_list(folder: Path) -> None:
    shown = rapport(folder, "why", "alice", "Acme")

    assert "Reminders of Acme:\n  On today's list.\n" in shown.output
    assert ": Message, sent" in shown.output
    assert "looks after it" in rapport(folder, "why", "U0LEA", "acme two").output


def test_who_and_what_cannot_be_told_apart_or_found_is_said(folder: Path) -> None:
    several = rapport(folder, "why", "a")
    nobody = rapport(folder, "why", "zora")
    no_client = rapport(folder, "why", "alice", "zyxwv")

    assert (several.exit_code, "which one? " in several.output) == (1, True)
    assert (nobody.exit_code, "nobody here is called zora" in nobody.output) == (1, True)
    assert (no_client.exit_code, "Traceback" in no_client.output) == (1, False)


def test_quiet_hours_are_set_and_shown(folder: Path) -> None:
    given_up = rapport(folder, "member", "U0ALICE", "--any-hour")
    back = rapport(folder, "member", "U0ALICE", "--quiet-hours")

    assert "noise all; at any hour\n" in given_up.output
    assert "noise all\n" in back.output
