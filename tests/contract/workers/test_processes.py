"""Real fork servers and workers: what comes over the wire, and what is left running afterwards (nothing)."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.contract.engines.harness import execute, make_workspace, started
from tomas.workers.catalog import Engines, load_engines
from tomas.workers.forkserver import EngineUnusable, ForkServer, ForkServers
from tomas.workers.process import BadWorker
from tomas_engine import confine, process

ENGINES = Path(__file__).parents[2] / "engines"


@pytest.fixture
def engines() -> Engines:
    return load_engines(ENGINES)


@pytest.fixture
async def servers(tmp_path: Path) -> AsyncIterator[ForkServers]:
    async with asyncio.TaskGroup() as group:
        servers = ForkServers(tmp_path / "engines", tmp_path / "logs", group)
        yield servers
        await servers.close()


@pytest.fixture
async def faulty(servers: ForkServers, engines: Engines) -> ForkServer:
    return await servers.get(engines.get("faulty"))


def config(fault: str, port: int = 9) -> dict[str, object]:
    gateway = {"url": f"http://127.0.0.1:{port}", "token": "t"}
    return {"gateway": gateway, "models": {}, "options": {"fault": fault}, "limits": {}}


def alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


async def gone(pids: list[int], seconds: float = 2) -> bool:
    until = asyncio.get_running_loop().time() + seconds
    while any(map(alive, pids)) and asyncio.get_running_loop().time() < until:
        await asyncio.sleep(0.01)
    return not any(map(alive, pids))


async def grown(root: int, count: int) -> list[int]:
    """The process ids below `root`, once there are `count`."""
    async with asyncio.timeout(10):
        while len(pids := process.descendants(root)) < count:
            await asyncio.sleep(0.01)
    return pids


async def test_a_whole_run(faulty: ForkServer, engines: Engines, tmp_path: Path) -> None:
    workspace = make_workspace(tmp_path / "ws")
    async with started(faulty, engines.get("faulty"), tmp_path, workspace, config("none")) as worker:
        run = await execute(worker, "task", {}, {})
    assert run.done is not None
    assert run.done.status == "completed"
    assert [output.type for output in run.outputs] == ["stage", "artifact", "status"]
    assert (workspace / "outputs" / "report.md").exists()
    assert not alive(worker.pid)


async def test_noise_on_stdout_goes_to_the_log(faulty: ForkServer, engines: Engines, tmp_path: Path) -> None:
    workspace = make_workspace(tmp_path / "ws")
    async with started(faulty, engines.get("faulty"), tmp_path, workspace, config("chatter")) as worker:
        run = await execute(worker, "task", {}, {})
    assert run.done is not None
    assert run.done.status == "completed"
    assert "more noise" in (workspace / "logs" / "worker.log").read_text()


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ("raise", "RuntimeError: deliberate"),
        ("exit", "SystemExit: 3"),
        ("no_result", "The engine ended without a result."),
        ("said_failed", "The engine gave up: nothing fits."),
        ("initialize", "The engine cannot be set up: the moon is in the wrong house."),
    ],
)
async def test_a_failure_is_reported(
    faulty: ForkServer, engines: Engines, tmp_path: Path, fault: str, error: str
) -> None:
    workspace = make_workspace(tmp_path / "ws")
    async with started(faulty, engines.get("faulty"), tmp_path, workspace, config(fault)) as worker:
        run = await execute(worker, "task", {}, {})
    assert run.done is not None
    assert (run.done.status, run.done.error) == ("failed", error)


async def test_a_worker_that_kills_itself_is_seen_to_be_gone(
    faulty: ForkServer, engines: Engines, tmp_path: Path
) -> None:
    workspace = make_workspace(tmp_path / "ws")
    async with started(faulty, engines.get("faulty"), tmp_path, workspace, config("kill")) as worker:
        run = await execute(worker, "task", {}, {})
        assert run.done is None
        assert await worker.exit_code() == -signal.SIGKILL


@pytest.mark.parametrize("fault", ["rubbish", "huge"])
async def test_what_is_no_message_is_refused(faulty: ForkServer, engines: Engines, tmp_path: Path, fault: str) -> None:
    workspace = make_workspace(tmp_path / "ws")
    with pytest.raises(BadWorker):
        async with started(faulty, engines.get("faulty"), tmp_path, workspace, config(fault)) as worker:
            await execute(worker, "task", {}, {})
    assert not alive(worker.pid)


async def test_a_flood_arrives_whole_and_in_order(faulty: ForkServer, engines: Engines, tmp_path: Path) -> None:
    workspace = make_workspace(tmp_path / "ws")
    async with started(faulty, engines.get("faulty"), tmp_path, workspace, config("flood")) as worker:
        run = await execute(worker, "task", {}, {})
    assert [output.content for output in run.of("message")] == [f"event {n}" for n in range(100_000)]


@pytest.mark.parametrize("fault", ["hang", "stuck"])
async def test_a_hanging_worker_is_killed_at_the_end_of_its_block(
    faulty: ForkServer, engines: Engines, tmp_path: Path, fault: str
) -> None:
    workspace = make_workspace(tmp_path / "ws")
    with pytest.raises(TimeoutError):
        async with (
            asyncio.timeout(0.3),
            started(faulty, engines.get("faulty"), tmp_path, workspace, config(fault)) as worker,
        ):
            await execute(worker, "task", {}, {})
    assert not alive(worker.pid)


async def test_grandchildren_that_called_setsid_die_with_the_worker(
    faulty: ForkServer, engines: Engines, tmp_path: Path
) -> None:
    workspace = make_workspace(tmp_path / "ws")
    pids: list[int] = []

    async def watch(pid: int) -> None:
        pids.extend(await grown(pid, 5))
        raise InterruptedError

    with pytest.raises(ExceptionGroup):
        async with (
            started(faulty, engines.get("faulty"), tmp_path, workspace, config("orphans")) as worker,
            asyncio.TaskGroup() as group,
        ):
            group.create_task(watch(worker.pid))
            await execute(worker, "task", {}, {})
    assert len(pids) >= 5
    assert await gone([worker.pid, *pids])


async def test_what_a_killed_worker_leaves_behind_is_ended(
    faulty: ForkServer, engines: Engines, tmp_path: Path
) -> None:
    workspace = make_workspace(tmp_path / "ws")
    async with (
        started(faulty, engines.get("faulty"), tmp_path, workspace, config("orphans")) as worker,
        asyncio.TaskGroup() as group,
    ):
        run = group.create_task(execute(worker, "task", {}, {}))
        pids = await grown(worker.pid, 5)
        os.kill(worker.pid, signal.SIGKILL)
        await run
        assert await gone(pids)


async def test_a_killed_platform_leaves_no_process(tmp_path: Path) -> None:
    """A process that starts a fork server and a worker with orphans is killed; everything below it ends."""
    program = f"""
