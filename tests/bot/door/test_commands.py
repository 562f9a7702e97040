"""The command line."""

from __future__ import annotations

import inspect
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result
from sqlalchemy import text

from bot.domain import book_rows
from bot.door.commands import main
from bot.services.imports import planning, reading
from handlers.i18n import words_for
from handlers.views.import_words import REASONS, reason
from storage.engine import open_engine
from storage.migrate import HEAD
from tests.bot.door.conftest import ROOT
from tests.conftest import StandingClock, open_firm
from tests.databases import open_file

LIST = "name,owner,contact\nAcme,U0ALICE,Dana\nFord,U0BRUNO,Jane\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A data folder with a firm in its book."""
    engine = open_file(tmp_path / "rapport.db")
    open_firm(engine, StandingClock())
    engine.dispose()
    return tmp_path


def rapport(folder: Path, *words: str, **more: str) -> Result:
    return CliRunner(env={"RAPPORT_DATA_DIR": str(folder), **more}).invoke(main, words)


def counted(folder: Path, table: str) -> int:
    engine = open_engine(f"sqlite:///{folder / 'rapport.db'}")
    with engine.connect() as connection:
        count: int = connection.execute(text(f"select count(*) from {table}")).scalar_one()
    engine.dispose()
    return count


def test_help_lists_every_command_with_a_sentence() -> None:
    shown = CliRunner().invoke(main, ["--help"])

    assert shown.exit_code == 0
    assert "..." not in shown.output.partition("Commands:")[2]
    assert set(main.commands) == {
        "run",
        "demo",
        "gift-check",
        "copy-to",
        "backup",
        "restore",
        "simulate",
        "import",
        "import-clients",
        "export",
        "member",
        "candidates",
        "reassign",
        "why",
        "workspace",
        "manifest",
        "rulebook",
        "audit",
        "migrate",
        "doctor",
        "find",
        "outbox",
        "workers",
        "register",
        "client",
        "concessions",
    }
    for name, command in main.commands.items():
        assert f"  {name} " in shown.output
        assert command.help
        assert CliRunner().invoke(main, [name, "--help"]).exit_code == 0


def test_importing_the_command_line_reads_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAPPORT_PORT", "nonsense")

    assert CliRunner().invoke(main, ["manifest"]).exit_code == 0
    assert list(tmp_path.iterdir()) == []


def test_the_manifest_is_the_one_in_the_repository() -> None:
    printed = CliRunner().invoke(main, ["manifest"])
    public = CliRunner().invoke(main, ["manifest", "--url", "https://bot.example/rapport"])
    wrong = CliRunner().invoke(main, ["manifest", "--url", "http://bot.example"])

    assert printed.output == (ROOT / "manifest.yml").read_text(encoding="utf-8")
    assert "https://bot.example/rapport" in public.output
    assert (wrong.exit_code, "must begin with https://" in wrong.output) == (2, True)


def test_clients_are_imported_from_a_file(folder: Path) -> None:
    (folder / "list.csv").write_text(LIST, encoding="utf-8")

    dry = rapport(folder, "import", str(folder / "list.csv"), "--dry-run")
    untouched = counted(folder, "clients")
    done = rapport(folder, "import", str(folder / "list.csv"))
    again = rapport(folder, "import", str(folder / "list.csv"))

    assert (dry.exit_code, untouched, "dry run" in dry.output) == (0, 0, True)
    assert (done.exit_code, counted(folder, "clients")) == (0, 2)
    assert "2 new: Acme, Ford" in done.output
    assert "2 new contacts" in done.output
    assert "2 unchanged: Acme, Ford" in again.output


def test_wrong_rows_are_named_by_line_and_nothing_is_imported(folder: Path) -> None:
    (folder / "list.csv").write_text(LIST + "Merck,Nobody,\n,U0ALICE,\n", encoding="utf-8")

    done = rapport(folder, "import", str(folder / "list.csv"))

    assert (done.exit_code, counted(folder, "clients")) == (1, 0)
    assert "line 4: nobody here is called Nobody" in done.output
    assert "line 5: the client’s name is missing" in done.output
    assert "2 rows are wrong" in done.output


def test_a_file_that_is_no_list_is_refused_in_a_sentence(folder: Path) -> None:
    (folder / "list.csv").write_text("turnover\n1\n", encoding="utf-8")

    done = rapport(folder, "import", str(folder / "list.csv"))

    assert (done.exit_code, "Traceback" in done.output, done.output.startswith("Error: ")) == (1, False, True)


