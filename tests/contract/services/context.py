"""What services need, without a server."""

from pathlib import Path
from typing import Any

from tomas.modes.catalog import load_modes
from tomas.services.context import SessionContext
from tomas.services.keys import KeyBox
from tomas.services.providers import ProviderKeys
from tomas.services.sessions import NewSession, create
from tomas.store import tables
from tomas.store.database import Database
from tomas.workers.catalog import Engines, load_engines


def installed_engines() -> Engines:
    """The shipped engines, as if none needed an environment."""
    return Engines(manifest.model_copy(update={"lock": None}) for manifest in load_engines())


def make_context(folder: Path, keys: dict[str, str | None] | None = None, **more: Any) -> SessionContext:
    values: dict[str, Any] = {
        "modes": load_modes(),
        "engines": installed_engines(),
        "provider_keys": ProviderKeys.of(keys or {}),
        "keybox": KeyBox(b"0" * 32),
        "workspace_dir": folder / "workspace",
        "configs_dir": folder / "configs",
        "engines_dir": folder / "engines",
    } | more
    return SessionContext(**values)


async def upload(database: Database, context: SessionContext, name: str, data: bytes) -> str:
    from tomas.services.files import store_upload

    async def stream():
        yield data

    return (await store_upload(database, context.workspace_dir, name, stream(), 10**9)).id


async def echo_session(database: Database, context: SessionContext, **more: Any) -> tables.Session:
    return await create(database, context, NewSession(**({"mode_id": "echo", "task": "Count."} | more)))
