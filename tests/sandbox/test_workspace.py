"""What a restart keeps."""

from __future__ import annotations

from pathlib import Path

from slack_sdk import WebClient

from sandbox.driver import Driver
from sandbox.options import Options
from sandbox.server import running

ALICE, BENOIT = "U0ALICE01", "U0BENOIT1"


def talk(options: Options) -> None:
    """One life of a sandbox."""
    with running(options) as sandbox:
        api = WebClient("xoxb-sandbox", base_url=f"{sandbox.base_url}/api/", retry_handlers=[])
        drive = Driver(sandbox.base_url)
        drive.ask("POST", "/sandbox/person", {"id": ALICE, "tz": "Asia/Tokyo"})
        direct = drive.ask("POST", "/sandbox/direct", {"as": ALICE, "with": BENOIT})["channel"]
        drive.act("say", ALICE, text="between us", channel=direct, wait=0)
        metadata = {"event_type": "digest", "event_payload": {"id": "1"}}
        api.chat_postMessage(channel=ALICE, text="kept", metadata=metadata)
        gone = api.chat_postMessage(channel=ALICE, text="gone")["ts"]
        api.chat_delete(channel="D0ALICE01", ts=gone)
        api.chat_postEphemeral(channel="D0ALICE01", user=ALICE, text="whispered")
        api.views_publish(user_id=ALICE, view={"type": "home", "blocks": [{"type": "divider"}]})
        last = api.chat_postMessage(channel=ALICE, text="first")["ts"]
        api.chat_update(channel="D0ALICE01", ts=last, text="last")


def test_messages_people_and_home_outlive_a_restart(options: Options) -> None:
    talk(options)
    for _ in range(2):
        with running(options) as sandbox:
            drive = Driver(sandbox.base_url)
            shown = [m["text"] for m in drive.messages() if not m["deleted"]]
            assert shown == ["between us", "kept", "last"]
            assert drive.messages(by="bot")[0]["metadata"]["event_payload"] == {"id": "1"}
            assert drive.look("home", **{"as": ALICE})["view"]["blocks"][0]["type"] == "divider"
            assert drive.look("people")["people"][0]["tz"] == "Asia/Tokyo"
            api = WebClient("xoxb-sandbox", base_url=f"{sandbox.base_url}/api/", retry_handlers=[])
            assert len(api.conversations_history(channel="D0ALICE01")["messages"]) == 2


def test_a_torn_last_line_is_left_behind(options: Options) -> None:
    talk(options)
    assert isinstance(options.state_dir, Path)
    journal = options.state_dir / "journal.jsonl"
    with journal.open("a", encoding="utf-8") as file:
        file.write('{"op": "message", "mess')
    with running(options) as sandbox:
        texts = [m["text"] for m in Driver(sandbox.base_url).messages() if not m["deleted"]]
    assert texts[-1] == "last"
    assert journal.read_text(encoding="utf-8").endswith("\n")
