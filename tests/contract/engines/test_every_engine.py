"""What every engine promises, whichever it is: the one suite that a new engine has to pass."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.contract.engines.harness import LIMITS, Run, execute, make_workspace, started
from tests.e2e.upstream import Upstream, serving
from tomas.modes.catalog import load_modes
from tomas.modes.prompt import GivenFile, describe_output, render
from tomas.settings import Settings
from tomas.workers.catalog import load_engines
from tomas.workers.forkserver import ForkServer, ForkServers
from tomas.workers.manifest import Manifest
from tomas_engine import process, wire

pytestmark = pytest.mark.xdist_group("every engine")

ENGINES_DIR = Settings().engines_dir.resolve()
EXAMPLES = Path(__file__).parents[3] / "examples"
# For each engine a mode, its form, its files and options: the smallest real task there is.
TASKS: dict[str, tuple[str, dict[str, Any], dict[str, str], dict[str, Any]]] = {
    "echo": ("echo", {"n": 3}, {}, {}),
    "cmbagent": ("itops", {"analysis_focus": ["patterns"]}, {"tickets": "itops/tickets.csv"}, {"mode": "one_shot"}),
    "denario": (
        "research",
        {"data_description": "Angles of pendulums against time.", "stages": ["idea", "methods"]},
        {"data_files": "research/pendulums.csv"},
        {"stages": ["idea", "methods"]},
    ),
}


@pytest.fixture(params=[manifest.name for manifest in load_engines()])
def manifest(request: pytest.FixtureRequest) -> Manifest:
    return load_engines().get(request.param)


@pytest.fixture
async def server(manifest: Manifest, tmp_path: Path) -> AsyncIterator[ForkServer]:
    async with asyncio.TaskGroup() as group:
        servers = ForkServers(ENGINES_DIR, tmp_path / "logs", group)
        yield await servers.get(manifest)
        await servers.close()


def task_of(manifest: Manifest, workspace: Path) -> tuple[str, dict[str, Any], dict[str, Any]]:
    """The prompt, the form and the mode's part, as the platform makes them."""
    mode_id, form, files, _ = TASKS[manifest.name]
    mode = load_modes().get(mode_id)
    given: dict[str, list[GivenFile]] = {}
    for field, name in files.items():
        path = workspace / "inputs" / Path(name).name
        shutil.copy(EXAMPLES / name, path)
        given[field] = [GivenFile(path.name, str(path), "text/csv", path.stat().st_size)]
    outputs_dir = workspace / "outputs"
    prompt = render(mode, "Do it.", form, given, outputs_dir)
    described = {field: [file.described() for file in several] for field, several in given.items()}
    outputs = [describe_output(output) for output in mode.outputs]
    return prompt, form | described, {"mode_id": mode.id, "outputs": outputs, "outputs_dir": str(outputs_dir)}


def config_of(manifest: Manifest, url: str, options: dict[str, Any]) -> dict[str, Any]:
    return {
        "gateway": {"url": url, "token": "the-token"},
        "models": {role: f"tomas-gpt-{role}" for role in manifest.roles},
        "options": manifest.validate_options(options),
        "services": [],
        "limits": LIMITS,
    }


async def test_a_task_is_done_as_promised(manifest: Manifest, server: ForkServer, tmp_path: Path) -> None:
    workspace = make_workspace(tmp_path / "ws")
    with serving(Upstream(engine=manifest.name)) as upstream:
        config = config_of(manifest, upstream.url.removesuffix("/v1"), TASKS[manifest.name][3])
        async with started(server, manifest, ENGINES_DIR, workspace, config) as worker:
            async with asyncio.timeout(120):
                run: Run = await execute(worker, *task_of(manifest, workspace))
            assert run.done is not None
            assert (run.done.status, run.done.error) == ("completed", None)
            await worker.send(wire.Stop())
            async with asyncio.timeout(10):
                assert await worker.exit_code() == 0
    finals = [output for output in run.outputs if output.status != "running"]
    assert [output.status for output in finals] == ["completed"]
    assert run.outputs[-1] is finals[0]
    for output in run.outputs:
        for artifact in output.artifacts:
            assert (workspace / artifact.path).resolve().is_relative_to(workspace)
            assert (workspace / artifact.path).is_file()
    assert upstream.keys <= {"Bearer the-token"}
    assert all(request["model"].startswith("tomas-gpt-") for request in upstream.requests)


async def test_its_whole_tree_ends_when_it_is_told_to(manifest: Manifest, server: ForkServer, tmp_path: Path) -> None:
    workspace = make_workspace(tmp_path / "ws")
    with serving(Upstream(engine=manifest.name)) as upstream:
        config = config_of(manifest, upstream.url.removesuffix("/v1"), {})
        async with started(server, manifest, ENGINES_DIR, workspace, config) as worker:
            prompt, form, mode = task_of(manifest, workspace)
            await worker.send(wire.Execute(task=prompt, input_data=form | {"delay_ms": 1000}, mode_config=mode))
            await worker.receive()
            pids = [worker.pid, *process.descendants(worker.pid)]
            await worker.kill()
    assert not [pid for pid in pids if Path(f"/proc/{pid}/exe").exists()]


def test_its_options_have_defaults_that_fit(manifest: Manifest) -> None:
    assert set(manifest.validate_options({})) <= set(manifest.options)
    assert "default" in manifest.roles
