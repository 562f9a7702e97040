"""Builds the whole from its parts, for production and for tests alike."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Mapping
from copy import copy
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import lru_cache, partial
from typing import Any

from slack_bolt import App
from slack_sdk import WebClient
from slack_sdk.webhook import WebhookClient
from sqlalchemy import Engine

from bot.clock import Clock, shifted_clock, system_clock
from bot.dispatcher import Delivering, Dispatcher, Elsewhere
from bot.domain.gifts.book import Rulebook
from bot.domain.workspaces import Workspace
from bot.door.daily_backup import daily_backup
from bot.door.duties import Duty
from bot.door.metrics import Metrics
from bot.door.rule_folder import own_files
from bot.rulebook.rates import EcbRates
from bot.rulebook.reader import shipped_files
from bot.scheduler import Scheduler, Tick
from bot.services import (
    concessions,
    delivery,
    digest,
    health,
    leads,
    lookup,
    meetings,
    policies,
    reassignment,
    recounting,
    response_ladder,
    response_lookups,
    reviews,
    rule_upkeep,
    sealing,
    upkeep,
    workspaces,
)
from bot.services.house import House
from bot.services.rulebooks import Rulebooks, rulebook_of
from bot.settings import Settings
from handlers.afterwards import Afterwards
from handlers.app import build_app, single_team, table_of_contents
from handlers.charts_refused import NotTaken
from handlers.desk import Desk, Reply
from handlers.directory import SlackDirectory
from handlers.downloads import getting
from handlers.messenger import SlackMessenger
from handlers.people import People
from handlers.uploads import putting
from storage.engine_jobs import hand_over_forgotten
from storage.unit_of_work import SqlMemory

HURRIED_TIMEOUT_SECONDS = 2
FAILING_SECONDS = 60.0
"""How long a worker may fail and begin anew before it is told: a database that starts anew is back sooner."""
PRUNE_SECONDS = 3600.0
RECOUNT_SECONDS = 15.0
REFRESH_SECONDS = 60.0
UPKEEP_SECONDS = 300.0


@dataclass(frozen=True, slots=True)
class Identity:
    """Who we are at Slack, as `auth.test` says; `missing_scopes` None: it did not name our rights."""

    team_id: str
    team: str
    bot_id: str
    bot_user_id: str
    missing_scopes: tuple[str, ...] | None = None
    url: str = ""


@dataclass(frozen=True, slots=True)
class Bot:
    """Everything that runs, built and not yet started.

    `winds_clock`: the ticks are this process's alone, not the engine's or others'.
    """

    house: House
    workspace: Workspace
    app: App
    desk: Desk
    scheduler: Scheduler
    dispatcher: Delivering
    afterwards: Afterwards
    metrics: Metrics
    winds_clock: bool = True
    also_unready: list[Callable[[], list[str]]] = field(default_factory=list)

    def dead(self) -> list[str]:
        """Why the process should be started anew; empty while delivery and clock run."""
        stuck = [f"tick {name} stands still" for name in self.scheduler.stuck() if self.winds_clock]
        return stuck if self.dispatcher.alive() else ["delivery stands still", *stuck]

    def unready(self) -> list[str]:
        """Why nothing can be done for the workspace just now."""
        failing = self.dispatcher.failing_for()
        return [
            *([f"delivery has been failing for {failing:.0f} s"] if failing > FAILING_SECONDS else []),
            *health.unready(self.house, self.workspace.id),
            *(reason for ask in self.also_unready for reason in ask()),
        ]

    def start(self) -> None:
        """Start the clock and the delivery; who listens to Slack is started by whoever calls."""
        sealing.seal_earlier(self.house, self.workspace.id)
        delivery.reopen(self.house, self.workspace.id)  # the platform knew our token a moment ago
        digest.start_clocks(self.house, self.workspace.id)
        if self.winds_clock:
            self.scheduler.start()
        self.dispatcher.start()
        # The first look-up reads all names and loads what compares them: not while somebody waits three seconds for it.
        self.afterwards.do(self._look_up_once)

    def _look_up_once(self) -> None:
        lookup.candidates(self.house, self.workspace.id, "Rapport Test & Co.", 1)

    def stop(self, seconds: float) -> None:
        """Start nothing more, finish what is under way, leave the outbox consistent."""
        self.scheduler.stop()
        self.dispatcher.stop(seconds)
        self.afterwards.close(seconds)


def clock_of(settings: Settings) -> Clock:
    return shifted_clock(settings.clock_file) if settings.clock_file is not None else system_clock


def web_client(settings: Settings) -> WebClient:
    """A client that never repeats a call by itself, and loads the certificates once for the whole process."""
    token = settings.slack_bot_token
    return WebClient(
        token=token.get_secret_value() if token is not None else None,
        base_url=settings.slack_api_url,
        timeout=settings.api_seconds,
        ssl=_certificates(settings.slack_api_url),
        retry_handlers=[],
    )


def response_addresses(settings: Settings) -> Reply:
    """Sends bodies to response addresses, with the same certificates and manners as the client."""
    certificates = _certificates(settings.slack_api_url)

    def reply(address: str, body: Mapping[str, Any]) -> None:
        sender = WebhookClient(address, timeout=settings.api_seconds, ssl=certificates, retry_handlers=[])
        answer = sender.send_dict(dict(body))
        if answer.status_code != 200:
            raise NotTaken(answer.status_code, answer.body)

    return reply


def base_rules(settings: Settings) -> dict[str, str]:
    """The rule files that hold for every workspace, by name: those that ship, with the operator's folder on top.

    Raises RulebookError.
    """
    return {**shipped_files(), **own_files(settings.rules_folder())}


def rules_in_force(settings: Settings) -> Rulebook:
    """The rules that ship, with the operator's folder on top. Raises RulebookError."""
    return rulebook_of(base_rules(settings))


