"""Every wire, streamed and not: what goes up, what comes down, what it costs to the nano-dollar."""

import json
from typing import Any

import pytest

from tests.contract.gateway.harness import KEYS, Answer, Bed, text_of
from tests.contract.gateway.scripts import (
    CHAT_STREAM,
    EMBEDDING,
    GEMINI,
    GEMINI_STREAM,
    MESSAGE,
    MESSAGE_STREAM,
    RESPONSE,
    RESPONSE_STREAM,
    always,
    chat,
)
from tomas.store import tables

# Dollars for a million tokens, from the price lists. A thousandth of a cent is 10,000 nano-dollars.
#   gpt-4.1: input 2.00, cached 0.50, output 8.00
#       800 * 2.00 + 200 * 0.50 + 100 * 8.00 = 2,500 millionths of a dollar
GPT = 2_500_000
#   text-embedding-3-small: 0.02;  5000 * 0.02 = 100
EMBED = 100_000
#   claude-sonnet-4-5: input 3.00, written to the cache for 5 minutes 3.75, for an hour 6.00, read 0.30, output 15.00
#       1000 * 3.00 + 100 * 3.75 + 200 * 6.00 + 400 * 0.30 + 100 * 15.00 = 6,195
CLAUDE = 6_195_000
#   gemini-2.5-pro: input 1.25, cached 0.125, output 10.00, thoughts are output
#       800 * 1.25 + 200 * 0.125 + 100 * 10.00 = 2,025
GEM = 2_025_000

MODELS = {"default": "openai/gpt-4.1", "claude": "anthropic/claude-sonnet-4-5", "gemini": "google/gemini-2.5-pro"}
CHAT = {"model": "tomas-gpt-planner", "messages": [{"role": "user", "content": "Grüße"}], "temperature": 0.25}
ASK = {"model": "tomas-gpt-x", "input": "Hi"}
TELL = {"model": "tomas-gpt-claude", "max_tokens": 9, "messages": [{"role": "user", "content": "Hi"}]}
CONTENTS = {"contents": [{"parts": [{"text": "Hi"}]}]}
VECTOR = {"model": "text-embedding-3-small", "input": "Hi"}
STREAMED = {"stream": True}
USAGE = {"stream_options": {"include_usage": True}}
GEMINI_PATH = "/v1beta/models/tomas-gpt-gemini"
GEMINI_UP = "/v1beta/models/gemini-2.5-pro"

CASES = [
    ("/v1/chat/completions", CHAT, chat(), "/v1/chat/completions", GPT, (1000, 200, 100, 40)),
    ("/v1/chat/completions", CHAT | STREAMED | USAGE, CHAT_STREAM, "/v1/chat/completions", GPT, (1000, 200, 100, 40)),
    ("/v1/responses", ASK, RESPONSE, "/v1/responses", GPT, (1000, 200, 100, 40)),
    ("/v1/responses", ASK | STREAMED, RESPONSE_STREAM, "/v1/responses", GPT, (1000, 200, 100, 40)),
    ("/v1/embeddings", VECTOR, EMBEDDING, "/v1/embeddings", EMBED, (5000, 0, 0, 0)),
    ("/v1/messages", TELL, MESSAGE, "/v1/messages", CLAUDE, (1700, 400, 100, 0)),
    ("/v1/messages", TELL | STREAMED, MESSAGE_STREAM, "/v1/messages", CLAUDE, (1700, 400, 100, 0)),
    (f"{GEMINI_PATH}:generateContent", CONTENTS, GEMINI, f"{GEMINI_UP}:generateContent", GEM, (1000, 200, 100, 40)),
    (
        f"{GEMINI_PATH}:streamGenerateContent?alt=sse",
        CONTENTS,
        GEMINI_STREAM,
        f"{GEMINI_UP}:streamGenerateContent",
        GEM,
        (1000, 200, 100, 40),
    ),
    (
        f"{GEMINI_PATH}:streamGenerateContent",
        CONTENTS,
        [GEMINI],
        f"{GEMINI_UP}:streamGenerateContent",
        GEM,
        (1000, 200, 100, 40),
    ),
]


