"""The database: an engine that behaves the same on SQLite and PostgreSQL, and its sessions."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import Session

from tomas.store.writer import Writer

_BUSY_SECONDS = 30


class Database:
    """Hands out sessions; one instance a process."""

    def __init__(self, url: str) -> None:
        sqlite = url.startswith("sqlite")
        self.engine = _sqlite(url) if sqlite else create_async_engine(url, pool_size=10)
        # SQLite has one writer; waiting for one's turn here costs nothing, its own busy handler sleeps and polls.
        self._turn: AbstractAsyncContextManager[object] = asyncio.Lock() if sqlite else nullcontext()
        self._sessions = async_sessionmaker(self.engine, expire_on_commit=False)
        self._writer = Writer(_sync_sqlite(url), self._turn) if sqlite else None

    @asynccontextmanager
    async def transaction(self) -> AsyncGenerator[AsyncSession]:
        """Open a transaction: committed when the block ends, rolled back when it raises. They do not nest."""
        async with self._turn, self._sessions.begin() as session:
            yield session

    async def write[T](self, work: Callable[[Session], T]) -> T:
        """Run `work` in a transaction and return what it returns, once that is committed.

        For short work that is done often: on SQLite it is one hop to the writer's thread instead of some for
        each statement, and units of work that wait at the same time share a commit; one that raises undoes
        what it did, not what the others did.
        """
        if self._writer is not None:
            return await self._writer.run(work)
        async with self._sessions.begin() as session:
            return await session.run_sync(work)

    @asynccontextmanager
    async def reading(self) -> AsyncGenerator[AsyncSession]:
        """Open a short session for reads; on SQLite it takes no write lock."""
        async with self._sessions() as session:
            await session.connection(execution_options={"read_only": True})
            yield session

    async def close(self) -> None:
        """Close every connection."""
        if self._writer is not None:
            await self._writer.close()
        await self.engine.dispose()


def _sqlite(url: str) -> AsyncEngine:
    if path := make_url(url).database:
        Path(path).parent.mkdir(parents=True, exist_ok=True)
    engine = create_async_engine(url, connect_args={"timeout": _BUSY_SECONDS, "isolation_level": None})
    _set_up(engine.sync_engine)
    return engine


def _sync_sqlite(url: str) -> Engine:
    options = {"timeout": _BUSY_SECONDS, "isolation_level": None, "check_same_thread": False}
    engine = create_engine(make_url(url).set(drivername="sqlite"), connect_args=options)
    _set_up(engine)
    return engine


def _set_up(engine: Engine) -> None:
    @event.listens_for(engine, "connect")
    def _connected(connection: Any, _record: object) -> None:  # pyright: ignore[reportUnusedFunction]
        cursor = connection.cursor()
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:  # pyright: ignore[reportUnusedFunction]
        # The driver starts no transaction by itself. A writer takes the lock at once: one that first reads and
        # then writes could otherwise fail with "database is locked" after its work is done.
        read_only = connection.get_execution_options().get("read_only", False)
        connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")
