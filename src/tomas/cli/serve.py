"""`tomas serve` and `tomas migrate`."""

import asyncio
from typing import Annotated, Any

import typer
import uvicorn

from tomas.app import configure_logging, create_app
from tomas.cli.console import errors, out, safe
from tomas.settings import load_settings
from tomas.store.database import Database
from tomas.store.migrate import revisions, upgrade

_GRACE_SECONDS = 5


def serve(
    host: Annotated[str | None, typer.Option(help="The address to listen on; HOST by default.")] = None,
    port: Annotated[int | None, typer.Option(help="The port; PORT by default.")] = None,
    migrate: Annotated[bool, typer.Option(help="Apply pending migrations first.")] = True,
) -> None:
    """Serve API, executor and gateway in one process."""
    given: dict[str, Any] = {"host": host, "port": port}
    settings = load_settings(**{name: value for name, value in given.items() if value is not None})
    configure_logging(settings)
    application = create_app(settings, migrate=migrate)
    answers = "provider models" if not application.state.tomas.context.provider_keys.is_empty else "rehearsal only"
    if settings.rehearsal:
        answers = "rehearsal only"
    errors.print(f"{safe(settings.app_name)} at http://{settings.host}:{settings.port} ({answers})")
    uvicorn.run(
        application,
        host=settings.host,
        port=settings.port,
        log_level="debug" if settings.debug else "warning",
        access_log=settings.debug,
        timeout_graceful_shutdown=_GRACE_SECONDS,
    )


def migrate() -> None:
    """Bring the database to the newest revision."""
    asyncio.run(_migrate())


async def _migrate() -> None:
    database = Database(load_settings().database_url)
    try:
        before, newest = await revisions(database)
        await upgrade(database)
    finally:
        await database.close()
    out.print(f"The database is at revision {newest}." + ("" if before == newest else f" It was at {before}."))
