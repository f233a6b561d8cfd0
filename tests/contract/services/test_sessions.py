"""A session is made whole or not at all, on every database."""

import errno
import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from tests import documents
from tests.contract.services.context import echo_session, make_context, upload
from tests.contract.store.rows import cost_row
from tomas.core.errors import (
    ConfigNotFound,
    EngineNotInstalled,
    InvalidConfig,
    InvalidFile,
    InvalidInput,
    ModelNotServed,
    ModeNotFound,
    OutOfSpace,
    SessionNotFound,
)
from tomas.core.ids import new_id
from tomas.core.session import Status
from tomas.services import configs, inputs, log
from tomas.services.sessions import NewSession, SessionContext, SessionNotEnded, create, delete, worker_job
from tomas.store import costs, events, files, sessions, tables
from tomas.store.database import Database
from tomas.workers.catalog import load_engines

CSV = b"number,opened_at,priority\nINC1,2024-01-02 10:00,2 - High\nINC2,2024-01-03 11:00,1 - Critical\n"
ITOPS: dict[str, Any] = {"mode_id": "itops", "task": "What drives our tickets?"}
RFP: dict[str, Any] = {"mode_id": "rfp_sow", "task": "Draft it."}


@pytest.fixture
def context(tmp_path: Path) -> SessionContext:
    return make_context(tmp_path)


async def nothing_stored(database: Database, context: SessionContext) -> bool:
    async with database.reading() as db:
        rows = await db.scalar(select(func.count()).select_from(tables.Session))
        inputs_left = await db.scalar(select(func.count()).select_from(tables.File).where(tables.File.kind == "input"))
    folders = [path.name for path in context.workspace_dir.glob("*") if path.name != "uploads"]
    return (rows, inputs_left, folders) == (0, 0, [])


async def test_a_session_is_queued_with_its_first_events(any_database: Database, context: SessionContext) -> None:
    made = await echo_session(any_database, context, task="  Count to ten.\nSlowly. ", input_data={"n": 3})
    async with any_database.reading() as db:
        session = await sessions.get(db, made.id)
        log_rows = await events.after(db, made.id, 0, 10)
        said = await events.messages_after(db, made.id, 0, 10)
    assert (session.status, session.title, session.rehearsal) == (Status.QUEUED, "Count to ten.", True)
    assert session.input_data == {"n": 3, "delay_ms": 0, "burn_ms": 0}
    assert [(seq, kind) for seq, kind, _ in log_rows] == [(1, "message"), (2, "status")]
    assert [(m.role, m.content) for m in said] == [("user", "Count to ten.\nSlowly.")]
    assert json.loads(log_rows[1][2])["metadata"] == {"from": "created", "to": "queued"}
    assert {path.name for path in (context.workspace_dir / made.id).iterdir()} == set(inputs.FOLDERS)


async def test_inputs_are_copied_read_only_with_their_text(any_database: Database, context: SessionContext) -> None:
    file_id = await upload(any_database, context, "../Our RFP.md", b"# Scope\nThe vendor shall deliver.")
    made = await create(
        any_database, context, NewSession(**RFP, input_data={"rfp_document": file_id, "cloud_provider": "AWS"})
    )
    async with any_database.reading() as db:
        job = await worker_job(db, context, made.id)
        rows = await files.of_session(db, made.id, "input")
    folder = context.workspace_dir / made.id / "inputs"
    [given] = job.input_data["rfp_document"]
    assert given == {
        "name": "Our RFP.md",
        "path": str(folder / "Our RFP.md"),
        "media_type": "text/markdown; charset=utf-8",
        "size": 33,
        "text_path": str(folder / "Our RFP.md.txt"),
    }
    assert Path(given["text_path"]).read_text() == "# Scope\nThe vendor shall deliver."
    assert [oct(path.stat().st_mode & 0o777) for path in (folder, *folder.iterdir())] == ["0o555", "0o444", "0o444"]
    assert [row.kind for row in rows] == ["input", "input"]
    assert made.input_data["rfp_document"] == [rows[0].id]
    original = context.workspace_dir / "uploads" / file_id
    assert original.stat().st_ino != (folder / "Our RFP.md").stat().st_ino


