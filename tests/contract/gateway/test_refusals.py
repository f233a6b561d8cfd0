"""What goes wrong: at the provider, in the request, with the token; each told in the words of the wire."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from tests.contract.gateway.harness import KEYS, Answer, Bed, bed
from tests.contract.gateway.scripts import CHAT_STREAM, MESSAGE_STREAM, always, chat
from tomas.core.session import Status
from tomas.services.providers import ProviderKeys
from tomas.store import tables
from tomas.store.database import Database

GEMINI_PATH = "/v1beta/models/gemini-2.5-pro:generateContent"
PATHS = ["/v1/chat/completions", "/v1/responses", "/v1/embeddings", "/v1/messages", GEMINI_PATH]
MODELS = {"default": "openai/gpt-4.1", "claude": "anthropic/claude-sonnet-4-5"}


def message_of(path: str, body: Any) -> str:
    """The text of an error, out of the form that the wire has for it."""
    error = body["error"]
    if path == "/v1/messages":
        assert body["type"] == "error"
        assert isinstance(error["type"], str)
    elif path == GEMINI_PATH:
        assert isinstance(error["code"], int)
        assert error["status"].isupper()
    else:
        assert {"message", "type", "code"} <= set(error)
    return error["message"]


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    ("body", "token", "status", "words"),
    [
        ({"model": "m"}, "wrong", 401, "token"),
        ({"model": "m"}, "", 401, "no token"),
        (b"{broken", "token", 400, "not JSON"),
        (b"[1]", "token", 400, "not a JSON object"),
        (b'{"x": NaN}', "token", 400, "NaN"),
        ({}, "token", 404, "only, not at"),
    ],
)
async def test_a_bad_request_is_told_in_the_words_of_its_wire(
    gateway: Bed, path: str, body: Any, token: str, status: int, words: str
) -> None:
    asked = path
    if status == 404:  # a model that another wire serves
        body = {"model": "claude-x" if path.startswith(("/v1/chat", "/v1/resp", "/v1/emb")) else "gpt-4.1"}
        asked = path.replace("gemini-2.5-pro", "gpt-4.1")
    answer = await gateway.post(asked, body, token)
    assert answer.status_code == status
    assert words in message_of(path, answer.json())
    assert answer.headers["x-should-retry"] == "false"
    assert gateway.upstream.seen == []
    assert await gateway.calls() == []


@pytest.mark.parametrize("path", ["/", "/v1/files", "/v1beta/models/m:embedContent", "/v1/messages/count_tokens"])
async def test_what_is_not_served_is_a_404_that_says_what_is(gateway: Bed, path: str) -> None:
    answer = await gateway.post(path, {})
    assert answer.status_code == 404
    assert "/v1/chat/completions" in answer.json()["error"]["message"]
    assert (await gateway.client.get("/v1/chat/completions")).status_code == 404


@pytest.mark.parametrize(
    "status", [Status.CREATED, Status.QUEUED, Status.PAUSED, Status.COMPLETED, Status.FAILED, Status.CANCELLED]
)
async def test_a_session_that_does_not_run_calls_no_model(gateway: Bed, status: Status) -> None:
    await gateway.set_status(status)
    answer = await gateway.chat()
    assert answer.status_code == 403
    assert f"The session is {status}" in answer.json()["error"]["message"]
    assert gateway.upstream.seen == []


async def test_an_attempt_that_is_over_calls_no_model_and_replays_nothing(gateway: Bed) -> None:
    gateway.upstream.answer = always(chat())
    await gateway.chat()
    await gateway.next_attempt("token", "second")
    for text in ("hello", "new"):
        answer = await gateway.chat(text)
        assert (answer.status_code, "Attempt 1" in answer.text) == (403, True)
    await gateway.set_status(Status.CANCELLED)
    assert (await gateway.chat(token="second")).status_code == 403
    assert len(gateway.upstream.seen) == 1


async def test_a_session_that_was_deleted_calls_no_model_but_its_cost_stays(gateway: Bed) -> None:
    gate = asyncio.Event()
    gateway.upstream.answer = lambda _: Answer(chat(), gate=gate)
    async with asyncio.TaskGroup() as group:
        waiting = group.create_task(gateway.chat())
        while not gateway.upstream.seen:
            await asyncio.sleep(0.01)
        async with gateway.database.transaction() as db:
            await db.delete(await db.get_one(tables.Session, gateway.sessions["token"]))
        gate.set()
    assert waiting.result().status_code == 200
    assert [row.cost_nano for row in await gateway.rows(tables.Cost)] == [2_500_000]
    assert (await gateway.chat()).status_code == 403


async def test_an_answer_after_the_end_of_a_session_is_counted_but_not_told(gateway: Bed) -> None:
    gate = asyncio.Event()
    gateway.upstream.answer = lambda _: Answer(chat(), gate=gate)
    async with asyncio.TaskGroup() as group:
        group.create_task(gateway.chat())
        while not gateway.upstream.seen:
            await asyncio.sleep(0.01)
        await gateway.set_status(Status.CANCELLED)
        gate.set()
    assert (await gateway.get_session()).cost_nano == 2_500_000
    assert [call.status for call in await gateway.calls()] == ["answered"]
    assert await gateway.events() == []


@pytest.mark.parametrize("status", [400, 404, 409, 422, 429, 500, 503, 529])
async def test_a_providers_error_is_passed_on_in_its_own_words(gateway: Bed, status: int) -> None:
    body = {"error": {"message": "try later", "type": "busy", "code": None}}
    gateway.upstream.answer = always(body, status=status, headers={"retry-after": "7", "x-should-retry": "true"})
    for stream in (False, True):
        answer = await gateway.chat(stream=stream)
        assert (answer.status_code, answer.json()) == (status, body)
        assert (answer.headers["retry-after"], answer.headers["x-should-retry"]) == ("7", "true")
    calls = await gateway.calls()
    assert [(call.status, call.http_status, call.cost_nano, call.occurrence) for call in calls] == [
        ("failed", status, 0, 1),
        ("failed", status, 0, 1),
    ]
    assert f"OpenAI answered {status}: try later" in str(calls[0].error)
    assert [event["metadata"]["http_status"] for event in await gateway.events()] == [status, status]
    assert (await gateway.get_session()).model_calls == 0
    gateway.upstream.answer = always(chat())
    assert (await gateway.chat()).status_code == 200  # sent once more: it was not answered


@pytest.mark.parametrize(("path", "model"), [("/v1/chat/completions", "gpt-4.1"), ("/v1/messages", "claude-x")])
@pytest.mark.parametrize("status", [401, 403])
async def test_a_refused_key_names_its_setting_and_stops_retries(
    gateway: Bed, path: str, model: str, status: int
) -> None:
    provider = "anthropic" if "claude" in model else "openai"
    key = KEYS[provider]
    said = f"Incorrect API key provided: {key}, also {key[:9]}****{key[-4:]}, {key[:12]}... Bearer {key}."
    gateway.upstream.answer = always({"error": {"message": said}}, status=status, headers={"x-request-id": key})
    answer = await gateway.post(path, {"model": model, "messages": []})
    assert answer.status_code == 401
    assert answer.headers["x-should-retry"] == "false"
    text = message_of(path, answer.json())
    assert f"{provider.upper()}_API_KEY" in text
    assert "Incorrect API key provided: [key]" in text
    everything = (
        f"{answer.text}{answer.headers}{await gateway.events()}{[vars(call) for call in await gateway.calls()]}"
    )
    assert key not in everything
    assert key[:9] not in everything
    assert key[-4:] not in everything


async def test_googles_refusal_of_a_key_is_told_as_such(gateway: Bed) -> None:
    error = {"code": 400, "message": "API key not valid.", "details": [{"reason": "API_KEY_INVALID"}]}
    gateway.upstream.answer = always({"error": error}, status=400)
    answer = await gateway.post(GEMINI_PATH, {"contents": []})
    assert answer.status_code == 401
    assert "GOOGLE_API_KEY" in message_of(GEMINI_PATH, answer.json())


async def test_a_key_in_an_answer_is_hidden(gateway: Bed) -> None:
    gateway.upstream.answer = always(chat(f"your key is {KEYS['openai']}"))
    answer = await gateway.chat()
    assert answer.json()["choices"][0]["message"]["content"] == "your key is [key]"


async def test_a_sessions_own_key_is_used_and_named(gateway: Bed) -> None:
    await gateway.session("own", own_keys={"openai": "sk-own-0123456789abcdef"})
    gateway.upstream.answer = always({"error": {"message": "no"}}, status=401)
    answer = await gateway.chat(token="own")
    assert gateway.upstream.seen[0].headers["authorization"] == "Bearer sk-own-0123456789abcdef"
    assert "api_keys" in answer.json()["error"]["message"]
    assert "OPENAI_API_KEY" not in answer.json()["error"]["message"]
    await gateway.chat()
    assert gateway.upstream.seen[1].headers["authorization"] == f"Bearer {KEYS['openai']}"


async def test_a_missing_key_names_its_setting(database: Database, tmp_path: Path) -> None:
    async with bed(database, tmp_path, provider_keys=ProviderKeys.of({"anthropic": "sk-ant-0123456789"})) as one:
        await one.session()
        answer = await one.chat()
        assert (answer.status_code, answer.headers["x-should-retry"]) == (404, "false")
        assert "OPENAI_API_KEY" in answer.json()["error"]["message"]


async def test_a_model_of_another_wire_says_where_it_is_served(gateway: Bed) -> None:
    await gateway.session("two", MODELS)
    answer = await gateway.chat(token="two", model="tomas-gpt-claude")
    assert answer.status_code == 404
    assert "/v1/messages" in answer.json()["error"]["message"]


@pytest.mark.parametrize("stream", [False, True])
async def test_a_provider_that_is_down_is_a_502(database: Database, tmp_path: Path, stream: bool) -> None:
    keys = ProviderKeys.of({"openai": "sk-secret0123456789"}, {"openai": "http://127.0.0.1:9/v1"})
    async with bed(database, tmp_path, provider_keys=keys) as one:
        await one.session()
        answer = await one.chat(stream=stream)
        assert answer.status_code == 502
        assert "provider OpenAI could not be reached: no connection to 127.0.0.1:9" in answer.text
        assert "x-should-retry" not in answer.headers
        [call] = await one.calls()
        assert (call.status, call.http_status, call.cost_nano) == ("failed", None, 0)


async def test_a_provider_that_is_silent_is_a_504(database: Database, tmp_path: Path) -> None:
    gate = asyncio.Event()
    async with bed(database, tmp_path, read_seconds=0.2) as one:
        await one.session()
        one.upstream.answer = lambda _: Answer(chat(), gate=gate)
        answer = await one.chat()
        gate.set()
    assert answer.status_code == 504
    assert "did not answer in time" in answer.json()["error"]["message"]


@pytest.mark.parametrize(
    ("path", "model", "parts", "event"),
    [
        ("/v1/chat/completions", "gpt-4.1", CHAT_STREAM[:2], b"data: "),
        ("/v1/messages", "claude-sonnet-4-5", MESSAGE_STREAM[:3], b"event: error\ndata: "),
    ],
)
@pytest.mark.parametrize("break_off", [False, True])
async def test_half_a_stream_is_no_answer(
    gateway: Bed, path: str, model: str, parts: list[bytes], event: bytes, break_off: bool
) -> None:
    gateway.upstream.answer = always(parts=parts, break_off=break_off)
    headers = {"authorization": "Bearer token"}
    got = b""
    with pytest.raises(Exception, match=r"(?i)peer|incomplete|closed"):
        body = {"model": model, "messages": [], "stream": True}
        async with gateway.client.stream("POST", path, json=body, headers=headers) as answer:
            async for part in answer.aiter_bytes():
                got += part
    assert got.startswith(b"".join(parts) + event)
    assert b"broke off in the middle" in got
    [call] = await gateway.settled()
    assert (call.status, call.cost_nano) == ("failed", None)  # it may have cost something
    assert [row.cost_nano for row in await gateway.rows(tables.Cost)] == [None]
    [told] = await gateway.events()
    assert told["cost_info"]["price_known"] is False


async def test_a_server_that_is_no_provider_is_told(gateway: Bed) -> None:
    for answer in (Answer(b"<html>welcome</html>"), Answer(b"", status=302, headers={"location": "/login"})):
        gateway.upstream.answer = lambda _, answer=answer: answer
        told = await gateway.chat()
        assert told.status_code == 502
        assert "OPENAI_BASE_URL" in told.json()["error"]["message"]


async def test_a_body_that_is_too_large_is_a_413(database: Database, tmp_path: Path) -> None:
    async with bed(database, tmp_path, most_request_bytes=1000, most_answer_bytes=2000) as one:
        await one.session()
        assert (await one.chat("x" * 2000)).status_code == 413

        async def parts() -> Any:
            for _ in range(20):
                yield b" " * 100

        headers = {"authorization": "Bearer token"}
        answer = await one.client.post("/v1/chat/completions", content=parts(), headers=headers)
        assert answer.status_code == 413
        one.upstream.answer = always(chat("x" * 3000))
        assert (await one.chat()).status_code == 502


async def test_a_compressed_request_is_refused(gateway: Bed) -> None:
    answer = await gateway.post("/v1/chat/completions", b"\x1f\x8b", content_encoding="gzip")
    assert answer.status_code == 415


async def test_odd_names_of_stage_and_agent_are_made_storable(gateway: Bed) -> None:
    gateway.upstream.answer = always(chat())
    headers = {"authorization": "Bearer token", "x-tomas-stage": "é\t" + "s" * 300, "x-tomas-agent": "\x85"}
    raw = [(name.encode(), value.encode()) for name, value in headers.items()]
    body = json.dumps({"model": "gpt-4.1"}).encode()
    assert (await gateway.client.post("/v1/chat/completions", content=body, headers=raw)).status_code == 200
    [call] = await gateway.calls()
    assert (call.stage, call.agent) == ("é" + "s" * 199, None)
