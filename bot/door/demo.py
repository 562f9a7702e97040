"""The demo: the bot against a stand-in for Slack on this machine, with a small workspace and a page to click."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from http.client import HTTPConnection
from importlib.resources import files
from pathlib import Path
from threading import Event
from typing import Any

import click
from pydantic import SecretStr

from bot.domain.concessions import Counterpart, Given, Ground, Kind, NewConcession, State
from bot.domain.members import Role
from bot.domain.money import Money
from bot.door.assembly import Bot
from bot.door.running import CannotStart, run
from bot.services import imports, members, workspaces
from bot.services.house import Actor
from bot.settings import Settings

BOT_TOKEN = "xoxb-sandbox-bot"  # noqa: S105 - opens nothing but the stand-in on this machine
APP_TOKEN = "xapp-sandbox-app"  # noqa: S105 - as above
WRITTEN_ON = date(2026, 11, 20)
"""The day as of which the demo's client list tells its dates; it is moved to today."""
ROLES: Mapping[str, frozenset[Role]] = {
    "U0LENA001": frozenset({Role.ACCOUNT_MANAGER, Role.LEAD}),
    "U0CARLA01": frozenset({Role.COMPLIANCE, Role.ADMIN}),
    "U0NADIA01": frozenset({Role.COMPLIANCE}),
}
LEAD = "U0LENA001"
MANAGERS = ("U0ALICE01", "U0BENOIT1")
ADMIN = "U0CARLA01"
TOUCH_EMOJI = "handshake"
"""The reaction by which a message of the demo becomes a touch."""
SHARED_CHANNEL, SHARED_WITH = "C0FORDEXT", "Ford Motor Company"
"""The stand-in's channel with people of a client, and that client."""
_START_SECONDS = 20.0


def run_demo(
    port: int,
    folder: Path,
    manifest: Path | None = None,
    stopping: Event | None = None,
    rules: Path | None = None,
) -> None:
    """Start the stand-in on 127.0.0.1:`port` (0: any free one) and the bot, until interrupted.

    Everything is kept in `folder`; delete it to begin anew. `rules` is a folder of own rule files (by default
    ``rules`` in `folder`). Raises CannotStart.
    """
    folder.mkdir(parents=True, exist_ok=True)
    chosen = port if port and _is_free(port) else _free_port()
    if port and chosen != port:
        click.echo(f"Port {port} is taken: using {chosen}.")
    clock_file = folder / "clock"
    with _stand_in(chosen, folder, clock_file, manifest):
        settings = demo_settings(chosen, folder, clock_file, rules)

        def ready(bot: Bot) -> None:
            seed(bot)
            click.echo(f"\n  Rapport is running. Open http://127.0.0.1:{chosen}/ in a browser.\n")
            click.echo("  Try:  /gift-check $45 bottle of wine for Jane Smith at Ford")
            click.echo("        /client-touch Acme call yesterday, talked about the renewal")
            click.echo("        and the button “It is tomorrow morning”.   Stop with Ctrl-C.\n")

        run(settings, stopping, ready)


def demo_settings(port: int, folder: Path, clock_file: Path, rules: Path | None = None) -> Settings:
    """Settings for the stand-in: quick ticks, a movable clock, and none of the environment's Slack."""
    for proxy in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"):
        os.environ.pop(proxy, None)  # the stand-in is on this machine, whatever lies between it and the world
    return Settings(
        slack_bot_token=SecretStr(BOT_TOKEN),
        slack_app_token=SecretStr(APP_TOKEN),
        slack_api_url=f"http://127.0.0.1:{port}/api/",
        database_url=SecretStr(f"sqlite:///{(folder / 'demo.db').absolute()}"),
        RAPPORT_DATA_DIR=folder,
        RAPPORT_RULES_DIR=rules,
        RAPPORT_MODE="socket",
        RAPPORT_TICK_SECONDS=0.5,
        RAPPORT_QUARANTINE_SECONDS=5,
        RAPPORT_CLOCK_FILE=clock_file,
    )


def seed(bot: Bot) -> None:
    """Put the demo's people and clients into an empty book; once. They come in as they would on Slack."""
    if _is_seeded(bot):
        return
    workspace = bot.workspace
    people = {
        user: bot.desk.people.member(workspace.team_id, {"id": user})
        for user in dict.fromkeys((*MANAGERS, LEAD, ADMIN, *ROLES))
    }
    admin = Actor(workspace.id, people[ADMIN].id)
    for user, roles in ROLES.items():
        members.appoint(bot.house, admin, people[user].id, roles)
    for user in MANAGERS:
        members.put_under(bot.house, admin, people[user].id, people[LEAD].id)
    imports.import_clients(bot.house, workspace.id, demo_clients(bot.house.clock().date()))
    today = bot.house.clock().date()
    workspaces.change_by_operator(bot.house, workspace.id, touch_emoji=TOUCH_EMOJI, clocks_on=today)
    with bot.house.memory.write(workspace.id) as unit:
        for found in unit.clients.named(SHARED_WITH):
            unit.clients.set_channels(found.client_id, [SHARED_CHANNEL])
    _concede(bot, {user: people[user].id for user in MANAGERS}, people[LEAD].id)
    bot.desk.people.forget()


