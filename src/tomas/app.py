"""Puts the platform together: API, executor and gateway in one process, each given what it needs."""

import asyncio
import fcntl
import functools
import logging
import socket
import sys
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager, nullcontext, suppress
from dataclasses import dataclass, field
from pathlib import Path

import structlog
import uvicorn
from fastapi import FastAPI
from sqlalchemy import make_url
from sqlalchemy.exc import SQLAlchemyError

from tomas.api.build import build_api
from tomas.api.state import ApiState
from tomas.executor.execution import Resources
from tomas.executor.supervisor import supervise
from tomas.gateway.app import GatewayState, create_gateway
from tomas.modes.catalog import load_modes
from tomas.services.context import Limits, SessionContext
from tomas.services.keys import KeyBox, load_secret
from tomas.services.providers import PROVIDERS, ProviderKeys
from tomas.settings import Settings, load_settings
from tomas.store.database import Database
from tomas.store.migrate import revisions, upgrade
from tomas.store.signals import Signals
from tomas.workers.catalog import load_engines
from tomas.workers.forkserver import ForkServers


class DatabaseInUse(Exception):
    """Another server of this machine works on the same SQLite database."""


class DatabaseOutdated(Exception):
    """The database's revision is not the newest, and migrations were not to be applied."""


@dataclass(slots=True)
class _Platform:
    """What one server process holds."""

    settings: Settings
    migrate: bool
    database: Database
    signals: Signals
    context: SessionContext
    parts: set[str] = field(default_factory=set[str])  # those that have started

    async def ready(self) -> dict[str, str]:
        """Say what is wrong, by part."""
        wrong = {part: "has not started" for part in ("gateway", "executor") if part not in self.parts}
        try:
            have, newest = await revisions(self.database)
        except (SQLAlchemyError, OSError) as error:
            return wrong | {"database": f"cannot be used: {type(error).__name__}"}
        if have != newest:
            wrong["database"] = f"is at revision {have}, the newest is {newest}; run: tomas migrate"
        return wrong


def factory() -> FastAPI:
    """Build the application from the environment, for `uvicorn --factory tomas.app:factory`."""
    settings = load_settings()
    configure_logging(settings)
    return create_app(settings)


def create_app(settings: Settings, *, migrate: bool = True) -> FastAPI:
    """Return the API; executor and gateway live as long as its lifespan."""
    platform = _Platform(
        settings=settings,
        migrate=migrate,
        database=Database(settings.database_url),
        signals=Signals(),
        context=_context(settings),
    )

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncGenerator[None]:
        async with _running(platform):
            yield

    state = ApiState(
        database=platform.database,
        signals=platform.signals,
        context=platform.context,
        ready=platform.ready,
        max_upload_bytes=settings.max_upload_mb * 1_000_000,
        app_name=settings.app_name,
        cors_origins=tuple(settings.cors_origins),
        allowed_hosts=tuple(settings.allowed_hosts),
    )
    return build_api(state, lifespan)


def provider_keys(settings: Settings) -> ProviderKeys:
    """Return the keys and addresses that the settings hold, by provider."""
    keys = {one.name: getattr(settings, one.key_setting.lower()) for one in PROVIDERS}
    urls = {one.name: str(getattr(settings, one.base_url_setting.lower())).rstrip("/") for one in PROVIDERS}
    return ProviderKeys.of({name: key.get_secret_value() if key else None for name, key in keys.items()}, urls)


def configure_logging(settings: Settings) -> None:
    """Send logs to standard error, for people or as JSON lines."""
    # A plain traceback: the pretty ones show local variables, and those hold keys and users' data.
    console = structlog.dev.ConsoleRenderer(
        colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback
    )
    renderer = structlog.processors.JSONRenderer() if settings.log_format == "json" else console
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info if settings.log_format == "json" else _as_it_is,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.DEBUG if settings.debug else logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )


