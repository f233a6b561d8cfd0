"""The rehearsal behind the gateway: recorded like any other call, at no cost, the same every time."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.contract.gateway.harness import Bed, bed
from tomas.services.providers import ProviderKeys
from tomas.store import tables
from tomas.store.database import Database


@pytest.fixture
async def rehearsing(database: Database, tmp_path: Path) -> AsyncIterator[Bed]:
    """A gateway without any key, and a session that rehearses."""
    async with bed(database, tmp_path, provider_keys=ProviderKeys.of({})) as one:
        await one.session(models={"default": "rehearsal"}, rehearsal=True)
        yield one


async def test_a_rehearsed_call_is_recorded_at_no_cost(rehearsing: Bed) -> None:
    answer = await rehearsing.chat("Grüße", x_tomas_engine="echo")
    assert answer.json()["choices"][0]["message"] == {"role": "assistant", "content": "echo heard Grüße"}
    assert answer.json()["usage"] == {"prompt_tokens": 3, "completion_tokens": 4, "total_tokens": 7}
    [call] = await rehearsing.calls()
    assert (call.provider, call.model, call.cost_nano, call.price_version) == ("rehearsal", "rehearsal", 0, "rehearsal")
    assert (call.input_tokens, call.output_tokens) == (3, 4)
    assert [row.cost_nano for row in await rehearsing.rows(tables.Cost)] == [0]
    assert rehearsing.upstream.seen == []


async def test_the_same_request_gets_the_same_answer(rehearsing: Bed) -> None:
    assert (await rehearsing.chat("a")).content == (await rehearsing.chat("a")).content
    assert (await rehearsing.chat("a")).json()["id"] != (await rehearsing.chat("b")).json()["id"]


async def test_a_tool_may_be_called_streamed_or_not(rehearsing: Bed) -> None:
    whole = (await rehearsing.chat("use a tool")).json()["choices"][0]
    assert whole["finish_reason"] == "tool_calls"
    [call] = whole["message"]["tool_calls"]
    assert call["function"] == {"name": "look", "arguments": '{"at": "Zürich", "n": 3}'}
    streamed = await rehearsing.chat("use a tool", stream=True, stream_options={"include_usage": True})
    assert '"finish_reason":"tool_calls"' in streamed.text
    assert '"usage":{' in streamed.text
    assert streamed.text.endswith("data: [DONE]\n\n")
    assert '"usage":{' not in (await rehearsing.chat("use a tool", stream=True)).text


async def test_a_player_that_fails_is_a_500_that_says_so(rehearsing: Bed) -> None:
    answer = await rehearsing.chat("fail")
    assert (answer.status_code, answer.headers["x-should-retry"]) == (500, "false")
    assert "The rehearsal of echo failed: KeyError: 'no such playbook'" in answer.json()["error"]["message"]
    [call] = await rehearsing.calls()
    assert (call.status, call.http_status) == ("failed", 500)


async def test_what_cannot_be_rehearsed_is_a_501(rehearsing: Bed) -> None:
    for path, body in (("/v1/embeddings", {"model": "m", "input": "x"}), ("/v1/messages", {"model": "m"})):
        answer = await rehearsing.post(path, body)
        assert (answer.status_code, answer.headers["x-should-retry"]) == (501, "false")
    answer = await rehearsing.chat(x_tomas_engine="unknown")
    assert (answer.status_code, "unknown" in answer.text) == (501, True)
