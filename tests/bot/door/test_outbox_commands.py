"""`rapport outbox`, and the options by which channels are turned on again, as whoever runs the machine uses them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import Engine

from bot.domain.outbox import MOST_ATTEMPTS, MOST_LOOK_UPS, NewEntry, State
from bot.door.commands import main
from bot.ports import NotLetIn, Refused, Unclear
from bot.reference import under
from bot.services import channels, delivery
from tests.bot.services.messenger import ScriptedMessenger
from tests.conftest import Firm, StandingClock, open_firm
from tests.databases import open_file

SECRET = "secret of a client"


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Engine]:
    engine = open_file(tmp_path / "rapport.db")
    yield engine
    engine.dispose()


@pytest.fixture
def firm(opened: Engine) -> Firm:
    return open_firm(opened, StandingClock())


@pytest.fixture
def slack() -> ScriptedMessenger:
    return ScriptedMessenger()


def rapport(tmp_path: Path, *words: str) -> Result:
    return CliRunner(env={"RAPPORT_DATA_DIR": str(tmp_path)}).invoke(main, list(words))


def put(firm: Firm, key: str, kind: str = "notice") -> int:
    with firm.house.memory.write(firm.workspace.id) as unit, under("ab12cd34"):
        new = NewEntry(key, kind, firm.alice.id, {"text": SECRET}, firm.clock())
        unit.outbox.add(new, now=firm.clock())
        entry = unit.outbox.by_key(key)
    assert entry is not None
    firm.clock.tick(seconds=2)
    return entry.id


def test_what_was_not_sent_is_listed_with_its_reason_and_without_what_it_says(
    tmp_path: Path, firm: Firm, slack: ScriptedMessenger
) -> None:
    sent, refused, waits = (put(firm, key) for key in ("sent", "refused", "waits"))
    delivery.deliver(firm.house, slack, firm.workspace.id, sent)
    slack.on_post = [Refused("msg_too_long", answer={"ok": False, "error": "msg_too_long"})]
    delivery.deliver(firm.house, slack, firm.workspace.id, refused)

    listed = rapport(tmp_path, "outbox")
    dead = rapport(tmp_path, "outbox", "--state", "dead", "--json")
    shown = rapport(tmp_path, "outbox", "show", str(refused))

    assert listed.exit_code == 0, listed.output
    assert [line.split()[:2] for line in listed.output.splitlines()] == [
        [str(waits), "pending"],
        [str(refused), "dead"],
    ]
    assert "refused · msg_too_long" in listed.output
    assert json.loads(dead.output)["answer"] == {"ok": False, "error": "msg_too_long"}
    for part in ("state: dead", "attempts: 1", "reference: ab12cd34", "reader: Alice Ames (U0ALICE)"):
        assert part in shown.output
    assert SECRET not in listed.output + dead.output + shown.output


def test_lists_are_narrowed_and_may_be_empty(tmp_path: Path, firm: Firm) -> None:
    put(firm, "one")

    assert rapport(tmp_path, "outbox", "--kind", "digest").output == "nothing\n"
    assert rapport(tmp_path, "outbox", "--state", "sent").output == "nothing\n"
    assert "pending" in rapport(tmp_path, "outbox", "--state", "open", "--member", "U0ALICE").output
    unknown = rapport(tmp_path, "outbox", "--member", "U0NOBODY")
    assert (unknown.exit_code, "do not know this person" in unknown.output) == (1, True)


def test_what_was_certainly_not_taken_can_be_tried_anew(
    tmp_path: Path, firm: Firm, slack: ScriptedMessenger
) -> None:
    entry_id = put(firm, "one")
    slack.on_post = [Refused("msg_too_long")]
    delivery.deliver(firm.house, slack, firm.workspace.id, entry_id)

    retried = rapport(tmp_path, "outbox", "retry", str(entry_id))
    again = rapport(tmp_path, "outbox", "retry", str(entry_id))

    assert "pending" in retried.output
    assert (again.exit_code, "only one that was given up" in again.output) == (1, True)
    with firm.house.memory.read(firm.workspace.id) as unit:
        entry = unit.outbox.get(entry_id)
    assert entry is not None
    assert (entry.state, entry.attempts, entry.body, entry.note) == (State.PENDING, 0, None, None)


def test_what_may_have_arrived_is_tried_anew_only_by_who_says_so(
    tmp_path: Path, firm: Firm, slack: ScriptedMessenger
) -> None:
    entry_id = put(firm, "one", "policy_answered")
    for _ in range(2):  # once, and once more although the first may have arrived
        slack.on_post, slack.on_find = [Unclear("timeout")], [NotLetIn("missing_scope", missing="im:history")]
        for _ in range(2):
            delivery.deliver(firm.house, slack, firm.workspace.id, entry_id)
            firm.clock.tick(minutes=3)

    refused = rapport(tmp_path, "outbox", "retry", str(entry_id))
    taken = rapport(tmp_path, "outbox", "retry", str(entry_id), "--even-twice")

    assert (refused.exit_code, "--even-twice" in refused.output) == (1, True)
    assert (taken.exit_code, "pending" in taken.output) == (0, True)
    assert rapport(tmp_path, "outbox", "show", "4711").exit_code == 1
    assert MOST_ATTEMPTS < MOST_LOOK_UPS


def test_channels_are_turned_off_and_on(tmp_path: Path, firm: Firm) -> None:
    off = rapport(tmp_path, "member", "U0ALICE", "--channel", "off")
    seen = rapport(tmp_path, "workspace")
    on = rapport(tmp_path, "member", "U0ALICE", "--channel", "on")
    channels.turn_off_by_operator(firm.house, firm.workspace.id, "U0BRUNO")
    all_on = rapport(tmp_path, "workspace", "--channels-on")

    assert "messages off since" in off.output
    assert "messages off: Alice Ames (U0ALICE): operator" in seen.output
    assert "messages off" not in on.output
    assert "1 members are sent messages again" in all_on.output


def test_the_doctor_says_when_nothing_can_be_posted(
    tmp_path: Path, firm: Firm, slack: ScriptedMessenger
) -> None:
    well = rapport(tmp_path, "doctor")
    entry_id = put(firm, "one")
    slack.on_post = [NotLetIn("token_revoked")]
    delivery.deliver(firm.house, slack, firm.workspace.id, entry_id)

    ill = rapport(tmp_path, "doctor")

    assert "ok   delivery: open" in well.output
    assert "BAD  delivery: Rapport Test: nothing can be posted since" in ill.output
    assert "nothing can be posted since" in rapport(tmp_path, "workspace").output
