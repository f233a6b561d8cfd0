"""`tomas doctor`: what is missing, and the command that mends it."""

import asyncio
import os
import shutil
import socket
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import typer
from sqlalchemy.exc import SQLAlchemyError

from tomas.app import provider_keys
from tomas.cli import latex
from tomas.cli.console import out, safe
from tomas.cli.findings import Finding
from tomas.settings import Settings, load_settings
from tomas.store.database import Database
from tomas.store.migrate import revisions
from tomas.workers.catalog import load_engines
from tomas.workers.environment import is_installed
from tomas_engine.confine import landlock_abi

_NEEDED_GB: Final = 5
_NET_ABI: Final = 4
_POSTGRES: Final = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))


def doctor() -> None:
    """Say what is missing and how to mend it; exit code 1 if something that is needed is."""
    settings = load_settings()
    findings = list(_look(settings))
    for finding in findings:
        mark = "[green]ok     [/]" if finding.well else "[red]missing[/]" if finding.needed else "[yellow]note   [/]"
        out.print(f"{mark} {safe(finding.what)}: {safe(finding.says)}")
        if not finding.well and finding.mend:
            out.print(f"          → {safe(finding.mend)}")
    if any(finding.needed and not finding.well for finding in findings):
        raise typer.Exit(1)


def _look(settings: Settings) -> Iterator[Finding]:
    yield Finding("Python", sys.version_info >= (3, 12), sys.version.split()[0], "make setup")
    yield from _engines(settings)
    yield from _models(settings)
    yield asyncio.run(_database(settings))
    for name, folder in (("workspace", settings.workspace_dir), ("configurations", settings.configs_dir)):
        yield _writable(name, folder.resolve())
    yield _port(settings)
    abi = landlock_abi()
    says = "workers reach the gateway alone" if abi >= _NET_ABI else "workers can reach every port of this machine"
    yield Finding("network restriction", abi >= _NET_ABI, says, "use Linux 6.7 or newer with Landlock", needed=False)
    initdb = shutil.which("initdb") or next((str(path) for path in _POSTGRES), None)
    yield Finding(
        "PostgreSQL, for the tests",
        initdb is not None,
        initdb or "initdb is not there",
        "apt-get install --no-install-recommends postgresql",
        needed=False,
    )


def _engines(settings: Settings) -> Iterator[Finding]:
    extra = [settings.extra_engines_dir] if settings.extra_engines_dir else []
    for manifest in load_engines(*extra):
        installed = is_installed(manifest, settings.engines_dir)
        says = "installed" if installed else "its environment is not installed"
        yield Finding(f"engine {manifest.name}", installed, says, f"tomas engines install {manifest.name}")
        yield from latex.look(manifest.name, manifest.folder)


def _models(settings: Settings) -> Iterator[Finding]:
    configured = provider_keys(settings).configured()
    if settings.rehearsal:
        yield Finding("model keys", True, "REHEARSAL is set: scripts answer, no language model")
    else:
        says = f"set for {', '.join(configured)}" if configured else "none is set: scripts answer, no language model"
        yield Finding("model keys", bool(configured), says, "set OPENAI_API_KEY in .env", needed=False)


async def _database(settings: Settings) -> Finding:
    database = Database(settings.database_url)
    try:
        have, newest = await revisions(database)
    except (SQLAlchemyError, OSError) as error:
        said = str(getattr(error, "orig", error)).splitlines()[0]
        return Finding("database", False, said, "check DATABASE_URL and that its server runs")
    finally:
        await database.close()
    says = f"revision {newest}" if have == newest else f"revision {have or 'none'}, the newest is {newest}"
    return Finding("database", have == newest, says, "tomas migrate (or tomas serve, which does it)", needed=False)


def _writable(name: str, folder: Path) -> Finding:
    there = folder
    while not there.exists():
        there = there.parent
    if not os.access(there, os.W_OK):
        return Finding(f"folder of {name}", False, f"{folder} cannot be written", f"chown it to you: {there}")
    free = shutil.disk_usage(there).free / 1e9
    says = f"{folder}, {free:.0f} GB free"
    return Finding(f"folder of {name}", free >= _NEEDED_GB, says, f"free {_NEEDED_GB} GB of disk", needed=False)


def _port(settings: Settings) -> Finding:
    try:
        with socket.create_server((settings.host, settings.port)):
            return Finding("port", True, f"{settings.host}:{settings.port} is free")
    except OSError as error:
        says = f"{settings.host}:{settings.port} cannot be used: {error.strerror}"
        return Finding("port", False, says, "stop what uses it, or set PORT", needed=False)
