"""The rehearsal: a provider like any other, in whose place an engine's scripted player answers. No model thinks here.

It sees nothing but the request. The same request gets the same answer, to the byte.
"""

import asyncio
import hashlib
import importlib.util
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any, Final, cast

from tomas.gateway import sse
from tomas.gateway.refusals import Refusal
from tomas.gateway.rewrites import asks_usage, dump
from tomas.gateway.wires import WireName
from tomas.services.prices import Usage
from tomas.services.providers import REHEARSAL

_CHARACTERS: Final = 4  # to a token
_Answer = dict[str, Any]  # {"content": text} or {"tool": name, "arguments": {…}}
_Play = Callable[[dict[str, Any], Mapping[str, str]], _Answer]


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """An answer as the OpenAI wire writes it, and what it would have taken."""

    body: bytes
    content_type: str
    usage: Usage


class Players:
    """The players of the engines, each loaded at its first part."""

    def __init__(self, folders: Mapping[str, Path]) -> None:
        self._folders = folders
        self._players: dict[str, _Play] = {}
        self._loading = Lock()

    async def answer(self, wire: WireName, body: dict[str, Any], headers: Mapping[str, str]) -> Rehearsed:
        """Have the engine's player answer a chat completion; a Refusal tells what it cannot do."""
        if wire != "openai-chat":
            text = f"The rehearsal answers /v1/chat/completions only, not {wire}. Set a provider's key for the rest."
            raise Refusal(501, "not_rehearsed", text)
        engine = headers.get("x-tomas-engine", "")
        if engine not in self._folders:
            raise Refusal(501, "not_rehearsed", f"There is no rehearsal for the engine {engine[:100]!r}.")
        answer = await asyncio.to_thread(self._play, engine, body, headers)
        return _wrapped(body, answer)

    def _play(self, engine: str, body: dict[str, Any], headers: Mapping[str, str]) -> _Answer:
        try:
            with self._loading:
                if engine not in self._players:
                    self._players[engine] = _load(engine, self._folders[engine] / "player.py")
            return _checked(self._players[engine](body, headers))
        except Exception as error:  # a player is not our code: whatever it raises is for its engine to read
            text = f"The rehearsal of {engine} failed: {type(error).__name__}: {error}"
            raise Refusal(500, "rehearsal_failed", text) from error


def _load(engine: str, path: Path) -> _Play:
    spec = importlib.util.spec_from_file_location(f"tomas_rehearsal_player_{engine}", path)
    if spec is None or spec.loader is None:
        raise ImportError(f"no player at {path.name}")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.answer


def _checked(answer: Any) -> _Answer:
    if isinstance(answer, dict):
        given = cast(_Answer, answer)
        if isinstance(given.get("content"), str):
            return given
        if isinstance(given.get("tool"), str) and isinstance(given.get("arguments"), dict):
            return given
    raise TypeError("the player returned neither content nor a tool with arguments")


def _wrapped(body: dict[str, Any], answer: _Answer) -> Rehearsed:
    digest = hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()[:24]
    message: dict[str, Any] = {"role": "assistant", "content": answer.get("content")}
    finish, said = "stop", answer.get("content") or ""
    if "tool" in answer:
        said = json.dumps(answer["arguments"], ensure_ascii=False)
        call = {"id": f"call_{digest}", "type": "function", "function": {"name": answer["tool"], "arguments": said}}
        message["tool_calls"] = [call]
        finish = "tool_calls"
    usage = Usage(input_tokens=_tokens(_heard(body.get("messages"))), output_tokens=_tokens(len(said)))
    head: dict[str, Any] = {"id": f"chatcmpl-{digest}", "created": 0, "model": REHEARSAL}
    told = {
        "prompt_tokens": usage.input_tokens,
        "completion_tokens": usage.output_tokens,
        "total_tokens": usage.input_tokens + usage.output_tokens,
    }
    if not body.get("stream"):
        choice = {"index": 0, "message": message, "finish_reason": finish}
        whole = head | {"object": "chat.completion", "choices": [choice], "usage": told}
        return Rehearsed(dump(whole), "application/json", usage)
    head["object"] = "chat.completion.chunk"
    delta = dict(message)
    if calls := message.get("tool_calls"):
        delta["tool_calls"] = [{"index": 0, **calls[0]}]
    events: list[dict[str, Any] | None] = [
        head | {"choices": [{"index": 0, "delta": delta, "finish_reason": None}]},
        head | {"choices": [{"index": 0, "delta": {}, "finish_reason": finish}]},
    ]
    if asks_usage(body):
        events.append(head | {"choices": [], "usage": told})
    events.append(None)
    return Rehearsed(b"".join(map(sse.event, events)), "text/event-stream", usage)


def _heard(value: Any) -> int:
    """Count the characters of all texts in the messages."""
    if isinstance(value, str):
        return len(value)
    if isinstance(value, dict):
        return sum(map(_heard, cast(dict[str, Any], value).values()))
    return sum(map(_heard, cast(list[Any], value))) if isinstance(value, list) else 0


def _tokens(characters: int) -> int:
    return -(-characters // _CHARACTERS)
