"""The commands, and the one place where an error becomes a sentence and an exit code."""

import sys
from importlib.metadata import version
from typing import Annotated, Final

import typer

from tomas.app import DatabaseInUse, DatabaseOutdated
from tomas.cli import catalog, doctor, engines, run, serve, tasks
from tomas.cli.console import errors, fail
from tomas.client import ApiError, Unreachable
from tomas.core.errors import TomasError
from tomas.modes.catalog import ModeError
from tomas.settings import SettingsError
from tomas.workers.environment import InstallFailed
from tomas.workers.manifest import ManifestError

USAGE: Final = 2
_EXPECTED: Final = (
    SettingsError,
    ModeError,
    ManifestError,
    InstallFailed,
    DatabaseInUse,
    DatabaseOutdated,
    TomasError,
    Unreachable,
)

app = typer.Typer(
    name="tomas",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Long, costly tasks carried out by multi-agent engines.",
)
app.command("serve")(serve.serve)
app.command("run")(run.run)
app.command("tasks")(tasks.tasks)
app.command("modes")(catalog.modes)
app.add_typer(engines.app, name="engines")
app.command("doctor")(doctor.doctor)
app.command("migrate")(serve.migrate)


def _version(value: bool) -> None:
    if value:
        typer.echo(f"tomas {version('tomas')}")
        raise typer.Exit


@app.callback()
def options(
    _: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Tell the version.")] = False,
) -> None:
    """Take the options of every command."""


def main() -> None:
    """Run a command; an error that was foreseen is a sentence on standard error, never a trace."""
    try:
        app()
    except ApiError as error:
        fail(str(error), *(f"{field}: {message}" for field, message in error.fields))
        sys.exit(USAGE)
    except _EXPECTED as error:
        fail(str(error))
        sys.exit(USAGE)
    except KeyboardInterrupt:
        errors.print()
        sys.exit(130)
