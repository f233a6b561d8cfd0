"""Settings: from the environment and `.env`, checked once at the start. Only the edges read them."""

from pathlib import Path
from typing import Annotated, Any, Literal

from platformdirs import user_data_path
from pydantic import Field, HttpUrl, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict


class SettingsError(Exception):
    """A setting is wrong; the message names each and says why."""


class Settings(BaseSettings):
    """Every setting, its default and its bounds; `.env.example` explains each."""

    model_config = SettingsConfigDict(env_file=".env", env_file_encoding="utf-8", extra="ignore", env_ignore_empty=True)

    app_name: str = "TOMAS"
    host: str = "127.0.0.1"
    port: int = Field(8000, ge=1, le=65535)
    debug: bool = False
    log_format: Literal["console", "json"] = "console"

    database_url: str = "sqlite+aiosqlite:///data/tomas.db"
    workspace_dir: Path = Path("data/workspace")
    configs_dir: Path = Path("data/configs")
    modes_dir: Path | None = None
    extra_engines_dir: Path | None = None
    engines_dir: Path = Field(default_factory=lambda: user_data_path("tomas") / "engines")
    cors_origins: Annotated[list[str], NoDecode] = []
    allowed_hosts: Annotated[list[str], NoDecode] = []
    secret_key: SecretStr | None = None

    rehearsal: bool = False
    default_model: str | None = None
    openai_api_key: SecretStr | None = None
    anthropic_api_key: SecretStr | None = None
    google_api_key: SecretStr | None = None
    perplexity_api_key: SecretStr | None = None
    openai_base_url: HttpUrl = HttpUrl("https://api.openai.com/v1")
    anthropic_base_url: HttpUrl = HttpUrl("https://api.anthropic.com")
    google_base_url: HttpUrl = HttpUrl("https://generativelanguage.googleapis.com")
    perplexity_base_url: HttpUrl = HttpUrl("https://api.perplexity.ai")
    semantic_scholar_base_url: HttpUrl = HttpUrl("https://api.semanticscholar.org")
    arxiv_base_url: HttpUrl = HttpUrl("https://arxiv.org")
    gateway_port: int = Field(0, ge=0, le=65535, description="0: any free port")

    max_concurrent_sessions: int = Field(4, ge=1, le=1000)
    max_upload_mb: int = Field(100, ge=1, le=100_000)
    max_session_minutes: int = Field(240, ge=1, le=100_000)
    code_seconds: int = Field(600, ge=1)
    code_memory_mb: int = Field(4096, ge=256)
    code_processes: int = Field(256, ge=8)
    code_file_mb: int = Field(1024, ge=1)
    worker_silence_seconds: int = Field(60, ge=5)

    @field_validator("cors_origins", "allowed_hosts", mode="before")
    @classmethod
    def _split(cls, value: Any) -> Any:
        return [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, value: str) -> str:
        if not value.startswith(("sqlite+aiosqlite://", "postgresql+psycopg://")):
            raise ValueError("use sqlite+aiosqlite:///PATH or postgresql+psycopg://USER@HOST/NAME")
        return value


def load_settings(**overrides: Any) -> Settings:
    """Read the settings; SettingsError says in one sentence per setting what is wrong."""
    try:
        return Settings(**overrides)
    except ValidationError as error:
        wrong = [f"{'.'.join(map(str, e['loc'])).upper()}: {e['msg']} (it is {e['input']!r})" for e in error.errors()]
        raise SettingsError("These settings are wrong:\n  " + "\n  ".join(wrong)) from error
