"""What providers answer, as their documentation shows it."""

import json
from typing import Any

from tests.contract.gateway.harness import Answer, Seen

Json = dict[str, Any]
CHAT_USAGE = {
    "prompt_tokens": 1000,
    "completion_tokens": 100,
    "total_tokens": 1100,
    "prompt_tokens_details": {"cached_tokens": 200, "audio_tokens": 0},
    "completion_tokens_details": {"reasoning_tokens": 40},
}


def events(*data: Json | str, named: bool = False) -> list[bytes]:
    """Write server-sent events, for some wires with their names."""
    lines: list[bytes] = []
    for one in data:
        head = f"event: {one['type']}\n" if named and isinstance(one, dict) else ""
        lines.append(f"{head}data: {one if isinstance(one, str) else json.dumps(one)}\n\n".encode())
    return lines


def chat(text: str = "Hi", model: str = "gpt-4.1-2025-04-14", usage: Json | None = CHAT_USAGE) -> Json:
    """A chat completion."""
    message = {"role": "assistant", "content": text}
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 1,
        "model": model,
        "choices": [{"index": 0, "message": message, "finish_reason": "stop"}],
        **({"usage": usage} if usage else {}),
    }


def chunk(delta: Json, finish: str | None = None, **more: Any) -> Json:
    """One part of a streamed chat completion."""
    head: Json = {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1, "model": "gpt-4.1-2025-04-14"}
    return head | {"choices": [{"index": 0, "delta": delta, "finish_reason": finish}]} | more


CHAT_STREAM = events(
    chunk({"role": "assistant", "content": "Hi "}, usage=None),
    chunk({"content": "there"}, usage=None),
    chunk({}, "stop", usage=None),
    chunk({}) | {"choices": [], "usage": CHAT_USAGE},
    "[DONE]",
)

RESPONSE = {
    "id": "resp_1",
    "object": "response",
    "status": "completed",
    "error": None,
    "model": "gpt-4.1-2025-04-14",
    "output": [{"type": "message", "content": [{"type": "output_text", "text": "Hi"}]}],
    "usage": {
        "input_tokens": 1000,
        "input_tokens_details": {"cached_tokens": 200},
        "output_tokens": 100,
        "output_tokens_details": {"reasoning_tokens": 40},
        "total_tokens": 1100,
    },
}
RESPONSE_STREAM = events(
    {"type": "response.created", "response": RESPONSE | {"status": "in_progress", "usage": None}},
    {"type": "response.output_text.delta", "delta": "Hi"},
    {"type": "response.completed", "response": RESPONSE},
    named=True,
)
EMBEDDING = {
    "object": "list",
    "data": [{"object": "embedding", "index": 0, "embedding": [0.1, 0.2]}],
    "model": "text-embedding-3-small",
    "usage": {"prompt_tokens": 5000, "total_tokens": 5000},
}
MESSAGE = {
    "id": "msg_1",
    "type": "message",
    "role": "assistant",
    "model": "claude-sonnet-4-5-20250929",
    "content": [{"type": "text", "text": "Hi"}],
    "stop_reason": "end_turn",
    "usage": {
        "input_tokens": 1000,
        "cache_creation_input_tokens": 300,
        "cache_creation": {"ephemeral_5m_input_tokens": 100, "ephemeral_1h_input_tokens": 200},
        "cache_read_input_tokens": 400,
        "output_tokens": 100,
        "service_tier": "standard",
    },
}
MESSAGE_STREAM = events(
    {
        "type": "message_start",
        "message": MESSAGE | {"content": [], "stop_reason": None, "usage": MESSAGE["usage"] | {"output_tokens": 1}},
    },
    {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}},
    {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "Hi"}},
    {"type": "content_block_stop", "index": 0},
    {"type": "message_delta", "delta": {"stop_reason": "end_turn"}, "usage": {"output_tokens": 100}},
    {"type": "message_stop"},
    named=True,
)


def gemini(text: str, finish: str | None = None, **usage: int) -> Json:
    """What Gemini answers, whole or as one of several parts."""
    candidate: Json = {"content": {"role": "model", "parts": [{"text": text}]}, "index": 0}
    if finish:
        candidate["finishReason"] = finish
    return {"candidates": [candidate], "usageMetadata": usage, "modelVersion": "gemini-2.5-pro"}


GEMINI_USAGE = {
    "promptTokenCount": 1000,
    "cachedContentTokenCount": 200,
    "candidatesTokenCount": 60,
    "thoughtsTokenCount": 40,
    "totalTokenCount": 1100,
}
GEMINI = gemini("Hi", "STOP", **GEMINI_USAGE)
GEMINI_STREAM = events(
    gemini("H", promptTokenCount=1000, totalTokenCount=1000),
    gemini("i", "STOP", **GEMINI_USAGE),
)


def always(body: Any = None, **more: Any) -> Any:
    """Answer every request alike."""
    return lambda _seen: Answer(body, **more)


def by_stream(seen: Seen) -> Answer:
    """Answer a chat completion as it was asked for."""
    return Answer(parts=CHAT_STREAM) if seen.body.get("stream") else Answer(chat())
