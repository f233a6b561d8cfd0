"""The journal's transactions: each also carries the marks of what was delivered since the last one."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from sqlalchemy.ext.asyncio import AsyncSession

from tomas.gateway.state import Runtime
from tomas.store import calls


@asynccontextmanager
async def transaction(runtime: Runtime) -> AsyncGenerator[AsyncSession]:
    """Open a transaction; marks are not worth one of their own, and are lost with the gateway at no harm."""
    marks = [*runtime.delivered]
    runtime.delivered.clear()
    try:
        async with runtime.given.database.transaction() as db:
            if marks:
                await calls.mark_delivered(db, marks)
            yield db
    except BaseException:
        runtime.delivered.extend(marks)
        raise


async def flush(runtime: Runtime) -> None:
    """Write the marks that are left."""
    if runtime.delivered:
        async with transaction(runtime):
            return
