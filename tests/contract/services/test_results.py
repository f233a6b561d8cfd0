"""Results may be read while a session runs; the archive holds what was made and nothing else."""

import asyncio
import csv
import io
import json
import zipfile
from pathlib import Path

import pytest

from tests import documents
from tests.contract.services.context import make_context, upload
from tests.contract.store.rows import cost_row
from tomas.core.errors import SessionNotFound
from tomas.core.ids import new_id
from tomas.core.session import Status
from tomas.services import archive, log, outputs
from tomas.services.results import INLINE_BYTES, results
from tomas.services.sessions import NewSession, SessionContext, create
from tomas.store import tables
from tomas.store.database import Database
from tomas_engine import EngineOutput

CSV = b"number,priority\nINC1,2 - High\nINC2,1 - Critical\n"


@pytest.fixture
def context(tmp_path: Path) -> SessionContext:
    return make_context(tmp_path)


@pytest.fixture
async def session(any_database: Database, context: SessionContext) -> tables.Session:
    file_id = await upload(any_database, context, "t.csv", CSV)
    request = NewSession(mode_id="itops", task="Look.", input_data={"tickets": file_id})
    return await create(any_database, context, request)


async def make(database: Database, context: SessionContext, session_id: str, files: dict[str, str | bytes]) -> None:
    workspace = context.workspace_dir / session_id
    for name, data in files.items():
        (workspace / name).parent.mkdir(parents=True, exist_ok=True)
        (workspace / name).write_bytes(data.encode() if isinstance(data, str) else data)
    found = await asyncio.to_thread(outputs.describe, workspace, list(files))
    async with database.transaction() as db:
        await outputs.register(db, session_id, found)


async def end(database: Database, session_id: str) -> None:
    async with database.transaction() as db:
        for status in (Status.RUNNING, Status.FAILED):
            await log.set_status(db, session_id, status)


async def test_results_grow_while_the_session_runs(
    any_database: Database, context: SessionContext, session: tables.Session
) -> None:
    made: dict[str, str | bytes] = {
        "outputs/report.md": "# Report",
        "outputs/patterns.json": '{"patterns": []}',
        "outputs/root_causes.json": "{",
        "outputs/dashboard/a.png": documents.png(),
        "work/step.py": "x = 1",
    }
    await make(any_database, context, session.id, made)
    async with any_database.transaction() as db:
        db.add(cost_row(session.id, 7))
    told = await results(any_database, context, session.id)
    by_name = {one.name: one for one in told.outputs}
    assert list(by_name) == [
        "executive_summary", "patterns", "root_causes", "recommendations", "dashboard", "report",
    ]  # fmt: skip
    assert {name: one.status for name, one in by_name.items()} == {
        "executive_summary": "pending",
        "patterns": "ready",
        "root_causes": "pending",
        "recommendations": "pending",
        "dashboard": "ready",
        "report": "ready",
    }
    assert by_name["report"].content == "# Report"
    assert by_name["patterns"].content == {"patterns": []}
    assert by_name["dashboard"].content is None
    assert [file.name for file in by_name["dashboard"].files] == ["outputs/dashboard/a.png"]
    assert by_name["executive_summary"].why == "not made yet"
    assert "no strict JSON" in (by_name["root_causes"].why or "")
    assert [file.name for file in told.artifacts] == ["work/step.py"]
    assert told.costs.total.cost_nano == 7
    assert told.rehearsal


async def test_at_the_end_what_is_not_there_is_missing(
    any_database: Database, context: SessionContext, session: tables.Session
) -> None:
    await make(any_database, context, session.id, {"outputs/report.md": "x" * (INLINE_BYTES + 1)})
    await end(any_database, session.id)
    told = {one.name: one for one in (await results(any_database, context, session.id)).outputs}
    assert (told["report"].status, told["report"].content) == ("ready", None)
    assert (told["patterns"].status, told["patterns"].why) == ("missing", "no file patterns.json was made")


async def test_a_file_that_has_become_a_link_is_not_shown(
    any_database: Database, context: SessionContext, session: tables.Session, tmp_path: Path
) -> None:
    await make(any_database, context, session.id, {"outputs/report.md": "# Report"})
    (tmp_path / "secret").write_text("sk-secret")
    report = context.workspace_dir / session.id / "outputs" / "report.md"
    report.unlink()
    report.symlink_to(tmp_path / "secret")
    told = {one.name: one for one in (await results(any_database, context, session.id)).outputs}
    assert (told["report"].status, told["report"].content) == ("pending", None)
    assert "sk-secret" not in str(told)
    assert b"sk-secret" not in await _archive(any_database, context, session.id)


async def test_no_session_has_no_results(any_database: Database, context: SessionContext) -> None:
    with pytest.raises(SessionNotFound):
        await results(any_database, context, new_id())
    with pytest.raises(SessionNotFound):
        await archive.contents(any_database, new_id())


async def _archive(database: Database, context: SessionContext, session_id: str) -> bytes:
    rows = await archive.contents(database, session_id)
    pieces = [piece async for piece in archive.stream(database, context.workspace_dir, session_id, rows)]
    return b"".join(pieces)


async def test_the_archive_holds_files_events_and_costs(
    any_database: Database, context: SessionContext, session: tables.Session
) -> None:
    made: dict[str, str | bytes] = {"outputs/report.md": "# Größe", "work/big.bin": bytes(3_000_000)}
    await make(any_database, context, session.id, made)
    (context.workspace_dir / session.id / "work" / "big.bin").unlink()
    await make(any_database, context, session.id, {"work/a.txt": "a"})
    async with any_database.transaction() as db:
        db.add_all([cost_row(session.id, 1_500_000_000), cost_row(session.id, None)])
        await log.append(db, session.id, [EngineOutput(content=f"event {i}") for i in range(1_500)])
    data = await _archive(any_database, context, session.id)
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        assert package.testzip() is None
        assert package.namelist() == ["outputs/report.md", "work/a.txt", "events.jsonl", "costs.csv"]
        assert package.read("outputs/report.md").decode() == "# Größe"
        lines = package.read("events.jsonl").decode().splitlines()
        rows = list(csv.DictReader(package.read("costs.csv").decode().splitlines()))
    assert [json.loads(line)["seq"] for line in lines] == list(range(1, 1_503))
    assert [row["cost_usd"] for row in rows] == ["1.50", ""]
    assert rows[0]["model"] == "gpt-4.1"


async def test_a_large_archive_comes_in_pieces(database: Database, context: SessionContext, tmp_path: Path) -> None:
    session = await create(database, context, NewSession(mode_id="echo", task="Count."))
    import os

    await make(database, context, session.id, {"outputs/a.bin": os.urandom(8_000_000)})
    rows = await archive.contents(database, session.id)
    sizes = [len(piece) async for piece in archive.stream(database, context.workspace_dir, session.id, rows)]
    assert sum(sizes) > 8_000_000
    assert max(sizes) < 1_000_000
