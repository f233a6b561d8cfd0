"""What the routers draw on, handed to the application once, and the dependencies that hand it on."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request

from tomas.services.context import SessionContext
from tomas.store.database import Database
from tomas.store.signals import Signals


@dataclass(frozen=True, slots=True)
class ApiState:
    """Everything the API needs; `ready` returns what is wrong by part, nothing when all is well."""

    database: Database
    signals: Signals
    context: SessionContext
    ready: Callable[[], Awaitable[dict[str, str]]]
    max_upload_bytes: int
    app_name: str = "TOMAS"
    cors_origins: tuple[str, ...] = ()
    allowed_hosts: tuple[str, ...] = ()


def _state(request: Request) -> ApiState:
    return request.app.state.tomas


def _database(request: Request) -> Database:
    return _state(request).database


def _context(request: Request) -> SessionContext:
    return _state(request).context


def _signals(request: Request) -> Signals:
    return _state(request).signals


State = Annotated[ApiState, Depends(_state)]
Db = Annotated[Database, Depends(_database)]
Context = Annotated[SessionContext, Depends(_context)]
Bells = Annotated[Signals, Depends(_signals)]
