"""`rapport rulebook`: what is wrong is named, and a change is told before it is in force, as a whole or not at all."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from pathlib import Path
from threading import Event

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import text

from bot.domain.money import Money
from bot.door import demo
from bot.door.assembly import build_house, rules_in_force
from bot.door.commands import main
from bot.door.doctor import examine
from bot.door.rule_folder import held, own_files, put
from bot.door.running import CannotStart, run
from bot.rulebook.reader import MOST_BYTES, RulebookError, shipped_files
from bot.services import gifts
from bot.services.proposals import GiftDraft
from bot.settings import Settings, SettingsError, read_settings
from storage.engine import open_engine
from storage.migrate import migrate
from storage.unit_of_work import SqlMemory
from tests.conftest import StandingClock, open_firm

RULE = """\
title: Acme, as they told us
reviewed: 2026-11-02
groups:
  - regime: acme
    layer: employer
    applies_to: {employers: [Acme]}
    source: {title: A letter, url: null, checked: primary, dated: 2026-11}
    rules:
      - id: acme-no-goods
        effect: prohibit
        categories: [goods]
        summary: {en: Acme people take nothing., fr: "Les équipes d'Acme n'acceptent rien."}
"""
BROKEN = RULE.replace("prohibit", "forbid")
OTHER = RULE.replace("cme", "jax")
DUVAL = (
    "client-policy",
    "Düval & Fils SARL",
    "--told-by=Claire Duval, purchasing",
    "--told-on=2026-01-05",
    "--en=Things of up to 30 euros, but no alcohol.",
)
LIMITED = ("--allow=goods", "--up-to=30", "--currency=EUR", "--prohibit=alcohol")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The folder of the workspace's own rules, with nothing in it."""
    made = tmp_path / "rules"
    made.mkdir()
    return made


@pytest.fixture
def house_yaml(tmp_path: Path) -> Path:
    """The shipped house policy, to be edited and imported."""
    file = tmp_path / "edited" / "house.yaml"
    file.parent.mkdir()
    file.write_text(shipped_files()["house.yaml"], encoding="utf-8")
    return file


def rapport(tmp_path: Path, *words: str | Path, given: str | None = None, **more: str) -> Result:
    env = {"RAPPORT_DATA_DIR": str(tmp_path), **more}
    return CliRunner(env=env).invoke(main, [str(word) for word in words], input=given)


def rulebook(tmp_path: Path, *words: str | Path, **more: str) -> Result:
    return rapport(tmp_path, "rulebook", *words, **more)


def verdict(tmp_path: Path, employer: str, category: str, value: str, currency: str = "EUR") -> str:
    """What the gift check says of one thing, our own policy aside."""
    proposal = {
        "recipient": {"employer": employer},
        "items": [{"category": category, "unit_value": value, "currency": currency}],
        "house_policy": False,
    }
    answered = rapport(tmp_path, "gift-check", "--json", given=json.dumps(proposal))
    assert answered.exit_code == 0, answered.output
    return str(json.loads(answered.stdout)["verdict"])


def written(folder: Path, name: str, text: str) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(text, encoding="utf-8")
    return folder / name


def check_gifts(tmp_path: Path, *employers: str, team: str | None = None, database: str = "") -> None:
    """Record a check of a bottle of wine for each of these."""
    engine = open_engine(database or f"sqlite:///{tmp_path / 'rapport.db'}")
    migrate(engine)
    firm = open_firm(engine, StandingClock())
    for employer in employers:
        draft = GiftDraft(
            employer=employer, description="wine", category="alcohol", amount=Money(Decimal(45), "USD")
        )
        gifts.check(firm.house, firm.actor(firm.alice), draft)
    if team is not None:
        firm.house.memory.install(
            team, "The others", at=firm.clock(), zone="UTC", locale="en", currency="EUR", country="FR"
        )
    engine.dispose()


# --- Whatever needs the rules ------------------------------------------------------------------------------


def test_own_rules_hold_for_the_gift_check_and_for_the_bot(tmp_path: Path, folder: Path) -> None:
    assert verdict(tmp_path, "Acme", "gift", "5") == "ask"
    written(folder, "client_acme.yaml", RULE)

    assert verdict(tmp_path, "Acme", "gift", "5") == "not_allowed"
    assert "Acme people take nothing." in rapport(tmp_path, "gift-check", "$5 book for Acme").output
    batch = json.dumps({"recipient": {"employer": "Acme"}, "items": [{"unit_value": 5}]})
    answered = rapport(tmp_path, "gift-check", "--json", "--batch", given=f"{batch}\n")
    assert json.loads(answered.stdout)["verdict"] == "not_allowed"
    engine = open_engine(f"sqlite:///{tmp_path / 'rapport.db'}")
    house = build_house(Settings(data_dir=tmp_path), engine, StandingClock())
    engine.dispose()
    assert "client_acme.yaml" in house.rulebooks.base


