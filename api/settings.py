"""
Every setting of the service, once: name, default, meaning.

A value comes from a flag of the command, else from the environment (``MTU_PORT``), else
from the file that ``MTU_SETTINGS`` names (``mtu.toml`` in the working directory by
default), else from the default here.
"""

from __future__ import annotations

import ipaddress
import os
from pathlib import Path
from typing import Annotated

from pydantic import Field, field_validator
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

PREFIX = "MTU_"
FILE_VARIABLE = "MTU_SETTINGS"
Seconds = Annotated[float, Field(gt=0, le=86_400 * 366, allow_inf_nan=False)]
Whole = Annotated[int, Field(ge=1, le=2**31 - 1)]
# In the environment a list is text with commas, not JSON.
Texts = Annotated[tuple[str, ...], NoDecode]


class Settings(BaseSettings):
    """The settings of one service; unknown ones in the file are refused."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="forbid", frozen=True)

    database: str = Field(
        default="sqlite:///mtu.sqlite",
        description="Where all is kept: sqlite:///FILE, or postgresql://USER:PASSWORD@HOST/NAME.",
    )
    host: str = Field(
        default="127.0.0.1",
        description="Address to listen on. Other than loopback only once a key exists.",
    )
    port: int = Field(default=8080, ge=0, le=65535, description="Port to listen on; 0 takes a free one.")
    workers: int = Field(
        default=max(1, (os.cpu_count() or 2) // 2),
        ge=0,
        le=64,
        description="Processes that compute plans, one plan at a time each; 0 leaves it to others.",
    )
    allow_without_key: bool = Field(
        default=True,
        description="Whether no key is needed from this machine while only it can reach the service.",
    )
    allowed_hosts: Texts = Field(
        default=(),
        description="Host names by which the service may be called; empty means any.",
    )
    cors_origins: Texts = Field(
        default=(), description="Origins whose pages may call the service from a browser."
    )
    trusted_proxies: Texts = Field(
        default=(),
        description="Addresses whose X-Forwarded-For is believed; empty means that of nobody.",
    )
    max_body_mb: Whole = Field(default=32, description="Largest request body, in megabytes.")
    receive_seconds: Seconds = Field(
        default=10.0, description="A request must have arrived whole within this many seconds."
    )
    drain_seconds: Seconds = Field(
        default=3.0, description="On SIGTERM, open answers get this many seconds to come to an end."
    )
    max_units: Whole = Field(default=5_000, description="Most units of a scenario that is planned.")
    max_requests: Whole = Field(default=50_000, description="Most requests of a scenario that is planned.")
    max_days: Whole = Field(default=1_500, description="Most days of a horizon that is planned.")
    max_time_limit: Seconds = Field(default=3_600.0, description="Longest time limit of a plan, in seconds.")
    memory_per_plan_mb: Whole = Field(
        default=4_096,
        description="Memory that one plan may take; larger estimates are refused before queueing.",
    )
    max_queued: Whole = Field(
        default=100, description="Most plans that a workspace may have waiting or running."
    )
    max_attempts: Whole = Field(
        default=20, description="How often a plan is begun anew after its worker died, before it is failed."
    )
    keep_plans_days: Whole = Field(default=365, description="Days that a finished plan is kept.")
    keep_audit_days: Whole = Field(default=3_650, description="Days that audit rows are kept.")
    reads_per_minute: Whole = Field(default=6_000, description="Most reads per key and minute.")
    writes_per_minute: Whole = Field(default=300, description="Most writes per key and minute.")
    wrong_keys_per_minute: Whole = Field(
        default=10, description="Wrong keys per peer and minute before it has to wait."
    )
    webhook_private_targets: bool = Field(
        default=False, description="Whether webhooks may go to private and loopback addresses."
    )
    metrics_without_key: bool = Field(
        default=False, description="Whether /metrics needs no key; for a scraper inside one's own network."
    )
    log_level: str = Field(
        default="info", pattern="^(debug|info|warning|error)$", description="debug, info, warning or error."
    )

    @field_validator("allowed_hosts", "cors_origins", "trusted_proxies", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return (
            tuple(part.strip() for part in value.split(",") if part.strip())
            if isinstance(value, str)
            else value
        )

    @field_validator("database")
    @classmethod
    def _known_database(cls, value: str) -> str:
        if value.startswith("sqlite:///") and len(value) > len("sqlite:///"):
            return value
        for scheme in ("postgresql://", "postgresql+psycopg://", "postgres://"):
            if value.startswith(scheme):
                return "postgresql+psycopg://" + value[len(scheme) :]
        raise ValueError("expected sqlite:///FILE or postgresql://USER:PASSWORD@HOST/NAME")

    @property
    def sqlite_file(self) -> Path | None:
        """The database file; None on PostgreSQL."""
        return Path(self.database[len("sqlite:///") :]) if self.database.startswith("sqlite:///") else None

    @property
    def loopback(self) -> bool:
        """Whether only this machine can reach the service."""
        return is_loopback(self.host)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - the signature is given
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Flags before the environment before the file."""
        file = Path(os.environ.get(FILE_VARIABLE, "mtu.toml"))
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls, file)


def is_loopback(address: str) -> bool:
    """Whether an address or the name ``localhost`` is of this machine alone."""
    if address == "localhost":
        return True
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


def settings_table() -> str:
    """The documented list as a Markdown table: environment variable, default, meaning."""
    lines = ["| variable | default | meaning |", "|---|---|---|"]
    for name, field in Settings.model_fields.items():
        default = "half the processors" if name == "workers" else _shown(field.default)
        lines.append(f"| `{PREFIX}{name.upper()}` | {default} | {field.description} |")
    return "\n".join(lines) + "\n"


def _shown(value: object) -> str:
    if value == ():
        return "empty"
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"