@pytest.mark.parametrize(("path", "body", "said", "up", "cost", "tokens"), CASES)
async def test_a_call_passes_is_counted_and_priced(
    gateway: Bed, path: str, body: Any, said: Any, up: str, cost: int, tokens: tuple[int, ...]
) -> None:
    await gateway.session("two", MODELS)
    streamed = isinstance(said, list) and isinstance(said[0], bytes)
    gateway.upstream.answer = always(parts=said) if streamed else always(said)

    answer = await gateway.post(path, body, "two", x_tomas_agent="planner", x_tomas_stage="step 1")

    assert answer.status_code == 200, answer.text
    assert answer.content == (b"".join(said) if streamed else json.dumps(said).encode())
    assert "set-cookie" not in answer.headers
    [seen] = gateway.upstream.seen
    assert seen.path == up
    [call] = await gateway.calls()
    assert (call.input_tokens, call.cached_tokens, call.output_tokens, call.reasoning_tokens) == tokens
    assert (call.status, call.cost_nano, call.price_version) == ("answered", cost, "genai-prices 0.2.3")
    assert json.loads(text_of(call.request)) == body
    assert text_of(call.response) == answer.text
    [row] = await gateway.rows(tables.Cost)
    assert (row.call_id, row.cost_nano, row.input_tokens, row.agent, row.stage) == (
        call.id,
        cost,
        tokens[0],
        "planner",
        "step 1",
    )
    session = await gateway.get_session("two")
    assert (session.cost_nano, session.input_tokens, session.output_tokens) == (cost, tokens[0], tokens[2])
    assert (session.model_calls, session.last_seq) == (1, 1)
    [event] = await gateway.events()
    assert (event["type"], event["agent"], event["stage"]) == ("llm_call", "planner", "step 1")
    assert event["metadata"]["call_id"] == call.id
    assert event["cost_info"]["cost_nano"] == cost
    assert event["cost_info"]["price_known"] is True


async def test_the_body_goes_up_unchanged_but_for_the_model(gateway: Bed) -> None:
    gateway.upstream.answer = always(chat())
    body = CHAT | {"tools": [{"type": "function", "function": {"name": "f", "strict": True}}], "seed": 7, "x": [1.5e-7]}
    await gateway.post("/v1/chat/completions", body)
    assert gateway.upstream.seen[0].body == body | {"model": "gpt-4.1"}


async def test_a_body_without_an_alias_goes_up_byte_for_byte(gateway: Bed) -> None:
    gateway.upstream.answer = always(chat())
    raw = b'{ "model":"gpt-4.1",  "messages":[{"role":"user","content":"Gr\\u00fc\xc3\x9fe \\ud800"}] }'
    assert (await gateway.post("/v1/chat/completions", raw)).status_code == 200
    assert gateway.upstream.seen[0].raw == raw


async def test_the_role_finds_its_model(gateway: Bed) -> None:
    gateway.upstream.answer = always(chat())
    await gateway.session("two", {"default": "openai/gpt-4.1", "planner": "openai/o3-mini"})
    for role in ("planner", "engineer"):
        await gateway.chat(token="two", model=f"tomas-gpt-{role}", parallel_tool_calls=False, max_tokens=5)
    first, second = (seen.body for seen in gateway.upstream.seen)
    assert (first["model"], first.get("max_completion_tokens"), "parallel_tool_calls" in first) == ("o3-mini", 5, False)
    assert (second["model"], second.get("max_tokens"), second["parallel_tool_calls"]) == ("gpt-4.1", 5, False)
    assert [event["metadata"]["role"] for event in await gateway.events()] == ["planner", "engineer"]


@pytest.mark.parametrize("asked", [None, {"include_usage": False}])
async def test_usage_is_asked_for_and_kept_from_who_did_not_ask(gateway: Bed, asked: Any) -> None:
    gateway.upstream.answer = always(parts=CHAT_STREAM)
    answer = await gateway.chat(stream=True, **({"stream_options": asked} if asked else {}))
    assert gateway.upstream.seen[0].body["stream_options"] == {"include_usage": True}
    assert answer.content == b"".join([*CHAT_STREAM[:3], CHAT_STREAM[4]])
    [call] = await gateway.calls()
    assert call.cost_nano == GPT


async def test_a_stream_cut_at_odd_places_comes_out_whole(gateway: Bed) -> None:
    whole = b"".join(CHAT_STREAM).replace(b"\n\n", b"\r\n\r\n")
    gateway.upstream.answer = always(parts=[whole[i : i + 7] for i in range(0, len(whole), 7)])
    answer = await gateway.chat(stream=True, stream_options={"include_usage": True})
    assert answer.content == whole
    assert (await gateway.calls())[0].cost_nano == GPT


