"""Both modes with the real CMBAgent: a file goes in over HTTP, what was promised comes out."""

import io
import json
import signal
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import httpx2
import pytest
from docx import Document

from tests.e2e.conftest import Server
from tomas_engine import process

pytestmark = pytest.mark.xdist_group("modes")

EXAMPLES = Path(__file__).parents[2] / "examples"


def run(server: Server, mode: str, inputs: dict, files: dict[str, Path]) -> tuple[str, dict]:
    values = inputs | {name: [server.upload(path)] for name, path in files.items()}
    session_id = server.execute(mode, "Do the work of this mode.", input_data=values)
    status = server.wait(session_id, 240)
    assert status["status"] == "completed", status["reason"]
    results = server.get(f"/api/tasks/{session_id}/results")
    assert [o["name"] for o in results["outputs"] if o["status"] != "ready"] == []
    assert results["rehearsal"] is True
    return session_id, {output["name"]: output for output in results["outputs"]}


@pytest.fixture(scope="module")
def itops(server: Server) -> tuple[str, dict]:
    inputs = {"analysis_focus": ["root_cause", "patterns", "sla", "team_performance"]}
    return run(server, "itops", inputs, {"tickets": EXAMPLES / "itops" / "tickets.csv"})


@pytest.fixture(scope="module")
def rfp(server: Server) -> tuple[str, dict]:
    document = next((EXAMPLES / "rfp_sow").glob("*.docx"))
    return run(server, "rfp_sow", {"cloud_provider": "Azure"}, {"rfp_document": document})


def test_findings_are_linked_to_tickets_of_the_file(itops: tuple[str, dict]) -> None:
    _, outputs = itops
    tickets = (EXAMPLES / "itops" / "tickets.csv").read_text("utf-8")
    patterns = outputs["patterns"]["content"]["patterns"]
    assert len(patterns) >= 3
    causes = outputs["root_causes"]["content"]["root_causes"]
    assert causes
    for entry in [*patterns, *causes]:
        assert entry["ticket_count"] >= len(entry["ticket_ids"]) > 0
        assert all(ticket in tickets for ticket in entry["ticket_ids"][:20])
    known = {pattern["id"] for pattern in patterns}
    assert all(set(cause["pattern_ids"]) <= known for cause in causes)


def test_documents_say_that_it_was_a_rehearsal(itops: tuple[str, dict], rfp: tuple[str, dict]) -> None:
    for outputs in (itops[1], rfp[1]):
        for output in outputs.values():
            if output["type"] == "markdown":
                assert "ehearsal" in output["content"][:200], output["name"]


def test_every_call_is_on_record_with_its_agent_and_stage(server: Server, itops: tuple[str, dict]) -> None:
    session_id, _ = itops
    events = [event for event in server.events(session_id) if event["type"] == "llm_call"]
    costs = server.get(f"/api/tasks/{session_id}/costs")
    assert len(events) == costs["total"]["model_calls"] == len(costs["items"]) > 20
    assert all(event["agent"] and event["stage"] for event in events)
    assert {event["stage"] for event in events} >= {"planning", "step 1", "step 2"}
    assert {"planner", "engineer", "researcher"} <= {event["agent"] for event in events}
    assert costs["total"]["cost_usd"] == "0.00"


def test_the_cost_estimate_adds_up(rfp: tuple[str, dict]) -> None:
    estimate = rfp[1]["cost_estimate"]["content"]
    lines = next(value for value in estimate.values() if isinstance(value, list) and "monthly" in str(value[:1]))
    assert sum(round(line["monthly"] * 100) for line in lines) == round(estimate["totals"]["monthly"] * 100)
    assert "budget" in json.dumps(estimate).lower()


def test_requirements_say_where_they_stand(rfp: tuple[str, dict]) -> None:
    requirements = rfp[1]["requirements"]["content"]["requirements"]
    assert len(requirements) > 30
    assert len({entry["id"] for entry in requirements}) == len(requirements)
    assert all(entry["text"] and entry["kind"] for entry in requirements)
    assert sum(bool(entry.get("section") or entry.get("page")) for entry in requirements) > 0.9 * len(requirements)


def test_the_statement_of_work_opens_in_a_word_processor(server: Server, rfp: tuple[str, dict]) -> None:
    url = server.url + rfp[1]["sow_document"]["files"][0]["url"]
    document = Document(io.BytesIO(httpx2.get(url, timeout=30).content))
    assert len(document.paragraphs) > 30


def test_all_of_it_comes_as_one_archive(server: Server, rfp: tuple[str, dict]) -> None:
    data = httpx2.get(f"{server.url}/api/tasks/{rfp[0]}/archive", timeout=60).content
    archive = zipfile.ZipFile(io.BytesIO(data))
    assert archive.testzip() is None
    names = {name.rpartition("/")[2] for name in archive.namelist()}
    assert {"sow.md", "risks.md", "events.jsonl", "costs.csv"} <= names


def test_inputs_cannot_be_written(server: Server, itops: tuple[str, dict]) -> None:
    inputs = server.folder / "workspace" / itops[0] / "inputs"
    assert all(path.stat().st_mode & 0o222 == 0 for path in inputs.iterdir())


def test_a_cancel_ends_the_engine_and_its_code(server: Server) -> None:
    file_id = server.upload(EXAMPLES / "itops" / "tickets.csv")
    inputs = {"tickets": [file_id], "analysis_focus": ["patterns"]}
    session_id = server.execute("itops", "Look at it.", input_data=inputs)
    _until_code_runs(server, session_id)
    assert server.process is not None
    workers = [pid for pid in process.descendants(server.process.pid) if _belongs(pid, session_id)]
    assert workers
    answer = httpx2.post(f"{server.url}/api/tasks/{session_id}/cancel", timeout=10)
    assert answer.json()["status"] == "cancelled"
    assert not [pid for pid in workers if _belongs(pid, session_id)]


def test_a_session_survives_its_server(make_server: Callable[..., Server]) -> None:
    """After a SIGKILL the next server goes on from the last checkpoint, and recorded calls are not sent again."""
    server = make_server()
    file_id = server.upload(EXAMPLES / "itops" / "tickets.csv")
    inputs = {"tickets": [file_id], "analysis_focus": ["patterns"]}
    session_id = server.execute("itops", "Look at it.", input_data=inputs)
    _until(server, session_id, lambda event: event["type"] == "checkpoint" and event["metadata"].get("step", 0) >= 1)
    server.stop(signal.SIGKILL)
    server.start()
    status = server.wait(session_id, 240)
    assert status["status"] == "completed", status["reason"]
    events = server.events(session_id)
    assert [event["seq"] for event in events] == list(range(1, len(events) + 1))
    planned = [event for event in events if event["type"] == "stage" and event["stage"] == "planning"]
    assert [event["metadata"]["state"] for event in planned] == ["started", "completed"]


def _until(server: Server, session_id: str, wanted: Callable[[dict], bool]) -> None:
    until = time.monotonic() + 120
    while time.monotonic() < until:
        if any(map(wanted, server.events(session_id))):
            return
        time.sleep(0.05)
    raise AssertionError(server.log())


def _until_code_runs(server: Server, session_id: str) -> None:
    _until(server, session_id, lambda event: event["type"] == "code" and event["metadata"].get("phase") == "start")


def _belongs(pid: int, session_id: str) -> bool:
    try:
        return session_id.encode() in Path(f"/proc/{pid}/environ").read_bytes()
    except OSError:
        return False