def test_the_folder_may_be_anywhere(tmp_path: Path) -> None:
    written(tmp_path / "elsewhere", "client_acme.yaml", RULE)

    named = Settings(data_dir=tmp_path, RAPPORT_RULES_DIR=tmp_path / "elsewhere")

    assert "acme-no-goods" in rules_in_force(named).by_id
    assert "acme-no-goods" not in rules_in_force(Settings(data_dir=tmp_path)).by_id


def test_a_folder_that_is_named_must_be_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAPPORT_RULES_DIR", str(tmp_path / "slip"))

    with pytest.raises(SettingsError, match=r"^RAPPORT_RULES_DIR: .*slip is no folder; make it first"):
        read_settings()


def test_a_broken_rule_stops_the_start_with_one_line_before_slack_is_asked(
    tmp_path: Path, folder: Path
) -> None:
    written(folder, "client_acme.yaml", BROKEN)
    nowhere = Settings(
        data_dir=tmp_path,
        slack_bot_token="xoxb-test",
        slack_app_token="xapp-test",
        slack_api_url="http://127.0.0.1:9/api/",
    )

    with pytest.raises(CannotStart) as caught:
        run(nowhere, Event())

    assert re.match(
        r"a rule cannot be read: client_acme\.yaml: acme-no-goods: effect: must be one of", str(caught.value)
    )
    assert str(folder) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_broken_rule_stops_the_gift_check_and_the_demo_too(tmp_path: Path, folder: Path) -> None:
    written(folder, "client_acme.yaml", BROKEN)

    for words in (["gift-check", "$5 book for Acme"], ["demo", "--port", "0"]):
        refused = rapport(tmp_path, *words)
        assert refused.exit_code == 1, words
        (line,) = refused.stderr.splitlines()[-1:]
        assert "client_acme.yaml: acme-no-goods: effect: must be one of" in line
        assert isinstance(refused.exception, SystemExit)


def test_the_demo_takes_the_rules_that_it_is_given(tmp_path: Path, folder: Path) -> None:
    written(folder, "client_acme.yaml", RULE)

    own = demo.demo_settings(1, tmp_path / "demo", tmp_path / "clock", folder)

    assert "acme-no-goods" in rules_in_force(own).by_id
    assert demo.demo_settings(1, tmp_path / "demo", tmp_path / "clock").rules_folder() == (
        tmp_path / "demo" / "rules"
    )


def test_the_doctor_names_own_rules_and_what_is_wrong_with_them(tmp_path: Path, folder: Path) -> None:
    def seen() -> tuple[bool, str, str]:
        (rules,) = [each for each in examine(Settings(data_dir=tmp_path)) if each.what == "rules"]
        return rules.well, rules.seen, rules.mend

    assert seen()[0]
    assert "own" not in seen()[1]
    written(folder, "client_acme.yaml", RULE)
    assert seen()[0]
    assert f"own: client_acme.yaml in {folder}" in seen()[1]
    written(folder, "client_acme.yaml", BROKEN)
    well, said, mend = seen()
    assert not well
    assert said.startswith("client_acme.yaml: acme-no-goods: effect: ")
    assert str(folder) in mend


# --- The folder --------------------------------------------------------------------------------------------


def test_only_rule_files_are_read_from_the_folder(folder: Path) -> None:
    written(folder, "client_acme.yaml", "\ufeff" + RULE.replace("\n", "\r\n"))
    for name in (".client_old.yaml", "client_acme.yaml~", "README.md", "client_acme.yaml.orig"):
        written(folder, name, "no rules: [")

    assert own_files(folder) == {"client_acme.yaml": RULE}
    assert own_files(folder / "missing") == {}


def _not_text(folder: Path) -> str:
    (folder / "x.yaml").write_bytes(b"title: \xff\xfe")
    return "x.yaml: file: text: is no text in UTF-8"


def _too_large(folder: Path) -> str:
    (folder / "x.yaml").write_bytes(b"#" * (MOST_BYTES + 1))
    return "x.yaml: file: size: is larger than"


def _a_folder(folder: Path) -> str:
    (folder / "x.yaml").mkdir()
    return "x.yaml: file: read: is no file"


def _a_link_to_nothing(folder: Path) -> str:
    (folder / "x.yaml").symlink_to(folder / "gone.yaml")
    return "x.yaml: file: read: leads nowhere"


def _another_ending(folder: Path) -> str:
    (folder / "house.yml").write_text(RULE, encoding="utf-8")
    return "house.yml: file: name: must end in .yaml"


def _capitals(folder: Path) -> str:
    (folder / "HOUSE.YAML").write_text(RULE, encoding="utf-8")
    return "HOUSE.YAML: file: name: must end in .yaml"


def _no_folder(folder: Path) -> str:
    folder.rmdir()
    folder.write_text("a file", encoding="utf-8")
    return "rules: folder: read: Not a directory"


@pytest.mark.parametrize(
    "spoil",
    [_not_text, _too_large, _a_folder, _a_link_to_nothing, _another_ending, _capitals, _no_folder],
)
def test_what_looks_like_a_rule_file_and_is_none_is_a_fault(
    tmp_path: Path, folder: Path, spoil: Callable[[Path], str]
) -> None:
    told = spoil(folder)

    with pytest.raises(RulebookError) as caught:
        own_files(folder)
    checked = rulebook(tmp_path, "check")

    assert told in str(caught.value)
    assert checked.exit_code == 1
    assert told in checked.stderr


