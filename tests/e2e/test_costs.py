"""What a run costs, against figures worked out by hand, and what a provider's troubles look like."""

from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from tests.e2e.conftest import Server
from tests.e2e.upstream import Upstream, serving

pytestmark = pytest.mark.xdist_group("costs")

# gpt-4.1: 2.00 USD for a million input tokens, 0.50 for cached ones, 8.00 for output. A call has 1000 tokens of
# input, 200 of them cached, and 100 of output: 800 * 2.00 + 200 * 0.50 + 100 * 8.00 = 2500 USD for a million calls.
PER_CALL = Decimal("0.0025")


@pytest.fixture(scope="module")
def upstream() -> Iterator[Upstream]:
    with serving(Upstream()) as upstream:
        yield upstream


@pytest.fixture(scope="module")
def server(make_server: Callable[..., Server], upstream: Upstream) -> Server:
    return make_server(
        REHEARSAL="false",
        OPENAI_API_KEY="sk-secret-of-the-test",
        OPENAI_BASE_URL=upstream.url,
        DEFAULT_MODEL="openai/gpt-4.1",
    )


@pytest.fixture(scope="module")
def tickets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("tickets") / "tickets.csv"
    rows = [f"T{n},2026-01-{n % 28 + 1:02d},printer jam on floor {n % 3},Site {'AB'[n % 2]},High" for n in range(60)]
    path.write_text("\n".join(["id,opened,summary,site,priority", *rows]) + "\n")
    return path


def start(server: Server, tickets: Path) -> str:
    inputs = {"tickets": [server.upload(tickets)], "analysis_focus": ["patterns"]}
    return server.execute("itops", "What drives our tickets?", input_data=inputs)


def test_a_run_costs_what_was_worked_out_by_hand(server: Server, upstream: Upstream, tickets: Path) -> None:
    upstream.requests.clear()
    session_id = start(server, tickets)
    status = server.wait(session_id, 240)
    assert status["status"] == "completed", status["reason"]
    calls = len(upstream.requests)
    assert calls > 10
    costs = server.get(f"/api/tasks/{session_id}/costs")
    assert Decimal(costs["total"]["cost_usd"]) == PER_CALL * calls
    assert costs["total"]["model_calls"] == calls
    assert costs["total"]["input_tokens"] == 1000 * calls
    assert costs["total"]["output_tokens"] == 100 * calls
    assert sum(Decimal(row["cost_usd"]) for row in costs["items"]) == PER_CALL * calls
    assert {request["model"] for request in upstream.requests} == {"gpt-4.1"}
    assert upstream.keys == {"Bearer sk-secret-of-the-test"}


def test_the_key_is_nowhere_but_in_the_gateway(server: Server, tickets: Path, upstream: Upstream) -> None:
    upstream.status = 401
    try:
        session_id = start(server, tickets)
        status = server.wait(session_id, 120)
    finally:
        upstream.status = 200
    assert status["status"] == "failed"
    assert "OPENAI_API_KEY" in str(status["reason"]) + str(server.events(session_id))
    for path in server.folder.rglob("*"):
        if path.is_file():
            assert b"sk-secret-of-the-test" not in path.read_bytes(), path


def test_a_provider_that_is_down_fails_the_session_with_a_reason(
    make_server: Callable[..., Server], tickets: Path
) -> None:
    server = make_server(
        REHEARSAL="false",
        OPENAI_API_KEY="sk-x",
        OPENAI_BASE_URL="http://127.0.0.1:9/v1",
        DEFAULT_MODEL="openai/gpt-4.1",
    )
    status = server.wait(start(server, tickets), 180)
    assert status["status"] == "failed"
    assert "provider" in str(status["reason"]).lower() or "connect" in str(status["reason"]).lower()


def test_a_model_that_omits_an_output_does_not_complete(server: Server, upstream: Upstream, tickets: Path) -> None:
    """The code it writes leaves `recommendations.md` out, also when it is asked once more."""

    def omit(_body: dict, answer: dict) -> dict:
        if isinstance(answer.get("content"), str):
            return answer | {"content": answer["content"].replace("recommendations.md", "left_out.md")}
        return answer

    upstream.alter = omit
    try:
        status = server.wait(start(server, tickets), 240)
    finally:
        upstream.alter = lambda _body, answer: answer
    assert status["status"] == "failed"
    assert "recommendations" in str(status["reason"])