@dataclass(frozen=True, slots=True)
class _Conceded:
    """A concession of the demo: whose, to which client, how many days ago; `waived`: the lead had to agree."""

    owner: str
    client: str
    days_ago: int
    given: Given
    waived: frozenset[Ground] = frozenset()


def _concessions(today: date) -> tuple[_Conceded, ...]:
    alice, benoit = MANAGERS

    def given(kind: Kind, days_ago: int, **facts: Any) -> Given:
        return Given(kind, today - timedelta(days=days_ago), **facts)

    volume, term, reference = Counterpart.VOLUME, Counterpart.TERM, Counterpart.REFERENCE
    four, training = Decimal(4), "une journée de formation offerte"
    return (
        _Conceded(
            alice,
            SHARED_WITH,
            100,
            given(Kind.PRICE, 100, percent=four, note="first order", counterparts=(reference,)),
            frozenset({Ground.PERCENT}),
        ),
        _Conceded(
            alice,
            SHARED_WITH,
            40,
            given(
                Kind.PRICE,
                40,
                percent=Decimal("1.5"),
                money=Money(Decimal(400), "USD"),
                note="renewal",
                counterparts=(volume, term),
            ),
        ),
        _Conceded(
            alice,
            SHARED_WITH,
            12,
            given(Kind.PRICE, 12, percent=Decimal(10), note="spare parts", held=True),
        ),
        _Conceded(
            alice,
            "Northwind Traders",
            70,
            given(Kind.PAYMENT, 70, note="60 days to pay instead of 30"),
            frozenset({Ground.NO_COUNTERPART}),
        ),
        _Conceded(
            benoit,
            "Crédit Boréal SA",
            30,
            given(
                Kind.SERVICE,
                30,
                money=Money(Decimal(300), "EUR"),
                note=training,
                counterparts=(Counterpart.INTRODUCTIONS,),
            ),
        ),
    )


def _concede(bot: Bot, owners: Mapping[str, int], lead_id: int) -> None:
    """What was given to some of the clients in the year before the demo begins; nobody is told of it now."""
    now = bot.house.clock()
    with bot.house.memory.write(bot.workspace.id) as unit:
        for number, each in enumerate(_concessions(now.date())):
            at = now - timedelta(days=each.days_ago)
            for found in unit.clients.named(each.client):
                new = NewConcession(
                    found.client_id, owners[each.owner], each.given, each.waived, at, f"demo:{number}"
                )
                added = unit.concessions.get(unit.concessions.add(new) or 0)
                if added is not None and each.waived:
                    unit.concessions.settle(added, State.AGREED, at=at, by=lead_id)


def _is_seeded(bot: Bot) -> bool:
    """Whether the demo's people have clients already: what was changed by hand since then is left alone."""
    with bot.house.memory.read(bot.workspace.id) as unit:
        known = [unit.members.by_user(user) for user in MANAGERS]
        return any(unit.clients.count_of_owner(member.id) for member in known if member is not None)


def demo_clients(today: date) -> bytes:
    """The demo's client list with its dates moved to `today`."""
    text = (files("sandbox") / "clients.csv").read_text(encoding="utf-8")
    moved = today - WRITTEN_ON

    def move(found: re.Match[str]) -> str:
        return min(date.fromisoformat(found[0]) + moved, today - timedelta(days=1)).isoformat()

    return re.sub(r"\b\d{4}-\d\d-\d\d\b", move, text).encode()


@contextmanager
def _stand_in(port: int, folder: Path, clock_file: Path, manifest: Path | None) -> Iterator[None]:
    command = [sys.executable, "-m", "sandbox", "--port", str(port), "--state-dir", str(folder / "slack")]
    command += ["--clock-file", str(clock_file), "--bot-token", BOT_TOKEN, "--app-token", APP_TOKEN]
    if manifest is not None:
        command += ["--manifest", str(manifest)]
    process = subprocess.Popen(command)
    try:
        _wait_for(port, process)
        yield
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(10)


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + _START_SECONDS
    while time.monotonic() < until:
        if process.poll() is not None:
            raise CannotStart(
                f"the stand-in for Slack did not start (exit code {process.returncode}); "
                f"is port {port} taken? Choose another with --port"
            )
        with closing(HTTPConnection("127.0.0.1", port, timeout=2)) as connection:
            try:
                connection.request("GET", "/")
                if connection.getresponse().status == 200:
                    return
            except OSError:
                time.sleep(0.1)
    raise CannotStart("the stand-in for Slack did not answer in time")


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
