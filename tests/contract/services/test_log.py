"""The log's promises, on a real database."""

import asyncio
import json

import pytest
from sqlalchemy import select

from tomas.core.clock import now
from tomas.core.errors import SessionNotFound, StaleEpoch, WrongTransition
from tomas.core.ids import new_id
from tomas.core.session import Status
from tomas.services import log
from tomas.store import tables
from tomas.store.database import Database
from tomas_engine import EngineOutput


async def make_session(database: Database, status: Status = Status.RUNNING) -> str:
    session_id = new_id()
    async with database.transaction() as db:
        if await db.get(tables.Config, "d") is None:
            db.add(tables.Config(digest="d", name=None, body={}, created_at=now()))
            await db.flush()
        db.add(
            tables.Session(
                id=session_id,
                mode_id="echo",
                engine="echo",
                title="t",
                task="t",
                input_data={},
                config_digest="d",
                status=status,
                rehearsal=True,
                epoch=1,
                keys_encrypted=b"secret",
                created_at=now(),
                updated_at=now(),
            )
        )
    return session_id


async def _seqs(database: Database, session_id: str) -> list[int]:
    async with database.reading() as db:
        query = select(tables.EventRow.seq).where(tables.EventRow.session_id == session_id)
        return list(await db.scalars(query.order_by(tables.EventRow.seq)))


async def test_writers_at_the_same_time_leave_no_gap_and_no_double(database: Database) -> None:
    session_id = await make_session(database)

    async def write(count: int) -> None:
        async with database.transaction() as db:
            await log.append(db, session_id, [EngineOutput(content=str(i)) for i in range(count)])

    async with asyncio.TaskGroup() as group:
        for count in (1, 2, 3, 4, 5) * 4:
            group.create_task(write(count))
    assert await _seqs(database, session_id) == list(range(1, 61))


async def test_a_rolled_back_write_leaves_no_gap(database: Database) -> None:
    session_id = await make_session(database)
    with pytest.raises(RuntimeError):
        async with database.transaction() as db:
            await log.append(db, session_id, [EngineOutput(content="lost")])
            raise RuntimeError
    async with database.transaction() as db:
        await log.append(db, session_id, [EngineOutput(content="kept")])
    assert await _seqs(database, session_id) == [1]


async def test_a_writer_of_an_older_epoch_is_refused(database: Database) -> None:
    session_id = await make_session(database)
    with pytest.raises(StaleEpoch):
        async with database.transaction() as db:
            await log.append(db, session_id, [EngineOutput(content="late")], epoch=0)
    assert await _seqs(database, session_id) == []


async def test_messages_are_derived_in_the_same_transaction(database: Database) -> None:
    session_id = await make_session(database)
    async with database.transaction() as db:
        outputs = [EngineOutput(content="hi", agent="planner"), EngineOutput(type="log", content="no message")]
        await log.append(db, session_id, outputs)
    async with database.reading() as db:
        rows = list(await db.scalars(select(tables.Message).where(tables.Message.session_id == session_id)))
    assert [(row.seq, row.agent, row.content) for row in rows] == [(1, "planner", "hi")]


async def test_a_final_status_ends_the_log_and_drops_the_keys(database: Database) -> None:
    session_id = await make_session(database)
    async with database.transaction() as db:
        await log.set_status(db, session_id, Status.FAILED, "because")
    async with database.reading() as db:
        session = await db.get_one(tables.Session, session_id)
        query = select(tables.EventRow.payload).where(tables.EventRow.session_id == session_id)
        events = [json.loads(payload) for payload in await db.scalars(query.order_by(tables.EventRow.seq))]
    assert (session.status, session.reason, session.keys_encrypted) == ("failed", "because", None)
    assert session.finished_at is not None
    assert [event["type"] for event in events] == ["status", "end"]
    assert events[0]["metadata"] == {"from": "running", "to": "failed"}


async def test_a_wrong_transition_changes_nothing(database: Database) -> None:
    session_id = await make_session(database, Status.COMPLETED)
    with pytest.raises(WrongTransition):
        async with database.transaction() as db:
            await log.set_status(db, session_id, Status.RUNNING)
    assert await _seqs(database, session_id) == []


async def test_an_unknown_session_is_not_found(database: Database) -> None:
    with pytest.raises(SessionNotFound):
        async with database.transaction() as db:
            await log.append(db, "no such", [EngineOutput(content="x")])
