"""What is promised in one place is kept in the other: manifest, docs, settings, lock file, help."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from bot.door.commands import main, manifest_text
from bot.settings import Settings
from handlers.app import SUBSCRIBED_EVENTS, table_of_contents
from handlers.manifest import COMMANDS, SCOPES, SHORTCUTS, manifest
from handlers.views.help import TOPICS
from sandbox.payloads import check_manifest

ROOT = Path(__file__).parent.parent


def doc(name: str) -> str:
    return (ROOT / "docs" / name).read_text(encoding="utf-8")


def test_the_manifest_in_the_repository_is_the_one_the_program_prints() -> None:
    assert (ROOT / "manifest.yml").read_text(encoding="utf-8") == manifest_text()


@pytest.mark.parametrize("url", [None, "https://bot.example/rapport"])
def test_slack_would_take_the_manifest(url: str | None) -> None:
    assert check_manifest(manifest(url)) == []
    assert yaml.safe_load(manifest_text(url)) == manifest(url)


def test_every_command_and_shortcut_of_the_manifest_has_a_listener_and_the_other_way_round() -> None:
    routes = table_of_contents()

    assert set(routes.commands) == set(COMMANDS)
    assert set(routes.shortcuts) == {shortcut["callback_id"] for shortcut in SHORTCUTS}


def test_every_event_of_the_manifest_has_a_listener_and_the_other_way_round() -> None:
    routes = table_of_contents()
    assert {*routes.events, *routes.notices, *routes.witnesses} == {
        event.partition(".")[0] for event in SUBSCRIBED_EVENTS
    }


def test_every_scope_is_explained_in_the_docs() -> None:
    explained = dict(re.findall(r"^\| `([a-z:.]+)` \| (.+?) \|$", doc("permissions.md"), re.MULTILINE))

    assert explained == dict(SCOPES)


def test_every_setting_is_in_the_docs_with_its_default() -> None:
    rows = dict(re.findall(r"^\| `([A-Z_]+)` \| (.+) \|$", doc("settings.md"), re.MULTILINE))
    expected = {
        (field.alias or name.upper()): f"{_default(field.default)} | {field.description}"
        for name, field in Settings.model_fields.items()
    }

    assert rows == expected


def _default(value: object) -> str:
    return "–" if value is None else f"`{value}`"


def test_help_manifest_and_docs_name_the_same_commands() -> None:
    described = set(re.findall(r"^## `(/[a-z-]+)", doc("commands.md"), re.MULTILINE))

    assert {topic.command for topic in TOPICS} == set(COMMANDS) == described


def test_every_command_of_the_command_line_is_in_the_docs() -> None:
    described = set(re.findall(r"^## `rapport ([a-z-]+)", doc("command-line.md"), re.MULTILINE))

    assert described == set(main.commands)


@pytest.mark.parametrize(
    "page", ["README.md", "CONTRIBUTING.md", *sorted(f"docs/{p.name}" for p in (ROOT / "docs").glob("*.md"))]
)
def test_every_link_and_picture_leads_somewhere(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    targets = re.findall(r"\]\(([^)#\s]+)[^)]*\)", text)

    missing = [t for t in targets if "://" not in t and not ((ROOT / page).parent / t).exists()]

    assert missing == []


def test_the_lock_names_versions_and_hashes_but_no_address() -> None:
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")

    assert "://" not in lock
    assert "--index" not in lock
    assert re.search(r"^slack-bolt==1\.30", lock, re.MULTILINE)


def test_every_direct_dependency_is_justified() -> None:
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [
        *project["dependencies"],
        *(d for extra in project["optional-dependencies"].values() for d in extra),
    ]
    names = {re.split(r"[\[<>=]", requirement)[0].lower() for requirement in wanted}
    justified = {
        name.lower() for name in re.findall(r"^\| `([\w.-]+)` \|", doc("dependencies.md"), re.MULTILINE)
    }

    assert names <= justified