def test_every_code_of_a_rejected_row_has_words() -> None:
    codes = re.compile(r'"([a-z]+\.[a-z_]+)"')
    used = {
        code
        for module in (book_rows, reading, planning)
        for code in codes.findall(inspect.getsource(module))
        if not code.startswith(("import.", "table."))
    }

    assert used == set(REASONS)
    words = words_for("fr-FR")
    assert all(reason(code, "{x}%s", "Acme", words) for code in used)


def test_a_book_of_no_workspace_says_what_to_do_first(tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_text(LIST, encoding="utf-8")

    done = rapport(tmp_path, "import-clients", str(tmp_path / "list.csv"))

    assert (done.exit_code, "start the bot once with `rapport run`" in done.output) == (1, True)


def test_among_several_workspaces_one_is_asked_for(folder: Path) -> None:
    engine = open_engine(f"sqlite:///{folder / 'rapport.db'}")
    with engine.begin() as connection:
        connection.execute(
            text(
                "insert into workspaces (team_id, name, zone, locale, currency, country, created_at)"
                " values ('T0OTHER', 'Other', 'UTC', 'en-US', 'USD', 'US', 0)"
            )
        )
    engine.dispose()

    unsaid = rapport(folder, "member", "U0ALICE")
    said = rapport(folder, "member", "U0ALICE", "--team", "T0FIRM")
    elsewhere = rapport(folder, "member", "U0ALICE", "--team", "T0OTHER")
    nowhere = rapport(folder, "member", "U0ALICE", "--team", "T0NONE")

    assert (unsaid.exit_code, "--team T0FIRM or T0OTHER" in unsaid.output) == (1, True)
    assert (said.exit_code, elsewhere.exit_code, nowhere.exit_code) == (0, 1, 1)


def test_a_member_is_shown_and_given_roles_and_a_lead(folder: Path) -> None:
    shown = rapport(folder, "member", "U0ALICE")
    changed = rapport(folder, "member", "U0ALICE", "--role", "lead", "--role", "admin", "--lead", "U0BRUNO")
    unknown = rapport(folder, "member", "U0NOBODY")
    wrong = rapport(folder, "member", "U0ALICE", "--role", "king")

    assert shown.output.splitlines() == [
        "Alice Ames (U0ALICE): account_manager; America/New_York, en-US",
        "  lead: Lea Lang (U0LEA)",
        "  works: mon,tue,wed,thu,fri 09:00-17:00; morning message 09:00; noise all",
    ]
    assert "admin, lead" in changed.output
    assert (unknown.exit_code, "Traceback" in unknown.output) == (1, False)
    assert wrong.exit_code == 2


def test_a_member_is_given_a_delegate_who_is_shown_and_taken_back(folder: Path) -> None:
    named = rapport(folder, "member", "U0ALICE", "--lead", "U0BRUNO", "--delegate", "U0BRUNO")
    shown = rapport(folder, "member", "U0ALICE")
    oneself = rapport(folder, "member", "U0ALICE", "--delegate", "U0ALICE")
    unknown = rapport(folder, "member", "U0ALICE", "--delegate", "U0NOBODY")
    taken_back = rapport(folder, "member", "U0ALICE", "--delegate", "none")

    assert "  lead: Bruno Petit (U0BRUNO)\n  delegate: Bruno Petit (U0BRUNO)\n" in named.output
    assert named.output == shown.output
    assert (oneself.exit_code, "Nobody stands in for themselves" in oneself.output) == (1, True)
    assert (unknown.exit_code, taken_back.exit_code) == (1, 0)
    assert "delegate" not in taken_back.output


def test_what_a_member_chose_is_shown_and_set_for_them(folder: Path) -> None:
    options = ["--hours", "08:00-16:30", "--days", "mon,tue,thu", "--digest-at", "08:15", "--noise", "digest"]
    options += ["--language", "fr-CA", "--leave", "2099-12-21..2099-12-31"]
    refused = rapport(folder, "member", "U0ALICE", *options)
    changed = rapport(folder, "member", "U0ALICE", *options[:10])
    wrong = [
        rapport(folder, "member", "U0ALICE", *options)
        for options in (
            ("--hours", "9"),
            ("--hours", "17:00-x"),
            ("--days", "moonday"),
            ("--leave", "tomorrow"),
            ("--noise", "loud"),
        )
    ]
    nonsense = rapport(folder, "member", "U0ALICE", "--hours", "17:00-09:00")
    gone = rapport(folder, "member", "U0ALICE", "--end-leave", "2026-01-01")

    assert (refused.exit_code, "two years ahead" in refused.output) == (1, True)
    assert "U0ALICE): account_manager; America/New_York, fr-CA" in changed.output
    assert "  works: mon,tue,thu 08:00-16:30; morning message 08:15; noise digest" in changed.output
    assert [each.exit_code for each in wrong] == [2] * 5
    assert (nonsense.exit_code, gone.exit_code) == (1, 1)


def test_leave_is_entered_with_a_colleague_to_cover(folder: Path) -> None:
    first = (datetime.now(UTC) + timedelta(days=30)).date()
    leave = f"{first}..{first + timedelta(days=4)}"
    alone = rapport(folder, "member", "U0ALICE", "--cover", "U0BRUNO")
    unknown = rapport(folder, "member", "U0ALICE", "--leave", leave, "--cover", "U0NOBODY")
    oneself = rapport(folder, "member", "U0ALICE", "--leave", leave, "--cover", "U0ALICE")
    covered = rapport(folder, "member", "U0ALICE", "--leave", leave, "--cover", "U0BRUNO")

    assert (alone.exit_code, "goes with --leave" in alone.output) == (2, True)
    assert (unknown.exit_code, oneself.exit_code) == (1, 1)
    assert f"  away: {leave}\n  covered: {leave} by Bruno Petit (asked)" in covered.output
    away = rapport(folder, "member", "U0BRUNO", "--leave", f"{first}..{first}")
    assert (
        f"  away: {first}..{first}\n  covers: Alice Ames {leave} (asked), not {first}..{first}: "
        in away.output
    )


def test_a_workspace_is_shown_and_its_defaults_changed(folder: Path) -> None:
    shown = rapport(folder, "workspace")
    changed = rapport(
        folder,
        "workspace",
        *("--country", "FR", "--currency", "eur", "--zone", "Europe/Paris", "--language", "fr-FR"),
        *("--cadence", "A=10/20", "--cadence", "d=100/150", "--touch-emoji", ":handshake:"),
        *("--posts-per-minute", "30"),
    )
    wrong = [rapport(folder, "workspace", *options) for options in (("--cadence", "A"), ("--language", "xx"))]
    nonsense = [
        rapport(folder, "workspace", *options)
        for options in (("--cadence", "A=20/10"), ("--zone", "Mars"), ("--starts-on", "2001-01-01"))
    ]

    assert "cadence, due/neglected in days: A 14/21, B 30/45, C 60/90, D 90/135" in shown.output
    assert "FR, EUR, Europe/Paris, fr-FR" in changed.output
    assert "A 10/20, B 30/45, C 60/90, D 100/150" in changed.output
    assert "handshake; 30 messages a minute" in changed.output
    assert [each.exit_code for each in wrong] == [2, 2]
    assert [each.exit_code for each in nonsense] == [1, 1, 1]
    assert "Traceback" not in "".join(each.output for each in nonsense)


def test_migrate_says_from_where_to_where(tmp_path: Path) -> None:
    assert rapport(tmp_path, "migrate").output == f"empty → {HEAD}\n"
    assert rapport(tmp_path, "migrate").output == f"{HEAD} → {HEAD}\n"


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"RAPPORT_ZONE": "Mars"}, "RAPPORT_ZONE: 'Mars' is no time zone"),
        ({"DATABASE_URL": "mysql://u:hush@h/b"}, "DATABASE_URL names 'mysql'"),
        ({"DATABASE_URL": "nonsense"}, "DATABASE_URL is no address"),
        ({"DATABASE_URL": "sqlite:////proc/nowhere/rapport.db"}, "/proc/nowhere"),
        ({"DATABASE_URL": "postgresql://u:hush@127.0.0.1:9/b"}, "the database cannot be used"),
        ({"SLACK_BOT_TOKEN_FILE": "/nowhere/token"}, "SLACK_BOT_TOKEN_FILE: cannot read /nowhere/token"),
    ],
)
@pytest.mark.parametrize("command", ["migrate", "run"])
def test_what_is_wrong_with_the_set_up_is_said_in_a_sentence(
    tmp_path: Path, command: str, settings: dict[str, str], said: str
) -> None:
    tokens = (
        {}
        if "SLACK_BOT_TOKEN_FILE" in settings
        else {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1"}
    )

    shown = rapport(tmp_path, command, **tokens, **settings)

    assert shown.exit_code == 1, shown.output
    assert said in shown.output
    assert "Traceback" not in shown.output
    assert "hush" not in shown.output


def test_run_without_tokens_says_what_is_missing(tmp_path: Path) -> None:
    shown = rapport(tmp_path, "run")

    assert (shown.exit_code, "SLACK_BOT_TOKEN is missing" in shown.output) == (1, True)


def test_a_newer_database_is_refused_in_a_sentence(folder: Path) -> None:
    engine = open_engine(f"sqlite:///{folder / 'rapport.db'}")
    with engine.begin() as connection:
        connection.execute(text("update alembic_version set version_num = '9999'"))
    engine.dispose()

    for command in (["migrate"], ["member", "U0ALICE"]):
        shown = rapport(folder, *command)
        assert (shown.exit_code, "install the newer version again" in shown.output) == (1, True)


def test_the_console_script_is_this_command_line() -> None:
    assert isinstance(main, click.Group)
    assert 'rapport = "bot.__main__:main"' in (ROOT / "pyproject.toml").read_text(encoding="utf-8")


def test_find_tells_who_a_name_may_mean_and_what_would_come_of_it(folder: Path) -> None:
    people = "name,owner,contact\nAcme Inc.,U0ALICE,Dana Whitfield\nFord,U0BRUNO,Jane Roe\nFord Dealers,U0BRUNO,Jo\n"
    (folder / "list.csv").write_text(people, encoding="utf-8")
    assert rapport(folder, "import-clients", str(folder / "list.csv")).exit_code == 0

    def found(*words: str) -> list[str]:
        shown = rapport(folder, "find", *words)
        assert shown.exit_code == 0, shown.output
        return shown.output.splitlines()

    assert found("acmee")[-1] == "taken: Acme Inc."
    assert found("Dana", "Whitfield") == [
        " 100.0  Acme Inc. (client 1): Dana Whitfield works there",
        "taken: Acme Inc.",
    ]
    assert found("frod")[-1] == "asked: the second lies within 8 of the first"
    assert found("acem")[-1] == "asked: none is as near as 80"
    assert found("dealers")[-1] == "taken: Ford Dealers"
    assert found("dana")[-1] == "asked: what the first was found by is never enough"
    assert found("quarterly report")[-1] == "nobody: none is as near as 65"


def test_the_reaction_that_logs_a_touch_is_shown_set_and_taken_back(folder: Path) -> None:
    def reaction(*words: str) -> str:
        shown = rapport(folder, "workspace", *words)
        assert shown.exit_code == 0, shown.output
        (line,) = [line for line in shown.output.splitlines() if "reaction that logs" in line]
        return line.strip().split(";")[0]

    assert reaction() == "reaction that logs a touch: -"
    assert reaction("--touch-emoji", ":handshake:") == "reaction that logs a touch: handshake"
    assert reaction() == "reaction that logs a touch: handshake"
    refused = rapport(folder, "workspace", "--touch-emoji", "two words")
    assert refused.exit_code == 1
    assert "no name of an emoji" in refused.output
    assert reaction("--touch-emoji", "off") == "reaction that logs a touch: -"

    told = rapport(folder, "workspace", "--seen-emoji", ":mag:", "--clocks-on", "2026-11-01").output
    assert "reaction that acknowledges a question: mag" in told
    assert "answers are watched from: 2026-11-01" in told
    assert "question: -" in rapport(folder, "workspace", "--seen-emoji", "none").output

    told = rapport(folder, "workspace", "--clock", "us=45m/90m", "--clock", "canada-a = 2h / 11:00").output
    assert (
        "acknowledged/answered by: us 45m/90m, us-a 22m/45m, canada 12:00/17:00, canada-a 120m/11:00" in told
    )
    assert "us 60m/120m" in rapport(folder, "workspace", "--clock", "us=default").output
    for wrong, why in (("mars=1h/2h", "is none of us"), ("us=soon/2h", "“soon” is no term")):
        refused = rapport(folder, "workspace", "--clock", wrong)
        assert refused.exit_code == 2
        assert why in refused.output
