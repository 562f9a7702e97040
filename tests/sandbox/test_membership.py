"""Who is there: the app in and out of channels, newcomers, and statuses that come and go."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from playwright.sync_api import Browser, expect
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from sandbox import payloads
from sandbox.driver import Driver
from sandbox.options import Options
from sandbox.server import Running, running
from tests.chromium import headless
from tests.sandbox.conftest import EVENTS, SCOPES

Json = dict[str, Any]
ALICE, BENOIT, LENA, GUS, BOT, APART = (
    "U0ALICE01",
    "U0BENOIT1",
    "U0LENA001",
    "U0GUEST01",
    "U0RAPPORT",
    "C0NOTHERE",
)
MOVES = frozenset({"team_join", "member_joined_channel", "member_left_channel", "channel_left"})
NEW: Json = {
    "id": "U0OMAR001",
    "name": "omar",
    "real_name": "Omar Diallo",
    "tz": "Europe/Paris",
    "locale": "fr-FR",
}


@pytest.fixture
def options(options: Options) -> Options:
    return replace(options, scopes=(*SCOPES, "users.profile:read"), events=EVENTS | MOVES)


def refused(call: Callable[[], Any]) -> str:
    with pytest.raises(SlackApiError) as caught:
        call()
    return str(caught.value.response["error"])


def told(drive: Driver, kind: str) -> list[Json]:
    found = [
        d["payload"] for d in drive.deliveries(kind="events_api") if d["payload"]["event"]["type"] == kind
    ]
    for payload in found:
        assert payloads.check_event(payload) == []
    return [payload["event"] for payload in found]


def test_the_app_is_invited_reads_and_is_taken_out_again(drive: Driver, api: WebClient) -> None:
    assert refused(lambda: api.conversations_history(channel=APART)) == "not_in_channel"
    drive.act("invite", ALICE, channel=APART, wait=0)
    (joined,) = drive.until(lambda: told(drive, "member_joined_channel"))
    assert (joined["user"], joined["channel"], joined["inviter"]) == (BOT, APART, ALICE)
    drive.act("say", BENOIT, channel=APART, text="Acme rang", wait=0)
    assert [m["text"] for m in api.conversations_history(channel=APART)["messages"]] == ["Acme rang"]
    assert BOT in api.conversations_members(channel=APART)["members"]

    drive.act("remove", ALICE, channel=APART, wait=0)
    (left,) = drive.until(lambda: told(drive, "member_left_channel"))
    assert (left["user"], left["channel"]) == (BOT, APART)
    (gone,) = drive.until(lambda: told(drive, "channel_left"))
    assert gone["actor_id"] == ALICE
    assert refused(lambda: api.chat_postMessage(channel=APART, text="x")) == "not_in_channel"


def test_people_come_and_go_where_the_app_can_see_it(drive: Driver) -> None:
    drive.act("invite", ALICE, channel="C0GENERAL", member=GUS, wait=0)
    drive.act("invite", ALICE, channel=APART, member=GUS, wait=0)
    drive.act("remove", ALICE, channel="C0GENERAL", member=GUS, wait=0)
    (left,) = drive.until(lambda: told(drive, "member_left_channel"))
    assert [event["channel"] for event in told(drive, "member_joined_channel")] == ["C0GENERAL"]
    assert left["user"] == GUS


@pytest.mark.parametrize(
    ("act", "asked", "reason"),
    [
        ("invite", {"channel": "C0GENERAL"}, "already"),
        ("remove", {"channel": APART}, "not in"),
        ("invite", {"channel": "C0NOWHERE"}, "no channel"),
        ("invite", {"channel": "D0ALICE01", "member": BENOIT}, "no channel"),
        ("invite", {"channel": "C0GENERAL", "member": "U0NOBODY1"}, "nobody"),
    ],
)
def test_moves_that_make_no_sense_are_refused(drive: Driver, act: str, asked: Json, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        drive.act(act, ALICE, **asked)


def test_conversations_are_told_by_kind_and_person(api: WebClient) -> None:
    def of(**how: Any) -> list[str]:
        return [channel["id"] for channel in api.users_conversations(**how)["channels"]]

    assert of() == ["C0GENERAL", "C0FORDEXT"]
    assert of(user=BENOIT) == ["C0GENERAL", APART]
    assert of(types="im", user=BENOIT) == ["D0BENOIT1"]
    assert refused(lambda: of(types="private_channel")) == "missing_scope"
    assert refused(lambda: of(types="secret")) == "invalid_types"
    first = api.conversations_members(channel="C0GENERAL", limit=5)
    rest = api.conversations_members(channel="C0GENERAL", cursor=first["response_metadata"]["next_cursor"])
    assert len({*first["members"], *rest["members"]}) == 7
    assert "num_members" not in api.conversations_info(channel="C0GENERAL")["channel"]
    counted = api.conversations_info(channel="C0GENERAL", include_num_members=True)["channel"]
    assert counted["num_members"] == 7


def test_somebody_new_is_told_and_outlives_a_restart(options: Options) -> None:
    with running(options) as sandbox:
        drive = Driver(sandbox.base_url)
        drive.ask("POST", "/sandbox/join", NEW)
        (joined,) = drive.until(lambda: told(drive, "team_join"))
        assert (joined["user"]["id"], joined["user"]["tz"]) == (NEW["id"], "Europe/Paris")
        drive.act("say", NEW["id"], text="hello", wait=0)
        drive.act("invite", ALICE, channel=APART, wait=0)
        for wrong in (NEW, {"name": "x"}, {**NEW, "id": "U0X", "tz": "Moon/Base"}, {**NEW, "id": BOT}):
            with pytest.raises(ValueError, match=r"person|taken"):
                drive.ask("POST", "/sandbox/join", wrong)
    for _ in range(2):
        with running(options) as sandbox:
            api = WebClient("xoxb-sandbox", base_url=f"{sandbox.base_url}/api/", retry_handlers=[])
            assert api.users_info(user=NEW["id"])["user"]["real_name"] == "Omar Diallo"
            assert api.conversations_history(channel="D0OMAR001")["messages"][0]["text"] == "hello"
            assert BOT in api.conversations_members(channel=APART)["members"]


def test_a_status_is_told_and_ends_by_the_clock(drive: Driver, api: WebClient) -> None:
    end = int(drive.look("clock")["timestamp"]) + 3600
    away = {"status_text": "On leave", "status_emoji": ":palm_tree:", "status_expiration": end}
    drive.ask("POST", "/sandbox/person", {"id": ALICE, **away})
    (changed,) = drive.until(lambda: told(drive, "user_change"))
    assert {key: changed["user"]["profile"][key] for key in away} == away
    assert api.users_profile_get(user=ALICE)["profile"]["status_text"] == "On leave"
    assert api.users_info(user=ALICE)["user"]["profile"]["status_emoji"] == ":palm_tree:"
    drive.move_clock(advance=3601)
    profile = api.users_profile_get(user=ALICE)["profile"]
    assert (profile["status_text"], profile["status_expiration"]) == ("", 0)


def test_do_not_disturb_is_told_and_ends_by_the_clock(drive: Driver, api: WebClient) -> None:
    now = int(drive.look("clock")["timestamp"])
    span = {"dnd_start": now - 60, "dnd_end": now + 3600}
    drive.ask("POST", "/sandbox/person", {"id": ALICE, **span})
    (changed,) = drive.until(lambda: told(drive, "dnd_updated_user"))
    status = {
        "dnd_enabled": True,
        "next_dnd_start_ts": span["dnd_start"],
        "next_dnd_end_ts": span["dnd_end"],
    }
    assert (changed["user"], changed["dnd_status"]) == (ALICE, status)
    assert told(drive, "user_change") == []
    asked = api.dnd_info(user=ALICE)
    assert {key: asked[key] for key in status} == status
    drive.move_clock(advance=3601)
    assert api.dnd_info(user=ALICE)["next_dnd_end_ts"] > span["dnd_end"]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with headless() as chromium:
        yield chromium


@pytest.mark.journey
def test_the_app_is_added_and_removed_on_the_page(browser: Browser, sandbox: Running, drive: Driver) -> None:
    drive.act("say", LENA, channel=APART, text="hello", wait=0)
    away = {"status_text": "On leave", "status_emoji": ":palm_tree:"}
    drive.ask("POST", "/sandbox/person", {"id": LENA, **away})
    page = browser.new_page()
    page.goto(f"{sandbox.base_url}/?as={ALICE}&at={APART}")
    expect(page.get_by_text("Status: On leave")).to_be_attached()
    page.get_by_role("button", name="Add Rapport").click()
    page.get_by_role("button", name="Remove Rapport").click()
    expect(page.get_by_role("button", name="Add Rapport")).to_be_visible()
    assert len(drive.until(lambda: told(drive, "member_joined_channel"))) == 1
    page.close()