def build_house(settings: Settings, engine: Engine, clock: Clock) -> House:
    """Memory, clock and rules; enough for the command line, without Slack. Raises RulebookError."""
    rules_in_force(settings)
    return House(
        memory=SqlMemory(engine),
        clock=clock,
        rulebooks=Rulebooks(base_rules(settings)),
        rates=EcbRates(),
        quarantine=timedelta(seconds=settings.quarantine_seconds),
    )


def assemble(
    settings: Settings,
    house: House,
    client: WebClient,
    identity: Identity,
    reply: Reply | None = None,
    *,
    duty: Duty = Duty.ALL,
    shared: Engine | None = None,
) -> Bot:
    """The bot of one workspace. Opens no connection and starts no thread that works by itself.

    `shared` is the database whose engine delivers and ticks; None: this process does so by itself.
    """
    workspace = house.memory.install(
        identity.team_id,
        identity.team,
        at=house.clock(),
        zone=settings.zone,
        locale=settings.locale,
        currency=settings.currency,
        country=settings.country,
    )
    metrics = Metrics()
    house = replace(house, missing_scopes=identity.missing_scopes, meter=metrics)
    messenger = SlackMessenger(client)
    now_known = partial(workspaces.of, house, workspace.id)
    directory = SlackDirectory(client, now_known)
    at_the_desk = SlackDirectory(_hurried(client), now_known)
    afterwards = Afterwards()
    desk = Desk(
        house=house,
        routes=table_of_contents(),
        people=People(house, {workspace.team_id: (workspace, at_the_desk)}),
        client=client,
        reply=reply or response_addresses(settings),
        afterwards=afterwards,
        locale=workspace.locale,
        put=putting(_certificates(settings.slack_api_url)),
        team_url=identity.url,
        get=getting(_certificates(settings.slack_api_url), settings.slack_api_url),
    )
    scheduler = Scheduler(
        {
            "plan": Tick(settings.tick_seconds, lambda: digest.plan(house, workspace.id)),
            "meetings": Tick(settings.tick_seconds, lambda: meetings.plan(house, workspace.id)),
            "desk": Tick(settings.tick_seconds, lambda: reviews.tick(house, workspace.id)),
            "refresh": Tick(REFRESH_SECONDS, lambda: upkeep.refresh_profiles(house, directory, workspace.id)),
            "leads": Tick(settings.tick_seconds, lambda: leads.plan(house, workspace.id)),
            "concessions": Tick(settings.tick_seconds, lambda: concessions.tick(house, workspace.id)),
            "reassignment": Tick(settings.tick_seconds, lambda: reassignment.tick(house, workspace.id)),
            "responses": Tick(settings.tick_seconds, lambda: response_ladder.tick(house, workspace.id)),
            "lookups": Tick(
                settings.tick_seconds, lambda: response_lookups.tick(house, directory, workspace.id)
            ),
            "policies": Tick(REFRESH_SECONDS, lambda: policies.remind(house, workspace.id)),
            "rule_upkeep": Tick(UPKEEP_SECONDS, lambda: rule_upkeep.plan(house, workspace.id)),
            "recount": Tick(RECOUNT_SECONDS, recounting.Walk(house, workspace.id).tick),
            "knock": Tick(REFRESH_SECONDS, lambda: delivery.knock(house, messenger, workspace.id)),
            "prune": Tick(PRUNE_SECONDS, lambda: upkeep.prune(house, workspace.id)),
            "backup": Tick(UPKEEP_SECONDS, lambda: daily_backup(settings, house.clock())),
        },
        began=metrics.ticked,
        clock=house.clock,
    )
    dispatcher: Delivering
    if duty is Duty.WEB:
        dispatcher = Elsewhere()
    elif shared is not None:
        dispatcher = _engine_worker(settings, house, messenger, workspace.id, scheduler, shared)
    else:
        dispatcher = Dispatcher(
            house,
            {workspace.id: messenger},
            every_seconds=min(1.0, settings.tick_seconds),
            at_once=settings.deliveries_at_once,
            between=scheduler.catch_up,
        )
    app = build_app(
        desk,
        single_team(identity.team_id, client.token or "", identity.bot_id, identity.bot_user_id),
        _signing_secret(settings),
    )
    alone = isinstance(dispatcher, Dispatcher)
    bot = Bot(house, workspace, app, desk, scheduler, dispatcher, afterwards, metrics, alone)
    metrics.watch(partial(health.queue, house, workspace.id), bot.unready)
    return bot