async def test_a_provider_that_states_its_cost_is_believed(gateway: Bed) -> None:
    usage = {"prompt_tokens": 10, "completion_tokens": 5, "cost": {"total_cost": 0.005123456}}
    gateway.upstream.answer = always(chat(model="sonar-pro", usage=usage))
    await gateway.chat(model="perplexity/sonar-pro")
    [call] = await gateway.calls()
    assert (call.provider, call.cost_nano, call.price_version) == ("perplexity", 5_123_456, "provider")
    assert gateway.upstream.seen[0].path == "/pplx/chat/completions"


async def test_an_unknown_price_is_flagged_and_its_tokens_counted(gateway: Bed) -> None:
    gateway.upstream.answer = always(chat(model="in-house-7b"))
    await gateway.chat(model="openai/in-house-7b")
    [call] = await gateway.calls()
    assert (call.cost_nano, call.price_version, call.input_tokens) == (None, None, 1000)
    [event] = await gateway.events()
    assert (event["cost_info"]["cost_usd"], event["cost_info"]["price_known"]) == (None, False)
    session = await gateway.get_session()
    assert (session.cost_nano, session.input_tokens) == (0, 1000)


async def test_an_answer_that_tells_no_usage_costs_an_unknown_sum(gateway: Bed) -> None:
    gateway.upstream.answer = always(chat(usage=None))
    await gateway.chat()
    [call] = await gateway.calls()
    assert (call.status, call.cost_nano, call.input_tokens) == ("answered", None, 0)


async def test_a_service_tier_has_its_own_price(gateway: Bed) -> None:
    # o4-mini, flex: input 0.55, cached 0.138, output 2.20: 800 * 0.55 + 200 * 0.138 + 100 * 2.20 = 687.6
    gateway.upstream.answer = always(chat(model="o4-mini-2025-04-16") | {"service_tier": "flex"})
    await gateway.chat(model="openai/o4-mini")
    assert (await gateway.calls())[0].cost_nano == 687_600


async def test_keys_go_up_in_the_providers_way_and_nothing_else_does(gateway: Bed) -> None:
    await gateway.session("two", MODELS)
    extra = {"cookie": "a=b", "x_forwarded_for": "10.0.0.1", "openai_organization": "org", "anthropic_beta": "b1"}
    for path, body, said in (
        ("/v1/chat/completions", CHAT, chat()),
        ("/v1/messages", TELL, MESSAGE),
        (f"{GEMINI_PATH}:generateContent?key=two", CONTENTS, GEMINI),
    ):
        gateway.upstream.answer = always(said)
        assert (await gateway.post(path, body, "two", **extra)).status_code == 200
    openai, anthropic, google = gateway.upstream.seen
    assert openai.headers["authorization"] == f"Bearer {KEYS['openai']}"
    assert (anthropic.headers["x-api-key"], anthropic.headers["anthropic-version"]) == (KEYS["anthropic"], "2023-06-01")
    assert anthropic.headers["anthropic-beta"] == "b1"
    assert (google.headers["x-goog-api-key"], google.query) == (KEYS["google"], "")
    for seen in gateway.upstream.seen:
        assert not {"cookie", "x-forwarded-for", "openai-organization", "x-tomas-agent"} & set(seen.headers)
        assert "two" not in str([*seen.headers.values(), seen.query])


async def test_a_big_body_passes(gateway: Bed) -> None:
    text = "ü🙂x" * 1_000_000  # 7 MB
    gateway.upstream.answer = always(chat(text))
    answer = await gateway.chat(text)
    assert answer.json()["choices"][0]["message"]["content"] == text
    assert gateway.upstream.seen[0].body["messages"][0]["content"] == text


async def test_the_list_of_models_is_that_of_the_sessions_aliases(gateway: Bed) -> None:
    await gateway.session("two", MODELS)
    answer = await gateway.client.get("/v1/models", headers={"x-api-key": "two"})
    assert [model["id"] for model in answer.json()["data"]] == [f"tomas-gpt-{role}" for role in MODELS]
    assert (await gateway.client.get("/v1/models")).status_code == 401


async def test_an_answer_that_is_an_error_event_is_not_recorded_as_an_answer(gateway: Bed) -> None:
    broken = b'data: {"error": {"message": "overloaded", "type": "server_error"}}\n\n'
    gateway.upstream.answer = lambda _: Answer(parts=[CHAT_STREAM[0], broken])
    answer = await gateway.chat(stream=True)
    assert answer.content == CHAT_STREAM[0] + broken
    [call] = await gateway.calls()
    assert (call.status, call.error) == ("failed", "overloaded")
