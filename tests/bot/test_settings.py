"""Settings are read once, and a wrong one is named with a hint."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from bot.settings import Mode, SettingsError, read_settings

SECRET = "hush-hush-hush"


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in list(os.environ):
        if name.startswith(("SLACK_", "RAPPORT_", "DATABASE_")):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


def complaint() -> str:
    with pytest.raises(SettingsError) as wrong:
        read_settings()
    return str(wrong.value)


def test_without_any_setting_there_are_defaults(tmp_path: Path) -> None:
    settings = read_settings()

    assert settings.slack_bot_token is None
    assert (settings.mode, settings.zone, settings.country) == (Mode.SOCKET, "America/New_York", "US")
    assert settings.database() == f"sqlite:///{tmp_path / '.rapport' / 'rapport.db'}"


def test_the_environment_comes_before_the_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("RAPPORT_ZONE=Europe/Paris\nRAPPORT_LOCALE=fr-FR\n", encoding="utf-8")
    monkeypatch.setenv("RAPPORT_ZONE", "Asia/Tokyo")

    settings = read_settings()

    assert (settings.zone, settings.locale) == ("Asia/Tokyo", "fr-FR")


@pytest.mark.parametrize(
    ("name", "value", "hint"),
    [
        ("SLACK_BOT_TOKEN", f"xapp-{SECRET}", "a bot token starts with xoxb-"),
        ("SLACK_APP_TOKEN", f"xoxb-{SECRET}", "an app-level token starts with xapp-"),
        ("SLACK_API_URL", "slack.com", "Base address of Slack's Web API"),
        ("RAPPORT_ZONE", "EST5EDT4", "write one such as America/New_York"),
        ("RAPPORT_ZONE", "../etc/passwd", "is no time zone"),
        ("RAPPORT_LOCALE", "english", "Language of a new workspace"),
        ("RAPPORT_CURRENCY", "dollars", "ISO 4217"),
        ("RAPPORT_COUNTRY", "USA", "ISO 3166"),
        ("RAPPORT_PORT", "99999", "Port to listen on"),
        ("RAPPORT_PORT", "http", "Port to listen on"),
        ("RAPPORT_MODE", "carrier pigeon", "socket or http"),
        ("RAPPORT_TICK_SECONDS", "0", "How often the clock looks"),
        ("RAPPORT_TICK_SECONDS", "nan", "How often the clock looks"),
        ("RAPPORT_QUARANTINE_SECONDS", "-1", "unclear end"),
        ("RAPPORT_LOG_LEVEL", "LOUD", "DEBUG, INFO, WARNING or ERROR"),
        ("RAPPORT_LOG_FORMAT", "xml", "json for machines"),
    ],
)
def test_a_wrong_setting_is_named_with_a_hint_and_without_secrets(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, hint: str
) -> None:
    monkeypatch.setenv(name, value)

    said = complaint()

    assert said.startswith(f"{name}: ")
    assert hint in said
    assert SECRET not in said


def test_all_that_is_wrong_is_named_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAPPORT_ZONE", "Mars")
    monkeypatch.setenv("RAPPORT_PORT", "0")

    assert {line.split(":")[0] for line in complaint().splitlines()} == {"RAPPORT_ZONE", "RAPPORT_PORT"}


def test_secrets_are_not_shown_when_settings_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", f"xoxb-{SECRET}")
    monkeypatch.setenv("SLACK_SIGNING_SECRET", SECRET)
    monkeypatch.setenv("DATABASE_URL", f"postgresql://me:{SECRET}@host/book")

    settings = read_settings()

    assert SECRET not in f"{settings!r} {settings} {settings.model_dump()}"
    assert settings.database() == f"postgresql://me:{SECRET}@host/book"


@pytest.mark.parametrize("where", ["environment", "file"])
def test_a_secret_may_lie_in_a_file_of_its_own(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, where: str
) -> None:
    (tmp_path / "token").write_text(f"xoxb-{SECRET}\n", encoding="utf-8")
    if where == "environment":
        monkeypatch.setenv("SLACK_BOT_TOKEN_FILE", str(tmp_path / "token"))
    else:
        (tmp_path / ".env").write_text(f"SLACK_BOT_TOKEN_FILE={tmp_path / 'token'}\n", encoding="utf-8")

    token = read_settings().slack_bot_token

    assert token is not None
    assert token.get_secret_value() == f"xoxb-{SECRET}"


def test_a_secret_that_is_given_comes_before_one_in_a_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "token").write_text("xoxb-file", encoding="utf-8")
    monkeypatch.setenv("SLACK_BOT_TOKEN_FILE", str(tmp_path / "token"))
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-given")

    token = read_settings().slack_bot_token

    assert token is not None
    assert token.get_secret_value() == "xoxb-given"


def test_a_file_that_is_missing_or_no_text_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SLACK_APP_TOKEN_FILE", str(tmp_path / "token"))
    assert complaint().startswith("SLACK_APP_TOKEN_FILE: cannot read")
    (tmp_path / "token").write_bytes(b"\xff\xfe\x00")
    assert complaint() == f"SLACK_APP_TOKEN_FILE: {tmp_path / 'token'} holds no text"


def test_a_wrong_secret_in_a_file_is_named_and_not_shown(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "token").write_text(SECRET, encoding="utf-8")
    monkeypatch.setenv("SLACK_BOT_TOKEN_FILE", str(tmp_path / "token"))

    said = complaint()

    assert "a bot token starts with xoxb-" in said
    assert SECRET not in said


def test_only_secrets_are_read_from_files(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "zone").write_text("Asia/Tokyo", encoding="utf-8")
    monkeypatch.setenv("ZONE_FILE", str(tmp_path / "zone"))

    assert read_settings().zone == "America/New_York"


def test_an_env_file_that_is_no_text_is_named(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(b"RAPPORT_ZONE=\xff\xfe")

    assert complaint() == ".env: is no text in UTF-8"


def test_an_empty_variable_counts_as_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", "")
    monkeypatch.setenv("RAPPORT_PORT", "")

    settings = read_settings()

    assert (settings.slack_bot_token, settings.port) == (None, 3000)