def test_files_that_cannot_all_be_written_are_not_written_at_all(folder: Path) -> None:
    written(folder, "a.yaml", "before")

    with pytest.raises(OSError, match="too long"):
        put(folder, {"a.yaml": "after", f"{'b' * 300}.yaml": "after"}, ["a.yaml"])

    assert [file.name for file in folder.iterdir()] == ["a.yaml"]
    assert (folder / "a.yaml").read_text(encoding="utf-8") == "before"


def test_whoever_comes_second_is_held_to_what_the_first_put_in_force(tmp_path: Path, folder: Path) -> None:
    mine = written(tmp_path / "mine", "mine.yaml", RULE)
    with ThreadPoolExecutor(1) as pool:
        with held(folder):
            second = pool.submit(rulebook, tmp_path, "import", mine)
            put(folder, {"first.yaml": RULE})
        refused = second.result(60)

    assert refused.exit_code == 1
    assert "acme-no-goods: id: is used twice" in refused.stderr
    assert own_files(folder) == {"first.yaml": RULE}


# --- check -------------------------------------------------------------------------------------------------


def test_check_says_how_many_rules_there_are_and_their_version(tmp_path: Path, folder: Path) -> None:
    shipped = rulebook(tmp_path, "check")
    written(folder, "client_acme.yaml", RULE)
    with_own = rulebook(tmp_path, "check")

    assert (shipped.exit_code, with_own.exit_code) == (0, 0)
    first, second = (int(said.output.split()[0]) for said in (shipped, with_own))
    assert second == first + 1
    assert re.search(r"version [0-9a-f]{12} of \d{4}-\d\d-\d\d: no fault", with_own.output)


def test_check_names_every_file_that_is_wrong(tmp_path: Path, folder: Path) -> None:
    written(folder, "client_acme.yaml", BROKEN)
    other = written(tmp_path / "new", "client_ajax.yaml", OTHER.replace("[goods]", "[wine]"))

    checked = rulebook(tmp_path, "check", other)

    assert checked.exit_code == 1
    assert [line.removeprefix("Error: ").split(": ")[:3] for line in checked.stderr.splitlines()] == [
        ["client_acme.yaml", "acme-no-goods", "effect"],
        ["client_ajax.yaml", "ajax-no-goods", "categories"],
    ]


def test_check_reads_files_on_top_of_what_is_in_force_and_changes_nothing(
    tmp_path: Path, folder: Path, house_yaml: Path
) -> None:
    written(folder, "client_acme.yaml", BROKEN)
    mended = written(tmp_path / "new", "client_acme.yaml", RULE)

    assert rulebook(tmp_path, "check", mended, house_yaml).exit_code == 0
    assert own_files(folder) == {"client_acme.yaml": BROKEN}


def test_two_files_of_one_name_are_refused(tmp_path: Path) -> None:
    one = written(tmp_path / "one", "client_acme.yaml", RULE)
    two = written(tmp_path / "two", "client_acme.yaml", RULE)

    refused = rulebook(tmp_path, "check", one, two)

    assert refused.exit_code == 2
    assert "two of the files are called client_acme.yaml" in refused.stderr


@pytest.mark.parametrize("word", ["diff", "import"])
def test_a_command_about_files_wants_one(tmp_path: Path, word: str) -> None:
    refused = rulebook(tmp_path, word)

    assert refused.exit_code == 2
    assert "name the rule files" in refused.stderr


# --- diff --------------------------------------------------------------------------------------------------


def test_diff_tells_new_changed_and_gone_rules(tmp_path: Path, folder: Path, house_yaml: Path) -> None:
    written(folder, "client_acme.yaml", RULE)
    text, count = re.subn(
        r"(?s)(- id: house-gift\n.*?limit: \{amount: )50\b",
        r"\g<1>40",
        house_yaml.read_text(encoding="utf-8"),
        count=1,
    )
    assert count == 1
    house_yaml.write_text(text, encoding="utf-8")
    renamed = written(tmp_path / "new", "client_acme.yaml", RULE.replace("acme-no-goods", "acme-nothing"))

    told = rulebook(tmp_path, "diff", house_yaml, renamed)

    assert told.exit_code == 0
    lines = told.output.splitlines()
    assert "+ acme-nothing: Acme people take nothing." in lines
    assert "- acme-no-goods: Acme people take nothing." in lines
    assert any(line.startswith("~ house-gift (limit): ") for line in lines)


def test_diff_reads_rules_to_people_in_their_language(tmp_path: Path) -> None:
    acme = written(tmp_path / "new", "client_acme.yaml", RULE)

    told = rulebook(tmp_path, "diff", acme, RAPPORT_LOCALE="fr-FR")

    assert "+ acme-no-goods: Les équipes d'Acme n'acceptent rien." in told.output


