"""Replay and join: one answer is asked of the provider once, whoever gives up, retries or is killed on the way."""

import asyncio
import json
from pathlib import Path
from typing import Any

import httpx2
import pytest
from sqlalchemy import update

from tests.contract.gateway.harness import Answer, Bed, Seen, bed, text_of, until
from tests.contract.gateway.scripts import CHAT_STREAM, always, by_stream, chat
from tomas.core.session import Status
from tomas.gateway.recovery import recover
from tomas.store import tables
from tomas.store.database import Database


@pytest.fixture
def database(any_database: Database) -> Database:
    """What is promised here holds on every database."""
    return any_database


def counting() -> Any:
    """Answer each request otherwise than the last."""
    count = iter(range(1, 1000))
    return lambda _seen: Answer(chat(f"answer {next(count)}"))


def said(answer: httpx2.Response) -> str:
    assert answer.status_code == 200, answer.text
    return answer.json()["choices"][0]["message"]["content"]


async def test_a_request_made_twice_is_two_calls(gateway: Bed) -> None:
    gateway.upstream.answer = counting()
    assert [said(await gateway.chat()) for _ in range(3)] == ["answer 1", "answer 2", "answer 3"]
    calls = await gateway.calls()
    assert [call.occurrence for call in calls] == [1, 2, 3]
    assert [call.delivered for call in calls] == [True, True, False]  # the last mark goes with the next transaction


async def test_equal_requests_at_once_are_one_call(gateway: Bed) -> None:
    gate = asyncio.Event()
    gateway.upstream.answer = lambda _: Answer(chat("one"), gate=gate)
    async with asyncio.TaskGroup() as group:
        waiting = [group.create_task(gateway.chat()) for _ in range(5)]
        await until(lambda: _seen(gateway, 1))
        await asyncio.sleep(0.05)
        gate.set()
    assert {said(answer.result()) for answer in waiting} == {"one"}
    assert len(gateway.upstream.seen) == 1
    assert (await gateway.get_session()).model_calls == 1
    assert len(await gateway.events()) == 1


async def test_a_stream_may_be_joined_in_the_middle(gateway: Bed) -> None:
    gate = asyncio.Event()
    gateway.upstream.answer = lambda _: Answer(parts=[*CHAT_STREAM[:2], b"".join(CHAT_STREAM[2:])], gate=gate)
    async with asyncio.TaskGroup() as group:
        first = group.create_task(gateway.chat(stream=True))
        await until(lambda: _seen(gateway, 1))
        second = group.create_task(gateway.chat(stream=True))
        await asyncio.sleep(0.05)
        gate.set()
    assert first.result().content == second.result().content
    assert second.result().content.startswith(CHAT_STREAM[0])
    assert len(gateway.upstream.seen) == 1


async def test_stages_models_and_wires_tell_requests_apart(gateway: Bed) -> None:
    gateway.upstream.answer = counting()
    await gateway.session("other")
    answers = [
        await gateway.chat(x_tomas_stage="step 1"),
        await gateway.chat(x_tomas_stage="step 2"),
        await gateway.chat(model="tomas-gpt-planner"),
        await gateway.chat(token="other"),
    ]
    assert len({said(answer) for answer in answers}) == 4
    assert {call.occurrence for call in await gateway.calls()} == {1}


@pytest.mark.parametrize("stream", [False, True])
async def test_a_worker_that_leaves_is_answered_when_it_comes_back(gateway: Bed, stream: bool) -> None:
    gate = asyncio.Event()
    answered = by_stream

    def answer(seen: Seen) -> Answer:
        one = answered(seen)
        one.gate = gate
        return one

    gateway.upstream.answer = answer
    with pytest.raises(httpx2.ReadTimeout):
        await _impatient(gateway, stream)
    await until(lambda: _seen(gateway, 1))
    gate.set()
    [call] = await gateway.settled()
    assert (call.status, call.cost_nano) == ("answered", 2_500_000)

    again = await gateway.chat(**({"stream": True} if stream else {}))
    assert again.status_code == 200
    assert again.text == text_of(call.response)
    assert len(gateway.upstream.seen) == 1
    assert (await gateway.get_session()).cost_nano == 2_500_000
    await gateway.chat(**({"stream": True} if stream else {}))
    assert len(gateway.upstream.seen) == 2


