"""`rapport backup` and `rapport restore`, as an operator types them, and the backup of each day."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from pydantic import SecretStr
from sqlalchemy import Engine, text

from bot.clock import system_clock
from bot.domain.digest import digest_key
from bot.domain.outbox import State
from bot.door import backups
from bot.door.commands import main
from bot.door.daily_backup import daily_backup
from bot.door.running import only_one
from bot.ports import Unclear
from bot.services import delivery, digest, restoring
from bot.settings import Settings
from storage import backup
from storage.engine import open_engine
from storage.migrate import HEAD, current
from tests.bot.services.messenger import ScriptedMessenger
from tests.conftest import MONDAY, Firm, StandingClock, open_firm
from tests.databases import open_file
from tests.handlers.slack_app import open_app

LONG_AGO = MONDAY - timedelta(days=300)


def typed(folder: Path, *words: str, **more: str) -> Result:
    return CliRunner(env={"RAPPORT_DATA_DIR": str(folder), **more}).invoke(main, list(words))


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The file of a firm with two clients that are due; made once."""
    file = tmp_path_factory.mktemp("firm") / "rapport.db"
    engine = open_file(file)
    firm = open_firm(engine, StandingClock())
    firm.client("Acme", firm.alice, spoke_before_at=LONG_AGO)
    firm.client("Brie & Co", firm.lea, spoke_before_at=LONG_AGO)
    engine.dispose()
    return file.read_bytes()


@pytest.fixture
def folder(tmp_path: Path, template: bytes) -> Path:
    (tmp_path / "rapport.db").write_bytes(template)
    return tmp_path


@pytest.fixture
def book(folder: Path) -> Iterator[Engine]:
    engine = open_engine(f"sqlite:///{folder / 'rapport.db'}")
    yield engine
    engine.dispose()


def names(file: Path) -> list[str]:
    with closing(sqlite3.connect(file)) as connection:
        return [name for (name,) in connection.execute("select name from clients order by id")]


# --- Backing up ---------------------------------------------------------------------------------------------


def test_a_backup_is_one_file_with_everything_in_it_for_its_owner_alone(folder: Path) -> None:
    done = typed(folder, "backup", str(folder / "safe.db"))

    assert done.exit_code == 0, done.output
    assert f"revision {HEAD}, looked through" in done.output
    assert names(folder / "safe.db") == ["Acme", "Brie & Co"]
    assert (folder / "safe.db").stat().st_mode & 0o777 == 0o600
    assert sorted(path.name for path in folder.iterdir()) == ["rapport.db", "safe.db"]


_WRITER = """
import sqlite3, sys
book = sqlite3.connect(sys.argv[1], timeout=30, isolation_level=None)
book.execute("pragma journal_mode=wal")
for number in range(10**9):
    book.execute("begin immediate")
    for which in "ab":
        book.execute("insert into deliveries values (1, ?, 0)", (f"{which}{number}",))
    book.execute("commit")
    print(number, flush=True)
"""


def test_while_somebody_writes_a_backup_shows_one_moment(folder: Path) -> None:
    """Each transaction writes two rows: a backup never holds one of them alone, and does not stop the writer."""
    with subprocess.Popen(
        [sys.executable, "-c", _WRITER, str(folder / "rapport.db")], stdout=subprocess.PIPE, text=True
    ) as writer:
        assert writer.stdout is not None
        writer.stdout.readline()
        held = []
        for number in range(3):
            assert typed(folder, "backup", str(folder / f"{number}.db")).exit_code == 0
            with closing(sqlite3.connect(folder / f"{number}.db")) as connection:
                held.append(
                    connection.execute(
                        "select sum(key like 'a%'), sum(key like 'b%') from deliveries"
                    ).fetchone()
                )
        alive = writer.poll() is None
        writer.kill()

    assert alive
    assert all(one == other > 0 for one, other in held), held
    assert held[0] < held[1] < held[2]