def test_diff_tells_which_recorded_checks_would_come_out_differently(tmp_path: Path) -> None:
    check_gifts(tmp_path, "Acme", "Ford")
    acme = written(tmp_path / "new", "client_acme.yaml", RULE)

    told = rulebook(tmp_path, "diff", acme, "--on", "2026-12-01")

    assert told.exit_code == 0
    assert told.output.splitlines()[1:] == [
        "Rapport Test: 1 of the last 2 recorded checks would come out differently if they were asked on 2026-12-01.",
        "  2026-11-16  Acme: wine, 45 USD: ask → not allowed",
    ]
    assert not (tmp_path / "rules").exists()


def test_recorded_checks_are_found_in_either_database(tmp_path: Path, database_url: str) -> None:
    check_gifts(tmp_path, "Acme", "Ford", database=database_url)
    acme = written(tmp_path / "new", "client_acme.yaml", RULE)

    told = rulebook(tmp_path, "diff", acme, DATABASE_URL=database_url)

    assert "1 of the last 2 recorded checks" in told.output


def test_a_rule_that_begins_later_is_judged_by_its_first_day(tmp_path: Path) -> None:
    check_gifts(tmp_path, "Acme")
    later = RULE.replace("effect: prohibit", "effect: prohibit\n        effective_from: 2090-01-01")
    acme = written(tmp_path / "new", "client_acme.yaml", later)

    assert "1 of the last 1 recorded checks" in rulebook(tmp_path, "diff", acme).output
    assert "if they were asked on 2090-01-01" in rulebook(tmp_path, "diff", acme).output
    assert "0 of the last 1" in rulebook(tmp_path, "diff", acme, "--on", "2089-12-31").output


def test_each_workspace_is_told_apart(tmp_path: Path) -> None:
    check_gifts(tmp_path, "Acme", team="T0OTHER")
    acme = written(tmp_path / "new", "client_acme.yaml", RULE)

    everywhere = rulebook(tmp_path, "diff", acme).output
    there = rulebook(tmp_path, "diff", acme, "--team", "T0OTHER").output
    nowhere = rulebook(tmp_path, "diff", acme, "--team", "T0NOBODY")

    assert "Rapport Test: 1 of the last 1" in everywhere
    assert "The others: 0 of the last 0" in everywhere
    assert "Rapport Test" not in there
    assert nowhere.exit_code == 1
    assert "there is no workspace T0NOBODY: T0FIRM or T0OTHER" in nowhere.stderr


def test_diff_of_what_is_in_force_says_so(tmp_path: Path, house_yaml: Path) -> None:
    house_yaml.write_text("# our own words\n" + house_yaml.read_text(encoding="utf-8"), encoding="utf-8")

    assert rulebook(tmp_path, "diff", house_yaml).output == "No rule differs.\n"


def test_diff_makes_no_database(tmp_path: Path) -> None:
    acme = written(tmp_path / "new", "client_acme.yaml", RULE)

    assert "No gift has been checked yet." in rulebook(tmp_path, "diff", acme).output
    assert not (tmp_path / "rapport.db").exists()


def test_what_people_typed_cannot_move_the_cursor(tmp_path: Path) -> None:
    check_gifts(tmp_path, "Acme\x1b[2J\x07")
    acme = written(tmp_path / "new", "x.yaml", RULE.replace("[Acme]", '["Acme\\e[2J\\a"]'))

    told = rulebook(tmp_path, "diff", acme)

    assert "1 of the last 1" in told.output
    assert "\x1b" not in told.output
    assert "Acme�[2J�: wine" in told.output


# --- import ------------------------------------------------------------------------------------------------


def own_rules(tmp_path: Path) -> dict[str, str]:
    """The workspace's own rule files in the database."""
    engine = open_engine(f"sqlite:///{tmp_path / 'rapport.db'}")
    memory = SqlMemory(engine)
    with memory.read(memory.workspaces()[0].id) as unit:
        found = {each.name: each.text for each in unit.rules.own()}
    engine.dispose()
    return found


def test_import_tells_the_difference_and_puts_it_in_force(tmp_path: Path, folder: Path) -> None:
    acme = written(tmp_path / "new", "client_acme.yaml", RULE)

    done = rulebook(tmp_path, "import", acme)

    assert done.exit_code == 0
    assert "+ acme-no-goods" in done.output
    assert f"client_acme.yaml: written into {folder}" in done.output
    assert "for the bot from its next start" in done.output
    assert verdict(tmp_path, "Acme", "gift", "5") == "not_allowed"
    assert [file.name for file in folder.iterdir()] == ["client_acme.yaml"]


