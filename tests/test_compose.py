"""The example of several processes: what it names exists."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.door.commands import main
from bot.door.duties import Duty
from bot.settings import Settings

ROOT = Path(__file__).parent.parent
SERVICES: dict[str, dict[str, Any]] = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))[
    "services"
]
OURS = ("web", "worker")


@pytest.mark.parametrize("name", OURS)
def test_each_process_runs_in_the_role_of_its_name(name: str) -> None:
    verb, option, role = SERVICES[name]["command"]

    assert verb in main.commands
    assert option in {each for parameter in main.commands[verb].params for each in parameter.opts}
    assert role == name
    assert role in list(Duty)


@pytest.mark.parametrize("name", OURS)
def test_every_setting_of_the_example_is_one(name: str) -> None:
    known = {field.alias or setting.upper() for setting, field in Settings.model_fields.items()}

    assert set(SERVICES[name]["environment"]) <= known


@pytest.mark.parametrize("name", OURS)
def test_the_settings_of_the_example_can_be_read(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    secrets = {"SLACK_BOT_TOKEN": "xoxb-x", "SLACK_SIGNING_SECRET": "x", "POSTGRES_PASSWORD": "x"}
    for setting, value in SERVICES[name]["environment"].items():
        filled = re.sub(r"\$\{(\w+):\?\}", lambda wanted: secrets[wanted.group(1)], str(value))
        monkeypatch.setenv(setting, filled)

    assert Settings().database() == "postgresql://rapport:x@postgres/rapport"


def test_every_process_says_whether_it_is_well_and_has_time_to_stop() -> None:
    for service in SERVICES.values():
        assert service["healthcheck"]["test"]
        assert service["restart"] == "unless-stopped"
    for name in OURS:
        assert SERVICES[name]["depends_on"]["postgres"]["condition"] == "service_healthy"
        assert int(SERVICES[name]["stop_grace_period"].removesuffix("s")) > 20
    _, program, command = SERVICES["worker"]["healthcheck"]["test"]
    assert (program, command in main.commands) == ("rapport", True)
    assert "/readyz" in SERVICES["web"]["healthcheck"]["test"][-1]


def test_the_image_installs_the_engine_in_the_locked_version() -> None:
    steps = (ROOT / "Dockerfile").read_text(encoding="utf-8")

    assert "'.[scale]'" in steps
    assert "requirements.lock" in steps
    assert 'ENTRYPOINT ["rapport"]' in steps