def test_a_file_that_is_there_is_not_written_over_unless_asked(folder: Path) -> None:
    (folder / "safe.db").write_text("precious")

    refused = typed(folder, "backup", str(folder / "safe.db"))
    kept = (folder / "safe.db").read_text()
    forced = typed(folder, "backup", str(folder / "safe.db"), "--force")

    assert (refused.exit_code, kept, forced.exit_code) == (1, "precious", 0)
    assert "is there already" in refused.output
    assert names(folder / "safe.db") == ["Acme", "Brie & Co"]


def test_the_database_is_never_its_own_backup(folder: Path) -> None:
    refused = typed(folder, "backup", str(folder / "rapport.db"), "--force")

    assert refused.exit_code == 1
    assert "is the database itself" in refused.output
    assert names(folder / "rapport.db") == ["Acme", "Brie & Co"]


def test_what_cannot_be_written_is_said_plainly(
    folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    nowhere = typed(folder, "backup", str(folder / "none" / "safe.db"))
    a_folder = typed(folder, "backup", str(folder))
    nothing = typed(tmp_path_factory.mktemp("empty"), "backup", str(folder / "safe.db"))

    assert [each.exit_code for each in (nowhere, a_folder, nothing)] == [1, 1, 1]
    assert "is no folder; make it first" in nowhere.output
    assert "is a folder; name a file in it" in a_folder.output
    assert "there is nothing to back up" in nothing.output
    assert not (folder / "safe.db").exists()


def test_a_damaged_database_gives_no_backup_and_leaves_nothing_behind(folder: Path) -> None:
    with (folder / "rapport.db").open("r+b") as file:
        file.seek(40_000)
        file.write(b"\xff" * 30_000)

    refused = typed(folder, "backup", str(folder / "safe.db"))

    assert refused.exit_code == 1
    assert "safe.db" in refused.output or "rapport.db" in refused.output
    assert [path.name for path in folder.glob("*safe*")] == []


# --- Putting back -------------------------------------------------------------------------------------------


def test_a_backup_is_put_back_and_the_database_before_it_is_kept(folder: Path, book: Engine) -> None:
    typed(folder, "backup", str(folder / "safe.db"))
    with book.begin() as connection:
        connection.execute(text("update clients set name = 'Wrong'"))
    book.dispose()

    done = typed(folder, "restore", str(folder / "safe.db"), "--yes")

    assert done.exit_code == 0, done.output
    assert names(folder / "rapport.db") == ["Acme", "Brie & Co"]
    (aside,) = folder.glob("rapport.db.before-restore-*")
    assert names(aside) == ["Wrong", "Wrong"]
    assert str(aside) in done.output
    assert names(folder / "safe.db") == ["Acme", "Brie & Co"]


def test_it_asks_first_and_a_no_changes_nothing(folder: Path) -> None:
    typed(folder, "backup", str(folder / "safe.db"))
    before = (folder / "rapport.db").read_bytes()

    asked = CliRunner(env={"RAPPORT_DATA_DIR": str(folder)}).invoke(
        main, ["restore", str(folder / "safe.db")], input="n\n"
    )

    assert asked.exit_code == 1
    assert "will be gone from the book. Go on?" in asked.output
    assert (folder / "rapport.db").read_bytes() == before


def test_while_a_bot_runs_nothing_is_put_back(folder: Path) -> None:
    typed(folder, "backup", str(folder / "safe.db"))

    with only_one(Settings(data_dir=folder)):
        refused = typed(folder, "restore", str(folder / "safe.db"), "--yes")

    assert refused.exit_code == 1
    assert "another Rapport is running" in refused.output


def _garbage(file: Path) -> None:
    file.write_bytes(b"no database" * 1000)


def _foreign(file: Path) -> None:
    file.unlink()
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("create table something (else_ text)")


def _newer(file: Path) -> None:
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.execute("update alembic_version set version_num = '9999'")


def _cut_off(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:200_000])


def _astray(file: Path) -> None:
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.execute("update clients set owner_id = 77")