def test_with_a_workspace_import_goes_into_the_database_and_is_in_force_at_once(
    tmp_path: Path, folder: Path
) -> None:
    check_gifts(tmp_path, "Acme")
    written(folder, "client_ajax.yaml", OTHER)
    acme = written(tmp_path / "new", "client_acme.yaml", RULE)

    done = rulebook(tmp_path, "import", acme)

    assert done.exit_code == 0, done.output
    assert "+ acme-no-goods" in done.output
    assert "Acme: wine, 45 USD: ask → not allowed" in done.output
    assert "client_acme.yaml: written for Rapport Test" in done.output
    assert "In force at once" in done.output
    assert verdict(tmp_path, "Acme", "gift", "5") == "not_allowed"
    assert verdict(tmp_path, "Ajax", "gift", "5") == "not_allowed"
    assert [file.name for file in folder.iterdir()] == ["client_ajax.yaml"]
    assert own_rules(tmp_path) == {"client_acme.yaml": RULE}
    assert "Nothing to do" in rulebook(tmp_path, "import", acme).output
    engine = open_engine(f"sqlite:///{tmp_path / 'rapport.db'}")
    memory = SqlMemory(engine)
    with memory.read(memory.workspaces()[0].id) as unit:
        (entry,) = [each for each in unit.register.entries() if each.kind == "rules_changed"]
        versions = [each.version for each in unit.rules.versions()]
    engine.dispose()
    assert entry.member_id is None
    assert entry.facts["files"] == ["client_acme.yaml"]
    assert entry.facts["rules"] == ["added acme-no-goods"]
    assert [entry.facts["before"], entry.facts["after"]] == versions[-2:]


def test_a_file_as_the_folder_has_it_takes_the_workspaces_own_away(tmp_path: Path, folder: Path) -> None:
    check_gifts(tmp_path)
    written(folder, "client_acme.yaml", RULE)
    changed = written(tmp_path / "new", "client_acme.yaml", RULE + "# ours\n")
    rulebook(tmp_path, "import", changed)
    assert list(own_rules(tmp_path)) == ["client_acme.yaml"]

    back = rulebook(tmp_path, "import", folder / "client_acme.yaml")

    assert "client_acme.yaml: as it ships; the own one is gone" in back.output
    assert own_rules(tmp_path) == {}


def test_own_rules_that_cannot_be_read_stop_whatever_needs_them_and_are_mended_by_an_import(
    tmp_path: Path,
) -> None:
    check_gifts(tmp_path, "Acme")
    engine = open_engine(f"sqlite:///{tmp_path / 'rapport.db'}")
    memory = SqlMemory(engine)
    with memory.write(memory.workspaces()[0].id) as unit:
        unit.rules.put("client_acme.yaml", BROKEN, member_id=None, at=StandingClock().now)
    engine.dispose()

    for words in (["gift-check", "$5 book for Acme"], ["rulebook", "check"]):
        refused = rapport(tmp_path, *words)
        assert refused.exit_code == 1
        assert "client_acme.yaml: acme-no-goods: effect: must be one of" in refused.stderr
    (finding,) = [each for each in examine(Settings(data_dir=tmp_path)) if each.what == "rules"]
    assert not finding.well
    assert "it is in the database" in finding.mend
    mended = rulebook(tmp_path, "import", written(tmp_path / "new", "client_acme.yaml", RULE))
    assert mended.exit_code == 0, mended.output
    assert verdict(tmp_path, "Acme", "gift", "5") == "not_allowed"


def test_the_rules_of_one_workspace_do_not_hold_for_another(tmp_path: Path) -> None:
    check_gifts(tmp_path, team="T0OTHER")
    acme = written(tmp_path / "new", "client_acme.yaml", RULE)

    unclear = rulebook(tmp_path, "import", acme)
    assert unclear.exit_code == 1
    assert "which workspace? --team T0FIRM or T0OTHER" in unclear.stderr
    assert rulebook(tmp_path, "import", acme, "--team", "T0OTHER").exit_code == 0
    asked = json.dumps({"recipient": {"employer": "Acme"}, "items": [{"unit_value": 1}]})

    def by(*team: str) -> Result:
        return rapport(tmp_path, "gift-check", "--json", *team, given=asked)

    assert json.loads(by("--team", "T0OTHER").stdout)["verdict"] == "not_allowed"
    assert json.loads(by("--team", "T0FIRM").stdout)["verdict"] == "ask"
    assert by().exit_code == 1
    assert "which workspace? --team T0FIRM or T0OTHER" in by().stderr
    checked = rulebook(tmp_path, "check").output
    assert "Rapport Test: " in checked
    assert "The others: " in checked


# --- Earlier rules -----------------------------------------------------------------------------------------


def as_of(tmp_path: Path, when: str, *more: str, **asked: object) -> Result:
    proposal = {"recipient": {"employer": "Acme"}, "items": [{"unit_value": 1}], **asked}
    return rapport(tmp_path, "gift-check", "--json", "--as-of", when, *more, given=json.dumps(proposal))


