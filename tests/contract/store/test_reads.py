"""The store's reads promise the same on every database."""

import asyncio

import pytest
from sqlalchemy.exc import IntegrityError

from tests.contract.store.rows import add_session, cost_row, file_row
from tomas.core.errors import FileNotFound, SessionNotFound
from tomas.core.ids import new_id
from tomas.core.session import Status
from tomas.services import log
from tomas.store import configs, costs, events, files, sessions, tables
from tomas.store.costs import Sums
from tomas.store.database import Database
from tomas_engine import EngineOutput


async def test_pages_follow_on_newest_first(any_database: Database) -> None:
    ids = [await add_session(any_database) for _ in range(5)]
    async with any_database.reading() as db:
        first, cursor = await sessions.page(db, limit=2)
        second, next_cursor = await sessions.page(db, limit=2, cursor=cursor)
        third, end = await sessions.page(db, limit=2, cursor=next_cursor)
    assert [row.id for page in (first, second, third) for row in page] == ids[::-1]
    assert end is None
    assert cursor == ids[3]


async def test_a_full_last_page_has_no_next(any_database: Database) -> None:
    for _ in range(2):
        await add_session(any_database)
    async with any_database.reading() as db:
        rows, cursor = await sessions.page(db, limit=2)
    assert (len(rows), cursor) == (2, None)


async def test_filters_narrow_a_page(any_database: Database) -> None:
    echo = await add_session(any_database, title="Drucker in Köln", status=Status.RUNNING)
    other = await add_session(any_database, mode_id="itops", engine="cmbagent", task="100%_sure")
    async with any_database.reading() as db:

        async def found(**filters: object) -> list[str]:
            rows, _ = await sessions.page(db, **filters)
            return [row.id for row in rows]

        assert await found(status=Status.RUNNING) == [echo]
        assert await found(mode="itops") == [other]
        assert await found(engine="echo") == [echo]
        assert await found(text="drucker") == [echo]
        assert await found(text="100%_") == [other]
        assert await found(text="%") == [other]
        assert await found(text="1__%") == []
        assert await found(text="  ") == [other, echo]


@pytest.mark.parametrize("text", ["\0", "\ud800", "'; DROP TABLE sessions; --"])
async def test_a_hostile_search_finds_nothing_and_breaks_nothing(any_database: Database, text: str) -> None:
    await add_session(any_database)
    async with any_database.reading() as db:
        assert await sessions.page(db, text=text) == ([], None)
        assert await sessions.page(db, mode=text) == ([], None)
        assert await sessions.page(db, cursor=text) == ([], None)


@pytest.mark.parametrize("name", ["", "x", "\0", "\ud800", "../../etc/passwd", "f" * 36, "F" * 5000])
async def test_what_is_no_id_names_nothing(any_database: Database, name: str) -> None:
    async with any_database.reading() as db:
        with pytest.raises(SessionNotFound):
            await sessions.get(db, name)
        with pytest.raises(FileNotFound):
            await files.get(db, name)
        assert await files.by_ids(db, [name]) == {}


async def test_a_session_is_found_by_its_id(any_database: Database) -> None:
    session_id = await add_session(any_database, title="this one")
    async with any_database.transaction() as db:
        assert (await sessions.get(db, session_id, lock=True)).title == "this one"
        with pytest.raises(SessionNotFound, match="There is no session"):
            await sessions.get(db, new_id())


async def test_events_are_read_after_a_number(any_database: Database) -> None:
    session_id = await add_session(any_database)
    async with any_database.transaction() as db:
        outputs = [EngineOutput(content=str(i), type="log" if i % 2 else "message") for i in range(6)]
        await log.append(db, session_id, outputs)
    async with any_database.reading() as db:
        assert [seq for seq, _, _ in await events.after(db, session_id, 2, 3)] == [3, 4, 5]
        assert [seq for seq, _, _ in await events.after(db, session_id, 0, 10, ["log"])] == [2, 4, 6]
        assert await events.after(db, session_id, 6, 10) == []
        assert await events.last_seq(db, session_id) == 6
        assert await events.last_seq(db, new_id()) == 0
        messages = await events.messages_after(db, session_id, 1, 10)
    assert [(m.seq, m.content) for m in messages] == [(3, "2"), (5, "4")]