async def test_the_job_holds_what_a_worker_needs(any_database: Database, context: SessionContext) -> None:
    file_id = await upload(any_database, context, "t.csv", CSV)
    made = await create(any_database, context, NewSession(**ITOPS, input_data={"tickets": [file_id]}))
    async with any_database.reading() as db:
        job = await worker_job(db, context, made.id)
    outputs_dir = str(context.workspace_dir / made.id / "outputs")
    assert job.engine == "cmbagent"
    assert job.options["mode"] == "planning_and_control"
    assert job.options["max_n_attempts"] == 4
    assert job.models["engineer"] == "tomas-gpt-engineer"
    assert job.time_limit == 90 * 60
    assert job.mode_config["mode_id"] == "itops"
    assert job.mode_config["outputs_dir"] == outputs_dir
    assert [output["name"] for output in job.mode_config["outputs"]] == [output.name for output in job.outputs]
    assert job.input_data["analysis_focus"] == ["root_cause", "patterns"]
    assert job.input_data["tickets"][0]["text_path"] is None
    assert job.task_prompt.startswith("# Task\nWhat drives our tickets?\n")
    assert f'"outputs_dir": "{outputs_dir}"' in job.task_prompt
    again = job.repair(["patterns"])
    assert again.task_prompt == job.task_prompt + "\n" + again.task_prompt[len(job.task_prompt) + 1 :]
    assert again.task_prompt.endswith("## Missing\n" + again.task_prompt.rpartition("## Missing\n")[2])
    assert "- patterns: patterns.json" in again.task_prompt.rpartition("## Missing")[2]
    assert again.mode_config["repair"] == ["patterns"]
    assert "repair" not in job.mode_config


BAD_FILES: list[tuple[str, bytes, str]] = [
    ("t.pdf", documents.pdf([["x"]]), "takes .csv, .xlsx, .json"),
    ("t", CSV, "another suffix"),
    ("t.csv", b"number,opened_at\n", "a header but no rows"),
    ("t.csv", CSV.split(b"\n", 1)[1], "no header"),
    ("t.csv", CSV + "INC3,2024,Größe\n".encode() + b"INC4,2024,\x96 x\n", "mixes encodings"),
    ("t.xlsx", CSV, "not an Excel workbook"),
    ("t.json", b"{", "no JSON"),
]


@pytest.mark.parametrize(("name", "data", "told"), BAD_FILES)
async def test_a_bad_file_is_refused_and_nothing_is_left(
    database: Database, context: SessionContext, name: str, data: bytes, told: str
) -> None:
    file_id = await upload(database, context, name, data)
    with pytest.raises(InvalidFile, match=told) as error:
        await create(database, context, NewSession(**ITOPS, input_data={"tickets": [file_id]}))
    assert [path for path, _ in error.value.fields] == ["input_data.tickets"]
    assert name in str(error.value)
    assert await nothing_stored(database, context)
    assert (context.workspace_dir / "uploads" / file_id).read_bytes() == data


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (documents.pdf([["x"]], password="secret"), "encrypted"),
        (documents.pdf([[], []]), "no text layer"),
        (documents.pdf([["x"]])[:200], "damaged"),
        (b"hello", "no PDF"),
    ],
)
async def test_a_bad_pdf_is_refused(database: Database, context: SessionContext, data: bytes, told: str) -> None:
    file_id = await upload(database, context, "rfp.pdf", data)
    request = NewSession(**RFP, input_data={"rfp_document": file_id, "cloud_provider": "AWS"})
    with pytest.raises(InvalidFile, match=told):
        await create(database, context, request)
    assert await nothing_stored(database, context)


async def test_an_unknown_file_is_named(any_database: Database, context: SessionContext) -> None:
    for unknown in (new_id(), "\0", "nope"):
        with pytest.raises(InvalidInput) as error:
            await create(any_database, context, NewSession(**ITOPS, input_data={"tickets": [unknown]}))
        assert error.value.fields[0][0] == "input_data.tickets"
    assert await nothing_stored(any_database, context)


async def test_an_upload_that_is_gone_from_the_disk_is_told(database: Database, context: SessionContext) -> None:
    file_id = await upload(database, context, "t.csv", CSV)
    (context.workspace_dir / "uploads" / file_id).unlink()
    with pytest.raises(InvalidFile, match="not there"):
        await create(database, context, NewSession(**ITOPS, input_data={"tickets": [file_id]}))


