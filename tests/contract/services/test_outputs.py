"""Declared outputs are judged by their content; whatever else was made is put on record."""

from pathlib import Path

import pytest

from tests import documents
from tests.contract.services.context import make_context
from tests.contract.store.rows import add_session
from tomas.core.errors import SessionNotFound
from tomas.core.ids import new_id
from tomas.modes.spec import OutputSpec
from tomas.services import outputs
from tomas.services.outputs import collect, describe, register, scan
from tomas.store import files
from tomas.store.database import Database

ITOPS = make_context(Path("/nowhere")).modes.get("itops")


def spec(kind: str, *patterns: str, required: bool = True) -> OutputSpec:
    return OutputSpec.model_validate(
        {"name": "o", "type": kind, "label": "O", "description": "d", "files": patterns, "required": required}
    )


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    for folder in ("inputs", "outputs/dashboard", "logs", "checkpoints", ".home", "work/control"):
        (tmp_path / "ws" / folder).mkdir(parents=True)
    return tmp_path / "ws"


GOOD = {
    "markdown": ("o.md", b"# Report"),
    "json": ("o.json", b'{"a": [1, null]}'),
    "plot": ("o.png", documents.png()),
    "file": ("o.bin", b"\0"),
    "pdf": ("o.pdf", documents.pdf([["x"]])),
    "table": ("o.csv", b"a,b\nx,y\n"),
}
BAD = [
    ("markdown", "o.md", b"", "empty"),
    ("markdown", "o.md", b" \n\n", "nothing but blanks"),
    ("markdown", "o.md", "größe".encode("cp1252"), "not in UTF-8"),
    ("json", "o.json", b'{"a": NaN}', "NaN is no JSON value"),
    ("json", "o.json", b"{'a': 1}", "no strict JSON"),
    ("json", "o.json", b"[" * 100_000, "no strict JSON"),
    ("plot", "o.png", documents.png()[:-20], "damaged"),
    ("plot", "o.png", b"<html>", "no picture"),
    ("pdf", "o.pdf", b"%PDF-1.4\n", "damaged"),
    ("table", "o.csv", b"a,b\n", "no rows"),
    ("table", "o.json", b"[NaN]", "NaN"),
    ("file", "o.docx", documents.zipped({"x": "y"}), "not a Word document"),
]


@pytest.mark.parametrize("kind", GOOD)
def test_a_good_output_is_found(workspace: Path, kind: str) -> None:
    name, data = GOOD[kind]
    (workspace / "outputs" / name).write_bytes(data)
    collected = collect(workspace, [spec(kind, name)])
    assert collected.found == {"o": [workspace / "outputs" / name]}
    assert collected.missing == []


@pytest.mark.parametrize(("kind", "name", "data", "why"), BAD)
def test_a_bad_one_is_missing_and_it_is_said_why(workspace: Path, kind: str, name: str, data: bytes, why: str) -> None:
    (workspace / "outputs" / name).write_bytes(data)
    [(missing, told)] = collect(workspace, [spec(kind, name)]).missing
    assert missing == "o"
    assert told.startswith(f"{name}: ")
    assert why in told


def test_globs_take_all_and_alternatives_take_one(workspace: Path) -> None:
    for name in ("dashboard/b.png", "dashboard/a.png", "c.svg"):
        data = b"<svg><g/></svg>" if name.endswith("svg") else documents.png()
        (workspace / "outputs" / name).write_bytes(data)
    both = [spec("plot", "dashboard/*.png"), spec("plot", "c.svg", "c.png").model_copy(update={"name": "p"})]
    found = collect(workspace, both).found
    assert [path.name for path in found["o"]] == ["a.png", "b.png"]
    assert [path.name for path in found["p"]] == ["c.svg"]


def test_what_is_not_there_is_missing_unless_optional(workspace: Path) -> None:
    assert collect(workspace, [spec("json", "o.json")]).missing == [("o", "no file o.json in outputs/")]
    assert collect(workspace, [spec("json", "o.json", required=False)]).missing == []
    (workspace / "outputs" / "o.json").write_text("{")
    assert collect(workspace, [spec("json", "o.json", required=False)]).missing[0][0] == "o"


def test_a_link_is_no_output(workspace: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    secret = tmp_path_factory.mktemp("outside") / "secret.md"
    secret.write_text("# key")
    (workspace / "outputs" / "o.md").symlink_to(secret)
    assert collect(workspace, [spec("markdown", "o.md")]).missing[0][0] == "o"
    assert describe(workspace, ["outputs/o.md", "../x", "/etc/passwd"]) == []
    assert scan(workspace) == []


def test_a_scan_tells_outputs_first_and_leaves_out_what_is_nobodys(workspace: Path) -> None:
    for name in ("inputs/a", "outputs/z.md", "work/control/x.py", "logs/worker.log", "checkpoints/c", ".home/h"):
        (workspace / name).write_text("x")
    (workspace / "work" / "__pycache__").mkdir()
    (workspace / "work" / "__pycache__" / "x.pyc").write_text("x")
    found = scan(workspace)
    assert [one.path for one in found] == ["outputs/z.md", "logs/worker.log", "work/control/x.py"]
    assert (found[0].size, found[0].media_type) == (1, "text/markdown")
    assert found[0].sha256 == "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881"


def test_inputs_are_never_described_as_made(workspace: Path) -> None:
    (workspace / "inputs" / "a").write_text("x")
    assert describe(workspace, ["inputs/a"]) == []


def test_a_name_no_row_can_hold_is_passed_over(workspace: Path) -> None:
    (workspace / "outputs" / b"bad-\xff.txt".decode("utf-8", "surrogateescape")).write_text("x")
    assert scan(workspace) == []


async def test_files_are_put_on_record_and_brought_up_to_date(any_database: Database, workspace: Path) -> None:
    body = {"outputs": [output.model_dump(mode="json") for output in ITOPS.outputs]}
    session_id = await add_session(any_database, body=body)
    report, script = workspace / "outputs" / "report.md", workspace / "work" / "x.py"
    report.write_text("# one")
    script.write_text("x")
    (workspace / "outputs" / "dashboard" / "a.png").write_bytes(documents.png())
    for text in ("# one", "# two!"):
        report.write_text(text)
        async with any_database.transaction() as db:
            await register(db, session_id, scan(workspace))
    async with any_database.reading() as db:
        rows = {row.name: row for row in await files.of_session(db, session_id)}
    assert set(rows) == {"outputs/report.md", "outputs/dashboard/a.png", "work/x.py"}
    assert (rows["outputs/report.md"].kind, rows["outputs/report.md"].output) == ("output", "report")
    assert rows["outputs/report.md"].size == 6
    assert rows["outputs/report.md"].path == f"{session_id}/outputs/report.md"
    assert (rows["work/x.py"].kind, rows["work/x.py"].output) == ("artifact", None)
    assert rows["outputs/dashboard/a.png"].output == "dashboard"


async def test_many_files_and_no_session(any_database: Database, workspace: Path) -> None:
    session_id = await add_session(any_database)
    many = [outputs.Found(f"work/{i}.txt", 1, "0" * 64, "text/plain") for i in range(1_200)]
    async with any_database.transaction() as db:
        await register(db, session_id, many)
        await register(db, session_id, [])
        assert len(await files.of_session(db, session_id)) == 1_200
        with pytest.raises(SessionNotFound):
            await register(db, new_id(), many)
