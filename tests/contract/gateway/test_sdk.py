"""The SDK that the engines use, against the gateway: it understands its answers, its errors and its signs."""

import asyncio
import json
from typing import Any

import pytest

from tests.contract.engines.cmbagent_harness import engine_python
from tests.contract.gateway.harness import Answer, Bed, Seen
from tests.contract.gateway.scripts import CHAT_STREAM, EMBEDDING, RESPONSE, chat

pytestmark = [pytest.mark.engine("cmbagent"), pytest.mark.xdist_group("cmbagent")]

SCRIPT = """
import json, sys, openai
url = sys.argv[1]
said = {}
client = openai.OpenAI(base_url=url + "/v1", api_key="two", max_retries=2)
ask = {"model": "tomas-gpt-default", "messages": [{"role": "user", "content": "Hi"}]}
said["chat"] = client.chat.completions.create(**ask).choices[0].message.content
parts = list(client.chat.completions.create(**ask, stream=True))
said["chat stream"] = "".join(part.choices[0].delta.content or "" for part in parts)
said["responses"] = client.responses.create(model="tomas-gpt-default", input="Hi").output_text
vectors = client.embeddings.create(model="text-embedding-3-small", input="Hi", encoding_format="float")
said["embeddings"] = vectors.data[0].embedding
for name, text in (("refused", "refuse the key"), ("wrong model", "Hi")):
    model = "claude-sonnet-4-5" if name == "wrong model" else "tomas-gpt-default"
    try:
        client.chat.completions.create(model=model, messages=[{"role": "user", "content": text}])
    except openai.APIStatusError as error:
        said[name] = [type(error).__name__, error.body["message"]]
said["once more"] = client.chat.completions.create(**ask | {"messages": [{"role": "user", "content": "busy"}]}).id
try:
    openai.OpenAI(base_url=url + "/v1", api_key="wrong").chat.completions.create(**ask)
except openai.APIStatusError as error:
    said["no token"] = [type(error).__name__, error.body["message"]]
print(json.dumps(said))
"""


def provider(busy: list[Any]) -> Any:
    """Answer what the script asks."""

    def answer(seen: Seen) -> Answer:
        if seen.path.endswith("/responses"):
            return Answer(RESPONSE | {"output": [_OUTPUT]})
        if seen.path.endswith("/embeddings"):
            return Answer(EMBEDDING)
        text = seen.body["messages"][0]["content"]
        if text == "refuse the key":
            return Answer({"error": {"message": "bad key"}}, status=401)
        if text == "busy" and not busy:
            busy.append(seen)
            return Answer({"error": {"message": "busy"}}, status=429, headers={"retry-after-ms": "10"})
        return Answer(parts=CHAT_STREAM) if seen.body.get("stream") else Answer(chat())

    return answer


_OUTPUT = {
    "id": "m1",
    "type": "message",
    "role": "assistant",
    "status": "completed",
    "content": [{"type": "output_text", "text": "Hi", "annotations": []}],
}


async def test_the_sdk_understands_the_gateway(gateway: Bed) -> None:
    await gateway.session("two", {"default": "openai/gpt-4.1", "claude": "anthropic/claude-sonnet-4-5"})
    gateway.upstream.answer = provider([])
    python = await asyncio.to_thread(engine_python)
    process = await asyncio.create_subprocess_exec(
        str(python), "-I", "-c", SCRIPT, str(gateway.client.base_url).rstrip("/"), stdout=asyncio.subprocess.PIPE
    )
    out, _ = await process.communicate()
    said = json.loads(out)
    assert said.pop("refused")[0] == "AuthenticationError"
    wrong = said.pop("wrong model")
    assert (wrong[0], "/v1/messages" in wrong[1]) == ("NotFoundError", True)
    assert said.pop("no token")[0] == "AuthenticationError"
    assert said == {
        "chat": "Hi",
        "chat stream": "Hi there",
        "responses": "Hi",
        "embeddings": [0.1, 0.2],
        "once more": "chatcmpl-1",
    }
    # A refused key is not tried again, a busy provider is.
    asked = [seen.body["messages"][0]["content"] for seen in gateway.upstream.seen if "messages" in seen.body]
    assert (asked.count("refuse the key"), asked.count("busy")) == (1, 2)
    calls = await gateway.calls()
    assert sorted(call.status for call in calls) == ["answered"] * 5 + ["failed"] * 2
    assert all(call.cost_nano is not None for call in calls)
