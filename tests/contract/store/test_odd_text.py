"""What engines print is recorded on every database, however odd."""

import json

import pytest

from tests.contract.store.rows import add_session
from tomas.core.session import Status
from tomas.services import log
from tomas.store import events, sessions
from tomas.store.database import Database
from tomas_engine import EngineOutput


@pytest.mark.parametrize("text", ["a\0b", "half \ud800 pair", "\x1b[31mred\x1b[0m", "\uffff 😀"])
async def test_odd_text_is_recorded(any_database: Database, text: str) -> None:
    session_id = await add_session(any_database)
    outputs = [EngineOutput(content=text, agent=text, stage=text, metadata={"said": text})]
    async with any_database.transaction() as db:
        await log.append(db, session_id, outputs)
    async with any_database.reading() as db:
        [(_, _, payload)] = await events.after(db, session_id, 0, 10)
        [message] = await events.messages_after(db, session_id, 0, 10)
    assert len(json.loads(payload)["content"]) == len(text)
    assert len(message.content) == len(text)


async def test_long_names_of_agents_and_stages_are_cut(any_database: Database) -> None:
    session_id = await add_session(any_database)
    async with any_database.transaction() as db:
        await log.append(db, session_id, [EngineOutput(content="x", agent="a" * 500, stage="s" * 500, type="message")])
        await log.append(db, session_id, [EngineOutput(stage="s" * 500, type="stage")])
    async with any_database.reading() as db:
        [message] = await events.messages_after(db, session_id, 0, 10)
    assert (len(message.agent or ""), len(message.stage or "")) == (100, 200)


async def test_an_odd_reason_is_kept(any_database: Database) -> None:
    session_id = await add_session(any_database, status=Status.RUNNING)
    async with any_database.transaction() as db:
        await log.set_status(db, session_id, Status.FAILED, "exit \0 \ud800")
    async with any_database.reading() as db:
        assert (await sessions.get(db, session_id)).reason == "exit \ufffd ?"