async def _impatient(gateway: Bed, stream: bool) -> None:
    body = {"model": "tomas-gpt-default", "messages": [{"role": "user", "content": "hello"}]}
    body |= {"stream": True} if stream else {}
    headers = {"authorization": "Bearer token"}
    async with httpx2.AsyncClient(base_url=gateway.client.base_url, timeout=0.3) as client:
        await client.post("/v1/chat/completions", json=body, headers=headers)


async def test_a_retry_of_an_answer_that_was_sent_but_not_read_takes_it_again(gateway: Bed) -> None:
    gateway.upstream.answer = counting()
    assert said(await gateway.chat()) == "answer 1"
    assert said(await gateway.chat(x_stainless_retry_count="1")) == "answer 1"
    assert said(await gateway.chat(x_stainless_retry_count="0")) == "answer 2"


async def test_the_end_of_a_stream_comes_after_its_record(gateway: Bed) -> None:
    """Whoever has read the end finds the call in the journal."""
    gateway.upstream.answer = always(parts=CHAT_STREAM)
    body = {"model": "gpt-4.1", "messages": [], "stream": True}
    headers = {"authorization": "Bearer token"}
    async with gateway.client.stream("POST", "/v1/chat/completions", json=body, headers=headers) as answer:
        got = b""
        async for part in answer.aiter_bytes():
            got += part
            if b'"stop"' in got:
                break
        [call] = await gateway.calls()
    assert call.status == "answered"


async def test_parts_are_passed_on_as_they_come(gateway: Bed) -> None:
    gate = asyncio.Event()
    gateway.upstream.answer = lambda _: Answer(parts=[*CHAT_STREAM[:2], b"".join(CHAT_STREAM[2:])], gate=gate)
    body = {"model": "gpt-4.1", "messages": [], "stream": True}
    headers = {"authorization": "Bearer token"}
    async with gateway.client.stream("POST", "/v1/chat/completions", json=body, headers=headers) as answer:
        parts = answer.aiter_bytes()
        got = await anext(parts)
        while b"there" not in got:
            got += await anext(parts)
        assert gateway.upstream.finished == 0
        gate.set()
        async for part in parts:
            got += part
    assert got.endswith(b"data: [DONE]\n\n")


async def test_a_new_attempt_is_answered_from_the_record_in_order(gateway: Bed) -> None:
    gateway.upstream.answer = counting()
    for text in ("a", "a", "b"):
        await gateway.chat(text, x_tomas_stage="step 1", x_tomas_agent="engineer")
    await gateway.next_attempt("token", "second")
    assert [said(await gateway.chat(text, "second", x_tomas_stage="step 1")) for text in ("a", "b", "a")] == [
        "answer 1",
        "answer 3",
        "answer 2",
    ]
    assert len(gateway.upstream.seen) == 3
    assert said(await gateway.chat("a", "second", x_tomas_stage="step 1")) == "answer 4"
    session = await gateway.get_session()
    assert (session.cost_nano, session.model_calls) == (4 * 2_500_000, 4)
    replayed = [event for event in await gateway.events() if event["metadata"]["replayed"]]
    assert [event["cost_info"]["cost_nano"] for event in replayed] == [0, 0, 0]
    assert sum(int(event["cost_info"]["cost_nano"]) for event in await gateway.events()) == 4 * 2_500_000


async def test_a_new_attempt_joins_a_call_its_forerunner_left_behind(gateway: Bed) -> None:
    gate = asyncio.Event()
    gateway.upstream.answer = lambda _: Answer(chat("late"), gate=gate)
    with pytest.raises(httpx2.ReadTimeout):
        await _impatient(gateway, stream=False)
    await gateway.next_attempt("token", "second")
    async with asyncio.TaskGroup() as group:
        waiting = group.create_task(gateway.chat("hello", "second"))
        await asyncio.sleep(0.05)
        gate.set()
    assert said(waiting.result()) == "late"
    assert len(gateway.upstream.seen) == 1


