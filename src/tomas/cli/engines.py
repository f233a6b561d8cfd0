"""`tomas engines list | install | check`."""

import time
from typing import Annotated

import typer
from rich.table import Table

from tomas.cli.console import out, safe, seconds
from tomas.settings import load_settings
from tomas.workers import environment
from tomas.workers.catalog import Engines, load_engines
from tomas.workers.manifest import Manifest

app = typer.Typer(no_args_is_help=True, help="The engines: what there is, their environments.")
Names = Annotated[list[str] | None, typer.Argument(help="Which ones; all by default.")]


@app.command("list")
def list_engines() -> None:
    """List the engines and their options."""
    settings = load_settings()
    table = Table(box=None, header_style="bold")
    for heading in ("engine", "version", "environment", "options"):
        table.add_column(heading)
    for manifest in _engines():
        installed = environment.is_installed(manifest, settings.engines_dir)
        state = "the platform's" if manifest.lock is None else "installed" if installed else "not installed"
        table.add_row(safe(manifest.name), safe(manifest.version), state, safe(", ".join(manifest.options)))
    out.print(table)


@app.command("install")
def install(names: Names = None) -> None:
    """Make the environments from hash-locked requirements; one that is there already is left as it is."""
    engines_dir = load_settings().engines_dir
    for manifest in _chosen(names):
        place = environment.environment_dir(manifest, engines_dir)
        if place is None or environment.is_installed(manifest, engines_dir):
            continue
        before = time.monotonic()
        environment.install(manifest, engines_dir, lambda line: out.print(safe(line)))
        out.print(f"{manifest.name}: {environment.size_mb(place)} MB in {seconds(time.monotonic() - before)}")


@app.command("check")
def check(names: Names = None) -> None:
    """Import each engine in its environment."""
    engines_dir = load_settings().engines_dir
    for manifest in _chosen(names):
        if not environment.is_installed(manifest, engines_dir):
            raise environment.InstallFailed(
                f"The environment of {manifest.name} is not installed. Run: tomas engines install {manifest.name}"
            )
        before = time.monotonic()
        environment.check(manifest, engines_dir)
        out.print(f"{manifest.name}: imported in {seconds(time.monotonic() - before)}")


def _engines() -> Engines:
    extra = load_settings().extra_engines_dir
    return load_engines(*([extra] if extra else []))


def _chosen(names: list[str] | None) -> list[Manifest]:
    known = _engines()
    return [known.get(name) for name in names] if names else list(known)