@pytest.mark.parametrize(
    ("request_", "error", "told"),
    [
        ({"mode_id": "nope"}, ModeNotFound, "no mode 'nope'"),
        ({"task": "  "}, InvalidInput, "task is empty"),
        ({"task": "a\0b"}, InvalidInput, "task holds a NUL"),
        ({"task": "x" * 200_000}, InvalidInput, "at most 100,000"),
        ({"title": "\ud800"}, InvalidInput, "surrogate"),
        ({"title": "x" * 301}, InvalidInput, "at most 300"),
        ({"input_data": {"n": -1}}, InvalidInput, "at least 0"),
        ({"config": {"speed": 1}}, InvalidConfig, "config.speed"),
        ({"config": {"options": {"speed": 1}}}, InvalidConfig, "config.options.speed"),
        ({"config": {"options": [1]}}, InvalidConfig, "config.options"),
        ({"config": {"models": {"pilot": "rehearsal"}}}, InvalidConfig, "config.models.pilot"),
        ({"config": {"limits": {"minutes": 0}}}, InvalidConfig, "config.limits.minutes"),
        ({"config": {"name": "absent"}}, ConfigNotFound, "absent"),
        ({"config": {"name": "../secret"}}, ConfigNotFound, "secret"),
        ({"config": {"agents": {"planner": {}}}}, InvalidConfig, "takes no custom agents"),
        ({"config": {"models": {"default": "gpt-4.1"}}}, ModelNotServed, "OPENAI_API_KEY"),
        ({"config": {"models": {"default": "claude-opus-4"}}}, ModelNotServed, "only"),
        ({"api_keys": {"acme": "k"}}, InvalidConfig, "api_keys.acme"),
        ({"api_keys": {"openai": "two\nlines"}}, InvalidConfig, "no key"),
    ],
)
async def test_a_wrong_request_stores_nothing(
    database: Database, context: SessionContext, request_: dict[str, Any], error: type[Exception], told: str
) -> None:
    with pytest.raises(error, match=told):
        await echo_session(database, context, **request_)
    assert await nothing_stored(database, context)


async def test_an_engine_without_its_environment_names_the_command(database: Database, tmp_path: Path) -> None:
    context = make_context(tmp_path, engines=load_engines())
    file_id = await upload(database, context, "t.csv", CSV)
    with pytest.raises(EngineNotInstalled, match="tomas engines install cmbagent"):
        await create(database, context, NewSession(**ITOPS, input_data={"tickets": [file_id]}))