def _engine_worker(
    settings: Settings,
    house: House,
    messenger: SlackMessenger,
    workspace_id: int,
    scheduler: Scheduler,
    database: Engine,
) -> Delivering:
    from bot.door.engine import EngineWorker, Pace  # of an extra that most do without

    def sweep(ahead: timedelta) -> int:
        now = house.clock()
        with database.begin() as connection:
            return hand_over_forgotten(connection, workspace_id, before=now + ahead, now=now)

    return EngineWorker(
        house,
        messenger,
        workspace_id,
        scheduler,
        database.url.set(drivername="postgresql").render_as_string(hide_password=False),
        sweep,
        Pace(settings.deliveries_at_once, min(1.0, settings.tick_seconds), settings.stall_seconds),
    )


def _hurried(client: WebClient) -> WebClient:
    """The same client for calls that somebody waits for: Slack gives us three seconds for an answer in all."""
    hurried = copy(client)
    hurried.timeout = HURRIED_TIMEOUT_SECONDS
    return hurried


def _signing_secret(settings: Settings) -> str | None:
    if settings.mode == "socket":
        return None
    secret = settings.slack_signing_secret
    return secret.get_secret_value() if secret is not None else None


def _certificates(api_url: str) -> ssl.SSLContext | None:
    return _default_certificates() if api_url.startswith("https:") else None


@lru_cache(maxsize=1)
def _default_certificates() -> ssl.SSLContext:
    """Reading them takes longer than an answer to a command: once for the process."""
    return ssl.create_default_context()