def test_a_gift_is_judged_by_the_rules_of_a_day_or_of_a_version(tmp_path: Path) -> None:
    check_gifts(tmp_path, "Acme")
    acme = written(tmp_path / "new", "client_acme.yaml", RULE)
    rulebook(tmp_path, "import", acme)

    then = json.loads(as_of(tmp_path, "2026-11-16").stdout)
    now = json.loads(as_of(tmp_path, "2099-01-01", date="2026-11-20").stdout)

    assert (then["verdict"], now["verdict"]) == ("ask", "not_allowed")
    version = then["rulebook"]["version"]
    assert version != now["rulebook"]["version"]
    assert json.loads(as_of(tmp_path, version[:6].upper()).stdout) == then
    batch = json.dumps({"recipient": {"employer": "Acme"}, "items": [{"unit_value": 1}]})
    lines = rapport(
        tmp_path, "gift-check", "--json", "--batch", "--as-of", version, given=f"{batch}\n{batch}"
    )
    assert [json.loads(line)["verdict"] for line in lines.stdout.splitlines()] == ["ask", "ask"]
    typed = rapport(tmp_path, "gift-check", "--as-of", "2099-01-01", "$1 book for Acme")
    assert "Acme people take nothing." in typed.output


def test_earlier_rules_are_found_in_either_database(tmp_path: Path, database_url: str) -> None:
    check_gifts(tmp_path, "Acme", database=database_url)
    acme = written(tmp_path / "new", "client_acme.yaml", RULE)
    assert rulebook(tmp_path, "import", acme, DATABASE_URL=database_url).exit_code == 0
    asked = json.dumps({"recipient": {"employer": "Acme"}, "items": [{"unit_value": 1}]})

    def said(*words: str) -> str:
        told = rapport(tmp_path, "gift-check", "--json", *words, given=asked, DATABASE_URL=database_url)
        return str(json.loads(told.stdout)["verdict"])

    assert [said(), said("--as-of", "2026-11-16")] == ["not_allowed", "ask"]
    assert "came out differently" in rapport(tmp_path, "audit", "replay", DATABASE_URL=database_url).output


def test_a_time_of_which_nothing_is_known_is_an_error_that_names_what_is(tmp_path: Path) -> None:
    nowhere = as_of(tmp_path, "2026-01-01")
    assert nowhere.exit_code == 1
    assert "nothing is known of earlier rules here" in nowhere.stderr
    assert not (tmp_path / "rapport.db").exists()
    check_gifts(tmp_path, "Acme")

    for when, what in (
        ("2026-11-15", "the rules of 2026-11-15"),
        ("beef", "version beef"),
        ("a", "version a"),
    ):
        refused = as_of(tmp_path, when)
        assert refused.exit_code == 1
        assert f"nothing is known of {what}; known are: " in refused.stderr
        assert re.search(r"[0-9a-f]{12} since 2026-11-16", refused.stderr)


def test_recorded_checks_are_judged_again_by_their_own_rules(tmp_path: Path) -> None:
    check_gifts(tmp_path, "Acme", "Ford")
    rulebook(tmp_path, "import", written(tmp_path / "new", "client_acme.yaml", RULE))

    whole = rapport(tmp_path, "audit", "replay")
    one = rapport(tmp_path, "audit", "replay", "--check", "1")
    none = rapport(tmp_path, "audit", "replay", "--check", "99")

    assert (whole.exit_code, one.exit_code, none.exit_code) == (0, 0, 1)
    assert whole.output == "2 of 2 checks were judged again, 0 came out differently.\n"
    assert re.match(r"check 1 \(version [0-9a-f]{12}\): ask → ask\n1 of 1", one.output)
    assert "there is no check 99" in none.stderr
    engine = open_engine(f"sqlite:///{tmp_path / 'rapport.db'}")
    with engine.begin() as connection:
        connection.execute(text("update gift_checks set verdict = 'allowed' where id = 2"))
        connection.execute(text("update gift_checks set rulebook_version = 'lost' where id = 1"))
    engine.dispose()
    found = rapport(tmp_path, "audit", "replay")
    assert found.exit_code == 1
    assert re.search(r"check 2 \(version [0-9a-f]{12}\): allowed → not_allowed", found.output)
    assert "check 1 (version lost): the rules of that version are not kept" in found.output
    assert "1 of 2 checks were judged again, 1 came out differently." in found.output


def test_without_a_record_there_is_nothing_to_judge_again(tmp_path: Path) -> None:
    refused = rapport(tmp_path, "audit", "replay")

    assert refused.exit_code == 1
    assert "no gift has been checked yet" in refused.stderr
    assert not (tmp_path / "rapport.db").exists()


# --- What import promises ----------------------------------------------------------------------------------


def test_a_dry_run_tells_the_same_and_changes_nothing(tmp_path: Path) -> None:
    acme = written(tmp_path / "new", "client_acme.yaml", RULE)

    told = rulebook(tmp_path, "import", acme, "--dry-run")

    assert told.exit_code == 0
    assert "+ acme-no-goods" in told.output
    assert "this was a dry run" in told.output
    assert not (tmp_path / "rules").exists()


def test_when_one_file_is_wrong_none_is_put_in_force(tmp_path: Path, folder: Path) -> None:
    good = written(tmp_path / "new", "client_ajax.yaml", OTHER)
    bad = written(tmp_path / "new", "client_acme.yaml", BROKEN)

    refused = rulebook(tmp_path, "import", good, bad)

    assert refused.exit_code == 1
    assert refused.stderr.startswith("Error: client_acme.yaml: acme-no-goods: effect: ")
    assert own_files(folder) == {}


