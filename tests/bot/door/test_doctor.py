"""The doctor names what is wrong and how to mend it, and changes nothing."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from pydantic import SecretStr
from sqlalchemy import text

from bot.door import doctor
from bot.door.commands import main
from bot.door.daily_backup import daily_backup
from bot.door.doctor import Finding, examine
from bot.settings import Settings
from handlers.manifest import missing_scopes
from sandbox.driver import Driver
from sandbox.options import Options
from sandbox.server import Running, running
from storage.migrate import COPYING, HEAD
from tests.databases import open_file

Configured = Callable[..., Settings]


def found(settings: Settings) -> dict[str, Finding]:
    return {finding.what: finding for finding in examine(settings)}


def bad(settings: Settings) -> dict[str, str]:
    """What is not well, with what was seen."""
    assert all(finding.mend for finding in examine(settings) if not finding.well)
    return {what: finding.seen for what, finding in found(settings).items() if not finding.well}


def book(tmp_path: Path, revision: str = HEAD) -> Path:
    file = tmp_path / "rapport.db"
    engine = open_file(file)
    with engine.begin() as connection:
        connection.execute(text("update alembic_version set version_num = :to"), {"to": revision})
    engine.dispose()
    return file


def test_where_all_is_well_it_says_so(configured: Configured, tmp_path: Path) -> None:
    book(tmp_path)

    seen = found(configured())

    assert bad(configured()) == {}
    assert seen["database"].seen == f"revision {HEAD}"
    assert seen["scopes"].seen == "as in the manifest"
    assert seen["app-level token"].seen == "opens connections"
    assert set(seen) >= {
        "settings",
        "SLACK_BOT_TOKEN",
        "SQLite",
        "data folder",
        "time zones",
        "bot token",
        "clock",
    }


def test_it_changes_nothing(configured: Configured, tmp_path: Path) -> None:
    before = sorted(tmp_path.rglob("*"))

    seen = found(configured(data_dir=tmp_path / "deep" / "down"))

    assert seen["database"].well
    assert "not there yet" in seen["database"].seen
    assert sorted(tmp_path.rglob("*")) == before


def test_it_leaves_an_older_database_as_it_is(configured: Configured, tmp_path: Path) -> None:
    book(tmp_path, "0000")

    assert found(configured())["database"] == Finding(
        "database", True, f"revision 0000; the next start brings it to {HEAD}"
    )


def test_a_newer_database_is_named(configured: Configured, tmp_path: Path) -> None:
    book(tmp_path, "9999")

    assert bad(configured()) == {"database": "revision 9999"}


def test_a_file_that_is_no_database_is_named(configured: Configured, tmp_path: Path) -> None:
    (tmp_path / "rapport.db").write_bytes(b"PNG" * 999)

    assert bad(configured()) == {"database": "file is not a database"}


def test_an_empty_file_is_a_new_database(configured: Configured, tmp_path: Path) -> None:
    (tmp_path / "rapport.db").touch()

    assert found(configured())["database"].seen == "empty; the first start prepares it"


def test_a_folder_that_cannot_be_written_is_named(configured: Configured, tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    seen = bad(configured(data_dir=tmp_path / "file" / "data"))

    assert list(seen) == ["data folder"]
    assert "file/data" in seen["data folder"]


def test_a_server_that_is_not_there_is_named_without_the_password(configured: Configured) -> None:
    seen = bad(configured(database_url=SecretStr("postgresql://me:hush@127.0.0.1:9/book")))

    assert list(seen) == ["database"]
    assert "hush" not in seen["database"]


def test_an_address_nobody_supports_is_named(configured: Configured) -> None:
    assert (
        "sqlite and postgresql are supported"
        in bad(configured(database_url=SecretStr("mysql://h/b")))["database"]
    )


def test_a_wrong_token_is_named(configured: Configured) -> None:
    assert bad(configured(slack_bot_token=SecretStr("xoxb-wrong"))) == {"bot token": "invalid_auth"}
    assert bad(configured(slack_app_token=SecretStr("xapp-wrong"))) == {"app-level token": "invalid_auth"}


def test_missing_tokens_are_named(configured: Configured) -> None:
    assert bad(configured(slack_bot_token=None, slack_app_token=None)) == {
        "SLACK_BOT_TOKEN": "missing",
        "SLACK_APP_TOKEN": "missing",
    }
    assert bad(configured(mode="http")) == {"SLACK_SIGNING_SECRET": "missing"}


def test_a_missing_scope_is_named(configured: Configured, slack: Running) -> None:
    kept = tuple(scope for scope in slack.stand_in.options.scopes if scope != "im:history")
    with running(replace(slack.stand_in.options, port=0, scopes=kept)) as narrower:
        seen = bad(configured(slack_api_url=f"{narrower.base_url}/api/"))

    assert seen == {"scopes": "missing: im:history"}


def test_scopes_that_nobody_names_are_not_called_missing() -> None:
    finding = doctor._scopes(missing_scopes({}), "https://proxy.example/api/")

    assert (finding.well, finding.seen) == (False, "not told")
    assert "https://proxy.example/api/" in finding.mend


def test_slack_out_of_reach_is_named(configured: Configured, drive: Driver) -> None:
    assert "127.0.0.1" in found(configured(slack_api_url="http://127.0.0.1:9/api/"))["Slack"].mend
    assert not found(configured(slack_api_url="http://127.0.0.1:9/api/"))["Slack"].well
    drive.faults(unreachable=True)
    assert bad(configured())


@pytest.mark.parametrize(("ahead", "well"), [(0, True), (59, True), (-59, True), (61, False), (-3600, False)])
def test_a_clock_that_is_wrong_is_named(ahead: int, well: bool) -> None:
    present = datetime(2026, 11, 16, 14, tzinfo=UTC)

    (finding,) = doctor._clock("Mon, 16 Nov 2026 14:00:00 GMT", lambda: present + timedelta(seconds=ahead))

    assert (finding.well, finding.seen) == (well, f"{ahead:+.0f} s against Slack's")


def test_its_findings_are_printed_and_the_exit_code_tells_whether_all_is_well(
    environment: dict[str, str], tmp_path: Path
) -> None:
    book(tmp_path)
    runner = CliRunner(env=environment)

    well = runner.invoke(main, ["doctor"])
    ill = runner.invoke(main, ["doctor"], env={"SLACK_BOT_TOKEN": "xoxb-wrong"})
    as_json = runner.invoke(main, ["doctor", "--json"], env={"SLACK_BOT_TOKEN": "xoxb-wrong"})

    assert (well.exit_code, "BAD" in well.output) == (0, False), well.output
    assert (ill.exit_code, as_json.exit_code) == (1, 1)
    assert "BAD  bot token: invalid_auth\n       → copy the Bot User OAuth Token again" in ill.output
    findings: list[dict[str, Any]] = json.loads(as_json.output)
    assert [finding["what"] for finding in findings if not finding["well"]] == ["bot token"]
    assert "xoxb" not in ill.output + as_json.output


def test_wrong_settings_are_findings_too(environment: dict[str, str]) -> None:
    shown = CliRunner(env={**environment, "RAPPORT_ZONE": "Mars", "RAPPORT_PORT": "0"}).invoke(
        main, ["doctor"]
    )

    assert shown.exit_code == 1
    assert "BAD  RAPPORT_ZONE: 'Mars' is no time zone" in shown.output
    assert "BAD  RAPPORT_PORT" in shown.output


def test_options_of_the_sandbox_are_those_of_the_manifest(slack: Running) -> None:
    assert isinstance(slack.stand_in.options, Options)
    assert "im:history" in slack.stand_in.options.scopes


def test_daily_backups_that_are_not_made_are_named(configured: Configured, tmp_path: Path) -> None:
    book(tmp_path)
    safe = tmp_path / "safe"
    settings = configured(backup_dir=safe)

    never = bad(settings)["daily backup"]
    daily_backup(settings, datetime(2026, 11, 16, tzinfo=UTC) - timedelta(days=400))
    old = bad(settings)["daily backup"]
    daily_backup(settings, datetime.now(UTC))

    assert never == f"none in {safe} yet"
    assert old == f"the latest in {safe} is of 2025-10-12"
    assert bad(settings) == {}


def test_a_copy_that_was_cut_short_is_named(configured: Configured, tmp_path: Path) -> None:
    book(tmp_path, COPYING)

    assert bad(configured()) == {"database": "an unfinished copy of another"}