def _as_it_is(_logger: object, _name: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    return event


def _context(settings: Settings) -> SessionContext:
    workspace = settings.workspace_dir.resolve()
    workspace.mkdir(parents=True, exist_ok=True, mode=0o700)
    secret = settings.secret_key.get_secret_value() if settings.secret_key else None
    extra = [settings.extra_engines_dir] if settings.extra_engines_dir else []
    return SessionContext(
        modes=load_modes(settings.modes_dir),
        engines=load_engines(*extra),
        provider_keys=provider_keys(settings),
        keybox=KeyBox(load_secret(secret, workspace.parent)),
        workspace_dir=workspace,
        configs_dir=settings.configs_dir.resolve(),
        engines_dir=settings.engines_dir.resolve(),
        limits=Limits(session_minutes=settings.max_session_minutes),
        rehearsal=settings.rehearsal,
        default_model=settings.default_model,
    )


@asynccontextmanager
async def _running(platform: _Platform) -> AsyncGenerator[None]:
    """Run executor and gateway around the API; a fault of either ends the server."""
    settings = platform.settings
    sqlite = make_url(settings.database_url).get_backend_name() == "sqlite"
    with _alone(settings) if sqlite else nullcontext(), _listening(settings.gateway_port) as listener:
        try:
            await _prepare_database(platform)
            async with asyncio.TaskGroup() as group:
                gateway = await _start_gateway(platform, listener, group)
                servers = ForkServers(settings.engines_dir.resolve(), platform.context.workspace_dir / "logs", group)
                resources = _resources(platform, servers, listener.getsockname()[1])
                started = functools.partial(platform.parts.add, "executor")
                concurrent = settings.max_concurrent_sessions
                executor = group.create_task(supervise(resources, concurrent, alone=sqlite, started=started))
                yield
                executor.cancel()
                with suppress(asyncio.CancelledError):
                    await executor
                await servers.close()
                gateway.should_exit = True
        finally:
            await platform.database.close()


async def _prepare_database(platform: _Platform) -> None:
    if platform.migrate:
        await upgrade(platform.database)
        return
    have, newest = await revisions(platform.database)
    if have != newest:
        raise DatabaseOutdated(f"The database is at revision {have}, the newest is {newest}. Run: tomas migrate")


def _resources(platform: _Platform, servers: ForkServers, port: int) -> Resources:
    settings = platform.settings
    return Resources(
        database=platform.database,
        signals=platform.signals,
        context=platform.context,
        forkservers=servers,
        gateway_url=f"http://127.0.0.1:{port}",
        gateway_port=port,
        code_limits={
            "code_seconds": settings.code_seconds,
            "code_memory_mb": settings.code_memory_mb,
            "code_processes": settings.code_processes,
            "code_file_mb": settings.code_file_mb,
        },
        silence_seconds=settings.worker_silence_seconds,
    )


class _Gateway(uvicorn.Server):
    """Serves the gateway beside the API; signals are the API's server's business."""

    @contextmanager
    def capture_signals(self) -> Generator[None]:
        """Leave them alone."""
        yield


async def _start_gateway(platform: _Platform, listener: socket.socket, group: asyncio.TaskGroup) -> uvicorn.Server:
    context = platform.context
    state = GatewayState(
        database=platform.database,
        signals=platform.signals,
        provider_keys=context.provider_keys,
        keybox=context.keybox,
        rehearsal_dirs={engine.name: engine.folder / "rehearsal" for engine in context.engines},
        workspace_dir=context.workspace_dir,
        literature={
            "semantic-scholar": str(platform.settings.semantic_scholar_base_url),
            "arxiv": str(platform.settings.arxiv_base_url),
        },
        alone=platform.database.engine.dialect.name == "sqlite",
    )
    config = uvicorn.Config(
        create_gateway(state),
        log_config=None,
        access_log=False,
        lifespan="on",
        timeout_graceful_shutdown=5,
        proxy_headers=False,
        ws="none",
    )
    server = _Gateway(config)
    serving = group.create_task(server.serve(sockets=[listener]))
    while not server.started:
        if serving.done():
            raise RuntimeError("the gateway did not start; the log above says why")
        await asyncio.sleep(0.005)
    platform.parts.add("gateway")
    return server


@contextmanager
def _listening(port: int) -> Generator[socket.socket]:
    """Open the gateway's own port, on loopback."""
    with socket.create_server(("127.0.0.1", port)) as listener:
        yield listener


@contextmanager
def _alone(settings: Settings) -> Generator[None]:
    """Hold the SQLite database for this server: two executors would take each other's sessions for lost ones."""
    path = Path(f"{make_url(settings.database_url).database}.lock")
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            database = path.with_suffix("")
            raise DatabaseInUse(
                f"Another TOMAS server uses {database}. Stop it, or give this one a DATABASE_URL of its own."
            ) from None
        yield
