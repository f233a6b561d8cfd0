"""Engines that go wrong, over HTTP: each session ends with a reason a person understands."""

import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import httpx2
import pytest

from tests.e2e.conftest import Server
from tomas_engine import process

pytestmark = pytest.mark.xdist_group("faults")


@pytest.fixture(scope="module")
def server(make_server: Callable[..., Server]) -> Server:
    return make_server(WORKER_SILENCE_SECONDS="5")


def run(server: Server, fault: str) -> tuple[str, dict[str, object]]:
    session_id = server.execute("faulty", config={"options": {"fault": fault}})
    return session_id, server.wait(session_id)


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        ("raise", "RuntimeError: deliberate"),
        ("exit", "SystemExit: 3"),
        ("kill", "killed by signal 9"),
        ("stuck", "no sign of life for 5 seconds"),
        ("rubbish", "something that is no message"),
        ("huge", "a message of more than"),
        ("no_result", "ended without a result"),
        ("said_failed", "The engine gave up: nothing fits."),
        ("initialize", "the moon is in the wrong house"),
        ("forget", "report"),
    ],
)
def test_the_session_fails_and_says_why(server: Server, fault: str, reason: str) -> None:
    session_id, status = run(server, fault)
    assert status["status"] == "failed", server.log()
    assert reason in str(status["reason"])
    events = server.events(session_id)
    assert [event["seq"] for event in events] == list(range(1, len(events) + 1))
    assert events[-1]["type"] == "end"


def test_an_import_that_fails_is_told(server: Server) -> None:
    session_id = server.execute("unimportable")
    assert "no module named unobtainium" in server.wait(session_id)["reason"]


def test_a_missing_output_is_asked_for_once_more(server: Server) -> None:
    session_id, status = run(server, "forget_once")
    assert status["status"] == "completed"
    assert any("once more" in event["content"] for event in server.events(session_id))
    outputs = server.get(f"/api/tasks/{session_id}/results")["outputs"]
    assert "All is well." in str(outputs)


def test_a_flood_is_stored_whole(server: Server) -> None:
    session_id, status = run(server, "flood")
    assert status["status"] == "completed"
    messages = [
        event["content"] for event in server.events(session_id) if event["type"] == "message" and event["seq"] > 1
    ]
    assert messages == [f"event {number}" for number in range(100_000)]


def test_a_cancel_ends_the_whole_tree(server: Server) -> None:
    session_id = server.execute("faulty", config={"options": {"fault": "orphans"}})
    pids = _descendants_of_worker(server, session_id, 5)
    before = time.monotonic()
    answer = httpx2.post(f"{server.url}/api/tasks/{session_id}/cancel", timeout=10)
    took = time.monotonic() - before
    assert answer.status_code == 200, answer.text
    assert answer.json()["status"] == "cancelled"
    assert not [pid for pid in pids if _alive(pid)]
    assert took < 5  # a second is promised, and measured where time is measured; a busy machine is slower
    assert server.status(session_id)["status"] == "cancelled"
    again = httpx2.post(f"{server.url}/api/tasks/{session_id}/cancel", timeout=10)
    assert again.status_code == 409


def test_a_killed_server_leaves_no_process_and_its_session_goes_on(make_server: Callable[..., Server]) -> None:
    server = make_server()
    session_id = server.execute("faulty", config={"options": {"fault": "orphans"}})
    pids = _descendants_of_worker(server, session_id, 5)
    echo = server.execute("echo", input_data={"n": 40, "delay_ms": 50})
    server.stop(signal.SIGKILL)
    until = time.monotonic() + 5
    while any(map(_alive, pids)) and time.monotonic() < until:
        time.sleep(0.02)
    assert not [pid for pid in pids if _alive(pid)]
    server.start()
    assert server.wait(echo)["status"] == "completed"
    events = server.events(echo)
    assert [event["seq"] for event in events] == list(range(1, len(events) + 1))
    httpx2.post(f"{server.url}/api/tasks/{session_id}/cancel", timeout=10)


def _descendants_of_worker(server: Server, session_id: str, count: int) -> list[int]:
    until = time.monotonic() + 20
    while time.monotonic() < until:
        worker = _worker(server, session_id)
        if worker and len(pids := process.descendants(worker)) >= count:
            return [worker, *pids]
        time.sleep(0.02)
    raise AssertionError(server.log())


def _worker(server: Server, session_id: str) -> int | None:
    assert server.process is not None
    for pid in process.descendants(server.process.pid):
        try:
            log = (Path("/proc") / str(pid) / "fd" / "1").readlink()
        except OSError:
            continue
        if session_id in str(log):
            return pid
    return None


def _alive(pid: int) -> bool:
    done = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return bool(done.stdout.strip()) and not done.stdout.startswith("Z")
