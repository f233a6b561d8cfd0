"""What the services draw on, put together once by the application."""

from dataclasses import dataclass
from pathlib import Path

from tomas.modes.catalog import Modes
from tomas.services.keys import KeyBox
from tomas.services.providers import ProviderKeys
from tomas.workers.catalog import Engines


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds that no request can widen."""

    session_minutes: float = 240


@dataclass(frozen=True, slots=True)
class SessionContext:
    """The catalogues, keys, folders and limits of this server."""

    modes: Modes
    engines: Engines
    provider_keys: ProviderKeys
    keybox: KeyBox
    workspace_dir: Path  # absolute
    configs_dir: Path
    engines_dir: Path
    limits: Limits = Limits()
    rehearsal: bool = False  # every session rehearses
    default_model: str | None = None
