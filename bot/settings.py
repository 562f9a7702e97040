"""Settings: read once, typed, and a wrong one is named with a hint.

Each comes from the environment or a `.env` file; a secret also from a file, named by the same variable with ``_FILE``.
"""

from __future__ import annotations

import os
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, Field, SecretStr, ValidationError
from pydantic.fields import FieldInfo
from pydantic_settings import (
    BaseSettings,
    DotEnvSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)


class SettingsError(Exception):
    """One or more settings are wrong; the text names each with a hint, one to a line, and shows no secret."""


class Mode(StrEnum):
    SOCKET = "socket"
    HTTP = "http"


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as unknown:
        raise ValueError(f"{name!r} is no time zone; write one such as America/New_York") from unknown
    return name


def _folder(path: Path | None) -> Path | None:
    """A folder that is named must be there: a slip in its name would quietly put its rules out of force."""
    if path is not None and not path.is_dir():
        raise ValueError(f"{path} is no folder; make it first")
    return path


def _starts_with(prefix: str, what: str) -> AfterValidator:
    def check(secret: SecretStr | None) -> SecretStr | None:
        if secret is not None and not secret.get_secret_value().startswith(prefix):
            raise ValueError(f"{what} starts with {prefix}")
        return secret

    return AfterValidator(check)


class Settings(BaseSettings):
    """Everything that can be set. Field descriptions are the documentation; a test holds docs/settings.md to them."""

    model_config = SettingsConfigDict(extra="ignore", env_ignore_empty=True, populate_by_name=True)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return init_settings, env_settings, dotenv_settings, _NamedFiles(settings_cls, dotenv_settings)

    slack_bot_token: Annotated[SecretStr | None, _starts_with("xoxb-", "a bot token")] = Field(
        None, description="Bot token of the Slack app (xoxb-…). Without it the local sandbox is used."
    )
    slack_app_token: Annotated[SecretStr | None, _starts_with("xapp-", "an app-level token")] = Field(
        None, description="App-level token (xapp-…) for Socket Mode."
    )
    slack_signing_secret: SecretStr | None = Field(
        None, description="Signing secret of the Slack app; needed for HTTP only."
    )
    slack_api_url: str = Field(
        "https://slack.com/api/", pattern=r"^https?://.+/$", description="Base address of Slack's Web API."
    )
    database_url: SecretStr | None = Field(
        None, description="sqlite:///FILE or postgresql://…; by default a file in the data folder."
    )
    data_dir: Path = Field(
        Path(".rapport"), alias="RAPPORT_DATA_DIR", description="Folder for the database file and its lock."
    )
    rules_dir: Annotated[Path | None, AfterValidator(_folder)] = Field(
        None,
        alias="RAPPORT_RULES_DIR",
        description="Folder of the operator's rules, below workspaces' own; by default `rules` in the data folder.",
    )
    mode: Mode = Field(
        Mode.SOCKET, alias="RAPPORT_MODE", description="How Slack reaches the bot: socket or http."
    )
    host: str = Field("127.0.0.1", alias="RAPPORT_HOST", description="Address to listen on in HTTP mode.")
    port: int = Field(
        3000, ge=1, le=65535, alias="RAPPORT_PORT", description="Port to listen on in HTTP mode."
    )
    zone: Annotated[str, AfterValidator(_zone)] = Field(
        "America/New_York",
        alias="RAPPORT_ZONE",
        description="Time zone of a new workspace, for members whose own is not known.",
    )
    locale: str = Field(
        "en-US",
        pattern=r"^[a-z]{2}(-[A-Z]{2})?$",
        alias="RAPPORT_LOCALE",
        description="Language of a new workspace, for members whose own is not known.",
    )
    currency: str = Field(
        "USD",
        pattern=r"^[A-Z]{3}$",
        alias="RAPPORT_CURRENCY",
        description="Currency of a new workspace (ISO 4217).",
    )
    country: str = Field(
        "US",
        pattern=r"^[A-Z]{2}(-[A-Z0-9]{1,3})?$",
        alias="RAPPORT_COUNTRY",
        description="Country of a new workspace (ISO 3166).",
    )
    tick_seconds: float = Field(
        20.0,
        ge=0.05,
        le=300,
        alias="RAPPORT_TICK_SECONDS",
        description="How often the clock looks for what is due.",
    )
    quarantine_seconds: float = Field(
        90.0,
        ge=0.1,
        le=3600,
        alias="RAPPORT_QUARANTINE_SECONDS",
        description="How long a post with an unclear end rests before it is looked up.",
    )
    backup_dir: Path | None = Field(
        None,
        alias="RAPPORT_BACKUP_DIR",
        description="Folder for a backup of the SQLite file each day; by default none is made.",
    )
    backup_keep: int = Field(
        14, ge=1, le=3650, alias="RAPPORT_BACKUP_KEEP", description="How many of the daily backups are kept."
    )
    log_level: str = Field(
        "INFO",
        pattern=r"^(DEBUG|INFO|WARNING|ERROR)$",
        alias="RAPPORT_LOG_LEVEL",
        description="DEBUG, INFO, WARNING or ERROR.",
    )
    log_format: str = Field(
        "plain",
        pattern=r"^(plain|json)$",
        alias="RAPPORT_LOG_FORMAT",
        description="plain for people, json for machines.",
    )
    clock_file: Path | None = Field(
        None,
        alias="RAPPORT_CLOCK_FILE",
        description="For the demo only: a file with the seconds by which the bot's clock runs ahead.",
    )

    def database(self) -> str:
        """The address of the database."""
        if self.database_url is not None:
            return self.database_url.get_secret_value()
        return f"sqlite:///{(self.data_dir / 'rapport.db').absolute()}"

    def rules_folder(self) -> Path:
        """Where the workspace's own rule files are."""
        return self.rules_dir or self.data_dir / "rules"


