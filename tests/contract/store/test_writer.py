"""Units of work: each is whole or not at all, and many share a commit."""

import asyncio
from collections.abc import Callable

import pytest
from sqlalchemy import event, insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from tomas.core.clock import now
from tomas.store import tables
from tomas.store.database import Database


@pytest.fixture
def database(any_database: Database) -> Database:
    """What is promised here holds on every database."""
    return any_database


def add(digest: str) -> Callable[[Session], str]:
    def work(db: Session) -> str:
        db.execute(insert(tables.Config), [{"digest": digest, "name": None, "body": {}, "created_at": now()}])
        return digest

    return work


async def _digests(database: Database) -> set[str]:
    async with database.reading() as db:
        return set(await db.scalars(select(tables.Config.digest)))


async def test_a_unit_of_work_returns_its_result_after_the_commit(database: Database) -> None:
    assert await database.write(add("a")) == "a"
    assert await _digests(database) == {"a"}


async def test_a_unit_that_raises_undoes_its_own_work_alone(database: Database) -> None:
    def fail(db: Session) -> None:
        add("half")(db)
        raise LookupError("no")

    works = [add("a"), fail, add("b"), add("a")]
    results = await asyncio.gather(*(database.write(work) for work in works), return_exceptions=True)
    assert results[0] == "a"
    assert isinstance(results[1], LookupError)
    assert results[2] == "b"
    assert isinstance(results[3], IntegrityError)
    assert await _digests(database) == {"a", "b"}
    with pytest.raises(LookupError):
        await database.write(fail)
    assert await _digests(database) == {"a", "b"}


async def test_units_that_wait_together_share_a_commit(database: Database) -> None:
    commits: list[None] = []
    if database._writer is None:
        assert database.engine.dialect.name == "postgresql"  # it has many writers
        return
    event.listen(database._writer._engine, "commit", lambda _: commits.append(None))
    async with asyncio.TaskGroup() as group, database.transaction():  # they wait for this one to end
        waiting = [group.create_task(database.write(add(str(n)))) for n in range(100)]
        await asyncio.sleep(0.01)
        assert not any(task.done() for task in waiting)
    assert len(await _digests(database)) == 100
    assert len(commits) == 2  # of 64 and 36


async def test_who_leaves_takes_nobody_along(database: Database) -> None:
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(database.write(add(str(n)))) for n in range(10)]
        await asyncio.sleep(0)
        for task in tasks[::2]:
            task.cancel()
    assert {str(n) for n in range(1, 10, 2)} <= await _digests(database)
    assert await database.write(add("later")) == "later"
