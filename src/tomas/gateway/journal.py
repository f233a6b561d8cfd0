"""The journal's transactions: each also carries the marks of what was delivered since the last one."""

from collections.abc import Callable

from sqlalchemy.orm import Session

from tomas.gateway.state import Runtime
from tomas.store import calls


async def write[T](runtime: Runtime, work: Callable[[Session], T]) -> T:
    """Run `work` in a transaction; marks are not worth one of their own, and are lost with the gateway at no harm."""
    marks = [*runtime.delivered]
    runtime.delivered.clear()

    def marked(db: Session) -> T:
        if marks:
            calls.mark_delivered(db, marks)
        return work(db)

    try:
        return await runtime.given.database.write(marked)
    except BaseException:
        runtime.delivered.extend(marks)
        raise


async def flush(runtime: Runtime) -> None:
    """Write the marks that are left."""
    if runtime.delivered:
        await write(runtime, lambda _: None)