async def test_costs_are_summed_by_model_stage_and_agent(any_database: Database) -> None:
    session_id = await add_session(any_database)
    async with any_database.transaction() as db:
        db.add_all(
            [
                cost_row(session_id, 1_000),
                cost_row(session_id, 3_000, agent="engineer", stage="step 1"),
                cost_row(session_id, None, agent=None, stage=None, model="o9"),
                cost_row(new_id(), 7),
            ]
        )
    async with any_database.reading() as db:
        summary = await costs.summary(db, session_id)
        empty = await costs.summary(db, new_id())
        single = await costs.of_session(db, session_id)
    one = Sums(calls=1, input_tokens=100, cached_tokens=10, output_tokens=20, reasoning_tokens=5)
    assert summary.total == Sums(3, 300, 30, 60, 15, 4_000, 1)
    assert list(summary.by_model) == ["openai/gpt-4.1", "openai/o9"]
    assert summary.by_model["openai/gpt-4.1"].cost_nano == 4_000
    assert list(summary.by_stage) == ["step 1", "planning", ""]
    assert summary.by_agent[""] == Sums(**{**_as_dict(one), "unpriced": 1})
    assert empty.total == Sums()
    assert [row.cost_nano for row in single] == [1_000, 3_000, None]


def _as_dict(sums: Sums) -> dict[str, int]:
    from dataclasses import asdict

    return asdict(sums)


async def test_equal_configurations_are_kept_once(any_database: Database) -> None:
    async with any_database.transaction() as db:
        digest = await configs.keep(db, {"a": 1, "b": {"c": "ü"}}, "fast")
        assert await configs.keep(db, {"b": {"c": "ü"}, "a": 1}) == digest
        assert await configs.keep(db, {"a": 2, "b": {"c": "ü"}}) != digest
    async with any_database.reading() as db:
        kept = await db.get(tables.Config, digest)
    assert kept is not None
    assert (kept.name, kept.body) == ("fast", {"a": 1, "b": {"c": "ü"}})


async def test_two_writers_may_keep_the_same_configuration_at_once(any_database: Database) -> None:
    async def write() -> None:
        async with any_database.transaction() as db:
            await configs.keep(db, {"shared": True})
            await asyncio.sleep(0.05)

    async with asyncio.TaskGroup() as group:
        for _ in range(3):
            group.create_task(write())


def test_a_configuration_that_is_no_json_is_refused() -> None:
    with pytest.raises(ValueError):
        configs.digest_of({"a": float("nan")})


async def test_a_deleted_session_takes_its_rows_along_but_not_its_costs(any_database: Database) -> None:
    session_id, child = await add_session(any_database), new_id()
    await add_session(any_database, id=child, parent_id=session_id)
    async with any_database.transaction() as db:
        db.add_all([file_row(session_id, f"{session_id}/outputs/a.txt"), cost_row(session_id, 5)])
        await log.append(db, session_id, [EngineOutput(content="hello")])
    async with any_database.transaction() as db:
        await db.delete(await sessions.get(db, session_id))
    async with any_database.reading() as db:
        assert await files.of_session(db, session_id) == []
        assert await events.after(db, session_id, 0, 10) == []
        assert await events.messages_after(db, session_id, 0, 10) == []
        assert (await costs.summary(db, session_id)).total.cost_nano == 5
        assert (await sessions.get(db, child)).parent_id is None


async def test_files_are_listed_by_path_and_kind(any_database: Database) -> None:
    session_id = await add_session(any_database)
    mine = [
        file_row(session_id, "b"),
        file_row(session_id, "a", kind="output"),
        file_row(session_id, "c", kind="input"),
    ]
    async with any_database.transaction() as db:
        db.add_all([*mine, file_row(None, "uploads/x")])
    async with any_database.reading() as db:
        assert [f.path for f in await files.of_session(db, session_id)] == ["a", "b", "c"]
        assert [f.path for f in await files.of_session(db, session_id, "output", "artifact")] == ["a", "b"]
        assert (await files.get(db, mine[0].id, session_id)).path == "b"
        with pytest.raises(FileNotFound):
            await files.get(db, mine[0].id, new_id())


async def test_a_path_is_there_once_in_a_session(any_database: Database) -> None:
    session_id = await add_session(any_database)
    with pytest.raises(IntegrityError):
        async with any_database.transaction() as db:
            db.add_all([file_row(session_id, "a"), file_row(session_id, "a")])