@pytest.mark.parametrize(
    ("spoil", "why"),
    [
        (_garbage, "is no database of Rapport"),
        (_foreign, "is no database of Rapport"),
        (_newer, "at revision 9999"),
        (_cut_off, "safe.db"),
        (_astray, "refers to one of members that is gone"),
        (Path.unlink, "is no file"),
    ],
    ids=["garbage", "another program's", "a newer program's", "cut off", "with holes", "not there"],
)
def test_what_is_no_whole_backup_is_refused_before_anything_is_touched(
    folder: Path, spoil: Callable[[Path], None], why: str
) -> None:
    typed(folder, "backup", str(folder / "safe.db"))
    spoil(folder / "safe.db")
    before = (folder / "rapport.db").read_bytes()

    refused = typed(folder, "restore", str(folder / "safe.db"), "--yes")

    assert refused.exit_code == 1
    assert why in refused.output
    assert (folder / "rapport.db").read_bytes() == before
    assert list(folder.glob("*before-restore*")) == []
    asked = CliRunner(env={"RAPPORT_DATA_DIR": str(folder)}).invoke(
        main, ["restore", str(folder / "safe.db")], input="y\n"
    )
    assert "Go on?" not in asked.output, "what cannot be put back asks nobody for leave"


def test_a_database_that_is_beyond_reading_is_put_aside_with_all_its_files(folder: Path) -> None:
    typed(folder, "backup", str(folder / "safe.db"))
    (folder / "rapport.db").write_bytes(b"broken")
    (folder / "rapport.db-wal").write_bytes(b"a log of what was there")

    done = typed(folder, "restore", str(folder / "safe.db"), "--yes")

    assert done.exit_code == 0, done.output
    assert names(folder / "rapport.db") == ["Acme", "Brie & Co"]
    assert sorted(path.read_bytes() for path in folder.glob("*before-restore*")) == [
        b"a log of what was there",
        b"broken",
    ]