async def test_the_workspaces_path_does_not_tell_requests_apart(database: Database, tmp_path: Path) -> None:
    async with bed(database, tmp_path, workspace_dir=Path("/old/päth")) as one:
        session_id = await one.session()
        one.upstream.answer = counting()
        assert said(await one.chat(f"read /old/päth/{session_id}/inputs/a.csv")) == "answer 1"
        await one.next_attempt("token", "second")
    async with bed(database, tmp_path, workspace_dir=Path("/new")) as two:
        two.sessions = one.sessions
        assert said(await two.chat(f"read /new/{session_id}/inputs/a.csv", "second")) == "answer 1"
        assert two.upstream.seen == []


async def test_records_outlive_the_gateway(database: Database, tmp_path: Path) -> None:
    async with bed(database, tmp_path) as one:
        await one.session()
        one.upstream.answer = counting()
        for _ in range(2):
            await one.chat()
    assert [call.delivered for call in await one.calls()] == [True, True]
    async with bed(database, tmp_path) as two:
        two.sessions = one.sessions
        await two.next_attempt("token", "second")
        two.upstream.answer = always(chat("fresh"))
        answers = [said(await two.chat(token="second")) for _ in range(3)]
    assert answers == ["answer 1", "answer 2", "fresh"]


async def test_calls_a_killed_gateway_left_are_lost_and_sent_once_more(gateway: Bed) -> None:
    gateway.upstream.answer = counting()
    await gateway.chat(x_tomas_stage="step 1", x_tomas_agent="planner")
    await gateway.session("ended", status=Status.RUNNING)
    await gateway.chat(token="ended")
    async with gateway.database.transaction() as db:  # as if killed before their answers were written down
        await db.execute(update(tables.Call).values(status="pending", response=None))
    await gateway.set_status(Status.CANCELLED, "ended")

    assert await recover(gateway.database) == 2
    assert await recover(gateway.database) == 0

    calls = await gateway.calls()
    assert {call.status for call in calls} == {"lost"}
    assert "may have cost" in str(calls[0].error)
    events = await gateway.events()
    lost = [event for event in events if event["metadata"]["status"] == "lost"]
    assert [event["agent"] for event in lost] == ["planner"]  # the other session's log has ended


async def test_other_gateways_calls_are_spared(gateway: Bed) -> None:
    gateway.upstream.answer = counting()
    await gateway.chat("one")
    await gateway.next_attempt("token", "second")
    await gateway.chat("two", "second")
    async with gateway.database.transaction() as db:
        await db.execute(update(tables.Call).values(status="pending"))
    assert await recover(gateway.database, only_ended=True) == 1
    assert [call.status for call in await gateway.calls()] == ["lost", "pending"]


async def test_a_call_whose_end_could_not_be_written_is_sent_once_more(gateway: Bed) -> None:
    gateway.upstream.answer = counting()
    await gateway.chat()
    async with gateway.database.transaction() as db:  # the row of a second occurrence that nobody waits for
        row = (await gateway.calls())[0]
        copy = {column.name: getattr(row, column.name) for column in tables.Call.__table__.columns}
        db.add(tables.Call(**copy | {"id": "left-over", "occurrence": 2, "status": "pending"}))
    assert said(await gateway.chat()) == "answer 2"
    assert sorted(call.status for call in await gateway.calls()) == ["answered", "answered", "lost"]


async def _seen(gateway: Bed, count: int) -> bool | None:
    return True if len(gateway.upstream.seen) >= count else None


async def test_a_gateway_that_stops_lets_calls_come_in_for_a_moment(database: Database, tmp_path: Path) -> None:
    gate = asyncio.Event()
    async with bed(database, tmp_path, drain_seconds=0.1) as one:
        await one.session()
        one.upstream.answer = lambda _: Answer(chat(), gate=gate)
        with pytest.raises(httpx2.ReadTimeout):
            await _impatient(one, stream=False)
    [call] = await one.calls()
    assert call.status == "pending"
    assert json.loads(text_of(call.request))["model"] == "tomas-gpt-default"
    async with bed(database, tmp_path, alone=True) as two:  # the next one gives up what was left behind
        two.sessions, two.upstream.answer = one.sessions, always(chat("again"))
        assert [call.status for call in await two.calls()] == ["lost"]
        assert said(await two.chat()) == "again"
    assert [call.status for call in await one.calls()] == ["lost", "answered"]