def test_rules_that_cannot_be_read_are_mended_by_an_import(tmp_path: Path, folder: Path) -> None:
    (folder / "client_acme.yaml").write_bytes(b"\xff")
    written(folder, "client_ajax.yaml", OTHER.replace("prohibit", "forbid"))
    acme = written(tmp_path / "new", "client_acme.yaml", RULE)
    ajax = written(tmp_path / "new", "client_ajax.yaml", OTHER)

    half = rulebook(tmp_path, "import", acme)
    whole = rulebook(tmp_path, "import", acme, ajax)

    assert half.exit_code == 1
    assert half.stderr.startswith("Error: client_ajax.yaml: ajax-no-goods: effect: ")
    assert whole.exit_code == 0, whole.output
    assert "there is nothing to compare these with" in whole.output
    assert own_files(folder) == {"client_acme.yaml": RULE, "client_ajax.yaml": OTHER}


def test_a_file_as_it_ships_takes_the_own_one_away(tmp_path: Path, folder: Path, house_yaml: Path) -> None:
    written(folder, "house.yaml", house_yaml.read_text(encoding="utf-8") + "# ours\n")

    back = rulebook(tmp_path, "import", house_yaml)
    again = rulebook(tmp_path, "import", house_yaml)

    assert "house.yaml: as it ships; the own one is gone" in back.output
    assert "Nothing to do" in again.output
    assert own_files(folder) == {}


def test_the_data_folder_that_cannot_be_written_is_said_plainly(tmp_path: Path) -> None:
    acme = written(tmp_path / "new", "client_acme.yaml", RULE)
    (tmp_path / "file").touch()

    refused = rulebook(tmp_path, "import", acme, RAPPORT_DATA_DIR=str(tmp_path / "file" / "data"))

    assert refused.exit_code == 1
    assert isinstance(refused.exception, SystemExit)
    assert "Not a directory" in refused.stderr


# --- export ------------------------------------------------------------------------------------------------


def test_what_was_exported_is_what_is_in_force(tmp_path: Path, folder: Path) -> None:
    written(folder, "client_acme.yaml", RULE)

    done = rulebook(tmp_path, "export", tmp_path / "out")
    files = sorted((tmp_path / "out").iterdir())

    assert done.exit_code == 0
    assert [file.name for file in files] == sorted([*shipped_files(), "client_acme.yaml"])
    assert "No rule differs." in rulebook(tmp_path, "diff", *files).output
    assert "Nothing to do" in rulebook(tmp_path, "import", *files).output
    assert own_files(folder) == {"client_acme.yaml": RULE}


def test_export_overwrites_nothing(tmp_path: Path) -> None:
    mine = written(tmp_path / "out", "house.yaml", "my notes")

    refused = rulebook(tmp_path, "export", mine.parent)

    assert refused.exit_code == 1
    assert "house.yaml is there already" in refused.stderr
    assert [(file.name, file.read_text(encoding="utf-8")) for file in mine.parent.iterdir()] == [
        ("house.yaml", "my notes")
    ]


# --- client-policy -----------------------------------------------------------------------------------------


def test_a_clients_answer_becomes_a_rule_for_all_colleagues(tmp_path: Path) -> None:
    check_gifts(tmp_path, "Duval and Fils")

    done = rulebook(tmp_path, *DUVAL, *LIMITED, "--alias=Duval")

    assert done.exit_code == 0, done.output
    assert "Duval and Fils: wine, 45 USD: ask → not allowed" in done.output
    assert verdict(tmp_path, "DUVAL & FILS", "gift", "30") == "allowed"
    assert verdict(tmp_path, "Duval", "gift", "30.01") == "not_allowed"
    assert verdict(tmp_path, "Duval", "alcohol", "5") == "not_allowed"
    assert verdict(tmp_path, "Duval", "entertainment", "5") == "ask"
    shown = rapport(tmp_path, "gift-check", "5 € wine for Duval").output
    assert "Things of up to 30 euros, but no alcohol." in shown
    assert "Answer of Claire Duval, purchasing" in shown
    (file,) = own_rules(tmp_path).items()
    assert file[0] == "client_duval_and_fils.yaml"
    assert "reviewed: 2026-01-05" in file[1]


def test_beyond_the_amount_an_approval_may_do_and_the_clients_people_may_have_a_duty(tmp_path: Path) -> None:
    rulebook(
        tmp_path,
        *DUVAL,
        "--allow=gift",
        "--up-to=30.50",
        "--currency=EUR",
        "--over=approval",
        "--approval=meal",
        "--obligation=supervisor_notice",
    )

    assert verdict(tmp_path, "Duval & Fils", "gift", "30.50") == "allowed"
    assert verdict(tmp_path, "Duval & Fils", "gift", "31") == "needs_approval"
    assert verdict(tmp_path, "Duval & Fils", "meal", "1") == "needs_approval"
    asked = json.dumps({"recipient": {"employer": "Duval & Fils"}, "items": [{"unit_value": 1}]})
    answer = json.loads(rapport(tmp_path, "gift-check", "--json", given=asked).stdout)
    assert "supervisor_notice" in [duty["code"] for duty in answer["obligations"]]


