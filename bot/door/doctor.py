"""The doctor: looks whether everything the bot needs is there, and says how to mend what is not."""

from __future__ import annotations

import email.utils
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.client import HTTPException
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import click
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError
from sqlalchemy.exc import SQLAlchemyError

from bot.clock import system_clock
from bot.door.assembly import web_client
from bot.door.daily_backup import latest_backup
from bot.door.rule_folder import own_files
from bot.door.rule_places import at_hand
from bot.rulebook.reader import RulebookError, load_rulebook
from bot.settings import Mode, Settings
from handlers.manifest import missing_scopes
from storage.engine import UnusableAddress, database_file, open_engine
from storage.migrate import COPYING, HEAD, NewerDatabase, current

_SKEW_SECONDS = 60
_BACKUP_EACH = timedelta(days=2)
"""Backups are made once a day: an older one means that some were not."""
_OLDEST_SQLITE = (3, 35, 0)


@dataclass(frozen=True, slots=True)
class Finding:
    """What was looked at, whether it is well, what was seen, and how to mend it when it is not."""

    what: str
    well: bool
    seen: str
    mend: str = ""


def examine(settings: Settings, client: WebClient | None = None) -> list[Finding]:
    """Look at settings, database, rules, tokens, scopes, clock and zones. Changes nothing but an empty probe file."""
    findings = [
        *_settings(settings),
        _sqlite_version(),
        *_database(settings),
        *_backups(settings),
        _rules(settings),
        *_zones(settings),
    ]
    if settings.slack_bot_token is not None:
        findings += _slack(settings, client or web_client(settings))
    return findings


def _settings(settings: Settings) -> Iterator[Finding]:
    yield Finding("settings", True, f"{settings.mode} mode, data in {settings.data_dir}")
    wanted: list[tuple[str, object]] = [("SLACK_BOT_TOKEN", settings.slack_bot_token)]
    if settings.mode is Mode.SOCKET:
        wanted.append(("SLACK_APP_TOKEN", settings.slack_app_token))
    else:
        wanted.append(("SLACK_SIGNING_SECRET", settings.slack_signing_secret))
    for name, value in wanted:
        yield Finding(
            name,
            value is not None,
            "set" if value is not None else "missing",
            f"put {name} into the environment or into .env (README.md, “On Slack”); without it only the demo runs",
        )


def _sqlite_version() -> Finding:
    return Finding(
        "SQLite",
        sqlite3.sqlite_version_info >= _OLDEST_SQLITE,
        sqlite3.sqlite_version,
        "use a Python that brings SQLite 3.35 or newer",
    )


def _database(settings: Settings) -> Iterator[Finding]:
    """Looks without touching: a missing database is not made, and an old one not brought up to date."""
    try:
        file = database_file(settings.database())
        if file is not None:
            yield _writable(file.parent)
            if not file.exists():
                yield Finding("database", True, f"{file} is not there yet; the first start makes it")
                return
            if not os.access(file, os.W_OK):
                yield Finding(
                    "database", False, f"{file} is read-only", "give this user the right to write it"
                )
                return
        revision = _revision_of_file(file) if file is not None else _revision_of_server(settings.database())
    except (SQLAlchemyError, sqlite3.Error, ValueError, OSError) as failed:
        yield Finding(
            "database",
            False,
            str(failed).splitlines()[0],
            "check DATABASE_URL, that the file is a database of Rapport, or that the server runs and lets this user in",
        )
        return
    if revision is None:
        yield Finding("database", True, "empty; the first start prepares it")
    elif revision == COPYING:
        yield Finding("database", False, "an unfinished copy of another", str(NewerDatabase(COPYING)))
    elif revision > HEAD:
        yield Finding(
            "database", False, f"revision {revision}", "it belongs to a newer Rapport: install that version"
        )
    else:
        behind = "" if revision == HEAD else f"; the next start brings it to {HEAD}"
        yield Finding("database", True, f"revision {revision}{behind}")


def _backups(settings: Settings) -> Iterator[Finding]:
    """Whether the daily backups are made, where they are asked for."""
    if settings.backup_dir is None:
        return
    try:
        file = database_file(settings.database())
    except UnusableAddress:
        return  # which is found wrong in any case
    if file is None or not file.exists():
        return
    latest = latest_backup(settings.backup_dir)
    yield Finding(
        "daily backup",
        latest is not None and latest >= (system_clock() - _BACKUP_EACH).date(),
        f"the latest in {settings.backup_dir} is of {latest}"
        if latest
        else f"none in {settings.backup_dir} yet",
        "start the bot, which makes one within minutes; if it runs, its log says why there is none",
    )


def _revision_of_file(file: Path) -> str | None:
    with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True, timeout=5)) as connection:
        if not connection.execute("select 1 from sqlite_master where name = 'alembic_version'").fetchone():
            return None
        found = connection.execute("select version_num from alembic_version").fetchone()
        return None if found is None else str(found[0])


