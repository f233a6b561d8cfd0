"""Research with the real Denario: a data set goes in over HTTP, a paper comes out."""

import io
from pathlib import Path

import httpx2
import pytest
from pypdf import PdfReader

from tests.e2e.conftest import Server

pytestmark = pytest.mark.xdist_group("research")

DATA = Path(__file__).parents[2] / "examples" / "research" / "pendulums.csv"
ABOUT = "Angles of forty pendulums against time."


@pytest.fixture(scope="module")
def paper(server: Server) -> tuple[str, dict[str, dict]]:
    inputs = {"data_description": ABOUT, "data_files": [server.upload(DATA)]}
    session_id = server.execute("research", "Find the law.", input_data=inputs)
    status = server.wait(session_id, 240)
    assert status["status"] == "completed", status["reason"]
    results = server.get(f"/api/tasks/{session_id}/results")
    return session_id, {output["name"]: output for output in results["outputs"]}


def pages(server: Server, outputs: dict[str, dict]) -> list[str]:
    data = httpx2.get(server.url + outputs["paper"]["files"][0]["url"], timeout=30).content
    return [page.extract_text() for page in PdfReader(io.BytesIO(data)).pages]


def test_the_planted_law_is_found(server: Server, paper: tuple[str, dict[str, dict]]) -> None:
    _, outputs = paper
    results = outputs["results"]["content"]
    assert "length" in results
    assert "power law" in results
    assert "0.5" in results or "0.49" in results


def test_the_paper_has_pages_figures_and_says_what_it_is(server: Server, paper: tuple[str, dict[str, dict]]) -> None:
    _, outputs = paper
    text = pages(server, outputs)
    assert len(text) >= 3
    assert "no language model" in " ".join(text[0].split()).lower()
    assert len(outputs["plots"]["files"]) >= 4
    assert "Figure 4" in " ".join(text)


def test_every_call_carries_its_stage(server: Server, paper: tuple[str, dict[str, dict]]) -> None:
    calls = [event for event in server.events(paper[0]) if event["type"] == "llm_call"]
    assert len(calls) > 30
    assert all(event["stage"] for event in calls)


def test_citations_that_nothing_serves_are_refused(server: Server) -> None:
    inputs = {"data_description": ABOUT, "data_files": [server.upload(DATA)], "citations": True}
    session_id = server.execute("research", "Find the law.", input_data=inputs)
    status = server.wait(session_id, 60)
    assert status["status"] == "failed"
    assert "itation" in status["reason"]


def test_without_data_the_paper_says_so(server: Server) -> None:
    inputs = {"data_description": "How fast do pendulums swing on the moon?"}
    session_id = server.execute("research", "Plan it.", input_data=inputs)
    status = server.wait(session_id, 240)
    assert status["status"] == "completed", status["reason"]
    results = server.get(f"/api/tasks/{session_id}/results")["outputs"]
    text = " ".join(pages(server, {output["name"]: output for output in results}))
    assert "no data were given" in " ".join(text.split()).lower()