async def test_a_full_disk_is_told_and_leaves_nothing(
    database: Database, context: SessionContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    file_id = await upload(database, context, "t.csv", CSV)

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("shutil.copyfile", full)
    with pytest.raises(OutOfSpace, match="disk is full"):
        await create(database, context, NewSession(**ITOPS, input_data={"tickets": [file_id]}))
    assert await nothing_stored(database, context)


async def test_a_named_configuration_lies_below_the_requests(any_database: Database, context: SessionContext) -> None:
    body = {"engine": "cmbagent", "options": {"max_rounds": 50, "n_plan_reviews": 2}, "limits": {"minutes": 20}}
    await configs.put(context.configs_dir, context.engines, "thorough", body)
    file_id = await upload(any_database, context, "t.csv", CSV)
    asked = {"name": "thorough", "options": {"max_rounds": 60}, "agents": {"engineer": {"instructions": "Be brief."}}}
    request = NewSession(**ITOPS, input_data={"tickets": file_id}, config=asked)
    made = [await create(any_database, context, request) for _ in range(2)]
    async with any_database.reading() as db:
        config = await sessions.config_of(db, made[0])
        job = await worker_job(db, context, made[0].id)
    assert made[0].config_digest == made[1].config_digest
    assert config.name == "thorough"
    assert job.options["max_rounds"] == 60
    assert job.options["n_plan_reviews"] == 2
    assert job.options["max_plan_steps"] == 6
    assert job.options["agents"] == {"engineer": {"instructions": "Be brief."}}
    assert job.time_limit == 20 * 60


async def test_a_configuration_for_another_engine_is_refused(database: Database, context: SessionContext) -> None:
    await configs.put(context.configs_dir, context.engines, "thorough", {"engine": "cmbagent"})
    with pytest.raises(InvalidConfig, match="for the engine cmbagent"):
        await echo_session(database, context, config={"name": "thorough"})


@pytest.mark.parametrize("limit", [{"minutes": 1}, {"minutes": 100_000}])
async def test_no_request_widens_a_limit(database: Database, context: SessionContext, limit: dict[str, int]) -> None:
    made = await echo_session(database, context, config={"limits": limit})
    async with database.reading() as db:
        job = await worker_job(db, context, made.id)
    assert job.time_limit == min(limit["minutes"], 60) * 60


KEYS: dict[str, str | None] = {"openai": "sk-server"}


@pytest.mark.parametrize(
    ("keys", "more", "asked", "own", "models"),
    [
        ({}, {}, {}, {}, None),
        ({}, {}, {"default": "rehearsal"}, {}, None),
        (KEYS, {}, {"default": "rehearsal"}, {}, None),
        (KEYS, {"rehearsal": True}, {}, {}, None),
        (KEYS, {}, {}, {}, {"default": "openai/gpt-4.1"}),
        (KEYS, {"default_model": "gpt-5"}, {}, {}, {"default": "openai/gpt-5"}),
        ({}, {}, {}, {"openai": "sk-mine"}, {"default": "openai/gpt-4.1"}),
        (KEYS, {}, {"default": "o3-mini"}, {}, {"default": "openai/o3-mini"}),
    ],
)
async def test_models_are_chosen_or_rehearsed(
    database: Database,
    tmp_path: Path,
    keys: dict[str, str | None],
    more: dict[str, Any],
    asked: dict[str, str],
    own: dict[str, str],
    models: dict[str, str] | None,
) -> None:
    context = make_context(tmp_path, keys, **more)
    made = await echo_session(database, context, config={"models": asked}, api_keys=own)
    async with database.reading() as db:
        body = (await sessions.config_of(db, made)).body
    assert made.rehearsal is (models is None)
    assert body["models"] == (models or {"default": "rehearsal"})


async def test_a_rehearsing_server_refuses_a_real_model(database: Database, tmp_path: Path) -> None:
    context = make_context(tmp_path, KEYS, rehearsal=True)
    with pytest.raises(ModelNotServed, match="only rehearses"):
        await echo_session(database, context, config={"models": {"default": "gpt-4.1"}})


async def test_a_session_does_not_rehearse_by_half(database: Database, tmp_path: Path) -> None:
    file_context = make_context(tmp_path, KEYS)
    file_id = await upload(database, file_context, "t.csv", CSV)
    models = {"default": "gpt-4.1", "planner": "rehearsal"}
    request = NewSession(**ITOPS, input_data={"tickets": file_id}, config={"models": models})
    with pytest.raises(InvalidConfig, match="rehearses as a whole"):
        await create(database, file_context, request)


async def test_a_requests_keys_are_stored_encrypted_only(any_database: Database, context: SessionContext) -> None:
    made = await echo_session(any_database, context, api_keys={"openai": "sk-very-secret"})
    assert made.keys_encrypted is not None
    assert context.keybox.decrypt(made.keys_encrypted) == {"openai": "sk-very-secret"}
    async with any_database.reading() as db:
        row = await sessions.get(db, made.id)
        everything = str([vars(row), vars(await sessions.config_of(db, row)), await events.after(db, made.id, 0, 9)])
    assert "sk-very-secret" not in everything


async def test_an_ended_session_is_removed_and_its_costs_stay(any_database: Database, context: SessionContext) -> None:
    made = await echo_session(any_database, context)
    workspace = context.workspace_dir / made.id
    outside = context.workspace_dir / "outside.txt"
    outside.write_text("mine")
    (workspace / "outputs" / "link").symlink_to(outside)
    (workspace / "outputs" / "folder").symlink_to(context.workspace_dir)
    (workspace / "inputs").chmod(0o555)
    with pytest.raises(SessionNotEnded, match=r"queued. Cancel it first"):
        await delete(any_database, context, made.id)
    async with any_database.transaction() as db:
        db.add(cost_row(made.id, 5))
        await log.set_status(db, made.id, Status.CANCELLED)
    await delete(any_database, context, made.id)
    assert not workspace.exists()
    assert outside.read_text() == "mine"
    async with any_database.reading() as db:
        assert (await costs.summary(db, made.id)).total.cost_nano == 5
    with pytest.raises(SessionNotFound):
        await delete(any_database, context, made.id)


def test_a_folder_closed_to_writing_is_removed(tmp_path: Path) -> None:
    folder = tmp_path / "s" / "inputs"
    folder.mkdir(parents=True)
    (folder / "a").write_text("x")
    (folder / "a").chmod(0o444)
    folder.chmod(0o555)
    inputs.remove(tmp_path / "s")
    assert not (tmp_path / "s").exists()
    inputs.remove(tmp_path / "s")