def test_a_backup_of_a_server_is_a_file_that_a_server_and_a_folder_can_be_made_from(
    folder: Path, postgres_database_url: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    server = {"DATABASE_URL": postgres_database_url}
    first = typed(folder, "backup", str(folder / "safe.db"))
    into_server = typed(folder, "restore", str(folder / "safe.db"), "--yes", **server)
    from_server = typed(folder, "backup", str(folder / "again.db"), **server)
    other = tmp_path_factory.mktemp("other")
    into_folder = typed(other, "restore", str(folder / "again.db"), "--yes")
    once_more = typed(folder, "restore", str(folder / "again.db"), "--yes", **server)

    for each in (first, into_server, from_server, into_folder):
        assert each.exit_code == 0, each.output
    assert "pg_dump" in from_server.output
    assert names(folder / "again.db") == names(other / "rapport.db") == ["Acme", "Brie & Co"]
    assert once_more.exit_code == 1
    assert "not empty" in once_more.output


# --- What was said since ------------------------------------------------------------------------------------


def settings_at(folder: Path, moment: datetime) -> Settings:
    """Settings whose clock shows `moment`, give or take a second."""
    clock = folder / "clock"
    clock.write_text(str((moment - system_clock()).total_seconds()), encoding="ascii")
    return Settings(data_dir=folder, clock_file=clock)


def deliver_all(firm: Firm, slack: ScriptedMessenger) -> None:
    for entry_id in delivery.due(firm.house, firm.workspace.id, 100):
        delivery.deliver(firm.house, slack, firm.workspace.id, entry_id)


def restored_firm(folder: Path, moment: datetime) -> tuple[Firm, Engine]:
    engine = open_engine(f"sqlite:///{folder / 'rapport.db'}")
    return open_firm(engine, StandingClock(moment)), engine


@pytest.mark.parametrize("planned", [False, True], ids=["before it was planned", "before it was posted"])
def test_after_a_restore_nothing_is_said_twice_and_nothing_is_lost(
    folder: Path, book: Engine, planned: bool
) -> None:
    """Alice had her morning message after the backup was made; Lea had not, for the machine broke down."""
    clock = StandingClock(MONDAY - timedelta(seconds=1))
    firm, slack = open_firm(book, clock), ScriptedMessenger()
    if planned:
        clock.now = MONDAY
        digest.plan(firm.house, firm.workspace.id)
    typed(folder, "backup", str(folder / "safe.db"))
    clock.now = MONDAY
    digest.plan(firm.house, firm.workspace.id)
    keys = {person.name: digest_key(person.id, MONDAY.date()) for person in (firm.alice, firm.lea)}
    with firm.house.memory.read(firm.workspace.id) as unit:
        of_alice = unit.outbox.by_key(keys["Alice Ames"])
    assert of_alice is not None
    delivery.deliver(firm.house, slack, firm.workspace.id, of_alice.id)
    assert slack.keys() == [keys["Alice Ames"]]
    book.dispose()

    later = MONDAY + timedelta(hours=1)
    done = backups.restore(settings_at(folder, later), folder / "safe.db", print)
    assert done.looked_up == 3  # two digests, and the lead's page
    firm, engine = restored_firm(folder, later + timedelta(minutes=5))
    for _ in range(20):
        digest.plan(firm.house, firm.workspace.id)
        deliver_all(firm, slack)
        firm.clock.tick(minutes=2)

    page = f"lead_page:{firm.lea.id}:2026-W47"
    assert sorted(slack.keys()) == sorted([*keys.values(), page])
    with firm.house.memory.read(firm.workspace.id) as unit:
        entries = {key: unit.outbox.by_key(key) for key in keys.values()}
    assert {entry.state for entry in entries.values() if entry is not None} == {State.SENT}
    found = entries[keys["Alice Ames"]]
    assert found is not None
    assert found.note == "found"
    engine.dispose()


def test_after_a_server_was_put_back_by_its_own_means_nothing_is_said_twice_either(
    folder: Path, postgres_database_url: str
) -> None:
    """A dump of the server was made before Monday's nine o'clock; it is put back at ten."""
    copied = typed(folder, "copy-to", postgres_database_url)
    assert copied.exit_code == 0, copied.output
    settings = settings_at(folder, MONDAY + timedelta(hours=1)).model_copy(
        update={"database_url": SecretStr(postgres_database_url)}
    )
    looked_up = backups.look_up_in_place(settings)
    engine = open_engine(postgres_database_url)
    firm, slack = (
        open_firm(engine, StandingClock(MONDAY + timedelta(hours=1, minutes=5))),
        ScriptedMessenger(),
    )
    key = digest_key(firm.alice.id, MONDAY.date())
    slack.post(f"D-{firm.alice.user_id}", {}, key)

    for _ in range(5):
        deliver_all(firm, slack)
        firm.clock.tick(minutes=2)

    assert looked_up == 3  # two digests, and the lead's page
    page = f"lead_page:{firm.lea.id}:2026-W47"
    assert sorted(slack.keys()) == sorted([key, digest_key(firm.lea.id, MONDAY.date()), page])
    engine.dispose()


def test_restore_wants_a_file_or_is_told_that_there_is_none(folder: Path, tmp_path: Path) -> None:
    neither, both = typed(folder, "restore"), typed(folder, "restore", "x.db", "--in-place")
    empty = typed(tmp_path / "none", "restore", "--in-place")

    assert [each.exit_code for each in (neither, both, empty)] == [2, 2, 1]
    assert "name the FILE of a backup" in neither.output
    assert "there is nothing that was put back" in empty.output
    assert typed(folder, "restore", "--in-place").exit_code == 0


def test_what_cannot_be_looked_up_is_rather_not_said_than_said_twice(folder: Path, book: Engine) -> None:
    """Slack does not let the bot read: a digest that may have arrived is left out, and tomorrow's says it."""
    firm = open_firm(book, StandingClock(MONDAY))
    digest.plan(firm.house, firm.workspace.id)
    typed(folder, "backup", str(folder / "safe.db"))
    book.dispose()
    backups.restore(settings_at(folder, MONDAY), folder / "safe.db", print)
    firm, engine = restored_firm(folder, MONDAY + timedelta(minutes=5))
    slack = ScriptedMessenger(on_find=[Unclear("timeout")] * 100)

    for _ in range(40):
        deliver_all(firm, slack)
        firm.clock.tick(minutes=2)

    assert slack.posted == []
    with firm.house.memory.read(firm.workspace.id) as unit:
        assert unit.outbox.tally(MONDAY) == {State.SKIPPED: 2}
    engine.dispose()


def test_buttons_of_forgotten_messages_lead_to_nothing_new(folder: Path, book: Engine) -> None:
    """Numbers that were given after the backup are not given again."""
    typed(folder, "backup", str(folder / "safe.db"))
    firm = open_firm(book, StandingClock())
    with firm.house.memory.write(firm.workspace.id) as unit:
        forgotten = unit.drafts.add(firm.alice.id, "touch", {}, at=MONDAY)
    book.dispose()
    typed(folder, "restore", str(folder / "safe.db"), "--yes")
    firm, engine = restored_firm(folder, MONDAY)

    with firm.house.memory.write(firm.workspace.id) as unit:
        assert unit.drafts.add(firm.alice.id, "touch", {}, at=MONDAY) > forgotten
    engine.dispose()


def test_every_tick_that_may_say_something_is_asked_after_a_restore(book: Engine) -> None:
    """A new planner belongs into `restoring.PLANNERS`, or here when it puts nothing into the outbox by itself: what
    `lookups` puts hangs on what Slack says of somebody, as with any message that Slack tells."""
    bot = open_app(open_firm(book, StandingClock()), book).bot

    assert set(bot.scheduler._ticks) - {"refresh", "recount", "knock", "prune", "backup", "lookups"} == set(
        restoring.PLANNERS
    )


# --- Each day -----------------------------------------------------------------------------------------------


def test_one_backup_is_made_a_day_and_the_oldest_go(folder: Path) -> None:
    safe = folder / "safe"
    settings = Settings(data_dir=folder, backup_dir=safe, backup_keep=2)
    (safe / "mine").mkdir(parents=True)
    (safe / "rapport-2026-01-01.db.old").write_text("mine too")

    made = [daily_backup(settings, MONDAY + timedelta(hours=8 * hour)) for hour in range(9)]

    assert [path.name for path in made if path is not None] == [
        f"rapport-2026-11-{day}.db" for day in (16, 17, 18, 19)
    ]
    assert sorted(path.name for path in safe.iterdir()) == [
        "mine",
        "rapport-2026-01-01.db.old",
        "rapport-2026-11-18.db",
        "rapport-2026-11-19.db",
    ]
    assert backup.look_into(safe / "rapport-2026-11-19.db").revision == HEAD


def test_a_day_without_room_for_a_backup_is_logged_and_tried_again(
    folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    settings = Settings(data_dir=folder, backup_dir=folder / "rapport.db" / "safe")

    assert daily_backup(settings, MONDAY) is None
    assert "no backup of today" in caplog.text
    assert daily_backup(Settings(data_dir=folder, backup_dir=folder), MONDAY) is not None


def test_without_a_folder_or_on_a_server_no_daily_backup_is_made(folder: Path) -> None:
    server = Settings(database_url=SecretStr("postgresql://host/book"), backup_dir=folder)

    assert daily_backup(Settings(data_dir=folder), MONDAY) is None
    assert daily_backup(server, MONDAY) is None
    assert [path.name for path in folder.iterdir()] == ["rapport.db"]


def test_a_backup_of_an_earlier_version_is_brought_up_to_date(folder: Path) -> None:
    typed(folder, "backup", str(folder / "safe.db"))
    typed(folder, "restore", str(folder / "safe.db"), "--yes")
    engine = open_engine(f"sqlite:///{folder / 'rapport.db'}")

    assert current(engine) == HEAD
    engine.dispose()