import asyncio, sys
from pathlib import Path
sys.path.insert(0, {str(Path(__file__).parents[3])!r})
from tests.contract.engines.harness import execute, make_workspace, started
from tests.contract.workers.test_processes import ENGINES, config
from tomas.workers.catalog import load_engines
from tomas.workers.forkserver import ForkServers

async def main():
    root = Path({str(tmp_path)!r})
    engine = load_engines(ENGINES).get("faulty")
    async with asyncio.TaskGroup() as group:
        servers = ForkServers(root / "engines", root / "logs", group)
        server = await servers.get(engine)
        async with started(server, engine, root, make_workspace(root / "ws"), config("orphans")) as worker:
            await execute(worker, "task", {{}}, {{}})

asyncio.run(main())
"""
    platform = subprocess.Popen([sys.executable, "-c", program])
    pids = await grown(platform.pid, 7)  # fork server, worker, five of the worker's
    platform.kill()
    platform.wait()
    assert await gone(pids, 5)


async def test_what_a_killed_fork_server_leaves_behind_is_ended(
    faulty: ForkServer, engines: Engines, tmp_path: Path
) -> None:
    workspace = make_workspace(tmp_path / "ws")
    async with (
        started(faulty, engines.get("faulty"), tmp_path, workspace, config("orphans")) as worker,
        asyncio.TaskGroup() as group,
    ):
        run = group.create_task(execute(worker, "task", {}, {}))
        pids = await grown(worker.pid, 5)
        os.kill(faulty._process.pid, signal.SIGKILL)
        await run
        assert await gone([worker.pid, *pids])


async def test_an_engine_that_cannot_be_imported_says_why(servers: ForkServers, engines: Engines) -> None:
    with pytest.raises(EngineUnusable, match="cannot be imported: ImportError: no module named unobtainium"):
        await servers.get(engines.get("unimportable"))


async def test_a_dead_fork_server_is_started_anew(
    servers: ForkServers, engines: Engines, tmp_path: Path, faulty: ForkServer
) -> None:
    os.kill(faulty._process.pid, signal.SIGKILL)
    async with asyncio.timeout(5):
        while faulty.alive:
            await asyncio.sleep(0.01)
    server = await servers.get(engines.get("faulty"))
    workspace = make_workspace(tmp_path / "ws")
    async with started(server, engines.get("faulty"), tmp_path, workspace, config("none")) as worker:
        run = await execute(worker, "task", {}, {})
    assert run.done is not None
    assert run.done.status == "completed"


async def test_a_worker_sees_none_of_our_environment(
    faulty: ForkServer, engines: Engines, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-ours")
    workspace = make_workspace(tmp_path / "ws")
    async with started(faulty, engines.get("faulty"), tmp_path, workspace, config("spy")) as worker:
        run = await execute(worker, "task", {"port": 9}, {})
    environment = run.of("message")[0].metadata["environment"]
    assert "sk-ours" not in str(environment)
    assert environment["HOME"] == str(workspace / ".home")


async def test_a_worker_connects_to_the_gateways_port_alone(
    faulty: ForkServer, engines: Engines, tmp_path: Path
) -> None:
    assert confine.landlock_abi() >= 4, "this kernel cannot restrict TCP; use Linux 6.7 or newer for the tests"
    with socket.create_server(("127.0.0.1", 0)) as gateway, socket.create_server(("127.0.0.1", 0)) as api:
        allowed, refused = gateway.getsockname()[1], api.getsockname()[1]
        for port, expected in ((allowed, "connected"), (refused, "refused: [Errno 13] Permission denied")):
            workspace = make_workspace(tmp_path / str(port))
            engine = engines.get("faulty")
            async with started(faulty, engine, tmp_path, workspace, config("spy", allowed)) as worker:
                run = await execute(worker, "task", {"port": port}, {})
            assert run.of("message")[0].content == expected
