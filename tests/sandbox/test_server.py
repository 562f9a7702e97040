"""Who is let in, and how the sandbox is started."""

from __future__ import annotations

import json
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from sandbox.__main__ import parse
from sandbox.driver import Driver
from sandbox.options import DEFAULT_EVENTS, DEFAULT_SCOPES
from sandbox.server import Running

ALICE = "U0ALICE01"
MANIFEST = """
features:
  slash_commands:
    - {command: /client, description: About a client, usage_hint: "[name]", should_escape: true}
  shortcuts:
    - {name: Log as touch, type: message, callback_id: log_touch, description: Keeps it}
oauth_config: {scopes: {bot: [commands, "chat:write"]}}
settings: {event_subscriptions: {bot_events: [app_home_opened]}}
"""


def status_of(request: urllib.request.Request) -> int:
    try:
        with urllib.request.urlopen(request, timeout=5) as response:
            return int(response.status)
    except urllib.error.HTTPError as error:
        error.close()
        return error.code


def test_other_pages_cannot_drive_it(sandbox: Running) -> None:
    body = json.dumps({"as": ALICE, "text": "hello"}).encode()
    as_form = urllib.request.Request(f"{sandbox.base_url}/sandbox/say", body, {"Content-Type": "text/plain"})
    assert status_of(as_form) == 400
    renamed = urllib.request.Request(f"{sandbox.base_url}/sandbox/state", headers={"Host": "evil.example"})
    assert status_of(renamed) == 403


def test_the_page_may_run_only_its_own_scripts(sandbox: Running) -> None:
    with urllib.request.urlopen(f"{sandbox.base_url}/", timeout=5) as response:
        policy = response.headers["Content-Security-Policy"]
    assert "default-src 'none'; script-src 'self'" in policy
    assert "unsafe" not in policy


@pytest.mark.parametrize(
    ("what", "asked", "reason"),
    [
        ("command", {"typed": "hello"}, "begins with a slash"),
        ("command", {"typed": "/note x", "channel": "C0FORDEXT", "as": "U0BENOIT1"}, "is not in C0FORDEXT"),
        ("press", {"action_id": "x"}, "no such view open"),
        ("press", {"action_id": "x", "channel": "app", "ts": "1.0"}, "sees no message"),
        ("submit", {}, "no such form on top"),
        ("shortcut", {"callback_id": "nothing"}, "no global shortcut nothing"),
        ("say", {"text": " "}, "nothing to send"),
        ("say", {"text": "x", "as": "U0NOBODY1"}, "nobody with the id U0NOBODY1"),
    ],
)
def test_acts_that_nobody_could_do_are_refused(
    drive: Driver, what: str, asked: dict[str, str], reason: str
) -> None:
    with pytest.raises(ValueError, match=reason):
        drive.act(what, asked.pop("as", ALICE), **asked)
    assert drive.deliveries() == []


def test_the_command_line_reads_the_manifest(tmp_path: Path) -> None:
    manifest = tmp_path / "manifest.yml"
    manifest.write_text(MANIFEST, encoding="utf-8")
    options = parse(["--port", "5000", "--manifest", str(manifest)])
    assert options.base_url == "http://127.0.0.1:5000"
    assert [(c.command, c.usage_hint, c.should_escape) for c in options.commands] == [
        ("/client", "[name]", True)
    ]
    assert [s.callback_id for s in options.shortcuts] == ["log_touch"]
    assert options.scopes == ("commands", "chat:write")
    assert options.events == {"app_home_opened"}


def test_flags_win_over_the_manifest(tmp_path: Path) -> None:
    manifest = tmp_path / "manifest.yml"
    manifest.write_text(MANIFEST, encoding="utf-8")
    commands = tmp_path / "commands.json"
    commands.write_text('[{"command": "/other"}]', encoding="utf-8")
    options = parse(
        [
            *("--manifest", str(manifest), "--commands", str(commands)),
            *("--events", "message.im, app_mention", "--scopes", "commands"),
            *("--request-url", "http://127.0.0.1:1/", "--signing-secret", "s"),
        ]
    )
    assert options.events == {"message.im", "app_mention"}
    assert options.scopes == ("commands",)
    assert [command.command for command in options.commands] == ["/other"]
    assert options.request_url == "http://127.0.0.1:1/"


def test_without_a_manifest_there_are_defaults(capsys: pytest.CaptureFixture[str]) -> None:
    options = parse([])
    assert (options.scopes, options.events) == (DEFAULT_SCOPES, DEFAULT_EVENTS)
    with pytest.raises(SystemExit):
        parse(["--request-url", "http://127.0.0.1:1/"])
    assert "needs --signing-secret" in capsys.readouterr().err


def test_it_runs_as_a_program_and_stops_when_told_to(tmp_path: Path) -> None:
    program = [sys.executable, "-m", "sandbox", "--port", "0", "--clock-file", str(tmp_path / "clock")]
    with subprocess.Popen(program, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        address = process.stdout.readline().removeprefix("Sandbox: ").strip()
        assert status_of(urllib.request.Request(address)) == 200
        port = address.rstrip("/").rsplit(":", 1)[1]
        second = subprocess.run([*program[:4], port], capture_output=True, text=True, timeout=30, check=False)
        assert second.returncode == 1
        assert second.stderr.startswith(f"The sandbox cannot listen on port {port}")
        process.terminate()
        assert process.wait(10) == 0
        assert process.stderr.read() == ""