class _NamedFiles(PydanticBaseSettingsSource):
    """Secrets whose variable names a file: ``SLACK_BOT_TOKEN_FILE`` and so on, in the environment or in `.env`."""

    def __init__(self, settings_cls: type[BaseSettings], dotenv: PydanticBaseSettingsSource) -> None:
        super().__init__(settings_cls)
        self._dotenv = dotenv.env_vars if isinstance(dotenv, DotEnvSettingsSource) else {}

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        path = os.environ.get(f"{field_name.upper()}_FILE") or self._dotenv.get(f"{field_name}_file")
        if not path or field.annotation is None or "Secret" not in str(field.annotation):
            return None, field_name, False
        try:
            return Path(path).read_text(encoding="utf-8").strip(), field_name, False
        except OSError as unreadable:
            raise SettingsError(
                f"{field_name.upper()}_FILE: cannot read {path}: {unreadable.strerror}"
            ) from unreadable
        except UnicodeDecodeError as garbled:
            raise SettingsError(f"{field_name.upper()}_FILE: {path} holds no text") from garbled

    def __call__(self) -> dict[str, Any]:
        found = {name: self.get_field_value(field, name)[0] for name, field in Settings.model_fields.items()}
        return {name: value for name, value in found.items() if value is not None}


def read_settings(env_file: Path | None = Path(".env")) -> Settings:
    """Settings from the environment, then `env_file`, then named files. Raises SettingsError."""
    try:
        return Settings(_env_file=env_file)
    except OSError as unreadable:
        raise SettingsError(f"{env_file}: cannot be read: {unreadable.strerror}") from unreadable
    except UnicodeDecodeError as garbled:
        raise SettingsError(f"{env_file}: is no text in UTF-8") from garbled
    except ValidationError as invalid:
        complaints = [
            _complaint(error["loc"][0], error["msg"]) for error in invalid.errors(include_input=False)
        ]
        raise SettingsError("\n".join(complaints)) from None


def _variable(field: str) -> str:
    return Settings.model_fields[field].alias or field.upper()


def _complaint(field: object, problem: str) -> str:
    name = str(field)
    variable = _variable(name) if name in Settings.model_fields else name.upper()
    description = next(
        (i.description for n, i in Settings.model_fields.items() if variable == _variable(n)), None
    )
    return f"{variable}: {problem.removeprefix('Value error, ')}. {description or ''}".strip()
