"""The table of rewrites."""

from typing import Any

import pytest

from tomas.gateway.rewrites import dump, model_for, rewrite, role_of, wants_usage
from tomas.gateway.wires import Route, match

CHAT = match("/v1/chat/completions", {})
assert CHAT is not None
MESSAGES = match("/v1/messages", {})
assert MESSAGES is not None


@pytest.mark.parametrize(
    ("asked", "role", "model"),
    [
        ("tomas-gpt-planner", "planner", "p"),
        ("tomas-gpt-engineer", "engineer", "d"),
        ("tomas-gpt-default", "default", "d"),
        ("gpt-4.1", None, "gpt-4.1"),
    ],
)
def test_aliases(asked: str, role: str | None, model: str) -> None:
    assert (role_of(asked), model_for(asked, {"default": "d", "planner": "p"})) == (role, model)


@pytest.mark.parametrize(
    ("model", "body", "new"),
    [
        ("gpt-4.1", {"temperature": 0, "max_tokens": 9}, {"temperature": 0, "max_tokens": 9}),
        ("o3-mini", {"temperature": 0, "parallel_tool_calls": False, "max_tokens": 9}, {"max_completion_tokens": 9}),
        ("o3", {"max_tokens": 9, "max_completion_tokens": 5}, {"max_completion_tokens": 5}),
        ("gpt-5-mini", {"top_p": 0.1, "max_tokens": 9, "parallel_tool_calls": False}, None),
        ("gpt-5-chat-latest", {"top_p": 0.1, "max_tokens": 9}, {"top_p": 0.1, "max_tokens": 9}),
    ],
)
def test_quirks(model: str, body: dict[str, Any], new: dict[str, Any] | None) -> None:
    assert CHAT is not None
    expected = {"max_completion_tokens": 9, "parallel_tool_calls": False} if new is None else new
    assert rewrite(CHAT, {"model": "a"} | body, "openai", model) == {"model": model} | expected
    assert rewrite(CHAT, {"model": "a"} | body, "perplexity", model) == {"model": model} | body


@pytest.mark.parametrize(
    ("route", "body", "provider", "wanted"),
    [
        (CHAT, {"stream": True}, "openai", True),
        (CHAT, {"stream": True, "stream_options": None}, "openai", True),
        (CHAT, {"stream": True, "stream_options": {"include_usage": True}}, "openai", False),
        (CHAT, {"stream": False}, "openai", False),
        (CHAT, {"stream": True}, "perplexity", False),
        (MESSAGES, {"stream": True}, "anthropic", False),
    ],
)
def test_usage_is_asked_for(route: Route, body: dict[str, Any], provider: str, wanted: bool) -> None:
    assert wants_usage(route, body, provider) is wanted
    new = rewrite(route, body | {"model": "m"}, provider, "m")
    assert (new.get("stream_options") == {"include_usage": True}) is (
        wanted or body.get("stream_options") == {"include_usage": True}
    )


def test_other_options_of_a_stream_stay() -> None:
    assert CHAT is not None
    new = rewrite(CHAT, {"stream": True, "stream_options": {"x": 1}}, "openai", "m")
    assert new["stream_options"] == {"x": 1, "include_usage": True}


def test_json_is_written_whatever_is_in_it() -> None:
    assert dump({"a": "ü🙂"}) == '{"a":"ü🙂"}'.encode()
    assert dump({"a": "\ud800"}) == b'{"a":"\\ud800"}'