def test_an_answer_holds_from_its_first_to_its_last_day(tmp_path: Path) -> None:
    rulebook(tmp_path, *DUVAL, "--allow=goods", "--until=2026-03-31")

    def on(day: str) -> str:
        asked = {"date": day, "recipient": {"employer": "Duval & Fils"}, "items": [{"unit_value": 1}]}
        told = rapport(tmp_path, "gift-check", "--json", given=json.dumps({**asked, "house_policy": False}))
        return str(json.loads(told.stdout)["verdict"])

    assert [on(day) for day in ("2026-01-04", "2026-01-05", "2026-03-31", "2026-04-01")] == [
        "ask",
        "allowed",
        "allowed",
        "ask",
    ]


def test_an_answer_on_file_is_not_replaced_by_chance(tmp_path: Path, folder: Path) -> None:
    rulebook(tmp_path, *DUVAL, "--allow=goods")
    before = own_files(folder)

    refused = rulebook(tmp_path, *DUVAL, "--prohibit=goods")
    assert refused.exit_code == 1
    assert "an answer is on file already" in refused.stderr
    assert own_files(folder) == before

    replaced = rulebook(tmp_path, *DUVAL, "--prohibit=goods", "--replace")
    assert replaced.exit_code == 0
    assert "~ client-duval-and-fils-1 (effect, within, over)" in replaced.output
    assert verdict(tmp_path, "Duval & Fils", "gift", "1") == "not_allowed"


def test_a_dry_run_shows_the_file_of_an_answer(tmp_path: Path) -> None:
    told = rulebook(tmp_path, *DUVAL, *LIMITED, "--url=https://duval.example/ethics", "--dry-run")

    assert told.exit_code == 0
    assert "# client_duval_and_fils.yaml" in told.output
    assert "    url: https://duval.example/ethics" in told.output.splitlines()
    assert "+ client-duval-and-fils-2" in told.output
    assert not (tmp_path / "rules").exists()


def test_one_sentence_stands_for_both_languages_and_two_for_their_own(tmp_path: Path, folder: Path) -> None:
    french = [word for word in DUVAL if not word.startswith("--en")]
    rulebook(tmp_path, *french, "--prohibit=any", "--fr=Rien du tout.")
    rulebook(tmp_path, *DUVAL, "--prohibit=any", "--fr=Rien du tout.", "--replace")

    rules = rules_in_force(Settings(data_dir=tmp_path)).by_id
    assert rules["client-duval-and-fils-1"].summary == {
        "en": "Things of up to 30 euros, but no alcohol.",
        "fr": "Rien du tout.",
    }
    rulebook(tmp_path, *french, "--prohibit=any", "--fr=Rien du tout.", "--replace")
    rules = rules_in_force(Settings(data_dir=tmp_path)).by_id
    assert set(rules["client-duval-and-fils-1"].summary.values()) == {"Rien du tout."}


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        ([], "say what holds"),
        (["--allow=wine"], "'wine' is not one of"),
        (["--allow=goods", "--told-on=2099-01-01"], "--told-on lies in the future"),
        (["--allow=goods", "--told-on=yesterday"], "does not match the format"),
        (["--allow=goods", "--until=2026-01-04"], "--until lies before --told-on"),
        (["--prohibit=goods", "--up-to=5"], "--up-to goes with --allow"),
        (["--allow=goods", "--up-to=-5"], "an amount is written as digits"),
        (["--allow=goods", "--up-to=1e9"], "an amount is written as digits"),
        (["--allow=goods", "--up-to=NaN"], "an amount is written as digits"),
        (["--allow=goods", "--en= "], "give the answer in a sentence"),
        (["--allow=goods", "--told-by= "], "say who said it"),
    ],
)
def test_an_answer_that_makes_no_sense_is_refused(tmp_path: Path, words: list[str], complaint: str) -> None:
    refused = rulebook(tmp_path, *DUVAL, *words)

    assert refused.exit_code == 2
    assert complaint in " ".join(refused.stderr.split())
    assert not (tmp_path / "rules").exists()


@pytest.mark.parametrize(
    ("words", "key"),
    [
        (["--allow=goods", "--up-to=5", "--currency=EURO"], "limit.currency"),
        (["--allow=goods", f"--en={'x' * 3000}"], "summary.en"),
        (["--allow=goods", "--alias= "], "applies_to.employers[1]"),
    ],
)
def test_an_answer_that_no_rule_can_hold_is_refused_by_key(
    tmp_path: Path, folder: Path, words: list[str], key: str
) -> None:
    refused = rulebook(tmp_path, *DUVAL, *words)

    assert refused.exit_code == 1
    assert re.search(rf"client_duval_and_fils\.yaml: [\w -]+: {re.escape(key)}: ", refused.stderr)
    assert own_files(folder) == {}


def test_nobody_is_no_client(tmp_path: Path) -> None:
    refused = rulebook(tmp_path, "client-policy", " ", *DUVAL[2:], "--allow=goods")

    assert refused.exit_code == 2
    assert "say which client" in refused.stderr