def _revision_of_server(url: str) -> str | None:
    engine = open_engine(url)
    try:
        return current(engine)
    finally:
        engine.dispose()


def _writable(folder: Path) -> Finding:
    """Whether the folder, or the nearest one above it that is there already, can be written to."""
    there = folder.absolute()
    while not there.exists() and there != there.parent:
        there = there.parent
    probe = there / f".rapport-probe-{os.getpid()}"
    try:
        probe.touch()
        probe.unlink()
    except OSError as failed:
        return Finding(
            "data folder", False, f"{folder}: {failed.strerror}", "give this user the right to write there"
        )
    return Finding("data folder", True, str(folder))


def _rules(settings: Settings) -> Finding:
    """Whether the rules can be read, and which are the workspace's own."""
    folder = settings.rules_folder()
    try:
        own = own_files(folder)
        rulebook = load_rulebook(own)
    except RulebookError as broken:
        return Finding(
            "rules",
            False,
            str(broken),
            f"correct the file in {folder}, or take it out; `rapport rulebook check` names every file that is wrong",
        )
    named = f"; own: {', '.join(own)} in {folder}" if own else ""
    try:
        rulebook = at_hand(settings, None, None).by.rulebook
    except RulebookError as broken:
        return Finding(
            "rules",
            False,
            str(broken),
            "it is in the database: import the file corrected; `rapport rulebook check` names every one that is wrong",
        )
    except (click.ClickException, NewerDatabase, UnusableAddress, SQLAlchemyError, OSError):
        pass  # several workspaces with rules of their own, or what is said of the database
    return Finding(
        "rules", True, f"{len(rulebook.rules)} rules, version {rulebook.version} of {rulebook.date}{named}"
    )


def _zones(settings: Settings) -> Iterator[Finding]:
    for name in (settings.zone, "America/New_York", "Europe/Paris"):
        try:
            ZoneInfo(name)
        except ZoneInfoNotFoundError:
            yield Finding("time zones", False, f"{name} is not known", "install the package tzdata")
            return
    yield Finding("time zones", True, settings.zone)


def _slack(settings: Settings, client: WebClient) -> Iterator[Finding]:
    try:
        answer = client.auth_test()
    except SlackApiError as error:
        code = str(error.response.get("error"))
        yield Finding(
            "bot token", False, code, "copy the Bot User OAuth Token again from “OAuth & Permissions”"
        )
        return
    except (OSError, HTTPException, SlackClientError) as error:
        yield Finding(
            "Slack",
            False,
            f"not reached: {error}",
            f"check the network and SLACK_API_URL ({settings.slack_api_url})",
        )
        return
    headers = {str(k).lower(): v for k, v in (answer.headers or {}).items()}
    yield Finding("bot token", True, f"{answer['team']} as {answer['user']}")
    yield _scopes(missing_scopes(answer.headers), settings.slack_api_url)
    yield from _clock(_first(headers.get("date")), system_clock)
    if settings.mode is Mode.SOCKET and settings.slack_app_token is not None:
        yield _app_token(client, settings.slack_app_token.get_secret_value())


def _scopes(missing: tuple[str, ...] | None, api_url: str) -> Finding:
    if missing is None:
        return Finding(
            "scopes",
            False,
            "not told",
            f"Slack names them in the header x-oauth-scopes: see what comes between here and {api_url}",
        )
    return Finding(
        "scopes",
        not missing,
        "as in the manifest" if not missing else f"missing: {', '.join(missing)}",
        "paste the output of `rapport manifest` under “App Manifest” and reinstall the app",
    )


def _clock(stamp: str, clock: Callable[[], datetime]) -> Iterator[Finding]:
    if not stamp:
        return
    skew = (clock() - email.utils.parsedate_to_datetime(stamp).astimezone(UTC)).total_seconds()
    yield Finding(
        "clock",
        abs(skew) <= _SKEW_SECONDS,
        f"{skew:+.0f} s against Slack's",
        "let the machine set its clock by the network (NTP): digests would come at the wrong time",
    )


def _app_token(client: WebClient, token: str) -> Finding:
    try:
        client.apps_connections_open(app_token=token)
    except SlackApiError as error:
        return Finding(
            "app-level token",
            False,
            str(error.response.get("error")),
            "make one under “Basic Information” with the scope connections:write, and turn Socket Mode on",
        )
    except (OSError, HTTPException, SlackClientError) as error:
        return Finding("app-level token", False, f"not reached: {error}", "check the network")
    return Finding("app-level token", True, "opens connections")


def _first(value: object) -> str:
    if isinstance(value, list):
        return str(value[0]) if value else ""
    return str(value or "")
